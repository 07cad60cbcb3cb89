/// The block function of the random generator, for random.c and its known-answer test.
#ifndef TAUT_MATH_PHILOX_H
#define TAUT_MATH_PHILOX_H

#include <stdint.h>

/// Philox4x32-10: ten rounds on a counter of four words under a key of two (Salmon et al., SC 2011,
/// section 3.3; multipliers and Weyl constants of its table 2).
static inline void taut_philox4x32_10(uint32_t counter[4], uint32_t key_0, uint32_t key_1) {
  for (int round = 0; round < 10; round++) {
    uint64_t product_0 = (uint64_t)UINT32_C(0xd2511f53) * counter[0];
    uint64_t product_1 = (uint64_t)UINT32_C(0xcd9e8d57) * counter[2];
    counter[0] = (uint32_t)(product_1 >> 32) ^ counter[1] ^ key_0;
    counter[1] = (uint32_t)product_1;
    counter[2] = (uint32_t)(product_0 >> 32) ^ counter[3] ^ key_1;
    counter[3] = (uint32_t)product_0;
    key_0 += UINT32_C(0x9e3779b9);
    key_1 += UINT32_C(0xbb67ae85);
  }
}

#endif
