/// A role of Taut in a process of its own, in C: describe a peer, then taut_peer_serve() it.
///
///   cc my_controller.c $(pkg-config --cflags --libs taut_link) -o my_controller
///
/// leak_controller.c beside this file is a whole controller, docs/links.md the protocol. The
/// library does handshake, sequence numbers, several ticks per exchange, one harness at a time, and
/// refuses what is out of turn. It needs libzmq and libprotobuf-c, which do not show here, and
/// Linux.
///
/// In lockstep an instance is stepped when the harness asks. Under `taut run --live` it free-runs:
/// from its reset on it is stepped by the wall clock with the newest inputs, whether or not more
/// come, and for a second after its harness has gone. So a peer that moves something watches the
/// inputs that count (`heartbeat_seq`) and unloads by itself when they stand still.
///
/// There is one thread: a peer's functions are called from within taut_peer_serve().
#ifndef TAUT_LINK_H
#define TAUT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The ports of one instance, valid during one call of a peer's function.
typedef struct taut_io taut_io;

/// What an instance is and does. Borrowed while it is served.
typedef struct taut_peer {
  const char *role;     ///< that it fills: "controller"
  const char *name;     ///< [a-z][a-z0-9_]*
  const char *version;  ///< "1.0"
  int64_t period_ns;    ///< between two steps [ns]; 0: the role's usual one
  size_t state_bytes;   ///< of each instance; zeros are its start
  /// Takes the inputs; the state moves one period on.
  void (*step)(void *state, taut_io *io);
  /// Sets the outputs from the state and the inputs of the last step (zeros before the first one).
  /// Those left out have the initial value of their port.
  void (*output)(const void *state, taut_io *io);
} taut_peer;

/// Serves one harness after the other at `endpoint` until SIGINT or SIGTERM, and says on stderr who
/// comes, who goes and what was refused. `endpoint` is ipc:///absolute/path (the file is for its
/// owner alone) or tcp://127.0.0.1:PORT; addresses beyond this machine are refused. Returns 0 when
/// a signal ended it, 1 after an error, which stderr names. Both signals are blocked for the
/// calling thread meanwhile. Allocates.
int taut_peer_serve(const taut_peer *peer, const char *endpoint);

// A port goes by its name in two parts: "left_" and "load_n", or "" and "command". Values are in SI
// units; a bool is 0 or 1, an enum the index of its label (docs/roles.md). A port that the role
// does not have makes the peer broken, which ends the run with an error that names the port. No
// function allocates.

/// An input; of an array the first value.
double taut_io_get(taut_io *io, const char *prefix, const char *name);

/// Whether an input that is an enum has the value with this label.
bool taut_io_is(taut_io *io, const char *prefix, const char *name, const char *label);

/// Whether an input is another than in the step before (than 0, in the first one).
bool taut_io_has_changed(taut_io *io, const char *prefix, const char *name);

/// All values of an input, `*count` of them; NULL when there is no such port.
const double *taut_io_array(taut_io *io, const char *prefix, const char *name, size_t *count);

/// An output and its value, for TAUT_IO_SET.
typedef struct taut_io_value {
  const char *name;
  double value;
} taut_io_value;

/// Sets outputs, whose names all begin with `prefix`; of arrays the first value. Only in output().
void taut_io_set(taut_io *io, const char *prefix, const taut_io_value *values, size_t n);

/// TAUT_IO_SET(io, "left_", {"speed_m_s", v}, {"position_m", x});  In C only.
#define TAUT_IO_SET(io, prefix, ...)                                \
  taut_io_set((io), (prefix), (const taut_io_value[]){__VA_ARGS__}, \
              sizeof((const taut_io_value[]){__VA_ARGS__}) / sizeof(taut_io_value))

/// Sets an output that is an enum to the value with this label. Only in output().
void taut_io_set_label(taut_io *io, const char *prefix, const char *name, const char *label);

/// All values of an output, to be written; NULL when there is no such port. Only in output().
double *taut_io_set_array(taut_io *io, const char *prefix, const char *name, size_t *count);

/// Simulated time of the step or of the outputs [ns].
int64_t taut_io_tick_ns(const taut_io *io);

/// Says that the peer is broken: the harness ends the run with this text. The first text counts.
void taut_io_fail(taut_io *io, const char *text);

#ifdef __cplusplus
}
#endif

#endif
