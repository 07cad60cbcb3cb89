// Cable, handle and load cell. Numbers in brackets are the equations of
// plugins/cable_spool/README.md.
#include "models/cable.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/pmsm_number.h"
#include "taut/math.h"

static_assert(sizeof(taut_cable_params) == 19 * sizeof(double), "one double per parameter");
static_assert(sizeof(taut_cable_state) == 36 * 8, "no padding");

enum { STREAM_LOAD_CELL = 1 };

// The averaged cable: angle that the handle on its spring turns by in a step [rad], share of the
// handle's speed that pulley friction at rest takes in a step, and the tension up to which it does.
#define AVERAGED_TURN 0.5
#define AVERAGED_FRICTION 1.3
#define AVERAGED_TENSION_N 500.0
// Steps from one sample of its load cell to the next, at least.
#define AVERAGED_CELL_EVERY 5

taut_cable_params taut_cable_params_default(void) {
  return (taut_cable_params){
#define CABLE_DEFAULT(id, name, unit, lo, hi, ini, ...) .name = (ini),
      TAUT_CABLE_PARAMS(CABLE_DEFAULT)
#undef CABLE_DEFAULT
  };
}

static void start(taut_cable_state *s, const taut_cable_params *p, double dt_s) {
  *s = (taut_cable_state){0};
  taut_cable_constants *k = &s->k;
  k->dt_s = dt_s;
  k->half_dt_s = 0.5 * dt_s;
  k->radius_m = p->spool_radius_m;
  k->slope_m_rad = p->spool_growth_m / (2.0 * TAUT_PI);
  k->stiffness_n_m = p->stiffness_n_m;
  k->damping_ns_m = p->damping_ns_m;
  double ratio = 1.0;
  for (int64_t i = taut_to_i64(p->pulleys); i > 0; i--) ratio *= p->pulley_efficiency;
  k->pulley_share = (1.0 - ratio) / (1.0 + ratio);
  k->per_pulley_speed = 0.5 / p->pulley_speed_m_s;
  k->mass_kg = p->handle_mass_kg;
  k->dt_over_mass = dt_s / p->handle_mass_kg;
  k->drag_ns_m = p->handle_drag_ns_m;
  k->length_m = p->length_m;
  k->stop_n_m = p->stop_stiffness_n_m;
  k->stop_ns_m = 2.0 * p->stop_damping_ratio * taut_sqrt(p->stop_stiffness_n_m * p->handle_mass_kg);
  k->strength_n = p->breaking_strength_n;
  k->cell_share = 1.0 - taut_exp(-2.0 * TAUT_PI * p->load_cell_hz * dt_s);
  k->cell_quantum_n = p->load_cell_quantum_n;
  k->cell_per_quantum = p->load_cell_quantum_n > 0.0 ? 1.0 / p->load_cell_quantum_n : 0.0;
  k->cell_noise_n = p->load_cell_noise_n;
  k->cell_bias_n = p->load_cell_bias_n;
  k->cell_scale = p->load_cell_scale;
  const int64_t every = taut_to_i64(p->load_cell_period_s / dt_s + 0.5);
  k->cell_every = every > 1 ? every : 1;
}

const char *taut_cable_init(taut_cable_state *s, const taut_cable_params *p, double dt_s) {
  if (!(dt_s >= 10e-6 && dt_s <= 200e-6)) return "period must be from 10 us to 200 us";
  // the handle on its stiffest spring must stay well inside the stability limit 2 of the step
  const double stop_turn = dt_s * taut_sqrt(p->stop_stiffness_n_m / p->handle_mass_kg);
  const double cable_turn = dt_s * taut_sqrt(p->stiffness_n_m / p->handle_mass_kg);
  if (!(stop_turn <= 0.5)) return "stop_stiffness_n_m is too stiff for handle_mass_kg and period";
  if (!(cable_turn <= 1.0)) return "stiffness_n_m is too stiff for handle_mass_kg and period";
  start(s, p, dt_s);
  return NULL;
}

