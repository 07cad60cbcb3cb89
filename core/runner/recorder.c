#include "runner/recorder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A plan of very many slots gets fewer buckets, and chunks of rows as large as its blocks need.
enum { CHUNK_BYTES = 1 << 20, BUCKETS_MIN = 64, BUCKETS_BYTES = 32 << 20, CHUNKS_MAX = 64 };

/// Blocks one after the other. A block is a mask of the columns that vary in it, a mask of those
/// that stand still at another value than at the end of the block before, sixteen values per column
/// of the first kind and one per column of the second. The first block of a chunk has every column
/// in one of the two, so a chunk can be read by itself.
typedef struct chunk {
  float *words;
  size_t n_words;        ///< used
  uint64_t first_block;  ///< of the run
  uint32_t n_blocks;
} chunk;

struct taut_recorder {
  const taut_plan *plan;
  uint32_t n_slots;
  uint32_t n_columns;     ///< slots, made a multiple of 32
  uint32_t n_mask_words;  ///< of 32 columns each
  uint32_t *kept;         ///< mask of the columns whose rows are kept
  bool may_have_nan;      ///< a fault of the plan can bring NaN to a wire

  float *block;             ///< (TAUT_BLOCK_ROWS, n_columns) rows that wait to be reduced
  uint32_t n_block_rows;    ///< of `block`
  float *least, *greatest;  ///< (n_columns) of the block
  float *last;              ///< (n_columns) at the end of the block before
  uint64_t n_rows, n_blocks;
  int64_t start_ns;

  float *buckets;  ///< (n_buckets_max, 2, n_columns) least, greatest
  size_t n_buckets, n_buckets_max;
  uint64_t bucket_blocks;    ///< blocks per bucket
  uint64_t n_bucket_blocks;  ///< in the last bucket

