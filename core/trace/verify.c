#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/check.h"

/// A chunk as it was found, to be compared with its entry in the summary.
typedef struct found {
  uint64_t offset, size, first_ns, last_ns, n_indexes, n_packed, n_records;
  char compression[8];
} found;

typedef struct verifier {
  taut_mcap_reader reader;
  taut_trace_verdict *out;
  uint32_t crc;  ///< of everything so far
  found *chunks;
  size_t n_chunks;
  size_t i_indexed;  ///< chunks met in the summary so far
  // Of the last chunk: what its message indexes must say.
  taut_bytes records;
  taut_bytes expected;     ///< message index records, one behind the other
  size_t expected_at;      ///< how far they were met
  taut_mcap_file indexer;  ///< makes the indexes of a chunk anew
  taut_bytes rebuilt;      ///< what `indexer` wrote
  uint32_t n_schemas, n_channels, n_metadata, n_attachments;
} verifier;

/// Notes the first fault; always false.
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static bool
fault(verifier *v, uint64_t offset, const char *format, ...) {
  if (v->out->fault[0] != '\0') return false;
  int n = snprintf(v->out->fault, sizeof v->out->fault, "at byte %" PRIu64 ": ", offset);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(v->out->fault + n, sizeof v->out->fault - (size_t)n, format, arguments);
  va_end(arguments);
  return false;
}

static taut_status keep_bytes(void *user, const void *data, size_t size) {
  taut_bytes *bytes = user;
  taut_bytes_put(bytes, data, size);
  return bytes->has_failed ? TAUT_ENOMEM : TAUT_OK;
}

/// The message indexes that must follow this chunk.
static bool expect_indexes(verifier *v, const taut_mcap_chunk *chunk, uint64_t offset) {
  v->rebuilt.size = 0;
  taut_mcap_chunk copy = *chunk;
  taut_status status = taut_mcap_file_packed(&v->indexer, &copy, v->records.data);
  if (status != TAUT_OK) return fault(v, offset, "the chunk's records are not well formed");
  taut_cursor cursor = {.at = v->rebuilt.data, .left = v->rebuilt.size};
  taut_mcap_record record;
  if (!taut_mcap_next(&cursor, &record)) return fault(v, offset, "the chunk is empty");
  taut_cursor times = record.body;
  bool is_same =
      taut_cursor_u64(&times) == chunk->first_ns && taut_cursor_u64(&times) == chunk->last_ns;
  if (!is_same) return fault(v, offset, "the chunk's times are not those of its messages");
  v->expected.size = v->expected_at = 0;
  taut_bytes_put(&v->expected, cursor.at, cursor.left);
  return true;
}

static bool take_chunk(verifier *v, const taut_mcap_item *item) {
  taut_mcap_chunk chunk;
  if (v->expected_at != v->expected.size) return fault(v, item->offset, "message indexes lack");
  taut_status status = taut_mcap_unpack(&v->reader, item->body, &chunk, &v->records);
  if (status != TAUT_OK) {
    return fault(v, item->offset, "the chunk does not unpack to what its checksum says");
  }
  if (chunk.crc == 0 && chunk.size > 0) return fault(v, item->offset, "a chunk has no checksum");
  found *chunks = realloc(v->chunks, (v->n_chunks + 1) * sizeof *chunks);
  if (chunks == NULL) return fault(v, item->offset, "out of memory");
  v->chunks = chunks;
  found *at = &v->chunks[v->n_chunks++];
  *at = (found){.offset = item->offset,
                .size = item->size,
                .first_ns = chunk.first_ns,
                .last_ns = chunk.last_ns,
                .n_packed = chunk.n_packed,
                .n_records = chunk.size};
  memcpy(at->compression, chunk.compression, sizeof at->compression);
  return expect_indexes(v, &chunk, item->offset);
}

/// Message indexes come in any order in other people's files; ours come by channel.
static bool take_message_index(verifier *v, const taut_mcap_item *item) {
  const taut_bytes *record = &v->reader.record;
  size_t left = v->expected.size - v->expected_at;
  if (v->n_chunks == 0 || left < record->size ||
      memcmp(v->expected.data + v->expected_at, record->data, record->size) != 0) {
    return fault(v, item->offset, "a message index does not agree with its chunk");
  }
  v->expected_at += record->size;
  v->chunks[v->n_chunks - 1].n_indexes += item->size;
  return true;
}

static bool take_data_end(verifier *v, const taut_mcap_item *item) {
  taut_cursor body = item->body;
  uint32_t crc = taut_cursor_u32(&body);
  if (body.has_failed || body.left > 0) return fault(v, item->offset, "wrong end of data");
  if (v->expected_at != v->expected.size) return fault(v, item->offset, "message indexes lack");
  if (crc != v->crc)
    return fault(v, item->offset, "the data section is not what its checksum says");
  return true;
}

/// Everything up to the end of data.
static bool check_data(verifier *v, taut_status *status) {
  taut_mcap_item item;
  bool is_ok = true, is_first = true;
  v->crc = taut_mcap_crc(0, TAUT_MCAP_MAGIC, TAUT_MCAP_MAGIC_SIZE);
  while (is_ok) {
    uint64_t at = v->reader.offset;
    *status = taut_mcap_read(&v->reader, &item);
    if (*status == TAUT_ENOTFOUND) {
      *status = TAUT_OK;
      return fault(v, at, "the file is cut, or a length is wrong");
    }
    if (*status != TAUT_OK) return false;
    if (is_first != (item.opcode == TAUT_MCAP_HEADER)) return fault(v, at, "header out of place");
    is_first = false;
    switch (item.opcode) {
      case TAUT_MCAP_DATA_END: return take_data_end(v, &item);
      case TAUT_MCAP_FOOTER: return fault(v, at, "no end of data before the footer");
      case TAUT_MCAP_CHUNK: is_ok = take_chunk(v, &item); break;
      case TAUT_MCAP_MESSAGE_INDEX: is_ok = take_message_index(v, &item); break;
      case TAUT_MCAP_SCHEMA: v->n_schemas++; break;
      case TAUT_MCAP_CHANNEL: v->n_channels++; break;
      case TAUT_MCAP_METADATA: v->n_metadata++; break;
      case TAUT_MCAP_ATTACHMENT: v->n_attachments++; break;
      default: break;
    }
    v->crc = taut_mcap_crc(v->crc, v->reader.record.data, v->reader.record.size);
  }
  return false;
}

