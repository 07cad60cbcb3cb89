// One case from table to verdict.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/host.h"
#include "scenario/monitors.h"
#include "scenario/protocol.h"
#include "scenario/quantity.h"
#include "scenario/script.h"

/// A case while it runs.
typedef struct case_run {
  taut_suite *suite;
  const taut_case_entry *entry;
  const taut_case_options *options;
  taut_journal journal;
  taut_setup setup;
  taut_monitors monitors;
  taut_run *run;
  taut_script script;
} case_run;

#define TIMEOUT_DEFAULT_NS (600 * TAUT_SECOND)

// -----------------------------------------------------------------------------------------
// planning

/// Light userdata: the case. Leaves nothing; the plan is in the setup.
static int make_plan(lua_State *L) {
  case_run *c = lua_touserdata(L, 1);
  taut_setup *setup = &c->setup;
  taut_origin origin;
  luaL_checkstack(L, 40, "plan");
  taut_push_scenario(L, c->entry->i_scenario);
  taut_origin_of(L, 2, "scenario", &origin);
  taut_push_sweep_point(L, 2, c->entry->i_point, TAUT_SWEEP_WARM);
  setup->timeout_ns = TIMEOUT_DEFAULT_NS;
  if (lua_getfield(L, 2, "timeout") != LUA_TNIL)
    setup->timeout_ns = taut_check_time(L, -1, "timeout");
  lua_pop(L, 1);
  lua_getfield(L, 2, "with");
  setup->i_with = lua_gettop(L);
  lua_getfield(L, 2, "rig");
  taut_setup_rig(setup);
  taut_setup_machine(setup);
  lua_pop(L, 2);
  lua_getfield(L, 2, "protocol");
  const taut_protocol *protocol = taut_protocol_of(L, lua_isnil(L, -1) ? 2 : -1);
  lua_pop(L, 1);
  if (protocol) taut_setup_protocol(setup, protocol);
  taut_setup_person(setup, 2, 3, &origin);
  taut_setup_faults(setup, 2, &origin);
  if (c->options->mutant && c->options->mutant[0]) taut_setup_mutant(setup, c->options->mutant);
  taut_setup_plan(setup);
  return 0;
}

static void fail_with_box(case_run *c) {
  snprintf(c->journal.error, sizeof c->journal.error, "%s", c->suite->box.message);
}

static bool fail_with(case_run *c, const char *text, taut_status status) {
  if (!c->journal.error[0])
    snprintf(c->journal.error, sizeof c->journal.error, "%s: %s", text, taut_status_text(status));
  return false;
}

static bool open_setup(case_run *c) {
  taut_suite *suite = c->suite;
  taut_setup *setup = &c->setup;
  *setup = (taut_setup){.L = suite->box.L,
                        .options = &suite->options,
                        .pool = &suite->results,
                        .journal = &c->journal};
  setup->log = taut_journal_log(&c->journal);
  taut_status status = taut_registry_create(suite->allocator, &setup->log, &setup->registry);
  for (size_t i = 0; !status && suite->models && suite->models[i]; i++)
    status = taut_registry_add(setup->registry, suite->models[i]);
  if (!status)
    status = taut_builder_create(setup->registry, suite->allocator, &setup->log, &setup->builder);
  return status ? fail_with(c, "no plan", status) : true;
}

static bool plan_case(case_run *c) {
  taut_suite *suite = c->suite;
  if (!suite->is_open && taut_suite_read(suite) != TAUT_OK) {
    fail_with_box(c);
    return false;
  }
  suite->box.seed = c->options->seed;  // a sampled person is the same in plan and script
  suite->is_open = false;              // from here on the state may have been changed by the script
  if (!open_setup(c)) return false;
  taut_sandbox_grant(&suite->box, suite->options.instructions ? suite->options.instructions
                                                              : TAUT_INSTRUCTIONS_DEFAULT);
  lua_State *L = suite->box.L;
  lua_pushcfunction(L, make_plan);
  lua_pushlightuserdata(L, c);
  if (taut_sandbox_call(&suite->box, L, 1, 0) != TAUT_OK) {
    fail_with_box(c);
    return false;
  }
  return true;
}

static bool attach_monitors(case_run *c) {
  const taut_suite *suite = c->suite;
  c->journal.error[0] = 0;
  taut_status status = taut_monitors_attach(&c->monitors, &c->setup, &suite->registers,
                                            c->entry->view.covers, suite->allocator);
  return status ? fail_with(c, "the requirements could not be attached", status) : true;
}

// ------------------------------------------------------------------------------------------
// running

static bool create_run(case_run *c, taut_ready_fn ready) {
  const taut_plan *plan = c->setup.plan;
  const taut_case_options *options = c->options;
  c->journal.error[0] = 0;
  taut_plan_hash(plan, c->suite->result.plan_hash);
  taut_status status = TAUT_OK;
  if (options->on_plan) status = options->on_plan(options->user, plan);
  if (status) return fail_with(c, "the trace could not be begun", status);
  if (ready) status = ready(options->user);
  if (status) return fail_with(c, "the worker could not close its doors", status);
  const taut_run_options run_options = {
      .seed = options->seed, .is_checked = options->is_checked, .is_stress = options->is_stress};
  status = taut_run_create(plan, &run_options, c->suite->allocator, &c->setup.log, &c->run);
  if (status == TAUT_OK) taut_run_on_effect(c->run, options->on_effect, options->user);
  return status ? fail_with(c, "the run could not be created", status) : true;
}

