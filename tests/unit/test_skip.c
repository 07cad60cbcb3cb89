// Skipped time in the engine: closed forms, refusals, hashes, snapshots; and the timeline of a run.

#include "support/models.h"

#include <stdlib.h>

#include "support/host_rig.h"
#include "taut/timeline.h"

#define HOUR (3600 * TAUT_SECOND)

// cooler: halves each hour when time is skipped, grows by one at each update. It is not at rest at
// or above `unrest`, and `how` says what else it does in a skip.
enum { HOW_WELL, HOW_EMITS, HOW_FAULTS, HOW_LOGS };
static const taut_signal cooler_params[] = {SIGNAL(1, 0, "unrest", 0, 1e6, 1e6),
                                            SIGNAL(2, TAUT_INTEGER, "behaviour", 0, 3, 0)};
static const taut_signal cooler_outputs[] = {SIGNAL(1, TAUT_PEAK, "y", -1e6, 1e6, 0)};
static const taut_signal cooler_events[] = {SIGNAL(1, 0, "e", -1e9, 1e9, 0)};
static taut_status cooler_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = ((const double *)inst->state)[0];
  return TAUT_OK;
}
static taut_status cooler_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  ((double *)inst->state)[0] += 1;
  return TAUT_OK;
}
static taut_status cooler_skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  double *s = inst->state;
  if (s[0] >= inst->param[0]) return TAUT_EREJECT;
  s[0] *= taut_exp(-0.6931471805599453 * (double)duration_ns / (double)HOUR);
  s[1] = (double)tick_ns;
  if (inst->param[1] == HOW_EMITS) inst->host->emit(inst, 0, 1);
  if (inst->param[1] == HOW_LOGS) inst->host->log(inst, TAUT_LOG_INFO, "cooled");
  return inst->param[1] == HOW_FAULTS ? TAUT_EFAULT : TAUT_OK;
}
static const void *cooler_extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), cooler_skip, 0, 0};
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skips : NULL;
}
static const taut_model cooler_model = {COMMON_FIELDS,
                                        .name = "cooler",
                                        .params = cooler_params,
                                        .n_params = 2,
                                        .outputs = cooler_outputs,
                                        .n_outputs = 1,
                                        .events = cooler_events,
                                        .n_events = 1,
                                        .events_per_tick = 1,
                                        .state_size = test_state_size,
                                        .init = test_nothing,
                                        .output = cooler_output,
                                        .update = cooler_update,
                                        .extension = cooler_extension};

/// "a" and "b" are coolers, "walk" cannot skip and listens to nothing.
static void make(fixture *f, double unrest_of_b, double behaviour,
                 const taut_run_options *options) {
  fixture_init(f);
  assert_int_equal(taut_registry_add(f->registry, &cooler_model), TAUT_OK);
  fixture_add(f, "a", "cooler", 0, 0);
  fixture_add(f, "b", "cooler", 4 * MS, 0);
  fixture_add(f, "walk", "noisy", 6 * MS, 0);
  assert_int_equal(taut_builder_param(f->builder, "b", "unrest", 0, unrest_of_b), TAUT_OK);
  assert_int_equal(taut_builder_param(f->builder, "a", "behaviour", 0, behaviour), TAUT_OK);
  const taut_fault freeze = {.name = "freeze", .target = "a", .kind = TAUT_FAULT_FREEZE};
  assert_int_equal(taut_builder_fault(f->builder, &freeze), TAUT_OK);
  assert_int_equal(taut_builder_plan(f->builder, &f->plan), TAUT_OK);
  assert_int_equal(taut_run_create(f->plan, options, NULL, &f->log, &f->run), TAUT_OK);
}

static void hashes(const fixture *f, uint8_t out[32]) {
  taut_run_trace_hash(f->run, out);
  taut_run_state_hash(f->run, out + 16);
}

typedef struct rows {
  int64_t ticks[1024];
  size_t n;
} rows;

static taut_status keep(void *user, const taut_row *row) {
  rows *r = user;
  r->ticks[r->n++] = row->tick_ns;
  return TAUT_OK;
}

