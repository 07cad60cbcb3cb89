#include "trace/source.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

/// A chunk that claims to unpack to more than this is refused.
#define CHUNK_BYTES_MAX (UINT64_C(1) << 28)

static taut_status read_memory(void *user, uint64_t offset, void *to, size_t n) {
  memcpy(to, (const uint8_t *)user + offset, n);
  return TAUT_OK;
}

taut_trace_source taut_trace_source_memory(const uint8_t *data, size_t size) {
  return (taut_trace_source){.size = size, .read = read_memory, .user = (void *)data};
}

static taut_status read_fd(void *user, uint64_t offset, void *to, size_t n) {
  const int *fd = user;
  uint8_t *at = to;
  while (n > 0) {
    ssize_t got = pread(*fd, at, n, (off_t)offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return TAUT_EIO;
    at += got;
    offset += (uint64_t)got;
    n -= (size_t)got;
  }
  return TAUT_OK;
}

taut_status taut_trace_source_fd(const int *fd, taut_trace_source *out) {
  struct stat info;
  if (fstat(*fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size < 0) return TAUT_EIO;
  *out = (taut_trace_source){
      .size = (uint64_t)info.st_size, .read = read_fd, .user = (void *)(uintptr_t)fd};
  return TAUT_OK;
}

taut_status taut_mcap_reader_init(taut_mcap_reader *reader, const taut_trace_source *source) {
  *reader = (taut_mcap_reader){.source = *source, .offset = TAUT_MCAP_MAGIC_SIZE};
  uint8_t magic[TAUT_MCAP_MAGIC_SIZE];
  if (source->size < sizeof magic) return TAUT_EINVAL;
  taut_status status = source->read(source->user, 0, magic, sizeof magic);
  if (status != TAUT_OK) return status;
  if (memcmp(magic, TAUT_MCAP_MAGIC, sizeof magic) != 0) return TAUT_EINVAL;
  reader->zstd = ZSTD_createDCtx();
  return reader->zstd != NULL ? TAUT_OK : TAUT_ENOMEM;
}

void taut_mcap_reader_fini(taut_mcap_reader *reader) {
  taut_bytes_fini(&reader->record);
  ZSTD_freeDCtx(reader->zstd);
  *reader = (taut_mcap_reader){0};
}

taut_status taut_mcap_read(taut_mcap_reader *reader, taut_mcap_item *out) {
  const taut_trace_source *source = &reader->source;
  uint8_t head[TAUT_MCAP_HEAD_SIZE];
  uint64_t left = source->size - reader->offset;
  if (left < sizeof head) return TAUT_ENOTFOUND;
  taut_status status = source->read(source->user, reader->offset, head, sizeof head);
  if (status != TAUT_OK) return status;
  taut_cursor cursor = {.at = head + 1, .left = 8};
  uint64_t n = taut_cursor_u64(&cursor);
  if (n > left - sizeof head) return TAUT_ENOTFOUND;
  reader->record.size = 0;
  if (n > SIZE_MAX - sizeof head || !taut_bytes_reserve(&reader->record, (size_t)n + sizeof head)) {
    reader->record.has_failed = false;
    return TAUT_ENOMEM;
  }
  memcpy(reader->record.data, head, sizeof head);
  status = source->read(source->user, reader->offset + sizeof head,
                        reader->record.data + sizeof head, (size_t)n);
  if (status != TAUT_OK) return status;
  reader->record.size = (size_t)n + sizeof head;
  *out = (taut_mcap_item){.opcode = head[0],
                          .offset = reader->offset,
                          .size = n + sizeof head,
                          .body = {.at = reader->record.data + sizeof head, .left = (size_t)n}};
  reader->offset += out->size;
  return TAUT_OK;
}

static bool unpack_zstd(taut_mcap_reader *reader, const taut_mcap_chunk *chunk, taut_bytes *out) {
  size_t n = ZSTD_decompressDCtx(reader->zstd, out->data, (size_t)chunk->size, chunk->packed,
                                 (size_t)chunk->n_packed);
  return !ZSTD_isError(n) && n == chunk->size;
}

taut_status taut_mcap_unpack(taut_mcap_reader *reader, taut_cursor body, taut_mcap_chunk *chunk,
                             taut_bytes *out) {
  *chunk = (taut_mcap_chunk){0};
  chunk->first_ns = taut_cursor_u64(&body);
  chunk->last_ns = taut_cursor_u64(&body);
  chunk->size = taut_cursor_u64(&body);
  chunk->crc = taut_cursor_u32(&body);
  taut_cursor compression = taut_cursor_block(&body);
  taut_cursor packed = taut_cursor_block64(&body);
  if (body.has_failed || body.left > 0 || compression.left >= sizeof chunk->compression ||
      chunk->size > CHUNK_BYTES_MAX) {
    return TAUT_EINVAL;
  }
  if (compression.left > 0) memcpy(chunk->compression, compression.at, compression.left);
  chunk->packed = packed.at;
  chunk->n_packed = packed.left;
  out->size = 0;
  if (!taut_bytes_reserve(out, (size_t)chunk->size + 1)) {
    out->has_failed = false;
    return TAUT_ENOMEM;
  }
  if (strcmp(chunk->compression, "zstd") == 0) {
    if (!unpack_zstd(reader, chunk, out)) return TAUT_EINVAL;
  } else if (chunk->compression[0] == '\0' && packed.left == chunk->size) {
    if (packed.left > 0) memcpy(out->data, packed.at, packed.left);
  } else {
    return TAUT_EINVAL;
  }
  out->size = (size_t)chunk->size;
  bool is_same = chunk->crc == 0 || taut_mcap_crc(0, out->data, out->size) == chunk->crc;
  return is_same ? TAUT_OK : TAUT_EINVAL;
}

taut_status taut_mcap_read_footer(const taut_trace_source *source, taut_mcap_footer *out) {
  uint8_t raw[TAUT_MCAP_HEAD_SIZE + TAUT_MCAP_FOOTER_SIZE + TAUT_MCAP_MAGIC_SIZE];
  if (source->size < sizeof raw + TAUT_MCAP_MAGIC_SIZE) return TAUT_EINVAL;
  taut_status status = source->read(source->user, source->size - sizeof raw, raw, sizeof raw);
  if (status != TAUT_OK) return status;
  taut_cursor cursor = {.at = raw, .left = sizeof raw};
  bool is_footer = taut_cursor_u8(&cursor) == TAUT_MCAP_FOOTER &&
                   taut_cursor_u64(&cursor) == TAUT_MCAP_FOOTER_SIZE;
  out->summary_start = taut_cursor_u64(&cursor);
  out->offsets_start = taut_cursor_u64(&cursor);
  out->crc = taut_cursor_u32(&cursor);
  is_footer = is_footer && memcmp(cursor.at, TAUT_MCAP_MAGIC, TAUT_MCAP_MAGIC_SIZE) == 0 &&
              out->summary_start <= source->size - sizeof raw &&
              out->offsets_start <= source->size - sizeof raw;
  return is_footer ? TAUT_OK : TAUT_EINVAL;
}
