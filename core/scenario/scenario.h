/// The Lua host: reads scenario files in a sandbox, lists their cases and runs one case to a
/// result. Everything here runs inside a worker process; a result is plain data that the worker can
/// send home.
#ifndef TAUT_SCENARIO_H
#define TAUT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/engine.h"
#include "taut/monitor.h"

enum { TAUT_TWIN_MAX = 384 };  ///< bytes of the text that names a twin

/// A broken twin of a scenario.
typedef struct taut_twin_case {
  const char *name;     ///< what is broken: "session: no_refer"
  const char *overlay;  ///< "session=bad_session session.defect=no_refer", which any scenario can
                        ///< be run with; "" when it is more than models and parameters
} taut_twin_case;

/// One case of a file: a scenario, or one point of its sweep.
typedef struct taut_case {
  const char *name;             ///< "a reported leak ...", with "[load=25 lb]" for a sweep point
  int line;                     ///< of the taut.scenario call
  const char *const *tags;      ///< NULL-terminated
  const char *const *covers;    ///< requirement ids, NULL-terminated
  const char *rig;              ///< "two_cable_trainer"
  const char *const *rows;      ///< rows of the guides that it checks, "D-002-30", NULL-terminated
  const taut_twin_case *twins;  ///< its broken twins
  size_t n_twins;
  const char *roles;  ///< of a case with rows or twins: "session=session_program user=user"
  /// Ids of the requirements of `covers` on which every run places exactly one demand,
  /// NULL-terminated, and in words what instant, person and load are drawn from; "" without demand.
  const char *const *demand;
  const char *distribution;
  const char *hazard;  ///< id of the register; "" for none
  /// What the campaign leaves out, "phase=top: why", NULL-terminated; the same for all its cases.
  const char *const *not_applicable;
  /// Its name without the dimensions of `branch`: cases that share it are one run until the strike.
  /// "" without `branch`.
  const char *warm;
} taut_case;

/// A scenario file that was read. Owns every string in `cases`.
typedef struct taut_suite taut_suite;

/// Gives the model that stands for the process at `target` ("ipc:///tmp/x") in a role, or for the
/// model `inner` behind the delay that "?ticks=K" in `target` asks for; NULL with a sentence in
/// `error`. `log` is borrowed until the run has ended. The model outlives the run.
typedef const taut_model *(*taut_remote_fn)(void *user, const char *target, const char *role,
                                            const taut_model *inner, const taut_log_sink *log,
                                            char *error, size_t size);

/// How a protocol is run.
typedef struct taut_protocol_options {
  bool is_wanted;    ///< a protocol file is listed as one case; else it is refused
  const char *user;  ///< file in models/users; NULL: one who does what the protocol says
  int weeks;         ///< only so many; 0: all
} taut_protocol_options;

/// How closely the machine is simulated: `fast` takes what a rig says in its part `fast`.
typedef enum taut_fidelity { TAUT_FIDELITY_FULL, TAUT_FIDELITY_FAST } taut_fidelity;

typedef struct taut_scenario_options {
  const char *data_dir;            ///< folder that holds models/ and scenarios/ (Lua data)
  const char *const *plugin_dirs;  ///< NULL-terminated, searched in order for "<model>.so"
  const char *const *with;         ///< NULL-terminated "ROLE=TARGET"
  taut_fidelity fidelity;
  size_t memory_bytes;       ///< for Lua; 0 means 64 MiB
  uint64_t instructions;     ///< Lua instructions for reading, and again for the script; 0: 2e8
  const taut_log_sink *log;  ///< may be NULL
  taut_remote_fn remote;     ///< for targets that are addresses; NULL: there can be none
  void *remote_user;
  /// Hears every Lua file and plugin before it is read or opened, a file more than once; may be
  /// NULL.
  void (*on_input)(void *user, const char *path);
  void *input_user;
  taut_protocol_options protocol;
  /// Scenarios run as a broken twin: "#1" is each one's own first, a text as in
  /// taut_twin_case.overlay is the same in all of them. NULL: as they are.
  const char *twin;
} taut_scenario_options;

