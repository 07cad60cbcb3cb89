#include "runner/isolation.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

// ------------------------------------------------------------------------------------ before
// loading

static bool set_limit(__rlimit_resource_t resource, uint64_t soft, uint64_t hard) {
  struct rlimit now, limit = {(rlim_t)soft, (rlim_t)hard};
  // A hard limit that is already lower stays: raising it needs a privilege nobody should have here.
  if (getrlimit(resource, &now) != 0) return false;
  if (now.rlim_max != RLIM_INFINITY && limit.rlim_max > now.rlim_max) limit.rlim_max = now.rlim_max;
  if (limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
  return setrlimit(resource, &limit) == 0;
}

/// Descriptors: few, and some ten more for each link.
static uint64_t count_files(const taut_runner_config *config) {
  uint64_t n = 64;
  for (const char *const *with = config->scenario.with; with != NULL && *with != NULL; with++) {
    if (strstr(*with, "://") != NULL) n += 16;
  }
  return n;
}

static bool set_limits(const taut_runner_config *config, const taut_worker_fds *fds) {
  uint64_t memory = config->memory_bytes > 0 ? config->memory_bytes : UINT64_C(512) << 20;
  uint64_t file = 0;
  if (fds->is_output_kept) file = 256 * TAUT_OUTPUT_MAX;
  if (fds->trace >= 0 || fds->journal >= 0)
    file = config->file_bytes > 0 ? config->file_bytes : UINT64_C(4) << 30;
  // Wall time is main's to watch; the limit on CPU time stands behind it should main be stopped.
  uint64_t cpu_s = (uint64_t)config->timeout_s + 2;
  bool is_set = set_limit(RLIMIT_CORE, 0, 0) && set_limit(RLIMIT_CPU, cpu_s, cpu_s + 1) &&
                set_limit(RLIMIT_FSIZE, file, file) &&
                set_limit(RLIMIT_NOFILE, count_files(config), count_files(config));
  // A sanitizer reserves terabytes of addresses for its shadow.
  if (!IS_SANITIZED) is_set = set_limit(RLIMIT_AS, memory, memory) && is_set;
  return is_set;
}

/// Puts `fd` at descriptor `place`; the source stays open until close_range.
static bool place_fd(int fd, int place) {
  return fd == place || dup2(fd, place) == place;
}

static void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0u, 0u) == 0) return;
  long last = sysconf(_SC_OPEN_MAX);
  if (last < 0 || last > 65536) last = 65536;
  for (long fd = (long)first; fd < last; fd++) close((int)fd);
}

static bool arrange_fds(const taut_worker_fds *fds) {
  const struct {
    int from, place;
  } moves[] = {{fds->output, 1},
               {fds->output, 2},
               {fds->result, TAUT_WORKER_RESULT_FD},
               {fds->trace, TAUT_WORKER_TRACE_FD},
               {fds->journal, TAUT_WORKER_JOURNAL_FD}};
  enum { N = sizeof moves / sizeof moves[0] };
  // First out of the way of the final places, so that no dup2 below overwrites a source.
  int aside[N];
  bool is_done = true;
  for (int i = 0; i < N; i++) {
    aside[i] = moves[i].from >= 0 ? fcntl(moves[i].from, F_DUPFD, 16) : -1;
    is_done = is_done && (moves[i].from < 0 || aside[i] >= 0);
  }
  int null = open("/dev/null", O_RDONLY);
  is_done = is_done && null >= 0 && place_fd(null, 0);
  for (int i = 0; i < N && is_done; i++) {
    is_done = aside[i] < 0 || place_fd(aside[i], moves[i].place);
    if (aside[i] < 0) close(moves[i].place);
  }
  close_from(TAUT_WORKER_JOURNAL_FD + 1);
  return is_done;
}

bool taut_isolation_enter(const taut_runner_config *config, pid_t parent,
                          const taut_worker_fds *fds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) return false;
  setpgid(0, 0);
  prctl(PR_SET_DUMPABLE, 0);
  prctl(PR_SET_NAME, "taut-worker");
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (!arrange_fds(fds)) return false;
  // What a plugin prints before it crashes is the best clue there is: keep no line back.
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  return set_limits(config, fds);
}

