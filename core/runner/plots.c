#include "runner/plots.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/pack.h"
#include "report/record.h"

// Rows may be a microsecond apart; a window of very many would not be believed, let alone read.
enum { NAME_MAX_BYTES = 200, ALIASES_MAX = 64, LEVELS = 1500, ROWS_AROUND_MAX = 10000 };

static const int64_t around_ns = 1500 * INT64_C(1000000);

/// A signal that is to be drawn.
typedef struct plot {
  char name[NAME_MAX_BYTES];
  taut_port port;
} plot;

/// Another name of a plot, as a check has it.
typedef struct alias {
  char name[NAME_MAX_BYTES];
  size_t i_plot;
} alias;

/// Rows of a window.
typedef struct window {
  uint64_t first, end;
} window;

typedef struct drawing {
  const taut_recorder *recorder;
  const taut_plan *plan;
  const taut_case_result *result;
  plot plots[TAUT_PLOT_SIGNALS_MAX];
  size_t n_plots;
  alias aliases[ALIASES_MAX];
  size_t n_aliases;
  window windows[TAUT_PLOT_WINDOWS_MAX];
  size_t n_windows;
} drawing;

// ------------------------------------------------------------------------------------------ choice

/// Least and greatest value of the whole run; false when there is none.
static bool range_of(const drawing *d, const taut_port *port, double *least, double *greatest) {
  *least = INFINITY;
  *greatest = -INFINITY;
  for (size_t i = 0; i < taut_recorder_n_buckets(d->recorder); i++) {
    float low, high, ignored;
    taut_recorder_bucket(d->recorder, port->slot_min, i, &low, &ignored);
    taut_recorder_bucket(d->recorder, port->slot_max, i, &ignored, &high);
    if (isfinite(low) && (double)low < *least) *least = (double)low;
    if (isfinite(high) && (double)high > *greatest) *greatest = (double)high;
  }
  return *least <= *greatest;
}

static void add_alias(drawing *d, const char *name, size_t i_plot) {
  if (strcmp(name, d->plots[i_plot].name) == 0 || d->n_aliases == ALIASES_MAX) return;
  for (size_t i = 0; i < d->n_aliases; i++) {
    if (strcmp(d->aliases[i].name, name) == 0) return;
  }
  alias *at = &d->aliases[d->n_aliases++];
  snprintf(at->name, sizeof at->name, "%s", name);
  at->i_plot = i_plot;
}

static void add_port(drawing *d, const taut_port *port, const char *asked, bool is_named) {
  double least, greatest;
  if (port->kind == TAUT_PORT_PARAM) return;
  for (size_t i = 0; i < d->n_plots; i++) {
    if (d->plots[i].port.slot != port->slot) continue;
    if (is_named) add_alias(d, asked, i);
    return;
  }
  if (d->n_plots == TAUT_PLOT_SIGNALS_MAX || !taut_recorder_keeps(d->recorder, port->slot)) return;
  if (!range_of(d, port, &least, &greatest) || (!is_named && least == greatest)) return;
  plot *at = &d->plots[d->n_plots++];
  taut_plan_slot_name(d->plan, port->slot, at->name, sizeof at->name);
  at->port = *port;
  if (is_named) add_alias(d, asked, d->n_plots - 1);
}

static bool is_good(const taut_check_result *check) {
  return check->verdict != TAUT_FAIL && check->verdict != TAUT_ERROR;
}

/// The signals that the checks of this kind read. A requirement that watches every run and holds is
/// no reason to draw anything: there are dozens of them.
static void add_checks(drawing *d, bool good) {
  for (size_t i = 0; i < d->result->n_checks; i++) {
    const taut_check_result *check = &d->result->checks[i];
    if (is_good(check) != good || (good && check->is_everywhere)) continue;
    for (size_t k = 0; k < check->n_signals; k++) {
      taut_port port;
      if (taut_plan_find(d->plan, check->signals[k], &port) != TAUT_OK) continue;
      add_port(d, &port, check->signals[k], true);
    }
  }
}

/// Whether the set uses this side at any time, as far as the machine tells.
static bool is_used(const drawing *d, const char *side) {
  char name[64];
  taut_port port;
  double least, greatest;
  snprintf(name, sizeof name, "controller.%s_load_n", side);
  if (taut_plan_find(d->plan, name, &port) != TAUT_OK) return true;
  return range_of(d, &port, &least, &greatest) && greatest > 0.0;
}

