// Linking: formulas become one program, each on its sides. What several formulas, or both sides of
// one, write alike is computed once.

#include <string.h>

#include "monitor/step.h"

typedef struct linking {
  taut_monitor *monitor;
  uint16_t *map;       ///< operators of the formula at hand to those of the program
  uint16_t *next_use;  ///< where the list of the next requirement begins
} linking;

static bool reads_slots(const taut_op *op) {
  return op->code == TAUT_OP_BELOW || op->code == TAUT_OP_ABOVE || op->code == TAUT_OP_SIGNAL ||
         op->code == TAUT_OP_FLAG || op->code == TAUT_OP_FINITE;
}

/// Place of a slot among those that are read, so that a row can be kept without what is not.
static uint32_t put_slot(taut_monitor *m, uint32_t slot) {
  uint32_t i = 0;
  while (i < m->n_slots && m->slots[i] != slot) i++;
  if (i == m->n_slots) m->slots[m->n_slots++] = slot;
  return i;
}

/// Margins are told in the unit that the text chose.
static bool is_same_unit(const taut_shown_unit *a, const taut_shown_unit *b) {
  if (!a || !b) return a == b;
  return a->scale == b->scale && a->offset == b->offset && strcmp(a->name, b->name) == 0;
}

static uint16_t put_op(taut_monitor *m, taut_op op) {
  for (uint32_t i = 0; i < m->n_ops; i++)
    if (taut_op_is_same(&m->ops[i], &op) && is_same_unit(m->ops[i].unit, op.unit))
      return (uint16_t)i;
  op.atom = op.unit ? (uint16_t)(m->n_ops + 1) : 0;
  m->ops[m->n_ops] = op;
  return (uint16_t)m->n_ops++;
}

static void put_ops(linking *l, const taut_formula *f, unsigned side) {
  for (uint32_t i = 0; i < f->n_ops; i++) {
    taut_op op = f->ops[i];
    for (unsigned k = 0; k < 3 && op.n_children > 0; k++) op.child[k] = l->map[op.child[k]];
    op.slot[0] = reads_slots(&op) ? put_slot(l->monitor, op.slot[side]) : 0;
    op.slot[1] = 0;
    l->map[i] = *l->next_use++ = put_op(l->monitor, op);
  }
}

static bool is_leaf(const taut_top *top) {
  return top->code == TAUT_TOP_STREAM || top->code >= TAUT_TOP_WINDOW;
}

static void put_root(linking *l, const taut_formula *f, taut_root *root) {
  taut_monitor *m = l->monitor;
  *root = (taut_root){.first_top = m->n_tops, .series = f->has_series ? l->map[f->root] : 0};
  for (uint32_t i = 0; i < f->n_tops; i++) {
    taut_top top = f->tops[i];
    // Nodes keep to their own; only streams are those of the program.
    for (unsigned k = 0; k < 2 && is_leaf(&top); k++) top.child[k] = l->map[top.child[k]];
    m->tops[m->n_tops++] = top;
  }
  for (unsigned i = 0; i < f->n_triggers; i++) root->triggers[i] = l->map[f->triggers[i]];
}

static void put_formula(linking *l, const taut_formula *f) {
  taut_judged *judged = &l->monitor->judged[l->monitor->n_judged++];
  *judged = (taut_judged){.formula = f, .ops = l->next_use};
  for (unsigned side = 0; side < f->expr->n_sides; side++) {
    put_ops(l, f, side);
    put_root(l, f, &judged->sides[side]);
  }
  judged->n_ops = (uint32_t)(l->next_use - judged->ops);
  l->monitor->has_series |= f->has_series;
  bool is_shorter = f->needs_rows_max && (int64_t)f->rows_max < l->monitor->rows_max;
  if (is_shorter) l->monitor->rows_max = (int64_t)f->rows_max;
}

static uint64_t aligned(uint64_t size) {
  return (size + 7) / 8 * 8;
}

static void set_sizes(taut_monitor *m) {
  uint64_t size = 0;
  for (uint32_t i = 0; i < m->n_ops; i++) {
    m->ops[i].state = size;
    size += aligned(taut_stream_size(&m->ops[i]));
    if (m->ops[i].delay > m->delay) m->delay = m->ops[i].delay;
  }
  for (uint32_t i = 0; i < m->n_tops; i++) {
    m->tops[i].state = size;
    size += sizeof(taut_top_state);
  }
  for (uint32_t i = 0; i < m->n_judged; i++)
    for (unsigned side = 0; side < m->judged[i].formula->expr->n_sides; side++) {
      m->judged[i].sides[side].trigger_states = size;
      size += m->judged[i].formula->n_triggers * sizeof(taut_trigger_state);
    }
  m->columns_at = sizeof(taut_monitor_state) + TAUT_BLOCK_ROWS * m->n_slots * sizeof(double);
  m->out_at = m->columns_at + m->n_slots * sizeof(taut_column_state);
  m->errors_at = m->out_at + TAUT_BLOCK_ROWS * m->n_ops * sizeof(taut_sample);
  m->still_at = m->errors_at + m->n_ops * sizeof(int64_t);
  m->memory_at = m->still_at + aligned(m->n_ops);
  m->state_size = m->memory_at + size;
}

/// Room for `n` things, at least one.
static void *take(const taut_monitor *m, size_t n, size_t size) {
  return m->allocator.allocate(m->allocator.user, (n ? n : 1) * size);
}

taut_status taut_monitor_link(taut_monitor *monitor, const taut_formula *const *formulas,
                              size_t n) {
  size_t n_ops = 0, n_tops = 0, n_map = 0;
  for (size_t i = 0; i < n; i++) {
    n_ops += (size_t)formulas[i]->n_ops * formulas[i]->expr->n_sides;
    n_tops += (size_t)formulas[i]->n_tops * formulas[i]->expr->n_sides;
    if (formulas[i]->n_ops > n_map) n_map = formulas[i]->n_ops;
  }
  monitor->ops = take(monitor, n_ops, sizeof *monitor->ops);
  monitor->slots = take(monitor, n_ops, sizeof *monitor->slots);
  monitor->tops = take(monitor, n_tops, sizeof *monitor->tops);
  monitor->judged = take(monitor, n, sizeof *monitor->judged);
  monitor->judged_ops = take(monitor, n_ops, sizeof *monitor->judged_ops);
  linking l = {.monitor = monitor,
               .map = take(monitor, n_map, sizeof *l.map),
               .next_use = monitor->judged_ops};
  bool is_whole = monitor->ops && monitor->slots && monitor->tops && monitor->judged &&
                  monitor->judged_ops && l.map;
  bool fits = n_ops < UINT16_MAX;
  monitor->rows_max = INT64_MAX;
  for (size_t i = 0; i < n && is_whole && fits; i++) put_formula(&l, formulas[i]);
  if (is_whole && fits) set_sizes(monitor);
  monitor->allocator.release(monitor->allocator.user, l.map);
  return is_whole ? (fits ? TAUT_OK : TAUT_EFULL) : TAUT_ENOMEM;
}
