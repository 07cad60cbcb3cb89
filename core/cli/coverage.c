/// `taut protocol coverage`: the rows of the source guides, the scenarios that check them, and the
/// broken twins that show that a check can fail.
#include "cli/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/prepare.h"
#include "report/file.h"
#include "runner/execute.h"

/// The rule scenarios, or their twins, after they ran.
typedef struct taut_rule_side {
  taut_preparation p;
  taut_wish wish;
  taut_execution execution;
  taut_verdict *verdicts;  ///< of the items
} taut_rule_side;

static void note_verdict(void *user, size_t i_item, const taut_record *record) {
  taut_rule_side *side = user;
  side->verdicts[i_item] = record->verdict;
}

static void stay_silent(void *user, const taut_record *record) {
  (void)user;
  (void)record;
}

static void do_not_tick(void *user, const char *running) {
  (void)user;
  (void)running;
}

static int run_side(const taut_verb *verb, const taut_arguments *arguments, const char *folder,
                    bool is_twin, taut_rule_side *side) {
  side->wish = (taut_wish){.file = folder, .is_twin = is_twin, .timeout_s = 60};
  int status = taut_prepare_wish(verb, arguments, &side->wish, &side->p);
  const taut_collection *collection = &side->p.collection;
  for (size_t i = 0; status == TAUT_EXIT_OK && i < collection->n_errors; i++)
    fprintf(stderr, "error: %s\n", collection->errors[i].reason);
  if (status != TAUT_EXIT_OK || collection->n_errors > 0)
    return status != TAUT_EXIT_OK ? status : TAUT_EXIT_USAGE;
  side->verdicts = taut_memory_resize(NULL, (collection->n_items + 1) * sizeof *side->verdicts);
  for (size_t i = 0; i < collection->n_items; i++) side->verdicts[i] = TAUT_ERROR;
  const taut_execution_options options = {.seed = 1, .repeats = 1, .misses_max = -1};
  const taut_execution_events events = {NULL, note_verdict, stay_silent, do_not_tick, side};
  if (taut_execute(&side->p.zygote, collection, &options, &events, &side->execution) != TAUT_OK) {
    fprintf(stderr, "taut: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  return side->execution.is_interrupted ? TAUT_EXIT_INTERRUPTED : TAUT_EXIT_OK;
}

static void close_side(taut_rule_side *side) {
  taut_execution_fini(&side->execution);
  taut_preparation_fini(&side->p);
  free(side->verdicts);
}

// ------------------------------------------------------------------------------------------- rows

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static bool has_row(const taut_item *item, const char *id) {
  size_t i;
  json_t *row;
  json_array_foreach(item->rows, i, row) {
    if (strcmp(json_string_value(row), id) == 0) return true;
  }
  return false;
}

/// The verdict of the twin of a scenario; an error when it did not run.
static taut_verdict verdict_of_twin(const taut_rule_side *twins, const taut_item *item) {
  for (size_t i = 0; i < twins->p.collection.n_items; i++) {
    const taut_item *twin = &twins->p.collection.items[i];
    if (strcmp(twin->name, item->name) == 0 && strcmp(twin->file, item->file) == 0)
      return twins->verdicts[i];
  }
  return TAUT_ERROR;
}

static json_t *scenario_json(const taut_item *item, taut_verdict verdict,
                             const taut_rule_side *twins) {
  json_t *object = json_object();
  json_object_set_new(object, "name", json_string(item->name));
  json_object_set_new(object, "file", taut_record_string(item->file));
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(verdict)));
  json_object_set_new(object, "twin", json_string(item->twin));
  if (twins != NULL && item->twin[0] != 0) {
    const char *fate = taut_verdict_name(verdict_of_twin(twins, item));
    json_object_set_new(object, "twin_verdict", json_string(fate));
  }
  return object;
}