void taut_isolation_keep_slot(uint8_t *pages, size_t size, uint32_t slot) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE), start = slot * page;
  if (start > 0) munmap(pages, start);
  if (start + page < size) munmap(pages + start + page, size - start - page);
}

// ----------------------------------------------------------------------------------------- filters

static taut_slot
    *trap_slot;  // a signal handler has no other way to reach it; one per worker process

/// Whether the call is this process raising a signal against itself, as abort() does. The filter
/// knows the worker's own number alone, not those of its branches.
static bool is_raised(const siginfo_t *info, const ucontext_t *context, int *number) {
#if defined(__x86_64__)
  const greg_t *registers = context->uc_mcontext.gregs;
  const long to = registers[REG_RDI], what = registers[REG_RDX];
#elif defined(__aarch64__)
  const long to = (long)context->uc_mcontext.regs[0], what = (long)context->uc_mcontext.regs[2];
#else
  (void)context;
  const long to = -1, what = 0;
#endif
  *number = (int)what;
  return info->si_syscall == SYS_tgkill && to == getpid() && what > 0 && what < NSIG;
}

static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  int raised;
  if (is_raised(info, context, &raised)) {
    trap_slot->call = raised;
    _exit(TAUT_WORKER_EXIT_RAISED);
  }
  trap_slot->call = info->si_syscall;
  _exit(TAUT_WORKER_EXIT_FORBIDDEN);
}

static bool catch_traps(taut_slot *slot) {
  trap_slot = slot;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO;
  return sigaction(SIGSYS, &action, NULL) == 0;
}

/// A rule with one condition: argument `i` compared with `a` (and `b`, for a masked comparison).
static bool add_rule(scmp_filter_ctx filter, uint32_t action, int call, unsigned i,
                     enum scmp_compare compare, scmp_datum_t a, scmp_datum_t b) {
  const struct scmp_arg_cmp condition = {i, compare, a, b};
  return seccomp_rule_add_array(filter, action, call, 1, &condition) == 0;
}

/// Adds rules for calls by name; a name this architecture does not have is skipped.
static bool add_calls(scmp_filter_ctx filter, uint32_t action, const char *const *names) {
  for (; *names != NULL; names++) {
    int call = seccomp_syscall_resolve_name(*names);
    if (call == __NR_SCMP_ERROR) continue;
    int result = seccomp_rule_add(filter, action, call, 0);
    if (result != 0 && result != -EDOM && result != -EOPNOTSUPP) return false;
  }
  return true;
}

/// Opening by name: `openat`, and `open` where the machine has it.
static bool add_opening(scmp_filter_ctx filter, uint32_t action, scmp_datum_t mask,
                        scmp_datum_t value) {
  bool is_added = add_rule(filter, action, SCMP_SYS(openat), 2, SCMP_CMP_MASKED_EQ, mask, value);
#ifdef __NR_open
  is_added =
      add_rule(filter, action, SCMP_SYS(open), 1, SCMP_CMP_MASKED_EQ, mask, value) && is_added;
#endif
  return is_added;
}

/// A filter whose trap nobody can take away again: a new handler for SIGSYS ends the process.
static scmp_filter_ctx filter_create(uint32_t action) {
  scmp_filter_ctx filter = seccomp_init(action);
  if (filter == NULL) return NULL;
  // The thread that writes the trace shares memory with what runs here: it gets the same filter.
  if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 &&
      add_rule(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(rt_sigaction), 0, SCMP_CMP_EQ, SIGSYS, 0)) {
    return filter;
  }
  seccomp_release(filter);
  return NULL;
}

static taut_status filter_load(scmp_filter_ctx filter, bool is_built) {
  int result = is_built ? seccomp_load(filter) : -1;
  seccomp_release(filter);
  return result == 0 ? TAUT_OK : TAUT_EREJECT;
}

/// Every way to open for writing has at least one of these bits.
static bool refuse_writing(scmp_filter_ctx filter) {
  static const scmp_datum_t bits[] = {O_CREAT, O_TRUNC, O_WRONLY, O_RDWR};
  bool is_added = true;
  for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
    is_added = add_opening(filter, SCMP_ACT_TRAP, bits[i], bits[i]) && is_added;
  }
  return is_added;
}

