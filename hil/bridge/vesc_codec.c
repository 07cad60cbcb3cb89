// Messages of the VESC firmware: scales, lengths, ranges.
#include "hil/bridge/vesc_codec.h"

#include <math.h>
#include <string.h>

#include "hil/bridge/bytes.h"
#include "taut/roles.h"

// X(number, name, fault of the role, whether it is the encoder's). The role has no word for
// sensors, configuration and speed: those are `number`, the drive lost a number that it needs.
#define FAULT_MAP(X)                                        \
  X(0, "none", NONE, false)                                 \
  X(1, "over voltage", OVER_VOLTAGE, false)                 \
  X(2, "under voltage", UNDER_VOLTAGE, false)               \
  X(3, "gate driver", OVER_CURRENT, false)                  \
  X(4, "absolute over current", OVER_CURRENT, false)        \
  X(5, "transistor too hot", OVER_TEMPERATURE, false)       \
  X(6, "motor too hot", OVER_TEMPERATURE, false)            \
  X(7, "gate driver over voltage", OVER_VOLTAGE, false)     \
  X(8, "gate driver under voltage", UNDER_VOLTAGE, false)   \
  X(9, "processor under voltage", UNDER_VOLTAGE, false)     \
  X(10, "booted by its watchdog", WATCHDOG, false)          \
  X(11, "encoder bus", NUMBER, true)                        \
  X(12, "sine encoder too weak", NUMBER, true)              \
  X(13, "sine encoder too strong", NUMBER, true)            \
  X(14, "flash corrupt", NUMBER, false)                     \
  X(15, "offset of current sensor 1", OVER_CURRENT, false)  \
  X(16, "offset of current sensor 2", OVER_CURRENT, false)  \
  X(17, "offset of current sensor 3", OVER_CURRENT, false)  \
  X(18, "unbalanced currents", OVER_CURRENT, false)         \
  X(19, "brake", OVER_CURRENT, false)                       \
  X(20, "resolver lost track", NUMBER, true)                \
  X(21, "resolver degraded", NUMBER, true)                  \
  X(22, "resolver lost signal", NUMBER, true)               \
  X(23, "application configuration corrupt", NUMBER, false) \
  X(24, "motor configuration corrupt", NUMBER, false)       \
  X(25, "encoder has no magnet", NUMBER, true)              \
  X(26, "encoder magnet too strong", NUMBER, true)          \
  X(27, "phase filter", OVER_CURRENT, false)                \
  X(28, "encoder", NUMBER, true)                            \
  X(29, "low-voltage output", UNDER_VOLTAGE, false)         \
  X(30, "encoder slip", NUMBER, true)                       \
  X(31, "over speed", NUMBER, false)                        \
  X(32, "under speed", NUMBER, false)                       \
  X(33, "absolute over speed", NUMBER, false)

