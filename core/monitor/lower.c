// Lowering: the tree of a requirement to streams. Sugar becomes core operators, windows become
// whole rows, children of one operator get the same delay, and what is written twice is computed
// once.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "monitor/program.h"

typedef struct lowering {
  taut_formula *formula;
  taut_source *source;
  const taut_node *nodes;
  taut_status status;  ///< the first failure; everything after it does nothing
} lowering;

enum { TO_THE_END = -1 };

static const int64_t ROWS_MAX = INT64_C(1) << 30;

static uint16_t lower_stream(lowering *l, uint16_t i_node);

/// Seconds to rows, or an error that names the nearest.
static int64_t to_rows(lowering *l, double seconds, uint32_t begin, uint32_t end) {
  double row_s = l->formula->row_s, rows = seconds / row_s, whole = rint(rows);
  double tolerance = 1e-6 + 1e-9 * rows, least = (double)l->formula->window_rows_min;
  bool is_whole = fabs(rows - whole) <= tolerance;
  if (is_whole && whole >= least && whole <= (double)ROWS_MAX) return (int64_t)whole;
  char row[40], nearest[40];
  const char *unit = row_s < 1 ? "ms" : "s";
  if (whole < 1) whole = 1;
  if (!l->status && l->source->error) l->source->error->is_too_fine = !is_whole || whole < least;
  taut_quantity_format(row, sizeof row, row_s, unit, 6);
  taut_quantity_format(nearest, sizeof nearest, whole * row_s, unit, 10);
  if (!l->status && whole > (double)ROWS_MAX)
    l->status = taut_source_error(l->source, begin, end, "the window is longer than 2^30 rows");
  if (!l->status && is_whole)
    l->status = taut_source_error(l->source, begin, end, "%.*s is less than %u rows of %s",
                                  (int)(end - begin), l->source->text + begin,
                                  l->formula->window_rows_min, row);
  if (!l->status)
    l->status = taut_source_error(l->source, begin, end,
                                  "%.*s is not a whole number of rows of %s; the nearest is %s",
                                  (int)(end - begin), l->source->text + begin, row, nearest);
  return 0;
}

static int64_t bound_rows(lowering *l, const taut_node *node, int which) {
  if (node->bound[which] == (double)INFINITY) return TO_THE_END;
  if (node->bound[which] == 0) return 0;
  return to_rows(l, node->bound[which], node->bound_begin[which], node->bound_end[which]);
}

/// Rows of a written time that is an operand: rate(x, 100 ms).
static int64_t time_rows(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  int64_t rows = to_rows(l, node->value, node->begin, node->end);
  if (rows == 0 && !l->status)
    l->status =
        taut_source_error(l->source, node->begin, node->end, "the time must be at least one row");
  return rows;
}

// --------------------------------------------------------------------------------------- operators

bool taut_op_is_same(const taut_op *a, const taut_op *b) {
  // Where in the text it stands does not matter, nor what is filled in later.
  return a->code == b->code && memcmp(a->child, b->child, sizeof a->child) == 0 &&
         a->slot[0] == b->slot[0] && a->slot[1] == b->slot[1] && a->n == b->n &&
         a->delay == b->delay && a->is_max == b->is_max && a->is_future == b->is_future &&
         a->is_to_the_end == b->is_to_the_end && a->is_equal_true == b->is_equal_true &&
         a->fill == b->fill && a->value == b->value && signbit(a->value) == signbit(b->value) &&
         a->scale == b->scale;
}

static uint16_t add_op(lowering *l, taut_op op) {
  taut_formula *f = l->formula;
  if (l->status) return 0;
  for (uint32_t i = 0; i < f->n_ops; i++)
    if (taut_op_is_same(&f->ops[i], &op)) return (uint16_t)i;
  if (f->n_ops >= f->n_ops_max) {
    size_t n = f->n_ops_max ? f->n_ops_max * (size_t)2 : 32;
    taut_op *ops =
        n <= UINT16_MAX ? f->allocator.allocate(f->allocator.user, n * sizeof *ops) : NULL;
    if (!ops) {
      l->status = TAUT_ENOMEM;
      return 0;
    }
    if (f->n_ops) memcpy(ops, f->ops, f->n_ops * sizeof *ops);
    f->allocator.release(f->allocator.user, f->ops);
    f->ops = ops;
    f->n_ops_max = (uint32_t)n;
  }
  f->ops[f->n_ops] = op;
  return (uint16_t)f->n_ops++;
}

