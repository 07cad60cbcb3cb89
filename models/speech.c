#include "models/speech.h"

#include "taut/math.h"

#define GAP_NS INT64_C(600000000)

int taut_speech_is_new(const taut_speech *speech, int kind, int64_t now_ns) {
  return speech->due_ns[kind] == 0 && now_ns >= speech->blocked_until_ns[kind];
}

int taut_speech_notice(taut_speech *speech, int kind, double severity, double delay_s,
                       double refractory_s, int is_said, int64_t now_ns) {
  if (!taut_speech_is_new(speech, kind, now_ns)) return 0;
  speech->blocked_until_ns[kind] = now_ns + taut_to_i64(refractory_s * 1e9);
  if (is_said) {
    speech->due_ns[kind] = now_ns + 1 + taut_to_i64(delay_s * 1e9);
    speech->waiting_severity[kind] = severity;
    speech->n_waiting++;
  }
  return 1;
}

int taut_speech_step(taut_speech *speech, int64_t now_ns) {
  if (speech->n_waiting == 0 || now_ns < speech->quiet_until_ns) return 0;
  int first = 0;
  for (int i = 1; i < TAUT_SPEECH_KINDS; i++) {
    int64_t due_ns = speech->due_ns[i];
    if (due_ns != 0 && due_ns <= now_ns && (first == 0 || due_ns < speech->due_ns[first]))
      first = i;
  }
  if (first == 0) return 0;
  speech->due_ns[first] = 0;
  speech->n_waiting--;
  speech->report = first;
  speech->severity = speech->waiting_severity[first];
  speech->seq += 1.0;
  speech->quiet_until_ns = now_ns + GAP_NS;
  return first;
}
