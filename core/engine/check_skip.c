// What a model with the extension TAUT_SKIP_ID promises.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/check.h"
#include "engine/check_probe.h"

enum { N_DURATIONS = 3, N_HISTORIES = 3 };

static const int64_t durations_s[N_DURATIONS] = {1, 3600, 30 * 86400};
static const int histories[N_HISTORIES] = {0, 37, 200};  // steps with random inputs before

// One skip from a state that a history led to; the state comes back to where it was.
typedef struct trial {
  probe one;
  const taut_skip *skip;
  unsigned char *before, *after;
  double *out;  ///< outputs right before
} trial;

static bool begin(trial *t, const taut_model *model, int n_steps) {
  taut_status status = taut_probe_init(&t->one, model, "left.probe", 21, PROBE_RANDOM);
  for (int i = 0; status == TAUT_OK && i < n_steps; i++) status = taut_probe_step(&t->one);
  // From here on nothing is asked of the instance: every input is what it is without a source.
  double *in = t->one.in;
  for (uint32_t k = 0; k < model->n_inputs; k++)
    for (uint32_t e = 0; e < model->inputs[k].count; e++) *in++ = model->inputs[k].init;
  t->before = malloc(t->one.state_size + 1);
  t->after = malloc(t->one.state_size + 1);
  t->out = calloc(t->one.n_out + 1, sizeof *t->out);
  if (!t->before || !t->after || !t->out || status != TAUT_OK) return false;
  if (taut_probe_output(&t->one) != TAUT_OK) return false;
  memcpy(t->before, t->one.state, t->one.state_size);
  memcpy(t->out, t->one.out, t->one.n_out * sizeof *t->out);
  t->one.n_events = 0;
  return true;
}

static void end(trial *t) {
  free(t->before);
  free(t->after);
  free(t->out);
  taut_probe_fini(&t->one);
}

static int64_t whole_periods(const trial *t, int64_t duration_ns) {
  int64_t period_ns = t->one.inst.period_ns;
  return (duration_ns + period_ns - 1) / period_ns * period_ns;
}

static taut_status skip(trial *t, int64_t tick_ns, int64_t duration_ns) {
  return t->skip->skip(&t->one.inst, tick_ns, duration_ns);
}

static const char *illegal_output(const trial *t) {
  const taut_model *model = t->one.model;
  for (uint32_t k = 0, slot = 0; k < model->n_outputs; k++)
    for (uint32_t e = 0; e < model->outputs[k].count; e++, slot++) {
      const taut_signal *signal = &model->outputs[k];
      double value = t->one.out[slot], old = t->out[slot];
      bool was_legal = old >= signal->min && old <= signal->max;
      if (!isfinite(value) || (was_legal && (value < signal->min || value > signal->max)))
        return signal->name;
    }
  return NULL;
}

// Skipping in two halves against skipping at once, to a millionth of each output's range.
static const char *uneven_output(trial *t, int64_t duration_ns) {
  const taut_model *model = t->one.model;
  int64_t half_ns = whole_periods(t, duration_ns / 2), tick_ns = t->one.tick_ns;
  if (!(t->skip->flags & TAUT_SKIP_ADDITIVE)) return NULL;
  memcpy(t->one.state, t->before, t->one.state_size);
  if (skip(t, tick_ns, 2 * half_ns) != TAUT_OK || taut_probe_output(&t->one) != TAUT_OK)
    return NULL;
  memcpy(t->out, t->one.out, t->one.n_out * sizeof *t->out);
  memcpy(t->one.state, t->before, t->one.state_size);
  if (skip(t, tick_ns, half_ns) != TAUT_OK || skip(t, tick_ns + half_ns, half_ns) != TAUT_OK ||
      taut_probe_output(&t->one) != TAUT_OK)
    return "the second half";
  for (uint32_t k = 0, slot = 0; k < model->n_outputs; k++)
    for (uint32_t e = 0; e < model->outputs[k].count; e++, slot++) {
      double room = 1e-6 * (model->outputs[k].max - model->outputs[k].min);
      if (!(fabs(t->one.out[slot] - t->out[slot]) <= room)) return model->outputs[k].name;
    }
  return NULL;
}

// What is wrong with one skip, or NULL; `*name` gets the output it is about.
static const char *judge(trial *t, int64_t duration_ns, const char **name, int *n_taken) {
  probe *one = &t->one;
  *name = "";
  memcpy(one->state, t->before, one->state_size);
  taut_status status = skip(t, one->tick_ns, duration_ns);
  if (one->n_events) return "emits an event";
  if (status == TAUT_EREJECT) {
    bool is_kept = memcmp(one->state, t->before, one->state_size) == 0;
    return is_kept ? NULL : "refuses, and has changed the state";
  }
  if (status != TAUT_OK) return "returns neither OK nor EREJECT";
  ++*n_taken;
  memcpy(t->after, one->state, one->state_size);
  memcpy(one->state, t->before, one->state_size);
  (void)skip(t, one->tick_ns, duration_ns);
  if (memcmp(one->state, t->after, one->state_size) != 0)
    return "leads elsewhere when it is repeated";
  if (taut_probe_output(one) != TAUT_OK || (*name = illegal_output(t)) != NULL)
    return " leaves its range";
  *name = uneven_output(t, duration_ns);
  if (*name) return ": two halves lead elsewhere than the whole";
  *name = "";
  return NULL;
}

void taut_check_skip(check *all, const taut_model *model) {
  const taut_skip *extension = model->extension ? model->extension(TAUT_SKIP_ID) : NULL;
  if (!extension) return;
  bool is_whole = extension->struct_size >= sizeof(taut_skip) && extension->skip;
  const char *wrong = is_whole ? NULL : "the table of " TAUT_SKIP_ID " is not whole", *name = "";
  int n_taken = 0;
  for (int i = 0; is_whole && !wrong && i < N_HISTORIES; i++) {
    trial t = {.skip = extension};
    bool has_begun = begin(&t, model, histories[i]);
    for (int k = 0; has_begun && !wrong && k < N_DURATIONS; k++)
      wrong = judge(&t, whole_periods(&t, durations_s[k] * TAUT_SECOND), &name, &n_taken);
    end(&t);
  }
  if (wrong)
    taut_check_report(all, model->name, "skips time", false, "%s%s", name ? name : "", wrong);
  else
    taut_check_report(all, model->name, "skips time", true, "%d of %d skips taken", n_taken,
                      N_HISTORIES * N_DURATIONS);
}
