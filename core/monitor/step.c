// One operator at one row, whatever the row. Until and since go by a queue of two stacks over an
// associative composition, windows by a wedge, so that no operator's cost depends on its window.

#include <math.h>
#include <string.h>

#include "monitor/step.h"
#include "monitor/wedge.h"
#include "taut/math.h"

static const double INF = (double)INFINITY;

// ----------------------------------------------------------------------------------------- samples

static taut_sample sample_iff(taut_sample a, taut_sample b) {
  return taut_sample_or(taut_sample_and(a, b),
                        taut_sample_and(taut_sample_not(a), taut_sample_not(b)));
}

static taut_sample number(double x) {
  return (taut_sample){.m = x};
}

static taut_sample slack_atom(const taut_op *op, bool holds, double slack) {
  int8_t truth = holds ? 1 : -1;
  if (slack != slack) return taut_sample_of_atom(0);
  return (taut_sample){
      .m = slack * op->scale, .r = slack, .lo = truth, .hi = truth, .atom = op->atom};
}

/// Truth where a stream must be one or the other: unknown counts as false.
static bool is_true(const taut_sample *s) {
  return s->lo > 0;
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
  double ring[];  ///< (mask + 1)
} mean;

typedef struct registers {
  double a, b;
  int64_t i, j;
  taut_exact_sum sum;
} registers;

static double step_mean(const taut_op *op, mean *s, double x, int64_t row, bool *is_error) {
  if (op->is_max) x = x * x;
  double oldest = s->ring[(uint64_t)(row - op->n - 1) & op->mask];
  if (row > op->n && oldest == oldest) {
    taut_exact_sum_add(&s->sum, -oldest);
    s->n--;
  }
  if (fabs(x) == INF) {
    *is_error = true;
    x = (double)NAN;
  }
  s->ring[(uint64_t)row & op->mask] = x;
  if (x == x) {
    taut_exact_sum_add(&s->sum, x);
    s->n++;
  }
  if (s->n == 0) return (double)NAN;
  double value = taut_exact_sum_value(&s->sum) / (double)s->n;
  return op->is_max ? taut_sqrt(value) : value;
}

static int64_t step_count(const taut_op *op, registers *s, double *ring, bool p, int64_t row) {
  if (row > op->n) s->i -= ring[(uint64_t)(row - op->n - 1) & op->mask] != 0;
  ring[(uint64_t)row & op->mask] = p;
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

static double step_least(const taut_op *op, taut_window *w, double x, int64_t row) {
  taut_wedge_drop(&w->head.m, w->ring, op->mask, row - op->n);
  if (x == x) taut_wedge_push(&w->head.m, w->ring, op->mask, op->is_max ? -x : x, row, 0);
  const taut_wedge_entry *front = taut_wedge_front(&w->head.m, w->ring, op->mask);
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
    case TAUT_OP_MIN: x = taut_min_of(a, b); break;
    case TAUT_OP_MAX: x = taut_max_of(a, b); break;
    default: x = taut_clamp_of(a, b, c); break;
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
  if (a != a || b != b) return taut_sample_of_atom(0);
  return taut_sample_of_atom((a == b) == op->is_equal_true ? 1 : -1);
}

static taut_sample compare_same(const taut_op *op, taut_sample a, taut_sample b) {
  taut_sample s = sample_iff(a, b);
  if (!op->is_equal_true) s = taut_sample_not(s);
  s.r = s.lo > 0 ? 1 : (s.hi < 0 ? -1 : 0);
  s.m = taut_infinity_of((int)s.r);
  return s;
}

// ------------------------------------------------------------------------------------------- steps

/// Where a step happens.
typedef struct place {
  taut_block *block;
  unsigned i;  ///< row of the block
  bool is_error;
} place;

static const taut_sample *child_of(const place *at, const taut_op *op, unsigned k) {
  return taut_block_out(at->block, op->child[k]) + at->i;
}

static double read_slot(place *at, const taut_op *op) {
  double x = taut_block_value(at->block, op)[at->i];
  if (x != x) at->is_error = true;
  return x;
}

static taut_sample step_changed(const taut_op *op, registers *s, const taut_sample *a,
                                int64_t row) {
  double value = op->is_max ? is_true(a) : a->m;
  double before = s->a;
  s->a = value;
  if (row == 0) return taut_sample_of_atom(-1);
  if (value != value || before != before) return taut_sample_of_atom(0);
  return taut_sample_of_atom(value != before ? 1 : -1);
}

/// Operators with memory on conditions; `row` is that of the child's sample.
static void step_temporal(const taut_op *op, place *at, taut_sample *out, int64_t row, bool has) {
  void *memory = at->block->memory + op->state;
  const taut_sample *a = child_of(at, op, 0);
  bool is_cut = taut_is_cut(at->block->state, op, row);
  switch ((taut_op_code)op->code) {
    case TAUT_OP_CHAIN: {
      stretch s = step_chain(op, memory, a, child_of(at, op, 1), has, row);
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
      taut_ring *ring = memory;
      if (row >= op->n)
        *out = ring->ring[(uint64_t)(row - op->n) & op->mask];
      else
        *out = op->code == TAUT_OP_DELAYED ? number((double)NAN) : taut_sample_of_truth(op->fill);
      if (!has) break;
      ring->ring[(uint64_t)row & op->mask] = *a;
      ring->sample = *a;
      ring->since = row;
      break;
    }
    case TAUT_OP_SO_FAR: {
      taut_ring *s = memory;
      if (row == 0) s->sample = *a;
      s->sample = op->is_max ? taut_sample_or(s->sample, *a) : taut_sample_and(s->sample, *a);
      *out = s->sample;
      break;
    }
    default: {  // TAUT_OP_SINCE_START
      taut_ring *s = memory;
      const taut_sample *q = child_of(at, op, 1);
      s->sample = row == 0 ? *q : taut_sample_or(*q, taut_sample_and(*a, s->sample));
      *out = s->sample;
      break;
    }
  }
}

/// Functions that look back and edges of values.
static void step_looking_back(const taut_op *op, place *at, taut_sample *out, int64_t row) {
  void *memory = at->block->memory + op->state;
  const taut_sample *a = child_of(at, op, 0);
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
    default: *out = number(step_at(s, is_true(a), child_of(at, op, 1)->m, row)); break;
  }
}

