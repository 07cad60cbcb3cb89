/// `taut report`: a run that lies on disk, told again.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/file.h"
#include "report/folder.h"
#include "report/html.h"
#include "report/terminal.h"

enum { MARGINS_SHOWN = 5, SLOWEST_SHOWN = 5 };

static const taut_option options[] = {
    {"html", '\0', "FILE", "write the page again, from results.json and cases/"},
    {"json", '\0', NULL, "print the summary as JSON"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {NULL, '\0', NULL, NULL},
};

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

// ---------------------------------------------------------------------------------------- summary

static bool is_gap(const json_t *row) {
  return json_is_true(json_object_get(row, "gap"));
}

static int compare_margins(const void *left, const void *right) {
  const json_t *const *a = left, *const *b = right;
  double margin_a = json_number_value(json_object_get(*a, "margin"));
  double margin_b = json_number_value(json_object_get(*b, "margin"));
  // Margins of several units do not compare; but what is broken comes first.
  bool broken_a = margin_a < 0, broken_b = margin_b < 0;
  if (broken_a != broken_b) return broken_a ? -1 : 1;
  if (margin_a != margin_b) return margin_a < margin_b ? -1 : 1;
  return strcmp(text_at(*a, "id"), text_at(*b, "id"));
}

/// The requirements with a margin, least first: new array of borrowed rows.
static const json_t **sort_margins(const json_t *rows, size_t *n) {
  const json_t **list = taut_memory_resize(NULL, (json_array_size(rows) + 1) * sizeof *list);
  *n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (json_is_number(json_object_get(row, "margin"))) list[(*n)++] = row;
  }
  if (*n > 0) qsort(list, *n, sizeof *list, compare_margins);
  return list;
}

static size_t count(const json_t *rows, const char *verdict) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    n += !is_gap(row) && strcmp(text_at(row, "verdict"), verdict) == 0;
  }
  return n;
}

static void print_gaps(const char *what, const json_t *rows, const taut_palette *p) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (!is_gap(row)) continue;
    if (n++ == 0) printf("  %s%s not exercised by this run:%s", p->yellow, what, p->reset);
    printf(" %s", text_at(row, "id"));
  }
  if (n > 0) printf("\n");
}

/// Whether an earlier row that holds has the unit of row `i`. What is broken is always shown.
static bool has_unit_before(const json_t **list, size_t i) {
  if (json_number_value(json_object_get(list[i], "margin")) < 0) return false;
  for (size_t k = 0; k < i; k++) {
    if (strcmp(text_at(list[k], "unit"), text_at(list[i], "unit")) == 0 &&
        json_number_value(json_object_get(list[k], "margin")) >= 0)
      return true;
  }
  return false;
}

static void print_requirements(const json_t *results, const taut_palette *p) {
  const json_t *rows = json_object_get(results, "requirements");
  if (json_array_size(rows) == 0) return;
  printf(
      "\n%srequirements%s  %zu in the register: %zu hold, %zu broken, %zu inconclusive, %zu in "
      "error\n",
      p->bold, p->reset, json_array_size(rows), count(rows, "pass"), count(rows, "fail"),
      count(rows, "inconclusive"), count(rows, "error"));
  print_gaps("requirements", rows, p);
  print_gaps("hazards", json_object_get(results, "hazards"), p);
  size_t n = 0;
  const json_t **list = sort_margins(rows, &n);
  // Margins of several units do not compare, so each unit has its own least one.
  if (n > 0) printf("  least margins, of each unit\n");
  for (size_t i = 0, n_shown = 0; i < n && n_shown < MARGINS_SHOWN; i++) {
    if (has_unit_before(list, i)) continue;
    n_shown++;
    double margin = json_number_value(json_object_get(list[i], "margin"));
    printf("    %s%-8s %10.4g %-6s%s %s%s%s\n", margin < 0 ? p->red : "", text_at(list[i], "id"),
           margin, text_at(list[i], "unit"), margin < 0 ? p->reset : "", p->dim,
           text_at(list[i], "worst_case"), p->reset);
  }
  free(list);
}

