// Serial lines of Linux.
#include "hil/bridge/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { BACKLOG_MAX = 64 };  // bytes; 6 ms at 115200 baud

static const struct {
  int baud;
  speed_t speed;
} rates[] = {{9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},
             {115200, B115200}, {230400, B230400}, {460800, B460800}, {921600, B921600}};

static bool find_rate(int baud, speed_t *speed) {
  for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
    if (rates[i].baud != baud) continue;
    *speed = rates[i].speed;
    return true;
  }
  return false;
}

static taut_status serial_read(taut_byte_stream *stream, uint8_t *bytes, size_t n, size_t *n_read) {
  *n_read = 0;
  const ssize_t got = read(stream->descriptor, bytes, n);
  if (got > 0) *n_read = (size_t)got;
  if (got >= 0) return TAUT_OK;
  return errno == EAGAIN || errno == EINTR ? TAUT_OK : TAUT_EIO;
}

// Sends what an earlier frame left; a frame is never cut by the next one.
static taut_status send_rest(taut_serial *serial) {
  if (serial->n_rest == 0) return TAUT_OK;
  const ssize_t sent = write(serial->stream.descriptor, serial->rest, serial->n_rest);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? TAUT_EFULL : TAUT_EIO;
  serial->n_rest -= (size_t)sent;
  memmove(serial->rest, serial->rest + sent, serial->n_rest);
  return serial->n_rest == 0 ? TAUT_OK : TAUT_EFULL;
}

// What waits in the kernel reaches the drive later, also when this process is dead by then. So a
// line that does not keep up gets no more: a torque has to arrive now or not at all.
static bool is_backed_up(int fd) {
  int n_waiting = 0;
  return ioctl(fd, TIOCOUTQ, &n_waiting) == 0 && n_waiting > BACKLOG_MAX;
}

static taut_status serial_write(taut_byte_stream *stream, const uint8_t *bytes, size_t n) {
  taut_serial *serial = (taut_serial *)stream;
  const taut_status status = send_rest(serial);
  if (status != TAUT_OK) return status;
  if (is_backed_up(stream->descriptor)) return TAUT_EFULL;
  const ssize_t sent = write(stream->descriptor, bytes, n);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? TAUT_EFULL : TAUT_EIO;
  const size_t left = n - (size_t)sent;
  if (left > sizeof serial->rest) return TAUT_EIO;
  memcpy(serial->rest, bytes + sent, left);
  serial->n_rest = left;
  return TAUT_OK;
}

static void serial_close(taut_byte_stream *stream) {
  close(stream->descriptor);
  stream->descriptor = -1;
}

static taut_status prepare(int fd, speed_t speed) {
  struct termios line;
  if (tcgetattr(fd, &line) != 0) return errno == ENOTTY ? TAUT_EINVAL : TAUT_EIO;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return TAUT_EREJECT;
  cfmakeraw(&line);
  line.c_cflag |= CLOCAL | CREAD;
  line.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
  line.c_cc[VMIN] = 0;
  line.c_cc[VTIME] = 0;
  cfsetispeed(&line, speed);
  cfsetospeed(&line, speed);
  if (tcsetattr(fd, TCSANOW, &line) != 0) return TAUT_EIO;
  return tcflush(fd, TCIOFLUSH) == 0 ? TAUT_OK : TAUT_EIO;
}

taut_status taut_serial_open(taut_serial *serial, const char *path, int baud) {
  speed_t speed;
  if (!find_rate(baud, &speed)) return TAUT_EINVAL;
  const int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return TAUT_EIO;
  const taut_status status = prepare(fd, speed);
  if (status != TAUT_OK) {
    const int why = errno;
    close(fd);
    errno = why;
    return status;
  }
  *serial = (taut_serial){.stream = {serial_read, serial_write, serial_close, fd}};
  return TAUT_OK;
}
