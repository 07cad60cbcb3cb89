/// A pelvic-floor sensor as it could be worn: samples that are noisy, late, and sometimes lost.
///
///   s_k = clamp(gain a(t_k) + sigma z_k, 0, 1), shown at t_k + latency; a lost sample shows the
///   last
///
/// a is the activation of the pelvic floor. What it shows is knowledge, not truth. All functions
/// are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_PELVIC_SENSOR_H
#define TAUT_MODELS_PELVIC_SENSOR_H

#include <stdint.h>

/// Samples on their way; the latency is at most one less of them.
#define TAUT_PELVIC_SENSOR_SLOTS 32

/// What a machine hears when nobody wears one.
#define TAUT_PELVIC_SENSOR_NONE (-1.0)

typedef struct taut_pelvic_sensor_params {
  double period_s;   ///< between two samples                     [s]
  double latency_s;  ///< of a sample, at most 31 periods         [s]
  double noise;      ///< sigma                                   [1]
  double gain;       ///<                                         [1]
  double miss;       ///< probability that a sample is lost       [1]
} taut_pelvic_sensor_params;

typedef struct taut_pelvic_sensor {
  double shown;     ///< what it says now, 0..1, or TAUT_PELVIC_SENSOR_NONE
  int64_t next_ns;  ///< when the next sample is due
  int64_t n_taken;  ///< samples since the start
  double sample[TAUT_PELVIC_SENSOR_SLOTS];
} taut_pelvic_sensor;

/// Takes a sample of `activation` when one is due at now_ns and shows the one that arrives.
/// `stream` is the caller's stream of randomness.
void taut_pelvic_sensor_step(const taut_pelvic_sensor_params *params, taut_pelvic_sensor *state,
                             double activation, int64_t now_ns, uint64_t seed, uint32_t stream);

#endif
