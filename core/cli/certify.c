/// `taut certify`: evidence that a stranger can check and run again.
#include "cli/certify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/selftest.h"
#include "report/file.h"
#include "report/record.h"

enum { TIMEOUT_S = 120 };

static const taut_option options[] = {
    {"out", '\0', "BUNDLE", "the folder to make; it must not be there yet"},
    {"profile", '\0', "quick|full", "how much is run (default: quick)"},
    {"with", '\0', "ROLE=TARGET", "certify this: controller=my_law.so (repeatable)"},
    {"key", '\0', "FILE", "secret key to sign with (default: your own, made when there is none)"},
    {"approvals", '\0', "FILE", "who stands for which limit: approvals.json"},
    {"calibration", '\0', "FILE", "a calibration certificate to attach (repeatable)"},
    {"coverage", '\0', "FILE", "a coverage report of the controller to attach (repeatable)"},
    {"since", '\0', "BUNDLE", "an earlier bundle: what has changed since?"},
    {"reviewer", '\0', "NAME", "who reviewed it, for the signed comment"},
    {"approver", '\0', "NAME", "who approved it, for the signed comment"},
    {"demands", '\0', "N", "runs of each demand instead of the profile's 299 or 2995"},
    {"alone", '\0', NULL, "only the folders named: no faults, demands, mutants, self-check"},
    {"no-traces", '\0', NULL, "keep no traces, only their hashes"},
    {"seed", '\0', "N", "seed of every random number (default: 1)"},
    {"jobs", 'j', "N", "workers at the same time (default: number of cores)"},
    {"timeout", '\0', "SECONDS", "wall time one run may take (default: 120)"},
    {NULL, '\0', NULL, NULL},
};

/// A name goes into a line whose fields are separated by tabs.
static bool is_name(const char *text) {
  if (strlen(text) > 200) return false;
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if (*c < ' ' || *c == 127) return false;
  }
  char *clean = taut_text_clean(text, strlen(text));
  bool is_same = strcmp(clean, text) == 0;
  free(clean);
  return is_same;
}

/// The only place of a bundle that has date and names.
static int make_comment(taut_certify *c) {
  static const char *const who[] = {"reviewer", "approver", NULL};
  char date[32] = "";
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc) != NULL) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  taut_buffer text = {0};
  taut_buffer_printf(&text, "taut evidence\tdate:%s", date);
  for (size_t i = 0; who[i] != NULL; i++) {
    const char *name = taut_arguments_value(c->arguments, who[i]);
    if (name != NULL && !is_name(name)) {
      taut_buffer_fini(&text);
      return taut_usage(c->verb, "--%s is a name on one line, at most 200 bytes", who[i]);
    }
    taut_buffer_printf(&text, "\t%s:%s", who[i], name != NULL ? name : "nobody");
  }
  c->comment = text.data;
  return TAUT_EXIT_OK;
}

static int read_key(taut_certify *c) {
  char error[1024];
  const char *path = taut_arguments_value(c->arguments, "key");
  if (taut_trust_signer(path, &c->key, &c->is_key_made, error, sizeof error) != TAUT_OK)
    return taut_usage(c->verb, "%s%s", path != NULL ? "--key " : "", error);
  return TAUT_EXIT_OK;
}

/// What is compared with must be what it was, or the comparison says nothing.
static int read_since(taut_certify *c) {
  c->since = taut_arguments_value(c->arguments, "since");
  if (c->since == NULL || taut_bundle_verify(c->since, NULL, &c->since_check)) return TAUT_EXIT_OK;
  fprintf(stderr, "taut certify: --since %s: %s\n", c->since, c->since_check.fault);
  return TAUT_EXIT_EVIDENCE;
}

static int read_options(taut_certify *c) {
  char error[512];
  int64_t seed = 1, demands = 0;
  const taut_arguments *a = c->arguments;
  const char *profile = taut_arguments_value(a, "profile");
  struct stat info;
  c->out = taut_arguments_value(a, "out");
  if (a->n_words == 0) return taut_usage(c->verb, "name a suite: taut certify scenarios/safety");
  if (c->out == NULL || c->out[0] == '\0') return taut_usage(c->verb, "--out BUNDLE is missing");
  if (lstat(c->out, &info) == 0) {
    return taut_usage(c->verb, "%s is there already: name another folder, or remove it", c->out);
  }
  if (profile != NULL && strcmp(profile, "quick") != 0 && strcmp(profile, "full") != 0)
    return taut_usage(c->verb, "--profile is 'quick' or 'full', got '%s'", profile);
  if (taut_arguments_integer(a, "seed", 0, INT64_MAX / 2, &seed, error, sizeof error) != TAUT_OK)
    return taut_usage(c->verb, "%s", error);
  c->n_demands = profile != NULL && strcmp(profile, "full") == 0 ? 2995 : 299;
  if (taut_arguments_integer(a, "demands", 1, 100000, &demands, error, sizeof error) != TAUT_OK)
    return taut_usage(c->verb, "%s", error);
  if (demands > 0) c->n_demands = (uint64_t)demands;
  c->is_full = profile != NULL && strcmp(profile, "full") == 0;
  c->seed = (uint64_t)seed;
  int status = make_comment(c);
  if (status == TAUT_EXIT_OK) status = taut_certify_read(c);
  if (status == TAUT_EXIT_OK) status = read_since(c);
  return status == TAUT_EXIT_OK ? read_key(c) : status;
}

