#include "support/models.h"

#include "taut/roles.h"

enum { PORTS_MAX = 128 };

/// A model of a role, with tables that a test may spoil.
typedef struct role_model {
  taut_signal inputs[PORTS_MAX], outputs[PORTS_MAX];
  taut_model model;
} role_model;

static void make(role_model *it, const taut_role *role) {
  for (size_t i = 0; i < role->n_inputs; i++) it->inputs[i] = *role->inputs[i].signal;
  for (size_t i = 0; i < role->n_outputs; i++) it->outputs[i] = *role->outputs[i].signal;
  it->model = (taut_model){.struct_size = sizeof(taut_model),
                           .signal_size = sizeof(taut_signal),
                           .name = role->name,
                           .role = role->name,
                           .version = "1",
                           .help = "a model of the role",
                           .n_inputs = (uint32_t)role->n_inputs,
                           .n_outputs = (uint32_t)role->n_outputs,
                           .inputs = it->inputs,
                           .outputs = it->outputs,
                           .period_ns = role->period_ns,
                           .period_ns_min = 50000,
                           .period_ns_max = TAUT_SECOND,
                           .state_size = test_state_size,
                           .init = test_nothing,
                           .output = test_nothing,
                           .update = test_nothing};
}

static void expect_refusal(const role_model *it, const char *part) {
  char text[1024];
  assert_int_equal(taut_model_validate(&it->model, text, sizeof text), TAUT_EINVAL);
  if (!strstr(text, part)) fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static void every_role_has_valid_tables(void **state) {
  (void)state;
  size_t n = 0;
  for (; taut_role_at(n); n++) {
    role_model it;
    char text[1024];
    make(&it, taut_role_at(n));
    if (taut_model_validate(&it.model, text, sizeof text) != TAUT_OK) fail_msg("%s", text);
    assert_ptr_equal(taut_role_find(taut_role_at(n)->name), taut_role_at(n));
  }
  assert_int_equal(n, 7);
  assert_null(taut_role_find("pilot"));
}

static const taut_signal controller_inputs[] = {TAUT_CONTROLLER_INPUTS};

static void the_tables_of_roles_h_are_those_of_the_engine(void **state) {
  (void)state;
  const taut_role *role = taut_role_find("controller");
  assert_int_equal(role->n_inputs, sizeof controller_inputs / sizeof controller_inputs[0]);
  assert_int_equal(role->n_inputs, TAUT_CONTROLLER_IN_COUNT);
  for (size_t i = 0; i < role->n_inputs; i++)
    assert_string_equal(role->inputs[i].signal->name, controller_inputs[i].name);
  assert_string_equal(
      controller_inputs[TAUT_CONTROLLER_IN_SIDE_IQ_A + TAUT_CONTROLLER_IN_SIDE_COUNT].name,
      "right_iq_a");
  assert_string_equal(controller_inputs[TAUT_CONTROLLER_IN_REPORT].name, "report");
}

static void a_model_must_have_the_ports_of_its_role(void **state) {
  (void)state;
  role_model it;
  make(&it, taut_role_find("motor"));
  it.model.n_outputs--;
  expect_refusal(&it, "motor: output \"chopper_on\" of role motor is missing");
  make(&it, taut_role_find("motor"));
  it.inputs[0].name = "torque_nm";
  expect_refusal(&it, "input \"torque_command_nm\" of role motor is missing");
}

static void an_optional_input_may_be_left_out(void **state) {
  (void)state;
  role_model it;
  char text[1024];
  make(&it, taut_role_find("motor"));
  assert_true(it.inputs[it.model.n_inputs - 1].flags & TAUT_OPTIONAL);
  it.model.n_inputs--;
  assert_int_equal(taut_model_validate(&it.model, text, sizeof text), TAUT_OK);
}

static void an_optional_output_may_be_left_out(void **state) {
  (void)state;
  role_model it;
  char text[1024];
  make(&it, taut_role_find("session"));
  assert_string_equal(it.outputs[it.model.n_outputs - 1].name, "log_seq");
  it.model.n_outputs--;
  assert_int_equal(taut_model_validate(&it.model, text, sizeof text), TAUT_OK);
  it.outputs[it.model.n_outputs - 1].flags |= TAUT_INTEGER;  // there, but not the role's
  expect_refusal(&it, "session.log_value: ");
}

static void labels_may_be_the_first_of_the_roles(void **state) {
  (void)state;
  static const char *const older[] = {"none", "start_set", "stop_set", NULL};
  static const char *const other[] = {"none", "stop_set", "start_set", NULL};
  role_model it;
  char text[1024];
  make(&it, taut_role_find("session"));
  taut_signal *request = it.inputs;
  while (strcmp(request->name, "request") != 0) request++;
  request->labels = older;
  request->max = 2;
  assert_int_equal(taut_model_validate(&it.model, text, sizeof text), TAUT_OK);
  request->labels = other;
  expect_refusal(&it, "session.request: labels differ");
}

static void a_port_that_differs_from_the_roles_is_named(void **state) {
  (void)state;
  role_model it;
  make(&it, taut_role_find("cable"));
  it.outputs[0].unit = "kg";
  memcpy(it.outputs[0].si, (int8_t[8]){1}, 8);
  expect_refusal(&it, "cable.load_cell_n: the role measures it in N, the model in kg");
  make(&it, taut_role_find("cable"));
  it.outputs[1].flags &= ~(uint32_t)TAUT_TRUTH;  // a truth that hides
  expect_refusal(&it, "cable.tension_n: ");
  make(&it, taut_role_find("user"));
  for (uint32_t i = 0; i < it.model.n_outputs; i++)
    if (!strcmp(it.outputs[i].name, "report")) {
      it.outputs[i].labels = test_labels;
      it.outputs[i].max = 2;
    }
  expect_refusal(&it, "user.report: labels differ");
  make(&it, taut_role_find("motor"));
  it.inputs[2].permit = 0;
  expect_refusal(&it, "motor.torque_permit: the value that permits is 1 in the role");
}

/// A whole rig of models that do nothing.
static void add_rig(fixture *f, role_model *models) {
  static const char *const paths[] = {"left.motor",  "right.motor", "left.cable",
                                      "right.cable", "user",        "controller",
                                      "spotter",     "form_check",  "session"};
  for (size_t i = 0; taut_role_at(i); i++) {
    make(&models[i], taut_role_at(i));
    assert_int_equal(taut_registry_add(f->registry, &models[i].model), TAUT_OK);
  }
  assert_int_equal(taut_builder_base_period(f->builder, 50000), TAUT_OK);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    const char *dot = strchr(paths[i], '.');
    fixture_add(f, paths[i], dot ? dot + 1 : paths[i], 0, 0);
  }
}

