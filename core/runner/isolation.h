/// Doors of a worker: descriptors, resource limits, and the two system-call filters.
///
/// Loading needs to open files and map code; running needs almost nothing. The first filter stands
/// before any scenario or plugin is read and refuses what loading never needs (network, other
/// programs, other processes, writing files). The second is an allow list and stands before the
/// first tick.
#ifndef TAUT_RUNNER_ISOLATION_H
#define TAUT_RUNNER_ISOLATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runner/job.h"

/// Descriptors of a worker after taut_isolation_enter: 0 is /dev/null, 1 and 2 the output pipe.
enum { TAUT_WORKER_RESULT_FD = 3, TAUT_WORKER_TRACE_FD = 4, TAUT_WORKER_JOURNAL_FD = 5 };

/// What a worker keeps; -1 for none.
typedef struct taut_worker_fds {
  int result, output, trace, journal;
  bool is_output_kept;  ///< output is a file in memory instead of a pipe
} taut_worker_fds;

/// Ties the process to its parent, gives it its own group, keeps only the descriptors above, sets
/// the limits; without a trace or a journal it can write no file. False when a limit that isolation
/// rests on could not be set. [worker]
bool taut_isolation_enter(const taut_runner_config *config, pid_t parent,
                          const taut_worker_fds *fds);

/// Unmaps the pages of the other slots. [worker]
void taut_isolation_keep_slot(uint8_t *pages, size_t size, uint32_t slot);

/// What a worker may do besides computing: nothing, talk to the peers whose sockets are open
/// already, or fork and wait for its branches.
typedef enum taut_profile {
  TAUT_PROFILE_CLOSED,
  TAUT_PROFILE_LINK,
  TAUT_PROFILE_BRANCH
} taut_profile;

/// Installs a filter. A call it refuses ends the process with TAUT_WORKER_EXIT_FORBIDDEN after its
/// number was put into `slot`. It holds for all threads there are. EREJECT where the kernel (or a
/// sanitizer build) has no filters.
/// `fork_key` opens taut_isolation_fork in the profile BRANCH.
taut_status taut_isolation_filter_loading(taut_slot *slot, taut_profile profile, uint64_t fork_key);
taut_status taut_isolation_filter_running(taut_profile profile, uint64_t fork_key);

/// fork() behind the filters: only a call that carries the key passes, so what a plugin forks is
/// refused as in every job. For a process of one thread; runs no handlers of pthread_atfork.
pid_t taut_isolation_fork(uint64_t fork_key);

/// Name of a system call of this machine ("openat"), written to `text`. [any]
void taut_isolation_call_name(int call, char *text, size_t size);

#endif
