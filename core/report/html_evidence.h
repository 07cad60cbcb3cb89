/// evidence.html: what a bundle says, for a reader in a hurry first and then in full.
#ifndef TAUT_REPORT_HTML_EVIDENCE_H
#define TAUT_REPORT_HTML_EVIDENCE_H

#include "report/campaign.h"
#include "report/html_parts.h"

/// The whole page, a function of the documents alone: whoever verifies a bundle makes it again.
/// [main]
void taut_html_evidence(const taut_campaign_documents *documents, const json_t *gaps,
                        taut_buffer *out);

// Parts, in the order of the page.

/// What is claimed, for what, how sure, what not.
void taut_html_evidence_first(const taut_campaign_documents *documents, const json_t *gaps,
                              taut_buffer *out);
void taut_html_evidence_gaps(const json_t *gaps, taut_buffer *out);
void taut_html_evidence_matrix(const taut_campaign_documents *documents, taut_buffer *out);
void taut_html_evidence_claims(const json_t *claims, taut_buffer *out);
void taut_html_evidence_faults(const taut_campaign_documents *documents, taut_buffer *out);
void taut_html_evidence_deviations(const json_t *deviations, taut_buffer *out);
void taut_html_evidence_mutation(const json_t *mutation, taut_buffer *out);
void taut_html_evidence_selftest(const json_t *selftest, taut_buffer *out);
void taut_html_evidence_since(const json_t *since, taut_buffer *out);
void taut_html_evidence_inputs(const taut_campaign_documents *documents, taut_buffer *out);

/// <td> with text, escaped; a dash when it is empty.
void taut_html_cell(taut_buffer *out, const char *text);
/// A whole number of a field, 0 without.
long long taut_html_count_at(const json_t *object, const char *key);

#endif
