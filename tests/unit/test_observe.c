// Observed outputs: written by `observe` for rows, closed to wires and faults.
#include "support/models.h"

// Counts its updates in a wired output, and in an observed one.
static const taut_signal observed_outputs[] = {SIGNAL(1, 0, "y", -1e9, 1e9, 0),
                                               SIGNAL(2, TAUT_OBSERVED, "total", -1e9, 1e9, 0)};
static taut_status observed_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = *(const double *)inst->state;
  return TAUT_OK;
}
static taut_status observed_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  *(double *)inst->state += 1;
  return TAUT_OK;
}
static taut_status observed_observe(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[1] = *(const double *)inst->state;
  return TAUT_OK;
}
static const taut_model observed_model = {COMMON_FIELDS,
                                          .name = "observed",
                                          .outputs = observed_outputs,
                                          .n_outputs = 2,
                                          .state_size = test_state_size,
                                          .init = test_nothing,
                                          .output = observed_output,
                                          .update = observed_update,
                                          .observe = observed_observe};

static void begin(fixture *f) {
  fixture_init(f);
  assert_int_equal(taut_registry_add(f->registry, &observed_model), TAUT_OK);
  fixture_add(f, "a", "observed", MS, 0);
}

static taut_status compare(void *user, const taut_row *row) {
  const uint32_t *slots = user;
  return row->values[slots[0]] == row->values[slots[1]] ? TAUT_OK : TAUT_EREJECT;
}

static void observed_outputs_are_fresh_in_every_row_and_untouched_between(void **state) {
  (void)state;
  fixture f;
  begin(&f);
  assert_int_equal(taut_builder_row_period(f.builder, 5 * MS), TAUT_OK);
  fixture_start(&f, 1);
  uint32_t slots[2] = {fixture_slot(&f, "a.y"), fixture_slot(&f, "a.total")};
  taut_run_on_row(f.run, compare, slots);
  fixture_advance(&f, 14 * MS);  // compare fails the advance when a row is stale
  assert_true(fixture_value(&f, "a.y") == 13);
  assert_true(fixture_value(&f, "a.total") == 10);
  fixture_fini(&f);
}

static void an_observed_output_cannot_be_wired(void **state) {
  (void)state;
  fixture f;
  begin(&f);
  fixture_add(&f, "b", "sink", MS, 0);
  fixture_wire(&f, "b.x", "a.total");
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_EINVAL);
  fixture_says(&f, "b.x", "observed at rows only");
  fixture_fini(&f);
}

static void a_fault_on_an_observed_output_is_refused(void **state) {
  (void)state;
  fixture f;
  begin(&f);
  const taut_fault fault = {
      .name = "high", .target = "a.total", .kind = TAUT_FAULT_BIAS, .magnitude = 1};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_EINVAL);
  fixture_says(&f, "a.total", "observed at rows only");
  fixture_fini(&f);
}

static void a_peak_cannot_be_observed(void **state) {
  (void)state;
  static const taut_signal outputs[] = {SIGNAL(1, TAUT_OBSERVED | TAUT_PEAK, "y", -1, 1, 0)};
  taut_model model = observed_model;
  model.outputs = outputs;
  model.n_outputs = 1;
  char text[256];
  assert_int_equal(taut_model_validate(&model, text, sizeof text), TAUT_EINVAL);
  assert_non_null(strstr(text, "cannot be peak"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(observed_outputs_are_fresh_in_every_row_and_untouched_between),
      cmocka_unit_test(an_observed_output_cannot_be_wired),
      cmocka_unit_test(a_fault_on_an_observed_output_is_refused),
      cmocka_unit_test(a_peak_cannot_be_observed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
