/// `taut selftest`: shows on the spot that the judge can fail.
#include "cli/selftest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/selftest_parts.h"
#include "report/file.h"
#include "report/terminal.h"

static const taut_option options[] = {
    {"jobs", 'j', "N", "workers at the same time (default: number of cores)"},
    {"json", '\0', NULL, "print the record as JSON"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {NULL, '\0', NULL, NULL},
};

enum { TIMEOUT_S = 120 };  ///< wall time of a case [s]

// ------------------------------------------------------------------------------------------- runs

static void stay_silent(void *user, const taut_record *record) {
  (void)user;
  (void)record;
}

/// Keeps the cases whose name has the part.
static void choose(taut_collection *collection, const char *part) {
  size_t n = 0;
  for (size_t i = 0; i < collection->n_items; i++) {
    if (strstr(collection->items[i].name, part) != NULL)
      collection->items[n++] = collection->items[i];
  }
  collection->n_items = n;
}

static void execute(taut_trial *trial, const taut_trial_run *run, taut_zygote *zygote,
                    const taut_files *files, taut_trial_outcome *out) {
  taut_collection collection;
  const taut_execution_options execute_options = {
      .seed = run->seed, .repeats = 1, .misses_max = -1, .trace_folder = run->trace_folder};
  const taut_execution_events events = {.on_ordered = stay_silent};
  if (taut_collect(zygote, files, &collection) != TAUT_OK) {
    snprintf(out->why, sizeof out->why, "the worker service ended unexpectedly");
    return;
  }
  if (collection.n_errors > 0) {
    snprintf(out->why, sizeof out->why, "%s", collection.errors[0].reason);
  } else {
    choose(&collection, run->part);
    if (taut_execute(zygote, &collection, &execute_options, &events, &out->execution) != TAUT_OK)
      snprintf(out->why, sizeof out->why, "the worker service ended unexpectedly");
    trial->is_interrupted |= out->execution.is_interrupted;
  }
  trial->is_interrupted |= collection.is_interrupted;
  if (out->why[0] == '\0' && out->execution.n_records == 0)
    snprintf(out->why, sizeof out->why, "no case ran");
  taut_collection_fini(&collection);
}

void taut_trial_execute(taut_trial *trial, const taut_trial_run *run, taut_trial_outcome *out) {
  *out = (taut_trial_outcome){0};
  const char *const given[] = {run->with, NULL};
  char **with = taut_cli_with(trial->places, given, out->why, sizeof out->why);
  if (with == NULL || trial->is_interrupted) {
    taut_cli_with_free(with);
    return;
  }
  const taut_runner_config config = {.scenario = {.data_dir = trial->places->data,
                                                  .plugin_dirs = trial->places->plugins,
                                                  .with = (const char *const *)with},
                                     .n_slots = trial->n_jobs,
                                     .timeout_s = TIMEOUT_S};
  taut_zygote zygote;
  taut_files files = {0};
  if (taut_zygote_start(&config, &zygote) != TAUT_OK) {
    snprintf(out->why, sizeof out->why, "the worker service cannot be started");
  } else {
    if (taut_discover(&run->file, 1, &files, out->why, sizeof out->why) == TAUT_OK)
      execute(trial, run, &zygote, &files, out);
    taut_zygote_stop(&zygote);
  }
  taut_files_fini(&files);
  taut_cli_with_free(with);
}

void taut_trial_outcome_fini(taut_trial_outcome *outcome) {
  taut_execution_fini(&outcome->execution);
}

// ----------------------------------------------------------------------------------------- record

void taut_trial_add(taut_trial *trial, const char *area, const char *tried, const char *expected,
                    const char *got, bool is_ok) {
  if (trial->is_interrupted) return;
  json_t *check = json_object();
  json_object_set_new(check, "area", json_string(area));
  json_object_set_new(check, "tried", taut_record_string(tried));
  json_object_set_new(check, "expected", taut_record_string(expected));
  json_object_set_new(check, "got", taut_record_string(got));
  json_object_set_new(check, "ok", json_boolean(is_ok));
  if (trial->on_check != NULL) trial->on_check(trial->user, check);
  json_array_append_new(trial->checks, check);
}

static size_t count_bad(const json_t *checks) {
  size_t i, n = 0;
  json_t *check;
  json_array_foreach(checks, i, check) n += !json_is_true(json_object_get(check, "ok"));
  return n;
}

bool taut_selftest_is_ok(const json_t *record) {
  const json_t *checks = json_object_get(record, "checks");
  return json_array_size(checks) > 0 && count_bad(checks) == 0;
}

static char *make_folder(void) {
  const char *temporary = getenv("TMPDIR");
  char *folder = taut_text_format("%s/taut-selftest-XXXXXX",
                                  temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
  if (mkdtemp(folder) != NULL) return folder;
  free(folder);
  return NULL;
}

json_t *taut_selftest_run(const taut_places *places, int n_jobs, taut_selftest_fn on_check,
                          void *user) {
  taut_trial trial = {.places = places,
                      .n_jobs = n_jobs,
                      .folder = make_folder(),
                      .checks = json_array(),
                      .on_check = on_check,
                      .user = user};
  if (trial.folder == NULL) {
    taut_trial_add(&trial, "set-up", "a folder for what is written on the way", "a folder",
                   "none could be made", false);
  } else {
    taut_trial_judge(&trial);
    taut_trial_traces(&trial);
    taut_trial_answers(&trial);
    taut_file_remove_tree(trial.folder);
    free(trial.folder);
  }
  if (trial.is_interrupted) {
    json_decref(trial.checks);
    return NULL;
  }
  json_t *record = json_object();
  json_object_set_new(record, "schema", json_string("taut.selftest/1"));
  json_object_set_new(record, "version", json_string(TAUT_VERSION));
  json_object_set_new(record, "n_checks", json_integer((json_int_t)json_array_size(trial.checks)));
  json_object_set_new(record, "n_misbehaved", json_integer((json_int_t)count_bad(trial.checks)));
  json_object_set_new(record, "checks", trial.checks);
  json_object_set_new(record, "ok", json_boolean(taut_selftest_is_ok(record)));
  return record;
}

// -------------------------------------------------------------------------------------------- verb

typedef struct selftest_view {
  const taut_palette *palette;
  char area[64];
} selftest_view;

static const char *text_of(const json_t *check, const char *key) {
  const char *text = json_string_value(json_object_get(check, key));
  return text != NULL ? text : "";
}

static void print_check(void *user, const json_t *check) {
  selftest_view *view = user;
  const taut_palette *p = view->palette;
  bool is_ok = json_is_true(json_object_get(check, "ok"));
  const char *area = text_of(check, "area");
  if (strcmp(area, view->area) != 0) printf("%s%s%s\n", p->bold, area, p->reset);
  snprintf(view->area, sizeof view->area, "%s", area);
  printf("  %s%-6s%s %s: %s\n", is_ok ? p->green : p->red, is_ok ? "ok" : "WRONG", p->reset,
         text_of(check, "tried"), text_of(check, "got"));
  if (!is_ok) printf("         expected %s\n", text_of(check, "expected"));
  fflush(stdout);
}

static int run_selftest(const taut_verb *verb, const taut_arguments *arguments) {
  char error[256];
  int64_t jobs = sysconf(_SC_NPROCESSORS_ONLN);
  if (jobs < 1) jobs = 1;
  if (jobs > 64) jobs = 64;
  if (taut_arguments_integer(arguments, "jobs", 1, 256, &jobs, error, sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  if (arguments->n_words > 0) return taut_usage(verb, "it takes no words: %s", arguments->words[0]);
  bool as_json = taut_arguments_has(arguments, "json");
  bool no_color = taut_arguments_has(arguments, "no-color");
  selftest_view view = {.palette =
                            taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, no_color))};
  taut_places places;
  taut_places_find(&places);
  json_t *record = taut_selftest_run(&places, (int)jobs, as_json ? NULL : print_check, &view);
  taut_places_fini(&places);
  if (record == NULL) return TAUT_EXIT_INTERRUPTED;
  bool is_ok = taut_selftest_is_ok(record);
  if (as_json) {
    taut_print_json(record);
  } else {
    long long n = json_integer_value(json_object_get(record, "n_checks"));
    long long n_bad = json_integer_value(json_object_get(record, "n_misbehaved"));
    printf("\n%lld of %lld checks of the judge behaved%s\n", n - n_bad, n,
           is_ok ? "" : "; nothing that this installation says can be relied on");
    json_decref(record);
  }
  return is_ok ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
}

const taut_verb taut_verb_selftest = {
    .name = "selftest",
    .summary = "show that the judge can fail: known-bad caught, damage refused",
    .usage = "taut selftest [options]",
    .examples =
        "  taut selftest                       a line for everything that was tried\n"
        "  taut selftest --json > tool.json    for the file of the tool's qualification\n",
    .notes =
        "Known-bad controllers must violate the requirement that is named, the shipped one must\n"
        "pass; damaged traces, faults without effect, numbers that are none and answers that are\n"
        "not a worker's must be refused. Exit status 0 only when all of it behaved.\n",
    .options = options,
    .run = run_selftest,
};
