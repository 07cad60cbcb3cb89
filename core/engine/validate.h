/// Checks of models against each other and against their role.
#ifndef TAUT_ENGINE_VALIDATE_H
#define TAUT_ENGINE_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "taut/engine.h"

enum {
  TAUT_SIGNALS_MAX = 4096,        ///< rows of one table
  TAUT_COUNT_MAX = 4096,          ///< slots of one signal
  TAUT_TABLE_SLOTS_MAX = 65536,   ///< slots of one table
  TAUT_EVENTS_PER_TICK_MAX = 64,  ///< bound of taut_model.events_per_tick
};

/// The signal of that name, or NULL. [any]
const taut_signal *taut_signal_find(const taut_signal *signals, uint32_t n, const char *name);
/// Have both the same labels in the same order as far as the shorter list goes, or none? Lists of
/// labels grow at their end, so a plugin and a role of different age still agree. [any]
bool taut_labels_agree(const char *const *a, const char *const *b);
/// Is `value` legal for the signal: finite, within range, whole where it must be? [any]
bool taut_signal_accepts(const taut_signal *signal, double value);
/// Number of slots of a table. [any]
uint32_t taut_signal_slots(const taut_signal *signals, uint32_t n);
/// The first port with TAUT_FEEDTHROUGH of a model whose role allows none, else NULL. [any]
const taut_signal *taut_role_feedthrough(const taut_model *model);

#endif
