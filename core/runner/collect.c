#include "runner/collect.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/entries.h"
#include "report/text.h"
#include "runner/trace_name.h"
#include "runner/workers.h"

typedef struct collector {
  const taut_files *files;
  taut_collection *out;
  json_t **answers;  ///< (n_files)
} collector;

taut_record taut_record_error(const char *file, const char *name, int line, const char *reason) {
  return (taut_record){.file = taut_text_copy(file),
                       .name = taut_text_copy(name),
                       .line = line,
                       .verdict = TAUT_ERROR,
                       .reason = taut_text_clean(reason, strlen(reason)),
                       .repeats = 1};
}

void taut_record_keep_logs(taut_record *record, json_t *answer, const char *output, size_t n_output,
                           size_t n_lost) {
  const json_t *log = json_object_get(answer, "log");
  if (record->n_logs == 0 && json_array_size(log) > 0) {
    size_t n = json_array_size(log);
    free(record->logs);
    record->logs = taut_memory_resize(NULL, n * sizeof *record->logs);
    for (size_t i = 0; i < n; i++) {
      const char *line = json_string_value(json_array_get(log, i));
      record->logs[i] = line != NULL ? line : "";
    }
    record->n_logs = n;
    if (record->answer == NULL) record->answer = json_incref(answer);
  }
  json_t *inputs = json_object_get(answer, "inputs");
  if (json_is_array(inputs)) record->inputs = json_incref(inputs);
  record->output = taut_text_clean(output, n_output);
  record->n_output_lost = n_lost;
}

/// The line a log text "FILE:12: what" points at, 0 for none.
static int line_of(const char *text, const char *file) {
  size_t size = strlen(file);
  const char *at = strstr(text, file);
  if (at == NULL || at[size] != ':') return 0;
  long line = strtol(at + size + 1, NULL, 10);
  return line > 0 && line < INT_MAX ? (int)line : 0;
}

static void add_error(collector *c, const char *file, const char *reason, bool is_compile,
                      const taut_job_end *end) {
  taut_collection *out = c->out;
  out->errors = taut_memory_resize(out->errors, (out->n_errors + 1) * sizeof *out->errors);
  taut_record *record = &out->errors[out->n_errors++];
  *record = taut_record_error(file, "(load)", 0, reason);
  record->line = line_of(reason, file);
  record->is_load_error = is_compile;
  record->wall_s = end->wall_s;
  record->pid = end->pid;
  taut_record_keep_logs(record, end->answer, end->output, end->n_output, end->n_output_lost);
}

static bool are_twins_valid(const json_t *twins) {
  if (!json_is_array(twins)) return false;
  size_t i;
  json_t *twin;
  json_array_foreach(twins, i, twin) {
    if (!json_is_string(json_object_get(twin, "name")) ||
        !json_is_string(json_object_get(twin, "overlay"))) {
      return false;
    }
  }
  return true;
}

static bool is_list_valid(const json_t *cases) {
  if (!json_is_array(cases)) return false;
  size_t i;
  json_t *item;
  json_array_foreach(cases, i, item) {
    if (!json_is_string(json_object_get(item, "name")) ||
        !json_is_integer(json_object_get(item, "line")) ||
        !json_is_array(json_object_get(item, "tags")) ||
        !json_is_array(json_object_get(item, "covers")) ||
        !json_is_array(json_object_get(item, "rows")) ||
        !are_twins_valid(json_object_get(item, "twins")) ||
        !json_is_string(json_object_get(item, "roles")) ||
        !json_is_array(json_object_get(item, "demand")) ||
        !json_is_string(json_object_get(item, "distribution")) ||
        !json_is_string(json_object_get(item, "hazard")) ||
        !json_is_array(json_object_get(item, "not_applicable")) ||
        !json_is_string(json_object_get(item, "warm")) ||
        !json_is_string(json_object_get(item, "rig"))) {
      return false;
    }
  }
  return true;
}

