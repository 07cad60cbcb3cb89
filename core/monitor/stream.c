// Streams: a block of rows through all operators of a side, operator by operator, so that what an
// operator costs beside its arithmetic is paid once a block.

#include <math.h>
#include <string.h>

#include "monitor/step.h"
#include "monitor/wedge.h"

// The commonest operators in the middle of a run, where every row has its sample; the rows are
// [first, n) of the block.

/// A signal against a constant.
static void run_limit(const taut_op *op, taut_block *b, taut_sample *out, unsigned first) {
  const double *x = taut_block_value(b, op);
  const double limit = op->value, scale = op->scale;
  const bool is_below = op->code == TAUT_OP_BELOW, is_equal_true = op->is_equal_true;
  for (unsigned i = first; i < b->n; i++) {
    double slack = is_below ? limit - x[i] : x[i] - limit;
    if (slack != slack) {
      out[i] = taut_sample_of_atom(0);
      taut_block_error(b, i);
      continue;
    }
    int8_t truth = (slack > 0 || (slack == 0 && is_equal_true)) ? 1 : -1;
    out[i] =
        (taut_sample){.m = slack * scale, .r = slack, .lo = truth, .hi = truth, .atom = op->atom};
  }
}

__attribute__((always_inline)) static inline void run_wedge(const taut_op *op, bool is_max,
                                                            taut_window *w, const taut_sample *a,
                                                            taut_sample *out, unsigned n,
                                                            int64_t row) {
  // A copy that no sample can alias stays in registers.
  taut_window_head head = w->head;
  for (unsigned i = 0; i < n; i++)
    taut_window_step(op, is_max, &head, w->ring, &a[i], true, row + i, &out[i]);
  w->head = head;
}

static void run_window(const taut_op *op, taut_block *b, taut_sample *out, unsigned first) {
  taut_window *w = (taut_window *)(void *)(b->part + op->state);
  const taut_sample *a = taut_block_out(b, op->child[0]) + first;
  int64_t row = b->state->row - op->delay_in + first;
  unsigned n = b->n - first;
  out += first;
  if (op->is_max)
    run_wedge(op, true, w, a, out, n, row);
  else
    run_wedge(op, false, w, a, out, n, row);
  for (unsigned i = 0; i < n && b->monitor->has_series; i++)
    taut_window_step_series(op, w, &a[i], true, row + i, &out[i]);
}

/// ALIGN, EARLIER, DELAYED.
static void run_ring(const taut_op *op, taut_block *b, taut_sample *out, unsigned first) {
  taut_ring *memory = (taut_ring *)(void *)(b->part + op->state);
  const taut_sample *a = taut_block_out(b, op->child[0]);
  taut_sample before = {.m = (double)NAN};
  if (op->code != TAUT_OP_DELAYED) before = taut_sample_of_truth(op->fill);
  for (unsigned i = first; i < b->n; i++) {
    int64_t row = b->state->row + i - op->delay_in;
    out[i] = row >= op->n ? memory->ring[(uint64_t)(row - op->n) & op->mask] : before;
    memory->ring[(uint64_t)row & op->mask] = a[i];
  }
}

static void run_copy(taut_block *b, const taut_sample *a, taut_sample *out, unsigned first) {
  if (first < b->n) memcpy(out + first, a + first, (b->n - first) * sizeof *out);
}

/// All operators that are not worth a loop of their own.
static void run_other(const taut_op *op, taut_block *b, unsigned first) {
  for (unsigned i = first; i < b->n; i++) taut_op_step(op, b, i);
}

static void run_op(const taut_op *op, taut_block *b, taut_sample *out) {
  // The first rows of a run come before the first sample.
  int64_t row = b->state->row - op->delay_in;
  unsigned first = row >= 0 ? 0 : (row < -(int64_t)b->n ? b->n : (unsigned)-row);
  const taut_sample *p = taut_block_out(b, op->child[0]), *q = taut_block_out(b, op->child[1]);
  switch ((taut_op_code)op->code) {
    case TAUT_OP_BELOW:
    case TAUT_OP_ABOVE: run_limit(op, b, out, first); break;
    case TAUT_OP_WINDOW: run_window(op, b, out, first); break;
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: run_ring(op, b, out, first); break;
    case TAUT_OP_LATER: run_copy(b, p, out, first); break;
    case TAUT_OP_NOT:
      for (unsigned i = first; i < b->n; i++) out[i] = taut_sample_not(p[i]);
      break;
    case TAUT_OP_AND:
      for (unsigned i = first; i < b->n; i++) out[i] = taut_sample_and(p[i], q[i]);
      break;
    case TAUT_OP_OR:
      for (unsigned i = first; i < b->n; i++) out[i] = taut_sample_or(p[i], q[i]);
      break;
    default: run_other(op, b, first); break;
  }
}

void taut_stream_run(taut_block *block) {
  const taut_monitor *m = block->monitor;
  bool has_ended = block->state->n_rows != INT64_MAX;
  for (uint32_t i = 0; i < m->n_ops; i++) {
    if (has_ended)
      run_other(&m->ops[i], block, 0);
    else
      run_op(&m->ops[i], block, taut_block_out(block, i));
  }
}
