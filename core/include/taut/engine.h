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
/// names the instance, instance.port or file ("" if none). `text` is borrowed during the call.
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

/// Loads a plugin library and all its models. The file is checked for truncation before it is
/// opened; the floating-point environment is checked and reset after it. Errors, each with a log
/// line that names file, model and port: ENOTFOUND, EIO (unreadable, truncated, no taut_query),
/// EABI, EINVAL (a table is not valid, or the name is taken), EFPENV. A second load of the same
/// file is OK.
taut_status taut_registry_load(taut_registry *registry, const char *file);

/// Adds a model that lives in this process; `model` is borrowed until destroy. EINVAL, ENOMEM.
taut_status taut_registry_add(taut_registry *registry, const taut_model *model);

/// The model of that name, or NULL. Borrowed until destroy.
const taut_model *taut_registry_find(const taut_registry *registry, const char *name);
/// The i-th model, NULL past the last.
const taut_model *taut_registry_at(const taut_registry *registry, size_t i);
/// File the model was loaded from, "" for one added in process.
const char *taut_registry_file(const taut_registry *registry, const taut_model *model);

/// Writes the first fault of a model's tables to `text`; OK when there is none, else EINVAL. Also
/// checks the role's ports when the role is known: each required port of the role with the same
/// unit, kind and labels. [any]
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

taut_status taut_builder_create(const taut_registry *registry, const taut_allocator *allocator,
                                const taut_log_sink *log, taut_builder **out);
void taut_builder_destroy(taut_builder *builder);

/// Time between base ticks and between rows [ns]; defaults 50,000 (20 kHz) and 1,000,000. EINVAL.
taut_status taut_builder_base_period(taut_builder *builder, int64_t period_ns);
taut_status taut_builder_row_period(taut_builder *builder, int64_t period_ns);

/// Adds an instance. `path` is "controller" or "left.motor". `period_ns` 0 means the model's
/// default; it must be a multiple of the base period and within the model's bounds. EINVAL,
/// ENOTFOUND, ENOMEM.
taut_status taut_builder_add(taut_builder *builder, const char *path, const char *model,
                             int64_t period_ns, int64_t phase_ns);

/// Sets slot `i_slot` of a parameter (SI). Out of range is EINVAL; unknown names are ENOTFOUND with
/// the nearest name in the log.
taut_status taut_builder_param(taut_builder *builder, const char *path, const char *param,
                               uint32_t i_slot, double value);

/// Wires an input "path.port" to an output "path.port". Units are checked by taut_builder_plan.
taut_status taut_builder_wire(taut_builder *builder, const char *input, const char *output);

/// Wires every input that is still free by the default wiring of its role; a source whose instance
/// is not in the rig leaves an optional input at its init value.
taut_status taut_builder_wire_roles(taut_builder *builder);

/// Kinds of faults on a wire, and on a component.
// clang-format off
#define TAUT_FAULT_MAP(X)                                                                      \
  X(BIAS, "bias") X(GAIN, "gain") X(SIGN, "sign") X(STUCK, "stuck") X(DELAY, "delay")          \
  X(DROP, "drop") X(JITTER, "jitter") X(NOISE, "noise") X(DRIFT, "drift")                      \
  X(QUANTISE, "quantise") X(SATURATE, "saturate") X(RATE, "rate") X(DEAD_BAND, "dead_band")    \
  X(INVERT, "invert") X(SPIKE, "spike") X(NAN, "nan")                                          \
  X(SKIP, "skip") X(DOUBLE, "double") X(FREEZE, "freeze") X(RESET, "reset")
// clang-format on

typedef enum taut_fault_kind {
#define TAUT_FAULT_ENUM(name, label) TAUT_FAULT_##name,
  TAUT_FAULT_MAP(TAUT_FAULT_ENUM)
#undef TAUT_FAULT_ENUM
      TAUT_FAULT_COUNT
} taut_fault_kind;

/// A fault: a tap on one wire ("controller.left_load_cell_n", the input it sits on, so that other
/// readers of the same output are not touched; or an output "left.motor.iq_a" for all its readers
/// and the trace), or a component (SKIP, DOUBLE, FREEZE, RESET on an instance path).
typedef struct taut_fault {
  const char *name;    ///< the scenario's name for it
  const char *target;  ///< port or instance
  taut_fault_kind kind;
  double magnitude;      ///< BIAS, NOISE, QUANTISE, DEAD_BAND, SPIKE [unit of the port]; GAIN [1];
                         ///< DRIFT, RATE [unit/s]; SATURATE: upper limit; STUCK ignores it;
                         ///< DROP, SPIKE, JITTER: probability per sample when in (0, 1)
  double magnitude_low;  ///< SATURATE: lower limit. SPIKE: probability per sample
  int64_t delay_ns;      ///< DELAY, JITTER: delay, JITTER: greatest delay
} taut_fault;

