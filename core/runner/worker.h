/// A worker: the process that holds one job, its scenario and its plugins, behind limits and a
/// system-call filter. It never returns.
#ifndef TAUT_RUNNER_WORKER_H
#define TAUT_RUNNER_WORKER_H

#include <sys/types.h>

#include "runner/zygote.h"

/// Does the job of `order` and ends the process. [worker]
_Noreturn void taut_worker_run(const taut_zygote *zygote, const taut_order *order, pid_t zygote_pid,
                               int result_fd, int output_fd);

#endif
