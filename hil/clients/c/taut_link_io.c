#include "taut_link_io.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

void *taut_arena_take(taut_arena *arena, size_t size) {
  size_t align = alignof(max_align_t), at = (arena->n_used + align - 1) / align * align;
  if (at > arena->capacity || size > arena->capacity - at) return NULL;
  arena->n_used = at + size;
  return memset(arena->bytes + at, 0, size);
}

// ------------------------------------------------------------------------------------------ map

static uint32_t hash_text(uint32_t hash, const char *text) {
  for (; *text != '\0'; text++) hash = (hash ^ (uint8_t)*text) * UINT32_C(16777619);
  return hash;
}

static uint32_t hash_name(const char *prefix, const char *name) {
  return hash_text(hash_text(UINT32_C(2166136261), prefix), name);
}

bool taut_port_map_init(taut_port_map *map, Taut__Link__Signal *const *signals, size_t n,
                        taut_arena *arena) {
  size_t n_buckets = 16;
  if (n > TAUT_IO_SLOTS_MAX) return false;
  while (n_buckets < 2 * n) n_buckets *= 2;
  *map = (taut_port_map){.signals = signals, .mask = (uint32_t)n_buckets - 1};
  map->first_slots = taut_arena_take(arena, (n + 1) * sizeof *map->first_slots);
  map->buckets = taut_arena_take(arena, n_buckets * sizeof *map->buckets);
  if (map->first_slots == NULL || map->buckets == NULL) return false;
  for (uint32_t i = 0; i < n; i++) {
    map->first_slots[i] = (uint32_t)map->n_slots;
    map->n_slots += signals[i]->count;
    if (signals[i]->count == 0 || map->n_slots > TAUT_IO_SLOTS_MAX) return false;
    uint32_t bucket = hash_name("", signals[i]->name) & map->mask;
    while (map->buckets[bucket] != 0) bucket = (bucket + 1) & map->mask;
    map->buckets[bucket] = i + 1;
  }
  return true;
}

void taut_port_map_initial(const taut_port_map *map, size_t n_signals, double *values) {
  for (size_t i = 0; i < n_signals; i++) {
    for (uint32_t k = 0; k < map->signals[i]->count; k++) {
      values[map->first_slots[i] + k] = map->signals[i]->init;
    }
  }
}

typedef struct port {
  const Taut__Link__Signal *signal;  ///< NULL: there is none
  uint32_t slot;
} port;

static port find(const taut_port_map *map, const char *prefix, const char *name) {
  size_t n_prefix = strlen(prefix);
  for (uint32_t at = hash_name(prefix, name) & map->mask; map->buckets[at] != 0;
       at = (at + 1) & map->mask) {
    uint32_t i = map->buckets[at] - 1;
    const char *have = map->signals[i]->name;
    if (strncmp(have, prefix, n_prefix) == 0 && strcmp(have + n_prefix, name) == 0) {
      return (port){map->signals[i], map->first_slots[i]};
    }
  }
  return (port){NULL, 0};
}

// ----------------------------------------------------------------------------------------- hash

static uint64_t feed(uint64_t hash, const char *text) {
  for (; *text != '\0'; text++) hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
  return hash;
}

static uint64_t feed_word(uint64_t hash, const char *text) {
  return feed(feed(hash, text), " ");
}

static uint64_t feed_integer(uint64_t hash, int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%" PRId64 " ", value);
  return feed(hash, text);
}

static uint64_t feed_signals(uint64_t hash, const char *kind, Taut__Link__Signal *const *signals,
                             size_t n) {
  for (size_t i = 0; i < n; i++) {
    const Taut__Link__Signal *it = signals[i];
    hash = feed_word(feed_word(feed_word(hash, kind), it->name), it->unit);
    hash = feed_integer(feed_integer(hash, it->count), it->flags);
    for (size_t k = 0; k < it->n_si; k++) hash = feed_integer(hash, it->si[k]);
    for (size_t k = 0; k < it->n_labels; k++) hash = feed_word(hash, it->labels[k]);
    hash = feed(hash, "\n");
  }
  return hash;
}

