/// What a person says: a symptom is noticed, and said once after a reaction time, perhaps not at
/// all.
///
/// An onset of a kind that is already waiting to be said, or that was noticed less than the
/// refractory time ago, is the same onset and is not said again. Two reports are at least 0.6 s
/// apart: she has one mouth, and no listener can miss one. All functions are pure, allocate
/// nothing; [any].
#ifndef TAUT_MODELS_SPEECH_H
#define TAUT_MODELS_SPEECH_H

#include <stdint.h>

/// Kinds are the labels TAUT_REPORT_* of taut/roles.h.
#define TAUT_SPEECH_KINDS 24

typedef struct taut_speech {
  double report;                                ///< last kind said
  double severity;                              ///< of it, 0..10
  double seq;                                   ///< counts reports
  int64_t n_waiting;                            ///< kinds that will be said
  int64_t quiet_until_ns;                       ///< no report before this
  int64_t due_ns[TAUT_SPEECH_KINDS];            ///< when it will be said; 0 is never
  int64_t blocked_until_ns[TAUT_SPEECH_KINDS];  ///< still the same onset until then
  double waiting_severity[TAUT_SPEECH_KINDS];
} taut_speech;

/// Notices a symptom at now_ns that will be said after delay_s. `is_said` 0 keeps it to herself.
/// Returns 1 when it is a new onset, else 0.
int taut_speech_notice(taut_speech *speech, int kind, double severity, double delay_s,
                       double refractory_s, int is_said, int64_t now_ns);

/// 1 when a symptom of that kind noticed now would be a new onset.
int taut_speech_is_new(const taut_speech *speech, int kind, int64_t now_ns);

/// Says what is due. Returns the kind said now, else 0.
int taut_speech_step(taut_speech *speech, int64_t now_ns);

#endif
