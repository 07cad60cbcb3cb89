#include "hil/serve.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hil/batch.h"
#include "hil/live.h"
#include "hil/served.h"
#include "hil/table.h"

/// Latest simulated time [ns]: further on, the sum of two times would overflow.
#define TICK_NS_MAX (INT64_MAX / 2)

enum { SERVE_INSTANCES_MAX = 32, SERVE_DEEDS_MAX = TAUT_BATCH_DEEDS_MAX };

struct taut_serve {
  const taut_model *model;
  taut_serve_port port;
  taut_wire wire;
  taut_wire own;             ///< holds `table`
  Taut__Link__Table *table;  ///< of the model
  uint64_t table_hash;

  bool is_held;
  taut_identity holder;
  char holder_name[64];
  uint64_t session, sequence;
  int64_t heard_ns;  ///< wall time of the holder's last good message
  int64_t looked_ns;
  uint64_t n_exchanges;
  bool is_live;
  taut_black_box *box;            ///< of a live peer; may be NULL
  taut_live *live;                ///< (SERVE_INSTANCES_MAX) of a live peer
  const taut_hardware *hardware;  ///< of a live peer, in place of instances; may be NULL
  char hardware_path[128];
  bool is_begun;     ///< the hardware has had a Reset in this session
  int64_t now_ns;    ///< wall time of what is handled
  int64_t ended_ns;  ///< when the last session of a live peer ended
  taut_served *instances[SERVE_INSTANCES_MAX];
  uint32_t n_instances;
  uint32_t n_ticks;                 ///< most periods of one step
  size_t n_outputs;                 ///< slots
  double *rows;                     ///< (TAUT_BATCH_TICKS_MAX, n_outputs) of the answer under way
  size_t n_rows, n_events, n_logs;  ///< of the answer under way
  char texts[SERVE_DEEDS_MAX][TAUT_BATCH_TEXT_MAX];

  uint64_t n_refused[TAUT_REFUSAL_COUNT];
  Taut__Link__Event events[SERVE_DEEDS_MAX], *event_list[SERVE_DEEDS_MAX];
  Taut__Link__Log logs[SERVE_DEEDS_MAX], *log_list[SERVE_DEEDS_MAX];
};

// ------------------------------------------------------------------------------------------- log

__attribute__((format(printf, 3, 4))) static void say(const taut_serve *serve, taut_log_level level,
                                                      const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  taut_table_clean(text);
  serve->port.log(serve->port.user, level, text);
}

void taut_serve_refuse(taut_serve *serve, taut_refusal refusal) {
  uint64_t n = ++serve->n_refused[refusal];
  // Each tenth power: a flood of them does not fill the log.
  uint64_t power = 1;
  while (power < n) power *= 10;
  if (power == n) {
    say(serve, TAUT_LOG_WARN, "refused %" PRIu64 " message%s: %s", n, n == 1 ? "" : "s",
        taut_refusal_text(refusal));
  }
}

// --------------------------------------------------------------------------------------- sending

static bool send_message(taut_serve *serve, const taut_identity *to, const taut_message *message) {
  const uint8_t *bytes;
  size_t size;
  if (taut_wire_encode(&serve->wire, message, &bytes, &size) != TAUT_OK) return false;
  return serve->port.send(serve->port.user, to, bytes, size);
}

/// An answer to `request`, without a body.
static taut_message reply_to(const taut_message *request) {
  taut_message reply = TAUT__LINK__MESSAGE__INIT;
  reply.session = request->session;
  reply.sequence = request->sequence;
  reply.tick_ns = request->tick_ns;
  reply.instance = request->instance;
  return reply;
}

static void answer(taut_serve *serve, const taut_identity *to, const taut_message *request,
                   Taut__Link__Status status, const char *text) {
  taut_message reply = reply_to(request);
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  body.status = status;
  body.text = (char *)(uintptr_t)text;
  reply.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  reply.answer = &body;
  send_message(serve, to, &reply);
}

