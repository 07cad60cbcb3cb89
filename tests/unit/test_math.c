// Elementary functions: special values, symmetry, neighbours; conversion; random numbers.
// Accuracy is measured in tests/property/test_math_mpfr.c, bits in
// tests/determinism/test_math_bits.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "core/math/philox.h"
#include "taut/math.h"

static const double inf = (double)INFINITY;
static const double nan_value = (double)NAN;

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/// Equal including the sign of zero; every NaN equals every other.
static void expect_same(double got, double want) {
  if (isnan(want) && isnan(got)) return;
  if (bits_of(got) != bits_of(want)) fail_msg("got %a, want %a", got, want);
}

static double uniform(uint32_t i, double lo, double hi) {
  return lo + (hi - lo) * taut_random_uniform(11, 0, 0, i);
}

static void sine_keeps_zero_and_refuses_what_it_cannot_reduce(void **state) {
  (void)state;
  expect_same(taut_sin(0.0), 0.0);
  expect_same(taut_sin(-0.0), -0.0);
  expect_same(taut_tan(-0.0), -0.0);
  expect_same(taut_cos(-0.0), 1.0);
  expect_same(taut_sin(0x1p-1074), 0x1p-1074);
  expect_same(taut_tan(-0x1p-1074), -0x1p-1074);
  assert_true(isfinite(taut_sin(0x1p30)));
  const double refused[] = {0x1.0000000000001p30, -0x1p31, DBL_MAX, inf, -inf, nan_value};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    assert_true(isnan(taut_sin(refused[i])));
    assert_true(isnan(taut_cos(refused[i])));
    assert_true(isnan(taut_tan(refused[i])));
  }
}

static void sine_is_odd_cosine_even_and_both_stay_within_one(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 20000; i++) {
    double x = uniform(i, -1e3, 1e3), s = taut_sin(x), c = taut_cos(x);
    expect_same(taut_sin(-x), -s);
    expect_same(taut_cos(-x), c);
    expect_same(taut_tan(-x), -taut_tan(x));
    assert_true(fabs(s) <= 1.0 && fabs(c) <= 1.0);
    assert_true(fabs(s * s + c * c - 1.0) < 1e-15);
  }
}

static void exponential_of_special_values(void **state) {
  (void)state;
  expect_same(taut_exp(0.0), 1.0);
  expect_same(taut_exp(-0.0), 1.0);
  expect_same(taut_exp(inf), inf);
  expect_same(taut_exp(-inf), 0.0);
  expect_same(taut_exp(nan_value), nan_value);
  expect_same(taut_exp(0x1.62e42fefa39efp9), 0x1.fffffffffff2ap1023);  // greatest finite result
  expect_same(taut_exp(0x1.62e42fefa39f0p9), inf);
  expect_same(taut_exp(-745.1), 0x1p-1074);
  expect_same(taut_exp(-745.2), 0.0);
  expect_same(taut_exp(1e308), inf);
  expect_same(taut_exp(-1e308), 0.0);
}

static void logarithm_of_special_values(void **state) {
  (void)state;
  expect_same(taut_log(1.0), 0.0);
  expect_same(taut_log(0.0), -inf);
  expect_same(taut_log(-0.0), -inf);
  expect_same(taut_log(inf), inf);
  assert_true(isnan(taut_log(-1.0)));
  assert_true(isnan(taut_log(-inf)));
  assert_true(isnan(taut_log(nan_value)));
  expect_same(taut_log(0x1p-1074), -0x1.74385446d71c3p9);
  expect_same(taut_log(DBL_MAX), 0x1.62e42fefa39efp9);
}

