/// Inside of the streams: a block of rows on its way through the operators of one side.
#ifndef TAUT_MONITOR_STEP_H
#define TAUT_MONITOR_STEP_H

#include "monitor/program.h"

typedef struct taut_block {
  const taut_monitor *monitor;
  const taut_monitor_state *state;  ///< state->row is the first row of the block
  const double *values;             ///< (n_slots, TAUT_BLOCK_ROWS) what the rows hold
  taut_sample *out;                 ///< (n_ops, TAUT_BLOCK_ROWS)
  unsigned char *part;              ///< memory of the side
  unsigned side;
  unsigned n;        ///< rows
  unsigned i_error;  ///< the first row with a NaN, n without
} taut_block;

/// Memory of operators that keep samples.
typedef struct taut_ring {
  taut_sample sample;
  taut_sample ring[];  ///< (mask + 1)
} taut_ring;

/// One operator at row `i` of the block, whether the run has a row there or has ended.
void taut_op_step(const taut_op *op, taut_block *block, unsigned i);

static inline taut_sample *taut_block_out(const taut_block *block, unsigned op) {
  return block->out + (size_t)op * TAUT_BLOCK_ROWS;
}

/// The column of the block that an operator reads.
static inline const double *taut_block_value(const taut_block *block, const taut_op *op) {
  return block->values + (size_t)op->slot[block->side] * TAUT_BLOCK_ROWS;
}

static inline void taut_block_error(taut_block *block, unsigned i) {
  if (i < block->i_error) block->i_error = i;
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
