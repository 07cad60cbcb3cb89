/// What a person can pull at the handle in one exercise: force capacity over position and speed.
///
///   F_u(s, v) = F_iso * RCC(s) * fv(v) * (1 - MF)
///   RCC(s) = 1 - depth (1 - u^2)^2 with u = (s - s_stick)/width for |u| < 1, else 1
///   fv(v)  = (1 - V)/(1 + V/curvature)              V = v/vmax >= 0, concentric (Hill 1938 form)
///   fv(v)  = N + (N - 1)(V' - 1)/(37.8 V' + 1)      V' = -v/vmax > 0, eccentric (Geyer et al. 2003
///   form)
///
/// s is the position within the range of motion, 0 at the start and 1 at the end of the concentric
/// phase. F_iso and depth are not parameters. They follow from three figures that are measured in a
/// gym: the one-repetition maximum, the mean concentric speed at it (minimum velocity threshold,
/// MVT), and the share of that speed that is left at the sticking point.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_LIFT_H
#define TAUT_MODELS_LIFT_H

typedef struct taut_lift_params {
  double one_rm_n;           ///< load that can be lifted just once                        [N]
  double mvt_m_s;            ///< mean concentric speed at the one-repetition maximum      [m/s]
  double vmax_m_s;           ///< speed without any load                                   [m/s]
  double curvature;          ///< of the concentric branch; large is a straight line       [1]
  double eccentric_gain;     ///< N, greatest eccentric over isometric force               [1]
  double sticking_position;  ///< s of the weakest point                                   [1]
  double sticking_width;     ///< half-width of the weak region in s                       [1]
  double sticking_ratio;     ///< least over mean speed at the one-repetition maximum      [1]
} taut_lift_params;

typedef struct taut_lift {
  taut_lift_params params;
  double f_iso_n;  ///< isometric force away from the sticking point, unfatigued [N]
  double depth;    ///< loss of force at the sticking point                      [1]
} taut_lift;

/// Finds depth and F_iso so that a load of one_rm_n moves at mvt_m_s in the mean and at
/// sticking_ratio * mvt_m_s at the sticking point. Depth ends at 0.7 when the figures contradict
/// each other. Requires 0 < mvt_m_s < vmax_m_s and 0 < sticking_ratio < 1.
void taut_lift_calibrate(const taut_lift_params *params, taut_lift *out);

/// RCC(s), resistance curve coefficient [1]; s is clamped to [0, 1].
double taut_lift_strength(const taut_lift *lift, double s);

/// fv(v) [1]; v > 0 is concentric.
double taut_lift_speed_factor(const taut_lift *lift, double v_m_s);

/// Inverse of fv: the speed at which the share `f` of the isometric force is all there is [m/s],
/// from vmax for f <= 0 over 0 for f = 1 to -vmax for f >= N.
double taut_lift_speed(const taut_lift *lift, double f);

/// Mean concentric speed of a steady load through the whole range when she gives all she has [m/s];
/// 0 when the load sticks. `share` is the unfatigued share 1 - MF.
double taut_lift_mean_speed(const taut_lift *lift, double load_n, double share);

#endif
