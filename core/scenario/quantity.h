/// Quantities in Lua: `lb(25)` is a value with dimensions that remembers where it was written.
#ifndef TAUT_SCENARIO_QUANTITY_H
#define TAUT_SCENARIO_QUANTITY_H

#include <lua.h>

#include "scenario/sandbox.h"

typedef struct taut_quantity {
  double si_value;
  int8_t si[8];
  char unit[24];  ///< display unit that taut_unit_find knows, "" for none
  int line;       ///< where it was made; 0 when it is a result
  char chunk[TAUT_CHUNK_MAX + 4];
} taut_quantity;

/// Adds the unit functions to the table on top of the stack: N, lb, cmH2O, m_s, N_s, percent ...
void taut_quantity_install(lua_State *L);

/// The quantity at `index`, or NULL. Borrowed from Lua.
const taut_quantity *taut_to_quantity(lua_State *L, int index);
void taut_push_quantity(lua_State *L, double si_value, const int8_t si[8], const char *unit);

/// taut.quantity(5, "cmH2O/s"), for units without a function of their own.
int taut_quantity_make(lua_State *L);

/// A time [ns] from seconds, a quantity of time or a text such as "2 s" at `index`; raises an error
/// that names `what` for anything else, negative or beyond 10 years.
int64_t taut_check_time(lua_State *L, int index, const char *what);

/// Name under which a unit is a function: "m/s" is m_s. false when it has none.
bool taut_unit_function(const taut_unit *unit, char name[32]);

/// "did you mean lb(25) or N(25)?" for a number without a unit.
void taut_quantity_hint(char *text, size_t size, double value, const int8_t si[8],
                        const char *unit);

#endif
