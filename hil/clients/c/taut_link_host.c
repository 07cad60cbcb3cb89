#include "taut_link_host.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "taut_link_io.h"

#define SECOND INT64_C(1000000000)
#define TICK_NS_MAX (INT64_MAX / 2)  // further on, the sum of two times would overflow
#define HOLD_NS (5 * SECOND)         // a harness that was silent for so long gives way to the next
#define LOOK_NS (SECOND / 2)         // between two looks whether a silent one is still there
#define RUN_DOWN_NS SECOND           // for so long a live instance runs on without a harness
#define BEHIND_NS_MAX (10 * SECOND)  // of what a stopped live peer makes up for

enum {
  PROTOCOL = 1,
  TICKS_MAX = 64,
  INSTANCES_MAX = 32,
  MESSAGE_MAX = 1 << 20,  // longer ones are refused [bytes]
  ARENA_BYTES = 8 << 20
};

typedef Taut__Link__Message message;

typedef struct instance {
  void *state;
  double *inputs, *before;  // of the last step and of the one before it
  double *newest;           // live: what came last
  double *outputs;          // live: of the last step
  int64_t period_ns;
  bool is_running;                  // it was reset
  int64_t start_wall_ns, start_ns;  // live: wall and simulated time of the reset
  int64_t next_ns;                  // live: simulated time of the next step
  char trouble[TAUT_IO_TEXT];       // live: why it runs no more
} instance;

typedef enum refusal {
  MALFORMED,
  TOO_LONG,
  FOREIGN,
  REPEATED,
  AHEAD,
  UNEXPECTED,
  REFUSALS
} refusal;

static const char *const REFUSAL_TEXTS[REFUSALS] = {"no Message of taut_link.proto",
                                                    "too long",
                                                    "of another session",
                                                    "a repeated one",
                                                    "one before it was lost",
                                                    "of a kind that is no request"};

struct taut_host {
  const taut_peer *peer;
  taut_send_fn send;
  void *user;
  int64_t now_ns;      // wall time of what is handled
  taut_arena scratch;  // of the message that is handled
  taut_arena memory;   // of the session: its Hello and what belongs to it
  uint8_t *bytes;      // (MESSAGE_MAX) of what is sent
  uint64_t n_refused[REFUSALS];
  // The session
  bool is_held, is_live;
  taut_sender holder;
  uint64_t session, sequence;
  uint32_t n_ticks;
  int64_t heard_ns, looked_ns, ended_ns;
  Taut__Link__Table *table;
  taut_port_map inputs, outputs;
  double *initial, *rows;  // (n outputs), (n_ticks, n outputs)
  instance instances[INSTANCES_MAX];
  uint32_t n_instances;
};

void taut_host_say(const taut_peer *peer, const char *format, ...) {
  char text[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  // Some of it may come from outside.
  for (char *at = text; *at != '\0'; at++) {
    if (*at < ' ' || *at > '~') *at = '?';
  }
  fprintf(stderr, "%s: %s\n", peer->name, text);
}

// Each tenth power, so that a flood of them does not fill the log.
static void refuse(taut_host *h, refusal kind) {
  uint64_t n = ++h->n_refused[kind], power = 1;
  while (power < n) power *= 10;
  if (power == n) taut_host_say(h->peer, "refused %" PRIu64 " so far: %s", n, REFUSAL_TEXTS[kind]);
}

static int64_t wall_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * SECOND + now.tv_nsec;
}

// -------------------------------------------------------------------------------------- messages

static void *take(void *arena, size_t size) {
  return taut_arena_take(arena, size);
}

static void give_back(void *arena, void *block) {
  (void)arena, (void)block;
}

static message *decode(taut_arena *arena, const void *bytes, size_t size) {
  ProtobufCAllocator allocator = {take, give_back, arena};
  arena->n_used = 0;
  return taut__link__message__unpack(&allocator, size, bytes);
}

static message reply_to(const message *request) {
  message reply = TAUT__LINK__MESSAGE__INIT;
  reply.session = request->session;
  reply.sequence = request->sequence;
  reply.tick_ns = request->tick_ns;
  reply.instance = request->instance;
  return reply;
}

