// A monitor: compiled or joined once, then fed rows, and asked for its results.

#include <math.h>
#include <string.h>

#include "monitor/tops.h"

static const double INF = (double)INFINITY;

// --------------------------------------------------------------------------------------- compiling

/// Reads the text and lowers it. The formula is the caller's to release, in any case.
static taut_status read_formula(taut_formula *formula, const char *text, taut_resolver resolver,
                                taut_expr_error *error) {
  taut_status status =
      taut_expr_read(text, resolver, true, &formula->allocator, &formula->expr, error);
  if (status) return status;
  taut_source source = {
      .text = formula->expr->text, .length = (uint32_t)strlen(formula->expr->text), .error = error};
  return taut_formula_lower(formula, &source);
}

static taut_monitor *new_monitor(const taut_allocator *allocator) {
  taut_monitor *monitor = allocator->allocate(allocator->user, sizeof *monitor);
  if (monitor) *monitor = (taut_monitor){.allocator = *allocator};
  return monitor;
}

static taut_status compile(const char *text, const taut_plan *plan, const taut_column *columns,
                           size_t n_columns, const taut_monitor_options *options,
                           taut_monitor **out, taut_expr_error *error) {
  taut_monitor_options none = {0};
  if (!options) options = &none;
  const taut_allocator *allocator =
      options->allocator ? options->allocator : taut_allocator_default();
  if (error) memset(error, 0, sizeof *error);
  *out = NULL;
  taut_monitor *monitor = new_monitor(allocator);
  if (!monitor) return TAUT_ENOMEM;
  taut_formula *formula = &monitor->formula;
  *formula = (taut_formula){.allocator = *allocator,
                            .has_series = options->has_series,
                            .row_s = options->row_s,
                            .rows_max = options->rows_max,
                            .window_rows_min = options->window_rows_min};
  taut_resolver resolver = {0};
  taut_status status = TAUT_OK;
  if (plan) {
    resolver = taut_resolver_of_plan(plan);
    if (!(formula->row_s > 0)) formula->row_s = 1e-9 * (double)taut_plan_row_period(plan);
  } else {
    status = taut_signals_of_columns(allocator, columns, n_columns, &monitor->signals);
    resolver = taut_resolver_of_columns(&monitor->signals);
  }
  if (!status && !(formula->row_s > 0)) status = TAUT_EINVAL;
  if (!status) status = read_formula(formula, text, resolver, error);
  const taut_formula *one = formula;
  if (!status) status = taut_monitor_link(monitor, &one, 1);
  if (status) {
    taut_monitor_destroy(monitor);
    return status;
  }
  *out = monitor;
  return TAUT_OK;
}

taut_status taut_monitor_compile(const char *text, const taut_plan *plan,
                                 const taut_monitor_options *options, taut_monitor **out,
                                 taut_expr_error *error) {
  return compile(text, plan, NULL, 0, options, out, error);
}

taut_status taut_monitor_compile_columns(const char *text, const taut_column *columns,
                                         size_t n_columns, const taut_monitor_options *options,
                                         taut_monitor **out, taut_expr_error *error) {
  return compile(text, NULL, columns, n_columns, options, out, error);
}

taut_status taut_monitor_join(taut_monitor *const *monitors, size_t n,
                              const taut_allocator *allocator, taut_monitor **out) {
  *out = NULL;
  if (!allocator) allocator = taut_allocator_default();
  size_t n_formulas = 0, k = 0;
  for (size_t i = 0; i < n; i++) {
    bool fits = !monitors[i]->has_series &&
                monitors[i]->judged[0].formula->row_s == monitors[0]->judged[0].formula->row_s;
    if (!fits) return TAUT_EINVAL;
    n_formulas += monitors[i]->n_judged;
  }
  if (n == 0) return TAUT_EINVAL;
  taut_monitor *joint = new_monitor(allocator);
  if (!joint) return TAUT_ENOMEM;
  const taut_formula **formulas =
      allocator->allocate(allocator->user, n_formulas * sizeof *formulas);
  for (size_t i = 0; i < n && formulas; i++)
    for (uint32_t j = 0; j < monitors[i]->n_judged; j++)
      formulas[k++] = monitors[i]->judged[j].formula;
  taut_status status = formulas ? taut_monitor_link(joint, formulas, n_formulas) : TAUT_ENOMEM;
  allocator->release(allocator->user, formulas);
  if (status)
    taut_monitor_destroy(joint);
  else
    *out = joint;
  return status;
}

