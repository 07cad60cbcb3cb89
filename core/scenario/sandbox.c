// The Lua state: memory, instructions, environment, files.

#define _GNU_SOURCE  // RTLD_DEFAULT
#include "scenario/sandbox.h"

#include <dlfcn.h>
#include <lualib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/suggest.h"
#include "taut/math.h"

// Lua's `^` calls the C library's pow, whose last bits depend on the processor. The dynamic linker
// binds that call to this definition, because an executable comes before its libraries.
// taut_sandbox_open makes sure that it did.
__attribute__((visibility("default"))) double pow(double x, double y);
double pow(double x, double y) {
  return taut_pow(x, y);
}

static const char SOURCES[] = "taut.sources";

// ------------------------------------------------------------------------------------------ limits

static void *lua_memory(void *user, void *block, size_t old_size, size_t new_size) {
  taut_sandbox *box = user;
  const taut_allocator *allocator = box->allocator;
  size_t held = block ? old_size : 0;
  if (new_size == 0) {
    allocator->release(allocator->user, block);
    box->memory_used -= held;
    return NULL;
  }
  if (new_size > held && new_size - held > box->memory_cap - box->memory_used) {
    box->is_out_of_memory = true;
    return NULL;
  }
  void *moved = allocator->allocate(allocator->user, new_size);
  if (!moved) {
    // Lua counts on shrinking never to fail.
    if (new_size <= held) {
      box->memory_used -= held - new_size;
      return block;
    }
    box->is_out_of_memory = true;
    return NULL;
  }
  if (block) memcpy(moved, block, held < new_size ? held : new_size);
  allocator->release(allocator->user, block);
  box->memory_used += new_size - held;
  return moved;
}

taut_sandbox *taut_sandbox_of(lua_State *L) {
  taut_sandbox *box;
  memcpy(&box, lua_getextraspace(L), sizeof box);
  return box;
}

static void count_instructions(lua_State *L, lua_Debug *record) {
  (void)record;
  taut_sandbox *box = taut_sandbox_of(L);
  box->instructions_left -= TAUT_HOOK_INSTRUCTIONS;
  if (box->instructions_left > 0) return;
  // From now on every instruction raises the error again, so no pcall can swallow it.
  box->is_exhausted = true;
  lua_sethook(L, count_instructions, LUA_MASKCOUNT, 1);
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_sandbox_where(L, 0, chunk, &line);
  taut_raise(L, chunk, line,
             "the limit of %d million Lua instructions is used up; a loop here never waits",
             (int)(box->instructions / 1000000));
}

void taut_sandbox_arm(lua_State *L) {
  lua_sethook(L, count_instructions, LUA_MASKCOUNT, TAUT_HOOK_INSTRUCTIONS);
}

void taut_sandbox_grant(taut_sandbox *box, uint64_t instructions) {
  box->instructions = instructions;
  box->instructions_left = instructions > INT64_MAX ? INT64_MAX : (int64_t)instructions;
  box->is_exhausted = false;
  box->is_out_of_memory = false;
  taut_sandbox_arm(box->L);
}

// ------------------------------------------------------------------------------------------ errors

taut_status taut_sandbox_failed(taut_sandbox *box, lua_State *L, int lua_status) {
  if (lua_status == LUA_ERRMEM) {
    snprintf(box->message, sizeof box->message, "the limit of %zu KiB of Lua memory is used up",
             box->memory_cap / 1024);
    lua_pop(L, 1);
    return TAUT_ENOMEM;
  }
  if (lua_type(L, -1) == LUA_TSTRING)
    snprintf(box->message, sizeof box->message, "%s", lua_tostring(L, -1));
  else
    snprintf(box->message, sizeof box->message, "error with a %s instead of a text",
             luaL_typename(L, -1));
  lua_pop(L, 1);
  return box->is_exhausted ? TAUT_EFULL : TAUT_EINVAL;
}

taut_status taut_sandbox_call(taut_sandbox *box, lua_State *L, int n_arguments, int n_results) {
  int status = lua_pcall(L, n_arguments, n_results, 0);
  return status == LUA_OK ? TAUT_OK : taut_sandbox_failed(box, L, status);
}

