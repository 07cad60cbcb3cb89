// Checker: names against the plan, types, units. One pass, children before parents.

#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "monitor/check.h"
#include "monitor/columns.h"

/// The text of a node for messages, cut when long.
void taut_node_text(const taut_checker *c, const taut_node *node, char *text) {
  uint32_t length = node->end - node->begin;
  if (length < TAUT_CHECK_TEXT_MAX) {
    snprintf(text, TAUT_CHECK_TEXT_MAX, "%.*s", (int)length, c->source->text + node->begin);
    return;
  }
  uint32_t cut = TAUT_CHECK_TEXT_MAX - 8;
  while (cut > 0 && ((unsigned char)c->source->text[node->begin + cut] & 0xC0) == 0x80) cut--;
  snprintf(text, TAUT_CHECK_TEXT_MAX, "%.*s...", (int)cut, c->source->text + node->begin);
}

/// The name of a NAME or SIGNAL node, without parentheses and index.
static void node_name(const taut_checker *c, const taut_node *node, char *name) {
  taut_node plain = {.begin = node->name_begin, .end = node->name_end};
  taut_node_text(c, &plain, name);
}

taut_status taut_unknown_name(taut_checker *c, const taut_node *node) {
  char name[TAUT_CHECK_TEXT_MAX];
  node_name(c, node, name);
  const taut_resolver *resolver = &c->expr->resolver;
  taut_port ports[2];
  size_t n = 0;
  if (resolver->find(resolver->user, name, ports, &n) == TAUT_OK && n > 0 &&
      ports[0].kind == TAUT_PORT_PARAM)
    return taut_source_error(c->source, node->name_begin, node->name_end,
                             "'%s' is a parameter; a condition reads inputs and outputs", name);
  taut_expr_error *error = c->source->error;
  if (error) snprintf(error->signal, sizeof error->signal, "%s", name);
  char near[TAUT_CHECK_TEXT_MAX];
  if (resolver->suggest(resolver->user, name, near, sizeof near))
    return taut_source_error(c->source, node->name_begin, node->name_end,
                             "no signal '%s'; did you mean '%s'?", name, near);
  return taut_source_error(c->source, node->name_begin, node->name_end, "no signal '%s'", name);
}

/// Bit of the one side that a name without a side stands for; 0 when it belongs to no side.
static unsigned only_side(const taut_resolver *resolver, const char *name, uint32_t slot) {
  static const char *const SIDES[2] = {"left", "right"};
  for (unsigned side = 0; side < 2; side++) {
    char sided[TAUT_CHECK_TEXT_MAX + 8];
    taut_port ports[2];
    size_t n = 0;
    snprintf(sided, sizeof sided, "%s.%s", SIDES[side], name);
    if (resolver->find(resolver->user, sided, ports, &n) == TAUT_OK && n == 1 &&
        ports[0].slot == slot)
      return 1U << side;
  }
  return 0;
}

/// A rig with one cable: what has both sides is judged on the side that the rest of the text has.
static void keep_side(taut_expr *expr, unsigned side) {
  expr->n_sides = 1;
  for (uint16_t i = 0; i < expr->n_nodes; i++) {
    taut_node *node = &expr->nodes[i];
    if (node->op != TAUT_NODE_SIGNAL) continue;
    node->slot[0] = node->slot[1] = node->slot[side];
    node->slot_min[0] = node->slot_min[1] = node->slot_min[side];
    node->slot_max[0] = node->slot_max[1] = node->slot_max[side];
  }
}

