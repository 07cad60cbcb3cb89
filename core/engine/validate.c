#include "engine/validate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/text.h"
#include "engine/units.h"
#include "taut/math.h"

/// Where the checks write the first fault.
typedef struct report {
  char *text;
  size_t size;
} report;

static bool fail(const report *out, const char *path, const char *format, ...) TAUT_PRINTF(3, 4);
static bool fail(const report *out, const char *path, const char *format, ...) {
  int n = snprintf(out->text, out->size, "%s: ", path);
  if (n < 0 || (size_t)n >= out->size) return false;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out->text + n, out->size - (size_t)n, format, arguments);
  va_end(arguments);
  return false;
}

const taut_signal *taut_signal_find(const taut_signal *signals, uint32_t n, const char *name) {
  for (uint32_t i = 0; i < n; i++)
    if (!strcmp(signals[i].name, name)) return &signals[i];
  return NULL;
}

bool taut_labels_agree(const char *const *a, const char *const *b) {
  if (!a || !b) return a == b;
  for (size_t i = 0; a[i] && b[i]; i++)
    if (strcmp(a[i], b[i]) != 0) return false;
  return true;
}

bool taut_signal_accepts(const taut_signal *signal, double value) {
  if (!isfinite(value) || value < signal->min || value > signal->max) return false;
  bool is_whole = (signal->flags & (TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER)) != 0;
  double whole = (double)taut_to_i64(value);
  return !is_whole || !(whole < value || whole > value);
}

uint32_t taut_signal_slots(const taut_signal *signals, uint32_t n) {
  uint32_t slots = 0;
  for (uint32_t i = 0; i < n; i++) slots += signals[i].count;
  return slots;
}

const taut_signal *taut_role_feedthrough(const taut_model *model) {
  const taut_role *role = taut_role_find(model->role);
  if (!role || role->allows_feedthrough) return NULL;
  for (uint32_t i = 0; i < model->n_outputs; i++)
    if (model->outputs[i].flags & TAUT_FEEDTHROUGH) return &model->outputs[i];
  for (uint32_t i = 0; i < model->n_inputs; i++)
    if (model->inputs[i].flags & TAUT_FEEDTHROUGH) return &model->inputs[i];
  return NULL;
}

static bool check_labels(const taut_signal *signal, const char *path, const report *out) {
  bool is_enum = (signal->flags & TAUT_ENUM) != 0;
  if (is_enum != (signal->labels != NULL))
    return fail(out, path, is_enum ? "an enum needs labels" : "only an enum may have labels");
  if (!is_enum) return true;
  size_t n = 0;
  for (; signal->labels[n] && n <= TAUT_SIGNALS_MAX; n++) {
    if (!taut_is_name(signal->labels[n]))
      return fail(out, path, "label %zu is not a lower-case name", n);
    for (size_t k = 0; k < n; k++)
      if (!strcmp(signal->labels[k], signal->labels[n]))
        return fail(out, path, "label \"%s\" stands twice", signal->labels[n]);
  }
  if (n == 0 || n > TAUT_SIGNALS_MAX) return fail(out, path, "an enum has 1 to 4096 labels");
  if (signal->min < 0 || signal->min > 0 || signal->max < (double)(n - 1) ||
      signal->max > (double)(n - 1))
    return fail(out, path, "an enum with %zu labels ranges from 0 to %zu, not %g to %g", n, n - 1,
                signal->min, signal->max);
  return true;
}

static bool check_init(const taut_signal *signal, const char *path, const report *out) {
  if (signal->init < signal->min || signal->init > signal->max)
    return fail(out, path, "init %g is outside of %g to %g", signal->init, signal->min,
                signal->max);
  if (!taut_signal_accepts(signal, signal->init))
    return fail(out, path, "init %g is not a whole number", signal->init);
  return true;
}

