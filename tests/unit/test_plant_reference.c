// Motor and cable against the reference trajectories beside their plugins. The references come from
// the continuous equations of the READMEs, written out again here and solved with the classical
// Runge-Kutta method at 1 us, so the models are compared with an independent solution. `--write`
// writes the files.
#include <stdio.h>
#include <string.h>

#include "support/plant.h"

#define MOTOR_FILE TAUT_SOURCE_DIR "/plugins/motor_pmsm/reference.csv"
#define CABLE_FILE TAUT_SOURCE_DIR "/plugins/cable_spool/reference.csv"

enum { MAX_STATES = 8, MAX_COLUMNS = 8, MAX_ROWS = 64 };

typedef struct table {
  const char *header;
  int n_columns, n_rows;
  double row_s;
  double at[MAX_ROWS][MAX_COLUMNS];
} table;

typedef void (*slope_fn)(double t, const double *y, double *slope);

static void runge_kutta(slope_fn slope, int n, double t, double h, double *y) {
  double k[4][MAX_STATES] = {{0}}, z[MAX_STATES];
  slope(t, y, k[0]);
  for (int stage = 1; stage < 4; stage++) {
    const double part = stage == 3 ? h : 0.5 * h;
    for (int i = 0; i < n; i++) z[i] = y[i] + part * k[stage - 1][i];
    slope(t + part, z, k[stage]);
  }
  for (int i = 0; i < n; i++) y[i] += h / 6.0 * (k[0][i] + 2.0 * k[1][i] + 2.0 * k[2][i] + k[3][i]);
}

// ------------------------------------------------------------------------------------------- motor

static double motor_command(double t) {
  return t < 0.03 ? 9.2 : 8.4;
}
static double motor_tension(double t) {
  return 250.0 + 40.0 * sin(2.0 * TAUT_PI * 12.0 * t);
}

// y: id, iq, integrators d and q, speed, angle, bus voltage, winding temperature
static void motor_slope(double t, const double *y, double *slope) {
  const double r20 = 0.111, l = 0.267e-3, lam = 0.04, p = 10.0, j = 3e-3,
               wc = 2.0 * TAUT_PI * 800.0;
  const double id = y[0], iq = y[1], w = y[4], th = y[5], bus = y[6], temperature = y[7];
  const double r = r20 * (1.0 + 0.00393 * (temperature - 293.15)), we = -p * w;
  const double error_d = -id, error_q = motor_command(t) / (1.5 * p * lam) - iq;
  const double vd = wc * l * error_d + y[2] - we * l * iq;
  const double vq = wc * l * error_q + y[3] + we * (l * id + lam);
  const double te = 1.5 * p * lam * iq;
  slope[0] = (vd - r * id + we * l * iq) / l;
  slope[1] = (vq - r * iq - we * (l * id + lam)) / l;
  slope[2] = wc * r20 * error_d;
  slope[3] = wc * r20 * error_q;
  slope[4] = (0.035 * motor_tension(t) - te - 2e-3 * w + 0.15 - 0.05 * sin(120.0 * th)) / j;
  slope[5] = w;
  const double supply_w = bus < 54.0 ? bus * (54.0 - bus) / 0.05 : 0.0;
  slope[6] = (supply_w - 3.0 - 1.5 * (vd * id + vq * iq)) / (4.7e-3 * bus);
  slope[7] = (1.5 * r * (id * id + iq * iq) - (temperature - 293.15) / 0.25) / 250.0;
}

static const char *const motor_header =
    "t[s],iq_a[A],torque_nm[N m],spool_speed_rad_s[rad/s],spool_angle_rad[rad],bus_v[V],"
    "winding_temp_k[K]";

// The cable is wound in at about 20 rad/s against a swinging tension: dry friction keeps its sign,
// the supply feeds, nothing limits.
static table motor_exact(void) {
  table out = {.header = motor_header, .n_columns = 7, .row_s = 2e-3};
  double y[MAX_STATES] = {0, 0, 0, 0, -20.0, 0.0, 54.0, 293.15};
  for (int i = 0; i <= 60000; i++) {
    if (i % 2000 == 0) {
      const double row[] = {i * 1e-6, y[1], 0.6 * y[1], y[4], y[5], y[6], y[7]};
      memcpy(out.at[out.n_rows++], row, sizeof row);
    }
    runge_kutta(motor_slope, 8, i * 1e-6, 1e-6, y);
  }
  return out;
}

