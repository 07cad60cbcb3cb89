#include "support/models.h"

#include "taut/roles.h"

/// Builds and expects a failure.
static void expect_refusal(fixture *f, taut_status status, const char *path, const char *part) {
  assert_int_equal(taut_builder_plan(f->builder, &f->plan), status);
  assert_null(f->plan);
  fixture_says(f, path, part);
}

static void an_algebraic_loop_is_printed(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "source", "ramp", 0, 0);
  fixture_add(&f, "a", "gain", 0, 0);
  fixture_add(&f, "b", "gain", 0, 0);
  fixture_add(&f, "left.c", "gain", 0, 0);
  fixture_wire(&f, "a.x", "left.c.y");
  fixture_wire(&f, "b.x", "a.y");
  fixture_wire(&f, "left.c.x", "b.y");
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_ELOOP);
  assert_non_null(strstr(f.text, "a.y -> b.y -> left.c.y -> a.y"));
  fixture_fini(&f);
}

static void an_output_wired_to_its_own_feedthrough_input_is_a_loop(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "a", "gain", 0, 0);
  fixture_wire(&f, "a.x", "a.y");
  expect_refusal(&f, TAUT_ELOOP, "a", "a.y -> a.y");
  fixture_fini(&f);
}

static void a_loop_through_a_state_is_none(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "a", "gain", 0, 0);
  fixture_add(&f, "s", "noisy", 0, 0);
  fixture_wire(&f, "a.x", "s.y");
  fixture_wire(&f, "s.x", "a.y");
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  fixture_fini(&f);
}

static void a_missing_input_is_named(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "left.amp", "gain", 0, 0);
  expect_refusal(&f, TAUT_EMISSING, "left.amp.x", "must be wired");
  fixture_fini(&f);
}

static const taut_signal meter_inputs[] = {
    {1, TAUT_OPTIONAL, "force_n", TAUT_UNIT_N, 0, 1, 0, NULL, 1, 0, 0, 0, "a force"},
    {2, TAUT_OPTIONAL | TAUT_INTEGER, "n", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0, "a count"},
    {3, TAUT_OPTIONAL | TAUT_ENUM, "mood", TAUT_UNIT_NONE, 0, 1, 0,
     (const char *const[]){"good", "bad", NULL}, 1, 0, 0, 0, "a mood"},
    {4, TAUT_OPTIONAL, "x", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0, "a number"}};
static const taut_model meter_model = {COMMON_FIELDS,
                                       .name = "meter",
                                       .inputs = meter_inputs,
                                       .n_inputs = 4,
                                       .state_size = test_state_size,
                                       .init = test_nothing,
                                       .output = test_nothing,
                                       .update = test_nothing};

static void wires_between_different_units_or_kinds_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *input, *output, *says;
  } wires[] = {{"meter.force_n", "ramp.y", "is in N but ramp.y is in 1"},
               {"meter.n", "ramp.y", "is an integer but ramp.y is a number"},
               {"meter.x", "ramp.is_odd", "is a number but ramp.is_odd is a bool"},
               {"meter.mood", "reporter.report", "other labels than reporter.report"},
               {"meter.x", "ramp.pair", "has 1 slots but ramp.pair has 2"}};
  for (size_t i = 0; i < sizeof wires / sizeof wires[0]; i++) {
    fixture f;
    fixture_init(&f);
    assert_int_equal(taut_registry_add(f.registry, &meter_model), TAUT_OK);
    fixture_add(&f, "ramp", "ramp", 0, 0);
    fixture_add(&f, "reporter", "reporter", 0, 0);
    fixture_add(&f, "meter", "meter", 0, 0);
    fixture_wire(&f, wires[i].input, wires[i].output);
    expect_refusal(&f, TAUT_EUNIT, wires[i].input, wires[i].says);
    fixture_fini(&f);
  }
}

static void an_integer_may_feed_a_number(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "reporter", "reporter", 0, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "reporter.report_seq");
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  fixture_fini(&f);
}

static const taut_signal oracle_outputs[] = {
    {1, TAUT_TRUTH, "fatigue", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0, "hidden from machines"}};
static const taut_model oracle_model = {COMMON_FIELDS,
                                        .name = "oracle",
                                        .outputs = oracle_outputs,
                                        .n_outputs = 1,
                                        .state_size = test_state_size,
                                        .init = test_nothing,
                                        .output = test_nothing,
                                        .update = test_nothing};
