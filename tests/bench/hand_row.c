// The row of the hand-written loop: every port of every part, by hand.
#include <string.h>
#include "engine/xxh.h"

#include "bench/hand_loop.h"

static void record_motor(double *out, const taut_pmsm_state *s) {
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
  out[TAUT_MOTOR_OUT_WINDING_TEMP_K] = s->winding_k;
  out[TAUT_MOTOR_OUT_HOUSING_TEMP_K] = s->housing_k;
  out[TAUT_MOTOR_OUT_SUPPLY_ENERGY_J] = s->supply_energy_j;
  out[TAUT_MOTOR_OUT_LOSS_ENERGY_J] = taut_pmsm_loss_j(s);
  out[TAUT_MOTOR_OUT_STORED_ENERGY_J] = taut_pmsm_stored_j(s);
  out[TAUT_MOTOR_OUT_CHOPPER_ON] = (double)s->chopper_conducts;
  out[TAUT_MOTOR_OUT_COUNT] = s->shaft_energy_j;
  out[TAUT_MOTOR_OUT_COUNT + 1] = s->brake_energy_j + s->brake_heat_j;
  out[TAUT_MOTOR_OUT_COUNT + 2] = s->brake_k;
  out[TAUT_MOTOR_OUT_COUNT + 3] = (double)s->is_voltage_limited;
}

static void record_cable(double *out, const taut_cable_state *s, const taut_cable_forces *f) {
  out[TAUT_CABLE_OUT_LOAD_CELL_N] = s->cell_n;
  out[TAUT_CABLE_OUT_TENSION_N] = f->tension_n;
  out[TAUT_CABLE_OUT_SPOOL_TENSION_N] = f->spool_tension_n;
  out[TAUT_CABLE_OUT_HANDLE_POSITION_M] = s->position_m;
  out[TAUT_CABLE_OUT_HANDLE_SPEED_M_S] = s->speed_m_s;
  out[TAUT_CABLE_OUT_TAKE_UP_SPEED_M_S] = -f->spool_m_s;
  out[TAUT_CABLE_OUT_IS_SLACK] = f->tension_n == 0.0;
  out[TAUT_CABLE_OUT_IS_BROKEN] = (double)s->is_broken;
  out[TAUT_CABLE_OUT_HAND_ENERGY_J] = s->hand_energy_j;
  out[TAUT_CABLE_OUT_LOSS_ENERGY_J] = s->loss_energy_j;
  out[TAUT_CABLE_OUT_STORED_ENERGY_J] = taut_cable_stored_j(s, f);
}

static double greater(double a, double b) {
  return a > b ? a : b;
}

