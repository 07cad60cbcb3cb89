/// Runs of demands for claims, of `taut claims` and `taut certify`.
#ifndef TAUT_CLI_CLAIMS_H
#define TAUT_CLI_CLAIMS_H

#include "report/claims.h"
#include "runner/execute.h"

typedef struct taut_claims_options {
  taut_execution_options execute;  ///< the seed of all runs, traces, ...
  uint64_t n;                      ///< runs of each demand
  double confidence;               ///< of a claim, in (0, 1)
  /// About four times a second: what runs, and how many of how many runs are done. May be NULL.
  void (*on_tick)(void *user, const char *running, size_t n_done, size_t n_planned);
  /// A run was counted. May be NULL.
  void (*on_record)(void *user, const taut_record *record);
  void *user;
} taut_claims_options;

/// Runs every case of the collection that places a demand `n` times, each run with a seed of its
/// own, and gives the document of report/claims.h; case d gets the seeds from seed + d n on.
/// Records are dropped as they are counted. `out` is NULL, with OK, when no case has a demand or
/// the run was interrupted, which `is_interrupted` tells. EIO when the zygote is gone. [main]
taut_status taut_claims_run(taut_zygote *zygote, const taut_collection *collection,
                            const taut_claims_options *options, json_t **out, bool *is_interrupted);

#endif