static int compare_wall(const void *left, const void *right) {
  const taut_record *const *a = left, *const *b = right;
  if ((*a)->wall_s != (*b)->wall_s) return (*a)->wall_s > (*b)->wall_s ? -1 : 1;
  return *a < *b ? -1 : *a > *b;
}

/// The cases by wall time, slowest first: new array of borrowed records.
static const taut_record **sort_slowest(const taut_run_folder *folder) {
  const taut_record **list = taut_memory_resize(NULL, (folder->n_records + 1) * sizeof *list);
  for (size_t i = 0; i < folder->n_records; i++) list[i] = &folder->records[i];
  if (folder->n_records > 0) qsort(list, folder->n_records, sizeof *list, compare_wall);
  return list;
}

static void print_slowest(const taut_run_folder *folder, const taut_palette *p) {
  if (folder->n_records < 2) return;
  const taut_record **list = sort_slowest(folder);
  printf("\n%sslowest%s\n", p->bold, p->reset);
  for (size_t i = 0; i < folder->n_records && i < SLOWEST_SHOWN; i++) {
    printf("  %8.3f s  %s %s(%s:%d)%s\n", list[i]->wall_s, list[i]->name, p->dim, list[i]->file,
           list[i]->line > 0 ? list[i]->line : 1, p->reset);
  }
  free(list);
}

static void print_files(const taut_run_folder *folder, const taut_palette *p) {
  static const char *const names[] = {"report.html", "results.json", "junit.xml", "cases"};
  printf("\n%sfiles%s\n", p->bold, p->reset);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char *path = taut_text_format("%s/%s", folder->path, names[i]);
    if (access(path, R_OK) == 0) printf("  %s%s\n", path, i == 3 ? "/" : "");
    free(path);
  }
  for (size_t i = 0; i < folder->n_records; i++) {
    if (folder->records[i].trace != NULL) printf("  %s\n", folder->records[i].trace);
  }
}

static void print_summary(const taut_run_folder *folder, bool no_color) {
  const json_t *given = json_object_get(folder->results, "with");
  const char **with = taut_memory_resize(NULL, (json_array_size(given) + 1) * sizeof *with);
  size_t n_with = 0;
  for (size_t i = 0; i < json_array_size(given); i++) {
    const char *text = json_string_value(json_array_get(given, i));
    if (text != NULL) with[n_with++] = text;
  }
  with[n_with] = NULL;
  const json_t *environment = json_object_get(folder->results, "environment");
  const taut_results results = {
      .records = folder->records,
      .n_records = folder->n_records,
      .with = with,
      .allow_inconclusive = json_is_true(json_object_get(folder->results, "allow_inconclusive")),
      .wall_s = json_number_value(json_object_get(environment, "wall_s"))};
  taut_terminal terminal;
  taut_terminal_init(&terminal, folder->n_records, true, no_color);
  taut_terminal_summary(&terminal, &results, NULL);
  if (json_is_true(json_object_get(folder->results, "interrupted"))) {
    printf("%sinterrupted: only the cases that had ended are here%s\n", terminal.out->yellow,
           terminal.out->reset);
  }
  print_requirements(folder->results, terminal.out);
  print_slowest(folder, terminal.out);
  print_files(folder, terminal.out);
  free(with);
}

// ------------------------------------------------------------------------------------------- JSON

static json_t *ids(const json_t *rows, bool (*is_chosen)(const json_t *)) {
  json_t *array = json_array();
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (is_chosen(row)) json_array_append_new(array, json_string(text_at(row, "id")));
  }
  return array;
}