static bool check_range(const taut_signal *signal, const char *path, const report *out) {
  if (!isfinite(signal->min) || !isfinite(signal->max) || !isfinite(signal->init))
    return fail(out, path, "min, max and init must be finite numbers");
  if (signal->min > signal->max)
    return fail(out, path, "min %g is above max %g", signal->min, signal->max);
  if ((signal->flags & TAUT_BOOL) &&
      (signal->min < 0 || signal->min > 0 || signal->max < 1 || signal->max > 1))
    return fail(out, path, "a bool ranges from 0 to 1");
  if (!isfinite(signal->accuracy) || signal->accuracy < 0)
    return fail(out, path, "accuracy must be a finite number, at least 0");
  if ((signal->flags & TAUT_SAFETY) && !taut_signal_accepts(signal, signal->permit))
    return fail(out, path, "the value that permits, %g, is not legal", signal->permit);
  return true;
}

static bool check_signal(const taut_signal *signal, uint32_t allowed, const char *path,
                         const report *out) {
  uint32_t kinds = signal->flags & (TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER);
  if (kinds & (kinds - 1)) return fail(out, path, "is more than one of bool, enum and integer");
  const uint32_t timely = TAUT_PEAK | TAUT_FEEDTHROUGH | TAUT_SAFETY;
  if ((signal->flags & TAUT_OBSERVED) && (signal->flags & timely))
    return fail(out, path, "is observed at rows only, so it cannot be peak, feedthrough or safety");
  if (signal->flags & ~allowed)
    return fail(out, path, "flags 0x%x are not known here", (unsigned)(signal->flags & ~allowed));
  if (!signal->unit || !taut_unit_matches(signal->unit, signal->si))
    return fail(out, path, "unit \"%s\" is not known or does not fit its SI exponents",
                signal->unit ? signal->unit : "");
  if (signal->count < 1 || signal->count > TAUT_COUNT_MAX)
    return fail(out, path, "count must be 1 to %d, got %u", TAUT_COUNT_MAX, signal->count);
  if (signal->reserved) return fail(out, path, "the reserved field must be 0");
  if (!signal->help || !signal->help[0]) return fail(out, path, "has no help text");
  return check_range(signal, path, out) && check_labels(signal, path, out);
}

static bool check_table(const taut_model *model, const char *table, const taut_signal *signals,
                        uint32_t n, uint32_t allowed, const report *out) {
  char path[TAUT_PATH_MAX];
  if (n > TAUT_SIGNALS_MAX || (n && !signals))
    return fail(out, model->name, "table of %s has no rows or too many", table);
  uint32_t n_slots = 0;
  for (uint32_t i = 0; i < n; i++) {
    snprintf(path, sizeof path, "%s.%s[%u]", model->name, table, i);
    if (!taut_is_name(signals[i].name)) return fail(out, path, "the name is not a lower-case name");
    snprintf(path, sizeof path, "%s.%s", model->name, signals[i].name);
    for (uint32_t k = 0; k < i; k++) {
      if (signals[k].id == signals[i].id)
        return fail(out, path, "id %u is taken by %s", signals[i].id, signals[k].name);
      if (!strcmp(signals[k].name, signals[i].name))
        return fail(out, path, "the name stands twice in the %s", table);
    }
    if (!check_signal(&signals[i], allowed, path, out)) return false;
    // An event has no value before it happens.
    if (signals != model->events && !check_init(&signals[i], path, out)) return false;
    n_slots += signals[i].count;
    if (n_slots > TAUT_TABLE_SLOTS_MAX)
      return fail(out, path, "the %s have more than %d slots", table, TAUT_TABLE_SLOTS_MAX);
  }
  return true;
}

