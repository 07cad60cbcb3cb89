#include "models/spotter.h"

#include <assert.h>
#include <math.h>

#include "taut/math.h"
#include "taut/roles.h"

static_assert(sizeof(taut_spotter_side) == 15 * 8, "no padding");
static_assert(sizeof(taut_spotter) == (23 + 12 + 30 + 11 + 10 + 1 + 5) * 8, "no padding");

static const double again_s = 0.5;     // between two stages because of asymmetry
static const double regained_s = 3.0;  // the known-bad spotter's patience

taut_spotter_params taut_spotter_params_default(void) {
  return (taut_spotter_params){
#define TAUT_SPOTTER_DEFAULT(id, name, unit, lo, hi, def, help) .name = (def),
      TAUT_SPOTTER_PARAMS(TAUT_SPOTTER_DEFAULT)
#undef TAUT_SPOTTER_DEFAULT
  };
}

static void write(taut_spotter *s) {
  taut_spotter_output *out = &s->output;
  for (int i = 0; i < 2; i++) {
    out->side[i].load_scale = s->scale;
    out->side[i].phase = (double)s->side[i].phase;
    out->side[i].rep_count = s->side[i].rep_count;
  }
  out->state = (double)s->state;
  out->unload = s->state == TAUT_SPOTTER_UNLOADING || s->is_latched;
  out->asymmetry = (double)s->is_apart;
  out->symptom_latched = (double)s->is_latched;
}

const char *taut_spotter_init(taut_spotter *s, const taut_spotter_params *p, double period_s) {
  if (p->top_share <= p->bottom_share) return "top_share must be above bottom_share";
  *s = (taut_spotter){.p = *p, .period_s = period_s, .scale = 1.0, .target = 1.0};
  write(s);
  return NULL;
}

bool taut_spotter_is_symptom(double report) {
  return report != TAUT_REPORT_NONE && report != TAUT_REPORT_TOO_HEAVY &&
         report != TAUT_REPORT_CRAMP && report != TAUT_REPORT_BREATH_DONE;
}

static void emit(taut_spotter *s, int event, double value) {
  s->event_bits |= UINT64_C(1) << event;
  s->event_value[event] = value;
}

static bool is_used(const taut_spotter_input *in, int i) {
  return in->side[i].load_n > 0.0;
}

// One stage of help; at the floor the rest goes too.
static void help(taut_spotter *s) {
  s->help_s = 0.0;
  s->good_reps = 0.0;
  s->has_struggled = 1;
  if (s->p.defects & TAUT_SPOTTER_NEVER_HELPS) return;
  s->target = taut_max(s->target - s->p.help_share, s->p.floor_share);
  if (s->state == TAUT_SPOTTER_WATCHING) s->state = TAUT_SPOTTER_ASSISTING;
}

static void begin_struggle(taut_spotter *s) {
  s->is_helping = 1;
  s->is_final |= s->has_restored;  // what came back was too much: no up and down from here
  s->output.struggle_seq += 1.0;
  s->struggles += 1.0;
  emit(s, TAUT_SPOTTER_EVENT_STRUGGLE, s->scale);
  help(s);
}

static void take_symptom(taut_spotter *s, double report) {
  if (s->is_latched) return;
  s->is_latched = 1;
  s->is_helping = 0;
  s->symptom_s = 0.0;
  s->state = TAUT_SPOTTER_LATCHED;
  s->target = s->scale;
  emit(s, TAUT_SPOTTER_EVENT_SYMPTOM, report);
}

static void take_reports(taut_spotter *s, const taut_spotter_input *in) {
  if (in->report_seq != s->report_seq) {
    s->report_seq = in->report_seq;
    if (taut_spotter_is_symptom(in->report)) take_symptom(s, in->report);
    if (in->report == TAUT_REPORT_TOO_HEAVY && s->is_active && !s->is_helping &&
        s->state <= TAUT_SPOTTER_ASSISTING) {
      begin_struggle(s);
      s->is_helping = 0;  // said once, helped once
    }
  }
  if (in->form_alert_seq != s->form_seq) {
    s->form_seq = in->form_alert_seq;
    if (in->form_alert == TAUT_FORM_ALERT_CONE) take_symptom(s, TAUT_REPORT_CONE);
  }
}

