#include "report/html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html_parts.h"
#include "report/plots.h"
#include "report/web.h"

enum { VERDICTS = 4, OPEN_MAX = 20 };

/// Failures first.
static const char *const order[VERDICTS] = {"fail", "error", "inconclusive", "pass"};
static const char *const headings[VERDICTS] = {"Failed", "In error", "Inconclusive", "Passed"};

static size_t count_of(const taut_html_run *run, const char *verdict) {
  size_t n = 0;
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    n += strcmp(taut_html_verdict_at(json_array_get(run->cases, i)), verdict) == 0;
  }
  return n;
}

// -------------------------------------------------------------------------------------------- head

/// "5 of 26 cases failed": the worst there is to say.
static void headline(const taut_html_run *run, taut_buffer *out) {
  static const char *const ends[VERDICTS] = {"failed", "ended in error", "inconclusive", "passed"};
  size_t n = json_array_size(run->cases);
  if (n == 0) {
    taut_buffer_text(out, "Nothing ran");
    return;
  }
  for (size_t i = 0; i < VERDICTS; i++) {
    size_t count = count_of(run, order[i]);
    if (count == 0) continue;
    if (count < n) {
      taut_buffer_printf(out, "%zu of %zu cases %s", count, n, ends[i]);
    } else if (n == 1) {
      taut_buffer_printf(out, "The case %s", ends[i]);
    } else {
      taut_buffer_printf(out, "All %zu cases %s", n, ends[i]);
    }
    return;
  }
  taut_buffer_printf(out, "%zu cases without a verdict", n);
}

static void counts(const taut_html_run *run, taut_buffer *out) {
  taut_buffer_text(out, "<ul class=\"counts\">");
  for (size_t i = 0; i < VERDICTS; i++) {
    size_t n = count_of(run, order[i]);
    taut_buffer_printf(out, "<li%s><a href=\"#%s\"><strong>%zu</strong> ",
                       n == 0 ? " class=\"zero\"" : "", order[i], n);
    taut_html_verdict(out, "span", order[i]);
    taut_buffer_text(out, "</a></li>");
  }
  taut_buffer_text(out, "</ul>\n");
}

/// The rigs of all cases, each once.
static void rigs(const taut_html_run *run, taut_buffer *out) {
  json_t *seen = json_array();
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    const char *rig = taut_html_text_at(json_array_get(run->cases, i), "rig");
    if (rig[0] == '\0' || taut_html_has_text(seen, rig)) continue;
    taut_buffer_text(out, json_array_size(seen) == 0 ? "<dt>rig</dt><dd>" : ", ");
    taut_html_escape(out, rig);
    json_array_append_new(seen, json_string(rig));
  }
  if (json_array_size(seen) > 0) taut_buffer_text(out, "</dd>");
  json_decref(seen);
}

static void what_ran(const taut_html_run *run, taut_buffer *out) {
  const json_t *with = json_object_get(run->results, "with");
  taut_buffer_text(out, "<dl class=\"ran\"><dt>replaced</dt><dd>");
  size_t n = json_array_size(with);
  for (size_t i = 0; i < n; i++) {
    const char *text = json_string_value(json_array_get(with, i));
    if (i > 0) taut_buffer_text(out, ", ");
    taut_html_element(out, "code", NULL, text != NULL ? text : "?");
  }
  if (n == 0) taut_buffer_text(out, "nothing: the software is that of the rig");
  const json_t *against = json_object_get(run->results, "against");
  for (size_t i = 0; i < json_array_size(against); i++) {
    const char *text = json_string_value(json_array_get(against, i));
    taut_buffer_text(out, i == 0 ? "</dd><dt>against</dt><dd>" : ", ");
    taut_html_element(out, "code", NULL, text != NULL ? text : "?");
  }
  taut_buffer_text(out, "</dd>");
  rigs(run, out);
  taut_buffer_printf(out, "<dt>seed</dt><dd>%lld</dd>",
                     (long long)json_integer_value(json_object_get(run->results, "seed")));
  taut_buffer_text(out, "<dt>Taut</dt><dd>");
  taut_html_escape(out, taut_html_text_at(run->results, "version"));
  double sim_s = 0;
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    sim_s += taut_html_number_at(json_array_get(run->cases, i), "simulated_s", 0);
  }
  taut_buffer_printf(out, "</dd><dt>simulated</dt><dd>%.1f s</dd></dl>\n", sim_s);
}

