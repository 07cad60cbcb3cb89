/// What the wall clock that paced a case found, as it comes from a worker: checked before it is
/// believed. README.md has the format.
#ifndef TAUT_REPORT_PACING_H
#define TAUT_REPORT_PACING_H

#include "report/record.h"

/// Moves "pacing" of a worker's answer to the record: null, or an object of the documented form.
/// False, and the record untouched, when it is neither. [main]
bool taut_pacing_take(const json_t *answer, taut_record *record);

/// Fails a paced case that missed more than `misses_max` deadlines, with a check that says so; an
/// error stays an error. [main]
void taut_pacing_judge(taut_record *record, int64_t misses_max);

#endif
