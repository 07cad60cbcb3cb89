// What one person of a population lived through, from the notes and checks of her case.
#include <math.h>
#include <string.h>

#include "report/population.h"

static bool is_kind(const json_t *note, const char *kind) {
  return strcmp(taut_record_text(note, "kind"), kind) == 0;
}

static void add_to(json_t *object, const char *key, double value) {
  json_object_set_new(object, key, json_real(taut_record_number(object, key) + value));
}

/// The week of a person, made when it is new; NULL for a number no life has.
static json_t *week_of(json_t *person, double week) {
  json_t *weeks = json_object_get(person, "weeks");
  if (!(week >= 1.0 && week <= 1000.0)) return NULL;
  while (json_array_size(weeks) < (size_t)week) {
    json_t *entry = json_object();
    for (const char *const *key = (const char *const[]){"planned", "came", "sessions", "reps",
                                                        "volume_n", "loaded_s", "symptoms", NULL};
         *key != NULL; key++)
      json_object_set_new(entry, *key, json_real(0.0));
    json_object_set_new(entry, "exercises", json_object());
    json_array_append_new(weeks, entry);
  }
  return json_array_get(weeks, (size_t)week - 1);
}

static void take_exercise(json_t *week, const json_t *note) {
  double load = taut_record_number(note, "load_lb"), reps = taut_record_number(note, "reps");
  if (week == NULL || reps <= 0.0 || load <= 0.0) return;
  json_t *exercises = json_object_get(week, "exercises"), *exercise;
  const char *name = taut_record_text(note, "exercise");
  exercise = json_object_get(exercises, name);
  if (exercise == NULL) {
    exercise = json_pack("{s:f,s:f,s:f}", "load_lb", 0.0, "reps", 0.0, "iap_peak_cmh2o", 0.0);
    json_object_set_new(exercises, name, exercise);
  }
  if (load > taut_record_number(exercise, "load_lb"))
    json_object_set_new(exercise, "load_lb", json_real(load));
  double peak = taut_record_number(note, "iap_peak_cmh2o");
  if (peak > taut_record_number(exercise, "iap_peak_cmh2o"))
    json_object_set_new(exercise, "iap_peak_cmh2o", json_real(peak));
  add_to(exercise, "reps", reps);
  add_to(week, "volume_n", taut_record_number(note, "volume_n"));
}

static void take_session(json_t *person, json_t *week, const json_t *note) {
  json_t *symptoms = json_object_get(note, "symptoms"), *symptom;
  size_t i;
  if (strcmp(taut_record_text(note, "outcome"), "refused") != 0) {
    add_to(person, "sessions", 1.0);
    if (week != NULL) add_to(week, "sessions", 1.0);
  }
  if (week != NULL) {
    add_to(week, "reps", taut_record_number(note, "reps"));
    add_to(week, "loaded_s", taut_record_number(note, "loaded_s"));
    add_to(week, "symptoms", (double)json_array_size(symptoms));
  }
  json_array_foreach(symptoms, i, symptom) {
    const char *name = json_string_value(symptom);
    if (name == NULL) continue;
    add_to(json_object_get(person, "symptoms"), name, 1.0);
    add_to(person, "n_symptoms", 1.0);
    if (json_is_null(json_object_get(person, "first_symptom_day")))
      json_object_set_new(person, "first_symptom_day", json_real(taut_record_number(note, "day")));
  }
}

/// What the session software was held to in this life.
static void take_rule(json_t *person, const json_t *note) {
  json_t *rules = json_object_get(person, "rules"), *entry = json_object();
  for (const char *const *key = (const char *const[]){"exercised", "broken", NULL}; *key != NULL;
       key++)
    json_object_set_new(entry, *key, json_real(taut_record_number(note, *key)));
  json_object_set_new(entry, "text", taut_record_string(taut_record_text(note, "text")));
  json_object_set_new(rules, taut_record_text(note, "rule"), entry);
}

static void take_note(json_t *person, const json_t *note) {
  double day = taut_record_number(note, "day");
  bool is_day = is_kind(note, "day");
  json_t *week =
      week_of(person, is_day ? floor(day / 7.0) + 1.0 : taut_record_number(note, "week"));
  if (is_day && week != NULL) {
    add_to(week, "planned", 1.0);
    add_to(week, "came", json_is_true(json_object_get(note, "came")) ? 1.0 : 0.0);
  }
  if (is_kind(note, "exercise")) take_exercise(week, note);
  if (is_kind(note, "session")) take_session(person, week, note);
  if (is_kind(note, "rule")) take_rule(person, note);
  if (is_kind(note, "refer")) add_to(person, "referrals", 1.0);
  if (is_kind(note, "lock")) add_to(person, "locks", 1.0);
  if (is_kind(note, "marker") && strcmp(taut_record_text(note, "answer"), "yes") == 0)
    add_to(person, "markers", 1.0);
  if (is_kind(note, "end")) {
    json_object_set_new(person, "end", taut_record_string(taut_record_text(note, "reason")));
    json_object_set_new(person, "end_day", json_real(day));
    for (const char *const *key = (const char *const[]){"reps", "loaded_s", "ticks", NULL};
         *key != NULL; key++)
      json_object_set_new(person, *key, json_real(taut_record_number(note, *key)));
  }
}

/// What was judged, by requirement: the worst margin where there is one, and how often it came to
/// apply.
static json_t *requirements_of(const taut_record *record) {
  json_t *judged = json_object();
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    if (check->id[0] == '\0' || check->verdict == TAUT_INCONCLUSIVE) continue;
    json_t *entry = json_object_get(judged, check->id);
    if (entry == NULL) {
      entry = json_pack("{s:s,s:n,s:s}", "verdict", "pass", "margin", "unit", "");
      json_object_set_new(judged, check->id, entry);
    }
    if (check->verdict != TAUT_PASS)
      json_object_set_new(entry, "verdict", json_string(taut_verdict_name(check->verdict)));
    if (check->has_trigger) add_to(entry, "triggers", (double)check->n_triggers);
    if (!check->has_margin || !isfinite(check->margin)) continue;
    const json_t *known = json_object_get(entry, "margin");
    if (json_is_number(known) && json_number_value(known) <= check->margin) continue;
    json_object_set_new(entry, "margin", json_real(check->margin));
    json_object_set_new(entry, "unit", taut_record_string(check->unit));
  }
  return judged;
}

void taut_population_add(taut_population *population, size_t i, const taut_record *record) {
  json_t *person = json_object(), *note;
  size_t k;
  json_object_set_new(person, "seed", json_integer((json_int_t)record->seed));
  json_object_set_new(person, "verdict", json_string(taut_verdict_name(record->verdict)));
  json_object_set_new(person, "reason", taut_record_string(record->reason));
  json_object_set_new(person, "first_symptom_day", json_null());
  json_object_set_new(person, "end", json_null());
  json_object_set_new(person, "symptoms", json_object());
  json_object_set_new(person, "weeks", json_array());
  json_object_set_new(person, "rules", json_object());
  for (const char *const *key =
           (const char *const[]){"sessions", "n_symptoms", "referrals", "locks", "markers", NULL};
       *key != NULL; key++)
    json_object_set_new(person, *key, json_real(0.0));
  json_array_foreach(record->notes, k, note) take_note(person, note);
  json_object_set_new(person, "requirements", requirements_of(record));
  int weeks = (int)json_array_size(json_object_get(person, "weeks"));
  if (weeks > population->weeks) population->weeks = weeks;
  json_array_set_new(population->persons, i, person);
}
