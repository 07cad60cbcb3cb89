/// The history of cases: what is written can be read, by several at once, and whatever is wrong
/// with the file is a text and nothing else.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "report/file.h"
#include "report/history.h"
#include "support/folder.h"

static const char path[] = "history.sqlite";
static char error[1024];

static const taut_history_run a_run = {"20261120T134501Z-1", "my_law.so", "0123456789abcdef"};

static taut_check_result check_of(const char *id, taut_verdict verdict, double margin) {
  return (taut_check_result){.id = id,
                             .text = "",
                             .expression = "",
                             .verdict = verdict,
                             .has_margin = true,
                             .margin = margin,
                             .unit = "N",
                             .tick_ns = -1,
                             .expected = "",
                             .got = ""};
}

static taut_record record_of(const char *name, taut_check_result *checks, size_t n) {
  taut_record record = {.file = (char *)(uintptr_t) "a.lua",
                        .name = (char *)(uintptr_t)name,
                        .verdict = TAUT_PASS,
                        .seed = UINT64_MAX,
                        .sim_ns = 1500000000,
                        .wall_s = 0.25,
                        .has_hashes = true,
                        .checks = checks,
                        .n_checks = n};
  for (size_t i = 0; i < 16; i++) record.trace_hash[i] = (uint8_t)(i * 17);
  return record;
}

static taut_history *create(void) {
  taut_history *history = NULL;
  taut_status status = taut_history_create(path, &history, error, sizeof error);
  if (status != TAUT_OK) fail_msg("%s", error);
  return history;
}

static void add(taut_history *history, const taut_record *record) {
  taut_status status = taut_history_add(history, &a_run, record, error, sizeof error);
  if (status != TAUT_OK) fail_msg("%s", error);
}

