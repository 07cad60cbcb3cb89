/// The `taut` command: verbs and what they share.
#ifndef TAUT_CLI_CLI_H
#define TAUT_CLI_CLI_H

#include <jansson.h>

#include "cli/arguments.h"
#include "cli/places.h"
#include "report/text.h"
#include "scenario/scenario.h"

/// Exit statuses of the command; scripts and CI rely on them.
typedef enum taut_exit {
  TAUT_EXIT_OK = 0,
  TAUT_EXIT_NOT_PASSED = 1,
  TAUT_EXIT_INTERRUPTED = 2,
  TAUT_EXIT_OWN_FAULT = 3,
  TAUT_EXIT_USAGE = 4,
  TAUT_EXIT_NOTHING_RAN = 5,
  TAUT_EXIT_EVIDENCE = 6
} taut_exit;

typedef struct taut_verb {
  const char *name;
  const char *summary;   ///< one line for the list of verbs
  const char *usage;     ///< "taut run [PATH|FILE:CASE]... [options]"
  const char *examples;  ///< shown first in the help
  const char *notes;     ///< shown last; may be NULL
  const taut_option *options;
  int (*run)(const struct taut_verb *verb, const taut_arguments *arguments);
} taut_verb;

extern const taut_verb taut_verb_run, taut_verb_list, taut_verb_describe, taut_verb_check,
    taut_verb_monitor, taut_verb_new, taut_verb_doctor, taut_verb_trace, taut_verb_compare,
    taut_verb_report, taut_verb_history, taut_verb_serve, taut_verb_keys, taut_verb_bridge,
    taut_verb_protocol, taut_verb_claims, taut_verb_selftest, taut_verb_bisect, taut_verb_certify,
    taut_verb_verify, taut_verb_mutate;

/// The verbs in the order of the help, NULL-terminated. [any]
const taut_verb *const *taut_verbs(void);
const taut_verb *taut_verb_find(const char *name);

/// Prints the help of a verb. [main]
void taut_verb_help(const taut_verb *verb);

/// Prints "taut VERB: TEXT" and where help is, and returns TAUT_EXIT_USAGE. [main]
int taut_usage(const taut_verb *verb, const char *format, ...) TAUT_PRINTF(2, 3);

/// Prints JSON on stdout and drops the reference. [main]
void taut_print_json(json_t *document);

/// A log that writes errors and warnings to stderr. [main]
const taut_log_sink *taut_cli_log(void);

/// --with as given, checked and with libraries resolved to paths that exist: NULL-terminated, owned
/// by the caller. NULL after an error, with a sentence in `error`. [main]
char **taut_cli_with(const taut_places *places, const char *const *with, char *error,
                     size_t error_size);
void taut_cli_with_free(char **with);

/// The whole command; argv as of main. Returns the exit status. [main]
int taut_cli_main(int argc, char **argv);

#endif
