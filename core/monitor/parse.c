// Parser: tokens to nodes in post-order. Precedence climbing; depth is bounded, so that no text can
// exhaust the stack.

#include <string.h>

#include "engine/suggest.h"
#include "monitor/expr.h"

typedef struct parser {
  taut_source *source;
  taut_token token;  ///< the one not yet used
  taut_node *nodes;
  uint16_t n_nodes, n_max;
  unsigned depth;
} parser;

typedef struct binary {
  taut_token_kind token;
  taut_node_op op;
  int level;  ///< higher binds tighter
  const char *word;
} binary;

/// Levels 3 (until, since, unless) are left free for the temporal language.
enum {
  LEVEL_IFF = 1,
  LEVEL_IMPLIES = 2,
  LEVEL_OR = 4,
  LEVEL_XOR = 5,
  LEVEL_AND = 6,
  LEVEL_COMPARE = 7,
  LEVEL_SUM = 8,
  LEVEL_PRODUCT = 9
};

static const binary BINARIES[] = {
    {TAUT_TOKEN_IFF, TAUT_NODE_IFF, LEVEL_IFF, "<=>"},
    {TAUT_TOKEN_IMPLIES, TAUT_NODE_IMPLIES, LEVEL_IMPLIES, "=>"},
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
};

const char *taut_node_word(taut_node_op op) {
  if (op == TAUT_NODE_NOT) return "not";
  if (op == TAUT_NODE_NEG) return "-";
  for (size_t i = 0; i < sizeof BINARIES / sizeof BINARIES[0]; i++)
    if (BINARIES[i].op == op) return BINARIES[i].word;
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++)
    if (FUNCTIONS[i].op == op) return FUNCTIONS[i].name;
  return "";
}

static taut_status advance(parser *p) {
  p->token = taut_lex(p->source);
  return p->token.kind == TAUT_TOKEN_ERROR ? TAUT_EINVAL : TAUT_OK;
}

static taut_status fail(parser *p, const char *message) {
  return taut_source_error(p->source, p->token.begin, p->token.end, "%s", message);
}

/// Appends a node; its children are the last ones made.
static taut_status push(parser *p, taut_node node, uint16_t *index) {
  // Every node comes from at least one token, so the room cannot run out; keep the check anyway.
  if (p->n_nodes >= p->n_max) return fail(p, "the condition is too long");
  *index = p->n_nodes;
  node.first = node.n_children ? p->nodes[node.child[0]].first : p->n_nodes;
  p->nodes[p->n_nodes++] = node;
  return TAUT_OK;
}

static taut_status parse_level(parser *p, int level, uint16_t *index);

static taut_status expect_close(parser *p, uint32_t open) {
  if (p->token.kind == TAUT_TOKEN_CLOSE) return TAUT_OK;
  if (p->token.kind == TAUT_TOKEN_END)
    return taut_source_error(p->source, open, open + 1, "this '(' is never closed");
  return fail(p, "expected an operator or ')'");
}

static taut_status parse_parentheses(parser *p, uint16_t *index) {
  uint32_t open = p->token.begin;
  taut_status status = advance(p);
  if (!status) status = parse_level(p, LEVEL_IFF, index);
  if (!status) status = expect_close(p, open);
  if (status) return status;
  taut_node *node = &p->nodes[*index];
  node->begin = open;
  node->end = p->token.end;
  node->flags |= TAUT_NODE_IS_CLOSED;
  return advance(p);
}

static taut_status parse_call(parser *p, taut_token name, uint16_t *index) {
  const char *text = p->source->text + name.begin;
  uint32_t length = name.end - name.begin;
  const function *callee = NULL;
  char word[64];
  if (length >= sizeof word) length = sizeof word - 1;
  memcpy(word, text, length);
  word[length] = 0;
  taut_suggest suggest;
  taut_suggest_init(&suggest, word);
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof FUNCTIONS[0]; i++) {
    if (strcmp(FUNCTIONS[i].name, word) == 0) callee = &FUNCTIONS[i];
    taut_suggest_offer(&suggest, FUNCTIONS[i].name);
  }
  if (!callee && suggest.best)
    return taut_source_error(p->source, name.begin, name.end,
                             "no function '%s'; did you mean '%s'?", word, suggest.best);
  if (!callee)
    return taut_source_error(p->source, name.begin, name.end,
                             "no function '%s'; there are abs, min, max, clamp, near, peak, trough",
                             word);
  uint32_t open = p->token.begin;
  taut_node node = {.op = (uint8_t)callee->op, .begin = name.begin};
  taut_status status = TAUT_OK;
  unsigned n = 0;
  do {
    status = advance(p);
    uint16_t argument = 0;
    if (!status) status = parse_level(p, LEVEL_IFF, &argument);
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
  status = push(p, node, index);
  return status ? status : advance(p);
}

/// A signal path or a bare word, with "[2]" for an element of an array.
static taut_status parse_name(parser *p, uint16_t *index) {
  taut_token name = p->token;
  taut_status status = advance(p);
  if (status) return status;
  if (p->token.kind == TAUT_TOKEN_OPEN) return parse_call(p, name, index);
  taut_node node = {.op = TAUT_NODE_NAME,
                    .begin = name.begin,
                    .end = name.end,
                    .name_begin = name.begin,
                    .name_end = name.end};
  if (p->token.kind == TAUT_TOKEN_OPEN_INDEX) {
    status = advance(p);
    if (status) return status;
    double value = p->token.value;
    bool is_index = p->token.kind == TAUT_TOKEN_NUMBER && p->token.unit_begin == p->token.end &&
                    value < 65536 && value == (double)(uint32_t)value;
    if (!is_index) return fail(p, "expected the index of an array element, such as [0]");
    node.slot[0] = (uint32_t)value;  // the check adds it to the port's first slot
    status = advance(p);
    if (status) return status;
    if (p->token.kind != TAUT_TOKEN_CLOSE_INDEX) return fail(p, "expected ']'");
    node.n_children = 0;
    node.end = p->token.end;
    node.value = 1;  // marks that an index was written
    status = advance(p);
    if (status) return status;
  }
  return push(p, node, index);
}