// The known-bad spotter forgets the symptom and gives the load back.
static void forget_symptom(taut_spotter *s) {
  s->symptom_s += s->period_s;
  if (s->symptom_s < regained_s) return;
  s->is_latched = 0;
  s->target = 1.0;
  s->state = TAUT_SPOTTER_WATCHING;
}

// A new arming begins with the whole prescription; a new set with no repetition.
static void take_edges(taut_spotter *s, const taut_spotter_input *in) {
  int64_t is_armed = in->armed >= 0.5, is_active = in->set_active >= 0.5;
  if (is_armed && !s->is_armed) {
    s->scale = s->target = 1.0;
    s->state = TAUT_SPOTTER_WATCHING;
    s->is_helping = s->is_latched = s->is_apart = s->has_restored = s->is_final = 0;
    s->good_reps = s->struggles = 0.0;
  }
  if (is_active && !s->is_active) {
    s->output.rep_count = 0.0;
    s->side[0].rep_count = s->side[1].rep_count = 0.0;
    s->side[0].phase = s->side[1].phase = TAUT_PHASE_IDLE;
    s->may_restore = s->has_struggled = 0;
  }
  s->is_armed = is_armed;
  s->is_active = is_active;
}

static void observe_sides(taut_spotter *s, const taut_spotter_input *in) {
  bool was_lifting = false, is_lifting = false;
  for (int i = 0; i < 2; i++) {
    if (!is_used(in, i)) {
      s->side[i].phase = TAUT_PHASE_IDLE;
      continue;
    }
    was_lifting |= s->side[i].phase == TAUT_PHASE_CONCENTRIC;
    taut_spotter_observe(s, i, in);
    is_lifting |= s->side[i].phase == TAUT_PHASE_CONCENTRIC;
  }
  if (is_lifting && !was_lifting) {
    s->may_restore = 1;
    s->has_struggled = 0;
  }
  double reps = 1e6;
  for (int i = 0; i < 2; i++) {
    if (is_used(in, i)) reps = taut_min(reps, s->side[i].rep_count);
  }
  if (reps < 1e6 && reps > s->output.rep_count) {
    s->output.rep_count = reps;
    s->good_reps = s->has_struggled ? 0.0 : s->good_reps + 1.0;
    emit(s, TAUT_SPOTTER_EVENT_REP, reps);
  }
}

static bool is_struggling(const taut_spotter *s) {
  return s->side[0].is_struggling || s->side[1].is_struggling;
}

// Whether a helped repetition goes on by itself, or is over.
static bool is_recovered(const taut_spotter *s, const taut_spotter_input *in) {
  for (int i = 0; i < 2; i++) {
    const taut_spotter_side *side = &s->side[i];
    bool is_lift = side->phase == TAUT_PHASE_CONCENTRIC;
    bool is_sinking = side->phase == TAUT_PHASE_ECCENTRIC && side->has_failed;
    double due = s->p.recover_share * in->target_speed_m_s;
    if (is_sinking || (is_lift && in->side[i].speed_m_s < due)) return false;
  }
  return true;
}

static bool is_down(const taut_spotter *s, const taut_spotter_input *in) {
  for (int i = 0; i < 2; i++) {
    if (is_used(in, i) && s->side[i].phase != TAUT_PHASE_REST) return false;
  }
  return true;
}

static void step_help(taut_spotter *s, const taut_spotter_input *in) {
  if (s->state > TAUT_SPOTTER_ASSISTING) return;
  s->help_s += s->period_s;
  if (!s->is_helping) {
    if (is_struggling(s)) begin_struggle(s);
  } else if (is_recovered(s, in)) {
    s->is_helping = 0;
  } else if (s->help_s >= s->p.help_s) {
    help(s);
  }
  // Help down to the floor was not enough, or help was needed again and again: then the set is
  // over, in the second case not before the handles are down.
  bool is_low = s->is_helping && taut_max(s->scale, s->target) <= s->p.floor_share + 1e-9;
  bool is_over = !s->is_helping && s->struggles >= s->p.struggles_max && is_down(s, in);
  if ((is_low || is_over) && !(s->p.defects & TAUT_SPOTTER_NEVER_HELPS)) {
    s->state = TAUT_SPOTTER_UNLOADING;
    s->is_helping = 0;
    emit(s, TAUT_SPOTTER_EVENT_UNLOAD, s->scale);
  }
}