/// What every report shows: first what carries the person, then who is in which state.
static void add_usual(drawing *d) {
  static const char *const sides[] = {"left", "right"};
  static const char *const of_side[][2] = {
      {"controller.%s_load_command_n", NULL},
      {"%s.cable.tension_n", "controller.%s_load_cell_n"},
      {"%s.cable.handle_position_m", "controller.%s_position_m"},
      {"%s.cable.handle_speed_m_s", "controller.%s_speed_m_s"}};
  static const char *const others[] = {"controller.safety_state", "session.state", "user.phase",
                                       "spotter.rep_count", "user.rep"};
  bool is_side_used[2] = {is_used(d, sides[0]), is_used(d, sides[1])};
  for (size_t i = 0; i < sizeof of_side / sizeof of_side[0]; i++) {
    for (size_t k = 0; k < 4; k++) {
      char name[NAME_MAX_BYTES];
      taut_port port;
      const char *pattern = of_side[i][k % 2],
                 *place = pattern != NULL ? strchr(pattern, '%') : NULL;
      if (place == NULL || !is_side_used[k / 2]) continue;
      snprintf(name, sizeof name, "%.*s%s%s", (int)(place - pattern), pattern, sides[k / 2],
               place + 2);
      if (taut_plan_find(d->plan, name, &port) != TAUT_OK) continue;
      add_port(d, &port, name, false);
      k |= 1;  // the second name stands in for the first
    }
  }
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    taut_port port;
    if (taut_plan_find(d->plan, others[i], &port) == TAUT_OK) add_port(d, &port, others[i], false);
  }
}

// ----------------------------------------------------------------------------------------- windows

static uint64_t row_at(const drawing *d, int64_t tick_ns) {
  int64_t since_ns = taut_timeline_observed(taut_recorder_timeline(d->recorder), tick_ns) -
                     taut_recorder_start(d->recorder);
  return since_ns > 0 ? (uint64_t)(since_ns / taut_plan_row_period(d->plan)) : 0;
}

/// A window around a time; it grows one that it touches.
static void add_window(drawing *d, int64_t tick_ns) {
  uint64_t kept = taut_recorder_first_kept(d->recorder), n_rows = taut_recorder_n_rows(d->recorder);
  uint64_t row = row_at(d, tick_ns), around = (uint64_t)(around_ns / taut_plan_row_period(d->plan));
  if (around > ROWS_AROUND_MAX) around = ROWS_AROUND_MAX;
  window fresh = {row > around ? row - around : 0, row + around + 1};
  if (fresh.first < kept) fresh.first = kept;
  if (fresh.end > n_rows) fresh.end = n_rows;
  if (fresh.first >= fresh.end) return;
  for (size_t i = 0; i < d->n_windows; i++) {
    window *at = &d->windows[i];
    if (fresh.end < at->first || fresh.first > at->end) continue;
    // Violations close to each other could chain up to the whole run: the first ones count.
    window both = {fresh.first < at->first ? fresh.first : at->first,
                   fresh.end > at->end ? fresh.end : at->end};
    if (both.end - both.first <= 4 * around) *at = both;
    return;
  }
  if (d->n_windows < TAUT_PLOT_WINDOWS_MAX) d->windows[d->n_windows++] = fresh;
}

static void choose_windows(drawing *d) {
  bool is_told = false;
  for (size_t i = 0; i < d->result->n_checks; i++) {
    const taut_check_result *check = &d->result->checks[i];
    if (is_good(check) || check->tick_ns < 0) continue;
    add_window(d, check->tick_ns);
    is_told = true;
  }
  // What broke without a check: its last seconds.
  if (!is_told && d->result->verdict == TAUT_ERROR) add_window(d, d->result->sim_ns - around_ns);
  for (size_t i = 1; i < d->n_windows; i++) {
    window at = d->windows[i];
    size_t k = i;
    for (; k > 0 && d->windows[k - 1].first > at.first; k--) d->windows[k] = d->windows[k - 1];
    d->windows[k] = at;
  }
}

// ----------------------------------------------------------------------------------------- numbers

/// The scale between SI and the unit that is shown.
typedef struct scale {
  double factor, offset;  ///< SI value = factor * shown + offset
  double step;            ///< shown value = step * whole number
} scale;

/// 1, 2 or 5 times a power of ten, at most `size`.
static double round_step(double size) {
  double power = 1.0;
  int exponent = 0;
  for (; exponent < 12 && power * 10.0 <= size; exponent++) power *= 10.0;
  // Divided, not multiplied by 0.1: 5 / 100 is the double that 0.05 is.
  for (; exponent > -12 && 1.0 / power > size; exponent--) power *= 10.0;
  double one = exponent < 0 ? 1.0 / power : power;
  double two = exponent < 0 ? 2.0 / power : 2.0 * power;
  double five = exponent < 0 ? 5.0 / power : 5.0 * power;
  return five <= size ? five : two <= size ? two : one;
}

