/// The runs of a bundle once more.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/certify_inputs.h"
#include "cli/prepare.h"
#include "cli/verify_rerun.h"
#include "report/evidence.h"
#include "report/terminal.h"
#include "runner/execute.h"

enum { TIMEOUT_S = 120 };

/// The runs to repeat, and what they are compared with.
typedef struct rerun {
  taut_verify *verify;
  json_t *plan;
  json_t *runs;             ///< array: those of all campaigns (owned)
  const json_t **expected;  ///< (n) by item; borrowed from `runs`
  taut_item *items;         ///< (n)
  size_t n;
  size_t i_suite, n_suite;  ///< which of them are the suite, when all are run
  const char **words, **with;
  char **texts;  ///< owner of both
  size_t n_texts;
  char *data;
  taut_wish wish;
  taut_preparation p;
  taut_terminal terminal;
  size_t i_bad;  ///< first run that differs; SIZE_MAX for none
  char difference[800];
  bool is_prepared;
  int home;  ///< the working folder of the command
} rerun;

static bool fail(rerun *r, const char *name, const char *why) {
  char *fault = r->verify->check.fault;
  if (fault[0] == '\0') snprintf(fault, sizeof r->verify->check.fault, "%.300s: %.700s", name, why);
  return false;
}

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static const char *keep(rerun *r, char *text) {
  r->texts = taut_memory_resize(r->texts, (r->n_texts + 1) * sizeof *r->texts);
  r->texts[r->n_texts++] = text;
  return text;
}

// ------------------------------------------------------------------------------------------
// reading

static bool read_runs(rerun *r) {
  const char *name;
  json_t *count;
  taut_verify *v = r->verify;
  r->plan = taut_bundle_read(v->folder, "plan.json", &v->check);
  r->runs = json_array();
  json_object_foreach(json_object_get(v->check.manifest, "counts"), name, count) {
    char *file = taut_text_format("results/%s.json", name);
    json_t *document = taut_bundle_read(v->folder, file, &v->check);
    size_t i;
    json_t *run;
    json_array_foreach(json_object_get(document, "runs"), i, run) {
      json_array_append(r->runs, run);
      if (strcmp(name, "suite") == 0) r->n_suite++;
      if (strcmp(name, "suite") == 0 && i == 0) r->i_suite = json_array_size(r->runs) - 1;
    }
    json_decref(document);
    free(file);
  }
  return v->check.fault[0] == '\0';
}

/// Order of the runs in a sample: that of a hash of the manifest's hash and the run's place, so
/// that nobody could choose which runs are looked at, and everybody looks at the same.
typedef struct place {
  char hash[TAUT_DIGEST_TEXT];
  json_t *run;
} place;

static int compare_places(const void *a, const void *b) {
  const place *left = a, *right = b;
  return strcmp(left->hash, right->hash);
}

static void draw_sample(rerun *r) {
  size_t n = json_array_size(r->runs);
  if (r->verify->n_sample >= n) return;
  char *manifest = taut_json_canonical(r->verify->check.manifest), seed[TAUT_DIGEST_TEXT];
  taut_digest_bytes(manifest, strlen(manifest), seed);
  free(manifest);
  place *places = taut_memory_resize(NULL, n * sizeof *places);
  for (size_t i = 0; i < n; i++) {
    char *text = taut_text_format("%s %zu", seed, i);
    taut_digest_bytes(text, strlen(text), places[i].hash);
    places[i].run = json_array_get(r->runs, i);
    free(text);
  }
  qsort(places, n, sizeof *places, compare_places);
  json_t *drawn = json_array();
  for (size_t i = 0; i < r->verify->n_sample; i++) json_array_append(drawn, places[i].run);
  json_decref(r->runs);
  r->runs = drawn;
  free(places);
}

// --------------------------------------------------------------------------------------- preparing

/// ROLE=TARGET with a file named from the root, since the runs have another working folder. The
/// caller's.
static char *whole_target(const char *with) {
  const char *target = strchr(with, '=') + 1;
  char *real = realpath(target, NULL);
  char *whole = real != NULL ? taut_text_format("%.*s%s", (int)(target - with), with, real)
                             : taut_text_copy(with);
  free(real);
  return whole;
}