static double number_at(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

static void what_is_added_can_be_read(void **state) {
  (void)state;
  taut_history *history = create();
  taut_check_result checks[] = {check_of("SR-002", TAUT_PASS, 7), check_of("SR-001", TAUT_PASS, 3),
                                check_of("SR-001", TAUT_PASS, 2), check_of("", TAUT_PASS, 1)};
  taut_record record = record_of("it's one", checks, 4);
  for (int i = 0; i < 5; i++) {
    record.wall_s = i;
    checks[0].margin = 10 * i;
    checks[0].has_margin = i != 3;
    record.verdict = i == 2 ? TAUT_FAIL : TAUT_PASS;
    add(history, &record);
  }
  taut_record other = record_of("another", NULL, 0);
  add(history, &other);
  taut_history_close(history);
  assert_int_equal(taut_history_open(path, &history, error, sizeof error), TAUT_OK);
  json_t *entries = taut_history_case(history, "a.lua", "it's one", 3);
  assert_int_equal(json_array_size(entries), 3);
  for (size_t i = 0; i < 3; i++) {
    // The last three, oldest first.
    const json_t *entry = json_array_get(entries, i), *margins = json_object_get(entry, "margins");
    assert_true(number_at(entry, "wall_s") == (double)(i + 2));
    assert_true(number_at(entry, "sim_s") == 1.5);
    assert_string_equal(json_string_value(json_object_get(entry, "verdict")),
                        i == 0 ? "fail" : "pass");
    assert_string_equal(json_string_value(json_object_get(entry, "run")), a_run.id);
    assert_string_equal(json_string_value(json_object_get(entry, "trace_hash")),
                        "00112233445566778899aabbccddeeff");
    assert_int_equal(json_object_size(margins), 2);
    assert_true(number_at(margins, "SR-001") == 2);
    assert_true(i == 1 ? json_is_null(json_object_get(margins, "SR-002"))
                       : number_at(margins, "SR-002") == 10.0 * (double)(i + 2));
  }
  json_decref(entries);
  entries = taut_history_case(history, "a.lua", "nobody", 3);
  assert_int_equal(json_array_size(entries), 0);
  json_decref(entries);
  json_t *cases = taut_history_cases(history, "one", 2);
  assert_int_equal(json_array_size(cases), 1);
  json_decref(cases);
  taut_history_close(history);
}

static void a_case_keeps_its_newest_entries(void **state) {
  (void)state;
  taut_history *history = create();
  taut_check_result checks[] = {check_of("SR-001", TAUT_PASS, 3)};
  taut_record record = record_of("one", checks, 1), other = record_of("other", checks, 1);
  add(history, &other);
  for (int i = 0; i < TAUT_HISTORY_CASE_MAX + 20; i++) {
    record.wall_s = i;
    add(history, &record);
  }
  json_t *entries = taut_history_case(history, "a.lua", "one", 100000);
  assert_int_equal(json_array_size(entries), TAUT_HISTORY_CASE_MAX);
  assert_true(number_at(json_array_get(entries, 0), "wall_s") == 20);
  json_decref(entries);
  entries = taut_history_case(history, "a.lua", "other", 10);
  assert_int_equal(json_array_size(entries), 1);
  json_decref(entries);
  taut_history_close(history);
  // Nothing of those that went is left.
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(
      sqlite3_prepare_v2(db, "SELECT count(*) FROM requirements", -1, &statement, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
  assert_int_equal(sqlite3_column_int(statement, 0), TAUT_HISTORY_CASE_MAX + 1);
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

/// Four processes begin at once, with a history that is not there yet.
static void many_writers_lose_nothing(void **state) {
  (void)state;
  enum { N_WRITERS = 4, N_ENTRIES = 50 };
  for (int i = 0; i < N_WRITERS; i++) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) continue;
    taut_history *history = NULL;
    taut_check_result checks[] = {check_of("SR-001", TAUT_PASS, 3)};
    taut_record record = record_of(i % 2 ? "odd" : "even", checks, 1);
    bool is_ok = taut_history_create(path, &history, error, sizeof error) == TAUT_OK;
    for (int k = 0; is_ok && k < N_ENTRIES; k++) {
      is_ok = taut_history_add(history, &a_run, &record, error, sizeof error) == TAUT_OK;
    }
    if (!is_ok) fprintf(stderr, "%s\n", error);
    taut_history_close(history);
    _exit(is_ok ? 0 : 1);
  }
  for (int i = 0; i < N_WRITERS; i++) {
    int status = -1;
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
  }
  taut_history *history = create();
  json_t *cases = taut_history_cases(history, NULL, 1000);
  assert_int_equal(json_array_size(cases), 2);
  for (size_t i = 0; i < 2; i++) {
    const json_t *entries = json_object_get(json_array_get(cases, i), "entries");
    assert_int_equal(json_array_size(entries), N_WRITERS * N_ENTRIES / 2);
  }
  json_decref(cases);
  taut_history_close(history);
}

static void a_writer_that_is_killed_leaves_whole_entries(void **state) {
  (void)state;
  taut_history_close(create());
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    taut_history *history = NULL;
    taut_check_result checks[100];
    for (int i = 0; i < 100; i++) {
      static char ids[100][16];
      snprintf(ids[i], sizeof ids[i], "SR-%d", i);
      checks[i] = check_of(ids[i], TAUT_PASS, i);
    }
    taut_record record = record_of("one", checks, 100);
    (void)taut_history_create(path, &history, error, sizeof error);
    for (;;) (void)taut_history_add(history, &a_run, &record, error, sizeof error);
  }
  usleep(100000);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  taut_history *history = create();
  json_t *entries = taut_history_case(history, "a.lua", "one", 1000);
  assert_true(json_array_size(entries) > 0);
  for (size_t i = 0; i < json_array_size(entries); i++) {
    const json_t *margins = json_object_get(json_array_get(entries, i), "margins");
    assert_int_equal(json_object_size(margins), 100);
  }
  json_decref(entries);
  taut_history_close(history);
}

// ------------------------------------------------------------------------------------------ damage

static void expect_refused(taut_status expected, const char *part) {
  taut_history *history = NULL;
  assert_int_equal(taut_history_create(path, &history, error, sizeof error), expected);
  assert_null(history);
  if (strstr(error, part) == NULL) fail_msg("'%s' lacks '%s'", error, part);
  assert_int_equal(taut_history_open(path, &history, error, sizeof error), expected);
}

static void what_is_no_database_is_told(void **state) {
  (void)state;
  char text[4096];
  memset(text, 'x', sizeof text);
  assert_int_equal(taut_file_write_atomic(path, text, sizeof text, NULL), TAUT_OK);
  expect_refused(TAUT_EINVAL, "move it away");
  char *kept = NULL;
  size_t size = 0;
  assert_int_equal(taut_file_read(path, sizeof text, &kept, &size), TAUT_OK);
  assert_int_equal(size, sizeof text);
  assert_memory_equal(kept, text, size);
  free(kept);
}

/// Bytes of a real history are spoilt, a page at a time: every answer is a status or entries.
static void damage_is_a_text_and_no_crash(void **state) {
  (void)state;
  taut_history *history = create();
  taut_check_result checks[] = {check_of("SR-001", TAUT_PASS, 3)};
  taut_record record = record_of("one", checks, 1);
  for (int i = 0; i < 60; i++) add(history, &record);
  taut_history_close(history);
  char *bytes = NULL;
  size_t size = 0, n_refused = 0;
  assert_int_equal(taut_file_read(path, 1 << 24, &bytes, &size), TAUT_OK);
  for (size_t at = 0; at < size; at += at < 4096 ? 61 : 509) {
    char *spoilt = malloc(size);
    memcpy(spoilt, bytes, size);
    for (size_t i = at; i < at + 40 && i < size; i++) spoilt[i] = (char)(spoilt[i] * 7 + 91);
    unlink("history.sqlite-wal");
    unlink("history.sqlite-shm");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(spoilt, 1, size, file), size);
    fclose(file);
    free(spoilt);
    if (taut_history_create(path, &history, error, sizeof error) != TAUT_OK) {
      n_refused++;
      continue;
    }
    if (taut_history_add(history, &a_run, &record, error, sizeof error) != TAUT_OK) n_refused++;
    json_t *cases = taut_history_cases(history, NULL, 1000);
    assert_true(json_is_array(cases));
    json_decref(cases);
    taut_history_close(history);
  }
  assert_true(n_refused > 0);
  free(bytes);
}

