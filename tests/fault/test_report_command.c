/// The page of a run and `taut report`: the same bytes whoever writes it, and folders that are cut.
#include <sys/stat.h>

#include "support/command.h"

static void put(const char *path, const char *text, size_t size) {
  assert_int_equal(taut_file_write_atomic(path, text, size, NULL), TAUT_OK);
}

static void a_run_leaves_a_page_that_report_writes_again(void **state) {
  (void)state;
  write_crash_file("bad.lua", "abort none");
  assert_int_equal(run_taut("run bad.lua --html copy.html " CRASH), 1);
  char *page = text_of("runs/latest/report.html"), *copy = text_of("copy.html");
  assert_string_equal(page, copy);
  if (strstr(page, "<h1>1 of 2 cases ended in error</h1>") == NULL) fail_msg("no head line");
  free(copy);
  assert_int_equal(run_taut("report --html again.html"), 0);
  copy = text_of("again.html");
  assert_string_equal(page, copy);
  free(copy);
  free(page);
  assert_int_equal(run_taut("run bad.lua --html . " CRASH), 4);
  expect_text("err", "--html . cannot be written");
  assert_int_equal(run_taut("report --html none/page.html"), 3);
  expect_text("err", "none/page.html could not be written");
}

static void a_summary_names_what_did_not_pass_and_the_files(void **state) {
  (void)state;
  write_crash_file("bad.lua", "abort none");
  assert_int_equal(run_taut("run bad.lua " CRASH), 1);
  assert_int_equal(run_taut("report runs/latest"), 0);
  expect_text("out", "error abort 1  (bad.lua:");
  expect_text("out", "1 passed, 1 in error");
  expect_text("out", "runs/latest/report.html");
  assert_int_equal(run_taut("report --json"), 0);
  json_t *summary = json_of("out");
  const json_t *bad = json_object_get(summary, "not_passed");
  assert_int_equal(json_array_size(bad), 1);
  assert_string_equal(text_at(json_array_get(bad, 0), "name"), "abort 1");
  assert_int_equal(json_array_size(json_object_get(summary, "slowest")), 2);
  json_decref(summary);
  assert_int_equal(run_taut("report runs/latest runs/latest"), 4);
}

static void a_run_cut_anywhere_is_refused(void **state) {
  (void)state;
  write_crash_file("bad.lua", "none");
  assert_int_equal(run_taut("report"), 4);
  expect_text("err", "runs/latest: no such run folder");
  assert_int_equal(run_taut("run bad.lua " CRASH), 0);
  char *text = text_of("runs/latest/results.json");
  size_t size = strlen(text);
  for (size_t i = 0; i < 12; i++) {
    put("runs/latest/results.json", text, (size - 3) * i / 11);
    assert_int_equal(run_taut("report"), 4);
    expect_text("err", "runs/latest/results.json");
  }
  assert_int_equal(remove("runs/latest/results.json"), 0);
  // A pipe that nobody writes to is not waited for.
  assert_int_equal(mkfifo("runs/latest/results.json", 0600), 0);
  assert_int_equal(run_taut("report"), 4);
  expect_text("err", "runs/latest/results.json cannot be read");
  assert_int_equal(remove("runs/latest/results.json"), 0);
  assert_int_equal(run_taut("report"), 4);
  expect_text("err", "no results.json: not a run, or one that was killed");
  free(text);
}

static void a_lost_case_file_costs_its_plots_only(void **state) {
  (void)state;
  write_crash_file("bad.lua", "abort none");
  assert_int_equal(run_taut("run bad.lua " CRASH), 1);
  put("runs/latest/cases/1-abort-1.json", "{\"name\": ", 9);
  remove("runs/latest/cases/2-none-2.json");
  assert_int_equal(run_taut("report --html page.html"), 0);
  expect_text("page.html", "abort 1");
  expect_text("page.html", "none 2");
}

static void a_page_tells_the_runs_up_to_its_own(void **state) {
  (void)state;
  write_crash_file("fine.lua", "none");
  for (size_t i = 0; i < 3; i++) assert_int_equal(run_taut("run fine.lua " CRASH), 0);
  expect_text("runs/latest/report.html", "History (3 runs, 3 passed)");
  char *run = realpath("runs/latest", NULL);
  assert_int_equal(run_taut("run fine.lua " CRASH), 0);
  assert_int_equal(run_taut("report %s --html page.html", run), 0);
  expect_text("page.html", "History (3 runs, 3 passed)");
  // Without a history there is a page all the same.
  put("runs/history.sqlite", "not a database", 14);
  assert_int_equal(run_taut("report --html page.html"), 0);
  char *page = text_of("page.html");
  assert_null(strstr(page, "History ("));
  free(page);
  free(run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_run_leaves_a_page_that_report_writes_again, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_summary_names_what_did_not_pass_and_the_files, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_run_cut_anywhere_is_refused, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_page_tells_the_runs_up_to_its_own, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_lost_case_file_costs_its_plots_only, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