void taut_monitor_destroy(taut_monitor *monitor) {
  if (!monitor) return;
  taut_allocator allocator = monitor->allocator;
  taut_expr_destroy(monitor->formula.expr);
  allocator.release(allocator.user, monitor->formula.ops);
  allocator.release(allocator.user, monitor->formula.tops);
  allocator.release(allocator.user, monitor->ops);
  allocator.release(allocator.user, monitor->tops);
  allocator.release(allocator.user, monitor->judged);
  allocator.release(allocator.user, monitor->judged_ops);
  allocator.release(allocator.user, monitor->slots);
  allocator.release(allocator.user, monitor->signals.block);
  allocator.release(allocator.user, monitor);
}

const char *taut_monitor_text(const taut_monitor *monitor) {
  return monitor->judged[0].formula->expr->text;
}

unsigned taut_monitor_n_sides(const taut_monitor *monitor) {
  return monitor->judged[0].formula->expr->n_sides;
}

size_t taut_monitor_n_results(const taut_monitor *monitor) {
  return monitor->n_judged;
}

bool taut_monitor_needs_length(const taut_monitor *monitor) {
  for (uint32_t i = 0; i < monitor->n_judged; i++)
    if (monitor->judged[i].formula->needs_rows_max) return true;
  return false;
}

bool taut_monitor_uses(const taut_monitor *monitor, uint32_t slot) {
  for (uint32_t i = 0; i < monitor->n_slots; i++)
    if (monitor->slots[i] == slot) return true;
  return false;
}

const char *taut_verdict_name(taut_verdict verdict) {
  switch (verdict) {
    case TAUT_PASS: return "pass";
    case TAUT_FAIL: return "fail";
    case TAUT_INCONCLUSIVE: return "inconclusive";
    case TAUT_ERROR: return "error";
  }
  return "error";
}

// ------------------------------------------------------------------------------------------- state

static int64_t *errors_of(const taut_monitor *monitor, const void *state) {
  return (int64_t *)(void *)((unsigned char *)(uintptr_t)state + monitor->errors_at);
}

size_t taut_monitor_state_size(const taut_monitor *monitor) {
  return monitor->state_size;
}

void taut_monitor_start(const taut_monitor *monitor, void *state) {
  memset(state, 0, monitor->state_size);
  taut_monitor_state *head = state;
  head->n_rows = INT64_MAX;
  int64_t *errors = errors_of(monitor, state);
  for (uint32_t i = 0; i < monitor->n_ops; i++) errors[i] = -1;
  void *memory = (unsigned char *)state + monitor->memory_at;
  taut_stream_start(monitor, memory);
  taut_tops_start(monitor, memory);
}

void taut_monitor_snapshot(const taut_monitor *monitor, const void *state, void *snapshot) {
  memcpy(snapshot, state, monitor->state_size);
}

void taut_monitor_restore(const taut_monitor *monitor, void *state, const void *snapshot) {
  memcpy(state, snapshot, monitor->state_size);
}

// ----------------------------------------------------------------------------------------- running

/// Gives the robustness of a monitor of one formula; the worst side counts.
static void give_series(const taut_block *block, taut_series_fn series, void *user) {
  const taut_judged *judged = &block->monitor->judged[0];
  unsigned first, end;
  taut_find_samples(block, block->monitor->ops[judged->sides[0].series].delay, &first, &end);
  for (unsigned i = first; i < end; i++) {
    double worst = taut_block_out(block, judged->sides[0].series)[i].r;
    for (unsigned side = 1; side < judged->formula->expr->n_sides; side++)
      worst = taut_least(worst, taut_block_out(block, judged->sides[side].series)[i].r);
    int64_t delay = block->monitor->ops[judged->sides[0].series].delay;
    series(user, (uint64_t)(block->state->row - delay + i), worst + 0.0);
  }
}

