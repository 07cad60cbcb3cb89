// Parser: tokens to nodes in post-order. Precedence climbing; depth is bounded, so that no text can
// exhaust the stack.

#include <stdio.h>
#include <string.h>

#include "monitor/parse.h"

typedef struct binary {
  taut_token_kind token;
  taut_node_op op;
  int level;  ///< higher binds tighter
  const char *word;
} binary;

static const binary BINARIES[] = {
    {TAUT_TOKEN_IFF, TAUT_NODE_IFF, LEVEL_IFF, "<=>"},
    {TAUT_TOKEN_IMPLIES, TAUT_NODE_IMPLIES, LEVEL_IMPLIES, "=>"},
    {TAUT_TOKEN_TEMPORAL, TAUT_NODE_UNTIL, LEVEL_UNTIL, "until"},
    {TAUT_TOKEN_TEMPORAL, TAUT_NODE_SINCE, LEVEL_UNTIL, "since"},
    {TAUT_TOKEN_TEMPORAL, TAUT_NODE_UNLESS, LEVEL_UNTIL, "unless"},
    {TAUT_TOKEN_TEMPORAL, TAUT_NODE_BEFORE, LEVEL_UNTIL, "before"},
    {TAUT_TOKEN_OR, TAUT_NODE_OR, LEVEL_OR, "or"},
    {TAUT_TOKEN_XOR, TAUT_NODE_XOR, LEVEL_XOR, "xor"},
    {TAUT_TOKEN_AND, TAUT_NODE_AND, LEVEL_AND, "and"},
    {TAUT_TOKEN_LT, TAUT_NODE_LT, LEVEL_COMPARE, "<"},
    {TAUT_TOKEN_LE, TAUT_NODE_LE, LEVEL_COMPARE, "<="},
    {TAUT_TOKEN_GT, TAUT_NODE_GT, LEVEL_COMPARE, ">"},
    {TAUT_TOKEN_GE, TAUT_NODE_GE, LEVEL_COMPARE, ">="},
    {TAUT_TOKEN_EQ, TAUT_NODE_EQ, LEVEL_COMPARE, "=="},
    {TAUT_TOKEN_NE, TAUT_NODE_NE, LEVEL_COMPARE, "!="},
    {TAUT_TOKEN_PLUS, TAUT_NODE_ADD, LEVEL_SUM, "+"},
    {TAUT_TOKEN_MINUS, TAUT_NODE_SUB, LEVEL_SUM, "-"},
    {TAUT_TOKEN_STAR, TAUT_NODE_MUL, LEVEL_PRODUCT, "*"},
    {TAUT_TOKEN_SLASH, TAUT_NODE_DIV, LEVEL_PRODUCT, "/"},
};

typedef struct function {
  const char *name;
  taut_node_op op;
  unsigned n_arguments;
  const char *usage;
} function;

static const function FUNCTIONS[] = {
    {"abs", TAUT_NODE_ABS, 1, "abs(x)"},
    {"min", TAUT_NODE_MIN, 2, "min(x, y)"},
    {"max", TAUT_NODE_MAX, 2, "max(x, y)"},
    {"clamp", TAUT_NODE_CLAMP, 3, "clamp(x, low, high)"},
    {"near", TAUT_NODE_NEAR, 3, "near(x, c, tolerance)"},
    {"peak", TAUT_NODE_PEAK, 1, "peak(x)"},
    {"trough", TAUT_NODE_TROUGH, 1, "trough(x)"},
    {"rise", TAUT_NODE_RISE, 1, "rise(p)"},
    {"fall", TAUT_NODE_FALL, 1, "fall(p)"},
    {"rise0", TAUT_NODE_RISE0, 1, "rise0(p)"},
    {"fall0", TAUT_NODE_FALL0, 1, "fall0(p)"},
    {"changed", TAUT_NODE_CHANGED, 1, "changed(x)"},
    {"is_number", TAUT_NODE_IS_NUMBER, 1, "is_number(x)"},
    {"delta", TAUT_NODE_DELTA, 1, "delta(x)"},
    {"rate", TAUT_NODE_RATE, 2, "rate(x, T)"},
    {"avg", TAUT_NODE_AVG, 2, "avg(x, T)"},
    {"rms", TAUT_NODE_RMS, 2, "rms(x, T)"},
    {"integral", TAUT_NODE_INTEGRAL, 1, "integral(x)"},
    {"duration", TAUT_NODE_DURATION, 1, "duration(p)"},
    {"count", TAUT_NODE_COUNT, 2, "count(p, T)"},
    {"time_since", TAUT_NODE_TIME_SINCE, 1, "time_since(p)"},
    {"delayed", TAUT_NODE_DELAYED, 2, "delayed(x, T)"},
    {"at", TAUT_NODE_AT, 2, "at(p, x)"},
};

