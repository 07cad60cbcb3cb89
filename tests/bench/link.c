// What a lockstep exchange with another process costs over the bare round trip of two sockets.
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "bench/bench.h"
#include "hil/proxy.h"

enum { EXCHANGES_PER_CHUNK = 100, N_CHUNKS = 31, MESSAGE_MAX = 65536 };

/// A served controller and an echo of the same messages take turns in chunks of a few milliseconds.
typedef struct lockstep {
  char folder[64];
  pid_t served, echo;
  taut_link link;
  taut_proxy *proxy;
  taut_instance inst;
  taut_host host;
  double *in_values, *out, *params;
  void *state;
  const double **in;
  int64_t tick_ns;
  void *context, *bare;
  size_t n_request, n_answer;  ///< bytes of a step and of its answer
} lockstep;

static void ignore_event(const taut_instance *inst, uint32_t event, double value) {
  (void)inst;
  (void)event;
  (void)value;
}

static void ignore_log(const taut_instance *inst, taut_log_level level, const char *text) {
  (void)inst;
  (void)level;
  (void)text;
}

// ---------------------------------------------------------------------------------------- children

static pid_t start_served(const char *folder) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  char address[128];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  snprintf(address, sizeof address, "ipc://%s/served", folder);
  setenv("TAUT_DATA", TAUT_SOURCE_DIR, 1);
  execl(TAUT_BUILD_DIR "/taut", "taut", "serve", "controller", "--quiet", "--listen", address,
        NULL);
  _exit(127);
}

/// Answers so many bytes to whatever comes; the first message says how many.
_Noreturn static void echo(const char *address) {
  static char identity[256], bytes[MESSAGE_MAX];
  void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_ROUTER);
  size_t n_answer = 1;
  if (zmq_bind(socket, address) != 0) _exit(1);
  for (;;) {
    int n_identity = zmq_recv(socket, identity, sizeof identity, 0);
    int n = zmq_recv(socket, bytes, sizeof bytes, 0);
    if (n_identity < 0 || n < 0) _exit(1);
    if (n == sizeof n_answer) memcpy(&n_answer, bytes, sizeof n_answer);
    zmq_send(socket, identity, (size_t)n_identity, ZMQ_SNDMORE);
    zmq_send(socket, bytes, n_answer, 0);
  }
}

static pid_t start_echo(const char *address) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  echo(address);
}

