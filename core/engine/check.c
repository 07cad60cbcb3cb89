#include "engine/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/fpenv.h"

void taut_check_report(check *all, const char *model, const char *name, bool is_ok,
                       const char *format, ...) {
  char text[TAUT_LINE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  all->is_ok &= is_ok;
  const taut_check_item item = {model, name, is_ok, text};
  if (all->fn) all->fn(all->user, &item);
}

static void keep_last(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                      const char *text) {
  (void)tick_ns;
  (void)path;
  if (level == TAUT_LOG_ERROR) snprintf(user, TAUT_LINE_MAX, "%s", text);
}

// What loading proves, in the order in which it is proved.
static void report_load(check *all, taut_status status, const char *text) {
  static const struct {
    taut_status status;
    const char *name;
  } steps[] = {{TAUT_EIO, "a complete library"},
               {TAUT_EFPENV, "leaves the floating-point environment alone"},
               {TAUT_EABI, "speaks this version of the ABI"},
               {TAUT_EINVAL, "valid tables"}};
  if (status == TAUT_ENOTFOUND) status = TAUT_EIO;
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    bool is_ok = status != steps[i].status;
    taut_check_report(all, "", steps[i].name, is_ok, "%s", is_ok ? "" : text);
    if (!is_ok) return;
  }
}

taut_status taut_check_library(const char *file, taut_check_fn fn, void *user) {
  char text[TAUT_LINE_MAX] = "";
  const taut_log_sink log = {keep_last, text};
  check all = {.file = file, .fn = fn, .user = user, .is_ok = true};
  taut_registry *registry = NULL;
  taut_status status = taut_registry_create(NULL, &log, &registry);
  if (status != TAUT_OK) return status;
  status = taut_registry_load(registry, file);
  report_load(&all, status, text);
  if (status == TAUT_OK) {
    taut_check_symbols(&all);
    for (size_t i = 0; taut_registry_at(registry, i); i++)
      taut_check_model(&all, taut_registry_at(registry, i));
    status = all.is_ok ? TAUT_OK : TAUT_EINVAL;
  }
  taut_registry_destroy(registry);
  return status;
}
