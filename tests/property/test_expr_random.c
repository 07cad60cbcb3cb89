// Random expressions: the compiled program and a recursive evaluator of the tree they were printed
// from agree in value, truth and margin, on every random value table.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "support/host_rig.h"
#include "taut/math.h"
#include "taut/monitor.h"

enum { SLOTS_MAX = 2048, NODES_MAX = 64, TEXT_MAX = 4096, N_TREES = 4000, N_TABLES = 4 };

typedef enum op {
  OP_X,
  OP_Y,
  OP_CONSTANT,
  OP_ADD,
  OP_SUB,
  OP_MUL,
  OP_NEG,
  OP_ABS,
  OP_MIN,
  OP_MAX,  // numbers
  OP_BOOL,
  OP_LT,
  OP_LE,
  OP_GT,
  OP_GE,
  OP_NEAR,
  OP_ENUM,
  OP_NOT,
  OP_AND,
  OP_XOR,
  OP_OR,
  OP_IMPLIES,
  OP_IFF
} op;

typedef struct tree {
  op op;
  int value;
  struct tree *child[3];
} tree;

typedef struct maker {
  tree nodes[NODES_MAX];
  int n;
  uint64_t seed;
  uint32_t draw;
} maker;

static uint32_t pick(maker *m, uint32_t n) {
  return (uint32_t)(taut_random_u64(m->seed, 1, 0, m->draw++) % n);
}

static tree *make_number(maker *m, int depth) {
  tree *t = &m->nodes[m->n++];
  *t = (tree){.op = (op)pick(m, 3)};
  if (depth > 0 && m->n < NODES_MAX - 8) t->op = (op)pick(m, OP_MAX + 1);
  if (t->op == OP_CONSTANT) t->value = (int)pick(m, 9);
  if (t->op == OP_MUL) t->value = 1 + (int)pick(m, 3);
  if (t->op >= OP_ADD) t->child[0] = make_number(m, depth - 1);
  if (t->op == OP_ADD || t->op == OP_SUB || t->op >= OP_MIN)
    t->child[1] = make_number(m, depth - 1);
  return t;
}

static tree *make_condition(maker *m, int depth) {
  tree *t = &m->nodes[m->n++];
  bool is_leaf = depth <= 0 || m->n > NODES_MAX - 24;
  *t = (tree){.op = (op)(OP_BOOL + pick(m, is_leaf ? OP_NOT - OP_BOOL : OP_IFF - OP_BOOL + 1))};
  if (t->op >= OP_LT && t->op <= OP_NEAR) {
    for (int i = 0; i < (t->op == OP_NEAR ? 3 : 2); i++) t->child[i] = make_number(m, 1);
  } else if (t->op >= OP_NOT) {
    t->child[0] = make_condition(m, depth - 1);
    if (t->op > OP_NOT) t->child[1] = make_condition(m, depth - 1);
  } else {
    t->value = (int)pick(m, 3);
  }
  return t;
}

/// Binding strength as the language defines it; the printer leaves out every parenthesis it can.
static int strength(op o) {
  switch (o) {
    case OP_IFF: return 1;
    case OP_IMPLIES: return 2;
    case OP_OR: return 3;
    case OP_XOR: return 4;
    case OP_AND: return 5;
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_ENUM: return 6;
    case OP_ADD:
    case OP_SUB: return 7;
    case OP_MUL: return 8;
    case OP_NEG:
    case OP_NOT: return 9;
    default: return 10;
  }
}

static void add(char *text, const char *piece) {
  size_t n = strlen(text);
  snprintf(text + n, TEXT_MAX - n, "%s", piece);
}

static void print(const tree *t, char *text);

static void print_child(const tree *t, const tree *child, bool is_right, char *text) {
  int mine = strength(t->op), its = strength(child->op);
  bool is_same = mine == its;
  bool needs = its < mine || (is_same && t->op == OP_IMPLIES && !is_right) ||
               (is_same && t->op != OP_IMPLIES && is_right && mine < 9) ||
               (t->op == OP_IFF && child->op == OP_IMPLIES) || (is_same && mine == 6) ||
               child->value == 2;  // and some that change nothing
  if (needs) add(text, "(");
  print(child, text);
  if (needs) add(text, ")");
}

