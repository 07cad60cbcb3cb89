#include "report/mutation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ------------------------------------------------------------------------------------------ fields

static const char *text_of(const json_t *row, const char *key) {
  const char *text = json_string_value(json_object_get(row, key));
  return text != NULL ? text : "";
}

static int64_t integer_of(const json_t *row, const char *key) {
  return json_integer_value(json_object_get(row, key));
}

static bool is_class(const json_t *row, const char *name) {
  return strcmp(text_of(row, "class"), name) == 0;
}

static bool is_input(const json_t *row) {
  return json_is_true(json_object_get(row, "is_input"));
}

/// Whether it counts: mutants that differ in nothing by construction do not, nor what an
/// interruption left over.
static bool is_scored(const json_t *row) {
  return !is_input(row) && !is_class(row, "identical") && !is_class(row, "not_run");
}

static void count(json_t *object, const char *key) {
  json_object_set_new(object, key, json_integer(integer_of(object, key) + 1));
}

// ------------------------------------------------------------------------------------------ scores

/// Killed over all that count, of those that `is_in` takes.
static json_t *score_json(const json_t *mutants, const char *name, int scale, const char *only) {
  int64_t n = 0, n_killed = 0, n_constant = 0;
  size_t i;
  json_t *row;
  json_array_foreach(mutants, i, row) {
    int64_t of = integer_of(row, "scale");
    bool is_in =
        only != NULL ? strcmp(text_of(row, "operator"), only) == 0 : of == scale || of == 0;
    if (!is_in || is_input(row)) continue;
    n_constant += is_class(row, "identical");
    if (!is_scored(row)) continue;
    n++;
    n_killed += is_class(row, "killed");
  }
  return json_pack("{s:s, s:I, s:I, s:I, s:f}", "name", name, "killed", (json_int_t)n_killed, "n",
                   (json_int_t)n, "identical", (json_int_t)n_constant, "score",
                   n > 0 ? (double)n_killed / (double)n : 0.0);
}

static bool has_scale(const json_t *mutants, int scale) {
  size_t i;
  json_t *row;
  json_array_foreach(mutants, i,
                     row) if (!is_input(row) && integer_of(row, "scale") == scale) return true;
  return false;
}

static json_t *scores_json(const json_t *mutants) {
  static const struct {
    const char *name;
    int scale;
  } SCALES[] = {{"1x", 1}, {"3x", 3}, {"10x", 10}};
  json_t *scores = json_array();
  for (size_t i = 0; i < 3; i++)
    if (has_scale(mutants, SCALES[i].scale))
      json_array_append_new(scores, score_json(mutants, SCALES[i].name, SCALES[i].scale, NULL));
  json_array_append_new(scores, score_json(mutants, "safety_off", 0, "safety_off"));
  return scores;
}

// ------------------------------------------------------------------------------------------ tables

/// Rows {key, killed, n, ...classes} by the text `key` of the mutants, in order of first sight.
static json_t *table_json(const json_t *mutants, const char *key) {
  json_t *table = json_array(), *places = json_object();
  size_t i;
  json_t *mutant;
  json_array_foreach(mutants, i, mutant) {
    if (is_input(mutant)) continue;
    const char *name = text_of(mutant, key);
    json_t *row = json_object_get(places, name);
    if (row == NULL) {
      row = json_pack("{s:s, s:i, s:i}", key, name, "killed", 0, "n", 0);
      json_array_append_new(table, row);
      json_object_set(places, name, row);
    }
    if (is_scored(mutant)) count(row, "n");
    count(row, text_of(mutant, "class"));
  }
  json_decref(places);
  return table;
}

static int compare_kills(const void *left, const void *right) {
  const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
  int64_t x = integer_of(a, "kills"), y = integer_of(b, "kills");
  if (x != y) return x > y ? -1 : 1;
  return strcmp(text_of(a, "requirement"), text_of(b, "requirement"));
}