enum { N_PLAIN_FUNCTIONS = 7 };  // those of a condition come first

const char *taut_node_word(taut_node_op op) {
  if (op == TAUT_NODE_NOT) return "not";
  if (op == TAUT_NODE_NEG) return "-";
  for (size_t i = 0; i < sizeof BINARIES / sizeof BINARIES[0]; i++)
    if (BINARIES[i].op == op) return BINARIES[i].word;
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++)
    if (FUNCTIONS[i].op == op) return FUNCTIONS[i].name;
  return taut_prefix_word(op);
}

taut_status taut_parser_advance(taut_parser *p) {
  p->token = taut_lex(p->source);
  return p->token.kind == TAUT_TOKEN_ERROR ? TAUT_EINVAL : TAUT_OK;
}

taut_status taut_parser_fail(taut_parser *p, const char *message) {
  return taut_source_error(p->source, p->token.begin, p->token.end, "%s", message);
}

/// Appends a node; its children are the last ones made.
taut_status taut_parser_push(taut_parser *p, taut_node node, uint16_t *index) {
  // Every node comes from at least one token, so the room cannot run out; keep the check anyway.
  if (p->n_nodes >= p->n_max) return taut_parser_fail(p, "the condition is too long");
  *index = p->n_nodes;
  node.first = node.n_children ? p->nodes[node.child[0]].first : p->n_nodes;
  p->nodes[p->n_nodes++] = node;
  return TAUT_OK;
}

static taut_status expect_close(taut_parser *p, uint32_t open) {
  if (p->token.kind == TAUT_TOKEN_CLOSE) return TAUT_OK;
  if (p->token.kind == TAUT_TOKEN_END)
    return taut_source_error(p->source, open, open + 1, "this '(' is never closed");
  static const char OTHERWISE[] = "expected an operator or ')'";
  return p->is_temporal ? taut_parser_fail_operator(p, OTHERWISE) : taut_parser_fail(p, OTHERWISE);
}

static taut_status parse_parentheses(taut_parser *p, uint16_t *index) {
  uint32_t open = p->token.begin;
  taut_status status = taut_parser_advance(p);
  if (!status) status = taut_parse_level(p, LEVEL_IFF, index);
  if (!status) status = expect_close(p, open);
  if (status) return status;
  taut_node *node = &p->nodes[*index];
  node->begin = open;
  node->end = p->token.end;
  node->flags |= TAUT_NODE_IS_CLOSED;
  return taut_parser_advance(p);
}

static taut_status no_function(const taut_parser *p, taut_token name, const char *word) {
  if (p->is_temporal)
    return taut_source_error(p->source, name.begin, name.end,
                             "no function '%s'; there are abs, min, max, clamp, near, peak, "
                             "trough, delta, rate, avg, rms, at, delayed, time_since and more",
                             word);
  return taut_source_error(p->source, name.begin, name.end,
                           "no function '%s'; there are abs, min, max, clamp, near, peak, trough",
                           word);
}