static void print_infix(const tree *t, const char *word, char *text) {
  print_child(t, t->child[0], false, text);
  add(text, word);
  print_child(t, t->child[1], true, text);
}

static void print_call(const tree *t, const char *name, int n, char *text) {
  add(text, name);
  for (int i = 0; i < n; i++) {
    add(text, i ? ", " : "(");
    print(t->child[i], text);
  }
  add(text, ")");
}

static void print(const tree *t, char *text) {
  static const char *const LABELS[] = {"normal", "assist", "symptom_ramp"};
  static const char *const BOOLS[] = {"controller.armed", "true", "false"};
  char number[64];
  switch (t->op) {
    case OP_X: add(text, "load.left_command_n"); break;
    case OP_Y: add(text, "right.cable.tension_n"); break;
    case OP_CONSTANT:
      snprintf(number, sizeof number, "%d N", t->value);
      add(text, number);
      break;
    case OP_ADD: print_infix(t, " + ", text); break;
    case OP_SUB: print_infix(t, " - ", text); break;
    case OP_MUL:
      snprintf(number, sizeof number, "%d * ", t->value);
      add(text, number);
      print_child(t, t->child[0], true, text);
      break;
    case OP_NEG:
      add(text, "-");
      print_child(t, t->child[0], true, text);
      break;
    case OP_ABS: print_call(t, "abs", 1, text); break;
    case OP_MIN: print_call(t, "min", 2, text); break;
    case OP_MAX: print_call(t, "max", 2, text); break;
    case OP_BOOL: add(text, BOOLS[t->value]); break;
    case OP_LT: print_infix(t, " < ", text); break;
    case OP_LE: print_infix(t, " <= ", text); break;
    case OP_GT: print_infix(t, " > ", text); break;
    case OP_GE: print_infix(t, " >= ", text); break;
    case OP_NEAR: print_call(t, "near", 3, text); break;
    case OP_ENUM:
      add(text, "controller.safety_state == ");
      add(text, LABELS[t->value]);
      break;
    case OP_NOT:
      add(text, "not ");
      print_child(t, t->child[0], true, text);
      break;
    case OP_AND: print_infix(t, " and ", text); break;
    case OP_XOR: print_infix(t, " xor ", text); break;
    case OP_OR: print_infix(t, " or ", text); break;
    case OP_IMPLIES: print_infix(t, " => ", text); break;
    case OP_IFF: print_infix(t, " <=> ", text); break;
  }
}

typedef struct table {
  double x, y, is_armed, state;
} table;

static double number_of(const tree *t, const table *v) {
  double a = t->child[0] ? number_of(t->child[0], v) : 0;
  double b = t->child[1] ? number_of(t->child[1], v) : 0;
  switch (t->op) {
    case OP_X: return v->x;
    case OP_Y: return v->y;
    case OP_CONSTANT: return t->value;
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return t->value * a;
    case OP_NEG: return -a;
    case OP_ABS: return a < 0 ? -a : a;
    case OP_MIN: return a < b ? a : b;
    default: return a > b ? a : b;
  }
}

typedef struct verdict {
  bool holds;
  double margin;
} verdict;

static verdict negated(verdict a) {
  return (verdict){!a.holds, -a.margin};
}
static verdict both(verdict a, verdict b) {
  return (verdict){a.holds && b.holds, a.margin < b.margin ? a.margin : b.margin};
}
static verdict either(verdict a, verdict b) {
  return negated(both(negated(a), negated(b)));
}
static verdict truth(bool holds) {
  return (verdict){holds, holds ? (double)INFINITY : -(double)INFINITY};
}

