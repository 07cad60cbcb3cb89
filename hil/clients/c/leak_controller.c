// A whole controller: arms in two steps, carries the load, unloads and latches at a symptom.
#include <math.h>
#include "taut_link.h"

static const double DT = 0.001, RADIUS_M = 0.035;
static const char *const SIDES[] = {"left_", "right_"};
enum { DISARMED, REQUESTED, READY, ARMED, NORMAL = 0, RAMP = 2, LATCHED = 6 };  // see docs/roles.md

typedef struct controller {
  double load[2], trim[2], x[2], v[2], still_s, n, arm, safety;
} controller;

static void step(void *state, taut_io *io) {
  controller *c = state;
  bool is_ready = true, is_new = c->safety == NORMAL && taut_io_has_changed(io, "", "command_seq");
  for (int s = 0; s < 2; s++) {  // the encoder turns when cable is paid out
    double x = RADIUS_M * taut_io_get(io, SIDES[s], "encoder_angle_rad");
    c->v[s] += 0.2 * ((x - c->x[s]) / DT - c->v[s]), c->x[s] = x;
    bool is_held = taut_io_get(io, SIDES[s], "hand_presence") > 0 && x > 0.05;
    is_ready &= (is_held && fabs(c->v[s]) < 0.1) || taut_io_get(io, SIDES[s], "load_n") <= 0;
  }
  bool is_told = taut_io_has_changed(io, "", "report_seq") && !taut_io_is(io, "", "report", "none");
  if (c->arm == ARMED && (is_told || taut_io_get(io, "", "spotter_unload") > 0)) c->safety = RAMP;
  c->still_s = is_ready && c->arm == REQUESTED ? c->still_s + DT : 0, c->n++;
  if (c->arm == READY && is_new && taut_io_is(io, "", "command", "arm_confirm")) c->arm = ARMED;
  if (c->still_s >= 1) c->arm = READY;
  if (is_new && taut_io_is(io, "", "command", "arm_request")) c->arm = REQUESTED;
  bool is_off = taut_io_is(io, "", "command", "unload") || taut_io_is(io, "", "command", "disarm");
  bool is_on = c->arm == ARMED && c->safety == NORMAL && !is_off;
  for (int s = 0; s < 2; s++) {  // up less than 50 N/s; the load cell trims what friction adds
    double want = taut_io_get(io, SIDES[s], "load_n") * taut_io_get(io, SIDES[s], "load_scale");
    c->load[s] += fmax(c->safety == NORMAL ? -0.4 : -0.9, fmin(49 * DT, want * is_on - c->load[s]));
    double trim = c->trim[s] + 40 * DT * (c->load[s] - taut_io_get(io, SIDES[s], "load_cell_n"));
    c->trim[s] = c->arm == ARMED ? fmax(-30, fmin(30, trim)) : 0;
  }
  if (is_on || fmax(c->load[0], c->load[1]) > 0 || !(c->arm == ARMED || is_off)) return;
  c->arm = DISARMED, c->safety = c->safety == RAMP ? LATCHED : c->safety;
}

static void output(const void *state, taut_io *io) {
  const controller *c = state;
  TAUT_IO_SET(io, "", {"torque_seq", c->n}, {"arm_state", c->arm}, {"armed", c->arm == ARMED},
              {"safety_state", c->safety}, {"cause", c->safety != NORMAL},
              {"report_ack_seq", taut_io_get(io, "", "report_seq")},
              {"command_ack_seq", taut_io_get(io, "", "command_seq")},
              {"form_ack_seq", taut_io_get(io, "", "form_alert_seq")});
  for (int s = 0; s < 2; s++) {  // 5 N keep the cable taut
    double force_n = c->arm == DISARMED ? 0 : fmax(c->load[s] + c->trim[s], 5);
    TAUT_IO_SET(io, SIDES[s], {"torque_command_nm", force_n * RADIUS_M}, {"position_m", c->x[s]},
                {"torque_permit", c->arm != DISARMED}, {"load_command_n", c->load[s]},
                {"current_ceiling_a", 40}, {"speed_m_s", c->v[s]},
                {"hand_held", taut_io_get(io, SIDES[s], "hand_presence")});
  }
}

int main(int argc, char **argv) {
  const taut_peer peer = {"controller", "leak", "1.0", 1000000, sizeof(controller), step, output};
  return argc == 2 ? taut_peer_serve(&peer, argv[1]) : 2;
}
