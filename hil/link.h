/// One connection of the harness to a peer: handshake, then one exchange after another. What does
/// not belong to the exchange under way is refused and counted, and changes nothing.
#ifndef TAUT_HIL_LINK_H
#define TAUT_HIL_LINK_H

#include "hil/histogram.h"
#include "hil/socket.h"
#include "hil/tape.h"
#include "hil/wire.h"
#include "taut/engine.h"

/// Wall time after which a silent peer is dead [ns].
#define TAUT_LINK_SILENCE_NS (2 * TAUT_SECOND)

/// Why a message was refused.
#define TAUT_REFUSAL_MAP(X)                         \
  X(MALFORMED, "malformed")                         \
  X(OVERSIZED, "too long")                          \
  X(FOREIGN, "of another session")                  \
  X(REPEATED, "late, repeated or replayed")         \
  X(AHEAD, "ahead of its turn")                     \
  X(UNEXPECTED, "not the kind that was waited for") \
  X(UNTIMELY, "for another time or instance")

typedef enum taut_refusal {
#define TAUT_REFUSAL_ENUM(name, text) TAUT_REFUSAL_##name,
  TAUT_REFUSAL_MAP(TAUT_REFUSAL_ENUM)
#undef TAUT_REFUSAL_ENUM
      TAUT_REFUSAL_COUNT
} taut_refusal;

const char *taut_refusal_text(taut_refusal refusal);

/// "3 malformed, 1 too long" of the counts, "" when all are 0. [any]
void taut_refusals_text(const uint64_t counts[TAUT_REFUSAL_COUNT], char *text, size_t size);

typedef struct taut_link {
  taut_endpoint endpoint;
  char role[64];
  uint32_t n_ticks;  ///< periods of one exchange
  bool is_live;      ///< the wall clock paces both sides
  taut_socket *socket;
  taut_wire wire;            ///< of exchanges
  taut_wire welcome;         ///< holds `table` as long as the link
  Taut__Link__Table *table;  ///< the peer's ports
  char software[64];         ///< what the peer says it is
  uint64_t session, sequence;
  uint64_t n_exchanges;
  uint64_t n_refused[TAUT_REFUSAL_COUNT];
  taut_histogram trips;      ///< round-trip times of steps
  int64_t last_ns;           ///< simulated time of the last exchange that was answered
  const taut_log_sink *log;  ///< may be NULL
  const taut_tape *tape;     ///< may be NULL
  uint32_t i_tape;           ///< which link of the tape this is
  bool is_broken;            ///< no further exchange: see `trouble`
  char trouble[512];         ///< why it could not be opened, or broke; "" while it works
} taut_link;

/// Connects and shakes hands for `n_ticks` periods per exchange, waiting up to 2 s for a peer to
/// listen or to become free. EIO with `trouble` set. The link is to be closed in any case. Starts
/// threads. [main]
taut_status taut_link_open(taut_link *link, const taut_endpoint *endpoint, const char *role,
                           uint32_t n_ticks, bool is_live, const taut_log_sink *log);

/// The same with a tape, of which this is link `i_tape`: what crosses is written to it or, when it
/// is one to read, played from it. Then no connection is made, and `endpoint` is only named in
/// messages. The tape is borrowed until close. [main]
taut_status taut_link_open_taped(taut_link *link, const taut_endpoint *endpoint, const char *role,
                                 uint32_t n_ticks, bool is_live, const taut_log_sink *log,
                                 const taut_tape *tape, uint32_t i_tape);

/// Ends the session, so that the peer is free when this returns, and closes the connection. A peer
/// that does not answer is waited for a fifth of a second. [main]
void taut_link_close(taut_link *link);

/// Sends a request (its body, tick and instance; session and sequence are filled in) and waits for
/// the answer, at most TAUT_LINK_SILENCE_NS of wall time. The answer is valid until the next
/// exchange. EIO when there is none, EFAULT when the peer says that it is broken, both with
/// `trouble` set and the link broken from then on; EREJECT with the peer's reason in `trouble`.
/// [step]
taut_status taut_link_exchange(taut_link *link, taut_message *request, Taut__Link__Answer **out);

#endif
