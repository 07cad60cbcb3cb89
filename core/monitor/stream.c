// Streams: a block of rows through all operators of a side, operator by operator, so that what an
// operator costs beside its arithmetic is paid once a block.

#include <math.h>
#include <string.h>

#include "monitor/step.h"
#include "monitor/wedge.h"

// The commonest operators in the middle of a run, where every row has its sample; the rows are
// [first, n) of the block.

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
  taut_window *w = (taut_window *)(void *)(b->memory + op->state);
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

/// ALIGN, EARLIER, DELAYED; the child moves.
static void run_ring(const taut_op *op, taut_block *b, taut_sample *out, unsigned first) {
  taut_ring *memory = (taut_ring *)(void *)(b->memory + op->state);
  const taut_sample *a = taut_block_out(b, op->child[0]);
  taut_sample before = {.m = (double)NAN};
  if (op->code != TAUT_OP_DELAYED) before = taut_sample_of_truth(op->fill);
  for (unsigned i = first; i < b->n; i++) {
    int64_t row = b->state->row + i - op->delay_in;
    out[i] = row >= op->n ? memory->ring[(uint64_t)(row - op->n) & op->mask] : before;
    memory->ring[(uint64_t)row & op->mask] = a[i];
  }
  if (first == b->n) return;
  memory->sample = a[b->n - 1];
  memory->since = b->state->row + b->n - 1 - op->delay_in;
}

static void run_moving(const taut_op *op, taut_block *b, taut_sample *out, unsigned first) {
  for (unsigned k = 0; k < op->n_children; k++) taut_block_fill(b, op->child[k]);
  switch ((taut_op_code)op->code) {
    case TAUT_OP_WINDOW: run_window(op, b, out, first); break;
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: run_ring(op, b, out, first); break;
    default: taut_op_run(op, b, first); break;
  }
}

// ---------------------------------------------------------------------------------- standing still

/// Looks which columns stand still.
static void find_still_columns(const taut_block *b) {
  for (uint32_t k = 0; k < b->monitor->n_slots; k++) {
    const double *x = b->values + (size_t)k * TAUT_BLOCK_ROWS;
    uint64_t first = taut_number_bits(x[0]), difference = 0;
    for (unsigned i = 1; i < b->n; i++) difference |= taut_number_bits(x[i]) ^ first;
    taut_column_state *column = &b->columns[k];
    bool is_before = b->state->row > 0 && taut_number_bits(column->value) == first;
    column->still = difference ? TAUT_MOVES : TAUT_STANDS | (is_before ? TAUT_IS_BEFORE : 0);
    column->value = x[b->n - 1];
  }
}

/// A window all of whose samples come to be the newest one.
static bool still_window(const taut_op *op, taut_block *b) {
  taut_window *w = (taut_window *)(void *)(b->memory + op->state);
  taut_window_head *head = &w->head;
  const taut_sample *s = taut_block_out(b, op->child[0]);
  int64_t row = b->state->row - op->delay_in, low = row - op->n, last = row + b->n - 1;
  double value = op->is_max ? -s->m : s->m;
  int lo = op->is_max ? -s->hi : s->lo, hi = op->is_max ? -s->lo : s->hi;
  const taut_wedge_entry *front = taut_wedge_front(&head->m, w->ring, op->mask);
  bool is_least = !front || front->value >= value;
  bool is_lo = lo < 0 || (head->lo_false < low && (lo == 0 || head->lo_unknown < low));
  bool is_hi = hi < 0 || (head->hi_false < low && (hi == 0 || head->hi_unknown < low));
  if (!is_least || !is_lo || !is_hi) return false;
  head->m.tail = head->m.head;
  taut_wedge_push(&head->m, w->ring, op->mask, value, last, s->atom);
  if (lo < 0) head->lo_false = last;
  if (lo == 0) head->lo_unknown = last;
  if (hi < 0) head->hi_false = last;
  if (hi == 0) head->hi_unknown = last;
  return true;
}

