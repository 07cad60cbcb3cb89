/// The plugin ABI: everything a plugin and the core must agree on.
///
/// A plugin is a shared library with one exported symbol, `taut_query`. It describes its models in
/// static tables; the core owns time, memory and wiring and calls four functions per model.
/// Every port slot is a `double` in SI units: a bool is 0 or 1, an enum the index of its label, an
/// integer exact up to 2^53.
#ifndef TAUT_PLUGIN_H
#define TAUT_PLUGIN_H

#ifdef __FAST_MATH__
#error "a Taut plugin must not be built with -ffast-math: results would depend on the compiler"
#endif

#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TAUT_ABI_MAJOR 1u
#define TAUT_ABI_MINOR 0u

/// Nanoseconds in one second; simulated time is an integer number of nanoseconds.
#define TAUT_SECOND INT64_C(1000000000)

/// Flags of a signal.
enum {
  TAUT_BOOL = 1 << 0,         ///< 0 or 1
  TAUT_ENUM = 1 << 1,         ///< index into `labels`
  TAUT_INTEGER = 1 << 2,      ///< whole number
  TAUT_FEEDTHROUGH = 1 << 3,  ///< output: depends on inputs of the same tick.
                              ///< input: is read by a feedthrough output.
  TAUT_TUNABLE = 1 << 4,      ///< parameter: may change between runs without a new plan
  TAUT_PEAK = 1 << 5,         ///< the core also records least and greatest value since the last row
  TAUT_TRUTH = 1 << 6,        ///< physical truth: not for controller, spotter or session
  TAUT_SAFETY = 1 << 7,       ///< carries a safety permission; `permit` is the value that permits
  TAUT_OBSERVED = 1 << 9,  ///< output: only rows need it, so `observe` writes it; not to be wired
  TAUT_OPTIONAL = 1 << 8   ///< input: may stay unwired, holding `init` until a scenario sets it.
                           ///< output of a role: a plugin of the role may leave it out
};

/// One parameter, port or event. Tables of signals are static and constant.
typedef struct taut_signal {
  uint32_t id;                ///< stable, never reused within a table
  uint32_t flags;             ///< TAUT_BOOL ...
  const char *name;           ///< snake_case, unit last: `tension_n`
  const char *unit;           ///< display unit, "N"; "1" when dimensionless
  int8_t si[8];               ///< exponents of kg m s A K mol cd rad
  double min;                 ///< least legal value, SI
  double max;                 ///< greatest legal value, SI
  double init;                ///< default (parameter, unwired input), or value at the start
  const char *const *labels;  ///< enum labels, `NULL` after the last; else `NULL`
  uint32_t count;             ///< number of slots, at least 1
  uint32_t reserved;          ///< 0
  double permit;              ///< TAUT_SAFETY: the value that means "permit"
  double accuracy;            ///< error a healthy source may have, SI; 0 when exact
  const char *help;           ///< one sentence
} taut_signal;

typedef struct taut_model taut_model;
typedef struct taut_host taut_host;

/// One instance of a model as its functions see it. Owned by the core; valid during the call only.
typedef struct taut_instance {
  uint32_t struct_size;     ///< sizeof of the core's version of this struct
  uint32_t index;           ///< position in the plan
  const char *path;         ///< "left.motor"
  const taut_model *model;  ///< the model this is an instance of
  const taut_host *host;    ///< services of the core
  void *host_data;          ///< the core's own; do not touch
  const double *const *in;  ///< per input signal: its `count` values
  double *out;          ///< output slots in table order, `count` slots each; in update they hold
                        ///< what output wrote at this tick, so work need not be done twice
  const double *param;  ///< parameter slots in table order, `count` slots each
  void *state;          ///< `state_size` bytes, zeroed before init, 64-byte aligned
  uint64_t seed;        ///< of this instance, for taut_random_* of taut/math.h
  int64_t period_ns;    ///< time between two calls of update
  double period_s;      ///< the same in seconds
} taut_instance;

typedef enum taut_log_level {
  TAUT_LOG_DEBUG,
  TAUT_LOG_INFO,
  TAUT_LOG_WARN,
  TAUT_LOG_ERROR
} taut_log_level;

/// Services of the core. Every function may be called from init and update only. [step]
struct taut_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  /// Records event number `event` (index into the model's event table) at this tick. More than
  /// `events_per_tick` in one tick are counted and make the run faulty.
  void (*emit)(const taut_instance *inst, uint32_t event, double value);
  /// Records a line of text at this tick. Lines beyond the core's bound are counted, not kept.
  void (*log)(const taut_instance *inst, taut_log_level level, const char *text);
  /// A host extension such as "taut.frames/1", or NULL.
  const void *(*extension)(const taut_instance *inst, const char *id);
};