static verdict verdict_of(const tree *t, const table *v) {
  if (t->op == OP_BOOL) return truth(t->value == 0 ? v->is_armed != 0 : t->value == 1);
  if (t->op == OP_ENUM) return truth((int)v->state == t->value);
  if (t->op >= OP_LT && t->op <= OP_NEAR) {
    double a = number_of(t->child[0], v), b = number_of(t->child[1], v);
    if (t->op == OP_NEAR) {
      double off = a > b ? a - b : b - a, tolerance = number_of(t->child[2], v);
      return (verdict){off <= tolerance, tolerance - off};
    }
    if (t->op == OP_LT) return (verdict){a < b, b - a};
    if (t->op == OP_LE) return (verdict){a <= b, b - a};
    if (t->op == OP_GT) return (verdict){a > b, a - b};
    return (verdict){a >= b, a - b};
  }
  verdict a = verdict_of(t->child[0], v);
  if (t->op == OP_NOT) return negated(a);
  verdict b = verdict_of(t->child[1], v);
  switch (t->op) {
    case OP_AND: return both(a, b);
    case OP_OR: return either(a, b);
    case OP_IMPLIES: return either(negated(a), b);
    case OP_IFF: return either(both(a, b), both(negated(a), negated(b)));
    default: return negated(either(both(a, b), both(negated(a), negated(b))));
  }
}

static taut_plan *plan;
static double values[SLOTS_MAX];

static void put(const char *name, double value) {
  taut_port port;
  assert_int_equal(taut_plan_find(plan, name, &port), TAUT_OK);
  values[port.slot] = value;
}

static void random_table(maker *m, table *v) {
  // Halves, so that equality and ties happen often.
  *v = (table){0.5 * pick(m, 20), 0.5 * pick(m, 20), pick(m, 2), pick(m, 3)};
  put("controller.left_load_command_n", v->x);
  put("right.cable.tension_n", v->y);
  put("controller.armed", v->is_armed);
  put("controller.safety_state", v->state);
}

static void compiled_and_recursive_evaluation_agree(void **state) {
  (void)state;
  taut_registry *registry = NULL;
  plan = fake_plan(&registry, 2);
  assert_non_null(plan);
  size_t n_true = 0, n_false = 0, n_margins = 0;
  for (uint64_t seed = 0; seed < N_TREES; seed++) {
    static maker m;
    static char text[TEXT_MAX];
    m.n = 0;
    m.draw = 0;
    m.seed = seed;
    tree *t = make_condition(&m, 4);
    text[0] = 0;
    print(t, text);
    taut_expr *expr = NULL;
    taut_expr_error error;
    if (taut_expr_compile(text, plan, NULL, &expr, &error) != TAUT_OK)
      fail_msg("seed %llu:\n%s", (unsigned long long)seed, error.text);
    for (int k = 0; k < N_TABLES; k++) {
      table v;
      random_table(&m, &v);
      verdict expected = verdict_of(t, &v);
      bool holds = false;
      taut_judgement judgement;
      assert_int_equal(taut_expr_holds(expr, values, &holds), TAUT_OK);
      assert_int_equal(taut_expr_judge(expr, values, &judgement), TAUT_OK);
      if (holds != expected.holds || judgement.holds != holds ||
          judgement.has_margin != (isfinite(expected.margin) != 0) ||
          (judgement.has_margin && fabs(judgement.margin - expected.margin) > 1e-9))
        fail_msg("seed %llu: '%s' with x %g y %g armed %g state %g: got %d %g, expected %d %g",
                 (unsigned long long)seed, text, v.x, v.y, v.is_armed, v.state, holds,
                 judgement.margin, expected.holds, expected.margin);
      n_true += holds;
      n_false += !holds;
      n_margins += judgement.has_margin;
    }
    taut_expr_destroy(expr);
  }
  // The comparison means something only when all kinds of outcomes occurred.
  assert_true(n_true > N_TREES / 4 && n_false > N_TREES / 4 && n_margins > N_TREES / 4);
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(compiled_and_recursive_evaluation_agree)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
