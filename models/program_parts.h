/// What the files of models/program*.c share. Not for others.
#ifndef TAUT_MODELS_PROGRAM_PARTS_H
#define TAUT_MODELS_PROGRAM_PARTS_H

#include "models/program.h"

/// Parameters, inputs and state of a call.
typedef struct taut_program_call {
  const taut_program_params *p;
  const taut_program_input *in;
  taut_program *g;
} taut_program_call;

// program.c: answers.
void taut_program_log(taut_program *g, int code, double value);
void taut_program_advise(const taut_program_call *c, int advice);
void taut_program_refuse(taut_program *g, int why);
void taut_program_cue(taut_program *g, int cue);
/// Asks something of the session that runs single sets.
void taut_program_ask(taut_program *g, int request);
/// Whether the product has this defect. Never in the product.
#define BROKEN(g, name) ((g)->defect == TAUT_PROGRAM_DEFECT_##name)

// program_gate.c: may it be? 0, or why not (TAUT_SESSION_REFUSAL_*).
int taut_program_may_train(const taut_program_call *c);
int taut_program_may_start(const taut_program_call *c);
int taut_program_may_do(const taut_program_call *c, int entry);
int taut_program_may_load(const taut_program_call *c, int entry);
int taut_program_may_leave_phase(const taut_program_call *c);
/// Weeks since the last birth; large when there was none.
double taut_program_birth_weeks(const taut_program_call *c);
bool taut_program_is_lax(const taut_program_call *c);

// program_day.c
void taut_program_start(const taut_program_call *c);
void taut_program_answer_marker(const taut_program_call *c, bool is_yes);
void taut_program_choose_phase(const taut_program_call *c);
void taut_program_choose_exercise(const taut_program_call *c);
void taut_program_start_relief(const taut_program_call *c);
/// Ends the session: 0 whole, 1 by the person, 2 by a symptom, 3 by a lock.
void taut_program_end_session(const taut_program_call *c, int outcome);
/// Entry under way, -1 when there is none.
int taut_program_entry(const taut_program *g);
/// The next entry of the day that is not done; ends the session after the last.
void taut_program_next_entry(const taut_program_call *c);

// program_load.c
double taut_program_plan_lb(const taut_program_call *c, int entry, int side);
void taut_program_prescribe(const taut_program_call *c);
void taut_program_set_was_good(const taut_program_call *c);
/// True when nothing lighter is left for today.
bool taut_program_load_failed(const taut_program_call *c, int report);
void taut_program_choose_load(const taut_program_call *c);
void taut_program_choose_mode(const taut_program_call *c);
void taut_program_equalise(const taut_program_call *c, int entry);
taut_program_exercise *taut_program_memory(const taut_program_call *c, int entry);
int taut_program_memory_side(const taut_program_call *c, int entry);

// program_flow.c
void taut_program_start_set(const taut_program_call *c);
void taut_program_pause(const taut_program_call *c);
void taut_program_resume(const taut_program_call *c);
void taut_program_done(const taut_program_call *c);
void taut_program_end_set(const taut_program_call *c, int how);
void taut_program_flow(const taut_program_call *c);
bool taut_program_is_busy(const taut_program *g);

// program_reps.c
void taut_program_begin_reps(taut_program *g);
void taut_program_take_form(const taut_program_call *c, int alert);
void taut_program_take_breath(const taut_program_call *c);
void taut_program_follow(const taut_program_call *c);
void taut_program_count(const taut_program_call *c, bool is_clean);
void taut_program_ask_breath(const taut_program_call *c);

// program_symptom.c
bool taut_program_is_red(const taut_program_params *p, double report, double severity);
bool taut_program_is_stop(double report);
void taut_program_take_report(const taut_program_call *c, double report, double severity);
void taut_program_check_in(const taut_program_call *c);
void taut_program_felt_elsewhere(const taut_program_call *c);
void taut_program_lock(const taut_program_call *c, int lock);

// program_progress.c
void taut_program_progress(const taut_program_call *c);

#endif