static json_t *requirements_json(const json_t *mutants, const json_t *requirements) {
  json_t *kills = json_object(), *table = json_array();
  size_t i, n = 0;
  json_t *row, *value;
  const char *id;
  json_array_foreach(requirements, i, row)
      json_object_set_new(kills, text_of(row, "id"), json_integer(0));
  json_array_foreach(mutants, i, row) if (!is_input(row) && is_class(row, "killed"))
      count(kills, text_of(row, "requirement"));
  json_t **rows = taut_memory_resize(NULL, (json_object_size(kills) + 1) * sizeof *rows);
  json_object_foreach(kills, id, value) rows[n++] =
      json_pack("{s:s, s:O}", "requirement", id, "kills", value);
  if (n > 1) qsort(rows, n, sizeof *rows, compare_kills);
  for (i = 0; i < n; i++) json_array_append_new(table, rows[i]);
  free(rows);
  json_decref(kills);
  return table;
}

static bool is_survivor(const json_t *row) {
  return !is_input(row) && !is_class(row, "killed") && !is_class(row, "identical") &&
         !is_class(row, "not_run");
}

static json_t *survivors_json(const json_t *mutants) {
  static const char *const ORDER[] = {"survived", "golden_only", "crash",
                                      "time_out", "not_reached", "unobserved"};
  json_t *survivors = json_array();
  for (size_t k = 0; k < sizeof ORDER / sizeof ORDER[0]; k++) {
    // What a safety permission lets through comes first of its class.
    for (int pass = 0; pass < 2; pass++) {
      size_t i;
      json_t *row;
      json_array_foreach(mutants, i, row) {
        bool is_first = strcmp(text_of(row, "operator"), "safety_off") == 0;
        if (is_survivor(row) && is_class(row, ORDER[k]) && is_first == (pass == 0))
          json_array_append(survivors, row);
      }
    }
  }
  return survivors;
}

// --------------------------------------------------------------------------------------- tolerance

/// Notes the least multiple at which something happened.
static void note_least(json_t *object, const char *key, int64_t scale) {
  const json_t *before = json_object_get(object, key);
  if (before == NULL || json_integer_value(before) > scale)
    json_object_set_new(object, key, json_integer(scale));
}

/// Takes a mutant of an input into its row.
static void tolerate(json_t *row, const json_t *mutant) {
  int64_t scale = integer_of(mutant, "scale");
  json_t *violated = json_object_get(row, "violated"), *value;
  const char *id;
  json_object_foreach(json_object_get(mutant, "violated"), id, value)
      note_least(violated, id, scale);
  // A machine that is not armed, or a case that breaks, is no case that was kept.
  bool is_broken = is_class(mutant, "crash") || is_class(mutant, "time_out");
  if (is_broken) note_least(json_object_get(row, "broken"), text_of(mutant, "class"), scale);
  bool is_kept = json_object_size(json_object_get(mutant, "violated")) == 0 && !is_broken;
  if (!is_kept) json_object_set_new(row, "is_kept", json_false());
  if (is_kept && scale > integer_of(row, "survived"))
    json_object_set_new(row, "survived", json_integer(scale));
}

/// Per input and operator: the largest multiple of the accuracy that violated nothing (0: not even
/// 1x), who objects from which multiple, and from which one cases time out or end in an error.
static json_t *tolerance_json(const json_t *mutants) {
  json_t *table = json_array(), *places = json_object();
  size_t i;
  json_t *mutant;
  json_array_foreach(mutants, i, mutant) {
    if (!is_input(mutant) || integer_of(mutant, "n_cases") == 0) continue;
    char *key = taut_text_format("%s %s", text_of(mutant, "port"), text_of(mutant, "operator"));
    json_t *row = json_object_get(places, key);
    if (row == NULL) {
      row = json_pack("{s:s, s:s, s:b, s:i, s:b, s:{}, s:{}}", "port", text_of(mutant, "port"),
                      "operator", text_of(mutant, "operator"), "has_scale",
                      integer_of(mutant, "scale") > 0, "survived", 0, "is_kept", 1, "violated",
                      "broken");
      json_array_append_new(table, row);
      json_object_set(places, key, row);
    }
    free(key);
    tolerate(row, mutant);
  }
  json_decref(places);
  return table;
}

void taut_mutation_summarise(json_t *document, const json_t *requirements) {
  const json_t *mutants = json_object_get(document, "mutants");
  json_t *classes = json_object();
  size_t i;
  json_t *row;
  json_array_foreach(mutants, i, row) if (!is_input(row)) count(classes, text_of(row, "class"));
  json_object_set_new(document, "scores", scores_json(mutants));
  json_object_set_new(document, "classes", classes);
  json_object_set_new(document, "survivors", survivors_json(mutants));
  json_object_set_new(document, "by_requirement", requirements_json(mutants, requirements));
  json_object_set_new(document, "by_port", table_json(mutants, "port"));
  json_object_set_new(document, "by_operator", table_json(mutants, "operator"));
  json_object_set_new(document, "tolerance", tolerance_json(mutants));
  json_object_set_new(document, "n_explained", json_integer(0));
}

