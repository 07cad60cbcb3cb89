/// Names of traces: readable, bounded, each its own, and the same wherever a case is run from.
#include "runner/trace_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/text.h"

typedef struct wanted {
  const char *file, *name, *trace;
} wanted;

/// `trace` ending in '#' stands for a name with a hash there.
static void expect_names(const wanted *rows, size_t n) {
  taut_collection collection = {.n_items = n, .listed = json_array()};
  collection.items = taut_memory_resize(NULL, n * sizeof *collection.items);
  for (size_t i = 0; i < n; i++) {
    collection.items[i] = (taut_item){.file = rows[i].file, .name = rows[i].name};
  }
  taut_trace_names(&collection);
  for (size_t i = 0; i < n; i++) {
    const char *trace = collection.items[i].trace;
    assert_true(strlen(trace) <= 180);
    for (size_t k = 0; k < i; k++) assert_string_not_equal(trace, collection.items[k].trace);
    size_t n_fixed = strcspn(rows[i].trace, "#");
    bool has_hash = rows[i].trace[n_fixed] == '#';
    bool is_right =
        has_hash ? strlen(trace) >= n_fixed + 8 && strncmp(trace, rows[i].trace, n_fixed) == 0
                 : strcmp(trace, rows[i].trace) == 0;
    if (!is_right) fail_msg("row %zu is %s", i, trace);
  }
  taut_collection_fini(&collection);
}

static void a_name_is_the_place_and_the_case(void **state) {
  (void)state;
  static const wanted rows[] = {
      {"scenarios/safety/leak.lua", "A leak, reported [load=25 lb]",
       "safety-leak.a-leak-reported-load-25-lb"},
      {"/elsewhere/scenarios/safety/cone.lua", "cone", "safety-cone.cone"},
      {"/elsewhere/scenarios/old/scenarios/x.lua", "x", "x.x"},
      {"my_scenarios/leak.lua", "leak", "leak.leak"}};
  expect_names(rows, 4);
}

static void a_hash_follows_only_where_a_name_is_not_its_own(void **state) {
  (void)state;
  static const wanted rows[] = {
      {"a.lua", "load 1.5", "a.load-1-5-#"},
      {"a.lua", "load 1,5", "a.load-1-5-#"},
      {"a.lua", "load 15", "a.load-15"},
      {"here/b.lua", "none", "b-#"},
      {"there/b.lua", "none", "b-#"},
      {"there/b.lua", "all", "b.all"},
      {"here/c.lua", "same!", "c-#"},
      {"here/c.lua", "same?", "c-#"},
      {"there/c.lua", "same!", "c-#"},
      {"a.lua",
       "a name that goes on and on, longer than anybody would like to read in a list of files, and "
       "then some",
       "a.a-name-that-goes-on-and-on-longer-than-anybody-would-like-to-read-in-a-list-of-files-and-"
       "then-some"},
      {"a.lua",
       "a name that goes on and on, longer than anybody would like to read in a list of files, and "
       "then some more, so that it is cut",
       "a.a-name-that-goes-on-and-on-longer-than-anybody-would-like-to-read-in-a-list-of-files-and-"
       "#"}};
  expect_names(rows, sizeof rows / sizeof rows[0]);
  // With the others of its file, but without other files: the same name as above.
  static const wanted alone[] = {{"there/b.lua", "all", "b.all"},
                                 {"there/b.lua", "none", "b.none"}};
  expect_names(alone, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_name_is_the_place_and_the_case),
      cmocka_unit_test(a_hash_follows_only_where_a_name_is_not_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
