#include "hil/serve_loop.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "hil/serve.h"
#include "hil/table.h"

enum { BATCH_MAX = 1000 };  ///< messages between two looks at the clock and the stop signal

/// Time for the goodbye to leave before the socket closes [ns].
#define FLUSH_NS (TAUT_SECOND / 20)

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

taut_status taut_serve_run(const taut_serve_options *options) {
  surroundings s = {.options = options};
  const taut_serve_port port = {send_out, write_log, &s};
  char text[512];
  taut_serve *serve = NULL;
  taut_status status = taut_socket_listen(&options->endpoint, &s.socket, text, sizeof text);
  if (status != TAUT_OK) {
    options->log(options->user, TAUT_LOG_ERROR, text);
    return status;
  }
  taut_socket_on_stranger(s.socket, tell_stranger, &s);
  status = taut_serve_create(options->model, &port, &serve);
  if (status == TAUT_OK) {
    snprintf(text, sizeof text, "%s (%s %s) listens on %s", options->model->role,
             options->model->name, options->model->version, options->endpoint.text);
    options->log(options->user, TAUT_LOG_INFO, text);
  }
  while (status == TAUT_OK && !is_stopped(options->stop_fd)) {
    taut_socket_wait(s.socket, options->stop_fd, TAUT_SERVE_LOOK_NS);
    int64_t now_ns = taut_wall_ns();
    handle_waiting(serve, s.socket, now_ns);
    taut_serve_look(serve, now_ns);
  }
  bool was_held = serve != NULL && taut_serve_is_held(serve);
  taut_serve_destroy(serve, "the peer was stopped");
  if (was_held) taut_socket_wait(s.socket, -1, FLUSH_NS);
  taut_socket_close(s.socket);
  if (s.n_strangers > 0) {
    snprintf(text, sizeof text, "refused %" PRIu64 " connections of strangers in all",
             s.n_strangers);
    options->log(options->user, TAUT_LOG_WARN, text);
  }
  if (status == TAUT_OK) options->log(options->user, TAUT_LOG_INFO, "stopped");
  return status;
}
