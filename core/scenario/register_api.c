// taut.requirements and taut.hazards: lists of plain tables. Every entry is checked where it
// stands, so that an error names its line.

#include <ctype.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/fields.h"
#include "scenario/register.h"
#include "taut/monitor.h"

static const taut_field REQUIREMENT[] = {
    {"id", "string", true},          {"text", "string", true},     {"formula", "string", true},
    {"hazard", "string|list", true}, {"severity", "string", true}, {"source", "string", true},
    {"safe_state", "string", true},  {"approved", "table", false}, {"everywhere", "boolean", false},
    {"needs", "string", false},      {"end_", "string", false},    {NULL, NULL, false}};

static const taut_field HAZARD[] = {
    {"id", "string", true},          {"failure", "string", true},    {"detection", "string", true},
    {"requirement", "string", true}, {"safe_state", "string", true}, {"severity", "string", true},
    {"source", "string", true},      {"status", "string", false},    {NULL, NULL, false}};

static const taut_field APPROVED[] = {{"by", "string", true},
                                      {"role", "string", true},
                                      {"date", "string", true},
                                      {"rationale", "string", false},
                                      {NULL, NULL, false}};

static const char *const SEVERITIES[] = {"negligible", "minor",        "serious",
                                         "critical",   "catastrophic", NULL};
static const char *const SAFE_STATES[] = {"normal",   "assist",  "symptom_ramp", "ss1", "sto",
                                          "released", "latched", "none",         NULL};
static const char *const STATUSES[] = {"V", "C", "M", "D", NULL};
static const char *const NEEDS[] = {"full", NULL};
static const char *const ENDS[] = {"strict", "weak", NULL};

// ------------------------------------------------------------------------------------------- lines

/// Start of line `line` of a text.
static const char *line_start(const char *text, int line) {
  for (int at = 1; at < line; at++) {
    text = strchr(text, '\n');
    if (!text) return NULL;
    text++;
  }
  return text;
}

/// Source of a file that was read; owned by the state, as long as it lives.
static const char *source_of(lua_State *L, const char *chunk, int line) {
  const char *text = taut_sandbox_source(L, chunk);
  return text ? line_start(text, line) : NULL;
}

static int count_lines(const char *from, const char *to) {
  int n = 0;
  for (; from < to; from++) n += *from == '\n';
  return n;
}

int taut_register_line(lua_State *L, const char *chunk, int line, const char *id) {
  const char *source = source_of(L, chunk, line);
  size_t length = strlen(id);
  for (const char *at = source; at && (at = strstr(at, id)) != NULL; at++) {
    if (at == source || (at[-1] != '"' && at[-1] != '\'') || at[length] != at[-1]) continue;
    const char *before = at - 1;
    while (before > source && (before[-1] == ' ' || before[-1] == '\t' || before[-1] == '='))
      before--;
    bool is_id =
        before >= source + 2 && before[-1] == 'd' && before[-2] == 'i' &&
        (before == source + 2 || !(isalnum((unsigned char)before[-3]) || before[-3] == '_'));
    if (is_id) return line + count_lines(source, at);
  }
  return line;
}

int taut_register_text_line(lua_State *L, const char *chunk, int line, const char *name,
                            const char *text) {
  const char *source = source_of(L, chunk, line);
  const char *at = source && *text ? strstr(source, text) : NULL;
  if (at) return line + count_lines(source, at);
  return taut_sandbox_field_line(L, chunk, line, name);
}

// ------------------------------------------------------------------------------------------ fields

/// The text of field `name` of the entry on top; NULL when it is not there. The entry holds it.
static const char *text_of(lua_State *L, const taut_origin *origin, const char *name) {
  size_t length = 0;
  int type = lua_getfield(L, -1, name);
  const char *text = type == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
  lua_pop(L, 1);
  if (text && strlen(text) != length)
    taut_raise_field(L, origin, name, "'%s' has a byte 0 in it", name);
  if (text && text[strspn(text, " \t\r\n")] == 0)
    taut_raise_field(L, origin, name, "'%s' is empty", name);
  return text;
}

static void check_texts(lua_State *L, const taut_origin *origin, const taut_field *fields) {
  for (const taut_field *field = fields; field->name; field++) text_of(L, origin, field->name);
}

/// Raises an error unless the field is one of the words, or absent.
static void check_word(lua_State *L, const taut_origin *origin, const char *name,
                       const char *const *words) {
  const char *word = text_of(L, origin, name);
  if (!word) return;
  for (const char *const *w = words; *w; w++)
    if (strcmp(*w, word) == 0) return;
  taut_suggest suggest;
  taut_suggest_init(&suggest, word);
  char list[160] = "";
  for (const char *const *w = words; *w; w++) {
    taut_suggest_offer(&suggest, *w);
    size_t n = strlen(list);
    snprintf(list + n, sizeof list - n, "%s%s", w == words ? "" : ", ", *w);
  }
  if (suggest.best)
    taut_raise_field(L, origin, name, "%s '%s' is not known; did you mean '%s'?", name, word,
                     suggest.best);
  taut_raise_field(L, origin, name, "%s '%s' is not known; there is %s", name, word, list);
}

