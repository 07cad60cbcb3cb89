/// Whole rows, as far back as a fixed amount of memory reaches: blocks of sixteen rows, in which
/// columns that stand still cost nothing and the others a byte per row.
#ifndef TAUT_RUNNER_ROW_STORE_H
#define TAUT_RUNNER_ROW_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

enum {
  TAUT_BLOCK_ROWS = 16,  ///< rows that are reduced and kept together
};

typedef struct taut_row_store taut_row_store;

/// A store for the columns that are marked in `kept` (n_columns, a multiple of 4; borrowed during
/// the call) within `bytes` of memory, or sixteen blocks of it. `may_have_nan`: columns may turn
/// NaN. ENOMEM. Allocates.
taut_status taut_row_store_create(const bool *kept, size_t n_columns, bool may_have_nan,
                                  size_t bytes, taut_row_store **out);
void taut_row_store_destroy(taut_row_store *store);

/// Takes a block (TAUT_BLOCK_ROWS, n_columns) and least and greatest value of its columns, NaN left
/// out. The oldest blocks make room for it. Allocates until the budget is used up; without memory
/// the budget ends there. [step]
void taut_row_store_put(taut_row_store *store, const float *block, const float *least,
                        const float *greatest);

/// Index of the first row that is still there; one behind the last when there is none.
uint64_t taut_row_store_first(const taut_row_store *store);

/// Values of a column in `n` rows from row `i_first`: exact where it stood still in a block and at
/// its least and greatest value there, else to 1/500 of the way between these. NaN where the row is
/// not there, where the value was NaN, and in a block with an infinity.
void taut_row_store_read(const taut_row_store *store, size_t column, uint64_t i_first, size_t n,
                         float *out);
/// Memory held at this moment [bytes].
size_t taut_row_store_memory(const taut_row_store *store);

#endif
