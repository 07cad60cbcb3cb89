/// What a bundle keeps of a run: everything that another machine must find again, nothing else.
#ifndef TAUT_REPORT_EVIDENCE_H
#define TAUT_REPORT_EVIDENCE_H

#include "report/record.h"

/// What a ledger keeps of a finished run; `is_brief` for campaigns of thousands, where of a check
/// only the verdict counts. taut_evidence_record gives the record back. New reference. [main]
json_t *taut_evidence_keep(const taut_record *record, bool is_brief);

/// The record of such an entry, or of a run of a bundle, as far as it has one. EINVAL when it is
/// none; `record` must be all zero. [main]
taut_status taut_evidence_record(const json_t *run, taut_record *record);

/// The run as a bundle has it: without clock, host and paths outside the suite. `is_brief`: only
/// what tells it apart; else with its checks but those that only watched and came to no decision.
/// New reference. [main]
json_t *taut_evidence_run(const taut_record *record, bool is_brief);

/// Names of the campaigns of a bundle, in the order in which they run and count; NULL-terminated.
/// Of the last, "demands", only what tells the runs apart is kept.
extern const char *const taut_evidence_campaigns[];

/// What these runs (an object, campaign to its runs) say about the registers: {requirements,
/// hazards}, each entry as of report/matrix.h. Both who writes a bundle and who checks one ask
/// this, of the same numbers. NULL when a run is none. New reference. [main]
json_t *taut_evidence_registers(const json_t *requirements, const json_t *hazards,
                                const json_t *runs);

/// The document as it will be when it is read from a bundle: numbers rounded. Takes the reference,
/// gives a new one. [any]
json_t *taut_evidence_rounded(json_t *document);

/// The first field in which a run that was executed again differs from the one in the bundle;
/// "field: expected X, got Y" in `text`. Fields of `expected` alone count. [any]
bool taut_evidence_differs(const json_t *expected, const json_t *got, char *text, size_t size);

/// How many of the runs have each verdict: {"pass": n, ...}. New reference. [any]
json_t *taut_evidence_count(const json_t *runs);

#endif
