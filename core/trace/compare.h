/// Two traces of one scenario: where does the new one leave the golden one?
#ifndef TAUT_TRACE_COMPARE_H
#define TAUT_TRACE_COMPARE_H

#include "trace/judgement.h"

/// How far a signal may be off; all zero means the same bits. A number must lie in the funnel
/// [min - a, max + a] of the golden values within tlag_ns of its time, a = atol + rtol * |golden|.
/// A bool or enum must go through the same values, each edge within tlag_ns of the golden one.
typedef struct taut_tolerance {
  double atol;      ///< SI
  double rtol;      ///< of the golden value
  int64_t tlag_ns;  ///< at least 0
} taut_tolerance;

/// Tolerance of a value by its name, "left.motor.iq_a" or "left.motor.curve[2]".
typedef taut_tolerance (*taut_tolerance_fn)(void *user, const char *name);

/// One value that left its funnel.
typedef struct taut_difference {
  char *name;                       ///< "left.motor.iq_a"
  const char *instance;             ///< "left.motor"; borrowed from the golden trace's reader
  const char *port;                 ///< "iq_a", within `name`
  const taut_trace_column *column;  ///< of the golden trace; borrowed from its reader
  int64_t first_ns;                 ///< first row outside
  double base, other;               ///< golden and new value there
  double most;                      ///< greatest |new - golden| of rows at the same time
  double excess;                    ///< greatest distance outside the funnel of a number
  uint64_t n_rows;                  ///< rows outside; of a bool or enum with tlag: 1
  int64_t lag_ns;                   ///< estimate of how late the new one is; 0 for no idea
} taut_difference;

typedef struct taut_comparison {
  bool is_same;       ///< within tolerance in everything
  bool is_same_hash;  ///< both traces carry the same trace hash; rows were not read
  char fault[512];    ///< what else differs: a missing signal, other rows, an event; "" for nothing
  int64_t fault_ns;   ///< when, for rows and events; -1 for none
  int64_t event_ns;   ///< first event that differs; -1 for none
  char *base_event, *other_event;  ///< it as JSON, NULL where a side has none (owned)
  int64_t end_ns;                  ///< where one ended and the other goes on; -1 for none
  bool is_base_shorter;            ///< which
  int64_t grid_ns;                 ///< from where on rows are at other times; -1 for never
  char
      context[256];  ///< what the runs had not in common: seed, parameters, version; "" for nothing
  int64_t base_period_ns;  ///< of the golden run: a tick; 0 when it does not say
  uint64_t n_rows, n_values;
  taut_difference *differences;  ///< by time, then in the order of the golden trace (owned)
  size_t n_differences;
  taut_judgement_change *changes;  ///< requirements judged otherwise (owned)
  size_t n_changes;
} taut_comparison;

typedef struct taut_compare_options {
  taut_tolerance_fn tolerance;      ///< NULL means zero everywhere
  taut_margin_tolerance_fn margin;  ///< NULL means zero everywhere
  void *user;                       ///< of both
  /// The same bits are the same, NaN as well, and equal hashes settle nothing: for two traces that
  /// are said to be one.
  bool by_bits;
} taut_compare_options;

/// Compares from where the readers stand to their ends. A signal that the new trace lacks, other
/// row times, another number of rows, other events, NaN, another verdict and another margin are
/// differences; signals and requirements that only the new one has are not. Equal trace hashes
/// settle rows and events, not verdicts and margins: the requirements may be others. OK whenever
/// there is a comparison; EINVAL (a trace is damaged), EIO, ENOMEM. Allocates.
taut_status taut_trace_compare(taut_trace_reader *base, taut_trace_reader *other,
                               const taut_compare_options *options, taut_comparison *out);
void taut_comparison_fini(taut_comparison *comparison);

#endif
