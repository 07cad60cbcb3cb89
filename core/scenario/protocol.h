/// A training protocol: weeks of sessions as data that a physiotherapist reads and writes.
///
/// taut.protocol { ... } is checked as a whole before anything runs. What it says about phases and
/// exercises becomes numbers for the session software and for the person; docs/protocols.md has
/// the format.
#ifndef TAUT_SCENARIO_PROTOCOL_H
#define TAUT_SCENARIO_PROTOCOL_H

#include "scenario/host.h"

enum {
  TAUT_PROTOCOL_PHASES_MAX = 7,  ///< the session software has one more, for what is not prescribed
  TAUT_PROTOCOL_ENTRIES_MAX = 64,    ///< exercises of all phases together
  TAUT_PROTOCOL_EXERCISES_MAX = 24,  ///< different ones
  TAUT_PROTOCOL_WEEKS_MAX = 52,
  TAUT_PROTOCOL_VALUES_MAX = 4096,
  TAUT_PROTOCOL_NAME_MAX = 64
};

/// An exercise as it is done: a row of the person's table. Two phases that do it with another tempo
/// have two rows.
typedef struct taut_protocol_exercise {
  char name[TAUT_PROTOCOL_NAME_MAX];  ///< file in models/exercises
  bool is_floor;                      ///< it uses no cable
  double lift_s, pause_s, lower_s;    ///< [s]; NAN: as the file says
  double hold_s;                      ///< length of a timed set [s]; NAN: as the file says
} taut_protocol_exercise;

/// One exercise of one phase, as far as the reading of a protocol needs it.
typedef struct taut_protocol_entry {
  int phase;     ///< from 1; 0: at any time; one past the last: never
  int exercise;  ///< row of the person's table, from 1
  int line;      ///< where it was written
} taut_protocol_entry;

typedef struct taut_protocol_phase {
  char name[TAUT_PROTOCOL_NAME_MAX];
  int first_week, last_week;
} taut_protocol_phase;

/// A parameter of the session software: what the protocol says, as a number.
typedef struct taut_protocol_value {
  const char *name;  ///< "entry_reps"
  int slot;          ///< of an array, from 0
  double value;      ///< SI; loads in pounds
  int line;          ///< where it was written
  bool is_shared;    ///< in the rules that the protocol shares with others
} taut_protocol_value;

typedef struct taut_protocol {
  char name[TAUT_PROTOCOL_NAME_MAX];
  taut_origin origin;
  taut_origin rules_origin;  ///< of the rules it shares with others; empty without
  bool is_in_rules;          ///< while they are read
  size_t n_phases, n_entries, n_exercises, n_values;
  taut_protocol_phase phases[TAUT_PROTOCOL_PHASES_MAX];
  taut_protocol_entry entries[TAUT_PROTOCOL_ENTRIES_MAX];
  taut_protocol_exercise exercises[TAUT_PROTOCOL_EXERCISES_MAX];
  taut_protocol_value values[TAUT_PROTOCOL_VALUES_MAX];
} taut_protocol;

/// taut.protocol { ... }: checks the table and marks it. Raises an error.
int taut_api_protocol(lua_State *L);
/// taut.rules { ... }: lists of rules that several protocols share. Raises an error.
int taut_api_rules(lua_State *L);
/// The protocol of the table at `index`, which is one or the scenario made of one; NULL when there
/// is none. Borrowed from Lua.
const taut_protocol *taut_protocol_of(lua_State *L, int index);

/// Replaces the protocol on top of the stack by a scenario: a person's life through its weeks, told
/// by scenarios/lib/protocol_life.lua. Raises an error when no protocol is wanted here.
void taut_push_life(lua_State *L, const char *file, const taut_protocol_options *options);

/// Gives the session software the protocol and the person its exercises. Raises an error.
void taut_setup_protocol(taut_setup *setup, const taut_protocol *protocol);

#endif
