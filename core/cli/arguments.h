/// Command lines: one table per verb drives parsing, help text and spelling suggestions.
#ifndef TAUT_CLI_ARGUMENTS_H
#define TAUT_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

/// One option of a verb. A table ends with an entry whose name is NULL.
typedef struct taut_option {
  const char *name;      ///< "seed"; its long form is --seed
  char letter;           ///< 'k' for -k, '\0' for none
  const char *argument;  ///< "N" when it takes one, "[=N]" when it may, else NULL
  const char *help;
} taut_option;

/// A parsed command line. Values are borrowed from argv.
typedef struct taut_arguments {
  const taut_option *options;
  struct taut_value {
    const taut_option *option;
    const char *text;  ///< NULL for a flag
  } * values;          ///< in the order given (owned)
  size_t n_values;
  const char **words;  ///< what is not an option (owned)
  size_t n_words;
} taut_arguments;

/// Parses argv[0..argc). Accepts --name VALUE, --name=VALUE, -k VALUE, -kVALUE; after "--"
/// everything is a word. EINVAL with a sentence and a suggestion in `error`. [main]
taut_status taut_arguments_parse(const taut_option *options, int argc, char *const *argv,
                                 taut_arguments *out, char *error, size_t error_size);
void taut_arguments_fini(taut_arguments *arguments);

bool taut_arguments_has(const taut_arguments *arguments, const char *name);
/// The last value given, or NULL.
const char *taut_arguments_value(const taut_arguments *arguments, const char *name);
/// All values given, NULL-terminated, owned by the caller (the array, not the texts).
const char **taut_arguments_values(const taut_arguments *arguments, const char *name);

/// Whole numbers and times. EINVAL with a sentence that names the option. An absent option leaves
/// `out` as it is. [any]
taut_status taut_arguments_integer(const taut_arguments *arguments, const char *name, int64_t least,
                                   int64_t greatest, int64_t *out, char *error, size_t error_size);
/// Seconds: "60", "1.5", "90s", "2min".
taut_status taut_arguments_seconds(const taut_arguments *arguments, const char *name, double *out,
                                   char *error, size_t error_size);

#endif