static taut_status parse_call(taut_parser *p, taut_token name, uint16_t *index) {
  const char *text = p->source->text + name.begin;
  uint32_t length = name.end - name.begin;
  const function *callee = NULL;
  char word[64];
  if (length >= sizeof word) length = sizeof word - 1;
  memcpy(word, text, length);
  word[length] = 0;
  taut_suggest suggest;
  taut_suggest_init(&suggest, word);
  size_t n_functions = p->is_temporal ? sizeof FUNCTIONS / sizeof FUNCTIONS[0] : N_PLAIN_FUNCTIONS;
  for (size_t i = 0; i < n_functions; i++) {
    if (strcmp(FUNCTIONS[i].name, word) == 0) callee = &FUNCTIONS[i];
    taut_suggest_offer(&suggest, FUNCTIONS[i].name);
  }
  if (!callee && p->is_temporal) taut_suggest_prefix(&suggest);
  if (!callee && suggest.best)
    return taut_source_error(p->source, name.begin, name.end,
                             "no function '%s'; did you mean '%s'?", word, suggest.best);
  if (!callee) return no_function(p, name, word);
  uint32_t open = p->token.begin;
  taut_node node = {.op = (uint8_t)callee->op, .begin = name.begin};
  taut_status status = TAUT_OK;
  unsigned n = 0;
  do {
    status = taut_parser_advance(p);
    uint16_t argument = 0;
    if (!status) status = taut_parse_level(p, LEVEL_IFF, &argument);
    if (status) return status;
    if (n < 3) node.child[n] = argument;
    n++;
  } while (p->token.kind == TAUT_TOKEN_COMMA && n <= 3);
  status = expect_close(p, open);
  if (status) return status;
  node.end = p->token.end;
  if (n != callee->n_arguments)
    return taut_source_error(p->source, node.begin, node.end, "%s takes %u argument%s: %s", word,
                             callee->n_arguments, callee->n_arguments == 1 ? "" : "s",
                             callee->usage);
  node.n_children = (uint8_t)n;
  status = taut_parser_push(p, node, index);
  return status ? status : taut_parser_advance(p);
}

/// A signal path or a bare word, with "[2]" for an element of an array.
static taut_status parse_name(taut_parser *p, uint16_t *index) {
  taut_token name = p->token;
  taut_status status = taut_parser_advance(p);
  if (status) return status;
  if (p->token.kind == TAUT_TOKEN_OPEN) return parse_call(p, name, index);
  taut_node node = {.op = TAUT_NODE_NAME,
                    .begin = name.begin,
                    .end = name.end,
                    .name_begin = name.begin,
                    .name_end = name.end};
  if (p->token.kind == TAUT_TOKEN_OPEN_INDEX) {
    status = taut_parser_advance(p);
    if (status) return status;
    double value = p->token.value;
    bool is_index = p->token.kind == TAUT_TOKEN_NUMBER && p->token.unit_begin == p->token.end &&
                    value < 65536 && value == (double)(uint32_t)value;
    if (!is_index)
      return taut_parser_fail(p, "expected the index of an array element, such as [0]");
    node.slot[0] = (uint32_t)value;  // the check adds it to the port's first slot
    status = taut_parser_advance(p);
    if (status) return status;
    if (p->token.kind != TAUT_TOKEN_CLOSE_INDEX) return taut_parser_fail(p, "expected ']'");
    node.n_children = 0;
    node.end = p->token.end;
    node.value = 1;  // marks that an index was written
    status = taut_parser_advance(p);
    if (status) return status;
  }
  return taut_parser_push(p, node, index);
}

static taut_status parse_number(taut_parser *p, uint16_t *index) {
  taut_token token = p->token;
  taut_node node = {.op = TAUT_NODE_NUMBER, .begin = token.begin, .end = token.end};
  node.value = token.scale * token.value + token.offset;
  memcpy(node.si, token.si, sizeof node.si);
  uint32_t length = token.end - token.unit_begin;
  if (length >= sizeof node.unit.name)
    return taut_source_error(p->source, token.unit_begin, token.end, "the unit is too long");
  memcpy(node.unit.name, p->source->text + token.unit_begin, length);
  node.unit.scale = token.scale;
  node.unit.offset = token.offset;
  node.flags = TAUT_NODE_IS_CONSTANT;
  if (length == 0) node.flags |= TAUT_NODE_IS_BARE;
  if (token.offset != 0) node.flags |= TAUT_NODE_IS_POINT;
  taut_status status = taut_parser_push(p, node, index);
  return status ? status : taut_parser_advance(p);
}

static const char REFUSAL[] =
    "temporal operators are judged as requirements; not available in a condition";

/// A function whose name is reserved, or a misplaced word.
static taut_status parse_temporal_operand(taut_parser *p, uint16_t *index) {
  if (!p->is_temporal) return taut_parser_fail(p, REFUSAL);
  taut_token name = p->token;
  for (size_t i = N_PLAIN_FUNCTIONS; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
    if (!taut_parser_is(p, FUNCTIONS[i].name)) continue;
    taut_status status = taut_parser_advance(p);
    if (status) return status;
    if (p->token.kind == TAUT_TOKEN_OPEN) return parse_call(p, name, index);
    return taut_source_error(p->source, name.begin, name.end, "'%s' is a function: %s",
                             FUNCTIONS[i].name, FUNCTIONS[i].usage);
  }
  return taut_source_error(p->source, name.begin, name.end,
                           "'%.*s' is a reserved word and has no meaning here",
                           (int)(name.end - name.begin), p->source->text + name.begin);
}

