#include "trace/export.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

// -------------------------------------------------------------------------------------------- CSV

static void put_time(FILE *out, int64_t tick_ns) {
  // Nine digits after the point are exact: a tick is a whole number of nanoseconds.
  fprintf(out, "%" PRId64 ".%09" PRId64, tick_ns / TAUT_SECOND, tick_ns % TAUT_SECOND);
}

taut_status taut_trace_export_csv(taut_trace_reader *reader, FILE *out, uint64_t *n_rows) {
  const taut_columns *columns = taut_trace_reader_columns(reader);
  *n_rows = 0;
  fputs("t[s]", out);
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      for (uint32_t e = 0; e < column->count; e++) {
        char name[640];
        taut_column_value_name(column, e, name, sizeof name);
        fprintf(out, ",%s[%s]", name, column->unit);
      }
    }
  }
  fputc('\n', out);
  taut_trace_item item;
  taut_status status;
  while ((status = taut_trace_reader_next(reader, &item)) == TAUT_OK && !ferror(out)) {
    if (item.kind != TAUT_TRACE_ROW) continue;
    put_time(out, item.tick_ns);
    for (uint32_t i = 0; i < columns->n_values; i++) fprintf(out, ",%.17g", item.values[i]);
    fputc('\n', out);
    ++*n_rows;
  }
  if (fflush(out) != 0 || ferror(out)) return TAUT_EIO;
  return status == TAUT_ENOTFOUND ? TAUT_OK : status;
}

// -------------------------------------------------------------------------------------------- VCD

/// A line of the waveform.
typedef struct signal {
  const taut_trace_column *column;
  double last;
  char code[8];   ///< its name in the file
  char label[8];  ///< that of its label, for an enum
} signal;

static void make_code(size_t i, char code[8]) {
  size_t n = 0;
  do {
    code[n++] = (char)('!' + i % 94);
    i /= 94;
  } while (i > 0 && n < 7);
  code[n] = '\0';
}

/// Words of VCD end at spaces, and viewers take a dot for a scope.
static void put_word(FILE *out, const char *text, size_t n) {
  for (size_t i = 0; i < n && text[i] != '\0'; i++) {
    fputc(text[i] > ' ' && text[i] < 127 && text[i] != '[' && text[i] != ']' ? text[i] : '_', out);
  }
}

static void put_value(FILE *out, const signal *s, double value) {
  if (s->column->kind == TAUT_COLUMN_BOOL) {
    fprintf(out, "%c%s\n", value == 0.0 ? '0' : value == 1.0 ? '1' : 'x', s->code);
    return;
  }
  bool is_index = value >= 0.0 && value <= 2147483647.0 && rint(value) == value;
  if (!is_index) {
    fprintf(out, "bx %s\nsx %s\n", s->code, s->label);
    return;
  }
  char bits[33] = "";
  uint32_t index = (uint32_t)value;
  for (size_t i = 0; i < 32; i++) bits[i] = (char)('0' + (index >> (31 - i) & 1));
  size_t first = 0;
  while (first < 31 && bits[first] == '0') first++;
  fprintf(out, "b%s %s\n", bits + first, s->code);
  const char *label = s->column->labels != NULL ? s->column->labels : "";
  for (uint32_t i = 0; i < index && *label != '\0'; i++) {
    label += strcspn(label, ",");
    label += *label == ',';
  }
  size_t n = strcspn(label, ",");
  fputc('s', out);
  put_word(out, n > 0 ? label : "x", n > 0 ? n : 1);
  fprintf(out, " %s\n", s->label);
}

static void put_header(FILE *out, const taut_columns *columns, signal *signals, size_t *n_signals) {
  size_t n = 0;
  fputs("$version taut $end\n$timescale 1 ns $end\n", out);
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    const taut_channel *channel = &columns->channels[i];
    const char *path = channel->topic + (channel->topic[0] == '/');
    fputs("$scope module ", out);
    put_word(out, path, strlen(path));
    fputs(" $end\n", out);
    for (uint32_t k = 0; k < channel->n_columns; k++) {
      const taut_trace_column *column = &channel->columns[k];
      if (column->kind == TAUT_COLUMN_NUMBER || column->count != 1) continue;
      signal *s = &signals[n];
      *s = (signal){.column = column};
      make_code(2 * n, s->code);
      make_code(2 * n++ + 1, s->label);
      bool is_bool = column->kind == TAUT_COLUMN_BOOL;
      fprintf(out, "$var wire %d %s ", is_bool ? 1 : 32, s->code);
      put_word(out, column->field, strlen(column->field));
      fputs(" $end\n", out);
      if (is_bool) continue;
      fprintf(out, "$var string 1 %s ", s->label);
      put_word(out, column->field, strlen(column->field));
      fputs("_label $end\n", out);
    }
    fputs("$upscope $end\n", out);
  }
  fputs("$enddefinitions $end\n", out);
  *n_signals = n;
}

static size_t count_signals(const taut_columns *columns) {
  size_t n = 0;
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      n += columns->channels[i].columns[k].kind != TAUT_COLUMN_NUMBER;
    }
  }
  return n;
}

taut_status taut_trace_export_vcd(taut_trace_reader *reader, FILE *out, uint64_t *n_rows) {
  const taut_columns *columns = taut_trace_reader_columns(reader);
  *n_rows = 0;
  size_t n = count_signals(columns);
  if (n == 0) return TAUT_ENOTFOUND;
  signal *signals = calloc(n, sizeof *signals);
  if (signals == NULL) return TAUT_ENOMEM;
  put_header(out, columns, signals, &n);
  taut_trace_item item;
  taut_status status;
  while ((status = taut_trace_reader_next(reader, &item)) == TAUT_OK && !ferror(out)) {
    if (item.kind != TAUT_TRACE_ROW) continue;
    bool has_time = false;
    for (size_t i = 0; i < n; i++) {
      double value = item.values[signals[i].column->first];
      bool is_changed = taut_bits_of(value) != taut_bits_of(signals[i].last);
      if (*n_rows > 0 && !is_changed) continue;
      if (!has_time) fprintf(out, "#%" PRId64 "\n", item.tick_ns);
      has_time = true;
      put_value(out, &signals[i], value);
      signals[i].last = value;
    }
    ++*n_rows;
  }
  free(signals);
  if (fflush(out) != 0 || ferror(out)) return TAUT_EIO;
  return status == TAUT_ENOTFOUND ? TAUT_OK : status;
}
