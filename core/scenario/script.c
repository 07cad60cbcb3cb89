// The drive loop: resume the script, do what it waits for, look at every row.

#include "scenario/script.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/quantity.h"
#include "scenario/script_log.h"
#include "scenario/script_record.h"
#include "scenario/signals.h"

static const char EXPRESSIONS[] = "taut.expressions";

// -------------------------------------------------------------------------------------------- rows

enum { ROWS_PER_LOOK = 48 };  ///< asking monitors after each row would cost their speed

/// Whether the case ends here: a requirement is violated, or its budget is used up.
static bool is_cut(taut_script *script, const taut_row *row) {
  const taut_case_options *options = script->options;
  if (options->budget_ns > 0 && row->tick_ns >= options->budget_ns) script->cut = TAUT_CUT_BUDGET;
  if (!options->is_fail_fast || script->monitors->n_rows % ROWS_PER_LOOK != 0)
    return script->cut != TAUT_CUT_NONE;
  bool is_violated = taut_monitors_are_violated(script->monitors);
  taut_watch **watches = script->watches.items;
  const taut_check_result *checks = script->journal->checks.items;
  for (size_t i = 0; i < script->watches.n; i++)
    is_violated |= watches[i]->first_ns >= 0 && checks[watches[i]->i_check].id[0];
  if (is_violated) script->cut = TAUT_CUT_VIOLATION;
  return script->cut != TAUT_CUT_NONE;
}

taut_status taut_script_on_row(void *user, const taut_row *row) {
  taut_script *script = user;
  taut_wait *wait = &script->wait;
  script->row_ns = row->tick_ns;
  if (script->options->tick_ns) *script->options->tick_ns = row->tick_ns;
  if (script->options->on_row) {
    taut_status status = script->options->on_row(script->options->user, row);
    if (status) {
      taut_journal_say(script->journal, row->tick_ns, TAUT_LOG_ERROR, "",
                       "the trace could not be written: %s", taut_status_text(status));
      return status;
    }
  }
  if (taut_monitors_feed(script->monitors, row->values) != TAUT_OK) {
    taut_journal_say(script->journal, row->tick_ns, TAUT_LOG_ERROR, "",
                     "the run is longer than its requirements were made for");
    return TAUT_EFULL;
  }
  taut_watch **watches = script->watches.items;
  for (size_t i = 0; i < script->watches.n; i++) {
    if (!watches[i]->is_on) continue;
    taut_status status = taut_watch_judge(script, watches[i], row->values, row->tick_ns);
    if (status) return status;
  }
  taut_status recorded = taut_script_record(script, row->values, row->tick_ns);
  if (recorded) return recorded;
  if (wait->kind == TAUT_WAIT_UNTIL && !wait->is_met) {
    if (taut_expr_holds(wait->expr, row->values, &wait->is_met) != TAUT_OK) {
      taut_journal_say(script->journal, row->tick_ns, TAUT_LOG_ERROR, "", "a signal of '%s' is NaN",
                       taut_expr_text(wait->expr));
      return TAUT_ENUMBER;
    }
  }
  if (is_cut(script, row)) return TAUT_EREJECT;
  // The copy is only for the rows at which the script goes on: an idle script costs no copy.
  if (wait->is_met || row->tick_ns >= wait->until_ns)
    memcpy(script->values, row->values, script->n_values * sizeof *script->values);
  return TAUT_OK;
}

int64_t taut_script_row_after(const taut_script *script, int64_t time_ns) {
  int64_t now_ns = script->row_ns < 0 ? 0 : script->row_ns;
  int64_t n_rows = time_ns / script->period_ns + (time_ns % script->period_ns != 0);
  return now_ns + n_rows * script->period_ns;
}

/// Switches the mutant on.
static bool switch_mutant_on(taut_script *script) {
  const taut_setup *setup = script->setup;
  size_t n = taut_plan_n_faults(setup->plan);
  script->is_mutated = true;
  for (size_t i = n - setup->mutant.n_faults; i < n; i++) {
    if (taut_run_apply(script->run, TAUT_EFFECT_FAULT, (uint32_t)i, 1) == TAUT_OK) continue;
    script->is_broken = true;
    return false;
  }
  return true;
}

