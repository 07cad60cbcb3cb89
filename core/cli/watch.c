#include "cli/watch.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/watcher.h"

struct taut_watch {
  taut_watcher *watcher;
  int64_t since_ns;  ///< what was touched from here on may have been read before or after
  json_t *files;     ///< object: scenario file to the object of paths that listing it read
  json_t *cases;     ///< object: "file\nname" to the object of paths that the case read
  json_t *due;       ///< object: the same keys, of cases that have not run since they were touched
  size_t n_chosen;   ///< cases that a change can touch
};

// ------------------------------------------------------------------------------------------ inputs

static char *key_of(const char *file, const char *name) {
  return taut_text_format("%s\n%s", file, name);
}

static char *absolute(const char *path) {
  char folder[PATH_MAX];
  if (path[0] == '/' || getcwd(folder, sizeof folder) == NULL) return taut_text_copy(path);
  return taut_text_format("%s/%s", folder, strcmp(path, ".") == 0 ? "" : path);
}

static void add_path(json_t *set, const char *path) {
  char *whole = absolute(path);
  size_t n = strlen(whole);
  while (n > 1 && whole[n - 1] == '/') whole[--n] = '\0';
  json_object_set_new(set, whole, json_true());
  free(whole);
}

static void add_paths(json_t *set, const json_t *paths) {
  size_t n = json_array_size(paths);
  for (size_t i = 0; i < n; i++) {
    const char *path = json_string_value(json_array_get(paths, i));
    if (path != NULL) add_path(set, path);
  }
}

/// What a case whose worker died may have read: every library that it could have loaded.
static void add_libraries(json_t *set, const taut_preparation *p) {
  for (size_t i = 0; p->with != NULL && p->with[i] != NULL; i++) {
    const char *target = strchr(p->with[i], '=') + 1;
    if (strchr(target, '/') != NULL) add_path(set, target);
  }
  for (size_t i = 0; i < p->places.n_plugins; i++) {
    DIR *dir = opendir(p->places.plugins[i]);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
      size_t n = strlen(entry->d_name);
      if (n <= 3 || strcmp(entry->d_name + n - 3, ".so") != 0) continue;
      char *path = taut_text_format("%s/%s", p->places.plugins[i], entry->d_name);
      add_path(set, path);
      free(path);
    }
    if (dir != NULL) closedir(dir);
  }
}

/// A path as it is shown: scenarios that came with Taut are not where the name says.
static void add_shown(json_t *set, const taut_preparation *p, const char *path) {
  char *shipped = taut_text_format("%s/%s", p->places.data, path);
  bool is_shipped = access(path, F_OK) != 0 && access(shipped, F_OK) == 0;
  add_path(set, is_shipped ? shipped : path);
  free(shipped);
}

/// What was read to list a file: at least the file, also when its worker died.
static json_t *listing_of(const taut_preparation *p, const char *file, const json_t *inputs) {
  json_t *set = json_object();
  add_paths(set, inputs);
  if (json_object_size(set) == 0) add_shown(set, p, file);
  return set;
}

/// Every listed file is known from now on, and every case is due until it has run: another one's
/// failure may end the round before.
static void know_cases(taut_watch *w, const taut_preparation *p) {
  const char *file;
  json_t *inputs;
  json_object_foreach(p->collection.inputs, file, inputs) {
    json_object_set_new(w->files, file, listing_of(p, file, inputs));
  }
  for (size_t i = 0; i < p->collection.n_items; i++) {
    const taut_item *item = &p->collection.items[i];
    char *key = key_of(item->file, item->name);
    json_object_set_new(w->due, key, json_true());
    free(key);
  }
}

static void note_record(taut_watch *w, const taut_preparation *p, const taut_record *record) {
  if (strcmp(record->name, "(load)") == 0) {
    json_object_set_new(w->files, record->file, listing_of(p, record->file, record->inputs));
    return;
  }
  char *key = key_of(record->file, record->name);
  json_object_del(w->due, key);
  json_t *set = record->inputs != NULL ? json_object() : json_object_get(w->cases, key);
  if (record->inputs != NULL || set == NULL) {
    if (set == NULL) set = json_object();
    json_object_set_new(w->cases, key, set);
  }
  if (record->inputs != NULL) add_paths(set, record->inputs);
  if (record->inputs == NULL) add_libraries(set, p);
  free(key);
}

// ------------------------------------------------------------------------------------------- open

taut_watch *taut_watch_open(const taut_preparation *p, int64_t since_ns) {
  taut_watch *w = taut_memory_resize(NULL, sizeof *w);
  *w = (taut_watch){
      .since_ns = since_ns, .files = json_object(), .cases = json_object(), .due = json_object()};
  if (taut_watcher_create(&w->watcher) != TAUT_OK) {
    fprintf(stderr, "taut: files cannot be watched here\n");
    taut_watch_close(w);
    return NULL;
  }
  know_cases(w, p);
  return w;
}

void taut_watch_close(taut_watch *w) {
  if (w == NULL) return;
  taut_watcher_destroy(w->watcher);
  json_decref(w->files);
  json_decref(w->cases);
  json_decref(w->due);
  free(w);
}

void taut_watch_note(taut_watch *w, const taut_preparation *p, const taut_record *records,
                     size_t n_records) {
  for (size_t i = 0; i < n_records; i++) note_record(w, p, &records[i]);
}

// ------------------------------------------------------------------------------------------- next

