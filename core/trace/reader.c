#include "trace/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/reader_tables.h"

struct taut_trace_reader {
  taut_mcap_reader mcap;
  taut_reader_tables tables;
  uint64_t data_start;  ///< where reading of rows begins
  bool is_whole;
  taut_mcap_footer footer;
  int64_t from_ns, until_ns;
  // Rows.
  taut_bytes chunk;
  taut_cursor messages;
  double *values;
  bool has_row, has_pending;
  bool is_at_end;
  bool has_data_end;
  bool *is_skipped;  ///< (n_channels)
  int64_t row_ns;
  taut_mcap_record pending;  ///< first message of the next row
};

static taut_status scan_data(taut_trace_reader *r) {
  taut_mcap_item item;
  taut_status status;
  for (;;) {
    uint64_t at = r->mcap.offset;
    status = taut_mcap_read(&r->mcap, &item);
    if (status == TAUT_ENOTFOUND) return TAUT_OK;
    if (status != TAUT_OK) return status;
    bool is_over = item.opcode == TAUT_MCAP_CHUNK || item.opcode == TAUT_MCAP_MESSAGE ||
                   item.opcode == TAUT_MCAP_DATA_END;
    if (is_over) {
      r->mcap.offset = at;
      return TAUT_OK;
    }
    status = taut_tables_take(&r->tables, item.opcode, item.body);
    if (status == TAUT_ENOMEM) return status;
  }
}

/// Metadata behind the rows stands where the summary says.
static taut_status read_indexed_metadata(taut_trace_reader *r, taut_cursor body) {
  uint64_t offset = taut_cursor_u64(&body);
  if (body.has_failed || offset < r->data_start || offset >= r->mcap.source.size) return TAUT_OK;
  uint64_t keep = r->mcap.offset;
  taut_mcap_item item;
  r->mcap.offset = offset;
  taut_status status = taut_mcap_read(&r->mcap, &item);
  if (status == TAUT_OK && item.opcode == TAUT_MCAP_METADATA) {
    status = taut_tables_take(&r->tables, item.opcode, item.body);
  }
  r->mcap.offset = keep;
  return status == TAUT_ENOMEM || status == TAUT_EIO ? status : TAUT_OK;
}

static taut_status scan_summary(taut_trace_reader *r) {
  if (taut_mcap_read_footer(&r->mcap.source, &r->footer) != TAUT_OK) return TAUT_OK;
  r->is_whole = true;
  if (r->footer.summary_start == 0) return TAUT_OK;
  taut_mcap_item item;
  taut_status status = TAUT_OK;
  r->mcap.offset = r->footer.summary_start;
  while (status == TAUT_OK && taut_mcap_read(&r->mcap, &item) == TAUT_OK &&
         item.opcode != TAUT_MCAP_FOOTER) {
    if (item.opcode == TAUT_MCAP_METADATA_INDEX) status = read_indexed_metadata(r, item.body);
    if (item.opcode == TAUT_MCAP_SCHEMA || item.opcode == TAUT_MCAP_CHANNEL) {
      status = taut_tables_take(&r->tables, item.opcode, item.body);
    }
    if (status == TAUT_EINVAL) status = TAUT_OK;
  }
  return status;
}

taut_status taut_trace_reader_open(const taut_trace_source *source, taut_trace_reader **out) {
  *out = NULL;
  taut_trace_reader *r = calloc(1, sizeof *r);
  if (r == NULL) return TAUT_ENOMEM;
  r->from_ns = INT64_MIN;
  r->until_ns = INT64_MAX;
  taut_status status = taut_mcap_reader_init(&r->mcap, source);
  if (status == TAUT_OK) status = scan_data(r);
  r->data_start = r->mcap.offset;
  if (status == TAUT_OK) status = scan_summary(r);
  r->mcap.offset = r->data_start;
  if (status == TAUT_OK) status = taut_tables_finish(&r->tables);
  if (status == TAUT_OK) {
    r->values = calloc((size_t)r->tables.columns.n_values + 1, sizeof *r->values);
    r->is_skipped = calloc((size_t)r->tables.columns.n_channels + 1, sizeof *r->is_skipped);
    if (r->values == NULL || r->is_skipped == NULL) status = TAUT_ENOMEM;
  }
  if (status != TAUT_OK) {
    taut_trace_reader_close(r);
    return status;
  }
  *out = r;
  return TAUT_OK;
}

