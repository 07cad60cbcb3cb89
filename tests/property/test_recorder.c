/// The recorder against a brute-force account of the same rows.
#include <math.h>
#include <stdlib.h>

#include "runner/recorder.h"
#include "support/models.h"

enum { ROWS_MAX = 70000 };

typedef struct book {
  fixture f;
  taut_recorder *recorder;
  size_t n_slots, n_rows;
  float *rows;  ///< (n_rows, n_slots) in single precision
  double *values;
} book;

/// A plan of many slots; the values are made up, the engine never runs.
static void book_init(book *b, size_t rows_bytes) {
  static const char *const paths[] = {"a", "b", "c", "d", "e", "g", "h", "i", "j", "k"};
  *b = (book){0};
  fixture_init(&b->f);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    fixture_add(&b->f, paths[i], i % 2 ? "ramp" : "sink", 1 * MS, 0);
  }
  const taut_fault fault = {.name = "nan", .target = "a.seen", .kind = TAUT_FAULT_NAN};
  assert_int_equal(taut_builder_fault(b->f.builder, &fault), TAUT_OK);
  fixture_start(&b->f, 1);
  assert_int_equal(taut_recorder_create(b->f.plan, rows_bytes, &b->recorder), TAUT_OK);
  b->n_slots = taut_plan_n_slots(b->f.plan);
  assert_true(b->n_slots > 64);
  b->rows = malloc(ROWS_MAX * b->n_slots * sizeof *b->rows);
  b->values = calloc(b->n_slots, sizeof *b->values);
}

static void book_fini(book *b) {
  taut_recorder_destroy(b->recorder);
  free(b->rows);
  free(b->values);
  fixture_fini(&b->f);
}

/// The next row: some columns rest, some step now and then, some move with every row.
static void book_row(book *b, uint64_t seed) {
  for (size_t slot = 0; slot < b->n_slots; slot++) {
    uint64_t bits = taut_random_u64(seed, (uint32_t)slot, 0, b->n_rows);
    double fresh = ((double)(bits >> 11) * 0x1p-53 - 0.5) * (double)(slot + 1);
    bool moves = slot % 4 == 0 || (slot % 4 == 1 && bits % 64 == 0) ||
                 (slot % 4 == 2 && b->n_rows / 500 % 2 == 0);
    if (moves || b->n_rows == 0) b->values[slot] = fresh;
    b->rows[b->n_rows * b->n_slots + slot] = (float)b->values[slot];
  }
  const taut_row row = {(int64_t)b->n_rows * MS, b->values, b->n_slots, NULL, 0};
  taut_recorder_row(b->recorder, &row);
  b->n_rows++;
}

