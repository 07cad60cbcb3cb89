// taut_min and taut_max: which of two zeros, and what becomes of NaN. fmin and fmax leave that
// open.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taut/math.h"

static void of_two_zeros_the_first_is_taken(void **state) {
  (void)state;
  assert_false(signbit(taut_min(0.0, -0.0)));
  assert_true(signbit(taut_min(-0.0, 0.0)));
  assert_false(signbit(taut_max(0.0, -0.0)));
  assert_true(signbit(taut_max(-0.0, 0.0)));
}

static void nan_does_not_push_out_the_first(void **state) {
  (void)state;
  assert_true(isnan(taut_min((double)NAN, 1.0)));
  assert_true(isnan(taut_max((double)NAN, 1.0)));
  assert_true(taut_min(1.0, (double)NAN) == 1.0);
  assert_true(taut_max(1.0, (double)NAN) == 1.0);
}

static void the_lesser_and_the_greater(void **state) {
  (void)state;
  assert_true(taut_min(-3.0, 2.0) == -3.0 && taut_min(2.0, -3.0) == -3.0);
  assert_true(taut_max(-3.0, 2.0) == 2.0 && taut_max(2.0, -3.0) == 2.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(of_two_zeros_the_first_is_taken),
      cmocka_unit_test(nan_does_not_push_out_the_first),
      cmocka_unit_test(the_lesser_and_the_greater),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
