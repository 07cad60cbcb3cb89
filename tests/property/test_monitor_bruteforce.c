// Random requirements on random traces against a second evaluator, written straight from the
// definitions: for every row, over all rows of the window. It knows nothing of streams, delays,
// rings or wedges. Equal to the last bit: verdict, margin, triggers and the robustness at each row.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "property/random_formula.h"
#include "taut/math.h"
#include "taut/monitor.h"

/// What a deliberately wrong evaluator does differently.
typedef enum wrongness {
  NO_MUTATION,
  WINDOW_ONE_SHORT,
  WINDOW_ONE_LONG,
  PAST_ONE_SHORT,
  UNTIL_NEEDS_P_AT_Q,
  SINCE_NEEDS_P_AT_Q,
  FIRST_IS_AN_EDGE,
  STRICT_IS_WEAK,
  UNKNOWN_IS_FALSE_BELOW_NOT,
  EDGE_HAS_MARGIN,
  MEAN_ONE_SHORT,
  NEXT_WRAPS,
  STRICT_LESS_IS_LESS_EQUAL,
  N_MUTATIONS
} wrongness;

// ---------------------------------------------------------------------------- the definitions

/// A sample: a number in `m`, or a condition: series, margin, least and greatest truth.
typedef struct sample {
  double r, m;
  int lo, hi;
} sample;

typedef struct recording {
  double rows[LONG_ROWS_MAX][N_COLUMNS];
  int n;
} recording;

typedef struct judge {
  const recording *trace;
  int side;
  bool is_weak;
  wrongness mutation;
} judge;

static sample truth(double t) {
  return (sample){t, t, t > 0 ? 1 : -1, t > 0 ? 1 : -1};
}
static sample atom(int t) {
  return (sample){t, t > 0 ? (double)INFINITY : (t < 0 ? -(double)INFINITY : 0), t, t};
}
static sample negate(sample a) {
  return (sample){-a.r, -a.m, -a.hi, -a.lo};
}
static double least(double a, double b) {
  return a < b ? a : b;
}
static double greatest(double a, double b) {
  return a > b ? a : b;
}
static sample both(sample a, sample b) {
  return (sample){least(a.r, b.r), least(a.m, b.m), a.lo < b.lo ? a.lo : b.lo,
                  a.hi < b.hi ? a.hi : b.hi};
}
static sample either(sample a, sample b) {
  return negate(both(negate(a), negate(b)));
}
static sample iff(sample a, sample b) {
  return either(both(a, b), both(negate(a), negate(b)));
}

static void evaluate(const judge *j, const tree *t, sample *out);

/// always and eventually [a,b], from the table.
static sample ahead(const judge *j, const sample *p, int i, int a, int b, bool is_max) {
  int n = j->trace->n;
  if (b >= 0 && j->mutation == WINDOW_ONE_SHORT && b > a) b--;
  if (b >= 0 && j->mutation == WINDOW_ONE_LONG) b++;
  sample s = truth(is_max ? -(double)INFINITY : (double)INFINITY);
  for (int k = i + a; k < n && (b < 0 || k <= i + b); k++)
    s = is_max ? either(s, p[k]) : both(s, p[k]);
  bool is_cut = b >= 0 && i + b > n - 1 && !j->is_weak && j->mutation != STRICT_IS_WEAK;
  if (is_cut && is_max) s.hi = 1;
  if (is_cut && !is_max) s.lo = -1;
  return s;
}

static sample back(const judge *j, const sample *p, int i, int a, int b, bool is_max) {
  if (b > a && j->mutation == PAST_ONE_SHORT) b--;
  sample s = truth(is_max ? -(double)INFINITY : (double)INFINITY);
  for (int k = i - a; k >= 0 && (b < 0 || k >= i - b); k--)
    s = is_max ? either(s, p[k]) : both(s, p[k]);
  return s;
}

