#include "trace/twin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = TAUT_TWIN_LAG_ROWS + 1 };

/// The last rows of a signal, each stored twice, so that N of them always lie in a row.
typedef struct past {
  double values[2 * N];
} past;

/// A value of a row in both traces while they are read.
typedef struct pair {
  uint32_t i_live, i_twin;
  past live, twin;
  double late[N];                  ///< sum of squares of live(i) - twin(i - k)
  double early[N];                 ///< sum of squares of twin(i) - live(i - k)
  double first, sum, sum_squares;  ///< of the twin; sums are less `first`
  double least, greatest;          ///< of both
  double shift;                    ///< latency in rows
  double error_squares;
} pair;

typedef struct comparer {
  const taut_trace_source *sources[2];
  taut_trace_reader *readers[2];  ///< live, twin
  pair *pairs;
  size_t n;
  uint64_t n_rows, n_events[2];
  int64_t first_ns, last_ns, end_ns[2];
  taut_twin *out;
} comparer;

// ------------------------------------------------------------------------------------------ rows

static void remember(past *at, uint64_t i_row, double value) {
  // Newest first: values[k] of the window is k rows old.
  uint64_t place = N - 1 - i_row % N;
  at->values[place] = at->values[place + N] = value;
}

static const double *window(const past *at, uint64_t i_row) {
  return at->values + (N - 1 - i_row % N);
}

/// Reads one side up to its next row.
static taut_status next_row(comparer *c, int side, taut_trace_item *out) {
  taut_status status;
  while ((status = taut_trace_reader_next(c->readers[side], out)) == TAUT_OK) {
    if (out->kind == TAUT_TRACE_ROW) break;
    c->n_events[side]++;
  }
  if (status == TAUT_OK) c->end_ns[side] = out->tick_ns;
  return status;
}

/// Reads both sides row by row and hands those at the same time to `take`.
static taut_status read_rows(comparer *c, void (*take)(comparer *c, const double *live,
                                                       const double *twin, int64_t tick_ns)) {
  taut_trace_item at[2];
  taut_status status[2];
  c->n_rows = c->n_events[0] = c->n_events[1] = 0;
  for (int side = 0; side < 2; side++) status[side] = next_row(c, side, &at[side]);
  while (status[0] == TAUT_OK && status[1] == TAUT_OK) {
    int64_t apart_ns = at[0].tick_ns - at[1].tick_ns;
    if (apart_ns == 0) {
      if (c->n_rows == 0) c->first_ns = at[0].tick_ns;
      c->last_ns = at[0].tick_ns;
      take(c, at[0].values, at[1].values, at[0].tick_ns);
      c->n_rows++;
    }
    if (apart_ns <= 0) status[0] = next_row(c, 0, &at[0]);
    if (apart_ns >= 0) status[1] = next_row(c, 1, &at[1]);
  }
  for (int side = 0; side < 2; side++) {
    while (status[side] == TAUT_OK) status[side] = next_row(c, side, &at[side]);
    if (status[side] != TAUT_ENOTFOUND) return status[side];
  }
  return TAUT_OK;
}

static double difference(taut_column_kind kind, double a, double b) {
  if (kind == TAUT_COLUMN_NUMBER) return a - b;
  return a == b ? 0.0 : 1.0;
}

/// Adds a row to the sums of a number for every shift.
static void add_shifts(pair *p, const double *live, const double *twin) {
  double y = live[0], x = twin[0];
  for (int k = 0; k < N; k++) {
    double late = y - twin[k], early = x - live[k];
    p->late[k] += late * late;
    p->early[k] += early * early;
  }
}

static void measure(comparer *c, const double *live, const double *twin, int64_t tick_ns) {
  (void)tick_ns;
  for (size_t i = 0; i < c->n; i++) {
    pair *p = &c->pairs[i];
    taut_twin_signal *signal = &c->out->signals[i];
    double y = live[p->i_live], x = twin[p->i_twin];
    if (taut_bits_of(x) != taut_bits_of(y)) signal->is_same = false;
    if (c->n_rows == 0) p->first = p->least = p->greatest = x;
    if (x < p->least) p->least = x;
    if (y < p->least) p->least = y;
    if (x > p->greatest) p->greatest = x;
    if (y > p->greatest) p->greatest = y;
    remember(&p->live, c->n_rows, y);
    remember(&p->twin, c->n_rows, x);
    if (c->n_rows < N - 1) continue;
    p->sum += x - p->first;
    p->sum_squares += (x - p->first) * (x - p->first);
    const double *lives = window(&p->live, c->n_rows), *twins = window(&p->twin, c->n_rows);
    if (signal->kind == TAUT_COLUMN_NUMBER) {
      add_shifts(p, lives, twins);
      continue;
    }
    for (int k = 0; k < N; k++) {
      p->late[k] += y != twins[k];
      p->early[k] += x != lives[k];
    }
  }
}

