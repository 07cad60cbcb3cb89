// Numbers of a trace are those of strtod to the last bit, however they are written.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <locale.h>
#include <math.h>

#include "cli/number.h"
#include "taut/math.h"

enum { N_NUMBERS = 300000 };

static uint32_t draw;

static uint64_t pick(uint64_t n) {
  return taut_random_u64(5, 1, 0, draw++) % n;
}

/// Digits of all lengths, halfway cases among them, with and without a point and a power.
static void make_text(char *text, size_t size) {
  uint64_t bits = taut_random_u64(5, 2, 0, draw);
  double value;
  memcpy(&value, &bits, sizeof value);
  double small = (double)(int64_t)bits * 0x1p-40;
  switch (pick(6)) {
    case 0: snprintf(text, size, "%.17g", value); break;
    case 1: snprintf(text, size, "%.17g", small); break;
    case 2: snprintf(text, size, "%.*f", (int)pick(12), small); break;
    case 3: snprintf(text, size, "%llue%d", (unsigned long long)bits, (int)pick(70) - 35); break;
    case 4: {
      // The middle between two neighbours of 2^53 to 2^63, written out.
      uint64_t middle = (UINT64_C(1) << 53) + 2 * pick(UINT64_C(1) << 52) + 1;
      snprintf(text, size, "%llu%s", (unsigned long long)middle, pick(2) ? "" : ".0");
      break;
    }
    default: snprintf(text, size, "%.*g", 1 + (int)pick(19), small * 1e-9); break;
  }
}

static void numbers_are_those_of_strtod(void **state) {
  (void)state;
  for (int i = 0; i < N_NUMBERS; i++) {
    char text[512];
    make_text(text, sizeof text - 8);
    size_t n = strlen(text);
    strcpy(text + n, pick(2) ? "," : "");
    double expected = strtod(text, NULL), got = 7;
    const char *stop = taut_number_read(text, &got);
    bool is_nan = expected != expected && got != got;
    if (stop != text + n || (!is_nan && memcmp(&expected, &got, sizeof got) != 0))
      fail_msg("'%s' is %.17g, read as %.17g", text, expected, got);
  }
}

static void what_is_no_number_is_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {"", ",", "-", "+", ".", "e5", "abc", "--1", "-,"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    double got = 0;
    assert_null(taut_number_read(wrong[i], &got));
  }
  static const struct {
    const char *text;
    double value;
    size_t n;
  } odd[] = {{"1e", 1, 1},
             {"1e+,", 1, 1},
             {"0,", 0, 1},
             {"-0", -0.0, 2},
             {"  7 ,", 7, 3},
             {".5", 0.5, 2},
             {"5.", 5, 2},
             {"1.5x", 1.5, 3},
             {"inf", (double)INFINITY, 3},
             {"1e999", (double)INFINITY, 5},
             {"0x10", 16, 4},
             {"00012", 12, 5}};
  for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
    double got = 3;
    const char *stop = taut_number_read(odd[i].text, &got);
    assert_ptr_equal(stop, odd[i].text + odd[i].n);
    assert_memory_equal(&got, &odd[i].value, sizeof got);
  }
}

static void the_locale_does_not_matter(void **state) {
  (void)state;
  static const char *const locales[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C.UTF-8"};
  for (size_t i = 0; i < sizeof locales / sizeof locales[0]; i++) {
    if (setlocale(LC_NUMERIC, locales[i]) == NULL) continue;
    double got = 0;
    taut_number_read("0.12345678901234567890123,", &got);
    assert_true(got == 0.12345678901234567890123);
  }
  setlocale(LC_NUMERIC, "C");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_those_of_strtod),
      cmocka_unit_test(what_is_no_number_is_refused),
      cmocka_unit_test(the_locale_does_not_matter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