static taut_status parse_number(parser *p, uint16_t *index) {
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
  taut_status status = push(p, node, index);
  return status ? status : advance(p);
}

static taut_status parse_operand(parser *p, uint16_t *index) {
  switch (p->token.kind) {
    case TAUT_TOKEN_NUMBER: return parse_number(p, index);
    case TAUT_TOKEN_NAME: return parse_name(p, index);
    case TAUT_TOKEN_OPEN: return parse_parentheses(p, index);
    case TAUT_TOKEN_TRUE:
    case TAUT_TOKEN_FALSE: {
      taut_node node = {.op = TAUT_NODE_BOOL, .begin = p->token.begin, .end = p->token.end};
      node.value = p->token.kind == TAUT_TOKEN_TRUE;
      node.flags = TAUT_NODE_IS_CONSTANT;
      taut_status status = push(p, node, index);
      return status ? status : advance(p);
    }
    case TAUT_TOKEN_TEMPORAL:
      return fail(p, "temporal operators are judged as requirements; not available in a condition");
    case TAUT_TOKEN_END:
      return p->token.begin > 0 ? fail(p, "the condition ends too early")
                                : fail(p, "there is no condition");
    default: return fail(p, "expected a signal, a number or '('");
  }
}

/// Prefix operators bind tightest: `not a < b` is `(not a) < b`, which the check explains.
static taut_status parse_unary(parser *p, uint16_t *index) {
  if (p->token.kind != TAUT_TOKEN_NOT && p->token.kind != TAUT_TOKEN_MINUS)
    return parse_operand(p, index);
  if (++p->depth > TAUT_EXPR_DEPTH_MAX) return fail(p, "the condition is nested too deeply");
  taut_token sign = p->token;
  taut_status status = advance(p);
  uint16_t child = 0;
  if (!status) status = parse_unary(p, &child);
  p->depth--;
  if (status) return status;
  taut_node node = {.op = sign.kind == TAUT_TOKEN_NOT ? TAUT_NODE_NOT : TAUT_NODE_NEG,
                    .n_children = 1,
                    .child = {child},
                    .begin = sign.begin,
                    .end = p->nodes[child].end};
  return push(p, node, index);
}

static const binary *find_binary(taut_token_kind token) {
  for (size_t i = 0; i < sizeof BINARIES / sizeof BINARIES[0]; i++)
    if (BINARIES[i].token == token) return &BINARIES[i];
  return NULL;
}

/// What two neighbours may not be written without parentheses.
static taut_status check_mixture(parser *p, const binary *op, taut_token sign, uint16_t left,
                                 uint16_t right) {
  const taut_node *sides[2] = {&p->nodes[left], &p->nodes[right]};
  for (int i = 0; i < 2; i++) {
    if (sides[i]->flags & TAUT_NODE_IS_CLOSED) continue;
    if (op->op == TAUT_NODE_IFF && sides[i]->op == TAUT_NODE_IMPLIES)
      return taut_source_error(p->source, sign.begin, sign.end,
                               "'=>' and '<=>' side by side need parentheses");
    if (op->level == LEVEL_COMPARE && sides[i]->op >= TAUT_NODE_LT && sides[i]->op <= TAUT_NODE_NE)
      return taut_source_error(p->source, sign.begin, sign.end,
                               "comparisons do not chain; write a < b and b < c");
  }
  return TAUT_OK;
}

static taut_status parse_level(parser *p, int level, uint16_t *index) {
  if (++p->depth > TAUT_EXPR_DEPTH_MAX) return fail(p, "the condition is nested too deeply");
  taut_status status = parse_unary(p, index);
  while (!status) {
    const binary *op = find_binary(p->token.kind);
    if (!op || op->level < level) break;
    taut_token sign = p->token;
    status = advance(p);
    uint16_t right = 0;
    // Implication leans to the right; everything else to the left.
    int right_level = op->op == TAUT_NODE_IMPLIES ? op->level : op->level + 1;
    if (!status) status = parse_level(p, right_level, &right);
    if (!status) status = check_mixture(p, op, sign, *index, right);
    if (status) break;
    taut_node node = {.op = (uint8_t)op->op,
                      .n_children = 2,
                      .child = {*index, right},
                      .begin = p->nodes[*index].begin,
                      .end = p->nodes[right].end};
    status = push(p, node, index);
  }
  p->depth--;
  return status;
}

taut_status taut_parse(taut_source *source, taut_node *nodes, uint16_t n_max, uint16_t *n_nodes) {
  parser p = {.source = source, .nodes = nodes, .n_max = n_max};
  taut_status status = advance(&p);
  uint16_t root = 0;
  if (!status) status = parse_level(&p, LEVEL_IFF, &root);
  if (status) return status;
  *n_nodes = p.n_nodes;
  switch (p.token.kind) {
    case TAUT_TOKEN_END: return TAUT_OK;
    case TAUT_TOKEN_CLOSE: return fail(&p, "this ')' closes nothing");
    case TAUT_TOKEN_TEMPORAL:
      return fail(&p,
                  "temporal operators are judged as requirements; not available in a condition");
    default: return fail(&p, "expected an operator");
  }
}
