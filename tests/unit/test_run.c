#include "support/models.h"

#include "engine/fpenv.h"

/// Keeps the rows of a run.
typedef struct rows {
  const taut_plan *plan;
  size_t n, n_events;
  int64_t ticks[4096];
  double first[4096];  ///< value of `slot`
  uint32_t slot;
  taut_event events[4096];
  int64_t stop_at_ns;
} rows;

static taut_status keep(void *user, const taut_row *row) {
  rows *r = user;
  r->ticks[r->n] = row->tick_ns;
  r->first[r->n++] = row->values[r->slot];
  for (size_t i = 0; i < row->n_events; i++) r->events[r->n_events++] = row->events[i];
  return r->stop_at_ns && row->tick_ns >= r->stop_at_ns ? TAUT_EREJECT : TAUT_OK;
}

static void each_rate_is_called_when_due(void **state) {
  (void)state;
  static const struct {
    const char *path;
    int64_t period_ms, phase_ms;
  } rates[] = {{"a", 1, 0}, {"b", 4, 0}, {"c", 10, 3}, {"d", 7, 6}};
  fixture f;
  fixture_init(&f);
  for (size_t i = 0; i < 4; i++)
    fixture_add(&f, rates[i].path, "ramp", rates[i].period_ms * MS, rates[i].phase_ms * MS);
  fixture_start(&f, 1);
  for (int64_t t = 1; t < 300; t++) {
    fixture_advance(&f, t * MS);
    assert_int_equal(taut_run_now(f.run), t * MS);
    for (size_t i = 0; i < 4; i++) {
      char name[16];
      snprintf(name, sizeof name, "%s.y", rates[i].path);
      // The output of the last due tick shows the updates before it.
      int64_t last = t - 1 - rates[i].phase_ms;
      double expected = last < 0 ? 0 : (double)(last / rates[i].period_ms);
      if (!(fixture_value(&f, name) == expected))
        fail_msg("%s is %g at %d ms, expected %g", name, fixture_value(&f, name), (int)t, expected);
    }
  }
  fixture_fini(&f);
}

static void the_table_and_the_search_for_due_groups_agree(void **state) {
  (void)state;
  // Periods whose common multiple is far too long for a table, beside the same ones within it.
  uint8_t hashes[2][16];
  for (int is_long = 0; is_long < 2; is_long++) {
    fixture f;
    fixture_init(&f);
    fixture_add(&f, "a", "noisy", 3 * MS, 0);
    fixture_add(&f, "b", "noisy", 5 * MS, 2 * MS);
    fixture_add(&f, "c", "noisy", 7 * MS, 0);
    fixture_wire(&f, "a.x", "b.y");
    fixture_wire(&f, "c.x", "a.y");
    // One more instance, which is not seen by the others, makes the hyper-period long.
    if (is_long) fixture_add(&f, "z", "gain", 99991 * MS, 0);
    if (is_long) fixture_add(&f, "zz", "sink", 99989 * MS, 0);
    if (is_long) fixture_wire(&f, "z.x", "zz.seen");
    rows kept = {0};
    fixture_start(&f, 5);
    taut_run_on_row(f.run, keep, &kept);
    fixture_advance(&f, 1000 * MS);
    uint64_t sum = 0;
    memset(hashes[is_long], 0, 16);
    for (size_t i = 0; i < kept.n; i++) {
      uint64_t bits;
      memcpy(&bits, &kept.first[i], 8);
      sum = sum * 31 + bits;
    }
    for (size_t i = 0; i < kept.n_events; i++) {
      uint64_t bits;
      memcpy(&bits, &kept.events[i].value, 8);
      sum = sum * 31 + bits + (uint64_t)kept.events[i].tick_ns;
    }
    memcpy(hashes[is_long], &sum, 8);
    fixture_fini(&f);
  }
  assert_memory_equal(hashes[0], hashes[1], 16);
}

static void slow_to_fast_is_held_and_fast_to_slow_is_sampled(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "slow", "ramp", 10 * MS, 0);
  fixture_add(&f, "fast", "ramp", 1 * MS, 0);
  fixture_add(&f, "fast_reader", "sink", 1 * MS, 0);
  fixture_add(&f, "slow_reader", "sink", 10 * MS, 0);
  fixture_wire(&f, "fast_reader.x", "slow.y");
  fixture_wire(&f, "slow_reader.x", "fast.y");
  fixture_start(&f, 1);
  fixture_advance(&f, 26 * MS);  // outputs of tick 25 show the reads of tick 24
  assert_true(fixture_value(&f, "fast_reader.seen") == 2);
  fixture_advance(&f, 31 * MS);  // the reader's output at 30 shows its read at 20
  assert_true(fixture_value(&f, "slow_reader.seen") == 20);
  fixture_fini(&f);
}

