// bad_restart_resumes: a known-bad controller; a restart goes on where a set may have been.
#define RESISTANCE_NAME "bad_restart_resumes"
#define RESISTANCE_HELP "known-bad controller: a restart goes on where a set may have been"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_RESTART(s)                                      \
  do {                                                                   \
    (s)->arm = TAUT_ARM_ARMED;                                           \
    for (int i = 0; i < 2; i++) {                                        \
      (s)->side[i].is_used = (s)->side[i].has_torque = 1;                \
      (s)->side[i].load_n = (s)->side[i].load_armed_n = 20 * TAUT_LBF_N; \
    }                                                                    \
  } while (0)

#include "plugins/resistance/wrapper.h"