static sample until(const judge *j, const sample *p, const sample *q, int i, int a, int b) {
  int n = j->trace->n;
  sample s = truth(-(double)INFINITY);
  for (int at = i + a; at < n && (b < 0 || at <= i + b); at++) {
    sample term = q[at];
    int end = at + (j->mutation == UNTIL_NEEDS_P_AT_Q);
    for (int k = i; k < end && k < n; k++) term = both(term, p[k]);
    s = either(s, term);
  }
  // q may still come after the end, as long as p held up to it.
  if (b >= 0 && i + b > n - 1 && !j->is_weak && j->mutation != STRICT_IS_WEAK) {
    int hold = 1;
    for (int k = i; k < n; k++)
      if (p[k].hi < hold) hold = p[k].hi;
    if (hold > s.hi) s.hi = hold;
  }
  return s;
}

static sample since(const judge *j, const sample *p, const sample *q, int i, int a, int b) {
  sample s = truth(-(double)INFINITY);
  for (int at = i - a; at >= 0 && (b < 0 || at >= i - b); at--) {
    sample term = q[at];
    for (int k = at + (j->mutation != SINCE_NEEDS_P_AT_Q); k <= i; k++) term = both(term, p[k]);
    s = either(s, term);
  }
  return s;
}

static sample edge(const judge *j, const tree *t, const sample *p, int i) {
  bool is_rise = t->op == RISE || t->op == RISE0;
  bool counts_first = t->op == RISE0 || t->op == FALL0;
  sample now = is_rise ? p[i] : negate(p[i]);
  sample before =
      truth(counts_first || j->mutation == FIRST_IS_AN_EDGE ? (double)INFINITY : -(double)INFINITY);
  if (i > 0) before = is_rise ? negate(p[i - 1]) : p[i - 1];
  sample s = both(now, before);
  double m = s.lo > 0 ? (double)INFINITY : (s.hi < 0 ? -(double)INFINITY : 0);
  if (j->mutation != EDGE_HAS_MARGIN) s.m = m;
  return s;
}

static double sum_exactly(const double *terms, int n) {
  if (n == 0) return 0;
  static mpfr_t numbers[2 * ROWS_MAX];
  static mpfr_ptr pointers[2 * ROWS_MAX];
  static mpfr_t result;
  static bool is_ready;
  for (int i = 0; i < 2 * ROWS_MAX && !is_ready; i++) {
    mpfr_init2(numbers[i], 53);
    pointers[i] = numbers[i];
  }
  if (!is_ready) mpfr_init2(result, 53);
  is_ready = true;
  for (int i = 0; i < n; i++) mpfr_set_d(numbers[i], terms[i], MPFR_RNDN);
  mpfr_sum(result, pointers, (unsigned long)n, MPFR_RNDN);
  return mpfr_get_d(result, MPFR_RNDN);
}

static double mean(const judge *j, const tree *t, const sample *x, int i) {
  double terms[ROWS_MAX];
  int n = 0;
  int first = i - t->b + (j->mutation == MEAN_ONE_SHORT);
  for (int k = first < 0 ? 0 : first; k <= i; k++)
    if (x[k].m == x[k].m) terms[n++] = t->op == RMS ? x[k].m * x[k].m : x[k].m;
  if (n == 0) return (double)NAN;
  double value = sum_exactly(terms, n) / n;
  return t->op == RMS ? sqrt(value) : value;
}

static double extreme(const tree *t, const sample *x, int i) {
  double value = (double)NAN;
  for (int k = i - t->b < 0 ? 0 : i - t->b; k <= i; k++)
    if (x[k].m == x[k].m &&
        (value != value || (t->op == WINDOW_MIN ? x[k].m < value : x[k].m > value)))
      value = x[k].m;
  return value;
}

static double integral(const sample *x, int i) {
  double terms[2 * ROWS_MAX];
  int n = 0;
  for (int k = 1; k <= i; k++)
    if (x[k].m == x[k].m && x[k - 1].m == x[k - 1].m) {
      terms[n++] = x[k - 1].m / 2;
      terms[n++] = x[k].m / 2;
    }
  return sum_exactly(terms, n) * ROW_S;
}

/// duration, count, time_since and at.
static double look_back(const tree *t, const sample *p, const sample *x, int i) {
  double value = (double)NAN;
  int n = 0;
  switch (t->op) {
    case DURATION:
      for (int k = i; k >= 0 && p[k].lo > 0; k--) n++;
      return n == 0 ? 0 : (double)(n - 1) * ROW_S;
    case COUNT:
      for (int k = i - t->b < 0 ? 0 : i - t->b; k <= i; k++) n += p[k].lo > 0;
      return n;
    case TIME_SINCE:
      for (int k = 0; k <= i; k++)
        if (p[k].lo > 0) value = (double)(i - k) * ROW_S;
      return value;
    default:
      for (int k = 1; k <= i; k++)
        if (p[k].lo > 0 && !(p[k - 1].lo > 0)) value = x[k].m;
      return value;
  }
}

