// Exports a second symbol, which could clash with another plugin's.
#include "integrator.h"
TAUT_EXPORT int helper(void);
int helper(void) {
  return 1;
}
