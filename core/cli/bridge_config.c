#include "cli/bridge_config.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/file.h"
#include "report/text.h"

static const double zero_degc_k = 273.15;

enum { VESC = 1 << TAUT_BRIDGE_VESC, ODRIVE = 1 << TAUT_BRIDGE_ODRIVE, BOTH = VESC | ODRIVE };

/// X(NAME, "name", kinds, least, greatest, default or NAN: to be given, of the emulated drive,
/// help)
// clang-format off
#define FIELDS(X)                                                                                  \
  X(POLE_PAIRS, "pole_pairs", VESC, 1, 50, NAN, 10, "of the motor")                                \
  X(DIRECTION, "direction", BOTH, -1, 1, NAN, 1,                                                   \
    "1: positive current retracts the cable; -1: it pays out")                                     \
  X(TORQUE_PER_AMP, "torque_per_amp_nm", BOTH, 0.001, 100, NAN, 0.6,                               \
    "torque constant of the motor, N m per ampere of q-axis current")                              \
  X(SPOOL_RADIUS, "spool_radius_m", BOTH, 0.005, 0.5, NAN, 0.035,                                  \
    "turns torque into force on the cable; shown, not used")                                       \
  X(CURRENT_MAX, "current_max_a", BOTH, 0.1, 200, NAN, 30, "greatest current ever ordered")        \
  X(SPEED_MAX, "speed_max_rad_s", BOTH, 1, 2000, NAN, 60,                                          \
    "of the spool: driving torque ends here, 1.1 of it ends all")                                  \
  X(BUS_MIN, "bus_min_v", BOTH, 5, 200, NAN, 40, "less than this takes the torque off")            \
  X(BUS_MAX, "bus_max_v", BOTH, 5, 200, NAN, 62, "more than this takes the torque off")            \
  X(TEMP_START, "temp_start_degc", BOTH, 0, 200, 85, 85, "the current limit falls from here")      \
  X(TEMP_END, "temp_end_degc", BOTH, 0, 200, 100, 100, "and is 0 here")                            \
  X(TIMEOUT, "timeout_ms", BOTH, 20, 100, 80, 80,                                                  \
    "the drive's own time-out without commands; set in the drive and read back")                   \
  X(TIMEOUT_BRAKE, "timeout_brake_a", BOTH, 0, 200, NAN, 0,                                        \
    "what it brakes with then; 0 lets the spool run free, all that an ODrive can do")              \
  X(BRAKE_CURRENT, "brake_current_a", BOTH, 0, 200, 0, 0,                                          \
    "for the role's brake while torque is off; 0 on an ODrive")                                    \
  X(COMMAND_AGE, "command_age_ms", BOTH, 2, 100, 50, 50, "older commands are stale")               \
  X(RAMP, "ramp_ms", BOTH, 0, 300, 250, 250, "time in which torque is taken off")                  \
  X(POLL, "poll_ms", VESC, 5, 40, 10, 10, "time between two questions for telemetry")              \
  X(BAUD, "baud", VESC, 9600, 921600, 115200, 115200, "of the line; of no effect on USB")          \
  X(FIRMWARE, "firmware", ODRIVE, 0, 0, NAN, 6010,                                                 \
    "of the drive, major.minor.revision; it must be this one. 0.5 can only be listened to")        \
  X(ENDPOINT_TIMEOUT, "endpoint_watchdog_timeout", ODRIVE, 0, 65535, 0, 200,                       \
    "number of axis0.config.watchdog_timeout in the firmware's flat_endpoints.json")               \
  X(ENDPOINT_ENABLE, "endpoint_enable_watchdog", ODRIVE, 0, 65535, 0, 201,                         \
    "number of axis0.config.enable_watchdog there")
// clang-format on

#define FIELD_ENUM(NAME, name, kinds, lo, hi, ini, emulated, help) FIELD_##NAME,
enum { FIELDS(FIELD_ENUM) FIELD_COUNT };

typedef struct field {
  const char *name;
  int kinds;
  double least, greatest, start, emulated;
  const char *help;
} field;

