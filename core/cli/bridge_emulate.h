/// Emulated drives as processes: what a bridge can be tried on without hardware.
#ifndef TAUT_CLI_BRIDGE_EMULATE_H
#define TAUT_CLI_BRIDGE_EMULATE_H

#include "cli/bridge_config.h"

typedef struct taut_bridge_emulation {
  taut_bridge_kind kind;
  const char *path;  ///< of the terminal device that a VESC makes, of the socket of an ODrive's bus
  int node;          ///< of an ODrive
  bool is_free;      ///< nobody holds the spool
  double tension_n;  ///< of the cable at the spool, when it is free
  const char *log;   ///< file for what the motor does, as CSV each millisecond; NULL for none
  int stop_fd;       ///< it ends when this becomes readable
} taut_bridge_emulation;

/// Emulates until `stop_fd` is readable. Words on stdin make trouble: trip, hang, go. EIO
/// with a sentence in `error`. [main]
taut_status taut_bridge_emulate(const taut_bridge_emulation *emulation, char *error, size_t size);

#endif
