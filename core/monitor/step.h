/// Inside of the streams: a block of rows on its way through the operators of one side.
#ifndef TAUT_MONITOR_STEP_H
#define TAUT_MONITOR_STEP_H

#include <string.h>

#include "monitor/program.h"

/// How a column of the block stands.
typedef struct taut_column_state {
  double value;   ///< of the row before
  int64_t still;  ///< taut_still
} taut_column_state;

typedef struct taut_block {
  const taut_monitor *monitor;
  const taut_monitor_state *state;  ///< state->row is the first row of the block
  const double *values;             ///< (n_slots, TAUT_BLOCK_ROWS) what the rows hold
  taut_column_state *columns;       ///< (n_slots)
  taut_sample *out;                 ///< (n_ops, TAUT_BLOCK_ROWS)
  int64_t *errors;                  ///< (n_ops) row of the first NaN, -1
  uint8_t *still;                   ///< (n_ops) taut_still
  unsigned char *memory;            ///< of the operators
  unsigned n;                       ///< rows
} taut_block;

/// Signals of a machine mostly stand still: an operator whose samples are alike for a whole block
/// computes one, and none when that is still the one of the block before.
typedef enum taut_still {
  TAUT_MOVES = 0,
  TAUT_STANDS = 1,     ///< all samples are the first one
  TAUT_IS_FILLED = 2,  ///< and all are there, not only the first; with STANDS
  TAUT_IS_BEFORE = 4   ///< and they are those of the block before; with STANDS
} taut_still;

/// Memory of operators that keep samples.
typedef struct taut_ring {
  taut_sample sample;  ///< SO_FAR, SINCE_START: so far; others: the newest one
  int64_t since;       ///< all rows from this one on have the newest sample
  taut_sample ring[];  ///< (mask + 1)
} taut_ring;

/// One operator at row `i` of the block, whether the run has a row there or has ended.
void taut_op_step(const taut_op *op, taut_block *block, unsigned i);

/// One operator at rows [first, n) of the block in the middle of a run; its operands are all there.
void taut_op_run(const taut_op *op, taut_block *block, unsigned first);

/// CHANGED and MEAN, as taut_op_run.
void taut_op_run_looking_back(const taut_op *op, taut_block *block, unsigned first);

/// Whether TIME_SINCE has not seen its event up to the first row of the block.
bool taut_is_before_event(const taut_op *op, const taut_block *block);

/// Of numbers, where what is undefined stays so.
static inline double taut_min_of(double a, double b) {
  return a != a || b != b ? a + b : (b < a ? b : a);
}
static inline double taut_max_of(double a, double b) {
  return a != a || b != b ? a + b : (b > a ? b : a);
}
static inline double taut_clamp_of(double x, double least, double greatest) {
  if (x != x || least != least || greatest != greatest) return x + least + greatest;
  return x < least ? least : (x > greatest ? greatest : x);
}

static inline taut_sample *taut_block_out(const taut_block *block, unsigned op) {
  return block->out + (size_t)op * TAUT_BLOCK_ROWS;
}

/// The bits of a number: 0 and -0 differ, and a NaN is like itself.
static inline uint64_t taut_number_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/// Whether two samples are alike in everything but the series.
static inline bool taut_sample_is(const taut_sample *a, const taut_sample *b) {
  return taut_number_bits(a->m) == taut_number_bits(b->m) && a->lo == b->lo && a->hi == b->hi &&
         a->atom == b->atom;
}

/// The column of the block that an operator reads.
static inline const double *taut_block_value(const taut_block *block, const taut_op *op) {
  return block->values + (size_t)op->slot[0] * TAUT_BLOCK_ROWS;
}

/// Notes a NaN that an operator met at row i of the block; rows come in their order.
static inline void taut_block_error(taut_block *block, const taut_op *op, unsigned i) {
  int64_t *row = &block->errors[op - block->monitor->ops];
  if (*row < 0) *row = block->state->row + i;
}

/// All samples of an operator, those of one that stands still as well.
static inline const taut_sample *taut_block_fill(const taut_block *block, unsigned op) {
  taut_sample *out = taut_block_out(block, op);
  if (!block->still[op] || (block->still[op] & TAUT_IS_FILLED)) return out;
  for (unsigned i = 1; i < block->n; i++) out[i] = out[0];
  block->still[op] |= TAUT_IS_FILLED;
  return out;
}

/// Whether the run ended inside of the operator's window, which then decides nothing.
static inline bool taut_is_cut(const taut_monitor_state *state, const taut_op *op, int64_t row) {
  return row >= state->n_rows && !state->is_weak && !op->is_to_the_end;
}

/// An atom that is not a comparison of numbers.
static inline taut_sample taut_sample_of_atom(int truth) {
  taut_sample s = taut_sample_of_truth(truth);
  s.r = truth;
  return s;
}

#endif
