#include "cli/certify_inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/record.h"

void taut_inputs_init(taut_inputs *inputs, const taut_places *places) {
  *inputs = (taut_inputs){
      .places = places, .files = json_object(), .libraries = json_object(), .seen = json_object()};
}

void taut_inputs_fini(taut_inputs *inputs) {
  json_decref(inputs->files);
  json_decref(inputs->libraries);
  json_decref(inputs->seen);
  *inputs = (taut_inputs){0};
}

/// The part of a path below a folder, or NULL.
static const char *below(const char *folder, const char *path) {
  size_t n = strlen(folder);
  return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/// The same for a folder by whatever name it has.
static const char *below_real(const char *folder, const char *path) {
  const char *rest = below(folder, path);
  char *real = rest == NULL ? realpath(folder, NULL) : NULL;
  if (real != NULL) rest = below(real, path);
  free(real);
  return rest;
}

static bool is_library(const char *path) {
  size_t n = strlen(path);
  return n > 3 && strcmp(path + n - 3, ".so") == 0;
}

static void refuse(taut_inputs *inputs, const char *path, const char *why) {
  if (inputs->error[0] == '\0')
    snprintf(inputs->error, sizeof inputs->error, "%.600s: %s", path, why);
}

static void take_library(taut_inputs *inputs, const char *path) {
  char hash[TAUT_DIGEST_TEXT], *real = realpath(path, NULL);
  const char *slash = strrchr(path, '/');
  if (real == NULL || taut_digest_file(real, hash, NULL) != TAUT_OK) {
    refuse(inputs, path, "cannot be read");
  } else {
    json_object_set_new(inputs->libraries, slash != NULL ? slash + 1 : path, json_string(hash));
  }
  free(real);
}

static void take_file(taut_inputs *inputs, const char *path) {
  char folder[PATH_MAX];
  const char *rest = below_real(inputs->places->data, path);
  const char *root = TAUT_INPUTS_SHIPPED;
  if (rest == NULL && getcwd(folder, sizeof folder) != NULL) {
    rest = below(folder, path);
    root = TAUT_INPUTS_SUITE;
  }
  if (rest == NULL) {
    refuse(inputs, path,
           "lies neither below this folder nor came with Taut, so nobody could run it again; "
           "certify from a folder above it");
    return;
  }
  char *name = taut_text_format("%s/%s", root, rest);
  if (taut_bundle_name_is_fine(name)) {
    json_object_set_new(inputs->files, name, json_string(path));
  } else {
    refuse(inputs, path, "cannot have that name in a bundle (a part that begins with a dot?)");
  }
  free(name);
}

void taut_inputs_take(taut_inputs *inputs, const json_t *paths) {
  for (size_t i = 0; i < json_array_size(paths); i++) {
    const char *path = json_string_value(json_array_get(paths, i));
    if (path == NULL || json_object_get(inputs->seen, path) != NULL) continue;
    json_object_set_new(inputs->seen, path, json_true());
    // What was asked for and is not there stood elsewhere, or nowhere.
    if (access(path, F_OK) != 0) continue;
    if (is_library(path)) {
      take_library(inputs, path);
    } else {
      take_file(inputs, path);
    }
  }
}

char *taut_inputs_shown(const taut_inputs *inputs, const char *path) {
  char folder[PATH_MAX], *whole = NULL;
  if (path[0] != '/' && getcwd(folder, sizeof folder) != NULL) {
    // A data folder may lie below the working folder.
    whole = taut_text_format("%s/%s", folder, path);
    if (access(whole, F_OK) != 0) {
      free(whole);
      return taut_text_copy(path);
    }
  }
  const char *rest = below_real(inputs->places->data, whole != NULL ? whole : path);
  char *shown = taut_text_copy(rest != NULL ? rest : path);
  free(whole);
  return shown;
}

char *taut_inputs_name(const taut_inputs *inputs, const char *shown) {
  char *suite = taut_text_format(TAUT_INPUTS_SUITE "/%s", shown);
  if (json_object_get(inputs->files, suite) != NULL) return suite;
  free(suite);
  return taut_text_format(TAUT_INPUTS_SHIPPED "/%s", shown);
}

void taut_inputs_put(const taut_inputs *inputs, taut_bundle *bundle) {
  const char *name;
  json_t *path;
  json_object_foreach(inputs->files, name, path) {
    taut_bundle_copy(bundle, name, json_string_value(path));
  }
}
