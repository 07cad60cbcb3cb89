// The motor and cable plugins through their one exported symbol: wiring of every port, independence
// of instances, refused parameters, and nothing imported that could differ between platforms.
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/plant.h"
#include "taut/plugin.h"

#define MOTOR_SO TAUT_BUILD_DIR "/plugins/motor_pmsm.so"
#define CABLE_SO TAUT_BUILD_DIR "/plugins/cable_spool.so"

enum { MAX_SLOTS = 64, MAX_STATE = 4096 };

// The least host: one instance of a model with memory of its own.
typedef struct holder {
  const taut_model *model;
  taut_instance inst;
  const double *in[MAX_SLOTS];
  double in_values[MAX_SLOTS];
  double out[MAX_SLOTS];
  double param[MAX_SLOTS];
  _Alignas(64) unsigned char state[MAX_STATE];
} holder;

typedef struct tally {
  int n_events;
  double last_event;
  char log[256];
} tally;
static tally seen;

static void emit(const taut_instance *inst, uint32_t event, double value) {
  (void)inst;
  (void)event;
  seen.n_events++;
  seen.last_event = value;
}

static void take_log(const taut_instance *inst, taut_log_level level, const char *text) {
  (void)inst;
  (void)level;
  snprintf(seen.log, sizeof seen.log, "%s", text);
}

static const taut_host host = {.struct_size = sizeof(taut_host), .emit = emit, .log = take_log};

static const taut_model *load(const char *file) {
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) fail_msg("%s", dlerror());
  taut_query_fn query;
  void *symbol = dlsym(library, "taut_query");
  memcpy(&query, &symbol, sizeof query);
  assert_non_null(query);
  assert_null(query(TAUT_ABI_MAJOR + 1, 0));
  assert_null(query(TAUT_ABI_MAJOR, 1));
  return query(TAUT_ABI_MAJOR, 0);
}

static taut_status make(holder *h, const taut_model *model, int64_t period_ns) {
  memset(h, 0, sizeof *h);
  h->model = model;
  assert_true(model->n_inputs <= MAX_SLOTS && model->n_outputs <= MAX_SLOTS);
  for (uint32_t i = 0; i < model->n_params; i++) h->param[i] = model->params[i].init;
  for (uint32_t i = 0; i < model->n_inputs; i++) {
    h->in[i] = &h->in_values[i];
    h->in_values[i] = model->inputs[i].init;
  }
  assert_true(model->state_size(h->param) <= MAX_STATE);
  h->inst = (taut_instance){.struct_size = sizeof(taut_instance),
                            .path = "left.x",
                            .model = model,
                            .host = &host,
                            .in = h->in,
                            .out = h->out,
                            .param = h->param,
                            .state = h->state,
                            .seed = 1,
                            .period_ns = period_ns,
                            .period_s = (double)period_ns * 1e-9};
  return model->init(&h->inst, 0);
}

// The output of that name.
static double slot(const holder *h, const char *name) {
  for (uint32_t i = 0; i < h->model->n_outputs; i++) {
    if (strcmp(h->model->outputs[i].name, name) == 0) return h->out[i];
  }
  fail_msg("no output %s", name);
  return 0.0;
}

static void test_parameter_defaults_lie_in_their_ranges_and_names_are_unique(void **state) {
  (void)state;
  const taut_model *models[] = {load(MOTOR_SO), load(CABLE_SO)};
  for (int m = 0; m < 2; m++) {
    assert_int_equal(models[m]->struct_size, sizeof(taut_model));
    for (uint32_t i = 0; i < models[m]->n_params; i++) {
      const taut_signal *p = &models[m]->params[i];
      assert_true(p->min <= p->init && p->init <= p->max);
      for (uint32_t j = 0; j < i; j++) {
        assert_string_not_equal(p->name, models[m]->params[j].name);
        assert_int_not_equal(p->id, models[m]->params[j].id);
      }
    }
  }
}

