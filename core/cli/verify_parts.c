/// The parts of a bundle that are no list of runs, once more: mutants, and the judge on trial.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mutate.h"
#include "cli/selftest.h"
#include "cli/verify_rerun.h"
#include "report/evidence.h"
#include "report/record.h"
#include "report/terminal.h"

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// Rows of both documents, side by side: the first that differs goes to the fault.
static bool compare_rows(taut_verify *v, const char *name, const json_t *expected,
                         const json_t *got, const char *label) {
  size_t n = json_array_size(expected);
  for (size_t i = 0; i < n; i++) {
    char why[700];
    const json_t *row = json_array_get(expected, i);
    if (!taut_evidence_differs(row, json_array_get(got, i), why, sizeof why)) continue;
    snprintf(v->check.fault, sizeof v->check.fault, "%s: '%.200s': %.600s", name,
             text_at(row, label), why);
    return false;
  }
  if (json_array_size(got) == n) return true;
  snprintf(v->check.fault, sizeof v->check.fault, "%s: expected %zu rows, got %zu", name, n,
           json_array_size(got));
  return false;
}

// ------------------------------------------------------------------------------------------
// mutants

/// Shows a file as the bundle does.
static void show_file(const json_t *files, json_t *row) {
  const char *file = text_at(row, "file"), *shown;
  json_t *name;
  json_object_foreach((json_t *)(uintptr_t)files, shown, name) {
    if (!taut_rerun_ends_in(file, shown)) continue;
    json_object_set_new(row, "file", json_string(shown));
    return;
  }
}

static void show_mutants(void *user, size_t n_done, size_t n, const char *running) {
  taut_terminal *terminal = user;
  terminal->n_done = n_done;
  terminal->n_total = n;
  taut_terminal_progress(terminal, running);
}

int taut_rerun_mutation(taut_verify *v, taut_preparation *p, const json_t *plan) {
  char error[1024];
  if (json_object_get(json_object_get(v->check.manifest, "files"), "mutation.json") == NULL)
    return TAUT_EXIT_OK;
  json_t *expected = taut_bundle_read(v->folder, "mutation.json", &v->check), *got = NULL, *row;
  bool is_full = strcmp(text_at(plan, "profile"), "full") == 0;
  taut_terminal terminal;
  const taut_mutation_options options = {
      .profile = is_full ? TAUT_MUTATION_FULL : TAUT_MUTATION_QUICK,
      .seed = (uint64_t)json_integer_value(json_object_get(plan, "seed")),
      .on_progress = show_mutants,
      .user = &terminal};
  taut_terminal_init(&terminal, 0, true, false);
  taut_status status = taut_mutate_suite(p, &options, NULL, &got, error, sizeof error);
  taut_terminal_clear(&terminal);
  int exit_status = TAUT_EXIT_OK;
  if (status == TAUT_OK && json_is_true(json_object_get(got, "is_interrupted"))) {
    exit_status = TAUT_EXIT_INTERRUPTED;
  } else if (status != TAUT_OK) {
    snprintf(v->check.fault, sizeof v->check.fault, "mutation.json: %.900s", error);
    exit_status = TAUT_EXIT_EVIDENCE;
  } else {
    size_t i;
    const json_t *mutants = json_object_get(got, "mutants");
    json_array_foreach((json_t *)(uintptr_t)mutants, i, row) {
      show_file(json_object_get(plan, "files"), row);
    }
    if (!compare_rows(v, "mutation.json", json_object_get(expected, "mutants"), mutants, "mutant"))
      exit_status = TAUT_EXIT_EVIDENCE;
    else
      taut_verify_ok(v, "mutants", "%zu mutants, each with the same fate",
                     json_array_size(mutants));
  }
  json_decref(got);
  json_decref(expected);
  return exit_status;
}

// ----------------------------------------------------------------------------------- judge on
// trial

int taut_rerun_selftest(taut_verify *v) {
  if (json_object_get(json_object_get(v->check.manifest, "files"), "selftest.json") == NULL)
    return TAUT_EXIT_OK;
  taut_places places;
  taut_places_find(&places);
  json_t *expected = taut_bundle_read(v->folder, "selftest.json", &v->check);
  json_t *got = taut_selftest_run(&places, 2, NULL, NULL);
  taut_places_fini(&places);
  int status = TAUT_EXIT_OK;
  if (got == NULL) {
    status = TAUT_EXIT_INTERRUPTED;
  } else if (!compare_rows(v, "selftest.json", json_object_get(expected, "checks"),
                           json_object_get(got, "checks"), "tried")) {
    status = TAUT_EXIT_EVIDENCE;
  } else {
    taut_verify_ok(v, "selftest", "%zu checks of the judge, each as recorded",
                   json_array_size(json_object_get(got, "checks")));
  }
  json_decref(got);
  json_decref(expected);
  return status;
}
