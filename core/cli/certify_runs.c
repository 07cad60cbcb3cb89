/// The campaigns of a certification: which case belongs to which, and their runs.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/certify.h"
#include "report/evidence.h"
#include "report/record.h"

static const double CONFIDENCE = 0.95;
static const char *const beside[] = {"faults", "demands", "corners", NULL};

static bool is_folder(const taut_places *places, const char *path) {
  struct stat info;
  if (stat(path, &info) == 0) return S_ISDIR(info.st_mode);
  char *shipped = taut_text_format("%s/%s", places->data, path);
  bool is_there =
      strncmp(path, "scenarios/", 10) == 0 && stat(shipped, &info) == 0 && S_ISDIR(info.st_mode);
  free(shipped);
  return is_there;
}

static bool has_word(char *const *words, size_t n, const char *word) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(words[i], word) == 0) return true;
  }
  return false;
}

static char *without_slash(const char *word) {
  size_t n = strlen(word);
  while (n > 1 && word[n - 1] == '/') n--;
  return taut_text_format("%.*s", (int)n, word);
}

char **taut_certify_suite(const taut_places *places, const taut_arguments *arguments) {
  size_t n = 0, n_given = arguments->n_words;
  char **words = taut_memory_resize(NULL, (4 * n_given + 1) * sizeof *words);
  for (size_t i = 0; i < n_given; i++) words[n++] = without_slash(arguments->words[i]);
  bool is_alone = taut_arguments_has(arguments, "alone");
  for (size_t i = 0; i < n_given && !is_alone; i++) {
    if (!is_folder(places, words[i])) continue;
    const char *slash = strrchr(words[i], '/');
    int n_parent = slash != NULL ? (int)(slash - words[i]) + 1 : 0;
    for (size_t k = 0; beside[k] != NULL; k++) {
      char *folder = taut_text_format("%.*s%s", n_parent, words[i], beside[k]);
      if (is_folder(places, folder) && !has_word(words, n, folder)) {
        words[n++] = folder;
      } else {
        free(folder);
      }
    }
  }
  words[n] = NULL;
  return words;
}

// ----------------------------------------------------------------------------------------
// campaigns

static bool has_tag(const taut_item *item, const char *tag) {
  for (size_t i = 0; i < json_array_size(item->tags); i++) {
    const char *text = json_string_value(json_array_get(item->tags, i));
    if (text != NULL && strcmp(text, tag) == 0) return true;
  }
  return false;
}

static const char *campaign_of(const taut_item *item) {
  if (json_array_size(item->demand) > 0) return "demands";
  if (item->hazard[0] != '\0') return "faults";
  return has_tag(item, "corner") ? "corners" : "suite";
}

static void make_room(taut_campaign *campaign) {
  size_t n = campaign->n_items;
  campaign->runs = taut_memory_resize(NULL, n * sizeof(json_t *));
  campaign->pending = taut_memory_resize(NULL, n * sizeof *campaign->pending);
  memset(campaign->runs, 0, n * sizeof(json_t *));
}

/// Each demand so many times, each time with a seed of its own: the number is fixed here, before
/// anything has run.
static void multiply_demands(taut_certify *c, taut_campaign *campaign) {
  size_t n_cases = campaign->n_items, n = (size_t)c->n_demands;
  taut_item *items = taut_memory_resize(NULL, n_cases * n * sizeof *items);
  c->claims = taut_claims_create(c->p.collection.requirements, n, CONFIDENCE);
  for (size_t i = 0; i < n_cases; i++) {
    const taut_item *item = &campaign->items[i];
    char *shown = taut_inputs_shown(&c->inputs, item->file);
    const taut_demand demand = {shown, item->name, item->demand, item->distribution};
    taut_claims_demand(c->claims, &demand);
    free(shown);
    for (size_t k = 0; k < n; k++) {
      items[i * n + k] = *item;
      items[i * n + k].i_seed = i * n + k;
    }
  }
  free(campaign->items);
  campaign->items = items;
  campaign->n_items = n_cases * n;
  campaign->is_brief = true;
}

/// A demand with the tag "full" is left to the profile that has the time; what it would have been
/// placed on is a requirement without a claim, and listed as such.
static bool is_left_out(const taut_certify *c, const taut_item *item) {
  return !c->is_full && json_array_size(item->demand) > 0 && has_tag(item, "full");
}

