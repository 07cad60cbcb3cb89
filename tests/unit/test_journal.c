/// The journal of links: what was written comes back, whatever happens to the file.
#include <stdio.h>

#include "hil/wire.h"
#include "support/models.h"
#include "trace/check.h"
#include "trace/journal_reader.h"

static taut_bytes file;
static int n_writes_left = -1;

static taut_status write_memory(void *user, const void *data, size_t size) {
  (void)user;
  if (n_writes_left == 0) return TAUT_EIO;
  if (n_writes_left > 0) n_writes_left--;
  taut_bytes_put(&file, data, size);
  return TAUT_OK;
}

static const taut_trace_sink sink = {write_memory, NULL};

enum { N_EXCHANGES = 1000 };

static size_t make_text(int i, bool is_answer, char text[64]) {
  return (size_t)snprintf(text, 64, "%s %d of link %d", is_answer ? "answer" : "request", i, i % 2);
}

static taut_journal_writer *begin_journal(void) {
  taut_journal_writer *w;
  size_t n_schema;
  const unsigned char *schema = taut_wire_schema(&n_schema);
  const taut_pair what[] = {{"file", "a.lua"}, {"format", "1"}, {"mode", "live"}};
  const taut_pair first[] = {{"target", "ipc:///a"}}, second[] = {{"target", "ipc:///b"}};
  file.size = 0;
  assert_int_equal(taut_journal_writer_create(&sink, schema, n_schema, &w), TAUT_OK);
  taut_journal_writer_note(w, TAUT_JOURNAL_METADATA, what, 3);
  taut_journal_writer_link(w, "motor", first, 1);
  taut_journal_writer_link(w, "motor", second, 1);
  return w;
}

/// Exchanges a millisecond apart, so a hundred or so in a chunk.
static void write_exchanges(taut_journal_writer *w, int n) {
  for (int i = 0; i < n; i++) {
    for (int way = 0; way < 2; way++) {
      char text[64];
      taut_journal_message m = {.i_link = (uint32_t)(i % 2),
                                .is_answer = way == 1,
                                .tick_ns = (int64_t)i * 1000000,
                                .wall_ns = (int64_t)i * 1000000 + 300,
                                .bytes = (const uint8_t *)text};
      m.size = make_text(i, m.is_answer, text);
      taut_journal_writer_message(w, &m);
    }
  }
}

/// A plan of one instance, noted in the journal as a run would.
static void note_plan(taut_journal_writer *w) {
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "left.ramp", "ramp", 0, 0);
  fixture_start(&f, 7);
  taut_journal_writer_plan(w, f.plan, 7, "a case");
  fixture_fini(&f);
}

/// Leaves a journal in `file`; one that is not finished is of a harness that was killed.
static taut_status write_journal(bool is_finished) {
  const taut_pair result[] = {{"verdict", "pass"}};
  taut_journal_writer *w = begin_journal();
  note_plan(w);
  write_exchanges(w, N_EXCHANGES);
  taut_status status = TAUT_OK;
  if (is_finished) {
    status = taut_journal_writer_note(w, "taut.result", result, 1);
    taut_status finished = taut_journal_writer_finish(w);
    if (status == TAUT_OK) status = finished;
  }
  taut_journal_writer_destroy(w);
  return status;
}

/// Reads until the end; every message must be the one that was written. Returns how many.
static int read_back(const uint8_t *data, size_t size, taut_status *end) {
  char error[512];
  taut_journal_reader *r;
  taut_trace_source source = taut_trace_source_memory(data, size);
  *end = taut_journal_reader_open(&source, &r, error, sizeof error);
  if (*end != TAUT_OK) return 0;
  taut_journal_message m;
  int n = 0;
  while ((*end = taut_journal_reader_next(r, &m)) == TAUT_OK) {
    char text[64];
    int i = n / 2;
    size_t n_text = make_text(i, n % 2 == 1, text);
    assert_int_equal(m.is_answer, n % 2 == 1);
    assert_int_equal(m.i_link, i % 2);
    assert_int_equal(m.tick_ns, (int64_t)i * 1000000);
    assert_int_equal(m.wall_ns, (int64_t)i * 1000000 + 300);
    assert_int_equal(m.size, n_text);
    assert_memory_equal(m.bytes, text, n_text);
    n++;
  }
  if (*end == TAUT_EINVAL) assert_true(taut_journal_reader_trouble(r)[0] != '\0');
  taut_journal_reader_close(r);
  return n;
}

static taut_journal_survey survey_of(const uint8_t *data, size_t size, taut_status *status) {
  char error[512] = "";
  taut_journal_survey survey;
  taut_trace_source source = taut_trace_source_memory(data, size);
  *status = taut_journal_survey_read(&source, &survey, error, sizeof error);
  assert_true(*status == TAUT_OK || error[0] != '\0');
  return survey;
}

// ------------------------------------------------------------------------------------------ tests

