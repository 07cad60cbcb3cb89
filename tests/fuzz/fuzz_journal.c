// Fuzz target: any bytes as a journal of links.
#include "fuzz.h"
#include "trace/journal_reader.h"

static void read_all(const taut_trace_source *source, const taut_journal_survey *survey) {
  static const char *const keys[] = {"target", "role", "name", ""};
  taut_journal_reader *reader = NULL;
  taut_journal_message message;
  char error[256] = "";
  if (taut_journal_reader_open(source, &reader, error, sizeof error) != TAUT_OK) {
    fuzz_promise(reader == NULL && error[0] != '\0', "what is no journal has a reason");
    return;
  }
  fuzz_promise(taut_journal_reader_notes(reader) != NULL, "there are notes");
  const uint32_t n_links = taut_journal_reader_n_links(reader);
  for (uint32_t i = 0; i <= n_links; i++)
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
      taut_journal_reader_link_value(reader, i, keys[k]);
  uint64_t n = 0;
  taut_status status;
  while ((status = taut_journal_reader_next(reader, &message)) == TAUT_OK) {
    fuzz_promise(message.i_link < n_links, "a message is of a link");
    fuzz_promise(message.tick_ns >= 0, "a time is one");
    fuzz_look_at(message.bytes, message.size);
    n++;
  }
  fuzz_promise(n == survey->n_messages, "both ways to read agree");
  fuzz_promise(taut_journal_reader_next(reader, &message) == status, "an end is an end");
  fuzz_promise(survey->is_whole || survey->trouble[0] != '\0', "what is not whole has a reason");
  taut_journal_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  taut_journal_survey survey = {0};
  char error[256] = "";
  taut_status status = taut_journal_survey_read(&source, &survey, error, sizeof error);
  fuzz_promise(status == TAUT_OK || error[0] != '\0', "what is no journal has a reason");
  read_all(&source, &survey);
  return 0;
}
