// CSV traces. Read through one buffer; numbers by exact arithmetic where that is possible (up to 15
// digits and a power of ten up to 22: both exact doubles, so one rounding), else by strtod.

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/row_source.h"
#include "report/text.h"

enum { BUFFER_SIZE = 1 << 18, LINE_MAX_BYTES = 1 << 16 };

/// How far a time step may be from the first one to count as the same.
static const double STEP_TOLERANCE = 0.01;

typedef struct csv {
  taut_row_source source;  ///< first, so that both have one address
  taut_row_options options;
  taut_column *columns;
  const taut_unit **units;
  char *path, *header;
  char *first;  ///< the first row, decoded when it is known which columns matter
  int file;
  char *buffer;
  size_t begin, end;  ///< unread bytes of the buffer
  bool has_ended;
  uint64_t line;
  double *held, *ahead;  ///< (n_columns) newest rows; ahead is not yet given
  double t_held, t_ahead;
  bool has_ahead;
  uint64_t n_given;
} csv;

static int fail(const csv *c, char *error, const char *format, ...) TAUT_PRINTF(3, 4);

static int fail(const csv *c, char *error, const char *format, ...) {
  char text[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (c->line > 0)
    snprintf(error, TAUT_ROW_ERROR_SIZE, "%.60s:%llu: %s", c->path, (unsigned long long)c->line,
             text);
  else
    snprintf(error, TAUT_ROW_ERROR_SIZE, "%.60s: %s", c->path, text);
  return -1;
}

/// The next line without its end, valid until the next call; NULL at the end or after an error.
static char *next_line(csv *c, char *error) {
  for (;;) {
    char *start = c->buffer + c->begin;
    char *stop = c->end > c->begin ? memchr(start, '\n', c->end - c->begin) : NULL;
    bool is_last = !stop && c->has_ended && c->end > c->begin;
    if (stop || is_last) {
      if (is_last) stop = c->buffer + c->end;
      c->begin = (size_t)(stop - c->buffer) + (is_last ? 0 : 1);
      if (is_last) c->begin = c->end;
      *stop = 0;
      if (stop > start && stop[-1] == '\r') stop[-1] = 0;
      c->line++;
      return start;
    }
    if (c->has_ended) return NULL;
    if (c->end - c->begin > LINE_MAX_BYTES) {
      fail(c, error, "a line is longer than %d bytes", LINE_MAX_BYTES);
      return NULL;
    }
    memmove(c->buffer, start, c->end - c->begin);
    c->end -= c->begin;
    c->begin = 0;
    ssize_t n = read(c->file, c->buffer + c->end, BUFFER_SIZE - c->end);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      fail(c, error, "%s", strerror(errno));
      return NULL;
    }
    c->end += (size_t)n;
    c->has_ended = n == 0;
  }
}

/// Reads a number at `text`; where it ends, or NULL when there is none.
static const char *read_number(const char *text, double *out) {
  static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  while (*text == ' ' || *text == '\t') text++;
  const char *at = text;
  bool is_negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  uint64_t digits = 0;
  int n = 0, exponent = 0;
  for (; *at >= '0' && *at <= '9'; at++, n += digits > 0)
    digits = digits * 10 + (uint64_t)(*at - '0');
  if (*at == '.')
    for (at++; *at >= '0' && *at <= '9' && n<18; at++, n += digits> 0, exponent--)
      digits = digits * 10 + (uint64_t)(*at - '0');
  bool is_plain = (*at == ',' || *at == 0) && at > text && n <= 15 && exponent >= -22;
  if (is_plain && digits > 0) {
    double value = (double)digits / POWERS[-exponent];
    *out = is_negative ? -value : value;
    return at;
  }
  char *stop = NULL;
  *out = strtod(text, &stop);
  return stop > text ? stop : NULL;
}

static const char *skip_field(const char *at) {
  while (*at && *at != ',') at++;
  return at;
}

/// Splits a line of numbers. 1, or -1 with an error.
static int read_row(csv *c, const char *at, double *t, double *values, char *error) {
  const taut_row_source *s = &c->source;
  for (size_t i = 0; i <= s->n_columns; i++) {
    if (i > 0 && *at != ',')
      return fail(c, error, "the row has %zu values, the header %zu", i, s->n_columns + 1);
    const char *field = i > 0 ? at + 1 : at;
    if (i > 0 && !s->is_used[i - 1]) {
      at = skip_field(field);
      continue;
    }
    double value = 0;
    at = read_number(field, &value);
    while (at && (*at == ' ' || *at == '\t')) at++;
    if (!at || (*at && *at != ',')) {
      const char *stop = skip_field(field);
      return fail(c, error, "'%.*s' in column '%s' is not a number", (int)(stop - field) % 60,
                  field, i == 0 ? "t" : s->columns[i - 1].name);
    }
    if (i == 0) *t = value;
    if (i > 0 && c->units[i - 1]) value = c->units[i - 1]->scale * value + c->units[i - 1]->offset;
    if (i > 0) values[i - 1] = value;
  }
  if (*at == ',') return fail(c, error, "the row has more values than the header");
  if (!isfinite(*t)) return fail(c, error, "the time is not a number");
  return 1;
}

