// A monitor: compiled once, then fed rows. What is judged at the first row only is kept here; the
// streams below it are in stream.c.

#include <math.h>
#include <string.h>

#include "monitor/program.h"

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
  for (uint32_t i = 0; i < monitor->n_ops; i++) {
    const taut_op *op = &monitor->ops[i];
    bool reads = op->code == TAUT_OP_SIGNAL || op->code == TAUT_OP_FLAG ||
                 op->code == TAUT_OP_BELOW || op->code == TAUT_OP_ABOVE;
    if (reads && (op->slot[0] == slot || op->slot[1] == slot)) return true;
  }
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
  return (unsigned char *)state + sizeof(taut_monitor_state) + side * monitor->side_size;
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
                                               .violation = -1};
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

/// Takes sample `i` of the child into always or eventually.
static inline void take_window(const taut_top *top, void *part, int64_t i) {
  if (i < top->a || (!top->is_to_the_end && i > top->b)) return;
  taut_top_state *s = top_state(top, part);
  const taut_sample *p = taut_stream_out(part, top->child[0]);
  s->n_seen = i + 1;
  // As taut_sample_or and taut_sample_and, in place: this runs for every row.
  if (top->is_max) {
    if (p->m > s->value.m) {
      s->value.m = p->m;
      s->value.atom = p->atom;
    }
    if (p->lo > s->value.lo) s->value.lo = p->lo;
    if (p->hi > s->value.hi) s->value.hi = p->hi;
    return;
  }
  if (p->m < s->value.m) {
    s->value.m = p->m;
    s->value.atom = p->atom;
  }
  if (p->lo < s->value.lo) s->value.lo = p->lo;
  if (p->hi < s->value.hi) s->value.hi = p->hi;
  if (p->hi <= 0 && s->violation < 0) s->violation = i;
}

/// Takes sample `i` of the children into until, or into a stream at the first row.
__attribute__((noinline)) static void take_sample(const taut_top *top, void *part, int64_t i) {
  taut_top_state *s = top_state(top, part);
  const taut_sample *p = taut_stream_out(part, top->child[0]);
  if (!top->is_to_the_end && i > top->b) return;
  s->n_seen = i + 1;
  if (top->code == TAUT_TOP_STREAM) {
    s->value = *p;
    s->violation = 0;
    return;
  }
  if (i >= top->a) {
    const taut_sample *q = taut_stream_out(part, top->child[1]);
    s->value = taut_sample_or(s->value, taut_sample_and(*q, s->least_p));
  }
  if (p->hi <= 0 && s->violation < 0) s->violation = i;
  s->least_p = taut_sample_and(s->least_p, *p);
}

static bool is_leaf(const taut_top *top) {
  return top->code == TAUT_TOP_STREAM || top->code >= TAUT_TOP_WINDOW;
}

static void step_tops(const taut_monitor *monitor, const taut_monitor_state *head, void *part) {
  for (uint32_t i = 0; i < monitor->n_tops; i++) {
    const taut_top *top = &monitor->tops[i];
    if (!is_leaf(top)) continue;
    int64_t row = head->row - top->delay;
    if (row < 0 || row >= head->n_rows) continue;
    if (top->code == TAUT_TOP_WINDOW)
      take_window(top, part, row);
    else
      take_sample(top, part, row);
  }
  if (monitor->n_triggers == 0) return;
  taut_trigger_state *triggers = trigger_state(monitor, part);
  for (unsigned i = 0; i < monitor->n_triggers; i++) {
    int64_t row = head->row - monitor->ops[monitor->triggers[i]].delay;
    if (row < 0 || row >= head->n_rows) continue;
    bool is_true = taut_stream_out(part, monitor->triggers[i])->lo > 0;
    if (is_true && !triggers[i].was_true) triggers[i].n++;
    triggers[i].was_true = is_true;
  }
}

