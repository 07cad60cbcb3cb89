#include "report/junit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/explain.h"
#include "report/matrix.h"
#include "taut/engine.h"

static void escape(taut_buffer *out, const char *text, bool is_attribute) {
  // Cleaning first leaves valid UTF-8 whose only control characters are line feed and tab.
  char *clean = taut_text_clean(text, strlen(text));
  for (const char *c = clean; *c != '\0'; c++) {
    switch (*c) {
      case '&': taut_buffer_text(out, "&amp;"); break;
      case '<': taut_buffer_text(out, "&lt;"); break;
      case '>': taut_buffer_text(out, "&gt;"); break;
      case '"': taut_buffer_text(out, "&quot;"); break;
      case '\'': taut_buffer_text(out, "&apos;"); break;
      // A reader turns a bare line feed of an attribute into a space.
      case '\n': taut_buffer_text(out, is_attribute ? "&#10;" : "\n"); break;
      default:
        // U+FFFE and U+FFFF are valid UTF-8 but not XML characters.
        if (strncmp(c, "\xef\xbf\xbe", 3) == 0 || strncmp(c, "\xef\xbf\xbf", 3) == 0) {
          c += 2;
        } else {
          taut_buffer_append(out, c, 1);
        }
    }
  }
  free(clean);
}

void taut_junit_escape(taut_buffer *out, const char *text) {
  escape(out, text, true);
}

static void attribute(taut_buffer *out, const char *name, const char *value) {
  taut_buffer_printf(out, " %s=\"", name);
  escape(out, value, true);
  taut_buffer_text(out, "\"");
}

/// "scenarios/safety/leak.lua" is shown as "scenarios.safety.leak", as CI servers expect a class.
static void classname(taut_buffer *out, const char *file) {
  char *name = taut_text_copy(file);
  size_t size = strlen(name);
  if (size > 4 && strcmp(name + size - 4, ".lua") == 0) name[size - 4] = '\0';
  for (char *c = name; *c != '\0'; c++) {
    if (*c == '/') *c = '.';
  }
  attribute(out, "classname", name[0] == '.' ? name + 1 : name);
  free(name);
}

static void write_case(taut_buffer *out, const taut_record *record, const taut_results *results) {
  taut_buffer_text(out, "    <testcase");
  classname(out, record->file);
  attribute(out, "name", record->name);
  attribute(out, "file", record->file);
  taut_buffer_printf(out, " line=\"%d\" time=\"%.3f\"", record->line > 0 ? record->line : 1,
                     record->wall_s);
  const char *journal = json_string_value(json_object_get(record->replay, "journal"));
  bool is_excused = record->verdict == TAUT_INCONCLUSIVE && results->allow_inconclusive;
  if (record->verdict == TAUT_PASS && journal == NULL) {
    taut_buffer_text(out, "/>\n");
    return;
  }
  taut_buffer_text(out, ">\n");
  if (journal != NULL) {
    taut_buffer_text(out, "      <properties><property name=\"replayed, not re-executed\"");
    attribute(out, "value", journal);
    taut_buffer_text(out, "/></properties>\n");
  }
  if (record->verdict == TAUT_PASS) {
    taut_buffer_text(out, "    </testcase>\n");
    return;
  }
  const char *element = is_excused                      ? "skipped"
                        : record->verdict == TAUT_ERROR ? "error"
                                                        : "failure";
  taut_buffer_printf(out, "      <%s", element);
  attribute(out, "message", record->reason);
  if (!is_excused) attribute(out, "type", taut_verdict_name(record->verdict));
  taut_buffer_text(out, ">");
  taut_buffer explanation = {0};
  taut_explain(record, results->with, "taut", NULL, &explanation);
  escape(out, explanation.data, false);
  taut_buffer_fini(&explanation);
  taut_buffer_printf(out, "</%s>\n", element);
  if (record->output != NULL && record->output[0] != '\0') {
    taut_buffer_text(out, "      <system-out>");
    escape(out, record->output, false);
    taut_buffer_text(out, "</system-out>\n");
  }
  taut_buffer_text(out, "    </testcase>\n");
}

