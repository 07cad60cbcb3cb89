#include "taut_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "taut_link_host.h"

enum {
  FRAME_MAX = 4 << 20,  // a longer one costs its sender the connection [bytes]
  MESSAGES_MAX = 1000,  // between two looks at clock and signals
  FLUSH_MS = 100        // for the goodbye to leave
};

// Takes one message off the socket; false when there is none. It has an taut_sender and one frame.
static bool receive_one(taut_host *host, void *socket) {
  taut_sender from;
  zmq_msg_t frame;
  int more;
  int n = zmq_recv(socket, from.bytes, sizeof from.bytes, ZMQ_DONTWAIT);
  if (n < 0) return false;
  from.size = (size_t)n < sizeof from.bytes ? (size_t)n : sizeof from.bytes;
  size_t more_size = sizeof more;
  zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &more_size);
  zmq_msg_init(&frame);
  bool is_whole = more && zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0 && !zmq_msg_more(&frame);
  while (zmq_msg_more(&frame) && zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0) continue;
  if (is_whole) {
    taut_host_receive(host, &from, zmq_msg_data(&frame), zmq_msg_size(&frame));
  } else {
    taut_host_refuse_frames(host);
  }
  zmq_msg_close(&frame);
  return true;
}

// An ipc address may have a file left by one who is gone, but not one in use: libzmq would take
// either. NULL, or what speaks against it.
static const char *judge_path(const char *path) {
  struct stat info;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (path[0] != '/' || strlen(path) >= sizeof address.sun_path)
    return "ipc:// wants an absolute path, such as ipc:///tmp/controller";
  if (stat(path, &info) != 0) return NULL;
  if (!S_ISSOCK(info.st_mode)) return "that file exists and is no socket";
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool is_used = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  if (fd >= 0) close(fd);
  return is_used ? "another process listens there" : NULL;
}

static const char *judge_endpoint(const char *endpoint) {
  char text[16];
  struct in_addr address;
  if (strncmp(endpoint, "ipc://", 6) == 0) return judge_path(endpoint + 6);
  int n = strncmp(endpoint, "tcp://", 6) == 0 ? (int)strcspn(endpoint + 6, ":") : 0;
  snprintf(text, sizeof text, "%.*s", n, n > 0 ? endpoint + 6 : "");
  if (n > 15 || inet_pton(AF_INET, text, &address) != 1 || ntohl(address.s_addr) >> 24 != 127)
    return "an address is ipc:///PATH or tcp://127.0.0.1:PORT; to reach it from another machine "
           "forward the port with ssh -L";
  return NULL;
}

static bool set(void *socket, int option, int value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static void *open_socket(void *context, const taut_peer *peer, const char *endpoint) {
  const int64_t frame_max = FRAME_MAX;
  const char *why = judge_endpoint(endpoint);
  if (why != NULL) {
    taut_host_say(peer, "%s: %s", endpoint, why);
    return NULL;
  }
  void *socket = context != NULL ? zmq_socket(context, ZMQ_ROUTER) : NULL;
  // Mandatory: to send to somebody who is gone is an error.
  bool is_ready = socket != NULL && set(socket, ZMQ_LINGER, FLUSH_MS) &&
                  set(socket, ZMQ_ROUTER_MANDATORY, 1) &&
                  zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max) == 0;
  mode_t mask = umask(0077);
  is_ready = is_ready && zmq_bind(socket, endpoint) == 0;
  int error = errno;
  umask(mask);
  if (is_ready) {
    taut_host_say(peer, "%s listens on %s", peer->role, endpoint);
    return socket;
  }
  taut_host_say(peer, "cannot listen on %s: %s", endpoint, zmq_strerror(error));
  if (socket != NULL) zmq_close(socket);
  return NULL;
}

// ----------------------------------------------------------------------------------------- serve

static bool send_frame(void *socket, const taut_sender *to, const void *bytes, size_t size) {
  return zmq_send(socket, to->bytes, to->size, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
         zmq_send(socket, bytes, size, ZMQ_DONTWAIT) >= 0;
}

static void serve(taut_host *host, void *socket, int stop_fd) {
  zmq_pollitem_t items[] = {{.socket = socket, .events = ZMQ_POLLIN},
                            {.fd = stop_fd, .events = ZMQ_POLLIN}};
  while (items[1].revents == 0) {
    int wait_ms = taut_host_advance(host);
    zmq_poll(items, 2, wait_ms);
    taut_host_advance(host);
    // A flood of messages keeps neither the clock nor the signals waiting.
    for (int i = 0; i < MESSAGES_MAX && receive_one(host, socket); i++) continue;
  }
}

int taut_peer_serve(const taut_peer *peer, const char *endpoint) {
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  // Before the threads of libzmq begin, for they have the mask of this one.
  pthread_sigmask(SIG_BLOCK, &stop, &before);
  int stop_fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
  void *context = zmq_ctx_new();
  void *socket = stop_fd >= 0 ? open_socket(context, peer, endpoint) : NULL;
  taut_host *host = socket != NULL ? taut_host_create(peer, send_frame, socket) : NULL;
  if (host != NULL) serve(host, socket, stop_fd);
  taut_host_destroy(host);
  if (socket != NULL) {
    zmq_close(socket);
    if (strncmp(endpoint, "ipc://", 6) == 0) unlink(endpoint + 6);
  }
  if (context != NULL) zmq_ctx_term(context);
  // The signals that ended it were for it alone.
  struct signalfd_siginfo info;
  while (stop_fd >= 0 && read(stop_fd, &info, sizeof info) > 0) continue;
  if (stop_fd >= 0) close(stop_fd);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return host != NULL ? 0 : 1;
}
