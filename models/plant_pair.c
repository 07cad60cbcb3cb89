// The two sides of a machine in the two lanes of a vector. Every line is a line of pmsm.c or
// cable.c, in the same order of operations: tests/unit/test_plant_pair.c compares all bits.
#include "models/plant_pair.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "models/pmsm_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

typedef double lanes __attribute__((vector_size(16)));
typedef int64_t masks __attribute__((vector_size(16)));

static inline lanes both(double x) {
  return (lanes){x, x};
}

// Whether a > b. Left to the compiler, gcc takes some of these apart and compares lane by lane.
static inline masks above(lanes a, lanes b) {
#if defined(__SSE2__)
  return (masks)__builtin_ia32_cmpltpd(b, a);
#else
  return a > b;
#endif
}

static inline lanes pick(masks which, lanes a, lanes b) {
  return (lanes)((which & (masks)a) | (~which & (masks)b));
}

static inline lanes keep(masks which, lanes a) {
  return (lanes)(which & (masks)a);
}

// b < a ? b : a and its counterpart, as taut_min and taut_max: the second when equal or no number.
static inline lanes lesser(lanes a, lanes b) {
#if defined(__SSE2__)
  return __builtin_ia32_minpd(a, b);
#else
  return pick(a < b, a, b);
#endif
}

static inline lanes greater(lanes a, lanes b) {
#if defined(__SSE2__)
  return __builtin_ia32_maxpd(a, b);
#else
  return pick(a > b, a, b);
#endif
}

static inline bool any(masks which) {
#if defined(__SSE2__)
  return __builtin_ia32_movmskpd((lanes)which) != 0;
#else
  return (which[0] | which[1]) != 0;
#endif
}

static inline lanes magnitude(lanes x) {
  return (lanes)((masks)x & (masks){INT64_MAX, INT64_MAX});
}

// Between lo and hi; lo <= hi, and x where it equals one of them.
static inline lanes clamp(lanes x, lanes lo, lanes hi) {
  return lesser(hi, greater(lo, x));
}

// clang-format off
// What never changes in a run: constants of motors and of cables.
#define MOTOR_CONSTANTS(X)                                                                        \
  X(dt_s) X(half_dt_s) X(pole_pairs) X(gain_d) X(gain_q) X(lq_h) X(ld_h) X(flux_nominal_wb)       \
  X(vmax_per_v) X(integral_d) X(integral_q) X(beta_d) X(beta_q) X(lq_over_ld) X(ld_over_lq)       \
  X(torque_gain) X(saliency_h) X(radius_m) X(slope_m_rad) X(cogging_nm) X(cogging_per_rad)        \
  X(viscous_keep) X(viscous_step) X(coulomb_step_rad_s) X(inertia_over_dt) X(supply_siemens)      \
  X(half_dt_over_c) X(chopper_on_v) X(chopper_off_v) X(standby_j) X(brake_siemens) X(two_over_c)  \
  X(trip2_a2) X(over_v) X(under_v) X(loss_braking_v)
#define CABLE_CONSTANTS(X)                                                                        \
  X(stiffness_n_m) X(damping_ns_m) X(pulley_share) X(per_pulley_speed) X(dt_over_mass)            \
  X(drag_ns_m) X(length_m) X(stop_n_m) X(stop_ns_m) X(strength_n) X(cell_share)
// What follows temperatures.
#define WARM_FIELDS(X) X(determinant) X(flux_wb) X(one_alpha_d) X(one_alpha_q)
// What moves; of the cable with the name it has here.
#define MOTOR_FIELDS(X)                                                                           \
  X(angle_rad) X(speed_rad_s) X(id_a) X(iq_a) X(torque_nm) X(sum_d_v) X(sum_q_v) X(bus_j)         \
  X(bus_v) X(copper_j) X(friction_j) X(brake_heat_j) X(supply_energy_j) X(shaft_energy_j)         \
  X(cogging_energy_j)
