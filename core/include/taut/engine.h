/// The simulation core: registry, plan, run. Links with the C library alone.
///
/// A registry holds models. A builder collects instances, parameters, wires and faults; it makes a
/// plan, which is immutable and validated. A run is one block of memory that holds everything that
/// changes; a snapshot is a copy of that block. All functions are [main]: one thread per registry,
/// plan or run; a plan may be shared by runs in several threads.
#ifndef TAUT_ENGINE_H
#define TAUT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TAUT_VERSION "0.1.0"

/// Memory for the core. `allocate` may return NULL; every caller copes. Blocks need only the
/// alignment of malloc.
typedef struct taut_allocator {
  void *(*allocate)(void *user, size_t size);
  void (*release)(void *user, void *block);  ///< accepts NULL
  void *user;
} taut_allocator;

/// The C library's malloc and free. [any]
const taut_allocator *taut_allocator_default(void);

/// Receives every message of the core and of plugins. `tick_ns` is negative outside a run, `path`
/// names the instance, instance.port or file ("" if none). Both texts are borrowed during the call.
/// (The short name, taut_log, is the natural logarithm of taut/math.h.)
typedef struct taut_log_sink {
  void (*write)(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                const char *text);
  void *user;
} taut_log_sink;

// ------------------------------------------------------------------------------------------- units

typedef struct taut_unit {
  const char *name;  ///< "lb"
  int8_t si[8];      ///< exponents of kg m s A K mol cd rad
  double scale;      ///< SI value = scale * value + offset
  double offset;     ///< only degC has one
} taut_unit;

/// The unit of that name, or NULL. lb and lbf are force, kg is mass, kgf force, lbm mass. [any]
const taut_unit *taut_unit_find(const char *name);
/// The i-th known unit, NULL past the last. [any]
const taut_unit *taut_unit_at(size_t i);

// ---------------------------------------------------------------------------------------- registry

typedef struct taut_registry taut_registry;

/// Creates an empty registry. `allocator` NULL means the default; `log` may be NULL; both are
/// borrowed until destroy. ENOMEM. Allocates.
taut_status taut_registry_create(const taut_allocator *allocator, const taut_log_sink *log,
                                 taut_registry **out);
void taut_registry_destroy(taut_registry *registry);

/// Loads a plugin library and all its models, or none of them. The file is checked for truncation
/// before it is opened; the floating-point environment is reset before and after. Errors, each with
/// a log line that names file, model and port: ENOTFOUND, EIO (unreadable, truncated, of another
/// machine, no taut_query), EABI, EINVAL (a table is not valid, or the name is taken), EFPENV
/// (opening it changed the floating-point environment), ENOMEM. A second load of the same file is
/// OK. Allocates.
taut_status taut_registry_load(taut_registry *registry, const char *file);

/// Adds a model that lives in this process; `model` is borrowed until destroy. EINVAL, ENOMEM.
taut_status taut_registry_add(taut_registry *registry, const taut_model *model);

/// The model of that name, or NULL. Borrowed until destroy.
const taut_model *taut_registry_find(const taut_registry *registry, const char *name);
/// The i-th model, NULL past the last.
const taut_model *taut_registry_at(const taut_registry *registry, size_t i);
/// File the model was loaded from, "" for one added in process.
const char *taut_registry_file(const taut_registry *registry, const taut_model *model);

/// Writes the first fault of a model's tables to `text`, "model.port: what"; OK when there is none,
/// else EINVAL. Names are [a-z][a-z0-9_]*, at most 63 bytes. A unit is one of the table, or a
/// compound of coherent SI units such as "kg m2/s". When the role is known, each port that the role
/// does not call optional must be there, and each that is there must have the same SI exponents,
/// count, permitting value and flags bool, enum, integer, truth and safety, and the role's labels
/// or the first of them: lists of labels grow at their end. No allocation.
/// [any]
taut_status taut_model_validate(const taut_model *model, char *text, size_t size);

// ------------------------------------------------------------------------------------------- roles

/// A role of taut/roles.h.
typedef struct taut_role_port {
  const taut_signal *signal;  ///< borrowed, static
  const char *source;         ///< default wiring of an input, NULL for none and for outputs
} taut_role_port;

typedef struct taut_role {
  const char *name;   ///< "controller"
  bool is_per_side;   ///< motor and cable
  bool may_not_know;  ///< truth may not be wired to it
  bool allows_feedthrough;
  int64_t period_ns;  ///< usual period
  size_t n_inputs, n_outputs;
  const taut_role_port *inputs;
  const taut_role_port *outputs;
} taut_role;

