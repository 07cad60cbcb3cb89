/// `taut protocol`: lets a person live through the weeks of a training protocol.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/coverage.h"
#include "report/file.h"
#include "report/html.h"
#include "report/population.h"
#include "report/results.h"

enum {
  TIMEOUT_S = 1800,         ///< wall time of all weeks of a person [s]
  NAMES_MAX = 64,           ///< protocols among which a misspelt name is looked for
  PERSONS_MAX = 100 * 1000  ///< in one run
};

/// A run of the verb.
typedef struct protocol_run {
  taut_command command;
  taut_wish wish;
  taut_population population;
  int64_t n_persons;  ///< of --population; 0: one person, told in full
} protocol_run;

static const taut_option options[] = {
    {"user", '\0', "PERSONA", "who trains: a file of models/users (default: complying)"},
    {"population", '\0', "N", "N persons, sampled by seed, seed + 1, ... from models/users"},
    {"weeks", '\0', "N", "only the first N weeks"},
    {"check", '\0', NULL, "only read the protocol and say whether it is fine"},
    {"seed", '\0', "N", "seed of every random number (default: 1)"},
    {"fidelity", '\0', "full|fast", "fast: motor and cable in means of a step (default: full)"},
    {"jobs", 'j', "N", "persons at the same time (default: one per processor)"},
    {"with", '\0', "ROLE=TARGET", "fill a role with a plugin: session=my_session.so (repeatable)"},
    {"timeout", '\0', "SECONDS", "wall time the weeks may take (default: 1800)"},
    {"trace", '\0', "DIR|off", "write every row as DIR/<case>.mcap (default: off; it is large)"},
    {"out", '\0', "DIR", "folder of the runs (default: ./runs)"},
    {"junit", '\0', "FILE", "also write JUnit XML there"},
    {"json", '\0', "FILE", "also write results.json there"},
    {"twins", '\0', NULL, "coverage: also run the broken twins of every rule"},
    {"store", '\0', NULL, "coverage: make the stored results of populations anew (minutes)"},
    {"table", '\0', NULL, "coverage: every twin in every scenario that has what it replaces"},
    {"html", '\0', "FILE", "also write report.html there"},
    {"allow-inconclusive", '\0', NULL, "an inconclusive case does not make the run fail"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {NULL, '\0', NULL, NULL},
};

// ------------------------------------------------------------------------------------------- words

/// Names of the protocols of a folder, added to `names`.
static size_t list_protocols(const char *folder, char **names, size_t n) {
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t size = strlen(entry->d_name);
    if (size <= 4 || strcmp(entry->d_name + size - 4, ".lua") != 0 || n == NAMES_MAX) continue;
    names[n++] = taut_text_format("%.*s", (int)size - 4, entry->d_name);
  }
  if (dir != NULL) closedir(dir);
  return n;
}

static int refuse_name(const taut_verb *verb, const char *word, const char *shipped) {
  char *names[NAMES_MAX];
  size_t n = list_protocols("scenarios/protocols", names, 0);
  n = list_protocols(shipped, names, n);
  const char *near = n > 0 ? taut_text_nearest(word, (const char *const *)names, n) : NULL;
  int status = taut_usage(verb, "there is no protocol '%s'%s%s%s", word,
                          near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                          near != NULL ? "'?" : ", neither in ./scenarios/protocols nor with Taut");
  for (size_t i = 0; i < n; i++) free(names[i]);
  return status;
}

/// The file of a protocol: a name stands for one in ./scenarios or for one that came with Taut.
static int find_protocol(const taut_verb *verb, const char *word, char **file) {
  size_t size = strlen(word);
  taut_places places;
  if (strchr(word, '/') != NULL || (size > 4 && strcmp(word + size - 4, ".lua") == 0)) {
    *file = taut_text_copy(word);
    return TAUT_EXIT_OK;
  }
  taut_places_find(&places);
  char *folder = taut_text_format("%s/scenarios/protocols", places.data);
  char *shipped = taut_text_format("%s/%s.lua", folder, word);
  *file = taut_text_format("scenarios/protocols/%s.lua", word);
  bool is_there = access(*file, F_OK) == 0 || access(shipped, F_OK) == 0;
  int status = is_there ? TAUT_EXIT_OK : refuse_name(verb, word, folder);
  free(shipped);
  free(folder);
  return status;
}

