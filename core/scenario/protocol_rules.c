// The lists of rules of a protocol: who may take part, what is not for whom, what ends a set, whom
// a professional should see.

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/protocol_parts.h"

/// What kind of number a rule may carry.
typedef enum amount { NOTHING, WEEKS, SESSIONS, COUNT, LEVEL, SHARE, SPEED } amount;

/// A rule that the session software knows: the word, the field of its number and the parameter that
/// gets it, and what the file must say beside it because the software does nothing else.
typedef struct known_rule {
  const char *word;
  const char *field;  ///< "at_least"; NULL for none
  amount kind;
  const char *param;     ///< NULL: the rule always holds
  const char *birth;     ///< eligibility: whom it is for
  const char *action;    ///< stop rules: "unload", "lock", "end_set"
  const char *excludes;  ///< contraindications: traits, with blanks between
} known_rule;

#define OPERATED "c_section_or_complication"

static const known_rule ELIGIBILITY[] = {
    {"medical_clearance", NULL, NOTHING, "program_needs_clearance", NULL, NULL, NULL},
    {"weeks_after_birth", "at_least", WEEKS, "clearance_weeks", "vaginal", NULL, NULL},
    {"weeks_after_birth", "at_least", WEEKS, "clearance_weeks_operated", OPERATED, NULL, NULL},
    {"impact", "at_least", WEEKS, "impact_weeks", NULL, NULL, NULL},
    {"alignment", NULL, NOTHING, "program_needs_alignment", NULL, NULL, NULL},
    {"activation", NULL, NOTHING, "program_needs_activation", NULL, NULL, NULL},
    {"assessment", NULL, NOTHING, "entry_needs_assessment", NULL, NULL, NULL},
    {NULL, NULL, NOTHING, NULL, NULL, NULL, NULL}};

static const known_rule CONTRAINDICATIONS[] = {
    {"diastasis", NULL, NOTHING, NULL, NULL, NULL, "sit_up plank raises_pressure"},
    {"weak_core", NULL, NOTHING, NULL, NULL, NULL, "sit_up plank"},
    {"prolapse", "range", SHARE, "prolapse_range", NULL, NULL, "raises_pressure"},
    {"lax_joints", "range", SHARE, "lax_range", NULL, NULL, NULL},
    {"high_tone", "above", SHARE, "high_tone", NULL, NULL, NULL},
    {"predicted_pressure", "above", SHARE, "pressure_share", NULL, NULL, NULL},
    {NULL, NULL, NOTHING, NULL, NULL, NULL, NULL}};

static const known_rule STOP_RULES[] = {
    {"leak", NULL, NOTHING, NULL, NULL, "unload", NULL},
    {"heaviness", NULL, NOTHING, NULL, NULL, "unload", NULL},
    {"cone", NULL, NOTHING, NULL, NULL, "unload", NULL},
    {"pain", "at", LEVEL, "pain_stop", NULL, "unload", NULL},
    {"back_pain", NULL, NOTHING, NULL, NULL, "unload", NULL},
    {"let_go", "below", SHARE, "let_go_share", NULL, "unload", NULL},
    {"faults", "count", COUNT, "fault_max", NULL, "end_set", NULL},
    {"speed", "above", SPEED, "concentric_max_m_s", NULL, "refuse", NULL},
    {"severe_pain", "at", LEVEL, "pain_severe", NULL, "lock", NULL},
    {"dizziness", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"numbness", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"radiating_pain", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"chest_pain", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"breathless", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"calf_pain", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"bleeding", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"fever", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"headache", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"vision", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {"wound", NULL, NOTHING, NULL, NULL, "lock", NULL},
    {NULL, NULL, NOTHING, NULL, NULL, NULL, NULL}};

static const known_rule REFERRALS[] = {
    {"leak", NULL, NOTHING, NULL, NULL, NULL, NULL},
    {"heaviness", NULL, NOTHING, NULL, NULL, NULL, NULL},
    {"pain", NULL, NOTHING, NULL, NULL, NULL, NULL},
    {"numbness", NULL, NOTHING, NULL, NULL, NULL, NULL},
    {"back_pain", "sessions", SESSIONS, "pain_sessions", NULL, NULL, NULL},
    {"no_progress", "sessions", SESSIONS, "stall_sessions", NULL, NULL, NULL},
    {"asymmetry", "above", SHARE, "asymmetry_share", NULL, NULL, NULL},
    {NULL, NULL, NOTHING, NULL, NULL, NULL, NULL}};

static const struct list {
  const char *name, *what;
  const known_rule *rules;
} LISTS[] = {
    {"eligibility", "rule of eligibility", ELIGIBILITY},
    {"contraindications", "contraindication", CONTRAINDICATIONS},
    {"stop_rules", "stop rule", STOP_RULES},
    {"referrals", "referral", REFERRALS},
};
enum { N_LISTS = sizeof LISTS / sizeof LISTS[0] };

// ----------------------------------------------------------------------------------------- sources

/// Rows of the five guides: D-000-1 to D-000-14 and so on.
static void check_row(taut_reader *r, const char *row) {
  static const int N_ROWS[] = {14, 11, 39, 9, 22};
  int guide = -1, n = 0, end = 0;
  if (strncmp(row, "D-", 2) != 0) return;  // another source, in words
  if (sscanf(row, "D-%3d-%2d%n", &guide, &n, &end) != 2 || row[end] || strlen(row) < 7 ||
      row[6] == '0')
    taut_reader_raise(r, "source", "'%s' is no row of a guide; write it as \"D-002-30\"", row);
  if (guide < 0 || guide > 4)
    taut_reader_raise(r, "source", "'%s': there are guides 000 to 004", row);
  if (n < 1 || n > N_ROWS[guide])
    taut_reader_raise(r, "source", "'%s': guide %03d has rows 1 to %d", row, guide, N_ROWS[guide]);
}

void taut_protocol_read_source(taut_reader *r) {
  lua_State *L = r->L;
  if (lua_getfield(L, -1, "source") == LUA_TTABLE) {
    lua_pop(L, 1);
    taut_reader_enter(r, "source", 0);
    int n = taut_reader_count(r, "source", 1, 16);
    for (int i = 1; i <= n; i++) {
      if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
        taut_reader_raise(r, NULL, "element %d of source is no text", i);
      check_row(r, lua_tostring(L, -1));
      lua_pop(L, 1);
    }
    taut_reader_leave(r);
    return;
  }
  lua_pop(L, 1);
  const char *text = taut_reader_text(r, "source");
  if (!text)
    taut_reader_raise(r, NULL,
                      "source is missing; write the row of the guide it comes from, source ="
                      " \"D-002-30\", or say in words who proposes it");
  check_row(r, text);
}

// ------------------------------------------------------------------------------------------- rules

/// Raises an error that names the nearest word.
static void refuse_word(taut_reader *r, const struct list *list, const char *word) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, word);
  char all[384] = "";
  for (const known_rule *rule = list->rules; rule->word; rule++) {
    taut_suggest_offer(&suggest, rule->word);
    if (strstr(all, rule->word)) continue;
    size_t n = strlen(all);
    snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", rule->word);
  }
  if (suggest.best)
    taut_reader_raise(r, NULL, "no %s '%s'; did you mean '%s'?", list->what, word, suggest.best);
  taut_reader_raise(r, NULL, "no %s '%s'; there are %s", list->what, word, all);
}