/// Adds to a row of the table its scenarios and what they come to: "pass", "fail", "gap", or
/// "cannot fail" when none of its twins fails or one does not.
static void judge_row(json_t *row, const taut_rule_side *rules, const taut_rule_side *twins) {
  json_t *scenarios = json_array();
  bool is_passed = true, can_fail = false, has_dead_twin = false;
  for (size_t i = 0; i < rules->p.collection.n_items; i++) {
    const taut_item *item = &rules->p.collection.items[i];
    if (!has_row(item, text_of(row, "id"))) continue;
    json_array_append_new(scenarios, scenario_json(item, rules->verdicts[i], twins));
    is_passed &= rules->verdicts[i] == TAUT_PASS;
    if (twins == NULL || item->twin[0] == 0) continue;
    bool does_fail = verdict_of_twin(twins, item) == TAUT_FAIL;
    can_fail |= does_fail;
    has_dead_twin |= !does_fail;
  }
  const char *verdict = "pass";
  if (json_array_size(scenarios) == 0) {
    verdict = "gap";
  } else if (!is_passed) {
    verdict = "fail";
  } else if (twins != NULL && (!can_fail || has_dead_twin)) {
    verdict = "cannot fail";
  }
  json_object_set_new(row, "scenarios", scenarios);
  json_object_set_new(row, "verdict", json_string(verdict));
}

/// A row that a scenario names and the table does not have is a slip.
static bool are_rows_known(const json_t *rows, const taut_rule_side *rules) {
  for (size_t i = 0; i < rules->p.collection.n_items; i++) {
    const taut_item *item = &rules->p.collection.items[i];
    size_t k;
    json_t *named;
    json_array_foreach(item->rows, k, named) {
      bool is_known = false;
      for (size_t j = 0; j < json_array_size(rows); j++)
        is_known |= strcmp(text_of(json_array_get(rows, j), "id"), json_string_value(named)) == 0;
      if (is_known) continue;
      fprintf(stderr, "error: %s:%d: rows.json has no row %s\n", item->file, item->line,
              json_string_value(named));
      return false;
    }
  }
  return true;
}

/// rows.json of the folder here, else of the one that came with Taut.
static json_t *read_rows(const char *folder, const taut_places *places) {
  char *here = taut_text_format("%s/rows.json", folder);
  char *shipped = taut_text_format("%s/scenarios/rules/rows.json", places->data);
  json_error_t error;
  const char *path = access(here, R_OK) == 0 ? here : shipped;
  json_t *rows = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json_is_array(rows)) {
    fprintf(stderr, "taut: %s:%d: %s; expected the list of the guides' rows\n", path, error.line,
            rows == NULL ? error.text : "no list");
    json_decref(rows);
    rows = NULL;
  }
  free(here);
  free(shipped);
  return rows;
}

// ------------------------------------------------------------------------------------------ output

static size_t count_verdict(const json_t *rows, const char *verdict) {
  size_t i, n = 0;
  json_t *row;
  json_array_foreach(rows, i, row) n += strcmp(text_of(row, "verdict"), verdict) == 0;
  return n;
}

static void print_row(const json_t *row, bool has_twins) {
  const json_t *scenarios = json_object_get(row, "scenarios");
  size_t i, n_twins = 0, n_failing = 0;
  json_t *one;
  json_array_foreach(scenarios, i, one) {
    n_twins += text_of(one, "twin")[0] != 0;
    n_failing += strcmp(text_of(one, "twin_verdict"), "fail") == 0;
  }
  printf("%-9s  %-11s  %zu", text_of(row, "id"), text_of(row, "verdict"),
         json_array_size(scenarios));
  if (has_twins) printf("  %zu/%zu", n_failing, n_twins);
  printf("  %s\n", text_of(row, "text"));
  if (text_of(row, "conflict")[0] != 0) printf("%26s(%s)\n", "", text_of(row, "conflict"));
  json_array_foreach(scenarios, i, one) {
    if (strcmp(text_of(one, "verdict"), "pass") != 0)
      printf("%26s%s: %s: %s\n", "", text_of(one, "verdict"), text_of(one, "file"),
             text_of(one, "name"));
    const char *fate = text_of(one, "twin_verdict");
    if (fate[0] != 0 && strcmp(fate, "fail") != 0)
      printf("%26sits twin does not fail (%s): %s; %s\n", "", fate, text_of(one, "name"),
             text_of(one, "twin"));
  }
}

