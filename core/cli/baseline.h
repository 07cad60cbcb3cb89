/// `taut run --baseline DIR`: each case's trace against the golden one of its name, and the only
/// way golden traces are made: with a reason that is kept.
#ifndef TAUT_CLI_BASELINE_H
#define TAUT_CLI_BASELINE_H

#include <jansson.h>

#include "report/record.h"

typedef struct taut_baseline {
  const char *folder;
  const char *reason;       ///< of --update-baseline; NULL when golden traces are only compared
  const char *const *with;  ///< as typed; NULL-terminated
  const char *shown;        ///< folder of the new traces in messages, "runs/latest/traces"
  json_t *journal;          ///< DIR/baseline.json (owned)
  size_t n_same, n_other, n_without, n_made, n_replaced, n_left;
} taut_baseline;

/// `reason` may be NULL. EINVAL with a sentence in `error`: the folder is none; with a reason also:
/// it is empty, CI is set, or baseline.json is not a list. Texts are borrowed. [main]
taut_status taut_baseline_open(const char *folder, const char *reason, taut_baseline *out,
                               char *error, size_t error_size);
/// Sets the counts back for another run. [main]
void taut_baseline_restart(taut_baseline *baseline);
void taut_baseline_fini(taut_baseline *baseline);

/// Compares the trace `fresh` of a finished case with the golden trace `name`, and adds what came
/// out to the record: a check that passed, failed (with the first tick, instance and port), is
/// inconclusive (no golden trace) or in error. With a reason it makes or replaces the golden trace
/// of a case that passed, unless nothing changed. True when the two differ. [main]
bool taut_baseline_judge(taut_baseline *baseline, const char *name, const char *fresh,
                         taut_record *record);

/// One line on stdout: how many are the same, differ, were made. [main]
void taut_baseline_print(const taut_baseline *baseline);

#endif
