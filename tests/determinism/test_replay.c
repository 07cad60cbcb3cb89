// The shipped scenarios on the real rig: a snapshot continued twice with the same effects is the
// same run, and so is a run whose memory moves and whose updates are shuffled every tick.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenario/scenario.h"

enum { EFFECTS_MAX = 256, ROWS_MAX = 120000, SEED = 7 };

/// A second run on the scenario's plan, which follows it in leaps by what was recorded.
typedef struct twin {
  taut_run *run;
  void *block;  ///< snapshot at the start of the leap
  taut_effect effects[EFFECTS_MAX];
  size_t n_effects, n_done;
  int64_t leap_ns;
  int n_leaps;
  uint64_t rows[ROWS_MAX];  ///< of the scenario: all rows up to this one, folded into a number
  size_t n_rows, n_twin_rows;
  uint64_t twin_fold;
  const char *wrong;
} twin;

static uint64_t fold(uint64_t h, const taut_row *row) {
  for (size_t i = 0; i < row->n_values; i++) {
    uint64_t bits = 0;
    memcpy(&bits, &row->values[i], sizeof bits);
    h = (h ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 29;
  }
  return h;
}

static taut_status on_twin_row(void *user, const taut_row *row) {
  twin *t = user;
  t->twin_fold = fold(t->twin_fold, row);
  t->n_twin_rows++;
  return TAUT_OK;
}

static taut_status on_plan(void *user, const taut_plan *plan) {
  twin *t = user;
  const taut_run_options options = {.seed = SEED};
  taut_status status = taut_run_create(plan, &options, NULL, NULL, &t->run);
  if (status != TAUT_OK) return status;
  taut_run_on_row(t->run, on_twin_row, t);
  t->block = aligned_alloc(64, (taut_run_snapshot_size(t->run) + 63) / 64 * 64);
  return t->block ? TAUT_OK : TAUT_ENOMEM;
}

static void on_effect(void *user, const taut_effect *effect) {
  twin *t = user;
  if (t->n_effects == EFFECTS_MAX) {
    t->wrong = "too many effects";
    return;
  }
  t->effects[t->n_effects++] = *effect;
}

/// Advances the twin, doing what the script did at the ticks it did it. Returns the first effect
/// that is still to come.
static size_t follow(twin *t, int64_t until_ns) {
  size_t i = t->n_done;
  for (; i < t->n_effects && t->effects[i].tick_ns <= until_ns; i++) {
    const taut_effect *effect = &t->effects[i];
    if (taut_run_advance(t->run, effect->tick_ns) != TAUT_OK ||
        taut_run_apply(t->run, effect->kind, effect->target, effect->value) != TAUT_OK)
      t->wrong = "an effect could not be replayed";
  }
  if (taut_run_advance(t->run, until_ns) != TAUT_OK) t->wrong = "the twin stopped";
  return i;
}

typedef struct hashes {
  uint8_t trace[16], state[16];
} hashes;

static hashes hashes_of(const taut_run *run) {
  hashes h;
  taut_run_trace_hash(run, h.trace);
  taut_run_state_hash(run, h.state);
  return h;
}

/// One leap: snapshot, continue, restore, continue again.
static void leap(twin *t, int64_t until_ns) {
  const uint64_t fold_before = t->twin_fold;
  const size_t n_before = t->n_twin_rows;
  taut_run_snapshot(t->run, t->block);
  (void)follow(t, until_ns);
  const hashes first = hashes_of(t->run);
  if (taut_run_restore(t->run, t->block) != TAUT_OK) t->wrong = "the snapshot was refused";
  t->twin_fold = fold_before;
  t->n_twin_rows = n_before;
  t->n_done = follow(t, until_ns);
  const hashes second = hashes_of(t->run);
  if (memcmp(&first, &second, sizeof first) != 0) t->wrong = "the replay differs";
  if (t->n_twin_rows == 0 || t->twin_fold != t->rows[t->n_twin_rows - 1])
    t->wrong = "the twin does not do what the scenario did";
  t->n_leaps++;
}

/// The scenario leads; every so often the twin catches up, at ticks that are no rows as well.
static taut_status on_row(void *user, const taut_row *row) {
  twin *t = user;
  if (t->n_rows == ROWS_MAX) return TAUT_EFULL;
  t->rows[t->n_rows] = fold(t->n_rows ? t->rows[t->n_rows - 1] : 0, row);
  t->n_rows++;
  int64_t due_ns = (t->n_leaps + 1) * t->leap_ns - t->n_leaps % 20 * INT64_C(50000);
  if (row->tick_ns >= due_ns && !t->wrong) leap(t, due_ns);
  return TAUT_OK;
}

static taut_suite *open_suite(const char *file) {
  static const char *const plugin_dirs[] = {TAUT_BUILD_DIR "/plugins", NULL};
  const taut_scenario_options options = {.data_dir = TAUT_SOURCE_DIR, .plugin_dirs = plugin_dirs};
  char path[512];
  snprintf(path, sizeof path, "%s/scenarios/safety/%s", TAUT_SOURCE_DIR, file);
  taut_suite *suite = NULL;
  assert_int_equal(taut_suite_open(path, &options, &suite), TAUT_OK);
  return suite;
}

/// Runs the last case of a file with a twin beside it; then the twin goes to the end of the
/// scenario.
static void check_replay(const char *file, int64_t leap_ns) {
  static twin t;
  t = (twin){.leap_ns = leap_ns};
  taut_suite *suite = open_suite(file);
  const taut_case_options options = {
      .seed = SEED, .on_row = on_row, .on_plan = on_plan, .on_effect = on_effect, .user = &t};
  const taut_case_result *result = NULL;
  size_t i_case = taut_suite_n_cases(suite) - 1;
  assert_int_equal(taut_suite_run(suite, i_case, &options, NULL, &result), TAUT_OK);
  if (result->verdict != TAUT_PASS) fail_msg("%s: %s", file, result->reason);
  if (t.wrong) fail_msg("%s, leap %d: %s", file, t.n_leaps, t.wrong);
  assert_true(t.n_leaps > 10);
  assert_true(t.n_effects >= 2);
  taut_run_destroy(t.run);
  taut_suite_close(suite);
  free(t.block);
}

static void a_leak_replays_from_any_tick(void **state) {
  (void)state;
  check_replay("leak.lua", 1300 * INT64_C(1000000));
}

static void a_release_replays_from_any_tick(void **state) {
  (void)state;
  check_replay("release.lua", 370 * INT64_C(1000000));
}

static void a_fault_replays_from_any_tick(void **state) {
  (void)state;
  check_replay("command_stale.lua", 770 * INT64_C(1000000));
}

static void check_same_hashes(const char *file) {
  taut_suite *suite = open_suite(file);
  size_t i_case = taut_suite_n_cases(suite) - 1;
  const taut_case_options options[] = {{.seed = SEED},
                                       {.seed = SEED, .is_checked = true},
                                       {.seed = SEED, .is_stress = true},
                                       {.seed = SEED + 1}};
  hashes all[4];
  for (size_t i = 0; i < 4; i++) {
    const taut_case_result *result = NULL;
    assert_int_equal(taut_suite_run(suite, i_case, &options[i], NULL, &result), TAUT_OK);
    if (result->verdict == TAUT_ERROR) fail_msg("%s: %s", file, result->reason);
    memcpy(all[i].trace, result->trace_hash, 16);
    memcpy(all[i].state, result->state_hash, 16);
  }
  assert_memory_equal(&all[0], &all[1], sizeof all[0]);
  assert_memory_equal(&all[0], &all[2], sizeof all[0]);
  // The comparison can fail: another seed is another person.
  assert_memory_not_equal(&all[0], &all[3], sizeof all[0]);
  taut_suite_close(suite);
}

static void moved_memory_and_shuffled_updates_change_nothing(void **state) {
  (void)state;
  check_same_hashes("encoder_stuck.lua");
  check_same_hashes("leak.lua");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_leak_replays_from_any_tick),
      cmocka_unit_test(a_release_replays_from_any_tick),
      cmocka_unit_test(a_fault_replays_from_any_tick),
      cmocka_unit_test(moved_memory_and_shuffled_updates_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
