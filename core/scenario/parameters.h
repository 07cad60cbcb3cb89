/// The numbers of a parameter set, as they stand in its file: with the source of each and how sure
/// it is.
#ifndef TAUT_SCENARIO_PARAMETERS_H
#define TAUT_SCENARIO_PARAMETERS_H

#include "scenario/scenario.h"

/// A number of a set. Borrowed during the call.
typedef struct taut_parameter {
  const char *group;   ///< "motor"
  const char *name;    ///< "resistance_ohm"
  const char *value;   ///< "0.111", "75 cmH2O"
  const char *status;  ///< "V", "C", "M" or "D"
  const char *source;  ///< in words; "" when not stated
} taut_parameter;

typedef void (*taut_parameter_fn)(void *user, const taut_parameter *parameter);

/// Reads models/.../<set>.lua in a sandbox and hands out every number that states a status, by
/// group and name. A file of another kind has none. EINVAL, EFULL, ENOMEM with a sentence in
/// `message`. Allocates. [main]
taut_status taut_parameters_read(const char *path, const char *data_dir, taut_parameter_fn fn,
                                 void *user, char *message, size_t size);

#endif
