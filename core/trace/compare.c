#include "trace/compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/lag.h"

/// One value of a row in both traces.
typedef struct pair {
  const char *instance;
  const taut_trace_column *column;
  uint32_t i_base, i_other, i_element;
  taut_tolerance tolerance;
  taut_bytes base, other;  ///< all values, where time has a tolerance
  taut_difference found;   ///< n_rows 0 for none
  taut_lag lag;
} pair;

typedef struct comparer {
  pair *pairs;
  size_t n;
  taut_bytes ticks;  ///< of all rows
  const taut_compare_options *options;
  taut_comparison *out;
} comparer;

static void fault(taut_comparison *out, int64_t tick_ns, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fault(taut_comparison *out, int64_t tick_ns, const char *format, ...) {
  if (out->fault[0] != '\0') return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(out->fault, sizeof out->fault, format, arguments);
  va_end(arguments);
  out->fault_ns = tick_ns;
}

// ----------------------------------------------------------------------------------------- values

static void note(pair *p, int64_t tick_ns, double base, double other) {
  if (p->found.n_rows++ > 0) return;
  p->found.first_ns = tick_ns;
  p->found.base = base;
  p->found.other = other;
}

/// How far outside its funnel a number is; NaN is infinitely far.
static void note_excess(pair *p, double excess) {
  if (isnan(excess)) excess = HUGE_VAL;
  if (excess > p->found.excess) p->found.excess = excess;
}

static bool is_same_bits(double a, double b) {
  return taut_bits_of(a) == taut_bits_of(b);
}

static void compare_now(pair *p, bool by_bits, int64_t tick_ns, double base, double other) {
  if (is_same_bits(base, other) && (by_bits || !isnan(base))) return;
  double difference = fabs(other - base);
  if (!(difference <= p->found.most)) p->found.most = difference;
  bool is_exact = p->tolerance.atol == 0.0 && p->tolerance.rtol == 0.0;
  bool is_number = p->column->kind == TAUT_COLUMN_NUMBER;
  // Bools and enums have no neighbours: only time may be off.
  double width = p->tolerance.atol + p->tolerance.rtol * fabs(base);
  if (is_number && !is_exact && difference <= width) return;
  note(p, tick_ns, base, other);
  if (is_number) note_excess(p, difference - width);
}

static double value_at(const taut_bytes *values, size_t i) {
  return ((const double *)(const void *)values->data)[i];
}

static int64_t tick_at(const comparer *c, size_t i) {
  return ((const int64_t *)(const void *)c->ticks.data)[i];
}

/// A monotonic wedge: indexes of rows whose bound may still be the greatest of the window.
typedef struct wedge {
  size_t *rows;
  size_t head, tail;
} wedge;

static double bound(const pair *p, size_t i, double sign) {
  double base = value_at(&p->base, i);
  return sign * base + p->tolerance.atol + p->tolerance.rtol * fabs(base);
}

static void push(wedge *w, const pair *p, size_t i, double sign) {
  double value = bound(p, i, sign);
  while (w->tail > w->head && bound(p, w->rows[w->tail - 1], sign) <= value) w->tail--;
  w->rows[w->tail++] = i;
}

/// Every new value against the highest and lowest bound of the golden rows within tlag.
static bool compare_funnel(const comparer *c, pair *p, size_t n_rows) {
  wedge high = {.rows = calloc(n_rows + 1, sizeof(size_t))};
  wedge low = {.rows = calloc(n_rows + 1, sizeof(size_t))};
  bool has_memory = high.rows != NULL && low.rows != NULL;
  size_t next = 0;
  for (size_t i = 0; has_memory && i < n_rows; i++) {
    int64_t now_ns = tick_at(c, i), lag_ns = p->tolerance.tlag_ns;
    for (; next < n_rows && tick_at(c, next) - now_ns <= lag_ns; next++) {
      push(&high, p, next, 1.0);
      push(&low, p, next, -1.0);
    }
    while (now_ns - tick_at(c, high.rows[high.head]) > lag_ns) high.head++;
    while (now_ns - tick_at(c, low.rows[low.head]) > lag_ns) low.head++;
    double base = value_at(&p->base, i), other = value_at(&p->other, i);
    double difference = fabs(other - base);
    if (!(difference <= p->found.most)) p->found.most = difference;
    double above = other - bound(p, high.rows[high.head], 1.0);
    double below = -other - bound(p, low.rows[low.head], -1.0);
    if (above <= 0.0 && below <= 0.0 && !isnan(base)) continue;
    note(p, now_ns, base, other);
    note_excess(p, above > below ? above : below);
  }
  free(high.rows);
  free(low.rows);
  return has_memory;
}

static size_t next_edge(const taut_bytes *values, size_t at, size_t n_rows) {
  size_t i = at + 1;
  while (i < n_rows && is_same_bits(value_at(values, i), value_at(values, at))) i++;
  return i;
}

/// The same values one after the other, each edge near the golden one.
static void compare_edges(const comparer *c, pair *p, size_t n_rows) {
  size_t a = 0, b = 0;
  while (a < n_rows && b < n_rows) {
    double base = value_at(&p->base, a), other = value_at(&p->other, b);
    int64_t apart_ns = tick_at(c, a) - tick_at(c, b);
    bool is_near = apart_ns <= p->tolerance.tlag_ns && -apart_ns <= p->tolerance.tlag_ns;
    if (!is_same_bits(base, other) || !is_near || isnan(base)) {
      size_t first = a < b ? a : b;
      note(p, tick_at(c, first), value_at(&p->base, first), value_at(&p->other, first));
      return;
    }
    a = next_edge(&p->base, a, n_rows);
    b = next_edge(&p->other, b, n_rows);
  }
  // An edge that one of them lacks; at the very end it may still be on its way.
  size_t last = a < b ? a : b;
  if (a == b) return;
  bool is_late = tick_at(c, n_rows - 1) - tick_at(c, last) <= p->tolerance.tlag_ns;
  if (!is_late) note(p, tick_at(c, last), value_at(&p->base, last), value_at(&p->other, last));
}

// ------------------------------------------------------------------------------------------ pairs

static taut_status add_pairs(comparer *c, const char *instance, const taut_trace_column *base,
                             const taut_trace_column *other) {
  const taut_compare_options *options = c->options;
  for (uint32_t e = 0; e < base->count; e++) {
    char name[640];
    taut_column_value_name(base, e, name, sizeof name);
    pair *p = &c->pairs[c->n++];
    *p = (pair){.instance = instance,
                .column = base,
                .i_base = base->first + e,
                .i_other = other->first + e,
                .i_element = e};
    if (options->tolerance != NULL) p->tolerance = options->tolerance(options->user, name);
    if (!(p->tolerance.atol >= 0.0 && p->tolerance.rtol >= 0.0 && p->tolerance.tlag_ns >= 0)) {
      return TAUT_EINVAL;
    }
  }
  return TAUT_OK;
}

static taut_status make_pairs(comparer *c, const taut_columns *base, const taut_columns *other) {
  c->pairs = calloc((size_t)base->n_values + 1, sizeof *c->pairs);
  if (c->pairs == NULL) return TAUT_ENOMEM;
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; i < base->n_channels; i++) {
    for (uint32_t k = 0; k < base->channels[i].n_columns && status == TAUT_OK; k++) {
      const taut_trace_column *column = &base->channels[i].columns[k];
      const taut_trace_column *twin = taut_columns_find(other, column->name);
      if (twin == NULL) {
        fault(c->out, -1, "the new trace lacks %s", column->name);
      } else if (twin->count != column->count || twin->kind != column->kind ||
                 strcmp(twin->unit, column->unit) != 0) {
        fault(c->out, -1, "unit, kind or size of %s is another", column->name);
      } else {
        const char *topic = base->channels[i].topic;
        status = add_pairs(c, topic + (topic[0] == '/'), column, twin);
      }
    }
  }
  c->out->n_values = c->n;
  return status;
}

