/// Inside of the Lua host: a suite, the plan of a case, and the way results are collected.
#ifndef TAUT_SCENARIO_HOST_H
#define TAUT_SCENARIO_HOST_H

#include "scenario/fields.h"
#include "scenario/pool.h"
#include "scenario/sandbox.h"
#include "scenario/scenario.h"

enum {
  TAUT_CASES_MAX = 10000,   ///< of one file
  TAUT_CHECKS_MAX = 10000,  ///< results of one case
  TAUT_LOGS_MAX = 1000,     ///< kept lines of one case
  TAUT_NOTES_MAX = 20000,   ///< of one case
  TAUT_RIG_INSTANCES_MAX = 32
};

#define TAUT_MEMORY_DEFAULT ((size_t)64 << 20)
#define TAUT_INSTRUCTIONS_DEFAULT UINT64_C(200000000)

// -------------------------------------------------------------------------------------------
// journal

/// Log lines and checks of the running case.
typedef struct taut_journal {
  taut_pool *pool;
  const taut_log_sink *forward;  ///< may be NULL
  taut_list logs;                ///< of const char *
  size_t n_lost;                 ///< lines beyond TAUT_LOGS_MAX
  taut_list checks;              ///< of taut_check_result
  taut_list notes;               ///< of taut_note
  char error[TAUT_MESSAGE_MAX];  ///< first line of level error since it was cleared
  bool is_quiet;                 ///< only `error` takes what is said
  bool is_out_of_memory;
} taut_journal;