/// A least number that comes to be the newest one; nothing is left of what is undefined.
static bool still_least(const taut_op *op, taut_block *b, taut_sample *out) {
  taut_window *w = (taut_window *)(void *)(b->memory + op->state);
  double x = taut_block_out(b, op->child[0])->m, value = op->is_max ? -x : x;
  int64_t row = b->state->row - op->delay_in;
  taut_wedge_drop(&w->head.m, w->ring, op->mask, row - op->n);
  const taut_wedge_entry *front = taut_wedge_front(&w->head.m, w->ring, op->mask);
  if (front && !(front->value >= value)) return false;
  if (x == x) {
    w->head.m.tail = w->head.m.head;
    taut_wedge_push(&w->head.m, w->ring, op->mask, value, row + b->n - 1, 0);
  }
  out[0] = (taut_sample){.m = x};
  return true;
}

/// A ring whose newest sample stays; true when what leaves it is that sample, too.
static bool still_ring(const taut_op *op, taut_block *b, taut_sample *out) {
  taut_ring *memory = (taut_ring *)(void *)(b->memory + op->state);
  const taut_sample *s = taut_block_out(b, op->child[0]);
  int64_t row = b->state->row - op->delay_in;
  int64_t since = row > 0 && taut_sample_is(&memory->sample, s) ? memory->since : row;
  bool is_still = since <= row - op->n;
  if (!is_still) {
    taut_block_fill(b, op->child[0]);
    run_ring(op, b, out, 0);
  } else if (since > row - (int64_t)op->mask - 1) {
    for (unsigned i = 0; i < b->n; i++) memory->ring[(uint64_t)(row + i) & op->mask] = *s;
  }
  memory->sample = *s;
  memory->since = since;
  out[0] = is_still ? *s : out[0];
  return is_still;
}

/// An edge of a value can only be at the first row.
static bool still_changed(const taut_op *op, taut_block *b, taut_sample *out) {
  const taut_sample *a = taut_block_out(b, op->child[0]);
  bool is_known = op->is_max || a->m == a->m;
  taut_op_step(op, b, 0);
  taut_sample rest = taut_sample_of_atom(is_known ? -1 : 0);
  if (taut_sample_is(&out[0], &rest)) return true;
  for (unsigned i = 1; i < b->n; i++) out[i] = rest;
  return false;
}

/// What gives one sample for one operand: that of the first row stands for all.
static bool still_first(const taut_op *op, taut_block *b) {
  taut_op_step(op, b, 0);
  return true;
}

/// Runs an operator whose operands stand still. False when the result moves: then it is not
/// computed yet, unless `is_done`.
static bool run_still(const taut_op *op, taut_block *b, taut_sample *out, bool *is_done) {
  *is_done = true;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_WINDOW:
      *is_done = still_window(op, b);
      if (*is_done) out[0] = *taut_block_out(b, op->child[0]);
      return *is_done;
    case TAUT_OP_ALIGN:
    case TAUT_OP_EARLIER:
    case TAUT_OP_DELAYED: return still_ring(op, b, out);
    case TAUT_OP_CHANGED: return still_changed(op, b, out);
    case TAUT_OP_LATER: out[0] = *taut_block_out(b, op->child[0]); return true;
    case TAUT_OP_SO_FAR:
    case TAUT_OP_SINCE_START: return still_first(op, b);
    case TAUT_OP_DURATION:
      *is_done = taut_block_out(b, op->child[0])->lo <= 0;
      return *is_done && still_first(op, b);
    case TAUT_OP_LEAST: *is_done = still_least(op, b, out); return *is_done;
    case TAUT_OP_TIME_SINCE:
      *is_done = taut_is_before_event(op, b);
      return *is_done && still_first(op, b);
    case TAUT_OP_CHAIN:
    case TAUT_OP_MEAN:
    case TAUT_OP_INTEGRAL:
    case TAUT_OP_COUNT: *is_done = false; return false;
    default: return still_first(op, b);
  }
}

static bool reads_column(const taut_op *op) {
  return op->code == TAUT_OP_BELOW || op->code == TAUT_OP_ABOVE || op->code == TAUT_OP_SIGNAL ||
         op->code == TAUT_OP_FLAG || op->code == TAUT_OP_FINITE;
}

/// What all operands have in common, of taut_still.
static unsigned operands_still(const taut_op *op, const taut_block *b) {
  if (reads_column(op)) return (unsigned)b->columns[op->slot[0]].still;
  unsigned still = TAUT_STANDS | TAUT_IS_BEFORE;
  for (unsigned k = 0; k < op->n_children; k++) still &= b->still[op->child[k]];
  // Only the event moves the value.
  if (op->code == TAUT_OP_AT) return b->still[op->child[0]] & TAUT_STANDS;
  return still;
}