// A pull against the motor through the plugins equals the same through the models, bit for bit, so
// every port carries what its name says.
static void test_plugins_do_exactly_what_the_models_do(void **state) {
  (void)state;
  static holder motor, cable, other;
  assert_int_equal(make(&motor, load(MOTOR_SO), 50000), TAUT_OK);
  assert_int_equal(make(&cable, load(CABLE_SO), 50000), TAUT_OK);
  assert_int_equal(make(&other, load(MOTOR_SO), 50000), TAUT_OK);
  cable.in[TAUT_CABLE_IN_SPOOL_ANGLE_RAD] = &motor.out[TAUT_MOTOR_OUT_SPOOL_ANGLE_RAD];
  cable.in[TAUT_CABLE_IN_SPOOL_SPEED_RAD_S] = &motor.out[TAUT_MOTOR_OUT_SPOOL_SPEED_RAD_S];
  motor.in[TAUT_MOTOR_IN_SPOOL_TENSION_N] = &cable.out[TAUT_CABLE_OUT_SPOOL_TENSION_N];
  static unsigned char untouched[MAX_STATE];
  memcpy(untouched, other.state, MAX_STATE);

  plant p = plant_make(50e-6);
  plant_start(&p);
  seen = (tally){0};
  for (int i = 0; i < 12000; i++) {
    p.drive.torque_command_nm = motor.in_values[TAUT_MOTOR_IN_TORQUE_COMMAND_NM] = 7.0;
    motor.in_values[TAUT_MOTOR_IN_CURRENT_CEILING_A] = p.drive.current_ceiling_a;
    motor.in_values[TAUT_MOTOR_IN_TORQUE_PERMIT] = p.drive.torque_permit = i < 8000;
    motor.in_values[TAUT_MOTOR_IN_BRAKE] = p.drive.brake = i >= 9000;
    motor.in_values[TAUT_MOTOR_IN_ENCODER_SLIP_RAD] = p.drive.encoder_slip_rad =
        i > 5000 ? 0.02 : 0.0;
    motor.in_values[TAUT_MOTOR_IN_ENCODER_STUCK] = p.drive.encoder_stuck = i > 7000;
    motor.in_values[TAUT_MOTOR_IN_SUPPLY_SCALE] = p.drive.supply_scale = i > 4000 ? 0.95 : 1.0;
    motor.in_values[TAUT_MOTOR_IN_CHOPPER_CONNECTED] = p.drive.chopper_connected = i < 6000;
    motor.in_values[TAUT_MOTOR_IN_COMMAND_SEQ] = i + 1.0;
    cable.in_values[TAUT_CABLE_IN_HAND_FORCE_N] = p.hand_n = i % 3000 < 2000 ? 230.0 : 150.0;
    cable.in_values[TAUT_CABLE_IN_CUT] = p.cut = i == 10000;
    assert_int_equal(motor.model->output(&motor.inst, p.tick_ns), TAUT_OK);
    assert_int_equal(motor.model->observe(&motor.inst, p.tick_ns), TAUT_OK);
    assert_int_equal(cable.model->output(&cable.inst, p.tick_ns), TAUT_OK);
    assert_int_equal(cable.model->observe(&cable.inst, p.tick_ns), TAUT_OK);
    assert_int_equal(cable.model->update(&cable.inst, p.tick_ns), TAUT_OK);
    assert_int_equal(motor.model->update(&motor.inst, p.tick_ns), TAUT_OK);
    plant_step(&p);
    assert_memory_equal(motor.state, &p.motor, sizeof p.motor);
    assert_memory_equal(cable.state, &p.cable, sizeof p.cable);
  }
  assert_int_equal(motor.model->output(&motor.inst, p.tick_ns), TAUT_OK);
  assert_int_equal(motor.model->observe(&motor.inst, p.tick_ns), TAUT_OK);
  assert_int_equal(cable.model->output(&cable.inst, p.tick_ns), TAUT_OK);
  assert_int_equal(cable.model->observe(&cable.inst, p.tick_ns), TAUT_OK);
  assert_near(slot(&motor, "iq_a"), taut_pmsm_iq_measured(&p.motor), 0.0);
  assert_near(slot(&motor, "id_a"), taut_pmsm_id_measured(&p.motor), 0.0);
  assert_near(slot(&motor, "encoder_angle_rad"), p.motor.encoder_rad, 0.0);
  assert_near(slot(&motor, "bus_v"), p.motor.bus_v, 0.0);
  assert_near(slot(&motor, "motor_temp_k"), p.motor.sensor_k, 0.0);
  assert_near(slot(&motor, "current_limit_a"), p.motor.limit_a, 0.0);
  assert_near(slot(&motor, "torque_nm"), p.motor.torque_nm, 0.0);
  assert_near(slot(&motor, "winding_temp_k"), p.motor.winding_k, 0.0);
  assert_near(slot(&motor, "housing_temp_k"), p.motor.housing_k, 0.0);
  assert_near(slot(&motor, "loss_energy_j"), taut_pmsm_loss_j(&p.motor), 0.0);
  assert_near(slot(&motor, "drive_state"), TAUT_DRIVE_FAULT, 0.0);
  assert_near(slot(&motor, "drive_fault"), (double)p.motor.drive_fault, 0.0);
  assert_near(slot(&cable, "load_cell_n"), p.cable.cell_n, 0.0);
  assert_near(slot(&cable, "handle_position_m"), p.cable.position_m, 0.0);
  assert_near(slot(&cable, "handle_speed_m_s"), p.cable.speed_m_s, 0.0);
  assert_near(slot(&cable, "hand_energy_j"), p.cable.hand_energy_j, 0.0);
  assert_near(slot(&cable, "is_broken"), 1.0, 0.0);
  assert_int_equal(seen.n_events, 2);  // the drive tripped, the cable broke
  assert_memory_equal(untouched, other.state, MAX_STATE);
}

