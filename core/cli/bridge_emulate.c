#include "cli/bridge_emulate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "hil/bridge/can_socket.h"
#include "hil/bridge/can_wire.h"
#include "hil/bridge/emulator/odrive_emulator.h"
#include "hil/bridge/emulator/vesc_emulator.h"
#include "hil/socket.h"

#define STEP_NS INT64_C(1000000)

enum { CAN_BITS_PER_S = 500000 };

typedef struct emulated {
  const taut_bridge_emulation *with;
  taut_vesc_emulator vesc;
  taut_odrive_emulator odrive;
  taut_can_wire wire;
  taut_can_bus *station;  ///< the node on the wire that stands for who is connected
  int line;               ///< of a VESC: the inner end of its terminal device
  int outer;              ///< the other end, kept open so that a bridge may come and go
  int listener, client;   ///< of an ODrive's bus
  FILE *log;
} emulated;

static taut_drive_motor *motor_of(emulated *e) {
  return e->with->kind == TAUT_BRIDGE_VESC ? &e->vesc.motor : &e->odrive.motor;
}

// -------------------------------------------------------------------------------------------- VESC

static bool open_line(emulated *e) {
  char device[64];
  struct termios raw;
  if (openpty(&e->line, &e->outer, NULL, NULL, NULL) != 0) return false;
  if (tcgetattr(e->outer, &raw) != 0) return false;
  cfmakeraw(&raw);
  if (tcsetattr(e->outer, TCSANOW, &raw) != 0) return false;
  if (ttyname_r(e->outer, device, sizeof device) != 0) return false;
  fcntl(e->line, F_SETFL, O_NONBLOCK);
  struct stat there;
  // Only what an earlier emulator left is replaced.
  if (lstat(e->with->path, &there) == 0 && S_ISLNK(there.st_mode)) unlink(e->with->path);
  if (symlink(device, e->with->path) != 0) return false;
  taut_vesc_emulator_init(&e->vesc, taut_wall_ns());
  fprintf(stderr, "an emulated VESC is at %s (%s)\n", e->with->path, device);
  return true;
}

static void turn_line(emulated *e) {
  uint8_t bytes[1024];
  const ssize_t n = read(e->line, bytes, sizeof bytes);
  if (n > 0 && !e->vesc.faults.is_hung) taut_vesc_emulator_take(&e->vesc, bytes, (size_t)n);
  const size_t n_out = taut_vesc_emulator_give(&e->vesc, bytes, sizeof bytes);
  if (n_out == 0) return;
  const ssize_t n_sent = write(e->line, bytes, n_out);
  (void)n_sent;  // a line that nobody reads loses bytes, as it does
}

// ------------------------------------------------------------------------------------------ ODrive

static bool open_bus(emulated *e) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct stat there;
  errno = ENAMETOOLONG;
  if (strlen(e->with->path) >= sizeof address.sun_path) return false;
  memcpy(address.sun_path, e->with->path, strlen(e->with->path) + 1);
  if (lstat(e->with->path, &there) == 0 && S_ISSOCK(there.st_mode)) unlink(e->with->path);
  e->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (e->listener < 0) return false;
  if (bind(e->listener, (struct sockaddr *)&address, sizeof address) != 0) return false;
  if (listen(e->listener, 1) != 0) return false;
  taut_can_wire_init(&e->wire, CAN_BITS_PER_S);
  taut_can_wire_advance(&e->wire, taut_wall_ns());
  taut_can_bus *drive = taut_can_wire_join(&e->wire);
  e->station = taut_can_wire_join(&e->wire);
  taut_odrive_emulator_init(&e->odrive, TAUT_ODRIVE_0_6, e->with->node, drive, taut_wall_ns());
  fprintf(stderr, "an emulated ODrive is node %d of the bus at unix:%s\n", e->with->node,
          e->with->path);
  return true;
}

static void lose_client(emulated *e) {
  close(e->client);
  e->client = -1;
}

static void take_from_client(emulated *e) {
  struct can_frame raw;
  taut_can_frame frame;
  for (int i = 0; e->client >= 0 && i < 64; i++) {
    const ssize_t n = read(e->client, &raw, sizeof raw);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) lose_client(e);
    if (n <= 0) return;
    if (n == (ssize_t)sizeof raw && taut_can_socket_from(&raw, &frame)) {
      taut_can_send(e->station, &frame);
    }
  }
}

static void give_to_client(emulated *e) {
  taut_can_frame frame;
  while (taut_can_receive(e->station, &frame) == TAUT_OK) {
    const struct can_frame raw = taut_can_socket_to(&frame);
    if (e->client < 0) continue;
    const ssize_t n = write(e->client, &raw, sizeof raw);
    if (n < 0 && errno != EAGAIN) lose_client(e);
  }
}

