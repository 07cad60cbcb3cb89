/// The plan inside: everything a run needs to know and never changes. Indices are into the arrays
/// of this struct; TAUT_NONE stands for "none".
#ifndef TAUT_ENGINE_PLAN_H
#define TAUT_ENGINE_PLAN_H

#include <assert.h>

#include "engine/arena.h"
#include "engine/builder.h"
#include "taut/engine.h"

enum {
  TAUT_GROUPS_MAX = 64,       ///< different rates; one bit each in a mask
  TAUT_PATTERNS_MAX = 128,    ///< different sets of due groups with a program of their own
  TAUT_PHASES_MAX = 1 << 16,  ///< base ticks of a hyper-period that is tabulated
  TAUT_RING_MAX = 1 << 18,    ///< samples a delay can hold
  TAUT_SLOTS_MAX = 1 << 20,   ///< slots of the value table
  TAUT_LOG_LINES_MAX = 1000,  ///< log lines of one instance in one run
};

/// An input of an instance and the way its value takes: source or own slot, event mux, tap.
typedef struct plan_input {
  uint32_t source, output;  ///< instance and output row that feed it, or TAUT_NONE
  uint32_t own_slot;        ///< an unwired input that is no event input lives here
  uint32_t mux;             ///< event mux in front of it
  bool is_mux_seq;          ///< reads the counter of the mux, not its value
  uint32_t tap;             ///< faults on it
  uint32_t seen_slot;       ///< where its value can be seen at a row
} plan_input;

typedef struct plan_instance {
  const char *path;
  const taut_model *model;
  int64_t period_ns, phase_ns;
  uint32_t group;
  uint32_t first_param, n_params;    ///< slots in the parameter table
  uint32_t first_output, n_outputs;  ///< slots that everyone sees
  uint32_t raw_output;        ///< slots the model writes; others only when an output has a fault
  uint32_t first_input;       ///< into plan inputs
  uint32_t first_output_tap;  ///< into output_taps, one per output row
  size_t state_offset, state_size;  ///< within the run's block
  bool has_component_fault;
  bool has_double_fault;
} plan_instance;

/// An event input: an enum port and its `_seq` companion, decoupled from their source so that a
/// scenario can put events in as well. `slot` holds the value, `slot + 1` the counter.
typedef struct plan_mux {
  uint32_t instance, i_value, i_seq;  ///< the input rows of the model
  uint32_t slot;
  uint32_t source, value_output;  ///< TAUT_NONE when unwired
  uint32_t seq_source, seq_output;
} plan_mux;

/// A wire with faults on it: an output for all its readers, or one input.
typedef struct plan_tap {
  bool is_output;
  bool is_timed;  ///< some fault on it must be evaluated every base tick
  uint32_t instance, i_signal;
  uint32_t slot, count;
  uint32_t clock;        ///< instance whose due ticks are the samples of the wire
  uint32_t first_fault;  ///< chain through plan_fault.next, in the order of declaration
} plan_tap;

typedef struct plan_fault {
  taut_fault fault;
  uint32_t tap;       ///< TAUT_NONE for a component
  uint32_t instance;  ///< the component
  uint32_t next;      ///< on the same tap
  uint32_t first_slot_state, n_slot_states;
  uint32_t ring_capacity;  ///< samples per slot, 0 without delay
  size_t ring_offset;      ///< of the first slot's ring, within the run's block
  uint32_t other;          ///< swap: output row of the same instance
} plan_fault;

typedef struct plan_group {
  int64_t period_ticks, phase_ticks;
} plan_group;

typedef struct plan_peak {
  uint32_t instance, i_signal, element;
  uint32_t slot_min, slot_max;
  uint32_t lane;  ///< peaks are kept in pairs: lane % 2 of pair lane / 2
} plan_peak;

typedef enum plan_slot_kind {
  PLAN_SLOT_OUTPUT,
  PLAN_SLOT_INPUT,  ///< unwired
  PLAN_SLOT_MUX,
  PLAN_SLOT_MUX_SEQ,
  PLAN_SLOT_TAP,  ///< of an input
  PLAN_SLOT_MIN,
  PLAN_SLOT_MAX,
  PLAN_SLOT_RAW  ///< an output before its faults
} plan_slot_kind;

typedef struct plan_slot {
  uint8_t kind;  ///< plan_slot_kind
  uint32_t instance;
  uint32_t i_signal;  ///< row in the table of inputs or outputs
  uint32_t element;   ///< within an array port
} plan_slot;

/// Where things lie within a run's block [bytes].
typedef struct plan_layout {
  size_t row, values, events, counts, peaks, mux_last, faults, fault_slots, states;
  size_t size;
} plan_layout;

struct taut_plan {
  taut_arena arena;
  const taut_allocator *allocator;
  int64_t base_ns, row_ns, row_ticks;
  uint8_t hash[16];

  uint32_t n_instances, n_inputs, n_outputs, n_params, n_slots, n_muxes, n_taps, n_faults, n_groups,
      n_peaks, n_peak_pairs, n_fault_slots;
  plan_instance *instances;
  plan_input *inputs;
  uint32_t *output_taps;  ///< (n_outputs) rows, in instance order
  double *params;
  uint32_t *order;  ///< (n_instances) output calls in feedthrough order
  plan_mux *muxes;
  plan_tap *taps;
  plan_fault *faults;
  plan_group *groups;
  plan_peak *peaks;
  plan_slot *slots;
  uint32_t n_visible;  ///< slots of outputs, first in the table
  uint32_t first_raw;  ///< slots from here on are raw outputs

  // Sets of due groups: tabulated over the hyper-period, or found tick by tick when it is too long.
  int64_t n_phases;  ///< 0 when not tabulated
  uint8_t *phase_patterns;
  uint32_t n_patterns;
  uint64_t *pattern_masks;

  size_t event_capacity;
  plan_layout layout;

  const char **names;  ///< (n_names) everything taut_plan_suggest may offer
  size_t n_names;
};

static_assert(TAUT_PATTERNS_MAX <= 256, "a pattern index is one byte");

/// Steps of taut_builder_plan, in this order. Each logs its own errors. [main]
taut_status taut_plan_check_wires(taut_plan *plan, const taut_log_sink *log);
taut_status taut_plan_make_faults(taut_plan *plan, const taut_builder *builder);
taut_status taut_plan_make_order(taut_plan *plan, const taut_log_sink *log);
taut_status taut_plan_make_rates(taut_plan *plan, const taut_log_sink *log);
taut_status taut_plan_make_layout(taut_plan *plan, const taut_log_sink *log);
taut_status taut_plan_make_names(taut_plan *plan);
void taut_plan_make_hash(taut_plan *plan);

/// Splits "left.motor.iq_a" into the instance (by index, or -1) and the port's name. [any]
int64_t taut_plan_split(const taut_plan *plan, const char *name, const char **port);

/// Groups due at a base tick (counted from 0), as a mask. [any]
uint64_t taut_plan_due_mask(const taut_plan *plan, int64_t tick);

#endif
