// Evaluation: a stack machine over the value table. Two readings of the same program: the plain one
// (values and truth) for every row, and the judging one (truth, robustness and the deciding atom).

#include <assert.h>
#include <math.h>

#include "monitor/expr.h"

static double clamp(double x, double low, double high) {
  return x < low ? low : (x > high ? high : x);
}

/// Result of a binary or ternary operator on plain values; conditions are 0 or 1.
static inline double apply(uint32_t op, double a, double b) {
  switch ((taut_node_op)op) {
    case TAUT_NODE_ADD: return a + b;
    case TAUT_NODE_SUB: return a - b;
    case TAUT_NODE_MUL: return a * b;
    case TAUT_NODE_DIV: return a / b;
    case TAUT_NODE_MIN: return b < a ? b : a;
    case TAUT_NODE_MAX: return b > a ? b : a;
    case TAUT_NODE_LT: return a < b;
    case TAUT_NODE_LE: return a <= b;
    case TAUT_NODE_GT: return a > b;
    case TAUT_NODE_GE: return a >= b;
    case TAUT_NODE_EQ: return a == b;
    case TAUT_NODE_NE: return a != b;
    case TAUT_NODE_AND: return a != 0 && b != 0;
    case TAUT_NODE_OR: return a != 0 || b != 0;
    case TAUT_NODE_XOR: return (a != 0) != (b != 0);
    case TAUT_NODE_IMPLIES: return a == 0 || b != 0;
    case TAUT_NODE_IFF: return (a != 0) == (b != 0);
    default: return 0;
  }
}

bool taut_eval_range(const taut_expr *expr, const double *values, unsigned side, unsigned first,
                     unsigned last, double *out) {
  double stack[TAUT_EXPR_STACK_MAX + 1];
  double *top = stack;  // the value last pushed; stack[0] lies under all of them
  *top = 0;
  bool is_nan = false;
  for (const taut_step *step = expr->steps + first; step <= expr->steps + last; step++) {
    switch ((taut_node_op)step->op) {
      case TAUT_NODE_NUMBER:
      case TAUT_NODE_BOOL: *++top = step->value; break;
      case TAUT_NODE_SIGNAL: {
        double x = values[step->slot[side]];
        is_nan |= x != x;
        *++top = x;
        break;
      }
      case TAUT_NODE_NEG: *top = -*top; break;
      case TAUT_NODE_ABS: *top = fabs(*top); break;
      case TAUT_NODE_NOT: *top = *top == 0; break;
      case TAUT_NODE_NAME:
      case TAUT_NODE_PEAK:
      case TAUT_NODE_TROUGH: break;
      case TAUT_NODE_CLAMP:
        assert(top - stack >= 3);
        top -= 2;
        *top = clamp(top[0], top[1], top[2]);
        break;
      case TAUT_NODE_NEAR:
        assert(top - stack >= 3);
        top -= 2;
        *top = fabs(top[0] - top[1]) <= top[2];
        break;
      default:
        assert(top - stack >= 2);
        top--;
        *top = apply(step->op, top[0], top[1]);
        break;
    }
  }
  *out = *top;
  return is_nan || *top != *top;
}

taut_status taut_expr_holds(const taut_expr *expr, const double *values, bool *holds) {
  unsigned last = (unsigned)expr->n_nodes - 1;
  if (expr->nodes[last].type != TAUT_TYPE_BOOL) return TAUT_EINVAL;
  bool all = true;
  for (unsigned side = 0; side < expr->n_sides; side++) {
    double value = 0;
    if (taut_eval_range(expr, values, side, 0, last, &value)) return TAUT_ENUMBER;
    all &= value != 0;
  }
  *holds = all;
  return TAUT_OK;
}

taut_status taut_expr_value(const taut_expr *expr, const double *values, double *out) {
  return taut_eval_range(expr, values, 0, 0, (unsigned)expr->n_nodes - 1, out) ? TAUT_ENUMBER
                                                                               : TAUT_OK;
}

/// One value of the judging machine. For a number only `x` counts.
typedef struct cell {
  double x;       ///< value; 0 or 1 for a condition
  double margin;  ///< robustness in SI units of the atom
  double rank;    ///< the same, made comparable between atoms
  uint16_t atom;
  bool holds;
  bool is_negated;
} cell;

static cell negate(cell a) {
  a.holds = !a.holds;
  a.x = a.holds;
  a.margin = -a.margin;
  a.rank = -a.rank;
  a.is_negated = !a.is_negated;
  return a;
}

/// Order of judgements: first truth, then rank. They agree but at a margin of exactly 0, where
/// strict and non-strict comparisons differ.
static bool is_worse(const cell *a, const cell *b) {
  if (a->holds != b->holds) return !a->holds;
  return a->rank < b->rank;
}

static cell both(cell a, cell b) {
  return is_worse(&b, &a) ? b : a;
}
static cell either(cell a, cell b) {
  return is_worse(&a, &b) ? b : a;
}

