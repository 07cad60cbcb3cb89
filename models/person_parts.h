/// The parts of taut_person_step, in the order it calls them. Inner header of models/person*.c.
#ifndef TAUT_MODELS_PERSON_PARTS_H
#define TAUT_MODELS_PERSON_PARTS_H

#include "models/person.h"

/// Uses of randomness within one step.
enum {
  TAUT_PERSON_DRAW_REACTION = 1,
  TAUT_PERSON_DRAW_TEMPO,
  TAUT_PERSON_DRAW_PANIC,
  TAUT_PERSON_DRAW_SLIP,
  TAUT_PERSON_DRAW_FELT,
  TAUT_PERSON_DRAW_HONEST,
  TAUT_PERSON_DRAW_VERBAL,
  TAUT_PERSON_DRAW_START,
  TAUT_PERSON_DRAW_SENSOR,
  TAUT_PERSON_DRAW_DAY
};

/// What every part needs.
typedef struct taut_person_step_context {
  const taut_person_params *params;
  const taut_person_input *input;
  int64_t now_ns;
  uint64_t seed;
  uint32_t events;
} taut_person_step_context;

/// Records an event of this step.
void taut_person_event(taut_person *person, taut_person_step_context *step, int event,
                       double value);

/// `mean` with the coefficient of variation `cv`, within 2.5 standard deviations; not below 5 % of
/// it.
double taut_person_vary(const taut_person_step_context *step, double mean, double cv,
                        uint32_t stream, uint32_t draw);

/// Derives strength, fatigue, pressure, pelvic floor and linea alba of this person in the present
/// exercise (person_exercise.c).
void taut_person_prepare(const taut_person_params *params, taut_person *person);

/// Takes the exercise that the inputs name, when it is another one and she stands idle.
void taut_person_choose(taut_person *person, const taut_person_step_context *step);

/// NULL, or the text that says what is wrong with an exercise, for init.
const char *taut_person_check_exercise(const taut_person_exercise *exercise);

/// Row `no` of the table, from 1; 0 is the exercise outside it.
taut_person_exercise taut_person_exercise_of(const taut_person_params *params, int64_t no);

/// Opens a hand: its force fades within release_s.
void taut_person_open(const taut_person_params *params, taut_person_side *side);

/// Cues and stimuli, and what she does next (person_set.c).
void taut_person_decide(taut_person *person, taut_person_step_context *step);

/// 1 while the body rests in the start position, where the skeleton bears most of the load.
int taut_person_is_at_bottom(const taut_person *person);

/// Both hands: reference, force, grip, presence (person_hands.c).
void taut_person_pull(taut_person *person, taut_person_step_context *step);

/// Breath, pressure, pelvic floor, linea alba, fatigue (person_body.c).
void taut_person_live(taut_person *person, taut_person_step_context *step);

/// Symptoms noticed and said (person_symptoms.c).
void taut_person_speak(taut_person *person, taut_person_step_context *step);

#endif