static int prepare(taut_certify *c) {
  taut_places places;
  taut_places_find(&places);
  c->suite = taut_certify_suite(&places, c->arguments);
  taut_places_fini(&places);
  c->wish = (taut_wish){.words = (const char *const *)c->suite, .timeout_s = TIMEOUT_S};
  int status = taut_prepare_wish(c->verb, c->arguments, &c->wish, &c->p);
  if (status != TAUT_EXIT_OK) return status;
  const taut_collection *all = &c->p.collection;
  for (size_t i = 0; i < all->n_errors; i++) fprintf(stderr, "error: %s\n", all->errors[i].reason);
  if (all->n_errors > 0) return TAUT_EXIT_USAGE;
  if (all->n_items == 0) {
    fprintf(stderr, "taut certify: %s: nothing ran\n", c->p.why_empty);
    return TAUT_EXIT_NOTHING_RAN;
  }
  c->work = taut_text_format("%s.work", c->out);
  if (taut_file_make_folder(c->work) == TAUT_OK) return TAUT_EXIT_OK;
  return taut_usage(c->verb, "%s cannot be made: %s", c->work, strerror(errno));
}

/// Evidence of a failure is evidence too: the bundle is made, and the status says so.
static int verdict_of(const taut_certify *c) {
  for (size_t i = 0; i < c->n_campaigns; i++) {
    const taut_campaign *campaign = &c->campaigns[i];
    if (campaign->tally.count[TAUT_PASS] < campaign->n_items) return TAUT_EXIT_NOT_PASSED;
  }
  if (c->selftest != NULL && !taut_selftest_is_ok(c->selftest)) return TAUT_EXIT_NOT_PASSED;
  return TAUT_EXIT_OK;
}

static void print_end(const taut_certify *c) {
  char id[TAUT_SIGNER_ID];
  taut_public_key_id(c->key.public_key.id, id);
  printf("%s is signed with key %s%s\n", c->out, id,
         c->is_key_made ? ", which was made for you and is trusted here from now on" : "");
  printf("check it: taut verify %s --rerun sample 20\n", c->out);
}

static int keep_traces(taut_certify *c) {
  json_t *runs = taut_certify_results(c), *registers = taut_certify_registers(c, runs, NULL);
  int status = taut_certify_traces(c, registers);
  json_decref(registers);
  json_decref(runs);
  return status;
}

static void fini(taut_certify *c) {
  taut_certify_runs_fini(c);
  taut_ledger_close(c->ledger);
  taut_inputs_fini(&c->inputs);
  taut_preparation_fini(&c->p);
  taut_cli_with_free(c->suite);
  taut_secret_key_fini(&c->key);
  json_decref(c->approvals);
  json_decref(c->selftest);
  json_decref(c->traces);
  taut_bundle_check_fini(&c->since_check);
  json_decref(c->mutation);
  free(c->why_no_mutation);
  free(c->comment);
  free(c->work);
}

static int run_certify(const taut_verb *verb, const taut_arguments *arguments) {
  taut_certify c = {.verb = verb, .arguments = arguments};
  c.p.zygote.socket = c.p.against_zygote.socket = -1;
  clock_gettime(CLOCK_MONOTONIC, &c.start);
  int status = read_options(&c);
  if (status == TAUT_EXIT_OK) status = prepare(&c);
  if (status == TAUT_EXIT_OK) status = taut_certify_run(&c);
  if (status == TAUT_EXIT_OK) status = taut_certify_mutation(&c);
  if (status == TAUT_EXIT_OK) status = taut_certify_selftest(&c);
  if (status == TAUT_EXIT_OK) status = keep_traces(&c);
  if (status == TAUT_EXIT_OK) status = taut_certify_write(&c);
  if (status == TAUT_EXIT_OK) {
    taut_file_remove_tree(c.work);
    print_end(&c);
    status = verdict_of(&c);
  }
  if (status == TAUT_EXIT_INTERRUPTED)
    fprintf(stderr, "interrupted; the same command goes on from here (%s)\n", c.work);
  fini(&c);
  return status;
}

const taut_verb taut_verb_certify = {
    .name = "certify",
    .summary = "make signed evidence of a controller that anyone can check and run again",
    .usage = "taut certify SUITE... --out BUNDLE [options]",
    .examples =
        "  taut certify scenarios/safety --out evidence                        the reference\n"
        "  taut certify scenarios/safety --out mine --with controller=my_law.so\n"
        "  taut certify scenarios/safety --out mine --reviewer 'A. Reviewer' --approver 'B. Head'\n"
        "  taut verify mine --rerun all                                        by anybody else\n",
    .notes =
        "The folders faults, demands and corners beside a suite belong to it. What is finished is\n"
        "kept in BUNDLE.work: after Ctrl-C, a crash or a power cut the same command goes on "
        "there.\n"
        "Exit status: 0 every run passed, 1 some did not (the bundle says which), 2 interrupted,\n"
        "3 Taut itself failed, 4 usage or a file that cannot be loaded, 5 nothing ran.\n",
    .options = options,
    .run = run_certify,
};
