/// Where in a Lua text a field of a nested table constructor was written.
#ifndef TAUT_SCENARIO_PLACE_H
#define TAUT_SCENARIO_PLACE_H

#include <stddef.h>

/// One step into a table: to the field of a name, or to the index-th element without one (from 1).
typedef struct taut_step {
  const char *name;  ///< NULL: by index
  int index;
} taut_step;

/// The line of what `steps` lead to, from the first table constructor at or after `line` on. What
/// the text does not spell out (a table made by a loop, or elsewhere) has the line of the nearest
/// table around it; `line` itself when there is none. [any]
int taut_place_line(const char *text, int line, const taut_step *steps, size_t n_steps);

#endif