static void feedthrough_sees_the_same_tick_in_any_order_of_adding(void **state) {
  (void)state;
  for (int order = 0; order < 2; order++) {
    fixture f;
    fixture_init(&f);
    if (order) fixture_add(&f, "c", "gain", 0, 0);
    if (order) fixture_add(&f, "b", "gain", 0, 0);
    fixture_add(&f, "a", "ramp", 0, 0);
    if (!order) fixture_add(&f, "b", "gain", 0, 0);
    if (!order) fixture_add(&f, "c", "gain", 0, 0);
    fixture_wire(&f, "b.x", "a.y");
    fixture_wire(&f, "c.x", "b.y");
    fixture_start(&f, 1);
    fixture_advance(&f, 8 * MS);
    assert_true(fixture_value(&f, "a.y") == 7);
    assert_true(fixture_value(&f, "c.y") == 28);
    fixture_fini(&f);
  }
}

static void no_port_is_read_before_its_first_output(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  // The source's phase has not come, yet its output of the initial state is there from tick 0, and
  // the declared initial value (-7) is never seen.
  fixture_add(&f, "late", "ramp", 50 * MS, 40 * MS);
  fixture_add(&f, "reader", "sink", 0, 0);
  assert_int_equal(taut_builder_param(f.builder, "late", "y0", 0, 11), TAUT_OK);
  fixture_wire(&f, "reader.x", "late.y");
  fixture_start(&f, 1);
  fixture_advance(&f, 2 * MS);
  assert_true(fixture_value(&f, "reader.seen") == 11);
  fixture_advance(&f, 91 * MS);
  assert_true(fixture_value(&f, "late.y") == 12);  // updated once, at 40 ms
  fixture_fini(&f);
}

static void unwired_inputs_hold_their_initial_value_until_they_are_set(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "s", "sink", 0, 0);
  fixture_start(&f, 1);
  fixture_advance(&f, 2 * MS);
  assert_true(fixture_value(&f, "s.seen") == 3);
  uint32_t x = fixture_slot(&f, "s.x"), pair = fixture_slot(&f, "s.pair");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, x, -4.5), TAUT_OK);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, pair + 1, 8), TAUT_OK);
  fixture_advance(&f, 4 * MS);
  assert_true(fixture_value(&f, "s.seen") == -4.5);
  assert_true(fixture_value(&f, "s.seen_pair") == 8);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, x, 1e7), TAUT_EINVAL);
  fixture_says(&f, "s.x", "must be -1e+06 to 1e+06, got 1e+07");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, x, (double)NAN), TAUT_EINVAL);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, fixture_slot(&f, "s.flag"), 0.5),
                   TAUT_EINVAL);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, fixture_slot(&f, "s.seen"), 0),
                   TAUT_EINVAL);
  fixture_says(&f, "s.seen", "is not an input");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, 100000, 0), TAUT_ENOTFOUND);
  assert_int_equal(taut_run_apply(f.run, (taut_effect_kind)9, x, 0), TAUT_EINVAL);
  fixture_fini(&f);
}

static void a_wired_input_cannot_be_set(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "r", "ramp", 0, 0);
  fixture_add(&f, "s", "sink", 0, 0);
  fixture_wire(&f, "s.x", "r.y");
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, fixture_slot(&f, "s.x"), 1), TAUT_EINVAL);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, fixture_slot(&f, "s.x"), 1),
                   TAUT_EINVAL);
  fixture_fini(&f);
}

static void events_of_source_and_scenario_reach_an_event_input(void **state) {
  (void)state;
  for (int is_wired = 0; is_wired < 2; is_wired++) {
    fixture f;
    fixture_init(&f);
    fixture_add(&f, "who", "reporter", 2 * MS, 0);
    fixture_add(&f, "ear", "listener", 1 * MS, 0);
    assert_int_equal(taut_builder_param(f.builder, "who", "every", 0, 5), TAUT_OK);
    if (is_wired) fixture_wire(&f, "ear.note", "who.report");
    if (is_wired) fixture_wire(&f, "ear.note_seq", "who.report_seq");
    fixture_start(&f, 1);
    uint32_t note = fixture_slot(&f, "ear.note");
    fixture_advance(&f, 5 * MS);
    assert_true(fixture_value(&f, "ear.n_seen") == 0);
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 2), TAUT_OK);
    fixture_advance(&f, 7 * MS);
    assert_true(fixture_value(&f, "ear.n_seen") == 1);
    assert_true(fixture_value(&f, "ear.last") == 2);
    // The reporter's fifth update is at 8 ms; its report is out at 10 and seen at 11.
    fixture_advance(&f, 12 * MS);
    assert_true(fixture_value(&f, "ear.n_seen") == (is_wired ? 2 : 1));
    assert_true(fixture_value(&f, "ear.last") == (is_wired ? 1 : 2));
    // The same event again is a new event.
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 1), TAUT_OK);
    fixture_advance(&f, 14 * MS);
    assert_true(fixture_value(&f, "ear.n_seen") == (is_wired ? 3 : 2));
    assert_true(fixture_value(&f, "ear.note_seq") == (is_wired ? 3 : 2));
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 3), TAUT_EINVAL);
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 0.5), TAUT_EINVAL);
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note + 1, 1), TAUT_EINVAL);
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, note, 1), TAUT_EINVAL);
    fixture_says(&f, "ear.note", "send it an event");
    fixture_fini(&f);
  }
}