/// Messages may go out on connections that are open, never to an address.
static bool refuse_sending(scmp_filter_ctx filter, taut_profile profile) {
  static const char *const messages[] = {"sendmsg", "sendmmsg", NULL};
  static const char *const all[] = {"sendto", NULL};
  if (!add_calls(filter, SCMP_ACT_TRAP, messages)) return false;
  if (profile != TAUT_PROFILE_LINK) return add_calls(filter, SCMP_ACT_TRAP, all);
  return add_rule(filter, SCMP_ACT_TRAP, SCMP_SYS(sendto), 4, SCMP_CMP_NE, 0, 0);
}

/// What sockets that are open need, and the thread of ZeroMQ that serves them.
static bool allow_links(scmp_filter_ctx filter) {
  // Threads of ZeroMQ may be so late that they still set their (ordinary) scheduling and name.
  static const char *const calls[] = {"recvfrom",       "epoll_wait",         "epoll_pwait",
                                      "epoll_ctl",      "getsockopt",         "shutdown",
                                      "sched_getparam", "sched_getscheduler", NULL};
  return add_calls(filter, SCMP_ACT_ALLOW, calls) &&
         add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_SET_NAME, 0) &&
         add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(sched_setscheduler), 1, SCMP_CMP_EQ, SCHED_OTHER,
                  0) &&
         add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendto), 4, SCMP_CMP_EQ, 0, 0);
}

// An argument of clone() that counts for nothing with these flags carries the key.
enum { CLONE_FLAGS = 0, CLONE_KEY = 2 };

pid_t taut_isolation_fork(uint64_t fork_key) {
  // Sanitizers must know of a fork, and have no filters.
  if (IS_SANITIZED) return fork();
  return (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0ul, (unsigned long)fork_key, 0ul, 0ul);
}

/// Refuses new threads and processes; but for branches.
static bool refuse_cloning(scmp_filter_ctx filter, taut_profile profile, uint64_t fork_key) {
  static const char *const all[] = {"clone", NULL};
  if (profile != TAUT_PROFILE_BRANCH) return add_calls(filter, SCMP_ACT_TRAP, all);
  return add_rule(filter, SCMP_ACT_TRAP, SCMP_SYS(clone), CLONE_FLAGS, SCMP_CMP_NE, SIGCHLD, 0) &&
         add_rule(filter, SCMP_ACT_TRAP, SCMP_SYS(clone), CLONE_KEY, SCMP_CMP_NE, fork_key, 0);
}

/// What it takes to fork a branch that dies with its parent, to wait for it, and to take back what
/// it printed.
static bool allow_branches(scmp_filter_ctx filter, uint64_t fork_key) {
  static const char *const calls[] = {"wait4", NULL};
  const struct scmp_arg_cmp with_key[] = {{CLONE_FLAGS, SCMP_CMP_EQ, SIGCHLD, 0},
                                          {CLONE_KEY, SCMP_CMP_EQ, fork_key, 0}};
  return add_calls(filter, SCMP_ACT_ALLOW, calls) &&
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 2, with_key) == 0 &&
         add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 0, SCMP_CMP_EQ, PR_SET_PDEATHSIG, 0) &&
         add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(ftruncate), 0, SCMP_CMP_EQ, STDOUT_FILENO, 0);
}

