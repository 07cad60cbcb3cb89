// The reference trajectories beside resistance, spotter and session_basic: the models reproduce
// them. `--write` writes them anew after a deliberate change.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/session.h"
#include "models/spotter.h"
#include "support/control_bench.h"

enum { N_VALUES = 5, N_ROWS = 200 };

typedef struct table {
  const char *folder, *header;
  int n_rows;
  double rows[N_ROWS][N_VALUES];
} table;

static void add(table *t, double a, double b, double c, double d, double e) {
  double row[N_VALUES] = {a, b, c, d, e};
  assert_true(t->n_rows < N_ROWS);
  memcpy(t->rows[t->n_rows++], row, sizeof row);
}

// 20 lb: two steps of arming, the first ramp, one repetition's worth of motion, a leak, latched.
static table resistance(void) {
  table t = {.folder = "resistance",
             .header = "t[s],position[m],load_command[N],torque_command[N m],safety_state[1]"};
  bench b = bench_make(0);
  assert_true(bench_arm(&b, 20));
  for (int i = 0; i < 50; i++) {
    const taut_resistance_side_output *out = &b.s.output.side[0];
    add(&t, i * 0.1, out->position_m, out->load_command_n, out->torque_command_nm,
        b.s.output.safety_state);
    if (i == 28) {
      b.in.report = TAUT_REPORT_LEAK;
      b.in.report_seq += 1.0;
    }
    bench_run(&b, 0.1);
  }
  return t;
}

// 100 N: a good repetition, a stall, help down to the floor, unload.
static table spotter(void) {
  table t = {.folder = "spotter", .header = "t[s],position[m],load_scale[1],phase[1],state[1]"};
  taut_spotter s;
  taut_spotter_params p = taut_spotter_params_default();
  taut_spotter_input in = {.armed = 1.0,
                           .set_active = 1.0,
                           .range_min_m = 0.1,
                           .range_max_m = 0.6,
                           .target_speed_m_s = 0.3};
  in.side[0] = (taut_spotter_side_input){
      .position_m = 0.1, .load_n = 100.0, .load_command_n = 100.0, .hand_presence = 1.0};
  assert_null(taut_spotter_init(&s, &p, 1e-3));
  for (int i = 0; i < 10000; i++) {
    // Up in 1.6 s, down in 2.4 s; from 4.5 s up again, and stuck at 5.4 s.
    double time = i * 1e-3, up = taut_smoothstep(time, 0.2, 1.8), again = time - 4.5;
    double x = 0.1 + 0.5 * (up - taut_smoothstep(time, 2.0, 4.4));
    if (again > 0.0) x = 0.1 + 0.3 * fmin(again, 0.9);
    in.side[0].speed_m_s = (x - in.side[0].position_m) / 1e-3;
    in.side[0].position_m = x;
    in.side[0].load_command_n = 100.0 * s.output.side[0].load_scale;
    taut_spotter_update(&s, &in);
    if (i % 100 == 0) {
      add(&t, time, x, s.output.side[0].load_scale, s.output.side[0].phase, s.output.state);
    }
  }
  return t;
}

// 25 lb, two repetitions, by a machine that arms after two seconds; then a leak while resting.
static table session(void) {
  table t = {.folder = "session_basic", .header = "t[s],load[N],command[1],cue[1],state[1]"};
  taut_session s;
  taut_session_params p = taut_session_params_default();
  p.reps = 2;
  assert_null(taut_session_init(&s, &p, 0.01));
  taut_session_input in = {.set_load_n = {25 * TAUT_LBF_N, 25 * TAUT_LBF_N}};
  for (int i = 0; i < 2000; i++) {
    double time = i * 0.01;
    if (i == 20) {
      in.request = TAUT_REQUEST_START_SET;
      in.request_seq = 1.0;
    }
    if (i == 30) in.arm_state = TAUT_ARM_REQUESTED;
    if (i == 230) in.arm_state = TAUT_ARM_READY;
    if (i == 235) in.arm_state = TAUT_ARM_ARMED;
    if (i == 800) in.rep_count = 1.0;
    if (i == 1100) in.rep_count = 2.0;
    if (i == 1500) in.arm_state = TAUT_ARM_DISARMED;
    if (i == 1700) {
      in.report = TAUT_REPORT_LEAK;
      in.report_seq = 1.0;
    }
    taut_session_update(&s, &in);
    if (i % 25 == 0)
      add(&t, time, s.output.load_n[0], s.output.command, s.output.cue, s.output.state);
  }
  return t;
}

static void path_of(const table *t, char *text, size_t size) {
  snprintf(text, size, "%s/plugins/%s/reference.csv", TAUT_SOURCE_DIR, t->folder);
}

static void write_table(const table *t) {
  char path[512];
  path_of(t, path, sizeof path);
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%s\n", t->header);
  for (int i = 0; i < t->n_rows; i++) {
    for (int k = 0; k < N_VALUES; k++) {
      fprintf(file, "%.10g%s", t->rows[i][k], k + 1 < N_VALUES ? "," : "\n");
    }
  }
  fclose(file);
}

static void expect_table(const table *t) {
  char path[512], line[512];
  path_of(t, path, sizeof path);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  line[strcspn(line, "\n")] = 0;
  assert_string_equal(line, t->header);
  for (int i = 0; i < t->n_rows; i++) {
    assert_non_null(fgets(line, sizeof line, file));
    char *at = line;
    for (int k = 0; k < N_VALUES; k++) {
      double want = strtod(at, &at), got = t->rows[i][k];
      if (*at == ',') at++;
      if (!(fabs(got - want) <= 1e-8 * fmax(1.0, fabs(want)))) {
        print_message("%s row %d column %d: %.10g, reference %.10g\n", t->folder, i, k, got, want);
      }
      assert_true(fabs(got - want) <= 1e-8 * fmax(1.0, fabs(want)));
    }
  }
  assert_null(fgets(line, sizeof line, file));
  fclose(file);
}

static void resistance_follows_its_reference(void **state) {
  (void)state;
  table t = resistance();
  expect_table(&t);
}

static void spotter_follows_its_reference(void **state) {
  (void)state;
  table t = spotter();
  expect_table(&t);
}

static void session_follows_its_reference(void **state) {
  (void)state;
  table t = session();
  expect_table(&t);
}

// The written ramp is the one the equations of the README give.
static void the_reference_is_the_equations(void **state) {
  (void)state;
  table t = resistance();
  double load = 20 * TAUT_LBF_N;
  for (int i = 1; i < t.n_rows; i++) {
    double time = t.rows[i][0] + 0.001, symptom = t.rows[i][0] - 2.8, want;
    if (symptom <= 0.0) {
      want = fmin(8.0 + 49.0 * time, load);
    } else if (symptom <= 0.45) {
      want = load * (1.0 - 0.55 * symptom / 0.45);
    } else if (symptom <= 0.5) {
      want = 0.45 * load;
    } else {
      want = fmax(8.0, 0.45 * load + (8.0 - 0.45 * load) * (symptom - 0.5) / 1.3);
    }
    if (symptom > 1.85) want = 0.0;  // latched
    assert_true(fabs(t.rows[i][2] - want) <= 0.25);
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--write") == 0) {
    table all[] = {resistance(), spotter(), session()};
    for (int i = 0; i < 3; i++) write_table(&all[i]);
    return 0;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(resistance_follows_its_reference),
      cmocka_unit_test(spotter_follows_its_reference),
      cmocka_unit_test(session_follows_its_reference),
      cmocka_unit_test(the_reference_is_the_equations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
