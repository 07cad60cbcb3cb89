/// `taut bridge`: a real drive behind a link, as the motor of live runs.
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/bridge_config.h"
#include "cli/bridge_emulate.h"
#include "cli/serving.h"
#include "hil/bridge/can_socket.h"
#include "hil/bridge_peer.h"
#include "hil/serve_loop.h"
#include "hil/socket.h"

static const taut_option options[] = {
    {"serial", '\0', "DEVICE", "of a VESC: its line, such as /dev/ttyACM0"},
    {"can", '\0', "IF",
     "of an ODrive: its CAN interface, such as can0, or unix:PATH of an emulator"},
    {"node", '\0', "N", "of an ODrive: its node id, 0 to 63"},
    {"config", '\0', "FILE",
     "the machine: limits and scaling ('taut bridge config vesc' makes one)"},
    {"listen", '\0', "ENDPOINT", "where: ipc:///tmp/motor or tcp://127.0.0.1:5555"},
    {"arm", '\0', NULL, "let a person at this terminal arm the drive; without it nothing actuates"},
    {"log", '\0', "FILE", "keep what the drive did in FILE, as CSV"},
    {"keys", '\0', "FILE", "this side's keys: then other machines may connect (see taut keys)"},
    {"allow", '\0', "PUBKEY|FILE", "who may, with --keys (repeatable)"},
    {"quiet", 'q', NULL, "log warnings and errors only"},
    {"free", '\0', NULL, "of emulate: nobody holds the spool"},
    {"tension", '\0', "N", "of emulate: newtons of the cable on the free spool"},
    {NULL, '\0', NULL, NULL},
};

/// Everything of one bridge; large, so it is not on the stack.
static struct {
  taut_bridge_machine machine;
  taut_bridge_device device;
  taut_bridge_desk desk;
  taut_bridge_peer peer;
  taut_hardware hardware;
  bool is_quiet;
} all;

/// A processor when it needs one, if the system lets it. Memory that comes later may be moved out:
/// a bound on locked memory would end the process.
static bool ask_for_pace(void) {
  const struct sched_param first = {.sched_priority = 10};
  mlockall(MCL_CURRENT);
  return sched_setscheduler(0, SCHED_RR, &first) == 0;
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0};

// --------------------------------------------------------------------------------------- emulation

static bool read_kind(const char *word, taut_bridge_kind *kind) {
  *kind = strcmp(word, "odrive") == 0 ? TAUT_BRIDGE_ODRIVE : TAUT_BRIDGE_VESC;
  return *kind == TAUT_BRIDGE_ODRIVE || strcmp(word, "vesc") == 0;
}

/// The path of --can unix:PATH, or NULL.
static const char *unix_path(const taut_arguments *arguments) {
  const char *can = taut_arguments_value(arguments, "can");
  return can != NULL && strncmp(can, "unix:", 5) == 0 && can[5] != '\0' ? can + 5 : NULL;
}

