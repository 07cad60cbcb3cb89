/// Golden comparison: what differs is found, named and timed; what tolerances allow is not.
#include "trace/compare.h"

#include "support/trace.h"

enum { N_ROWS = 60 };

/// A series of one number, one bool and one enum, written as a trace.
typedef struct series {
  double y[N_ROWS], is_odd[N_ROWS], report[N_ROWS];
  size_t n_rows;
  const taut_pair *judged;  ///< metadata taut.requirements
  size_t n_judged;
  const char *verdict;  ///< of the case; NULL for a trace that does not say
} series;

typedef struct world {
  fixture f;
  uint32_t slots[3];
} world;

static void world_init(world *w) {
  fixture_init(&w->f);
  fixture_add(&w->f, "ramp", "ramp", 0, 0);
  fixture_add(&w->f, "reporter", "reporter", 0, 0);
  fixture_start(&w->f, 1);
  w->slots[0] = fixture_slot(&w->f, "ramp.y");
  w->slots[1] = fixture_slot(&w->f, "ramp.is_odd");
  w->slots[2] = fixture_slot(&w->f, "reporter.report");
}

static taut_status keep_bytes(void *user, const void *data, size_t size) {
  taut_bytes_put(user, data, size);
  return TAUT_OK;
}

static taut_bytes write_series(const world *w, const series *s) {
  taut_bytes file = {0};
  const taut_trace_sink sink = {keep_bytes, &file};
  const taut_trace_options options = {.chunk_bytes = 600};
  taut_trace_writer *writer = NULL;
  double values[TRACED_SLOTS_MAX] = {0};
  assert_int_equal(taut_trace_writer_create(&sink, &options, &writer), TAUT_OK);
  assert_int_equal(taut_trace_writer_begin(writer, w->f.plan, 1, "series"), TAUT_OK);
  for (size_t i = 0; i < s->n_rows; i++) {
    values[w->slots[0]] = s->y[i];
    values[w->slots[1]] = s->is_odd[i];
    values[w->slots[2]] = s->report[i];
    const taut_row row = {
        .tick_ns = (int64_t)i * MS, .values = values, .n_values = taut_plan_n_slots(w->f.plan)};
    assert_int_equal(taut_trace_writer_row(writer, &row), TAUT_OK);
  }
  if (s->verdict != NULL) {
    const taut_pair pair = {"verdict", s->verdict};
    assert_int_equal(
        taut_trace_writer_note(writer, TAUT_TRACE_REQUIREMENTS, s->judged, s->n_judged), TAUT_OK);
    assert_int_equal(taut_trace_writer_note(writer, "taut.result", &pair, 1), TAUT_OK);
  }
  assert_int_equal(taut_trace_writer_finish(writer), TAUT_OK);
  taut_trace_writer_destroy(writer);
  return file;
}

/// A tenth for one of them, the same bits for all others.
static double margin_of(void *user, const char *id) {
  (void)user;
  return strcmp(id, "SR-002") == 0 ? 0.1 : 0.0;
}

static taut_tolerance same_for_all(void *user, const char *name) {
  (void)name;
  return *(const taut_tolerance *)user;
}

/// Compares two files; the readers live as long as `out` is looked at.
typedef struct verdict {
  taut_trace_reader *base, *other;
  taut_comparison result;
} verdict;

static verdict judge(const taut_bytes *base, const taut_bytes *other, taut_tolerance tolerance) {
  verdict v;
  const taut_trace_source a = taut_trace_source_memory(base->data, base->size);
  const taut_trace_source b = taut_trace_source_memory(other->data, other->size);
  assert_int_equal(taut_trace_reader_open(&a, &v.base), TAUT_OK);
  assert_int_equal(taut_trace_reader_open(&b, &v.other), TAUT_OK);
  const taut_compare_options options = {
      .tolerance = same_for_all, .margin = margin_of, .user = &tolerance};
  assert_int_equal(taut_trace_compare(v.base, v.other, &options, &v.result), TAUT_OK);
  return v;
}

static void verdict_fini(verdict *v) {
  taut_comparison_fini(&v->result);
  taut_trace_reader_close(v->base);
  taut_trace_reader_close(v->other);
}

/// First row outside by the definition, -1 for none.
static int64_t funnel_by_definition(const series *a, const series *b, taut_tolerance t) {
  for (size_t i = 0; i < a->n_rows; i++) {
    bool is_below = false, is_above = false;
    for (size_t k = 0; k < a->n_rows; k++) {
      int64_t apart = ((int64_t)i - (int64_t)k) * MS;
      if (apart > t.tlag_ns || -apart > t.tlag_ns) continue;
      double width = t.atol + t.rtol * fabs(a->y[k]);
      is_below |= b->y[i] <= a->y[k] + width;
      is_above |= b->y[i] >= a->y[k] - width;
    }
    if (!is_below || !is_above) return (int64_t)i * MS;
  }
  return -1;
}

