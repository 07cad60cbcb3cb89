#include "support/models.h"

#include "engine/fault.h"

/// ramp.y = 0, 1, 2 ... each ms, wired to two sinks, with one fault.
typedef struct bench {
  fixture f;
  double seen[512], other[512];  ///< by tick: what sink and other read
} bench;

static void bench_init(bench *b, const taut_fault *fault, double slope) {
  fixture_init(&b->f);
  fixture_add(&b->f, "ramp", "ramp", 0, 0);
  fixture_add(&b->f, "sink", "sink", 0, 0);
  fixture_add(&b->f, "other", "sink", 0, 0);
  fixture_wire(&b->f, "sink.x", "ramp.y");
  fixture_wire(&b->f, "sink.pair", "ramp.pair");
  fixture_wire(&b->f, "other.x", "ramp.y");
  fixture_wire(&b->f, "other.flag", "ramp.is_odd");
  assert_int_equal(taut_builder_param(b->f.builder, "ramp", "slope", 0, slope), TAUT_OK);
  assert_int_equal(taut_builder_fault(b->f.builder, fault), TAUT_OK);
  fixture_start(&b->f, 21);
}

/// Advances tick by tick; what an update reads at tick t is shown by the output of tick t + 1.
static void bench_run(bench *b, int64_t from, int64_t to) {
  for (int64_t t = from; t < to; t++) {
    fixture_advance(&b->f, (t + 1) * MS);
    if (t == 0) continue;
    b->seen[t - 1] = fixture_value(&b->f, "sink.seen");
    b->other[t - 1] = fixture_value(&b->f, "other.seen");
  }
}

static void switch_fault(bench *b, double value) {
  assert_int_equal(taut_run_apply(b->f.run, TAUT_EFFECT_FAULT, 0, value), TAUT_OK);
}

static taut_receipt receipt(const bench *b) {
  return taut_run_receipt(b->f.run, 0);
}

/// Off for 10 ticks, on for 20, off for 10 on "sink.x"; `expected` tells y from x at 10 + k.
static void expect_kind(taut_fault fault, double slope, double (*expected)(double x, int k)) {
  bench b;
  fault.name = "it";
  fault.target = "sink.x";
  bench_init(&b, &fault, slope);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 30);
  switch_fault(&b, 0);
  bench_run(&b, 30, 41);
  uint64_t n_changed = 0;
  double change_max = 0;
  for (int t = 0; t < 40; t++) {
    double x = slope * t;
    bool is_on = t >= 10 && t < 30;
    double y = is_on ? expected(x, t - 10) : x;
    if (!(fabs(b.seen[t] - y) <= 1e-12 * fabs(y)))
      fail_msg("%s at %d: %.17g, expected %.17g", taut_fault_kind_name(fault.kind), t, b.seen[t],
               y);
    if (!(b.other[t] == x)) fail_msg("the other reader was touched at %d", t);
    if (is_on && y != x) n_changed++;
    if (is_on && fabs(y - x) > change_max) change_max = fabs(y - x);
  }
  assert_true(n_changed > 0);
  assert_int_equal(receipt(&b).n_changed, n_changed);
  assert_int_equal(receipt(&b).on_ns, 20 * MS);
  assert_false(receipt(&b).is_on);
  assert_true(fabs(receipt(&b).change_max - change_max) <= 1e-9);
  fixture_fini(&b.f);
}

static double bias(double x, int k) {
  return (void)k, x + 2.5;
}
static double gain(double x, int k) {
  return (void)k, x * 1.5;
}
static double sign(double x, int k) {
  return (void)k, -x;
}
static double stuck(double x, int k) {
  return (void)x, (void)k, 3 * 9.0;
}
static double drift(double x, int k) {
  return x + 4 * k * 1e-3;
}
static double quantise(double x, int k) {
  return (void)k, 4 * rint(x / 4);
}
static double saturate(double x, int k) {
  return (void)k, x < 35 ? 35 : (x > 60 ? 60 : x);
}
// The slope is 3 per ms, the limit 1 per ms, from the value before the switch.
static double rate(double x, int k) {
  return (void)x, 27 + 1.0 * k;
}
static double dead_band(double x, int k) {
  return (void)k, x <= 60 ? 0 : x;
}
static double invert(double x, int k) {
  return (void)k, -1e6 + 1e6 - x;
}
static double delay(double x, int k) {
  return k < 5 ? 27 : x - 15;
}