static table motor_model(double dt_s) {
  table out = {.n_columns = 7};
  plant p = plant_make(dt_s);
  p.motor_params.flux_loss_per_100k = 0.0;
  plant_start(&p);
  p.motor.speed_rad_s = -20.0;
  const int n = (int)(0.06 / dt_s + 0.5), every = (int)(2e-3 / dt_s + 0.5);
  for (int i = 0; i <= n; i++) {
    const taut_pmsm_state *s = &p.motor;
    if (i % every == 0) {
      const double row[] = {i * dt_s,     s->iq_a,  s->torque_nm, s->speed_rad_s,
                            s->angle_rad, s->bus_v, s->winding_k};
      memcpy(out.at[out.n_rows++], row, sizeof row);
    }
    p.drive.command_seq += 1.0;
    p.drive.torque_command_nm = motor_command((i + 0.5) * dt_s);
    p.drive.spool_tension_n = motor_tension(i * dt_s);
    assert_true(taut_pmsm_update(&p.motor, &p.drive));
  }
  return out;
}

// ------------------------------------------------------------------------------------------- cable

static double spool_angle(double t) {
  return (0.3 - 0.012 * cos(2.0 * TAUT_PI * 9.0 * t)) / 0.035;
}
static double spool_speed(double t) {
  return 0.012 * 2.0 * TAUT_PI * 9.0 * sin(2.0 * TAUT_PI * 9.0 * t) / 0.035;
}
static double cable_hand(double t) {
  return 60.0 * sin(2.0 * TAUT_PI * 4.0 * t);
}

static void cable_tensions(double t, const double *y, double *handle_n, double *spool_n) {
  const double v_spool = 0.035 * spool_speed(t), stretch = y[0] - 0.035 * spool_angle(t);
  const double wish = 166e3 * stretch + 16.0 * (y[1] - v_spool);
  const double elastic = stretch > 0.0 && wish > 0.0 ? wish : 0.0;
  const double eta = 0.96 * 0.96, share = (1.0 - eta) / (1.0 + eta);
  double u = 0.5 * (y[1] + v_spool) / 0.02;
  u = u > 1.0 ? 1.0 : (u < -1.0 ? -1.0 : u);
  *handle_n = elastic * (1.0 + share * (1.5 * u - 0.5 * u * u * u));
  *spool_n = elastic * (1.0 - share * (1.5 * u - 0.5 * u * u * u));
}

static void cable_slope(double t, const double *y, double *slope) {
  double handle_n, spool_n;
  cable_tensions(t, y, &handle_n, &spool_n);
  slope[0] = y[1];
  slope[1] = (cable_hand(t) - handle_n) / 0.5;
}

static const char *const cable_header =
    "t[s],handle_position_m[m],handle_speed_m_s[m/s],tension_n[N],spool_tension_n[N]";

// A swinging spool and a hand that pulls and pushes: taut, slack and two snatches.
static table cable_exact(void) {
  table out = {.header = cable_header, .n_columns = 5, .row_s = 2e-3};
  double y[MAX_STATES] = {0.288, 0.0};
  for (int i = 0; i <= 120000; i++) {
    if (i % 2000 == 0) {
      double *row = out.at[out.n_rows++];
      row[0] = i * 1e-6;
      row[1] = y[0];
      row[2] = y[1];
      cable_tensions(i * 1e-6, y, &row[3], &row[4]);
    }
    runge_kutta(cable_slope, 2, i * 1e-6, 1e-6, y);
  }
  return out;
}

static table cable_model(double dt_s) {
  table out = {.n_columns = 5};
  plant p = plant_make(dt_s);
  plant_start(&p);
  p.cable.position_m = 0.288;
  const int n = (int)(0.12 / dt_s + 0.5), every = (int)(2e-3 / dt_s + 0.5);
  for (int i = 0; i <= n; i++) {
    const double t = i * dt_s;
    const taut_cable_input u = {spool_angle(t), spool_speed(t), cable_hand(t), 0.0};
    const taut_cable_forces f = taut_cable_forces_at(&p.cable, spool_angle(t), spool_speed(t));
    if (i % every == 0) {
      const double row[] = {t, p.cable.position_m, p.cable.speed_m_s, f.tension_n,
                            f.spool_tension_n};
      memcpy(out.at[out.n_rows++], row, sizeof row);
    }
    assert_true(taut_cable_update(&p.cable, &u, 1, 0));
  }
  return out;
}

