// Reports: what ends a set, what is a sign, what is referred, what locks the machine.
#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

static const double same_s = 10.0;

bool taut_program_is_red(const taut_program_params *p, double report, double severity) {
  switch ((int)report) {
    case TAUT_REPORT_DIZZINESS:
    case TAUT_REPORT_NUMBNESS:
    case TAUT_REPORT_CHEST_PAIN:
    case TAUT_REPORT_CALF_PAIN:
    case TAUT_REPORT_BLEEDING:
    case TAUT_REPORT_FEVER:
    case TAUT_REPORT_HEADACHE:
    case TAUT_REPORT_RADIATING_PAIN:
    case TAUT_REPORT_BREATHLESS:
    case TAUT_REPORT_VISION:
    case TAUT_REPORT_WOUND: return true;
    case TAUT_REPORT_PAIN:
    case TAUT_REPORT_BACK_PAIN: return severity >= p->pain_severe;
    default: return false;
  }
}

bool taut_program_is_stop(double report) {
  return report == TAUT_REPORT_LEAK || report == TAUT_REPORT_HEAVINESS ||
         report == TAUT_REPORT_CONE || report == TAUT_REPORT_PAIN ||
         report == TAUT_REPORT_BACK_PAIN || report == TAUT_REPORT_LET_GO;
}

static void refer(taut_program *g, double report) {
  if (BROKEN(g, NO_REFER) && report == TAUT_REPORT_LEAK) return;
  g->referrals += 1.0;
  taut_program_log(g, TAUT_SESSION_LOG_REFER, report);
  g->event_bits |= UINT64_C(1) << TAUT_SESSION_EVENT_REFER;
  g->event_value[TAUT_SESSION_EVENT_REFER] = report;
}

void taut_program_lock(const taut_program_call *c, int lock) {
  taut_program *g = c->g;
  if (g->output.lock == lock) return;
  g->output.lock = lock;
  if (lock) {
    taut_program_log(g, TAUT_SESSION_LOG_LOCK, lock);
  } else {
    taut_program_log(g, TAUT_SESSION_LOG_UNLOCK, 0.0);
  }
}

static void red_flag(const taut_program_call *c, double report) {
  taut_program *g = c->g;
  taut_program_log(g, TAUT_SESSION_LOG_RED_FLAG, report);
  refer(g, report);
  g->red_day = c->in->calendar_day;
  if (taut_program_is_busy(g)) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
  taut_program_lock(c, TAUT_SESSION_LOCK_RED_FLAG);
  taut_program_end_session(c, 3);
}

static void sign(const taut_program_call *c, int code, double value) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e >= 0) taut_program_memory(c, e)->bars |= TAUT_PROGRAM_BAR_SIGN;
  if (!BROKEN(g, SIGNS_UNLOGGED)) taut_program_log(g, code, value);
}

static bool is_deaf(const taut_program *g, double report) {
  if (BROKEN(g, SYMPTOM_UNANSWERED)) return true;
  if (BROKEN(g, HEAVINESS_IGNORED) && report == TAUT_REPORT_HEAVINESS) return true;
  if (BROKEN(g, PAIN_IGNORED) && report == TAUT_REPORT_PAIN) return true;
  if (BROKEN(g, BACK_IGNORED) && report == TAUT_REPORT_BACK_PAIN) return true;
  return BROKEN(g, LET_GO_IGNORED) && report == TAUT_REPORT_LET_GO;
}

// What the symptom means for the exercise under way and for the rest of the session.
static void stop_exercise(const taut_program_call *c, double report) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e < 0 || g->is_relief) {
    if (taut_program_is_busy(g)) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
    if (g->is_relief) taut_program_end_session(c, 2);
    return;
  }
  taut_program_exercise *x = taut_program_memory(c, e);
  x->bars |= TAUT_PROGRAM_BAR_SYMPTOM;
  x->n_clean = 0.0;
  bool is_loaded = c->p->entry_kind[e] == TAUT_PROGRAM_LOADED;
  bool was_busy = taut_program_is_busy(g);
  // Said a moment late, after the set: it was the set that did it.
  bool was_just_busy = g->flow == TAUT_PROGRAM_REST && g->set_load_lb[0] + g->set_load_lb[1] > 0.0;
  bool is_searching = report == TAUT_REPORT_CONE && is_loaded && c->p->entry_search[e] >= 0.5;
  // Leak, heaviness, doming: less load; nothing left to take off means no more of it today.
  bool is_least = (was_busy || was_just_busy) && is_loaded && report != TAUT_REPORT_LET_GO &&
                  taut_program_load_failed(c, (int)report);
  if (was_busy) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
  if (g->flow == TAUT_PROGRAM_PAUSED) g->flow = TAUT_PROGRAM_REST;
  if (!is_searching) g->stops += 1.0;
  bool is_over = report == TAUT_REPORT_PAIN || report == TAUT_REPORT_BACK_PAIN ||
                 report == TAUT_REPORT_LET_GO || !is_loaded || is_least;
  if (is_over && !g->is_done[g->i_list]) {
    g->is_done[g->i_list] = 2;
    taut_program_log(g, TAUT_SESSION_LOG_EXERCISE_SKIPPED, c->p->entry_exercise[e]);
  }
  if (c->in->has_prolapse >= 0.5 || g->stops >= 2.0) {
    g->symptom_day = c->in->calendar_day;
    taut_program_lock(c, TAUT_SESSION_LOCK_SYMPTOM);
    taut_program_end_session(c, 2);
  }
}

