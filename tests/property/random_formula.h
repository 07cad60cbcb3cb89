/// Random requirements: trees and their texts, for tests that include cmocka.h first.
#ifndef TAUT_TESTS_RANDOM_FORMULA_H
#define TAUT_TESTS_RANDOM_FORMULA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "taut/math.h"
#include "taut/monitor.h"

enum {
  ROWS_MAX = 80,
  LONG_ROWS_MAX = 400,
  JOINED_MAX = 6,
  N_JOINED = 3000,
  NODES_MAX = 400,
  TEXT_SIZE = 4096,
  DEPTH_MAX = 5,
  N_CASES = 10000
};
enum { COLUMN_X, COLUMN_Y, COLUMN_P, COLUMN_Q, COLUMN_MODE, COLUMN_LEFT, COLUMN_RIGHT, N_COLUMNS };

#define ROW_S 0.01

static const taut_column COLUMNS[N_COLUMNS] = {
    {.name = "x"},
    {.name = "y", .unit = ""},
    {.name = "p"},
    {.name = "q"},
    {.name = "mode"},
    {.name = "left.f", .unit = "N"},
    {.name = "right.f", .unit = "N"},
};

typedef enum op {
  // numbers
  X,
  Y,
  F,  ///< per side
  CONSTANT,
  NEG,
  ADD,
  SUB,
  ABS,
  MIN,
  MAX,
  CLAMP,
  DELTA,
  RATE,
  AVG,
  WINDOW_MIN,
  WINDOW_MAX,
  RMS,
  INTEGRAL,
  DURATION,
  COUNT,
  TIME_SINCE,
  DELAYED,
  AT,
  // conditions
  P,
  Q,
  TRUE,
  LESS,
  LESS_EQUAL,
  GREATER,
  GREATER_EQUAL,
  MODE_IS,
  NEAR,
  CHANGED_X,
  RISE,
  FALL,
  RISE0,
  FALL0,
  NOT,
  AND,
  OR,
  XOR,
  IMPLIES,
  IFF,
  ALWAYS,
  EVENTUALLY,
  HISTORICALLY,
  ONCE,
  UNTIL,
  SINCE,
  UNLESS,
  PREV,
  NEXT,
  WITHIN,
  FOR,
  HELD,  ///< P for T
  AFTER,
  NEVER,
  BEFORE,
  WHENEVER,
  SAME,
  N_OPS
} op;