// ------------------------------------------------------------------------------------------- rows

/// An event without its time, which stands first.
static bool is_same_event(const taut_trace_item *a, const taut_trace_item *b) {
  return a->tick_ns == b->tick_ns && a->n_json == b->n_json &&
         memcmp(a->json, b->json, a->n_json) == 0;
}

static void compare_row(comparer *c, const taut_trace_item *base, const taut_trace_item *other) {
  taut_bytes_put(&c->ticks, &base->tick_ns, sizeof base->tick_ns);
  for (size_t i = 0; i < c->n; i++) {
    pair *p = &c->pairs[i];
    double a = base->values[p->i_base], b = other->values[p->i_other];
    bool has_lag = p->tolerance.tlag_ns > 0;
    if (!has_lag) compare_now(p, c->options->by_bits, base->tick_ns, a, b);
    taut_lag_push(&p->lag, a, b, has_lag || p->found.n_rows > 0);
    if (!has_lag) continue;
    taut_bytes_put(&p->base, &a, sizeof a);
    taut_bytes_put(&p->other, &b, sizeof b);
    c->ticks.has_failed |= p->base.has_failed || p->other.has_failed;
  }
  c->out->n_rows++;
}

/// Of two events at different times the earlier is the one that the other trace lacks.
static void fault_events(taut_comparison *out, const taut_trace_item *a, const taut_trace_item *b) {
  bool has_a = a->kind == TAUT_TRACE_EVENT, has_b = b->kind == TAUT_TRACE_EVENT;
  if (has_a && has_b) {
    has_a = a->tick_ns <= b->tick_ns;
    has_b = b->tick_ns <= a->tick_ns;
  }
  int64_t at_ns = has_a ? a->tick_ns : b->tick_ns;
  if (out->event_ns < 0) {
    out->event_ns = at_ns;
    if (has_a) out->base_event = taut_trace_format("%.*s", (int)a->n_json, a->json);
    if (has_b) out->other_event = taut_trace_format("%.*s", (int)b->n_json, b->json);
  }
  fault(out, at_ns, "other events from %.6f s on: golden %.*s, new %.*s", (double)at_ns * 1e-9,
        has_a ? (int)(a->n_json < 180 ? a->n_json : 180) : 4, has_a ? a->json : "none",
        has_b ? (int)(b->n_json < 180 ? b->n_json : 180) : 4, has_b ? b->json : "none");
}

