/// Elementary functions and random numbers that give the same bits on every compiler, optimisation
/// level and processor: plain IEEE-754 arithmetic in a fixed order, no libm. Link `taut::math`.
/// Invalid operations give one fixed NaN.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MATH_H
#define TAUT_MATH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TAUT_PI 3.14159265358979323846
/// Standard acceleration of gravity [m/s2], exact by definition (3rd CGPM, 1901).
#define TAUT_G_M_S2 9.80665
/// One pound-force [N], exact: 0.45359237 kg times standard gravity.
#define TAUT_LBF_N 4.4482216152605
/// One centimetre of water [Pa], conventional (4 degC): 98.0665.
#define TAUT_CMH2O_PA 98.0665

/// Trigonometric functions of an angle in radians. Largest error 2 ulp for |x| <= 1e6; beyond 2^30
/// and for infinities the result is NaN, so that a lost argument reduction cannot pass unnoticed.
double taut_sin(double x_rad);
double taut_cos(double x_rad);
double taut_tan(double x_rad);
/// Angle of the point (x, y) in (-pi, pi]; the signs of zero follow IEEE 754 atan2. Largest
/// error 1 ulp.
double taut_atan2(double y, double x);

/// Natural exponential and logarithm; overflow gives inf, log of a negative number NaN. Largest
/// error 0.6 ulp.
double taut_exp(double x);
double taut_log(double x);
/// x to the power y with the special cases of IEEE 754 pow. Largest error 0.6 ulp, 1 ulp where the
/// result is subnormal.
double taut_pow(double x, double y);
/// Hyperbolic tangent. Largest error 0.7 ulp.
double taut_tanh(double x);
/// Correctly rounded square root.
double taut_sqrt(double x);

/// x limited to [lo, hi]; NaN stays NaN. Requires lo <= hi.
static inline double taut_clamp(double x, double lo, double hi) {
  return x < lo ? lo : (x > hi ? hi : x);
}

/// The lesser and the greater; `a` when they are equal, also for 0 and -0, or when either is NaN.
/// fmin and fmax leave the sign of zero to the compiler, so simulation code does not use them.
static inline double taut_min(double a, double b) {
  return b < a ? b : a;
}
static inline double taut_max(double a, double b) {
  return b > a ? b : a;
}

/// Smooth step from 0 at `lo` to 1 at `hi` (cubic, 3t^2 - 2t^3). Requires lo < hi.
static inline double taut_smoothstep(double x, double lo, double hi) {
  double t = taut_clamp((x - lo) / (hi - lo), 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

/// Nearest integer towards zero, saturating; NaN gives 0.
int64_t taut_to_i64(double x);

/// Random bits as a pure function of their address: nothing to store, nothing to race.
/// Counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
/// easy as 1, 2, 3", SC 2011). `seed` is the key; `stream` separates uses within an instance,
/// `draw` within a tick.
uint64_t taut_random_u64(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw);
/// Uniform in [0, 1) with 53 bits.
double taut_random_uniform(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw);
/// Standard normal (Box and Muller 1958); uses draws 2*draw and 2*draw + 1.
double taut_random_normal(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw);

#ifdef __cplusplus
}
#endif
#endif
