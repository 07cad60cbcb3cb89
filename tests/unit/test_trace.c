/// Traces: what is written comes back, damage is found, what is left can be saved.
#include "support/trace.h"

#include "trace/export.h"

static traced *make(int64_t n_rows, size_t chunk_bytes, uint64_t seed, size_t n_bytes_max) {
  traced *t = calloc(1, sizeof *t);
  assert_non_null(t);
  t->n_bytes_max = n_bytes_max;
  traced_make(t, n_rows, chunk_bytes, seed);
  return t;
}

static void drop(traced *t) {
  traced_fini(t);
  free(t);
}

static void rows_come_back_to_the_last_bit(void **state) {
  (void)state;
  static const size_t chunk_bytes[] = {1, 700, 5000, 0};
  for (size_t i = 0; i < 4; i++) {
    traced *t = make(200, chunk_bytes[i], 5, 0);
    assert_int_equal(t->status, TAUT_OK);
    size_t n_events;
    assert_int_equal(t->n_rows, 200);
    assert_int_equal(traced_compare(t, t->file.data, t->file.size, &n_events), 200);
    assert_int_equal(n_events, t->n_events);
    assert_true(t->n_events > 40);
    drop(t);
  }
}

static void a_bool_that_a_fault_made_a_half_comes_back_as_a_half(void **state) {
  (void)state;
  traced *t = make(20, 0, 1, 0);
  uint32_t slot = fixture_slot(&t->f, "left.ramp.is_odd");
  // traced_compare holds for it as well; here only that the case is there at all.
  assert_true(t->values[19][slot] == 1.5 || t->values[19][slot] == 0.5);
  assert_true(t->values[2][slot] == 1.0 || t->values[2][slot] == 0.0);
  drop(t);
}

static void the_same_run_gives_the_same_bytes(void **state) {
  (void)state;
  traced *a = make(300, 3000, 7, 0), *b = make(300, 3000, 7, 0), *c = make(300, 3000, 8, 0);
  assert_int_equal(a->file.size, b->file.size);
  assert_memory_equal(a->file.data, b->file.data, a->file.size);
  assert_true(a->file.size != c->file.size ||
              memcmp(a->file.data, c->file.data, a->file.size) != 0);
  drop(a);
  drop(b);
  drop(c);
}

static void a_window_gives_only_its_rows(void **state) {
  (void)state;
  traced *t = make(200, 700, 5, 0);
  const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
  taut_trace_reader *reader = NULL;
  assert_int_equal(taut_trace_reader_open(&source, &reader), TAUT_OK);
  taut_trace_reader_window(reader, 50 * MS, 59 * MS);
  taut_trace_item item;
  int64_t next = 50 * MS;
  while (taut_trace_reader_next(reader, &item) == TAUT_OK) {
    if (item.kind != TAUT_TRACE_ROW) continue;
    assert_int_equal(item.tick_ns, next);
    next += MS;
  }
  assert_int_equal(next, 60 * MS);
  taut_trace_reader_close(reader);
  drop(t);
}

static bool is_sound(const uint8_t *data, size_t size, taut_trace_verdict *verdict) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  assert_int_equal(taut_trace_verify(&source, verdict), TAUT_OK);
  return verdict->is_ok;
}

