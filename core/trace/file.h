/// An MCAP file while it grows: chunks with their indexes, checksums, and the summary at the end.
#ifndef TAUT_TRACE_FILE_H
#define TAUT_TRACE_FILE_H

#include "trace/mcap.h"

/// Where the bytes of a trace go. `write` takes all of them or fails; it is called from the thread
/// that owns the file.
typedef struct taut_trace_sink {
  taut_status (*write)(void *user, const void *data, size_t size);
  void *user;
} taut_trace_sink;

/// A sink that writes to a descriptor; `user` points to it. EIO. [any]
taut_status taut_trace_sink_fd(void *user, const void *data, size_t size);

/// Messages of one channel within a chunk, and in all.
typedef struct taut_mcap_count {
  uint64_t n_total;
  uint32_t n_chunk;
  uint32_t first;  ///< of its entries in the chunk's index
} taut_mcap_count;

/// Everything the summary needs, as it comes to pass. One thread at a time.
typedef struct taut_mcap_file {
  taut_trace_sink sink;
  int level;        ///< of zstd
  void *zstd;       ///< compression context (owned)
  uint64_t offset;  ///< bytes written
  uint32_t crc;     ///< of all bytes written
  bool has_failed;  ///< a write failed or memory ran out: nothing is written any more
  taut_bytes schemas, channels, chunk_indexes, metadata_indexes;
  taut_bytes block;    ///< what is written next
  taut_bytes entries;  ///< index of a chunk
  taut_mcap_count *counts;
  uint32_t n_counts;  ///< by channel id
  uint32_t n_schemas, n_channels, n_metadata, n_chunks;
  uint64_t n_messages, first_ns, last_ns;
} taut_mcap_file;

/// A chunk in parts; the compressed bytes are borrowed.
typedef struct taut_mcap_chunk {
  uint64_t first_ns, last_ns;
  uint64_t size;  ///< of the records
  uint32_t crc;   ///< of the records
  char compression[8];
  const uint8_t *packed;
  uint64_t n_packed;
} taut_mcap_chunk;

/// Writes the magic and the header. ENOMEM, EIO. Allocates.
taut_status taut_mcap_file_begin(taut_mcap_file *file, const taut_trace_sink *sink, int level);
/// Writes records of schemas, channels and metadata as they are, and notes them for the summary.
taut_status taut_mcap_file_records(taut_mcap_file *file, const uint8_t *records, size_t size);
/// Compresses whole message records to a chunk and writes it with its indexes. EINVAL (not whole
/// records), EIO, ENOMEM.
taut_status taut_mcap_file_chunk(taut_mcap_file *file, const uint8_t *records, size_t size);
/// The same for a chunk that is compressed already; `records` is what it unpacks to.
taut_status taut_mcap_file_packed(taut_mcap_file *file, const taut_mcap_chunk *packed,
                                  const uint8_t *records);
/// Writes the end of data, summary, offsets and footer. EIO, ENOMEM.
taut_status taut_mcap_file_end(taut_mcap_file *file);
void taut_mcap_file_fini(taut_mcap_file *file);

/// One record of a block, without its head.
typedef struct taut_mcap_record {
  uint8_t opcode;
  taut_cursor body;
} taut_mcap_record;

/// The next record of a block; false at the end, and when it is not whole (has_failed).
bool taut_mcap_next(taut_cursor *records, taut_mcap_record *out);

#endif