static double neighbour(double x, int k) {
  return (void)k, x + 1;
}
static double hold(double x, int k) {
  return (void)x, (void)k, 41;
}

static void each_kind_does_what_it_is_named_for(void **state) {
  (void)state;
  expect_kind((taut_fault){.kind = TAUT_FAULT_BIAS, .magnitude = 2.5}, 3, bias);
  expect_kind((taut_fault){.kind = TAUT_FAULT_GAIN, .magnitude = 1.5}, 3, gain);
  expect_kind((taut_fault){.kind = TAUT_FAULT_SIGN}, 3, sign);
  expect_kind((taut_fault){.kind = TAUT_FAULT_STUCK}, 3, stuck);
  expect_kind((taut_fault){.kind = TAUT_FAULT_DRIFT, .magnitude = 4}, 3, drift);
  expect_kind((taut_fault){.kind = TAUT_FAULT_QUANTISE, .magnitude = 4}, 3, quantise);
  expect_kind((taut_fault){.kind = TAUT_FAULT_SATURATE, .magnitude = 60, .magnitude_low = 35}, 3,
              saturate);
  expect_kind((taut_fault){.kind = TAUT_FAULT_RATE, .magnitude = 1000}, 3, rate);
  expect_kind((taut_fault){.kind = TAUT_FAULT_DEAD_BAND, .magnitude = 60}, 3, dead_band);
  expect_kind((taut_fault){.kind = TAUT_FAULT_INVERT}, 3, invert);
  expect_kind((taut_fault){.kind = TAUT_FAULT_DELAY, .delay_ns = 5 * MS}, 3, delay);
  expect_kind((taut_fault){.kind = TAUT_FAULT_NEIGHBOUR, .magnitude = 1}, 3, neighbour);
  expect_kind((taut_fault){.kind = TAUT_FAULT_HOLD, .magnitude = 41}, 3, hold);
}

/// The value of an output before its faults.
static double raw_value(const fixture *f, const char *name) {
  char text[128], slot_name[128];
  snprintf(text, sizeof text, "%s.raw", name);
  for (uint32_t slot = 0; slot < taut_plan_n_slots(f->plan); slot++) {
    taut_plan_slot_name(f->plan, slot, slot_name, sizeof slot_name);
    if (strcmp(slot_name, text) == 0) return taut_run_values(f->run)[slot];
  }
  fail_msg("no %s", text);
  return 0;
}

static void a_neighbour_is_the_next_label_and_behind_the_last_the_first(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "talk", "reporter", 0, 0);
  const taut_fault fault = {.name = "n", .target = "talk.report", .kind = TAUT_FAULT_NEIGHBOUR};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  bool has_wrapped = false;
  for (int64_t t = 1; t < 40; t++) {
    fixture_advance(&f, t * MS);
    double x = raw_value(&f, "talk.report"), y = fixture_value(&f, "talk.report");
    if (y != (x < 2 ? x + 1 : 0)) fail_msg("%g became %g", x, y);
    has_wrapped |= x == 2;
  }
  assert_true(has_wrapped);
  fixture_fini(&f);
}

/// Two outputs of one instance, each with the other's value; once raw, once behind the fault.
static void swapped_outputs_have_each_others_value(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_wire(&f, "sink.x", "ramp.y");
  const taut_fault one = {
      .name = "a", .target = "sink.seen", .kind = TAUT_FAULT_SWAP, .other = "sum"};
  const taut_fault two = {
      .name = "b", .target = "sink.sum", .kind = TAUT_FAULT_SWAP, .other = "seen"};
  assert_int_equal(taut_builder_fault(f.builder, &one), TAUT_OK);
  assert_int_equal(taut_builder_fault(f.builder, &two), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 1, 1), TAUT_OK);
  fixture_advance(&f, 20 * MS);
  assert_true(fixture_value(&f, "sink.seen") == raw_value(&f, "sink.sum"));
  assert_true(fixture_value(&f, "sink.sum") == raw_value(&f, "sink.seen"));
  assert_true(fixture_value(&f, "sink.sum") != fixture_value(&f, "sink.seen"));
  assert_true(taut_run_receipt(f.run, 0).n_changed > 0);
  fixture_fini(&f);
}

