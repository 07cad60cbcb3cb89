/// The traces of a bundle against its results.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/verify.h"
#include "trace/check.h"
#include "trace/reader.h"

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static bool fail(taut_verify *v, const char *name, const char *why) {
  if (v->check.fault[0] == '\0')
    snprintf(v->check.fault, sizeof v->check.fault, "%.400s: %.500s", name, why);
  return false;
}

/// The first field in which what a trace says of its run is not what the results say; NULL when all
/// agree. The caller's.
static char *compare(const taut_trace_reader *reader, const json_t *run) {
  static const struct {
    const char *metadata, *key, *field;
  } fields[] = {{"taut.result", "trace_hash", "trace_hash"},
                {"taut.result", "verdict", "verdict"},
                {"taut.run", "plan_hash", "plan_hash"},
                {"taut.run", "scenario", "name"}};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    const char *says = taut_trace_reader_value(reader, fields[i].metadata, fields[i].key);
    const char *expected = text_at(run, fields[i].field);
    if (says != NULL && strcmp(says, expected) == 0) continue;
    return taut_text_format("%s: the results say %.200s, the trace %.200s", fields[i].field,
                            expected, says != NULL ? says : "nothing");
  }
  char seed[32];
  snprintf(seed, sizeof seed, "%lld", (long long)json_integer_value(json_object_get(run, "seed")));
  const char *says = taut_trace_reader_value(reader, "taut.run", "seed");
  if (says != NULL && strcmp(says, seed) == 0) return NULL;
  return taut_text_format("seed: the results say %s, the trace %.200s", seed,
                          says != NULL ? says : "nothing");
}

/// Every checksum in the file, then what it says of itself.
static char *look_into(int fd, const json_t *run) {
  taut_trace_source source;
  taut_trace_verdict verdict;
  taut_trace_reader *reader = NULL;
  if (taut_trace_source_fd(&fd, &source) != TAUT_OK ||
      taut_trace_verify(&source, &verdict) != TAUT_OK)
    return taut_text_copy("cannot be read");
  if (!verdict.is_ok) return taut_text_copy(verdict.fault);
  if (taut_trace_reader_open(&source, &reader) != TAUT_OK)
    return taut_text_copy("is no trace of Taut");
  char *why = compare(reader, run);
  taut_trace_reader_close(reader);
  return why;
}

static const json_t *find_run(const json_t *results, const json_t *entry) {
  size_t i;
  json_t *run;
  json_array_foreach(json_object_get(results, "runs"), i, run) {
    if (strcmp(text_at(run, "name"), text_at(entry, "name")) == 0 &&
        strcmp(text_at(run, "file"), text_at(entry, "file")) == 0 &&
        json_equal(json_object_get(run, "seed"), json_object_get(entry, "seed")))
      return run;
  }
  return NULL;
}

/// The results of a campaign, each read once; borrowed from `all`.
static const json_t *results_of(taut_verify *v, json_t *all, const char *campaign) {
  json_t *results = json_object_get(all, campaign);
  if (results != NULL) return results;
  char *name = taut_text_format("results/%s.json", campaign);
  results = taut_bundle_read(v->folder, name, &v->check);
  free(name);
  if (results != NULL) json_object_set_new(all, campaign, results);
  return results;
}

static bool judge_trace(taut_verify *v, json_t *all, const json_t *entry) {
  const char *name = text_at(entry, "trace");
  if (name[0] == '\0') return true;
  if (json_object_get(json_object_get(v->check.manifest, "files"), name) == NULL)
    return fail(v, "traces.json", "names a trace that is not in the bundle");
  char *path = taut_text_format("%s/%s", v->folder, name), *why = NULL;
  const json_t *run = find_run(results_of(v, all, text_at(entry, "campaign")), entry);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (run == NULL) {
    why = taut_text_copy("no result is of its run");
  } else {
    why = fd >= 0 ? look_into(fd, run) : taut_text_copy("cannot be read");
  }
  if (fd >= 0) close(fd);
  if (why != NULL) fail(v, name, why);
  free(path);
  free(why);
  return v->check.fault[0] == '\0';
}

bool taut_verify_traces(taut_verify *v) {
  if (json_object_get(json_object_get(v->check.manifest, "files"), "traces.json") == NULL)
    return true;
  json_t *list = taut_bundle_read(v->folder, "traces.json", &v->check), *entry;
  json_t *results = json_object();
  size_t i, n = 0;
  bool is_fine = list != NULL;
  json_array_foreach(list, i, entry) {
    if (!is_fine) break;
    is_fine = judge_trace(v, results, entry);
    n += text_at(entry, "trace")[0] != '\0';
  }
  json_decref(results);
  json_decref(list);
  if (is_fine) taut_verify_ok(v, "traces", "%zu traces are whole and of the runs they name", n);
  return is_fine;
}
