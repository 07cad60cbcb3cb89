#include "report/approvals.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/digest.h"
#include "report/record.h"
#include "taut/engine.h"

enum { TAG_SIZE = 8, UNIT_MAX = 32, APPROVALS_MAX = 4000, TEXT_MAX = 2000 };

static const char *const fields[] = {"requirement", "value", "role", "name", "date", "rationale"};
enum { N_FIELDS = sizeof fields / sizeof fields[0] };

// -------------------------------------------------------------------------------------------
// limits

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static bool is_unit(const char *text, size_t n) {
  char name[UNIT_MAX];
  if (n == 0 || n >= sizeof name) return false;
  memcpy(name, text, n);
  name[n] = '\0';
  return taut_unit_find(name) != NULL;
}

static size_t unit_word(const char *text) {
  size_t n = 0;
  while (isalnum((unsigned char)text[n]) || text[n] == '%') n++;
  return n > 0 && !isdigit((unsigned char)text[0]) && is_unit(text, n) ? n : 0;
}

/// Length of the unit at `text`: "N", "N/s", "N m".
static size_t unit_length(const char *text) {
  size_t n = unit_word(text);
  while (n > 0 && (text[n] == '/' || text[n] == ' ')) {
    size_t more = unit_word(text + n + 1);
    // "10 N m" is a torque; the "m" of "max" is none, which unit_word sees.
    if (more == 0) break;
    n += more + 1;
  }
  return n;
}

/// Length of the number at `text`.
static size_t number_length(const char *text) {
  char *end = NULL;
  if (!isdigit((unsigned char)*text)) return 0;
  // Not strtod of "0x1p3" or "1e": formulas have neither.
  size_t n = strspn(text, "0123456789.");
  (void)strtod(text, &end);
  return end != NULL && (size_t)(end - text) > n && (text[n] == 'e' || text[n] == 'E')
             ? (size_t)(end - text)
             : n;
}

/// The formula without the blanks that only lay it out.
static char *squeeze(const char *formula) {
  taut_buffer out = {0};
  taut_buffer_append(&out, "", 0);
  bool has_gap = false;
  for (const char *c = formula; *c != '\0'; c++) {
    bool is_blank = isspace((unsigned char)*c);
    if (!is_blank && has_gap && out.size > 0) taut_buffer_text(&out, " ");
    if (!is_blank) taut_buffer_append(&out, c, 1);
    has_gap = is_blank;
  }
  return out.data;
}

char *taut_limit_text(const char *formula) {
  char *text = squeeze(formula), hash[TAUT_DIGEST_TEXT];
  taut_buffer out = {0};
  for (const char *c = text; *c != '\0';) {
    size_t n = number_length(c);
    if (n == 0) {
      // A digit within a name is no number.
      if (is_word(*c))
        while (is_word(*c)) c++;
      else
        c++;
      continue;
    }
    taut_buffer_text(&out, out.size > 0 ? ", " : "");
    taut_buffer_append(&out, c, n);
    c += n;
    const char *unit = *c == ' ' ? c + 1 : c;
    size_t n_unit = unit_length(unit);
    if (n_unit == 0) continue;
    taut_buffer_text(&out, " ");
    taut_buffer_append(&out, unit, n_unit);
    c = unit + n_unit;
  }
  taut_digest_bytes(text, strlen(text), hash);
  taut_buffer_printf(&out, "%s[%.*s]", out.size > 0 ? " " : "", TAG_SIZE, hash);
  free(text);
  return out.data;
}