static void a_swap_needs_two_outputs_alike(void **state) {
  (void)state;
  static const struct {
    const char *target, *other;
  } rows[] = {{"sink.seen", "nothing"}, {"sink.x", "seen"}, {"ramp.y", "pair"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    fixture f;
    fixture_init(&f);
    fixture_add(&f, "sink", "sink", 0, 0);
    fixture_add(&f, "ramp", "ramp", 0, 0);
    const taut_fault fault = {
        .name = "s", .target = rows[i].target, .kind = TAUT_FAULT_SWAP, .other = rows[i].other};
    assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
    assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_EINVAL);
    fixture_says(&f, rows[i].target, "a swap needs two outputs");
    fixture_fini(&f);
  }
}

static void a_dropped_sample_leaves_the_last_one(void **state) {
  (void)state;
  bench b;
  bench_init(
      &b, &(taut_fault){.name = "d", .target = "sink.x", .kind = TAUT_FAULT_DROP, .magnitude = 0.6},
      1);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 401);
  int n_lost = 0;
  for (int t = 10; t < 400; t++) {
    bool is_lost = b.seen[t] != (double)t;
    if (is_lost) assert_true(b.seen[t] == b.seen[t - 1]);
    n_lost += is_lost;
  }
  // 390 samples with p = 0.6: 234 expected, standard deviation 9.7.
  assert_in_range(n_lost, 190, 280);
  fixture_fini(&b.f);
}

// A source of 10 ms, read each millisecond: what is lost is a sample, not a reading of it.
static void a_dropped_sample_of_a_slow_source_is_gone_for_its_whole_period(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "slow", "ramp", 10 * MS, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "slow.y");
  const taut_fault fault = {
      .name = "d", .target = "sink.x", .kind = TAUT_FAULT_DROP, .magnitude = 0.5};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  int n_lost = 0;
  double before = 0;
  for (int64_t t = 0; t < 1000; t++) {
    fixture_advance(&f, (t + 1) * MS);
    double seen = fixture_value(&f, "sink.seen");
    bool may_change = t % 10 == 1;  // the first reading of a sample, shown a tick later
    if (t > 1 && !may_change) assert_true(seen == before);
    if (t > 1 && may_change) n_lost += seen == before;
    before = seen;
  }
  assert_in_range(n_lost, 30, 70);  // 99 samples with p = 0.5
  fixture_fini(&f);
}

static void jitter_keeps_the_order_and_the_greatest_delay(void **state) {
  (void)state;
  bench b;
  bench_init(
      &b,
      &(taut_fault){.name = "j", .target = "sink.x", .kind = TAUT_FAULT_JITTER, .delay_ns = 6 * MS},
      1);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 401);
  int n_late = 0;
  for (int t = 10; t < 400; t++) {
    assert_true(b.seen[t] >= b.seen[t - 1]);
    assert_true(b.seen[t] <= t);
    if (t >= 16) assert_true(b.seen[t] >= t - 6);
    n_late += b.seen[t] < t;
  }
  assert_true(n_late > 100);
  fixture_fini(&b.f);
}

static void noise_has_the_spread_it_was_given(void **state) {
  (void)state;
  bench b;
  bench_init(
      &b, &(taut_fault){.name = "n", .target = "sink.x", .kind = TAUT_FAULT_NOISE, .magnitude = 3},
      1);
  switch_fault(&b, 1);
  bench_run(&b, 0, 501);
  double sum = 0, squares = 0;
  for (int t = 0; t < 500; t++) {
    sum += b.seen[t] - t;
    squares += (b.seen[t] - t) * (b.seen[t] - t);
  }
  assert_true(fabs(sum / 500) < 4 * 3 / sqrt(500));
  assert_true(fabs(sqrt(squares / 500) - 3) < 0.4);
  assert_int_equal(receipt(&b).n_changed, 501);
  fixture_fini(&b.f);
}

