/// The bridge between the motor role and a real drive, as a state machine without transport, clock
/// or protocol: commands and telemetry go in with the time they came at, orders to the drive, role
/// outputs and events come out. The same calls at the same times give the same results.
///
/// Sign of everything here is the role's: positive torque and current retract the cable, positive
/// angle and speed pay it out.
#ifndef TAUT_HIL_BRIDGE_BRIDGE_H
#define TAUT_HIL_BRIDGE_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/roles.h"
#include "taut/status.h"

// clang-format off
/// X(name, text). Torque is ordered in `armed` and `ramp` only.
#define TAUT_BRIDGE_STATE_MAP(X)                                                                  \
  X(SETUP, "setup")          /* the drive has not yet confirmed its own time-out */               \
  X(REFUSED, "refused")      /* it cannot, or the bridge was not started to arm: telemetry only */ \
  X(IDLE, "idle")            /* disarmed; no current, or the brake when the role asks for it */   \
  X(REQUESTED, "requested")  /* first step of arming done, the confirmation is awaited */         \
  X(ARMED, "armed")          /* torque follows the commands */                                    \
  X(RAMP, "ramp")            /* torque is being taken off */                                      \
  X(LATCHED, "latched")      /* no current until acknowledged and armed again */                  \
  X(STOPPED, "stopped")      /* no current, for good */

/// X(name, text, meaning of the value)
#define TAUT_BRIDGE_EVENT_MAP(X)                                                                  \
  X(STATE, "state", "TAUT_BRIDGE_ state entered")                                                 \
  X(COMMAND_REJECTED, "command_rejected", "TAUT_BRIDGE_WRONG_ reason")                            \
  X(COMMAND_STALE, "command_stale", "age of the last good command [s]")                           \
  X(COMMAND_CLAMPED, "command_clamped", "torque that is ordered instead [N m]")                   \
  X(LINK_RESET, "link_reset", "1 when it found the bridge armed")                                 \
  X(TELEMETRY_REJECTED, "telemetry_rejected", "part, TAUT_BRIDGE_PART_")                          \
  X(TELEMETRY_STALE, "telemetry_stale", "part, TAUT_BRIDGE_PART_")                                \
  X(TELEMETRY_FROZEN, "telemetry_frozen", "speed that the angle does not follow [rad/s]")           \
  X(DRIVE_FAULT, "drive_fault", "the drive's own fault number")                                   \
  X(DRIVE_TIMED_OUT, "drive_timed_out", "0: the drive's time-out has acted")                      \
  X(DRIVE_NOT_RUNNING, "drive_not_running", "0: torque is ordered and the drive does not run")    \
  X(ENCODER_LOST, "encoder_lost", "0")                                                            \
  X(OVER_SPEED, "over_speed", "speed [rad/s]")                                                    \
  X(RUNAWAY, "runaway", "measured current [A]")                                                   \
  X(BUS_LOW, "bus_low", "bus voltage [V]")                                                        \
  X(BUS_HIGH, "bus_high", "bus voltage [V]")                                                      \
  X(OVER_TEMPERATURE, "over_temperature", "temperature [K]")                                      \
  X(SETUP_DONE, "setup_done", "time-out that the drive confirmed [s]")                            \
  X(SETUP_REFUSED, "setup_refused", "time-out that the drive reports [s], NaN: none")             \
  X(ARM_REFUSED, "arm_refused", "TAUT_BRIDGE_NOT_ reason")                                        \
  X(STEP_LATE, "step_late", "time without a step, in which the drive had no orders [s]")          \
  X(SEND_FAILED, "send_failed", "orders lost so far")

/// Why a command is refused. X(name, text)
#define TAUT_BRIDGE_WRONG_MAP(X)                                                                  \
  X(NUMBER, "a value is not a finite number")                                                     \
  X(RANGE, "a value is outside the role's range")                                                 \
  X(REPEATED, "the sequence number has been seen before")                                         \
  X(REORDERED, "the sequence number is older than the last one")                                  \
  X(OLD, "the command is older than the limit, or its age is not possible")

