// Reading and running a scenario survives the failure of its n-th allocation, for every n, without
// a leak.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "support/register.h"

typedef struct failing {
  long left, held;
} failing;

static void *failing_allocate(void *user, size_t size) {
  failing *a = user;
  if (a->left-- <= 0) return NULL;
  a->held++;
  return malloc(size);
}

static void failing_release(void *user, void *block) {
  failing *a = user;
  if (block) a->held--;
  free(block);
}

static const char SCENARIO[] =
    "local taut = require 'taut'\n"
    "return taut.scenario { name = 'x', rig = 'tiny', user = { 'someone' },\n"
    "  covers = { 'SR-1' },\n"
    "  set = { exercise = 'press', load = lb(10) },\n"
    "  sweep = { reps = { 1 }, phase = { 'now' } }, branch = { 'phase' },\n"
    "  faults = { low = taut.fault { on = 'left.cable.tension_n', kind = 'bias',\n"
    "    magnitude = N(1) } },\n"
    "  script = function(s)\n"
    "    s:always('load.command_n <= 50 N')\n"
    "    if s:strike 'now' then s:fault 'low' s:wait '2 ms' end\n"
    "    s:event('controller.report', 'leak')\n"
    "    s:wait_until('controller.safety_state == latched', { within = '1 s' })\n"
    "    s:expect('user.rep >= 0', { text = 'fine' })\n"
    "  end }\n";

/// Opens and runs with `n` allocations; true when all went well.
static bool open_and_run(fake_suite *f, failing *memory, long n) {
  const taut_allocator allocator = {failing_allocate, failing_release, memory};
  char path[256];
  taut_suite *suite = NULL;
  const taut_case_result *result = NULL;
  bool is_whole = false;
  *memory = (failing){n, 0};
  f->log[0] = 0;
  snprintf(path, sizeof path, "%s/s.lua", f->folder.path);
  taut_status status = taut_suite_open_with(path, &f->options, &allocator, fake_models, &suite);
  if (status == TAUT_OK) {
    assert_non_null(suite);
    status = taut_suite_run(suite, 0, &f->case_options, NULL, &result);
    if (status == TAUT_OK) {
      assert_non_null(result);
      is_whole = result->verdict == TAUT_PASS;
      if (!is_whole) {
        assert_int_equal(result->verdict, TAUT_ERROR);
        assert_true(result->reason[0] != 0);
      }
    }
  }
  if (status != TAUT_OK) assert_int_equal(status, TAUT_ENOMEM);
  taut_suite_close(suite);
  assert_int_equal(memory->held, 0);
  return is_whole;
}

static void every_allocation_may_fail(void **state) {
  fake_suite *f = *state;
  failing memory;
  f->options.data_dir = f->folder.path;
  f->options.log = &f->sink;
  assert_true(fake_write(&f->folder, "s.lua", SCENARIO));
  assert_true(fake_register(
      f,
      "  { id = 'SR-1', text = 't', formula = 'whenever changed(controller.report_ack_seq) '\n"
      "    .. 'then within 10 ms (load.command_n <= 10 N)' },\n"
      "  { id = 'SR-2', text = 't', formula = 'always (user.rep >= 0)', everywhere = true }"));
  assert_true(open_and_run(f, &memory, LONG_MAX));
  long n_all = LONG_MAX - memory.left, n_failed = 0;
  assert_true(n_all > 500);
  // All of the first ones, then steps that still hit every phase; the last ones again all.
  for (long n = 0; n < n_all; n += n < 900 || n > n_all - 300 ? 1 : 7)
    n_failed += !open_and_run(f, &memory, n);
  assert_true(n_failed > n_all / 10);
  assert_true(open_and_run(f, &memory, LONG_MAX));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(
      every_allocation_may_fail, fake_suite_set_up, fake_register_tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
