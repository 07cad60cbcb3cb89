// Whatever text comes from outside, it compiles or it gets an error with a place; what compiles can
// be run. Texts are random bytes, soups of words, and real requirements with something broken.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/program.h"
#include "taut/math.h"

enum { N_TEXTS = 100000, TEXT_SIZE = 600, N_ROWS = 40, DELAY_MAX = 20000 };

static const taut_column COLUMNS[] = {
    {.name = "x"},
    {.name = "p", .is_bool = true},
    {.name = "left.f", .unit = "N", .least = 0, .greatest = 500},
    {.name = "right.f", .unit = "N", .least = 0, .greatest = 500},
    {.name = "controller.safety_state", .labels = "normal,symptom_ramp,latched"},
    {.name = "heat", .unit = "K"},
    {.name = "curve[0]", .unit = "m/s"},
    {.name = "curve[1]", .unit = "m/s"},
    {.name = "odd", .unit = "furlong"},
    {.name = "inertia", .unit = "kg m2"},
};
enum { N_COLUMNS = sizeof COLUMNS / sizeof COLUMNS[0] };

static const char *const REAL[] = {
    "whenever rise(controller.safety_state == latched) then within 100 ms (f <= 10 N)",
    "always ((x > 0 for 500 ms) => (not p until[0 s, 1 s] f < 5 lb) unless rise0(p))",
    "never (heat > 60 degC) and integral(f) < 5 N s xor near(x, 2, 0.5)",
    "historically[100 ms, inf] (once p) <=> (eventually[0, 2 s] changed(controller.safety_state))",
    "rate(curve[1], 200 ms) <= 3 m/s/s or count(p, 1 s) == 3 => at(p, f) >= delayed(f, 100 ms)",
    "p before x == 3 and -x * 2 + abs(delta(x)) / 3 < clamp(x, 1, 2) or peak(f) > 3 N",
    "min(f, 1 s) + max(f, 2 N) - avg(f, 300 ms) >= rms(f, 100 ms) * duration(p) / time_since(p)",
};
enum { N_REAL = sizeof REAL / sizeof REAL[0] };

static const char *const WORDS[] = {
    "always",
    "eventually",
    "historically",
    "once",
    "until",
    "since",
    "unless",
    "prev",
    "next",
    "rise",
    "fall",
    "not",
    "and",
    "or",
    "=>",
    "<=>",
    "xor",
    "whenever",
    "then",
    "for",
    "after",
    "never",
    "before",
    "within",
    "delta",
    "rate",
    "avg",
    "min",
    "max",
    "at",
    "integral",
    "count",
    "peak",
    "near",
    "changed",
    "x",
    "p",
    "f",
    "heat",
    "curve[0]",
    "left.f",
    "latched",
    "true",
    "odd",
    "(",
    ")",
    "[",
    "]",
    ",",
    "<",
    "<=",
    ">",
    "==",
    "!=",
    "+",
    "-",
    "*",
    "/",
    "3",
    "0.5",
    "2 N",
    "1 s",
    "100 ms",
    "1e9",
    "[0 s,1 s]",
    "inf",
    "4 lb",
    "%",
    "inertia",
    "controller.safety_state",
};
enum { N_WORDS = sizeof WORDS / sizeof WORDS[0] };

typedef struct source {
  uint64_t seed;
  uint32_t draw;
} source;

static uint32_t pick(source *s, uint32_t n) {
  return (uint32_t)(taut_random_u64(s->seed, 2, 0, s->draw++) % n);
}

static size_t make_bytes(source *s, char *text) {
  size_t n = pick(s, 60);
  for (size_t i = 0; i < n; i++) text[i] = (char)(1 + pick(s, 255));
  return n;
}

static size_t make_soup(source *s, char *text) {
  size_t n = 0, n_words = 1 + pick(s, pick(s, 2) ? 6 : 25);
  for (size_t i = 0; i < n_words && n + 40 < TEXT_SIZE; i++)
    n += (size_t)snprintf(text + n, TEXT_SIZE - n, "%s%s", WORDS[pick(s, N_WORDS)],
                          pick(s, 8) ? " " : "");
  return n;
}

/// A real text with some of its bytes dropped, doubled, replaced, or swapped for a word.
static size_t make_mutant(source *s, char *text) {
  size_t n = (size_t)snprintf(text, TEXT_SIZE, "%s", REAL[pick(s, N_REAL)]);
  for (uint32_t k = pick(s, 4); k > 0 && n > 2; k--) {
    size_t at = pick(s, (uint32_t)n - 1), length = 1 + pick(s, 8);
    if (at + length > n) length = n - at;
    const char *word = WORDS[pick(s, N_WORDS)];
    size_t n_word = strlen(word);
    switch (pick(s, 4)) {
      case 0:
        memmove(text + at, text + at + length, n - at - length);
        n -= length;
        break;
      case 1:
        if (n + length >= TEXT_SIZE) break;
        memmove(text + at + length, text + at, n - at);
        n += length;
        break;
      case 2: text[at] = (char)(1 + pick(s, 255)); break;
      default:
        if (n + n_word >= TEXT_SIZE) break;
        memmove(text + at + n_word, text + at, n - at);
        memcpy(text + at, word, n_word);
        n += n_word;
        break;
    }
  }
  return n;
}

