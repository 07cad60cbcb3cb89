// bad_one_contact: a known-bad controller; only the first contact of the emergency stop is wired.
#define RESISTANCE_NAME "bad_one_contact"
#define RESISTANCE_HELP \
  "known-bad controller: only the first contact of the emergency stop is wired"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_INPUT(in) \
  do {                             \
    (in)->estop_b_closed = 1.0;    \
  } while (0)

#include "plugins/resistance/wrapper.h"
