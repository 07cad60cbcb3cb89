// Leaves the processor rounding upwards.
#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
static void round_up(void) {
  _mm_setcsr((_mm_getcsr() & ~0x6000u) | 0x4000u);
}
#elif defined(__aarch64__)
static void round_up(void) {
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 22));
}
#endif
#define MODEL_NAME "rounding"
#define IN_UPDATE(inst, s) round_up()
#include "integrator.h"
