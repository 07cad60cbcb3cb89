#include "scenario/signals.h"

#include <string.h>

enum { NAME_MAX_BYTES = 160 };

/// Cuts ".min" or ".max" off the name of a peak's slot.
static void name_port(const taut_plan *plan, uint32_t slot, char name[NAME_MAX_BYTES]) {
  taut_plan_slot_name(plan, slot, name, NAME_MAX_BYTES);
  size_t length = strlen(name);
  bool is_peak = length > 4 &&
                 (strcmp(name + length - 4, ".min") == 0 || strcmp(name + length - 4, ".max") == 0);
  if (is_peak) name[length - 4] = 0;
}

static const char *const *collect(const taut_monitor *monitor, const taut_expr *expr,
                                  const taut_plan *plan, taut_pool *pool, size_t *n) {
  taut_list names = {0};
  const char **first = taut_pool_take(pool, sizeof *first);  // an empty list is not NULL
  *n = 0;
  if (!first) return NULL;
  for (uint32_t slot = 0; slot < taut_plan_n_slots(plan); slot++) {
    bool is_used = monitor ? taut_monitor_uses(monitor, slot) : taut_expr_uses(expr, slot);
    if (!is_used) continue;
    char name[NAME_MAX_BYTES];
    name_port(plan, slot, name);
    bool is_known = false;
    const char **known = names.items;
    for (size_t i = 0; i < names.n; i++) is_known |= strcmp(known[i], name) == 0;
    if (is_known) continue;
    const char *copy = taut_pool_text(pool, name);
    const char **place = copy ? taut_list_add(pool, &names, sizeof *place) : NULL;
    if (!place) return NULL;
    *place = copy;
  }
  *n = names.n;
  return names.n ? (const char *const *)names.items : first;
}

const char *const *taut_signals_of_monitor(const taut_monitor *monitor, const taut_plan *plan,
                                           taut_pool *pool, size_t *n) {
  return collect(monitor, NULL, plan, pool, n);
}

const char *const *taut_signals_of_expr(const taut_expr *expr, const taut_plan *plan,
                                        taut_pool *pool, size_t *n) {
  return collect(NULL, expr, plan, pool, n);
}
