/// Personas: who trains. A file of models/users says it, or samples it.
#ifndef TAUT_SCENARIO_PERSONA_H
#define TAUT_SCENARIO_PERSONA_H

#include <lua.h>
#include <stdint.h>

/// Pushes persona `name` of models/users as a table of taut.parameters. One with a `sample`
/// function is another person for every seed: sample(priors, draw) gets the plain numbers of its
/// `priors` and random numbers that depend on the seed and on their name alone, and returns { user
/// =, life = }. Raises an error with file and line. [run]
void taut_push_persona(lua_State *L, const char *name, uint64_t seed);

/// Remembers `name` as the persona of this case. [run]
void taut_keep_persona(lua_State *L, const char *name);

/// taut.persona([name [, seed [, priors]]]): { name =, user = { }, life = { }, facts = { } } as
/// plain values. In a running script the name is that of the case's persona and the seed that of
/// the case, unless given; a file that is read must give both, and what the script asks for must
/// have been read before. `priors` are numbers in place of the population's own.
int taut_api_persona(lua_State *L);

#endif
