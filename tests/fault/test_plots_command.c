/// Case files of real runs: what a report draws is there, small, and the same every time.
#include <glob.h>
#include <sys/stat.h>

#include "report/plots.h"
#include "support/command.h"

#define SCENARIOS TAUT_SOURCE_DIR "/scenarios/"

/// The one case file of the last run.
static json_t *case_file(size_t *size) {
  glob_t found;
  struct stat info;
  assert_int_equal(glob("runs/latest/cases/*.json", 0, NULL, &found), 0);
  assert_int_equal(found.gl_pathc, 1);
  assert_int_equal(stat(found.gl_pathv[0], &info), 0);
  *size = (size_t)info.st_size;
  json_t *json = json_of(found.gl_pathv[0]);
  globfree(&found);
  return json;
}

static double figure_of(const json_t *rep, const char *key) {
  return json_number_value(json_object_get(rep, key));
}

static void a_prescribed_set_has_its_repetitions(void **state) {
  (void)state;
  size_t size;
  assert_int_equal(run_taut("run " SCENARIOS "regress/exercises.lua -k goblet_squat"), 0);
  json_t *file = case_file(&size);
  const json_t *plots = json_object_get(file, "plots"), *reps = json_object_get(file, "reps");
  assert_true(taut_plots_are_whole(plots) && taut_reps_are_whole(reps));
  assert_true(json_is_object(plots));
  assert_true(size < 60000);
  // Four goblet squats with 15 lb on both cables, 0.45 m, lifted in 1.5 s.
  assert_int_equal(json_array_size(reps), 8);
  for (size_t i = 0; i < 8; i++) {
    const json_t *rep = json_array_get(reps, i);
    assert_int_equal(json_integer_value(json_object_get(rep, "rep")), i / 2 + 1);
    assert_true(json_is_true(json_object_get(rep, "complete")));
    assert_true(figure_of(rep, "range_m") > 0.42 && figure_of(rep, "range_m") < 0.48);
    assert_true(figure_of(rep, "mean_velocity_m_s") > 0.25);
    assert_true(figure_of(rep, "mean_velocity_m_s") < 0.45);
    assert_true(figure_of(rep, "peak_velocity_m_s") > figure_of(rep, "mean_velocity_m_s"));
    assert_true(figure_of(rep, "peak_force_n") > 66 && figure_of(rep, "peak_force_n") < 80);
    assert_true(figure_of(rep, "time_under_tension_s") > 3);
    assert_int_equal(json_array_size(json_object_get(rep, "symptoms")), 0);
  }
  json_decref(file);
  json_t *results = json_of("runs/latest/results.json");
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  assert_null(json_object_get(item, "plots"));
  assert_null(json_object_get(item, "reps"));
  json_decref(results);
}

static void a_report_stands_at_its_repetition(void **state) {
  (void)state;
  size_t size, n_leaks = 0;
  assert_int_equal(run_taut("run " SCENARIOS "safety/leak.lua -k reported"), 0);
  json_t *file = case_file(&size);
  const json_t *reps = json_object_get(file, "reps");
  for (size_t i = 0; i < json_array_size(reps); i++) {
    const json_t *symptoms = json_object_get(json_array_get(reps, i), "symptoms");
    if (json_array_size(symptoms) == 0) continue;
    assert_string_equal(json_string_value(json_array_get(symptoms, 0)), "leak");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(reps, i), "rep")), 4);
    n_leaks++;
  }
  assert_int_equal(n_leaks, 2);
  json_decref(file);
}

static void equal_runs_leave_equal_plots(void **state) {
  (void)state;
  char *texts[2];
  size_t size;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(run_taut("run " SCENARIOS "safety/release.lua -k 20"), 0);
    json_t *file = case_file(&size);
    json_object_del(file, "environment");
    texts[i] = json_dumps(file, 0);
    json_decref(file);
  }
  assert_string_equal(texts[0], texts[1]);
  free(texts[0]);
  free(texts[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_prescribed_set_has_its_repetitions, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_report_stands_at_its_repetition, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(equal_runs_leave_equal_plots, enter_folder, leave_folder)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