static taut_status resolve_signal(taut_checker *c, taut_node *node) {
  char name[TAUT_CHECK_TEXT_MAX];
  bool has_index = node->value != 0;
  taut_port ports[2];
  size_t n = 0;
  node_name(c, node, name);
  bool is_path = strchr(name, '.') != NULL;
  const taut_resolver *resolver = &c->expr->resolver;
  if (resolver->find(resolver->user, name, ports, &n) != TAUT_OK || n == 0 ||
      ports[0].kind == TAUT_PORT_PARAM) {
    if (is_path || has_index) return taut_unknown_name(c, node);
    node->type = TAUT_TYPE_NAME;
    return TAUT_OK;
  }
  const taut_signal *signal = ports[0].signal;
  if (signal->reserved == TAUT_COLUMN_OF_UNKNOWN_UNIT)
    return taut_source_error(c->source, node->name_begin, node->name_end,
                             "column '%s' has the unknown unit '%s'", name, signal->unit);
  uint32_t element = node->slot[0];
  if (signal->count > 1 && !has_index)
    return taut_source_error(c->source, node->begin, node->end,
                             "'%s' has %u elements; choose one, such as %s[0]", name, signal->count,
                             name);
  if (has_index && (element >= signal->count || signal->count == 1))
    return taut_source_error(c->source, node->begin, node->end, "'%s' has %u element%s", name,
                             signal->count, signal->count == 1 ? " and takes no index" : "s");
  for (int side = 0; side < 2; side++) {
    const taut_port *port = &ports[side < (int)n ? side : 0];
    node->slot[side] = port->slot + element;
    node->slot_min[side] = port->slot_min + element;
    node->slot_max[side] = port->slot_max + element;
  }
  if (n == 1) c->only_sides |= only_side(resolver, name, ports[0].slot);
  if (n == 2) {
    c->expr->n_sides = 2;
    c->expr->side_name[0] = "left";
    c->expr->side_name[1] = "right";
  }
  node->op = TAUT_NODE_SIGNAL;
  node->signal = signal;
  node->flags &= TAUT_NODE_IS_CLOSED;
  node->value = has_index;
  memcpy(node->si, signal->si, sizeof node->si);
  taut_shown_unit_set(&node->unit, signal->unit, signal->si);
  node->range = signal->max - signal->min;
  if (!(node->range > 0) || node->range > 1e15) node->range = 1;
  node->type = TAUT_TYPE_NUMBER;
  if (signal->flags & TAUT_BOOL) {
    node->type = TAUT_TYPE_BOOL;
    node->flags |= TAUT_NODE_IS_ATOM;
  } else if (signal->flags & TAUT_ENUM) {
    node->type = TAUT_TYPE_ENUM;
  } else if (signal->flags & TAUT_INTEGER) {
    node->flags |= TAUT_NODE_IS_INTEGER;
  }
  if (resolver->is_columns && taut_si_is_none(signal->si) && node->type == TAUT_TYPE_NUMBER)
    node->flags |= TAUT_NODE_IS_COLUMN | TAUT_NODE_IS_INTEGER;
  static const int8_t KELVIN[8] = {0, 0, 0, 0, 1, 0, 0, 0};
  if (taut_si_equal(node->si, KELVIN)) node->flags |= TAUT_NODE_IS_POINT;
  return TAUT_OK;
}

/// A prefix as it was written, without its operand: "within 2 s", not the operator it stands for.
static void prefix_text(const taut_checker *c, const taut_node *prefix, const taut_node *operand,
                        char *text) {
  taut_node words = {.begin = prefix->begin, .end = operand->begin};
  while (words.end > words.begin && strchr(" \t\r\n(", c->source->text[words.end - 1]) != NULL)
    words.end--;
  taut_node_text(c, &words, text);
}

taut_status taut_need_number(taut_checker *c, const taut_node *parent, const taut_node *node) {
  char text[TAUT_CHECK_TEXT_MAX];
  taut_node_text(c, node, text);
  const char *word = taut_node_word((taut_node_op)parent->op);
  switch ((taut_node_type)node->type) {
    case TAUT_TYPE_NUMBER: return TAUT_OK;
    case TAUT_TYPE_NAME: return taut_unknown_name(c, node);
    case TAUT_TYPE_ENUM:
      return taut_source_error(c->source, node->begin, node->end,
                               "'%s' is an enum; compare it with == or != and a label", text);
    case TAUT_TYPE_BOOL: break;
  }
  const taut_node *nodes = c->expr->nodes;
  bool is_prefix = node->op >= TAUT_NODE_ALWAYS && node->n_children == 1 &&
                   node->end == nodes[node->child[0]].end && !(node->flags & TAUT_NODE_IS_CLOSED);
  if (is_prefix) {
    char prefix[TAUT_CHECK_TEXT_MAX];
    prefix_text(c, node, &nodes[node->child[0]], prefix);
    return taut_source_error(c->source, node->begin, node->end,
                             "'%s' binds tighter than a comparison; write %s (a < b)", prefix,
                             prefix);
  }
  return taut_source_error(c->source, node->begin, node->end,
                           "'%s' needs numbers, but '%s' is a condition", word, text);
}

