// A scenario file: reading it and listing its cases.

#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scenario/api.h"
#include "scenario/host.h"
#include "scenario/protocol.h"
#include "scenario/twin.h"

static const char SCENARIOS[] = "taut.scenarios";

void taut_push_scenario(lua_State *L, uint32_t i_scenario) {
  lua_getfield(L, LUA_REGISTRYINDEX, SCENARIOS);
  lua_rawgeti(L, -1, i_scenario);
  lua_remove(L, -2);
}

// ----------------------------------------------------------------------------------------- reading

/// Keeps the scenarios of the value on top of the stack in the registry.
static void keep_scenarios(lua_State *L, const char *file, const taut_scenario_options *options) {
  taut_origin origin;
  if (taut_protocol_of(L, -1)) taut_push_life(L, file, &options->protocol);
  lua_newtable(L);
  lua_insert(L, -2);
  if (taut_origin_of(L, -1, "scenario", &origin)) {
    lua_rawseti(L, -2, 1);
  } else {
    lua_Integer n = lua_type(L, -1) == LUA_TTABLE ? (lua_Integer)lua_rawlen(L, -1) : 0;
    if (n == 0)
      taut_fail(L, "%s must return a taut.scenario { ... } or a list of them, got a %s", file,
                luaL_typename(L, -1));
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(L, -1, i);
      if (!taut_origin_of(L, -1, "scenario", &origin))
        taut_fail(L, "%s returns a list whose element %d is not a taut.scenario { ... }", file,
                  (int)i);
      lua_rawseti(L, -3, i);
    }
    lua_pop(L, 1);
  }
  if (options->twin) taut_twin_apply(L, -1, options->twin);
  lua_setfield(L, LUA_REGISTRYINDEX, SCENARIOS);
}

static const char *keep_text(lua_State *L, taut_suite *suite, const char *text) {
  const char *copy = taut_pool_text(&suite->texts, text);
  if (!copy) taut_fail(L, "not enough memory");
  return copy;
}

