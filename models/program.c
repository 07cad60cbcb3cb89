#include "models/program.h"

#include <assert.h>

#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

static_assert(sizeof(taut_program_input) == TAUT_PROGRAM_IN_COUNT * 8, "order of the role");
static_assert(sizeof(taut_program_output) == TAUT_PROGRAM_OUT_COUNT * 8, "order of the role");
static_assert(sizeof(taut_program) % 8 == 0, "no padding");

static const double never_day = -1e10;

// --------------------------------------------------------------------------------------- answers

void taut_program_log(taut_program *g, int code, double value) {
  if (g->queue_n >= TAUT_PROGRAM_QUEUE) return;
  int64_t at = (g->queue_first + g->queue_n++) % TAUT_PROGRAM_QUEUE;
  g->queue_code[at] = code;
  g->queue_value[at] = value;
}

void taut_program_advise(const taut_program_call *c, int advice) {
  // What corrects a movement is no mere advice: it is always shown.
  bool is_prompt = advice >= TAUT_ADVICE_FORM_POSTURE && advice <= TAUT_ADVICE_HOLD;
  if (!is_prompt && (c->p->program_advises < 0.5 || BROKEN(c->g, ADVICE_SILENT))) return;
  taut_program_log(c->g, TAUT_SESSION_LOG_ADVICE, advice);
}

void taut_program_refuse(taut_program *g, int why) {
  g->output.refusal = why;
  g->output.refusal_seq += 1.0;
  taut_program_log(g, TAUT_SESSION_LOG_REFUSAL, why);
}

void taut_program_cue(taut_program *g, int cue) {
  g->cue_late = cue;
}

void taut_program_ask(taut_program *g, int request) {
  g->request = request;
  g->request_seq += 1.0;
}

// ------------------------------------------------------------------------------------------- init

static const char *check_entry(const taut_program_params *p, int e) {
  // One past the last: known by name only, so that who asks for it hears why not.
  if (p->entry_phase[e] > p->program_phases + 1.0) return "entry_phase is above program_phases";
  if (p->entry_exercise[e] < 1.0) return "entry_exercise must be 1 or more";
  if (p->entry_range_max_m[e] <= p->entry_range_min_m[e])
    return "entry_range_max_m must be above entry_range_min_m";
  bool is_loaded = p->entry_kind[e] == TAUT_PROGRAM_LOADED;
  if (is_loaded && p->entry_phase[e] < 1.0) return "quick relief must be without load";
  if (is_loaded && p->entry_load_start_lb[e] < 2.0) return "entry_load_start_lb must be 2 or more";
  if (is_loaded && p->entry_load_max_lb[e] < p->entry_load_start_lb[e])
    return "entry_load_max_lb must not be below entry_load_start_lb";
  bool has_length = p->entry_reps[e] > 0.0 || p->entry_time_s[e] > 0.0 ||
                    p->entry_user_ends[e] >= 0.5 || p->entry_kind[e] == TAUT_PROGRAM_CHECK;
  return has_length ? NULL : "an entry needs repetitions or a time";
}

const char *taut_program_init(taut_program *g, const taut_program_params *p, double period_s,
                              int64_t defect) {
  *g = (taut_program){.period_s = period_s, .defect = defect, .set = taut_session_params_default()};
  for (int e = 0; e < (int)p->program_entries; e++) {
    const char *fault = check_entry(p, e);
    if (fault) return fault;
  }
  g->set.profile = p->program_profile;
  g->frame_age_s = 1e6;  // no frame has been seen yet
  g->red_day = g->symptom_day = g->tissue_day = g->marker_day = g->session_day = never_day;
  g->output.program_phase = p->program_phases >= 1.0 ? 1.0 : 0.0;
  return taut_session_init(&g->machine, &g->set, period_s);
}

// -------------------------------------------------------------------------------------- each call

static void watch_frames(taut_program *g, const taut_program_input *in) {
  bool is_new = in->form_frame_seq != g->seen_frame_seq;
  g->seen_frame_seq = in->form_frame_seq;
  g->frame_age_s = is_new ? 0.0 : g->frame_age_s + g->period_s;
}

static void take_reports(const taut_program_call *c) {
  taut_program *g = c->g;
  const taut_session_input *in = &c->in->machine;
  if (in->report_seq != g->seen_report_seq) {
    g->seen_report_seq = in->report_seq;
    taut_program_take_report(c, in->report, c->in->report_severity);
  }
  if (in->form_alert_seq != g->seen_form_seq) {
    g->seen_form_seq = in->form_alert_seq;
    if (in->form_alert != TAUT_FORM_ALERT_CONE) {
      taut_program_take_form(c, (int)in->form_alert);
    } else if (taut_program_is_busy(g)) {
      taut_program_take_report(c, TAUT_REPORT_CONE, 0.0);
    }
  }
}

