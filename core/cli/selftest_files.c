/// The judge on trial, second part: damaged traces, and answers that are not a worker's.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/selftest_parts.h"
#include "report/file.h"
#include "report/text.h"
#include "runner/frame.h"
#include "trace/check.h"

enum { TRACE_MAX = 64 * 1024 * 1024, N_PLACES = 64 };

// ----------------------------------------------------------------------------------------- traces

static bool is_accepted(const uint8_t *data, size_t size) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  taut_trace_verdict verdict;
  return taut_trace_verify(&source, &verdict) == TAUT_OK && verdict.is_ok;
}

static void add_refusals(taut_trial *trial, const char *tried, int n, int n_refused) {
  char expected[64], got[64];
  snprintf(expected, sizeof expected, "%d of %d refused", n, n);
  snprintf(got, sizeof got, "%d of %d refused", n_refused, n);
  taut_trial_add(trial, "damaged traces", tried, expected, got, n > 0 && n == n_refused);
}

/// A byte at places all over the file, from the first to the last.
static void try_flips(taut_trial *trial, uint8_t *data, size_t size) {
  int n_refused = 0;
  for (size_t i = 0; i < N_PLACES; i++) {
    size_t at = i * (size - 1) / (N_PLACES - 1);
    data[at] ^= (uint8_t)(1U << (i % 8));
    n_refused += !is_accepted(data, size);
    data[at] ^= (uint8_t)(1U << (i % 8));
  }
  add_refusals(trial, "one bit turned over, from the first byte to the last", N_PLACES, n_refused);
}

static void try_cuts(taut_trial *trial, const uint8_t *data, size_t size) {
  const size_t sizes[] = {0, 1, 8, size / 4, size / 2, size - 9, size - 1};
  int n_refused = 0, n = (int)(sizeof sizes / sizeof sizes[0]);
  for (int i = 0; i < n; i++) n_refused += !is_accepted(data, sizes[i]);
  add_refusals(trial, "the file cut short", n, n_refused);
}

/// Each record of the file left out, the first of its kind: a well-formed file of fewer records.
static void try_removals(taut_trial *trial, const uint8_t *data, size_t size) {
  const taut_trace_source source = taut_trace_source_memory(data, size);
  taut_mcap_reader reader;
  taut_mcap_item item;
  bool is_known[256] = {false};
  int n = 0, n_refused = 0;
  uint8_t *rest = taut_memory_resize(NULL, size);
  taut_status status = taut_mcap_reader_init(&reader, &source);
  while (status == TAUT_OK && taut_mcap_read(&reader, &item) == TAUT_OK) {
    if (is_known[item.opcode]) continue;
    is_known[item.opcode] = true;
    memcpy(rest, data, item.offset);
    memcpy(rest + item.offset, data + item.offset + item.size, size - item.offset - item.size);
    n++;
    n_refused += !is_accepted(rest, size - item.size);
  }
  taut_mcap_reader_fini(&reader);
  free(rest);
  add_refusals(trial, "one record left out, of every kind", n, n_refused);
}

void taut_trial_traces(taut_trial *trial) {
  char *scenario = taut_text_format("%s/cases.lua", trial->folder), *data = NULL;
  size_t size = 0;
  taut_trial_outcome outcome;
  taut_trial_execute(trial,
                     &(taut_trial_run){.file = scenario,
                                       .part = "a condition that holds",
                                       .seed = 1,
                                       .trace_folder = trial->folder},
                     &outcome);
  if (outcome.execution.n_records == 1 && outcome.execution.records[0].trace != NULL)
    taut_file_read(outcome.execution.records[0].trace, TRACE_MAX, &data, &size);
  bool is_ok = data != NULL && is_accepted((uint8_t *)data, size);
  taut_trial_add(trial, "damaged traces", "the trace as it was written", "accepted",
                 is_ok ? "accepted" : (data == NULL ? "there is none" : "refused"), is_ok);
  if (data != NULL && size > 64) {
    try_flips(trial, (uint8_t *)data, size);
    try_cuts(trial, (uint8_t *)data, size);
    try_removals(trial, (uint8_t *)data, size);
  }
  taut_trial_outcome_fini(&outcome);
  free(data);
  free(scenario);
}

// ---------------------------------------------------------------------------------------- answers

