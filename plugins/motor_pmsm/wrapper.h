/// The ABI around a motor model. motor_pmsm and motor_averaged include it once, after
///   MOTOR_NAME, MOTOR_HELP        name of the model and one sentence
///   MOTOR_STATE                   type of its state
///   MOTOR_BODY(s)                 the taut_pmsm_state in it
///   MOTOR_INIT, MOTOR_UPDATE      its functions
///   MOTOR_PERIOD_NS, _MIN, _MAX   default, least and greatest period
///   MOTOR_COUPLING                    optional: its taut_coupling
#ifndef TAUT_PLUGINS_MOTOR_WRAPPER_H
#define TAUT_PLUGINS_MOTOR_WRAPPER_H

#include <assert.h>
#include <string.h>

#include "models/pmsm.h"
#include "taut/plugin.h"
#include "taut/roles.h"

#define PARAM_ROW(id, name, unit, lo, hi, ini, flags, help) \
  {id, flags, #name, unit, lo, hi, ini, NULL, 1, 0, 0, 0, help},
static const taut_signal params[] = {TAUT_PMSM_PARAMS(PARAM_ROW)};
static_assert(sizeof(taut_pmsm_params) == sizeof(double) * (sizeof(params) / sizeof(params[0])),
              "one double per parameter");

static const taut_signal inputs[] = {TAUT_MOTOR_INPUTS};

// own ports after the role's
enum {
  OUT_SHAFT_ENERGY_J = TAUT_MOTOR_OUT_COUNT,
  OUT_BRAKE_ENERGY_J,
  OUT_BRAKE_RESISTOR_TEMP_K,
  OUT_IS_VOLTAGE_LIMITED,
  OUT_COUNT
};
static const taut_signal outputs[] = {
    TAUT_MOTOR_OUTPUTS{1001, TAUT_TRUTH | TAUT_OBSERVED, "shaft_energy_j", TAUT_UNIT_J, -1e12, 1e12,
                       0, NULL, 1, 0, 0, 0, "work of the cable on the spool since the start"},
    {1002, TAUT_TRUTH | TAUT_OBSERVED, "brake_energy_j", TAUT_UNIT_J, 0, 1e12, 0, NULL, 1, 0, 0, 0,
     "energy burnt in the brake resistor since the start"},
    {1003, TAUT_TRUTH | TAUT_OBSERVED, "brake_resistor_temp_k", TAUT_UNIT_DEGC, 200, 2000, 293.15,
     NULL, 1, 0, 0, 0, "temperature of the brake resistor"},
    {1004, TAUT_BOOL | TAUT_OBSERVED, "is_voltage_limited", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0,
     0, "the current loop asks for more voltage than the bus gives"},
};
static_assert(sizeof(outputs) / sizeof(outputs[0]) == OUT_COUNT, "one row per output");

static const taut_signal events[] = {
    {1001, TAUT_ENUM, "fault", TAUT_UNIT_NONE, 0, TAUT_DRIVE_FAULT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_DRIVE_FAULT_MAP), 1, 0, 0, 0,
     "the drive tripped, or none: the fault cleared"},
};

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(MOTOR_STATE);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  taut_pmsm_params p;
  memcpy(&p, inst->param, sizeof p);  // one double per table row
  const char *why = MOTOR_INIT(inst->state, &p, inst->period_s);
  if (!why) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, why);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const taut_pmsm_state *s = MOTOR_BODY(inst->state);
  double *out = inst->out;
  out[TAUT_MOTOR_OUT_ENCODER_ANGLE_RAD] = s->encoder_rad;
  out[TAUT_MOTOR_OUT_ENCODER_VALID] = 1.0;
  out[TAUT_MOTOR_OUT_IQ_A] = taut_pmsm_iq_measured(s);
  out[TAUT_MOTOR_OUT_ID_A] = taut_pmsm_id_measured(s);
  out[TAUT_MOTOR_OUT_BUS_V] = s->bus_v;
  out[TAUT_MOTOR_OUT_MOTOR_TEMP_K] = s->sensor_k;
  out[TAUT_MOTOR_OUT_CURRENT_LIMIT_A] = s->limit_a;
  out[TAUT_MOTOR_OUT_DRIVE_STATE] = (double)s->drive_state;
  out[TAUT_MOTOR_OUT_DRIVE_FAULT] = (double)s->drive_fault;
  out[TAUT_MOTOR_OUT_SPOOL_ANGLE_RAD] = s->angle_rad;
  out[TAUT_MOTOR_OUT_SPOOL_SPEED_RAD_S] = s->speed_rad_s;
  out[TAUT_MOTOR_OUT_TORQUE_NM] = s->torque_nm;
  return TAUT_OK;
}