/// A NULL-terminated copy of the list of texts in field `name` of the scenario on top of the stack.
static const char *const *keep_list(lua_State *L, taut_suite *suite, const char *name) {
  lua_Integer n = lua_getfield(L, -1, name) == LUA_TTABLE ? (lua_Integer)lua_rawlen(L, -1) : 0;
  const char **list = taut_pool_take(&suite->texts, ((size_t)n + 1) * sizeof *list);
  if (!list) taut_fail(L, "not enough memory");
  for (lua_Integer i = 0; i < n; i++) {
    // A list can have been changed since it was checked.
    if (lua_rawgeti(L, -1, i + 1) != LUA_TSTRING) taut_fail(L, "'%s' is a list of texts", name);
    list[i] = keep_text(L, suite, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return list;
}

/// The text in field `name` of the scenario on top of the stack, "" without one.
static const char *keep_field(lua_State *L, taut_suite *suite, const char *name) {
  bool is_text = lua_getfield(L, -1, name) == LUA_TSTRING;
  const char *text = keep_text(L, suite, is_text ? lua_tostring(L, -1) : "");
  lua_pop(L, 1);
  return text;
}

/// Every requirement that a scenario covers must be in a register, and so must its hazard.
static void check_ids(lua_State *L, const taut_suite *suite, const taut_case *view,
                      const taut_origin *origin) {
  char why[256];
  if (*view->hazard &&
      !taut_register_knows_hazard(&suite->registers, view->hazard, why, sizeof why))
    taut_raise_field(L, origin, "hazard", "%s", why);
  for (const char *const *id = view->covers; *id; id++)
    if (!taut_register_knows(&suite->registers, *id, why, sizeof why))
      taut_raise_field(L, origin, "covers", "%s", why);
}

/// A demand is placed on a requirement that judges the run, and says what its chance is drawn from.
static void check_demand(lua_State *L, const taut_case *view, const taut_origin *origin) {
  if (!*view->demand && *view->distribution)
    taut_raise_field(L, origin, "distribution", "belongs to 'demand', which is not there");
  if (*view->demand && !*view->distribution)
    taut_raise_field(L, origin, "demand",
                     "needs 'distribution': a sentence on what instant, person and load are drawn"
                     " from");
  for (const char *const *id = view->demand; *id; id++) {
    const char *const *covered = view->covers;
    while (*covered && strcmp(*covered, *id) != 0) covered++;
    if (!*covered)
      taut_raise_field(L, origin, "demand", "'%s' is not in 'covers', so nothing would judge it",
                       *id);
    for (const char *const *other = view->demand; other != id; other++)
      if (strcmp(*other, *id) == 0)
        taut_raise_field(L, origin, "demand", "'%s' is named twice", *id);
  }
}

/// The name of the scenario on top of the stack at a point of its sweep.
static const char *keep_name(lua_State *L, taut_suite *suite, uint32_t i_point,
                             taut_sweep_part part) {
  lua_getfield(L, -1, "name");
  taut_push_sweep_name(L, -2, i_point, part);
  const char *point = lua_tostring(L, -1);
  const char *name = lua_pushfstring(L, "%s%s%s", lua_tostring(L, -2), *point ? " " : "", point);
  const char *kept = keep_text(L, suite, name);
  lua_pop(L, 3);
  return kept;
}

/// Adds a case for every point of the sweep of the scenario on top of the stack.
static void add_cases(lua_State *L, taut_suite *suite, uint32_t i_scenario) {
  taut_origin origin;
  taut_origin_of(L, -1, "scenario", &origin);
  taut_case view = {.line = origin.line};
  uint32_t n_points = taut_sweep_count(L, -1, &origin);
  taut_check_branch(L, -1, &origin);
  view.tags = keep_list(L, suite, "tags");
  view.covers = keep_list(L, suite, "covers");
  view.rows = keep_list(L, suite, "rows");
  taut_twin_list(L, -1, &suite->texts, &view);
  view.hazard = keep_field(L, suite, "hazard");
  view.not_applicable = keep_list(L, suite, "not_applicable");
  check_ids(L, suite, &view, &origin);
  view.demand = keep_list(L, suite, "demand");
  view.distribution = keep_field(L, suite, "distribution");
  check_demand(L, &view, &origin);
  int rig_type = lua_getfield(L, -1, "rig");
  if (rig_type == LUA_TTABLE) {
    lua_getfield(L, -1, "name");
    lua_replace(L, -2);
  }
  view.rig = keep_text(L, suite, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "");
  lua_pop(L, 1);
  bool has_branch = taut_push_branch(L, -1);
  if (has_branch) lua_pop(L, 1);
  for (uint32_t i = 0; i < n_points; i++) {
    view.name = keep_name(L, suite, i, TAUT_SWEEP_WHOLE);
    view.warm = has_branch ? keep_name(L, suite, i, TAUT_SWEEP_WARM) : "";
    taut_case_entry *entries = suite->cases.items;
    for (size_t k = 0; k < suite->cases.n; k++)
      if (strcmp(entries[k].view.name, view.name) == 0)
        taut_raise_field(L, &origin, "name", "two cases are called '%s'", view.name);
    if (suite->cases.n >= TAUT_CASES_MAX)
      taut_raise(L, origin.chunk, origin.line, "a file has at most %d cases", TAUT_CASES_MAX);
    taut_case_entry *entry = taut_list_add(&suite->texts, &suite->cases, sizeof *entry);
    if (!entry) taut_fail(L, "not enough memory");
    *entry = (taut_case_entry){.view = view, .i_scenario = i_scenario, .i_point = i};
  }
}

/// Where the file is: here, else in the data folder, which brings scenarios of its own.
static void find_file(const char *file, const char *data_dir, char path[PATH_MAX]) {
  snprintf(path, PATH_MAX, "%s", file);
  if (file[0] == '/' || access(file, R_OK) == 0) return;
  snprintf(path, PATH_MAX, "%s/%s", data_dir ? data_dir : ".", file);
}

/// Light userdata: the suite. Reads the file; the first time it also lists the cases.
static int read_file(lua_State *L) {
  taut_suite *suite = lua_touserdata(L, 1);
  char path[PATH_MAX];
  find_file(suite->file, suite->options.data_dir, path);
  taut_sandbox_run_file_as(L, path, suite->file);
  keep_scenarios(L, suite->file, &suite->options);
  if (suite->cases.n > 0) return 0;
  lua_getfield(L, LUA_REGISTRYINDEX, SCENARIOS);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    add_cases(L, suite, (uint32_t)i);
    lua_pop(L, 1);
  }
  return 0;
}

taut_status taut_suite_read(taut_suite *suite) {
  taut_sandbox *box = &suite->box;
  taut_sandbox_close(box);
  *box = (taut_sandbox){
      .allocator = suite->allocator,
      .memory_cap = suite->options.memory_bytes ? suite->options.memory_bytes : TAUT_MEMORY_DEFAULT,
      .data_dir = suite->options.data_dir,
      .install = taut_api_install,
      .log = suite->options.log,
      .on_input = suite->options.on_input,
      .input_user = suite->options.input_user};
  taut_status status = taut_sandbox_open(box);
  if (status) return status;
  taut_sandbox_grant(
      box, suite->options.instructions ? suite->options.instructions : TAUT_INSTRUCTIONS_DEFAULT);
  lua_pushcfunction(box->L, read_file);
  lua_pushlightuserdata(box->L, suite);
  status = taut_sandbox_call(box, box->L, 1, 0);
  suite->is_open = status == TAUT_OK;
  return status;
}

// ----------------------------------------------------------------------------------------- opening

static const char *const *copy_texts(taut_suite *suite, const char *const *texts) {
  size_t n = 0;
  while (texts && texts[n]) n++;
  const char **copy = taut_pool_take(&suite->texts, (n + 1) * sizeof *copy);
  for (size_t i = 0; copy && i < n; i++) {
    copy[i] = taut_pool_text(&suite->texts, texts[i]);
    if (!copy[i]) return NULL;
  }
  return copy;
}

static bool copy_options(taut_suite *suite, const char *file,
                         const taut_scenario_options *options) {
  suite->options = *options;
  suite->file = taut_pool_text(&suite->texts, file);
  suite->options.data_dir =
      taut_pool_text(&suite->texts, options->data_dir ? options->data_dir : ".");
  suite->options.plugin_dirs = copy_texts(suite, options->plugin_dirs);
  suite->options.with = copy_texts(suite, options->with);
  const char *user = options->protocol.user, *twin = options->twin;
  if (user) suite->options.protocol.user = taut_pool_text(&suite->texts, user);
  if (twin) suite->options.twin = taut_pool_text(&suite->texts, twin);
  return suite->file && suite->options.data_dir && suite->options.plugin_dirs &&
         suite->options.with && !user == !suite->options.protocol.user &&
         !twin == !suite->options.twin;
}

static void say_error(const taut_log_sink *log, const char *path, const char *text) {
  if (log) log->write(log->user, -1, TAUT_LOG_ERROR, path, text);
}

taut_status taut_suite_open_with(const char *file, const taut_scenario_options *options,
                                 const taut_allocator *allocator, const taut_model *const *models,
                                 taut_suite **out) {
  *out = NULL;
  if (!allocator) allocator = taut_allocator_default();
  char path[PATH_MAX];
  find_file(file, options->data_dir, path);
  FILE *probe = fopen(path, "rb");
  if (!probe) {
    say_error(options->log, file, "cannot be read");
    return TAUT_ENOTFOUND;
  }
  fclose(probe);
  taut_suite *suite = allocator->allocate(allocator->user, sizeof *suite);
  if (!suite) return TAUT_ENOMEM;
  *suite = (taut_suite){.allocator = allocator, .models = models};
  taut_pool_init(&suite->texts, allocator);
  taut_pool_init(&suite->results, allocator);
  taut_status status = copy_options(suite, file, options) ? TAUT_OK : TAUT_ENOMEM;
  char message[TAUT_MESSAGE_MAX];
  if (!status) {
    status = taut_register_read(&suite->registers, &suite->texts, path, &suite->options, message,
                                sizeof message);
    if (status) say_error(options->log, "", message);
  }
  if (!status) {
    status = taut_suite_read(suite);
    if (status) say_error(options->log, "", suite->box.message);
  }
  if (status) {
    taut_suite_close(suite);
    return status;
  }
  *out = suite;
  return TAUT_OK;
}

taut_status taut_suite_open(const char *file, const taut_scenario_options *options,
                            taut_suite **out) {
  return taut_suite_open_with(file, options, NULL, NULL, out);
}

void taut_suite_close(taut_suite *suite) {
  if (!suite) return;
  taut_sandbox_close(&suite->box);
  taut_pool_clear(&suite->results);
  taut_pool_clear(&suite->texts);
  const taut_allocator *allocator = suite->allocator;
  allocator->release(allocator->user, suite);
}

size_t taut_suite_n_cases(const taut_suite *suite) {
  return suite->cases.n;
}

const taut_case *taut_suite_case(const taut_suite *suite, size_t i) {
  const taut_case_entry *entries = suite->cases.items;
  return i < suite->cases.n ? &entries[i].view : NULL;
}
