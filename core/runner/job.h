/// Jobs: what the main process asks the zygote for, and the shared page a worker reports its time
/// on.
#ifndef TAUT_RUNNER_JOB_H
#define TAUT_RUNNER_JOB_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "scenario/scenario.h"

typedef enum taut_job_kind {
  TAUT_JOB_LIST,    ///< read a scenario file, answer with its cases and registers
  TAUT_JOB_RUN,     ///< run one case of a file, answer with its result
  TAUT_JOB_BRANCH,  ///< run cases of a file that share a warm run, one item frame per case
  TAUT_JOB_CHECK    ///< run the conformance suite on a plugin, one item frame per check
} taut_job_kind;

enum { TAUT_MUTANT_MAX = 256 };    ///< bytes of the text of a mutant
enum { TAUT_BRANCHES_MAX = 256 };  ///< cases of one TAUT_JOB_BRANCH

/// One unit of work for one worker process.
typedef struct taut_job {
  taut_job_kind kind;
  uint32_t i_case;                       ///< TAUT_JOB_RUN: index within the file
  uint32_t n_branches;                   ///< TAUT_JOB_BRANCH: cases
  uint32_t branches[TAUT_BRANCHES_MAX];  ///< their indexes within the file, ascending
  uint64_t seed;                         ///< TAUT_JOB_RUN, TAUT_JOB_BRANCH
  char file[PATH_MAX];                   ///< scenario or plugin
  char trace[PATH_MAX];                  ///< temporary file for the trace; "" for none
  /// Journal of the links: written, or played in place of the peers; "" for none.
  char journal[PATH_MAX];
  bool is_replay;
  char twin[TAUT_TWIN_MAX];  ///< TAUT_JOB_RUN: taut_scenario_options.twin; "" for none
  /// Lean: no trace, plots or repetitions, a signature instead (runner/signature.h).
  bool is_lean;
  bool is_fail_fast;             ///< as of taut_case_options
  int64_t budget_ns;             ///< as of taut_case_options
  char mutant[TAUT_MUTANT_MAX];  ///< as of taut_case_options; "" for none
} taut_job;

enum { TAUT_NONCE_SIZE = 16 };

/// Main to zygote, one SOCK_SEQPACKET message; START carries two descriptors: result and output
/// pipe.
typedef struct taut_order {
  enum { TAUT_ORDER_START = 1, TAUT_ORDER_KILL = 2 } kind;
  uint32_t id;                     ///< of the job, unique within the run
  uint32_t slot;                   ///< page of the shared memory
  uint8_t nonce[TAUT_NONCE_SIZE];  ///< every frame must repeat it
  taut_job job;
} taut_order;

/// Zygote to main.
typedef struct taut_notice {
  enum { TAUT_NOTICE_STARTED = 1, TAUT_NOTICE_ENDED = 2, TAUT_NOTICE_REFUSED = 3 } kind;
  uint32_t id;
  int32_t pid;
  int32_t status;  ///< ENDED: of waitpid; REFUSED: errno of fork
} taut_notice;

/// One page per slot, shared by the main process and the worker that holds the slot.
typedef struct taut_slot {
  volatile int64_t tick_ns;  ///< last row of the run, -1 before the first
  volatile int32_t call;     ///< number of the forbidden system call or raised signal, -1 for none
} taut_slot;

/// What every job of a command has in common. Fixed before the zygote is forked.
typedef struct taut_runner_config {
  taut_scenario_options scenario;  ///< `log` is ignored: each worker has its own
  const char *keys;                ///< file of this side's keys, for addresses with a key; or NULL
  int n_slots;                     ///< workers at the same time
  double timeout_s;                ///< wall time of one job [s]
  uint64_t memory_bytes;           ///< address space of a worker; 0 means 512 MiB
  uint64_t file_bytes;  ///< largest file a worker may write; 0 means 4 GiB with a trace, else 0
  double speed;         ///< simulated over wall time [1], 0: as fast as it goes
  bool is_live;         ///< links run on the wall clock too
  bool is_stress;       ///< passed to the engine
  bool has_no_plots;    ///< results only: no rows, plots and repetitions are kept beside a run
} taut_runner_config;

/// Exit statuses of a worker that main tells apart.
enum {
  TAUT_WORKER_EXIT_FORBIDDEN = 96,  ///< the system-call filter trapped; `call` names it
  TAUT_WORKER_EXIT_PIPE = 97,       ///< the answer could not be written
  TAUT_WORKER_EXIT_SETUP = 98,      ///< limits or descriptors could not be set
  TAUT_WORKER_EXIT_FORK = 99,       ///< a branch could not be started or waited for
  TAUT_WORKER_EXIT_RAISED = 100     ///< a branch raised the signal `call` against itself
};

/// Largest frame a worker may send [bytes], and most of its printed output that is kept.
enum { TAUT_FRAME_MAX = 32 * 1024 * 1024, TAUT_OUTPUT_MAX = 64 * 1024 };

#endif