static taut_status observe(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const taut_pmsm_state *s = MOTOR_BODY(inst->state);
  double *out = inst->out;
  out[TAUT_MOTOR_OUT_WINDING_TEMP_K] = s->winding_k;
  out[TAUT_MOTOR_OUT_HOUSING_TEMP_K] = s->housing_k;
  out[TAUT_MOTOR_OUT_SUPPLY_ENERGY_J] = s->supply_energy_j;
  out[TAUT_MOTOR_OUT_LOSS_ENERGY_J] = taut_pmsm_loss_j(s);
  out[TAUT_MOTOR_OUT_STORED_ENERGY_J] = taut_pmsm_stored_j(s);
  out[TAUT_MOTOR_OUT_CHOPPER_ON] = (double)s->chopper_conducts;
  out[OUT_SHAFT_ENERGY_J] = s->shaft_energy_j;
  out[OUT_BRAKE_ENERGY_J] = s->brake_energy_j + s->brake_heat_j;
  out[OUT_BRAKE_RESISTOR_TEMP_K] = s->brake_k;
  out[OUT_IS_VOLTAGE_LIMITED] = (double)s->is_voltage_limited;
  return TAUT_OK;
}

static taut_pmsm_input read_input(const taut_instance *inst) {
  const double *const *in = inst->in;
  return (taut_pmsm_input){
      .torque_command_nm = *in[TAUT_MOTOR_IN_TORQUE_COMMAND_NM],
      .current_ceiling_a = *in[TAUT_MOTOR_IN_CURRENT_CEILING_A],
      .torque_permit = *in[TAUT_MOTOR_IN_TORQUE_PERMIT],
      .brake = *in[TAUT_MOTOR_IN_BRAKE],
      .command_seq = *in[TAUT_MOTOR_IN_COMMAND_SEQ],
      .spool_tension_n = *in[TAUT_MOTOR_IN_SPOOL_TENSION_N],
      .supply_scale = *in[TAUT_MOTOR_IN_SUPPLY_SCALE],
      .chopper_connected = *in[TAUT_MOTOR_IN_CHOPPER_CONNECTED],
      .encoder_slip_rad = *in[TAUT_MOTOR_IN_ENCODER_SLIP_RAD],
      .encoder_stuck = *in[TAUT_MOTOR_IN_ENCODER_STUCK],
  };
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const taut_pmsm_input u = read_input(inst);
  const int result = MOTOR_UPDATE(inst->state, &u);
  if (result == TAUT_PMSM_MOVED) return TAUT_OK;
  if (result == TAUT_PMSM_FAULT_CHANGED) {
    const taut_pmsm_state *s = MOTOR_BODY(inst->state);
    inst->host->emit(inst, 0, (double)s->drive_fault);
    return TAUT_OK;
  }
  inst->host->log(inst, TAUT_LOG_ERROR, "the motion left the numbers: check spool_tension_n");
  return TAUT_EFAULT;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  (void)tick_ns;
  const taut_pmsm_input u = read_input(inst);
  return taut_pmsm_skip(MOTOR_BODY(inst->state), &u, (double)duration_ns * 1e-9) ? TAUT_OK
                                                                                 : TAUT_EREJECT;
}

static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  if (strcmp(id, TAUT_SKIP_ID) == 0) return &skips;
#ifdef MOTOR_COUPLING
  if (strcmp(id, TAUT_COUPLING_ID) == 0) return MOTOR_COUPLING;
#endif
  return NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = MOTOR_NAME,
    .role = "motor",
    .version = "1.0.0",
    .help = MOTOR_HELP,
    .state_layout = 1,
    .events_per_tick = 1,
    .n_params = sizeof(params) / sizeof(params[0]),
    .n_inputs = sizeof(inputs) / sizeof(inputs[0]),
    .n_outputs = sizeof(outputs) / sizeof(outputs[0]),
    .n_events = sizeof(events) / sizeof(events[0]),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = MOTOR_PERIOD_NS,
    .period_ns_min = MOTOR_PERIOD_NS_MIN,
    .period_ns_max = MOTOR_PERIOD_NS_MAX,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
    .observe = observe,
    .extension = extension,
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

#endif
