// Streams: one row through all operators of a side. Minimum and maximum over windows by the
// monotonic wedge of Lemire 2006 ("Streaming maximum-minimum filter using no more than three
// comparisons per element"); until and since by a queue of two stacks over an associative
// composition, so that no operator's cost depends on its window.

#include <math.h>
#include <string.h>

#include "monitor/program.h"
#include "taut/math.h"

static const double INF = (double)INFINITY;

#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE __attribute__((always_inline)) inline

// ----------------------------------------------------------------------------------------- samples

static taut_sample sample_iff(taut_sample a, taut_sample b) {
  return taut_sample_or(taut_sample_and(a, b),
                        taut_sample_and(taut_sample_not(a), taut_sample_not(b)));
}

/// An atom that is not a comparison of numbers.
static taut_sample truth_atom(int truth) {
  taut_sample s = taut_sample_of_truth(truth);
  s.r = truth;
  return s;
}

static taut_sample number(double x) {
  return (taut_sample){.m = x};
}

static taut_sample slack_atom(const taut_op *op, bool holds, double slack) {
  int8_t truth = holds ? 1 : -1;
  if (slack != slack) return truth_atom(0);
  return (taut_sample){
      .m = slack * op->scale, .r = slack, .lo = truth, .hi = truth, .atom = op->atom};
}

/// Truth where a stream must be one or the other: unknown counts as false.
static bool is_true(const taut_sample *s) {
  return s->lo > 0;
}

// ------------------------------------------------------------------------------------------- wedge

typedef struct wedge {
  int64_t head, tail;
} wedge;

typedef struct wedge_entry {
  double value;
  uint64_t key;  ///< row << 16 | atom
} wedge_entry;

/// Drops what is older than `low`, before the push: the ring has room for one window.
static inline void wedge_drop(wedge *w, const wedge_entry *ring, uint64_t mask, int64_t low) {
  while (w->head < w->tail && (int64_t)(ring[(uint64_t)w->head & mask].key >> 16) < low) w->head++;
}

static inline void wedge_push(wedge *w, wedge_entry *ring, uint64_t mask, double value, int64_t row,
                              unsigned atom) {
  int64_t tail = w->tail;
  while (tail > w->head && ring[(uint64_t)(tail - 1) & mask].value >= value) tail--;
  ring[(uint64_t)tail & mask] = (wedge_entry){value, (uint64_t)row << 16 | atom};
  w->tail = tail + 1;
}

/// The least of the window; NULL when it is empty.
static inline const wedge_entry *wedge_front(const wedge *w, const wedge_entry *ring,
                                             uint64_t mask) {
  return w->head < w->tail ? &ring[(uint64_t)w->head & mask] : NULL;
}

/// Memory of WINDOW: two wedges (margin, series) and when each truth was last seen.
typedef struct window {
  wedge m, r;
  int64_t last_lo[2], last_hi[2];  ///< last row of false, of unknown
  wedge_entry ring[];              ///< (mask + 1), and again for the series
} window;

static inline int8_t least_truth(const int64_t last[2], int64_t low) {
  return last[0] >= low ? -1 : (last[1] >= low ? 0 : 1);
}

/// The least of the last n + 1 samples up to row `row`; `has` tells whether the child gave one. The
/// greatest is the least of the negated samples.
ALWAYS_INLINE static void step_window(const taut_op *op, window *w, const taut_sample *s, bool has,
                                      int64_t row, taut_sample *out) {
  int64_t low = row - op->n;
  wedge_drop(&w->m, w->ring, op->mask, low);
  if (has) {
    int lo = op->is_max ? -s->hi : s->lo, hi = op->is_max ? -s->lo : s->hi;
    wedge_push(&w->m, w->ring, op->mask, op->is_max ? -s->m : s->m, row, s->atom);
    if (lo <= 0) w->last_lo[lo + 1] = row;
    if (hi <= 0) w->last_hi[hi + 1] = row;
  }
  const wedge_entry *front = wedge_front(&w->m, w->ring, op->mask);
  double m = front ? front->value : INF;
  int8_t lo = least_truth(w->last_lo, low), hi = least_truth(w->last_hi, low);
  out->atom = front ? (uint16_t)front->key : 0;
  out->m = op->is_max ? -m : m;
  out->lo = op->is_max ? (int8_t)-hi : lo;
  out->hi = op->is_max ? (int8_t)-lo : hi;
}

