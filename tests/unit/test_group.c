// Groups: which cases are branches of one warm run.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "runner/group.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static taut_group *make(taut_item *items, size_t n, size_t *n_groups) {
  for (size_t i = 0; i < n; i++) items[i].i_case = (uint32_t)(100 + i);
  const taut_collection collection = {.items = items, .n_items = n};
  return taut_groups_make(&collection, n_groups);
}

static void cases_of_one_file_warm_run_and_person_belong_together(void **state) {
  (void)state;
  taut_item items[] = {{.file = "a", .warm = "x [load=1]"},
                       {.file = "a", .warm = "x [load=2]"},
                       {.file = "a", .warm = ""},
                       {.file = "a", .warm = "x [load=1]"},
                       {.file = "a", .warm = ""},
                       {.file = "a", .warm = "x [load=1]", .i_seed = 1},
                       {.file = "a", .warm = "x [load=1]", .i_seed = 1},
                       {.file = "b", .warm = "x [load=1]"},
                       {.file = "a", .warm = "x [load=2]"}};
  size_t n;
  taut_group *groups = make(items, COUNT(items), &n);
  static const size_t expected[3][2] = {{0, 3}, {1, 8}, {5, 6}};
  assert_int_equal(n, 3);
  for (size_t i = 0; i < n; i++) {
    assert_int_equal(groups[i].n, 2);
    assert_memory_equal(groups[i].items, expected[i], sizeof expected[i]);
  }
  taut_groups_free(groups, n);
}

static void a_job_holds_what_is_not_done(void **state) {
  (void)state;
  taut_item items[] = {
      {.file = "a", .warm = "x"}, {.file = "a", .warm = "x"}, {.file = "a", .warm = "x"}};
  size_t n;
  taut_group *groups = make(items, COUNT(items), &n);
  const taut_collection collection = {.items = items, .n_items = COUNT(items)};
  static taut_job job;
  assert_int_equal(n, 1);
  assert_true(taut_group_job(groups, &collection, &job));
  assert_int_equal(job.kind, TAUT_JOB_BRANCH);
  assert_int_equal(job.n_branches, 3);
  assert_int_equal(taut_group_find(groups, &collection, 101), 1);
  groups->is_done[1] = true;
  assert_int_equal(taut_group_find(groups, &collection, 101), 3);
  assert_int_equal(taut_group_find(groups, &collection, -1), 3);
  assert_true(taut_group_job(groups, &collection, &job));
  assert_int_equal(job.n_branches, 2);
  assert_int_equal(job.branches[0], 100);
  assert_int_equal(job.branches[1], 102);
  groups->is_done[0] = true;
  assert_false(taut_group_job(groups, &collection, &job));  // one alone needs no branch
  taut_groups_free(groups, n);
}

static void a_group_fits_a_job(void **state) {
  (void)state;
  enum { N = TAUT_BRANCHES_MAX + 3 };
  static taut_item items[N];
  for (size_t i = 0; i < N; i++) items[i] = (taut_item){.file = "a", .warm = "x"};
  size_t n;
  taut_group *groups = make(items, N, &n);
  assert_int_equal(n, 2);
  assert_int_equal(groups[0].n, TAUT_BRANCHES_MAX);
  assert_int_equal(groups[1].n, 3);
  assert_int_equal(groups[1].items[0], TAUT_BRANCHES_MAX);
  taut_groups_free(groups, n);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cases_of_one_file_warm_run_and_person_belong_together),
      cmocka_unit_test(a_job_holds_what_is_not_done),
      cmocka_unit_test(a_group_fits_a_job),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
