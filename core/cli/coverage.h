/// `taut protocol coverage`: which rows of the source guides have a check, and whether it can fail.
#ifndef TAUT_CLI_COVERAGE_H
#define TAUT_CLI_COVERAGE_H

#include "cli/cli.h"

/// Runs the rule scenarios, with --twins also their broken twins, and prints the table of rows.
/// Returns TAUT_EXIT_OK, TAUT_EXIT_FAILED when a row fails or cannot fail, TAUT_EXIT_USAGE,
/// TAUT_EXIT_INTERRUPTED or TAUT_EXIT_OWN_FAULT. [main]
int taut_protocol_coverage(const taut_verb *verb, const taut_arguments *arguments);

#endif
