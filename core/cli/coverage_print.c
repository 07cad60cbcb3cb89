/// The table of `taut protocol coverage` on a terminal.
#include <stdio.h>
#include <string.h>

#include "cli/coverage.h"

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static bool is_verdict(const json_t *object, const char *verdict) {
  return strcmp(text_of(object, "verdict"), verdict) == 0;
}

size_t taut_coverage_count(const json_t *document, const char *verdict) {
  size_t i, n = 0;
  json_t *row;
  json_array_foreach(json_object_get(document, "rows"), i, row) n += is_verdict(row, verdict);
  return n;
}

static void print_scenario(const json_t *scenario) {
  size_t i;
  json_t *twin;
  if (!is_verdict(scenario, "pass"))
    printf("%26s%s: %s: %s\n", "", text_of(scenario, "verdict"), text_of(scenario, "file"),
           text_of(scenario, "name"));
  const json_t *population = json_object_get(scenario, "population");
  if (population != NULL)
    printf("%26s%s: %s\n", "", text_of(population, "verdict"), text_of(population, "text"));
  json_array_foreach(json_object_get(scenario, "twins"), i, twin) {
    if (text_of(twin, "verdict")[0] != 0 && !is_verdict(twin, "fail"))
      printf("%26sits twin does not fail (%s): %s; %s\n", "", text_of(twin, "verdict"),
             text_of(scenario, "name"), text_of(twin, "name"));
  }
}

static void print_row(const json_t *row, bool has_twins) {
  const json_t *scenarios = json_object_get(row, "scenarios");
  size_t i, k, n_twins = 0, n_failing = 0;
  json_t *scenario, *twin;
  json_array_foreach(scenarios, i, scenario) {
    json_array_foreach(json_object_get(scenario, "twins"), k, twin) {
      n_twins++;
      n_failing += is_verdict(twin, "fail");
    }
  }
  printf("%-9s  %-11s  %zu", text_of(row, "id"), text_of(row, "verdict"),
         json_array_size(scenarios));
  if (has_twins) printf("  %zu/%zu", n_failing, n_twins);
  printf("  %s\n", text_of(row, "text"));
  if (text_of(row, "conflict")[0] != 0) printf("%26s(%s)\n", "", text_of(row, "conflict"));
  json_array_foreach(scenarios, i, scenario) print_scenario(scenario);
}

static void print_ids(const json_t *ids) {
  size_t i;
  json_t *id;
  int column = 38;
  json_array_foreach(ids, i, id) {
    if (column + 10 > 110) {
      printf("\n%38s", "");
      column = 38;
    }
    column += printf(" %s", json_string_value(id));
  }
  putchar('\n');
}

/// What fails with each twin: the rows it is there for come first in the document, too.
static void print_twins(const json_t *twins, bool has_table) {
  size_t i, n_runs = 0;
  json_t *twin;
  printf("\nrows that each twin fails%s\n",
         has_table ? "" : ", of those it is there for (--table: of all)");
  json_array_foreach(twins, i, twin) {
    printf("  %-36s", text_of(twin, "name"));
    print_ids(json_object_get(twin, "fails"));
    json_t *errors = json_object_get(twin, "errors");
    if (json_array_size(errors) > 0) {
      printf("  %36s", "error, neither pass nor fail:");
      print_ids(errors);
    }
    n_runs += (size_t)json_integer_value(json_object_get(twin, "runs"));
  }
  printf("%zu twins, %zu runs\n", json_array_size(twins), n_runs);
}

void taut_coverage_print(const json_t *document, bool has_twins, bool has_table) {
  const json_t *rows = json_object_get(document, "rows");
  size_t i;
  json_t *row;
  printf("row        verdict      scenarios%s  rule\n", has_twins ? "  twins that fail" : "");
  json_array_foreach(rows, i, row) print_row(row, has_twins);
  if (has_twins) print_twins(json_object_get(document, "twins"), has_table);
  printf("\n%zu of %zu rows have a check that passes%s\n", taut_coverage_count(document, "pass"),
         json_array_size(rows), has_twins ? " and can fail" : "");
  if (taut_coverage_count(document, "gap") == 0) return;
  printf("gaps:");
  json_array_foreach(rows, i, row) {
    if (is_verdict(row, "gap")) printf(" %s", text_of(row, "id"));
  }
  putchar('\n');
}
