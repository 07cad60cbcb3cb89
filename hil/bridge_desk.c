#include "hil/bridge_desk.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const double zero_degc_k = 273.15;

__attribute__((format(printf, 2, 3))) static void say(const taut_bridge_desk *desk,
                                                      const char *format, ...) {
  char line[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  desk->print(desk->user, line);
}

static const char *mark(bool is_doubtful) {
  return is_doubtful ? "  (unverified)" : "";
}

// ----------------------------------------------------------------------------------------- showing

static void show_limits(const taut_bridge_desk *desk) {
  const taut_bridge *b = &desk->device->bridge;
  const taut_bridge_config *c = &b->config;
  const taut_bridge_doubts *doubt = &desk->doubts;
  const double torque_nm = c->current_max_a * c->torque_per_amp_nm;
  say(desk, "  current       %g A: %.3g N m, %.3g N at the cable%s", c->current_max_a, torque_nm,
      torque_nm / desk->spool_radius_m,
      mark(doubt->current || doubt->torque_per_amp || doubt->spool_radius));
  say(desk, "  speed         %g rad/s: %.3g m/s of cable%s", c->speed_max_rad_s,
      c->speed_max_rad_s * desk->spool_radius_m, mark(doubt->speed || doubt->spool_radius));
  say(desk, "  bus           %g to %g V, now %.1f V%s", c->bus_min_v, c->bus_max_v,
      b->telemetry.bus_v, mark(doubt->bus));
  say(desk, "  temperature   less from %g degC on, none at %g degC, now %.1f degC%s",
      c->temp_start_k - zero_degc_k, c->temp_end_k - zero_degc_k,
      b->telemetry.motor_temp_k - zero_degc_k, mark(doubt->temperature));
  say(desk, "  commands      of the last %g ms; else torque goes within %g ms",
      (double)c->command_age_ns_max * 1e-6, (double)c->ramp_ns * 1e-6);
}

/// What the drive has said since `arm` was typed.
static void show_table(const taut_bridge_desk *desk) {
  const taut_bridge *b = &desk->device->bridge;
  const taut_bridge_config *c = &b->config;
  say(desk, "The drive was set and read back:");
  if (c->timeout_brake_a > 0.0) {
    say(desk, "  time-out      %g ms without commands, then it brakes with %g A%s",
        b->setup_timeout_s * 1e3, c->timeout_brake_a, mark(desk->doubts.brake));
  } else {
    say(desk, "  time-out      %g ms without commands, then the spool is free",
        b->setup_timeout_s * 1e3);
  }
  say(desk, "Limits of this bridge:");
  show_limits(desk);
  say(desk, "From now on the cable may pull whenever the harness asks for it.");
  say(desk, "Type %u within %g s to arm. Any other line leaves it.", (unsigned)desk->code,
      (double)c->confirm_ns_max * 1e-9);
}

static void show_status(const taut_bridge_desk *desk) {
  const taut_bridge *b = &desk->device->bridge;
  const taut_bridge_telemetry *t = &b->telemetry;
  say(desk, "%s%s%s", taut_bridge_state_text(b->state), b->state == TAUT_BRIDGE_REFUSED ? ": " : "",
      b->state == TAUT_BRIDGE_REFUSED ? b->reason : "");
  say(desk, "  angle %.3f rad, speed %.3f rad/s, iq %.2f A, bus %.1f V, motor %.1f degC",
      t->angle_rad, t->speed_rad_s, t->iq_a, t->bus_v, t->motor_temp_k - zero_degc_k);
  if (t->fault != TAUT_DRIVE_FAULT_NONE) {
    say(desk, "  the drive's fault %u: %s", t->fault_code,
        desk->device->drive->ops->fault_text(t->fault_code));
  }
}

static void show_help(const taut_bridge_desk *desk) {
  say(desk, "arm      first step; the second is the code that is shown then");
  say(desk, "disarm   takes the torque off; so does an empty line");
  say(desk, "ack      after a fault: back to where it can be armed");
  say(desk, "status   state and telemetry");
}

// ---------------------------------------------------------------------------------------- arming

/// Four digits that cannot be typed out of habit.
static uint32_t draw_code(void) {
  uint32_t number = 0;
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number) return 0;
  return 1000 + number % 9000;
}

