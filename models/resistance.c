#include "models/resistance.h"

#include <assert.h>
#include <math.h>

#include "models/pmsm_number.h"
#include "taut/math.h"
#include "taut/roles.h"

// The structs are copied byte for byte and hashed: no padding anywhere.
#define WORDS(type, n) static_assert(sizeof(type) == (n)*8, "no padding in " #type)
WORDS(taut_observer, 7);
WORDS(taut_observer_gains, 8);
WORDS(taut_law_params, 16);
WORDS(taut_law_state, 5);
WORDS(taut_resistance_input, 22 + 18);
WORDS(taut_resistance_output, 16 + 8);
WORDS(taut_resistance_side, 7 + 6 + 5 + 23 + 16);
WORDS(taut_resistance_params, 66);
WORDS(taut_resistance_state, 66 + 16 + 8 + 40 + 24 + 2 * 57 + 4 + 3 + 8 + 4 + 10 + 4 + 1 + 8);

// From this period on every call is an outer one as well.
#define OUTER_S 0.8e-3

static const double landing_per_s = 3.0, landing_m_s = 0.03;

taut_resistance_params taut_resistance_params_default(void) {
  return (taut_resistance_params){
#define TAUT_RESISTANCE_DEFAULT(id, name, unit, lo, hi, def, help) .name = (def),
      TAUT_RESISTANCE_PARAMS(TAUT_RESISTANCE_DEFAULT)
#undef TAUT_RESISTANCE_DEFAULT
  };
}

static const char *check(const taut_resistance_params *p) {
  if (p->derate_end_k <= p->derate_start_k) return "derate_end_k must be above derate_start_k";
  if (p->bus_high_v <= p->bus_nominal_v) return "bus_high_v must be above bus_nominal_v";
  if (p->speed_free_m_s > p->speed_limit_m_s) {
    return "speed_free_m_s must not be above speed_limit_m_s";
  }
  if (p->release_confirm_s < p->release_doubt_s) {
    return "release_confirm_s must not be below release_doubt_s";
  }
  return NULL;
}

const char *taut_resistance_init(taut_resistance_state *s, const taut_resistance_params *p,
                                 double period_s) {
  const char *fault = check(p);
  if (fault) return fault;
  *s = (taut_resistance_state){.p = *p,
                               .period_s = period_s,
                               .outer_s = period_s < OUTER_S ? 4.0 * period_s : period_s,
                               .tick_ns = -1,
                               .late_calls = {-1000, -1000}};
  double mass = p->inertia_kg_m2 / (p->spool_radius_m * p->spool_radius_m);
  s->gains = taut_observer_gains_make(period_s, mass, p->observer_hz, p->smooth_hz, 30.0);
  s->force_per_a = p->kt_nm_a / p->spool_radius_m;
  s->iq_share = 1.0 - taut_exp(-period_s / 0.0005);
  s->law_params = (taut_law_params){
      .force_max_n = p->load_max_n,
      .idle_n = p->idle_n,
      // The force follows position at stiffness times speed: kept within the rate down at the
      // greatest speed in that direction, so that the set-point never lags above the law.
      .stiffness_max_n_m =
          p->rate_down_n_s / taut_max(p->speed_limit_m_s, p->speed_limit_general_m_s),
      .inverse_stiffness_n_m = p->rate_down_n_s / p->extension_limit_m_s,
      .inverse_floor = p->inverse_floor,
      .eccentric_v1_m_s = 0.03,
      .eccentric_v2_m_s = 0.10,
      .eccentric_hysteresis_m_s = 0.02,
      .isokinetic_gain_ns_m = p->isokinetic_gain_ns_m,
      .isometric_gain_n_m = p->isometric_gain_n_m,
      .isometric_damping_ns_m = 0.25 * taut_sqrt(p->isometric_gain_n_m * mass),
      .isometric_time_s = p->isometric_time_s,
      .burnout_drop = p->burnout_drop,
      .burnout_floor = 0.3,
      .burnout_speed_m_s = 0.02,
      .burnout_time_s = 1.0,
  };
  // Roles begin with nothing reported and both E-stop contacts closed.
  s->input.estop_a_closed = s->input.estop_b_closed = 1.0;
  s->input.range_min_m = 0.1;
  s->input.range_max_m = 1.0;
  s->input.mode_speed_m_s = 0.5;
  for (int i = 0; i < 2; i++) {
    s->input.side[i].encoder_valid = s->input.side[i].load_scale = 1.0;
    s->input.side[i].motor_temp_k = 293.15;
  }
  return NULL;
}