// False when it cannot be sent: the other one is gone, or takes nothing more.
static bool send_to(taut_host *h, const taut_sender *to, const message *m) {
  size_t size = taut__link__message__get_packed_size(m);
  if (size > MESSAGE_MAX) return false;
  taut__link__message__pack(m, h->bytes);
  return h->send(h->user, to, h->bytes, size);
}

static void answer(taut_host *h, const taut_sender *to, const message *request,
                   Taut__Link__Status status, const char *text) {
  char copy[256];
  message reply = reply_to(request);
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  snprintf(copy, sizeof copy, "%s", text);
  body.status = status;
  body.text = copy;
  reply.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  reply.answer = &body;
  send_to(h, to, &reply);
}

static bool send_heartbeat(taut_host *h) {
  message m = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Heartbeat body = TAUT__LINK__HEARTBEAT__INIT;
  m.session = h->session;
  m.body_case = TAUT__LINK__MESSAGE__BODY_HEARTBEAT;
  m.heartbeat = &body;
  return send_to(h, &h->holder, &m);
}

static void send_goodbye(taut_host *h) {
  char text[] = "the peer was stopped";
  message m = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Goodbye body = TAUT__LINK__GOODBYE__INIT;
  m.session = h->session;
  m.body_case = TAUT__LINK__MESSAGE__BODY_GOODBYE;
  body.text = text;
  m.goodbye = &body;
  send_to(h, &h->holder, &m);
}

// ------------------------------------------------------------------------------------- instances

static void free_instances(taut_host *h) {
  for (uint32_t i = 0; i < h->n_instances; i++) {
    free(h->instances[i].state);
    free(h->instances[i].inputs);
  }
  h->n_instances = 0;
}

static bool make_instance(taut_host *h, int64_t period_ns) {
  instance *it = &h->instances[h->n_instances];
  size_t n = h->inputs.n_slots;
  *it = (instance){.period_ns = period_ns};
  it->state = calloc(1, h->peer->state_bytes + 1);
  it->inputs = calloc(3 * n + h->outputs.n_slots + 1, sizeof *it->inputs);
  if (it->state == NULL || it->inputs == NULL) {
    free(it->state);
    free(it->inputs);
    return false;
  }
  it->before = it->inputs + n;
  it->newest = it->before + n;
  it->outputs = it->newest + n;
  h->n_instances++;
  return true;
}

static taut_io io_of(const taut_host *h, const instance *it, int64_t tick_ns) {
  return (taut_io){.input_map = &h->inputs,
                   .output_map = &h->outputs,
                   .inputs = it->inputs,
                   .before = it->before,
                   .tick_ns = tick_ns};
}

// False with `trouble` when the peer is broken.
static bool put_outputs(const taut_host *h, const instance *it, int64_t tick_ns, double *row,
                        char trouble[TAUT_IO_TEXT]) {
  taut_io io = io_of(h, it, tick_ns);
  if (h->outputs.n_slots > 0) memcpy(row, h->initial, h->outputs.n_slots * sizeof *row);
  io.outputs = row;
  h->peer->output(it->state, &io);
  memcpy(trouble, io.trouble, TAUT_IO_TEXT);
  return trouble[0] == '\0';
}

static bool step_instance(const taut_host *h, instance *it, int64_t tick_ns, const double *inputs,
                          double *row, char trouble[TAUT_IO_TEXT]) {
  size_t size = h->inputs.n_slots * sizeof *inputs;
  memcpy(it->before, it->inputs, size);
  if (size > 0) memcpy(it->inputs, inputs, size);
  taut_io io = io_of(h, it, tick_ns);
  h->peer->step(it->state, &io);
  memcpy(trouble, io.trouble, TAUT_IO_TEXT);
  return trouble[0] == '\0' && put_outputs(h, it, tick_ns + it->period_ns, row, trouble);
}

