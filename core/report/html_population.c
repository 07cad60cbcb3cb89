// The page of a population: what is claimed first, the worst persons, then charts and tables.
#include <stdio.h>
#include <string.h>

#include "report/html.h"
#include "report/html_parts.h"
#include "report/record.h"
#include "report/web.h"

static double count_of(const json_t *document, const char *tally, const char *name) {
  return taut_record_number(json_object_get(document, tally), name);
}

/// "3 of 64 persons broke a rule": the worst there is to say.
static void headline(const json_t *document, taut_buffer *out) {
  double n = taut_record_number(document, "n"), n_fail = count_of(document, "verdicts", "fail"),
         n_error =
             count_of(document, "verdicts", "error") + count_of(document, "verdicts", "broken_off"),
         n_open = count_of(document, "verdicts", "inconclusive");
  if (n_fail > 0) {
    taut_buffer_printf(out, "The rules were broken with %.0f of %.0f persons", n_fail, n);
  } else if (n_error > 0) {
    taut_buffer_printf(out, "%.0f of %.0f persons could not be run", n_error, n);
  } else if (n_open > 0) {
    taut_buffer_printf(out, "%.0f of %.0f persons are inconclusive", n_open, n);
  } else {
    taut_buffer_printf(out, "No rule was broken with any of %.0f persons", n);
  }
}

static void what_ran(const json_t *document, taut_buffer *out) {
  const char *key;
  json_t *value;
  taut_buffer_text(out, "<dl class=\"ran\"><dt>protocol</dt><dd>");
  taut_html_escape(out, taut_html_text_at(document, "protocol"));
  taut_buffer_text(out, "</dd><dt>persons</dt><dd>");
  taut_buffer_printf(out, "%.0f, ", taut_record_number(document, "n"));
  taut_html_escape(out, taut_html_text_at(document, "user"));
  taut_buffer_printf(out, "</dd><dt>seeds</dt><dd>%.0f to %.0f</dd><dt>ends</dt><dd>",
                     taut_record_number(document, "seed"),
                     taut_record_number(document, "seed") + taut_record_number(document, "n") - 1);
  json_object_foreach(json_object_get(document, "ends"), key, value) {
    taut_html_escape(out, key);
    taut_buffer_printf(out, " %.0f &nbsp; ", json_number_value(value));
  }
  taut_buffer_text(out, "</dd><dt>received symptoms</dt><dd>");
  if (json_object_size(json_object_get(document, "symptoms")) == 0) taut_buffer_text(out, "none");
  json_object_foreach(json_object_get(document, "symptoms"), key, value) {
    taut_html_escape(out, key);
    taut_buffer_printf(out, " %.0f times in %.0f persons &nbsp; ",
                       taut_record_number(value, "times"), taut_record_number(value, "persons"));
  }
  taut_buffer_text(out, "</dd></dl>\n");
}