static void step_now(const taut_op *op, place *at, taut_sample *out) {
  const taut_sample *a = child_of(at, op, 0), *b = child_of(at, op, 1);
  const taut_sample *c = child_of(at, op, 2);
  switch ((taut_op_code)op->code) {
    case TAUT_OP_NUMBER: *out = number(op->value); break;
    case TAUT_OP_SIGNAL: *out = number(read_slot(at, op)); break;
    case TAUT_OP_TRUTH: *out = taut_sample_of_atom(op->value != 0 ? 1 : -1); break;
    case TAUT_OP_FLAG: *out = taut_sample_of_atom(read_slot(at, op) != 0 ? 1 : -1); break;
    case TAUT_OP_FINITE: {
      double x = taut_block_value(at->block, op)[at->i];
      *out = taut_sample_of_atom(x - x == 0 ? 1 : -1);
      break;
    }
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

static void step_window(const taut_op *op, place *at, taut_sample *out, int64_t row, bool has) {
  taut_window *w = (taut_window *)(void *)(at->block->memory + op->state);
  const taut_sample *a = child_of(at, op, 0);
  taut_window_step(op, op->is_max, &w->head, w->ring, a, has, row, out);
  if (at->block->monitor->has_series) taut_window_step_series(op, w, a, has, row, out);
  if (!op->is_future || !taut_is_cut(at->block->state, op, row)) return;
  if (op->is_max) out->hi = 1;
  if (!op->is_max) out->lo = -1;
}

void taut_op_step(const taut_op *op, taut_block *block, unsigned i) {
  place at = {block, i, false};
  int64_t row = block->state->row + i - op->delay_in;
  bool has = row < block->state->n_rows;
  // Behind the last row only those that look ahead still have something to say.
  if (row < 0 || (!has && op->delay == op->delay_in)) return;
  taut_sample *out = taut_block_out(block, (unsigned)(op - block->monitor->ops)) + i;
  if (op->code == TAUT_OP_WINDOW)
    step_window(op, &at, out, row, has);
  else if (op->code < TAUT_OP_ALIGN)
    step_now(op, &at, out);
  else if (op->code <= TAUT_OP_DELAYED)
    step_temporal(op, &at, out, row, has);
  else
    step_looking_back(op, &at, out, row);
  if (at.is_error) taut_block_error(block, op, i);
}

void taut_op_run_looking_back(const taut_op *op, taut_block *block, unsigned first) {
  const taut_sample *a = taut_block_out(block, op->child[0]);
  taut_sample *out = taut_block_out(block, (unsigned)(op - block->monitor->ops));
  void *memory = block->memory + op->state;
  int64_t row = block->state->row - op->delay_in;
  for (unsigned i = first; i < block->n; i++) {
    bool is_error = false;
    if (op->code == TAUT_OP_CHANGED)
      out[i] = step_changed(op, memory, &a[i], row + i);
    else
      out[i].m = step_mean(op, memory, a[i].m, row + i, &is_error);
    if (is_error) taut_block_error(block, op, i);
  }
}

bool taut_is_before_event(const taut_op *op, const taut_block *block) {
  const registers *s = (const registers *)(const void *)(block->memory + op->state);
  return s->i < 0 && !is_true(taut_block_out(block, op->child[0]));
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
    case TAUT_OP_WINDOW: return sizeof(taut_window) + 2 * (op->mask + 1) * sizeof(taut_wedge_entry);
    case TAUT_OP_LEAST: return sizeof(taut_window) + (op->mask + 1) * sizeof(taut_wedge_entry);
    case TAUT_OP_CHAIN: return sizeof(chain) + (op->mask + 1) * sizeof(stretch);
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: return sizeof(taut_ring) + (op->mask + 1) * sizeof(taut_sample);
    case TAUT_OP_SO_FAR:
    case TAUT_OP_SINCE_START: return sizeof(taut_ring);
    case TAUT_OP_MEAN: return sizeof(mean) + (op->mask + 1) * sizeof(double);
    case TAUT_OP_COUNT: return sizeof(registers) + (op->mask + 1) * sizeof(double);
    case TAUT_OP_CHANGED:
    case TAUT_OP_INTEGRAL:
    case TAUT_OP_DURATION:
    case TAUT_OP_TIME_SINCE:
    case TAUT_OP_AT: return sizeof(registers);
    default: return 0;
  }
}

void taut_stream_start(const taut_monitor *monitor, void *start) {
  for (uint32_t i = 0; i < monitor->n_ops; i++) {
    const taut_op *op = &monitor->ops[i];
    void *memory = (unsigned char *)start + op->state;
    if (op->code == TAUT_OP_WINDOW) {
      taut_window *w = memory;
      w->head.lo_false = w->head.lo_unknown = INT64_MIN;
      w->head.hi_false = w->head.hi_unknown = INT64_MIN;
    } else if (op->code == TAUT_OP_CHAIN) {
      ((chain *)memory)->back = empty_stretch();
    } else if (op->code == TAUT_OP_DURATION || op->code == TAUT_OP_TIME_SINCE) {
      ((registers *)memory)->i = -1;
    }
  }
}