/// A twin that breaks more than one row: what fails with it.
static void print_twins(const json_t *rows) {
  json_t *by_twin = json_object();
  size_t i, k;
  json_t *row, *one;
  json_array_foreach(rows, i, row) {
    json_array_foreach(json_object_get(row, "scenarios"), k, one) {
      if (strcmp(text_of(one, "twin_verdict"), "fail") != 0) continue;
      json_t *ids = json_object_get(by_twin, text_of(one, "twin"));
      if (ids == NULL) {
        ids = json_array();
        json_object_set_new(by_twin, text_of(one, "twin"), ids);
      }
      size_t n = json_array_size(ids);
      const char *last = n > 0 ? json_string_value(json_array_get(ids, n - 1)) : "";
      if (strcmp(last, text_of(row, "id")) != 0) json_array_append(ids, json_object_get(row, "id"));
    }
  }
  const char *name;
  json_t *ids;
  printf("\nrows that each twin fails\n");
  json_object_foreach(by_twin, name, ids) {
    printf("  %-34s", name);
    json_array_foreach(ids, i, one) printf(" %s", json_string_value(one));
    putchar('\n');
  }
  json_decref(by_twin);
}

static void print_table(const json_t *rows, bool has_twins) {
  size_t i;
  json_t *row;
  printf("row        verdict      scenarios%s  rule\n", has_twins ? "  twins that fail" : "");
  json_array_foreach(rows, i, row) print_row(row, has_twins);
  if (has_twins) print_twins(rows);
  printf("\n%zu of %zu rows have a check that passes%s\n", count_verdict(rows, "pass"),
         json_array_size(rows), has_twins ? " and can fail" : "");
  if (count_verdict(rows, "gap") > 0) {
    printf("gaps:");
    json_array_foreach(rows, i, row) {
      if (strcmp(text_of(row, "verdict"), "gap") == 0) printf(" %s", text_of(row, "id"));
    }
    putchar('\n');
  }
}

static bool write_json(const json_t *rows, const char *path) {
  if (path == NULL) return true;
  char *text = json_dumps(rows, JSON_INDENT(1));
  bool is_written =
      text != NULL && taut_file_write_atomic(path, text, strlen(text), NULL) == TAUT_OK;
  if (!is_written) fprintf(stderr, "taut: %s cannot be written\n", path);
  free(text);
  return is_written;
}

int taut_protocol_coverage(const taut_verb *verb, const taut_arguments *arguments) {
  taut_rule_side rules = {.p = {.zygote = {.socket = -1}, .against_zygote = {.socket = -1}}};
  taut_rule_side twins = rules;
  bool has_twins = taut_arguments_has(arguments, "twins");
  const char *folder = arguments->n_words > 1 ? arguments->words[1] : "scenarios/rules";
  json_t *rows = NULL;
  int status = run_side(verb, arguments, folder, false, &rules);
  if (status == TAUT_EXIT_OK && has_twins) status = run_side(verb, arguments, folder, true, &twins);
  if (status == TAUT_EXIT_OK) {
    rows = read_rows(folder, &rules.p.places);
    if (rows == NULL || !are_rows_known(rows, &rules)) status = TAUT_EXIT_USAGE;
  }
  if (status == TAUT_EXIT_OK) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) judge_row(row, &rules, has_twins ? &twins : NULL);
    bool is_wrong = count_verdict(rows, "fail") + count_verdict(rows, "cannot fail") > 0;
    if (is_wrong) status = TAUT_EXIT_NOT_PASSED;
    print_table(rows, has_twins);
    if (!write_json(rows, taut_arguments_value(arguments, "json"))) status = TAUT_EXIT_OWN_FAULT;
  }
  json_decref(rows);
  // The younger service first: it was forked with the older one's socket open.
  close_side(&twins);
  close_side(&rules);
  return status;
}
