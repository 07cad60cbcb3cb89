/// What the results of a certification say, document by document.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/certify.h"
#include "report/approvals.h"
#include "report/campaign.h"
#include "report/evidence.h"
#include "report/file.h"
#include "report/record.h"
#include "scenario/parameters.h"
#include "taut/engine.h"

enum { APPROVALS_MAX = 1 << 20 };

int taut_certify_read(taut_certify *c) {
  char error[1024], *text = NULL;
  const char *path = taut_arguments_value(c->arguments, "approvals");
  c->approvals = NULL;
  if (path == NULL) {
    c->approvals = json_array();
    return TAUT_EXIT_OK;
  }
  taut_status status = taut_file_read(path, APPROVALS_MAX, &text, NULL);
  if (status != TAUT_OK)
    return taut_usage(c->verb, "--approvals %s: %s", path,
                      status == TAUT_EFULL ? "larger than 1 MiB" : strerror(errno));
  status = taut_approvals_read(text, path, &c->approvals, error, sizeof error);
  free(text);
  return status == TAUT_OK ? TAUT_EXIT_OK : taut_usage(c->verb, "%s", error);
}

// ----------------------------------------------------------------------------------------
// registers

static void show_files(const taut_certify *c, json_t *entries) {
  size_t i;
  json_t *entry;
  json_array_foreach(entries, i, entry) {
    const char *file = json_string_value(json_object_get(entry, "file"));
    char *shown = taut_inputs_shown(&c->inputs, file != NULL ? file : "");
    json_object_set_new(entry, "file", taut_record_string(shown));
    free(shown);
  }
}

json_t *taut_certify_registers(const taut_certify *c, const json_t *runs, json_t **without_effect) {
  json_t *document =
      taut_evidence_registers(c->p.collection.requirements, c->p.collection.hazards, runs);
  json_t *requirements = json_object_get(document, "requirements");
  show_files(c, requirements);
  show_files(c, json_object_get(document, "hazards"));
  json_t *void_ones = taut_approvals_apply(requirements, c->approvals);
  if (without_effect != NULL) *without_effect = json_incref(void_ones);
  json_decref(void_ones);
  return document;
}

// ---------------------------------------------------------------------------------------
// parameters

static void take_parameter(void *user, const taut_parameter *parameter) {
  json_t *list = user, *entry = json_object();
  char *name = taut_text_format("%s.%s", parameter->group, parameter->name);
  json_object_set_new(entry, "name", taut_record_string(name));
  json_object_set_new(entry, "value", taut_record_string(parameter->value));
  json_object_set_new(entry, "status", taut_record_string(parameter->status));
  json_object_set_new(entry, "source", taut_record_string(parameter->source));
  json_array_append_new(list, entry);
  free(name);
}

/// The numbers of every set that a run has read, with source and status.
static json_t *parameters_of(const taut_certify *c) {
  static const char models[] = TAUT_INPUTS_SHIPPED "/models/";
  char message[1200];
  const char *name;
  json_t *path, *sets = json_object();
  json_object_foreach(c->inputs.files, name, path) {
    if (strncmp(name, models, strlen(models)) != 0) continue;
    json_t *list = json_array();
    // It was read before, by the runs: what it says is well formed.
    taut_parameters_read(json_string_value(path), c->p.places.data, take_parameter, list, message,
                         sizeof message);
    const char *shown = name + strlen(TAUT_INPUTS_SHIPPED "/");
    if (json_array_size(list) > 0) json_object_set(sets, shown, list);
    json_decref(list);
  }
  json_t *document = json_object();
  json_object_set_new(document, "sets", sets);
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

/// Names in the bundle of what was attached under this option.
static json_t *attachments_of(const taut_certify *c, const char *option) {
  const char **paths = taut_arguments_values(c->arguments, option);
  json_t *names = json_array();
  for (size_t i = 0; paths[i] != NULL; i++) {
    char *name = taut_certify_attachment(option, paths[i]);
    json_array_append_new(names, taut_record_string(name));
    free(name);
  }
  free(paths);
  return names;
}

static json_t *plan_of(const taut_certify *c) {
  json_t *plan = json_object();
  json_object_set_new(plan, "seed", json_integer((json_int_t)c->seed));
  json_object_set_new(plan, "profile", json_string(c->is_full ? "full" : "quick"));
  json_object_set_new(plan, "runs_per_demand", json_integer((json_int_t)c->n_demands));
  json_object_set_new(plan, "suite", words_of((const char *const *)c->suite));
  json_object_set_new(plan, "with", with_of(c));
  json_object_set_new(plan, "files", files_of(c));
  json_object_set_new(plan, "calibration", attachments_of(c, "calibration"));
  json_object_set_new(plan, "coverage", attachments_of(c, "coverage"));
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

// ----------------------------------------------------------------------------------------
// documents

json_t *taut_certify_documents(const taut_certify *c, const json_t *runs) {
  json_t *documents = json_object(), *void_approvals = NULL;
  json_t *registers = taut_certify_registers(c, runs, &void_approvals);
  json_t *approvals = json_object();
  json_object_set(approvals, "approvals", c->approvals);
  json_object_set_new(approvals, "without_effect", void_approvals);
  const json_t *hazards = json_object_get(registers, "hazards");
  json_t *faults = json_object();
  json_object_set_new(faults, "hazards",
                      taut_campaign_hazards(hazards, json_object_get(runs, "faults")));
  json_object_set_new(documents, "registers.json", registers);
  json_object_set_new(documents, "approvals.json", approvals);
  json_object_set_new(documents, "faults.json", faults);
  if (c->claims != NULL) json_object_set_new(documents, "claims.json", taut_claims_json(c->claims));
  if (c->mutation != NULL) json_object_set(documents, "mutation.json", c->mutation);
  if (c->selftest != NULL) json_object_set(documents, "selftest.json", c->selftest);
  json_object_set_new(documents, "deviations.json", taut_campaign_deviations(runs));
  json_object_set_new(documents, "parameters.json", parameters_of(c));
  if (c->traces != NULL) json_object_set(documents, "traces.json", c->traces);
  json_object_set_new(documents, "plan.json", plan_of(c));
  json_object_set_new(documents, "versions.json", versions_of(c));
  return documents;
}
