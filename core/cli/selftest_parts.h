/// What the parts of the self-test share.
#ifndef TAUT_CLI_SELFTEST_PARTS_H
#define TAUT_CLI_SELFTEST_PARTS_H

#include "cli/selftest.h"
#include "runner/execute.h"

/// The self-test while it runs.
typedef struct taut_trial {
  const taut_places *places;
  int n_jobs;
  char *folder;  ///< for what is written on the way, removed at the end (owned)
  json_t *checks;
  bool is_interrupted;
  taut_selftest_fn on_check;
  void *user;
} taut_trial;

/// One run of cases of a file.
typedef struct taut_trial_run {
  const char *file;  ///< path
  const char *part;  ///< of the names of the cases; "" for all
  const char *with;  ///< "controller=bad_one_contact", or NULL
  uint64_t seed;
  const char *trace_folder;  ///< or NULL
} taut_trial_run;

/// What became of it.
typedef struct taut_trial_outcome {
  taut_execution execution;
  char why[512];  ///< why nothing ran; "" when something did
} taut_trial_outcome;

/// Runs the cases in a worker service of their own. [main]
void taut_trial_execute(taut_trial *trial, const taut_trial_run *run, taut_trial_outcome *out);
void taut_trial_outcome_fini(taut_trial_outcome *outcome);

/// Adds a check: what was tried, what was due and what came. [main]
void taut_trial_add(taut_trial *trial, const char *area, const char *tried, const char *expected,
                    const char *got, bool is_ok);

/// The parts. [main]
void taut_trial_judge(taut_trial *trial);    ///< verdicts and determinism
void taut_trial_traces(taut_trial *trial);   ///< recorded files
void taut_trial_answers(taut_trial *trial);  ///< answers of workers

#endif
