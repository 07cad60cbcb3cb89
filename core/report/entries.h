/// Requirements and hazards of the registers as JSON, on their way from workers to reports.
#ifndef TAUT_REPORT_ENTRIES_H
#define TAUT_REPORT_ENTRIES_H

#include <jansson.h>
#include <stdbool.h>

#include "scenario/scenario.h"

/// {id, text, formula, hazards, severity, source, safe_state, approved, everywhere, needs, file,
/// line}. New reference. [any]
json_t *taut_requirement_json(const taut_requirement *requirement);
/// {id, failure, detection, requirement, safe_state, severity, source, status, file, line}. New
/// reference. [any]
json_t *taut_hazard_json(const taut_hazard *hazard);

/// Whether both lists hold whole entries of their kind; they come from a process that read foreign
/// files. [main]
bool taut_entries_are_valid(const json_t *requirements, const json_t *hazards);

/// Appends the entries of `from` that `to` does not have yet; id and file tell them apart. [main]
void taut_entries_merge(json_t *to, const json_t *from);

#endif
