// Requirements on a run: compiled once, fed every row, judged at the end.

#include "scenario/monitors.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/signals.h"

enum {
  WINDOW_ROWS_MIN = 2,     ///< at fast fidelity: a window of one row would tell the row, no time
  STATES_MAX = 256 << 20,  ///< bytes of all monitors of a case
  DETAIL_MAX = 160
};

// ------------------------------------------------------------------------------------------- ports

static bool has_port(const taut_role *role, const char *name) {
  const taut_role_port *tables[2] = {role->inputs, role->outputs};
  const size_t n[2] = {role->n_inputs, role->n_outputs};
  for (int table = 0; table < 2; table++)
    for (size_t i = 0; i < n[table]; i++) {
      const char *port = tables[table][i].signal->name;
      if (strcmp(port, name) == 0) return true;
      // A name that stands for both sides of a role that serves both.
      size_t prefix = strncmp(port, "left_", 5) == 0 ? 5 : 0;
      if (prefix && strcmp(port + prefix, name) == 0) return true;
    }
  return false;
}

bool taut_is_role_port(const char *name) {
  char role_name[64], port[128];
  const char *side = strncmp(name, "left.", 5) == 0 ? "left" : "right";
  size_t n_side = strncmp(name, side, strlen(side)) == 0 ? strlen(side) : 0;
  bool has_side = n_side && name[n_side] == '.';
  const char *path = has_side ? name + n_side + 1 : name, *dot = strchr(path, '.');
  if (!dot || (size_t)(dot - path) >= sizeof role_name) return false;
  snprintf(role_name, sizeof role_name, "%.*s", (int)(dot - path), path);
  snprintf(port, sizeof port, "%s", dot + 1);
  if (strcmp(role_name, "load") == 0) {
    bool is_left = strncmp(dot + 1, "left_", 5) == 0, is_right = strncmp(dot + 1, "right_", 6) == 0;
    const char *rest = dot + 1 + (is_left ? 5 : is_right ? 6 : 0);
    snprintf(role_name, sizeof role_name, "controller");
    snprintf(port, sizeof port, "%sload_%s", is_left ? "left_" : is_right ? "right_" : "", rest);
  }
  const taut_role *role = taut_role_find(role_name);
  return role && (!has_side || role->is_per_side) && has_port(role, port);
}

// --------------------------------------------------------------------------------------- attaching

static void say_lines(taut_journal *journal, const char *text) {
  while (*text) {
    int n = (int)strcspn(text, "\n");
    taut_journal_say(journal, -1, TAUT_LOG_INFO, "", "%.*s", n, text);
    text += n;
    if (*text) text++;
  }
}

/// The place in the register, then the formula's line with a caret.
static taut_status refuse(const taut_setup *setup, const taut_requirement *requirement,
                          const taut_expr_error *error) {
  taut_journal *journal = setup->journal;
  int line = requirement->formula_line + (error->line > 0 ? error->line - 1 : 0);
  journal->error[0] = 0;
  taut_journal_say(journal, -1, TAUT_LOG_ERROR, "", "%s:%d: %s: %s", requirement->file, line,
                   requirement->id, error->message);
  const char *lines = strchr(error->text, '\n');
  if (lines) say_lines(journal, lines + 1);
  return TAUT_EINVAL;
}

static taut_status attach(taut_monitors *monitors, const taut_setup *setup,
                          const taut_requirement *requirement, bool is_covered) {
  int64_t row_ns = taut_plan_row_period(setup->plan);
  // What a skip leaves over is simulated, be the time up or not.
  int64_t length_ns = setup->timeout_ns + taut_plan_cycle(setup->plan);
  bool is_full = !setup->options || setup->options->fidelity == TAUT_FIDELITY_FULL;
  const taut_monitor_options options = {.rows_max = (uint64_t)(length_ns / row_ns) + 2,
                                        .window_rows_min = is_full ? 0 : WINDOW_ROWS_MIN,
                                        .allocator = monitors->allocator};
  taut_attached *item = &monitors->items[monitors->n];
  *item = (taut_attached){
      .requirement = requirement,
      .is_covered = is_covered,
      .result = {.verdict = TAUT_INCONCLUSIVE, .unit = "", .side_name = "", .reason = ""}};
  if (requirement->needs && !is_full) {
    item->needs_full = true;
    monitors->n += is_covered;
    return TAUT_OK;
  }
  taut_expr_error error;
  taut_status status =
      taut_monitor_compile(requirement->formula, setup->plan, &options, &item->monitor, &error);
  if (status == TAUT_EINVAL && error.signal[0] && taut_is_role_port(error.signal)) {
    item->missing = taut_pool_text(setup->pool, error.signal);
    if (!item->missing) return TAUT_ENOMEM;
    monitors->n += is_covered;  // one that watches everywhere is not for this rig
    return TAUT_OK;
  }
  if (status == TAUT_EINVAL && error.is_too_fine && !is_full) {
    item->is_too_fine = true;
    monitors->n += is_covered;
    return TAUT_OK;
  }
  if (status == TAUT_EINVAL) return refuse(setup, requirement, &error);
  monitors->n += status == TAUT_OK;
  return status;
}