static double number_at(const judge *j, const tree *t, sample c[3][ROWS_MAX], int i) {
  const double *row = j->trace->rows[i];
  double a = c[0][i].m, b = c[1][i].m, third = c[2][i].m;
  bool is_undefined = a != a || b != b || third != third;
  switch (t->op) {
    case X: return row[COLUMN_X];
    case Y: return row[COLUMN_Y];
    case F: return row[COLUMN_LEFT + j->side];
    case CONSTANT: return t->value;
    case NEG: return -a;
    case ADD: return a + b;
    case SUB: return a - b;
    case ABS: return fabs(a);
    case MIN: return is_undefined ? (double)NAN : least(a, b);
    case MAX: return is_undefined ? (double)NAN : greatest(a, b);
    case CLAMP:
      if (is_undefined) return (double)NAN;
      return a < b ? b : (a > third ? third : a);
    case DELTA: return i < 1 ? (double)NAN : a - c[0][i - 1].m;
    case RATE: return i < t->b ? (double)NAN : (a - c[0][i - t->b].m) / (t->b * ROW_S);
    case AVG:
    case RMS: return mean(j, t, c[0], i);
    case WINDOW_MIN:
    case WINDOW_MAX: return extreme(t, c[0], i);
    case INTEGRAL: return integral(c[0], i);
    case DELAYED: return i < t->b ? (double)NAN : c[0][i - t->b].m;
    default: return look_back(t, c[0], c[1], i);
  }
}

static sample slack(double value, bool holds) {
  if (value != value) return atom(0);
  return (sample){value, value, holds ? 1 : -1, holds ? 1 : -1};
}

static sample atom_at(const judge *j, const tree *t, sample c[3][ROWS_MAX], int i) {
  const double *row = j->trace->rows[i];
  double x = c[0][i].m;
  switch (t->op) {
    case P: return atom(row[COLUMN_P] != 0 ? 1 : -1);
    case Q: {
      sample s = atom(row[COLUMN_Q] != 0 ? 1 : -1);
      return s;
    }
    case TRUE: return atom(1);
    case LESS:
      return slack(t->value - x,
                   j->mutation == STRICT_LESS_IS_LESS_EQUAL ? x <= t->value : x < t->value);
    case LESS_EQUAL: return slack(t->value - x, x <= t->value);
    case GREATER: return slack(x - t->value, x > t->value);
    case GREATER_EQUAL: return slack(x - t->value, x >= t->value);
    case MODE_IS: return atom((row[COLUMN_MODE] == t->a) == !(t->value > 0) ? 1 : -1);
    case NEAR: {
      double room = 0.3 - fabs(x - c[1][i].m);
      return slack(room, room >= 0);
    }
    default: {  // CHANGED_X
      if (i == 0) return atom(-1);
      double before = c[0][i - 1].m;
      if (x != x || before != before) return atom(0);
      return atom(x != before ? 1 : -1);
    }
  }
}