static const taut_signal session_outputs[] = {TAUT_SESSION_OUTPUTS};
static const taut_signal spy_inputs[] = {SIGNAL(900, TAUT_OPTIONAL, "spy", -1e6, 1e6, 0)};
static const taut_signal spy_inputs_at_once[] = {
    SIGNAL(900, TAUT_OPTIONAL | TAUT_FEEDTHROUGH, "spy", -1e6, 1e6, 0)};

// A session, the role with the fewest required ports, that wants to know more.
static taut_model spy(const char *name, const taut_signal *inputs) {
  return (taut_model){.struct_size = sizeof(taut_model),
                      .signal_size = sizeof(taut_signal),
                      .name = name,
                      .role = "session",
                      .version = "1",
                      .help = "wants to know",
                      .inputs = inputs,
                      .n_inputs = 1,
                      .outputs = session_outputs,
                      .n_outputs = sizeof session_outputs / sizeof session_outputs[0],
                      .period_ns = MS,
                      .period_ns_min = MS,
                      .period_ns_max = MS,
                      .state_size = test_state_size,
                      .init = test_nothing,
                      .output = test_nothing,
                      .update = test_nothing};
}

static void truth_may_not_be_wired_to_who_may_not_know(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  const taut_model curious = spy("curious", spy_inputs);
  assert_int_equal(taut_registry_add(f.registry, &curious), TAUT_OK);
  assert_int_equal(taut_registry_add(f.registry, &oracle_model), TAUT_OK);
  fixture_add(&f, "oracle", "oracle", 0, 0);
  fixture_add(&f, "session", "curious", 0, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "oracle.fatigue");  // a role that may
  fixture_wire(&f, "session.spy", "oracle.fatigue");
  expect_refusal(&f, TAUT_ETRUTH, "session.spy", "oracle.fatigue, a truth that a session");
  fixture_fini(&f);
}

static void a_role_without_feedthrough_may_not_have_it(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  const taut_model hasty = spy("hasty", spy_inputs_at_once);
  assert_int_equal(taut_registry_add(f.registry, &hasty), TAUT_OK);
  fixture_add(&f, "session", "hasty", 0, 0);
  expect_refusal(&f, TAUT_EINVAL, "session.spy", "feedthrough port, which role session");
  fixture_fini(&f);
}

static void periods_must_fit_the_base_tick(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "a", "ramp", 1500000, 0);
  expect_refusal(&f, TAUT_EINVAL, "a", "multiples of the base period");
  fixture_fini(&f);
  fixture_init(&f);
  fixture_add(&f, "a", "ramp", 2 * MS, 500000);
  expect_refusal(&f, TAUT_EINVAL, "a", "multiples of the base period");
  assert_int_equal(taut_builder_row_period(f.builder, 1500000), TAUT_OK);
  expect_refusal(&f, TAUT_EINVAL, "", "row period");
  fixture_fini(&f);
}

static void misspelt_names_get_the_nearest_one(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  assert_int_equal(taut_builder_add(f.builder, "a", "rampp", 0, 0), TAUT_ENOTFOUND);
  fixture_says(&f, "a", "did you mean ramp");
  fixture_add(&f, "left.ramp", "ramp", 0, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  assert_int_equal(taut_builder_param(f.builder, "left.ramp", "slop", 0, 1), TAUT_ENOTFOUND);
  fixture_says(&f, "left.ramp", "did you mean slope");
  assert_int_equal(taut_builder_wire(f.builder, "sinc.x", "left.ramp.y"), TAUT_ENOTFOUND);
  fixture_says(&f, "sinc", "did you mean sink");
  assert_int_equal(taut_builder_wire(f.builder, "sink.pari", "left.ramp.pair"), TAUT_ENOTFOUND);
  fixture_says(&f, "sink", "did you mean pair");
  assert_int_equal(taut_builder_wire(f.builder, "sink.x", "left.ramp.pear"), TAUT_ENOTFOUND);
  fixture_says(&f, "left.ramp", "did you mean pair");
  const taut_fault fault = {.name = "f", .target = "sink.fleg", .kind = TAUT_FAULT_INVERT};
  assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_ENOTFOUND);
  fixture_says(&f, "sink", "did you mean flag");
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  assert_string_equal(taut_plan_suggest(f.plan, "left.ramp.yy"), "left.ramp.y");
  assert_string_equal(taut_plan_suggest(f.plan, "ramp.pare"), "ramp.pair");
  assert_null(taut_plan_suggest(f.plan, "something.else.altogether"));
  fixture_fini(&f);
}