/// Adds the cases of a campaign; one without cases is not there, which is a gap.
static void add_campaign(taut_certify *c, const char *name) {
  const taut_collection *all = &c->p.collection;
  taut_campaign *campaign = &c->campaigns[c->n_campaigns];
  *campaign = (taut_campaign){.name = name};
  campaign->items = taut_memory_resize(NULL, (all->n_items + 1) * sizeof *campaign->items);
  for (size_t i = 0; i < all->n_items; i++) {
    if (strcmp(campaign_of(&all->items[i]), name) == 0 && !is_left_out(c, &all->items[i]))
      campaign->items[campaign->n_items++] = all->items[i];
  }
  if (campaign->n_items == 0) {
    free(campaign->items);
    return;
  }
  if (strcmp(name, "demands") == 0) multiply_demands(c, campaign);
  make_room(campaign);
  c->n_campaigns++;
}

void taut_certify_runs_fini(taut_certify *c) {
  for (size_t i = 0; i < c->n_campaigns; i++) {
    taut_campaign *campaign = &c->campaigns[i];
    for (size_t k = 0; k < campaign->n_items; k++) json_decref(campaign->runs[k]);
    free(campaign->runs);
    free(campaign->pending);
    free(campaign->items);
  }
  c->n_campaigns = 0;
  taut_claims_destroy(c->claims);
}

// ---------------------------------------------------------------------------------------------
// runs

static char *key_of(const taut_certify *c, const taut_item *item) {
  return taut_text_format("%s %s:%s|%llu|", c->running->name, item->file, item->name,
                          (unsigned long long)(c->seed + item->i_seed));
}

/// Files are shown as they are on every machine.
static void show_file(const taut_certify *c, json_t *run) {
  const char *file = json_string_value(json_object_get(run, "file"));
  char *shown = taut_inputs_shown(&c->inputs, file != NULL ? file : "");
  json_object_set_new(run, "file", taut_record_string(shown));
  free(shown);
}

/// Takes a run from what the ledger has of it, whether it was executed just now or by a process
/// that was killed: so both end in the same bytes. False when it is no run.
static bool take_entry(taut_certify *c, size_t i, const json_t *entry) {
  taut_campaign *campaign = c->running;
  taut_record record = {0};
  if (taut_evidence_record(json_object_get(entry, "run"), &record) != TAUT_OK) return false;
  campaign->runs[i] = taut_evidence_run(&record, campaign->is_brief);
  show_file(c, campaign->runs[i]);
  const char *hazard = campaign->items[i].hazard;
  if (hazard[0] != '\0')
    json_object_set_new(campaign->runs[i], "hazard", taut_record_string(hazard));
  const json_t *left_out = campaign->items[i].not_applicable;
  if (json_array_size(left_out) > 0)
    json_object_set_new(campaign->runs[i], "not_applicable", json_deep_copy(left_out));
  if (campaign->is_brief) taut_claims_add(c->claims, i / (size_t)c->n_demands, &record);
  campaign->tally.count[record.verdict]++;
  taut_inputs_take(&c->inputs, json_object_get(entry, "inputs"));
  c->terminal.n_done++;
  if (record.verdict != TAUT_PASS) c->terminal.n_bad++;
  taut_record_fini(&record);
  return true;
}

static void take_record(void *user, size_t i_item, const taut_record *record) {
  taut_certify *c = user;
  taut_campaign *campaign = c->running;
  size_t i = campaign->pending[i_item];
  json_t *entry = json_object();
  json_object_set_new(entry, "run", taut_evidence_keep(record, campaign->is_brief));
  json_object_set(entry, "inputs", record->inputs);
  char *key = key_of(c, &campaign->items[i]);
  if (taut_ledger_add(c->ledger, key, entry) != TAUT_OK && !c->has_lost) {
    taut_terminal_clear(&c->terminal);
    fprintf(stderr, "taut certify: %s/ledger cannot be written: %s\n", c->work, strerror(errno));
    c->has_lost = true;
  }
  take_entry(c, i, entry);
  free(key);
  json_decref(entry);
}

static void print_record(void *user, const taut_record *record) {
  taut_certify *c = user;
  // Of a demand that is often not met the claims tell.
  if (record->verdict != TAUT_PASS && !c->running->is_brief)
    taut_terminal_case(&c->terminal, record);
}

