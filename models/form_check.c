#include "models/form_check.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "taut/math.h"
#include "taut/roles.h"

static_assert(TAUT_FORM_ALERT_LUMBAR < TAUT_FORM_CHECK_CLASSES, "every class has a place");
static_assert(sizeof(taut_form_check) ==
                  (4 + 5 * TAUT_FORM_CHECK_CLASSES + 2 + 3 * TAUT_FORM_CHECK_QUEUE) * 8,
              "no padding");

enum { DRAW_DETECTION = 1, DRAW_FRAME, DRAW_NOISE, DRAW_LATENCY, DRAW_CONFIDENCE };

/// The class that a technique fault is seen as: a lift out of the knees shows in the posture.
static int class_of(int form_fault) {
  switch (form_fault) {
    case TAUT_FORM_FAULT_POSTURE:
    case TAUT_FORM_FAULT_QUAD_DOMINANT: return TAUT_FORM_ALERT_POSTURE;
    case TAUT_FORM_FAULT_LUMBAR: return TAUT_FORM_ALERT_LUMBAR;
    default: return TAUT_FORM_ALERT_NONE;  // a camera does not see breath
  }
}

static void send(const taut_form_check_params *params, taut_form_check *state, int alert,
                 int64_t now_ns, uint64_t seed) {
  double frame_ns = 1e9 / params->frame_hz;
  double u = taut_random_uniform(seed, DRAW_LATENCY, now_ns, (uint32_t)alert);
  double latency_s = params->latency_min_s + u * (params->latency_max_s - params->latency_min_s);
  // Whole frames, still within the bounds when a frame fits between them.
  double n = ceil(latency_s * params->frame_hz);
  if (n > params->latency_max_s * params->frame_hz) n = floor(latency_s * params->frame_hz);
  for (int i = 0; i < TAUT_FORM_CHECK_QUEUE; i++) {
    if (state->queue_ns[i] != 0) continue;
    state->queue_ns[i] = now_ns + 1 + taut_to_i64(n * frame_ns);
    state->queue_alert[i] = alert;
    state->queue_confidence[i] =
        0.6 + 0.4 * taut_random_uniform(seed, DRAW_CONFIDENCE, now_ns, (uint32_t)alert);
    return;
  }
}

static int sees(const taut_form_check_params *params, taut_form_check *state, int class,
                double is_present, int64_t now_ns, uint64_t seed) {
  if (is_present != 0.0 && state->is_present[class] == 0.0)
    state->is_seen[class] =
        taut_random_uniform(seed, DRAW_DETECTION, now_ns, (uint32_t) class) < params->detection;
  state->is_present[class] = is_present;
  double p = is_present == 0.0 ? params->false_alarm : state->is_seen[class] * params->sensitivity;
  return taut_random_uniform(seed, DRAW_FRAME, now_ns, (uint32_t) class) < p;
}

static void look(const taut_form_check_params *params, taut_form_check *state,
                 const taut_form_check_input *input, int64_t now_ns, uint64_t seed) {
  double height_m =
      input->cone_height_m + params->cone_noise_m * taut_random_normal(seed, DRAW_NOISE, now_ns, 0);
  int fault = class_of((int)taut_to_i64(input->form_fault));
  for (int class = 1; class <= TAUT_FORM_ALERT_LUMBAR; class ++) {
    double is_present = class == TAUT_FORM_ALERT_CONE ? height_m > params->cone_m : class == fault;
    // Noise must not make one event into many: an onset ends when the height is clearly below.
    if (class == TAUT_FORM_ALERT_CONE && state->is_present[class] != 0.0)
      is_present = height_m > params->cone_m - 4.0 * params->cone_noise_m;
    if (sees(params, state, class, is_present, now_ns, seed)) {
      state->n_in_row[class] += 1.0;
      state->n_clear[class] = 0.0;
    } else {
      state->n_in_row[class] = 0.0;
      state->n_clear[class] += 1.0;
      if (state->n_clear[class] >= params->clear_s * params->frame_hz)
        state->is_alerted[class] = 0.0;
    }
    if (state->n_in_row[class] < params->debounce || state->is_alerted[class] != 0.0) continue;
    state->is_alerted[class] = 1.0;
    bool is_quad = class == fault && input->form_fault == TAUT_FORM_FAULT_QUAD_DOMINANT;
    send(params, state, is_quad ? TAUT_FORM_ALERT_QUAD_DOMINANT : class, now_ns, seed);
  }
}

void taut_form_check_step(const taut_form_check_params *params, taut_form_check *state,
                          const taut_form_check_input *input, int64_t now_ns, uint64_t seed) {
  if (params->enabled == 0.0) return;
  for (int i = 0; i < TAUT_FORM_CHECK_QUEUE; i++) {
    if (state->queue_ns[i] == 0 || state->queue_ns[i] > now_ns) continue;
    state->queue_ns[i] = 0;
    state->alert = state->queue_alert[i];
    state->confidence = state->queue_confidence[i];
    state->alert_seq += 1.0;
    break;  // one a step: the counter and its label stay together
  }
  if (now_ns < state->next_frame_ns) return;
  state->n_frames++;
  state->frame_seq += 1.0;
  // Frame times are computed, not added up, so that 30 Hz does not drift.
  state->next_frame_ns = taut_to_i64((double)state->n_frames * 1e9 / params->frame_hz);
  look(params, state, input, now_ns, seed);
}

// The alert that is due first, at the latest at `then_ns`; -1 without one.
static int first_due(const taut_form_check *state, int64_t then_ns) {
  int first = -1;
  for (int i = 0; i < TAUT_FORM_CHECK_QUEUE; i++) {
    if (state->queue_ns[i] == 0 || state->queue_ns[i] > then_ns) continue;
    if (first < 0 || state->queue_ns[i] < state->queue_ns[first]) first = i;
  }
  return first;
}

void taut_form_check_skip(const taut_form_check_params *params, taut_form_check *state,
                          int64_t now_ns, int64_t then_ns) {
  if (params->enabled == 0.0 || then_ns <= now_ns) return;
  for (int i = first_due(state, then_ns); i >= 0; i = first_due(state, then_ns)) {
    state->queue_ns[i] = 0;
    state->alert = state->queue_alert[i];
    state->confidence = state->queue_confidence[i];
    state->alert_seq += 1.0;
  }
  // The next frame is the first at or after then_ns.
  int64_t n = taut_to_i64(ceil((double)then_ns * params->frame_hz / 1e9));
  if (n <= state->n_frames) return;
  double n_unseen = (double)(n - state->n_frames);
  state->frame_seq += n_unseen;
  state->n_frames = n;
  state->next_frame_ns = taut_to_i64((double)n * 1e9 / params->frame_hz);
  for (int class = 1; class < TAUT_FORM_CHECK_CLASSES; class ++) {
    state->n_in_row[class] = state->is_present[class] = state->is_seen[class] = 0.0;
    state->n_clear[class] += n_unseen;
    if (state->n_clear[class] >= params->clear_s * params->frame_hz) state->is_alerted[class] = 0.0;
  }
}
