#include "report/results.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "report/text.h"
#include "taut/engine.h"

taut_tally taut_results_tally(const taut_record *records, size_t n_records) {
  taut_tally tally = {{0}};
  for (size_t i = 0; i < n_records; i++) tally.count[records[i].verdict]++;
  return tally;
}

int taut_results_exit_code(const taut_record *records, size_t n_records, bool allow_inconclusive) {
  if (n_records == 0) return 5;
  for (size_t i = 0; i < n_records; i++) {
    if (records[i].is_load_error) return 4;
  }
  taut_tally tally = taut_results_tally(records, n_records);
  size_t n_bad = tally.count[TAUT_FAIL] + tally.count[TAUT_ERROR];
  if (!allow_inconclusive) n_bad += tally.count[TAUT_INCONCLUSIVE];
  return n_bad > 0 ? 1 : 0;
}

const char *taut_results_compiler(void) {
#if defined(__clang__)
  return "clang " __clang_version__;
#elif defined(__GNUC__)
  return "gcc " __VERSION__;
#else
  return "unknown";
#endif
}

static json_t *environment_json(const taut_results *results) {
  char host[256] = "", date[32] = "";
  gethostname(host, sizeof host - 1);
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc) != NULL) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  json_t *object = json_object();
  json_object_set_new(object, "run", taut_record_string(results->run_id));
  json_object_set_new(object, "date", json_string(date));
  json_object_set_new(object, "wall_s", json_real(results->wall_s));
  json_object_set_new(object, "host", taut_record_string(host));
  json_object_set_new(object, "pid", json_integer(getpid()));
  json_object_set_new(object, "workers", json_integer(results->n_workers));
  if (results->branches != NULL) json_object_set(object, "branches", results->branches);
  json_object_set_new(object, "compiler", taut_record_string(taut_results_compiler()));
  return object;
}

static json_t *list_json(const json_t *list) {
  return list != NULL ? json_deep_copy(list) : json_array();
}

json_t *taut_results_json(const taut_results *results) {
  taut_tally tally = taut_results_tally(results->records, results->n_records);
  json_t *object = json_object(), *with = json_array();
  json_t *summary = json_object(), *cases = json_array();
  for (size_t i = 0; results->with != NULL && results->with[i] != NULL; i++) {
    json_array_append_new(with, taut_record_string(results->with[i]));
  }
  json_object_set_new(summary, "total", json_integer((json_int_t)results->n_records));
  for (int verdict = TAUT_PASS; verdict <= TAUT_ERROR; verdict++) {
    json_object_set_new(summary, taut_verdict_name((taut_verdict)verdict),
                        json_integer((json_int_t)tally.count[verdict]));
  }
  for (size_t i = 0; i < results->n_records; i++) {
    json_array_append_new(cases, taut_record_json(&results->records[i]));
  }
  json_object_set_new(object, "schema", json_string("taut.results/1"));
  json_object_set_new(object, "version", json_string(TAUT_VERSION));
  json_object_set_new(object, "seed", json_integer((json_int_t)results->seed));
  json_object_set_new(object, "with", with);
  if (results->against != NULL) {
    json_t *against = json_array();
    for (size_t i = 0; results->against[i] != NULL; i++) {
      json_array_append_new(against, taut_record_string(results->against[i]));
    }
    json_object_set_new(object, "against", against);
  }
  json_object_set_new(object, "interrupted", json_boolean(results->is_interrupted));
  json_object_set_new(object, "allow_inconclusive", json_boolean(results->allow_inconclusive));
  json_object_set_new(object, "exit_code", json_integer(results->exit_code));
  json_object_set_new(object, "summary", summary);
  json_object_set_new(object, "cases", cases);
  json_object_set_new(object, "requirements", list_json(results->requirements));
  json_object_set_new(object, "hazards", list_json(results->hazards));
  json_object_set_new(object, "environment", environment_json(results));
  return object;
}

char *taut_json_text(const json_t *document) {
  char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
  if (text == NULL) return taut_text_copy("null\n");
  size_t size = strlen(text);
  text = taut_memory_resize(text, size + 2);
  memcpy(text + size, "\n", 2);
  return text;
}
