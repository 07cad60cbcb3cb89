#include "hil/serve_loop.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "hil/serve.h"
#include "hil/table.h"

enum { BATCH_MAX = 1000 };  ///< messages between two looks at the clock and the stop signal

/// Time for the goodbye to leave before the socket closes [ns].
#define FLUSH_NS (TAUT_SECOND / 20)
/// Time between two looks of a live device at what is due [ns].
#define LIVE_BEAT_NS (TAUT_SECOND / 1000)

typedef struct surroundings {
  taut_socket *socket;
  const taut_serve_options *options;
  uint64_t n_strangers;
} surroundings;

static bool send_out(void *user, const taut_identity *to, const void *bytes, size_t size) {
  const surroundings *s = user;
  return taut_socket_send(s->socket, to, bytes, size, 0) == TAUT_OK;
}

static void write_log(void *user, taut_log_level level, const char *text) {
  const surroundings *s = user;
  s->options->log(s->options->user, level, text);
}

/// Each tenth power, as of refused messages.
static void tell_stranger(void *user, const char *text) {
  surroundings *s = user;
  char line[256];
  uint64_t n = ++s->n_strangers, power = 1;
  while (power < n) power *= 10;
  if (power != n) return;
  snprintf(line, sizeof line, "refused %" PRIu64 " connection%s: %s", n, n == 1 ? "" : "s", text);
  taut_table_clean(line);
  s->options->log(s->options->user, TAUT_LOG_WARN, line);
}

static bool is_stopped(int stop_fd) {
  struct pollfd item = {stop_fd, POLLIN, 0};
  return poll(&item, 1, 0) > 0;
}

static void handle_waiting(taut_serve *serve, taut_socket *socket, int64_t now_ns) {
  for (int i = 0; i < BATCH_MAX; i++) {
    taut_received received;
    if (taut_socket_receive(socket, 0, &received) != TAUT_OK) return;
    if (received.is_malformed) {
      taut_serve_refuse(serve, TAUT_REFUSAL_MALFORMED);
    } else {
      taut_serve_receive(serve, &received.from, received.bytes, received.size, now_ns);
    }
  }
}

/// A descriptor that becomes readable every millisecond.
static int open_beat(void) {
  const struct itimerspec every = {{0, LIVE_BEAT_NS}, {0, LIVE_BEAT_NS}};
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (fd >= 0) timerfd_settime(fd, 0, &every, NULL);
  return fd;
}

/// Hardware is not left before it rests.
static bool may_end(const taut_serve_options *options) {
  const taut_hardware *hardware = options->hardware;
  if (!is_stopped(options->stop_fd)) return false;
  return hardware == NULL || hardware->stop(hardware->user, taut_wall_ns());
}

static taut_status serve_live(taut_serve *serve, surroundings *s, int beat_fd) {
  while (!may_end(s->options)) {
    uint64_t n_beats;
    taut_socket_wait(s->socket, beat_fd, TAUT_SERVE_LOOK_NS);
    ssize_t n_read = read(beat_fd, &n_beats, sizeof n_beats);
    (void)n_read;  // none when a message came first
    if (taut_serve_advance(serve, taut_wall_ns()) != TAUT_OK) return TAUT_EIO;
    int64_t now_ns = taut_wall_ns();
    handle_waiting(serve, s->socket, now_ns);
    taut_serve_look(serve, now_ns);
  }
  return TAUT_OK;
}

static void serve_lockstep(taut_serve *serve, surroundings *s) {
  while (!is_stopped(s->options->stop_fd)) {
    taut_socket_wait(s->socket, s->options->stop_fd, TAUT_SERVE_LOOK_NS);
    int64_t now_ns = taut_wall_ns();
    handle_waiting(serve, s->socket, now_ns);
    taut_serve_look(serve, now_ns);
  }
}

/// Opens the post-mortem log and the clock of a live device.
static taut_status go_live(taut_serve *serve, const taut_serve_options *options,
                           taut_black_box **box, int *beat_fd) {
  char error[512] = "out of memory";
  taut_status status = TAUT_OK;
  if (options->black_box != NULL) {
    status = taut_black_box_open(options->black_box, options->model, taut_wall_ns(), box, error,
                                 sizeof error);
  }
  if (status == TAUT_OK) status = taut_serve_go_live(serve, *box);
  if (options->hardware != NULL) taut_serve_use_hardware(serve, options->hardware);
  if (status != TAUT_OK) {
    options->log(options->user, TAUT_LOG_ERROR, error);
    return status;
  }
  *beat_fd = open_beat();
  return *beat_fd >= 0 ? TAUT_OK : TAUT_EIO;
}

taut_status taut_serve_run(const taut_serve_options *options) {
  surroundings s = {.options = options};
  const taut_serve_port port = {send_out, write_log, &s};
  char text[512];
  taut_serve *serve = NULL;
  taut_black_box *box = NULL;
  int beat_fd = -1;
  taut_status status = taut_socket_listen(&options->endpoint, &s.socket, text, sizeof text);
  if (status != TAUT_OK) {
    options->log(options->user, TAUT_LOG_ERROR, text);
    return status;
  }
  taut_socket_on_stranger(s.socket, tell_stranger, &s);
  status = taut_serve_create(options->model, &port, &serve);
  if (status == TAUT_OK && options->is_live) status = go_live(serve, options, &box, &beat_fd);
  if (status == TAUT_OK) {
    snprintf(text, sizeof text, "%s (%s %s) listens on %s%s", options->model->role,
             options->model->name, options->model->version, options->endpoint.text,
             options->is_live ? ", live" : "");
    options->log(options->user, TAUT_LOG_INFO, text);
    if (options->is_live) status = serve_live(serve, &s, beat_fd);
    if (!options->is_live) serve_lockstep(serve, &s);
  }
  bool was_held = serve != NULL && taut_serve_is_held(serve);
  taut_serve_destroy(serve, status == TAUT_EIO ? "its hardware is gone" : "the peer was stopped");
  if (was_held) taut_socket_wait(s.socket, -1, FLUSH_NS);
  taut_socket_close(s.socket);
  taut_black_box_close(box);
  if (beat_fd >= 0) close(beat_fd);
  if (s.n_strangers > 0) {
    snprintf(text, sizeof text, "refused %" PRIu64 " connection%s of strangers in all",
             s.n_strangers, s.n_strangers == 1 ? "" : "s");
    options->log(options->user, TAUT_LOG_WARN, text);
  }
  if (status == TAUT_OK) options->log(options->user, TAUT_LOG_INFO, "stopped");
  return status;
}