/// What is known of a node: truth in value.lo and value.hi, the margin in [m_lo, m_hi].
typedef struct known {
  taut_sample value;
  double m_lo, m_hi;
  int64_t violation;  ///< first row that decides against it, -1
} known;

static known negate(known a) {
  double lo = a.m_lo;
  a.value = taut_sample_not(a.value);
  a.m_lo = -a.m_hi;
  a.m_hi = -lo;
  a.violation = -1;
  return a;
}

static double least(double a, double b) {
  return b < a ? b : a;
}
static double greatest(double a, double b) {
  return b > a ? b : a;
}

static int64_t first_violation(const known *a, const known *b) {
  int64_t x = a->value.hi <= 0 ? a->violation : -1, y = b->value.hi <= 0 ? b->violation : -1;
  if (x < 0 || y < 0) return x < 0 ? y : x;
  return x < y ? x : y;
}

static known both(known a, known b) {
  return (known){taut_sample_and(a.value, b.value), least(a.m_lo, b.m_lo), least(a.m_hi, b.m_hi),
                 first_violation(&a, &b)};
}

static known either(known a, known b) {
  known k = {taut_sample_or(a.value, b.value), greatest(a.m_lo, b.m_lo), greatest(a.m_hi, b.m_hi),
             a.violation > b.violation ? a.violation : b.violation};
  return k;
}

static known know_leaf(const taut_top *top, const taut_monitor_state *head, void *part) {
  const taut_top_state *s = top_state(top, part);
  bool has_ended = head->n_rows != INT64_MAX;
  int64_t n_wanted = top->code == TAUT_TOP_STREAM ? 1 : top->b + 1;
  bool is_whole =
      top->is_to_the_end && top->code != TAUT_TOP_STREAM ? has_ended : s->n_seen >= n_wanted;
  known k = {s->value, s->value.m, s->value.m, s->violation};
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
  same.violation = -1;
  return top->code == TAUT_TOP_IFF ? same : negate(same);
}

static known know_root(const taut_monitor *monitor, const void *state, unsigned side) {
  return know(monitor, state, part_of(monitor, state, side), (uint16_t)(monitor->n_tops - 1));
}

void taut_monitor_bounds_get(const taut_monitor *monitor, const void *state,
                             taut_monitor_bounds *out) {
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

// ----------------------------------------------------------------------------------------- running

static void give_series(const taut_monitor *monitor, const taut_monitor_state *head,
                        taut_series_fn series, void *user) {
  int64_t row = head->row - monitor->ops[monitor->root].delay;
  if (row < 0 || row >= head->n_rows) return;
  double worst = INF;
  for (unsigned side = 0; side < monitor->expr->n_sides; side++)
    worst = least(worst, taut_stream_out(part_of(monitor, head, side), monitor->root)->r);
  series(user, (uint64_t)row, worst + 0.0);
}

static void step(const taut_monitor *monitor, taut_monitor_state *head, const double *values,
                 taut_series_fn series, void *user) {
  for (unsigned side = 0; side < monitor->expr->n_sides; side++) {
    void *part = part_of(monitor, head, side);
    taut_stream_step(monitor, head, part, side, values);
    step_tops(monitor, head, part);
  }
  if (series && monitor->has_series) give_series(monitor, head, series, user);
  head->row++;
}

taut_status taut_monitor_feed(const taut_monitor *monitor, void *state, const double *values,
                              taut_series_fn series, void *user) {
  taut_monitor_state *head = state;
  if (monitor->needs_rows_max && head->row >= (int64_t)monitor->rows_max) return TAUT_EFULL;
  step(monitor, head, values, series, user);
  return TAUT_OK;
}

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
  for (int64_t i = 0; i < monitor->delay; i++) step(monitor, head, NULL, series, user);
  if (head->error_row >= 0) {
    out->reason = "NaN in a signal that is used";
    out->has_violation = true;
    out->violation_s = (double)head->error_row * monitor->row_s;
    return;
  }
  judge(monitor, head, out);
}
