/// Two traces of runs that should be one: the first thing in which they are not, and what was
/// around it.
#ifndef TAUT_TRACE_BISECT_H
#define TAUT_TRACE_BISECT_H

#include "trace/compare.h"

enum { TAUT_BISECT_COLUMNS_MAX = 32, TAUT_BISECT_TABLES_MAX = 32 };

/// A column around the first difference.
typedef struct taut_bisect_column {
  const taut_trace_column *column;  ///< of A
  bool is_feeding;                  ///< the culprit's instance reads it
  bool is_other;                    ///< it differs in the row of the culprit
  double *a, *b;  ///< values of its first element (n_rows); NaN where a side has none
} taut_bisect_column;

typedef struct taut_bisection {
  bool is_same;
  char *tables[TAUT_BISECT_TABLES_MAX];  ///< "only A has left.motor.x [A]", first of all (owned)
  size_t n_tables;             ///< how many differ; at most TAUT_BISECT_TABLES_MAX are told
  taut_comparison comparison;  ///< bit for bit; what the differences name is valid until fini
  int64_t first_ns;            ///< of the first difference in rows or events; -1 for none
  /// The value to look at: of those that differ first, one whose instance reads none of the others.
  /// NULL when events, times or the lengths differ first.
  const taut_difference *culprit;
  size_t n_beside;       ///< further values that differ in the same row
  char hashes[256];      ///< results that differ though rows and events do not; "" for none
  const char *instance;  ///< whose surroundings are shown; "" for nobody's. Borrowed from A
  int64_t *ticks_ns;     ///< (n_rows) of the window around first_ns (owned)
  size_t n_rows;
  taut_bisect_column columns[TAUT_BISECT_COLUMNS_MAX];  ///< the culprit first
  size_t n_columns;
  taut_trace_reader *a, *b;  ///< owners of names
} taut_bisection;

/// Compares A and B from end to end and reads `n_context` rows before and after the first
/// difference again. OK whenever there is a bisection; EINVAL (a trace is damaged), EIO, ENOMEM.
/// Call fini in any case. Allocates. [main]
taut_status taut_trace_bisect(const taut_trace_source *a, const taut_trace_source *b,
                              uint32_t n_context, taut_bisection *out);
void taut_bisection_fini(taut_bisection *bisection);

#endif
