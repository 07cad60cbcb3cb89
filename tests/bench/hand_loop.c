#include "bench/hand_loop.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/xxh.h"

enum { TICKS_PER_CONTROL = 5, CONTROLS_PER_MS = 4, MS_PER_SESSION = 10 };
enum { TICK_NS = 50000, CONTROL_NS = 250000, MS_NS = 1000000 };

// ------------------------------------------------------------------------------------------
// beginning

static uint64_t seed_of(const char *path, uint64_t seed) {
  return XXH3_64bits_withSeed(path, strlen(path), seed);
}

/// Copies the parameters of an instance to `to`; false when the plan has no such instance.
static bool params_of(const taut_plan *plan, const char *path, void *to, size_t size) {
  int64_t i = taut_plan_find_instance(plan, path);
  if (i < 0) return false;
  memcpy(to, taut_plan_params(plan, (size_t)i), size);
  return true;
}

static bool init_side(hand_side *side, const taut_plan *plan, const char *name, uint64_t seed) {
  char motor_path[32], cable_path[32];
  taut_pmsm_params motor;
  taut_cable_params cable;
  snprintf(motor_path, sizeof motor_path, "%s.motor", name);
  snprintf(cable_path, sizeof cable_path, "%s.cable", name);
  if (!params_of(plan, motor_path, &motor, sizeof motor)) return false;
  if (!params_of(plan, cable_path, &cable, sizeof cable)) return false;
  side->cable_seed = seed_of(cable_path, seed);
  return taut_pmsm_init(&side->motor, &motor, 50e-6) == NULL &&
         taut_cable_init(&side->cable, &cable, 50e-6) == NULL;
}

/// Peaks before the first tick: nothing seen yet.
static void clear_peaks(hand_peak *peaks, int n) {
  for (int i = 0; i < n; i++) peaks[i] = (hand_peak){HUGE_VAL, -HUGE_VAL};
}

bool hand_loop_init(hand_loop *loop, const taut_plan *plan, uint64_t seed) {
  memset(loop, 0, sizeof *loop);
  clear_peaks(loop->row.controller_peaks, HAND_CONTROLLER_PEAKS);
  for (int i = 0; i < 2; i++) {
    clear_peaks(loop->row.side[i].motor_peaks, HAND_MOTOR_PEAKS);
    clear_peaks(loop->row.side[i].cable_peaks, HAND_CABLE_PEAKS);
  }
  if (!init_side(&loop->side[0], plan, "left", seed)) return false;
  loop->n_sides = taut_plan_find_instance(plan, "right.motor") >= 0 ? 2 : 1;
  if (loop->n_sides == 2 && !init_side(&loop->side[1], plan, "right", seed)) return false;

  int64_t i_user = taut_plan_find_instance(plan, "user");
  int64_t i_form_check = taut_plan_find_instance(plan, "form_check");
  if (i_user < 0 || i_form_check < 0) return false;
  loop->user_params =
      (const taut_person_params *)(const void *)taut_plan_params(plan, (size_t)i_user);
  loop->form_check_params =
      (const taut_form_check_params *)(const void *)taut_plan_params(plan, (size_t)i_form_check);
  loop->user_seed = seed_of("user", seed);
  loop->form_check_seed = seed_of("form_check", seed);
  if (taut_person_init(loop->user_params, &loop->user, 1e-3, loop->user_seed) != NULL) return false;

  taut_resistance_params controller = {.defects = 0};
  taut_spotter_params spotter = {.defects = 0};
  taut_session_params session;
  size_t no_defects = sizeof(uint64_t);
  return params_of(plan, "controller", &controller, sizeof controller - no_defects) &&
         params_of(plan, "spotter", &spotter, sizeof spotter - no_defects) &&
         params_of(plan, "session", &session, sizeof session) &&
         taut_resistance_init(&loop->controller, &controller, 250e-6) == NULL &&
         taut_spotter_init(&loop->spotter, &spotter, 1e-3) == NULL &&
         taut_session_init(&loop->session, &session, 10e-3) == NULL;
}

// ------------------------------------------------------------------------------------------- slow
// parts

