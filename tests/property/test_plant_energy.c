// Motor and cable together: closed forms of the free handle, the oscillator and the snatch, and the
// energy audit. Twins with a known defect (explicit Euler, tension one tick late, a forgotten loss)
// go through the same checks and must fail them.
#include "support/plant.h"

// ------------------------------------------------------------------------------------- free handle

// Two masses pulled by a constant torque over a rigid cable: v = F t / (m_h + J/r^2).
static void test_free_handle_accelerates_like_force_over_effective_mass(void **state) {
  (void)state;
  const double pounds[] = {10.0, 20.0, 50.0, 110.0};
  for (int i = 0; i < 4; i++) {
    plant p = plant_make(10e-6);
    plant_make_lossless(&p);
    p.motor_params.ideal_torque = 1.0;
    p.cable_params.stiffness_n_m = 5e7;
    p.cable_params.damping_ns_m = 4500.0;  // critical: recoil dies within 0.2 ms
    plant_start(&p);
    const double force_n = pounds[i] * TAUT_LBF_N;
    plant_place(&p, 1.0, force_n);
    p.drive.torque_command_nm = force_n * 0.035;
    p.hand_n = force_n;
    for (int j = 0; j < 1000; j++) plant_step(&p);
    assert_near(p.cable.speed_m_s, 0.0, 1e-6);  // held in balance
    p.hand_n = 0.0;                             // let go
    const double mass_kg = 0.5 + 3e-3 / (0.035 * 0.035);
    assert_near(mass_kg, 2.949, 0.001);
    double t = 0.0;
    while (p.cable.speed_m_s > -1.5) {
      plant_step(&p);
      t += p.dt_s;
      if (t > 2e-3) assert_share(p.cable.speed_m_s, -force_n / mass_kg * t, 5e-3);
    }
    assert_share(t, 1.5 * mass_kg / force_n, 5e-3);  // 9 ms at 110 lb, 99 ms at 10 lb
  }
}

// -------------------------------------------------------------------------------------- oscillator

typedef enum scheme { SPEED_FIRST, EXPLICIT_EULER, LATE_TENSION } scheme;

// Rotor and handle on the cable, written out by hand with a choice of scheme.
typedef struct twin {
  scheme how;
  double stiffness_n_m, handle_kg, inertia_kg_m2, radius_m, dt_s;
  double x, v, th, w, last_n, tension_n;
  double pull_n;  // hand and motor, equal and opposite
} twin;

static twin twin_of(const plant *p, scheme how) {
  return (twin){.how = how,
                .stiffness_n_m = p->cable_params.stiffness_n_m,
                .handle_kg = p->cable_params.handle_mass_kg,
                .inertia_kg_m2 = p->motor_params.inertia_kg_m2,
                .radius_m = p->motor_params.spool_radius_m,
                .dt_s = p->dt_s};
}

static void twin_step(twin *s) {
  const double stretch_m = s->x - s->radius_m * s->th;
  const double now_n = stretch_m > 0.0 ? s->stiffness_n_m * stretch_m : 0.0;
  const double n = s->how == LATE_TENSION ? s->last_n : now_n;
  s->last_n = s->tension_n = now_n;
  const double v = s->v, w = s->w;
  s->v += s->dt_s / s->handle_kg * (s->pull_n - n);
  s->w += s->dt_s / s->inertia_kg_m2 * s->radius_m * (n - s->pull_n);
  s->x += s->dt_s * (s->how == EXPLICIT_EULER ? v : s->v);
  s->th += s->dt_s * (s->how == EXPLICIT_EULER ? w : s->w);
}

static plant oscillator(double dt_s) {
  plant p = plant_make(dt_s);
  plant_make_lossless(&p);
  p.motor_params.ideal_torque = 1.0;
  plant_start(&p);
  return p;
}

// Energy of the relative motion around the balance of `pull_n`.
static double relative_energy(const plant *p, double stretch_m, double stretch_m_s, double pull_n) {
  const double k = p->cable_params.stiffness_n_m;
  const double off_m = stretch_m - pull_n / k;
  return 0.5 * (k * off_m * off_m + plant_reduced_mass(p) * stretch_m_s * stretch_m_s);
}