#define FIELD_ROW(NAME, name, kinds, lo, hi, ini, emulated, help) \
  {name, kinds, lo, hi, (double)(ini), emulated, help},
static const field fields[] = {FIELDS(FIELD_ROW)};

/// The file while it is read.
typedef struct reading {
  const char *path;
  taut_bridge_kind kind;
  double values[FIELD_COUNT];
  int lines[FIELD_COUNT];  ///< 0: not given
  bool is_doubtful[FIELD_COUNT];
  char *error;
  size_t size;
} reading;

static taut_status fail(const reading *r, int line, const char *format, ...) TAUT_PRINTF(3, 4);
static taut_status fail(const reading *r, int line, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (line > 0) snprintf(r->error, r->size, "%.300s:%d: %s", r->path, line, text);
  if (line == 0) snprintf(r->error, r->size, "%.300s: %s", r->path, text);
  return TAUT_EINVAL;
}

// ------------------------------------------------------------------------------------------- lines

static char *skip_space(char *text) {
  while (*text == ' ' || *text == '\t' || *text == '\r') text++;
  return text;
}

/// Ends the word at `text` and returns what follows.
static char *end_word(char *text) {
  while (*text != '\0' && *text != ' ' && *text != '\t' && *text != '\r' && *text != '=') text++;
  return text;
}

/// "0.6.10" as 6010. Negative when it is none.
static double read_firmware(const char *text) {
  double number = 0.0;
  for (int i = 0; i < 3; i++) {
    char *end = NULL;
    if (*text < '0' || *text > '9') return -1.0;
    const unsigned long part = strtoul(text, &end, 10);
    if (part > 999 || *end != (i < 2 ? '.' : '\0')) return -1.0;
    number = number * 1e3 + (double)part;
    text = end + 1;
  }
  return number;
}

static taut_status read_value(reading *r, int line, int i, const char *text) {
  const field *f = &fields[i];
  if (i == FIELD_FIRMWARE) {
    r->values[i] = read_firmware(text);
    return r->values[i] >= 0.0 ? TAUT_OK
                               : fail(r, line, "firmware is such as 0.6.10, got '%.40s'", text);
  }
  char *end = NULL;
  const double value = strtod(text, &end);
  if (end == text || *end != '\0' || !isfinite(value)) {
    return fail(r, line, "%s wants a number, got '%.40s'", f->name, text);
  }
  if (value < f->least || value > f->greatest) {
    return fail(r, line, "%s must be %g to %g, got %.40s (%s)", f->name, f->least, f->greatest,
                text, f->help);
  }
  r->values[i] = value;
  return TAUT_OK;
}

static taut_status fail_name(const reading *r, int line, const char *name) {
  const char *names[FIELD_COUNT];
  size_t n = 0;
  for (int i = 0; i < FIELD_COUNT; i++) {
    if (fields[i].kinds & 1 << r->kind) names[n++] = fields[i].name;
  }
  const char *near = taut_text_nearest(name, names, n);
  return fail(r, line, "there is no '%.60s'%s%s%s", name, near != NULL ? "; did you mean " : "",
              near != NULL ? near : "", near != NULL ? "?" : "; see 'taut bridge config'");
}

/// "name = value [unverified]", with a comment after '#'.
static taut_status read_line(reading *r, int line, char *text) {
  char *comment = strchr(text, '#');
  if (comment != NULL) *comment = '\0';
  char *name = skip_space(text);
  if (*name == '\0') return TAUT_OK;
  char *rest = end_word(name), *sign = skip_space(rest);
  if (*sign != '=' || rest == name) {
    return fail(r, line, "a line is 'name = value', got '%.60s'", name);
  }
  char *value = skip_space(sign + 1), *value_end = end_word(value);
  char *word = skip_space(value_end), *word_end = end_word(word);
  const bool has_more = *skip_space(word_end) != '\0';
  *rest = *value_end = *word_end = '\0';
  int i = 0;
  while (i < FIELD_COUNT && strcmp(fields[i].name, name) != 0) i++;
  if (i == FIELD_COUNT || (fields[i].kinds & 1 << r->kind) == 0) return fail_name(r, line, name);
  if (r->lines[i] > 0) return fail(r, line, "%s was given in line %d", name, r->lines[i]);
  if (has_more || (*word != '\0' && strcmp(word, "unverified") != 0)) {
    return fail(r, line, "after the value stands nothing or 'unverified', got '%.40s'", word);
  }
  r->lines[i] = line;
  r->is_doubtful[i] = *word != '\0';
  return read_value(r, line, i, value);
}

