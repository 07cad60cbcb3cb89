/// Reading MCAP records from a file or from memory. Nothing that stands in the file is believed:
/// every length is checked against what is there.
#ifndef TAUT_TRACE_SOURCE_H
#define TAUT_TRACE_SOURCE_H

#include "trace/file.h"

/// Where the bytes of a trace come from.
typedef struct taut_trace_source {
  uint64_t size;
  /// Reads exactly `n` bytes at `offset`, which lie within `size`. EIO.
  taut_status (*read)(void *user, uint64_t offset, void *to, size_t n);
  void *user;
} taut_trace_source;

/// A block in memory; borrowed. [any]
taut_trace_source taut_trace_source_memory(const uint8_t *data, size_t size);
/// An open file, `fd` borrowed by address. EIO. [any]
taut_status taut_trace_source_fd(const int *fd, taut_trace_source *out);

/// A record of the file itself, not of a chunk.
typedef struct taut_mcap_item {
  uint8_t opcode;
  uint64_t offset;   ///< of its opcode
  uint64_t size;     ///< with opcode and length
  taut_cursor body;  ///< valid until the next call
} taut_mcap_item;

/// Reads records one after the other.
typedef struct taut_mcap_reader {
  taut_trace_source source;
  uint64_t offset;    ///< of the next record
  taut_bytes record;  ///< the last one, whole
  void *zstd;         ///< decompression context (owned)
} taut_mcap_reader;

/// Checks the magic at the start and stands behind it. EINVAL, EIO, ENOMEM.
taut_status taut_mcap_reader_init(taut_mcap_reader *reader, const taut_trace_source *source);
void taut_mcap_reader_fini(taut_mcap_reader *reader);

/// The next record. ENOTFOUND when what is left is no whole record, EIO, ENOMEM.
taut_status taut_mcap_read(taut_mcap_reader *reader, taut_mcap_item *out);

/// Takes a chunk apart, unpacks its records to `out` and checks their checksum, where it has one.
/// EINVAL (not a chunk, does not unpack, another checksum, unknown compression), ENOMEM.
taut_status taut_mcap_unpack(taut_mcap_reader *reader, taut_cursor body, taut_mcap_chunk *chunk,
                             taut_bytes *out);

/// The footer, from the end of the file. EINVAL when the file does not end in one.
typedef struct taut_mcap_footer {
  uint64_t summary_start, offsets_start;
  uint32_t crc;
} taut_mcap_footer;
taut_status taut_mcap_read_footer(const taut_trace_source *source, taut_mcap_footer *out);

#endif
