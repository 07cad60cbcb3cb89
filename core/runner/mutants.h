/// The mutation campaign: port mutants of a suite, each run against cases until a requirement
/// kills it. docs/mutation.md says what the operators and classes mean.
///
/// Nothing here depends on wall time or on the number of workers: what is learnt about which cases
/// kill is taken up between generations (the n-th mutant of every port), and costs are simulated
/// time.
#ifndef TAUT_RUNNER_MUTANTS_H
#define TAUT_RUNNER_MUTANTS_H

#include <jansson.h>

#include "runner/collect.h"
#include "runner/job.h"

typedef enum taut_mutation_profile {
  TAUT_MUTATION_QUICK,  ///< ten times the accuracy, ports that a requirement observes, few cases
  TAUT_MUTATION_FULL    ///< every magnitude, every port and case, inputs as well
} taut_mutation_profile;

/// What became of a mutant.
typedef enum taut_mutant_class {
  TAUT_MUTANT_IDENTICAL,    ///< by construction: the operator leaves every value as it is
  TAUT_MUTANT_KILLED,       ///< a requirement with an id was violated
  TAUT_MUTANT_GOLDEN_ONLY,  ///< other ports behave differently, no requirement says so
  TAUT_MUTANT_SURVIVED,     ///< only the mutated port itself differs
  TAUT_MUTANT_NOT_REACHED,  ///< it changed no sample in any case
  TAUT_MUTANT_CRASH,        ///< a case ended in an error and no requirement was violated
  TAUT_MUTANT_TIME_OUT,     ///< a case used up its budget of simulated time, or of wall time
  TAUT_MUTANT_UNOBSERVED,   ///< quick only, not run: nobody reads the port
  TAUT_MUTANT_NOT_RUN,      ///< the campaign was interrupted before
  TAUT_MUTANT_CLASS_COUNT
} taut_mutant_class;

/// "killed", "golden_only", ... Static. [any]
const char *taut_mutant_class_name(taut_mutant_class which);

/// A port that mutants sit on, over all cases that have it.
typedef struct taut_mutable_port {
  char *name;      ///< "controller.armed"; an instance for skip, double, reset, freeze (owned)
  char *instance;  ///< "controller" (owned)
  char *port;      ///< "armed", "" for an instance (owned)
  char *unit;      ///< owned
  uint32_t flags;  ///< of its signal
  bool is_output, is_instance;
  bool is_wired;  ///< some instance reads it
  bool is_read;   ///< some requirement reads it
  double min, max, permit, accuracy;
  double low, high;  ///< least and greatest value in all cases without a mutant
  int64_t period_ns;
  double step;              ///< what magnitudes are multiples of [SI]
  const char *step_source;  ///< where that comes from, static
  bool *is_in_case;         ///< (n_cases) the case has the port (owned)
  bool *is_read_in_case;    ///< (n_cases) a requirement of the case reads it (owned)
  double *high_in_case;     ///< (n_cases) greatest value in the case (owned)
  bool *is_moving_in_case;  ///< (n_cases) it has more than one value there (owned)
} taut_mutable_port;

/// A mutant.
typedef struct taut_mutant_entry {
  char text[TAUT_MUTANT_MAX];  ///< of taut_case_options.mutant
  const char *operator_name;   ///< "bias", "safety_off"; static
  size_t i_port;
  int scale;  ///< 1, 3 or 10 times the step; 0 for an operator without a magnitude
  bool is_fail_fast;
  const char *why_identical;  ///< static; NULL unless identical
  taut_mutant_class result;
  char *requirement;  ///< that killed it (owned); NULL without
  int64_t tick_ns;    ///< of the violation
  size_t i_case;      ///< that killed it, or that tells most about why not
  size_t n_cases;     ///< that were run
  uint64_t n_changed;
  double change_max;
  bool is_noticed;   ///< a check without an id failed
  char *difference;  ///< the first other port that differed (owned); NULL without
  char *reason;      ///< of a crash (owned); NULL without
  json_t *violated;  ///< inputs: object of the requirements that were violated (owned); else NULL
} taut_mutant_entry;

typedef struct taut_mutant_list {
  taut_mutable_port *ports;
  size_t n_ports;
  taut_mutant_entry *entries;
  size_t n_entries;
} taut_mutant_list;

typedef struct taut_mutation_options {
  taut_mutation_profile profile;
  uint64_t seed;       ///< of the cases
  int scale;           ///< of the quick profile: 1, 3 or 10 times the step; 0: 10
  bool has_inputs;     ///< mutate the controller's inputs too; always in the full profile
  size_t n_cases_max;  ///< cases per mutant; 0: 10 in the quick profile, else all
  size_t n_sample;     ///< only so many mutants, drawn with a fixed seed; 0: all
  const char *port;    ///< only ports whose name contains it; NULL: all
  /// The answer of an earlier campaign to a job, or NULL. `key` is "file:case|seed|mutant"; the
  /// caller of the function gets a new reference. May be NULL.
  json_t *(*recall)(void *user, const char *key);
  /// An answer that can be recalled. May be NULL.
  void (*on_result)(void *user, const char *key, const json_t *answer);
  /// Mutants done and in all, and the text of one under way. May be NULL.
  void (*on_progress)(void *user, size_t n_done, size_t n, const char *running);
  void *user;
} taut_mutation_options;

/// Adds the mutants of every port to the list, as the options want them (mutant_list.c). [main]
void taut_mutant_list_fill(taut_mutant_list *list, const taut_mutation_options *options);
void taut_mutant_list_fini(taut_mutant_list *list);

/// Runs the campaign on the cases of `collection`. `out` is a new document: "profile", "seed",
/// "cases", "ports" and "mutants", with no wall time or path of this machine in it;
/// report/mutation.h makes tables and scores of it. EIO when the zygote is gone; EINVAL when a case
/// does not pass without a mutant, with a sentence in `error`. An interrupted campaign is OK: the
/// document has "is_interrupted" and mutants that were not run. [main]
taut_status taut_mutation_run(taut_zygote *zygote, const taut_collection *collection,
                              const taut_mutation_options *options, json_t **out, char *error,
                              size_t error_size);

#endif