static void worst(const json_t *document, const char *command, taut_buffer *out) {
  static const char *const columns[] = {"verdict", "sessions",      "symptoms",
                                        "end",     "live it again", NULL};
  size_t i;
  json_t *person, *count;
  taut_buffer_text(out,
                   "<section id=\"worst\"><h2>The worst</h2><p class=\"note\">Broken rules first, "
                   "then most symptoms. Each command runs that person alone, with every plot.</p>");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(document, "worst"), i, person) {
    const char *name, *end = taut_html_text_at(person, "end");
    taut_buffer_text(out, "<tr>");
    taut_html_verdict(out, "td", taut_html_verdict_at(person));
    taut_buffer_printf(out, "<td>%.0f</td><td>", taut_record_number(person, "sessions"));
    json_object_foreach(json_object_get(person, "symptoms"), name, count) {
      taut_html_escape(out, name);
      taut_buffer_printf(out, " %.0f ", json_number_value(count));
    }
    taut_buffer_text(out, "</td><td>");
    taut_html_escape(out, end[0] != '\0' ? end : "broken off");
    taut_buffer_text(out, "</td><td><code>");
    taut_html_escape(out, command);
    taut_buffer_printf(out, " --seed %.0f</code></td></tr>\n", taut_record_number(person, "seed"));
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

static void chart(taut_buffer *out, const char *kind, const char *name, const char *title,
                  const char *label, double scale) {
  taut_buffer_text(out, "<figure class=\"small\"><figcaption>");
  taut_html_escape(out, title);
  taut_buffer_printf(out, "</figcaption><div data-chart=\"%s ", kind);
  taut_html_escape(out, name);
  taut_buffer_printf(out, "\" data-label=\"%s\" data-scale=\"%.9g\"></div></figure>\n", label,
                     scale);
}

static void charts(const json_t *document, taut_buffer *out) {
  size_t i;
  json_t *exercise;
  taut_buffer_text(
      out,
      "<section id=\"survival\"><h2>Who stays, and who stays without a symptom</h2>"
      "<p class=\"note\">Product-limit estimate; who leaves is counted until that day.</p>"
      "<div data-chart=\"survival x\"></div></section>\n"
      "<section id=\"weeks\"><h2>Week by week</h2><p class=\"note\">Median, middle half and "
      "middle 90 % of the persons still there.</p><div class=\"figures\">");
  chart(out, "week", "sessions", "sessions", "sessions", 1.0);
  chart(out, "week", "reps", "repetitions under load", "repetitions", 1.0);
  chart(out, "week", "volume_n", "volume: load times repetitions", "kN", 1e-3);
  chart(out, "week", "loaded_s", "time under load", "min", 1.0 / 60.0);
  chart(out, "week", "symptoms", "received symptoms", "symptoms", 1.0);
  taut_buffer_text(out,
                   "</div></section>\n<section id=\"loads\"><h2>Load by exercise</h2>"
                   "<p class=\"note\">Heaviest set of the week.</p><div class=\"figures\">");
  json_array_foreach(json_object_get(document, "exercises"), i, exercise) {
    const char *name = taut_html_text_at(exercise, "name");
    chart(out, "exercise", name, name, "lb", 1.0);
  }
  taut_buffer_text(out, "</div></section>\n");
}

static void week_table(const json_t *document, taut_buffer *out) {
  static const char *const columns[] = {
      "week", "persons", "came", "sessions, median", "reps, 5 to 95 %", "symptoms, mean", NULL};
  size_t i;
  json_t *week;
  taut_buffer_text(out, "<section id=\"table\"><h2>The weeks as numbers</h2>");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(document, "weeks"), i, week) {
    const json_t *reps = json_object_get(json_object_get(week, "reps"), "quantiles");
    const json_t *sessions = json_object_get(json_object_get(week, "sessions"), "quantiles");
    taut_buffer_printf(
        out,
        "<tr><td>%zu</td><td>%.0f</td><td>%.0f %%</td><td>%.3g</td><td>%.4g to %.4g</td>"
        "<td>%.3g</td></tr>\n",
        i + 1, taut_record_number(week, "n_active"), 100.0 * taut_record_number(week, "adherence"),
        json_number_value(json_array_get(sessions, 2)), json_number_value(json_array_get(reps, 0)),
        json_number_value(json_array_get(reps, 4)),
        taut_record_number(json_object_get(week, "symptoms"), "mean"));
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

static void rules(const json_t *document, taut_buffer *out) {
  static const char *const columns[] = {"rule", "applied", "in persons", "broken", NULL};
  size_t i;
  json_t *rule;
  taut_buffer_text(out, "<section id=\"rules\"><h2>Rules of the session</h2>");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(document, "rules"), i, rule) {
    taut_buffer_text(out, "<tr>");
    taut_html_element(out, "td", "rule", taut_html_text_at(rule, "text"));
    taut_buffer_printf(out, "<td>%.0f</td><td>%.0f</td><td>%.0f</td></tr>\n",
                       taut_record_number(rule, "exercised"), taut_record_number(rule, "persons"),
                       taut_record_number(rule, "broken"));
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

static void margins(const json_t *document, const char *command, taut_buffer *out) {
  static const char *const columns[] = {
      "requirement",          "persons", "applied", "failed", "least margin", "median",
      "nearest to the limit", NULL};
  size_t i;
  json_t *entry;
  taut_buffer_text(out, "<section id=\"margins\"><h2>Margins of the requirements</h2>");
  taut_html_table_start(columns, out);
  json_array_foreach(json_object_get(document, "requirements"), i, entry) {
    const json_t *quantiles = json_object_get(entry, "quantiles");
    const char *unit = taut_html_text_at(entry, "unit");
    taut_buffer_text(out, "<tr>");
    taut_html_element(out, "td", "id", taut_html_text_at(entry, "id"));
    taut_buffer_printf(out, "<td>%.0f</td><td>%.0f</td><td>%.0f</td>",
                       taut_record_number(entry, "n"), taut_record_number(entry, "triggers"),
                       taut_record_number(entry, "n_failed"));
    if (!json_is_number(json_object_get(entry, "least"))) {
      taut_buffer_text(out, "<td></td><td></td><td></td></tr>\n");
      continue;
    }
    taut_buffer_text(out, "<td>");
    taut_html_quantity(out, taut_record_number(entry, "least"), unit);
    taut_buffer_text(out, "</td><td>");
    taut_html_quantity(out, json_number_value(json_array_get(quantiles, 2)), unit);
    taut_buffer_text(out, "</td><td><code>");
    taut_html_escape(out, command);
    taut_buffer_printf(out, " --seed %.0f</code></td></tr>\n", taut_record_number(entry, "seed"));
  }
  taut_html_table_end(out);
  taut_buffer_text(out, "</section>\n");
}

void taut_html_population(const json_t *population, taut_buffer *out) {
  const char *command = taut_record_text(population, "command");
  taut_buffer title = {0}, body = {0}, page_title = {0};
  json_t *drawn = json_object();
  headline(population, &title);
  taut_html_escape(&page_title, title.data);
  taut_buffer_text(&page_title, " · Taut");
  taut_buffer_text(&body, "<header><p class=\"brand\">Taut</p><h1>");
  taut_html_escape(&body, title.data);
  taut_buffer_text(&body, "</h1>\n");
  what_ran(population, &body);
  taut_buffer_text(&body, "</header>\n<main id=\"main\">\n");
  taut_buffer_text(&body,
                   "<noscript><p class=\"note\">Charts need scripts; the tables are all here "
                   "without.</p></noscript>\n");
  worst(population, command, &body);
  charts(population, &body);
  week_table(population, &body);
  rules(population, &body);
  margins(population, command, &body);
  taut_buffer_text(&body, "</main>\n<script type=\"application/json\" id=\"data-population\">");
  for (const char *const *key = (const char *const[]){"weeks", "exercises", "survival", NULL};
       *key != NULL; key++)
    json_object_set(drawn, *key, json_object_get(population, *key));
  taut_html_json(&body, drawn);
  taut_buffer_text(&body, "</script>\n");
  taut_html_page(page_title.data, body.data, taut_web_population_js, taut_web_population_js_hash,
                 out);
  json_decref(drawn);
  taut_buffer_fini(&title);
  taut_buffer_fini(&page_title);
  taut_buffer_fini(&body);
}
