/// Runs scenario texts against the fake rig and keeps what was logged.
#ifndef TAUT_TESTS_HOST_SUITE_H
#define TAUT_TESTS_HOST_SUITE_H

#include "scenario/host.h"
#include "support/host_rig.h"

typedef struct fake_suite {
  fake_folder folder;
  char log[8192];
  taut_log_sink sink;
  taut_scenario_options options;
  taut_case_options case_options;
  taut_suite *suite;
  const taut_case_result *result;
} fake_suite;

static inline void fake_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                            const char *text) {
  fake_suite *f = user;
  (void)tick_ns;
  size_t n = strlen(f->log);
  if (level >= TAUT_LOG_WARN && n < sizeof f->log - 1)
    snprintf(f->log + n, sizeof f->log - n, "%s%s%s\n", path, *path ? ": " : "", text);
}

static inline int fake_suite_set_up(void **state) {
  static fake_suite f;
  memset(&f, 0, sizeof f);
  f.sink = (taut_log_sink){fake_log, &f};
  *state = &f;
  return fake_folder_make(&f.folder) ? 0 : -1;
}

static inline void fake_suite_close(fake_suite *f) {
  taut_suite_close(f->suite);
  f->suite = NULL;
  f->result = NULL;
}

static inline int fake_suite_tear_down(void **state) {
  fake_suite *f = *state;
  fake_suite_close(f);
  fake_folder_remove(&f->folder);
  return 0;
}

/// Writes the text as s.lua and opens it.
static inline taut_status fake_suite_open(fake_suite *f, const char *text) {
  static char path[256];
  fake_suite_close(f);
  f->log[0] = 0;
  if (!fake_write(&f->folder, "s.lua", text)) return TAUT_EIO;
  snprintf(path, sizeof path, "%s/s.lua", f->folder.path);
  f->options.data_dir = f->folder.path;
  f->options.log = &f->sink;
  return taut_suite_open_with(path, &f->options, NULL, fake_models, &f->suite);
}

/// A scenario on the fake rig with this body of its script; `fields` go before the script ("set =
/// {},").
static inline const taut_case_result *fake_suite_run(fake_suite *f, const char *fields,
                                                     const char *script) {
  static char text[65536];
  snprintf(text, sizeof text,
           "local taut = require 'taut'\nreturn taut.scenario { name = 'x', rig = 'tiny', %s\n"
           "script = function(s)\n%s\nend }\n",
           fields, script);
  if (fake_suite_open(f, text) != TAUT_OK) return NULL;
  if (taut_suite_run(f->suite, 0, &f->case_options, NULL, &f->result) != TAUT_OK) return NULL;
  return f->result;
}

#endif
