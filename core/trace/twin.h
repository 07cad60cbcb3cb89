/// A run on the wall clock and its simulated twin: how far does what the simulation says carry
/// over?
///
/// No live run is like another to the bit. So each signal is compared in time and in value: how
/// late it comes behind its twin, and how far it is from it once that is taken out.
#ifndef TAUT_TRACE_TWIN_H
#define TAUT_TRACE_TWIN_H

#include "trace/judgement.h"

enum { TAUT_TWIN_LAG_ROWS = 100 };  ///< later or earlier than this is not looked for

/// One value of a row in both traces.
typedef struct taut_twin_signal {
  char *name;  ///< "left.motor.iq_a" (owned)
  char *unit;  ///< SI, "1" for none (owned)
  taut_column_kind kind;
  bool is_same;      ///< the same bits in every row that both have
  bool has_latency;  ///< it moves, and a shift brings the two together
  double latency_s;  ///< of the live one behind its twin, negative when it is early; else 0
  /// Difference once the live one is moved by its latency: root of the mean square and greatest
  /// [unit]. Of a bool or enum: the share of rows that differ, and whether any does.
  double rms, most;
  int64_t most_ns;  ///< where it is greatest
  double rms_now;   ///< the same as `rms` without the shift
  double span;      ///< greatest less least value in both [unit]
} taut_twin_signal;

/// One requirement as both runs judged it.
typedef struct taut_twin_requirement {
  char *id;                 ///< (owned)
  bool has_live, has_twin;  ///< judged there
  taut_trace_judgement live, twin;
} taut_twin_requirement;

typedef struct taut_twin {
  uint64_t n_rows;                   ///< compared: those at times that both have
  int64_t row_ns;                    ///< between two of them
  int64_t live_end_ns, twin_end_ns;  ///< time of the last row of each
  uint64_t n_live_events, n_twin_events;
  bool has_skew;
  double skew_s;              ///< median of all latencies
  size_t n_latencies;         ///< signals with one
  size_t n_only;              ///< signals that only one of the traces has
  taut_twin_signal *signals;  ///< in the order of the live trace (owned)
  size_t n_signals;
  taut_twin_requirement *requirements;  ///< of the live trace, then those of the twin alone (owned)
  size_t n_requirements;
} taut_twin;

/// Compares two traces, each read twice. Memory does not grow with their length. OK whenever there
/// is a comparison; EINVAL (one is no trace or is damaged, or no row is at the same time in both)
/// with a sentence in `error`, EIO, ENOMEM. Allocates. [main]
taut_status taut_twin_compare(const taut_trace_source *live, const taut_trace_source *twin,
                              taut_twin *out, char *error, size_t size);
void taut_twin_fini(taut_twin *twin);

#endif
