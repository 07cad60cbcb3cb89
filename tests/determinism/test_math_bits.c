// The bits of the elementary functions and random numbers, which every compiler, optimisation level
// and processor must reproduce. Needs core/math alone, so that it runs under an emulator:
//   aarch64-linux-gnu-gcc -std=c17 -O2 -ffp-contract=off -fno-math-errno -Icore/include
//     tests/determinism/test_math_bits.c core/math/*.c -lm -o bits
//   qemu-aarch64 -L /usr/aarch64-linux-gnu ./bits
// Single rows locate a difference; a hash over many points per function finds it. After a wanted
// change of a function, `--print rows` and `--print hashes` write the two tables anew.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "taut/math.h"

typedef enum function {
  SIN,
  COS,
  TAN,
  EXP,
  LOG,
  TANH,
  SQRT,
  ATAN2,
  POW,
  NORMAL,
  N_FUNCTIONS
} function;

static const char *const names[N_FUNCTIONS] = {"SIN",  "COS",  "TAN",   "EXP", "LOG",
                                               "TANH", "SQRT", "ATAN2", "POW", "NORMAL"};

typedef struct row {
  function f;
  double x, y;
  uint64_t bits;
} row;

static const row rows[] = {
#include "math_rows.inc"
};

static const uint64_t hashes[N_FUNCTIONS] = {
#include "math_hashes.inc"
};

enum { N_POINTS = 20000, N_ROWS_PER_FUNCTION = 7 };

static double value_of(function f, double x, double y) {
  switch (f) {
    case SIN: return taut_sin(x);
    case COS: return taut_cos(x);
    case TAN: return taut_tan(x);
    case EXP: return taut_exp(x);
    case LOG: return taut_log(x);
    case TANH: return taut_tanh(x);
    case SQRT: return taut_sqrt(x);
    case ATAN2: return taut_atan2(y, x);
    case POW: return taut_pow(x, y);
    case NORMAL: return taut_random_normal((uint64_t)taut_to_i64(x), 1, taut_to_i64(y), 0);
    case N_FUNCTIONS: break;
  }
  return 0.0;
}

static uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// The i-th argument: alternately of a usual size and of any size.
static void point(function f, uint32_t i, double *x, double *y) {
  uint64_t a = taut_random_u64(77, (uint32_t)f, 0, 2 * i),
           b = taut_random_u64(77, (uint32_t)f, 0, 2 * i + 1);
  double u = (double)(int64_t)(a >> 11) * 0x1p-53, v = (double)(int64_t)(b >> 11) * 0x1p-53;
  *x = f == LOG || f == POW || f == SQRT ? 4.0 * u : 20.0 * u - 10.0;
  *y = 20.0 * v - 10.0;
  if (i % 2 == 0) return;
  if (f == NORMAL) {
    *x = u * 0x1p62;
    *y = v * 0x1p62;
  } else {
    *x = from_bits(a);
    *y = from_bits(b);
    if (f == SIN || f == COS || f == TAN) *x = ldexp(u - 0.5, (int)(b % 32));
    if (f == EXP) *x = 1500.0 * (u - 0.5);
    if (f == POW) *y = ldexp(v - 0.5, (int)(a % 16));
    if (f == ATAN2) *y = ldexp(*x, (int)(b % 100) - 50);
  }
}

/// FNV-1a over the bits of all values.
static uint64_t hash_of(function f) {
  uint64_t hash = UINT64_C(14695981039346656037);
  for (uint32_t i = 0; i < N_POINTS; i++) {
    double x, y;
    point(f, i, &x, &y);
    hash = (hash ^ bits_of(value_of(f, x, y))) * UINT64_C(1099511628211);
  }
  return hash;
}

static int print_tables(const char *what) {
  for (int f = 0; f < N_FUNCTIONS; f++) {
    if (strcmp(what, "hashes") == 0) {
      printf("[%s] = UINT64_C(0x%016" PRIx64 "),\n", names[f], hash_of((function)f));
      continue;
    }
    for (uint32_t i = 0; i < N_ROWS_PER_FUNCTION; i++) {
      double x, y;
      point((function)f, i, &x, &y);
      uint64_t bits = bits_of(value_of((function)f, x, y));
      printf("{%s, %a, %a, UINT64_C(0x%016" PRIx64 ")},\n", names[f], x, y, bits);
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--print") == 0) return print_tables(argv[2]);
  int n_wrong = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t got = bits_of(value_of(rows[i].f, rows[i].x, rows[i].y));
    if (got == rows[i].bits) continue;
    printf("%s(%a, %a): got %016" PRIx64 ", want %016" PRIx64 "\n", names[rows[i].f], rows[i].x,
           rows[i].y, got, rows[i].bits);
    n_wrong++;
  }
  for (int f = 0; f < N_FUNCTIONS; f++) {
    uint64_t got = hash_of((function)f);
    if (got == hashes[f]) continue;
    printf("%s: hash %016" PRIx64 ", want %016" PRIx64 "\n", names[f], got, hashes[f]);
    n_wrong++;
  }
  printf("%zu rows and %d hashes of %d values, %d wrong\n", sizeof rows / sizeof *rows, N_FUNCTIONS,
         N_POINTS, n_wrong);
  return n_wrong != 0;
}