// ---------------------------------------------------------------------------------------- summary

static bool take_chunk_index(verifier *v, const taut_mcap_item *item) {
  taut_cursor body = item->body;
  if (v->i_indexed >= v->n_chunks) return fault(v, item->offset, "an index of no chunk");
  const found *at = &v->chunks[v->i_indexed++];
  bool is_same = taut_cursor_u64(&body) == at->first_ns;
  is_same = taut_cursor_u64(&body) == at->last_ns && is_same;
  is_same = taut_cursor_u64(&body) == at->offset && is_same;
  is_same = taut_cursor_u64(&body) == at->size && is_same;
  taut_cursor_block(&body);
  is_same = taut_cursor_u64(&body) == at->n_indexes && is_same;
  taut_cursor compression = taut_cursor_block(&body);
  is_same =
      is_same && compression.left == strlen(at->compression) &&
      (compression.left == 0 || memcmp(compression.at, at->compression, compression.left) == 0);
  is_same = taut_cursor_u64(&body) == at->n_packed && is_same;
  is_same = taut_cursor_u64(&body) == at->n_records && is_same;
  if (is_same && !body.has_failed) return true;
  return fault(v, item->offset, "a chunk index does not agree with its chunk");
}

static bool take_statistics(verifier *v, const taut_mcap_item *item) {
  taut_cursor body = item->body;
  bool is_same = taut_cursor_u64(&body) == v->indexer.n_messages;
  is_same = taut_cursor_u16(&body) == v->n_schemas && is_same;
  is_same = taut_cursor_u32(&body) == v->n_channels && is_same;
  is_same = taut_cursor_u32(&body) == v->n_attachments && is_same;
  is_same = taut_cursor_u32(&body) == v->n_metadata && is_same;
  is_same = taut_cursor_u32(&body) == v->n_chunks && is_same;
  if (is_same && !body.has_failed) return true;
  return fault(v, item->offset, "the statistics do not agree with the file");
}

/// The footer's checksum covers the summary and the footer up to itself.
static bool check_footer(verifier *v, uint64_t start, const taut_mcap_item *item, uint32_t crc) {
  const taut_bytes *record = &v->reader.record;
  taut_mcap_footer footer;
  uint64_t end = item->offset + item->size + TAUT_MCAP_MAGIC_SIZE;
  if (end != v->reader.source.size ||
      taut_mcap_read_footer(&v->reader.source, &footer) != TAUT_OK) {
    return fault(v, item->offset, "the file does not end with a footer");
  }
  if (footer.summary_start != start)
    return fault(v, item->offset, "the summary is not where the footer says");
  if (taut_mcap_crc(crc, record->data, record->size - 4) != footer.crc) {
    return fault(v, start, "the summary is not what its checksum says");
  }
  if (v->i_indexed != v->n_chunks) return fault(v, start, "chunks are missing in the summary");
  return true;
}

static bool check_summary(verifier *v, taut_status *status) {
  taut_mcap_item item;
  bool is_ok = true;
  uint32_t crc = 0;
  uint64_t start = v->reader.offset;
  while (is_ok) {
    uint64_t at = v->reader.offset;
    *status = taut_mcap_read(&v->reader, &item);
    if (*status == TAUT_ENOTFOUND) {
      *status = TAUT_OK;
      return fault(v, at, "the summary is cut, or a length is wrong");
    }
    if (*status != TAUT_OK) return false;
    if (item.opcode == TAUT_MCAP_FOOTER) return check_footer(v, start, &item, crc);
    if (item.opcode == TAUT_MCAP_CHUNK_INDEX) is_ok = take_chunk_index(v, &item);
    if (item.opcode == TAUT_MCAP_STATISTICS) is_ok = take_statistics(v, &item);
    crc = taut_mcap_crc(crc, v->reader.record.data, v->reader.record.size);
  }
  return false;
}

taut_status taut_trace_verify(const taut_trace_source *source, taut_trace_verdict *out) {
  *out = (taut_trace_verdict){0};
  verifier v = {.out = out};
  taut_status status = taut_mcap_reader_init(&v.reader, source);
  if (status == TAUT_OK) {
    const taut_trace_sink sink = {keep_bytes, &v.rebuilt};
    status = taut_mcap_file_begin(&v.indexer, &sink, 1);
  }
  if (status == TAUT_OK) out->is_ok = check_data(&v, &status) && check_summary(&v, &status);
  if (status == TAUT_EINVAL) {
    status = TAUT_OK;
    fault(&v, 0, "this is no MCAP file");
  }
  out->n_chunks = v.n_chunks;
  out->n_messages = v.indexer.n_messages;
  taut_mcap_reader_fini(&v.reader);
  taut_mcap_file_fini(&v.indexer);
  taut_bytes_fini(&v.records);
  taut_bytes_fini(&v.expected);
  taut_bytes_fini(&v.rebuilt);
  free(v.chunks);
  return status;
}
