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

/// "Not exercised by this run: SR-051, SR-052", each a link to its row.
static void list_gaps(const json_t *rows, const char *prefix, taut_buffer *out) {
  if (count_rows(rows, "gap") == 0) return;
  taut_buffer_text(out, "<p class=\"note gap\"><b>Gaps.</b> Nothing in this run exercised ");
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (!is_gap(row)) continue;
    taut_buffer_printf(out, "%s<a href=\"#%s-%zu\">", n++ > 0 ? ", " : "", prefix, i + 1);
    taut_html_escape(out, taut_html_text_at(row, "id"));
    taut_buffer_text(out, "</a>");
  }
  taut_buffer_text(out, ".</p>\n");
}

/// <td> with the head of its column, which a narrow screen shows before it.
static void cell(taut_buffer *out, const char *label, const char *text) {
  taut_buffer_printf(out, "<td data-label=\"%s\">", label);
  taut_html_escape(out, text[0] != '\0' ? text : "–");
  taut_buffer_text(out, "</td>");
}

static void number_cell(taut_buffer *out, const char *label, double value, const char *unit) {
  taut_buffer_printf(out, "<td class=\"num\" data-label=\"%s\">", label);
  taut_html_quantity(out, value, unit);
  taut_buffer_text(out, "</td>");
}

static void result_cell(const json_t *row, taut_buffer *out) {
  taut_buffer_text(out, "<td data-label=\"result\">");
  if (is_gap(row)) {
    taut_buffer_text(out, "<span class=\"v gap\"><b aria-hidden=\"true\">○</b> gap</span>");
  } else {
    taut_html_verdict(out, taut_html_verdict_at(row));
  }
  taut_buffer_text(out, "</td>");
}

/// Opens the row that links of `prefix` lead to, with its id as its head.
static void row_start(const json_t *row, const char *prefix, size_t i, taut_buffer *out) {
  taut_buffer_printf(out, "<tr id=\"%s-%zu\" class=\"%s\">", prefix, i + 1,
                     is_gap(row) ? "gap" : taut_html_verdict_at(row));
  taut_buffer_text(out, "<th scope=\"row\">");
  taut_html_escape(out, taut_html_text_at(row, "id"));
  taut_buffer_text(out, "</th>");
}

static void table_head(const char *const *columns, taut_buffer *out) {
  taut_buffer_text(out, "<div class=\"scroll\"><table>\n<thead><tr>");
  for (size_t i = 0; columns[i] != NULL; i++) {
    taut_buffer_printf(out, "<th scope=\"col\">%s</th>", columns[i]);
  }
  taut_buffer_text(out, "</tr></thead><tbody>\n");
}

// ------------------------------------------------------------------------------------ requirements

static void requirement_row(const taut_html_run *run, const json_t *row, size_t i,
                            taut_buffer *out) {
  row_start(row, "requirement", i, out);
  taut_buffer_text(out, "<td class=\"wide\" data-label=\"requirement\">");
  taut_html_escape(out, taut_html_text_at(row, "text"));
  taut_html_element(out, "code", "formula", taut_html_text_at(row, "formula"));
  taut_buffer_text(out, "</td>");
  result_cell(row, out);
  number_cell(out, "least margin", taut_html_number_at(row, "margin", NAN),
              taut_html_text_at(row, "unit"));
  taut_buffer_printf(out, "<td class=\"wide\" data-label=\"cases\">%zu",
                     json_array_size(json_object_get(row, "cases")));
  const char *worst = taut_html_text_at(row, "worst_case");
  if (worst[0] != '\0') {
    taut_buffer_text(out, ", worst: ");
    link_case(run, worst, out);
  }
  taut_buffer_text(out, "</td><td data-label=\"hazards\">");
  list_texts(json_object_get(row, "hazards"), "–", out);
  taut_buffer_text(out, "</td>");
  bool is_approved = json_is_true(json_object_get(row, "approved"));
  cell(out, "limit", is_approved ? "approved" : "limit not approved");
  taut_buffer_text(out, "</tr>\n");
}

