/// Full names of the ports that a formula or a condition reads.
#ifndef TAUT_SCENARIO_SIGNALS_H
#define TAUT_SCENARIO_SIGNALS_H

#include "scenario/pool.h"
#include "taut/monitor.h"

/// Names such as "left.cable.tension_n", in the order of the row; a peak is its port. The list and
/// its names live in `pool`; NULL without memory.
const char *const *taut_signals_of_monitor(const taut_monitor *monitor, const taut_plan *plan,
                                           taut_pool *pool, size_t *n);
const char *const *taut_signals_of_expr(const taut_expr *expr, const taut_plan *plan,
                                        taut_pool *pool, size_t *n);

#endif