#define CABLE_FIELDS(X)                                                                           \
  X(position_m, position_m) X(speed_m_s, handle_m_s) X(cell_filtered_n, cell_filtered_n)          \
  X(damper_n, damper_n) X(stretch_m_s, stretch_m_s) X(pulley_n, pulley_n)                         \
  X(pulley_m_s, pulley_m_s) X(hand_energy_j, hand_energy_j) X(loss_energy_j, cable_loss_j)
// clang-format on
#define LANES_OF(field) lanes field;
#define LANES_HERE(there, here) lanes here;

// Numbers in both lanes: as literals they would be loaded and spread anew at each use.
// clang-format off
#define NUMBERS(X)                                                                                \
  X(one, 1.0) X(half, 0.5) X(one_and_half, 1.5) X(two, 2.0) X(sixteen, 16.0)                      \
  X(round_shift, 6755399441055744.0) X(wave_0, 0.785396508168) X(wave_1, 0.196365555358)          \
  X(wave_2, 0.017381179583) X(wave_3, 0.000856704372696)
// clang-format on
#define LANES_OF_NUMBER(field, value) lanes field;

// What is held over the steps.
typedef struct held {
  NUMBERS(LANES_OF_NUMBER)
  MOTOR_CONSTANTS(LANES_OF)
  CABLE_CONSTANTS(LANES_OF)
  lanes cable_radius_m, cable_slope_m_rad;
  masks is_set;
  // anew at each call: inputs, and what follows temperatures
  WARM_FIELDS(LANES_OF)
  masks is_driving, is_brake_wired;
  lanes iq_command_a, hand_force_n, supply_v, joule_per_a2;
} held;
static_assert(sizeof(held) <= sizeof(taut_plant_lanes), "the constants have room");

typedef struct moving {
  MOTOR_FIELDS(LANES_OF)
  CABLE_FIELDS(LANES_HERE)
  lanes silence_s;
  masks chopper_command, chopper_conducts, is_alarmed;
  lanes least[TAUT_PLANT_PEAK_COUNT], greatest[TAUT_PLANT_PEAK_COUNT];
} moving;

// Whether the next step of this side is one that needs no attention, whatever comes of it.
static bool is_ordinary(const taut_plant_side *side, int64_t n_steps) {
  const taut_pmsm_state *s = side->motor;
  const taut_pmsm_input *u = &side->input;
  const taut_cable_state *c = side->cable;
  const bool permit = u->torque_permit >= 0.5;
  const double silence_s = s->silence_s + (double)(n_steps + 1) * s->k.dt_s;
  return !taut_pmsm_needs_attention(s, u) &&
         s->bridge == (permit ? TAUT_PMSM_DRIVE : TAUT_PMSM_OPEN) &&
         !(permit && silence_s > s->k.watchdog_s) && s->k.ideal == 0.0 && s->bus_v > 1.0 &&
         s->encoder_error_rad == 0.0 && u->encoder_slip_rad == 0.0 && u->encoder_stuck < 0.5 &&
         side->cut < 0.5 && c->is_broken == 0 && s->k.dt_s == c->k.dt_s &&
         fabs(side->hand_force_n) < 1e6 && fabs(u->supply_scale) < 1e3 &&
         fabs(s->speed_rad_s) < 1e6 && fabs(c->speed_m_s) < 1e6;
}

// Current command (3) of pmsm_parts.h, without feeding the watchdog.
static double command_of(const taut_plant_side *side, double *limit_a) {
  const taut_pmsm_state *s = side->motor;
  const taut_pmsm_input *u = &side->input;
  const double ceiling_a = u->current_ceiling_a > 0.0 ? u->current_ceiling_a : 0.0;
  *limit_a = ceiling_a < s->thermal_limit_a ? ceiling_a : s->thermal_limit_a;
  return taut_clamp(u->torque_command_nm * s->k.current_per_torque, -*limit_a, *limit_a);
}

