/// A session that does one bad thing at one instant. The tests of isolation put it into a case to
/// see that this case alone pays for it.
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "taut/plugin.h"
#include "taut/roles.h"

// clang-format off
#define KIND_MAP(X)                                                       \
  X(NONE, "none") X(SEGV, "segv") X(ABORT, "abort") X(EXIT, "exit")       \
  X(EXIT_EARLY, "exit_early") X(FPE, "fpe") X(STACK, "stack")             \
  X(HANG, "hang") X(MEMORY, "memory") X(CLOSE_FDS, "close_fds")           \
  X(GARBAGE, "garbage") X(FORGE, "forge") X(PRINT, "print")               \
  X(SOCKET, "socket") X(OPEN, "open") X(FORK, "fork") X(EXEC, "exec")     \
  X(KILL, "kill") X(RANDOM, "random") X(SLOW, "slow")                     \
  X(SHARED, "shared") X(CALM, "calm")
// clang-format on
#define KIND_ENUM(name, label) KIND_##name,
enum { KIND_MAP(KIND_ENUM) KIND_COUNT };

typedef struct crash_state {
  double value;
  double has_acted;  ///< with by_load
} crash_state;
static_assert(sizeof(crash_state) == 16, "state without gaps");

enum { PARAM_KIND, PARAM_AT_S, PARAM_BY_LOAD };
static const taut_signal params[] = {
    {1, TAUT_ENUM, "kind", TAUT_UNIT_NONE, 0, KIND_COUNT - 1, 0, TAUT_LABELS(KIND_MAP), 1, 0, 0, 0,
     "what it does"},
    {2, 0, "at_s", TAUT_UNIT_S, 0, 1000, 0.25, NULL, 1, 0, 0, 0, "when"},
    {3, TAUT_BOOL, "by_load", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0,
     "the load set on the left side is the number of the kind, and it is done at once"},
};
static const taut_signal inputs[] = {TAUT_SESSION_INPUTS};
static const taut_signal outputs[] = {TAUT_SESSION_OUTPUTS};

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(crash_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  if (inst->param[PARAM_KIND] == KIND_EXIT_EARLY) exit(0);
  return TAUT_OK;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const crash_state *state = inst->state;
  for (int i = 0; i < TAUT_SESSION_OUT_COUNT; i++) inst->out[i] = outputs[i].init;
  inst->out[TAUT_SESSION_OUT_SETS_DONE] = state->value;
  return TAUT_OK;
}

static int overflow(volatile const char *above) {
  volatile char block[4096];
  memset((char *)block, above[0] + 1, sizeof block);
  return overflow(block) + block[17];
}

static void eat_memory(void) {
  for (;;) {
    // As a plugin that does not look at what malloc gives; volatile, or clang leaves both out.
    volatile char *block = malloc(1 << 22);
    for (size_t i = 0; i < 1 << 22; i += 4096) block[i] = 1;
  }
}

static void write_all_fds(const void *bytes, size_t size) {
  for (int fd = 3; fd < 64; fd++) {
    ssize_t ignored = write(fd, bytes, size);
    (void)ignored;
  }
}

/// A frame as the worker would send it, but for what only the worker knows; then a quiet exit.
static void forge(void) {
  static const char json[] =
      "{\"type\":\"end\",\"status\":0,\"nonce\":\"00000000000000000000000000000000\"}";
  char frame[4 + sizeof json - 1] = {(char)(sizeof json - 1), 0, 0, 0};
  memcpy(frame + 4, json, sizeof json - 1);
  write_all_fds(frame, sizeof frame);
  _exit(0);
}

static double clock_digits(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_nsec % 1000000);
}

/// Memory that a fork does not copy: what one branch writes, the next one reads.
static double count_shared(void) {
  static double *count;
  if (count == NULL) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return -1;
    count = page;
  }
  return ++*count;
}

static void act(int kind, crash_state *state) {
  volatile int zero = 0;
  switch (kind) {
    case KIND_SEGV: *(volatile int *)(uintptr_t)8 = 1; break;
    case KIND_ABORT: abort();
    case KIND_EXIT: exit(0);
    case KIND_FPE: raise(SIGFPE); break;
    case KIND_STACK: state->value = overflow((const char *)&zero); break;
    case KIND_HANG:
      for (;;) zero = zero + 0;
    case KIND_MEMORY: eat_memory(); break;
    case KIND_CLOSE_FDS:
      for (int fd = 0; fd < 64; fd++) close(fd);
      break;
    case KIND_GARBAGE: write_all_fds("this is no frame at all", 23); break;
    case KIND_FORGE: forge(); break;
    case KIND_PRINT:
      for (int i = 0; i < 100000; i++) printf("line %d \033[31m of far too many\n", i);
      break;
    case KIND_SOCKET: socket(AF_INET, SOCK_STREAM, 0); break;
    case KIND_OPEN: open("taut-crash-was-here", O_WRONLY | O_CREAT, 0600); break;
    case KIND_FORK: fork(); break;
    case KIND_EXEC: execl("/bin/true", "true", (char *)NULL); break;
    case KIND_KILL: kill(getppid(), SIGKILL); break;
    case KIND_RANDOM: state->value = clock_digits(); break;
    case KIND_SLOW: sleep(2); break;
    case KIND_SHARED: state->value = count_shared(); break;
    default: break;
  }
}

static void act_by_load(const taut_instance *inst) {
  crash_state *state = inst->state;
  double load = *inst->in[TAUT_SESSION_IN_SIDE_SET_LOAD_N];
  // The page is there before anybody branches.
  if (inst->param[PARAM_KIND] == KIND_SHARED && state->value < 0.5) state->value = count_shared();
  if (load < 0.5 || state->has_acted > 0.5) return;
  state->has_acted = 1;
  act((int)(load + 0.5), state);
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  if (inst->param[PARAM_BY_LOAD] > 0) {
    act_by_load(inst);
    return TAUT_OK;
  }
  int64_t at_ns = (int64_t)(inst->param[PARAM_AT_S] * 1e9 + 0.5);
  if (tick_ns >= at_ns && tick_ns < at_ns + inst->period_ns) {
    act((int)inst->param[PARAM_KIND], inst->state);
  }
  return TAUT_OK;
}

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = "crash",
    .role = "session",
    .version = "1.0.0",
    .help = "does one bad thing at one instant",
    .state_layout = 2,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .period_ns = 10000000,
    .period_ns_min = 1000000,
    .period_ns_max = 100000000,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
};

const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}
