#include "engine/run.h"
#include "engine/validate.h"

static taut_status make_program(taut_run *run, run_program *program) {
  const taut_plan *plan = run->plan;
  // Each instance may be reset before its output call.
  size_t n_outputs = 2 * (size_t)plan->n_instances + plan->n_muxes + plan->n_taps;
  program->outputs = taut_arena_new(&run->arena, n_outputs, sizeof *program->outputs);
  program->observes = taut_arena_new(&run->arena, plan->n_instances, sizeof *program->observes);
  program->updates = taut_arena_new(&run->arena, plan->n_instances, sizeof *program->updates);
  program->peaks = taut_arena_new(&run->arena, plan->n_peak_pairs, sizeof *program->peaks);
  bool is_whole = program->outputs && program->observes && program->updates && program->peaks;
  return is_whole ? TAUT_OK : TAUT_ENOMEM;
}

static void find_phases(taut_run *run) {
  const taut_plan *plan = run->plan;
  int64_t n_best = 0;
  for (int64_t phase = 0; phase < plan->n_phases; phase++)
    run->phases[phase] = &run->programs[plan->phase_patterns[phase]];
  for (uint32_t p = 0; p < run->n_programs; p++) {
    int64_t n = 0;
    for (int64_t phase = 0; phase < plan->n_phases; phase++) n += plan->phase_patterns[phase] == p;
    if (n > n_best) run->usual = &run->programs[p];
    if (n > n_best) n_best = n;
  }
}

taut_status taut_run_make_programs(taut_run *run) {
  run->n_programs = run->plan->n_phases ? run->plan->n_patterns : TAUT_CACHED_PROGRAMS;
  run->programs = taut_arena_new(&run->arena, run->n_programs, sizeof *run->programs);
  run->phases = taut_arena_new(&run->arena, (size_t)run->plan->n_phases, sizeof *run->phases);
  if (!run->programs || !run->phases) return TAUT_ENOMEM;
  find_phases(run);
  taut_status status = make_program(run, &run->first);
  for (uint32_t p = 0; status == TAUT_OK && p < run->n_programs; p++)
    status = make_program(run, &run->programs[p]);
  return status;
}

static bool is_due(const taut_plan *plan, uint32_t i, uint64_t mask) {
  return (mask >> plan->instances[i].group & 1) != 0;
}

static bool is_component_fault_on(const taut_run *run, uint32_t i, taut_fault_kind kind) {
  const taut_plan *plan = run->plan;
  for (uint32_t f = 0; plan->instances[i].has_component_fault && f < plan->n_faults; f++)
    if (plan->faults[f].instance == i && plan->faults[f].fault.kind == kind &&
        taut_run_faults(run)[f].is_on)
      return true;
  return false;
}

static void add_output(run_program *program, taut_status (*fn)(const taut_instance *, int64_t),
                       const taut_instance *inst) {
  *program->outputs_end++ = (run_op){fn, inst};
}

// Taps whose wire gets its values at instance `i`. Those that depend on time alone run every tick.
static void add_taps(const taut_run *run, run_program *program, uint32_t i, bool due,
                     bool on_output, bool before_reader) {
  const taut_plan *plan = run->plan;
  for (uint32_t t = 0; t < plan->n_taps; t++) {
    const plan_tap *tap = &plan->taps[t];
    bool is_unfed = !tap->is_output && tap->clock == tap->instance &&
                    plan->inputs[plan->instances[i].first_input + tap->i_signal].source != i;
    if (tap->clock != i || tap->is_output != on_output || !taut_run_is_tapped(run, t)) continue;
    if (is_unfed != before_reader) continue;
    if (due || tap->is_timed) add_output(program, taut_run_call_tap, &run->tap_calls[t]);
  }
}

static void add_instance_output(const taut_run *run, run_program *program, uint32_t i) {
  const taut_plan *plan = run->plan;
  bool due = is_due(plan, i, program->output_mask);
  add_taps(run, program, i, due, false, true);
  if (due && is_component_fault_on(run, i, TAUT_FAULT_RESET))
    add_output(program, taut_run_call_reset, &run->component_calls[i]);
  if (due && !is_component_fault_on(run, i, TAUT_FAULT_FREEZE)) {
    const taut_model *model = plan->instances[i].model;
    add_output(program, model->output, &run->instances[i]);
    if (model->observe) *program->observes_end++ = (run_op){model->observe, &run->instances[i]};
  }
  add_taps(run, program, i, due, true, false);
  for (uint32_t m = 0; m < plan->n_muxes; m++)
    if (plan->muxes[m].seq_source == i && due)
      add_output(program, taut_run_call_mux, &run->mux_calls[m]);
  add_taps(run, program, i, due, false, false);
}

