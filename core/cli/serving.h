/// What verbs share that serve a device: their log on stderr, their end by a signal, who may come.
#ifndef TAUT_CLI_SERVING_H
#define TAUT_CLI_SERVING_H

#include "cli/cli.h"
#include "hil/keys.h"

/// Writes "12:34:56.789 warning: TEXT" to stderr. `is_quiet`, a `const bool`, keeps all below
/// warnings back. A terminal that is held or a pipe that is full loses lines: it must not hold up a
/// device. [main]
void taut_serving_log(void *is_quiet, taut_log_level level, const char *text);

/// The same for a line as it is. [main]
void taut_serving_print(void *unused, const char *text);

/// A descriptor that becomes readable at one of these signals (0-terminated), which do nothing else
/// any more; -1 with errno. Before any thread starts. [main]
int taut_serving_stop_signals(const int *signals);

/// Reads --keys and --allow. Returns TAUT_EXIT_OK, or the status to end with. The caller ends `out`
/// in either case. [main]
int taut_serving_credentials(const taut_verb *verb, const taut_arguments *arguments,
                             taut_credentials *out);

#endif
