// What is judged at the first row only: verdicts grow with the samples of the streams below.

#include "monitor/tops.h"

static taut_top_state *top_state(const taut_top *top, void *memory) {
  return (taut_top_state *)(void *)((unsigned char *)memory + top->state);
}

/// Takes samples of the child into always or eventually: `p` is that of row `row`, and so on.
static void take_window(const taut_top *top, taut_top_state *s, const taut_sample *p, int64_t row,
                        int64_t n) {
  int64_t first = row < top->a ? top->a - row : 0;
  if (!top->is_to_the_end && row + n > top->b + 1) n = top->b + 1 - row;
  if (first >= n) return;
  s->n_seen = row + n;
  // As taut_sample_or and taut_sample_and, in place: this runs for every row.
  taut_sample least = s->value;
  for (int64_t i = first; i < n && top->is_max; i++) {
    if (p[i].m > least.m) {
      least.m = p[i].m;
      least.atom = p[i].atom;
    }
    if (p[i].lo > least.lo) least.lo = p[i].lo;
    if (p[i].hi > least.hi) least.hi = p[i].hi;
    if (p[i].lo > 0 && s->proof < 0) s->proof = row + i;
  }
  for (int64_t i = first; i < n && !top->is_max; i++) {
    if (p[i].m < least.m) {
      least.m = p[i].m;
      least.atom = p[i].atom;
    }
    if (p[i].lo < least.lo) least.lo = p[i].lo;
    if (p[i].hi < least.hi) least.hi = p[i].hi;
    if (p[i].hi <= 0 && s->violation < 0) s->violation = row + i;
  }
  s->value = least;
}

/// Takes sample `row` of the children into until, or into a stream at the first row.
static void take_sample(const taut_top *top, taut_top_state *s, const taut_sample *p,
                        const taut_sample *q, int64_t row) {
  if (!top->is_to_the_end && row > top->b) return;
  s->n_seen = row + 1;
  if (top->code == TAUT_TOP_STREAM) {
    s->value = *p;
    s->violation = s->proof = 0;
    return;
  }
  if (row >= top->a) s->value = taut_sample_or(s->value, taut_sample_and(*q, s->least_p));
  if (s->value.lo > 0 && s->proof < 0) s->proof = row;
  if (p->hi <= 0 && s->violation < 0) s->violation = row;
  s->least_p = taut_sample_and(s->least_p, *p);
}

static bool is_leaf(const taut_top *top) {
  return top->code == TAUT_TOP_STREAM || top->code >= TAUT_TOP_WINDOW;
}

void taut_find_samples(const taut_block *block, int64_t delay, unsigned *first, unsigned *end) {
  int64_t row = block->state->row - delay, n_rows = block->state->n_rows;
  *first = row >= 0 ? 0 : (row < -(int64_t)block->n ? block->n : (unsigned)-row);
  *end = row + block->n <= n_rows ? block->n : (row < n_rows ? (unsigned)(n_rows - row) : 0);
}

static void run_top(const taut_block *block, const taut_top *top) {
  unsigned first, end;
  taut_find_samples(block, top->delay, &first, &end);
  if (first >= end) return;
  taut_top_state *s = top_state(top, block->memory);
  bool is_window = top->code == TAUT_TOP_WINDOW;
  int64_t row = block->state->row - top->delay;
  uint8_t still = block->still[top->child[0]];
  if (is_window && top->is_to_the_end && row >= top->a && still) {
    // What was already taken says nothing new.
    if (!(still & TAUT_IS_BEFORE) || row == top->a)
      take_window(top, s, taut_block_out(block, top->child[0]), row, 1);
    s->n_seen = row + block->n;
    return;
  }
  const taut_sample *p = taut_block_fill(block, top->child[0]);
  const taut_sample *q = taut_block_fill(block, is_window ? top->child[0] : top->child[1]);
  if (is_window)
    take_window(top, s, p + first, row + first, end - first);
  else
    for (unsigned i = first; i < end; i++) take_sample(top, s, p + i, q + i, row + i);
}

static void count_trigger(const taut_block *block, uint16_t stream, taut_trigger_state *trigger) {
  int64_t delay = block->monitor->ops[stream].delay;
  // What was the last sample says nothing new.
  if ((block->still[stream] & TAUT_IS_BEFORE) && block->state->row > delay) return;
  unsigned first, end;
  taut_find_samples(block, delay, &first, &end);
  const taut_sample *p = taut_block_fill(block, stream);
  for (unsigned i = first; i < end; i++) {
    bool is_true = p[i].lo > 0;
    trigger->n += is_true && !trigger->was_true;
    trigger->was_true = is_true;
  }
}

