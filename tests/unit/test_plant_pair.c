// Two sides in the lanes of a vector move as the models do one by one: all bits of all states, and
// the least and greatest value of what is recorded.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/plant_pair.h"
#include "taut/math.h"
#include "taut/roles.h"

#define DT_NS INT64_C(50000)
enum { N_PEAKS = TAUT_PLANT_PEAK_COUNT };

typedef struct plant {
  taut_pmsm_state motor[2];
  taut_cable_state cable[2];
  double least[2][N_PEAKS], greatest[2][N_PEAKS];
} plant;

static void follow(plant *p, int i, int k, double now) {
  if (now < p->least[i][k]) p->least[i][k] = now;
  if (now > p->greatest[i][k]) p->greatest[i][k] = now;
}

static void step_alone(plant *p, const taut_plant_side *side, int i, int64_t tick_ns) {
  taut_pmsm_state *m = &p->motor[i];
  taut_cable_state *c = &p->cable[i];
  const taut_cable_forces f = taut_cable_forces_at(c, m->angle_rad, m->speed_rad_s);
  follow(p, i, TAUT_PLANT_IQ_A, taut_pmsm_iq_measured(m));
  follow(p, i, TAUT_PLANT_BUS_V, m->bus_v);
  follow(p, i, TAUT_PLANT_SPOOL_SPEED_RAD_S, m->speed_rad_s);
  follow(p, i, TAUT_PLANT_TORQUE_NM, m->torque_nm);
  follow(p, i, TAUT_PLANT_TENSION_N, f.tension_n);
  follow(p, i, TAUT_PLANT_HANDLE_SPEED_M_S, c->speed_m_s);
  follow(p, i, TAUT_PLANT_TAKE_UP_SPEED_M_S, -f.spool_m_s);
  taut_pmsm_input u = side->input;
  u.spool_tension_n = f.spool_tension_n;
  (void)taut_cable_move(c, &f, side->hand_force_n, side->cut, side->seed, tick_ns);
  (void)taut_pmsm_update(m, &u);
}

static void start(plant *p) {
  memset(p, 0, sizeof *p);
  taut_pmsm_params motor = taut_pmsm_params_default();
  taut_cable_params cable = taut_cable_params_default();
  motor.bus_capacitance_f = 0.022;
  motor.spool_growth_m = cable.spool_growth_m = 1e-3;
  motor.inductance_d_h *= 0.8;
  cable.length_m = 0.65;  // the way up ends in the outer stop
  for (int i = 0; i < 2; i++) {
    assert_null(taut_pmsm_init(&p->motor[i], &motor, 50e-6));
    assert_null(taut_cable_init(&p->cable[i], &cable, 50e-6));
    motor.cogging_torque_nm *= 2.0;
    motor.loss_braking_on_v = 57.3;  // the other side trips instead
    motor.loss_braking_full_v = 59.0;
    cable.handle_mass_kg *= 1.5;
    cable.handle_drag_ns_m = 3.0;
    for (int k = 0; k < N_PEAKS; k++) {
      p->least[i][k] = (double)INFINITY;
      p->greatest[i][k] = (double)-INFINITY;
    }
  }
}

static void bind(taut_plant_side side[2], plant *p, double *peaks[2][2][N_PEAKS]) {
  for (int i = 0; i < 2; i++) {
    side[i].least = peaks[0][i];
    side[i].greatest = peaks[1][i];
    side[i].motor = &p->motor[i];
    side[i].cable = &p->cable[i];
    side[i].seed = 7 + (uint64_t)i;
    for (int k = 0; k < N_PEAKS; k++) {
      peaks[0][i][k] = &p->least[i][k];
      peaks[1][i][k] = &p->greatest[i][k];
    }
  }
}