static bool advance(taut_script *script, int64_t row_ns);

/// On the way to a row: up to the time of the mutant, then with it.
static bool advance_mutated(taut_script *script, int64_t row_ns) {
  int64_t at_ns = script->setup->mutant.at_ns;
  if (at_ns > row_ns || script->is_mutated) return advance(script, row_ns);
  if (at_ns > 0 && !advance(script, at_ns)) return false;
  return switch_mutant_on(script) && advance(script, row_ns);
}

bool taut_script_advance(taut_script *script, int64_t row_ns) {
  return script->setup->mutant.n_faults ? advance_mutated(script, row_ns) : advance(script, row_ns);
}

static bool advance(taut_script *script, int64_t row_ns) {
  // The row of a tick is taken within the tick, so one base period more.
  if (row_ns <= script->row_ns) return true;
  script->journal->error[0] = 0;
  taut_status status = taut_run_advance(script->run, row_ns + script->base_ns);
  if (status == TAUT_OK) return true;
  if (script->cut != TAUT_CUT_NONE) {
    script->is_stopped = true;
    return false;
  }
  script->is_broken = true;
  if (!script->journal->error[0])
    snprintf(script->journal->error, sizeof script->journal->error, "the run stopped: %s",
             taut_status_text(status));
  return false;
}

// ------------------------------------------------------------------------------------------- waits

/// Of a set that did not begin: "resting, controller.arm_state requested, ...".
static const char *add_arming(taut_script *script, const char *got) {
  static const char *const PORTS[] = {"controller.arm_state", "controller.safety_state",
                                      "controller.cause"};
  for (size_t i = 0; i < sizeof PORTS / sizeof PORTS[0]; i++) {
    taut_port port;
    if (taut_plan_find(script->setup->plan, PORTS[i], &port) != TAUT_OK) continue;
    if (port.kind != TAUT_PORT_OUTPUT || !port.signal->labels) continue;
    double value = script->values[port.slot];
    if (!(value >= 0 && value <= port.signal->max)) continue;
    const char *more = taut_pool_format(script->journal->pool, "%s, %s %s", got, PORTS[i],
                                        port.signal->labels[(size_t)value]);
    if (more) got = more;
  }
  return got;
}

static void finish_until(taut_script *script) {
  taut_wait *wait = &script->wait;
  if (wait->is_met && !wait->is_checked) return;
  taut_check_result *check = taut_journal_check(script->journal);
  if (!check) {
    script->is_broken = true;
    snprintf(script->journal->error, sizeof script->journal->error, "there are more than %d checks",
             TAUT_CHECKS_MAX);
    return;
  }
  script->n_checks++;
  check->id = wait->id;
  check->text = wait->text;
  check->expression = taut_expr_text(wait->expr);
  char *copy = taut_pool_text(script->journal->pool, check->expression);
  check->expression = copy ? copy : "";
  check->line = wait->line;
  check->tick_ns = script->row_ns;
  check->signals = taut_signals_of_expr(wait->expr, script->setup->plan, script->journal->pool,
                                        &check->n_signals);
  if (wait->is_met) return;
  taut_judgement judgement;
  taut_explanation explanation;
  check->verdict = TAUT_FAIL;
  if (taut_expr_judge(wait->expr, script->values, &judgement) == TAUT_OK) {
    taut_expr_explain(wait->expr, script->values, &judgement, &explanation);
    check->has_margin = judgement.has_margin;
    check->margin = judgement.margin;
    copy = taut_pool_text(script->journal->pool, judgement.unit);
    check->unit = copy ? copy : "";
    copy = taut_pool_format(script->journal->pool, "%s within %.6g s", explanation.expected,
                            (double)wait->within_ns * 1e-9);
    check->expected = copy ? copy : "";
    copy = taut_pool_text(script->journal->pool, explanation.got);
    check->got = copy ? copy : "";
    if (wait->is_start_set) check->got = add_arming(script, check->got);
  }
}

