// Messages of CAN Simple.
#include "hil/bridge/odrive_codec.h"

#include <assert.h>
#include <float.h>
#include <math.h>

#include "hil/bridge/bytes.h"
#include "taut/roles.h"

bool taut_odrive_split_id(const taut_can_frame *frame, int *node, int *command) {
  if (frame->is_extended || frame->is_error || frame->id > 0x7ff) return false;
  *node = (int)(frame->id >> 5);
  *command = (int)(frame->id & TAUT_ODRIVE_COMMAND_MASK);
  return true;
}

static taut_can_frame frame_make(int node, int command, uint8_t length) {
  assert(node >= 0 && node <= TAUT_ODRIVE_NODE_MAX && command <= TAUT_ODRIVE_COMMAND_MASK);
  return (taut_can_frame){.id = (uint32_t)(node << 5 | command), .length = length};
}

taut_can_frame taut_odrive_empty(int node, int command, bool is_remote) {
  taut_can_frame frame = frame_make(node, command, 0);
  frame.is_remote = is_remote;
  return frame;
}

// A double beyond the range of a float would become infinite on the wire.
static bool fits_float(double value) {
  return fabs(value) <= (double)FLT_MAX;
}

bool taut_odrive_encode_torque(int node, double torque_nm, taut_can_frame *out) {
  if (!fits_float(torque_nm)) return false;
  *out = frame_make(node, TAUT_ODRIVE_SET_INPUT_TORQUE, 4);
  taut_put_le_float(out->data, (float)torque_nm);
  return true;
}

bool taut_odrive_encode_limits(int node, double speed_turns_s, double current_a,
                               taut_can_frame *out) {
  if (!fits_float(speed_turns_s) || !fits_float(current_a)) return false;
  *out = taut_odrive_encode_pair(node, TAUT_ODRIVE_SET_LIMITS,
                                 (taut_odrive_pair){speed_turns_s, current_a});
  return true;
}

taut_can_frame taut_odrive_encode_axis_state(int node, uint32_t state) {
  taut_can_frame frame = frame_make(node, TAUT_ODRIVE_SET_AXIS_STATE, 4);
  taut_put_le32(frame.data, state);
  return frame;
}

taut_can_frame taut_odrive_encode_mode(int node, uint32_t control, uint32_t input) {
  taut_can_frame frame = frame_make(node, TAUT_ODRIVE_SET_CONTROLLER_MODE, 8);
  taut_put_le32(frame.data, control);
  taut_put_le32(frame.data + 4, input);
  return frame;
}

static taut_can_frame encode_sdo(int node, int command, uint8_t opcode,
                                 const taut_odrive_sdo *sdo) {
  taut_can_frame frame = frame_make(node, command, 8);
  frame.data[0] = opcode;
  taut_put_le16(frame.data + 1, sdo->endpoint);
  taut_put_le32(frame.data + 4, sdo->value);
  return frame;
}

taut_can_frame taut_odrive_encode_sdo(int node, const taut_odrive_sdo *request) {
  return encode_sdo(node, TAUT_ODRIVE_RX_SDO, request->is_write ? 1 : 0, request);
}

taut_can_frame taut_odrive_encode_sdo_reply(int node, const taut_odrive_sdo *reply) {
  return encode_sdo(node, TAUT_ODRIVE_TX_SDO, 0, reply);
}

taut_can_frame taut_odrive_encode_pair(int node, int command, taut_odrive_pair pair) {
  taut_can_frame frame = frame_make(node, command, 8);
  taut_put_le_float(frame.data, (float)pair.first);
  taut_put_le_float(frame.data + 4, (float)pair.second);
  return frame;
}

taut_can_frame taut_odrive_encode_heartbeat(int node, const taut_odrive_heartbeat *heartbeat) {
  taut_can_frame frame = frame_make(node, TAUT_ODRIVE_HEARTBEAT, 8);
  taut_put_le32(frame.data, heartbeat->axis_error);
  frame.data[4] = heartbeat->axis_state;
  frame.data[5] = heartbeat->byte5;
  frame.data[6] = heartbeat->byte6;
  frame.data[7] = heartbeat->byte7;
  return frame;
}

taut_can_frame taut_odrive_encode_version(int node, const taut_odrive_version *version) {
  taut_can_frame frame = frame_make(node, TAUT_ODRIVE_GET_VERSION, 8);
  const uint8_t bytes[8] = {version->protocol,    version->hw_major,     version->hw_minor,
                            version->hw_variant,  version->fw_major,     version->fw_minor,
                            version->fw_revision, version->fw_unreleased};
  memcpy(frame.data, bytes, sizeof bytes);
  return frame;
}

static bool is_data(const taut_can_frame *frame, uint8_t length) {
  return !frame->is_remote && !frame->is_error && frame->length == length;
}

bool taut_odrive_decode_heartbeat(const taut_can_frame *frame, taut_odrive_heartbeat *out) {
  if (!is_data(frame, 8)) return false;
  *out = (taut_odrive_heartbeat){taut_get_le32(frame->data), frame->data[4], frame->data[5],
                                 frame->data[6], frame->data[7]};
  return true;
}

