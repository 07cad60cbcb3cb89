#include "report/campaign.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/evidence.h"
#include "report/record.h"
#include "report/text.h"

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

// ------------------------------------------------------------------------------------------
// hazards

/// Adds a value that is not there yet.
static void add_once(json_t *list, json_t *value) {
  size_t i;
  json_t *item;
  if (value == NULL) return;
  json_array_foreach(list, i, item) {
    if (json_equal(item, value)) return;
  }
  json_array_append(list, value);
}

static bool is_covered(const json_t *run, const char *id) {
  size_t i;
  json_t *item;
  json_array_foreach(json_object_get(run, "covers"), i, item) {
    if (strcmp(json_string_value(item), id) == 0) return true;
  }
  return false;
}

/// Keeps the least margin of a requirement; where units differ, the first.
static void take_margin(json_t *margins, const json_t *check, const json_t *run) {
  const char *id = text_at(check, "id");
  const json_t *margin = json_object_get(check, "margin");
  if (!json_is_true(json_object_get(check, "requirement")) || !json_is_number(margin)) return;
  if (!is_covered(run, id)) return;
  json_t *entry = json_object_get(margins, id);
  bool is_known = entry != NULL;
  if (is_known && strcmp(text_at(entry, "unit"), text_at(check, "unit")) != 0) return;
  if (is_known && json_number_value(json_object_get(entry, "margin")) <= json_number_value(margin))
    return;
  entry = json_object();
  json_object_set(entry, "margin", (json_t *)(uintptr_t)margin);
  json_object_set(entry, "unit", json_object_get(check, "unit"));
  json_object_set(entry, "case", json_object_get(run, "name"));
  json_object_set_new(margins, id, entry);
}

/// What the script noted about how the fault was noticed.
static void take_note(json_t *row, const json_t *note) {
  const json_t *latency = json_object_get(note, "latency_s");
  if (strcmp(text_at(note, "kind"), "detection") != 0) return;
  add_once(json_object_get(row, "faults"), json_object_get(note, "fault"));
  add_once(json_object_get(row, "phases"), json_object_get(note, "phase"));
  add_once(json_object_get(row, "loads"), json_object_get(note, "load_lb"));
  if (!json_is_number(latency)) return;
  json_t *range = json_object_get(row, "latency_s");
  if (json_is_null(range)) {
    json_object_set_new(row, "latency_s", json_object());
    range = json_object_get(row, "latency_s");
  }
  const json_t *least = json_object_get(range, "least"), *most = json_object_get(range, "greatest");
  double value = json_number_value(latency);
  if (least == NULL || value < json_number_value(least))
    json_object_set(range, "least", (json_t *)(uintptr_t)latency);
  if (most == NULL || value > json_number_value(most))
    json_object_set(range, "greatest", (json_t *)(uintptr_t)latency);
}

static json_t *hazard_row(const json_t *hazard, const json_t *runs) {
  size_t i, k;
  json_t *run, *item, *row = json_object(), *own = json_array(), *margins = json_object();
  json_object_set(row, "id", json_object_get(hazard, "id"));
  json_object_set_new(row, "faults", json_array());
  json_object_set_new(row, "phases", json_array());
  json_object_set_new(row, "loads", json_array());
  json_object_set_new(row, "latency_s", json_null());
  json_object_set_new(row, "not_applicable", json_array());
  json_array_foreach((json_t *)(uintptr_t)runs, i, run) {
    if (strcmp(text_at(run, "hazard"), text_at(hazard, "id")) != 0) continue;
    json_array_append(own, run);
    json_array_foreach(json_object_get(run, "checks"), k, item) take_margin(margins, item, run);
    json_array_foreach(json_object_get(run, "notes"), k, item) take_note(row, item);
    json_array_foreach(json_object_get(run, "not_applicable"), k, item)
        add_once(json_object_get(row, "not_applicable"), item);
  }
  json_object_set_new(row, "runs", json_integer((json_int_t)json_array_size(own)));
  json_object_set_new(row, "counts", taut_evidence_count(own));
  json_object_set_new(row, "margins", margins);
  json_decref(own);
  return row;
}

json_t *taut_campaign_hazards(const json_t *hazards, const json_t *runs) {
  json_t *rows = json_array(), *hazard;
  size_t i;
  json_array_foreach((json_t *)(uintptr_t)hazards, i, hazard) {
    json_array_append_new(rows, hazard_row(hazard, runs));
  }
  return rows;
}

json_t *taut_campaign_deviations(const json_t *runs) {
  static const char *const kept[] = {"file", "name", "seed", "verdict", "reason", NULL};
  json_t *rows = json_array(), *run;
  size_t i;
  for (size_t c = 0; taut_evidence_campaigns[c] != NULL; c++) {
    const char *campaign = taut_evidence_campaigns[c];
    json_array_foreach(json_object_get(runs, campaign), i, run) {
      if (strcmp(text_at(run, "verdict"), "pass") == 0) continue;
      json_t *row = json_object();
      json_object_set_new(row, "campaign", json_string(campaign));
      for (size_t k = 0; kept[k] != NULL; k++)
        json_object_set(row, kept[k], json_object_get(run, kept[k]));
      json_array_append_new(rows, row);
    }
  }
  return rows;
}