// A clearance that is taken back ends what is under way; a new one opens the lock.
static void watch_clearance(const taut_program_call *c) {
  taut_program *g = c->g;
  int lock = (int)g->output.lock;
  if (g->output.session_active >= 0.5 && taut_program_may_train(c)) {
    if (taut_program_is_busy(g)) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
    taut_program_lock(c, TAUT_SESSION_LOCK_CLEARANCE);
    taut_program_end_session(c, 3);
  } else if (lock == TAUT_SESSION_LOCK_SYMPTOM) {
    if (c->in->calendar_day > g->symptom_day) taut_program_lock(c, TAUT_SESSION_LOCK_NONE);
  } else if (lock && !taut_program_may_train(c)) {
    taut_program_lock(c, TAUT_SESSION_LOCK_NONE);
  }
}

// A machine that is still on its way to rest does not hear it: the person is told to ask again.
static void acknowledge(const taut_program_call *c) {
  double safety = c->in->machine.safety_state;
  if (safety > TAUT_SAFETY_ASSIST && safety != TAUT_SAFETY_LATCHED) {
    taut_program_refuse(c->g, TAUT_SESSION_REFUSAL_NOT_READY);
  } else {
    taut_program_ask(c->g, TAUT_REQUEST_ACKNOWLEDGE);
  }
}

static void take_request(const taut_program_call *c) {
  taut_program *g = c->g;
  if (c->in->machine.request_seq == g->seen_request_seq) return;
  g->seen_request_seq = c->in->machine.request_seq;
  switch ((int)c->in->machine.request) {
    case TAUT_REQUEST_START_SESSION: taut_program_start(c); break;
    case TAUT_REQUEST_END_SESSION: taut_program_end_session(c, 1); break;
    case TAUT_REQUEST_START_SET:
    case TAUT_REQUEST_NEXT_SET: taut_program_start_set(c); break;
    case TAUT_REQUEST_STOP_SET: taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN); break;
    case TAUT_REQUEST_ACKNOWLEDGE: acknowledge(c); break;
    case TAUT_REQUEST_CHOOSE_EXERCISE: taut_program_choose_exercise(c); break;
    case TAUT_REQUEST_CHOOSE_PHASE: taut_program_choose_phase(c); break;
    case TAUT_REQUEST_CHOOSE_LOAD: taut_program_choose_load(c); break;
    case TAUT_REQUEST_CHOOSE_MODE: taut_program_choose_mode(c); break;
    case TAUT_REQUEST_CONFIRM_MARKER: taut_program_answer_marker(c, true); break;
    case TAUT_REQUEST_DECLINE_MARKER: taut_program_answer_marker(c, false); break;
    case TAUT_REQUEST_PAUSE: taut_program_pause(c); break;
    case TAUT_REQUEST_RESUME: taut_program_resume(c); break;
    case TAUT_REQUEST_DONE: taut_program_done(c); break;
    case TAUT_REQUEST_QUICK_RELIEF: taut_program_start_relief(c); break;
    case TAUT_REQUEST_FELT_ELSEWHERE: taut_program_felt_elsewhere(c); break;
    default: break;
  }
}

// What the handles do. A hold or a carry ends by the clock, whatever that is.
static void observe(const taut_program_call *c) {
  const taut_program_side_input *side = c->in->side;
  int e = taut_program_entry(c->g);
  bool is_lift = e >= 0 && c->p->entry_hold_s[e] <= 0.0 && c->p->entry_is_carry[e] < 0.5;
  const double phase[2] = {is_lift ? side[0].phase : 0.0, is_lift ? side[1].phase : 0.0};
  const double speed[2] = {is_lift ? side[0].speed_m_s : 0.0, is_lift ? side[1].speed_m_s : 0.0};
  taut_session_observe(&c->g->machine, phase, speed);
}

// The session of single sets sees a set of one repetition, which is done when all of them are.
static void run_machine(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_session_input in = c->in->machine;
  if (g->request == TAUT_REQUEST_START_SET) {
    g->machine.p = g->set;
    taut_session_output *out = &g->machine.output;
    out->mode = g->set.mode;
    out->mode_speed_m_s = g->set.mode_speed_m_s;
    out->profile = g->set.profile;
    out->range_min_m = g->set.range_min_m;
    out->range_max_m = g->set.range_max_m;
    out->target_speed_m_s = g->set.target_speed_m_s;
  }
  in.request = g->request;
  in.request_seq = g->request_seq;
  in.report = in.report_seq = in.form_alert = in.form_alert_seq = 0.0;
  in.rep_count = g->ending == TAUT_PROGRAM_END_WHOLE ? 1.0 : 0.0;
  for (int k = 0; k < 2; k++) in.set_load_n[k] = g->set_load_lb[k] * TAUT_LBF_N;
  observe(c);
  taut_session_update(&g->machine, &in);
  g->request = TAUT_REQUEST_NONE;
  g->event_bits |= g->machine.event_bits;
  for (int i = 0; i < TAUT_SESSION_EVENT_COUNT; i++)
    if (g->machine.event_bits >> i & 1) g->event_value[i] = g->machine.event_value[i];
}

