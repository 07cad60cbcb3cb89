/// Who stands for the limits of the requirements.
///
/// The limit of a requirement is what its formula compares with: the numbers in it, in their order,
/// and eight digits of the hash of the formula, "500 ms, 10 N [1f0c2a9b]". Whoever approves a limit
/// repeats it, so an approval does not outlive a change.
#ifndef TAUT_REPORT_APPROVALS_H
#define TAUT_REPORT_APPROVALS_H

#include <jansson.h>

#include "report/text.h"
#include "taut/status.h"

/// The limit of a formula as above. The caller's. [any]
char *taut_limit_text(const char *formula);

/// Reads approvals.json: an array of {requirement, value, role, name, date, rationale}, all texts,
/// the date as 2026-11-21. EINVAL with a sentence in `error` that begins with `shown`. New
/// reference through `out`. [main]
taut_status taut_approvals_read(const char *text, const char *shown, json_t **out, char *error,
                                size_t size);

/// Adds to each entry of `requirements`: `limit`, `approval` (the one that fits, or that of the
/// register as {"register": true}, or null) and `approved` accordingly. Returns the approvals that
/// approve nothing, each with `why`: another value, or no such requirement. New reference. [main]
json_t *taut_approvals_apply(json_t *requirements, const json_t *approvals);

#endif
