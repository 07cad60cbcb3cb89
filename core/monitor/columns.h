/// The columns of a trace as signals, found by the names that a plan has for them.
#ifndef TAUT_MONITOR_COLUMNS_H
#define TAUT_MONITOR_COLUMNS_H

#include "monitor/expr.h"

/// `reserved` of the signal of a column whose unit is not known: an error once it is used.
enum { TAUT_COLUMN_OF_UNKNOWN_UNIT = 1 };

typedef struct taut_column_signals {
  taut_signal *items;  ///< (n); that of "curve[0]" is called "curve" and counts the elements
  size_t n;
  void *block;  ///< all of it (owned)
} taut_column_signals;

/// Copies columns. ENOMEM.
taut_status taut_signals_of_columns(const taut_allocator *allocator, const taut_column *columns,
                                    size_t n, taut_column_signals *out);

/// The names of these signals, which are borrowed by address.
taut_resolver taut_resolver_of_columns(const taut_column_signals *signals);

#endif