// -------------------------------------------------------------------------------------- a block

/// The operand of "and" or "or" that stands at an infinity: 0 or 1, or 2 when there is none.
static unsigned find_infinite(const taut_op *op, const taut_block *b, int truth) {
  double limit = taut_infinity_of(truth);
  for (unsigned k = 0; k < 2; k++) {
    if (b->still[op->child[k]] == TAUT_MOVES) continue;
    const taut_sample *s = taut_block_out(b, op->child[k]);
    if (s->m == limit && s->lo == truth && s->hi == truth) return k;
  }
  return 2;
}

/// "and" or "or" with an operand that does not move the other, or with one that decides alone: a
/// trigger that is false does not ask for the response.
static bool run_pair_of_one(const taut_op *op, taut_block *b, taut_sample *out, bool *is_still) {
  int truth = op->code == TAUT_OP_OR ? 1 : -1;
  unsigned decider = find_infinite(op, b, truth);
  if (decider < 2) {
    out[0] = *taut_block_out(b, op->child[decider]);
    *is_still = true;
    return true;
  }
  unsigned idle = find_infinite(op, b, -truth);
  if (idle == 2 || b->still[op->child[1 - idle]]) return false;
  memcpy(out, taut_block_out(b, op->child[1 - idle]), b->n * sizeof *out);
  return true;
}

/// An operator that stood still in the block before, over operands that still do, has its sample:
/// it has no memory, or one that the same again leaves as it is.
static bool is_asleep(const taut_op *op, unsigned still, unsigned operands) {
  if (!still || !(operands & TAUT_IS_BEFORE)) return false;
  switch ((taut_op_code)op->code) {
    case TAUT_OP_LATER:
    case TAUT_OP_SO_FAR:
    case TAUT_OP_SINCE_START:
    case TAUT_OP_CHANGED:
    case TAUT_OP_DURATION:
    case TAUT_OP_TIME_SINCE: return true;
    default: return op->code < TAUT_OP_ALIGN;
  }
}

/// Runs an operator; returns how it stands.
static unsigned run_op(const taut_op *op, taut_block *b, unsigned i_op) {
  taut_sample *out = taut_block_out(b, i_op);
  unsigned still = b->still[i_op], operands = operands_still(op, b);
  bool is_done = false, is_still = false;
  if (is_asleep(op, still, operands)) {
    // The block before may have been a shorter one.
    bool is_filled = (still & TAUT_IS_FILLED) && b->state->n_filled >= b->n;
    return TAUT_STANDS | TAUT_IS_BEFORE | (is_filled ? TAUT_IS_FILLED : 0);
  }
  taut_sample before = {0};
  if (still) before = out[0];
  if (op->code == TAUT_OP_AND || op->code == TAUT_OP_OR)
    is_done = run_pair_of_one(op, b, out, &is_still);
  if (!is_done && (operands & TAUT_STANDS)) is_still = run_still(op, b, out, &is_done);
  if (!is_done) run_moving(op, b, out, 0);
  if (!is_still) return TAUT_MOVES;
  return TAUT_STANDS | (still && taut_sample_is(&before, &out[0]) ? TAUT_IS_BEFORE : 0);
}

void taut_stream_run(taut_block *block) {
  enum { N_ROWS_STILL_MIN = 4 };  // for fewer the look is not worth it
  const taut_monitor *m = block->monitor;
  bool has_ended = block->state->n_rows != INT64_MAX;
  bool may_be_still = !has_ended && !m->has_series && block->n >= N_ROWS_STILL_MIN;
  if (may_be_still) find_still_columns(block);
  for (uint32_t i = 0; i < m->n_ops; i++) {
    const taut_op *op = &m->ops[i];
    // The first rows of a run come before the first sample.
    int64_t row = block->state->row - op->delay_in;
    unsigned first = row >= 0 ? 0 : (row < -(int64_t)block->n ? block->n : (unsigned)-row);
    unsigned still = may_be_still && first == 0 ? run_op(op, block, i) : TAUT_MOVES;
    if (has_ended)
      for (unsigned k = 0; k < block->n; k++) taut_op_step(op, block, k);
    else if (!may_be_still || first > 0)
      run_moving(op, block, taut_block_out(block, i), first);
    block->still[i] = (uint8_t)still;
  }
}