// ---------------------------------------------------------------------------------------- outputs

static double state_of(const taut_program_call *c) {
  const taut_program *g = c->g;
  double inner = g->machine.output.state;
  bool is_inner = inner == TAUT_SESSION_ARMING || inner == TAUT_SESSION_WORKING;
  if (is_inner) return inner;
  // A stopped machine waits for its acknowledgement, however often that takes.
  bool is_stopped =
      inner == TAUT_SESSION_STOPPED || c->in->machine.safety_state > TAUT_SAFETY_ASSIST;
  if (is_stopped) return TAUT_SESSION_STOPPED;
  int lock = (int)g->output.lock;
  if (lock == TAUT_SESSION_LOCK_RED_FLAG || lock == TAUT_SESSION_LOCK_CLEARANCE)
    return TAUT_SESSION_LOCKED;
  if (g->flow == TAUT_PROGRAM_FREE) return TAUT_SESSION_WORKING;
  return g->flow == TAUT_PROGRAM_REST ? TAUT_SESSION_RESTING : TAUT_SESSION_IDLE;
}

// The machine's cues come first; one of ours that meets one waits for the next call.
static void put_cue(taut_program *g, taut_session_output *out, double cue, double cue_seq) {
  out->cue = cue;
  out->cue_seq = cue_seq;
  if (g->machine.output.cue_seq != g->seen_cue_seq) {
    g->seen_cue_seq = g->machine.output.cue_seq;
    out->cue = g->machine.output.cue;
    out->cue_seq += 1.0;
  } else if (g->cue_late > 0.0) {
    out->cue = g->cue_late;
    out->cue_seq += 1.0;
    g->cue_late = 0.0;
  }
}

static void put_log(taut_program *g) {
  if (g->queue_n == 0) return;
  taut_program_output *out = &g->output;
  out->log = g->queue_code[g->queue_first];
  out->log_value = g->queue_value[g->queue_first];
  out->log_seq += 1.0;
  if (out->log == TAUT_SESSION_LOG_ADVICE) {
    out->advice = out->log_value;
    out->advice_seq += 1.0;
  }
  g->queue_first = (g->queue_first + 1) % TAUT_PROGRAM_QUEUE;
  g->queue_n--;
}

static void put(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_output *out = &g->output;
  double cue = out->machine.cue, cue_seq = out->machine.cue_seq;
  out->machine = g->machine.output;
  put_cue(g, &out->machine, cue, cue_seq);
  out->machine.state = state_of(c);
  out->machine.referrals = g->referrals;
  out->machine.sets_done = g->sets_done;
  for (int k = 0; k < 2; k++)
    if (BROKEN(g, HALF_POUNDS) && out->machine.load_n[k] > 0.0)
      out->machine.load_n[k] = g->set_load_lb[k] * TAUT_LBF_N;
  int e = taut_program_entry(g);
  bool is_in = e >= 0;
  out->exercise = is_in ? c->p->entry_exercise[e] : 0.0;
  out->side = is_in ? (double)g->side : 0.0;
  out->is_floor = is_in && c->p->entry_kind[e] != TAUT_PROGRAM_LOADED;
  out->set_no = is_in ? taut_min((double)g->set_no, c->p->entry_sets[e]) : 0.0;
  out->sets = is_in ? c->p->entry_sets[e] : 0.0;
  double good = 0.0;
  if (is_in && c->p->entry_kind[e] == TAUT_PROGRAM_LOADED)
    good = taut_program_memory(c, e)->good_lb[taut_program_memory_side(c, e)];
  out->machine.last_good_load_n = good * TAUT_LBF_N;
  put_log(g);
}

void taut_program_update(taut_program *g, const taut_program_params *p,
                         const taut_program_input *in) {
  const taut_program_call call = {p, in, g};
  g->event_bits = 0;
  g->stop_s += g->period_s;
  watch_frames(g, in);
  take_reports(&call);     // P1 red flags, P2 symptoms; P0, a stop of the machine, is below
  watch_clearance(&call);  // P3
  take_request(&call);     // P4, P5
  taut_program_flow(&call);
  run_machine(&call);
  put(&call);
}

bool taut_program_skip(taut_program *g, double duration_s) {
  double inner = g->machine.output.state;
  bool is_inner_busy = inner == TAUT_SESSION_ARMING || inner == TAUT_SESSION_WORKING;
  if (is_inner_busy || taut_program_is_busy(g) || g->request != TAUT_REQUEST_NONE) return false;
  g->output.rest_left_s = taut_max(0.0, g->output.rest_left_s - duration_s);
  g->machine.state_s += duration_s;
  g->stop_s += duration_s;
  return true;
}