static int64_t delay_of(const lowering *l, uint16_t op) {
  return l->status ? 0 : l->formula->ops[op].delay;
}

/// The same stream with a longer delay.
static uint16_t align(lowering *l, uint16_t i_op, int64_t delay) {
  if (l->status || l->formula->ops[i_op].delay == delay) return i_op;
  taut_op op = l->formula->ops[i_op];
  if (op.code == TAUT_OP_NUMBER || op.code == TAUT_OP_TRUTH) {
    op.delay = op.delay_in = delay;
    return add_op(l, op);
  }
  taut_op ring = {.code = TAUT_OP_ALIGN,
                  .child = {i_op, i_op, i_op},
                  .n_children = 1,
                  .delay = delay,
                  .delay_in = op.delay,
                  .n = delay - op.delay};
  return add_op(l, ring);
}

/// An operator of up to three children, which are aligned first.
static uint16_t add_parent(lowering *l, taut_op op, const uint16_t *children, unsigned n) {
  int64_t delay = 0;
  for (unsigned i = 0; i < n; i++)
    if (delay_of(l, children[i]) > delay) delay = delay_of(l, children[i]);
  for (unsigned i = 0; i < 3; i++) op.child[i] = align(l, children[i < n ? i : 0], delay);
  op.n_children = (uint16_t)n;
  op.delay_in = delay;
  op.delay += delay;
  return add_op(l, op);
}

static uint16_t add_unary(lowering *l, taut_op op, uint16_t a) {
  return add_parent(l, op, &a, 1);
}

static uint16_t add_binary(lowering *l, taut_op op, uint16_t a, uint16_t b) {
  uint16_t children[2] = {a, b};
  return add_parent(l, op, children, 2);
}

static uint16_t add_code(lowering *l, taut_op_code code, uint16_t a, uint16_t b) {
  return add_binary(l, (taut_op){.code = (uint8_t)code}, a, b);
}

static uint16_t add_not(lowering *l, uint16_t a) {
  if (!l->status && l->formula->ops[a].code == TAUT_OP_NOT) return l->formula->ops[a].child[0];
  return add_unary(l, (taut_op){.code = TAUT_OP_NOT}, a);
}

static uint16_t add_and(lowering *l, uint16_t a, uint16_t b) {
  return add_code(l, TAUT_OP_AND, a, b);
}

static uint16_t add_or(lowering *l, uint16_t a, uint16_t b) {
  return add_code(l, TAUT_OP_OR, a, b);
}

static uint16_t earlier(lowering *l, uint16_t a, int64_t n, int fill) {
  if (n == 0) return a;
  return add_unary(l, (taut_op){.code = TAUT_OP_EARLIER, .n = n, .fill = (int8_t)fill}, a);
}

static uint16_t later(lowering *l, uint16_t a, int64_t n, int fill, bool is_to_the_end) {
  if (n == 0) return a;
  taut_op op = {.code = TAUT_OP_LATER,
                .delay = n,
                .n = n,
                .fill = (int8_t)fill,
                .is_to_the_end = is_to_the_end};
  return add_unary(l, op, a);
}

/// Rows that an operator without an end must be able to look ahead.
static int64_t rows_to_the_end(lowering *l, const taut_node *node) {
  l->formula->needs_rows_max = true;
  int64_t rows = (int64_t)l->formula->rows_max;
  if (rows > 0 && rows <= ROWS_MAX) return rows;
  if (!l->status)
    l->status = taut_source_error(l->source, node->begin, node->end,
                                  "without an end, '%s' below another operator needs the length "
                                  "of the run; give it a window such as [0 s, 10 s]",
                                  taut_node_word((taut_node_op)node->op));
  return 1;
}