static bool is_fresh(const taut_plant_side *side) {
  const double seq = side->input.command_seq, last = side->motor->last_command_seq;
  return (seq < last) | (seq > last);
}

static inline masks mask_of(bool a, bool b) {
  return (masks){-(int64_t)a, -(int64_t)b};
}

static void hold_constants(held *h, const taut_plant_side *a, const taut_plant_side *b) {
  const taut_pmsm_constants *m = &a->motor->k, *n = &b->motor->k;
  const taut_cable_constants *c = &a->cable->k, *d = &b->cable->k;
#define HOLD(field) h->field = (lanes){m->field, n->field};
  MOTOR_CONSTANTS(HOLD)
#undef HOLD
#define HOLD(field) h->field = (lanes){c->field, d->field};
  CABLE_CONSTANTS(HOLD)
#undef HOLD
#define HOLD(field, value) h->field = both(value);
  NUMBERS(HOLD)
#undef HOLD
  h->cable_radius_m = (lanes){c->radius_m, d->radius_m};
  h->cable_slope_m_rad = (lanes){c->slope_m_rad, d->slope_m_rad};
  h->is_set = mask_of(true, true);
}

static inline void hold(held *h, const taut_plant_side *a, const taut_plant_side *b) {
  const taut_pmsm_state *m = a->motor, *n = b->motor;
  double limit_a;
  if (!h->is_set[0]) hold_constants(h, a, b);
#define HOLD(field) h->field = (lanes){m->field, n->field};
  WARM_FIELDS(HOLD)
#undef HOLD
  h->is_driving = mask_of(m->bridge == TAUT_PMSM_DRIVE, n->bridge == TAUT_PMSM_DRIVE);
  h->is_brake_wired = mask_of(a->input.chopper_connected >= 0.5, b->input.chopper_connected >= 0.5);
  h->iq_command_a = (lanes){command_of(a, &limit_a), command_of(b, &limit_a)};
  h->hand_force_n = (lanes){a->hand_force_n, b->hand_force_n};
  h->supply_v =
      (lanes){m->k.supply_v * a->input.supply_scale, n->k.supply_v * b->input.supply_scale};
  h->joule_per_a2 =
      (lanes){m->k.joule_per_ohm_a2 * m->resistance_ohm, n->k.joule_per_ohm_a2 * n->resistance_ohm};
}

static inline void take(moving *v, const taut_plant_side *a, const taut_plant_side *b) {
  const taut_pmsm_state *m = a->motor, *n = b->motor;
  const taut_cable_state *c = a->cable, *d = b->cable;
#define TAKE(field) v->field = (lanes){m->field, n->field};
  MOTOR_FIELDS(TAKE)
#undef TAKE
#define TAKE(field, lane) v->lane = (lanes){c->field, d->field};
  CABLE_FIELDS(TAKE)
#undef TAKE
  // The first step brings a fresh command's silence to exactly 0.
  v->silence_s =
      (lanes){is_fresh(a) ? -m->k.dt_s : m->silence_s, is_fresh(b) ? -n->k.dt_s : n->silence_s};
  v->chopper_command = mask_of(m->chopper_command != 0, n->chopper_command != 0);
  v->chopper_conducts = mask_of(m->chopper_conducts != 0, n->chopper_conducts != 0);
  v->is_alarmed = (masks){0, 0};
  for (int i = 0; i < TAUT_PLANT_PEAK_COUNT; i++) {
    v->least[i] = both((double)INFINITY);
    v->greatest[i] = both(-(double)INFINITY);
  }
}

