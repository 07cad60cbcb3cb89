#include "report/bundle_judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/approvals.h"
#include "report/campaign.h"
#include "report/evidence.h"
#include "report/file.h"
#include "report/html_evidence.h"
#include "report/mutation.h"
#include "report/record.h"
#include "report/statistics.h"
#include "taut/engine.h"

enum { PAGE_MAX = 64 * 1024 * 1024 };

static bool fail(taut_bundle_check *check, const char *name, const char *why) {
  if (check->fault[0] == '\0')
    snprintf(check->fault, sizeof check->fault, "%.300s: %.600s", name, why);
  return false;
}

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static bool is_same(const json_t *a, const json_t *b) {
  char *left = taut_json_canonical(a), *right = taut_json_canonical(b);
  bool same = strcmp(left, right) == 0;
  free(left);
  free(right);
  return same;
}

/// Every run must be one, and its file one of the plan.
static bool judge_runs(const char *name, const json_t *runs, const json_t *plan,
                       taut_bundle_check *check) {
  const json_t *files = json_object_get(plan, "files");
  for (size_t i = 0; i < json_array_size(runs); i++) {
    const json_t *run = json_array_get(runs, i);
    taut_verdict verdict;
    char *why = NULL;
    if (taut_verdict_parse(text_at(run, "verdict"), &verdict) != TAUT_OK) {
      why = taut_text_format("run %zu has no verdict", i + 1);
    } else if (json_object_get(files, text_at(run, "file")) == NULL) {
      why = taut_text_format("run %zu is of a file that the plan does not have: %s", i + 1,
                             text_at(run, "file"));
    }
    if (why == NULL) continue;
    fail(check, name, why);
    free(why);
    return false;
  }
  return true;
}

/// One campaign: its counts in the manifest are those of its runs. They are
/// added to `all` by name.
static bool judge_campaign(const char *folder, const char *campaign, const json_t *counts,
                           const json_t *plan, json_t *all, taut_bundle_check *check) {
  char *name = taut_text_format("results/%s.json", campaign);
  json_t *document = taut_bundle_read(folder, name, check);
  const json_t *runs = json_object_get(document, "runs");
  bool is_fine = document != NULL;
  if (is_fine && (!json_is_array(runs) || strcmp(text_at(document, "campaign"), campaign) != 0))
    is_fine = fail(check, name, "has no runs, or those of another campaign");
  is_fine = is_fine && judge_runs(name, runs, plan, check);
  if (is_fine) {
    json_t *again = taut_evidence_count(runs);
    if (!is_same(again, counts))
      is_fine = fail(check, name, "its verdicts are not those that the manifest counts");
    json_decref(again);
  }
  if (is_fine) json_object_set(all, campaign, (json_t *)(uintptr_t)runs);
  json_decref(document);
  free(name);
  return is_fine;
}

/// The first entry of a register that its runs contradict.
static bool judge_list(const char *list, const json_t *stored, const json_t *again,
                       taut_bundle_check *check) {
  const json_t *a = json_object_get(stored, list), *b = json_object_get(again, list);
  for (size_t i = 0; i < json_array_size(a); i++) {
    char why[700];
    const json_t *entry = json_array_get(a, i);
    if (!taut_evidence_differs(json_array_get(b, i), entry, why, sizeof why)) continue;
    char *text = taut_text_format("%s is not what the runs say: %s", text_at(entry, "id"), why);
    fail(check, "registers.json", text);
    free(text);
    return false;
  }
  return true;
}

static bool judge_registers(const json_t *stored, const json_t *approvals, const json_t *runs,
                            taut_bundle_check *check) {
  json_t *again = taut_evidence_registers(json_object_get(stored, "requirements"),
                                          json_object_get(stored, "hazards"), runs);
  bool is_fine = again != NULL || fail(check, "results", "a run is not well formed");
  if (is_fine) {
    json_t *requirements = json_deep_copy(json_object_get(again, "requirements"));
    json_object_set_new(again, "requirements", requirements);
    json_decref(taut_approvals_apply(requirements, json_object_get(approvals, "approvals")));
  }
  is_fine = is_fine && judge_list("requirements", stored, again, check) &&
            judge_list("hazards", stored, again, check);
  json_decref(again);
  return is_fine;
}

