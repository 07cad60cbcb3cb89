#include "report/bundle_check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/file.h"
#include "report/trust.h"

enum {
  MANIFEST_MAX = 64 * 1024 * 1024,
  SIGNATURE_MAX = 16 * 1024,
  DOCUMENT_MAX = 512 * 1024 * 1024,
  DEPTH_MAX = 32
};

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static bool
fail(taut_bundle_check *check, const char *name, const char *format, ...) {
  if (check->fault[0] != '\0') return false;
  char *clean = taut_text_clean(name, strlen(name));
  int n = snprintf(check->fault, sizeof check->fault, "%.400s: ", clean);
  free(clean);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(check->fault + n, sizeof check->fault - (size_t)n, format, arguments);
  va_end(arguments);
  return false;
}

/// Reads a file that must be there and no link.
static char *read_file(const char *folder, const char *name, size_t size_max, size_t *size,
                       taut_bundle_check *check) {
  struct stat info;
  char *path = taut_text_format("%s/%s", folder, name), *text = NULL;
  if (lstat(path, &info) != 0) {
    fail(check, name, "is missing (%s)", strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    fail(check, name, "is no regular file");
  } else {
    taut_status status = taut_file_read(path, size_max, &text, size);
    if (status == TAUT_EFULL) fail(check, name, "is larger than any such file can be");
    if (status != TAUT_OK) fail(check, name, "%s", taut_status_text(status));
  }
  free(path);
  return text;
}

// ----------------------------------------------------------------------------------------
// signature

static bool check_signature(const char *folder, const char *pubkey, const char *manifest,
                            size_t n_manifest, taut_bundle_check *check) {
  char why[900];
  size_t size = 0;
  taut_signature signature;
  taut_public_key key;
  char *text = read_file(folder, TAUT_BUNDLE_SIGNATURE, SIGNATURE_MAX, &size, check);
  if (text == NULL) return false;
  taut_status status = taut_signature_read(text, size, &signature, why, sizeof why);
  free(text);
  if (status != TAUT_OK) return fail(check, TAUT_BUNDLE_SIGNATURE, "%s", why);
  taut_public_key_id(signature.id, check->signer);
  if (taut_trust_find(signature.id, pubkey, &key, why, sizeof why) != TAUT_OK)
    return fail(check, TAUT_BUNDLE_SIGNATURE, "%s", why);
  if (!taut_signature_holds(&signature, &key, manifest, n_manifest)) {
    return fail(check, TAUT_BUNDLE_MANIFEST,
                "it or its signature was changed after key %s signed it", check->signer);
  }
  check->comment = taut_text_copy(signature.comment);
  return true;
}

// ---------------------------------------------------------------------------------------- manifest

static bool is_digest(const char *text) {
  return text != NULL && strlen(text) == TAUT_DIGEST_TEXT - 1 &&
         strspn(text, "0123456789abcdef") == TAUT_DIGEST_TEXT - 1;
}

static bool is_own_name(const char *name) {
  return strcmp(name, TAUT_BUNDLE_MANIFEST) == 0 || strcmp(name, TAUT_BUNDLE_SIGNATURE) == 0 ||
         strcmp(name, TAUT_BUNDLE_SUMS) == 0;
}

/// Signed by a trusted key, a manifest may still say what no bundle may say.
static bool check_manifest(const char *text, taut_bundle_check *check) {
  const json_t *schema = json_object_get(check->manifest, "schema");
  json_t *files = json_object_get(check->manifest, "files"), *entry;
  const char *name;
  if (!json_is_string(schema) || strcmp(json_string_value(schema), TAUT_BUNDLE_SCHEMA) != 0)
    return fail(check, TAUT_BUNDLE_MANIFEST, "schema is not " TAUT_BUNDLE_SCHEMA);
  char *again = taut_json_canonical(check->manifest);
  bool is_canonical = strcmp(again, text) == 0;
  free(again);
  if (!is_canonical) return fail(check, TAUT_BUNDLE_MANIFEST, "is not in canonical form");
  if (!json_is_object(files)) return fail(check, TAUT_BUNDLE_MANIFEST, "has no list of files");
  json_object_foreach(files, name, entry) {
    if (!taut_bundle_name_is_fine(name) || is_own_name(name))
      return fail(check, TAUT_BUNDLE_MANIFEST, "names a file that no bundle may have: %.300s",
                  name);
    const json_t *bytes = json_object_get(entry, "bytes");
    if (!json_is_integer(bytes) || json_integer_value(bytes) < 0 ||
        !is_digest(json_string_value(json_object_get(entry, "sha256"))))
      return fail(check, name, "has no size or no SHA-256 in the manifest");
  }
  return true;
}

// ------------------------------------------------------------------------------------------- files

/// Whether some file of the manifest lies in that folder.
static bool is_folder_of(const json_t *files, const char *folder) {
  const char *name;
  json_t *entry;
  size_t n = strlen(folder);
  json_object_foreach((json_t *)files, name, entry) {
    if (strncmp(name, folder, n) == 0 && name[n] == '/') return true;
  }
  return false;
}

static bool check_folder(const char *root, const char *below, int depth, const json_t *files,
                         taut_bundle_check *check);

static bool check_entry(const char *root, const char *name, int depth, const json_t *files,
                        taut_bundle_check *check) {
  struct stat info;
  char *path = taut_text_format("%s/%s", root, name);
  int failed = lstat(path, &info);
  free(path);
  if (failed) return fail(check, name, "%s", strerror(errno));
  if (S_ISLNK(info.st_mode)) return fail(check, name, "is a symbolic link");
  if (S_ISDIR(info.st_mode)) {
    if (!is_folder_of(files, name)) return fail(check, name, "is a folder that nobody signed");
    return check_folder(root, name, depth + 1, files, check);
  }
  if (!S_ISREG(info.st_mode)) return fail(check, name, "is no regular file");
  if (json_object_get(files, name) == NULL && !is_own_name(name))
    return fail(check, name, "is not in the manifest: nobody signed it");
  return true;
}

/// Everything that lies in the folder must be in the manifest.
static bool check_folder(const char *root, const char *below, int depth, const json_t *files,
                         taut_bundle_check *check) {
  struct dirent **entries = NULL;
  char *path = taut_text_format("%s/%s", root, below);
  // Sorted, so that it is always the same file that is named first.
  int n = depth <= DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : -1;
  free(path);
  if (n < 0) return fail(check, below, "the folder cannot be read");
  bool is_fine = true;
  for (int i = 0; i < n; i++) {
    const char *leaf = entries[i]->d_name;
    if (is_fine && strcmp(leaf, ".") != 0 && strcmp(leaf, "..") != 0) {
      char *name = taut_text_format("%s%s%s", below, below[0] != '\0' ? "/" : "", leaf);
      is_fine = check_entry(root, name, depth, files, check);
      free(name);
    }
    free(entries[i]);
  }
  free(entries);
  return is_fine;
}

static bool check_file(const char *root, const char *name, const json_t *entry,
                       taut_bundle_check *check) {
  char hash[TAUT_DIGEST_TEXT];
  struct stat info;
  int64_t size = 0, expected = json_integer_value(json_object_get(entry, "bytes"));
  char *path = taut_text_format("%s/%s", root, name);
  bool is_fine = true;
  if (lstat(path, &info) != 0) {
    is_fine = fail(check, name, "is missing");
  } else if (info.st_size != expected) {
    is_fine = fail(check, name, "has %lld bytes, signed were %lld", (long long)info.st_size,
                   (long long)expected);
  } else if (taut_digest_file(path, hash, &size) != TAUT_OK) {
    is_fine = fail(check, name, "cannot be read");
  } else if (strcmp(hash, json_string_value(json_object_get(entry, "sha256"))) != 0) {
    is_fine = fail(check, name, "was changed: its SHA-256 is %s, signed was %s", hash,
                   json_string_value(json_object_get(entry, "sha256")));
  }
  free(path);
  if (is_fine) {
    check->n_files++;
    check->n_bytes += size;
  }
  return is_fine;
}

static bool check_sums(const char *folder, const char *manifest, const json_t *files,
                       taut_bundle_check *check) {
  size_t size = 0;
  char *text = read_file(folder, TAUT_BUNDLE_SUMS, MANIFEST_MAX, &size, check);
  if (text == NULL) return false;
  taut_buffer sums = {0};
  taut_bundle_sums(files, manifest, &sums);
  bool is_same = size == sums.size && memcmp(text, sums.data, size) == 0;
  free(text);
  taut_buffer_fini(&sums);
  return is_same || fail(check, TAUT_BUNDLE_SUMS, "is not the list that belongs to the manifest");
}

bool taut_bundle_verify(const char *folder, const char *pubkey, taut_bundle_check *out) {
  size_t size = 0;
  *out = (taut_bundle_check){.n_files = 0};
  char *text = read_file(folder, TAUT_BUNDLE_MANIFEST, MANIFEST_MAX, &size, out);
  if (text == NULL) return false;
  bool is_fine = check_signature(folder, pubkey, text, size, out);
  if (is_fine) {
    out->manifest = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
    is_fine = out->manifest != NULL || fail(out, TAUT_BUNDLE_MANIFEST, "is no JSON");
  }
  is_fine = is_fine && check_manifest(text, out);
  json_t *files = json_object_get(out->manifest, "files"), *entry;
  const char *name;
  is_fine = is_fine && check_folder(folder, "", 0, files, out);
  if (is_fine) {
    json_object_foreach(files, name, entry) {
      if (!check_file(folder, name, entry, out)) break;
    }
  }
  is_fine = is_fine && out->fault[0] == '\0' && check_sums(folder, text, files, out);
  free(text);
  return is_fine;
}

void taut_bundle_check_fini(taut_bundle_check *check) {
  json_decref(check->manifest);
  free(check->comment);
  *check = (taut_bundle_check){0};
}

json_t *taut_bundle_read(const char *folder, const char *name, taut_bundle_check *check) {
  size_t size = 0;
  if (json_object_get(json_object_get(check->manifest, "files"), name) == NULL) {
    fail(check, name, "is not in the manifest, and every bundle has it");
    return NULL;
  }
  char *text = read_file(folder, name, DOCUMENT_MAX, &size, check);
  if (text == NULL) return NULL;
  json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
  char *again = document != NULL ? taut_json_canonical(document) : NULL;
  if (again == NULL || strcmp(again, text) != 0) {
    fail(check, name, document == NULL ? "is no JSON" : "is not in canonical form");
    json_decref(document);
    document = NULL;
  }
  free(again);
  free(text);
  return document;
}