static sample formula_at(const judge *j, const tree *t, sample c[3][ROWS_MAX], int i) {
  const sample *p = c[0], *q = c[1];
  int n = j->trace->n;
  sample not_p = negate(p[i]);
  if (j->mutation == UNKNOWN_IS_FALSE_BELOW_NOT && p[i].lo == 0) not_p = atom(1);
  switch (t->op) {
    case RISE:
    case FALL:
    case RISE0:
    case FALL0: return edge(j, t, p, i);
    case NOT: return not_p;
    case AND: return both(p[i], q[i]);
    case OR: return either(p[i], q[i]);
    case XOR: return negate(iff(p[i], q[i]));
    case IMPLIES: return either(not_p, q[i]);
    case IFF: return iff(p[i], q[i]);
    case SAME: {
      sample s = iff(p[i], q[i]);
      return (sample){s.lo > 0 ? 1 : (s.hi < 0 ? -1 : 0),
                      s.lo > 0 ? (double)INFINITY : (s.hi < 0 ? -(double)INFINITY : 0), s.lo, s.hi};
    }
    case ALWAYS: return ahead(j, p, i, t->a, t->b, false);
    case EVENTUALLY: return ahead(j, p, i, t->a, t->b, true);
    case HISTORICALLY: return back(j, p, i, t->a, t->b, false);
    case ONCE: return back(j, p, i, t->a, t->b, true);
    case UNTIL: return until(j, p, q, i, t->a, t->b);
    case SINCE: return since(j, p, q, i, t->a, t->b);
    case UNLESS: return either(ahead(j, p, i, 0, t->b, false), until(j, p, q, i, t->a, t->b));
    case PREV: return i > 0 ? p[i - 1] : truth(-(double)INFINITY);
    case NEXT:
      if (j->mutation == NEXT_WRAPS) return p[(i + 1) % n];
      return i + 1 < n ? p[i + 1] : truth(-(double)INFINITY);
    case WITHIN: return ahead(j, p, i, 0, t->b, true);
    case FOR: return ahead(j, p, i, 0, t->b, false);
    case HELD: return back(j, p, i, 0, t->b, false);
    case AFTER: return ahead(j, p, i, t->b, t->b, true);
    default: break;
  }
  // never, before, whenever: as their longer forms.
  sample whole[ROWS_MAX];
  for (int k = 0; k < n; k++)
    whole[k] =
        t->op == WHENEVER ? either(negate(p[k]), q[k]) : negate(t->op == NEVER ? p[k] : q[k]);
  if (t->op != BEFORE) return ahead(j, whole, i, 0, -1, false);
  return either(ahead(j, whole, i, 0, -1, false), until(j, whole, p, i, 0, -1));
}

static void evaluate(const judge *j, const tree *t, sample *out) {
  sample c[3][ROWS_MAX];
  memset(c, 0, sizeof c);
  for (int k = 0; k < 3 && t->child[k]; k++) evaluate(j, t->child[k], c[k]);
  for (int i = 0; i < j->trace->n; i++) {
    if (t->op < P)
      out[i] = (sample){.m = number_at(j, t, c, i)};
    else if (t->op < RISE)
      out[i] = atom_at(j, t, c, i);
    else
      out[i] = formula_at(j, t, c, i);
  }
}

/// How often the triggers below the outermost always fired; -1 when one never did, 0 without.
static int count_triggers(const judge *j, const tree *t, int *n_kinds, const tree **seen) {
  if (t->op == AND)
    return count_triggers(j, t->child[0], n_kinds, seen) +
           count_triggers(j, t->child[1], n_kinds, seen);
  const tree *body = t->op == WHENEVER ? t : (t->op == ALWAYS || t->op == FOR ? t->child[0] : NULL);
  if (!body) return 0;
  const tree *stack[NODES_MAX];
  int n_stack = 0, total = 0;
  stack[n_stack++] = body;
  while (n_stack > 0) {
    const tree *b = stack[--n_stack];
    if (b->op == AND && b != t) {
      stack[n_stack++] = b->child[1];
      stack[n_stack++] = b->child[0];
    }
    if (b->op != IMPLIES && b != t) continue;
    if (b->op != IMPLIES && b->op != WHENEVER) continue;
    sample p[ROWS_MAX];
    evaluate(j, b->child[0], p);
    int n = 0;
    for (int i = 0; i < j->trace->n; i++) n += p[i].lo > 0 && (i == 0 || !(p[i - 1].lo > 0));
    seen[*n_kinds] = b->child[0];
    (*n_kinds)++;
    total += n;
  }
  return total;
}

// ---------------------------------------------------------------------------------------- one case

typedef struct expected {
  taut_verdict verdict;
  bool has_margin;
  double margin;
  double series[ROWS_MAX];
} expected;

static taut_verdict verdict_of(sample s) {
  if (s.lo > 0) return TAUT_PASS;
  return s.hi <= 0 ? TAUT_FAIL : TAUT_INCONCLUSIVE;
}

