#include "runner/recorder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner/lanes.h"
#include "runner/row_store.h"

// A plan of very many slots gets fewer buckets.
enum { BUCKETS_MIN = 64, BUCKETS_BYTES = 32 << 20 };

struct taut_recorder {
  const taut_plan *plan;
  uint32_t n_slots;
  uint32_t n_columns;  ///< slots, made a multiple of 8

  float *block;             ///< (TAUT_BLOCK_ROWS, n_columns) rows that wait to be reduced
  uint32_t n_block_rows;    ///< of `block`
  float *least, *greatest;  ///< (n_columns) of the block
  uint64_t n_rows;
  int64_t start_ns;

  float *buckets;  ///< (n_buckets_max, 2, n_columns) least, greatest
  size_t n_buckets, n_buckets_max;
  uint64_t bucket_blocks;    ///< blocks per bucket
  uint64_t n_bucket_blocks;  ///< in the last bucket

  taut_row_store *store;
  taut_timeline timeline;

  taut_mark *marks;
  size_t n_marks;
  uint64_t n_marks_lost;
  size_t memory;
};

// -------------------------------------------------------------------------------------------
// create

static bool is_suffix(const char *text, const char *suffix) {
  size_t n = strlen(text), n_suffix = strlen(suffix);
  return n >= n_suffix && strcmp(text + n - n_suffix, suffix) == 0;
}

/// Peaks between rows and values before faults are reduced, but not kept row by row.
static bool is_plain(const taut_plan *plan, uint32_t slot) {
  char name[256];
  taut_plan_slot_name(plan, slot, name, sizeof name);
  return !is_suffix(name, ".min") && !is_suffix(name, ".max") && !is_suffix(name, ".raw");
}

static taut_status open_store(taut_recorder *r, size_t rows_bytes) {
  bool *kept = calloc(r->n_columns, sizeof *kept), may_have_nan = false;
  if (kept == NULL) return TAUT_ENOMEM;
  for (uint32_t slot = 0; slot < r->n_slots; slot++) kept[slot] = is_plain(r->plan, slot);
  for (size_t i = 0; i < taut_plan_n_faults(r->plan); i++) {
    may_have_nan |= taut_plan_fault(r->plan, i)->kind == TAUT_FAULT_NAN;
  }
  taut_status status =
      taut_row_store_create(kept, r->n_columns, may_have_nan, rows_bytes, &r->store);
  free(kept);
  return status;
}

static void *take(taut_recorder *r, size_t size) {
  void *block = calloc(1, size);
  if (block != NULL) r->memory += size;
  return block;
}

taut_status taut_recorder_create(const taut_plan *plan, size_t rows_bytes, taut_recorder **out) {
  *out = NULL;
  taut_recorder *r = calloc(1, sizeof *r);
  if (r == NULL) return TAUT_ENOMEM;
  r->plan = plan;
  taut_timeline_init(&r->timeline, NULL);
  r->memory = sizeof *r;
  r->n_slots = (uint32_t)taut_plan_n_slots(plan);
  r->n_columns = (r->n_slots + 7) / 8 * 8;
  r->bucket_blocks = 1;
  size_t row = r->n_columns * sizeof(float);
  r->n_buckets_max = TAUT_BUCKETS_MAX;
  while (r->n_buckets_max > BUCKETS_MIN && r->n_buckets_max * 2 * row > BUCKETS_BYTES) {
    r->n_buckets_max /= 2;
  }
  r->block = take(r, TAUT_BLOCK_ROWS * row);
  r->least = take(r, row);
  r->greatest = take(r, row);
  r->buckets = take(r, r->n_buckets_max * 2 * row);
  r->marks = take(r, TAUT_MARKS_MAX * sizeof *r->marks);
  bool has_memory = r->block != NULL && r->least != NULL && r->greatest != NULL &&
                    r->buckets != NULL && r->marks != NULL;
  if (!has_memory || open_store(r, rows_bytes) != TAUT_OK) {
    taut_recorder_destroy(r);
    return TAUT_ENOMEM;
  }
  *out = r;
  return TAUT_OK;
}

