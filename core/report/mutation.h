/// What a mutation campaign comes to: scores, kills per requirement, port and operator, survivors
/// with their explanations, tolerance of the inputs. docs/mutation.md lists the fields.
#ifndef TAUT_REPORT_MUTATION_H
#define TAUT_REPORT_MUTATION_H

#include <jansson.h>
#include <stdbool.h>

#include "report/text.h"
#include "taut/status.h"

/// Adds to the document of taut_mutation_run: "scores", "classes", "by_requirement", "by_port",
/// "by_operator", "survivors" and "tolerance". `requirements` is the register of the suite, so that
/// one that kills nothing is a row too; may be NULL. [main]
void taut_mutation_summarise(json_t *document, const json_t *requirements);

/// Puts the reasons of a file of explanations beside the survivors they speak of: an array of
/// {"port", "operator", "reason"} with an optional "scale". Never changes a score; adds
/// "n_explained". EINVAL with a sentence in `error` for a text that is none, and for an explanation
/// whose mutants were run and none of which survives, unless `may_be_stale`: another machine than
/// the one that was explained has other survivors. The document is summarised before. [main]
taut_status taut_mutation_explain(json_t *document, const char *text, const char *path,
                                  bool may_be_stale, char *error, size_t error_size);

/// The whole as text for a terminal, survivors first. [main]
void taut_mutation_print(const json_t *document, taut_buffer *out);

#endif