void taut_trace_reader_close(taut_trace_reader *r) {
  if (r == NULL) return;
  taut_mcap_reader_fini(&r->mcap);
  taut_tables_fini(&r->tables);
  taut_bytes_fini(&r->chunk);
  free(r->values);
  free(r->is_skipped);
  free(r);
}

const taut_columns *taut_trace_reader_columns(const taut_trace_reader *reader) {
  return &reader->tables.columns;
}

const taut_trace_metadata *taut_trace_reader_metadata(const taut_trace_reader *reader, size_t *n) {
  *n = reader->tables.n_metadata;
  return reader->tables.metadata;
}

const char *taut_trace_reader_value(const taut_trace_reader *reader, const char *metadata,
                                    const char *key) {
  for (size_t i = 0; i < reader->tables.n_metadata; i++) {
    const taut_trace_metadata *at = &reader->tables.metadata[i];
    if (strcmp(at->name, metadata) != 0) continue;
    for (size_t k = 0; k < at->n_pairs; k++) {
      if (strcmp(at->pairs[k].key, key) == 0) return at->pairs[k].value;
    }
  }
  return NULL;
}

const taut_pair *taut_trace_reader_notes(const taut_trace_reader *reader, uint32_t i_channel,
                                         size_t *n) {
  *n = reader->tables.raw[i_channel].n_pairs;
  return reader->tables.raw[i_channel].pairs;
}

bool taut_trace_reader_is_whole(const taut_trace_reader *reader) {
  return reader->is_whole;
}

void taut_trace_reader_window(taut_trace_reader *reader, int64_t from_ns, int64_t until_ns) {
  reader->from_ns = from_ns;
  reader->until_ns = until_ns;
}

void taut_trace_reader_skip(taut_trace_reader *reader, uint32_t i_channel) {
  reader->is_skipped[i_channel] = true;
}

bool taut_trace_reader_has_ended(const taut_trace_reader *reader) {
  return reader->has_data_end;
}

// ------------------------------------------------------------------------------------------- rows

static bool is_outside(const taut_trace_reader *r, uint64_t first_ns, uint64_t last_ns) {
  return (r->until_ns >= 0 && first_ns > (uint64_t)r->until_ns) || r->until_ns < 0 ||
         (r->from_ns > 0 && last_ns < (uint64_t)r->from_ns);
}

/// Makes the next chunk that is wanted the one messages come from.
static taut_status next_chunk(taut_trace_reader *r) {
  for (;;) {
    taut_mcap_item item;
    taut_status status = taut_mcap_read(&r->mcap, &item);
    if (status != TAUT_OK) return status;
    r->has_data_end = item.opcode == TAUT_MCAP_DATA_END || item.opcode == TAUT_MCAP_FOOTER;
    if (r->has_data_end) return TAUT_ENOTFOUND;
    if (item.opcode != TAUT_MCAP_CHUNK) continue;
    taut_cursor times = item.body;
    uint64_t first_ns = taut_cursor_u64(&times), last_ns = taut_cursor_u64(&times);
    if (!times.has_failed && is_outside(r, first_ns, last_ns)) continue;
    taut_mcap_chunk chunk;
    status = taut_mcap_unpack(&r->mcap, item.body, &chunk, &r->chunk);
    if (status != TAUT_OK) return status;
    r->messages = (taut_cursor){.at = r->chunk.data, .left = r->chunk.size};
    return TAUT_OK;
  }
}