void taut_tops_run(const taut_block *block) {
  const taut_monitor *m = block->monitor;
  for (uint32_t k = 0; k < m->n_tops; k++)
    if (is_leaf(&m->tops[k])) run_top(block, &m->tops[k]);
  for (uint32_t k = 0; k < m->n_judged; k++) {
    const taut_formula *formula = m->judged[k].formula;
    for (unsigned side = 0; side < formula->expr->n_sides; side++) {
      const taut_root *root = &m->judged[k].sides[side];
      taut_trigger_state *states = taut_trigger_states(root, block->memory);
      for (unsigned i = 0; i < formula->n_triggers; i++)
        count_trigger(block, root->triggers[i], &states[i]);
    }
  }
}

void taut_tops_start(const taut_monitor *monitor, void *memory) {
  for (uint32_t i = 0; i < monitor->n_tops; i++) {
    const taut_top *top = &monitor->tops[i];
    bool starts_true = top->code == TAUT_TOP_WINDOW && !top->is_max;
    *top_state(top, memory) = (taut_top_state){.value = taut_sample_of_truth(starts_true ? 1 : -1),
                                               .least_p = taut_sample_of_truth(1),
                                               .violation = -1,
                                               .proof = -1};
  }
}

// ------------------------------------------------------------------------------------------ known

static taut_known negate(taut_known a) {
  return (taut_known){taut_sample_not(a.value), -a.m_hi, -a.m_lo, a.proof, a.violation};
}

static double greatest(double a, double b) {
  return b > a ? b : a;
}

/// The earlier of two rows, of which -1 is none; only those that count.
static int64_t first_of(int64_t a, bool a_counts, int64_t b, bool b_counts) {
  if (!a_counts || a < 0) return b_counts ? b : -1;
  return b_counts && b >= 0 && b < a ? b : a;
}

static taut_known both(taut_known a, taut_known b) {
  return (taut_known){taut_sample_and(a.value, b.value), taut_least(a.m_lo, b.m_lo),
                      taut_least(a.m_hi, b.m_hi),
                      first_of(a.violation, a.value.hi <= 0, b.violation, b.value.hi <= 0),
                      a.proof > b.proof ? a.proof : b.proof};
}

static taut_known either(taut_known a, taut_known b) {
  return (taut_known){taut_sample_or(a.value, b.value), greatest(a.m_lo, b.m_lo),
                      greatest(a.m_hi, b.m_hi),
                      a.violation > b.violation ? a.violation : b.violation,
                      first_of(a.proof, a.value.lo > 0, b.proof, b.value.lo > 0)};
}

static taut_known know_leaf(const taut_top *top, const taut_monitor_state *head, void *memory) {
  const taut_top_state *s = top_state(top, memory);
  bool has_ended = head->n_rows != INT64_MAX;
  int64_t n_wanted = top->code == TAUT_TOP_STREAM ? 1 : top->b + 1;
  bool is_whole =
      top->is_to_the_end && top->code != TAUT_TOP_STREAM ? has_ended : s->n_seen >= n_wanted;
  taut_known k = {s->value, s->value.m, s->value.m, s->violation, s->proof};
  if (is_whole) return k;
  // What the rows to come could still do.
  taut_sample best =
      top->code == TAUT_TOP_UNTIL ? taut_sample_or(s->value, s->least_p) : taut_sample_of_truth(1);
  taut_sample worst = taut_sample_of_truth(-1);
  if (top->code == TAUT_TOP_WINDOW && !top->is_max) best = s->value;
  if (top->code == TAUT_TOP_UNTIL || (top->code == TAUT_TOP_WINDOW && top->is_max))
    worst = s->value;
  if (!has_ended) {
    k.m_lo = worst.m;
    k.m_hi = best.m;
  }
  if (has_ended && head->is_weak) return k;
  k.value.lo = worst.lo;
  k.value.hi = best.hi;
  return k;
}

/// Children come before parents, but the recursion is as deep as the text at most. `tops` are those
/// of a formula on a side.
static taut_known know(const taut_top *tops, const taut_monitor_state *head, void *memory,
                       uint32_t i) {
  const taut_top *top = &tops[i];
  if (is_leaf(top)) return know_leaf(top, head, memory);
  taut_known a = know(tops, head, memory, top->child[0]);
  if (top->code == TAUT_TOP_NOT) return negate(a);
  taut_known b = know(tops, head, memory, top->child[1]);
  if (top->code == TAUT_TOP_AND) return both(a, b);
  if (top->code == TAUT_TOP_OR) return either(a, b);
  taut_known same = either(both(a, b), both(negate(a), negate(b)));
  return top->code == TAUT_TOP_IFF ? same : negate(same);
}

taut_known taut_tops_know(const taut_monitor *monitor, const taut_judged *judged, unsigned side,
                          const taut_monitor_state *head) {
  void *memory = (unsigned char *)(uintptr_t)head + monitor->memory_at;
  return know(monitor->tops + judged->sides[side].first_top, head, memory,
              judged->formula->n_tops - 1);
}
