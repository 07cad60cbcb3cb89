#define _GNU_SOURCE  // mallinfo2, clock_gettime

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/check.h"
#include "engine/check_probe.h"
#include "engine/fpenv.h"
#include "engine/validate.h"
#include "engine/xxh.h"

enum { STEPS = 400 };

static const int snapshot_steps[] = {0, 1, 37, 200};

// Runs a fresh instance to the end; the hash covers every output, event and state on the way.
static taut_status run_alone(const taut_model *model, uint64_t input_seed, uint64_t *hash) {
  probe one;
  taut_status status = taut_probe_init(&one, model, "left.probe", input_seed, PROBE_RANDOM);
  for (int i = 0; status == TAUT_OK && i < STEPS; i++) status = taut_probe_step(&one);
  *hash = one.hash;
  taut_probe_fini(&one);
  return status;
}

static void check_steps(check *all, const taut_model *model) {
  char text[TAUT_LINE_MAX] = "";
  probe one;
  taut_status status = taut_probe_init(&one, model, "probe", 1, PROBE_RANDOM);
  taut_check_report(all, model->name, "init takes the default parameters", status == TAUT_OK, "%s",
                    status == TAUT_OK ? "" : taut_status_text(status));
  const char *bad = NULL;
  for (int i = 0; status == TAUT_OK && !bad && i < STEPS; i++) {
    status = taut_probe_step(&one);
    for (uint32_t k = 0, slot = 0; !bad && k < model->n_outputs; k++)
      for (uint32_t e = 0; e < model->outputs[k].count; e++, slot++)
        if (!isfinite(one.out[slot])) bad = model->outputs[k].name;
  }
  if (bad)
    snprintf(text, sizeof text, "%s is NaN or infinite after %d steps", bad, (int)one.n_steps);
  if (status != TAUT_OK)
    snprintf(text, sizeof text, "returned \"%s\" after %d steps", taut_status_text(status),
             (int)one.n_steps);
  taut_check_report(all, model->name, "legal inputs give finite outputs", status == TAUT_OK && !bad,
                    "%s", text);
  taut_check_report(all, model->name, "events and log lines as declared", !one.misuse, "%s",
                    one.misuse ? one.misuse : "");
  taut_probe_fini(&one);
}

// Output must write every slot, read nothing but state and inputs, and leave the state as it is.
static void check_output(check *all, const taut_model *model) {
  probe one;
  bool is_state_kept = true, is_pure = true;
  taut_status status = taut_probe_init(&one, model, "probe", 2, PROBE_RANDOM);
  unsigned char *state = malloc(one.state_size + 1);
  double *out = malloc((one.n_out + 1) * sizeof *out);
  for (int i = 0; status == TAUT_OK && state && out && i < STEPS; i++) {
    taut_probe_set_inputs(&one);
    memcpy(state, one.state, one.state_size);
    memset(one.out, 0x11, one.n_out * sizeof *out);
    one.dirt = 0x00;
    status = taut_probe_output(&one);
    memcpy(out, one.out, one.n_out * sizeof *out);
    memset(one.out, 0x22, one.n_out * sizeof *out);
    one.dirt = 0xFF;
    if (status == TAUT_OK) status = taut_probe_output(&one);
    is_pure &= memcmp(out, one.out, one.n_out * sizeof *out) == 0;
    is_state_kept &= memcmp(state, one.state, one.state_size) == 0;
    if (status == TAUT_OK) status = taut_probe_step(&one);
  }
  taut_check_report(all, model->name, "state untouched by output", is_state_kept, "%s",
                    is_state_kept ? "" : "output changed bytes of the state");
  taut_check_report(all, model->name, "output is a function of state and inputs", is_pure, "%s",
                    is_pure ? "" : "a slot is not written, or differs from call to call");
  free(state);
  free(out);
  taut_probe_fini(&one);
}

static const char *first_difference(const taut_model *model, const double *a, const double *b) {
  for (uint32_t k = 0, slot = 0; k < model->n_outputs; slot += model->outputs[k++].count)
    if (!(model->outputs[k].flags & TAUT_FEEDTHROUGH) &&
        memcmp(a + slot, b + slot, model->outputs[k].count * sizeof *a) != 0)
      return model->outputs[k].name;
  return NULL;
}

