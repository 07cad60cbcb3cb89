#include "hil/replay.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hil/table.h"

__attribute__((format(printf, 2, 3))) static void complain(taut_link *link, const char *format,
                                                           ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(link->trouble, sizeof link->trouble, format, arguments);
  va_end(arguments);
  taut_table_clean(link->trouble);
  link->is_broken = true;
}

// ---------------------------------------------------------------------------- what is different

static const char *kind_text(const taut_message *message) {
  switch (message->body_case) {
    case TAUT__LINK__MESSAGE__BODY_HELLO: return "hello";
    case TAUT__LINK__MESSAGE__BODY_INSTANTIATE: return "a new instance";
    case TAUT__LINK__MESSAGE__BODY_RESET: return "a reset";
    case TAUT__LINK__MESSAGE__BODY_STEP: return "a step";
    case TAUT__LINK__MESSAGE__BODY_OUTPUT: return "outputs";
    default: return "something else";
  }
}

/// The name of value `i` of a list of ports.
static const char *port_name(Taut__Link__Signal *const *signals, size_t n, size_t i) {
  for (size_t k = 0; k < n; k++) {
    if (i < signals[k]->count) return signals[k]->name;
    i -= signals[k]->count;
  }
  return "?";
}

static uint64_t bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The first value that differs in its bits; `n` when there is none.
static size_t first_other(const double *a, const double *b, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (bits_of(a[i]) != bits_of(b[i])) return i;
  return n;
}

static void tell_values(taut_link *link, const taut_message *request, const char *what,
                        Taut__Link__Signal *const *signals, size_t n_signals, const double *now,
                        const double *then, size_t n) {
  size_t n_row = taut_table_slots(signals, n_signals), i = first_other(now, then, n);
  if (i == n || n_row == 0) {
    complain(link, "the replay leaves its journal at %.6f s: %s are not as they were",
             (double)request->tick_ns * 1e-9, what);
    return;
  }
  const Taut__Link__Step *step =
      request->body_case == TAUT__LINK__MESSAGE__BODY_STEP ? request->step : NULL;
  bool has_times = step != NULL && i / n_row < step->n_ticks_ns;
  int64_t tick_ns = has_times ? step->ticks_ns[i / n_row] : request->tick_ns;
  complain(link,
           "the replay leaves its journal at %.6f s: %s %s of %s is %.9g, recorded was %.9g. What "
           "the peer answered then was to another run: scenario, plugins or Taut have changed",
           (double)tick_ns * 1e-9, what, port_name(signals, n_signals, i % n_row), link->role,
           now[i], then[i]);
}

/// Names the first difference between a request and the recorded one.
static void tell_difference(taut_link *link, const taut_message *now, const taut_message *then) {
  const Taut__Link__Table *table = link->table;
  if (now->body_case != then->body_case || now->tick_ns != then->tick_ns ||
      now->instance != then->instance || table == NULL) {
    complain(link,
             "the replay leaves its journal at %.6f s: it asks instance %u of %s for %s, recorded "
             "was %s for instance %u at %.6f s. Scenario, plugins or Taut have changed",
             (double)now->tick_ns * 1e-9, now->instance, link->role, kind_text(now),
             kind_text(then), then->instance, (double)then->tick_ns * 1e-9);
  } else if (now->body_case == TAUT__LINK__MESSAGE__BODY_STEP &&
             now->step->n_inputs == then->step->n_inputs) {
    tell_values(link, now, "input", table->inputs, table->n_inputs, now->step->inputs,
                then->step->inputs, now->step->n_inputs);
  } else if (now->body_case == TAUT__LINK__MESSAGE__BODY_INSTANTIATE &&
             now->instantiate->n_params == then->instantiate->n_params &&
             now->instantiate->seed == then->instantiate->seed) {
    tell_values(link, now, "parameter", table->params, table->n_params, now->instantiate->params,
                then->instantiate->params, now->instantiate->n_params);
  } else {
    complain(link, "the replay leaves its journal at %.6f s: %s of %s is not as it was",
             (double)now->tick_ns * 1e-9, kind_text(now), link->role);
  }
}