/// The i-th role, NULL past the last; and the role of that name, or NULL. [any]
const taut_role *taut_role_at(size_t i);
const taut_role *taut_role_find(const char *name);

// ----------------------------------------------------------------------------------------- builder

typedef struct taut_builder taut_builder;
typedef struct taut_plan taut_plan;
typedef struct taut_run taut_run;

/// `registry`, `allocator` and `log` are borrowed until the builder and all its plans are
/// destroyed; `allocator` and `log` may be NULL. ENOMEM. Allocates.
taut_status taut_builder_create(const taut_registry *registry, const taut_allocator *allocator,
                                const taut_log_sink *log, taut_builder **out);
void taut_builder_destroy(taut_builder *builder);

/// Time between base ticks and between rows [ns]; defaults 50,000 (20 kHz) and 1,000,000. EINVAL.
taut_status taut_builder_base_period(taut_builder *builder, int64_t period_ns);
taut_status taut_builder_row_period(taut_builder *builder, int64_t period_ns);

/// Adds an instance. `path` is "controller" or "left.motor". `period_ns` 0 means the model's
/// default; it must be within the model's bounds, the phase at least 0 and below the period. That
/// both are multiples of the base period is checked by taut_builder_plan. EINVAL, ENOTFOUND,
/// ENOMEM. Allocates.
taut_status taut_builder_add(taut_builder *builder, const char *path, const char *model,
                             int64_t period_ns, int64_t phase_ns);

/// Sets slot `i_slot` of a parameter (SI). Out of range is EINVAL; unknown names are ENOTFOUND with
/// the nearest name in the log.
taut_status taut_builder_param(taut_builder *builder, const char *path, const char *param,
                               uint32_t i_slot, double value);

/// Wires an input "path.port" to an output "path.port". Units are checked by taut_builder_plan.
/// EINVAL (not a port name, wired already), ENOTFOUND with the nearest name in the log.
taut_status taut_builder_wire(taut_builder *builder, const char *input, const char *output);

/// Wires every input that is still free by the default wiring of its role; a source whose instance
/// is not in the rig leaves an optional input at its init value. A bare motor or cable is the one
/// on the side of the instance ("left.cable") or of the port ("left_tension_n"). Always OK.
taut_status taut_builder_wire_roles(taut_builder *builder);

/// Kinds of faults on a wire, and on a component.
// clang-format off
#define TAUT_FAULT_MAP(X)                                                                      \
  X(BIAS, "bias") X(GAIN, "gain") X(SIGN, "sign") X(STUCK, "stuck") X(DELAY, "delay")          \
  X(DROP, "drop") X(JITTER, "jitter") X(NOISE, "noise") X(DRIFT, "drift")                      \
  X(QUANTISE, "quantise") X(SATURATE, "saturate") X(RATE, "rate") X(DEAD_BAND, "dead_band")    \
  X(INVERT, "invert") X(SPIKE, "spike") X(NAN, "nan") X(NEIGHBOUR, "neighbour")                \
  X(HOLD, "hold") X(SWAP, "swap")                                                              \
  X(SKIP, "skip") X(DOUBLE, "double") X(FREEZE, "freeze") X(RESET, "reset")
// clang-format on

typedef enum taut_fault_kind {
#define TAUT_FAULT_ENUM(name, label) TAUT_FAULT_##name,
  TAUT_FAULT_MAP(TAUT_FAULT_ENUM)
#undef TAUT_FAULT_ENUM
      TAUT_FAULT_COUNT
} taut_fault_kind;

