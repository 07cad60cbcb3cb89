/// Rows of a recorded trace, one after the other, whatever its format: what `taut monitor` reads.
#ifndef TAUT_CLI_ROW_SOURCE_H
#define TAUT_CLI_ROW_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/monitor.h"
#include "taut/timeline.h"

enum { TAUT_ROW_ERROR_SIZE = 400 };

typedef struct taut_row_source taut_row_source;

/// A format fills this table. A source streams: it holds a buffer, never the trace.
struct taut_row_source {
  const taut_column *columns;  ///< in slot order; owned by the source
  size_t n_columns;
  bool *is_used;           ///< (n_columns) set by the reader: the others need not be decoded
  double first_s[2];       ///< times of the first rows [s]; known after the opening
  size_t n_first;          ///< how many of them there are
  double row_s;            ///< time between rows where the trace says it [s]; else 0
  taut_timeline timeline;  ///< what was skipped before the newest row
  /// The next row as it stands in the trace, in SI units, and its observed time, which stands still
  /// where the run skipped time: 1, 0 at the end, -1 with a sentence in `error`
  /// (TAUT_ROW_ERROR_SIZE).
  int (*next)(taut_row_source *source, double *t_s, double *values, char *error);
  /// Writes "FILE" or "FILE:LINE" of the newest row, for messages.
  void (*place)(const taut_row_source *source, char *text, size_t size);
  void (*close)(taut_row_source *source);
};

/// Opens a CSV file: first column `t` or `t[s]`, then `name` or `name[unit]`; a bool is 0 or 1.
/// NULL with a sentence in `error` (TAUT_ROW_ERROR_SIZE). Close it with source->close. [main]
taut_row_source *taut_csv_source_open(const char *path, char *error);

/// Opens an MCAP file with protobuf rows, Taut's own or another's: names, SI units, labels and
/// ranges come from the channels. Its checksums are compared here and while it is read, so that a
/// damaged trace gives no verdict. As taut_csv_source_open otherwise. [main]
taut_row_source *taut_mcap_source_open(const char *path, char *error);

typedef struct taut_row_options {
  bool holds;     ///< put an irregular trace on a grid by holding the last value
  double step_s;  ///< of that grid
} taut_row_options;

/// Rows on a regular grid of time.
typedef struct taut_rows {
  taut_row_source *source;
  taut_row_options options;
  double row_s;    ///< time between rows [s]
  double first_s;  ///< time of the first row [s]
  uint64_t n_given;
  double last_s;  ///< time of the newest row
  // Holding only: the newest row that has begun, and the one that comes.
  double *held, *ahead;
  double held_s, ahead_s;
  bool has_ahead;
} taut_rows;

/// Opens a trace of either format, told apart by its first bytes; `path` "-" is CSV on stdin.
/// False with a sentence in `error`. [main]
bool taut_rows_open(const char *path, const taut_row_options *options, taut_rows *out, char *error);
void taut_rows_close(taut_rows *rows);

/// The simulated time [s] of an observed one, of the rows read so far. [main]
double taut_rows_time(const taut_rows *rows, double observed_s);

/// The next row in SI units: 1, 0 at the end, -1 with a sentence in `error`. [main]
int taut_rows_next(taut_rows *rows, double *values, char *error);

#endif
