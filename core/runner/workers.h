/// The workers as main sees them: a queue of jobs, up to n_slots at work under a libuv loop, and
/// how each ended.
#ifndef TAUT_RUNNER_WORKERS_H
#define TAUT_RUNNER_WORKERS_H

#include <jansson.h>

#include "runner/frame.h"
#include "runner/zygote.h"

typedef struct taut_workers taut_workers;

typedef enum taut_job_outcome {
  TAUT_JOB_ANSWERED,   ///< one final frame and exit status 0
  TAUT_JOB_DIED,       ///< ended without a believable answer
  TAUT_JOB_TIMED_OUT,  ///< wall time was over
  TAUT_JOB_STOPPED     ///< the run was interrupted before it ended
} taut_job_outcome;

/// How a job ended. Everything is borrowed during the call.
typedef struct taut_job_end {
  const taut_job *job;
  uint64_t tag;         ///< given to taut_workers_submit
  int64_t i_under_way;  ///< of branches: the case this is about, -1 for none
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

typedef struct taut_workers_events {
  void (*on_end)(void *user,
                 const taut_job_end *end);  ///< may submit more jobs, or stop them
  /// A branch of a job has ended, as ANSWERED or DIED; may stop jobs. Not NULL where there are jobs
  /// of branches.
  void (*on_branch)(void *user, const taut_job_end *end);
  void (*on_item)(void *user, uint64_t tag, const json_t *item);  ///< may be NULL
  void (*on_tick)(void *user);  ///< about four times a second; may be NULL
  void *user;
} taut_workers_events;

/// Workers on a running zygote (borrowed). ENOMEM, EIO. [main]
taut_status taut_workers_create(taut_zygote *zygote, const taut_workers_events *events,
                                taut_workers **out);
void taut_workers_destroy(taut_workers *workers);

/// Appends a job to the queue. `tag` comes back with its end. [main]
void taut_workers_submit(taut_workers *workers, const taut_job *job, uint64_t tag);

/// Runs until every job has ended or was stopped. EIO when the zygote is gone. [main]
taut_status taut_workers_run(taut_workers *workers);

/// Drops the queue. Jobs under way go on, or with `kill` end as STOPPED. [main]
void taut_workers_stop(taut_workers *workers, bool kill);

/// Whether SIGINT or SIGTERM arrived; the queue is then dropped and every job stopped. [main]
bool taut_workers_is_interrupted(const taut_workers *workers);

/// Tag of the job that has been running longest; false when none runs. [main]
bool taut_workers_running(const taut_workers *workers, uint64_t *tag);

#endif