static void funnels_are_what_their_definition_says(void **state) {
  (void)state;
  world w;
  world_init(&w);
  size_t n_inside = 0, n_outside = 0;
  for (int64_t round = 0; round < 300; round++) {
    series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS};
    for (size_t i = 0; i < N_ROWS; i++) {
      int64_t at = (int64_t)i;
      // Quarters, so that sums are exact and bounds are met exactly now and then.
      a.y[i] = floor(8 * taut_random_normal(1, 0, round, (uint32_t)at)) / 4;
      size_t shift = (size_t)(round % 4);
      b.y[i] = a.y[i >= shift ? i - shift : 0] +
               floor((double)(round % 7) * taut_random_normal(1, 1, round, (uint32_t)at) / 2) / 4;
    }
    const taut_tolerance t = {.atol = (double)(round % 5) / 2,
                              .rtol = round % 3 == 0 ? 0.25 : 0.0,
                              .tlag_ns = (round / 5) % 6 * MS};
    taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b);
    verdict v = judge(&file_a, &file_b, t);
    int64_t expected = funnel_by_definition(&a, &b, t);
    assert_int_equal(v.result.is_same, expected < 0);
    if (expected >= 0) {
      assert_int_equal(v.result.n_differences, 1);
      assert_string_equal(v.result.differences[0].name, "ramp.y");
      assert_int_equal(v.result.differences[0].first_ns, expected);
    }
    n_inside += expected < 0;
    n_outside += expected >= 0;
    verdict_fini(&v);
    taut_bytes_fini(&file_a);
    taut_bytes_fini(&file_b);
  }
  assert_true(n_inside > 50 && n_outside > 50);
  fixture_fini(&w.f);
}

static void an_edge_may_be_late_but_not_missing(void **state) {
  (void)state;
  world w;
  world_init(&w);
  // Golden: 0 until 20 ms, 2 until 30 ms, then 1.
  series a = {.n_rows = N_ROWS};
  for (size_t i = 20; i < N_ROWS; i++) a.report[i] = i < 30 ? 2 : 1;
  static const struct {
    size_t first, second, third;  // rows of the edges of the new one; the third goes back to 0
    int64_t tlag_ms;
    bool is_same;
    int64_t first_ms;
  } rows[] = {{20, 30, N_ROWS, 0, true, 0},    {21, 30, N_ROWS, 0, false, 20},
              {21, 30, N_ROWS, 1, true, 0},    {20, 27, N_ROWS, 2, false, 27},
              {20, 28, N_ROWS, 2, true, 0},    {22, 32, N_ROWS, 2, true, 0},
              {20, 30, 40, 2, false, 40},      {20, N_ROWS, N_ROWS, 2, false, 30},
              {20, 30, N_ROWS - 1, 2, true, 0}};
  for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
    series b = {.n_rows = N_ROWS};
    for (size_t i = rows[k].first; i < N_ROWS; i++) {
      b.report[i] = i < rows[k].second ? 2 : i < rows[k].third ? 1 : 0;
    }
    taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b);
    verdict v =
        judge(&file_a, &file_b, (taut_tolerance){.atol = 100, .tlag_ns = rows[k].tlag_ms * MS});
    if (v.result.is_same != rows[k].is_same) fail_msg("row %zu", k);
    if (!rows[k].is_same) {
      assert_string_equal(v.result.differences[0].name, "reporter.report");
      assert_int_equal(v.result.differences[0].first_ns, rows[k].first_ms * MS);
    }
    verdict_fini(&v);
    taut_bytes_fini(&file_a);
    taut_bytes_fini(&file_b);
  }
  fixture_fini(&w.f);
}

static void nan_and_another_length_are_differences(void **state) {
  (void)state;
  world w;
  world_init(&w);
  series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS}, c = {.n_rows = N_ROWS - 7};
  a.y[13] = b.y[13] = (double)NAN;
  taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b),
             file_c = write_series(&w, &c);
  for (int64_t tlag_ms = 0; tlag_ms < 2; tlag_ms++) {
    const taut_tolerance t = {.atol = 1e9, .tlag_ns = tlag_ms * MS};
    verdict v = judge(&file_a, &file_b, t);
    assert_false(v.result.is_same);
    assert_int_equal(v.result.differences[0].first_ns, 13 * MS);
    verdict_fini(&v);
    v = judge(&file_c, &file_b, t);
    assert_false(v.result.is_same);
    assert_non_null(strstr(v.result.fault, "goes on at 0.053000 s"));
    verdict_fini(&v);
    v = judge(&file_b, &file_c, t);
    assert_non_null(strstr(v.result.fault, "ends before 0.053000 s"));
    verdict_fini(&v);
  }
  taut_bytes_fini(&file_a);
  taut_bytes_fini(&file_b);
  taut_bytes_fini(&file_c);
  fixture_fini(&w.f);
}