/// One bridge at a time is on the bus.
static void turn_bus(emulated *e, int64_t now_ns) {
  if (e->client < 0) {
    e->client = accept4(e->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  }
  take_from_client(e);
  taut_can_wire_advance(&e->wire, now_ns);
  give_to_client(e);
}

// ------------------------------------------------------------------------------------------
// turning

static void write_log(emulated *e) {
  const taut_drive_motor *m = motor_of(e);
  const bool is_vesc = e->with->kind == TAUT_BRIDGE_VESC;
  if (e->log == NULL) return;
  fprintf(e->log, "%.6f,%.6g,%.6g,%d,%u\n", (double)m->now_ns * 1e-9, m->pmsm.torque_nm,
          m->pmsm.speed_rad_s, is_vesc ? e->vesc.has_timed_out : e->odrive.axis_state,
          is_vesc ? (unsigned)e->vesc.fault : e->odrive.axis_error);
}

/// In steps of a millisecond, so that a pause of this process does not blur what the drive did.
static void advance(emulated *e, int64_t now_ns) {
  const bool is_vesc = e->with->kind == TAUT_BRIDGE_VESC;
  int64_t *at_ns = is_vesc ? &e->vesc.now_ns : &e->odrive.now_ns;
  while (*at_ns + STEP_NS <= now_ns) {
    const int64_t next_ns = *at_ns + STEP_NS;
    if (is_vesc) taut_vesc_emulator_advance(&e->vesc, next_ns);
    if (!is_vesc) taut_odrive_emulator_advance(&e->odrive, next_ns);
    write_log(e);
  }
  if (e->log != NULL) fflush(e->log);
}

static void obey(emulated *e, const char *word) {
  const bool is_vesc = e->with->kind == TAUT_BRIDGE_VESC;
  const bool is_hung = strcmp(word, "hang") == 0;
  if (strcmp(word, "trip") == 0) {
    if (is_vesc) taut_vesc_emulator_trip(&e->vesc, TAUT_VESC_FAULT_OVER_VOLTAGE);
    if (!is_vesc) taut_odrive_emulator_trip(&e->odrive, TAUT_ODRIVE_0_6_OVER_VOLTAGE);
  } else if (is_hung || strcmp(word, "go") == 0) {
    e->vesc.faults.is_hung = e->odrive.faults.is_hung = is_hung;
  } else {
    fprintf(stderr, "words: trip (over-voltage), hang (answers no more), go\n");
  }
}

static void read_words(emulated *e, int *fd) {
  char words[256];
  struct pollfd item = {*fd, POLLIN, 0};
  if (*fd < 0 || poll(&item, 1, 0) <= 0) return;
  const ssize_t n = read(*fd, words, sizeof words - 1);
  if (n <= 0) {
    *fd = -1;
    return;
  }
  words[n] = '\0';
  char *rest = words, *word;
  while ((word = strsep(&rest, " \r\n")) != NULL) {
    if (*word != '\0') obey(e, word);
  }
}

static void run(emulated *e) {
  int words_fd = STDIN_FILENO;
  const bool is_vesc = e->with->kind == TAUT_BRIDGE_VESC;
  for (;;) {
    struct pollfd items[2] = {{e->with->stop_fd, POLLIN, 0},
                              {is_vesc ? e->line : e->client, POLLIN, 0}};
    poll(items, 2, 1);
    if (items[0].revents != 0) return;
    if (is_vesc) turn_line(e);
    if (!is_vesc) turn_bus(e, taut_wall_ns());
    advance(e, taut_wall_ns());
    if (is_vesc) turn_line(e);
    if (!is_vesc) turn_bus(e, taut_wall_ns());
    read_words(e, &words_fd);
  }
}

taut_status taut_bridge_emulate(const taut_bridge_emulation *emulation, char *error, size_t size) {
  // Large, and of one command that runs once.
  emulated *e = calloc(1, sizeof *e);
  if (e == NULL) return TAUT_ENOMEM;
  e->with = emulation;
  e->client = -1;
  if (emulation->log != NULL) e->log = fopen(emulation->log, "we");
  if (emulation->log != NULL && e->log == NULL) {
    snprintf(error, size, "%.300s cannot be written: %s", emulation->log, strerror(errno));
    free(e);
    return TAUT_EIO;
  }
  const bool is_open = emulation->kind == TAUT_BRIDGE_VESC ? open_line(e) : open_bus(e);
  if (!is_open) {
    snprintf(error, size, "%.300s cannot be made: %s", emulation->path, strerror(errno));
  } else {
    taut_drive_motor *motor = motor_of(e);
    motor->is_held = !emulation->is_free;
    motor->tension_n = emulation->tension_n;
    if (e->log != NULL) fprintf(e->log, "monotonic_s,torque_nm,speed_rad_s,state,fault\n");
    run(e);
    unlink(emulation->path);
  }
  if (e->log != NULL) fclose(e->log);
  free(e);
  return is_open ? TAUT_OK : TAUT_EIO;
}
