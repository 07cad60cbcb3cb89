/// The tables of evidence.html that speak of what it rests on: limits, parameters, versions.
#include <math.h>
#include <string.h>

#include "report/html_evidence.h"

static const char *text_at(const json_t *object, const char *key) {
  return taut_html_text_at(object, key);
}

// -------------------------------------------------------------------------------------- approvals

/// Every requirement in full, with its limit and who stands for it.
static void requirement_row(const json_t *row, taut_buffer *out) {
  const json_t *approval = json_object_get(row, "approval");
  taut_buffer_printf(out, "<tr class=%s id=\"r-",
                     json_is_true(json_object_get(row, "gap")) ? "gap" : taut_html_verdict_at(row));
  taut_html_escape(out, text_at(row, "id"));
  taut_buffer_text(out, "\"><th>");
  taut_html_escape(out, text_at(row, "id"));
  taut_html_cell(out, text_at(row, "text"));
  taut_buffer_text(out, "<code class=formula>");
  taut_html_formula(out, text_at(row, "formula"));
  taut_buffer_text(out, "</code><td><code>");
  taut_html_escape(out, text_at(row, "limit"));
  taut_buffer_text(out, "</code><br><span class=meta>");
  taut_html_escape(out, text_at(row, "source"));
  taut_buffer_text(out, "</span><td>");
  if (json_is_true(json_object_get(approval, "register"))) {
    taut_buffer_text(out, "in the register");
  } else if (json_is_object(approval)) {
    taut_html_escape(out, text_at(approval, "name"));
    taut_buffer_text(out, ", ");
    taut_html_escape(out, text_at(approval, "role"));
    taut_buffer_text(out, ", ");
    taut_html_escape(out, text_at(approval, "date"));
    taut_buffer_text(out, ": ");
    taut_html_escape(out, text_at(approval, "rationale"));
  } else {
    taut_buffer_text(out, "<b class=by>nobody</b>");
  }
  taut_buffer_text(out, "\n");
}

