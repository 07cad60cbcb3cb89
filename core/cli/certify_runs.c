/// The campaigns of a certification: which case belongs to which, and their runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/certify.h"
#include "report/evidence.h"

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
  return has_tag(item, "corner") ? "corners" : "suite";
}

/// Adds the cases of a campaign; one without cases is not there, which is a gap.
static void add_campaign(taut_certify *c, const char *name) {
  const taut_collection *all = &c->p.collection;
  taut_campaign *campaign = &c->campaigns[c->n_campaigns];
  *campaign = (taut_campaign){.name = name};
  campaign->items = taut_memory_resize(NULL, (all->n_items + 1) * sizeof *campaign->items);
  for (size_t i = 0; i < all->n_items; i++) {
    if (strcmp(campaign_of(&all->items[i]), name) == 0)
      campaign->items[campaign->n_items++] = all->items[i];
  }
  if (campaign->n_items == 0) {
    free(campaign->items);
  } else {
    c->n_campaigns++;
  }
}

static void take_record(void *user, size_t i_item, const taut_record *record) {
  taut_certify *c = user;
  (void)i_item;
  c->terminal.n_done++;
  if (record->verdict != TAUT_PASS) c->terminal.n_bad++;
  taut_inputs_take(&c->inputs, record->inputs);
}

static void print_record(void *user, const taut_record *record) {
  taut_certify *c = user;
  if (record->verdict != TAUT_PASS) taut_terminal_case(&c->terminal, record);
}

static void print_progress(void *user, const char *running) {
  taut_certify *c = user;
  taut_terminal_progress(&c->terminal, running);
}

static int run_campaign(taut_certify *c, taut_campaign *campaign) {
  // The cases are borrowed from the collection of all.
  taut_collection some = c->p.collection;
  some.items = campaign->items;
  some.n_items = campaign->n_items;
  const taut_execution_options options = {.seed = c->seed, .repeats = 1, .misses_max = -1};
  const taut_execution_events events = {
      .on_record = take_record, .on_ordered = print_record, .on_tick = print_progress, .user = c};
  c->running = campaign;
  taut_terminal_init(&c->terminal, campaign->n_items, true, false);
  if (taut_execute(&c->p.zygote, &some, &options, &events, &campaign->execution) != TAUT_OK) {
    taut_terminal_clear(&c->terminal);
    fprintf(stderr, "taut certify: the worker service ended unexpectedly\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_terminal_clear(&c->terminal);
  taut_tally tally = taut_results_tally(campaign->execution.records, campaign->execution.n_records);
  printf("%-9s %zu runs: %zu passed, %zu failed, %zu inconclusive, %zu in error\n", campaign->name,
         campaign->execution.n_records, tally.count[TAUT_PASS], tally.count[TAUT_FAIL],
         tally.count[TAUT_INCONCLUSIVE], tally.count[TAUT_ERROR]);
  fflush(stdout);
  return campaign->execution.is_interrupted ? TAUT_EXIT_INTERRUPTED : TAUT_EXIT_OK;
}

int taut_certify_run(taut_certify *c) {
  static const char *const names[] = {"suite", "corners", NULL};
  const char *file;
  json_t *paths;
  taut_inputs_init(&c->inputs, &c->p.places);
  json_object_foreach(c->p.collection.inputs, file, paths) taut_inputs_take(&c->inputs, paths);
  for (size_t i = 0; names[i] != NULL; i++) add_campaign(c, names[i]);
  int status = TAUT_EXIT_OK;
  for (size_t i = 0; i < c->n_campaigns && status == TAUT_EXIT_OK; i++)
    status = run_campaign(c, &c->campaigns[i]);
  if (status == TAUT_EXIT_OK && c->inputs.error[0] != '\0')
    status = taut_usage(c->verb, "%s", c->inputs.error);
  return status;
}