// --------------------------------------------------------------------------------------- latency

/// Sum of squares at a shift of `k` rows, negative for early.
static double at_shift(const pair *p, int k) {
  return k >= 0 ? p->late[k] : p->early[-k];
}

/// The lowest point of the parabola through three sums, in rows from the middle one.
static double refine(double before, double here, double after) {
  double bend = before - 2.0 * here + after;
  if (here == 0.0 || !(bend > 0.0)) return 0.0;
  double offset = 0.5 * (before - after) / bend;
  return offset > 0.5 ? 0.5 : offset < -0.5 ? -0.5 : offset;
}

/// The shift that brings both nearest, when there is one that explains most of what the twin does.
static void find_latency(const comparer *c, const pair *p, taut_twin_signal *signal, double row_s) {
  if (c->n_rows < 2 * N) return;
  double n = (double)(c->n_rows - (N - 1));
  double moved = p->sum_squares - p->sum * p->sum / n;
  bool is_number = signal->kind == TAUT_COLUMN_NUMBER;
  int best = 0;
  for (int k = 1; k < N; k++) {
    // Of equals the smaller shift stays; NaN is never less.
    if (at_shift(p, k) < at_shift(p, best)) best = k;
    if (at_shift(p, -k) < at_shift(p, best)) best = -k;
  }
  double least = at_shift(p, best);
  // A label is off by one whatever its number; it moves when it is not always the same.
  if (!is_number) moved = p->greatest > p->least ? at_shift(p, 0) : 0.0;
  bool is_found = moved > 0.0 && best > -(N - 1) && best < N - 1 &&
                  (is_number ? least <= 0.2 * moved : least <= 0.5 * moved);
  if (!is_found) return;
  double shift = best;
  if (is_number) shift += refine(at_shift(p, best - 1), least, at_shift(p, best + 1));
  signal->has_latency = true;
  signal->latency_s = shift * row_s;
}

// ----------------------------------------------------------------------------------------- error

/// The value `rows` rows ago, between two rows for a number.
static double value_ago(const double *window, double rows, bool is_number) {
  int k = (int)rows;
  double rest = rows - k;
  if (!is_number) return window[(int)(rows + 0.5)];
  return rest > 0.0 ? window[k] + rest * (window[k + 1] - window[k]) : window[k];
}

static void judge_error(comparer *c, const double *live, const double *twin, int64_t tick_ns) {
  for (size_t i = 0; i < c->n; i++) {
    pair *p = &c->pairs[i];
    taut_twin_signal *signal = &c->out->signals[i];
    if (signal->is_same) continue;
    double y = live[p->i_live], x = twin[p->i_twin];
    bool is_number = signal->kind == TAUT_COLUMN_NUMBER;
    double now = difference(signal->kind, y, x);
    signal->rms_now += now * now;
    remember(&p->live, c->n_rows, y);
    remember(&p->twin, c->n_rows, x);
    if (p->shift != 0.0 && c->n_rows < N - 1) continue;
    if (p->shift > 0.0) x = value_ago(window(&p->twin, c->n_rows), p->shift, is_number);
    if (p->shift < 0.0) y = value_ago(window(&p->live, c->n_rows), -p->shift, is_number);
    double error = difference(signal->kind, y, x);
    p->error_squares += error * error;
    // NaN is infinitely far.
    double size = isnan(error) ? HUGE_VAL : fabs(error);
    if (size <= signal->most) continue;
    signal->most = size;
    signal->most_ns = tick_ns;
  }
}

static double mean_root(const taut_twin_signal *signal, double sum, uint64_t n) {
  double mean = n > 0 ? sum / (double)n : 0.0;
  return signal->kind == TAUT_COLUMN_NUMBER ? sqrt(mean) : mean;
}