// The schedule relies on the flags: an output without TAUT_FEEDTHROUGH may not see this tick's
// inputs.
static void check_feedthrough(check *all, const taut_model *model) {
  const taut_signal *forbidden = taut_role_feedthrough(model);
  taut_check_report(all, model->name, "feedthrough as the role allows", !forbidden, "%s%s",
                    forbidden ? forbidden->name : "",
                    forbidden ? " is a feedthrough port, which the role does not allow" : "");
  probe one;
  const char *bad = NULL;
  taut_status status = taut_probe_init(&one, model, "probe", 3, PROBE_RANDOM);
  double *out = malloc((one.n_out + 1) * sizeof *out);
  for (int i = 0; status == TAUT_OK && out && !bad && i < STEPS; i++) {
    one.inputs = PROBE_RANDOM;
    taut_probe_set_inputs(&one);
    status = taut_probe_output(&one);
    memcpy(out, one.out, one.n_out * sizeof *out);
    one.inputs = PROBE_CORNERS;
    taut_probe_set_inputs(&one);
    if (status == TAUT_OK) status = taut_probe_output(&one);
    bad = first_difference(model, out, one.out);
    one.inputs = PROBE_RANDOM;
    if (status == TAUT_OK) status = taut_probe_step(&one);
  }
  taut_check_report(all, model->name, "feedthrough is declared", !bad, "%s%s", bad ? bad : "",
                    bad ? " depends on inputs of the same tick without TAUT_FEEDTHROUGH" : "");
  free(out);
  taut_probe_fini(&one);
}

static void check_independence(check *all, const taut_model *model) {
  uint64_t alone = 0;
  probe a, b;
  taut_status status = run_alone(model, 4, &alone);
  taut_status status_b = taut_probe_init(&b, model, "right.probe", 5, PROBE_RANDOM);
  taut_status status_a = taut_probe_init(&a, model, "left.probe", 4, PROBE_RANDOM);
  b.inst.index = 1;
  b.inst.seed = 99;
  for (int i = 0; status == TAUT_OK && status_a == TAUT_OK && i < STEPS; i++) {
    if (status_b == TAUT_OK) status_b = taut_probe_step(&b);
    status_a = taut_probe_step(&a);
    if (status_b == TAUT_OK) status_b = taut_probe_step(&b);
  }
  bool is_ok = status_a == status && a.hash == alone;
  taut_check_report(all, model->name, "two instances are independent", is_ok, "%s",
                    is_ok ? "" : "an instance behaves differently beside another one");
  taut_probe_fini(&a);
  taut_probe_fini(&b);
}

static void check_statics(check *all, const taut_model *model) {
  uint64_t hash = 0;
  check_image image = taut_check_image(model->outputs ? (const void *)model->outputs : model);
  (void)run_alone(model, 6, &hash);
  bool is_ok =
      !taut_check_image_changed(&image, model->outputs ? (const void *)model->outputs : model);
  taut_check_report(all, model->name, "no hidden state in the library", is_ok, "%s",
                    is_ok ? "" : "a variable of the library changed during steps");
  taut_check_image_fini(&image);
}

// Back to a copy of the state and on again: the rest must come out the same.
static bool survives_snapshot(const taut_model *model, int at) {
  probe one;
  taut_status status = taut_probe_init(&one, model, "left.probe", 7, PROBE_RANDOM);
  for (int i = 0; status == TAUT_OK && i < at; i++) status = taut_probe_step(&one);
  unsigned char *state = malloc(one.state_size + 1);
  bool is_ok = state != NULL;
  if (is_ok) memcpy(state, one.state, one.state_size);
  const probe then = one;
  for (int i = at; status == TAUT_OK && i < STEPS; i++) status = taut_probe_step(&one);
  uint64_t first = one.hash;
  one.tick_ns = then.tick_ns;
  one.n_steps = then.n_steps;
  one.hash = then.hash;
  if (is_ok) memcpy(one.state, state, one.state_size);
  taut_status again = TAUT_OK;
  for (int i = at; again == TAUT_OK && i < STEPS; i++) again = taut_probe_step(&one);
  free(state);
  taut_probe_fini(&one);
  return is_ok && first == one.hash && status == again;
}

static bool survives_moving(const taut_model *model) {
  uint64_t still = 0;
  probe one;
  taut_status expected = run_alone(model, 8, &still);
  taut_status status = taut_probe_init(&one, model, "left.probe", 8, PROBE_RANDOM);
  for (int i = 0; status == TAUT_OK && i < STEPS; i++) {
    if (taut_probe_move(&one) != TAUT_OK) break;
    status = taut_probe_step(&one);
  }
  taut_probe_fini(&one);
  return status == expected && one.hash == still;
}

static void check_memory(check *all, const taut_model *model) {
  int bad = -1;
  for (size_t i = 0; bad < 0 && i < sizeof snapshot_steps / sizeof snapshot_steps[0]; i++)
    if (!survives_snapshot(model, snapshot_steps[i])) bad = snapshot_steps[i];
  char text[TAUT_LINE_MAX] = "";
  if (bad >= 0) snprintf(text, sizeof text, "goes on differently from a snapshot at step %d", bad);
  taut_check_report(all, model->name, "snapshot and continue", bad < 0, "%s", text);
  bool is_ok = survives_moving(model);
  taut_check_report(all, model->name, "memory may move", is_ok, "%s",
                    is_ok ? "" : "behaves differently when its memory moves");
}