// True when the state was at its start already.
static bool reset_instance(const taut_host *h, instance *it) {
  const uint8_t *bytes = it->state;
  bool was_at_start = true;
  for (size_t i = 0; was_at_start && i < h->peer->state_bytes; i++) was_at_start = bytes[i] == 0;
  memset(it->state, 0, h->peer->state_bytes);
  it->is_running = true;
  memset(it->inputs, 0, 3 * h->inputs.n_slots * sizeof *it->inputs);
  return was_at_start;
}

// ------------------------------------------------------------------------------------------ live

static void start_live(taut_host *h, instance *it, int64_t tick_ns, const double *row) {
  it->trouble[0] = '\0';
  it->start_wall_ns = h->now_ns;
  it->start_ns = it->next_ns = tick_ns;
  if (h->outputs.n_slots > 0) memcpy(it->outputs, row, h->outputs.n_slots * sizeof *row);
}

// Makes the steps whose time has come, with the newest inputs.
static void advance_live(const taut_host *h, instance *it) {
  if (!it->is_running || it->trouble[0] != '\0') return;
  int64_t due_ns = it->start_wall_ns + (it->next_ns - it->start_ns);
  int64_t behind_ns = h->now_ns - due_ns - BEHIND_NS_MAX;
  if (behind_ns > 0) it->start_wall_ns += behind_ns, due_ns += behind_ns;
  for (; due_ns + it->period_ns <= h->now_ns; due_ns += it->period_ns) {
    if (!step_instance(h, it, it->next_ns, it->newest, it->outputs, it->trouble)) {
      taut_host_say(h->peer, "%s", it->trouble);
      return;
    }
    it->next_ns += it->period_ns;
  }
}

static void release(taut_host *h, const char *why) {
  if (!h->is_live) free_instances(h);
  if (!h->is_held) return;
  h->is_held = false;
  h->ended_ns = h->now_ns;
  taut_host_say(h->peer, "the harness %s after %" PRIu64 " requests", why, h->sequence);
}

int taut_host_advance(taut_host *h) {
  h->now_ns = wall_ns();
  if (h->is_live) {
    for (uint32_t i = 0; i < h->n_instances; i++) advance_live(h, &h->instances[i]);
    if (!h->is_held && h->now_ns - h->ended_ns >= RUN_DOWN_NS) free_instances(h);
  }
  int wait_ms = h->is_live && h->n_instances > 0 ? 1 : (int)(LOOK_NS / 1000000);
  int64_t last_ns = h->looked_ns > h->heard_ns ? h->looked_ns : h->heard_ns;
  if (!h->is_held || h->now_ns - last_ns < LOOK_NS) return wait_ms;
  h->looked_ns = h->now_ns;
  if (!send_heartbeat(h)) release(h, "went without a goodbye");
  return wait_ms;
}

// ------------------------------------------------------------------------------------- handshake

// What speaks against a harness, or NULL.
static const char *judge(const taut_host *h, const Taut__Link__Hello *hello) {
  if (hello->protocol != PROTOCOL) return "this peer speaks version 1 of the link protocol";
  if (strcmp(hello->role, h->peer->role) != 0) return "this peer fills another role";
  if (hello->mode != TAUT__LINK__MODE__LOCKSTEP && hello->mode != TAUT__LINK__MODE__LIVE)
    return "this peer knows the modes lockstep and live";
  if (hello->ticks_per_exchange < 1 || hello->ticks_per_exchange > TICKS_MAX)
    return "an exchange has 1 to 64 ticks";
  if (hello->mode == TAUT__LINK__MODE__LIVE && hello->ticks_per_exchange != 1)
    return "several ticks per exchange are for lockstep";
  return NULL;
}

// The device is free, or becomes so. Otherwise the one who asks was told.
static bool make_free(taut_host *h, const taut_sender *from, const message *request) {
  bool is_gone = h->is_held && (h->now_ns - h->heard_ns >= HOLD_NS || !send_heartbeat(h));
  if (is_gone) release(h, "went without a goodbye");
  if (!h->is_held && h->n_instances == 0) return true;
  answer(h, from, request, TAUT__LINK__STATUS__BUSY,
         h->is_held ? "another harness holds this peer" : "this peer takes the load off first");
  return false;
}