static void spikes_come_as_often_as_asked(void **state) {
  (void)state;
  bench b;
  bench_init(&b,
             &(taut_fault){.name = "s",
                           .target = "sink.x",
                           .kind = TAUT_FAULT_SPIKE,
                           .magnitude = 1000,
                           .magnitude_low = 0.1},
             1);
  switch_fault(&b, 1);
  bench_run(&b, 0, 501);
  int n_spikes = 0;
  for (int t = 0; t < 500; t++) {
    assert_true(b.seen[t] == t || b.seen[t] == t + 1000);
    n_spikes += b.seen[t] > t;
  }
  assert_in_range(n_spikes, 25, 80);
  assert_true(receipt(&b).change_max == 1000);
  fixture_fini(&b.f);
}

static void a_nan_reaches_the_reader_and_stops_nobody(void **state) {
  (void)state;
  bench b;
  bench_init(&b, &(taut_fault){.name = "n", .target = "ramp.y", .kind = TAUT_FAULT_NAN}, 1);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 21);
  assert_true(b.seen[15] == -999 && b.other[15] == -999);
  assert_true(isnan(fixture_value(&b.f, "ramp.y")));
  assert_int_equal(receipt(&b).n_changed, 11);
  switch_fault(&b, 0);
  // Off at once, for readers and for whoever looks at the values.
  assert_true(fixture_value(&b.f, "ramp.y") == 20);
  bench_run(&b, 21, 31);
  assert_true(b.seen[29] == 29);
  fixture_fini(&b.f);
}

static taut_status keep_row(void *user, const taut_row *row) {
  double *out = user;
  out[row->tick_ns / MS] = row->values[0];  // ramp.y
  return TAUT_OK;
}

static void a_fault_on_an_output_reaches_all_readers_and_the_trace(void **state) {
  (void)state;
  double rows[64] = {0};
  bench b;
  bench_init(
      &b, &(taut_fault){.name = "b", .target = "ramp.y", .kind = TAUT_FAULT_BIAS, .magnitude = 100},
      1);
  assert_int_equal(fixture_slot(&b.f, "ramp.y"), 0);
  taut_run_on_row(b.f.run, keep_row, rows);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 21);
  switch_fault(&b, 0);
  bench_run(&b, 21, 31);
  for (int t = 0; t < 30; t++) {
    double y = t + (t >= 10 && t < 21 ? 100 : 0);
    assert_true(b.seen[t] == y && b.other[t] == y && rows[t] == y);
  }
  taut_port port;
  assert_int_equal(taut_plan_find(b.f.plan, "ramp.y", &port), TAUT_OK);
  fixture_fini(&b.f);
}

static void peaks_follow_a_faulted_output(void **state) {
  (void)state;
  bench b;
  bench_init(
      &b,
      &(taut_fault){.name = "b", .target = "ramp.y", .kind = TAUT_FAULT_SPIKE, .magnitude = 100},
      1);
  taut_port y;
  assert_int_equal(taut_plan_find(b.f.plan, "ramp.y", &y), TAUT_OK);
  bench_run(&b, 0, 5);
  switch_fault(&b, 1);
  bench_run(&b, 5, 7);
  assert_true(taut_run_values(b.f.run)[y.slot_max] == 106);
  fixture_fini(&b.f);
}

static void array_and_bool_ports_can_have_faults(void **state) {
  (void)state;
  bench b;
  bench_init(&b, &(taut_fault){.name = "p", .target = "sink.pair", .kind = TAUT_FAULT_STUCK}, 1);
  bench_run(&b, 0, 10);
  switch_fault(&b, 1);
  bench_run(&b, 10, 20);
  // Both slots hold what they were at tick 9, the last before the switch: y + 2 in the second.
  assert_true(fixture_value(&b.f, "sink.seen_pair") == 11);
  uint32_t slot = fixture_slot(&b.f, "sink.pair");
  assert_true(taut_run_values(b.f.run)[slot] == 10 && taut_run_values(b.f.run)[slot + 1] == 11);
  fixture_fini(&b.f);
  bench_init(&b, &(taut_fault){.name = "i", .target = "other.flag", .kind = TAUT_FAULT_INVERT}, 1);
  switch_fault(&b, 1);
  bench_run(&b, 0, 10);
  assert_true(fixture_value(&b.f, "other.seen_flag") == 1);  // read at tick 8, which is even
  fixture_fini(&b.f);
}

