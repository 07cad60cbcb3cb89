// Roles written in Lua. The tables of the role become a model; its state is a fixed record of named
// numbers in the core's memory, so snapshot and hash cover it like any other.

#define _GNU_SOURCE  // PATH_MAX
#include "scenario/role.h"

#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/suggest.h"
#include "scenario/quantity.h"
#include "taut/monitor.h"

enum {
  ROLE_STATES_MAX = 64,
  ROLE_PARAMS_MAX = 64,
  /// Lua instructions of one call; a role that loops is a broken component, not a hang.
  ROLE_CALL_INSTRUCTIONS = 10000000
};

static const char VIEW[] = "taut.role_view";

/// What the functions of a role see of their instance: one table of named numbers.
typedef struct role_view {
  const taut_signal *signals;  ///< NULL for the state
  const char *const *names;    ///< state names
  uint32_t n;
  const double *const *in;  ///< inputs
  double *slots;            ///< outputs, parameters or state
  bool is_writable;
  const char *what;
} role_view;

typedef struct lua_role {
  taut_model model;
  lua_State *L;
  taut_journal *journal;
  int init, update, output;  ///< references in the registry, LUA_NOREF when absent
  const char *states[ROLE_STATES_MAX];
  uint32_t n_states;
  bool sees_inputs_in_output;
  role_view *state, *in, *out, *param;  ///< userdata of Lua, anchored
  int views[4];                         ///< references to them
} lua_role;

// ------------------------------------------------------------------------------------------- table

int taut_api_role(lua_State *L) {
  static const taut_field FIELDS[] = {
      {"role", "string", true},     {"help", "string", false},    {"period", "time", false},
      {"state", "list", false},     {"params", "table", false},   {"init", "function", false},
      {"update", "function", true}, {"output", "function", true}, {NULL, NULL, false}};
  luaL_checktype(L, 1, LUA_TTABLE);
  taut_origin_mark(L, 1, "role", 1);
  taut_origin origin;
  taut_origin_of(L, 1, "role", &origin);
  taut_check_fields(L, 1, "role", &origin, FIELDS);
  if (lua_getfield(L, 1, "state") != LUA_TNIL) {
    int n = taut_check_list(L, &origin, "state");
    if (n > ROLE_STATES_MAX)
      taut_raise_field(L, &origin, "state", "a role has at most %d state variables",
                       ROLE_STATES_MAX);
  }
  lua_settop(L, 1);
  return 1;
}

// ------------------------------------------------------------------------------------------- views

static const char *view_name(const role_view *view, uint32_t i) {
  return view->signals ? view->signals[i].name : view->names[i];
}

static uint32_t find_in_view(lua_State *L, const role_view *view, const char *name) {
  taut_suggest suggest;
  for (uint32_t i = 0; i < view->n; i++)
    if (strcmp(view_name(view, i), name) == 0) return i;
  taut_suggest_init(&suggest, name);
  for (uint32_t i = 0; i < view->n; i++) taut_suggest_offer(&suggest, view_name(view, i));
  taut_fail(L, "no %s '%s'%s%s%s", view->what, name, suggest.best ? "; did you mean '" : "",
            suggest.best ? suggest.best : "", suggest.best ? "'?" : "");
}

/// Upvalue 1: a table name -> index, filled as names are used.
static uint32_t index_of(lua_State *L, const role_view *view) {
  luaL_checktype(L, 2, LUA_TSTRING);
  lua_getiuservalue(L, 1, 1);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, -2) == LUA_TNUMBER) {
    uint32_t i = (uint32_t)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return i;
  }
  uint32_t i = find_in_view(L, view, lua_tostring(L, 2));
  lua_pop(L, 1);
  lua_pushvalue(L, 2);
  lua_pushinteger(L, i);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return i;
}

static int view_index(lua_State *L) {
  const role_view *view = luaL_checkudata(L, 1, VIEW);
  uint32_t i = index_of(L, view);
  if (!view->in && !view->slots) return luaL_error(L, "%s is not there outside a call", view->what);
  double value = view->in ? *view->in[i] : view->slots[i];
  const taut_signal *signal = view->signals ? &view->signals[i] : NULL;
  if (signal && (signal->flags & TAUT_BOOL)) {
    lua_pushboolean(L, value != 0);
  } else if (signal && (signal->flags & TAUT_ENUM) && value >= 0 && value <= signal->max) {
    lua_pushstring(L, signal->labels[(size_t)value]);
  } else {
    lua_pushnumber(L, value);
  }
  return 1;
}