/// Light userdata: the case. Leaves the sweep point and the script's function.
static int push_script(lua_State *L) {
  case_run *c = lua_touserdata(L, 1);
  taut_push_scenario(L, c->entry->i_scenario);
  taut_push_strike(L, &c->script, c->suite, c->entry, 2);
  lua_getfield(L, 2, "script");
  return 2;
}

static bool run_script(case_run *c) {
  taut_sandbox *box = &c->suite->box;
  lua_State *L = box->L;
  box->seed = c->options->seed;
  box->n_draws = 0;
  c->script = (taut_script){.setup = &c->setup,
                            .run = c->run,
                            .options = c->options,
                            .registers = &c->suite->registers,
                            .monitors = &c->monitors};
  lua_settop(L, 0);
  lua_pushcfunction(L, push_script);
  lua_pushlightuserdata(L, c);
  if (taut_sandbox_call(box, L, 1, 2) != TAUT_OK) {
    fail_with_box(c);
    return false;
  }
  taut_sandbox_grant(box, c->suite->options.instructions ? c->suite->options.instructions
                                                         : TAUT_INSTRUCTIONS_DEFAULT);
  taut_script_run(&c->script, 1);
  lua_settop(L, 0);
  return !c->script.is_broken;
}

// ------------------------------------------------------------------------------------------
// verdict

static const char *keep(case_run *c, const char *text) {
  const char *copy = taut_pool_text(&c->suite->results, text);
  if (!copy) c->journal.is_out_of_memory = true;
  return copy ? copy : "";
}

static const char *fault_label(taut_fault_kind kind) {
  static const char *const LABELS[] = {
#define FAULT_LABEL(name, label) label,
      TAUT_FAULT_MAP(FAULT_LABEL)
#undef FAULT_LABEL
  };
  return LABELS[kind];
}

static bool has_been_on(const taut_receipt *receipt) {
  return receipt->is_on || receipt->on_ns > 0;
}

static const char *format_receipt(case_run *c, const taut_fault *fault,
                                  const taut_receipt *receipt) {
  char text[256];
  if (!has_been_on(receipt))
    snprintf(text, sizeof text, "it was never switched on");
  else if (receipt->n_changed == 0)
    snprintf(text, sizeof text, "it was on for %.6g s and changed nothing",
             (double)receipt->on_ns * 1e-9);
  else if (fault->kind >= TAUT_FAULT_SKIP)
    snprintf(text, sizeof text, "%llu calls changed", (unsigned long long)receipt->n_changed);
  else
    snprintf(text, sizeof text, "%llu samples changed, by %.4g at most",
             (unsigned long long)receipt->n_changed, receipt->change_max);
  return keep(c, text);
}

/// A demand draws one of its faults; the others have nothing to show. True when none was drawn too:
/// then all of them are to blame.
static bool owes_all_receipts(const case_run *c) {
  size_t n_on = 0;
  for (size_t i = 0; i < taut_plan_n_faults(c->setup.plan) - c->setup.mutant.n_faults; i++) {
    taut_receipt receipt = taut_run_receipt(c->run, i);
    n_on += has_been_on(&receipt);
  }
  return !*c->entry->view.demand || n_on == 0;
}

/// A fault that changed nothing proves nothing: the case is invalid. Not judged when a failed check
/// ended the script before it came to its faults. Of faults that share a warm run, only those that
/// the case switched on are its own.
static void judge_faults(case_run *c) {
  const taut_plan *plan = c->setup.plan;
  bool owes_all = owes_all_receipts(c);
  for (size_t i = 0; i < taut_plan_n_faults(plan) - c->setup.mutant.n_faults; i++) {
    const taut_fault *fault = taut_plan_fault(plan, i);
    const bool *was_on = c->script.strike.was_on;
    if (was_on && !was_on[i]) continue;
    taut_receipt receipt = taut_run_receipt(c->run, i);
    if (!owes_all && !has_been_on(&receipt)) continue;
    taut_check_result *check = taut_journal_check(&c->journal);
    if (!check) return;
    const char *text = taut_pool_format(&c->suite->results, "fault '%s' (%s on %s) took effect",
                                        fault->name, fault_label(fault->kind), fault->target);
    check->text = text ? text : "";
    check->expected = "a changed value";
    check->line = c->entry->view.line;
    check->got = format_receipt(c, fault, &receipt);
    if (receipt.n_changed == 0) check->verdict = TAUT_ERROR;
  }
}

