#include "report/bundle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/file.h"
#include "report/record.h"

enum { COPY_MAX = 256 * 1024 * 1024, NAME_BYTES_MAX = 512 };

char *taut_json_canonical(const json_t *document) {
  char *text = json_dumps(
      document, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
  if (text == NULL) return taut_text_copy("null\n");
  size_t size = strlen(text);
  text = taut_memory_resize(text, size + 2);
  memcpy(text + size, "\n", 2);
  return text;
}

bool taut_bundle_name_is_fine(const char *name) {
  size_t size = strlen(name);
  if (size == 0 || size > NAME_BYTES_MAX || strpbrk(name, "\\\n\t") != NULL) return false;
  char *clean = taut_text_clean(name, size);
  bool is_fine = strcmp(clean, name) == 0;
  free(clean);
  for (const char *part = name; is_fine && part != NULL;) {
    is_fine = *part != '/' && *part != '.' && *part != '\0';
    part = strchr(part, '/');
    if (part != NULL) part++;
  }
  return is_fine;
}

static bool fail(taut_bundle *bundle, const char *name, const char *why) {
  if (bundle->error[0] == '\0') snprintf(bundle->error, sizeof bundle->error, "%s: %s", name, why);
  return false;
}

taut_status taut_bundle_begin(taut_bundle *bundle, const char *folder) {
  *bundle = (taut_bundle){.folder = taut_text_copy(folder), .files = json_object()};
  if (mkdir(folder, 0777) == 0) return TAUT_OK;
  fail(bundle, folder, strerror(errno));
  return TAUT_EIO;
}

void taut_bundle_fini(taut_bundle *bundle) {
  free(bundle->folder);
  json_decref(bundle->files);
  *bundle = (taut_bundle){0};
}

/// Writes below the bundle, making folders as needed.
static bool write_below(taut_bundle *bundle, const char *name, const void *data, size_t size) {
  if (bundle->error[0] != '\0') return false;
  char *path = taut_text_format("%s/%s", bundle->folder, name);
  char *slash = strrchr(path, '/');
  *slash = '\0';
  bool is_written = taut_file_make_folder(path) == TAUT_OK;
  *slash = '/';
  is_written = is_written && taut_file_write_atomic(path, data, size, NULL) == TAUT_OK;
  if (!is_written) fail(bundle, path, strerror(errno));
  free(path);
  return is_written;
}

void taut_bundle_put(taut_bundle *bundle, const char *name, const void *data, size_t size) {
  char hash[TAUT_DIGEST_TEXT];
  bool is_fine = taut_bundle_name_is_fine(name) && json_object_get(bundle->files, name) == NULL;
  if (!is_fine) fail(bundle, name, "no name for a file of a bundle, or there twice");
  if (!write_below(bundle, name, data, size)) return;
  taut_digest_bytes(data, size, hash);
  json_t *entry = json_object();
  json_object_set_new(entry, "bytes", json_integer((json_int_t)size));
  json_object_set_new(entry, "sha256", json_string(hash));
  json_object_set_new(bundle->files, name, entry);
}

void taut_bundle_put_json(taut_bundle *bundle, const char *name, json_t *document) {
  char *text = taut_json_canonical(document);
  taut_bundle_put(bundle, name, text, strlen(text));
  free(text);
  json_decref(document);
}

void taut_bundle_copy(taut_bundle *bundle, const char *name, const char *path) {
  char *data = NULL;
  size_t size = 0;
  taut_status status = taut_file_read(path, COPY_MAX, &data, &size);
  if (status != TAUT_OK) {
    fail(bundle, path, taut_status_text(status));
    return;
  }
  taut_bundle_put(bundle, name, data, size);
  free(data);
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void taut_bundle_sums(const json_t *files, const char *manifest, taut_buffer *out) {
  char hash[TAUT_DIGEST_TEXT];
  size_t n = 0, n_all = json_object_size(files) + 1;
  const char **names = taut_memory_resize(NULL, n_all * sizeof *names), *name;
  json_t *entry;
  json_object_foreach((json_t *)files, name, entry) names[n++] = name;
  names[n++] = TAUT_BUNDLE_MANIFEST;
  qsort(names, n, sizeof *names, compare_names);
  taut_digest_bytes(manifest, strlen(manifest), hash);
  for (size_t i = 0; i < n; i++) {
    const char *text =
        json_string_value(json_object_get(json_object_get(files, names[i]), "sha256"));
    // Two blanks: sha256sum's mark of a file read as it is.
    taut_buffer_printf(out, "%s  %s\n", text != NULL ? text : hash, names[i]);
  }
  free(names);
}

taut_status taut_bundle_seal(taut_bundle *bundle, const json_t *head, const taut_secret_key *key,
                             const char *comment) {
  json_t *document = json_copy((json_t *)head);
  json_object_set_new(document, "schema", json_string(TAUT_BUNDLE_SCHEMA));
  json_object_set(document, "files", bundle->files);
  char *text = taut_json_canonical(document);
  json_decref(document);
  taut_buffer sums = {0}, signature = {0};
  taut_bundle_sums(bundle->files, text, &sums);
  if (taut_signature_make(key, text, strlen(text), comment, &signature) == TAUT_OK) {
    write_below(bundle, TAUT_BUNDLE_SUMS, sums.data, sums.size);
    write_below(bundle, TAUT_BUNDLE_MANIFEST, text, strlen(text));
    write_below(bundle, TAUT_BUNDLE_SIGNATURE, signature.data, signature.size);
  } else {
    fail(bundle, TAUT_BUNDLE_SIGNATURE, "the signed comment must be one line of at most 4 KiB");
  }
  taut_buffer_fini(&sums);
  taut_buffer_fini(&signature);
  free(text);
  return bundle->error[0] == '\0' ? TAUT_OK : TAUT_EIO;
}