/// The same for the robustness of the series.
NOINLINE static void step_window_series(const taut_op *op, window *w, const taut_sample *s,
                                        bool has, int64_t row, taut_sample *out) {
  wedge_entry *ring = w->ring + op->mask + 1;
  wedge_drop(&w->r, ring, op->mask, row - op->n);
  if (has) wedge_push(&w->r, ring, op->mask, op->is_max ? -s->r : s->r, row, 0);
  const wedge_entry *front = wedge_front(&w->r, ring, op->mask);
  double r = front ? front->value : INF;
  out->r = op->is_max ? -r : r;
}

// ------------------------------------------------------------------------------------------- chain

/// A stretch of rows for until: the least p on it, and the best q that p led to. Stretches compose
/// associatively, so a window of them can slide.
typedef struct stretch {
  taut_sample least, best;
} stretch;

typedef struct chain {
  int64_t head, middle, tail;  ///< [head, middle) holds compositions up to the middle
  stretch back;                ///< composition of [middle, tail)
  stretch ring[];              ///< (mask + 1)
} chain;

static stretch empty_stretch(void) {
  return (stretch){taut_sample_of_truth(1), taut_sample_of_truth(-1)};
}

/// until: q comes after p of the earlier rows; since: q is followed by p of the later rows.
static stretch compose(const taut_op *op, stretch older, stretch newer) {
  stretch s;
  s.least = taut_sample_and(older.least, newer.least);
  if (op->is_future)
    s.best = taut_sample_or(older.best, taut_sample_and(older.least, newer.best));
  else
    s.best = taut_sample_or(newer.best, taut_sample_and(older.best, newer.least));
  return s;
}

static void chain_turn(const taut_op *op, chain *c) {
  for (int64_t i = c->tail - 2; i >= c->head; i--) {
    stretch *at = &c->ring[(uint64_t)i & op->mask];
    *at = compose(op, *at, c->ring[(uint64_t)(i + 1) & op->mask]);
  }
  c->middle = c->tail;
  c->back = empty_stretch();
}

static stretch step_chain(const taut_op *op, chain *c, const taut_sample *p, const taut_sample *q,
                          bool has, int64_t row) {
  // One entry per row: entry i is row i.
  while (c->head < c->tail && c->head < row - op->n) {
    if (c->head == c->middle) chain_turn(op, c);
    c->head++;
  }
  if (has) {
    stretch s = {*p, *q};
    c->ring[(uint64_t)c->tail & op->mask] = s;
    c->tail++;
    c->back = compose(op, c->back, s);
  }
  if (c->head < c->middle) return compose(op, c->ring[(uint64_t)c->head & op->mask], c->back);
  return c->back;
}

// ---------------------------------------------------------------------------------------- numbers

typedef struct mean {
  taut_exact_sum sum;
  int64_t n;
  double ring[];  ///< (n + 1)
} mean;

typedef struct sample_ring {
  taut_sample unused;
  taut_sample ring[];  ///< (n)
} sample_ring;

typedef struct registers {
  double a, b;
  int64_t i, j;
  taut_exact_sum sum;
} registers;

/// A slot of a ring of `n` that row `row` uses.
static uint64_t slot_of(int64_t row, int64_t n) {
  return (uint64_t)row % (uint64_t)n;
}

static double step_mean(const taut_op *op, mean *s, double x, int64_t row, bool *is_error) {
  uint64_t i = slot_of(row, op->n + 1);
  if (op->is_max) x = x * x;
  if (row > op->n && s->ring[i] == s->ring[i]) {
    taut_exact_sum_add(&s->sum, -s->ring[i]);
    s->n--;
  }
  if (fabs(x) == INF) {
    *is_error = true;
    x = (double)NAN;
  }
  s->ring[i] = x;
  if (x == x) {
    taut_exact_sum_add(&s->sum, x);
    s->n++;
  }
  if (s->n == 0) return (double)NAN;
  double value = taut_exact_sum_value(&s->sum) / (double)s->n;
  return op->is_max ? taut_sqrt(value) : value;
}

