#include "runner/row_store.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runner/lanes.h"

// Columns are handled four at a time: that is what vector instructions take. Fresh memory costs
// more time than anything else here, hence the bytes.
enum {
  QUAD = 4,
  CODE_MAX = 254,
  CODE_GAP = 255,
  CHUNK_BYTES = 1 << 20,
  CHUNKS_MAX = 64,
  BLOCKS_PER_CHUNK = 8  ///< at least, however large a block can be
};

/// Four columns of a block that vary.
typedef struct moving_quad {
  float least[QUAD], greatest[QUAD];  ///< codes 0 and CODE_MAX; the others lie evenly between
  uint8_t codes[TAUT_BLOCK_ROWS][QUAD];
} moving_quad;

enum { MOVING_WORDS = sizeof(moving_quad) / sizeof(float) };
static_assert(MOVING_WORDS * sizeof(float) == sizeof(moving_quad), "whole words");

/// Blocks one after the other. A block is a mask of the quads that move in it, a mask of those that
/// stand still at other values than at the end of the block before, a moving_quad per quad of the
/// first kind and four values per quad of the second. The first block of a chunk has every kept
/// quad in one of the two, so that a chunk can be read by itself.
typedef struct chunk {
  float *words;
  size_t n_words;        ///< used
  uint64_t first_block;  ///< of the run
  uint32_t n_blocks;
} chunk;

struct taut_row_store {
  size_t n_columns;
  size_t n_mask_words;  ///< of 32 quads each
  uint32_t *kept;       ///< mask of quads
  float *stands;        ///< (n_columns) where the columns stand; NaN after they moved
  bool may_have_nan;
  uint64_t n_blocks;
  chunk chunks[CHUNKS_MAX];  ///< ring
  size_t chunk_words, n_chunks, n_chunks_max, first_chunk;
  size_t memory;
};

static size_t block_words_max(const taut_row_store *s) {
  return 2 * s->n_mask_words + MOVING_WORDS * (s->n_columns / QUAD);
}

static void size_chunks(taut_row_store *s, size_t bytes) {
  // A chunk is full when the largest block might not fit: small ones would waste most of it.
  size_t least = BLOCKS_PER_CHUNK * block_words_max(s) * sizeof(float);
  size_t size = bytes / 32 < CHUNK_BYTES ? bytes / 32 : CHUNK_BYTES;
  if (bytes / CHUNKS_MAX > size) size = bytes / CHUNKS_MAX;
  if (size < least) size = least;
  s->chunk_words = size / sizeof(float);
  s->n_chunks_max = bytes / size < 2 ? 2 : bytes / size;
  if (s->n_chunks_max > CHUNKS_MAX) s->n_chunks_max = CHUNKS_MAX;
}

taut_status taut_row_store_create(const bool *kept, size_t n_columns, bool may_have_nan,
                                  size_t bytes, taut_row_store **out) {
  assert(n_columns % QUAD == 0);
  *out = NULL;
  taut_row_store *s = calloc(1, sizeof *s);
  if (s == NULL) return TAUT_ENOMEM;
  s->n_columns = n_columns;
  s->n_mask_words = (n_columns / QUAD + 31) / 32;
  s->may_have_nan = may_have_nan;
  s->kept = calloc(s->n_mask_words + 1, sizeof *s->kept);
  s->stands = calloc(n_columns + 1, sizeof *s->stands);
  if (s->kept == NULL || s->stands == NULL) {
    taut_row_store_destroy(s);
    return TAUT_ENOMEM;
  }
  for (size_t i = 0; i < n_columns; i++) {
    size_t quad = i / QUAD;
    if (kept[i]) s->kept[quad / 32] |= UINT32_C(1) << (quad % 32);
  }
  s->memory = sizeof *s + s->n_mask_words * sizeof *s->kept + n_columns * sizeof *s->stands;
  size_chunks(s, bytes);
  *out = s;
  return TAUT_OK;
}

void taut_row_store_destroy(taut_row_store *s) {
  if (s == NULL) return;
  for (size_t i = 0; i < s->n_chunks; i++) free(s->chunks[i].words);
  free(s->kept);
  free(s->stands);
  free(s);
}

// ----------------------------------------------------------------------------------------------
// put

static size_t chunk_place(const taut_row_store *s, size_t i) {
  assert(s->n_chunks_max > 0);
  return (s->first_chunk + i) % s->n_chunks_max;
}

