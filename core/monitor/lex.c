// Lexer: text to tokens with spans. A number takes the unit that follows it.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/suggest.h"
#include "monitor/expr.h"

typedef struct word {
  const char *text;
  taut_token_kind kind;
} word;

/// Reserved words. The temporal ones are reserved from the start, so that no condition written
/// today changes its meaning when the operators join.
static const word WORDS[] = {
    {"not", TAUT_TOKEN_NOT},
    {"and", TAUT_TOKEN_AND},
    {"xor", TAUT_TOKEN_XOR},
    {"or", TAUT_TOKEN_OR},
    {"true", TAUT_TOKEN_TRUE},
    {"false", TAUT_TOKEN_FALSE},
    {"always", TAUT_TOKEN_TEMPORAL},
    {"eventually", TAUT_TOKEN_TEMPORAL},
    {"historically", TAUT_TOKEN_TEMPORAL},
    {"once", TAUT_TOKEN_TEMPORAL},
    {"until", TAUT_TOKEN_TEMPORAL},
    {"since", TAUT_TOKEN_TEMPORAL},
    {"unless", TAUT_TOKEN_TEMPORAL},
    {"prev", TAUT_TOKEN_TEMPORAL},
    {"next", TAUT_TOKEN_TEMPORAL},
    {"rise", TAUT_TOKEN_TEMPORAL},
    {"fall", TAUT_TOKEN_TEMPORAL},
    {"rise0", TAUT_TOKEN_TEMPORAL},
    {"fall0", TAUT_TOKEN_TEMPORAL},
    {"changed", TAUT_TOKEN_TEMPORAL},
    {"whenever", TAUT_TOKEN_TEMPORAL},
    {"then", TAUT_TOKEN_TEMPORAL},
    {"within", TAUT_TOKEN_TEMPORAL},
    {"for", TAUT_TOKEN_TEMPORAL},
    {"after", TAUT_TOKEN_TEMPORAL},
    {"before", TAUT_TOKEN_TEMPORAL},
    {"never", TAUT_TOKEN_TEMPORAL},
    {"delta", TAUT_TOKEN_TEMPORAL},
    {"rate", TAUT_TOKEN_TEMPORAL},
    {"avg", TAUT_TOKEN_TEMPORAL},
    {"rms", TAUT_TOKEN_TEMPORAL},
    {"integral", TAUT_TOKEN_TEMPORAL},
    {"duration", TAUT_TOKEN_TEMPORAL},
    {"count", TAUT_TOKEN_TEMPORAL},
    {"time_since", TAUT_TOKEN_TEMPORAL},
    {"delayed", TAUT_TOKEN_TEMPORAL},
    {"at", TAUT_TOKEN_TEMPORAL},
};

typedef struct symbol {
  const char *text;
  taut_token_kind kind;
  const char *instead;  ///< what to write for a symbol of another language
} symbol;