/// always (or eventually, is_max) over the rows a to b ahead.
static uint16_t ahead(lowering *l, const taut_node *node, uint16_t child, bool is_max, int64_t a,
                      int64_t b) {
  bool is_open = b == TO_THE_END;
  int64_t n = is_open ? rows_to_the_end(l, node) : b - a;
  if (n > 0) {
    taut_op op = {.code = TAUT_OP_WINDOW,
                  .is_max = is_max,
                  .is_future = true,
                  .is_to_the_end = is_open,
                  .delay = n,
                  .n = n};
    child = add_unary(l, op, child);
  }
  return later(l, child, a, is_max ? -1 : 1, is_open);
}

/// historically (or once) over the rows a to b back.
static uint16_t back(lowering *l, uint16_t child, bool is_max, int64_t a, int64_t b) {
  if (b == TO_THE_END)
    child = add_unary(l, (taut_op){.code = TAUT_OP_SO_FAR, .is_max = is_max}, child);
  else if (b > a)
    child = add_unary(l, (taut_op){.code = TAUT_OP_WINDOW, .is_max = is_max, .n = b - a}, child);
  return earlier(l, child, a, is_max ? -1 : 1);
}

/// p until[a,b] q = always[0,a-1] p and, a rows ahead, p until[0,b-a] q.
static uint16_t until(lowering *l, const taut_node *node, uint16_t p, uint16_t q, int64_t a,
                      int64_t b) {
  bool is_open = b == TO_THE_END;
  int64_t n = is_open ? rows_to_the_end(l, node) : b - a;
  taut_op op = {
      .code = TAUT_OP_CHAIN, .is_future = true, .is_to_the_end = is_open, .delay = n, .n = n};
  uint16_t rest = n > 0 ? add_binary(l, op, p, q) : q;
  if (a == 0) return rest;
  // The fill of the shift stands for the whole: beyond the end there is no q.
  return add_and(l, ahead(l, node, p, false, 0, a - 1), later(l, rest, a, -1, is_open));
}

static uint16_t since(lowering *l, uint16_t p, uint16_t q, int64_t a, int64_t b) {
  uint16_t rest = q;
  if (b == TO_THE_END)
    rest = add_code(l, TAUT_OP_SINCE_START, p, q);
  else if (b > a)
    rest = add_binary(l, (taut_op){.code = TAUT_OP_CHAIN, .n = b - a}, p, q);
  if (a == 0) return rest;
  return add_and(l, back(l, p, false, 0, a - 1), earlier(l, rest, a, -1));
}

// ------------------------------------------------------------------------------------- comparisons

/// A power of two near the range, so that scaling loses no bit.
static double scale_of(const lowering *l, const taut_node *node) {
  if (!l->formula->expr->is_mixed) return 1;
  return ldexp(1.0, -ilogb(node->range > 0 ? node->range : 1));
}

static uint16_t compare(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  bool is_swapped = node->op == TAUT_NODE_GT || node->op == TAUT_NODE_GE;
  uint16_t i_a = node->child[is_swapped ? 1 : 0], i_b = node->child[is_swapped ? 0 : 1];
  taut_op op = {.code = TAUT_OP_LESS,
                .is_equal_true = node->op == TAUT_NODE_LE || node->op == TAUT_NODE_GE,
                .unit = &node->unit,
                .scale = scale_of(l, node)};
  const taut_node *a = &l->nodes[i_a], *b = &l->nodes[i_b];
  bool is_below = a->op == TAUT_NODE_SIGNAL && b->op == TAUT_NODE_NUMBER;
  bool is_above = b->op == TAUT_NODE_SIGNAL && a->op == TAUT_NODE_NUMBER;
  if (is_below || is_above) {
    const taut_node *signal = is_below ? a : b;
    op.code = is_below ? TAUT_OP_BELOW : TAUT_OP_ABOVE;
    op.value = is_below ? b->value : a->value;
    op.slot[0] = signal->slot[0];
    op.slot[1] = signal->slot[1];
    return add_op(l, op);
  }
  uint16_t left = lower_stream(l, i_a), right = lower_stream(l, i_b);
  return add_binary(l, op, left, right);
}