/// An empty chunk behind the others; the oldest when the budget or the memory is used up. NULL when
/// there is not even one.
static chunk *open_chunk(taut_row_store *s) {
  if (s->n_chunks < s->n_chunks_max) {
    float *words = malloc(s->chunk_words * sizeof *words);
    if (words != NULL) {
      s->memory += s->chunk_words * sizeof *words;
      s->chunks[s->n_chunks] = (chunk){.words = words, .first_block = s->n_blocks};
      return &s->chunks[s->n_chunks++];
    }
    if (s->n_chunks == 0) return NULL;
    s->n_chunks_max = s->n_chunks;
  }
  chunk *oldest = &s->chunks[chunk_place(s, 0)];
  s->first_chunk = chunk_place(s, 1);
  *oldest = (chunk){.words = oldest->words, .first_block = s->n_blocks};
  return oldest;
}

/// Four columns of the block from `at` on, value by value: gaps need more than a vector can do in
/// one go.
static void encode_slowly(const taut_row_store *s, const float *at, moving_quad *quad) {
  for (size_t k = 0; k < QUAD; k++) {
    float width = quad->greatest[k] - quad->least[k];
    float per_code = width > 0.0f && isfinite(width) ? CODE_MAX / width : 0.0f;
    if (!isfinite(per_code)) per_code = 0.0f;
    for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++) {
      float way = at[i * s->n_columns + k] - quad->least[k];
      float place = per_code > 0.0f && way >= 0.0f ? way * per_code + 0.5f : 0.0f;
      quad->codes[i][k] = isnan(at[i * s->n_columns + k]) ? CODE_GAP : (uint8_t)place;
    }
  }
}

#if defined(__SSE2__)
/// The same bits, four columns at a time, where there is no NaN.
static void encode_quad(const taut_row_store *s, const float *at, moving_quad *quad) {
  if (s->may_have_nan) {
    encode_slowly(s, at, quad);
    return;
  }
  const lanes least = lanes_load(quad->least), half = lanes_of(0.5f);
  const lanes width = _mm_sub_ps(lanes_load(quad->greatest), least);
  const lanes is_wide =
      _mm_and_ps(_mm_cmpgt_ps(width, lanes_of(0.0f)), _mm_cmplt_ps(width, lanes_of(INFINITY)));
  const lanes per_code = _mm_and_ps(_mm_div_ps(lanes_of(CODE_MAX), width), is_wide);
  for (size_t i = 0; i < TAUT_BLOCK_ROWS; i += 4, at += 4 * s->n_columns) {
    __m128i codes[4];
    for (size_t k = 0; k < 4; k++) {
      // Masked once more: infinity times zero is no number.
      lanes way = _mm_and_ps(_mm_sub_ps(lanes_load(at + k * s->n_columns), least), is_wide);
      codes[k] = _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(way, per_code), half));
    }
    __m128i low = _mm_packs_epi32(codes[0], codes[1]), high = _mm_packs_epi32(codes[2], codes[3]);
    _mm_storeu_si128((__m128i *)(void *)quad->codes[i], _mm_packus_epi16(low, high));
  }
}
#else
static void encode_quad(const taut_row_store *s, const float *at, moving_quad *quad) {
  encode_slowly(s, at, quad);
}
#endif

static bool has_nan(const taut_row_store *s, const float *at) {
  for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++) {
    for (size_t k = 0; k < QUAD; k++) {
      if (isnan(at[i * s->n_columns + k])) return true;
    }
  }
  return false;
}

/// Which of 32 quads move in the block, and which stand still but not where they stood before.
static void look_at(const taut_row_store *s, size_t i_word, const float *block, const float *least,
                    const float *greatest, uint32_t *moving, uint32_t *still) {
  *moving = *still = 0;
  for (uint32_t rest = s->kept[i_word]; rest != 0; rest &= rest - 1) {
    size_t c = QUAD * (32 * i_word + (uint32_t)__builtin_ctz(rest));
    lanes low = lanes_load(least + c);
    uint32_t bit = rest & -rest;
    if (lanes_differ(low, lanes_load(greatest + c)) || (s->may_have_nan && has_nan(s, block + c))) {
      *moving |= bit;
    } else if (lanes_differ(low, lanes_load(s->stands + c))) {
      *still |= bit;
    }
  }
}

static void forget_stands(taut_row_store *s) {
  for (size_t i = 0; i < s->n_columns; i++) s->stands[i] = NAN;
}