// ------------------------------------------------------------------------------------ explanations

static bool is_meant(const json_t *explanation, const json_t *row) {
  const json_t *scale = json_object_get(explanation, "scale");
  return strcmp(text_of(explanation, "port"), text_of(row, "port")) == 0 &&
         strcmp(text_of(explanation, "operator"), text_of(row, "operator")) == 0 &&
         (scale == NULL || json_integer_value(scale) == integer_of(row, "scale"));
}

static taut_status explain_one(json_t *document, const json_t *explanation, const char *path,
                               size_t i_row, bool may_be_stale, char *error, size_t size) {
  size_t i, n_run = 0, n_met = 0;
  json_t *row;
  const char *reason = text_of(explanation, "reason");
  if (!json_is_object(explanation) || text_of(explanation, "port")[0] == '\0' ||
      text_of(explanation, "operator")[0] == '\0' || reason[0] == '\0') {
    snprintf(error, size, "%s: entry %zu needs the texts port, operator and reason", path,
             i_row + 1);
    return TAUT_EINVAL;
  }
  json_array_foreach(json_object_get(document, "mutants"), i, row) {
    if (is_input(row) || !is_meant(explanation, row)) continue;
    n_run += !is_class(row, "not_run");
    if (!is_survivor(row)) continue;
    n_met++;
    json_object_set_new(row, "explanation", json_string(reason));
  }
  // A sample or a part of the ports says nothing about the others.
  if (n_run == 0 || n_met > 0 || may_be_stale) return TAUT_OK;
  snprintf(error, size,
           "%s: entry %zu explains %s %s, and no such mutant survives any more; take it out", path,
           i_row + 1, text_of(explanation, "port"), text_of(explanation, "operator"));
  return TAUT_EINVAL;
}

taut_status taut_mutation_explain(json_t *document, const char *text, const char *path,
                                  bool may_be_stale, char *error, size_t error_size) {
  json_error_t where;
  json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, &where), *explanation;
  if (!json_is_array(list)) {
    snprintf(error, error_size, "%s:%d: %s", path, list == NULL ? where.line : 1,
             list == NULL ? where.text : "expected an array of explanations");
    json_decref(list);
    return TAUT_EINVAL;
  }
  size_t i;
  taut_status status = TAUT_OK;
  json_array_foreach(list, i, explanation) if (status == TAUT_OK) status =
      explain_one(document, explanation, path, i, may_be_stale, error, error_size);
  json_decref(list);
  size_t n_explained = 0;
  json_t *row;
  json_array_foreach(json_object_get(document, "survivors"), i, row) n_explained +=
      json_object_get(row, "explanation") != NULL;
  json_object_set_new(document, "n_explained", json_integer((json_int_t)n_explained));
  return status;
}

// ------------------------------------------------------------------------------------------- print

static void print_survivors(const json_t *document, taut_buffer *out) {
  const json_t *survivors = json_object_get(document, "survivors");
  const char *last = "";
  size_t i;
  json_t *row;
  if (json_array_size(survivors) == 0) taut_buffer_text(out, "no mutant was left alive\n");
  json_array_foreach(survivors, i, row) {
    const char *name = text_of(row, "class"), *difference = text_of(row, "difference");
    const char *reason = text_of(row, "reason"), *why = text_of(row, "explanation");
    if (strcmp(last, name) != 0) taut_buffer_printf(out, "%s%s\n", i > 0 ? "\n" : "", name);
    last = name;
    taut_buffer_printf(out, "  %s", text_of(row, "mutant"));
    if (strstr(text_of(row, "mutant"), text_of(row, "operator")) == NULL)
      taut_buffer_printf(out, "  %s", text_of(row, "operator"));
    if (integer_of(row, "scale") > 0)
      taut_buffer_printf(out, "  (%lldx)", (long long)integer_of(row, "scale"));
    if (difference[0] != '\0') taut_buffer_printf(out, "  differs in %s", difference);
    if (json_is_true(json_object_get(row, "is_noticed")))
      taut_buffer_text(out, ", noticed by a check without an id");
    if (reason[0] != '\0') taut_buffer_printf(out, "  %s", reason);
    taut_buffer_text(out, "\n");
    if (why[0] != '\0') taut_buffer_printf(out, "      %s\n", why);
  }
}