/// A document that is made of others must be what they make.
static bool judge_made(const char *name, const json_t *stored, json_t *again,
                       taut_bundle_check *check) {
  again = taut_evidence_rounded(again);
  bool same = is_same(stored, again);
  json_decref(again);
  return same || fail(check, name, "is not what the documents it is made of say");
}

/// The bounds of every claim from its tallies, and the tallies from the number of runs.
static bool judge_claims(const json_t *claims, const json_t *runs, taut_bundle_check *check) {
  static const char *const keys[] = {"upper", "upper_all", "lower"};
  double confidence = json_number_value(json_object_get(claims, "confidence"));
  double each = json_number_value(json_object_get(claims, "confidence_each"));
  size_t i, n_runs = json_array_size(json_object_get(runs, "demands"));
  json_t *row;
  if (claims == NULL) return true;
  json_array_foreach(json_object_get(claims, "claims"), i, row) {
    uint64_t n = (uint64_t)json_integer_value(json_object_get(row, "n"));
    uint64_t k = (uint64_t)json_integer_value(json_object_get(row, "failures"));
    bool is_watched = strcmp(text_at(row, "trial"), "run") == 0;
    if (is_watched && n != n_runs)
      return fail(check, "claims.json", "counts another number of runs than there are results");
    if (json_object_get(row, "no_claim") != NULL) continue;
    const double bounds[] = {taut_share_upper(k, n, confidence), taut_share_upper(k, n, each),
                             taut_share_lower(k, n, confidence)};
    for (size_t b = 0; b < 3; b++) {
      double stored = json_number_value(json_object_get(row, keys[b]));
      if (fabs(stored - bounds[b]) <= 1e-9 * fabs(bounds[b])) continue;
      char *why = taut_text_format("%s: '%s' is not the bound of %llu failures in %llu",
                                   text_at(row, "requirement"), keys[b], (unsigned long long)k,
                                   (unsigned long long)n);
      fail(check, "claims.json", why);
      free(why);
      return false;
    }
  }
  return true;
}

/// Scores and tables of the mutation campaign from the fate of each mutant. Explanations stand in
/// the survivors alone, and change no number.
static bool judge_mutation(const taut_campaign_documents *d, taut_bundle_check *check) {
  static const char *const made[] = {"scores",  "classes",     "by_requirement",
                                     "by_port", "by_operator", "tolerance"};
  if (d->mutation == NULL) return true;
  json_t *again = json_object();
  json_object_set(again, "mutants", json_object_get(d->mutation, "mutants"));
  taut_mutation_summarise(again, json_object_get(d->registers, "requirements"));
  again = taut_evidence_rounded(again);
  const char *other = NULL;
  for (size_t i = 0; i < sizeof made / sizeof made[0] && other == NULL; i++) {
    bool same = is_same(json_object_get(d->mutation, made[i]), json_object_get(again, made[i]));
    if (!same) other = made[i];
  }
  json_decref(again);
  if (other == NULL) return true;
  char *why = taut_text_format("'%s' is not what its mutants say", other);
  fail(check, "mutation.json", why);
  free(why);
  return false;
}

/// The page is a function of the documents: nobody can have retouched it.
static bool judge_page(const char *folder, const taut_campaign_documents *documents,
                       taut_bundle_check *check) {
  char *path = taut_text_format("%s/evidence.html", folder), *text = NULL;
  size_t size = 0;
  taut_buffer page = {0};
  json_t *gaps = taut_campaign_gaps(documents);
  bool is_fine = taut_file_read(path, PAGE_MAX, &text, &size) == TAUT_OK;
  taut_html_evidence(documents, gaps, &page);
  is_fine = is_fine && size == page.size && memcmp(text, page.data, size) == 0;
  taut_buffer_fini(&page);
  json_decref(gaps);
  free(text);
  free(path);
  return is_fine || fail(check, "evidence.html", "is not the page that the documents make");
}

