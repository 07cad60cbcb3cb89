/// A pool of strings and small records that live and die together.
#ifndef TAUT_SCENARIO_POOL_H
#define TAUT_SCENARIO_POOL_H

#include <stdarg.h>
#include <stddef.h>

#include "taut/engine.h"

typedef struct taut_pool_block taut_pool_block;

typedef struct taut_pool {
  const taut_allocator *allocator;  ///< borrowed
  taut_pool_block *blocks;
} taut_pool;

void taut_pool_init(taut_pool *pool, const taut_allocator *allocator);
/// Frees everything; the pool may be used again.
void taut_pool_clear(taut_pool *pool);

/// Zeroed memory for `size` bytes, aligned for any type. NULL when there is none.
void *taut_pool_take(taut_pool *pool, size_t size);
/// A copy of a string, and a formatted string. NULL when there is no memory.
char *taut_pool_text(taut_pool *pool, const char *text);
char *taut_pool_format(taut_pool *pool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// A growing array in a pool. Outgrown copies stay until the pool is cleared, which at most doubles
/// the memory.
typedef struct taut_list {
  void *items;
  size_t n, capacity;
} taut_list;

/// Room for one more item of `size` bytes, zeroed; NULL when there is no memory.
void *taut_list_add(taut_pool *pool, taut_list *list, size_t size);

#endif