// --------------------------------------------------------------------------------------------
// files

static void write_table(const char *name, const table *t) {
  FILE *file = fopen(name, "w");
  if (!file) {
    perror(name);
    return;
  }
  fprintf(file, "%s\n", t->header);
  for (int i = 0; i < t->n_rows; i++) {
    for (int j = 0; j < t->n_columns; j++) fprintf(file, j ? ",%.10g" : "%.10g", t->at[i][j]);
    fputc('\n', file);
  }
  fclose(file);
}

static table read_table(const char *name, const char *header, int n_columns) {
  table out = {.n_columns = n_columns};
  char line[512];
  FILE *file = fopen(name, "r");
  if (!file) fail_msg("cannot open %s", name);
  assert_non_null(fgets(line, sizeof line, file));
  line[strcspn(line, "\n")] = '\0';
  assert_string_equal(line, header);
  while (fgets(line, sizeof line, file)) {
    assert_true(out.n_rows < MAX_ROWS);
    char *at = line;
    for (int j = 0; j < n_columns; j++) {
      int n_read = 0;
      assert_int_equal(sscanf(at, j ? ",%lf%n" : "%lf%n", &out.at[out.n_rows][j], &n_read), 1);
      at += n_read;
    }
    out.n_rows++;
  }
  fclose(file);
  return out;
}

static void assert_table_near(const char *what, const table *actual, const table *expected,
                              const double *tolerance) {
  assert_int_equal(actual->n_rows, expected->n_rows);
  for (int i = 0; i < expected->n_rows; i++) {
    for (int j = 0; j < expected->n_columns; j++) {
      const double is = actual->at[i][j], should = expected->at[i][j];
      if (!(fabs(is - should) <= tolerance[j])) {
        fail_msg("%s, row %d, column %d: %.9g, expected %.9g within %.3g", what, i, j, is, should,
                 tolerance[j]);
      }
    }
  }
}

// ---------------------------------------------------------------------------------------------
// tests

static void test_reference_files_hold_the_exact_solution(void **state) {
  (void)state;
  const double tight[MAX_COLUMNS] = {1e-9, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6, 1e-6};
  const table motor = motor_exact(), motor_file = read_table(MOTOR_FILE, motor_header, 7);
  assert_table_near("motor file", &motor_file, &motor, tight);
  const table cable = cable_exact(), cable_file = read_table(CABLE_FILE, cable_header, 5);
  assert_table_near("cable file", &cable_file, &cable, tight);
}

// Tolerances: one step of delay in the current at 50 us; less at 10 us.
static void test_motor_follows_its_reference(void **state) {
  (void)state;
  const table reference = read_table(MOTOR_FILE, motor_header, 7);
  const table coarse = motor_model(50e-6), fine = motor_model(10e-6);
  const double wide[] = {1e-9, 0.03, 0.06, 0.06, 1.5e-3, 0.02, 2e-3};
  const double narrow[] = {1e-9, 0.006, 0.012, 0.012, 3e-4, 0.005, 2e-3};
  assert_table_near("motor at 50 us", &coarse, &reference, wide);
  assert_table_near("motor at 10 us", &fine, &reference, narrow);
}

static void test_cable_follows_its_reference(void **state) {
  (void)state;
  const table reference = read_table(CABLE_FILE, cable_header, 5);
  const table coarse = cable_model(50e-6), fine = cable_model(10e-6);
  int n_slack = 0;
  for (int i = 0; i < reference.n_rows; i++) n_slack += reference.at[i][3] == 0.0;
  assert_true(n_slack > 5 && n_slack < reference.n_rows - 20);  // both kinds of motion
  const double wide[] = {1e-9, 1e-4, 0.02, 8.0, 8.0};
  const double narrow[] = {1e-9, 2e-5, 0.004, 1.6, 1.6};
  assert_table_near("cable at 50 us", &coarse, &reference, wide);
  assert_table_near("cable at 10 us", &fine, &reference, narrow);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--write") == 0) {
    const table motor = motor_exact(), cable = cable_exact();
    write_table(MOTOR_FILE, &motor);
    write_table(CABLE_FILE, &cable);
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_reference_files_hold_the_exact_solution),
      cmocka_unit_test(test_motor_follows_its_reference),
      cmocka_unit_test(test_cable_follows_its_reference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