static void a_signal_that_the_new_trace_lacks_is_named(void **state) {
  (void)state;
  world w;
  world_init(&w);
  const series s = {.n_rows = N_ROWS};
  traced *t = calloc(1, sizeof *t);
  assert_non_null(t);
  traced_make(t, N_ROWS, 0, 1);
  taut_bytes file = write_series(&w, &s);
  verdict v = judge(&t->file, &file, (taut_tolerance){0});
  assert_false(v.result.is_same);
  assert_non_null(strstr(v.result.fault, "lacks left.ramp.y"));
  verdict_fini(&v);
  taut_bytes_fini(&file);
  traced_fini(t);
  free(t);
  fixture_fini(&w.f);
}

static void the_first_signal_to_leave_is_named_first(void **state) {
  (void)state;
  traced *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b), *c = calloc(1, sizeof *c);
  assert_true(a != NULL && b != NULL && c != NULL);
  traced_make(a, 200, 0, 1);
  traced_make(b, 200, 700, 1);
  traced_make(c, 200, 0, 2);
  // Other chunks, the same rows.
  verdict v = judge(&a->file, &b->file, (taut_tolerance){0});
  assert_true(v.result.is_same);
  assert_int_equal(v.result.n_rows, 200);
  verdict_fini(&v);
  // Only what is random differs with the seed, from its first update on.
  v = judge(&a->file, &c->file, (taut_tolerance){0});
  assert_false(v.result.is_same);
  assert_true(v.result.n_differences >= 1);
  assert_string_equal(v.result.differences[0].name, "noisy.y");
  assert_int_equal(v.result.differences[0].first_ns, MS);
  for (size_t i = 0; i < v.result.n_differences; i++) {
    assert_memory_equal(v.result.differences[i].name, "noisy.y", 7);
  }
  assert_non_null(strstr(v.result.fault, "other events from"));
  verdict_fini(&v);
  traced *all[] = {a, b, c};
  for (size_t i = 0; i < 3; i++) {
    traced_fini(all[i]);
    free(all[i]);
  }
}

static void another_judgement_is_a_difference_beyond_its_tolerance(void **state) {
  (void)state;
  world w;
  world_init(&w);
  static const taut_pair golden[] = {{"SR-001", "pass 1 N -"}, {"SR-002", "pass 2.5 m/s -"}};
  static const struct {
    const char *one, *two, *verdict;
    size_t n_changes;
    bool is_same;
  } rows[] = {{"pass 1 N -", "pass 2.5 m/s -", "pass", 0, true},
              {"pass 1.0000001 N -", "pass 2.5 m/s -", "pass", 1, false},
              {"pass 1 N -", "pass 2.59 m/s -", "pass", 0, true},
              {"pass 1 N -", "pass 2.61 m/s -", "pass", 1, false},
              {"pass 1 lb -", "pass 2.5 m/s -", "pass", 1, false},
              {"fail 1 N 0.5", "inconclusive - - -", "pass", 2, false},
              {"pass 1 N -", NULL, "pass", 1, false},
              {"pass 1 N -", "pass 2.5 m/s -", "fail", 0, false}};
  const series a = {.n_rows = N_ROWS, .judged = golden, .n_judged = 2, .verdict = "pass"};
  taut_bytes file_a = write_series(&w, &a);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    // One more than the golden trace has: that is no difference.
    const taut_pair fresh[] = {
        {"SR-001", rows[i].one}, {"SR-003", "fail -1 N 0.1"}, {"SR-002", rows[i].two}};
    series b = a;
    b.judged = fresh;
    b.n_judged = rows[i].two != NULL ? 3 : 2;
    b.verdict = rows[i].verdict;
    taut_bytes file_b = write_series(&w, &b);
    verdict v = judge(&file_a, &file_b, (taut_tolerance){0});
    if (v.result.is_same != rows[i].is_same || v.result.n_changes != rows[i].n_changes) {
      fail_msg("row %zu: %zu changes, '%s'", i, v.result.n_changes, v.result.fault);
    }
    assert_int_equal(v.result.n_differences, 0);
    verdict_fini(&v);
    taut_bytes_fini(&file_b);
  }
  taut_bytes_fini(&file_a);
  fixture_fini(&w.f);
}

static void a_difference_names_instance_and_port(void **state) {
  (void)state;
  world w;
  world_init(&w);
  series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS};
  b.y[7] = 1.5;
  taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b);
  verdict v = judge(&file_a, &file_b, (taut_tolerance){0});
  assert_int_equal(v.result.n_differences, 1);
  assert_string_equal(v.result.differences[0].instance, "ramp");
  assert_string_equal(v.result.differences[0].port, "y");
  assert_int_equal(v.result.base_period_ns, taut_plan_base_period(w.f.plan));
  verdict_fini(&v);
  taut_bytes_fini(&file_a);
  taut_bytes_fini(&file_b);
  fixture_fini(&w.f);
}