// ---------------------------------------------------------------------------------------------
// gaps

static void add_gap(json_t *gaps, const char *kind, const char *what, const char *why) {
  json_t *row = json_object();
  json_object_set_new(row, "kind", json_string(kind));
  json_object_set_new(row, "what", taut_record_string(what));
  json_object_set_new(row, "why", taut_record_string(why));
  json_array_append_new(gaps, row);
}

static void add_register_gaps(json_t *gaps, const taut_campaign_documents *d) {
  size_t i;
  json_t *entry;
  json_array_foreach(json_object_get(d->registers, "requirements"), i, entry) {
    if (json_is_true(json_object_get(entry, "gap")))
      add_gap(gaps, "requirement", text_at(entry, "id"), "no run exercised it");
  }
  json_array_foreach(json_object_get(d->registers, "hazards"), i, entry) {
    if (json_is_true(json_object_get(entry, "gap")))
      add_gap(gaps, "hazard", text_at(entry, "id"), "no requirement against it was exercised");
  }
  json_array_foreach(json_object_get(d->faults, "hazards"), i, entry) {
    if (json_integer_value(json_object_get(entry, "runs")) == 0)
      add_gap(gaps, "hazard", text_at(entry, "id"), "no fault was injected for it");
  }
}

static void add_claim_gaps(json_t *gaps, const taut_campaign_documents *d) {
  size_t i;
  json_t *entry;
  if (d->claims == NULL) add_gap(gaps, "claims", "all requirements", "no demands were run");
  json_array_foreach(json_object_get(d->claims, "without"), i, entry) {
    add_gap(gaps, "claims", text_at(entry, "requirement"), text_at(entry, "why"));
  }
}

static void add_mutation_gaps(json_t *gaps, const taut_campaign_documents *d) {
  size_t i, n_left = 0;
  json_t *entry;
  if (d->mutation == NULL) {
    const char *why = text_at(json_object_get(d->manifest, "not_run"), "mutation");
    add_gap(gaps, "mutation", "all ports", why[0] != '\0' ? why : "not run");
  }
  json_array_foreach(json_object_get(d->mutation, "mutants"), i, entry) {
    const char *class_name = text_at(entry, "class");
    n_left += strcmp(class_name, "killed") != 0 && strcmp(class_name, "identical") != 0;
  }
  if (n_left == 0) return;
  char *what = taut_text_format("%zu mutants", n_left);
  add_gap(gaps, "mutation", what, "no requirement noticed them; they are listed by class below");
  free(what);
}

static bool has_attachment(const taut_campaign_documents *d, const char *kind) {
  return json_array_size(json_object_get(d->plan, kind)) > 0;
}

static void add_other_gaps(json_t *gaps, const taut_campaign_documents *d) {
  size_t i;
  json_t *entry;
  const json_t *counts = json_object_get(d->manifest, "counts");
  if (json_object_get(counts, "corners") == NULL)
    add_gap(gaps, "corners", "least and greatest load, persons, machines", "no corners were run");
  if (d->selftest == NULL)
    add_gap(gaps, "self-check", "the judge itself", "taut selftest was not part of this bundle");
  else if (!json_is_true(json_object_get(d->selftest, "ok")))
    add_gap(gaps, "self-check", "the judge itself", "it misbehaved: nothing here can be believed");
  if (!has_attachment(d, "calibration"))
    add_gap(gaps, "calibration", "load cell, encoder, speed reference",
            "no certificate was attached (--calibration FILE)");
  if (!has_attachment(d, "coverage"))
    add_gap(gaps, "coverage", "statements and branches of the controller",
            "no report was attached (--coverage FILE)");
  if (json_is_null(json_object_get(json_object_get(d->manifest, "controller"), "sha256")))
    add_gap(gaps, "identity", text_at(json_object_get(d->manifest, "controller"), "name"),
            "it ran in another process: no library whose hash could be taken");
  json_array_foreach(json_object_get(d->plan, "replayed"), i, entry) {
    add_gap(gaps, "replayed", json_string_value(entry), "replayed, not re-executed");
  }
}

json_t *taut_campaign_gaps(const taut_campaign_documents *d) {
  json_t *gaps = json_array();
  add_register_gaps(gaps, d);
  add_claim_gaps(gaps, d);
  add_mutation_gaps(gaps, d);
  add_other_gaps(gaps, d);
  return gaps;
}

taut_campaign_documents taut_campaign_documents_of(const json_t *by_name, const json_t *manifest) {
  return (taut_campaign_documents){.manifest = manifest,
                                   .plan = json_object_get(by_name, "plan.json"),
                                   .registers = json_object_get(by_name, "registers.json"),
                                   .faults = json_object_get(by_name, "faults.json"),
                                   .claims = json_object_get(by_name, "claims.json"),
                                   .mutation = json_object_get(by_name, "mutation.json"),
                                   .selftest = json_object_get(by_name, "selftest.json"),
                                   .parameters = json_object_get(by_name, "parameters.json"),
                                   .versions = json_object_get(by_name, "versions.json"),
                                   .approvals = json_object_get(by_name, "approvals.json"),
                                   .since = json_object_get(by_name, "since.json"),
                                   .deviations = json_object_get(by_name, "deviations.json")};
}
