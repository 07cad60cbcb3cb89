#include "scenario/parameters.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/host.h"
#include "scenario/sandbox.h"

typedef struct walk {
  const char *path;
  taut_parameter_fn fn;
  void *user;
} walk;

/// A text field of the table at `index`; "" without. Stays on the stack.
static const char *push_field(lua_State *L, int index, const char *name) {
  return lua_getfield(L, index, name) == LUA_TSTRING ? lua_tostring(L, -1) : "";
}

/// { value, status = "D", source = "..." } on top of the stack.
static void hand_out(lua_State *L, const walk *w, const char *group, const char *name) {
  int top = lua_gettop(L);
  const char *status = push_field(L, top, "status"), *source = push_field(L, top, "source");
  lua_rawgeti(L, top, 1);
  const taut_parameter one = {group, name, taut_push_text(L, -1), status, source};
  if (status[0] != '\0') w->fn(w->user, &one);
  lua_settop(L, top);
}

/// The fields of the table on top that are tables, by name; each is on top while `fn` runs.
static void each_table(lua_State *L, const walk *w, const char *group,
                       void (*fn)(lua_State *L, const walk *w, const char *group,
                                  const char *name)) {
  int top = lua_gettop(L);
  taut_push_sorted_keys(L, top);
  for (lua_Integer i = 1; lua_rawgeti(L, top + 1, i) != LUA_TNIL; i++) {
    lua_pushvalue(L, -1);
    bool is_table = lua_rawget(L, top) == LUA_TTABLE;
    if (is_table && lua_type(L, -2) == LUA_TSTRING) fn(L, w, group, lua_tostring(L, -2));
    lua_settop(L, top + 1);
  }
  lua_settop(L, top);
}

static void walk_group(lua_State *L, const walk *w, const char *group, const char *name) {
  (void)group;
  each_table(L, w, name, hand_out);
}

static int read_set(lua_State *L) {
  const walk *w = lua_touserdata(L, 1);
  taut_sandbox_run_file(L, w->path);
  if (lua_type(L, -1) == LUA_TTABLE) each_table(L, w, "", walk_group);
  return 0;
}

taut_status taut_parameters_read(const char *path, const char *data_dir, taut_parameter_fn fn,
                                 void *user, char *message, size_t size) {
  walk w = {path, fn, user};
  taut_sandbox box = {.allocator = taut_allocator_default(),
                      .memory_cap = TAUT_MEMORY_DEFAULT,
                      .data_dir = data_dir,
                      .install = taut_api_install};
  taut_status status = taut_sandbox_open(&box);
  if (status == TAUT_OK) {
    taut_sandbox_grant(&box, TAUT_INSTRUCTIONS_DEFAULT);
    lua_pushcfunction(box.L, read_set);
    lua_pushlightuserdata(box.L, &w);
    status = taut_sandbox_call(&box, box.L, 1, 0);
  }
  if (status != TAUT_OK) snprintf(message, size, "%s", box.message);
  taut_sandbox_close(&box);
  return status;
}