static void a_journal_reads_back_message_by_message(void **state) {
  (void)state;
  taut_status status;
  taut_trace_verdict verdict;
  char error[512];
  taut_journal_reader *r;
  assert_int_equal(write_journal(true), TAUT_OK);
  assert_int_equal(read_back(file.data, file.size, &status), 2 * N_EXCHANGES);
  assert_int_equal(status, TAUT_ENOTFOUND);
  taut_journal_survey survey = survey_of(file.data, file.size, &status);
  assert_int_equal(status, TAUT_OK);
  assert_true(survey.is_whole);
  assert_int_equal(survey.n_messages, 2 * N_EXCHANGES);
  assert_int_equal(survey.last_ns, (N_EXCHANGES - 1) * INT64_C(1000000));
  taut_trace_source source = taut_trace_source_memory(file.data, file.size);
  assert_int_equal(taut_trace_verify(&source, &verdict), TAUT_OK);
  assert_true(verdict.is_ok);
  assert_int_equal(taut_journal_reader_open(&source, &r, error, sizeof error), TAUT_OK);
  assert_int_equal(taut_journal_reader_n_links(r), 2);
  assert_string_equal(taut_journal_reader_link_value(r, 0, "target"), "ipc:///a");
  assert_string_equal(taut_journal_reader_link_value(r, 1, "target"), "ipc:///b");
  assert_null(taut_journal_reader_link_value(r, 2, "target"));
  const taut_trace_reader *notes = taut_journal_reader_notes(r);
  assert_string_equal(taut_trace_reader_value(notes, "taut.run", "scenario"), "a case");
  assert_string_equal(taut_trace_reader_value(notes, "taut.run", "seed"), "7");
  assert_string_equal(taut_trace_reader_value(notes, "taut.result", "verdict"), "pass");
  assert_string_equal(taut_trace_reader_columns(notes)->channels[2].topic, "/motor_2/request");
  taut_journal_reader_close(r);
}

static void a_killed_writer_leaves_all_but_the_last_tenth_of_a_second(void **state) {
  (void)state;
  taut_status status;
  write_journal(false);
  int n = read_back(file.data, file.size, &status);
  assert_int_equal(status, TAUT_ENOTFOUND);
  assert_in_range(n, 2 * (N_EXCHANGES - 100), 2 * N_EXCHANGES);
  taut_journal_survey survey = survey_of(file.data, file.size, &status);
  assert_int_equal(status, TAUT_OK);
  assert_false(survey.is_whole);
  assert_false(survey.is_damaged);
}

static void a_journal_cut_anywhere_gives_its_beginning(void **state) {
  (void)state;
  taut_status status;
  int n_last = 0;
  assert_int_equal(write_journal(true), TAUT_OK);
  for (size_t size = 0; size < file.size; size += 61) {
    int n = read_back(file.data, size, &status);
    assert_true(n >= n_last);
    n_last = n;
    assert_true(status == TAUT_ENOTFOUND || (status == TAUT_EINVAL && n == 0));
    taut_journal_survey survey = survey_of(file.data, size, &status);
    assert_false(survey.is_whole);
    assert_false(survey.is_damaged);
  }
  assert_int_equal(n_last, 2 * N_EXCHANGES);
}

static void no_flipped_bit_is_read_as_a_message(void **state) {
  (void)state;
  taut_status status;
  assert_int_equal(write_journal(true), TAUT_OK);
  for (size_t i = 0; i < file.size; i += i < 4000 ? 7 : 53) {
    file.data[i] ^= (uint8_t)(1u << (i % 8));
    taut_journal_survey survey = survey_of(file.data, file.size, &status);
    if (status == TAUT_OK && survey.is_whole) fail_msg("nothing is wrong with byte %zu", i);
    // What can be read is what was written: read_back looks at each message.
    read_back(file.data, file.size, &status);
    file.data[i] ^= (uint8_t)(1u << (i % 8));
  }
  assert_true(survey_of(file.data, file.size, &status).is_whole);
}

static void what_is_no_journal_is_refused(void **state) {
  (void)state;
  taut_status status;
  uint8_t noise[4096];
  uint32_t x = 1;
  for (int round = 0; round < 300; round++) {
    for (size_t i = 0; i < sizeof noise; i++) noise[i] = (uint8_t)((x = x * 1664525u + 1) >> 24);
    if (round % 2 == 1) memcpy(noise, TAUT_MCAP_MAGIC, TAUT_MCAP_MAGIC_SIZE);
    survey_of(noise, sizeof noise, &status);
    assert_int_not_equal(status, TAUT_OK);
  }
  survey_of(NULL, 0, &status);
  assert_int_equal(status, TAUT_EINVAL);
}

/// A chunk that says it holds a terabyte takes no memory.
static void a_chunk_too_long_is_refused_before_it_is_unpacked(void **state) {
  (void)state;
  taut_status status;
  write_journal(false);
  size_t mark = taut_mcap_open(&file, TAUT_MCAP_CHUNK);
  taut_bytes_u64(&file, 0);
  taut_bytes_u64(&file, 0);
  taut_bytes_u64(&file, UINT64_C(1) << 40);
  taut_bytes_u32(&file, 0);
  taut_bytes_text(&file, "zstd");
  taut_bytes_u64(&file, 0);
  taut_mcap_close(&file, mark);
  taut_journal_survey survey = survey_of(file.data, file.size, &status);
  assert_int_equal(status, TAUT_OK);
  assert_true(survey.is_damaged);
  assert_non_null(strstr(survey.trouble, "longer than any"));
}

static void a_full_disk_is_told_and_leaves_what_it_took(void **state) {
  (void)state;
  taut_status status;
  for (int n = 0; n < 12; n++) {
    n_writes_left = n;
    assert_int_equal(write_journal(true), TAUT_EIO);
    n_writes_left = -1;
    int n_read = read_back(file.data, file.size, &status);
    if (n > 8) assert_true(n_read > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_journal_reads_back_message_by_message),
      cmocka_unit_test(a_killed_writer_leaves_all_but_the_last_tenth_of_a_second),
      cmocka_unit_test(a_journal_cut_anywhere_gives_its_beginning),
      cmocka_unit_test(no_flipped_bit_is_read_as_a_message),
      cmocka_unit_test(what_is_no_journal_is_refused),
      cmocka_unit_test(a_chunk_too_long_is_refused_before_it_is_unpacked),
      cmocka_unit_test(a_full_disk_is_told_and_leaves_what_it_took),
  };
  int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
  taut_bytes_fini(&file);
  return n_failed;
}