/// The rule that the table on top of the stack names, by its word and `birth`.
static const known_rule *find_rule(taut_reader *r, const struct list *list) {
  static const char *const BIRTHS[] = {"vaginal", OPERATED, NULL};
  lua_State *L = r->L;
  if (lua_rawgeti(L, -1, 1) != LUA_TSTRING)
    taut_reader_raise(r, NULL, "a %s begins with a word: { \"%s\", ... }", list->what,
                      list->rules[0].word);
  const char *word = lua_tostring(L, -1);  // the table holds it
  lua_pop(L, 1);
  const known_rule *found = NULL;
  for (const known_rule *rule = list->rules; rule->word && !found; rule++)
    if (strcmp(rule->word, word) == 0) found = rule;
  if (!found) refuse_word(r, list, word);
  if (!found->birth) return found;
  int birth = taut_reader_word(r, "birth", BIRTHS);
  if (birth < 0)
    taut_reader_raise(r, NULL,
                      "'birth' is missing; write birth = \"vaginal\" or birth ="
                      " \"" OPERATED "\"");
  return found + birth;
}

static double read_amount(taut_reader *r, const known_rule *rule) {
  const char *field = rule->field;
  double none = (double)NAN;
  switch (rule->kind) {
    case WEEKS: return taut_reader_whole(r, field, 1, 104, none);
    case SESSIONS: return taut_reader_whole(r, field, 1, 100, none);
    case COUNT: return taut_reader_whole(r, field, 1, 20, none);
    case LEVEL: return taut_reader_whole(r, field, 1, 10, none);
    case SHARE: return taut_reader_share(r, field, 0.01, 1, none);
    case SPEED: return taut_reader_speed(r, field, 0.05, 3, none);
    case NOTHING: break;
  }
  return 1;
}

/// The session software does one thing with a symptom; a file that says another would mislead.
static void check_action(taut_reader *r, const known_rule *rule) {
  const char *action = taut_reader_text(r, "action");
  if (!action || strcmp(action, rule->action) != 0)
    taut_reader_raise(
        r, action ? "action" : NULL,
        "action = \"%s\", expected \"%s\": what the machine does about '%s' is fixed by"
        " its safety rules",
        action ? action : "", rule->action, rule->word);
}

