/// What stands in a run's block, apart from values, events and model states. No pointers, no
/// padding: the block is copied for a snapshot and hashed.
#ifndef TAUT_ENGINE_BLOCK_H
#define TAUT_ENGINE_BLOCK_H

#include <assert.h>
#include <stdint.h>

#include "taut/engine.h"

enum { TAUT_BLOCK_ALIGNMENT = 64 };

/// First in the block.
typedef struct run_head {
  uint8_t plan_hash[16];
  uint64_t seed;
  int64_t now_ns;     ///< the next base tick
  int64_t status;     ///< taut_status that stopped the run
  uint64_t n_events;  ///< since the last row
  uint64_t n_rows;
  uint64_t unused;
} run_head;

/// Right before the values, so that digest, tick, values and events lie in one piece and are hashed
/// in one call.
typedef struct run_row {
  uint8_t digest[16];  ///< of all rows before, as XXH3 gives it in memory (little-endian)
  int64_t tick_ns;
} run_row;

/// Bounds of one instance.
typedef struct run_counts {
  int64_t tick_ns;    ///< of n_events
  uint32_t n_events;  ///< in that tick
  uint32_t n_lines;   ///< logged since the start of the run
} run_counts;

/// Least and greatest value since the last row of two peaks of one instance, side by side so that
/// one vector instruction serves both.
typedef struct run_peak_pair {
  double least[2], greatest[2];
} run_peak_pair;

typedef struct run_fault {
  uint64_t is_on;
  int64_t since_ns;  ///< when it was switched on last
  int64_t on_ns;     ///< total of the finished intervals
  uint64_t n_changed;
  double change_max;
  uint64_t n_calls;  ///< skip, double, reset: calls still to be treated
} run_fault;

/// What a fault remembers about one slot of its wire.
typedef struct run_fault_slot {
  double held;           ///< stuck, drop, rate: last value; noise, spike: present offset
  int64_t time_ns;       ///< rate: of the last evaluation
  uint64_t is_started;   ///< has seen a first value
  uint64_t n_pushed;     ///< delay, jitter: samples written to the ring so far
  uint64_t n_delivered;  ///< number of the sample that the reader sees, counted from 1
} run_fault_slot;

typedef struct run_sample {
  int64_t time_ns;
  double value;
} run_sample;

static_assert(sizeof(run_head) == 64, "no padding");
static_assert(sizeof(run_row) == 24, "no padding");
static_assert(sizeof(run_counts) == 16, "no padding");
static_assert(sizeof(run_peak_pair) == 32, "no padding");
static_assert(sizeof(run_fault) == 48, "no padding");
static_assert(sizeof(run_fault_slot) == 40, "no padding");
static_assert(sizeof(run_sample) == 16, "no padding");
static_assert(sizeof(taut_event) == 24, "events are hashed");

#endif