static taut_status next_message(taut_trace_reader *r, taut_mcap_record *out) {
  if (r->has_pending) {
    r->has_pending = false;
    *out = r->pending;
    return TAUT_OK;
  }
  for (;;) {
    if (taut_mcap_next(&r->messages, out)) {
      if (out->opcode == TAUT_MCAP_MESSAGE) return TAUT_OK;
      continue;
    }
    if (r->messages.has_failed) return TAUT_EINVAL;
    // Values of a row that is under way live in `values`: a new chunk does not touch them.
    taut_status status = next_chunk(r);
    if (status != TAUT_OK) return status;
  }
}

typedef struct message {
  uint16_t channel;
  int64_t tick_ns;
  taut_cursor data;
} message;

static taut_status read_head(taut_cursor body, message *out) {
  out->channel = taut_cursor_u16(&body);
  taut_cursor_u32(&body);
  uint64_t at_ns = taut_cursor_u64(&body);
  taut_cursor_u64(&body);
  if (body.has_failed) return TAUT_EINVAL;
  out->tick_ns = at_ns > INT64_MAX ? INT64_MAX : (int64_t)at_ns;
  out->data = body;
  return TAUT_OK;
}

static bool give_row(taut_trace_reader *r, taut_trace_item *out) {
  bool is_wanted = r->has_row && r->row_ns >= r->from_ns && r->row_ns <= r->until_ns;
  r->has_row = false;
  *out = (taut_trace_item){.kind = TAUT_TRACE_ROW, .tick_ns = r->row_ns, .values = r->values};
  return is_wanted;
}

taut_status taut_trace_reader_next(taut_trace_reader *r, taut_trace_item *out) {
  if (r->is_at_end) return TAUT_ENOTFOUND;
  for (;;) {
    taut_mcap_record record;
    taut_status status = next_message(r, &record);
    if (status == TAUT_ENOTFOUND) {
      r->is_at_end = true;
      return give_row(r, out) ? TAUT_OK : TAUT_ENOTFOUND;
    }
    if (status != TAUT_OK) return status;
    message at;
    if (read_head(record.body, &at) != TAUT_OK) return TAUT_EINVAL;
    const taut_channel *channel = taut_tables_channel(&r->tables, at.channel);
    if (channel == NULL) continue;
    bool is_event = channel->n_columns == 0 && taut_tables_is_json(&r->tables, at.channel);
    if (r->has_row && (is_event || at.tick_ns != r->row_ns)) {
      // This message opens the next row: keep it for the next call.
      r->pending = record;
      r->has_pending = true;
      if (give_row(r, out)) return TAUT_OK;
      continue;
    }
    if (is_event) {
      if (at.tick_ns < r->from_ns || at.tick_ns > r->until_ns) continue;
      *out = (taut_trace_item){.kind = TAUT_TRACE_EVENT,
                               .tick_ns = at.tick_ns,
                               .json = (const char *)at.data.at,
                               .n_json = at.data.left};
      return TAUT_OK;
    }
    if (channel->n_columns == 0) continue;
    r->has_row = true;
    r->row_ns = at.tick_ns;
    if (r->is_skipped[channel - r->tables.columns.channels]) continue;
    if (taut_message_decode(channel, at.data, r->values) != TAUT_OK) return TAUT_EINVAL;
  }
}

// ---------------------------------------------------------------------------------------- figures

static void add_channel_count(const taut_trace_reader *r, uint16_t id, uint64_t n,
                              taut_trace_figures *out) {
  for (uint32_t i = 0; i < r->tables.columns.n_channels; i++) {
    if (r->tables.columns.channels[i].id == id) out->n_by_channel[i] += n;
  }
}