static void add_answer(taut_trial *trial, const char *tried, const char *expected,
                       bool is_refused) {
  bool is_ok = is_refused == (strcmp(expected, "refused") == 0);
  taut_trial_add(trial, "answers of workers", tried, expected, is_refused ? "refused" : "believed",
                 is_ok);
}

/// The frames of a worker's answer as main reads them; true when they cannot be believed.
static bool is_stream_refused(const char *bytes, size_t size) {
  taut_frame_reader reader = {0};
  memset(reader.nonce, 7, sizeof reader.nonce);
  taut_frame_reader_push(&reader, bytes, size, NULL, NULL);
  taut_frame_reader_finish(&reader);
  bool is_refused = reader.fault != NULL || reader.end == NULL;
  taut_frame_reader_fini(&reader);
  return is_refused;
}

/// What a worker with the nonce of `number`s writes to its pipe; the size goes to `size`.
static char *frame_of(const taut_trial *trial, uint8_t number, size_t *size) {
  uint8_t nonce[TAUT_NONCE_SIZE];
  char *path = taut_text_format("%s/frame", trial->folder), *bytes = NULL;
  memset(nonce, number, sizeof nonce);
  FILE *file = fopen(path, "wb");
  *size = 0;
  if (file != NULL) {
    taut_status status = taut_frame_write(fileno(file), nonce, "end", json_object());
    if (fclose(file) == 0 && status == TAUT_OK) taut_file_read(path, 4096, &bytes, size);
  }
  free(path);
  return bytes != NULL ? bytes : taut_text_copy("");
}

static void try_frames(taut_trial *trial) {
  size_t n_own, n_foreign;
  char *own = frame_of(trial, 7, &n_own), *foreign = frame_of(trial, 8, &n_foreign);
  add_answer(trial, "a frame of the job", "believed", is_stream_refused(own, n_own));
  add_answer(trial, "a frame that somebody else wrote", "refused",
             is_stream_refused(foreign, n_foreign));
  add_answer(trial, "a frame cut short", "refused",
             n_own == 0 || is_stream_refused(own, n_own - 1));
  add_answer(trial, "garbage", "refused", is_stream_refused("not a frame at all", 18));
  add_answer(trial, "no answer", "refused", is_stream_refused("", 0));
  char *twice = taut_memory_resize(NULL, 2 * n_own + 1);
  memcpy(twice, own, n_own);
  memcpy(twice + n_own, own, n_own);
  add_answer(trial, "two final frames", "refused", is_stream_refused(twice, 2 * n_own));
  free(twice);
  free(own);
  free(foreign);
}

static bool is_result_refused(json_t *result) {
  taut_record record = {0};
  bool is_refused = taut_record_decode(result, &record) != TAUT_OK;
  taut_record_fini(&record);
  return is_refused;
}

static void try_results(taut_trial *trial) {
  const taut_check_result checks[] = {{.id = "SR-1",
                                       .text = "unloads",
                                       .expression = "true",
                                       .unit = "N",
                                       .expected = "",
                                       .got = ""}};
  const taut_case_result result = {
      .verdict = TAUT_PASS, .reason = "", .n_checks = 1, .checks = checks};
  json_t *answer = taut_record_encode(&result);
  add_answer(trial, "a result of the case", "believed", is_result_refused(answer));
  int n = 0, n_refused = 0;
  const char *key;
  json_t *value;
  json_t *keys = json_object();
  json_object_foreach(answer, key, value) json_object_set(keys, key, value);
  json_object_foreach(keys, key, value) {
    json_t *less = json_deep_copy(answer);
    json_object_del(less, key);
    n++;
    n_refused += is_result_refused(less);
    json_decref(less);
  }
  char expected[64], got[64];
  snprintf(expected, sizeof expected, "%d of %d refused", n, n);
  snprintf(got, sizeof got, "%d of %d refused", n_refused, n);
  taut_trial_add(trial, "answers of workers", "a result without one of its fields, each in turn",
                 expected, got, n == n_refused && n > 0);
  json_t *lie = json_deep_copy(answer);
  json_t *check = json_array_get(json_object_get(lie, "checks"), 0);
  json_object_set_new(check, "verdict", json_string("fail"));
  add_answer(trial, "a pass whose check has failed", "refused", is_result_refused(lie));
  json_decref(lie);
  json_decref(keys);
  json_decref(answer);
}

void taut_trial_answers(taut_trial *trial) {
  try_frames(trial);
  try_results(trial);
}
