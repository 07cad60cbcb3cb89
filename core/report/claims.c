#include "report/claims.h"

#include <stdlib.h>
#include <string.h>

#include "report/statistics.h"
#include "report/text.h"

/// What the runs of one demand, or all runs, said about one requirement.
typedef struct tally {
  uint64_t n_failed;       ///< all of the following together
  uint64_t n_violated;     ///< the requirement was broken
  uint64_t n_untriggered;  ///< of a demand: it did not make the requirement apply
  uint64_t n_undecided;    ///< applied, but came to no decision
  uint64_t n_errors;       ///< the run is no run
  uint64_t n_exercised;    ///< runs in which it applied
  uint64_t seed;           ///< of the first failure by number
  const char *name;        ///< of its demand, borrowed
} tally;

typedef struct demand_runs {
  char *file, *name, *distribution;
  json_t *ids;
  tally *demanded;  ///< (ids)
  tally *watched;   ///< (requirements)
  uint64_t *seeds;  ///< of the runs so far
  uint64_t n_runs;
} demand_runs;

struct taut_claims {
  json_t *requirements;
  uint64_t n;
  double confidence;
  demand_runs *demands;
  size_t n_demands;
};

taut_claims *taut_claims_create(json_t *requirements, uint64_t n, double confidence) {
  taut_claims *claims = taut_memory_resize(NULL, sizeof *claims);
  *claims = (taut_claims){.requirements = json_incref(requirements), .n = n};
  claims->confidence = confidence;
  return claims;
}

void taut_claims_destroy(taut_claims *claims) {
  if (claims == NULL) return;
  for (size_t i = 0; i < claims->n_demands; i++) {
    demand_runs *at = &claims->demands[i];
    free(at->file);
    free(at->name);
    free(at->distribution);
    json_decref(at->ids);
    free(at->demanded);
    free(at->watched);
    free(at->seeds);
  }
  free(claims->demands);
  json_decref(claims->requirements);
  free(claims);
}

static tally *make_tallies(size_t n) {
  tally *tallies = taut_memory_resize(NULL, (n + 1) * sizeof *tallies);
  memset(tallies, 0, (n + 1) * sizeof *tallies);
  return tallies;
}

size_t taut_claims_demand(taut_claims *claims, const taut_demand *demand) {
  size_t i = claims->n_demands++;
  claims->demands =
      taut_memory_resize(claims->demands, claims->n_demands * sizeof *claims->demands);
  claims->demands[i] =
      (demand_runs){.file = taut_text_copy(demand->file),
                    .name = taut_text_copy(demand->name),
                    .distribution = taut_text_copy(demand->distribution),
                    .ids = json_deep_copy(demand->ids),
                    .demanded = make_tallies(json_array_size(demand->ids)),
                    .watched = make_tallies(json_array_size(claims->requirements))};
  return i;
}

// --------------------------------------------------------------------------------------- counting

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// The check of a requirement by its formula; NULL when nothing judged it.
static const taut_check_result *check_of(const taut_record *record, const char *id) {
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    if (check->is_requirement && strcmp(check->id, id) == 0) return check;
  }
  return NULL;
}

static void fail(tally *at, uint64_t *count, const taut_record *record) {
  ++*count;
  if (at->n_failed++ == 0 || record->seed < at->seed) at->seed = record->seed;
}

/// Whatever is not a met requirement is a failure of the demand. Of a requirement that watches
/// every run a record says nothing where it did not apply.
static void count(tally *at, const taut_record *record, const char *id, bool is_demanded) {
  const taut_check_result *check = check_of(record, id);
  bool is_error = record->verdict == TAUT_ERROR || (check == NULL && is_demanded) ||
                  (check != NULL && check->verdict == TAUT_ERROR);
  bool is_idle = !is_error && (check == NULL || (check->has_trigger && check->n_triggers == 0));
  if (!is_error && !is_idle) at->n_exercised++;
  if (is_error) {
    fail(at, &at->n_errors, record);
  } else if (is_idle) {
    if (is_demanded) fail(at, &at->n_untriggered, record);
  } else if (check->verdict == TAUT_FAIL) {
    fail(at, &at->n_violated, record);
  } else if (check->verdict != TAUT_PASS) {
    fail(at, &at->n_undecided, record);
  }
}

