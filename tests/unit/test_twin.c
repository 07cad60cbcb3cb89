/// A live trace beside its twin: what was done to a signal is what the comparison finds.
#include <math.h>
#include <stdlib.h>

#include "support/models.h"
#include "taut/math.h"
#include "trace/twin.h"
#include "trace/writer.h"

enum { N_ROWS = 6000 };

/// What a live signal is of its twin, known beforehand.
typedef struct change {
  double late_s, gain, noise;  ///< noise: even between -noise and noise
} change;

static const double PI = 3.141592653589793;

/// Two tones, 2 Hz and 0.7 Hz, with a mean square of 1/2 + 1/8.
static double tones(double time_s) {
  return sin(2 * PI * 2.0 * time_s) + 0.5 * sin(2 * PI * 0.7 * time_s);
}

static double even(uint64_t stream, int64_t tick_ns) {
  return (double)(taut_random_u64(3, stream, tick_ns, 0) >> 11) * 0x1p-52 - 1.0;
}

static taut_status put_bytes(void *user, const void *data, size_t size) {
  taut_bytes_put(user, data, size);
  return TAUT_OK;
}

typedef struct slots {
  uint32_t y, pair, is_odd, report, noise;
} slots;

static void fill_row(double *values, const slots *at, int64_t tick_ns, const change *c,
                     bool is_live) {
  double time_s = (double)tick_ns * 1e-9;
  int64_t ms = tick_ns / MS;
  values[at->y] = c->gain * tones(time_s - c->late_s) + c->noise * even(1, tick_ns);
  values[at->pair] = tones(time_s);
  values[at->pair + 1] = is_live ? 3.0 : 1.0;
  values[at->is_odd] = (double)((ms + 1000 - (is_live ? 5 : 0)) / 150 % 2);
  values[at->report] = (double)((ms + (is_live ? 3 : 0)) / 170 % 3);
  values[at->noise] = even(is_live ? 8 : 9, tick_ns);
}

/// A trace of `n_rows` rows; `change` says what its y is.
static void make_trace(taut_bytes *out, const change *c, bool is_live, int n_rows,
                       const char *judgement) {
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "ramp", "ramp", 0, 0);
  fixture_add(&f, "reporter", "reporter", 0, 0);
  fixture_add(&f, "noisy", "noisy", 0, 0);
  if (!is_live) fixture_add(&f, "sink", "sink", 0, 0);
  fixture_start(&f, 1);
  const slots at = {fixture_slot(&f, "ramp.y"), fixture_slot(&f, "ramp.pair"),
                    fixture_slot(&f, "ramp.is_odd"), fixture_slot(&f, "reporter.report"),
                    fixture_slot(&f, "noisy.y")};
  double values[64] = {0};
  taut_trace_writer *writer;
  const taut_trace_sink sink = {put_bytes, out};
  const taut_trace_options options = {.is_live = is_live};
  out->size = 0;
  assert_int_equal(taut_trace_writer_create(&sink, &options, &writer), TAUT_OK);
  assert_int_equal(taut_trace_writer_begin(writer, f.plan, 1, "t"), TAUT_OK);
  for (int i = 0; i < n_rows; i++) {
    taut_row row = {.tick_ns = i * MS, .values = values, .n_values = taut_plan_n_slots(f.plan)};
    fill_row(values, &at, row.tick_ns, c, is_live);
    assert_int_equal(taut_trace_writer_row(writer, &row), TAUT_OK);
  }
  const taut_pair pairs[] = {{"SR-001", judgement}, {is_live ? "SR-002" : "SR-003", "pass 1 N -"}};
  assert_int_equal(taut_trace_writer_note(writer, TAUT_TRACE_REQUIREMENTS, pairs, 2), TAUT_OK);
  assert_int_equal(taut_trace_writer_finish(writer), TAUT_OK);
  taut_trace_writer_destroy(writer);
  fixture_fini(&f);
}