void taut_raise(lua_State *L, const char *chunk, int line, const char *format, ...) {
  char text[TAUT_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  lua_pushfstring(L, "%s:%d: %s", chunk, line, text);
  lua_error(L);
  abort();  // lua_error does not return
}

void taut_fail(lua_State *L, const char *format, ...) {
  char text[TAUT_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  luaL_where(L, 1);
  lua_pushstring(L, text);
  lua_concat(L, 2);
  lua_error(L);
  abort();  // lua_error does not return
}

void taut_sandbox_where(lua_State *L, int level, char chunk[TAUT_CHUNK_MAX + 4], int *line) {
  lua_Debug record;
  *line = 0;
  snprintf(chunk, TAUT_CHUNK_MAX + 4, "?");
  for (; lua_getstack(L, level, &record); level++) {
    lua_getinfo(L, "Sl", &record);
    if (record.currentline <= 0) continue;  // a C function in between
    *line = record.currentline;
    snprintf(chunk, TAUT_CHUNK_MAX + 4, "%.*s", TAUT_CHUNK_MAX + 3, record.short_src);
    return;
  }
}

// ------------------------------------------------------------------------------------------- files

/// Cut at a slash.
const char *taut_sandbox_chunk(const char *shown) {
  size_t length = strlen(shown);
  if (length <= TAUT_CHUNK_MAX) return shown;
  const char *end = shown + length - TAUT_CHUNK_MAX;
  const char *slash = strchr(end, '/');
  return slash ? slash + 1 : end;
}

void taut_sandbox_tell_input(lua_State *L, const char *path) {
  const taut_sandbox *box = taut_sandbox_of(L);
  if (box->on_input) box->on_input(box->input_user, path);
}

void taut_sandbox_run_file(lua_State *L, const char *path) {
  taut_sandbox_run_file_as(L, path, path);
}

void taut_sandbox_run_file_as(lua_State *L, const char *path, const char *shown) {
  // The buffer belongs to Lua, so that an error cannot leak it; it comes before the file is open.
  char *text = lua_newuserdatauv(L, TAUT_SOURCE_MAX + 1, 0);
  taut_sandbox_tell_input(L, path);
  FILE *file = fopen(path, "rb");
  if (!file) taut_fail(L, "%s cannot be read", path);
  size_t n = fread(text, 1, TAUT_SOURCE_MAX + 1, file);
  bool is_broken = ferror(file) != 0;
  fclose(file);
  if (is_broken) taut_fail(L, "%s cannot be read", path);
  if (n > TAUT_SOURCE_MAX) taut_fail(L, "%s is larger than %d KiB", path, TAUT_SOURCE_MAX / 1024);
  const char *name = taut_sandbox_chunk(shown);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, SOURCES);
  lua_pushlstring(L, text, n);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
  // Lua's own message for it has no name in it.
  if (n > 0 && text[0] == LUA_SIGNATURE[0])
    taut_raise(L, name, 1, "a binary chunk is not loaded; write Lua as text");
  lua_pushfstring(L, "@%s", name);
  if (luaL_loadbufferx(L, text, n, lua_tostring(L, -1), "t") != LUA_OK) lua_error(L);
  lua_replace(L, -3);  // the function takes the place of the buffer
  lua_pop(L, 1);
  lua_call(L, 0, 1);
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const char *taut_sandbox_source(lua_State *L, const char *chunk) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, SOURCES);
  lua_getfield(L, -1, chunk);
  const char *text = lua_tostring(L, -1);
  lua_pop(L, 2);
  return text;  // the table of sources holds it
}

int taut_sandbox_field_line(lua_State *L, const char *chunk, int line, const char *name) {
  int found = line;
  const char *text = taut_sandbox_source(L, chunk);
  size_t length = strlen(name);
  int at_line = 1;
  for (const char *at = text; at && *at; at++) {
    if (*at == '\n') at_line++;
    if (at_line < line || strncmp(at, name, length) != 0) continue;
    if ((at > text && is_word(at[-1])) || is_word(at[length])) continue;
    const char *after = at + length + strspn(at + length, " \t\"']");
    if (*after != '=' || after[1] == '=') continue;
    found = at_line;
    break;
  }
  return found;
}

// ----------------------------------------------------------------------------------------- opening

