/// What a bundle says about whole campaigns, computed from its runs alone: whoever checks it
/// computes it again.
#ifndef TAUT_REPORT_CAMPAIGN_H
#define TAUT_REPORT_CAMPAIGN_H

#include <jansson.h>
#include <stddef.h>

/// Per hazard of the register: `runs`, `counts` by verdict, `faults`, `phases`, `loads` that
/// struck, `latency_s` {least, greatest} of what was noticed (notes of kind "detection"),
/// `not_applicable`: what was left out and why, and
/// `margins`: per requirement that the runs cover the least margin, in its unit, with its case. A
/// hazard that no run is of has 0 runs. New reference. [main]
json_t *taut_campaign_hazards(const json_t *hazards, const json_t *runs);

/// The runs that did not pass: rows {campaign, file, name, seed, verdict, reason}. `runs` is an
/// object, campaign to its runs. New reference. [main]
json_t *taut_campaign_deviations(const json_t *runs);

/// What this bundle does not show: rows {kind, what, why}, in the order of their kinds. The
/// documents may be NULL where there are none, which is a row too. New reference. [main]
typedef struct taut_campaign_documents {
  const json_t *manifest, *plan, *registers, *faults, *claims, *mutation, *selftest, *parameters,
      *versions, *approvals, *since, *deviations;
} taut_campaign_documents;
json_t *taut_campaign_gaps(const taut_campaign_documents *documents);

/// The documents of a bundle by name ("registers.json"), borrowed from `by_name`. [any]
taut_campaign_documents taut_campaign_documents_of(const json_t *by_name, const json_t *manifest);

#endif
