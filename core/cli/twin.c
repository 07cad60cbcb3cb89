#include "cli/twin.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hil/links.h"
#include "trace/twin.h"

enum { SHOWN_MAX = 20 };

bool taut_twin_is_live(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  taut_trace_source source;
  taut_trace_reader *reader = NULL;
  bool is_live = false;
  if (fd >= 0 && taut_trace_source_fd(&fd, &source) == TAUT_OK &&
      taut_trace_reader_open(&source, &reader) == TAUT_OK) {
    const char *mode = taut_trace_reader_value(reader, "taut.run", "mode");
    is_live = mode != NULL && strcmp(mode, "live") == 0;
  }
  taut_trace_reader_close(reader);
  if (fd >= 0) close(fd);
  return is_live;
}

// ----------------------------------------------------------------------------------------- signals

/// How far a signal is from its twin, as a share of what the twin does.
static double distance(const taut_twin_signal *signal) {
  if (signal->is_same) return -1.0;
  if (signal->kind != TAUT_COLUMN_NUMBER) return signal->rms;
  if (isnan(signal->rms)) return HUGE_VAL;
  if (signal->span > 0.0) return signal->rms / signal->span;
  return signal->rms > 0.0 ? HUGE_VAL : 0.0;
}

static int farther(const void *left, const void *right) {
  const taut_twin_signal *const *a = left, *const *b = right;
  double da = distance(*a), db = distance(*b);
  if (da != db) return da > db ? -1 : 1;
  return strcmp((*a)->name, (*b)->name);
}

static void latency_text(const taut_twin_signal *signal, char *text, size_t size) {
  if (signal->has_latency) snprintf(text, size, "%+.1f ms", signal->latency_s * 1e3);
  if (!signal->has_latency) snprintf(text, size, "-");
}

static void print_signal(const taut_twin_signal *signal, int width) {
  char latency[32], error[96], most[96] = "-";
  latency_text(signal, latency, sizeof latency);
  const char *space = strcmp(signal->unit, "1") == 0 ? "" : " ";
  const char *unit = space[0] == '\0' ? "" : signal->unit;
  if (signal->kind != TAUT_COLUMN_NUMBER) {
    snprintf(error, sizeof error, "%.3g %% of the time", 100.0 * signal->rms);
  } else {
    snprintf(error, sizeof error, "%.3g%s%.40s", signal->rms, space, unit);
    snprintf(most, sizeof most, "%.3g%s%.40s at %.3f s", signal->most, space, unit,
             (double)signal->most_ns * 1e-9);
  }
  char share[32] = "-";
  double part = distance(signal);
  if (isfinite(part) && signal->kind == TAUT_COLUMN_NUMBER)
    snprintf(share, sizeof share, "%.2g %%", 100.0 * part);
  char *name = taut_text_clean(signal->name, strlen(signal->name));
  printf("  %-*s  %10s  %-18s  %-8s  %s\n", width, name, latency, error, share, most);
  free(name);
}

static void print_signals(const taut_twin *twin, bool show_all) {
  const taut_twin_signal **order = taut_memory_resize(NULL, (twin->n_signals + 1) * sizeof *order);
  size_t n = 0, n_shown;
  int width = 6;
  for (size_t i = 0; i < twin->n_signals; i++)
    if (!twin->signals[i].is_same) order[n++] = &twin->signals[i];
  if (n > 1) qsort(order, n, sizeof(void *), farther);
  n_shown = show_all || n <= SHOWN_MAX ? n : SHOWN_MAX;
  for (size_t i = 0; i < n_shown; i++) {
    int length = (int)strlen(order[i]->name);
    if (length > width && length <= 48) width = length;
  }
  printf("signals: %zu of %zu are the same in every bit%s\n", twin->n_signals - n, twin->n_signals,
         n > 0 ? "; the others, farthest first, once their latency is taken out:" : "");
  if (n > 0)
    printf("  %-*s  %10s  %-18s  %-8s  %s\n", width, "signal", "latency", "error (rms)", "of span",
           "greatest error");
  for (size_t i = 0; i < n_shown; i++) print_signal(order[i], width);
  if (n_shown < n) printf("  and %zu more (--all)\n", n - n_shown);
  if (twin->n_only > 0) printf("  %zu signals are in one of the traces only\n", twin->n_only);
  free(order);
}

// ------------------------------------------------------------------------------------ requirements

static bool is_judged_alike(const taut_twin_requirement *at) {
  return at->has_live && at->has_twin && at->live.verdict == at->twin.verdict;
}

static bool is_judged_otherwise(const taut_twin_requirement *at) {
  return at->has_live && at->has_twin && at->live.verdict != at->twin.verdict;
}

static bool have_margins(const taut_twin_requirement *at) {
  return at->has_live && at->has_twin && at->live.has_margin && at->twin.has_margin &&
         strcmp(at->live.unit, at->twin.unit) == 0;
}

