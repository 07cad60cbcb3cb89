/// Is a trace what was written, and what can be saved of one that is not.
#ifndef TAUT_TRACE_CHECK_H
#define TAUT_TRACE_CHECK_H

#include "trace/source.h"

/// What verify found.
typedef struct taut_trace_verdict {
  bool is_ok;
  char fault[256];  ///< the first fault, "at byte N: what"; "" when there is none
  uint64_t n_chunks, n_messages;
} taut_trace_verdict;

/// Reads every byte: checksums of chunks, data section and summary (all must be there), message
/// indexes against the messages, chunk indexes, statistics and offsets against what stands in the
/// file, nothing before or behind. Every single flipped bit is found. OK whenever there is a
/// verdict; EIO (could not be read), ENOMEM. Allocates. [main]
taut_status taut_trace_verify(const taut_trace_source *source, taut_trace_verdict *out);

/// The quick half of it: whether the file is whole and its data section and summary are what their
/// checksums say. Chunks are not unpacked; a reader compares their checksums as it goes. Checksums
/// that another writer left out are not asked for. `n_chunks` and `n_messages` stay 0. As
/// taut_trace_verify otherwise.
taut_status taut_trace_check(const taut_trace_source *source, taut_trace_verdict *out);

/// What recover saved.
typedef struct taut_trace_rescue {
  uint64_t n_chunks, n_messages;
  uint64_t n_damaged;   ///< chunks left out because they do not unpack
  uint64_t n_left_out;  ///< records of other kinds: attachments, messages outside chunks
  uint64_t bytes_lost;  ///< at the end of the file, of a record that is not whole
} taut_trace_rescue;

/// Writes a whole trace with every chunk of `source` that can be unpacked, its schemas, channels
/// and metadata. EINVAL (does not begin as MCAP), EIO, ENOMEM. Allocates. [main]
taut_status taut_trace_recover(const taut_trace_source *source, const taut_trace_sink *sink,
                               taut_trace_rescue *out);

#endif