/// A fault sits on a wire or on a component. On an input ("controller.left_load_cell_n") it touches
/// that reader alone; on an output ("left.motor.iq_a") all readers, trace and monitors, but not the
/// instance that computes it. Several on one wire act in the order of declaration.
///
/// On a wire, x is the value before, y the value behind the fault, t the time since it was switched
/// on. p is the probability per sample: `magnitude` (spike: `magnitude_low`) when within (0, 1),
/// else 1.
///
///   bias       y = x + magnitude
///   gain       y = x * magnitude
///   sign       y = -x
///   stuck      y = the value it had when the fault was switched on
///   delay      y = x of delay_ns ago; until then the value it had when it was switched on
///   drop       a sample is lost with p; y = the last one that came through
///   jitter     a sample arrives after a uniform delay in [0, delay_ns) with p, else at once;
///              y = the newest sample that has arrived, so the order is kept
///   noise      y = x + magnitude * standard normal, one draw per sample
///   drift      y = x + magnitude * t, magnitude per second
///   quantise   y = the nearest multiple of magnitude, ties to even
///   saturate   y = x limited to [magnitude_low, magnitude]
///   rate       y follows x with |dy/dt| <= magnitude per second
///   dead_band  y = 0 where |x| <= magnitude, else x
///   invert     y = min + max - x of the port's range: a bool is negated, an enum mirrored
///   spike      y = x + magnitude with p, one draw per sample
///   nan        y = NaN
///   neighbour  with p per sample: an enum's next label (the first behind the last), a bool
///   negated,
///              a number plus 1; else y = x
///   hold       y = magnitude
///   swap       y = the value of output `other` of the same instance before its faults; outputs
///   only
///
/// A sample is an output call of the source (unwired input: a due tick of the reader). Delay,
/// jitter, drift and rate also move between samples and are evaluated every base tick. Bool, enum
/// and integer ports are not rounded afterwards: a reader must cope with what a broken wire brings.
/// Random kinds are a pure function of (seed of the run, index of the fault, tick, slot).
///
/// On a component, a call is a due update of the instance:
///
///   skip       leaves out calls: each with probability `magnitude` when within (0, 1), else the
///              next `magnitude` (at least one) after it was switched on
///   double     makes such calls twice
///   freeze     neither output nor update is called; outputs hold
///   reset      once, before the next due output: state zeroed, then init
typedef struct taut_fault {
  const char *name;    ///< the scenario's name for it
  const char *target;  ///< port or instance
  taut_fault_kind kind;
  double magnitude;      ///< SI, as above
  double magnitude_low;  ///< saturate: lower limit; spike: probability per sample
  int64_t delay_ns;      ///< delay: the delay; jitter: the greatest delay [ns]
  const char *other;     ///< swap: name of the output within the instance; else NULL
} taut_fault;

/// Declares a fault; it is off until taut_run_apply switches it. `fault` and its strings are
/// copied. EINVAL (unknown kind, senseless magnitude, name taken), ENOTFOUND with the nearest name
/// in the log, ENOMEM. A delay of more than 262,140 samples is refused by taut_builder_plan.
taut_status taut_builder_fault(taut_builder *builder, const taut_fault *fault);

/// Checks everything and makes the plan. Errors name instance and port in the log: EMISSING (input
/// neither wired nor optional), EUNIT, ETRUTH, ELOOP (prints the loop of output ports), EINVAL
/// (periods, feedthrough in a role that has none, an event input whose counter has another source),
/// ENOMEM. The builder stays usable. Allocates.
taut_status taut_builder_plan(taut_builder *builder, taut_plan **out);
void taut_plan_destroy(taut_plan *plan);

// -------------------------------------------------------------------------------------------- plan

typedef enum taut_port_kind { TAUT_PORT_PARAM, TAUT_PORT_INPUT, TAUT_PORT_OUTPUT } taut_port_kind;

/// A port of a plan.
typedef struct taut_port {
  uint32_t slot;      ///< first slot in the value table (parameters: in the parameter
                      ///< table), behind the faults on the port
  uint32_t instance;  ///< index of the instance
  uint32_t i_signal;  ///< index within the model's table
  taut_port_kind kind;
  const taut_signal *signal;    ///< borrowed until the plan is destroyed
  uint32_t slot_min, slot_max;  ///< slots of least and greatest value since the last row of a
                                ///< `peak` output, else both equal `slot`
} taut_port;

typedef struct taut_instance_info {
  const char *path;
  const taut_model *model;
  int64_t period_ns, phase_ns;
  uint32_t first_param, first_output;
} taut_instance_info;