static void judgement_text(bool is_there, const taut_trace_judgement *at, char *text, size_t size) {
  if (!is_there) {
    snprintf(text, size, "not judged");
    return;
  }
  bool has_unit = at->has_margin && strcmp(at->unit, "1") != 0;
  char margin[64] = "";
  if (at->has_margin)
    snprintf(margin, sizeof margin, " %.6g%s%s", at->margin, has_unit ? " " : "",
             has_unit ? at->unit : "");
  snprintf(text, size, "%s%s", taut_verdict_name(at->verdict), margin);
}

/// Requirements whose verdict or margin does not carry over.
static void print_requirements(const taut_twin *twin) {
  size_t n_alike = 0, n_shown = 0, n_both = 0;
  for (size_t i = 0; i < twin->n_requirements; i++) {
    n_both += twin->requirements[i].has_live && twin->requirements[i].has_twin;
    n_alike += is_judged_alike(&twin->requirements[i]);
  }
  if (twin->n_requirements == 0) return;
  printf("requirements: %zu of %zu that both judge have the same verdict\n", n_alike, n_both);
  for (size_t i = 0; i < twin->n_requirements; i++) {
    const taut_twin_requirement *at = &twin->requirements[i];
    char live[128], simulated[128], change[64] = "";
    bool is_same = is_judged_alike(at) && at->live.margin == at->twin.margin;
    if (is_same) continue;
    if (n_shown++ == 0) printf("  %-10s  %-28s  %-28s  %s\n", "", "live", "twin", "margin");
    judgement_text(at->has_live, &at->live, live, sizeof live);
    judgement_text(at->has_twin, &at->twin, simulated, sizeof simulated);
    if (have_margins(at))
      snprintf(change, sizeof change, "%+.3g %s", at->live.margin - at->twin.margin,
               strcmp(at->live.unit, "1") == 0 ? "" : at->live.unit);
    char *id = taut_text_clean(at->id, strlen(at->id));
    printf("  %-10s  %-28s  %-28s  %s%s\n", id, live, simulated, change,
           is_judged_otherwise(at) ? "  another verdict" : "");
    free(id);
  }
}

static void print_twin(const char *live, const char *path, const taut_twin *twin, bool show_all) {
  printf("live     %s\ntwin     %s\n", live, path);
  printf("compared %" PRIu64 " rows, one every %g ms\n", twin->n_rows, (double)twin->row_ns * 1e-6);
  if (twin->has_skew) {
    printf("skew     the live run is %.1f ms %s (median of %zu signals)\n",
           fabs(twin->skew_s) * 1e3, twin->skew_s < 0.0 ? "early" : "late", twin->n_latencies);
  } else {
    printf("skew     no signal moves enough, or is like its twin enough, to tell\n");
  }
  if (twin->live_end_ns != twin->twin_end_ns)
    printf("ends     live at %.3f s, twin at %.3f s: what only one of them has is left out\n",
           (double)twin->live_end_ns * 1e-9, (double)twin->twin_end_ns * 1e-9);
  if (twin->n_live_events != twin->n_twin_events)
    printf("events   %" PRIu64 " live, %" PRIu64 " of the twin\n", twin->n_live_events,
           twin->n_twin_events);
  print_requirements(twin);
  print_signals(twin, show_all);
}

void taut_twin_hint(const taut_record *record, const char *const *with) {
  const char *slash = strrchr(record->trace, '/');
  char *selector = taut_text_format("%s:%s", record->file, record->name);
  char *twin = taut_text_format("twin/%s", slash != NULL ? slash + 1 : record->trace);
  taut_buffer line = {0};
  taut_buffer_text(&line, "taut run ");
  taut_text_quote(&line, selector);
  taut_buffer_printf(&line, " --seed %llu", (unsigned long long)record->seed);
  for (size_t i = 0; with[i] != NULL; i++) {
    const char *const one[] = {with[i], NULL};
    if (taut_links_wanted(one)) continue;
    taut_buffer_text(&line, " --with ");
    taut_text_quote(&line, with[i]);
  }
  taut_buffer_text(&line, " --trace twin\n          taut compare ");
  taut_text_quote(&line, record->trace);
  taut_buffer_text(&line, " ");
  taut_text_quote(&line, twin);
  printf("its twin: %s\n", line.data);
  taut_buffer_fini(&line);
  free(selector);
  free(twin);
}

// -------------------------------------------------------------------------------------------- JSON

static json_t *number_json(double value) {
  json_t *number = json_real(value);
  return number != NULL ? number : json_null();
}