/// Why arming is refused. X(name, text)
#define TAUT_BRIDGE_NOT_MAP(X)                                                                    \
  X(ALLOWED, "the bridge was not started with --arm")                                             \
  X(READY, "the bridge is not idle")                                                              \
  X(VERIFIED, "the drive has not confirmed its time-out since the request")                       \
  X(HEARD, "telemetry is missing or old")                                                         \
  X(HEALTHY, "the drive reports a fault or the encoder is not valid")                             \
  X(STILL, "the spool turns")                                                                     \
  X(POWERED, "the bus voltage or a temperature is out of bounds")                                 \
  X(COMMANDED, "no fresh command arrives")                                                        \
  X(UNLOADED, "the command asks for torque already")                                              \
  X(CONFIRMED, "the code is wrong, or came too early or too late")
// clang-format on

#define TAUT_BRIDGE_STATE_ENUM(name, text) TAUT_BRIDGE_##name,
#define TAUT_BRIDGE_EVENT_ENUM(name, text, value) TAUT_BRIDGE_EVENT_##name,
#define TAUT_BRIDGE_WRONG_ENUM(name, text) TAUT_BRIDGE_WRONG_##name,
#define TAUT_BRIDGE_NOT_ENUM(name, text) TAUT_BRIDGE_NOT_##name,
typedef enum taut_bridge_state {
  TAUT_BRIDGE_STATE_MAP(TAUT_BRIDGE_STATE_ENUM) TAUT_BRIDGE_STATE_COUNT
} taut_bridge_state;
typedef enum taut_bridge_event_id {
  TAUT_BRIDGE_EVENT_MAP(TAUT_BRIDGE_EVENT_ENUM) TAUT_BRIDGE_EVENT_COUNT
} taut_bridge_event_id;
typedef enum taut_bridge_wrong {
  TAUT_BRIDGE_WRONG_MAP(TAUT_BRIDGE_WRONG_ENUM) TAUT_BRIDGE_WRONG_COUNT
} taut_bridge_wrong;
typedef enum taut_bridge_not {
  TAUT_BRIDGE_NOT_MAP(TAUT_BRIDGE_NOT_ENUM) TAUT_BRIDGE_NOT_COUNT
} taut_bridge_not;

/// Parts of the telemetry; a drive may send each by itself.
enum {
  TAUT_BRIDGE_PART_MOTION,       ///< angle and speed
  TAUT_BRIDGE_PART_CURRENT,      ///< iq, id
  TAUT_BRIDGE_PART_BUS,          ///< bus voltage
  TAUT_BRIDGE_PART_TEMPERATURE,  ///< hottest sensor
  TAUT_BRIDGE_PART_STATE,        ///< fault, time-out, running
  TAUT_BRIDGE_PART_COUNT
};

/// What the machine can bear, and how patient the bridge is.
typedef struct taut_bridge_config {
  bool may_arm;                 ///< the bridge was started with --arm
  double torque_per_amp_nm;     ///< torque constant                                    [N m/A]
  double current_max_a;         ///< greatest |iq| ever ordered                         [A]
  double speed_max_rad_s;       ///< accelerating torque ends here; 1.1 of it trips     [rad/s]
  double bus_min_v, bus_max_v;  ///< outside of it torque is taken off                  [V]
  double temp_start_k;          ///< the current limit falls from here                  [K]
  double temp_end_k;            ///< and is 0 here, where torque is taken off           [K]
  double brake_current_a;       ///< for the role's `brake`, torque off                 [A]
  double timeout_s;             ///< the drive's own time-out, at most 0.1              [s]
  double timeout_brake_a;       ///< what the drive brakes with then; 0 coasts          [A]
  double still_rad_s;           ///< slower is standing still, for arming               [rad/s]
  int64_t command_age_ns_max;   ///< older commands are stale                           [ns]
  int64_t ramp_ns;              ///< time in which torque is taken off                  [ns]
  int64_t confirm_ns_min;       ///< earliest confirmation after the request            [ns]
  int64_t confirm_ns_max;       ///< latest confirmation                                [ns]
  int64_t part_age_ns_max[TAUT_BRIDGE_PART_COUNT];  ///< oldest telemetry; 0: not needed [ns]
} taut_bridge_config;

/// One command of the motor role, with how old it was on arrival.
typedef struct taut_bridge_command {
  double torque_command_nm, current_ceiling_a, torque_permit, brake, command_seq;
  int64_t age_ns;
} taut_bridge_command;

