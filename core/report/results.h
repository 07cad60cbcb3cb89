/// results.json: the machine-readable account of one run.
#ifndef TAUT_REPORT_RESULTS_H
#define TAUT_REPORT_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/record.h"

/// A run as the reports see it: what was asked, what came out, and where and when it happened.
typedef struct taut_results {
  const taut_record *records;  ///< (n_records), sorted by file, line, name
  size_t n_records;
  const json_t *requirements;  ///< what the run says about each (report/matrix.h); may be NULL
  const json_t *hazards;       ///< the same; may be NULL
  uint64_t seed;
  const char *const *with;     ///< NULL-terminated "ROLE=TARGET"
  const char *const *against;  ///< the same of --against; NULL without
  bool is_interrupted;
  bool allow_inconclusive;
  int exit_code;
  const char *run_id;  ///< environment: "20261120T134501Z-1"
  double wall_s;       ///< environment: whole run [s]
  int n_workers;       ///< environment
  json_t *branches;    ///< environment: how the cases with a strike were run; NULL without --branch
} taut_results;

/// How many records have each verdict, by taut_verdict.
typedef struct taut_tally {
  size_t count[4];
} taut_tally;
taut_tally taut_results_tally(const taut_record *records, size_t n_records);

/// The exit status that these verdicts deserve: 5 when there is none, 4 when a file did not
/// compile, 1 when a case is not a pass (inconclusive excused by `allow_inconclusive`), else 0.
/// [any]
int taut_results_exit_code(const taut_record *records, size_t n_records, bool allow_inconclusive);

/// Name and version of the compiler that this program was built with. Static storage. [any]
const char *taut_results_compiler(void);

/// The document described in README.md. New reference. [main]
json_t *taut_results_json(const taut_results *results);

/// Serialises any document as this project writes JSON: two spaces, keys in order, 15 significant
/// digits, newline at the end. The caller frees it. [any]
char *taut_json_text(const json_t *document);

#endif
