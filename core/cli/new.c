/// `taut new`: starts a plugin project or a scenario file.
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/templates.h"
#include "report/file.h"
#include "taut/engine.h"

static const taut_option options[] = {
    {"role", '\0', "ROLE", "role of the plugin (default: controller)"},
    {NULL, '\0', NULL, NULL},
};

/// Values of the marks in the templates.
typedef struct fillings {
  const char *name, *role, *library;
  const taut_places *places;
  char upper[64], period[32];
} fillings;

static char *fill(const char *text, const fillings *f) {
  const struct {
    const char *mark, *value;
  } marks[] = {{"@NAME@", f->name},
               {"@ROLE@", f->role},
               {"@UPPER@", f->upper},
               {"@PERIOD@", f->period},
               {"@LIBRARY@", f->library}};
  taut_buffer out = {0};
  while (*text != '\0') {
    size_t i = 0, n = sizeof marks / sizeof marks[0];
    while (i < n && strncmp(text, marks[i].mark, strlen(marks[i].mark)) != 0) i++;
    if (i < n) {
      taut_buffer_text(&out, marks[i].value);
      text += strlen(marks[i].mark);
    } else {
      taut_buffer_append(&out, text++, 1);
    }
  }
  taut_buffer_append(&out, "", 0);
  return out.data;
}

/// The paths the templates would have; the caller frees each and the array.
static char **plan_paths(const taut_template *templates, const char *folder, const fillings *f,
                         size_t *n_out) {
  char **paths = NULL;
  size_t n = 0;
  for (; templates[n].path != NULL; n++) {
    char *path = fill(templates[n].path, f);
    paths = taut_memory_resize(paths, (n + 1) * sizeof *paths);
    paths[n] = taut_text_format("%s/%s", folder, path);
    free(path);
  }
  *n_out = n;
  return paths;
}

/// Writes all files, or none when one of them exists.
static int write_templates(const taut_verb *verb, const taut_template *templates,
                           const char *folder, const fillings *f) {
  size_t n;
  char **paths = plan_paths(templates, folder, f, &n);
  int status = TAUT_EXIT_OK;
  for (size_t i = 0; i < n && status == TAUT_EXIT_OK; i++) {
    struct stat info;
    if (lstat(paths[i], &info) != 0) continue;
    status = taut_usage(verb, "%s exists already; nothing was written", paths[i]);
  }
  for (size_t i = 0; i < n && status == TAUT_EXIT_OK; i++) {
    char *parent = taut_text_copy(paths[i]);
    *strrchr(parent, '/') = '\0';
    char *text = fill(templates[i].text, f);
    if (taut_file_make_folder(parent) != TAUT_OK ||
        taut_file_write_atomic(paths[i], text, strlen(text), NULL) != TAUT_OK) {
      fprintf(stderr, "taut new: %s: %s\n", paths[i], strerror(errno));
      status = TAUT_EXIT_OWN_FAULT;
    } else {
      printf("%s\n", strncmp(paths[i], "./", 2) == 0 ? paths[i] + 2 : paths[i]);
    }
    free(text);
    free(parent);
  }
  for (size_t i = 0; i < n; i++) free(paths[i]);
  free(paths);
  return status;
}

/// A name that is at once a C identifier, a file name and a model's name.
static bool is_name(const char *name) {
  size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
  return name[size] == '\0' && size > 0 && size < 48 && islower((unsigned char)name[0]);
}

/// What CMake must be told to find this Taut: nothing where it looks by itself.
static void find_prefix(const taut_places *places, char *text, size_t size) {
  text[0] = '\0';
  size_t length = strlen(places->binary);
  if (places->is_source_tree || length < 5) return;
  int n = (int)length - 4;
  bool is_known = strcmp(places->binary, "/usr/bin") == 0 ||
                  strcmp(places->binary, "/usr/local/bin") == 0 ||
                  strcmp(places->binary + n, "/bin") != 0;
  if (!is_known) snprintf(text, size, " -DCMAKE_PREFIX_PATH=%.*s", n, places->binary);
}

