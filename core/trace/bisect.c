#include "trace/bisect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ----------------------------------------------------------------------------------------- tables

static bool is_alike(const taut_trace_column *a, const taut_trace_column *b) {
  return a->count == b->count && a->kind == b->kind && strcmp(a->unit, b->unit) == 0;
}

static bool add_table(taut_bisection *out, char *text) {
  if (text == NULL) return false;
  if (out->n_tables < TAUT_BISECT_TABLES_MAX) {
    out->tables[out->n_tables] = text;
  } else {
    free(text);
  }
  out->n_tables++;
  return true;
}

/// Signals of `columns` that `others` lacks or has otherwise; the latter only once.
static bool list_tables(taut_bisection *out, const taut_columns *columns,
                        const taut_columns *others, const char *who, bool is_first) {
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      const taut_trace_column *other = taut_columns_find(others, column->name);
      char *text = NULL;
      if (other == NULL) {
        text = taut_trace_format("only %s has %s", who, column->name);
      } else if (is_first && !is_alike(column, other)) {
        text =
            taut_trace_format("unit, kind or size of %s: %u of [%s] in A, %u of [%s] in B",
                              column->name, column->count, column->unit, other->count, other->unit);
      } else {
        continue;
      }
      if (!add_table(out, text)) return false;
    }
  }
  return true;
}

// ---------------------------------------------------------------------------------------- culprit

static const taut_channel *channel_of(const taut_trace_reader *reader, const char *instance,
                                      uint32_t *i_channel) {
  const taut_columns *columns = taut_trace_reader_columns(reader);
  for (*i_channel = 0; *i_channel < columns->n_channels; ++*i_channel) {
    const char *topic = columns->channels[*i_channel].topic;
    if (strcmp(topic + (topic[0] == '/'), instance) == 0) return &columns->channels[*i_channel];
  }
  return NULL;
}

/// Whether an instance reads a column: its inputs that share a slot name whose.
static bool reads(const taut_trace_reader *reader, const char *instance, const char *name) {
  uint32_t i_channel;
  size_t n;
  if (channel_of(reader, instance, &i_channel) == NULL) return false;
  const taut_pair *notes = taut_trace_reader_notes(reader, i_channel, &n);
  for (size_t i = 0; i < n; i++) {
    if (strncmp(notes[i].key, "input.", 6) == 0 && strcmp(notes[i].value, name) == 0) return true;
  }
  return false;
}

/// Of the values that differ in the first row, one that none of the others explains.
static void find_culprit(taut_bisection *out) {
  const taut_comparison *c = &out->comparison;
  size_t n = 0;
  while (n < c->n_differences && c->differences[n].first_ns == out->first_ns) n++;
  for (size_t i = 0; i < n && out->culprit == NULL; i++) {
    const taut_difference *at = &c->differences[i];
    bool is_fed = false;
    for (size_t k = 0; k < n; k++) {
      const taut_difference *other = &c->differences[k];
      is_fed |= strcmp(other->instance, at->instance) != 0 &&
                reads(out->a, at->instance, other->column->name);
    }
    if (!is_fed) out->culprit = at;
  }
  // All of them in a circle: the first is as good as any.
  if (out->culprit == NULL && n > 0) out->culprit = &c->differences[0];
  out->n_beside = n > 0 ? n - 1 : 0;
}

static void earlier(int64_t *first_ns, int64_t at_ns) {
  if (at_ns >= 0 && (*first_ns < 0 || at_ns < *first_ns)) *first_ns = at_ns;
}

/// The instance that an event comes from: {"source":"controller",...}. A name of A, "" when
/// unknown.
static const char *source_of(const taut_bisection *out) {
  const char *json =
      out->comparison.base_event != NULL ? out->comparison.base_event : out->comparison.other_event;
  const taut_columns *columns = taut_trace_reader_columns(out->a);
  for (uint32_t i = 0; json != NULL && i < columns->n_channels; i++) {
    const char *topic = columns->channels[i].topic, *name = topic + (topic[0] == '/');
    char text[600];
    snprintf(text, sizeof text, "\"source\":\"%s\"", name);
    if (strstr(json, text) != NULL) return name;
  }
  return "";
}

