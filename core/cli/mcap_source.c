// MCAP traces as rows: columns from the channels, values as they stand in a row of the reader. An
// input that shares the slot of the output it is wired to has no column of its own in the file; it
// gets one here, so that a name that works on a plan works on its trace.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/row_source.h"
#include "report/text.h"
#include "trace/check.h"
#include "trace/reader.h"

typedef struct mcap {
  taut_row_source source;  ///< first, so that both have one address
  char *path;
  int file;
  taut_trace_source bytes;
  taut_trace_reader *reader;
  taut_column *columns;  ///< names, units and labels are owned
  uint32_t *from;        ///< (n_columns) place in a row of the reader
  size_t n_room;
  uint32_t *used;  ///< columns whose values are copied
  size_t n_used;
  bool is_chosen;  ///< `used` stands
  int64_t first_ns;
} mcap;

static void place_of_row(const taut_row_source *source, char *text, size_t size) {
  snprintf(text, size, "%.90s", ((const mcap *)source)->path);
}

static int fail(const mcap *m, char *error, const char *what) {
  snprintf(error, TAUT_ROW_ERROR_SIZE, "%.90s: %s", m->path, what);
  return -1;
}

static int fail_status(const mcap *m, char *error, taut_status status) {
  if (status != TAUT_EINVAL) return fail(m, error, taut_status_text(status));
  return fail(m, error, "the trace is damaged; 'taut trace verify' says where");
}

// ---------------------------------------------------------------------------------------- columns

/// The value of "KEY.FIELD" in a channel's metadata, or NULL.
static const char *note_of(const mcap *m, uint32_t i_channel, const char *key, const char *field) {
  size_t n = 0, n_key = strlen(key);
  const taut_pair *pairs = taut_trace_reader_notes(m->reader, i_channel, &n);
  for (size_t i = 0; i < n; i++) {
    const char *at = pairs[i].key;
    if (strncmp(at, key, n_key) == 0 && at[n_key] == '.' && strcmp(at + n_key + 1, field) == 0)
      return pairs[i].value;
  }
  return NULL;
}

/// Adds one value of a column under a name. `port` is what ranges and shown units are noted under.
static void add_column(mcap *m, uint32_t i_channel, const char *port, const char *name,
                       const taut_trace_column *from, uint32_t i_element) {
  size_t i = m->source.n_columns++;
  if (i == m->n_room) {
    m->n_room = m->n_room ? 2 * m->n_room : 256;
    m->columns = taut_memory_resize(m->columns, m->n_room * sizeof *m->columns);
    m->from = taut_memory_resize(m->from, m->n_room * sizeof *m->from);
  }
  const char *shown = note_of(m, i_channel, "shown", port);
  const char *range = note_of(m, i_channel, "range", port);
  taut_column column = {.name = taut_text_copy(name),
                        .unit = taut_text_copy(shown ? shown : from->unit),
                        .labels = from->kind == TAUT_COLUMN_ENUM && from->labels
                                      ? taut_text_copy(from->labels)
                                      : NULL,
                        .is_bool = from->kind == TAUT_COLUMN_BOOL};
  char *stop = NULL;
  if (range) column.least = strtod(range, &stop);
  if (range && *stop == ' ') column.greatest = strtod(stop, &stop);
  m->columns[i] = column;
  m->from[i] = from->first + i_element;
}

static void add_columns(mcap *m, uint32_t i_channel, const char *port, const char *name,
                        const taut_trace_column *from) {
  taut_trace_column named = *from;
  named.name = taut_text_copy(name);
  for (uint32_t e = 0; e < from->count; e++) {
    char text[640];
    taut_column_value_name(&named, e, text, sizeof text);
    add_column(m, i_channel, port, text, from, e);
  }
  free(named.name);
}

static const taut_trace_column *find_column(const mcap *m, const char *name) {
  const taut_columns *columns = taut_trace_reader_columns(m->reader);
  for (uint32_t i = 0; i < columns->n_channels; i++)
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++)
      if (strcmp(columns->channels[i].columns[k].name, name) == 0)
        return &columns->channels[i].columns[k];
  return NULL;
}