// --------------------------------------------------------------------------------------- exchange

/// The next message of the tape; false when there is none, with the trouble told.
static bool read_next(taut_link *link, const taut_message *request, taut_tape_message *out) {
  const char *why = "";
  taut_status status = link->tape->read(link->tape->user, out, &why);
  if (status == TAUT_OK) return true;
  double at_s = (double)request->tick_ns * 1e-9;
  if (status == TAUT_ENOTFOUND) {
    complain(link, "the journal ends here, at %.6f s%s%s", at_s, why[0] != '\0' ? ": " : "", why);
  } else {
    complain(link, "the journal is damaged from %.6f s on%s%s", at_s, why[0] != '\0' ? ": " : "",
             why);
  }
  return false;
}

/// Whether the recorded request is this one. Hello chooses the session, and says who asks; what it
/// is answered is looked at by the handshake.
static bool is_same_request(taut_link *link, const taut_message *request, const uint8_t *bytes,
                            size_t size, const taut_tape_message *recorded) {
  bool is_hello = request->body_case == TAUT__LINK__MESSAGE__BODY_HELLO;
  if (recorded->i_link != link->i_tape || recorded->is_answer) {
    complain(link,
             "the replay leaves its journal at %.6f s: it asks %s, and another peer was asked "
             "then. Scenario, plugins or Taut have changed",
             (double)request->tick_ns * 1e-9, link->role);
    return false;
  }
  if (!is_hello && recorded->size == size && memcmp(recorded->bytes, bytes, size) == 0) return true;
  taut_message *then;
  if (taut_wire_decode(&link->wire, recorded->bytes, recorded->size, &then) != TAUT_OK) {
    complain(link, "the journal is damaged at %.6f s: a request is none",
             (double)request->tick_ns * 1e-9);
    return false;
  }
  if (is_hello && then->body_case == TAUT__LINK__MESSAGE__BODY_HELLO) {
    link->session = then->session;
    return true;
  }
  if (then->sequence > request->sequence) {
    complain(link, "the journal lacks %llu exchanges from %.6f s on",
             (unsigned long long)(then->sequence - request->sequence),
             (double)request->tick_ns * 1e-9);
  } else {
    tell_difference(link, request, then);
  }
  return false;
}

taut_message *taut_replay_exchange(taut_link *link, const taut_message *request,
                                   const uint8_t *bytes, size_t size) {
  taut_tape_message recorded;
  taut_message *answer;
  if (!read_next(link, request, &recorded) ||
      !is_same_request(link, request, bytes, size, &recorded) ||
      !read_next(link, request, &recorded))
    return NULL;
  if (recorded.i_link != link->i_tape || !recorded.is_answer) {
    complain(link, "the journal lacks an answer at %.6f s", (double)request->tick_ns * 1e-9);
    return NULL;
  }
  if (taut_wire_decode(&link->wire, recorded.bytes, recorded.size, &answer) != TAUT_OK) {
    complain(link, "the journal is damaged at %.6f s: an answer is none",
             (double)request->tick_ns * 1e-9);
    return NULL;
  }
  if (answer->body_case == TAUT__LINK__MESSAGE__BODY_GOODBYE) {
    complain(link, "%s", answer->goodbye->text);
    return NULL;
  }
  bool is_welcome = answer->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME;
  bool is_hello = request->body_case == TAUT__LINK__MESSAGE__BODY_HELLO;
  bool is_fit = (is_welcome ? is_hello : answer->body_case == TAUT__LINK__MESSAGE__BODY_ANSWER) &&
                answer->tick_ns == request->tick_ns && answer->instance == request->instance;
  if (is_fit) return answer;
  complain(link, "the journal is damaged at %.6f s: an answer is not to its request",
           (double)request->tick_ns * 1e-9);
  return NULL;
}
