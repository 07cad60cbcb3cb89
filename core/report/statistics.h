/// What a number of trials without, or with few, failures says about the share of failures: exact
/// one-sided bounds of the binomial distribution (Clopper and Pearson, "The use of confidence or
/// fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934).
///
/// Plain arithmetic and taut/math.h only, so every machine gives the same bits. Nothing here
/// allocates.
#ifndef TAUT_REPORT_STATISTICS_H
#define TAUT_REPORT_STATISTICS_H

#include <stdint.h>

enum { TAUT_TRIALS_MAX = 1000000 };  ///< most trials that a bound is given for

/// The smallest number of trials that, all without a failure, show at `confidence` that the share
/// of failures is at most `share`: the least n with (1 - share)^n <= 1 - confidence. Numbers equal
/// to within 1e-12 count as equal, since 0.99 and its like are no doubles. Both in (0, 1); 0 when
/// they are not or when n would be beyond 2^53. [any]
uint64_t taut_trials_without_failure(double share, double confidence);

/// One-sided upper bound of the share of failures [1] after `n_failures` in `n` trials: the share
/// at which so few failures or fewer have the probability 1 - confidence. 1 when all failed; within
/// 1e-6 of the exact value, relative. NaN unless n_failures <= n, 1 <= n <= TAUT_TRIALS_MAX and
/// confidence lies in (0, 1). [any]
double taut_share_upper(uint64_t n_failures, uint64_t n, double confidence);

/// One-sided lower bound [1]: the share at which so many failures or more have the probability
/// 1 - confidence. 0 when none failed; else as taut_share_upper. [any]
double taut_share_lower(uint64_t n_failures, uint64_t n, double confidence);

/// The confidence that each of `n_claims` must have for all of them to hold together at
/// `confidence` (Bonferroni): 1 - (1 - confidence) / n_claims. NaN without claims. [any]
double taut_confidence_each(double confidence, uint64_t n_claims);

#endif
