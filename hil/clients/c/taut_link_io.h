/// The inside of taut_io: ports of a table by name. For the library alone; not installed.
#ifndef TAUT_LINK_IO_H
#define TAUT_LINK_IO_H

#include "taut_link.h"
#include "taut_link.pb-c.h"

enum { TAUT_IO_SLOTS_MAX = 1 << 16, TAUT_IO_TEXT = 160 };

/// Memory of fixed size that is given back as a whole, so that no message can take more.
typedef struct taut_arena {
  unsigned char *bytes;  ///< owned by whoever made it
  size_t n_used, capacity;
} taut_arena;

/// Zeroed and aligned for any type; NULL when the arena is full.
void *taut_arena_take(taut_arena *arena, size_t size);

/// The inputs or the outputs of a table, found by name. Lives as long as table and arena.
typedef struct taut_port_map {
  Taut__Link__Signal *const *signals;
  uint32_t *first_slots;  ///< (n signals)
  uint32_t *buckets;      ///< (mask + 1) index of a signal + 1, 0 for none
  uint32_t mask;
  size_t n_slots;
} taut_port_map;

/// False when the arena is full, or the ports have more than TAUT_IO_SLOTS_MAX values.
bool taut_port_map_init(taut_port_map *map, Taut__Link__Signal *const *signals, size_t n,
                        taut_arena *arena);
/// The values that ports have at first: (n_slots).
void taut_port_map_initial(const taut_port_map *map, size_t n_signals, double *values);

/// As docs/links.md has it.
uint64_t taut_peer_table_hash(const Taut__Link__Table *table);

struct taut_io {
  const taut_port_map *input_map, *output_map;
  const double *inputs, *before;  ///< of the last step and of the one before it
  double *outputs;                ///< NULL in step()
  int64_t tick_ns;
  char trouble[TAUT_IO_TEXT];  ///< why the peer is broken, or ""
};

#endif
