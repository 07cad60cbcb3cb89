/// What the core asks of units beyond the table of taut/engine.h.
#ifndef TAUT_ENGINE_UNITS_H
#define TAUT_ENGINE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "taut/engine.h"

/// Is `name` a unit with these exponents: one of the table, or a compound of coherent SI units such
/// as "kg m2/s" (factors by blanks, at most one '/', exponents of one digit)? [any]
bool taut_unit_matches(const char *name, const int8_t si[8]);

#endif
