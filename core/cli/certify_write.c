/// The bundle of a certification, from its documents to its place.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/certify.h"
#include "report/evidence.h"
#include "report/file.h"
#include "report/html_evidence.h"
#include "report/record.h"
#include "report/since.h"

static json_t *runs_of(const taut_campaign *campaign) {
  json_t *runs = json_array();
  for (size_t i = 0; i < campaign->n_items; i++) {
    if (campaign->runs[i] != NULL) json_array_append(runs, campaign->runs[i]);
  }
  return runs;
}

json_t *taut_certify_results(const taut_certify *c) {
  json_t *all = json_object();
  for (size_t i = 0; i < c->n_campaigns; i++)
    json_object_set_new(all, c->campaigns[i].name,
                        taut_evidence_rounded(runs_of(&c->campaigns[i])));
  return all;
}

/// Puts the results of all campaigns into the bundle, and their counts where the manifest wants
/// them.
static void put_results(const json_t *all, json_t *counts, taut_bundle *bundle) {
  const char *campaign;
  json_t *runs;
  json_object_foreach((json_t *)(uintptr_t)all, campaign, runs) {
    json_t *document = json_object();
    json_object_set_new(counts, campaign, taut_evidence_count(runs));
    json_object_set_new(document, "campaign", json_string(campaign));
    json_object_set(document, "runs", runs);
    char *name = taut_text_format("results/%s.json", campaign);
    taut_bundle_put_json(bundle, name, document);
    free(name);
  }
}

/// What has changed since an earlier bundle, told and kept.
static void put_since(taut_certify *c, const json_t *runs, const json_t *head, json_t *documents) {
  static const char *const kinds[] = {"controller", "requirements", "limits", "results", NULL};
  json_t *since = taut_since(c->since, &c->since_check, documents, runs, head), *row;
  if (since == NULL) {
    fprintf(stderr, "taut certify: --since %s: %s\n", c->since, c->since_check.fault);
    return;
  }
  size_t i, n = 0;
  for (size_t k = 0; kinds[k] != NULL; k++) {
    json_array_foreach(json_object_get(since, kinds[k]), i, row) {
      if (n++ == 0) printf("since %s\n", c->since);
      printf("  %-12s %s: %s, now %s\n", kinds[k], json_string_value(json_object_get(row, "what")),
             json_string_value(json_object_get(row, "before")),
             json_string_value(json_object_get(row, "now")));
    }
  }
  if (n == 0) printf("since %s nothing has changed\n", c->since);
  json_object_set_new(documents, "since.json", since);
}

/// The documents, and what is made of them as they will be read.
static void put_documents(taut_certify *c, const json_t *runs, const json_t *head,
                          taut_bundle *bundle) {
  json_t *documents = taut_evidence_rounded(taut_certify_documents(c, runs)), *document;
  if (c->since != NULL) put_since(c, runs, head, documents);
  const char *name;
  taut_buffer page = {0};
  json_object_foreach(documents, name, document) {
    taut_bundle_put_json(bundle, name, json_incref(document));
  }
  const taut_campaign_documents all = taut_campaign_documents_of(documents, head);
  json_t *gaps = taut_campaign_gaps(&all);
  taut_html_evidence(&all, gaps, &page);
  taut_bundle_put(bundle, "evidence.html", page.data, page.size);
  taut_bundle_put_json(bundle, "gaps.json", gaps);
  taut_buffer_fini(&page);
  json_decref(documents);
}

char *taut_certify_attachment(const char *option, const char *path) {
  const char *slash = strrchr(path, '/');
  return taut_text_format("attachments/%s/%s", option, slash != NULL ? slash + 1 : path);
}

static void put_attachments(const taut_certify *c, taut_bundle *bundle) {
  static const char *const kinds[] = {"calibration", "coverage", NULL};
  for (size_t i = 0; kinds[i] != NULL; i++) {
    const char **paths = taut_arguments_values(c->arguments, kinds[i]);
    for (size_t k = 0; paths[k] != NULL; k++) {
      char *name = taut_certify_attachment(kinds[i], paths[k]);
      taut_bundle_copy(bundle, name, paths[k]);
      free(name);
    }
    free(paths);
  }
}

static json_t *head_of(const taut_certify *c, json_t *counts) {
  json_t *head = json_object();
  json_object_set_new(head, "taut", json_string(TAUT_VERSION));
  json_object_set_new(head, "profile", json_string(c->is_full ? "full" : "quick"));
  json_object_set_new(head, "controller", taut_certify_controller(c));
  json_object_set(head, "counts", counts);
  if (c->why_no_mutation != NULL)
    json_object_set_new(head, "not_run",
                        json_pack("{s:o}", "mutation", taut_record_string(c->why_no_mutation)));
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
    json_t *counts = json_object(), *runs = taut_certify_results(c);
    put_results(runs, counts, &bundle);
    json_t *head = head_of(c, counts);
    put_documents(c, runs, head, &bundle);
    put_attachments(c, &bundle);
    taut_certify_put_traces(c, &bundle);
    taut_inputs_put(&c->inputs, &bundle);
    if (taut_bundle_seal(&bundle, head, &c->key, c->comment) == TAUT_OK)
      status = move_into_place(c, folder);
    json_decref(head);
    json_decref(runs);
    json_decref(counts);
  }
  if (bundle.error[0] != '\0') fprintf(stderr, "taut certify: %s\n", bundle.error);
  taut_bundle_fini(&bundle);
  free(folder);
  return status;
}