/// A column without a unit is what its use makes of it.
static bool become_bool(taut_node *node) {
  if (!(node->flags & TAUT_NODE_IS_COLUMN)) return false;
  node->type = TAUT_TYPE_BOOL;
  node->flags = (uint8_t)((node->flags & TAUT_NODE_IS_CLOSED) | TAUT_NODE_IS_ATOM);
  return true;
}

taut_status taut_need_condition(taut_checker *c, const taut_node *parent, taut_node *node) {
  char text[TAUT_CHECK_TEXT_MAX];
  taut_node_text(c, node, text);
  const char *word = taut_node_word((taut_node_op)parent->op);
  if (become_bool(node)) return TAUT_OK;
  switch ((taut_node_type)node->type) {
    case TAUT_TYPE_BOOL: return TAUT_OK;
    case TAUT_TYPE_NAME: return taut_unknown_name(c, node);
    case TAUT_TYPE_ENUM:
      return taut_source_error(c->source, node->begin, node->end,
                               "'%s' is an enum, not a condition; compare it with == or !=", text);
    case TAUT_TYPE_NUMBER: break;
  }
  bool is_prefix = parent->op == TAUT_NODE_NOT ||
                   (parent->op >= TAUT_NODE_ALWAYS && parent->n_children == 1 &&
                    parent->end == node->end && !(node->flags & TAUT_NODE_IS_CLOSED));
  if (is_prefix) {
    char prefix[TAUT_CHECK_TEXT_MAX];
    prefix_text(c, parent, node, prefix);
    return taut_source_error(c->source, parent->begin, parent->end,
                             "'%s' binds tighter than a comparison; write %s (a < b)", prefix,
                             prefix);
  }
  return taut_source_error(c->source, node->begin, node->end,
                           "'%s' joins conditions, but '%s' is a number; compare it with something",
                           word, text);
}

/// The number of a literal without its unit: "10" of "10 kg".
static void literal_number(const taut_checker *c, const taut_node *node, char *text) {
  taut_node_text(c, node, text);
  if (node->op != TAUT_NODE_NUMBER) return;
  size_t i = strspn(text, "0123456789.");
  if (text[i] == 'e' || text[i] == 'E') {
    size_t j = i + 1 + (text[i + 1] == '+' || text[i + 1] == '-');
    size_t n = strspn(text + j, "0123456789");
    if (n) i = j + n;
  }
  text[i] = 0;
}

static taut_status unit_error(taut_checker *c, const taut_node *parent, const taut_node *a,
                              const taut_node *b) {
  char hint[256] = "", text_a[TAUT_CHECK_TEXT_MAX], text_b[TAUT_CHECK_TEXT_MAX],
       number[TAUT_CHECK_TEXT_MAX];
  // Put a literal second: it is what the reader most likely wants to change.
  bool a_is_literal = (a->flags & TAUT_NODE_IS_BARE) ||
                      (a->op == TAUT_NODE_NUMBER && !(b->flags & TAUT_NODE_IS_BARE));
  if (a_is_literal) {
    const taut_node *swap = a;
    a = b;
    b = swap;
  }
  taut_node_text(c, a, text_a);
  taut_node_text(c, b, text_b);
  if ((b->flags & TAUT_NODE_IS_BARE) && !taut_si_is_none(a->si)) {
    taut_unit_hint(hint, sizeof hint, text_b, a->si, &a->unit);
    return taut_source_error(c->source, b->begin, b->end, "%s has no unit%s", text_b, hint);
  }
  if (b->op == TAUT_NODE_NUMBER) {
    literal_number(c, b, number);
    static const int8_t FORCE[8] = {1, 1, -2, 0, 0, 0, 0, 0};
    if (strcmp(b->unit.name, "kg") == 0 && taut_si_equal(a->si, FORCE))
      snprintf(hint, sizeof hint, "; did you mean %s kgf or %s lb?", number, number);
    else if (strcmp(b->unit.name, "lb") == 0 && a->si[0] == 1 && a->si[1] == 0 && a->si[2] == 0)
      snprintf(hint, sizeof hint, "; did you mean %s lbm?", number);
    else if (taut_si_is_none(a->si))
      snprintf(hint, sizeof hint, "; did you mean %s?", number);
    else
      taut_unit_hint(hint, sizeof hint, number, a->si, &a->unit);
    return taut_source_error(c->source, b->begin, b->end, "%s is %s but %s is %s%s", text_b,
                             taut_si_word(b->si), text_a, taut_si_word(a->si), hint);
  }
  return taut_source_error(c->source, parent->begin, parent->end,
                           "'%s' joins two dimensions: %s is %s%s%s%s but %s is %s%s%s%s",
                           taut_node_word((taut_node_op)parent->op), text_a, taut_si_word(a->si),
                           a->unit.name[0] ? " [" : "", a->unit.name, a->unit.name[0] ? "]" : "",
                           text_b, taut_si_word(b->si), b->unit.name[0] ? " [" : "", b->unit.name,
                           b->unit.name[0] ? "]" : "");
}

