#include "report/folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/file.h"
#include "report/html.h"
#include "report/text.h"

enum { HISTORY_SHOWN = 20 };
enum { RESULTS_BYTES_MAX = 1 << 30, CASE_BYTES_MAX = 256 << 20, FILES_MAX = 10000000 };

// ------------------------------------------------------------------------------------------- files

static int compare_names(const void *left, const void *right) {
  const char *const *a = left, *const *b = right;
  long long number_a = strtoll(*a, NULL, 10), number_b = strtoll(*b, NULL, 10);
  if (number_a != number_b) return number_a < number_b ? -1 : 1;
  return strcmp(*a, *b);
}

static void list_cases(taut_run_folder *folder) {
  char *path = taut_text_format("%s/cases", folder->path);
  DIR *dir = opendir(path);
  free(path);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t size = strlen(entry->d_name);
    bool is_case = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && size > 5 &&
                   strcmp(entry->d_name + size - 5, ".json") == 0;
    if (!is_case || folder->n_files >= FILES_MAX) continue;
    folder->files =
        taut_memory_resize(folder->files, (folder->n_files + 1) * sizeof *folder->files);
    folder->files[folder->n_files++] = taut_text_copy(entry->d_name);
  }
  if (dir != NULL) closedir(dir);
  if (folder->n_files > 0) {
    qsort(folder->files, folder->n_files, sizeof *folder->files, compare_names);
  }
  folder->is_taken = taut_memory_resize(NULL, folder->n_files + 1);
  memset(folder->is_taken, 0, folder->n_files + 1);
}

/// A document of at most `size_max` bytes; NULL with the reason.
static json_t *read_json(const char *path, size_t size_max, char *error, size_t error_size) {
  char *text = NULL;
  size_t size = 0;
  taut_status status = taut_file_read(path, size_max, &text, &size);
  if (status != TAUT_OK) {
    snprintf(error, error_size, "%s %s", path,
             status == TAUT_ENOTFOUND ? "does not exist"
             : status == TAUT_EFULL   ? "is too large to be one of Taut's"
                                      : "cannot be read");
    return NULL;
  }
  json_error_t why;
  json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &why);
  free(text);
  if (document == NULL) {
    snprintf(error, error_size, "%s:%d:%d: %s", path, why.line, why.column, why.text);
  }
  return document;
}

// ----------------------------------------------------------------------------------------- results

static taut_status read_cases(taut_run_folder *folder, const char *path, char *error,
                              size_t error_size) {
  const char *schema = json_string_value(json_object_get(folder->results, "schema"));
  const json_t *cases = json_object_get(folder->results, "cases");
  if (schema == NULL || strcmp(schema, "taut.results/1") != 0) {
    snprintf(error, error_size, "%s: expected the schema taut.results/1, got %s", path,
             schema != NULL ? schema : "none");
    return TAUT_EINVAL;
  }
  if (!json_is_array(cases)) {
    snprintf(error, error_size, "%s has no list 'cases'", path);
    return TAUT_EINVAL;
  }
  size_t n = json_array_size(cases);
  folder->records = taut_memory_resize(NULL, (n + 1) * sizeof *folder->records);
  for (size_t i = 0; i < n; i++) {
    folder->records[i] = (taut_record){0};
    folder->n_records = i + 1;
    if (taut_record_read(json_array_get(cases, i), &folder->records[i]) == TAUT_OK) continue;
    snprintf(error, error_size, "%s: case %zu lacks a field, or one has a value it cannot have",
             path, i + 1);
    return TAUT_EINVAL;
  }
  return TAUT_OK;
}

/// A run of many persons has one document more.
static taut_status read_population(taut_run_folder *folder, char *error, size_t error_size) {
  struct stat info;
  char *path = taut_text_format("%s/population.json", folder->path);
  bool is_there = stat(path, &info) == 0;
  if (is_there) folder->population = read_json(path, RESULTS_BYTES_MAX, error, error_size);
  bool is_whole = json_is_array(json_object_get(folder->population, "persons"));
  if (folder->population != NULL && !is_whole)
    snprintf(error, error_size, "%s has no list 'persons'", path);
  free(path);
  return !is_there || is_whole ? TAUT_OK : TAUT_EINVAL;
}

