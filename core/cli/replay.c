#include "cli/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/finding.h"
#include "trace/judgement.h"

static const char *value(const taut_replay *replay, const char *metadata, const char *key) {
  return taut_trace_reader_value(taut_journal_reader_notes(replay->reader), metadata, key);
}

// ------------------------------------------------------------------------------------------- open

static int refuse(const char *path, const char *why) {
  fprintf(stderr, "taut run: %s: %s\n", path, why);
  return TAUT_EXIT_EVIDENCE;
}

/// What is left of a journal that is not whole.
static int judge_survey(const char *path, const taut_journal_survey *survey) {
  double until_s = (double)survey->last_ns * 1e-9;
  if (survey->is_whole) return TAUT_EXIT_OK;
  if (!survey->is_damaged) {
    fprintf(stderr,
            "taut run: %s was not finished (%s): it has %" PRIu64 " messages, up to %.3f s\n", path,
            survey->trouble, survey->n_messages, until_s);
    return TAUT_EXIT_OK;
  }
  fprintf(stderr,
          "taut run: %s is damaged (%s): it has %" PRIu64
          " messages before that, up to %.3f s. 'taut trace recover %s SAVED.mcap' keeps what can "
          "be read\n",
          path, survey->trouble, survey->n_messages, until_s, path);
  return TAUT_EXIT_EVIDENCE;
}

static int read_beginning(const char *path, taut_replay *replay) {
  const char *seed = value(replay, "taut.run", "seed");
  char *end = NULL;
  errno = 0;
  replay->seed = seed != NULL ? strtoull(seed, &end, 10) : 0;
  replay->name = value(replay, "taut.run", "scenario");
  replay->file = value(replay, TAUT_JOURNAL_METADATA, "file");
  bool is_seed = seed != NULL && end != seed && *end == '\0' && errno == 0;
  if (replay->file == NULL) return refuse(path, "it does not say which scenario it is of");
  if (replay->name == NULL || !is_seed || replay->seed > INT64_MAX)
    return refuse(path, "it ends before the run began: there is nothing to replay");
  return TAUT_EXIT_OK;
}

int taut_replay_open(const taut_verb *verb, const char *path, taut_replay *out) {
  char error[512];
  taut_trace_source source;
  *out = (taut_replay){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
  if (out->fd < 0) return taut_usage(verb, "--replay %s: %s", path, strerror(errno));
  if (taut_trace_source_fd(&out->fd, &source) != TAUT_OK) {
    return taut_usage(verb, "--replay %s: it is no file; journals are in runs/<id>/journal/", path);
  }
  taut_status status = taut_journal_survey_read(&source, &out->survey, error, sizeof error);
  if (status == TAUT_OK)
    status = taut_journal_reader_open(&source, &out->reader, error, sizeof error);
  if (status != TAUT_OK) return refuse(path, error);
  int result = judge_survey(path, &out->survey);
  return result == TAUT_EXIT_OK ? read_beginning(path, out) : result;
}

void taut_replay_fini(taut_replay *replay) {
  if (replay->path == NULL) return;
  taut_journal_reader_close(replay->reader);
  if (replay->fd >= 0) close(replay->fd);
  *replay = (taut_replay){0};
}

const char **taut_replay_with(const taut_replay *replay) {
  const char **with = taut_memory_resize(NULL, sizeof *with);
  size_t n = 0;
  for (;;) {
    char key[32];
    snprintf(key, sizeof key, "with.%02zu", n);
    with[n] = value(replay, TAUT_JOURNAL_METADATA, key);
    if (with[n] == NULL) return with;
    with = taut_memory_resize(with, (++n + 1) * sizeof *with);
  }
}

// ------------------------------------------------------------------------------------------ judge

/// What was recorded, or null of a run that was cut off.
static json_t *recorded_json(const taut_replay *replay) {
  static const struct {
    const char *metadata, *key;
  } names[] = {{"taut.result", "verdict"},    {"taut.result", "reason"},
               {"taut.result", "trace_hash"}, {"taut.run", "plan_hash"},
               {"taut.run", "taut"},          {TAUT_JOURNAL_METADATA, "mode"}};
  if (value(replay, "taut.result", "verdict") == NULL) return json_null();
  json_t *object = json_object();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    json_object_set_new(object, names[i].key,
                        taut_record_string(value(replay, names[i].metadata, names[i].key)));
  }
  return object;
}