/// --with as it was certified; a library that was named by its file may lie anywhere: then --with
/// of this command says where.
static void choose_with(rerun *r) {
  const json_t *list = json_object_get(r->plan, "with");
  const char **given = taut_arguments_values(r->verify->arguments, "with");
  size_t n = json_array_size(list);
  r->with = taut_memory_resize(NULL, (n + 1) * sizeof *r->with);
  for (size_t i = 0; i < n; i++) {
    const char *with = json_string_value(json_array_get(list, i));
    r->with[i] = with != NULL ? with : "";
    size_t n_role = strcspn(r->with[i], "=");
    for (size_t k = 0; given[k] != NULL; k++) {
      if (strncmp(given[k], r->with[i], n_role) == 0 && given[k][n_role] == '=')
        r->with[i] = keep(r, whole_target(given[k]));
    }
  }
  r->with[n] = NULL;
  free(given);
}

/// The scenario files, each once, in the bundle.
static void choose_words(rerun *r) {
  const json_t *files = json_object_get(r->plan, "files");
  size_t n = 0;
  r->words = taut_memory_resize(NULL, (json_object_size(files) + 1) * sizeof *r->words);
  const char *shown;
  json_t *name;
  json_object_foreach((json_t *)files, shown, name) {
    bool is_wanted = false;
    for (size_t i = 0; i < json_array_size(r->runs) && !is_wanted; i++)
      is_wanted = strcmp(text_at(json_array_get(r->runs, i), "file"), shown) == 0;
    if (!is_wanted) continue;
    r->words[n++] = shown;
  }
  r->words[n] = NULL;
}

static bool has_libraries(rerun *r) {
  json_t *versions = taut_bundle_read(r->verify->folder, "versions.json", &r->verify->check);
  const char *taut = text_at(versions, "taut");
  char *why = NULL;
  if (strcmp(taut, TAUT_VERSION) != 0) {
    why = taut_text_format(
        "made with Taut %s, this is %s: only the same version gives the same "
        "rows; install it to run the bundle again",
        taut, TAUT_VERSION);
    fail(r, "versions.json", why);
    free(why);
  }
  json_decref(versions);
  return r->verify->check.fault[0] == '\0';
}

/// The controller that will run must be the one that was certified.
static bool is_same_controller(rerun *r) {
  const json_t *identity = json_object_get(r->verify->check.manifest, "controller");
  const char *expected = text_at(identity, "sha256"), role[] = "controller=";
  char hash[TAUT_DIGEST_TEXT], path[PATH_MAX];
  if (expected[0] == '\0') return true;
  const char *target = NULL;
  for (size_t i = 0; r->p.with[i] != NULL; i++) {
    if (strncmp(r->p.with[i], role, strlen(role)) == 0) target = r->p.with[i] + strlen(role);
  }
  const char *end = target != NULL ? strstr(target, ".so") : NULL;
  char *file = end != NULL ? taut_text_format("%.*s", (int)(end - target) + 3, target)
                           : taut_text_copy(text_at(identity, "file"));
  bool is_found = strchr(file, '/') != NULL;
  if (!is_found && taut_places_plugin(&r->p.places, file, path, sizeof path)) {
    free(file);
    file = taut_text_copy(path);
    is_found = true;
  }
  bool is_same =
      is_found && taut_digest_file(file, hash, NULL) == TAUT_OK && strcmp(hash, expected) == 0;
  if (!is_same && target != NULL) {
    char *why = taut_text_format(
        "certified was %s with SHA-256 %s; %s is another: --with "
        "controller=FILE names the right one",
        text_at(identity, "name"), expected, file);
    fail(r, "controller", why);
    free(why);
  } else if (!is_same) {
    // Built by another compiler it is another file; whether it is another controller, its rows say.
    taut_verify_ok(r->verify, "controller", "%s here is another build; its rows decide",
                   text_at(identity, "name"));
  }
  free(file);
  return is_same || target == NULL;
}

static const json_t *find_entry(const json_t *list, const char *id) {
  size_t i;
  json_t *entry;
  json_array_foreach((json_t *)(uintptr_t)list, i, entry) {
    if (strcmp(text_at(entry, "id"), id) == 0) return entry;
  }
  return NULL;
}

