// Models that move together over several ticks (taut_coupling of taut/plugin.h): who they are, and
// where nothing looks at them meanwhile.

#include <string.h>

#include "engine/run.h"
#include "engine/validate.h"

static const taut_coupling *pair_of(const taut_model *model) {
  const taut_coupling *pair = model->extension ? model->extension(TAUT_COUPLING_ID) : NULL;
  bool is_whole = pair && pair->struct_size >= sizeof *pair && pair->advance && pair->partner &&
                  pair->n_members > 0;
  return is_whole ? pair : NULL;
}

taut_status taut_run_make_couplings(taut_run *run) {
  const taut_plan *plan = run->plan;
  size_t n_pointers = 0, room_size = 0;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_coupling *pair = pair_of(plan->instances[i].model);
    if (!pair) continue;
    n_pointers += 2 * (size_t)pair->n_peaks;
    if (pair->room_size > room_size) room_size = (size_t)pair->room_size;
  }
  run->members = taut_arena_new(&run->arena, plan->n_instances, sizeof *run->members);
  run->is_member = taut_arena_new(&run->arena, plan->n_instances, sizeof *run->is_member);
  run->member_peaks = taut_arena_new(&run->arena, n_pointers, sizeof *run->member_peaks);
  run->n_plain = taut_arena_new(&run->arena, (size_t)plan->n_phases, sizeof *run->n_plain);
  run->room_size = room_size;
  run->room = taut_arena_new(&run->arena, 1, room_size + TAUT_BLOCK_ALIGNMENT);
  bool is_whole = run->members && run->is_member && run->member_peaks && run->n_plain && run->room;
  if (is_whole) run->room += TAUT_BLOCK_ALIGNMENT - (uintptr_t)run->room % TAUT_BLOCK_ALIGNMENT;
  return is_whole ? TAUT_OK : TAUT_ENOMEM;
}

static bool is_faulty(const taut_run *run, uint32_t i) {
  const taut_plan *plan = run->plan;
  const plan_instance *at = &plan->instances[i];
  for (uint32_t f = 0; f < plan->n_faults; f++)
    if (plan->faults[f].tap == TAUT_NONE && plan->faults[f].instance == i &&
        taut_run_faults(run)[f].is_on)
      return true;
  for (uint32_t k = 0; k < at->model->n_outputs; k++)
    if (taut_run_is_tapped(run, plan->output_taps[at->first_output_tap + k])) return true;
  for (uint32_t k = 0; k < at->model->n_inputs; k++)
    if (taut_run_is_tapped(run, plan->inputs[at->first_input + k].tap)) return true;
  return false;
}

static const plan_input *input_at(const taut_run *run, uint32_t i, uint32_t k) {
  return &run->plan->inputs[run->plan->instances[i].first_input + k];
}

// The instance that is wired to `i` as the pair asks for, or TAUT_NONE.
static uint32_t find_partner(const taut_run *run, const taut_coupling *pair, uint32_t i) {
  const taut_plan *plan = run->plan;
  uint32_t partner = TAUT_NONE;
  for (uint32_t w = 0; w < pair->n_wires; w++)
    if (pair->wires[w].is_from_partner) partner = input_at(run, i, pair->wires[w].input)->source;
  if (partner == TAUT_NONE || partner == i) return TAUT_NONE;
  const taut_model *model = plan->instances[partner].model;
  if (!model->extension || !model->extension(pair->partner)) return TAUT_NONE;
  for (uint32_t w = 0; w < pair->n_wires; w++) {
    const taut_coupling_wire *wire = &pair->wires[w];
    uint32_t from = wire->is_from_partner ? partner : i, to = wire->is_from_partner ? i : partner;
    const plan_input *input = input_at(run, to, wire->input);
    if (input->source != from || input->output != wire->output || input->mux != TAUT_NONE)
      return TAUT_NONE;
  }
  return partner;
}

// Whether the inputs of a member beside the wires of its pair stand still while the others rest.
static bool is_fed_from_outside(const taut_run *run, const taut_coupling *pair, uint32_t i,
                                uint32_t is_partner) {
  const taut_model *model = run->plan->instances[i].model;
  for (uint32_t k = 0; k < model->n_inputs; k++) {
    bool is_wire = false;
    for (uint32_t w = 0; w < pair->n_wires; w++)
      is_wire |= pair->wires[w].is_from_partner != is_partner && pair->wires[w].input == k;
    const plan_input *input = input_at(run, i, k);
    if (!is_wire && input->source != TAUT_NONE && run->is_member[input->source]) return false;
  }
  return true;
}

