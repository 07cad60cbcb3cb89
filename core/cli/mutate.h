/// `taut mutate`: the mutation campaign on a prepared suite; also a part of a certification.
#ifndef TAUT_CLI_MUTATE_H
#define TAUT_CLI_MUTATE_H

#include "cli/prepare.h"
#include "runner/mutants.h"

/// Runs the campaign on the chosen cases and makes the tables. `survivors` is the file of
/// explanations; NULL takes survivors.json beside the first scenario file, if there is one. `out`
/// is a new document with every field of docs/mutation.md, the same bytes for any number of
/// workers; its field "survivors_file" is null without explanations. EINVAL with a sentence in
/// `error`: a case does not pass without a mutant, or an explanation is wrong or stale. EIO. [main]
taut_status taut_mutate_suite(taut_preparation *preparation, const taut_mutation_options *options,
                              const char *survivors, json_t **out, char *error, size_t error_size);

#endif
