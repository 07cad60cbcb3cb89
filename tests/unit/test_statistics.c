/// Bounds of a share of failures: exact numbers of trials, and Clopper-Pearson against a reference
/// of many digits that shares nothing with the code (statistics/make_reference.py).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/statistics.h"

static void zero_failures_need_exactly_the_published_numbers_of_trials(void **state) {
  (void)state;
  assert_int_equal(taut_trials_without_failure(1e-2, 0.95), 299);
  assert_int_equal(taut_trials_without_failure(1e-3, 0.95), 2995);
  assert_int_equal(taut_trials_without_failure(1e-4, 0.95), 29956);
  assert_int_equal(taut_trials_without_failure(1e-2, 0.99), 459);
  assert_int_equal(taut_trials_without_failure(1e-3, 0.99), 4603);
  assert_int_equal(taut_trials_without_failure(1e-4, 0.99), 46050);
}

static void a_bound_that_is_met_to_the_last_digit_needs_no_further_trial(void **state) {
  (void)state;
  assert_int_equal(taut_trials_without_failure(0.5, 0.75), 2);
  assert_int_equal(taut_trials_without_failure(0.5, 0.876), 4);
  assert_int_equal(taut_trials_without_failure(0.9, 0.99), 2);
  assert_int_equal(taut_trials_without_failure(0.9, 0.9900001), 3);
  assert_int_equal(taut_trials_without_failure(0.99, 0.5), 1);
}

static void one_trial_fewer_would_not_show_it(void **state) {
  (void)state;
  for (double share = 1e-5; share < 0.5; share *= 1.37) {
    for (double rest = 1e-6; rest < 0.5; rest *= 2.9) {
      uint64_t n = taut_trials_without_failure(share, 1 - rest);
      assert_true(n * log1p(-share) <= log(rest) * (1 - 1e-9));
      assert_true((n - 1) * log1p(-share) > log(rest) * (1 + 1e-9));
      if (n > TAUT_TRIALS_MAX) continue;
      assert_true(taut_share_upper(0, n, 1 - rest) <= share * (1 + 1e-9));
      assert_true(n == 1 || taut_share_upper(0, n - 1, 1 - rest) > share);
    }
  }
}

/// The greatest relative difference from the reference, of the lower and the upper bounds.
static int compare_with_reference(double scale, double *worst) {
  FILE *file = fopen(TAUT_SOURCE_DIR "/tests/unit/statistics/reference.csv", "r");
  assert_non_null(file);
  char line[256];
  int n_rows = 0;
  assert_non_null(fgets(line, sizeof line, file));
  assert_string_equal(line, "n,k,confidence,lower,upper\n");
  while (fgets(line, sizeof line, file) != NULL) {
    char *at = line;
    uint64_t n = strtoull(at, &at, 10), k = strtoull(at + 1, &at, 10);
    double confidence = strtod(at + 1, &at);
    const double expected[2] = {strtod(at + 1, &at), strtod(at + 1, &at)};
    const double got[2] = {taut_share_lower(k, n, confidence) * scale,
                           taut_share_upper(k, n, confidence) * scale};
    for (int i = 0; i < 2; i++) {
      double error = fabs(got[i] - expected[i]) / (expected[i] > 0 ? expected[i] : 1);
      assert_false(isnan(error));
      if (error > *worst) *worst = error;
    }
    n_rows++;
  }
  fclose(file);
  return n_rows;
}

static void bounds_agree_with_the_reference_to_a_millionth(void **state) {
  (void)state;
  double worst = 0;
  assert_true(compare_with_reference(1.0, &worst) >= 865);
  print_message("greatest relative error %.2g\n", worst);
  assert_true(worst < 1e-6);
}

static void bounds_that_are_two_millionths_off_would_be_noticed(void **state) {
  (void)state;
  double worst = 0;
  compare_with_reference(1 + 2e-6, &worst);
  assert_true(worst > 1e-6);
}

/// The probability of at most k failures, summed term by term.
static double cumulative(int k, int n, double share) {
  double sum = 0;
  for (int i = 0; i <= k; i++) {
    sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(share) +
               (n - i) * log1p(-share));
  }
  return sum;
}

static void an_interval_covers_the_share_as_often_as_it_says(void **state) {
  (void)state;
  // Of all outcomes of 40 trials those whose upper bound lies under the true share are at most 5 %.
  for (double share = 0.005; share < 0.99; share += 0.005) {
    int k = -1;
    while (k < 40 && taut_share_upper((uint64_t)(k + 1), 40, 0.95) < share) k++;
    if (k >= 0) assert_true(cumulative(k, 40, share) <= 0.05 + 1e-9);
  }
}

static void more_failures_and_more_confidence_raise_the_bound(void **state) {
  (void)state;
  for (uint64_t k = 0; k < 299; k++) {
    double upper = taut_share_upper(k, 299, 0.95), lower = taut_share_lower(k, 299, 0.95);
    assert_true(lower <= (double)k / 299 && (double)k / 299 < upper);
    assert_true(upper < taut_share_upper(k + 1, 299, 0.95));
    assert_true(lower < taut_share_lower(k + 1, 299, 0.95));
    assert_true(upper < taut_share_upper(k, 299, 0.99) || k == 299);
  }
}

static void many_claims_share_what_may_be_wrong(void **state) {
  (void)state;
  assert_true(taut_confidence_each(0.95, 1) == 0.95);
  assert_true(fabs(taut_confidence_each(0.95, 50) - 0.999) < 1e-15);
  assert_true(isnan(taut_confidence_each(0.95, 0)));
}

static void a_question_without_an_answer_gets_none(void **state) {
  (void)state;
  assert_int_equal(taut_trials_without_failure(0, 0.95), 0);
  assert_int_equal(taut_trials_without_failure(0.01, 1), 0);
  assert_int_equal(taut_trials_without_failure((double)NAN, 0.95), 0);
  assert_int_equal(taut_trials_without_failure(1e-300, 0.95), 0);
  assert_true(isnan(taut_share_upper(2, 1, 0.95)));
  assert_true(isnan(taut_share_upper(0, 0, 0.95)));
  assert_true(isnan(taut_share_lower(0, TAUT_TRIALS_MAX + 1, 0.95)));
  assert_true(isnan(taut_share_lower(0, 1, 1)));
  assert_true(taut_share_upper(5, 5, 0.95) == 1);
  assert_true(taut_share_lower(0, 5, 0.95) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zero_failures_need_exactly_the_published_numbers_of_trials),
      cmocka_unit_test(a_bound_that_is_met_to_the_last_digit_needs_no_further_trial),
      cmocka_unit_test(one_trial_fewer_would_not_show_it),
      cmocka_unit_test(bounds_agree_with_the_reference_to_a_millionth),
      cmocka_unit_test(bounds_that_are_two_millionths_off_would_be_noticed),
      cmocka_unit_test(an_interval_covers_the_share_as_often_as_it_says),
      cmocka_unit_test(more_failures_and_more_confidence_raise_the_bound),
      cmocka_unit_test(many_claims_share_what_may_be_wrong),
      cmocka_unit_test(a_question_without_an_answer_gets_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
