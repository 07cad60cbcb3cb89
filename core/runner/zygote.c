#include "runner/zygote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/worker.h"

/// A running worker as the zygote knows it.
typedef struct child {
  uint32_t id;
  pid_t pid;  ///< 0 when the entry is free
} child;

// ------------------------------------------------------------------------------- inside the zygote

static void notify(int socket, int kind, uint32_t id, pid_t pid, int status) {
  taut_notice notice;
  memset(&notice, 0, sizeof notice);
  notice.kind = kind;
  notice.id = id;
  notice.pid = pid;
  notice.status = status;
  while (send(socket, &notice, sizeof notice, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) _exit(0);  // main is gone
  }
}

/// Receives an order and its descriptors. False when main is gone.
static bool receive_order(int socket, taut_order *order, int fds[2]) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec part = {order, sizeof *order};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t n;
  do {
    n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  fds[0] = fds[1] = -1;
  if (n != (ssize_t)sizeof *order) return false;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header != NULL && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(2 * sizeof(int))) {
    memcpy(fds, CMSG_DATA(header), 2 * sizeof(int));
  }
  return true;
}

static void start_worker(const taut_zygote *zygote, int socket, const taut_order *order,
                         const int fds[2], child *children) {
  child *entry = NULL;
  for (int i = 0; i < zygote->config->n_slots && entry == NULL; i++) {
    if (children[i].pid == 0) entry = &children[i];
  }
  pid_t zygote_pid = getpid();
  pid_t pid = entry != NULL && fds[0] >= 0 ? fork() : -1;
  if (pid == 0) {
    close(socket);
    taut_worker_run(zygote, order, zygote_pid, fds[0], fds[1]);
  }
  int saved = errno;
  if (fds[0] >= 0) close(fds[0]);
  if (fds[1] >= 0) close(fds[1]);
  if (pid < 0) {
    notify(socket, TAUT_NOTICE_REFUSED, order->id, 0, saved);
    return;
  }
  *entry = (child){order->id, pid};
  notify(socket, TAUT_NOTICE_STARTED, order->id, pid, 0);
}

static void reap(const taut_zygote *zygote, int socket, child *children) {
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    for (int i = 0; i < zygote->config->n_slots; i++) {
      if (children[i].pid != pid) continue;
      // Whatever the worker left in its process group ends with it.
      kill(-pid, SIGKILL);
      children[i].pid = 0;
      notify(socket, TAUT_NOTICE_ENDED, children[i].id, pid, status);
    }
  }
}

static void kill_worker(const taut_zygote *zygote, uint32_t id, const child *children) {
  for (int i = 0; i < zygote->config->n_slots; i++) {
    if (children[i].pid == 0 || children[i].id != id) continue;
    // The pid cannot have been given to another process: only `reap` above lets go of it. The
    // worker may not have reached its own process group yet, hence both.
    kill(children[i].pid, SIGKILL);
    kill(-children[i].pid, SIGKILL);
  }
}

_Noreturn static void zygote_main(const taut_zygote *zygote, int socket, pid_t main_pid) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != main_pid) _exit(0);
  prctl(PR_SET_NAME, "taut-zygote");
  // An interrupt from the terminal is main's to handle.
  setpgid(0, 0);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  child *children = calloc((size_t)zygote->config->n_slots, sizeof *children);
  taut_order *order = malloc(sizeof *order);
  if (signals < 0 || children == NULL || order == NULL) _exit(1);
  for (;;) {
    struct pollfd waits[2] = {{socket, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(waits, 2, -1) < 0 && errno != EINTR) _exit(1);
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) > 0) continue;
    reap(zygote, socket, children);
    if (waits[0].revents == 0) continue;
    int fds[2];
    if (!receive_order(socket, order, fds)) break;
    if (order->kind == TAUT_ORDER_START) {
      start_worker(zygote, socket, order, fds, children);
    } else {
      kill_worker(zygote, order->id, children);
    }
  }
  for (int i = 0; i < zygote->config->n_slots; i++) {
    if (children[i].pid != 0) kill(-children[i].pid, SIGKILL);
  }
  _exit(0);
}

// ----------------------------------------------------------------------------------------- in main

taut_slot *taut_zygote_slot(const taut_zygote *zygote, uint32_t slot) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (taut_slot *)(void *)(zygote->slots + slot * page);
}

taut_status taut_zygote_start(const taut_runner_config *config, taut_zygote *out) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return TAUT_EIO;
  taut_zygote zygote = {.config = config, .socket = pair[0]};
  zygote.slots_size = (size_t)config->n_slots * (size_t)sysconf(_SC_PAGESIZE);
  zygote.slots =
      mmap(NULL, zygote.slots_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (zygote.slots == MAP_FAILED) {
    close(pair[0]);
    close(pair[1]);
    return TAUT_ENOMEM;
  }
  // What stands in a stream's buffer would be written again by every child.
  fflush(NULL);
  pid_t main_pid = getpid();
  zygote.pid = fork();
  if (zygote.pid == 0) {
    close(pair[0]);
    zygote_main(&zygote, pair[1], main_pid);
  }
  close(pair[1]);
  if (zygote.pid < 0) {
    close(pair[0]);
    munmap(zygote.slots, zygote.slots_size);
    return TAUT_EIO;
  }
  *out = zygote;
  return TAUT_OK;
}

void taut_zygote_stop(taut_zygote *zygote) {
  if (zygote->pid <= 0) return;
  // The zygote sees the end of the stream and kills its workers. Closing alone would not end it: a
  // zygote forked later holds a copy of this end.
  shutdown(zygote->socket, SHUT_RDWR);
  close(zygote->socket);
  while (waitpid(zygote->pid, NULL, 0) < 0 && errno == EINTR) continue;
  munmap(zygote->slots, zygote->slots_size);
  *zygote = (taut_zygote){.socket = -1};
}

taut_status taut_zygote_send(const taut_zygote *zygote, const taut_order *order, int result_fd,
                             int output_fd) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  taut_order copy = *order;
  struct iovec part = {&copy, sizeof copy};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (order->kind == TAUT_ORDER_START) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    const int fds[2] = {result_fd, output_fd};
    memcpy(CMSG_DATA(header), fds, sizeof fds);
  }
  ssize_t n;
  do {
    n = sendmsg(zygote->socket, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n == (ssize_t)sizeof copy ? TAUT_OK : TAUT_EIO;
}

taut_status taut_zygote_receive(const taut_zygote *zygote, taut_notice *out) {
  ssize_t n;
  do {
    n = recv(zygote->socket, out, sizeof *out, MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n == (ssize_t)sizeof *out) return TAUT_OK;
  return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? TAUT_ENOTFOUND : TAUT_EIO;
}