void taut_row_store_put(taut_row_store *s, const float *block, const float *least,
                        const float *greatest) {
  chunk *to = s->n_chunks > 0 ? &s->chunks[chunk_place(s, s->n_chunks - 1)] : NULL;
  if (to == NULL || to->n_words + block_words_max(s) > s->chunk_words) {
    to = open_chunk(s);
    forget_stands(s);
  }
  s->n_blocks++;
  if (to == NULL) return;
  float *masks = to->words + to->n_words, *at = masks + 2 * s->n_mask_words;
  const lanes gap = lanes_of(NAN);
  for (size_t w = 0; w < s->n_mask_words; w++) {
    uint32_t moving, still;
    look_at(s, w, block, least, greatest, &moving, &still);
    memcpy(masks + w, &moving, sizeof moving);
    memcpy(masks + s->n_mask_words + w, &still, sizeof still);
    for (; moving != 0; moving &= moving - 1, at += MOVING_WORDS) {
      size_t c = QUAD * (32 * w + (uint32_t)__builtin_ctz(moving));
      moving_quad *quad = (moving_quad *)(void *)at;
      lanes_store(quad->least, lanes_load(least + c));
      lanes_store(quad->greatest, lanes_load(greatest + c));
      encode_quad(s, block + c, quad);
      lanes_store(s->stands + c, gap);
    }
  }
  for (size_t w = 0; w < s->n_mask_words; w++) {
    uint32_t still;
    memcpy(&still, masks + s->n_mask_words + w, sizeof still);
    for (; still != 0; still &= still - 1, at += QUAD) {
      size_t c = QUAD * (32 * w + (uint32_t)__builtin_ctz(still));
      lanes_store(at, lanes_load(least + c));
      lanes_store(s->stands + c, lanes_load(least + c));
    }
  }
  to->n_words = (size_t)(at - to->words);
  to->n_blocks++;
}

// ---------------------------------------------------------------------------------------------
// read

uint64_t taut_row_store_first(const taut_row_store *s) {
  uint64_t first = s->n_chunks > 0 ? s->chunks[chunk_place(s, 0)].first_block : s->n_blocks;
  return first * TAUT_BLOCK_ROWS;
}

static uint32_t mask_word(const float *masks, size_t i) {
  uint32_t word;
  memcpy(&word, masks + i, sizeof word);
  return word;
}

static size_t count(uint32_t mask) {
  return (size_t)__builtin_popcount(mask);
}

static float decode(const moving_quad *quad, size_t i, size_t k) {
  float least = quad->least[k], greatest = quad->greatest[k];
  uint8_t code = quad->codes[i][k];
  if (code == CODE_GAP || !isfinite(greatest - least)) return NAN;
  if (code == CODE_MAX) return greatest;
  return least + (greatest - least) * ((float)code / CODE_MAX);
}

/// Reads one column of the block at `block` into `values`, which hold those of the block before.
/// Returns the block behind it.
static const float *read_block(const taut_row_store *s, const float *block, size_t column,
                               float values[TAUT_BLOCK_ROWS]) {
  const size_t quad = column / QUAD, k = column % QUAD, i_word = quad / 32;
  const uint32_t bit = UINT32_C(1) << (quad % 32);
  size_t n_moving = 0, n_still = 0, moving_before = 0, still_before = 0;
  for (size_t w = 0; w < s->n_mask_words; w++) {
    uint32_t moving = mask_word(block, w), still = mask_word(block, s->n_mask_words + w);
    if (w == i_word) {
      moving_before = n_moving + count(moving & (bit - 1));
      still_before = n_still + count(still & (bit - 1));
    }
    n_moving += count(moving);
    n_still += count(still);
  }
  const float *quads = block + 2 * s->n_mask_words, *stills = quads + MOVING_WORDS * n_moving;
  if ((mask_word(block, i_word) & bit) != 0) {
    moving_quad at;
    memcpy(&at, quads + MOVING_WORDS * moving_before, sizeof at);
    for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++) values[i] = decode(&at, i, k);
  } else {
    bool is_told = (mask_word(block, s->n_mask_words + i_word) & bit) != 0;
    float value = is_told ? stills[QUAD * still_before + k] : values[TAUT_BLOCK_ROWS - 1];
    for (size_t i = 0; i < TAUT_BLOCK_ROWS; i++) values[i] = value;
  }
  return stills + QUAD * n_still;
}

void taut_row_store_read(const taut_row_store *s, size_t column, uint64_t i_first, size_t n,
                         float *out) {
  assert(column < s->n_columns);
  for (size_t i = 0; i < n; i++) out[i] = NAN;
  for (size_t i_chunk = 0; i_chunk < s->n_chunks; i_chunk++) {
    const chunk *from = &s->chunks[chunk_place(s, i_chunk)];
    uint64_t row = from->first_block * TAUT_BLOCK_ROWS;
    if (row >= i_first + n || row + (uint64_t)from->n_blocks * TAUT_BLOCK_ROWS <= i_first) continue;
    float values[TAUT_BLOCK_ROWS] = {0};
    const float *block = from->words;
    for (uint32_t i = 0; i < from->n_blocks && row < i_first + n; i++) {
      block = read_block(s, block, column, values);
      for (size_t k = 0; k < TAUT_BLOCK_ROWS; k++, row++) {
        if (row >= i_first && row < i_first + n) out[row - i_first] = values[k];
      }
    }
  }
}

size_t taut_row_store_memory(const taut_row_store *s) {
  return s->memory;
}
