#include "cli/tolerances.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/file.h"
#include "report/text.h"

static bool fits(const char *pattern, const char *name) {
  size_t n = strlen(pattern);
  if (n > 0 && pattern[n - 1] == '*') return strncmp(pattern, name, n - 1) == 0;
  return strcmp(pattern, name) == 0;
}

static bool fits_any(const char *pattern, const taut_columns *columns) {
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      for (uint32_t e = 0; e < column->count; e++) {
        char name[640];
        taut_column_value_name(column, e, name, sizeof name);
        if (fits(pattern, name)) return true;
      }
    }
  }
  return false;
}

static bool fits_any_requirement(const char *pattern, const taut_trace_reader *reader) {
  size_t n;
  const taut_trace_metadata *all = taut_trace_reader_metadata(reader, &n);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(all[i].name, TAUT_TRACE_REQUIREMENTS) != 0) continue;
    for (size_t k = 0; k < all[i].n_pairs; k++) {
      if (fits(pattern, all[i].pairs[k].key)) return true;
    }
  }
  return false;
}

/// The numbers of one entry; an empty sentence when they are right.
static void check_entry(const char *pattern, const json_t *entry, bool is_margin, char *error,
                        size_t size) {
  const char *key;
  json_t *value;
  if (!json_is_object(entry)) snprintf(error, size, "%s is no object", pattern);
  json_object_foreach((json_t *)(uintptr_t)entry, key, value) {
    bool is_known = strcmp(key, "atol") == 0 ||
                    (!is_margin && (strcmp(key, "rtol") == 0 || strcmp(key, "tlag_s") == 0));
    if (!is_known) {
      snprintf(error, size, "%s: unknown key '%s'; known %s", pattern, key,
               is_margin ? "is atol" : "are atol, rtol, tlag_s");
    } else if (!json_is_number(value) || !(json_number_value(value) >= 0.0) ||
               !(json_number_value(value) < 1e9)) {
      snprintf(error, size, "%s: %s must be a number of at least 0", pattern, key);
    }
  }
}

static void check_section(const json_t *section, bool is_margin, const taut_trace_reader *reader,
                          char *error, size_t size) {
  const char *pattern;
  json_t *entry;
  json_object_foreach((json_t *)(uintptr_t)section, pattern, entry) {
    if (error[0] != '\0') return;
    check_entry(pattern, entry, is_margin, error, size);
    bool is_fit = is_margin ? fits_any_requirement(pattern, reader)
                            : fits_any(pattern, taut_trace_reader_columns(reader));
    // "*" is for whatever there is, also for nothing.
    if (error[0] != '\0' || is_fit || strcmp(pattern, "*") == 0) continue;
    snprintf(error, size, "%s: no %s of the trace has this name", pattern,
             is_margin ? "requirement" : "signal");
  }
}

static char *path_beside(const char *trace) {
  size_t n = strlen(trace);
  if (n > 5 && strcmp(trace + n - 5, ".mcap") == 0) n -= 5;
  return taut_text_format("%.*s.tolerances.json", (int)n, trace);
}

/// Whether the document has nothing but the two sections.
static bool has_sections(const json_t *root) {
  const char *key;
  json_t *section;
  if (!json_is_object(root) || json_object_size(root) == 0) return false;
  json_object_foreach((json_t *)(uintptr_t)root, key, section) {
    bool is_known = strcmp(key, "signals") == 0 || strcmp(key, "margins") == 0;
    if (!is_known || !json_is_object(section)) return false;
  }
  return true;
}

taut_status taut_tolerances_read(const char *trace, const taut_trace_reader *reader,
                                 taut_tolerances *out, char *error, size_t error_size) {
  *out = (taut_tolerances){0};
  error[0] = '\0';
  char *path = path_beside(trace), *text = NULL, what[400] = "";
  taut_status status = taut_file_read(path, 1 << 20, &text, NULL);
  if (status == TAUT_ENOTFOUND) {
    free(path);
    return TAUT_OK;
  }
  json_error_t place;
  json_t *root = status == TAUT_OK ? json_loads(text, JSON_REJECT_DUPLICATES, &place) : NULL;
  if (status != TAUT_OK) {
    snprintf(what, sizeof what, "%s", taut_status_text(status));
  } else if (root == NULL) {
    snprintf(what, sizeof what, "line %d: %s", place.line, place.text);
  } else if (!has_sections(root)) {
    snprintf(what, sizeof what, "wants one object with objects named signals, margins or both");
  }
  if (what[0] == '\0') {
    check_section(json_object_get(root, "signals"), false, reader, what, sizeof what);
    check_section(json_object_get(root, "margins"), true, reader, what, sizeof what);
  }
  if (what[0] != '\0') {
    snprintf(error, error_size, "%s: %s", path, what);
  } else {
    out->signals = json_incref(json_object_get(root, "signals"));
    out->margins = json_incref(json_object_get(root, "margins"));
  }
  json_decref(root);
  free(text);
  free(path);
  return error[0] != '\0' ? TAUT_EINVAL : TAUT_OK;
}

void taut_tolerances_fini(taut_tolerances *tolerances) {
  json_decref(tolerances->signals);
  json_decref(tolerances->margins);
  *tolerances = (taut_tolerances){0};
}

/// The entry of the longest pattern that fits, or NULL.
static const json_t *find_entry(const json_t *section, const char *name) {
  const json_t *best = NULL;
  size_t n_best = 0;
  const char *pattern;
  json_t *entry;
  json_object_foreach((json_t *)(uintptr_t)section, pattern, entry) {
    if (strlen(pattern) < n_best || !fits(pattern, name)) continue;
    n_best = strlen(pattern);
    best = entry;
  }
  return best;
}

taut_tolerance taut_tolerances_of(void *user, const char *name) {
  const taut_tolerances *tolerances = user;
  const json_t *entry = find_entry(tolerances->signals, name);
  return (taut_tolerance){
      .atol = json_number_value(json_object_get(entry, "atol")),
      .rtol = json_number_value(json_object_get(entry, "rtol")),
      .tlag_ns = (int64_t)rint(json_number_value(json_object_get(entry, "tlag_s")) * 1e9)};
}

double taut_tolerances_margin(void *user, const char *id) {
  const taut_tolerances *tolerances = user;
  return json_number_value(json_object_get(find_entry(tolerances->margins, id), "atol"));
}