static void rows_come_every_row_period_with_the_events_since_the_last(void **state) {
  (void)state;
  fixture f;
  rows kept = {0};
  fixture_init(&f);
  assert_int_equal(taut_builder_row_period(f.builder, 5 * MS), TAUT_OK);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_add(&f, "b", "noisy", 0, 0);
  fixture_add(&f, "a", "noisy", 0, 0);
  fixture_start(&f, 3);
  kept.slot = fixture_slot(&f, "ramp.y");
  taut_run_on_row(f.run, keep, &kept);
  fixture_advance(&f, 200 * MS);
  assert_int_equal(kept.n, 40);
  for (size_t i = 0; i < kept.n; i++) {
    assert_int_equal(kept.ticks[i], (int64_t)i * 5 * MS);
    assert_true(kept.first[i] == (double)(5 * i));
  }
  assert_true(kept.n_events > 40 && kept.n_events < 160);
  for (size_t i = 1; i < kept.n_events; i++) {
    const taut_event *before = &kept.events[i - 1], *after = &kept.events[i];
    assert_true(before->tick_ns < after->tick_ns ||
                (before->tick_ns == after->tick_ns && before->instance < after->instance));
  }
  fixture_fini(&f);
}

static void a_row_function_ends_the_advance_after_the_tick(void **state) {
  (void)state;
  fixture f;
  rows kept = {.stop_at_ns = 20 * MS};
  fixture_init(&f);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_start(&f, 3);
  taut_run_on_row(f.run, keep, &kept);
  assert_int_equal(taut_run_advance(f.run, 100 * MS), TAUT_EREJECT);
  assert_int_equal(taut_run_now(f.run), 21 * MS);
  kept.stop_at_ns = 0;
  fixture_advance(&f, 100 * MS);
  assert_int_equal(kept.n, 100);  // no row twice, none left out
  assert_true(fixture_value(&f, "ramp.y") == 99);
  fixture_fini(&f);
}

static taut_status meddle(void *user, const taut_row *row) {
  fixture *f = user;
  (void)row;
  assert_int_equal(taut_run_apply(f->run, TAUT_EFFECT_SET, fixture_slot(f, "s.x"), 1),
                   TAUT_EREJECT);
  assert_int_equal(taut_run_advance(f->run, 1000 * MS), TAUT_EINVAL);
  return TAUT_OK;
}

static void nothing_is_applied_within_a_tick(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "s", "sink", 0, 0);
  fixture_start(&f, 3);
  taut_run_on_row(f.run, meddle, &f);
  fixture_advance(&f, 3 * MS);
  fixture_fini(&f);
}

static void peaks_cover_what_moves_between_rows(void **state) {
  (void)state;
  fixture f;
  rows kept = {0};
  fixture_init(&f);
  assert_int_equal(taut_builder_row_period(f.builder, 10 * MS), TAUT_OK);
  fixture_add(&f, "n", "noisy", 0, 0);
  fixture_start(&f, 7);
  taut_port y;
  assert_int_equal(taut_plan_find(f.plan, "n.y", &y), TAUT_OK);
  double low = 0, high = 0;
  for (int64_t t = 1; t <= 500; t++) {
    fixture_advance(&f, t * MS);
    const double *values = taut_run_values(f.run);
    double now = values[y.slot];
    bool is_row = (t - 1) % 10 == 0;
    low = now < low ? now : low;
    high = now > high ? now : high;
    if (is_row) low = high = now;  // the interval begins with the value at the row
    assert_true(values[y.slot_min] == low);
    assert_true(values[y.slot_max] == high);
  }
  (void)kept;
  fixture_fini(&f);
}