/// Whether two judgements say the same, to the last bit of the margin.
static bool is_same(const char *recorded, const char *now) {
  taut_trace_judgement a, b;
  if (taut_trace_judgement_parse(recorded, &a) != TAUT_OK ||
      taut_trace_judgement_parse(now, &b) != TAUT_OK)
    return false;
  return a.verdict == b.verdict && strcmp(a.unit, b.unit) == 0 && a.has_margin == b.has_margin &&
         a.first_ns == b.first_ns && taut_bits_of(a.margin) == taut_bits_of(b.margin);
}

/// The requirements that were judged otherwise, or not at all, then.
static json_t *changes_json(const taut_replay *replay, const taut_record *record) {
  size_t n;
  json_t *changes = json_array();
  taut_finding *findings = taut_findings_gather(record->checks, record->n_checks, true, &n);
  for (size_t i = 0; i < n; i++) {
    taut_trace_judgement judgement = {.verdict = findings[i].verdict,
                                      .has_margin = findings[i].has_margin,
                                      .margin = findings[i].margin,
                                      .first_ns = findings[i].first_ns};
    char now[TAUT_JUDGEMENT_TEXT_MAX];
    snprintf(judgement.unit, sizeof judgement.unit, "%s", findings[i].unit);
    taut_trace_judgement_format(&judgement, now);
    const char *recorded = value(replay, TAUT_TRACE_REQUIREMENTS, findings[i].id);
    if (recorded != NULL && is_same(recorded, now)) continue;
    json_t *change = json_object();
    json_object_set_new(change, "id", taut_record_string(findings[i].id));
    json_object_set_new(change, "recorded",
                        recorded != NULL ? taut_record_string(recorded) : json_null());
    json_object_set_new(change, "now", taut_record_string(now));
    json_array_append_new(changes, change);
  }
  free(findings);
  return changes;
}

void taut_replay_judge(const taut_replay *replay, taut_record *record) {
  json_t *object = json_object(), *recorded = recorded_json(replay);
  const char *then = json_string_value(json_object_get(recorded, "trace_hash"));
  char now[33];
  taut_record_hex(record->trace_hash, now);
  bool is_judged = record->has_hashes && json_is_object(recorded);
  bool has_same_rows = is_judged && then != NULL && strcmp(then, now) == 0;
  json_object_set_new(object, "journal", taut_record_string(replay->path));
  json_object_set_new(object, "recorded", recorded);
  json_object_set_new(object, "same_rows", json_boolean(has_same_rows));
  json_object_set_new(object, "changes", is_judged ? changes_json(replay, record) : json_array());
  json_decref(record->replay);
  record->replay = object;
  if (!is_judged || has_same_rows || record->verdict == TAUT_ERROR) return;
  const char *version = json_string_value(json_object_get(recorded, "taut"));
  record->verdict = TAUT_ERROR;
  free(record->reason);
  record->reason = taut_text_format(
      "the replay is not the run that was recorded: its trace hash is %s, recorded with taut %s "
      "was %s",
      now, version != NULL ? version : "?", then != NULL ? then : "none");
}

// ------------------------------------------------------------------------------------------ print

static void print_changes(const json_t *changes) {
  const json_t *change;
  size_t i;
  json_array_foreach(changes, i, change) {
    const char *recorded = json_string_value(json_object_get(change, "recorded"));
    printf("  %s: %s, recorded: %s\n", json_string_value(json_object_get(change, "id")),
           json_string_value(json_object_get(change, "now")),
           recorded != NULL ? recorded : "not judged");
  }
}

void taut_replay_print(const taut_replay *replay, const taut_record *records, size_t n,
                       const taut_palette *palette) {
  for (size_t i = 0; i < n; i++) {
    const json_t *object = records[i].replay, *recorded = json_object_get(object, "recorded");
    if (object == NULL) continue;
    const json_t *changes = json_object_get(object, "changes");
    bool has_same_rows = json_is_true(json_object_get(object, "same_rows"));
    printf("%sreplayed, not re-executed%s: ", palette->bold, palette->reset);
    if (!json_is_object(recorded)) {
      printf("the recorded run has no result to compare with, its journal ends at %.3f s\n",
             (double)replay->survey.last_ns * 1e-9);
    } else if (!has_same_rows) {
      printf("not the rows of the recorded run, which was '%s'\n",
             json_string_value(json_object_get(recorded, "verdict")));
    } else if (json_array_size(changes) == 0) {
      printf("the same rows, verdicts and margins as the recorded %s run\n",
             json_string_value(json_object_get(recorded, "mode")));
    } else {
      printf("the same rows as the recorded %s run; judged otherwise:\n",
             json_string_value(json_object_get(recorded, "mode")));
      print_changes(changes);
    }
  }
}
