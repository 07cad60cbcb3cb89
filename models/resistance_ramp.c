// The set-point of a side: law of the prescription, spotter's share, derating, ramps.
#include <math.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

// Takes up a changed prescription while armed. Less is always taken; more only within a tenth (at
// least a pound, at most ten) of what was confirmed; beyond that it waits for a new confirmation.
static void take_load(taut_resistance_state *s, taut_resistance_side *side, double asked_n) {
  double load = taut_resistance_whole_load(s, asked_n);
  double room = taut_clamp(0.1 * side->load_armed_n, TAUT_LBF_N, 10.0 * TAUT_LBF_N);
  bool is_any = (s->p.defects & TAUT_RESISTANCE_JUMP_FOLLOWED) != 0;
  if (is_any || load <= side->load_armed_n + room + 0.01) {
    side->load_n = load;
    side->load_refused_n = 0.0;
  } else if (load != side->load_refused_n) {
    side->load_refused_n = load;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_JUMP, load);
  }
}

static double law(taut_resistance_state *s, taut_resistance_side *side) {
  const taut_resistance_input *in = &s->input;
  taut_law_input law_in = {
      .mode = (int)s->kept_mode,
      .load_n = side->load_n,
      .position_m = side->observer.position_m,
      .speed_m_s = side->observer.speed_smooth_m_s,
      .range_min_m = in->range_min_m,
      .range_max_m = in->range_max_m,
      .stiffness_n_m = in->mode_stiffness_n_m,
      .eccentric_gain = in->mode_eccentric_gain,
      .set_speed_m_s = in->mode_speed_m_s,
      .damping_ns_m = in->mode_damping_ns_m,
      .period_s = s->outer_s,
  };
  return taut_law_force(&s->law_params, &law_in, &side->law);
}

// No pull where joints and tissue end: past the top of the range of motion the load fades over the
// second half of a tenth of it. Who trains in general keeps the whole load.
static double fade(const taut_resistance_state *s, const taut_resistance_side *side, double load) {
  const taut_resistance_input *in = &s->input;
  double width = s->p.stretch_share * (in->range_max_m - in->range_min_m);
  double past = side->observer.position_m - in->range_max_m;
  if (in->profile == TAUT_PROFILE_GENERAL || width <= 0.0 || past <= 0.5 * width) return load;
  double left = taut_clamp(2.0 - 2.0 * past / width, 0.0, 1.0);
  return taut_min(load, s->p.stretch_n + left * (load - s->p.stretch_n));
}

static double towards(double from, double to, double up, double down) {
  return from + taut_clamp(to - from, -down, up);
}

// The load cell corrects the torque constant slowly, so that warm magnets do not cost a pound. Only
// in steady motion under load, both directions alike, and never by more than trim_max.
static void trim(taut_resistance_state *s, taut_resistance_side *side,
                 const taut_resistance_side_input *in) {
  bool is_steady = s->safety == TAUT_SAFETY_NORMAL && !s->is_ramping && side->command_n > 30.0 &&
                   side->force_n == side->command_n && fabs(side->observer.speed_smooth_m_s) > 0.05;
  if (!is_steady || s->p.trim_max <= 0.0) return;
  double error = (side->command_n - (in->load_cell_n - side->load_cell_zero_n)) / side->command_n;
  side->trim = taut_clamp(side->trim + s->outer_s / s->p.trim_s * taut_clamp(error, -0.2, 0.2),
                          -s->p.trim_max, s->p.trim_max);
}

// Rate at which a planned unloading takes the force away (eq. 20). A hand answers what it feels a
// fifth of a second later: faster than it lets go, the handle would fly out, the spool behind it,
// and the cable go slack and snatch. So the ramp waits while the handle runs out, but not for ever.
static double unload_rate(const taut_resistance_state *s, const taut_resistance_side *side) {
  const taut_resistance_params *p = &s->p;
  double share = 1.0 - taut_max(0.0, side->observer.speed_smooth_m_s) / p->unload_speed_m_s;
  double least = taut_max(side->load_n, side->law_n) / p->unload_s;
  return taut_min(p->rate_down_n_s, taut_max(least, p->rate_down_n_s * share));
}

// What the spotter leaves on. It speaks for both sides: a share that has reached one of them only
// holds for the other too, or the loads would stay apart.
static double spotter_share(const taut_resistance_state *s) {
  double share = 1.0;
  for (int i = 0; i < 2; i++) {
    if (s->side[i].is_used) share = taut_min(share, s->input.side[i].load_scale);
  }
  return taut_max(share, 0.0);
}

static void ramp_armed(taut_resistance_state *s, taut_resistance_side *side,
                       const taut_resistance_side_input *in) {
  const taut_resistance_params *p = &s->p;
  if (!s->is_unloaded) take_load(s, side, in->load_n);
  side->law_n = law(s, side);
  if (taut_law_is_over(&s->law_params, (int)s->kept_mode, &side->law)) s->is_unloaded = 1;

  // What the cap or the law may be: the spotter's share, the motor's heat, a request to unload.
  bool is_fast = taut_law_is_fast((int)s->kept_mode);
  double least = taut_min(p->idle_n, side->law_n);
  double heat = taut_clamp(
      (p->derate_end_k - in->motor_temp_k) / (p->derate_end_k - p->derate_start_k), 0.0, 1.0);
  double want = is_fast ? side->load_n : side->law_n;
  want = taut_min(want * spotter_share(s), p->load_max_n * heat);
  want = taut_max(fade(s, side, want), least);
  if (s->is_unloaded) want = least;
  if (s->is_disarming) want = 0.0;

  double up = (s->is_ramping ? p->rate_arming_n_s : p->rate_up_n_s) * s->outer_s;
  bool is_going = s->is_unloaded || s->is_disarming;
  double down = (is_going ? unload_rate(s, side) : p->rate_down_n_s) * s->outer_s;
  side->cap_n = towards(side->cap_n, want, up, down);
  if (is_fast) {
    double step = p->rate_law_n_s * s->outer_s;
    side->command_n = taut_min(side->cap_n, towards(side->command_n, side->law_n, step, step));
  } else {
    side->command_n = side->cap_n;
  }
  trim(s, side, in);
}

void taut_resistance_ramp(taut_resistance_state *s, int i_side) {
  taut_resistance_side *side = &s->side[i_side];
  const taut_resistance_side_input *in = &s->input.side[i_side];
  if (!side->has_torque) {
    side->command_n = side->cap_n = side->law_n = 0.0;
  } else if (s->safety > TAUT_SAFETY_ASSIST) {
    side->command_n = side->cap_n = taut_resistance_class_command(s, side, in);
  } else if (s->arm == TAUT_ARM_ARMED) {
    ramp_armed(s, side, in);
  } else {
    // Take-up while the person gets ready.
    side->law_n = s->p.idle_n;
    side->command_n = side->cap_n =
        towards(side->command_n, s->is_disarming ? 0.0 : s->p.idle_n, s->p.rate_up_n_s * s->outer_s,
                s->p.rate_down_n_s * s->outer_s);
  }
}
