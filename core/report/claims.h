/// Claims: what many runs with a random demand each, their number fixed beforehand, say about how
/// often a requirement is not met. docs/statistics.md says what such a claim is and is not.
///
/// Counted, per requirement and demand: a trial is a run that places the demand; whatever is not a
/// met requirement is a failure, also when the requirement was not exercised or came to no
/// decision. Per requirement that watches everywhere: the trial is a run, of whatever demand; a
/// failure is a violation, an error or a decision that did not come after it was exercised.
#ifndef TAUT_REPORT_CLAIMS_H
#define TAUT_REPORT_CLAIMS_H

#include "report/record.h"

/// Tallies of the runs so far. Holds no records: their number does not matter.
typedef struct taut_claims taut_claims;

/// A case that places a demand.
typedef struct taut_demand {
  const char *file, *name;   ///< of the case
  const json_t *ids;         ///< array of texts: requirements that each run demands once
  const char *distribution;  ///< what chance draws from, in words
} taut_demand;

/// For `n` runs of each demand, at `confidence` in (0, 1). `requirements` are those of the
/// registers (report/entries.h); a reference is kept. Owned by the caller. [main]
taut_claims *taut_claims_create(json_t *requirements, uint64_t n, double confidence);
void taut_claims_destroy(taut_claims *claims);

/// Announces a demand whose runs will come; returns its number. Texts are copied. [main]
size_t taut_claims_demand(taut_claims *claims, const taut_demand *demand);

/// Counts one run of the demand; its seed stands in the record. Any order. [main]
void taut_claims_add(taut_claims *claims, size_t i_demand, const taut_record *record);

/// The claims, `taut.claims/1` in README.md. A demand that did not get exactly its `n` runs, each
/// with a seed of its own, gets no claim, and neither do the requirements that watch everywhere.
/// New reference. [main]
json_t *taut_claims_json(const taut_claims *claims);

/// Whether everything that was planned became a claim without a failure. [any]
bool taut_claims_hold(const json_t *document);

#endif
