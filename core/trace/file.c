#include "trace/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

taut_status taut_trace_sink_fd(void *user, const void *data, size_t size) {
  const int *fd = user;
  const uint8_t *at = data;
  while (size > 0) {
    ssize_t n = write(*fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return TAUT_EIO;
    at += n;
    size -= (size_t)n;
  }
  return TAUT_OK;
}

bool taut_mcap_next(taut_cursor *records, taut_mcap_record *out) {
  if (records->has_failed || records->left == 0) return false;
  out->opcode = taut_cursor_u8(records);
  out->body = taut_cursor_block64(records);
  return !records->has_failed;
}

/// Writes the block that was put together, and empties it.
static taut_status flush_block(taut_mcap_file *file) {
  taut_bytes *block = &file->block;
  if (block->has_failed) file->has_failed = true;
  if (!file->has_failed && block->size > 0) {
    if (file->sink.write(file->sink.user, block->data, block->size) != TAUT_OK) {
      file->has_failed = true;
    } else {
      file->crc = taut_mcap_crc(file->crc, block->data, block->size);
      file->offset += block->size;
    }
  }
  block->size = 0;
  return file->has_failed ? TAUT_EIO : TAUT_OK;
}

taut_status taut_mcap_file_begin(taut_mcap_file *file, const taut_trace_sink *sink, int level) {
  *file = (taut_mcap_file){.sink = *sink, .level = level};
  file->zstd = ZSTD_createCCtx();
  if (file->zstd == NULL) return TAUT_ENOMEM;
  taut_bytes_put(&file->block, TAUT_MCAP_MAGIC, TAUT_MCAP_MAGIC_SIZE);
  taut_mcap_put_header(&file->block, "", "taut");
  return flush_block(file);
}

void taut_mcap_file_fini(taut_mcap_file *file) {
  ZSTD_freeCCtx(file->zstd);
  taut_bytes_fini(&file->schemas);
  taut_bytes_fini(&file->channels);
  taut_bytes_fini(&file->chunk_indexes);
  taut_bytes_fini(&file->metadata_indexes);
  taut_bytes_fini(&file->block);
  taut_bytes_fini(&file->entries);
  free(file->counts);
  *file = (taut_mcap_file){0};
}

static void note_metadata(taut_mcap_file *file, taut_mcap_record record, uint64_t offset) {
  char *name = taut_cursor_text(&record.body);
  size_t mark = taut_mcap_open(&file->metadata_indexes, TAUT_MCAP_METADATA_INDEX);
  taut_bytes_u64(&file->metadata_indexes, offset);
  taut_bytes_u64(&file->metadata_indexes, 0);
  taut_bytes_text(&file->metadata_indexes, name != NULL ? name : "");
  taut_mcap_close(&file->metadata_indexes, mark);
  file->n_metadata++;
  free(name);
}

taut_status taut_mcap_file_records(taut_mcap_file *file, const uint8_t *records, size_t size) {
  taut_cursor cursor = {.at = records, .left = size};
  taut_mcap_record record;
  for (;;) {
    size_t at = size - cursor.left;
    if (!taut_mcap_next(&cursor, &record)) break;
    size_t n = size - cursor.left - at;
    if (record.opcode == TAUT_MCAP_SCHEMA) {
      taut_bytes_put(&file->schemas, records + at, n);
      file->n_schemas++;
    } else if (record.opcode == TAUT_MCAP_CHANNEL) {
      taut_bytes_put(&file->channels, records + at, n);
      file->n_channels++;
    } else if (record.opcode == TAUT_MCAP_METADATA) {
      taut_bytes *indexes = &file->metadata_indexes;
      size_t mark = indexes->size;
      note_metadata(file, record, file->offset + at);
      if (!indexes->has_failed) {
        taut_store_u64(indexes->data + mark + TAUT_MCAP_HEAD_SIZE + 8, (uint64_t)n);
      }
    } else {
      return TAUT_EINVAL;
    }
  }
  if (cursor.has_failed) return TAUT_EINVAL;
  taut_bytes_put(&file->block, records, size);
  return flush_block(file);
}

// ----------------------------------------------------------------------------------------- chunks

static bool reserve_counts(taut_mcap_file *file, uint32_t channel) {
  if (channel < file->n_counts) return true;
  uint32_t n = channel + 16;
  taut_mcap_count *counts = realloc(file->counts, n * sizeof *counts);
  if (counts == NULL) return false;
  memset(counts + file->n_counts, 0, (n - file->n_counts) * sizeof *counts);
  file->counts = counts;
  file->n_counts = n;
  return true;
}

/// Counts messages per channel and finds the first and last time.
static taut_status survey(taut_mcap_file *file, taut_cursor records, taut_mcap_chunk *chunk,
                          uint64_t *n_out) {
  taut_mcap_record record;
  uint64_t n_messages = 0;
  for (uint32_t i = 0; i < file->n_counts; i++) file->counts[i].n_chunk = 0;
  chunk->first_ns = chunk->last_ns = 0;
  while (taut_mcap_next(&records, &record)) {
    if (record.opcode != TAUT_MCAP_MESSAGE) continue;
    uint16_t channel = taut_cursor_u16(&record.body);
    taut_cursor_u32(&record.body);
    uint64_t at_ns = taut_cursor_u64(&record.body);
    if (record.body.has_failed) return TAUT_EINVAL;
    if (!reserve_counts(file, channel)) return TAUT_ENOMEM;
    file->counts[channel].n_chunk++;
    if (n_messages == 0 || at_ns < chunk->first_ns) chunk->first_ns = at_ns;
    if (n_messages == 0 || at_ns > chunk->last_ns) chunk->last_ns = at_ns;
    n_messages++;
  }
  *n_out = n_messages;
  return records.has_failed ? TAUT_EINVAL : TAUT_OK;
}

/// Fills `file->entries`: for each channel in turn, time and place of its messages.
static taut_status index_messages(taut_mcap_file *file, const uint8_t *records, size_t size,
                                  uint64_t n_messages) {
  taut_bytes *entries = &file->entries;
  entries->size = 0;
  if (n_messages > SIZE_MAX / 16 || !taut_bytes_reserve(entries, (size_t)n_messages * 16)) {
    return TAUT_ENOMEM;
  }
  uint32_t first = 0;
  for (uint32_t i = 0; i < file->n_counts; i++) {
    file->counts[i].first = first;
    first += file->counts[i].n_chunk;
  }
  taut_cursor cursor = {.at = records, .left = size};
  taut_mcap_record record;
  for (;;) {
    size_t at = size - cursor.left;
    if (!taut_mcap_next(&cursor, &record)) break;
    if (record.opcode != TAUT_MCAP_MESSAGE) continue;
    uint16_t channel = taut_cursor_u16(&record.body);
    taut_cursor_u32(&record.body);
    uint64_t at_ns = taut_cursor_u64(&record.body);
    uint8_t *to = entries->data + (size_t)file->counts[channel].first++ * 16;
    taut_store_u64(taut_store_u64(to, at_ns), at);
  }
  return TAUT_OK;
}

static void put_chunk_index(taut_mcap_file *file, const taut_mcap_chunk *chunk, uint64_t n_record,
                            const taut_bytes *offsets, uint64_t n_indexes) {
  taut_bytes *out = &file->chunk_indexes;
  size_t mark = taut_mcap_open(out, TAUT_MCAP_CHUNK_INDEX);
  taut_bytes_u64(out, chunk->first_ns);
  taut_bytes_u64(out, chunk->last_ns);
  taut_bytes_u64(out, file->offset);
  taut_bytes_u64(out, n_record);
  taut_bytes_block(out, offsets->data, offsets->size);
  taut_bytes_u64(out, n_indexes);
  taut_bytes_text(out, chunk->compression);
  taut_bytes_u64(out, chunk->n_packed);
  taut_bytes_u64(out, chunk->size);
  taut_mcap_close(out, mark);
}

/// Writes a finished chunk record, which is all of `file->block`, and its message indexes.
static taut_status finish_chunk(taut_mcap_file *file, const taut_mcap_chunk *chunk,
                                uint64_t n_messages) {
  taut_bytes *block = &file->block, offsets = {0};
  size_t n_record = block->size;
  size_t first = 0;
  for (uint32_t i = 0; i < file->n_counts; i++) {
    uint32_t n = file->counts[i].n_chunk;
    if (n == 0) continue;
    taut_bytes_u16(&offsets, (uint16_t)i);
    taut_bytes_u64(&offsets, file->offset + block->size);
    size_t mark = taut_mcap_open(block, TAUT_MCAP_MESSAGE_INDEX);
    taut_bytes_u16(block, (uint16_t)i);
    taut_bytes_block(block, file->entries.data + first * 16, (size_t)n * 16);
    taut_mcap_close(block, mark);
    first += n;
  }
  put_chunk_index(file, chunk, n_record, &offsets, block->size - n_record);
  bool has_failed = offsets.has_failed;
  taut_bytes_fini(&offsets);
  if (has_failed) file->has_failed = true;
  if (flush_block(file) != TAUT_OK) return TAUT_EIO;
  for (uint32_t i = 0; i < file->n_counts; i++) file->counts[i].n_total += file->counts[i].n_chunk;
  if (n_messages > 0) {
    bool is_first = file->n_messages == 0;
    if (is_first || chunk->first_ns < file->first_ns) file->first_ns = chunk->first_ns;
    if (is_first || chunk->last_ns > file->last_ns) file->last_ns = chunk->last_ns;
  }
  file->n_messages += n_messages;
  file->n_chunks++;
  return TAUT_OK;
}

static taut_status begin_chunk(taut_mcap_file *file, taut_mcap_chunk *chunk, const uint8_t *records,
                               uint64_t *n_messages) {
  if (file->has_failed) return TAUT_EIO;
  const taut_cursor cursor = {.at = records, .left = (size_t)chunk->size};
  taut_status status = survey(file, cursor, chunk, n_messages);
  if (status == TAUT_OK) status = index_messages(file, records, (size_t)chunk->size, *n_messages);
  if (status != TAUT_OK) return status;
  taut_mcap_open(&file->block, TAUT_MCAP_CHUNK);
  taut_bytes_u64(&file->block, chunk->first_ns);
  taut_bytes_u64(&file->block, chunk->last_ns);
  taut_bytes_u64(&file->block, chunk->size);
  taut_bytes_u32(&file->block, chunk->crc);
  taut_bytes_text(&file->block, chunk->compression);
  return file->block.has_failed ? TAUT_ENOMEM : TAUT_OK;
}

taut_status taut_mcap_file_chunk(taut_mcap_file *file, const uint8_t *records, size_t size) {
  taut_mcap_chunk chunk = {.size = size, .compression = "zstd"};
  uint64_t n_messages;
  chunk.crc = taut_mcap_crc(0, records, size);
  taut_status status = begin_chunk(file, &chunk, records, &n_messages);
  if (status != TAUT_OK) return status;
  taut_bytes *block = &file->block;
  size_t bound = ZSTD_compressBound(size), mark = block->size;
  if (!taut_bytes_reserve(block, bound + 8)) {
    file->has_failed = true;
    return TAUT_ENOMEM;
  }
  size_t n =
      ZSTD_compressCCtx(file->zstd, block->data + mark + 8, bound, records, size, file->level);
  if (ZSTD_isError(n)) {
    file->has_failed = true;
    return TAUT_ENOMEM;
  }
  taut_store_u64(block->data + mark, n);
  block->size += n + 8;
  chunk.n_packed = n;
  taut_mcap_close(block, 0);
  return finish_chunk(file, &chunk, n_messages);
}

taut_status taut_mcap_file_packed(taut_mcap_file *file, const taut_mcap_chunk *packed,
                                  const uint8_t *records) {
  taut_mcap_chunk chunk = *packed;
  uint64_t n_messages;
  taut_status status = begin_chunk(file, &chunk, records, &n_messages);
  if (status != TAUT_OK) return status;
  taut_bytes_u64(&file->block, chunk.n_packed);
  taut_bytes_put(&file->block, chunk.packed, (size_t)chunk.n_packed);
  taut_mcap_close(&file->block, 0);
  return finish_chunk(file, &chunk, n_messages);
}

// ---------------------------------------------------------------------------------------- summary

static void put_statistics(const taut_mcap_file *file, taut_bytes *out) {
  size_t mark = taut_mcap_open(out, TAUT_MCAP_STATISTICS);
  taut_bytes_u64(out, file->n_messages);
  taut_bytes_u16(out, (uint16_t)file->n_schemas);
  taut_bytes_u32(out, file->n_channels);
  taut_bytes_u32(out, 0);  // attachments
  taut_bytes_u32(out, file->n_metadata);
  taut_bytes_u32(out, file->n_chunks);
  taut_bytes_u64(out, file->first_ns);
  taut_bytes_u64(out, file->last_ns);
  uint32_t n = 0;
  for (uint32_t i = 0; i < file->n_counts; i++) n += file->counts[i].n_total > 0;
  taut_bytes_u32(out, n * 10);
  for (uint32_t i = 0; i < file->n_counts; i++) {
    if (file->counts[i].n_total == 0) continue;
    taut_bytes_u16(out, (uint16_t)i);
    taut_bytes_u64(out, file->counts[i].n_total);
  }
  taut_mcap_close(out, mark);
}

/// Appends a group of summary records and notes where it stands.
static void put_group(taut_bytes *summary, uint64_t start, const taut_bytes *group, uint8_t opcode,
                      taut_bytes *offsets) {
  if (group->size == 0) return;
  size_t mark = taut_mcap_open(offsets, TAUT_MCAP_SUMMARY_OFFSET);
  taut_bytes_u8(offsets, opcode);
  taut_bytes_u64(offsets, start + summary->size);
  taut_bytes_u64(offsets, group->size);
  taut_mcap_close(offsets, mark);
  taut_bytes_put(summary, group->data, group->size);
}

static void put_summary(const taut_mcap_file *file, uint64_t start, taut_bytes *summary) {
  taut_bytes statistics = {0}, offsets = {0};
  put_statistics(file, &statistics);
  put_group(summary, start, &file->schemas, TAUT_MCAP_SCHEMA, &offsets);
  put_group(summary, start, &file->channels, TAUT_MCAP_CHANNEL, &offsets);
  put_group(summary, start, &statistics, TAUT_MCAP_STATISTICS, &offsets);
  put_group(summary, start, &file->chunk_indexes, TAUT_MCAP_CHUNK_INDEX, &offsets);
  put_group(summary, start, &file->metadata_indexes, TAUT_MCAP_METADATA_INDEX, &offsets);
  uint64_t offsets_start = start + summary->size;
  taut_bytes_put(summary, offsets.data, offsets.size);
  size_t mark = taut_mcap_open(summary, TAUT_MCAP_FOOTER);
  taut_bytes_u64(summary, start);
  taut_bytes_u64(summary, offsets_start);
  // The checksum covers the footer up to itself, so its length must stand before.
  taut_bytes_u32(summary, 0);
  taut_mcap_close(summary, mark);
  summary->has_failed |= statistics.has_failed || offsets.has_failed;
  if (!summary->has_failed) {
    taut_store_u32(summary->data + summary->size - 4,
                   taut_mcap_crc(0, summary->data, summary->size - 4));
  }
  taut_bytes_fini(&statistics);
  taut_bytes_fini(&offsets);
}

taut_status taut_mcap_file_end(taut_mcap_file *file) {
  if (file->has_failed) return TAUT_EIO;
  size_t mark = taut_mcap_open(&file->block, TAUT_MCAP_DATA_END);
  taut_bytes_u32(&file->block, file->crc);
  taut_mcap_close(&file->block, mark);
  taut_bytes summary = {0};
  put_summary(file, file->offset + file->block.size, &summary);
  taut_bytes_put(&file->block, summary.data, summary.size);
  taut_bytes_put(&file->block, TAUT_MCAP_MAGIC, TAUT_MCAP_MAGIC_SIZE);
  bool has_failed = summary.has_failed || file->schemas.has_failed || file->channels.has_failed ||
                    file->chunk_indexes.has_failed || file->metadata_indexes.has_failed;
  taut_bytes_fini(&summary);
  if (has_failed) return TAUT_ENOMEM;
  return flush_block(file);
}
