/// `taut monitor` as scripts see it: what it prints, its exit statuses, and traces that are wrong.
#include <math.h>

#include "support/command.h"
#include "support/trace.h"

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
      {"t,x\n0,1\n0.1,zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n",
       "wrong.csv:3: 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz' in column 'x' "
       "is not a number"},
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

/// A trace of the small run of support/trace.h as a file.
static void write_mcap(const char *path, const uint8_t *data, size_t size) {
  assert_int_equal(taut_file_write_atomic(path, data, size, NULL), TAUT_OK);
}

static void a_trace_of_a_run_is_judged_by_the_names_of_its_plan(void **state) {
  (void)state;
  static traced t;
  t = (traced){0};
  traced_make(&t, 200, 2000, 1);
  // What it is shows in its first bytes, not in its name.
  write_mcap("run.csv", t.file.data, t.file.size);
  assert_int_equal(run_taut("monitor 'always (ramp.y >= 0)' run.csv --json"), 0);
  expect_text("out", "\"rows\":200");
  expect_text("out", "\"row_s\":0.001");
  assert_int_equal(run_taut("monitor 'always (peak(ramp.y) < 100)' run.csv"), 1);
  expect_text("out", "fail");
  assert_int_equal(run_taut("monitor 'never (listener.note == pain)' run.csv"), 1);
  expect_text("out", "fail");
  assert_int_equal(run_taut("monitor 'never (listener.note == pian)' run.csv"), 4);
  expect_text("err", "has no label 'pian'; did you mean 'pain'?");
  assert_int_equal(run_taut("monitor 'always (rmap.y >= 0)' run.csv"), 4);
  expect_text("err", "did you mean 'ramp.y'?");
  assert_int_equal(run_taut("monitor 'always (ramp.y >= 0 m)' run.csv"), 4);
  expect_text("err", "0 m is length but ramp.y is a plain number");
  assert_int_equal(run_taut("monitor 'always (ramp.pair[1] - ramp.pair[0] == 1)' run.csv"), 0);
  assert_int_equal(run_taut("monitor 'always (ramp.pair[2] > 0)' run.csv"), 4);
  expect_text("err", "'ramp.pair' has 2 elements");
  // Twice read where the length is needed; held on a finer grid.
  assert_int_equal(run_taut("monitor 'always (eventually (ramp.y > 1500))' run.csv"), 1);
  assert_int_equal(run_taut("monitor 'always (ramp.y >= 0)' run.csv --json "
                            "--resample hold --step 0.0005"),
                   0);
  expect_text("out", "\"rows\":399");
  traced_fini(&t);
}

static void a_trace_may_have_one_row(void **state) {
  (void)state;
  static traced t;
  t = (traced){0};
  traced_make(&t, 1, 2000, 1);
  write_mcap("one.mcap", t.file.data, t.file.size);
  assert_int_equal(run_taut("monitor 'always (ramp.y >= 0)' one.mcap --json"), 0);
  expect_text("out", "\"rows\":1,\"row_s\":0.001");
  assert_int_equal(run_taut("monitor 'next (ramp.y >= 0)' one.mcap"), 1);
  traced_fini(&t);
}

static void a_damaged_trace_gives_no_verdict(void **state) {
  (void)state;
  static traced t;
  t = (traced){0};
  traced_make(&t, 60, 2000, 1);
  const char *const command = "monitor 'always (ramp.y >= 0)' bad.mcap";
  write_mcap("bad.mcap", t.file.data, t.file.size);
  assert_int_equal(run_taut("%s", command), 0);
  // A byte here and there, the whole file over.
  size_t step = t.file.size / 60;
  for (size_t i = 9; i < t.file.size; i += step) {
    t.file.data[i] ^= 0x10;
    write_mcap("bad.mcap", t.file.data, t.file.size);
    if (run_taut("%s", command) != 4) fail_msg("a flip in byte %zu was not seen", i);
    expect_text("err", "taut monitor: bad.mcap: ");
    t.file.data[i] ^= 0x10;
  }
  for (size_t n = 12; n < t.file.size; n += step) {
    write_mcap("bad.mcap", t.file.data, n);
    assert_int_equal(run_taut("%s", command), 4);
    expect_text("err", "'taut trace recover' saves what there is");
  }
  traced_fini(&t);
}

static void mcap_does_not_come_through_a_pipe(void **state) {
  (void)state;
  static traced t;
  t = (traced){0};
  traced_make(&t, 20, 2000, 1);
  write_mcap("run.mcap", t.file.data, t.file.size);
  int keep = dup(STDIN_FILENO), file = open("run.mcap", O_RDONLY);
  dup2(file, STDIN_FILENO);
  int status = run_taut("monitor 'always (ramp.y >= 0)' -");
  dup2(keep, STDIN_FILENO);
  close(file);
  close(keep);
  assert_int_equal(status, 4);
  expect_text("err", "MCAP cannot be read from a pipe; give the file");
  traced_fini(&t);
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
      cmocka_unit_test(a_trace_of_a_run_is_judged_by_the_names_of_its_plan),
      cmocka_unit_test(a_trace_may_have_one_row),
      cmocka_unit_test(a_damaged_trace_gives_no_verdict),
      cmocka_unit_test(mcap_does_not_come_through_a_pipe),
  };
  return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