/// Adds one thing that an instance did to the row of the answer under way.
static void add_deed(taut_serve *serve, const taut_deed *deed) {
  if (serve->n_events + serve->n_logs == SERVE_DEEDS_MAX) return;
  if (deed->is_log) {
    Taut__Link__Log *line = &serve->logs[serve->n_logs];
    taut__link__log__init(line);
    line->level = (Taut__Link__Level)deed->level;
    line->text = serve->texts[serve->n_logs];
    line->row = (uint32_t)serve->n_rows;
    snprintf(line->text, TAUT_BATCH_TEXT_MAX, "%s", deed->text);
    serve->log_list[serve->n_logs++] = line;
  } else {
    Taut__Link__Event *event = &serve->events[serve->n_events];
    taut__link__event__init(event);
    event->event = deed->event;
    event->value = deed->value;
    event->row = (uint32_t)serve->n_rows;
    serve->event_list[serve->n_events++] = event;
  }
}

static void add_deeds(taut_serve *serve, const taut_deed *deeds, size_t n_deeds) {
  for (size_t i = 0; i < n_deeds; i++) add_deed(serve, &deeds[i]);
}

static void add_outputs(taut_serve *serve, const double *outputs) {
  memcpy(serve->rows + serve->n_rows++ * serve->n_outputs, outputs,
         serve->n_outputs * sizeof *serve->rows);
}

/// Adds the outputs of an instance, and with `has_deeds` what it did, to the answer under way.
static void add_row(taut_serve *serve, const taut_served *served, bool has_deeds) {
  size_t n_deeds;
  const taut_deed *deeds = taut_served_deeds(served, &n_deeds);
  if (has_deeds) add_deeds(serve, deeds, n_deeds);
  add_outputs(serve, taut_served_outputs(served));
}

/// `served` is NULL for hardware, which never is as it was.
static void answer_rows(taut_serve *serve, const taut_message *request, const taut_served *served) {
  taut_message reply = reply_to(request);
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  body.unchanged = request->body_case == TAUT__LINK__MESSAGE__BODY_RESET && served != NULL &&
                   taut_served_was_at_start(served);
  body.n_logs = serve->n_logs;
  body.logs = serve->log_list;
  body.n_events = serve->n_events;
  body.events = serve->event_list;
  body.n_outputs = serve->n_rows * serve->n_outputs;
  body.outputs = serve->rows;
  reply.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  reply.answer = &body;
  send_message(serve, &serve->holder, &reply);
}

// --------------------------------------------------------------------------------------- session

static void free_instances(taut_serve *serve) {
  for (uint32_t i = 0; serve->hardware == NULL && i < serve->n_instances; i++) {
    if (serve->is_live) {
      taut_live_fini(&serve->live[i]);
    } else {
      taut_served_destroy(serve->instances[i]);
    }
  }
  serve->n_instances = 0;
}

/// The session is over, in order when the harness said so. A live device runs on for a while:
/// nobody may be there to take the load off.
static void end_session(taut_serve *serve, const char *why, bool is_orderly) {
  if (!serve->is_live) free_instances(serve);
  if (!serve->is_held) return;
  serve->is_held = false;
  serve->ended_ns = serve->now_ns;
  if (serve->hardware != NULL) {
    serve->hardware->end(serve->hardware->user, is_orderly, serve->now_ns);
  }
  say(serve, TAUT_LOG_INFO, "%s: %s after %" PRIu64 " exchanges", serve->holder_name, why,
      serve->n_exchanges);
  taut_black_box_note(serve->box, serve->now_ns, why);
}

static void release(taut_serve *serve, const char *why) {
  end_session(serve, why, false);
}

static bool is_same(const taut_identity *a, const taut_identity *b) {
  return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/// Sends the holder a sign of life; the transport knows whether there is still somebody.
static bool is_holder_connected(taut_serve *serve) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Heartbeat heartbeat = TAUT__LINK__HEARTBEAT__INIT;
  message.session = serve->session;
  message.body_case = TAUT__LINK__MESSAGE__BODY_HEARTBEAT;
  message.heartbeat = &heartbeat;
  return send_message(serve, &serve->holder, &message);
}

void taut_serve_look(taut_serve *serve, int64_t now_ns) {
  serve->now_ns = now_ns;
  // A harness that was heard lately is there, and needs no sign of life.
  int64_t last_ns = serve->looked_ns > serve->heard_ns ? serve->looked_ns : serve->heard_ns;
  if (!serve->is_held || now_ns - last_ns < TAUT_SERVE_LOOK_NS) return;
  serve->looked_ns = now_ns;
  if (!is_holder_connected(serve)) release(serve, "gone without a goodbye");
}

