#include "monitor/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/names.h"
#include "engine/suggest.h"

enum { NAME_SIZE = 640 };

static const char *const SIDES[2] = {"left", "right"};

// ----------------------------------------------------------------------------------------- copying

/// Where the index of "curve[2]" or "curve[2].min" stands: [begin, end) with its brackets.
static bool find_index(const char *name, size_t *begin, size_t *end, unsigned long *index) {
  const char *open = strchr(name, '[');
  if (!open || open == name) return false;
  size_t n = strspn(open + 1, "0123456789");
  const char *rest = open + 1 + n + 1;
  if (n == 0 || n > 6 || open[1 + n] != ']') return false;
  if (*rest && strcmp(rest, ".min") != 0 && strcmp(rest, ".max") != 0 && strcmp(rest, ".raw") != 0)
    return false;
  *begin = (size_t)(open - name);
  *end = (size_t)(rest - name);
  *index = strtoul(open + 1, NULL, 10);
  return true;
}

/// How many columns from this one on are the elements 0, 1, .. of one array; 1 when it is none.
static uint32_t count_elements(const taut_column *columns, size_t n) {
  size_t begin, end, other_begin, other_end;
  unsigned long index, other;
  if (!find_index(columns[0].name, &begin, &end, &index) || index != 0) return 1;
  uint32_t count = 1;
  while (count < n && find_index(columns[count].name, &other_begin, &other_end, &other) &&
         other == count && other_begin == begin &&
         memcmp(columns[0].name, columns[count].name, begin) == 0 &&
         strcmp(columns[0].name + end, columns[count].name + other_end) == 0)
    count++;
  return count;
}

/// Dimensions of a product such as "kg m2 s-1".
static bool parse_product(const char *text, int8_t si[8]) {
  static const char *const BASES[8] = {"kg", "m", "s", "A", "K", "mol", "cd", "rad"};
  memset(si, 0, 8);
  while (*text) {
    size_t n = strcspn(text, "-0123456789 "), i = 0;
    while (i < 8 && (strlen(BASES[i]) != n || memcmp(BASES[i], text, n) != 0)) i++;
    if (i == 8) return false;
    char *end = NULL;
    long power = text[n] && text[n] != ' ' ? strtol(text + n, &end, 10) : 1;
    text = end ? end : text + n;
    if (power < -100 || power > 100 || (*text && *text != ' ')) return false;
    si[i] = (int8_t)power;
    while (*text == ' ') text++;
  }
  return true;
}

static size_t count_labels(const taut_column *column) {
  size_t n = column->labels ? 2 : 0;  // and the NULL at the end
  for (const char *c = column->labels; c && *c; c++) n += *c == ',';
  return n;
}

/// Copies a text to `at`, which moves on.
static const char *put(char **at, const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = memcpy(*at, text, n);
  *at += n;
  return copy;
}

/// The text of an unknown unit is kept for the message.
static void set_unit(taut_signal *signal, const char *unit, char **texts) {
  if (!unit || !*unit) unit = "1";
  const taut_unit *known = taut_unit_find(unit);
  if (known) {
    signal->unit = known->name;
    memcpy(signal->si, known->si, sizeof signal->si);
  } else if (!parse_product(unit, signal->si)) {
    signal->reserved = TAUT_COLUMN_OF_UNKNOWN_UNIT;
    signal->unit = put(texts, unit);
  }
}

static void copy_labels(const char *labels, const char ***pointers, char **texts,
                        taut_signal *signal) {
  signal->labels = *pointers;
  signal->flags |= TAUT_ENUM;
  char *copy = (char *)(uintptr_t)put(texts, labels);
  for (char *at = copy; at;) {
    char *comma = strchr(at, ',');
    if (comma) *comma++ = 0;
    *(*pointers)++ = at;
    at = comma;
  }
  *(*pointers)++ = NULL;
}

taut_status taut_signals_of_columns(const taut_allocator *allocator, const taut_column *columns,
                                    size_t n, taut_column_signals *out) {
  size_t n_text = 1, n_labels = 0;
  for (size_t i = 0; i < n; i++) {
    n_text += strlen(columns[i].name) + 1;
    n_text += columns[i].unit ? strlen(columns[i].unit) + 1 : 0;
    n_text += columns[i].labels ? strlen(columns[i].labels) + 1 : 0;
    n_labels += count_labels(&columns[i]);
  }
  size_t size = n * sizeof *out->items + n_labels * sizeof(char *) + n_text;
  *out = (taut_column_signals){.n = n, .block = allocator->allocate(allocator->user, size)};
  if (!out->block) return TAUT_ENOMEM;
  out->items = out->block;
  const char **labels = (const char **)(void *)(out->items + n);
  char *texts = (char *)(labels + n_labels);
  for (size_t i = 0; i < n; i++) {
    const taut_column *column = &columns[i];
    taut_signal *signal = &out->items[i];
    *signal = (taut_signal){.count = count_elements(column, n - i),
                            .min = column->least,
                            .max = column->greatest,
                            .flags = column->is_bool ? TAUT_BOOL : 0};
    char *name = (char *)(uintptr_t)put(&texts, column->name);
    signal->name = name;
    size_t begin, end;
    unsigned long index;
    if (signal->count > 1 && find_index(name, &begin, &end, &index))
      memmove(name + begin, name + end, strlen(name + end) + 1);
    set_unit(signal, column->unit, &texts);
    if (column->labels) copy_labels(column->labels, &labels, &texts, signal);
  }
  return TAUT_OK;
}