void taut_claims_add(taut_claims *claims, size_t i_demand, const taut_record *record) {
  demand_runs *at = &claims->demands[i_demand];
  at->seeds = taut_memory_resize(at->seeds, (at->n_runs + 1) * sizeof *at->seeds);
  at->seeds[at->n_runs++] = record->seed;
  size_t i;
  json_t *value;
  json_array_foreach(at->ids, i, value)
      count(&at->demanded[i], record, json_string_value(value), true);
  json_array_foreach(claims->requirements, i, value) {
    if (json_is_true(json_object_get(value, "everywhere")))
      count(&at->watched[i], record, text_of(value, "id"), false);
  }
}

// --------------------------------------------------------------------------------------- document

static int compare_seeds(const void *a, const void *b) {
  uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
  return left < right ? -1 : left > right;
}

/// Why the runs of a demand are not those that were planned; NULL when they are. Owned by the
/// caller.
static char *explain_gap(const taut_claims *claims, const demand_runs *at) {
  if (at->n_runs != claims->n) {
    return taut_text_format("%llu runs instead of the %llu that were planned",
                            (unsigned long long)at->n_runs, (unsigned long long)claims->n);
  }
  if (at->n_runs > 0) qsort(at->seeds, at->n_runs, sizeof *at->seeds, compare_seeds);
  for (uint64_t i = 1; i < at->n_runs; i++) {
    if (at->seeds[i] != at->seeds[i - 1]) continue;
    return taut_text_format("two runs have the seed %llu and are one trial",
                            (unsigned long long)at->seeds[i]);
  }
  return NULL;
}

static void set_count(json_t *object, const char *key, uint64_t n) {
  json_object_set_new(object, key, json_integer((json_int_t)n));
}

/// One row; `demand` is NULL for a requirement that watches every run, `gap` why it is no claim.
static json_t *claim_json(const json_t *requirement, const demand_runs *demand, const tally *at,
                          uint64_t n, const char *gap) {
  json_t *row = json_object();
  json_object_set(row, "requirement", json_object_get(requirement, "id"));
  json_object_set(row, "text", json_object_get(requirement, "text"));
  json_object_set(row, "severity", json_object_get(requirement, "severity"));
  json_object_set_new(row, "trial", json_string(demand != NULL ? "demand" : "run"));
  json_object_set_new(row, "demand", demand != NULL ? json_string(demand->name) : json_null());
  set_count(row, "n", n);
  set_count(row, "exercised", at->n_exercised);
  set_count(row, "failures", at->n_failed);
  set_count(row, "violated", at->n_violated);
  set_count(row, "not_triggered", at->n_untriggered);
  set_count(row, "undecided", at->n_undecided);
  set_count(row, "errors", at->n_errors);
  if (at->n_failed > 0) {
    const char *name = demand != NULL ? demand->name : at->name;
    json_object_set_new(row, "first_failure",
                        json_pack("{s:s,s:I}", "demand", name, "seed", (json_int_t)at->seed));
  }
  if (gap != NULL) json_object_set_new(row, "no_claim", json_string(gap));
  return row;
}

static const json_t *requirement_of(const taut_claims *claims, const char *id) {
  size_t i;
  json_t *requirement;
  json_array_foreach(claims->requirements, i, requirement) {
    if (strcmp(text_of(requirement, "id"), id) == 0) return requirement;
  }
  return NULL;
}

static void add_demanded(const taut_claims *claims, json_t *rows, json_t *demands) {
  for (size_t k = 0; k < claims->n_demands; k++) {
    const demand_runs *at = &claims->demands[k];
    char *gap = explain_gap(claims, at);
    json_t *entry = json_object();
    json_object_set_new(entry, "name", taut_record_string(at->name));
    json_object_set_new(entry, "file", taut_record_string(at->file));
    json_object_set_new(entry, "distribution", taut_record_string(at->distribution));
    json_object_set(entry, "requirements", at->ids);
    set_count(entry, "runs", at->n_runs);
    set_count(entry, "seed_first", at->n_runs > 0 ? at->seeds[0] : 0);
    set_count(entry, "seed_last", at->n_runs > 0 ? at->seeds[at->n_runs - 1] : 0);
    json_array_append_new(demands, entry);
    size_t i;
    json_t *id;
    json_array_foreach(at->ids, i, id) {
      const json_t *requirement = requirement_of(claims, json_string_value(id));
      json_array_append_new(rows, claim_json(requirement, at, &at->demanded[i], at->n_runs, gap));
    }
    free(gap);
  }
}

static void add_tally(tally *sum, const tally *other, const char *name) {
  if (other->n_failed > 0 && (sum->n_failed == 0 || other->seed < sum->seed)) {
    sum->seed = other->seed;
    sum->name = name;
  }
  sum->n_failed += other->n_failed;
  sum->n_violated += other->n_violated;
  sum->n_untriggered += other->n_untriggered;
  sum->n_undecided += other->n_undecided;
  sum->n_errors += other->n_errors;
  sum->n_exercised += other->n_exercised;
}