static json_t *summary_json(const taut_run_folder *folder) {
  const json_t *results = folder->results, *rows = json_object_get(results, "requirements");
  json_t *object = json_object(), *bad = json_array(), *margins = json_array();
  json_t *slowest = json_array();
  for (size_t i = 0; i < folder->n_records; i++) {
    if (folder->records[i].verdict == TAUT_PASS) continue;
    json_t *item = json_object(), *given = json_array_get(json_object_get(results, "cases"), i);
    static const char *const keys[] = {"name", "file", "line", "verdict", "reason"};
    for (size_t k = 0; k < 5; k++) json_object_set(item, keys[k], json_object_get(given, keys[k]));
    json_array_append_new(bad, item);
  }
  size_t n = 0;
  const json_t **sorted = sort_margins(rows, &n);
  for (size_t i = 0; i < n && i < MARGINS_SHOWN; i++) {
    json_t *item = json_object();
    static const char *const keys[] = {"id", "margin", "unit", "worst_case"};
    for (size_t k = 0; k < 4; k++) {
      json_object_set(item, keys[k], json_object_get(sorted[i], keys[k]));
    }
    json_array_append_new(margins, item);
  }
  free(sorted);
  const taut_record **slow = sort_slowest(folder);
  for (size_t i = 0; i < folder->n_records && i < SLOWEST_SHOWN; i++) {
    json_array_append_new(slowest, json_pack("{s:s, s:f}", "name", slow[i]->name, "wall_s",
                                             isfinite(slow[i]->wall_s) ? slow[i]->wall_s : 0.0));
  }
  free(slow);
  json_object_set_new(object, "run", json_string(folder->path));
  json_object_set(object, "exit_code", json_object_get(results, "exit_code"));
  json_object_set(object, "summary", json_object_get(results, "summary"));
  json_object_set_new(object, "not_passed", bad);
  json_object_set_new(object, "least_margins", margins);
  json_object_set_new(object, "requirement_gaps", ids(rows, is_gap));
  json_object_set_new(object, "hazard_gaps", ids(json_object_get(results, "hazards"), is_gap));
  json_object_set_new(object, "slowest", slowest);
  return object;
}

// -------------------------------------------------------------------------------------------- run

static int write_page(taut_run_folder *folder, const char *path) {
  taut_buffer page = {0};
  taut_run_folder_page(folder, &page);
  taut_status status = taut_file_write_atomic(path, page.data, page.size, NULL);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut report: %s could not be written: %s\n", path, strerror(errno));
  }
  taut_buffer_fini(&page);
  return status == TAUT_OK ? TAUT_EXIT_OK : TAUT_EXIT_OWN_FAULT;
}

static int run_report(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words > 1)
    return taut_usage(verb, "one run at a time, got %zu", arguments->n_words);
  const char *path = arguments->n_words == 1 ? arguments->words[0] : "runs/latest";
  char error[1024];
  taut_run_folder folder;
  if (taut_run_folder_open(path, &folder, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  const char *html = taut_arguments_value(arguments, "html");
  int status = html != NULL ? write_page(&folder, html) : TAUT_EXIT_OK;
  if (status == TAUT_EXIT_OK && taut_arguments_has(arguments, "json")) {
    taut_print_json(summary_json(&folder));
  } else if (status == TAUT_EXIT_OK && html == NULL) {
    print_summary(&folder, taut_arguments_has(arguments, "no-color"));
  }
  taut_run_folder_fini(&folder);
  return status;
}

const taut_verb taut_verb_report = {
    .name = "report",
    .summary = "tell a run that lies on disk again",
    .usage = "taut report [RUN] [options]",
    .examples =
        "  taut report                                  the newest run, runs/latest\n"
        "  taut report runs/20260101T120000Z-1          another\n"
        "  taut report --html page.html                 its page again, from what was recorded\n"
        "  taut report --json | jq '.requirement_gaps'\n",
    .notes =
        "RUN is a folder that `taut run` left. Exit status: 0 it could be read, whatever its\n"
        "verdicts; 3 the page could not be written; 4 no such run, or one that is cut or "
        "damaged.\n",
    .options = options,
    .run = run_report,
};