static void print_table(const json_t *table, const char *key, const char *title, taut_buffer *out) {
  size_t i;
  json_t *row;
  taut_buffer_printf(out, "\n%-44s killed  of\n", title);
  json_array_foreach(table, i, row) {
    int64_t n = integer_of(row, "n");
    if (n == 0) continue;
    taut_buffer_printf(out, "  %-42s %6lld %4lld\n", text_of(row, key),
                       (long long)integer_of(row, "killed"), (long long)n);
  }
}

static void print_requirements(const json_t *table, taut_buffer *out) {
  size_t i, n_idle = 0;
  json_t *row;
  taut_buffer_text(out, "\nrequirement   first kills\n");
  json_array_foreach(table, i, row) {
    if (integer_of(row, "kills") == 0) {
      n_idle++;
      continue;
    }
    taut_buffer_printf(out, "  %-12s %5lld\n", text_of(row, "requirement"),
                       (long long)integer_of(row, "kills"));
  }
  if (n_idle > 0) taut_buffer_printf(out, "  %zu others were the first to see none\n", n_idle);
}

/// " SR-056 10x": what happened, from which multiple; without one where the operator has none.
static void print_from(const json_t *object, bool has_scale, taut_buffer *out) {
  const char *name;
  json_t *scale;
  json_object_foreach((json_t *)(uintptr_t)object, name, scale) {
    taut_buffer_printf(out, " %s", name);
    if (has_scale) taut_buffer_printf(out, " %lldx", (long long)json_integer_value(scale));
  }
}

static void print_tolerance(const json_t *table, taut_buffer *out) {
  size_t i;
  json_t *row;
  if (json_array_size(table) == 0) return;
  taut_buffer_text(out,
                   "\ninput and operator: largest multiple that violated nothing;"
                   " who objects, from which multiple\n");
  json_array_foreach(table, i, row) {
    bool has_scale = json_is_true(json_object_get(row, "has_scale"));
    taut_buffer_printf(out, "  %-36s %-9s ", text_of(row, "port"), text_of(row, "operator"));
    if (has_scale)
      taut_buffer_printf(out, "%4lldx ", (long long)integer_of(row, "survived"));
    else
      taut_buffer_printf(out, "%5s ", json_is_true(json_object_get(row, "is_kept")) ? "kept" : "-");
    print_from(json_object_get(row, "violated"), has_scale, out);
    print_from(json_object_get(row, "broken"), has_scale, out);
    taut_buffer_text(out, "\n");
  }
}

static void print_scores(const json_t *document, taut_buffer *out) {
  size_t i;
  json_t *row, *value;
  const char *name;
  taut_buffer_text(out, "\n");
  json_array_foreach(json_object_get(document, "scores"), i, row) {
    taut_buffer_printf(out,
                       "score %-10s %6.1f %%  %lld of %lld killed; %lld identical by"
                       " construction\n",
                       text_of(row, "name"), 100 * json_number_value(json_object_get(row, "score")),
                       (long long)integer_of(row, "killed"), (long long)integer_of(row, "n"),
                       (long long)integer_of(row, "identical"));
  }
  taut_buffer_printf(out, "left alive: %zu, of which %lld are explained\n",
                     json_array_size(json_object_get(document, "survivors")),
                     (long long)integer_of(document, "n_explained"));
  taut_buffer_text(out, "classes:");
  json_object_foreach(json_object_get(document, "classes"), name, value)
      taut_buffer_printf(out, " %s %lld", name, (long long)json_integer_value(value));
  taut_buffer_text(out, "\n");
}

void taut_mutation_print(const json_t *document, taut_buffer *out) {
  print_survivors(document, out);
  print_requirements(json_object_get(document, "by_requirement"), out);
  print_table(json_object_get(document, "by_port"), "port", "port", out);
  print_table(json_object_get(document, "by_operator"), "operator", "operator", out);
  print_tolerance(json_object_get(document, "tolerance"), out);
  print_scores(document, out);
  if (json_is_true(json_object_get(document, "is_interrupted")))
    taut_buffer_text(out, "interrupted: mutants that were not run count for nothing\n");
}