static bool is_attached(const taut_monitors *monitors, const taut_requirement *requirement) {
  for (size_t i = 0; i < monitors->n; i++)
    if (monitors->items[i].requirement == requirement) return true;
  return false;
}

/// Names the requirement that takes most.
static taut_status refuse_size(const taut_monitors *monitors, const taut_setup *setup) {
  const taut_requirement *greatest = NULL;
  size_t greatest_size = 0;
  for (size_t i = 0; i < monitors->n; i++) {
    const taut_monitor *monitor = monitors->items[i].monitor;
    size_t size = monitor ? taut_monitor_state_size(monitor) : 0;
    if (size <= greatest_size) continue;
    greatest_size = size;
    greatest = monitors->items[i].requirement;
  }
  if (greatest)
    taut_journal_say(setup->journal, -1, TAUT_LOG_ERROR, "",
                     "%s:%d: %s needs %zu MiB for the %.6g s that the scenario may take; give its "
                     "operators an end, or the scenario a shorter timeout",
                     greatest->file, greatest->formula_line, greatest->id, greatest_size >> 20,
                     (double)setup->timeout_ns * 1e-9);
  return TAUT_EINVAL;
}

/// One program for all that are judged with this end, so that what several of them write is
/// computed once.
static taut_status join(taut_monitors *monitors, const taut_setup *setup, taut_monitor_end end) {
  taut_joint *joint = &monitors->joints[end];
  size_t n = 0;
  taut_monitor **parts = taut_pool_take(setup->pool, (monitors->n + 1) * sizeof *parts);
  if (!parts) return TAUT_ENOMEM;
  for (size_t i = 0; i < monitors->n; i++) {
    const taut_attached *item = &monitors->items[i];
    if (item->monitor && item->requirement->end == end) parts[n++] = item->monitor;
  }
  if (n == 0) return TAUT_OK;
  taut_status status = taut_monitor_join(parts, n, monitors->allocator, &joint->monitor);
  if (status == TAUT_EFULL)
    taut_journal_say(setup->journal, -1, TAUT_LOG_ERROR, "",
                     "the %zu requirements that this case is judged by have too many operators "
                     "together; mark fewer of them everywhere",
                     n);
  if (status) return status;
  joint->offset = monitors->states_size;
  monitors->states_size += taut_monitor_state_size(joint->monitor);
  return monitors->states_size <= STATES_MAX ? TAUT_OK : refuse_size(monitors, setup);
}

