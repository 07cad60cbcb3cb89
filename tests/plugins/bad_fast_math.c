// Turns on flush-to-zero when it is opened, as a library linked with -ffast-math by gcc does.
// Written out, so that the test does not depend on the compiler.
#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
__attribute__((constructor)) static void flush_to_zero(void) {
  _mm_setcsr(_mm_getcsr() | 0x8040u);
}
#elif defined(__aarch64__)
__attribute__((constructor)) static void flush_to_zero(void) {
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24));
}
#endif
#include "integrator.h"