static void every_flipped_bit_is_found(void **state) {
  (void)state;
  traced *t = make(12, 900, 3, 0);
  taut_trace_verdict verdict;
  if (!is_sound(t->file.data, t->file.size, &verdict)) fail_msg("%s", verdict.fault);
  assert_true(verdict.n_chunks >= 3);
  for (size_t bit = 0; bit < t->file.size * 8; bit++) {
    t->file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    if (is_sound(t->file.data, t->file.size, &verdict)) {
      fail_msg("bit %zu of byte %zu can be flipped unseen", bit % 8, bit / 8);
    }
    t->file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  drop(t);
}

static void bytes_added_or_taken_away_are_found(void **state) {
  (void)state;
  traced *t = make(12, 900, 3, 0);
  taut_trace_verdict verdict;
  for (size_t n = 0; n < t->file.size; n++) assert_false(is_sound(t->file.data, n, &verdict));
  taut_bytes_u8(&t->file, 0);
  assert_false(is_sound(t->file.data, t->file.size, &verdict));
  drop(t);
}

/// A reader must come to an end on anything.
static void damage_never_misleads_the_reader(void **state) {
  (void)state;
  traced *t = make(12, 900, 3, 0);
  for (size_t i = 0; i < t->file.size; i++) {
    uint8_t keep = t->file.data[i];
    t->file.data[i] = (uint8_t)(keep ^ (1u << i % 8) ^ 0x80u);
    const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
    taut_trace_reader *reader = NULL;
    if (taut_trace_reader_open(&source, &reader) == TAUT_OK) {
      taut_trace_item item;
      size_t n = 0;
      while (taut_trace_reader_next(reader, &item) == TAUT_OK) n++;
      assert_true(n < 1000);
      taut_trace_figures figures;
      if (taut_trace_figures_read(reader, &figures) == TAUT_OK) free(figures.n_by_channel);
    }
    taut_trace_reader_close(reader);
    t->file.data[i] = keep;
  }
  drop(t);
}

// ---------------------------------------------------------------------------------------- recover

static taut_status keep_bytes(void *user, const void *data, size_t size) {
  taut_bytes_put(user, data, size);
  return TAUT_OK;
}

/// How many chunks lie whole within the first `size` bytes.
static size_t whole_chunks(const traced *t, size_t size) {
  const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
  taut_mcap_reader reader;
  taut_mcap_item item;
  size_t n = 0;
  assert_int_equal(taut_mcap_reader_init(&reader, &source), TAUT_OK);
  while (taut_mcap_read(&reader, &item) == TAUT_OK && item.opcode != TAUT_MCAP_DATA_END) {
    n += item.opcode == TAUT_MCAP_CHUNK && item.offset + item.size <= size;
  }
  taut_mcap_reader_fini(&reader);
  return n;
}

static void every_whole_chunk_of_a_cut_file_is_saved(void **state) {
  (void)state;
  traced *t = make(12, 900, 3, 0);
  size_t n_seen = 0;
  for (size_t size = 0; size <= t->file.size; size++) {
    const taut_trace_source source = taut_trace_source_memory(t->file.data, size);
    taut_bytes saved = {0};
    const taut_trace_sink sink = {keep_bytes, &saved};
    taut_trace_rescue rescue;
    taut_status status = taut_trace_recover(&source, &sink, &rescue);
    assert_int_equal(status, size < TAUT_MCAP_MAGIC_SIZE ? TAUT_EINVAL : TAUT_OK);
    if (status == TAUT_OK) {
      taut_trace_verdict verdict;
      if (!is_sound(saved.data, saved.size, &verdict)) fail_msg("%zu: %s", size, verdict.fault);
      assert_int_equal(rescue.n_chunks, whole_chunks(t, size));
      assert_int_equal(verdict.n_chunks, rescue.n_chunks);
      size_t n_events, n = traced_compare(t, saved.data, saved.size, &n_events);
      assert_true(n >= n_seen);
      n_seen = n;
    }
    taut_bytes_fini(&saved);
  }
  assert_int_equal(n_seen, t->n_rows);
  drop(t);
}

static void a_whole_file_is_recovered_to_its_own_bytes(void **state) {
  (void)state;
  traced *t = make(100, 900, 3, 0);
  const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
  taut_bytes saved = {0};
  const taut_trace_sink sink = {keep_bytes, &saved};
  taut_trace_rescue rescue;
  assert_int_equal(taut_trace_recover(&source, &sink, &rescue), TAUT_OK);
  assert_int_equal(saved.size, t->file.size);
  assert_memory_equal(saved.data, t->file.data, saved.size);
  taut_bytes_fini(&saved);
  drop(t);
}

static void a_damaged_chunk_costs_only_its_own_rows(void **state) {
  (void)state;
  traced *t = make(100, 900, 3, 0);
  const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
  taut_mcap_reader reader;
  taut_mcap_item item;
  assert_int_equal(taut_mcap_reader_init(&reader, &source), TAUT_OK);
  size_t n_chunks = whole_chunks(t, t->file.size), n = 0;
  while (taut_mcap_read(&reader, &item) == TAUT_OK && n < 2) n += item.opcode == TAUT_MCAP_CHUNK;
  t->file.data[item.offset - item.size / 2] ^= 1;
  taut_mcap_reader_fini(&reader);
  taut_bytes saved = {0};
  const taut_trace_sink sink = {keep_bytes, &saved};
  taut_trace_rescue rescue;
  assert_int_equal(taut_trace_recover(&source, &sink, &rescue), TAUT_OK);
  assert_in_range(rescue.n_damaged, 0, 1);
  assert_int_equal(rescue.n_chunks + rescue.n_damaged, n_chunks);
  taut_trace_verdict verdict;
  assert_true(is_sound(saved.data, saved.size, &verdict));
  taut_bytes_fini(&saved);
  drop(t);
}

static void a_full_disk_is_told_and_leaves_what_fitted(void **state) {
  (void)state;
  traced *whole = make(200, 900, 3, 0);
  size_t most = 0;
  for (size_t n = 10; n < whole->file.size; n += 137) {
    traced *t = make(200, 900, 3, n);
    assert_int_equal(t->status, TAUT_EIO);
    assert_true(t->file.size <= n);
    assert_memory_equal(t->file.data, whole->file.data, t->file.size);
    const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
    taut_bytes saved = {0};
    const taut_trace_sink sink = {keep_bytes, &saved};
    taut_trace_rescue rescue;
    assert_int_equal(taut_trace_recover(&source, &sink, &rescue), TAUT_OK);
    assert_int_equal(rescue.n_chunks, whole_chunks(whole, t->file.size));
    if (rescue.n_chunks > most) most = rescue.n_chunks;
    taut_bytes_fini(&saved);
    drop(t);
  }
  assert_true(most > 10);
  drop(whole);
}

// ----------------------------------------------------------------------------------------- export

static char *exported(const traced *t,
                      taut_status (*write)(taut_trace_reader *, FILE *, uint64_t *),
                      uint64_t *n_rows) {
  const taut_trace_source source = taut_trace_source_memory(t->file.data, t->file.size);
  taut_trace_reader *reader = NULL;
  assert_int_equal(taut_trace_reader_open(&source, &reader), TAUT_OK);
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  assert_int_equal(write(reader, out, n_rows), TAUT_OK);
  fclose(out);
  taut_trace_reader_close(reader);
  return text;
}

static void csv_names_its_units_and_keeps_every_digit(void **state) {
  (void)state;
  traced *t = make(30, 700, 2, 0);
  uint64_t n_rows;
  char *csv = exported(t, taut_trace_export_csv, &n_rows);
  assert_int_equal(n_rows, 30);
  static const char head[] =
      "t[s],left.ramp.y[1],left.ramp.pair[0][1],left.ramp.pair[1][1],left.ramp.is_odd[1],"
      "left.ramp.y.min[1],left.ramp.y.max[1],left.ramp.y.raw[1],left.ramp.pair[0].raw[1],";
  assert_memory_equal(csv, head, sizeof head - 1);
  // The eighth line is the row at 7 ms: y counts updates, its least value since the last row is 6.
  char *line = csv;
  for (int i = 0; i < 8; i++) line = strchr(line, '\n') + 1;
  static const char row[] = "0.007000000,7,8,9,1,6,7,";
  assert_memory_equal(line, row, sizeof row - 1);
  double last = t->values[29][fixture_slot(&t->f, "noisy.y")];
  char digits[40];
  snprintf(digits, sizeof digits, ",%.17g,", last);
  assert_non_null(strstr(csv, digits));
  free(csv);
  drop(t);
}

static void vcd_holds_changes_of_bools_and_enums(void **state) {
  (void)state;
  traced *t = make(30, 700, 2, 0);
  uint64_t n_rows;
  char *vcd = exported(t, taut_trace_export_vcd, &n_rows);
  assert_int_equal(n_rows, 30);
  assert_non_null(strstr(vcd, "$timescale 1 ns $end"));
  assert_non_null(strstr(vcd, "$scope module left.ramp $end\n$var wire 1 ! is_odd $end\n"));
  assert_non_null(strstr(vcd, "$var wire 32 "));
  assert_non_null(strstr(vcd, "sleak "));
  assert_non_null(strstr(vcd, "spain "));
  assert_non_null(strstr(vcd, "#1000000\n1!\n"));
  assert_non_null(strstr(vcd, "#2000000\n0!\n"));
  free(vcd);
  drop(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_come_back_to_the_last_bit),
      cmocka_unit_test(a_bool_that_a_fault_made_a_half_comes_back_as_a_half),
      cmocka_unit_test(the_same_run_gives_the_same_bytes),
      cmocka_unit_test(a_window_gives_only_its_rows),
      cmocka_unit_test(every_flipped_bit_is_found),
      cmocka_unit_test(bytes_added_or_taken_away_are_found),
      cmocka_unit_test(damage_never_misleads_the_reader),
      cmocka_unit_test(every_whole_chunk_of_a_cut_file_is_saved),
      cmocka_unit_test(a_whole_file_is_recovered_to_its_own_bytes),
      cmocka_unit_test(a_damaged_chunk_costs_only_its_own_rows),
      cmocka_unit_test(a_full_disk_is_told_and_leaves_what_fitted),
      cmocka_unit_test(csv_names_its_units_and_keeps_every_digit),
      cmocka_unit_test(vcd_holds_changes_of_bools_and_enums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
