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
TAUT_ALWAYS_INLINE static inline taut_status call_all(taut_run *run, const run_op *op,
                                                      const run_op *end, int64_t now_ns,
                                                      bool is_output, bool is_checked) {
  run->is_in_output = is_output;
  for (; op < end; op++) {
    taut_status status = op->fn(op->inst, now_ns);
    if (status != TAUT_OK) return stop_call(run, op->inst, status, is_output);
    if (is_checked && !taut_fpenv_is_default()) return stop_fpenv(run, op->inst, is_output);
  }
  return run->host_status;
}

// Written so that NaN leaves a peak alone, with and without vectors.
TAUT_ALWAYS_INLINE static inline void track_peaks(double *values, const run_program *program) {
  const run_peak *end = program->peaks_end;
  for (const run_peak *peak = program->peaks; peak < end; peak++) {
    run_peak_pair *pair = taut_run_peak_pair(values, peak);
#if defined(__SSE2__)
    __m128d now = _mm_load_sd(&values[peak->source[0]]);
    now = _mm_loadh_pd(now, &values[peak->source[1]]);
    _mm_store_pd(pair->least, _mm_min_pd(now, _mm_load_pd(pair->least)));
    _mm_store_pd(pair->greatest, _mm_max_pd(now, _mm_load_pd(pair->greatest)));
#else
    for (int i = 0; i < 2; i++) {
      const double now = values[peak->source[i]];
      pair->least[i] = now < pair->least[i] ? now : pair->least[i];
      pair->greatest[i] = now > pair->greatest[i] ? now : pair->greatest[i];
    }
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
  uint32_t n = (uint32_t)(program->updates_end - program->updates);
  memcpy(run->shuffled, program->updates, n * sizeof *run->shuffled);
  for (uint32_t i = n; i > 1; i--) {
    uint32_t k = (uint32_t)(taut_random_u64(seed, UINT32_MAX, now_ns, i) % i);
    run_op moved = run->shuffled[i - 1];
    run->shuffled[i - 1] = run->shuffled[k];
    run->shuffled[k] = moved;
  }
  return run->shuffled;
}

// One base tick, with the value table of the block in use. `*end` becomes what the row function
// said.
TAUT_ALWAYS_INLINE static inline taut_status step(taut_run *run, double *values,
                                                  const run_program *program, int64_t now_ns,
                                                  bool is_row, bool is_careful, taut_status *end) {
  bool is_checked = is_careful && run->options.is_checked;
  taut_status status =
      call_all(run, program->outputs, program->outputs_end, now_ns, true, is_checked);
  if (status != TAUT_OK) return status;
  track_peaks(values, program);
  if (is_row) {
    status = call_all(run, program->observes, program->observes_end, now_ns, true, is_checked);
    if (status == TAUT_OK) status = taut_run_make_row(run, now_ns, end);
    if (status != TAUT_OK) return status;
  }
  const run_op *updates = program->updates, *updates_end = program->updates_end;
  if (is_careful && run->options.is_stress) {
    updates = shuffle(run, program, now_ns);
    updates_end = updates + (program->updates_end - program->updates);
  }
  return call_all(run, updates, updates_end, now_ns, false, is_checked);
}

// A tick whose pairs move on by themselves to the next tick at which something looks at them:
// `n_ticks` of them at most. How many it was comes back in `n_done`.
static taut_status step_together(taut_run *run, double *values, const run_program *program,
                                 int64_t now_ns, bool is_row, int64_t n_ticks, int64_t *n_done,
                                 taut_status *end) {
  *n_done = 1;
  taut_status status = call_all(run, program->outputs, program->outputs_end, now_ns, true, false);
  if (status != TAUT_OK) return status;
  track_peaks(values, program);
  if (is_row) {
    status = call_all(run, program->observes, program->observes_end, now_ns, true, false);
    if (status == TAUT_OK) status = taut_run_make_row(run, now_ns, end);
    if (status != TAUT_OK) return status;
    if (*end != TAUT_OK) n_ticks = 1;  // this tick was the last
  }
  status = call_all(run, program->updates, program->members, now_ns, false, false);
  if (status != TAUT_OK) return status;
  int64_t n = run->coupling->advance(run->members, run->n_members, now_ns, n_ticks, run->room);
  if (n <= 0) return call_all(run, program->members, program->updates_end, now_ns, false, false);
  *n_done = n;
  return TAUT_OK;
}

static int64_t lesser(int64_t a, int64_t b) {
  return a < b ? a : b;
}

// As advance_fast, with pairs. The last tick before `until_ns` shows its outputs, as any last tick
// does.
static taut_status advance_together(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  run_head *head = taut_run_head(run);
  const int64_t base_ns = plan->base_ns;
  int64_t now_ns = head->now_ns;
  int64_t next_row_ns = (now_ns + plan->row_ns - 1) / plan->row_ns * plan->row_ns;
  int64_t phase = now_ns / base_ns % plan->n_phases;
  double *values = taut_run_table(run);
  while (now_ns < until_ns && *end == TAUT_OK) {
    const bool is_row = now_ns == next_row_ns;
    if (is_row) next_row_ns += plan->row_ns;
    const int64_t n_plain = run->n_plain[phase + 1 < plan->n_phases ? phase + 1 : 0];
    int64_t n_ticks = lesser(1 + n_plain, (next_row_ns - now_ns) / base_ns), n_done = 0;
    const int64_t n_unseen = lesser(n_ticks, (until_ns - now_ns - 1) / base_ns);
    // At a tick of members alone nobody reads what their outputs would show.
    if (run->phases[phase] == run->usual && !is_row && n_unseen > 0)
      n_done = run->coupling->advance(run->members, run->n_members, now_ns, n_unseen, run->room);
    if (n_done <= 0) {
      taut_status status = step_together(run, values, run->phases[phase], now_ns, is_row,
                                         n_unseen > 1 ? n_unseen : 1, &n_done, end);
      if (status != TAUT_OK) return status;
    }
    phase += n_done;
    if (phase >= plan->n_phases) phase %= plan->n_phases;
    head->now_ns = now_ns += n_done * base_ns;
  }
  return TAUT_OK;
}

// Any run and any tick, one at a time.
static taut_status advance_careful(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  for (int64_t now_ns = taut_run_head(run)->now_ns; now_ns < until_ns && *end == TAUT_OK;) {
    if (run->options.is_stress) move_block(run);
    const run_program *program = taut_run_program(run, now_ns);
    bool is_row = now_ns % plan->row_ns == 0;
    taut_status status = step(run, taut_run_table(run), program, now_ns, is_row, true, end);
    if (status != TAUT_OK) return status;
    taut_run_head(run)->now_ns = now_ns += plan->base_ns;
  }
  return TAUT_OK;
}

// Without checks, with tabulated programs, after tick 0.
static taut_status advance_fast(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  run_head *head = taut_run_head(run);
  int64_t now_ns = head->now_ns, base_ns = plan->base_ns;
  int64_t next_row_ns = (now_ns + plan->row_ns - 1) / plan->row_ns * plan->row_ns;
  double *values = taut_run_table(run);
  const run_program *const *first = run->phases, *const *behind = first + plan->n_phases;
  const run_program *const *phase = first + now_ns / base_ns % plan->n_phases;
  while (now_ns < until_ns) {
    taut_status status;
    if (*phase == run->usual && now_ns != next_row_ns) {
      // A copy of its own: the branches in it go the same way every time, and processors learn
      // that.
      status = step(run, values, run->usual, now_ns, false, false, end);
    } else {
      status = step(run, values, *phase, now_ns, now_ns == next_row_ns, false, end);
      if (now_ns == next_row_ns) {
        next_row_ns += plan->row_ns;
        if (*end != TAUT_OK) until_ns = now_ns;  // this tick was the last
      }
    }
    if (status != TAUT_OK) return status;
    if (++phase == behind) phase = first;
    head->now_ns = now_ns += base_ns;
  }
  return TAUT_OK;
}

static taut_status advance(taut_run *run, int64_t until_ns, taut_status *end) {
  const taut_plan *plan = run->plan;
  if (run->options.is_checked || run->options.is_stress || !plan->n_phases)
    return advance_careful(run, until_ns, end);
  if (taut_run_head(run)->now_ns == 0) {
    taut_status status = advance_careful(run, plan->base_ns, end);
    if (status != TAUT_OK || *end != TAUT_OK) return status;
  }
  return run->n_members ? advance_together(run, until_ns, end) : advance_fast(run, until_ns, end);
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
  run->is_in_tick = true;
  taut_status status = advance(run, until_ns, &end);
  run->is_in_tick = false;
  if (status != TAUT_OK) return status;
  taut_run_refresh(run);
  return end;
}
