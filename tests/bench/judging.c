// `taut monitor` on a trace of a million rows: judging it over reading it.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "cli/row_source.h"
#include "taut/math.h"
#include "trace/columns.h"
#include "trace/file.h"

enum { N_ROWS = 1000000, N_COLUMNS = 8, N_ROWS_OF_CHUNK = 4000 };

static const char FORMULA[] = "whenever force > 110 N for 20 ms then within 250 ms (load <= 100 N)";

static const char *const NAMES[N_COLUMNS] = {"force", "load", "speed", "x", "y", "armed", "a", "b"};
static const char *const UNITS[N_COLUMNS] = {"N", "N", "m/s", "m", "m", "1", "1", "1"};

typedef struct trace {
  char path[64];
  uint64_t n_read;
} trace;

/// Walks that are pulled back, as forces are.
static void step_row(double *row, uint64_t i) {
  for (uint32_t k = 0; k < N_COLUMNS; k++) {
    double noise = (double)(taut_random_u64(3, k, 0, i) >> 11) * 0x1p-53 - 0.5;
    row[k] = 100 + 0.99 * (row[k] - 100) + 20 * noise;
  }
  row[5] = i / 1000 % 2;
}

static bool write_csv(int file) {
  FILE *out = fdopen(dup(file), "w");
  if (!out) return false;
  double row[N_COLUMNS] = {0};
  fputs("t[s]", out);
  for (int k = 0; k < N_COLUMNS; k++) fprintf(out, ",%s[%s]", NAMES[k], UNITS[k]);
  fputc('\n', out);
  for (uint64_t i = 0; i < N_ROWS; i++) {
    step_row(row, i);
    fprintf(out, "%llu.%03llu", (unsigned long long)(i / 1000), (unsigned long long)(i % 1000));
    for (int k = 0; k < N_COLUMNS; k++) fprintf(out, ",%.9g", row[k]);
    fputc('\n', out);
  }
  return fclose(out) == 0;
}

static void put_message(taut_bytes *out, const double *row, uint64_t i) {
  size_t mark = taut_mcap_open(out, TAUT_MCAP_MESSAGE);
  taut_bytes_u16(out, 1);
  taut_bytes_u32(out, (uint32_t)i);
  taut_bytes_u64(out, i * 1000000);
  taut_bytes_u64(out, i * 1000000);
  for (uint32_t k = 0; k < N_COLUMNS; k++) {
    taut_bytes_varint(out, (uint64_t)(k + 1) << 3 | 1);
    taut_bytes_u64(out, taut_bits_of(row[k]));
  }
  taut_mcap_close(out, mark);
}

static bool write_mcap(int file) {
  enum { TYPE_DOUBLE = 1 };
  taut_trace_column columns[N_COLUMNS];
  taut_pair units[N_COLUMNS], names[N_COLUMNS];
  char keys[2 * N_COLUMNS][24];
  taut_pair pairs[2 * N_COLUMNS];
  for (uint32_t k = 0; k < N_COLUMNS; k++) {
    char *name = (char *)(uintptr_t)NAMES[k];
    columns[k] = (taut_trace_column){
        .name = name, .field = name, .type = TYPE_DOUBLE, .number = k + 1, .count = 1, .first = k};
    snprintf(keys[2 * k], sizeof keys[0], "unit.%s", NAMES[k]);
    snprintf(keys[2 * k + 1], sizeof keys[0], "name.%s", NAMES[k]);
    units[k] = (taut_pair){keys[2 * k], UNITS[k]};
    names[k] = (taut_pair){keys[2 * k + 1], NAMES[k]};
    pairs[2 * k] = units[k];
    pairs[2 * k + 1] = names[k];
  }
  taut_channel channel = {
      .schema = (char *)(uintptr_t) "taut.Bench", .columns = columns, .n_columns = N_COLUMNS};
  taut_bytes schema = {0}, block = {0};
  taut_schema_encode(&channel, &schema);
  taut_mcap_put_schema(&block, 1, "taut.Bench", "protobuf", schema.data, schema.size);
  taut_mcap_put_channel(&block, 1, 1, "/bench", "protobuf", pairs, 2 * N_COLUMNS);
  const taut_trace_sink sink = {taut_trace_sink_fd, &file};
  taut_mcap_file out;
  taut_status status = taut_mcap_file_begin(&out, &sink, 1);
  if (!status) status = taut_mcap_file_records(&out, block.data, block.size);
  double row[N_COLUMNS] = {0};
  block.size = 0;
  for (uint64_t i = 0; i < N_ROWS && !status; i++) {
    step_row(row, i);
    put_message(&block, row, i);
    if ((i + 1) % N_ROWS_OF_CHUNK != 0) continue;
    status = taut_mcap_file_chunk(&out, block.data, block.size);
    block.size = 0;
  }
  if (!status) status = taut_mcap_file_end(&out);
  taut_mcap_file_fini(&out);
  taut_bytes_fini(&schema);
  taut_bytes_fini(&block);
  return status == TAUT_OK;
}