static expected expect(const tree *t, const recording *trace, bool is_weak, bool has_sides,
                       wrongness mutation) {
  static const int RANK[] = {2, 0, 1};
  expected e = {.verdict = TAUT_PASS};
  sample worst = {0};
  for (int i = 0; i < trace->n; i++) e.series[i] = (double)INFINITY;
  for (int side = 0; side < (has_sides ? 2 : 1); side++) {
    judge j = {trace, side, is_weak, mutation};
    sample s[ROWS_MAX];
    evaluate(&j, t, s);
    for (int i = 0; i < trace->n; i++) e.series[i] = least(e.series[i], s[i].r);
    int rank = RANK[verdict_of(s[0])], rank_worst = RANK[verdict_of(worst)];
    if (side == 0 || rank < rank_worst || (rank == rank_worst && s[0].m < worst.m)) worst = s[0];
  }
  e.verdict = verdict_of(worst);
  e.has_margin = e.verdict <= TAUT_FAIL && isfinite(worst.m) && !(worst.lo == 0 && worst.hi == 0);
  e.margin = worst.m;
  return e;
}

typedef struct observed {
  taut_monitor_result result;
  double series[ROWS_MAX];
  int n_series;
  bool is_in_order;
} observed;

static void take_series(void *user, uint64_t i_row, double robustness) {
  observed *o = user;
  o->is_in_order &= (int)i_row == o->n_series;
  if (o->n_series < ROWS_MAX) o->series[o->n_series++] = robustness;
}

/// Runs a monitor row by row. With `branch_row` >= 0 the state is copied at that row, spoilt, and
/// the run goes on in the copy, elsewhere in memory.
static void run(const taut_monitor *monitor, const recording *trace, bool is_weak, int branch_row,
                observed *o, taut_monitor_bounds *bounds) {
  size_t size = taut_monitor_state_size(monitor);
  void *state = malloc(size), *copy = malloc(size);
  assert_non_null(state);
  assert_non_null(copy);
  *o = (observed){.is_in_order = true};
  taut_monitor_start(monitor, state);
  for (int i = 0; i < trace->n; i++) {
    if (i == branch_row) {
      taut_monitor_snapshot(monitor, state, copy);
      for (int k = 0; k < 3; k++)
        if (taut_monitor_feed(monitor, state, trace->rows[0], NULL, NULL) != TAUT_OK) break;
      memset(state, 0xA5, size);
      taut_monitor_restore(monitor, state, copy);
      void *swap = state;
      state = copy;
      copy = swap;
      memset(copy, 0xA5, size);
    }
    assert_int_equal(taut_monitor_feed(monitor, state, trace->rows[i], take_series, o), TAUT_OK);
    if (bounds) taut_monitor_bounds_get(monitor, state, &bounds[i]);
  }
  taut_monitor_finish(monitor, state, is_weak ? TAUT_END_WEAK : TAUT_END_STRICT, take_series, o,
                      &o->result);
  free(state);
  free(copy);
}

static bool same_double(double a, double b) {
  a += 0.0;
  b += 0.0;
  return memcmp(&a, &b, sizeof a) == 0;
}

static bool has_op(const tree *t, op code) {
  if (t->op == code) return true;
  for (int i = 0; i < 3 && t->child[i]; i++)
    if (has_op(t->child[i], code)) return true;
  return false;
}

static void make_trace(maker *m, recording *trace, int n, uint32_t calm) {
  static const double LEVELS[] = {-1.5, -1, -0.3, 0, 0, 0.1, 0.2, 0.3, 1, 1.7, 1e9, 1e-7};
  trace->n = n;
  for (int i = 0; i < trace->n; i++)
    for (int k = 0; k < N_COLUMNS; k++) {
      double value = LEVELS[pick(m, pick(m, 8) ? 10 : 12)];
      if (k == COLUMN_P || k == COLUMN_Q) value = pick(m, 2);
      if (k == COLUMN_MODE) value = pick(m, 3);
      // Values that stay a while make windows and edges interesting.
      bool stays = i > 0 && pick(m, calm) != 0;
      trace->rows[i][k] = stays ? trace->rows[i - 1][k] : value;
    }
}

typedef struct random_case {
  maker maker;
  tree *formula;
  writer text;
  recording trace;
  bool is_weak;
} random_case;

