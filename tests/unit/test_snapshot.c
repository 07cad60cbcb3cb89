#include "support/models.h"

#include <stdlib.h>

enum { EFFECTS_MAX = 256, END = 400 };

/// What a run was told, in order.
typedef struct journal {
  taut_effect effects[EFFECTS_MAX];
  size_t n;
} journal;

static void note_effect(void *user, const taut_effect *effect) {
  journal *j = user;
  assert_true(j->n < EFFECTS_MAX);
  j->effects[j->n++] = *effect;
}

static const taut_fault faults[] = {
    {.name = "noise", .target = "walk.x", .kind = TAUT_FAULT_NOISE, .magnitude = 2},
    {.name = "delay", .target = "slow.y", .kind = TAUT_FAULT_DELAY, .delay_ns = 9 * MS},
    {.name = "jitter", .target = "sink.x", .kind = TAUT_FAULT_JITTER, .delay_ns = 7 * MS},
    {.name = "rate", .target = "sink.x", .kind = TAUT_FAULT_RATE, .magnitude = 300},
    {.name = "drop", .target = "ear.note_seq", .kind = TAUT_FAULT_DROP, .magnitude = 0.3},
    {.name = "skip", .target = "walk", .kind = TAUT_FAULT_SKIP, .magnitude = 0.4},
    {.name = "double", .target = "walk", .kind = TAUT_FAULT_DOUBLE, .magnitude = 5},
    {.name = "freeze", .target = "slow", .kind = TAUT_FAULT_FREEZE},
    {.name = "reset", .target = "sink", .kind = TAUT_FAULT_RESET}};
enum { N_FAULTS = sizeof faults / sizeof faults[0] };

static void make(fixture *f, const taut_run_options *options) {
  fixture_init(f);
  fixture_add(f, "walk", "noisy", 0, 0);
  fixture_add(f, "slow", "noisy", 4 * MS, MS);
  fixture_add(f, "twice", "gain", 0, 0);
  fixture_add(f, "who", "reporter", 3 * MS, 0);
  fixture_add(f, "ear", "listener", 2 * MS, 0);
  fixture_add(f, "sink", "sink", 0, 0);
  fixture_wire(f, "twice.x", "slow.y");
  fixture_wire(f, "walk.x", "twice.y");
  fixture_wire(f, "ear.note", "who.report");
  fixture_wire(f, "ear.note_seq", "who.report_seq");
  fixture_wire(f, "sink.x", "walk.y");
  for (size_t i = 0; i < N_FAULTS; i++)
    assert_int_equal(taut_builder_fault(f->builder, &faults[i]), TAUT_OK);
  taut_status status = taut_builder_plan(f->builder, &f->plan);
  if (status != TAUT_OK) fail_msg("%s: %s", f->path, f->text);
  assert_int_equal(taut_run_create(f->plan, options, NULL, &f->log, &f->run), TAUT_OK);
}

/// What the "scenario" does at a tick: something at about every seventh.
static void meddle(fixture *f, int64_t t) {
  uint64_t what = taut_random_u64(5, 0, t, 0) % 21;
  uint32_t target = (uint32_t)(taut_random_u64(5, 1, t, 0) % N_FAULTS);
  if (what == 0)
    assert_int_equal(taut_run_apply(f->run, TAUT_EFFECT_EVENT, fixture_slot(f, "ear.note"), 2),
                     TAUT_OK);
  if (what == 1)
    assert_int_equal(
        taut_run_apply(f->run, TAUT_EFFECT_SET, fixture_slot(f, "sink.pair"), (double)t), TAUT_OK);
  if (what == 2 || what == 3)
    assert_int_equal(taut_run_apply(f->run, TAUT_EFFECT_FAULT, target, what == 2 ? 1.0 : 0.0),
                     TAUT_OK);
}

static void *make_snapshot(const taut_run *run) {
  void *block = aligned_alloc(64, (taut_run_snapshot_size(run) + 63) / 64 * 64);
  assert_non_null(block);
  taut_run_snapshot(run, block);
  return block;
}

/// Runs from `from` on, applying what the journal says.
static void replay(fixture *f, int64_t from, const journal *j) {
  size_t i = 0;
  for (int64_t t = from; t < END; t++) {
    for (; i < j->n && j->effects[i].tick_ns == t * MS; i++)
      assert_int_equal(
          taut_run_apply(f->run, j->effects[i].kind, j->effects[i].target, j->effects[i].value),
          TAUT_OK);
    fixture_advance(f, (t + 1) * MS);
  }
  assert_int_equal(i, j->n);
}