/// Whether the device can be had. Otherwise the one who asks was told why not.
static bool make_free(taut_serve *serve, const taut_identity *from, const taut_message *request,
                      int64_t now_ns) {
  if (!serve->is_held && serve->n_instances == 0) return true;
  if (!serve->is_held) {
    answer(serve, from, request, TAUT__LINK__STATUS__BUSY,
           "this device takes the load off after the last run");
    return false;
  }
  int64_t silent_ns = now_ns - serve->heard_ns;
  if (is_same(from, &serve->holder)) {
    release(serve, "began anew");
  } else if (!is_holder_connected(serve)) {
    release(serve, "gone without a goodbye");
  } else if (silent_ns >= TAUT_SERVE_HOLD_NS) {
    release(serve, "silent for too long, lost the device to another");
  } else {
    char text[256];
    snprintf(text, sizeof text,
             "%s holds this device; it is free again when that run ends, or is silent for %g s "
             "(last heard %.1f s ago)",
             serve->holder_name, (double)TAUT_SERVE_HOLD_NS * 1e-9, (double)silent_ns * 1e-9);
    answer(serve, from, request, TAUT__LINK__STATUS__BUSY, text);
    return false;
  }
  if (serve->n_instances == 0) return true;
  // Of a live device; the one who asks comes again soon.
  answer(serve, from, request, TAUT__LINK__STATUS__BUSY, "this device takes the load off first");
  return false;
}

/// What speaks against this harness, or "".
static void judge_hello(const taut_serve *serve, const Taut__Link__Hello *hello, char *text,
                        size_t size) {
  text[0] = '\0';
  if (hello->protocol != TAUT_LINK_PROTOCOL) {
    snprintf(text, size, "%.48s speaks version %u of the link protocol, taut %s here version %d",
             hello->software, hello->protocol, TAUT_VERSION, TAUT_LINK_PROTOCOL);
  } else if (strcmp(hello->role, serve->model->role) != 0) {
    snprintf(text, size, "this peer (%s, taut %s) fills the role '%s', not '%.48s'",
             serve->model->name, TAUT_VERSION, serve->model->role, hello->role);
  } else if (serve->is_live && hello->mode != TAUT__LINK__MODE__LIVE) {
    snprintf(text, size, "this peer runs live: use taut run --live");
  } else if (!serve->is_live && hello->mode != TAUT__LINK__MODE__LOCKSTEP) {
    snprintf(text, size, "this peer runs in lockstep only: start it with --live");
  } else if (serve->is_live && hello->ticks_per_exchange != 1) {
    snprintf(text, size, "several ticks per exchange are for lockstep");
  } else if (hello->ticks_per_exchange < 1 || hello->ticks_per_exchange > TAUT_BATCH_TICKS_MAX) {
    snprintf(text, size, "an exchange has 1 to %d ticks, not %u", TAUT_BATCH_TICKS_MAX,
             hello->ticks_per_exchange);
  }
}

static void handle_hello(taut_serve *serve, const taut_identity *from, const taut_message *request,
                         int64_t now_ns) {
  char text[256];
  if (request->sequence != 1 || request->hello->table == NULL) {
    taut_serve_refuse(serve, TAUT_REFUSAL_MALFORMED);
    return;
  }
  bool is_repeated =
      serve->is_held && is_same(from, &serve->holder) && request->session == serve->session;
  if (is_repeated) {
    taut_serve_refuse(serve, TAUT_REFUSAL_REPEATED);
    return;
  }
  judge_hello(serve, request->hello, text, sizeof text);
  if (text[0] != '\0') {
    say(serve, TAUT_LOG_WARN, "refused a harness: %s", text);
    answer(serve, from, request, TAUT__LINK__STATUS__REJECT, text);
    return;
  }
  if (!make_free(serve, from, request, now_ns)) return;
  serve->is_held = true;
  serve->holder = *from;
  serve->session = request->session;
  serve->sequence = request->sequence;
  serve->heard_ns = now_ns;
  serve->n_exchanges = 0;
  serve->is_begun = false;
  serve->n_ticks = request->hello->ticks_per_exchange;
  const char *name = request->hello->software[0] != '\0' ? request->hello->software : "a harness";
  snprintf(serve->holder_name, sizeof serve->holder_name, "%.40s (session %08x)", name,
           (unsigned)request->session);
  say(serve, TAUT_LOG_INFO, "%s: holds the device", serve->holder_name);
  taut_message reply = reply_to(request);
  Taut__Link__Welcome welcome = TAUT__LINK__WELCOME__INIT;
  char software[] = "taut " TAUT_VERSION;
  welcome.protocol = TAUT_LINK_PROTOCOL;
  welcome.software = software;
  welcome.role = serve->table->role;
  welcome.table = serve->table;
  welcome.table_hash = serve->table_hash;
  reply.body_case = TAUT__LINK__MESSAGE__BODY_WELCOME;
  reply.welcome = &welcome;
  send_message(serve, from, &reply);
}

