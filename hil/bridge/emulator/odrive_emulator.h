/// An ODrive on a CAN bus, in both dialects. Time is what the caller says it is. Which behaviour is
/// known from the firmware's text and which is not: README.md of hil/bridge.
#ifndef TAUT_HIL_BRIDGE_EMULATOR_ODRIVE_EMULATOR_H
#define TAUT_HIL_BRIDGE_EMULATOR_ODRIVE_EMULATOR_H

#include "hil/bridge/emulator/drive_motor.h"
#include "hil/bridge/odrive_codec.h"

/// Things that can be wrong; each stays until it is taken away.
typedef struct taut_odrive_faults {
  bool is_hung;             ///< nothing is read from or sent to the bus; control goes on
  bool is_frozen;           ///< values repeat the last ones
  int nan_command;          ///< message whose first float is NaN, 0 for none
  bool keeps_timeout;       ///< a write to the watchdog's time-out changes nothing
  bool keeps_disabled;      ///< a write to the watchdog's switch changes nothing
  bool has_other_firmware;  ///< Get_Version tells another revision
  bool falls_idle;          ///< leaves closed loop without an error
} taut_odrive_faults;

typedef struct taut_odrive_emulator {
  taut_drive_motor motor;
  taut_odrive_faults faults;
  taut_can_bus *bus;
  taut_odrive_dialect dialect;
  int node;
  int direction;  ///< +1: positive torque retracts
  int64_t now_ns;
  uint32_t axis_error;
  uint8_t axis_state;
  double watchdog_s;  ///< 0 and off by default, as from the factory
  bool is_watched;
  uint16_t endpoint_watchdog_timeout, endpoint_enable_watchdog;
  int64_t fed_ns;
  int64_t heartbeat_ns, encoder_ns;  ///< next cyclic message
  double torque_nm;                  ///< last input torque
  bool took_nan;                     ///< a torque that is no number reached the controller
  taut_odrive_pair last[4];          ///< encoder, iq, bus, temperature, for `is_frozen`
} taut_odrive_emulator;

/// A drive that has just been switched on, calibrated and idle. [any]
void taut_odrive_emulator_init(taut_odrive_emulator *emulator, taut_odrive_dialect dialect,
                               int node, taut_can_bus *bus, int64_t now_ns);

/// Takes frames that have arrived, lets time pass, sends what is due. [any]
void taut_odrive_emulator_advance(taut_odrive_emulator *emulator, int64_t now_ns);

/// Adds error bits and leaves closed loop. [any]
void taut_odrive_emulator_trip(taut_odrive_emulator *emulator, uint32_t axis_error);

#endif
