#include "runner/pool.h"

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

#include "runner/sandbox.h"

/// A job that waits.
typedef struct waiting {
  taut_job job;
  uint64_t tag;
  struct waiting *next;
} waiting;

/// A job under way. Freed when its three handles are closed.
typedef struct running {
  taut_pool *pool;
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
  bool is_timed_out, is_stopped;
  struct running *next;
} running;

struct taut_pool {
  taut_zygote *zygote;
  taut_pool_events events;
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

static void describe_signal(int number, char *text, size_t size) {
  static const struct {
    int number;
    const char *name;
  } names[] = {{SIGSEGV, "SIGSEGV"},
               {SIGABRT, "SIGABRT"},
               {SIGFPE, "SIGFPE"},
               {SIGILL, "SIGILL"},
               {SIGBUS, "SIGBUS"},
               {SIGKILL, "SIGKILL"},
               {SIGTERM, "SIGTERM"},
               {SIGTRAP, "SIGTRAP"},
               {SIGXCPU, "SIGXCPU, CPU time is used up"},
               {SIGXFSZ, "SIGXFSZ, file size limit"},
               {SIGSYS, "SIGSYS, forbidden system call"},
               {SIGPIPE, "SIGPIPE"},
               {SIGINT, "SIGINT"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].number != number) continue;
    snprintf(text, size, "signal %d (%s)", number, names[i].name);
    return;
  }
  snprintf(text, size, "signal %d", number);
}

static void describe_when(int64_t tick_ns, char *text, size_t size) {
  if (tick_ns < 0) {
    snprintf(text, size, "before the first tick");
  } else {
    snprintf(text, size, "at %.3f s", (double)tick_ns * 1e-9);
  }
}

/// What became of a worker that did not answer as it should.
static void describe_death(const running *r, int status, int64_t tick_ns, char *text, size_t size) {
  char when[48], how[64];
  describe_when(tick_ns, when, sizeof when);
  int call = taut_zygote_slot(r->pool->zygote, r->slot)->call;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == TAUT_WORKER_EXIT_FORBIDDEN && call >= 0) {
    char name[64];
    taut_sandbox_call_name(call, name, sizeof name);
    snprintf(text, size, "plugin or scenario made a forbidden system call: %s (%d) %s", name, call,
             when);
  } else if (code == TAUT_WORKER_EXIT_PIPE) {
    snprintf(text, size, "plugin or scenario closed the worker's result pipe %s", when);
  } else if (code == TAUT_WORKER_EXIT_SETUP) {
    snprintf(text, size, "the worker could not be set up (limits, descriptors or trace file)");
  } else if (r->reader.fault != NULL) {
    snprintf(text, size, "the worker's answer cannot be believed: %s (%s)", r->reader.fault, when);
  } else {
    if (WIFSIGNALED(status)) {
      describe_signal(WTERMSIG(status), how, sizeof how);
    } else {
      snprintf(how, sizeof how, "exit status %d", code);
    }
    snprintf(text, size, "plugin or scenario ended the process: %s %s", how, when);
  }
}

static void on_closed(uv_handle_t *handle) {
  running *r = handle->data;
  if (--r->n_open > 0) return;
  close(r->result_fd);
  close(r->output_fd);
  taut_frame_reader_fini(&r->reader);
  taut_buffer_fini(&r->text);
  free(r->work);
  free(r);
}

static void start_jobs(taut_pool *pool);

