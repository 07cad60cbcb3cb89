/// What `taut certify` says: approvals lift what they name and nothing else, gaps are rows, changes
/// since an earlier bundle are told, and no text from outside gets out of its place on the page.
#include "support/bundle.h"

#define HOSTILE "<script>alert(1)</script>\\\" ' &amp;"

/// A suite with a requirement of its own, whose limit is `limit_n`.
static void make_own_suite(int limit_n) {
  make_small_suite();
  char *text = taut_text_format(
      "local taut = require \"taut\"\n"
      "return taut.requirements {\n"
      "  { id = \"T-001\", text = \"" HOSTILE
      "\", formula = \"always (load.command_n <= %d N)\",\n"
      "    hazard = \"H1\", severity = \"minor\", source = \"" HOSTILE
      "\", safe_state = \"sto\" },\n"
      "}\n",
      limit_n);
  put_text("suite/requirements.lua", text);
  free(text);
  put_text("suite/rest.lua",
           "local taut = require \"taut\"\n"
           "return taut.scenario {\n"
           "  name = \"at rest " HOSTILE
           "\", covers = { \"T-001\" }, rig = \"two_cable_trainer\",\n"
           "  script = function(s)\n"
           "    s:wait \"100 ms\"\n"
           "    s:expect(\"load.command_n <= 1 N\", { text = \"" HOSTILE
           "\" })\n"
           "  end,\n"
           "}\n");
}

static void certify(const char *words) {
  int status = run_taut("certify suite --alone %s", words);
  if (status != 0) fail_msg("certify %s: %d\n%s", words, status, text_of("err"));
}

static json_t *requirement_of(const char *bundle, const char *id) {
  char *path = taut_text_format("%s/registers.json", bundle);
  json_t *registers = json_of(path), *row, *found = NULL;
  size_t i;
  json_array_foreach(json_object_get(registers, "requirements"), i, row) {
    if (strcmp(text_at(row, "id"), id) == 0) found = json_deep_copy(row);
  }
  json_decref(registers);
  free(path);
  assert_non_null(found);
  return found;
}

static void write_approval(const char *value) {
  json_t *list = json_pack("[{s:s,s:s,s:s,s:s,s:s,s:s}]", "requirement", "T-001", "value", value,
                           "role", "safety <i>engineer</i>", "name", "A <b>Name</b>", "date",
                           "2026-11-20", "rationale", "measured on the bench");
  assert_int_equal(json_dump_file(list, "approvals.json", 0), 0);
  json_decref(list);
}

static void an_approval_lifts_the_limit_it_names_and_no_other(void **state) {
  (void)state;
  make_own_suite(10);
  certify("--out a");
  json_t *row = requirement_of("a", "T-001");
  assert_string_equal(text_at(row, "verdict"), "pass");
  assert_true(json_is_false(json_object_get(row, "approved")));
  expect_text("a/evidence.html", "limit not approved");
  write_approval(text_at(row, "limit"));
  json_decref(row);

  certify("--out b --approvals approvals.json");
  row = requirement_of("b", "T-001");
  assert_true(json_is_true(json_object_get(row, "approved")));
  json_decref(row);
  expect_text("b/evidence.html", "A &#60;b&#62;Name&#60;/b&#62;");
  expect_text("b/evidence.html", "1 approved");
  assert_int_equal(run_taut("verify b"), 0);

  // The limit moves: the approval of yesterday is of no effect, and the page says so.
  make_own_suite(11);
  certify("--out c --approvals approvals.json");
  row = requirement_of("c", "T-001");
  assert_true(json_is_false(json_object_get(row, "approved")));
  json_decref(row);
  expect_text("c/evidence.html", "Approvals without effect");
  expect_text("c/approvals.json", "the limit is 11 N [");
  assert_int_equal(run_taut("verify c"), 0);

  // Forged into the register it is found out, whoever signs.
  json_t *registers = json_of("c/registers.json"), *entry;
  size_t i;
  json_array_foreach(json_object_get(registers, "requirements"), i, entry) {
    if (strcmp(text_at(entry, "id"), "T-001") == 0)
      json_object_set_new(entry, "approved", json_true());
  }
  forge("c", "registers.json", registers);
  expect_refusal("c", "registers.json: T-001 is not what the runs say: approval");
  // Nor is an approval that the register itself does not have.
  json_array_foreach(json_object_get(registers, "requirements"), i, entry) {
    if (strcmp(text_at(entry, "id"), "T-001") == 0)
      json_object_set_new(entry, "approval", json_pack("{s:b}", "register", 1));
  }
  forge("c", "registers.json", registers);
  json_decref(registers);
  assert_int_equal(run_taut("verify c --rerun all"), 6);
}

static void a_broken_file_of_approvals_is_refused_before_anything_runs(void **state) {
  (void)state;
  make_own_suite(10);
  put_text("bad.json", "[{\"requirement\": \"T-001\"}]");
  assert_int_equal(run_taut("certify suite --alone --out a --approvals bad.json"), 4);
  expect_text("err", "bad.json: approval 1: 'value' must be a text");
  assert_int_equal(run_taut("certify suite --alone --out a --approvals none.json"), 4);
  assert_int_not_equal(access("a", F_OK), 0);
}

