/// Which plugins the other side of --against gets.
#include "cli/against.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/text.h"

static char **list_of(const char *words) {
  char **list = calloc(16, sizeof *list);
  assert_non_null(list);
  for (size_t n = 0; *words != '\0'; n++) {
    size_t size = strcspn(words, " ");
    list[n] = taut_text_format("%.*s", (int)size, words);
    words += size + (words[size] == ' ');
  }
  return list;
}

static void the_other_side_gets_what_was_asked_but_for_its_own_roles(void **state) {
  (void)state;
  static const struct {
    const char *with, *other, *result;
  } rows[] = {{"", "controller=b", "controller=b"},
              {"controller=a", "controller=b", "controller=b"},
              {"controller=a user=u", "controller=b", "user=u controller=b"},
              {"controller=a controller=c", "controller=b", "controller=b"},
              {"left.motor=a user=u", "motor=b", "user=u motor=b"},
              {"motor=a", "left.motor=b", "motor=a left.motor=b"},
              {"right.motor=a", "left.motor=b", "right.motor=a left.motor=b"},
              {"left.motor=a", "left.motor=b", "left.motor=b"},
              {"form_check=a", "check=b", "form_check=a check=b"},
              {"user=u spotter=s", "spotter=t user=v", "spotter=t user=v"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char **with = list_of(rows[i].with), **other = list_of(rows[i].other);
    char **result = taut_against_with(with, other);
    taut_buffer text = {0};
    for (size_t k = 0; result[k] != NULL; k++) {
      taut_buffer_printf(&text, "%s%s", k > 0 ? " " : "", result[k]);
    }
    assert_string_equal(text.data, rows[i].result);
    taut_buffer_fini(&text);
    taut_cli_with_free(with);
    taut_cli_with_free(other);
    taut_cli_with_free(result);
  }
}

static void a_bare_path_is_a_controller(void **state) {
  (void)state;
  static const taut_option options[] = {{"against", '\0', "X", ""}, {NULL, '\0', NULL, NULL}};
  static const char *const words[] = {"--against",    "old.so",    "--against",
                                      "./a=b/old.so", "--against", "user=dummy.so"};
  char error[128];
  taut_arguments arguments;
  assert_int_equal(taut_arguments_parse(options, 6, (char *const *)(uintptr_t)words, &arguments,
                                        error, sizeof error),
                   TAUT_OK);
  char **targets = taut_against_targets(&arguments);
  assert_string_equal(targets[0], "controller=old.so");
  assert_string_equal(targets[1], "controller=./a=b/old.so");
  assert_string_equal(targets[2], "user=dummy.so");
  assert_null(targets[3]);
  taut_cli_with_free(targets);
  taut_arguments_fini(&arguments);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_other_side_gets_what_was_asked_but_for_its_own_roles),
      cmocka_unit_test(a_bare_path_is_a_controller),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