// ------------------------------------------------------------------------------------------- names

static const taut_signal *find_signal(const taut_column_signals *signals, const char *name,
                                      const char *suffix, uint32_t *slot) {
  size_t n = strlen(name);
  for (size_t i = 0; i < signals->n; i++) {
    const char *at = signals->items[i].name;
    if (strncmp(at, name, n) != 0 || strcmp(at + n, suffix) != 0) continue;
    *slot = (uint32_t)i;
    return &signals->items[i];
  }
  return NULL;
}

static bool find_port(const taut_column_signals *signals, const char *name, taut_port *out) {
  uint32_t slot, slot_min, slot_max;
  const taut_signal *signal = find_signal(signals, name, "", &slot);
  if (!signal) return false;
  *out = (taut_port){.slot = slot,
                     .i_signal = slot,
                     .kind = TAUT_PORT_OUTPUT,
                     .signal = signal,
                     .slot_min = slot,
                     .slot_max = slot};
  const taut_signal *least = find_signal(signals, name, ".min", &slot_min);
  const taut_signal *greatest = find_signal(signals, name, ".max", &slot_max);
  if (!least || !greatest || least->count != signal->count || greatest->count != signal->count)
    return true;
  signals->items[slot].flags |= TAUT_PEAK;
  out->slot_min = slot_min;
  out->slot_max = slot_max;
  return true;
}

/// As taut_plan_find_sides.
static taut_status find_sides(const void *user, const char *name, taut_port out[2], size_t *n_out) {
  const taut_column_signals *signals = user;
  char text[NAME_SIZE], sided[NAME_SIZE + 16];
  taut_name_spell(name, text, sizeof text);
  *n_out = find_port(signals, name, &out[0]) || find_port(signals, text, &out[0]);
  if (*n_out) return TAUT_OK;
  const char *dot = strrchr(text, '.');
  for (size_t side = 0; side < 2; side++) {
    snprintf(sided, sizeof sided, "%s.%s", SIDES[side], text);
    bool is_there = find_port(signals, sided, &out[*n_out]);
    if (!is_there && dot) {
      snprintf(sided, sizeof sided, "%.*s.%s_%s", (int)(dot - text), text, SIDES[side], dot + 1);
      is_there = find_port(signals, sided, &out[*n_out]);
    }
    *n_out += is_there;
  }
  return *n_out ? TAUT_OK : TAUT_ENOTFOUND;
}

/// What stands for both sides: "cable.tension_n" for "left.cable.tension_n", "load.command_n" for
/// "controller.left_load_command_n"; "" when the name has no side.
static void spell_both(const char *name, char *text, size_t size) {
  static const char LOAD[] = "controller.left_load_";
  const char *port = strrchr(name, '.');
  text[0] = 0;
  if (strncmp(name, "left.", 5) == 0)
    snprintf(text, size, "%s", name + 5);
  else if (strncmp(name, LOAD, sizeof LOAD - 1) == 0)
    snprintf(text, size, "load.%s", name + sizeof LOAD - 1);
  else if (port && strncmp(port, ".left_", 6) == 0)
    snprintf(text, size, "%.*s.%s", (int)(port - name), name, port + 6);
}

static bool suggest_name(const void *user, const char *name, char *text, size_t size) {
  const taut_column_signals *signals = user;
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  text[0] = 0;
  for (size_t i = 0; i < signals->n; i++) {
    char both[NAME_SIZE];
    const char *before = suggest.best;
    taut_suggest_offer(&suggest, signals->items[i].name);
    if (suggest.best != before) snprintf(text, size, "%s", suggest.best);
    before = suggest.best;
    spell_both(signals->items[i].name, both, sizeof both);
    taut_suggest_offer(&suggest, both[0] ? both : NULL);
    if (suggest.best != before) snprintf(text, size, "%s", both);
    suggest.best = text[0] ? text : NULL;
  }
  return text[0] != 0;
}

taut_resolver taut_resolver_of_columns(const taut_column_signals *signals) {
  return (taut_resolver){
      .find = find_sides, .suggest = suggest_name, .user = signals, .is_columns = true};
}
