// Registers: where their files are, and what they say as plain data.

#include "scenario/register.h"

#include <assert.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/suggest.h"
#include "scenario/api.h"
#include "scenario/host.h"

enum { ROOM = PATH_MAX + 64 };  ///< of a path and a name behind it

static const char *const NAMES[2] = {"requirements.lua", "hazards.lua"};

/// A register while it is read.
typedef struct reader {
  taut_register *reg;
  taut_pool *pool;
  const char *path;  ///< of the scenario file
  const char *data_dir;
  bool is_out_of_memory;
} reader;

// ------------------------------------------------------------------------------------------- texts

static void *take(lua_State *L, reader *r, void *memory) {
  if (memory) return memory;
  r->is_out_of_memory = true;
  taut_fail(L, "not enough memory");
}

static const char *keep(lua_State *L, reader *r, const char *text) {
  return take(L, r, taut_pool_text(r->pool, text));
}

/// A copy of field `name` of the entry on top; NULL when it is not there.
static const char *keep_field(lua_State *L, reader *r, const char *name) {
  const char *copy = NULL;
  if (lua_getfield(L, -1, name) == LUA_TSTRING) copy = keep(L, r, lua_tostring(L, -1));
  lua_pop(L, 1);
  return copy;
}

/// The same on one line: runs of white space become one space, those around it nothing.
static const char *keep_line(lua_State *L, reader *r, const char *name) {
  if (lua_getfield(L, -1, name) != LUA_TSTRING) {
    lua_pop(L, 1);
    return "";
  }
  const char *text = lua_tostring(L, -1);
  char *line = take(L, r, taut_pool_take(r->pool, strlen(text) + 1)), *end = line;
  while (*text) {
    size_t n_space = strspn(text, " \t\r\n");
    text += n_space;
    if (n_space && end > line && *text) *end++ = ' ';
    if (*text) *end++ = *text++;
  }
  lua_pop(L, 1);
  return line;
}

