/// Checks gathered by requirement: the worst verdict and, of it, the least margin.
#include "report/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static taut_check_result check(const char *id, const char *text, taut_verdict verdict,
                               double margin, const char *unit, int64_t tick_ns) {
  return (taut_check_result){.id = id,
                             .text = text,
                             .expression = "",
                             .verdict = verdict,
                             .has_margin = true,
                             .margin = margin,
                             .unit = unit,
                             .tick_ns = tick_ns};
}

static void the_worst_check_of_an_id_decides(void **state) {
  (void)state;
  const taut_check_result checks[] = {check("SR-001", "a", TAUT_PASS, 3, "N", 5),
                                      check("", "set begins", TAUT_PASS, 9, "s", -1),
                                      check("SR-001", "b", TAUT_FAIL, -1, "N", 70),
                                      check("SR-002", "c", TAUT_PASS, 2, "N", -1),
                                      check("SR-001", "d", TAUT_FAIL, -4, "N", 90),
                                      check("SR-002", "e", TAUT_PASS, 1, "N", -1),
                                      check("SR-002", "f", TAUT_PASS, 0.5, "lb", -1),
                                      check("", "set begins", TAUT_INCONCLUSIVE, 9, "s", -1)};
  size_t n;
  taut_finding *findings = taut_findings_gather(checks, 8, true, &n);
  assert_int_equal(n, 2);
  assert_string_equal(findings[0].id, "SR-001");
  assert_int_equal(findings[0].verdict, TAUT_FAIL);
  assert_true(findings[0].margin == -4);
  assert_int_equal(findings[0].first_ns, 70);
  assert_string_equal(findings[0].text, "d");
  // Margins in another unit have no place in the order.
  assert_true(findings[1].margin == 1);
  assert_int_equal(findings[1].first_ns, -1);
  free(findings);
  findings = taut_findings_gather(checks, 8, false, &n);
  assert_int_equal(n, 3);
  assert_string_equal(findings[1].text, "set begins");
  assert_int_equal(findings[1].verdict, TAUT_INCONCLUSIVE);
  free(findings);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_worst_check_of_an_id_decides)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
