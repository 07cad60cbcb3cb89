// Units in messages and results: words for dimensions, hints, display units, formatted quantities.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "monitor/expr.h"

typedef struct quantity_word {
  int8_t si[8];
  const char *word;
  const char *units[3];  ///< the usual units, most usual first
} quantity_word;

static const quantity_word QUANTITIES[] = {
    {{1, 1, -2, 0, 0, 0, 0, 0}, "force", {"lb", "N", NULL}},
    {{1, 0, 0, 0, 0, 0, 0, 0}, "mass", {"kg", "lbm", NULL}},
    {{0, 1, 0, 0, 0, 0, 0, 0}, "length", {"m", "cm", NULL}},
    {{0, 2, 0, 0, 0, 0, 0, 0}, "area", {"m2", NULL, NULL}},
    {{0, 3, 0, 0, 0, 0, 0, 0}, "volume", {"ml", "m3", NULL}},
    {{0, 0, 1, 0, 0, 0, 0, 0}, "time", {"s", "ms", NULL}},
    {{0, 0, -1, 0, 0, 0, 0, 0}, "frequency", {"Hz", NULL, NULL}},
    {{0, 1, -1, 0, 0, 0, 0, 0}, "speed", {"m/s", "mm/s", NULL}},
    {{0, 1, -2, 0, 0, 0, 0, 0}, "acceleration", {"m/s2", NULL, NULL}},
    {{1, 1, -3, 0, 0, 0, 0, 0}, "force rate", {"N/s", "lb/s", NULL}},
    {{1, 0, -2, 0, 0, 0, 0, 0}, "stiffness", {"N/m", NULL, NULL}},
    {{1, -1, -2, 0, 0, 0, 0, 0}, "pressure", {"cmH2O", "kPa", NULL}},
    {{0, 0, 0, 0, 1, 0, 0, 0}, "temperature", {"degC", "K", NULL}},
    {{0, 0, 0, 1, 0, 0, 0, 0}, "current", {"A", NULL, NULL}},
    {{1, 2, -3, -1, 0, 0, 0, 0}, "voltage", {"V", NULL, NULL}},
    {{1, 2, -3, -2, 0, 0, 0, 0}, "resistance", {"ohm", NULL, NULL}},
    {{1, 2, -3, 0, 0, 0, 0, 0}, "power", {"W", NULL, NULL}},
    {{1, 2, -2, 0, 0, 0, 0, 0}, "energy or torque", {"J", "N m", NULL}},
    {{0, 0, 0, 0, 0, 0, 0, 1}, "angle", {"rad", "deg", NULL}},
    {{0, 0, -1, 0, 0, 0, 0, 1}, "angular speed", {"rad/s", NULL, NULL}},
};

bool taut_si_equal(const int8_t a[8], const int8_t b[8]) {
  return memcmp(a, b, 8) == 0;
}

bool taut_si_is_none(const int8_t si[8]) {
  static const int8_t NONE[8] = {0};
  return taut_si_equal(si, NONE);
}

static const quantity_word *find_quantity(const int8_t si[8]) {
  for (size_t i = 0; i < sizeof QUANTITIES / sizeof QUANTITIES[0]; i++)
    if (taut_si_equal(QUANTITIES[i].si, si)) return &QUANTITIES[i];
  return NULL;
}

const char *taut_si_word(const int8_t si[8]) {
  if (taut_si_is_none(si)) return "a plain number";
  const quantity_word *quantity = find_quantity(si);
  return quantity ? quantity->word : "of another dimension";
}

const char *taut_si_unit_name(const int8_t si[8]) {
  if (taut_si_is_none(si)) return "";
  const quantity_word *quantity = find_quantity(si);
  for (size_t i = 0; quantity && i < 3 && quantity->units[i]; i++) {
    const taut_unit *unit = taut_unit_find(quantity->units[i]);
    if (unit && unit->scale == 1 && unit->offset == 0) return unit->name;
  }
  for (size_t i = 0; taut_unit_at(i); i++) {
    const taut_unit *unit = taut_unit_at(i);
    if (taut_si_equal(unit->si, si) && unit->scale == 1 && unit->offset == 0) return unit->name;
  }
  return "";
}

void taut_shown_unit_set(taut_shown_unit *shown, const char *name, const int8_t si[8]) {
  const taut_unit *unit = name ? taut_unit_find(name) : NULL;
  if (!unit || !taut_si_equal(unit->si, si)) {
    const char *plain = taut_si_unit_name(si);
    unit = *plain ? taut_unit_find(plain) : NULL;
  }
  memset(shown, 0, sizeof *shown);
  shown->scale = 1;
  if (!unit || strcmp(unit->name, "1") == 0) return;
  snprintf(shown->name, sizeof shown->name, "%s", unit->name);
  shown->scale = unit->scale;
  shown->offset = unit->offset;
}

void taut_unit_hint(char *text, size_t size, const char *number, const int8_t si[8],
                    const taut_shown_unit *shown) {
  const char *names[2] = {NULL, NULL};
  size_t n = 0;
  static const int8_t FORCE[8] = {1, 1, -2, 0, 0, 0, 0, 0};
  const quantity_word *quantity = find_quantity(si);
  // The signal's own unit comes first, but people think of force in pounds.
  if (shown && shown->name[0] && !taut_si_equal(si, FORCE)) names[n++] = shown->name;
  for (size_t i = 0; quantity && i < 3 && quantity->units[i] && n < 2; i++) {
    bool is_there = n > 0 && strcmp(names[0], quantity->units[i]) == 0;
    if (!is_there && taut_unit_find(quantity->units[i])) names[n++] = quantity->units[i];
  }
  for (size_t i = 0; taut_unit_at(i) && n < 1; i++)
    if (taut_si_equal(taut_unit_at(i)->si, si)) names[n++] = taut_unit_at(i)->name;
  if (n == 0)
    snprintf(text, size, "%s", "");
  else if (n == 1)
    snprintf(text, size, "; did you mean %s %s?", number, names[0]);
  else
    snprintf(text, size, "; did you mean %s %s or %s %s?", number, names[0], number, names[1]);
}

void taut_quantity_format(char *text, size_t size, double value_si, const char *unit,
                          int n_digits) {
  const taut_unit *known = unit && *unit ? taut_unit_find(unit) : NULL;
  double value = known ? (value_si - known->offset) / known->scale : value_si;
  if (value == 0) value = 0;  // no "-0"
  bool is_bare = !unit || !*unit || strcmp(unit, "1") == 0;
  snprintf(text, size, "%.*g%s%s", n_digits, value, is_bare ? "" : " ", is_bare ? "" : unit);
}
