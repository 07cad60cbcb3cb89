#include <string.h>

#include "engine/plan.h"
#include "engine/text.h"

uint64_t taut_plan_due_mask(const taut_plan *plan, int64_t tick) {
  uint64_t mask = 0;
  for (uint32_t g = 0; g < plan->n_groups; g++)
    if (tick % plan->groups[g].period_ticks == plan->groups[g].phase_ticks)
      mask |= UINT64_C(1) << g;
  return mask;
}

static taut_status make_groups(taut_plan *plan, const taut_log_sink *log) {
  plan->groups = taut_arena_new(&plan->arena, TAUT_GROUPS_MAX, sizeof *plan->groups);
  if (!plan->groups) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    plan_instance *instance = &plan->instances[i];
    plan_group group = {instance->period_ns / plan->base_ns, instance->phase_ns / plan->base_ns};
    uint32_t g = 0;
    while (g < plan->n_groups && (plan->groups[g].period_ticks != group.period_ticks ||
                                  plan->groups[g].phase_ticks != group.phase_ticks))
      g++;
    if (g == TAUT_GROUPS_MAX) {
      taut_say_error(log, instance->path, "a plan has at most %d different rates and phases",
                     TAUT_GROUPS_MAX);
      return TAUT_EINVAL;
    }
    plan->groups[g] = group;
    if (g == plan->n_groups) plan->n_groups++;
    instance->group = g;
  }
  return TAUT_OK;
}

static int64_t greatest_divisor(int64_t a, int64_t b) {
  assert(a > 0 && b > 0);
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// Least common multiple of all periods, or 0 when it is too long for a table.
static int64_t hyper_period(const taut_plan *plan) {
  int64_t ticks = 1;
  for (uint32_t g = 0; g < plan->n_groups; g++) {
    int64_t period = plan->groups[g].period_ticks;
    assert(period > 0 && ticks > 0);
    int64_t factor = period / greatest_divisor(ticks, period);
    if (factor > TAUT_PHASES_MAX / ticks) return 0;
    ticks *= factor;
  }
  return ticks;
}

taut_status taut_plan_make_rates(taut_plan *plan, const taut_log_sink *log) {
  taut_status status = make_groups(plan, log);
  if (status != TAUT_OK) return status;
  plan->pattern_masks =
      taut_arena_new(&plan->arena, TAUT_PATTERNS_MAX, sizeof *plan->pattern_masks);
  int64_t n_phases = hyper_period(plan);
  plan->phase_patterns =
      taut_arena_new(&plan->arena, (size_t)n_phases, sizeof *plan->phase_patterns);
  if (!plan->pattern_masks || !plan->phase_patterns) return TAUT_ENOMEM;
  for (int64_t phase = 0; phase < n_phases; phase++) {
    uint64_t mask = taut_plan_due_mask(plan, phase);
    uint32_t p = 0;
    while (p < plan->n_patterns && plan->pattern_masks[p] != mask) p++;
    if (p == TAUT_PATTERNS_MAX) {
      plan->n_patterns = 0;
      return TAUT_OK;  // too many sets: they are found tick by tick
    }
    if (p == plan->n_patterns) plan->pattern_masks[plan->n_patterns++] = mask;
    plan->phase_patterns[phase] = (uint8_t)p;
  }
  plan->n_phases = n_phases;
  return TAUT_OK;
}
