/// Registers for tests: a requirement in one line, a hazard for all of them.
#ifndef TAUT_TESTS_REGISTER_H
#define TAUT_TESTS_REGISTER_H

#include <string.h>

#include "support/host_suite.h"

static const char fake_hazards[] =
    "local taut = require 'taut'\n"
    "return taut.hazards { { id = 'H1', failure = 'a', detection = 'b', requirement = 'c',\n"
    "  safe_state = 'sto', severity = 'critical', source = 'test' } }\n";

static const char *const fake_register_files[] = {
    "requirements.lua", "hazards.lua", "scenarios/requirements.lua", "scenarios/hazards.lua"};

/// Writes a project's register beside the scenario. `entries` are Lua tables with id, text, formula
/// and what else they need; hazard, severity, source and safe state are added. Entry i stands on
/// line i + 6.
static inline bool fake_register(const fake_suite *f, const char *entries) {
  static char text[65536];
  snprintf(text, sizeof text,
           "local taut = require 'taut'\nlocal function list(t)\n"
           "  for _, r in ipairs(t) do r.hazard, r.severity = 'H1', 'serious'\n"
           "    r.source, r.safe_state = 'test', 'sto' end return taut.requirements(t) end\n"
           "return list {\n%s\n}\n",
           entries);
  return fake_write(&f->folder, "requirements.lua", text) &&
         fake_write(&f->folder, "hazards.lua", fake_hazards);
}

static inline int fake_register_tear_down(void **state) {
  fake_suite *f = *state;
  for (size_t i = 0; i < sizeof fake_register_files / sizeof fake_register_files[0]; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", f->folder.path, fake_register_files[i]);
    remove(path);
  }
  return fake_suite_tear_down(state);
}

/// The check of that requirement by its formula, or NULL.
static inline const taut_check_result *fake_judged(const taut_case_result *result, const char *id) {
  for (size_t i = 0; i < result->n_checks; i++)
    if (result->checks[i].is_requirement && strcmp(result->checks[i].id, id) == 0)
      return &result->checks[i];
  return NULL;
}

#endif