static void take_statistics(const taut_trace_reader *r, taut_cursor body, taut_trace_figures *out) {
  out->n_messages = taut_cursor_u64(&body);
  taut_cursor_take(&body, 2 + 4 + 4 + 4);
  out->n_chunks = taut_cursor_u32(&body);
  out->first_ns = taut_cursor_u64(&body);
  out->last_ns = taut_cursor_u64(&body);
  taut_cursor counts = taut_cursor_block(&body);
  while (counts.left > 0 && !counts.has_failed) {
    uint16_t id = taut_cursor_u16(&counts);
    uint64_t n = taut_cursor_u64(&counts);
    if (!counts.has_failed) add_channel_count(r, id, n, out);
  }
}

static void take_chunk_index(taut_cursor body, taut_trace_figures *out) {
  taut_cursor_take(&body, 32);
  taut_cursor_block(&body);
  taut_cursor_u64(&body);
  taut_cursor_block(&body);
  out->packed_bytes += taut_cursor_u64(&body);
  out->bytes += taut_cursor_u64(&body);
}

static taut_status figures_of_summary(taut_trace_reader *r, taut_trace_figures *out) {
  taut_mcap_item item;
  bool has_statistics = false;
  r->mcap.offset = r->footer.summary_start;
  while (taut_mcap_read(&r->mcap, &item) == TAUT_OK && item.opcode != TAUT_MCAP_FOOTER) {
    if (item.opcode == TAUT_MCAP_STATISTICS) take_statistics(r, item.body, out);
    has_statistics |= item.opcode == TAUT_MCAP_STATISTICS;
    if (item.opcode == TAUT_MCAP_CHUNK_INDEX) take_chunk_index(item.body, out);
  }
  return has_statistics ? TAUT_OK : TAUT_ENOTFOUND;
}

static void count_messages(const taut_trace_reader *r, taut_trace_figures *out) {
  taut_cursor messages = {.at = r->chunk.data, .left = r->chunk.size};
  taut_mcap_record record;
  message at;
  while (taut_mcap_next(&messages, &record)) {
    if (record.opcode != TAUT_MCAP_MESSAGE || read_head(record.body, &at) != TAUT_OK) continue;
    uint64_t tick_ns = (uint64_t)at.tick_ns;
    if (out->n_messages == 0 || tick_ns < out->first_ns) out->first_ns = tick_ns;
    if (out->n_messages == 0 || tick_ns > out->last_ns) out->last_ns = tick_ns;
    out->n_messages++;
    add_channel_count(r, at.channel, 1, out);
  }
}

static taut_status figures_of_chunks(taut_trace_reader *r, taut_trace_figures *out) {
  taut_mcap_item item;
  taut_mcap_chunk chunk;
  r->mcap.offset = r->data_start;
  while (taut_mcap_read(&r->mcap, &item) == TAUT_OK && item.opcode != TAUT_MCAP_DATA_END) {
    if (item.opcode != TAUT_MCAP_CHUNK) continue;
    if (taut_mcap_unpack(&r->mcap, item.body, &chunk, &r->chunk) != TAUT_OK) break;
    out->n_chunks++;
    out->packed_bytes += chunk.n_packed;
    out->bytes += chunk.size;
    count_messages(r, out);
  }
  r->messages = (taut_cursor){0};
  return TAUT_OK;
}

taut_status taut_trace_figures_read(taut_trace_reader *r, taut_trace_figures *out) {
  *out = (taut_trace_figures){0};
  size_t n = (size_t)r->tables.columns.n_channels + 1;
  out->n_by_channel = calloc(n, sizeof *out->n_by_channel);
  if (out->n_by_channel == NULL) return TAUT_ENOMEM;
  uint64_t keep = r->mcap.offset;
  taut_status status = TAUT_ENOTFOUND;
  if (r->is_whole && r->footer.summary_start > 0) status = figures_of_summary(r, out);
  if (status == TAUT_ENOTFOUND) {
    uint64_t *by_channel = out->n_by_channel;
    memset(by_channel, 0, n * sizeof *by_channel);
    *out = (taut_trace_figures){.n_by_channel = by_channel};
    status = figures_of_chunks(r, out);
  }
  r->mcap.offset = keep;
  return status;
}
