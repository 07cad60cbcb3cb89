// Operators without memory in the middle of a run, where every row has its sample: loops over the
// rows [first, n) of a block. They do what taut_op_step does, row by row, and leave to it the rows
// that hold a NaN. Without a series nobody reads `r`, and here nobody writes it.

#include <math.h>

#include "monitor/step.h"

// ----------------------------------------------------------------------------------------- numbers

/// Steps again those rows that may have an error to note.
static void step_not_numbers(const taut_op *op, taut_block *b, const taut_sample *out,
                             unsigned first) {
  for (unsigned i = first; i < b->n; i++)
    if (out[i].m != out[i].m) taut_op_step(op, b, i);
}

/// All else of a number's sample is zero from the start.
#define EACH_NUMBER(expression)          \
  for (unsigned i = first; i < n; i++) { \
    double x = (expression);             \
    out[i].m = x;                        \
    is_number &= x == x;                 \
  }                                      \
  break

static void run_numbers(const taut_op *op, taut_block *block, taut_sample *out, unsigned first) {
  const taut_sample *a = taut_block_out(block, op->child[0]);
  const taut_sample *b = taut_block_out(block, op->child[1]);
  const taut_sample *c = taut_block_out(block, op->child[2]);
  const double *column = block->values;
  unsigned n = block->n;
  bool is_number = true;
  if (op->code == TAUT_OP_SIGNAL) column = taut_block_value(block, op);
  switch ((taut_op_code)op->code) {
    case TAUT_OP_SIGNAL: EACH_NUMBER(column[i]);
    case TAUT_OP_NEG: EACH_NUMBER(-a[i].m);
    case TAUT_OP_ABS: EACH_NUMBER(fabs(a[i].m));
    case TAUT_OP_ADD: EACH_NUMBER(a[i].m + b[i].m);
    case TAUT_OP_SUB: EACH_NUMBER(a[i].m - b[i].m);
    case TAUT_OP_MUL: EACH_NUMBER(a[i].m * b[i].m);
    case TAUT_OP_DIV: EACH_NUMBER(a[i].m / b[i].m);
    case TAUT_OP_MIN: EACH_NUMBER(taut_min_of(a[i].m, b[i].m));
    case TAUT_OP_MAX: EACH_NUMBER(taut_max_of(a[i].m, b[i].m));
    case TAUT_OP_CLAMP: EACH_NUMBER(taut_clamp_of(a[i].m, b[i].m, c[i].m));
    default: break;
  }
  if (!is_number) step_not_numbers(op, block, out, first);
}

// ------------------------------------------------------------------------------------- comparisons

static void put_slack(const taut_op *op, taut_sample *out, bool holds, double slack,
                      bool has_series) {
  int8_t truth = holds ? 1 : -1;
  out->m = slack * op->scale;
  out->lo = out->hi = truth;
  out->atom = op->atom;
  out->reserved = 0;
  if (has_series) out->r = slack;
}

static void run_less(const taut_op *op, taut_block *block, taut_sample *out, unsigned first) {
  const taut_sample *a = taut_block_out(block, op->child[0]);
  const taut_sample *b = taut_block_out(block, op->child[1]);
  const bool has_series = block->monitor->has_series, is_equal_true = op->is_equal_true;
  const taut_op copy = *op;  // which no sample can alias
  for (unsigned i = first; i < block->n; i++) {
    double x = a[i].m, y = b[i].m, slack = y - x;
    put_slack(&copy, &out[i], is_equal_true ? x <= y : x < y, slack, has_series);
    if (slack != slack) taut_op_step(op, block, i);
  }
}

/// A signal against a constant.
static void run_limit(const taut_op *op, taut_block *block, taut_sample *out, unsigned first) {
  const double *x = taut_block_value(block, op);
  const bool has_series = block->monitor->has_series, is_below = op->code == TAUT_OP_BELOW;
  const bool is_equal_true = op->is_equal_true;
  const taut_op copy = *op;
  for (unsigned i = first; i < block->n; i++) {
    double slack = is_below ? copy.value - x[i] : x[i] - copy.value;
    put_slack(&copy, &out[i], slack > 0 || (slack == 0 && is_equal_true), slack, has_series);
    if (slack != slack) taut_op_step(op, block, i);
  }
}

// ------------------------------------------------------------------------------------- conditions

static void run_not(const taut_sample *a, taut_sample *out, unsigned first, unsigned n) {
  for (unsigned i = first; i < n; i++) out[i] = taut_sample_not(a[i]);
}

/// As taut_sample_and and taut_sample_or.
__attribute__((always_inline)) static inline void run_pair(const taut_block *block,
                                                           const taut_op *op, taut_sample *out,
                                                           unsigned first, bool is_or) {
  const taut_sample *a = taut_block_out(block, op->child[0]) + first;
  const taut_sample *b = taut_block_out(block, op->child[1]) + first;
  const taut_sample *end = a + (block->n - first);
  const bool has_series = block->monitor->has_series;
  out += first;
  for (; a < end; a++, b++, out++) {
    bool takes_b = is_or ? b->m > a->m : b->m < a->m;
    int8_t lo = (is_or ? b->lo > a->lo : b->lo < a->lo) ? b->lo : a->lo;
    int8_t hi = (is_or ? b->hi > a->hi : b->hi < a->hi) ? b->hi : a->hi;
    double m = takes_b ? b->m : a->m;
    uint16_t atom = takes_b ? b->atom : a->atom;
    if (has_series) out->r = (is_or ? b->r > a->r : b->r < a->r) ? b->r : a->r;
    out->m = m;
    out->lo = lo;
    out->hi = hi;
    out->atom = atom;
  }
}

void taut_op_run(const taut_op *op, taut_block *block, unsigned first) {
  const taut_sample *a = taut_block_out(block, op->child[0]);
  taut_sample *out = taut_block_out(block, (unsigned)(op - block->monitor->ops));
  switch ((taut_op_code)op->code) {
    case TAUT_OP_SIGNAL:
    case TAUT_OP_NEG:
    case TAUT_OP_ABS:
    case TAUT_OP_ADD:
    case TAUT_OP_SUB:
    case TAUT_OP_MUL:
    case TAUT_OP_DIV:
    case TAUT_OP_MIN:
    case TAUT_OP_MAX:
    case TAUT_OP_CLAMP: run_numbers(op, block, out, first); break;
    case TAUT_OP_LESS: run_less(op, block, out, first); break;
    case TAUT_OP_BELOW:
    case TAUT_OP_ABOVE: run_limit(op, block, out, first); break;
    case TAUT_OP_NOT: run_not(a, out, first, block->n); break;
    case TAUT_OP_AND: run_pair(block, op, out, first, false); break;
    case TAUT_OP_OR: run_pair(block, op, out, first, true); break;
    case TAUT_OP_CHANGED:
    case TAUT_OP_MEAN: taut_op_run_looking_back(op, block, first); break;
    case TAUT_OP_LATER:
      for (unsigned i = first; i < block->n; i++) out[i] = a[i];
      break;
    default:
      for (unsigned i = first; i < block->n; i++) taut_op_step(op, block, i);
      break;
  }
}