/// What runs, and how long the rest of a long campaign may take.
static void print_progress(void *user, const char *running) {
  taut_certify *c = user;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  double passed_s = (double)(now.tv_sec - c->campaign_start.tv_sec);
  size_t n_fresh = c->terminal.n_done - c->n_recalled;
  char text[300] = "";
  if (n_fresh > 0 && passed_s >= 5) {
    double left_s = passed_s / (double)n_fresh * (double)(c->terminal.n_total - c->terminal.n_done);
    snprintf(text, sizeof text, "%s, about %.0f min left  ", c->running->name, left_s / 60 + 0.5);
  }
  snprintf(text + strlen(text), sizeof text - strlen(text), "%s", running);
  taut_terminal_progress(&c->terminal, text);
}

/// Takes what the ledger has; the others are left in `items`.
static size_t recall_runs(taut_certify *c, taut_item *items) {
  taut_campaign *campaign = c->running;
  size_t n = 0;
  for (size_t i = 0; i < campaign->n_items; i++) {
    char *key = key_of(c, &campaign->items[i]);
    json_t *entry = taut_ledger_recall(c->ledger, key);
    if (entry == NULL || !take_entry(c, i, entry)) {
      campaign->pending[n] = i;
      items[n++] = campaign->items[i];
    }
    json_decref(entry);
    free(key);
  }
  return n;
}

static void print_campaign(const taut_campaign *campaign, size_t n_recalled) {
  const size_t *count = campaign->tally.count;
  printf("%-9s %zu runs: %zu passed, %zu failed, %zu inconclusive, %zu in error", campaign->name,
         count[TAUT_PASS] + count[TAUT_FAIL] + count[TAUT_INCONCLUSIVE] + count[TAUT_ERROR],
         count[TAUT_PASS], count[TAUT_FAIL], count[TAUT_INCONCLUSIVE], count[TAUT_ERROR]);
  if (n_recalled > 0) printf(" (%zu were finished before)", n_recalled);
  printf("\n");
  fflush(stdout);
}

static int run_campaign(taut_certify *c, taut_campaign *campaign) {
  // The cases are borrowed from the collection of all.
  taut_collection some = c->p.collection;
  taut_execution execution;
  const taut_execution_options options = {
      .seed = c->seed, .repeats = 1, .misses_max = -1, .is_branching = true};
  const taut_execution_events events = {
      .on_record = take_record, .on_ordered = print_record, .on_tick = print_progress, .user = c};
  c->running = campaign;
  taut_terminal_init(&c->terminal, campaign->n_items, true, false);
  some.items = taut_memory_resize(NULL, (campaign->n_items + 1) * sizeof *some.items);
  some.n_items = recall_runs(c, some.items);
  c->n_recalled = campaign->n_items - some.n_items;
  clock_gettime(CLOCK_MONOTONIC, &c->campaign_start);
  taut_status status = taut_execute(&c->p.zygote, &some, &options, &events, &execution);
  bool is_interrupted = execution.is_interrupted;
  taut_execution_fini(&execution);
  free(some.items);
  taut_terminal_clear(&c->terminal);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut certify: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  print_campaign(campaign, c->n_recalled);
  if (c->has_lost) return TAUT_EXIT_OWN_FAULT;
  return is_interrupted ? TAUT_EXIT_INTERRUPTED : TAUT_EXIT_OK;
}

static int open_ledger(taut_certify *c) {
  char error[1024];
  char *path = taut_text_format("%s/ledger", c->work), *identity = taut_certify_identity(c);
  taut_status status = taut_ledger_open(path, identity, &c->ledger, error, sizeof error);
  free(identity);
  free(path);
  if (status == TAUT_OK) return TAUT_EXIT_OK;
  return taut_usage(c->verb, "%s", error);
}

int taut_certify_run(taut_certify *c) {
  const char *const *names = taut_evidence_campaigns;
  const char *file;
  json_t *paths;
  taut_inputs_init(&c->inputs, &c->p.places);
  json_object_foreach(c->p.collection.inputs, file, paths) taut_inputs_take(&c->inputs, paths);
  for (size_t i = 0; names[i] != NULL; i++) add_campaign(c, names[i]);
  int status = open_ledger(c);
  for (size_t i = 0; i < c->n_campaigns && status == TAUT_EXIT_OK; i++)
    status = run_campaign(c, &c->campaigns[i]);
  if (status == TAUT_EXIT_OK && c->inputs.error[0] != '\0')
    status = taut_usage(c->verb, "%s", c->inputs.error);
  return status;
}