static inline void give(const moving *v, const taut_plant_side *side, int i, int64_t n_steps) {
  taut_pmsm_state *m = side->motor;
  taut_cable_state *c = side->cable;
#define GIVE(field) m->field = v->field[i];
  MOTOR_FIELDS(GIVE)
#undef GIVE
#define GIVE(field, lane) c->field = v->lane[i];
  CABLE_FIELDS(GIVE)
#undef GIVE
  (void)command_of(side, &m->limit_a);
  m->silence_s = v->silence_s[i];
  m->last_command_seq = is_fresh(side) ? side->input.command_seq : m->last_command_seq;
  m->chopper_command = v->chopper_command[i] != 0;
  m->chopper_conducts = v->chopper_conducts[i] != 0;
  m->is_alarmed = v->is_alarmed[i] != 0;
  m->is_voltage_limited = 0;
  m->heat_count += n_steps;
  c->cell_count += n_steps;
  taut_pmsm_read_encoder(m, &side->input);
  for (int k = 0; k < TAUT_PLANT_PEAK_COUNT; k++) {
    double *least = side->least[k], *greatest = side->greatest[k];
    *least = taut_min(*least, v->least[k][i]);
    *greatest = taut_max(*greatest, v->greatest[k][i]);
  }
}

static inline void follow(moving *v, int i, lanes now) {
  v->least[i] = lesser(now, v->least[i]);
  v->greatest[i] = greater(now, v->greatest[i]);
}

// sin(2 pi turns) of pmsm.c.
static inline lanes wave(const held *h, lanes turns) {
  const lanes f = turns - ((turns + h->round_shift) - h->round_shift);
  const lanes x = (h->sixteen * f) * (h->half - magnitude(f));
  const lanes q = magnitude(x);
  return x * ((h->wave_0 + h->wave_1 * q) + (q * q) * (h->wave_2 + h->wave_3 * q));
}

// Handle, losses and load cell of a step: taut_cable_move.
static inline void move_cable(const held *h, moving *v, lanes tension_n, lanes spool_tension_n,
                              lanes stretch_m, lanes spool_m_s) {
  const lanes zero = both(0.0);
  const lanes elastic_n = h->half * (tension_n + spool_tension_n);
  const lanes stretch_m_s = v->handle_m_s - spool_m_s;
  const lanes pulley_m_s = h->half * (v->handle_m_s + spool_m_s);
  v->cable_loss_j += h->half_dt_s * v->damper_n * (v->stretch_m_s + stretch_m_s) +
                     h->dt_s * v->pulley_n * (v->pulley_m_s + pulley_m_s);
  v->damper_n = keep(above(stretch_m, zero), elastic_n - h->stiffness_n_m * stretch_m);
  v->stretch_m_s = stretch_m_s;
  v->pulley_n = h->half * (tension_n - spool_tension_n);
  v->pulley_m_s = pulley_m_s;

  const masks is_inside = v->position_m<zero, is_outside = v->position_m> h->length_m;
  const lanes depth_m =
      keep(is_inside, v->position_m) + keep(is_outside, v->position_m - h->length_m);
  const lanes push_n = -h->stop_n_m * depth_m - h->stop_ns_m * v->handle_m_s;
  const lanes stop_n = keep(is_inside & above(push_n, zero), push_n) +
                       keep(is_outside & above(zero, push_n), push_n);
  const lanes before = v->handle_m_s, drag_n = -h->drag_ns_m * before;
  v->handle_m_s += h->dt_over_mass * (h->hand_force_n - tension_n + stop_n + drag_n);
  v->position_m += h->dt_s * v->handle_m_s;
  const lanes step_m = h->half_dt_s * (before + v->handle_m_s);
  v->hand_energy_j += h->hand_force_n * step_m;
  v->cable_loss_j -= drag_n * step_m;
  v->cable_loss_j -= keep(is_inside | is_outside, (stop_n + h->stop_n_m * depth_m) * step_m);
  v->cell_filtered_n += h->cell_share * (tension_n - v->cell_filtered_n);
}