/// Longest first, so that "<=>" is not read as "<=" and ">".
static const symbol SYMBOLS[] = {
    {"<=>", TAUT_TOKEN_IFF, NULL},      {"=>", TAUT_TOKEN_IMPLIES, NULL},
    {"<=", TAUT_TOKEN_LE, NULL},        {">=", TAUT_TOKEN_GE, NULL},
    {"==", TAUT_TOKEN_EQ, NULL},        {"!=", TAUT_TOKEN_NE, NULL},
    {"~=", TAUT_TOKEN_ERROR, "!="},     {"<>", TAUT_TOKEN_ERROR, "!="},
    {"=<", TAUT_TOKEN_ERROR, "<="},     {"&&", TAUT_TOKEN_ERROR, "and"},
    {"||", TAUT_TOKEN_ERROR, "or"},     {"->", TAUT_TOKEN_ERROR, "=>"},
    {"=", TAUT_TOKEN_ERROR, "=="},      {"!", TAUT_TOKEN_ERROR, "not"},
    {"&", TAUT_TOKEN_ERROR, "and"},     {"|", TAUT_TOKEN_ERROR, "or"},
    {"<", TAUT_TOKEN_LT, NULL},         {">", TAUT_TOKEN_GT, NULL},
    {"+", TAUT_TOKEN_PLUS, NULL},       {"-", TAUT_TOKEN_MINUS, NULL},
    {"*", TAUT_TOKEN_STAR, NULL},       {"/", TAUT_TOKEN_SLASH, NULL},
    {"(", TAUT_TOKEN_OPEN, NULL},       {")", TAUT_TOKEN_CLOSE, NULL},
    {"[", TAUT_TOKEN_OPEN_INDEX, NULL}, {"]", TAUT_TOKEN_CLOSE_INDEX, NULL},
    {",", TAUT_TOKEN_COMMA, NULL},
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool is_word(char c) {
  return is_letter(c) || is_digit(c);
}

static const word *find_word(const char *text, uint32_t length) {
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
    if (strlen(WORDS[i].text) == length && memcmp(WORDS[i].text, text, length) == 0)
      return &WORDS[i];
  return NULL;
}

/// The longest known unit that stands at `at` and ends at the end of a word.
static const taut_unit *longest_unit(const taut_source *source, uint32_t at, uint32_t *end) {
  const taut_unit *best = NULL;
  for (size_t i = 0; taut_unit_at(i); i++) {
    const taut_unit *unit = taut_unit_at(i);
    uint32_t length = (uint32_t)strlen(unit->name);
    if (!is_letter(unit->name[0]) && unit->name[0] != '%') continue;
    if (length > source->length - at || memcmp(source->text + at, unit->name, length) != 0)
      continue;
    char after = at + length < source->length ? source->text[at + length] : ' ';
    if (is_word(after) && unit->name[0] != '%') continue;
    if (after == '.' && at + length + 1 < source->length &&
        is_letter(source->text[at + length + 1]))
      continue;  // "5 m.x" is a misspelt product with a signal called m, not metres
    if (best && length <= *end - at) continue;
    best = unit;
    *end = at + length;
  }
  return best;
}

static taut_token unknown_unit(const taut_source *source, uint32_t at) {
  uint32_t end = at;
  while (end < source->length && (is_word(source->text[end]) || source->text[end] == '%')) end++;
  char name[32];
  snprintf(name, sizeof name, "%.*s", (int)(end - at < 31 ? end - at : 31), source->text + at);
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  // Of equals the first is taken: "lbs" is a plural before it is a misspelt "lbm".
  for (size_t i = 0; taut_unit_at(i); i++) {
    const char *unit = taut_unit_at(i)->name;
    if (strncmp(unit, name, strlen(unit)) == 0) taut_suggest_offer(&suggest, unit);
  }
  for (size_t i = 0; taut_unit_at(i); i++) taut_suggest_offer(&suggest, taut_unit_at(i)->name);
  if (suggest.best)
    taut_source_error(source, at, end, "no unit '%s'; did you mean '%s'?", name, suggest.best);
  else
    taut_source_error(source, at, end,
                      "no unit '%s'; there are N, lb, kg, m, mm, m/s, s, ms, cmH2O, degC, A, V, %% "
                      "and more",
                      name);
  return (taut_token){.kind = TAUT_TOKEN_ERROR};
}

/// Reads the unit after a number. "10 N", "0.5 m/s", "5 lb/s" (a quotient without spaces), "90 %".
static taut_token read_unit(taut_source *source, taut_token token) {
  const char *text = source->text;
  token.scale = 1;
  token.unit_begin = token.end;
  uint32_t at = token.end;
  while (at < source->length && (text[at] == ' ' || text[at] == '\t')) at++;
  if (at >= source->length || (!is_letter(text[at]) && text[at] != '%')) return token;
  uint32_t end = at;
  const taut_unit *unit = longest_unit(source, at, &end);
  if (!unit) {
    uint32_t stop = at;
    while (stop < source->length && is_word(text[stop])) stop++;
    if (find_word(text + at, stop - at)) return token;  // "4 and ..."
    return unknown_unit(source, at);
  }
  memcpy(token.si, unit->si, sizeof token.si);
  token.scale = unit->scale;
  token.offset = unit->offset;
  while (end < source->length && text[end] == '/') {
    uint32_t below_end = end + 1;
    const taut_unit *below = longest_unit(source, end + 1, &below_end);
    if (!below) break;
    for (int k = 0; k < 8; k++) token.si[k] = (int8_t)(token.si[k] - below->si[k]);
    if (token.offset != 0 || below->offset != 0 || token.si[1] < -20 || token.si[2] < -20) {
      taut_source_error(source, at, below_end, "'%.*s' is not a unit", (int)(below_end - at),
                        text + at);
      return (taut_token){.kind = TAUT_TOKEN_ERROR};
    }
    token.scale /= below->scale;
    end = below_end;
  }
  token.unit_begin = at;
  token.end = end;
  source->at = end;
  return token;
}

static taut_token read_number(taut_source *source) {
  const char *text = source->text;
  uint32_t begin = source->at, at = begin;
  while (at < source->length && is_digit(text[at])) at++;
  if (at < source->length && text[at] == '.') {
    at++;
    while (at < source->length && is_digit(text[at])) at++;
  }
  if (at < source->length && (text[at] == 'e' || text[at] == 'E')) {
    uint32_t digits = at + 1;
    if (digits < source->length && (text[digits] == '+' || text[digits] == '-')) digits++;
    if (digits < source->length && is_digit(text[digits])) {
      at = digits;
      while (at < source->length && is_digit(text[at])) at++;
    }
  }
  char digits[64];
  taut_token token = {.kind = TAUT_TOKEN_NUMBER, .begin = begin, .end = at};
  if (at - begin >= sizeof digits) {
    taut_source_error(source, begin, at, "the number has too many digits");
    return (taut_token){.kind = TAUT_TOKEN_ERROR};
  }
  memcpy(digits, text + begin, at - begin);
  digits[at - begin] = 0;
  token.value = strtod(digits, NULL);
  if (token.value > 1e300) {
    taut_source_error(source, begin, at, "the number is too large");
    return (taut_token){.kind = TAUT_TOKEN_ERROR};
  }
  source->at = at;
  return read_unit(source, token);
}

static taut_token read_name(taut_source *source) {
  const char *text = source->text;
  taut_token token = {.kind = TAUT_TOKEN_NAME, .begin = source->at};
  uint32_t at = source->at;
  for (;;) {
    while (at < source->length && is_word(text[at])) at++;
    if (at + 1 < source->length && text[at] == '.' && is_letter(text[at + 1]))
      at++;
    else
      break;
  }
  token.end = source->at = at;
  const word *reserved = find_word(text + token.begin, at - token.begin);
  if (reserved) token.kind = reserved->kind;
  return token;
}

taut_token taut_lex(taut_source *source) {
  const char *text = source->text;
  while (source->at < source->length && (text[source->at] == ' ' || text[source->at] == '\t' ||
                                         text[source->at] == '\n' || text[source->at] == '\r'))
    source->at++;
  uint32_t at = source->at;
  if (at >= source->length)
    return (taut_token){.kind = TAUT_TOKEN_END, .begin = source->length, .end = source->length};
  bool is_fraction = text[at] == '.' && at + 1 < source->length && is_digit(text[at + 1]);
  if (is_digit(text[at]) || is_fraction) return read_number(source);
  if (is_letter(text[at])) return read_name(source);
  for (size_t i = 0; i < sizeof SYMBOLS / sizeof SYMBOLS[0]; i++) {
    uint32_t length = (uint32_t)strlen(SYMBOLS[i].text);
    if (length > source->length - at || memcmp(text + at, SYMBOLS[i].text, length) != 0) continue;
    if (SYMBOLS[i].instead) {
      taut_source_error(source, at, at + length, "'%s' is not an operator here; write '%s'",
                        SYMBOLS[i].text, SYMBOLS[i].instead);
      return (taut_token){.kind = TAUT_TOKEN_ERROR};
    }
    source->at = at + length;
    return (taut_token){.kind = SYMBOLS[i].kind, .begin = at, .end = at + length};
  }
  uint32_t end = at + 1;
  while (end < source->length && ((unsigned char)text[end] & 0xC0) == 0x80) end++;
  taut_source_error(source, at, end, "'%.*s' has no meaning here", (int)(end - at), text + at);
  return (taut_token){.kind = TAUT_TOKEN_ERROR};
}
