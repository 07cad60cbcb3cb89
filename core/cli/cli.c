#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hil/endpoint.h"
#include "hil/links.h"
#include "report/results.h"
#include "report/terminal.h"
#include "taut/engine.h"

const taut_verb *const *taut_verbs(void) {
  static const taut_verb *const verbs[] = {&taut_verb_run,     &taut_verb_protocol,
                                           &taut_verb_list,    &taut_verb_describe,
                                           &taut_verb_check,   &taut_verb_monitor,
                                           &taut_verb_new,     &taut_verb_trace,
                                           &taut_verb_compare, &taut_verb_claims,
                                           &taut_verb_mutate,  &taut_verb_selftest,
                                           &taut_verb_bisect,  &taut_verb_serve,
                                           &taut_verb_keys,    &taut_verb_bridge,
                                           &taut_verb_report,  &taut_verb_history,
                                           &taut_verb_certify, &taut_verb_verify,
                                           &taut_verb_doctor,  NULL};
  return verbs;
}

const taut_verb *taut_verb_find(const char *name) {
  for (const taut_verb *const *verb = taut_verbs(); *verb != NULL; verb++) {
    if (strcmp((*verb)->name, name) == 0) return *verb;
  }
  return NULL;
}

void taut_verb_help(const taut_verb *verb) {
  const taut_palette *p = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, false));
  printf("%s\n\n%sExamples%s\n%s\n%sUsage%s\n  %s\n", verb->summary, p->bold, p->reset,
         verb->examples, p->bold, p->reset, verb->usage);
  if (verb->options[0].name != NULL) printf("\n%sOptions%s\n", p->bold, p->reset);
  for (const taut_option *option = verb->options; option->name != NULL; option++) {
    char left[64];
    char letter[8] = "    ";
    if (option->letter != '\0') snprintf(letter, sizeof letter, "-%c, ", option->letter);
    const char *argument = option->argument != NULL ? option->argument : "";
    bool is_apart = argument[0] != '\0' && strncmp(argument, "[=", 2) != 0;
    snprintf(left, sizeof left, "%s--%s%s%s", letter, option->name, is_apart ? " " : "", argument);
    printf("  %-28s %s\n", left, option->help);
  }
  if (verb->notes != NULL) printf("\n%s", verb->notes);
}

int taut_usage(const taut_verb *verb, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const char *space = verb != NULL ? " " : "", *name = verb != NULL ? verb->name : "";
  fprintf(stderr, "taut%s%s: ", space, name);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n(help: taut%s%s --help)\n", space, name);
  va_end(arguments);
  return TAUT_EXIT_USAGE;
}

void taut_print_json(json_t *document) {
  char *text = taut_json_text(document);
  fputs(text, stdout);
  free(text);
  json_decref(document);
}

static void write_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                      const char *text) {
  (void)user;
  (void)tick_ns;
  if (level < TAUT_LOG_WARN) return;
  bool has_path = path != NULL && path[0] != '\0';
  fprintf(stderr, "taut: %s%s%s\n", has_path ? path : "", has_path ? ": " : "", text);
}

const taut_log_sink *taut_cli_log(void) {
  static const taut_log_sink log = {write_log, NULL};
  return &log;
}

// -------------------------------------------------------------------------------------------
// --with

/// Whether a rig may have this role, perhaps of one side; else the nearest.
static bool is_role(const char *role, char *nearest, size_t size) {
  const char *bare = role;
  if (strncmp(bare, "left.", 5) == 0) bare += 5;
  if (strncmp(bare, "right.", 6) == 0) bare += 6;
  nearest[0] = '\0';
  if (taut_role_find(bare) != NULL || strcmp(bare, "plant") == 0) return true;
  const char *names[64];
  size_t n = 0;
  for (const taut_role *known; n < 64 && (known = taut_role_at(n)) != NULL; n++)
    names[n] = known->name;
  const char *best = taut_text_nearest(bare, names, n);
  if (best != NULL) snprintf(nearest, size, "; did you mean %s?", best);
  return false;
}

