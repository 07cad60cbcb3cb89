#include "trace/lag.h"

#include <math.h>

enum { N = TAUT_LAG_ROWS_MAX + 1 };

void taut_lag_push(taut_lag *lag, double base, double other, bool is_counted) {
  uint64_t at = lag->n_rows++ % N;
  lag->base[at] = base;
  lag->other[at] = other;
  if (!is_counted || lag->n_rows < N || !isfinite(base) || !isfinite(other)) return;
  lag->n_counted++;
  for (uint64_t k = 0; k < N; k++) {
    uint64_t before = (at + N - k) % N;
    lag->late[k] += fabs(other - lag->base[before]);
    lag->early[k] += fabs(base - lag->other[before]);
  }
}

int taut_lag_estimate(const taut_lag *lag) {
  int best = 0;
  double least = lag->late[0];
  for (int k = 1; k < N; k++) {
    // Of equals the smaller shift stays; NaN is never less.
    if (lag->late[k] < least) {
      least = lag->late[k];
      best = k;
    }
    if (lag->early[k] < least) {
      least = lag->early[k];
      best = -k;
    }
  }
  return lag->n_counted > 0 && least <= 0.5 * lag->late[0] ? best : 0;
}
