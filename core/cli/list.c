/// `taut list`: the cases of scenario files, or the registers they are judged by.
#include <stdio.h>

#include "cli/prepare.h"
#include "cli/requirements.h"

static const taut_option options[] = {
    {"requirements", '\0', NULL,
     "the registers instead: what each case covers, and what none does"},
    {"json", '\0', NULL, "print JSON"},
    TAUT_PREPARE_OPTIONS,
    {NULL, '\0', NULL, NULL},
};

static int run_list(const taut_verb *verb, const taut_arguments *arguments) {
  taut_preparation p;
  int status = taut_prepare(verb, arguments, &p);
  if (status == TAUT_EXIT_OK) {
    bool as_json = taut_arguments_has(arguments, "json");
    if (taut_arguments_has(arguments, "requirements")) {
      taut_print_requirements(&p, as_json);
    } else {
      taut_print_cases(&p, as_json);
    }
    if (p.collection.n_errors > 0) {
      status = TAUT_EXIT_USAGE;
    } else if (p.collection.n_items == 0) {
      status = TAUT_EXIT_NOTHING_RAN;
    }
  }
  taut_preparation_fini(&p);
  return status;
}

const taut_verb taut_verb_list = {
    .name = "list",
    .summary = "list the cases of scenario files, or the requirements they cover",
    .usage = "taut list [PATH|FILE:CASE]... [options]",
    .examples =
        "  taut list\n"
        "  taut list scenarios/safety -t 'symptom and not slow'\n"
        "  taut list --requirements                what no case covers stands at the end\n"
        "  taut list --json | jq '.cases[].name'\n",
    .options = options,
    .run = run_list,
};
