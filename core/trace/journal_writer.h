/// Writes the journal of a run: every message that a link of it sent or received, byte by byte, at
/// its tick, as MCAP. What a killed process has written can be read up to its last chunk, and a
/// chunk is cut by bytes and by simulated time.
#ifndef TAUT_TRACE_JOURNAL_WRITER_H
#define TAUT_TRACE_JOURNAL_WRITER_H

#include "taut/engine.h"
#include "trace/file.h"

enum {
  TAUT_JOURNAL_FORMAT = 1,                  ///< "format" of the metadata `taut.journal`
  TAUT_JOURNAL_LINKS_MAX = 16,              ///< links of one run
  TAUT_JOURNAL_MESSAGE_MAX = 1 << 20,       ///< longest message [bytes]
  TAUT_JOURNAL_CHUNK_BYTES = 256 << 10,     ///< a chunk is cut at the message that reaches this
  TAUT_JOURNAL_CHUNK_NS = TAUT_SECOND / 10  ///< or that is later than its first by this
};

/// Names of the metadata: what a journal is of, and the checks it was made with are as in a trace.
#define TAUT_JOURNAL_METADATA "taut.journal"

/// One message of a link.
typedef struct taut_journal_message {
  uint32_t i_link;       ///< in the order in which links were added
  bool is_answer;        ///< it came from the peer
  int64_t tick_ns;       ///< simulated time of the exchange, at least 0
  int64_t wall_ns;       ///< wall time since the journal began; of a run in lockstep `tick_ns`
  const uint8_t *bytes;  ///< as they crossed; borrowed
  size_t size;
} taut_journal_message;

typedef struct taut_journal_writer taut_journal_writer;

/// Begins a file. `schema` describes the messages ("taut.link.Message" of a FileDescriptorSet) and
/// is copied. A sink that fails shows at the next call that writes. ENOMEM. Allocates. [main]
taut_status taut_journal_writer_create(const taut_trace_sink *sink, const void *schema,
                                       size_t n_schema, taut_journal_writer **out);

/// Adds the next link; `name` is that of its role, `pairs` are kept with its channels. EFULL after
/// TAUT_JOURNAL_LINKS_MAX, EIO, ENOMEM. [main]
taut_status taut_journal_writer_link(taut_journal_writer *writer, const char *name,
                                     const taut_pair *pairs, size_t n_pairs);

/// Writes what the plan says, and from then on messages as well: those of handshakes wait for it.
/// EIO, ENOMEM. [main]
taut_status taut_journal_writer_plan(taut_journal_writer *writer, const taut_plan *plan,
                                     uint64_t seed, const char *scenario);

/// Takes down a message; its bytes are copied. A failure shows at taut_journal_writer_finish.
/// [step]
void taut_journal_writer_message(taut_journal_writer *writer, const taut_journal_message *message);

/// Writes what waits, and a metadata record behind it. EIO, ENOMEM. [main]
taut_status taut_journal_writer_note(taut_journal_writer *writer, const char *name,
                                     const taut_pair *pairs, size_t n_pairs);

/// Writes what waits and the summary. EIO, ENOMEM, EFULL (a message was too long) when anything is
/// missing: what stands before it can be read. [main]
taut_status taut_journal_writer_finish(taut_journal_writer *writer);

/// Accepts NULL; writes nothing. [main]
void taut_journal_writer_destroy(taut_journal_writer *writer);

#endif