// Inputs of a stretch: a hand that holds against the machine, more or less, and now and then
// anything.
static void choose(taut_plant_side *side, int i, int64_t n, double mischief) {
  double u[6];
  for (uint32_t k = 0; k < 6; k++) u[k] = taut_random_uniform(3, (uint32_t)i, n, k);
  double wave = taut_sin(0.002 * (double)n + i), load_n = 60.0 + 300.0 * i;
  side->input = (taut_pmsm_input){
      .torque_command_nm = 0.035 * load_n * (1.0 + 0.05 * u[0]),
      .current_ceiling_a = 30.0,
      .torque_permit = n > 40 && n % 128 > 2,  // a drive that tripped comes back
      .command_seq = (double)n,
      .supply_scale = 1.0,
      .chopper_connected = 1.0,
  };
  double reference_m = 0.4 + 0.3 * wave - side->cable->position_m;
  side->hand_force_n = n > 40 ? load_n + 600.0 * reference_m - 60.0 * side->cable->speed_m_s : 0.0;
  side->cut = 0.0;
  if (u[1] >= mischief) return;
  if (u[2] < 0.2) side->input.torque_permit = 0.0;
  if (u[2] > 0.8) side->hand_force_n *= -3.0;
  if (u[3] < 0.1) side->input.encoder_slip_rad = 0.3;
  if (u[3] > 0.9) side->input.chopper_connected = 0.0;
  if (u[3] > 0.95) side->input.supply_scale = 2.0;
  if (u[4] < 0.1) side->input.brake = 1.0;
  if (u[4] > 0.9) side->input.torque_command_nm *= 40.0;
  if (u[5] < 0.1) side->input.supply_scale = 0.3;
  if (u[5] > 0.99) side->cut = 1.0;
}

// Share of the steps that were taken in pairs.
static double compare(int n_sides, double mischief, int64_t n_stretches) {
  plant ours, theirs;
  start(&ours);
  start(&theirs);
  taut_plant_lanes kept = {{0}};
  taut_plant_side side[2] = {0};
  double *peaks[2][2][N_PEAKS];
  int64_t tick_ns = 0, n_pair = 0, n_all = 0;
  for (int64_t n = 0; n < n_stretches; n++) {
    int64_t n_steps = 1 + (int64_t)(taut_random_u64(5, 0, n, 0) % 9);
    bind(side, &theirs, peaks);
    for (int i = 0; i < 2; i++) choose(&side[i], i, n, mischief);
    for (int64_t k = 0; k < n_steps; k++)
      for (int i = 0; i < n_sides; i++) step_alone(&theirs, &side[i], i, tick_ns + k * DT_NS);
    bind(side, &ours, peaks);
    for (int64_t k = 0; k < n_steps;) {
      plant before = ours;
      int64_t n_done =
          taut_plant_pair_advance(&kept, side, n_sides, n_steps - k, tick_ns + k * DT_NS);
      assert_true(n_done >= 0 && n_done <= n_steps - k);
      n_pair += n_done;
      if (n_done == 0) {
        assert_memory_equal(&before, &ours, sizeof ours);
        for (int i = 0; i < n_sides; i++) step_alone(&ours, &side[i], i, tick_ns + k * DT_NS);
        n_done = 1;
      }
      k += n_done;
    }
    assert_memory_equal(&ours, &theirs, sizeof ours);
    tick_ns += n_steps * DT_NS;
    n_all += n_steps;
  }
  return (double)n_pair / (double)n_all;
}

static void ordinary_steps_have_the_same_bits(void **state) {
  (void)state;
  double share = compare(2, 0.0, 40000);
  assert_true(share > 0.95);
}

static void one_side_alone_has_the_same_bits(void **state) {
  (void)state;
  double share = compare(1, 0.0, 10000);
  assert_true(share > 0.95);
}

static void what_is_not_ordinary_is_left_to_the_models(void **state) {
  (void)state;
  double share = compare(2, 0.02, 40000);
  assert_true(share > 0.05 && share < 0.95);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ordinary_steps_have_the_same_bits),
      cmocka_unit_test(one_side_alone_has_the_same_bits),
      cmocka_unit_test(what_is_not_ordinary_is_left_to_the_models),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
