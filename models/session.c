#include "models/session.h"

#include <assert.h>
#include <math.h>

#include "taut/math.h"
#include "taut/roles.h"

static_assert(sizeof(taut_session_input) == 12 * 8, "order of the role");
static_assert(sizeof(taut_session) == (18 + 21 + 10 + 6 + 1 + 7) * 8, "no padding");

static const double retry_s = 2.0;  // arming is asked for again after this time
static const double rising_m_s = 0.05;
static const double pending_s =
    1.0;  // a request may be this early before the acknowledgement is through

taut_session_params taut_session_params_default(void) {
  return (taut_session_params){
#define TAUT_SESSION_DEFAULT(id, name, unit, lo, hi, def, ...) .name = (def),
      TAUT_SESSION_PARAMS(TAUT_SESSION_DEFAULT)
#undef TAUT_SESSION_DEFAULT
  };
}

const char *taut_session_init(taut_session *s, const taut_session_params *p, double period_s) {
  if (p->range_max_m <= p->range_min_m) return "range_max_m must be above range_min_m";
  *s = (taut_session){.p = *p, .period_s = period_s};
  s->output = (taut_session_output){
      .mode = p->mode,
      .mode_stiffness_n_m = p->mode_stiffness_n_m,
      .mode_eccentric_gain = p->mode_eccentric_gain,
      .mode_speed_m_s = p->mode_speed_m_s,
      .mode_damping_ns_m = p->mode_damping_ns_m,
      .profile = p->profile,
      .range_min_m = p->range_min_m,
      .range_max_m = p->range_max_m,
      .target_speed_m_s = p->target_speed_m_s,
  };
  return NULL;
}

static void emit(taut_session *s, int event, double value) {
  s->event_bits |= UINT64_C(1) << event;
  s->event_value[event] = value;
}

static void command(taut_session *s, int what) {
  s->output.command = what;
  s->output.command_seq += 1.0;
}

static void cue(taut_session *s, int what) {
  s->output.cue = what;
  s->output.cue_seq += 1.0;
}

static void enter(taut_session *s, int state) {
  s->output.state = state;
  s->state_s = 0.0;
  s->is_ready = s->is_ending = s->is_counting = 0;
  emit(s, TAUT_SESSION_EVENT_STATE, state);
}

// --------------------------------------------------------------------------------- load and search

double taut_session_offer(const taut_session *s, double asked_lb) {
  if (s->failed_lb <= 0.0) return asked_lb;
  if (s->is_searching && s->p.search >= 0.5) {
    // Halfway between the last good and the failing load, in whole pounds; the good one at the end.
    return s->failed_lb - s->good_lb > 1.0 ? s->good_lb + floor(0.5 * (s->failed_lb - s->good_lb))
                                           : s->good_lb;
  }
  // Back to the last good pound, or to half when nothing has been good yet.
  double most = s->good_lb > 0.0 ? s->good_lb : floor(0.5 * s->failed_lb);
  return taut_min(asked_lb, most);
}

static void prescribe(taut_session *s, const taut_session_input *in) {
  double asked[2] = {
      s->p.uses_left >= 0.5 ? rint(in->set_load_n[0] / TAUT_LBF_N) : 0.0,
      s->p.uses_right >= 0.5 ? rint(in->set_load_n[1] / TAUT_LBF_N) : 0.0,
  };
  double heavier = taut_max(asked[0], asked[1]);
  s->offered_lb = taut_session_offer(s, heavier);
  for (int i = 0; i < 2; i++) {
    // The lighter side keeps its share, rounded down.
    double pounds = heavier > 0.0 ? floor(asked[i] * s->offered_lb / heavier + 1e-9) : 0.0;
    s->output.load_n[i] = pounds * TAUT_LBF_N;
  }
  emit(s, TAUT_SESSION_EVENT_OFFER, s->offered_lb * TAUT_LBF_N);
}

static void note_good(taut_session *s) {
  s->output.sets_done += 1.0;
  emit(s, TAUT_SESSION_EVENT_SET_DONE, s->p.reps);
  bool is_below = s->failed_lb <= 0.0 || s->offered_lb < s->failed_lb;
  if (is_below && s->offered_lb > s->good_lb) s->good_lb = s->offered_lb;
  s->output.last_good_load_n = s->good_lb * TAUT_LBF_N;
  if (s->is_searching && s->failed_lb - s->good_lb <= 1.0) {
    emit(s, TAUT_SESSION_EVENT_SEARCH_DONE, s->good_lb * TAUT_LBF_N);
  }
}

