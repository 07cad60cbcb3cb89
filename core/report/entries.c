#include "report/entries.h"

#include <string.h>

#include "report/record.h"

// Two registers of at most 2000 entries each make a list; longer ones are somebody's attempt to
// keep the main process busy, which looks for every entry in every other one.
enum { ENTRIES_MAX = 4000 };

static void set_text(json_t *object, const char *key, const char *text) {
  json_object_set_new(object, key, taut_record_string(text));
}

json_t *taut_requirement_json(const taut_requirement *requirement) {
  json_t *object = json_object(), *hazards = json_array();
  for (const char *const *id = requirement->hazards; *id != NULL; id++)
    json_array_append_new(hazards, taut_record_string(*id));
  set_text(object, "id", requirement->id);
  set_text(object, "text", requirement->text);
  set_text(object, "formula", requirement->formula);
  json_object_set_new(object, "hazards", hazards);
  set_text(object, "severity", requirement->severity);
  set_text(object, "source", requirement->source);
  set_text(object, "safe_state", requirement->safe_state);
  json_object_set_new(object, "approved", json_boolean(requirement->is_approved));
  json_object_set_new(object, "everywhere", json_boolean(requirement->is_everywhere));
  json_object_set_new(
      object, "needs",
      requirement->needs != NULL ? taut_record_string(requirement->needs) : json_null());
  set_text(object, "file", requirement->file);
  json_object_set_new(object, "line", json_integer(requirement->line));
  return object;
}

json_t *taut_hazard_json(const taut_hazard *hazard) {
  json_t *object = json_object();
  set_text(object, "id", hazard->id);
  set_text(object, "failure", hazard->failure);
  set_text(object, "detection", hazard->detection);
  set_text(object, "requirement", hazard->requirement);
  set_text(object, "safe_state", hazard->safe_state);
  set_text(object, "severity", hazard->severity);
  set_text(object, "source", hazard->source);
  set_text(object, "status", hazard->status);
  set_text(object, "file", hazard->file);
  json_object_set_new(object, "line", json_integer(hazard->line));
  return object;
}

static bool has_texts(const json_t *entry, const char *const *keys) {
  for (; *keys != NULL; keys++) {
    if (!json_is_string(json_object_get(entry, *keys))) return false;
  }
  return json_is_integer(json_object_get(entry, "line"));
}

static bool is_requirement(const json_t *entry) {
  static const char *const keys[] = {"id",     "text",       "formula", "severity",
                                     "source", "safe_state", "file",    NULL};
  const json_t *hazards = json_object_get(entry, "hazards");
  const json_t *needs = json_object_get(entry, "needs");
  for (size_t i = 0; i < json_array_size(hazards); i++) {
    if (!json_is_string(json_array_get(hazards, i))) return false;
  }
  return has_texts(entry, keys) && json_is_array(hazards) &&
         json_is_boolean(json_object_get(entry, "approved")) &&
         json_is_boolean(json_object_get(entry, "everywhere")) &&
         (json_is_null(needs) || json_is_string(needs));
}

static bool is_hazard(const json_t *entry) {
  static const char *const keys[] = {"id",         "failure",  "detection", "requirement",
                                     "safe_state", "severity", "source",    "status",
                                     "file",       NULL};
  return has_texts(entry, keys);
}

bool taut_entries_are_valid(const json_t *requirements, const json_t *hazards) {
  if (!json_is_array(requirements) || !json_is_array(hazards)) return false;
  size_t n_requirements = json_array_size(requirements), n_hazards = json_array_size(hazards);
  if (n_requirements > ENTRIES_MAX || n_hazards > ENTRIES_MAX) return false;
  for (size_t i = 0; i < n_requirements; i++) {
    if (!is_requirement(json_array_get(requirements, i))) return false;
  }
  for (size_t i = 0; i < n_hazards; i++) {
    if (!is_hazard(json_array_get(hazards, i))) return false;
  }
  return true;
}

static const char *text_at(const json_t *entry, const char *key) {
  const char *text = json_string_value(json_object_get(entry, key));
  return text != NULL ? text : "";
}

static bool is_same(const json_t *a, const json_t *b) {
  return strcmp(text_at(a, "id"), text_at(b, "id")) == 0 &&
         strcmp(text_at(a, "file"), text_at(b, "file")) == 0;
}

void taut_entries_merge(json_t *to, const json_t *from) {
  for (size_t i = 0; i < json_array_size(from); i++) {
    json_t *entry = json_array_get(from, i);
    size_t n = json_array_size(to);
    // Most files name the same registers in the same order: the entry is where it was before.
    bool is_there = i < n && is_same(json_array_get(to, i), entry);
    for (size_t k = 0; k < n && !is_there; k++) is_there = is_same(json_array_get(to, k), entry);
    if (!is_there) json_array_append(to, entry);
  }
}
