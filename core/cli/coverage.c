/// `taut protocol coverage`: the rows of the source guides, the scenarios that check them, and the
/// broken twins that show that a check can fail.
#include "cli/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/coverage_run.h"
#include "cli/prepare.h"
#include "report/file.h"

/// What is broken, by name: a defect of a component, or something in one scenario alone.
typedef struct broken {
  const char *name;
  const char *overlay;  ///< "" when it cannot be tried in other scenarios
  char *replaced;       ///< "session=session_program": what a scenario must have; owned
  size_t i_item;        ///< scenario that first names it
} broken;

/// One run of a twin.
typedef struct attempt {
  size_t i_item, i_broken;
  bool is_own;  ///< the scenario names this twin
  char *twin;   ///< "#1" or the overlay; owned
  taut_verdict verdict;
} attempt;

typedef struct coverage {
  taut_preparation p;
  taut_wish wish;
  const char *words[3];    ///< folders, NULL-terminated
  taut_collection rules;   ///< the scenarios that check rows; the rest is borrowed from p
  taut_outcome *outcomes;  ///< of the rules
  json_t *populations;     ///< array: what a stored result is worth, null where there need be none
  broken *broken;
  size_t n_broken;
  attempt *attempts;
  size_t n_attempts;
} coverage;

// --------------------------------------------------------------------------------------- running

static int run_rules(coverage *c, const taut_verb *verb, const taut_arguments *arguments,
                     const char *folder) {
  c->words[0] = folder != NULL ? folder : "scenarios/rules";
  c->words[1] = folder != NULL ? NULL : "scenarios/safety";
  c->wish = (taut_wish){.words = c->words, .has_no_plots = true, .timeout_s = 60};
  int status = taut_prepare_wish(verb, arguments, &c->wish, &c->p);
  const taut_collection *all = &c->p.collection;
  for (size_t i = 0; status == TAUT_EXIT_OK && i < all->n_errors; i++)
    fprintf(stderr, "error: %s\n", all->errors[i].reason);
  if (status != TAUT_EXIT_OK || all->n_errors > 0)
    return status != TAUT_EXIT_OK ? status : TAUT_EXIT_USAGE;
  c->rules = *all;
  c->rules.items = taut_memory_resize(NULL, (all->n_items + 1) * sizeof *c->rules.items);
  c->rules.n_items = 0;
  for (size_t i = 0; i < all->n_items; i++)
    if (json_array_size(all->items[i].rows) > 0) c->rules.items[c->rules.n_items++] = all->items[i];
  c->outcomes = taut_memory_resize(NULL, (all->n_items + 1) * sizeof *c->outcomes);
  return taut_coverage_run(&c->p.zygote, &c->rules, "rules", c->outcomes);
}

/// What stored results are worth; with `is_new` they are made anew first.
static int check_populations(coverage *c, bool is_new) {
  int status = TAUT_EXIT_OK;
  c->populations = json_array();
  for (size_t i = 0; i < c->rules.n_items && status == TAUT_EXIT_OK; i++) {
    json_t *worth = json_null();
    if (taut_population_is_wanted(&c->rules.items[i])) {
      if (is_new) status = taut_population_store(&c->p.zygote, &c->rules, i);
      if (status == TAUT_EXIT_OK)
        status = taut_population_check(&c->p.zygote, &c->rules, i, &c->p.places, &worth);
    }
    json_array_append_new(c->populations, worth);
  }
  return status;
}

// ----------------------------------------------------------------------------------------- twins

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// Whether the words of a text, with blanks between them, have this one.
static bool has_word(const char *text, const char *word, size_t n) {
  for (; *text; text += strcspn(text, " "), text += *text == ' ') {
    size_t n_here = strcspn(text, " ");
    if (n_here == n && strncmp(text, word, n) == 0) return true;
  }
  return false;
}

/// The models of `roles` that an overlay takes the place of: "session=session_program".
static char *find_replaced(const char *overlay, const char *roles) {
  taut_buffer out = {0};
  for (; *roles; roles += strcspn(roles, " "), roles += *roles == ' ') {
    size_t n = strcspn(roles, " "), n_role = strcspn(roles, "=") + 1;
    for (const char *at = overlay; *at; at += strcspn(at, " "), at += *at == ' ')
      if (strncmp(at, roles, n_role) == 0)
        taut_buffer_printf(&out, "%s%.*s", out.size > 0 ? " " : "", (int)n, roles);
  }
  char *text = taut_text_copy(out.size > 0 ? out.data : "");
  taut_buffer_fini(&out);
  return text;
}

/// The broken thing of this name and overlay; a new one when there is none yet.
static size_t find_broken(coverage *c, size_t i_item, const json_t *twin) {
  const char *name = text_of(twin, "name"), *overlay = text_of(twin, "overlay");
  for (size_t i = 0; i < c->n_broken; i++)
    if (strcmp(c->broken[i].name, name) == 0 && strcmp(c->broken[i].overlay, overlay) == 0)
      return i;
  c->broken = taut_memory_resize(c->broken, (c->n_broken + 1) * sizeof *c->broken);
  c->broken[c->n_broken] =
      (broken){.name = name,
               .overlay = overlay,
               .replaced = find_replaced(overlay, c->rules.items[i_item].roles),
               .i_item = i_item};
  return c->n_broken++;
}

