// `taut check` on the test plugins: the good ones pass every item, each bad one fails the item that
// is made for it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "taut/engine.h"

#define PLUGIN(name) TAUT_BUILD_DIR "/tests/plugins/" name ".so"

// With sanitizers a plugin imports more, and a crash is reported by the sanitizer's exit.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif

typedef struct result {
  const char *item;  ///< to look for
  int n_items, n_failed;
  int is_there, is_ok;
  char text[1024], failed[1024];
} result;

static void look(void *user, const taut_check_item *item) {
  result *r = user;
  r->n_items++;
  if (!item->is_ok) {
    r->n_failed++;
    snprintf(r->failed, sizeof r->failed, "%s: %s", item->name, item->text);
  }
  if (!r->item || strcmp(item->name, r->item) != 0) return;
  r->is_there = 1;
  r->is_ok = item->is_ok;
  snprintf(r->text, sizeof r->text, "%s", item->text);
}

static void good_plugins_pass_every_item(void **state) {
  (void)state;
  static const char *const files[] = {PLUGIN("integrator"), PLUGIN("feedthrough"),
                                      PLUGIN("skipping")};
  for (size_t i = 0; i < 3; i++) {
    result r = {.item = "step time"};
    taut_status status = taut_check_library(files[i], look, &r);
    if (status != TAUT_OK) fail_msg("%s: %s", files[i], r.failed);
    assert_int_equal(r.n_failed, 0);
    assert_true(r.n_items >= 20);
    assert_true(r.is_there);
    assert_non_null(strstr(r.text, "ns per step"));
  }
}

static void each_bad_plugin_fails_its_item(void **state) {
  (void)state;
  static const struct {
    const char *file, *item, *says;
    taut_status status;
  } rows[] = {
      {PLUGIN("bad_abi"), "speaks this version of the ABI", "major 1", TAUT_EABI},
      {PLUGIN("bad_fast_math"), "leaves the floating-point environment alone", "-ffast-math",
       TAUT_EFPENV},
      {PLUGIN("bad_table"), "valid tables", "integrator.speed_m_s: min -10", TAUT_EINVAL},
      {PLUGIN("bad_role"), "valid tables", "of role controller is missing", TAUT_EINVAL},
      {PLUGIN("bad_extra_symbol"), "one exported symbol", "also exports helper", TAUT_EINVAL},
      {PLUGIN("bad_libm"), "elementary functions of taut/math.h only", "sin", TAUT_EINVAL},
      {PLUGIN("bad_prints"), "no way to the outside world", "imports", TAUT_EINVAL},
      {PLUGIN("bad_nan_crash"), "survives extreme inputs", "NaN", TAUT_EINVAL},
      {PLUGIN("bad_emits_in_output"), "events and log lines as declared", "output emits",
       TAUT_EINVAL},
      {PLUGIN("bad_state_in_output"), "state untouched by output", "changed bytes", TAUT_EINVAL},
      {PLUGIN("bad_unwritten_output"), "output is a function of state and inputs", "not written",
       TAUT_EINVAL},
      {PLUGIN("bad_undeclared_feedthrough"), "feedthrough is declared", "position_m", TAUT_EINVAL},
      {PLUGIN("bad_shared_static"), "two instances are independent", "beside another", TAUT_EINVAL},
      {PLUGIN("bad_hidden_static"), "no hidden state in the library", "variable", TAUT_EINVAL},
      {PLUGIN("bad_shared_static"), "no hidden state in the library", "variable", TAUT_EINVAL},
      {PLUGIN("bad_shared_static"), "snapshot and continue", "snapshot at step", TAUT_EINVAL},
      {PLUGIN("bad_pointer"), "memory may move", "moves", TAUT_EINVAL},
      {PLUGIN("bad_pointer"), "state without padding and pointers", "", TAUT_EINVAL},
      {PLUGIN("bad_padding"), "state without padding and pointers", "padding", TAUT_EINVAL},
      {PLUGIN("bad_allocates"), "no allocation in a step", "malloc", TAUT_EINVAL},
      {PLUGIN("bad_rounding"), "steps leave the floating-point environment alone", "rounding",
       TAUT_EINVAL},
      {PLUGIN("bad_skip_rejects"), "skips time", "has changed the state", TAUT_EINVAL},
      {PLUGIN("bad_skip_range"), "skips time", "position_m leaves its range", TAUT_EINVAL},
      {PLUGIN("bad_skip_halves"), "skips time", "two halves", TAUT_EINVAL},
      {PLUGIN("bad_skip_emits"), "skips time", "emits an event", TAUT_EINVAL},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    // Reading rubbish from the stack on purpose is what a sanitizer may change.
    if (IS_SANITIZED && strstr(rows[i].file, "bad_padding")) continue;
    result r = {.item = rows[i].item};
    taut_status status = taut_check_library(rows[i].file, look, &r);
    if (!r.is_there) fail_msg("%s: no item \"%s\"", rows[i].file, rows[i].item);
    if (r.is_ok) fail_msg("%s passes \"%s\"", rows[i].file, rows[i].item);
    if (!strstr(r.text, rows[i].says))
      fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].file, r.text, rows[i].says);
    assert_int_equal(status, rows[i].status);
  }
}

static void what_is_no_library_fails_the_first_item(void **state) {
  (void)state;
  result r = {.item = "a complete library"};
  assert_int_equal(taut_check_library("/nowhere.so", look, &r), TAUT_ENOTFOUND);
  assert_true(r.is_there && !r.is_ok);
  assert_int_equal(r.n_items, 1);
  r = (result){.item = "a complete library"};
  assert_int_equal(taut_check_library(TAUT_SOURCE_DIR "/CMakeLists.txt", look, &r), TAUT_EIO);
  assert_true(r.is_there && !r.is_ok);
}

static void a_check_without_a_listener_still_judges(void **state) {
  (void)state;
  assert_int_equal(taut_check_library(PLUGIN("integrator"), NULL, NULL), TAUT_OK);
  assert_int_equal(taut_check_library(PLUGIN("bad_state_in_output"), NULL, NULL), TAUT_EINVAL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_plugins_pass_every_item),
      cmocka_unit_test(each_bad_plugin_fails_its_item),
      cmocka_unit_test(what_is_no_library_fails_the_first_item),
      cmocka_unit_test(a_check_without_a_listener_still_judges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