int64_t taut_plan_base_period(const taut_plan *plan);
int64_t taut_plan_row_period(const taut_plan *plan);
/// Least common multiple of all periods and that of rows, the grain of skipped time; 0 when it is
/// longer than 104 days.
int64_t taut_plan_cycle(const taut_plan *plan);
size_t taut_plan_n_instances(const taut_plan *plan);
taut_instance_info taut_plan_instance(const taut_plan *plan, size_t i);
/// Index of an instance by path, or -1.
int64_t taut_plan_find_instance(const taut_plan *plan, const char *path);
/// Number of slots in the value table: outputs, unwired inputs, event inputs, inputs with faults,
/// peaks, and last the outputs before their faults.
size_t taut_plan_n_slots(const taut_plan *plan);
/// Name "left.motor.iq_a" of a slot, written to `text` with "[i]" for arrays; for CSV headers and
/// error messages. Each slot has its own: ".min" and ".max" for peaks, ".raw" for the value before
/// the faults on a port.
void taut_plan_slot_name(const taut_plan *plan, uint32_t slot, char *text, size_t size);
/// A port by "path.port" (outputs before inputs before parameters), "load.left_x" for the
/// controller's "left_load_x". An event input is found at its own value slot, the target of
/// TAUT_EFFECT_EVENT; any other wired input at its source. ENOTFOUND.
taut_status taut_plan_find(const taut_plan *plan, const char *name, taut_port *out);
/// A name that stands for each side ("cable.tension_n", "load.command_n", "controller.position_m"):
/// the ports of the sides that exist, left first; a plain name gives one port. ENOTFOUND.
taut_status taut_plan_find_sides(const taut_plan *plan, const char *name, taut_port out[2],
                                 size_t *n_out);
/// Name nearest to a misspelt one, or NULL; borrowed until the plan is destroyed.
const char *taut_plan_suggest(const taut_plan *plan, const char *name);
/// Who feeds input `i_input` of instance `i`: OK and the output's port; ENOTFOUND when unwired.
taut_status taut_plan_source(const taut_plan *plan, size_t i, size_t i_input, taut_port *out);
/// Parameter values of instance `i` in slot order; borrowed.
const double *taut_plan_params(const taut_plan *plan, size_t i);
size_t taut_plan_n_faults(const taut_plan *plan);
/// The declared fault; strings are borrowed until the plan is destroyed.
const taut_fault *taut_plan_fault(const taut_plan *plan, size_t i);
/// Whether a snapshot of a run holds all of it: no model with TAUT_MODEL_EFFECT keeps its state
/// elsewhere.
bool taut_plan_is_snapshotable(const taut_plan *plan);
/// Hash of everything that shapes a result: models, versions, parameters, wiring, rates, faults.
void taut_plan_hash(const taut_plan *plan, uint8_t out[16]);

// --------------------------------------------------------------------------------------------- run

typedef struct taut_run_options {
  uint64_t seed;
  bool is_checked;  ///< check the floating-point environment around each call instead of each row
  bool is_stress;   ///< move the run's memory and shuffle the update order every tick
} taut_run_options;

/// An event as it stands in trace and hash.
typedef struct taut_event {
  int64_t tick_ns;
  uint32_t instance;
  uint32_t event;  ///< index into the model's event table
  double value;
} taut_event;

/// The recorded sample of all ports, taken after the output calls of `tick_ns`.
typedef struct taut_row {
  int64_t tick_ns;
  const double *values;  ///< (n_slots), borrowed during the call
  size_t n_values;
  const taut_event *events;  ///< since the last row, borrowed during the call
  size_t n_events;
} taut_row;

/// Called within a tick: it may not apply effects or advance the run. A status other than OK ends
/// the advance when the tick is complete; taut_run_advance returns it once and can be called again.
typedef taut_status (*taut_row_fn)(void *user, const taut_row *row);

/// One thing the outside does to a run: a value for an unwired input, an event for a report-like
/// input (an enum port that has a `_seq` companion, wired or not), a fault switched, or time
/// skipped.
typedef enum taut_effect_kind {
  TAUT_EFFECT_SET,
  TAUT_EFFECT_EVENT,
  TAUT_EFFECT_FAULT,
  TAUT_EFFECT_SKIP
} taut_effect_kind;
typedef struct taut_effect {
  int64_t tick_ns;  ///< when it was applied; of a skip: its beginning
  taut_effect_kind kind;
  uint32_t target;  ///< slot, or index of the fault; of a skip 0
  double value;     ///< SI value, label index, 0/1, or duration of a skip [ns]
} taut_effect;

typedef void (*taut_effect_fn)(void *user, const taut_effect *effect);

/// Creates a run and calls init of every instance at tick 0. EINVAL (an instance refused its
/// parameters), ENOMEM, EFAULT, EFPENV, ENUMBER, EFULL. The plan, `allocator` and `log` are
/// borrowed until destroy; `options`, `allocator` and `log` may be NULL. Allocates; no other
/// function of a run does.
taut_status taut_run_create(const taut_plan *plan, const taut_run_options *options,
                            const taut_allocator *allocator, const taut_log_sink *log,
                            taut_run **out);
void taut_run_destroy(taut_run *run);