static int64_t step_count(const taut_op *op, registers *s, double *ring, bool p, int64_t row) {
  uint64_t i = slot_of(row, op->n + 1);
  if (row > op->n) s->i -= ring[i] != 0;
  ring[i] = p;
  s->i += p;
  return s->i;
}

/// Trapezoids since the start; exact up to the last multiplication.
static double step_integral(const taut_op *op, registers *s, double x, int64_t row,
                            bool *is_error) {
  if (fabs(x) == INF) {
    *is_error = true;
    x = (double)NAN;
  }
  // A sample without a value contributes nothing, nor do its two trapezoids.
  if (row > 0 && x == x && s->a == s->a) {
    taut_exact_sum_add(&s->sum, 0.5 * s->a);
    taut_exact_sum_add(&s->sum, 0.5 * x);
  }
  s->a = x;
  return taut_exact_sum_value(&s->sum) * op->value;
}

static double step_duration(const taut_op *op, registers *s, bool p, int64_t row) {
  if (!p) {
    s->i = -1;
    return 0;
  }
  if (s->i < 0) s->i = row;
  return (double)(row - s->i) * op->value;
}

static double step_time_since(const taut_op *op, registers *s, bool p, int64_t row) {
  if (p) s->i = row;
  return s->i < 0 ? (double)NAN : (double)(row - s->i) * op->value;
}

/// The value when p last became true. True at the first row is not an event.
static double step_at(registers *s, bool p, double x, int64_t row) {
  if (p && row > 0 && s->i == 0) {
    s->a = x;
    s->j = 1;
  }
  s->i = p;
  return s->j ? s->a : (double)NAN;
}

static double step_least(const taut_op *op, window *w, double x, int64_t row) {
  wedge_drop(&w->m, w->ring, op->mask, row - op->n);
  if (x == x) wedge_push(&w->m, w->ring, op->mask, op->is_max ? -x : x, row, 0);
  const wedge_entry *front = wedge_front(&w->m, w->ring, op->mask);
  if (!front) return (double)NAN;
  return op->is_max ? -front->value : front->value;
}

/// What the operators on plain numbers give. A NaN that was not an undefined operand is an error.
static double apply_numbers(const taut_op *op, double a, double b, double c, bool *is_error) {
  double x = 0;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_ADD: x = a + b; break;
    case TAUT_OP_SUB: x = a - b; break;
    case TAUT_OP_MUL: x = a * b; break;
    case TAUT_OP_DIV: x = a / b; break;
    case TAUT_OP_MIN: x = a != a || b != b ? a + b : (b < a ? b : a); break;
    case TAUT_OP_MAX: x = a != a || b != b ? a + b : (b > a ? b : a); break;
    default: x = a != a || b != b || c != c ? a + b + c : (a < b ? b : (a > c ? c : a)); break;
  }
  bool is_undefined = a != a || b != b || (op->n_children == 3 && c != c);
  if (x != x && !is_undefined) *is_error = true;
  return x;
}

static taut_sample compare_less(const taut_op *op, double a, double b, bool *is_error) {
  double slack = b - a;
  if (slack != slack && a == a && b == b) *is_error = true;
  return slack_atom(op, op->is_equal_true ? a <= b : a < b, slack);
}

static taut_sample compare_near(const taut_op *op, double x, double c, double tolerance,
                                bool *is_error) {
  double slack = tolerance - fabs(x - c);
  if (slack != slack && x == x && c == c && tolerance == tolerance) *is_error = true;
  return slack_atom(op, slack >= 0, slack);
}

static taut_sample compare_equal(const taut_op *op, double a, double b) {
  if (a != a || b != b) return truth_atom(0);
  return truth_atom((a == b) == op->is_equal_true ? 1 : -1);
}