static uint16_t equal(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  bool is_bool = l->nodes[node->child[0]].type == TAUT_TYPE_BOOL;
  taut_op op = {.code = is_bool ? TAUT_OP_SAME : TAUT_OP_EQUAL,
                .is_equal_true = node->op == TAUT_NODE_EQ};
  uint16_t a = lower_stream(l, node->child[0]);
  return add_binary(l, op, a, lower_stream(l, node->child[1]));
}

static uint16_t edge(lowering *l, const taut_node *node) {
  uint16_t p = lower_stream(l, node->child[0]), now = p, before = p;
  bool is_rise = node->op == TAUT_NODE_RISE || node->op == TAUT_NODE_RISE0;
  bool counts_first = node->op == TAUT_NODE_RISE0 || node->op == TAUT_NODE_FALL0;
  if (is_rise)
    before = add_not(l, p);
  else
    now = add_not(l, p);
  uint16_t both = add_and(l, now, earlier(l, before, 1, counts_first ? 1 : -1));
  return add_unary(l, (taut_op){.code = TAUT_OP_EDGE}, both);
}

// --------------------------------------------------------------------------------------- functions

static uint16_t add_function(lowering *l, taut_op_code code, bool is_max, int64_t n, uint16_t a) {
  taut_op op = {.code = (uint8_t)code, .is_max = is_max, .n = n, .value = l->formula->row_s};
  return add_unary(l, op, a);
}

/// Least and greatest of numbers, means, counts, differences.
static uint16_t lower_function(lowering *l, const taut_node *node) {
  if (node->op == TAUT_NODE_IS_NUMBER) {
    const taut_node *signal = &l->nodes[node->child[0]];
    return add_op(l, (taut_op){.code = TAUT_OP_FINITE, .slot = {signal->slot[0], signal->slot[1]}});
  }
  uint16_t x = lower_stream(l, node->child[0]);
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_CHANGED:
      return add_function(l, TAUT_OP_CHANGED, l->nodes[node->child[0]].type == TAUT_TYPE_BOOL, 0,
                          x);
    case TAUT_NODE_DELTA:
      return add_code(l, TAUT_OP_SUB, x, add_function(l, TAUT_OP_DELAYED, false, 1, x));
    case TAUT_NODE_INTEGRAL: return add_function(l, TAUT_OP_INTEGRAL, false, 0, x);
    case TAUT_NODE_DURATION: return add_function(l, TAUT_OP_DURATION, false, 0, x);
    case TAUT_NODE_TIME_SINCE: return add_function(l, TAUT_OP_TIME_SINCE, false, 0, x);
    case TAUT_NODE_AT: return add_code(l, TAUT_OP_AT, x, lower_stream(l, node->child[1]));
    default: break;
  }
  int64_t n = time_rows(l, node->child[1]);
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_AVG: return add_function(l, TAUT_OP_MEAN, false, n, x);
    case TAUT_NODE_RMS: return add_function(l, TAUT_OP_MEAN, true, n, x);
    case TAUT_NODE_WINDOW_MIN: return add_function(l, TAUT_OP_LEAST, false, n, x);
    case TAUT_NODE_WINDOW_MAX: return add_function(l, TAUT_OP_LEAST, true, n, x);
    case TAUT_NODE_COUNT: return add_function(l, TAUT_OP_COUNT, false, n, x);
    case TAUT_NODE_DELAYED: return add_function(l, TAUT_OP_DELAYED, false, n, x);
    default: break;
  }
  uint16_t change = add_code(l, TAUT_OP_SUB, x, add_function(l, TAUT_OP_DELAYED, false, n, x));
  taut_op time = {.code = TAUT_OP_NUMBER, .value = (double)n * l->formula->row_s};
  return add_code(l, TAUT_OP_DIV, change, add_op(l, time));
}

static uint16_t lower_arithmetic(lowering *l, const taut_node *node) {
  static const uint8_t CODES[] = {
      [TAUT_NODE_NEG] = TAUT_OP_NEG,     [TAUT_NODE_ADD] = TAUT_OP_ADD,
      [TAUT_NODE_SUB] = TAUT_OP_SUB,     [TAUT_NODE_MUL] = TAUT_OP_MUL,
      [TAUT_NODE_DIV] = TAUT_OP_DIV,     [TAUT_NODE_ABS] = TAUT_OP_ABS,
      [TAUT_NODE_MIN] = TAUT_OP_MIN,     [TAUT_NODE_MAX] = TAUT_OP_MAX,
      [TAUT_NODE_CLAMP] = TAUT_OP_CLAMP,
  };
  uint16_t children[3] = {0};
  for (unsigned i = 0; i < node->n_children; i++) children[i] = lower_stream(l, node->child[i]);
  return add_parent(l, (taut_op){.code = CODES[node->op]}, children, node->n_children);
}

