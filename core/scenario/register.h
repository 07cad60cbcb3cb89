/// taut.requirements and taut.hazards: the tables of a register, checked where they are written.
#ifndef TAUT_SCENARIO_REGISTER_H
#define TAUT_SCENARIO_REGISTER_H

#include "scenario/fields.h"

enum { TAUT_REGISTER_MAX = 2000 };  ///< entries of one register

int taut_api_requirements(lua_State *L);
int taut_api_hazards(lua_State *L);

/// Checks the list on top of the stack, written at `at`; `kind` is "requirement" or "hazard".
/// Raises an error that names the line of the entry.
void taut_register_check(lua_State *L, const char *kind, const taut_origin *at);

/// Line of the entry with this id, at or after `line`, in a file that was read; `line` itself when
/// it is not found, as in a register that is computed.
int taut_register_line(lua_State *L, const char *chunk, int line, const char *id);
/// Line on which this text begins, at or after `line`; that of the field `name` when it is spelled
/// otherwise.
int taut_register_text_line(lua_State *L, const char *chunk, int line, const char *name,
                            const char *text);

#endif