void taut_recorder_destroy(taut_recorder *r) {
  if (r == NULL) return;
  taut_row_store_destroy(r->store);
  taut_timeline_fini(&r->timeline);
  free(r->block);
  free(r->least);
  free(r->greatest);
  free(r->buckets);
  free(r->marks);
  free(r);
}

// -------------------------------------------------------------------------------------------
// reduce

/// Least and greatest value of each column of the block.
static void reduce_block(taut_recorder *r) {
  const size_t stride = r->n_columns;
  for (size_t c = 0; c < stride; c += 8) {
    lanes low_a = lanes_of(INFINITY), low_b = low_a, high_a = lanes_of(-INFINITY), high_b = high_a;
    const float *at = r->block + c;
    for (int i = 0; i < TAUT_BLOCK_ROWS; i++, at += stride) {
      lanes a = lanes_load(at), b = lanes_load(at + 4);
      low_a = lanes_min(a, low_a);
      high_a = lanes_max(a, high_a);
      low_b = lanes_min(b, low_b);
      high_b = lanes_max(b, high_b);
    }
    lanes_store(r->least + c, low_a);
    lanes_store(r->least + c + 4, low_b);
    lanes_store(r->greatest + c, high_a);
    lanes_store(r->greatest + c + 4, high_b);
  }
}

/// least = min(least, other), greatest = max(greatest, other), of two buckets or a block.
static void merge(float *least, float *greatest, const float *other_least,
                  const float *other_greatest, size_t n) {
  for (size_t c = 0; c < n; c += 4) {
    lanes_store(least + c, lanes_min(lanes_load(other_least + c), lanes_load(least + c)));
    lanes_store(greatest + c, lanes_max(lanes_load(other_greatest + c), lanes_load(greatest + c)));
  }
}

static float *bucket_at(const taut_recorder *r, size_t i) {
  return r->buckets + i * 2 * r->n_columns;
}

/// Halves the number of buckets.
static void merge_pairs(taut_recorder *r) {
  size_t n = r->n_columns;
  for (size_t i = 0; i < r->n_buckets / 2; i++) {
    float *to = bucket_at(r, i);
    const float *a = bucket_at(r, 2 * i), *b = bucket_at(r, 2 * i + 1);
    memmove(to, a, 2 * n * sizeof *to);
    merge(to, to + n, b, b + n, n);
  }
  r->n_buckets /= 2;
  r->bucket_blocks *= 2;
}

static void put_bucket(taut_recorder *r) {
  size_t n = r->n_columns;
  if (r->n_bucket_blocks == r->bucket_blocks || r->n_buckets == 0) {
    if (r->n_buckets == r->n_buckets_max) merge_pairs(r);
    float *fresh = bucket_at(r, r->n_buckets++);
    memcpy(fresh, r->least, n * sizeof *fresh);
    memcpy(fresh + n, r->greatest, n * sizeof *fresh);
    r->n_bucket_blocks = 1;
    return;
  }
  float *bucket = bucket_at(r, r->n_buckets - 1);
  merge(bucket, bucket + n, r->least, r->greatest, n);
  r->n_bucket_blocks++;
}

// ---------------------------------------------------------------------------------------------
// take

static void flush_block(taut_recorder *r) {
  reduce_block(r);
  put_bucket(r);
  taut_row_store_put(r->store, r->block, r->least, r->greatest);
  r->n_block_rows = 0;
}

static void add_mark(taut_recorder *r, taut_mark mark) {
  if (r->n_marks < TAUT_MARKS_MAX) {
    r->marks[r->n_marks++] = mark;
  } else {
    r->n_marks_lost++;
  }
}

