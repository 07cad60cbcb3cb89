/// The floating-point environment a simulation needs: round to nearest, no flush to zero, denormals
/// are numbers, no traps, x87 at full precision. A library built with -ffast-math changes it when
/// it is opened; results would then depend on who was loaded.
#ifndef TAUT_ENGINE_FPENV_H
#define TAUT_ENGINE_FPENV_H

#include <stdbool.h>

/// Does this thread have the default environment? A few nanoseconds. [any]
bool taut_fpenv_is_default(void);
/// Sets this thread's environment to the default. [any]
void taut_fpenv_reset(void);

#endif
