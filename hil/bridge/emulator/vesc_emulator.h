/// A VESC that answers with the same bytes and forgets, times out and fails as the firmware does.
/// Time is what the caller says it is. Which behaviour is known from the firmware's text and which
/// is not: README.md of hil/bridge.
#ifndef TAUT_HIL_BRIDGE_EMULATOR_VESC_EMULATOR_H
#define TAUT_HIL_BRIDGE_EMULATOR_VESC_EMULATOR_H

#include "hil/bridge/emulator/drive_motor.h"
#include "hil/bridge/vesc_codec.h"
#include "hil/bridge/vesc_frame.h"

enum { TAUT_VESC_EMULATOR_OUTBOX = 8192, TAUT_VESC_EMULATOR_CONF = 412 };

/// Things that can be wrong; each count is used up by replies, each flag stays.
typedef struct taut_vesc_faults {
  int n_bad_crc;          ///< replies with a wrong checksum
  int n_dropped_byte;     ///< replies that lose their fifth byte
  int n_doubled_byte;     ///< replies with their fifth byte twice
  int n_bad_length;       ///< replies whose length byte promises far more
  int n_garbage;          ///< replies preceded by bytes that look like the start of a frame
  bool is_hung;           ///< the communication hangs: nothing is read or answered
  bool is_frozen;         ///< values repeat the last ones
  bool refuses_setup;     ///< SET_APPCONF_NO_STORE is not answered and changes nothing
  bool forgets_setup;     ///< it is answered and changes nothing
  bool keeps_brake;       ///< it changes the time-out and not its brake current
  bool spoils_setup;      ///< it changes another byte as well
  bool has_other_layout;  ///< the configuration has another signature
} taut_vesc_faults;

typedef struct taut_vesc_emulator {
  taut_drive_motor motor;
  taut_vesc_faults faults;
  taut_vesc_parser parser;
  int64_t now_ns;
  int direction;  ///< +1: positive current retracts
  int pole_pairs;
  uint8_t conf[TAUT_VESC_EMULATOR_CONF];  ///< as GET_APPCONF answers, first byte included
  int64_t fed_ns;                         ///< last command that counts for the time-out
  int64_t check_ns;                       ///< next look of the time-out thread
  bool has_timed_out;
  int fault;
  int64_t fault_ns;         ///< since when
  taut_vesc_values values;  ///< last ones
  uint64_t commands;        ///< SET_ commands obeyed
  uint8_t outbox[TAUT_VESC_EMULATOR_OUTBOX];
  size_t n_outbox;
} taut_vesc_emulator;

/// A drive that has just been switched on: time-out 1000 ms, brake current 0. [any]
void taut_vesc_emulator_init(taut_vesc_emulator *emulator, int64_t now_ns);

/// Restarts the firmware: everything that was not stored is forgotten. The motor keeps turning.
/// [any]
void taut_vesc_emulator_restart(taut_vesc_emulator *emulator);

/// Lets time pass: motor, time-out thread, trips. [any]
void taut_vesc_emulator_advance(taut_vesc_emulator *emulator, int64_t now_ns);

/// Takes bytes from the line. [any]
void taut_vesc_emulator_take(taut_vesc_emulator *emulator, const uint8_t *bytes, size_t n);

/// Gives at most `n` bytes to the line; returns how many. [any]
size_t taut_vesc_emulator_give(taut_vesc_emulator *emulator, uint8_t *bytes, size_t n);

/// Trips with a fault number. [any]
void taut_vesc_emulator_trip(taut_vesc_emulator *emulator, int fault);

/// Time-out and brake current that the firmware works with. [any]
taut_vesc_timeout taut_vesc_emulator_timeout(const taut_vesc_emulator *emulator);

#endif
