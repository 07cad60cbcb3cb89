/// Parts of a certification that are verbs of their own: the judge on trial.
#include <stdio.h>
#include <stdlib.h>

#include "cli/certify.h"
#include "cli/selftest.h"

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