/// Judges the rows that were kept.
static void run_block(const taut_monitor *monitor, void *state, taut_series_fn series, void *user) {
  taut_monitor_state *head = state;
  unsigned char *bytes = state;
  if (head->n_held == 0) return;
  taut_block block = {.monitor = monitor,
                      .state = head,
                      .values = (const double *)(head + 1),
                      .columns = (taut_column_state *)(void *)(bytes + monitor->columns_at),
                      .out = (taut_sample *)(void *)(bytes + monitor->out_at),
                      .errors = errors_of(monitor, state),
                      .still = bytes + monitor->still_at,
                      .memory = bytes + monitor->memory_at,
                      .n = (unsigned)head->n_held};
  taut_stream_run(&block);
  taut_tops_run(&block);
  if (series && monitor->has_series) give_series(&block, series, user);
  head->row += head->n_held;
  head->n_filled = head->n_held;
  head->n_held = 0;
}

taut_status taut_monitor_feed(const taut_monitor *monitor, void *state, const double *values,
                              taut_series_fn series, void *user) {
  taut_monitor_state *head = state;
  if (head->row + head->n_held >= monitor->rows_max) return TAUT_EFULL;
  double *held = (double *)(head + 1) + head->n_held;
  for (uint32_t i = 0; i < monitor->n_slots; i++)
    held[(size_t)i * TAUT_BLOCK_ROWS] = values[monitor->slots[i]];
  head->n_held++;
  // A series is given at once: who asks for bounds in between has no place for it.
  if (head->n_held == TAUT_BLOCK_ROWS || monitor->has_series)
    run_block(monitor, state, series, user);
  return TAUT_OK;
}

static void get_bounds(const taut_monitor *monitor, const taut_judged *judged, const void *state,
                       taut_monitor_bounds *out) {
  *out = (taut_monitor_bounds){.lo = INF, .hi = INF, .is_decided = true, .holds = true};
  bool has_failed = false;
  for (unsigned side = 0; side < judged->formula->expr->n_sides; side++) {
    taut_known k = taut_tops_know(monitor, judged, side, state);
    bool fails = k.value.hi <= 0;
    out->lo = taut_least(out->lo, k.m_lo);
    // One side that fails decides alone.
    if (fails && !has_failed) out->hi = INF;
    if (fails || !has_failed) out->hi = taut_least(out->hi, k.m_hi);
    has_failed |= fails;
    out->holds &= k.value.lo > 0;
  }
  out->is_decided = has_failed || out->holds;
}

void taut_monitor_bounds_get(const taut_monitor *monitor, void *state, taut_monitor_bounds *out) {
  run_block(monitor, state, NULL, NULL);
  for (uint32_t i = 0; i < monitor->n_judged; i++)
    get_bounds(monitor, &monitor->judged[i], state, &out[i]);
}

// ------------------------------------------------------------------------------------- the verdict

static taut_verdict verdict_of(const taut_known *k) {
  if (k->value.lo > 0) return TAUT_PASS;
  return k->value.hi <= 0 ? TAUT_FAIL : TAUT_INCONCLUSIVE;
}

/// Fail is worse than inconclusive, that is worse than pass; then the lesser margin is worse.
static bool is_worse(const taut_known *a, const taut_known *b) {
  static const int RANK[] = {2, 0, 1, 0};
  int x = RANK[verdict_of(a)], y = RANK[verdict_of(b)];
  return x != y ? x < y : a->value.m < b->value.m;
}

static void set_margin(const taut_monitor *monitor, const taut_judged *judged, const taut_known *k,
                       taut_monitor_result *out) {
  bool is_unknown = k->value.lo == 0 && k->value.hi == 0;
  if (!isfinite(k->value.m) || is_unknown || out->verdict > TAUT_FAIL) return;
  // Where no comparison decides, the text's first word lends its unit.
  const taut_op *op = k->value.atom > 0 ? &monitor->ops[k->value.atom - 1] : NULL;
  const taut_shown_unit *unit = op ? op->unit : &judged->formula->expr->nodes[0].unit;
  out->has_margin = true;
  out->margin = k->value.m / (op ? op->scale : 1) / (unit->scale != 0 ? unit->scale : 1) + 0.0;
  // A difference has no offset: 2 K over a limit in degC.
  out->unit = unit->offset != 0 ? "K" : unit->name;
}

