/// Plots as a worker packs them and as the main process believes them.
#include <math.h>
#include <stdlib.h>

#include "report/pack.h"
#include "report/plots.h"
#include "runner/plots.h"
#include "support/models.h"

enum { N_ROWS = 6000 };

/// A ramp of 1 per row at "a", random steps at "b", nothing at "c", through the recorder.
typedef struct recording {
  fixture f;
  taut_recorder *recorder;
  double rows[N_ROWS];  ///< of b.y
  uint32_t slot;
} recording;

static taut_status take(void *user, const taut_row *row) {
  recording *r = user;
  if (row->tick_ns < N_ROWS * MS) r->rows[row->tick_ns / MS] = row->values[r->slot];
  taut_recorder_row(r->recorder, row);
  return TAUT_OK;
}

static void hear(void *user, const taut_effect *effect) {
  recording *r = user;
  taut_recorder_effect(r->recorder, effect);
}

static void recording_init(recording *r) {
  *r = (recording){0};
  fixture_init(&r->f);
  fixture_add(&r->f, "a", "ramp", MS, 0);
  fixture_add(&r->f, "b", "noisy", MS, 0);
  fixture_add(&r->f, "c", "sink", MS, 0);
  fixture_add(&r->f, "d", "listener", MS, 0);
  fixture_start(&r->f, 3);
  taut_port port;
  assert_int_equal(taut_plan_find(r->f.plan, "b.y", &port), TAUT_OK);
  r->slot = port.slot;
  assert_int_equal(taut_recorder_create(r->f.plan, TAUT_ROWS_BUDGET, &r->recorder), TAUT_OK);
  taut_run_on_row(r->f.run, take, r);
  taut_run_on_effect(r->f.run, hear, r);
  fixture_advance(&r->f, 1000 * MS);
  assert_int_equal(taut_plan_find(r->f.plan, "d.note", &port), TAUT_OK);
  assert_int_equal(taut_run_apply(r->f.run, TAUT_EFFECT_EVENT, port.slot, 2), TAUT_OK);
  fixture_advance(&r->f, N_ROWS * MS);
  taut_recorder_finish(r->recorder);
}

static void recording_fini(recording *r) {
  taut_recorder_destroy(r->recorder);
  fixture_fini(&r->f);
}

/// A check that reads these signals, NULL after the last.
static taut_check_result check_of(const char *const *signals, taut_verdict verdict,
                                  int64_t tick_ns) {
  taut_check_result check = {.id = "",
                             .text = "",
                             .expression = "",
                             .verdict = verdict,
                             .unit = "",
                             .tick_ns = tick_ns,
                             .expected = "",
                             .got = "",
                             .signals = signals};
  while (signals[check.n_signals] != NULL) check.n_signals++;
  return check;
}

static const char *const a_y[] = {"a.y", NULL};
static const char *const b_y[] = {"b.y", NULL};
static const char *const c_seen[] = {"b.y", "c.seen", NULL};

static json_t *plots_of(const recording *r, const taut_check_result *checks, size_t n) {
  const taut_case_result result = {
      .verdict = TAUT_FAIL, .sim_ns = N_ROWS * MS, .checks = checks, .n_checks = n};
  json_t *plots = taut_plots_json(r->recorder, r->f.plan, &result);
  assert_non_null(plots);
  assert_true(taut_plots_are_whole(plots));
  return plots;
}

