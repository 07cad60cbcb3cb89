// The catalogue: which operators fit a port, and how large ten times its accuracy is.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"
#include "runner/mutants.h"
#include "taut/plugin.h"

// The unit of time of delay, jitter and drop: the shortest time that a limit of the machine
// speaks of (docs/safety-limits.md: 10 ms from a lost hand to an unloaded handle).
#define TIME_STEP_S 0.01
// Times at which an instance freezes or is reset: the first set is under way in every exercise.
#define STRIKE_S 6

enum { SCALE_NONE = 0 };

static const int SCALES[] = {1, 3, 10};

const char *taut_mutant_class_name(taut_mutant_class which) {
  static const char *const NAMES[TAUT_MUTANT_CLASS_COUNT] = {
      "identical", "killed",   "golden_only", "survived", "not_reached",
      "crash",     "time_out", "unobserved",  "not_run"};
  return (unsigned)which < TAUT_MUTANT_CLASS_COUNT ? NAMES[which] : "?";
}

typedef struct filler {
  taut_mutant_list *list;
  size_t i_port;
  int scale;  ///< the only one of outputs; 0: all
} filler;

static taut_mutant_entry *add(filler *f, const char *name, int scale, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static taut_mutant_entry *add(filler *f, const char *name, int scale, const char *format, ...) {
  taut_mutant_list *list = f->list;
  list->entries = taut_memory_resize(list->entries, (list->n_entries + 1) * sizeof *list->entries);
  taut_mutant_entry *entry = &list->entries[list->n_entries++];
  *entry = (taut_mutant_entry){.operator_name = name,
                               .i_port = f->i_port,
                               .scale = scale,
                               .is_fail_fast = true,
                               .result = TAUT_MUTANT_NOT_RUN};
  int n = snprintf(entry->text, sizeof entry->text, "%s ", list->ports[f->i_port].name);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(entry->text + n, sizeof entry->text - (size_t)n, format, arguments);
  va_end(arguments);
  return entry;
}

static void mark_identical(taut_mutant_entry *entry, const char *why) {
  entry->result = TAUT_MUTANT_IDENTICAL;
  entry->why_identical = why;
}

static const char *const CONSTANT = "the port keeps its first value in every case";
static const char *const SAME = "the port has one value in every case, which the operator keeps";

/// A late, lost or slow constant is the same constant.
static void check_constant(const taut_mutable_port *port, taut_mutant_entry *entry) {
  if (port->low >= port->high) mark_identical(entry, CONSTANT);
}

/// A constant that the operator maps to itself; `y` is what it makes of it.
static void check_same(const taut_mutable_port *port, taut_mutant_entry *entry, double y) {
  if (port->low >= port->high && y >= port->low && y <= port->low) mark_identical(entry, SAME);
}

static double quantised(double x, double step) {
  double n = x / step;
  return step * (double)(int64_t)(n < 0 ? n - 0.5 : n + 0.5);
}

/// Operators that every port has, with a time as magnitude.
static void add_times(filler *f, const taut_mutable_port *port, int scale) {
  double time_s = scale * TIME_STEP_S, period_s = (double)port->period_ns * 1e-9;
  check_constant(port, add(f, "delay", scale, "delay %.9g", time_s));
  check_constant(port, add(f, "jitter", scale, "jitter %.9g", time_s));
  // One sample in so much time comes through.
  double lost = 1 - period_s / time_s;
  taut_mutant_entry *drop = add(f, "drop", scale, "drop %.9g", lost > 0 ? lost : 0.0);
  check_constant(port, drop);
  if (lost <= 0) mark_identical(drop, "no sample is lost: the port is not that fast");
}

static void add_sizes(filler *f, const taut_mutable_port *port, int scale) {
  double size = scale * port->step, swing = port->high - port->low;
  double spikes = 10 * (double)port->period_ns * 1e-9;  // ten in a second
  bool is_integer = (port->flags & TAUT_INTEGER) != 0;
  add(f, "bias", scale, "bias %.9g", size);
  add(f, "spike", scale, "spike %.9g %.9g", size, spikes < 0.5 ? spikes : 0.5);
  taut_mutant_entry *quantise = add(f, "quantise", scale, "quantise %.9g", 2 * size);
  check_same(port, quantise, quantised(port->low, 2 * size));
  add(f, "saturate", scale, "saturate %.9g", port->high - size);
  if (is_integer) return;
  check_same(port, add(f, "gain", scale, "gain %.9g", 1 + 0.01 * scale),
             port->low * (1 + 0.01 * scale));
  add(f, "noise", scale, "noise %.9g", size);
  add(f, "drift", scale, "drift %.9g", size);
  bool is_small = port->low <= size && port->low >= -size;
  check_same(port, add(f, "dead_band", scale, "dead_band %.9g", size), is_small ? 0 : port->low);
  double rate = swing / scale;  // so many seconds for its whole swing
  check_constant(port, add(f, "rate", scale, "rate %.9g", rate > 0 ? rate : 1.0));
}

/// The output that this one can be mistaken for: of the other side, or the next like it.
static const char *partner(const taut_mutant_list *list, size_t i_port) {
  const taut_mutable_port *port = &list->ports[i_port];
  bool is_left = strncmp(port->port, "left_", 5) == 0;
  if (strncmp(port->port, "right_", 6) == 0) return NULL;
  for (size_t i = 0; i < list->n_ports; i++) {
    const taut_mutable_port *other = &list->ports[i];
    bool is_alike = other->is_output && !other->is_instance && other->flags == port->flags &&
                    strcmp(other->instance, port->instance) == 0 &&
                    strcmp(other->unit, port->unit) == 0;
    if (!is_alike) continue;
    bool is_right = strncmp(other->port, "right_", 6) == 0;
    if (is_left && is_right && strcmp(other->port + 6, port->port + 5) == 0) return other->port;
    bool is_common = !is_right && strncmp(other->port, "left_", 5) != 0;
    bool is_enum = (port->flags & TAUT_ENUM) != 0;
    if (!is_left && is_common && i > i_port && (!is_enum || other->max <= port->max))
      return other->port;
  }
  return NULL;
}

static void add_switches(filler *f, const taut_mutable_port *port) {
  bool is_word = (port->flags & (TAUT_BOOL | TAUT_ENUM)) != 0;
  double mirrored = port->min + port->max - port->low;
  check_constant(port, add(f, "stuck", SCALE_NONE, "stuck"));
  add(f, "nan", SCALE_NONE, "nan")->is_fail_fast = false;
  if (is_word) {
    if (port->flags & TAUT_ENUM) add(f, "neighbour", SCALE_NONE, "neighbour 1");
    // One wrong sample in a second.
    add(f, "glitch", SCALE_NONE, "neighbour %.9g", (double)port->period_ns * 1e-9);
    check_same(port, add(f, "invert", SCALE_NONE, "invert"), mirrored);
  } else {
    check_same(port, add(f, "sign", SCALE_NONE, "sign"), -port->low);
    if (!(port->flags & TAUT_INTEGER))
      check_same(port, add(f, "invert", SCALE_NONE, "invert"), mirrored);
  }
  const char *other = port->is_output ? partner(f->list, f->i_port) : NULL;
  if (other != NULL) add(f, "swap", SCALE_NONE, "swap %s", other);
  if (port->is_output && port->flags & TAUT_SAFETY)
    add(f, "safety_off", SCALE_NONE, "hold %.9g", port->permit);
}

static void add_steps(filler *f, int scale) {
  add(f, "skip", scale, "skip %.9g", 0.01 * scale);
  add(f, "double", scale, "double %.9g", 0.01 * scale);
}

static void add_port(filler *f) {
  const taut_mutable_port *port = &f->list->ports[f->i_port];
  bool is_word = (port->flags & (TAUT_BOOL | TAUT_ENUM)) != 0;
  if (port->is_instance) {
    add(f, "freeze", SCALE_NONE, "freeze @%d", STRIKE_S);
    add(f, "reset", SCALE_NONE, "reset @%d", STRIKE_S);
  } else {
    add_switches(f, port);
  }
  for (size_t i = 0; i < sizeof SCALES / sizeof SCALES[0]; i++) {
    // What is tolerated at the input is a size: all of them are needed.
    if (f->scale != 0 && SCALES[i] != f->scale && port->is_output) continue;
    if (port->is_instance) {
      add_steps(f, SCALES[i]);
      continue;
    }
    add_times(f, port, SCALES[i]);
    if (!is_word) add_sizes(f, port, SCALES[i]);
  }
}

void taut_mutant_list_fill(taut_mutant_list *list, const taut_mutation_options *options) {
  bool is_quick = options->profile == TAUT_MUTATION_QUICK;
  bool has_inputs = options->has_inputs || !is_quick;
  int scale = !is_quick ? 0 : options->scale != 0 ? options->scale : 10;
  for (size_t i = 0; i < list->n_ports; i++) {
    taut_mutable_port *port = &list->ports[i];
    if (!port->is_output && !has_inputs) continue;
    bool is_integer = (port->flags & TAUT_INTEGER) != 0;
    port->step = port->accuracy > 0 ? port->accuracy
                 : is_integer       ? 1
                                    : (port->max - port->min) * 1e-3;
    port->step_source = port->accuracy > 0 ? "declared accuracy"
                        : is_integer       ? "one count"
                                           : "a thousandth of the declared range";
    if (port->is_instance) port->step_source = "a hundredth of the calls";
    filler f = {.list = list, .i_port = i, .scale = scale};
    add_port(&f);
  }
  for (size_t i = 0; is_quick && i < list->n_entries; i++) {
    taut_mutant_entry *entry = &list->entries[i];
    const taut_mutable_port *port = &list->ports[entry->i_port];
    bool is_observed = port->is_instance || port->is_wired || port->is_read || !port->is_output;
    if (!is_observed && entry->result == TAUT_MUTANT_NOT_RUN)
      entry->result = TAUT_MUTANT_UNOBSERVED;
  }
}

void taut_mutant_list_fini(taut_mutant_list *list) {
  for (size_t i = 0; i < list->n_ports; i++) {
    taut_mutable_port *port = &list->ports[i];
    free(port->name);
    free(port->instance);
    free(port->port);
    free(port->unit);
    free(port->is_in_case);
    free(port->is_read_in_case);
    free(port->high_in_case);
    free(port->is_moving_in_case);
  }
  for (size_t i = 0; i < list->n_entries; i++) {
    taut_mutant_entry *entry = &list->entries[i];
    free(entry->requirement);
    free(entry->difference);
    free(entry->reason);
    json_decref(entry->violated);
  }
  free(list->ports);
  free(list->entries);
  *list = (taut_mutant_list){0};
}