/// Declares a fault; it is off until taut_run_fault. EINVAL, ENOTFOUND.
taut_status taut_builder_fault(taut_builder *builder, const taut_fault *fault);

/// Checks everything and makes the plan. Errors name instance and port in the log: EMISSING (input
/// neither wired nor optional), EUNIT, ETRUTH, ELOOP (prints the loop), EINVAL, ENOMEM. The builder
/// stays usable.
taut_status taut_builder_plan(taut_builder *builder, taut_plan **out);
void taut_plan_destroy(taut_plan *plan);

// -------------------------------------------------------------------------------------------- plan

typedef enum taut_port_kind { TAUT_PORT_PARAM, TAUT_PORT_INPUT, TAUT_PORT_OUTPUT } taut_port_kind;

/// A port of a plan.
typedef struct taut_port {
  uint32_t slot;      ///< first slot in the value table (parameters: in the parameter table)
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
size_t taut_plan_n_instances(const taut_plan *plan);
taut_instance_info taut_plan_instance(const taut_plan *plan, size_t i);
/// Index of an instance by path, or -1.
int64_t taut_plan_find_instance(const taut_plan *plan, const char *path);
/// Number of slots in the value table: outputs, taps, unwired inputs, event inputs, peaks.
size_t taut_plan_n_slots(const taut_plan *plan);
/// Name "left.motor.iq_a" of a slot, written to `text` with "[i]" for arrays; for CSV headers and
/// error messages.
void taut_plan_slot_name(const taut_plan *plan, uint32_t slot, char *text, size_t size);
/// A port by "path.port" (outputs before inputs), "load.x" for the controller's load outputs.
/// ENOTFOUND.
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

typedef taut_status (*taut_row_fn)(void *user, const taut_row *row);

/// One thing the outside does to a run: a value for an unwired input, an event for a report-like
/// input (an enum port that has a `_seq` companion, wired or not), or a fault switched.
typedef enum taut_effect_kind {
  TAUT_EFFECT_SET,
  TAUT_EFFECT_EVENT,
  TAUT_EFFECT_FAULT
} taut_effect_kind;
typedef struct taut_effect {
  int64_t tick_ns;  ///< when it was applied
  taut_effect_kind kind;
  uint32_t target;  ///< slot, or index of the fault
  double value;     ///< SI value, label index, or 0/1
} taut_effect;

typedef void (*taut_effect_fn)(void *user, const taut_effect *effect);

/// Creates a run and calls init of every instance. EINVAL (an instance refused its parameters),
/// ENOMEM, EFAULT. The plan is borrowed until destroy. `allocator` and `log` may be NULL.
taut_status taut_run_create(const taut_plan *plan, const taut_run_options *options,
                            const taut_allocator *allocator, const taut_log_sink *log,
                            taut_run **out);
void taut_run_destroy(taut_run *run);

/// Called with every row; EFAULT etc. from it ends the advance. One function at a time; NULL
/// removes it.
void taut_run_on_row(taut_run *run, taut_row_fn fn, void *user);
/// Called with every effect that is applied, for journals and replay.
void taut_run_on_effect(taut_run *run, taut_effect_fn fn, void *user);

/// Advances to the first base tick at or after `until_ns`. Errors stop the run at that tick, name
/// instance and port in the log, and repeat on every later call: EFAULT, ENUMBER, EFULL, EFPENV.
taut_status taut_run_advance(taut_run *run, int64_t until_ns);
int64_t taut_run_now(const taut_run *run);
/// The value table; valid until the next call that changes the run.
const double *taut_run_values(const taut_run *run);
const double *taut_run_params(const taut_run *run, size_t i_instance);

/// The one way in. Applied at once, seen by the next tick. EINVAL (wired input without a `_seq`
/// companion, out of range), ENOTFOUND.
taut_status taut_run_apply(taut_run *run, taut_effect_kind kind, uint32_t target, double value);

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
/// Back to the snapshot, which must come from a run of the same plan. EINVAL.
taut_status taut_run_restore(taut_run *run, const void *block);

/// XXH3-128 of all rows and events so far; of the present state of all instances. Big-endian bytes.
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
/// status of loading). Runs the plugin in this process: call it in a child. [main]
taut_status taut_check_library(const char *file, taut_check_fn fn, void *user);

#ifdef __cplusplus
}
#endif
#endif
