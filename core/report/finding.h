/// What a case says about each requirement: its checks, gathered by id.
#ifndef TAUT_REPORT_FINDING_H
#define TAUT_REPORT_FINDING_H

#include "scenario/scenario.h"

/// All checks of one id, or of one text where there is no id. Texts are borrowed from the checks.
typedef struct taut_finding {
  const char *id;        ///< "" for none
  const char *text;      ///< of the check that decided
  taut_verdict verdict;  ///< the worst
  bool has_margin;
  double margin;     ///< in `unit`: the least among the checks with that verdict
  const char *unit;  ///< of the margin
  int64_t first_ns;  ///< first violation; -1 for none
} taut_finding;

/// The findings of `n` checks in the order in which they first come; with `only_ids` without the
/// checks that have no id. The array is the caller's, `n_out` its length. [any]
taut_finding *taut_findings_gather(const taut_check_result *checks, size_t n, bool only_ids,
                                   size_t *n_out);

/// How bad a verdict is: pass 0, inconclusive 1, fail 2, error 3. [any]
int taut_verdict_rank(taut_verdict verdict);

#endif
