// taut.scenario, taut.parameters, taut.rig, taut.fault, require: each checks its table at once and
// marks where it was written.

#include "scenario/api.h"

#include <dirent.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/fields.h"
#include "scenario/persona.h"
#include "scenario/protocol.h"
#include "scenario/quantity.h"
#include "scenario/register.h"
#include "scenario/role.h"
#include "scenario/sandbox.h"
#include "scenario/twin.h"

static const taut_field SCENARIO[] = {
    {"name", "string", true},          {"help", "string", false},
    {"tags", "list", false},           {"covers", "list", false},
    {"rig", "string|table", true},     {"user", "string|table", false},
    {"set", "table", false},           {"params", "table", false},
    {"sweep", "table", false},         {"faults", "table", false},
    {"timeout", "time", false},        {"script", "function", true},
    {"rows", "list", false},           {"twin", "table", false},
    {"with", "table", false},          {"protocol", "table", false},
    {"hazard", "string", false},       {"branch", "list", false},
    {"demand", "list", false},         {"distribution", "string", false},
    {"not_applicable", "list", false}, {NULL, NULL, false}};

static const taut_field RIG[] = {{"name", "string", true},       {"help", "string", false},
                                 {"machine", "string", false},   {"sides", "list", false},
                                 {"roles", "table", true},       {"params", "table", false},
                                 {"base_period", "time", false}, {"row_period", "time", false},
                                 {"fast", "table", false},       {NULL, NULL, false}};

static const taut_field FAULT[] = {{"on", "string", true},
                                   {"kind", "string", true},
                                   {"magnitude", "number|quantity", false},
                                   {"low", "number|quantity", false},
                                   {"high", "number|quantity", false},
                                   {"probability", "number", false},
                                   {"other", "string", false},
                                   {"delay", "time", false},
                                   {"help", "string", false},
                                   {NULL, NULL, false}};

static void check_optional_list(lua_State *L, const taut_origin *origin, const char *name) {
  if (lua_getfield(L, 1, name) != LUA_TNIL) taut_check_list(L, origin, name);
  lua_pop(L, 1);
}

/// Checks and marks the table at 1; it is the result.
static void make_table(lua_State *L, const char *kind, const taut_field *fields,
                       taut_origin *origin) {
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_sandbox_where(L, 1, chunk, &line);
  if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1)
    taut_raise(L, chunk, line, "write taut.%s { ... } with one table", kind);
  taut_origin_mark(L, 1, kind, 1);
  taut_origin_of(L, 1, kind, origin);
  taut_check_fields(L, 1, kind, origin, fields);
}

/// A row of a guide: "D-002-30" is row 30 of guide 002.
static bool is_row(const char *text) {
  int guide = -1, row = -1, n = 0;
  sscanf(text, "D-%3d-%2d%n", &guide, &row, &n);
  char again[32];
  if (guide < 0 || row < 1) return false;
  snprintf(again, sizeof again, "D-%03d-%d", guide, row);
  return strcmp(text, again) == 0;
}

