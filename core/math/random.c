// Random numbers as a function of (seed, stream, tick, draw). One block of the generator serves two
// draws, 2n and 2n + 1, so that a normal variate costs one block.
#include "kernel.h"
#include "philox.h"
#include "taut/math.h"

typedef struct block {
  uint64_t even, odd;
} block;

static inline block make_block(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t i_block) {
  uint64_t tick = (uint64_t)tick_ns;
  uint32_t words[4] = {(uint32_t)tick, (uint32_t)(tick >> 32), stream, i_block};
  taut_philox4x32_10(words, (uint32_t)seed, (uint32_t)(seed >> 32));
  return (block){(uint64_t)words[1] << 32 | words[0], (uint64_t)words[3] << 32 | words[2]};
}

/// The upper 53 bits as a multiple of 2^-53 in [0, 1).
static inline double unit_interval(uint64_t bits) {
  return (double)(int64_t)(bits >> 11) * 0x1p-53;
}

uint64_t taut_random_u64(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw) {
  block b = make_block(seed, stream, tick_ns, draw / 2);
  return draw & 1 ? b.odd : b.even;
}

double taut_random_uniform(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw) {
  return unit_interval(taut_random_u64(seed, stream, tick_ns, draw));
}

double taut_random_normal(uint64_t seed, uint32_t stream, int64_t tick_ns, uint32_t draw) {
  block b = make_block(seed, stream, tick_ns, draw);
  // 1 - u lies in (0, 1], so the logarithm is finite.
  double radius = taut_sqrt(-2.0 * taut_log(1.0 - unit_interval(b.even)));
  return radius * taut_cos(2.0 * TAUT_PI * unit_interval(b.odd));
}