/// Sets the function that gets every row. One at a time; NULL removes it.
void taut_run_on_row(taut_run *run, taut_row_fn fn, void *user);
/// Sets the function that gets every effect that was applied, for journals and replay.
void taut_run_on_effect(taut_run *run, taut_effect_fn fn, void *user);

/// Advances to the first base tick at or after `until_ns`. A tick at t calls the due outputs, makes
/// the row if one is due, calls the due updates, and leaves now = t + base period: an advance to T
/// has seen the rows before T. At tick 0 every output is called, whatever its phase. Errors stop
/// the run within that tick, name instance and port in the log, and repeat on every later call:
/// EFAULT (a function failed, or output used the host), ENUMBER (an output or event carries NaN or
/// infinity), EFULL (more events than declared), EFPENV. EINVAL within the row function. [step]
taut_status taut_run_advance(taut_run *run, int64_t until_ns);
int64_t taut_run_now(const taut_run *run);
/// The value table as the last tick left it; valid until the next call that changes the run.
const double *taut_run_values(const taut_run *run);
const double *taut_run_params(const taut_run *run, size_t i_instance);

/// The one way in. Applied at once, seen by the tick at taut_run_now. SET: an unwired input that is
/// no event input. EVENT: the value slot of an event input (an enum port with a `_seq` companion,
/// wired or not); its counter goes up by one. FAULT: 1 switches on, 0 off. SKIP: taut_run_skip, by
/// which a replay treats all effects alike. EINVAL (not such a target, out of range), ENOTFOUND (no
/// such slot or fault), EREJECT (within the row function); each with a log line.
taut_status taut_run_apply(taut_run *run, taut_effect_kind kind, uint32_t target, double value);

/// Skips `duration_ns` of simulated time: every instance whose model has the extension TAUT_SKIP_ID
/// moves its state in closed form, in the order of the plan, the others stay as they are, and now
/// becomes later by as much. Skipped time is not observed: there are no rows in it, windows of
/// monitors do not run on, and the next tick is an ordinary one. It is an effect: part of the trace
/// hash, and handed to taut_run_on_effect. EINVAL (the duration is no positive multiple of
/// taut_plan_cycle, or longer than 2^53 ns), EREJECT with nothing changed (before the first row,
/// within the row function, the controller is armed or commands a load of more than 10 N, or an
/// instance is not at rest), EFAULT and EFPENV as taut_run_advance; each with a log line. No
/// allocation. [step]
taut_status taut_run_skip(taut_run *run, int64_t duration_ns);

/// What a fault did so far.
typedef struct taut_receipt {
  bool is_on;
  int64_t on_ns;       ///< simulated time it was switched on in all
  uint64_t n_changed;  ///< samples (or calls) it changed
  double change_max;   ///< greatest absolute change of the value
} taut_receipt;
taut_receipt taut_run_receipt(const taut_run *run, size_t i_fault);

/// Bytes of a snapshot; the same for every run of a plan.
size_t taut_run_snapshot_size(const taut_run *run);
/// Copies everything that changes to `block` (64-byte aligned, caller's). Never fails.
void taut_run_snapshot(const taut_run *run, void *block);
/// Back to the snapshot, seed and switched faults included. It must come from a run of the same
/// plan, in this process or another. EINVAL; EREJECT when the plan is not snapshotable.
taut_status taut_run_restore(taut_run *run, const void *block);

/// XXH3-128 (Collet, xxHash 0.8) of all rows and events so far, chained: digest' = XXH3(digest |
/// tick | values | events), little-endian, from a digest of zeros; and of now and the present state
/// of all instances, zeros when the plan is not snapshotable. Written big-endian, as they are
/// printed.
void taut_run_trace_hash(const taut_run *run, uint8_t out[16]);
void taut_run_state_hash(const taut_run *run, uint8_t out[16]);

// ------------------------------------------------------------------------------------- conformance

typedef struct taut_check_item {
  const char *model;  ///< "" for the library as a whole
  const char *name;   ///< "state untouched by output"
  bool is_ok;
  const char *text;  ///< what was wrong, or a figure such as the step time
} taut_check_item;

typedef void (*taut_check_fn)(void *user, const taut_check_item *item);

/// The conformance suite on one library: reports every item, OK when all held, else EINVAL (or the
/// status of loading). Runs the plugin in this process, after it survived legal inputs in a child
/// of its own: call it in a process that may be lost. `fn` may be NULL; items are borrowed during
/// the call. Allocates, forks and waits. [main]
taut_status taut_check_library(const char *file, taut_check_fn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
