/// What a run says about each requirement and hazard of the registers: verdicts, margins and gaps.
#ifndef TAUT_REPORT_MATRIX_H
#define TAUT_REPORT_MATRIX_H

#include "report/record.h"
#include "report/text.h"

/// The entries of `requirements` (an array of taut_requirement_json), each with what the records
/// say about it: verdict, margin, unit, worst_case, cases, gap (README.md). New reference. [main]
json_t *taut_matrix_requirements(const json_t *requirements, const taut_record *records,
                                 size_t n_records);

/// The entries of `hazards`, each with the requirements that protect from it, their worst verdict,
/// and whether none of them was exercised. `matrix` is the above. New reference. [main]
json_t *taut_matrix_hazards(const json_t *hazards, const json_t *matrix);

/// How many of a matrix were exercised, did not hold, and were not exercised.
typedef struct taut_matrix_tally {
  size_t n, n_exercised, n_failed, n_error, n_inconclusive;
} taut_matrix_tally;
taut_matrix_tally taut_matrix_count(const json_t *matrix);

/// Appends "SR-090 the cable snaps, SR-104 ..., and 3 more": the entries with a gap, `n_max` at
/// most; with n_max 0 all, ids alone. [main]
void taut_matrix_gaps(const json_t *matrix, size_t n_max, taut_buffer *out);

#endif