static void check_rows(lua_State *L, const taut_origin *origin) {
  lua_Integer n = lua_getfield(L, 1, "rows") == LUA_TTABLE ? (lua_Integer)lua_rawlen(L, -1) : 0;
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, -1, i);
    if (!is_row(lua_tostring(L, -1)))
      taut_raise_field(L, origin, "rows",
                       "'%s' is no row of a guide; row 30 of guide 002 is "
                       "\"D-002-30\"",
                       lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/// What a campaign leaves out stands with its reason: "phase=top: the handle is still".
static void check_reasons(lua_State *L, const taut_origin *origin) {
  bool is_list = lua_getfield(L, 1, "not_applicable") == LUA_TTABLE;
  lua_Integer n = is_list ? (lua_Integer)lua_rawlen(L, -1) : 0;
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, -1, i);
    const char *text = lua_tostring(L, -1), *reason = strstr(text, ": ");
    if (!reason || reason == text || !reason[2])
      taut_raise_field(L, origin, "not_applicable",
                       "'%s' gives no reason; write \"phase=top: why it makes no sense there\"",
                       text);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

static int api_scenario(lua_State *L) {
  taut_origin origin;
  make_table(L, "scenario", SCENARIO, &origin);
  check_optional_list(L, &origin, "tags");
  check_optional_list(L, &origin, "covers");
  check_optional_list(L, &origin, "rows");
  check_optional_list(L, &origin, "demand");
  check_optional_list(L, &origin, "branch");
  check_optional_list(L, &origin, "not_applicable");
  check_reasons(L, &origin);
  check_rows(L, &origin);
  taut_twin_check(L, 1, &origin);
  if (lua_getfield(L, 1, "protocol") != LUA_TNIL && !taut_protocol_of(L, -1))
    taut_raise_field(L, &origin, "protocol", "'protocol' must be a taut.protocol { ... }");
  lua_pop(L, 1);
  return 1;
}

static int api_rig(lua_State *L) {
  taut_origin origin;
  make_table(L, "rig", RIG, &origin);
  check_optional_list(L, &origin, "sides");
  return 1;
}

static int api_fault(lua_State *L) {
  taut_origin origin;
  make_table(L, "fault", FAULT, &origin);
  return 1;
}

/// Parameters have role names as fields, so only the others are checked here; the rest is checked
/// against the tables of the models when a plan is made.
static int api_parameters(lua_State *L) {
  static const taut_field FIELDS[] = {{"name", "string", true},    {"kind", "string", true},
                                      {"help", "string", false},   {"notes", "string", false},
                                      {"source", "string", false}, {"sample", "function", false},
                                      {NULL, NULL, false}};
  luaL_checktype(L, 1, LUA_TTABLE);
  taut_origin_mark(L, 1, "parameters", 1);
  taut_origin origin;
  taut_origin_of(L, 1, "parameters", &origin);
  lua_newtable(L);  // the fields that are not tables
  taut_push_sorted_keys(L, 1);
  for (lua_Integer i = 1; lua_rawgeti(L, 3, i) != LUA_TNIL; i++) {
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) == LUA_TTABLE)
      lua_pop(L, 2);
    else
      lua_rawset(L, 2);
  }
  taut_check_fields(L, 2, "table of parameters", &origin, FIELDS);
  static const char *const KINDS[] = {"machine", "user", "exercise", NULL};
  lua_getfield(L, 1, "kind");
  const char *kind = lua_tostring(L, -1);
  bool is_known = false;
  for (size_t i = 0; KINDS[i]; i++) is_known |= strcmp(KINDS[i], kind) == 0;
  if (!is_known)
    taut_raise_field(L, &origin, "kind", "'%s' is no kind; it is machine, user or exercise", kind);
  lua_settop(L, 1);
  return 1;
}

// ------------------------------------------------------------------------------------------- files

static bool is_file_name(const char *name) {
  size_t length = strlen(name);
  return length > 0 && length < 64 &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

/// Is there a file to open? The message about a missing one names the nearest.
static bool can_open(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file) fclose(file);
  return file != NULL;
}

/// "; there are a, b, c": every Lua file of the folder in alphabetical order, while there is room.
static void list_files(const char *folder, char *text, size_t size) {
  DIR *entries = opendir(folder);
  if (!entries) return;
  char last[64] = "";
  for (size_t n = 0;;) {
    char next[64] = "";
    rewinddir(entries);
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
      size_t length = strlen(entry->d_name);
      if (length < 5 || length >= sizeof next || strcmp(entry->d_name + length - 4, ".lua") != 0)
        continue;
      if (strcmp(entry->d_name, last) <= 0 || (*next && strcmp(entry->d_name, next) >= 0)) continue;
      memcpy(next, entry->d_name, length + 1);
    }
    size_t length = strlen(next);
    if (!length || n + length + 16 >= size) break;
    n += (size_t)snprintf(text + n, size - n, "%s%.*s", n ? ", " : "; there are ", (int)length - 4,
                          next);
    memcpy(last, next, length + 1);
  }
  closedir(entries);
}

static void suggest_file(const char *folder, const char *name, char *text, size_t size) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  char best[64] = "";
  size_t best_distance = 0;
  DIR *entries = opendir(folder);
  if (!entries) return;
  // The nearest, and of equals the first by name: the order of a folder is not fixed.
  for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
    char stem[64];
    size_t length = strlen(entry->d_name);
    if (length < 5 || length >= sizeof stem || strcmp(entry->d_name + length - 4, ".lua") != 0)
      continue;
    memcpy(stem, entry->d_name, length - 4);
    stem[length - 4] = 0;
    suggest.best = NULL;
    taut_suggest_offer(&suggest, stem);
    if (!suggest.best) continue;
    bool is_nearer = !*best || suggest.distance < best_distance ||
                     (suggest.distance == best_distance && strcmp(stem, best) < 0);
    if (!is_nearer) continue;
    memcpy(best, stem, sizeof stem);
    best_distance = suggest.distance;
  }
  closedir(entries);
  if (*best) snprintf(text, size, "; did you mean '%s'?", best);
}