/// Reads both side by side until one of them has something else than the other.
static taut_status compare_rows(comparer *c, taut_trace_reader *base, taut_trace_reader *other) {
  for (;;) {
    taut_trace_item a, b;
    taut_status status_a = taut_trace_reader_next(base, &a);
    taut_status status_b = taut_trace_reader_next(other, &b);
    if (status_a != TAUT_OK && status_a != TAUT_ENOTFOUND) return status_a;
    if (status_b != TAUT_OK && status_b != TAUT_ENOTFOUND) return status_b;
    if (status_a != status_b) {
      int64_t at_ns = status_a ? b.tick_ns : a.tick_ns;
      c->out->end_ns = at_ns;
      c->out->is_base_shorter = status_a != TAUT_OK;
      fault(c->out, at_ns,
            status_a ? "the new trace goes on at %.6f s" : "the new trace ends before %.6f s",
            (double)at_ns * 1e-9);
    }
    if (status_a != TAUT_OK || status_b != TAUT_OK) return TAUT_OK;
    if (a.kind != b.kind || (a.kind == TAUT_TRACE_EVENT && !is_same_event(&a, &b))) {
      fault_events(c->out, &a, &b);
      // Rows go on to be compared: skip to the next one in both.
      while (a.kind == TAUT_TRACE_EVENT && taut_trace_reader_next(base, &a) == TAUT_OK) continue;
      while (b.kind == TAUT_TRACE_EVENT && taut_trace_reader_next(other, &b) == TAUT_OK) continue;
      if (a.kind != TAUT_TRACE_ROW || b.kind != TAUT_TRACE_ROW) return TAUT_OK;
    }
    if (a.kind == TAUT_TRACE_EVENT) continue;
    if (a.tick_ns != b.tick_ns) {
      int64_t at_ns = a.tick_ns < b.tick_ns ? a.tick_ns : b.tick_ns;
      c->out->grid_ns = at_ns;
      fault(c->out, at_ns, "the rows are at other times from %.6f s on", (double)at_ns * 1e-9);
      return TAUT_OK;
    }
    compare_row(c, &a, &b);
    if (c->ticks.has_failed) return TAUT_ENOMEM;
  }
}

// ----------------------------------------------------------------------------------------- result

static int by_time(const void *left, const void *right) {
  const taut_difference *a = left, *b = right;
  if (a->first_ns != b->first_ns) return a->first_ns < b->first_ns ? -1 : 1;
  if (a->column != b->column) return a->column->first < b->column->first ? -1 : 1;
  return strcmp(a->name, b->name);
}