static bool check_role_port(const char *model, const taut_signal *want, const taut_signal *got,
                            const report *out) {
  const uint32_t kinds = TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER | TAUT_TRUTH | TAUT_SAFETY;
  char path[TAUT_PATH_MAX];
  snprintf(path, sizeof path, "%s.%s", model, want->name);
  if (memcmp(got->si, want->si, sizeof want->si) != 0)
    return fail(out, path, "the role measures it in %s, the model in %s", want->unit, got->unit);
  if ((got->flags & kinds) != (want->flags & kinds))
    return fail(out, path, "bool, enum, integer, truth or safety differs from the role's port");
  if (!taut_labels_agree(got->labels, want->labels))
    return fail(out, path, "labels differ from the role's port");
  if (got->count != want->count) return fail(out, path, "the role has %u slots", want->count);
  if ((want->flags & TAUT_SAFETY) && (got->permit < want->permit || got->permit > want->permit))
    return fail(out, path, "the value that permits is %g in the role", want->permit);
  return true;
}

// Ports that the role does not call optional must be there; an optional one may be left out, but
// when it is there it must be the role's.
static bool check_role(const taut_model *model, const report *out) {
  const taut_role *role = taut_role_find(model->role);
  if (!role) return true;
  for (size_t k = 0; k < role->n_outputs + role->n_inputs; k++) {
    bool is_output = k < role->n_outputs;
    const taut_signal *want =
        is_output ? role->outputs[k].signal : role->inputs[k - role->n_outputs].signal;
    const taut_signal *got = is_output
                                 ? taut_signal_find(model->outputs, model->n_outputs, want->name)
                                 : taut_signal_find(model->inputs, model->n_inputs, want->name);
    if (!got && (want->flags & TAUT_OPTIONAL)) continue;
    if (!got)
      return fail(out, model->name, "%s \"%s\" of role %s is missing",
                  is_output ? "output" : "input", want->name, role->name);
    if (!check_role_port(model->name, want, got, out)) return false;
  }
  return true;
}

static bool check_descriptor(const taut_model *model, const report *out) {
  if (!taut_is_name(model->name)) return fail(out, "model", "the name is not a lower-case name");
  if (!taut_is_name(model->role))
    return fail(out, model->name, "the role is not a lower-case name");
  if (!model->version || !model->version[0]) return fail(out, model->name, "has no version");
  if (!model->help || !model->help[0]) return fail(out, model->name, "has no help text");
  if (model->flags & ~(uint32_t)TAUT_MODEL_EFFECT)
    return fail(out, model->name, "model flags 0x%x are not known", (unsigned)model->flags);
  if (!model->state_size || !model->init || !model->output || !model->update)
    return fail(out, model->name, "state_size, init, output and update must all be there");
  if (model->period_ns_min < 1 || model->period_ns < model->period_ns_min ||
      model->period_ns_max < model->period_ns)
    return fail(out, model->name, "periods must be 1 <= least <= default <= greatest");
  if (model->events_per_tick > TAUT_EVENTS_PER_TICK_MAX)
    return fail(out, model->name, "events_per_tick is at most %d", TAUT_EVENTS_PER_TICK_MAX);
  return true;
}

taut_status taut_model_validate(const taut_model *model, char *text, size_t size) {
  const uint32_t kinds = TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER;
  const uint32_t ports = kinds | TAUT_FEEDTHROUGH | TAUT_TRUTH | TAUT_SAFETY;
  const report out = {text, size};
  if (size) text[0] = '\0';
  if (!model) {
    fail(&out, "model", "is NULL");
    return TAUT_EINVAL;
  }
  bool is_ok =
      check_descriptor(model, &out) &&
      check_table(model, "params", model->params, model->n_params, kinds | TAUT_TUNABLE, &out) &&
      check_table(model, "inputs", model->inputs, model->n_inputs, ports | TAUT_OPTIONAL, &out) &&
      check_table(model, "outputs", model->outputs, model->n_outputs,
                  ports | TAUT_PEAK | TAUT_OBSERVED | TAUT_OPTIONAL, &out) &&
      check_table(model, "events", model->events, model->n_events, kinds | TAUT_TRUTH, &out) &&
      check_role(model, &out);
  return is_ok ? TAUT_OK : TAUT_EINVAL;
}
