#include <math.h>
#include <string.h>

#include "engine/fpenv.h"
#include "engine/run.h"
#include "engine/text.h"
#include "engine/xxh.h"

void taut_run_refresh(taut_run *run) {
  double *values = taut_run_table(run);
  for (uint32_t i = 0; i < run->n_copies; i++) {
    const run_copy *copy = &run->copies[i];
    memcpy(values + copy->to, values + copy->from, copy->count * sizeof *values);
  }
  const taut_plan *plan = run->plan;
  const run_peak_pair *pairs = taut_run_peaks(run);
  for (uint32_t i = 0; i < plan->n_peaks; i++) {
    const plan_peak *peak = &plan->peaks[i];
    values[peak->slot_min] = pairs[peak->lane / 2].least[peak->lane % 2];
    values[peak->slot_max] = pairs[peak->lane / 2].greatest[peak->lane % 2];
  }
}

#if defined(__GNUC__)
typedef double __attribute__((vector_size(16), aligned(8), may_alias)) lanes;
#else
typedef double lanes;
#endif

// A sum that met NaN or infinity is not finite any more. So may be one of very great numbers, which
// costs a second look. Four sums, so that none waits for the one before. In lanes by hand: the
// compiler may not pair scalars.
static bool may_be_not_finite(const double *values, size_t n) {
  enum { N_LANES = sizeof(lanes) / sizeof(double), BLOCK = 4 * N_LANES };
  const lanes zero = {0};
  lanes sums[4] = {zero, zero, zero, zero};
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) {
    const lanes *at = (const lanes *)(const void *)(values + i);
    sums[0] += at[0];
    sums[1] += at[1];
    sums[2] += at[2];
    sums[3] += at[3];
  }
  double sum = 0;
  for (; i < n; i++) sum += values[i];
  const lanes all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  double parts[N_LANES];
  memcpy(parts, &all, sizeof parts);
  for (size_t k = 0; k < N_LANES; k++) sum += parts[k];
  return !isfinite(sum);
}

// Slots that a fault may legally fill with NaN are visible outputs of instances that write
// elsewhere.
static taut_status find_culprit(taut_run *run) {
  const taut_plan *plan = run->plan;
  const double *values = taut_run_table(run);
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    for (uint32_t k = 0; k < instance->n_outputs; k++) {
      if (isfinite(values[instance->raw_output + k])) continue;
      char path[TAUT_PATH_MAX];
      taut_plan_slot_name(plan, instance->first_output + k, path, sizeof path);
      return taut_run_stop(run, TAUT_ENUMBER, path, "is NaN or infinite");
    }
  }
  return TAUT_OK;
}

static void make_digest(taut_run *run, int64_t tick_ns) {
  const taut_plan *plan = run->plan;
  run_row *row = (run_row *)(void *)(run->block + plan->layout.row);
  size_t n_events = (size_t)taut_run_head(run)->n_events;
  row->tick_ns = tick_ns;
  size_t size = sizeof *row + plan->n_slots * sizeof(double) + n_events * sizeof(taut_event);
  XXH128_hash_t digest = XXH3_128bits(row, size);
  memcpy(row->digest, &digest.low64, 8);
  memcpy(row->digest + 8, &digest.high64, 8);
}

// The interval of the next row begins with the value that holds now.
static void restart_peaks(taut_run *run) {
  double *values = taut_run_table(run);
  const run_program *all = &run->first;  // tick 0 has every peak
  for (const run_peak *peak = all->peaks; peak < all->peaks_end; peak++) {
    double a = values[peak->source[0]], b = values[peak->source[1]];
    *taut_run_peak_pair(values, peak) = (run_peak_pair){{a, b}, {a, b}};
  }
}

taut_status taut_run_make_row(taut_run *run, int64_t tick_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  run_head *head = taut_run_head(run);
  const double *values = taut_run_table(run);
  taut_run_refresh(run);
  if (may_be_not_finite(values, plan->n_visible) ||
      may_be_not_finite(values + plan->first_raw, plan->n_slots - plan->first_raw)) {
    taut_status status = find_culprit(run);
    if (status != TAUT_OK) return status;
  }
  if (!taut_fpenv_is_default()) {
    taut_fpenv_reset();
    return taut_run_stop(run, TAUT_EFPENV, "",
                         "the floating-point environment was changed since the last row; a "
                         "checked run names the instance");
  }
  make_digest(run, tick_ns);
  if (run->on_row) {
    const taut_row row = {tick_ns, values, plan->n_slots, taut_run_events(run),
                          (size_t)head->n_events};
    *end = run->on_row(run->on_row_user, &row);
  }
  restart_peaks(run);
  head->n_events = 0;
  head->n_rows++;
  return TAUT_OK;
}

void taut_run_trace_hash(const taut_run *run, uint8_t out[16]) {
  const run_row *row = (const run_row *)(const void *)(run->block + run->plan->layout.row);
  for (size_t i = 0; i < 16; i++) out[i] = row->digest[15 - i];
}

void taut_run_state_hash(const taut_run *run, uint8_t out[16]) {
  const taut_plan *plan = run->plan;
  XXH3_state_t state;
  XXH128_canonical_t canonical;
  int64_t now_ns = taut_run_head(run)->now_ns;
  memset(out, 0, 16);
  if (!taut_plan_is_snapshotable(plan)) return;
  (void)XXH3_128bits_reset(&state);
  (void)XXH3_128bits_update(&state, &now_ns, sizeof now_ns);
  (void)XXH3_128bits_update(&state, run->block + plan->layout.states,
                            plan->layout.size - plan->layout.states);
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  memcpy(out, canonical.digest, 16);
}