static scale choose_scale(const drawing *d, const taut_port *port) {
  scale s = {1.0, 0.0, 1.0};
  const taut_unit *unit = taut_unit_find(port->signal->unit);
  if (unit != NULL && unit->scale != 0.0) {
    s.factor = unit->scale;
    s.offset = unit->offset;
  }
  double least, greatest;
  if (!range_of(d, port, &least, &greatest)) return s;
  least = (least - s.offset) / s.factor;
  greatest = (greatest - s.offset) / s.factor;
  double size = fabs(least) > fabs(greatest) ? fabs(least) : fabs(greatest);
  // Not finer than single precision is.
  double finest = size * 1e-7, wanted = (greatest - least) / LEVELS;
  if (wanted == 0.0) wanted = size / LEVELS;
  s.step = round_step(wanted > finest ? wanted : finest);
  bool is_whole = (port->signal->flags & (TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER)) != 0;
  if (is_whole && s.step < 1.0) s.step = 1.0;
  return s;
}

static int64_t number_of(const scale *s, float value) {
  double number = rint((((double)value - s->offset) / s->factor) / s->step);
  if (!(fabs(number) <= (double)TAUT_PACK_MAX)) return TAUT_PACK_GAP;
  return (int64_t)number;
}

static json_t *packed(const int64_t *numbers, size_t n) {
  taut_buffer text = {0};
  taut_buffer_text(&text, "");
  taut_pack_append(&text, numbers, n);
  json_t *string = json_stringn(text.data, text.size);
  taut_buffer_fini(&text);
  return string;
}

static json_t *coarse_json(const drawing *d, const taut_port *port, const scale *s) {
  size_t n = taut_recorder_n_buckets(d->recorder);
  int64_t *least = taut_memory_resize(NULL, (n + 1) * sizeof *least);
  int64_t *spread = taut_memory_resize(NULL, (n + 1) * sizeof *spread);
  for (size_t i = 0; i < n; i++) {
    float low, high, ignored;
    taut_recorder_bucket(d->recorder, port->slot_min, i, &low, &ignored);
    taut_recorder_bucket(d->recorder, port->slot_max, i, &ignored, &high);
    int64_t a = number_of(s, low), b = number_of(s, high);
    bool is_gap = a == TAUT_PACK_GAP || b == TAUT_PACK_GAP;
    least[i] = is_gap ? TAUT_PACK_GAP : a;
    spread[i] = is_gap ? TAUT_PACK_GAP : b - a;
  }
  json_t *object = json_object();
  json_object_set_new(object, "min", packed(least, n));
  json_object_set_new(object, "spread", packed(spread, n));
  free(least);
  free(spread);
  return object;
}

static json_t *fine_json(const drawing *d, const taut_port *port, const scale *s) {
  json_t *array = json_array();
  for (size_t i = 0; i < d->n_windows; i++) {
    const window *at = &d->windows[i];
    size_t n = (size_t)(at->end - at->first);
    float *values = taut_memory_resize(NULL, n * sizeof *values);
    int64_t *numbers = taut_memory_resize(NULL, n * sizeof *numbers);
    taut_recorder_rows(d->recorder, port->slot, at->first, n, values);
    for (size_t k = 0; k < n; k++) numbers[k] = number_of(s, values[k]);
    json_array_append_new(array, packed(numbers, n));
    free(values);
    free(numbers);
  }
  return array;
}

// -------------------------------------------------------------------------------------------
// events

static double shown(const taut_signal *signal, double value) {
  const taut_unit *unit = taut_unit_find(signal->unit);
  return unit != NULL && unit->scale != 0.0 ? (value - unit->offset) / unit->scale : value;
}

/// The label, or the number in the unit of the signal.
static json_t *value_json(const taut_signal *signal, double value) {
  if ((signal->flags & TAUT_ENUM) != 0 && signal->labels != NULL) {
    for (size_t i = 0; signal->labels[i] != NULL; i++) {
      if ((double)i == value) return taut_record_string(signal->labels[i]);
    }
  }
  value = shown(signal, value);
  return isfinite(value) ? json_real(value) : json_null();
}

/// The port whose value slot this is, among the inputs that a scenario can reach.
static const taut_signal *input_at(const taut_plan *plan, uint32_t slot, char *name, size_t size) {
  taut_port port;
  taut_plan_slot_name(plan, slot, name, size);
  return taut_plan_find(plan, name, &port) == TAUT_OK ? port.signal : NULL;
}