static void record_user(double *out, const taut_person *s) {
  const taut_person_side *left = &s->side[0], *right = &s->side[1];
  for (int i = 0; i < 2; i++) {
    double *side = out + i * TAUT_USER_OUT_SIDE_COUNT;
    side[TAUT_USER_OUT_SIDE_HAND_FORCE_N] = s->side[i].force_n;
    side[TAUT_USER_OUT_SIDE_HAND_PRESENCE] = s->side[i].presence;
    side[TAUT_USER_OUT_SIDE_IS_HOLDING] = s->side[i].is_holding;
    side[TAUT_USER_OUT_SIDE_CAPACITY_N] = s->side[i].capacity_n;
  }
  out[TAUT_USER_OUT_REPORT] = s->speech.report;
  out[TAUT_USER_OUT_REPORT_SEQ] = s->speech.seq;
  out[TAUT_USER_OUT_REPORT_SEVERITY] = s->speech.severity;
  out[TAUT_USER_OUT_ESTOP_A_CLOSED] = out[TAUT_USER_OUT_ESTOP_B_CLOSED] = 1.0 - s->estop_pressed;
  out[TAUT_USER_OUT_REP] = s->rep;
  out[TAUT_USER_OUT_PHASE] = taut_person_phase(s);
  out[TAUT_USER_OUT_EFFORT] = s->effort;
  out[TAUT_USER_OUT_FATIGUE] = greater(left->muscle.fatigued, right->muscle.fatigued);
  out[TAUT_USER_OUT_IAP_PA] = s->iap_pa;
  out[TAUT_USER_OUT_LEAK_POINT_PA] = s->leak_point_pa;
  out[TAUT_USER_OUT_IS_LEAKING] = s->pelvic.is_leaking;
  out[TAUT_USER_OUT_LEAK_VOLUME_M3] = s->pelvic.volume_m3;
  out[TAUT_USER_OUT_PELVIC_FLOOR] = s->pelvic.activation;
  out[TAUT_USER_OUT_PELVIC_FLOOR_FATIGUE] = s->pelvic.fatigue.fatigued;
  out[TAUT_USER_OUT_CONE_HEIGHT_M] = s->linea.height_m;
  out[TAUT_USER_OUT_IS_CONING] = s->linea.is_coning;
  out[TAUT_USER_OUT_PAIN] = s->pain;
  out[TAUT_USER_OUT_BREATH] = s->breathing.is_held != 0.0       ? TAUT_BREATH_HELD
                              : s->breathing.is_inhaling != 0.0 ? TAUT_BREATH_INHALE
                                                                : TAUT_BREATH_EXHALE;
  out[TAUT_USER_OUT_FORM_FAULT] = s->form_fault;
  out[TAUT_USER_OUT_HAS_GIVEN_UP] = s->has_given_up;
  out[TAUT_USER_OUT_PELVIC_SENSOR] = s->sensor.shown;
  double *own = out + TAUT_USER_OUT_COUNT;
  own[0] = left->hand.reference_m;
  own[1] = right->hand.reference_m;
  own[2] = s->activity;
  own[3] = s->transversus;
  own[4] = greater(left->grip.fatigue.fatigued, right->grip.fatigue.fatigued);
  own[5] = s->pelvic.has_let_go;
  own[6] = s->weeks.strength[taut_to_i64(s->exercise.muscle_group)];
  own[7] = s->weeks.sleep_s;
  own[8] = s->weeks.laxity;
  own[9] = s->weeks.linea_width_m;
  own[10] = s->weeks.pain;
}

static void restart(hand_peak *peak, double value) {
  *peak = (hand_peak){value, value};
}

static void restart_peaks(hand_loop *loop) {
  for (int i = 0; i < loop->n_sides; i++) {
    const hand_side *side = &loop->side[i];
    hand_side_row *row = &loop->row.side[i];
    restart(&row->motor_peaks[0], taut_pmsm_iq_measured(&side->motor));
    restart(&row->motor_peaks[1], side->motor.bus_v);
    restart(&row->motor_peaks[2], side->motor.speed_rad_s);
    restart(&row->motor_peaks[3], side->motor.torque_nm);
    restart(&row->cable_peaks[0], side->forces.tension_n);
    restart(&row->cable_peaks[1], side->cable.speed_m_s);
    restart(&row->cable_peaks[2], -side->forces.spool_m_s);
  }
  for (int i = 0; i < 2; i++) {
    restart(&loop->row.controller_peaks[2 * i], loop->controller_ports.side[i].torque_command_nm);
    restart(&loop->row.controller_peaks[2 * i + 1], loop->controller_ports.side[i].load_command_n);
  }
}

void hand_row_record(hand_loop *loop) {
  hand_row *row = &loop->row;
  row->tick_ns = loop->now_ns;
  for (int i = 0; i < loop->n_sides; i++) {
    record_motor(row->side[i].motor, &loop->side[i].motor);
    record_cable(row->side[i].cable, &loop->side[i].cable, &loop->side[i].forces);
  }
  record_user(row->user, &loop->user);
  memcpy(row->controller, &loop->controller_ports, sizeof row->controller);
  memcpy(row->spotter, &loop->spotter_ports, sizeof row->spotter);
  memcpy(row->session, &loop->session_ports, sizeof row->session);
  row->form_check[TAUT_FORM_CHECK_OUT_ALERT] = loop->form_check.alert;
  row->form_check[TAUT_FORM_CHECK_OUT_ALERT_SEQ] = loop->form_check.alert_seq;
  row->form_check[TAUT_FORM_CHECK_OUT_CONFIDENCE] = loop->form_check.confidence;
  row->form_check[TAUT_FORM_CHECK_OUT_FRAME_SEQ] = loop->form_check.frame_seq;
  size_t size = offsetof(hand_row, side) + (size_t)loop->n_sides * sizeof row->side[0];
  XXH128_hash_t digest = XXH3_128bits(row, size);
  memcpy(row->digest, &digest, sizeof row->digest);
  if (loop->copy != NULL) *loop->copy = *row;
  restart_peaks(loop);
}
