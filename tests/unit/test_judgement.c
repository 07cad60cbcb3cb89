/// A judgement as it stands in a trace: what is written comes back, anything else is refused.
#include "trace/judgement.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_written_comes_back(void **state) {
  (void)state;
  static const taut_trace_judgement rows[] = {
      {.verdict = TAUT_PASS, .has_margin = true, .margin = 0.1, .unit = "N", .first_ns = -1},
      {.verdict = TAUT_FAIL,
       .has_margin = true,
       .margin = -1e-300 / 3,
       .unit = "kg m2/s2",
       .first_ns = 12345678901},
      {.verdict = TAUT_ERROR, .first_ns = 0},
      {.verdict = TAUT_INCONCLUSIVE, .has_margin = true, .margin = -HUGE_VAL, .first_ns = -1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char text[TAUT_JUDGEMENT_TEXT_MAX];
    taut_trace_judgement back;
    taut_trace_judgement_format(&rows[i], text);
    assert_int_equal(taut_trace_judgement_parse(text, &back), TAUT_OK);
    assert_int_equal(back.verdict, rows[i].verdict);
    assert_int_equal(back.has_margin, rows[i].has_margin);
    assert_memory_equal(&back.margin, &rows[i].margin, sizeof back.margin);
    assert_string_equal(back.unit, rows[i].unit);
    assert_int_equal(back.first_ns, rows[i].first_ns);
  }
  char text[TAUT_JUDGEMENT_TEXT_MAX];
  taut_trace_judgement_format(&rows[1], text);
  assert_non_null(strstr(text, " kg m2/s2 12.345678901"));
}

static void anything_else_is_refused(void **state) {
  (void)state;
  static const char *const rows[] = {"",
                                     "pass",
                                     "pass 1",
                                     "pass 1 N",
                                     "past 1 N -",
                                     "pass 1x N -",
                                     "pass 1 N 3",
                                     "pass 1 N 3.14",
                                     "pass 1 N -3.000000001",
                                     "pass 1 N 99999999999.000000000",
                                     " pass 1 N -",
                                     "pass 1 a-unit-that-is-much-longer-than-any-unit-ever-was -"};
  taut_trace_judgement judgement;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (taut_trace_judgement_parse(rows[i], &judgement) == TAUT_OK) fail_msg("'%s'", rows[i]);
  }
  assert_int_equal(taut_trace_judgement_parse("pass 1 N -", &judgement), TAUT_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_written_comes_back),
      cmocka_unit_test(anything_else_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