taut_status taut_monitors_attach(taut_monitors *monitors, const taut_setup *setup,
                                 const taut_register *reg, const char *const *covers,
                                 const taut_allocator *allocator) {
  const taut_requirement *requirements = reg->requirements.items;
  *monitors = (taut_monitors){.plan = setup->plan, .allocator = allocator};
  taut_timeline_init(&monitors->timeline, allocator);
  if (reg->requirements.n == 0) return TAUT_OK;
  monitors->items =
      taut_pool_take(setup->pool, (reg->requirements.n + 1) * sizeof *monitors->items);
  monitors->bounds =
      taut_pool_take(setup->pool, (reg->requirements.n + 1) * sizeof *monitors->bounds);
  if (!monitors->items || !monitors->bounds) return TAUT_ENOMEM;
  taut_status status = TAUT_OK;
  for (; !status && *covers; covers++) {
    const taut_requirement *one = taut_register_find(reg, *covers);
    if (!one || is_attached(monitors, one)) continue;
    status = attach(monitors, setup, one, true);
    monitors->n_covered++;
  }
  for (size_t i = 0; !status && i < reg->requirements.n; i++)
    if (requirements[i].is_everywhere && !is_attached(monitors, &requirements[i]))
      status = attach(monitors, setup, &requirements[i], false);
  if (!status) status = join(monitors, setup, TAUT_END_STRICT);
  if (!status) status = join(monitors, setup, TAUT_END_WEAK);
  if (status || monitors->states_size == 0) return status;
  monitors->states = allocator->allocate(allocator->user, monitors->states_size);
  if (!monitors->states) return TAUT_ENOMEM;
  for (int end = 0; end < 2; end++) {
    const taut_joint *joint = &monitors->joints[end];
    if (joint->monitor) taut_monitor_start(joint->monitor, monitors->states + joint->offset);
  }
  return TAUT_OK;
}

void taut_monitors_fini(taut_monitors *monitors) {
  for (int end = 0; end < 2; end++) taut_monitor_destroy(monitors->joints[end].monitor);
  for (size_t i = 0; i < monitors->n; i++) taut_monitor_destroy(monitors->items[i].monitor);
  taut_timeline_fini(&monitors->timeline);
  if (monitors->allocator)
    monitors->allocator->release(monitors->allocator->user, monitors->states);
  *monitors = (taut_monitors){0};
}

taut_status taut_monitors_feed(taut_monitors *monitors, const double *values) {
  taut_status status = TAUT_OK;
  for (int end = 0; end < 2 && !status; end++) {
    const taut_joint *joint = &monitors->joints[end];
    if (joint->monitor)
      status =
          taut_monitor_feed(joint->monitor, monitors->states + joint->offset, values, NULL, NULL);
  }
  monitors->n_rows++;
  return status;
}

bool taut_monitors_are_violated(taut_monitors *monitors) {
  for (int end = 0; end < 2; end++) {
    const taut_joint *joint = &monitors->joints[end];
    if (!joint->monitor) continue;
    size_t n = taut_monitor_n_results(joint->monitor);
    taut_monitor_bounds_get(joint->monitor, monitors->states + joint->offset, monitors->bounds);
    for (size_t i = 0; i < n; i++)
      if (monitors->bounds[i].is_decided && !monitors->bounds[i].holds) return true;
  }
  return false;
}

taut_status taut_monitors_skip(taut_monitors *monitors, int64_t now_ns, int64_t duration_ns) {
  return taut_timeline_skip_add(&monitors->timeline, now_ns, duration_ns);
}

// ----------------------------------------------------------------------------------------- judging

/// The row of a time that a monitor tells: it counts rows, and none were made in skips.
static int64_t row_of(const taut_monitors *monitors, double observed_s) {
  int64_t row_ns = taut_plan_row_period(monitors->plan);
  int64_t observed_ns = (int64_t)(observed_s * 1e9 / (double)row_ns + 0.5) * row_ns;
  return taut_timeline_tick(&monitors->timeline, observed_ns);
}

/// "13.1 N", "" without a margin.
static void spell_margin(const taut_monitor_result *result, char *text, size_t size) {
  bool has_unit = result->unit[0] && strcmp(result->unit, "1") != 0;
  text[0] = 0;
  if (result->has_margin)
    snprintf(text, size, " by %.4g%s%s", fabs(result->margin), has_unit ? " " : "",
             has_unit ? result->unit : "");
}

/// By how much, on which side, when.
static void spell_result(const taut_monitors *monitors, const taut_monitor_result *result,
                         char *text, size_t size) {
  char margin[64], side[24] = "";
  double violation_s =
      result->has_violation ? (double)row_of(monitors, result->violation_s) * 1e-9 : 0;
  spell_margin(result, margin, sizeof margin);
  if (result->side_name[0]) snprintf(side, sizeof side, " on the %s", result->side_name);
  switch (result->verdict) {
    case TAUT_PASS: snprintf(text, size, "kept%s%s", margin, margin[0] ? side : ""); return;
    case TAUT_FAIL:
      snprintf(text, size, "violated%s%s, first at %.3f s", margin, side, violation_s);
      return;
    case TAUT_INCONCLUSIVE: snprintf(text, size, "%s", result->reason); return;
    case TAUT_ERROR: break;
  }
  int n = snprintf(text, size, "%s", result->reason);
  if (result->has_violation) snprintf(text + n, size - (size_t)n, " at %.3f s", violation_s);
}

