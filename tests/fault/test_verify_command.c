/// `taut verify` refuses every bundle that is not byte for byte what a trusted key signed, and
/// names what is wrong; and it is sha256sum's and minisign's word too, not ours alone.
#include "support/bundle.h"
#include "taut/engine.h"

static json_t *files_in(const char *bundle) {
  json_t *manifest = manifest_of(bundle), *names = json_array(), *entry;
  const char *name;
  json_object_foreach(json_object_get(manifest, "files"), name, entry) {
    json_array_append_new(names, json_string(name));
  }
  json_array_append_new(names, json_string(TAUT_BUNDLE_MANIFEST));
  json_array_append_new(names, json_string(TAUT_BUNDLE_SUMS));
  json_array_append_new(names, json_string(TAUT_BUNDLE_SIGNATURE));
  json_decref(manifest);
  return names;
}

static int shell(const char *format, const char *argument) {
  char *command = taut_text_format(format, argument);
  int status = system(command);
  free(command);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void a_bundle_is_what_sha256sum_and_minisign_say_too(void **state) {
  (void)state;
  make_bundle("b");
  assert_int_equal(run_taut("verify b"), 0);
  expect_text("out", "none missing, changed or added");
  assert_int_equal(shell("cd %s && sha256sum --quiet -c SHA256SUMS > /dev/null", "b"), 0);
  if (shell("command -v %s > /dev/null", "minisign") != 0) {
    puts("minisign is not installed: its part is not tested here");
    return;
  }
  assert_int_equal(shell("minisign -Vqm %s/manifest.json -p settings/taut/trust/*.pub", "b"), 0);
  flip_byte("b/manifest.json", 40);
  assert_int_not_equal(
      shell("minisign -Vqm %s/manifest.json -p settings/taut/trust/*.pub 2> /dev/null", "b"), 0);
}

static void a_bundle_signed_with_minisign_verifies(void **state) {
  (void)state;
  if (shell("command -v %s > /dev/null", "minisign") != 0) skip();
  make_bundle("b");
  assert_int_equal(shell("minisign -GW -p %s.pub -s their.key > /dev/null", "their"), 0);
  assert_int_equal(shell("minisign -Sm %s/manifest.json -s their.key -t 'an assessor'", "b"), 0);
  expect_refusal("b", "which nobody here trusts");
  assert_int_equal(run_taut("verify b --pubkey their.pub"), 0);
  expect_text("out", "an assessor");
  // And taut signs with a key that minisign made.
  assert_int_equal(run_taut("certify suite --alone --out c --key their.key"), 0);
  assert_int_equal(run_taut("verify c --pubkey their.pub"), 0);
  assert_int_equal(shell("minisign -Vqm %s/manifest.json -p their.pub", "c"), 0);
}

static void one_flipped_byte_of_any_file_is_found_and_the_file_named(void **state) {
  (void)state;
  make_bundle("b");
  json_t *names = files_in("b");
  size_t n_positions = 0;
  for (size_t i = 0; i < json_array_size(names); i++) {
    const char *name = json_string_value(json_array_get(names, i));
    char *path = taut_text_format("bad/%s", name);
    struct stat info;
    copy_bundle("b", "bad");
    assert_int_equal(stat(path, &info), 0);
    // Every byte of the signature file, since part of it is not signed; elsewhere both ends and
    // the middle.
    bool is_signature = strcmp(name, TAUT_BUNDLE_SIGNATURE) == 0;
    size_t size = (size_t)info.st_size, step = is_signature ? 7 : (size - 1) / 2;
    for (size_t at = 0; at < size; at += step) {
      flip_byte(path, at);
      expect_refusal("bad", is_signature ? "manifest.json" : name);
      flip_byte(path, at);
      n_positions++;
      if (step == 0) break;
    }
    free(path);
  }
  assert_true(n_positions > 60);
  assert_int_equal(run_taut("verify bad"), 0);
  json_decref(names);
}

static void files_missing_added_swapped_or_odd_are_named(void **state) {
  (void)state;
  static const struct {
    const char *deed, *told;
  } deeds[] = {
      {"rm %s/plan.json", "plan.json: is missing"},
      {"rm %s/SHA256SUMS", "SHA256SUMS: is missing"},
      {"rm %s/manifest.json.minisig", "manifest.json.minisig: is missing"},
      {"rm %s/manifest.json", "manifest.json: is missing"},
      {"echo more > %s/results/more.json", "results/more.json: is not in the manifest"},
      {"mkdir %s/.hidden", ".hidden: is a folder that nobody signed"},
      {"cd %s && mv plan.json x && mv versions.json plan.json && mv x versions.json",
       "plan.json: has "},
      {"cd %s && mv plan.json ../elsewhere && ln -s ../elsewhere plan.json",
       "plan.json: is a symbolic link"},
      {"mv %s/results elsewhere2 && ln -s ../elsewhere2 bad/results",
       "results: is a symbolic link"},
      {"truncate -s 100G %s/plan.json", "plan.json: has 107374182400 bytes"},
      {"truncate -s 1G %s/manifest.json", "manifest.json: is larger"},
      {"truncate -s 1G %s/manifest.json.minisig", "manifest.json.minisig: is larger"},
      {"truncate -s -1 %s/results/suite.json", "results/suite.json: has "},
      {"truncate -s 0 %s/manifest.json.minisig", "manifest.json.minisig: it is no signature"},
      {"rm %s/plan.json && mkfifo bad/plan.json", "plan.json: is no regular file"},
      {"rm %s/manifest.json && mkfifo bad/manifest.json", "manifest.json: is no regular file"},
  };
  make_bundle("b");
  for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
    copy_bundle("b", "bad");
    assert_int_equal(shell(deeds[i].deed, "bad"), 0);
    expect_refusal("bad", deeds[i].told);
  }
}