// Where the value of a peak stands; `is_moving` when it can be new at this tick.
static uint32_t peak_source(const taut_run *run, const plan_peak *peak, uint64_t output_mask,
                            bool *is_moving) {
  const taut_plan *plan = run->plan;
  const plan_instance *instance = &plan->instances[peak->instance];
  uint32_t i_tap = plan->output_taps[instance->first_output_tap + peak->i_signal];
  bool is_tapped = taut_run_is_tapped(run, i_tap);
  *is_moving =
      (is_tapped && plan->taps[i_tap].is_timed) || is_due(plan, peak->instance, output_mask);
  uint32_t first = is_tapped ? instance->first_output : instance->raw_output;
  return first + taut_signal_slots(instance->model->outputs, peak->i_signal) + peak->element;
}

// Pairs of which at least one value can be new; one that stands still changes no peak.
static void add_peaks(const taut_run *run, run_program *program) {
  const taut_plan *plan = run->plan;
  for (uint32_t p = 0; p < plan->n_peaks;) {
    const uint32_t i_pair = plan->peaks[p].lane / 2;
    const size_t at = plan->layout.peaks + i_pair * sizeof(run_peak_pair);
    run_peak pair = {.pair = (uint32_t)((at - plan->layout.values) / sizeof(double))};
    bool is_pair_moving = false, is_moving = false;
    for (uint32_t i = 0; i < 2; i++) {
      // the second of a pair with one peak repeats the first
      bool is_there = p < plan->n_peaks && plan->peaks[p].lane / 2 == i_pair;
      if (is_there)
        pair.source[i] = peak_source(run, &plan->peaks[p++], program->output_mask, &is_moving);
      else
        pair.source[i] = pair.source[0];
      is_pair_moving |= is_moving;
    }
    if (is_pair_moving) *program->peaks_end++ = pair;
  }
}

static void build(taut_run *run, run_program *program, uint64_t output_mask, uint64_t update_mask) {
  const taut_plan *plan = run->plan;
  program->output_mask = output_mask;
  program->update_mask = update_mask;
  program->outputs_end = program->outputs;
  program->observes_end = program->observes;
  program->updates_end = program->updates;
  program->peaks_end = program->peaks;
  for (uint32_t k = 0; k < plan->n_instances; k++)
    add_instance_output(run, program, plan->order[k]);
  add_peaks(run, program);
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    if (!is_due(plan, i, update_mask)) continue;
    bool is_faulty = is_component_fault_on(run, i, TAUT_FAULT_SKIP) ||
                     is_component_fault_on(run, i, TAUT_FAULT_DOUBLE) ||
                     is_component_fault_on(run, i, TAUT_FAULT_FREEZE);
    *program->updates_end++ = is_faulty
                                  ? (run_op){taut_run_call_update, &run->component_calls[i]}
                                  : (run_op){plan->instances[i].model->update, &run->instances[i]};
  }
  program->is_built = true;
}

// Updates may stand in any order; those of pairs stand behind the others.
static void put_members_last(const taut_run *run, run_program *program) {
  program->members = program->updates_end;
  if (run->n_members == 0) return;
  for (run_op *op = program->updates; op < program->members;) {
    if (!run->is_member[op->inst->index]) {
      op++;
      continue;
    }
    run_op moved = *op;
    *op = *--program->members;
    *program->members = moved;
  }
}

void taut_run_rebuild(taut_run *run) {
  const taut_plan *plan = run->plan;
  // At tick 0 every output is computed, so that nobody ever reads a port before its first output
  // call, whatever the phase of its source; updates wait for their phase.
  build(run, &run->first, UINT64_MAX, taut_plan_due_mask(plan, 0));
  for (uint32_t p = 0; p < run->n_programs; p++) {
    run->programs[p].is_built = false;
    if (plan->n_phases)
      build(run, &run->programs[p], plan->pattern_masks[p], plan->pattern_masks[p]);
  }
  taut_run_find_couplings(run);
  for (uint32_t p = 0; p < run->n_programs; p++)
    if (plan->n_phases) put_members_last(run, &run->programs[p]);
}

const run_program *taut_run_program(taut_run *run, int64_t now_ns) {
  const taut_plan *plan = run->plan;
  int64_t tick = now_ns / plan->base_ns;
  if (tick == 0) return &run->first;
  if (plan->n_phases) return run->phases[tick % plan->n_phases];
  uint64_t mask = taut_plan_due_mask(plan, tick);
  for (uint32_t p = 0; p < run->n_programs; p++)
    if (run->programs[p].is_built && run->programs[p].update_mask == mask) return &run->programs[p];
  run_program *program = &run->programs[run->next_program];
  assert(run->n_programs > 0);
  run->next_program = (run->next_program + 1) % run->n_programs;
  build(run, program, mask, mask);
  return program;
}
