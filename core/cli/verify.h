/// `taut verify`: a bundle while it is looked at.
#ifndef TAUT_CLI_VERIFY_H
#define TAUT_CLI_VERIFY_H

#include "cli/cli.h"
#include "report/bundle_check.h"

typedef struct taut_verify {
  const taut_verb *verb;
  const taut_arguments *arguments;
  const char *folder;  ///< of the bundle
  taut_bundle_check check;
  bool is_rerun;
  size_t n_sample;  ///< of the runs; SIZE_MAX: all
  json_t *report;   ///< for --json: what was looked at, in order (owned)
} taut_verify;

/// Says that something was looked at and is fine. [main]
void taut_verify_ok(taut_verify *verify, const char *what, const char *format, ...)
    TAUT_PRINTF(3, 4);

/// Looks at every trace of the bundle: its checksums, and what it says of its run against the
/// results. False with the fault in the check. [main]
bool taut_verify_traces(taut_verify *verify);

/// Runs the runs again, with the suite that lies in the bundle and the plugins that are here, and
/// compares each with the bundle. TAUT_EXIT_OK, TAUT_EXIT_EVIDENCE with the first difference in the
/// check, or what kept it from running, told. [main]
int taut_verify_rerun(taut_verify *verify);

#endif
