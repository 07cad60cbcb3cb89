#include "runner/tape.h"

#include <stdio.h>
#include <stdlib.h>

#include "hil/socket.h"
#include "hil/wire.h"
#include "report/text.h"

static void begin_link(void *user, const char *role, const char *target) {
  taut_run_tape *tape = user;
  const taut_pair pairs[] = {{"role", role}, {"target", target}};
  // A failure is remembered by the writer.
  (void)taut_journal_writer_link(tape->writer, role, pairs, 2);
}

static void write_message(void *user, const taut_tape_message *message) {
  const taut_run_tape *tape = user;
  const taut_journal_message entry = {
      .i_link = message->i_link,
      .is_answer = message->is_answer,
      .tick_ns = message->tick_ns,
      .wall_ns = tape->is_live ? taut_wall_ns() - tape->start_ns : message->tick_ns,
      .bytes = message->bytes,
      .size = message->size};
  taut_journal_writer_message(tape->writer, &entry);
}

static taut_status read_message(void *user, taut_tape_message *out, const char **why) {
  const taut_run_tape *tape = user;
  taut_journal_message message;
  taut_status status = taut_journal_reader_next(tape->reader, &message);
  *why = taut_journal_reader_trouble(tape->reader);
  if (status != TAUT_OK) return status;
  *out = (taut_tape_message){.i_link = message.i_link,
                             .is_answer = message.is_answer,
                             .tick_ns = message.tick_ns,
                             .bytes = message.bytes,
                             .size = message.size};
  return TAUT_OK;
}

/// What a replay needs to know before anything else: file, targets and mode.
static taut_status note_beginning(taut_run_tape *tape, const char *file, const char *const *with) {
  size_t n_with = 0;
  while (with[n_with] != NULL) n_with++;
  taut_pair *pairs = taut_memory_resize(NULL, (n_with + 3) * sizeof *pairs);
  char format[16];
  snprintf(format, sizeof format, "%d", TAUT_JOURNAL_FORMAT);
  pairs[0] = (taut_pair){"file", file};
  pairs[1] = (taut_pair){"format", format};
  pairs[2] = (taut_pair){"mode", tape->is_live ? "live" : "lockstep"};
  for (size_t i = 0; i < n_with; i++)
    pairs[3 + i] = (taut_pair){taut_text_format("with.%02zu", i), with[i]};
  taut_status status =
      taut_journal_writer_note(tape->writer, TAUT_JOURNAL_METADATA, pairs, n_with + 3);
  for (size_t i = 0; i < n_with; i++) free((char *)(uintptr_t)pairs[3 + i].key);
  free(pairs);
  return status;
}

taut_status taut_run_tape_record(taut_run_tape *tape, int fd, const char *file,
                                 const char *const *with, bool is_live) {
  *tape = (taut_run_tape){.is_live = is_live, .start_ns = taut_wall_ns(), .fd = fd};
  tape->tape = (taut_tape){.begin = begin_link, .write = write_message, .user = tape};
  const taut_trace_sink sink = {taut_trace_sink_fd, &tape->fd};
  size_t n_schema;
  const unsigned char *schema = taut_wire_schema(&n_schema);
  taut_status status = taut_journal_writer_create(&sink, schema, n_schema, &tape->writer);
  if (status != TAUT_OK) return status;
  char *clean = taut_text_clean(file, strlen(file));
  status = note_beginning(tape, clean, with);
  free(clean);
  return status == TAUT_EIO ? TAUT_OK : status;
}

taut_status taut_run_tape_play(taut_run_tape *tape, int fd, char *error, size_t size) {
  *tape = (taut_run_tape){.fd = fd};
  tape->tape = (taut_tape){.read = read_message, .user = tape};
  taut_trace_source source;
  taut_status status = taut_trace_source_fd(&tape->fd, &source);
  if (status != TAUT_OK) {
    snprintf(error, size, "it is no file that can be read");
    return status;
  }
  status = taut_journal_reader_open(&source, &tape->reader, error, size);
  if (status != TAUT_OK) return status;
  const char *mode = taut_trace_reader_value(taut_journal_reader_notes(tape->reader),
                                             TAUT_JOURNAL_METADATA, "mode");
  tape->is_live = mode != NULL && strcmp(mode, "live") == 0;
  return TAUT_OK;
}

void taut_run_tape_close(taut_run_tape *tape) {
  taut_journal_writer_destroy(tape->writer);
  taut_journal_reader_close(tape->reader);
  *tape = (taut_run_tape){0};
}
