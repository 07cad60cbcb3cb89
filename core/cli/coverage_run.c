#include "cli/coverage_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/file.h"

enum {
  PIECE = 256,     ///< cases whose records are in memory at the same time
  WANTED = 2995,   ///< none of so many: fewer than one in a thousand, with a confidence of 95 %
  PERSONS = 3010,  ///< some never come to what is judged
  STEP = 150       ///< every so many persons one whose trace is kept
};

// --------------------------------------------------------------------------------------- running

/// Where outcomes of a collection go.
typedef struct sink {
  taut_outcome *outcomes;
  size_t n_items, n_done;
  const char *what;
} sink;

static void note_outcome(void *user, size_t i_item, const taut_record *record) {
  sink *s = user;
  s->outcomes[i_item].verdict = record->verdict;
  memcpy(s->outcomes[i_item].trace_hash, record->trace_hash, sizeof record->trace_hash);
  s->n_done++;
}

static void stay_silent(void *user, const taut_record *record) {
  (void)user;
  (void)record;
}

static void show_progress(void *user, const char *running) {
  const sink *s = user;
  (void)running;
  if (isatty(2)) fprintf(stderr, "\r%s: %zu of %zu", s->what, s->n_done, s->n_items);
}

int taut_coverage_run(taut_zygote *zygote, const taut_collection *collection, const char *what,
                      taut_outcome *outcomes) {
  sink s = {.n_items = collection->n_items, .what = what};
  const taut_execution_options options = {.seed = 1, .repeats = 1, .misses_max = -1};
  const taut_execution_events events = {NULL, note_outcome, stay_silent, show_progress, &s};
  int status = TAUT_EXIT_OK;
  for (size_t i = 0; i < collection->n_items; i++)
    outcomes[i] = (taut_outcome){.verdict = TAUT_ERROR};
  for (size_t i = 0; i < collection->n_items && status == TAUT_EXIT_OK; i += PIECE) {
    taut_collection piece = *collection;
    piece.items += i;
    piece.n_items = collection->n_items - i < PIECE ? collection->n_items - i : PIECE;
    s.outcomes = outcomes + i;
    taut_execution execution = {0};
    if (taut_execute(zygote, &piece, &options, &events, &execution) != TAUT_OK) {
      fprintf(stderr, "taut: the worker service ended unexpectedly\n");
      status = TAUT_EXIT_OWN_FAULT;
    } else if (execution.is_interrupted) {
      status = TAUT_EXIT_INTERRUPTED;
    }
    taut_execution_fini(&execution);
  }
  if (isatty(2)) fprintf(stderr, "\r\033[K");
  return status;
}

// ------------------------------------------------------------------------------------ populations

bool taut_population_is_wanted(const taut_item *item) {
  size_t i;
  json_t *tag;
  json_array_foreach(item->tags, i, tag) {
    if (strcmp(json_string_value(tag), "population") == 0) return true;
  }
  return false;
}

/// "scenarios/rules/tissue.json" for a case of tissue.lua.
static char *path_of(const taut_item *item, const char *folder) {
  size_t n = strlen(item->file);
  int n_stem = (int)(n > 4 && strcmp(item->file + n - 4, ".lua") == 0 ? n - 4 : n);
  return taut_text_format("%s%s%.*s.json", folder, *folder ? "/" : "", n_stem, item->file);
}

/// Lives the case once for every `step`-th of the persons.
static int live(taut_zygote *zygote, const taut_collection *collection, size_t i, size_t step,
                size_t *n, taut_outcome **outcomes) {
  taut_collection persons = *collection;
  *n = (PERSONS + step - 1) / step;
  persons.n_items = *n;
  persons.items = taut_memory_resize(NULL, *n * sizeof *persons.items);
  *outcomes = taut_memory_resize(NULL, *n * sizeof **outcomes);
  for (size_t k = 0; k < *n; k++) {
    persons.items[k] = collection->items[i];
    persons.items[k].i_seed = k * step;
  }
  int status = taut_coverage_run(zygote, &persons, "persons", *outcomes);
  free(persons.items);
  return status;
}

