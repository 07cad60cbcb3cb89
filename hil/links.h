/// The links of one run: every --with ROLE=ENDPOINT, opened before the worker closes its doors.
#ifndef TAUT_HIL_LINKS_H
#define TAUT_HIL_LINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "hil/histogram.h"
#include "hil/tape.h"
#include "taut/engine.h"

typedef struct taut_links taut_links;

/// Is there an address among the targets? [any]
bool taut_links_wanted(const char *const *with);
/// Is there an address among the targets, or a delay ("?ticks=K")? [any]
bool taut_links_needed(const char *const *with);

/// Periods per exchange that a target asks for: K of "TARGET?ticks=K", 1 without; 0 when K is not a
/// number from 1 to 64. The target itself has `*n_target` bytes. [any]
uint32_t taut_links_ticks(const char *target, size_t *n_target);

/// Does an address among the targets name a key? [any]
bool taut_links_want_keys(const char *const *with);

/// Opens a link for each distinct role and address of `with` (NULL-terminated "ROLE=TARGET"); other
/// targets are passed over. Addresses with a key take this side's pair from the file `keys`. One
/// that cannot be opened is told by taut_links_model. `tape` takes down what crosses or, when it is
/// one to read, plays it: then nobody is connected to. `log` and `tape` are borrowed until close
/// and may be NULL. ENOMEM. Starts threads. [main]
taut_status taut_links_open(const char *const *with, const char *keys, bool is_live,
                            const taut_tape *tape, const taut_log_sink *log, taut_links **out);

/// Role, target and round-trip times of the i-th link that is open; false past the last, or without
/// links. Borrowed until close. [main]
bool taut_links_trips(const taut_links *links, size_t i, const char **role, const char **target,
                      const taut_histogram **times);

/// Ends all sessions. NULL is fine. [main]
void taut_links_close(taut_links *links);

/// The model that stands for the peer at address `target` in a role, or, with `inner`, for that
/// model behind the delay of as many periods per exchange; NULL with a sentence in `error`. `log`
/// hears what happens during the run and is borrowed for its length. A taut_remote_fn. [main]
const taut_model *taut_links_model(void *links, const char *target, const char *role,
                                   const taut_model *inner, const taut_log_sink *log, char *error,
                                   size_t size);

#endif