/// The scenario's own limit of simulated time was reached while it waited.
static void report_timeout(taut_script *script) {
  taut_check_result *check = taut_journal_check(script->journal);
  if (!check) return;
  char *text = taut_pool_format(script->journal->pool, "the scenario ends within %.6g s",
                                (double)script->setup->timeout_ns * 1e-9);
  check->text = text ? text : "";
  check->expected = check->text;
  check->got = "still running";
  check->verdict = TAUT_FAIL;
  check->tick_ns = script->row_ns;
  check->line = script->wait.line;
  script->n_checks++;
}

int64_t taut_script_limit(const taut_script *script) {
  return script->setup->timeout_ns + taut_timeline_skipped(&script->monitors->timeline);
}

/// Does what the script waits for. True when it goes on.
static bool serve_wait(taut_script *script) {
  taut_wait *wait = &script->wait;
  if (wait->kind == TAUT_WAIT_STOP) {
    script->is_stopped = true;
    return false;
  }
  if (wait->kind == TAUT_WAIT_SKIP) return taut_script_serve_skip(script);
  int64_t limit_ns = taut_script_limit(script);
  bool is_over = wait->until_ns > limit_ns;
  if (is_over) wait->until_ns = limit_ns;
  if (wait->kind == TAUT_WAIT_TIME) {
    if (!taut_script_advance(script, wait->until_ns)) return false;
  } else {
    while (!wait->is_met && script->row_ns < wait->until_ns)
      if (!taut_script_advance(script, script->row_ns + script->period_ns)) return false;
    if ((wait->is_met || !is_over) && !wait->is_try) finish_until(script);
    if (script->is_broken) return false;
    if (wait->is_met) is_over = false;
  }
  if (is_over) report_timeout(script);
  bool goes_on = !is_over && (wait->kind == TAUT_WAIT_TIME || wait->is_met || wait->is_try);
  script->is_stopped = !goes_on;
  wait->kind = TAUT_WAIT_NONE;
  return goes_on;
}

int taut_script_wait(lua_State *L, taut_script *script, const taut_wait *wait) {
  if (!lua_isyieldable(L)) return luaL_error(L, "waiting is not possible inside this function");
  script->wait = *wait;
  script->wait.since_ns = script->row_ns;
  return lua_yield(L, 0);
}

int taut_script_stop(lua_State *L, taut_script *script) {
  if (!lua_isyieldable(L)) return luaL_error(L, "a check that ends the script failed here");
  script->wait = (taut_wait){.kind = TAUT_WAIT_STOP};
  return lua_yield(L, 0);
}

// ----------------------------------------------------------------------------------------- running

static bool make_memory(taut_script *script) {
  const taut_plan *plan = script->setup->plan;
  script->journal = script->setup->journal;
  script->L = script->setup->L;
  script->base_ns = taut_plan_base_period(plan);
  script->period_ns = taut_plan_row_period(plan);
  script->row_ns = -1;
  script->n_values = taut_plan_n_slots(plan);
  script->values =
      taut_pool_take(script->journal->pool, (script->n_values + 1) * sizeof *script->values);
  return script->values != NULL;
}

/// Sets the load of the set before the first tick. Light userdata: the script.
static int prepare(lua_State *L) {
  taut_script *script = lua_touserdata(L, 1);
  if (script->setup->has_load) taut_script_set_load(L, script, script->setup->load_n);
  return 0;
}

/// Function and sweep point are arguments; makes the coroutine with the function and `s` on its
/// stack.
static int make_coroutine(lua_State *L) {
  taut_script *script = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_setfield(L, LUA_REGISTRYINDEX, EXPRESSIONS);
  taut_script **handle = lua_newuserdatauv(L, sizeof *handle, 1);
  *handle = script;
  lua_pushvalue(L, 3);
  lua_setiuservalue(L, -2, 1);
  taut_push_script_methods(L);
  lua_setmetatable(L, -2);
  script->co = lua_newthread(L);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, "taut.coroutine");
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 4);
  lua_xmove(L, script->co, 2);
  return 0;
}

static void take_error(taut_script *script) {
  taut_sandbox *box = taut_sandbox_of(script->L);
  script->is_broken = true;
  snprintf(script->journal->error, sizeof script->journal->error, "%s", box->message);
}