// Keeps the Hello of a session, and what its ports need. NULL, or what is wrong with them.
static const char *open_session(taut_host *h, const void *bytes, size_t size) {
  message *kept = decode(&h->memory, bytes, size);
  taut_arena *memory = &h->memory;
  if (kept == NULL) return "out of memory";
  Taut__Link__Table *table = h->table = kept->hello->table;
  h->n_ticks = kept->hello->ticks_per_exchange;
  if (!taut_port_map_init(&h->inputs, table->inputs, table->n_inputs, memory) ||
      !taut_port_map_init(&h->outputs, table->outputs, table->n_outputs, memory))
    return "this peer has no room for so many ports";
  h->initial = taut_arena_take(memory, (h->outputs.n_slots + 1) * sizeof *h->initial);
  h->rows = taut_arena_take(memory, (h->n_ticks * h->outputs.n_slots + 1) * sizeof *h->rows);
  if (h->initial == NULL || h->rows == NULL) return "this peer has no room for so many ports";
  taut_port_map_initial(&h->outputs, table->n_outputs, h->initial);
  table->model = (char *)(uintptr_t)h->peer->name;
  table->version = (char *)(uintptr_t)h->peer->version;
  if (h->peer->period_ns > 0)
    table->period_ns = table->period_ns_min = table->period_ns_max = h->peer->period_ns;
  return NULL;
}

static void welcome(taut_host *h, const message *request) {
  char software[128];
  message reply = reply_to(request);
  Taut__Link__Welcome body = TAUT__LINK__WELCOME__INIT;
  snprintf(software, sizeof software, "%s %s", h->peer->name, h->peer->version);
  body.protocol = PROTOCOL;
  body.software = software;
  body.role = h->table->role;
  body.table = h->table;
  body.table_hash = taut_peer_table_hash(h->table);
  reply.body_case = TAUT__LINK__MESSAGE__BODY_WELCOME;
  reply.welcome = &body;
  send_to(h, &h->holder, &reply);
}

static void handle_hello(taut_host *h, const taut_sender *from, const message *request,
                         const void *bytes, size_t size) {
  if (request->sequence != 1 || request->hello->table == NULL) {
    refuse(h, MALFORMED);
    return;
  }
  bool is_holder = h->is_held && from->size == h->holder.size &&
                   memcmp(from->bytes, h->holder.bytes, from->size) == 0;
  if (is_holder && request->session == h->session) {
    refuse(h, REPEATED);
    return;
  }
  const char *why = judge(h, request->hello);
  if (why == NULL) {
    if (is_holder) release(h, "began anew");
    if (!make_free(h, from, request)) return;
    why = open_session(h, bytes, size);
  }
  if (why != NULL) {
    taut_host_say(h->peer, "refused a harness: %s", why);
    answer(h, from, request, TAUT__LINK__STATUS__REJECT, why);
    return;
  }
  h->is_held = true;
  h->is_live = request->hello->mode == TAUT__LINK__MODE__LIVE;
  h->holder = *from;
  h->session = request->session;
  h->sequence = 1;
  h->heard_ns = h->now_ns;
  taut_host_say(h->peer, "%.60s holds this peer%s", request->hello->software,
                h->is_live ? ", live" : "");
  welcome(h, request);
}

// -------------------------------------------------------------------------------------- requests

static void answer_rows(taut_host *h, const message *request, double *rows, size_t n_rows,
                        bool unchanged) {
  message reply = reply_to(request);
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  body.outputs = rows;
  body.n_outputs = n_rows * h->outputs.n_slots;
  body.unchanged = unchanged;
  reply.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  reply.answer = &body;
  if (taut__link__message__get_packed_size(&reply) > MESSAGE_MAX) {
    answer(h, &h->holder, request, TAUT__LINK__STATUS__FAULT, "the answer is above 1 MiB");
  } else {
    send_to(h, &h->holder, &reply);
  }
}

