/// A model served at an address until told to stop.
#ifndef TAUT_HIL_SERVE_LOOP_H
#define TAUT_HIL_SERVE_LOOP_H

#include "hil/endpoint.h"
#include "hil/hardware.h"
#include "taut/engine.h"

typedef struct taut_serve_options {
  const taut_model *model;  ///< borrowed
  taut_endpoint endpoint;
  bool is_live;                   ///< it runs on the wall clock
  const taut_hardware *hardware;  ///< what a live device is, if it is no model; borrowed, or NULL
  const char *black_box;          ///< file of a live device's post-mortem log; NULL for none
  int stop_fd;                    ///< serving ends when it becomes readable
  /// One line for the log.
  void (*log)(void *user, taut_log_level level, const char *text);
  void *user;
} taut_serve_options;

/// Serves until `stop_fd` is readable and hardware has come to rest, then says goodbye to whoever
/// holds the device. EIO (also when the hardware is gone), EREJECT (address in use), ENOMEM with a
/// line in the log. [main]
taut_status taut_serve_run(const taut_serve_options *options);

#endif