taut_status taut_run_folder_open(const char *path, taut_run_folder *folder, char *error,
                                 size_t error_size) {
  struct stat info;
  *folder = (taut_run_folder){0};
  bool exists = stat(path, &info) == 0;
  if (!exists || !S_ISDIR(info.st_mode)) {
    snprintf(error, error_size,
             exists ? "%s is a file; name the folder of the run, such as runs/latest"
                    : "%s: no such run folder",
             path);
    return TAUT_ENOTFOUND;
  }
  folder->path = taut_text_copy(path);
  char *file = taut_text_format("%s/results.json", path);
  taut_status status = TAUT_EINVAL;
  bool is_there = stat(file, &info) == 0;
  if (!is_there) {
    snprintf(error, error_size,
             "%s has no results.json: not a run, or one that was killed (finished cases are in "
             "its cases/)",
             path);
  } else {
    folder->results = read_json(file, RESULTS_BYTES_MAX, error, error_size);
    if (folder->results != NULL) status = read_cases(folder, file, error, error_size);
    if (status == TAUT_OK) status = read_population(folder, error, error_size);
  }
  free(file);
  if (status != TAUT_OK) {
    taut_run_folder_fini(folder);
    return status;
  }
  list_cases(folder);
  // A run without history is as good as one with it.
  char *beside = taut_text_format("%s/../history.sqlite", path), ignored[512];
  taut_history_open(beside, &folder->history, ignored, sizeof ignored);
  free(beside);
  return TAUT_OK;
}

void taut_run_folder_fini(taut_run_folder *folder) {
  for (size_t i = 0; i < folder->n_files; i++) free(folder->files[i]);
  for (size_t i = 0; i < folder->n_records; i++) taut_record_fini(&folder->records[i]);
  if (folder->history != NULL) taut_history_close(folder->history);
  free(folder->files);
  free(folder->is_taken);
  free(folder->records);
  free(folder->path);
  json_decref(folder->results);
  json_decref(folder->population);
  *folder = (taut_run_folder){0};
}

// -------------------------------------------------------------------------------------------- case

static bool is_same_case(const json_t *document, const json_t *item) {
  static const char *const keys[] = {"name", "file", "line"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    if (!json_equal(json_object_get(document, keys[i]), json_object_get(item, keys[i])))
      return false;
  }
  return true;
}

/// The last entries of a case up to this run: later ones are not of its page.
static json_t *history_of(const taut_run_folder *folder, const json_t *item) {
  if (folder->history == NULL) return json_null();
  const json_t *environment = json_object_get(folder->results, "environment");
  const char *run = json_string_value(json_object_get(environment, "run"));
  const char *file = json_string_value(json_object_get(item, "file"));
  const char *name = json_string_value(json_object_get(item, "name"));
  json_t *entries = taut_history_case(folder->history, file, name, TAUT_HISTORY_CASE_MAX);
  for (size_t n = json_array_size(entries); n > 0 && run != NULL; n--) {
    const json_t *entry = json_array_get(entries, n - 1);
    const char *own = json_string_value(json_object_get(entry, "run"));
    if (own != NULL && strcmp(own, run) == 0) break;
    json_array_remove(entries, n - 1);
  }
  while (json_array_size(entries) > HISTORY_SHOWN) json_array_remove(entries, 0);
  return entries;
}

json_t *taut_run_folder_case(size_t i_case, void *user) {
  taut_run_folder *folder = user;
  const json_t *item = json_array_get(json_object_get(folder->results, "cases"), i_case);
  taut_buffer slug = {0};
  const char *name = json_string_value(json_object_get(item, "name"));
  if (name == NULL) return NULL;
  taut_text_slug(&slug, name);
  json_t *found = NULL;
  // Files carry numbers in the order of the results, so the next free one of that name is almost
  // always the right one; what is inside decides.
  for (size_t k = 0; k < folder->n_files && found == NULL; k++) {
    size_t i = (folder->i_next + k) % folder->n_files;
    const char *dash = strchr(folder->files[i], '-');
    if (folder->is_taken[i] || dash == NULL || strlen(dash + 1) != slug.size + 5 ||
        strncmp(dash + 1, slug.data, slug.size) != 0) {
      continue;
    }
    char ignored[512];
    char *path = taut_text_format("%s/cases/%s", folder->path, folder->files[i]);
    found = read_json(path, CASE_BYTES_MAX, ignored, sizeof ignored);
    free(path);
    if (is_same_case(found, item)) {
      folder->is_taken[i] = true;
      folder->i_next = i + 1;
    } else {
      json_decref(found);
      found = NULL;
    }
  }
  taut_buffer_fini(&slug);
  if (found != NULL) json_object_set_new(found, "history", history_of(folder, item));
  return found;
}

void taut_run_folder_page(taut_run_folder *folder, taut_buffer *out) {
  if (folder->population != NULL) {
    taut_html_population(folder->population, out);
  } else {
    taut_html_write(folder->results, taut_run_folder_case, folder, out);
  }
}