/// The registers of the bundle are those that its Lua files say.
static bool is_same_register(rerun *r) {
  taut_verify *v = r->verify;
  json_t *registers = taut_bundle_read(v->folder, "registers.json", &v->check), *row;
  size_t i;
  json_array_foreach(json_object_get(registers, "requirements"), i, row) {
    const char *id = text_at(row, "id");
    const json_t *own = find_entry(r->p.collection.requirements, id);
    const json_t *approval = json_object_get(row, "approval");
    bool is_in_register = json_is_true(json_object_get(approval, "register"));
    // A sample may leave out the files that bring a register of their own.
    if (own == NULL && v->n_sample != SIZE_MAX) continue;
    bool is_same = own != NULL && strcmp(text_at(own, "formula"), text_at(row, "formula")) == 0 &&
                   (!is_in_register || json_is_true(json_object_get(own, "approved")));
    if (is_same) continue;
    char *why = taut_text_format("%s is not what the register in the bundle says", id);
    fail(r, "registers.json", why);
    free(why);
  }
  json_decref(registers);
  return v->check.fault[0] == '\0';
}

/// The runs have the user's part of the inputs as their working folder, so that every file has the
/// name that it had, in messages as well.
static bool enter_inputs(rerun *r) {
  char *suite = taut_text_format("%s/" TAUT_INPUTS_SUITE, r->verify->folder);
  char *shipped = taut_text_format("%s/" TAUT_INPUTS_SHIPPED, r->verify->folder);
  bool is_there = chdir(suite) == 0 || chdir(shipped) == 0;
  free(suite);
  free(shipped);
  return is_there || fail(r, "inputs", "are not in the bundle");
}

static int prepare(rerun *r) {
  taut_verify *v = r->verify;
  choose_with(r);
  choose_words(r);
  if (!enter_inputs(r)) return TAUT_EXIT_EVIDENCE;
  r->data = taut_text_format("%s/" TAUT_INPUTS_SHIPPED, v->folder);
  r->wish =
      (taut_wish){.words = r->words, .with = r->with, .data = r->data, .timeout_s = TIMEOUT_S};
  r->is_prepared = true;
  int status = taut_prepare_wish(v->verb, v->arguments, &r->wish, &r->p);
  if (status != TAUT_EXIT_OK) return status;
  if (!is_same_controller(r) || !is_same_register(r)) return TAUT_EXIT_EVIDENCE;
  for (size_t i = 0; i < r->p.collection.n_errors; i++)
    fail(r, r->p.collection.errors[i].file, r->p.collection.errors[i].reason);
  return v->check.fault[0] == '\0' ? TAUT_EXIT_OK : TAUT_EXIT_EVIDENCE;
}

// -----------------------------------------------------------------------------------------
// matching

bool taut_rerun_ends_in(const char *path, const char *tail) {
  size_t n_path = strlen(path), n_tail = strlen(tail);
  if (n_path < n_tail || strcmp(path + n_path - n_tail, tail) != 0) return false;
  return n_path == n_tail || path[n_path - n_tail - 1] == '/';
}

static const taut_item *find_item(const taut_item *items, size_t n, const json_t *run) {
  const char *file = text_at(run, "file"), *name = text_at(run, "name");
  for (size_t i = 0; i < n; i++) {
    const taut_item *item = &items[i];
    if (strcmp(item->name, name) == 0 && taut_rerun_ends_in(item->file, file)) return item;
  }
  return NULL;
}

static bool match(rerun *r) {
  size_t n = json_array_size(r->runs);
  r->items = taut_memory_resize(NULL, (n + 1) * sizeof *r->items);
  r->expected = taut_memory_resize(NULL, (n + 1) * sizeof *r->expected);
  for (size_t i = 0; i < n; i++) {
    const json_t *run = json_array_get(r->runs, i);
    if (json_is_true(json_object_get(run, "live")) || json_object_get(run, "replay") != NULL)
      continue;
    const taut_item *item = find_item(r->p.collection.items, r->p.collection.n_items, run);
    if (item == NULL) {
      char *why =
          taut_text_format("has no case '%s', of which there is a result", text_at(run, "name"));
      fail(r, text_at(run, "file"), why);
      free(why);
      return false;
    }
    r->items[r->n] = *item;
    r->items[r->n].i_seed = (uint64_t)json_integer_value(json_object_get(run, "seed"));
    r->expected[r->n++] = run;
  }
  return true;
}

// ----------------------------------------------------------------------------------------
// execution

