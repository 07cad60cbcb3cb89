/// The judge on trial: `taut selftest`, and its record in the evidence of `taut certify`.
#ifndef TAUT_CLI_SELFTEST_H
#define TAUT_CLI_SELFTEST_H

#include <jansson.h>

#include "cli/places.h"

/// Called with each finished check; the check is borrowed.
typedef void (*taut_selftest_fn)(void *user, const json_t *check);

/// Tries everything that must not pass, and what must, with the shipped scenarios and plugins, by
/// worker services of its own with `n_jobs` workers. Gives the record `taut.selftest/1` of
/// README.md, the same bytes on every machine; NULL when it was interrupted. `on_check` may be
/// NULL. New reference. Call it while the process has one thread. [main]
json_t *taut_selftest_run(const taut_places *places, int n_jobs, taut_selftest_fn on_check,
                          void *user);

/// Whether every check of a record behaved, and there were any. [any]
bool taut_selftest_is_ok(const json_t *record);

#endif