static double view_value(lua_State *L, const taut_signal *signal) {
  if (lua_type(L, 3) == LUA_TBOOLEAN) return lua_toboolean(L, 3);
  if (lua_type(L, 3) == LUA_TSTRING && signal && signal->labels) {
    for (size_t i = 0; signal->labels[i]; i++)
      if (strcmp(signal->labels[i], lua_tostring(L, 3)) == 0) return (double)i;
    taut_fail(L, "'%s' has no label '%s'", signal->name, lua_tostring(L, 3));
  }
  const taut_quantity *q = taut_to_quantity(L, 3);
  if (!q) return luaL_checknumber(L, 3);
  if (signal && memcmp(q->si, signal->si, sizeof q->si) != 0)
    taut_fail(L, "'%s' is in %s, got %s", signal->name, signal->unit, taut_push_text(L, 3));
  return q->si_value;
}

static int view_newindex(lua_State *L) {
  role_view *view = luaL_checkudata(L, 1, VIEW);
  uint32_t i = index_of(L, view);
  if (!view->is_writable || !view->slots)
    return luaL_error(L, "%s cannot be written here", view->what);
  view->slots[i] = view_value(L, view->signals ? &view->signals[i] : NULL);
  return 0;
}

static role_view *make_view(lua_State *L, int *reference) {
  role_view *view = lua_newuserdatauv(L, sizeof *view, 1);
  memset(view, 0, sizeof *view);
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  if (luaL_newmetatable(L, VIEW)) {
    lua_pushcfunction(L, view_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, view_newindex);
    lua_setfield(L, -2, "__newindex");
  }
  lua_setmetatable(L, -2);
  *reference = luaL_ref(L, LUA_REGISTRYINDEX);
  return view;
}

// ------------------------------------------------------------------------------------------- calls

static taut_status call(lua_role *role, const taut_instance *inst, int64_t tick_ns,
                        int n_arguments) {
  lua_State *L = role->L;
  taut_sandbox *box = taut_sandbox_of(L);
  int64_t left = box->instructions_left;
  box->instructions_left = ROLE_CALL_INSTRUCTIONS;
  taut_status status = taut_sandbox_call(box, L, n_arguments, 0);
  bool was_exhausted = box->is_exhausted;
  box->instructions_left = left;
  role->in->in = NULL;
  role->state->slots = role->out->slots = role->param->slots = NULL;
  if (status == TAUT_OK) return TAUT_OK;
  // Not through the host: an output function may not log, and this is the host itself.
  taut_journal_say(
      role->journal, tick_ns, TAUT_LOG_ERROR, inst->path, "%s",
      was_exhausted ? "a function of the Lua role does not come to an end" : box->message);
  return TAUT_EFAULT;
}

static void push_view(lua_role *role, int i) {
  lua_rawgeti(role->L, LUA_REGISTRYINDEX, role->views[i]);
}

/// Points the views to an instance; its const state is written only where the caller may.
static lua_role *enter(const taut_instance *inst, bool may_write_state) {
  // The context is made by taut_role_model from memory of its own and only const in the ABI.
  lua_role *role = (lua_role *)(uintptr_t)inst->model->context;
  role->state->slots = inst->state;
  role->state->is_writable = may_write_state;
  // Parameters are never written through the view.
  role->param->slots = (double *)(uintptr_t)inst->param;
  return role;
}

static size_t role_state_size(const double *param) {
  (void)param;
  return ROLE_STATES_MAX * sizeof(double);
}

static taut_status role_init(const taut_instance *inst, int64_t tick_ns) {
  lua_role *role = enter(inst, true);
  if (role->init == LUA_NOREF) return TAUT_OK;
  lua_rawgeti(role->L, LUA_REGISTRYINDEX, role->init);
  push_view(role, 0);
  push_view(role, 3);
  return call(role, inst, tick_ns, 2);
}