static taut_status need_same_unit(taut_checker *c, const taut_node *parent, const taut_node *a,
                                  const taut_node *b) {
  taut_status status = taut_need_number(c, parent, a);
  if (!status) status = taut_need_number(c, parent, b);
  if (status) return status;
  return taut_si_equal(a->si, b->si) ? TAUT_OK : unit_error(c, parent, a, b);
}

/// Display unit of a result of two operands of the same dimension: that of a literal, whose author
/// chose it, else that of the first.
static void join_units(taut_node *node, const taut_node *a, const taut_node *b) {
  bool b_is_literal = b->op == TAUT_NODE_NUMBER && b->unit.name[0];
  node->unit = b_is_literal || !a->unit.name[0] ? b->unit : a->unit;
  node->range = a->range > b->range ? a->range : b->range;
}

/// Absolute temperatures (points) and their differences: 20 degC + 5 degC has no meaning.
static taut_status check_temperature(taut_checker *c, taut_node *node, const taut_node *a,
                                     const taut_node *b) {
  unsigned a_point = a->flags & TAUT_NODE_IS_POINT, b_point = b->flags & TAUT_NODE_IS_POINT;
  if (node->op == TAUT_NODE_ADD && a_point && b_point)
    return taut_source_error(c->source, node->begin, node->end,
                             "two absolute temperatures cannot be added; a difference is in K");
  if (node->op == TAUT_NODE_SUB && a_point && b_point)
    node->flags |= TAUT_NODE_IS_DELTA;
  else if (a_point || b_point)
    node->flags |= TAUT_NODE_IS_POINT;
  return TAUT_OK;
}

static taut_status check_arithmetic(taut_checker *c, taut_node *node, taut_node *a, taut_node *b) {
  node->type = TAUT_TYPE_NUMBER;
  node->flags |=
      a->flags & b->flags & (TAUT_NODE_IS_INTEGER | TAUT_NODE_IS_CONSTANT | TAUT_NODE_IS_BARE);
  if (node->op == TAUT_NODE_DIV) node->flags &= (uint8_t)~TAUT_NODE_IS_INTEGER;
  if (node->op != TAUT_NODE_MUL && node->op != TAUT_NODE_DIV) {
    taut_status status = need_same_unit(c, node, a, b);
    if (status) return status;
    memcpy(node->si, a->si, sizeof node->si);
    join_units(node, a, b);
    return check_temperature(c, node, a, b);
  }
  taut_status status = taut_need_number(c, node, a);
  if (!status) status = taut_need_number(c, node, b);
  if (status) return status;
  const taut_node *sides[2] = {a, b};
  for (int i = 0; i < 2; i++)
    if (sides[i]->unit.offset != 0 && sides[i]->op == TAUT_NODE_NUMBER)
      return taut_source_error(c->source, sides[i]->begin, sides[i]->end,
                               "degC is an absolute temperature and cannot be multiplied; use K");
  for (int k = 0; k < 8; k++) {
    int sum = node->op == TAUT_NODE_MUL ? a->si[k] + b->si[k] : a->si[k] - b->si[k];
    if (sum < -100 || sum > 100)
      return taut_source_error(c->source, node->begin, node->end, "the dimensions grow too large");
    node->si[k] = (int8_t)sum;
  }
  if (taut_si_is_none(b->si) && strcmp(b->unit.name, "%") != 0)
    node->unit = a->unit;
  else if (taut_si_is_none(a->si) && node->op == TAUT_NODE_MUL)
    node->unit = b->unit;
  else
    taut_shown_unit_set(&node->unit, NULL, node->si);
  if (taut_si_is_none(b->si)) node->unit = a->unit;
  node->range = a->range > b->range ? a->range : b->range;
  return TAUT_OK;
}