static uint32_t find_peak(const taut_plan *plan, uint32_t instance, uint32_t i_signal) {
  for (uint32_t p = 0; p < plan->n_peaks; p++)
    if (plan->peaks[p].instance == instance && plan->peaks[p].i_signal == i_signal) return p;
  return TAUT_NONE;
}

// Points the member to its peaks; false when the table does not name them all.
static bool bind_peaks(taut_run *run, const taut_coupling *pair, uint32_t i, uint32_t partner,
                       double **least, double **greatest) {
  const taut_plan *plan = run->plan;
  uint32_t n_all = 0;
  for (uint32_t p = 0; p < plan->n_peaks; p++)
    n_all += plan->peaks[p].instance == i || plan->peaks[p].instance == partner;
  if (n_all != pair->n_peaks) return false;
  for (uint32_t k = 0; k < pair->n_peaks; k++) {
    const taut_coupling_peak *peak = &pair->peaks[k];
    uint32_t p = find_peak(plan, peak->is_of_partner ? partner : i, peak->output);
    if (p == TAUT_NONE) return false;
    run_peak_pair *at = &taut_run_peaks(run)[plan->peaks[p].lane / 2];
    least[k] = &at->least[plan->peaks[p].lane % 2];
    greatest[k] = &at->greatest[plan->peaks[p].lane % 2];
  }
  return true;
}

static bool is_every_tick(const taut_run *run, uint32_t i) {
  const plan_instance *at = &run->plan->instances[i];
  return at->period_ns == run->plan->base_ns && at->phase_ns == 0;
}

static bool find_members(taut_run *run) {
  const taut_plan *plan = run->plan;
  const taut_coupling *first = NULL;
  double **pointers = run->member_peaks;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_coupling *pair = pair_of(plan->instances[i].model);
    if (!pair) continue;
    uint32_t partner = find_partner(run, pair, i);
    if (partner == TAUT_NONE || run->is_member[partner] || run->is_member[i]) return false;
    if (is_faulty(run, i) || is_faulty(run, partner)) return false;
    if (!is_every_tick(run, i) || !is_every_tick(run, partner)) return false;
    if (first && first != pair) return false;
    first = pair;
    double **least = pointers, **greatest = pointers + pair->n_peaks;
    if (run->n_members == pair->n_members || !bind_peaks(run, pair, i, partner, least, greatest))
      return false;
    pointers += 2 * (size_t)pair->n_peaks;
    run->members[run->n_members++] =
        (taut_coupling_member){&run->instances[i], &run->instances[partner], least, greatest};
    run->is_member[i] = run->is_member[partner] = true;
  }
  run->coupling = first;
  for (uint32_t m = 0; m < run->n_members; m++) {
    const taut_coupling_member *member = &run->members[m];
    if (!is_fed_from_outside(run, first, member->self->index, 0) ||
        !is_fed_from_outside(run, first, member->partner->index, 1))
      return false;
  }
  return run->n_members > 0;
}

// How many ticks from each on are those of the members alone.
static bool count_plain(taut_run *run) {
  const taut_plan *plan = run->plan;
  const run_program *usual = run->usual;
  uint32_t n_due = 2 * run->n_members;
  if (!plan->n_phases || usual->outputs_end - usual->outputs != n_due ||
      usual->updates_end - usual->updates != n_due)
    return false;
  for (const run_op *op = usual->updates; op < usual->updates_end; op++)
    if (!run->is_member[op->inst->index]) return false;
  int64_t n = 0, n_least = 0;
  // Twice around, so that the last phases see the first.
  for (int64_t k = 2 * plan->n_phases - 1; k >= 0; k--) {
    int64_t phase = k % plan->n_phases;
    n = run->phases[phase] == usual ? n + 1 : 0;
    if (n > UINT16_MAX) n = UINT16_MAX;
    run->n_plain[phase] = (uint16_t)n;
    n_least += n;
  }
  return n_least > 0;
}

void taut_run_find_couplings(taut_run *run) {
  run->n_members = 0;
  run->coupling = NULL;
  memset(run->room, 0, run->room_size);
  for (uint32_t i = 0; i < run->plan->n_instances; i++) run->is_member[i] = false;
  if (find_members(run) && count_plain(run)) return;
  run->n_members = 0;
  for (uint32_t i = 0; i < run->plan->n_instances; i++) run->is_member[i] = false;
}