static void limits(const taut_campaign_documents *d, taut_buffer *out) {
  static const char *const columns[] = {"id", "requirement", "limit, source", "approved by", NULL};
  static const char *const void_columns[] = {"requirement", "value", "by", "why", NULL};
  const json_t *void_ones = json_object_get(d->approvals, "without_effect");
  size_t i;
  json_t *row;
  taut_buffer_text(
      out, "<section id=\"approvals\"><h2>Requirements and who approved their limits</h2>\n");
  if (json_array_size(void_ones) > 0) {
    taut_buffer_text(out, "<p class=\"note warn\"><b>Approvals without effect.</b></p>\n");
    taut_html_table_start(void_columns, out);
    json_array_foreach(void_ones, i, row) {
      taut_buffer_text(out, "<tr class=gap><th>");
      taut_html_escape(out, text_at(row, "requirement"));
      taut_html_cell(out, text_at(row, "value"));
      taut_html_cell(out, text_at(row, "name"));
      taut_html_cell(out, text_at(row, "why"));
      taut_buffer_text(out, "\n");
    }
    taut_html_table_end(out);
  }
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(d->registers, "requirements"), i, row) {
    requirement_row(row, out);
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

// ---------------------------------------------------------------------------------------
// parameters

/// Status V first is what is known; M and D first is what is not: those lead.
static int rank_of(const char *status) {
  const char *order = "MDCV", *at = strchr(order, status[0]);
  return at != NULL && status[0] != '\0' ? (int)(at - order) : 4;
}

static void parameters(const json_t *document, taut_buffer *out) {
  static const char *const columns[] = {"status", "set", "parameter", "value", "source", NULL};
  const char *name;
  json_t *set, *row;
  size_t i;
  taut_buffer_text(out,
                   "<section id=\"parameters\"><h2>Parameters</h2>\n<p class=note>M: from memory, "
                   "unverified; D: design proposal; C: computed; V: verified in a named public "
                   "source. The unverified come first.</p>\n");
  taut_html_table_start(columns, out);
  for (int rank = 0; rank <= 4; rank++) {
    json_object_foreach(json_object_get(document, "sets"), name, set) {
      json_array_foreach(set, i, row) {
        const char *status = text_at(row, "status");
        if (rank_of(status) != rank) continue;
        taut_buffer_printf(out, "<tr%s><th>", rank < 2 ? " class=gap" : "");
        taut_html_escape(out, status);
        taut_html_cell(out, name);
        taut_html_cell(out, text_at(row, "name"));
        taut_html_cell(out, text_at(row, "value"));
        taut_html_cell(out, text_at(row, "source"));
        taut_buffer_text(out, "\n");
      }
    }
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

// -----------------------------------------------------------------------------------------
// versions

static void fact(const char *name, const char *value, taut_buffer *out) {
  taut_html_element(out, "dt", NULL, name);
  taut_html_element(out, "dd", NULL, value[0] != '\0' ? value : "–");
}

static void versions(const taut_campaign_documents *d, taut_buffer *out) {
  const char *name;
  json_t *hash;
  taut_buffer_text(out, "<section id=\"versions\"><h2>Versions</h2>\n<dl class=facts>");
  fact("Taut", text_at(d->versions, "taut"), out);
  fact("plugin ABI", text_at(d->versions, "plugin_abi"), out);
  fact("compiler", text_at(d->versions, "compiler"), out);
  json_object_foreach(json_object_get(d->versions, "libraries"), name, hash) {
    fact(name, json_string_value(hash) != NULL ? json_string_value(hash) : "", out);
  }
  taut_buffer_text(out, "</dl></section>\n");
}

void taut_html_evidence_inputs(const taut_campaign_documents *d, taut_buffer *out) {
  limits(d, out);
  parameters(d->parameters, out);
  versions(d, out);
}

// ------------------------------------------------------------------------------ self-check and
// since

void taut_html_evidence_selftest(const json_t *selftest, taut_buffer *out) {
  static const char *const columns[] = {"result", "area", "tried", "expected", "got", NULL};
  size_t i;
  json_t *row;
  if (selftest == NULL) return;
  taut_buffer_text(out, "<section id=\"selftest\"><h2>Self-check: can the judge fail?</h2>\n");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(selftest, "checks"), i, row) {
    bool is_ok = json_is_true(json_object_get(row, "ok"));
    taut_buffer_printf(out, "<tr class=%s>", is_ok ? "pass" : "fail");
    taut_html_verdict(out, "td", is_ok ? "pass" : "fail");
    taut_html_cell(out, text_at(row, "area"));
    taut_html_cell(out, text_at(row, "tried"));
    taut_html_cell(out, text_at(row, "expected"));
    taut_html_cell(out, text_at(row, "got"));
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

static void change_rows(const json_t *list, const char *kind, taut_buffer *out) {
  size_t i;
  json_t *row;
  json_array_foreach((json_t *)(uintptr_t)list, i, row) {
    taut_buffer_text(out, "<tr><th>");
    taut_html_escape(out, kind);
    taut_html_cell(out, text_at(row, "what"));
    taut_html_cell(out, text_at(row, "before"));
    taut_html_cell(out, text_at(row, "now"));
    taut_buffer_text(out, "\n");
  }
}

void taut_html_evidence_since(const json_t *since, taut_buffer *out) {
  static const char *const kinds[] = {"controller", "requirements", "limits", "results", NULL};
  static const char *const columns[] = {"kind", "what", "before", "now", NULL};
  size_t n = 0;
  if (since == NULL) return;
  taut_buffer_text(out, "<section id=\"since\"><h2>Since the bundle ");
  taut_html_escape(out, text_at(since, "bundle"));
  taut_buffer_text(out, "</h2>\n");
  taut_html_table_start(columns, out);
  for (size_t i = 0; kinds[i] != NULL; i++) {
    const json_t *list = json_object_get(since, kinds[i]);
    n += json_array_size(list);
    change_rows(list, kinds[i], out);
  }
  taut_html_table_end(out);
  if (n == 0) taut_buffer_text(out, "<p class=note>Nothing changed.</p>\n");
  taut_buffer_text(out, "</section>\n");
}
