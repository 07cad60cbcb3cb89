/// How late is one signal behind another? Fed row by row, in bounded memory.
#ifndef TAUT_TRACE_LAG_H
#define TAUT_TRACE_LAG_H

#include <stdbool.h>
#include <stdint.h>

enum { TAUT_LAG_ROWS_MAX = 25 };

/// The last rows of both signals, and how far they were apart for every shift. Zero-initialise it.
typedef struct taut_lag {
  double base[TAUT_LAG_ROWS_MAX + 1], other[TAUT_LAG_ROWS_MAX + 1];  ///< rings
  double late[TAUT_LAG_ROWS_MAX + 1];   ///< sum of |other(i) - base(i - k)| (k)
  double early[TAUT_LAG_ROWS_MAX + 1];  ///< sum of |base(i) - other(i - k)| (k)
  uint64_t n_rows;                      ///< seen
  uint64_t n_counted;                   ///< of those, counted
} taut_lag;

/// Takes the next row; `is_counted` when it shall tell about the lag, which no row does before
/// TAUT_LAG_ROWS_MAX others. [any]
void taut_lag_push(taut_lag *lag, double base, double other, bool is_counted);

/// Rows by which `other` is behind `base`, negative when it is ahead: the shift that brings them
/// nearest. 0 when no shift halves their distance. [any]
int taut_lag_estimate(const taut_lag *lag);

#endif