bool taut_data_exists(lua_State *L, const char *folder, const char *name, char *hint, size_t size) {
  hint[0] = 0;
  const char *directory = lua_pushfstring(L, "%s/models/%s", taut_sandbox_of(L)->data_dir, folder);
  const char *path = lua_pushfstring(L, "%s/%s.lua", directory, name);
  taut_sandbox_tell_input(L, path);
  bool is_there = is_file_name(name) && can_open(path);
  if (!is_there) suggest_file(directory, name, hint, size);
  if (!is_there && !*hint) list_files(directory, hint, size);
  lua_pop(L, 2);
  return is_there;
}

void taut_push_data(lua_State *L, const char *folder, const char *name, const char *kind) {
  const taut_sandbox *box = taut_sandbox_of(L);
  char hint[512];
  if (!is_file_name(name)) taut_fail(L, "'%s' is not a name (a-z, 0-9, _)", name);
  const char *directory = lua_pushfstring(L, "%s/models/%s", box->data_dir, folder);
  if (!taut_data_exists(L, folder, name, hint, sizeof hint))
    taut_fail(L, "there is no '%s' in %s%s", name, directory, hint);
  const char *path = lua_pushfstring(L, "%s/%s.lua", directory, name);
  taut_sandbox_run_file(L, path);
  taut_origin origin;
  if (!taut_origin_of(L, -1, kind, &origin))
    taut_fail(L, "%s must return a taut.%s { ... }", path, kind);
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/// require "taut", or a library file of <data_dir>/scenarios/lib. Upvalue 1: what was loaded so
/// far.
static int api_require(lua_State *L) {
  const taut_sandbox *box = taut_sandbox_of(L);
  const char *name = luaL_checkstring(L, 1);
  const char *stem = strncmp(name, "lib.", 4) == 0 ? name + 4 : name;
  lua_settop(L, 1);
  lua_pushstring(L, stem);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
    if (lua_isboolean(L, -1) && !lua_toboolean(L, -1))
      return luaL_error(L, "'%s' requires itself", name);
    return 1;
  }
  if (!is_file_name(stem))
    return luaL_error(
        L, "require takes \"taut\" or the name of a file in scenarios/lib, got \"%s\"", name);
  const char *directory = lua_pushfstring(L, "%s/scenarios/lib", box->data_dir);
  const char *path = lua_pushfstring(L, "%s/%s.lua", directory, stem);
  taut_sandbox_tell_input(L, path);
  if (!can_open(path)) {
    char hint[96] = "";
    suggest_file(directory, stem, hint, sizeof hint);
    return luaL_error(L, "there is no '%s' in scenarios/lib%s", stem, hint);
  }
  lua_pushstring(L, stem);
  lua_pushboolean(L, 0);
  lua_rawset(L, lua_upvalueindex(1));
  taut_sandbox_run_file(L, path);
  if (lua_isnil(L, -1)) return luaL_error(L, "%s must return something", path);
  lua_pushstring(L, stem);
  lua_pushvalue(L, -2);
  lua_rawset(L, lua_upvalueindex(1));
  return 1;
}

void taut_api_install(lua_State *L) {
  static const luaL_Reg FUNCTIONS[] = {{"scenario", api_scenario},
                                       {"parameters", api_parameters},
                                       {"persona", taut_api_persona},
                                       {"rig", api_rig},
                                       {"fault", api_fault},
                                       {"protocol", taut_api_protocol},
                                       {"rules", taut_api_rules},
                                       {"role", taut_api_role},
                                       {"requirements", taut_api_requirements},
                                       {"hazards", taut_api_hazards},
                                       {"quantity", taut_quantity_make},
                                       {NULL, NULL}};
  taut_quantity_install(L);
  lua_newtable(L);  // loaded
  lua_newtable(L);  // taut
  luaL_setfuncs(L, FUNCTIONS, 0);
  lua_pushliteral(L, TAUT_VERSION);
  lua_setfield(L, -2, "version");
  taut_push_view(L, "function of taut");
  lua_setfield(L, -2, "taut");
  lua_pushcclosure(L, api_require, 1);
  lua_setfield(L, -2, "require");
}