static void compare(const taut_bytes *live, const taut_bytes *twin, taut_twin *out) {
  char error[256];
  const taut_trace_source a = taut_trace_source_memory(live->data, live->size);
  const taut_trace_source b = taut_trace_source_memory(twin->data, twin->size);
  taut_status status = taut_twin_compare(&a, &b, out, error, sizeof error);
  if (status != TAUT_OK) fail_msg("%s", error);
}

static const taut_twin_signal *signal_of(const taut_twin *twin, const char *name) {
  for (size_t i = 0; i < twin->n_signals; i++)
    if (strcmp(twin->signals[i].name, name) == 0) return &twin->signals[i];
  fail_msg("no signal %s", name);
  return NULL;
}

static void expect_near(double value, double wanted, double within) {
  if (!(fabs(value - wanted) <= within)) fail_msg("%g, not %g", value, wanted);
}

static const change none = {0.0, 1.0, 0.0};

/// Moves, scales and disturbs a signal, and looks whether that is what is found.
static void expect_change(change c) {
  taut_bytes live = {0}, twin = {0};
  taut_twin found;
  make_trace(&live, &c, true, N_ROWS, "pass 2 N -");
  make_trace(&twin, &none, false, N_ROWS, "pass 2 N -");
  compare(&live, &twin, &found);
  const taut_twin_signal *y = signal_of(&found, "ramp.y");
  assert_true(y->has_latency);
  // A fifth of a row.
  expect_near(y->latency_s, c.late_s, 0.0002);
  // What is left is the scale and the noise, whose powers add; even noise has a third of its
  // square.
  double left = (c.gain - 1) * (c.gain - 1) * 0.625 + c.noise * c.noise / 3;
  expect_near(y->rms, sqrt(left), 0.05 * sqrt(left) + 0.002);
  assert_true(y->most <= fabs(c.gain - 1) * 1.5 + c.noise + 0.005);
  assert_true(y->most >= y->rms);
  // Without moving it, the shift is an error too: a tone of w moves by 2 sin(w t / 2) of itself.
  double fast = 2 * sin(2 * PI * c.late_s), slow = 2 * sin(0.7 * PI * c.late_s);
  double shifted = 0.5 * fast * fast + 0.125 * slow * slow;
  if (c.gain == 1.0)
    expect_near(y->rms_now, sqrt(left + shifted), 0.03 * sqrt(left + shifted) + 1e-9);
  assert_true(y->rms_now >= y->rms * 0.99);
  expect_near(y->span, 3.0, 0.25);
  taut_twin_fini(&found);
  taut_bytes_fini(&live);
  taut_bytes_fini(&twin);
}

static void a_shift_a_scale_and_noise_are_found_as_they_are(void **state) {
  (void)state;
  expect_change((change){0.005, 1.0, 0.0});
  expect_change((change){0.0074, 1.0, 0.0});
  expect_change((change){-0.0123, 1.0, 0.0});
  expect_change((change){0.031, 1.05, 0.0});
  expect_change((change){0.0, 1.0, 0.02});
  expect_change((change){0.0074, 1.05, 0.02});
  expect_change((change){-0.06, 0.9, 0.05});
}

