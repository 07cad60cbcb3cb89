/// `taut monitor` as scripts see it: what it prints, its exit statuses, and traces that are wrong.
#include <math.h>

#include "support/command.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

static void write_trace(void) {
  write_text("log.csv",
             "t,force[N],armed,note\n"
             "0,1,0,free text\n"
             "0.1,2,1,more\n"
             "0.2,5,1,\n"
             "0.3,2,0,\n");
}

static void exit_statuses_are_verdicts(void **state) {
  (void)state;
  write_trace();
  assert_int_equal(run_taut("monitor 'always (force <= 5 N)' log.csv"), 0);
  expect_text("out", "pass");
  assert_int_equal(run_taut("monitor 'always (force <= 4 N)' log.csv"), 1);
  expect_text("out", "-1 N");
  expect_text("out", "0.2 s");
  assert_int_equal(run_taut("monitor 'after 1 s armed' log.csv"), 1);
  expect_text("out", "inconclusive: a window was not observed to its end");
  assert_int_equal(run_taut("monitor 'always (force <= 4)' log.csv"), 4);
  expect_text("err", "did you mean 4 lb or 4 N?");
  expect_text("err", "^");
}

static void the_end_is_strict_unless_weak(void **state) {
  (void)state;
  write_trace();
  assert_int_equal(run_taut("monitor 'always[0 s, 1 s] (force <= 5 N)' log.csv"), 1);
  assert_int_equal(run_taut("monitor 'always[0 s, 1 s] (force <= 5 N)' log.csv --end strict"), 1);
  assert_int_equal(run_taut("monitor 'always[0 s, 1 s] (force <= 5 N)' log.csv --end weak"), 0);
}

static void series_is_json_with_infinities_as_words(void **state) {
  (void)state;
  write_trace();
  assert_int_equal(run_taut("monitor 'eventually[200 ms, 300 ms] (force > 1 N)' log.csv --series"),
                   0);
  expect_text("out", "{\"verdict\":\"pass\",\"robustness\":[4,1,\"-inf\",\"-inf\"]}");
  assert_int_equal(run_taut("monitor 'whenever armed then eventually (force > 4 N)' log.csv "
                            "--series --json"),
                   0);
  expect_text("out", "\"triggers\":1");
  expect_text("out", "\"robustness\":[1,1,1,1]");
}

static void a_trace_off_the_grid_can_be_held(void **state) {
  (void)state;
  write_text("odd.csv", "t,x\n0,1\n0.1,2\n0.25,5\n");
  assert_int_equal(run_taut("monitor 'always (x < 9)' odd.csv"), 4);
  expect_text("err", "odd.csv:4");
  expect_text("err", "--resample hold");
  assert_int_equal(run_taut("monitor 'x < 9' odd.csv --resample hold --step 0.05 --series"), 0);
  expect_text("out", "[8,8,7,7,7,4]");
}

static void short_traces_have_verdicts(void **state) {
  (void)state;
  write_text("one.csv", "t,x\n7,1\n");
  write_text("none.csv", "t,x\n");
  assert_int_equal(run_taut("monitor 'always (x < 9)' one.csv"), 0);
  assert_int_equal(run_taut("monitor 'always (x < 9)' none.csv"), 1);
  expect_text("out", "error: there are no rows");
}

static void nan_counts_only_where_it_is_used(void **state) {
  (void)state;
  write_text("hole.csv", "t,x,y\r\n0,1,1\r\n0.1,nan,1\r\n");
  assert_int_equal(run_taut("monitor 'always (y > 0)' hole.csv"), 0);
  assert_int_equal(run_taut("monitor 'always (x > 0)' hole.csv"), 1);
  expect_text("out", "NaN in a signal that is used");
}

static void wrong_traces_are_named(void **state) {
  (void)state;
  static const struct {
    const char *trace, *message;
  } wrong[] = {
      {"", "the file is empty"},
      {"x,t\n0,1\n", "the first column must be t"},
      {"t[ms],x\n0,1\n", "the first column must be t"},
      {"t,x[furlong]\n0,1\n", "unknown unit 'furlong'"},
      {"t,x,x\n0,1,1\n", "two columns are called 'x'"},
      {"t,x\n0,1\n0.1\n", "wrong.csv:3: the row has 1 values, the header 2"},
      {"t,x\n0,1\n0.1,1,1\n", "wrong.csv:3: the row has more values"},
      {"t,x\n0,1\n0.1,abc\n", "wrong.csv:3: 'abc' in column 'x' is not a number"},
      {"t,x\n0,1\n0.1,\n", "wrong.csv:3: '' in column 'x' is not a number"},
      {"t,x\n0,1\n0,1\n", "time goes from 0 s to 0 s"},
      {"t,x\n0,1\n0.1,1\n0.05,1\n", "time goes from 0.1 s to 0.05 s"},
      {"t,x\n0,1\n0.1,1\n0.2,1\n0.31,1\n0.4,1\n0.7,1\n", "wrong.csv:5: the rows are not regular"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    write_text("wrong.csv", wrong[i].trace);
    assert_int_equal(run_taut("monitor 'always (x >= 0)' wrong.csv"), 4);
    expect_text("err", wrong[i].message);
  }
  assert_int_equal(run_taut("monitor 'always (x >= 0)' missing.csv"), 4);
  expect_text("err", "missing.csv: No such file");
  assert_int_equal(run_taut("monitor 'x > 0' one.csv --end soft"), 4);
  assert_int_equal(run_taut("monitor 'x > 0' one.csv --resample line"), 4);
  assert_int_equal(run_taut("monitor 'x > 0' one.csv --step 1"), 4);
  assert_int_equal(run_taut("monitor 'x > 0'"), 4);
}

/// Numbers are those of strtod to the last bit, whichever way they are read.
static void numbers_are_read_to_the_last_bit(void **state) {
  (void)state;
  static const char *const texts[] = {"0.1",
                                      "-0.3",
                                      "123456789.123456",
                                      "1e-7",
                                      "2.5E+3",
                                      "0.1234567890123456789",
                                      "1e300",
                                      "99999999999999999999",
                                      "000.50",
                                      "4.35",
                                      "-1e-310",
                                      "0.000000000000000000000001"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    char trace[128], expected[128];
    snprintf(trace, sizeof trace, "t,x\n0,%s\n", texts[i]);
    write_text("bits.csv", trace);
    run_taut("monitor 'x >= 0' bits.csv --series");
    snprintf(expected, sizeof expected, "\"robustness\":[%.17g]", strtod(texts[i], NULL));
    expect_text("out", expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exit_statuses_are_verdicts),
      cmocka_unit_test(the_end_is_strict_unless_weak),
      cmocka_unit_test(series_is_json_with_infinities_as_words),
      cmocka_unit_test(a_trace_off_the_grid_can_be_held),
      cmocka_unit_test(short_traces_have_verdicts),
      cmocka_unit_test(nan_counts_only_where_it_is_used),
      cmocka_unit_test(wrong_traces_are_named),
      cmocka_unit_test(numbers_are_read_to_the_last_bit),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
