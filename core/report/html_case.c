/// One case of the page.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/explain.h"
#include "report/html_parts.h"

enum { BROKEN_MAX = 50, EVENTS_MAX = 500, LOGS_MAX = 200 };

/// The checks of a case that did not hold, and those that decide its figures.
typedef struct broken {
  const json_t *checks[BROKEN_MAX];
  size_t n, n_all;
} broken;

static broken find_broken(const json_t *document) {
  broken found = {.n = 0};
  bool is_open = strcmp(taut_html_verdict_at(document), "inconclusive") == 0;
  const json_t *checks = taut_html_checks(document);
  // Errors and failures first; what stayed undecided only where nothing else explains the verdict.
  static const char *const order[] = {"error", "fail", "inconclusive"};
  for (size_t k = 0; k < (is_open ? 3u : 2u); k++) {
    for (size_t i = 0; i < json_array_size(checks); i++) {
      const json_t *check = json_array_get(checks, i);
      if (strcmp(taut_html_verdict_at(check), order[k]) != 0) continue;
      // What watches every run may well have nothing to say in this one.
      if (k == 2 && json_is_true(json_object_get(check, "everywhere"))) continue;
      found.n_all++;
      if (found.n < BROKEN_MAX) found.checks[found.n++] = check;
    }
  }
  return found;
}

/// "12.345 s", or a dash when there is no time.
static void when(const json_t *check, taut_buffer *out) {
  const json_t *tick = json_object_get(check, "tick_ns");
  if (!json_is_integer(tick)) {
    taut_buffer_text(out, "–");
    return;
  }
  taut_buffer_printf(out, "%.3f s", (double)json_integer_value(tick) * 1e-9);
}

static void field(taut_buffer *out, const char *label, const char *text) {
  if (text[0] == '\0') return;
  taut_buffer_printf(out, "<dt>%s</dt><dd>", label);
  taut_html_formula(out, text);
  taut_buffer_text(out, "</dd>");
}

static void line_of(const json_t *document, const json_t *check, taut_buffer *out) {
  double line = taut_html_number_at(check, "line", 0);
  if (line <= 0) line = taut_html_number_at(document, "line", 1);
  taut_html_escape(out, taut_html_text_at(document, "file"));
  taut_buffer_printf(out, ":%.0f", line > 0 && line < 1e9 ? line : 1);
}

// ------------------------------------------------------------------------------------------ checks

/// A host that the script fills with charts; without it the words above say all that is known.
static void figure(size_t i_case, size_t i_figure, const char *label, taut_buffer *out) {
  taut_buffer_printf(out,
                     "<div class=\"figure\" data-case=\"%zu\" data-figure=\"%zu\" "
                     "role=\"group\" aria-label=\"",
                     i_case + 1, i_figure);
  taut_html_escape(out, label);
  taut_buffer_text(out, ", keys: arrows, plus, minus, 0, v\"></div>\n");
}

static const char *label_of(const json_t *check) {
  const char *id = taut_html_text_at(check, "id");
  return id[0] != '\0' ? id : taut_html_text_at(check, "expression");
}

/// What may happen when the requirement is broken: "H13 the handle is let go under load
/// (critical)".
static void hazards(const taut_html_run *run, const json_t *requirement, taut_buffer *out) {
  const json_t *ids = json_object_get(requirement, "hazards");
  const json_t *rows = json_object_get(run->results, "hazards");
  bool is_first = true;
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    const char *id = taut_html_text_at(row, "id"), *severity = taut_html_text_at(row, "severity");
    if (id[0] == '\0' || !taut_html_has_text(ids, id)) continue;
    taut_buffer_text(out, is_first ? "<dt>hazard</dt><dd>" : "\n");
    taut_html_escape(out, id);
    taut_buffer_text(out, " ");
    taut_html_escape(out, taut_html_text_at(row, "failure"));
    if (severity[0] != '\0') taut_buffer_text(out, ", ");
    taut_html_escape(out, severity);
    is_first = false;
  }
  if (!is_first) taut_buffer_text(out, "</dd>");
}