static void a_signer_nobody_trusts_is_refused_whatever_the_bundle_holds(void **state) {
  (void)state;
  make_bundle("b");
  assert_int_equal(shell("mv settings/taut/trust/*.pub %s.pub", "signer"), 0);
  expect_refusal("b", "which nobody here trusts");
  assert_int_equal(run_taut("verify b --pubkey signer.pub"), 0);
  // A key in the bundle is a file that nobody signed.
  assert_int_equal(shell("cp %s.pub b/", "signer"), 0);
  assert_int_equal(run_taut("verify b --pubkey signer.pub"), 6);
  expect_text("err", "signer.pub: is not in the manifest");
  assert_int_equal(shell("rm b/%s.pub", "signer"), 0);
  // Another key with the right name of file.
  assert_int_equal(shell("rm %s/taut/sign.key", "settings"), 0);
  assert_int_equal(run_taut("certify suite --alone --out c"), 0);
  expect_text("out", "which was made for you and is trusted here from now on");
  expect_refusal("b", "which nobody here trusts");
  assert_int_equal(shell("chmod 666 %s.pub", "signer"), 0);
  assert_int_equal(run_taut("verify b --pubkey signer.pub"), 6);
  expect_text("err", "can be written by others");
}

static void what_a_trusted_key_signed_may_still_be_nonsense(void **state) {
  (void)state;
  static const char *const names[] = {"../out.json", "/etc/passwd",   "a/../../b", "a//b", ".x",
                                      "a/./b",       "manifest.json", "a\nb",      ""};
  make_bundle("b");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    copy_bundle("b", "bad");
    json_t *manifest = manifest_of("bad"), *files = json_object_get(manifest, "files");
    json_object_set(files, names[i], json_object_get(files, "plan.json"));
    sign_again("bad", manifest);
    json_decref(manifest);
    expect_refusal("bad", "names a file that no bundle may have");
  }
  copy_bundle("b", "bad");
  json_t *manifest = manifest_of("bad");
  json_t *entry = json_object_get(json_object_get(manifest, "files"), "plan.json");
  json_object_set_new(
      entry, "sha256",
      json_string("0000000000000000000000000000000000000000000000000000000000000000"));
  sign_again("bad", manifest);
  json_decref(manifest);
  expect_refusal("bad", "plan.json: was changed");
}

