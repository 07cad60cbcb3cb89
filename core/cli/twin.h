/// A live trace and its simulated twin, told in words: `taut compare LIVE TWIN`.
#ifndef TAUT_CLI_TWIN_H
#define TAUT_CLI_TWIN_H

#include "cli/cli.h"
#include "report/record.h"

/// Does the trace say that the wall clock paced its run? False for a file that is no trace. [main]
bool taut_twin_is_live(const char *path);

/// Prints the commands that make the twin of a live record with a trace and compare the two. `with`
/// is what was given. [main]
void taut_twin_hint(const taut_record *record, const char *const *with);

/// Compares both and prints it, or appends it to `items` when that is not NULL. Returns
/// TAUT_EXIT_OK when every requirement that both judge has the same verdict, TAUT_EXIT_NOT_PASSED
/// when one has not; TAUT_EXIT_EVIDENCE, TAUT_EXIT_OWN_FAULT or TAUT_EXIT_USAGE after it printed
/// why there is no comparison. `show_all` prints every signal that differs. [main]
int taut_twin_files(const taut_verb *verb, const char *live, const char *twin, bool show_all,
                    json_t *items);

#endif
