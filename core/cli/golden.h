/// One golden trace and a new one: opened, compared within the golden one's tolerances, and told in
/// words. Shared by `taut compare` and `taut run --baseline`.
#ifndef TAUT_CLI_GOLDEN_H
#define TAUT_CLI_GOLDEN_H

#include <jansson.h>

#include "cli/tolerances.h"

/// A trace that is open for reading.
typedef struct taut_golden_side {
  int fd;
  taut_trace_reader *reader;
} taut_golden_side;

/// Two traces and where they differ. What the comparison names is valid until fini.
typedef struct taut_golden {
  taut_golden_side base, other;
  taut_tolerances tolerances;
  taut_comparison comparison;
} taut_golden;

/// Compares the trace `other` with the golden trace `base`. OK whenever there is a comparison; else
/// a sentence in `error`: ENOTFOUND (a file cannot be opened or is no file), EINVAL (a trace is cut
/// or damaged), EREJECT (the tolerances are wrong), ENOMEM, EIO. Call fini in any case. [main]
taut_status taut_golden_compare(const char *base, const char *other, taut_golden *out, char *error,
                                size_t error_size);
void taut_golden_fini(taut_golden *golden);

/// A value with its unit, or its label: "23.5 N", "latched"; as many digits as it takes to tell
/// `value` from `other`. [any]
void taut_golden_value(const taut_trace_column *column, double value, double other, char *text,
                       size_t size);

/// "SR-030: margin 1.5 N, golden 2 N". [any]
void taut_golden_change(const taut_judgement_change *change, char *text, size_t size);

/// The comparison as `taut compare --json` prints it. New reference. [main]
json_t *taut_golden_json(const char *path, const taut_comparison *comparison);

#endif