static void skipped_time_moves_states_in_closed_form_and_makes_no_rows(void **state) {
  (void)state;
  fixture f;
  rows kept = {0};
  make(&f, 1e6, HOW_WELL, NULL);
  taut_run_on_row(f.run, keep, &kept);
  assert_int_equal(taut_plan_cycle(f.plan), 12 * MS);
  fixture_advance(&f, 24 * MS);
  double walk = fixture_value(&f, "walk.y");
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  assert_int_equal(taut_run_now(f.run), HOUR + 24 * MS);
  assert_int_equal(kept.n, 24);
  fixture_advance(&f, HOUR + 25 * MS);
  assert_int_equal(kept.n, 25);
  assert_int_equal(kept.ticks[24], HOUR + 24 * MS);
  assert_true(fabs(fixture_value(&f, "a.y") - 12) < 1e-12);
  assert_true(fabs(fixture_value(&f, "b.y") - 3) < 1e-12);
  // Without the extension an instance stays as it is: its next update was due at this tick.
  (void)walk;
  assert_true(fixture_value(&f, "walk.y") != walk || walk == 0);
  fixture_fini(&f);
}

static void a_refusal_leaves_everything_as_it_was(void **state) {
  (void)state;
  fixture f;
  uint8_t before[32], after[32];
  make(&f, 3, HOW_WELL, NULL);  // b has more than that after 12 ms
  fixture_advance(&f, 12 * MS);
  hashes(&f, before);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_EREJECT);
  fixture_says(&f, "b", "not at rest");
  hashes(&f, after);
  assert_memory_equal(before, after, 32);
  assert_int_equal(taut_run_now(f.run), 12 * MS);
  fixture_advance(&f, 13 * MS);
  assert_true(fixture_value(&f, "a.y") == 12);
  fixture_fini(&f);
}

static void a_duration_that_breaks_the_grid_is_refused_with_the_grid(void **state) {
  (void)state;
  static const int64_t wrong[] = {0, -12 * MS, MS, 13 * MS, INT64_MAX, INT64_MIN, INT64_C(1) << 53};
  fixture f;
  make(&f, 1e6, HOW_WELL, NULL);
  assert_int_equal(taut_run_skip(f.run, 12 * MS), TAUT_EREJECT);
  fixture_says(&f, "", "before the first row");
  fixture_advance(&f, 12 * MS);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(taut_run_skip(f.run, wrong[i]), TAUT_EINVAL);
    fixture_says(&f, "", "multiple of 0.012 s");
  }
  assert_int_equal(taut_run_now(f.run), 12 * MS);
  assert_int_equal(taut_run_skip(f.run, 12 * MS), TAUT_OK);
  fixture_fini(&f);
}

static taut_status skip_within(void *user, const taut_row *row) {
  fixture *f = user;
  (void)row;
  assert_int_equal(taut_run_skip(f->run, 12 * MS), TAUT_EREJECT);
  return TAUT_OK;
}

static void the_row_function_may_not_skip(void **state) {
  (void)state;
  fixture f;
  make(&f, 1e6, HOW_WELL, NULL);
  taut_run_on_row(f.run, skip_within, &f);
  fixture_advance(&f, 12 * MS);
  fixture_says(&f, "", "row function");
  fixture_fini(&f);
}

static taut_effect seen[8];
static size_t n_seen;
static void note_effect(void *user, const taut_effect *effect) {
  (void)user;
  seen[n_seen++] = *effect;
}

