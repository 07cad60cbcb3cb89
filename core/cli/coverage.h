/// `taut protocol coverage`: which rows of the source guides have a check, and whether it can fail.
#ifndef TAUT_CLI_COVERAGE_H
#define TAUT_CLI_COVERAGE_H

#include <jansson.h>

#include "cli/cli.h"

/// Runs the scenarios that check rows, with --twins also the broken twins of each, with --table
/// every twin in every scenario that has what it replaces, and prints the table of rows.
/// Returns TAUT_EXIT_OK, TAUT_EXIT_FAILED when a row fails or cannot fail, TAUT_EXIT_USAGE,
/// TAUT_EXIT_INTERRUPTED or TAUT_EXIT_OWN_FAULT. [main]
int taut_protocol_coverage(const taut_verb *verb, const taut_arguments *arguments);

/// Rows of { "rows": [...], "twins": [...] } with that verdict.
size_t taut_coverage_count(const json_t *document, const char *verdict);
/// Prints it on stdout. [main]
void taut_coverage_print(const json_t *document, bool has_twins, bool has_table);

#endif
