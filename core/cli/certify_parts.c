/// Parts of a certification that are verbs of their own: mutants, and the judge on trial.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/certify.h"
#include "cli/mutate.h"
#include "cli/selftest.h"
#include "report/record.h"

// ------------------------------------------------------------------------------------------
// mutants

static json_t *recall_answer(void *user, const char *key) {
  const taut_certify *c = user;
  char *own = taut_text_format("mutants %s", key);
  json_t *answer = taut_ledger_recall(c->ledger, own);
  free(own);
  return answer;
}

static void keep_answer(void *user, const char *key, const json_t *answer) {
  taut_certify *c = user;
  char *own = taut_text_format("mutants %s", key);
  if (taut_ledger_add(c->ledger, own, answer) != TAUT_OK) c->has_lost = true;
  free(own);
}

static void show_mutants(void *user, size_t n_done, size_t n, const char *running) {
  taut_certify *c = user;
  c->terminal.n_done = n_done;
  c->terminal.n_total = n;
  taut_terminal_progress(&c->terminal, running);
}

static void show_files(const taut_certify *c, json_t *rows) {
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    const char *file = json_string_value(json_object_get(row, "file"));
    char *shown = file != NULL ? taut_inputs_shown(&c->inputs, file) : NULL;
    if (shown != NULL) json_object_set_new(row, "file", taut_record_string(shown));
    free(shown);
  }
}

/// The explanations are read again by whoever runs the campaign again.
static void take_survivors(taut_certify *c) {
  const char *file = json_string_value(json_object_get(c->mutation, "survivors_file"));
  char folder[PATH_MAX];
  if (file == NULL || getcwd(folder, sizeof folder) == NULL) return;
  bool is_here = access(file, F_OK) == 0;
  char *path = file[0] == '/'
                   ? taut_text_copy(file)
                   : taut_text_format("%s/%s", is_here ? folder : c->p.places.data, file);
  json_t *paths = json_pack("[s]", path);
  taut_inputs_take(&c->inputs, paths);
  json_decref(paths);
  free(path);
}

static const taut_campaign *find_suite(const taut_certify *c) {
  for (size_t i = 0; i < c->n_campaigns; i++) {
    if (strcmp(c->campaigns[i].name, "suite") == 0) return &c->campaigns[i];
  }
  return NULL;
}

static void print_mutation(const taut_certify *c) {
  size_t i;
  json_t *row;
  printf("%-9s", "mutants");
  json_array_foreach(json_object_get(c->mutation, "scores"), i, row) {
    printf("%s %s: %lld of %lld killed (%.1f %%)", i > 0 ? "," : "",
           json_string_value(json_object_get(row, "name")),
           (long long)json_integer_value(json_object_get(row, "killed")),
           (long long)json_integer_value(json_object_get(row, "n")),
           100 * json_number_value(json_object_get(row, "score")));
  }
  printf("\n");
  fflush(stdout);
}

int taut_certify_mutation(taut_certify *c) {
  char error[1024] = "";
  const taut_campaign *suite = find_suite(c);
  if (taut_arguments_has(c->arguments, "alone") || suite == NULL) {
    c->why_no_mutation = taut_text_copy("it was not asked for");
    return TAUT_EXIT_OK;
  }
  taut_collection all = c->p.collection;
  c->p.collection.items = suite->items;
  c->p.collection.n_items = suite->n_items;
  const taut_mutation_options options = {
      .profile = c->is_full ? TAUT_MUTATION_FULL : TAUT_MUTATION_QUICK,
      .seed = c->seed,
      .recall = recall_answer,
      .on_result = keep_answer,
      .on_progress = show_mutants,
      .user = c};
  taut_terminal_init(&c->terminal, 0, true, false);
  taut_status status = taut_mutate_suite(&c->p, &options, NULL, &c->mutation, error, sizeof error);
  c->p.collection = all;
  taut_terminal_clear(&c->terminal);
  if (status == TAUT_OK && json_is_true(json_object_get(c->mutation, "is_interrupted")))
    return TAUT_EXIT_INTERRUPTED;
  if (status == TAUT_OK) {
    show_files(c, json_object_get(c->mutation, "cases"));
    show_files(c, json_object_get(c->mutation, "mutants"));
    take_survivors(c);
    print_mutation(c);
    return TAUT_EXIT_OK;
  }
  if (status != TAUT_EINVAL) {
    fprintf(stderr, "taut certify: the mutation campaign cannot go on: %s\n", error);
    return TAUT_EXIT_OWN_FAULT;
  }
  c->why_no_mutation = taut_text_copy(error);
  printf("%-9s not run: %s\n", "mutants", error);
  return TAUT_EXIT_OK;
}

// ----------------------------------------------------------------------------------- judge on
// trial

static void count_check(void *user, const json_t *check) {
  taut_certify *c = user;
  c->terminal.n_done++;
  c->terminal.n_bad += json_is_false(json_object_get(check, "ok"));
  const char *tried = json_string_value(json_object_get(check, "tried"));
  taut_terminal_progress(&c->terminal, tried != NULL ? tried : "");
}

int taut_certify_selftest(taut_certify *c) {
  static const char key[] = "selftest";
  if (taut_arguments_has(c->arguments, "alone")) return TAUT_EXIT_OK;
  c->selftest = taut_ledger_recall(c->ledger, key);
  if (c->selftest == NULL) {
    taut_terminal_init(&c->terminal, 0, true, false);
    c->selftest = taut_selftest_run(&c->p.places, c->p.config.n_slots, count_check, c);
    taut_terminal_clear(&c->terminal);
    if (c->selftest == NULL) return TAUT_EXIT_INTERRUPTED;
    taut_ledger_add(c->ledger, key, c->selftest);
  }
  bool is_ok = taut_selftest_is_ok(c->selftest);
  printf("%-9s %zu checks: %s\n", "selftest",
         json_array_size(json_object_get(c->selftest, "checks")),
         is_ok ? "the judge fails what must fail and passes what must pass"
               : "THE JUDGE CANNOT BE TRUSTED HERE: see taut selftest");
  fflush(stdout);
  return TAUT_EXIT_OK;
}