static uint16_t lower_leaf(lowering *l, const taut_node *node) {
  taut_op op = {.slot = {node->slot[0], node->slot[1]}};
  if (node->op == TAUT_NODE_SIGNAL) {
    op.code = node->type == TAUT_TYPE_BOOL ? TAUT_OP_FLAG : TAUT_OP_SIGNAL;
  } else {
    op.code = node->op == TAUT_NODE_BOOL ? TAUT_OP_TRUTH : TAUT_OP_NUMBER;
    op.value = node->value;
    op.slot[0] = op.slot[1] = 0;
  }
  return add_op(l, op);
}

// ----------------------------------------------------------------------------------------- streams

static uint16_t lower_window(lowering *l, const taut_node *node) {
  uint16_t child = lower_stream(l, node->child[0]);
  int64_t a = bound_rows(l, node, 0), b = bound_rows(l, node, 1);
  if (l->status) return 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_ALWAYS: return ahead(l, node, child, false, a, b);
    case TAUT_NODE_EVENTUALLY: return ahead(l, node, child, true, a, b);
    case TAUT_NODE_HISTORICALLY: return back(l, child, false, a, b);
    case TAUT_NODE_ONCE: return back(l, child, true, a, b);
    case TAUT_NODE_PREV: return earlier(l, child, 1, -1);
    case TAUT_NODE_NEXT: return later(l, child, 1, -1, true);
    default: return ahead(l, node, add_not(l, child), false, 0, TO_THE_END);  // never
  }
}

static uint16_t lower_pair(lowering *l, const taut_node *node) {
  uint16_t p = lower_stream(l, node->child[0]), q = lower_stream(l, node->child[1]);
  int64_t a = bound_rows(l, node, 0), b = bound_rows(l, node, 1);
  if (l->status) return 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_AND: return add_and(l, p, q);
    case TAUT_NODE_OR: return add_or(l, p, q);
    case TAUT_NODE_XOR: return add_code(l, TAUT_OP_XOR, p, q);
    case TAUT_NODE_IFF: return add_code(l, TAUT_OP_IFF, p, q);
    case TAUT_NODE_IMPLIES: return add_or(l, add_not(l, p), q);
    case TAUT_NODE_UNTIL: return until(l, node, p, q, a, b);
    case TAUT_NODE_SINCE: return since(l, p, q, a, b);
    case TAUT_NODE_UNLESS:
      return add_or(l, ahead(l, node, p, false, 0, b), until(l, node, p, q, a, b));
    case TAUT_NODE_BEFORE: {
      uint16_t not_q = add_not(l, q);
      return add_or(l, ahead(l, node, not_q, false, 0, TO_THE_END),
                    until(l, node, not_q, p, 0, TO_THE_END));
    }
    default:  // whenever
      return ahead(l, node, add_or(l, add_not(l, p), q), false, 0, TO_THE_END);
  }
}