// Rotor and bus of a step, from the mean currents: advance_rotor and advance_bus.
static inline void move_rotor(const held *h, moving *v, lanes spool_tension_n) {
  const lanes before = v->speed_rad_s;
  const lanes shaft_nm = (h->radius_m - h->slope_m_rad * v->angle_rad) * spool_tension_n;
  const lanes cogging_nm = h->cogging_nm * wave(h, h->cogging_per_rad * v->angle_rad);
  const lanes sum_nm = shaft_nm - cogging_nm - v->torque_nm;
  const lanes free = before * h->viscous_keep + h->viscous_step * sum_nm;
  const lanes after = free - clamp(free, -h->coulomb_step_rad_s, h->coulomb_step_rad_s);
  v->speed_rad_s = after;
  v->angle_rad += h->dt_s * after;
  const lanes step_rad = h->half_dt_s * (before + after);
  v->shaft_energy_j += shaft_nm * step_rad;
  v->cogging_energy_j += cogging_nm * step_rad;
  v->friction_j += (sum_nm - h->inertia_over_dt * (after - before)) * step_rad;
}

static inline void move_bus(const held *h, moving *v, lanes power_w) {
  const lanes zero = both(0.0), volts = v->bus_v;
  const lanes lack_v = h->supply_v - volts;
  const lanes supply_a = keep(above(lack_v, zero), lack_v * h->supply_siemens);
  const lanes supply_j = h->dt_s * supply_a * (volts + supply_a * h->half_dt_over_c);
  v->chopper_command |= above(volts, h->chopper_on_v);
  v->chopper_command &= ~above(h->chopper_off_v, volts);
  v->chopper_conducts = v->chopper_command & h->is_brake_wired;
  v->bus_j += supply_j - h->standby_j - h->dt_s * power_w;
  const lanes brake_j = keep(v->chopper_conducts, h->dt_s * volts * volts * h->brake_siemens);
  v->brake_heat_j += brake_j;
  v->bus_j -= brake_j;
  v->supply_energy_j += supply_j;
  v->bus_v = h->half * (volts + v->bus_j * h->two_over_c / volts);
}

