#include "trace/journal_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/check.h"
#include "trace/describe.h"

/// A chunk holds messages up to its cut and the one that reached it; before the plan is known,
/// those of all handshakes.
#define CHUNK_BYTES_MAX (UINT64_C(64) << 20)

struct taut_journal_reader {
  taut_trace_reader *notes;
  taut_mcap_reader mcap;
  taut_bytes chunk;
  taut_cursor messages;  ///< of the chunk, those that were not given out
  uint64_t chunk_at;     ///< where the chunk stands in the file
  uint32_t n_links;
  uint32_t channels[TAUT_JOURNAL_LINKS_MAX];  ///< index of each link's first channel
  bool is_over;
  taut_status status;  ///< of the end
  char trouble[256];
};

// ------------------------------------------------------------------------------------------- open

/// Channels come in pairs: 1 and 2 of the first link, 3 and 4 of the second.
static bool find_links(taut_journal_reader *r) {
  const taut_columns *columns = taut_trace_reader_columns(r->notes);
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    const taut_channel *channel = &columns->channels[i];
    if (strcmp(channel->schema, "taut.link.Message") != 0) return false;
    if (channel->id < 1 || channel->id > 2 * TAUT_JOURNAL_LINKS_MAX) return false;
    uint32_t i_link = (channel->id - 1u) / 2;
    if (i_link + 1 > r->n_links) r->n_links = i_link + 1;
    if (channel->id % 2 == 1) r->channels[i_link] = i;
  }
  return columns->n_channels == 2 * r->n_links;
}

static taut_status judge(taut_journal_reader *r, char *error, size_t size) {
  const char *format = taut_trace_reader_value(r->notes, TAUT_JOURNAL_METADATA, "format");
  if (format == NULL) {
    snprintf(error, size, "it is no journal: it has no metadata '%s'", TAUT_JOURNAL_METADATA);
  } else if (strcmp(format, "1") != 0) {
    snprintf(error, size, "it is a journal of format '%.20s', taut %s reads format %d", format,
             TAUT_VERSION, TAUT_JOURNAL_FORMAT);
  } else if (!find_links(r)) {
    snprintf(error, size, "its channels are not those of a journal");
  } else {
    return TAUT_OK;
  }
  return TAUT_EINVAL;
}

taut_status taut_journal_reader_open(const taut_trace_source *source, taut_journal_reader **out,
                                     char *error, size_t size) {
  *out = NULL;
  taut_journal_reader *r = calloc(1, sizeof *r);
  if (r == NULL) return TAUT_ENOMEM;
  taut_status status = taut_trace_reader_open(source, &r->notes);
  if (status == TAUT_EINVAL) {
    snprintf(error, size, "it is no journal: it does not begin as an MCAP file");
  } else if (status != TAUT_OK) {
    snprintf(error, size, "it cannot be read: %s", taut_status_text(status));
  } else {
    status = judge(r, error, size);
  }
  if (status == TAUT_OK) {
    status = taut_mcap_reader_init(&r->mcap, source);
    if (status != TAUT_OK) snprintf(error, size, "it cannot be read: %s", taut_status_text(status));
  }
  if (status == TAUT_OK) {
    *out = r;
  } else {
    taut_journal_reader_close(r);
  }
  return status;
}

void taut_journal_reader_close(taut_journal_reader *r) {
  if (r == NULL) return;
  taut_trace_reader_close(r->notes);
  taut_mcap_reader_fini(&r->mcap);
  taut_bytes_fini(&r->chunk);
  free(r);
}

const taut_trace_reader *taut_journal_reader_notes(const taut_journal_reader *reader) {
  return reader->notes;
}

uint32_t taut_journal_reader_n_links(const taut_journal_reader *reader) {
  return reader->n_links;
}