static taut_status resolve_label(taut_checker *c, taut_node *name, const taut_node *signal) {
  char word[TAUT_CHECK_TEXT_MAX], path[TAUT_CHECK_TEXT_MAX];
  node_name(c, name, word);
  taut_node_text(c, signal, path);
  taut_suggest suggest;
  taut_suggest_init(&suggest, word);
  const char *const *labels = signal->signal->labels;
  for (size_t i = 0; labels && labels[i]; i++) {
    if (strcmp(labels[i], word) == 0) {
      name->op = TAUT_NODE_NUMBER;
      name->type = TAUT_TYPE_ENUM;
      name->flags |= TAUT_NODE_IS_CONSTANT;
      name->value = (double)i;
      name->signal = signal->signal;
      return TAUT_OK;
    }
    taut_suggest_offer(&suggest, labels[i]);
  }
  if (suggest.best)
    return taut_source_error(c->source, name->begin, name->end,
                             "%s has no label '%s'; did you mean '%s'?", path, word, suggest.best);
  char list[160] = "";
  for (size_t i = 0; labels && labels[i]; i++) {
    size_t n = strlen(list);
    snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", labels[i]);
  }
  return taut_source_error(c->source, name->begin, name->end,
                           "%s has no label '%s'; it is one of %s", path, word, list);
}

static bool same_labels(const taut_signal *a, const taut_signal *b) {
  if (!a || !b || !a->labels || !b->labels) return false;
  size_t i = 0;
  for (; a->labels[i] && b->labels[i]; i++)
    if (strcmp(a->labels[i], b->labels[i]) != 0) return false;
  return !a->labels[i] && !b->labels[i];
}

/// An unknown name beside == may be meant as a label.
static taut_status label_or_name(taut_checker *c, const taut_node *name, const taut_node *other) {
  char word[TAUT_CHECK_TEXT_MAX], text[TAUT_CHECK_TEXT_MAX];
  if (!(other->flags & TAUT_NODE_IS_COLUMN)) return taut_unknown_name(c, name);
  node_name(c, name, word);
  taut_node_text(c, other, text);
  return taut_source_error(c->source, name->begin, name->end,
                           "no signal '%s', and %s has no labels in this trace; compare it with a "
                           "number",
                           word, text);
}

static taut_status check_equal(taut_checker *c, taut_node *node, taut_node *a, taut_node *b) {
  char text[TAUT_CHECK_TEXT_MAX];
  if (a->type == TAUT_TYPE_ENUM && b->type == TAUT_TYPE_NAME) return resolve_label(c, b, a);
  if (b->type == TAUT_TYPE_ENUM && a->type == TAUT_TYPE_NAME) return resolve_label(c, a, b);
  if (a->type == TAUT_TYPE_NAME) return label_or_name(c, a, b);
  if (b->type == TAUT_TYPE_NAME) return label_or_name(c, b, a);
  if (a->type == TAUT_TYPE_ENUM && b->type == TAUT_TYPE_ENUM) {
    if (same_labels(a->signal, b->signal)) return TAUT_OK;
    return taut_source_error(c->source, node->begin, node->end,
                             "the two enums have different labels");
  }
  if (a->type == TAUT_TYPE_ENUM || b->type == TAUT_TYPE_ENUM) {
    const taut_node *other = a->type == TAUT_TYPE_ENUM ? b : a;
    const taut_node *enumeration = a->type == TAUT_TYPE_ENUM ? a : b;
    taut_node_text(c, enumeration, text);
    return taut_source_error(c->source, other->begin, other->end,
                             "%s is an enum; compare it with a label such as %s", text,
                             enumeration->signal->labels ? enumeration->signal->labels[0] : "?");
  }
  if (a->type == TAUT_TYPE_BOOL) become_bool(b);
  if (b->type == TAUT_TYPE_BOOL) become_bool(a);
  if (a->type == TAUT_TYPE_BOOL && b->type == TAUT_TYPE_BOOL) return TAUT_OK;
  if (a->type == TAUT_TYPE_BOOL || b->type == TAUT_TYPE_BOOL) {
    const taut_node *boolean = a->type == TAUT_TYPE_BOOL ? a : b;
    const taut_node *other = boolean == a ? b : a;
    taut_node_text(c, boolean, text);
    return taut_source_error(c->source, other->begin, other->end,
                             "'%s' is true or false; write %s or not %s", text, text, text);
  }
  taut_status status = need_same_unit(c, node, a, b);
  if (status) return status;
  if ((a->flags & TAUT_NODE_IS_INTEGER) && (b->flags & TAUT_NODE_IS_INTEGER)) return TAUT_OK;
  char text_b[TAUT_CHECK_TEXT_MAX];
  taut_node_text(c, a, text);
  taut_node_text(c, b, text_b);
  return taut_source_error(c->source, node->begin, node->end,
                           "%s is for enums, bools and integers; write near(%s, %s, tolerance)",
                           taut_node_word((taut_node_op)node->op), text, text_b);
}

