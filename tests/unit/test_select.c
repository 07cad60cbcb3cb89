/// Which cases run: expressions, shards, and what a word of the command line means.
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/file.h"
#include "report/text.h"
#include "runner/discover.h"
#include "runner/select.h"
#include "support/folder.h"

static bool name_has(void *user, const char *word) {
  return taut_text_contains(user, word);
}

static bool holds(const char *expression, const char *name) {
  char error[256] = "";
  taut_selection *selection = NULL;
  if (taut_selection_parse(expression, &selection, error, sizeof error) != TAUT_OK) {
    fail_msg("%s", error);
  }
  bool result = taut_selection_holds(selection, name_has, (void *)(uintptr_t)name);
  taut_selection_destroy(selection);
  return result;
}

static void words_combine_as_they_read(void **state) {
  (void)state;
  assert_true(holds("leak", "a reported LEAK halves the load"));
  assert_false(holds("leak", "handle release"));
  assert_true(holds("not leak", "handle release"));
  assert_true(holds("leak or cone and slow", "a leak"));
  assert_false(holds("(leak or cone) and slow", "a leak"));
  assert_true(holds("not not leak", "leak"));
  assert_true(holds("not (cone or release) and leak", "leak"));
  assert_true(holds("'handle release'", "a handle release at 10 lb"));
  assert_false(holds("'handle release'", "release the handle"));
  assert_true(holds("\"and\"", "this and that"));
  assert_true(holds("leak[load=25", "leak[load=25 lb]"));
}

static void a_wrong_expression_says_where(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } wrong[] = {{"", "a word is missing at column 1"},
               {"leak and", "a word is missing at column 9"},
               {"leak cone", "'and' or 'or' is missing at column 6"},
               {"(leak", "a closing bracket is missing at column 6"},
               {"leak)", "nothing to close at column 5"},
               {"'leak", "a quoted word is not closed"},
               {"or leak", "a word is missing at column 1"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    char error[256] = "";
    taut_selection *selection = NULL;
    assert_int_equal(taut_selection_parse(wrong[i].text, &selection, error, sizeof error),
                     TAUT_EINVAL);
    if (strstr(error, wrong[i].message) == NULL) fail_msg("'%s': %s", wrong[i].text, error);
  }
}

static void deep_and_long_expressions_are_refused_not_fatal(void **state) {
  (void)state;
  char error[256];
  taut_selection *selection = NULL;
  taut_buffer deep = {0}, wide = {0}, word = {0};
  for (int i = 0; i < 100000; i++) taut_buffer_text(&deep, "(");
  for (int i = 0; i < 100000; i++) taut_buffer_text(&wide, i == 0 ? "a" : " or a");
  for (int i = 0; i < 100000; i++) taut_buffer_text(&word, "a");
  assert_int_equal(taut_selection_parse(deep.data, &selection, error, sizeof error), TAUT_EINVAL);
  assert_int_equal(taut_selection_parse(wide.data, &selection, error, sizeof error), TAUT_EINVAL);
  assert_int_equal(taut_selection_parse(word.data, &selection, error, sizeof error), TAUT_EINVAL);
  taut_buffer_fini(&deep);
  taut_buffer_fini(&wide);
  taut_buffer_fini(&word);
}

static void shards_are_a_partition_of_even_parts(void **state) {
  (void)state;
  enum { N_CASES = 4000, N_SHARDS = 8 };
  size_t counts[N_SHARDS] = {0};
  for (int i = 0; i < N_CASES; i++) {
    char name[64];
    snprintf(name, sizeof name, "release[load=%d lb]", i);
    uint32_t shard = taut_shard_of("scenarios/safety/release.lua", name, N_SHARDS);
    assert_in_range(shard, 1, N_SHARDS);
    assert_int_equal(shard, taut_shard_of("scenarios/safety/release.lua", name, N_SHARDS));
    counts[shard - 1]++;
  }
  // 500 expected with a standard deviation of 21: six of them either way.
  for (size_t i = 0; i < N_SHARDS; i++) assert_in_range(counts[i], 374, 626);
  // Written down once: a case keeps its shard across versions and machines.
  assert_int_equal(taut_shard_of("a.lua", "one", 5), 3);
  assert_int_equal(taut_shard_of("a.lua", "two", 5), 2);
}