static json_t *effect_json(const drawing *d, const taut_mark *mark) {
  char name[NAME_MAX_BYTES] = "";
  json_t *value = NULL;
  if (mark->kind == TAUT_EFFECT_FAULT) {
    snprintf(name, sizeof name, "%s", taut_plan_fault(d->plan, mark->target)->name);
    value = json_string(mark->value != 0.0 ? "on" : "off");
  } else if (mark->kind == TAUT_EFFECT_SKIP) {
    snprintf(name, sizeof name, "time [s]");
    value = json_real(mark->value * 1e-9);
  } else {
    const taut_signal *signal = input_at(d->plan, mark->target, name, sizeof name);
    if (signal != NULL) value = value_json(signal, mark->value);
  }
  static const char *const kinds[] = {"set", "event", "fault", "skip"};
  json_t *object = json_object();
  json_object_set_new(object, "t", json_real((double)mark->tick_ns * 1e-9));
  json_object_set_new(object, "source", json_string("scenario"));
  json_object_set_new(object, "kind", json_string(kinds[mark->kind]));
  json_object_set_new(object, "name", taut_record_string(name));
  json_object_set_new(object, "value", value != NULL ? value : json_null());
  return object;
}

static json_t *event_json(const drawing *d, const taut_mark *mark) {
  taut_instance_info info = taut_plan_instance(d->plan, mark->target);
  const taut_signal *signal = &info.model->events[mark->event];
  json_t *object = json_object();
  json_object_set_new(object, "t", json_real((double)mark->tick_ns * 1e-9));
  json_object_set_new(object, "source", taut_record_string(info.path));
  json_object_set_new(object, "kind", json_string("event"));
  json_object_set_new(object, "name", taut_record_string(signal->name));
  json_object_set_new(object, "value", value_json(signal, mark->value));
  return object;
}

// --------------------------------------------------------------------------------------------
// whole

static json_t *labels_json(const taut_signal *signal) {
  if ((signal->flags & TAUT_BOOL) != 0) return json_pack("[s, s]", "false", "true");
  if (signal->labels == NULL) return json_null();
  json_t *array = json_array();
  for (size_t i = 0; signal->labels[i] != NULL; i++) {
    json_array_append_new(array, taut_record_string(signal->labels[i]));
  }
  return array;
}

static json_t *signal_json(const drawing *d, const plot *at) {
  const taut_signal *signal = at->port.signal;
  scale s = choose_scale(d, &at->port);
  json_t *object = json_object();
  json_object_set_new(object, "unit", taut_record_string(signal->unit));
  json_object_set_new(object, "labels", labels_json(signal));
  json_object_set_new(object, "scale", json_real(1.0 / s.factor));
  json_object_set_new(object, "step", json_real(s.step));
  json_object_set_new(object, "coarse", coarse_json(d, &at->port, &s));
  json_object_set_new(object, "fine", fine_json(d, &at->port, &s));
  return object;
}

static json_t *span_json(double t0, double dt, size_t n) {
  json_t *object = json_object();
  json_object_set_new(object, "t0", json_real(t0));
  json_object_set_new(object, "dt", json_real(dt));
  json_object_set_new(object, "n", json_integer((json_int_t)n));
  return object;
}

static void put_spans(const drawing *d, json_t *object) {
  const taut_recorder *recorder = d->recorder;
  int64_t row_ns = taut_plan_row_period(d->plan), start_ns = taut_recorder_start(recorder);
  uint64_t n_rows = taut_recorder_n_rows(recorder);
  int64_t end_ns = start_ns + (int64_t)(n_rows - 1) * row_ns;
  json_object_set_new(object, "row_s", json_real((double)row_ns * 1e-9));
  json_object_set_new(object, "rows", json_integer((json_int_t)n_rows));
  json_object_set_new(object, "end_s", json_real((double)end_ns * 1e-9));
  double bucket_s = (double)((int64_t)taut_recorder_bucket_rows(recorder) * row_ns) * 1e-9;
  json_object_set_new(
      object, "coarse",
      span_json((double)start_ns * 1e-9, bucket_s, taut_recorder_n_buckets(recorder)));
  json_t *fine = json_array();
  for (size_t i = 0; i < d->n_windows; i++) {
    const window *at = &d->windows[i];
    double t0 = (double)(start_ns + (int64_t)at->first * row_ns) * 1e-9;
    json_array_append_new(fine,
                          span_json(t0, (double)row_ns * 1e-9, (size_t)(at->end - at->first)));
  }
  json_object_set_new(object, "fine", fine);
}