static const struct {
  const char *text;
  int role;
  bool is_encoder;
} faults[] = {
#define FAULT_ROW(number, text, role, is_encoder) \
  [number] = {text, TAUT_DRIVE_FAULT_##role, is_encoder},
    FAULT_MAP(FAULT_ROW)};
_Static_assert(sizeof faults / sizeof faults[0] == TAUT_VESC_FAULT_COUNT, "one row per fault");

static const double current_max_a = 1000.0;

size_t taut_vesc_encode_request(uint8_t command, uint8_t *payload) {
  payload[0] = command;
  return 1;
}

// Whole milliamperes, to the nearest.
static size_t encode_current(uint8_t command, double current_a, uint8_t *payload) {
  if (!(fabs(current_a) <= current_max_a)) return 0;
  payload[0] = command;
  taut_put_be32(payload + 1, (uint32_t)(int32_t)rint(current_a * 1000.0));
  return 5;
}

size_t taut_vesc_encode_current(double current_a, uint8_t *payload) {
  return encode_current(TAUT_VESC_SET_CURRENT, current_a, payload);
}

size_t taut_vesc_encode_brake(double current_a, uint8_t *payload) {
  return encode_current(TAUT_VESC_SET_CURRENT_BRAKE, current_a, payload);
}

size_t taut_vesc_encode_get_values(uint32_t parts, uint8_t *payload) {
  payload[0] = TAUT_VESC_GET_VALUES_SELECTIVE;
  taut_put_be32(payload + 1, parts);
  return 5;
}

bool taut_vesc_decode_current(const uint8_t *payload, size_t n, double *current_a) {
  if (n != 5) return false;
  if (payload[0] != TAUT_VESC_SET_CURRENT && payload[0] != TAUT_VESC_SET_CURRENT_BRAKE) {
    return false;
  }
  *current_a = (double)(int32_t)taut_get_be32(payload + 1) / 1000.0;
  return true;
}

// One part of the values: what its field holds and what it can mean. A field of 0 bytes marks parts
// that nobody here reads; they have a length all the same.
typedef struct part {
  uint8_t bytes;       // size in the reply
  double scale;        // wire units per unit of the value
  double offset;       // added to the value after scaling (Celsius to kelvin)
  double least, most;  // what is believed, in the value's unit
  size_t field;        // where the value lies in taut_vesc_values, 0 when unread
} part;

#define FIELD(name) offsetof(taut_vesc_values, name)
#define ERPM_RAD_S (2.0 * 3.14159265358979323846 / 60.0)

static const part parts[] = {
    [0] = {2, 10.0, 273.15, 173.15, 623.15, FIELD(fet_temp_k)},
    [1] = {2, 10.0, 273.15, 173.15, 623.15, FIELD(motor_temp_k)},
    [2] = {4, 100.0, 0, -1000, 1000, FIELD(motor_current_a)},
    [3] = {4, 100.0, 0, -1000, 1000, FIELD(input_current_a)},
    [4] = {4, 100.0, 0, -1000, 1000, FIELD(id_a)},
    [5] = {4, 100.0, 0, -1000, 1000, FIELD(iq_a)},
    [6] = {2, 1000.0, 0, -1.0, 1.0, FIELD(duty)},
    [7] = {4, 1.0 / ERPM_RAD_S, 0, -1e5, 1e5, FIELD(electrical_rad_s)},
    [8] = {2, 10.0, 0, 0, 200, FIELD(bus_v)},
    [9] = {4, 0, 0, 0, 0, 0},
    [10] = {4, 0, 0, 0, 0, 0},
    [11] = {4, 0, 0, 0, 0, 0},
    [12] = {4, 0, 0, 0, 0, 0},
    [13] = {4, 0, 0, 0, 0, 0},
    [14] = {4, 0, 0, 0, 0, 0},
    [15] = {1, 0, 0, 0, 0, 0},
    [16] = {4, 1e6 * 180.0 / 3.14159265358979323846, 0, -6.3, 6.3, FIELD(position_rad)},
    [17] = {1, 0, 0, 0, 0, 0},
    [18] = {6, 0, 0, 0, 0, 0},
    [19] = {4, 0, 0, 0, 0, 0},
    [20] = {4, 0, 0, 0, 0, 0},
    [21] = {1, 0, 0, 0, 0, 0},
};
enum { N_PARTS = sizeof parts / sizeof parts[0] };
_Static_assert(offsetof(taut_vesc_values, fet_temp_k) != 0,
               "offset 0 marks a part without a field");

static double *value_at(taut_vesc_values *values, size_t field) {
  return (double *)(void *)((char *)values + field);
}

static void decode_whole(taut_vesc_values *out, int i, const uint8_t *p) {
  if (i == 13) out->tachometer = (int32_t)taut_get_be32(p);
  if (i == 15) out->fault = p[0];
  if (i == 21) {
    out->has_timed_out = (p[0] & 1) != 0;
    out->is_killed = (p[0] & 2) != 0;
  }
}

bool taut_vesc_decode_values(const uint8_t *payload, size_t n, taut_vesc_values *out) {
  if (n < 1) return false;
  size_t at = 1;
  uint32_t mask = TAUT_VESC_HAS_ALL;
  if (payload[0] == TAUT_VESC_GET_VALUES_SELECTIVE) {
    if (n < 5) return false;
    mask = taut_get_be32(payload + 1);
    at = 5;
  } else if (payload[0] != TAUT_VESC_GET_VALUES) {
    return false;
  }
  if ((mask & ~(uint32_t)TAUT_VESC_HAS_ALL) != 0) return false;

  taut_vesc_values values = {.parts = mask};
  for (int i = 0; i < N_PARTS; i++) {
    if ((mask >> i & 1) == 0) continue;
    const part *row = &parts[i];
    if (n - at < row->bytes) return false;
    if (row->field != 0) {
      const int32_t raw = row->bytes == 2 ? (int16_t)taut_get_be16(payload + at)
                                          : (int32_t)taut_get_be32(payload + at);
      const double value = raw / row->scale + row->offset;
      if (!(value >= row->least && value <= row->most)) return false;
      *value_at(&values, row->field) = value;
    } else {
      decode_whole(&values, i, payload + at);
    }
    at += row->bytes;
  }
  if (at != n) return false;
  *out = values;
  return true;
}

// What the cast of the firmware makes of a value: cut towards zero, at the field's ends, and the
// least one for NaN.
static int32_t field_value(double value, double most) {
  if (value != value || value <= -most - 1.0) return (int32_t)(-most - 1.0);
  if (value >= most) return (int32_t)most;
  return (int32_t)value;
}

static void encode_whole(const taut_vesc_values *values, int i, uint8_t *p) {
  if (i == 13) taut_put_be32(p, (uint32_t)values->tachometer);
  if (i == 15) p[0] = (uint8_t)values->fault;
  if (i == 21) p[0] = (uint8_t)((values->has_timed_out ? 1 : 0) | (values->is_killed ? 2 : 0));
}

size_t taut_vesc_encode_values(const taut_vesc_values *values, uint8_t *payload) {
  taut_vesc_values copy = *values;
  payload[0] = TAUT_VESC_GET_VALUES_SELECTIVE;
  taut_put_be32(payload + 1, values->parts);
  size_t at = 5;
  for (int i = 0; i < N_PARTS; i++) {
    if ((values->parts >> i & 1) == 0) continue;
    const part *row = &parts[i];
    memset(payload + at, 0, row->bytes);
    if (row->field != 0) {
      // A hair more than the exact product: the firmware's own cast would lose a unit to rounding.
      const double wire = (*value_at(&copy, row->field) - row->offset) * row->scale;
      const double nudged = wire + (wire < 0 ? -1e-6 : 1e-6);
      if (row->bytes == 2) {
        taut_put_be16(payload + at, (uint16_t)field_value(nudged, 32767.0));
      } else {
        taut_put_be32(payload + at, (uint32_t)field_value(nudged, 2147483647.0));
      }
    } else {
      encode_whole(values, i, payload + at);
    }
    at += row->bytes;
  }
  return at;
}

// Application configuration: command, signature u32, controller id u8, time-out u32, brake current
// as the bits of a float.
enum { CONF_SIGNATURE = 1, CONF_TIMEOUT = 6, CONF_BRAKE = 10, CONF_LEAST = 14 };

bool taut_vesc_decode_timeout(const uint8_t *payload, size_t n, taut_vesc_timeout *out) {
  if (n < CONF_LEAST || payload[0] != TAUT_VESC_GET_APPCONF) return false;
  const float brake_a = taut_float_of_bits(taut_get_be32(payload + CONF_BRAKE));
  if (!(fabs((double)brake_a) <= current_max_a)) return false;
  *out = (taut_vesc_timeout){
      .signature = taut_get_be32(payload + CONF_SIGNATURE),
      .timeout_ms = taut_get_be32(payload + CONF_TIMEOUT),
      .brake_current_a = (double)brake_a,
  };
  return true;
}

static bool is_known_layout(uint32_t signature) {
  return signature == TAUT_VESC_APPCONF_6_02 || signature == TAUT_VESC_APPCONF_6_06 ||
         signature == TAUT_VESC_APPCONF_7_00 || signature == TAUT_VESC_APPCONF_7_01;
}

bool taut_vesc_change_timeout(uint8_t *payload, size_t n, uint32_t timeout_ms,
                              double brake_current_a) {
  taut_vesc_timeout held;
  if (!taut_vesc_decode_timeout(payload, n, &held)) return false;
  if (!is_known_layout(held.signature)) return false;
  if (!(brake_current_a >= 0 && brake_current_a <= current_max_a)) return false;
  payload[0] = TAUT_VESC_SET_APPCONF_NO_STORE;
  taut_put_be32(payload + CONF_TIMEOUT, timeout_ms);
  taut_put_be32(payload + CONF_BRAKE, taut_float_bits((float)brake_current_a));
  return true;
}

bool taut_vesc_decode_version(const uint8_t *payload, size_t n, int *major, int *minor) {
  if (n < 3 || payload[0] != TAUT_VESC_FW_VERSION) return false;
  *major = payload[1];
  *minor = payload[2];
  return true;
}

static bool is_known(int fault) {
  return fault >= 0 && fault < TAUT_VESC_FAULT_COUNT;
}

int taut_vesc_role_fault(int fault) {
  return is_known(fault) ? faults[fault].role : TAUT_DRIVE_FAULT_NUMBER;
}

const char *taut_vesc_fault_text(int fault) {
  return is_known(fault) ? faults[fault].text : "unknown fault";
}

bool taut_vesc_is_encoder_fault(int fault) {
  return is_known(fault) && faults[fault].is_encoder;
}