static void make_case(random_case *c, uint64_t seed) {
  memset(&c->maker, 0, sizeof c->maker);
  c->maker.seed = seed;
  int n = pick(&c->maker, 10) == 0 ? 1 : 1 + (int)pick(&c->maker, ROWS_MAX);
  uint32_t calm = 1 + pick(&c->maker, pick(&c->maker, 2) ? 6 : 60);
  make_trace(&c->maker, &c->trace, n, calm);
  c->formula = make_condition(&c->maker, 1 + (int)pick(&c->maker, DEPTH_MAX));
  c->is_weak = pick(&c->maker, 2);
  c->text.n = 0;
  put_tree(&c->text, c->formula);
}

static taut_monitor *compile(const random_case *c, bool has_series) {
  taut_monitor_options options = {.row_s = ROW_S,
                                  .rows_max = (uint64_t)c->trace.n + c->maker.seed % 3,
                                  .has_series = has_series};
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  if (taut_monitor_compile_columns(c->text.text, COLUMNS, N_COLUMNS, &options, &monitor, &error))
    fail_msg("%s", error.text);
  return monitor;
}

static bool is_expected(const random_case *c, const expected *e, const observed *o,
                        bool has_series) {
  taut_verdict verdict = e->verdict;
  bool is_vacuous = verdict == TAUT_PASS && o->result.n_trigger_kinds > 0 &&
                    o->result.verdict == TAUT_INCONCLUSIVE;
  if (o->result.verdict != verdict && !is_vacuous) return false;
  if (!is_vacuous && o->result.has_margin != e->has_margin) return false;
  if (!is_vacuous && e->has_margin && !same_double(o->result.margin, e->margin)) return false;
  if (!has_series) return true;
  if (o->n_series != c->trace.n || !o->is_in_order) return false;
  for (int i = 0; i < c->trace.n; i++)
    if (!same_double(o->series[i], e->series[i])) return false;
  return true;
}

static void explain(const random_case *c, const expected *e, const observed *o) {
  print_error("seed %llu, %d rows, %s: %s\n", (unsigned long long)c->maker.seed, c->trace.n,
              c->is_weak ? "weak" : "strict", c->text.text);
  print_error("verdict %s, expected %s; margin %d %.17g, expected %d %.17g\n",
              taut_verdict_name(o->result.verdict), taut_verdict_name(e->verdict),
              o->result.has_margin, o->result.margin, e->has_margin, e->margin);
  for (int i = 0; i < o->n_series && i < c->trace.n; i++)
    if (!same_double(o->series[i], e->series[i])) {
      print_error("row %d: %.17g, expected %.17g\n", i, o->series[i], e->series[i]);
      break;
    }
}

/// The expected triggers; false when the count is not theirs.
static bool triggers_agree(const random_case *c, bool has_sides, const observed *o) {
  uint64_t total = 0;
  int n_kinds = 0;
  const tree *seen[NODES_MAX];
  for (int side = 0; side < (has_sides ? 2 : 1); side++) {
    judge j = {&c->trace, side, c->is_weak, NO_MUTATION};
    n_kinds = 0;
    total += (uint64_t)count_triggers(&j, c->formula, &n_kinds, seen);
  }
  // Triggers that are written alike count once, so compare only where there is one.
  if (n_kinds != 1) return o->result.n_trigger_kinds <= (unsigned)n_kinds;
  if (o->result.n_triggers != total || o->result.n_trigger_kinds != 1) return false;
  return o->result.verdict != TAUT_PASS || total > 0;
}

/// What was called certain must come true.
static bool bounds_agree(const random_case *c, const expected *e,
                         const taut_monitor_bounds *bounds) {
  for (int i = 0; i < c->trace.n; i++) {
    if (bounds[i].lo > e->margin || bounds[i].hi < e->margin) return false;
    if (bounds[i].is_decided && e->verdict != (bounds[i].holds ? TAUT_PASS : TAUT_FAIL))
      return false;
  }
  return true;
}