static const char *const *keep_hazards(lua_State *L, reader *r) {
  bool is_list = lua_getfield(L, -1, "hazard") == LUA_TTABLE;
  size_t n = is_list ? (size_t)lua_rawlen(L, -1) : 1;
  const char **list = take(L, r, taut_pool_take(r->pool, (n + 1) * sizeof *list));
  for (size_t i = 0; i < n; i++) {
    if (is_list)
      lua_rawgeti(L, -1, (lua_Integer)i + 1);
    else
      lua_pushvalue(L, -1);
    list[i] = keep(L, r, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return list;
}

// ----------------------------------------------------------------------------------------- entries

static bool flag_of(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  bool is_set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return is_set;
}

/// Raises an error for an id that another file has already.
static void refuse_double(lua_State *L, const taut_origin *origin, const char *kind, const char *id,
                          const char *file, int line) {
  taut_raise(L, origin->chunk, origin->line, "a second %s '%s'; the first is at %s:%d", kind, id,
             file, line);
}

static const taut_hazard *find_hazard(const taut_register *reg, const char *id) {
  const taut_hazard *hazards = reg->hazards.items;
  for (size_t i = 0; i < reg->hazards.n; i++)
    if (strcmp(hazards[i].id, id) == 0) return &hazards[i];
  return NULL;
}

/// Copies the entry on top.
static void add_requirement(lua_State *L, reader *r, const taut_origin *origin, const char *file) {
  taut_requirement one = {.id = keep_field(L, r, "id"), .file = file, .line = origin->line};
  assert(one.id != NULL);  // taut_register_check saw it
  const taut_requirement *other = taut_register_find(r->reg, one.id);
  if (other) refuse_double(L, origin, "requirement", one.id, other->file, other->line);
  one.text = keep_line(L, r, "text");
  one.formula = keep_field(L, r, "formula");
  one.hazards = keep_hazards(L, r);
  one.severity = keep_field(L, r, "severity");
  one.source = keep_line(L, r, "source");
  one.safe_state = keep_field(L, r, "safe_state");
  one.needs = keep_field(L, r, "needs");
  one.is_approved = flag_of(L, "approved");
  one.is_everywhere = flag_of(L, "everywhere");
  const char *end = keep_field(L, r, "end_");
  one.end = end && strcmp(end, "weak") == 0 ? TAUT_END_WEAK : TAUT_END_STRICT;
  one.formula_line =
      taut_register_text_line(L, origin->chunk, origin->line, "formula", one.formula);
  taut_requirement *place =
      take(L, r, taut_list_add(r->pool, &r->reg->requirements, sizeof *place));
  *place = one;
}

static void add_hazard(lua_State *L, reader *r, const taut_origin *origin, const char *file) {
  taut_hazard one = {.id = keep_field(L, r, "id"), .file = file, .line = origin->line};
  assert(one.id != NULL);  // taut_register_check saw it
  const taut_hazard *other = find_hazard(r->reg, one.id);
  if (other) refuse_double(L, origin, "hazard", one.id, other->file, other->line);
  one.failure = keep_line(L, r, "failure");
  one.detection = keep_line(L, r, "detection");
  one.requirement = keep_line(L, r, "requirement");
  one.safe_state = keep_field(L, r, "safe_state");
  one.severity = keep_field(L, r, "severity");
  one.source = keep_line(L, r, "source");
  one.status = keep_line(L, r, "status");
  taut_hazard *place = take(L, r, taut_list_add(r->pool, &r->reg->hazards, sizeof *place));
  *place = one;
}

/// Reads a file that is there, called `shown` in messages and results.
static void read_register(lua_State *L, reader *r, const char *path, const char *shown,
                          int i_name) {
  static const char *const KINDS[2] = {"requirements", "hazards"};
  taut_origin origin;
  const char *file = keep(L, r, shown);
  taut_sandbox_run_file_as(L, path, file);
  const char *chunk = taut_sandbox_chunk(file);
  if (!taut_origin_of(L, -1, KINDS[i_name], &origin))
    taut_raise(L, chunk, 1, "it must return taut.%s { ... }, got a %s", KINDS[i_name],
               luaL_typename(L, -1));
  // Again: the file may have changed the list since. No Lua code runs from here on.
  taut_register_check(L, i_name == 0 ? "requirement" : "hazard", &origin);
  // The list may come from a library; its entries are then on that file's lines.
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TTABLE; i++) {
    lua_getfield(L, -1, "id");
    origin.line = taut_register_line(L, origin.chunk, origin.line, lua_tostring(L, -1));
    lua_pop(L, 1);
    if (i_name == 0)
      add_requirement(L, r, &origin, file);
    else
      add_hazard(L, r, &origin, file);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  if (i_name == 0) r->reg->is_present = true;
}

// ------------------------------------------------------------------------------------------- files

static bool is_file(const char *path, struct stat *info) {
  return stat(path, info) == 0 && S_ISREG(info->st_mode);
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/// Whether two files are one, or one a copy of the other: a project that began as a copy of what
/// came with Taut has its registers too.
static bool is_copy(const char *path_a, const struct stat *a, const char *path_b,
                    const struct stat *b) {
  if (is_same(a, b)) return true;
  if (a->st_size != b->st_size) return false;
  FILE *file_a = fopen(path_a, "rb"), *file_b = fopen(path_b, "rb");
  bool is_equal = file_a && file_b;
  for (int c = 0; is_equal && c != EOF;) {
    c = getc(file_a);
    is_equal = c == getc(file_b);
  }
  if (file_a) fclose(file_a);
  if (file_b) fclose(file_b);
  return is_equal;
}

/// What came with Taut is called "scenarios/requirements.lua" wherever it is, unless another file
/// has that name here.
static void show_shipped(const char *path, const struct stat *info, const char *name,
                         char shown[ROOM]) {
  struct stat here;
  snprintf(shown, ROOM, "scenarios/%s", name);
  if (stat(shown, &here) == 0 && !is_same(&here, info)) snprintf(shown, ROOM, "%s", path);
}

/// A path below the working folder is shown from there.
static void show_path(const char *path, char shown[ROOM]) {
  char folder[PATH_MAX];
  size_t n = getcwd(folder, sizeof folder) ? strlen(folder) : 0;
  bool is_below = n > 1 && strncmp(path, folder, n) == 0 && path[n] == '/';
  snprintf(shown, ROOM, "%s", is_below ? path + n + 1 : path);
}

/// Cuts `folder` down to the nearest one upwards that has a register; false when there is none.
static bool find_project(char folder[PATH_MAX]) {
  for (;;) {
    for (int i = 0; i < 2; i++) {
      char path[ROOM];
      struct stat info;
      snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
      if (is_file(path, &info)) return true;
    }
    char *slash = strrchr(folder, '/');
    if (!slash) return false;
    *slash = 0;
  }
}

static void read_folders(lua_State *L, reader *r) {
  char folder[PATH_MAX], path[ROOM], original[ROOM], shown[ROOM];
  struct stat shipped[2] = {0}, info;
  bool has_shipped[2];
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/scenarios/%s", r->data_dir, NAMES[i]);
    has_shipped[i] = is_file(path, &shipped[i]);
    if (!has_shipped[i]) continue;
    show_shipped(path, &shipped[i], NAMES[i], shown);
    read_register(L, r, path, shown, i);
  }
  if (!realpath(r->path, folder)) return;
  *strrchr(folder, '/') = 0;
  if (!find_project(folder)) return;
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
    if (!is_file(path, &info)) continue;
    snprintf(original, sizeof original, "%s/scenarios/%s", r->data_dir, NAMES[i]);
    if (has_shipped[i] && is_copy(path, &info, original, &shipped[i])) continue;
    show_path(path, shown);
    read_register(L, r, path, shown, i);
    if (i == 0) r->reg->project = keep(L, r, shown);
  }
}

/// Every hazard that a requirement names must be there.
static void check_references(lua_State *L, const taut_register *reg) {
  const taut_requirement *requirements = reg->requirements.items;
  const taut_hazard *hazards = reg->hazards.items;
  for (size_t i = 0; i < reg->requirements.n; i++) {
    for (size_t k = 0; requirements[i].hazards[k]; k++) {
      const char *id = requirements[i].hazards[k];
      if (find_hazard(reg, id)) continue;
      taut_suggest suggest;
      taut_suggest_init(&suggest, id);
      for (size_t n = 0; n < reg->hazards.n; n++) taut_suggest_offer(&suggest, hazards[n].id);
      taut_origin origin = {.line = requirements[i].line};
      snprintf(origin.chunk, sizeof origin.chunk, "%s", taut_sandbox_chunk(requirements[i].file));
      taut_raise_field(L, &origin, "hazard",
                       "%s names the hazard '%s', which no hazards.lua has%s%s%s",
                       requirements[i].id, id, suggest.best ? "; did you mean '" : "",
                       suggest.best ? suggest.best : "", suggest.best ? "'?" : "");
    }
  }
}

/// Light userdata: the reader.
static int read_all(lua_State *L) {
  reader *r = lua_touserdata(L, 1);
  read_folders(L, r);
  check_references(L, r->reg);
  return 0;
}

taut_status taut_register_read(taut_register *reg, taut_pool *pool, const char *path,
                               const taut_scenario_options *options, char *message, size_t size) {
  reader r = {.reg = reg, .pool = pool, .path = path, .data_dir = options->data_dir};
  taut_sandbox box = {
      .allocator = pool->allocator,
      .memory_cap = options->memory_bytes ? options->memory_bytes : TAUT_MEMORY_DEFAULT,
      .data_dir = options->data_dir,
      .install = taut_api_install,
      .log = options->log,
      .on_input = options->on_input,
      .input_user = options->input_user};
  *reg = (taut_register){0};
  taut_status status = taut_sandbox_open(&box);
  if (!status) {
    taut_sandbox_grant(&box,
                       options->instructions ? options->instructions : TAUT_INSTRUCTIONS_DEFAULT);
    lua_pushcfunction(box.L, read_all);
    lua_pushlightuserdata(box.L, &r);
    status = taut_sandbox_call(&box, box.L, 1, 0);
  }
  if (status) snprintf(message, size, "%s", box.message);
  taut_sandbox_close(&box);
  return r.is_out_of_memory ? TAUT_ENOMEM : status;
}

// ------------------------------------------------------------------------------------------- names

const taut_requirement *taut_register_find(const taut_register *reg, const char *id) {
  const taut_requirement *requirements = reg->requirements.items;
  for (size_t i = 0; i < reg->requirements.n; i++)
    if (strcmp(requirements[i].id, id) == 0) return &requirements[i];
  return NULL;
}

bool taut_register_knows(const taut_register *reg, const char *id, char *text, size_t size) {
  if (!reg->is_present || taut_register_find(reg, id)) return true;
  const taut_requirement *requirements = reg->requirements.items;
  taut_suggest suggest;
  taut_suggest_init(&suggest, id);
  for (size_t i = 0; i < reg->requirements.n; i++) taut_suggest_offer(&suggest, requirements[i].id);
  const char *where =
      reg->project ? reg->project : "a requirements.lua beside the scenario or above it";
  if (suggest.best)
    snprintf(text, size, "no requirement '%s'; did you mean '%s'? A new one belongs into %s", id,
             suggest.best, where);
  else
    snprintf(text, size, "no requirement '%s'; a new one belongs into %s", id, where);
  return false;
}

bool taut_register_knows_hazard(const taut_register *reg, const char *id, char *text, size_t size) {
  const taut_hazard *hazards = reg->hazards.items;
  taut_suggest suggest;
  taut_suggest_init(&suggest, id);
  for (size_t i = 0; i < reg->hazards.n; i++) {
    if (strcmp(hazards[i].id, id) == 0) return true;
    taut_suggest_offer(&suggest, hazards[i].id);
  }
  if (reg->hazards.n == 0) return true;
  if (suggest.best)
    snprintf(text, size, "no hazard '%s'; did you mean '%s'? A new one belongs into hazards.lua",
             id, suggest.best);
  else
    snprintf(text, size, "no hazard '%s'; a new one belongs into hazards.lua", id);
  return false;
}

const taut_requirement *taut_suite_requirement(const taut_suite *suite, size_t i) {
  const taut_requirement *requirements = suite->registers.requirements.items;
  return i < suite->registers.requirements.n ? &requirements[i] : NULL;
}

const taut_hazard *taut_suite_hazard(const taut_suite *suite, size_t i) {
  const taut_hazard *hazards = suite->registers.hazards.items;
  return i < suite->registers.hazards.n ? &hazards[i] : NULL;
}