typedef struct ring {
  double drift_per_s;  // of the cycle-mean energy
  double hertz;
} ring;

enum { RING_S = 4 };

// Pulled 100 N out of a balance of 300 N and let ring; the means are over ten cycles at each end.
static ring ring_of(double dt_s, int use_twin, scheme how) {
  plant p = oscillator(dt_s);
  const double pull_n = 300.0;
  plant_place(&p, 1.0, 400.0);
  p.drive.torque_command_nm = pull_n * 0.035;
  p.hand_n = pull_n;
  twin s = twin_of(&p, how);
  s.x = p.cable.position_m;
  s.th = p.motor.angle_rad;
  s.pull_n = pull_n;
  s.last_n = 400.0;
  const double cycle_s =
      2.0 * TAUT_PI / sqrt(p.cable_params.stiffness_n_m / plant_reduced_mass(&p));
  const int n = (int)(RING_S / dt_s), n_mean = (int)(10.0 * cycle_s / dt_s + 0.5);
  double first_j = 0.0, last_j = 0.0, before = 1.0, crossing_s = 0.0, first_s = 0.0;
  int n_crossings = 0;
  for (int i = 0; i < n; i++) {
    if (use_twin) {
      twin_step(&s);
    } else {
      plant_step(&p);
    }
    const double stretch_m =
        use_twin ? s.x - 0.035 * s.th : p.cable.position_m - 0.035 * p.motor.angle_rad;
    const double speed =
        use_twin ? s.v - 0.035 * s.w : p.cable.speed_m_s - 0.035 * p.motor.speed_rad_s;
    const double energy_j = relative_energy(&p, stretch_m, speed, pull_n);
    if (i < n_mean) first_j += energy_j / n_mean;
    if (i >= n - n_mean) last_j += energy_j / n_mean;
    const double off = stretch_m - pull_n / p.cable_params.stiffness_n_m;
    if (before <= 0.0 && off > 0.0) {
      crossing_s = (i + before / (before - off)) * dt_s;
      if (!n_crossings++) first_s = crossing_s;
    }
    before = off;
  }
  return (ring){(last_j / first_j - 1.0) / RING_S, (n_crossings - 1) / (crossing_s - first_s)};
}

static int is_drift_fine(ring r) {
  return fabs(r.drift_per_s) <= 0.01;
}

static void test_undamped_oscillator_keeps_its_energy_and_frequency(void **state) {
  (void)state;
  const double rates[] = {10e-6, 50e-6, 200e-6};
  const double expected_hz = sqrt(166e3 * (1.0 / 0.5 + 0.035 * 0.035 / 3e-3)) / (2.0 * TAUT_PI);
  for (int i = 0; i < 3; i++) {
    const ring r = ring_of(rates[i], 0, SPEED_FIRST);
    if (!is_drift_fine(r)) fail_msg("drift %.3g per second at %g s", r.drift_per_s, rates[i]);
    assert_share(r.hertz, expected_hz, 5e-3);
  }
  // the hand-written loop of the same scheme agrees
  assert_true(is_drift_fine(ring_of(50e-6, 1, SPEED_FIRST)));
}

static void test_oscillator_check_catches_explicit_euler_and_late_tension(void **state) {
  (void)state;
  assert_false(is_drift_fine(ring_of(50e-6, 1, EXPLICIT_EULER)));
  assert_false(is_drift_fine(ring_of(50e-6, 1, LATE_TENSION)));
  assert_false(is_drift_fine(ring_of(10e-6, 1, EXPLICIT_EULER)));
}

// ------------------------------------------------------------------------------------------ snatch

// Slack handle at `speed`, spool free and still: peak tension when the cable engages. An undamped
// snatch has one peak; a cable that gains energy has a higher one.
static double snatch_peak(double dt_s, double speed, int use_twin, scheme how) {
  plant p = oscillator(dt_s);
  p.drive.torque_permit = 0.0;
  plant_place(&p, 1.0, -0.01 * p.cable_params.stiffness_n_m);  // 10 mm of slack
  p.cable.speed_m_s = speed;
  twin s = twin_of(&p, how);
  s.x = p.cable.position_m;
  s.v = speed;
  s.th = p.motor.angle_rad;
  double peak_n = 0.0;
  for (int i = 0; i < (int)((0.01 / speed + 0.01) / dt_s); i++) {
    if (use_twin) {
      twin_step(&s);
    } else {
      plant_step(&p);
    }
    const double n = use_twin ? s.tension_n : p.forces.tension_n;
    if (n > peak_n) peak_n = n;
  }
  return peak_n;
}