/// A requirement of a register.
typedef struct taut_requirement {
  const char *id;              ///< "SR-030"
  const char *text;            ///< in plain words, one line
  const char *formula;         ///< of the requirements language
  const char *const *hazards;  ///< ids, NULL-terminated, at least one
  const char *severity;        ///< "negligible", "minor", "serious", "critical" or "catastrophic"
  const char *source;          ///< where it comes from
  const char *safe_state;      ///< "sto"
  const char *needs;           ///< "full": only a run of full fidelity may judge it; NULL: none
  bool is_approved;            ///< somebody put a name and a date to it
  bool is_everywhere;          ///< watches every run, not only those that cover it
  taut_monitor_end end;        ///< what becomes of a window at the end of the run
  const char *file;            ///< as shown
  int line, formula_line;      ///< of its id and of the first line of its formula
} taut_requirement;

/// A hazard of a register.
typedef struct taut_hazard {
  const char *id;           ///< "H23"
  const char *failure;      ///< what goes wrong
  const char *detection;    ///< how the machine notices
  const char *requirement;  ///< what it must then do, in words
  const char *safe_state;   ///< as of a requirement
  const char *severity;     ///< as of a requirement
  const char *source;       ///< where it comes from
  const char *status;       ///< of the figures in it: "V", "C", "M" or "D"; "" when not stated
  const char *file;         ///< as shown
  int line;
} taut_hazard;

/// Reads a scenario file and its registers: requirements.lua and hazards.lua of
/// <data_dir>/scenarios, and of the nearest folder from the scenario file's upwards that has one.
/// On failure the log has "file:line: what" and a suggestion. EINVAL (does not compile, not a
/// scenario or register, unknown field or id), ENOTFOUND, ENOMEM, EFULL (instruction limit).
taut_status taut_suite_open(const char *file, const taut_scenario_options *options,
                            taut_suite **out);
void taut_suite_close(taut_suite *suite);
size_t taut_suite_n_cases(const taut_suite *suite);
const taut_case *taut_suite_case(const taut_suite *suite, size_t i);

/// Requirements and hazards of the registers, in the order of their files; NULL past the last.
/// Borrowed until close.
const taut_requirement *taut_suite_requirement(const taut_suite *suite, size_t i);
const taut_hazard *taut_suite_hazard(const taut_suite *suite, size_t i);

/// One check of a case: an expect, an always, a wait_until with a limit, a requirement of a
/// register judged over the whole run, or a fault's receipt.
typedef struct taut_check_result {
  const char *id;          ///< requirement id or ""
  const char *text;        ///< what is required, in the scenario's words or the expression
  const char *expression;  ///< source text
  taut_verdict verdict;
  bool has_margin;
  double margin;         ///< slack in `unit`, negative when violated
  const char *unit;      ///< display unit of the margin
  int64_t tick_ns;       ///< first violation, or where the margin was least; -1 if none
  const char *expected;  ///< "load.command_n <= 10 N"
  const char *got;       ///< "23.1 N (left)"
  int line;              ///< in the scenario file
  bool is_requirement;   ///< of a register, judged over the whole run by its formula
  bool is_everywhere;    ///< it watches every run and is not in `covers`: when it comes to no
                         ///< decision, the case is none the worse
  bool has_trigger;      ///< of a requirement: there is something that makes it apply
  uint64_t n_triggers;   ///< how often that happened, both sides together
  size_t n_signals;
  const char *const *signals;  ///< full names of the ports that its formula or condition reads
} taut_check_result;

/// A value of a note.
typedef struct taut_note_value {
  enum { TAUT_NOTE_NUMBER, TAUT_NOTE_BOOL, TAUT_NOTE_TEXT, TAUT_NOTE_LIST } kind;
  double number;     ///< finite; of a bool 0 or 1; quantities are in SI
  const char *text;  ///< of a text
  size_t n_items;    ///< of a list, which holds no lists
  const struct taut_note_value *items;
} taut_note_value;