static void finish_errors(comparer *c) {
  for (size_t i = 0; i < c->n; i++) {
    const pair *p = &c->pairs[i];
    taut_twin_signal *signal = &c->out->signals[i];
    uint64_t n_shifted = p->shift != 0.0 ? c->n_rows - (N - 1) : c->n_rows;
    signal->rms = mean_root(signal, p->error_squares, n_shifted);
    signal->rms_now = mean_root(signal, signal->rms_now, c->n_rows);
    signal->span = p->greatest - p->least;
  }
}

static int compare_numbers(const void *left, const void *right) {
  const double *a = left, *b = right;
  return *a < *b ? -1 : *a > *b;
}

static taut_status find_skew(comparer *c) {
  taut_twin *out = c->out;
  double row_s = (double)out->row_ns * 1e-9;
  double *latencies = malloc((c->n + 1) * sizeof *latencies);
  if (latencies == NULL) return TAUT_ENOMEM;
  for (size_t i = 0; i < c->n; i++) {
    taut_twin_signal *signal = &out->signals[i];
    find_latency(c, &c->pairs[i], signal, row_s);
    if (!signal->has_latency) continue;
    c->pairs[i].shift = signal->latency_s / row_s;
    latencies[out->n_latencies++] = signal->latency_s;
  }
  size_t n = out->n_latencies;
  qsort(latencies, n, sizeof *latencies, compare_numbers);
  out->has_skew = n > 0;
  if (n > 0) out->skew_s = 0.5 * (latencies[(n - 1) / 2] + latencies[n / 2]);
  free(latencies);
  return TAUT_OK;
}

// ---------------------------------------------------------------------------------------- signals

/// Least and greatest values between rows, and those before a fault, follow from the others.
static bool is_derived(const char *name) {
  static const char *const suffixes[] = {".min", ".max", ".raw"};
  size_t n = strlen(name);
  for (size_t i = 0; i < 3; i++)
    if (n > 4 && strcmp(name + n - 4, suffixes[i]) == 0) return true;
  return false;
}

static taut_status add_signals(comparer *c, const taut_trace_column *live,
                               const taut_trace_column *twin) {
  for (uint32_t e = 0; e < live->count; e++) {
    char name[640];
    taut_twin_signal *signal = &c->out->signals[c->n];
    taut_column_value_name(live, e, name, sizeof name);
    *signal = (taut_twin_signal){.name = taut_trace_format("%s", name),
                                 .unit = taut_trace_format("%s", live->unit),
                                 .kind = live->kind,
                                 .is_same = true};
    c->pairs[c->n] = (pair){.i_live = live->first + e, .i_twin = twin->first + e};
    c->n++;
    c->out->n_signals++;
    if (signal->name == NULL || signal->unit == NULL) return TAUT_ENOMEM;
  }
  return TAUT_OK;
}

static bool is_alike(const taut_trace_column *a, const taut_trace_column *b) {
  return a->count == b->count && a->kind == b->kind && strcmp(a->unit, b->unit) == 0;
}

static taut_status match_signals(comparer *c) {
  const taut_columns *live = taut_trace_reader_columns(c->readers[0]);
  const taut_columns *twin = taut_trace_reader_columns(c->readers[1]);
  taut_status status = TAUT_OK;
  c->pairs = calloc((size_t)live->n_values + 1, sizeof *c->pairs);
  c->out->signals = calloc((size_t)live->n_values + 1, sizeof *c->out->signals);
  if (c->pairs == NULL || c->out->signals == NULL) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < live->n_channels; i++) {
    for (uint32_t k = 0; k < live->channels[i].n_columns && status == TAUT_OK; k++) {
      const taut_trace_column *column = &live->channels[i].columns[k];
      if (is_derived(column->name)) continue;
      const taut_trace_column *other = taut_columns_find(twin, column->name);
      if (other != NULL && is_alike(column, other)) {
        status = add_signals(c, column, other);
      } else {
        c->out->n_only++;
      }
    }
  }
  for (uint32_t i = 0; i < twin->n_channels; i++) {
    for (uint32_t k = 0; k < twin->channels[i].n_columns; k++) {
      const char *name = twin->channels[i].columns[k].name;
      if (!is_derived(name) && taut_columns_find(live, name) == NULL) c->out->n_only++;
    }
  }
  return status;
}

// ----------------------------------------------------------------------------------- requirements