static const char *source_of(const fixture *f, const char *path, const char *input) {
  static char text[256];
  int64_t i = taut_plan_find_instance(f->plan, path);
  const taut_model *model = taut_plan_instance(f->plan, (size_t)i).model;
  for (uint32_t k = 0; k < model->n_inputs; k++) {
    taut_port port;
    if (strcmp(model->inputs[k].name, input) != 0) continue;
    if (taut_plan_source(f->plan, (size_t)i, k, &port) != TAUT_OK) return "";
    taut_plan_slot_name(f->plan, port.slot, text, sizeof text);
    return text;
  }
  return "no such input";
}

static void roles_wire_themselves_by_side(void **state) {
  (void)state;
  static role_model models[8];
  fixture f;
  fixture_init(&f);
  add_rig(&f, models);
  assert_int_equal(taut_builder_wire_roles(f.builder), TAUT_OK);
  taut_status status = taut_builder_plan(f.builder, &f.plan);
  if (status != TAUT_OK) fail_msg("%s: %s", f.path, f.text);
  assert_string_equal(source_of(&f, "left.motor", "torque_command_nm"),
                      "controller.left_torque_command_nm");
  assert_string_equal(source_of(&f, "right.motor", "command_seq"), "controller.torque_seq");
  assert_string_equal(source_of(&f, "right.cable", "spool_angle_rad"),
                      "right.motor.spool_angle_rad");
  assert_string_equal(source_of(&f, "controller", "right_load_cell_n"), "right.cable.load_cell_n");
  assert_string_equal(source_of(&f, "controller", "left_hand_presence"), "user.left_hand_presence");
  assert_string_equal(source_of(&f, "controller", "report"), "user.report");
  assert_string_equal(source_of(&f, "user", "left_tension_n"), "left.cable.tension_n");
  assert_string_equal(source_of(&f, "user", "stimulus"), "");
  // An event input is seen at its own slot, so that a scenario can add events.
  taut_port report, source;
  assert_int_equal(taut_plan_find(f.plan, "controller.report", &report), TAUT_OK);
  assert_int_equal(taut_plan_find(f.plan, "user.report", &source), TAUT_OK);
  assert_int_not_equal(report.slot, source.slot);
  fixture_fini(&f);
}