/// Checks that `^` of this Lua is taut_pow, bit for bit.
static bool has_own_power(lua_State *L) {
  double (*bound)(double, double) = NULL;
  void *symbol = dlsym(RTLD_DEFAULT, "pow");
  memcpy(&bound, &symbol, sizeof bound);
  if (bound && bound != pow) return false;
  static const double PROBES[][2] = {{1.1, 2.3}, {7.7, -0.3}, {123.456, 1.0 / 3.0}, {0.9, 77.7}};
  for (size_t i = 0; i < sizeof PROBES / sizeof PROBES[0]; i++) {
    lua_pushnumber(L, PROBES[i][0]);
    lua_pushnumber(L, PROBES[i][1]);
    lua_arith(L, LUA_OPPOW);
    double got = lua_tonumber(L, -1), expected = taut_pow(PROBES[i][0], PROBES[i][1]);
    lua_pop(L, 1);
    if (got != expected) return false;  // finite, so equal means the same bits
  }
  return true;
}

static int set_up(lua_State *L) {
  static const luaL_Reg LIBRARIES[] = {{"_G", luaopen_base},     {"string", luaopen_string},
                                       {"table", luaopen_table}, {"math", luaopen_math},
                                       {"utf8", luaopen_utf8},   {NULL, NULL}};
  for (const luaL_Reg *library = LIBRARIES; library->name; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
  lua_newtable(L);
  taut_library_install(L);
  taut_sandbox *box = taut_sandbox_of(L);
  if (box->install) box->install(L);
  taut_push_view(L, "global");
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  // The full tables of the libraries stay reachable for nobody.
  lua_pushnil(L);
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_pushboolean(L, has_own_power(L));
  return 1;
}

taut_status taut_sandbox_open(taut_sandbox *box) {
  box->memory_used = 0;
  box->L = lua_newstate(lua_memory, box);
  if (!box->L) return TAUT_ENOMEM;
  memcpy(lua_getextraspace(box->L), &box, sizeof box);
  lua_pushcfunction(box->L, set_up);
  taut_status status = taut_sandbox_call(box, box->L, 0, 1);
  if (status) {
    taut_sandbox_close(box);
    return status;
  }
  bool is_own = lua_toboolean(box->L, -1);
  lua_pop(box->L, 1);
  if (is_own) return TAUT_OK;
  snprintf(box->message, sizeof box->message,
           "Lua's ^ is bound to another pow than Taut's, so results could differ between machines");
  taut_sandbox_close(box);
  return TAUT_EFAULT;
}

void taut_sandbox_close(taut_sandbox *box) {
  if (box->L) lua_close(box->L);
  box->L = NULL;
}

// ------------------------------------------------------------------------------------------- views

/// Upvalue 1: the full table, upvalue 2: what its entries are called.
static int unknown_name(lua_State *L) {
  const char *what = lua_tostring(L, lua_upvalueindex(2));
  if (lua_type(L, 2) != LUA_TSTRING) return luaL_error(L, "a %s has a name", what);
  const char *name = lua_tostring(L, 2);
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  taut_push_sorted_keys(L, lua_upvalueindex(1));
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
    taut_suggest_offer(&suggest, lua_tostring(L, -1));  // the table holds the string
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_sandbox_where(L, 1, chunk, &line);
  static const char *const WITHHELD[] = {"os",     "io",       "debug",      "package", "load",
                                         "dofile", "loadfile", "loadstring", NULL};
  bool is_global = strcmp(what, "global") == 0;
  for (const char *const *withheld = WITHHELD; is_global && *withheld; withheld++) {
    if (strcmp(name, *withheld) == 0)
      taut_raise(L, chunk, line, "no global '%s': the sandbox has no files, clock or system", name);
  }
  if (suggest.best)
    taut_raise(L, chunk, line, "no %s '%s'; did you mean '%s'?", what, name, suggest.best);
  taut_raise(L, chunk, line, "no %s '%s'", what, name);
}

static int refuse_write(lua_State *L) {
  const char *what = lua_tostring(L, lua_upvalueindex(1));
  return luaL_error(L, "%s '%s' cannot be set here; declare it with 'local'", what,
                    taut_push_text(L, 2));
}

void taut_push_view(lua_State *L, const char *what) {
  int full = lua_gettop(L);
  lua_createtable(L, 0, 1);  // metatable of the full table: what happens on a miss
  lua_pushvalue(L, full);
  lua_pushstring(L, what);
  lua_pushcclosure(L, unknown_name, 2);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, full);

  lua_newtable(L);           // the view
  lua_createtable(L, 0, 2);  // its metatable
  lua_pushvalue(L, full);
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, what);
  lua_pushcclosure(L, refuse_write, 1);
  lua_setfield(L, -2, "__newindex");
  lua_setmetatable(L, -2);
  lua_replace(L, full);
}
