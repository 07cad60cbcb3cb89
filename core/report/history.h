/// history.sqlite beside the runs: what became of each case, run after run.
///
/// Several runs may write at the same time. A history is a convenience: whatever is wrong with it
/// is a text for the user, never the failure of a run. It keeps the newest TAUT_HISTORY_CASE_MAX
/// entries of each case.
#ifndef TAUT_REPORT_HISTORY_H
#define TAUT_REPORT_HISTORY_H

#include <jansson.h>
#include <stddef.h>

#include "report/record.h"

enum { TAUT_HISTORY_CASE_MAX = 500 };

typedef struct taut_history taut_history;

/// What all cases of a run have in common. Texts are borrowed until close.
typedef struct taut_history_run {
  const char *id;                 ///< "20261120T134501Z-1"
  const char *controller;         ///< target of --with controller; "" for the rig's own
  const char *controller_digest;  ///< of its file, 16 hexadecimal digits; "" when there is none
} taut_history_run;

/// Opens `path` for writing, and makes it when it is not there. On failure `error` says what is
/// wrong and what to do: EINVAL (no database, damaged, or made by a newer version, which is left
/// alone), EIO (cannot be written), EFULL (others held it for too long), ENOMEM. [main]
taut_status taut_history_create(const char *path, taut_history **out, char *error, size_t size);

/// Opens `path` for reading. As above; ENOTFOUND when there is none. [main]
taut_status taut_history_open(const char *path, taut_history **out, char *error, size_t size);

void taut_history_close(taut_history *history);

/// Adds a finished case, all of it or nothing. Waits for other writers, 5 s at most. As
/// taut_history_create. [main]
taut_status taut_history_add(taut_history *history, const taut_history_run *run,
                             const taut_record *record, char *error, size_t size);

/// The last `n_max` entries of a case, oldest first: [{"run", "date", "version", "verdict",
/// "wall_s", "sim_s", "trace_hash", "margins": {id: number or null}}]. Never NULL: what cannot be
/// read is not there. New reference. [main]
json_t *taut_history_case(taut_history *history, const char *file, const char *name, size_t n_max);

/// The cases, by file and name, those that have the words in either; each as {"file", "name",
/// "entries"} with the last `n_max` of taut_history_case. `words` may be NULL. New reference.
/// [main]
json_t *taut_history_cases(taut_history *history, const char *words, size_t n_max);

/// Digest of a file's bytes (FNV-1a, 64 bit), 16 hexadecimal digits; "" when it cannot be read or
/// is larger than 64 MiB. [main]
void taut_history_digest(const char *file, char text[17]);

#endif