const char *taut_journal_reader_link_value(const taut_journal_reader *r, uint32_t i_link,
                                           const char *key) {
  if (i_link >= r->n_links) return NULL;
  size_t n;
  const taut_pair *pairs = taut_trace_reader_notes(r->notes, r->channels[i_link], &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(pairs[i].key, key) == 0) return pairs[i].value;
  return NULL;
}

const char *taut_journal_reader_trouble(const taut_journal_reader *reader) {
  return reader->trouble;
}

// --------------------------------------------------------------------------------------- messages

static taut_status fail(taut_journal_reader *r, taut_status status, const char *what) {
  r->is_over = true;
  r->status = status;
  snprintf(r->trouble, sizeof r->trouble, "at byte %" PRIu64 ": %s", r->chunk_at, what);
  return status;
}

/// The size that a chunk says it unpacks to, before memory is taken for it.
static uint64_t claimed_size(taut_cursor body) {
  taut_cursor_u64(&body);
  taut_cursor_u64(&body);
  return taut_cursor_u64(&body);
}

static taut_status take_chunk(taut_journal_reader *r, const taut_mcap_item *item) {
  taut_mcap_chunk chunk;
  r->chunk_at = item->offset;
  if (claimed_size(item->body) > CHUNK_BYTES_MAX)
    return fail(r, TAUT_EINVAL, "a chunk is longer than any of a journal");
  taut_status status = taut_mcap_unpack(&r->mcap, item->body, &chunk, &r->chunk);
  if (status == TAUT_EINVAL) return fail(r, status, "a chunk is not what its checksum says");
  if (status != TAUT_OK) return fail(r, status, taut_status_text(status));
  r->messages = (taut_cursor){.at = r->chunk.data, .left = r->chunk.size};
  return TAUT_OK;
}

/// Goes on to the next chunk.
static taut_status next_chunk(taut_journal_reader *r) {
  taut_mcap_item item;
  for (;;) {
    r->chunk_at = r->mcap.offset;
    taut_status status = taut_mcap_read(&r->mcap, &item);
    bool is_cut = status == TAUT_ENOTFOUND;
    if (is_cut && r->mcap.offset < r->mcap.source.size) {
      return fail(r, TAUT_ENOTFOUND, "a record is not whole");
    }
    if (is_cut) return fail(r, TAUT_ENOTFOUND, "it has no end: the run was cut off");
    if (status != TAUT_OK) return fail(r, status, taut_status_text(status));
    if (item.opcode == TAUT_MCAP_CHUNK) return take_chunk(r, &item);
    if (item.opcode != TAUT_MCAP_DATA_END) continue;
    r->is_over = true;
    return r->status = TAUT_ENOTFOUND;
  }
}

static taut_status take_message(taut_journal_reader *r, taut_mcap_record *record,
                                taut_journal_message *out) {
  taut_cursor *body = &record->body;
  uint16_t channel = taut_cursor_u16(body);
  taut_cursor_u32(body);
  uint64_t tick_ns = taut_cursor_u64(body), wall_ns = taut_cursor_u64(body);
  bool is_sound = record->opcode == TAUT_MCAP_MESSAGE && !body->has_failed && channel >= 1 &&
                  channel <= 2 * r->n_links && tick_ns <= INT64_MAX && wall_ns <= INT64_MAX &&
                  body->left <= TAUT_JOURNAL_MESSAGE_MAX;
  if (!is_sound) return fail(r, TAUT_EINVAL, "a chunk holds what is no message of a link");
  *out = (taut_journal_message){.i_link = (channel - 1u) / 2,
                                .is_answer = channel % 2 == 0,
                                .tick_ns = (int64_t)tick_ns,
                                .wall_ns = (int64_t)wall_ns,
                                .bytes = body->at,
                                .size = body->left};
  return TAUT_OK;
}

taut_status taut_journal_reader_next(taut_journal_reader *r, taut_journal_message *out) {
  taut_mcap_record record;
  if (r->is_over) return r->status;
  while (!taut_mcap_next(&r->messages, &record)) {
    if (r->messages.has_failed) return fail(r, TAUT_EINVAL, "a chunk ends within a message");
    taut_status status = next_chunk(r);
    if (status != TAUT_OK) return status;
  }
  return take_message(r, &record, out);
}

