#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/units.h"
#include "taut/math.h"

static void lb_is_a_force_and_kg_a_mass(void **state) {
  (void)state;
  const int8_t force[8] = {1, 1, -2, 0, 0, 0, 0, 0}, mass[8] = {1, 0, 0, 0, 0, 0, 0, 0};
  assert_memory_equal(taut_unit_find("lb")->si, force, 8);
  assert_memory_equal(taut_unit_find("kgf")->si, force, 8);
  assert_memory_equal(taut_unit_find("kg")->si, mass, 8);
  assert_memory_equal(taut_unit_find("lbm")->si, mass, 8);
  assert_true(taut_unit_find("lb")->scale == TAUT_LBF_N);
  assert_true(taut_unit_find("kgf")->scale == TAUT_G_M_S2);
  // One pound-force is one pound-mass times standard gravity, within one rounding.
  assert_true(fabs(taut_unit_find("lbm")->scale * TAUT_G_M_S2 - TAUT_LBF_N) < 1e-15);
}

static void only_degC_has_an_offset(void **state) {
  (void)state;
  for (size_t i = 0; taut_unit_at(i); i++) {
    bool is_degc = strcmp(taut_unit_at(i)->name, "degC") == 0;
    assert_true(taut_unit_at(i)->offset == (is_degc ? 273.15 : 0.0));
  }
}

static void names_are_unique_and_scales_positive(void **state) {
  (void)state;
  size_t n = 0;
  for (; taut_unit_at(n); n++) {
    assert_true(taut_unit_at(n)->scale > 0);
    // The first of that name is this one.
    assert_ptr_equal(taut_unit_find(taut_unit_at(n)->name), taut_unit_at(n));
  }
  assert_true(n > 50);
  assert_null(taut_unit_at(n + 1000));
}

static void unknown_names_are_not_found(void **state) {
  (void)state;
  assert_null(taut_unit_find("furlong"));
  assert_null(taut_unit_find("n"));
  assert_null(taut_unit_find(""));
  assert_null(taut_unit_find(NULL));
}

static void every_unit_of_the_plugin_header_is_known(void **state) {
  (void)state;
  const struct {
    const char *name;
    int8_t si[8];
  } all[] = {{TAUT_UNIT_NONE},  {TAUT_UNIT_M},     {TAUT_UNIT_M2},   {TAUT_UNIT_M3},
             {TAUT_UNIT_ML},    {TAUT_UNIT_MM},    {TAUT_UNIT_M_S},  {TAUT_UNIT_M_S2},
             {TAUT_UNIT_S},     {TAUT_UNIT_PER_S}, {TAUT_UNIT_HZ},   {TAUT_UNIT_KG},
             {TAUT_UNIT_KG_M2}, {TAUT_UNIT_N},     {TAUT_UNIT_N_S},  {TAUT_UNIT_N_M},
             {TAUT_UNIT_NS_M},  {TAUT_UNIT_NM},    {TAUT_UNIT_NM_A}, {TAUT_UNIT_NM_S},
             {TAUT_UNIT_PA},    {TAUT_UNIT_CMH2O}, {TAUT_UNIT_RAD},  {TAUT_UNIT_RAD_S},
             {TAUT_UNIT_A},     {TAUT_UNIT_V},     {TAUT_UNIT_OHM},  {TAUT_UNIT_H},
             {TAUT_UNIT_F},     {TAUT_UNIT_WB},    {TAUT_UNIT_W},    {TAUT_UNIT_J},
             {TAUT_UNIT_K},     {TAUT_UNIT_DEGC},  {TAUT_UNIT_J_K},  {TAUT_UNIT_K_W}};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    if (!taut_unit_find(all[i].name)) fail_msg("%s is not known", all[i].name);
    assert_memory_equal(taut_unit_find(all[i].name)->si, all[i].si, 8);
  }
}

static void compounds_of_coherent_units_match_their_exponents(void **state) {
  (void)state;
  const int8_t inertia_rate[8] = {1, 2, -1, 0, 0, 0, 0, 0}, nothing[8] = {0};
  const int8_t force[8] = {1, 1, -2, 0, 0, 0, 0, 0};
  assert_true(taut_unit_matches("kg m2/s", inertia_rate));
  assert_true(taut_unit_matches("N m s", inertia_rate));
  assert_true(taut_unit_matches("kg m/s2", force));
  assert_true(taut_unit_matches("m/m", nothing));
  assert_false(taut_unit_matches("kg m2", inertia_rate));
  assert_false(taut_unit_matches("kg m2/s/s", inertia_rate));  // two readings
  assert_false(taut_unit_matches("kg cm2/s", inertia_rate));   // not coherent
  assert_false(taut_unit_matches("kg m2/", inertia_rate));
  assert_false(taut_unit_matches("/s", inertia_rate));
  assert_false(taut_unit_matches("kg  m2/s", inertia_rate));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lb_is_a_force_and_kg_a_mass),
      cmocka_unit_test(only_degC_has_an_offset),
      cmocka_unit_test(names_are_unique_and_scales_positive),
      cmocka_unit_test(unknown_names_are_not_found),
      cmocka_unit_test(every_unit_of_the_plugin_header_is_known),
      cmocka_unit_test(compounds_of_coherent_units_match_their_exponents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
