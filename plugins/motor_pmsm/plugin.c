// Motor plugin: models/pmsm. Equations: README.md beside this file.
#include "taut/plugin.h"
#include "models/plant_pair.h"
#include "models/pmsm.h"
#include "taut/roles.h"

// With its cable, and with the other side (models/plant_pair.h).
static const taut_coupling_wire wires[] = {
    {1, TAUT_CABLE_OUT_SPOOL_TENSION_N, TAUT_MOTOR_IN_SPOOL_TENSION_N},
    {0, TAUT_MOTOR_OUT_SPOOL_ANGLE_RAD, TAUT_CABLE_IN_SPOOL_ANGLE_RAD},
    {0, TAUT_MOTOR_OUT_SPOOL_SPEED_RAD_S, TAUT_CABLE_IN_SPOOL_SPEED_RAD_S},
};
// In the order of TAUT_PLANT_IQ_A and so on.
static const taut_coupling_peak peaks[TAUT_PLANT_PEAK_COUNT] = {
    [TAUT_PLANT_IQ_A] = {0, TAUT_MOTOR_OUT_IQ_A},
    [TAUT_PLANT_BUS_V] = {0, TAUT_MOTOR_OUT_BUS_V},
    [TAUT_PLANT_SPOOL_SPEED_RAD_S] = {0, TAUT_MOTOR_OUT_SPOOL_SPEED_RAD_S},
    [TAUT_PLANT_TORQUE_NM] = {0, TAUT_MOTOR_OUT_TORQUE_NM},
    [TAUT_PLANT_TENSION_N] = {1, TAUT_CABLE_OUT_TENSION_N},
    [TAUT_PLANT_HANDLE_SPEED_M_S] = {1, TAUT_CABLE_OUT_HANDLE_SPEED_M_S},
    [TAUT_PLANT_TAKE_UP_SPEED_M_S] = {1, TAUT_CABLE_OUT_TAKE_UP_SPEED_M_S},
};
enum { SIDES = 2 };

static int64_t advance_pairs(const taut_coupling_member *members, uint32_t n_members,
                             int64_t tick_ns, int64_t n_ticks, void *room);

static const taut_coupling pair = {
    .struct_size = sizeof(taut_coupling),
    .n_members = SIDES,
    .room_size = sizeof(taut_plant_lanes),
    .partner = TAUT_PLANT_CABLE_ID,
    .n_wires = sizeof wires / sizeof wires[0],
    .n_peaks = TAUT_PLANT_PEAK_COUNT,
    .wires = wires,
    .peaks = peaks,
    .advance = advance_pairs,
};

#define MOTOR_NAME "motor_pmsm"
#define MOTOR_HELP "synchronous motor with drive, DC bus, brake chopper, encoder and heat"
#define MOTOR_STATE taut_pmsm_state
#define MOTOR_BODY(state) (state)
#define MOTOR_INIT taut_pmsm_init
#define MOTOR_UPDATE taut_pmsm_update
#define MOTOR_PERIOD_NS 50000
#define MOTOR_PERIOD_NS_MIN 10000
#define MOTOR_PERIOD_NS_MAX 200000
#define MOTOR_COUPLING &pair

#include "plugins/motor_pmsm/wrapper.h"

static int64_t advance_pairs(const taut_coupling_member *members, uint32_t n_members,
                             int64_t tick_ns, int64_t n_ticks, void *room) {
  taut_plant_side sides[SIDES];
  for (uint32_t i = 0; i < n_members; i++) {
    const taut_coupling_member *member = &members[i];
    const double *const *cable = member->partner->in;
    sides[i] = (taut_plant_side){
        .motor = member->self->state,
        .cable = member->partner->state,
        .input = read_input(member->self),
        .hand_force_n = *cable[TAUT_CABLE_IN_HAND_FORCE_N],
        .cut = *cable[TAUT_CABLE_IN_CUT],
        .seed = member->partner->seed,
        .least = member->least,
        .greatest = member->greatest,
    };
  }
  return taut_plant_pair_advance(room, sides, (int)n_members, n_ticks, tick_ns);
}
