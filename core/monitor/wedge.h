/// Least of a sliding window by the monotonic wedge of Lemire 2006 ("Streaming maximum-minimum
/// filter using no more than three comparisons per element").
#ifndef TAUT_MONITOR_WEDGE_H
#define TAUT_MONITOR_WEDGE_H

#include "monitor/program.h"

typedef struct taut_wedge {
  int64_t head, tail;
} taut_wedge;

typedef struct taut_wedge_entry {
  double value;
  uint64_t key;  ///< row << 16 | atom
} taut_wedge_entry;

/// Drops what is older than `low`, before the push: the ring has room for one window.
static inline void taut_wedge_drop(taut_wedge *w, const taut_wedge_entry *ring, uint64_t mask,
                                   int64_t low) {
  while (w->head < w->tail && (int64_t)(ring[(uint64_t)w->head & mask].key >> 16) < low) w->head++;
}

static inline void taut_wedge_push(taut_wedge *w, taut_wedge_entry *ring, uint64_t mask,
                                   double value, int64_t row, unsigned atom) {
  int64_t tail = w->tail;
  while (tail > w->head && ring[(uint64_t)(tail - 1) & mask].value >= value) tail--;
  ring[(uint64_t)tail & mask] = (taut_wedge_entry){value, (uint64_t)row << 16 | atom};
  w->tail = tail + 1;
}

/// The least of the window; NULL when it is empty.
static inline const taut_wedge_entry *taut_wedge_front(const taut_wedge *w,
                                                       const taut_wedge_entry *ring,
                                                       uint64_t mask) {
  return w->head < w->tail ? &ring[(uint64_t)w->head & mask] : NULL;
}

/// Memory of WINDOW: two wedges (margin, series) and when each truth was last seen.
typedef struct taut_window_head {
  taut_wedge m, r;
  int64_t lo_false, lo_unknown;  ///< last row at which the least truth was that
  int64_t hi_false, hi_unknown;
} taut_window_head;

typedef struct taut_window {
  taut_window_head head;
  taut_wedge_entry ring[];  ///< (mask + 1), and again for the series
} taut_window;

static inline int8_t taut_least_truth(int64_t last_false, int64_t last_unknown, int64_t low) {
  return last_false >= low ? -1 : (last_unknown >= low ? 0 : 1);
}

/// The least of the last n + 1 samples up to row `row`; `has` tells whether the child gave one. The
/// greatest is the least of the negated samples.
static inline void taut_window_step(const taut_op *op, bool is_max, taut_window_head *w,
                                    taut_wedge_entry *ring, const taut_sample *s, bool has,
                                    int64_t row, taut_sample *out) {
  int64_t low = row - op->n;
  taut_wedge_drop(&w->m, ring, op->mask, low);
  if (has) {
    int lo = is_max ? -s->hi : s->lo, hi = is_max ? -s->lo : s->hi;
    taut_wedge_push(&w->m, ring, op->mask, is_max ? -s->m : s->m, row, s->atom);
    w->lo_false = lo < 0 ? row : w->lo_false;
    w->lo_unknown = lo == 0 ? row : w->lo_unknown;
    w->hi_false = hi < 0 ? row : w->hi_false;
    w->hi_unknown = hi == 0 ? row : w->hi_unknown;
  }
  const taut_wedge_entry *front = taut_wedge_front(&w->m, ring, op->mask);
  double m = front ? front->value : (double)INFINITY;
  int8_t lo = taut_least_truth(w->lo_false, w->lo_unknown, low);
  int8_t hi = taut_least_truth(w->hi_false, w->hi_unknown, low);
  out->atom = front ? (uint16_t)front->key : 0;
  out->m = is_max ? -m : m;
  out->lo = is_max ? (int8_t)-hi : lo;
  out->hi = is_max ? (int8_t)-lo : hi;
}

/// The same for the robustness of the series.
static inline void taut_window_step_series(const taut_op *op, taut_window *w, const taut_sample *s,
                                           bool has, int64_t row, taut_sample *out) {
  taut_wedge_entry *ring = w->ring + op->mask + 1;
  taut_wedge_drop(&w->head.r, ring, op->mask, row - op->n);
  if (has) taut_wedge_push(&w->head.r, ring, op->mask, op->is_max ? -s->r : s->r, row, 0);
  const taut_wedge_entry *front = taut_wedge_front(&w->head.r, ring, op->mask);
  double r = front ? front->value : (double)INFINITY;
  out->r = op->is_max ? -r : r;
}

#endif