static taut_status role_update(const taut_instance *inst, int64_t tick_ns) {
  lua_role *role = enter(inst, true);
  role->in->in = inst->in;
  lua_rawgeti(role->L, LUA_REGISTRYINDEX, role->update);
  push_view(role, 0);
  push_view(role, 1);
  lua_pushinteger(role->L, tick_ns);
  push_view(role, 3);
  return call(role, inst, tick_ns, 4);
}

static taut_status role_output(const taut_instance *inst, int64_t tick_ns) {
  lua_role *role = enter(inst, false);
  role->out->slots = inst->out;
  lua_rawgeti(role->L, LUA_REGISTRYINDEX, role->output);
  push_view(role, 0);
  push_view(role, 2);
  if (role->sees_inputs_in_output) {
    role->in->in = inst->in;
    push_view(role, 1);
  } else {
    lua_pushnil(role->L);
  }
  push_view(role, 3);
  return call(role, inst, tick_ns, 4);
}

// ------------------------------------------------------------------------------------------ making

static taut_signal *copy_ports(taut_setup *setup, const taut_role_port *ports, size_t n) {
  taut_signal *signals = taut_pool_take(setup->pool, (n + 1) * sizeof *signals);
  if (!signals) taut_fail(setup->L, "not enough memory");
  for (size_t i = 0; i < n; i++) signals[i] = *ports[i].signal;
  return signals;
}

static const char *keep(taut_setup *setup, const char *text) {
  const char *copy = taut_pool_text(setup->pool, text);
  if (!copy) taut_fail(setup->L, "not enough memory");
  return copy;
}