/// Flags of a model.
enum {
  TAUT_MODEL_EFFECT = 1 << 0  ///< talks to the outside world; polled at tick boundaries, journaled
};

/// A model: static description and four functions.
///
/// Each tick the core calls `output` of all due instances in feedthrough order, then `update` of
/// all due instances in any order. A function may touch its instance's state (`output` may only
/// read it), its ports and nothing else: no globals, no allocation, no system call, no errno, no
/// longjmp.
struct taut_model {
  uint32_t struct_size;      ///< sizeof(taut_model) of the plugin's version
  uint32_t signal_size;      ///< sizeof(taut_signal) of the plugin's version
  uint32_t abi_minor;        ///< TAUT_ABI_MINOR of the plugin's version
  uint32_t flags;            ///< TAUT_MODEL_EFFECT or 0
  const char *name;          ///< "motor_pmsm"
  const char *role;          ///< "motor"; see taut/roles.h. Other words are allowed.
  const char *version;       ///< of the model, "1.0.0"
  const char *help;          ///< one sentence
  uint32_t state_layout;     ///< changes whenever the meaning of the state bytes changes
  uint32_t events_per_tick;  ///< most events one instance emits in one tick
  uint32_t n_params, n_inputs, n_outputs, n_events;
  const taut_signal *params;
  const taut_signal *inputs;
  const taut_signal *outputs;
  const taut_signal *events;
  int64_t period_ns;      ///< default time between two updates
  int64_t period_ns_min;  ///< least period the model is valid for
  int64_t period_ns_max;  ///< greatest period the model is valid for
  const void *context;    ///< for models made by the host at run time; NULL in a library

  /// Bytes of state for these parameters (slots in table order). Called at plan time.
  size_t (*state_size)(const double *param);
  /// Sets the state at the start of a run. EINVAL with a log line refuses the parameters.
  taut_status (*init)(const taut_instance *inst, int64_t tick_ns);
  /// Writes every output slot from state and, for feedthrough outputs, this tick's inputs. State
  /// stays byte for byte as it was.
  taut_status (*output)(const taut_instance *inst, int64_t tick_ns);
  /// Moves the state from `tick_ns` to `tick_ns + period_ns`.
  taut_status (*update)(const taut_instance *inst, int64_t tick_ns);
  /// A plugin extension by id, or NULL. May be NULL itself.
  const void *(*extension)(const char *id);
  /// Writes the outputs flagged TAUT_OBSERVED. Called after `output`, only at ticks that become a
  /// row, under the same rules. NULL: `output` writes them too.
  taut_status (*observe)(const taut_instance *inst, int64_t tick_ns);
};

// -------------------------------------------------------------------------------------- extensions

#define TAUT_SKIP_ID "taut.skip/1"

/// Extension of a model that knows in closed form where a stretch of rest takes it: a motor cools,
/// a person recovers, a timer runs out. A model without it stays as it is when time is skipped.
typedef struct taut_skip {
  uint32_t struct_size;  ///< sizeof(taut_skip) of the plugin's version
  /// Moves the state from `tick_ns` to `tick_ns + duration_ns`, as the updates between would, with
  /// the inputs held as they are. `duration_ns` is positive and a multiple of `period_ns`; nothing
  /// of it is observed: `out` is not written, events are not emitted (log lines may be), and the
  /// next output shows where the state went. The drive is disarmed and asks for at most 10 N. OK;
  /// EREJECT when the instance is not at rest: the whole skip is refused and every state is as
  /// before. No allocation. [step]
  taut_status (*skip)(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns);
  uint32_t flags;     ///< TAUT_SKIP_ADDITIVE or 0
  uint32_t reserved;  ///< 0
} taut_skip;

/// Flags of a skip.
enum {
  TAUT_SKIP_ADDITIVE = 1 << 0  ///< skipping a, then b, leads where skipping a + b leads, to a
                               ///< millionth of each output's range; `taut check` tests it
};

#define TAUT_COUPLING_ID "taut.coupling/1"

/// A wire between a model and its partner: an output of one feeds an input of the other. Rows of
/// their tables.
typedef struct taut_coupling_wire {
  uint32_t is_from_partner;  ///< 1: the partner's output, the model's input; 0: the other way
  uint32_t output, input;
} taut_coupling_wire;

/// A peak (TAUT_PEAK) that moves every tick: row of an output of the partner or of the model.
typedef struct taut_coupling_peak {
  uint32_t is_of_partner, output;
} taut_coupling_peak;

/// A model and its partner as the core found them wired.
typedef struct taut_coupling_member {
  const taut_instance *self, *partner;
  /// Least and greatest value since the last row, in the order of `peaks`.
  double *const *least, *const *greatest;
} taut_coupling_member;