static void the_load_is_an_alias_of_the_controllers_outputs(void **state) {
  (void)state;
  static role_model models[8];
  fixture f;
  fixture_init(&f);
  add_rig(&f, models);
  assert_int_equal(taut_builder_wire_roles(f.builder), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  taut_port both[2], left, right;
  size_t n = 0;
  assert_int_equal(taut_plan_find_sides(f.plan, "load.command_n", both, &n), TAUT_OK);
  assert_int_equal(n, 2);
  assert_int_equal(taut_plan_find(f.plan, "controller.left_load_command_n", &left), TAUT_OK);
  assert_int_equal(taut_plan_find(f.plan, "load.right_command_n", &right), TAUT_OK);
  assert_int_equal(both[0].slot, left.slot);
  assert_int_equal(both[1].slot, right.slot);
  assert_string_equal(right.signal->name, "right_load_command_n");
  // A role's own plain port wins over those of the sides.
  assert_int_equal(taut_plan_find_sides(f.plan, "spotter.rep_count", both, &n), TAUT_OK);
  assert_int_equal(n, 1);
  assert_string_equal(taut_plan_suggest(f.plan, "load.comand_n"), "load.command_n");
  fixture_fini(&f);
}

static void a_rig_without_a_role_leaves_optional_inputs_free(void **state) {
  (void)state;
  static role_model models[8];
  fixture f;
  fixture_init(&f);
  make(&models[0], taut_role_find("controller"));
  assert_int_equal(taut_registry_add(f.registry, &models[0].model), TAUT_OK);
  fixture_add(&f, "controller", "controller", 0, 0);
  assert_int_equal(taut_builder_base_period(f.builder, 50000), TAUT_OK);
  assert_int_equal(taut_builder_wire_roles(f.builder), TAUT_OK);
  assert_int_equal(taut_builder_plan(f.builder, &f.plan), TAUT_OK);
  assert_string_equal(source_of(&f, "controller", "left_iq_a"), "");
  fixture_fini(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_role_has_valid_tables),
      cmocka_unit_test(the_tables_of_roles_h_are_those_of_the_engine),
      cmocka_unit_test(a_model_must_have_the_ports_of_its_role),
      cmocka_unit_test(an_optional_input_may_be_left_out),
      cmocka_unit_test(an_optional_output_may_be_left_out),
      cmocka_unit_test(labels_may_be_the_first_of_the_roles),
      cmocka_unit_test(a_port_that_differs_from_the_roles_is_named),
      cmocka_unit_test(roles_wire_themselves_by_side),
      cmocka_unit_test(the_load_is_an_alias_of_the_controllers_outputs),
      cmocka_unit_test(a_rig_without_a_role_leaves_optional_inputs_free),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
