#include "report/since.h"

#include <stdlib.h>
#include <string.h>

#include "report/evidence.h"
#include "report/record.h"

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static void add_change(json_t *list, const char *what, const char *before, const char *now) {
  json_t *row = json_object();
  json_object_set_new(row, "what", taut_record_string(what));
  json_object_set_new(row, "before", taut_record_string(before));
  json_object_set_new(row, "now", taut_record_string(now));
  json_array_append_new(list, row);
}

/// A row for a field that is not the same any more.
static void compare_field(json_t *list, const char *what, const json_t *before, const json_t *now,
                          const char *key) {
  const char *a = text_at(before, key), *b = text_at(now, key);
  if (strcmp(a, b) != 0) add_change(list, what, a, b);
}

static const json_t *find(const json_t *list, const char *key, const char *value) {
  size_t i;
  json_t *row;
  json_array_foreach((json_t *)(uintptr_t)list, i, row) {
    if (strcmp(text_at(row, key), value) == 0) return row;
  }
  return NULL;
}

// --------------------------------------------------------------------------------------- registers

static const char *judged(const json_t *row) {
  if (json_is_true(json_object_get(row, "gap"))) return "gap";
  return text_at(row, "verdict");
}

/// Requirements that came, went or were rewritten, limits, and verdicts.
static void compare_requirements(json_t *since, const json_t *before, const json_t *now) {
  size_t i;
  json_t *row;
  json_t *requirements = json_object_get(since, "requirements");
  json_array_foreach((json_t *)(uintptr_t)now, i, row) {
    const char *id = text_at(row, "id");
    const json_t *old = find(before, "id", id);
    if (old == NULL) {
      add_change(requirements, id, "not there", text_at(row, "text"));
      continue;
    }
    compare_field(requirements, id, old, row, "text");
    compare_field(json_object_get(since, "limits"), id, old, row, "limit");
    if (strcmp(judged(old), judged(row)) != 0)
      add_change(json_object_get(since, "results"), id, judged(old), judged(row));
  }
  json_array_foreach((json_t *)(uintptr_t)before, i, row) {
    if (find(now, "id", text_at(row, "id")) == NULL)
      add_change(requirements, text_at(row, "id"), text_at(row, "text"), "not there");
  }
}

// -------------------------------------------------------------------------------------------- runs

static char *key_of(const json_t *run) {
  return taut_text_format("%s: %s, seed %lld", text_at(run, "file"), text_at(run, "name"),
                          (long long)json_integer_value(json_object_get(run, "seed")));
}

/// Verdicts one by one; of rows that are others, with the same verdict, the number.
static size_t compare_runs(json_t *results, const json_t *before, const json_t *now) {
  json_t *known = json_object(), *run;
  size_t i, n_other = 0;
  json_array_foreach((json_t *)(uintptr_t)before, i, run) {
    char *key = key_of(run);
    json_object_set(known, key, run);
    free(key);
  }
  json_array_foreach((json_t *)(uintptr_t)now, i, run) {
    char *key = key_of(run);
    const json_t *old = json_object_get(known, key);
    if (old == NULL) {
      add_change(results, key, "not there", text_at(run, "verdict"));
    } else if (strcmp(text_at(old, "verdict"), text_at(run, "verdict")) != 0) {
      add_change(results, key, text_at(old, "verdict"), text_at(run, "verdict"));
    } else {
      n_other += strcmp(text_at(old, "trace_hash"), text_at(run, "trace_hash")) != 0;
    }
    json_object_del(known, key);
    free(key);
  }
  const char *key;
  json_object_foreach(known, key, run) {
    add_change(results, key, text_at(run, "verdict"), "not there");
  }
  json_decref(known);
  return n_other;
}

static bool compare_campaigns(json_t *since, const char *folder, taut_bundle_check *check,
                              const json_t *runs) {
  size_t n_other = 0;
  for (size_t i = 0; taut_evidence_campaigns[i] != NULL; i++) {
    const char *campaign = taut_evidence_campaigns[i];
    char *name = taut_text_format("results/%s.json", campaign);
    bool is_there = json_object_get(json_object_get(check->manifest, "files"), name) != NULL;
    json_t *before = is_there ? taut_bundle_read(folder, name, check) : NULL;
    if (is_there && before == NULL) n_other = SIZE_MAX;
    if (before != NULL && n_other != SIZE_MAX)
      n_other += compare_runs(json_object_get(since, "results"), json_object_get(before, "runs"),
                              json_object_get(runs, campaign));
    json_decref(before);
    free(name);
  }
  if (n_other > 0 && n_other != SIZE_MAX) {
    char *number = taut_text_format("%zu runs", n_other);
    add_change(json_object_get(since, "results"), number, "the same verdict", "other rows");
    free(number);
  }
  return n_other != SIZE_MAX;
}

json_t *taut_since(const char *folder, taut_bundle_check *check, const json_t *documents,
                   const json_t *runs, const json_t *head) {
  static const char *const lists[] = {"controller", "requirements", "limits", "results", NULL};
  char hash[TAUT_DIGEST_TEXT], *manifest = taut_json_canonical(check->manifest);
  json_t *since = json_object();
  taut_digest_bytes(manifest, strlen(manifest), hash);
  free(manifest);
  json_object_set_new(since, "bundle", json_string(hash));
  for (size_t i = 0; lists[i] != NULL; i++) json_object_set_new(since, lists[i], json_array());
  const json_t *old = json_object_get(check->manifest, "controller");
  const json_t *new = json_object_get(head, "controller");
  compare_field(json_object_get(since, "controller"), "name", old, new, "name");
  compare_field(json_object_get(since, "controller"), "SHA-256", old, new, "sha256");
  json_t *registers = taut_bundle_read(folder, "registers.json", check);
  bool is_fine = registers != NULL;
  if (is_fine) {
    const json_t *now = json_object_get(documents, "registers.json");
    compare_requirements(since, json_object_get(registers, "requirements"),
                         json_object_get(now, "requirements"));
    is_fine = compare_campaigns(since, folder, check, runs);
  }
  json_decref(registers);
  if (is_fine) return since;
  json_decref(since);
  return NULL;
}
