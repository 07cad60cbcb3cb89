#include "scenario/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE = 4096 };

struct taut_pool_block {
  taut_pool_block *next;
  size_t used, size;
  alignas(max_align_t) unsigned char bytes[];
};

void taut_pool_init(taut_pool *pool, const taut_allocator *allocator) {
  pool->allocator = allocator;
  pool->blocks = NULL;
}

void taut_pool_clear(taut_pool *pool) {
  while (pool->blocks) {
    taut_pool_block *next = pool->blocks->next;
    pool->allocator->release(pool->allocator->user, pool->blocks);
    pool->blocks = next;
  }
}

void *taut_pool_take(taut_pool *pool, size_t size) {
  size_t align = alignof(max_align_t);
  if (size > SIZE_MAX / 2) return NULL;
  size = (size + align - 1) / align * align;
  taut_pool_block *block = pool->blocks;
  if (!block || block->size - block->used < size) {
    size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    block = pool->allocator->allocate(pool->allocator->user, sizeof *block + room);
    if (!block) return NULL;
    block->used = 0;
    block->size = room;
    block->next = pool->blocks;
    pool->blocks = block;
  }
  void *memory = block->bytes + block->used;
  block->used += size;
  memset(memory, 0, size);
  return memory;
}

char *taut_pool_text(taut_pool *pool, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = taut_pool_take(pool, size);
  if (copy) memcpy(copy, text, size);
  return copy;
}

char *taut_pool_format(taut_pool *pool, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (n < 0) return NULL;
  char *text = taut_pool_take(pool, (size_t)n + 1);
  if (!text) return NULL;
  va_start(arguments, format);
  vsnprintf(text, (size_t)n + 1, format, arguments);
  va_end(arguments);
  return text;
}

void *taut_list_add(taut_pool *pool, taut_list *list, size_t size) {
  if (list->n == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 8;
    if (capacity > SIZE_MAX / 4 / size) return NULL;
    void *items = taut_pool_take(pool, capacity * size);
    if (!items) return NULL;
    if (list->n) memcpy(items, list->items, list->n * size);
    list->items = items;
    list->capacity = capacity;
  }
  return (char *)list->items + size * list->n++;
}