static void notices(const taut_html_run *run, taut_buffer *out) {
  if (json_is_true(json_object_get(run->results, "interrupted"))) {
    taut_buffer_text(out,
                     "<p class=\"note warn\"><b>Interrupted.</b> Only the cases that had ended "
                     "are here.</p>\n");
  }
  if (json_is_true(json_object_get(run->results, "allow_inconclusive"))) {
    taut_buffer_text(out,
                     "<p class=\"note\">Inconclusive cases were excused "
                     "(<code>--allow-inconclusive</code>).</p>\n");
  }
  taut_buffer_text(out,
                   "<noscript><p class=\"note\">Charts need scripts; verdicts, "
                   "failures and tables are all here without.</p></noscript>\n");
}

// ------------------------------------------------------------------------------------------ broken

/// A requirement that some case broke, with the worst of it.
typedef struct breach {
  const json_t *check;
  size_t i_worst, n_cases, i_last;
  double margin;
} breach;

static bool is_same(const json_t *a, const json_t *b) {
  const char *id = taut_html_text_at(a, "id");
  if (strcmp(id, taut_html_text_at(b, "id")) != 0) return false;
  return id[0] != '\0' || strcmp(taut_html_text_at(a, "text"), taut_html_text_at(b, "text")) == 0;
}

static size_t find_breaches(const taut_html_run *run, breach **out) {
  size_t n = 0;
  *out = NULL;
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    const json_t *checks = taut_html_checks(json_array_get(run->cases, i));
    for (size_t k = 0; k < json_array_size(checks); k++) {
      const json_t *check = json_array_get(checks, k);
      if (strcmp(taut_html_verdict_at(check), "fail") != 0) continue;
      double margin = taut_html_number_at(check, "margin", INFINITY);
      size_t j = 0;
      while (j < n && !is_same((*out)[j].check, check)) j++;
      if (j == n) {
        *out = taut_memory_resize(*out, ++n * sizeof **out);
        (*out)[j] = (breach){check, i, 1, i, margin};
      }
      breach *b = &(*out)[j];
      if (b->i_last != i) b->n_cases++;
      b->i_last = i;
      if (margin >= b->margin) continue;
      b->margin = margin;
      b->i_worst = i;
      b->check = check;
    }
  }
  return n;
}

/// One line per broken requirement: what a reader in a hurry needs.
static void broken_list(const taut_html_run *run, taut_buffer *out) {
  breach *list = NULL;
  size_t n = find_breaches(run, &list);
  if (n > 0)
    taut_buffer_text(out, "<section id=\"broken\"><h2>What broke</h2>\n<ol class=\"broken\">\n");
  for (size_t i = 0; i < n; i++) {
    const breach *b = &list[i];
    const char *id = taut_html_text_at(b->check, "id"), *text = taut_html_text_at(b->check, "text");
    if (text[0] == '\0') text = taut_html_text_at(taut_html_requirement(run, id), "text");
    taut_buffer_text(out, "<li><span class=\"id\">");
    taut_html_escape(out, id[0] != '\0' ? id : "check");
    taut_buffer_printf(out, "</span> <a href=\"#case-%zu\">", b->i_worst + 1);
    taut_html_escape(out, text[0] != '\0' ? text : taut_html_text_at(b->check, "expression"));
    taut_buffer_text(out, "</a> <span class=\"by\">");
    if (isfinite(b->margin)) {
      taut_buffer_text(out, "by ");
      taut_html_quantity(out, fabs(b->margin), taut_html_text_at(b->check, "unit"));
    }
    taut_buffer_printf(out, "</span> <span class=\"meta\">%zu case%s</span></li>\n", b->n_cases,
                       b->n_cases > 1 ? "s" : "");
  }
  if (n > 0) taut_buffer_text(out, "</ol></section>\n");
  free(list);
}