typedef struct taut_note_field {
  const char *key;  ///< [a-z][a-z0-9_]*
  taut_note_value value;
} taut_note_field;

/// A record that the script left with s:note, for reports.
typedef struct taut_note {
  int64_t tick_ns;
  const char *kind;  ///< [a-z][a-z0-9_]*
  size_t n_fields;
  const taut_note_field *fields;  ///< by key, each once
} taut_note;

/// Why a case ended before its script did.
typedef enum taut_cut {
  TAUT_CUT_NONE,
  TAUT_CUT_VIOLATION,  ///< a requirement was violated and `is_fail_fast` asked to stop there
  TAUT_CUT_BUDGET      ///< `budget_ns` of simulated time were used up
} taut_cut;

typedef struct taut_case_result {
  taut_verdict verdict;
  const char *reason;  ///< one line: why not pass; "" for pass
  uint64_t seed;
  int64_t sim_ns;      ///< simulated time reached
  int64_t skipped_ns;  ///< of it, the time that was skipped
  uint8_t trace_hash[16], state_hash[16], plan_hash[16];
  size_t n_checks;
  const taut_check_result *checks;
  size_t n_notes;
  const taut_note *notes;
  size_t n_logs;
  const char *const *logs;  ///< "12.345 s controller: text"
  taut_cut cut;
  uint64_t mutant_changed;   ///< samples or calls that the mutant changed; 0 without one
  double mutant_change_max;  ///< greatest change it made to a value
} taut_case_result;

typedef struct taut_case_options {
  uint64_t seed;
  bool is_checked, is_stress;
  /// A port mutant, "PORT OPERATOR [VALUE...] [@SECONDS]" of docs/mutation.md: one more fault, on
  /// from tick 0 or from that time. It needs no receipt; the result counts what it changed. NULL or
  /// "" for none.
  const char *mutant;
  bool is_fail_fast;  ///< end the case soon after a requirement with an id is violated
  int64_t budget_ns;  ///< simulated time after which the case is cut; 0: none
  volatile int64_t
      *tick_ns;        ///< published every row, for a watcher in another process; may be NULL
  taut_row_fn on_row;  ///< additional row consumer (trace); may be NULL
  taut_status (*on_plan)(void *user, const taut_plan *plan);  ///< before the first row; may be NULL
  taut_effect_fn on_effect;  ///< hears what the script does to the run; may be NULL
  /// The case is judged and its plan is still there; not called for a case that never ran. May be
  /// NULL.
  void (*on_end)(void *user, const taut_plan *plan, const taut_case_result *result);
  void *user;  ///< for on_row, on_plan, on_effect, on_end and on_branch
  /// Cases of one warm run, the first of them being the one that is run; NULL: the case alone. The
  /// run stands where case `i_case` strikes, or ended before: on_branch returns true in the process
  /// that goes on as that case, and false in the one that goes on without it.
  const uint32_t *branches;
  size_t n_branches;
  bool (*on_branch)(void *user, uint32_t i_case);
} taut_case_options;

/// Called between loading and running: the worker closes its doors (seccomp) here. May be NULL.
typedef taut_status (*taut_ready_fn)(void *user);

/// Runs case `i`. The result is owned by the suite and valid until the next run or close. Returns
/// OK whenever there is a result, whatever the verdict; else ENOMEM.
taut_status taut_suite_run(taut_suite *suite, size_t i, const taut_case_options *options,
                           taut_ready_fn ready, const taut_case_result **out);

/// Builds the plan of a rig with its default parameters, for `taut describe RIG`. The registry is
/// the caller's. EINVAL, ENOTFOUND with a log line.
taut_status taut_rig_plan(const char *rig, const taut_scenario_options *options,
                          taut_registry *registry, taut_plan **out);

#endif
