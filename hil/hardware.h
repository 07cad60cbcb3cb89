/// Hardware behind a live peer, in place of instances of a model. It lives by itself: sessions come
/// and go, and neither begins, ends nor outlives what it does for safety.
#ifndef TAUT_HIL_HARDWARE_H
#define TAUT_HIL_HARDWARE_H

#include "hil/black_box.h"
#include "hil/served.h"

typedef struct taut_hardware {
  const taut_model *model;  ///< its ports and events; the functions are not used
  /// A session has begun, or begins anew. Nothing may actuate because of it. `path` is the instance
  /// it fills, such as "left.motor".
  void (*begin)(void *user, const char *path, int64_t now_ns);
  /// Newer inputs (slots of the model), made for simulated time `tick_ns`.
  void (*take)(void *user, const double *inputs, int64_t tick_ns, int64_t now_ns);
  /// The newest outputs (slots of the model), borrowed until the next call.
  const double *(*outputs)(void *user);
  /// Fetches the oldest event or log line that was not fetched; false when there is none.
  bool (*next_deed)(void *user, taut_deed *out);
  /// The session is over; in order when the harness said so.
  void (*end)(void *user, bool is_orderly, int64_t now_ns);
  /// Does what is due, with or without a session, about every millisecond. `box` may be NULL. EIO:
  /// the hardware is gone for good.
  taut_status (*advance)(void *user, int64_t now_ns, taut_black_box *box);
  /// Asks it to come to rest for good; true once it has. Called until then.
  bool (*stop)(void *user, int64_t now_ns);
  void *user;
} taut_hardware;

#endif