static void note_margin(taut_checker *c, const int8_t si[8]) {
  if (!c->has_margin) {
    memcpy(c->margin_si, si, sizeof c->margin_si);
    c->has_margin = true;
  } else if (!taut_si_equal(c->margin_si, si)) {
    c->expr->is_mixed = true;
  }
}

static taut_status check_comparison(taut_checker *c, taut_node *node, taut_node *a, taut_node *b) {
  node->type = TAUT_TYPE_BOOL;
  node->flags |= TAUT_NODE_IS_ATOM;
  if (node->op == TAUT_NODE_EQ || node->op == TAUT_NODE_NE) {
    taut_status status = check_equal(c, node, a, b);
    join_units(node, a, b);
    return status;
  }
  taut_status status = need_same_unit(c, node, a, b);
  if (status) return status;
  const taut_node *sides[2] = {a, b};
  for (int i = 0; i < 2; i++)
    if ((sides[i]->flags & TAUT_NODE_IS_DELTA) && sides[1 - i]->op == TAUT_NODE_NUMBER &&
        sides[1 - i]->unit.offset != 0)
      return taut_source_error(c->source, sides[1 - i]->begin, sides[1 - i]->end,
                               "a difference of temperatures is in K, not in degC");
  join_units(node, a, b);
  note_margin(c, a->si);
  return TAUT_OK;
}

static taut_status check_near(taut_checker *c, taut_node *node, taut_node *x, taut_node *centre,
                              taut_node *tolerance) {
  node->type = TAUT_TYPE_BOOL;
  node->flags |= TAUT_NODE_IS_ATOM;
  taut_status status = need_same_unit(c, node, x, centre);
  if (!status) status = need_same_unit(c, node, x, tolerance);
  if (status) return status;
  if (tolerance->op == TAUT_NODE_NUMBER && tolerance->unit.offset != 0)
    return taut_source_error(c->source, tolerance->begin, tolerance->end,
                             "a tolerance of a temperature is in K, not in degC");
  join_units(node, x, centre);
  note_margin(c, x->si);
  return TAUT_OK;
}

static taut_status check_peak(taut_checker *c, taut_node *node, taut_node *x) {
  char text[TAUT_CHECK_TEXT_MAX];
  taut_node_text(c, x, text);
  if (x->type == TAUT_TYPE_NAME) return taut_unknown_name(c, x);
  const char *word = taut_node_word((taut_node_op)node->op);
  if (x->op != TAUT_NODE_SIGNAL)
    return taut_source_error(c->source, x->begin, x->end, "%s takes a signal", word);
  if (!(x->signal->flags & TAUT_PEAK))
    return taut_source_error(c->source, x->begin, x->end,
                             "'%s' is not recorded between rows, so it has no %s", text, word);
  for (int side = 0; side < 2; side++)
    x->slot[side] = node->op == TAUT_NODE_PEAK ? x->slot_max[side] : x->slot_min[side];
  node->type = x->type;
  node->flags |= x->flags & (TAUT_NODE_IS_INTEGER | TAUT_NODE_IS_POINT);
  memcpy(node->si, x->si, sizeof node->si);
  node->unit = x->unit;
  node->range = x->range;
  return TAUT_OK;
}

