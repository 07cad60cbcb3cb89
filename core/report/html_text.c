#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/html_parts.h"

const char *taut_html_text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

const json_t *taut_html_checks(const json_t *document) {
  return json_object_get(document, "checks");
}

double taut_html_number_at(const json_t *object, const char *key, double absent) {
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : absent;
}

bool taut_html_has_text(const json_t *list, const char *text) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *item = json_string_value(json_array_get(list, i));
    if (item != NULL && strcmp(item, text) == 0) return true;
  }
  return false;
}

/// The verdicts, after what anything else counts as.
static const char *const verdicts[] = {"none", "pass", "fail", "inconclusive", "error", "gap"};
enum { VERDICTS = 5 };

const char *taut_html_verdict_at(const json_t *object) {
  const char *text = taut_html_text_at(object, "verdict");
  for (size_t i = 1; i < VERDICTS; i++) {
    if (strcmp(text, verdicts[i]) == 0) return verdicts[i];
  }
  return verdicts[0];
}

void taut_html_escape(taut_buffer *out, const char *text) {
  char *clean = taut_text_clean(text, strlen(text));
  taut_buffer_append(out, "", 0);
  for (const char *c = clean; *c != '\0';) {
    size_t plain = strcspn(c, "&<>\"'");
    taut_buffer_append(out, c, plain);
    c += plain;
    if (*c == '\0') break;
    taut_buffer_printf(out, "&#%d;", *c++);
  }
  free(clean);
}

/// Blanks before the lines after the first that all of them share.
static size_t shared_indent(const char *text) {
  size_t indent = SIZE_MAX;
  for (const char *line = strchr(text, '\n'); line != NULL; line = strchr(line, '\n')) {
    size_t n = strspn(++line, " ");
    if (line[n] != '\0' && line[n] != '\n' && n < indent) indent = n;
  }
  return indent;
}

void taut_html_formula(taut_buffer *out, const char *text) {
  // The first line often stands behind an opening bracket; what follows is a little further in.
  size_t first = strspn(text, " "), shared = shared_indent(text);
  size_t cut = shared < first ? shared : first;
  if (first == 0 && shared >= 2) cut = shared - 2;
  taut_buffer plain = {0};
  for (const char *line = text; *line != '\0';) {
    size_t n = strspn(line, " "), end = strcspn(line, "\n");
    size_t from = line == text ? n : n < cut ? n : cut;
    if (n < end && plain.size > 0) taut_buffer_text(&plain, "\n");
    if (n < end) taut_buffer_append(&plain, line + from, end - from);
    line += end + (line[end] == '\n');
  }
  taut_html_escape(out, plain.data != NULL ? plain.data : "");
  taut_buffer_fini(&plain);
}

bool taut_html_is_same_formula(const char *a, const char *b) {
  static const char blanks[] = " \t\n";
  for (;; a++, b++) {
    a += strspn(a, blanks);
    b += strspn(b, blanks);
    if (*a != *b) return false;
    if (*a == '\0') return true;
  }
}

void taut_html_element(taut_buffer *out, const char *tag, const char *class_name,
                       const char *text) {
  taut_buffer_printf(out, "<%s", tag);
  if (class_name != NULL) taut_buffer_printf(out, " class=\"%s\"", class_name);
  taut_buffer_text(out, ">");
  taut_html_escape(out, text);
  taut_buffer_printf(out, "</%s>", tag);
}

void taut_html_quantity(taut_buffer *out, double value, const char *unit) {
  if (!isfinite(value)) {
    taut_buffer_text(out, "–");
    return;
  }
  char text[32];
  // A true minus sign: a hyphen is easily overlooked before a margin.
  snprintf(text, sizeof text, "%.4g", fabs(value));
  taut_buffer_printf(out, "%s%s", value < 0 ? "−" : "", text);
  if (unit[0] == '\0' || strcmp(unit, "1") == 0) return;
  taut_buffer_text(out, " ");
  taut_html_escape(out, unit);
}

void taut_html_verdict(taut_buffer *out, const char *tag, const char *verdict) {
  size_t i = VERDICTS + 1;
  while (--i > 0 && strcmp(verdicts[i], verdict) != 0) continue;
  taut_buffer_printf(out, "<%s class=\"v %s\">%s", tag, verdicts[i],
                     i == 0 ? "not judged" : verdicts[i]);
  if (strcmp(tag, "td") != 0) taut_buffer_printf(out, "</%s>", tag);
}

void taut_html_json(taut_buffer *out, const json_t *document) {
  char *text = json_dumps(document, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
  if (text == NULL) text = taut_text_copy("null");
  for (const char *c = text; *c != '\0';) {
    // These occur within strings only. U+2028 and U+2029 begin with e2 80.
    size_t plain = strcspn(c, "<>&\xe2");
    taut_buffer_append(out, c, plain);
    c += plain;
    if (*c == '\0') break;
    const unsigned char *u = (const unsigned char *)c;
    if (u[0] == 0xe2 && u[1] == 0x80 && (u[2] == 0xa8 || u[2] == 0xa9)) {
      taut_buffer_printf(out, "\\u20%02x", u[2] - 0x80);
      c += 3;
    } else if (u[0] == 0xe2) {
      taut_buffer_append(out, c++, 1);
    } else {
      taut_buffer_printf(out, "\\u%04x", *c++);
    }
  }
  free(text);
}
