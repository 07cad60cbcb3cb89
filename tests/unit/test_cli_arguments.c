/// Command lines: what is taken, what is refused, and with which words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/arguments.h"
#include "report/text.h"

static const taut_option options[] = {
    {"seed", '\0', "N", ""},  {"keyword", 'k', "EXPR", ""}, {"with", '\0', "ROLE=TARGET", ""},
    {"quiet", 'q', NULL, ""}, {"jobs", 'j', "N", ""},       {"timeout", '\0', "SECONDS", ""},
    {NULL, '\0', NULL, NULL},
};

static taut_arguments arguments;
static char error[256];

static taut_status parse(const char *const *argv) {
  int argc = 0;
  while (argv[argc] != NULL) argc++;
  return taut_arguments_parse(options, argc, (char *const *)(uintptr_t)argv, &arguments, error,
                              sizeof error);
}

static void options_and_words_mix_in_any_order(void **state) {
  (void)state;
  const char *const argv[] = {"a.lua",         "--seed", "7",     "-k",     "x and y", "-j4",
                              "--with=c=d.so", "-q",     "b.lua", "--with", "e=f",     "--",
                              "--seed",        NULL};
  assert_int_equal(parse(argv), TAUT_OK);
  assert_int_equal(arguments.n_words, 3);
  assert_string_equal(arguments.words[0], "a.lua");
  assert_string_equal(arguments.words[1], "b.lua");
  assert_string_equal(arguments.words[2], "--seed");
  assert_string_equal(taut_arguments_value(&arguments, "keyword"), "x and y");
  assert_string_equal(taut_arguments_value(&arguments, "jobs"), "4");
  assert_true(taut_arguments_has(&arguments, "quiet"));
  assert_false(taut_arguments_has(&arguments, "timeout"));
  const char **with = taut_arguments_values(&arguments, "with");
  assert_string_equal(with[0], "c=d.so");
  assert_string_equal(with[1], "e=f");
  assert_null(with[2]);
  free(with);
  taut_arguments_fini(&arguments);
}

static void what_is_wrong_is_said_with_a_way_out(void **state) {
  (void)state;
  static const struct {
    const char *argv[3], *message;
  } wrong[] = {{{"--sed", "1", NULL}, "unknown option --sed; did you mean --seed?"},
               {{"--sede=1", NULL}, "unknown option --sede; did you mean --seed?"},
               {{"--realtime", NULL}, "unknown option --realtime"},
               {{"-z", NULL}, "unknown option -z"},
               {{"--seed", NULL}, "option --seed needs a value: --seed N"},
               {{"--quiet=1", NULL}, "option --quiet takes no value"},
               {{"-qx", NULL}, "option --quiet takes no value"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(parse(wrong[i].argv), TAUT_EINVAL);
    assert_string_equal(error, wrong[i].message);
  }
}

static void numbers_are_read_whole_or_not_at_all(void **state) {
  (void)state;
  static const struct {
    const char *text;
    taut_status status;
    int64_t value;
  } rows[] = {{"7", TAUT_OK, 7},        {"0", TAUT_EINVAL, -1},
              {"17", TAUT_EINVAL, -1},  {"7x", TAUT_EINVAL, -1},
              {"7.5", TAUT_EINVAL, -1}, {"-3", TAUT_EINVAL, -1},
              {"", TAUT_EINVAL, -1},    {"99999999999999999999", TAUT_EINVAL, -1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char *word = taut_text_format("--seed=%s", rows[i].text);
    const char *const argv[] = {word, NULL};
    int64_t value = -1;
    taut_status status = parse(argv);
    if (status == TAUT_OK) {
      status = taut_arguments_integer(&arguments, "seed", 1, 16, &value, error, sizeof error);
      taut_arguments_fini(&arguments);
    }
    assert_int_equal(status, rows[i].status);
    assert_int_equal(value, rows[i].value);
    free(word);
  }
}

static void times_have_units(void **state) {
  (void)state;
  static const struct {
    const char *text;
    double value;
  } rows[] = {{"60", 60}, {"1.5s", 1.5}, {"250 ms", 0.25}, {"2min", 120},
              {"0", -1},  {"nan", -1},   {"5 parsec", -1}, {"1e9", -1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const char *const argv[] = {"--timeout", rows[i].text, NULL};
    double value = -1;
    assert_int_equal(parse(argv), TAUT_OK);
    taut_status status = taut_arguments_seconds(&arguments, "timeout", &value, error, sizeof error);
    assert_int_equal(status, rows[i].value < 0 ? TAUT_EINVAL : TAUT_OK);
    assert_true(value == rows[i].value);
    taut_arguments_fini(&arguments);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_and_words_mix_in_any_order),
      cmocka_unit_test(what_is_wrong_is_said_with_a_way_out),
      cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
      cmocka_unit_test(times_have_units),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