bool taut_odrive_decode_pair(const taut_can_frame *frame, taut_odrive_pair *out) {
  if (!is_data(frame, 8)) return false;
  const float first = taut_get_le_float(frame->data);
  const float second = taut_get_le_float(frame->data + 4);
  if (!isfinite(first) || !isfinite(second)) return false;
  *out = (taut_odrive_pair){(double)first, (double)second};
  return true;
}

bool taut_odrive_decode_torque(const taut_can_frame *frame, double *torque_nm) {
  if (!is_data(frame, 4)) return false;
  const float value = taut_get_le_float(frame->data);
  if (!isfinite(value)) return false;
  *torque_nm = (double)value;
  return true;
}

bool taut_odrive_decode_axis_state(const taut_can_frame *frame, uint32_t *state) {
  if (!is_data(frame, 4)) return false;
  *state = taut_get_le32(frame->data);
  return true;
}

bool taut_odrive_decode_version(const taut_can_frame *frame, taut_odrive_version *out) {
  if (!is_data(frame, 8)) return false;
  const uint8_t *d = frame->data;
  *out = (taut_odrive_version){d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]};
  return true;
}

// Short values may come in short frames: four bytes of head, then as many as the value has.
bool taut_odrive_decode_sdo(const taut_can_frame *frame, taut_odrive_sdo *out) {
  if (frame->is_remote || frame->is_error || frame->length < 5 || frame->length > 8) return false;
  uint8_t value[4] = {0};
  memcpy(value, frame->data + 4, frame->length - 4u);
  *out = (taut_odrive_sdo){.is_write = frame->data[0] == 1,
                           .endpoint = taut_get_le16(frame->data + 1),
                           .value = taut_get_le32(value)};
  return true;
}

// Bits in the order of urgency: what says most about the load comes first.
static const struct {
  uint32_t bit;
  int role;
} faults_0_5[] =
    {
        {TAUT_ODRIVE_0_5_OVER_TEMP, TAUT_DRIVE_FAULT_OVER_TEMPERATURE},
        {TAUT_ODRIVE_0_5_WATCHDOG, TAUT_DRIVE_FAULT_WATCHDOG},
        {TAUT_ODRIVE_0_5_MOTOR, TAUT_DRIVE_FAULT_OVER_CURRENT},
},
  faults_0_6[] = {
      {TAUT_ODRIVE_0_6_OVER_VOLTAGE, TAUT_DRIVE_FAULT_OVER_VOLTAGE},
      {TAUT_ODRIVE_0_6_OVER_REGEN, TAUT_DRIVE_FAULT_OVER_VOLTAGE},
      {TAUT_ODRIVE_0_6_UNDER_VOLTAGE, TAUT_DRIVE_FAULT_UNDER_VOLTAGE},
      {TAUT_ODRIVE_0_6_OVER_CURRENT, TAUT_DRIVE_FAULT_OVER_CURRENT},
      {TAUT_ODRIVE_0_6_CURRENT_LIMIT, TAUT_DRIVE_FAULT_OVER_CURRENT},
      {TAUT_ODRIVE_0_6_DRIVER, TAUT_DRIVE_FAULT_OVER_CURRENT},
      {TAUT_ODRIVE_0_6_MOTOR_OVER_TEMP, TAUT_DRIVE_FAULT_OVER_TEMPERATURE},
      {TAUT_ODRIVE_0_6_INVERTER_OVER_TEMP, TAUT_DRIVE_FAULT_OVER_TEMPERATURE},
      {TAUT_ODRIVE_0_6_WATCHDOG, TAUT_DRIVE_FAULT_WATCHDOG},
};

int taut_odrive_role_fault(taut_odrive_dialect dialect, uint32_t axis_error) {
  if (axis_error == 0) return TAUT_DRIVE_FAULT_NONE;
  if (dialect == TAUT_ODRIVE_0_5) {
    for (size_t i = 0; i < sizeof faults_0_5 / sizeof faults_0_5[0]; i++) {
      if (axis_error & faults_0_5[i].bit) return faults_0_5[i].role;
    }
  } else {
    for (size_t i = 0; i < sizeof faults_0_6 / sizeof faults_0_6[0]; i++) {
      if (axis_error & faults_0_6[i].bit) return faults_0_6[i].role;
    }
  }
  return TAUT_DRIVE_FAULT_NUMBER;
}

bool taut_odrive_is_encoder_fault(taut_odrive_dialect dialect, uint32_t axis_error) {
  const uint32_t bits =
      dialect == TAUT_ODRIVE_0_5
          ? TAUT_ODRIVE_0_5_ENCODER | TAUT_ODRIVE_0_5_SENSORLESS | TAUT_ODRIVE_0_5_UNKNOWN_POSITION
          : TAUT_ODRIVE_0_6_MISSING_ESTIMATE | TAUT_ODRIVE_0_6_SPINOUT;
  return (axis_error & bits) != 0;
}