static void end_child(pid_t pid) {
  if (pid <= 0) return;
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

// ------------------------------------------------------------------------------------------ set-up

static size_t n_slots(const taut_signal *signals, uint32_t n) {
  size_t n_all = 0;
  for (uint32_t i = 0; i < n; i++) n_all += signals[i].count;
  return n_all;
}

static bool make_instance(lockstep *c) {
  const taut_model *model = taut_proxy_model(c->proxy);
  size_t n_in = n_slots(model->inputs, model->n_inputs), n_slot = 0;
  c->in_values = calloc(n_in + 1, sizeof(double));
  c->in = calloc(model->n_inputs + 1, sizeof *c->in);
  c->out = calloc(n_slots(model->outputs, model->n_outputs) + 1, sizeof(double));
  c->params = calloc(n_slots(model->params, model->n_params) + 1, sizeof(double));
  c->state = calloc(1, model->state_size(c->params) + 1);
  if (!c->in_values || !c->in || !c->out || !c->params || !c->state) return false;
  for (uint32_t i = 0; i < model->n_inputs; n_slot += model->inputs[i++].count) {
    c->in[i] = &c->in_values[n_slot];
    // Values a message cannot leave out.
    for (uint32_t k = 0; k < model->inputs[i].count; k++)
      c->in_values[n_slot + k] = model->inputs[i].init;
  }
  n_slot = 0;
  for (uint32_t i = 0; i < model->n_params; i++)
    for (uint32_t k = 0; k < model->params[i].count; k++)
      c->params[n_slot++] = model->params[i].init;
  c->host = (taut_host){sizeof(taut_host), TAUT_ABI_MINOR, ignore_event, ignore_log, NULL};
  c->inst = (taut_instance){.struct_size = sizeof(taut_instance),
                            .path = "controller",
                            .model = model,
                            .host = &c->host,
                            .in = c->in,
                            .out = c->out,
                            .param = c->params,
                            .state = c->state,
                            .seed = 1,
                            .period_ns = model->period_ns,
                            .period_s = (double)model->period_ns * 1e-9};
  c->n_request = 8 * n_in + 32;
  c->n_answer = 8 * n_slots(model->outputs, model->n_outputs) + 32;
  return model->init(&c->inst, 0) == TAUT_OK;
}

static bool connect_bare(lockstep *c, const char *address) {
  const int wait_ms = 2000, linger = 0;
  char bytes[MESSAGE_MAX];
  c->context = zmq_ctx_new();
  c->bare = zmq_socket(c->context, ZMQ_DEALER);
  zmq_setsockopt(c->bare, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
  zmq_setsockopt(c->bare, ZMQ_LINGER, &linger, sizeof linger);
  return zmq_connect(c->bare, address) == 0 &&
         zmq_send(c->bare, &c->n_answer, sizeof c->n_answer, 0) == sizeof c->n_answer &&
         zmq_recv(c->bare, bytes, sizeof bytes, 0) == (int)c->n_answer;
}

static void close_lockstep(void *context) {
  lockstep *c = context;
  if (c->bare != NULL) zmq_close(c->bare);
  if (c->context != NULL) zmq_ctx_term(c->context);
  taut_proxy_destroy(c->proxy);
  taut_link_close(&c->link);
  end_child(c->served);
  end_child(c->echo);
  char path[128];
  static const char *const files[] = {"served", "echo", ""};
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", c->folder, files[i]);
    remove(path);
  }
  free(c->in_values);
  free(c->in);
  free(c->out);
  free(c->params);
  free(c->state);
  free(c);
}

static bool open_ticks(void **context, uint32_t n_ticks, char *why, size_t why_size) {
  lockstep *c = calloc(1, sizeof *c);
  char address[128];
  taut_endpoint endpoint;
  if (c == NULL) return false;
  snprintf(c->folder, sizeof c->folder, "/tmp/taut-bench-XXXXXX");
  if (mkdtemp(c->folder) == NULL) {
    free(c);
    return false;
  }
  snprintf(address, sizeof address, "ipc://%s/echo", c->folder);
  c->echo = start_echo(address);
  c->served = start_served(c->folder);
  char served[128];
  snprintf(served, sizeof served, "ipc://%s/served", c->folder);
  bool is_open = taut_endpoint_parse(served, &endpoint, why, why_size) == TAUT_OK;
  if (is_open &&
      taut_link_open(&c->link, &endpoint, "controller", n_ticks, false, NULL) != TAUT_OK) {
    snprintf(why, why_size, "%s", c->link.trouble);
    is_open = false;
  }
  is_open = is_open && taut_proxy_create(&c->link, "remote", &c->proxy, why, why_size) == TAUT_OK &&
            make_instance(c) && connect_bare(c, address);
  if (!is_open) {
    close_lockstep(c);
    return false;
  }
  *context = c;
  return true;
}

static bool open_lockstep(void **context, char *why, size_t why_size) {
  return open_ticks(context, 1, why, why_size);
}

// ----------------------------------------------------------------------------------------- samples

static double chunk_of_ours(lockstep *c) {
  int64_t start_ns = bench_now_ns();
  for (int i = 0; i < EXCHANGES_PER_CHUNK; i++) {
    if (c->inst.model->output(&c->inst, c->tick_ns) != TAUT_OK ||
        c->inst.model->update(&c->inst, c->tick_ns) != TAUT_OK)
      return -1.0;
    c->tick_ns += c->inst.period_ns;
  }
  return (double)(bench_now_ns() - start_ns) * 1e-3 / EXCHANGES_PER_CHUNK;
}

static double chunk_of_limit(lockstep *c) {
  static char bytes[MESSAGE_MAX];
  int64_t start_ns = bench_now_ns();
  for (int i = 0; i < EXCHANGES_PER_CHUNK; i++) {
    if (zmq_send(c->bare, bytes, c->n_request, 0) < 0 ||
        zmq_recv(c->bare, bytes, sizeof bytes, 0) != (int)c->n_answer)
      return -1.0;
  }
  return (double)(bench_now_ns() - start_ns) * 1e-3 / EXCHANGES_PER_CHUNK;
}

static bool sample_lockstep(void *context, double *ours, double *limit) {
  lockstep *c = context;
  double our_chunks[N_CHUNKS], limit_chunks[N_CHUNKS];
  for (int i = 0; i < N_CHUNKS; i++) {
    our_chunks[i] = chunk_of_ours(c);
    limit_chunks[i] = chunk_of_limit(c);
    if (our_chunks[i] < 0 || limit_chunks[i] < 0) return false;
  }
  *ours = bench_median(our_chunks, N_CHUNKS);
  *limit = bench_median(limit_chunks, N_CHUNKS);
  return true;
}

/// The same controller twice, with one and with ten periods per exchange.
typedef struct ten_ticks {
  void *ten, *one;
} ten_ticks;

static void close_ten(void *context) {
  ten_ticks *c = context;
  if (c->ten != NULL) close_lockstep(c->ten);
  if (c->one != NULL) close_lockstep(c->one);
  free(c);
}

static bool open_ten(void **context, char *why, size_t why_size) {
  ten_ticks *c = calloc(1, sizeof *c);
  if (c == NULL) return false;
  if (!open_ticks(&c->ten, 10, why, why_size) || !open_ticks(&c->one, 1, why, why_size)) {
    close_ten(c);
    return false;
  }
  *context = c;
  return true;
}

static bool sample_ten(void *context, double *ours, double *limit) {
  const ten_ticks *c = context;
  double our_chunks[N_CHUNKS], limit_chunks[N_CHUNKS];
  for (int i = 0; i < N_CHUNKS; i++) {
    our_chunks[i] = chunk_of_ours(c->ten);
    limit_chunks[i] = chunk_of_ours(c->one);
    if (our_chunks[i] < 0 || limit_chunks[i] < 0) return false;
  }
  *ours = bench_median(our_chunks, N_CHUNKS);
  *limit = bench_median(limit_chunks, N_CHUNKS);
  return true;
}

const bench bench_link[] = {
    {.name = "lockstep exchange",
     .unit = "us",
     .help =
         "one step of a served controller over a bare DEALER/ROUTER round trip of as many bytes",
     .target = 1.25,
     .open = open_lockstep,
     .sample_both = sample_lockstep,
     .close = close_lockstep},
    {.name = "ten ticks",
     .unit = "us",
     .help = "a period of a served controller with ten per exchange: how much faster than with one",
     .target = 5,
     .is_speed_up = true,
     .open = open_ten,
     .sample_both = sample_ten,
     .close = close_ten},
    {0},
};