static double measured_position(const taut_resistance_state *s, int i_side) {
  return s->p.spool_radius_m *
         (s->input.side[i_side].encoder_angle_rad - s->side[i_side].angle_zero_rad);
}

// Force of motor and friction on the rim, from the measured current.
static double motor_force(const taut_resistance_state *s, const taut_resistance_side *side,
                          double iq_a) {
  double speed = side->observer.speed_smooth_m_s, radius = s->p.spool_radius_m;
  double direction = taut_clamp(speed / s->p.friction_blend_m_s, -1.0, 1.0);
  return s->force_per_a * iq_a +
         (s->p.friction_nm * direction + s->p.viscous_nm_s * speed / radius) / radius;
}

// One side in the fast loop.
static void step_fast(taut_resistance_state *s, int i_side) {
  taut_resistance_side *side = &s->side[i_side];
  const taut_resistance_side_input *in = &s->input.side[i_side];
  taut_resistance_side_output *out = &s->output.side[i_side];
  double measured = measured_position(s, i_side);
  side->motor_n = motor_force(s, side, in->iq_a);
  taut_observer_step(&side->observer, &s->gains, measured, side->motor_n);
  taut_resistance_watch_fast(s, side, in, measured);
  taut_resistance_force(s, side, in, out);
}

// A side without a load: position and a plain filtered difference, at the outer rate.
static void step_unused(taut_resistance_state *s, int i_side) {
  taut_resistance_side *side = &s->side[i_side];
  double x = measured_position(s, i_side);
  double speed = (x - side->observer.position_m) / s->outer_s;
  side->observer.position_m = side->encoder_last_m = x;
  double smooth = side->observer.speed_smooth_m_s;
  side->observer.speed_smooth_m_s = taut_flush_tiny(smooth + 0.3 * (speed - smooth));
}

// Which sides are used is open until arming begins.
static void choose_sides(taut_resistance_state *s) {
  for (int i = 0; i < 2; i++) {
    taut_resistance_side *side = &s->side[i];
    const taut_resistance_side_input *in = &s->input.side[i];
    if (s->arm == TAUT_ARM_DISARMED) {
      int64_t is_used = in->load_n >= 0.5 * TAUT_LBF_N;
      if (is_used && !side->is_used) {
        taut_observer_reset(&side->observer, measured_position(s, i), 0);
        // What moved before the torque went off says nothing about the encoder now.
        side->encoder_speed_m_s = side->frozen_s = 0.0;
      }
      side->is_used = is_used;
      // With nobody at the handle and the cable home, the load cell reads its own offset; once the
      // drive has pulled, also what friction holds in the cable, which is never negative.
      bool is_rest = in->hand_presence < 0.5 && side->observer.position_m < 0.02;
      if (is_rest && s->brake_s <= 0.0) {
        side->load_cell_rest_n += 0.01 * (in->load_cell_n - side->load_cell_rest_n);
        bool is_lower = side->load_cell_rest_n < side->load_cell_zero_n;
        if (is_lower || !side->has_pulled) side->load_cell_zero_n = side->load_cell_rest_n;
        side->load_cell_slow_n = 0.0;
      }
    }
    if (!side->is_used) step_unused(s, i);
  }
}

