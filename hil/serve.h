/// The peer's side of links: a model behind a session. Bytes come in with who sent them, bytes go
/// out through a function; sockets and clocks are the caller's.
///
/// One harness at a time holds the device, from Hello to Terminate or Goodbye. It loses it when its
/// connection is gone, or when another one asks after it was silent for TAUT_SERVE_HOLD_NS.
#ifndef TAUT_HIL_SERVE_H
#define TAUT_HIL_SERVE_H

#include <stdbool.h>

#include "hil/black_box.h"
#include "hil/hardware.h"
#include "hil/link.h"

/// Silence after which a harness loses the device to the next one [ns].
#define TAUT_SERVE_HOLD_NS (5 * TAUT_SECOND)
/// Time between two looks whether the harness that holds the device is still connected [ns].
#define TAUT_SERVE_LOOK_NS (TAUT_SECOND / 2)

typedef struct taut_serve taut_serve;

/// What a serve needs of its surroundings.
typedef struct taut_serve_port {
  /// Sends bytes; false when the receiver is not connected any more or does not take them.
  bool (*send)(void *user, const taut_identity *to, const void *bytes, size_t size);
  /// One line for the log.
  void (*log)(void *user, taut_log_level level, const char *text);
  void *user;
} taut_serve_port;

/// `model` is borrowed until destroy. ENOMEM. Allocates.
taut_status taut_serve_create(const taut_model *model, const taut_serve_port *port,
                              taut_serve **out);
/// Ends a session with a goodbye that says `why`, then frees everything. NULL is fine.
void taut_serve_destroy(taut_serve *serve, const char *why);

/// Makes it a live device: its instances run on the wall clock (live.h). `box` is borrowed until
/// destroy and may be NULL. To be called before the first message. ENOMEM. [main]
taut_status taut_serve_go_live(taut_serve *serve, taut_black_box *box);

/// Of a live device: its one instance is hardware with this model, borrowed until destroy. To be
/// called before the first message. [main]
void taut_serve_use_hardware(taut_serve *serve, const taut_hardware *hardware);

/// Of a live device: makes what is due, to be called about every millisecond. A second after a
/// session has ended, however it ended, the instances go. EIO: its hardware is gone. [main]
taut_status taut_serve_advance(taut_serve *serve, int64_t now_ns);

/// Handles one message at wall time `now_ns`. Whatever the bytes are, the outcome is an answer or a
/// refusal. [main]
void taut_serve_receive(taut_serve *serve, const taut_identity *from, const void *bytes,
                        size_t size, int64_t now_ns);
/// Counts a message that was not one frame.
void taut_serve_refuse(taut_serve *serve, taut_refusal refusal);

/// Looks whether the holder is still connected; to be called at least every TAUT_SERVE_LOOK_NS.
void taut_serve_look(taut_serve *serve, int64_t now_ns);

bool taut_serve_is_held(const taut_serve *serve);
/// Refused messages so far, by kind.
const uint64_t *taut_serve_refused(const taut_serve *serve);

#endif
