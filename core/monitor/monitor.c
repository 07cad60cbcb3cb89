// A monitor: compiled once, then fed rows. What is judged at the first row only is kept here; the
// streams below it are in stream.c.

#include <math.h>
#include <string.h>

#include "monitor/step.h"

static const double INF = (double)INFINITY;

// --------------------------------------------------------------------------------------- compiling

static taut_status compile(const char *text, const taut_plan *plan, const taut_column *columns,
                           size_t n_columns, const taut_monitor_options *options,
                           taut_monitor **out, taut_expr_error *error) {
  taut_monitor_options none = {0};
  if (!options) options = &none;
  const taut_allocator *allocator =
      options->allocator ? options->allocator : taut_allocator_default();
  if (error) memset(error, 0, sizeof *error);
  *out = NULL;
  taut_monitor *monitor = allocator->allocate(allocator->user, sizeof *monitor);
  if (!monitor) return TAUT_ENOMEM;
  *monitor = (taut_monitor){.allocator = *allocator,
                            .has_series = options->has_series,
                            .row_s = options->row_s,
                            .rows_max = options->rows_max};
  taut_resolver resolver = {0};
  taut_status status = TAUT_OK;
  if (plan) {
    resolver = taut_resolver_of_plan(plan);
    if (!(monitor->row_s > 0)) monitor->row_s = 1e-9 * (double)taut_plan_row_period(plan);
  } else {
    status = taut_signals_of_columns(allocator, columns, n_columns, &monitor->signals);
    resolver = taut_resolver_of_columns(&monitor->signals);
  }
  if (!status && !(monitor->row_s > 0)) status = TAUT_EINVAL;
  if (!status) status = taut_expr_read(text, resolver, true, allocator, &monitor->expr, error);
  if (!status) {
    taut_source source = {.text = monitor->expr->text,
                          .length = (uint32_t)strlen(monitor->expr->text),
                          .error = error};
    status = taut_monitor_lower(monitor, &source);
  }
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

void taut_monitor_destroy(taut_monitor *monitor) {
  if (!monitor) return;
  taut_allocator allocator = monitor->allocator;
  taut_expr_destroy(monitor->expr);
  allocator.release(allocator.user, monitor->ops);
  allocator.release(allocator.user, monitor->tops);
  allocator.release(allocator.user, monitor->slots);
  allocator.release(allocator.user, monitor->signals.block);
  allocator.release(allocator.user, monitor);
}

const char *taut_monitor_text(const taut_monitor *monitor) {
  return monitor->expr->text;
}

unsigned taut_monitor_n_sides(const taut_monitor *monitor) {
  return monitor->expr->n_sides;
}

bool taut_monitor_needs_length(const taut_monitor *monitor) {
  return monitor->needs_rows_max;
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

static void *part_of(const taut_monitor *monitor, const void *state, unsigned side) {
  return (unsigned char *)state + monitor->sides_at + side * monitor->side_size;
}

static taut_top_state *top_state(const taut_top *top, void *part) {
  return (taut_top_state *)((unsigned char *)part + top->state);
}

static taut_trigger_state *trigger_state(const taut_monitor *monitor, void *part) {
  return (taut_trigger_state *)((unsigned char *)part + monitor->side_size) - monitor->n_triggers;
}

size_t taut_monitor_state_size(const taut_monitor *monitor) {
  return monitor->state_size;
}

void taut_monitor_start(const taut_monitor *monitor, void *state) {
  memset(state, 0, monitor->state_size);
  taut_monitor_state *head = state;
  head->n_rows = INT64_MAX;
  head->error_row = -1;
  for (unsigned side = 0; side < monitor->expr->n_sides; side++) {
    void *part = part_of(monitor, state, side);
    taut_stream_start(monitor, part);
    for (uint32_t i = 0; i < monitor->n_tops; i++) {
      const taut_top *top = &monitor->tops[i];
      bool starts_true = top->code == TAUT_TOP_WINDOW && !top->is_max;
      *top_state(top, part) = (taut_top_state){.value = taut_sample_of_truth(starts_true ? 1 : -1),
                                               .least_p = taut_sample_of_truth(1),
                                               .violation = -1,
                                               .proof = -1};
    }
  }
}

void taut_monitor_snapshot(const taut_monitor *monitor, const void *state, void *snapshot) {
  memcpy(snapshot, state, monitor->state_size);
}

void taut_monitor_restore(const taut_monitor *monitor, void *state, const void *snapshot) {
  memcpy(state, snapshot, monitor->state_size);
}

// ------------------------------------------------------------------------------------- the first
// row

/// Takes samples of the child into always or eventually: `p` is that of row `row`, and so on.
static void take_window(const taut_top *top, taut_top_state *s, const taut_sample *p, int64_t row,
                        int64_t n) {
  int64_t first = row < top->a ? top->a - row : 0;
  if (!top->is_to_the_end && row + n > top->b + 1) n = top->b + 1 - row;
  if (first >= n) return;
  s->n_seen = row + n;
  // As taut_sample_or and taut_sample_and, in place: this runs for every row.
  taut_sample least = s->value;
  for (int64_t i = first; i < n && top->is_max; i++) {
    if (p[i].m > least.m) {
      least.m = p[i].m;
      least.atom = p[i].atom;
    }
    if (p[i].lo > least.lo) least.lo = p[i].lo;
    if (p[i].hi > least.hi) least.hi = p[i].hi;
    if (p[i].lo > 0 && s->proof < 0) s->proof = row + i;
  }
  for (int64_t i = first; i < n && !top->is_max; i++) {
    if (p[i].m < least.m) {
      least.m = p[i].m;
      least.atom = p[i].atom;
    }
    if (p[i].lo < least.lo) least.lo = p[i].lo;
    if (p[i].hi < least.hi) least.hi = p[i].hi;
    if (p[i].hi <= 0 && s->violation < 0) s->violation = row + i;
  }
  s->value = least;
}

/// Takes sample `row` of the children into until, or into a stream at the first row.
static void take_sample(const taut_top *top, taut_top_state *s, const taut_sample *p,
                        const taut_sample *q, int64_t row) {
  if (!top->is_to_the_end && row > top->b) return;
  s->n_seen = row + 1;
  if (top->code == TAUT_TOP_STREAM) {
    s->value = *p;
    s->violation = s->proof = 0;
    return;
  }
  if (row >= top->a) s->value = taut_sample_or(s->value, taut_sample_and(*q, s->least_p));
  if (s->value.lo > 0 && s->proof < 0) s->proof = row;
  if (p->hi <= 0 && s->violation < 0) s->violation = row;
  s->least_p = taut_sample_and(s->least_p, *p);
}

static bool is_leaf(const taut_top *top) {
  return top->code == TAUT_TOP_STREAM || top->code >= TAUT_TOP_WINDOW;
}

/// Rows [first, end) of the block in which a stream with this delay gave a sample of the run.
static void find_samples(const taut_block *block, int64_t delay, unsigned *first, unsigned *end) {
  int64_t row = block->state->row - delay, n_rows = block->state->n_rows;
  *first = row >= 0 ? 0 : (row < -(int64_t)block->n ? block->n : (unsigned)-row);
  *end = row + block->n <= n_rows ? block->n : (row < n_rows ? (unsigned)(n_rows - row) : 0);
}

static void run_tops(const taut_block *block) {
  const taut_monitor *monitor = block->monitor;
  for (uint32_t k = 0; k < monitor->n_tops; k++) {
    const taut_top *top = &monitor->tops[k];
    if (!is_leaf(top)) continue;
    unsigned first, end;
    find_samples(block, top->delay, &first, &end);
    if (first >= end) continue;
    taut_top_state *s = top_state(top, block->part);
    bool is_window = top->code == TAUT_TOP_WINDOW;
    int64_t row = block->state->row - top->delay;
    if (is_window && top->is_to_the_end && row >= top->a && block->still[top->child[0]]) {
      take_window(top, s, taut_block_out(block, top->child[0]), row, 1);
      s->n_seen = row + block->n;
      continue;
    }
    const taut_sample *p = taut_block_fill(block, top->child[0]);
    const taut_sample *q = taut_block_fill(block, is_window ? top->child[0] : top->child[1]);
    if (is_window)
      take_window(top, s, p + first, row + first, end - first);
    else
      for (unsigned i = first; i < end; i++) take_sample(top, s, p + i, q + i, row + i);
  }
  taut_trigger_state *triggers = trigger_state(monitor, block->part);
  for (unsigned k = 0; k < monitor->n_triggers; k++) {
    const taut_sample *p = taut_block_out(block, monitor->triggers[k]);
    unsigned first, end;
    find_samples(block, monitor->ops[monitor->triggers[k]].delay, &first, &end);
    if (block->still[monitor->triggers[k]] && end > 0) end = 1;
    for (unsigned i = first; i < end; i++) {
      bool is_true = p[i].lo > 0;
      triggers[k].n += is_true && !triggers[k].was_true;
      triggers[k].was_true = is_true;
    }
  }
}

/// What is known of a node: truth in value.lo and value.hi, the margin in [m_lo, m_hi].
typedef struct known {
  taut_sample value;
  double m_lo, m_hi;
  int64_t violation;  ///< first row that decides against it, -1
  int64_t proof;      ///< first row that decides for it, -1
} known;

static known negate(known a) {
  return (known){taut_sample_not(a.value), -a.m_hi, -a.m_lo, a.proof, a.violation};
}

static double least(double a, double b) {
  return b < a ? b : a;
}
static double greatest(double a, double b) {
  return b > a ? b : a;
}

/// The earlier of two rows, of which -1 is none; only those that count.
static int64_t first_of(int64_t a, bool a_counts, int64_t b, bool b_counts) {
  if (!a_counts || a < 0) return b_counts ? b : -1;
  return b_counts && b >= 0 && b < a ? b : a;
}

static known both(known a, known b) {
  return (known){taut_sample_and(a.value, b.value), least(a.m_lo, b.m_lo), least(a.m_hi, b.m_hi),
                 first_of(a.violation, a.value.hi <= 0, b.violation, b.value.hi <= 0),
                 a.proof > b.proof ? a.proof : b.proof};
}

static known either(known a, known b) {
  return (known){taut_sample_or(a.value, b.value), greatest(a.m_lo, b.m_lo),
                 greatest(a.m_hi, b.m_hi), a.violation > b.violation ? a.violation : b.violation,
                 first_of(a.proof, a.value.lo > 0, b.proof, b.value.lo > 0)};
}

static known know_leaf(const taut_top *top, const taut_monitor_state *head, void *part) {
  const taut_top_state *s = top_state(top, part);
  bool has_ended = head->n_rows != INT64_MAX;
  int64_t n_wanted = top->code == TAUT_TOP_STREAM ? 1 : top->b + 1;
  bool is_whole =
      top->is_to_the_end && top->code != TAUT_TOP_STREAM ? has_ended : s->n_seen >= n_wanted;
  known k = {s->value, s->value.m, s->value.m, s->violation, s->proof};
  if (is_whole) return k;
  // What the rows to come could still do.
  taut_sample best =
      top->code == TAUT_TOP_UNTIL ? taut_sample_or(s->value, s->least_p) : taut_sample_of_truth(1);
  taut_sample worst = taut_sample_of_truth(-1);
  if (top->code == TAUT_TOP_WINDOW && !top->is_max) best = s->value;
  if (top->code == TAUT_TOP_UNTIL || (top->code == TAUT_TOP_WINDOW && top->is_max))
    worst = s->value;
  if (!has_ended) {
    k.m_lo = worst.m;
    k.m_hi = best.m;
  }
  if (has_ended && head->is_weak) return k;
  k.value.lo = worst.lo;
  k.value.hi = best.hi;
  return k;
}

/// Children come before parents, but the recursion is as deep as the text at most.
static known know(const taut_monitor *monitor, const taut_monitor_state *head, void *part,
                  uint16_t i) {
  const taut_top *top = &monitor->tops[i];
  if (is_leaf(top)) return know_leaf(top, head, part);
  known a = know(monitor, head, part, top->child[0]);
  if (top->code == TAUT_TOP_NOT) return negate(a);
  known b = know(monitor, head, part, top->child[1]);
  if (top->code == TAUT_TOP_AND) return both(a, b);
  if (top->code == TAUT_TOP_OR) return either(a, b);
  known same = either(both(a, b), both(negate(a), negate(b)));
  return top->code == TAUT_TOP_IFF ? same : negate(same);
}

static known know_root(const taut_monitor *monitor, const void *state, unsigned side) {
  return know(monitor, state, part_of(monitor, state, side), (uint16_t)(monitor->n_tops - 1));
}

// ----------------------------------------------------------------------------------------- running

/// Notes the robustness of a side; the worst counts.
static void note_series(const taut_block *block, double *worst) {
  const taut_sample *root = taut_block_out(block, block->monitor->root);
  for (unsigned i = 0; i < block->n; i++)
    if (block->side == 0 || root[i].r < worst[i]) worst[i] = root[i].r;
}

static void give_series(const taut_block *block, const double *worst, taut_series_fn series,
                        void *user) {
  int64_t delay = block->monitor->ops[block->monitor->root].delay;
  unsigned first, end;
  find_samples(block, delay, &first, &end);
  for (unsigned i = first; i < end; i++)
    series(user, (uint64_t)(block->state->row - delay + i), worst[i] + 0.0);
}

/// Judges the rows that were kept.
static void run_block(const taut_monitor *monitor, void *state, taut_series_fn series, void *user) {
  taut_monitor_state *head = state;
  double worst[TAUT_BLOCK_ROWS] = {0};
  if (head->n_held == 0) return;
  taut_block block = {.monitor = monitor,
                      .state = head,
                      .values = (const double *)(head + 1),
                      .out = (taut_sample *)(void *)((unsigned char *)state + monitor->scratch_at),
                      .still = (unsigned char *)state + monitor->still_at,
                      .n = (unsigned)head->n_held,
                      .i_error = (unsigned)head->n_held};
  bool has_series = series && monitor->has_series;
  for (block.side = 0; block.side < monitor->expr->n_sides; block.side++) {
    block.part = part_of(monitor, state, block.side);
    taut_stream_run(&block);
    run_tops(&block);
    if (has_series) note_series(&block, worst);
  }
  if (has_series) give_series(&block, worst, series, user);
  if (block.i_error < block.n && head->error_row < 0) head->error_row = head->row + block.i_error;
  head->row += head->n_held;
  head->n_held = 0;
}

taut_status taut_monitor_feed(const taut_monitor *monitor, void *state, const double *values,
                              taut_series_fn series, void *user) {
  taut_monitor_state *head = state;
  if (monitor->needs_rows_max && head->row + head->n_held >= (int64_t)monitor->rows_max)
    return TAUT_EFULL;
  double *held = (double *)(head + 1) + head->n_held;
  for (uint32_t i = 0; i < monitor->n_slots; i++)
    held[(size_t)i * TAUT_BLOCK_ROWS] = values[monitor->slots[i]];
  head->n_held++;
  // A series is given at once: who asks for bounds in between has no place for it.
  if (head->n_held == TAUT_BLOCK_ROWS || monitor->has_series)
    run_block(monitor, state, series, user);
  return TAUT_OK;
}

void taut_monitor_bounds_get(const taut_monitor *monitor, void *state, taut_monitor_bounds *out) {
  run_block(monitor, state, NULL, NULL);
  *out = (taut_monitor_bounds){.lo = INF, .hi = INF, .is_decided = true, .holds = true};
  bool has_failed = false;
  for (unsigned side = 0; side < monitor->expr->n_sides; side++) {
    known k = know_root(monitor, state, side);
    bool fails = k.value.hi <= 0;
    out->lo = least(out->lo, k.m_lo);
    // One side that fails decides alone.
    if (fails && !has_failed) out->hi = INF;
    if (fails || !has_failed) out->hi = least(out->hi, k.m_hi);
    has_failed |= fails;
    out->holds &= k.value.lo > 0;
  }
  out->is_decided = has_failed || out->holds;
}

// ------------------------------------------------------------------------------------- the verdict

static taut_verdict verdict_of(const known *k) {
  if (k->value.lo > 0) return TAUT_PASS;
  return k->value.hi <= 0 ? TAUT_FAIL : TAUT_INCONCLUSIVE;
}

/// Fail is worse than inconclusive, that is worse than pass; then the lesser margin is worse.
static bool is_worse(const known *a, const known *b) {
  static const int RANK[] = {2, 0, 1, 0};
  int x = RANK[verdict_of(a)], y = RANK[verdict_of(b)];
  return x != y ? x < y : a->value.m < b->value.m;
}

static void set_margin(const taut_monitor *monitor, const known *k, taut_monitor_result *out) {
  const taut_node *atom = &monitor->expr->nodes[k->value.atom];
  bool is_unknown = k->value.lo == 0 && k->value.hi == 0;
  if (!isfinite(k->value.m) || is_unknown || out->verdict > TAUT_FAIL) return;
  double scale = 1;
  for (uint32_t i = 0; i < monitor->n_ops && monitor->expr->is_mixed; i++) {
    const taut_op *op = &monitor->ops[i];
    bool is_comparison = op->code == TAUT_OP_LESS || op->code == TAUT_OP_BELOW ||
                         op->code == TAUT_OP_ABOVE || op->code == TAUT_OP_NEAR;
    if (is_comparison && op->atom == k->value.atom) scale = op->scale;
  }
  out->has_margin = true;
  out->margin = k->value.m / scale / (atom->unit.scale != 0 ? atom->unit.scale : 1) + 0.0;
  // A difference has no offset: 2 K over a limit in degC.
  out->unit = atom->unit.offset != 0 ? "K" : atom->unit.name;
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

static void judge(const taut_monitor *monitor, const taut_monitor_state *head,
                  taut_monitor_result *out) {
  known worst = know_root(monitor, head, 0);
  if (monitor->expr->n_sides == 2) {
    known other = know_root(monitor, head, 1);
    if (is_worse(&other, &worst)) {
      worst = other;
      out->side = 1;
    }
    out->side_name = monitor->expr->side_name[out->side];
  }
  out->verdict = verdict_of(&worst);
  if (out->verdict == TAUT_INCONCLUSIVE) out->reason = "a window was not observed to its end";
  bool is_exercised = true;
  for (unsigned i = 0; i < monitor->n_triggers; i++) {
    uint64_t n = 0;
    for (unsigned side = 0; side < monitor->expr->n_sides; side++)
      n += trigger_state(monitor, part_of(monitor, head, side))[i].n;
    is_exercised &= n > 0;
    out->n_triggers += n;
  }
  if (out->verdict == TAUT_PASS && !is_exercised) {
    out->verdict = TAUT_INCONCLUSIVE;
    out->reason = "never exercised";
  }
  set_margin(monitor, &worst, out);
  if (out->verdict != TAUT_FAIL) return;
  out->has_violation = true;
  out->violation_s =
      (double)(worst.violation >= 0 ? worst.violation : head->n_rows - 1) * monitor->row_s;
}

void taut_monitor_finish(const taut_monitor *monitor, void *state, taut_monitor_end end,
                         taut_series_fn series, void *user, taut_monitor_result *out) {
  taut_monitor_state *head = state;
  run_block(monitor, state, series, user);
  *out = (taut_monitor_result){.verdict = TAUT_ERROR,
                               .unit = "",
                               .side_name = "",
                               .reason = "",
                               .n_trigger_kinds = monitor->n_triggers};
  head->n_rows = head->row;
  head->is_weak = end == TAUT_END_WEAK;
  if (head->n_rows == 0) {
    out->reason = "there are no rows";
    return;
  }
  // Rows beyond the end, which only those look at that look ahead.
  int64_t stop = head->n_rows + monitor->delay;
  while ((head->row = next_active(monitor, head, stop)) < stop) {
    head->n_held = stop - head->row < TAUT_BLOCK_ROWS ? stop - head->row : TAUT_BLOCK_ROWS;
    run_block(monitor, state, series, user);
  }
  if (head->error_row >= 0) {
    out->reason = "NaN in a signal that is used";
    out->has_violation = true;
    out->violation_s = (double)head->error_row * monitor->row_s;
    return;
  }
  judge(monitor, head, out);
}
