/// The tables of the page: requirements, hazards, repetitions.
#include <math.h>
#include <string.h>

#include "report/html_parts.h"

const json_t *taut_html_requirement(const taut_html_run *run, const char *id) {
  for (size_t i = 0; id[0] != '\0' && i < json_array_size(run->requirements); i++) {
    const json_t *item = json_array_get(run->requirements, i);
    if (strcmp(taut_html_text_at(item, "id"), id) == 0) return item;
  }
  return NULL;
}

/// A link to the case of that name, or the name.
static void link_case(const taut_html_run *run, const char *name, taut_buffer *out) {
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    if (strcmp(taut_html_text_at(json_array_get(run->cases, i), "name"), name) != 0) continue;
    taut_buffer_printf(out, "<a href=\"#case-%zu\">", i + 1);
    taut_html_escape(out, name);
    taut_buffer_text(out, "</a>");
    return;
  }
  taut_html_escape(out, name);
}

static void list_texts(const json_t *list, const char *absent, taut_buffer *out) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (text == NULL) continue;
    if (n++ > 0) taut_buffer_text(out, ", ");
    taut_html_escape(out, text);
  }
  if (n == 0) taut_buffer_text(out, absent);
}

static bool is_gap(const json_t *row) {
  return json_is_true(json_object_get(row, "gap"));
}

/// How many rows have this verdict; "gap" counts the gaps.
static size_t count_rows(const json_t *rows, const char *verdict) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    n +=
        strcmp(verdict, "gap") == 0 ? is_gap(row) : strcmp(taut_html_verdict_at(row), verdict) == 0;
  }
  return n;
}

/// "Nothing in this run exercised SR-051, SR-052."
static void list_gaps(const json_t *rows, taut_buffer *out) {
  if (count_rows(rows, "gap") == 0) return;
  taut_buffer_text(out, "<p class=\"note gap\"><b>Gaps.</b> Nothing in this run exercised ");
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (!is_gap(row)) continue;
    if (n++ > 0) taut_buffer_text(out, ", ");
    taut_html_element(out, "span", "nb", taut_html_text_at(row, "id"));
  }
  taut_buffer_text(out, ".</p>\n");
}

// A large part of a page is tables, so they do without the end tags that HTML does not need.

static void cell(taut_buffer *out, const char *text) {
  taut_buffer_text(out, "<td>");
  taut_html_escape(out, text[0] != '\0' ? text : "–");
}

static void number_cell(taut_buffer *out, double value, const char *unit) {
  taut_buffer_text(out, "<td class=num>");
  taut_html_quantity(out, value, unit);
}

static void list_cell(taut_buffer *out, const json_t *list, const char *absent) {
  taut_buffer_text(out, "<td>");
  list_texts(list, absent, out);
}

static void result_cell(const json_t *row, taut_buffer *out) {
  taut_html_verdict(out, "td", is_gap(row) ? "gap" : taut_html_verdict_at(row));
}

/// Opens the row, with its id as its head.
static void row_start(const json_t *row, taut_buffer *out) {
  taut_buffer_printf(out, "<tr class=%s><th>", is_gap(row) ? "gap" : taut_html_verdict_at(row));
  taut_html_escape(out, taut_html_text_at(row, "id"));
}

void taut_html_table_start(const char *const *columns, taut_buffer *out) {
  taut_buffer_text(out, "<div class=scroll><table>\n<thead><tr>");
  for (size_t i = 0; columns[i] != NULL; i++) {
    taut_buffer_printf(out, "<th>%s", columns[i]);
  }
  taut_buffer_text(out, "<tbody>\n");
}

void taut_html_table_end(taut_buffer *out) {
  taut_buffer_text(out, "</table></div>\n");
}

// ------------------------------------------------------------------------------------ requirements

/// A gap has no formula here: nothing was judged by it.
static void requirement_row(const taut_html_run *run, const json_t *row, bool has_approved,
                            taut_buffer *out) {
  row_start(row, out);
  cell(out, taut_html_text_at(row, "text"));
  if (!is_gap(row)) {
    taut_buffer_text(out, "<code class=formula>");
    taut_html_formula(out, taut_html_text_at(row, "formula"));
    taut_buffer_text(out, "</code>");
  }
  result_cell(row, out);
  if (is_gap(row)) {
    taut_buffer_text(out, "<td>");
  } else {
    number_cell(out, taut_html_number_at(row, "margin", NAN), taut_html_text_at(row, "unit"));
  }
  taut_buffer_printf(out, "<td>%zu", json_array_size(json_object_get(row, "cases")));
  const char *worst = taut_html_text_at(row, "worst_case");
  if (worst[0] != '\0' && json_array_size(run->cases) > 1) {
    taut_buffer_text(out, ", worst: ");
    link_case(run, worst, out);
  }
  list_cell(out, json_object_get(row, "hazards"), "–");
  if (has_approved) {
    cell(out, json_is_true(json_object_get(row, "approved")) ? "approved" : "limit not approved");
  }
  taut_buffer_text(out, "\n");
}