// ------------------------------------------------------------------------------------------- cases

static void group(const taut_html_run *run, size_t i_order, taut_html_case_fn load, void *user,
                  taut_buffer *out) {
  size_t n = count_of(run, order[i_order]), n_open = 0;
  bool is_pass = strcmp(order[i_order], "pass") == 0;
  if (n == 0) return;
  taut_buffer_printf(out, "<section id=\"%s\"><h2>%s <span class=\"meta\">%zu</span></h2>\n",
                     order[i_order], headings[i_order], n);
  for (size_t i = 0; i < json_array_size(run->cases); i++) {
    const json_t *item = json_array_get(run->cases, i);
    if (strcmp(taut_html_verdict_at(item), order[i_order]) != 0) continue;
    // The results decide; the file of the case adds what they leave out for its size.
    json_t *file = load != NULL ? load(i, user) : NULL, *document = json_copy((json_t *)item);
    json_t *plots = json_object_get(file, "plots"), *reps = json_object_get(file, "reps");
    if (taut_plots_are_whole(plots)) json_object_set(document, "plots", plots);
    if (taut_reps_are_whole(reps)) json_object_set(document, "reps", reps);
    json_object_set(document, "history", json_object_get(file, "history"));
    taut_html_case(run, i, document, !is_pass && n_open++ < OPEN_MAX, out);
    json_decref(document);
    json_decref(file);
  }
  taut_buffer_text(out, "</section>\n");
}

/// Where and when it ran, and how long: the only part that differs between two runs of the same.
static void environment(const taut_html_run *run, taut_buffer *out) {
  const json_t *object = json_object_get(run->results, "environment");
  const char *key;
  json_t *value;
  taut_buffer_text(out,
                   "<!--environment--><section id=\"environment\"><h2>Environment</h2>\n"
                   "<dl class=\"facts\">");
  json_object_foreach((json_t *)object, key, value) {
    taut_html_element(out, "dt", NULL, key);
    taut_buffer_text(out, "<dd>");
    if (json_is_string(value)) {
      taut_html_escape(out, json_string_value(value));
    } else if (json_is_integer(value)) {
      taut_buffer_printf(out, "%lld", (long long)json_integer_value(value));
    } else {
      taut_html_quantity(out, json_is_number(value) ? json_number_value(value) : (double)NAN, "");
    }
    taut_buffer_text(out, "</dd>");
  }
  taut_buffer_text(out, "</dl></section><!--/environment-->\n");
}

static void body(const taut_html_run *run, taut_html_case_fn load, void *user, taut_buffer *out) {
  taut_buffer_text(out, "<header><p class=\"brand\">Taut · run report</p>\n<h1>");
  headline(run, out);
  taut_buffer_text(out, "</h1>\n");
  counts(run, out);
  what_ran(run, out);
  notices(run, out);
  taut_buffer_text(out, "</header>\n<main id=\"main\">\n");
  broken_list(run, out);
  for (size_t i = 0; i < VERDICTS; i++) group(run, i, load, user, out);
  taut_html_requirements(run, out);
  taut_html_hazards(run, out);
  environment(run, out);
  taut_buffer_text(out, "</main>\n");
}

// -------------------------------------------------------------------------------------------- page

void taut_html_write(const json_t *results, taut_html_case_fn load, void *user, taut_buffer *out) {
  const taut_html_run run = {.results = results,
                             .cases = json_object_get(results, "cases"),
                             .requirements = json_object_get(results, "requirements")};
  taut_buffer title = {0}, content = {0};
  headline(&run, &title);
  taut_buffer_text(&title, " · Taut");
  body(&run, load, user, &content);
  taut_html_page(title.data, content.data, taut_web_report_js, taut_web_report_js_hash, out);
  taut_buffer_fini(&title);
  taut_buffer_fini(&content);
}