/// Parameters from { name = number or quantity } in field `params` of the role at the top.
static void read_params(taut_setup *setup, lua_role *role, const taut_origin *origin) {
  lua_State *L = setup->L;
  if (lua_getfield(L, -1, "params") != LUA_TTABLE) {
    lua_pop(L, 1);
    return;
  }
  taut_signal *params = taut_pool_take(setup->pool, ROLE_PARAMS_MAX * sizeof *params);
  if (!params) taut_fail(L, "not enough memory");
  taut_push_sorted_keys(L, -1);
  uint32_t n = 0;
  for (; lua_rawgeti(L, -1, (lua_Integer)n + 1) != LUA_TNIL; n++) {
    if (n == ROLE_PARAMS_MAX || lua_type(L, -1) != LUA_TSTRING)
      taut_raise_field(L, origin, "params", "params is { name = number } with at most %d names",
                       ROLE_PARAMS_MAX);
    const char *name = keep(setup, lua_tostring(L, -1));
    lua_rawget(L, -3);
    const taut_quantity *q = taut_to_quantity(L, -1);
    if (!q && lua_type(L, -1) != LUA_TNUMBER)
      taut_raise_field(L, origin, name, "parameter '%s' must be a number or a quantity", name);
    params[n] = (taut_signal){.id = n + 1,
                              .name = name,
                              .unit = "1",
                              .min = -1e300,
                              .max = 1e300,
                              .init = q ? q->si_value : lua_tonumber(L, -1),
                              .count = 1,
                              .help = "parameter of a role written in Lua"};
    if (q) {
      memcpy(params[n].si, q->si, sizeof q->si);
      params[n].unit = keep(setup, q->unit);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 3);
  role->model.params = params;
  role->model.n_params = n;
}

static void read_states(taut_setup *setup, lua_role *role) {
  lua_State *L = setup->L;
  if (lua_getfield(L, -1, "state") == LUA_TTABLE)
    for (; lua_rawgeti(L, -1, (lua_Integer)role->n_states + 1) == LUA_TSTRING; lua_pop(L, 1))
      role->states[role->n_states++] = keep(setup, lua_tostring(L, -1));
  else
    lua_pushnil(L);
  lua_pop(L, 2);
}

static int keep_function(lua_State *L, const char *name) {
  if (lua_getfield(L, -1, name) == LUA_TFUNCTION) return luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pop(L, 1);
  return LUA_NOREF;
}

static void make_views(lua_role *role) {
  const taut_model *model = &role->model;
  lua_State *L = role->L;
  role->state = make_view(L, &role->views[0]);
  role->in = make_view(L, &role->views[1]);
  role->out = make_view(L, &role->views[2]);
  role->param = make_view(L, &role->views[3]);
  *role->state = (role_view){.names = role->states, .n = role->n_states, .what = "state variable"};
  *role->in = (role_view){.signals = model->inputs, .n = model->n_inputs, .what = "input"};
  *role->out = (role_view){
      .signals = model->outputs, .n = model->n_outputs, .is_writable = true, .what = "output"};
  *role->param = (role_view){.signals = model->params, .n = model->n_params, .what = "parameter"};
}

static void find_file(taut_setup *setup, const char *file, char path[PATH_MAX]) {
  const char *const *dirs = setup->options->plugin_dirs;
  snprintf(path, PATH_MAX, "%s", file);
  for (size_t i = 0; access(path, R_OK) != 0 && file[0] != '/' && dirs && dirs[i]; i++)
    snprintf(path, PATH_MAX, "%s/../%s", dirs[i], file);
  if (access(path, R_OK) != 0) taut_fail(setup->L, "--with: there is no file %s", file);
}

/// Name of the model: the file's stem with everything odd replaced.
static const char *model_name(taut_setup *setup, const taut_rig_instance *instance,
                              const char *file) {
  const char *slash = strrchr(file, '/');
  const char *stem = slash ? slash + 1 : file;
  char *name = taut_pool_format(setup->pool, "lua_%s_%s", instance->path, stem);
  if (!name) taut_fail(setup->L, "not enough memory");
  name[strlen(name) - 4] = 0;  // ".lua"
  for (char *c = name; *c; c++)
    if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'))) *c = '_';
  if (strlen(name) > 60) name[60] = 0;
  return name;
}

const taut_model *taut_role_model(taut_setup *setup, const taut_rig_instance *instance,
                                  const char *file) {
  lua_State *L = setup->L;
  char path[PATH_MAX];
  taut_origin origin;
  if (setup->is_plan_only) taut_fail(L, "a role written in Lua cannot be described, only run");
  find_file(setup, file, path);
  taut_sandbox_run_file(L, path);
  if (!taut_origin_of(L, -1, "role", &origin))
    taut_fail(L, "%s must return a taut.role { ... }", path);
  lua_getfield(L, -1, "role");
  if (strcmp(lua_tostring(L, -1), instance->role->name) != 0)
    taut_raise_field(L, &origin, "role", "this is a role '%s', not '%s'", lua_tostring(L, -1),
                     instance->role->name);
  lua_pop(L, 1);
  lua_role *role = taut_pool_take(setup->pool, sizeof *role);
  if (!role) taut_fail(L, "not enough memory");
  const taut_role *ports = instance->role;
  int64_t period_ns = ports->period_ns;
  if (lua_getfield(L, -1, "period") != LUA_TNIL) period_ns = taut_check_time(L, -1, "period");
  lua_pop(L, 1);
  role->L = L;
  role->journal = setup->journal;
  role->model = (taut_model){.struct_size = sizeof(taut_model),
                             .signal_size = sizeof(taut_signal),
                             .abi_minor = TAUT_ABI_MINOR,
                             .name = model_name(setup, instance, file),
                             .role = ports->name,
                             .version = "0.0.0",
                             .help = "a role written in Lua",
                             .inputs = copy_ports(setup, ports->inputs, ports->n_inputs),
                             .n_inputs = (uint32_t)ports->n_inputs,
                             .outputs = copy_ports(setup, ports->outputs, ports->n_outputs),
                             .n_outputs = (uint32_t)ports->n_outputs,
                             .period_ns = period_ns,
                             .period_ns_min = 1000,
                             .period_ns_max = 10 * TAUT_SECOND,
                             .context = role,
                             .state_size = role_state_size,
                             .init = role_init,
                             .output = role_output,
                             .update = role_update};
  role->sees_inputs_in_output = ports->allows_feedthrough;
  read_params(setup, role, &origin);
  read_states(setup, role);
  role->init = keep_function(L, "init");
  role->update = keep_function(L, "update");
  role->output = keep_function(L, "output");
  make_views(role);
  lua_pop(L, 1);
  setup->journal->error[0] = 0;
  if (taut_registry_add(setup->registry, &role->model) != TAUT_OK) taut_setup_raise(setup, path);
  return &role->model;
}
