#include "runner/branch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/record.h"
#include "report/text.h"
#include "runner/frame.h"
#include "runner/isolation.h"

int taut_branching_output(void) {
  int fd = memfd_create("output", MFD_CLOEXEC);
  if (fd >= 0 && fcntl(fd, F_SETFL, O_APPEND) != 0) {
    close(fd);
    fd = -1;
  }
  return fd;
}

void taut_branching_init(taut_branching *b, const taut_order *order, taut_slot *slot) {
  *b = (taut_branching){.order = order, .slot = slot, .n_left = order->job.n_branches};
  unsigned long key;  // as wide as an argument of a system call
  memcpy(&key, order->nonce, sizeof key);
  b->fork_key = key;
  // Output beyond the file's limit is lost, as it is in a pipe that nobody reads to the end.
  signal(SIGXFSZ, SIG_IGN);
}

static void send_item(const taut_branching *b, uint32_t i_case, const char *state, json_t *body) {
  json_object_set_new(body, "case", json_integer(i_case));
  json_object_set_new(body, "state", json_string(state));
  if (taut_frame_write(TAUT_WORKER_RESULT_FD, b->order->nonce, "item", body) != TAUT_OK)
    _exit(TAUT_WORKER_EXIT_PIPE);
}

/// Adds what was printed up to now.
static void add_output(json_t *body) {
  char *text = taut_memory_resize(NULL, TAUT_OUTPUT_MAX);
  ssize_t n = pread(STDOUT_FILENO, text, TAUT_OUTPUT_MAX, 0);
  off_t size = lseek(STDOUT_FILENO, 0, SEEK_END);
  char *clean = taut_text_clean(text, n > 0 ? (size_t)n : 0);
  json_object_set_new(body, "output", taut_record_string(clean));
  json_object_set_new(body, "output_lost", json_integer(n > 0 && size > n ? size - n : 0));
  free(clean);
  free(text);
}

/// What of the child outlives it: how it ended, when, and its words.
static void send_left(const taut_branching *b, uint32_t i_case, int status) {
  json_t *body = json_object();
  json_object_set_new(body, "wait", json_integer(status));
  json_object_set_new(body, "tick_ns", json_integer(b->slot->tick_ns));
  json_object_set_new(body, "call", json_integer(b->slot->call));
  add_output(body);
  send_item(b, i_case, "left", body);
}

taut_branch_side taut_branching_fork(taut_branching *b, uint32_t i_case) {
  send_item(b, i_case, "begun", json_object());
  // What stands in a buffer would be written by both.
  fflush(NULL);
  const off_t n_printed = lseek(STDOUT_FILENO, 0, SEEK_END);
  const int64_t tick_ns = b->slot->tick_ns;
  const pid_t parent = getpid(), child = taut_isolation_fork(b->fork_key);
  if (child == 0) {
    // What ends the parent ends its branch; that is not inherited.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(TAUT_WORKER_EXIT_FORK);
    b->is_child = true;
    b->i_case = i_case;
    return TAUT_BRANCH_CHILD;
  }
  int status = 0;
  pid_t ended = child;
  while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) continue;
  // Without a process, or without news of it, nothing is known of the case.
  if (child < 0 || ended < 0) _exit(TAUT_WORKER_EXIT_FORK);
  send_left(b, i_case, status);
  b->slot->tick_ns = tick_ns;
  b->slot->call = -1;
  if (n_printed < 0 || ftruncate(STDOUT_FILENO, n_printed) != 0) _exit(TAUT_WORKER_EXIT_FORK);
  return --b->n_left > 0 ? TAUT_BRANCH_PARENT : TAUT_BRANCH_LAST;
}

void taut_branching_label(const taut_branching *b, json_t *body) {
  json_object_set_new(body, "case", json_integer(b->i_case));
  json_object_set_new(body, "state", json_string("ended"));
}
