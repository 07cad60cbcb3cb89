/// The nodes of a program that are judged at the first row only.
#ifndef TAUT_MONITOR_TOPS_H
#define TAUT_MONITOR_TOPS_H

#include "monitor/step.h"

/// What is known of a node: truth in value.lo and value.hi, the margin in [m_lo, m_hi].
typedef struct taut_known {
  taut_sample value;
  double m_lo, m_hi;
  int64_t violation;  ///< first row that decides against it, -1
  int64_t proof;      ///< first row that decides for it, -1
} taut_known;

void taut_tops_start(const taut_monitor *monitor, void *memory);

/// Takes the samples of a block, and counts triggers.
void taut_tops_run(const taut_block *block);

/// What is known of a requirement on a side.
taut_known taut_tops_know(const taut_monitor *monitor, const taut_judged *judged, unsigned side,
                          const taut_monitor_state *head);

/// Rows [first, end) of the block in which a stream with this delay gave a sample of the run.
void taut_find_samples(const taut_block *block, int64_t delay, unsigned *first, unsigned *end);

static inline taut_trigger_state *taut_trigger_states(const taut_root *root, void *memory) {
  return (taut_trigger_state *)(void *)((unsigned char *)memory + root->trigger_states);
}

static inline double taut_least(double a, double b) {
  return b < a ? b : a;
}

#endif
