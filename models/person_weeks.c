#include "models/person_weeks.h"

#include "taut/math.h"

#define ENOUGH_SLEEP_S (7.5 * 3600.0)
#define NIGHT_MIN_S (2.0 * 3600.0)
#define NIGHT_MAX_S (12.0 * 3600.0)
#define FULL_DOSE_REPS 30.0
#define FULL_DOSE_SHARE 0.75
// Luteal day 9.5 of a cycle whose ovulation is 14 days before its end (Casey 2018: day 9 to 10).
#define RELAXIN_PEAK_BEFORE_END 4.5
#define RELAXIN_WIDTH_DAYS 3.0
#define STRENGTH_MIN 0.5
#define STRENGTH_MAX 2.5

enum { DRAW_SLEEP, DRAW_PAIN };

double taut_person_weeks_dose(double x) {
  double relative = x / FULL_DOSE_SHARE;
  return relative * relative / FULL_DOSE_REPS;
}

double taut_person_weeks_sleep(const taut_person_params *params, int64_t day, uint64_t seed,
                               uint32_t stream) {
  double z = taut_random_normal(seed, stream, day, DRAW_SLEEP);
  return taut_clamp(params->sleep_s + params->sleep_sd_s * z, NIGHT_MIN_S, NIGHT_MAX_S);
}

/// Brings gain and wear to now_ns.
static void fade(const taut_person_params *p, taut_person_weeks *weeks, int64_t now_ns) {
  double time_s = (double)(now_ns - weeks->at_ns) * 1e-9;
  weeks->at_ns = now_ns;
  if (time_s <= 0.0) return;
  double gain = taut_exp(-time_s / p->gain_decay_s), wear = taut_exp(-time_s / p->wear_decay_s);
  for (int i = 0; i < TAUT_PERSON_WEEKS_GROUPS; i++) {
    weeks->gain[i] *= gain;
    weeks->wear[i] *= wear;
  }
}

static double heal(double start, double healed, double time_s, double tau_s) {
  if (healed <= 0.0) return start;
  return healed + (start - healed) * taut_exp(-time_s / tau_s);
}

/// Laxity that relaxin adds on this day of the cycle.
static double cyclic_laxity(const taut_person_params *p, double days) {
  if (p->laxity_cycle <= 0.0) return 0.0;
  double length = p->cycle_days, peak = length - RELAXIN_PEAK_BEFORE_END;
  double off = p->cycle_day - 1.0 + days - peak;
  off -= length * (double)taut_to_i64(off / length);
  // Days off the nearest peak, before or after.
  if (off > 0.5 * length) off -= length;
  if (off < -0.5 * length) off += length;
  off /= RELAXIN_WIDTH_DAYS;
  return p->laxity_cycle * taut_exp(-0.5 * off * off);
}

static void stay(const taut_person_params *p, taut_person_weeks *weeks, int64_t now_ns) {
  weeks->at_ns = now_ns;
  for (int i = 0; i < TAUT_PERSON_WEEKS_GROUPS; i++) weeks->strength[i] = 1.0;
  weeks->sleep_s = p->sleep_s;
  weeks->fatigability = weeks->reaction = 1.0;
  weeks->laxity = p->laxity;
  weeks->linea_width_m = p->linea_width_m;
  weeks->leak_point_pa = p->leak_point_pa;
  weeks->pain = 0.0;
}

void taut_person_weeks_look(const taut_person_params *p, taut_person_weeks *weeks, int64_t now_ns,
                            uint64_t seed, uint32_t stream) {
  if (p->body_changes == 0.0) {
    stay(p, weeks, now_ns);
    return;
  }
  double time_s = (double)now_ns * 1e-9, days = time_s / TAUT_DAY_S;
  int64_t day = taut_to_i64(days);
  fade(p, weeks, now_ns);
  weeks->sleep_s = taut_person_weeks_sleep(p, day, seed, stream);
  double missing_h = taut_max(0.0, ENOUGH_SLEEP_S - weeks->sleep_s) / 3600.0;
  double rested = 1.0 - p->sleep_strength * missing_h;
  for (int i = 0; i < TAUT_PERSON_WEEKS_GROUPS; i++)
    weeks->strength[i] =
        taut_clamp((1.0 + weeks->gain[i] - weeks->wear[i]) * rested, STRENGTH_MIN, STRENGTH_MAX);
  weeks->fatigability = 1.0 + p->sleep_endurance * missing_h;
  weeks->reaction = 1.0 + p->sleep_reaction * missing_h;
  weeks->laxity = taut_clamp(p->laxity * taut_exp(-time_s / p->laxity_decay_s) + p->laxity_feeding +
                                 cyclic_laxity(p, days),
                             0.0, 1.0);
  weeks->linea_width_m = heal(p->linea_width_m, p->linea_healed_m, time_s, p->linea_heal_s);
  weeks->leak_point_pa = heal(p->leak_point_pa, p->leak_healed_pa, time_s, p->leak_heal_s);
  weeks->pain = 0.0;
  if (p->back_pain > 0.0) {
    double scatter = p->back_pain_sd * taut_random_normal(seed, stream, day, DRAW_PAIN);
    weeks->pain = taut_clamp(p->back_pain * taut_exp(-time_s / p->back_pain_decay_s) + scatter +
                                 p->sleep_pain * missing_h,
                             0.0, 10.0);
  }
}

void taut_person_weeks_train(const taut_person_params *p, taut_person_weeks *weeks, int group,
                             double dose, int64_t now_ns) {
  if (p->body_changes == 0.0) return;
  fade(p, weeks, now_ns);
  double missing_h = taut_max(0.0, ENOUGH_SLEEP_S - weeks->sleep_s) / 3600.0;
  double repair = taut_clamp(1.0 - p->sleep_repair * missing_h, 0.3, 1.0);
  weeks->gain[group] += p->gain_per_dose * dose * repair;
  weeks->wear[group] += p->wear_per_dose * dose;
}
