// Simulated time that nobody looks at: every instance moves its state in closed form.

#include <stdio.h>
#include <string.h>

#include "engine/fpenv.h"
#include "engine/run.h"
#include "engine/text.h"
#include "engine/validate.h"
#include "engine/xxh.h"

// A double holds whole numbers up to here: the duration is the value of an effect.
#define SKIP_NS_MAX (INT64_C(1) << 53)
#define LOAD_REST_N 10.0

static int64_t greatest_divisor(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

int64_t taut_plan_cycle(const taut_plan *plan) {
  int64_t ticks = plan->row_ticks;
  for (uint32_t g = 0; g < plan->n_groups; g++) {
    int64_t period = plan->groups[g].period_ticks;
    int64_t factor = period / greatest_divisor(ticks, period);
    if (factor > SKIP_NS_MAX / plan->base_ns / ticks) return 0;
    ticks *= factor;
  }
  return ticks * plan->base_ns;
}

const taut_skip *taut_skip_of(const taut_model *model) {
  const taut_skip *skip = model->extension ? model->extension(TAUT_SKIP_ID) : NULL;
  bool is_whole = skip && skip->struct_size >= sizeof *skip && skip->skip;
  return is_whole ? skip : NULL;
}

taut_status taut_run_make_skips(taut_run *run) {
  const taut_plan *plan = run->plan;
  bool has_any = false;
  run->skips = taut_arena_new(&run->arena, plan->n_instances, sizeof(const taut_skip *));
  if (!run->skips) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    run->skips[i] = taut_skip_of(plan->instances[i].model);
    has_any |= run->skips[i] != NULL;
  }
  if (!has_any) return TAUT_OK;
  run->states_before = taut_arena_new(&run->arena, 1, plan->layout.size - plan->layout.states + 1);
  return run->states_before ? TAUT_OK : TAUT_ENOMEM;
}

static taut_status refuse(const taut_run *run, taut_status status, const char *path,
                          const char *text) {
  taut_say(run->log, taut_run_head(run)->now_ns, TAUT_LOG_ERROR, path, "%s", text);
  return status;
}

static taut_status check_duration(const taut_run *run, double duration_ns) {
  char text[TAUT_LINE_MAX];
  int64_t cycle_ns = taut_plan_cycle(run->plan);
  if (cycle_ns == 0)
    return refuse(run, TAUT_EINVAL, "",
                  "time cannot be skipped: the periods of the plan have no common multiple below "
                  "100 days");
  bool is_number = duration_ns >= 1 && duration_ns <= (double)SKIP_NS_MAX;
  if (is_number && (int64_t)duration_ns % cycle_ns == 0 &&
      (int64_t)duration_ns <= INT64_MAX / 2 - taut_run_head(run)->now_ns)
    return TAUT_OK;
  snprintf(text, sizeof text,
           "a skip must be a whole multiple of %.9g s, the least common multiple of all periods, "
           "and at most 104 days; got %.15g s",
           (double)cycle_ns * 1e-9, duration_ns * 1e-9);
  return refuse(run, TAUT_EINVAL, "", text);
}

static double output_value(const taut_run *run, const plan_instance *at, uint32_t k) {
  return taut_run_table(run)[at->raw_output + taut_signal_slots(at->model->outputs, k)];
}

// What is skipped is not watched, so it must be harmless: the drive is disarmed and asks for next
// to no force.
static taut_status check_at_rest(const taut_run *run) {
  char text[TAUT_LINE_MAX];
  const taut_plan *plan = run->plan;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *at = &plan->instances[i];
    if (strcmp(at->model->role, "controller") != 0) continue;
    for (uint32_t k = 0; k < at->model->n_outputs; k++) {
      const char *name = at->model->outputs[k].name;
      bool is_load = strstr(name, "load_command_n") != NULL;
      if (!is_load && strcmp(name, "armed") != 0) continue;
      double value = output_value(run, at, k);
      if (!is_load && value != 0)
        return refuse(run, TAUT_EREJECT, at->path,
                      "time cannot be skipped while the drive is armed");
      if (is_load && !(value <= LOAD_REST_N)) {
        snprintf(text, sizeof text, "time cannot be skipped while %s is %.4g N, above %g N", name,
                 value, LOAD_REST_N);
        return refuse(run, TAUT_EREJECT, at->path, text);
      }
    }
  }
  return TAUT_OK;
}

