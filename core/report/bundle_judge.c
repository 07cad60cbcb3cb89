#include "report/bundle_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/evidence.h"
#include "report/record.h"

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

/// One campaign: its counts in the manifest are those of its runs. Runs that are kept whole are
/// added to `campaigns`.
static bool judge_campaign(const char *folder, const char *campaign, const json_t *counts,
                           const json_t *plan, json_t *campaigns, taut_bundle_check *check) {
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
  if (is_fine && !json_is_true(json_object_get(document, "brief")))
    json_array_append(campaigns, (json_t *)runs);
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

static bool judge_registers(const char *folder, const json_t *campaigns, taut_bundle_check *check) {
  json_t *stored = taut_bundle_read(folder, "registers.json", check);
  if (stored == NULL) return false;
  json_t *again = taut_evidence_registers(json_object_get(stored, "requirements"),
                                          json_object_get(stored, "hazards"), campaigns);
  bool is_fine = again != NULL || fail(check, "results", "a run is not well formed");
  is_fine = is_fine && judge_list("requirements", stored, again, check) &&
            judge_list("hazards", stored, again, check);
  json_decref(again);
  json_decref(stored);
  return is_fine;
}

bool taut_bundle_judge(const char *folder, taut_bundle_check *check) {
  json_t *plan = taut_bundle_read(folder, "plan.json", check), *campaigns = json_array();
  const json_t *files = json_object_get(plan, "files");
  json_t *counts = json_object_get(check->manifest, "counts"), *count, *file;
  const char *name;
  bool is_fine = plan != NULL;
  if (is_fine && (!json_is_object(counts) || !json_is_object(files)))
    is_fine = fail(check, "plan.json", "has no files, or the manifest no counts");
  if (is_fine) {
    json_object_foreach((json_t *)files, name, file) {
      if (json_object_get(json_object_get(check->manifest, "files"), json_string_value(file)) !=
          NULL)
        continue;
      is_fine = fail(check, "plan.json", "names a scenario file that is not in the bundle");
      break;
    }
  }
  if (is_fine) {
    json_object_foreach(counts, name, count) {
      is_fine = judge_campaign(folder, name, count, plan, campaigns, check);
      if (!is_fine) break;
    }
  }
  is_fine = is_fine && judge_registers(folder, campaigns, check);
  json_decref(campaigns);
  json_decref(plan);
  return is_fine;
}