static void faults_on_one_wire_act_in_the_order_they_were_declared(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "ramp.y");
  const taut_fault faults[] = {
      {.name = "in_gain", .target = "sink.x", .kind = TAUT_FAULT_GAIN, .magnitude = 2},
      {.name = "in_bias", .target = "sink.x", .kind = TAUT_FAULT_BIAS, .magnitude = 1},
      {.name = "out_bias", .target = "ramp.y", .kind = TAUT_FAULT_BIAS, .magnitude = 100}};
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(taut_builder_fault(f.builder, &faults[i]), TAUT_OK);
  fixture_start(&f, 1);
  fixture_advance(&f, 5 * MS);
  for (uint32_t i = 0; i < 3; i++)
    assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, i, 1), TAUT_OK);
  fixture_advance(&f, 7 * MS);
  assert_true(fixture_value(&f, "sink.seen") == (5 + 100) * 2 + 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 0), TAUT_OK);
  fixture_advance(&f, 9 * MS);
  assert_true(fixture_value(&f, "sink.seen") == 7 + 100 + 1);
  fixture_fini(&f);
}

static void a_slow_source_is_delayed_by_the_time_asked_for(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "slow", "ramp", 10 * MS, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "slow.y");
  const taut_fault fault = {
      .name = "d", .target = "sink.x", .kind = TAUT_FAULT_DELAY, .delay_ns = 3 * MS};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  for (int64_t t = 0; t < 60; t++) {
    fixture_advance(&f, (t + 1) * MS);
    if (t >= 5) assert_true(fixture_value(&f, "sink.seen") == (double)((t - 1 - 3) / 10));
  }
  fixture_fini(&f);
}

static void a_fault_is_seen_at_once_though_its_source_is_slow(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "slow", "ramp", 10 * MS, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "slow.y");
  const taut_fault fault = {
      .name = "b", .target = "slow.y", .kind = TAUT_FAULT_BIAS, .magnitude = 50};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  fixture_advance(&f, 23 * MS);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  assert_true(fixture_value(&f, "slow.y") == 52);
  fixture_advance(&f, 25 * MS);
  assert_true(fixture_value(&f, "sink.seen") == 52);
  assert_int_equal(taut_run_receipt(f.run, 0).n_changed, 0);  // no sample since
  fixture_advance(&f, 31 * MS);
  assert_int_equal(taut_run_receipt(f.run, 0).n_changed, 1);
  fixture_fini(&f);
}

static void an_unwired_input_can_have_a_fault(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "sink", "sink", 2 * MS, 0);
  const taut_fault fault = {
      .name = "g", .target = "sink.x", .kind = TAUT_FAULT_GAIN, .magnitude = 10};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_SET, fixture_slot(&f, "sink.x"), 4), TAUT_OK);
  fixture_advance(&f, 3 * MS);
  assert_true(fixture_value(&f, "sink.seen") == 40);
  assert_true(fixture_value(&f, "sink.x") == 40);
  assert_int_equal(taut_run_receipt(f.run, 0).n_changed, 2);
  fixture_fini(&f);
}

static void a_fault_on_an_event_input_sits_behind_the_events(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "ear", "listener", 0, 0);
  // A stuck counter: nothing is ever heard.
  const taut_fault fault = {.name = "deaf", .target = "ear.note_seq", .kind = TAUT_FAULT_STUCK};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  uint32_t note = fixture_slot(&f, "ear.note");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, note, 1), TAUT_OK);
  fixture_advance(&f, 5 * MS);
  assert_true(fixture_value(&f, "ear.n_seen") == 0);
  assert_int_equal(taut_run_receipt(f.run, 0).n_changed, 5);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 0), TAUT_OK);
  fixture_advance(&f, 7 * MS);
  assert_true(fixture_value(&f, "ear.n_seen") == 1);
  fixture_fini(&f);
}