static int read_options(const taut_verb *verb, protocol_run *run) {
  char error[512];
  int64_t seed = 1, weeks = 0;
  taut_command *c = &run->command;
  taut_wish *wish = &run->wish;
  const taut_arguments *a = c->arguments;
  if (a->n_words != 1) {
    return taut_usage(verb, a->n_words == 0 ? "name a protocol: taut protocol six_week"
                                            : "one protocol at a time");
  }
  if (taut_arguments_integer(a, "seed", 0, INT64_MAX, &seed, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "weeks", 1, 520, &weeks, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "population", 1, PERSONS_MAX, &run->n_persons, error,
                             sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  if (taut_command_check_files(verb, a) != TAUT_EXIT_OK) return TAUT_EXIT_USAGE;
  const char *user = taut_arguments_value(a, "user");
  if (run->n_persons > 0 && user == NULL) user = "population";
  char *file = NULL;
  int status = find_protocol(verb, a->words[0], &file);
  *wish = (taut_wish){.file = file,
                      .protocol = {.is_wanted = true, .user = user, .weeks = (int)weeks},
                      // The worst are run again alone, with everything.
                      .has_no_plots = run->n_persons > 0,
                      .timeout_s = TIMEOUT_S};
  if (status != TAUT_EXIT_OK) return status;
  const char *out = taut_arguments_value(a, "out"), *trace = taut_arguments_value(a, "trace");
  c->out_folder = out != NULL ? out : "runs";
  c->allow_inconclusive = taut_arguments_has(a, "allow-inconclusive");
  c->execute = (taut_execution_options){.seed = (uint64_t)seed, .repeats = 1, .misses_max = -1};
  if (trace != NULL && strcmp(trace, "off") != 0) {
    if (taut_file_make_folder(trace) != TAUT_OK) {
      return taut_usage(verb, "--trace %s: %s", trace, strerror(errno));
    }
    c->trace_folder = taut_text_copy(trace);
    c->keeps_traces = true;
    c->execute.trace_folder = c->trace_folder;
  }
  return TAUT_EXIT_OK;
}

// ----------------------------------------------------------------------------------------- summary

static bool is_kind(const json_t *note, const char *kind) {
  return strcmp(taut_record_text(note, "kind"), kind) == 0;
}

static void print_session(const json_t *note) {
  printf(
      "  week %.0f day %2.0f  phase %.0f  session %2.0f  %3.0f reps in %2.0f sets  %4.1f min,"
      " %4.1f under load  %s",
      taut_record_number(note, "week"), taut_record_number(note, "day") + 1,
      taut_record_number(note, "phase"), taut_record_number(note, "no"),
      taut_record_number(note, "reps"), taut_record_number(note, "sets"),
      taut_record_number(note, "duration_s") / 60, taut_record_number(note, "loaded_s") / 60,
      taut_record_text(note, "outcome"));
  if (strcmp(taut_record_text(note, "refusal"), "none") != 0)
    printf(" (%s)", taut_record_text(note, "refusal"));
  size_t i;
  json_t *symptom;
  json_array_foreach(json_object_get(note, "symptoms"), i, symptom) {
    printf("%s%s", i == 0 ? "  " : ", ", json_string_value(symptom));
  }
  putchar('\n');
}

/// What the person's weeks came to.
static void print_summary(const taut_record *record) {
  size_t i, n_symptoms = 0, n_refers = 0;
  const json_t *end = NULL;
  json_t *note;
  printf("\n%s\n", record->name);
  json_array_foreach(record->notes, i, note) {
    if (is_kind(note, "session")) print_session(note);
    if (is_kind(note, "session")) n_symptoms += json_array_size(json_object_get(note, "symptoms"));
    if (is_kind(note, "marker"))
      printf("  day %2.0f: is the goal of phase %.0f reached? %s\n",
             taut_record_number(note, "day") + 1, taut_record_number(note, "phase"),
             taut_record_text(note, "answer"));
    if (is_kind(note, "refer") || is_kind(note, "lock"))
      printf("  day %2.0f: %s: %s\n", taut_record_number(note, "day") + 1,
             is_kind(note, "lock") ? "locked" : "referred to a professional",
             taut_record_text(note, "reason"));
    n_refers += is_kind(note, "refer");
    if (is_kind(note, "end")) end = note;
  }
  if (end == NULL) return;
  double ticks = taut_record_number(end, "ticks");
  printf(
      "%s after week %.0f: %.0f sessions, %.0f sets and %.0f repetitions under load, %.2f h\n"
      "under load; %zu symptoms, %zu referrals; %.4g ticks at %.1f ns\n",
      taut_record_text(end, "reason"), taut_record_number(end, "week"),
      taut_record_number(end, "sessions"), taut_record_number(end, "sets"),
      taut_record_number(end, "reps"), taut_record_number(end, "loaded_s") / 3600, n_symptoms,
      n_refers, ticks, ticks > 0 ? record->wall_s * 1e9 / ticks : 0.0);
}

// -------------------------------------------------------------------------------------- population

/// The one case of the protocol once for every person.
static void multiply(taut_collection *collection, size_t n) {
  if (collection->n_items != 1) return;
  collection->items = taut_memory_resize(collection->items, n * sizeof *collection->items);
  for (size_t i = 1; i < n; i++) {
    collection->items[i] = collection->items[0];
    collection->items[i].i_seed = i;
  }
  collection->n_items = n;
}

static void save(void *user, size_t i_item, const taut_record *record) {
  protocol_run *run = user;
  taut_command_save_case(&run->command, i_item, record);
  if (run->n_persons > 0) {
    taut_population_add(&run->population, i_item, record);
  } else {
    taut_terminal_clear(&run->command.terminal);
    print_summary(record);
  }
}

static void print_case(void *user, const taut_record *record) {
  protocol_run *run = user;
  taut_command_print_case(&run->command, record);
}

static void print_progress(void *user, const char *running) {
  protocol_run *run = user;
  taut_command_print_progress(&run->command, running);
}

enum { Q05, Q25, Q50, Q75, Q95 };

static double quantile(const json_t *week, const char *key, size_t i) {
  const json_t *list = json_object_get(json_object_get(week, key), "quantiles");
  return json_number_value(json_array_get(list, i));
}

/// What lets one person live again, but for her seed; the caller's.
static char *command_of(const protocol_run *run) {
  taut_buffer out = {0};
  taut_buffer_printf(&out, "taut protocol %s --user %s", run->command.arguments->words[0],
                     run->wish.protocol.user);
  if (run->wish.protocol.weeks > 0) {
    taut_buffer_printf(&out, " --weeks %d", run->wish.protocol.weeks);
  }
  if (run->command.execute.is_fast) taut_buffer_text(&out, " --fidelity fast");
  const char *const *with = run->command.p.with_given;
  for (size_t i = 0; with != NULL && with[i] != NULL; i++) {
    taut_buffer_printf(&out, " --with %s", with[i]);
  }
  return out.data;
}

static void print_worst(const json_t *document, const char *command) {
  size_t i;
  json_t *person;
  printf("\nthe worst, each with the command that lets her live again in full\n");
  json_array_foreach(json_object_get(document, "worst"), i, person) {
    const char *name;
    json_t *count;
    printf("  %-12s %2.0f sessions, %s", taut_record_text(person, "verdict"),
           taut_record_number(person, "sessions"),
           taut_record_text(person, "end")[0] != '\0' ? taut_record_text(person, "end")
                                                      : "broken off");
    json_object_foreach(json_object_get(person, "symptoms"), name, count) {
      printf(", %s %.0f", name, json_number_value(count));
    }
    printf("\n    %s --seed %.0f\n", command, taut_record_number(person, "seed"));
  }
}

/// What the session software was held to: a rule that never came to apply has shown nothing.
static void print_rules(const json_t *document) {
  size_t i;
  json_t *rule;
  printf("\nrules of the session: applied, broken\n");
  json_array_foreach(json_object_get(document, "rules"), i, rule) {
    printf("  %-17s %7.0f %5.0f  %s\n", taut_record_text(rule, "rule"),
           taut_record_number(rule, "exercised"), taut_record_number(rule, "broken"),
           taut_record_text(rule, "text"));
  }
}

/// What the weeks did to them all, and who had the worst of it.
static void print_population(const json_t *document, const char *command) {
  size_t i;
  json_t *week, *value;
  const char *name;
  printf("\nweek  persons  came   sessions  repetitions (5, 50, 95 %%)  symptoms (95 %%)\n");
  json_array_foreach(json_object_get(document, "weeks"), i, week) {
    printf("%4zu  %7.0f  %3.0f %%  %8.1f  %11.0f %5.0f %5.0f     %8.0f\n", i + 1,
           taut_record_number(week, "n_active"), 100.0 * taut_record_number(week, "adherence"),
           quantile(week, "sessions", Q50), quantile(week, "reps", Q05),
           quantile(week, "reps", Q50), quantile(week, "reps", Q95),
           quantile(week, "symptoms", Q95));
  }
  printf("\nends:");
  json_object_foreach(json_object_get(document, "ends"), name, value) {
    printf(" %s %lld", name, (long long)json_integer_value(value));
  }
  printf("\nreceived symptoms:");
  if (json_object_size(json_object_get(document, "symptoms")) == 0) printf(" none");
  json_object_foreach(json_object_get(document, "symptoms"), name, value) {
    printf(" %s %.0f in %.0f persons;", name, taut_record_number(value, "times"),
           taut_record_number(value, "persons"));
  }
  putchar('\n');
  print_rules(document);
  print_worst(document, command);
}

static void write_file(protocol_run *run, const char *name, const char *content, size_t size) {
  taut_command *c = &run->command;
  char *path = taut_text_format("%s/%s", c->folder, name);
  if (taut_file_write_atomic(path, content, size, NULL) != TAUT_OK) {
    fprintf(stderr, "taut: %s cannot be written: %s\n", path, strerror(errno));
    c->has_failed_to_write = true;
  }
  free(path);
}

static void report_population(protocol_run *run) {
  taut_command *c = &run->command;
  json_t *document = taut_population_json(&run->population, c->p.collection.items[0].name,
                                          run->wish.protocol.user, c->execute.seed);
  char *command = command_of(run);
  json_object_set_new(document, "command", taut_record_string(command));
  char *content = taut_json_text(document);
  taut_buffer page = {0};
  taut_html_population(document, &page);
  write_file(run, "population.json", content, strlen(content));
  write_file(run, "population.html", page.data, page.size);
  taut_terminal_clear(&c->terminal);
  print_population(document, command);
  printf("\ncharts: %s/population.html\n", c->folder);
  taut_buffer_fini(&page);
  free(command);
  free(content);
  json_decref(document);
}

// ------------------------------------------------------------------------------------------- verb

static int execute(protocol_run *run) {
  taut_command *c = &run->command;
  taut_collection *collection = &c->p.collection;
  if (run->n_persons > 0) multiply(collection, (size_t)run->n_persons);
  taut_population_init(&run->population, (size_t)run->n_persons);
  taut_terminal_init(&c->terminal, collection->n_items + collection->n_errors, run->n_persons > 0,
                     taut_arguments_has(c->arguments, "no-color"));
  for (size_t i = 0; i < collection->n_errors; i++) {
    fprintf(stderr, "error: %s\n", collection->errors[i].reason);
  }
  if (collection->n_errors > 0) return TAUT_EXIT_USAGE;
  if (taut_arguments_has(c->arguments, "check")) {
    for (size_t i = 0; i < collection->n_items; i++)
      printf("%s is fine\n", collection->items[i].file);
    return TAUT_EXIT_OK;
  }
  if (!taut_command_make_folder(c)) {
    fprintf(stderr, "taut: no run folder can be made in %s: %s\n", c->out_folder, strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_command_open_history(c);
  const taut_execution_events events = {NULL, save, print_case, print_progress, run};
  c->execute.is_fast = c->p.config.scenario.fidelity == TAUT_FIDELITY_FAST;
  if (taut_execute(&c->p.zygote, collection, &c->execute, &events, &c->execution) != TAUT_OK) {
    taut_terminal_clear(&c->terminal);
    fprintf(stderr, "taut: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  if (run->n_persons > 0) report_population(run);
  return taut_command_finish(c);
}

static int run_protocol(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words > 0 && strcmp(arguments->words[0], "coverage") == 0)
    return taut_protocol_coverage(verb, arguments);
  protocol_run run = {.command = {.arguments = arguments}};
  taut_command *c = &run.command;
  clock_gettime(CLOCK_MONOTONIC, &c->start);
  int status = read_options(verb, &run);
  if (status == TAUT_EXIT_OK) {
    status = taut_prepare_wish(verb, arguments, &run.wish, &c->p);
    if (status == TAUT_EXIT_OK) status = execute(&run);
    taut_preparation_fini(&c->p);
  }
  taut_population_fini(&run.population);
  taut_execution_fini(&c->execution);
  free(c->records);
  free(c->folder);
  free(c->trace_folder);
  free((char *)(uintptr_t)run.wish.file);
  taut_history_close(c->history);
  return status;
}

const taut_verb taut_verb_protocol = {
    .name = "protocol",
    .summary = "run a training protocol: weeks of one person's sessions",
    .usage = "taut protocol NAME|FILE|coverage [options]",
    .examples =
        "  taut protocol six_week                          all weeks of one person\n"
        "  taut protocol six_week --weeks 1                the first week\n"
        "  taut protocol six_week --user beginner --seed 7 another person, another luck\n"
        "  taut protocol six_week --population 1000 -j 2   a thousand sampled persons\n"
        "  taut protocol my_protocol.lua                   a protocol of your own\n"
        "  taut protocol six_week --with session=mine.so   your session software\n"
        "  taut protocol coverage --twins                  rows of the guides and their checks\n",
    .notes =
        "Protocols that came with Taut: six_week, hip_extension, align_activate_load,\n"
        "release_activate_bridge, ten_exercises. Symptoms and not finishing are outcomes;\n"
        "only a violated requirement gives exit status 1 (the others: taut run --help).\n",
    .options = options,
    .run = run_protocol,
};
