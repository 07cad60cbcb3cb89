#include "runner/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "runner/death.h"

/// A job that waits.
typedef struct waiting {
  taut_job job;
  uint64_t tag;
  struct waiting *next;
} waiting;

/// A job under way. Freed when its three handles are closed.
typedef struct running {
  taut_workers *workers;
  waiting *work;
  uint32_t id, slot;
  int result_fd, output_fd;
  uv_poll_t result, output;
  uv_timer_t timer;
  int n_open;  ///< handles not closed yet
  taut_frame_reader reader;
  taut_buffer text;
  size_t n_lost;
  long pid;
  uint64_t start_ns;
  bool is_timed_out, is_stopped, is_given_up;
  int64_t i_under_way;  ///< case of the branch that runs, -1 for none
  uint64_t branch_ns;   ///< its start
  json_t *branch;       ///< its answer, NULL before
  struct running *next;
} running;

struct taut_workers {
  taut_zygote *zygote;
  taut_workers_events events;
  uv_loop_t loop;
  uv_poll_t notices;
  uv_signal_t interrupt, terminate;
  uv_timer_t tick;
  waiting *first, *last;
  running *active;  ///< newest first
  bool *is_slot_used;
  uint32_t next_id;
  bool is_interrupted, is_broken, is_looping;
};

// ------------------------------------------------------------------------------------- end of a
// job

static void on_closed(uv_handle_t *handle) {
  running *r = handle->data;
  if (--r->n_open > 0) return;
  close(r->result_fd);
  close(r->output_fd);
  taut_frame_reader_fini(&r->reader);
  json_decref(r->branch);
  taut_buffer_fini(&r->text);
  free(r->work);
  free(r);
}

static void start_jobs(taut_workers *workers);

/// A job that never became a worker, or whose worker is gone: report, release, start the next.
static void end_job(running *r, taut_job_outcome outcome, const char *text, int status) {
  taut_workers *workers = r->workers;
  for (running **at = &workers->active; *at != NULL; at = &(*at)->next) {
    if (*at != r) continue;
    *at = r->next;
    break;
  }
  const taut_slot *slot = taut_zygote_slot(workers->zygote, r->slot);
  const taut_job_end end = {.job = &r->work->job,
                            .tag = r->work->tag,
                            .i_under_way = r->i_under_way,
                            .outcome = outcome,
                            .answer = outcome == TAUT_JOB_ANSWERED ? r->reader.end : NULL,
                            .text = text,
                            .tick_ns = slot->tick_ns,
                            .status = status,
                            .pid = r->pid,
                            .wall_s = (double)(uv_hrtime() - r->start_ns) * 1e-9,
                            .output = r->text.data != NULL ? r->text.data : "",
                            .n_output = r->text.size,
                            .n_output_lost = r->n_lost};
  workers->events.on_end(workers->events.user, &end);
  workers->is_slot_used[r->slot] = false;
  uv_close((uv_handle_t *)&r->result, on_closed);
  uv_close((uv_handle_t *)&r->output, on_closed);
  uv_close((uv_handle_t *)&r->timer, on_closed);
  start_jobs(workers);
}

// -------------------------------------------------------------------------------------------
// reading

static void send_kill(running *r);
static void restart_timer(running *r);

/// How the branch under way ended, as if it had been a job. `left` is what its parent says of it.
static void end_branch(running *r, const json_t *left) {
  const char *output = json_string_value(json_object_get(left, "output"));
  json_int_t n_lost = json_integer_value(json_object_get(left, "output_lost"));
  const taut_death death = {.status = (int)json_integer_value(json_object_get(left, "wait")),
                            .tick_ns = json_integer_value(json_object_get(left, "tick_ns")),
                            .call = (int)json_integer_value(json_object_get(left, "call"))};
  const bool has_answered =
      r->branch != NULL && WIFEXITED(death.status) && WEXITSTATUS(death.status) == 0;
  char text[512] = "";
  if (!has_answered) taut_death_describe(&death, text, sizeof text);
  const taut_job_end end = {.job = &r->work->job,
                            .tag = r->work->tag,
                            .i_under_way = r->i_under_way,
                            .outcome = has_answered ? TAUT_JOB_ANSWERED : TAUT_JOB_DIED,
                            .answer = has_answered ? r->branch : NULL,
                            .text = text,
                            .tick_ns = death.tick_ns,
                            .status = death.status,
                            .pid = r->pid,
                            .wall_s = (double)(uv_hrtime() - r->branch_ns) * 1e-9,
                            .output = output != NULL ? output : "",
                            .n_output = output != NULL ? strlen(output) : 0,
                            .n_output_lost = n_lost > 0 ? (size_t)n_lost : 0};
  r->workers->events.on_branch(r->workers->events.user, &end);
  json_decref(r->branch);
  r->branch = NULL;
  r->i_under_way = -1;
}

