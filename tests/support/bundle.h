/// A small bundle of evidence in the test's folder, and ways to spoil it.
#ifndef TAUT_TESTS_SUPPORT_BUNDLE_H
#define TAUT_TESTS_SUPPORT_BUNDLE_H

#include <ftw.h>
#include <sys/stat.h>

#include "report/bundle_check.h"
#include "report/trust.h"
#include "support/command.h"

static inline void put_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

/// A suite of two cases that take moments, and a store of keys of this test alone.
static inline void make_small_suite(void) {
  char folder[PATH_MAX], settings[PATH_MAX + 16];
  assert_non_null(getcwd(folder, sizeof folder));
  snprintf(settings, sizeof settings, "%s/settings", folder);
  setenv("XDG_CONFIG_HOME", settings, 1);
  assert_true(mkdir("suite", 0777) == 0 || errno == EEXIST);
  put_text(
      "suite/rest.lua",
      "local taut = require \"taut\"\n"
      "return taut.scenario {\n"
      "  name = \"at rest nothing pulls\", tags = { \"small\" }, rig = \"two_cable_trainer\",\n"
      "  sweep = { ms = { 100, 200 } },\n"
      "  script = function(s)\n"
      "    s:wait(s.sweep.ms * 1e-3)\n"
      "    s:expect(\"load.command_n <= 1 N\")\n"
      "  end,\n"
      "}\n");
}

static inline void make_bundle(const char *out) {
  make_small_suite();
  int status = run_taut("certify suite --alone --out %s -j 2", out);
  if (status != 0) fail_msg("certify: %d\n%s", status, text_of("err"));
}

/// A copy of a bundle to be spoiled.
static inline void copy_bundle(const char *from, const char *to) {
  char *command = taut_text_format("rm -rf %s && cp -a %s %s", to, from, to);
  assert_int_equal(system(command), 0);
  free(command);
}

static inline void expect_refusal(const char *bundle, const char *part) {
  int status = run_taut("verify %s", bundle);
  char *told = text_of("err");
  if (status != 6) fail_msg("exit status %d instead of 6 for '%s': %s", status, part, told);
  if (strstr(told, part) == NULL) fail_msg("'%s' is not named in: %s", part, told);
  free(told);
}

static inline void flip_byte(const char *path, size_t at) {
  char *text = NULL;
  size_t size = 0;
  assert_int_equal(taut_file_read(path, 1 << 28, &text, &size), TAUT_OK);
  assert_true(at < size);
  text[at] ^= 1;
  assert_int_equal(taut_file_write_atomic(path, text, size, NULL), TAUT_OK);
  free(text);
}

/// The key that `certify` made here.
static inline taut_secret_key own_key(void) {
  char error[512];
  bool is_made;
  taut_secret_key key;
  assert_int_equal(taut_trust_signer(NULL, &key, &is_made, error, sizeof error), TAUT_OK);
  assert_false(is_made);
  return key;
}

/// Signs a manifest as it now is, whatever it says, and writes the sums that belong to it: what
/// somebody could do who has the key.
static inline void sign_again(const char *bundle, json_t *manifest) {
  taut_secret_key key = own_key();
  taut_buffer sums = {0}, signature = {0};
  char *text = taut_json_canonical(manifest);
  taut_bundle_sums(json_object_get(manifest, "files"), text, &sums);
  assert_int_equal(taut_signature_make(&key, text, strlen(text), "again", &signature), TAUT_OK);
  const char *names[] = {TAUT_BUNDLE_MANIFEST, TAUT_BUNDLE_SUMS, TAUT_BUNDLE_SIGNATURE};
  const char *texts[] = {text, sums.data, signature.data};
  for (size_t i = 0; i < 3; i++) {
    char *path = taut_text_format("%s/%s", bundle, names[i]);
    put_text(path, texts[i]);
    free(path);
  }
  free(text);
  taut_buffer_fini(&sums);
  taut_buffer_fini(&signature);
}

static inline json_t *manifest_of(const char *bundle) {
  char *path = taut_text_format("%s/" TAUT_BUNDLE_MANIFEST, bundle);
  json_t *manifest = json_of(path);
  free(path);
  return manifest;
}

/// Adds a document or puts it in the place of one, with its hash in the manifest, and signs that.
static inline void forge(const char *bundle, const char *name, const json_t *document) {
  char hash[TAUT_DIGEST_TEXT], *text = taut_json_canonical(document);
  char *path = taut_text_format("%s/%s", bundle, name);
  json_t *manifest = manifest_of(bundle);
  json_t *entry = json_object();
  json_object_set_new(json_object_get(manifest, "files"), name, entry);
  put_text(path, text);
  taut_digest_bytes(text, strlen(text), hash);
  json_object_set_new(entry, "sha256", json_string(hash));
  json_object_set_new(entry, "bytes", json_integer((json_int_t)strlen(text)));
  sign_again(bundle, manifest);
  json_decref(manifest);
  free(path);
  free(text);
}

#endif
