/// The traces that a bundle keeps: every failure, where a requirement was nearest to its limit, and
/// one per hazard. The runs are executed once more for them, which must give the same rows.
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/certify.h"
#include "report/evidence.h"
#include "report/file.h"
#include "report/record.h"
#include "trace/clip.h"

enum { WINDOWS_MAX = 24, FAILURES_MAX = 100 };
static const int64_t BEFORE_NS = 200000000, AFTER_NS = 100000000;
static const int64_t BYTES_MAX = 34000000;  ///< of all clips of a quick bundle

/// A run whose trace is kept.
typedef struct taut_kept {
  const taut_campaign *campaign;
  size_t i_item;
  json_t *why;  ///< array of texts (owned)
  taut_trace_window windows[WINDOWS_MAX];
  size_t n_windows;
  char *name;  ///< in the bundle; NULL until written (owned)
  int64_t bytes;
} taut_kept;

typedef struct keeper {
  taut_certify *certify;
  taut_kept *kept;
  size_t n;
  char *folder;
  int64_t bytes;
  char difference[900];  ///< of a run that gave other rows
  bool has_failed;
} keeper;

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

// -------------------------------------------------------------------------------------------
// choice

static taut_kept *find_kept(keeper *k, const taut_campaign *campaign, size_t i_item) {
  for (size_t i = 0; i < k->n; i++) {
    if (k->kept[i].campaign == campaign && k->kept[i].i_item == i_item) return &k->kept[i];
    // Runs of one case that differ in their seeds share the name of their trace.
    if (k->kept[i].campaign == campaign &&
        strcmp(campaign->items[k->kept[i].i_item].trace, campaign->items[i_item].trace) == 0)
      return NULL;
  }
  k->kept = taut_memory_resize(k->kept, (k->n + 1) * sizeof *k->kept);
  k->kept[k->n] = (taut_kept){.campaign = campaign, .i_item = i_item, .why = json_array()};
  return &k->kept[k->n++];
}

/// Keeps the run around an instant; NULL stands for its end.
static void keep(keeper *k, const taut_campaign *campaign, size_t i_item, const json_t *tick,
                 char *why) {
  taut_kept *kept = find_kept(k, campaign, i_item);
  if (kept != NULL) {
    double end_s = json_number_value(json_object_get(campaign->runs[i_item], "simulated_s"));
    int64_t at_ns = json_is_integer(tick) ? json_integer_value(tick) : (int64_t)(end_s * 1e9);
    if (kept->n_windows < WINDOWS_MAX)
      kept->windows[kept->n_windows++] = (taut_trace_window){at_ns - BEFORE_NS, at_ns + AFTER_NS};
    json_array_append_new(kept->why, taut_record_string(why));
  }
  free(why);
}

/// The instant of the check that decided a run.
static const json_t *tick_of_failure(const json_t *run) {
  size_t i;
  json_t *check;
  json_array_foreach(json_object_get(run, "checks"), i, check) {
    if (strcmp(text_at(check, "verdict"), text_at(run, "verdict")) == 0)
      return json_object_get(check, "tick_ns");
  }
  return NULL;
}

static void keep_failures(keeper *k) {
  size_t n = 0;
  for (size_t c = 0; c < k->certify->n_campaigns; c++) {
    const taut_campaign *campaign = &k->certify->campaigns[c];
    for (size_t i = 0; i < campaign->n_items && n < FAILURES_MAX; i++) {
      const char *verdict = text_at(campaign->runs[i], "verdict");
      if (strcmp(verdict, "pass") == 0 || verdict[0] == '\0') continue;
      keep(k, campaign, i, tick_of_failure(campaign->runs[i]),
           taut_text_format("%s: %s", verdict, text_at(campaign->runs[i], "reason")));
      n++;
    }
  }
}

/// The run that a register's row names as the worst, and where in it the margin was least.
static void keep_worst(keeper *k, const json_t *row) {
  const char *id = text_at(row, "id"), *worst = text_at(row, "worst_case");
  for (size_t c = 0; worst[0] != '\0' && c < k->certify->n_campaigns; c++) {
    const taut_campaign *campaign = &k->certify->campaigns[c];
    for (size_t i = 0; !campaign->is_brief && i < campaign->n_items; i++) {
      const json_t *run = campaign->runs[i];
      size_t n;
      json_t *check;
      if (strcmp(text_at(run, "name"), worst) != 0) continue;
      json_array_foreach(json_object_get(run, "checks"), n, check) {
        if (strcmp(text_at(check, "id"), id) != 0) continue;
        keep(k, campaign, i, json_object_get(check, "tick_ns"),
             taut_text_format("least margin of %s", id));
        return;
      }
    }
  }
}

