/// Several periods in one exchange: inputs wait until there are enough of them, and what came back
/// is handed out period by period. So outputs, events and log lines come K - 1 periods later.
#ifndef TAUT_HIL_BATCH_H
#define TAUT_HIL_BATCH_H

#include <stdbool.h>

#include "taut/engine.h"

enum {
  TAUT_BATCH_TICKS_MAX = 64,   ///< periods in one exchange
  TAUT_BATCH_DEEDS_MAX = 256,  ///< events and log lines of one exchange
  TAUT_BATCH_TEXT_MAX = 256
};

/// An event or a log line of one period.
typedef struct taut_batch_deed {
  uint32_t row;
  bool is_log;
  uint32_t event;
  double value;
  taut_log_level level;
  char text[TAUT_BATCH_TEXT_MAX];
} taut_batch_deed;

typedef struct taut_batch {
  uint32_t n_ticks;  ///< K
  size_t n_inputs, n_outputs;
  double *inputs;     ///< (n_ticks, n_inputs) that wait
  int64_t *ticks_ns;  ///< (n_ticks) when they were taken
  uint32_t n_waiting;
  double *outputs;  ///< (n_ticks, n_outputs) that came back
  uint32_t n_ready, i_next;
  taut_batch_deed *deeds;
  size_t n_deeds;
} taut_batch;

/// ENOMEM. Allocates.
taut_status taut_batch_init(taut_batch *batch, uint32_t n_ticks, size_t n_inputs, size_t n_outputs);
void taut_batch_fini(taut_batch *batch);
/// Forgets everything that waits or came back.
void taut_batch_clear(taut_batch *batch);

/// Adds what `inst` sees now; true when the exchange is due. [step]
bool taut_batch_add_inputs(taut_batch *batch, const taut_instance *inst, int64_t tick_ns);
/// The exchange begins: the inputs are gone, `outputs` and deeds are to be filled.
void taut_batch_begin(taut_batch *batch);
/// Adds an event or a line of period `row`; beyond the bound they are dropped, false then.
bool taut_batch_add_event(taut_batch *batch, uint32_t row, uint32_t event, double value);
bool taut_batch_add_log(taut_batch *batch, uint32_t row, taut_log_level level, const char *text);
/// Hands out the next period, if there is one: its events and lines through the host, its outputs
/// to `outputs`. [step]
void taut_batch_hand_out(taut_batch *batch, const taut_instance *inst, double *outputs);

#endif