static void compare_results(taut_bisection *out) {
  static const char *const keys[] = {"trace_hash", "state_hash", "verdict"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    const char *a = taut_trace_reader_value(out->a, "taut.result", keys[i]);
    const char *b = taut_trace_reader_value(out->b, "taut.result", keys[i]);
    if (a == b || (a != NULL && b != NULL && strcmp(a, b) == 0)) continue;
    size_t n = strlen(out->hashes);
    snprintf(out->hashes + n, sizeof out->hashes - n, "%s%s is %s in A, %s in B", n > 0 ? "; " : "",
             keys[i], a != NULL ? a : "missing", b != NULL ? b : "missing");
  }
}

// ---------------------------------------------------------------------------------------- context

static bool differs_first(const taut_bisection *out, const taut_trace_column *column) {
  const taut_comparison *c = &out->comparison;
  for (size_t i = 0; i < c->n_differences && c->differences[i].first_ns == out->first_ns; i++) {
    if (c->differences[i].column == column) return true;
  }
  return false;
}

static void add_column(taut_bisection *out, const taut_trace_column *column, bool is_feeding) {
  if (column == NULL || out->n_columns == TAUT_BISECT_COLUMNS_MAX) return;
  for (size_t i = 0; i < out->n_columns; i++) {
    if (out->columns[i].column == column) return;
  }
  out->columns[out->n_columns++] = (taut_bisect_column){
      .column = column, .is_feeding = is_feeding, .is_other = differs_first(out, column)};
}

/// The culprit, what else of its instance differs, and what the instance reads.
static void choose_columns(taut_bisection *out) {
  uint32_t i_channel;
  if (out->culprit != NULL) add_column(out, out->culprit->column, false);
  const taut_channel *channel = channel_of(out->a, out->instance, &i_channel);
  if (channel == NULL) return;
  for (uint32_t k = 0; k < channel->n_columns; k++) {
    if (differs_first(out, &channel->columns[k])) add_column(out, &channel->columns[k], false);
  }
  size_t n;
  const taut_pair *notes = taut_trace_reader_notes(out->a, i_channel, &n);
  for (size_t i = 0; i < n; i++) {
    if (strncmp(notes[i].key, "input.", 6) != 0) continue;
    add_column(out, taut_columns_find(taut_trace_reader_columns(out->a), notes[i].value), true);
  }
}

/// Fills the values of one side into the rows of the window.
static taut_status read_rows(const taut_trace_source *source, taut_bisection *out, int64_t from_ns,
                             int64_t until_ns, bool is_a) {
  taut_trace_reader *reader = NULL;
  taut_trace_item item;
  taut_status status = taut_trace_reader_open(source, &reader);
  if (status != TAUT_OK) return status;
  const taut_columns *columns = taut_trace_reader_columns(reader);
  taut_trace_reader_window(reader, from_ns, until_ns);
  while ((status = taut_trace_reader_next(reader, &item)) == TAUT_OK) {
    if (item.kind != TAUT_TRACE_ROW) continue;
    size_t i_row = 0;
    while (i_row < out->n_rows && out->ticks_ns[i_row] != item.tick_ns) i_row++;
    if (i_row == out->n_rows) continue;
    for (size_t i = 0; i < out->n_columns; i++) {
      taut_bisect_column *at = &out->columns[i];
      const taut_trace_column *column = taut_columns_find(columns, at->column->name);
      if (column != NULL) (is_a ? at->a : at->b)[i_row] = item.values[column->first];
    }
  }
  taut_trace_reader_close(reader);
  return status == TAUT_ENOTFOUND ? TAUT_OK : status;
}

