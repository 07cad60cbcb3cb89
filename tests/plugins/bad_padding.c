// Copies what happens to lie on the stack into the state, as a struct with padding does: of these
// bytes only the first is written. Volatile, or a compiler may leave out a read that means nothing.
#if defined(__GNUC__)
__attribute__((noinline))
#endif
static void
copy_rubbish(unsigned char *to) {
  volatile unsigned char padded[64];
  padded[0] = 1;
  for (int i = 0; i < 7; i++) to[i] = padded[8 * i];
}
#define IN_UPDATE(inst, s) copy_rubbish((unsigned char *)&(s)->spare)
#include "integrator.h"