/// Extension of a model that is wired back to back with a partner, as a motor with its cable, and
/// knows how to move both over several ticks in one call: all that the ports between them would
/// carry stays inside. The core uses it where nothing else looks at them meanwhile, and only for
/// instances without faults.
typedef struct taut_coupling {
  uint32_t struct_size;  ///< sizeof(taut_coupling) of the plugin's version
  uint32_t n_members;    ///< most pairs in one call
  uint64_t room_size;    ///< bytes of `room`
  const char *partner;   ///< extension id that the partner's model must have: it says what its
                         ///< state is
  uint32_t n_wires, n_peaks;
  const taut_coupling_wire *wires;  ///< (n_wires) all of them must be there
  const taut_coupling_peak *peaks;  ///< (n_peaks) every output with TAUT_PEAK of both
  /// Moves the states of all pairs from `tick_ns` over at most `n_ticks` periods and returns over
  /// how many: bit for bit what `output` and `update` of each would have done, peaks included, all
  /// inputs but the wires held. `out` is not written. Fewer when the next tick is better left to
  /// `output` and `update`: one that emits, logs or fails must be. 0: nothing has changed. `room`
  /// is memory for what need not be worked out anew, 64-byte aligned and zeroed whenever members or
  /// their faults change; nothing that follows from states may be kept in it. No allocation. [step]
  int64_t (*advance)(const taut_coupling_member *members, uint32_t n_members, int64_t tick_ns,
                     int64_t n_ticks, void *room);
} taut_coupling;

#if defined(__GNUC__)
#define TAUT_EXPORT __attribute__((visibility("default")))
#else
#define TAUT_EXPORT
#endif

/// The one exported symbol: the index-th model of the library, NULL past the last or when
/// `host_abi_major` is not the library's TAUT_ABI_MAJOR.
TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index);

typedef const taut_model *(*taut_query_fn)(uint32_t host_abi_major, uint32_t index);

/// Display unit and SI exponents, for use inside a `taut_signal` initialiser.
// clang-format off
#define TAUT_UNIT_NONE "1", {0, 0, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_M "m", {0, 1, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_M2 "m2", {0, 2, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_M3 "m3", {0, 3, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_ML "ml", {0, 3, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_MM "mm", {0, 1, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_M_S "m/s", {0, 1, -1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_M_S2 "m/s2", {0, 1, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_S "s", {0, 0, 1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_PER_S "1/s", {0, 0, -1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_HZ "Hz", {0, 0, -1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_KG "kg", {1, 0, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_KG_M2 "kg m2", {1, 2, 0, 0, 0, 0, 0, 0}
#define TAUT_UNIT_N "N", {1, 1, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_N_S "N/s", {1, 1, -3, 0, 0, 0, 0, 0}
#define TAUT_UNIT_N_M "N/m", {1, 0, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_NS_M "N s/m", {1, 0, -1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_NM "N m", {1, 2, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_NM_A "N m/A", {1, 2, -2, -1, 0, 0, 0, 0}
#define TAUT_UNIT_NM_S "N m s", {1, 2, -1, 0, 0, 0, 0, 0}
#define TAUT_UNIT_PA "Pa", {1, -1, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_CMH2O "cmH2O", {1, -1, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_RAD "rad", {0, 0, 0, 0, 0, 0, 0, 1}
#define TAUT_UNIT_RAD_S "rad/s", {0, 0, -1, 0, 0, 0, 0, 1}
#define TAUT_UNIT_A "A", {0, 0, 0, 1, 0, 0, 0, 0}
#define TAUT_UNIT_V "V", {1, 2, -3, -1, 0, 0, 0, 0}
#define TAUT_UNIT_OHM "ohm", {1, 2, -3, -2, 0, 0, 0, 0}
#define TAUT_UNIT_H "H", {1, 2, -2, -2, 0, 0, 0, 0}
#define TAUT_UNIT_F "F", {-1, -2, 4, 2, 0, 0, 0, 0}
#define TAUT_UNIT_WB "Wb", {1, 2, -2, -1, 0, 0, 0, 0}
#define TAUT_UNIT_W "W", {1, 2, -3, 0, 0, 0, 0, 0}
#define TAUT_UNIT_J "J", {1, 2, -2, 0, 0, 0, 0, 0}
#define TAUT_UNIT_K "K", {0, 0, 0, 0, 1, 0, 0, 0}
#define TAUT_UNIT_DEGC "degC", {0, 0, 0, 0, 1, 0, 0, 0}
#define TAUT_UNIT_J_K "J/K", {1, 2, -2, 0, -1, 0, 0, 0}
#define TAUT_UNIT_K_W "K/W", {-1, -2, 3, 0, 1, 0, 0, 0}
// clang-format on

#ifdef __cplusplus
}
#endif
#endif