/// The times of `n_context` rows before the first difference and after it, in the longer trace.
static taut_status read_ticks(const taut_trace_source *source, taut_bisection *out,
                              uint32_t n_context) {
  taut_trace_reader *reader = NULL;
  taut_trace_item item;
  size_t n = 2 * (size_t)n_context + 1, n_after = 0;
  out->ticks_ns = calloc(n + 1, sizeof *out->ticks_ns);
  if (out->ticks_ns == NULL) return TAUT_ENOMEM;
  taut_status status = taut_trace_reader_open(source, &reader);
  if (status != TAUT_OK) return status;
  while (n_after <= n_context && (status = taut_trace_reader_next(reader, &item)) == TAUT_OK) {
    if (item.kind != TAUT_TRACE_ROW) continue;
    bool is_after = item.tick_ns >= out->first_ns;
    if (!is_after && out->n_rows == n_context) {
      memmove(out->ticks_ns, out->ticks_ns + 1, n_context * sizeof *out->ticks_ns);
      if (n_context > 0) out->ticks_ns[n_context - 1] = item.tick_ns;
      continue;
    }
    out->ticks_ns[out->n_rows++] = item.tick_ns;
    n_after += is_after;
  }
  taut_trace_reader_close(reader);
  return status == TAUT_ENOTFOUND ? TAUT_OK : status;
}

static taut_status read_context(const taut_trace_source *a, const taut_trace_source *b,
                                uint32_t n_context, taut_bisection *out) {
  choose_columns(out);
  bool is_b_longer = out->comparison.end_ns >= 0 && out->comparison.is_base_shorter;
  taut_status status = read_ticks(is_b_longer ? b : a, out, n_context);
  for (size_t i = 0; i < out->n_columns && status == TAUT_OK; i++) {
    taut_bisect_column *at = &out->columns[i];
    at->a = calloc(out->n_rows + 1, sizeof *at->a);
    at->b = calloc(out->n_rows + 1, sizeof *at->b);
    if (at->a == NULL || at->b == NULL) return TAUT_ENOMEM;
    for (size_t k = 0; k < out->n_rows; k++) at->a[k] = at->b[k] = (double)NAN;
  }
  if (status != TAUT_OK || out->n_rows == 0) return status;
  int64_t from_ns = out->ticks_ns[0], until_ns = out->ticks_ns[out->n_rows - 1];
  status = read_rows(a, out, from_ns, until_ns, true);
  return status == TAUT_OK ? read_rows(b, out, from_ns, until_ns, false) : status;
}

// ----------------------------------------------------------------------------------------- bisect

taut_status taut_trace_bisect(const taut_trace_source *a, const taut_trace_source *b,
                              uint32_t n_context, taut_bisection *out) {
  *out = (taut_bisection){.first_ns = -1, .instance = ""};
  taut_status status = taut_trace_reader_open(a, &out->a);
  if (status == TAUT_OK) status = taut_trace_reader_open(b, &out->b);
  if (status != TAUT_OK) return status;
  const taut_columns *columns_a = taut_trace_reader_columns(out->a);
  const taut_columns *columns_b = taut_trace_reader_columns(out->b);
  if (!list_tables(out, columns_a, columns_b, "A", true) ||
      !list_tables(out, columns_b, columns_a, "B", false))
    return TAUT_ENOMEM;
  const taut_compare_options options = {.by_bits = true};
  taut_comparison *c = &out->comparison;
  status = taut_trace_compare(out->a, out->b, &options, c);
  if (status != TAUT_OK) return status;
  if (c->n_differences > 0) earlier(&out->first_ns, c->differences[0].first_ns);
  earlier(&out->first_ns, c->event_ns);
  earlier(&out->first_ns, c->end_ns);
  earlier(&out->first_ns, c->grid_ns);
  compare_results(out);
  out->is_same =
      out->first_ns < 0 && out->n_tables == 0 && out->hashes[0] == '\0' && c->n_changes == 0;
  if (out->first_ns < 0) return TAUT_OK;
  find_culprit(out);
  out->instance = out->culprit != NULL           ? out->culprit->instance
                  : c->event_ns == out->first_ns ? source_of(out)
                                                 : "";
  return read_context(a, b, n_context, out);
}

void taut_bisection_fini(taut_bisection *bisection) {
  for (size_t i = 0; i < bisection->n_tables && i < TAUT_BISECT_TABLES_MAX; i++)
    free(bisection->tables[i]);
  for (size_t i = 0; i < bisection->n_columns; i++) {
    free(bisection->columns[i].a);
    free(bisection->columns[i].b);
  }
  free(bisection->ticks_ns);
  taut_comparison_fini(&bisection->comparison);
  taut_trace_reader_close(bisection->a);
  taut_trace_reader_close(bisection->b);
  *bisection = (taut_bisection){0};
}