static bool points_into(uintptr_t word, const void *first, size_t size) {
  return word >= (uintptr_t)first && word < (uintptr_t)first + size;
}

// Words of the state that are addresses of the library or of the instance's own memory.
static bool has_pointer(const probe *one, const check_image *image) {
  for (size_t at = 0; at + sizeof(uintptr_t) <= one->state_size; at += sizeof(uintptr_t)) {
    uintptr_t word = 0;
    memcpy(&word, one->state + at, sizeof word);
    if ((word >= image->first && word < image->end) ||
        points_into(word, one->state, one->state_size) ||
        points_into(word, one->in, one->n_in * sizeof(double)) ||
        points_into(word, one->out, one->n_out * sizeof(double)) ||
        points_into(word, &one->inst, sizeof one->inst))
      return true;
  }
  return false;
}

// Two instances with the same inputs, at different addresses and with different rubbish on the
// stack.
static void check_bytes(check *all, const taut_model *model) {
  probe a, b;
  const char *bad = NULL;
  check_image image = taut_check_image(model->outputs ? (const void *)model->outputs : model);
  taut_status status = taut_probe_init(&a, model, "probe", 9, PROBE_RANDOM);
  if (taut_probe_init(&b, model, "probe", 9, PROBE_RANDOM) != status) bad = "init differs";
  b.dirt = 0xFF;
  for (int i = 0; status == TAUT_OK && !bad && i < STEPS; i++) {
    if (memcmp(a.state, b.state, a.state_size) != 0)
      bad = "bytes of the state differ between equal instances: padding, or an address";
    else if (has_pointer(&a, &image))
      bad = "the state holds a pointer";
    status = taut_probe_step(&a);
    (void)taut_probe_step(&b);
  }
  taut_check_report(all, model->name, "state without padding and pointers", !bad, "%s",
                    bad ? bad : "");
  taut_check_image_fini(&image);
  taut_probe_fini(&a);
  taut_probe_fini(&b);
}

static size_t bytes_in_use(void) {
#if defined(__GLIBC__)
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

static void check_allocation(check *all, const taut_model *model) {
  probe one;
  taut_status status = taut_probe_init(&one, model, "probe", 10, PROBE_RANDOM);
  size_t before = bytes_in_use();
  for (int i = 0; status == TAUT_OK && i < STEPS; i++) status = taut_probe_step(&one);
  bool is_kept = bytes_in_use() != before;
  bool is_ok = !is_kept && !all->imports[0];
  taut_check_report(all, model->name, "no allocation in a step", is_ok, "%s%s%s",
                    is_kept ? "memory in use grew during steps; " : "",
                    all->imports[0] ? "imports " : "", all->imports);
  taut_probe_fini(&one);
}

static void check_fpenv(check *all, const taut_model *model) {
  uint64_t hash = 0;
  taut_fpenv_reset();
  (void)run_alone(model, 12, &hash);
  bool is_ok = taut_fpenv_is_default();
  taut_fpenv_reset();
  taut_check_report(all, model->name, "steps leave the floating-point environment alone", is_ok,
                    "%s", is_ok ? "" : "rounding, flush-to-zero or traps were changed");
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void report_time(check *all, const taut_model *model) {
  enum { BATCHES = 15, BATCH = 400 };
  double ns[BATCHES];
  probe one;
  taut_status status = taut_probe_init(&one, model, "probe", 13, PROBE_RANDOM);
  for (int i = 0; i < BATCHES; i++) {
    struct timespec t0, t1;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    for (int k = 0; status == TAUT_OK && k < BATCH; k++) {
      status = model->output(&one.inst, one.tick_ns);
      if (status == TAUT_OK) status = model->update(&one.inst, one.tick_ns);
      one.n_events = 0;
      one.tick_ns += model->period_ns;
    }
    clock_gettime(CLOCK_MONOTONIC, &t1);
    ns[i] = ((double)(t1.tv_sec - t0.tv_sec) * 1e9 + (double)(t1.tv_nsec - t0.tv_nsec)) / BATCH;
  }
  qsort(ns, BATCHES, sizeof ns[0], compare);
  taut_check_report(all, model->name, "step time", true,
                    "%.1f ns per step of %.0f us, state %zu bytes", ns[BATCHES / 2],
                    (double)model->period_ns / 1e3, one.state_size);
  taut_probe_fini(&one);
}

void taut_check_model(check *all, const taut_model *model) {
  if (!taut_check_survival(all, model)) return;
  check_steps(all, model);
  check_output(all, model);
  check_feedthrough(all, model);
  check_independence(all, model);
  check_statics(all, model);
  check_memory(all, model);
  check_bytes(all, model);
  check_allocation(all, model);
  check_fpenv(all, model);
  taut_check_skip(all, model);
  report_time(all, model);
}
