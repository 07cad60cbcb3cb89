/// What a bundle keeps of a run: everything that another machine must find again, nothing else.
#ifndef TAUT_REPORT_EVIDENCE_H
#define TAUT_REPORT_EVIDENCE_H

#include "report/record.h"

/// The record without clock, host and paths outside the suite. `mutant` may be NULL. Of checks,
/// those that only watched and came to no decision are left out. New reference. [main]
json_t *taut_evidence_run(const taut_record *record, const char *mutant);

/// The same cut down to what tells the run apart: for campaigns of thousands. [main]
json_t *taut_evidence_brief(const taut_record *record, const char *mutant);

/// The record of such a run again, as far as the run has it. EINVAL when it is none; `record` must
/// be all zero. [main]
taut_status taut_evidence_record(const json_t *run, taut_record *record);

/// What these runs (arrays in an array) say about the registers: {requirements, hazards}, each
/// entry as of report/matrix.h. Both who writes a bundle and who checks one ask this, of the same
/// numbers. NULL when a run is none. New reference. [main]
json_t *taut_evidence_registers(const json_t *requirements, const json_t *hazards,
                                const json_t *campaigns);

/// The document as it will be when it is read from a bundle: numbers rounded. Takes the reference,
/// gives a new one. [any]
json_t *taut_evidence_rounded(json_t *document);

/// The first field in which a run that was executed again differs from the one in the bundle;
/// "field: expected X, got Y" in `text`. Fields of `expected` alone count. [any]
bool taut_evidence_differs(const json_t *expected, const json_t *got, char *text, size_t size);

/// How many of the runs have each verdict: {"pass": n, ...}. New reference. [any]
json_t *taut_evidence_count(const json_t *runs);

#endif