static void a_shard_is_read_strictly(void **state) {
  (void)state;
  uint32_t i = 0, n = 0;
  assert_int_equal(taut_shard_parse("2/4", &i, &n), TAUT_OK);
  assert_int_equal(i, 2);
  assert_int_equal(n, 4);
  static const char *const wrong[] = {"",    "0/4",  "5/4",  "1",   "1/",        "/4",
                                      "a/4", "1/4x", "-1/4", "1/0", "1/9999999", " 1/4"};
  for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++) {
    assert_int_equal(taut_shard_parse(wrong[k], &i, &n), TAUT_EINVAL);
  }
}

static void touch(const char *name) {
  char *slash = strrchr(name, '/'), *parent = taut_text_copy(name);
  if (slash != NULL) {
    parent[slash - name] = '\0';
    assert_int_equal(taut_file_make_folder(parent), TAUT_OK);
  }
  assert_int_equal(taut_file_write_atomic(name, "", 0, NULL), TAUT_OK);
  free(parent);
}

static void a_folder_means_its_scenarios_sorted(void **state) {
  (void)state;
  char error[512];
  taut_files files;
  const char *const words[] = {"./s//", "s/b.lua", "s/deep"};
  assert_int_equal(taut_discover(words, 3, &files, error, sizeof error), TAUT_OK);
  static const char *const expected[] = {"s/a.lua", "s/b.lua", "s/deep/c.lua"};
  assert_int_equal(files.n_files, 3);
  for (size_t i = 0; i < 3; i++) assert_string_equal(files.files[i], expected[i]);
  taut_files_fini(&files);
}

static void a_word_may_name_a_case_or_a_line(void **state) {
  (void)state;
  char error[512];
  taut_files files;
  const char *const words[] = {"s/a.lua:leak: half, then none", "s/b.lua:12"};
  assert_int_equal(taut_discover(words, 2, &files, error, sizeof error), TAUT_OK);
  assert_true(taut_files_match(&files, "s/a.lua", "leak: half, then none", 3, INT_MAX));
  assert_true(
      taut_files_match(&files, "s/a.lua", "leak: half, then none [load=10 lb]", 3, INT_MAX));
  assert_false(taut_files_match(&files, "s/a.lua", "leak: half, then none at all", 3, INT_MAX));
  assert_false(taut_files_match(&files, "s/b.lua", "first", 3, 12));
  assert_true(taut_files_match(&files, "s/b.lua", "second", 12, 20));
  assert_true(taut_files_match(&files, "s/b.lua", "second", 10, 20));
  assert_false(taut_files_match(&files, "s/b.lua", "third", 20, INT_MAX));
  taut_files_fini(&files);
}

static void a_misspelt_path_is_corrected(void **state) {
  (void)state;
  char error[512];
  taut_files files;
  static const struct {
    const char *word, *message;
  } wrong[] = {{"s/aa.lua", "did you mean s/a.lua?"},
               {"s/deeep", "did you mean s/deep?"},
               {"s/deep/c", "did you mean s/deep/c.lua?"},
               {"s/ab.lua:12", "did you mean s/"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(taut_discover(&wrong[i].word, 1, &files, error, sizeof error), TAUT_ENOTFOUND);
    if (strstr(error, wrong[i].message) == NULL) fail_msg("%s", error);
  }
}

static int enter_tree(void **state) {
  if (enter_folder(state) != 0) return -1;
  touch("s/a.lua");
  touch("s/b.lua");
  touch("s/deep/c.lua");
  touch("s/lib/helper.lua");
  touch("s/requirements.lua");
  touch("s/.hidden.lua");
  touch("s/notes.txt");
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(words_combine_as_they_read),
      cmocka_unit_test(a_wrong_expression_says_where),
      cmocka_unit_test(deep_and_long_expressions_are_refused_not_fatal),
      cmocka_unit_test(shards_are_a_partition_of_even_parts),
      cmocka_unit_test(a_shard_is_read_strictly),
      cmocka_unit_test(a_folder_means_its_scenarios_sorted),
      cmocka_unit_test(a_word_may_name_a_case_or_a_line),
      cmocka_unit_test(a_misspelt_path_is_corrected),
  };
  return cmocka_run_group_tests(tests, enter_tree, leave_folder);
}
