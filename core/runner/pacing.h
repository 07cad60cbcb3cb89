/// The wall clock paces a run: row by row it waits until the row's time has come, and keeps account
/// of what came late. Nothing of it reaches the rows.
#ifndef TAUT_RUNNER_PACING_H
#define TAUT_RUNNER_PACING_H

#include <jansson.h>

#include "hil/histogram.h"

typedef struct taut_pacing {
  double speed;          ///< simulated seconds per second of wall time
  int64_t start_ns;      ///< wall time of the first row
  int64_t start_tick;    ///< simulated time of the first row [ns]
  uint64_t n_rows;       ///< after the first
  uint64_t n_misses;     ///< rows that were not there in time
  int64_t late_ns_max;   ///< how late the latest of them was [ns]
  int64_t late_tick;     ///< simulated time of that one [ns]
  int64_t missed_tick;   ///< simulated time of the first miss, -1 for none [ns]
  taut_histogram wakes;  ///< how much later than asked for the waits ended
} taut_pacing;

/// Begins with nothing; the clock starts at the first row. [main]
void taut_pacing_init(taut_pacing *pacing, double speed);

/// The row of simulated time `tick_ns` is there: waits until its wall time, which follows from the
/// first row and not from the one before, so that nothing adds up. A row that comes after its time
/// is a miss, and is not waited for. [step]
void taut_pacing_row(taut_pacing *pacing, int64_t tick_ns);

/// The account, as core/report/README.md describes it, without links. New reference. [main]
json_t *taut_pacing_json(const taut_pacing *pacing);

/// A histogram for it. New reference. [main]
json_t *taut_pacing_histogram_json(const taut_histogram *histogram);

#endif