void taut_recorder_row(taut_recorder *r, const taut_row *row) {
  assert(row->n_values == r->n_slots);
  float *to = r->block + (size_t)r->n_block_rows * r->n_columns;
  size_t i = 0;
  for (; i + 4 <= row->n_values; i += 4) lanes_narrow(row->values + i, to + i);
  for (; i < row->n_values; i++) to[i] = (float)row->values[i];
  if (r->n_rows++ == 0) r->start_ns = row->tick_ns;
  for (i = 0; i < row->n_events; i++) {
    const taut_event *event = &row->events[i];
    add_mark(r, (taut_mark){.tick_ns = event->tick_ns,
                            .target = event->instance,
                            .event = event->event,
                            .value = event->value});
  }
  if (++r->n_block_rows == TAUT_BLOCK_ROWS) flush_block(r);
}

void taut_recorder_effect(taut_recorder *r, const taut_effect *effect) {
  // Without memory for it, times behind this skip are told too early; the rows are all there.
  if (effect->kind == TAUT_EFFECT_SKIP)
    (void)taut_timeline_skip_add(&r->timeline, effect->tick_ns, (int64_t)effect->value);
  add_mark(r, (taut_mark){.tick_ns = effect->tick_ns,
                          .is_effect = true,
                          .kind = effect->kind,
                          .target = effect->target,
                          .value = effect->value});
}

// Events come with the row behind them, effects at once: nearly in order, and few.
static void sort_marks(taut_recorder *r) {
  for (size_t i = 1; i < r->n_marks; i++) {
    taut_mark mark = r->marks[i];
    size_t k = i;
    for (; k > 0 && r->marks[k - 1].tick_ns > mark.tick_ns; k--) r->marks[k] = r->marks[k - 1];
    r->marks[k] = mark;
  }
}

void taut_recorder_finish(taut_recorder *r) {
  if (r->n_block_rows > 0) {
    // The last row again and again changes neither least nor greatest; n_rows says how many count.
    size_t n = r->n_columns;
    const float *last = r->block + (r->n_block_rows - 1) * n;
    for (uint32_t i = r->n_block_rows; i < TAUT_BLOCK_ROWS; i++) {
      memcpy(r->block + i * n, last, n * sizeof *last);
    }
    flush_block(r);
  }
  sort_marks(r);
}

// -------------------------------------------------------------------------------------------- read

uint64_t taut_recorder_n_rows(const taut_recorder *r) {
  return r->n_rows;
}

int64_t taut_recorder_start(const taut_recorder *r) {
  return r->start_ns;
}

size_t taut_recorder_n_buckets(const taut_recorder *r) {
  return r->n_buckets;
}

uint64_t taut_recorder_bucket_rows(const taut_recorder *r) {
  return r->bucket_blocks * TAUT_BLOCK_ROWS;
}

void taut_recorder_bucket(const taut_recorder *r, uint32_t slot, size_t i, float *least,
                          float *greatest) {
  assert(slot < r->n_slots && i < r->n_buckets);
  *least = bucket_at(r, i)[slot];
  *greatest = bucket_at(r, i)[r->n_columns + slot];
}

uint64_t taut_recorder_first_kept(const taut_recorder *r) {
  uint64_t first = taut_row_store_first(r->store);
  return first < r->n_rows ? first : r->n_rows;
}

bool taut_recorder_keeps(const taut_recorder *r, uint32_t slot) {
  return slot < r->n_slots && is_plain(r->plan, slot);
}

void taut_recorder_rows(const taut_recorder *r, uint32_t slot, uint64_t i_first, size_t n,
                        float *out) {
  assert(taut_recorder_keeps(r, slot));
  taut_row_store_read(r->store, slot, i_first, n, out);
  for (size_t i = 0; i < n; i++) {
    if (i_first + i >= r->n_rows) out[i] = NAN;
  }
}

size_t taut_recorder_n_marks(const taut_recorder *r) {
  return r->n_marks;
}

const taut_mark *taut_recorder_marks(const taut_recorder *r) {
  return r->marks;
}

uint64_t taut_recorder_n_marks_lost(const taut_recorder *r) {
  return r->n_marks_lost;
}

const taut_timeline *taut_recorder_timeline(const taut_recorder *r) {
  return &r->timeline;
}

size_t taut_recorder_memory(const taut_recorder *r) {
  return r->memory + r->timeline.capacity * sizeof *r->timeline.skips +
         taut_row_store_memory(r->store);
}
