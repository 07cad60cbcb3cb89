/// What stands in a trace before its first row.
#ifndef TAUT_TRACE_DESCRIBE_H
#define TAUT_TRACE_DESCRIBE_H

#include "trace/columns.h"

/// Appends schemas and channels of all instances and of events, and metadata: run, models,
/// parameters, faults. A run that is live says so: no other is like it to the bit.
void taut_describe_plan(const taut_plan *plan, const taut_columns *columns, uint64_t seed,
                        const char *scenario, bool is_live, taut_bytes *out);

/// Appends the metadata alone.
void taut_describe_run(const taut_plan *plan, uint64_t seed, const char *scenario, bool is_live,
                       taut_bytes *out);

#endif