static taut_sample compare_same(const taut_op *op, taut_sample a, taut_sample b) {
  taut_sample s = sample_iff(a, b);
  if (!op->is_equal_true) s = taut_sample_not(s);
  s.r = s.lo > 0 ? 1 : (s.hi < 0 ? -1 : 0);
  s.m = taut_infinity_of((int)s.r);
  return s;
}

// ------------------------------------------------------------------------------------------- steps

/// What a step needs to know beside its operator.
typedef struct place {
  const taut_monitor *monitor;
  const taut_monitor_state *state;
  taut_sample *out;
  unsigned char *part;
  const double *values;
  unsigned side;
  bool is_error;
} place;

static double read_slot(place *at, const taut_op *op) {
  double x = at->values[op->slot[at->side]];
  if (x != x) at->is_error = true;
  return x;
}

static taut_sample step_changed(const taut_op *op, registers *s, const taut_sample *a,
                                int64_t row) {
  double value = op->is_max ? is_true(a) : a->m;
  double before = s->a;
  s->a = value;
  if (row == 0) return truth_atom(-1);
  if (value != value || before != before) return truth_atom(0);
  return truth_atom(value != before ? 1 : -1);
}

/// Operators with memory on conditions; `row` is that of the child's sample.
static void step_temporal(const taut_op *op, place *at, taut_sample *out, int64_t row, bool has) {
  void *memory = at->part + op->state;
  const taut_sample *a = &at->out[op->child[0]];
  bool is_cut = !at->state->is_weak && !op->is_to_the_end && row >= at->state->n_rows;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_CHAIN: {
      stretch s = step_chain(op, memory, a, &at->out[op->child[1]], has, row);
      *out = s.best;
      if (op->is_future && is_cut && s.least.hi > out->hi) out->hi = s.least.hi;
      break;
    }
    case TAUT_OP_LATER:
      if (has) {
        *out = *a;
      } else {
        *out = taut_sample_of_truth(op->fill);
        if (is_cut) {
          out->lo = -1;
          out->hi = 1;
        }
      }
      break;
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: {
      sample_ring *ring = memory;
      uint64_t i = slot_of(row, op->n);
      if (row >= op->n)
        *out = ring->ring[i];
      else
        *out = op->code == TAUT_OP_DELAYED ? number((double)NAN) : taut_sample_of_truth(op->fill);
      if (has) ring->ring[i] = *a;
      break;
    }
    case TAUT_OP_SO_FAR: {
      sample_ring *s = memory;
      if (row == 0) s->unused = *a;
      s->unused = op->is_max ? taut_sample_or(s->unused, *a) : taut_sample_and(s->unused, *a);
      *out = s->unused;
      break;
    }
    default: {  // TAUT_OP_SINCE_START
      sample_ring *s = memory;
      const taut_sample *q = &at->out[op->child[1]];
      s->unused = row == 0 ? *q : taut_sample_or(*q, taut_sample_and(*a, s->unused));
      *out = s->unused;
      break;
    }
  }
}

/// Functions that look back and edges of values.
static void step_looking_back(const taut_op *op, place *at, taut_sample *out, int64_t row) {
  void *memory = at->part + op->state;
  const taut_sample *a = &at->out[op->child[0]];
  registers *s = memory;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_CHANGED: *out = step_changed(op, s, a, row); break;
    case TAUT_OP_LEAST: *out = number(step_least(op, memory, a->m, row)); break;
    case TAUT_OP_MEAN: *out = number(step_mean(op, memory, a->m, row, &at->is_error)); break;
    case TAUT_OP_INTEGRAL: *out = number(step_integral(op, s, a->m, row, &at->is_error)); break;
    case TAUT_OP_DURATION: *out = number(step_duration(op, s, is_true(a), row)); break;
    case TAUT_OP_COUNT:
      *out = number((double)step_count(op, s, (double *)(s + 1), is_true(a), row));
      break;
    case TAUT_OP_TIME_SINCE: *out = number(step_time_since(op, s, is_true(a), row)); break;
    default: *out = number(step_at(s, is_true(a), at->out[op->child[1]].m, row)); break;
  }
}

