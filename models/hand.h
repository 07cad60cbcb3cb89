/// One hand on a cable handle: it follows a reference that waits for it, within what the muscles
/// can do.
///
///   F = clamp(F_felt + k (x_ref - x) + b (v_ref - v), -F_brake, F_u)
///
/// F_felt is learned: the tension (plus a share of the position error) that was felt one human
/// delay ago, low-passed. k and b are the arm's own impedance and act at once. A hand pulls; what
/// it would push is not transmitted by a cable. The reference moves towards a goal like a trolley
/// with limited acceleration; it slows down to the speed at which the muscles can still give the
/// tension, waits when the hand lags, and is dragged along when the load wins, so that the spring
/// never winds up.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_HAND_H
#define TAUT_MODELS_HAND_H

#include <stdint.h>

#include "models/lift.h"

#define TAUT_HAND_SLOTS 32
/// Grain of the delay line [s]; the longest delay is 31 grains.
#define TAUT_HAND_GRAIN_S 0.010

typedef struct taut_hand_params {
  double stiffness_n_m;   ///< k, arm about the reference                                  [N/m]
  double damping_ns_m;    ///< b                                                           [N s/m]
  double correction_n_m;  ///< force per metre of position error, felt one delay ago       [N/m]
  double lag_m;           ///< greatest distance between reference and hand                [m]
  double need_gain;       ///< dt/(tau + dt) of the tension the muscles must bear, 50 ms   [1]
  double speed_gain;      ///< same for the shortening speed of the muscles, 30 ms         [1]
  double felt_gain;       ///< same for the learned tension                                [1]
  int64_t n_delay;        ///< human delay in grains                                       [1]
  int64_t n_grain;        ///< steps per grain                                             [1]
  double dt_s;            ///< step                                                        [s]
} taut_hand_params;

typedef struct taut_hand {
  double reference_m;          ///< x_ref [m]
  double reference_speed_m_s;  ///< v_ref [m/s]
  double speed_m_s;            ///< low-passed speed of the handle [m/s]
  double need_n;               ///< low-passed tension [N]
  double felt_n;               ///< F_felt [N]
  double sum_n;                ///< of the present grain [N]
  int64_t n_sum;
  int64_t i_slot;
  double felt_before_n[TAUT_HAND_SLOTS];
} taut_hand;

/// Where the hand shall go.
typedef struct taut_hand_goal {
  double target_m;     ///< [m]
  double speed_m_s;    ///< greatest speed on the way, > 0 [m/s]
  double accel_m_s2;   ///< of the reference [m/s2]
  double isometric_n;  ///< what the muscles could hold still here and now: F_iso RCC (1 - MF) [N]
} taut_hand_goal;

/// Derived figures for a step of dt_s. `delay_s` is human delay, `filter_s` the low-pass after it.
void taut_hand_prepare(double stiffness_n_m, double damping_ns_m, double correction_n_m,
                       double delay_s, double filter_s, double dt_s, taut_hand_params *out);

/// A hand that has just closed around a handle at x_m and feels nothing yet.
void taut_hand_grip(taut_hand *hand, double x_m);

/// Takes in what the hand feels and moves the reference towards the goal by one step.
void taut_hand_step(const taut_hand_params *params, const taut_lift *lift,
                    const taut_hand_goal *goal, taut_hand *hand, double x_m, double v_m_s,
                    double tension_n);

/// Greatest force at the present speed [N]: F_iso RCC (1 - MF) fv.
double taut_hand_capacity(const taut_hand *hand, const taut_lift *lift, double isometric_n);

/// Force the hand would give if the muscles could, before the limit of capacity [N]. Negative only
/// to brake a handle that flies out.
double taut_hand_force(const taut_hand_params *params, const taut_hand *hand, double x_m,
                       double v_m_s);

#endif
