/// Running the cases of `taut protocol coverage`, and results of whole populations, which are
/// stored because they take minutes.
#ifndef TAUT_CLI_COVERAGE_RUN_H
#define TAUT_CLI_COVERAGE_RUN_H

#include <jansson.h>

#include "cli/prepare.h"
#include "runner/execute.h"

/// What is kept of a run.
typedef struct taut_outcome {
  taut_verdict verdict;
  uint8_t trace_hash[16];
} taut_outcome;

/// Runs a collection in pieces into `outcomes` (n_items); error where there was no answer. `what`
/// names it for the progress line of a terminal. Returns TAUT_EXIT_OK, TAUT_EXIT_INTERRUPTED or
/// TAUT_EXIT_OWN_FAULT. [main]
int taut_coverage_run(taut_zygote *zygote, const taut_collection *collection, const char *what,
                      taut_outcome *outcomes);

/// Whether the case, which has the tag "population", stands for many persons: one for every seed.
bool taut_population_is_wanted(const taut_item *item);

/// Lives item `i` for every person and writes FILE.json beside FILE.lua: persons, failures, and the
/// trace hash of some of them, which bind it to what plugins do. [main]
int taut_population_store(taut_zygote *zygote, const taut_collection *collection, size_t i);

/// Reads that file, lives the few again, and says in `worth` what it is worth: verdict "pass",
/// "fail" or "stale", and a sentence. A file that is not here is looked for in the data folder.
/// [main]
int taut_population_check(taut_zygote *zygote, const taut_collection *collection, size_t i,
                          const taut_places *places, json_t **worth);

#endif
