// CSV traces, read through one buffer. What is not used is passed over, not decoded.

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/number.h"
#include "cli/row_source.h"
#include "report/text.h"
#include "trace/mcap.h"

enum { BUFFER_SIZE = 1 << 18, LINE_MAX_BYTES = 1 << 16, SHOWN_MAX = 60 };

typedef struct csv {
  taut_row_source source;  ///< first, so that both have one address
  taut_column *columns;
  const taut_unit **units;
  char *path, *header;
  char *first;  ///< the first row, decoded when it is known which columns matter
  int file;
  char *buffer;
  size_t begin, end;  ///< unread bytes of the buffer
  bool has_ended;
  uint64_t line;
  const char *line_end;  ///< of the newest line
} csv;

static void place_of_row(const taut_row_source *source, char *text, size_t size) {
  const csv *c = (const csv *)source;
  if (c->line > 0)
    snprintf(text, size, "%.60s:%llu", c->path, (unsigned long long)c->line);
  else
    snprintf(text, size, "%.60s", c->path);
}

static int fail(const csv *c, char *error, const char *format, ...) TAUT_PRINTF(3, 4);

static int fail(const csv *c, char *error, const char *format, ...) {
  char text[300], place[96];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  place_of_row(&c->source, place, sizeof place);
  snprintf(error, TAUT_ROW_ERROR_SIZE, "%s: %s", place, text);
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
      if (stop > start && stop[-1] == '\r') *--stop = 0;
      c->line_end = stop;
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
    at = taut_number_read(field, &value);
    while (at && (*at == ' ' || *at == '\t')) at++;
    if (!at || (*at && *at != ',')) {
      const char *stop = skip_field(field);
      int length = stop - field < SHOWN_MAX ? (int)(stop - field) : SHOWN_MAX;
      return fail(c, error, "'%.*s' in column '%s' is not a number", length, field,
                  i == 0 ? "t" : s->columns[i - 1].name);
    }
    if (i == 0) *t = value;
    if (i > 0 && c->units[i - 1]) value = c->units[i - 1]->scale * value + c->units[i - 1]->offset;
    if (i > 0) values[i - 1] = value;
  }
  if (*at == ',') return fail(c, error, "the row has more values than the header");
  if (at != c->line_end) return fail(c, error, "a zero byte stands in the row");
  if (!isfinite(*t)) return fail(c, error, "the time is not a number");
  return 1;
}

/// Blank lines are passed over.
static int next_row(taut_row_source *source, double *t_s, double *values, char *error) {
  csv *c = (csv *)source;
  if (c->first) {
    c->line_end = c->first + strlen(c->first);
    int status = read_row(c, c->first, t_s, values, error);
    free(c->first);
    c->first = NULL;
    return status;
  }
  error[0] = 0;
  for (;;) {
    char *line = next_line(c, error);
    if (!line) return error[0] ? -1 : 0;
    if (line[strspn(line, " \t")] == 0) continue;
    return read_row(c, line, t_s, values, error);
  }
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
  if (strncmp(line, TAUT_MCAP_MAGIC, 5) == 0)
    return fail(c, error, "MCAP cannot be read from a pipe; give the file");
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
    c->columns[i - 1] = (taut_column){.name = name, .unit = unit};
    c->units[i - 1] = known;
  }
  c->source.columns = c->columns;
  c->source.n_columns = n - 1;
  return 1;
}

/// Looks at the times of the first two rows and goes back to the first.
static int find_times(csv *c, char *error) {
  taut_row_source *s = &c->source;
  char *line = next_line(c, error);
  while (line && line[strspn(line, " \t")] == 0) line = next_line(c, error);
  if (!line) return error[0] ? -1 : 1;
  c->first = taut_text_copy(line);
  if (!taut_number_read(line, &s->first_s[0])) return fail(c, error, "the time is not a number");
  s->n_first = 1;
  // The next line is not taken.
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
  // The buffer has room for a final zero.
  c->buffer[c->end] = 0;
  if (at < stop && taut_number_read(at, &s->first_s[1])) s->n_first = 2;
  return 1;
}

taut_row_source *taut_csv_source_open(const char *path, char *error) {
  csv *c = taut_memory_resize(NULL, sizeof *c);
  *c = (csv){.file = STDIN_FILENO};
  c->source.next = next_row;
  c->source.place = place_of_row;
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
    for (size_t i = 0; i < n; i++) c->source.is_used[i] = true;
    status = find_times(c, error);
  }
  if (status > 0) return &c->source;
  close_csv(&c->source);
  return NULL;
}