static int new_plugin(const taut_verb *verb, const taut_arguments *arguments, fillings *f) {
  const taut_role *role = taut_role_find(f->role);
  if (role == NULL) {
    const char *names[32];
    size_t n = 0;
    for (const taut_role *at; n < 32 && (at = taut_role_at(n)) != NULL; n++) names[n] = at->name;
    const char *nearest = taut_text_nearest(f->role, names, n);
    return taut_usage(verb, "no role is named '%s'%s%s%s", f->role,
                      nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "",
                      nearest != NULL ? "?" : "");
  }
  for (size_t i = 0; i < sizeof f->upper - 1 && role->name[i] != '\0'; i++) {
    f->upper[i] = (char)toupper((unsigned char)role->name[i]);
  }
  snprintf(f->period, sizeof f->period, "%lld", (long long)role->period_ns);
  const char *parent = arguments->n_words > 2 ? arguments->words[2] : NULL;
  char *folder = parent != NULL ? taut_text_copy(parent) : taut_text_format("./%s", f->name);
  int status = write_templates(verb, taut_templates_plugin, folder, f);
  if (status == TAUT_EXIT_OK) {
    const char *shown = strncmp(folder, "./", 2) == 0 ? folder + 2 : folder;
    char prefix[PATH_MAX + 32];
    find_prefix(f->places, prefix, sizeof prefix);
    printf(
        "next: cmake -S %s -B %s/build%s && cmake --build %s/build && ctest --test-dir %s/build\n",
        shown, shown, prefix, shown, shown);
    if (f->places->is_source_tree) {
      printf("before: ./dev install in %s, since CMake has to find Taut\n", f->places->data);
    }
  }
  free(folder);
  return status;
}

static int new_scenario(const taut_verb *verb, const taut_arguments *arguments, const fillings *f) {
  struct stat info;
  bool has_folder = stat("scenarios", &info) == 0 && S_ISDIR(info.st_mode);
  const char *folder = arguments->n_words > 2 ? arguments->words[2]
                       : has_folder           ? "scenarios"
                                              : ".";
  int status = write_templates(verb, taut_templates_scenario, folder, f);
  if (status == TAUT_EXIT_OK) {
    bool is_here = strcmp(folder, ".") == 0;
    printf("next: taut run %s%s%s.lua\n", is_here ? "" : folder, is_here ? "" : "/", f->name);
  }
  return status;
}

static int run_new(const taut_verb *verb, const taut_arguments *arguments) {
  const char *kind = arguments->n_words > 0 ? arguments->words[0] : "";
  const char *role = taut_arguments_value(arguments, "role");
  bool is_plugin = strcmp(kind, "plugin") == 0;
  if (!is_plugin && strcmp(kind, "scenario") != 0) {
    return taut_usage(verb, "say what: taut new plugin NAME, or taut new scenario NAME");
  }
  if (arguments->n_words < 2 || arguments->n_words > 3) {
    return taut_usage(verb, "give it one name, and at most one folder");
  }
  if (!is_name(arguments->words[1])) {
    return taut_usage(verb, "'%s' is no name: lower-case letters, digits and _, a letter first",
                      arguments->words[1]);
  }
  if (!is_plugin && role != NULL) return taut_usage(verb, "a scenario has no --role");
  taut_places places;
  taut_places_find(&places);
  char *library = taut_text_format("%s/scenarios/lib", places.data);
  fillings f = {.name = arguments->words[1],
                .role = role != NULL ? role : "controller",
                .library = library,
                .places = &places};
  int status = is_plugin ? new_plugin(verb, arguments, &f) : new_scenario(verb, arguments, &f);
  free(library);
  taut_places_fini(&places);
  return status;
}

const taut_verb taut_verb_new = {
    .name = "new",
    .summary = "start a plugin project or a scenario",
    .usage = "taut new plugin NAME [DIR] [--role ROLE]\n  taut new scenario NAME [DIR]",
    .examples =
        "  taut new plugin my_law\n"
        "  taut new plugin my_spotter --role spotter\n"
        "  taut new scenario my_first\n",
    .notes =
        "A plugin comes with its build and tests, which pass at once. Nothing is overwritten.\n",
    .options = options,
    .run = run_new,
};
