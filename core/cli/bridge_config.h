/// The file that says which machine hangs on a bridge: "name = value" a line.
#ifndef TAUT_CLI_BRIDGE_CONFIG_H
#define TAUT_CLI_BRIDGE_CONFIG_H

#include <stdio.h>

#include "hil/bridge_desk.h"

typedef enum taut_bridge_kind { TAUT_BRIDGE_VESC, TAUT_BRIDGE_ODRIVE } taut_bridge_kind;

/// What the file says, in the words of the bridge.
typedef struct taut_bridge_machine {
  taut_bridge_config bridge;
  taut_vesc_drive_config vesc;      ///< of a VESC
  taut_odrive_drive_config odrive;  ///< of an ODrive, without its node
  int baud;                         ///< of a VESC
  double spool_radius_m;
  taut_bridge_doubts doubts;
  size_t n_unverified;  ///< numbers that say so
} taut_bridge_machine;

/// Reads a file for a kind of drive. EINVAL, EIO with a sentence in `error` that names file, line,
/// value and what is expected. [main]
taut_status taut_bridge_machine_read(const char *path, taut_bridge_kind kind,
                                     taut_bridge_machine *out, char *error, size_t size);

/// Writes a file that fits the emulated drive of that kind, with a comment for each number. [main]
void taut_bridge_machine_print(taut_bridge_kind kind, FILE *out);

#endif