static void handle_instantiate(taut_host *h, const message *request) {
  int64_t period_ns = request->instantiate->period_ns;
  const char *why = NULL;
  if (request->instance != h->n_instances || request->instance >= INSTANCES_MAX) {
    why = "instances are numbered 0, 1, 2 ... up to 31";
  } else if (period_ns < 1 || period_ns > TICK_NS_MAX ||
             (h->peer->period_ns > 0 && period_ns != h->peer->period_ns)) {
    why = "this peer has another period";
  } else if (!make_instance(h, period_ns)) {
    why = "out of memory";
  }
  answer(h, &h->holder, request, why == NULL ? TAUT__LINK__STATUS__OK : TAUT__LINK__STATUS__REJECT,
         why == NULL ? "" : why);
}

// Lockstep: the periods of a step. NULL, or why it is refused; a broken peer leaves `trouble`.
static const char *handle_step(taut_host *h, instance *it, const message *request,
                               char trouble[TAUT_IO_TEXT]) {
  const Taut__Link__Step *step = request->step;
  size_t n_rows = step->n_ticks_ns > 0 ? step->n_ticks_ns : 1, n_outputs = h->outputs.n_slots;
  if (n_rows > h->n_ticks || step->n_inputs != n_rows * h->inputs.n_slots)
    return "a step has so many inputs for each of its ticks as the table";
  for (size_t i = 0; i < n_rows; i++) {
    int64_t tick_ns = step->n_ticks_ns > 0 ? step->ticks_ns[i] : request->tick_ns;
    if (!step_instance(h, it, tick_ns, step->inputs + i * h->inputs.n_slots,
                       h->rows + i * n_outputs, trouble))
      return NULL;
  }
  answer_rows(h, request, h->rows, n_rows, false);
  return NULL;
}

// Live: inputs come in, what is there goes out; time passes by itself.
static const char *look_at(taut_host *h, instance *it, const message *request,
                           char trouble[TAUT_IO_TEXT]) {
  bool is_step = request->body_case == TAUT__LINK__MESSAGE__BODY_STEP;
  if (is_step && request->step->n_inputs != h->inputs.n_slots)
    return "a step has so many inputs as the table";
  memcpy(trouble, it->trouble, TAUT_IO_TEXT);
  if (trouble[0] != '\0') return NULL;
  if (is_step && h->inputs.n_slots > 0)
    memcpy(it->newest, request->step->inputs, h->inputs.n_slots * sizeof *it->newest);
  answer_rows(h, request, it->outputs, 1, false);
  return NULL;
}

static bool is_time(int64_t tick_ns) {
  return tick_ns >= 0 && tick_ns <= TICK_NS_MAX;
}

// What speaks against a Reset, Step or Output, or NULL.
static const char *judge_call(const taut_host *h, const message *request) {
  bool is_timely = is_time(request->tick_ns);
  if (request->instance >= h->n_instances) return "there is no such instance";
  if (request->body_case == TAUT__LINK__MESSAGE__BODY_STEP) {
    const Taut__Link__Step *step = request->step;
    for (size_t i = 0; i < step->n_ticks_ns; i++) is_timely &= is_time(step->ticks_ns[i]);
  }
  if (!is_timely) return "times are not below 0, nor beyond 2^62 ns";
  bool is_reset = request->body_case == TAUT__LINK__MESSAGE__BODY_RESET;
  if (!is_reset && !h->instances[request->instance].is_running) return "a reset comes first";
  return NULL;
}