/// sum of a ramp of updates after 20 ticks with a fault on the component from tick 10.
static double updates_after(taut_fault_kind kind, double magnitude, taut_receipt *out) {
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  const taut_fault fault = {.name = "c", .target = "ramp", .kind = kind, .magnitude = magnitude};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  fixture_start(&f, 1);
  fixture_advance(&f, 10 * MS);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  fixture_advance(&f, 20 * MS);
  double shown = fixture_value(&f, "ramp.y");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 0), TAUT_OK);
  fixture_advance(&f, 21 * MS);
  double now = fixture_value(&f, "ramp.y");
  *out = taut_run_receipt(f.run, 0);
  if (kind == TAUT_FAULT_FREEZE) assert_true(shown == 9);  // the outputs hold too
  fixture_fini(&f);
  return now;
}

static void component_faults_strike_calls(void **state) {
  (void)state;
  taut_receipt r;
  assert_true(updates_after(TAUT_FAULT_SKIP, 0, &r) == 19);
  assert_int_equal(r.n_changed, 1);
  assert_true(updates_after(TAUT_FAULT_SKIP, 4, &r) == 16);
  assert_int_equal(r.n_changed, 4);
  assert_true(updates_after(TAUT_FAULT_DOUBLE, 0, &r) == 21);
  assert_true(updates_after(TAUT_FAULT_DOUBLE, 3, &r) == 23);
  assert_int_equal(r.n_changed, 3);
  assert_true(updates_after(TAUT_FAULT_FREEZE, 0, &r) == 10);
  assert_int_equal(r.n_changed, 10);
  assert_true(updates_after(TAUT_FAULT_RESET, 0, &r) == 10);
  assert_int_equal(r.n_changed, 1);
  double some = updates_after(TAUT_FAULT_SKIP, 0.5, &r);
  assert_true(some == 20 - (double)r.n_changed && some > 10 && some < 20);
}

static void a_fault_that_changes_nothing_says_so(void **state) {
  (void)state;
  bench b;
  bench_init(&b,
             &(taut_fault){.name = "s",
                           .target = "sink.x",
                           .kind = TAUT_FAULT_SATURATE,
                           .magnitude = 1e5,
                           .magnitude_low = -1e5},
             1);
  switch_fault(&b, 1);
  bench_run(&b, 0, 21);
  assert_true(receipt(&b).is_on);
  assert_int_equal(receipt(&b).n_changed, 0);
  assert_int_equal(receipt(&b).on_ns, 21 * MS);
  fixture_fini(&b.f);
}

static void a_fault_that_is_off_leaves_no_trace(void **state) {
  (void)state;
  // The instance writes elsewhere when a fault is declared; what is seen is the same.
  for (int target = 0; target < 2; target++) {
    bench b;
    bench_init(&b,
               &(taut_fault){.name = "g",
                             .target = target ? "ramp.y" : "sink.x",
                             .kind = TAUT_FAULT_GAIN,
                             .magnitude = 5},
               1);
    bench_run(&b, 0, 21);
    for (int t = 0; t < 20; t++) assert_true(b.seen[t] == t && b.other[t] == t);
    assert_true(fixture_value(&b.f, "sink.x") == 20);
    fixture_fini(&b.f);
  }
}

static void an_unknown_or_senseless_fault_is_a_loud_error(void **state) {
  (void)state;
  static const struct {
    taut_fault fault;
    const char *says;
  } rows[] = {
      {{.name = "f", .target = "r.y", .kind = (taut_fault_kind)99}, "kind is not known"},
      {{.name = "", .target = "r.y", .kind = TAUT_FAULT_SIGN}, "needs a name"},
      {{.name = "f", .target = "r.y", .kind = TAUT_FAULT_DELAY}, "delay_ns must be > 0"},
      {{.name = "f", .target = "r.y", .kind = TAUT_FAULT_QUANTISE}, "magnitude must be > 0"},
      {{.name = "f", .target = "r.y", .kind = TAUT_FAULT_SATURATE, .magnitude_low = 1},
       "lower limit is above"},
      {{.name = "f", .target = "r.y", .kind = TAUT_FAULT_BIAS, .magnitude = HUGE_VAL}, "finite"},
      {{.name = "taken", .target = "r.y", .kind = TAUT_FAULT_SIGN}, "the name is taken"},
      {{.name = "f", .target = "r.y", .kind = TAUT_FAULT_SWAP}, "the name of another output"},
  };
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "r", "ramp", 0, 0);
  const taut_fault first = {.name = "taken", .target = "r.y", .kind = TAUT_FAULT_SIGN};
  assert_int_equal(taut_builder_fault(f.builder, &first), TAUT_OK);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(taut_builder_fault(f.builder, &rows[i].fault), TAUT_EINVAL);
    if (!strstr(f.text, rows[i].says)) fail_msg("\"%s\" does not say \"%s\"", f.text, rows[i].says);
  }
  const taut_fault nowhere = {.name = "n", .target = "q", .kind = TAUT_FAULT_FREEZE};
  assert_int_equal(taut_builder_fault(f.builder, &nowhere), TAUT_ENOTFOUND);
  const taut_fault endless = {
      .name = "e", .target = "r.y", .kind = TAUT_FAULT_DELAY, .delay_ns = INT64_MAX / 2};
  assert_int_equal(taut_builder_fault(f.builder, &endless), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_EINVAL);
  fixture_says(&f, "r.y", "fault e: delay of");
  fixture_fini(&f);
}

