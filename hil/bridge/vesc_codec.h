/// Messages of the VESC firmware, to and from payloads. Values are SI in the drive's own direction:
/// positive current turns the motor the way the drive counts positive speed. Both directions of
/// each message are here, because the emulator answers with the same code that the tests check
/// against published bytes. Scales, sources and status: README.md.
#ifndef TAUT_HIL_BRIDGE_VESC_CODEC_H
#define TAUT_HIL_BRIDGE_VESC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Commands by their first payload byte.
enum {
  TAUT_VESC_FW_VERSION = 0,
  TAUT_VESC_GET_VALUES = 4,
  TAUT_VESC_SET_DUTY = 5,
  TAUT_VESC_SET_CURRENT = 6,
  TAUT_VESC_SET_CURRENT_BRAKE = 7,
  TAUT_VESC_SET_RPM = 8,
  TAUT_VESC_SET_APPCONF = 16,
  TAUT_VESC_GET_APPCONF = 17,
  TAUT_VESC_REBOOT = 29,
  TAUT_VESC_ALIVE = 30,
  TAUT_VESC_GET_VALUES_SELECTIVE = 50,
  TAUT_VESC_SET_APPCONF_NO_STORE = 149
};

/// Faults by their number in the reply.
enum {
  TAUT_VESC_FAULT_NONE = 0,
  TAUT_VESC_FAULT_OVER_VOLTAGE = 1,
  TAUT_VESC_FAULT_UNDER_VOLTAGE = 2,
  TAUT_VESC_FAULT_OVER_TEMP_MOTOR = 6,
  TAUT_VESC_FAULT_WATCHDOG_RESET = 10,
  TAUT_VESC_FAULT_COUNT = 34
};

/// Parts of the values, by bit of the mask of GET_VALUES_SELECTIVE.
enum {
  TAUT_VESC_HAS_TEMP_FET = 1 << 0,
  TAUT_VESC_HAS_TEMP_MOTOR = 1 << 1,
  TAUT_VESC_HAS_MOTOR_CURRENT = 1 << 2,
  TAUT_VESC_HAS_INPUT_CURRENT = 1 << 3,
  TAUT_VESC_HAS_ID = 1 << 4,
  TAUT_VESC_HAS_IQ = 1 << 5,
  TAUT_VESC_HAS_DUTY = 1 << 6,
  TAUT_VESC_HAS_ERPM = 1 << 7,
  TAUT_VESC_HAS_BUS = 1 << 8,
  TAUT_VESC_HAS_TACHOMETER = 1 << 13,
  TAUT_VESC_HAS_FAULT = 1 << 15,
  TAUT_VESC_HAS_POSITION = 1 << 16,
  TAUT_VESC_HAS_STATUS = 1 << 21,
  TAUT_VESC_HAS_ALL = (1 << 22) - 1
};

/// What the drive measures. Parts that a reply does not carry are 0.
typedef struct taut_vesc_values {
  uint32_t parts;           ///< TAUT_VESC_HAS_ bits that the reply carried
  double fet_temp_k;        ///< hottest transistor                           [K]
  double motor_temp_k;      ///< winding, where a sensor is fitted            [K]
  double motor_current_a;   ///< mean since the last read                     [A]
  double input_current_a;   ///< mean since the last read                     [A]
  double id_a, iq_a;        ///< means since the last read                    [A]
  double duty;              ///< share of the bus voltage, -1 to 1            [1]
  double electrical_rad_s;  ///< electrical speed: mechanical times pole pairs [rad/s]
  double bus_v;             ///< input voltage                                [V]
  int32_t tachometer;       ///< commutation steps, six per electrical turn   [1]
  int fault;                ///< TAUT_VESC_FAULT_
  double position_rad;      ///< encoder angle within one turn, 0 to 2 pi     [rad]
  bool has_timed_out;       ///< the command time-out has acted
  bool is_killed;           ///< the kill switch is active
} taut_vesc_values;

/// The part of the application configuration that the bridge sets. Everything else in it is kept
/// byte for byte.
typedef struct taut_vesc_timeout {
  uint32_t signature;      ///< names the layout; changes with the firmware
  uint32_t timeout_ms;     ///< longest time without a command; 0 is no time-out      [ms]
  double brake_current_a;  ///< what the motor is braked with afterwards; 0 coasts    [A]
} taut_vesc_timeout;

/// Layouts of the configuration whose first fields were compared with the firmware's source. One
/// with another signature is not touched.
#define TAUT_VESC_APPCONF_6_02 486554156u   ///< 6.00, 6.02
#define TAUT_VESC_APPCONF_6_06 2099347128u  ///< 6.05, 6.06
#define TAUT_VESC_APPCONF_7_00 2384027283u  ///< 7.00
#define TAUT_VESC_APPCONF_7_01 982638166u   ///< 7.01

/// Payload of a command without arguments. Returns its length. [any]
size_t taut_vesc_encode_request(uint8_t command, uint8_t *payload);

/// Payloads of SET_CURRENT and SET_CURRENT_BRAKE, 5 bytes. 0 for a current that is no number or
/// above 1000 A, so that a wrong value sends nothing. [any]
size_t taut_vesc_encode_current(double current_a, uint8_t *payload);
size_t taut_vesc_encode_brake(double current_a, uint8_t *payload);

/// Payload of GET_VALUES_SELECTIVE. [any]
size_t taut_vesc_encode_get_values(uint32_t parts, uint8_t *payload);

/// Current of either command [A]. False when the payload is not exactly one of them. [any]
bool taut_vesc_decode_current(const uint8_t *payload, size_t n, double *current_a);

/// Reply to GET_VALUES (all parts) or GET_VALUES_SELECTIVE (the mask's parts). False when the
/// length is not exactly that of the parts, or a part lies outside what its unit can be. [any]
bool taut_vesc_decode_values(const uint8_t *payload, size_t n, taut_vesc_values *out);

/// The reply with the parts of `values->parts`, as GET_VALUES_SELECTIVE answers; a value that its
/// field cannot hold saturates and NaN becomes the least one, as a cast in the firmware does on its
/// processor. Returns the length. `payload` has room for 80 bytes. [any]
size_t taut_vesc_encode_values(const taut_vesc_values *values, uint8_t *payload);

/// Reads signature, time-out and brake current of a GET_APPCONF reply. False when it is too short
/// or the brake current is no number. [any]
bool taut_vesc_decode_timeout(const uint8_t *payload, size_t n, taut_vesc_timeout *out);

/// Makes the SET_APPCONF_NO_STORE command of a GET_APPCONF reply in place: the same bytes with
/// another time-out and brake current. False when the signature is not a known one. [any]
bool taut_vesc_change_timeout(uint8_t *payload, size_t n, uint32_t timeout_ms,
                              double brake_current_a);

/// Number of the firmware in a FW_VERSION reply. [any]
bool taut_vesc_decode_version(const uint8_t *payload, size_t n, int *major, int *minor);

/// The fault of the motor role that is nearest to a fault number, TAUT_DRIVE_FAULT_ of
/// taut/roles.h; an unknown number is `number`. [any]
int taut_vesc_role_fault(int fault);

/// Name of a fault number in the firmware's words. Static text. [any]
const char *taut_vesc_fault_text(int fault);

/// True for faults that say that the encoder's angle cannot be trusted. [any]
bool taut_vesc_is_encoder_fault(int fault);

#endif