static void what_a_builder_refuses_it_explains(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "r", "ramp", 0, 0);
  fixture_add(&f, "s", "sink", 0, 0);
  assert_int_equal(taut_builder_add(f.builder, "r", "ramp", 0, 0), TAUT_EINVAL);
  fixture_says(&f, "r", "there already");
  assert_int_equal(taut_builder_add(f.builder, "Left.ramp", "ramp", 0, 0), TAUT_EINVAL);
  assert_int_equal(taut_builder_add(f.builder, "left..ramp", "ramp", 0, 0), TAUT_EINVAL);
  assert_int_equal(taut_builder_add(f.builder, "b", "ramp", 200 * TAUT_SECOND, 0), TAUT_EINVAL);
  fixture_says(&f, "b", "outside of");
  assert_int_equal(taut_builder_add(f.builder, "b", "ramp", MS, MS), TAUT_EINVAL);
  fixture_says(&f, "b", "below the period");
  assert_int_equal(taut_builder_param(f.builder, "r", "slope", 0, 101), TAUT_EINVAL);
  fixture_says(&f, "r", "slope must be -100 to 100, got 101");
  assert_int_equal(taut_builder_param(f.builder, "r", "slope", 0, (double)NAN), TAUT_EINVAL);
  assert_int_equal(taut_builder_param(f.builder, "r", "slope", 1, 1), TAUT_EINVAL);
  fixture_wire(&f, "s.x", "r.y");
  assert_int_equal(taut_builder_wire(f.builder, "s.x", "r.y"), TAUT_EINVAL);
  fixture_says(&f, "s.x", "is wired to r.y already");
  assert_int_equal(taut_builder_wire(f.builder, "s", "r.y"), TAUT_EINVAL);
  assert_int_equal(taut_builder_base_period(f.builder, 0), TAUT_EINVAL);
  fixture_fini(&f);
}

static void an_event_and_its_counter_come_from_one_place(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "who", "reporter", 0, 0);
  fixture_add(&f, "ear", "listener", 0, 0);
  fixture_wire(&f, "ear.note", "who.report");
  expect_refusal(&f, TAUT_EINVAL, "ear.note", "note_seq must be wired to the same instance");
  fixture_fini(&f);
}

static void ports_are_found_by_name_and_side(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "left.motor", "ramp", 0, 0);
  fixture_add(&f, "right.motor", "ramp", 0, 0);
  fixture_add(&f, "sink", "sink", 0, 0);
  fixture_wire(&f, "sink.x", "right.motor.y");
  assert_int_equal(taut_builder_param(f.builder, "right.motor", "slope", 0, 5), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  taut_port port, sides[2], source;
  size_t n = 0;
  assert_int_equal(taut_plan_find(f.plan, "motor.y", &port), TAUT_ENOTFOUND);
  assert_int_equal(taut_plan_find_sides(f.plan, "motor.y", sides, &n), TAUT_OK);
  assert_int_equal(n, 2);
  assert_int_equal(sides[0].instance, 0);
  assert_int_equal(sides[1].instance, 1);
  assert_int_equal(taut_plan_find_sides(f.plan, "left.motor.y", sides, &n), TAUT_OK);
  assert_int_equal(n, 1);
  assert_true(sides[0].slot_min != sides[0].slot && sides[0].slot_max != sides[0].slot);
  // A wired input is seen at its source.
  assert_int_equal(taut_plan_find(f.plan, "sink.x", &port), TAUT_OK);
  assert_int_equal(port.kind, TAUT_PORT_INPUT);
  assert_int_equal(taut_plan_source(f.plan, 2, 0, &source), TAUT_OK);
  assert_int_equal(port.slot, source.slot);
  assert_int_equal(source.instance, 1);
  assert_int_equal(taut_plan_source(f.plan, 2, 1, &source), TAUT_ENOTFOUND);
  assert_int_equal(taut_plan_find(f.plan, "right.motor.slope", &port), TAUT_OK);
  assert_int_equal(port.kind, TAUT_PORT_PARAM);
  assert_true(taut_plan_params(f.plan, 0)[port.slot] == 5);
  fixture_fini(&f);
}

