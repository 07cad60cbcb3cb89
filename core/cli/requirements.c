/// `taut list --requirements`: the registers, which cases cover what, and what nothing covers.
#include "cli/requirements.h"

#include <stdio.h>
#include <string.h>

#include "report/matrix.h"

static const char *text_at(const json_t *entry, const char *key) {
  const char *text = json_string_value(json_object_get(entry, key));
  return text != NULL ? text : "";
}

static bool covers(const taut_item *item, const char *id) {
  for (size_t i = 0; i < json_array_size(item->covers); i++) {
    const char *covered = json_string_value(json_array_get(item->covers, i));
    if (covered != NULL && strcmp(covered, id) == 0) return true;
  }
  return false;
}

/// The scenarios that cover a requirement; a sweep is one.
static json_t *covering(const taut_collection *collection, const char *id) {
  json_t *cases = json_array();
  const taut_item *last = NULL;
  for (size_t i = 0; i < collection->n_items; i++) {
    const taut_item *item = &collection->items[i];
    if (!covers(item, id)) continue;
    bool is_same = last != NULL && last->line == item->line && strcmp(last->file, item->file) == 0;
    last = item;
    if (is_same) continue;
    json_t *one = json_object();
    json_object_set_new(one, "file", taut_record_string(item->file));
    json_object_set_new(one, "line", json_integer(item->line));
    json_object_set_new(one, "name", taut_record_string(item->name));
    json_array_append_new(cases, one);
  }
  return cases;
}

/// Every requirement with `cases` and `gap`: neither covered nor watching everywhere.
static json_t *list_requirements(const taut_collection *collection) {
  json_t *list = json_array();
  for (size_t i = 0; i < json_array_size(collection->requirements); i++) {
    json_t *entry = json_copy(json_array_get(collection->requirements, i));
    json_t *cases = covering(collection, text_at(entry, "id"));
    bool is_everywhere = json_is_true(json_object_get(entry, "everywhere"));
    json_object_set_new(entry, "gap", json_boolean(!is_everywhere && json_array_size(cases) == 0));
    json_object_set_new(entry, "cases", cases);
    json_array_append_new(list, entry);
  }
  return list;
}

static void print_json(const taut_collection *collection, json_t *requirements, json_t *hazards) {
  json_t *document = json_object(), *errors = json_array();
  for (size_t i = 0; i < collection->n_errors; i++) {
    json_t *error = json_object();
    json_object_set_new(error, "file", taut_record_string(collection->errors[i].file));
    json_object_set_new(error, "text", taut_record_string(collection->errors[i].reason));
    json_array_append_new(errors, error);
  }
  json_object_set_new(document, "requirements", requirements);
  json_object_set_new(document, "hazards", hazards);
  json_object_set_new(document, "errors", errors);
  taut_print_json(document);
}

static void print_ids(const json_t *ids) {
  for (size_t i = 0; i < json_array_size(ids); i++)
    printf("%s%s", i > 0 ? ", " : "", json_string_value(json_array_get(ids, i)));
}

static void print_requirement(const json_t *entry) {
  const json_t *cases = json_object_get(entry, "cases");
  bool is_everywhere = json_is_true(json_object_get(entry, "everywhere"));
  printf("%-10s %s\n", text_at(entry, "id"), text_at(entry, "text"));
  printf("           %s; ", text_at(entry, "severity"));
  print_ids(json_object_get(entry, "hazards"));
  printf("%s%s\n", is_everywhere ? "; watches every run" : "",
         json_is_true(json_object_get(entry, "gap")) ? "; no case covers it" : "");
  for (size_t i = 0; i < json_array_size(cases); i++) {
    const json_t *one = json_array_get(cases, i);
    printf("           %s:%d\n", text_at(one, "file"),
           (int)json_integer_value(json_object_get(one, "line")));
  }
}

/// "3 hazards without a requirement that ...: H1, H2".
static void print_gaps(const char *what, const json_t *list) {
  taut_buffer gaps = {0};
  taut_matrix_gaps(list, 0, &gaps);
  if (gaps.size > 0) printf("%s: %s\n", what, gaps.data);
  taut_buffer_fini(&gaps);
}

static void print_text(const taut_collection *collection, const json_t *requirements,
                       const json_t *hazards) {
  for (size_t i = 0; i < json_array_size(requirements); i++)
    print_requirement(json_array_get(requirements, i));
  printf("\n%zu requirements, %zu hazards, %zu cases\n", json_array_size(requirements),
         json_array_size(hazards), collection->n_items);
  print_gaps("requirements that no case covers", requirements);
  print_gaps("hazards without a requirement that is covered", hazards);
  for (size_t i = 0; i < collection->n_errors; i++)
    fprintf(stderr, "error: %s\n", collection->errors[i].reason);
}

void taut_print_requirements(const taut_preparation *p, bool as_json) {
  const taut_collection *collection = &p->collection;
  json_t *requirements = list_requirements(collection);
  json_t *hazards = taut_matrix_hazards(collection->hazards, requirements);
  for (size_t i = 0; i < json_array_size(hazards); i++)
    json_object_del(json_array_get(hazards, i), "verdict");  // nothing ran
  if (as_json) {
    print_json(collection, requirements, hazards);
    return;
  }
  print_text(collection, requirements, hazards);
  json_decref(hazards);
  json_decref(requirements);
}