/// A signal against a constant; true when the signal was NaN.
static inline bool step_limit(const taut_op *op, const double *values, unsigned side,
                              taut_sample *out) {
  double x = values[op->slot[side]];
  double slack = op->code == TAUT_OP_BELOW ? op->value - x : x - op->value;
  if (slack != slack) {
    *out = truth_atom(0);
    return true;
  }
  int8_t truth = (slack > 0 || (slack == 0 && op->is_equal_true)) ? 1 : -1;
  out->m = slack * op->scale;
  out->r = slack;
  out->lo = out->hi = truth;
  out->atom = op->atom;
  return false;
}

NOINLINE static void step_whole_window(const taut_op *op, place *at, taut_sample *out, int64_t row,
                                       bool has) {
  window *w = (window *)(void *)(at->part + op->state);
  const taut_sample *a = &at->out[op->child[0]];
  step_window(op, w, a, has, row, out);
  if (at->monitor->has_series) step_window_series(op, w, a, has, row, out);
  bool is_cut = !at->state->is_weak && !op->is_to_the_end && row >= at->state->n_rows;
  if (!is_cut || !op->is_future) return;
  if (op->is_max) out->hi = 1;
  if (!op->is_max) out->lo = -1;
}

static void step_now(const taut_op *op, place *at, taut_sample *out) {
  const taut_sample *a = &at->out[op->child[0]], *b = &at->out[op->child[1]];
  const taut_sample *c = &at->out[op->child[2]];
  switch ((taut_op_code)op->code) {
    case TAUT_OP_NUMBER: *out = number(op->value); break;
    case TAUT_OP_SIGNAL: *out = number(read_slot(at, op)); break;
    case TAUT_OP_TRUTH: *out = truth_atom(op->value != 0 ? 1 : -1); break;
    case TAUT_OP_FLAG: *out = truth_atom(read_slot(at, op) != 0 ? 1 : -1); break;
    case TAUT_OP_NEG: *out = number(-a->m); break;
    case TAUT_OP_ABS: *out = number(fabs(a->m)); break;
    case TAUT_OP_LESS: *out = compare_less(op, a->m, b->m, &at->is_error); break;
    case TAUT_OP_BELOW: *out = compare_less(op, read_slot(at, op), op->value, &at->is_error); break;
    case TAUT_OP_ABOVE: *out = compare_less(op, op->value, read_slot(at, op), &at->is_error); break;
    case TAUT_OP_EQUAL: *out = compare_equal(op, a->m, b->m); break;
    case TAUT_OP_NEAR: *out = compare_near(op, a->m, b->m, c->m, &at->is_error); break;
    case TAUT_OP_SAME: *out = compare_same(op, *a, *b); break;
    case TAUT_OP_NOT: *out = taut_sample_not(*a); break;
    case TAUT_OP_AND: *out = taut_sample_and(*a, *b); break;
    case TAUT_OP_OR: *out = taut_sample_or(*a, *b); break;
    case TAUT_OP_XOR: *out = taut_sample_not(sample_iff(*a, *b)); break;
    case TAUT_OP_IFF: *out = sample_iff(*a, *b); break;
    case TAUT_OP_EDGE:
      *out = *a;
      out->m = taut_infinity_of(a->lo > 0 ? 1 : (a->hi < 0 ? -1 : 0));
      break;
    default: *out = number(apply_numbers(op, a->m, b->m, c->m, &at->is_error)); break;
  }
}

/// Everything but the commonest operators, out of the way of the loop over a row.
NOINLINE static void step_other(const taut_op *op, place *at, taut_sample *out, int64_t row,
                                bool has) {
  if (op->code < TAUT_OP_ALIGN) {
    if (has) step_now(op, at, out);
  } else if (op->code <= TAUT_OP_DELAYED) {
    if (has || op->delay > op->delay_in) step_temporal(op, at, out, row, has);
  } else if (has) {
    step_looking_back(op, at, out, row);
  }
}