static taut_status gather(comparer *c) {
  taut_comparison *out = c->out;
  size_t n_rows = (size_t)out->n_rows;
  int64_t row_ns = n_rows > 1 && c->ticks.data != NULL
                       ? tick_at(c, 1) - tick_at(c, 0)  // later ones may lie behind skipped time
                       : 0;
  out->differences = calloc(c->n + 1, sizeof *out->differences);
  if (out->differences == NULL) return TAUT_ENOMEM;
  for (size_t i = 0; i < c->n; i++) {
    pair *p = &c->pairs[i];
    if (p->tolerance.tlag_ns > 0 && n_rows > 0) {
      if (p->column->kind != TAUT_COLUMN_NUMBER) {
        compare_edges(c, p, n_rows);
      } else if (!compare_funnel(c, p, n_rows)) {
        return TAUT_ENOMEM;
      }
    }
    if (p->found.n_rows == 0) continue;
    char name[640];
    taut_column_value_name(p->column, p->i_element, name, sizeof name);
    p->found.name = taut_trace_format("%s", name);
    if (p->found.name == NULL) return TAUT_ENOMEM;
    p->found.column = p->column;
    p->found.lag_ns = taut_lag_estimate(&p->lag) * row_ns;
    p->found.instance = p->instance;
    // A trace of another tool may call its signals what it likes.
    size_t n = strlen(p->instance);
    bool has_instance = strncmp(name, p->instance, n) == 0 && name[n] == '.';
    p->found.port = p->found.name + (has_instance ? n + 1 : 0);
    out->differences[out->n_differences++] = p->found;
  }
  qsort(out->differences, out->n_differences, sizeof *out->differences, by_time);
  return TAUT_OK;
}

static bool has_same_hash(const taut_trace_reader *base, const taut_trace_reader *other) {
  const char *a = taut_trace_reader_value(base, "taut.result", "trace_hash");
  const char *b = taut_trace_reader_value(other, "taut.result", "trace_hash");
  return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void compare_verdicts(comparer *c, const taut_trace_reader *base,
                             const taut_trace_reader *other) {
  const char *a = taut_trace_reader_value(base, "taut.result", "verdict");
  const char *b = taut_trace_reader_value(other, "taut.result", "verdict");
  if (a == NULL || (b != NULL && strcmp(a, b) == 0)) return;
  fault(c->out, -1, "the verdict is %s, golden %s", b != NULL ? b : "missing", a);
}

/// What explains a difference before one looks at signals.
static void describe_context(comparer *c, const taut_trace_reader *base,
                             const taut_trace_reader *other) {
  static const struct {
    const char *key, *text;
  } rows[] = {{"seed", "another seed"},
              {"plan_hash", "another plan (models, wiring or parameters)"},
              {"taut", "another version of Taut"}};
  taut_comparison *out = c->out;
  const char *period = taut_trace_reader_value(base, "taut.run", "base_period_ns");
  out->base_period_ns = period != NULL ? strtoll(period, NULL, 10) : 0;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *a = taut_trace_reader_value(base, "taut.run", rows[i].key);
    const char *b = taut_trace_reader_value(other, "taut.run", rows[i].key);
    if (a == NULL || b == NULL || strcmp(a, b) == 0) continue;
    size_t n = strlen(out->context);
    bool is_long = strlen(a) > 20 || strlen(b) > 20;
    snprintf(out->context + n, sizeof out->context - n, "%s%s", n > 0 ? "; " : "", rows[i].text);
    n = strlen(out->context);
    const char *format = c->options->by_bits ? " (%s in B, %s in A)" : " (%s, golden %s)";
    if (!is_long) snprintf(out->context + n, sizeof out->context - n, format, b, a);
  }
}

taut_status taut_trace_compare(taut_trace_reader *base, taut_trace_reader *other,
                               const taut_compare_options *options, taut_comparison *out) {
  *out = (taut_comparison){.fault_ns = -1, .event_ns = -1, .end_ns = -1, .grid_ns = -1};
  comparer c = {.options = options, .out = out};
  describe_context(&c, base, other);
  taut_status status =
      make_pairs(&c, taut_trace_reader_columns(base), taut_trace_reader_columns(other));
  if (status == TAUT_OK && out->fault[0] == '\0' && !options->by_bits &&
      has_same_hash(base, other)) {
    out->is_same_hash = true;
  } else if (status == TAUT_OK) {
    status = compare_rows(&c, base, other);
    if (status == TAUT_OK) status = gather(&c);
  }
  compare_verdicts(&c, base, other);
  if (status == TAUT_OK) {
    status = taut_trace_compare_judgements(base, other, options->margin, options->user,
                                           &out->changes, &out->n_changes);
  }
  out->is_same =
      status == TAUT_OK && out->fault[0] == '\0' && out->n_differences == 0 && out->n_changes == 0;
  for (size_t i = 0; i < c.n; i++) {
    taut_bytes_fini(&c.pairs[i].base);
    taut_bytes_fini(&c.pairs[i].other);
  }
  free(c.pairs);
  taut_bytes_fini(&c.ticks);
  return status;
}

void taut_comparison_fini(taut_comparison *comparison) {
  for (size_t i = 0; i < comparison->n_differences; i++) free(comparison->differences[i].name);
  free(comparison->differences);
  free(comparison->changes);
  free(comparison->base_event);
  free(comparison->other_event);
  *comparison = (taut_comparison){0};
}