// ------------------------------------------------------------------------------------------- plan

/// The first pair of a metadata record of the plan at hand that the journal has otherwise.
static bool find_change(const taut_journal_reader *r, taut_cursor body, char *text, size_t size) {
  char *name = taut_cursor_text(&body);
  taut_cursor map = taut_cursor_block(&body);
  bool is_found = false, is_run = name == NULL || strcmp(name, "taut.run") == 0;
  while (!is_run && !is_found && map.left > 0 && !map.has_failed) {
    char *key = taut_cursor_text(&map), *now = taut_cursor_text(&map);
    const char *then = key != NULL ? taut_trace_reader_value(r->notes, name, key) : NULL;
    is_found = now != NULL && (then == NULL || strcmp(now, then) != 0);
    if (is_found && then == NULL) snprintf(text, size, "%s was not there", key);
    if (is_found && then != NULL) snprintf(text, size, "%s is %s, recorded was %s", key, now, then);
    free(key);
    free(now);
  }
  free(name);
  return is_found;
}

taut_status taut_journal_reader_compare_plan(const taut_journal_reader *r, const taut_plan *plan,
                                             bool *is_same, char *text, size_t size) {
  uint8_t hash[16];
  char hex[33];
  const char *recorded = taut_trace_reader_value(r->notes, "taut.run", "plan_hash");
  taut_plan_hash(plan, hash);
  for (size_t i = 0; i < sizeof hash; i++) snprintf(hex + 2 * i, 3, "%02x", hash[i]);
  *is_same = recorded != NULL && strcmp(recorded, hex) == 0;
  if (*is_same) return TAUT_OK;
  taut_bytes bytes = {0};
  taut_describe_run(plan, 0, "", false, &bytes);
  taut_cursor records = {.at = bytes.data, .left = bytes.size};
  taut_mcap_record record;
  bool is_found = false;
  while (!is_found && taut_mcap_next(&records, &record))
    is_found = find_change(r, record.body, text, size);
  if (!is_found) snprintf(text, size, "something was left out, or is wired or timed otherwise");
  taut_status status = bytes.has_failed ? TAUT_ENOMEM : TAUT_OK;
  taut_bytes_fini(&bytes);
  return status;
}

// ----------------------------------------------------------------------------------------- survey

taut_status taut_journal_survey_read(const taut_trace_source *source, taut_journal_survey *out,
                                     char *error, size_t size) {
  *out = (taut_journal_survey){0};
  taut_journal_reader *reader;
  taut_trace_verdict verdict;
  taut_status status = taut_journal_reader_open(source, &reader, error, size);
  if (status != TAUT_OK) return status;
  taut_journal_message message = {0};
  while ((status = taut_journal_reader_next(reader, &message)) == TAUT_OK) {
    out->n_messages++;
    if (message.tick_ns > out->last_ns) out->last_ns = message.tick_ns;
  }
  snprintf(out->trouble, sizeof out->trouble, "%s", reader->trouble);
  bool has_end = taut_trace_reader_is_whole(reader->notes);
  taut_journal_reader_close(reader);
  out->is_damaged = status == TAUT_EINVAL;
  if (status == TAUT_ENOTFOUND || status == TAUT_EINVAL) {
    status = taut_trace_check(source, &verdict);
    if (status == TAUT_OK && out->trouble[0] == '\0')
      snprintf(out->trouble, sizeof out->trouble, "%s", verdict.fault);
  }
  if (status != TAUT_OK) snprintf(error, size, "it cannot be read: %s", taut_status_text(status));
  out->is_whole = status == TAUT_OK && out->trouble[0] == '\0';
  // Behind its end nothing can be missing: what is not whole there was changed.
  if (has_end && !out->is_whole) out->is_damaged = true;
  return status;
}