static cell join(uint32_t op, cell a, cell b) {
  switch ((taut_node_op)op) {
    case TAUT_NODE_AND: return both(a, b);
    case TAUT_NODE_OR: return either(a, b);
    case TAUT_NODE_IMPLIES: return either(negate(a), b);
    case TAUT_NODE_IFF: return either(both(a, b), both(negate(a), negate(b)));
    case TAUT_NODE_XOR: return either(both(a, negate(b)), both(negate(a), b));
    default: return a;
  }
}

static cell make_atom(const taut_expr *expr, unsigned i, bool holds, double margin) {
  cell c = {.x = holds, .margin = margin, .atom = (uint16_t)i, .holds = holds};
  c.rank = expr->is_mixed ? margin / expr->nodes[i].range : margin;
  return c;
}

static cell truth_atom(const taut_expr *expr, unsigned i, bool holds) {
  return make_atom(expr, i, holds, holds ? (double)INFINITY : -(double)INFINITY);
}

static cell compare(const taut_expr *expr, unsigned i, uint32_t op, double a, double b) {
  bool holds = apply(op, a, b) != 0;
  switch ((taut_node_op)op) {
    case TAUT_NODE_LT:
    case TAUT_NODE_LE: return make_atom(expr, i, holds, b - a);
    case TAUT_NODE_GT:
    case TAUT_NODE_GE: return make_atom(expr, i, holds, a - b);
    default: return truth_atom(expr, i, holds);
  }
}

static bool judge_side(const taut_expr *expr, const double *values, unsigned side, cell *out) {
  cell stack[TAUT_EXPR_STACK_MAX + 1];
  cell *top = stack;
  *top = (cell){0};
  bool is_nan = false;
  for (unsigned i = 0; i < expr->n_nodes; i++) {
    const taut_step *step = &expr->steps[i];
    switch ((taut_node_op)step->op) {
      case TAUT_NODE_NUMBER: *++top = (cell){.x = step->value}; break;
      case TAUT_NODE_BOOL: *++top = truth_atom(expr, i, step->value != 0); break;
      case TAUT_NODE_SIGNAL: {
        double x = values[step->slot[side]];
        is_nan |= x != x;
        *++top = step->type == TAUT_TYPE_BOOL ? truth_atom(expr, i, x != 0) : (cell){.x = x};
        break;
      }
      case TAUT_NODE_NEG: top->x = -top->x; break;
      case TAUT_NODE_ABS: top->x = fabs(top->x); break;
      case TAUT_NODE_NOT: *top = negate(*top); break;
      case TAUT_NODE_NAME:
      case TAUT_NODE_PEAK:
      case TAUT_NODE_TROUGH: break;
      case TAUT_NODE_CLAMP:
        assert(top - stack >= 3);
        top -= 2;
        top->x = clamp(top[0].x, top[1].x, top[2].x);
        break;
      case TAUT_NODE_NEAR: {
        assert(top - stack >= 3);
        top -= 2;
        double off = fabs(top[0].x - top[1].x);
        is_nan |= off != off;
        *top = make_atom(expr, i, off <= top[2].x, top[2].x - off);
        break;
      }
      case TAUT_NODE_AND:
      case TAUT_NODE_OR:
      case TAUT_NODE_XOR:
      case TAUT_NODE_IMPLIES:
      case TAUT_NODE_IFF:
        assert(top - stack >= 2);
        top--;
        *top = join(step->op, top[0], top[1]);
        break;
      default:
        assert(top - stack >= 2);
        top--;
        is_nan |= top[0].x != top[0].x || top[1].x != top[1].x;
        if (step->type == TAUT_TYPE_BOOL)
          *top = compare(expr, i, step->op, top[0].x, top[1].x);
        else
          *top = (cell){.x = apply(step->op, top[0].x, top[1].x)};
        break;
    }
  }
  *out = *top;
  return is_nan;
}

taut_status taut_expr_judge(const taut_expr *expr, const double *values, taut_judgement *out) {
  if (expr->nodes[expr->n_nodes - 1].type != TAUT_TYPE_BOOL) return TAUT_EINVAL;
  cell worst = {.holds = true};
  unsigned worst_side = 0;
  for (unsigned side = 0; side < expr->n_sides; side++) {
    cell c;
    if (judge_side(expr, values, side, &c)) return TAUT_ENUMBER;
    if (side > 0 && !is_worse(&c, &worst)) continue;
    worst = c;
    worst_side = side;
  }
  const taut_node *atom = &expr->nodes[worst.atom];
  *out = (taut_judgement){.holds = worst.holds,
                          .has_margin = isfinite(worst.margin),
                          .unit = atom->unit.offset != 0 ? "K" : atom->unit.name,
                          .rank = worst.rank,
                          .atom = worst.atom,
                          .side = (uint8_t)worst_side,
                          .is_negated = worst.is_negated};
  // A difference has no offset: 2 K over a limit in degC.
  if (out->has_margin) out->margin = worst.margin / atom->unit.scale;
  return TAUT_OK;
}