static void excess_and_lag_of_a_late_signal_are_told(void **state) {
  (void)state;
  world w;
  world_init(&w);
  for (int lag = -3; lag <= 3; lag++) {
    series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS};
    for (int i = 0; i < N_ROWS; i++) {
      int k = i - lag;
      // A bump of 20 rows at row 35, and the same bump `lag` rows later.
      a.y[i] = i >= 35 && i < 55 ? 10 - fabs(i - 45.0) : 0;
      b.y[i] = k >= 35 && k < 55 ? 10 - fabs(k - 45.0) : 0;
    }
    taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b);
    verdict v = judge(&file_a, &file_b, (taut_tolerance){.atol = 0.5});
    assert_int_equal(v.result.is_same, lag == 0);
    if (lag != 0) {
      assert_int_equal(v.result.differences[0].lag_ns, lag * MS);
      // The ramps rise by 1 a row.
      assert_true(v.result.differences[0].most == abs(lag));
      assert_true(v.result.differences[0].excess == abs(lag) - 0.5);
    }
    verdict_fini(&v);
    // Within a funnel that is wide enough in time nothing is outside.
    v = judge(&file_a, &file_b, (taut_tolerance){.atol = 0.5, .tlag_ns = 3 * MS});
    assert_true(v.result.is_same);
    verdict_fini(&v);
    if (lag > 1) {
      v = judge(&file_a, &file_b, (taut_tolerance){.tlag_ns = MS});
      assert_int_equal(v.result.differences[0].lag_ns, lag * MS);
      assert_true(v.result.differences[0].excess == lag - 1);
      verdict_fini(&v);
    }
    taut_bytes_fini(&file_a);
    taut_bytes_fini(&file_b);
  }
  // Another shape is not late: no shift brings it near.
  series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS};
  for (int i = 30; i < N_ROWS; i++) {
    a.y[i] = taut_random_normal(1, 0, i, 0);
    b.y[i] = taut_random_normal(2, 0, i, 0);
  }
  taut_bytes file_a = write_series(&w, &a), file_b = write_series(&w, &b);
  verdict v = judge(&file_a, &file_b, (taut_tolerance){0});
  assert_int_equal(v.result.differences[0].lag_ns, 0);
  verdict_fini(&v);
  taut_bytes_fini(&file_a);
  taut_bytes_fini(&file_b);
  fixture_fini(&w.f);
}

/// Topics of other tools need not begin with a slash, nor be the begin of a signal's name.
static void topics_of_other_tools_are_taken_as_they_are(void **state) {
  (void)state;
  world w;
  world_init(&w);
  series a = {.n_rows = N_ROWS}, b = {.n_rows = N_ROWS};
  b.y[7] = 1.0;
  taut_bytes files[] = {write_series(&w, &a), write_series(&w, &b)};
  size_t n_topics = 0;
  for (size_t i = 0; i < 2; i++) {
    for (size_t k = 0; k + 5 <= files[i].size; k++) {
      if (memcmp(files[i].data + k, "/ramp", 5) != 0) continue;
      memcpy(files[i].data + k, "ramp!", 5);
      n_topics++;
    }
  }
  assert_true(n_topics >= 2);
  verdict v = judge(&files[0], &files[1], (taut_tolerance){0});
  assert_int_equal(v.result.n_differences, 1);
  const taut_difference *found = &v.result.differences[0];
  assert_string_equal(found->instance, "ramp!");
  size_t n = strlen(found->name);
  assert_true(found->port >= found->name && found->port < found->name + n);
  assert_string_equal(found->port, strncmp(found->name, "ramp!.", 6) == 0 ? "y" : found->name);
  verdict_fini(&v);
  for (size_t i = 0; i < 2; i++) taut_bytes_fini(&files[i]);
  fixture_fini(&w.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(funnels_are_what_their_definition_says),
      cmocka_unit_test(an_edge_may_be_late_but_not_missing),
      cmocka_unit_test(nan_and_another_length_are_differences),
      cmocka_unit_test(a_signal_that_the_new_trace_lacks_is_named),
      cmocka_unit_test(the_first_signal_to_leave_is_named_first),
      cmocka_unit_test(another_judgement_is_a_difference_beyond_its_tolerance),
      cmocka_unit_test(a_difference_names_instance_and_port),
      cmocka_unit_test(excess_and_lag_of_a_late_signal_are_told),
      cmocka_unit_test(topics_of_other_tools_are_taken_as_they_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