/// In the middle of a run every operator has its sample. True when a NaN was met.
static bool step_steadily(const taut_monitor *monitor, const taut_monitor_state *state,
                          void *side_part, unsigned side, const double *values) {
  const taut_op *end = monitor->ops + monitor->n_ops;
  taut_sample *all = side_part, *out = all;
  bool is_error = false;
  for (const taut_op *op = monitor->ops; op < end; op++, out++) {
    int64_t row = state->row - op->delay_in;
    if (op->code <= TAUT_OP_ABOVE) {
      is_error |= step_limit(op, values, side, out);
    } else if (op->code == TAUT_OP_WINDOW) {
      window *w = (window *)(void *)((unsigned char *)side_part + op->state);
      step_window(op, w, &all[op->child[0]], true, row, out);
      if (monitor->has_series) step_window_series(op, w, &all[op->child[0]], true, row, out);
    } else {
      place at = {monitor, state, all, side_part, values, side, false};
      step_other(op, &at, out, row, true);
      is_error |= at.is_error;
    }
  }
  return is_error;
}

static void step_at_the_ends(const taut_monitor *monitor, place *at,
                             const taut_monitor_state *state) {
  for (uint32_t i = 0; i < monitor->n_ops; i++) {
    const taut_op *op = &monitor->ops[i];
    int64_t row = state->row - op->delay_in;
    if (row < 0) continue;
    bool has = row < state->n_rows;
    if (op->code <= TAUT_OP_ABOVE) {
      if (has) at->is_error |= step_limit(op, at->values, at->side, &at->out[i]);
    } else if (op->code == TAUT_OP_WINDOW) {
      if (has || op->delay > op->delay_in) step_whole_window(op, at, &at->out[i], row, has);
    } else {
      step_other(op, at, &at->out[i], row, has);
    }
  }
}

void taut_stream_step(const taut_monitor *monitor, taut_monitor_state *state, void *side_part,
                      unsigned side, const double *values) {
  bool is_error = false;
  if (state->row >= monitor->delay && state->n_rows == INT64_MAX) {
    is_error = step_steadily(monitor, state, side_part, side, values);
  } else {
    place at = {monitor, state, side_part, side_part, values, side, false};
    step_at_the_ends(monitor, &at, state);
    is_error = at.is_error;
  }
  if (is_error && state->error_row < 0) state->error_row = state->row;
}

// ------------------------------------------------------------------------------------------ memory

static uint64_t power_of_two(uint64_t n) {
  uint64_t p = 1;
  while (p < n) p *= 2;
  return p;
}

uint64_t taut_stream_size(taut_op *op) {
  uint64_t n = (uint64_t)op->n;
  op->mask = power_of_two(n + 1) - 1;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_WINDOW: return sizeof(window) + 2 * (op->mask + 1) * sizeof(wedge_entry);
    case TAUT_OP_LEAST: return sizeof(window) + (op->mask + 1) * sizeof(wedge_entry);
    case TAUT_OP_CHAIN: return sizeof(chain) + (op->mask + 1) * sizeof(stretch);
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: return sizeof(sample_ring) + n * sizeof(taut_sample);
    case TAUT_OP_SO_FAR:
    case TAUT_OP_SINCE_START: return sizeof(sample_ring);
    case TAUT_OP_MEAN: return sizeof(mean) + (n + 1) * sizeof(double);
    case TAUT_OP_COUNT: return sizeof(registers) + (n + 1) * sizeof(double);
    case TAUT_OP_CHANGED:
    case TAUT_OP_INTEGRAL:
    case TAUT_OP_DURATION:
    case TAUT_OP_TIME_SINCE:
    case TAUT_OP_AT: return sizeof(registers);
    default: return 0;
  }
}

void taut_stream_start(const taut_monitor *monitor, void *side_part) {
  for (uint32_t i = 0; i < monitor->n_ops; i++) {
    const taut_op *op = &monitor->ops[i];
    void *memory = (unsigned char *)side_part + op->state;
    if (op->code == TAUT_OP_WINDOW) {
      window *w = memory;
      for (int k = 0; k < 2; k++) w->last_lo[k] = w->last_hi[k] = INT64_MIN;
    } else if (op->code == TAUT_OP_CHAIN) {
      ((chain *)memory)->back = empty_stretch();
    } else if (op->code == TAUT_OP_DURATION || op->code == TAUT_OP_TIME_SINCE) {
      ((registers *)memory)->i = -1;
    }
  }
}