static json_t *signal_json(const taut_twin_signal *signal) {
  static const char *const kinds[] = {"number", "bool", "enum"};
  json_t *object = json_object();
  bool is_number = signal->kind == TAUT_COLUMN_NUMBER;
  json_object_set_new(object, "name", taut_record_string(signal->name));
  json_object_set_new(object, "kind", json_string(kinds[signal->kind]));
  json_object_set_new(object, "unit", taut_record_string(signal->unit));
  json_object_set_new(object, "same", json_boolean(signal->is_same));
  json_object_set_new(object, "latency_s",
                      signal->has_latency ? json_real(signal->latency_s) : json_null());
  json_object_set_new(object, is_number ? "error_rms" : "error_share", number_json(signal->rms));
  if (is_number) {
    json_object_set_new(object, "error_max", number_json(signal->most));
    json_object_set_new(object, "error_max_s", json_real((double)signal->most_ns * 1e-9));
    json_object_set_new(object, "span", number_json(signal->span));
  }
  json_object_set_new(object, is_number ? "error_rms_unmoved" : "error_share_unmoved",
                      number_json(signal->rms_now));
  return object;
}

static json_t *judgement_json(bool is_there, const taut_trace_judgement *at) {
  if (!is_there) return json_null();
  json_t *object = json_object();
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(at->verdict)));
  json_object_set_new(object, "margin", at->has_margin ? number_json(at->margin) : json_null());
  json_object_set_new(object, "unit", taut_record_string(at->unit));
  return object;
}

static json_t *requirements_json(const taut_twin *twin) {
  json_t *array = json_array();
  for (size_t i = 0; i < twin->n_requirements; i++) {
    const taut_twin_requirement *at = &twin->requirements[i];
    json_t *object = json_object();
    json_object_set_new(object, "id", taut_record_string(at->id));
    json_object_set_new(object, "live", judgement_json(at->has_live, &at->live));
    json_object_set_new(object, "twin", judgement_json(at->has_twin, &at->twin));
    json_object_set_new(object, "same_verdict", json_boolean(is_judged_alike(at)));
    json_object_set_new(
        object, "margin_change",
        have_margins(at) ? number_json(at->live.margin - at->twin.margin) : json_null());
    json_array_append_new(array, object);
  }
  return array;
}

static json_t *twin_json(const char *live, const char *path, const taut_twin *twin) {
  json_t *object = json_object(), *signals = json_array();
  json_object_set_new(object, "trace", taut_record_string(live));
  json_object_set_new(object, "twin", taut_record_string(path));
  json_object_set_new(object, "rows", json_integer((json_int_t)twin->n_rows));
  json_object_set_new(object, "row_s", json_real((double)twin->row_ns * 1e-9));
  json_object_set_new(object, "skew_s", twin->has_skew ? json_real(twin->skew_s) : json_null());
  json_object_set_new(object, "skew_signals", json_integer((json_int_t)twin->n_latencies));
  json_object_set_new(object, "live_end_s", json_real((double)twin->live_end_ns * 1e-9));
  json_object_set_new(object, "twin_end_s", json_real((double)twin->twin_end_ns * 1e-9));
  json_object_set_new(object, "live_events", json_integer((json_int_t)twin->n_live_events));
  json_object_set_new(object, "twin_events", json_integer((json_int_t)twin->n_twin_events));
  json_object_set_new(object, "signals_of_one", json_integer((json_int_t)twin->n_only));
  for (size_t i = 0; i < twin->n_signals; i++)
    json_array_append_new(signals, signal_json(&twin->signals[i]));
  json_object_set_new(object, "requirements", requirements_json(twin));
  json_object_set_new(object, "signals", signals);
  return object;
}

// ----------------------------------------------------------------------------------------- compare

static int judge(const taut_twin *twin) {
  for (size_t i = 0; i < twin->n_requirements; i++)
    if (is_judged_otherwise(&twin->requirements[i])) return TAUT_EXIT_NOT_PASSED;
  return TAUT_EXIT_OK;
}

int taut_twin_files(const taut_verb *verb, const char *live, const char *twin, bool show_all,
                    json_t *items) {
  const char *const paths[2] = {live, twin};
  int fds[2] = {-1, -1}, result = TAUT_EXIT_OK;
  taut_trace_source sources[2];
  char error[256];
  for (int i = 0; i < 2 && result == TAUT_EXIT_OK; i++) {
    fds[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
    if (fds[i] < 0) result = taut_usage(verb, "%s: %s", paths[i], strerror(errno));
    if (fds[i] >= 0 && taut_trace_source_fd(&fds[i], &sources[i]) != TAUT_OK)
      result = taut_usage(verb, "%s is no file", paths[i]);
  }
  taut_twin found;
  if (result == TAUT_EXIT_OK) {
    taut_status status = taut_twin_compare(&sources[0], &sources[1], &found, error, sizeof error);
    if (status == TAUT_OK) {
      if (items != NULL) json_array_append_new(items, twin_json(live, twin, &found));
      if (items == NULL) print_twin(live, twin, &found, show_all);
      result = judge(&found);
      taut_twin_fini(&found);
    } else {
      fprintf(stderr, "taut compare: %s, %s: %s\n", live, twin, error);
      result = status == TAUT_EINVAL ? TAUT_EXIT_EVIDENCE : TAUT_EXIT_OWN_FAULT;
    }
  }
  for (int i = 0; i < 2; i++)
    if (fds[i] >= 0) close(fds[i]);
  return result;
}
