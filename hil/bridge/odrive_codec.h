/// CAN Simple, the messages of the ODrive, in its two dialects: firmware 0.5 (ODrive 3.x) and 0.6
/// (S1, Pro, Micro). Identifier: node << 5 | command. Little endian. Values are in the drive's
/// units where the wire has them (turns, turns/s, N m, A, V, degC) and named so; the bridge
/// converts. Sources and status: README.md.
#ifndef TAUT_HIL_BRIDGE_ODRIVE_CODEC_H
#define TAUT_HIL_BRIDGE_ODRIVE_CODEC_H

#include "hil/bridge/can_bus.h"

typedef enum taut_odrive_dialect { TAUT_ODRIVE_0_5, TAUT_ODRIVE_0_6 } taut_odrive_dialect;

/// Commands. A comment names the dialect where a number means something else or nothing.
enum {
  TAUT_ODRIVE_GET_VERSION = 0x00,  ///< 0.6; in 0.5 a CANopen message that the drive ignores
  TAUT_ODRIVE_HEARTBEAT = 0x01,
  TAUT_ODRIVE_ESTOP = 0x02,
  TAUT_ODRIVE_GET_ERROR = 0x03,  ///< 0.5: motor error, 64 bits; 0.6: active errors, disarm reason
  TAUT_ODRIVE_RX_SDO = 0x04,     ///< 0.6; 0.5: encoder error
  TAUT_ODRIVE_TX_SDO = 0x05,     ///< 0.6; 0.5: sensorless error
  TAUT_ODRIVE_SET_AXIS_STATE = 0x07,
  TAUT_ODRIVE_ENCODER_ESTIMATES = 0x09,
  TAUT_ODRIVE_SET_CONTROLLER_MODE = 0x0b,
  TAUT_ODRIVE_SET_INPUT_TORQUE = 0x0e,
  TAUT_ODRIVE_SET_LIMITS = 0x0f,
  TAUT_ODRIVE_GET_IQ = 0x14,
  TAUT_ODRIVE_GET_TEMPERATURE = 0x15,  ///< 0.6; 0.5: sensorless estimates
  TAUT_ODRIVE_REBOOT = 0x16,
  TAUT_ODRIVE_GET_BUS = 0x17,
  TAUT_ODRIVE_CLEAR_ERRORS = 0x18,
  TAUT_ODRIVE_COMMAND_MASK = 0x1f,
  TAUT_ODRIVE_NODE_MAX = 63
};

/// Axis states that the bridge uses.
enum { TAUT_ODRIVE_UNDEFINED = 0, TAUT_ODRIVE_IDLE = 1, TAUT_ODRIVE_CLOSED_LOOP = 8 };

/// Modes of Set_Controller_Mode.
enum { TAUT_ODRIVE_TORQUE_CONTROL = 1, TAUT_ODRIVE_PASSTHROUGH = 1 };

/// Error bits of the axis, 0.5.
enum {
  TAUT_ODRIVE_0_5_MOTOR = 0x40,
  TAUT_ODRIVE_0_5_SENSORLESS = 0x80,
  TAUT_ODRIVE_0_5_ENCODER = 0x100,
  TAUT_ODRIVE_0_5_WATCHDOG = 0x800,
  TAUT_ODRIVE_0_5_ESTOP = 0x4000,
  TAUT_ODRIVE_0_5_OVER_TEMP = 0x40000,
  TAUT_ODRIVE_0_5_UNKNOWN_POSITION = 0x80000
};

/// Error bits of the axis, 0.6.
enum {
  TAUT_ODRIVE_0_6_MISSING_ESTIMATE = 0x8,
  TAUT_ODRIVE_0_6_DRIVER = 0x20,
  TAUT_ODRIVE_0_6_OVER_VOLTAGE = 0x100,
  TAUT_ODRIVE_0_6_UNDER_VOLTAGE = 0x200,
  TAUT_ODRIVE_0_6_OVER_CURRENT = 0x400,
  TAUT_ODRIVE_0_6_OVER_REGEN = 0x800,
  TAUT_ODRIVE_0_6_CURRENT_LIMIT = 0x1000,
  TAUT_ODRIVE_0_6_MOTOR_OVER_TEMP = 0x2000,
  TAUT_ODRIVE_0_6_INVERTER_OVER_TEMP = 0x4000,
  TAUT_ODRIVE_0_6_WATCHDOG = 0x1000000,
  TAUT_ODRIVE_0_6_ESTOP = 0x2000000,
  TAUT_ODRIVE_0_6_SPINOUT = 0x4000000,
  TAUT_ODRIVE_0_6_THERMISTOR = 0x10000000
};