// Some of the load comes back at the start of a repetition, when two before it went well.
static void step_restore(taut_spotter *s) {
  if (!s->may_restore) return;
  s->may_restore = 0;
  if (s->state != TAUT_SPOTTER_ASSISTING || s->is_helping || s->is_latched) return;
  if (s->good_reps < s->p.good_reps || s->is_final || s->target >= 1.0) return;
  s->has_restored = 1;
  s->target = taut_min(1.0, s->target + s->p.restore_share);
}

// One side lags, in position or in what it carries: both go to the weaker one.
static void step_asymmetry(taut_spotter *s, const taut_spotter_input *in) {
  const taut_spotter_side_input *l = &in->side[0], *r = &in->side[1];
  bool is_both = is_used(in, 0) && is_used(in, 1) && s->p.asymmetry_m > 0.0 &&
                 s->state <= TAUT_SPOTTER_ASSISTING;
  double apart = is_both ? fabs(l->position_m - r->position_m) : 0.0;
  if (apart > s->p.asymmetry_m || (s->is_apart && apart > 0.5 * s->p.asymmetry_m)) {
    s->apart_s += s->period_s;
  } else {
    s->apart_s = 0.0;
    s->is_apart = 0;
  }
  double due = s->is_apart ? again_s : s->p.asymmetry_s;
  if (s->apart_s >= due) {
    if (!s->is_apart) emit(s, TAUT_SPOTTER_EVENT_ASYMMETRY, apart);
    s->is_apart = 1;
    s->apart_s = 0.0;
    help(s);
  }
  double share_l = is_both ? taut_min(1.0, l->load_command_n / l->load_n) : 1.0;
  double share_r = is_both ? taut_min(1.0, r->load_command_n / r->load_n) : 1.0;
  bool is_uneven = fabs(share_l - share_r) > s->p.asymmetry_share;
  s->apart_n_s = is_uneven ? s->apart_n_s + s->period_s : 0.0;
  if (s->apart_n_s >= s->p.asymmetry_s && !(s->p.defects & TAUT_SPOTTER_NEVER_HELPS)) {
    double lower = taut_max(taut_min(share_l, share_r), s->p.floor_share);
    if (lower < s->target) {
      s->target = lower;
      s->good_reps = 0.0;
      s->state = TAUT_SPOTTER_ASSISTING;
    }
  }
}

void taut_spotter_update(taut_spotter *s, const taut_spotter_input *in) {
  s->event_bits = 0;
  take_edges(s, in);
  take_reports(s, in);
  bool is_safe = in->safety_state <= TAUT_SAFETY_ASSIST;
  if (s->is_active && s->is_armed && is_safe) {
    observe_sides(s, in);
    step_help(s, in);
    step_asymmetry(s, in);
    step_restore(s);
  } else {
    s->side[0].phase = s->side[1].phase = TAUT_PHASE_IDLE;
    s->is_helping = s->is_apart = 0;
  }
  if (s->is_latched && (s->p.defects & TAUT_SPOTTER_RESTORES_AFTER_SYMPTOM)) forget_symptom(s);

  // The share follows its target no faster than the heavier side may change.
  double load = taut_max(taut_max(in->side[0].load_n, in->side[1].load_n), 1.0);
  double step = s->p.rate_n_s / load * s->period_s;
  s->scale += taut_clamp(s->target - s->scale, -step, step);
  s->scale = taut_clamp(s->scale, 0.0, 1.0);
  if (s->state == TAUT_SPOTTER_ASSISTING && !s->is_helping && s->scale >= 1.0) {
    s->state = TAUT_SPOTTER_WATCHING;
  }
  write(s);
}
