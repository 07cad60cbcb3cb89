/// Inside of the streams: a block of rows on its way through the operators of one side.
#ifndef TAUT_MONITOR_STEP_H
#define TAUT_MONITOR_STEP_H

#include <string.h>

#include "monitor/program.h"

typedef struct taut_block {
  const taut_monitor *monitor;
  const taut_monitor_state *state;  ///< state->row is the first row of the block
  const double *values;             ///< (n_slots, TAUT_BLOCK_ROWS) what the rows hold
  taut_sample *out;                 ///< (n_ops, TAUT_BLOCK_ROWS)
  uint8_t *still;                   ///< (n_ops) taut_still
  unsigned char *part;              ///< memory of the side
  unsigned side;
  unsigned n;        ///< rows
  unsigned i_error;  ///< the first row with a NaN, n without
} taut_block;

/// Signals of a machine mostly stand still: an operator whose samples are alike for a whole block
/// computes one.
typedef enum taut_still {
  TAUT_MOVES,
  TAUT_STANDS,  ///< all samples are the first one, and only that one is there
  TAUT_FILLED   ///< all samples are the first one, and all are there
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
  return block->values + (size_t)op->slot[block->side] * TAUT_BLOCK_ROWS;
}

static inline void taut_block_error(taut_block *block, unsigned i) {
  if (i < block->i_error) block->i_error = i;
}

/// All samples of an operator, those of one that stands still as well.
static inline const taut_sample *taut_block_fill(const taut_block *block, unsigned op) {
  taut_sample *out = taut_block_out(block, op);
  if (block->still[op] != TAUT_STANDS) return out;
  for (unsigned i = 1; i < block->n; i++) out[i] = out[0];
  block->still[op] = TAUT_FILLED;
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
