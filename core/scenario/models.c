// Which model an instance gets: one of the registry, a plugin of the plugin folders, or what --with
// names.

#define _GNU_SOURCE  // realpath
#include <dirent.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/suggest.h"
#include "scenario/host.h"
#include "scenario/role.h"

static bool ends_with(const char *text, size_t length, const char *end) {
  size_t n = strlen(end);
  return length >= n && memcmp(text + length - n, end, n) == 0;
}

static void load(taut_setup *setup, const char *file) {
  const taut_scenario_options *options = setup->options;
  if (options->on_input) options->on_input(options->input_user, file);
  setup->journal->error[0] = 0;
  if (taut_registry_load(setup->registry, file) != TAUT_OK) taut_setup_raise(setup, "");
}

/// The file of a --with target: as given, then relative to the folder above each plugin folder,
/// then in it.
static bool find_library(const taut_setup *setup, const char *target, size_t length,
                         char file[PATH_MAX]) {
  const char *const *dirs = setup->options->plugin_dirs;
  int n = (int)length;
  snprintf(file, PATH_MAX, "%.*s", n, target);
  if (access(file, R_OK) == 0) return true;
  if (target[0] == '/') return false;
  for (size_t i = 0; dirs && dirs[i]; i++) {
    snprintf(file, PATH_MAX, "%s/../%.*s", dirs[i], n, target);
    if (access(file, R_OK) == 0) return true;
    snprintf(file, PATH_MAX, "%s/%.*s", dirs[i], n, target);
    if (access(file, R_OK) == 0) return true;
  }
  return false;
}

/// The model of library `file` for a role: the one named, else the only one of that role.
static const taut_model *model_of_library(taut_setup *setup, const char *file, const char *name,
                                          const taut_rig_instance *instance) {
  char path[PATH_MAX];
  const taut_model *found = NULL;
  size_t n = 0;
  if (!realpath(file, path)) snprintf(path, sizeof path, "%s", file);
  for (size_t i = 0; taut_registry_at(setup->registry, i); i++) {
    const taut_model *model = taut_registry_at(setup->registry, i);
    if (strcmp(taut_registry_file(setup->registry, model), path) != 0) continue;
    if (*name ? strcmp(model->name, name) != 0 : strcmp(model->role, instance->role->name) != 0)
      continue;
    found = model;
    n++;
  }
  if (n == 1) return found;
  if (n > 1)
    taut_fail(setup->L, "--with: %s has %d models of role '%s'; write %s:MODEL", file, (int)n,
              instance->role->name, file);
  if (*name) taut_fail(setup->L, "--with: %s has no model '%s'", file, name);
  taut_fail(setup->L, "--with: %s has no model of role '%s'", file, instance->role->name);
}

static void suggest_plugins(const taut_setup *setup, taut_suggest *suggest) {
  const char *const *dirs = setup->options->plugin_dirs;
  for (size_t i = 0; taut_registry_at(setup->registry, i); i++)
    taut_suggest_offer(suggest, taut_registry_at(setup->registry, i)->name);
  for (size_t i = 0; dirs && dirs[i]; i++) {
    DIR *entries = opendir(dirs[i]);
    if (!entries) continue;
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
      size_t length = strlen(entry->d_name);
      if (!ends_with(entry->d_name, length, ".so")) continue;
      char *stem = taut_pool_text(setup->pool, entry->d_name);
      if (!stem) break;
      stem[length - 3] = 0;
      // The order of a folder is not fixed: of equals the first by name stays.
      const char *before = suggest->best;
      size_t distance = suggest->distance;
      suggest->best = NULL;
      taut_suggest_offer(suggest, stem);
      bool is_better =
          suggest->best && (!before || suggest->distance < distance ||
                            (suggest->distance == distance && strcmp(stem, before) < 0));
      if (is_better) continue;
      suggest->best = before;
      suggest->distance = distance;
    }
    closedir(entries);
  }
}

