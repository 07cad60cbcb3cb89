// Grammar of the temporal operators: prefixes, windows and the readable sugar.

#include <math.h>
#include <string.h>

#include "monitor/parse.h"

typedef enum form {
  FORM_WINDOW,   ///< always[a,b] e
  FORM_PLAIN,    ///< prev e
  FORM_SPAN,     ///< within T e: the window is [0,T]
  FORM_INSTANT,  ///< after T e: the window is [T,T]
  FORM_WHENEVER
} form;

typedef struct prefix {
  const char *word;
  taut_node_op op;
  form form;
} prefix;

static const prefix PREFIXES[] = {
    {"always", TAUT_NODE_ALWAYS, FORM_WINDOW},
    {"eventually", TAUT_NODE_EVENTUALLY, FORM_WINDOW},
    {"historically", TAUT_NODE_HISTORICALLY, FORM_WINDOW},
    {"once", TAUT_NODE_ONCE, FORM_WINDOW},
    {"prev", TAUT_NODE_PREV, FORM_PLAIN},
    {"next", TAUT_NODE_NEXT, FORM_PLAIN},
    {"never", TAUT_NODE_NEVER, FORM_PLAIN},
    {"within", TAUT_NODE_EVENTUALLY, FORM_SPAN},
    {"for", TAUT_NODE_ALWAYS, FORM_SPAN},
    {"after", TAUT_NODE_EVENTUALLY, FORM_INSTANT},
    {"whenever", TAUT_NODE_WHENEVER, FORM_WHENEVER},
};

const char *taut_prefix_word(taut_node_op op) {
  for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++)
    if (PREFIXES[i].op == op) return PREFIXES[i].word;
  if (op == TAUT_NODE_WINDOW_MIN) return "min";
  return op == TAUT_NODE_WINDOW_MAX ? "max" : "";
}

bool taut_is_until(unsigned op) {
  return op == TAUT_NODE_UNTIL || op == TAUT_NODE_SINCE || op == TAUT_NODE_UNLESS ||
         op == TAUT_NODE_BEFORE;
}

bool taut_parser_is(const taut_parser *p, const char *word) {
  size_t length = strlen(word);
  return p->token.kind == TAUT_TOKEN_TEMPORAL && p->token.end - p->token.begin == length &&
         memcmp(p->source->text + p->token.begin, word, length) == 0;
}

static const prefix *find_prefix(const taut_parser *p) {
  for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++)
    if (taut_parser_is(p, PREFIXES[i].word)) return &PREFIXES[i];
  return NULL;
}

void taut_suggest_prefix(taut_suggest *suggest) {
  for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++)
    taut_suggest_offer(suggest, PREFIXES[i].word);
}

bool taut_is_prefix(const taut_parser *p) {
  return find_prefix(p) != NULL;
}

/// A time with its unit. A zero needs none.
static taut_status parse_time(taut_parser *p, taut_node *node, int which) {
  static const int8_t TIME[8] = {0, 0, 1, 0, 0, 0, 0, 0};
  const taut_token *token = &p->token;
  if (token->kind == TAUT_TOKEN_MINUS) return taut_parser_fail(p, "a window has no negative times");
  if (token->kind != TAUT_TOKEN_NUMBER)
    return taut_parser_fail(p, "expected a time, such as 500 ms");
  bool is_bare = token->unit_begin == token->end;
  int length = (int)((is_bare ? token->end : token->unit_begin) - token->begin);
  while (length > 0 && p->source->text[token->begin + (uint32_t)length - 1] == ' ') length--;
  const char *digits = p->source->text + token->begin;
  if (is_bare && token->value != 0)
    return taut_source_error(p->source, token->begin, token->end,
                             "the time %.*s has no unit; did you mean %.*s s or %.*s ms?", length,
                             digits, length, digits, length, digits);
  if (!is_bare && !taut_si_equal(token->si, TIME))
    return taut_source_error(p->source, token->begin, token->end,
                             "%.*s is %s, not a time; did you mean %.*s s or %.*s ms?",
                             (int)(token->end - token->begin), digits, taut_si_word(token->si),
                             length, digits, length, digits);
  node->bound[which] = token->scale * token->value;
  node->bound_begin[which] = token->begin;
  node->bound_end[which] = token->end;
  return taut_parser_advance(p);
}