static void a_skip_is_an_effect_that_replays_to_the_same_hashes(void **state) {
  (void)state;
  fixture f;
  uint8_t first[32], again[32], apart[32];
  n_seen = 0;
  make(&f, 1e6, HOW_WELL, NULL);
  taut_run_on_effect(f.run, note_effect, NULL);
  fixture_advance(&f, 12 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  fixture_advance(&f, HOUR + 50 * MS);
  hashes(&f, first);
  fixture_fini(&f);
  assert_int_equal(n_seen, 1);
  assert_int_equal(seen[0].kind, TAUT_EFFECT_SKIP);
  assert_int_equal(seen[0].tick_ns, 12 * MS);
  assert_true(seen[0].value == (double)HOUR);

  make(&f, 1e6, HOW_WELL, NULL);
  fixture_advance(&f, seen[0].tick_ns);
  assert_int_equal(taut_run_apply(f.run, seen[0].kind, seen[0].target, seen[0].value), TAUT_OK);
  fixture_advance(&f, HOUR + 50 * MS);
  hashes(&f, again);
  fixture_fini(&f);
  assert_memory_equal(first, again, 32);

  // The rows of two skips that add up may be the same; what was done is not.
  make(&f, 1e6, HOW_WELL, NULL);
  fixture_advance(&f, 12 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR - 12 * MS), TAUT_OK);
  assert_int_equal(taut_run_skip(f.run, 12 * MS), TAUT_OK);
  fixture_advance(&f, HOUR + 50 * MS);
  hashes(&f, apart);
  fixture_fini(&f);
  assert_memory_not_equal(first, apart, 16);
}

static void checked_and_stressed_runs_skip_to_the_same_hashes(void **state) {
  (void)state;
  static const taut_run_options options[] = {
      {.seed = 4}, {.seed = 4, .is_checked = true}, {.seed = 4, .is_stress = true}};
  uint8_t got[3][32];
  for (size_t i = 0; i < 3; i++) {
    fixture f;
    make(&f, 1e6, HOW_WELL, &options[i]);
    fixture_advance(&f, 36 * MS);
    assert_int_equal(taut_run_skip(f.run, 24 * HOUR), TAUT_OK);
    fixture_advance(&f, 24 * HOUR + 100 * MS);
    hashes(&f, got[i]);
    fixture_fini(&f);
  }
  assert_memory_equal(got[0], got[1], 32);
  assert_memory_equal(got[0], got[2], 32);
}

static void a_snapshot_before_or_after_a_skip_continues_alike(void **state) {
  (void)state;
  fixture f;
  uint8_t first[32], again[32];
  make(&f, 1e6, HOW_WELL, NULL);
  size_t size = (taut_run_snapshot_size(f.run) + 63) / 64 * 64;
  void *before = aligned_alloc(64, size), *after = aligned_alloc(64, size);
  fixture_advance(&f, 12 * MS);
  taut_run_snapshot(f.run, before);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  taut_run_snapshot(f.run, after);
  fixture_advance(&f, HOUR + 40 * MS);
  hashes(&f, first);
  assert_int_equal(taut_run_restore(f.run, after), TAUT_OK);
  fixture_advance(&f, HOUR + 40 * MS);
  hashes(&f, again);
  assert_memory_equal(first, again, 32);
  assert_int_equal(taut_run_restore(f.run, before), TAUT_OK);
  assert_int_equal(taut_run_now(f.run), 12 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  fixture_advance(&f, HOUR + 40 * MS);
  hashes(&f, again);
  assert_memory_equal(first, again, 32);
  free(before);
  free(after);
  fixture_fini(&f);
}

static void an_instance_that_breaks_in_a_skip_stops_the_run(void **state) {
  (void)state;
  fixture f;
  make(&f, 1e6, HOW_EMITS, NULL);
  fixture_advance(&f, 12 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_EFAULT);
  fixture_says(&f, "a", "emitted an event in a skip");
  assert_int_equal(taut_run_advance(f.run, HOUR), TAUT_EFAULT);
  fixture_fini(&f);
  make(&f, 1e6, HOW_FAULTS, NULL);
  fixture_advance(&f, 12 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_EFAULT);
  fixture_says(&f, "a", "skip returned");
  fixture_fini(&f);
  make(&f, 1e6, HOW_LOGS, NULL);
  fixture_advance(&f, 12 * MS);
  int n_lines = f.n_lines;
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  assert_int_equal(f.n_lines, n_lines + 1);
  fixture_fini(&f);
}

static void a_frozen_instance_does_not_skip(void **state) {
  (void)state;
  fixture f;
  make(&f, 1e6, HOW_WELL, NULL);
  fixture_advance(&f, 12 * MS);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 1), TAUT_OK);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_FAULT, 0, 0), TAUT_OK);
  fixture_advance(&f, HOUR + 13 * MS);
  assert_true(fixture_value(&f, "a.y") == 12);
  assert_true(fabs(fixture_value(&f, "b.y") - 1.5) < 1e-12);
  fixture_fini(&f);
}