static taut_status parse_operand(taut_parser *p, uint16_t *index) {
  switch (p->token.kind) {
    case TAUT_TOKEN_NUMBER: return parse_number(p, index);
    case TAUT_TOKEN_NAME: return parse_name(p, index);
    case TAUT_TOKEN_OPEN: return parse_parentheses(p, index);
    case TAUT_TOKEN_TRUE:
    case TAUT_TOKEN_FALSE: {
      taut_node node = {.op = TAUT_NODE_BOOL, .begin = p->token.begin, .end = p->token.end};
      node.value = p->token.kind == TAUT_TOKEN_TRUE;
      node.flags = TAUT_NODE_IS_CONSTANT;
      taut_status status = taut_parser_push(p, node, index);
      return status ? status : taut_parser_advance(p);
    }
    case TAUT_TOKEN_TEMPORAL: return parse_temporal_operand(p, index);
    case TAUT_TOKEN_END:
      return p->token.begin > 0 ? taut_parser_fail(p, "the condition ends too early")
                                : taut_parser_fail(p, "there is no condition");
    default: return taut_parser_fail(p, "expected a signal, a number or '('");
  }
}

/// Prefix operators bind tightest: `not a < b` is `(not a) < b`, which the check explains.
taut_status taut_parse_unary(taut_parser *p, uint16_t *index) {
  if (p->is_temporal && taut_is_prefix(p)) return taut_parse_prefix(p, index);
  if (p->token.kind != TAUT_TOKEN_NOT && p->token.kind != TAUT_TOKEN_MINUS)
    return parse_operand(p, index);
  if (++p->depth > TAUT_EXPR_DEPTH_MAX)
    return taut_parser_fail(p, "the condition is nested too deeply");
  taut_token sign = p->token;
  taut_status status = taut_parser_advance(p);
  uint16_t child = 0;
  if (!status) status = taut_parse_unary(p, &child);
  p->depth--;
  if (status) return status;
  taut_node node = {.op = sign.kind == TAUT_TOKEN_NOT ? TAUT_NODE_NOT : TAUT_NODE_NEG,
                    .n_children = 1,
                    .child = {child},
                    .begin = sign.begin,
                    .end = p->nodes[child].end};
  return taut_parser_push(p, node, index);
}

static const binary *find_binary(const taut_parser *p) {
  for (size_t i = 0; i < sizeof BINARIES / sizeof BINARIES[0]; i++)
    if (BINARIES[i].token == p->token.kind &&
        (p->token.kind != TAUT_TOKEN_TEMPORAL ||
         (p->is_temporal && taut_parser_is(p, BINARIES[i].word))))
      return &BINARIES[i];
  return NULL;
}

/// What two neighbours may not be written without parentheses.
static taut_status check_mixture(taut_parser *p, const binary *op, taut_token sign, uint16_t left,
                                 uint16_t right) {
  const taut_node *sides[2] = {&p->nodes[left], &p->nodes[right]};
  for (int i = 0; i < 2; i++) {
    if (sides[i]->flags & TAUT_NODE_IS_CLOSED) continue;
    bool is_implication = sides[i]->op == TAUT_NODE_IMPLIES || sides[i]->op == TAUT_NODE_WHENEVER;
    if ((op->op == TAUT_NODE_IFF && is_implication) ||
        (op->op == TAUT_NODE_IMPLIES && sides[i]->op == TAUT_NODE_IFF))
      return taut_source_error(p->source, sign.begin, sign.end,
                               "'=>' and '<=>' side by side need parentheses");
    if (op->level == LEVEL_UNTIL && taut_is_until(sides[i]->op))
      return taut_source_error(p->source, sign.begin, sign.end,
                               "until, since, unless and before side by side need parentheses");
    if (op->level == LEVEL_COMPARE && sides[i]->op >= TAUT_NODE_LT && sides[i]->op <= TAUT_NODE_NE)
      return taut_source_error(p->source, sign.begin, sign.end,
                               "comparisons do not chain; write a < b and b < c");
  }
  return TAUT_OK;
}

