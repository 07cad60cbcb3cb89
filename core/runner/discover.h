/// From the words on the command line to scenario files.
#ifndef TAUT_RUNNER_DISCOVER_H
#define TAUT_RUNNER_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "taut/status.h"

/// One word of the command line: a file or folder, and which case of it is meant.
typedef struct taut_target {
  char *path;  ///< as shown: without "./", relative to the working folder when below it (owned)
  char *case_name;  ///< "FILE:CASE"; NULL for every case (owned)
  int line;         ///< "FILE:LINE"; 0 for every case
} taut_target;

/// A set of scenario files, sorted and without doubles, and the targets they came from.
typedef struct taut_files {
  taut_target *targets;
  size_t n_targets;
  char **files;  ///< (n_files), owned
  size_t n_files;
} taut_files;

/// Resolves `words`. A folder stands for every *.lua below it, except folders named "lib" or
/// "protocols" or beginning with a dot, and requirements.lua and hazards.lua, which are not
/// scenarios. ENOTFOUND with a sentence and a suggestion in `error`, EINVAL for a register by name.
/// [main]
taut_status taut_discover(const char *const *words, size_t n_words, taut_files *out, char *error,
                          size_t error_size);
void taut_files_fini(taut_files *files);

/// Whether a case of `file` is asked for by some target. `line_next` is the line of the next case
/// of the file (INT_MAX for the last): FILE:LINE means the case the line lies in. [any]
bool taut_files_match(const taut_files *files, const char *file, const char *case_name, int line,
                      int line_next);

/// Whether target `i` asks for this case. [any]
bool taut_target_match(const taut_target *target, const char *file, const char *case_name, int line,
                       int line_next);

#endif
