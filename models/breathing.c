#include "models/breathing.h"

#define INHALE_SHARE 0.4

void taut_breathing_step(taut_breathing *breathing, int strategy, int part, double period_s,
                         double dt_s) {
  breathing->is_held = 0.0;
  if (part != TAUT_BREATHING_NO_REP && strategy == TAUT_BREATHING_HOLD &&
      part != TAUT_BREATHING_BETWEEN) {
    breathing->is_held = 1.0;
    return;
  }
  if (part != TAUT_BREATHING_NO_REP && strategy == TAUT_BREATHING_EXHALE_ON_EFFORT)
    breathing->is_inhaling = part != TAUT_BREATHING_EFFORT;

  double was = breathing->lungs;
  if (breathing->is_inhaling != 0.0) {
    breathing->lungs += dt_s / (INHALE_SHARE * period_s);
    if (breathing->lungs >= 1.0) {
      breathing->lungs = 1.0;
      if (was < 1.0) breathing->n_breaths += 1.0;
      // Coordinated breathing waits with a full chest for the effort; free breathing goes on.
      if (part == TAUT_BREATHING_NO_REP || strategy != TAUT_BREATHING_EXHALE_ON_EFFORT)
        breathing->is_inhaling = 0.0;
    }
  } else {
    breathing->lungs -= dt_s / ((1.0 - INHALE_SHARE) * period_s);
    if (breathing->lungs <= 0.0) {
      breathing->lungs = 0.0;
      if (part == TAUT_BREATHING_NO_REP || strategy != TAUT_BREATHING_EXHALE_ON_EFFORT)
        breathing->is_inhaling = 1.0;
    }
  }
}
