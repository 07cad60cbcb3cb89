/// The tables of evidence.html that speak of requirements, claims, faults and gaps.
#include <math.h>
#include <string.h>

#include "report/html_evidence.h"

static const char *text_at(const json_t *object, const char *key) {
  return taut_html_text_at(object, key);
}

static void start(const char *id, const char *title, const char *const *columns, taut_buffer *out) {
  taut_buffer_printf(out, "<section id=\"%s\"><h2>%s</h2>\n", id, title);
  taut_html_table_start(columns, out);
}

static void end(taut_buffer *out) {
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

static void margin_cell(const json_t *row, taut_buffer *out) {
  taut_buffer_text(out, "<td class=num>");
  taut_html_quantity(out, taut_html_number_at(row, "margin", NAN), text_at(row, "unit"));
}

// ---------------------------------------------------------------------------------------------
// gaps

void taut_html_evidence_gaps(const json_t *gaps, taut_buffer *out) {
  static const char *const columns[] = {"kind", "what", "why", NULL};
  size_t i;
  json_t *row;
  const char *before = "";
  if (json_array_size(gaps) == 0) return;
  start("gaps", "What is not covered", columns, out);
  json_array_foreach((json_t *)(uintptr_t)gaps, i, row) {
    const char *kind = text_at(row, "kind");
    taut_buffer_text(out, "<tr class=gap");
    if (strcmp(kind, before) != 0) {
      taut_buffer_text(out, " id=\"gap-");
      taut_html_escape(out, kind);
      taut_buffer_text(out, "\"");
    }
    taut_buffer_text(out, "><th>");
    taut_html_escape(out, kind);
    taut_html_cell(out, text_at(row, "what"));
    taut_html_cell(out, text_at(row, "why"));
    taut_buffer_text(out, "\n");
    before = kind;
  }
  end(out);
}

void taut_html_evidence_deviations(const json_t *deviations, taut_buffer *out) {
  static const char *const columns[] = {"campaign", "run", "seed", "result", "why", NULL};
  enum { SHOWN_MAX = 200 };
  size_t i;
  json_t *row;
  if (json_array_size(deviations) == 0) return;
  start("deviations", "Deviations: runs that did not pass", columns, out);
  json_array_foreach((json_t *)(uintptr_t)deviations, i, row) {
    if (i == SHOWN_MAX) break;
    taut_buffer_printf(out, "<tr class=%s><th>", taut_html_verdict_at(row));
    taut_html_escape(out, text_at(row, "campaign"));
    taut_html_cell(out, text_at(row, "name"));
    taut_buffer_text(out, "<br><span class=meta>");
    taut_html_escape(out, text_at(row, "file"));
    taut_buffer_printf(out, "</span><td class=num>%lld", taut_html_count_at(row, "seed"));
    taut_html_verdict(out, "td", taut_html_verdict_at(row));
    taut_html_cell(out, text_at(row, "reason"));
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  if (json_array_size(deviations) > SHOWN_MAX)
    taut_buffer_printf(out, "<p class=note>and %zu more in deviations.json</p>\n",
                       json_array_size(deviations) - SHOWN_MAX);
  taut_buffer_text(out, "</section>\n");
}

// -------------------------------------------------------------------------------------------
// matrix

static bool names(const json_t *list, const char *text) {
  return taut_html_has_text(list, text);
}

/// "pass (limit not approved)" where nobody stands for the limit.
static void verdict_cell(const json_t *row, taut_buffer *out) {
  bool is_gap = json_is_true(json_object_get(row, "gap"));
  const char *verdict = is_gap ? "gap" : taut_html_verdict_at(row);
  taut_html_verdict(out, "td", verdict);
  if (strcmp(verdict, "pass") == 0 && !json_is_true(json_object_get(row, "approved")))
    taut_buffer_text(out, "<br><span class=meta>limit not approved</span>");
}

static void matrix_row(const char *hazard, const json_t *row, taut_buffer *out) {
  bool is_gap = json_is_true(json_object_get(row, "gap"));
  const json_t *cases = json_object_get(row, "cases");
  taut_buffer_printf(out, "<tr class=%s><th>", is_gap ? "gap" : taut_html_verdict_at(row));
  taut_html_escape(out, hazard);
  taut_buffer_text(out, "<th><a href=\"#r-");
  taut_html_escape(out, text_at(row, "id"));
  taut_buffer_text(out, "\">");
  taut_html_escape(out, text_at(row, "id"));
  taut_buffer_text(out, "</a>");
  taut_html_cell(out, text_at(row, "text"));
  taut_buffer_printf(out, "<td>%zu", json_array_size(cases));
  if (json_array_size(cases) > 0) {
    taut_buffer_text(out, ", worst: ");
    taut_html_escape(out, text_at(row, "worst_case"));
  }
  verdict_cell(row, out);
  margin_cell(row, out);
  taut_buffer_text(out, "\n");
}

void taut_html_evidence_matrix(const taut_campaign_documents *d, taut_buffer *out) {
  static const char *const columns[] = {"hazard", "requirement",  "",  "scenarios",
                                        "result", "least margin", NULL};
  const json_t *requirements = json_object_get(d->registers, "requirements");
  size_t i, k;
  json_t *hazard, *row;
  start("matrix", "Hazards, requirements, scenarios, results", columns, out);
  json_array_foreach(json_object_get(d->registers, "hazards"), i, hazard) {
    size_t n = 0;
    taut_buffer_text(out, "<tr class=head><th>");
    taut_html_escape(out, text_at(hazard, "id"));
    taut_buffer_text(out, "<td colspan=5>");
    taut_html_escape(out, text_at(hazard, "failure"));
    taut_buffer_text(out, "\n");
    json_array_foreach(requirements, k, row) {
      if (!names(json_object_get(row, "hazards"), text_at(hazard, "id"))) continue;
      matrix_row(text_at(hazard, "id"), row, out);
      n++;
    }
    if (n == 0)
      taut_buffer_text(out, "<tr class=gap><th><td><td colspan=4>no requirement names it\n");
  }
  end(out);
}

// -------------------------------------------------------------------------------------------
// claims

static void share_cell(const json_t *row, const char *key, taut_buffer *out) {
  double share = taut_html_number_at(row, key, NAN);
  if (isfinite(share))
    taut_buffer_printf(out, "<td class=num>%.3g %%", 100 * share);
  else
    taut_buffer_text(out, "<td class=num>–");
}

static void claim_row(const json_t *row, taut_buffer *out) {
  const char *why = text_at(row, "no_claim");
  long long failures = taut_html_count_at(row, "failures");
  taut_buffer_printf(out, "<tr class=%s><th>",
                     why[0] != '\0' ? "gap"
                     : failures > 0 ? "fail"
                                    : "pass");
  taut_html_escape(out, text_at(row, "requirement"));
  taut_buffer_text(out, "<td>");
  taut_html_escape(
      out, text_at(row, "demand")[0] != '\0' ? text_at(row, "demand") : "watched in every run");
  if (why[0] != '\0') {
    taut_buffer_text(out, "<br><b>no claim: </b>");
    taut_html_escape(out, why);
  }
  taut_buffer_printf(out, "<td class=num>%lld<td class=num>%lld<td class=num>%lld",
                     taut_html_count_at(row, "n"), taut_html_count_at(row, "exercised"), failures);
  share_cell(row, "upper", out);
  share_cell(row, "upper_all", out);
  taut_buffer_text(out, "\n");
}

void taut_html_evidence_claims(const json_t *claims, taut_buffer *out) {
  static const char *const columns[] = {"requirement", "demand",       "n", "applied", "failures",
                                        "share below", "all together", NULL};
  static const char *const drawn[] = {"demand", "drawn from", "runs", NULL};
  size_t i;
  json_t *row;
  if (claims == NULL) return;
  taut_buffer_printf(
      out,
      "<section id=\"claims\"><h2>Claims</h2>\n<p class=note>In runs drawn as stated, "
      "the share in which the requirement is not met is at most the bound, with "
      "%.6g %% confidence; the second bound holds for all %lld together "
      "(Clopper and Pearson; Bonferroni). Conditional ",
      100 * taut_html_number_at(claims, "confidence", 0), taut_html_count_at(claims, "n_claims"));
  taut_html_escape(out, text_at(claims, "condition"));
  taut_buffer_text(out, ".</p>\n");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(claims, "claims"), i, row) claim_row(row, out);
  taut_html_table_end(out);
  taut_html_table_start(drawn, out);
  json_array_foreach(json_object_get(claims, "demands"), i, row) {
    taut_buffer_text(out, "<tr><td>");
    taut_html_escape(out, text_at(row, "name"));
    taut_html_cell(out, text_at(row, "distribution"));
    taut_buffer_printf(out, "<td class=num>%lld\n", taut_html_count_at(row, "runs"));
  }
  end(out);
}

// -------------------------------------------------------------------------------------------
// faults

static void list_cell(const json_t *list, taut_buffer *out) {
  size_t i;
  json_t *item;
  taut_buffer_text(out, "<td>");
  json_array_foreach((json_t *)(uintptr_t)list, i, item) {
    if (i > 0) taut_buffer_text(out, ", ");
    if (json_is_string(item))
      taut_html_escape(out, json_string_value(item));
    else
      taut_buffer_printf(out, "%.6g", json_number_value(item));
  }
  if (json_array_size(list) == 0) taut_buffer_text(out, "–");
}

static void fault_row(const json_t *hazard, const json_t *row, taut_buffer *out) {
  long long n = taut_html_count_at(row, "runs");
  long long n_pass = taut_html_count_at(json_object_get(row, "counts"), "pass");
  const json_t *latency = json_object_get(row, "latency_s");
  const char *id;
  json_t *margin;
  taut_buffer_printf(out, "<tr class=%s><th>", n == 0 ? "gap" : n_pass < n ? "fail" : "pass");
  taut_html_escape(out, text_at(row, "id"));
  taut_html_cell(out, text_at(hazard, "failure"));
  list_cell(json_object_get(row, "faults"), out);
  list_cell(json_object_get(row, "phases"), out);
  list_cell(json_object_get(row, "loads"), out);
  taut_buffer_printf(out, "<td class=num>%lld of %lld<td class=num>", n_pass, n);
  if (json_is_object(latency))
    taut_buffer_printf(out, "%.4g to %.4g ms", 1e3 * taut_html_number_at(latency, "least", NAN),
                       1e3 * taut_html_number_at(latency, "greatest", NAN));
  else
    taut_buffer_text(out, n == 0 ? "not run" : "–");
  taut_buffer_text(out, "<td>");
  json_object_foreach(json_object_get(row, "margins"), id, margin) {
    taut_buffer_text(out, "<span class=nb>");
    taut_html_escape(out, id);
    taut_buffer_text(out, " ");
    taut_html_quantity(out, taut_html_number_at(margin, "margin", NAN), text_at(margin, "unit"));
    taut_buffer_text(out, "</span> ");
  }
  size_t i;
  json_t *reason;
  json_array_foreach(json_object_get(row, "not_applicable"), i, reason) {
    taut_buffer_text(out, "<br>n/a: ");
    taut_html_escape(out, json_string_value(reason));
  }
  taut_buffer_text(out, "\n");
}

void taut_html_evidence_faults(const taut_campaign_documents *d, taut_buffer *out) {
  static const char *const columns[] = {"hazard",        "failure",       "faults",
                                        "phases",        "loads [lb]",    "passed",
                                        "noticed after", "least margins", NULL};
  size_t i;
  json_t *row;
  const json_t *hazards = json_object_get(d->registers, "hazards");
  start("faults", "Fault campaign", columns, out);
  json_array_foreach(json_object_get(d->faults, "hazards"), i, row) {
    fault_row(json_array_get(hazards, i), row, out);
  }
  end(out);
}

// ---------------------------------------------------------------------------------------- mutation

static void survivor_row(const json_t *row, taut_buffer *out) {
  taut_buffer_text(out, "<tr><th>");
  taut_html_escape(out, text_at(row, "class"));
  taut_buffer_text(out, "<td><code>");
  taut_html_escape(out, text_at(row, "mutant"));
  taut_buffer_text(out, "</code>");
  taut_html_cell(out, text_at(row, "difference"));
  taut_html_cell(out, text_at(row, "explanation"));
  taut_buffer_text(out, "\n");
}

void taut_html_evidence_mutation(const json_t *mutation, taut_buffer *out) {
  static const char *const scores[] = {"magnitude", "killed", "of", "score", NULL};
  static const char *const left[] = {"class", "mutant", "what differed", "explanation", NULL};
  static const char *const ports[] = {"port", "killed", "of", NULL};
  size_t i;
  json_t *row;
  if (mutation == NULL) return;
  taut_buffer_text(
      out,
      "<section id=\"mutation\"><h2>Mutation campaign</h2>\n<p class=note>The outputs of "
      "controller, spotter and session are spoiled one at a time. Killed: a named "
      "requirement was violated. An explanation never raises a score.</p>\n");
  taut_html_table_start(scores, out);
  json_array_foreach(json_object_get(mutation, "scores"), i, row) {
    taut_buffer_text(out, "<tr><th>");
    taut_html_escape(out, text_at(row, "name"));
    taut_buffer_printf(out, "<td class=num>%lld<td class=num>%lld<td class=num>%.1f %%\n",
                       taut_html_count_at(row, "killed"), taut_html_count_at(row, "n"),
                       100 * taut_html_number_at(row, "score", 0));
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "<h3>Not killed</h3>");
  taut_html_table_start(left, out);
  json_array_foreach(json_object_get(mutation, "survivors"), i, row) survivor_row(row, out);
  taut_html_table_end(out);
  taut_buffer_text(out, "<h3>By port</h3>");
  taut_html_table_start(ports, out);
  json_array_foreach(json_object_get(mutation, "by_port"), i, row) {
    taut_buffer_text(out, "<tr><th>");
    taut_html_escape(out, text_at(row, "port"));
    taut_buffer_printf(out, "<td class=num>%lld<td class=num>%lld\n",
                       taut_html_count_at(row, "killed"), taut_html_count_at(row, "n"));
  }
  end(out);
}
