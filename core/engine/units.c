#include <stddef.h>
#include <string.h>

#include "engine/units.h"

// Scales are exact where the unit is defined by a number: pound and inch by the international yard
// and pound agreement of 1959, standard gravity by the 3rd CGPM of 1901, cmH2O by convention
// (98.0665 Pa).
#define LBF 4.4482216152605
#define LBM 0.45359237
#define RAD_PER_DEG 0.017453292519943295
#define RAD_PER_TURN 6.283185307179586

// clang-format off
// Exponents of:    kg   m   s   A  K mol cd rad
#define NONE_SI    {0,  0,  0,  0, 0, 0, 0, 0}
#define M_SI       {0,  1,  0,  0, 0, 0, 0, 0}
#define M2_SI      {0,  2,  0,  0, 0, 0, 0, 0}
#define M3_SI      {0,  3,  0,  0, 0, 0, 0, 0}
#define S_SI       {0,  0,  1,  0, 0, 0, 0, 0}
#define PER_S_SI   {0,  0, -1,  0, 0, 0, 0, 0}
#define SPEED_SI   {0,  1, -1,  0, 0, 0, 0, 0}
#define ACCEL_SI   {0,  1, -2,  0, 0, 0, 0, 0}
#define KG_SI      {1,  0,  0,  0, 0, 0, 0, 0}
#define N_SI       {1,  1, -2,  0, 0, 0, 0, 0}
#define PA_SI      {1, -1, -2,  0, 0, 0, 0, 0}
#define J_SI       {1,  2, -2,  0, 0, 0, 0, 0}
#define W_SI       {1,  2, -3,  0, 0, 0, 0, 0}
#define A_SI       {0,  0,  0,  1, 0, 0, 0, 0}
#define V_SI       {1,  2, -3, -1, 0, 0, 0, 0}
#define OHM_SI     {1,  2, -3, -2, 0, 0, 0, 0}
#define H_SI       {1,  2, -2, -2, 0, 0, 0, 0}
#define F_SI       {-1, -2, 4,  2, 0, 0, 0, 0}
#define K_SI       {0,  0,  0,  0, 1, 0, 0, 0}
#define RAD_SI     {0,  0,  0,  0, 0, 0, 0, 1}
#define RAD_S_SI   {0,  0, -1,  0, 0, 0, 0, 1}
// clang-format on

