/// The tolerances that stand beside a golden trace: <trace without .mcap>.tolerances.json.
#ifndef TAUT_CLI_TOLERANCES_H
#define TAUT_CLI_TOLERANCES_H

#include <jansson.h>

#include "trace/compare.h"

/// Tolerances of a golden trace; without a file all are zero.
typedef struct taut_tolerances {
  json_t *signals;  ///< object: name or "prefix*" to {atol, rtol, tlag_s}; NULL for none (owned)
  json_t *margins;  ///< object: requirement id or "prefix*" to {atol}; NULL for none (owned)
} taut_tolerances;

/// Reads the file beside `trace`, if there is one, and checks it against the signals and
/// requirements of the trace, which `reader` has open. EINVAL, with a sentence in `error`: not
/// JSON, an unknown key, a negative number, a name that fits no signal or requirement. [main]
taut_status taut_tolerances_read(const char *trace, const taut_trace_reader *reader,
                                 taut_tolerances *out, char *error, size_t error_size);
void taut_tolerances_fini(taut_tolerances *tolerances);

/// Shaped as taut_tolerance_fn; `user` is a taut_tolerances. The longest name that fits counts.
taut_tolerance taut_tolerances_of(void *user, const char *name);
/// Shaped as taut_margin_tolerance_fn; `user` is a taut_tolerances.
double taut_tolerances_margin(void *user, const char *id);

#endif
