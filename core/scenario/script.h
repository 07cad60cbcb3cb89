/// A running script: a coroutine that is resumed when the time or the condition it waits for has
/// come.
///
/// Scripts live on rows. Row 0 is taken before the first line runs; a wait ends right after a row
/// was taken, so what a script reads and judges is exactly that row, and what it changes is seen by
/// the tick after it.
#ifndef TAUT_SCENARIO_SCRIPT_H
#define TAUT_SCENARIO_SCRIPT_H

#include "scenario/host.h"
#include "scenario/monitors.h"

/// An s:always that watches every row.
typedef struct taut_watch {
  const taut_expr *expr;
  size_t i_check;  ///< in the journal
  bool is_on;
  bool has_worst;
  int64_t first_ns;  ///< first violation, -1 for none
  int64_t worst_ns;
  taut_judgement worst;
  taut_explanation explanation;  ///< of the worst row
} taut_watch;

typedef enum taut_wait_kind {
  TAUT_WAIT_NONE,
  TAUT_WAIT_TIME,   ///< until a row
  TAUT_WAIT_SKIP,   ///< until a row, without looking
  TAUT_WAIT_UNTIL,  ///< until a condition holds, at most until a row
  TAUT_WAIT_STOP    ///< a failed check ended the script
} taut_wait_kind;

/// What the script waits for.
typedef struct taut_wait {
  taut_wait_kind kind;
  int64_t until_ns;       ///< row
  const taut_expr *expr;  ///< UNTIL
  bool is_met;            ///< UNTIL: the condition held
  bool is_checked;        ///< UNTIL: there is a limit, so also success is a check
  bool is_try;            ///< UNTIL: no check at all; the script hears whether it was met
  bool is_start_set;      ///< UNTIL: a failure also says how far the arming came
  int64_t since_ns;
  int64_t within_ns;
  const char *id, *text;  ///< of the check, in the pool
  int line;
} taut_wait;

/// A case of a warm run: all cases of a scenario that differ only in dimensions of `branch`.
typedef struct taut_strike_case {
  uint32_t i_case;
  bool may_strike;    ///< here, and has not yet
  const char *label;  ///< where: "top"
} taut_strike_case;

/// The strike of a scenario with `branch`. Its Lua side is in the registry.
typedef struct taut_strike {
  taut_strike_case *cases;  ///< (n_cases), in the pool
  size_t n_cases;           ///< 0: the scenario has no `branch`
  size_t i_case;            ///< of them, the one that this run is
  int64_t struck_ns;        ///< row of the strike, -1 before it
  bool *was_on;             ///< (faults of the plan): switched on by the script
  size_t n_means;           ///< faults switched on, events, and inputs changed since the strike
  const char *means;        ///< the first of them, or the last thing that changed nothing
} taut_strike;

typedef struct taut_script {
  taut_setup *setup;
  taut_journal *journal;
  taut_run *run;
  const taut_case_options *options;
  const taut_register *registers;  ///< for the ids of checks
  taut_monitors *monitors;         ///< fed with every row
  lua_State *L, *co;
  int64_t base_ns, period_ns;  ///< of ticks and rows
  int64_t row_ns;              ///< last row, -1 before the first
  double *values;              ///< copy of that row, (n_slots); fresh whenever the script runs
  size_t n_values;
  int64_t n_rows;  ///< looked at so far
  taut_wait wait;
  taut_list watches;            ///< of taut_watch *
  taut_list expressions;        ///< of taut_expr *, to be destroyed
  taut_list follows, measures;  ///< of script_record.c
  taut_strike strike;
  size_t n_checks;  ///< made by the script, receipts apart
  bool is_stopped;  ///< by a failed check, or cut
  bool is_mutated;  ///< the faults of the mutant are on
  taut_cut cut;
  bool is_broken;  ///< error: journal->error says why
} taut_script;

/// Runs the function on top of the stack of setup->L (popped) with the sweep point at `point`. The
/// run is new; it is advanced to the end of the script. The result is in the journal, `n_checks`,
/// `is_stopped` and `is_broken`. `script` holds the fields setup, run, options, registers and
/// monitors.
void taut_script_run(taut_script *script, int point);

/// The script of a coroutine, for its methods; raises an error after its end.
taut_script *taut_script_of(lua_State *L);

/// Compiles a text once and keeps it until the end of the script. Raises an error at the caller's
/// line and logs the caret.
const taut_expr *taut_script_compile(lua_State *L, taut_script *script, const char *text);
/// The same for a condition.
const taut_expr *taut_script_condition(lua_State *L, taut_script *script, int index);

/// A new check at the caller's line; raises an error when there are too many. `index` is the stack
/// index of the options { id, text }, 0 for none; `expr` may be NULL.
taut_check_result *taut_script_check(lua_State *L, taut_script *script, int index,
                                     const char *expression, const taut_expr *expr);
/// A copy in the pool; raises an error without memory.
const char *taut_script_text(lua_State *L, taut_script *script, const char *text);

/// Starts to wait: the value of the C function that waits. The script goes on with `true` or not at
/// all.
int taut_script_wait(lua_State *L, taut_script *script, const taut_wait *wait);
/// Ends the script after a failed check.
int taut_script_stop(lua_State *L, taut_script *script);
/// First row at or after `time_ns` from now.
int64_t taut_script_row_after(const taut_script *script, int64_t time_ns);

/// Advances through the row at `row_ns`; false when the run stopped, which breaks the script.
bool taut_script_advance(taut_script *script, int64_t row_ns);
/// The row at which the scenario's limit of simulated time is reached; skipped time is free.
int64_t taut_script_limit(const taut_script *script);
/// Skips to the end of the wait, which begins once the machine is at rest. True when the script
/// goes on.
bool taut_script_serve_skip(taut_script *script);

/// Judges every watch and the condition waited for; called with every row.
taut_status taut_script_on_row(void *user, const taut_row *row);
/// Judges one watch on a row.
taut_status taut_watch_judge(taut_script *script, taut_watch *watch, const double *values,
                             int64_t row_ns);
/// Writes the outcome of all watches into their checks.
void taut_watches_finish(taut_script *script);

/// Methods of `s` and of the handle of s:always; pushes the metatable of `s`.
void taut_push_script_methods(lua_State *L);
/// Methods that change the run.
int taut_script_set(lua_State *L);
int taut_script_event(lua_State *L);
int taut_script_fault(lua_State *L);
int taut_script_clear(lua_State *L);
int taut_script_start_set(lua_State *L);
int taut_script_skip(lua_State *L);
/// s:note.
int taut_script_note(lua_State *L);

/// Makes the strike of the scenario at stack index `scenario` ready and pushes what `s.sweep` is
/// until then; the sweep point of the case in a scenario without `branch`. Raises an error.
void taut_push_strike(lua_State *L, taut_script *script, const taut_suite *suite,
                      const taut_case_entry *entry, int scenario);
/// s:strike.
int taut_script_strike(lua_State *L);
/// What the script did to the run: `n_changed` 0 when it left the value as it was.
void taut_strike_note(taut_script *script, size_t n_changed, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/// The script has ended: every case of the warm run that has not struck ends like it.
void taut_strike_end(taut_script *script);
/// Adds the check that says what the strike was.
void taut_strike_judge(taut_script *script, int line);
/// Sets the prescribed load of the sides in use. Raises an error.
void taut_script_set_load(lua_State *L, taut_script *script, double load_n);

#endif
