#include "engine/fpenv.h"

#include <stdint.h>

// Sticky exception flags are not part of the comparison: every inexact operation raises one.

#if defined(__x86_64__)

#include <xmmintrin.h>

enum { MXCSR_DEFAULT = 0x1F80, MXCSR_STICKY = 0x3F, X87_DEFAULT = 0x037F };

bool taut_fpenv_is_default(void) {
  uint16_t x87 = 0;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  // Bit 6 of the control word is reserved and reads as 1 or 0 depending on the processor.
  return (_mm_getcsr() & ~(unsigned)MXCSR_STICKY) == MXCSR_DEFAULT &&
         (x87 | 0x40) == (X87_DEFAULT | 0x40);
}

void taut_fpenv_reset(void) {
  uint16_t x87 = X87_DEFAULT;
  _mm_setcsr(MXCSR_DEFAULT);
  __asm__ volatile("fldcw %0" : : "m"(x87));
}

#elif defined(__aarch64__)

bool taut_fpenv_is_default(void) {
  uint64_t control = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return control == 0;
}

void taut_fpenv_reset(void) {
  uint64_t control = 0;
  __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#else
#error "taut_fpenv: write the check for this processor"
#endif