taut_status taut_parse_window(taut_parser *p, bool is_allowed, taut_node *node) {
  node->bound[0] = 0;
  node->bound[1] = (double)INFINITY;
  if (!is_allowed || p->token.kind != TAUT_TOKEN_OPEN_INDEX) return TAUT_OK;
  uint32_t begin = p->token.begin;
  taut_status status = taut_parser_advance(p);
  if (!status) status = parse_time(p, node, 0);
  if (status) return status;
  if (p->token.kind != TAUT_TOKEN_COMMA)
    return taut_parser_fail(p, "a window has two times: [0 s, 500 ms]");
  status = taut_parser_advance(p);
  if (status) return status;
  bool is_open = p->token.kind == TAUT_TOKEN_NAME && p->token.end - p->token.begin == 3 &&
                 memcmp(p->source->text + p->token.begin, "inf", 3) == 0;
  status = is_open ? taut_parser_advance(p) : parse_time(p, node, 1);
  if (status) return status;
  if (p->token.kind != TAUT_TOKEN_CLOSE_INDEX) return taut_parser_fail(p, "expected ']'");
  if (node->bound[0] > node->bound[1])
    return taut_source_error(p->source, begin, p->token.end, "the window ends before it begins");
  return taut_parser_advance(p);
}

static taut_status parse_whenever(taut_parser *p, taut_node node, uint16_t *index) {
  uint16_t trigger = 0, response = 0;
  taut_status status = taut_parse_level(p, LEVEL_IFF, &trigger);
  if (status) return status;
  if (!taut_parser_is(p, "then"))
    return taut_parser_fail_operator(p, "expected 'then': whenever P then Q");
  status = taut_parser_advance(p);
  // The response reaches as far as that of an implication.
  if (!status) status = taut_parse_level(p, LEVEL_IMPLIES, &response);
  if (status) return status;
  node.n_children = 2;
  node.child[0] = trigger;
  node.child[1] = response;
  node.end = p->nodes[response].end;
  return taut_parser_push(p, node, index);
}

static taut_status parse_prefix_body(taut_parser *p, const prefix *rule, taut_node node,
                                     uint16_t *index) {
  taut_status status = taut_parser_advance(p);
  if (status) return status;
  node.bound[1] = (double)INFINITY;
  if (rule->form == FORM_WHENEVER) return parse_whenever(p, node, index);
  if (rule->form == FORM_WINDOW) status = taut_parse_window(p, true, &node);
  if (rule->form == FORM_SPAN || rule->form == FORM_INSTANT) {
    status = parse_time(p, &node, 1);
    if (rule->form == FORM_INSTANT) {
      node.bound[0] = node.bound[1];
      node.bound_begin[0] = node.bound_begin[1];
      node.bound_end[0] = node.bound_end[1];
    }
  }
  uint16_t child = 0;
  if (!status) status = taut_parse_unary(p, &child);
  if (status) return status;
  node.n_children = 1;
  node.child[0] = child;
  node.end = p->nodes[child].end;
  return taut_parser_push(p, node, index);
}

taut_status taut_parse_prefix(taut_parser *p, uint16_t *index) {
  if (++p->depth > TAUT_EXPR_DEPTH_MAX)
    return taut_parser_fail(p, "the condition is nested too deeply");
  const prefix *rule = find_prefix(p);
  taut_node node = {.op = (uint8_t)rule->op, .begin = p->token.begin};
  taut_status status = parse_prefix_body(p, rule, node, index);
  p->depth--;
  return status;
}

taut_status taut_parse_debounce(taut_parser *p, uint16_t *index) {
  taut_node node = {.op = TAUT_NODE_HISTORICALLY,
                    .n_children = 1,
                    .child = {*index},
                    .begin = p->nodes[*index].begin};
  taut_status status = taut_parser_advance(p);
  if (!status) status = parse_time(p, &node, 1);
  if (status) return status;
  node.end = node.bound_end[1];
  return taut_parser_push(p, node, index);
}