/// Two operands side by side: one of them may be a misspelt word.
taut_status taut_parser_fail_operator(taut_parser *p, const char *otherwise) {
  static const char *const JOINING[] = {"and",    "or",     "xor", "until", "since",
                                        "unless", "before", "for", "then"};
  char word[64];
  taut_suggest suggest;
  const taut_node *last = p->n_nodes ? &p->nodes[p->n_nodes - 1] : NULL;
  uint32_t begin = p->token.begin, end = p->token.end;
  if (p->token.kind == TAUT_TOKEN_NAME && end - begin < sizeof word) {
    snprintf(word, sizeof word, "%.*s", (int)(end - begin), p->source->text + begin);
    taut_suggest_init(&suggest, word);
    for (size_t i = 0; i < sizeof JOINING / sizeof JOINING[0]; i++)
      taut_suggest_offer(&suggest, JOINING[i]);
    if (suggest.best)
      return taut_source_error(p->source, begin, end, "no operator '%s'; did you mean '%s'?", word,
                               suggest.best);
  }
  bool is_name = last && last->op == TAUT_NODE_NAME && last->end - last->begin < sizeof word;
  if (is_name) {
    snprintf(word, sizeof word, "%.*s", (int)(last->end - last->begin),
             p->source->text + last->begin);
    taut_suggest_init(&suggest, word);
    taut_suggest_offer(&suggest, "not");
    taut_suggest_prefix(&suggest);
    if (suggest.best)
      return taut_source_error(p->source, last->begin, last->end,
                               "no operator '%s'; did you mean '%s'?", word, suggest.best);
  }
  return taut_parser_fail(p, otherwise);
}

taut_status taut_parse_level(taut_parser *p, int level, uint16_t *index) {
  if (++p->depth > TAUT_EXPR_DEPTH_MAX)
    return taut_parser_fail(p, "the condition is nested too deeply");
  taut_status status = taut_parse_unary(p, index);
  while (!status) {
    if (p->is_temporal && level <= LEVEL_COMPARE && taut_parser_is(p, "for")) {
      status = taut_parse_debounce(p, index);
      continue;
    }
    const binary *op = find_binary(p);
    if (!op || op->level < level) break;
    taut_token sign = p->token;
    status = taut_parser_advance(p);
    uint16_t right = 0;
    taut_node node = {.op = (uint8_t)op->op, .n_children = 2};
    if (!status && op->level == LEVEL_UNTIL)
      status = taut_parse_window(p, op->op != TAUT_NODE_BEFORE, &node);
    // Implication leans to the right; everything else to the left.
    int right_level = op->op == TAUT_NODE_IMPLIES ? op->level : op->level + 1;
    if (!status) status = taut_parse_level(p, right_level, &right);
    if (!status) status = check_mixture(p, op, sign, *index, right);
    if (status) break;
    node.child[0] = *index;
    node.child[1] = right;
    node.begin = p->nodes[*index].begin;
    node.end = p->nodes[right].end;
    status = taut_parser_push(p, node, index);
  }
  p->depth--;
  return status;
}

taut_status taut_parse(taut_source *source, bool is_temporal, taut_node *nodes, uint16_t n_max,
                       uint16_t *n_nodes) {
  taut_parser p = {.source = source, .is_temporal = is_temporal, .nodes = nodes, .n_max = n_max};
  taut_status status = taut_parser_advance(&p);
  uint16_t root = 0;
  if (!status) status = taut_parse_level(&p, LEVEL_IFF, &root);
  if (status) return status;
  *n_nodes = p.n_nodes;
  switch (p.token.kind) {
    case TAUT_TOKEN_END: return TAUT_OK;
    case TAUT_TOKEN_CLOSE: return taut_parser_fail(&p, "this ')' closes nothing");
    case TAUT_TOKEN_TEMPORAL:
      if (!is_temporal) return taut_parser_fail(&p, REFUSAL);
      return taut_parser_fail(&p, "expected an operator");
    default:
      return is_temporal ? taut_parser_fail_operator(&p, "expected an operator")
                         : taut_parser_fail(&p, "expected an operator");
  }
}