static void power_of_special_values(void **state) {
  (void)state;
  const double any[] = {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, inf, -inf, nan_value, 0x1p-1074, DBL_MAX};
  for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
    expect_same(taut_pow(any[i], 0.0), 1.0);
    expect_same(taut_pow(any[i], -0.0), 1.0);
    expect_same(taut_pow(1.0, any[i]), 1.0);
  }
  static const double table[][3] = {
      {0.0, 3.0, 0.0},
      {-0.0, 3.0, -0.0},
      {-0.0, 2.0, 0.0},
      {0.0, 0.5, 0.0},
      {-0.0, 0.5, 0.0},
      {0.0, -3.0, INFINITY},
      {-0.0, -3.0, -INFINITY},
      {-0.0, -2.0, INFINITY},
      {-0.0, -0.5, INFINITY},
      {-1.0, INFINITY, 1.0},
      {-1.0, -INFINITY, 1.0},
      {0.5, INFINITY, 0.0},
      {0.5, -INFINITY, INFINITY},
      {2.0, INFINITY, INFINITY},
      {-2.0, -INFINITY, 0.0},
      {0.0, INFINITY, 0.0},
      {0.0, -INFINITY, INFINITY},
      {INFINITY, 0.5, INFINITY},
      {INFINITY, -0.5, 0.0},
      {-INFINITY, 3.0, -INFINITY},
      {-INFINITY, 2.0, INFINITY},
      {-INFINITY, 0.5, INFINITY},
      {-INFINITY, -3.0, -0.0},
      {-INFINITY, -2.0, 0.0},
      {-2.0, 3.0, -8.0},
      {-2.0, 2.0, 4.0},
      {-2.0, -3.0, -0.125},
      {-8.0, 1.0 / 3.0, NAN},
      {-1.0, 0x1p53, 1.0},
      {-1.0, 0x1.fffffffffffffp52, -1.0},
      {-2.0, 1e300, INFINITY},
      {-0.5, 1e300, 0.0},
      {2.0, 1024.0, INFINITY},
      {-2.0, 1025.0, -INFINITY},
      {2.0, -1074.0, 0x1p-1074},
      {-2.0, -1075.5, NAN},
      {-2.0, -1077.0, -0.0},
      {10.0, 3.0, 1000.0},
      {4.0, 0.5, 2.0},
      {3.0, 1e-300, 1.0},
      {0x1p-1074, -1.0, INFINITY},
      {0x1p-1074, 0.5, 0x1p-537},
      {NAN, 1.0, NAN},
      {2.0, NAN, NAN},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    double got = taut_pow(table[i][0], table[i][1]);
    if (isnan(table[i][2]) ? !isnan(got) : bits_of(got) != bits_of(table[i][2])) {
      fail_msg("pow(%a, %a) = %a, want %a", table[i][0], table[i][1], got, table[i][2]);
    }
  }
}

static void power_of_small_whole_numbers_is_exact(void **state) {
  (void)state;
  for (int base = 1; base <= 12; base++) {
    double product = 1.0;
    for (int exponent = 0; product < 0x1p53; exponent++) {
      expect_same(taut_pow(base, exponent), product);
      product *= base;
      if (base == 1 && exponent > 60) break;
    }
  }
}

static void hyperbolic_tangent_saturates_and_is_odd(void **state) {
  (void)state;
  expect_same(taut_tanh(0.0), 0.0);
  expect_same(taut_tanh(-0.0), -0.0);
  expect_same(taut_tanh(inf), 1.0);
  expect_same(taut_tanh(-inf), -1.0);
  expect_same(taut_tanh(40.0), 1.0);
  expect_same(taut_tanh(0x1p-1074), 0x1p-1074);
  assert_true(isnan(taut_tanh(nan_value)));
  for (uint32_t i = 0; i < 20000; i++) {
    double x = uniform(i, -25.0, 25.0), t = taut_tanh(x);
    expect_same(taut_tanh(-x), -t);
    assert_true(fabs(t) <= 1.0);
  }
}

static void angle_of_points_on_the_axes_and_at_infinity(void **state) {
  (void)state;
  const double pi = TAUT_PI;
  const double table[][3] = {
      {0.0, 1.0, 0.0},
      {-0.0, 1.0, -0.0},
      {0.0, -1.0, pi},
      {-0.0, -1.0, -pi},
      {0.0, 0.0, 0.0},
      {-0.0, 0.0, -0.0},
      {0.0, -0.0, pi},
      {-0.0, -0.0, -pi},
      {1.0, 0.0, pi / 2},
      {-1.0, -0.0, -pi / 2},
      {1.0, 1.0, pi / 4},
      {1.0, -1.0, 3 * pi / 4},
      {-1.0, -1.0, -3 * pi / 4},
      {inf, 1.0, pi / 2},
      {-inf, -1.0, -pi / 2},
      {1.0, inf, 0.0},
      {-1.0, inf, -0.0},
      {1.0, -inf, pi},
      {-1.0, -inf, -pi},
      {inf, inf, pi / 4},
      {inf, -inf, 3 * pi / 4},
      {-inf, inf, -pi / 4},
      {-inf, -inf, -3 * pi / 4},
      {0x1p-1074, 0x1p-1074, pi / 4},
      {DBL_MAX, DBL_MAX, pi / 4},
      {0x1p-1074, DBL_MAX, 0.0},
      {DBL_MAX, 0x1p-1074, pi / 2},
      {0x1p-1074, 1.0, 0x1p-1074},
      {nan_value, 1.0, nan_value},
      {1.0, nan_value, nan_value},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    expect_same(taut_atan2(table[i][0], table[i][1]), table[i][2]);
  }
}

static void square_root_is_the_processors(void **state) {
  (void)state;
  expect_same(taut_sqrt(-0.0), -0.0);
  expect_same(taut_sqrt(4.0), 2.0);
  expect_same(taut_sqrt(inf), inf);
  assert_true(isnan(taut_sqrt(-1.0)));
  assert_true(isnan(taut_sqrt(nan_value)));
}

