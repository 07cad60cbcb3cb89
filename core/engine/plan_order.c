#include <stdio.h>
#include <string.h>

#include "engine/plan.h"
#include "engine/text.h"

static bool has_feedthrough(const taut_signal *signals, uint32_t n) {
  for (uint32_t i = 0; i < n; i++)
    if (signals[i].flags & TAUT_FEEDTHROUGH) return true;
  return false;
}

// The first wire over which the output call of `instance` reads an instance that is not in order
// yet. When no input is flagged, a feedthrough output may read them all.
static const plan_input *waits_for(const taut_plan *plan, const plan_instance *instance,
                                   const bool *is_done) {
  const taut_model *model = instance->model;
  if (!has_feedthrough(model->outputs, model->n_outputs)) return NULL;
  bool reads_all = !has_feedthrough(model->inputs, model->n_inputs);
  for (uint32_t k = 0; k < model->n_inputs; k++) {
    const plan_input *input = &plan->inputs[instance->first_input + k];
    bool is_read = reads_all || (model->inputs[k].flags & TAUT_FEEDTHROUGH);
    if (is_read && input->source != TAUT_NONE && !is_done[input->source]) return input;
  }
  return NULL;
}

// Every instance that is left waits for another one that is left, so walking against the wires from
// any of them must come around.
static taut_status log_loop(const taut_plan *plan, const bool *is_done, uint32_t *walk,
                            const taut_log_sink *log) {
  uint32_t n = 0, start = TAUT_NONE, at = 0;
  while (is_done[at]) at++;
  while (start == TAUT_NONE) {
    walk[n++] = at;
    at = waits_for(plan, &plan->instances[at], is_done)->source;
    for (uint32_t k = 0; k < n; k++)
      if (walk[k] == at) start = k;
  }
  char text[TAUT_LINE_MAX];
  size_t used = 0;
  // walk[k] waits for walk[k + 1], so the flow runs backwards through the walk; the first port is
  // printed again at the end.
  for (uint32_t step = 0; step <= n - start && used < sizeof text; step++) {
    uint32_t reader = walk[step == n - start ? n - 1 : n - 1 - step];
    const plan_input *wire = waits_for(plan, &plan->instances[reader], is_done);
    const plan_instance *from = &plan->instances[wire->source];
    int wrote = snprintf(text + used, sizeof text - used, "%s%s.%s", step ? " -> " : "", from->path,
                         from->model->outputs[wire->output].name);
    used += wrote > 0 ? (size_t)wrote : 0;
  }
  taut_say_error(log, plan->instances[at].path, "algebraic loop: %s", text);
  return TAUT_ELOOP;
}

taut_status taut_plan_make_order(taut_plan *plan, const taut_log_sink *log) {
  plan->order = taut_arena_new(&plan->arena, plan->n_instances, sizeof *plan->order);
  bool *is_done = taut_arena_new(&plan->arena, plan->n_instances, sizeof *is_done);
  uint32_t *walk = taut_arena_new(&plan->arena, plan->n_instances + 1, sizeof *walk);
  if (!plan->order || !is_done || !walk) return TAUT_ENOMEM;
  // Instances without a reason to wait keep the order in which they were added.
  for (uint32_t n_done = 0; n_done < plan->n_instances;) {
    uint32_t next = 0;
    while (next < plan->n_instances &&
           (is_done[next] || waits_for(plan, &plan->instances[next], is_done)))
      next++;
    if (next == plan->n_instances) return log_loop(plan, is_done, walk, log);
    is_done[next] = true;
    plan->order[n_done++] = next;
  }
  return TAUT_OK;
}
