// Requirements per row, against a bare monotonic wedge written by hand on the same values.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "taut/math.h"
#include "taut/monitor.h"

enum { N_MONITORS = 10, N_ROWS = 1 << 14, WINDOW = 1000, WINDOW_LONG = 100000 };

typedef struct ten {
  taut_monitor *monitors[N_MONITORS];
  void *states[N_MONITORS];
} ten;

/// A monotonic wedge as the paper has it: rows and values in a ring.
typedef struct bare_wedge {
  int64_t head, tail;
  struct {
    double value;
    int64_t row;
  } ring[2048];
} bare_wedge;

typedef struct context {
  ten windowed, windowed_long;
  bare_wedge *wedges;  ///< (N_MONITORS)
  double *rows;        ///< (N_ROWS, N_MONITORS)
  int64_t row;
  double sink;
} context;

static void close_ten(ten *t) {
  for (int i = 0; i < N_MONITORS; i++) {
    free(t->states[i]);
    taut_monitor_destroy(t->monitors[i]);
  }
}

/// Half of them always over a window, half eventually; each on its own signal.
static bool open_ten(ten *t, int window) {
  taut_column columns[N_MONITORS];
  char names[N_MONITORS][8], text[128];
  for (int i = 0; i < N_MONITORS; i++) {
    snprintf(names[i], sizeof names[i], "x%d", i);
    columns[i] = (taut_column){.name = names[i], .unit = "N"};
  }
  const taut_monitor_options options = {.row_s = 1e-3};
  for (int i = 0; i < N_MONITORS; i++) {
    snprintf(text, sizeof text, "always (%s[0 s, %d ms] (x%d <= 1000 N))",
             i % 2 ? "always" : "eventually", window, i);
    if (taut_monitor_compile_columns(text, columns, N_MONITORS, &options, &t->monitors[i], NULL))
      return false;
    t->states[i] = malloc(taut_monitor_state_size(t->monitors[i]));
    if (!t->states[i]) return false;
    taut_monitor_start(t->monitors[i], t->states[i]);
  }
  return true;
}

static void close_monitors(void *pointer) {
  context *c = pointer;
  close_ten(&c->windowed);
  close_ten(&c->windowed_long);
  free(c->wedges);
  free(c->rows);
  free(c);
}

static bool open_monitors(void **out, char *why, size_t why_size) {
  context *c = calloc(1, sizeof *c);
  if (!c) return false;
  *out = c;
  c->wedges = calloc(N_MONITORS, sizeof *c->wedges);
  c->rows = calloc((size_t)N_ROWS * N_MONITORS, sizeof *c->rows);
  bool is_open = c->wedges && c->rows && open_ten(&c->windowed, WINDOW) &&
                 open_ten(&c->windowed_long, WINDOW_LONG);
  if (!is_open) {
    snprintf(why, why_size, "a monitor does not compile, or memory is short");
    close_monitors(c);
    return false;
  }
  // A walk that is pulled back: like a force, neither noise nor a ramp.
  for (int k = 0; k < N_MONITORS; k++) {
    double x = 0;
    for (int i = 0; i < N_ROWS; i++) {
      uint64_t bits = taut_random_u64(7, (uint32_t)k, 0, (uint64_t)i);
      x = 0.99 * x + (double)(bits >> 11) * 0x1p-53 - 0.5;
      c->rows[i * N_MONITORS + k] = x;
    }
  }
  return true;
}

static double time_ten(context *c, ten *t) {
  int64_t start = bench_cpu_ns(), n = 0, end = start;
  while (end - start < BENCH_SAMPLE_NS / 2) {
    for (int k = 0; k < 1024; k++, n++) {
      const double *row = &c->rows[(c->row++ % N_ROWS) * N_MONITORS];
      for (int i = 0; i < N_MONITORS; i++)
        if (taut_monitor_feed(t->monitors[i], t->states[i], row, NULL, NULL)) return -1;
    }
    end = bench_cpu_ns();
  }
  return (double)(end - start) / (double)n;
}

static inline double step_wedge(bare_wedge *w, double x, int64_t row) {
  while (w->head < w->tail && w->ring[w->head & 2047].row < row - WINDOW) w->head++;
  while (w->tail > w->head && w->ring[(w->tail - 1) & 2047].value >= x) w->tail--;
  w->ring[w->tail & 2047].value = x;
  w->ring[w->tail & 2047].row = row;
  w->tail++;
  return w->ring[w->head & 2047].value;
}

static double sample_wedges(void *pointer) {
  context *c = pointer;
  int64_t start = bench_cpu_ns(), n = 0, end = start;
  while (end - start < BENCH_SAMPLE_NS / 2) {
    for (int k = 0; k < 1024; k++, n++, c->row++) {
      const double *row = &c->rows[(c->row % N_ROWS) * N_MONITORS];
      for (int i = 0; i < N_MONITORS; i++) c->sink += step_wedge(&c->wedges[i], row[i], c->row);
    }
    end = bench_cpu_ns();
  }
  return c->sink == 1.5 ? -1 : (double)(end - start) / (double)n;
}

static double sample_windowed(void *pointer) {
  context *c = pointer;
  return time_ten(c, &c->windowed);
}

static double sample_windowed_long(void *pointer) {
  context *c = pointer;
  return time_ten(c, &c->windowed_long);
}

const bench bench_monitors[] = {
    {.name = "monitors",
     .unit = "ns/row",
     .help = "ten requirements with windows per row over ten bare monotonic wedges",
     .target = 2,
     .open = open_monitors,
     .sample_ours = sample_windowed,
     .sample_limit = sample_wedges,
     .close = close_monitors},
    {.name = "monitors_window",
     .unit = "ns/row",
     .help = "the same ten with windows of 100,000 rows over those of 1,000 rows",
     .target = 1.25,
     .open = open_monitors,
     .sample_ours = sample_windowed_long,
     .sample_limit = sample_windowed,
     .close = close_monitors},
    {0},
};