// F = v sqrt(k m), m the reduced mass of handle and spool: 131 N at 0.5 m/s.
static void test_snatch_peaks_at_speed_times_root_of_stiffness_and_mass(void **state) {
  (void)state;
  const plant p = plant_make(50e-6);
  const double per_speed = sqrt(166e3 * plant_reduced_mass(&p));
  assert_near(0.5 * per_speed, 131.3, 0.1);
  for (double speed = 0.25; speed < 3.0; speed += 0.25) {
    assert_share(snatch_peak(50e-6, speed, 0, SPEED_FIRST), speed * per_speed, 0.03);
    assert_share(snatch_peak(200e-6, speed, 0, SPEED_FIRST), speed * per_speed, 0.03);
  }
}

static double halving_moves(double dt_s, int use_twin, scheme how) {
  const double whole = snatch_peak(dt_s, 1.0, use_twin, how);
  return fabs(snatch_peak(0.5 * dt_s, 1.0, use_twin, how) / whole - 1.0);
}

static void test_halving_the_step_leaves_the_snatch_where_it_is(void **state) {
  (void)state;
  assert_true(halving_moves(200e-6, 0, SPEED_FIRST) < 0.02);
  assert_true(halving_moves(100e-6, 0, SPEED_FIRST) < 0.02);
  assert_true(halving_moves(50e-6, 0, SPEED_FIRST) < 0.02);
}

static void test_halving_check_catches_explicit_euler_and_late_tension(void **state) {
  (void)state;
  assert_true(halving_moves(200e-6, 1, SPEED_FIRST) < 0.02);
  assert_true(halving_moves(200e-6, 1, EXPLICIT_EULER) > 0.02);
  assert_true(halving_moves(200e-6, 1, LATE_TENSION) > 0.02);
}

// ------------------------------------------------------------------------------------------- audit

typedef struct audit {
  double residual_j;    // work in - losses - stored change
  double throughput_j;  // supply and the hand's work, without sign
  double losses_j[2];   // motor, cable
  double brake_j;
} audit;

typedef struct story {
  double dt_s;
  double torque_nm, reps_hz, range_m;
  int has_noise;  // random commands, permissions and encoder slips
  int64_t release_at, cut_at;
  double growth_m;
} story;

static double stored_j(const plant *p) {
  const taut_cable_forces f =
      taut_cable_forces_at(&p->cable, p->motor.angle_rad, p->motor.speed_rad_s);
  return taut_pmsm_stored_j(&p->motor) + taut_cable_stored_j(&p->cable, &f);
}

// A person who follows a sine with the handle, as a spring and a damper; the whole plant with
// friction, cogging, heat, chopper and pulleys.
static audit audit_of(story t, double seconds) {
  plant p = plant_make(t.dt_s);
  p.motor_params.spool_growth_m = p.cable_params.spool_growth_m = t.growth_m;
  p.motor_params.initial_k = 323.15;
  plant_start(&p);
  const double before_j = stored_j(&p);
  const int64_t n = (int64_t)(seconds / t.dt_s);
  double hand_j = 0.0, last_hand_j = 0.0;
  for (int64_t i = 0; i < n; i++) {
    const double s = (double)i * t.dt_s, turn = 2.0 * TAUT_PI * t.reps_hz;
    const double x = t.range_m * (0.55 - 0.5 * cos(turn * s)),
                 v = 0.5 * t.range_m * turn * sin(turn * s);
    p.hand_n = 3000.0 * (x - p.cable.position_m) + 150.0 * (v - p.cable.speed_m_s);
    if (t.release_at && i > t.release_at) p.hand_n = 0.0;
    p.cut = t.cut_at && i == t.cut_at;
    p.drive.torque_command_nm = t.torque_nm;
    if (t.has_noise && i % 97 == 0) {
      const double u = taut_random_uniform(3, 0, i, 0);
      p.drive.torque_permit = u > 0.1;
      p.drive.brake = u < 0.05;
      p.drive.encoder_slip_rad = u > 0.9 ? 0.05 : 0.0;
      p.drive.supply_scale = u > 0.8 ? 0.95 : 1.0;
      t.torque_nm = 18.0 * taut_random_uniform(3, 1, i, 0) - 2.0;
    }
    plant_step(&p);
    hand_j += fabs(p.cable.hand_energy_j - last_hand_j);
    last_hand_j = p.cable.hand_energy_j;
  }
  audit a = {.losses_j = {taut_pmsm_loss_j(&p.motor), p.cable.loss_energy_j},
             .throughput_j = p.motor.supply_energy_j + hand_j,
             .brake_j = p.motor.brake_energy_j};
  a.residual_j = p.motor.supply_energy_j + p.cable.hand_energy_j - a.losses_j[0] - a.losses_j[1] -
                 (stored_j(&p) - before_j);
  return a;
}