static void switching_is_checked(void **state) {
  (void)state;
  bench b;
  bench_init(&b, &(taut_fault){.name = "g", .target = "sink.x", .kind = TAUT_FAULT_SIGN}, 1);
  assert_int_equal(taut_run_apply(b.f.run, TAUT_EFFECT_FAULT, 1, 1), TAUT_ENOTFOUND);
  assert_int_equal(taut_run_apply(b.f.run, TAUT_EFFECT_FAULT, 0, 2), TAUT_EINVAL);
  assert_int_equal(taut_run_apply(b.f.run, TAUT_EFFECT_FAULT, 0, 0.5), TAUT_EINVAL);
  assert_int_equal(taut_run_apply(b.f.run, TAUT_EFFECT_FAULT, 0, (double)NAN), TAUT_EINVAL);
  assert_int_equal(taut_run_apply(b.f.run, TAUT_EFFECT_FAULT, 0, -1), TAUT_EINVAL);
  assert_false(receipt(&b).is_on);
  fixture_fini(&b.f);
}

static void every_kind_has_its_label(void **state) {
  (void)state;
  assert_string_equal(taut_fault_kind_name(TAUT_FAULT_BIAS), "bias");
  assert_string_equal(taut_fault_kind_name(TAUT_FAULT_RESET), "reset");
  assert_null(taut_fault_kind_name(TAUT_FAULT_COUNT));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_does_what_it_is_named_for),
      cmocka_unit_test(a_neighbour_is_the_next_label_and_behind_the_last_the_first),
      cmocka_unit_test(swapped_outputs_have_each_others_value),
      cmocka_unit_test(a_swap_needs_two_outputs_alike),
      cmocka_unit_test(a_dropped_sample_leaves_the_last_one),
      cmocka_unit_test(a_dropped_sample_of_a_slow_source_is_gone_for_its_whole_period),
      cmocka_unit_test(jitter_keeps_the_order_and_the_greatest_delay),
      cmocka_unit_test(noise_has_the_spread_it_was_given),
      cmocka_unit_test(spikes_come_as_often_as_asked),
      cmocka_unit_test(a_nan_reaches_the_reader_and_stops_nobody),
      cmocka_unit_test(a_fault_on_an_output_reaches_all_readers_and_the_trace),
      cmocka_unit_test(peaks_follow_a_faulted_output),
      cmocka_unit_test(array_and_bool_ports_can_have_faults),
      cmocka_unit_test(faults_on_one_wire_act_in_the_order_they_were_declared),
      cmocka_unit_test(a_slow_source_is_delayed_by_the_time_asked_for),
      cmocka_unit_test(a_fault_is_seen_at_once_though_its_source_is_slow),
      cmocka_unit_test(an_unwired_input_can_have_a_fault),
      cmocka_unit_test(a_fault_on_an_event_input_sits_behind_the_events),
      cmocka_unit_test(component_faults_strike_calls),
      cmocka_unit_test(a_fault_that_changes_nothing_says_so),
      cmocka_unit_test(a_fault_that_is_off_leaves_no_trace),
      cmocka_unit_test(an_unknown_or_senseless_fault_is_a_loud_error),
      cmocka_unit_test(switching_is_checked),
      cmocka_unit_test(every_kind_has_its_label),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