static void keep_hazard(keeper *k, const char *id) {
  for (size_t c = 0; c < k->certify->n_campaigns; c++) {
    const taut_campaign *campaign = &k->certify->campaigns[c];
    for (size_t i = 0; i < campaign->n_items; i++) {
      size_t n;
      json_t *note;
      if (strcmp(campaign->items[i].hazard, id) != 0) continue;
      double t_s = -1;
      json_array_foreach(json_object_get(campaign->runs[i], "notes"), n, note) {
        if (strcmp(text_at(note, "kind"), "detection") == 0)
          t_s = json_number_value(json_object_get(note, "t"));
      }
      json_t *tick = t_s >= 0 ? json_integer((json_int_t)(t_s * 1e9)) : NULL;
      keep(k, campaign, i, tick, taut_text_format("hazard %s", id));
      json_decref(tick);
      return;
    }
  }
}

static void choose(keeper *k, const json_t *registers) {
  size_t i;
  json_t *row;
  keep_failures(k);
  json_array_foreach(json_object_get(registers, "hazards"), i, row) {
    keep_hazard(k, text_at(row, "id"));
  }
  json_array_foreach(json_object_get(registers, "requirements"), i, row) keep_worst(k, row);
}

// -------------------------------------------------------------------------------------------
// running

static bool clip(const char *from, const taut_kept *kept, const char *to) {
  int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
  taut_trace_source source;
  bool is_fine = in >= 0 && taut_trace_source_fd(&in, &source) == TAUT_OK;
  if (is_fine) out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  const taut_trace_sink sink = {taut_trace_sink_fd, &out};
  is_fine = is_fine && out >= 0 &&
            taut_trace_clip(&source, kept->windows, kept->n_windows, &sink) == TAUT_OK;
  if (out >= 0) close(out);
  if (in >= 0) close(in);
  return is_fine;
}

/// Puts the trace of a run, or the part that counts, into the folder of what is kept.
static void store(keeper *k, taut_kept *kept, const char *trace) {
  struct stat info;
  const taut_item *item = &kept->campaign->items[kept->i_item];
  kept->name = taut_text_format("traces/%s.%s.mcap", kept->campaign->name, item->trace);
  char *path = taut_text_format("%s/%s.%s.mcap", k->folder, kept->campaign->name, item->trace);
  bool is_whole = k->certify->is_full;
  bool is_stored = is_whole ? rename(trace, path) == 0 : clip(trace, kept, path);
  if (is_stored && stat(path, &info) == 0) kept->bytes = info.st_size;
  k->has_failed = k->has_failed || !is_stored;
  if (!is_whole) unlink(trace);
  free(path);
}

static void take_trace(void *user, size_t i_item, const taut_record *record) {
  keeper *k = user;
  taut_kept *kept = &k->kept[i_item];
  const json_t *run = kept->campaign->runs[kept->i_item];
  char now[33];
  taut_record_hex(record->trace_hash, now);
  k->certify->terminal.n_done++;
  const char *then = text_at(run, "trace_hash");
  if (then[0] != '\0' && strcmp(then, now) != 0 && k->difference[0] == '\0') {
    snprintf(k->difference, sizeof k->difference, "'%.400s' gave other rows when it ran again",
             text_at(run, "name"));
  }
  if (record->trace != NULL && strstr(record->trace, ".partial.") == NULL) {
    store(k, kept, record->trace);
  } else if (record->trace != NULL) {
    unlink(record->trace);
  }
}

static void print_progress(void *user, const char *running) {
  keeper *k = user;
  taut_terminal_progress(&k->certify->terminal, running);
}

