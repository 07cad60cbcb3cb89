/// Packed series: what is written can be read, and nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/pack.h"
#include "taut/math.h"

static void series_are_written_as_documented(void **state) {
  (void)state;
  static const struct {
    int64_t numbers[8];
    size_t n;
    const char *text;
  } rows[] = {{{0}, 0, ""},
              {{0}, 1, "A"},
              {{1, 0, 16, 15}, 4, "CDgBD"},
              {{123, 123, 123}, 3, "2HAA"},
              {{123, 123, 123, 123}, 4, "2H*G"},
              {{TAUT_PACK_GAP, 5, TAUT_PACK_GAP, 4}, 4, "-K-D"},
              {{7, TAUT_PACK_GAP, TAUT_PACK_GAP, TAUT_PACK_GAP, TAUT_PACK_GAP, 7}, 6, "O-*GA"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    taut_buffer out = {0};
    taut_buffer_text(&out, "");
    taut_pack_append(&out, rows[i].numbers, rows[i].n);
    assert_string_equal(out.data, rows[i].text);
    int64_t back[8];
    assert_int_equal(taut_pack_read(out.data, out.size, back, rows[i].n), TAUT_OK);
    assert_memory_equal(back, rows[i].numbers, rows[i].n * sizeof *back);
    taut_buffer_fini(&out);
  }
}

static void any_series_comes_back(void **state) {
  (void)state;
  enum { N = 300 };
  int64_t numbers[N], back[N];
  for (uint64_t round = 0; round < 200; round++) {
    for (uint64_t i = 0; i < N; i++) {
      uint64_t bits = taut_random_u64(3, 0, 0, round * N + i);
      int width = (int)(bits % 41);
      int64_t number = (int64_t)(bits >> 8) % ((INT64_C(1) << width) + 1);
      numbers[i] = (bits & 64) != 0 ? -number : number;
      if (bits % 7 == 0) numbers[i] = TAUT_PACK_GAP;
      if (bits % 3 == 0 && i > 0) numbers[i] = numbers[i - 1];
    }
    numbers[0] = TAUT_PACK_MAX;
    numbers[1] = -TAUT_PACK_MAX;
    taut_buffer out = {0};
    taut_pack_append(&out, numbers, N);
    assert_int_equal(taut_pack_read(out.data, out.size, back, N), TAUT_OK);
    assert_memory_equal(back, numbers, sizeof numbers);
    assert_int_equal(taut_pack_read(out.data, out.size, NULL, N), TAUT_OK);
    assert_int_equal(taut_pack_read(out.data, out.size, NULL, N - 1), TAUT_EINVAL);
    assert_int_equal(taut_pack_read(out.data, out.size, NULL, N + 1), TAUT_EINVAL);
    taut_buffer_fini(&out);
  }
}

static void what_is_no_series_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"*G",
                                      "A*",
                                      "A*A",
                                      "A*D",
                                      "A g",
                                      "A\n",
                                      "g",
                                      "Ag",
                                      "A*g",
                                      "ggggggggggA",
                                      "\xff",
                                      "A,A",
                                      "+////////////H",
                                      "gggggggggB",
                                      "A*//////////P"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    for (size_t n = 0; n < 4; n++) {
      if (taut_pack_read(texts[i], strlen(texts[i]), NULL, n) == TAUT_OK)
        fail_msg("'%s' was read as %zu numbers", texts[i], n);
    }
  }
}

/// No text makes the reader write beyond what it was given, whatever it returns.
static void no_text_is_read_beyond_its_count(void **state) {
  (void)state;
  static const char letters[] = "ACDg/+-*Bz9";
  int64_t back[9];
  for (uint64_t round = 0; round < 100000; round++) {
    char text[12];
    size_t size = taut_random_u64(5, 0, 0, round) % sizeof text;
    for (size_t i = 0; i < size; i++) {
      text[i] = letters[taut_random_u64(5, 1, 0, round * 16 + i) % (sizeof letters - 1)];
    }
    back[8] = 42;
    (void)taut_pack_read(text, size, back, 8);
    assert_int_equal(back[8], 42);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(series_are_written_as_documented),
                                     cmocka_unit_test(any_series_comes_back),
                                     cmocka_unit_test(what_is_no_series_is_refused),
                                     cmocka_unit_test(no_text_is_read_beyond_its_count)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
