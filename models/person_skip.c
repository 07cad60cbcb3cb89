// Rest in one stride: what taut_person_step would do over minutes, days and weeks of it.

#include "models/person_parts.h"
#include "taut/math.h"

#define HEAVINESS_DECAY_S 300.0
// Between visits to the toilet the bladder is, on average, as full as it usually is.
#define BLADDER_S 3600.0

static int is_at_rest(const taut_person *person) {
  int is_busy = person->activity != TAUT_PERSON_IDLE || person->yank_s > 0.0;
  for (int i = 0; i < 2; i++) is_busy |= person->side[i].is_holding != 0.0;
  int is_about_to = person->cue_due_ns != 0 || person->panic_due_ns != 0 ||
                    person->quit_due_ns != 0 || person->speech.n_waiting != 0;
  return !is_busy && !is_about_to;
}

/// A pelvic floor that never lets go keeps working at its tone: activation follows at once, first
/// up to the tone, then, when too little is left that is not tired, with all that is left.
static void keep_tone(const taut_fatigue_params *params, taut_fatigue *state, double tone,
                      double time_s) {
  double f = params->fatigue_per_s, r = params->recovery_per_s;
  double full = 1.0 - tone;  // fatigue beyond which the tone cannot be held
  double mf = state->fatigued;
  if (mf < full) {
    double end = f * tone / r;
    double left_s = end > full ? taut_log((end - mf) / (end - full)) / r : time_s;
    double spent_s = taut_min(left_s, time_s);
    mf = end + (mf - end) * taut_exp(-r * spent_s);
    time_s -= spent_s;
  }
  if (time_s > 0.0) {
    double end = f / (f + r);
    // Recovering from above, it comes back to where the tone can be held and stays near there.
    mf = end + (mf - end) * taut_exp(-(f + r) * time_s);
    if (end < full && mf < full) mf = full;
  }
  state->fatigued = taut_clamp(mf, 0.0, 1.0);
  state->active = taut_min(tone, 1.0 - state->fatigued);
}

static void recover(taut_person *person, double time_s) {
  for (int i = 0; i < 2; i++) {
    taut_person_side *side = &person->side[i];
    taut_fatigue_rest(&person->muscle, &side->muscle, time_s);
    taut_fatigue_rest(&person->grip.fatigue, &side->grip.fatigue, time_s);
    side->sum = side->sum_n = 0.0;
  }
  taut_fatigue_rest(&person->trunk_params, &person->trunk, time_s);
  taut_fatigue *pelvic = &person->pelvic.fatigue;
  if (person->pelvic_tone > TAUT_PELVIC_FLOOR_TONE) {
    keep_tone(&person->pelvic_params.fatigue, pelvic, person->pelvic_tone, time_s);
  } else {
    taut_fatigue_rest(&person->pelvic_params.fatigue, pelvic, time_s);
  }
  person->pelvic.activation = taut_min(person->pelvic_tone, 1.0 - pelvic->fatigued);
}

int taut_person_skip(const taut_person_params *params, taut_person *person, int64_t now_ns,
                     int64_t duration_ns, uint64_t seed) {
  if (!is_at_rest(person)) return 0;
  double time_s = (double)duration_ns * 1e-9;
  recover(person, time_s);
  person->heaviness_s *= taut_exp(-time_s / HEAVINESS_DECAY_S);
  person->strain_s = 0.0;
  person->pain_s = taut_max(0.0, person->pain_s - time_s);
  person->back_hurts = 0.0;
  person->pressure.cough_left_s = taut_max(0.0, person->pressure.cough_left_s - time_s);
  double fill = params->bladder_fill;
  person->pelvic.fill = fill + (person->pelvic.fill - fill) * taut_exp(-time_s / BLADDER_S);
  person->phase_s += time_s;
  taut_person_weeks_look(params, &person->weeks, now_ns + duration_ns, seed, TAUT_PERSON_DRAW_DAY);
  taut_person_prepare(params, person);
  return 1;
}