/// A frame of a job of branches. One "begun" comes first, then what the branch itself answers, then
/// one "left" when it is gone. Each gets the wall time of a job.
static void on_branch_frame(running *r, json_t *item) {
  const char *state = json_string_value(json_object_get(item, "state"));
  const json_t *number = json_object_get(item, "case");
  const json_int_t i_case = json_is_integer(number) ? json_integer_value(number) : -1;
  const taut_job *job = &r->work->job;
  bool is_ours = false;
  for (uint32_t i = 0; i < job->n_branches; i++) is_ours = is_ours || job->branches[i] == i_case;
  if (state == NULL || !is_ours) {
    r->reader.fault = "a frame of no branch";
  } else if (strcmp(state, "begun") == 0 && r->i_under_way < 0) {
    r->i_under_way = i_case;
    r->branch_ns = uv_hrtime();
  } else if (strcmp(state, "ended") == 0 && r->i_under_way == i_case && r->branch == NULL) {
    r->branch = json_incref(item);
  } else if (strcmp(state, "left") == 0 && r->i_under_way == i_case) {
    end_branch(r, item);
  } else {
    r->reader.fault = "a frame out of turn";
  }
  if (!r->is_timed_out) restart_timer(r);
}

static void on_frame(void *user, json_t *item) {
  running *r = user;
  if (r->work->job.kind == TAUT_JOB_BRANCH) {
    if (!r->is_stopped) on_branch_frame(r, item);
    return;
  }
  if (r->workers->events.on_item != NULL) {
    r->workers->events.on_item(r->workers->events.user, r->work->tag, item);
  }
}

