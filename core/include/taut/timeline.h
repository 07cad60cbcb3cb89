/// Simulated time and observed time of a run in which time was skipped: observed time stands still
/// during a skip. Rows lie on a regular grid of observed time; monitors and plots live there.
#ifndef TAUT_TIMELINE_H
#define TAUT_TIMELINE_H

#include "taut/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/// From this observed time on, so much has been skipped in all.
typedef struct taut_timeline_skip {
  int64_t observed_ns, skipped_ns;
} taut_timeline_skip;

typedef struct taut_timeline {
  const taut_allocator *allocator;  ///< borrowed
  taut_timeline_skip *skips;        ///< by time; owned
  size_t n, capacity;
} taut_timeline;

/// `allocator` NULL means the default one. Allocates nothing. [any]
void taut_timeline_init(taut_timeline *timeline, const taut_allocator *allocator);
void taut_timeline_fini(taut_timeline *timeline);
/// Notes a skip that begins at the simulated time `now_ns`, after all before it. ENOMEM. Allocates.
/// [any]
taut_status taut_timeline_skip_add(taut_timeline *timeline, int64_t now_ns, int64_t duration_ns);
/// Time skipped in all [ns]. [any]
int64_t taut_timeline_skipped(const taut_timeline *timeline);
/// The observed time of a simulated one; within a skip that of its beginning. [any]
int64_t taut_timeline_observed(const taut_timeline *timeline, int64_t tick_ns);
/// The simulated time of an observed one; where a skip begins that of its end. [any]
int64_t taut_timeline_tick(const taut_timeline *timeline, int64_t observed_ns);

#ifdef __cplusplus
}
#endif
#endif