typedef struct taut_odrive_heartbeat {
  uint32_t axis_error;
  uint8_t axis_state;
  /// 0.5: motor, encoder and controller flags in bytes 5, 6, 7 (bit 0 each);
  /// 0.6: procedure result in byte 5.
  uint8_t byte5, byte6, byte7;
} taut_odrive_heartbeat;

/// A pair of floats: encoder (turns, turns/s), iq (asked, measured A), bus (V, A), temperature
/// (inverter, motor degC), limits (turns/s, A).
typedef struct taut_odrive_pair {
  double first, second;
} taut_odrive_pair;

/// Firmware number of a Get_Version reply, 0.6.
typedef struct taut_odrive_version {
  uint8_t protocol, hw_major, hw_minor, hw_variant, fw_major, fw_minor, fw_revision, fw_unreleased;
} taut_odrive_version;

/// Access to a parameter by its endpoint number, 0.6. The numbers differ between firmware versions.
typedef struct taut_odrive_sdo {
  bool is_write;  ///< of a request
  uint16_t endpoint;
  uint32_t value;  ///< bits of the parameter; a bool is 0 or 1, a float its IEEE bits
} taut_odrive_sdo;

/// Node and command of a frame's identifier. False for extended ids and error frames. [any]
bool taut_odrive_split_id(const taut_can_frame *frame, int *node, int *command);

/// A frame without data; `is_remote` asks the drive for that message. [any]
taut_can_frame taut_odrive_empty(int node, int command, bool is_remote);

/// Commands. A value that is not finite gives false and no frame: the drive would take NaN as a
/// torque. [any]
bool taut_odrive_encode_torque(int node, double torque_nm, taut_can_frame *out);
bool taut_odrive_encode_limits(int node, double speed_turns_s, double current_a,
                               taut_can_frame *out);
taut_can_frame taut_odrive_encode_axis_state(int node, uint32_t state);
taut_can_frame taut_odrive_encode_mode(int node, uint32_t control, uint32_t input);
taut_can_frame taut_odrive_encode_sdo(int node, const taut_odrive_sdo *request);

/// Replies, for the emulator and the tests. Not-finite values are encoded as they are. [any]
taut_can_frame taut_odrive_encode_pair(int node, int command, taut_odrive_pair pair);
taut_can_frame taut_odrive_encode_heartbeat(int node, const taut_odrive_heartbeat *heartbeat);
taut_can_frame taut_odrive_encode_version(int node, const taut_odrive_version *version);
taut_can_frame taut_odrive_encode_sdo_reply(int node, const taut_odrive_sdo *reply);

/// Payloads of received frames. False when the frame is remote or has another length than its
/// message (0.5 firmware and buses with a second sender make such frames), or a float is not
/// finite. [any]
bool taut_odrive_decode_heartbeat(const taut_can_frame *frame, taut_odrive_heartbeat *out);
bool taut_odrive_decode_pair(const taut_can_frame *frame, taut_odrive_pair *out);
bool taut_odrive_decode_torque(const taut_can_frame *frame, double *torque_nm);
bool taut_odrive_decode_axis_state(const taut_can_frame *frame, uint32_t *state);
bool taut_odrive_decode_version(const taut_can_frame *frame, taut_odrive_version *out);
bool taut_odrive_decode_sdo(const taut_can_frame *frame, taut_odrive_sdo *out);

/// The fault of the motor role that is nearest to the axis error, most urgent bit first;
/// TAUT_DRIVE_FAULT_NONE for 0, `number` for bits without a word in the role. [any]
int taut_odrive_role_fault(taut_odrive_dialect dialect, uint32_t axis_error);

/// True when an error bit says that the encoder's angle cannot be trusted. [any]
bool taut_odrive_is_encoder_fault(taut_odrive_dialect dialect, uint32_t axis_error);

#endif