/// Runs one broken instance and expects where and how it stops.
static void expect_stop(int how, int64_t at, taut_status status, const char *path,
                        const char *part) {
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "fine", "noisy", 0, 0);
  fixture_add(&f, "left.bad", "broken", 0, 0);
  assert_int_equal(taut_builder_param(f.builder, "left.bad", "how", 0, how), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_advance(f.run, 100 * MS), status);
  fixture_says(&f, path, part);
  assert_int_equal(taut_run_now(f.run), at * MS);
  int n_lines = f.n_lines;
  assert_int_equal(taut_run_advance(f.run, 200 * MS), status);  // and stays stopped
  assert_int_equal(taut_run_now(f.run), at * MS);
  assert_int_equal(f.n_lines, n_lines);
  fixture_fini(&f);
}

static void a_broken_instance_stops_the_run_and_is_named(void **state) {
  (void)state;
  expect_stop(HOW_NAN, 5, TAUT_ENUMBER, "left.bad.values[1]", "NaN or infinite");
  expect_stop(HOW_FAULT, 4, TAUT_EFAULT, "left.bad", "update returned -3");
  expect_stop(HOW_EMIT_IN_OUTPUT, 5, TAUT_EFAULT, "left.bad", "emitted an event in output");
  expect_stop(HOW_TOO_MANY, 4, TAUT_EFULL, "left.bad", "more than its 2 events");
  expect_stop(HOW_NAN_EVENT, 4, TAUT_ENUMBER, "left.bad", "event e carries NaN");
  expect_stop(HOW_NO_EVENT, 4, TAUT_EFAULT, "left.bad", "emitted event 7");
}

static void an_init_that_refuses_makes_no_run(void **state) {
  (void)state;
  for (int how = HOW_INIT_REFUSES; how <= HOW_INIT_FAULT; how++) {
    const taut_run_options options = {.seed = 1};
    fixture f;
    fixture_init(&f);
    fixture_add(&f, "bad", "broken", 0, 0);
    assert_int_equal(taut_builder_param(f.builder, "bad", "how", 0, how), TAUT_OK);
    assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
    assert_int_equal(taut_run_create(f.plan, &options, NULL, &f.log, &f.run),
                     how == HOW_INIT_REFUSES ? TAUT_EINVAL : TAUT_EFAULT);
    assert_null(f.run);
    assert_string_equal(f.path, "bad");
    fixture_fini(&f);
  }
}

static void logs_are_bounded(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "bad", "broken", 0, 0);
  assert_int_equal(taut_builder_param(f.builder, "bad", "how", 0, HOW_LOG), TAUT_OK);
  fixture_start(&f, 1);
  fixture_advance(&f, 5000 * MS);
  assert_int_equal(f.n_lines, 1001);
  fixture_fini(&f);
}

static void a_changed_floating_point_environment_stops_the_run(void **state) {
  (void)state;
  for (int is_checked = 0; is_checked < 2; is_checked++) {
    fixture f;
    fixture_init(&f);
    assert_int_equal(
        taut_registry_load(f.registry, TAUT_BUILD_DIR "/tests/plugins/bad_rounding.so"), TAUT_OK);
    fixture_add(&f, "fine", "noisy", 0, 0);
    fixture_add(&f, "left.bad", "rounding", 0, 0);
    assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
    const taut_run_options options = {.seed = 1, .is_checked = is_checked};
    assert_int_equal(taut_run_create(f.plan, &options, NULL, &f.log, &f.run), TAUT_OK);
    assert_int_equal(taut_run_advance(f.run, 10 * MS), TAUT_EFPENV);
    assert_true(taut_fpenv_is_default());
    // Checked per row the core knows when; checked per call it knows who.
    assert_string_equal(f.path, is_checked ? "left.bad" : "");
    fixture_fini(&f);
  }
}

/// A rig with several rates, random walks, events and feedthrough.
static void add_mixed_rig(fixture *f) {
  fixture_add(f, "walk", "noisy", 0, 0);
  fixture_add(f, "slow_walk", "noisy", 4 * MS, MS);
  fixture_add(f, "twice", "gain", 0, 0);
  fixture_add(f, "who", "reporter", 3 * MS, 0);
  fixture_add(f, "ear", "listener", 2 * MS, 0);
  fixture_add(f, "sink", "sink", 5 * MS, 2 * MS);
  fixture_wire(f, "twice.x", "slow_walk.y");
  fixture_wire(f, "walk.x", "twice.y");
  fixture_wire(f, "ear.note", "who.report");
  fixture_wire(f, "ear.note_seq", "who.report_seq");
  fixture_wire(f, "sink.x", "walk.y");
}