static void each_kind_of_signal_is_compared_in_its_way(void **state) {
  (void)state;
  const change c = {0.004, 1.0, 0.0};
  taut_bytes live = {0}, twin = {0};
  taut_twin found;
  make_trace(&live, &c, true, N_ROWS, "pass 2 N -");
  make_trace(&twin, &none, false, N_ROWS, "pass 2 N -");
  compare(&live, &twin, &found);
  assert_int_equal(found.n_rows, N_ROWS);
  assert_int_equal(found.row_ns, MS);
  // The same bits, in every row.
  assert_true(signal_of(&found, "ramp.pair[0]")->is_same);
  // Off by two and never moving: an error, and no latency.
  const taut_twin_signal *still = signal_of(&found, "ramp.pair[1]");
  assert_false(still->is_same || still->has_latency);
  expect_near(still->rms, 2.0, 1e-12);
  expect_near(still->most, 2.0, 1e-12);
  // A bool that is late and an enum that is early are right once they are moved.
  const taut_twin_signal *odd = signal_of(&found, "ramp.is_odd");
  assert_true(odd->has_latency);
  expect_near(odd->latency_s, 0.005, 1e-9);
  expect_near(odd->rms, 0.0, 0.0);
  expect_near(odd->rms_now, 5.0 / 150.0, 0.001);
  const taut_twin_signal *report = signal_of(&found, "reporter.report");
  assert_true(report->has_latency);
  expect_near(report->latency_s, -0.003, 1e-9);
  expect_near(report->rms, 0.0, 0.0);
  // Two noises have nothing to do with each other, at any shift.
  const taut_twin_signal *noise = signal_of(&found, "noisy.y");
  assert_false(noise->has_latency);
  expect_near(noise->rms, sqrt(2.0 / 3.0), 0.03);
  // The median of 4, 5 and -3 ms; what stands still or is alike has no say.
  assert_true(found.has_skew);
  expect_near(found.skew_s, 0.002, 0.0005);
  taut_twin_fini(&found);
  taut_bytes_fini(&live);
  taut_bytes_fini(&twin);
}

static void verdicts_and_margins_stand_side_by_side(void **state) {
  (void)state;
  taut_bytes live = {0}, twin = {0};
  taut_twin found;
  make_trace(&live, &none, true, N_ROWS, "fail -0.5 N 1.250000000");
  make_trace(&twin, &none, false, N_ROWS / 2, "pass 2 N -");
  compare(&live, &twin, &found);
  assert_int_equal(found.n_requirements, 3);
  const taut_twin_requirement *both = &found.requirements[0];
  assert_string_equal(both->id, "SR-001");
  assert_true(both->has_live && both->has_twin);
  assert_int_equal(both->live.verdict, TAUT_FAIL);
  assert_int_equal(both->twin.verdict, TAUT_PASS);
  expect_near(both->live.margin - both->twin.margin, -2.5, 1e-12);
  assert_true(found.requirements[1].has_live && !found.requirements[1].has_twin);
  assert_true(!found.requirements[2].has_live && found.requirements[2].has_twin);
  // The shorter one ends the comparison, and is told; so are signals that one of them lacks.
  assert_int_equal(found.n_rows, N_ROWS / 2);
  assert_int_equal(found.live_end_ns, (N_ROWS - 1) * MS);
  assert_int_equal(found.twin_end_ns, (N_ROWS / 2 - 1) * MS);
  assert_true(found.n_only > 0);
  taut_twin_fini(&found);
  taut_bytes_fini(&live);
  taut_bytes_fini(&twin);
}

static void what_cannot_be_compared_is_told(void **state) {
  (void)state;
  char error[256];
  uint8_t noise[100] = {0};
  taut_bytes trace = {0};
  taut_twin found;
  make_trace(&trace, &none, true, 10, "pass 2 N -");
  const taut_trace_source good = taut_trace_source_memory(trace.data, trace.size);
  const taut_trace_source bad = taut_trace_source_memory(noise, sizeof noise);
  assert_int_equal(taut_twin_compare(&good, &bad, &found, error, sizeof error), TAUT_EINVAL);
  assert_non_null(strstr(error, "no trace"));
  // Ten rows are enough for an error, and for no latency.
  assert_int_equal(taut_twin_compare(&good, &good, &found, error, sizeof error), TAUT_OK);
  assert_false(found.has_skew);
  for (size_t i = 0; i < found.n_signals; i++) assert_true(found.signals[i].is_same);
  taut_twin_fini(&found);
  taut_bytes_fini(&trace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_shift_a_scale_and_noise_are_found_as_they_are),
      cmocka_unit_test(each_kind_of_signal_is_compared_in_its_way),
      cmocka_unit_test(verdicts_and_margins_stand_side_by_side),
      cmocka_unit_test(what_cannot_be_compared_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