// Retraction limit: of the profile while a hand trains, else slow.
static void choose_speed_limit(taut_resistance_state *s, int i_side) {
  taut_resistance_side *side = &s->side[i_side];
  bool is_hand = s->input.side[i_side].hand_presence >= 0.5;
  // One handle was let go: the other one may be free as well, and shows it less under a light load.
  bool is_over = s->safety == TAUT_SAFETY_RELEASED || s->arm != TAUT_ARM_ARMED;
  bool is_free = !is_hand || side->is_doubted || side->is_released || is_over;
  // The known-bad debounce believes in the hand until it has lost the tension for long enough.
  if (s->p.defects & TAUT_RESISTANCE_RELEASE_DEBOUNCE) {
    is_free = side->is_released || s->arm != TAUT_ARM_ARMED;
  }
  bool is_general = s->input.profile == TAUT_PROFILE_GENERAL;
  double limit = is_general ? s->p.speed_limit_general_m_s : s->p.speed_limit_m_s;
  side->speed_limit_m_s = is_free ? s->p.speed_free_m_s : limit;
  if (!is_free || s->p.defects & TAUT_RESISTANCE_NO_RETRACTION_LIMIT) return;
  // An empty handle comes home softly: the rotor behind it would snatch the cable at its stop.
  double home =
      taut_clamp(landing_per_s * side->observer.position_m, landing_m_s, s->p.speed_free_m_s);
  side->speed_limit_m_s = home;
}

static void write_common(taut_resistance_state *s) {
  taut_resistance_output *out = &s->output;
  out->safety_state = (double)s->safety;
  out->cause = (double)s->cause;
  out->arm_state = (double)s->arm;
  out->armed = s->arm == TAUT_ARM_ARMED;
  out->report_ack_seq = s->report_seq;
  out->form_ack_seq = s->form_seq;
  out->command_ack_seq = s->command_seq;
}

static void write_side(taut_resistance_state *s, int i_side) {
  const taut_resistance_side *side = &s->side[i_side];
  taut_resistance_side_output *out = &s->output.side[i_side];
  bool is_hand = s->input.side[i_side].hand_presence >= 0.5;
  out->torque_permit = (double)side->has_torque;
  out->brake = !side->has_torque && s->brake_s > 0.0 && side->is_used;
  out->load_command_n = taut_clamp(side->command_n, 0.0, 1000.0);
  out->position_m = taut_clamp(side->observer.position_m, -1.0, 10.0);
  out->speed_m_s = taut_clamp(side->observer.speed_smooth_m_s, -50.0, 50.0);
  out->hand_held = is_hand && !side->is_doubted && !side->is_released;
}

static void step_outer(taut_resistance_state *s) {
  if (!s->has_started) {
    s->has_started = 1;
    for (int i = 0; i < 2; i++) {
      s->side[i].angle_zero_rad = s->input.side[i].encoder_angle_rad;
      s->side[i].load_cell_zero_n = s->side[i].load_cell_rest_n = s->input.side[i].load_cell_n;
    }
  }
  choose_sides(s);
  taut_resistance_watch(s);
  taut_resistance_arming_step(s);
  taut_resistance_safety_step(s);
  s->n_bad = s->is_late = 0;
}

bool taut_resistance_skip(taut_resistance_state *s, int64_t n_calls, int64_t duration_ns) {
  bool is_steady = s->safety <= TAUT_SAFETY_ASSIST || s->safety == TAUT_SAFETY_LATCHED;
  if (s->arm != TAUT_ARM_DISARMED || !is_steady || s->brake_s > 0.0) return false;
  // Calls and their times go on, or the first one behind the gap would count as late.
  s->calls += n_calls;
  s->output.torque_seq += (double)n_calls;
  if (s->tick_ns >= 0) s->tick_ns += duration_ns;
  s->class_s += (double)duration_ns * 1e-9;
  return true;
}

void taut_resistance_update(taut_resistance_state *s) {
  s->event_bits = 0;
  bool is_outer = taut_resistance_wants_all(s);
  if (is_outer) step_outer(s);
  for (int i = 0; i < 2; i++) {
    if (!s->side[i].is_used) continue;
    if (is_outer) {
      choose_speed_limit(s, i);
      taut_resistance_ramp(s, i);
    }
    step_fast(s, i);
  }
  for (int i = 0; i < 2; i++) {
    if (s->side[i].is_used || is_outer) write_side(s, i);
    // Also when the second side has just tripped both, after the first one's torque was worked out.
    if (!s->side[i].is_used || !s->side[i].has_torque) {
      s->output.side[i].torque_command_nm = s->output.side[i].current_ceiling_a = 0.0;
    }
  }
  write_common(s);
  s->output.torque_seq += 1.0;
  s->calls += 1;
}
