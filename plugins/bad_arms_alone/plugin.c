// bad_arms_alone: a known-bad controller; it arms whoever asks, without a held handle, and loads at
// full rate.
#define RESISTANCE_NAME "bad_arms_alone"
#define RESISTANCE_HELP \
  "known-bad controller: it arms whoever asks, without a held handle, and loads at full rate"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_PARAMS(p) \
  do {                             \
    (p)->ready_hold_s = 0.0;       \
    (p)->ready_out_m = -1.0;       \
    (p)->ready_speed_m_s = 100.0;  \
    (p)->rate_arming_n_s = 195.0;  \
  } while (0)
#define RESISTANCE_SPOIL_INPUT(in)                                   \
  do {                                                               \
    (in)->side[0].hand_presence = (in)->side[1].hand_presence = 1.0; \
  } while (0)

#include "plugins/resistance/wrapper.h"
