// Rows on a grid, whatever the format they come from.
#include "cli/row_source.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/text.h"
#include "trace/mcap.h"

/// How far a time step may be from the first one to count as the same.
static const double STEP_TOLERANCE = 0.01;

static int fail(const taut_rows *rows, char *error, const char *format, ...) TAUT_PRINTF(3, 4);

static int fail(const taut_rows *rows, char *error, const char *format, ...) {
  char text[300], place[96];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  rows->source->place(rows->source, place, sizeof place);
  snprintf(error, TAUT_ROW_ERROR_SIZE, "%s: %s", place, text);
  return -1;
}

/// Time between rows: what the trace says, else from its first two rows.
static bool find_step(taut_rows *rows, char *error) {
  const taut_row_source *s = rows->source;
  rows->first_s = s->n_first > 0 ? s->first_s[0] : 0;
  if (rows->options.holds) {
    rows->row_s = rows->options.step_s;
    return true;
  }
  rows->row_s = s->row_s > 0 ? s->row_s : 1e-3;  // one row has no step; any will do
  if (s->row_s > 0 || s->n_first < 2) return true;
  if (!(s->first_s[1] > s->first_s[0])) {
    fail(rows, error, "time goes from %.9g s to %.9g s", s->first_s[0], s->first_s[1]);
    return false;
  }
  rows->row_s = s->first_s[1] - s->first_s[0];
  // A step written with few digits: 0.30000000000000004 is 0.3.
  double nanoseconds = rint(rows->row_s * 1e9);
  if (nanoseconds >= 1 && fabs(nanoseconds - rows->row_s * 1e9) < 1e-3 * nanoseconds)
    rows->row_s = nanoseconds / 1e9;
  return true;
}

static bool is_mcap(const char *path) {
  unsigned char head[TAUT_MCAP_MAGIC_SIZE];
  struct stat info;
  // A pipe has one reader and is not touched before it is read.
  if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t n = pread(file, head, sizeof head, 0);
  close(file);
  return n == (ssize_t)sizeof head && memcmp(head, TAUT_MCAP_MAGIC, sizeof head) == 0;
}

bool taut_rows_open(const char *path, const taut_row_options *options, taut_rows *out,
                    char *error) {
  *out = (taut_rows){.options = *options};
  bool is_file = strcmp(path, "-") != 0;
  out->source = is_file && is_mcap(path) ? taut_mcap_source_open(path, error)
                                         : taut_csv_source_open(path, error);
  if (!out->source) return false;
  if (options->holds) {
    size_t size = (out->source->n_columns + 1) * sizeof *out->held;
    out->held = taut_memory_resize(NULL, size);
    out->ahead = taut_memory_resize(NULL, size);
  }
  if (find_step(out, error)) return true;
  taut_rows_close(out);
  return false;
}

void taut_rows_close(taut_rows *rows) {
  if (rows->source) rows->source->close(rows->source);
  free(rows->held);
  free(rows->ahead);
  *rows = (taut_rows){0};
}

static int check_step(const taut_rows *rows, double from_s, double to_s, char *error) {
  double dt = to_s - from_s;
  if (!(dt > 0)) return fail(rows, error, "time goes from %.9g s to %.9g s", from_s, to_s);
  bool is_regular = fabs(dt - rows->row_s) <= STEP_TOLERANCE * rows->row_s;
  if (rows->options.holds || is_regular) return 1;
  return fail(rows, error,
              "the rows are not regular: %.9g s after the row before, %.9g s at the start; "
              "'--resample hold --step 1ms' puts them on a grid",
              dt, rows->row_s);
}

static int next_regular(taut_rows *rows, double *values, char *error) {
  double t_s = 0;
  int status = rows->source->next(rows->source, &t_s, values, error);
  if (status <= 0) return status;
  if (rows->n_given > 0) status = check_step(rows, rows->last_s, t_s, error);
  rows->last_s = t_s;
  rows->n_given++;
  return status;
}

/// Makes the row ahead the one that holds and reads another; -1 with an error.
static int turn(taut_rows *rows, char *error) {
  double *swap = rows->held;
  rows->held = rows->ahead;
  rows->ahead = swap;
  rows->held_s = rows->ahead_s;
  int status = rows->source->next(rows->source, &rows->ahead_s, rows->ahead, error);
  rows->has_ahead = status > 0;
  if (status > 0) status = check_step(rows, rows->held_s, rows->ahead_s, error);
  return status;
}

/// The grid is first_s + k step; a row holds until the grid passes the next one.
static int next_held(taut_rows *rows, double *values, char *error) {
  if (rows->n_given == 0) {
    int status = rows->source->next(rows->source, &rows->ahead_s, rows->ahead, error);
    if (status > 0) status = turn(rows, error) < 0 ? -1 : 1;
    if (status <= 0) return status;
  }
  // A millionth of a step early still counts: the times were rounded when they were written.
  double t_s = rows->first_s + (double)rows->n_given * rows->options.step_s;
  double room_s = 1e-6 * rows->options.step_s;
  while (rows->has_ahead && rows->ahead_s <= t_s + room_s)
    if (turn(rows, error) < 0) return -1;
  if (!rows->has_ahead && t_s > rows->held_s + room_s) return 0;
  memcpy(values, rows->held, rows->source->n_columns * sizeof *values);
  rows->n_given++;
  return 1;
}

double taut_rows_time(const taut_rows *rows, double observed_s) {
  const taut_timeline *timeline = &rows->source->timeline;
  if (timeline->n == 0) return observed_s;
  return (double)taut_timeline_tick(timeline, (int64_t)llround(observed_s * 1e9)) * 1e-9;
}

int taut_rows_next(taut_rows *rows, double *values, char *error) {
  return rows->options.holds ? next_held(rows, values, error) : next_regular(rows, values, error);
}