static void documents_that_contradict_each_other_are_named(void **state) {
  (void)state;
  make_bundle("b");
  copy_bundle("b", "bad");
  json_t *suite = json_of("bad/results/suite.json");
  json_t *run = json_array_get(json_object_get(suite, "runs"), 0);
  json_object_set_new(run, "verdict", json_string("inconclusive"));
  forge("bad", "results/suite.json", suite);
  expect_refusal("bad", "results/suite.json: its verdicts are not those");
  json_decref(suite);

  copy_bundle("b", "bad");
  json_t *registers = json_of("bad/registers.json");
  json_t *row = json_array_get(json_object_get(registers, "requirements"), 0);
  json_object_set_new(row, "verdict", json_string("fail"));
  forge("bad", "registers.json", registers);
  expect_refusal("bad", "registers.json: SR-");
  json_decref(registers);

  copy_bundle("b", "bad");
  json_t *plan = json_of("bad/plan.json");
  json_object_clear(json_object_get(plan, "files"));
  forge("bad", "plan.json", plan);
  expect_refusal("bad", "is of a file that the plan does not have");
  json_decref(plan);
}

static void a_bundle_of_another_version_is_checked_as_far_as_that_goes(void **state) {
  (void)state;
  make_bundle("b");
  json_t *manifest = manifest_of("b"), *versions = json_of("b/versions.json");
  json_object_set_new(manifest, "taut", json_string("0.0.9"));
  sign_again("b", manifest);
  json_object_set_new(versions, "taut", json_string("0.0.9"));
  forge("b", "versions.json", versions);
  json_decref(versions);
  json_decref(manifest);
  assert_int_equal(run_taut("verify b"), 0);
  expect_text("out", "made by Taut 0.0.9, this is " TAUT_VERSION ": not computed again");
  assert_int_equal(run_taut("verify b --rerun all"), 6);
  expect_text("err", "versions.json: made with Taut 0.0.9");
}

static void a_result_that_a_rerun_does_not_give_is_named_with_its_field(void **state) {
  (void)state;
  make_bundle("b");
  assert_int_equal(run_taut("verify b --rerun all"), 0);
  expect_text("out", "2 of 2 runs");
  json_t *suite = json_of("b/results/suite.json");
  json_t *run = json_array_get(json_object_get(suite, "runs"), 1);
  json_object_set_new(run, "trace_hash", json_string("00000000000000000000000000000001"));
  forge("b", "results/suite.json", suite);
  json_decref(suite);
  assert_int_equal(run_taut("verify b"), 0);
  assert_int_equal(run_taut("verify b --rerun all"), 6);
  expect_text("err", "suite/rest.lua: 'at rest nothing pulls [ms=200]'");
  expect_text("err", "trace_hash: expected \"00000000000000000000000000000001\", got \"");
  // The same run belongs to the same sample for everybody, and to a sample of all.
  assert_int_equal(run_taut("verify b --rerun sample 2"), 6);
}

static void messages_with_the_name_of_a_file_are_the_same_when_run_again(void **state) {
  (void)state;
  make_small_suite();
  put_text("suite/rest.lua",
           "local taut = require \"taut\"\n"
           "return taut.scenario {\n"
           "  name = \"it breaks off\", rig = \"two_cable_trainer\",\n"
           "  script = function(s) s:wait \"100 ms\" error(\"here\") end,\n"
           "}\n");
  assert_int_equal(run_taut("certify suite --alone --out b"), 1);
  expect_text("b/deviations.json", "suite/rest.lua:4: here");
  assert_int_equal(run_taut("verify b --rerun all"), 0);
  assert_int_equal(shell("mv b %s", "elsewhere-with-a-long-name-that-no-message-could-hold"), 0);
  assert_int_equal(
      run_taut("verify elsewhere-with-a-long-name-that-no-message-could-hold --rerun all"), 0);
}

static void a_bundle_is_the_same_bytes_wherever_it_was_made(void **state) {
  (void)state;
  make_bundle("b");
  assert_int_equal(shell("mkdir -p %s/deeper && cp -r suite elsewhere/deeper/", "elsewhere"), 0);
  assert_int_equal(chdir("elsewhere/deeper"), 0);
  assert_int_equal(run_taut("certify suite --alone --out ../../c -j 1 --reviewer 'A. Nother'"), 0);
  assert_int_equal(chdir("../.."), 0);
  assert_int_equal(shell("diff -r --exclude=manifest.json.minisig b %s", "c"), 0);
  expect_text("c/manifest.json.minisig", "reviewer:A. Nother");
}