  chunk chunks[CHUNKS_MAX];  ///< ring
  size_t chunk_words, n_chunks, n_chunks_max, first_chunk;

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

static void choose_kept(taut_recorder *r) {
  for (uint32_t slot = 0; slot < r->n_slots; slot++) {
    char name[256];
    taut_plan_slot_name(r->plan, slot, name, sizeof name);
    bool is_plain =
        !is_suffix(name, ".min") && !is_suffix(name, ".max") && !is_suffix(name, ".raw");
    if (is_plain) r->kept[slot / 32] |= UINT32_C(1) << (slot % 32);
  }
  for (size_t i = 0; i < taut_plan_n_faults(r->plan); i++) {
    r->may_have_nan |= taut_plan_fault(r->plan, i)->kind == TAUT_FAULT_NAN;
  }
}

static void *take(taut_recorder *r, size_t size) {
  void *block = calloc(1, size);
  if (block != NULL) r->memory += size;
  return block;
}

static size_t block_words_max(const taut_recorder *r) {
  return 2 * (size_t)r->n_mask_words + (size_t)TAUT_BLOCK_ROWS * r->n_columns;
}

static void size_chunks(taut_recorder *r, size_t rows_bytes) {
  // A chunk is full when the largest block might not fit: small ones would waste most of it.
  size_t least = 8 * block_words_max(r) * sizeof(float);
  size_t bytes = rows_bytes / 32 < CHUNK_BYTES ? rows_bytes / 32 : CHUNK_BYTES;
  if (rows_bytes / CHUNKS_MAX > bytes) bytes = rows_bytes / CHUNKS_MAX;
  if (bytes < least) bytes = least;
  r->chunk_words = bytes / sizeof(float);
  r->n_chunks_max = rows_bytes / bytes < 2 ? 2 : rows_bytes / bytes;
  if (r->n_chunks_max > CHUNKS_MAX) r->n_chunks_max = CHUNKS_MAX;
}

taut_status taut_recorder_create(const taut_plan *plan, size_t rows_bytes, taut_recorder **out) {
  *out = NULL;
  taut_recorder *r = calloc(1, sizeof *r);
  if (r == NULL) return TAUT_ENOMEM;
  r->plan = plan;
  r->memory = sizeof *r;
  r->n_slots = (uint32_t)taut_plan_n_slots(plan);
  r->n_mask_words = (r->n_slots + 31) / 32;
  r->n_columns = r->n_mask_words * 32;
  r->bucket_blocks = 1;
  size_t row = r->n_columns * sizeof(float);
  r->n_buckets_max = TAUT_BUCKETS_MAX;
  while (r->n_buckets_max > BUCKETS_MIN && r->n_buckets_max * 2 * row > BUCKETS_BYTES) {
    r->n_buckets_max /= 2;
  }
  size_chunks(r, rows_bytes);
  r->kept = take(r, r->n_mask_words * sizeof *r->kept);
  r->block = take(r, TAUT_BLOCK_ROWS * row);
  r->least = take(r, row);
  r->greatest = take(r, row);
  r->last = take(r, row);
  r->buckets = take(r, r->n_buckets_max * 2 * row);
  r->marks = take(r, TAUT_MARKS_MAX * sizeof *r->marks);
  if (r->kept == NULL || r->block == NULL || r->least == NULL || r->greatest == NULL ||
      r->last == NULL || r->buckets == NULL || r->marks == NULL) {
    taut_recorder_destroy(r);
    return TAUT_ENOMEM;
  }
  choose_kept(r);
  *out = r;
  return TAUT_OK;
}

void taut_recorder_destroy(taut_recorder *r) {
  if (r == NULL) return;
  for (size_t i = 0; i < r->n_chunks; i++) free(r->chunks[i].words);
  free(r->kept);
  free(r->block);
  free(r->least);
  free(r->greatest);
  free(r->last);
  free(r->buckets);
  free(r->marks);
  free(r);
}

// -------------------------------------------------------------------------------------------
// reduce

// Four lanes of single precision; min and max keep the second operand when the first is NaN, so NaN
// never gets into a bucket.
#if defined(__SSE2__)
#include <emmintrin.h>
typedef __m128 lanes;
static lanes lanes_load(const float *from) {
  return _mm_loadu_ps(from);
}
static void lanes_store(float *to, lanes x) {
  _mm_storeu_ps(to, x);
}
static lanes lanes_of(float x) {
  return _mm_set1_ps(x);
}
static lanes lanes_min(lanes a, lanes b) {
  return _mm_min_ps(a, b);
}
static lanes lanes_max(lanes a, lanes b) {
  return _mm_max_ps(a, b);
}
static void narrow(const double *from, float *to) {
  __m128 low = _mm_cvtpd_ps(_mm_loadu_pd(from)), high = _mm_cvtpd_ps(_mm_loadu_pd(from + 2));
  _mm_storeu_ps(to, _mm_movelh_ps(low, high));
}
#else
typedef struct lanes {
  float x[4];
} lanes;
static lanes lanes_load(const float *from) {
  lanes a;
  memcpy(a.x, from, sizeof a.x);
  return a;
}
static void lanes_store(float *to, lanes a) {
  memcpy(to, a.x, sizeof a.x);
}
static lanes lanes_of(float x) {
  return (lanes){{x, x, x, x}};
}
static lanes lanes_min(lanes a, lanes b) {
  for (int i = 0; i < 4; i++) b.x[i] = a.x[i] < b.x[i] ? a.x[i] : b.x[i];
  return b;
}
static lanes lanes_max(lanes a, lanes b) {
  for (int i = 0; i < 4; i++) b.x[i] = a.x[i] > b.x[i] ? a.x[i] : b.x[i];
  return b;
}
static void narrow(const double *from, float *to) {
  for (int i = 0; i < 4; i++) to[i] = (float)from[i];
}
#endif

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

// --------------------------------------------------------------------------------------- whole
// rows

static chunk *chunk_at(const taut_recorder *r, size_t i) {
  return (chunk *)(uintptr_t)&r->chunks[(r->first_chunk + i) % r->n_chunks_max];
}

/// An empty chunk behind the others; the oldest when the budget or the memory is used up. NULL when
/// there is not even one.
static chunk *open_chunk(taut_recorder *r) {
  if (r->n_chunks < r->n_chunks_max) {
    float *words = malloc(r->chunk_words * sizeof *words);
    if (words != NULL) {
      r->memory += r->chunk_words * sizeof *words;
      r->chunks[r->n_chunks] = (chunk){.words = words, .first_block = r->n_blocks};
      return &r->chunks[r->n_chunks++];
    }
    if (r->n_chunks == 0) return NULL;
    r->n_chunks_max = r->n_chunks;
  }
  chunk *oldest = chunk_at(r, 0);
  r->first_chunk = (r->first_chunk + 1) % r->n_chunks_max;
  *oldest = (chunk){.words = oldest->words, .first_block = r->n_blocks};
  return oldest;
}

static bool has_nan(const taut_recorder *r, size_t column) {
  for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++) {
    if (isnan(r->block[i * r->n_columns + column])) return true;
  }
  return false;
}

/// Masks of 32 columns: which vary in the block, which stand still but not where they stood before.
static void look_at(const taut_recorder *r, uint32_t i_word, bool is_first, uint32_t *varies,
                    uint32_t *moved) {
  const float *least = r->least + 32 * i_word, *greatest = r->greatest + 32 * i_word;
  const float *last = r->last + 32 * i_word;
  uint32_t v = 0, m = 0;
  for (uint32_t i = 0; i < 32; i++) {
    v |= (uint32_t)(least[i] != greatest[i]) << i;
    m |= (uint32_t)(least[i] != last[i]) << i;
  }
  for (uint32_t i = 0; r->may_have_nan && i < 32; i++) {
    v |= (uint32_t)has_nan(r, 32 * i_word + i) << i;
  }
  if (is_first) m = UINT32_MAX;
  *varies = v & r->kept[i_word];
  *moved = m & ~v & r->kept[i_word];
}

