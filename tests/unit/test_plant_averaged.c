// The averaged motor and cable against the full ones: their means over a millisecond, from the full
// models at 10 us, lie beside the plugins as reference.csv (`--write` writes them); and the energy
// of the averaged pair. Broken variants go through the same checks and must fail them.
#include <stdio.h>
#include <string.h>

#include "models/pmsm_averaged.h"
#include "support/plant.h"

#define MOTOR_FILE TAUT_SOURCE_DIR "/plugins/motor_averaged/reference.csv"
#define CABLE_FILE TAUT_SOURCE_DIR "/plugins/cable_averaged/reference.csv"

// Each row is the mean of a millisecond. The full models take steps of 10 us.
enum { N_ROWS = 60, N_COLUMNS = 5, FINE = 100 };
enum { CABLE_EVERY = 10 };  // milliseconds from row to row, past the cable's own oscillation

#define MS 1e-3

typedef struct table {
  double at[N_ROWS][N_COLUMNS];
} table;

// ------------------------------------------------------------------------------------------- motor

static const char *const motor_header =
    "t[s],torque_nm[N m],spool_speed_rad_s[rad/s],spool_angle_rad[rad],bus_v[V]";

// A command that jumps, at steps of the coarse model, against a swinging tension.
static double motor_command(double t) {
  return t < 0.03 ? 9.2 : 8.4;
}
static double motor_tension(double t) {
  return 250.0 + 40.0 * sin(2.0 * TAUT_PI * 12.0 * t);
}

static taut_pmsm_input motor_input(double t, double seq) {
  taut_pmsm_input u = plant_make(MS).drive;
  u.command_seq = seq;
  u.torque_command_nm = motor_command(t);
  u.spool_tension_n = motor_tension(t);
  return u;
}

static void put(double *row, double t, double torque, double speed, double angle, double bus) {
  const double values[N_COLUMNS] = {t, torque, speed, angle, bus};
  memcpy(row, values, sizeof values);
}

static table motor_full(void) {
  table out = {0};
  taut_pmsm_state s;
  const taut_pmsm_params p = taut_pmsm_params_default();
  assert_null(taut_pmsm_init(&s, &p, MS / FINE));
  s.speed_rad_s = -20.0;
  for (int i = 0; i < N_ROWS * FINE; i++) {
    const double t = i * MS / FINE;
    const taut_pmsm_input u = motor_input(t, i + 1.0);
    const double speed = s.speed_rad_s, angle = s.angle_rad, bus = s.bus_v;
    assert_true(taut_pmsm_update(&s, &u));
    double *row = out.at[i / FINE];
    row[0] = (i / FINE + 1) * MS;
    row[1] += s.torque_nm / FINE;
    row[2] += 0.5 * (speed + s.speed_rad_s) / FINE;
    row[3] += 0.5 * (angle + s.angle_rad) / FINE;
    row[4] += 0.5 * (bus + s.bus_v) / FINE;
  }
  return out;
}

typedef enum flaw { NONE, CURRENT_HALF, NO_SUPPLY, STIFF_PULLEYS, HEAVY_HANDLE } flaw;

static table motor_averaged(flaw how) {
  table out = {0};
  taut_pmsm_averaged a;
  const taut_pmsm_params p = taut_pmsm_params_default();
  assert_null(taut_pmsm_averaged_init(&a, &p, MS));
  if (how == CURRENT_HALF) a.mean_share = 0.5;
  a.motor.speed_rad_s = -20.0;
  for (int i = 0; i < N_ROWS; i++) {
    // The tension of the middle of the step: a cable gives that of its start, which is its error.
    taut_pmsm_input u = motor_input(i * MS, i + 1.0);
    u.spool_tension_n = motor_tension((i + 0.5) * MS);
    if (how == NO_SUPPLY) u.supply_scale = 0.9;
    const taut_pmsm_state *s = &a.motor;
    const double speed = s->speed_rad_s, angle = s->angle_rad, bus = s->bus_v;
    assert_true(taut_pmsm_averaged_update(&a, &u));
    put(out.at[i], (i + 1) * MS, s->torque_nm, 0.5 * (speed + s->speed_rad_s),
        0.5 * (angle + s->angle_rad), 0.5 * (bus + s->bus_v));
  }
  return out;
}

// ------------------------------------------------------------------------------------------- cable

static const char *const cable_header =
    "t[s],handle_position_m[m],handle_speed_m_s[m/s],tension_n[N],spool_tension_n[N]";

static double spool_angle(double t) {
  return (0.5 - 0.1 * cos(2.0 * TAUT_PI * 1.5 * t)) / 0.035;
}
static double spool_speed(double t) {
  return 0.1 * 2.0 * TAUT_PI * 1.5 * sin(2.0 * TAUT_PI * 1.5 * t) / 0.035;
}
static double cable_hand(double t) {
  return 220.0 + 30.0 * (1.0 - cos(2.0 * TAUT_PI * 3.0 * t));
}

