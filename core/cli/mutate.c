/// `taut mutate`: spoils the ports of controller, spotter and session, one at a time, and tells
/// which spoilt machine no requirement noticed.
#include "cli/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/file.h"
#include "report/mutation.h"
#include "report/terminal.h"

enum { SURVIVORS_MAX = 1 << 20, SEED = 1 };

static const taut_option options[] = {
    {"profile", '\0', "quick|full", "quick: 10x only, few cases a mutant (default); full: all"},
    {"times", '\0', "1|3|10", "quick: how many times the accuracy (default: 10)"},
    {"inputs", '\0', NULL, "also spoil what the controller reads: the tolerance table"},
    {"port", '\0', "TEXT", "only ports whose name contains it: controller.left_"},
    {"sample", '\0', "N", "only N mutants, always the same ones"},
    {"cases", '\0', "N", "at most N cases a mutant (default: quick 10, full all)"},
    {"survivors", '\0', "FILE", "explanations (default: survivors.json beside the scenarios)"},
    {"least", '\0', "PERCENT", "exit status 1 when the score at 10x is lower"},
    {"seed", '\0', "N", "seed of every random number (default: 1)"},
    {"json", '\0', NULL, "print JSON"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    TAUT_PREPARE_OPTIONS,
    {NULL, '\0', NULL, NULL},
};

// ------------------------------------------------------------------------------------ explanations

/// survivors.json beside a scenario file, here or with Taut; NULL without. The caller's.
static char *find_survivors(const taut_preparation *p) {
  if (p->collection.n_items == 0) return NULL;
  const char *file = p->collection.items[0].file, *slash = strrchr(file, '/');
  int n = slash != NULL ? (int)(slash - file) : 1;
  char *here = taut_text_format("%.*s/survivors.json", n, slash != NULL ? file : ".");
  if (access(here, F_OK) == 0) return here;
  char *shipped = taut_text_format("%s/%s", p->places.data, here);
  free(here);
  if (access(shipped, F_OK) == 0) return shipped;
  free(shipped);
  return NULL;
}

static taut_status explain(const taut_preparation *p, uint64_t seed, const char *path,
                           json_t *document, char *error, size_t size) {
  char *text = NULL;
  size_t n_text;
  if (taut_file_read(path, SURVIVORS_MAX, &text, &n_text) != TAUT_OK) {
    snprintf(error, size, "%s cannot be read", path);
    return TAUT_EINVAL;
  }
  // The reasons are those of the machine that the suite was written for, on its usual day.
  bool is_other = seed != SEED || (p->with_given != NULL && p->with_given[0] != NULL);
  taut_status status = taut_mutation_explain(document, text, path, is_other, error, size);
  free(text);
  // A path of this machine is nobody's business; the shipped file has one name everywhere.
  size_t n = strlen(p->places.data);
  bool is_shipped = strncmp(path, p->places.data, n) == 0 && path[n] == '/';
  json_object_set_new(document, "survivors_file", json_string(path + (is_shipped ? n + 1 : 0)));
  return status;
}

taut_status taut_mutate_suite(taut_preparation *p, const taut_mutation_options *campaign,
                              const char *survivors, json_t **out, char *error, size_t error_size) {
  error[0] = '\0';
  taut_status status =
      taut_mutation_run(&p->zygote, &p->collection, campaign, out, error, error_size);
  if (status != TAUT_OK) return status;
  taut_mutation_summarise(*out, p->collection.requirements);
  json_object_set_new(*out, "survivors_file", json_null());
  char *found = survivors == NULL ? find_survivors(p) : NULL;
  const char *path = survivors != NULL ? survivors : found;
  if (path != NULL) status = explain(p, campaign->seed, path, *out, error, error_size);
  free(found);
  if (status == TAUT_OK) return TAUT_OK;
  json_decref(*out);
  *out = NULL;
  return status;
}

// -------------------------------------------------------------------------------------------- verb

/// A run of the verb.
typedef struct mutate_run {
  const taut_arguments *arguments;
  taut_preparation p;
  taut_mutation_options campaign;
  double least;  ///< of the score at 10x [1]; negative: none
  bool is_live;
} mutate_run;

static void print_progress(void *user, size_t n_done, size_t n, const char *running) {
  const mutate_run *run = user;
  if (!run->is_live) return;
  if (n == 0)
    fprintf(stderr, "\r\033[Kwithout a mutant: %.60s", running);
  else
    fprintf(stderr, "\r\033[K%zu of %zu mutants  %.60s", n_done, n, running);
  fflush(stderr);
}

static int read_options(const taut_verb *verb, mutate_run *run) {
  char error[512];
  const taut_arguments *a = run->arguments;
  int64_t seed = SEED, sample = 0, cases = 0, times = 0;
  const char *profile = taut_arguments_value(a, "profile");
  const char *least = taut_arguments_value(a, "least");
  bool is_full = profile != NULL && strcmp(profile, "full") == 0;
  if (profile != NULL && !is_full && strcmp(profile, "quick") != 0)
    return taut_usage(verb, "--profile must be quick or full, got '%s'", profile);
  if (taut_arguments_integer(a, "seed", 0, INT64_MAX, &seed, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "sample", 1, 1000000, &sample, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "times", 1, 10, &times, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "cases", 1, 1000000, &cases, error, sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  if (times != 0 && times != 1 && times != 3 && times != 10)
    return taut_usage(verb, "--times must be 1, 3 or 10, got %lld", (long long)times);
  if (times != 0 && is_full) return taut_usage(verb, "--profile full has every --times");
  run->least = -1;
  if (least != NULL) {
    char *end = NULL;
    run->least = strtod(least, &end) / 100;
    if (end == least || *end != '\0' || !(run->least >= 0 && run->least <= 1))
      return taut_usage(verb, "--least must be 0 to 100, got '%s'", least);
  }
  run->campaign =
      (taut_mutation_options){.profile = is_full ? TAUT_MUTATION_FULL : TAUT_MUTATION_QUICK,
                              .seed = (uint64_t)seed,
                              .scale = (int)times,
                              .has_inputs = taut_arguments_has(a, "inputs"),
                              .n_cases_max = (size_t)cases,
                              .n_sample = (size_t)sample,
                              .port = taut_arguments_value(a, "port"),
                              .on_progress = print_progress,
                              .user = run};
  return TAUT_EXIT_OK;
}

static double score_of(const json_t *document, const char *name, bool *is_there) {
  size_t i;
  json_t *row;
  *is_there = false;
  json_array_foreach(json_object_get(document, "scores"), i, row) {
    const char *text = json_string_value(json_object_get(row, "name"));
    if (text == NULL || strcmp(text, name) != 0) continue;
    *is_there = json_integer_value(json_object_get(row, "n")) > 0;
    return json_number_value(json_object_get(row, "score"));
  }
  return 0;
}

/// What the numbers mean for the exit status.
static int judge(const mutate_run *run, const json_t *document) {
  bool has_safety, has_score;
  double safety = score_of(document, "safety_off", &has_safety);
  double score = score_of(document, "10x", &has_score);
  if (json_is_true(json_object_get(document, "is_interrupted"))) return TAUT_EXIT_INTERRUPTED;
  if (json_array_size(json_object_get(document, "mutants")) == 0) return TAUT_EXIT_NOTHING_RAN;
  if (has_safety && safety < 1) {
    fprintf(stderr, "taut mutate: a permission can be held at 'permit' and nobody notices\n");
    return TAUT_EXIT_NOT_PASSED;
  }
  if (run->least >= 0 && has_score && score < run->least) {
    fprintf(stderr, "taut mutate: the score at 10x is below %.4g %%\n", 100 * run->least);
    return TAUT_EXIT_NOT_PASSED;
  }
  return TAUT_EXIT_OK;
}

static int report(const mutate_run *run, json_t *document) {
  int status = judge(run, document);
  if (taut_arguments_has(run->arguments, "json")) {
    taut_print_json(document);
    return status;
  }
  taut_buffer text = {0};
  taut_mutation_print(document, &text);
  fputs(text.data, stdout);
  taut_buffer_fini(&text);
  json_decref(document);
  return status;
}

static int execute(const taut_verb *verb, mutate_run *run) {
  char error[1024];
  json_t *document = NULL;
  const taut_collection *collection = &run->p.collection;
  for (size_t i = 0; i < collection->n_errors; i++)
    fprintf(stderr, "error: %s\n", collection->errors[i].reason);
  if (collection->n_errors > 0) return TAUT_EXIT_USAGE;
  if (collection->n_items == 0) {
    fprintf(stderr, "%s\n", run->p.why_empty != NULL ? run->p.why_empty : "there is no case");
    return TAUT_EXIT_NOTHING_RAN;
  }
  bool no_color = taut_arguments_has(run->arguments, "no-color");
  run->is_live = isatty(STDERR_FILENO) != 0 && taut_terminal_use_color(STDERR_FILENO, no_color);
  taut_status status =
      taut_mutate_suite(&run->p, &run->campaign, taut_arguments_value(run->arguments, "survivors"),
                        &document, error, sizeof error);
  if (run->is_live) fputs("\r\033[K", stderr);
  if (status == TAUT_EINVAL) return taut_usage(verb, "%s", error);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut mutate: %s\n", taut_status_text(status));
    return TAUT_EXIT_OWN_FAULT;
  }
  return report(run, document);
}

static int run_mutate(const taut_verb *verb, const taut_arguments *arguments) {
  mutate_run run = {.arguments = arguments,
                    .p = {.zygote = {.socket = -1}, .against_zygote = {.socket = -1}}};
  int status = read_options(verb, &run);
  if (status != TAUT_EXIT_OK) return status;
  status = taut_prepare(verb, arguments, &run.p);
  if (status == TAUT_EXIT_OK) status = execute(verb, &run);
  taut_preparation_fini(&run.p);
  return status;
}

const taut_verb taut_verb_mutate = {
    .name = "mutate",
    .summary = "spoil the ports of controller, spotter and session; who notices?",
    .usage = "taut mutate [PATH|FILE:CASE]... [options]",
    .examples =
        "  taut mutate scenarios/safety                       ten times the accuracy of each port\n"
        "  taut mutate scenarios/safety --port left_load      only some ports\n"
        "  taut mutate scenarios/safety --profile full --json > mutants.json\n"
        "  taut mutate scenarios/safety --inputs --port left_load_cell   what is tolerated\n"
        "  taut mutate scenarios/safety --with controller=my_law.so --least 90\n",
    .notes =
        "A mutant is killed when a requirement with an id is violated. Survivors come first;\n"
        "docs/mutation.md has the operators, the classes and the score.\n"
        "Exit status 1: a safety permission held at 'permit' is not noticed, or the score is\n"
        "below --least; 2: interrupted; 4: a case fails without a mutant, or an explanation\n"
        "is stale; 5: there is no mutant.\n",
    .options = options,
    .run = run_mutate,
};
