// SocketCAN behind the interface of can_bus.h.
#include "hil/bridge/can_socket.h"

#include <errno.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct can_frame taut_can_socket_to(const taut_can_frame *frame) {
  struct can_frame raw;
  memset(&raw, 0, sizeof raw);
  raw.can_id = frame->id | (frame->is_extended ? CAN_EFF_FLAG : 0) |
               (frame->is_remote ? CAN_RTR_FLAG : 0) | (frame->is_error ? CAN_ERR_FLAG : 0);
  raw.can_dlc = frame->length;
  memcpy(raw.data, frame->data, sizeof raw.data);
  return raw;
}

bool taut_can_socket_from(const struct can_frame *raw, taut_can_frame *out) {
  if (raw->can_dlc > 8) return false;
  *out = (taut_can_frame){.is_extended = (raw->can_id & CAN_EFF_FLAG) != 0,
                          .is_remote = (raw->can_id & CAN_RTR_FLAG) != 0,
                          .is_error = (raw->can_id & CAN_ERR_FLAG) != 0,
                          .length = raw->can_dlc};
  const uint32_t mask = out->is_error || out->is_extended ? CAN_EFF_MASK : CAN_SFF_MASK;
  out->id = raw->can_id & mask;
  if (!out->is_remote) memcpy(out->data, raw->data, raw->can_dlc);
  return true;
}

taut_can_state taut_can_socket_state(const struct can_frame *raw, taut_can_state state) {
  if ((raw->can_id & CAN_ERR_FLAG) == 0) return state;
  if (raw->can_id & CAN_ERR_BUSOFF) return TAUT_CAN_BUS_OFF;
  if (raw->can_id & CAN_ERR_RESTARTED) return TAUT_CAN_ACTIVE;
  if ((raw->can_id & CAN_ERR_CRTL) == 0 || raw->can_dlc < 2) return state;
  const uint8_t detail = raw->data[1];
  if (detail & (CAN_ERR_CRTL_RX_PASSIVE | CAN_ERR_CRTL_TX_PASSIVE)) return TAUT_CAN_PASSIVE;
  if (detail & (CAN_ERR_CRTL_RX_WARNING | CAN_ERR_CRTL_TX_WARNING)) return TAUT_CAN_WARNING;
#ifdef CAN_ERR_CRTL_ACTIVE
  if (detail & CAN_ERR_CRTL_ACTIVE) return TAUT_CAN_ACTIVE;
#endif
  return state;
}

static taut_status socket_send(taut_can_bus *bus, const taut_can_frame *frame) {
  const struct can_frame raw = taut_can_socket_to(frame);
  const ssize_t n = write(bus->descriptor, &raw, sizeof raw);
  if (n == (ssize_t)sizeof raw) {
    bus->status.sent++;
    return TAUT_OK;
  }
  return n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR) ? TAUT_EFULL : TAUT_EIO;
}

static void learn(taut_can_bus *bus, const struct can_frame *raw) {
  const taut_can_state state = taut_can_socket_state(raw, bus->status.state);
  if (state == TAUT_CAN_BUS_OFF && bus->status.state != state) bus->status.bus_offs++;
  bus->status.state = state;
  bus->status.error_frames++;
}

static taut_status socket_receive(taut_can_bus *bus, taut_can_frame *frame) {
  for (;;) {
    struct can_frame raw;
    const ssize_t n = read(bus->descriptor, &raw, sizeof raw);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return TAUT_ENOTFOUND;
    if (n <= 0) return TAUT_EIO;
    if (n != (ssize_t)sizeof raw || !taut_can_socket_from(&raw, frame)) {
      bus->status.lost++;
      continue;
    }
    if (frame->is_error) {
      learn(bus, &raw);
    } else {
      bus->status.received++;
    }
    return TAUT_OK;
  }
}

// Linux restarts by the interface's restart-ms, or by an administrator's "ip link set can0 type can
// restart"; a socket cannot.
static taut_status socket_restart(taut_can_bus *bus) {
  (void)bus;
  return TAUT_EREJECT;
}

static void socket_close(taut_can_bus *bus) {
  close(bus->descriptor);
  free(bus);
}

static const taut_can_ops socket_ops = {socket_send, socket_receive, socket_restart, socket_close};

static taut_status bind_to(int fd, const char *name) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  if (strlen(name) >= sizeof request.ifr_name) return TAUT_ENOTFOUND;
  memcpy(request.ifr_name, name, strlen(name));
  if (ioctl(fd, SIOCGIFINDEX, &request) != 0) return TAUT_ENOTFOUND;
  const can_err_mask_t errors = CAN_ERR_MASK;
  if (setsockopt(fd, SOL_CAN_RAW, CAN_RAW_ERR_FILTER, &errors, sizeof errors) != 0) return TAUT_EIO;
  // The least queue there is: a frame that waits for a busy bus is an old torque when it leaves.
  const int queue_bytes = 1;
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &queue_bytes, sizeof queue_bytes) != 0) return TAUT_EIO;
  struct sockaddr_can address;
  memset(&address, 0, sizeof address);
  address.can_family = AF_CAN;
  address.can_ifindex = request.ifr_ifindex;
  return bind(fd, (struct sockaddr *)&address, sizeof address) == 0 ? TAUT_OK : TAUT_EIO;
}

taut_status taut_can_socket_adopt(int descriptor, taut_can_bus **out) {
  taut_can_bus *bus = calloc(1, sizeof *bus);
  if (!bus) return TAUT_ENOMEM;
  bus->ops = &socket_ops;
  bus->descriptor = descriptor;
  *out = bus;
  return TAUT_OK;
}

taut_status taut_can_socket_open(const char *name, taut_can_bus **out) {
  const int fd = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
  if (fd < 0) return TAUT_EIO;
  taut_status status = bind_to(fd, name);
  if (status == TAUT_OK) status = taut_can_socket_adopt(fd, out);
  if (status != TAUT_OK) {
    const int why = errno;
    close(fd);
    errno = why;
  }
  return status;
}

taut_status taut_can_socket_connect(const char *path, taut_can_bus **out) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  errno = ENAMETOOLONG;
  if (strlen(path) >= sizeof address.sun_path) return TAUT_EIO;
  memcpy(address.sun_path, path, strlen(path) + 1);
  const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return TAUT_EIO;
  taut_status status = TAUT_OK;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    status = errno == ENOENT || errno == ECONNREFUSED ? TAUT_ENOTFOUND : TAUT_EIO;
  }
  if (status == TAUT_OK) status = taut_can_socket_adopt(fd, out);
  if (status != TAUT_OK) {
    const int why = errno;
    close(fd);
    errno = why;
  }
  return status;
}