static void time_is_not_skipped_while_armed_or_loaded(void **state) {
  (void)state;
  fixture f = {.log = {fixture_log, &f}};
  taut_registry *registry = NULL;
  taut_plan *plan = fake_plan(&registry, 2);
  taut_port report;
  assert_non_null(plan);
  assert_int_equal(taut_plan_find(plan, "controller.report", &report), TAUT_OK);
  // The fake controller is armed and loads its sides. It holds 5 N once it hears of heaviness, and
  // is disarmed too after a leak.
  assert_int_equal(taut_run_create(plan, NULL, NULL, &f.log, &f.run), TAUT_OK);
  fixture_advance(&f, 10 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_EREJECT);
  fixture_says(&f, "controller", "cannot be skipped while");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, report.slot, TAUT_REPORT_HEAVINESS),
                   TAUT_OK);
  fixture_advance(&f, 15 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_EREJECT);
  fixture_says(&f, "controller", "while the drive is armed");
  assert_int_equal(taut_run_apply(f.run, TAUT_EFFECT_EVENT, report.slot, TAUT_REPORT_LEAK),
                   TAUT_OK);
  fixture_advance(&f, 20 * MS);
  assert_int_equal(taut_run_skip(f.run, HOUR), TAUT_OK);
  fixture_advance(&f, HOUR + 30 * MS);
  taut_run_destroy(f.run);
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
}

static void the_timeline_translates_both_ways(void **state) {
  (void)state;
  taut_timeline t;
  taut_timeline_init(&t, NULL);
  assert_int_equal(taut_timeline_tick(&t, 7), 7);
  assert_int_equal(taut_timeline_observed(&t, 7), 7);
  // 100 observed, 1000 skipped, 50 observed, two skips of 10 at one place, 200 more such pairs
  assert_int_equal(taut_timeline_skip_add(&t, 100, 1000), TAUT_OK);
  assert_int_equal(taut_timeline_skip_add(&t, 1150, 10), TAUT_OK);
  assert_int_equal(taut_timeline_skip_add(&t, 1160, 10), TAUT_OK);
  assert_int_equal(t.n, 2);
  assert_int_equal(taut_timeline_skipped(&t), 1020);
  static const int64_t pairs[][2] = {{0, 0},      {99, 99},    {100, 1100},
                                     {149, 1149}, {150, 1170}, {151, 1171}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    assert_int_equal(taut_timeline_tick(&t, pairs[i][0]), pairs[i][1]);
    assert_int_equal(taut_timeline_observed(&t, pairs[i][1]), pairs[i][0]);
  }
  assert_int_equal(taut_timeline_observed(&t, 500), 100);
  assert_int_equal(taut_timeline_observed(&t, 1165), 150);
  for (int64_t i = 1; i <= 200; i++)
    assert_int_equal(taut_timeline_skip_add(&t, 1170 + 6 * i - 5, 5), TAUT_OK);
  for (int64_t observed = 0; observed < 400; observed++)
    assert_int_equal(taut_timeline_observed(&t, taut_timeline_tick(&t, observed)), observed);
  taut_timeline_fini(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(skipped_time_moves_states_in_closed_form_and_makes_no_rows),
      cmocka_unit_test(a_refusal_leaves_everything_as_it_was),
      cmocka_unit_test(a_duration_that_breaks_the_grid_is_refused_with_the_grid),
      cmocka_unit_test(the_row_function_may_not_skip),
      cmocka_unit_test(a_skip_is_an_effect_that_replays_to_the_same_hashes),
      cmocka_unit_test(checked_and_stressed_runs_skip_to_the_same_hashes),
      cmocka_unit_test(a_snapshot_before_or_after_a_skip_continues_alike),
      cmocka_unit_test(an_instance_that_breaks_in_a_skip_stops_the_run),
      cmocka_unit_test(a_frozen_instance_does_not_skip),
      cmocka_unit_test(time_is_not_skipped_while_armed_or_loaded),
      cmocka_unit_test(the_timeline_translates_both_ways),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
