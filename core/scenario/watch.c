// s:always: a condition judged on every row, with the worst margin and the first violation.

#include <stdio.h>
#include <string.h>

#include "scenario/script.h"

taut_status taut_watch_judge(taut_script *script, taut_watch *watch, const double *values,
                             int64_t row_ns) {
  taut_judgement judgement;
  if (taut_expr_judge(watch->expr, values, &judgement) != TAUT_OK) {
    taut_journal_say(script->journal, row_ns, TAUT_LOG_ERROR, "", "a signal of '%s' is NaN",
                     taut_expr_text(watch->expr));
    return TAUT_ENUMBER;
  }
  if (!judgement.holds && watch->first_ns < 0) watch->first_ns = row_ns;
  bool is_worse = !watch->has_worst || (watch->worst.holds && !judgement.holds) ||
                  (watch->worst.holds == judgement.holds && judgement.rank < watch->worst.rank);
  if (!is_worse) return TAUT_OK;
  watch->worst = judgement;
  watch->worst_ns = row_ns;
  watch->has_worst = true;
  // Words are made only for violations, of which there are few; the last margin needs none.
  if (!judgement.holds) taut_expr_explain(watch->expr, values, &judgement, &watch->explanation);
  return TAUT_OK;
}

static const char *keep(taut_script *script, const char *text) {
  const char *copy = taut_pool_text(script->journal->pool, text);
  if (!copy) script->journal->is_out_of_memory = true;
  return copy ? copy : "";
}

void taut_watches_finish(taut_script *script) {
  taut_watch **watches = script->watches.items;
  taut_check_result *checks = script->journal->checks.items;
  for (size_t i = 0; i < script->watches.n; i++) {
    const taut_watch *watch = watches[i];
    taut_check_result *check = &checks[watch->i_check];
    if (!watch->has_worst) continue;
    check->has_margin = watch->worst.has_margin;
    check->margin = watch->worst.margin;
    check->unit = keep(script, watch->worst.unit);
    check->tick_ns = watch->first_ns >= 0 ? watch->first_ns : watch->worst_ns;
    if (watch->first_ns < 0) continue;
    check->verdict = TAUT_FAIL;
    check->expected = keep(script, watch->explanation.expected);
    if (watch->worst_ns == watch->first_ns) {
      check->got = keep(script, watch->explanation.got);
    } else {
      char got[192];
      snprintf(got, sizeof got, "%s at worst, at %.3f s", watch->explanation.got,
               (double)watch->worst_ns * 1e-9);
      check->got = keep(script, got);
    }
  }
}
