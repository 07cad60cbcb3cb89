// A judgement in words: what the deciding atom expected, what it got, and by how much.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "monitor/expr.h"

static double in_unit(double si_value, const taut_shown_unit *unit) {
  double value = (si_value - unit->offset) / unit->scale;
  return value == 0 ? 0 : value;
}

static void format_value(char *text, size_t size, double value, const char *unit, int n_digits) {
  snprintf(text, size, "%.*g%s%s", n_digits, value, *unit ? " " : "", unit);
}

/// "normal", "true" or "23.1 N". When `bound` is given, enough digits to tell the two apart.
static void format_node(const taut_expr *expr, const taut_node *node, const taut_shown_unit *unit,
                        double value, const double *bound, char *text, size_t size) {
  (void)expr;
  if (node->type == TAUT_TYPE_BOOL) {
    snprintf(text, size, "%s", value != 0 ? "true" : "false");
    return;
  }
  if (node->type == TAUT_TYPE_ENUM) {
    const char *const *labels = node->signal ? node->signal->labels : NULL;
    for (size_t i = 0; labels && labels[i]; i++)
      if ((double)i == value) {
        snprintf(text, size, "%s", labels[i]);
        return;
      }
    snprintf(text, size, "%.17g (no label)", value);
    return;
  }
  double shown = in_unit(value, unit);
  int n_digits = 4;
  if (bound && *bound != value) {
    char a[40], b[40];
    do {
      snprintf(a, sizeof a, "%.*g", n_digits, shown);
      snprintf(b, sizeof b, "%.*g", n_digits, in_unit(*bound, unit));
    } while (strcmp(a, b) == 0 && ++n_digits < 17);
  }
  format_value(text, size, shown, unit->name, n_digits);
}

static taut_node_op opposite(taut_node_op op) {
  switch (op) {
    case TAUT_NODE_LT: return TAUT_NODE_GE;
    case TAUT_NODE_LE: return TAUT_NODE_GT;
    case TAUT_NODE_GT: return TAUT_NODE_LE;
    case TAUT_NODE_GE: return TAUT_NODE_LT;
    case TAUT_NODE_EQ: return TAUT_NODE_NE;
    case TAUT_NODE_NE: return TAUT_NODE_EQ;
    default: return op;
  }
}

static void copy_text(const taut_expr *expr, const taut_node *node, char *text, size_t size) {
  uint32_t n = node->end - node->begin;
  if (n >= size) n = (uint32_t)size - 1;
  while (n > 0 && n < node->end - node->begin &&
         ((unsigned char)expr->text[node->begin + n] & 0xC0) == 0x80)
    n--;
  memcpy(text, expr->text + node->begin, n);
  text[n] = 0;
  for (char *c = text; *c; c++)
    if ((unsigned char)*c < ' ') *c = ' ';
}

static double value_of(const taut_expr *expr, const double *values, unsigned side, uint16_t i) {
  double value = 0;
  taut_eval_range(expr, values, side, expr->nodes[i].first, i, &value);
  return value;
}

static void explain_comparison(const taut_expr *expr, const double *values,
                               const taut_judgement *judgement, taut_explanation *out) {
  const taut_node *atom = &expr->nodes[judgement->atom];
  uint16_t i_left = atom->child[0], i_right = atom->child[1];
  const taut_node *left = &expr->nodes[i_left], *right = &expr->nodes[i_right];
  double x_left = value_of(expr, values, judgement->side, i_left);
  double x_right = value_of(expr, values, judgement->side, i_right);
  char text_left[112], text_right[112], bound[64] = "", got[96];
  copy_text(expr, left, text_left, sizeof text_left);
  copy_text(expr, right, text_right, sizeof text_right);
  taut_node_op op = (taut_node_op)atom->op;
  if (judgement->is_negated) op = opposite(op);
  bool is_left_fixed = (left->flags & TAUT_NODE_IS_CONSTANT) != 0;
  bool is_right_fixed = (right->flags & TAUT_NODE_IS_CONSTANT) != 0;
  // The side that can move is what was "got"; a bound that moves too is shown with its value.
  const taut_node *moving = is_left_fixed ? right : left;
  double x_moving = is_left_fixed ? x_right : x_left, x_other = is_left_fixed ? x_left : x_right;
  if (!is_left_fixed && !is_right_fixed)
    format_node(expr, right, &atom->unit, x_right, &x_left, bound, sizeof bound);
  format_node(expr, moving, &atom->unit, x_moving, &x_other, got, sizeof got);
  snprintf(out->expected, sizeof out->expected, "%.110s %s %.110s%s%.20s%s", text_left,
           taut_node_word(op), text_right, *bound ? " (" : "", bound, *bound ? ")" : "");
  snprintf(out->got, sizeof out->got, "%s", got);
}

static void explain_near(const taut_expr *expr, const double *values,
                         const taut_judgement *judgement, taut_explanation *out) {
  const taut_node *atom = &expr->nodes[judgement->atom];
  double x = value_of(expr, values, judgement->side, atom->child[0]);
  double centre = value_of(expr, values, judgement->side, atom->child[1]);
  char text[200];
  copy_text(expr, atom, text, sizeof text);
  snprintf(out->expected, sizeof out->expected, "%s%s", judgement->is_negated ? "not " : "", text);
  format_node(expr, &expr->nodes[atom->child[0]], &atom->unit, x, &centre, out->got,
              sizeof out->got);
}

void taut_expr_explain(const taut_expr *expr, const double *values, const taut_judgement *judgement,
                       taut_explanation *out) {
  memset(out, 0, sizeof *out);
  const taut_node *atom = &expr->nodes[judgement->atom];
  if (atom->op >= TAUT_NODE_LT && atom->op <= TAUT_NODE_NE) {
    explain_comparison(expr, values, judgement, out);
  } else if (atom->op == TAUT_NODE_NEAR) {
    explain_near(expr, values, judgement, out);
  } else {
    char text[200];
    copy_text(expr, atom, text, sizeof text);
    double value = value_of(expr, values, judgement->side, judgement->atom);
    snprintf(out->expected, sizeof out->expected, "%s%s", judgement->is_negated ? "not " : "",
             text);
    snprintf(out->got, sizeof out->got, "%s", value != 0 ? "true" : "false");
  }
  if (expr->n_sides == 2) {
    size_t n = strlen(out->got);
    snprintf(out->got + n, sizeof out->got - n, " (%s)", expr->side_name[judgement->side]);
  }
  if (!judgement->has_margin) return;
  format_value(out->by, sizeof out->by, fabs(judgement->margin), judgement->unit, 4);
}