/// What a mutant did is counted, not judged: one that changed nothing is no fault of the case.
static void count_mutant(case_run *c) {
  const taut_plan *plan = c->setup.plan;
  size_t n = taut_plan_n_faults(plan);
  for (size_t i = n - c->setup.mutant.n_faults; i < n; i++) {
    taut_receipt receipt = taut_run_receipt(c->run, i);
    c->suite->result.mutant_changed += receipt.n_changed;
    if (receipt.change_max > c->suite->result.mutant_change_max)
      c->suite->result.mutant_change_max = receipt.change_max;
  }
}

static const char *describe(case_run *c, const taut_check_result *check) {
  char when[48] = "";
  // Of a requirement the words say it all; the formula would hide them.
  if (check->is_requirement) {
    const char *text =
        taut_pool_format(&c->suite->results, "%s %s: %s", check->id, check->text, check->got);
    return text ? text : "";
  }
  if (check->tick_ns >= 0) snprintf(when, sizeof when, " at %.3f s", (double)check->tick_ns * 1e-9);
  const char *text = taut_pool_format(&c->suite->results, "%s%s%s%s%s%s%s%s", check->text,
                                      *check->expected ? ": expected " : "", check->expected,
                                      *check->got ? ", got " : "", check->got, when,
                                      *check->id ? " " : "", check->id);
  return text ? text : "";
}

/// A requirement that watches every run and was not exercised in this one says nothing about it.
static bool counts(const taut_check_result *check) {
  return !(check->is_everywhere && check->verdict == TAUT_INCONCLUSIVE);
}

/// error before fail before inconclusive before pass; the reason is the first check of that
/// verdict.
static void judge(case_run *c, bool has_ended) {
  taut_case_result *result = &c->suite->result;
  taut_check_result *checks = c->journal.checks.items;
  static const taut_verdict ORDER[] = {TAUT_ERROR, TAUT_FAIL, TAUT_INCONCLUSIVE};
  result->n_checks = c->journal.checks.n;
  result->checks = checks;
  result->verdict = TAUT_PASS;
  result->reason = "";
  if (!has_ended) {
    result->verdict = TAUT_ERROR;
    for (char *at = c->journal.error; *at; at++)
      if ((unsigned char)*at < ' ') *at = ' ';
    result->reason = keep(c, c->journal.error[0] ? c->journal.error : "not enough memory");
    return;
  }
  for (size_t k = 0; k < 3; k++)
    for (size_t i = 0; i < result->n_checks; i++)
      if (checks[i].verdict == ORDER[k] && counts(&checks[i])) {
        result->verdict = ORDER[k];
        result->reason = describe(c, &checks[i]);
        return;
      }
  if (c->script.n_checks + c->monitors.n_covered == 0) {
    result->verdict = TAUT_INCONCLUSIVE;
    result->reason = "nothing was checked";
  }
}

static void finish(case_run *c, bool has_ended) {
  taut_case_result *result = &c->suite->result;
  result->seed = c->options->seed;
  if (c->run) {
    result->sim_ns = taut_run_now(c->run);
    result->skipped_ns = taut_timeline_skipped(&c->monitors.timeline);
    if (has_ended && !c->script.is_stopped) {
      taut_strike_judge(&c->script, c->entry->view.line);
      judge_faults(c);
    }
    count_mutant(c);
    result->cut = c->script.cut;
    bool has_rows = c->monitors.n_rows > 0;
    if (has_rows && !taut_monitors_finish(&c->monitors, &c->journal, c->entry->view.line))
      has_ended = has_ended && fail_with(c, "the requirements could not be judged", TAUT_EFULL);
    taut_run_trace_hash(c->run, result->trace_hash);
    taut_run_state_hash(c->run, result->state_hash);
  }
  judge(c, has_ended);
  if (c->journal.n_lost)
    taut_journal_say(&c->journal, -1, TAUT_LOG_WARN, "", "%zu log lines were not kept",
                     c->journal.n_lost);
  result->n_notes = c->journal.notes.n;
  result->notes = c->journal.notes.items;
  result->n_logs = c->journal.logs.n;
  result->logs = c->journal.logs.items;
}

taut_status taut_suite_run(taut_suite *suite, size_t i, const taut_case_options *options,
                           taut_ready_fn ready, const taut_case_result **out) {
  *out = NULL;
  if (i >= suite->cases.n) return TAUT_ENOTFOUND;
  taut_pool_clear(&suite->results);
  memset(&suite->result, 0, sizeof suite->result);
  const taut_case_entry *entries = suite->cases.items;
  case_run c = {.suite = suite, .entry = &entries[i], .options = options};
  c.journal = (taut_journal){.pool = &suite->results, .forward = suite->options.log};
  bool has_ended = plan_case(&c) && attach_monitors(&c) && create_run(&c, ready) && run_script(&c);
  finish(&c, has_ended);
  if (c.run && options->on_end) options->on_end(options->user, c.setup.plan, &suite->result);
  taut_run_destroy(c.run);
  taut_monitors_fini(&c.monitors);
  taut_plan_destroy(c.setup.plan);
  taut_builder_destroy(c.setup.builder);
  taut_registry_destroy(c.setup.registry);
  if (c.journal.is_out_of_memory) return TAUT_ENOMEM;
  *out = &suite->result;
  return TAUT_OK;
}
