/// `taut claims`: how often requirements are not met, by many runs with a random demand each.
#include "cli/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/prepare.h"
#include "report/terminal.h"

static const taut_option options[] = {
    {"runs", 'n', "N", "runs of each demand, fixed beforehand (default: 299)"},
    {"confidence", '\0', "C", "of each claim (default: 0.95)"},
    {"seed", '\0', "N", "seed of the first run (default: 1)"},
    TAUT_PREPARE_OPTIONS,
    {"json", '\0', NULL, "print the claims as JSON"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {NULL, '\0', NULL, NULL},
};

// ------------------------------------------------------------------------------------------- runs

typedef struct campaign {
  const taut_claims_options *options;
  taut_claims *claims;
  size_t i_demand, n_done, n_planned;
} campaign;

static void count_run(void *user, size_t i_item, const taut_record *record) {
  campaign *c = user;
  (void)i_item;
  taut_claims_add(c->claims, c->i_demand, record);
  c->n_done++;
  if (c->options->on_record != NULL) c->options->on_record(c->options->user, record);
}

static void stay_silent(void *user, const taut_record *record) {
  (void)user;
  (void)record;
}

static void tick(void *user, const char *running) {
  const campaign *c = user;
  if (c->options->on_tick != NULL)
    c->options->on_tick(c->options->user, running, c->n_done, c->n_planned);
}

/// The runs of one demand: its records can go before the next one's come.
static taut_status run_demand(taut_zygote *zygote, const taut_collection *collection,
                              const taut_item *item, campaign *c, bool *is_interrupted) {
  size_t n = (size_t)c->options->n;
  taut_collection runs = *collection;
  runs.items = taut_memory_resize(NULL, (n + 1) * sizeof *runs.items);
  runs.n_items = n;
  for (size_t i = 0; i < n; i++) {
    runs.items[i] = *item;
    runs.items[i].i_seed = (uint64_t)c->i_demand * n + i;
  }
  const taut_execution_events events = {NULL, count_run, stay_silent, tick, c};
  taut_execution execution;
  taut_status status = taut_execute(zygote, &runs, &c->options->execute, &events, &execution);
  *is_interrupted = execution.is_interrupted;
  taut_execution_fini(&execution);
  free(runs.items);
  return status;
}

taut_status taut_claims_run(taut_zygote *zygote, const taut_collection *collection,
                            const taut_claims_options *claims_options, json_t **out,
                            bool *is_interrupted) {
  campaign c = {.options = claims_options};
  taut_status status = TAUT_OK;
  *out = NULL;
  *is_interrupted = false;
  c.claims =
      taut_claims_create(collection->requirements, claims_options->n, claims_options->confidence);
  for (size_t i = 0; i < collection->n_items; i++) {
    bool is_demand = json_array_size(collection->items[i].demand) > 0;
    c.n_planned += is_demand ? (size_t)claims_options->n : 0;
  }
  for (size_t i = 0; i < collection->n_items && status == TAUT_OK && !*is_interrupted; i++) {
    const taut_item *item = &collection->items[i];
    if (json_array_size(item->demand) == 0) continue;
    const taut_demand demand = {item->file, item->name, item->demand, item->distribution};
    c.i_demand = taut_claims_demand(c.claims, &demand);
    status = run_demand(zygote, collection, item, &c, is_interrupted);
  }
  bool is_whole = status == TAUT_OK && !*is_interrupted;
  if (is_whole && c.n_planned > 0) *out = taut_claims_json(c.claims);
  taut_claims_destroy(c.claims);
  return status;
}

// ------------------------------------------------------------------------------------------ output

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static long long count_of(const json_t *object, const char *key) {
  return (long long)json_integer_value(json_object_get(object, key));
}

static double number_of(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/// What the failures were, in words: " (3 violated, 1 not triggered)".
static void print_failures(const json_t *row) {
  static const char *const kinds[][2] = {{"violated", "violated"},
                                         {"not_triggered", "not triggered"},
                                         {"undecided", "undecided"},
                                         {"errors", "in error"}};
  const char *before = "            failures: ";
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    long long n = count_of(row, kinds[i][0]);
    if (n == 0) continue;
    printf("%s%lld %s", before, n, kinds[i][1]);
    before = ", ";
  }
  const json_t *first = json_object_get(row, "first_failure");
  printf("; the first with --seed %lld of '%s'\n", count_of(first, "seed"),
         text_of(first, "demand"));
}

static void print_row(const json_t *row) {
  bool is_demand = strcmp(text_of(row, "trial"), "demand") == 0;
  printf("  %-8s  %6lld of %-6lld", text_of(row, "requirement"), count_of(row, "failures"),
         count_of(row, "n"));
  const char *gap = text_of(row, "no_claim");
  if (gap[0] != '\0') {
    printf("  no claim: %s\n", gap);
  } else {
    printf("  %.3e  %.3e  %s", number_of(row, "upper"), number_of(row, "upper_all"),
           is_demand ? text_of(row, "demand") : text_of(row, "text"));
    if (!is_demand) printf(" (applied in %lld)", count_of(row, "exercised"));
    putchar('\n');
  }
  if (count_of(row, "failures") > 0) print_failures(row);
}

static void print_rows(const json_t *document, const char *trial, const char *title) {
  size_t i;
  json_t *row;
  printf("\n%s\n", title);
  json_array_foreach(json_object_get(document, "claims"), i, row) {
    if (strcmp(text_of(row, "trial"), trial) == 0) print_row(row);
  }
}

static void print_claims(const json_t *document) {
  size_t i;
  json_t *entry;
  printf(
      "A claim: in runs drawn as stated, the share in which the requirement is not met is at most\n"
      "the bound, with %.6g %% confidence; the second bound holds for all %lld claims together.\n"
      "Conditional %s.\n",
      100.0 * number_of(document, "confidence"), count_of(document, "n_claims"),
      text_of(document, "condition"));
  print_rows(document, "demand",
             "  requirement  failures  share below  all together  demand, one in each run");
  print_rows(document, "run",
             "  requirement  failures  share below  all together  watched in every run");
  printf("\ndrawn from\n");
  json_array_foreach(json_object_get(document, "demands"), i, entry) {
    printf("  %s: %s\n", text_of(entry, "name"), text_of(entry, "distribution"));
  }
  const json_t *without = json_object_get(document, "without");
  printf("\nwithout a claim: %zu requirements\n", json_array_size(without));
  json_array_foreach(without, i, entry) {
    printf("  %-8s  %s: %s\n", text_of(entry, "requirement"), text_of(entry, "text"),
           text_of(entry, "why"));
  }
}

// -------------------------------------------------------------------------------------------- verb

typedef struct claims_view {
  taut_terminal terminal;
  bool is_silent;
} claims_view;

static void show_progress(void *user, const char *running, size_t n_done, size_t n_planned) {
  claims_view *view = user;
  char text[256];
  if (view->is_silent) return;
  snprintf(text, sizeof text, "%zu of %zu  %s", n_done, n_planned, running);
  taut_terminal_progress(&view->terminal, text);
}

static int read_options(const taut_verb *verb, const taut_arguments *arguments,
                        taut_claims_options *out) {
  char error[256];
  int64_t n = 299, seed = 1;
  if (taut_arguments_integer(arguments, "runs", 1, 100000, &n, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(arguments, "seed", 0, INT64_C(9007199254740992), &seed, error,
                             sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  *out = (taut_claims_options){.execute = {.seed = (uint64_t)seed, .repeats = 1, .misses_max = -1},
                               .n = (uint64_t)n,
                               .confidence = 0.95};
  const char *confidence = taut_arguments_value(arguments, "confidence");
  char *end = NULL;
  if (confidence != NULL) out->confidence = strtod(confidence, &end);
  if (confidence != NULL &&
      (end == confidence || *end != '\0' || !(out->confidence >= 0.5 && out->confidence < 1.0)))
    return taut_usage(verb, "--confidence must be a number from 0.5 to below 1, got '%s'",
                      confidence);
  return TAUT_EXIT_OK;
}

static int execute(const taut_arguments *arguments, taut_preparation *p,
                   taut_claims_options *claims_options) {
  const taut_collection *collection = &p->collection;
  for (size_t i = 0; i < collection->n_errors; i++)
    fprintf(stderr, "error: %s\n", collection->errors[i].reason);
  if (collection->n_errors > 0) return TAUT_EXIT_USAGE;
  bool as_json = taut_arguments_has(arguments, "json");
  claims_view view = {.is_silent = as_json};
  taut_terminal_init(&view.terminal, 1, true, taut_arguments_has(arguments, "no-color"));
  claims_options->on_tick = show_progress;
  claims_options->user = &view;
  json_t *document;
  bool is_interrupted;
  taut_status status =
      taut_claims_run(&p->zygote, collection, claims_options, &document, &is_interrupted);
  taut_terminal_clear(&view.terminal);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  if (is_interrupted) return TAUT_EXIT_INTERRUPTED;
  if (document == NULL) {
    fprintf(stderr, "none of the chosen cases has the field 'demand': there is nothing to claim\n");
    return TAUT_EXIT_NOTHING_RAN;
  }
  int exit_status = taut_claims_hold(document) ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
  if (as_json) {
    taut_print_json(document);
  } else {
    print_claims(document);
    json_decref(document);
  }
  return exit_status;
}

static int run_claims(const taut_verb *verb, const taut_arguments *arguments) {
  taut_claims_options claims_options;
  taut_preparation p;
  int status = read_options(verb, arguments, &claims_options);
  if (status != TAUT_EXIT_OK) return status;
  status = taut_prepare(verb, arguments, &p);
  if (status == TAUT_EXIT_OK) status = execute(arguments, &p, &claims_options);
  taut_preparation_fini(&p);
  return status;
}

const taut_verb taut_verb_claims = {
    .name = "claims",
    .summary = "bound how often requirements are not met, by random demands",
    .usage = "taut claims [PATH|FILE:CASE]... [options]",
    .examples =
        "  taut claims scenarios/demands                    each demand 299 times\n"
        "  taut claims scenarios/demands/estop.lua          one demand\n"
        "  taut claims scenarios/demands -n 29              a first look: shares below 10 %\n"
        "  taut claims scenarios/demands --with controller=my_law.so --json > claims.json\n",
    .notes =
        "Without a failure 299 runs show a share below 1 %, 2,995 below 0.1 % (95 % confidence).\n"
        "Only cases with the field 'demand' run. Exit status 1: a failure, or no claim.\n",
    .options = options,
    .run = run_claims,
};