/// A NaN has the same bits on every processor, so that it does not split hashes.
static void every_nan_has_the_same_bits(void **state) {
  (void)state;
  const uint64_t want = UINT64_C(0x7ff8000000000000);
  const double minus_nan = copysign(nan_value, -1.0);
  const double made[] = {taut_sin(inf),        taut_cos(minus_nan),
                         taut_tan(-inf),       taut_exp(minus_nan),
                         taut_log(-1.0),       taut_log(minus_nan),
                         taut_pow(-2.0, 0.5),  taut_pow(minus_nan, 2.0),
                         taut_tanh(minus_nan), taut_atan2(1.0, minus_nan),
                         taut_sqrt(-1.0),      taut_sqrt(minus_nan)};
  for (size_t i = 0; i < sizeof made / sizeof *made; i++) assert_true(bits_of(made[i]) == want);
}

static double log_in(double x) {
  return taut_log(x);
}
static double power_in(double x) {
  return taut_pow(x, 1.7);
}
static double angle_in(double x) {
  return taut_atan2(x, 0.3);
}

/// Neighbouring arguments never make a monotonic function go back, across all seams of the tables.
static void monotonic_functions_do_not_step_back(void **state) {
  (void)state;
  static const struct {
    double (*f)(double);
    double lo, hi;
  } cases[] = {{taut_exp, -700.0, 700.0}, {taut_exp, -1.0, 1.0},  {log_in, 1e-3, 10.0},
               {log_in, 0.98, 1.02},      {taut_tanh, -3.0, 3.0}, {taut_tanh, 0.349, 0.351},
               {power_in, 0.1, 10.0},     {angle_in, -2.0, 2.0},  {taut_sin, -1.57, 1.57},
               {taut_tan, -1.57, 1.57}};
  for (size_t i_case = 0; i_case < sizeof cases / sizeof *cases; i_case++) {
    for (uint32_t i = 0; i < 4000; i++) {
      double x = uniform(i, cases[i_case].lo, cases[i_case].hi), last = cases[i_case].f(x);
      for (int step = 0; step < 8; step++) {
        x = nextafter(x, inf);
        double value = cases[i_case].f(x);
        // Accurate to less than one ulp, a function may step back by one ulp at most, and only
        // where its exact value hardly moves.
        if (value < last && nextafter(value, inf) < last) fail_msg("case %zu at %a", i_case, x);
        last = value;
      }
    }
    // Over coarse steps the result must truly rise.
    double width = cases[i_case].hi - cases[i_case].lo, last = cases[i_case].f(cases[i_case].lo);
    for (int i = 1; i <= 5000; i++) {
      double value = cases[i_case].f(cases[i_case].lo + width * i / 5000);
      assert_true(value > last);
      last = value;
    }
  }
}

static void helpers_limit_and_blend(void **state) {
  (void)state;
  expect_same(taut_clamp(2.0, 0.0, 1.0), 1.0);
  expect_same(taut_clamp(-2.0, 0.0, 1.0), 0.0);
  assert_true(isnan(taut_clamp(nan_value, 0.0, 1.0)));
  expect_same(taut_smoothstep(0.0, 1.0, 2.0), 0.0);
  expect_same(taut_smoothstep(1.5, 1.0, 2.0), 0.5);
  expect_same(taut_smoothstep(9.0, 1.0, 2.0), 1.0);
}

static void conversion_to_an_integer_saturates(void **state) {
  (void)state;
  assert_true(taut_to_i64(nan_value) == 0);
  assert_true(taut_to_i64(inf) == INT64_MAX);
  assert_true(taut_to_i64(-inf) == INT64_MIN);
  assert_true(taut_to_i64(0x1p63) == INT64_MAX);
  assert_true(taut_to_i64(-0x1p63) == INT64_MIN);
  assert_true(taut_to_i64(0x1.fffffffffffffp62) == INT64_C(0x7ffffffffffffc00));
  assert_true(taut_to_i64(-1.9) == -1);
  assert_true(taut_to_i64(1.9) == 1);
}

/// Known answers distributed with Random123 (file kat_vectors, philox4x32 with 10 rounds).
static void random_block_gives_the_published_answers(void **state) {
  (void)state;
  static const uint32_t table[][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
       0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
       0x94fdcceb, 0x5001e420, 0x24126ea1},
  };
  for (size_t i = 0; i < 3; i++) {
    uint32_t words[4];
    memcpy(words, table[i], sizeof words);
    taut_philox4x32_10(words, table[i][4], table[i][5]);
    assert_memory_equal(words, table[i] + 6, sizeof words);
  }
  // The public function: key = seed; counter = tick, stream, draw / 2; halves are even and odd
  // draws.
  uint64_t seed = UINT64_C(0x299f31d0a4093822);
  int64_t tick = (int64_t)UINT64_C(0x85a308d3243f6a88);
  assert_true(taut_random_u64(seed, 0x13198a2e, tick, 0x06e0e688) == UINT64_C(0x94fdccebd16cfe09));
  assert_true(taut_random_u64(seed, 0x13198a2e, tick, 0x06e0e689) == UINT64_C(0x24126ea15001e420));
}