static void on_listed(void *user, const taut_job_end *end) {
  collector *c = user;
  const char *file = c->files->files[end->tag];
  if (end->outcome == TAUT_JOB_STOPPED) return;
  if (end->outcome != TAUT_JOB_ANSWERED) {
    add_error(c, file, end->text, false, end);
    return;
  }
  const json_t *status = json_object_get(end->answer, "status");
  if (json_is_integer(status) && json_integer_value(status) != TAUT_OK) {
    // The last line of the log says what is wrong; an earlier one may say where it came from.
    const json_t *log = json_object_get(end->answer, "log");
    const char *line = json_string_value(json_array_get(log, 0));
    const char *text = taut_status_text((taut_status)json_integer_value(status));
    add_error(c, file, line != NULL ? line : text, true, end);
    return;
  }
  const json_t *cases = json_object_get(end->answer, "cases");
  if (!json_is_integer(status) || !is_list_valid(cases) ||
      !taut_entries_are_valid(json_object_get(end->answer, "requirements"),
                              json_object_get(end->answer, "hazards"))) {
    add_error(c, file, "the worker's list of cases cannot be believed", false, end);
    return;
  }
  c->answers[end->tag] = json_incref(end->answer);
  json_t *inputs = json_object_get(end->answer, "inputs");
  if (json_is_array(inputs)) json_object_set(c->out->inputs, file, inputs);
}

static void add_items(taut_collection *out, const char *file, json_t *cases) {
  size_t n = json_array_size(cases);
  out->items = taut_memory_resize(out->items, (out->n_items + n + 1) * sizeof *out->items);
  for (size_t i = 0; i < n; i++) {
    const json_t *listed = json_array_get(cases, i);
    out->items[out->n_items++] =
        (taut_item){.file = file,
                    .name = json_string_value(json_object_get(listed, "name")),
                    .line = (int)json_integer_value(json_object_get(listed, "line")),
                    .line_next = INT_MAX,
                    .i_case = (uint32_t)i,
                    .rig = json_string_value(json_object_get(listed, "rig")),
                    .rows = json_object_get(listed, "rows"),
                    .twins = json_object_get(listed, "twins"),
                    .roles = json_string_value(json_object_get(listed, "roles")),
                    .demand = json_object_get(listed, "demand"),
                    .distribution = json_string_value(json_object_get(listed, "distribution")),
                    .hazard = json_string_value(json_object_get(listed, "hazard")),
                    .not_applicable = json_object_get(listed, "not_applicable"),
                    .warm = json_string_value(json_object_get(listed, "warm")),
                    .tags = json_object_get(listed, "tags"),
                    .covers = json_object_get(listed, "covers")};
  }
}

static int compare_items(const void *left, const void *right) {
  const taut_item *a = left, *b = right;
  int order = strcmp(a->file, b->file);
  if (order != 0) return order;
  if (a->line != b->line) return a->line < b->line ? -1 : 1;
  return a->i_case < b->i_case ? -1 : a->i_case > b->i_case;
}

static int compare_errors(const void *left, const void *right) {
  const taut_record *a = left, *b = right;
  return strcmp(a->file, b->file);
}

static void sort_collection(taut_collection *out) {
  if (out->n_items > 1) qsort(out->items, out->n_items, sizeof *out->items, compare_items);
  if (out->n_errors > 1) qsort(out->errors, out->n_errors, sizeof *out->errors, compare_errors);
  for (size_t i = out->n_items; i-- > 1;) {
    taut_item *here = &out->items[i - 1], *after = &out->items[i];
    if (strcmp(here->file, after->file) != 0) continue;
    here->line_next = after->line > here->line ? after->line : after->line_next;
  }
}