static bool is_id(const char *id) {
  size_t length = strlen(id);
  return length > 0 && length < 32 &&
         strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

/// One hazard as a text or several as a list.
static void check_hazards(lua_State *L, const taut_origin *origin) {
  if (lua_getfield(L, -1, "hazard") == LUA_TSTRING) {
    if (!is_id(lua_tostring(L, -1)))
      taut_raise_field(L, origin, "hazard", "'%s' is not an id of a hazard", lua_tostring(L, -1));
    lua_pop(L, 1);
    return;
  }
  if (taut_check_list(L, origin, "hazard") == 0)
    taut_raise_field(
        L, origin, "hazard",
        "a requirement without a hazard protects from nothing; name one of hazards.lua");
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *id = lua_tostring(L, -1);
    if (!is_id(id)) taut_raise_field(L, origin, "hazard", "'%s' is not an id of a hazard", id);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

static void check_approved(lua_State *L, const taut_origin *origin) {
  if (lua_getfield(L, -1, "approved") == LUA_TTABLE) {
    taut_check_fields(L, -1, "table 'approved'", origin, APPROVED);
    check_texts(L, origin, APPROVED);
  }
  lua_pop(L, 1);
}

// ----------------------------------------------------------------------------------------- entries

/// Checks the id of the entry on top and finds its line. `seen` is the stack index of a table of
/// ids.
static void check_id(lua_State *L, int seen, lua_Integer i, const char *kind, taut_origin *origin) {
  if (lua_getfield(L, -1, "id") != LUA_TSTRING)
    taut_raise(L, origin->chunk, origin->line, "entry %d of taut.%ss needs an id, a text", (int)i,
               kind);
  const char *id = lua_tostring(L, -1);
  if (!is_id(id))
    taut_raise_field(L, origin, "id",
                     "'%s' is not an id: at most 31 letters, digits, '-', '_' and '.'", id);
  int first = lua_getfield(L, seen, id) == LUA_TNUMBER ? (int)lua_tointeger(L, -1) : 0;
  lua_pop(L, 1);
  int line = taut_register_line(L, origin->chunk, first ? first + 1 : origin->line, id);
  if (first)
    taut_raise(L, origin->chunk, line, "a second %s '%s'; the first is at line %d", kind, id,
               first);
  origin->line = line;
  lua_pushinteger(L, line);
  lua_setfield(L, seen, id);
  lua_pop(L, 1);
}

static void check_requirement(lua_State *L, const taut_origin *origin) {
  check_hazards(L, origin);
  check_word(L, origin, "severity", SEVERITIES);
  check_word(L, origin, "safe_state", SAFE_STATES);
  check_word(L, origin, "needs", NEEDS);
  check_word(L, origin, "end_", ENDS);
  check_approved(L, origin);
  const char *formula = text_of(L, origin, "formula");
  if (strlen(formula) > TAUT_EXPR_LENGTH_MAX)
    taut_raise_field(L, origin, "formula", "'formula' is longer than %d characters",
                     TAUT_EXPR_LENGTH_MAX);
}

static void check_hazard(lua_State *L, const taut_origin *origin) {
  check_word(L, origin, "severity", SEVERITIES);
  check_word(L, origin, "safe_state", SAFE_STATES);
  check_word(L, origin, "status", STATUSES);
}

void taut_register_check(lua_State *L, const char *kind, const taut_origin *at) {
  bool is_hazard = strcmp(kind, "hazard") == 0;
  const taut_field *fields = is_hazard ? HAZARD : REQUIREMENT;
  taut_origin origin = *at;
  int list = lua_gettop(L);
  lua_Integer n = (lua_Integer)lua_rawlen(L, list), n_keys = 0;
  if (n > TAUT_REGISTER_MAX)
    taut_raise(L, at->chunk, at->line, "a register has at most %d entries", TAUT_REGISTER_MAX);
  for (lua_pushnil(L); lua_next(L, list); lua_pop(L, 1)) n_keys++;
  if (n != n_keys)
    taut_raise(L, at->chunk, at->line, "taut.%ss takes a list of tables without names or gaps",
               kind);
  lua_newtable(L);  // ids and their lines
  for (lua_Integer i = 1; i <= n; i++) {
    if (lua_rawgeti(L, list, i) != LUA_TTABLE)
      taut_raise(L, origin.chunk, origin.line, "entry %d of taut.%ss is a %s, not a table", (int)i,
                 kind, luaL_typename(L, -1));
    check_id(L, list + 1, i, kind, &origin);
    taut_check_fields(L, -1, kind, &origin, fields);
    check_texts(L, &origin, fields);
    if (is_hazard)
      check_hazard(L, &origin);
    else
      check_requirement(L, &origin);
    lua_pop(L, 1);
  }
  lua_settop(L, list);
}

static int check_argument(lua_State *L, const char *kind) {
  taut_origin origin = {0};
  snprintf(origin.kind, sizeof origin.kind, "%ss", kind);
  taut_sandbox_where(L, 1, origin.chunk, &origin.line);
  if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1)
    taut_raise(L, origin.chunk, origin.line, "write taut.%ss { { id = ... }, ... } with one list",
               kind);
  taut_origin_put(L, 1, &origin);
  taut_register_check(L, kind, &origin);
  return 1;
}

int taut_api_requirements(lua_State *L) {
  return check_argument(L, "requirement");
}

int taut_api_hazards(lua_State *L) {
  return check_argument(L, "hazard");
}