static void shipped_files_have_one_name_wherever_they_lie(void **state) {
  (void)state;
  char folder[PATH_MAX], data[PATH_MAX + 8];
  make_small_suite();
  assert_int_equal(
      shell("mkdir data && cp -r %s/models " TAUT_SOURCE_DIR "/scenarios data/", TAUT_SOURCE_DIR),
      0);
  // The data folder below the working folder: two ways to name one file.
  assert_non_null(getcwd(folder, sizeof folder));
  snprintf(data, sizeof data, "%s/data", folder);
  setenv("TEST_DATA", data, 1);
  assert_int_equal(
      run_taut("certify data/scenarios/safety/restart.lua --alone --no-traces --out b"), 0);
  assert_int_equal(run_taut("verify b --rerun sample 1"), 0);
  unsetenv("TEST_DATA");
  expect_text("b/plan.json", "\"scenarios/safety/restart.lua\"");
  assert_int_equal(run_taut("verify b --rerun sample 1"), 0);
}

static void a_controller_is_known_by_the_hash_of_its_library(void **state) {
  (void)state;
  make_small_suite();
  assert_int_equal(shell("mkdir lib && cp %s/plugins/resistance.so lib/mine.so", TAUT_BUILD_DIR),
                   0);
  assert_int_equal(run_taut("certify suite --alone --out b --with controller=lib/mine.so"), 0);
  json_t *manifest = manifest_of("b");
  const json_t *controller = json_object_get(manifest, "controller");
  char hash[TAUT_DIGEST_TEXT];
  assert_int_equal(taut_digest_file("lib/mine.so", hash, NULL), TAUT_OK);
  assert_string_equal(text_at(controller, "sha256"), hash);
  assert_string_equal(text_at(controller, "name"), "mine.so");
  json_decref(manifest);
  assert_int_equal(run_taut("verify b --rerun all --with controller=lib/mine.so"), 0);
  // Where it lies does not matter, what it is does: a byte behind its end is another library.
  assert_int_equal(shell("mkdir other && cp lib/mine.so other/ && echo >> %s/mine.so", "lib"), 0);
  assert_int_equal(run_taut("verify b --rerun all --with controller=other/mine.so"), 0);
  assert_int_equal(run_taut("verify b --rerun all --with controller=lib/mine.so"), 6);
  expect_text("err", "controller: certified was mine.so with SHA-256 ");
}

static void certify_says_what_it_cannot_do(void **state) {
  (void)state;
  make_small_suite();
  assert_int_equal(run_taut("certify suite --alone"), 4);
  expect_text("err", "--out BUNDLE is missing");
  assert_int_equal(run_taut("certify suite --alone --out suite"), 4);
  expect_text("err", "suite is there already");
  assert_int_equal(run_taut("certify suite --alone --out b --key none.key"), 4);
  expect_text("err", "none.key: No such file");
  assert_int_equal(run_taut("certify suite --alone --out b --reviewer 'A\tB'"), 4);
  expect_text("err", "--reviewer is a name on one line");
  assert_int_equal(run_taut("certify suite --alone --out b --profile quik"), 4);
  assert_int_equal(run_taut("verify none"), 4);
  expect_text("err", "none is no folder");
  assert_int_equal(run_taut("certify suite --alone --out b"), 0);
  // The secret key is its owner's alone.
  assert_int_equal(shell("chmod 644 %s/taut/sign.key", "settings"), 0);
  assert_int_equal(run_taut("certify suite --alone --out c"), 4);
  expect_text("err", "can be read by others");
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_bundle_is_what_sha256sum_and_minisign_say_too),
      IN_FOLDER(a_bundle_signed_with_minisign_verifies),
      IN_FOLDER(one_flipped_byte_of_any_file_is_found_and_the_file_named),
      IN_FOLDER(files_missing_added_swapped_or_odd_are_named),
      IN_FOLDER(a_signer_nobody_trusts_is_refused_whatever_the_bundle_holds),
      IN_FOLDER(what_a_trusted_key_signed_may_still_be_nonsense),
      IN_FOLDER(documents_that_contradict_each_other_are_named),
      IN_FOLDER(a_bundle_of_another_version_is_checked_as_far_as_that_goes),
      IN_FOLDER(a_result_that_a_rerun_does_not_give_is_named_with_its_field),
      IN_FOLDER(messages_with_the_name_of_a_file_are_the_same_when_run_again),
      IN_FOLDER(a_bundle_is_the_same_bytes_wherever_it_was_made),
      IN_FOLDER(shipped_files_have_one_name_wherever_they_lie),
      IN_FOLDER(a_controller_is_known_by_the_hash_of_its_library),
      IN_FOLDER(certify_says_what_it_cannot_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