static void publish_user(hand_loop *loop) {
  const taut_person *user = &loop->user;
  hand_user_ports *ports = &loop->user_ports;
  for (int i = 0; i < 2; i++) {
    ports->hand_force_n[i] = user->side[i].force_n;
    ports->hand_presence[i] = user->side[i].presence;
  }
  ports->report = user->speech.report;
  ports->report_seq = user->speech.seq;
  ports->estop_closed = 1.0 - user->estop_pressed;
  ports->cone_height_m = user->linea.height_m;
  ports->form_fault = user->form_fault;
}

static void step_user(hand_loop *loop) {
  taut_person_input in = {.cue = loop->session_ports.cue, .cue_seq = loop->session_ports.cue_seq};
  for (int i = 0; i < loop->n_sides; i++) {
    in.side[i].position_m = loop->side[i].cable.position_m;
    in.side[i].speed_m_s = loop->side[i].cable.speed_m_s;
    in.side[i].tension_n = loop->side[i].forces.tension_n;
  }
  taut_person_step(loop->user_params, &loop->user, &in, loop->now_ns, loop->user_seed);
}

static void step_form_check(hand_loop *loop) {
  taut_form_check_input in = {loop->user_ports.cone_height_m, loop->user_ports.form_fault};
  taut_form_check_step(loop->form_check_params, &loop->form_check, &in, loop->now_ns,
                       loop->form_check_seed);
}

static void step_spotter(hand_loop *loop) {
  const taut_resistance_output *controller = &loop->controller_ports;
  const taut_session_output *session = &loop->session_ports;
  taut_spotter_input in = {
      .safety_state = controller->safety_state,
      .armed = controller->armed,
      .set_active = session->set_active,
      .profile = session->profile,
      .range_min_m = session->range_min_m,
      .range_max_m = session->range_max_m,
      .target_speed_m_s = session->target_speed_m_s,
      .report = loop->user_ports.report,
      .report_seq = loop->user_ports.report_seq,
      .form_alert = loop->alert,
      .form_alert_seq = loop->alert_seq,
  };
  for (int i = 0; i < 2; i++) {
    in.side[i] = (taut_spotter_side_input){
        controller->side[i].position_m, controller->side[i].speed_m_s,
        controller->side[i].load_command_n, session->load_n[i], loop->user_ports.hand_presence[i]};
  }
  taut_spotter_update(&loop->spotter, &in);
}

static void step_session(hand_loop *loop) {
  const taut_resistance_output *controller = &loop->controller_ports;
  taut_session_input in = {
      .set_load_n = {loop->set_load_n[0], loop->set_load_n[1]},
      .request = loop->request,
      .request_seq = loop->request_seq,
      .safety_state = controller->safety_state,
      .cause = controller->cause,
      .arm_state = controller->arm_state,
      .rep_count = loop->spotter_ports.rep_count,
      .report = loop->user_ports.report,
      .report_seq = loop->user_ports.report_seq,
      .form_alert = loop->alert,
      .form_alert_seq = loop->alert_seq,
  };
  taut_session_update(&loop->session, &in);
}

// -------------------------------------------------------------------------------------------
// controller

static void read_common(hand_loop *loop, taut_resistance_input *in) {
  const taut_session_output *session = &loop->session_ports;
  in->mode = session->mode;
  in->mode_stiffness_n_m = session->mode_stiffness_n_m;
  in->mode_eccentric_gain = session->mode_eccentric_gain;
  in->mode_speed_m_s = session->mode_speed_m_s;
  in->mode_damping_ns_m = session->mode_damping_ns_m;
  in->command = session->command;
  in->command_seq = session->command_seq;
  in->heartbeat_seq = session->heartbeat_seq;
  in->profile = session->profile;
  in->range_min_m = session->range_min_m;
  in->range_max_m = session->range_max_m;
  in->report = loop->user_ports.report;
  in->report_seq = loop->user_ports.report_seq;
  in->form_alert = loop->alert;
  in->form_alert_seq = loop->alert_seq;
  in->spotter_unload = loop->spotter_ports.unload;
  in->estop_a_closed = in->estop_b_closed = loop->user_ports.estop_closed;
  for (int i = 0; i < 2; i++) {
    in->side[i].load_n = session->load_n[i];
    in->side[i].load_scale = loop->spotter_ports.side[i].load_scale;
    in->side[i].hand_presence = loop->user_ports.hand_presence[i];
  }
}