// One step of both sides. False, and nothing but peaks has changed, when it is not ordinary; they
// are what the models' outputs will show.
static inline bool step(const held *h, moving *v) {
  const lanes zero = both(0.0);
  // tension: taut_cable_forces_at
  const lanes spool_m_s =
      (h->cable_radius_m - h->cable_slope_m_rad * v->angle_rad) * v->speed_rad_s;
  const lanes length_m =
      (h->cable_radius_m - h->half * h->cable_slope_m_rad * v->angle_rad) * v->angle_rad;
  const lanes stretch_m = v->position_m - length_m;
  const lanes wish_n = h->stiffness_n_m * stretch_m + h->damping_ns_m * (v->handle_m_s - spool_m_s);
  const lanes elastic_n = keep(above(stretch_m, zero) & above(wish_n, zero), wish_n);
  const lanes t = clamp((v->handle_m_s + spool_m_s) * h->per_pulley_speed, -h->one, h->one);
  const lanes pulley_n = h->pulley_share * elastic_n * (t * (h->one_and_half - h->half * t * t));
  const lanes tension_n = elastic_n + pulley_n, spool_tension_n = elastic_n - pulley_n;

  // voltage of the current loop
  const lanes we = -h->pole_pairs * v->speed_rad_s;
  const lanes error_d = zero - v->id_a, error_q = h->iq_command_a - v->iq_a;
  const lanes volt_d = h->gain_d * error_d + v->sum_d_v - we * h->lq_h * v->iq_a;
  const lanes volt_q =
      h->gain_q * error_q + v->sum_q_v + we * (h->ld_h * v->id_a + h->flux_nominal_wb);
  const lanes vmax = h->vmax_per_v * v->bus_v;
  const masks is_limited = above(volt_d * volt_d + volt_q * volt_q, vmax * vmax) & h->is_driving;
  if (any(is_limited | above(h->half * (tension_n + spool_tension_n), h->strength_n) |
          above(v->bus_v, h->loss_braking_v)))
    return false;

  follow(v, TAUT_PLANT_IQ_A, v->iq_a);
  follow(v, TAUT_PLANT_BUS_V, v->bus_v);
  follow(v, TAUT_PLANT_SPOOL_SPEED_RAD_S, v->speed_rad_s);
  follow(v, TAUT_PLANT_TORQUE_NM, v->torque_nm);
  follow(v, TAUT_PLANT_TENSION_N, tension_n);
  follow(v, TAUT_PLANT_HANDLE_SPEED_M_S, v->handle_m_s);
  follow(v, TAUT_PLANT_TAKE_UP_SPEED_M_S, -spool_m_s);

  // currents: none flow through an open bridge
  v->sum_d_v += keep(h->is_driving, h->integral_d * error_d);
  v->sum_q_v += keep(h->is_driving, h->integral_q * error_q);
  const lanes turn = we * h->half_dt_s;
  const lanes inverse = h->one / (h->determinant + turn * turn);
  const lanes right_d = v->id_a + h->beta_d * volt_d;
  const lanes right_q = v->iq_a + h->beta_q * (volt_q - we * h->flux_wb);
  const lanes mean_d =
      keep(h->is_driving, (h->one_alpha_q * right_d + turn * h->lq_over_ld * right_q) * inverse);
  const lanes mean_q =
      keep(h->is_driving, (h->one_alpha_d * right_q - turn * h->ld_over_lq * right_d) * inverse);
  v->id_a = pick(h->is_driving, h->two * mean_d - v->id_a, v->id_a);
  v->iq_a = pick(h->is_driving, h->two * mean_q - v->iq_a, v->iq_a);
  const lanes power_w = keep(h->is_driving, h->one_and_half * (volt_d * mean_d + volt_q * mean_q));
  const lanes square_a2 = mean_d * mean_d + mean_q * mean_q;
  v->copper_j += h->joule_per_a2 * square_a2;
  v->torque_nm = h->torque_gain * mean_q * (h->flux_wb + h->saliency_h * mean_d);

  move_rotor(h, v, spool_tension_n);
  move_bus(h, v, power_w);
  move_cable(h, v, tension_n, spool_tension_n, stretch_m, spool_m_s);
  v->silence_s += h->dt_s;
  v->is_alarmed =
      above(square_a2, h->trip2_a2) | above(v->bus_v, h->over_v) | above(h->under_v, v->bus_v);
  return true;
}

static int64_t lesser_i64(int64_t a, int64_t b) {
  return a < b ? a : b;
}

int64_t taut_plant_pair_advance(taut_plant_lanes *kept, const taut_plant_side *side, int n_sides,
                                int64_t n_steps, int64_t tick_ns) {
  // One side alone is in both lanes.
  const taut_plant_side *a = &side[0], *b = &side[n_sides - 1];
  for (int i = 0; i < n_sides; i++) {
    if (!is_ordinary(&side[i], n_steps)) return 0;
    const taut_pmsm_state *m = side[i].motor;
    const taut_cable_state *c = side[i].cable;
    n_steps = lesser_i64(n_steps, m->k.heat_every - m->heat_count);
    n_steps = lesser_i64(n_steps, c->k.cell_every - c->cell_count);
  }
  held *h = (held *)(void *)kept;
  moving v;
  hold(h, a, b);
  take(&v, a, b);
  int64_t n = 0;
  while (n < n_steps && step(h, &v)) {
    n++;
    if (any(v.is_alarmed)) break;
  }
  if (n <= 0) return 0;
  for (int i = 0; i < n_sides; i++) {
    taut_pmsm_state *m = side[i].motor;
    taut_cable_state *c = side[i].cable;
    give(&v, &side[i], i, n);
    if (m->heat_count >= m->k.heat_every) taut_pmsm_advance_heat(m);
    const int64_t last_ns = tick_ns + (n - 1) * taut_to_i64(m->k.dt_s * 1e9 + 0.5);
    if (c->cell_count >= c->k.cell_every) taut_cable_sample(c, side[i].seed, last_ns);
  }
  return n;
}
