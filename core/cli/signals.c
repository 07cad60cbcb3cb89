#include "cli/signals.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/// From SI to the display unit; the value itself when the unit is not known.
static double shown(const taut_signal *signal, double value) {
  const taut_unit *unit = taut_unit_find(signal->unit);
  return unit != NULL && unit->scale != 0.0 ? (value - unit->offset) / unit->scale : value;
}

static void number_text(const taut_signal *signal, double value, char *text, size_t size) {
  if (fabs(value) >= 9007199254740992.0) {
    snprintf(text, size, "%s2^53", value < 0 ? "-" : "");
  } else {
    snprintf(text, size, "%.6g", shown(signal, value));
  }
}

void taut_signal_value_text(const taut_signal *signal, double value, char *text, size_t size) {
  if ((signal->flags & TAUT_ENUM) != 0 && signal->labels != NULL) {
    for (size_t i = 0; signal->labels[i] != NULL; i++) {
      if ((double)i != value) continue;
      snprintf(text, size, "%s", signal->labels[i]);
      return;
    }
  }
  number_text(signal, value, text, size);
}

void taut_signal_range_text(const taut_signal *signal, char *text, size_t size) {
  if ((signal->flags & TAUT_BOOL) != 0) {
    snprintf(text, size, "0 or 1");
    return;
  }
  if ((signal->flags & TAUT_ENUM) != 0 && signal->labels != NULL) {
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; signal->labels[i] != NULL && n + 1 < size; i++) {
      n += (size_t)snprintf(text + n, size - n, "%s%s", i > 0 ? " " : "", signal->labels[i]);
    }
    return;
  }
  char low[48], high[48];
  number_text(signal, signal->min, low, sizeof low);
  number_text(signal, signal->max, high, sizeof high);
  snprintf(text, size, "%s to %s", low, high);
}

void taut_signal_flags_text(const taut_signal *signal, char *text, size_t size) {
  static const struct {
    uint32_t flag;
    const char *word;
  } words[] = {{TAUT_INTEGER, "whole"},     {TAUT_FEEDTHROUGH, "feedthrough"},
               {TAUT_TUNABLE, "tunable"},   {TAUT_PEAK, "peak"},
               {TAUT_OBSERVED, "observed"}, {TAUT_TRUTH, "truth"},
               {TAUT_SAFETY, "safety"},     {TAUT_OPTIONAL, "optional"}};
  size_t n = 0;
  text[0] = '\0';
  for (size_t i = 0; i < sizeof words / sizeof words[0] && n + 1 < size; i++) {
    if ((signal->flags & words[i].flag) == 0) continue;
    n += (size_t)snprintf(text + n, size - n, "%s%s", n > 0 ? ", " : "", words[i].word);
    if (words[i].flag == TAUT_SAFETY && n + 1 < size) {
      n += (size_t)snprintf(text + n, size - n, " (%g permits)", signal->permit);
    }
  }
}

// -------------------------------------------------------------------------------------------- text

/// Enums list their labels on a line of their own, so that the columns stay narrow.
static void text_row(const taut_signal *signal, size_t width, taut_buffer *out) {
  char range[512], init[64], flags[128], name[96];
  bool is_enum = (signal->flags & TAUT_ENUM) != 0;
  taut_signal_range_text(signal, range, sizeof range);
  taut_signal_value_text(signal, signal->init, init, sizeof init);
  taut_signal_flags_text(signal, flags, sizeof flags);
  snprintf(name, sizeof name, signal->count > 1 ? "%s[%u]" : "%s", signal->name, signal->count);
  taut_buffer_printf(out, "  %-*s %-7s %-22s %-12s %s%s%s%s\n", (int)width, name, signal->unit,
                     is_enum ? "one of" : range, init, signal->help, flags[0] != '\0' ? " (" : "",
                     flags, flags[0] != '\0' ? ")" : "");
  if (is_enum) taut_buffer_printf(out, "  %-*s         %s\n", (int)width, "", range);
}

void taut_signals_text(const char *heading, const taut_signal *signals, size_t n,
                       taut_buffer *out) {
  if (n == 0) return;
  size_t width = 12;
  for (size_t i = 0; i < n; i++) {
    size_t size = strlen(signals[i].name) + (signals[i].count > 1 ? 5 : 0);
    if (size > width) width = size;
  }
  taut_buffer_printf(out, "\n%s\n  %-*s %-7s %-22s %-12s %s\n", heading, (int)width, "name", "unit",
                     "range", "initial", "meaning");
  for (size_t i = 0; i < n; i++) text_row(&signals[i], width, out);
}

// -------------------------------------------------------------------------------------------- json

json_t *taut_signal_json(const taut_signal *signal) {
  static const char *const bases[8] = {"kg", "m", "s", "A", "K", "mol", "cd", "rad"};
  json_t *object = json_object(), *si = json_object();
  char flags[128];
  taut_signal_flags_text(signal, flags, sizeof flags);
  json_object_set_new(object, "id", json_integer(signal->id));
  json_object_set_new(object, "name", json_string(signal->name));
  json_object_set_new(object, "unit", json_string(signal->unit));
  for (size_t i = 0; i < 8; i++) {
    if (signal->si[i] != 0) json_object_set_new(si, bases[i], json_integer(signal->si[i]));
  }
  json_object_set_new(object, "si", si);
  json_object_set_new(object, "min", json_real(signal->min));
  json_object_set_new(object, "max", json_real(signal->max));
  json_object_set_new(object, "init", json_real(signal->init));
  json_object_set_new(object, "count", json_integer(signal->count));
  json_object_set_new(object, "kind",
                      json_string((signal->flags & TAUT_BOOL) != 0   ? "bool"
                                  : (signal->flags & TAUT_ENUM) != 0 ? "enum"
                                                                     : "number"));
  if (signal->labels != NULL) {
    json_t *labels = json_array();
    for (size_t i = 0; signal->labels[i] != NULL; i++) {
      json_array_append_new(labels, json_string(signal->labels[i]));
    }
    json_object_set_new(object, "labels", labels);
  }
  json_object_set_new(object, "flags", json_string(flags));
  json_object_set_new(object, "accuracy", json_real(signal->accuracy));
  json_object_set_new(object, "help", json_string(signal->help));
  return object;
}

json_t *taut_signals_json(const taut_signal *signals, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(array, taut_signal_json(&signals[i]));
  return array;
}