static const taut_trace_metadata *find_requirements(const taut_trace_reader *reader) {
  size_t n;
  const taut_trace_metadata *list = taut_trace_reader_metadata(reader, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i].name, TAUT_TRACE_REQUIREMENTS) == 0) return &list[i];
  return NULL;
}

static bool parse(const char *text, taut_trace_judgement *out) {
  return text != NULL && taut_trace_judgement_parse(text, out) == TAUT_OK;
}

static taut_status match_requirements(comparer *c) {
  const taut_trace_metadata *lists[2];
  size_t n = 0;
  for (int side = 0; side < 2; side++) {
    lists[side] = find_requirements(c->readers[side]);
    if (lists[side] != NULL) n += lists[side]->n_pairs;
  }
  c->out->requirements = calloc(n + 1, sizeof *c->out->requirements);
  if (c->out->requirements == NULL) return TAUT_ENOMEM;
  for (int side = 0; side < 2; side++) {
    for (size_t i = 0; lists[side] != NULL && i < lists[side]->n_pairs; i++) {
      const char *id = lists[side]->pairs[i].key;
      const char *texts[2];
      for (int k = 0; k < 2; k++)
        texts[k] = taut_trace_reader_value(c->readers[k], TAUT_TRACE_REQUIREMENTS, id);
      if (side == 1 && texts[0] != NULL) continue;
      taut_twin_requirement *at = &c->out->requirements[c->out->n_requirements++];
      at->id = taut_trace_format("%s", id);
      if (at->id == NULL) return TAUT_ENOMEM;
      at->has_live = parse(texts[0], &at->live);
      at->has_twin = parse(texts[1], &at->twin);
    }
  }
  return TAUT_OK;
}

// ---------------------------------------------------------------------------------------- compare

static void close_readers(comparer *c) {
  for (int side = 0; side < 2; side++) {
    taut_trace_reader_close(c->readers[side]);
    c->readers[side] = NULL;
  }
}

static taut_status open_readers(comparer *c) {
  close_readers(c);
  taut_status status = TAUT_OK;
  for (int side = 0; side < 2 && status == TAUT_OK; side++)
    status = taut_trace_reader_open(c->sources[side], &c->readers[side]);
  return status;
}

static taut_status run_comparer(comparer *c, char *error, size_t size) {
  taut_twin *out = c->out;
  taut_status status = open_readers(c);
  if (status == TAUT_OK) status = match_signals(c);
  if (status == TAUT_OK) status = match_requirements(c);
  if (status == TAUT_OK) status = read_rows(c, measure);
  if (status != TAUT_OK) return status;
  if (c->n_rows == 0) {
    snprintf(error, size, "no row is at the same time in both traces");
    return TAUT_EINVAL;
  }
  out->n_rows = c->n_rows;
  out->live_end_ns = c->end_ns[0];
  out->twin_end_ns = c->end_ns[1];
  out->n_live_events = c->n_events[0];
  out->n_twin_events = c->n_events[1];
  if (c->n_rows > 1) out->row_ns = (c->last_ns - c->first_ns) / (int64_t)(c->n_rows - 1);
  status = out->row_ns > 0 ? find_skew(c) : TAUT_OK;
  if (status == TAUT_OK) status = open_readers(c);
  if (status == TAUT_OK) status = read_rows(c, judge_error);
  if (status == TAUT_OK) finish_errors(c);
  return status;
}

taut_status taut_twin_compare(const taut_trace_source *live, const taut_trace_source *twin,
                              taut_twin *out, char *error, size_t size) {
  *out = (taut_twin){0};
  comparer c = {.sources = {live, twin}, .out = out};
  error[0] = '\0';
  taut_status status = run_comparer(&c, error, size);
  if (status == TAUT_EINVAL && error[0] == '\0')
    snprintf(error, size, "one of them is no trace, or is damaged: taut trace verify");
  if (status != TAUT_OK && error[0] == '\0') snprintf(error, size, "%s", taut_status_text(status));
  close_readers(&c);
  free(c.pairs);
  if (status != TAUT_OK) taut_twin_fini(out);
  return status;
}

void taut_twin_fini(taut_twin *twin) {
  for (size_t i = 0; i < twin->n_signals; i++) {
    free(twin->signals[i].name);
    free(twin->signals[i].unit);
  }
  for (size_t i = 0; i < twin->n_requirements; i++) free(twin->requirements[i].id);
  free(twin->signals);
  free(twin->requirements);
  *twin = (taut_twin){0};
}
