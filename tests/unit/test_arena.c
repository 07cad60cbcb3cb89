#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/arena.h"

/// Counts blocks that are out, and fails on demand.
typedef struct counter {
  int n_out, n_calls, fail_at;
} counter;

static void *allocate(void *user, size_t size) {
  counter *c = user;
  if (++c->n_calls == c->fail_at) return NULL;
  c->n_out++;
  return malloc(size);
}

static void release(void *user, void *block) {
  counter *c = user;
  if (block) c->n_out--;
  free(block);
}

static void pieces_are_zeroed_aligned_and_apart(void **state) {
  (void)state;
  counter c = {0};
  const taut_allocator allocator = {allocate, release, &c};
  taut_arena arena;
  taut_arena_init(&arena, &allocator);
  unsigned char *last = NULL;
  for (size_t i = 0; i < 500; i++) {
    size_t size = i * 37 % 301;
    unsigned char *piece = taut_arena_new(&arena, size, 1);
    assert_non_null(piece);
    assert_int_equal((uintptr_t)piece % 16, 0);
    for (size_t k = 0; k < size; k++) assert_int_equal(piece[k], 0);
    memset(piece, 0xFF, size);
    if (!size) continue;  // takes no room
    assert_ptr_not_equal(piece, last);
    last = piece;
  }
  assert_true(c.n_out < 50);  // many pieces, few blocks
  taut_arena_fini(&arena);
  assert_int_equal(c.n_out, 0);
}

static void a_product_that_overflows_is_refused(void **state) {
  (void)state;
  taut_arena arena;
  taut_arena_init(&arena, NULL);
  assert_null(taut_arena_new(&arena, SIZE_MAX / 4, 8));
  assert_null(taut_arena_new(&arena, SIZE_MAX, SIZE_MAX));
  assert_non_null(taut_arena_new(&arena, 0, 8));
  taut_arena_fini(&arena);
}

static void a_pushed_array_keeps_its_elements_when_it_grows(void **state) {
  (void)state;
  taut_arena arena;
  taut_arena_init(&arena, NULL);
  int *items = NULL;
  size_t n = 0, capacity = 0;
  for (int i = 0; i < 1000; i++)
    *(int *)taut_arena_push(&arena, (void **)&items, &n, &capacity, sizeof *items) = i;
  assert_int_equal(n, 1000);
  for (int i = 0; i < 1000; i++) assert_int_equal(items[i], i);
  taut_arena_fini(&arena);
}

static void a_push_without_memory_leaves_the_array_as_it_was(void **state) {
  (void)state;
  counter c = {0};
  const taut_allocator allocator = {allocate, release, &c};
  taut_arena arena;
  taut_arena_init(&arena, &allocator);
  struct {
    char bytes[4096];
  } *items = NULL;
  size_t n = 0, capacity = 0;
  for (int i = 0; i < 8; i++)
    assert_non_null(taut_arena_push(&arena, (void **)&items, &n, &capacity, sizeof *items));
  items[7].bytes[0] = 42;
  c.fail_at = c.n_calls + 1;
  assert_null(taut_arena_push(&arena, (void **)&items, &n, &capacity, sizeof *items));
  assert_int_equal(n, 8);
  assert_int_equal(items[7].bytes[0], 42);
  taut_arena_fini(&arena);
  assert_int_equal(c.n_out, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
      cmocka_unit_test(a_product_that_overflows_is_refused),
      cmocka_unit_test(a_pushed_array_keeps_its_elements_when_it_grows),
      cmocka_unit_test(a_push_without_memory_leaves_the_array_as_it_was),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