/// [[observed time of a skip, time skipped so far], ...]: all else about rows is in observed time.
static json_t *skips_json(const taut_timeline *timeline) {
  json_t *array = json_array();
  // Beyond the bound neighbours are told as one, at the time of the last of them.
  size_t stride = (timeline->n + TAUT_PLOT_SKIPS_MAX - 1) / TAUT_PLOT_SKIPS_MAX;
  for (size_t end = stride; timeline->n > 0; end += stride) {
    const taut_timeline_skip *at = &timeline->skips[(end < timeline->n ? end : timeline->n) - 1];
    json_t *pair = json_array();
    json_array_append_new(pair, json_real((double)at->observed_ns * 1e-9));
    json_array_append_new(pair, json_real((double)at->skipped_ns * 1e-9));
    json_array_append_new(array, pair);
    if (end >= timeline->n) break;
  }
  return array;
}

json_t *taut_plots_json(const taut_recorder *recorder, const taut_plan *plan,
                        const taut_case_result *result) {
  if (taut_recorder_n_rows(recorder) == 0) return NULL;
  drawing *d = taut_memory_resize(NULL, sizeof *d);
  memset(d, 0, sizeof *d);
  d->recorder = recorder;
  d->plan = plan;
  d->result = result;
  add_checks(d, false);
  add_usual(d);
  add_checks(d, true);
  choose_windows(d);
  json_t *object = json_object(), *signals = json_object(), *aliases = json_object();
  json_t *events = json_array();
  put_spans(d, object);
  for (size_t i = 0; i < d->n_plots; i++) {
    json_object_set_new(signals, d->plots[i].name, signal_json(d, &d->plots[i]));
  }
  for (size_t i = 0; i < d->n_aliases; i++) {
    json_object_set_new(aliases, d->aliases[i].name,
                        json_string(d->plots[d->aliases[i].i_plot].name));
  }
  const taut_mark *marks = taut_recorder_marks(recorder);
  for (size_t i = 0; i < taut_recorder_n_marks(recorder); i++) {
    json_array_append_new(
        events, marks[i].is_effect ? effect_json(d, &marks[i]) : event_json(d, &marks[i]));
  }
  json_object_set_new(object, "skips", skips_json(taut_recorder_timeline(recorder)));
  json_object_set_new(object, "signals", signals);
  json_object_set_new(object, "aliases", aliases);
  json_object_set_new(object, "events", events);
  json_object_set_new(object, "events_lost",
                      json_integer((json_int_t)taut_recorder_n_marks_lost(recorder)));
  free(d);
  return object;
}

/// Four significant digits are what these figures are good for.
static json_t *figure(double value) {
  char text[32];
  if (!isfinite(value)) return json_null();
  snprintf(text, sizeof text, "%.4g", value);
  return json_real(strtod(text, NULL));
}

json_t *taut_reps_json(taut_reps *reps, int64_t end_ns) {
  static const char *const sides[] = {"left", "right", ""};
  size_t n = 0;
  const taut_rep *list = taut_reps_finish(reps, end_ns, &n);
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) {
    const taut_rep *rep = &list[i];
    json_t *object = json_object(), *symptoms = json_array();
    for (uint32_t k = 0; k < rep->n_symptoms; k++) {
      json_array_append_new(symptoms,
                            taut_record_string(taut_reps_symptom(reps, rep->symptoms[k])));
    }
    json_object_set_new(object, "side", json_string(sides[rep->i_side]));
    json_object_set_new(object, "set", json_integer(rep->set));
    json_object_set_new(object, "rep", json_integer(rep->number));
    json_object_set_new(object, "complete", json_boolean(rep->is_complete));
    json_object_set_new(object, "from_s", json_real((double)rep->from_ns * 1e-9));
    json_object_set_new(object, "to_s", json_real((double)rep->to_ns * 1e-9));
    json_object_set_new(object, "range_m", figure(rep->range_m));
    json_object_set_new(object, "mean_velocity_m_s", figure(rep->mean_velocity_m_s));
    json_object_set_new(object, "peak_velocity_m_s", figure(rep->peak_velocity_m_s));
    json_object_set_new(object, "peak_force_n", figure(rep->peak_force_n));
    json_object_set_new(object, "time_under_tension_s", figure(rep->time_under_tension_s));
    json_object_set_new(object, "symptoms", symptoms);
    json_array_append_new(array, object);
  }
  return array;
}
