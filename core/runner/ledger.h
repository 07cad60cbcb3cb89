/// What a campaign has finished so far, on disk: a killed one goes on where it stopped.
///
/// A line per result, with a checksum, appended and flushed to the disk; a line that a crash left
/// half written ends the ledger. It belongs to one campaign: the first line says which.
#ifndef TAUT_RUNNER_LEDGER_H
#define TAUT_RUNNER_LEDGER_H

#include <jansson.h>
#include <stddef.h>

#include "taut/status.h"

typedef struct taut_ledger taut_ledger;

/// Opens or begins the ledger of `campaign`, a text that is another whenever a result could be.
/// EREJECT: it is another campaign's, or a process at work has it; EIO. Both with a sentence in
/// `error`. [main]
taut_status taut_ledger_open(const char *path, const char *campaign, taut_ledger **out, char *error,
                             size_t size);
/// Accepts NULL. Nothing more can be lost after this. [main]
void taut_ledger_close(taut_ledger *ledger);

/// The result that was kept under this key, or NULL. New reference. [main]
json_t *taut_ledger_recall(const taut_ledger *ledger, const char *key);

/// Keeps a result; `result` stays the caller's. It is in the kernel's hands on return, so that a
/// killed process loses nothing, and on the disk within a quarter of a second of work. EIO with
/// errno. [main]
taut_status taut_ledger_add(taut_ledger *ledger, const char *key, const json_t *result);

/// Number of results that can be recalled. [main]
size_t taut_ledger_count(const taut_ledger *ledger);

#endif