// -------------------------------------------------------------------------------------- requests

static bool keep_instance(taut_serve *serve, taut_served *served, const char *path,
                          int64_t period_ns) {
  uint32_t i = serve->n_instances;
  if (serve->is_live && taut_live_init(&serve->live[i], served, path, period_ns) != TAUT_OK) {
    taut_served_destroy(served);
    return false;
  }
  serve->instances[i] = served;
  serve->n_instances++;
  return true;
}

/// "left.motor": what a line of the log or of the black box can hold as it is.
static bool is_path(const char *path) {
  return path[0] != '\0' && path[strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0';
}

/// There is one of it, and it is as it is.
static void instantiate_hardware(taut_serve *serve, const taut_message *request) {
  const Taut__Link__Instantiate *body = request->instantiate;
  if (!is_path(body->path)) {
    answer(serve, &serve->holder, request, TAUT__LINK__STATUS__REJECT,
           "a path is such as left.motor: lower-case letters, digits, _ and .");
  } else if (serve->n_instances > 0 || request->instance != 0) {
    answer(serve, &serve->holder, request, TAUT__LINK__STATUS__REJECT,
           "this is one device: name the side that it fills, as in --with left.motor=ENDPOINT");
  } else if (body->n_params > 0) {
    answer(serve, &serve->holder, request, TAUT__LINK__STATUS__REJECT,
           "hardware has no parameters");
  } else {
    snprintf(serve->hardware_path, sizeof serve->hardware_path, "%s", body->path);
    serve->n_instances = 1;
    answer(serve, &serve->holder, request, TAUT__LINK__STATUS__OK, "");
  }
}

static void handle_instantiate(taut_serve *serve, const taut_message *request) {
  const Taut__Link__Instantiate *body = request->instantiate;
  char text[256] = "out of memory";
  taut_served *served = NULL;
  bool is_next = request->instance == serve->n_instances && request->instance < SERVE_INSTANCES_MAX;
  if (!is_next) {
    snprintf(text, sizeof text, "instances are numbered 0, 1, 2 ... up to %d, the next is %u",
             SERVE_INSTANCES_MAX - 1, serve->n_instances);
  } else if (!is_path(body->path)) {
    snprintf(text, sizeof text,
             "a path is such as left.motor: lower-case letters, digits, _ and .");
  } else if (taut_served_create(serve->model, body->path, body->params, body->n_params, body->seed,
                                body->period_ns, &served, text, sizeof text) == TAUT_OK) {
    if (!keep_instance(serve, served, body->path, body->period_ns)) {
      answer(serve, &serve->holder, request, TAUT__LINK__STATUS__FAULT, text);
      return;
    }
    answer(serve, &serve->holder, request, TAUT__LINK__STATUS__OK, "");
    return;
  }
  answer(serve, &serve->holder, request, TAUT__LINK__STATUS__REJECT, text);
}

static bool is_time(int64_t tick_ns, char *text, size_t size) {
  if (tick_ns >= 0 && tick_ns <= TICK_NS_MAX) return true;
  snprintf(text, size, "times are 0 to %g s, got %g s", (double)TICK_NS_MAX * 1e-9,
           (double)tick_ns * 1e-9);
  return false;
}

/// The periods of a step.
static taut_status handle_step(taut_serve *serve, const taut_message *request, taut_served *served,
                               char *text, size_t size) {
  const Taut__Link__Step *step = request->step;
  size_t n_rows = step->n_ticks_ns > 0 ? step->n_ticks_ns : 1;
  size_t n_inputs = taut_served_n_inputs(served);
  if (n_rows > serve->n_ticks || step->n_inputs != n_rows * n_inputs) {
    snprintf(text, size, "a step has %zu inputs for each of at most %u ticks, got %zu for %zu",
             n_inputs, serve->n_ticks, step->n_inputs, n_rows);
    return TAUT_EINVAL;
  }
  for (size_t i = 0; i < step->n_ticks_ns; i++)
    if (!is_time(step->ticks_ns[i], text, size)) return TAUT_EINVAL;
  taut_status status = TAUT_OK;
  for (size_t i = 0; status == TAUT_OK && i < n_rows; i++) {
    int64_t tick_ns = step->n_ticks_ns > 0 ? step->ticks_ns[i] : request->tick_ns;
    status = taut_served_step(served, tick_ns, step->inputs + i * n_inputs, text, size);
    if (status == TAUT_OK) add_row(serve, served, true);
  }
  return status;
}

/// A step or look of a live device: inputs come in, what is there goes out. It moves by itself.
static taut_status handle_live(taut_serve *serve, const taut_message *request, char *text,
                               size_t size) {
  taut_live *live = &serve->live[request->instance];
  bool is_step = request->body_case == TAUT__LINK__MESSAGE__BODY_STEP;
  size_t n_inputs = taut_served_n_inputs(live->served);
  if (!live->is_running || (is_step && request->step->n_inputs != n_inputs)) {
    snprintf(text, size, "a step has %zu inputs, after a reset", n_inputs);
    return TAUT_EINVAL;
  }
  if (live->broken[0] != '\0') {
    snprintf(text, size, "%s", live->broken);
    return TAUT_EFAULT;
  }
  if (is_step) taut_live_take(live, request->step->inputs, serve->now_ns, serve->box);
  add_deeds(serve, live->deeds, live->n_deeds);
  live->n_deeds = 0;
  add_row(serve, live->served, false);
  return TAUT_OK;
}

/// Reset, Step and Output of hardware: inputs go in, what it measured last comes out.
static taut_status handle_hardware(taut_serve *serve, const taut_message *request, char *text,
                                   size_t size) {
  const taut_hardware *hardware = serve->hardware;
  bool is_reset = request->body_case == TAUT__LINK__MESSAGE__BODY_RESET;
  bool is_step = request->body_case == TAUT__LINK__MESSAGE__BODY_STEP;
  size_t n_inputs = taut_table_slots(serve->table->inputs, serve->table->n_inputs);
  if (is_reset) serve->is_begun = true;
  if (!serve->is_begun || (is_step && request->step->n_inputs != n_inputs)) {
    snprintf(text, size, "a step has %zu inputs, after a reset", n_inputs);
    return TAUT_EINVAL;
  }
  if (is_reset) hardware->begin(hardware->user, serve->hardware_path, serve->now_ns);
  if (is_step) {
    hardware->take(hardware->user, request->step->inputs, request->tick_ns, serve->now_ns);
  }
  taut_deed deed;
  while (hardware->next_deed(hardware->user, &deed)) add_deed(serve, &deed);
  add_outputs(serve, hardware->outputs(hardware->user));
  return TAUT_OK;
}

/// Reset, Step and Output: they need an instance.
static void handle_call(taut_serve *serve, const taut_message *request) {
  char text[256] = "";
  bool is_reset = request->body_case == TAUT__LINK__MESSAGE__BODY_RESET;
  taut_status status = TAUT_EINVAL;
  taut_served *served =
      request->instance < serve->n_instances ? serve->instances[request->instance] : NULL;
  serve->n_rows = serve->n_events = serve->n_logs = 0;
  if (request->instance >= serve->n_instances) {
    snprintf(text, sizeof text, "there is no instance %u", request->instance);
  } else if (!is_time(request->tick_ns, text, sizeof text)) {
    status = TAUT_EINVAL;
  } else if (serve->hardware != NULL) {
    status = handle_hardware(serve, request, text, sizeof text);
  } else if (!is_reset && !taut_served_is_ready(served)) {
    snprintf(text, sizeof text, "instance %u has not been reset", request->instance);
  } else if (serve->is_live && !is_reset) {
    status = handle_live(serve, request, text, sizeof text);
  } else if (request->body_case == TAUT__LINK__MESSAGE__BODY_STEP) {
    status = handle_step(serve, request, served, text, sizeof text);
  } else {
    status = is_reset ? taut_served_reset(served, request->tick_ns, text, sizeof text)
                      : taut_served_output(served, request->tick_ns, text, sizeof text);
    if (status == TAUT_OK) add_row(serve, served, is_reset);
    if (status == TAUT_OK && serve->is_live) {
      taut_live *live = &serve->live[request->instance];
      taut_live_start(live, request->tick_ns, serve->now_ns, serve->box);
      live->n_deeds = 0;  // they are in the answer
    }
  }
  if (status == TAUT_OK) {
    answer_rows(serve, request, served);
    return;
  }
  say(serve, TAUT_LOG_ERROR, "at %.6f s: %s", (double)request->tick_ns * 1e-9, text);
  answer(serve, &serve->holder, request,
         status == TAUT_EINVAL ? TAUT__LINK__STATUS__REJECT : TAUT__LINK__STATUS__FAULT, text);
}

static void handle_request(taut_serve *serve, const taut_message *request) {
  serve->n_exchanges++;
  switch (request->body_case) {
    case TAUT__LINK__MESSAGE__BODY_INSTANTIATE:
      if (serve->hardware != NULL) {
        instantiate_hardware(serve, request);
      } else {
        handle_instantiate(serve, request);
      }
      break;
    case TAUT__LINK__MESSAGE__BODY_RESET:
    case TAUT__LINK__MESSAGE__BODY_STEP:
    case TAUT__LINK__MESSAGE__BODY_OUTPUT: handle_call(serve, request); break;
    case TAUT__LINK__MESSAGE__BODY_TERMINATE:
      answer(serve, &serve->holder, request, TAUT__LINK__STATUS__OK, "");
      end_session(serve, "finished", true);
      break;
    default: taut_serve_refuse(serve, TAUT_REFUSAL_UNEXPECTED); break;
  }
}

static bool is_request(const taut_message *message) {
  return message->body_case >= TAUT__LINK__MESSAGE__BODY_INSTANTIATE &&
         message->body_case <= TAUT__LINK__MESSAGE__BODY_TERMINATE;
}

/// A message of somebody who does not hold the device.
static void turn_away(taut_serve *serve, const taut_identity *from, const taut_message *message) {
  taut_serve_refuse(serve, TAUT_REFUSAL_FOREIGN);
  if (is_request(message)) {
    answer(serve, from, message, TAUT__LINK__STATUS__FAULT,
           serve->is_held ? "another harness holds this device" : "this session is over");
  }
}

void taut_serve_receive(taut_serve *serve, const taut_identity *from, const void *bytes,
                        size_t size, int64_t now_ns) {
  taut_message *message;
  serve->now_ns = now_ns;
  taut_status status = taut_wire_decode(&serve->wire, bytes, size, &message);
  if (status != TAUT_OK) {
    taut_serve_refuse(serve,
                      status == TAUT_EFULL ? TAUT_REFUSAL_OVERSIZED : TAUT_REFUSAL_MALFORMED);
    return;
  }
  if (message->body_case == TAUT__LINK__MESSAGE__BODY_HELLO) {
    handle_hello(serve, from, message, now_ns);
    return;
  }
  bool is_holder =
      serve->is_held && is_same(from, &serve->holder) && message->session == serve->session;
  if (!is_holder) {
    turn_away(serve, from, message);
    return;
  }
  if (message->body_case == TAUT__LINK__MESSAGE__BODY_GOODBYE) {
    end_session(serve, "said goodbye", true);
  } else if (message->body_case == TAUT__LINK__MESSAGE__BODY_HEARTBEAT) {
    serve->heard_ns = now_ns;
    if (message->heartbeat->echo) is_holder_connected(serve);
  } else if (!is_request(message)) {
    taut_serve_refuse(serve, TAUT_REFUSAL_UNEXPECTED);
  } else if (message->sequence <= serve->sequence) {
    taut_serve_refuse(serve, TAUT_REFUSAL_REPEATED);
  } else if (message->sequence != serve->sequence + 1) {
    char text[128];
    snprintf(text, sizeof text, "request %" PRIu64 " came where %" PRIu64 " was due: one was lost",
             message->sequence, serve->sequence + 1);
    taut_serve_refuse(serve, TAUT_REFUSAL_AHEAD);
    answer(serve, from, message, TAUT__LINK__STATUS__FAULT, text);
  } else {
    serve->sequence = message->sequence;
    serve->heard_ns = now_ns;
    handle_request(serve, message);
  }
}

// ---------------------------------------------------------------------------------------- making

taut_status taut_serve_create(const taut_model *model, const taut_serve_port *port,
                              taut_serve **out) {
  *out = NULL;
  taut_serve *serve = calloc(1, sizeof *serve);
  if (serve == NULL) return TAUT_ENOMEM;
  serve->model = model;
  serve->port = *port;
  taut_status status = taut_wire_init(&serve->wire, TAUT_LINK_ARENA_BYTES);
  if (status == TAUT_OK) status = taut_wire_init(&serve->own, TAUT_LINK_ARENA_BYTES);
  if (status == TAUT_OK) status = taut_table_of_model(model, &serve->own, &serve->table);
  if (status == TAUT_OK) {
    serve->n_outputs = taut_table_slots(serve->table->outputs, serve->table->n_outputs);
    serve->rows = calloc(TAUT_BATCH_TICKS_MAX * serve->n_outputs + 1, sizeof *serve->rows);
  }
  if (status != TAUT_OK || serve->rows == NULL) {
    taut_serve_destroy(serve, "");
    return TAUT_ENOMEM;
  }
  serve->table_hash = taut_table_hash(serve->table);
  *out = serve;
  return TAUT_OK;
}

taut_status taut_serve_go_live(taut_serve *serve, taut_black_box *box) {
  serve->live = calloc(SERVE_INSTANCES_MAX, sizeof *serve->live);
  if (serve->live == NULL) return TAUT_ENOMEM;
  serve->is_live = true;
  serve->box = box;
  return TAUT_OK;
}

void taut_serve_use_hardware(taut_serve *serve, const taut_hardware *hardware) {
  serve->hardware = hardware;
}

taut_status taut_serve_advance(taut_serve *serve, int64_t now_ns) {
  const taut_hardware *hardware = serve->hardware;
  taut_status status = TAUT_OK;
  serve->now_ns = now_ns;
  if (hardware != NULL) status = hardware->advance(hardware->user, now_ns, serve->box);
  for (uint32_t i = 0; serve->is_live && hardware == NULL && i < serve->n_instances; i++) {
    taut_live_advance(&serve->live[i], now_ns, serve->box);
  }
  bool is_down = !serve->is_held && now_ns - serve->ended_ns >= TAUT_LIVE_RUN_DOWN_NS;
  if (!serve->is_live || serve->n_instances == 0 || !is_down) return status;
  free_instances(serve);
  taut_black_box_note(serve->box, now_ns, "ran down, free for the next harness");
  return status;
}

void taut_serve_destroy(taut_serve *serve, const char *why) {
  if (serve == NULL) return;
  if (serve->is_held) {
    taut_message message = TAUT__LINK__MESSAGE__INIT;
    Taut__Link__Goodbye goodbye = TAUT__LINK__GOODBYE__INIT;
    message.session = serve->session;
    goodbye.text = (char *)(uintptr_t)why;
    message.body_case = TAUT__LINK__MESSAGE__BODY_GOODBYE;
    message.goodbye = &goodbye;
    send_message(serve, &serve->holder, &message);
  }
  release(serve, "sent away");
  free_instances(serve);
  free(serve->live);
  taut_wire_fini(&serve->wire);
  taut_wire_fini(&serve->own);
  free(serve->rows);
  free(serve);
}

bool taut_serve_is_held(const taut_serve *serve) {
  return serve->is_held;
}

const uint64_t *taut_serve_refused(const taut_serve *serve) {
  return serve->n_refused;
}
