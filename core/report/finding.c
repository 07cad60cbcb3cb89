#include "report/finding.h"

#include <string.h>

#include "report/text.h"

int taut_verdict_rank(taut_verdict verdict) {
  switch (verdict) {
    case TAUT_PASS: return 0;
    case TAUT_INCONCLUSIVE: return 1;
    case TAUT_FAIL: return 2;
    case TAUT_ERROR: break;
  }
  return 3;
}

static const char *text_of(const taut_check_result *check) {
  return check->text[0] != '\0' ? check->text : check->expression;
}

static bool is_about(const taut_finding *finding, const taut_check_result *check) {
  if (strcmp(finding->id, check->id) != 0) return false;
  return check->id[0] != '\0' || strcmp(finding->text, text_of(check)) == 0;
}

/// Whether the check decides over what was found so far.
static bool is_worse(const taut_finding *finding, const taut_check_result *check) {
  int before = taut_verdict_rank(finding->verdict), now = taut_verdict_rank(check->verdict);
  if (now != before) return now > before;
  if (check->has_margin != finding->has_margin) return check->has_margin;
  // Margins in different units have no order: the first stays.
  return check->has_margin && strcmp(check->unit, finding->unit) == 0 &&
         check->margin < finding->margin;
}

static void add(taut_finding *finding, const taut_check_result *check, bool is_first) {
  int64_t first_ns = is_first ? -1 : finding->first_ns;
  bool is_violated = check->verdict == TAUT_FAIL || check->verdict == TAUT_ERROR;
  if (is_violated && check->tick_ns >= 0 && (first_ns < 0 || check->tick_ns < first_ns)) {
    first_ns = check->tick_ns;
  }
  if (is_first || is_worse(finding, check)) {
    *finding = (taut_finding){.id = check->id,
                              .text = text_of(check),
                              .verdict = check->verdict,
                              .has_margin = check->has_margin,
                              .margin = check->margin,
                              .unit = check->unit};
  }
  finding->first_ns = first_ns;
}

taut_finding *taut_findings_gather(const taut_check_result *checks, size_t n, bool only_ids,
                                   size_t *n_out) {
  taut_finding *findings = taut_memory_resize(NULL, (n + 1) * sizeof *findings);
  size_t n_found = 0;
  for (size_t i = 0; i < n; i++) {
    if (only_ids && checks[i].id[0] == '\0') continue;
    size_t k = 0;
    while (k < n_found && !is_about(&findings[k], &checks[i])) k++;
    add(&findings[k], &checks[i], k == n_found);
    n_found += k == n_found;
  }
  *n_out = n_found;
  return findings;
}