static void a_newer_schema_is_left_alone(void **state) {
  (void)state;
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(db, "CREATE TABLE better(x); PRAGMA user_version = 2", NULL, NULL, NULL),
      SQLITE_OK);
  sqlite3_close(db);
  char *before = NULL, *after = NULL;
  size_t size = 0, size_after = 0;
  assert_int_equal(taut_file_read(path, 1 << 20, &before, &size), TAUT_OK);
  expect_refused(TAUT_EINVAL, "its schema is 2 and this version of Taut knows 1");
  assert_int_equal(taut_file_read(path, 1 << 20, &after, &size_after), TAUT_OK);
  assert_int_equal(size, size_after);
  assert_memory_equal(before, after, size);
  free(before);
  free(after);
}

static void what_cannot_be_written_is_told(void **state) {
  (void)state;
  taut_history *history = NULL;
  assert_int_equal(taut_history_create("none/history.sqlite", &history, error, sizeof error),
                   TAUT_EIO);
  assert_non_null(strstr(error, "none/history.sqlite"));
  assert_int_equal(mkdir(path, 0700), 0);
  assert_int_equal(taut_history_create(path, &history, error, sizeof error), TAUT_EIO);
  assert_int_equal(taut_history_open("none/history.sqlite", &history, error, sizeof error),
                   TAUT_ENOTFOUND);
}

/// Somebody else's database may bring triggers and texts of its own.
static void nothing_in_the_file_is_trusted(void **state) {
  (void)state;
  taut_history *history = create();
  taut_record record = record_of("one", NULL, 0);
  add(history, &record);
  taut_history_close(history);
  sqlite3 *db = NULL;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(db,
                   "CREATE TRIGGER t AFTER INSERT ON cases BEGIN DELETE FROM cases; END;"
                   "UPDATE cases SET date = 'x' || char(27) || '[31m', wall_s = 'many';"
                   "INSERT INTO cases SELECT 99, run, date, file, name, version, controller,"
                   " controller_digest, seed, 'splendid', sim_s, wall_s, trace_hash FROM cases",
                   NULL, NULL, NULL),
      SQLITE_OK);
  sqlite3_close(db);
  history = create();
  record.name = (char *)(uintptr_t) "two";
  add(history, &record);
  json_t *entries = taut_history_case(history, "a.lua", "two", 10);
  assert_int_equal(json_array_size(entries), 1);
  json_decref(entries);
  taut_history_close(history);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void) {
  const struct CMUnitTest tests[] = {IN_FOLDER(what_is_added_can_be_read),
                                     IN_FOLDER(a_case_keeps_its_newest_entries),
                                     IN_FOLDER(many_writers_lose_nothing),
                                     IN_FOLDER(a_writer_that_is_killed_leaves_whole_entries),
                                     IN_FOLDER(what_is_no_database_is_told),
                                     IN_FOLDER(damage_is_a_text_and_no_crash),
                                     IN_FOLDER(a_newer_schema_is_left_alone),
                                     IN_FOLDER(what_cannot_be_written_is_told),
                                     IN_FOLDER(nothing_in_the_file_is_trusted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