taut_status taut_isolation_filter_loading(taut_slot *slot, taut_profile profile,
                                          uint64_t fork_key) {
  if (IS_SANITIZED) return TAUT_EREJECT;
  static const char *const refused[] = {"socket",
                                        "socketpair",
                                        "connect",
                                        "bind",
                                        "listen",
                                        "accept",
                                        "accept4",
                                        "execve",
                                        "execveat",
                                        "ptrace",
                                        "process_vm_readv",
                                        "process_vm_writev",
                                        "kill",
                                        "tkill",
                                        "fork",
                                        "vfork",
                                        "clone3",
                                        "setsid",
                                        "setpgid",
                                        "openat2",
                                        "creat",
                                        "unlink",
                                        "unlinkat",
                                        "rename",
                                        "renameat",
                                        "renameat2",
                                        "mkdir",
                                        "mkdirat",
                                        "rmdir",
                                        "link",
                                        "linkat",
                                        "symlink",
                                        "symlinkat",
                                        "mknod",
                                        "mknodat",
                                        "chmod",
                                        "fchmodat",
                                        "fchmod",
                                        "chown",
                                        "lchown",
                                        "fchown",
                                        "fchownat",
                                        "truncate",
                                        "mount",
                                        "umount2",
                                        "unshare",
                                        "setns",
                                        "bpf",
                                        "keyctl",
                                        "add_key",
                                        "request_key",
                                        "io_uring_setup",
                                        "userfaultfd",
                                        "perf_event_open",
                                        "reboot",
                                        "init_module",
                                        "finit_module",
                                        "delete_module",
                                        "pidfd_open",
                                        "pidfd_getfd",
                                        "pidfd_send_signal",
                                        "memfd_create",
                                        "chroot",
                                        "pivot_root",
                                        "swapon",
                                        "swapoff",
                                        "sethostname",
                                        "settimeofday",
                                        "clock_settime",
                                        "setrlimit",
                                        NULL};
  if (!catch_traps(slot)) return TAUT_EREJECT;
  const scmp_datum_t own = (scmp_datum_t)getpid();
  scmp_filter_ctx filter = filter_create(SCMP_ACT_ALLOW);
  if (filter == NULL) return TAUT_EREJECT;
  bool is_built = add_calls(filter, SCMP_ACT_TRAP, refused) && refuse_writing(filter) &&
                  refuse_sending(filter, profile) && refuse_cloning(filter, profile, fork_key) &&
                  add_rule(filter, SCMP_ACT_TRAP, SCMP_SYS(tgkill), 0, SCMP_CMP_NE, own, 0);
  return filter_load(filter, is_built);
}

taut_status taut_isolation_filter_running(taut_profile profile, uint64_t fork_key) {
  if (IS_SANITIZED) return TAUT_EREJECT;
  static const char *const allowed[] = {"read",
                                        "pread64",
                                        "write",
                                        "writev",
                                        "pwrite64",
                                        "close",
                                        "lseek",
                                        "fsync",
                                        "fdatasync",
                                        "fstat",
                                        "newfstatat",
                                        "mmap",
                                        "munmap",
                                        "mremap",
                                        "mprotect",
                                        "madvise",
                                        "brk",
                                        "futex",
                                        "sched_yield",
                                        "rt_sigprocmask",
                                        "rt_sigreturn",
                                        "sigaltstack",
                                        "restart_syscall",
                                        "gettid",
                                        "getpid",
                                        "getppid",
                                        "clock_gettime",
                                        "clock_getres",
                                        "gettimeofday",
                                        "time",
                                        "nanosleep",
                                        "clock_nanosleep",
                                        "getrandom",
                                        "getrusage",
                                        "times",
                                        "exit",
                                        "exit_group",
                                        "poll",
                                        "ppoll",
                                        "pause",
                                        "uname",
                                        "sysinfo",
                                        "sched_getaffinity",
                                        "rseq",
                                        "set_robust_list",
                                        NULL};
  const scmp_datum_t own = (scmp_datum_t)getpid(), writing = O_ACCMODE | O_CREAT | O_TRUNC;
  scmp_filter_ctx filter = filter_create(SCMP_ACT_TRAP);
  if (filter == NULL) return TAUT_EREJECT;
  bool is_built =
      add_calls(filter, SCMP_ACT_ALLOW, allowed) &&
      // The C library may look for a locale or a time zone; it copes with not finding one.
      add_opening(filter, SCMP_ACT_ERRNO(EACCES), writing, 0) &&
      add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(rt_sigaction), 0, SCMP_CMP_NE, SIGSYS, 0) &&
      add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_CMP_EQ, TCGETS, 0) &&
      // abort() and raise() send a signal to the own process only.
      add_rule(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 0, SCMP_CMP_EQ, own, 0) &&
      (profile != TAUT_PROFILE_LINK || allow_links(filter)) &&
      (profile != TAUT_PROFILE_BRANCH || allow_branches(filter, fork_key));
  return filter_load(filter, is_built);
}

void taut_isolation_call_name(int call, char *text, size_t size) {
  char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call);
  snprintf(text, size, "%s", name != NULL ? name : "unknown");
  free(name);
}
