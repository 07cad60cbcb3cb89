// Fuzz target: any bytes as an MCAP file, through everything that reads one.
#include <string.h>

#include "fuzz.h"
#include "trace/check.h"
#include "trace/describe.h"
#include "trace/judgement.h"
#include "trace/reader.h"

enum { ITEMS_MAX = 100000 };

static taut_status count_bytes(void *user, const void *data, size_t size) {
  uint64_t *n = user;
  fuzz_look_at(data, size);
  *n += size;
  return TAUT_OK;
}

static void read_all(const taut_trace_source *source) {
  taut_trace_reader *reader = NULL;
  if (taut_trace_reader_open(source, &reader) != TAUT_OK) {
    fuzz_promise(reader == NULL, "without a reader there is none");
    return;
  }
  const taut_columns *columns = taut_trace_reader_columns(reader);
  size_t n_metadata, n_notes;
  const taut_trace_metadata *metadata = taut_trace_reader_metadata(reader, &n_metadata);
  for (size_t i = 0; i < n_metadata; i++)
    for (size_t k = 0; k < metadata[i].n_pairs; k++) {
      taut_trace_judgement judgement;
      taut_trace_judgement_parse(metadata[i].pairs[k].value, &judgement);
    }
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    taut_trace_reader_notes(reader, i, &n_notes);
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      char name[256];
      taut_column_value_name(&columns->channels[i].columns[k], 0, name, sizeof name);
    }
  }
  taut_trace_item item;
  for (int i = 0; i < ITEMS_MAX && taut_trace_reader_next(reader, &item) == TAUT_OK; i++) {
    if (item.kind == TAUT_TRACE_ROW)
      fuzz_look_at(item.values, columns->n_values * sizeof *item.values);
    if (item.kind == TAUT_TRACE_EVENT) fuzz_look_at(item.json, item.n_json);
  }
  taut_trace_figures figures = {0};
  if (taut_trace_figures_read(reader, &figures) == TAUT_OK) free(figures.n_by_channel);
  taut_trace_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  taut_trace_verdict verdict;
  taut_trace_rescue rescue;
  uint64_t n_saved = 0;
  const taut_trace_sink sink = {count_bytes, &n_saved};
  taut_status status = taut_trace_verify(&source, &verdict);
  fuzz_promise(status == TAUT_OK || status == TAUT_ENOMEM, "memory always has a verdict");
  taut_trace_check(&source, &verdict);
  taut_trace_recover(&source, &sink, &rescue);
  read_all(&source);
  return 0;
}