static void close_trace(void *pointer) {
  trace *t = pointer;
  unlink(t->path);
  free(t);
}

static bool open_trace(void **out, bool (*write_to)(int), char *why, size_t why_size) {
  trace *t = calloc(1, sizeof *t);
  if (!t) return false;
  snprintf(t->path, sizeof t->path, "/tmp/taut-bench-XXXXXX");
  int file = mkstemp(t->path);
  bool is_written = file >= 0 && write_to(file);
  if (file >= 0) close(file);
  *out = t;
  if (is_written) return true;
  snprintf(why, why_size, "a trace cannot be written to /tmp");
  close_trace(t);
  return false;
}

static bool open_csv(void **out, char *why, size_t why_size) {
  return open_trace(out, write_csv, why, why_size);
}

static bool open_mcap(void **out, char *why, size_t why_size) {
  return open_trace(out, write_mcap, why, why_size);
}

/// All rows of the trace, decoded as the formula wants them; nanoseconds per row.
static double pass_over(trace *t, bool is_judged) {
  static double values[N_COLUMNS + 1];
  char error[TAUT_ROW_ERROR_SIZE];
  const taut_row_options options = {.holds = false};
  taut_monitor *monitor = NULL;
  taut_rows rows;
  int64_t start = bench_cpu_ns();
  if (!taut_rows_open(t->path, &options, &rows, error)) return -1;
  size_t n = rows.source->n_columns;
  const taut_monitor_options wanted = {.row_s = rows.row_s};
  if (n != N_COLUMNS || taut_monitor_compile_columns(FORMULA, rows.source->columns, n, &wanted,
                                                     &monitor, NULL) != TAUT_OK)
    return -1;
  for (size_t i = 0; i < n; i++) rows.source->is_used[i] = taut_monitor_uses(monitor, (uint32_t)i);
  void *state = malloc(taut_monitor_state_size(monitor));
  if (!state) return -1;
  taut_monitor_start(monitor, state);
  taut_monitor_result result = {.verdict = TAUT_PASS};
  uint64_t n_rows = 0;
  int status = 0;
  while ((status = taut_rows_next(&rows, values, error)) > 0) {
    if (is_judged) taut_monitor_feed(monitor, state, values, NULL, NULL);
    n_rows++;
  }
  if (is_judged) taut_monitor_finish(monitor, state, TAUT_END_WEAK, NULL, NULL, &result);
  taut_rows_close(&rows);
  taut_monitor_destroy(monitor);
  free(state);
  bool is_good = status == 0 && n_rows == N_ROWS && result.verdict <= TAUT_FAIL;
  return is_good ? (double)(bench_cpu_ns() - start) / N_ROWS : -1;
}

static double sample_judging(void *pointer) {
  return pass_over(pointer, true);
}

static double sample_reading(void *pointer) {
  return pass_over(pointer, false);
}

const bench bench_judging[] = {
    {.name = "judge_csv",
     .unit = "ns/row",
     .help =
         "taut monitor on a CSV trace of 1e6 rows over reading time and the two columns it uses",
     .target = 1.5,
     .n_samples_max = 5,
     .open = open_csv,
     .sample_ours = sample_judging,
     .sample_limit = sample_reading,
     .close = close_trace},
    {.name = "judge_mcap",
     .unit = "ns/row",
     .help = "the same on an MCAP trace",
     .target = 1.25,
     .n_samples_max = 5,
     .open = open_mcap,
     .sample_ours = sample_judging,
     .sample_limit = sample_reading,
     .close = close_trace},
    {0},
};