typedef struct tree {
  op op;
  int a, b;  ///< window [rows]; b < 0 is unbounded
  double value;
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

static tree *new_tree(maker *m, op code) {
  assert_true(m->n < NODES_MAX);
  tree *t = &m->nodes[m->n++];
  memset(t, 0, sizeof *t);
  t->op = code;
  return t;
}

// ------------------------------------------------------------------------------ random
// requirements

static tree *make_condition(maker *m, int depth);

static tree *make_number(maker *m, int depth) {
  static const op LEAVES[] = {X, Y, CONSTANT};
  static const op INNER[] = {NEG, ADD,        SUB,        ABS, MIN,     MAX,   CLAMP, DELTA,
                             AVG, WINDOW_MIN, WINDOW_MAX, RMS, DELAYED, COUNT, AT};
  bool is_leaf = depth <= 0 || pick(m, 2) == 0;
  tree *t = new_tree(m, is_leaf ? LEAVES[pick(m, 3)] : INNER[pick(m, 15)]);
  t->value = (double)((int)pick(m, 41) - 20) / 10.0;
  t->b = 1 + (int)pick(m, 9);
  if (is_leaf) return t;
  bool takes_condition = t->op == COUNT || t->op == AT;
  t->child[0] = takes_condition ? make_condition(m, depth - 1) : make_number(m, depth - 1);
  if (t->op == ADD || t->op == SUB || t->op == MIN || t->op == MAX || t->op == CLAMP || t->op == AT)
    t->child[1] = make_number(m, depth - 1);
  if (t->op == CLAMP) t->child[2] = make_number(m, 0);
  return t;
}

static tree *make_atom(maker *m, int depth) {
  static const op ATOMS[] = {P,    LESS,    LESS_EQUAL, GREATER, GREATER_EQUAL, MODE_IS, NEAR,
                             LESS, GREATER, P,          Q,       CHANGED_X,     GREATER, TRUE};
  tree *t = new_tree(m, ATOMS[pick(m, 14)]);
  t->value = (double)((int)pick(m, 31) - 15) / 10.0;
  t->a = (int)pick(m, 3);
  if (t->op == CHANGED_X) t->child[0] = make_number(m, depth - 1);
  if (t->op == NEAR) {
    t->child[0] = make_number(m, depth - 1);
    t->child[1] = make_number(m, 0);
  }
  if (t->op < LESS || t->op > GREATER_EQUAL) return t;
  // What is compared decides the unit of the constant.
  uint32_t kind = pick(m, 12);
  if (kind < 7) t->child[0] = make_number(m, depth - 1);
  if (kind == 7 || kind == 8) t->child[0] = new_tree(m, F);
  if (kind == 9) {
    t->child[0] = new_tree(m, pick(m, 2) ? DURATION : TIME_SINCE);
    t->child[0]->child[0] = make_condition(m, depth - 1);
  }
  if (kind == 10) {
    t->child[0] = new_tree(m, INTEGRAL);
    t->child[0]->child[0] = make_number(m, depth - 1);
  }
  if (kind == 11) {
    t->child[0] = new_tree(m, RATE);
    t->child[0]->b = 1 + (int)pick(m, 5);
    t->child[0]->child[0] = make_number(m, depth - 1);
  }
  return t;
}

static bool has_window(op code) {
  return code >= ALWAYS && code <= UNLESS;
}

static bool is_pair(op code) {
  return (code >= AND && code <= IFF) || (code >= UNTIL && code <= UNLESS) || code == BEFORE ||
         code == WHENEVER || code == SAME;
}

static tree *make_condition(maker *m, int depth) {
  if (depth <= 0 || pick(m, 5) == 0) return make_atom(m, depth);
  tree *t = new_tree(m, (op)(RISE + pick(m, N_OPS - RISE)));
  t->b = (int)pick(m, 12);
  if (has_window(t->op)) {
    t->a = pick(m, 2) ? 0 : (int)pick(m, 6);
    t->b += t->a;
    if (pick(m, 3) == 0) t->b = -1;
    if (t->b < 0 && pick(m, 2)) t->a = 0;
    if (pick(m, 12) == 0) t->b = t->b < 0 ? t->b : t->b + ROWS_MAX;
  }
  t->child[0] = make_condition(m, depth - 1);
  if (is_pair(t->op)) t->child[1] = make_condition(m, depth - 1);
  return t;
}

// -------------------------------------------------------------------------------------------- text

typedef struct writer {
  char text[TEXT_SIZE];
  size_t n;
} writer;

static void put(writer *w, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(w->text + w->n, sizeof w->text - w->n, format, arguments);
  va_end(arguments);
  w->n += (size_t)n;
  if (w->n >= sizeof w->text) w->n = sizeof w->text - 1;
}

static void put_tree(writer *w, const tree *t);

static void put_window(writer *w, const tree *t) {
  if (t->b >= 0)
    put(w, "[%d ms, %d ms] ", t->a * 10, t->b * 10);
  else if (t->a > 0)
    put(w, "[%d ms, inf] ", t->a * 10);
  else
    put(w, " ");
}

static void put_call(writer *w, const char *name, const tree *t, const char *time) {
  put(w, "%s(", name);
  for (int i = 0; i < 3 && t->child[i]; i++) {
    if (i) put(w, ", ");
    put_tree(w, t->child[i]);
  }
  if (time) put(w, ", %d ms", t->b * 10);
  put(w, ")");
}

static const char *unit_of(const tree *t) {
  if (t->op == F) return " N";
  if (t->op == DURATION || t->op == TIME_SINCE || t->op == INTEGRAL) return " s";
  return t->op == RATE ? " Hz" : "";
}

static void put_infix(writer *w, const tree *t, const char *sign) {
  put(w, "(");
  put_tree(w, t->child[0]);
  put(w, " %s ", sign);
  put_tree(w, t->child[1]);
  put(w, ")");
}

static void put_constant(writer *w, double value, const char *unit) {
  if (value < 0)
    put(w, "(-%.17g%s)", -value, unit);
  else
    put(w, "%.17g%s", value, unit);
}

static void put_compare(writer *w, const tree *t, const char *sign) {
  put(w, "(");
  put_tree(w, t->child[0]);
  put(w, " %s ", sign);
  put_constant(w, t->value, unit_of(t->child[0]));
  put(w, ")");
}

static void put_prefix(writer *w, const tree *t, const char *word) {
  put(w, "(%s", word);
  if (has_window(t->op)) put_window(w, t);
  put(w, " ");
  put_tree(w, t->child[0]);
  put(w, ")");
}

static void put_number(writer *w, const tree *t) {
  switch (t->op) {
    case X: put(w, "x"); break;
    case Y: put(w, "y"); break;
    case F: put(w, "f"); break;
    case CONSTANT: put_constant(w, t->value, ""); break;
    case NEG:
      put(w, "(-");
      put_tree(w, t->child[0]);
      put(w, ")");
      break;
    case ADD: put_infix(w, t, "+"); break;
    case SUB: put_infix(w, t, "-"); break;
    case ABS: put_call(w, "abs", t, NULL); break;
    case MIN: put_call(w, "min", t, NULL); break;
    case MAX: put_call(w, "max", t, NULL); break;
    case CLAMP: put_call(w, "clamp", t, NULL); break;
    case DELTA: put_call(w, "delta", t, NULL); break;
    case RATE: put_call(w, "rate", t, "T"); break;
    case AVG: put_call(w, "avg", t, "T"); break;
    case WINDOW_MIN: put_call(w, "min", t, "T"); break;
    case WINDOW_MAX: put_call(w, "max", t, "T"); break;
    case RMS: put_call(w, "rms", t, "T"); break;
    case INTEGRAL: put_call(w, "integral", t, NULL); break;
    case DURATION: put_call(w, "duration", t, NULL); break;
    case COUNT: put_call(w, "count", t, "T"); break;
    case TIME_SINCE: put_call(w, "time_since", t, NULL); break;
    case DELAYED: put_call(w, "delayed", t, "T"); break;
    default: put_call(w, "at", t, NULL); break;
  }
}

static void put_sugar(writer *w, const tree *t) {
  static const char *const WORDS[] = {[WITHIN] = "within", [FOR] = "for", [AFTER] = "after"};
  if (t->op == WITHIN || t->op == FOR || t->op == AFTER) {
    put(w, "(%s %d ms ", WORDS[t->op], t->b * 10);
    put_tree(w, t->child[0]);
    put(w, ")");
  } else if (t->op == HELD) {
    put(w, "(");
    put_tree(w, t->child[0]);
    put(w, " for %d ms)", t->b * 10);
  } else {
    put(w, "(whenever ");
    put_tree(w, t->child[0]);
    put(w, " then ");
    put_tree(w, t->child[1]);
    put(w, ")");
  }
}

static void put_tree(writer *w, const tree *t) {
  static const char *const SIGNS[N_OPS] = {
      [AND] = "and", [OR] = "or",         [XOR] = "xor", [IMPLIES] = "=>",
      [IFF] = "<=>", [BEFORE] = "before", [SAME] = "=="};
  static const char *const PREFIXES[N_OPS] = {[NOT] = "not",
                                              [ALWAYS] = "always",
                                              [EVENTUALLY] = "eventually",
                                              [NEVER] = "never",
                                              [HISTORICALLY] = "historically",
                                              [ONCE] = "once",
                                              [PREV] = "prev",
                                              [NEXT] = "next"};
  static const char *const CALLS[N_OPS] = {[RISE] = "rise",
                                           [FALL] = "fall",
                                           [RISE0] = "rise0",
                                           [FALL0] = "fall0",
                                           [CHANGED_X] = "changed"};
  static const char *const COMPARISONS[N_OPS] = {
      [LESS] = "<", [LESS_EQUAL] = "<=", [GREATER] = ">", [GREATER_EQUAL] = ">="};
  static const char *const UNTILS[N_OPS] = {
      [UNTIL] = "until", [SINCE] = "since", [UNLESS] = "unless"};
  if (t->op < P) {
    put_number(w, t);
  } else if (SIGNS[t->op]) {
    put_infix(w, t, SIGNS[t->op]);
  } else if (PREFIXES[t->op]) {
    put_prefix(w, t, PREFIXES[t->op]);
  } else if (CALLS[t->op]) {
    put_call(w, CALLS[t->op], t, NULL);
  } else if (COMPARISONS[t->op]) {
    put_compare(w, t, COMPARISONS[t->op]);
  } else if (UNTILS[t->op]) {
    put(w, "(");
    put_tree(w, t->child[0]);
    put(w, " %s", UNTILS[t->op]);
    put_window(w, t);
    put_tree(w, t->child[1]);
    put(w, ")");
  } else if (t->op == P || t->op == Q || t->op == TRUE) {
    put(w, "%s", t->op == P ? "p" : (t->op == Q ? "(q == true)" : "true"));
  } else if (t->op == MODE_IS) {
    put(w, "(mode %s %d)", t->value > 0 ? "!=" : "==", t->a);
  } else if (t->op == NEAR) {
    put(w, "near(");
    put_tree(w, t->child[0]);
    put(w, ", ");
    put_tree(w, t->child[1]);
    put(w, ", 0.3)");
  } else {
    put_sugar(w, t);
  }
}

#endif