/// Every part of the address matters, and neighbours share about half of their bits.
static void random_numbers_depend_on_every_part_of_their_address(void **state) {
  (void)state;
  uint64_t base = taut_random_u64(5, 6, 7, 8);
  const uint64_t others[] = {taut_random_u64(4, 6, 7, 8),
                             taut_random_u64(5, 7, 7, 8),
                             taut_random_u64(5, 6, 8, 8),
                             taut_random_u64(5, 6, 7, 9),
                             taut_random_u64(5, 6, 7, 10),
                             taut_random_u64(5 + (UINT64_C(1) << 32), 6, 7, 8),
                             taut_random_u64(5, 6, 7 + (INT64_C(1) << 40), 8)};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    int n_differ = __builtin_popcountll(base ^ others[i]);
    assert_in_range(n_differ, 12, 52);
  }
}

enum { N_DRAWS = 200000 };

/// Mean and variance within five standard errors; 100 bins by chi-square, 99 degrees of freedom: a
/// value over 170 has a probability below 1e-5.
static void uniform_numbers_are_uniform(void **state) {
  (void)state;
  double sum = 0.0, squares = 0.0, chi = 0.0;
  static uint32_t bins[100];
  for (uint32_t i = 0; i < N_DRAWS; i++) {
    double u = taut_random_uniform(3, 1, INT64_C(50000) * i, 0);
    assert_true(u >= 0.0 && u < 1.0);
    sum += u;
    squares += (u - 0.5) * (u - 0.5);
    bins[(size_t)(u * 100.0)]++;
  }
  for (size_t i = 0; i < 100; i++) {
    double excess = (double)bins[i] - N_DRAWS / 100.0;
    chi += excess * excess / (N_DRAWS / 100.0);
  }
  assert_true(fabs(sum / N_DRAWS - 0.5) < 5.0 * sqrt(1.0 / 12.0 / N_DRAWS));
  assert_true(fabs(squares / N_DRAWS - 1.0 / 12.0) < 5.0 * sqrt(1.0 / 180.0 / N_DRAWS));
  assert_true(chi > 40.0 && chi < 170.0);
}

/// Four moments within five standard errors of the normal distribution (variances 1, 2, 15, 96),
/// and the share beyond two sigma (0.0455).
static void normal_numbers_are_normal(void **state) {
  (void)state;
  double moment[5] = {0}, n_far = 0.0;
  for (uint32_t i = 0; i < N_DRAWS; i++) {
    double x = taut_random_normal(3, 2, INT64_C(50000) * i, 0), power = 1.0;
    for (int k = 1; k <= 4; k++) moment[k] += power *= x;
    n_far += fabs(x) > 2.0;
  }
  double root = sqrt((double)N_DRAWS);
  assert_true(fabs(moment[1] / N_DRAWS) < 5.0 / root);
  assert_true(fabs(moment[2] / N_DRAWS - 1.0) < 5.0 * sqrt(2.0) / root);
  assert_true(fabs(moment[3] / N_DRAWS) < 5.0 * sqrt(15.0) / root);
  assert_true(fabs(moment[4] / N_DRAWS - 3.0) < 5.0 * sqrt(96.0) / root);
  assert_true(fabs(n_far / N_DRAWS - 0.0455) < 5.0 * sqrt(0.0455 * 0.9545) / root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sine_keeps_zero_and_refuses_what_it_cannot_reduce),
      cmocka_unit_test(sine_is_odd_cosine_even_and_both_stay_within_one),
      cmocka_unit_test(exponential_of_special_values),
      cmocka_unit_test(logarithm_of_special_values),
      cmocka_unit_test(power_of_special_values),
      cmocka_unit_test(power_of_small_whole_numbers_is_exact),
      cmocka_unit_test(hyperbolic_tangent_saturates_and_is_odd),
      cmocka_unit_test(angle_of_points_on_the_axes_and_at_infinity),
      cmocka_unit_test(square_root_is_the_processors),
      cmocka_unit_test(every_nan_has_the_same_bits),
      cmocka_unit_test(monotonic_functions_do_not_step_back),
      cmocka_unit_test(helpers_limit_and_blend),
      cmocka_unit_test(conversion_to_an_integer_saturates),
      cmocka_unit_test(random_block_gives_the_published_answers),
      cmocka_unit_test(random_numbers_depend_on_every_part_of_their_address),
      cmocka_unit_test(uniform_numbers_are_uniform),
      cmocka_unit_test(normal_numbers_are_normal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