/// Inputs of the channel's instance that stand in the file as what they are wired to.
static void add_inputs(mcap *m, uint32_t i_channel, const char *path) {
  static const char KEY[] = "input.";
  size_t n = 0;
  const taut_pair *pairs = taut_trace_reader_notes(m->reader, i_channel, &n);
  for (size_t i = 0; i < n; i++) {
    if (strncmp(pairs[i].key, KEY, sizeof KEY - 1) != 0) continue;
    const char *port = pairs[i].key + sizeof KEY - 1;
    const taut_trace_column *from = find_column(m, pairs[i].value);
    if (!from) continue;
    char name[640];
    snprintf(name, sizeof name, "%s.%s", path, port);
    // Only the value itself is an input: its least and greatest belong to the output.
    add_columns(m, i_channel, port, name, from);
  }
}

static void list_columns(mcap *m) {
  const taut_columns *columns = taut_trace_reader_columns(m->reader);
  for (uint32_t i = 0; i < columns->n_channels; i++)
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      add_columns(m, i, column->field, column->name, column);
    }
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    const char *topic = columns->channels[i].topic;
    add_inputs(m, i, topic + (topic[0] == '/'));
  }
  size_t n = m->source.n_columns + 1;
  m->source.columns = m->columns;
  m->source.is_used = taut_memory_resize(NULL, n * sizeof *m->source.is_used);
  m->used = taut_memory_resize(NULL, n * sizeof *m->used);
  for (size_t i = 0; i < n; i++) m->source.is_used[i] = true;
}

// ------------------------------------------------------------------------------------------- rows

/// Channels of which no column is used are not decoded.
static void choose(mcap *m) {
  const taut_columns *columns = taut_trace_reader_columns(m->reader);
  m->is_chosen = true;
  for (size_t i = 0; i < m->source.n_columns; i++)
    if (m->source.is_used[i]) m->used[m->n_used++] = (uint32_t)i;
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    const taut_channel *channel = &columns->channels[i];
    bool is_wanted = false;
    for (size_t k = 0; k < m->n_used && !is_wanted; k++)
      for (uint32_t c = 0; c < channel->n_columns && !is_wanted; c++)
        is_wanted = m->from[m->used[k]] - channel->columns[c].first < channel->columns[c].count;
    if (!is_wanted) taut_trace_reader_skip(m->reader, i);
  }
}

/// Notes the event when it says that the script skipped time.
static taut_status take_event(mcap *m, const taut_trace_item *item) {
  static const char SKIP[] = "\"source\":\"script\",\"event\":\"skip\"", VALUE[] = "\"value\":";
  char text[256];
  if (item->n_json >= sizeof text) return TAUT_OK;
  memcpy(text, item->json, item->n_json);
  text[item->n_json] = '\0';
  const char *value = strstr(text, SKIP) ? strstr(text, VALUE) : NULL;
  double seconds = value ? strtod(value + sizeof VALUE - 1, NULL) : 0;
  if (!(seconds > 0 && seconds < 9e9)) return TAUT_OK;
  return taut_timeline_skip_add(&m->source.timeline, item->tick_ns, llround(seconds * 1e9));
}

/// The next row of the reader; 0 at the end, -1 with an error.
static int read_row(mcap *m, taut_trace_item *item, char *error) {
  taut_status status;
  do {
    status = taut_trace_reader_next(m->reader, item);
    if (status == TAUT_OK && item->kind == TAUT_TRACE_EVENT) status = take_event(m, item);
  } while (status == TAUT_OK && item->kind != TAUT_TRACE_ROW);
  if (status == TAUT_OK) return 1;
  if (status != TAUT_ENOTFOUND) return fail_status(m, error, status);
  return taut_trace_reader_has_ended(m->reader) ? 0 : fail_status(m, error, TAUT_EINVAL);
}

/// The difference of whole nanoseconds, so that times of day lose nothing; times of a foreign file
/// may lie further apart than an int64 reaches, and then wrap around.
static double seconds_between(int64_t from_ns, int64_t to_ns) {
  return 1e-9 * (double)(int64_t)((uint64_t)to_ns - (uint64_t)from_ns);
}