static void every_slot_has_a_name_of_its_own(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "r", "ramp", 0, 0);
  fixture_add(&f, "s", "sink", 0, 0);
  fixture_add(&f, "ear", "listener", 0, 0);
  fixture_wire(&f, "s.pair", "r.pair");
  const taut_fault faults[] = {{.name = "a", .target = "r.y", .kind = TAUT_FAULT_SIGN},
                               {.name = "b", .target = "s.x", .kind = TAUT_FAULT_SIGN},
                               {.name = "c", .target = "s.pair", .kind = TAUT_FAULT_SIGN},
                               {.name = "d", .target = "ear.note", .kind = TAUT_FAULT_STUCK}};
  for (size_t i = 0; i < 4; i++)
    assert_int_equal(taut_builder_fault(f.builder, &faults[i]), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  size_t n = taut_plan_n_slots(f.plan);
  char names[64][128];
  assert_true(n < 64);
  for (uint32_t i = 0; i < n; i++) {
    taut_plan_slot_name(f.plan, i, names[i], sizeof names[i]);
    for (uint32_t k = 0; k < i; k++) assert_string_not_equal(names[k], names[i]);
  }
  assert_string_equal(names[1], "r.pair[0]");
  // The plain name is what readers see, behind the faults.
  taut_port port;
  assert_int_equal(taut_plan_find(f.plan, "s.pair", &port), TAUT_OK);
  assert_string_equal(names[port.slot], "s.pair[0]");
  assert_int_equal(taut_plan_find(f.plan, "r.y", &port), TAUT_OK);
  assert_string_equal(names[port.slot], "r.y");
  assert_string_equal(names[port.slot_max], "r.y.max");
  fixture_fini(&f);
}

/// Hash of the plan of a small rig in which one thing was changed.
static void hash_of(int change, uint8_t hash[16]) {
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "r", "ramp", change == 1 ? 2 * MS : 0, 0);
  fixture_add(&f, change == 2 ? "t" : "s", "sink", 0, 0);
  if (change == 3) assert_int_equal(taut_builder_param(f.builder, "r", "slope", 0, 1.5), TAUT_OK);
  if (change == 4) fixture_wire(&f, "s.x", "r.y");
  const taut_fault fault = {.name = "f", .target = "r.y", .kind = TAUT_FAULT_BIAS, .magnitude = 1};
  if (change == 5) assert_int_equal(taut_builder_fault(f.builder, &fault), TAUT_OK);
  if (change == 6) assert_int_equal(taut_builder_row_period(f.builder, 2 * MS), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  taut_plan_hash(f.plan, hash);
  fixture_fini(&f);
}

static void the_plan_hash_covers_what_shapes_a_result(void **state) {
  (void)state;
  uint8_t hashes[7][16], again[16];
  for (int i = 0; i < 7; i++) {
    hash_of(i, hashes[i]);
    for (int k = 0; k < i; k++) assert_memory_not_equal(hashes[i], hashes[k], 16);
  }
  hash_of(0, again);
  assert_memory_equal(again, hashes[0], 16);
}

static void a_builder_can_be_used_again_after_a_plan(void **state) {
  (void)state;
  fixture f;
  fixture_init(&f);
  fixture_add(&f, "a", "gain", 0, 0);
  expect_refusal(&f, TAUT_EMISSING, "a.x", "must be wired");
  fixture_add(&f, "r", "ramp", 0, 0);
  fixture_wire(&f, "a.x", "r.y");
  taut_plan *first = NULL;
  assert_int_equal(taut_builder_plan(f.builder, &first), TAUT_OK);
  fixture_add(&f, "s", "sink", 0, 0);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  assert_int_equal(taut_plan_n_instances(first), 2);
  assert_int_equal(taut_plan_n_instances(f.plan), 3);
  taut_plan_destroy(first);
  fixture_fini(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_algebraic_loop_is_printed),
      cmocka_unit_test(an_output_wired_to_its_own_feedthrough_input_is_a_loop),
      cmocka_unit_test(a_loop_through_a_state_is_none),
      cmocka_unit_test(a_missing_input_is_named),
      cmocka_unit_test(wires_between_different_units_or_kinds_are_refused),
      cmocka_unit_test(an_integer_may_feed_a_number),
      cmocka_unit_test(truth_may_not_be_wired_to_who_may_not_know),
      cmocka_unit_test(a_role_without_feedthrough_may_not_have_it),
      cmocka_unit_test(periods_must_fit_the_base_tick),
      cmocka_unit_test(misspelt_names_get_the_nearest_one),
      cmocka_unit_test(what_a_builder_refuses_it_explains),
      cmocka_unit_test(an_event_and_its_counter_come_from_one_place),
      cmocka_unit_test(ports_are_found_by_name_and_side),
      cmocka_unit_test(every_slot_has_a_name_of_its_own),
      cmocka_unit_test(the_plan_hash_covers_what_shapes_a_result),
      cmocka_unit_test(a_builder_can_be_used_again_after_a_plan),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
