#include <stdio.h>
#include <string.h>

#include "engine/fpenv.h"
#include "engine/run.h"
#include "engine/text.h"
#include "taut/math.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// The loop exists twice, with and without checks; the constants must fold into each.
#if defined(__GNUC__)
#define TAUT_ALWAYS_INLINE __attribute__((always_inline))
#else
#define TAUT_ALWAYS_INLINE
#endif

static taut_status stop_call(taut_run *run, const taut_instance *inst, taut_status status,
                             bool is_output) {
  char text[TAUT_LINE_MAX];
  if (run->host_status != TAUT_OK) return run->host_status;
  snprintf(text, sizeof text, "%s returned %d (%s)", is_output ? "output" : "update", (int)status,
           taut_status_text(status));
  return taut_run_stop(run, TAUT_EFAULT, inst->path, text);
}

static taut_status stop_fpenv(taut_run *run, const taut_instance *inst, bool is_output) {
  taut_fpenv_reset();
  return taut_run_stop(run, TAUT_EFPENV, inst->path,
                       is_output ? "output changed the floating-point environment"
                                 : "update changed the floating-point environment");
}

// Calls of one half of a tick.
TAUT_ALWAYS_INLINE static inline taut_status call_all(taut_run *run, const run_op *ops, uint32_t n,
                                                      int64_t now_ns, bool is_output,
                                                      bool is_checked) {
  run->is_in_output = is_output;
  for (const run_op *op = ops, *end = ops + n; op < end; op++) {
    taut_status status = op->fn(op->inst, now_ns);
    if (status != TAUT_OK) return stop_call(run, op->inst, status, is_output);
    if (is_checked && !taut_fpenv_is_default()) return stop_fpenv(run, op->inst, is_output);
  }
  return run->host_status;
}

// Written so that NaN leaves a peak alone, with and without vectors.
TAUT_ALWAYS_INLINE static inline void track_peaks(const taut_run *run, const run_program *program) {
  const double *values = taut_run_table(run);
  run_peak_pair *pairs = taut_run_peaks(run);
  const run_peak *end = program->peaks + program->n_peaks;
  for (const run_peak *peak = program->peaks; peak < end; peak++) {
    const double *value = &values[peak->source];
    run_peak_pair *pair = &pairs[peak->i_peak];
#if defined(__SSE2__)
    const __m128d both = _mm_xor_pd(_mm_load1_pd(value), _mm_set_pd(-0.0, 0.0));
    _mm_store_pd(&pair->least, _mm_min_pd(both, _mm_load_pd(&pair->least)));
#else
    pair->least = *value < pair->least ? *value : pair->least;
    pair->minus_greatest = -*value < pair->minus_greatest ? -*value : pair->minus_greatest;
#endif
  }
}

// Stress: the block moves and the old place is spoilt, so that a pointer kept across ticks shows.
static void move_block(taut_run *run) {
  unsigned char *from = run->block;
  unsigned char *to = run->blocks[from == run->blocks[0] ? 1 : 0];
  memcpy(to, from, run->plan->layout.size);
  memset(from, 0xDB, run->plan->layout.size);
  run->block = to;
  taut_run_bind(run);
}

// Stress: updates in an order that differs from tick to tick but not from run to run (Fisher and
// Yates 1938).
static const run_op *shuffle(taut_run *run, const run_program *program, int64_t now_ns) {
  uint64_t seed = taut_run_head(run)->seed;
  memcpy(run->shuffled, program->updates, program->n_updates * sizeof *run->shuffled);
  for (uint32_t i = program->n_updates; i > 1; i--) {
    uint32_t k = (uint32_t)(taut_random_u64(seed, UINT32_MAX, now_ns, i) % i);
    run_op moved = run->shuffled[i - 1];
    run->shuffled[i - 1] = run->shuffled[k];
    run->shuffled[k] = moved;
  }
  return run->shuffled;
}

// One base tick. `*end` becomes what the row function said.
TAUT_ALWAYS_INLINE static inline taut_status step(taut_run *run, const run_program *program,
                                                  int64_t now_ns, bool is_row, bool is_careful,
                                                  taut_status *end) {
  bool is_checked = is_careful && run->options.is_checked;
  taut_status status =
      call_all(run, program->outputs, program->n_outputs, now_ns, true, is_checked);
  if (status != TAUT_OK) return status;
  track_peaks(run, program);
  if (is_row) {
    status = call_all(run, program->observes, program->n_observes, now_ns, true, is_checked);
    if (status == TAUT_OK) status = taut_run_make_row(run, now_ns, end);
    if (status != TAUT_OK) return status;
  }
  const run_op *updates = program->updates;
  if (is_careful && run->options.is_stress) updates = shuffle(run, program, now_ns);
  return call_all(run, updates, program->n_updates, now_ns, false, is_checked);
}

static taut_status advance_careful(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  for (int64_t now_ns = taut_run_head(run)->now_ns; now_ns < until_ns && *end == TAUT_OK;) {
    if (run->options.is_stress) move_block(run);
    const run_program *program = taut_run_program(run, now_ns);
    taut_status status = step(run, program, now_ns, now_ns % plan->row_ns == 0, true, end);
    if (status != TAUT_OK) return status;
    taut_run_head(run)->now_ns = now_ns += plan->base_ns;
  }
  return TAUT_OK;
}

static taut_status advance_fast(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  run_head *head = taut_run_head(run);
  int64_t now_ns = head->now_ns, base_ns = plan->base_ns;
  int64_t row_left_ns = (plan->row_ns - now_ns % plan->row_ns) % plan->row_ns;
  int64_t phase = plan->n_phases ? now_ns / base_ns % plan->n_phases : 0;
  while (now_ns < until_ns && *end == TAUT_OK) {
    const run_program *program = plan->n_phases && now_ns
                                     ? &run->programs[plan->phase_patterns[phase]]
                                     : taut_run_program(run, now_ns);
    bool is_row = row_left_ns == 0;
    taut_status status = step(run, program, now_ns, is_row, false, end);
    if (status != TAUT_OK) return status;
    if (is_row) row_left_ns = plan->row_ns;
    row_left_ns -= base_ns;
    if (++phase == plan->n_phases) phase = 0;
    head->now_ns = now_ns += base_ns;
  }
  return TAUT_OK;
}

taut_status taut_run_advance(taut_run *run, int64_t until_ns) {
  run_head *head = taut_run_head(run);
  if (head->status != TAUT_OK) return (taut_status)head->status;
  if (run->is_in_tick) {
    taut_say_error(run->log, "", "a run cannot be advanced from its own row function");
    return TAUT_EINVAL;
  }
  if (head->now_ns >= until_ns) return TAUT_OK;
  if (!taut_fpenv_is_default()) {
    taut_fpenv_reset();
    return taut_run_stop(run, TAUT_EFPENV, "",
                         "the floating-point environment was changed outside of the run");
  }
  taut_status end = TAUT_OK;
  bool is_careful = run->options.is_checked || run->options.is_stress;
  run->is_in_tick = true;
  taut_status status =
      is_careful ? advance_careful(run, until_ns, &end) : advance_fast(run, until_ns, &end);
  run->is_in_tick = false;
  if (status != TAUT_OK) return status;
  taut_run_refresh(run);
  return end;
}
