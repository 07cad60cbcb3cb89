#include "trace/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 1 << 20 };

static void fault(taut_trace_verdict *out, const char *what) {
  snprintf(out->fault, sizeof out->fault, "%s", what);
}

/// Checksum of the bytes [begin, end).
static taut_status sum(const taut_trace_source *source, uint64_t begin, uint64_t end,
                       uint32_t *out) {
  uint8_t *block = malloc(BLOCK_SIZE);
  if (block == NULL) return TAUT_ENOMEM;
  taut_status status = TAUT_OK;
  *out = 0;
  while (status == TAUT_OK && begin < end) {
    size_t n = end - begin < BLOCK_SIZE ? (size_t)(end - begin) : BLOCK_SIZE;
    status = source->read(source->user, begin, block, n);
    if (status == TAUT_OK) *out = taut_mcap_crc(*out, block, n);
    begin += n;
  }
  free(block);
  return status;
}

taut_status taut_trace_check(const taut_trace_source *source, taut_trace_verdict *out) {
  enum { DATA_END_SIZE = TAUT_MCAP_HEAD_SIZE + 4 };
  *out = (taut_trace_verdict){0};
  taut_mcap_footer footer;
  taut_status status = taut_mcap_read_footer(source, &footer);
  if (status == TAUT_EINVAL) {
    fault(out, "the file is cut: its end is missing; 'taut trace recover' saves what there is");
    return TAUT_OK;
  }
  if (status != TAUT_OK) return status;
  uint64_t footer_at =
      source->size - TAUT_MCAP_MAGIC_SIZE - TAUT_MCAP_FOOTER_SIZE - TAUT_MCAP_HEAD_SIZE;
  uint64_t summary = footer.summary_start != 0 ? footer.summary_start : footer_at;
  uint8_t raw[DATA_END_SIZE];
  if (summary < TAUT_MCAP_MAGIC_SIZE + DATA_END_SIZE || summary > footer_at) {
    fault(out, "the summary is not where the footer says");
    return TAUT_OK;
  }
  uint64_t data_end = summary - DATA_END_SIZE;
  status = source->read(source->user, data_end, raw, sizeof raw);
  if (status != TAUT_OK) return status;
  taut_cursor cursor = {.at = raw, .left = sizeof raw};
  bool is_end = taut_cursor_u8(&cursor) == TAUT_MCAP_DATA_END && taut_cursor_u64(&cursor) == 4;
  uint32_t wanted = taut_cursor_u32(&cursor), crc = 0;
  if (!is_end) {
    fault(out, "no end of data stands before the summary");
    return TAUT_OK;
  }
  if (wanted != 0) status = sum(source, 0, data_end, &crc);
  if (status == TAUT_OK && wanted != 0 && crc != wanted)
    fault(out, "the data section is not what its checksum says; 'taut trace verify' says where");
  // The footer's own bytes up to its checksum belong to the summary.
  uint64_t footer_end = source->size - TAUT_MCAP_MAGIC_SIZE - 4;
  if (status == TAUT_OK && footer.crc != 0) status = sum(source, summary, footer_end, &crc);
  if (status == TAUT_OK && footer.crc != 0 && crc != footer.crc)
    fault(out, "the summary is not what its checksum says");
  out->is_ok = out->fault[0] == '\0';
  return status;
}