/// A log whose lines end in the journal.
taut_log_sink taut_journal_log(taut_journal *journal);
/// Adds a line at a time (negative: none).
void taut_journal_say(taut_journal *journal, int64_t tick_ns, taut_log_level level,
                      const char *path, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/// A new check with empty texts and verdict pass; NULL when there is no memory or there are too
/// many.
taut_check_result *taut_journal_check(taut_journal *journal);

// ---------------------------------------------------------------------------------------------
// registers

/// The requirements and hazards that the cases of a file are judged by.
typedef struct taut_register {
  taut_list requirements;  ///< of taut_requirement
  taut_list hazards;       ///< of taut_hazard
  bool is_present;         ///< there is a requirements.lua: from then on ids are checked
  const char *project;     ///< requirements.lua of the project, as shown; NULL without one
} taut_register;

/// Reads the registers that count for the scenario file at `path`, within limits of their own.
/// Strings live in `pool`. On failure `message` has "file:line: what". EINVAL, ENOMEM, EFULL.
taut_status taut_register_read(taut_register *reg, taut_pool *pool, const char *path,
                               const taut_scenario_options *options, char *message, size_t size);
/// The requirement of that id, or NULL.
const taut_requirement *taut_register_find(const taut_register *reg, const char *id);
/// Whether a scenario may name `id`; else `text` says why not, what was meant and what to do.
bool taut_register_knows(const taut_register *reg, const char *id, char *text, size_t size);
/// The same for a hazard.
bool taut_register_knows_hazard(const taut_register *reg, const char *id, char *text, size_t size);

// ---------------------------------------------------------------------------------------------
// suite

/// One case of a file: which scenario, which point of its sweep.
typedef struct taut_case_entry {
  taut_case view;
  uint32_t i_scenario;  ///< from 1, in the order of the file
  uint32_t i_point;     ///< of the sweep, last key fastest
} taut_case_entry;

struct taut_suite {
  taut_scenario_options options;  ///< strings are copies in `texts`
  const taut_allocator *allocator;
  const taut_model *const *models;  ///< NULL-terminated, added to every registry; may be NULL
  const char *file;
  taut_pool texts;    ///< lives as long as the suite
  taut_pool results;  ///< of the last run
  taut_register registers;
  taut_sandbox box;
  bool is_open;     ///< the sandbox holds the scenarios, untouched by a script
  taut_list cases;  ///< of taut_case_entry
  taut_case_result result;
};

/// taut_suite_open with memory and models of a test: `allocator` and `models` may be NULL and are
/// borrowed until close.
taut_status taut_suite_open_with(const char *file, const taut_scenario_options *options,
                                 const taut_allocator *allocator, const taut_model *const *models,
                                 taut_suite **out);

/// Pushes the i-th scenario table (from 1). In a protected call.
void taut_push_scenario(lua_State *L, uint32_t i_scenario);
/// Reads the file into suite->box: grants a budget, runs it, keeps its list of scenarios.
taut_status taut_suite_read(taut_suite *suite);

/// Number of points of the sweep of the scenario at `index`; raises an error for a wrong one.
uint32_t taut_sweep_count(lua_State *L, int index, const taut_origin *origin);
/// Which dimensions of a sweep: all, or those that are not in `branch`.
typedef enum taut_sweep_part { TAUT_SWEEP_WHOLE, TAUT_SWEEP_WARM } taut_sweep_part;
/// Pushes a table {key = value} of point `i_point`, nil without a sweep.
void taut_push_sweep_point(lua_State *L, int index, uint32_t i_point, taut_sweep_part part);
/// Pushes "[load=10 lb,report=voice]", "" without a sweep.
void taut_push_sweep_name(lua_State *L, int index, uint32_t i_point, taut_sweep_part part);
/// Raises an error unless the field `branch` of the scenario names dimensions of its sweep that
/// the plan has no part in.
void taut_check_branch(lua_State *L, int index, const taut_origin *origin);
/// Whether the scenario has a field `branch`; pushes the list, or nothing.
bool taut_push_branch(lua_State *L, int index);

// ---------------------------------------------------------------------------------------------
// setup

/// One instance of a rig before it is in the builder.
typedef struct taut_rig_instance {
  char path[64];  ///< "left.motor"
  const taut_role *role;
  const char *model_name;  ///< of the rig
  const char *target;      ///< of --with, NULL when not replaced
  int64_t period_ns, phase_ns;
  const taut_model *model;
} taut_rig_instance;

/// The faults of a mutant: the last ones of the plan.
typedef struct taut_mutant {
  size_t n_faults;  ///< 0 without a mutant; 2 for a swap
  int64_t at_ns;    ///< when they are switched on
} taut_mutant;

/// Everything between a scenario table and a run.
typedef struct taut_setup {
  lua_State *L;
  const taut_scenario_options *options;
  taut_pool *pool;
  taut_journal *journal;
  taut_log_sink log;  ///< of the journal
  taut_registry *registry;
  taut_builder *builder;
  taut_plan *plan;
  taut_rig_instance instances[TAUT_RIG_INSTANCES_MAX];
  size_t n_instances;
  taut_mutant mutant;
  int i_with;         ///< stack index of the scenario's models in place of the rig's; 0 for none
  bool is_plan_only;  ///< the plan outlives the Lua state, so no role may be written in Lua
  bool has_load;
  double load_n;       ///< of the set
  int64_t timeout_ns;  ///< simulated time the script may take
} taut_setup;

/// Pushes the rig: a data file's when the value on top is a name, the table itself otherwise
/// (replacing it). Fills `instances`, adds them to the builder. Raises an error.
void taut_setup_rig(taut_setup *setup);
/// Applies the parameters of machine and rig. The rig is on top of the stack. Raises an error.
void taut_setup_machine(taut_setup *setup);
/// Applies exercise, persona and the scenario's own parameters. `scenario` and `point` are stack
/// indexes.
void taut_setup_person(taut_setup *setup, int scenario, int point, const taut_origin *origin);
/// Declares the faults of the scenario.
void taut_setup_faults(taut_setup *setup, int scenario, const taut_origin *origin);
/// Declares the faults of a mutant; raises an error for a text that is none.
void taut_setup_mutant(taut_setup *setup, const char *text);
/// Wires and makes the plan.
void taut_setup_plan(taut_setup *setup);

/// The model of an instance: of the registry, of a plugin folder, of --with. Raises an error.
const taut_model *taut_setup_model(taut_setup *setup, taut_rig_instance *instance);

/// Sets parameter `name` of every instance that `key` names ("motor", "left.motor") to the value on
/// top of the stack, which is popped. `origin` says where it was written. Returns false when no
/// instance of the key has it because the instance was replaced or is not in the rig; raises an
/// error otherwise.
bool taut_setup_param(taut_setup *setup, const char *key, const char *name,
                      const taut_origin *origin);
/// Sets element `i_slot` of array parameter `name` of the instance of a role to the value on top of
/// the stack, which is popped. False when the instance was replaced by one that has no such
/// parameter; raises an error otherwise.
bool taut_setup_slot(taut_setup *setup, const char *role, const char *name, uint32_t i_slot,
                     const taut_origin *origin);
/// Applies a table {role = {name = value}} on top of the stack, which is popped; fields that are
/// not tables are skipped.
void taut_setup_params(taut_setup *setup, const taut_origin *origin);

/// Is `key` a role or a side and a role: "motor", "left.motor"? `suggest` may get the nearest one.
bool taut_is_role_key(const char *key, const char **suggestion);

/// Raises `text` and the last error of the engine's log.
__attribute__((noreturn)) void taut_setup_raise(taut_setup *setup, const char *text);

#endif