// ---------------------------------------------------------------------------------------- reading

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// A day of the calendar: 2026-11-21.
static bool is_date(const char *text) {
  static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (size_t i = 0; i < 10; i++) {
    bool is_dash = i == 4 || i == 7;
    if (is_dash ? text[i] != '-' : !isdigit((unsigned char)text[i])) return false;
  }
  long month = strtol(text + 5, NULL, 10), day = strtol(text + 8, NULL, 10);
  return text[10] == '\0' && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

static bool is_field(const char *name) {
  for (size_t i = 0; i < N_FIELDS; i++) {
    if (strcmp(fields[i], name) == 0) return true;
  }
  return false;
}

/// Why an entry is no approval; NULL when it is one. The caller's.
static char *find_fault(const json_t *list, size_t i_entry) {
  json_t *entry = json_array_get(list, i_entry), *value;
  const char *name;
  if (!json_is_object(entry)) return taut_text_copy("expected an object");
  json_object_foreach(entry, name, value) {
    const char *near = is_field(name) ? NULL : taut_text_nearest(name, fields, N_FIELDS);
    if (!is_field(name))
      return taut_text_format("unknown field '%s'%s%s%s", name,
                              near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                              near != NULL ? "'?" : "");
  }
  for (size_t i = 0; i < N_FIELDS; i++) {
    const char *text = json_string_value(json_object_get(entry, fields[i]));
    if (text == NULL || text[0] == '\0' || strlen(text) > TEXT_MAX)
      return taut_text_format("'%s' must be a text of 1 to %d bytes", fields[i], TEXT_MAX);
  }
  if (!is_date(text_at(entry, "date")))
    return taut_text_format("'date' must be a day such as 2026-11-21, got '%.40s'",
                            text_at(entry, "date"));
  for (size_t i = 0; i < i_entry; i++) {
    if (strcmp(text_at(json_array_get(list, i), "requirement"), text_at(entry, "requirement")) == 0)
      return taut_text_format("a second approval of %s", text_at(entry, "requirement"));
  }
  return NULL;
}

taut_status taut_approvals_read(const char *text, const char *shown, json_t **out, char *error,
                                size_t size) {
  json_error_t why;
  json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, &why);
  *out = NULL;
  if (list == NULL) {
    snprintf(error, size, "%s:%d:%d: %s", shown, why.line, why.column, why.text);
    return TAUT_EINVAL;
  }
  bool is_list = json_is_array(list) && json_array_size(list) <= APPROVALS_MAX;
  if (!is_list)
    snprintf(error, size, "%s: expected a list of approvals, at most %d", shown, APPROVALS_MAX);
  for (size_t i = 0; is_list && i < json_array_size(list); i++) {
    char *fault = find_fault(list, i);
    if (fault == NULL) continue;
    snprintf(error, size, "%s: approval %zu: %s", shown, i + 1, fault);
    free(fault);
    is_list = false;
  }
  if (!is_list) {
    json_decref(list);
    return TAUT_EINVAL;
  }
  *out = list;
  return TAUT_OK;
}

// --------------------------------------------------------------------------------------- applying

static json_t *find_approval(const json_t *approvals, const char *id) {
  for (size_t i = 0; i < json_array_size(approvals); i++) {
    json_t *approval = json_array_get(approvals, i);
    if (strcmp(text_at(approval, "requirement"), id) == 0) return approval;
  }
  return NULL;
}

static json_t *approve(json_t *requirement, json_t *approval) {
  bool is_own = json_is_true(json_object_get(requirement, "approved"));
  bool is_same =
      approval != NULL && strcmp(text_at(approval, "value"), text_at(requirement, "limit")) == 0;
  if (is_same) return json_incref(approval);
  return is_own ? json_pack("{s:b}", "register", true) : json_null();
}

json_t *taut_approvals_apply(json_t *requirements, const json_t *approvals) {
  json_t *void_ones = json_array(), *requirement, *approval;
  size_t i, k;
  json_array_foreach(requirements, i, requirement) {
    char *limit = taut_limit_text(text_at(requirement, "formula"));
    json_object_set_new(requirement, "limit", taut_record_string(limit));
    free(limit);
    json_t *found = approve(requirement, find_approval(approvals, text_at(requirement, "id")));
    json_object_set_new(requirement, "approved", json_boolean(!json_is_null(found)));
    json_object_set_new(requirement, "approval", found);
  }
  json_array_foreach((json_t *)(uintptr_t)approvals, i, approval) {
    const char *id = text_at(approval, "requirement"), *limit = NULL;
    json_array_foreach(requirements, k, requirement) {
      if (strcmp(text_at(requirement, "id"), id) == 0) limit = text_at(requirement, "limit");
    }
    if (limit != NULL && strcmp(limit, text_at(approval, "value")) == 0) continue;
    char *why = limit == NULL ? taut_text_copy("no register has this requirement")
                              : taut_text_format("the limit is %s", limit);
    json_t *entry = json_copy(approval);
    json_object_set_new(entry, "why", taut_record_string(why));
    json_array_append_new(void_ones, entry);
    free(why);
  }
  return void_ones;
}