const char *taut_cable_init_averaged(taut_cable_state *s, const taut_cable_params *p, double dt_s) {
  if (!(dt_s >= 500e-6 && dt_s <= 2e-3)) return "period must be from 500 us to 2 ms";
  taut_cable_params soft = *p;
  // springs that the step resolves, and friction that is no stiffer at rest than it may be
  const double most_n_m = p->handle_mass_kg * (AVERAGED_TURN / dt_s) * (AVERAGED_TURN / dt_s);
  if (soft.stiffness_n_m > most_n_m) soft.stiffness_n_m = most_n_m;
  if (soft.stop_stiffness_n_m > most_n_m) soft.stop_stiffness_n_m = most_n_m;
  double ratio = 1.0;
  for (int64_t i = taut_to_i64(p->pulleys); i > 0; i--) ratio *= p->pulley_efficiency;
  const double share = (1.0 - ratio) / (1.0 + ratio);
  const double least_m_s =
      0.75 * share * AVERAGED_TENSION_N * dt_s / (AVERAGED_FRICTION * p->handle_mass_kg);
  if (soft.pulley_speed_m_s < least_m_s) soft.pulley_speed_m_s = least_m_s;
  start(s, &soft, dt_s);
  if (s->k.cell_every < AVERAGED_CELL_EVERY) s->k.cell_every = AVERAGED_CELL_EVERY;
  return NULL;
}

// How deep the handle is in a stop; positive in the outer one, negative in the inner, 0 between.
static inline double stop_depth(const taut_cable_state *s) {
  if (s->position_m < 0.0) return s->position_m;
  return s->position_m > s->k.length_m ? s->position_m - s->k.length_m : 0.0;
}

// Force of the end stops on the handle (6): spring and damper that push only away from the stop.
static double stop_force(const taut_cable_state *s, double depth_m) {
  const double force_n = -s->k.stop_n_m * depth_m - s->k.stop_ns_m * s->speed_m_s;
  if (depth_m < 0.0) return force_n > 0.0 ? force_n : 0.0;
  return force_n < 0.0 ? force_n : 0.0;
}

// Sum of four whole numbers below 65,536 over its deviation, sqrt(4 (65536^2 - 1)/12): close to
// normal, within 3.46 deviations, and a tenth of the work; there is one for each millisecond.
static double cell_noise(uint64_t seed, int64_t tick_ns) {
  const uint64_t u = taut_random_u64(seed, STREAM_LOAD_CELL, tick_ns, 0);
  const uint64_t sum = (u & 0xffff) + (u >> 16 & 0xffff) + (u >> 32 & 0xffff) + (u >> 48);
  return ((double)sum - 2.0 * 65535.0) * (1.0 / 37837.227);
}

// Load cell (7): filter at every step, sample with noise and quantisation now and then.
void taut_cable_sample(taut_cable_state *s, uint64_t seed, int64_t tick_ns) {
  const taut_cable_constants *k = &s->k;
  double reading_n = k->cell_bias_n + k->cell_scale * s->cell_filtered_n;
  if (k->cell_noise_n > 0.0) {
    reading_n += k->cell_noise_n * cell_noise(seed, tick_ns);
  }
  if (k->cell_quantum_n > 0.0) {
    reading_n = k->cell_quantum_n * taut_round_even(reading_n * k->cell_per_quantum);
  }
  s->cell_n = reading_n;
  s->cell_filtered_n = taut_flush_tiny(s->cell_filtered_n);
  s->speed_m_s = taut_flush_tiny(s->speed_m_s);
  s->position_m = taut_flush_tiny(s->position_m);
  s->cell_count = 0;
}

