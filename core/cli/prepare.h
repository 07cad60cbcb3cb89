/// What `taut run` and `taut list` do alike: start the zygote, find the files, list and choose
/// cases.
#ifndef TAUT_CLI_PREPARE_H
#define TAUT_CLI_PREPARE_H

#include "cli/cli.h"
#include "cli/replay.h"
#include "runner/collect.h"

/// What -k, -t, --shard and --last-failed ask for.
typedef struct taut_chooser {
  taut_choice choice;
  taut_selection *keyword, *tags;
  json_t *failed;  ///< read once: a rerun has failures of its own
} taut_chooser;

/// What a verb other than `taut run` asks for.
typedef struct taut_wish {
  const char *file;          ///< instead of the words of the command
  const char *const *words;  ///< the same for several, NULL-terminated; NULL: `file`
  const char *const *with;   ///< instead of --with, NULL-terminated; NULL: those of the command
  const char *data;          ///< folder of models and scenarios instead of the usual; NULL: that
  taut_protocol_options protocol;
  bool has_no_plots;  ///< results only
  double timeout_s;   ///< wall time of a case unless --timeout says otherwise
} taut_wish;

typedef struct taut_preparation {
  const taut_wish *wish;  ///< NULL without; borrowed
  taut_places places;
  taut_runner_config config;
  taut_zygote zygote;
  taut_replay replay;       ///< of --replay; else all zero
  const char **with_given;  ///< as typed, or as recorded, for the command that reproduces a case
  char **with;              ///< resolved
  char **against_given;     ///< --against as ROLE=TARGET; NULL without
  char **against_with;      ///< resolved --with of its side
  taut_runner_config against_config;
  taut_zygote against_zygote;
  taut_chooser chooser;
  taut_files files;
  taut_collection collection;  ///< the chosen cases and the files that could not be listed
  size_t n_listed;             ///< cases before the choice
  char *keys;                  ///< path of this side's keys; NULL when no address needs them
  char *why_empty;             ///< what to say when no case was chosen (owned)
} taut_preparation;

/// Options that both verbs have, for their tables.
#define TAUT_PREPARE_OPTIONS                                                                     \
  {"keyword", 'k', "EXPR", "cases whose name or file contains the words: 'leak and not voice'"}, \
      {"tag", 't', "EXPR", "cases with the tags: 'safety and not slow'"},                        \
      {"shard", '\0', "I/N", "the I-th of N parts, stable when cases are added"},                \
      {"last-failed", '\0', NULL, "what did not pass in the newest run below --out"},            \
      {"with", '\0', "ROLE=TARGET",                                                              \
       "fill a role with a plugin: controller=my_law.so (repeatable)"},                          \
      {"keys", '\0', "FILE",                                                                     \
       "your keys, for --with ROLE=tcp://KEY@... (default: ~/.config/taut/keys)"},               \
      {"jobs", 'j', "N", "workers at the same time (default: number of cores)"},                 \
      {"timeout", '\0', "SECONDS", "wall time one case may take (default: 60)"}, {               \
    "out", '\0', "DIR", "folder of the runs (default: ./runs)"                                   \
  }

/// Everything up to the chosen cases. Returns TAUT_EXIT_OK, or the status to end with after it
/// printed why. [main]
int taut_prepare(const taut_verb *verb, const taut_arguments *arguments, taut_preparation *out);

/// The same with the wishes of another verb, borrowed as long as the preparation. [main]
int taut_prepare_wish(const taut_verb *verb, const taut_arguments *arguments, const taut_wish *wish,
                      taut_preparation *out);

/// The same files and cases looked for again, with the same choice, after something has changed;
/// `why_empty` and `n_listed` stay. When the words of the command lead to nothing any more the
/// preparation is left as it was. Returns TAUT_EXIT_OK, TAUT_EXIT_USAGE after it printed why,
/// TAUT_EXIT_INTERRUPTED or TAUT_EXIT_OWN_FAULT. [main]
int taut_prepare_again(const taut_verb *verb, const taut_arguments *arguments,
                       taut_preparation *preparation);
void taut_preparation_fini(taut_preparation *preparation);

/// Prints the chosen cases, as text or JSON. [main]
void taut_print_cases(const taut_preparation *preparation, bool as_json);

#endif