static const taut_unit units[] = {
    {"1", NONE_SI, 1, 0},
    {"%", NONE_SI, 0.01, 0},
    {"percent", NONE_SI, 0.01, 0},
    {"m", M_SI, 1, 0},
    {"cm", M_SI, 0.01, 0},
    {"mm", M_SI, 0.001, 0},
    {"um", M_SI, 1e-6, 0},
    {"in", M_SI, 0.0254, 0},
    {"ft", M_SI, 0.3048, 0},
    {"m2", M2_SI, 1, 0},
    {"cm2", M2_SI, 1e-4, 0},
    {"mm2", M2_SI, 1e-6, 0},
    {"m3", M3_SI, 1, 0},
    {"l", M3_SI, 1e-3, 0},
    {"ml", M3_SI, 1e-6, 0},
    {"m3/s", {0, 3, -1, 0, 0, 0, 0, 0}, 1, 0},
    {"ml/s", {0, 3, -1, 0, 0, 0, 0, 0}, 1e-6, 0},
    {"s", S_SI, 1, 0},
    {"ms", S_SI, 1e-3, 0},
    {"us", S_SI, 1e-6, 0},
    {"ns", S_SI, 1e-9, 0},
    {"min", S_SI, 60, 0},
    {"h", S_SI, 3600, 0},
    {"day", S_SI, 86400, 0},
    {"week", S_SI, 604800, 0},
    {"1/s", PER_S_SI, 1, 0},
    {"1/min", PER_S_SI, 1.0 / 60.0, 0},
    {"Hz", PER_S_SI, 1, 0},
    {"kHz", PER_S_SI, 1e3, 0},
    {"m/s", SPEED_SI, 1, 0},
    {"cm/s", SPEED_SI, 0.01, 0},
    {"mm/s", SPEED_SI, 0.001, 0},
    {"m/s2", ACCEL_SI, 1, 0},
    {"m/s3", {0, 1, -3, 0, 0, 0, 0, 0}, 1, 0},
    {"kg", KG_SI, 1, 0},
    {"g", KG_SI, 1e-3, 0},
    {"lbm", KG_SI, LBM, 0},
    {"kg m2", {1, 2, 0, 0, 0, 0, 0, 0}, 1, 0},
    {"kg/m", {1, -1, 0, 0, 0, 0, 0, 0}, 1, 0},
    {"N", N_SI, 1, 0},
    {"mN", N_SI, 1e-3, 0},
    {"kN", N_SI, 1e3, 0},
    {"lb", N_SI, LBF, 0},
    {"lbf", N_SI, LBF, 0},
    {"kgf", N_SI, 9.80665, 0},
    {"N/s", {1, 1, -3, 0, 0, 0, 0, 0}, 1, 0},
    {"lb/s", {1, 1, -3, 0, 0, 0, 0, 0}, LBF, 0},
    {"N/m", {1, 0, -2, 0, 0, 0, 0, 0}, 1, 0},
    {"N/mm", {1, 0, -2, 0, 0, 0, 0, 0}, 1e3, 0},
    {"N s/m", {1, 0, -1, 0, 0, 0, 0, 0}, 1, 0},
    {"N s", {1, 1, -1, 0, 0, 0, 0, 0}, 1, 0},
    {"N s2/m2", {1, -1, 0, 0, 0, 0, 0, 0}, 1, 0},
    {"N m", J_SI, 1, 0},
    {"N m/A", {1, 2, -2, -1, 0, 0, 0, 0}, 1, 0},
    {"N m/rad", {1, 2, -2, 0, 0, 0, 0, -1}, 1, 0},
    {"N m s", {1, 2, -1, 0, 0, 0, 0, 0}, 1, 0},
    {"N m s/rad", {1, 2, -1, 0, 0, 0, 0, -1}, 1, 0},
    {"Pa", PA_SI, 1, 0},
    {"kPa", PA_SI, 1e3, 0},
    {"MPa", PA_SI, 1e6, 0},
    {"cmH2O", PA_SI, 98.0665, 0},
    {"mmHg", PA_SI, 133.322387415, 0},
    {"Pa/s", {1, -1, -3, 0, 0, 0, 0, 0}, 1, 0},
    {"cmH2O/s", {1, -1, -3, 0, 0, 0, 0, 0}, 98.0665, 0},
    {"Pa/N", {0, -2, 0, 0, 0, 0, 0, 0}, 1, 0},
    {"J", J_SI, 1, 0},
    {"kJ", J_SI, 1e3, 0},
    {"W", W_SI, 1, 0},
    {"kW", W_SI, 1e3, 0},
    {"A", A_SI, 1, 0},
    {"mA", A_SI, 1e-3, 0},
    {"A/s", {0, 0, -1, 1, 0, 0, 0, 0}, 1, 0},
    {"V", V_SI, 1, 0},
    {"mV", V_SI, 1e-3, 0},
    {"V/A", OHM_SI, 1, 0},
    {"V s/rad", {1, 2, -2, -1, 0, 0, 0, -1}, 1, 0},
    {"ohm", OHM_SI, 1, 0},
    {"mohm", OHM_SI, 1e-3, 0},
    {"H", H_SI, 1, 0},
    {"mH", H_SI, 1e-3, 0},
    {"F", F_SI, 1, 0},
    {"mF", F_SI, 1e-3, 0},
    {"uF", F_SI, 1e-6, 0},
    {"Wb", {1, 2, -2, -1, 0, 0, 0, 0}, 1, 0},
    {"K", K_SI, 1, 0},
    {"degC", K_SI, 1, 273.15},
    {"1/K", {0, 0, 0, 0, -1, 0, 0, 0}, 1, 0},
    {"K/s", {0, 0, -1, 0, 1, 0, 0, 0}, 1, 0},
    {"J/K", {1, 2, -2, 0, -1, 0, 0, 0}, 1, 0},
    {"K/W", {-1, -2, 3, 0, 1, 0, 0, 0}, 1, 0},
    {"W/K", {1, 2, -3, 0, -1, 0, 0, 0}, 1, 0},
    {"mol", {0, 0, 0, 0, 0, 1, 0, 0}, 1, 0},
    {"cd", {0, 0, 0, 0, 0, 0, 1, 0}, 1, 0},
    {"rad", RAD_SI, 1, 0},
    {"mrad", RAD_SI, 1e-3, 0},
    {"deg", RAD_SI, RAD_PER_DEG, 0},
    {"rev", RAD_SI, RAD_PER_TURN, 0},
    {"rad/s", RAD_S_SI, 1, 0},
    {"deg/s", RAD_S_SI, RAD_PER_DEG, 0},
    {"rpm", RAD_S_SI, RAD_PER_TURN / 60.0, 0},
    {"rad/s2", {0, 0, -2, 0, 0, 0, 0, 1}, 1, 0},
    {"m/rad", {0, 1, 0, 0, 0, 0, 0, -1}, 1, 0},
};

const taut_unit *taut_unit_at(size_t i) {
  return i < sizeof units / sizeof units[0] ? &units[i] : NULL;
}

const taut_unit *taut_unit_find(const char *name) {
  if (!name) return NULL;
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    if (!strcmp(units[i].name, name)) return &units[i];
  return NULL;
}

// A factor of a compound unit: the name of a unit without scale, then an exponent of one digit.
static bool add_factor(const char *text, size_t n, int sign, int si[8]) {
  int power = 1;
  if (n > 1 && text[n - 1] >= '2' && text[n - 1] <= '9') power = text[--n] - '0';
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    const taut_unit *unit = &units[i];
    if (strlen(unit->name) != n || memcmp(unit->name, text, n) != 0) continue;
    if (unit->scale > 1 || unit->scale < 1 || unit->offset > 0) return false;
    for (size_t k = 0; k < 8; k++) si[k] += sign * power * unit->si[k];
    return true;
  }
  return false;
}

bool taut_unit_matches(const char *name, const int8_t si[8]) {
  const taut_unit *known = taut_unit_find(name);
  if (known) return memcmp(known->si, si, 8) == 0;
  int sum[8] = {0};
  int sign = 1;
  for (const char *at = name; *at;) {
    size_t n = strcspn(at, " /");
    if (!add_factor(at, n, sign, sum)) return false;
    at += n;
    if (*at == '/' && sign < 0) return false;  // "a/b/c" has two readings
    if (*at == '/') sign = -1;
    if (*at && !*++at) return false;
  }
  for (size_t k = 0; k < 8; k++)
    if (sum[k] != si[k]) return false;
  return true;
}