static void hashes(const fixture *f, uint8_t out[32]) {
  taut_run_trace_hash(f->run, out);
  taut_run_state_hash(f->run, out + 16);
}

static void at_any_tick_a_restored_run_repeats_itself(void **state) {
  (void)state;
  for (int k = 0; k < 20; k++) {
    const taut_run_options options = {.seed = 3, .is_stress = k % 4 == 3};
    int64_t at = (int64_t)(taut_random_u64(8, 0, k, 0) % END);
    if (k == 0) at = 0;
    journal j = {.n = 0};
    uint8_t first[32], again[32];
    fixture f;
    make(&f, &options);
    for (int64_t t = 0; t < at; t++) {
      meddle(&f, t);
      fixture_advance(&f, (t + 1) * MS);
    }
    void *block = make_snapshot(f.run);
    taut_run_on_effect(f.run, note_effect, &j);
    for (int64_t t = at; t < END; t++) {
      meddle(&f, t);
      fixture_advance(&f, (t + 1) * MS);
    }
    hashes(&f, first);
    taut_receipt receipt = taut_run_receipt(f.run, 0);
    taut_run_on_effect(f.run, NULL, NULL);
    assert_int_equal(taut_run_restore(f.run, block), TAUT_OK);
    assert_int_equal(taut_run_now(f.run), at * MS);
    replay(&f, at, &j);
    hashes(&f, again);
    assert_memory_equal(first, again, 32);
    assert_int_equal(taut_run_receipt(f.run, 0).n_changed, receipt.n_changed);
    // Another run of the plan, with another seed, takes the snapshot as well.
    const taut_run_options other_options = {.seed = 4};
    taut_run *mine = f.run;
    assert_int_equal(taut_run_create(f.plan, &other_options, NULL, &f.log, &f.run), TAUT_OK);
    assert_int_equal(taut_run_restore(f.run, block), TAUT_OK);
    replay(&f, at, &j);
    hashes(&f, again);
    assert_memory_equal(first, again, 32);
    taut_run_destroy(mine);
    free(block);
    fixture_fini(&f);
  }
}

static void a_snapshot_holds_no_address(void **state) {
  (void)state;
  // Two runs that did the same at different places have the same bytes.
  const taut_run_options options = {.seed = 3};
  fixture f;
  taut_run *other = NULL;
  make(&f, &options);
  assert_int_equal(taut_run_create(f.plan, &options, NULL, &f.log, &other), TAUT_OK);
  fixture_advance(&f, 100 * MS);
  assert_int_equal(taut_run_advance(other, 100 * MS), TAUT_OK);
  void *a = make_snapshot(f.run), *b = make_snapshot(other);
  assert_memory_equal(a, b, taut_run_snapshot_size(f.run));
  free(a);
  free(b);
  taut_run_destroy(other);
  fixture_fini(&f);
}

static void a_stopped_run_can_go_back(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "bad", "broken", 0, 0);
  assert_int_equal(taut_builder_param(f.builder, "bad", "how", 0, HOW_EMIT_IN_OUTPUT), TAUT_OK);
  fixture_start(&f, 1);
  fixture_advance(&f, 2 * MS);
  void *block = make_snapshot(f.run);
  assert_int_equal(taut_run_advance(f.run, 50 * MS), TAUT_EFAULT);
  assert_int_equal(taut_run_restore(f.run, block), TAUT_OK);
  fixture_advance(&f, 4 * MS);
  assert_int_equal(taut_run_advance(f.run, 50 * MS), TAUT_EFAULT);
  free(block);
  fixture_fini(&f);
}

static void a_snapshot_of_another_plan_is_refused(void **state) {
  (void)state;
  fixture f, g;
  fixture_init(&f);
  fixture_add(&f, "a", "ramp", 0, 0);
  fixture_start(&f, 1);
  fixture_init(&g);
  fixture_add(&g, "b", "ramp", 0, 0);
  fixture_start(&g, 1);
  void *block = make_snapshot(f.run);
  assert_int_equal(taut_run_restore(g.run, block), TAUT_EINVAL);
  fixture_advance(&g, 3 * MS);
  free(block);
  fixture_fini(&f);
  fixture_fini(&g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(at_any_tick_a_restored_run_repeats_itself),
      cmocka_unit_test(a_snapshot_holds_no_address),
      cmocka_unit_test(a_stopped_run_can_go_back),
      cmocka_unit_test(a_snapshot_of_another_plan_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
