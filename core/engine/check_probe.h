/// One instance of a model under the hand of the conformance suite: memory at places it chooses,
/// calls in an order it chooses, and a host that watches.
#ifndef TAUT_ENGINE_CHECK_PROBE_H
#define TAUT_ENGINE_CHECK_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/engine.h"

/// How inputs are chosen.
typedef enum probe_inputs {
  PROBE_RANDOM,  ///< within [min, max], held for a while, counters counting
  PROBE_MIN,
  PROBE_MAX,
  PROBE_CORNERS,  ///< each input at min or max, at random
  PROBE_NAN,
  PROBE_INFINITE,
  PROBE_ONE_NAN  ///< random, but for input `i_nan`
} probe_inputs;

typedef struct probe {
  const taut_model *model;
  taut_instance inst;
  double *params;         ///< owned
  double *in;             ///< owned
  const double **in_at;   ///< owned
  double *out;            ///< owned
  unsigned char *state;   ///< owned, 64-byte aligned
  unsigned char *memory;  ///< owned, holds the state
  size_t state_size, n_in, n_out;
  int64_t tick_ns;
  uint64_t n_steps;
  probe_inputs inputs;
  uint32_t i_nan;
  uint64_t input_seed;
  uint64_t hash;       ///< of every output, event and state so far
  unsigned char dirt;  ///< what lies on the stack below each call of the model

  // What the host saw.
  bool is_in_output;
  uint32_t n_events;   ///< in this step
  const char *misuse;  ///< NULL, or what was wrong; static text
} probe;

/// Makes an instance with default parameters (or all at min, or all at max) and calls init. `path`
/// is borrowed. ENOMEM, or what init returned. Allocates. [main]
taut_status taut_probe_init(probe *it, const taut_model *model, const char *path,
                            uint64_t input_seed, probe_inputs params);
void taut_probe_fini(probe *it);

/// Sets the inputs of this step. [main]
void taut_probe_set_inputs(probe *it);
/// Calls output over a stack full of `dirt`, so that a padding byte copied from there differs with
/// it. [main]
taut_status taut_probe_output(probe *it);
/// Inputs, output, update, hash, next tick. [main]
taut_status taut_probe_step(probe *it);
/// Moves all memory of the instance to new addresses and spoils the old. ENOMEM. [main]
taut_status taut_probe_move(probe *it);

#endif
