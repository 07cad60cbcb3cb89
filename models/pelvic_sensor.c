#include "models/pelvic_sensor.h"

#include <math.h>

#include "taut/math.h"

void taut_pelvic_sensor_step(const taut_pelvic_sensor_params *params, taut_pelvic_sensor *state,
                             double activation, int64_t now_ns, uint64_t seed, uint32_t stream) {
  if (now_ns < state->next_ns) return;
  state->next_ns = now_ns + taut_to_i64(params->period_s * 1e9);
  int64_t last = (state->n_taken + TAUT_PELVIC_SENSOR_SLOTS - 1) % TAUT_PELVIC_SENSOR_SLOTS;
  int64_t slot = state->n_taken % TAUT_PELVIC_SENSOR_SLOTS;
  int is_lost = taut_random_uniform(seed, stream, now_ns, 0) < params->miss;
  double seen =
      params->gain * activation + params->noise * taut_random_normal(seed, stream, now_ns, 1);
  state->sample[slot] = is_lost ? state->sample[last] : taut_clamp(seen, 0.0, 1.0);
  int64_t late = taut_to_i64(ceil(params->latency_s / params->period_s - 1e-9));
  if (state->n_taken >= late)
    state->shown = state->sample[(state->n_taken - late) % TAUT_PELVIC_SENSOR_SLOTS];
  state->n_taken++;
}
