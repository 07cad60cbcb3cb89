#include "runner/discover.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/suggest.h"
#include "report/text.h"

enum { FILES_MAX = 100000, DEPTH_MAX = 32 };

/// The shortest way to write a path, so that a case has one name however it was asked for.
static char *tidy_path(const char *word) {
  char folder[PATH_MAX];
  const char *path = word;
  size_t size = getcwd(folder, sizeof folder) != NULL ? strlen(folder) : 0;
  if (size > 1 && strncmp(path, folder, size) == 0 && path[size] == '/') path += size + 1;
  char *tidy = taut_memory_resize(NULL, strlen(path) + 1);
  size_t n = 0;
  for (const char *c = path; *c != '\0';) {
    bool is_start = n == 0 || tidy[n - 1] == '/';
    if (is_start && c[0] == '.' && c[1] == '/') {
      c += 2;
    } else if (c[0] == '/' && n > 0 && tidy[n - 1] == '/') {
      c++;
    } else {
      tidy[n++] = *c++;
    }
  }
  while (n > 1 && tidy[n - 1] == '/') n--;
  tidy[n] = '\0';
  if (n > 0) return tidy;
  free(tidy);
  return taut_text_copy(".");
}

static int kind_of(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0) return 0;
  return S_ISDIR(info.st_mode) ? 'd' : S_ISREG(info.st_mode) ? 'f' : 0;
}

static bool is_digits(const char *text) {
  return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 9;
}

/// Names the nearest entry of the folder where the missing one should be.
static void explain_missing(const char *word, char *error, size_t size) {
  char *path = tidy_path(word);
  char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  char folder[PATH_MAX] = ".";
  if (slash != NULL) snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
  char best[NAME_MAX + 1] = "";
  // Not a third of the letters may differ; of a name with a suffix, those before it count.
  size_t n_letters = strcspn(name, ".");
  size_t best_distance = (n_letters > 0 ? n_letters : strlen(name)) / 3 + 1;
  if (best_distance < 2) best_distance = 2;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char stem[NAME_MAX + 1];
    snprintf(stem, sizeof stem, "%s", entry->d_name);
    char *dot = strrchr(stem, '.');
    size_t distance = taut_edit_distance(name, entry->d_name);
    if (dot != NULL) {
      *dot = '\0';
      if (taut_edit_distance(name, stem) + 1 < distance)
        distance = taut_edit_distance(name, stem) + 1;
    }
    if (distance >= best_distance) continue;
    best_distance = distance;
    snprintf(best, sizeof best, "%s", entry->d_name);
  }
  if (dir != NULL) closedir(dir);
  int n = snprintf(error, size, "no such file or folder: %s", word);
  if (best[0] != '\0' && n > 0 && (size_t)n < size) {
    snprintf(error + n, size - (size_t)n, "; did you mean %s%s%s?", slash != NULL ? folder : "",
             slash != NULL ? "/" : "", best);
  }
  free(path);
}

