/// What a run leaves behind: cleaned text, records, results.json, junit.xml, the failure block.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/explain.h"
#include "report/junit.h"
#include "report/record.h"
#include "report/results.h"
#include "report/text.h"

// -------------------------------------------------------------------------------------------- text

static void foreign_text_cannot_drive_the_terminal(void **state) {
  (void)state;
  static const struct {
    const char *text, *clean;
  } rows[] = {
      {"plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
      {"red \033[31m", "red ?[31m"},
      {"back\b\r\x7f", "back???"},
      {"c1 \xc2\x9b", "c1 ??"},
      {"over-long \xc0\xaf", "over-long ??"},
      {"surrogate \xed\xa0\x80", "surrogate ???"},
      {"beyond \xf4\x90\x80\x80", "beyond ????"},
      {"cut \xe2\x82", "cut ??"},
      {"turned \xe2\x80\xae", "turned ???"},
      {"two\nlines\tand", "two\nlines\tand"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    char *clean = taut_text_clean(rows[i].text, strlen(rows[i].text));
    assert_string_equal(clean, rows[i].clean);
    json_t *string = json_string(clean);
    assert_non_null(string);
    json_decref(string);
    free(clean);
  }
}

static void quoting_survives_a_shell(void **state) {
  (void)state;
  taut_buffer out = {0};
  taut_text_quote(&out, "plain/path.lua");
  taut_buffer_text(&out, " ");
  taut_text_quote(&out, "it's $HOME; `rm`");
  assert_string_equal(out.data, "plain/path.lua 'it'\\''s $HOME; `rm`'");
  taut_buffer_fini(&out);
}

static void near_words_are_suggested_far_ones_not(void **state) {
  (void)state;
  static const char *const words[] = {"controller", "spotter", "session"};
  assert_string_equal(taut_text_nearest("controler", words, 3), "controller");
  assert_string_equal(taut_text_nearest("contr", words, 3), "controller");
  assert_string_equal(taut_text_nearest("sesison", words, 3), "session");
  assert_null(taut_text_nearest("xylophone", words, 3));
}

// ------------------------------------------------------------------------------------------ record

static taut_case_result result_with(const taut_check_result *checks, size_t n_checks) {
  static const char *const logs[] = {"1.000 s controller: half load"};
  taut_case_result result = {.verdict = TAUT_FAIL,
                             .reason = "SR-031 does not hold",
                             .seed = 7,
                             .sim_ns = 3250000000,
                             .n_checks = n_checks,
                             .checks = checks,
                             .n_logs = 1,
                             .logs = logs};
  for (size_t i = 0; i < 16; i++) result.trace_hash[i] = result.plan_hash[i] = (uint8_t)(i * 17);
  return result;
}

static const char *const command_and_tension[] = {"controller.left_load_command_n",
                                                  "left.cable.tension_n"};

static const taut_check_result checks[] = {
    {.id = "SR-030",
     .text = "the load is halved",
     .expression = "load.command_n <= 60 N",
     .verdict = TAUT_PASS,
     .has_margin = true,
     .margin = 3.25,
     .unit = "N",
     .tick_ns = 1500000000,
     .expected = "load.command_n <= 60 N",
     .got = "56.75 N",
     .line = 17,
     .n_signals = 1,
     .signals = command_and_tension},
    {.id = "SR-031",
     .text = "the load is gone",
     .expression = "load.command_n <= 10 N",
     .verdict = TAUT_FAIL,
     .has_margin = true,
     .margin = -13.1,
     .unit = "N",
     .tick_ns = 2500000000,
     .expected = "load.command_n <= 10 N",
     .got = "23.1 N (left)",
     .line = 19,
     .is_requirement = true,
     .has_trigger = true,
     .n_triggers = 2,
     .n_signals = 2,
     .signals = command_and_tension},
    {.id = "",
     .text = "",
     .expression = "user.rep >= 4",
     .verdict = TAUT_INCONCLUSIVE,
     .unit = "1",
     .tick_ns = -1,
     .expected = "",
     .got = "",
     .is_everywhere = true},
};

static void a_record_survives_the_pipe(void **state) {
  (void)state;
  taut_case_result result = result_with(checks, 3);
  json_t *answer = taut_record_encode(&result);
  char *text = json_dumps(answer, 0);
  json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  taut_record record = {0};
  assert_int_equal(taut_record_decode(read, &record), TAUT_OK);
  assert_int_equal(record.verdict, TAUT_FAIL);
  assert_int_equal(record.seed, 7);
  assert_int_equal(record.sim_ns, 3250000000);
  assert_true(record.has_hashes);
  assert_memory_equal(record.trace_hash, result.trace_hash, 16);
  static const uint8_t none[16];
  assert_memory_equal(record.state_hash, none, 16);
  assert_int_equal(record.n_checks, 3);
  assert_true(record.checks[1].margin == -13.1);
  assert_int_equal(record.checks[1].tick_ns, 2500000000);
  assert_false(record.checks[2].has_margin);
  assert_int_equal(record.checks[2].tick_ns, -1);
  assert_false(record.checks[0].is_requirement || record.checks[0].has_trigger);
  assert_true(record.checks[1].is_requirement && record.checks[1].has_trigger);
  assert_int_equal(record.checks[1].n_triggers, 2);
  assert_true(record.checks[2].is_everywhere);
  assert_int_equal(record.checks[0].n_signals, 1);
  assert_int_equal(record.checks[1].n_signals, 2);
  assert_string_equal(record.checks[1].signals[1], "left.cable.tension_n");
  assert_string_equal(record.logs[0], "1.000 s controller: half load");
  assert_ptr_equal(taut_record_culprit(&record), &record.checks[1]);
  json_decref(read);
  json_decref(answer);
  free(text);
  taut_record_fini(&record);
}

/// Each member of the answer, removed or made something else in turn.
static void a_malformed_record_is_refused_whole(void **state) {
  (void)state;
  taut_case_result result = result_with(checks, 2);
  json_t *answer = taut_record_encode(&result);
  const char *key;
  json_t *value;
  taut_record record = {0};
  json_object_foreach(answer, key, value) {
    json_t *without = json_deep_copy(answer), *other = json_deep_copy(answer);
    json_object_del(without, key);
    json_object_set_new(other, key, json_real(0.5));
    assert_int_equal(taut_record_decode(without, &record), TAUT_EINVAL);
    assert_int_equal(taut_record_decode(other, &record), TAUT_EINVAL);
    json_decref(without);
    json_decref(other);
  }
  static const char *const wrong[] = {"perfect", "", "PASS"};
  for (size_t i = 0; i < 3; i++) {
    json_object_set_new(answer, "verdict", json_string(wrong[i]));
    assert_int_equal(taut_record_decode(answer, &record), TAUT_EINVAL);
  }
  json_object_set_new(answer, "verdict", json_string("fail"));
  json_object_set_new(answer, "trace_hash", json_string("0123456789abcdef0123456789abcdeg"));
  assert_int_equal(taut_record_decode(answer, &record), TAUT_EINVAL);
  assert_null(record.checks);
  json_decref(answer);
}

/// The same with every member of a check.
static void a_malformed_check_is_refused(void **state) {
  (void)state;
  taut_case_result result = result_with(checks, 2);
  json_t *answer = taut_record_encode(&result);
  const char *key;
  json_t *value, *check = json_array_get(json_object_get(answer, "checks"), 1);
  taut_record record = {0};
  json_object_foreach(check, key, value) {
    if (strcmp(key, "tick_ns") == 0) continue;  // null and absent mean the same
    json_t *other = json_deep_copy(answer);
    json_t *changed = json_array_get(json_object_get(other, "checks"), 1);
    if (strcmp(key, "margin") == 0)
      json_object_set_new(changed, key, json_string("much"));
    else
      json_object_set_new(changed, key, json_real(0.5));
    if (taut_record_decode(other, &record) != TAUT_EINVAL) fail_msg("'%s' was believed", key);
    json_decref(other);
  }
  assert_null(record.checks);
  assert_null(record.signals);
  json_decref(answer);
}

static void a_pass_with_a_failed_check_contradicts_itself(void **state) {
  (void)state;
  taut_case_result result = result_with(checks, 2);
  result.verdict = TAUT_PASS;
  json_t *answer = taut_record_encode(&result);
  taut_record record = {0};
  assert_int_equal(taut_record_decode(answer, &record), TAUT_EINVAL);
  json_decref(answer);
}

static void a_number_that_json_cannot_hold_is_null(void **state) {
  (void)state;
  taut_check_result check = checks[0];
  check.margin = strtod("nan", NULL);
  taut_case_result result = result_with(&check, 1);
  json_t *answer = taut_record_encode(&result);
  json_t *margin = json_object_get(json_array_get(json_object_get(answer, "checks"), 0), "margin");
  assert_true(json_is_null(margin));
  json_decref(answer);
}

// ----------------------------------------------------------------------------------------- reports

static taut_record record_of(const char *file, const char *name, taut_verdict verdict) {
  return (taut_record){.file = taut_text_copy(file),
                       .name = taut_text_copy(name),
                       .line = 12,
                       .verdict = verdict,
                       .reason = taut_text_copy(verdict == TAUT_PASS ? "" : "too <heavy> & late"),
                       .repeats = 1,
                       .seed = 7};
}

static void exit_codes_follow_the_worst_that_happened(void **state) {
  (void)state;
  taut_record records[2] = {{.verdict = TAUT_PASS}, {.verdict = TAUT_PASS}};
  assert_int_equal(taut_results_exit_code(records, 0, false), 5);
  assert_int_equal(taut_results_exit_code(records, 2, false), 0);
  records[1].verdict = TAUT_INCONCLUSIVE;
  assert_int_equal(taut_results_exit_code(records, 2, false), 1);
  assert_int_equal(taut_results_exit_code(records, 2, true), 0);
  records[1].verdict = TAUT_FAIL;
  assert_int_equal(taut_results_exit_code(records, 2, true), 1);
  records[1].verdict = TAUT_ERROR;
  assert_int_equal(taut_results_exit_code(records, 2, true), 1);
  records[1].is_load_error = true;
  assert_int_equal(taut_results_exit_code(records, 2, true), 4);
}

static size_t n_times(const char *text, const char *what) {
  size_t n = 0;
  while ((text = strstr(text, what)) != NULL) {
    n++;
    text += strlen(what);
  }
  return n;
}

static void junit_has_what_servers_read(void **state) {
  (void)state;
  taut_record records[4] = {record_of("s/a.lua", "fine", TAUT_PASS),
                            record_of("s/a.lua", "late \"one\"", TAUT_FAIL),
                            record_of("s/b.lua", "broken\033", TAUT_ERROR),
                            record_of("s/b.lua", "open", TAUT_INCONCLUSIVE)};
  records[2].output = taut_text_copy("last words ]]>");
  const char *const with[] = {"controller=a&b.so", NULL};
  taut_results results = {.records = records, .n_records = 4, .seed = 7, .with = with};
  taut_buffer out = {0};
  taut_junit_write(&results, &out);
  const char *xml = out.data;
  assert_non_null(strstr(xml, "tests=\"4\" failures=\"2\" errors=\"1\" skipped=\"0\""));
  assert_int_equal(n_times(xml, "<testsuite "), 2);
  assert_int_equal(n_times(xml, "<testcase "), 4);
  assert_int_equal(n_times(xml, "<failure "), 2);
  assert_int_equal(n_times(xml, "<error "), 1);
  assert_non_null(strstr(xml,
                         "classname=\"s.a\" name=\"late &quot;one&quot;\" file=\"s/a.lua\" "
                         "line=\"12\" time=\"0.000\">"));
  assert_non_null(strstr(xml, "message=\"too &lt;heavy&gt; &amp; late\""));
  assert_non_null(strstr(xml,
                         "taut run &apos;s/a.lua:late &quot;one&quot;&apos; --seed 7 --with "
                         "&apos;controller=a&amp;b.so&apos;"));
  assert_non_null(strstr(xml, "name=\"broken?\""));
  assert_non_null(strstr(xml, "<system-out>last words ]]&gt;</system-out>"));
  for (const char *c = xml; *c != '\0'; c++) assert_true((unsigned char)*c >= 0x20 || *c == '\n');
  taut_buffer_fini(&out);
  results.allow_inconclusive = true;
  taut_junit_write(&results, &out);
  assert_non_null(strstr(out.data, "tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
  assert_int_equal(n_times(out.data, "<skipped "), 1);
  taut_buffer_fini(&out);
  // A run that was broken off is not a short one that passed.
  results.is_interrupted = true;
  results.n_records = 1;
  taut_junit_write(&results, &out);
  assert_non_null(strstr(out.data, "tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\""));
  assert_non_null(strstr(out.data, "interrupted: not every case ran"));
  taut_buffer_fini(&out);
  for (size_t i = 0; i < 4; i++) taut_record_fini(&records[i]);
}

/// Removes every member named "environment".
static void strip_environment(json_t *value) {
  json_object_del(value, "environment");
  const char *key;
  json_t *member;
  size_t i;
  json_object_foreach(value, key, member) {
    strip_environment(member);
  }
  json_array_foreach(value, i, member) {
    strip_environment(member);
  }
}

static void results_differ_in_their_environment_only(void **state) {
  (void)state;
  taut_record records[1] = {record_of("s/a.lua", "fine", TAUT_PASS)};
  taut_results results = {
      .records = records, .n_records = 1, .seed = 7, .run_id = "one", .wall_s = 1};
  json_t *first = taut_results_json(&results);
  records[0].wall_s = 5;
  records[0].pid = 99;
  results.run_id = "two";
  results.wall_s = 9;
  results.n_workers = 4;
  json_t *second = taut_results_json(&results);
  assert_false(json_equal(first, second));
  strip_environment(first);
  strip_environment(second);
  assert_true(json_equal(first, second));
  json_decref(first);
  json_decref(second);
  taut_record_fini(&records[0]);
}

static void the_failure_block_says_all_there_is_to_know(void **state) {
  (void)state;
  taut_case_result result = result_with(checks, 3);
  json_t *answer = taut_record_encode(&result);
  taut_record record = record_of("scenarios/safety/leak.lua", "a leak", TAUT_FAIL);
  assert_int_equal(taut_record_decode(answer, &record), TAUT_OK);
  const char *const with[] = {"controller=plugins/bad.so", NULL};
  taut_buffer out = {0};
  taut_explain(&record, with, "build/taut", NULL, &out);
  assert_string_equal(out.data,
                      "  requirement  SR-031  the load is gone\n"
                      "  expected     load.command_n <= 10 N\n"
                      "  got          23.1 N (left)\n"
                      "  triggered    2 times\n"
                      "  when         2.500 s\n"
                      "  by           13.1 N\n"
                      "  at           scenarios/safety/leak.lua:19\n"
                      "  repro        build/taut run 'scenarios/safety/leak.lua:a leak' --seed 7 "
                      "--with "
                      "controller=plugins/bad.so\n");
  taut_buffer_fini(&out);
  json_decref(answer);
  taut_record_fini(&record);
}

static void an_error_is_where_its_reason_says(void **state) {
  (void)state;
  taut_record record = record_of("s/a.lua", "misspelt", TAUT_ERROR);
  free(record.reason);
  record.reason = taut_text_copy("s/a.lua:31: s has no 'wiat'");
  taut_buffer out = {0};
  taut_explain(&record, NULL, "taut", NULL, &out);
  assert_non_null(strstr(out.data, "  at           s/a.lua:31\n"));
  taut_buffer_fini(&out);
  free(record.reason);
  record.reason = taut_text_copy("plugin or scenario ended the process: signal 11 (SIGSEGV)");
  const char *const with[] = {"controller=my law.so", "spotter=s.lua", NULL};
  taut_explain(&record, with, "build/taut", NULL, &out);
  assert_non_null(strstr(out.data, "  next         build/taut check 'my law.so'\n"));
  assert_null(strstr(out.data, "taut check s.lua"));
  taut_buffer_fini(&out);
  taut_record_fini(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(foreign_text_cannot_drive_the_terminal),
      cmocka_unit_test(quoting_survives_a_shell),
      cmocka_unit_test(near_words_are_suggested_far_ones_not),
      cmocka_unit_test(a_record_survives_the_pipe),
      cmocka_unit_test(a_malformed_record_is_refused_whole),
      cmocka_unit_test(a_malformed_check_is_refused),
      cmocka_unit_test(a_pass_with_a_failed_check_contradicts_itself),
      cmocka_unit_test(a_number_that_json_cannot_hold_is_null),
      cmocka_unit_test(exit_codes_follow_the_worst_that_happened),
      cmocka_unit_test(junit_has_what_servers_read),
      cmocka_unit_test(results_differ_in_their_environment_only),
      cmocka_unit_test(the_failure_block_says_all_there_is_to_know),
      cmocka_unit_test(an_error_is_where_its_reason_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