static void facts(const json_t *check, taut_buffer *out) {
  const char *formula = taut_html_text_at(check, "expression");
  const char *expected = taut_html_text_at(check, "expected");
  // The formula keeps its lines, which what was expected may have lost.
  bool is_formula = expected[0] == '\0' || taut_html_is_same_formula(expected, formula);
  field(out, "expected", is_formula ? formula : expected);
  field(out, "got", taut_html_text_at(check, "got"));
  if (json_is_integer(json_object_get(check, "tick_ns"))) {
    taut_buffer_text(out, "<dt>when</dt><dd>");
    when(check, out);
    taut_buffer_text(out, "</dd>");
  }
  double margin = taut_html_number_at(check, "margin", NAN);
  if (isfinite(margin) && strcmp(taut_html_verdict_at(check), "fail") == 0) {
    taut_buffer_text(out, "<dt>by</dt><dd class=\"by\">");
    taut_html_quantity(out, fabs(margin), taut_html_text_at(check, "unit"));
    taut_buffer_text(out, "</dd>");
  }
  if (!is_formula) field(out, "formula", formula);
}

static void broken_check(const taut_html_run *run, const json_t *document, const json_t *check,
                         taut_buffer *out) {
  const char *id = taut_html_text_at(check, "id"), *text = taut_html_text_at(check, "text");
  const char *verdict = taut_html_verdict_at(check);
  const json_t *requirement = taut_html_requirement(run, id);
  if (text[0] == '\0') text = taut_html_text_at(requirement, "text");
  taut_buffer_printf(out, "<div class=\"check %s\"><h4>", verdict);
  if (id[0] != '\0') {
    taut_html_element(out, "span", "id", id);
    taut_buffer_text(out, " ");
  }
  taut_html_escape(out, text[0] != '\0' ? text : taut_html_text_at(check, "expression"));
  if (strcmp(verdict, "fail") != 0) {
    taut_buffer_text(out, " ");
    taut_html_verdict(out, "span", verdict);
  }
  taut_buffer_text(out, "</h4>\n<dl class=\"facts\">");
  facts(check, out);
  hazards(run, requirement, out);
  taut_buffer_text(out, "<dt>at</dt><dd>");
  // A requirement stands in its register, a check of the script in the scenario.
  bool is_registered = requirement != NULL && json_is_true(json_object_get(check, "requirement"));
  if (is_registered) {
    line_of(requirement, NULL, out);
  } else {
    line_of(document, check, out);
  }
  taut_buffer_text(out, "</dd></dl>\n");
}