taut_status taut_collect(taut_zygote *zygote, const taut_files *files, taut_collection *out) {
  *out = (taut_collection){.listed = json_array(),
                           .requirements = json_array(),
                           .hazards = json_array(),
                           .inputs = json_object()};
  collector c = {.files = files, .out = out};
  c.answers = taut_memory_resize(NULL, (files->n_files + 1) * sizeof *c.answers);
  memset(c.answers, 0, (files->n_files + 1) * sizeof *c.answers);
  const taut_workers_events events = {.on_end = on_listed, .user = &c};
  taut_workers *workers = NULL;
  taut_status status = taut_workers_create(zygote, &events, &workers);
  taut_job *job = taut_memory_resize(NULL, sizeof *job);
  for (size_t i = 0; status == TAUT_OK && i < files->n_files; i++) {
    memset(job, 0, sizeof *job);
    job->kind = TAUT_JOB_LIST;
    snprintf(job->file, sizeof job->file, "%s", files->files[i]);
    taut_workers_submit(workers, job, i);
  }
  free(job);
  if (status == TAUT_OK) status = taut_workers_run(workers);
  out->is_interrupted = workers != NULL && taut_workers_is_interrupted(workers);
  taut_workers_destroy(workers);
  for (size_t i = 0; i < files->n_files; i++) {
    if (c.answers[i] == NULL) continue;
    add_items(out, files->files[i], json_object_get(c.answers[i], "cases"));
    taut_entries_merge(out->requirements, json_object_get(c.answers[i], "requirements"));
    taut_entries_merge(out->hazards, json_object_get(c.answers[i], "hazards"));
    json_array_append_new(out->listed, c.answers[i]);
  }
  free(c.answers);
  sort_collection(out);
  taut_trace_names(out);
  return status;
}

void taut_collection_fini(taut_collection *collection) {
  for (size_t i = 0; i < collection->n_errors; i++) taut_record_fini(&collection->errors[i]);
  free(collection->errors);
  free(collection->items);
  json_decref(collection->listed);
  json_decref(collection->requirements);
  json_decref(collection->hazards);
  json_decref(collection->inputs);
  *collection = (taut_collection){0};
}

// -------------------------------------------------------------------------------------------
// choice

static bool has_keyword(void *user, const char *word) {
  const taut_item *item = user;
  return taut_text_contains(item->name, word) || taut_text_contains(item->file, word);
}

static bool has_tag(void *user, const char *word) {
  const taut_item *item = user;
  size_t i;
  json_t *tag;
  json_array_foreach((json_t *)(uintptr_t)item->tags, i, tag) {
    if (strcmp(json_string_value(tag) != NULL ? json_string_value(tag) : "", word) == 0)
      return true;
  }
  return false;
}

static bool has_failed(const json_t *failed, const taut_item *item) {
  for (size_t i = 0; i < json_array_size(failed); i++) {
    const json_t *one = json_array_get(failed, i);
    const char *file = json_string_value(json_object_get(one, "file"));
    const char *name = json_string_value(json_object_get(one, "name"));
    if (file == NULL || name == NULL || strcmp(file, item->file) != 0) continue;
    // A file that could not be read then may have any case now.
    if (strcmp(name, item->name) == 0 || strcmp(name, "(load)") == 0) return true;
  }
  return false;
}

/// Cases of one warm run stay together, or each shard would have to make it again.
static const char *shard_name(const taut_item *item) {
  return item->warm[0] != '\0' ? item->warm : item->name;
}

void taut_collection_choose(taut_collection *collection, const taut_choice *choice) {
  size_t n = 0;
  for (size_t i = 0; i < collection->n_items; i++) {
    taut_item *item = &collection->items[i];
    bool is_chosen =
        taut_files_match(choice->files, item->file, item->name, item->line, item->line_next) &&
        (choice->keyword == NULL || taut_selection_holds(choice->keyword, has_keyword, item)) &&
        (choice->tags == NULL || taut_selection_holds(choice->tags, has_tag, item)) &&
        (choice->n_shards == 0 ||
         taut_shard_of(item->file, shard_name(item), choice->n_shards) == choice->shard) &&
        (choice->failed == NULL || has_failed(choice->failed, item)) &&
        (choice->name == NULL || strcmp(choice->name, item->name) == 0);
    if (is_chosen) collection->items[n++] = *item;
  }
  collection->n_items = n;
}
