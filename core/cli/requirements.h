/// The registers as `taut list --requirements` shows them.
#ifndef TAUT_CLI_REQUIREMENTS_H
#define TAUT_CLI_REQUIREMENTS_H

#include "cli/prepare.h"

/// Prints every requirement with its hazards and the chosen cases that cover it, then the gaps.
/// [main]
void taut_print_requirements(const taut_preparation *preparation, bool as_json);

#endif