static void add_attempt(coverage *c, size_t i_item, size_t i_broken, bool is_own, char *twin) {
  c->attempts = taut_memory_resize(c->attempts, (c->n_attempts + 1) * sizeof *c->attempts);
  c->attempts[c->n_attempts++] =
      (attempt){.i_item = i_item, .i_broken = i_broken, .is_own = is_own, .twin = twin};
}

static bool has_attempt(const coverage *c, size_t n, size_t i_item, size_t i_broken) {
  for (size_t i = 0; i < n; i++)
    if (c->attempts[i].i_item == i_item && c->attempts[i].i_broken == i_broken) return true;
  return false;
}

/// Everything that a broken component stands for is there in the scenario.
static bool fits(const broken *b, const taut_item *item) {
  if (b->overlay[0] == 0 || b->replaced[0] == 0) return false;
  for (const char *at = b->replaced; *at; at += strcspn(at, " "), at += *at == ' ')
    if (!has_word(item->roles, at, strcspn(at, " "))) return false;
  return true;
}

static void add_attempts(coverage *c, bool is_table) {
  for (size_t i = 0; i < c->rules.n_items; i++) {
    size_t k;
    json_t *twin;
    json_array_foreach(c->rules.items[i].twins, k, twin) {
      add_attempt(c, i, find_broken(c, i, twin), true, taut_text_format("#%zu", k + 1));
    }
  }
  size_t n_own = c->n_attempts;
  for (size_t b = 0; is_table && b < c->n_broken; b++)
    for (size_t i = 0; i < c->rules.n_items; i++)
      if (fits(&c->broken[b], &c->rules.items[i]) && !has_attempt(c, n_own, i, b))
        add_attempt(c, i, b, false, taut_text_copy(c->broken[b].overlay));
}

static int run_twins(coverage *c, bool is_table) {
  add_attempts(c, is_table);
  taut_collection collection = c->rules;
  collection.items = taut_memory_resize(NULL, (c->n_attempts + 1) * sizeof *collection.items);
  collection.n_items = c->n_attempts;
  taut_outcome *outcomes = taut_memory_resize(NULL, (c->n_attempts + 1) * sizeof *outcomes);
  for (size_t i = 0; i < c->n_attempts; i++) {
    collection.items[i] = c->rules.items[c->attempts[i].i_item];
    collection.items[i].twin = c->attempts[i].twin;
  }
  int status = taut_coverage_run(&c->p.zygote, &collection, "twins", outcomes);
  for (size_t i = 0; i < c->n_attempts; i++) c->attempts[i].verdict = outcomes[i].verdict;
  free(outcomes);
  free(collection.items);
  return status;
}

// ------------------------------------------------------------------------------------------ rows

static bool has_row(const taut_item *item, const char *id) {
  size_t i;
  json_t *row;
  json_array_foreach(item->rows, i, row) {
    if (strcmp(json_string_value(row), id) == 0) return true;
  }
  return false;
}

static json_t *scenario_json(const coverage *c, size_t i_item) {
  const taut_item *item = &c->rules.items[i_item];
  json_t *object = json_object(), *twins = json_array();
  json_object_set_new(object, "name", json_string(item->name));
  json_object_set_new(object, "file", taut_record_string(item->file));
  json_object_set_new(object, "verdict",
                      json_string(taut_verdict_name(c->outcomes[i_item].verdict)));
  if (!json_is_null(json_array_get(c->populations, i_item)))
    json_object_set(object, "population", json_array_get(c->populations, i_item));
  for (size_t i = 0; i < c->n_attempts; i++) {
    const attempt *a = &c->attempts[i];
    if (a->i_item != i_item || !a->is_own) continue;
    json_t *twin = json_object();
    json_object_set_new(twin, "name", json_string(c->broken[a->i_broken].name));
    json_object_set_new(twin, "verdict", json_string(taut_verdict_name(a->verdict)));
    json_array_append_new(twins, twin);
  }
  json_object_set_new(object, "twins", twins);
  return object;
}

/// Adds to a row of the table its scenarios and what they come to: "pass", "fail", "gap", or
/// "cannot fail" when none of its twins fails or one does not; "stale" when a stored result is of
/// another build.
static void judge_row(json_t *row, const coverage *c, bool has_twins) {
  json_t *scenarios = json_array(), *twin;
  bool is_passed = true, is_stale = false, can_fail = false, has_dead_twin = false;
  for (size_t i = 0; i < c->rules.n_items; i++) {
    if (!has_row(&c->rules.items[i], text_of(row, "id"))) continue;
    json_t *scenario = scenario_json(c, i);
    json_array_append_new(scenarios, scenario);
    is_passed &= c->outcomes[i].verdict == TAUT_PASS;
    const char *worth = text_of(json_object_get(scenario, "population"), "verdict");
    is_stale |= strcmp(worth, "stale") == 0;
    is_passed &= strcmp(worth, "fail") != 0;
    size_t k;
    json_array_foreach(json_object_get(scenario, "twins"), k, twin) {
      bool does_fail = strcmp(text_of(twin, "verdict"), "fail") == 0;
      can_fail |= does_fail;
      has_dead_twin |= !does_fail;
    }
  }
  const char *verdict = "pass";
  if (json_array_size(scenarios) == 0) {
    verdict = "gap";
  } else if (!is_passed) {
    verdict = "fail";
  } else if (is_stale) {
    verdict = "stale";
  } else if (has_twins && (!can_fail || has_dead_twin)) {
    verdict = "cannot fail";
  }
  json_object_set_new(row, "scenarios", scenarios);
  json_object_set_new(row, "verdict", json_string(verdict));
}

