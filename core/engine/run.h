/// The run inside. One block holds everything that changes; the rest of this struct is a binding to
/// it that can be made again at any time from the plan and the block.
#ifndef TAUT_ENGINE_RUN_H
#define TAUT_ENGINE_RUN_H

#include "engine/block.h"
#include "engine/plan.h"
#include "taut/engine.h"

enum { TAUT_CACHED_PROGRAMS = 32 };  ///< when patterns are not tabulated

/// One call of a tick: of a model, or of the core's own work between models (event mux, tap,
/// component fault), which has the same shape so that the hot loop has no cases.
typedef struct run_op {
  taut_status (*fn)(const taut_instance *inst, int64_t tick_ns);
  const taut_instance *inst;
} run_op;

/// Where the values of a pair of peaks come from; twice the same slot when a pair has one peak. The
/// pair itself is so many doubles behind the values, so that one base serves all.
typedef struct run_peak {
  uint32_t source[2], pair;
} run_peak;

/// What a tick does, for one set of due groups.
typedef struct run_program {
  uint64_t output_mask, update_mask;
  bool is_built;
  run_op *outputs, *outputs_end;    ///< in feedthrough order, muxes and taps behind their sources
  run_op *observes, *observes_end;  ///< what only a row needs
  run_op *updates, *updates_end;
  run_op *members;  ///< updates from here on are of pairs that move together
  run_peak *peaks, *peaks_end;
} run_program;

/// Values that are brought up to date only where someone looks: at rows and at the end of an
/// advance.
typedef struct run_copy {
  uint32_t to, from, count;
} run_copy;

typedef struct run_mux_binding {
  uint32_t value, seq;  ///< slots of the source as it is seen now
} run_mux_binding;

struct taut_run {
  taut_arena arena;
  const taut_plan *plan;            ///< borrowed
  const taut_allocator *allocator;  ///< borrowed
  const taut_log_sink *log;         ///< borrowed, may be NULL
  taut_run_options options;

  unsigned char *block;      ///< the one in use
  unsigned char *blocks[2];  ///< the second one only in a stress run

  // Binding. Instances of the core's own ops carry the index of what they work on, and the run.
  taut_instance *instances;
  const double **inputs;  ///< (plan->n_inputs)
  taut_instance *mux_calls, *tap_calls, *component_calls;
  run_mux_binding *mux_bindings;
  run_program first;  ///< tick 0: every output, due updates
  run_program *programs;
  const run_program *usual;    ///< the one with the most phases, NULL without phases
  const run_program **phases;  ///< (plan->n_phases) of each tick of the hyper-period but tick 0
  uint32_t n_programs, next_program;
  run_copy *copies;
  uint32_t n_copies;
  run_op *shuffled;  ///< (n_instances) stress
  // Pairs that move together where nothing looks at them; none while one of them has a fault.
  const taut_coupling *coupling;
  taut_coupling_member *members;  ///< (n_members)
  uint32_t n_members;
  bool *is_member;        ///< (n_instances)
  double **member_peaks;  ///< what `least` and `greatest` of the members point to
  unsigned char *room;    ///< of the coupling
  size_t room_size;
  uint16_t *n_plain;             ///< (plan->n_phases) ticks of members alone, from each phase on
  const taut_skip **skips;       ///< (n_instances) how each skips time; NULL: it stays as it is
  unsigned char *states_before;  ///< room for all states during a skip; NULL when none skips

  taut_row_fn on_row;
  void *on_row_user;
  taut_effect_fn on_effect;
  void *on_effect_user;

  bool is_in_tick, is_in_output, is_in_skip;
  taut_status host_status;       ///< what a plugin did wrong through the host
  const taut_instance *culprit;  ///< who
};

static inline run_head *taut_run_head(const taut_run *run) {
  return (run_head *)(void *)run->block;
}
static inline double *taut_run_table(const taut_run *run) {
  return (double *)(void *)(run->block + run->plan->layout.values);
}
static inline taut_event *taut_run_events(const taut_run *run) {
  return (taut_event *)(void *)(run->block + run->plan->layout.events);
}
static inline run_counts *taut_run_counts(const taut_run *run) {
  return (run_counts *)(void *)(run->block + run->plan->layout.counts);
}
static inline run_peak_pair *taut_run_peaks(const taut_run *run) {
  return (run_peak_pair *)(void *)(run->block + run->plan->layout.peaks);
}
static inline run_peak_pair *taut_run_peak_pair(double *values, const run_peak *peak) {
  return (run_peak_pair *)(void *)(values + peak->pair);
}
static inline double *taut_run_mux_last(const taut_run *run) {
  return (double *)(void *)(run->block + run->plan->layout.mux_last);
}
static inline run_fault *taut_run_faults(const taut_run *run) {
  return (run_fault *)(void *)(run->block + run->plan->layout.faults);
}
static inline run_fault_slot *taut_run_fault_slots(const taut_run *run) {
  return (run_fault_slot *)(void *)(run->block + run->plan->layout.fault_slots);
}

/// bind.c: points every instance into the block in use; again after it moved or a fault was
/// switched.
void taut_run_bind(taut_run *run);
/// bind.c: slot from which input `k` of instance `i`, or a tap, takes its value now.
uint32_t taut_run_input_slot(const taut_run *run, const plan_input *input);
uint32_t taut_run_tap_source(const taut_run *run, const plan_tap *tap);
bool taut_run_is_tapped(const taut_run *run, uint32_t i_tap);

/// program.c: makes the memory of the programs; ENOMEM. Then: drops what was built, builds again.
taut_status taut_run_make_programs(taut_run *run);
void taut_run_rebuild(taut_run *run);
/// program.c: the program of the tick that begins at `now_ns`.
const run_program *taut_run_program(taut_run *run, int64_t now_ns);

/// coupling.c: makes the memory of the couplings; ENOMEM. Then: finds them for the faults that are
/// on, once the programs are built.
taut_status taut_run_make_couplings(taut_run *run);
void taut_run_find_couplings(taut_run *run);

/// calls.c: ops of the core.
taut_status taut_run_call_mux(const taut_instance *call, int64_t tick_ns);
taut_status taut_run_call_tap(const taut_instance *call, int64_t tick_ns);
taut_status taut_run_call_update(const taut_instance *call, int64_t tick_ns);
taut_status taut_run_call_reset(const taut_instance *call, int64_t tick_ns);
/// calls.c: evaluates a tap outside of its samples, when a fault on it is switched.
void taut_run_settle_tap(taut_run *run, uint32_t i_tap);

/// host.c: the services a plugin gets.
extern const taut_host taut_run_host;

/// skip.c: how the model skips time, or NULL.
const taut_skip *taut_skip_of(const taut_model *model);
/// skip.c: makes the memory of a skip; ENOMEM. Then: skips, for taut_run_apply, which tells the
/// listener. The moment before is the tick of the effect.
taut_status taut_run_make_skips(taut_run *run);
taut_status taut_run_apply_skip(taut_run *run, double duration_ns);

/// row.c: copies what is brought up to date lazily.
void taut_run_refresh(taut_run *run);
/// row.c: checks, hashes and hands out the row of this tick, then starts the next one. `*end` is
/// what the row function said.
taut_status taut_run_make_row(taut_run *run, int64_t tick_ns, taut_status *end);

/// run.c: stops the run for good; logs `text` with `path`. Returns `status`.
taut_status taut_run_stop(taut_run *run, taut_status status, const char *path, const char *text);

#endif
