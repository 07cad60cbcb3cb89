#include "engine/fault.h"

#include <math.h>
#include <stddef.h>

#include "taut/math.h"

const char *taut_fault_kind_name(taut_fault_kind kind) {
  static const char *const names[] = {
#define FAULT_NAME(name, label) label,
      TAUT_FAULT_MAP(FAULT_NAME)
#undef FAULT_NAME
  };
  return (unsigned)kind < TAUT_FAULT_COUNT ? names[kind] : NULL;
}

void taut_fault_start(const plan_fault *fault, run_fault *state, run_fault_slot *slots,
                      int64_t now_ns) {
  double magnitude = fault->fault.magnitude;
  state->is_on = 1;
  state->since_ns = now_ns;
  state->n_calls = magnitude > 1 ? (uint64_t)taut_to_i64(magnitude) : 1;
  for (uint32_t e = 0; e < fault->n_slot_states; e++)
    slots[fault->first_slot_state + e] = (run_fault_slot){0};
}

// Ties to even, without libm: adding 1.5 * 2^52 leaves no room for a fraction.
static double nearest(double x) {
  const double shift = 6755399441055744.0;
  return fabs(x) < 2251799813685248.0 ? (x + shift) - shift : x;
}

static bool strikes(const fault_sample *sample, double probability, int64_t tick_ns) {
  if (!(probability > 0 && probability < 1)) return true;
  return taut_random_uniform(sample->seed, sample->stream, tick_ns, 2 * sample->element) <
         probability;
}

// Time at which the sample of `time_ns` reaches the reader. A pure function, so it need not be
// stored.
static int64_t arrival(const taut_fault *fault, const fault_sample *sample, int64_t time_ns) {
  if (fault->kind == TAUT_FAULT_DELAY) return time_ns + fault->delay_ns;
  if (!strikes(sample, fault->magnitude, time_ns)) return time_ns;
  double part = taut_random_uniform(sample->seed, sample->stream, time_ns, 2 * sample->element + 1);
  return time_ns + taut_to_i64(part * (double)fault->delay_ns);
}

static void push(const plan_fault *fault, run_fault_slot *slot, const fault_sample *sample,
                 double x) {
  uint32_t capacity = fault->ring_capacity;
  if (slot->n_pushed) {
    // A second value of the same tick replaces the first.
    run_sample *last = &sample->ring[(slot->n_pushed - 1) % capacity];
    if (last->time_ns == sample->tick_ns) {
      last->value = x;
      return;
    }
  }
  sample->ring[slot->n_pushed++ % capacity] = (run_sample){sample->tick_ns, x};
}

static double late(const plan_fault *fault, run_fault_slot *slot, const fault_sample *sample,
                   double x) {
  if (!slot->is_started) slot->held = x;
  if (sample->is_fresh || !slot->is_started) push(fault, slot, sample, x);
  slot->is_started = 1;
  uint32_t capacity = fault->ring_capacity;
  uint64_t oldest = slot->n_pushed > capacity ? slot->n_pushed - capacity : 0;
  uint64_t first = slot->n_delivered > oldest ? slot->n_delivered : oldest;
  uint64_t seen = 0;  // number of the newest sample that has arrived, counted from 1
  if (fault->fault.kind == TAUT_FAULT_DELAY) {
    // Samples arrive in order, so the search goes on where it stopped.
    for (uint64_t k = first; k < slot->n_pushed; k++) {
      if (arrival(&fault->fault, sample, sample->ring[k % capacity].time_ns) > sample->tick_ns)
        break;
      seen = k + 1;
    }
  } else {
    for (uint64_t k = slot->n_pushed; !seen && k > first; k--)
      if (arrival(&fault->fault, sample, sample->ring[(k - 1) % capacity].time_ns) <=
          sample->tick_ns)
        seen = k;
  }
  if (seen) {
    slot->n_delivered = seen;
    slot->held = sample->ring[(seen - 1) % capacity].value;
  }
  return slot->held;
}

static double limited_rate(const taut_fault *fault, run_fault_slot *slot,
                           const fault_sample *sample, double x) {
  if (!slot->is_started) {
    *slot = (run_fault_slot){.held = x, .time_ns = sample->tick_ns, .is_started = 1};
    return x;
  }
  double step = fault->magnitude * ((double)(sample->tick_ns - slot->time_ns) / 1e9);
  slot->held += taut_clamp(x - slot->held, -step, step);
  slot->time_ns = sample->tick_ns;
  return slot->held;
}

static double neighbour(const taut_signal *signal, double x) {
  if (signal->flags & TAUT_BOOL) return x > 0 ? 0 : 1;
  bool is_last = (signal->flags & TAUT_ENUM) && x >= signal->max;
  return is_last ? signal->min : x + 1;
}

double taut_fault_apply(const plan_fault *planned, const run_fault *state, run_fault_slot *slot,
                        const fault_sample *sample, double x) {
  const taut_fault *fault = &planned->fault;
  double m = fault->magnitude;
  switch (fault->kind) {
    case TAUT_FAULT_BIAS: return x + m;
    case TAUT_FAULT_GAIN: return x * m;
    case TAUT_FAULT_SIGN: return -x;
    case TAUT_FAULT_STUCK:
      if (!slot->is_started) slot->held = x;
      slot->is_started = 1;
      return slot->held;
    case TAUT_FAULT_DELAY:
    case TAUT_FAULT_JITTER: return late(planned, slot, sample, x);
    case TAUT_FAULT_DROP:
      // The value at the start came through before the fault.
      if (!slot->is_started || (sample->is_fresh && !strikes(sample, m, sample->tick_ns)))
        slot->held = x;
      slot->is_started = 1;
      return slot->held;
    case TAUT_FAULT_NOISE:
      if (sample->is_fresh)
        slot->held =
            m * taut_random_normal(sample->seed, sample->stream, sample->tick_ns, sample->element);
      return x + slot->held;
    case TAUT_FAULT_DRIFT: return x + m * ((double)(sample->tick_ns - state->since_ns) / 1e9);
    case TAUT_FAULT_QUANTISE: return m * nearest(x / m);
    case TAUT_FAULT_SATURATE: return taut_clamp(x, fault->magnitude_low, m);
    case TAUT_FAULT_RATE: return limited_rate(fault, slot, sample, x);
    case TAUT_FAULT_DEAD_BAND: return fabs(x) <= m ? 0 : x;
    case TAUT_FAULT_INVERT: return sample->signal->min + sample->signal->max - x;
    case TAUT_FAULT_SPIKE:
      if (sample->is_fresh)
        slot->held = strikes(sample, fault->magnitude_low, sample->tick_ns) ? m : 0;
      return x + slot->held;
    case TAUT_FAULT_NAN: return (double)NAN;
    case TAUT_FAULT_NEIGHBOUR:
      if (sample->is_fresh || !slot->is_started) slot->held = strikes(sample, m, sample->tick_ns);
      slot->is_started = 1;
      return slot->held > 0 ? neighbour(sample->signal, x) : x;
    case TAUT_FAULT_HOLD: return m;
    case TAUT_FAULT_SWAP: return sample->other;
    case TAUT_FAULT_SKIP:
    case TAUT_FAULT_DOUBLE:
    case TAUT_FAULT_FREEZE:
    case TAUT_FAULT_RESET:
    case TAUT_FAULT_COUNT: break;
  }
  return x;
}
