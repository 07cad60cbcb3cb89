#include "cli/places.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/text.h"

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_file(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static void find_binary(taut_places *places) {
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  path[n > 0 ? n : 0] = '\0';
  char *slash = strrchr(path, '/');
  if (slash != NULL && slash != path) *slash = '\0';
  snprintf(places->binary, sizeof places->binary, "%s", n > 0 ? path : ".");
}

/// Takes over `folder`, which need not exist; without "bin/.." where it does.
static void add_plugins(taut_places *places, char *folder) {
  char *real = realpath(folder, NULL);
  if (real != NULL) {
    free(folder);
    folder = real;
  }
  bool is_known = folder[0] == '\0';
  for (size_t i = 0; i < places->n_plugins && !is_known; i++) {
    is_known = strcmp(places->plugins[i], folder) == 0;
  }
  if (is_known || places->n_plugins == TAUT_PLUGIN_DIRS_MAX) {
    free(folder);
    return;
  }
  places->plugins[places->n_plugins++] = folder;
  places->plugins[places->n_plugins] = NULL;
}

static void find_plugins(taut_places *places) {
  const char *path = getenv("TAUT_PLUGIN_PATH");
  while (path != NULL && path[0] != '\0') {
    size_t size = strcspn(path, ":");
    add_plugins(places, taut_text_format("%.*s", (int)size, path));
    path += size + (path[size] == ':');
  }
  add_plugins(places, taut_text_format("%s/plugins", places->binary));
  add_plugins(places, taut_text_format("%s/../lib/taut/plugins", places->binary));
#if defined(__x86_64__)
  add_plugins(places, taut_text_format("%s/../lib/x86_64-linux-gnu/taut/plugins", places->binary));
#elif defined(__aarch64__)
  add_plugins(places, taut_text_format("%s/../lib/aarch64-linux-gnu/taut/plugins", places->binary));
#endif
}

/// `path` without symbolic links and dots, where it exists.
static void canonical(char *path, size_t size) {
  char *real = realpath(path, NULL);
  if (real != NULL) snprintf(path, size, "%s", real);
  free(real);
}

void taut_places_find(taut_places *places) {
  *places = (taut_places){0};
  find_binary(places);
  const char *data = getenv("TAUT_DATA");
  char probe[PATH_MAX + 32];
  if (data != NULL && data[0] != '\0') {
    snprintf(places->data, sizeof places->data, "%s", data);
  } else {
    snprintf(probe, sizeof probe, "%s/../models/rigs", places->binary);
    places->is_source_tree = is_folder(probe);
    const char *below = places->is_source_tree ? ".." : "../share/taut";
    snprintf(probe, sizeof probe, "%s/%s", places->binary, below);
    snprintf(places->data, sizeof places->data, "%.*s", PATH_MAX - 1, probe);
  }
  canonical(places->data, sizeof places->data);
  snprintf(probe, sizeof probe, "%s/models/rigs", places->data);
  places->has_data = is_folder(probe);
  find_plugins(places);
}

void taut_places_fini(taut_places *places) {
  for (size_t i = 0; i < places->n_plugins; i++) free((char *)(size_t)places->plugins[i]);
  places->n_plugins = 0;
}

bool taut_places_plugin(const taut_places *places, const char *name, char *path, size_t size) {
  if (is_file(name)) {
    snprintf(path, size, "%s", name);
    canonical(path, size);
    return true;
  }
  const char *slash = strrchr(name, '/');
  const char *base = slash != NULL ? slash + 1 : name;
  size_t length = strlen(base);
  bool has_suffix = length > 3 && strcmp(base + length - 3, ".so") == 0;
  for (size_t i = 0; i < places->n_plugins; i++) {
    snprintf(path, size, "%s/%s%s", places->plugins[i], base, has_suffix ? "" : ".so");
    if (!is_file(path)) continue;
    canonical(path, size);
    return true;
  }
  path[0] = '\0';
  return false;
}

char *taut_places_suggest_plugin(const taut_places *places, const char *name) {
  const char *slash = strrchr(name, '/');
  char *stem = taut_text_copy(slash != NULL ? slash + 1 : name);
  size_t length = strlen(stem);
  if (length > 3 && strcmp(stem + length - 3, ".so") == 0) stem[length - 3] = '\0';
  char **names = NULL;
  size_t n = 0;
  for (size_t i = 0; i < places->n_plugins; i++) {
    DIR *dir = opendir(places->plugins[i]);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
      size_t size = strlen(entry->d_name);
      if (size <= 3 || strcmp(entry->d_name + size - 3, ".so") != 0) continue;
      names = taut_memory_resize(names, (n + 1) * sizeof *names);
      names[n++] = taut_text_format("%.*s", (int)size - 3, entry->d_name);
    }
    if (dir != NULL) closedir(dir);
  }
  const char *nearest = n > 0 ? taut_text_nearest(stem, (const char *const *)names, n) : NULL;
  char *found = nearest != NULL ? taut_text_copy(nearest) : NULL;
  for (size_t i = 0; i < n; i++) free(names[i]);
  free(names);
  free(stem);
  return found;
}