/// A job that never became a worker, or whose worker is gone: report, release, start the next.
static void end_job(running *r, taut_job_outcome outcome, const char *text, int status) {
  taut_pool *pool = r->pool;
  for (running **at = &pool->active; *at != NULL; at = &(*at)->next) {
    if (*at != r) continue;
    *at = r->next;
    break;
  }
  const taut_slot *slot = taut_zygote_slot(pool->zygote, r->slot);
  const taut_job_end end = {.job = &r->work->job,
                            .tag = r->work->tag,
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
  pool->events.on_end(pool->events.user, &end);
  pool->is_slot_used[r->slot] = false;
  uv_close((uv_handle_t *)&r->result, on_closed);
  uv_close((uv_handle_t *)&r->output, on_closed);
  uv_close((uv_handle_t *)&r->timer, on_closed);
  start_jobs(pool);
}

// -------------------------------------------------------------------------------------------
// reading

static void on_frame(void *user, const json_t *item) {
  running *r = user;
  if (r->pool->events.on_item != NULL) {
    r->pool->events.on_item(r->pool->events.user, r->work->tag, item);
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
  if (taut_zygote_send(r->pool->zygote, order, -1, -1) != TAUT_OK) r->pool->is_broken = true;
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
  int64_t tick_ns = taut_zygote_slot(r->pool->zygote, r->slot)->tick_ns;
  char text[512] = "";
  if (r->is_timed_out) {
    char when[48];
    describe_when(tick_ns, when, sizeof when);
    snprintf(text, sizeof text, "no end after %g s of wall time: killed %s",
             r->pool->zygote->config->timeout_s, when);
    end_job(r, TAUT_JOB_TIMED_OUT, text, status);
  } else if (r->is_stopped) {
    end_job(r, TAUT_JOB_STOPPED, "interrupted", status);
  } else if (r->reader.end != NULL && r->reader.fault == NULL && WIFEXITED(status) &&
             WEXITSTATUS(status) == 0) {
    end_job(r, TAUT_JOB_ANSWERED, "", status);
  } else {
    describe_death(r, status, tick_ns, text, sizeof text);
    end_job(r, TAUT_JOB_DIED, text, status);
  }
}

static void on_notice(uv_poll_t *handle, int status, int events) {
  (void)events;
  taut_pool *pool = handle->data;
  for (;;) {
    taut_notice notice;
    taut_status received = status < 0 ? TAUT_EIO : taut_zygote_receive(pool->zygote, &notice);
    if (received == TAUT_ENOTFOUND) return;
    if (received != TAUT_OK) {
      pool->is_broken = true;
      uv_stop(&pool->loop);
      return;
    }
    running *r = pool->active;
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

static void watch(running *r) {
  uv_loop_t *loop = &r->pool->loop;
  uv_poll_init(loop, &r->result, r->result_fd);
  uv_poll_init(loop, &r->output, r->output_fd);
  uv_timer_init(loop, &r->timer);
  r->result.data = r->output.data = r->timer.data = r;
  r->n_open = 3;
  uv_poll_start(&r->result, UV_READABLE | UV_DISCONNECT, on_result);
  uv_poll_start(&r->output, UV_READABLE | UV_DISCONNECT, on_output);
  double timeout_s = r->pool->zygote->config->timeout_s;
  uv_timer_start(&r->timer, on_timeout, (uint64_t)(timeout_s * 1000.0 + 0.5), 0);
}

/// Sends the order for a job to the zygote. False when pipes or zygote fail: Taut's own trouble.
static bool start_job(taut_pool *pool, waiting *work, uint32_t slot) {
  int result[2], output[2];
  if (!open_pipe(result)) return false;
  if (!open_pipe(output)) {
    close(result[0]);
    close(result[1]);
    return false;
  }
  running *r = taut_memory_resize(NULL, sizeof *r);
  *r = (running){.pool = pool,
                 .work = work,
                 .id = ++pool->next_id,
                 .slot = slot,
                 .result_fd = result[0],
                 .output_fd = output[0],
                 .start_ns = uv_hrtime(),
                 .next = pool->active};
  pool->active = r;
  pool->is_slot_used[slot] = true;
  taut_slot *page = taut_zygote_slot(pool->zygote, slot);
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
  is_sent = is_sent && taut_zygote_send(pool->zygote, order, result[1], output[1]) == TAUT_OK;
  free(order);
  close(result[1]);
  close(output[1]);
  watch(r);
  return is_sent;
}

static void start_jobs(taut_pool *pool) {
  for (int slot = 0; slot < pool->zygote->config->n_slots && pool->first != NULL; slot++) {
    if (pool->is_slot_used[slot] || pool->is_broken) continue;
    waiting *work = pool->first;
    pool->first = work->next;
    if (pool->first == NULL) pool->last = NULL;
    if (!start_job(pool, work, (uint32_t)slot)) {
      pool->is_broken = true;
      uv_stop(&pool->loop);
      return;
    }
  }
  if (pool->is_looping && pool->active == NULL && pool->first == NULL) uv_stop(&pool->loop);
}

void taut_pool_submit(taut_pool *pool, const taut_job *job, uint64_t tag) {
  waiting *work = taut_memory_resize(NULL, sizeof *work);
  *work = (waiting){.job = *job, .tag = tag};
  if (pool->last != NULL) {
    pool->last->next = work;
  } else {
    pool->first = work;
  }
  pool->last = work;
}

void taut_pool_stop(taut_pool *pool, bool kill) {
  while (pool->first != NULL) {
    waiting *work = pool->first;
    pool->first = work->next;
    free(work);
  }
  pool->last = NULL;
  for (running *r = pool->active; kill && r != NULL; r = r->next) {
    if (r->is_stopped) continue;
    r->is_stopped = true;
    send_kill(r);
  }
}

// ----------------------------------------------------------------------------------------------
// loop

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  taut_pool *pool = handle->data;
  pool->is_interrupted = true;
  taut_pool_stop(pool, true);
  if (pool->active == NULL) uv_stop(&pool->loop);
}

static void on_tick(uv_timer_t *timer) {
  taut_pool *pool = timer->data;
  if (pool->events.on_tick != NULL) pool->events.on_tick(pool->events.user);
}

taut_status taut_pool_create(taut_zygote *zygote, const taut_pool_events *events, taut_pool **out) {
  taut_pool *pool = calloc(1, sizeof *pool);
  bool *used = calloc((size_t)zygote->config->n_slots, sizeof *used);
  if (pool == NULL || used == NULL || uv_loop_init(&pool->loop) != 0) {
    free(pool);
    free(used);
    return TAUT_ENOMEM;
  }
  pool->zygote = zygote;
  pool->events = *events;
  pool->is_slot_used = used;
  uv_signal_init(&pool->loop, &pool->interrupt);
  uv_signal_init(&pool->loop, &pool->terminate);
  uv_timer_init(&pool->loop, &pool->tick);
  uv_poll_init(&pool->loop, &pool->notices, zygote->socket);
  pool->interrupt.data = pool->terminate.data = pool->tick.data = pool->notices.data = pool;
  uv_signal_start(&pool->interrupt, on_signal, SIGINT);
  uv_signal_start(&pool->terminate, on_signal, SIGTERM);
  uv_timer_start(&pool->tick, on_tick, 250, 250);
  uv_poll_start(&pool->notices, UV_READABLE | UV_DISCONNECT, on_notice);
  *out = pool;
  return TAUT_OK;
}

taut_status taut_pool_run(taut_pool *pool) {
  start_jobs(pool);
  pool->is_looping = true;
  if (!pool->is_broken && pool->active != NULL) uv_run(&pool->loop, UV_RUN_DEFAULT);
  pool->is_looping = false;
  return pool->is_broken ? TAUT_EIO : TAUT_OK;
}

void taut_pool_destroy(taut_pool *pool) {
  if (pool == NULL) return;
  taut_pool_stop(pool, false);
  while (pool->active != NULL) {
    running *r = pool->active;
    pool->active = r->next;
    uv_close((uv_handle_t *)&r->result, on_closed);
    uv_close((uv_handle_t *)&r->output, on_closed);
    uv_close((uv_handle_t *)&r->timer, on_closed);
  }
  uv_close((uv_handle_t *)&pool->interrupt, NULL);
  uv_close((uv_handle_t *)&pool->terminate, NULL);
  uv_close((uv_handle_t *)&pool->tick, NULL);
  uv_close((uv_handle_t *)&pool->notices, NULL);
  uv_run(&pool->loop, UV_RUN_DEFAULT);
  uv_loop_close(&pool->loop);
  free(pool->is_slot_used);
  free(pool);
}

bool taut_pool_is_interrupted(const taut_pool *pool) {
  return pool->is_interrupted;
}

bool taut_pool_running(const taut_pool *pool, uint64_t *tag) {
  const running *oldest = pool->active;
  if (oldest == NULL) return false;
  while (oldest->next != NULL) oldest = oldest->next;
  *tag = oldest->work->tag;
  return true;
}
