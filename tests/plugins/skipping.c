// A good plugin that skips time: at rest its position halves each hour.
#define SKIP_STATE(inst, s, time_s) \
  ((inst)->in[0][0] != 0            \
       ? TAUT_EREJECT               \
       : ((s)->position_m *= taut_exp(-0.6931471805599453 * (time_s) / 3600), TAUT_OK))
#include "integrator.h"