static int emulate(const taut_verb *verb, const taut_arguments *arguments, taut_bridge_kind kind) {
  char error[512];
  int64_t node = 0;
  const char *tension = taut_arguments_value(arguments, "tension");
  char *end = NULL;
  taut_bridge_emulation with = {.kind = kind,
                                .path = kind == TAUT_BRIDGE_VESC
                                            ? taut_arguments_value(arguments, "serial")
                                            : unix_path(arguments),
                                .is_free = taut_arguments_has(arguments, "free"),
                                .tension_n = tension != NULL ? strtod(tension, &end) : 0.0,
                                .log = taut_arguments_value(arguments, "log")};
  if (with.path == NULL) {
    return taut_usage(verb, kind == TAUT_BRIDGE_VESC
                                ? "name the device to make, such as --serial /tmp/vesc"
                                : "name the bus to make, such as --can unix:/tmp/bus");
  }
  if (tension != NULL && (end == tension || *end != '\0' || !(with.tension_n >= 0.0) ||
                          with.tension_n > 5000.0 || !with.is_free)) {
    return taut_usage(verb, "--tension is 0 to 5000 newtons and goes with --free");
  }
  if (taut_arguments_integer(arguments, "node", 0, 63, &node, error, sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  with.node = (int)node;
  with.stop_fd = taut_serving_stop_signals(stop_signals);
  ask_for_pace();  // a drive is never busy elsewhere
  if (taut_bridge_emulate(&with, error, sizeof error) == TAUT_OK) return TAUT_EXIT_OK;
  fprintf(stderr, "taut bridge: %s\n", error);
  return TAUT_EXIT_OWN_FAULT;
}

// ----------------------------------------------------------------------------------------- opening

static int fail_open(const char *where, const char *why, bool has_errno) {
  fprintf(stderr, "taut bridge: %s: %s%s%s\n", where, why, has_errno ? ": " : "",
          has_errno ? strerror(errno) : "");
  return TAUT_EXIT_OWN_FAULT;
}

static int open_vesc(const taut_arguments *arguments) {
  const char *path = taut_arguments_value(arguments, "serial"), *why = NULL;
  const taut_status status =
      taut_bridge_device_open_vesc(&all.device, path, all.machine.baud, &all.machine.vesc,
                                   &all.machine.bridge, taut_wall_ns(), &why);
  return status == TAUT_OK ? TAUT_EXIT_OK : fail_open(path, why, status == TAUT_EIO);
}

static int open_odrive(const taut_arguments *arguments) {
  const char *name = taut_arguments_value(arguments, "can"), *why = NULL;
  const char *path = unix_path(arguments);
  taut_can_bus *bus = NULL;
  const taut_status found =
      path != NULL ? taut_can_socket_connect(path, &bus) : taut_can_socket_open(name, &bus);
  if (found == TAUT_ENOTFOUND) {
    return fail_open(name,
                     path != NULL ? "nobody listens there; 'taut bridge emulate' does"
                                  : "there is no such interface; 'ip link' lists them",
                     false);
  }
  if (found != TAUT_OK && errno == EAFNOSUPPORT)
    return fail_open(name, "this kernel has no CAN; 'sudo modprobe can_raw' may bring it", false);
  if (found != TAUT_OK) return fail_open(name, "cannot be opened", true);
  if (taut_bridge_device_open_odrive(&all.device, bus, &all.machine.odrive, &all.machine.bridge,
                                     taut_wall_ns(), &why) == TAUT_OK)
    return TAUT_EXIT_OK;
  return fail_open(name, why, false);
}

// ----------------------------------------------------------------------------------------- running

static void tell_start(bool may_arm) {
  char text[256];
  if (all.machine.n_unverified > 0) {
    snprintf(text, sizeof text, "numbers of the machine that nobody has verified: %zu",
             all.machine.n_unverified);
    taut_serving_log(&all.is_quiet, TAUT_LOG_WARN, text);
  }
  taut_serving_log(
      &all.is_quiet, TAUT_LOG_INFO,
      may_arm ? "disarmed; type arm to begin, help for more"
              : "started without --arm: reads telemetry and never actuates; status shows it");
}

static void tell_end(void) {
  const taut_bridge_counters *n = &all.device.bridge.counters;
  const uint64_t *refused = n->commands_rejected;
  uint64_t n_refused = 0;
  char text[256];
  for (int i = 0; i < TAUT_BRIDGE_WRONG_COUNT; i++) n_refused += refused[i];
  // A link that is faster than its controller repeats commands; that is nothing wrong.
  n_refused -= refused[TAUT_BRIDGE_WRONG_REPEATED];
  snprintf(text, sizeof text,
           "commands: %" PRIu64 " taken, %" PRIu64 " repeated, %" PRIu64 " refused, %" PRIu64
           " clamped; telemetry: %" PRIu64 " parts taken, %" PRIu64
           " refused; orders lost: %" PRIu64,
           n->commands, refused[TAUT_BRIDGE_WRONG_REPEATED], n_refused, n->commands_clamped,
           n->telemetry, n->telemetry_rejected, n->sends_failed);
  taut_serving_log(&all.is_quiet, TAUT_LOG_INFO, text);
}

/// Serves a device that is open.
static int serve(taut_serve_options *serving, bool may_arm) {
  all.desk = (taut_bridge_desk){.device = &all.device,
                                .spool_radius_m = all.machine.spool_radius_m,
                                .doubts = all.machine.doubts,
                                .fd = STDIN_FILENO,
                                .print = taut_serving_print};
  // Without a terminal nobody arms, and nobody looks at telemetry.
  taut_bridge_peer_init(&all.peer, &all.device, isatty(STDIN_FILENO) ? &all.desk : NULL,
                        taut_wall_ns());
  all.peer.log = taut_serving_log;
  all.peer.user = &all.is_quiet;
  all.hardware = taut_bridge_peer_hardware(&all.peer);
  serving->model = all.hardware.model;
  serving->hardware = &all.hardware;
  tell_start(may_arm);
  const taut_status status = taut_serve_run(serving);
  taut_bridge_device_close(&all.device, taut_wall_ns());
  tell_end();
  if (status == TAUT_EREJECT) return TAUT_EXIT_USAGE;
  return status == TAUT_OK ? TAUT_EXIT_OK : TAUT_EXIT_OWN_FAULT;
}

/// Ctrl-Z and reading in the background would stop a process that holds a cable.
static void ignore_signals(void) {
  signal(SIGTSTP, SIG_IGN);
  signal(SIGTTIN, SIG_IGN);
  signal(SIGTTOU, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

static int run_device(const taut_verb *verb, const taut_arguments *arguments, taut_bridge_kind kind,
                      taut_serve_options *serving) {
  const bool may_arm = taut_arguments_has(arguments, "arm");
  all.machine.bridge.may_arm = may_arm;
  ignore_signals();
  serving->stop_fd = taut_serving_stop_signals(stop_signals);
  if (serving->stop_fd < 0) {
    fprintf(stderr, "taut bridge: signals cannot be caught: %s\n", strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  if (may_arm && !isatty(STDIN_FILENO)) {
    return taut_usage(verb, "--arm needs a terminal: a person has to type what it shows");
  }
  int exit_status = kind == TAUT_BRIDGE_VESC ? open_vesc(arguments) : open_odrive(arguments);
  if (exit_status != TAUT_EXIT_OK) return exit_status;
  if (!ask_for_pace()) {
    taut_serving_log(&all.is_quiet, TAUT_LOG_INFO,
                     "runs at ordinary priority: a busy machine may make it late, and then it "
                     "releases the cable");
  }
  return serve(serving, may_arm);
}

/// What a kind of drive cannot do without.
static int check_device(const taut_verb *verb, const taut_arguments *arguments,
                        taut_bridge_kind kind) {
  char error[1024];
  const char *config = taut_arguments_value(arguments, "config");
  int64_t node = -1;
  if (kind == TAUT_BRIDGE_VESC && taut_arguments_value(arguments, "serial") == NULL)
    return taut_usage(verb, "--serial is missing, such as --serial /dev/ttyACM0");
  if (kind == TAUT_BRIDGE_ODRIVE && taut_arguments_value(arguments, "can") == NULL)
    return taut_usage(verb, "--can is missing, such as --can can0");
  if (taut_arguments_integer(arguments, "node", 0, 63, &node, error, sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  if (kind == TAUT_BRIDGE_ODRIVE && node < 0)
    return taut_usage(verb, "--node is missing: the node id of the drive, 0 to 63");
  if (config == NULL) {
    return taut_usage(verb,
                      "--config is missing: 'taut bridge config %s > machine.conf' writes a file "
                      "to begin with",
                      kind == TAUT_BRIDGE_VESC ? "vesc" : "odrive");
  }
  if (taut_bridge_machine_read(config, kind, &all.machine, error, sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  all.machine.odrive.node = (int)node;
  return TAUT_EXIT_OK;
}

static int run_bridge_kind(const taut_verb *verb, const taut_arguments *arguments,
                           taut_bridge_kind kind) {
  char error[512];
  const char *listen = taut_arguments_value(arguments, "listen");
  all.is_quiet = taut_arguments_has(arguments, "quiet");
  taut_serve_options serving = {.is_live = true,
                                .black_box = taut_arguments_value(arguments, "log"),
                                .log = taut_serving_log,
                                .user = &all.is_quiet};
  int exit_status = check_device(verb, arguments, kind);
  if (exit_status != TAUT_EXIT_OK) return exit_status;
  if (listen == NULL)
    return taut_usage(verb, "--listen is missing, such as --listen ipc:///tmp/motor");
  const bool has_keys = taut_arguments_has(arguments, "keys");
  if (taut_endpoint_parse_listen(listen, has_keys, &serving.endpoint, error, sizeof error) !=
      TAUT_OK)
    return taut_usage(verb, "--listen %s: %s", listen, error);
  taut_credentials credentials = {0};
  exit_status = taut_serving_credentials(verb, arguments, &credentials);
  if (has_keys) serving.endpoint.credentials = &credentials;
  if (exit_status == TAUT_EXIT_OK) exit_status = run_device(verb, arguments, kind, &serving);
  taut_credentials_fini(&credentials);
  return exit_status;
}

static int run_bridge(const taut_verb *verb, const taut_arguments *arguments) {
  const char *first = arguments->n_words > 0 ? arguments->words[0] : "";
  const char *second = arguments->n_words > 1 ? arguments->words[1] : "";
  const bool is_emulate = strcmp(first, "emulate") == 0, is_config = strcmp(first, "config") == 0;
  taut_bridge_kind kind;
  if (!read_kind(is_emulate || is_config ? second : first, &kind)) {
    return taut_usage(verb, "say which drive: vesc or odrive%s",
                      is_emulate || is_config ? "" : ", or emulate or config with one of them");
  }
  if (arguments->n_words > (is_emulate || is_config ? 2 : 1)) {
    return taut_usage(verb, "'%s' is one word too many",
                      arguments->words[is_emulate || is_config ? 2 : 1]);
  }
  if (is_emulate) return emulate(verb, arguments, kind);
  if (!is_config) return run_bridge_kind(verb, arguments, kind);
  taut_bridge_machine_print(kind, stdout);
  return TAUT_EXIT_OK;
}

const taut_verb taut_verb_bridge = {
    .name = "bridge",
    .summary = "put a real drive behind a link, as the motor of live runs",
    .usage =
        "taut bridge vesc --serial DEVICE --config FILE --listen ENDPOINT [--arm] [--log FILE]\n"
        "       taut bridge odrive --can IF --node N --config FILE --listen ENDPOINT [--arm]\n"
        "       taut bridge config vesc|odrive\n"
        "       taut bridge emulate vesc --serial PATH | odrive --can unix:PATH --node N",
    .examples =
        "  taut bridge config vesc > machine.conf   # then put your machine's numbers in\n"
        "  taut bridge vesc --serial /dev/ttyACM0 --config machine.conf --listen ipc:///tmp/motor\n"
        "  taut bridge odrive --can can0 --node 3 --config machine.conf --listen ipc:///tmp/motor "
        "\\\n"
        "    --arm --log post-mortem.csv\n"
        "  taut run my_bench.lua --live --with left.motor=ipc:///tmp/motor\n"
        "  taut bridge emulate vesc --serial /tmp/vesc   # no hardware: try it on this\n",
    .notes =
        "Without --arm it reads telemetry and never actuates. With it a person at its terminal "
        "arms\n"
        "the drive in two steps, each time anew; whatever ends a session disarms. Signals end it "
        "on\n"
        "a ramp. docs/bridges.md has wiring, limits, faults and what the drive does by itself.\n",
    .options = options,
    .run = run_bridge,
};