/// Means of milliseconds with `n` steps in them.
static table cable_of(int n, flaw how) {
  table out = {0};
  taut_cable_state s;
  taut_cable_params p = taut_cable_params_default();
  const double dt_s = MS / n;
  if (how == HEAVY_HANDLE) p.handle_mass_kg *= 4.0;
  assert_null(n == 1 ? taut_cable_init_averaged(&s, &p, dt_s) : taut_cable_init(&s, &p, dt_s));
  if (how == STIFF_PULLEYS) s.k.pulley_share *= 2.0;
  s.position_m = 0.035 * spool_angle(0.0) + 220.0 / s.k.stiffness_n_m;
  for (int i = 0; i < N_ROWS * CABLE_EVERY * n; i++) {
    const double t = i * dt_s;
    const taut_cable_input u = {spool_angle(t), spool_speed(t), cable_hand(t), 0.0};
    const taut_cable_forces f = taut_cable_forces_at(&s, u.spool_angle_rad, u.spool_speed_rad_s);
    double *row = out.at[i / n / CABLE_EVERY];
    if (i / n % CABLE_EVERY == CABLE_EVERY - 1) {
      row[0] = (i / n + 1) * MS;
      row[1] += (s.position_m + 0.5 * dt_s * s.speed_m_s) / n;
      row[2] += s.speed_m_s / n;
      row[3] += f.tension_n / n;
      row[4] += f.spool_tension_n / n;
    }
    assert_true(taut_cable_update(&s, &u, 1, (int64_t)(t * 1e9)));
  }
  return out;
}

// ------------------------------------------------------------------------------------------- files

static void write_table(const char *name, const char *header, const table *t) {
  FILE *file = fopen(name, "w");
  if (!file) {
    perror(name);
    return;
  }
  fprintf(file, "%s\n", header);
  for (int i = 0; i < N_ROWS; i++)
    for (int j = 0; j < N_COLUMNS; j++)
      fprintf(file, j + 1 < N_COLUMNS ? "%.10g," : "%.10g\n", t->at[i][j]);
  fclose(file);
}

static table read_table(const char *name, const char *header) {
  table out = {0};
  char line[512];
  FILE *file = fopen(name, "r");
  if (!file) fail_msg("cannot open %s", name);
  assert_non_null(fgets(line, sizeof line, file));
  line[strcspn(line, "\n")] = '\0';
  assert_string_equal(line, header);
  for (int i = 0; i < N_ROWS; i++)
    for (int j = 0; j < N_COLUMNS; j++)
      assert_int_equal(fscanf(file, j ? ",%lf" : " %lf", &out.at[i][j]), 1);
  fclose(file);
  return out;
}

/// Distance of each column after the first `n_first` rows, root of the mean square.
static void distance(const table *a, const table *b, int n_first, double *out) {
  for (int j = 0; j < N_COLUMNS; j++) {
    double sum = 0.0;
    for (int i = n_first; i < N_ROWS; i++) {
      const double apart = a->at[i][j] - b->at[i][j];
      sum += apart * apart;
    }
    out[j] = sqrt(sum / (N_ROWS - n_first));
  }
}

static bool is_near(const table *a, const table *b, int n_first, const double *most) {
  double far[N_COLUMNS];
  bool is_fine = true;
  distance(a, b, n_first, far);
  for (int j = 0; j < N_COLUMNS; j++) is_fine &= far[j] <= most[j];
  for (int j = 0; j < N_COLUMNS && !is_fine; j++)
    print_message("  column %d: %.4g apart, at most %.4g\n", j, far[j], most[j]);
  return is_fine;
}

// ------------------------------------------------------------------------------------------- tests

// Measured and doubled: torque 4.4 uN m, speed 12 mrad/s, angle 4 mrad, bus 1.1 mV.
static const double MOTOR_MOST[N_COLUMNS] = {1e-9, 1e-5, 0.025, 8e-3, 2.2e-3};
// The same: position 0.51 mm (the softer spring), speed 13 mm/s, tensions 2.9 N and 3.2 N.
static const double CABLE_MOST[N_COLUMNS] = {1e-9, 1.05e-3, 0.026, 5.9, 6.4};
// The current rises from nothing in the first millisecond; a handle settles on its spring.
enum { MOTOR_FIRST = 1, CABLE_FIRST = 20 };

static void reference_files_hold_the_means_of_the_full_models(void **state) {
  (void)state;
  const double tight[N_COLUMNS] = {1e-9, 1e-6, 1e-6, 1e-6, 1e-6};
  const table motor = motor_full(), cable = cable_of(FINE, NONE);
  const table motor_file = read_table(MOTOR_FILE, motor_header);
  const table cable_file = read_table(CABLE_FILE, cable_header);
  assert_true(is_near(&motor_file, &motor, 0, tight));
  assert_true(is_near(&cable_file, &cable, 0, tight));
}