/// Reads what is there. True at the end of the stream.
static bool drain_result(running *r) {
  static char block[65536];  // scratch of the one loop thread
  for (;;) {
    ssize_t n = read(r->result_fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno != EAGAIN;
    if (n == 0) return true;
    taut_frame_reader_push(&r->reader, block, (size_t)n, on_frame, r);
    // Further frames of branches are lost with the first bad one: end it here and try the others.
    if (r->reader.fault != NULL && r->work->job.kind == TAUT_JOB_BRANCH && !r->is_given_up) {
      r->is_given_up = true;
      send_kill(r);
    }
  }
}

static bool drain_output(running *r) {
  char block[4096];
  for (;;) {
    ssize_t n = read(r->output_fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno != EAGAIN;
    if (n == 0) return true;
    size_t room = r->text.size < TAUT_OUTPUT_MAX ? TAUT_OUTPUT_MAX - r->text.size : 0;
    size_t kept = (size_t)n < room ? (size_t)n : room;
    taut_buffer_append(&r->text, block, kept);
    r->n_lost += (size_t)n - kept;
  }
}

static void on_result(uv_poll_t *handle, int status, int events) {
  (void)events;
  running *r = handle->data;
  if (status < 0 || drain_result(r)) uv_poll_stop(handle);
}

static void on_output(uv_poll_t *handle, int status, int events) {
  (void)events;
  running *r = handle->data;
  if (status < 0 || drain_output(r)) uv_poll_stop(handle);
}

static void send_kill(running *r) {
  taut_order *order = calloc(1, sizeof *order);
  if (order == NULL) return;
  order->kind = TAUT_ORDER_KILL;
  order->id = r->id;
  if (taut_zygote_send(r->workers->zygote, order, -1, -1) != TAUT_OK) r->workers->is_broken = true;
  free(order);
}

static void on_timeout(uv_timer_t *timer) {
  running *r = timer->data;
  r->is_timed_out = true;
  send_kill(r);
}

static void on_ended(running *r, int status) {
  // The worker is gone, so all it ever wrote is in the pipes now.
  drain_result(r);
  drain_output(r);
  taut_frame_reader_finish(&r->reader);
  int64_t tick_ns = taut_zygote_slot(r->workers->zygote, r->slot)->tick_ns;
  char text[512] = "";
  if (r->is_timed_out) {
    char when[48];
    taut_death_when(tick_ns, when, sizeof when);
    snprintf(text, sizeof text, "no end after %g s of wall time: killed %s",
             r->workers->zygote->config->timeout_s, when);
    end_job(r, TAUT_JOB_TIMED_OUT, text, status);
  } else if (r->is_stopped) {
    end_job(r, TAUT_JOB_STOPPED, "interrupted", status);
  } else if (r->reader.end != NULL && r->reader.fault == NULL && WIFEXITED(status) &&
             WEXITSTATUS(status) == 0) {
    end_job(r, TAUT_JOB_ANSWERED, "", status);
  } else {
    const taut_death death = {.status = status,
                              .tick_ns = tick_ns,
                              .call = taut_zygote_slot(r->workers->zygote, r->slot)->call,
                              .fault = r->reader.fault};
    taut_death_describe(&death, text, sizeof text);
    end_job(r, TAUT_JOB_DIED, text, status);
  }
}

static void on_notice(uv_poll_t *handle, int status, int events) {
  (void)events;
  taut_workers *workers = handle->data;
  for (;;) {
    taut_notice notice;
    taut_status received = status < 0 ? TAUT_EIO : taut_zygote_receive(workers->zygote, &notice);
    if (received == TAUT_ENOTFOUND) return;
    if (received != TAUT_OK) {
      workers->is_broken = true;
      uv_stop(&workers->loop);
      return;
    }
    running *r = workers->active;
    while (r != NULL && r->id != notice.id) r = r->next;
    if (r == NULL) continue;
    if (notice.kind == TAUT_NOTICE_STARTED) {
      r->pid = notice.pid;
    } else if (notice.kind == TAUT_NOTICE_ENDED) {
      on_ended(r, notice.status);
    } else {
      char text[160];
      snprintf(text, sizeof text, "no worker could be started: %s", strerror(notice.status));
      end_job(r, TAUT_JOB_DIED, text, 0);
    }
  }
}

// ------------------------------------------------------------------------------------------
// starting

static bool open_pipe(int fds[2]) {
  if (pipe2(fds, O_CLOEXEC) != 0) return false;
  return fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0;
}

/// From now on a job has the wall time of a job again.
static void restart_timer(running *r) {
  double timeout_s = r->workers->zygote->config->timeout_s;
  // The end of the job before may have taken a while to look at.
  uv_update_time(&r->workers->loop);
  uv_timer_start(&r->timer, on_timeout, (uint64_t)(timeout_s * 1000.0 + 0.5), 0);
}

static void watch(running *r) {
  uv_loop_t *loop = &r->workers->loop;
  uv_poll_init(loop, &r->result, r->result_fd);
  uv_poll_init(loop, &r->output, r->output_fd);
  uv_timer_init(loop, &r->timer);
  r->result.data = r->output.data = r->timer.data = r;
  r->n_open = 3;
  uv_poll_start(&r->result, UV_READABLE | UV_DISCONNECT, on_result);
  uv_poll_start(&r->output, UV_READABLE | UV_DISCONNECT, on_output);
  restart_timer(r);
}

/// Sends the order for a job to the zygote. False when pipes or zygote fail: Taut's own trouble.
static bool start_job(taut_workers *workers, waiting *work, uint32_t slot) {
  int result[2], output[2];
  if (!open_pipe(result)) return false;
  if (!open_pipe(output)) {
    close(result[0]);
    close(result[1]);
    return false;
  }
  running *r = taut_memory_resize(NULL, sizeof *r);
  *r = (running){.workers = workers,
                 .work = work,
                 .id = ++workers->next_id,
                 .slot = slot,
                 .result_fd = result[0],
                 .output_fd = output[0],
                 .start_ns = uv_hrtime(),
                 .i_under_way = -1,
                 .next = workers->active};
  workers->active = r;
  workers->is_slot_used[slot] = true;
  taut_slot *page = taut_zygote_slot(workers->zygote, slot);
  page->tick_ns = -1;
  page->call = -1;
  taut_order *order = taut_memory_resize(NULL, sizeof *order);
  memset(order, 0, sizeof *order);
  order->kind = TAUT_ORDER_START;
  order->id = r->id;
  order->slot = slot;
  order->job = work->job;
  bool is_sent = getrandom(order->nonce, sizeof order->nonce, 0) == (ssize_t)sizeof order->nonce;
  memcpy(r->reader.nonce, order->nonce, sizeof order->nonce);
  is_sent = is_sent && taut_zygote_send(workers->zygote, order, result[1], output[1]) == TAUT_OK;
  free(order);
  close(result[1]);
  close(output[1]);
  watch(r);
  return is_sent;
}

static void start_jobs(taut_workers *workers) {
  for (int slot = 0; slot < workers->zygote->config->n_slots && workers->first != NULL; slot++) {
    if (workers->is_slot_used[slot] || workers->is_broken) continue;
    waiting *work = workers->first;
    workers->first = work->next;
    if (workers->first == NULL) workers->last = NULL;
    if (!start_job(workers, work, (uint32_t)slot)) {
      workers->is_broken = true;
      uv_stop(&workers->loop);
      return;
    }
  }
  if (workers->is_looping && workers->active == NULL && workers->first == NULL)
    uv_stop(&workers->loop);
}

void taut_workers_submit(taut_workers *workers, const taut_job *job, uint64_t tag) {
  waiting *work = taut_memory_resize(NULL, sizeof *work);
  *work = (waiting){.job = *job, .tag = tag};
  if (workers->last != NULL) {
    workers->last->next = work;
  } else {
    workers->first = work;
  }
  workers->last = work;
}

void taut_workers_stop(taut_workers *workers, bool kill) {
  while (workers->first != NULL) {
    waiting *work = workers->first;
    workers->first = work->next;
    free(work);
  }
  workers->last = NULL;
  for (running *r = workers->active; kill && r != NULL; r = r->next) {
    if (r->is_stopped) continue;
    r->is_stopped = true;
    send_kill(r);
  }
}

// ----------------------------------------------------------------------------------------------
// loop

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  taut_workers *workers = handle->data;
  workers->is_interrupted = true;
  taut_workers_stop(workers, true);
  if (workers->active == NULL) uv_stop(&workers->loop);
}

static void on_tick(uv_timer_t *timer) {
  taut_workers *workers = timer->data;
  if (workers->events.on_tick != NULL) workers->events.on_tick(workers->events.user);
}

taut_status taut_workers_create(taut_zygote *zygote, const taut_workers_events *events,
                                taut_workers **out) {
  taut_workers *workers = calloc(1, sizeof *workers);
  bool *used = calloc((size_t)zygote->config->n_slots, sizeof *used);
  if (workers == NULL || used == NULL || uv_loop_init(&workers->loop) != 0) {
    free(workers);
    free(used);
    return TAUT_ENOMEM;
  }
  workers->zygote = zygote;
  workers->events = *events;
  workers->is_slot_used = used;
  uv_signal_init(&workers->loop, &workers->interrupt);
  uv_signal_init(&workers->loop, &workers->terminate);
  uv_timer_init(&workers->loop, &workers->tick);
  uv_poll_init(&workers->loop, &workers->notices, zygote->socket);
  workers->interrupt.data = workers->terminate.data = workers->tick.data = workers->notices.data =
      workers;
  uv_signal_start(&workers->interrupt, on_signal, SIGINT);
  uv_signal_start(&workers->terminate, on_signal, SIGTERM);
  uv_timer_start(&workers->tick, on_tick, 250, 250);
  uv_poll_start(&workers->notices, UV_READABLE | UV_DISCONNECT, on_notice);
  *out = workers;
  return TAUT_OK;
}

taut_status taut_workers_run(taut_workers *workers) {
  start_jobs(workers);
  workers->is_looping = true;
  if (!workers->is_broken && workers->active != NULL) uv_run(&workers->loop, UV_RUN_DEFAULT);
  workers->is_looping = false;
  return workers->is_broken ? TAUT_EIO : TAUT_OK;
}

void taut_workers_destroy(taut_workers *workers) {
  if (workers == NULL) return;
  taut_workers_stop(workers, false);
  while (workers->active != NULL) {
    running *r = workers->active;
    workers->active = r->next;
    uv_close((uv_handle_t *)&r->result, on_closed);
    uv_close((uv_handle_t *)&r->output, on_closed);
    uv_close((uv_handle_t *)&r->timer, on_closed);
  }
  uv_close((uv_handle_t *)&workers->interrupt, NULL);
  uv_close((uv_handle_t *)&workers->terminate, NULL);
  uv_close((uv_handle_t *)&workers->tick, NULL);
  uv_close((uv_handle_t *)&workers->notices, NULL);
  uv_run(&workers->loop, UV_RUN_DEFAULT);
  uv_loop_close(&workers->loop);
  free(workers->is_slot_used);
  free(workers);
}

bool taut_workers_is_interrupted(const taut_workers *workers) {
  return workers->is_interrupted;
}

bool taut_workers_running(const taut_workers *workers, uint64_t *tag) {
  const running *oldest = workers->active;
  if (oldest == NULL) return false;
  while (oldest->next != NULL) oldest = oldest->next;
  *tag = oldest->work->tag;
  return true;
}