static void step_controller(hand_loop *loop, bool is_outer) {
  taut_resistance_input *in = &loop->controller.input;
  if (is_outer) read_common(loop, in);
  for (int i = 0; i < loop->n_sides; i++) {
    if (!is_outer && !loop->controller.side[i].is_used) continue;
    const taut_pmsm_state *motor = &loop->side[i].motor;
    taut_resistance_side_input *side = &in->side[i];
    side->encoder_angle_rad = motor->encoder_rad;
    side->encoder_valid = 1.0;
    side->iq_a = taut_pmsm_iq_measured(motor);
    side->drive_state = (double)motor->drive_state;
    side->drive_fault = (double)motor->drive_fault;
    side->bus_v = motor->bus_v;
    side->motor_temp_k = motor->sensor_k;
    side->load_cell_n = loop->side[i].cable.cell_n;
  }
  taut_resistance_update(&loop->controller);
}

// -------------------------------------------------------------------------------------------- fast
// loop

static inline void track(hand_peak *peak, double value) {
  peak->least = value < peak->least ? value : peak->least;
  peak->greatest = value > peak->greatest ? value : peak->greatest;
}

static inline void look_at_side(hand_loop *loop, int i) {
  hand_side *side = &loop->side[i];
  hand_side_row *row = &loop->row.side[i];
  side->forces = taut_cable_forces_at(&side->cable, side->motor.angle_rad, side->motor.speed_rad_s);
  track(&row->motor_peaks[0], taut_pmsm_iq_measured(&side->motor));
  track(&row->motor_peaks[1], side->motor.bus_v);
  track(&row->motor_peaks[2], side->motor.speed_rad_s);
  track(&row->motor_peaks[3], side->motor.torque_nm);
  track(&row->cable_peaks[0], side->forces.tension_n);
  track(&row->cable_peaks[1], side->cable.speed_m_s);
  track(&row->cable_peaks[2], -side->forces.spool_m_s);
}

static inline bool move_side(hand_loop *loop, int i) {
  hand_side *side = &loop->side[i];
  const taut_resistance_side_output *command = &loop->controller_ports.side[i];
  const taut_pmsm_input motor = {
      .torque_command_nm = command->torque_command_nm,
      .current_ceiling_a = command->current_ceiling_a,
      .torque_permit = command->torque_permit,
      .brake = command->brake,
      .command_seq = loop->controller_ports.torque_seq,
      .spool_tension_n = side->forces.spool_tension_n,
      .supply_scale = 1.0,
      .chopper_connected = 1.0,
  };
  return taut_pmsm_update(&side->motor, &motor) &&
         taut_cable_move(&side->cable, &side->forces, loop->user_ports.hand_force_n[i], 0.0,
                         side->cable_seed, loop->now_ns);
}

static inline void publish_controller(hand_loop *loop) {
  loop->controller_ports = loop->controller.output;
  for (int i = 0; i < 2; i++) {
    track(&loop->row.controller_peaks[2 * i], loop->controller_ports.side[i].torque_command_nm);
    track(&loop->row.controller_peaks[2 * i + 1], loop->controller_ports.side[i].load_command_n);
  }
}

static void look(hand_loop *loop) {
  for (int i = 0; i < loop->n_sides; i++) look_at_side(loop, i);
}

static bool move(hand_loop *loop) {
  for (int i = 0; i < loop->n_sides; i++)
    if (!move_side(loop, i)) return false;
  loop->now_ns += TICK_NS;
  return true;
}

bool hand_loop_advance(hand_loop *loop, int64_t until_ns) {
  while (loop->now_ns < until_ns) {
    bool is_session_due = loop->now_ns % (MS_PER_SESSION * MS_NS) == 0;
    for (int i_control = 0; i_control < CONTROLS_PER_MS; i_control++) {
      bool is_ms = i_control == 0;
      publish_controller(loop);
      look(loop);
      if (is_ms) {
        publish_user(loop);
        loop->spotter_ports = loop->spotter.output;
        loop->alert = loop->form_check.alert;
        loop->alert_seq = loop->form_check.alert_seq;
        if (is_session_due) loop->session_ports = loop->session.output;
        hand_row_record(loop);
        step_user(loop);
        step_form_check(loop);
        step_spotter(loop);
        if (is_session_due) step_session(loop);
      }
      step_controller(loop, is_ms);
      if (!move(loop)) return false;
      for (int i_tick = 1; i_tick < TICKS_PER_CONTROL; i_tick++) {
        look(loop);
        if (!move(loop)) return false;
      }
    }
  }
  return true;
}