void taut_html_requirements(const taut_html_run *run, taut_buffer *out) {
  const char *columns[] = {"id",    "requirement", "result", "least margin",
                           "cases", "hazards",     "limit",  NULL};
  const json_t *rows = run->requirements;
  size_t n = json_array_size(rows);
  if (n == 0) return;
  size_t n_approved = 0;
  for (size_t i = 0; i < n; i++) {
    n_approved += json_is_true(json_object_get(json_array_get(rows, i), "approved"));
  }
  taut_buffer_printf(out,
                     "<section id=\"requirements\"><h2>Requirements</h2>\n"
                     "<p class=\"note\">%zu in the register: %zu hold, %zu broken, %zu "
                     "inconclusive, %zu in error, %zu not exercised. ",
                     n, count_rows(rows, "pass"), count_rows(rows, "fail"),
                     count_rows(rows, "inconclusive"), count_rows(rows, "error"),
                     count_rows(rows, "gap"));
  if (n_approved < n) {
    taut_buffer_text(out, "<b>Limits not approved: ");
    if (n_approved > 0) taut_buffer_printf(out, "%zu of ", n - n_approved);
    taut_buffer_printf(out,
                       "%s%zu.</b> A pass shows that the software keeps to a limit, not that "
                       "the limit is right.",
                       n_approved > 0 ? "" : "all ", n);
  }
  taut_buffer_text(out, "</p>\n");
  list_gaps(rows, out);
  // Where none is approved the sentence above says it all.
  if (n_approved == 0) columns[6] = NULL;
  taut_html_table_start(columns, out);
  for (size_t i = 0; i < n; i++) {
    requirement_row(run, json_array_get(rows, i), n_approved > 0, out);
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

// ----------------------------------------------------------------------------------------- hazards

void taut_html_hazards(const taut_html_run *run, taut_buffer *out) {
  static const char *const columns[] = {"id",       "failure",      "required", "safe state",
                                        "severity", "requirements", "result",   NULL};
  const json_t *rows = json_object_get(run->results, "hazards");
  size_t n = json_array_size(rows);
  if (n == 0) return;
  taut_buffer_text(out, "<section id=\"hazards\"><h2>Hazards</h2>\n");
  list_gaps(rows, out);
  taut_html_table_start(columns, out);
  for (size_t i = 0; i < n; i++) {
    const json_t *row = json_array_get(rows, i);
    row_start(row, out);
    cell(out, taut_html_text_at(row, "failure"));
    cell(out, taut_html_text_at(row, "requirement"));
    cell(out, taut_html_text_at(row, "safe_state"));
    cell(out, taut_html_text_at(row, "severity"));
    list_cell(out, json_object_get(row, "requirements"), "none");
    result_cell(row, out);
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

// ------------------------------------------------------------------------------------- repetitions

void taut_html_repetitions(const json_t *document, taut_buffer *out) {
  static const struct {
    const char *key, *unit;
  } numbers[] = {{"from_s", "s"},
                 {"to_s", "s"},
                 {"range_m", "m"},
                 {"mean_velocity_m_s", "m/s"},
                 {"peak_velocity_m_s", "m/s"},
                 {"peak_force_n", "N"},
                 {"time_under_tension_s", "s"}};
  static const char *const heads[] = {
      "rep",           "side",       "from",          "to",       "range", "mean velocity",
      "peak velocity", "peak force", "under tension", "symptoms", NULL};
  const json_t *reps = json_object_get(document, "reps");
  size_t n = json_array_size(reps);
  if (n == 0) return;
  taut_buffer_printf(out, "<details class=\"part\"><summary>Repetitions (%zu)</summary>\n", n);
  taut_html_table_start(heads, out);
  for (size_t i = 0; i < n; i++) {
    const json_t *rep = json_array_get(reps, i);
    double set = taut_html_number_at(rep, "set", 1);
    taut_buffer_text(out, "<tr><th>");
    if (set > 1) taut_buffer_printf(out, "set %.0f, ", set);
    taut_html_quantity(out, taut_html_number_at(rep, "rep", NAN), "");
    if (json_is_false(json_object_get(rep, "complete"))) taut_buffer_text(out, " incomplete");
    cell(out, taut_html_text_at(rep, "side"));
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
      number_cell(out, taut_html_number_at(rep, numbers[k].key, NAN), numbers[k].unit);
    }
    list_cell(out, json_object_get(rep, "symptoms"), "–");
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</details>\n");
}

// ----------------------------------------------------------------------------------------- against

static void verdict_cell(taut_buffer *out, const json_t *row, const char *key) {
  const char *verdict = taut_html_text_at(row, key);
  taut_html_verdict(out, "td", verdict[0] != '\0' ? verdict : "none");
}

void taut_html_against(const json_t *document, taut_buffer *out) {
  static const char *const heads[] = {"id",         "check",      "old",    "new",
                                      "old margin", "new margin", "change", NULL};
  const json_t *against = json_object_get(document, "against");
  const json_t *rows = json_object_get(against, "requirements");
  if (!json_is_object(against)) return;
  bool is_same = json_is_true(json_object_get(against, "same_trace"));
  taut_buffer_printf(out,
                     "<details class=\"part\"%s><summary>Against the old side: %s</summary>\n"
                     "<p class=\"note\">The old side: ",
                     is_same ? "" : " open", is_same ? "the same trace" : "another trace");
  taut_html_verdict(out, "span", taut_html_verdict_at(against));
  taut_buffer_text(out, " ");
  taut_html_escape(out, taut_html_text_at(against, "reason"));
  taut_buffer_text(out, "</p>\n");
  taut_html_table_start(heads, out);
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    const char *unit = taut_html_text_at(row, "unit");
    taut_buffer_text(out, "<tr><th>");
    taut_html_escape(out, taut_html_text_at(row, "id"));
    cell(out, taut_html_text_at(row, "text"));
    verdict_cell(out, row, "old_verdict");
    verdict_cell(out, row, "new_verdict");
    number_cell(out, taut_html_number_at(row, "old_margin", NAN), unit);
    number_cell(out, taut_html_number_at(row, "new_margin", NAN), unit);
    number_cell(out, taut_html_number_at(row, "change", NAN), unit);
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</details>\n");
}