static void keep_block(taut_recorder *r) {
  chunk *to = r->n_chunks > 0 ? chunk_at(r, r->n_chunks - 1) : NULL;
  if (to == NULL || to->n_words + block_words_max(r) > r->chunk_words) to = open_chunk(r);
  if (to == NULL) return;
  const size_t stride = r->n_columns;
  float *masks = to->words + to->n_words, *at = masks + 2 * (size_t)r->n_mask_words;
  for (uint32_t w = 0; w < r->n_mask_words; w++) {
    uint32_t varies, moved;
    look_at(r, w, to->n_blocks == 0, &varies, &moved);
    memcpy(masks + w, &varies, sizeof varies);
    memcpy(masks + r->n_mask_words + w, &moved, sizeof moved);
    for (uint32_t rest = varies; rest != 0; rest &= rest - 1) {
      const float *from = r->block + 32 * w + (uint32_t)__builtin_ctz(rest);
      for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++, from += stride) *at++ = *from;
    }
    for (uint32_t rest = moved; rest != 0; rest &= rest - 1) {
      *at++ = r->least[32 * w + (uint32_t)__builtin_ctz(rest)];
    }
  }
  to->n_words = (size_t)(at - to->words);
  to->n_blocks++;
  memcpy(r->last, r->block + (TAUT_BLOCK_ROWS - 1) * stride, stride * sizeof *r->last);
}

// ---------------------------------------------------------------------------------------------
// take

static void flush_block(taut_recorder *r) {
  reduce_block(r);
  put_bucket(r);
  keep_block(r);
  r->n_blocks++;
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
  for (; i + 4 <= row->n_values; i += 4) narrow(row->values + i, to + i);
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
  uint64_t first = r->n_chunks > 0 ? chunk_at(r, 0)->first_block * TAUT_BLOCK_ROWS : r->n_rows;
  return first < r->n_rows ? first : r->n_rows;
}

bool taut_recorder_keeps(const taut_recorder *r, uint32_t slot) {
  return slot < r->n_slots && (r->kept[slot / 32] >> (slot % 32) & 1) != 0;
}

static uint32_t mask_word(const float *masks, size_t i) {
  uint32_t word;
  memcpy(&word, masks + i, sizeof word);
  return word;
}

/// Reads one column of the block at `block` into `values`, which hold those of the block before.
/// Returns the block behind it.
static const float *read_block(const taut_recorder *r, const float *block, uint32_t slot,
                               float values[TAUT_BLOCK_ROWS]) {
  const float *at = block + 2 * (size_t)r->n_mask_words;
  uint32_t bit = UINT32_C(1) << (slot % 32);
  float still = values[TAUT_BLOCK_ROWS - 1];
  const float *varying = NULL;
  for (uint32_t w = 0; w < r->n_mask_words; w++) {
    uint32_t varies = mask_word(block, w), moved = mask_word(block, r->n_mask_words + w);
    bool is_here = w == slot / 32;
    if (is_here && (varies & bit) != 0) {
      varying = at + TAUT_BLOCK_ROWS * __builtin_popcount(varies & (bit - 1));
    }
    at += TAUT_BLOCK_ROWS * __builtin_popcount(varies);
    if (is_here && (moved & bit) != 0) still = at[__builtin_popcount(moved & (bit - 1))];
    at += __builtin_popcount(moved);
  }
  for (int i = 0; i < TAUT_BLOCK_ROWS; i++) values[i] = varying != NULL ? varying[i] : still;
  return at;
}

void taut_recorder_rows(const taut_recorder *r, uint32_t slot, uint64_t i_first, size_t n,
                        float *out) {
  assert(taut_recorder_keeps(r, slot));
  for (size_t i = 0; i < n; i++) out[i] = NAN;
  uint64_t end = i_first + n < r->n_rows ? i_first + n : r->n_rows;
  for (size_t i_chunk = 0; i_chunk < r->n_chunks; i_chunk++) {
    const chunk *from = chunk_at(r, i_chunk);
    uint64_t row = from->first_block * TAUT_BLOCK_ROWS;
    if (row >= end || row + (uint64_t)from->n_blocks * TAUT_BLOCK_ROWS <= i_first) continue;
    float values[TAUT_BLOCK_ROWS] = {0};
    const float *block = from->words;
    for (uint32_t i = 0; i < from->n_blocks && row < end; i++) {
      block = read_block(r, block, slot, values);
      for (int k = 0; k < TAUT_BLOCK_ROWS; k++, row++) {
        if (row >= i_first && row < end) out[row - i_first] = values[k];
      }
    }
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

size_t taut_recorder_memory(const taut_recorder *r) {
  return r->memory;
}