static json_t *merge(json_t *all, const json_t *sets) {
  const char *key;
  json_t *set;
  json_object_foreach((json_t *)(uintptr_t)sets, key, set) {
    json_object_update(all, set);
  }
  return all;
}

/// What cases read, and the folders in which new scenario files may turn up.
static json_t *paths_to_watch(const taut_watch *w, const taut_preparation *p) {
  json_t *all = merge(merge(json_object(), w->files), w->cases);
  for (size_t i = 0; i < p->files.n_targets; i++) add_shown(all, p, p->files.targets[i].path);
  for (size_t i = 0; i < p->files.n_files; i++) {
    const char *slash = strrchr(p->files.files[i], '/');
    bool is_found = false;
    for (size_t k = 0; k < p->files.n_targets; k++) {
      is_found |= strcmp(p->files.targets[k].path, p->files.files[i]) == 0;
    }
    // A file that was named itself stands for nothing but itself.
    if (is_found) continue;
    char *folder = slash != NULL ? taut_text_format("%.*s", (int)(slash - p->files.files[i]),
                                                    p->files.files[i])
                                 : taut_text_copy(".");
    add_shown(all, p, folder);
    free(folder);
  }
  return all;
}

static bool has_any(const json_t *set, const json_t *changed) {
  size_t n = json_array_size(changed);
  for (size_t i = 0; i < n; i++) {
    if (json_object_get(set, json_string_value(json_array_get(changed, i))) != NULL) return true;
  }
  return false;
}

static bool is_touched(const taut_watch *w, const char *file, const char *name,
                       const json_t *changed) {
  const json_t *listing = json_object_get(w->files, file);
  if (listing == NULL || has_any(listing, changed)) return true;
  if (name == NULL) return false;
  char *key = key_of(file, name);
  const json_t *set = json_object_get(w->cases, key);
  bool is_due = set == NULL || json_object_get(w->due, key) != NULL;
  free(key);
  return is_due || has_any(set, changed);
}

/// Leaves the cases and the broken files that the change touches.
static void keep_touched(const taut_watch *w, taut_collection *c, const json_t *changed) {
  size_t n = 0, n_errors = 0;
  for (size_t i = 0; i < c->n_items; i++) {
    if (is_touched(w, c->items[i].file, c->items[i].name, changed)) c->items[n++] = c->items[i];
  }
  for (size_t i = 0; i < c->n_errors; i++) {
    if (is_touched(w, c->errors[i].file, NULL, changed)) {
      c->errors[n_errors++] = c->errors[i];
    } else {
      taut_record_fini(&c->errors[i]);
    }
  }
  c->n_items = n;
  c->n_errors = n_errors;
}

static void print_changed(const json_t *changed, const taut_palette *palette) {
  char folder[PATH_MAX] = "";
  size_t n = json_array_size(changed);
  size_t size = getcwd(folder, sizeof folder) != NULL ? strlen(folder) : 0;
  for (size_t i = 0; i < n; i++) {
    const char *path = json_string_value(json_array_get(changed, i));
    bool is_near = size > 0 && strncmp(path, folder, size) == 0;
    if (is_near && path[size] == '\0') {
      path = "the names in this folder";
    } else if (is_near && path[size] == '/') {
      path += size + 1;
    }
    char *clean = taut_text_clean(path, strlen(path));
    printf("%schanged%s      %s\n", palette->cyan, palette->reset, clean);
    free(clean);
  }
}

/// Leaves the cases that the change touches in `p`. Returns an exit status.
static int choose_touched(taut_watch *w, const taut_verb *verb, const taut_arguments *arguments,
                          taut_preparation *p, const json_t *changed, bool *has_any_left) {
  int status = taut_prepare_again(verb, arguments, p);
  *has_any_left = false;
  // Where the words lead to nothing, they may do so again after the next change.
  if (status == TAUT_EXIT_USAGE) return TAUT_EXIT_OK;
  if (status != TAUT_EXIT_OK) return status;
  w->n_chosen = p->collection.n_items;
  // Judged by what was read before: the changed file may read other files now.
  keep_touched(w, &p->collection, changed);
  know_cases(w, p);
  *has_any_left = p->collection.n_items + p->collection.n_errors > 0;
  return TAUT_EXIT_OK;
}

int taut_watch_next(taut_watch *w, const taut_verb *verb, const taut_arguments *arguments,
                    taut_preparation *p, const taut_palette *palette) {
  for (;;) {
    json_t *paths = paths_to_watch(w, p), *changed = NULL;
    taut_watcher_set(w->watcher, paths, w->since_ns);
    printf("\nwatching %zu files; Ctrl-C ends\n", json_object_size(paths));
    fflush(stdout);
    json_decref(paths);
    if (!taut_watcher_wait(w->watcher, &changed)) return TAUT_EXIT_INTERRUPTED;
    w->since_ns = taut_watcher_now();
    bool has_any_left;
    print_changed(changed, palette);
    int status = choose_touched(w, verb, arguments, p, changed, &has_any_left);
    json_decref(changed);
    if (status != TAUT_EXIT_OK) return status;
    if (!has_any_left) {
      printf("no chosen case reads that\n");
      continue;
    }
    printf("rerun        %zu of %zu cases", p->collection.n_items, w->n_chosen);
    size_t n_errors = p->collection.n_errors;
    if (n_errors > 0) printf("; %zu file%s cannot be loaded", n_errors, n_errors > 1 ? "s" : "");
    printf("\n");
    fflush(stdout);
    return TAUT_EXIT_OK;
  }
}