static int run_again(keeper *k) {
  taut_certify *c = k->certify;
  taut_collection some = c->p.collection;
  taut_execution execution;
  char *folder = taut_text_format("%s/fresh", c->work);
  some.items = taut_memory_resize(NULL, (k->n + 1) * sizeof *some.items);
  some.n_items = k->n;
  for (size_t i = 0; i < k->n; i++) some.items[i] = k->kept[i].campaign->items[k->kept[i].i_item];
  const taut_execution_options options = {
      .seed = c->seed, .repeats = 1, .misses_max = -1, .trace_folder = folder};
  const taut_execution_events events = {
      .on_record = take_trace, .on_tick = print_progress, .user = k};
  taut_file_remove_tree(folder);
  taut_status status = taut_file_make_folder(folder);
  taut_terminal_init(&c->terminal, k->n, true, false);
  if (status == TAUT_OK) status = taut_execute(&c->p.zygote, &some, &options, &events, &execution);
  bool is_interrupted = status == TAUT_OK && execution.is_interrupted;
  if (status == TAUT_OK) taut_execution_fini(&execution);
  taut_terminal_clear(&c->terminal);
  taut_file_remove_tree(folder);
  free(folder);
  free(some.items);
  if (is_interrupted) return TAUT_EXIT_INTERRUPTED;
  if (status != TAUT_OK || k->has_failed) {
    fprintf(stderr, "taut certify: traces cannot be written to %s: %s\n", c->work, strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  if (k->difference[0] == '\0') return TAUT_EXIT_OK;
  fprintf(stderr, "taut certify: not deterministic: %s; no evidence can be made of that\n",
          k->difference);
  return TAUT_EXIT_NOT_PASSED;
}

// -----------------------------------------------------------------------------------------
// document

static json_t *entry_of(const keeper *k, const taut_kept *kept, bool is_in) {
  const json_t *run = kept->campaign->runs[kept->i_item];
  json_t *entry = json_object(), *windows = json_array();
  json_object_set_new(entry, "campaign", json_string(kept->campaign->name));
  json_object_set(entry, "name", json_object_get(run, "name"));
  json_object_set(entry, "file", json_object_get(run, "file"));
  json_object_set(entry, "seed", json_object_get(run, "seed"));
  json_object_set(entry, "trace_hash", json_object_get(run, "trace_hash"));
  json_object_set(entry, "why", kept->why);
  json_object_set_new(entry, "trace", is_in ? taut_record_string(kept->name) : json_null());
  for (size_t i = 0; !k->certify->is_full && i < kept->n_windows; i++)
    json_array_append_new(windows, json_pack("[I,I]", (json_int_t)kept->windows[i].from_ns,
                                             (json_int_t)kept->windows[i].until_ns));
  json_object_set_new(entry, "windows_ns", windows);
  return entry;
}

/// What does not fit is left out from the end: failures and hazards come first.
static json_t *document_of(keeper *k) {
  json_t *list = json_array();
  for (size_t i = 0; i < k->n; i++) {
    taut_kept *kept = &k->kept[i];
    bool is_in = kept->name != NULL && (k->certify->is_full || k->bytes + kept->bytes <= BYTES_MAX);
    if (is_in) k->bytes += kept->bytes;
    json_array_append_new(list, entry_of(k, kept, is_in));
  }
  return list;
}

int taut_certify_traces(taut_certify *c, const json_t *registers) {
  keeper k = {.certify = c};
  if (taut_arguments_has(c->arguments, "no-traces")) return TAUT_EXIT_OK;
  k.folder = taut_text_format("%s/traces", c->work);
  taut_file_remove_tree(k.folder);
  choose(&k, registers);
  int status = TAUT_EXIT_OWN_FAULT;
  if (taut_file_make_folder(k.folder) == TAUT_OK) status = run_again(&k);
  if (status == TAUT_EXIT_OK) {
    c->traces = document_of(&k);
    printf("%-9s %zu runs executed again, with the same rows; %.1f MB kept\n", "traces", k.n,
           (double)k.bytes * 1e-6);
  }
  for (size_t i = 0; i < k.n; i++) {
    json_decref(k.kept[i].why);
    free(k.kept[i].name);
  }
  free(k.kept);
  free(k.folder);
  return status;
}

void taut_certify_put_traces(const taut_certify *c, taut_bundle *bundle) {
  size_t i;
  json_t *entry;
  json_array_foreach(c->traces, i, entry) {
    const char *name = text_at(entry, "trace");
    if (name[0] == '\0') continue;
    char *path = taut_text_format("%s/%s", c->work, name);
    taut_bundle_copy(bundle, name, path);
    free(path);
  }
}
