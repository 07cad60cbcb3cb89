/// A VESC on a byte stream as a drive of the bridge.
#ifndef TAUT_HIL_BRIDGE_VESC_DRIVE_H
#define TAUT_HIL_BRIDGE_VESC_DRIVE_H

#include "hil/bridge/byte_stream.h"
#include "hil/bridge/drive.h"
#include "hil/bridge/vesc_codec.h"
#include "hil/bridge/vesc_frame.h"

typedef struct taut_vesc_drive_config {
  int pole_pairs;   ///< electrical over mechanical speed, 1 to 50
  int direction;    ///< +1: the drive's positive direction retracts the cable; -1: pays it out
  int64_t poll_ns;  ///< time between two questions for values, 5 to 40 ms          [ns]
} taut_vesc_drive_config;

typedef enum taut_vesc_setup_step {
  TAUT_VESC_SETUP_NONE,
  TAUT_VESC_SETUP_ASKED,     ///< configuration asked for
  TAUT_VESC_SETUP_SET,       ///< changed configuration sent
  TAUT_VESC_SETUP_READ_BACK  ///< asked for again
} taut_vesc_setup_step;

typedef struct taut_vesc_drive {
  taut_drive drive;
  taut_vesc_drive_config config;
  taut_byte_stream *stream;
  taut_vesc_parser parser;
  taut_bridge *bridge;  // during receive
  int64_t now_ns;       // during receive
  int64_t received_ns;  // last byte
  int64_t poll_ns;      // last question
  uint64_t unexpected;  // payloads that nobody asked for or nobody understands
  // setup
  taut_vesc_setup_step setup_step;
  uint32_t setup_id;                    // being worked on or done
  int64_t setup_ns;                     // last message of it
  uint8_t conf[TAUT_VESC_PAYLOAD_MAX];  // as it was sent
  size_t n_conf;
  // multi-turn angle
  bool has_angle;
  double wrapped_rad, angle_rad, speed_rad_s;
  int64_t angle_ns, lost_ns;  // last angle; when the count of turns was last in doubt
} taut_vesc_drive;

/// Puts a drive on a stream, which it closes with itself. Returns NULL or which field is wrong.
/// [main]
const char *taut_vesc_drive_init(taut_vesc_drive *drive, const taut_vesc_drive_config *config,
                                 taut_byte_stream *stream, int64_t now_ns);

#endif
