/// The page of a bundle, and its first screen.
#include "report/html_evidence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/web.h"

void taut_html_cell(taut_buffer *out, const char *text) {
  taut_buffer_text(out, "<td>");
  taut_html_escape(out, text[0] != '\0' ? text : "–");
}

long long taut_html_count_at(const json_t *object, const char *key) {
  return (long long)json_integer_value(json_object_get(object, key));
}

// ---------------------------------------------------------------------------------------- counting

/// Requirements by what became of them.
typedef struct standing {
  size_t n, n_pass, n_fail, n_error, n_open, n_gap, n_approved;
} standing;

static standing count_requirements(const json_t *registers) {
  standing s = {0};
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(registers, "requirements"), i, row) {
    const char *verdict = taut_html_verdict_at(row);
    bool is_gap = json_is_true(json_object_get(row, "gap"));
    s.n++;
    s.n_gap += is_gap;
    s.n_fail += strcmp(verdict, "fail") == 0;
    s.n_error += strcmp(verdict, "error") == 0;
    s.n_open += !is_gap && strcmp(verdict, "inconclusive") == 0;
    s.n_pass += !is_gap && strcmp(verdict, "pass") == 0;
    s.n_approved += json_is_true(json_object_get(row, "approved"));
  }
  return s;
}

static long long count_runs(const json_t *manifest, const char *campaign, const char *verdict) {
  const json_t *counts = json_object_get(json_object_get(manifest, "counts"), campaign);
  if (verdict != NULL) return taut_html_count_at(counts, verdict);
  return taut_html_count_at(counts, "pass") + taut_html_count_at(counts, "fail") +
         taut_html_count_at(counts, "inconclusive") + taut_html_count_at(counts, "error");
}

// -------------------------------------------------------------------------------------- first
// screen

static void headline(const taut_campaign_documents *d, taut_buffer *out) {
  standing s = count_requirements(d->registers);
  taut_html_escape(out, taut_html_text_at(json_object_get(d->manifest, "controller"), "name"));
  if (s.n_fail + s.n_error > 0) {
    taut_buffer_printf(out, " does not meet %zu of %zu requirements", s.n_fail + s.n_error, s.n);
  } else {
    taut_buffer_printf(out, " met %zu of %zu requirements", s.n_pass, s.n);
    if (s.n_pass < s.n) taut_buffer_printf(out, "; %zu were not shown", s.n - s.n_pass);
  }
}

static void for_what(const taut_campaign_documents *d, taut_buffer *out) {
  const json_t *controller = json_object_get(d->manifest, "controller");
  const char *hash = taut_html_text_at(controller, "sha256");
  size_t i;
  json_t *with;
  taut_buffer_text(out, "<dl class=\"facts\"><dt>controller</dt><dd>");
  taut_html_escape(out, taut_html_text_at(controller, "name"));
  taut_buffer_text(out, "</dd><dt>SHA-256</dt><dd>");
  taut_html_escape(out, hash[0] != '\0' ? hash : "none: it ran in another process");
  taut_buffer_text(out, "</dd><dt>rig</dt><dd>");
  taut_html_escape(out, taut_html_text_at(controller, "rig"));
  json_array_foreach(json_object_get(d->plan, "with"), i, with) {
    taut_buffer_text(out, i == 0 ? ", with " : ", ");
    taut_html_escape(out, json_string_value(with) != NULL ? json_string_value(with) : "?");
  }
  taut_buffer_text(out, "</dd><dt>profile</dt><dd>");
  taut_html_escape(out, taut_html_text_at(d->manifest, "profile"));
  taut_buffer_printf(out, ": %lld runs per demand, seed %lld, Taut ",
                     taut_html_count_at(d->plan, "runs_per_demand"),
                     taut_html_count_at(d->plan, "seed"));
  taut_html_escape(out, taut_html_text_at(d->manifest, "taut"));
  taut_buffer_text(out, "</dd></dl>\n");
}

/// "75 of 75 runs passed".
static void runs_line(const json_t *manifest, const char *campaign, const char *what,
                      taut_buffer *out) {
  long long n = count_runs(manifest, campaign, NULL),
            n_pass = count_runs(manifest, campaign, "pass");
  if (n == 0) return;
  taut_buffer_printf(out, "<li><b>%s%lld of %lld</b> %s passed", n_pass < n ? "only " : "", n_pass,
                     n, what);
}