void taut_html_requirements(const taut_html_run *run, taut_buffer *out) {
  static const char *const columns[] = {"id",    "requirement", "result", "least margin",
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
    taut_buffer_printf(out,
                       "The limits of %zu are not approved: a pass shows that the software "
                       "keeps to a limit, not that the limit is right.",
                       n - n_approved);
  }
  taut_buffer_text(out, "</p>\n");
  list_gaps(rows, "requirement", out);
  table_head(columns, out);
  for (size_t i = 0; i < n; i++) requirement_row(run, json_array_get(rows, i), i, out);
  taut_buffer_text(out, "</tbody></table></div></section>\n");
}

// ----------------------------------------------------------------------------------------- hazards

void taut_html_hazards(const taut_html_run *run, taut_buffer *out) {
  static const char *const columns[] = {"id",           "failure",    "detection",
                                        "required",     "safe state", "severity",
                                        "requirements", "result",     NULL};
  const json_t *rows = json_object_get(run->results, "hazards");
  size_t n = json_array_size(rows);
  if (n == 0) return;
  taut_buffer_text(out, "<section id=\"hazards\"><h2>Hazards</h2>\n");
  list_gaps(rows, "hazard", out);
  table_head(columns, out);
  for (size_t i = 0; i < n; i++) {
    const json_t *row = json_array_get(rows, i);
    row_start(row, "hazard", i, out);
    cell(out, "failure", taut_html_text_at(row, "failure"));
    cell(out, "detection", taut_html_text_at(row, "detection"));
    cell(out, "required", taut_html_text_at(row, "requirement"));
    cell(out, "safe state", taut_html_text_at(row, "safe_state"));
    cell(out, "severity", taut_html_text_at(row, "severity"));
    taut_buffer_text(out, "<td data-label=\"requirements\">");
    list_texts(json_object_get(row, "requirements"), "none", out);
    taut_buffer_text(out, "</td>");
    result_cell(row, out);
    taut_buffer_text(out, "</tr>\n");
  }
  taut_buffer_text(out, "</tbody></table></div></section>\n");
}

// ------------------------------------------------------------------------------------- repetitions

void taut_html_repetitions(const json_t *document, taut_buffer *out) {
  static const struct {
    const char *head, *key, *unit;
  } columns[] = {{"range", "range_m", "m"},
                 {"mean velocity", "mean_velocity_m_s", "m/s"},
                 {"peak velocity", "peak_velocity_m_s", "m/s"},
                 {"peak force", "peak_force_n", "N"},
                 {"under tension", "time_under_tension_s", "s"}};
  static const char *const heads[] = {
      "rep",           "side",       "from",          "to",       "range", "mean velocity",
      "peak velocity", "peak force", "under tension", "symptoms", NULL};
  const json_t *reps = json_object_get(document, "reps");
  size_t n = json_array_size(reps);
  if (n == 0) return;
  taut_buffer_printf(out, "<details class=\"part\"><summary>Repetitions (%zu)</summary>\n", n);
  table_head(heads, out);
  for (size_t i = 0; i < n; i++) {
    const json_t *rep = json_array_get(reps, i);
    taut_buffer_text(out, "<tr><th scope=\"row\">");
    taut_html_quantity(out, taut_html_number_at(rep, "rep", NAN), "");
    taut_buffer_text(out, "</th>");
    cell(out, "side", taut_html_text_at(rep, "side"));
    number_cell(out, "from", taut_html_number_at(rep, "from_s", NAN), "s");
    number_cell(out, "to", taut_html_number_at(rep, "to_s", NAN), "s");
    for (size_t k = 0; k < sizeof columns / sizeof columns[0]; k++) {
      number_cell(out, columns[k].head, taut_html_number_at(rep, columns[k].key, NAN),
                  columns[k].unit);
    }
    taut_buffer_text(out, "<td data-label=\"symptoms\">");
    list_texts(json_object_get(rep, "symptoms"), "–", out);
    taut_buffer_text(out, "</td></tr>\n");
  }
  taut_buffer_text(out, "</tbody></table></div></details>\n");
}
