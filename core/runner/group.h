/// Groups: cases that are one run until they strike, and so one job of branches.
#ifndef TAUT_RUNNER_GROUP_H
#define TAUT_RUNNER_GROUP_H

#include "runner/collect.h"

/// One warm run for several cases.
typedef struct taut_group {
  size_t n;       ///< 2 to TAUT_BRANCHES_MAX
  size_t *items;  ///< (n) of the collection, ascending within their file (owned)
  bool *is_done;  ///< (n) a record of it has come in, or it was handed over to run alone (owned)
} taut_group;

/// The groups of a collection: items of one file that share `warm` and `i_seed`. Items that share
/// it with no other are in none. In order of their first items. [main]
taut_group *taut_groups_make(const taut_collection *collection, size_t *n_groups);
void taut_groups_free(taut_group *groups, size_t n_groups);

/// Fills a job with the items that are not done. False when there are fewer than two. [main]
bool taut_group_job(const taut_group *group, const taut_collection *collection, taut_job *job);

/// Index within the group of the case `i_case` that is not done; n when there is none. [main]
size_t taut_group_find(const taut_group *group, const taut_collection *collection, int64_t i_case);

#endif
