/// `taut monitor`: judges a requirement on a recorded trace.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/row_source.h"
#include "report/explain.h"
#include "report/terminal.h"

static const taut_option options[] = {
    {"end", '\0', "weak|strict",
     "windows that the trace does not cover: clip them, or leave the "
     "verdict open (default: strict)"},
    {"series", '\0', NULL, "print the robustness at every row, as JSON"},
    {"resample", '\0', "hold", "put irregular rows on a grid; each value holds until the next"},
    {"step", '\0', "SECONDS", "time between the rows of that grid (default: 0.001)"},
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

static const size_t STATE_SIZE_MAX = (size_t)4 << 30;

typedef struct judging {
  const taut_verb *verb;
  const char *formula, *path;
  taut_row_options options;
  taut_monitor_end end;
  bool has_series, as_json;
  taut_rows rows;
  double first_s;  ///< time of the first row [s]
  taut_monitor *monitor;
  taut_monitor_result result;
  uint64_t n_rows;
  double *series;
  size_t n_series, n_series_max;
} judging;

static int read_options(judging *j, const taut_arguments *arguments) {
  char error[256];
  const char *end = taut_arguments_value(arguments, "end");
  const char *resample = taut_arguments_value(arguments, "resample");
  if (arguments->n_words != 2) return taut_usage(j->verb, "give a formula in quotes and a trace");
  if (access(arguments->words[0], F_OK) == 0 && access(arguments->words[1], F_OK) != 0)
    return taut_usage(j->verb, "the formula comes first, then the trace: taut monitor 'FORMULA' %s",
                      arguments->words[0]);
  j->formula = arguments->words[0];
  j->path = arguments->words[1];
  if (end && strcmp(end, "weak") != 0 && strcmp(end, "strict") != 0)
    return taut_usage(j->verb, "--end is weak or strict, not '%s'", end);
  if (resample && strcmp(resample, "hold") != 0)
    return taut_usage(j->verb, "--resample knows only hold, not '%s'", resample);
  j->end = end && strcmp(end, "weak") == 0 ? TAUT_END_WEAK : TAUT_END_STRICT;
  j->has_series = taut_arguments_has(arguments, "series");
  j->as_json = taut_arguments_has(arguments, "json");
  j->options = (taut_row_options){.holds = resample != NULL, .step_s = 1e-3};
  if (taut_arguments_seconds(arguments, "step", &j->options.step_s, error, sizeof error) != TAUT_OK)
    return taut_usage(j->verb, "%s", error);
  if (taut_arguments_has(arguments, "step") && !resample)
    return taut_usage(j->verb, "--step belongs to --resample hold");
  if (!(j->options.step_s >= 1e-9)) return taut_usage(j->verb, "--step must be at least 1e-9");
  return TAUT_EXIT_OK;
}

static int cannot_read(const char *error) {
  fprintf(stderr, "taut monitor: %s\n", error);
  return TAUT_EXIT_USAGE;
}

static int open_rows(judging *j) {
  char error[TAUT_ROW_ERROR_SIZE];
  if (!taut_rows_open(j->path, &j->options, &j->rows, error)) return cannot_read(error);
  j->first_s = j->rows.first_s;
  return TAUT_EXIT_OK;
}

static int compile(judging *j, uint64_t rows_max) {
  taut_monitor_options wanted = {
      .row_s = j->rows.row_s, .rows_max = rows_max, .has_series = j->has_series};
  const taut_row_source *source = j->rows.source;
  assert(source != NULL);
  taut_expr_error error;
  taut_status status = taut_monitor_compile_columns(j->formula, source->columns, source->n_columns,
                                                    &wanted, &j->monitor, &error);
  if (status == TAUT_OK) return TAUT_EXIT_OK;
  if (status != TAUT_EINVAL) {
    fprintf(stderr, "taut monitor: %s\n", taut_status_text(status));
    return TAUT_EXIT_OWN_FAULT;
  }
  fprintf(stderr, "taut monitor: %s\n", error.text);
  return TAUT_EXIT_USAGE;
}

/// The trace from its beginning again, with only the columns that the formula reads.
static int count_rows(judging *j, uint64_t *n_rows) {
  char error[TAUT_ROW_ERROR_SIZE];
  if (strcmp(j->path, "-") == 0)
    return cannot_read("this formula needs the length of the trace; give a file, not '-'");
  taut_row_source *source = j->rows.source;
  double *values = taut_memory_resize(NULL, (source->n_columns + 1) * sizeof *values);
  memset(source->is_used, 0, source->n_columns * sizeof *source->is_used);
  int status = 0;
  *n_rows = 0;
  while ((status = taut_rows_next(&j->rows, values, error)) > 0) (*n_rows)++;
  free(values);
  taut_rows_close(&j->rows);
  return status < 0 ? cannot_read(error) : open_rows(j);
}

static void take_series(void *user, uint64_t i_row, double robustness) {
  judging *j = user;
  (void)i_row;
  if (j->n_series == j->n_series_max) {
    j->n_series_max = j->n_series_max ? 2 * j->n_series_max : 1024;
    j->series = taut_memory_resize(j->series, j->n_series_max * sizeof *j->series);
  }
  j->series[j->n_series++] = robustness;
}

static int judge(judging *j) {
  char error[TAUT_ROW_ERROR_SIZE];
  if (taut_monitor_state_size(j->monitor) > STATE_SIZE_MAX)
    return cannot_read(
        "the windows of this formula need more than 4 GiB at the rows of this trace");
  taut_row_source *source = j->rows.source;
  for (size_t i = 0; i < source->n_columns; i++)
    source->is_used[i] = taut_monitor_uses(j->monitor, (uint32_t)i);
  double *values = taut_memory_resize(NULL, (source->n_columns + 1) * sizeof *values);
  memset(values, 0, (source->n_columns + 1) * sizeof *values);
  void *state = taut_memory_resize(NULL, taut_monitor_state_size(j->monitor));
  taut_series_fn series = j->has_series ? take_series : NULL;
  taut_monitor_start(j->monitor, state);
  int status = 0;
  while ((status = taut_rows_next(&j->rows, values, error)) > 0) {
    if (taut_monitor_feed(j->monitor, state, values, series, j) != TAUT_OK) break;
    j->n_rows++;
  }
  taut_monitor_finish(j->monitor, state, j->end, series, j, &j->result);
  free(state);
  free(values);
  if (status > 0) return cannot_read("the trace grew while it was read");
  return status < 0 ? cannot_read(error) : TAUT_EXIT_OK;
}

// ------------------------------------------------------------------------------------------ output

static void print_number(double x) {
  if (isinf(x))
    printf("\"%sinf\"", x < 0 ? "-" : "");
  else if (isnan(x))
    printf("null");
  else
    printf("%.17g", x);
}

static void print_series(const judging *j) {
  printf("\"robustness\":[");
  for (size_t i = 0; i < j->n_series; i++) {
    if (i) putchar(',');
    print_number(j->series[i]);
  }
  printf("]");
}

static void print_json(const judging *j) {
  const taut_monitor_result *r = &j->result;
  printf("{\"verdict\":\"%s\"", taut_verdict_name(r->verdict));
  if (j->as_json) {
    json_t *formula = json_string(j->formula);
    char *text = formula ? json_dumps(formula, JSON_ENCODE_ANY) : NULL;
    printf(",\"margin\":");
    print_number(r->has_margin ? r->margin : (double)NAN);
    printf(",\"unit\":\"%s\",\"first_violation_s\":", r->unit);
    print_number(r->has_violation ? taut_rows_time(&j->rows, j->first_s + r->violation_s)
                                  : (double)NAN);
    printf(",\"triggers\":");
    if (r->n_trigger_kinds > 0)
      printf("%llu", (unsigned long long)r->n_triggers);
    else
      printf("null");
    printf(",\"side\":\"%s\",\"reason\":\"%s\",\"rows\":%llu,\"row_s\":%.17g,\"formula\":%s",
           r->side_name, r->reason, (unsigned long long)j->n_rows, j->rows.row_s,
           text ? text : "null");
    free(text);
    json_decref(formula);
  }
  if (j->has_series) {
    printf(",");
    print_series(j);
  }
  printf("}\n");
}

static void print_text(const judging *j) {
  const taut_monitor_result *r = &j->result;
  const taut_palette *p = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, false));
  printf("%s%s%s", taut_palette_verdict(p, r->verdict), taut_verdict_name(r->verdict), p->reset);
  if (r->reason[0]) printf(": %s", r->reason);
  printf("\n");
  if (r->has_margin) {
    printf("  margin           %.6g%s%s", r->margin, r->unit[0] ? " " : "", r->unit);
    printf("%s%s\n", r->side_name[0] ? ", " : "", r->side_name);
  }
  if (r->has_violation)
    printf("  %s  %.9g s\n", r->verdict == TAUT_ERROR ? "first NaN      " : "first violation",
           taut_rows_time(&j->rows, j->first_s + r->violation_s));
  if (r->n_trigger_kinds > 0)
    printf("  triggered        %llu time%s\n", (unsigned long long)r->n_triggers,
           r->n_triggers == 1 ? "" : "s");
  printf("  rows             %llu of %.9g s\n", (unsigned long long)j->n_rows, j->rows.row_s);
}

