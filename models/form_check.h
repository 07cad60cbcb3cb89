/// A camera or band that watches technique: frames, misses, false alarms, latency, debounce.
///
/// Each frame gives a raw class: the true fault with probability `sensitivity` per frame, else
/// nothing; without a fault a false one with probability `false_alarm`. Whether a given onset can
/// be seen at all is drawn once per onset with `detection`, so misses are whole events and not only
/// frames. A class seen in `n_debounce` frames in a row becomes an alert, once per onset; the same
/// class alerts again only after `clear_s` without it. Alerts leave after a latency of whole
/// frames, drawn per alert.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_FORM_CHECK_H
#define TAUT_MODELS_FORM_CHECK_H

#include <stdint.h>

#define TAUT_FORM_CHECK_CLASSES 6
#define TAUT_FORM_CHECK_QUEUE 8

/// Row: X(id, field, UNIT, min, max, default, flags, help)
#define TAUT_FORM_CHECK_PARAMS(X)                                                               \
  X(1, frame_hz, TAUT_UNIT_HZ, 1, 240, 30, 0, "frames per second")                              \
  X(2, latency_min_s, TAUT_UNIT_S, 0, 5, 0.3, 0, "least time from a frame to its alert")        \
  X(3, latency_max_s, TAUT_UNIT_S, 0, 5, 1.0, 0, "greatest time from a frame to its alert")     \
  X(4, detection, TAUT_UNIT_NONE, 0, 1, 0.9, 0, "probability that an onset is seen at all")     \
  X(5, sensitivity, TAUT_UNIT_NONE, 0, 1, 0.95, 0,                                              \
    "probability per frame of an onset that is seen")                                           \
  X(6, false_alarm, TAUT_UNIT_NONE, 0, 1, 0.001, 0, "probability per frame without a fault")    \
  X(7, debounce, TAUT_UNIT_NONE, 1, 100, 2, TAUT_INTEGER, "frames in a row that make an alert") \
  X(8, clear_s, TAUT_UNIT_S, 0, 60, 1, 0, "time without the fault until it may alert again")    \
  X(9, cone_m, TAUT_UNIT_MM, 0, 0.1, 0.003, 0, "dome height that counts as coning")             \
  X(10, cone_noise_m, TAUT_UNIT_MM, 0, 0.05, 0, 0,                                              \
    "standard deviation of a height measured in a frame")                                       \
  X(11, enabled, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, "0 is a sensor that is switched off")

typedef struct taut_form_check_params {
#define TAUT_FORM_CHECK_FIELD(id, field, ...) double field;
  TAUT_FORM_CHECK_PARAMS(TAUT_FORM_CHECK_FIELD)
#undef TAUT_FORM_CHECK_FIELD
} taut_form_check_params;

typedef struct taut_form_check_input {
  double cone_height_m;  ///< true dome height
  double form_fault;     ///< TAUT_FORM_FAULT_*
} taut_form_check_input;

typedef struct taut_form_check {
  double alert, alert_seq, confidence, frame_seq;  ///< outputs
  double n_in_row[TAUT_FORM_CHECK_CLASSES];        ///< frames in a row with this class
  double is_seen[TAUT_FORM_CHECK_CLASSES];         ///< this onset can be seen: 0 or 1
  double is_present[TAUT_FORM_CHECK_CLASSES];      ///< true fault in the last frame: 0 or 1
  double is_alerted[TAUT_FORM_CHECK_CLASSES];      ///< told, and not yet clear: 0 or 1
  double n_clear[TAUT_FORM_CHECK_CLASSES];         ///< frames in a row without this class
  int64_t next_frame_ns;
  int64_t n_frames;
  int64_t queue_ns[TAUT_FORM_CHECK_QUEUE];  ///< when the alert leaves; 0 is free
  double queue_alert[TAUT_FORM_CHECK_QUEUE];
  double queue_confidence[TAUT_FORM_CHECK_QUEUE];
} taut_form_check;

/// Moves the sensor from now_ns to then_ns without looking: frames are counted and see nothing, and
/// alerts that were on their way arrive, the last of them on top.
void taut_form_check_skip(const taut_form_check_params *params, taut_form_check *state,
                          int64_t now_ns, int64_t then_ns);

/// Moves the sensor by one step from now_ns. An alert that finds the queue full is lost, like a
/// dropped message; the queue holds more alerts than the debounce and clear times can fill.
void taut_form_check_step(const taut_form_check_params *params, taut_form_check *state,
                          const taut_form_check_input *input, int64_t now_ns, uint64_t seed);

#endif