static void claims_line(const json_t *claims, taut_buffer *out) {
  double upper = 0, upper_all = 0;
  size_t i, n = 0, n_failed = 0;
  json_t *row;
  json_array_foreach(json_object_get(claims, "claims"), i, row) {
    n_failed += taut_html_count_at(row, "failures") > 0;
    if (json_object_get(row, "no_claim") != NULL) continue;
    n++;
    upper = fmax(upper, taut_html_number_at(row, "upper", 0));
    upper_all = fmax(upper_all, taut_html_number_at(row, "upper_all", 0));
  }
  if (n == 0) return;
  taut_buffer_printf(
      out,
      "<li><a href=\"#claims\"><b>%zu claims</b></a>: each requirement is not met in "
      "at most <b>%.2g %%</b> of demands (%.0f %% confidence each; at most %.2g %% for "
      "all together)",
      n, 100 * upper, 100 * taut_html_number_at(claims, "confidence", 0), 100 * upper_all);
  if (n_failed > 0) taut_buffer_printf(out, "; <b class=by>%zu had failures</b>", n_failed);
}

static const json_t *score_of(const json_t *mutation, const char *name) {
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(mutation, "scores"), i, row) {
    if (strcmp(taut_html_text_at(row, "name"), name) == 0) return row;
  }
  return NULL;
}

static void mutation_line(const json_t *mutation, taut_buffer *out) {
  const json_t *ten = score_of(mutation, "10x"), *off = score_of(mutation, "safety_off");
  if (ten == NULL) return;
  taut_buffer_printf(out,
                     "<li><a href=\"#mutation\"><b>%.1f %%</b> of mutants</a> at 10 times the "
                     "ports' accuracy were noticed by a requirement",
                     100 * taut_html_number_at(ten, "score", 0));
  if (off != NULL)
    taut_buffer_printf(out, "; <b>%.0f %%</b> of those that switch safety off",
                       100 * taut_html_number_at(off, "score", 0));
}

static void claimed(const taut_campaign_documents *d, taut_buffer *out) {
  standing s = count_requirements(d->registers);
  size_t i, n_struck = 0, n_hazards = 0;
  json_t *row;
  json_array_foreach(json_object_get(d->faults, "hazards"), i, row) {
    n_hazards++;
    n_struck += taut_html_count_at(row, "runs") > 0 &&
                taut_html_count_at(row, "runs") ==
                    taut_html_count_at(json_object_get(row, "counts"), "pass");
  }
  taut_buffer_text(out, "<section><h2>What is claimed</h2>\n<ul class=\"plain\">");
  taut_buffer_printf(out, "<li><a href=\"#matrix\"><b>%zu of %zu requirements</b></a> passed",
                     s.n_pass, s.n);
  if (s.n_fail > 0) taut_buffer_printf(out, ", <b class=by>%zu failed</b>", s.n_fail);
  if (s.n_error > 0) taut_buffer_printf(out, ", <b class=by>%zu in error</b>", s.n_error);
  runs_line(d->manifest, "suite", "scenarios of the suite", out);
  if (n_struck > 0)
    taut_buffer_printf(
        out,
        "<li><a href=\"#faults\"><b>%zu of %zu hazards</b></a>: every injected fault "
        "was met as required",
        n_struck, n_hazards);
  runs_line(d->manifest, "faults", "injected faults", out);
  runs_line(d->manifest, "corners", "corner cases", out);
  claims_line(d->claims, out);
  mutation_line(d->mutation, out);
  taut_buffer_text(out,
                   "</ul>\n<p class=note>On the simulated machine and persons named below; "
                   "<a href=\"#validity\">limits of validity</a>.</p></section>\n");
}

/// Gaps by kind with their numbers.
static void not_covered(const json_t *gaps, taut_buffer *out) {
  size_t i, n_kind = 0;
  json_t *row;
  const char *kind = "";
  taut_buffer_printf(out, "<section><h2>What is not covered</h2>\n<ul class=\"plain\">");
  for (i = 0; i <= json_array_size(gaps); i++) {
    row = json_array_get(gaps, i);
    const char *next = taut_html_text_at(row, "kind");
    if (i > 0 && strcmp(next, kind) != 0) {
      taut_buffer_printf(out, "<li><b>%zu</b> <a href=\"#gap-", n_kind);
      taut_html_escape(out, kind);
      taut_buffer_text(out, "\">");
      taut_html_escape(out, kind);
      taut_buffer_text(out, "</a>");
      const json_t *last = json_array_get(gaps, i - 1);
      taut_buffer_text(out, ": ");
      if (n_kind == 1) {
        taut_html_escape(out, taut_html_text_at(last, "what"));
        taut_buffer_text(out, ", ");
      }
      taut_html_escape(out, taut_html_text_at(last, "why"));
      n_kind = 0;
    }
    kind = next;
    n_kind++;
  }
  if (json_array_size(gaps) == 0) taut_buffer_text(out, "<li>nothing that this tool looks for");
  taut_buffer_text(out, "</ul></section>\n");
}

