// A reader of just enough Lua to find its way through table constructors: words, strings, comments
// and brackets. It never fails; at worst it finds nothing.

#include "scenario/place.h"

#include <stdbool.h>
#include <string.h>

/// A token: its kind is 'a' for a word or number, 's' for a string, the character itself for
/// everything else, 0 for the end.
typedef struct token {
  char kind;
  const char *at;
  size_t size;
  int line;
} token;

typedef struct cursor {
  const char *at;
  int line;
} cursor;

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void step_over(cursor *c, size_t n) {
  for (; n > 0 && *c->at; n--, c->at++)
    if (*c->at == '\n') c->line++;
}

/// Length of "[==[" at `at`, 0 when there is none.
static size_t long_bracket(const char *at) {
  if (*at != '[') return 0;
  size_t n = 1 + strspn(at + 1, "=");
  return at[n] == '[' ? n + 1 : 0;
}

/// Past the end of a long string or comment whose opening bracket has `n_open` characters.
static void skip_long(cursor *c, size_t n_open) {
  step_over(c, n_open);
  for (; *c->at; step_over(c, 1)) {
    if (*c->at != ']') continue;
    size_t n = strspn(c->at + 1, "=");
    if (n == n_open - 2 && c->at[1 + n] == ']') {
      step_over(c, n_open);
      return;
    }
  }
}

static void skip_short(cursor *c) {
  char quote = *c->at;
  step_over(c, 1);
  while (*c->at && *c->at != quote && *c->at != '\n') step_over(c, *c->at == '\\' ? 2 : 1);
  step_over(c, 1);
}

static void skip_blank(cursor *c) {
  for (;;) {
    step_over(c, strspn(c->at, " \t\r\n"));
    if (strncmp(c->at, "--", 2) != 0) return;
    size_t n_open = long_bracket(c->at + 2);
    if (n_open) {
      step_over(c, 2);
      skip_long(c, n_open);
    } else {
      step_over(c, strcspn(c->at, "\n"));
    }
  }
}

static token next(cursor *c) {
  skip_blank(c);
  token t = {*c->at, c->at, 1, c->line};
  size_t n_open = long_bracket(c->at);
  if (!*c->at) return t;
  if (n_open) {
    t.kind = 's';
    skip_long(c, n_open);
  } else if (*c->at == '"' || *c->at == '\'') {
    t.kind = 's';
    skip_short(c);
  } else if (is_word(*c->at)) {
    t.kind = 'a';
    while (is_word(*c->at) || *c->at == '.') step_over(c, 1);
  } else if (strncmp(c->at, "==", 2) == 0) {
    t.kind = '!';  // an operator, not the sign after a name
    step_over(c, 2);
  } else {
    step_over(c, 1);
  }
  t.size = (size_t)(c->at - t.at);
  return t;
}

static bool opens(char kind) {
  return kind == '{' || kind == '(' || kind == '[';
}
static bool closes(char kind) {
  return kind == '}' || kind == ')' || kind == ']';
}

/// Is the entry at the cursor the one looked for? Moves behind "name =" or "[key] =".
static bool matches(cursor *c, const taut_step *step, int *n_elements) {
  cursor look = *c;
  token key = next(&look);
  bool is_bracket = key.kind == '[';
  if (is_bracket) {
    key = next(&look);
    if (next(&look).kind != ']') return false;
  }
  if ((key.kind == 'a' || is_bracket) && next(&look).kind == '=') {
    *c = look;
    size_t quote = key.kind == 's' ? 1 : 0;
    return step->name && key.size - 2 * quote == strlen(step->name) &&
           memcmp(key.at + quote, step->name, key.size - 2 * quote) == 0;
  }
  return ++*n_elements == step->index && !step->name;
}

/// From behind a '{' to the entry of `step`. `line` becomes its line.
static bool find_entry(cursor *c, const taut_step *step, int *line) {
  int n_elements = 0;
  for (;;) {
    skip_blank(c);
    if (!*c->at || *c->at == '}') return false;
    int first = c->line;
    if (matches(c, step, &n_elements)) {
      *line = first;
      return true;
    }
    for (int depth = 0;;) {
      cursor before = *c;
      token t = next(c);
      if (!t.kind) return false;
      if (depth == 0 && (t.kind == ',' || t.kind == ';')) break;
      if (depth == 0 && closes(t.kind)) {
        *c = before;
        break;
      }
      depth += opens(t.kind) ? 1 : closes(t.kind) ? -1 : 0;
    }
  }
}

/// To behind the first '{' of this entry's value.
static bool enter(cursor *c) {
  for (;;) {
    token t = next(c);
    if (t.kind == '{') return true;
    if (!t.kind || t.kind == ',' || t.kind == ';' || closes(t.kind)) return false;
  }
}

int taut_place_line(const char *text, int line, const taut_step *steps, size_t n_steps) {
  if (!text) return line;
  cursor c = {text, 1};
  while (*c.at && c.line < line) step_over(&c, 1);
  int found = line;
  for (token t = next(&c); t.kind != '{'; t = next(&c))
    if (!t.kind) return line;
  for (size_t i = 0; i < n_steps; i++) {
    if (!find_entry(&c, &steps[i], &found)) break;
    if (i + 1 < n_steps && !enter(&c)) break;
  }
  return found;
}
