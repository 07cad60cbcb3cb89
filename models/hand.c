#include "models/hand.h"

#include <math.h>
#include <string.h>

#include "taut/math.h"

#define LAG_M 0.04
#define NEED_TAU_S 0.05
#define SPEED_TAU_S 0.03
// A reference that must stop may brake harder than it starts.
#define BRAKE_M_S2 6.0
// What the arm brakes a handle with that flies out by itself.
#define BRAKE_N 30.0
// A felt tension contains the inertia of the rotor behind the cable, about 2.5 kg at the handle.
// Believed faster than twice that mass over the arm's damping, it would set the two swinging.
#define FELT_MASS_KG 5.0
#define FLY_M 0.25
// An overloaded arm yields no faster than this on purpose; beyond it is simply dragged.
#define YIELD_M_S 1.0

static double gain_of(double tau_s, double dt_s) {
  return dt_s / (tau_s + dt_s);
}

void taut_hand_prepare(double stiffness_n_m, double damping_ns_m, double correction_n_m,
                       double delay_s, double filter_s, double dt_s, taut_hand_params *out) {
  *out = (taut_hand_params){
      .stiffness_n_m = stiffness_n_m,
      .damping_ns_m = damping_ns_m,
      .correction_n_m = correction_n_m,
      .lag_m = LAG_M,
      .need_gain = gain_of(NEED_TAU_S, dt_s),
      .speed_gain = gain_of(SPEED_TAU_S, dt_s),
      .felt_gain = gain_of(taut_max(filter_s, FELT_MASS_KG / damping_ns_m), dt_s),
      .n_delay =
          taut_to_i64(taut_clamp(rint(delay_s / TAUT_HAND_GRAIN_S), 1.0, TAUT_HAND_SLOTS - 1.0)),
      .n_grain = taut_to_i64(taut_max(1.0, rint(TAUT_HAND_GRAIN_S / dt_s))),
      .dt_s = dt_s,
  };
}

void taut_hand_grip(taut_hand *hand, double x_m) {
  memset(hand, 0, sizeof *hand);
  hand->reference_m = x_m;
}

static void feel(const taut_hand_params *params, taut_hand *hand, double x_m, double v_m_s,
                 double tension_n) {
  hand->need_n += params->need_gain * (tension_n - hand->need_n);
  hand->speed_m_s += params->speed_gain * (v_m_s - hand->speed_m_s);
  hand->sum_n += tension_n + params->correction_n_m * (hand->reference_m - x_m);
  if (++hand->n_sum >= params->n_grain) {
    hand->felt_before_n[hand->i_slot] = hand->sum_n / (double)hand->n_sum;
    hand->i_slot = (hand->i_slot + 1) % TAUT_HAND_SLOTS;
    hand->sum_n = 0.0;
    hand->n_sum = 0;
  }
  int64_t i = (hand->i_slot + TAUT_HAND_SLOTS - params->n_delay) % TAUT_HAND_SLOTS;
  hand->felt_n += params->felt_gain * (hand->felt_before_n[i] - hand->felt_n);
  if (hand->felt_n < 0.0) hand->felt_n = 0.0;
}

/// Speed the reference should have now.
static double wanted_speed(const taut_hand_params *params, const taut_lift *lift,
                           const taut_hand_goal *goal, const taut_hand *hand, double x_m) {
  double distance_m = goal->target_m - hand->reference_m;
  double sign = distance_m < 0.0 ? -1.0 : 1.0;
  // Speed from which the trolley can still stop at the goal.
  double speed = taut_sqrt(2.0 * goal->accel_m_s2 * sign * distance_m);
  if (speed > goal->speed_m_s) speed = goal->speed_m_s;
  // Wait for a hand that lags by more than half of what is allowed.
  double ahead_m = sign * (hand->reference_m - x_m);
  speed *= taut_clamp(2.0 - 2.0 * ahead_m / params->lag_m, 0.0, 1.0);
  // The muscles give the tension only up to this speed; negative when the load wins.
  double possible = goal->isometric_n > 0.0
                        ? taut_lift_speed(lift, hand->need_n / goal->isometric_n)
                        : -YIELD_M_S;
  double wanted = sign * speed;
  return wanted < possible ? wanted : taut_max(possible, -YIELD_M_S);
}

void taut_hand_step(const taut_hand_params *params, const taut_lift *lift,
                    const taut_hand_goal *goal, taut_hand *hand, double x_m, double v_m_s,
                    double tension_n) {
  feel(params, hand, x_m, v_m_s, tension_n);
  double wanted = wanted_speed(params, lift, goal, hand, x_m);
  double v = hand->reference_speed_m_s;
  double is_slowing = wanted * v < 0.0 || fabs(wanted) < fabs(v);
  double change = (is_slowing != 0.0 ? BRAKE_M_S2 : goal->accel_m_s2) * params->dt_s;
  v += taut_clamp(wanted - v, -change, change);
  // Yielding never runs away from the hand, say when the handle has reached its stop.
  if (v < 0.0 && hand->reference_m + v * params->dt_s < x_m - params->lag_m) v = 0.0;
  hand->reference_speed_m_s = v;
  // A load that wins drags the reference along; a handle that flies out is held back for longer.
  hand->reference_m =
      taut_clamp(hand->reference_m + v * params->dt_s, x_m - FLY_M, x_m + params->lag_m);
}

double taut_hand_capacity(const taut_hand *hand, const taut_lift *lift, double isometric_n) {
  // Shortening is judged by the hand's own speed. Lengthening is judged by the reference: the steep
  // eccentric branch fed by a measured speed would excite the cable.
  double factor = taut_lift_speed_factor(lift, taut_max(hand->speed_m_s, 0.0));
  if (hand->reference_speed_m_s < 0.0)
    factor += taut_lift_speed_factor(lift, hand->reference_speed_m_s) - 1.0;
  return isometric_n * factor;
}

double taut_hand_force(const taut_hand_params *params, const taut_hand *hand, double x_m,
                       double v_m_s) {
  double force_n = hand->felt_n + params->stiffness_n_m * (hand->reference_m - x_m) +
                   params->damping_ns_m * (hand->reference_speed_m_s - v_m_s);
  // A cable transmits no push; but a hand brakes a handle that moves away from the machine by
  // itself.
  return taut_max(force_n, -taut_min(BRAKE_N, params->damping_ns_m * taut_max(v_m_s, 0.0)));
}
