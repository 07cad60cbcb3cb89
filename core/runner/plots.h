/// The plots and repetitions of a case as JSON (core/report/README.md has the format).
#ifndef TAUT_RUNNER_PLOTS_H
#define TAUT_RUNNER_PLOTS_H

#include <jansson.h>

#include "runner/recorder.h"
#include "runner/reps.h"
#include "scenario/scenario.h"

enum { TAUT_PLOT_SIGNALS_MAX = 24, TAUT_PLOT_WINDOWS_MAX = 4, TAUT_PLOT_SKIPS_MAX = 4000 };

/// Chooses what a report draws and packs it: the signals of checks that did not pass, then the
/// usual ones of the machine, then those of the other checks; windows of whole rows around the
/// first violations. The recorder is finished. New reference, NULL when no row was recorded.
/// Allocates. [worker]
json_t *taut_plots_json(const taut_recorder *recorder, const taut_plan *plan,
                        const taut_case_result *result);

/// The repetitions, by time. New reference. [worker]
json_t *taut_reps_json(taut_reps *reps, int64_t end_ns);

#endif