/// All runs together: as many of each demand, so the bound is one of the mean over the demands
/// (Hoeffding 1956: trials of unequal probabilities fail at least as evenly as equal ones).
static void add_watched(const taut_claims *claims, json_t *rows) {
  char *gap = NULL;
  uint64_t n = 0;
  for (size_t k = 0; k < claims->n_demands; k++) {
    n += claims->demands[k].n_runs;
    if (gap == NULL) gap = explain_gap(claims, &claims->demands[k]);
  }
  size_t i;
  json_t *requirement;
  json_array_foreach(claims->requirements, i, requirement) {
    if (!json_is_true(json_object_get(requirement, "everywhere"))) continue;
    tally sum = {0};
    for (size_t k = 0; k < claims->n_demands; k++)
      add_tally(&sum, &claims->demands[k].watched[i], claims->demands[k].name);
    const char *why = gap == NULL && sum.n_exercised == 0 ? "never exercised" : gap;
    json_array_append_new(rows, claim_json(requirement, NULL, &sum, n, why));
  }
  free(gap);
}

static bool is_claim(const json_t *row) {
  return json_object_get(row, "no_claim") == NULL;
}

/// Requirements on which there is no claim of any kind.
static json_t *list_without(const taut_claims *claims, const json_t *rows) {
  json_t *without = json_array();
  size_t i, k;
  json_t *requirement, *row;
  json_array_foreach(claims->requirements, i, requirement) {
    const char *why = "no demand of this suite is placed on it, and it does not watch every run";
    bool has_claim = false;
    json_array_foreach(rows, k, row) {
      if (strcmp(text_of(row, "requirement"), text_of(requirement, "id")) != 0) continue;
      has_claim |= is_claim(row);
      why = text_of(row, "no_claim");
    }
    if (has_claim) continue;
    json_t *entry = json_object();
    json_object_set(entry, "requirement", json_object_get(requirement, "id"));
    json_object_set(entry, "text", json_object_get(requirement, "text"));
    json_object_set(entry, "severity", json_object_get(requirement, "severity"));
    json_object_set_new(entry, "why", json_string(why));
    json_array_append_new(without, entry);
  }
  return without;
}

/// Bounds of each claim alone, and of each when all shall hold together. What is no claim counts
/// among them too: it was planned as one.
static void set_bounds(json_t *rows, double confidence, double confidence_each) {
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    if (!is_claim(row)) continue;
    uint64_t n = (uint64_t)json_integer_value(json_object_get(row, "n"));
    uint64_t k = (uint64_t)json_integer_value(json_object_get(row, "failures"));
    json_object_set_new(row, "upper", json_real(taut_share_upper(k, n, confidence)));
    json_object_set_new(row, "upper_all", json_real(taut_share_upper(k, n, confidence_each)));
    json_object_set_new(row, "lower", json_real(taut_share_lower(k, n, confidence)));
  }
}

json_t *taut_claims_json(const taut_claims *claims) {
  json_t *document = json_object(), *rows = json_array(), *demands = json_array();
  add_demanded(claims, rows, demands);
  add_watched(claims, rows);
  size_t n_claims = json_array_size(rows);
  double confidence_each = n_claims > 0 ? taut_confidence_each(claims->confidence, n_claims) : 0.0;
  set_bounds(rows, claims->confidence, confidence_each);
  json_object_set_new(document, "schema", json_string("taut.claims/1"));
  set_count(document, "n_per_demand", claims->n);
  set_count(document, "n_claims", n_claims);
  json_object_set_new(document, "confidence", json_real(claims->confidence));
  json_object_set_new(document, "confidence_each", json_real(confidence_each));
  json_object_set_new(document, "condition",
                      json_string("on the model and on what is drawn from; not a hazard rate"));
  json_object_set_new(document, "demands", demands);
  json_object_set_new(document, "without", list_without(claims, rows));
  json_object_set_new(document, "claims", rows);
  return document;
}

bool taut_claims_hold(const json_t *document) {
  const json_t *rows = json_object_get(document, "claims");
  size_t i;
  json_t *row;
  json_array_foreach(rows, i, row) {
    bool is_idle_watch = strcmp(text_of(row, "no_claim"), "never exercised") == 0;
    if (!is_claim(row) && !is_idle_watch) return false;
    if (json_integer_value(json_object_get(row, "failures")) > 0) return false;
  }
  return json_array_size(rows) > 0;
}