static void drive(taut_script *script) {
  taut_sandbox *box = taut_sandbox_of(script->L);
  int n_arguments = 1, n_results = 0;
  for (;;) {
    int status = lua_resume(script->co, script->L, n_arguments, &n_results);
    if (status == LUA_OK) return;
    if (status != LUA_YIELD) {
      taut_sandbox_failed(box, script->co, status);
      take_error(script);
      return;
    }
    lua_pop(script->co, n_results);
    if (!serve_wait(script)) return;
    lua_pushboolean(script->co, script->wait.is_met || !script->wait.is_try);
    n_arguments = 1;
  }
}

void taut_script_run(taut_script *script, int point) {
  lua_State *L = script->setup->L;
  taut_sandbox *box = taut_sandbox_of(L);
  if (!make_memory(script)) {
    script->journal->is_out_of_memory = script->is_broken = true;
    lua_pop(L, 1);
    return;
  }
  script->journal->error[0] = 0;
  box->script = script;
  lua_pushcfunction(L, make_coroutine);
  lua_insert(L, -2);
  lua_pushlightuserdata(L, script);
  lua_insert(L, -2);
  lua_pushvalue(L, point);
  taut_status status = taut_sandbox_call(box, L, 3, 0);
  if (!status) {
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, script);
    status = taut_sandbox_call(box, L, 1, 0);
  }
  if (status) {
    take_error(script);
  } else {
    taut_run_on_row(script->run, taut_script_on_row, script);
    if (taut_script_advance(script, 0)) {
      taut_sandbox_arm(script->co);
      drive(script);
    }
    taut_run_on_row(script->run, NULL, NULL);
  }
  taut_strike_end(script);
  taut_watches_finish(script);
  taut_expr **expressions = script->expressions.items;
  for (size_t i = 0; i < script->expressions.n; i++) taut_expr_destroy(expressions[i]);
  script->expressions.n = 0;
  box->script = NULL;
}

// ------------------------------------------------------------------------------------- expressions

static void log_lines(taut_script *script, const char *text) {
  while (*text) {
    int n = (int)strcspn(text, "\n");
    taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "%.*s", n, text);
    text += n;
    if (*text) text++;
  }
}

const taut_expr *taut_script_compile(lua_State *L, taut_script *script, const char *text) {
  lua_getfield(L, LUA_REGISTRYINDEX, EXPRESSIONS);
  if (lua_getfield(L, -1, text) == LUA_TLIGHTUSERDATA) {
    const taut_expr *known = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return known;
  }
  lua_pop(L, 1);
  if (script->expressions.n >= TAUT_CHECKS_MAX)
    taut_fail(L, "there are more than %d different expressions", TAUT_CHECKS_MAX);
  taut_expr **place = taut_list_add(script->journal->pool, &script->expressions, sizeof *place);
  if (!place) taut_fail(L, "not enough memory");
  // The list owns the expression at once, so that no error can lose it.
  taut_expr_error error;
  taut_status status =
      taut_expr_compile(text, script->setup->plan, script->journal->pool->allocator, place, &error);
  if (status) {
    script->expressions.n--;
    if (status == TAUT_ENOMEM) taut_fail(L, "not enough memory");
    log_lines(script, error.text);
    taut_fail(L, "in '%s': %s", text, error.message);
  }
  taut_expr *expr = *place;
  lua_pushlightuserdata(L, expr);
  lua_setfield(L, -2, text);
  lua_pop(L, 1);
  return expr;
}

const taut_expr *taut_script_condition(lua_State *L, taut_script *script, int index) {
  if (lua_type(L, index) != LUA_TSTRING)
    taut_fail(L,
              "a condition is a text such as \"load.command_n <= 10 N\", got a %s; what the "
              "script computed itself is for s:check",
              luaL_typename(L, index));
  const taut_expr *expr = taut_script_compile(L, script, luaL_checkstring(L, index));
  if (taut_expr_kind_of(expr) != TAUT_EXPR_CONDITION)
    taut_fail(L, "'%s' is not a condition; compare it with something", taut_expr_text(expr));
  return expr;
}

void taut_script_print(lua_State *L, const char *text) {
  taut_sandbox *box = taut_sandbox_of(L);
  taut_script *script = box->script;
  if (script)
    taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "%s", text);
  else if (box->log)
    box->log->write(box->log->user, -1, TAUT_LOG_INFO, "", text);
}
