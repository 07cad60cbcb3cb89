// The membrane formula and the coning event.
#include "support/person.h"

#include "models/linea_alba.h"

#define CMH2O TAUT_CMH2O_PA

static void dome_and_distortion_are_the_membrane_formula(void **unused) {
  (void)unused;
  static const struct {
    double width_mm, cmh2o, tension, height_mm, distortion;
  } table[] = {{30, 60, 150, 4.4, 0.098},
               {30, 60, 300, 2.2, 0.049},
               {30, 60, 600, 1.1, 0.025},
               {22, 60, 300, 1.2, 0.036},
               {40, 80, 150, 10.5, 0.174}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    taut_linea_alba_params params = {.width_m = table[i].width_mm * 1e-3,
                                     .tension_n_m = table[i].tension};
    double p = table[i].cmh2o * CMH2O;
    assert_near(taut_linea_alba_height(&params, p, 0) * 1e3, table[i].height_mm, 0.051);
    assert_near(taut_linea_alba_distortion(&params, p, 0), table[i].distortion, 0.00051);
  }
}

static void laxity_softens_and_the_transversus_stiffens(void **unused) {
  (void)unused;
  taut_linea_alba_params params = {
      .width_m = 0.03, .tension_n_m = 200, .laxity = 1.0, .transversus_n_m = 300};
  assert_near(taut_linea_alba_tension(&params, 0.0), 120, 1e-9);
  assert_near(taut_linea_alba_tension(&params, 0.5), 270, 1e-9);
  assert_true(taut_linea_alba_height(&params, -10, 0) == 0.0);
}

static void coning_needs_time_and_has_hysteresis(void **unused) {
  (void)unused;
  taut_linea_alba_params params = {.width_m = 0.03,
                                   .tension_n_m = 200,
                                   .threshold_m = 0.003,
                                   .hysteresis_m = 0.0005,
                                   .hold_s = 0.1};
  taut_linea_alba state = {0};
  double at_threshold = 0.003 * 8 * 200 / (0.03 * 0.03);
  int n_onsets = 0;
  for (int i = 0; i < 95; i++)
    n_onsets += taut_linea_alba_step(&params, &state, 1.01 * at_threshold, 0, 1e-3);
  assert_int_equal(n_onsets, 0);
  taut_linea_alba_step(&params, &state, 0.99 * at_threshold, 0, 1e-3);  // the time starts again
  for (int i = 0; i < 95; i++)
    n_onsets += taut_linea_alba_step(&params, &state, 1.01 * at_threshold, 0, 1e-3);
  assert_int_equal(n_onsets, 0);
  for (int i = 0; i < 95; i++)
    n_onsets += taut_linea_alba_step(&params, &state, 1.01 * at_threshold, 0, 1e-3);
  assert_int_equal(n_onsets, 1);
  taut_linea_alba_step(&params, &state, 0.9 * at_threshold, 0, 1e-3);  // 2.7 mm: still coning
  assert_true(state.is_coning == 1.0);
  taut_linea_alba_step(&params, &state, 0.8 * at_threshold, 0, 1e-3);  // 2.4 mm: over
  assert_true(state.is_coning == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dome_and_distortion_are_the_membrane_formula),
      cmocka_unit_test(laxity_softens_and_the_transversus_stiffens),
      cmocka_unit_test(coning_needs_time_and_has_hysteresis),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