/// One ROLE=TARGET with a library made a path; NULL after an error.
static char *resolve_with(const taut_places *places, const char *text, char *error, size_t size) {
  const char *equals = strchr(text, '=');
  if (equals == NULL || equals == text || equals[1] == '\0') {
    snprintf(error, size, "--with wants ROLE=TARGET, such as controller=my_law.so; got '%s'", text);
    return NULL;
  }
  char role[128], nearest[160];
  snprintf(role, sizeof role, "%.*s", (int)(equals - text), text);
  if (!is_role(role, nearest, sizeof nearest)) {
    snprintf(error, size, "--with %s: no role is named '%s'%s", text, role, nearest);
    return NULL;
  }
  const char *target = equals + 1, *suffix = strstr(target, "?ticks=");
  if (suffix != NULL) {
    size_t n_target;
    if (taut_links_ticks(target, &n_target) == 0) {
      snprintf(error, size, "--with %s: ticks must be a whole number from 1 to 64", text);
      return NULL;
    }
    char *bare = taut_text_format("%.*s", (int)(suffix - text), text);
    char *resolved = resolve_with(places, bare, error, size);
    char *whole = resolved != NULL ? taut_text_format("%s%s", resolved, suffix) : NULL;
    free(bare);
    free(resolved);
    return whole;
  }
  size_t length = strlen(target);
  bool is_library = length > 3 && strcmp(target + length - 3, ".so") == 0;
  if (taut_endpoint_is(target)) {
    taut_endpoint endpoint;
    char why[512];
    if (taut_endpoint_parse(target, &endpoint, why, sizeof why) == TAUT_OK) {
      return taut_text_copy(text);
    }
    snprintf(error, size, "--with %s: %s", text, why);
    return NULL;
  }
  // A Lua role and "library.so:model" are for the scenario host to resolve.
  bool is_lua = length > 4 && strcmp(target + length - 4, ".lua") == 0;
  if (is_lua || strchr(target, ':') != NULL) return taut_text_copy(text);
  bool is_name = target[strspn(target, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
  if (!is_library && !is_name) {
    snprintf(error, size,
             "--with %s: neither a library (.so), a Lua role (.lua) nor a model's name", text);
    return NULL;
  }
  char path[PATH_MAX];
  if (taut_places_plugin(places, target, path, sizeof path)) {
    return is_library ? taut_text_format("%s=%s", role, path) : taut_text_copy(text);
  }
  char *suggestion = taut_places_suggest_plugin(places, target);
  snprintf(error, size, "--with %s: no such plugin%s%s%s", text,
           suggestion != NULL ? "; did you mean " : "", suggestion != NULL ? suggestion : "",
           suggestion == NULL ? ""
           : is_library       ? ".so?"
                              : "?");
  free(suggestion);
  return NULL;
}

char **taut_cli_with(const taut_places *places, const char *const *with, char *error,
                     size_t error_size) {
  size_t n = 0;
  while (with[n] != NULL) n++;
  char **resolved = taut_memory_resize(NULL, (n + 1) * sizeof *resolved);
  for (size_t i = 0; i < n; i++) {
    resolved[i] = resolve_with(places, with[i], error, error_size);
    resolved[i + 1] = NULL;
    if (resolved[i] != NULL) continue;
    taut_cli_with_free(resolved);
    return NULL;
  }
  resolved[n] = NULL;
  return resolved;
}

void taut_cli_with_free(char **with) {
  for (size_t i = 0; with != NULL && with[i] != NULL; i++) free(with[i]);
  free(with);
}

// ---------------------------------------------------------------------------------------------
// main

static void print_help(void) {
  const taut_palette *p = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, false));
  printf(
      "taut: simulation and test harness for motor-driven cable strength machines\n\n"
      "%sExamples%s\n"
      "  taut run                                    every scenario below ./scenarios\n"
      "  taut run --with controller=my_law.so        the same, with your controller\n"
      "  taut describe two_cable_trainer             who feeds whom in a rig\n"
      "  taut new plugin my_law --role controller    start a plugin with a test that passes\n\n"
      "%sVerbs%s\n",
      p->bold, p->reset, p->bold, p->reset);
  for (const taut_verb *const *verb = taut_verbs(); *verb != NULL; verb++) {
    printf("  %-10s %s\n", (*verb)->name, (*verb)->summary);
  }
  printf("  %-10s %s\n", "help", "taut help VERB is taut VERB --help");
  printf(
      "\n%sExit status%s\n"
      "  0 every case passed   1 some case did not   2 interrupted   3 Taut itself failed\n"
      "  4 usage, or a scenario file that cannot be loaded   5 nothing ran\n"
      "  6 evidence is not what it says\n",
      p->bold, p->reset);
}

static int unknown_verb(const char *name) {
  const char *names[64];
  size_t n = 0;
  for (const taut_verb *const *verb = taut_verbs(); *verb != NULL; verb++)
    names[n++] = (*verb)->name;
  names[n++] = "help";
  const char *nearest = taut_text_nearest(name, names, n);
  return taut_usage(NULL, "no verb is named '%s'%s%s%s", name,
                    nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                    nearest != NULL ? "?" : "");
}

static bool asks_help(int argc, char **argv) {
  for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
  }
  return false;
}

int taut_cli_main(int argc, char **argv) {
  if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
    print_help();
    return argc < 2 ? TAUT_EXIT_USAGE : TAUT_EXIT_OK;
  }
  if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
    printf("taut %s (plugin ABI %u.%u)\n", TAUT_VERSION, TAUT_ABI_MAJOR, TAUT_ABI_MINOR);
    return TAUT_EXIT_OK;
  }
  bool is_help = strcmp(argv[1], "help") == 0;
  if (is_help && (argc == 2 || strcmp(argv[2], "help") == 0 || asks_help(argc, argv))) {
    print_help();
    return TAUT_EXIT_OK;
  }
  const char *name = is_help ? argv[2] : argv[1];
  if (name[0] == '-') return taut_usage(NULL, "a verb is missing before '%s'", name);
  const taut_verb *verb = taut_verb_find(name);
  if (verb == NULL) return unknown_verb(name);
  if (is_help || asks_help(argc, argv)) {
    taut_verb_help(verb);
    return TAUT_EXIT_OK;
  }
  taut_arguments arguments;
  char error[512];
  if (taut_arguments_parse(verb->options, argc - 2, argv + 2, &arguments, error, sizeof error) !=
      TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  int status = verb->run(verb, &arguments);
  taut_arguments_fini(&arguments);
  if (fflush(stdout) != 0 && status == TAUT_EXIT_OK) {
    fprintf(stderr, "taut: writing to stdout failed\n");
    status = TAUT_EXIT_OWN_FAULT;
  }
  return status;
}