/// The next row at which an operator takes or gives a sample of the run. A window that is much
/// longer than the run is silent for long.
static int64_t next_active(const taut_monitor *monitor, const taut_monitor_state *head,
                           int64_t stop) {
  int64_t next = stop;
  for (uint32_t i = 0; i < monitor->n_ops; i++) {
    const int64_t delays[2] = {monitor->ops[i].delay_in, monitor->ops[i].delay};
    for (int k = 0; k < 2; k++) {
      if (head->row >= delays[k] && head->row < delays[k] + head->n_rows) return head->row;
      if (delays[k] > head->row && delays[k] < next) next = delays[k];
    }
  }
  return next;
}

static uint64_t count_triggers(const taut_monitor *monitor, const taut_judged *judged,
                               const void *state, bool *is_exercised) {
  void *memory = (unsigned char *)(uintptr_t)state + monitor->memory_at;
  uint64_t total = 0;
  for (unsigned i = 0; i < judged->formula->n_triggers; i++) {
    uint64_t n = 0;
    for (unsigned side = 0; side < judged->formula->expr->n_sides; side++)
      n += taut_trigger_states(&judged->sides[side], memory)[i].n;
    *is_exercised &= n > 0;
    total += n;
  }
  return total;
}

/// First row at which an operator of the requirement met a NaN, -1 without.
static int64_t find_error(const taut_monitor *monitor, const taut_judged *judged,
                          const void *state) {
  const int64_t *errors = errors_of(monitor, state);
  int64_t first = -1;
  for (uint32_t i = 0; i < judged->n_ops; i++) {
    int64_t row = errors[judged->ops[i]];
    if (row >= 0 && (first < 0 || row < first)) first = row;
  }
  return first;
}

static void judge(const taut_monitor *monitor, const taut_judged *judged,
                  const taut_monitor_state *head, taut_monitor_result *out) {
  const taut_expr *expr = judged->formula->expr;
  double row_s = judged->formula->row_s;
  *out = (taut_monitor_result){.verdict = TAUT_ERROR,
                               .unit = "",
                               .side_name = "",
                               .reason = "",
                               .n_trigger_kinds = judged->formula->n_triggers};
  int64_t error_row = find_error(monitor, judged, head);
  if (head->n_rows == 0) {
    out->reason = "there are no rows";
    return;
  }
  if (error_row >= 0) {
    out->reason = "NaN in a signal that is used";
    out->has_violation = true;
    out->violation_s = (double)error_row * row_s;
    return;
  }
  taut_known worst = taut_tops_know(monitor, judged, 0, head);
  if (expr->n_sides == 2) {
    taut_known other = taut_tops_know(monitor, judged, 1, head);
    if (is_worse(&other, &worst)) {
      worst = other;
      out->side = 1;
    }
    out->side_name = expr->side_name[out->side];
  }
  out->verdict = verdict_of(&worst);
  if (out->verdict == TAUT_INCONCLUSIVE) out->reason = "a window was not observed to its end";
  bool is_exercised = true;
  out->n_triggers = count_triggers(monitor, judged, head, &is_exercised);
  if (out->verdict == TAUT_PASS && !is_exercised) {
    out->verdict = TAUT_INCONCLUSIVE;
    out->reason = "never exercised";
  }
  set_margin(monitor, judged, &worst, out);
  if (out->verdict != TAUT_FAIL) return;
  out->has_violation = true;
  out->violation_s = (double)(worst.violation >= 0 ? worst.violation : head->n_rows - 1) * row_s;
}

void taut_monitor_finish(const taut_monitor *monitor, void *state, taut_monitor_end end,
                         taut_series_fn series, void *user, taut_monitor_result *out) {
  taut_monitor_state *head = state;
  run_block(monitor, state, series, user);
  head->n_rows = head->row;
  head->is_weak = end == TAUT_END_WEAK;
  // Rows beyond the end, which only those look at that look ahead.
  int64_t stop = head->n_rows > 0 ? head->n_rows + monitor->delay : 0;
  while ((head->row = next_active(monitor, head, stop)) < stop) {
    head->n_held = stop - head->row < TAUT_BLOCK_ROWS ? stop - head->row : TAUT_BLOCK_ROWS;
    run_block(monitor, state, series, user);
  }
  for (uint32_t i = 0; i < monitor->n_judged; i++)
    judge(monitor, &monitor->judged[i], head, &out[i]);
}