static void note_failure(taut_session *s, bool is_cone) {
  if (s->offered_lb <= 0.0) return;
  if (s->failed_lb <= 0.0 || s->offered_lb < s->failed_lb) s->failed_lb = s->offered_lb;
  // A load that was good once and fails now is good no more.
  if (s->good_lb >= s->failed_lb) s->good_lb = taut_max(0.0, s->failed_lb - 1.0);
  s->output.last_good_load_n = s->good_lb * TAUT_LBF_N;
  s->is_searching = is_cone;
  if (s->is_searching && s->failed_lb - s->good_lb <= 1.0) {
    emit(s, TAUT_SESSION_EVENT_SEARCH_DONE, s->good_lb * TAUT_LBF_N);
  }
}

// ---------------------------------------------------------------------------------------- symptoms

static bool is_symptom(double report) {
  return report != TAUT_REPORT_NONE && report != TAUT_REPORT_TOO_HEAVY &&
         report != TAUT_REPORT_CRAMP && report != TAUT_REPORT_BREATH_DONE &&
         report != TAUT_REPORT_STOP;
}

// What a professional should look at.
static bool is_referral(double report) {
  return is_symptom(report) && report != TAUT_REPORT_CONE && report != TAUT_REPORT_LET_GO;
}

// Red flags: no further set before somebody qualified has cleared the person.
static bool is_red(double report) {
  return report == TAUT_REPORT_CHEST_PAIN || report == TAUT_REPORT_CALF_PAIN ||
         report == TAUT_REPORT_BLEEDING || report == TAUT_REPORT_FEVER ||
         report == TAUT_REPORT_HEADACHE || report == TAUT_REPORT_NUMBNESS;
}

static bool is_busy(const taut_session *s) {
  return s->output.state == TAUT_SESSION_ARMING || s->output.state == TAUT_SESSION_WORKING;
}

// Ends the set at once; the controller has unloaded or does so now.
static void stop(taut_session *s, int state) {
  bool was_working = s->output.set_active >= 0.5;
  if (was_working) emit(s, TAUT_SESSION_EVENT_SET_BROKEN, s->offered_lb * TAUT_LBF_N);
  s->output.set_active = 0.0;
  cue(s, TAUT_CUE_STOP);
  enter(s, state);
}

static void take_symptom(taut_session *s, double report) {
  bool is_red_flag = is_red(report);
  if (is_symptom(report)) emit(s, TAUT_SESSION_EVENT_SYMPTOM, report);
  if (is_referral(report)) {
    s->output.referrals += 1.0;
    emit(s, TAUT_SESSION_EVENT_REFER, report);
  }
  bool is_busy_now = is_busy(s);
  if (is_symptom(report) && (is_busy_now || s->output.state == TAUT_SESSION_RESTING)) {
    note_failure(s, report == TAUT_REPORT_CONE);
  } else if (is_symptom(report) && report != TAUT_REPORT_CONE) {
    s->is_searching = 0;  // more than a cone: nothing goes up again today
  }
  if (is_red_flag) {
    stop(s, TAUT_SESSION_LOCKED);
  } else if (is_busy_now) {
    stop(s, TAUT_SESSION_STOPPED);
  }
}

static void take_reports(taut_session *s, const taut_session_input *in) {
  if (in->report_seq != s->report_seq) {
    s->report_seq = in->report_seq;
    if (is_symptom(in->report) || in->report == TAUT_REPORT_STOP) take_symptom(s, in->report);
  }
  if (in->form_alert_seq != s->form_seq) {
    s->form_seq = in->form_alert_seq;
    bool is_cone = in->form_alert == TAUT_FORM_ALERT_CONE;
    if (is_cone && is_busy(s)) take_symptom(s, TAUT_REPORT_CONE);
  }
}

// -------------------------------------------------------------------------------------------- flow

static void start_set(taut_session *s, const taut_session_input *in) {
  if (is_busy(s) || s->output.state == TAUT_SESSION_LOCKED) return;
  if (in->safety_state > TAUT_SAFETY_ASSIST) {  // to be acknowledged first
    s->wish_s = pending_s;
    return;
  }
  s->wish_s = 0.0;
  prescribe(s, in);
  if (s->output.load_n[0] <= 0.0 && s->output.load_n[1] <= 0.0) return;
  enter(s, TAUT_SESSION_ARMING);
  cue(s, TAUT_CUE_TAKE_HANDLES);
  command(s, TAUT_COMMAND_ARM_REQUEST);
}

static void end_set(taut_session *s, bool is_whole) {
  s->output.set_active = 0.0;
  s->is_ending = 1;
  s->is_whole = is_whole;
  s->state_s = 0.0;
  command(s, TAUT_COMMAND_UNLOAD);
  cue(s, TAUT_CUE_PUT_DOWN);
}