static taut_status check_node(taut_checker *c, taut_node *node) {
  taut_node *nodes = c->expr->nodes;
  // The parser gave every operator its operands; a missing one stands for the node itself.
  taut_node *a = node->n_children > 0 ? &nodes[node->child[0]] : node;
  taut_node *b = node->n_children > 1 ? &nodes[node->child[1]] : node;
  taut_node *third = node->n_children > 2 ? &nodes[node->child[2]] : node;
  taut_status status = TAUT_OK;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_NUMBER:
      node->type = TAUT_TYPE_NUMBER;
      if ((node->flags & TAUT_NODE_IS_BARE) && node->value < 1e15 &&
          node->value == (double)(int64_t)node->value)
        node->flags |= TAUT_NODE_IS_INTEGER;
      return TAUT_OK;
    case TAUT_NODE_BOOL:
      node->type = TAUT_TYPE_BOOL;
      node->flags |= TAUT_NODE_IS_ATOM;
      return TAUT_OK;
    case TAUT_NODE_NAME:
    case TAUT_NODE_SIGNAL: return resolve_signal(c, node);
    case TAUT_NODE_NEG:
    case TAUT_NODE_ABS:
      status = taut_need_number(c, node, a);
      node->type = TAUT_TYPE_NUMBER;
      node->flags |= a->flags & (TAUT_NODE_IS_INTEGER | TAUT_NODE_IS_CONSTANT | TAUT_NODE_IS_BARE |
                                 TAUT_NODE_IS_DELTA);
      if (!status && a->op == TAUT_NODE_NUMBER && a->unit.offset != 0)
        return taut_source_error(c->source, node->begin, node->end,
                                 "degC is an absolute temperature; write it in K");
      memcpy(node->si, a->si, sizeof node->si);
      node->unit = a->unit;
      node->range = a->range;
      return status;
    case TAUT_NODE_ADD:
    case TAUT_NODE_SUB:
    case TAUT_NODE_MUL:
    case TAUT_NODE_DIV:
    case TAUT_NODE_MIN:
    case TAUT_NODE_MAX:
      if (c->expr->is_temporal && taut_is_window_call(a, b)) return taut_check_temporal(c, node);
      return check_arithmetic(c, node, a, b);
    case TAUT_NODE_CLAMP:
      status = need_same_unit(c, node, a, third);
      return status ? status : check_arithmetic(c, node, a, b);
    case TAUT_NODE_PEAK:
    case TAUT_NODE_TROUGH: return check_peak(c, node, a);
    case TAUT_NODE_LT:
    case TAUT_NODE_LE:
    case TAUT_NODE_GT:
    case TAUT_NODE_GE:
    case TAUT_NODE_EQ:
    case TAUT_NODE_NE: return check_comparison(c, node, a, b);
    case TAUT_NODE_NEAR: return check_near(c, node, a, b, third);
    case TAUT_NODE_NOT:
    case TAUT_NODE_AND:
    case TAUT_NODE_XOR:
    case TAUT_NODE_OR:
    case TAUT_NODE_IMPLIES:
    case TAUT_NODE_IFF: break;
    default: return taut_check_temporal(c, node);
  }
  node->type = TAUT_TYPE_BOOL;
  status = taut_need_condition(c, node, a);
  return status || node->n_children < 2 ? status : taut_need_condition(c, node, b);
}

taut_status taut_check(taut_source *source, taut_expr *expr) {
  taut_checker c = {.source = source, .expr = expr};
  expr->n_sides = 1;
  expr->side_name[0] = expr->side_name[1] = "";
  for (uint16_t i = 0; i < expr->n_nodes; i++) {
    taut_status status = check_node(&c, &expr->nodes[i]);
    if (status) return status;
  }
  if (expr->n_sides == 2 && (c.only_sides == 1 || c.only_sides == 2))
    keep_side(expr, c.only_sides - 1);
  taut_node *root = &expr->nodes[expr->n_nodes - 1];
  if (expr->is_temporal && root->type != TAUT_TYPE_NAME && !become_bool(root) &&
      root->type != TAUT_TYPE_BOOL)
    return taut_source_error(source, root->begin, root->end,
                             "a requirement is a condition; compare this with something");
  if (root->type == TAUT_TYPE_NAME) return taut_unknown_name(&c, root);
  return TAUT_OK;
}