/// Splits "FILE:CASE" or "FILE:LINE" at the first colon before which a file stands.
static taut_status read_target(const char *word, taut_target *out, char *error, size_t size) {
  *out = (taut_target){0};
  if (kind_of(word) != 0) {
    out->path = tidy_path(word);
    return TAUT_OK;
  }
  for (const char *colon = strchr(word, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
    char *path = taut_text_format("%.*s", (int)(colon - word), word);
    if (kind_of(path) == 'f' && colon[1] != '\0') {
      out->path = tidy_path(path);
      if (is_digits(colon + 1)) {
        out->line = (int)strtol(colon + 1, NULL, 10);
      } else {
        out->case_name = taut_text_copy(colon + 1);
      }
      free(path);
      return TAUT_OK;
    }
    free(path);
  }
  const char *colon = strchr(word, ':');
  char *path =
      colon != NULL ? taut_text_format("%.*s", (int)(colon - word), word) : taut_text_copy(word);
  explain_missing(path, error, size);
  free(path);
  return TAUT_ENOTFOUND;
}

static void add_file(taut_files *files, const char *path) {
  for (size_t i = 0; i < files->n_files; i++) {
    if (strcmp(files->files[i], path) == 0) return;
  }
  files->files = taut_memory_resize(files->files, (files->n_files + 1) * sizeof *files->files);
  files->files[files->n_files++] = taut_text_copy(path);
}

static bool is_register_name(const char *name) {
  return strcmp(name, "requirements.lua") == 0 || strcmp(name, "hazards.lua") == 0;
}

static bool is_scenario_name(const char *name) {
  size_t size = strlen(name);
  if (name[0] == '.' || size <= 4 || strcmp(name + size - 4, ".lua") != 0) return false;
  return !is_register_name(name);
}

/// Folders of what scenarios are made with, and of what is run by another verb.
static bool is_aside(const char *name) {
  return strcmp(name, "lib") == 0 || strcmp(name, "protocols") == 0;
}

static void add_folder(taut_files *files, const char *folder, int depth) {
  DIR *dir = depth < DEPTH_MAX ? opendir(folder) : NULL;
  if (dir == NULL) return;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    if (entry->d_name[0] == '.' || files->n_files >= FILES_MAX) continue;
    bool is_here = strcmp(folder, ".") == 0;
    char *path =
        is_here ? taut_text_copy(entry->d_name) : taut_text_format("%s/%s", folder, entry->d_name);
    int kind = kind_of(path);
    if (kind == 'd' && !is_aside(entry->d_name)) add_folder(files, path, depth + 1);
    if (kind == 'f' && is_scenario_name(entry->d_name)) add_file(files, path);
    free(path);
  }
  closedir(dir);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

taut_status taut_discover(const char *const *words, size_t n_words, taut_files *out, char *error,
                          size_t error_size) {
  taut_files files = {0};
  files.targets = taut_memory_resize(NULL, (n_words + 1) * sizeof *files.targets);
  for (size_t i = 0; i < n_words; i++) {
    taut_status status = read_target(words[i], &files.targets[i], error, error_size);
    if (status != TAUT_OK) {
      taut_files_fini(&files);
      return status;
    }
    files.n_targets++;
    const char *slash = strrchr(files.targets[i].path, '/');
    if (is_register_name(slash != NULL ? slash + 1 : files.targets[i].path)) {
      snprintf(error, error_size,
               "%s is a register, not a scenario; taut list --requirements shows it",
               files.targets[i].path);
      taut_files_fini(&files);
      return TAUT_EINVAL;
    }
    if (kind_of(files.targets[i].path) == 'd') {
      add_folder(&files, files.targets[i].path, 0);
    } else {
      add_file(&files, files.targets[i].path);
    }
  }
  if (files.n_files > 1) {
    qsort(files.files, files.n_files, sizeof *files.files, compare_texts);
  }
  *out = files;
  return TAUT_OK;
}

void taut_files_fini(taut_files *files) {
  for (size_t i = 0; i < files->n_targets; i++) {
    free(files->targets[i].path);
    free(files->targets[i].case_name);
  }
  for (size_t i = 0; i < files->n_files; i++) free(files->files[i]);
  free(files->targets);
  free(files->files);
  *files = (taut_files){0};
}

/// "leak" means "leak" itself and every point "leak [...]" of its sweep.
static bool is_named(const char *asked, const char *name) {
  size_t size = strlen(asked);
  if (strncmp(asked, name, size) != 0) return false;
  const char *rest = name + size;
  return rest[0] == '\0' || rest[0] == '[' || (rest[0] == ' ' && rest[1] == '[');
}

bool taut_target_match(const taut_target *target, const char *file, const char *case_name, int line,
                       int line_next) {
  size_t size = strlen(target->path);
  bool is_below = strcmp(target->path, ".") == 0 ? file[0] != '/'
                                                 : strncmp(target->path, file, size) == 0 &&
                                                       (file[size] == '\0' || file[size] == '/');
  if (!is_below) return false;
  if (target->case_name != NULL) return is_named(target->case_name, case_name);
  if (target->line > 0) return target->line >= line && target->line < line_next;
  return true;
}

bool taut_files_match(const taut_files *files, const char *file, const char *case_name, int line,
                      int line_next) {
  for (size_t i = 0; i < files->n_targets; i++) {
    if (taut_target_match(&files->targets[i], file, case_name, line, line_next)) return true;
  }
  return false;
}