int taut_population_store(taut_zygote *zygote, const taut_collection *collection, size_t i) {
  size_t n;
  taut_outcome *outcomes;
  int status = live(zygote, collection, i, 1, &n, &outcomes);
  json_t *document = json_object(), *failed = json_array(), *probes = json_array();
  json_int_t n_passed = 0;
  for (size_t k = 0; k < n; k++) {
    char hash[33];
    taut_record_hex(outcomes[k].trace_hash, hash);
    n_passed += outcomes[k].verdict == TAUT_PASS;
    if (outcomes[k].verdict == TAUT_FAIL || outcomes[k].verdict == TAUT_ERROR)
      json_array_append_new(failed, json_integer((json_int_t)k + 1));
    if (k % STEP == 0) json_array_append_new(probes, json_string(hash));
  }
  json_object_set_new(document, "case", json_string(collection->items[i].name));
  json_object_set_new(document, "persons", json_integer((json_int_t)n));
  json_object_set_new(document, "passed", json_integer(n_passed));
  json_object_set_new(document, "first_seed", json_integer(1));
  json_object_set_new(document, "failed_seeds", failed);
  json_object_set_new(document, "probe_step", json_integer(STEP));
  json_object_set_new(document, "probes", probes);
  char *path = path_of(&collection->items[i], ""), *text = json_dumps(document, JSON_INDENT(1));
  char *lines = taut_text_format("%s\n", text);
  if (status == TAUT_EXIT_OK &&
      taut_file_write_atomic(path, lines, strlen(lines), NULL) != TAUT_OK) {
    fprintf(stderr, "taut: %s cannot be written; run it where the scenario is\n", path);
    status = TAUT_EXIT_OWN_FAULT;
  }
  free(lines);
  free(text);
  free(path);
  free(outcomes);
  json_decref(document);
  return status;
}

static json_t *worth_of(const char *verdict, const char *text) {
  json_t *worth = json_object();
  json_object_set_new(worth, "verdict", json_string(verdict));
  json_object_set_new(worth, "text", json_string(text));
  return worth;
}

/// What a stored result says about the persons that were lived again.
static json_t *compare(const json_t *document, const char *path, const taut_item *item,
                       const taut_outcome *outcomes, size_t n) {
  char text[512];
  const char *again = "taut protocol coverage --store makes it anew";
  const json_t *probes = json_object_get(document, "probes");
  json_int_t persons = json_integer_value(json_object_get(document, "persons"));
  size_t n_failed = json_array_size(json_object_get(document, "failed_seeds"));
  const char *name = json_string_value(json_object_get(document, "case"));
  bool is_of_it = name != NULL && strcmp(name, item->name) == 0 && persons == PERSONS &&
                  json_is_array(json_object_get(document, "failed_seeds")) &&
                  json_integer_value(json_object_get(document, "probe_step")) == STEP &&
                  json_array_size(probes) == n;
  if (!is_of_it) {
    snprintf(text, sizeof text, "%s is not of this case; %s", path, again);
    return worth_of("stale", text);
  }
  for (size_t k = 0; k < n; k++) {
    char hash[33];
    taut_record_hex(outcomes[k].trace_hash, hash);
    const char *kept = json_string_value(json_array_get(probes, k));
    if (kept != NULL && strcmp(hash, kept) == 0) continue;
    snprintf(text, sizeof text,
             "%s is of another build: the person of seed %zu lives otherwise; %s", path,
             1 + k * STEP, again);
    return worth_of("stale", text);
  }
  json_int_t n_passed = json_integer_value(json_object_get(document, "passed"));
  snprintf(text, sizeof text, "%lld persons pass, %zu fail; stored, the same in %zu lived again",
           (long long)n_passed, n_failed, n);
  return worth_of(n_failed == 0 && n_passed >= WANTED ? "pass" : "fail", text);
}

int taut_population_check(taut_zygote *zygote, const taut_collection *collection, size_t i,
                          const taut_places *places, json_t **worth) {
  const taut_item *item = &collection->items[i];
  char *here = path_of(item, ""), *shipped = path_of(item, places->data);
  const char *path = access(here, R_OK) == 0 ? here : shipped;
  json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
  size_t n = 0;
  taut_outcome *outcomes = NULL;
  int status = TAUT_EXIT_OK;
  if (document == NULL) {
    char text[256];
    snprintf(text, sizeof text, "%.150s is not there; taut protocol coverage --store makes it",
             here);
    *worth = worth_of("stale", text);
  } else {
    status = live(zygote, collection, i, STEP, &n, &outcomes);
    if (status == TAUT_EXIT_OK) *worth = compare(document, here, item, outcomes, n);
  }
  free(outcomes);
  json_decref(document);
  free(shipped);
  free(here);
  return status;
}
