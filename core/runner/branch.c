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

/// What a child leaves behind, in memory that it shares with its parent.
typedef struct taut_branch_answer {
  volatile uint64_t size;  ///< 0 until the text is whole
  char text[TAUT_FRAME_MAX];
} taut_branch_answer;

int taut_branching_output(void) {
  int fd = memfd_create("output", MFD_CLOEXEC);
  if (fd >= 0 && fcntl(fd, F_SETFL, O_APPEND) != 0) {
    close(fd);
    fd = -1;
  }
  return fd;
}

taut_status taut_branching_open(taut_branching *branching, const taut_order *order,
                                taut_slot *slot) {
  // Pages that no answer reaches cost nothing.
  void *memory = mmap(NULL, sizeof(taut_branch_answer), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return TAUT_ENOMEM;
  // Output beyond the file's limit is lost, as it is in a pipe that nobody reads to the end.
  signal(SIGXFSZ, SIG_IGN);
  *branching = (taut_branching){
      .order = order, .slot = slot, .answer = memory, .n_left = order->job.n_branches};
  return TAUT_OK;
}

/// Adds what was printed up to now to an answer.
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

static json_t *item_of(uint32_t i_case, const char *state) {
  json_t *body = json_object();
  json_object_set_new(body, "case", json_integer(i_case));
  json_object_set_new(body, "state", json_string(state));
  return body;
}

static void send_item(const taut_branching *b, json_t *body) {
  if (taut_frame_write(TAUT_WORKER_RESULT_FD, b->order->nonce, "item", body) != TAUT_OK)
    _exit(TAUT_WORKER_EXIT_PIPE);
}

static void send_death(const taut_branching *b, uint32_t i_case, int status) {
  json_t *body = item_of(i_case, "died");
  json_object_set_new(body, "wait", json_integer(status));
  json_object_set_new(body, "tick_ns", json_integer(b->slot->tick_ns));
  json_object_set_new(body, "call", json_integer(b->slot->call));
  add_output(body);
  send_item(b, body);
}

/// Passes on what the child left.
static void settle(const taut_branching *b, uint32_t i_case, int status) {
  uint64_t size = b->answer->size;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && size > 0 && size <= TAUT_FRAME_MAX) {
    // Whether it is what an answer should be is for the main process to see.
    if (taut_frame_send(TAUT_WORKER_RESULT_FD, b->answer->text, size) != TAUT_OK)
      _exit(TAUT_WORKER_EXIT_PIPE);
    return;
  }
  send_death(b, i_case, status);
}

static void enter_child(taut_branching *b, uint32_t i_case, pid_t parent) {
  // What ends the parent ends its branch; that is not inherited.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(TAUT_WORKER_EXIT_SETUP);
  close(TAUT_WORKER_RESULT_FD);
  b->is_child = true;
  b->i_case = i_case;
}

taut_branch_side taut_branching_fork(taut_branching *b, uint32_t i_case) {
  send_item(b, item_of(i_case, "begun"));
  // What stands in a buffer would be written by both.
  fflush(NULL);
  const off_t n_printed = lseek(STDOUT_FILENO, 0, SEEK_END);
  const int64_t tick_ns = b->slot->tick_ns;
  b->answer->size = 0;
  pid_t parent = getpid(), child = fork();
  if (child == 0) {
    enter_child(b, i_case, parent);
    return TAUT_BRANCH_CHILD;
  }
  int status = 0;
  pid_t ended = child;
  while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) continue;
  // Without a process, or without news of it, nothing is known of the case.
  if (child < 0 || ended < 0) _exit(TAUT_WORKER_EXIT_FORK);
  settle(b, i_case, status);
  b->slot->tick_ns = tick_ns;
  b->slot->call = -1;
  if (n_printed >= 0 && ftruncate(STDOUT_FILENO, n_printed) != 0) _exit(TAUT_WORKER_EXIT_FORK);
  return --b->n_left > 0 ? TAUT_BRANCH_PARENT : TAUT_BRANCH_LAST;
}

_Noreturn void taut_branching_answer(const taut_branching *b, json_t *body) {
  fflush(NULL);
  json_object_set_new(body, "case", json_integer(b->i_case));
  json_object_set_new(body, "state", json_string("ended"));
  add_output(body);
  char *text = taut_frame_text(b->order->nonce, "item", body);
  if (text == NULL) _exit(TAUT_WORKER_EXIT_PIPE);
  size_t size = strlen(text);
  memcpy(b->answer->text, text, size);
  b->answer->size = size;
  _exit(0);
}