static void test_output_leaves_the_state_as_it_was(void **state) {
  (void)state;
  static holder h;
  static unsigned char before[MAX_STATE];
  const char *files[] = {MOTOR_SO, CABLE_SO};
  for (int i = 0; i < 2; i++) {
    assert_int_equal(make(&h, load(files[i]), 50000), TAUT_OK);
    memcpy(before, h.state, MAX_STATE);
    assert_int_equal(h.model->output(&h.inst, 0), TAUT_OK);
    assert_memory_equal(before, h.state, MAX_STATE);
  }
}

static void test_bad_parameters_are_refused_with_a_line_that_names_them(void **state) {
  (void)state;
  static holder h;
  const taut_model *model = load(MOTOR_SO);
  assert_int_equal(make(&h, model, 50000), TAUT_OK);
  for (uint32_t i = 0; i < model->n_params; i++) {
    if (strcmp(model->params[i].name, "chopper_off_v") == 0) h.param[i] = 20.0;
  }
  assert_int_equal(model->init(&h.inst, 0), TAUT_EINVAL);
  assert_non_null(strstr(seen.log, "chopper_off_v"));
}

static void test_a_tension_that_is_no_number_is_a_fault_and_not_a_crash(void **state) {
  (void)state;
  static holder h;
  assert_int_equal(make(&h, load(MOTOR_SO), 50000), TAUT_OK);
  h.in_values[TAUT_MOTOR_IN_SPOOL_TENSION_N] = (double)NAN;
  assert_int_equal(h.model->update(&h.inst, 0), TAUT_EFAULT);
  assert_int_equal(make(&h, load(CABLE_SO), 50000), TAUT_OK);
  h.in_values[TAUT_CABLE_IN_HAND_FORCE_N] = (double)NAN;
  assert_int_equal(h.model->update(&h.inst, 0), TAUT_EFAULT);
}

// glibc's sin and friends differ between processors (FMA), so no plugin may import one.
static void test_plugins_import_no_elementary_function_of_the_c_library(void **state) {
  (void)state;
  const char *files[] = {MOTOR_SO, CABLE_SO};
  const char *banned[] = {"sin",   "cos",   "tan",  "exp",  "log",  "pow",  "tanh",
                          "atan2", "hypot", "cbrt", "sinh", "cosh", "exp2", "fma"};
  for (int i = 0; i < 2; i++) {
    char command[512], line[256];
    snprintf(command, sizeof command, "nm -D --undefined-only '%s'", files[i]);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    int n_lines = 0;
    while (fgets(line, sizeof line, pipe)) {
      n_lines++;
      char name[128] = "";
      if (sscanf(line, " %*c %127[^@\n]", name) != 1) continue;
      for (size_t j = 0; j < sizeof(banned) / sizeof(banned[0]); j++) {
        if (strcmp(name, banned[j]) == 0) fail_msg("%s imports %s", files[i], name);
      }
    }
    assert_int_equal(pclose(pipe), 0);
    assert_true(n_lines > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parameter_defaults_lie_in_their_ranges_and_names_are_unique),
      cmocka_unit_test(test_plugins_do_exactly_what_the_models_do),
      cmocka_unit_test(test_output_leaves_the_state_as_it_was),
      cmocka_unit_test(test_bad_parameters_are_refused_with_a_line_that_names_them),
      cmocka_unit_test(test_a_tension_that_is_no_number_is_a_fault_and_not_a_crash),
      cmocka_unit_test(test_plugins_import_no_elementary_function_of_the_c_library),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
