#include "report/statistics.h"

#include <math.h>
#include <stdbool.h>

#include "taut/math.h"

static bool is_share(double x) {
  return x > 0.0 && x < 1.0;
}

/// log(1 - x) for 0 < x < 1 without losing a small x in the difference: what rounding took from
/// 1 - x is given back as a factor.
static double log_1m(double x) {
  double rest = 1.0 - x;
  return rest == 1.0 ? -x : taut_log(rest) * (-x / (rest - 1.0));
}

uint64_t taut_trials_without_failure(double share, double confidence) {
  if (!is_share(share) || !is_share(confidence)) return 0;
  double n = taut_log(1.0 - confidence) / log_1m(share);
  if (n > 9007199254740992.0) return 0;
  int64_t whole = taut_to_i64(n * (1.0 - 1e-12));
  return (uint64_t)((double)whole < n * (1.0 - 1e-12) ? whole + 1 : whole);
}

// ------------------------------------------------------------------------------ incomplete beta

/// log of the gamma function for x >= 1: Stirling's series (Abramowitz and Stegun 1964, 6.1.40)
/// from 16 on, below that by the recurrence.
static double log_gamma(double x) {
  double product = 1.0;
  while (x < 16.0) product *= x++;
  double r = 1.0 / x, r2 = r * r;
  double series =
      r * (1.0 / 12 - r2 * (1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680 - r2 / 1188))));
  return (x - 0.5) * taut_log(x) - x + 0.5 * taut_log(2.0 * TAUT_PI) + series - taut_log(product);
}

/// The continued fraction of the incomplete beta function (Abramowitz and Stegun 1964, 26.5.8),
/// evaluated from the front (Lentz 1976). Converges fast for x below the mean.
static double fraction(double a, double b, double x) {
  const double tiny = 1e-300;
  double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (d > -tiny && d < tiny ? tiny : d);
  double value = d;
  // About the root of the greater of a and b steps are needed, a thousand for a million trials.
  for (int i = 1; i <= 100000; i++) {
    double m = (double)i, change = 1.0;
    double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    const double terms[2] = {even, odd};
    for (int k = 0; k < 2; k++) {
      d = 1.0 + terms[k] * d;
      c = 1.0 + terms[k] / c;
      d = 1.0 / (d > -tiny && d < tiny ? tiny : d);
      c = c > -tiny && c < tiny ? tiny : c;
      change = c * d;
      value *= change;
    }
    if (change > 1.0 - 1e-15 && change < 1.0 + 1e-15) break;
  }
  return value;
}

/// The regularised incomplete beta function I_x(a, b) for a, b >= 1 and 0 < x < 1, or with
/// `is_rest` what it lacks to 1; whichever of the two is the lesser is computed, not the
/// difference.
static double beta_share(double a, double b, double x, bool is_rest) {
  double scale = log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * taut_log(x) + b * log_1m(x);
  bool is_below = x < (a + 1.0) / (a + b + 2.0);
  double part = taut_exp(scale) * (is_below ? fraction(a, b, x) / a : fraction(b, a, 1.0 - x) / b);
  return is_below != is_rest ? part : 1.0 - part;
}

/// The x at which I_x(a, b), or with `is_rest` the rest to 1, is `share`: by halving, which needs
/// nothing of the function but that it rises.
static double beta_inverse(double a, double b, double share, bool is_rest) {
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) break;
    bool is_beyond = (beta_share(a, b, middle, is_rest) > share) != is_rest;
    if (is_beyond) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return 0.5 * (low + high);
}

// --------------------------------------------------------------------------------------- bounds

static bool is_question(uint64_t n_failures, uint64_t n, double confidence) {
  return n_failures <= n && n >= 1 && n <= TAUT_TRIALS_MAX && is_share(confidence);
}

double taut_share_upper(uint64_t n_failures, uint64_t n, double confidence) {
  if (!is_question(n_failures, n, confidence)) return (double)NAN;
  if (n_failures == n) return 1.0;
  double k = (double)n_failures;
  return beta_inverse(k + 1.0, (double)n - k, 1.0 - confidence, true);
}

double taut_share_lower(uint64_t n_failures, uint64_t n, double confidence) {
  if (!is_question(n_failures, n, confidence)) return (double)NAN;
  if (n_failures == 0) return 0.0;
  double k = (double)n_failures;
  return beta_inverse(k, (double)n - k + 1.0, 1.0 - confidence, false);
}

double taut_confidence_each(double confidence, uint64_t n_claims) {
  return n_claims > 0 ? 1.0 - (1.0 - confidence) / (double)n_claims : (double)NAN;
}
