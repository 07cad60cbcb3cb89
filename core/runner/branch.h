/// Branches of a warm run: a worker forks where a case strikes. The child goes on as that case and
/// answers; the parent waits for it, says how it ended and goes on without it.
///
/// So at each moment one process of the job runs and writes frames. For each case there are up to
/// three: "begun" from the parent, the answer ("ended") from the child, and "left" with the child's
/// exit status from the parent. As with a job of its own, an answer counts only with status 0.
#ifndef TAUT_RUNNER_BRANCH_H
#define TAUT_RUNNER_BRANCH_H

#include <jansson.h>

#include "runner/job.h"

typedef struct taut_branching {
  const taut_order *order;  ///< borrowed
  taut_slot *slot;          ///< borrowed
  uint64_t fork_key;        ///< for the filters
  size_t n_left;            ///< cases that were not given out yet
  bool is_child;            ///< this process is the case `i_case`
  uint32_t i_case;          ///< used only in a child
} taut_branching;

/// A file in memory that takes what the worker prints, so that each case gets back what was printed
/// before its strike and by itself; -1 when there is none. Before the doors close. [worker]
int taut_branching_output(void);

/// [worker]
void taut_branching_init(taut_branching *branching, const taut_order *order, taut_slot *slot);

/// What a fork came to.
typedef enum taut_branch_side {
  TAUT_BRANCH_CHILD,   ///< this process is the case
  TAUT_BRANCH_PARENT,  ///< the case is done, others are left
  TAUT_BRANCH_LAST     ///< the case is done, and so are all
} taut_branch_side;

/// Forks for a case; returns in the child at once and in the parent when the child is gone and main
/// was told how it ended. [worker]
taut_branch_side taut_branching_fork(taut_branching *branching, uint32_t i_case);

/// Makes `body` the answer of this branch. [worker]
void taut_branching_label(const taut_branching *branching, json_t *body);

#endif