static uint16_t lower_stream(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  if (l->status) return 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_NUMBER:
    case TAUT_NODE_BOOL:
    case TAUT_NODE_NAME:
    case TAUT_NODE_SIGNAL: return lower_leaf(l, node);
    case TAUT_NODE_PEAK:
    case TAUT_NODE_TROUGH: return lower_stream(l, node->child[0]);
    case TAUT_NODE_NEG:
    case TAUT_NODE_ABS:
    case TAUT_NODE_ADD:
    case TAUT_NODE_SUB:
    case TAUT_NODE_MUL:
    case TAUT_NODE_DIV:
    case TAUT_NODE_MIN:
    case TAUT_NODE_MAX:
    case TAUT_NODE_CLAMP: return lower_arithmetic(l, node);
    case TAUT_NODE_LT:
    case TAUT_NODE_LE:
    case TAUT_NODE_GT:
    case TAUT_NODE_GE: return compare(l, i_node);
    case TAUT_NODE_EQ:
    case TAUT_NODE_NE: return equal(l, i_node);
    case TAUT_NODE_NEAR: {
      uint16_t children[3];
      for (int i = 0; i < 3; i++) children[i] = lower_stream(l, node->child[i]);
      taut_op op = {.code = TAUT_OP_NEAR, .unit = &node->unit, .scale = scale_of(l, node)};
      return add_parent(l, op, children, 3);
    }
    case TAUT_NODE_NOT: return add_not(l, lower_stream(l, node->child[0]));
    case TAUT_NODE_RISE:
    case TAUT_NODE_FALL:
    case TAUT_NODE_RISE0:
    case TAUT_NODE_FALL0: return edge(l, node);
    case TAUT_NODE_ALWAYS:
    case TAUT_NODE_EVENTUALLY:
    case TAUT_NODE_HISTORICALLY:
    case TAUT_NODE_ONCE:
    case TAUT_NODE_PREV:
    case TAUT_NODE_NEXT:
    case TAUT_NODE_NEVER: return lower_window(l, node);
    case TAUT_NODE_AND:
    case TAUT_NODE_XOR:
    case TAUT_NODE_OR:
    case TAUT_NODE_IMPLIES:
    case TAUT_NODE_IFF:
    case TAUT_NODE_UNTIL:
    case TAUT_NODE_SINCE:
    case TAUT_NODE_UNLESS:
    case TAUT_NODE_BEFORE:
    case TAUT_NODE_WHENEVER: return lower_pair(l, node);
    default: return lower_function(l, node);
  }
}

// ------------------------------------------------------------------------------ at the first row

static uint16_t add_top(lowering *l, taut_top top) {
  taut_formula *f = l->formula;
  if (l->status || f->n_tops >= f->n_tops_max) return 0;
  bool is_leaf = top.code == TAUT_TOP_STREAM || top.code >= TAUT_TOP_WINDOW;
  if (is_leaf) top.delay = delay_of(l, top.child[0]);
  f->tops[f->n_tops] = top;
  return (uint16_t)f->n_tops++;
}

static void note_trigger(lowering *l, uint16_t i_node) {
  uint16_t trigger = lower_stream(l, i_node);
  if (l->status) return;
  for (unsigned i = 0; i < l->formula->n_triggers; i++)
    if (l->formula->triggers[i] == trigger) return;
  if (l->formula->n_triggers < TAUT_TRIGGERS_MAX)
    l->formula->triggers[l->formula->n_triggers++] = trigger;
}

/// Notes what starts the response of an implication below always.
static void note_triggers(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  if (l->status) return;
  if (node->op == TAUT_NODE_AND) {
    note_triggers(l, node->child[0]);
    note_triggers(l, node->child[1]);
  } else if (node->op == TAUT_NODE_IMPLIES) {
    note_trigger(l, node->child[0]);
  }
}

static uint16_t top_window(lowering *l, uint16_t stream, bool is_max, int64_t a, int64_t b) {
  taut_top top = {.code = TAUT_TOP_WINDOW,
                  .is_max = is_max,
                  .is_to_the_end = b == TO_THE_END,
                  .child = {stream},
                  .a = a,
                  .b = b};
  return add_top(l, top);
}

static uint16_t top_until(lowering *l, uint16_t p, uint16_t q, int64_t a, int64_t b) {
  int64_t delay = delay_of(l, p) > delay_of(l, q) ? delay_of(l, p) : delay_of(l, q);
  p = align(l, p, delay);
  q = align(l, q, delay);
  taut_top top = {
      .code = TAUT_TOP_UNTIL, .is_to_the_end = b == TO_THE_END, .child = {p, q}, .a = a, .b = b};
  return add_top(l, top);
}

static uint16_t top_pair(lowering *l, taut_top_code code, uint16_t a, uint16_t b) {
  return add_top(l, (taut_top){.code = (uint8_t)code, .child = {a, b}});
}

static uint16_t lower_top(lowering *l, uint16_t i_node);

