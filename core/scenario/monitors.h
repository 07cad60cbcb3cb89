/// Monitors of a case: the requirements that it covers, and those that watch every run.
#ifndef TAUT_SCENARIO_MONITORS_H
#define TAUT_SCENARIO_MONITORS_H

#include "scenario/host.h"
#include "taut/timeline.h"

/// A requirement on a run.
typedef struct taut_attached {
  const taut_requirement *requirement;  ///< borrowed from the register
  taut_monitor *monitor;                ///< NULL when the run lacks a signal that it names
  const char *missing;                  ///< that signal
  bool is_covered;                      ///< the scenario names it
  bool needs_full;                      ///< not judged: the run is not of full fidelity
  bool is_too_fine;                     ///< not judged: its windows are finer than the run's rows
  taut_monitor_result result;           ///< at the end of the run
} taut_attached;

/// All requirements whose windows mean the same at the end of the run, judged together.
typedef struct taut_joint {
  taut_monitor *monitor;  ///< NULL when there is none such
  size_t offset;          ///< of its state
} taut_joint;

typedef struct taut_monitors {
  taut_attached *items;
  size_t n;
  taut_joint joints[2];  ///< by taut_monitor_end
  /// What changes from row to row, in one block without pointers: with a snapshot of the run, a
  /// copy of it is a snapshot of the case's judgement.
  unsigned char *states;
  size_t states_size;
  taut_monitor_bounds *bounds;  ///< (n) scratch
  size_t n_covered;
  int64_t n_rows;
  taut_timeline timeline;  ///< windows are made of observed time: the clock stands in a skip
  const taut_plan *plan;
  const taut_allocator *allocator;
} taut_monitors;

/// Compiles the requirements in `covers` (NULL-terminated ids) and those marked everywhere against
/// the plan of the setup. EINVAL with an error in the journal that shows the place in the register;
/// ENOMEM. To be ended by taut_monitors_fini in any case.
taut_status taut_monitors_attach(taut_monitors *monitors, const taut_setup *setup,
                                 const taut_register *reg, const char *const *covers,
                                 const taut_allocator *allocator);
/// Takes a row. EFULL when the run is longer than its limit. No allocation. [step]
taut_status taut_monitors_feed(taut_monitors *monitors, const double *values);
/// Whether a requirement is violated already, whatever comes. No allocation.
bool taut_monitors_are_violated(taut_monitors *monitors);
/// Notes that time is skipped from `now_ns` on. ENOMEM. Allocates.
taut_status taut_monitors_skip(taut_monitors *monitors, int64_t now_ns, int64_t duration_ns);
/// Ends the run and adds a check per requirement to the journal, `line` being the scenario's; those
/// that only watched and never came to apply are left out. False when there are too many checks or
/// there is no memory.
bool taut_monitors_finish(taut_monitors *monitors, taut_journal *journal, int line);
void taut_monitors_fini(taut_monitors *monitors);

/// Whether some role has a port of that name, so that another rig may have the signal:
/// "form_check.verdict", "left.motor.iq_a", "cable.tension_n", "load.command_n". [any]
bool taut_is_role_port(const char *name);

#endif
