/// Who is certified, and what a certification hangs on.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/certify.h"
#include "hil/endpoint.h"
#include "report/record.h"
#include "taut/engine.h"

static const char role[] = "controller=";

/// The target of --with controller=TARGET, resolved and as given; NULL without.
static const char *target_of(const taut_certify *c, const char **given) {
  for (size_t i = 0; c->p.with[i] != NULL; i++) {
    if (strncmp(c->p.with[i], role, strlen(role)) != 0) continue;
    *given = c->p.with_given[i] + strlen(role);
    return c->p.with[i] + strlen(role);
  }
  return NULL;
}

/// The library of a rig's own controller, as the rig is without --with: no foreign code is opened
/// in this process. The caller's; NULL when it cannot be found.
static char *library_of_rig(const taut_certify *c, const char *rig, char **model) {
  const taut_scenario_options options = {.data_dir = c->p.places.data,
                                         .plugin_dirs = c->p.places.plugins,
                                         .with = (const char *const[]){NULL},
                                         .log = taut_cli_log()};
  taut_registry *registry = NULL;
  taut_plan *plan = NULL;
  char *file = NULL;
  if (taut_registry_create(NULL, taut_cli_log(), &registry) == TAUT_OK &&
      taut_rig_plan(rig, &options, registry, &plan) == TAUT_OK) {
    int64_t i = taut_plan_find_instance(plan, "controller");
    if (i >= 0) {
      const taut_model *found = taut_plan_instance(plan, (size_t)i).model;
      *model = taut_text_copy(found->name);
      file = taut_text_copy(taut_registry_file(registry, found));
    }
  }
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
  return file;
}

/// What a target names, as a file; NULL for a process. The caller's.
static char *file_of_target(const taut_certify *c, const char *target) {
  char path[PATH_MAX];
  if (taut_endpoint_is(target)) return NULL;
  const char *end = strstr(target, ".so");
  size_t n = strcspn(target, "?");
  if (end != NULL) n = (size_t)(end - target) + 3;
  char *bare = taut_text_format("%.*s", (int)n, target);
  if (end != NULL || strstr(bare, ".lua") != NULL) return bare;
  bool is_found = taut_places_plugin(&c->p.places, bare, path, sizeof path);
  free(bare);
  return is_found ? taut_text_copy(path) : NULL;
}

json_t *taut_certify_controller(const taut_certify *c) {
  char hash[TAUT_DIGEST_TEXT], *model = NULL, *file;
  const char *given = NULL, *target = target_of(c, &given);
  const char *rig = c->p.collection.n_items > 0 ? c->p.collection.items[0].rig : "";
  json_t *identity = json_object();
  file = target != NULL ? file_of_target(c, target) : library_of_rig(c, rig, &model);
  const char *slash = file != NULL ? strrchr(file, '/') : NULL;
  const char *leaf = slash != NULL ? slash + 1 : file;
  const char *name = given != NULL ? given : model != NULL ? model : "";
  const char *name_slash = taut_endpoint_is(name) ? NULL : strrchr(name, '/');
  json_object_set_new(identity, "name",
                      taut_record_string(name_slash != NULL ? name_slash + 1 : name));
  bool has_hash = file != NULL && taut_digest_file(file, hash, NULL) == TAUT_OK;
  json_object_set_new(identity, "file", has_hash ? taut_record_string(leaf) : json_null());
  json_object_set_new(identity, "sha256", has_hash ? json_string(hash) : json_null());
  json_object_set_new(identity, "rig", taut_record_string(rig));
  free(file);
  free(model);
  return identity;
}

// -------------------------------------------------------------------------------------- identity

static void add_file(json_t *hashes, const char *path) {
  char hash[TAUT_DIGEST_TEXT], *real = realpath(path, NULL);
  if (real != NULL && taut_digest_file(real, hash, NULL) == TAUT_OK)
    json_object_set_new(hashes, path, json_string(hash));
  free(real);
}

/// Files of a folder whose names end so, and those of its folders.
static void add_folder(json_t *hashes, const char *folder, const char *ending, int depth) {
  DIR *dir = depth > 0 ? opendir(folder) : NULL;
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    size_t n = strlen(entry->d_name), n_ending = strlen(ending);
    char *path = taut_text_format("%s/%s", folder, entry->d_name);
    if (n > n_ending && strcmp(entry->d_name + n - n_ending, ending) == 0) {
      add_file(hashes, path);
    } else {
      add_folder(hashes, path, ending, depth - 1);
    }
    free(path);
  }
  if (dir != NULL) closedir(dir);
}

/// Models, plugins, what --with names, and every file that was read to list the cases.
static json_t *hashes_of(const taut_certify *c) {
  json_t *hashes = json_object(), *path;
  const char *name;
  char *models = taut_text_format("%s/models", c->p.places.data);
  add_folder(hashes, models, ".lua", 3);
  for (size_t i = 0; i < c->p.places.n_plugins; i++)
    add_folder(hashes, c->p.places.plugins[i], ".so", 1);
  for (size_t i = 0; c->p.with[i] != NULL; i++) {
    const char *target = strchr(c->p.with[i], '=');
    char *file = target != NULL ? file_of_target(c, target + 1) : NULL;
    if (file != NULL) add_file(hashes, file);
    free(file);
  }
  json_object_foreach(c->inputs.files, name, path) add_file(hashes, json_string_value(path));
  free(models);
  return hashes;
}

char *taut_certify_identity(const taut_certify *c) {
  char hash[TAUT_DIGEST_TEXT];
  json_t *all = json_object(), *cases = json_array();
  json_object_set_new(all, "taut", json_string(TAUT_VERSION));
  json_object_set_new(all, "compiler", taut_record_string(taut_results_compiler()));
  json_object_set_new(all, "full", json_boolean(c->is_full));
  json_object_set_new(all, "demands", json_integer((json_int_t)c->n_demands));
  json_object_set_new(all, "seed", json_integer((json_int_t)c->seed));
  json_object_set_new(all, "files", hashes_of(c));
  for (size_t i = 0; c->p.with[i] != NULL; i++)
    json_array_append_new(cases, taut_record_string(c->p.with[i]));
  for (size_t i = 0; i < c->p.collection.n_items; i++) {
    json_array_append_new(cases, taut_record_string(c->p.collection.items[i].file));
    json_array_append_new(cases, taut_record_string(c->p.collection.items[i].name));
  }
  json_object_set_new(all, "cases", cases);
  char *text = taut_json_canonical(all);
  taut_digest_bytes(text, strlen(text), hash);
  free(text);
  json_decref(all);
  return taut_text_copy(hash);
}
