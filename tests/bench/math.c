// Elementary functions over the C library's, on arguments a model uses.
#include <math.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "taut/math.h"

enum { N_ARGUMENTS = 4096 };

typedef struct arguments {
  double x[N_ARGUMENTS];
  double sum;  // keeps the results alive
} arguments;

static bool open_range(void **context, double lo, double hi) {
  arguments *a = malloc(sizeof *a);
  if (a == NULL) return false;
  for (uint32_t i = 0; i < N_ARGUMENTS; i++) {
    a->x[i] = lo + (hi - lo) * taut_random_uniform(1, 0, 0, i);
  }
  a->sum = 0.0;
  *context = a;
  return true;
}

static bool open_angles(void **context, char *why, size_t why_size) {
  (void)why, (void)why_size;
  return open_range(context, -10.0, 10.0);
}

static bool open_exponents(void **context, char *why, size_t why_size) {
  (void)why, (void)why_size;
  return open_range(context, -20.0, 20.0);
}

static bool open_positive(void **context, char *why, size_t why_size) {
  (void)why, (void)why_size;
  return open_range(context, 1e-6, 10.0);
}

/// Nanoseconds per call.
static double sample(arguments *a, double (*f)(double)) {
  int64_t start_ns = bench_cpu_ns(), elapsed_ns = 0;
  int64_t n_calls = 0;
  while (elapsed_ns < BENCH_SAMPLE_NS) {
    for (int i_repeat = 0; i_repeat < 16; i_repeat++) {
      double sum = 0.0;
      for (size_t i = 0; i < N_ARGUMENTS; i++) sum += f(a->x[i]);
      a->sum += sum;
    }
    n_calls += 16 * N_ARGUMENTS;
    elapsed_ns = bench_cpu_ns() - start_ns;
  }
  return (double)elapsed_ns / (double)n_calls;
}

static double sample_sin(void *context) {
  return sample(context, taut_sin);
}
static double sample_exp(void *context) {
  return sample(context, taut_exp);
}
static double sample_log(void *context) {
  return sample(context, taut_log);
}
static double sample_libm_sin(void *context) {
  return sample(context, sin);
}
static double sample_libm_exp(void *context) {
  return sample(context, exp);
}
static double sample_libm_log(void *context) {
  return sample(context, log);
}

const bench bench_math[] = {
    {.name = "math_sin",
     .unit = "ns",
     .help = "taut_sin over libm's sin, |x| <= 10",
     .target = 1.6,
     .open = open_angles,
     .sample_ours = sample_sin,
     .sample_limit = sample_libm_sin,
     .close = free},
    {.name = "math_exp",
     .unit = "ns",
     .help = "taut_exp over libm's exp, |x| <= 20",
     .target = 1.6,
     .open = open_exponents,
     .sample_ours = sample_exp,
     .sample_limit = sample_libm_exp,
     .close = free},
    {.name = "math_log",
     .unit = "ns",
     .help = "taut_log over libm's log, 0 < x <= 10",
     .target = 1.6,
     .open = open_positive,
     .sample_ours = sample_log,
     .sample_limit = sample_libm_log,
     .close = free},
    {.name = NULL},
};