static void run_mixed(const taut_run_options *options, bool has_two, uint8_t trace[16],
                      uint8_t last_state[16]) {
  fixture f;
  taut_run *other = NULL;
  const taut_run_options other_options = {.seed = 77};
  fixture_init(&f);
  add_mixed_rig(&f);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  assert_int_equal(taut_run_create(f.plan, options, NULL, &f.log, &f.run), TAUT_OK);
  if (has_two)
    assert_int_equal(taut_run_create(f.plan, &other_options, NULL, &f.log, &other), TAUT_OK);
  for (int64_t t = 0; t <= 600; t += 7) {
    fixture_advance(&f, t * MS);
    if (other) assert_int_equal(taut_run_advance(other, t * MS), TAUT_OK);
    if (t == 70) {
      uint32_t note = fixture_slot(&f, "ear.note");
      assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 2), TAUT_OK);
    }
  }
  taut_run_trace_hash(f.run, trace);
  taut_run_state_hash(f.run, last_state);
  taut_run_destroy(other);
  fixture_fini(&f);
}

static void stress_check_and_company_change_no_hash(void **state) {
  (void)state;
  const taut_run_options plain = {.seed = 9}, stress = {.seed = 9, .is_stress = true},
                         checked = {.seed = 9, .is_checked = true}, other = {.seed = 10};
  uint8_t trace[16], last[16], trace2[16], last2[16];
  run_mixed(&plain, false, trace, last);
  run_mixed(&stress, false, trace2, last2);
  assert_memory_equal(trace, trace2, 16);
  assert_memory_equal(last, last2, 16);
  run_mixed(&checked, false, trace2, last2);
  assert_memory_equal(trace, trace2, 16);
  run_mixed(&plain, true, trace2, last2);
  assert_memory_equal(trace, trace2, 16);
  assert_memory_equal(last, last2, 16);
  run_mixed(&other, false, trace2, last2);
  assert_memory_not_equal(trace, trace2, 16);
}

static void the_trace_hash_is_the_same_for_ever(void **state) {
  (void)state;
  // A golden value: it changes only with the meaning of rows, events, hashes or random numbers.
  static const uint8_t golden[16] = {0xa0, 0xdf, 0xb3, 0xf7, 0x03, 0x55, 0xa4, 0x67,
                                     0x34, 0xd2, 0x55, 0xb4, 0x4e, 0x13, 0x73, 0x66};
  const taut_run_options options = {.seed = 9};
  uint8_t trace[16], last[16];
  run_mixed(&options, false, trace, last);
  assert_memory_equal(trace, golden, 16);
}

static void random_numbers_follow_the_path_not_the_position(void **state) {
  (void)state;
  double values[2];
  for (int has_more = 0; has_more < 2; has_more++) {
    fixture f;
    fixture_init(&f);
    if (has_more) fixture_add(&f, "before", "noisy", 0, 0);
    fixture_add(&f, "walk", "noisy", 0, 0);
    fixture_start(&f, 4);
    fixture_advance(&f, 50 * MS);
    values[has_more] = fixture_value(&f, "walk.y");
    fixture_fini(&f);
  }
  assert_true(values[0] == values[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_rate_is_called_when_due),
      cmocka_unit_test(the_table_and_the_search_for_due_groups_agree),
      cmocka_unit_test(slow_to_fast_is_held_and_fast_to_slow_is_sampled),
      cmocka_unit_test(feedthrough_sees_the_same_tick_in_any_order_of_adding),
      cmocka_unit_test(no_port_is_read_before_its_first_output),
      cmocka_unit_test(unwired_inputs_hold_their_initial_value_until_they_are_set),
      cmocka_unit_test(a_wired_input_cannot_be_set),
      cmocka_unit_test(events_of_source_and_scenario_reach_an_event_input),
      cmocka_unit_test(rows_come_every_row_period_with_the_events_since_the_last),
      cmocka_unit_test(a_row_function_ends_the_advance_after_the_tick),
      cmocka_unit_test(nothing_is_applied_within_a_tick),
      cmocka_unit_test(peaks_cover_what_moves_between_rows),
      cmocka_unit_test(a_broken_instance_stops_the_run_and_is_named),
      cmocka_unit_test(an_init_that_refuses_makes_no_run),
      cmocka_unit_test(logs_are_bounded),
      cmocka_unit_test(a_changed_floating_point_environment_stops_the_run),
      cmocka_unit_test(stress_check_and_company_change_no_hash),
      cmocka_unit_test(the_trace_hash_is_the_same_for_ever),
      cmocka_unit_test(random_numbers_follow_the_path_not_the_position),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