static void monitors_equal_the_definitions_to_the_last_bit(void **unused) {
  (void)unused;
  static random_case c;
  unsigned verdicts[4] = {0}, n_margins = 0, n_ops[N_OPS] = {0}, n_early = 0;
  for (uint64_t seed = 1; seed <= N_CASES; seed++) {
    make_case(&c, seed);
    for (int i = 0; i < c.maker.n; i++) n_ops[c.maker.nodes[i].op]++;
    bool has_sides = has_op(c.formula, F);
    expected e = expect(c.formula, &c.trace, c.is_weak, has_sides, NO_MUTATION);
    taut_monitor_bounds bounds[ROWS_MAX];
    // Without a series, with one, and without asking for bounds: then rows are judged in blocks.
    for (int way = 0; way < 4; way++) {
      bool has_series = way == 1 || way == 2;
      taut_monitor *monitor = compile(&c, has_series);
      observed o;
      int branch_row = way == 1 ? -1 : (int)(seed % (uint64_t)c.trace.n);
      run(monitor, &c.trace, c.is_weak, branch_row, &o, way < 2 ? bounds : NULL);
      bool is_good = is_expected(&c, &e, &o, has_series) && triggers_agree(&c, has_sides, &o) &&
                     (way >= 2 || bounds_agree(&c, &e, bounds));
      if (!is_good) {
        explain(&c, &e, &o);
        fail_msg("way %d differs", way);
      }
      if (way == 0) verdicts[o.result.verdict]++;
      if (way == 0) n_margins += o.result.has_margin;
      if (way == 0) n_early += bounds[c.trace.n - 1].is_decided;
      taut_monitor_destroy(monitor);
    }
  }
  // The cases must reach everything.
  for (int i = 0; i < N_OPS; i++) assert_true(n_ops[i] > 20);
  for (int i = 0; i < 3; i++) assert_true(verdicts[i] > N_CASES / 50);
  assert_true(n_margins > N_CASES / 10);
  assert_true(n_early > N_CASES / 10);
}

static void a_wrong_evaluator_is_told_from_the_right_one(void **unused) {
  (void)unused;
  static random_case c;
  unsigned n_caught[N_MUTATIONS] = {0};
  for (uint64_t seed = 1; seed <= 1500; seed++) {
    make_case(&c, seed);
    taut_monitor *monitor = compile(&c, true);
    observed o;
    run(monitor, &c.trace, c.is_weak, -1, &o, NULL);
    for (int k = 1; k < N_MUTATIONS; k++) {
      expected e = expect(c.formula, &c.trace, c.is_weak, has_op(c.formula, F), (wrongness)k);
      n_caught[k] += !is_expected(&c, &e, &o, true);
    }
    taut_monitor_destroy(monitor);
  }
  for (int k = 1; k < N_MUTATIONS; k++) {
    if (n_caught[k] == 0) fail_msg("mutation %d of the definitions was not seen", k);
  }
}

// ------------------------------------------------------------------------------ several as one

/// Feeds a monitor, which may judge several formulas. When it is asked for bounds at each row, it
/// judges row by row, and never by what stands still.
static void run_whole(const taut_monitor *monitor, const random_case *c, bool is_row_by_row,
                      int branch_row, taut_monitor_result *results) {
  size_t size = taut_monitor_state_size(monitor);
  void *state = malloc(size), *copy = malloc(size);
  taut_monitor_bounds bounds[JOINED_MAX];
  assert_non_null(state);
  assert_non_null(copy);
  taut_monitor_start(monitor, state);
  for (int i = 0; i < c->trace.n; i++) {
    if (i == branch_row) {
      taut_monitor_snapshot(monitor, state, copy);
      memset(state, 0xA5, size);
      taut_monitor_restore(monitor, state, copy);
    }
    assert_int_equal(taut_monitor_feed(monitor, state, c->trace.rows[i], NULL, NULL), TAUT_OK);
    if (is_row_by_row) taut_monitor_bounds_get(monitor, state, bounds);
  }
  taut_monitor_finish(monitor, state, c->is_weak ? TAUT_END_WEAK : TAUT_END_STRICT, NULL, NULL,
                      results);
  free(state);
  free(copy);
}

static bool is_same_result(const taut_monitor_result *a, const taut_monitor_result *b) {
  return a->verdict == b->verdict && a->has_margin == b->has_margin &&
         (!a->has_margin || same_double(a->margin, b->margin)) && strcmp(a->unit, b->unit) == 0 &&
         a->has_violation == b->has_violation &&
         (!a->has_violation || same_double(a->violation_s, b->violation_s)) &&
         a->n_triggers == b->n_triggers && a->n_trigger_kinds == b->n_trigger_kinds &&
         a->side == b->side && strcmp(a->side_name, b->side_name) == 0 &&
         strcmp(a->reason, b->reason) == 0;
}

