// The n-th allocation fails, for every n: each function says ENOMEM, leaks nothing and tears
// nothing.
#include "support/models.h"

#include <stdlib.h>

// An arena that takes a block for each piece, in place of the library's, so that every single piece
// can be the one that fails.
#define TAUT_ARENA_CHUNK 16
#include "engine/arena.c"

typedef struct counter {
  long n_out, n_calls, fail_at;
} counter;

static void *allocate(void *user, size_t size) {
  counter *c = user;
  if (++c->n_calls == c->fail_at) return NULL;
  void *block = malloc(size);
  if (block) c->n_out++;
  return block;
}

static void release(void *user, void *block) {
  counter *c = user;
  if (block) c->n_out--;
  free(block);
}

/// Everything from registry to a run with faults that has advanced. The hash is set on success
/// only.
static taut_status live(counter *c, uint8_t hash[16]) {
  static const taut_fault faults[] = {
      {.name = "d", .target = "walk.x", .kind = TAUT_FAULT_DELAY, .delay_ns = 500 * MS},
      {.name = "f", .target = "ear", .kind = TAUT_FAULT_FREEZE}};
  const taut_allocator allocator = {allocate, release, c};
  const taut_run_options options = {.seed = 1, .is_stress = true};
  taut_registry *registry = NULL;
  taut_builder *builder = NULL;
  taut_plan *plan = NULL;
  taut_run *run = NULL;
  taut_status status = taut_registry_create(&allocator, NULL, &registry);
  if (!status) status = fixture_add_models(registry);
  if (!status) status = taut_registry_load(registry, TAUT_BUILD_DIR "/tests/plugins/integrator.so");
  if (!status) status = taut_builder_create(registry, &allocator, NULL, &builder);
  if (!status) status = taut_builder_base_period(builder, MS);
  if (!status) status = taut_builder_add(builder, "walk", "noisy", 0, 0);
  if (!status) status = taut_builder_add(builder, "ramp", "ramp", 0, 0);
  if (!status) status = taut_builder_add(builder, "ear", "listener", 0, 0);
  if (!status) status = taut_builder_add(builder, "lap", "integrator", 0, 0);
  for (int i = 0; !status && i < 20; i++) {
    char path[16];
    snprintf(path, sizeof path, "more%d", i);
    status = taut_builder_add(builder, path, "sink", 0, 0);
  }
  if (!status) status = taut_builder_wire(builder, "walk.x", "ramp.y");
  if (!status) status = taut_builder_wire_roles(builder);
  for (int i = 0; !status && i < 2; i++) status = taut_builder_fault(builder, &faults[i]);
  if (!status) status = taut_builder_plan(builder, &plan);
  if (!status) status = taut_run_create(plan, &options, &allocator, NULL, &run);
  long n_before = c->n_calls;
  if (!status) status = taut_run_apply(run, TAUT_EFFECT_FAULT, 0, 1);
  if (!status) status = taut_run_advance(run, 50 * MS);
  if (run) assert_int_equal(c->n_calls, n_before);  // nothing is allocated in a step
  if (!status) taut_run_trace_hash(run, hash);
  taut_run_destroy(run);
  taut_plan_destroy(plan);
  taut_builder_destroy(builder);
  taut_registry_destroy(registry);
  return status;
}

static void any_allocation_may_fail(void **state) {
  (void)state;
  uint8_t hash[16], again[16];
  counter c = {0};
  assert_int_equal(live(&c, hash), TAUT_OK);
  assert_int_equal(c.n_out, 0);
  long n = c.n_calls;
  assert_true(n > 200);
  for (long fail_at = 1; fail_at <= n; fail_at++) {
    c = (counter){.fail_at = fail_at};
    assert_int_equal(live(&c, again), TAUT_ENOMEM);
    assert_int_equal(c.n_out, 0);
  }
  c = (counter){0};
  assert_int_equal(live(&c, again), TAUT_OK);
  assert_memory_equal(hash, again, 16);
}

static void a_builder_survives_a_failed_call(void **state) {
  (void)state;
  // Fail each allocation of a plan in turn with one and the same builder; it must make the plan
  // after all.
  counter c = {0};
  const taut_allocator allocator = {allocate, release, &c};
  taut_registry *registry = NULL;
  taut_builder *builder = NULL;
  taut_plan *plan = NULL;
  assert_int_equal(taut_registry_create(&allocator, NULL, &registry), TAUT_OK);
  assert_int_equal(fixture_add_models(registry), TAUT_OK);
  assert_int_equal(taut_builder_create(registry, &allocator, NULL, &builder), TAUT_OK);
  for (int i = 0; i < 12; i++) {
    char path[16];
    snprintf(path, sizeof path, "sink%d", i);
    c.fail_at = c.n_calls + 1;  // may or may not hit: not every call needs a new block
    taut_status status = taut_builder_add(builder, path, "sink", 0, 0);
    c.fail_at = 0;
    if (status == TAUT_ENOMEM) status = taut_builder_add(builder, path, "sink", 0, 0);
    assert_int_equal(status, TAUT_OK);
  }
  assert_int_equal(taut_builder_base_period(builder, MS), TAUT_OK);
  taut_status status = TAUT_ENOMEM;
  int n_failed = 0;
  for (long k = 1; status != TAUT_OK; k++) {
    long n_out = c.n_out;
    c.fail_at = c.n_calls + k;
    status = taut_builder_plan(builder, &plan);
    if (status == TAUT_OK) break;
    assert_int_equal(status, TAUT_ENOMEM);
    assert_null(plan);
    assert_int_equal(c.n_out, n_out);
    n_failed++;
  }
  assert_true(n_failed >= 2);
  assert_int_equal(taut_plan_n_instances(plan), 12);
  taut_plan_destroy(plan);
  taut_builder_destroy(builder);
  taut_registry_destroy(registry);
  assert_int_equal(c.n_out, 0);
}

static void destroying_nothing_is_fine(void **state) {
  (void)state;
  taut_run_destroy(NULL);
  taut_plan_destroy(NULL);
  taut_builder_destroy(NULL);
  taut_registry_destroy(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(any_allocation_may_fail),
      cmocka_unit_test(a_builder_survives_a_failed_call),
      cmocka_unit_test(destroying_nothing_is_fine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