/// What the drive says. `parts` has a bit for each part that is new.
typedef struct taut_bridge_telemetry {
  unsigned parts;          ///< 1 << TAUT_BRIDGE_PART_
  double angle_rad;        ///< multi-turn                                           [rad]
  double speed_rad_s;      ///<                                                      [rad/s]
  double iq_a, id_a;       ///<                                                      [A]
  double bus_v;            ///<                                                      [V]
  double motor_temp_k;     ///< winding, or the inverter where no sensor is fitted   [K]
  double inverter_temp_k;  ///<                                                      [K]
  int fault;               ///< TAUT_DRIVE_FAULT_
  uint32_t fault_code;     ///< the drive's own number
  bool is_encoder_valid;   ///< the angle can be trusted
  bool has_timed_out;      ///< the drive's command time-out has acted
  bool is_running;         ///< the drive would follow a torque
} taut_bridge_telemetry;

/// Answer of the drive to the setup that `order.setup_id` asked for.
typedef struct taut_bridge_setup {
  uint32_t id;
  bool is_confirmed;   ///< time-out and braking were set and read back as asked
  double timeout_s;    ///< as read back; NaN when it cannot be read                  [s]
  const char *reason;  ///< static text, when not confirmed
} taut_bridge_setup;

typedef enum taut_bridge_order_kind {
  TAUT_BRIDGE_SILENT,   ///< send nothing that acts
  TAUT_BRIDGE_RELEASE,  ///< no current
  TAUT_BRIDGE_TORQUE,   ///< torque_nm
  TAUT_BRIDGE_BRAKE     ///< brake with current_a
} taut_bridge_order_kind;

/// What the drive has to be told now.
typedef struct taut_bridge_order {
  taut_bridge_order_kind kind;
  double torque_nm;   ///< TORQUE                                                      [N m]
  double current_a;   ///< the same as iq, or the current of BRAKE, not negative       [A]
  uint32_t setup_id;  ///< a new number asks for the time-out to be set and read back; 0 is none
  uint32_t clear_id;  ///< a new number asks for the drive's errors to be cleared; 0 is none
} taut_bridge_order;

typedef struct taut_bridge_event {
  int64_t time_ns;
  taut_bridge_event_id id;
  double value;
} taut_bridge_event;

enum { TAUT_BRIDGE_EVENTS = 64 };

typedef struct taut_bridge_counters {
  uint64_t commands;  ///< accepted
  uint64_t commands_rejected[TAUT_BRIDGE_WRONG_COUNT];
  uint64_t commands_clamped;
  uint64_t telemetry;           ///< parts accepted
  uint64_t telemetry_rejected;  ///< parts
  uint64_t sends_failed;
  uint64_t events_dropped;
} taut_bridge_counters;

/// The state. Owned by the caller, no pointers to elsewhere except static texts.
typedef struct taut_bridge {
  taut_bridge_config config;
  taut_bridge_counters counters;
  taut_bridge_state state;
  taut_bridge_state after_ramp;
  int64_t now_ns;               // latest time of any call
  int64_t step_ns;              // of the last step
  taut_bridge_command command;  // last good one
  int64_t command_ns;           // when it was made
  bool has_command;
  bool is_rejecting, is_clamping;  // for one event per series
  taut_bridge_telemetry telemetry;
  int64_t part_ns[TAUT_BRIDGE_PART_COUNT];
  unsigned parts_seen;
  unsigned parts_rejecting;
  int64_t moved_ns;        // when the angle last changed
  int64_t excess_ns;       // since when the current is beyond what was ordered; -1: it is not
  int64_t not_running_ns;  // since when torque is ordered of a drive that does not run; -1
  double allowed_a[2];     // greatest current ordered in this and the last stretch of time
  int64_t allowed_ns;
  double ordered_nm;
  double ramp_from_nm;
  int64_t ramp_start_ns;
  double limit_a;
  int fault;      // TAUT_DRIVE_FAULT_ held until acknowledged
  uint32_t code;  // of the confirmation
  int64_t request_ns;
  int64_t setup_ns;  // when the drive last confirmed; -1 never
  double setup_timeout_s;
  uint32_t setup_id, clear_id;
  const char *reason;  // of REFUSED
  taut_bridge_event events[TAUT_BRIDGE_EVENTS];
  size_t i_event, n_events;
} taut_bridge;

