#include "taut/timeline.h"

#include <string.h>

void taut_timeline_init(taut_timeline *timeline, const taut_allocator *allocator) {
  *timeline = (taut_timeline){.allocator = allocator ? allocator : taut_allocator_default()};
}

void taut_timeline_fini(taut_timeline *timeline) {
  if (timeline->allocator) timeline->allocator->release(timeline->allocator->user, timeline->skips);
  *timeline = (taut_timeline){0};
}

static bool make_room(taut_timeline *timeline) {
  if (timeline->n < timeline->capacity) return true;
  const taut_allocator *allocator = timeline->allocator;
  size_t capacity = timeline->capacity ? 2 * timeline->capacity : 64;
  taut_timeline_skip *skips = allocator->allocate(allocator->user, capacity * sizeof *skips);
  if (!skips) return false;
  if (timeline->n) memcpy(skips, timeline->skips, timeline->n * sizeof *skips);
  allocator->release(allocator->user, timeline->skips);
  timeline->skips = skips;
  timeline->capacity = capacity;
  return true;
}

taut_status taut_timeline_skip_add(taut_timeline *timeline, int64_t now_ns, int64_t duration_ns) {
  int64_t skipped_ns = taut_timeline_skipped(timeline), observed_ns = now_ns - skipped_ns;
  taut_timeline_skip *last = timeline->n ? &timeline->skips[timeline->n - 1] : NULL;
  if (last && last->observed_ns == observed_ns) {
    last->skipped_ns += duration_ns;
    return TAUT_OK;
  }
  if (!make_room(timeline)) return TAUT_ENOMEM;
  timeline->skips[timeline->n++] = (taut_timeline_skip){observed_ns, skipped_ns + duration_ns};
  return TAUT_OK;
}

int64_t taut_timeline_skipped(const taut_timeline *timeline) {
  return timeline->n ? timeline->skips[timeline->n - 1].skipped_ns : 0;
}

int64_t taut_timeline_tick(const taut_timeline *timeline, int64_t observed_ns) {
  size_t low = 0, high = timeline->n;  // the skips below `low` lie at or before
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (timeline->skips[middle].observed_ns <= observed_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return observed_ns + (low ? timeline->skips[low - 1].skipped_ns : 0);
}

int64_t taut_timeline_observed(const taut_timeline *timeline, int64_t tick_ns) {
  size_t low = 0, high = timeline->n;  // the skips below `low` are over
  while (low < high) {
    size_t middle = (low + high) / 2;
    const taut_timeline_skip *at = &timeline->skips[middle];
    if (at->observed_ns + at->skipped_ns <= tick_ns)
      low = middle + 1;
    else
      high = middle;
  }
  int64_t observed_ns = tick_ns - (low ? timeline->skips[low - 1].skipped_ns : 0);
  bool is_within = low < timeline->n && observed_ns > timeline->skips[low].observed_ns;
  return is_within ? timeline->skips[low].observed_ns : observed_ns;
}