static void approved(const taut_campaign_documents *d, taut_buffer *out) {
  standing s = count_requirements(d->registers);
  taut_buffer_text(out, "<section><h2>Who stands for the limits</h2>\n<p>");
  if (s.n_approved == s.n) {
    taut_buffer_printf(out, "All <b>%zu</b> limits are <a href=\"#approvals\">approved</a>.", s.n);
  } else {
    taut_buffer_printf(out,
                       "<b class=by>%zu of %zu limits are approved by nobody</b>; their verdicts "
                       "read <i>pass (limit not approved)</i>. <a href=\"#approvals\">%zu "
                       "approved</a>.",
                       s.n - s.n_approved, s.n, s.n_approved);
  }
  taut_buffer_text(out, "</p></section>\n");
}

static void unverified(const taut_campaign_documents *d, taut_buffer *out) {
  size_t i, n = 0, n_open = 0;
  const char *name;
  json_t *set, *parameter;
  json_object_foreach(json_object_get(d->parameters, "sets"), name, set) {
    json_array_foreach(set, i, parameter) {
      const char *status = taut_html_text_at(parameter, "status");
      n++;
      n_open += strcmp(status, "M") == 0 || strcmp(status, "D") == 0;
    }
  }
  taut_buffer_printf(out,
                     "<section><h2>What the model rests on</h2>\n<p><b%s>%zu of %zu parameters are "
                     "unverified</b> (from memory, or design proposals): <a "
                     "href=\"#parameters\">each with its source</a>.</p></section>\n",
                     n_open > 0 ? " class=by" : "", n_open, n);
}

void taut_html_evidence_first(const taut_campaign_documents *d, const json_t *gaps,
                              taut_buffer *out) {
  taut_buffer_text(out, "<header><p class=\"brand\">Taut · evidence</p>\n<h1>");
  headline(d, out);
  taut_buffer_text(out, "</h1>\n");
  for_what(d, out);
  taut_buffer_text(out, "<div class=\"cards\">\n");
  claimed(d, out);
  not_covered(gaps, out);
  approved(d, out);
  unverified(d, out);
  taut_buffer_text(out,
                   "</div>\n<p class=\"repro\"><span class=label>check it</span><code>taut verify "
                   "BUNDLE --rerun all</code><span class=label>who signed it and when stands in "
                   "manifest.json.minisig</span></p></header>\n");
}

// ---------------------------------------------------------------------------------------------
// page

static void validity(taut_buffer *out) {
  taut_buffer_text(
      out,
      "<section id=\"validity\"><h2>Limits of validity</h2>\n<ul>"
      "<li>Everything here was found in simulation, with the machine, persons and exercises whose "
      "numbers stand below. Where those are wrong, so is the evidence.\n"
      "<li>A claim is about runs drawn as its row says. It is conditional on the model, and no "
      "rate "
      "of hazards in the field.\n"
      "<li>Faults and mutants are those of a catalogue. One that nobody thought of is not here.\n"
      "<li>The controller is known by the hash of its library: another build is another "
      "controller.\n"
      "<li>Limits that nobody approved are proposals. No text here says that a machine is safe.\n"
      "</ul></section>\n");
}

static void frame(const char *title, const taut_buffer *body, taut_buffer *out) {
  taut_buffer_printf(
      out,
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
      taut_web_report_css_hash);
  taut_buffer_text(out, title);
  taut_buffer_text(out, "</title>\n<style>");
  taut_buffer_text(out, taut_web_report_css);
  taut_buffer_text(out,
                   "</style>\n</head>\n<body class=\"evidence\">\n"
                   "<a class=\"skip\" href=\"#main\">Skip to the tables</a>\n");
  taut_buffer_append(out, body->data, body->size);
  taut_buffer_text(out,
                   "<footer><p>Made by Taut from the documents beside it; asks no network for "
                   "anything.</p></footer>\n</body>\n</html>\n");
}

void taut_html_evidence(const taut_campaign_documents *d, const json_t *gaps, taut_buffer *out) {
  taut_buffer title = {0}, body = {0};
  headline(d, &title);
  taut_buffer_text(&title, " · Taut evidence");
  taut_html_evidence_first(d, gaps, &body);
  taut_buffer_text(&body, "<main id=\"main\">\n");
  taut_html_evidence_gaps(gaps, &body);
  taut_html_evidence_deviations(d->deviations, &body);
  taut_html_evidence_since(d->since, &body);
  taut_html_evidence_matrix(d, &body);
  taut_html_evidence_claims(d->claims, &body);
  taut_html_evidence_faults(d, &body);
  taut_html_evidence_mutation(d->mutation, &body);
  taut_html_evidence_selftest(d->selftest, &body);
  validity(&body);
  taut_html_evidence_inputs(d, &body);
  taut_buffer_text(&body, "</main>\n");
  frame(title.data, &body, out);
  taut_buffer_fini(&title);
  taut_buffer_fini(&body);
}