static void request(taut_bridge_desk *desk, int64_t now_ns) {
  taut_bridge *bridge = &desk->device->bridge;
  const uint32_t code = draw_code();
  if (code == 0 || taut_bridge_arm_request(bridge, now_ns, code) != TAUT_OK) {
    say(desk, "not now; the reason is above or follows%s",
        bridge->state == TAUT_BRIDGE_LATCHED ? ". After a fault: ack first" : "");
    return;
  }
  desk->code = code;
  desk->is_shown = false;
}

static void confirm(taut_bridge_desk *desk, const char *line, int64_t now_ns) {
  taut_bridge *bridge = &desk->device->bridge;
  char *end = NULL;
  const unsigned long number = strtoul(line, &end, 10);
  const bool is_code = end != line && *end == '\0' && number == desk->code && desk->is_shown;
  desk->code = 0;
  if (!is_code) {
    taut_bridge_disarm(bridge, now_ns);
    say(desk, "not armed");
  } else if (taut_bridge_arm_confirm(bridge, now_ns, (uint32_t)number) == TAUT_OK) {
    say(desk, "ARMED. An empty line takes the torque off.");
  } else {
    say(desk, "not armed; the reason follows");
  }
}

static void acknowledge(const taut_bridge_desk *desk, int64_t now_ns) {
  if (taut_bridge_acknowledge(&desk->device->bridge, now_ns) == TAUT_OK) return;
  say(desk, "not now: %s",
      desk->device->bridge.telemetry.fault != TAUT_DRIVE_FAULT_NONE
          ? "the drive reports a fault and is asked to clear it; try again"
          : "there is nothing to acknowledge");
}

void taut_bridge_desk_take(taut_bridge_desk *desk, const char *line, int64_t now_ns) {
  taut_bridge *bridge = &desk->device->bridge;
  const bool is_live = bridge->state == TAUT_BRIDGE_ARMED || bridge->state == TAUT_BRIDGE_RAMP;
  if (desk->code != 0) {
    confirm(desk, line, now_ns);
  } else if (strcmp(line, "status") == 0) {
    show_status(desk);
  } else if (is_live) {
    // Whatever was meant, less torque is never wrong.
    taut_bridge_disarm(bridge, now_ns);
  } else if (strcmp(line, "arm") == 0) {
    request(desk, now_ns);
  } else if (strcmp(line, "ack") == 0) {
    acknowledge(desk, now_ns);
  } else if (line[0] != '\0' && strcmp(line, "disarm") != 0) {
    show_help(desk);
  }
}

// ----------------------------------------------------------------------------------------- reading

/// Nobody can take the torque off here any more.
static void close_lines(taut_bridge_desk *desk, int64_t now_ns) {
  desk->fd = -1;
  desk->code = 0;
  taut_bridge_disarm(&desk->device->bridge, now_ns);
  say(desk, "the input has ended: disarmed, and nobody can arm any more");
}

static void take_bytes(taut_bridge_desk *desk, const char *bytes, size_t n, int64_t now_ns) {
  for (size_t i = 0; i < n; i++) {
    if (bytes[i] == '\n') {
      desk->line[desk->n_line] = '\0';
      desk->n_line = 0;
      taut_bridge_desk_take(desk, desk->line, now_ns);
    } else if (desk->n_line + 1 < sizeof desk->line && bytes[i] != '\r') {
      desk->line[desk->n_line++] = bytes[i];
    }
  }
}

static void read_lines(taut_bridge_desk *desk, int64_t now_ns) {
  char bytes[256];
  struct pollfd item = {desk->fd, POLLIN, 0};
  if (desk->fd < 0 || poll(&item, 1, 0) <= 0) return;
  const ssize_t n = read(desk->fd, bytes, sizeof bytes);
  if (n > 0) {
    take_bytes(desk, bytes, (size_t)n, now_ns);
  } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
    close_lines(desk, now_ns);
  }
}

void taut_bridge_desk_turn(taut_bridge_desk *desk, int64_t now_ns) {
  const taut_bridge *bridge = &desk->device->bridge;
  read_lines(desk, now_ns);
  if (desk->code == 0) return;
  if (bridge->state != TAUT_BRIDGE_REQUESTED) {
    desk->code = 0;
    say(desk, "not armed");
  } else if (!desk->is_shown && bridge->setup_ns >= bridge->request_ns) {
    desk->is_shown = true;
    show_table(desk);
  }
}