static bool is_frozen(const taut_run *run, uint32_t i) {
  const taut_plan *plan = run->plan;
  for (uint32_t f = 0; f < plan->n_faults; f++)
    if (plan->faults[f].instance == i && plan->faults[f].fault.kind == TAUT_FAULT_FREEZE &&
        taut_run_faults(run)[f].is_on)
      return true;
  return false;
}

static taut_status stop_skip(taut_run *run, const taut_instance *inst, taut_status status) {
  char text[TAUT_LINE_MAX];
  if (run->host_status != TAUT_OK) return run->host_status;
  snprintf(text, sizeof text, "skip returned %d (%s)", (int)status, taut_status_text(status));
  return taut_run_stop(run, TAUT_EFAULT, inst->path, text);
}

static taut_status skip_instances(taut_run *run, int64_t duration_ns) {
  const taut_plan *plan = run->plan;
  int64_t now_ns = taut_run_head(run)->now_ns;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_instance *inst = &run->instances[i];
    if (!run->skips[i] || is_frozen(run, i)) continue;
    // Events belong to ticks, and there is none here: the host takes log lines only.
    run->is_in_skip = true;
    taut_status status = run->skips[i]->skip(inst, now_ns, duration_ns);
    run->is_in_skip = false;
    if (status == TAUT_EREJECT && run->host_status == TAUT_OK)
      return refuse(run, status, inst->path, "time cannot be skipped: it is not at rest");
    if (status != TAUT_OK || run->host_status != TAUT_OK) return stop_skip(run, inst, status);
    if (!taut_fpenv_is_default()) {
      taut_fpenv_reset();
      return taut_run_stop(run, TAUT_EFPENV, inst->path,
                           "skip changed the floating-point environment");
    }
  }
  return TAUT_OK;
}

// Into the chain of the trace hash: two runs that skipped differently differ, whatever their rows.
static void hash_skip(taut_run *run, int64_t duration_ns) {
  run_row *row = (run_row *)(void *)(run->block + run->plan->layout.row);
  struct {
    uint8_t digest[16];
    int64_t now_ns, duration_ns;
  } link = {.now_ns = taut_run_head(run)->now_ns, .duration_ns = duration_ns};
  memcpy(link.digest, row->digest, sizeof link.digest);
  XXH128_hash_t digest = XXH3_128bits(&link, sizeof link);
  memcpy(row->digest, &digest.low64, 8);
  memcpy(row->digest + 8, &digest.high64, 8);
}

taut_status taut_run_apply_skip(taut_run *run, double duration) {
  const taut_plan *plan = run->plan;
  run_head *head = taut_run_head(run);
  if (head->status != TAUT_OK) return (taut_status)head->status;
  taut_status status = check_duration(run, duration);
  if (status != TAUT_OK) return status;
  if (head->n_rows == 0)
    return refuse(run, TAUT_EREJECT, "", "time cannot be skipped before the first row");
  status = check_at_rest(run);
  if (status != TAUT_OK) return status;
  const int64_t duration_ns = (int64_t)duration;
  unsigned char *states = run->block + plan->layout.states;
  size_t n_bytes = plan->layout.size - plan->layout.states;
  if (run->states_before) memcpy(run->states_before, states, n_bytes);
  status = skip_instances(run, duration_ns);
  // Those that came before the one that refused go back with it.
  if (status == TAUT_EREJECT) memcpy(states, run->states_before, n_bytes);
  if (status != TAUT_OK) return status;
  hash_skip(run, duration_ns);
  head->now_ns += duration_ns;
  return TAUT_OK;
}

taut_status taut_run_skip(taut_run *run, int64_t duration_ns) {
  // Beyond 2^53 the nearest double may be legal where the number was not; both are too long.
  double duration = duration_ns > SKIP_NS_MAX ? -1 : (double)duration_ns;
  return taut_run_apply(run, TAUT_EFFECT_SKIP, 0, duration);
}
