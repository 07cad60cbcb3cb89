/// Plots and repetitions of a case as they come from a worker: checked before they are believed.
/// README.md has the format.
#ifndef TAUT_REPORT_PLOTS_H
#define TAUT_REPORT_PLOTS_H

#include "report/record.h"

/// Whether this is null or plots of the documented form and size, every series with as many numbers
/// as it shall have. [any]
bool taut_plots_are_whole(const json_t *plots);

/// The place of a simulated time on the axis of the plots, which leaves skipped time out [s]. [any]
double taut_plots_observed(const json_t *plots, double simulated_s);

/// Whether this is a list of repetitions of the documented form. [any]
bool taut_reps_are_whole(const json_t *reps);

/// Moves "plots" and "reps" of a worker's answer to the record when both are whole. False, and
/// the record untouched, when one is not. [main]
bool taut_plots_take(const json_t *answer, taut_record *record);
/// Releases them once they are written. [main]
void taut_plots_drop(taut_record *record);

#endif
