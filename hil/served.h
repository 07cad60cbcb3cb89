/// One instance of a model outside of a plan: memory, ports and host that the engine would give it.
#ifndef TAUT_HIL_SERVED_H
#define TAUT_HIL_SERVED_H

#include <stdbool.h>

#include "taut/engine.h"

typedef struct taut_served taut_served;

/// What an instance did through its host since the answer began; borrowed until the next call.
typedef struct taut_deed {
  bool is_log;
  uint32_t event;        ///< of an event
  double value;          ///< of an event
  taut_log_level level;  ///< of a log line
  const char *text;      ///< of a log line
} taut_deed;

/// Makes an instance. `path` and `params` are copied. EINVAL with a sentence in `error` when a
/// parameter or the period is out of range, ENOMEM. [main]
taut_status taut_served_create(const taut_model *model, const char *path, const double *params,
                               size_t n_params, uint64_t seed, int64_t period_ns, taut_served **out,
                               char *error, size_t size);
void taut_served_destroy(taut_served *served);

size_t taut_served_n_inputs(const taut_served *served);
size_t taut_served_n_outputs(const taut_served *served);

/// State to its start, then the outputs of `tick_ns`. EINVAL when the model refuses its parameters,
/// EFAULT with a sentence in `error`. [step]
taut_status taut_served_reset(taut_served *served, int64_t tick_ns, char *error, size_t size);

/// Was it reset, without an error? Before that it has no state to go on from.
bool taut_served_is_ready(const taut_served *served);

/// Did the last reset find the state as it left it?
bool taut_served_was_at_start(const taut_served *served);

/// Update at `tick_ns` with these inputs (n_inputs values), then the outputs of the next due tick.
/// EFAULT with a sentence in `error`. [step]
taut_status taut_served_step(taut_served *served, int64_t tick_ns, const double *inputs,
                             char *error, size_t size);

/// The outputs of `tick_ns` from the state as it is. EFAULT with a sentence in `error`. [step]
taut_status taut_served_output(taut_served *served, int64_t tick_ns, char *error, size_t size);

/// The last outputs, (n_outputs) values.
const double *taut_served_outputs(const taut_served *served);

/// The deeds of the last reset or step.
const taut_deed *taut_served_deeds(const taut_served *served, size_t *n);

#endif