/// Formulas over one long trace, which is mostly calm. Some are said twice in part; in some traces
/// a signal becomes NaN, which is an error of those formulas only that use it.
static int make_joined(random_case *cases, uint64_t seed, taut_monitor **monitors) {
  maker *first = &cases[0].maker;
  memset(first, 0, sizeof *first);
  first->seed = seed;
  int n = 2 + (int)pick(first, JOINED_MAX - 1);
  make_trace(first, &cases[0].trace, 100 + (int)pick(first, LONG_ROWS_MAX - 100),
             1 + pick(first, pick(first, 2) ? 20 : 200));
  if (pick(first, 4) == 0) {
    uint32_t row = pick(first, (uint32_t)cases[0].trace.n), column = pick(first, N_COLUMNS);
    cases[0].trace.rows[row][column] = (double)NAN;
  }
  for (int k = 0; k < n; k++) {
    random_case *c = &cases[k];
    if (k > 0) memset(&c->maker, 0, sizeof c->maker);
    c->maker.seed = seed + (uint64_t)k * 1000003;
    c->trace = cases[0].trace;
    c->is_weak = seed % 2;
    c->formula = make_condition(&c->maker, 1 + (int)pick(&c->maker, DEPTH_MAX));
    c->text.n = 0;
    bool is_said_again = k > 0 && pick(&c->maker, 3) == 0 && cases[k - 1].text.n < TEXT_SIZE / 4;
    if (is_said_again) put(&c->text, "always (%s => ", cases[k - 1].text.text);
    put_tree(&c->text, c->formula);
    if (is_said_again) put(&c->text, ")");
    monitors[k] = compile(c, false);
  }
  return n;
}

static void formulas_that_are_joined_judge_as_each_alone(void **unused) {
  (void)unused;
  static random_case cases[JOINED_MAX];
  unsigned n_mixed_up = 0, n_errors = 0, n_without = 0;
  for (uint64_t seed = 1; seed <= N_JOINED; seed++) {
    taut_monitor *monitors[JOINED_MAX], *joint = NULL;
    taut_monitor_result alone[JOINED_MAX], together[JOINED_MAX];
    int n = make_joined(cases, seed, monitors);
    assert_int_equal(taut_monitor_join(monitors, (size_t)n, NULL, &joint), TAUT_OK);
    assert_int_equal(taut_monitor_n_results(joint), n);
    run_whole(joint, &cases[0], false, (int)(seed % 100), together);
    bool is_mixed_up = false;
    for (int k = 0; k < n; k++) {
      run_whole(monitors[k], &cases[k], true, -1, &alone[k]);
      if (!is_same_result(&alone[k], &together[k])) {
        print_error("seed %llu, formula %d of %d, %d rows: %s\n", (unsigned long long)seed, k, n,
                    cases[k].trace.n, cases[k].text.text);
        fail_msg("alone %s %.17g, joined %s %.17g", taut_verdict_name(alone[k].verdict),
                 alone[k].margin, taut_verdict_name(together[k].verdict), together[k].margin);
      }
      is_mixed_up |= !is_same_result(&alone[k], &together[(k + 1) % n]);
      n_errors += alone[k].verdict == TAUT_ERROR;
      n_without += alone[k].verdict != TAUT_ERROR && alone[0].verdict == TAUT_ERROR;
    }
    n_mixed_up += is_mixed_up;
    taut_monitor_destroy(joint);
    for (int k = 0; k < n; k++) taut_monitor_destroy(monitors[k]);
  }
  // The results of a neighbour would be seen, and errors stay with those that have them.
  assert_true(n_mixed_up > N_JOINED * 9 / 10);
  assert_true(n_errors > N_JOINED / 10);
  assert_true(n_without > N_JOINED / 20);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(monitors_equal_the_definitions_to_the_last_bit),
      cmocka_unit_test(a_wrong_evaluator_is_told_from_the_right_one),
      cmocka_unit_test(formulas_that_are_joined_judge_as_each_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