static void handle_call(taut_host *h, const message *request) {
  char trouble[TAUT_IO_TEXT] = "";
  const char *why = judge_call(h, request);
  bool is_reset = request->body_case == TAUT__LINK__MESSAGE__BODY_RESET;
  instance *it = why == NULL ? &h->instances[request->instance] : NULL;
  if (it == NULL) {
    // It is refused.
  } else if (h->is_live && !is_reset) {
    why = look_at(h, it, request, trouble);
  } else if (request->body_case == TAUT__LINK__MESSAGE__BODY_STEP) {
    why = handle_step(h, it, request, trouble);
  } else {
    bool unchanged = is_reset && reset_instance(h, it);
    if (put_outputs(h, it, request->tick_ns, h->rows, trouble)) {
      if (h->is_live && is_reset) start_live(h, it, request->tick_ns, h->rows);
      answer_rows(h, request, h->rows, 1, unchanged);
    }
  }
  if (why == NULL && trouble[0] == '\0') return;
  taut_host_say(h->peer, "at %.6f s: %s", (double)request->tick_ns * 1e-9,
                why != NULL ? why : trouble);
  answer(h, &h->holder, request,
         why != NULL ? TAUT__LINK__STATUS__REJECT : TAUT__LINK__STATUS__FAULT,
         why != NULL ? why : trouble);
}

static void handle_request(taut_host *h, const message *request) {
  if (request->sequence != h->sequence + 1) {
    refuse(h, request->sequence <= h->sequence ? REPEATED : AHEAD);
    return;
  }
  h->sequence++;
  h->heard_ns = h->now_ns;
  if (request->body_case == TAUT__LINK__MESSAGE__BODY_INSTANTIATE) {
    handle_instantiate(h, request);
  } else if (request->body_case == TAUT__LINK__MESSAGE__BODY_TERMINATE) {
    answer(h, &h->holder, request, TAUT__LINK__STATUS__OK, "");
    release(h, "finished");
  } else {
    handle_call(h, request);
  }
}

void taut_host_receive(taut_host *h, const taut_sender *from, const void *bytes, size_t size) {
  message *m = size <= MESSAGE_MAX ? decode(&h->scratch, bytes, size) : NULL;
  if (m == NULL) {
    refuse(h, size <= MESSAGE_MAX ? MALFORMED : TOO_LONG);
    return;
  }
  if (m->body_case == TAUT__LINK__MESSAGE__BODY_HELLO) {
    handle_hello(h, from, m, bytes, size);
    return;
  }
  bool is_holder = h->is_held && m->session == h->session && from->size == h->holder.size &&
                   memcmp(from->bytes, h->holder.bytes, from->size) == 0;
  if (!is_holder) {
    refuse(h, FOREIGN);
    return;
  }
  switch (m->body_case) {
    case TAUT__LINK__MESSAGE__BODY_INSTANTIATE:
    case TAUT__LINK__MESSAGE__BODY_RESET:
    case TAUT__LINK__MESSAGE__BODY_STEP:
    case TAUT__LINK__MESSAGE__BODY_OUTPUT:
    case TAUT__LINK__MESSAGE__BODY_TERMINATE: handle_request(h, m); break;
    case TAUT__LINK__MESSAGE__BODY_GOODBYE: release(h, "said goodbye"); break;
    case TAUT__LINK__MESSAGE__BODY_HEARTBEAT:
      h->heard_ns = h->now_ns;
      if (m->heartbeat->echo) send_heartbeat(h);
      break;
    default: refuse(h, UNEXPECTED); break;
  }
}

void taut_host_refuse_frames(taut_host *h) {
  refuse(h, MALFORMED);
}

// ---------------------------------------------------------------------------------------- making

taut_host *taut_host_create(const taut_peer *peer, taut_send_fn send, void *user) {
  taut_host *h = calloc(1, sizeof *h);
  if (h == NULL) return NULL;
  h->scratch = (taut_arena){malloc(2 * ARENA_BYTES + MESSAGE_MAX), 0, ARENA_BYTES};
  if (h->scratch.bytes == NULL) {
    free(h);
    return NULL;
  }
  h->peer = peer;
  h->send = send;
  h->user = user;
  h->now_ns = wall_ns();
  h->memory = (taut_arena){h->scratch.bytes + ARENA_BYTES, 0, ARENA_BYTES};
  h->bytes = h->scratch.bytes + 2 * ARENA_BYTES;
  return h;
}

void taut_host_destroy(taut_host *h) {
  if (h == NULL) return;
  if (h->is_held) send_goodbye(h);
  release(h, "was sent away");
  free_instances(h);
  free(h->scratch.bytes);
  free(h);
}
