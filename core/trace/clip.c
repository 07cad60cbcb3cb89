#include "trace/clip.h"

#include <inttypes.h>
#include <stdio.h>

// Clips are written once and kept for years.
enum { LEVEL = 9 };

static bool is_wanted(const taut_mcap_chunk *chunk, const taut_trace_window *windows, size_t n) {
  for (size_t i = 0; i < n; i++) {
    bool is_before = windows[i].from_ns > 0 && chunk->last_ns < (uint64_t)windows[i].from_ns;
    bool is_behind = windows[i].until_ns < 0 || chunk->first_ns > (uint64_t)windows[i].until_ns;
    if (!is_before && !is_behind) return true;
  }
  return false;
}

static taut_status copy_records(taut_mcap_reader *reader, const taut_trace_window *windows,
                                size_t n_windows, taut_mcap_file *file, taut_bytes *records) {
  taut_mcap_item item;
  taut_mcap_chunk chunk;
  for (;;) {
    taut_status status = taut_mcap_read(reader, &item);
    if (status == TAUT_ENOTFOUND) return TAUT_EINVAL;
    if (status != TAUT_OK) return status;
    if (item.opcode == TAUT_MCAP_DATA_END) return TAUT_OK;
    if (item.opcode == TAUT_MCAP_SCHEMA || item.opcode == TAUT_MCAP_CHANNEL ||
        item.opcode == TAUT_MCAP_METADATA) {
      status = taut_mcap_file_records(file, reader->record.data, reader->record.size);
    } else if (item.opcode == TAUT_MCAP_CHUNK) {
      status = taut_mcap_unpack(reader, item.body, &chunk, records);
      if (status == TAUT_OK && is_wanted(&chunk, windows, n_windows))
        status = taut_mcap_file_chunk(file, records->data, records->size);
    }
    if (status != TAUT_OK) return status;
  }
}

static taut_status mark(taut_mcap_file *file, const taut_trace_window *windows, size_t n) {
  taut_bytes bytes = {0};
  char from[32], until[32];
  int64_t from_ns = n > 0 ? windows[0].from_ns : 0, until_ns = n > 0 ? windows[0].until_ns : 0;
  for (size_t i = 1; i < n; i++) {
    if (windows[i].from_ns < from_ns) from_ns = windows[i].from_ns;
    if (windows[i].until_ns > until_ns) until_ns = windows[i].until_ns;
  }
  snprintf(from, sizeof from, "%" PRId64, from_ns);
  snprintf(until, sizeof until, "%" PRId64, until_ns);
  const taut_pair pairs[] = {{"from_ns", from}, {"until_ns", until}};
  taut_mcap_put_metadata(&bytes, "taut.clip", pairs, 2);
  taut_status status =
      bytes.has_failed ? TAUT_ENOMEM : taut_mcap_file_records(file, bytes.data, bytes.size);
  taut_bytes_fini(&bytes);
  return status;
}

taut_status taut_trace_clip(const taut_trace_source *source, const taut_trace_window *windows,
                            size_t n_windows, const taut_trace_sink *sink) {
  taut_mcap_reader reader;
  taut_mcap_file file = {0};
  taut_bytes records = {0};
  taut_status status = taut_mcap_reader_init(&reader, source);
  if (status == TAUT_OK) status = taut_mcap_file_begin(&file, sink, LEVEL);
  if (status == TAUT_OK) status = copy_records(&reader, windows, n_windows, &file, &records);
  if (status == TAUT_OK) status = mark(&file, windows, n_windows);
  if (status == TAUT_OK) status = taut_mcap_file_end(&file);
  taut_bytes_fini(&records);
  taut_mcap_file_fini(&file);
  taut_mcap_reader_fini(&reader);
  return status;
}
