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

/// One entry; an empty sentence when it is right.
static void check_entry(const char *pattern, const json_t *entry, const taut_columns *columns,
                        char *error, size_t size) {
  const char *key;
  json_t *value;
  if (!json_is_object(entry)) snprintf(error, size, "%s is no object", pattern);
  json_object_foreach((json_t *)entry, key, value) {
    bool is_known =
        strcmp(key, "atol") == 0 || strcmp(key, "rtol") == 0 || strcmp(key, "tlag_s") == 0;
    if (!is_known) {
      snprintf(error, size, "%s: unknown key '%s'; known are atol, rtol, tlag_s", pattern, key);
    } else if (!json_is_number(value) || !(json_number_value(value) >= 0.0) ||
               !(json_number_value(value) < 1e9)) {
      snprintf(error, size, "%s: %s must be a number of at least 0", pattern, key);
    }
  }
  if (error[0] == '\0' && !fits_any(pattern, columns)) {
    snprintf(error, size, "%s: no signal of the trace has this name", pattern);
  }
}

static char *path_beside(const char *trace) {
  size_t n = strlen(trace);
  if (n > 5 && strcmp(trace + n - 5, ".mcap") == 0) n -= 5;
  return taut_text_format("%.*s.tolerances.json", (int)n, trace);
}

taut_status taut_tolerances_read(const char *trace, const taut_columns *columns,
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
  json_t *signals = json_object_get(root, "signals");
  if (status != TAUT_OK) {
    snprintf(what, sizeof what, "%s", taut_status_text(status));
  } else if (root == NULL) {
    snprintf(what, sizeof what, "line %d: %s", place.line, place.text);
  } else if (!json_is_object(signals) || json_object_size(root) != 1) {
    snprintf(what, sizeof what, "wants one object named signals");
  }
  const char *pattern;
  json_t *entry;
  json_object_foreach(signals, pattern, entry) {
    if (what[0] == '\0') check_entry(pattern, entry, columns, what, sizeof what);
  }
  if (what[0] != '\0') {
    snprintf(error, error_size, "%s: %s", path, what);
  } else {
    out->signals = json_incref(signals);
  }
  json_decref(root);
  free(text);
  free(path);
  return error[0] != '\0' ? TAUT_EINVAL : TAUT_OK;
}

void taut_tolerances_fini(taut_tolerances *tolerances) {
  json_decref(tolerances->signals);
  *tolerances = (taut_tolerances){0};
}

taut_tolerance taut_tolerances_of(void *user, const char *name) {
  const taut_tolerances *tolerances = user;
  taut_tolerance best = {0};
  size_t n_best = 0;
  const char *pattern;
  json_t *entry;
  json_object_foreach(tolerances->signals, pattern, entry) {
    if (strlen(pattern) < n_best || !fits(pattern, name)) continue;
    n_best = strlen(pattern);
    best = (taut_tolerance){
        .atol = json_number_value(json_object_get(entry, "atol")),
        .rtol = json_number_value(json_object_get(entry, "rtol")),
        .tlag_ns = (int64_t)rint(json_number_value(json_object_get(entry, "tlag_s")) * 1e9)};
  }
  return best;
}