static void expect_error(const char *text, const taut_expr_error *error) {
  int n_lines = 1;
  for (const char *c = text; *c; c++) n_lines += *c == '\n';
  bool has_place = error->line >= 1 && error->line <= n_lines && error->column >= 1 &&
                   error->column <= (int)strlen(text) + 1 && error->length >= 1;
  bool has_text = error->message[0] && memchr(error->message, 0, sizeof error->message) &&
                  memchr(error->text, 0, sizeof error->text) && strchr(error->text, '^');
  if (!has_place || !has_text)
    fail_msg("'%s': %d:%d+%d %s\n%s", text, error->line, error->column, error->length,
             error->message, error->text);
}

/// Feeds rows of all kinds and ends the run.
static void run_some(source *s, const taut_monitor *monitor) {
  if (taut_monitor_state_size(monitor) > 1 << 22 || monitor->delay > DELAY_MAX) return;
  void *state = malloc(taut_monitor_state_size(monitor));
  assert_non_null(state);
  taut_monitor_start(monitor, state);
  uint32_t n = pick(s, N_ROWS);
  for (uint32_t i = 0; i < n; i++) {
    static const double VALUES[] = {0, 1, -1, 2.5, 300, 1e308, -1e308, 1e-310, 0, 1};
    double row[N_COLUMNS];
    for (int k = 0; k < N_COLUMNS; k++) row[k] = VALUES[pick(s, 10)];
    if (pick(s, 300) == 0) row[pick(s, N_COLUMNS)] = (double)NAN;
    if (taut_monitor_feed(monitor, state, row, NULL, NULL) != TAUT_OK) break;
    taut_monitor_bounds bounds;
    if (pick(s, 10) == 0) taut_monitor_bounds_get(monitor, state, &bounds);
  }
  taut_monitor_result result;
  taut_monitor_finish(monitor, state, pick(s, 2) ? TAUT_END_WEAK : TAUT_END_STRICT, NULL, NULL,
                      &result);
  assert_in_range(result.verdict, TAUT_PASS, TAUT_ERROR);
  assert_true(n > 0 || result.verdict == TAUT_ERROR);
  free(state);
}

static void no_text_crashes_the_compiler(void **unused) {
  (void)unused;
  unsigned n_compiled[3] = {0}, n_refused[3] = {0};
  for (uint64_t seed = 1; seed <= N_TEXTS; seed++) {
    source s = {.seed = seed};
    // On the heap and no longer than it is: a sanitizer sees one byte too many.
    char made[TEXT_SIZE + 64];
    uint32_t kind = pick(&s, 8) < 5 ? 2 : pick(&s, 2);
    size_t n = kind == 0 ? make_bytes(&s, made)
                         : (kind == 1 ? make_soup(&s, made) : make_mutant(&s, made));
    char *text = malloc(n + 1);
    assert_non_null(text);
    memcpy(text, made, n);
    text[n] = 0;
    const taut_monitor_options options = {
        .row_s = 0.1, .rows_max = pick(&s, 3) ? N_ROWS : 0, .has_series = pick(&s, 2)};
    taut_monitor *monitor = NULL;
    taut_expr_error error = {0};
    taut_status status =
        taut_monitor_compile_columns(text, COLUMNS, N_COLUMNS, &options, &monitor, &error);
    if (status == TAUT_OK) {
      n_compiled[kind]++;
      run_some(&s, monitor);
    } else {
      n_refused[kind]++;
      assert_int_equal(status, TAUT_EINVAL);
      expect_error(text, &error);
    }
    taut_monitor_destroy(monitor);
    free(text);
  }
  // Both ends are reached.
  assert_true(n_compiled[2] > N_TEXTS / 20 && n_refused[2] > N_TEXTS / 20);
  assert_true(n_compiled[1] > 10 && n_refused[1] > N_TEXTS / 20);
  assert_true(n_refused[0] > N_TEXTS / 20);
}

static void nesting_and_length_are_bounded(void **unused) {
  (void)unused;
  static const char *const PIECES[] = {"(",           "not ",      "always ",  "-",
                                       "abs(",        "x > 0 => ", "p until ", "whenever p then ",
                                       "within 1 s ", "["};
  const taut_monitor_options options = {.row_s = 0.1, .rows_max = N_ROWS};
  for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
    static char text[TAUT_EXPR_LENGTH_MAX + 200];
    size_t n = 0;
    while (n < TAUT_EXPR_LENGTH_MAX - 40) n += (size_t)sprintf(text + n, "%s", PIECES[i]);
    taut_monitor *monitor = NULL;
    taut_expr_error error = {0};
    assert_int_equal(
        taut_monitor_compile_columns(text, COLUMNS, N_COLUMNS, &options, &monitor, &error),
        TAUT_EINVAL);
    expect_error(text, &error);
    while (n < TAUT_EXPR_LENGTH_MAX + 40) n += (size_t)sprintf(text + n, "%s", PIECES[i]);
    assert_int_equal(
        taut_monitor_compile_columns(text, COLUMNS, N_COLUMNS, &options, &monitor, &error),
        TAUT_EINVAL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_text_crashes_the_compiler),
      cmocka_unit_test(nesting_and_length_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