/// A run that was broken off must not look like a short one that passed.
static const char interrupted[] =
    "  <testsuite name=\"taut\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" "
    "time=\"0.000\">\n"
    "    <testcase classname=\"taut\" name=\"the run came to its end\" time=\"0.000\">\n"
    "      <error message=\"interrupted: not every case ran\" type=\"error\"/>\n"
    "    </testcase>\n"
    "  </testsuite>\n";

static void counts(taut_buffer *out, const taut_record *records, size_t n, bool allow,
                   size_t n_more) {
  taut_tally tally = taut_results_tally(records, n);
  double time_s = 0;
  for (size_t i = 0; i < n; i++) time_s += records[i].wall_s;
  size_t n_open = tally.count[TAUT_INCONCLUSIVE];
  taut_buffer_printf(out,
                     " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"",
                     n + n_more, tally.count[TAUT_FAIL] + (allow ? 0 : n_open),
                     tally.count[TAUT_ERROR] + n_more, allow ? n_open : 0, time_s);
}

static void property(taut_buffer *out, const char *name, const char *value) {
  taut_buffer_text(out, "      <property");
  attribute(out, "name", name);
  attribute(out, "value", value);
  taut_buffer_text(out, "/>\n");
}

/// Requirements are no test cases of their own: a suite without cases names them in properties.
static void write_requirements(const taut_results *results, taut_buffer *out) {
  taut_matrix_tally tally = taut_matrix_count(results->requirements);
  if (tally.n == 0) return;
  char text[32];
  taut_buffer gaps = {0};
  taut_matrix_gaps(results->requirements, 0, &gaps);
  taut_buffer_text(out,
                   "  <testsuite name=\"requirements\" tests=\"0\" failures=\"0\" errors=\"0\" "
                   "skipped=\"0\" time=\"0.000\">\n    <properties>\n");
  snprintf(text, sizeof text, "%zu", tally.n);
  property(out, "taut.requirements", text);
  snprintf(text, sizeof text, "%zu", tally.n_exercised);
  property(out, "taut.requirements.exercised", text);
  snprintf(text, sizeof text, "%zu", tally.n_failed);
  property(out, "taut.requirements.failed", text);
  property(out, "taut.requirements.not_exercised", gaps.size > 0 ? gaps.data : "");
  taut_buffer_text(out, "    </properties>\n  </testsuite>\n");
  taut_buffer_fini(&gaps);
}

void taut_junit_write(const taut_results *results, taut_buffer *out) {
  const taut_record *records = results->records;
  size_t n = results->n_records;
  bool allow = results->allow_inconclusive;
  taut_buffer_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"taut\"");
  counts(out, records, n, allow, results->is_interrupted ? 1 : 0);
  taut_buffer_text(out, ">\n");
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && strcmp(records[end].file, records[i].file) == 0;) end++;
    taut_buffer_text(out, "  <testsuite");
    attribute(out, "name", records[i].file);
    counts(out, records + i, end - i, allow, 0);
    taut_buffer_printf(out,
                       ">\n    <properties>\n      <property name=\"taut.version\" value=\"%s\"/>\n"
                       "      <property name=\"taut.seed\" value=\"%llu\"/>\n",
                       TAUT_VERSION, (unsigned long long)results->seed);
    for (size_t k = 0; results->with != NULL && results->with[k] != NULL; k++) {
      taut_buffer_text(out, "      <property name=\"taut.with\"");
      attribute(out, "value", results->with[k]);
      taut_buffer_text(out, "/>\n");
    }
    taut_buffer_text(out, "    </properties>\n");
    for (size_t k = i; k < end; k++) write_case(out, &records[k], results);
    taut_buffer_text(out, "  </testsuite>\n");
  }
  write_requirements(results, out);
  if (results->is_interrupted) taut_buffer_text(out, interrupted);
  taut_buffer_text(out, "</testsuites>\n");
}
