#include "trace/journal_writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "trace/columns.h"
#include "trace/describe.h"

enum {
  SCHEMA = 1,
  LEVEL = 1  ///< of zstd
};

struct taut_journal_writer {
  taut_mcap_file file;
  taut_bytes records;  ///< messages that wait for their chunk
  taut_bytes before;   ///< schemas, channels and metadata about to be written
  char *names[TAUT_JOURNAL_LINKS_MAX];
  uint32_t n_links;
  uint32_t n_messages[2 * TAUT_JOURNAL_LINKS_MAX];  ///< by channel
  int64_t first_ns;                                 ///< of the chunk that waits
  bool has_plan;
  taut_status status;  ///< first failure
};

static taut_status keep(taut_journal_writer *w, taut_status status) {
  if (w->status == TAUT_OK) w->status = status;
  return w->status;
}

static taut_status write_before(taut_journal_writer *w) {
  if (w->before.has_failed) return keep(w, TAUT_ENOMEM);
  keep(w, taut_mcap_file_records(&w->file, w->before.data, w->before.size));
  w->before.size = 0;
  return w->status;
}

static taut_status write_chunk(taut_journal_writer *w) {
  if (w->records.has_failed) return keep(w, TAUT_ENOMEM);
  if (w->records.size == 0 || w->status != TAUT_OK) return w->status;
  keep(w, taut_mcap_file_chunk(&w->file, w->records.data, w->records.size));
  w->records.size = 0;
  return w->status;
}

taut_status taut_journal_writer_create(const taut_trace_sink *sink, const void *schema,
                                       size_t n_schema, taut_journal_writer **out) {
  *out = NULL;
  taut_journal_writer *w = calloc(1, sizeof *w);
  if (w == NULL) return TAUT_ENOMEM;
  // All memory that a run commonly needs at once.
  bool has_room = taut_bytes_reserve(&w->records, TAUT_JOURNAL_CHUNK_BYTES + (64 << 10));
  taut_status status = has_room ? taut_mcap_file_begin(&w->file, sink, LEVEL) : TAUT_ENOMEM;
  if (status != TAUT_OK && status != TAUT_EIO) {
    taut_journal_writer_destroy(w);
    return status;
  }
  w->status = status;
  taut_mcap_put_schema(&w->before, SCHEMA, "taut.link.Message", "protobuf", schema, n_schema);
  write_before(w);
  *out = w;
  return TAUT_OK;
}

/// "/motor/answer", and "/motor_2/answer" of the second link with that name.
static void put_channel(taut_journal_writer *w, uint16_t id, const char *name, size_t n_same,
                        const char *way, const taut_pair *pairs, size_t n_pairs) {
  char topic[128], number[16] = "";
  if (n_same > 0) snprintf(number, sizeof number, "_%zu", n_same + 1);
  snprintf(topic, sizeof topic, "/%.64s%s/%s", name, number, way);
  taut_mcap_put_channel(&w->before, id, SCHEMA, topic, "protobuf", pairs, n_pairs);
}

taut_status taut_journal_writer_link(taut_journal_writer *w, const char *name,
                                     const taut_pair *pairs, size_t n_pairs) {
  if (w->n_links == TAUT_JOURNAL_LINKS_MAX) return keep(w, TAUT_EFULL);
  size_t n_same = 0;
  for (uint32_t i = 0; i < w->n_links; i++) n_same += strcmp(w->names[i], name) == 0;
  uint16_t id = (uint16_t)(2 * w->n_links + 1);
  put_channel(w, id, name, n_same, "request", pairs, n_pairs);
  put_channel(w, (uint16_t)(id + 1), name, n_same, "answer", pairs, n_pairs);
  w->names[w->n_links] = taut_trace_format("%s", name);
  if (w->names[w->n_links] == NULL) return keep(w, TAUT_ENOMEM);
  w->n_links++;
  return write_before(w);
}

taut_status taut_journal_writer_plan(taut_journal_writer *w, const taut_plan *plan, uint64_t seed,
                                     const char *scenario) {
  taut_describe_run(plan, seed, scenario, false, &w->before);
  w->has_plan = true;
  return write_before(w);
}

void taut_journal_writer_message(taut_journal_writer *w, const taut_journal_message *message) {
  if (w->status != TAUT_OK) return;
  if (message->size > TAUT_JOURNAL_MESSAGE_MAX || message->i_link >= w->n_links) {
    keep(w, TAUT_EFULL);
    return;
  }
  bool is_late = message->tick_ns - w->first_ns >= TAUT_JOURNAL_CHUNK_NS;
  // A chunk holds whole exchanges: what is lost with one leaves no question without its answer.
  if (w->has_plan && !message->is_answer && is_late) write_chunk(w);
  if (w->records.size == 0) w->first_ns = message->tick_ns;
  uint16_t channel = (uint16_t)(2 * message->i_link + message->is_answer);
  size_t mark = taut_mcap_open(&w->records, TAUT_MCAP_MESSAGE);
  taut_bytes_u16(&w->records, (uint16_t)(channel + 1));
  taut_bytes_u32(&w->records, w->n_messages[channel]++);
  taut_bytes_u64(&w->records, (uint64_t)message->tick_ns);
  taut_bytes_u64(&w->records, (uint64_t)message->wall_ns);
  taut_bytes_put(&w->records, message->bytes, message->size);
  taut_mcap_close(&w->records, mark);
  bool is_full = w->records.size >= TAUT_JOURNAL_CHUNK_BYTES;
  if (w->has_plan && message->is_answer && is_full) write_chunk(w);
}

taut_status taut_journal_writer_note(taut_journal_writer *w, const char *name,
                                     const taut_pair *pairs, size_t n_pairs) {
  if (w->has_plan) write_chunk(w);
  taut_mcap_put_metadata(&w->before, name, pairs, n_pairs);
  return write_before(w);
}

taut_status taut_journal_writer_finish(taut_journal_writer *w) {
  write_chunk(w);
  if (w->status == TAUT_OK) keep(w, taut_mcap_file_end(&w->file));
  return w->status;
}

void taut_journal_writer_destroy(taut_journal_writer *w) {
  if (w == NULL) return;
  for (uint32_t i = 0; i < w->n_links; i++) free(w->names[i]);
  taut_bytes_fini(&w->records);
  taut_bytes_fini(&w->before);
  taut_mcap_file_fini(&w->file);
  free(w);
}