void taut_program_take_report(const taut_program_call *c, double report, double severity) {
  taut_program *g = c->g;
  bool is_severe_pain = report == TAUT_REPORT_PAIN || report == TAUT_REPORT_BACK_PAIN;
  bool is_red = taut_program_is_red(c->p, report, severity);
  if (is_red && is_severe_pain && BROKEN(g, SEVERE_CONTINUES)) is_red = false;
  if (report == TAUT_REPORT_BACK_PAIN) {
    g->has_pain_today = 1;
    if (!is_deaf(g, report)) sign(c, TAUT_SESSION_LOG_SIGN_BACK, severity);
  }
  if (report == TAUT_REPORT_CRAMP) sign(c, TAUT_SESSION_LOG_SIGN_CRAMP, severity);
  if (report == TAUT_REPORT_STOP && taut_program_is_busy(g))
    taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
  if (report == TAUT_REPORT_BREATH_DONE) taut_program_take_breath(c);
  if (report == TAUT_REPORT_TOO_HEAVY && taut_program_entry(g) >= 0 &&
      g->set_load_lb[0] + g->set_load_lb[1] > 0.0)
    taut_program_memory(c, taut_program_entry(g))->bars |= TAUT_PROGRAM_BAR_BROKEN;
  if (!is_red && !taut_program_is_stop(report)) return;
  if (is_deaf(g, report)) return;
  taut_program_log(g, TAUT_SESSION_LOG_SYMPTOM, report);
  g->event_bits |= UINT64_C(1) << TAUT_SESSION_EVENT_SYMPTOM;
  g->event_value[TAUT_SESSION_EVENT_SYMPTOM] = report;
  g->bars |= TAUT_PROGRAM_BAR_SYMPTOM;
  if (report == TAUT_REPORT_CONE || report == TAUT_REPORT_BACK_PAIN)
    g->tissue_day = c->in->calendar_day;
  if (is_red) {
    red_flag(c, report);
    return;
  }
  // Seen by a sensor and said a moment later, it is one symptom, and it has been answered.
  bool is_same = report == g->last_stop && g->stop_s < same_s && !taut_program_is_busy(g);
  g->last_stop = report;
  g->stop_s = 0.0;
  if (is_same) return;
  // Doming and a tired pelvic floor are answered by the load; the rest is for a professional too.
  if (report != TAUT_REPORT_CONE && report != TAUT_REPORT_LET_GO) refer(g, report);
  stop_exercise(c, report);
}

// Answers of the check-in, before the first exercise.
void taut_program_check_in(const taut_program_call *c) {
  taut_program *g = c->g;
  const taut_program_input *in = c->in;
  g->has_pain_today = in->checkin_pain >= c->p->pain_stop;
  if (g->has_pain_today) {
    g->bars |= TAUT_PROGRAM_BAR_PAIN;
    g->tissue_day = in->calendar_day;
    if (!BROKEN(g, SIGNS_UNLOGGED))
      taut_program_log(g, TAUT_SESSION_LOG_SIGN_BACK, in->checkin_pain);
  }
  double symptom = in->checkin_symptom;
  if (taut_program_is_stop(symptom)) {
    taut_program_log(g, TAUT_SESSION_LOG_SYMPTOM, symptom);
    g->bars |= TAUT_PROGRAM_BAR_SYMPTOM;
    if (symptom == TAUT_REPORT_CONE || symptom == TAUT_REPORT_BACK_PAIN)
      g->tissue_day = in->calendar_day;
    if (symptom != TAUT_REPORT_CONE && symptom != TAUT_REPORT_LET_GO) refer(g, symptom);
  }
  g->is_tired = in->sleep_s < c->p->tired_sleep_s;
  if (g->is_tired) {
    g->bars |= TAUT_PROGRAM_BAR_TIRED;
    taut_program_log(g, TAUT_SESSION_LOG_TIRED, in->sleep_s / 3600.0);
    taut_program_advise(c, TAUT_ADVICE_SLEEP);
  }
  if (taut_program_is_lax(c)) g->bars |= TAUT_PROGRAM_BAR_LAX;
  if (in->task_effort > 0.0 && !BROKEN(g, TASK_UNLOGGED))
    taut_program_log(g, TAUT_SESSION_LOG_TASK_EFFORT, in->task_effort);
}

// A smaller movement before it goes on, so that it is felt in the right place.
void taut_program_felt_elsewhere(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e < 0 || BROKEN(g, FELT_IGNORED)) return;
  taut_program_exercise *x = taut_program_memory(c, e);
  x->range_share = taut_max(0.4, x->range_share * c->p->felt_range);
  x->bars |= TAUT_PROGRAM_BAR_SIGN;
  taut_program_log(g, TAUT_SESSION_LOG_RANGE_REDUCED, x->range_share);
  taut_program_advise(c, TAUT_ADVICE_SMALL_RANGE);
  if (taut_program_is_busy(g)) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
}