// ------------------------------------------------------------------------------------------ result

static taut_status check(const reading *r) {
  const double *v = r->values;
  for (int i = 0; i < FIELD_COUNT; i++) {
    if ((fields[i].kinds & 1 << r->kind) == 0 || !isnan(v[i])) continue;
    return fail(r, 0, "%s is missing: %s", fields[i].name, fields[i].help);
  }
  if (v[FIELD_DIRECTION] != 1.0 && v[FIELD_DIRECTION] != -1.0) {
    return fail(r, r->lines[FIELD_DIRECTION], "direction is 1 or -1");
  }
  if (v[FIELD_BUS_MIN] >= v[FIELD_BUS_MAX]) {
    return fail(r, r->lines[FIELD_BUS_MAX], "bus_max_v must be more than bus_min_v");
  }
  if (v[FIELD_TEMP_START] >= v[FIELD_TEMP_END]) {
    return fail(r, r->lines[FIELD_TEMP_END], "temp_end_degc must be more than temp_start_degc");
  }
  for (int k = 0; k < 2; k++) {
    const int i = k == 0 ? FIELD_TIMEOUT_BRAKE : FIELD_BRAKE_CURRENT;
    if (v[i] > v[FIELD_CURRENT_MAX]) {
      return fail(r, r->lines[i], "%s must not be more than current_max_a", fields[i].name);
    }
    if (r->kind == TAUT_BRIDGE_ODRIVE && v[i] != 0.0) {
      return fail(r, r->lines[i], "%s must be 0: an ODrive does not brake without torque",
                  fields[i].name);
    }
  }
  for (int i = 0; i < FIELD_COUNT; i++) {
    const bool is_whole = i == FIELD_POLE_PAIRS || i == FIELD_BAUD || i == FIELD_TIMEOUT ||
                          i == FIELD_ENDPOINT_TIMEOUT || i == FIELD_ENDPOINT_ENABLE;
    if (is_whole && v[i] != floor(v[i])) {
      return fail(r, r->lines[i], "%s must be a whole number", fields[i].name);
    }
  }
  return TAUT_OK;
}

static void fill_bridge(const double *v, taut_bridge_config *c) {
  *c = taut_bridge_config_default();
  c->torque_per_amp_nm = v[FIELD_TORQUE_PER_AMP];
  c->current_max_a = v[FIELD_CURRENT_MAX];
  c->speed_max_rad_s = v[FIELD_SPEED_MAX];
  c->bus_min_v = v[FIELD_BUS_MIN];
  c->bus_max_v = v[FIELD_BUS_MAX];
  c->temp_start_k = v[FIELD_TEMP_START] + zero_degc_k;
  c->temp_end_k = v[FIELD_TEMP_END] + zero_degc_k;
  c->brake_current_a = v[FIELD_BRAKE_CURRENT];
  c->timeout_s = v[FIELD_TIMEOUT] * 1e-3;
  c->timeout_brake_a = v[FIELD_TIMEOUT_BRAKE];
  c->command_age_ns_max = (int64_t)rint(v[FIELD_COMMAND_AGE] * 1e6);
  c->ramp_ns = (int64_t)rint(v[FIELD_RAMP] * 1e6);
}