static void averaged_motor_is_the_mean_of_the_full_one(void **state) {
  (void)state;
  const table reference = read_table(MOTOR_FILE, motor_header);
  const table good = motor_averaged(NONE), half = motor_averaged(CURRENT_HALF),
              weak = motor_averaged(NO_SUPPLY);
  assert_true(is_near(&good, &reference, MOTOR_FIRST, MOTOR_MOST));
  assert_false(is_near(&half, &reference, 0, MOTOR_MOST));
  assert_false(is_near(&weak, &reference, MOTOR_FIRST, MOTOR_MOST));
}

static void averaged_cable_is_the_mean_of_the_full_one(void **state) {
  (void)state;
  const table reference = read_table(CABLE_FILE, cable_header);
  const table good = cable_of(1, NONE), stiff = cable_of(1, STIFF_PULLEYS),
              heavy = cable_of(1, HEAVY_HANDLE);
  assert_true(is_near(&good, &reference, CABLE_FIRST, CABLE_MOST));
  assert_false(is_near(&stiff, &reference, CABLE_FIRST, CABLE_MOST));
  assert_false(is_near(&heavy, &reference, CABLE_FIRST, CABLE_MOST));
}

typedef struct audit {
  double residual_j, throughput_j, brake_j, pulley_j;
} audit;

/// Work in, losses and what is stored, of a person who lifts and lowers for some seconds.
static audit audit_of(double torque_nm, double seconds) {
  taut_pmsm_averaged motor;
  taut_cable_state cable;
  const taut_pmsm_params mp = taut_pmsm_params_default();
  const taut_cable_params cp = taut_cable_params_default();
  assert_null(taut_pmsm_averaged_init(&motor, &mp, MS));
  assert_null(taut_cable_init_averaged(&cable, &cp, MS));
  taut_pmsm_state *m = &motor.motor;
  taut_pmsm_input drive = plant_make(MS).drive;
  drive.torque_command_nm = torque_nm;
  audit a = {0};
  double before_j = 0.0, hand_j = 0.0;
  for (int i = 0; i < (int)(seconds / MS); i++) {
    const taut_cable_forces f = taut_cable_forces_at(&cable, m->angle_rad, m->speed_rad_s);
    const double stored_j = taut_pmsm_stored_j(m) + taut_cable_stored_j(&cable, &f);
    if (i == 0) before_j = stored_j;
    a.residual_j = m->supply_energy_j + cable.hand_energy_j - taut_pmsm_loss_j(m) -
                   cable.loss_energy_j - (stored_j - before_j);
    const double s = i * MS, turn = 2.0 * TAUT_PI * 0.4;
    const double x = 0.6 * (0.55 - 0.5 * cos(turn * s)), v = 0.3 * turn * sin(turn * s);
    const double hand_n = 3000.0 * (x - cable.position_m) + 150.0 * (v - cable.speed_m_s);
    drive.command_seq += 1.0;
    drive.spool_tension_n = f.spool_tension_n;
    const taut_cable_input u = {m->angle_rad, m->speed_rad_s, hand_n, 0.0};
    const double work_j = cable.hand_energy_j;
    assert_true(taut_pmsm_averaged_update(&motor, &drive));
    assert_true(taut_cable_update(&cable, &u, 1, i * INT64_C(1000000)));
    hand_j += fabs(cable.hand_energy_j - work_j);
  }
  a.throughput_j = m->supply_energy_j + hand_j;
  a.brake_j = m->brake_heat_j + m->brake_energy_j;
  a.pulley_j = cable.loss_energy_j;
  return a;
}

// Measured: at most 5.3e-6 of what went through is missing. A forgotten loss is much more.
#define MISSING_MOST 2e-5

static void averaged_pair_keeps_its_energy(void **state) {
  (void)state;
  const double torques_nm[] = {2.0, 7.8, 17.0};
  for (int i = 0; i < 3; i++) {
    const audit a = audit_of(torques_nm[i], 10.0);
    assert_true(a.throughput_j > 100.0);
    if (!(fabs(a.residual_j) <= MISSING_MOST * a.throughput_j))
      fail_msg("%.3g J of %.4g J are missing at %g N m", a.residual_j, a.throughput_j,
               torques_nm[i]);
    assert_true(a.brake_j > 0.01 * a.throughput_j || i == 0);
    assert_false(fabs(a.residual_j + a.pulley_j) <= MISSING_MOST * a.throughput_j);
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--write") == 0) {
    const table motor = motor_full(), cable = cable_of(FINE, NONE);
    write_table(MOTOR_FILE, motor_header, &motor);
    write_table(CABLE_FILE, cable_header, &cable);
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reference_files_hold_the_means_of_the_full_models),
      cmocka_unit_test(averaged_motor_is_the_mean_of_the_full_one),
      cmocka_unit_test(averaged_cable_is_the_mean_of_the_full_one),
      cmocka_unit_test(averaged_pair_keeps_its_energy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
