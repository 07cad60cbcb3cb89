/// A trace as CSV: `t[s]` and every slot of the plan, SI units, one line per row.
#ifndef TAUT_RUNNER_TRACE_CSV_H
#define TAUT_RUNNER_TRACE_CSV_H

#include <stdio.h>

#include "taut/engine.h"

typedef struct taut_trace_csv {
  FILE *file;       ///< owner is the caller
  bool has_failed;  ///< a write failed; the trace is not whole
} taut_trace_csv;

/// Writes the header line. EIO. Shaped as `on_plan` of taut_case_options `user` is the
/// taut_trace_csv.
taut_status taut_trace_csv_plan(void *user, const taut_plan *plan);
/// Writes one line; shaped as taut_row_fn, `user` as above. A failed write is remembered, the run
/// goes on.
taut_status taut_trace_csv_row(void *user, const taut_row *row);

/// Name of the SI unit with these exponents: the unit's own name where one with scale 1 exists
/// ("N"), else a product ("kg m2"). `preferred` wins when it fits. [any]
void taut_trace_csv_unit(const int8_t si[8], const char *preferred, char *text, size_t size);

#endif