static void rest(taut_session *s) {
  command(s, TAUT_COMMAND_DISARM);
  if (s->is_whole) {
    note_good(s);
  } else {
    emit(s, TAUT_SESSION_EVENT_SET_BROKEN, s->offered_lb * TAUT_LBF_N);
  }
  s->output.load_n[0] = s->output.load_n[1] = 0.0;
  cue(s, TAUT_CUE_REST);
  enter(s, TAUT_SESSION_RESTING);
}

static void take_request(taut_session *s, const taut_session_input *in) {
  if (in->request_seq == s->request_seq) return;
  s->request_seq = in->request_seq;
  switch ((int)in->request) {
    case TAUT_REQUEST_START_SET:
    case TAUT_REQUEST_NEXT_SET: start_set(s, in); break;
    case TAUT_REQUEST_STOP_SET:
      if (is_busy(s) && !s->is_ending) end_set(s, false);
      break;
    case TAUT_REQUEST_ACKNOWLEDGE:
      command(s, TAUT_COMMAND_ACKNOWLEDGE);
      if (s->output.state == TAUT_SESSION_STOPPED) {
        s->output.load_n[0] = s->output.load_n[1] = 0.0;
        enter(s, TAUT_SESSION_IDLE);
      }
      break;
    default: break;
  }
}

static void step_arming(taut_session *s, const taut_session_input *in) {
  if (s->is_ready && in->arm_state == TAUT_ARM_ARMED) {
    // The controller's first ramp from take-up tension; the prescription is known, so is its
    // length.
    double load = taut_max(s->output.load_n[0], s->output.load_n[1]);
    s->ramp_s += s->period_s;
    if (s->ramp_s < load / s->p.ramp_n_s + s->p.ramp_margin_s) return;
    enter(s, TAUT_SESSION_WORKING);
    s->output.set_active = 1.0;
    cue(s, TAUT_CUE_LIFT);
    return;
  }
  s->ramp_s = 0.0;
  if (in->arm_state == TAUT_ARM_READY) {
    if (!s->is_ready) command(s, TAUT_COMMAND_ARM_CONFIRM);
    s->is_ready = 1;
    return;
  }
  s->is_ready = 0;
  if (s->state_s > s->p.arming_s) {
    end_set(s, false);
  } else if (in->arm_state == TAUT_ARM_DISARMED && fmod(s->state_s, retry_s) < s->period_s &&
             s->state_s > 0.5 * retry_s) {
    command(s, TAUT_COMMAND_ARM_REQUEST);  // it was refused; perhaps the reason is gone
  }
}

static void step_working(taut_session *s, const taut_session_input *in) {
  // The spotter forgets the last set only when it sees this one begin.
  if (in->rep_count < s->p.reps) s->is_counting = 1;
  bool is_full = s->p.reps > 0.0 && s->is_counting && in->rep_count >= s->p.reps;
  bool is_timed = s->p.set_s > 0.0 && s->state_s >= s->p.set_s;
  bool is_lost = in->cause == TAUT_CAUSE_SPOTTER || in->arm_state != TAUT_ARM_ARMED;
  // However far the count is: nothing is taken from somebody who lifts.
  if ((is_full && !s->is_lifting) || is_timed) {
    end_set(s, true);
  } else if (is_lost) {
    end_set(s, false);  // the spotter has taken the load, or the machine has disarmed itself
  }
}

void taut_session_observe(taut_session *s, const double phase[2], const double speed_m_s[2]) {
  s->is_lifting = 0;
  for (int i = 0; i < 2; i++) {
    // The spotter calls it a lift only some centimetres later.
    bool is_rising = speed_m_s[i] > rising_m_s;
    s->is_lifting |= phase[i] == TAUT_PHASE_CONCENTRIC || is_rising;
  }
}

void taut_session_update(taut_session *s, const taut_session_input *in) {
  s->event_bits = 0;
  s->output.heartbeat_seq += 1.0;
  s->state_s += s->period_s;
  take_reports(s, in);
  take_request(s, in);
  if (s->wish_s > 0.0) {
    s->wish_s -= s->period_s;
    if (in->safety_state <= TAUT_SAFETY_ASSIST) start_set(s, in);
  }
  // The machine has left its normal state: the set is over, whatever the reason.
  if (is_busy(s) && in->safety_state > TAUT_SAFETY_ASSIST) stop(s, TAUT_SESSION_STOPPED);
  if (!is_busy(s)) return;
  if (s->is_ending) {
    if (in->arm_state == TAUT_ARM_DISARMED || s->state_s >= s->p.put_down_s) rest(s);
  } else if (s->output.state == TAUT_SESSION_ARMING) {
    step_arming(s, in);
  } else {
    step_working(s, in);
  }
}