static void fill(const reading *r, taut_bridge_machine *out) {
  const double *v = r->values;
  const bool *d = r->is_doubtful;
  fill_bridge(v, &out->bridge);
  out->spool_radius_m = v[FIELD_SPOOL_RADIUS];
  out->baud = (int)v[FIELD_BAUD];
  out->vesc = (taut_vesc_drive_config){.pole_pairs = (int)v[FIELD_POLE_PAIRS],
                                       .direction = (int)v[FIELD_DIRECTION],
                                       .poll_ns = (int64_t)rint(v[FIELD_POLL] * 1e6)};
  const int firmware = (int)v[FIELD_FIRMWARE];
  out->odrive =
      (taut_odrive_drive_config){.dialect = firmware < 6000 ? TAUT_ODRIVE_0_5 : TAUT_ODRIVE_0_6,
                                 .direction = (int)v[FIELD_DIRECTION],
                                 .fw_major = firmware / 1000000,
                                 .fw_minor = firmware / 1000 % 1000,
                                 .fw_revision = firmware % 1000,
                                 .endpoint_watchdog_timeout = (uint16_t)v[FIELD_ENDPOINT_TIMEOUT],
                                 .endpoint_enable_watchdog = (uint16_t)v[FIELD_ENDPOINT_ENABLE]};
  out->doubts = (taut_bridge_doubts){.torque_per_amp = d[FIELD_TORQUE_PER_AMP],
                                     .spool_radius = d[FIELD_SPOOL_RADIUS],
                                     .current = d[FIELD_CURRENT_MAX],
                                     .speed = d[FIELD_SPEED_MAX],
                                     .bus = d[FIELD_BUS_MIN] || d[FIELD_BUS_MAX],
                                     .temperature = d[FIELD_TEMP_START] || d[FIELD_TEMP_END],
                                     .brake = d[FIELD_TIMEOUT_BRAKE]};
  for (int i = 0; i < FIELD_COUNT; i++) out->n_unverified += d[i];
}

taut_status taut_bridge_machine_read(const char *path, taut_bridge_kind kind,
                                     taut_bridge_machine *out, char *error, size_t size) {
  reading r = {.path = path, .kind = kind, .error = error, .size = size};
  char *text = NULL;
  memset(out, 0, sizeof *out);
  for (int i = 0; i < FIELD_COUNT; i++) {
    r.values[i] = fields[i].kinds & 1 << kind ? fields[i].start : 0.0;
  }
  const taut_status read = taut_file_read(path, 1 << 20, &text, NULL);
  if (read != TAUT_OK) {
    snprintf(error, size, "%.300s cannot be read: %s", path,
             read == TAUT_EFULL ? "it is larger than a megabyte" : strerror(errno));
    return TAUT_EIO;
  }
  taut_status status = TAUT_OK;
  char *rest = text, *line;
  for (int i = 1; status == TAUT_OK && (line = strsep(&rest, "\n")) != NULL; i++) {
    status = read_line(&r, i, line);
  }
  free(text);
  if (status == TAUT_OK) status = check(&r);
  if (status == TAUT_OK) fill(&r, out);
  return status;
}

void taut_bridge_machine_print(taut_bridge_kind kind, FILE *out) {
  fprintf(
      out,
      "# The machine behind a bridge, for taut bridge %s --config FILE.\n"
      "# The numbers fit the emulated drive. Put those of your machine in their place, and take\n"
      "# 'unverified' away from each one that you have measured or looked up.\n\n",
      kind == TAUT_BRIDGE_VESC ? "vesc" : "odrive");
  for (int i = 0; i < FIELD_COUNT; i++) {
    const field *f = &fields[i];
    char line[96];
    if ((f->kinds & 1 << kind) == 0) continue;
    const bool is_machine = isnan(f->start) || i == FIELD_ENDPOINT_TIMEOUT;
    if (i == FIELD_FIRMWARE) {
      snprintf(line, sizeof line, "%s = 0.6.10", f->name);
    } else {
      snprintf(line, sizeof line, "%s = %g%s", f->name, f->emulated,
               is_machine ? " unverified" : "");
    }
    fprintf(out, "%-42s # %s\n", line, f->help);
  }
}
