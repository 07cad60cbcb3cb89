// Elementary functions against MPFR with 200 bits: the largest error in units of the last place
// stays below the bound that taut/math.h or the comment here promises.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taut/math.h"

enum { PRECISION = 200, N_POINTS = 100000 };

typedef double (*function_1)(double);
typedef double (*function_2)(double, double);
typedef int (*reference_1)(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int (*reference_2)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

typedef struct worst {
  double error_ulp, x, y;
} worst;

static mpfr_t m_x, m_y, m_reference, m_error;

static int set_up(void **state) {
  (void)state;
  mpfr_inits2(PRECISION, m_x, m_y, m_reference, m_error, (mpfr_ptr)0);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  mpfr_clears(m_x, m_y, m_reference, m_error, (mpfr_ptr)0);
  mpfr_free_cache();
  return 0;
}

/// |got - m_reference| in ulps of the reference; an ulp is at least the least subnormal number.
static double error_ulp(double got) {
  double nearest = mpfr_get_d(m_reference, MPFR_RNDN);
  if (isinf(nearest) || nearest == 0.0) return got == nearest ? 0.0 : HUGE_VAL;
  if (!isfinite(got)) return HUGE_VAL;
  long exponent = mpfr_get_exp(m_reference) - 53;
  if (exponent < -1074) exponent = -1074;
  mpfr_sub_d(m_error, m_reference, got, MPFR_RNDN);
  mpfr_div_2si(m_error, m_error, exponent, MPFR_RNDN);
  return fabs(mpfr_get_d(m_error, MPFR_RNDN));
}

static void note(worst *w, double error, double x, double y) {
  if (error > w->error_ulp) *w = (worst){error, x, y};
}

static void measure_1(worst *w, function_1 f, reference_1 reference, double x) {
  mpfr_set_d(m_x, x, MPFR_RNDN);
  reference(m_reference, m_x, MPFR_RNDN);
  note(w, error_ulp(f(x)), x, 0.0);
}

static void measure_2(worst *w, function_2 f, reference_2 reference, double x, double y) {
  mpfr_set_d(m_x, x, MPFR_RNDN);
  mpfr_set_d(m_y, y, MPFR_RNDN);
  reference(m_reference, m_x, m_y, MPFR_RNDN);
  note(w, error_ulp(f(x, y)), x, y);
}

static void check(const char *name, worst w, double bound_ulp) {
  print_message("  %-24s largest error %.3f ulp at (%a, %a), bound %.2f\n", name, w.error_ulp, w.x,
                w.y, bound_ulp);
  if (!(w.error_ulp <= bound_ulp))
    fail_msg("%s: %.3f ulp at (%a, %a)", name, w.error_ulp, w.x, w.y);
}

/// The i-th point of a fixed sequence, uniform in [lo, hi).
static double uniform(uint32_t i, uint32_t stream, double lo, double hi) {
  return lo + (hi - lo) * taut_random_uniform(1, stream, 0, i);
}

/// The same with a uniform logarithm and a random sign; 0 < lo < hi as exponents of two.
static double spread(uint32_t i, uint32_t stream, int lo, int hi) {
  uint64_t bits = taut_random_u64(2, stream, 0, i);
  int exponent = lo + (int)((bits >> 1) % (uint64_t)(hi - lo));
  double x = ldexp(1.0 + (double)(bits >> 12) * 0x1p-52, exponent);
  return bits & 1 ? -x : x;
}

static void range_1(const char *name, function_1 f, reference_1 reference, double lo, double hi,
                    double bound_ulp) {
  worst w = {0};
  for (uint32_t i = 0; i < N_POINTS; i++) measure_1(&w, f, reference, uniform(i, 1, lo, hi));
  check(name, w, bound_ulp);
}

static void spread_1(const char *name, function_1 f, reference_1 reference, int lo, int hi,
                     double bound_ulp) {
  worst w = {0};
  for (uint32_t i = 0; i < N_POINTS; i++) measure_1(&w, f, reference, spread(i, 2, lo, hi));
  check(name, w, bound_ulp);
}

static double log_of_size(double x) {
  return taut_log(fabs(x));
}

static int mpfr_log_of_size(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
  mpfr_abs(m_y, x, MPFR_RNDN);
  return mpfr_log(result, m_y, rounding);
}

static void sine_cosine_and_tangent_keep_their_bound(void **state) {
  (void)state;
  range_1("sin, one turn", taut_sin, mpfr_sin, -3.2, 3.2, 0.9);
  range_1("sin, |x| <= 1e6", taut_sin, mpfr_sin, -1e6, 1e6, 0.9);
  spread_1("sin, all sizes", taut_sin, mpfr_sin, -60, 30, 0.9);
  range_1("cos, one turn", taut_cos, mpfr_cos, -3.2, 3.2, 0.9);
  range_1("cos, |x| <= 1e6", taut_cos, mpfr_cos, -1e6, 1e6, 0.9);
  spread_1("cos, all sizes", taut_cos, mpfr_cos, -60, 30, 0.9);
  range_1("tan, one turn", taut_tan, mpfr_tan, -3.2, 3.2, 1.2);
  spread_1("tan, all sizes", taut_tan, mpfr_tan, -60, 30, 1.2);
}

/// The hardest arguments: the double nearest to n pi/2, where almost all of x cancels.
static void sine_and_cosine_are_good_next_to_multiples_of_a_quarter_turn(void **state) {
  (void)state;
  worst at_sin = {0}, at_cos = {0}, at_tan = {0};
  for (uint32_t i = 0; i < N_POINTS; i++) {
    uint64_t n = 1 + taut_random_u64(3, 0, 0, i) % (i % 2 ? 683565275 : 1000000);
    mpfr_const_pi(m_y, MPFR_RNDN);
    mpfr_mul_ui(m_y, m_y, (unsigned long)n, MPFR_RNDN);
    mpfr_div_2ui(m_y, m_y, 1, MPFR_RNDN);
    double x = mpfr_get_d(m_y, MPFR_RNDN);
    if (x > 0x1p30) continue;
    measure_1(&at_sin, taut_sin, mpfr_sin, x);
    measure_1(&at_cos, taut_cos, mpfr_cos, x);
    measure_1(&at_tan, taut_tan, mpfr_tan, x);
  }
  check("sin near n pi/2", at_sin, 0.9);
  check("cos near n pi/2", at_cos, 0.9);
  check("tan near n pi/2", at_tan, 1.2);
}

/// Found by a continued-fraction search over all doubles below 2^30: the closest to a multiple of
/// pi/2.
static void sine_is_good_at_the_double_closest_to_a_multiple(void **state) {
  (void)state;
  worst w = {0};
  for (int exponent = 0; exponent < 30; exponent++) {
    // Best approximations of pi/2 by m 2^(e-52) / n are the convergents of pi 2^(51-e).
    mpfr_const_pi(m_x, MPFR_RNDN);
    mpfr_mul_2si(m_x, m_x, 51 - exponent, MPFR_RNDN);
    double h0 = 1, h1 = 0, k0 = 0, k1 = 1;
    for (int i = 0; i < 60; i++) {
      mpfr_floor(m_y, m_x);
      double a = mpfr_get_d(m_y, MPFR_RNDN);
      double h = a * h0 + h1, k = a * k0 + k1;
      h1 = h0, h0 = h, k1 = k0, k0 = k;
      if (h >= 0x1p53) break;
      double x = ldexp(h, exponent - 52);
      if (x <= 0x1p30) {
        measure_1(&w, taut_sin, mpfr_sin, x);
        measure_1(&w, taut_cos, mpfr_cos, x);
      }
      mpfr_sub(m_x, m_x, m_y, MPFR_RNDN);
      if (mpfr_zero_p(m_x)) break;
      mpfr_ui_div(m_x, 1, m_x, MPFR_RNDN);
    }
  }
  check("sin, cos at convergents", w, 0.9);
}

static void exponential_and_logarithm_keep_their_bound(void **state) {
  (void)state;
  range_1("exp, all", taut_exp, mpfr_exp, -746.0, 710.0, 1.0);
  range_1("exp, |x| <= 1", taut_exp, mpfr_exp, -1.0, 1.0, 0.6);
  spread_1("exp, small", taut_exp, mpfr_exp, -70, 0, 0.6);
  spread_1("log, all", log_of_size, mpfr_log_of_size, -1074, 1023, 0.6);
  range_1("log, near 1", taut_log, mpfr_log, 0.9, 1.1, 0.6);
  range_1("log, 0.5 to 2", taut_log, mpfr_log, 0.5, 2.0, 0.6);
  worst w = {0};
  for (int i = -2000; i <= 2000; i++) measure_1(&w, taut_log, mpfr_log, 1.0 + i * 0x1p-52);
  check("log, next to 1", w, 0.6);
}

static void hyperbolic_tangent_keeps_its_bound(void **state) {
  (void)state;
  range_1("tanh, |x| <= 1", taut_tanh, mpfr_tanh, -1.0, 1.0, 1.0);
  range_1("tanh, |x| <= 23", taut_tanh, mpfr_tanh, -23.0, 23.0, 1.0);
  spread_1("tanh, all sizes", taut_tanh, mpfr_tanh, -300, 10, 1.0);
}

static void angle_of_a_point_keeps_its_bound(void **state) {
  (void)state;
  worst square = {0}, all = {0};
  for (uint32_t i = 0; i < N_POINTS; i++) {
    measure_2(&square, taut_atan2, mpfr_atan2, uniform(i, 3, -1.0, 1.0), uniform(i, 4, -1.0, 1.0));
    measure_2(&all, taut_atan2, mpfr_atan2, spread(i, 3, -1074, 1023), spread(i, 4, -1074, 1023));
  }
  check("atan2, square", square, 1.2);
  check("atan2, all sizes", all, 1.2);
}

static void power_keeps_its_bound(void **state) {
  (void)state;
  worst small = {0}, large = {0}, whole = {0}, all = {0};
  for (uint32_t i = 0; i < N_POINTS; i++) {
    double base = fabs(spread(i, 5, -1074, 1023));
    double result_log = uniform(i, 6, -740.0, 709.0);
    double exponent = result_log / taut_log(base);
    measure_2(&small, taut_pow, mpfr_pow, uniform(i, 7, 0.0, 4.0), uniform(i, 8, -4.0, 4.0));
    if (isfinite(exponent)) measure_2(&large, taut_pow, mpfr_pow, base, exponent);
    measure_2(&whole, taut_pow, mpfr_pow, uniform(i, 9, -10.0, 10.0),
              floor(uniform(i, 10, -30, 30)));
    double close = 1.0 + uniform(i, 11, -0x1p-10, 0x1p-10);
    measure_2(&all, taut_pow, mpfr_pow, close, uniform(i, 12, -7e5, 7e5));
  }
  check("pow, small", small, 0.8);
  check("pow, up to overflow", large, 1.0);
  check("pow, whole exponents", whole, 0.8);
  check("pow, base near 1", all, 0.8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sine_cosine_and_tangent_keep_their_bound),
      cmocka_unit_test(sine_and_cosine_are_good_next_to_multiples_of_a_quarter_turn),
      cmocka_unit_test(sine_is_good_at_the_double_closest_to_a_multiple),
      cmocka_unit_test(exponential_and_logarithm_keep_their_bound),
      cmocka_unit_test(hyperbolic_tangent_keeps_its_bound),
      cmocka_unit_test(angle_of_a_point_keeps_its_bound),
      cmocka_unit_test(power_keeps_its_bound),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