static void all_checks(const json_t *document, taut_buffer *out) {
  static const char *const heads[] = {"result", "check", "margin", "when", "triggered", NULL};
  const json_t *checks = taut_html_checks(document);
  size_t n = json_array_size(checks);
  if (n == 0) return;
  taut_buffer_printf(out, "<details class=\"part\"><summary>All checks (%zu)</summary>\n", n);
  taut_html_table_start(heads, out);
  for (size_t i = 0; i < n; i++) {
    const json_t *check = json_array_get(checks, i);
    const char *id = taut_html_text_at(check, "id"), *text = taut_html_text_at(check, "text");
    taut_buffer_printf(out, "<tr class=%s>", taut_html_verdict_at(check));
    taut_html_verdict(out, "td", taut_html_verdict_at(check));
    taut_buffer_text(out, "<td>");
    if (id[0] != '\0') {
      taut_html_element(out, "span", "id", id);
      taut_buffer_text(out, " ");
    }
    taut_html_escape(out, text[0] != '\0' ? text : taut_html_text_at(check, "expression"));
    taut_buffer_text(out, "<td class=num>");
    taut_html_quantity(out, taut_html_number_at(check, "margin", NAN),
                       taut_html_text_at(check, "unit"));
    taut_buffer_text(out, "<td class=num>");
    when(check, out);
    taut_buffer_text(out, "<td class=num>");
    double triggers = taut_html_number_at(check, "triggers", NAN);
    taut_html_quantity(out, triggers, isfinite(triggers) ? "×" : "");
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</details>\n");
}

// ------------------------------------------------------------------------------- events, log,
// words

static void events(const json_t *document, taut_buffer *out) {
  static const char *const heads[] = {"no.", "time", "source", "event", "value", NULL};
  const json_t *plots = json_object_get(document, "plots"),
               *list = json_object_get(plots, "events");
  size_t n = json_array_size(list);
  if (n == 0) return;
  taut_buffer_printf(out, "<details class=\"part\"><summary>Events (%zu)</summary>\n", n);
  taut_html_table_start(heads, out);
  for (size_t i = 0; i < n && i < EVENTS_MAX; i++) {
    const json_t *event = json_array_get(list, i), *value = json_object_get(event, "value");
    taut_buffer_printf(out, "<tr><th>%zu<td class=num>%.3f s<td>", i + 1,
                       taut_html_number_at(event, "t", 0));
    taut_html_escape(out, taut_html_text_at(event, "source"));
    taut_buffer_text(out, "<td>");
    taut_html_escape(out, taut_html_text_at(event, "name"));
    taut_buffer_text(out, "<td class=num>");
    if (json_is_string(value)) {
      taut_html_escape(out, json_string_value(value));
    } else {
      taut_html_quantity(out, json_is_number(value) ? json_number_value(value) : (double)NAN,
                         taut_html_text_at(event, "unit"));
    }
    taut_buffer_text(out, "\n");
  }
  taut_html_table_end(out);
  double n_lost = taut_html_number_at(plots, "events_lost", 0);
  double n_more = n > EVENTS_MAX ? (double)(n - EVENTS_MAX) : 0;
  if (n_more + n_lost > 0) {
    taut_buffer_printf(out, "<p class=\"note\">%.0f more are not listed</p>", n_more + n_lost);
  }
  taut_buffer_text(out, "</details>\n");
}

static void words(const json_t *document, taut_buffer *out) {
  const json_t *logs = json_object_get(document, "logs");
  const char *printed = taut_html_text_at(document, "output");
  size_t n = json_array_size(logs);
  if (n == 0 && printed[0] == '\0') return;
  taut_buffer_printf(out, "<details class=\"part\"><summary>Log (%zu)</summary><pre>", n);
  if (n > LOGS_MAX)
    taut_buffer_printf(out, "%zu earlier lines are in results.json\n", n - LOGS_MAX);
  for (size_t i = n > LOGS_MAX ? n - LOGS_MAX : 0; i < n; i++) {
    const char *line = json_string_value(json_array_get(logs, i));
    taut_html_escape(out, line != NULL ? line : "");
    taut_buffer_text(out, "\n");
  }
  taut_html_escape(out, printed);
  taut_buffer_text(out, "</pre></details>\n");
}

static void hashes(const json_t *document, taut_buffer *out) {
  taut_buffer_text(out,
                   "<details class=\"part\"><summary>Seed and hashes</summary>"
                   "<dl class=\"facts\">");
  taut_buffer_printf(out, "<dt>seed</dt><dd>%lld</dd>",
                     (long long)json_integer_value(json_object_get(document, "seed")));
  field(out, "trace hash", taut_html_text_at(document, "trace_hash"));
  field(out, "state hash", taut_html_text_at(document, "state_hash"));
  field(out, "plan hash", taut_html_text_at(document, "plan_hash"));
  field(out, "trace", taut_html_text_at(document, "trace"));
  taut_buffer_text(out, "</dl></details>\n");
}

/// A command, its options kept in one piece: a line that breaks behind "-" would read as two words.
static void command_text(const char *text, taut_buffer *out) {
  taut_buffer_text(out, "<code>");
  for (const char *option = strstr(text, " --"); option != NULL; option = strstr(text, " --")) {
    char *before = taut_text_format("%.*s", (int)(option + 1 - text), text);
    char *word = taut_text_format("%.*s", (int)strcspn(option + 1, " "), option + 1);
    taut_html_escape(out, before);
    taut_html_element(out, "span", "nb", word);
    text = option + 1 + strlen(word);
    free(before);
    free(word);
  }
  taut_html_escape(out, text);
  taut_buffer_text(out, "</code>");
}

/// The command that runs exactly this case again.
static void repro(const taut_html_run *run, const json_t *document, taut_buffer *out) {
  const json_t *given = json_object_get(run->results, "with");
  size_t n = json_array_size(given);
  const char **with = taut_memory_resize(NULL, (n + 1) * sizeof *with);
  size_t n_with = 0;
  for (size_t i = 0; i < n; i++) {
    const char *text = json_string_value(json_array_get(given, i));
    if (text != NULL) with[n_with++] = text;
  }
  with[n_with] = NULL;
  double line = taut_html_number_at(document, "line", 0);
  double repeats = taut_html_number_at(document, "repeats", 1);
  taut_record record = {.file = taut_text_copy(taut_html_text_at(document, "file")),
                        .name = taut_text_copy(taut_html_text_at(document, "name")),
                        .line = line > 0 && line < 1e9 ? (int)line : 0,
                        .seed = (uint64_t)json_integer_value(json_object_get(document, "seed")),
                        .repeats = repeats > 1 && repeats < 1e6 ? (int)repeats : 1};
  record.is_load_error = strcmp(record.name, "(load)") == 0;
  record.is_fast = strcmp(taut_html_text_at(document, "fidelity"), "fast") == 0;
  record.is_live = json_is_true(json_object_get(document, "live"));
  record.replay = json_incref(json_object_get(document, "replay"));
  const char *baseline = json_string_value(json_object_get(document, "baseline"));
  if (baseline != NULL) record.baseline = taut_text_copy(baseline);
  taut_buffer command = {0};
  taut_explain_command(&record, with, "taut", &command);
  taut_buffer_text(out, "<div class=\"repro\"><span class=\"label\">again</span>");
  command_text(command.data, out);
  taut_buffer_text(out, "<button type=\"button\" class=\"copy\" hidden>Copy</button></div>\n");
  taut_buffer_fini(&command);
  taut_record_fini(&record);
  free(with);
}

// -------------------------------------------------------------------------------------------- case

static void head(const json_t *document, size_t i_case, bool is_open, taut_buffer *out) {
  const char *verdict = taut_html_verdict_at(document);
  taut_buffer_printf(out, "<details class=\"case %s\" id=\"case-%zu\"%s><summary>", verdict,
                     i_case + 1, is_open ? " open" : "");
  taut_html_verdict(out, "span", verdict);
  taut_buffer_text(out, " <h3>");
  taut_html_escape(out, taut_html_text_at(document, "name"));
  taut_buffer_text(out, "</h3> <span class=\"meta\">");
  line_of(document, NULL, out);
  taut_buffer_printf(out, " · %.1f s simulated", taut_html_number_at(document, "simulated_s", 0));
  double repeats = taut_html_number_at(document, "repeats", 1);
  if (repeats > 1) taut_buffer_printf(out, " · %.0f times", repeats);
  const char *hazard = taut_html_text_at(document, "hazard");
  if (hazard[0] != '\0') {
    taut_buffer_text(out, " · ");
    taut_html_escape(out, hazard);
  }
  if (json_is_true(json_object_get(document, "live"))) taut_buffer_text(out, " · live");
  if (json_is_object(json_object_get(document, "replay")))
    taut_buffer_text(out, " · replayed, not re-executed");
  taut_buffer_text(out, "</span></summary>\n");
}

void taut_html_case(const taut_html_run *run, size_t i_case, const json_t *document, bool is_open,
                    taut_buffer *out) {
  broken found = find_broken(document);
  json_t *figures = taut_html_figures(document, found.checks, found.n);
  head(document, i_case, is_open, out);
  const char *reason = taut_html_text_at(document, "reason");
  if (found.n == 0 && reason[0] != '\0') taut_html_element(out, "p", "reason", reason);
  for (size_t i = 0; i < found.n; i++) {
    broken_check(run, document, found.checks[i], out);
    if (figures != NULL) figure(i_case, i, label_of(found.checks[i]), out);
    taut_buffer_text(out, "</div>\n");
  }
  if (found.n_all > found.n) {
    taut_buffer_printf(out, "<p class=\"note\">%zu more below, in all checks</p>\n",
                       found.n_all - found.n);
  }
  repro(run, document, out);
  if (figures != NULL) {
    bool is_pass = found.n == 0;
    taut_buffer_printf(out, "<details class=\"part\"%s><summary>All recorded signals</summary>\n",
                       is_pass ? " open" : "");
    figure(i_case, found.n, "all recorded signals", out);
    double skipped_s = taut_html_number_at(document, "skipped_s", 0);
    if (skipped_s > 0)
      taut_buffer_printf(out,
                         "<p class=\"note\">%.6g s of simulated time were skipped and not watched; "
                         "the axis of time leaves them out</p>\n",
                         skipped_s);
    taut_buffer_text(out, "</details>\n");
  }
  taut_html_history(json_object_get(document, "history"), out);
  taut_html_against(document, out);
  taut_html_repetitions(document, out);
  events(document, out);
  all_checks(document, out);
  words(document, out);
  hashes(document, out);
  if (figures != NULL) {
    taut_buffer_printf(out, "<script type=\"application/json\" id=\"data-%zu\">", i_case + 1);
    taut_html_json(out, figures);
    taut_buffer_text(out, "</script>\n");
    json_decref(figures);
  }
  taut_buffer_text(out, "</details>\n");
}