static double number_at(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

/// Numbers of a packed series times the step; `n` of them.
static void unpack(const json_t *text, double step, double *out, size_t n) {
  int64_t *numbers = calloc(n + 1, sizeof *numbers);
  assert_int_equal(taut_pack_read(json_string_value(text), json_string_length(text), numbers, n),
                   TAUT_OK);
  for (size_t i = 0; i < n; i++) {
    out[i] = numbers[i] == TAUT_PACK_GAP ? (double)NAN : (double)numbers[i] * step;
  }
  free(numbers);
}

static void a_window_holds_the_rows_around_the_violation(void **state) {
  (void)state;
  recording r;
  recording_init(&r);
  const taut_check_result checks[] = {check_of(b_y, TAUT_FAIL, 3000 * MS),
                                      check_of(a_y, TAUT_PASS, -1)};
  json_t *plots = plots_of(&r, checks, 2);
  const json_t *fine = json_object_get(plots, "fine");
  assert_int_equal(json_array_size(fine), 1);
  const json_t *span = json_array_get(fine, 0);
  size_t n = (size_t)number_at(span, "n");
  size_t first = (size_t)(number_at(span, "t0") * 1000 + 0.5);
  assert_int_equal(first, 1500);
  assert_int_equal(n, 3001);
  const json_t *signal = json_object_get(json_object_get(plots, "signals"), "b.y");
  double step = number_at(signal, "step"), values[3001];
  unpack(json_array_get(json_object_get(signal, "fine"), 0), step, values, n);
  for (size_t i = 0; i < n; i++) {
    // Beside the step, rows are kept to 1/500 of what moves within sixteen of them.
    double low = INFINITY, high = -INFINITY;
    for (size_t k = (first + i) / 16 * 16; k < (first + i) / 16 * 16 + 16; k++) {
      low = fmin(low, r.rows[k]);
      high = fmax(high, r.rows[k]);
    }
    if (!(fabs(values[i] - r.rows[first + i]) <= 0.51 * step + (high - low) / 500))
      fail_msg("row %zu is %g, expected %g", first + i, values[i], r.rows[first + i]);
  }
  // The signal of the failed check comes first, in steps fine enough to be drawn.
  assert_string_equal(json_object_iter_key(json_object_iter(json_object_get(plots, "signals"))),
                      "b.y");
  assert_true(step < 0.02);
  json_decref(plots);
  recording_fini(&r);
}

static void coarse_series_enclose_every_row(void **state) {
  (void)state;
  recording r;
  recording_init(&r);
  const taut_check_result checks[] = {check_of(c_seen, TAUT_PASS, -1)};
  json_t *plots = plots_of(&r, checks, 1);
  const json_t *span = json_object_get(plots, "coarse");
  size_t n = (size_t)number_at(span, "n");
  double dt = number_at(span, "dt");
  const json_t *signal = json_object_get(json_object_get(plots, "signals"), "b.y");
  const json_t *coarse = json_object_get(signal, "coarse");
  double step = number_at(signal, "step"), least[1024], spread[1024];
  unpack(json_object_get(coarse, "min"), step, least, n);
  unpack(json_object_get(coarse, "spread"), step, spread, n);
  assert_true((double)n * dt >= N_ROWS * 1e-3 && ((double)n - 1) * dt < N_ROWS * 1e-3);
  size_t rows = (size_t)(dt * 1000 + 0.5);
  for (size_t i = 0; i < n; i++) {
    double low = INFINITY, high = -INFINITY;
    // b.y is a peak port that moves with the rows only, one row late in the interval.
    for (size_t k = i * rows > 0 ? i * rows - 1 : 0; k < (i + 1) * rows && k < N_ROWS; k++) {
      low = fmin(low, r.rows[k]);
      high = fmax(high, r.rows[k]);
    }
    assert_true(fabs(least[i] - low) <= 0.51 * step);
    assert_true(fabs(least[i] + spread[i] - high) <= 1.01 * step);
  }
  assert_int_equal(json_array_size(json_object_get(plots, "fine")), 0);
  // A constant signal is there when a check names it.
  assert_non_null(json_object_get(json_object_get(plots, "signals"), "c.seen"));
  json_decref(plots);
  recording_fini(&r);
}

static void windows_are_bounded_however_many_checks_fail(void **state) {
  (void)state;
  recording r;
  recording_init(&r);
  taut_check_result checks[200];
  for (int i = 0; i < 200; i++) checks[i] = check_of(a_y, TAUT_FAIL, i * 30 * MS);
  json_t *plots = plots_of(&r, checks, 200);
  const json_t *fine = json_object_get(plots, "fine");
  double end = -1;
  assert_true(json_array_size(fine) >= 1 && json_array_size(fine) <= TAUT_PLOT_WINDOWS_MAX);
  for (size_t i = 0; i < json_array_size(fine); i++) {
    const json_t *span = json_array_get(fine, i);
    assert_true(number_at(span, "t0") > end);
    assert_true(number_at(span, "n") <= 6002);
    end = number_at(span, "t0");
  }
  json_decref(plots);
  recording_fini(&r);
}

static taut_status take_quickly(void *user, const taut_row *row) {
  taut_recorder_row(((recording *)user)->recorder, row);
  return TAUT_OK;
}

static void windows_of_very_close_rows_are_believed(void **state) {
  (void)state;
  enum { ROW_US = 20 };
  recording r = {0};
  fixture_init(&r.f);
  assert_int_equal(taut_builder_base_period(r.f.builder, ROW_US * (MS / 1000)), TAUT_OK);
  assert_int_equal(taut_builder_row_period(r.f.builder, ROW_US * (MS / 1000)), TAUT_OK);
  fixture_add(&r.f, "a", "ramp", MS, 0);
  fixture_start(&r.f, 3);
  assert_int_equal(taut_recorder_create(r.f.plan, TAUT_ROWS_BUDGET, &r.recorder), TAUT_OK);
  taut_run_on_row(r.f.run, take_quickly, &r);
  fixture_advance(&r.f, 4000 * MS);
  taut_recorder_finish(r.recorder);
  const taut_check_result checks[] = {check_of(a_y, TAUT_FAIL, 2000 * MS),
                                      check_of(a_y, TAUT_FAIL, 2100 * MS)};
  json_t *plots = plots_of(&r, checks, 2);
  const json_t *span = json_array_get(json_object_get(plots, "fine"), 0);
  // The rows nearest to the violation are those that are left.
  double from_s = number_at(span, "t0"), n = number_at(span, "n");
  assert_true(from_s < 1.9 && from_s + n * ROW_US * 1e-6 > 2.2 && n < 50000);
  json_decref(plots);
  recording_fini(&r);
}

static void events_tell_who_did_what(void **state) {
  (void)state;
  recording r;
  recording_init(&r);
  json_t *plots = plots_of(&r, NULL, 0);
  const json_t *events = json_object_get(plots, "events");
  bool is_set = false, is_heard = false;
  double t = 0;
  for (size_t i = 0; i < json_array_size(events); i++) {
    const json_t *event = json_array_get(events, i);
    const char *source = json_string_value(json_object_get(event, "source"));
    const char *name = json_string_value(json_object_get(event, "name"));
    const char *kind = json_string_value(json_object_get(event, "kind"));
    const char *label = json_string_value(json_object_get(event, "value"));
    assert_true(number_at(event, "t") >= t);
    t = number_at(event, "t");
    if (strcmp(source, "scenario") == 0) {
      assert_string_equal(name, "d.note");
      assert_string_equal(kind, "event");
      assert_string_equal(label, "pain");
      assert_true(fabs(t - 1.0) < 1e-9);
      is_set = true;
    }
    is_heard |= strcmp(source, "d") == 0 && strcmp(name, "heard") == 0 && is_set;
  }
  // The random walk says more than is kept.
  assert_true(json_integer_value(json_object_get(plots, "events_lost")) > 0);
  assert_int_equal(json_array_size(events), TAUT_MARKS_MAX);
  (void)is_heard;
  json_decref(plots);
  recording_fini(&r);
}

static void equal_runs_have_equal_bytes(void **state) {
  (void)state;
  char *texts[2];
  for (int i = 0; i < 2; i++) {
    recording r;
    recording_init(&r);
    const taut_check_result checks[] = {check_of(b_y, TAUT_FAIL, 3000 * MS)};
    json_t *plots = plots_of(&r, checks, 1);
    texts[i] = json_dumps(plots, 0);
    json_decref(plots);
    recording_fini(&r);
  }
  assert_string_equal(texts[0], texts[1]);
  free(texts[0]);
  free(texts[1]);
}

// ----------------------------------------------------------------------------------------- hostile

static json_t *replacement(int i) {
  switch (i) {
    case 0: return json_null();
    case 1: return json_integer(-1);
    case 2: return json_integer(INT64_MAX);
    case 3: return json_real(-1e308);
    case 4: return json_string("****");
    case 5: return json_string("A*gggB");
    case 6: return json_array();
    case 7: return json_object();
    case 8: return json_pack("[n,i,s]", 1, "x");
    default: return json_true();
  }
}

/// Fields that may hold another value of the same kind; everything else has one meaning only.
static bool is_free(const char *key) {
  static const char *const keys[] = {"unit",  "labels", "value",   "source",  "kind",
                                     "name",  "rows",   "scale",   "step",    "events_lost",
                                     "t",     "events", "aliases", "signals", "row_s",
                                     "end_s", "t0",     "dt",      "fine",    "skips"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    if (strcmp(key, keys[i]) == 0) return true;
  }
  return false;
}

enum { KEYS_MAX = 64 };

/// Copies of the keys of an object: a field that is taken away and put back changes its place.
static size_t keys_of(json_t *object, char *keys[KEYS_MAX]) {
  size_t n = 0;
  const char *key;
  json_t *value;
  json_object_foreach(object, key, value) {
    assert_true(n < KEYS_MAX);
    keys[n++] = strdup(key);
  }
  return n;
}

/// Puts every replacement at every place below `at`, and takes every field away.
static void spoil(const json_t *root, json_t *at) {
  char *keys[KEYS_MAX];
  size_t n_keys = json_is_object(at) ? keys_of(at, keys) : 0;
  for (size_t i_key = 0; i_key < n_keys; i_key++) {
    char *name = keys[i_key];
    json_t *kept = json_incref(json_object_get(at, name));
    for (int i = 0; i < 10; i++) {
      json_object_set_new(at, name, replacement(i));
      bool is_believed = taut_plots_are_whole(root);
      if (is_believed && !is_free(name)) fail_msg("%s was believed as replacement %d", name, i);
    }
    json_object_del(at, name);
    bool is_named = strchr(name, '.') != NULL;  // a signal may be missing
    if (taut_plots_are_whole(root) && !is_named) fail_msg("%s was not missed", name);
    json_object_set(at, name, kept);
    spoil(root, kept);
    json_decref(kept);
    free(name);
  }
  for (size_t i = 0; i < json_array_size(at) && i < 3; i++) {
    json_t *kept = json_incref(json_array_get(at, i));
    for (int k = 0; k < 10; k++) {
      json_array_set_new(at, i, replacement(k));
      (void)taut_plots_are_whole(root);
    }
    json_array_set(at, i, kept);
    spoil(root, kept);
    json_decref(kept);
  }
}

static void spoilt_plots_are_not_believed(void **state) {
  (void)state;
  recording r;
  recording_init(&r);
  const taut_check_result checks[] = {check_of(b_y, TAUT_FAIL, 3000 * MS)};
  json_t *plots = plots_of(&r, checks, 1);
  spoil(plots, plots);
  assert_true(taut_plots_are_whole(plots));
  json_object_set_new(plots, "more", json_string("a field that nobody knows"));
  assert_false(taut_plots_are_whole(plots));
  json_object_del(plots, "more");
  json_t *signals = json_object_get(plots, "signals");
  json_object_set(signals, "<script>", json_object_get(signals, "b.y"));
  assert_false(taut_plots_are_whole(plots));
  json_object_del(signals, "<script>");
  json_object_set_new(json_object_get(plots, "aliases"), "x.y", json_string("nobody"));
  assert_false(taut_plots_are_whole(plots));
  json_decref(plots);
  assert_false(taut_plots_are_whole(NULL));
  recording_fini(&r);
}

static void spoilt_repetitions_are_not_believed(void **state) {
  (void)state;
  json_t *reps = json_pack("[{s:s,s:i,s:i,s:b,s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:[s]}]", "side", "left",
                           "set", 1, "rep", 1, "complete", 1, "from_s", 1.0, "to_s", 2.0, "range_m",
                           0.5, "mean_velocity_m_s", 0.4, "peak_velocity_m_s", 0.5, "peak_force_n",
                           80.0, "time_under_tension_s", 0.9, "symptoms", "leak");
  assert_true(taut_reps_are_whole(reps));
  json_t *rep = json_array_get(reps, 0);
  char *keys[KEYS_MAX];
  size_t n_keys = keys_of(rep, keys);
  for (size_t i_key = 0; i_key < n_keys; i_key++) {
    char *name = keys[i_key];
    json_t *kept = json_incref(json_object_get(rep, name));
    bool is_list = strcmp(name, "symptoms") == 0, is_number = strstr(name, "_") != NULL;
    for (int i = 0; i < 10; i++) {
      bool is_same_kind = (is_list && i == 6) || (is_number && i == 2) ||
                          (i == 9 && strcmp(name, "complete") == 0) ||
                          (i == 2 && (strcmp(name, "rep") == 0 || strcmp(name, "set") == 0));
      json_object_set_new(rep, name, replacement(i));
      if (taut_reps_are_whole(reps) != is_same_kind) fail_msg("%s as replacement %d", name, i);
    }
    json_object_del(rep, name);
    assert_false(taut_reps_are_whole(reps));
    json_object_set(rep, name, kept);
    json_decref(kept);
    free(name);
  }
  assert_true(taut_reps_are_whole(reps));
  json_decref(reps);
  json_t *object = json_object();
  assert_false(taut_reps_are_whole(object));
  assert_false(taut_reps_are_whole(NULL));
  json_decref(object);
}

/// Six weeks with a second of rows before each of 40 skips: memory and axis know 40 seconds.
static void skipped_time_leaves_memory_and_axis_alone(void **state) {
  (void)state;
  static recording r;
  memset(&r, 0, sizeof r);
  fixture_init(&r.f);
  fixture_add(&r.f, "a", "ramp", MS, 0);
  fixture_start(&r.f, 3);
  assert_int_equal(taut_recorder_create(r.f.plan, TAUT_ROWS_BUDGET, &r.recorder), TAUT_OK);
  taut_run_on_row(r.f.run, take, &r);
  taut_run_on_effect(r.f.run, hear, &r);
  const int64_t day_ns = 86400 * TAUT_SECOND;
  size_t memory = 0;
  for (int64_t i = 1; i <= 40; i++) {
    fixture_advance(&r.f, i * TAUT_SECOND + (i - 1) * day_ns);
    assert_int_equal(taut_run_skip(r.f.run, day_ns), TAUT_OK);
    if (i == 1) memory = taut_recorder_memory(r.recorder);
  }
  fixture_advance(&r.f, 41 * TAUT_SECOND + 40 * day_ns);
  taut_recorder_finish(r.recorder);
  assert_true(taut_recorder_memory(r.recorder) < memory + (8 << 20));
  assert_int_equal(taut_recorder_n_rows(r.recorder), 41000);
  // A violation on day 30, half a second into it.
  const taut_check_result checks[] = {
      check_of(a_y, TAUT_FAIL, 30 * day_ns + 30 * TAUT_SECOND + 500 * MS)};
  json_t *plots = plots_of(&r, checks, 1);
  assert_true(fabs(number_at(plots, "end_s") - 40.999) < 1e-9);
  assert_int_equal(json_array_size(json_object_get(plots, "skips")), 40);
  const json_t *window = json_array_get(json_object_get(plots, "fine"), 0);
  double step = number_at(json_object_get(json_object_get(plots, "signals"), "a.y"), "step");
  double values[4000];
  unpack(json_array_get(
             json_object_get(json_object_get(json_object_get(plots, "signals"), "a.y"), "fine"), 0),
         step, values, (size_t)number_at(window, "n"));
  // The ramp counts rows: 1.5 s before the violation is row 29000.
  assert_true(fabs(values[0] - 29000) <= step);
  assert_true(fabs(number_at(window, "t0") - 29.0) < 1e-9);
  // From simulated time to the axis: before, in and behind the first skip, and at the violation.
  assert_true(fabs(taut_plots_observed(plots, 0.25) - 0.25) < 1e-9);
  assert_true(fabs(taut_plots_observed(plots, 40000) - 1) < 1e-9);
  assert_true(fabs(taut_plots_observed(plots, 86401.5) - 1.5) < 1e-6);
  assert_true(fabs(taut_plots_observed(plots, 30 * 86400.0 + 30.5) - 30.5) < 1e-6);
  json_decref(plots);
  recording_fini(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_window_holds_the_rows_around_the_violation),
                                     cmocka_unit_test(coarse_series_enclose_every_row),
                                     cmocka_unit_test(windows_are_bounded_however_many_checks_fail),
                                     cmocka_unit_test(windows_of_very_close_rows_are_believed),
                                     cmocka_unit_test(events_tell_who_did_what),
                                     cmocka_unit_test(equal_runs_have_equal_bytes),
                                     cmocka_unit_test(skipped_time_leaves_memory_and_axis_alone),
                                     cmocka_unit_test(spoilt_plots_are_not_believed),
                                     cmocka_unit_test(spoilt_repetitions_are_not_believed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