static void assert_audit(const char *name, audit a, double share) {
  const double is = fabs(a.residual_j) / a.throughput_j;
  if (!(is <= share)) {
    fail_msg("%s: residual %.4g J of %.4g J, %.3g", name, a.residual_j, a.throughput_j, is);
  }
}

static void test_energy_of_repetitions_is_accounted_for(void **state) {
  (void)state;
  const story reps = {.dt_s = 50e-6, .torque_nm = 10.0, .reps_hz = 0.5, .range_m = 0.6};
  const audit a = audit_of(reps, 20.0);
  assert_true(a.brake_j > 100.0);  // the chopper worked
  assert_true(a.throughput_j > 1000.0);
  assert_audit("repetitions", a, 1e-3);
  // the check would see a loss that nobody counts
  audit less = a;
  less.residual_j += a.losses_j[1];
  assert_true(fabs(less.residual_j) > 0.01 * less.throughput_j);
}

static void test_energy_is_accounted_for_at_every_rate_and_on_a_spiral_spool(void **state) {
  (void)state;
  const double rates[] = {10e-6, 100e-6, 200e-6};
  for (int i = 0; i < 3; i++) {
    const story reps = {
        .dt_s = rates[i], .torque_nm = 16.0, .reps_hz = 0.7, .range_m = 0.8, .growth_m = 1e-3};
    assert_audit("rates", audit_of(reps, 4.0), 2e-3);
  }
}

static void test_energy_of_release_stop_and_break_is_accounted_for(void **state) {
  (void)state;
  story t = {.dt_s = 50e-6, .torque_nm = 17.0, .reps_hz = 0.5, .range_m = 0.6};
  t.release_at = 20000;
  assert_audit("release into the stop", audit_of(t, 2.0), 5e-3);
  t.release_at = 0;
  t.cut_at = 20000;
  assert_audit("cut", audit_of(t, 2.0), 5e-3);
}

static void test_energy_is_accounted_for_under_random_commands_and_faults(void **state) {
  (void)state;
  const story t = {.dt_s = 50e-6, .torque_nm = 5.0, .reps_hz = 1.0, .range_m = 0.5, .has_noise = 1};
  assert_audit("random", audit_of(t, 10.0), 5e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_free_handle_accelerates_like_force_over_effective_mass),
      cmocka_unit_test(test_undamped_oscillator_keeps_its_energy_and_frequency),
      cmocka_unit_test(test_oscillator_check_catches_explicit_euler_and_late_tension),
      cmocka_unit_test(test_snatch_peaks_at_speed_times_root_of_stiffness_and_mass),
      cmocka_unit_test(test_halving_the_step_leaves_the_snatch_where_it_is),
      cmocka_unit_test(test_halving_check_catches_explicit_euler_and_late_tension),
      cmocka_unit_test(test_energy_of_repetitions_is_accounted_for),
      cmocka_unit_test(test_energy_is_accounted_for_at_every_rate_and_on_a_spiral_spool),
      cmocka_unit_test(test_energy_of_release_stop_and_break_is_accounted_for),
      cmocka_unit_test(test_energy_is_accounted_for_under_random_commands_and_faults),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
