#include "cli/golden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/record.h"

static taut_status open_side(const char *path, taut_golden_side *out, char *error, size_t size) {
  out->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  taut_trace_source source;
  if (out->fd < 0) {
    snprintf(error, size, "%s: %s", path, strerror(errno));
    return TAUT_ENOTFOUND;
  }
  if (taut_trace_source_fd(&out->fd, &source) != TAUT_OK) {
    snprintf(error, size, "%s is not a file", path);
    return TAUT_ENOTFOUND;
  }
  taut_status status = taut_trace_reader_open(&source, &out->reader);
  if (status == TAUT_OK && taut_trace_reader_is_whole(out->reader)) return TAUT_OK;
  snprintf(error, size, "%s: %s", path,
           status == TAUT_OK ? "the trace is cut" : "not an MCAP file, or damaged");
  return TAUT_EINVAL;
}

taut_status taut_golden_compare(const char *base, const char *other, taut_golden *out, char *error,
                                size_t error_size) {
  *out = (taut_golden){.base = {.fd = -1}, .other = {.fd = -1}};
  taut_status status = open_side(base, &out->base, error, error_size);
  if (status == TAUT_OK) status = open_side(other, &out->other, error, error_size);
  if (status != TAUT_OK) return status;
  if (taut_tolerances_read(base, out->base.reader, &out->tolerances, error, error_size) !=
      TAUT_OK) {
    return TAUT_EREJECT;
  }
  const taut_compare_options options = {
      .tolerance = taut_tolerances_of, .margin = taut_tolerances_margin, .user = &out->tolerances};
  status = taut_trace_compare(out->base.reader, out->other.reader, &options, &out->comparison);
  if (status == TAUT_OK) return TAUT_OK;
  snprintf(error, error_size, "%s or %s: %s", base, other,
           status == TAUT_EINVAL ? "the trace is damaged" : taut_status_text(status));
  return status;
}

static void close_side(taut_golden_side *side) {
  taut_trace_reader_close(side->reader);
  if (side->fd >= 0) close(side->fd);
}

void taut_golden_fini(taut_golden *golden) {
  taut_comparison_fini(&golden->comparison);
  taut_tolerances_fini(&golden->tolerances);
  close_side(&golden->base);
  close_side(&golden->other);
  *golden = (taut_golden){.base = {.fd = -1}, .other = {.fd = -1}};
}

// ------------------------------------------------------------------------------------------ words

static void value_text(const taut_trace_column *column, double value, int n_digits, char *text,
                       size_t size) {
  const char *label = column->labels;
  for (uint32_t i = 0; label != NULL && (double)i < value && *label != '\0'; i++) {
    label += strcspn(label, ",");
    label += *label == ',';
  }
  if (label != NULL && *label != '\0' && value >= 0.0) {
    snprintf(text, size, "%.*s", (int)strcspn(label, ","), label);
  } else {
    bool has_unit = strcmp(column->unit, "1") != 0;
    snprintf(text, size, "%.*g%s%s", n_digits, value, has_unit ? " " : "",
             has_unit ? column->unit : "");
  }
}

void taut_golden_value(const taut_trace_column *column, double value, double other, char *text,
                       size_t size) {
  for (int n_digits = 6; n_digits <= 17; n_digits++) {
    char beside[128];
    value_text(column, value, n_digits, text, size);
    value_text(column, other, n_digits, beside, sizeof beside);
    if (strcmp(text, beside) != 0) return;
  }
}

static void margin_text(const taut_trace_judgement *judgement, int n_digits, char *text,
                        size_t size) {
  bool has_unit = judgement->unit[0] != '\0' && strcmp(judgement->unit, "1") != 0;
  snprintf(text, size, judgement->has_margin ? "%.*g%s%s" : "none", n_digits, judgement->margin,
           has_unit ? " " : "", has_unit ? judgement->unit : "");
}

void taut_golden_change(const taut_judgement_change *change, char *text, size_t size) {
  if (change->is_missing) {
    snprintf(text, size, "%s: not judged any more", change->id);
  } else if (!change->is_readable) {
    snprintf(text, size, "%s: judged otherwise, in words this version cannot read", change->id);
  } else if (change->base.verdict != change->other.verdict) {
    snprintf(text, size, "%s: verdict %s, golden %s", change->id,
             taut_verdict_name(change->other.verdict), taut_verdict_name(change->base.verdict));
  } else {
    char fresh[96], golden[96];
    for (int n_digits = 6; n_digits <= 17; n_digits++) {
      margin_text(&change->other, n_digits, fresh, sizeof fresh);
      margin_text(&change->base, n_digits, golden, sizeof golden);
      if (strcmp(fresh, golden) != 0) break;
    }
    snprintf(text, size, "%s: margin %s, golden %s", change->id, fresh, golden);
  }
}

// ------------------------------------------------------------------------------------------- JSON

static json_t *number_json(double value) {
  json_t *number = json_real(value);
  return number != NULL ? number : json_null();
}

static json_t *judgement_json(const taut_trace_judgement *judgement) {
  json_t *object = json_object();
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(judgement->verdict)));
  json_object_set_new(object, "margin",
                      judgement->has_margin ? number_json(judgement->margin) : json_null());
  json_object_set_new(object, "unit", taut_record_string(judgement->unit));
  return object;
}

static json_t *changes_json(const taut_comparison *comparison) {
  json_t *list = json_array();
  for (size_t i = 0; i < comparison->n_changes; i++) {
    const taut_judgement_change *at = &comparison->changes[i];
    json_t *object = json_object();
    json_object_set_new(object, "id", taut_record_string(at->id));
    json_object_set_new(object, "golden",
                        at->is_readable ? judgement_json(&at->base) : json_null());
    json_object_set_new(object, "new", at->is_readable ? judgement_json(&at->other) : json_null());
    json_array_append_new(list, object);
  }
  return list;
}

json_t *taut_golden_json(const char *path, const taut_comparison *comparison) {
  json_t *item = json_object(), *list = json_array();
  for (size_t i = 0; i < comparison->n_differences; i++) {
    const taut_difference *at = &comparison->differences[i];
    json_t *object = json_object();
    json_object_set_new(object, "signal", taut_record_string(at->name));
    json_object_set_new(object, "instance", taut_record_string(at->instance));
    json_object_set_new(object, "port", taut_record_string(at->port));
    json_object_set_new(object, "unit", taut_record_string(at->column->unit));
    json_object_set_new(object, "first_ns", json_integer(at->first_ns));
    json_object_set_new(object, "golden", number_json(at->base));
    json_object_set_new(object, "new", number_json(at->other));
    json_object_set_new(object, "greatest_difference", number_json(at->most));
    json_object_set_new(object, "greatest_excess", number_json(at->excess));
    json_object_set_new(object, "rows", json_integer((json_int_t)at->n_rows));
    json_object_set_new(object, "share",
                        json_real((double)at->n_rows / (double)comparison->n_rows));
    json_object_set_new(object, "lag_ns", json_integer(at->lag_ns));
    json_array_append_new(list, object);
  }
  json_object_set_new(item, "trace", taut_record_string(path));
  json_object_set_new(item, "same", json_boolean(comparison->is_same));
  json_object_set_new(item, "same_hash", json_boolean(comparison->is_same_hash));
  json_object_set_new(item, "fault", taut_record_string(comparison->fault));
  json_object_set_new(item, "context", taut_record_string(comparison->context));
  json_object_set_new(item, "rows", json_integer((json_int_t)comparison->n_rows));
  json_object_set_new(item, "differences", list);
  json_object_set_new(item, "requirements", changes_json(comparison));
  return item;
}