// Losses of the step that ended at this tick: its forces by the mean of its speeds (8).
static inline void book_losses(taut_cable_state *s, const taut_cable_forces *f, double elastic_n) {
  const taut_cable_constants *k = &s->k;
  const double stretch_m_s = s->speed_m_s - f->spool_m_s;
  const double pulley_m_s = 0.5 * (s->speed_m_s + f->spool_m_s);  // mean over the pulleys
  s->loss_energy_j += k->half_dt_s * s->damper_n * (s->stretch_m_s + stretch_m_s) +
                      k->dt_s * s->pulley_n * (s->pulley_m_s + pulley_m_s);
  const bool is_stretched = (f->stretch_m > 0.0) & (s->is_broken == 0);
  s->damper_n = is_stretched ? elastic_n - k->stiffness_n_m * f->stretch_m : 0.0;
  s->stretch_m_s = stretch_m_s;
  s->pulley_n = 0.5 * (f->tension_n - f->spool_tension_n);
  s->pulley_m_s = pulley_m_s;
}

// Parts the cable, and books the energy it held as lost one step later, when it no longer acts.
static int part(taut_cable_state *s, const taut_cable_forces *f, double elastic_n) {
  if (s->is_broken && !s->break_is_booked) {
    const double stretch_m = f->stretch_m > 0.0 ? f->stretch_m : 0.0;
    s->loss_energy_j += 0.5 * s->k.stiffness_n_m * stretch_m * stretch_m;
    s->break_is_booked = 1;
  }
  if (s->is_broken) return TAUT_CABLE_MOVED;
  s->break_n = elastic_n;
  s->is_broken = 1;
  return TAUT_CABLE_PARTED;
}

int taut_cable_move(taut_cable_state *restrict s, const taut_cable_forces *restrict f,
                    double hand_force_n, double cut, uint64_t seed, int64_t tick_ns) {
  const taut_cable_constants *k = &s->k;
  const double elastic_n = 0.5 * (f->tension_n + f->spool_tension_n);  // (3)
  book_losses(s, f, elastic_n);

  // handle (5): speed first, then position
  const double depth_m = stop_depth(s);
  const double stop_n = depth_m == 0.0 ? 0.0 : stop_force(s, depth_m);
  const double before = s->speed_m_s;
  const double drag_n = -k->drag_ns_m * before;
  s->speed_m_s += k->dt_over_mass * (hand_force_n - f->tension_n + stop_n + drag_n);
  s->position_m += k->dt_s * s->speed_m_s;
  const double step_m = k->half_dt_s * (before + s->speed_m_s);
  s->hand_energy_j += hand_force_n * step_m;
  s->loss_energy_j -= drag_n * step_m;
  if (depth_m != 0.0) s->loss_energy_j -= (stop_n + k->stop_n_m * depth_m) * step_m;

  int result = TAUT_CABLE_MOVED;
  if ((elastic_n > k->strength_n) | (cut >= 0.5) | (s->is_broken != 0))
    result = part(s, f, elastic_n);

  s->cell_filtered_n += k->cell_share * (f->tension_n - s->cell_filtered_n);
  if (++s->cell_count >= k->cell_every) taut_cable_sample(s, seed, tick_ns);
  return fabs(s->speed_m_s) <= 1e9 ? result : TAUT_CABLE_LOST;
}

int taut_cable_update(taut_cable_state *s, const taut_cable_input *u, uint64_t seed,
                      int64_t tick_ns) {
  const taut_cable_forces f = taut_cable_forces_at(s, u->spool_angle_rad, u->spool_speed_rad_s);
  return taut_cable_move(s, &f, u->hand_force_n, u->cut, seed, tick_ns);
}

double taut_cable_stored_j(const taut_cable_state *s, const taut_cable_forces *f) {
  const double stretch_m = (f->stretch_m > 0.0 && !s->is_broken) ? f->stretch_m : 0.0;
  const double depth_m = stop_depth(s);
  return 0.5 * (s->k.stiffness_n_m * stretch_m * stretch_m +
                s->k.mass_kg * s->speed_m_s * s->speed_m_s + s->k.stop_n_m * depth_m * depth_m);
}