static void expect_buckets(const book *b) {
  uint64_t width = taut_recorder_bucket_rows(b->recorder);
  size_t n = taut_recorder_n_buckets(b->recorder);
  assert_int_equal(taut_recorder_n_rows(b->recorder), b->n_rows);
  assert_int_equal(n, (b->n_rows + width - 1) / width);
  assert_true(n <= TAUT_BUCKETS_MAX);
  assert_true(width == TAUT_BLOCK_ROWS || n >= TAUT_BUCKETS_MAX / 2);
  for (size_t i = 0; i < n; i++) {
    for (uint32_t slot = 0; slot < b->n_slots; slot++) {
      float least = INFINITY, greatest = -INFINITY, low, high;
      for (uint64_t row = i * width; row < (i + 1) * width && row < b->n_rows; row++) {
        float value = b->rows[row * b->n_slots + slot];
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      taut_recorder_bucket(b->recorder, slot, i, &low, &high);
      if (!(low == least) || !(high == greatest))
        fail_msg("bucket %zu of slot %u is %g to %g, expected %g to %g", i, slot, (double)low,
                 (double)high, (double)least, (double)greatest);
    }
  }
}

/// Whether a row that was read back has the value of its row, to 1/500 of the way that the slot
/// went in its block; least, greatest and what stands still exactly.
static bool is_same(const book *b, uint32_t slot, uint64_t row, float got) {
  float expected = b->rows[row * b->n_slots + slot], least = INFINITY, greatest = -INFINITY;
  uint64_t first = row / TAUT_BLOCK_ROWS * TAUT_BLOCK_ROWS;
  for (uint64_t i = first; i < first + TAUT_BLOCK_ROWS && i < b->n_rows; i++) {
    float value = b->rows[i * b->n_slots + slot];
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (isnan(expected)) return isnan(got);
  bool is_exact = expected == least || expected == greatest;
  return is_exact ? got == expected : fabsf(got - expected) <= (greatest - least) / 500;
}

/// Every kept row has the value of its row, every other one is a gap.
static void expect_rows(const book *b) {
  uint64_t first = taut_recorder_first_kept(b->recorder);
  float *out = malloc(b->n_rows * sizeof *out);
  for (uint32_t slot = 0; slot < b->n_slots; slot++) {
    if (!taut_recorder_keeps(b->recorder, slot)) continue;
    taut_recorder_rows(b->recorder, slot, 0, b->n_rows, out);
    for (uint64_t row = 0; row < b->n_rows; row++) {
      if (row < first ? isnan(out[row]) : is_same(b, slot, row, out[row])) continue;
      fail_msg("row %d of slot %u is %g, expected %g", (int)row, slot, (double)out[row],
               (double)b->rows[row * b->n_slots + slot]);
    }
    // A part of it is the same part.
    float part[40];
    uint64_t from = b->n_rows / 2;
    size_t n = b->n_rows - from < 40 ? b->n_rows - from : 40;
    taut_recorder_rows(b->recorder, slot, from, n, part);
    assert_memory_equal(part, out + from, n * sizeof *part);
  }
  free(out);
}

static void buckets_and_rows_equal_brute_force_at_every_length(void **state) {
  (void)state;
  static const size_t lengths[] = {1,     2,     15,    16,    17,    255,  1000,
                                   16383, 16384, 16385, 16400, 33000, 66000};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    book b;
    book_init(&b, TAUT_ROWS_BUDGET);
    while (b.n_rows < lengths[i]) book_row(&b, i);
    taut_recorder_finish(b.recorder);
    expect_buckets(&b);
    expect_rows(&b);
    assert_int_equal(taut_recorder_first_kept(b.recorder), 0);
    book_fini(&b);
  }
}

static void a_small_budget_keeps_the_newest_rows(void **state) {
  (void)state;
  book b;
  book_init(&b, 100000);
  while (b.n_rows < 20000) book_row(&b, 9);
  taut_recorder_finish(b.recorder);
  uint64_t first = taut_recorder_first_kept(b.recorder);
  assert_true(first > 0);
  assert_true(b.n_rows - first > 500);
  expect_buckets(&b);
  expect_rows(&b);
  book_fini(&b);
}

static void memory_does_not_grow_with_time(void **state) {
  (void)state;
  book b;
  size_t at_start = 0, later = 0;
  book_init(&b, 200000);
  for (int64_t i = 0; i < 2000000; i++) {
    // The same thousand rows again and again: what counts is that time goes on.
    if (b.n_rows == 1000) b.n_rows = 0;
    book_row(&b, 2);
    if (i == 100000) at_start = taut_recorder_memory(b.recorder);
  }
  later = taut_recorder_memory(b.recorder);
  assert_int_equal(at_start, later);
  assert_true(later < 200000 + (TAUT_BUCKETS_MAX + 64) * 2 * 4 * (b.n_slots + 32) + 100000);
  assert_true(taut_recorder_n_buckets(b.recorder) <= TAUT_BUCKETS_MAX);
  book_fini(&b);
}

static void gaps_never_hide_numbers(void **state) {
  (void)state;
  book b;
  book_init(&b, TAUT_ROWS_BUDGET);
  // Slot 0 is a number in one row of each block and NaN in all others; slot 1 always NaN.
  for (size_t row = 0; row < 160; row++) {
    for (size_t slot = 0; slot < b.n_slots; slot++) b.values[slot] = (double)row;
    b.values[0] = row % 16 == 7 ? (double)row : (double)NAN;
    b.values[1] = NAN;
    const taut_row at = {(int64_t)row * MS, b.values, b.n_slots, NULL, 0};
    taut_recorder_row(b.recorder, &at);
  }
  taut_recorder_finish(b.recorder);
  for (size_t i = 0; i < 10; i++) {
    float low, high;
    taut_recorder_bucket(b.recorder, 0, i, &low, &high);
    assert_true(low == (float)(i * 16 + 7) && high == low);
    taut_recorder_bucket(b.recorder, 1, i, &low, &high);
    assert_true(low > high);
  }
  book_fini(&b);
}

static void a_fault_that_brings_nan_leaves_gaps_in_the_rows(void **state) {
  (void)state;
  // What stands still but for a NaN, what moves and what is NaN for long: with a fault in the plan
  // that may do this.
  book b;
  book_init(&b, TAUT_ROWS_BUDGET);
  while (b.n_rows < 160) {
    for (size_t slot = 0; slot < b.n_slots; slot++) b.values[slot] = 5.0;
    if (b.n_rows % 16 == 7) b.values[0] = (double)NAN;
    b.values[1] = b.n_rows % 3 == 0 ? (double)NAN : (double)b.n_rows;
    b.values[2] = b.n_rows / 40 % 2 == 0 ? (double)NAN : 5.0;
    for (size_t slot = 0; slot < b.n_slots; slot++) {
      b.rows[b.n_rows * b.n_slots + slot] = (float)b.values[slot];
    }
    const taut_row at = {(int64_t)b.n_rows * MS, b.values, b.n_slots, NULL, 0};
    taut_recorder_row(b.recorder, &at);
    b.n_rows++;
  }
  taut_recorder_finish(b.recorder);
  expect_rows(&b);
  book_fini(&b);
}

static void marks_are_ordered_and_bounded(void **state) {
  (void)state;
  book b;
  book_init(&b, TAUT_ROWS_BUDGET);
  for (int64_t i = 0; i < 300; i++) {
    // An effect at once, then the row that brings an event from before it.
    const taut_effect effect = {i * MS + 10, TAUT_EFFECT_SET, 0, (double)i};
    taut_recorder_effect(b.recorder, &effect);
    const taut_event event = {i * MS, 0, 0, (double)-i};
    const taut_row row = {i * MS, b.values, b.n_slots, &event, 1};
    taut_recorder_row(b.recorder, &row);
  }
  taut_recorder_finish(b.recorder);
  const taut_mark *marks = taut_recorder_marks(b.recorder);
  assert_int_equal(taut_recorder_n_marks(b.recorder), TAUT_MARKS_MAX);
  assert_int_equal(taut_recorder_n_marks_lost(b.recorder), 600 - TAUT_MARKS_MAX);
  for (size_t i = 0; i < TAUT_MARKS_MAX; i++) {
    assert_int_equal(marks[i].tick_ns, (int64_t)(i / 2) * MS + (i % 2 ? 10 : 0));
    assert_int_equal(marks[i].is_effect, i % 2 == 1);
  }
  book_fini(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(buckets_and_rows_equal_brute_force_at_every_length),
      cmocka_unit_test(a_small_budget_keeps_the_newest_rows),
      cmocka_unit_test(memory_does_not_grow_with_time),
      cmocka_unit_test(gaps_never_hide_numbers),
      cmocka_unit_test(a_fault_that_brings_nan_leaves_gaps_in_the_rows),
      cmocka_unit_test(marks_are_ordered_and_bounded)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
