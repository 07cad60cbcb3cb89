/// What crossed the links of a run, in its order. A tape that is written takes down every request
/// and every answer; one that is read plays them back in place of the peers. Where it is kept is
/// its owner's business.
#ifndef TAUT_HIL_TAPE_H
#define TAUT_HIL_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

/// One message as it crossed. Where an answer is missing stands a Goodbye that says why.
typedef struct taut_tape_message {
  uint32_t i_link;  ///< in the order in which links were begun
  bool is_answer;
  int64_t tick_ns;       ///< of the request
  const uint8_t *bytes;  ///< borrowed until the next call
  size_t size;
} taut_tape_message;

/// One of `write` and `read` is NULL.
typedef struct taut_tape {
  /// A link is about to be opened: role and target, as in "ROLE=TARGET". NULL when it is read.
  void (*begin)(void *user, const char *role, const char *target);
  void (*write)(void *user, const taut_tape_message *message);
  /// ENOTFOUND at the end, EINVAL when what follows is damaged, both with a sentence in `*why`.
  taut_status (*read)(void *user, taut_tape_message *out, const char **why);
  void *user;
} taut_tape;

#endif