/// Reads the row ahead; 0 at the end. Blank lines are passed over.
static int read_ahead(csv *c, char *error) {
  error[0] = 0;
  for (;;) {
    char *line = next_line(c, error);
    if (!line) return error[0] ? -1 : 0;
    if (line[strspn(line, " \t")] == 0) continue;
    return read_row(c, line, &c->t_ahead, c->ahead, error);
  }
}

static void take_ahead(csv *c) {
  double *swap = c->held;
  c->held = c->ahead;
  c->ahead = swap;
  c->t_held = c->t_ahead;
}

static int check_step(const csv *c, double dt, char *error) {
  if (!(dt > 0)) return fail(c, error, "time goes from %.9g s to %.9g s", c->t_held, c->t_ahead);
  if (c->options.holds || fabs(dt - c->source.row_s) <= STEP_TOLERANCE * c->source.row_s) return 1;
  return fail(c, error,
              "the rows are not regular: %.9g s after the row before, %.9g s at the start; "
              "'--resample hold --step 1ms' puts them on a grid",
              dt, c->source.row_s);
}

static int next_regular(csv *c, double *values, char *error) {
  if (!c->has_ahead) return 0;
  if (c->n_given > 0) {
    int status = check_step(c, c->t_ahead - c->t_held, error);
    if (status < 0) return status;
  }
  memcpy(values, c->ahead, c->source.n_columns * sizeof *values);
  take_ahead(c);
  c->n_given++;
  int status = read_ahead(c, error);
  c->has_ahead = status > 0;
  return status < 0 ? -1 : 1;
}

/// The grid is first_s + k step; a row holds until the grid passes the next one.
static int next_held(csv *c, double *values, char *error) {
  if (c->n_given == 0) {
    if (!c->has_ahead) return 0;
    take_ahead(c);
    int status = read_ahead(c, error);
    if (status < 0) return -1;
    c->has_ahead = status > 0;
  }
  // A millionth of a step early still counts: the times were rounded when they were written.
  double t = c->source.first_s + (double)c->n_given * c->options.step_s;
  double room = 1e-6 * c->options.step_s;
  while (c->has_ahead && c->t_ahead <= t + room) {
    if (check_step(c, c->t_ahead - c->t_held, error) < 0) return -1;
    take_ahead(c);
    int status = read_ahead(c, error);
    if (status < 0) return -1;
    c->has_ahead = status > 0;
  }
  if (!c->has_ahead && t > c->t_held + room) return 0;
  memcpy(values, c->held, c->source.n_columns * sizeof *values);
  c->n_given++;
  return 1;
}

static int next_row(taut_row_source *source, double *values, char *error) {
  csv *c = (csv *)source;
  if (c->first) {
    int status = read_row(c, c->first, &c->t_ahead, c->ahead, error);
    free(c->first);
    c->first = NULL;
    if (status < 0) return status;
  }
  return c->options.holds ? next_held(c, values, error) : next_regular(c, values, error);
}

static void close_csv(taut_row_source *source) {
  csv *c = (csv *)source;
  if (c->file > STDERR_FILENO) close(c->file);
  free(c->source.is_used);
  free(c->columns);
  free(c->units);
  free(c->path);
  free(c->header);
  free(c->first);
  free(c->buffer);
  free(c->held);
  free(c->ahead);
  free(c);
}

// ------------------------------------------------------------------------------------------ header

/// Cuts spaces and one pair of quotes off a field.
static char *trim(char *field) {
  field += strspn(field, " \t");
  size_t n = strlen(field);
  while (n > 0 && (field[n - 1] == ' ' || field[n - 1] == '\t')) field[--n] = 0;
  if (n >= 2 && field[0] == '"' && field[n - 1] == '"') {
    field[n - 1] = 0;
    field++;
  }
  return field;
}

/// Splits "name[unit]" in place; the unit is NULL when none is written.
static void split_unit(char *field, const char **unit) {
  size_t n = strlen(field);
  char *open = strrchr(field, '[');
  *unit = NULL;
  if (!open || n == 0 || field[n - 1] != ']') return;
  // "curve[3]" is an element of an array.
  if (open[1 + strspn(open + 1, "0123456789")] == ']' && open[1] != ']' &&
      strcmp(open + 1, "1]") != 0)
    return;
  field[n - 1] = 0;
  *open = 0;
  *unit = trim(open + 1);
}