static const taut_model *model_by_name(taut_setup *setup, const char *name) {
  const taut_model *model = taut_registry_find(setup->registry, name);
  if (model) return model;
  const char *const *dirs = setup->options->plugin_dirs;
  bool is_plain = strchr(name, '/') == NULL;
  for (size_t i = 0; is_plain && dirs && dirs[i]; i++) {
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s/%s.so", dirs[i], name);
    if (access(file, R_OK) != 0) continue;
    load(setup, file);
    model = taut_registry_find(setup->registry, name);
    if (model) return model;
    taut_fail(setup->L, "%s has no model '%s'", file, name);
  }
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  suggest_plugins(setup, &suggest);
  taut_fail(setup->L, "no model '%s' in the plugin folders%s%s%s", name,
            suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
            suggest.best ? "'?" : "");
}

/// The model that stands for another process, or for `inner` behind the delay of several ticks per
/// exchange. Two sides of a role may share one.
static const taut_model *model_of_peer(taut_setup *setup, const taut_rig_instance *instance,
                                       const taut_model *inner) {
  const taut_scenario_options *options = setup->options;
  char error[1024] = "there are no links to other processes outside of taut run";
  const char *ticks = strstr(instance->target, "?ticks=");
  const taut_model *model = NULL;
  if (options->remote)
    model = options->remote(options->remote_user, instance->target, instance->role->name, inner,
                            &setup->log, error, sizeof error);
  if (!model) taut_fail(setup->L, "--with %s=%s: %s", instance->path, instance->target, error);
  const taut_model *known = taut_registry_find(setup->registry, model->name);
  if (known) return known;
  setup->journal->error[0] = 0;
  if (taut_registry_add(setup->registry, model) != TAUT_OK) taut_setup_raise(setup, "");
  taut_journal_say(setup->journal, -1, TAUT_LOG_INFO, instance->path,
                   "%s: this run is not snapshotable and has no state hash",
                   inner ? "behind a delay" : "in another process");
  if (ticks)
    taut_journal_say(
        setup->journal, -1, TAUT_LOG_INFO, instance->path,
        "%s ticks per exchange: outputs and events come one period less than that later",
        strchr(ticks, '=') + 1);
  return model;
}

static const taut_model *model_of_target(taut_setup *setup, const taut_rig_instance *instance);

/// "TARGET?ticks=K": the twin of a peer with K ticks per exchange.
static const taut_model *model_of_twin(taut_setup *setup, const taut_rig_instance *instance,
                                       const char *suffix) {
  taut_rig_instance bare = *instance;
  char *target = taut_pool_text(setup->pool, instance->target);
  if (!target) taut_fail(setup->L, "not enough memory");
  target[suffix - instance->target] = 0;
  bare.target = target;
  return model_of_peer(setup, instance, model_of_target(setup, &bare));
}

/// "plugins/bad_x.so", "plugins/bad_x.so:model", "bad_x", "controller.lua".
static const taut_model *model_of_target(taut_setup *setup, const taut_rig_instance *instance) {
  const char *target = instance->target;
  size_t length = strlen(target);
  if (strstr(target, "://")) return model_of_peer(setup, instance, NULL);
  const char *suffix = strstr(target, "?ticks=");
  if (suffix) return model_of_twin(setup, instance, suffix);
  if (ends_with(target, length, ".lua")) return taut_role_model(setup, instance, target);
  const char *colon = strrchr(target, ':');
  size_t n_file = colon && ends_with(target, (size_t)(colon - target), ".so")
                      ? (size_t)(colon - target)
                      : length;
  if (!ends_with(target, n_file, ".so")) return model_by_name(setup, target);
  char file[PATH_MAX];
  if (!find_library(setup, target, n_file, file))
    taut_fail(setup->L, "--with %s=%s: there is no such file, also not beside the plugin folders",
              instance->role->name, target);
  load(setup, file);
  return model_of_library(setup, file, n_file < length ? colon + 1 : "", instance);
}

const taut_model *taut_setup_model(taut_setup *setup, taut_rig_instance *instance) {
  const taut_model *model = instance->target ? model_of_target(setup, instance)
                                             : model_by_name(setup, instance->model_name);
  if (strcmp(model->role, instance->role->name) != 0)
    taut_fail(setup->L, "%s: model '%s' is for the role '%s'", instance->path, model->name,
              model->role);
  return model;
}
