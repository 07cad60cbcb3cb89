// Symptoms: what is felt with some probability, noticed once per onset, and said after a reaction
// time.

#include <math.h>

#include "models/person_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

#define HEAVINESS_UNIT_PA (10.0 * TAUT_CMH2O_PA)
#define HEAVINESS_DECAY_S 300.0
#define STRAIN_S 10.0
#define BACK_WORSE 1.0

static int chance(const taut_person_step_context *step, uint32_t stream, int kind, double p) {
  return taut_random_uniform(step->seed, stream, step->now_ns, (uint32_t)kind) < p;
}

static void notice(taut_person *person, const taut_person_step_context *step, int kind,
                   double severity, double delay_s) {
  const taut_person_params *p = step->params;
  if (!taut_speech_is_new(&person->speech, kind, step->now_ns)) return;
  double said_s =
      taut_person_vary(step, delay_s, p->reaction_jitter, TAUT_PERSON_DRAW_VERBAL, (uint32_t)kind);
  taut_speech_notice(&person->speech, kind, severity, said_s, p->refractory_s,
                     chance(step, TAUT_PERSON_DRAW_HONEST, kind, p->honesty), step->now_ns);
}

static void notice_leak(taut_person *person, const taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  double volume_m3 = person->pelvic.volume_m3;
  if (volume_m3 - person->felt_volume_m3 < p->leak_felt_m3 || volume_m3 == person->felt_volume_m3)
    return;
  person->felt_volume_m3 = volume_m3;
  if (chance(step, TAUT_PERSON_DRAW_FELT, TAUT_REPORT_LEAK, p->leak_felt_probability))
    notice(person, step, TAUT_REPORT_LEAK, taut_clamp(1.0 + volume_m3 * 1e6, 1.0, 10.0),
           p->verbal_s);
}

static void notice_heaviness(taut_person *person, const taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  double over_pa = person->iap_pa - p->heaviness_pa;
  if (over_pa > 0.0) {
    person->heaviness_s += person->dt_s * over_pa / HEAVINESS_UNIT_PA;
  } else {
    person->heaviness_s -= person->dt_s / HEAVINESS_DECAY_S * person->heaviness_s;
  }
  int is_strained = person->iap_pa > p->heaviness_share * person->leak_point_pa;
  person->strain_s = is_strained ? person->strain_s + person->dt_s : 0.0;
  if (person->heaviness_s <= p->heaviness_s && person->strain_s <= STRAIN_S) return;
  person->heaviness_s = 0.0;
  person->strain_s = 0.0;
  notice(person, step, TAUT_REPORT_HEAVINESS, 4.0, p->verbal_s);
}

// An answer, not a symptom: said every time, and she waits with the next lift until she has said
// it.
static void speak_of_breath(taut_person *person, const taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  const int kind = TAUT_REPORT_BREATH_DONE;
  if (person->wants_breath != 1.0 || person->breathing.n_breaths <= person->breaths_at_cue) return;
  person->wants_breath = 2.0;
  double said_s = taut_person_vary(step, p->verbal_s, p->reaction_jitter, TAUT_PERSON_DRAW_VERBAL,
                                   (uint32_t)kind);
  taut_speech_notice(&person->speech, kind, 0.0, said_s, 0.0, 1, step->now_ns);
}

void taut_person_speak(taut_person *person, taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  notice_leak(person, step);
  notice_heaviness(person, step);
  if ((step->events >> TAUT_PERSON_EVENT_CONE_ONSET) & 1u &&
      chance(step, TAUT_PERSON_DRAW_FELT, TAUT_REPORT_CONE, p->cone_felt))
    notice(person, step, TAUT_REPORT_CONE, 3.0, p->cone_report_s);
  if ((step->events >> TAUT_PERSON_EVENT_LET_GO) & 1u &&
      chance(step, TAUT_PERSON_DRAW_FELT, TAUT_REPORT_LET_GO, p->let_go_felt))
    notice(person, step, TAUT_REPORT_LET_GO, 2.0, p->verbal_s);
  if ((step->events >> TAUT_PERSON_EVENT_GIVE_UP) & 1u && p->says_too_heavy != 0.0)
    notice(person, step, TAUT_REPORT_TOO_HEAVY, 1.0, p->verbal_s);

  // A back that aches every day is told at the check-in; in a set what is said is that it got
  // worse.
  double back_hurts = person->back_pain >= p->pain_threshold &&
                      person->back_pain >= person->weeks.pain + BACK_WORSE;
  if (back_hurts != 0.0 && person->back_hurts == 0.0)
    notice(person, step, TAUT_REPORT_BACK_PAIN, person->back_pain, p->verbal_s);
  person->back_hurts = back_hurts;
  double hurts = person->pain >= p->pain_threshold && person->pain > person->back_pain;
  if (hurts != 0.0 && person->hurts == 0.0)
    notice(person, step, TAUT_REPORT_PAIN, person->pain, p->verbal_s);
  person->hurts = hurts;
  speak_of_breath(person, step);

  int said = taut_speech_step(&person->speech, step->now_ns);
  if (said == 0) return;
  if (said == TAUT_REPORT_BREATH_DONE) person->wants_breath = 0.0;
  taut_person_event(person, step, TAUT_PERSON_EVENT_REPORT, said);
  if (p->stops_after_report != 0.0 && said != TAUT_REPORT_BREATH_DONE && person->quit_due_ns == 0)
    person->quit_due_ns = step->now_ns + 1;
}
