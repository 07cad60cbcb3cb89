/// The pool: keeps up to n_slots workers busy under a libuv loop and reports how each job ended.
#ifndef TAUT_RUNNER_POOL_H
#define TAUT_RUNNER_POOL_H

#include <jansson.h>

#include "runner/frame.h"
#include "runner/zygote.h"

typedef struct taut_pool taut_pool;

typedef enum taut_job_outcome {
  TAUT_JOB_ANSWERED,   ///< one final frame and exit status 0
  TAUT_JOB_DIED,       ///< ended without a believable answer
  TAUT_JOB_TIMED_OUT,  ///< wall time was over
  TAUT_JOB_STOPPED     ///< the run was interrupted before it ended
} taut_job_outcome;

/// How a job ended. Everything is borrowed during the call.
typedef struct taut_job_end {
  const taut_job *job;
  uint64_t tag;  ///< given to taut_pool_submit
  taut_job_outcome outcome;
  json_t *answer;    ///< the final frame; NULL unless ANSWERED
  const char *text;  ///< what happened, in words; "" when ANSWERED
  int64_t tick_ns;   ///< last row the worker published, -1 for none
  int status;        ///< of waitpid; 0 when the worker never started
  long pid;
  double wall_s;
  const char *output;  ///< what it printed, raw, at most TAUT_OUTPUT_MAX bytes
  size_t n_output;
  size_t n_output_lost;
} taut_job_end;

typedef struct taut_pool_events {
  void (*on_end)(void *user, const taut_job_end *end);  ///< may submit more jobs, or stop the pool
  void (*on_item)(void *user, uint64_t tag, const json_t *item);  ///< may be NULL
  void (*on_tick)(void *user);  ///< about four times a second; may be NULL
  void *user;
} taut_pool_events;

/// A pool on a running zygote (borrowed). ENOMEM, EIO. [main]
taut_status taut_pool_create(taut_zygote *zygote, const taut_pool_events *events, taut_pool **out);
void taut_pool_destroy(taut_pool *pool);

/// Appends a job to the queue. `tag` comes back with its end. [main]
void taut_pool_submit(taut_pool *pool, const taut_job *job, uint64_t tag);

/// Runs until every job has ended or the pool was stopped. EIO when the zygote is gone. [main]
taut_status taut_pool_run(taut_pool *pool);

/// Drops the queue. Jobs under way go on, or with `kill` end as STOPPED. [main]
void taut_pool_stop(taut_pool *pool, bool kill);

/// Whether SIGINT or SIGTERM arrived; the pool then stops by itself. [main]
bool taut_pool_is_interrupted(const taut_pool *pool);

/// Tag of the job that has been running longest; false when none runs. [main]
bool taut_pool_running(const taut_pool *pool, uint64_t *tag);

#endif
