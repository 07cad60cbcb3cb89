/// Where a person arms a bridge: lines that were typed go in, lines to read come out. Two steps:
/// `arm` lets the drive be asked again what it would do without commands, then shows that with all
/// limits and a code; the code, typed by a person, arms. Neither the harness nor a script can.
#ifndef TAUT_HIL_BRIDGE_DESK_H
#define TAUT_HIL_BRIDGE_DESK_H

#include "hil/bridge/device.h"

/// Limits whose status may be told beside them.
typedef struct taut_bridge_doubts {
  bool torque_per_amp, spool_radius, current, speed, bus, temperature, brake;
} taut_bridge_doubts;

typedef struct taut_bridge_desk {
  taut_bridge_device *device;  ///< borrowed
  double spool_radius_m;       ///< for forces and speeds of the cable              [m]
  taut_bridge_doubts doubts;   ///< numbers that nobody has verified
  int fd;                      ///< of typed lines; -1 once they ended
  /// One line to read.
  void (*print)(void *user, const char *line);
  void *user;
  uint32_t code;   ///< of the request under way; 0 for none
  bool is_shown;   ///< its table has been shown
  char line[128];  ///< typed so far
  size_t n_line;
} taut_bridge_desk;

/// Reads what was typed, shows what is due. When the lines end, the bridge is disarmed. [main]
void taut_bridge_desk_turn(taut_bridge_desk *desk, int64_t now_ns);

/// Takes one line, without its end. [main]
void taut_bridge_desk_take(taut_bridge_desk *desk, const char *line, int64_t now_ns);

#endif