static void compare(void *user, size_t i_item, const taut_record *record) {
  rerun *r = user;
  char text[700];
  r->terminal.n_done++;
  json_t *got = taut_evidence_run(record, json_object_get(r->expected[i_item], "checks") == NULL);
  const json_t *expected = r->expected[i_item];
  // The file has another name in the bundle.
  json_object_set(got, "file", json_object_get(expected, "file"));
  json_t *hazard = json_object_get(expected, "hazard");
  if (hazard != NULL) json_object_set(got, "hazard", hazard);
  json_t *left_out = json_object_get(expected, "not_applicable");
  if (left_out != NULL) json_object_set(got, "not_applicable", left_out);
  bool differs = taut_evidence_differs(expected, got, text, sizeof text);
  if (differs && i_item < r->i_bad) {
    r->i_bad = i_item;
    snprintf(r->difference, sizeof r->difference, "'%.200s', seed %lld: %.500s",
             text_at(expected, "name"),
             (long long)json_integer_value(json_object_get(expected, "seed")), text);
  }
  if (differs) r->terminal.n_bad++;
  json_decref(got);
}

static void print_progress(void *user, const char *running) {
  rerun *r = user;
  taut_terminal_progress(&r->terminal, running);
}

static int execute(rerun *r) {
  taut_collection some = r->p.collection;
  some.items = r->items;
  some.n_items = r->n;
  taut_execution execution = {0};
  const taut_execution_options options = {
      .seed = 0, .repeats = 1, .misses_max = -1, .is_branching = true};
  const taut_execution_events events = {.on_record = compare, .on_tick = print_progress, .user = r};
  taut_terminal_init(&r->terminal, r->n, true, false);
  taut_status status = taut_execute(&r->p.zygote, &some, &options, &events, &execution);
  bool is_interrupted = execution.is_interrupted;
  taut_execution_fini(&execution);
  taut_terminal_clear(&r->terminal);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut verify: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  if (is_interrupted) return TAUT_EXIT_INTERRUPTED;
  if (r->i_bad != SIZE_MAX) {
    fail(r, text_at(r->expected[r->i_bad], "file"), r->difference);
    return TAUT_EXIT_EVIDENCE;
  }
  size_t n_all = json_array_size(r->runs);
  taut_verify_ok(r->verify, "run again", "%zu of %zu runs, each with the same rows and judgement",
                 r->n, n_all);
  return TAUT_EXIT_OK;
}

static void leave_inputs(rerun *r) {
  if (r->home >= 0 && fchdir(r->home) != 0) perror("taut verify: the working folder is gone");
}

/// What belongs to a bundle beside its runs is run again with all of them.
static int execute_parts(rerun *r) {
  taut_collection *all = &r->p.collection;
  taut_item *items = all->items;
  size_t n = all->n_items;
  if (r->verify->n_sample != SIZE_MAX) return TAUT_EXIT_OK;
  all->items = taut_memory_resize(NULL, (r->n_suite + 1) * sizeof *all->items);
  all->n_items = 0;
  for (size_t i = r->i_suite; i < r->i_suite + r->n_suite; i++) {
    const taut_item *item = find_item(items, n, json_array_get(r->runs, i));
    if (item != NULL) all->items[all->n_items++] = *item;
  }
  int status = taut_rerun_mutation(r->verify, &r->p, r->plan);
  leave_inputs(r);
  free(all->items);
  all->items = items;
  all->n_items = n;
  return status == TAUT_EXIT_OK ? taut_rerun_selftest(r->verify) : status;
}

static void fini(rerun *r) {
  leave_inputs(r);
  if (r->home >= 0) close(r->home);
  if (r->is_prepared) taut_preparation_fini(&r->p);
  for (size_t i = 0; i < r->n_texts; i++) free(r->texts[i]);
  free(r->texts);
  free(r->words);
  free(r->with);
  free(r->data);
  free(r->items);
  free(r->expected);
  json_decref(r->runs);
  json_decref(r->plan);
}

int taut_verify_rerun(taut_verify *verify) {
  rerun r = {.verify = verify, .i_bad = SIZE_MAX};
  const char *given = verify->folder;
  char *root = realpath(given, NULL);
  int status = TAUT_EXIT_EVIDENCE;
  r.home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root != NULL) verify->folder = root;
  if (read_runs(&r) && has_libraries(&r)) {
    draw_sample(&r);
    status = prepare(&r);
    if (status == TAUT_EXIT_OK) status = match(&r) ? execute(&r) : TAUT_EXIT_EVIDENCE;
    if (status == TAUT_EXIT_OK) status = execute_parts(&r);
  }
  fini(&r);
  verify->folder = given;
  free(root);
  return status;
}
