/// A ledger gives back what was kept, whatever a crash left behind it, and nothing of another
/// campaign.
#include "runner/ledger.h"
#include "support/command.h"

static taut_ledger *open_ledger(const char *campaign) {
  char error[512] = "";
  taut_ledger *ledger = NULL;
  taut_status status = taut_ledger_open("ledger", campaign, &ledger, error, sizeof error);
  if (status != TAUT_OK) fail_msg("%s", error);
  return ledger;
}

static void keep(taut_ledger *ledger, const char *key, int value) {
  json_t *result = json_pack("{s:i, s:f}", "value", value, "third", value / 3.0);
  assert_int_equal(taut_ledger_add(ledger, key, result), TAUT_OK);
  json_decref(result);
}

static void expect_kept(const taut_ledger *ledger, const char *key, int value) {
  json_t *result = taut_ledger_recall(ledger, key);
  assert_non_null(result);
  assert_int_equal(json_integer_value(json_object_get(result, "value")), value);
  // To the last bit: a resumed campaign is the same campaign.
  assert_true(json_real_value(json_object_get(result, "third")) == value / 3.0);
  json_decref(result);
}

static void what_was_kept_is_recalled_and_nothing_else(void **state) {
  (void)state;
  taut_ledger *ledger = open_ledger("a");
  assert_int_equal(taut_ledger_count(ledger), 0);
  for (int i = 0; i < 50; i++) {
    char *key = taut_text_format("file.lua:case \"%d\"|1|", i);
    keep(ledger, key, i);
    free(key);
  }
  taut_ledger_close(ledger);
  ledger = open_ledger("a");
  assert_int_equal(taut_ledger_count(ledger), 50);
  expect_kept(ledger, "file.lua:case \"7\"|1|", 7);
  assert_null(taut_ledger_recall(ledger, "file.lua:case \"50\"|1|"));
  keep(ledger, "more", 51);
  taut_ledger_close(ledger);
  ledger = open_ledger("a");
  expect_kept(ledger, "more", 51);
  taut_ledger_close(ledger);
}

static void a_ledger_cut_at_any_byte_holds_every_whole_line(void **state) {
  (void)state;
  size_t size = 0, ends[6], n_ends = 0;
  taut_ledger *ledger = open_ledger("a");
  for (int i = 0; i < 4; i++) keep(ledger, (char[]){(char)('a' + i), '\0'}, i);
  taut_ledger_close(ledger);
  char *text = NULL;
  assert_int_equal(taut_file_read("ledger", 1 << 20, &text, &size), TAUT_OK);
  for (size_t i = 0; i < size; i++) {
    if (text[i] == '\n') ends[n_ends++] = i + 1;
  }
  assert_int_equal(n_ends, 5);
  for (size_t cut = 0; cut <= size; cut++) {
    assert_int_equal(taut_file_write_atomic("ledger", text, cut, NULL), TAUT_OK);
    ledger = open_ledger("a");
    size_t n_whole = 0;
    while (n_whole < n_ends && ends[n_whole] <= cut) n_whole++;
    assert_int_equal(taut_ledger_count(ledger), n_whole > 0 ? n_whole - 1 : 0);
    // And it goes on behind the cut.
    keep(ledger, "z", 9);
    taut_ledger_close(ledger);
    ledger = open_ledger("a");
    expect_kept(ledger, "z", 9);
    taut_ledger_close(ledger);
  }
  free(text);
}

static void a_changed_byte_costs_the_lines_from_there_on(void **state) {
  (void)state;
  size_t size = 0;
  char *text = NULL;
  taut_ledger *ledger = open_ledger("a");
  for (int i = 0; i < 3; i++) keep(ledger, (char[]){(char)('a' + i), '\0'}, i);
  taut_ledger_close(ledger);
  assert_int_equal(taut_file_read("ledger", 1 << 20, &text, &size), TAUT_OK);
  char *b = strstr(text, "\"key\":\"b\"");
  assert_non_null(b);
  b[7] = 'q';
  assert_int_equal(taut_file_write_atomic("ledger", text, size, NULL), TAUT_OK);
  ledger = open_ledger("a");
  assert_int_equal(taut_ledger_count(ledger), 1);
  expect_kept(ledger, "a", 0);
  assert_null(taut_ledger_recall(ledger, "q"));
  taut_ledger_close(ledger);
  free(text);
}

static void another_campaign_and_another_process_are_refused(void **state) {
  (void)state;
  char error[512] = "";
  taut_ledger *other = NULL, *ledger = open_ledger("a");
  assert_int_equal(taut_ledger_open("ledger", "a", &other, error, sizeof error), TAUT_EREJECT);
  assert_non_null(strstr(error, "ledger is in use"));
  keep(ledger, "a", 0);
  taut_ledger_close(ledger);
  assert_int_equal(taut_ledger_open("ledger", "b", &other, error, sizeof error), TAUT_EREJECT);
  assert_non_null(strstr(error, "is of another campaign"));
  // The refusal has changed nothing.
  ledger = open_ledger("a");
  expect_kept(ledger, "a", 0);
  taut_ledger_close(ledger);
  assert_int_equal(taut_ledger_open("no/ledger", "a", &other, error, sizeof error), TAUT_EIO);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_was_kept_is_recalled_and_nothing_else),
      IN_FOLDER(a_ledger_cut_at_any_byte_holds_every_whole_line),
      IN_FOLDER(a_changed_byte_costs_the_lines_from_there_on),
      IN_FOLDER(another_campaign_and_another_process_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
