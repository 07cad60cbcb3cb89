#include "cli/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "report/bundle_judge.h"
#include "report/record.h"
#include "taut/engine.h"

static const taut_option options[] = {
    {"rerun", '\0', "all|sample", "run it again: all runs, or a sample (20, or --sample N)"},
    {"sample", '\0', "N", "how many runs to run again, drawn from the manifest's hash"},
    {"pubkey", '\0', "FILE", "the signer's public key (default: the keys you trust)"},
    {"with", '\0', "ROLE=TARGET", "where the library lies that was certified (repeatable)"},
    {"jobs", 'j', "N", "workers at the same time (default: number of cores)"},
    {"timeout", '\0', "SECONDS", "wall time one run may take (default: 120)"},
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

void taut_verify_ok(taut_verify *v, const char *what, const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  char *clean = taut_text_clean(text, strlen(text));
  json_t *line = json_object();
  json_object_set_new(line, "what", json_string(what));
  json_object_set_new(line, "text", json_string(clean));
  json_array_append_new(v->report, line);
  if (!taut_arguments_has(v->arguments, "json")) {
    printf("ok    %-12s %s\n", what, clean);
    fflush(stdout);
  }
  free(clean);
}

static int read_options(taut_verify *v) {
  char error[512];
  int64_t n = 20;
  const taut_arguments *a = v->arguments;
  const char *rerun = taut_arguments_value(a, "rerun");
  // "--rerun sample 20" reads as it is said; the parser sees one more word.
  size_t n_words = a->n_words;
  bool is_sample = rerun != NULL && strcmp(rerun, "sample") == 0;
  v->folder = n_words > 0 ? a->words[0] : NULL;
  if (is_sample && n_words == 2) {
    size_t i_number = a->words[0][strspn(a->words[0], "0123456789")] == '\0' ? 0 : 1;
    char *end = NULL;
    n = strtoll(a->words[i_number], &end, 10);
    if (end == a->words[i_number] || *end != '\0' || n < 1 || n > 1000000)
      return taut_usage(v->verb, "--rerun sample N: N is a number of runs, got '%s'",
                        a->words[i_number]);
    v->folder = a->words[1 - i_number];
    n_words = 1;
  }
  if (n_words != 1) return taut_usage(v->verb, "name one bundle");
  if (rerun != NULL && !is_sample && strcmp(rerun, "all") != 0)
    return taut_usage(v->verb, "--rerun is 'all' or 'sample', got '%s'", rerun);
  if (taut_arguments_integer(a, "sample", 1, 1000000, &n, error, sizeof error) != TAUT_OK)
    return taut_usage(v->verb, "%s", error);
  v->is_rerun = rerun != NULL || taut_arguments_has(a, "sample");
  v->n_sample = rerun != NULL && !is_sample ? SIZE_MAX : (size_t)n;
  struct stat info;
  if (stat(v->folder, &info) != 0 || !S_ISDIR(info.st_mode))
    return taut_usage(v->verb, "%s is no folder, so no bundle", v->folder);
  return TAUT_EXIT_OK;
}

/// Signature, hashes, and whether the documents agree with each other.
static bool look(taut_verify *v) {
  const char *pubkey = taut_arguments_value(v->arguments, "pubkey");
  if (!taut_bundle_verify(v->folder, pubkey, &v->check)) return false;
  taut_verify_ok(v, "signature", "key %s: %s", v->check.signer, v->check.comment);
  taut_verify_ok(v, "files", "%zu files, %.1f MB, none missing, changed or added", v->check.n_files,
                 (double)v->check.n_bytes * 1e-6);
  if (!taut_bundle_judge(v->folder, &v->check)) return false;
  if (taut_bundle_is_of_this_version(&v->check)) {
    taut_verify_ok(v, "documents", "manifest, results, registers, claims, gaps and page agree");
  } else {
    const char *version = json_string_value(json_object_get(v->check.manifest, "taut"));
    taut_verify_ok(v, "documents", "made by Taut %s, this is %s: not computed again",
                   version != NULL ? version : "?", TAUT_VERSION);
  }
  return taut_verify_traces(v);
}

static int finish(taut_verify *v, int status) {
  bool as_json = taut_arguments_has(v->arguments, "json");
  if (status == TAUT_EXIT_EVIDENCE && !as_json)
    fprintf(stderr, "taut verify: %s: evidence is not what it says\n  %s\n", v->folder,
            v->check.fault);
  if (as_json) {
    json_t *document = json_object();
    json_object_set_new(document, "ok", json_boolean(status == TAUT_EXIT_OK));
    json_object_set_new(
        document, "fault",
        v->check.fault[0] != '\0' ? taut_record_string(v->check.fault) : json_null());
    json_object_set(document, "looked_at", v->report);
    taut_print_json(document);
  } else if (status == TAUT_EXIT_OK && !v->is_rerun) {
    printf("nothing was run again; to do that: taut verify %s --rerun all\n", v->folder);
  }
  return status;
}

static int run_verify(const taut_verb *verb, const taut_arguments *arguments) {
  taut_verify v = {.verb = verb, .arguments = arguments, .report = json_array()};
  int status = read_options(&v);
  if (status == TAUT_EXIT_OK) {
    status = look(&v) ? TAUT_EXIT_OK : TAUT_EXIT_EVIDENCE;
    if (status == TAUT_EXIT_OK && v.is_rerun) status = taut_verify_rerun(&v);
    status = finish(&v, status);
  }
  taut_bundle_check_fini(&v.check);
  json_decref(v.report);
  return status;
}

const taut_verb taut_verb_verify = {
    .name = "verify",
    .summary = "check a bundle of evidence: signature, hashes, and by running it again",
    .usage = "taut verify BUNDLE [--rerun all|sample N] [options]",
    .examples =
        "  taut verify evidence                          signature, every hash, consistency\n"
        "  taut verify evidence --rerun all              and every run once more\n"
        "  taut verify evidence --rerun sample 50        or fifty of them\n"
        "  taut verify evidence --pubkey their.pub       with a key that the signer gave you\n"
        "  taut verify evidence --rerun all --with controller=my_law.so\n",
    .notes =
        "The public key never comes from the bundle: it is --pubkey, or one that you keep in\n"
        "~/.config/taut/trust/*.pub. Exit status: 0 all is as signed, 6 evidence is not what it\n"
        "says (the first difference is named), 2, 3, 4 as of the other verbs.\n",
    .options = options,
    .run = run_verify,
};