static int run_judging(judging *j) {
  int status = open_rows(j);
  if (status) return status;
  status = compile(j, 1);
  uint64_t n_rows = 0;
  if (!status && taut_monitor_needs_length(j->monitor)) {
    taut_monitor_destroy(j->monitor);
    j->monitor = NULL;
    status = count_rows(j, &n_rows);
    if (!status) status = compile(j, n_rows > 0 ? n_rows : 1);
  }
  if (!status) status = judge(j);
  if (status) return status;
  if (j->as_json || j->has_series)
    print_json(j);
  else
    print_text(j);
  return j->result.verdict == TAUT_PASS ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
}

static int run_monitor(const taut_verb *verb, const taut_arguments *arguments) {
  judging j = {.verb = verb};
  int status = read_options(&j, arguments);
  if (status == TAUT_EXIT_OK) status = run_judging(&j);
  taut_monitor_destroy(j.monitor);
  taut_rows_close(&j.rows);
  free(j.series);
  return status;
}

const taut_verb taut_verb_monitor = {
    .name = "monitor",
    .summary = "judge a requirement on a recorded trace",
    .usage = "taut monitor 'FORMULA' TRACE [options]",
    .examples =
        "  taut monitor 'always (tension <= 500 N)' log.csv\n"
        "  taut monitor 'whenever rise(estop) then within 100 ms (load <= 10 N)' log.csv\n"
        "  taut monitor 'never (controller.safety_state == latched)' runs/last/1-leak.mcap\n"
        "  taut monitor 'x > 3 for 200 ms' log.csv --series | jq .robustness\n",
    .notes =
        "A trace is an MCAP file, with the names of the run (cable.tension_n, load.command_n), or "
        "a "
        "CSV\nfile: first column t in seconds, then name or name[unit]; a bool is 0 or 1. "
        "Robustness "
        "of\n--series is in SI units. Exit status: 0 pass, 1 fail, inconclusive or error, 4 a "
        "formula "
        "that\ndoes not compile or a trace that cannot be read or is damaged.\n",
    .options = options,
    .run = run_monitor,
};
