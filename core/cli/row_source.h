/// Rows of a recorded trace, one after the other, whatever its format: what `taut monitor` reads.
#ifndef TAUT_CLI_ROW_SOURCE_H
#define TAUT_CLI_ROW_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/monitor.h"

enum { TAUT_ROW_ERROR_SIZE = 400 };

typedef struct taut_row_source taut_row_source;

/// A format fills this table. A source streams: it holds a buffer, never the trace.
struct taut_row_source {
  const taut_column *columns;  ///< in slot order; owned by the source
  size_t n_columns;
  double row_s;    ///< time between rows [s]; known after the opening
  double first_s;  ///< time of the first row [s]
  bool *is_used;   ///< (n_columns) set by the reader: the others need not be decoded
  /// The next row in SI units: 1, 0 at the end, -1 with a sentence in `error`.
  int (*next)(taut_row_source *source, double *values, char *error);
  void (*close)(taut_row_source *source);
};

typedef struct taut_row_options {
  bool holds;     ///< put an irregular trace on a grid by holding the last value
  double step_s;  ///< of that grid
} taut_row_options;

/// Opens a CSV file: first column `t` or `t[s]`, then `name` or `name[unit]`; a bool is 0 or 1.
/// NULL with a sentence in `error` (TAUT_ROW_ERROR_SIZE). Close it with source->close. [main]
taut_row_source *taut_csv_open(const char *path, const taut_row_options *options, char *error);

#endif