static const char *keep(taut_journal *journal, const char *text) {
  const char *copy = taut_pool_text(journal->pool, text);
  if (!copy) journal->is_out_of_memory = true;
  return copy ? copy : "";
}

/// The formula on one line, for people; the expression keeps its lines.
static const char *keep_formula(taut_journal *journal, const char *formula) {
  char *line = taut_pool_text(journal->pool, formula), *end = line;
  if (!line) {
    journal->is_out_of_memory = true;
    return "";
  }
  for (const char *at = line; *at;) {
    size_t n_space = strspn(at, " \t\r\n");
    at += n_space;
    if (n_space && end > line && *at) *end++ = ' ';
    if (*at) *end++ = *at++;
  }
  *end = 0;
  return line;
}

/// Ends the monitors and hands every requirement its result.
static bool finish_joint(taut_monitors *monitors, taut_monitor_end end, taut_pool *pool) {
  const taut_joint *joint = &monitors->joints[end];
  if (!joint->monitor) return true;
  size_t n = taut_monitor_n_results(joint->monitor), k = 0;
  taut_monitor_result *results = taut_pool_take(pool, n * sizeof *results);
  if (!results) return false;
  taut_monitor_finish(joint->monitor, monitors->states + joint->offset, end, NULL, NULL, results);
  for (size_t i = 0; i < monitors->n; i++) {
    taut_attached *item = &monitors->items[i];
    if (item->monitor && item->requirement->end == end) item->result = results[k++];
  }
  return true;
}

static void fill_check(const taut_monitors *monitors, const taut_attached *item,
                       taut_journal *journal, taut_check_result *check) {
  const taut_monitor_result *result = &item->result;
  char got[DETAIL_MAX];
  if (item->monitor) {
    spell_result(monitors, result, got, sizeof got);
    check->signals =
        taut_signals_of_monitor(item->monitor, monitors->plan, journal->pool, &check->n_signals);
    if (!check->signals) journal->is_out_of_memory = true;
  } else if (item->needs_full) {
    snprintf(got, sizeof got, "needs full fidelity: not judged");
  } else if (item->is_too_fine) {
    snprintf(got, sizeof got, "needs full fidelity: a window below two rows of %.3g ms",
             1e-6 * (double)taut_plan_row_period(monitors->plan));
  } else {
    snprintf(got, sizeof got, "this rig has no signal '%s'", item->missing);
  }
  check->id = item->requirement->id;
  check->text = item->requirement->text;
  check->expression = item->requirement->formula;
  if (result->verdict != TAUT_PASS)
    check->expected = keep_formula(journal, item->requirement->formula);
  check->is_requirement = true;
  // What this fidelity cannot tell does not make the case worse; it is listed.
  check->is_everywhere = !item->is_covered || item->needs_full || item->is_too_fine;
  check->verdict = result->verdict;
  check->got = keep(journal, got);
  check->has_margin = result->has_margin;
  check->margin = result->margin;
  check->unit = keep(journal, result->unit);
  check->has_trigger = result->n_trigger_kinds > 0;
  check->n_triggers = result->n_triggers;
  if (result->has_violation) check->tick_ns = row_of(monitors, result->violation_s);
}

bool taut_monitors_finish(taut_monitors *monitors, taut_journal *journal, int line) {
  if (!finish_joint(monitors, TAUT_END_STRICT, journal->pool)) return false;
  if (!finish_joint(monitors, TAUT_END_WEAK, journal->pool)) return false;
  for (size_t i = 0; i < monitors->n; i++) {
    const taut_attached *item = &monitors->items[i];
    // What only watched, and had nothing to watch, is not worth a line in every result.
    bool is_idle = item->result.verdict == TAUT_INCONCLUSIVE && item->result.n_triggers == 0;
    if (!item->is_covered && is_idle) continue;
    taut_check_result *check = taut_journal_check(journal);
    if (!check) return false;
    check->line = line;
    fill_check(monitors, item, journal, check);
  }
  return true;
}