static int next_row(taut_row_source *source, double *t_s, double *values, char *error) {
  mcap *m = (mcap *)source;
  taut_trace_item item;
  if (!m->is_chosen) choose(m);
  int status = read_row(m, &item, error);
  if (status <= 0) return status;
  int64_t observed_ns = taut_timeline_observed(&source->timeline, item.tick_ns);
  *t_s = source->first_s[0] + seconds_between(m->first_ns, observed_ns);
  for (size_t i = 0; i < m->n_used; i++) values[m->used[i]] = item.values[m->from[m->used[i]]];
  return 1;
}

static void close_mcap(taut_row_source *source) {
  mcap *m = (mcap *)source;
  taut_timeline_fini(&source->timeline);
  taut_trace_reader_close(m->reader);
  if (m->file >= 0) close(m->file);
  for (size_t i = 0; i < source->n_columns; i++) {
    free((void *)m->columns[i].name);
    free((void *)m->columns[i].unit);
    free((void *)m->columns[i].labels);
  }
  free(m->columns);
  free(m->from);
  free(m->used);
  free(source->is_used);
  free(m->path);
  free(m);
}

// ---------------------------------------------------------------------------------------- opening

/// Opens the reader, looks at the times of the first two rows and opens it again.
static int find_times(mcap *m, char *error) {
  taut_row_source *s = &m->source;
  int64_t ticks[2] = {0, 0};
  taut_status status = taut_trace_reader_open(&m->bytes, &m->reader);
  if (status != TAUT_OK) return fail_status(m, error, status);
  const taut_columns *columns = taut_trace_reader_columns(m->reader);
  for (uint32_t i = 0; i < columns->n_channels; i++) taut_trace_reader_skip(m->reader, i);
  int more = 1;
  while (s->n_first < 2 && more > 0) {
    taut_trace_item item;
    more = read_row(m, &item, error);
    if (more > 0) ticks[s->n_first++] = item.tick_ns;
  }
  m->first_ns = ticks[0];
  s->first_s[0] = 1e-9 * (double)ticks[0];
  s->first_s[1] = 1e-9 * (double)ticks[1];
  const char *period = taut_trace_reader_value(m->reader, "taut.run", "row_period_ns");
  if (s->n_first == 2 && ticks[1] > ticks[0]) s->row_s = seconds_between(ticks[0], ticks[1]);
  if (period) s->row_s = 1e-9 * (double)strtoll(period, NULL, 10);
  if (more < 0) return more;
  taut_trace_reader_close(m->reader);
  m->source.timeline.n = 0;
  status = taut_trace_reader_open(&m->bytes, &m->reader);
  return status == TAUT_OK ? 1 : fail_status(m, error, status);
}

/// Is the file what its checksums say, as far as that can be told without unpacking it?
static int check(const mcap *m, char *error) {
  taut_trace_verdict verdict;
  taut_status status = taut_trace_check(&m->bytes, &verdict);
  if (status != TAUT_OK) return fail_status(m, error, status);
  return verdict.is_ok ? 1 : fail(m, error, verdict.fault);
}

taut_row_source *taut_mcap_source_open(const char *path, char *error) {
  mcap *m = taut_memory_resize(NULL, sizeof *m);
  *m = (mcap){.file = -1};
  taut_timeline_init(&m->source.timeline, NULL);
  m->source.next = next_row;
  m->source.place = place_of_row;
  m->source.close = close_mcap;
  m->path = taut_text_copy(path);
  m->file = open(path, O_RDONLY | O_CLOEXEC);
  int status = m->file < 0 ? fail(m, error, strerror(errno)) : 1;
  if (status > 0 && taut_trace_source_fd(&m->file, &m->bytes) != TAUT_OK)
    status = fail(m, error, "not a file");
  if (status > 0) status = check(m, error);
  if (status > 0) status = find_times(m, error);
  if (status > 0) {
    list_columns(m);
    if (m->source.n_columns == 0)
      status = fail(m, error, "no channel has rows of numbers in protobuf");
  }
  if (status > 0) return &m->source;
  close_mcap(&m->source);
  return NULL;
}