static void no_text_from_outside_leaves_its_place_on_the_page(void **state) {
  (void)state;
  make_own_suite(10);
  certify("--out a");
  char *page = text_of("a/evidence.html");
  assert_null(strstr(page, "<script"));
  assert_null(strstr(page, "alert(1)</"));
  assert_non_null(strstr(page, "&#60;script&#62;alert(1)&#60;/script&#62;&#34; &#39; &#38;amp;"));
  // Nothing is loaded from anywhere, nothing runs.
  assert_non_null(strstr(page, "default-src 'none'; style-src 'sha256-"));
  assert_null(strstr(page, "http://"));
  assert_null(strstr(page, "https://"));
  free(page);
}

static void what_is_not_there_is_a_row(void **state) {
  (void)state;
  make_own_suite(10);
  put_text("certificate.txt", "load cell, calibrated");
  certify("--out a --calibration certificate.txt");
  json_t *gaps = json_of("a/gaps.json"), *row;
  size_t i, n_calibration = 0, n_coverage = 0, n_mutation = 0, n_selftest = 0, n_claims = 0;
  json_array_foreach(gaps, i, row) {
    n_calibration += strcmp(text_at(row, "kind"), "calibration") == 0;
    n_coverage += strcmp(text_at(row, "kind"), "coverage") == 0;
    n_mutation += strcmp(text_at(row, "kind"), "mutation") == 0;
    n_selftest += strcmp(text_at(row, "kind"), "self-check") == 0;
    n_claims += strcmp(text_at(row, "kind"), "claims") == 0;
  }
  json_decref(gaps);
  assert_int_equal(n_calibration, 0);
  assert_true(n_coverage == 1 && n_mutation == 1 && n_selftest == 1 && n_claims == 1);
  expect_text("a/attachments/calibration/certificate.txt", "load cell");
  // A gap that is struck off does not go unseen.
  json_t *none = json_array();
  forge("a", "gaps.json", none);
  json_decref(none);
  expect_refusal("a", "gaps.json: is not what the documents it is made of say");
}

static void a_retouched_page_is_found_even_with_the_key(void **state) {
  (void)state;
  make_own_suite(10);
  certify("--out a");
  // Retouched with sed, then signed: what somebody could do who has the key.
  assert_int_equal(system("sed -i 's/approved by nobody/approved by a boss/' a/evidence.html"), 0);
  expect_text("a/evidence.html", "approved by a boss");
  char *page = text_of("a/evidence.html"), hash[TAUT_DIGEST_TEXT];
  json_t *manifest = manifest_of("a");
  taut_digest_bytes(page, strlen(page), hash);
  json_object_set_new(json_object_get(json_object_get(manifest, "files"), "evidence.html"),
                      "sha256", json_string(hash));
  sign_again("a", manifest);
  json_decref(manifest);
  free(page);
  expect_refusal("a", "evidence.html: is not the page that the documents make");
}

static void a_score_that_its_mutants_do_not_have_is_found(void **state) {
  (void)state;
  make_own_suite(10);
  certify("--out a");
  json_t *mutation =
      json_pack("{s:[{s:s,s:s,s:s,s:i,s:s,s:b,s:i}],s:[{s:s,s:i,s:i,s:i,s:f}]}", "mutants",
                "mutant", "controller.armed stuck", "port", "controller.armed", "operator", "stuck",
                "scale", 0, "class", "survived", "is_input", 0, "n_cases", 1, "scores", "name",
                "10x", "killed", 1, "n", 1, "identical", 0, "score", 1.0);
  forge("a", "mutation.json", mutation);
  json_decref(mutation);
  expect_refusal("a", "mutation.json: 'scores' is not what its mutants say");
}

static void changes_since_an_earlier_bundle_are_told(void **state) {
  (void)state;
  make_own_suite(10);
  certify("--out a");
  certify("--out b --since a");
  expect_text("out", "since a nothing has changed");
  make_own_suite(12);
  certify("--out c --since a");
  expect_text("out", "limits       T-001: 10 N [");
  expect_text("c/evidence.html", "Since the bundle ");
  assert_int_equal(run_taut("verify c"), 0);
  flip_byte("a/plan.json", 5);
  assert_int_equal(run_taut("certify suite --alone --out d --since a"), 6);
  expect_text("err", "plan.json: was changed");
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(an_approval_lifts_the_limit_it_names_and_no_other),
      IN_FOLDER(a_broken_file_of_approvals_is_refused_before_anything_runs),
      IN_FOLDER(no_text_from_outside_leaves_its_place_on_the_page),
      IN_FOLDER(what_is_not_there_is_a_row),
      IN_FOLDER(a_retouched_page_is_found_even_with_the_key),
      IN_FOLDER(a_score_that_its_mutants_do_not_have_is_found),
      IN_FOLDER(changes_since_an_earlier_bundle_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