static int read_columns(csv *c, char *error) {
  char *line = next_line(c, error);
  if (!line) return error[0] ? -1 : fail(c, error, "the file is empty");
  if (memcmp(line, "\xEF\xBB\xBF", 3) == 0) line += 3;
  c->header = taut_text_copy(line);
  size_t n = 1;
  for (const char *p = line; *p; p++) n += *p == ',';
  c->columns = taut_memory_resize(NULL, n * sizeof *c->columns);
  c->units = taut_memory_resize(NULL, n * sizeof *c->units);
  char *at = c->header;
  for (size_t i = 0; i < n; i++) {
    char *comma = strchr(at, ',');
    if (comma) *comma = 0;
    char *name = trim(at);
    const char *unit = NULL;
    split_unit(name, &unit);
    name = trim(name);
    at = comma ? comma + 1 : at;
    if (i == 0) {
      if (strcmp(name, "t") != 0 || (unit && strcmp(unit, "s") != 0))
        return fail(c, error, "the first column must be t, the time in seconds, not '%s'", name);
      continue;
    }
    const taut_unit *known = unit && *unit ? taut_unit_find(unit) : NULL;
    if (unit && *unit && !known)
      return fail(c, error, "column '%s' has the unknown unit '%s'", name, unit);
    for (size_t k = 0; k + 1 < i; k++)
      if (strcmp(c->columns[k].name, name) == 0)
        return fail(c, error, "two columns are called '%s'", name);
    c->columns[i - 1] = (taut_column){name, unit};
    c->units[i - 1] = known;
  }
  c->source.columns = c->columns;
  c->source.n_columns = n - 1;
  return 1;
}

/// Finds the time between rows from the first two, then starts again at the first.
static int find_step(csv *c, char *error) {
  char *line = next_line(c, error);
  while (line && line[strspn(line, " \t")] == 0) line = next_line(c, error);
  if (!line && error[0]) return -1;
  c->has_ahead = line != NULL;
  if (line) c->first = taut_text_copy(line);
  if (line && !read_number(line, &c->t_ahead)) return fail(c, error, "the time is not a number");
  c->source.first_s = c->t_ahead;
  if (c->options.holds) {
    c->source.row_s = c->options.step_s;
    return 1;
  }
  // One row has no step; any will do.
  c->source.row_s = 1e-3;
  if (!line) return 1;
  double t = c->t_ahead;
  // Look at the next line without taking it.
  memmove(c->buffer, c->buffer + c->begin, c->end - c->begin);
  c->end -= c->begin;
  c->begin = 0;
  while (!c->has_ended && c->end < LINE_MAX_BYTES) {
    ssize_t n = read(c->file, c->buffer + c->end, BUFFER_SIZE - c->end);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(c, error, "%s", strerror(errno));
    c->end += (size_t)n;
    c->has_ended = n == 0;
  }
  const char *at = c->buffer;
  const char *stop = c->buffer + c->end;
  while (at < stop && (*at == '\n' || *at == '\r' || *at == ' ')) at++;
  if (at >= stop) return 1;
  double next = 0;
  // The buffer has room for a final zero.
  c->buffer[c->end] = 0;
  if (!read_number(at, &next)) return 1;
  if (!(next > t)) {
    c->line++;
    return fail(c, error, "time goes from %.9g s to %.9g s", t, next);
  }
  c->source.row_s = next - t;
  // A step written with few digits: 0.30000000000000004 is 0.3.
  double nanoseconds = rint(c->source.row_s * 1e9);
  if (nanoseconds >= 1 && fabs(nanoseconds - c->source.row_s * 1e9) < 1e-3 * nanoseconds)
    c->source.row_s = nanoseconds / 1e9;
  return 1;
}

taut_row_source *taut_csv_open(const char *path, const taut_row_options *options, char *error) {
  csv *c = taut_memory_resize(NULL, sizeof *c);
  *c = (csv){.options = *options, .file = STDIN_FILENO};
  c->source.next = next_row;
  c->source.close = close_csv;
  c->path = taut_text_copy(path);
  c->buffer = taut_memory_resize(NULL, BUFFER_SIZE + 1);
  error[0] = 0;
  int status = 1;
  if (strcmp(path, "-") != 0) c->file = open(path, O_RDONLY | O_CLOEXEC);
  if (c->file < 0) status = fail(c, error, "%s", strerror(errno));
  if (status > 0) status = read_columns(c, error);
  if (status > 0) {
    size_t n = c->source.n_columns + 1;
    c->source.is_used = taut_memory_resize(NULL, n * sizeof *c->source.is_used);
    c->held = taut_memory_resize(NULL, n * sizeof *c->held);
    c->ahead = taut_memory_resize(NULL, n * sizeof *c->ahead);
    for (size_t i = 0; i < n; i++) {
      c->source.is_used[i] = true;
      c->held[i] = c->ahead[i] = 0;
    }
    status = find_step(c, error);
  }
  if (status > 0) return &c->source;
  close_csv(&c->source);
  return NULL;
}
