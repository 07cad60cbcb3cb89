/// Memory of builders, plans and registries: many small pieces that live and die together.
#ifndef TAUT_ENGINE_ARENA_H
#define TAUT_ENGINE_ARENA_H

#include <stddef.h>

#include "taut/engine.h"

/// One chunk of an arena; its bytes follow the header.
typedef struct taut_arena_chunk {
  struct taut_arena_chunk *next;
  size_t size;  ///< bytes that follow
  size_t used;
  size_t unused;  ///< keeps the header a multiple of 16 bytes
} taut_arena_chunk;

typedef struct taut_arena {
  const taut_allocator *allocator;  ///< borrowed
  taut_arena_chunk *chunks;
} taut_arena;

/// `allocator` NULL means the default one. Allocates nothing. [any]
void taut_arena_init(taut_arena *arena, const taut_allocator *allocator);
/// Releases everything at once. [any]
void taut_arena_fini(taut_arena *arena);
/// `n` zeroed elements of `size` bytes, aligned to 16; NULL when memory is out or the product
/// overflows. `n` 0 gives a valid pointer. [any]
void *taut_arena_new(taut_arena *arena, size_t n, size_t size);
/// A copy of `text`, or NULL. [any]
char *taut_arena_text(taut_arena *arena, const char *text);

/// An array that grows in an arena: makes room for one more element and returns the place of it, or
/// NULL. What it outgrows stays in the arena until fini. [any]
void *taut_arena_push(taut_arena *arena, void **items, size_t *n, size_t *capacity, size_t size);

#endif