/// The same for what a condition excludes.
static void check_excludes(taut_reader *r, const known_rule *rule) {
  char got[256] = "", expected[256] = "";
  if (taut_reader_enter(r, "excludes", 0)) {
    int n = taut_reader_count(r, "excludes", 1, 8);
    for (int i = 1; i <= n; i++) {
      lua_rawgeti(r->L, -1, i);
      size_t size = strlen(got);
      snprintf(got + size, sizeof got - size, "%s%s", size ? " " : "", taut_push_text(r->L, -1));
      lua_pop(r->L, 2);
    }
    taut_reader_leave(r);
  }
  if (strcmp(got, rule->excludes) == 0) return;
  for (const char *c = rule->excludes; *c; c++) {
    size_t size = strlen(expected);
    const char *begin = c == rule->excludes ? "\"" : "";
    snprintf(expected + size, sizeof expected - size, *c == ' ' ? "%s\", \"" : "%s%c", begin, *c);
  }
  taut_reader_raise(
      r, *got ? "excludes" : NULL,
      "excludes are the traits %s, expected { %s\" }: that is what the session software"
      " refuses to '%s'",
      *got ? got : "(none)", expected, rule->word);
}

static void check_rule_fields(taut_reader *r, const struct list *list, const known_rule *rule) {
  taut_field fields[8] = {{"help", TAUT_ANY, false}, {"source", TAUT_ANY, false}};
  int n = 2;
  if (rule->field) fields[n++] = (taut_field){rule->field, TAUT_ANY, false};
  if (rule->birth) fields[n++] = (taut_field){"birth", TAUT_ANY, false};
  if (rule->action) fields[n++] = (taut_field){"action", TAUT_ANY, false};
  if (rule->excludes) fields[n++] = (taut_field){"excludes", TAUT_ANY, false};
  fields[n] = (taut_field){NULL, NULL, false};
  taut_reader_fields(r, list->what, fields, 1);
}

/// A bit per rule of a list: which were read, and which of these with the shared ones.
typedef struct seen_rules {
  uint64_t all, shared;
} seen_rules;

static void read_rule(taut_reader *r, taut_protocol *p, const struct list *list, seen_rules *seen) {
  const known_rule *rule = find_rule(r, list);
  uint64_t bit = UINT64_C(1) << (rule - list->rules);
  if (seen->shared & bit)
    taut_reader_raise(r, NULL, "'%s' is also in %s of the shared rules, %s:%d; leave it to these",
                      rule->word, list->name, p->rules_origin.chunk, p->rules_origin.line);
  if (seen->all & bit) taut_reader_raise(r, NULL, "'%s' is in %s twice", rule->word, list->name);
  seen->all |= bit;
  check_rule_fields(r, list, rule);
  if (rule->action) check_action(r, rule);
  if (rule->excludes) check_excludes(r, rule);
  double value = read_amount(r, rule);
  bool is_of_entries = rule->param && strncmp(rule->param, "entry_", 6) == 0;
  for (int i = 0; i < (is_of_entries ? (int)p->n_entries : rule->param ? 1 : 0); i++)
    taut_protocol_add(r, p, rule->param, i, value);
  taut_reader_text(r, "help");
  taut_protocol_read_source(r);
}

static void read_lists(taut_reader *r, taut_protocol *p, seen_rules seen[N_LISTS]) {
  for (size_t i = 0; i < N_LISTS; i++) {
    const struct list *list = &LISTS[i];
    seen[i].shared = seen[i].all;
    seen[i].all = 0;
    if (!taut_reader_enter(r, list->name, 0)) continue;
    int n = taut_reader_count(r, list->name, 1, 64);
    snprintf(r->where, sizeof r->where, "%s", list->name);
    for (int k = 1; k <= n; k++) {
      taut_reader_enter(r, NULL, k);
      read_rule(r, p, list, &seen[i]);
      taut_reader_leave(r);
    }
    r->where[0] = 0;
    taut_reader_leave(r);
  }
}

/// The rules that the protocol names, read where they were written.
static void read_shared(taut_reader *r, taut_protocol *p, seen_rules seen[N_LISTS]) {
  lua_State *L = r->L;
  if (lua_getfield(L, -1, "rules") != LUA_TNIL) {
    taut_reader shared = {.L = L};
    if (!taut_origin_of(L, -1, "rules", &shared.origin))
      taut_reader_raise(r, "rules",
                        "rules must be a taut.rules { ... }; write rules = require"
                        " \"protocol_rules\"");
    p->rules_origin = shared.origin;
    p->is_in_rules = true;
    read_lists(&shared, p, seen);
    p->is_in_rules = false;
  }
  lua_pop(L, 1);
}

void taut_protocol_read_rules(taut_reader *r, taut_protocol *p) {
  seen_rules seen[N_LISTS] = {0};
  read_shared(r, p, seen);
  read_lists(r, p, seen);
}

int taut_api_rules(lua_State *L) {
  static const taut_field FIELDS[] = {
      {"help", "string", false},      {"eligibility", "table", false},
      {"stop_rules", "table", false}, {"contraindications", "table", false},
      {"referrals", "table", false},  {NULL, NULL, false}};
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_origin origin;
  taut_sandbox_where(L, 1, chunk, &line);
  if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1)
    taut_raise(L, chunk, line, "write taut.rules { ... } with one table");
  taut_origin_mark(L, 1, "rules", 1);
  taut_origin_of(L, 1, "rules", &origin);
  taut_check_fields(L, 1, "table of rules", &origin, FIELDS);
  return 1;
}
