#include "engine/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// A test that lets every allocation fail makes each piece a block of its own.
#ifndef TAUT_ARENA_CHUNK
#define TAUT_ARENA_CHUNK 8192
#endif

enum { ALIGNMENT = 16, CHUNK_SIZE = TAUT_ARENA_CHUNK };

static_assert(sizeof(taut_arena_chunk) % ALIGNMENT == 0, "chunk bytes must start aligned");

static void *default_allocate(void *user, size_t size) {
  (void)user;
  return malloc(size);
}

static void default_release(void *user, void *block) {
  (void)user;
  free(block);
}

const taut_allocator *taut_allocator_default(void) {
  static const taut_allocator allocator = {default_allocate, default_release, NULL};
  return &allocator;
}

void taut_arena_init(taut_arena *arena, const taut_allocator *allocator) {
  arena->allocator = allocator ? allocator : taut_allocator_default();
  arena->chunks = NULL;
}

void taut_arena_fini(taut_arena *arena) {
  taut_arena_chunk *chunk = arena->chunks;
  while (chunk) {
    taut_arena_chunk *next = chunk->next;
    arena->allocator->release(arena->allocator->user, chunk);
    chunk = next;
  }
  arena->chunks = NULL;
}

void *taut_arena_new(taut_arena *arena, size_t n, size_t size) {
  if (size && n > (SIZE_MAX / 2) / size) return NULL;
  size_t bytes = (n * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  taut_arena_chunk *chunk = arena->chunks;
  if (!chunk || chunk->size - chunk->used < bytes) {
    size_t room = bytes > CHUNK_SIZE ? bytes : CHUNK_SIZE;
    chunk = arena->allocator->allocate(arena->allocator->user, sizeof *chunk + room);
    if (!chunk) return NULL;
    *chunk = (taut_arena_chunk){.next = arena->chunks, .size = room};
    arena->chunks = chunk;
  }
  void *block = (unsigned char *)(chunk + 1) + chunk->used;
  chunk->used += bytes;
  return memset(block, 0, bytes);
}

char *taut_arena_text(taut_arena *arena, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = taut_arena_new(arena, size, 1);
  return copy ? memcpy(copy, text, size) : NULL;
}

void *taut_arena_push(taut_arena *arena, void **items, size_t *n, size_t *capacity, size_t size) {
  if (*n == *capacity) {
    size_t room = *capacity ? 2 * *capacity : 8;
    void *bigger = taut_arena_new(arena, room, size);
    if (!bigger) return NULL;
    if (*n) memcpy(bigger, *items, *n * size);
    *items = bigger;
    *capacity = room;
  }
  return (unsigned char *)*items + (*n)++ * size;
}
