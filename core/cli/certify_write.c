/// The documents of a bundle.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/certify.h"
#include "report/evidence.h"
#include "report/file.h"
#include "taut/engine.h"

// ------------------------------------------------------------------------------------------
// results

/// Files are shown as they are on every machine.
static void show_file(const taut_certify *c, json_t *entry) {
  const char *file = json_string_value(json_object_get(entry, "file"));
  if (file == NULL) return;
  char *shown = taut_inputs_shown(&c->inputs, file);
  json_object_set_new(entry, "file", taut_record_string(shown));
  free(shown);
}

static json_t *runs_of(const taut_certify *c, const taut_campaign *campaign) {
  json_t *runs = json_array();
  for (size_t i = 0; i < campaign->execution.n_records; i++) {
    const taut_record *record = &campaign->execution.records[i];
    json_t *run =
        campaign->is_brief ? taut_evidence_brief(record, NULL) : taut_evidence_run(record, NULL);
    show_file(c, run);
    json_array_append_new(runs, run);
  }
  return runs;
}

/// The results of all campaigns; their counts, for the manifest. The runs that are kept whole are
/// added to `campaigns`.
static json_t *put_results(const taut_certify *c, json_t *campaigns, taut_bundle *bundle) {
  json_t *counts = json_object();
  for (size_t i = 0; i < c->n_campaigns; i++) {
    const taut_campaign *campaign = &c->campaigns[i];
    json_t *runs = taut_evidence_rounded(runs_of(c, campaign)), *document = json_object();
    json_object_set_new(counts, campaign->name, taut_evidence_count(runs));
    json_object_set_new(document, "brief", json_boolean(campaign->is_brief));
    json_object_set_new(document, "campaign", json_string(campaign->name));
    json_object_set(document, "runs", runs);
    char *name = taut_text_format("results/%s.json", campaign->name);
    taut_bundle_put_json(bundle, name, document);
    free(name);
    if (!campaign->is_brief) json_array_append(campaigns, runs);
    json_decref(runs);
  }
  return counts;
}

// ----------------------------------------------------------------------------------------
// registers

static json_t *registers_of(const taut_certify *c, const json_t *campaigns) {
  size_t i;
  json_t *entry;
  json_t *document =
      taut_evidence_registers(c->p.collection.requirements, c->p.collection.hazards, campaigns);
  json_array_foreach(json_object_get(document, "requirements"), i, entry) show_file(c, entry);
  json_array_foreach(json_object_get(document, "hazards"), i, entry) show_file(c, entry);
  return document;
}

// -------------------------------------------------------------------------------------------- plan

static json_t *words_of(const char *const *words) {
  json_t *list = json_array();
  for (; words != NULL && *words != NULL; words++)
    json_array_append_new(list, taut_record_string(*words));
  return list;
}

/// ROLE=TARGET without the folder of a library: where it lies says nothing.
static json_t *with_of(const taut_certify *c) {
  json_t *list = json_array();
  for (const char *const *with = c->p.with_given; *with != NULL; with++) {
    const char *equals = strchr(*with, '='), *slash = strrchr(*with, '/');
    char *text = equals != NULL && slash != NULL && strstr(*with, "://") == NULL
                     ? taut_text_format("%.*s=%s", (int)(equals - *with), *with, slash + 1)
                     : taut_text_copy(*with);
    json_array_append_new(list, taut_record_string(text));
    free(text);
  }
  return list;
}

/// Where each scenario file of the results stands in the bundle.
static json_t *files_of(const taut_certify *c) {
  json_t *files = json_object();
  for (size_t i = 0; i < c->p.collection.n_items; i++) {
    char *shown = taut_inputs_shown(&c->inputs, c->p.collection.items[i].file);
    char *name = taut_inputs_name(&c->inputs, shown);
    json_object_set_new(files, shown, json_string(name));
    free(name);
    free(shown);
  }
  return files;
}

static json_t *plan_of(const taut_certify *c) {
  json_t *plan = json_object();
  json_object_set_new(plan, "seed", json_integer((json_int_t)c->seed));
  json_object_set_new(plan, "profile", json_string(c->is_full ? "full" : "quick"));
  json_object_set_new(plan, "suite", words_of((const char *const *)c->suite));
  json_object_set_new(plan, "with", with_of(c));
  json_object_set_new(plan, "files", files_of(c));
  return plan;
}

static json_t *versions_of(const taut_certify *c) {
  json_t *versions = json_object();
  char *abi = taut_text_format("%u.%u", TAUT_ABI_MAJOR, TAUT_ABI_MINOR);
  json_object_set_new(versions, "taut", json_string(TAUT_VERSION));
  json_object_set_new(versions, "plugin_abi", json_string(abi));
  json_object_set_new(versions, "compiler", taut_record_string(taut_results_compiler()));
  json_object_set(versions, "libraries", c->inputs.libraries);
  free(abi);
  return versions;
}

// -------------------------------------------------------------------------------------------
// bundle

static json_t *head_of(const taut_certify *c, json_t *counts) {
  json_t *head = json_object();
  json_object_set_new(head, "taut", json_string(TAUT_VERSION));
  json_object_set_new(head, "profile", json_string(c->is_full ? "full" : "quick"));
  json_object_set_new(head, "controller", taut_certify_controller(c));
  json_object_set_new(head, "counts", counts);
  return head;
}

/// A bundle has its name when it is whole.
static int move_into_place(const taut_certify *c, const char *folder) {
  if (rename(folder, c->out) != 0) {
    fprintf(stderr, "taut certify: %s cannot become %s: %s\n", folder, c->out, strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  return TAUT_EXIT_OK;
}

int taut_certify_write(taut_certify *c) {
  taut_bundle bundle;
  char *folder = taut_text_format("%s/bundle", c->work);
  taut_file_remove_tree(folder);
  int status = TAUT_EXIT_OWN_FAULT;
  if (taut_bundle_begin(&bundle, folder) == TAUT_OK) {
    json_t *campaigns = json_array(), *counts = put_results(c, campaigns, &bundle);
    taut_bundle_put_json(&bundle, "registers.json", registers_of(c, campaigns));
    json_decref(campaigns);
    taut_bundle_put_json(&bundle, "plan.json", plan_of(c));
    taut_bundle_put_json(&bundle, "versions.json", versions_of(c));
    taut_inputs_put(&c->inputs, &bundle);
    json_t *head = head_of(c, counts);
    if (taut_bundle_seal(&bundle, head, &c->key, c->comment) == TAUT_OK)
      status = move_into_place(c, folder);
    json_decref(head);
  }
  if (bundle.error[0] != '\0') fprintf(stderr, "taut certify: %s\n", bundle.error);
  taut_bundle_fini(&bundle);
  free(folder);
  return status;
}