static uint16_t top_boolean(lowering *l, const taut_node *node) {
  uint16_t a = lower_top(l, node->child[0]);
  if (node->op == TAUT_NODE_NOT) return add_top(l, (taut_top){.code = TAUT_TOP_NOT, .child = {a}});
  uint16_t b = lower_top(l, node->child[1]);
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_AND: return top_pair(l, TAUT_TOP_AND, a, b);
    case TAUT_NODE_OR: return top_pair(l, TAUT_TOP_OR, a, b);
    case TAUT_NODE_XOR: return top_pair(l, TAUT_TOP_XOR, a, b);
    case TAUT_NODE_IFF: return top_pair(l, TAUT_TOP_IFF, a, b);
    default: break;
  }
  a = add_top(l, (taut_top){.code = TAUT_TOP_NOT, .child = {a}});
  return top_pair(l, TAUT_TOP_OR, a, b);
}

static uint16_t top_temporal(lowering *l, const taut_node *node) {
  int64_t a = bound_rows(l, node, 0), b = bound_rows(l, node, 1);
  uint16_t p = lower_stream(l, node->child[0]);
  uint16_t q = node->n_children > 1 ? lower_stream(l, node->child[1]) : p;
  if (l->status) return 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_ALWAYS: return top_window(l, p, false, a, b);
    case TAUT_NODE_EVENTUALLY: return top_window(l, p, true, a, b);
    case TAUT_NODE_NEVER: return top_window(l, add_not(l, p), false, 0, TO_THE_END);
    case TAUT_NODE_WHENEVER:
      return top_window(l, add_or(l, add_not(l, p), q), false, 0, TO_THE_END);
    case TAUT_NODE_UNTIL: return top_until(l, p, q, a, b);
    case TAUT_NODE_UNLESS:
      return top_pair(l, TAUT_TOP_OR, top_window(l, p, false, 0, b), top_until(l, p, q, a, b));
    default: {  // before
      uint16_t not_q = add_not(l, q);
      return top_pair(l, TAUT_TOP_OR, top_window(l, not_q, false, 0, TO_THE_END),
                      top_until(l, not_q, p, 0, TO_THE_END));
    }
  }
}

static uint16_t lower_top(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  if (l->status) return 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_NOT:
    case TAUT_NODE_AND:
    case TAUT_NODE_OR:
    case TAUT_NODE_XOR:
    case TAUT_NODE_IFF:
    case TAUT_NODE_IMPLIES: return top_boolean(l, node);
    case TAUT_NODE_ALWAYS:
    case TAUT_NODE_EVENTUALLY:
    case TAUT_NODE_NEVER:
    case TAUT_NODE_WHENEVER:
    case TAUT_NODE_UNTIL:
    case TAUT_NODE_UNLESS:
    case TAUT_NODE_BEFORE: return top_temporal(l, node);
    default:
      return add_top(l, (taut_top){.code = TAUT_TOP_STREAM, .child = {lower_stream(l, i_node)}});
  }
}

/// Triggers stand below always, and below "and" of such.
static void find_triggers(lowering *l, uint16_t i_node) {
  const taut_node *node = &l->nodes[i_node];
  if (node->op == TAUT_NODE_AND) {
    find_triggers(l, node->child[0]);
    find_triggers(l, node->child[1]);
  } else if (node->op == TAUT_NODE_ALWAYS) {
    note_triggers(l, node->child[0]);
  } else if (node->op == TAUT_NODE_WHENEVER) {
    note_trigger(l, node->child[0]);
  }
}

taut_status taut_formula_lower(taut_formula *formula, taut_source *source) {
  lowering l = {.formula = formula, .source = source, .nodes = formula->expr->nodes};
  uint16_t root = (uint16_t)(formula->expr->n_nodes - 1);
  // Every node of the text gives at most three.
  formula->n_tops_max = 3u * formula->expr->n_nodes;
  formula->tops = formula->allocator.allocate(formula->allocator.user,
                                              formula->n_tops_max * sizeof *formula->tops);
  if (!formula->tops) return TAUT_ENOMEM;
  find_triggers(&l, root);
  lower_top(&l, root);
  if (formula->has_series) formula->root = lower_stream(&l, root);
  return l.status;
}