uint64_t taut_peer_table_hash(const Taut__Link__Table *table) {
  uint64_t hash = feed_word(feed_word(UINT64_C(14695981039346656037), "role"), table->role);
  hash = feed_integer(feed_word(feed(hash, "\n"), "period"), table->period_ns);
  hash = feed_integer(feed_integer(hash, table->period_ns_min), table->period_ns_max);
  hash = feed_signals(feed(hash, "\n"), "param", table->params, table->n_params);
  hash = feed_signals(hash, "input", table->inputs, table->n_inputs);
  hash = feed_signals(hash, "output", table->outputs, table->n_outputs);
  return feed_signals(hash, "event", table->events, table->n_events);
}

// ------------------------------------------------------------------------------------------- io

void taut_io_fail(taut_io *io, const char *text) {
  if (io->trouble[0] == '\0') snprintf(io->trouble, sizeof io->trouble, "%s", text);
}

int64_t taut_io_tick_ns(const taut_io *io) {
  return io->tick_ns;
}

static port find_input(taut_io *io, const char *prefix, const char *name) {
  port found = find(io->input_map, prefix, name);
  if (found.signal == NULL) {
    char text[TAUT_IO_TEXT];
    snprintf(text, sizeof text, "the role has no input '%s%s'", prefix, name);
    taut_io_fail(io, text);
  }
  return found;
}

static port find_output(taut_io *io, const char *prefix, const char *name) {
  char text[TAUT_IO_TEXT];
  port found = find(io->output_map, prefix, name);
  if (io->outputs == NULL) {
    found.signal = NULL;
    snprintf(text, sizeof text, "output '%s%s' was set in step()", prefix, name);
    taut_io_fail(io, text);
  } else if (found.signal == NULL) {
    snprintf(text, sizeof text, "the role has no output '%s%s'", prefix, name);
    taut_io_fail(io, text);
  }
  return found;
}

/// Index of a label, or -1.
static int find_label(taut_io *io, const Taut__Link__Signal *signal, const char *label) {
  char text[TAUT_IO_TEXT];
  for (size_t i = 0; i < signal->n_labels; i++) {
    if (strcmp(signal->labels[i], label) == 0) return (int)i;
  }
  snprintf(text, sizeof text, "'%s' has no label '%s'", signal->name, label);
  taut_io_fail(io, text);
  return -1;
}

double taut_io_get(taut_io *io, const char *prefix, const char *name) {
  port found = find_input(io, prefix, name);
  return found.signal != NULL ? io->inputs[found.slot] : 0.0;
}

bool taut_io_is(taut_io *io, const char *prefix, const char *name, const char *label) {
  port found = find_input(io, prefix, name);
  if (found.signal == NULL) return false;
  int index = find_label(io, found.signal, label);
  return index >= 0 && io->inputs[found.slot] == index;
}

bool taut_io_has_changed(taut_io *io, const char *prefix, const char *name) {
  port found = find_input(io, prefix, name);
  return found.signal != NULL && io->inputs[found.slot] != io->before[found.slot];
}

const double *taut_io_array(taut_io *io, const char *prefix, const char *name, size_t *count) {
  port found = find_input(io, prefix, name);
  *count = found.signal != NULL ? found.signal->count : 0;
  return found.signal != NULL ? io->inputs + found.slot : NULL;
}

void taut_io_set(taut_io *io, const char *prefix, const taut_io_value *values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    port found = find_output(io, prefix, values[i].name);
    if (found.signal != NULL) io->outputs[found.slot] = values[i].value;
  }
}

void taut_io_set_label(taut_io *io, const char *prefix, const char *name, const char *label) {
  port found = find_output(io, prefix, name);
  int index = found.signal != NULL ? find_label(io, found.signal, label) : -1;
  if (index >= 0) io->outputs[found.slot] = index;
}

double *taut_io_set_array(taut_io *io, const char *prefix, const char *name, size_t *count) {
  port found = find_output(io, prefix, name);
  *count = found.signal != NULL ? found.signal->count : 0;
  return found.signal != NULL ? io->outputs + found.slot : NULL;
}