/// Everything beside the results, by name.
static json_t *read_documents(const char *folder, taut_bundle_check *check) {
  const char *name;
  json_t *entry, *documents = json_object();
  json_object_foreach(json_object_get(check->manifest, "files"), name, entry) {
    size_t n = strlen(name);
    bool is_document = strchr(name, '/') == NULL && n > 5 && strcmp(name + n - 5, ".json") == 0;
    if (!is_document || check->fault[0] != '\0') continue;
    json_t *document = taut_bundle_read(folder, name, check);
    if (document != NULL) json_object_set_new(documents, name, document);
  }
  return documents;
}

/// Documents that every bundle has.
static bool has_all(const json_t *documents, taut_bundle_check *check) {
  static const char *const needed[] = {"plan.json",       "registers.json", "approvals.json",
                                       "faults.json",     "gaps.json",      "deviations.json",
                                       "parameters.json", "versions.json",  NULL};
  for (size_t i = 0; needed[i] != NULL && check->fault[0] == '\0'; i++) {
    if (json_object_get(documents, needed[i]) == NULL)
      fail(check, needed[i], "is not in the manifest, and every bundle has it");
  }
  return check->fault[0] == '\0';
}

bool taut_bundle_is_of_this_version(const taut_bundle_check *check) {
  return strcmp(text_at(check->manifest, "taut"), TAUT_VERSION) == 0;
}

static bool judge_documents(const char *folder, const json_t *documents, const json_t *runs,
                            taut_bundle_check *check) {
  const taut_campaign_documents d = taut_campaign_documents_of(documents, check->manifest);
  // Another version may word a document or lay out a page differently.
  if (!taut_bundle_is_of_this_version(check)) return true;
  if (!judge_registers(d.registers, d.approvals, runs, check)) return false;
  if (!judge_claims(d.claims, runs, check) || !judge_mutation(&d, check)) return false;
  json_t *hazards = taut_campaign_hazards(json_object_get(d.registers, "hazards"),
                                          json_object_get(runs, "faults"));
  return judge_made("faults.json", json_object_get(d.faults, "hazards"), hazards, check) &&
         judge_made("deviations.json", d.deviations, taut_campaign_deviations(runs), check) &&
         judge_made("gaps.json", json_object_get(documents, "gaps.json"), taut_campaign_gaps(&d),
                    check) &&
         judge_page(folder, &d, check);
}

bool taut_bundle_judge(const char *folder, taut_bundle_check *check) {
  json_t *documents = read_documents(folder, check);
  json_t *runs = json_object(), *count, *file;
  const json_t *plan = json_object_get(documents, "plan.json");
  const json_t *files = json_object_get(plan, "files");
  json_t *counts = json_object_get(check->manifest, "counts");
  const char *name;
  bool is_fine = has_all(documents, check);
  if (is_fine && (!json_is_object(counts) || !json_is_object(files)))
    is_fine = fail(check, "plan.json", "has no files, or the manifest no counts");
  if (is_fine) {
    json_object_foreach((json_t *)(uintptr_t)files, name, file) {
      if (json_object_get(json_object_get(check->manifest, "files"), json_string_value(file)) !=
          NULL)
        continue;
      is_fine = fail(check, "plan.json", "names a scenario file that is not in the bundle");
      break;
    }
  }
  if (is_fine) {
    json_object_foreach(counts, name, count) {
      is_fine = judge_campaign(folder, name, count, plan, runs, check);
      if (!is_fine) break;
    }
  }
  is_fine = is_fine && judge_documents(folder, documents, runs, check);
  json_decref(runs);
  json_decref(documents);
  return is_fine;
}
