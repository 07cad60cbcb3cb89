/// Strict reading of Lua tables: every field has a name and a kind, a misspelt one is an error.
#ifndef TAUT_SCENARIO_FIELDS_H
#define TAUT_SCENARIO_FIELDS_H

#include <lua.h>

#include "scenario/sandbox.h"

/// Where a table of the API was written, and by which function.
typedef struct taut_origin {
  char kind[16];  ///< "scenario", "parameters", "rig", "fault", "role"
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
} taut_origin;

/// One allowed field. `kinds` are words joined by '|': string, number, boolean, function, table,
/// list (of texts), quantity, time (number of seconds, quantity or text).
typedef struct taut_field {
  const char *name;
  const char *kinds;
  bool is_required;
} taut_field;

/// Marks the table at `index` as made by taut.<kind>, called from the Lua code at `level`.
void taut_origin_mark(lua_State *L, int index, const char *kind, int level);
/// Marks it with an origin of somebody else's.
void taut_origin_put(lua_State *L, int index, const taut_origin *origin);
/// The origin of the table at `index`; false when it is not a table made by taut.<kind>.
bool taut_origin_of(lua_State *L, int index, const char *kind, taut_origin *out);

/// Raises an error unless the table at `index` has only the fields listed (ended by a NULL name),
/// each of its kind, and all required ones. `what` names the table: "scenario".
void taut_check_fields(lua_State *L, int index, const char *what, const taut_origin *origin,
                       const taut_field *fields);

/// Raises "chunk:line: text" with the line of field `name` at or after the origin's.
__attribute__((noreturn)) void taut_raise_field(lua_State *L, const taut_origin *origin,
                                                const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/// Raises an error unless the value on top is a list of texts; returns its length.
int taut_check_list(lua_State *L, const taut_origin *origin, const char *name);

#endif