/// Limits of time and age by E-stop class of the project: 50 ms commands, 250 ms ramp, 80 ms drive
/// time-out. Everything that depends on the machine is 0 and must be set, and whether the spool
/// brakes or coasts when nobody commands the drive is NaN and must be decided. [any]
taut_bridge_config taut_bridge_config_default(void);

/// Starts in `setup`, or in `refused` without may_arm. Returns NULL, or which field of the
/// configuration is wrong and how (static text). [main]
const char *taut_bridge_init(taut_bridge *bridge, const taut_bridge_config *config, int64_t now_ns);

/// Takes a command. EREJECT when it is refused, counted and left without effect: then the last good
/// one grows old. [main]
taut_status taut_bridge_take_command(taut_bridge *bridge, int64_t now_ns,
                                     const taut_bridge_command *command);

/// Takes telemetry. A part with a value that is not finite or not possible is refused as a whole,
/// counted, and does not make the part fresh. Never makes a command fresh. [main]
void taut_bridge_take_telemetry(taut_bridge *bridge, int64_t now_ns,
                                const taut_bridge_telemetry *telemetry);

/// Counts one part that could not even be read (wrong length, NaN on the wire). [main]
void taut_bridge_reject_telemetry(taut_bridge *bridge, int64_t now_ns, int part);

/// Takes the drive's answer to a setup; answers to older questions are ignored. [main]
void taut_bridge_take_setup(taut_bridge *bridge, int64_t now_ns, const taut_bridge_setup *setup);

/// Counts an order that did not reach the transport. [main]
void taut_bridge_count_failed_send(taut_bridge *bridge, int64_t now_ns);

/// First step of arming. `code` is what the operator has to repeat; the caller draws it. EREJECT
/// with an event when arming is not possible now. [main]
taut_status taut_bridge_arm_request(taut_bridge *bridge, int64_t now_ns, uint32_t code);

/// Second step: the same code, not sooner than confirm_ns_min and not later than confirm_ns_max
/// after the request. A wrong one ends the request. EREJECT with an event. [main]
taut_status taut_bridge_arm_confirm(taut_bridge *bridge, int64_t now_ns, uint32_t code);

/// Takes the torque off on a ramp and disarms. [main]
void taut_bridge_disarm(taut_bridge *bridge, int64_t now_ns);

/// Leaves `latched`, or retries in `refused`. EREJECT while the drive still reports its fault (it
/// is asked to clear it) or in any other state. [main]
taut_status taut_bridge_acknowledge(taut_bridge *bridge, int64_t now_ns);

/// The peer is gone or another one has come: sequence numbers start anew; an armed bridge takes the
/// torque off and latches. [main]
void taut_bridge_reset_link(taut_bridge *bridge, int64_t now_ns);

/// Takes the torque off on a ramp and never gives any again; for every orderly end of the process.
/// [main]
void taut_bridge_stop(taut_bridge *bridge, int64_t now_ns);

/// True when no torque is ordered and none will be without arming. [any]
bool taut_bridge_is_safe(const taut_bridge *bridge);

/// Checks ages and limits at this time and says what to tell the drive. Called at least every 10
/// ms. [main]
void taut_bridge_step(taut_bridge *bridge, int64_t now_ns, taut_bridge_order *order);

/// Writes the outputs of the motor role. Only those of `is_measured` come from the drive; the truth
/// ports stay 0 and unmeasured. Both arrays have TAUT_MOTOR_OUT_COUNT entries. [main]
void taut_bridge_outputs(const taut_bridge *bridge, double *out, bool *is_measured);

/// Fetches the oldest event. False when there is none. [main]
bool taut_bridge_next_event(taut_bridge *bridge, taut_bridge_event *out);

/// Words for enums; static text, "unknown" for others. [any]
const char *taut_bridge_state_text(int state);
const char *taut_bridge_event_text(int id);
const char *taut_bridge_wrong_text(int reason);
const char *taut_bridge_not_text(int reason);

#endif
