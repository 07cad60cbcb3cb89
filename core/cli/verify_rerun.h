/// Inside of `taut verify --rerun`: what its files share.
#ifndef TAUT_CLI_VERIFY_RERUN_H
#define TAUT_CLI_VERIFY_RERUN_H

#include "cli/prepare.h"
#include "cli/verify.h"

/// Whether `path` ends in the parts of `tail`. [any]
bool taut_rerun_ends_in(const char *path, const char *tail);

/// The mutation campaign of the bundle on the collection of `preparation`, which must hold the
/// cases of its suite; nothing for a bundle without one. An exit status, the first difference in
/// the check. [main]
int taut_rerun_mutation(taut_verify *verify, taut_preparation *preparation, const json_t *plan);

/// The judge on trial, as this installation has it. As above. [main]
int taut_rerun_selftest(taut_verify *verify);

#endif