/// Rows of the scenarios in which a broken thing came to this verdict, in the order of the table.
static json_t *rows_with(const coverage *c, const json_t *rows, size_t i_broken,
                         taut_verdict verdict) {
  json_t *ids = json_array(), *row;
  size_t k;
  json_array_foreach(rows, k, row) {
    bool is_one = false;
    for (size_t i = 0; i < c->n_attempts && !is_one; i++)
      is_one = c->attempts[i].i_broken == i_broken && c->attempts[i].verdict == verdict &&
               has_row(&c->rules.items[c->attempts[i].i_item], text_of(row, "id"));
    if (is_one) json_array_append(ids, json_object_get(row, "id"));
  }
  return ids;
}

static json_t *twins_json(const coverage *c, const json_t *rows) {
  json_t *twins = json_array();
  for (size_t b = 0; b < c->n_broken; b++) {
    json_t *twin = json_object();
    json_int_t n_runs = 0;
    for (size_t i = 0; i < c->n_attempts; i++) n_runs += c->attempts[i].i_broken == b;
    json_object_set_new(twin, "name", json_string(c->broken[b].name));
    json_object_set_new(twin, "models", json_string(c->broken[b].overlay));
    json_object_set_new(twin, "runs", json_integer(n_runs));
    json_object_set_new(twin, "fails", rows_with(c, rows, b, TAUT_FAIL));
    json_object_set_new(twin, "errors", rows_with(c, rows, b, TAUT_ERROR));
    json_array_append_new(twins, twin);
  }
  return twins;
}

/// A row that a scenario names and the table does not have is a slip.
static bool are_rows_known(const json_t *rows, const coverage *c) {
  for (size_t i = 0; i < c->rules.n_items; i++) {
    const taut_item *item = &c->rules.items[i];
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

// ---------------------------------------------------------------------------------------- output

static bool write_json(const json_t *document, const char *path) {
  if (path == NULL) return true;
  char *text = json_dumps(document, JSON_INDENT(1));
  bool is_written =
      text != NULL && taut_file_write_atomic(path, text, strlen(text), NULL) == TAUT_OK;
  if (!is_written) fprintf(stderr, "taut: %s cannot be written\n", path);
  free(text);
  return is_written;
}

static void close_coverage(coverage *c) {
  for (size_t i = 0; i < c->n_attempts; i++) free(c->attempts[i].twin);
  for (size_t i = 0; i < c->n_broken; i++) free(c->broken[i].replaced);
  free(c->attempts);
  free(c->broken);
  free(c->rules.items);
  free(c->outcomes);
  json_decref(c->populations);
  taut_preparation_fini(&c->p);
}

int taut_protocol_coverage(const taut_verb *verb, const taut_arguments *arguments) {
  coverage c = {.p = {.zygote = {.socket = -1}, .against_zygote = {.socket = -1}}};
  bool has_table = taut_arguments_has(arguments, "table");
  bool has_twins = has_table || taut_arguments_has(arguments, "twins");
  const char *folder = arguments->n_words > 1 ? arguments->words[1] : NULL;
  json_t *rows = NULL, *row;
  int status = run_rules(&c, verb, arguments, folder);
  if (status == TAUT_EXIT_OK)
    status = check_populations(&c, taut_arguments_has(arguments, "store"));
  if (status == TAUT_EXIT_OK) {
    rows = read_rows(folder != NULL ? folder : "scenarios/rules", &c.p.places);
    if (rows == NULL || !are_rows_known(rows, &c)) status = TAUT_EXIT_USAGE;
  }
  if (status == TAUT_EXIT_OK && has_twins) status = run_twins(&c, has_table);
  if (status == TAUT_EXIT_OK) {
    size_t i;
    json_array_foreach(rows, i, row) judge_row(row, &c, has_twins);
    json_t *document = json_object();
    json_object_set(document, "rows", rows);
    if (has_twins) json_object_set_new(document, "twins", twins_json(&c, rows));
    if (taut_coverage_count(document, "fail") + taut_coverage_count(document, "stale") +
            taut_coverage_count(document, "cannot fail") >
        0)
      status = TAUT_EXIT_NOT_PASSED;
    taut_coverage_print(document, has_twins, has_table);
    if (!write_json(document, taut_arguments_value(arguments, "json")))
      status = TAUT_EXIT_OWN_FAULT;
    json_decref(document);
  }
  json_decref(rows);
  close_coverage(&c);
  return status;
}
