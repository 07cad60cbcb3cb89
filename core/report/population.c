#include "report/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

/// Persons that the document names as the worst.
enum { N_WORST = 10 };

static const double QUANTILES[] = {0.05, 0.25, 0.5, 0.75, 0.95};
enum { N_QUANTILES = sizeof QUANTILES / sizeof QUANTILES[0] };

void taut_population_init(taut_population *population, size_t n_persons) {
  *population = (taut_population){.persons = json_array()};
  for (size_t i = 0; i < n_persons; i++) json_array_append_new(population->persons, json_null());
}

void taut_population_fini(taut_population *population) {
  json_decref(population->persons);
  *population = (taut_population){0};
}

// ---------------------------------------------------------------------------------------- a person

static double number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key) {
  const char *value = json_string_value(json_object_get(object, key));
  return value != NULL ? value : "";
}

static bool is_kind(const json_t *note, const char *kind) {
  return strcmp(text(note, "kind"), kind) == 0;
}

static void add_to(json_t *object, const char *key, double value) {
  json_object_set_new(object, key, json_real(number(object, key) + value));
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
  double load = number(note, "load_lb"), reps = number(note, "reps");
  if (week == NULL || reps <= 0.0 || load <= 0.0) return;
  json_t *exercises = json_object_get(week, "exercises"), *exercise;
  const char *name = text(note, "exercise");
  exercise = json_object_get(exercises, name);
  if (exercise == NULL) {
    exercise = json_pack("{s:f,s:f,s:f}", "load_lb", 0.0, "reps", 0.0, "iap_peak_cmh2o", 0.0);
    json_object_set_new(exercises, name, exercise);
  }
  if (load > number(exercise, "load_lb")) json_object_set_new(exercise, "load_lb", json_real(load));
  double peak = number(note, "iap_peak_cmh2o");
  if (peak > number(exercise, "iap_peak_cmh2o"))
    json_object_set_new(exercise, "iap_peak_cmh2o", json_real(peak));
  add_to(exercise, "reps", reps);
  add_to(week, "volume_n", number(note, "volume_n"));
}

static void take_session(json_t *person, json_t *week, const json_t *note) {
  json_t *symptoms = json_object_get(note, "symptoms"), *symptom;
  size_t i;
  if (strcmp(text(note, "outcome"), "refused") != 0) {
    add_to(person, "sessions", 1.0);
    if (week != NULL) add_to(week, "sessions", 1.0);
  }
  if (week != NULL) {
    add_to(week, "reps", number(note, "reps"));
    add_to(week, "loaded_s", number(note, "loaded_s"));
    add_to(week, "symptoms", (double)json_array_size(symptoms));
  }
  json_array_foreach(symptoms, i, symptom) {
    const char *name = json_string_value(symptom);
    if (name == NULL) continue;
    add_to(json_object_get(person, "symptoms"), name, 1.0);
    add_to(person, "n_symptoms", 1.0);
    if (json_is_null(json_object_get(person, "first_symptom_day")))
      json_object_set_new(person, "first_symptom_day", json_real(number(note, "day")));
  }
}

static void take_note(json_t *person, const json_t *note) {
  double day = number(note, "day");
  bool is_day = is_kind(note, "day");
  json_t *week = week_of(person, is_day ? floor(day / 7.0) + 1.0 : number(note, "week"));
  if (is_day && week != NULL) {
    add_to(week, "planned", 1.0);
    add_to(week, "came", json_is_true(json_object_get(note, "came")) ? 1.0 : 0.0);
  }
  if (is_kind(note, "exercise")) take_exercise(week, note);
  if (is_kind(note, "session")) take_session(person, week, note);
  if (is_kind(note, "refer")) add_to(person, "referrals", 1.0);
  if (is_kind(note, "lock")) add_to(person, "locks", 1.0);
  if (is_kind(note, "marker") && strcmp(text(note, "answer"), "yes") == 0)
    add_to(person, "markers", 1.0);
  if (is_kind(note, "end")) {
    json_object_set_new(person, "end", taut_record_string(text(note, "reason")));
    json_object_set_new(person, "end_day", json_real(day));
    for (const char *const *key = (const char *const[]){"reps", "loaded_s", "ticks", NULL};
         *key != NULL; key++)
      json_object_set_new(person, *key, json_real(number(note, *key)));
  }
}

/// Margins by requirement, the worst where several checks judge one.
static json_t *margins_of(const taut_record *record) {
  json_t *margins = json_object();
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    if (check->id[0] == '\0' || !check->has_margin || !isfinite(check->margin)) continue;
    const json_t *known = json_object_get(margins, check->id);
    if (known != NULL && number(known, "margin") <= check->margin) continue;
    json_t *entry = json_object();
    json_object_set_new(entry, "margin", json_real(check->margin));
    json_object_set_new(entry, "unit", taut_record_string(check->unit));
    json_object_set_new(entry, "verdict", json_string(taut_verdict_name(check->verdict)));
    json_object_set_new(margins, check->id, entry);
  }
  return margins;
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
  for (const char *const *key =
           (const char *const[]){"sessions", "n_symptoms", "referrals", "locks", "markers", NULL};
       *key != NULL; key++)
    json_object_set_new(person, *key, json_real(0.0));
  json_array_foreach(record->notes, k, note) take_note(person, note);
  json_object_set_new(person, "margins", margins_of(record));
  int weeks = (int)json_array_size(json_object_get(person, "weeks"));
  if (weeks > population->weeks) population->weeks = weeks;
  json_array_set_new(population->persons, i, person);
}

// --------------------------------------------------------------------------------------- quantiles

double taut_quantile(const double *sorted, size_t n, double p) {
  if (n == 0) return (double)NAN;
  double at = p * (double)(n - 1);
  size_t below = (size_t)at;
  if (below + 1 >= n) return sorted[n - 1];
  return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/// Numbers that are gathered before they are sorted.
typedef struct sample {
  double *values;
  size_t n;
} sample;

static int compare_numbers(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void sample_add(sample *s, double value) {
  s->values = taut_memory_resize(s->values, (s->n + 1) * sizeof *s->values);
  s->values[s->n++] = value;
}

/// {"n", "mean", "quantiles": [5, 25, 50, 75, 95 %]} and the values are gone.
static json_t *sample_json(sample *s) {
  json_t *object = json_object(), *quantiles = json_array();
  double sum = 0.0;
  if (s->n > 1) qsort(s->values, s->n, sizeof *s->values, compare_numbers);
  for (size_t i = 0; i < s->n; i++) sum += s->values[i];
  for (int i = 0; i < N_QUANTILES && s->n > 0; i++)
    json_array_append_new(quantiles, json_real(taut_quantile(s->values, s->n, QUANTILES[i])));
  json_object_set_new(object, "n", json_integer((json_int_t)s->n));
  json_object_set_new(object, "mean", s->n > 0 ? json_real(sum / (double)s->n) : json_null());
  json_object_set_new(object, "quantiles", quantiles);
  free(s->values);
  *s = (sample){0};
  return object;
}

static const json_t *person_week(const json_t *person, size_t i_week) {
  return json_array_get(json_object_get(person, "weeks"), i_week);
}

/// What the persons who were still there had of `key` in that week.
static json_t *week_sample(const taut_population *p, size_t i_week, const char *key) {
  sample s = {0};
  size_t i;
  json_t *person;
  json_array_foreach(p->persons, i, person) {
    const json_t *week = person_week(person, i_week);
    if (week != NULL) sample_add(&s, number(week, key));
  }
  return sample_json(&s);
}

static json_t *weeks_json(const taut_population *p) {
  json_t *weeks = json_array();
  for (size_t k = 0; k < (size_t)p->weeks; k++) {
    json_t *entry = json_object(), *person;
    size_t i, n_active = 0;
    double planned = 0.0, came = 0.0;
    json_array_foreach(p->persons, i, person) {
      const json_t *week = person_week(person, k);
      n_active += week != NULL;
      planned += number(week, "planned");
      came += number(week, "came");
    }
    json_object_set_new(entry, "week", json_integer((json_int_t)k + 1));
    json_object_set_new(entry, "n_active", json_integer((json_int_t)n_active));
    json_object_set_new(entry, "adherence", planned > 0 ? json_real(came / planned) : json_null());
    for (const char *const *key =
             (const char *const[]){"sessions", "reps", "volume_n", "loaded_s", "symptoms", NULL};
         *key != NULL; key++)
      json_object_set_new(entry, *key, week_sample(p, k, *key));
    json_array_append_new(weeks, entry);
  }
  return weeks;
}

/// Every exercise that somebody did under load, by name, so that the order is nobody's luck.
static json_t *exercise_names(const taut_population *p) {
  json_t *names = json_object(), *person, *week, *value;
  size_t i, k;
  const char *name;
  json_array_foreach(p->persons, i, person) {
    json_array_foreach(json_object_get(person, "weeks"), k, week) {
      json_object_foreach(json_object_get(week, "exercises"), name, value) {
        json_object_set_new(names, name, json_true());
      }
    }
  }
  return names;
}

static int compare_names(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/// Keys of an object in alphabetical order; the array is the caller's, the texts the object's.
static const char **sorted_keys(json_t *object, size_t *n) {
  const char **keys = taut_memory_resize(NULL, (json_object_size(object) + 1) * sizeof *keys);
  const char *key;
  json_t *value;
  *n = 0;
  json_object_foreach(object, key, value) keys[(*n)++] = key;
  if (*n > 1) qsort(keys, *n, sizeof *keys, compare_names);
  return keys;
}

static json_t *exercise_week(const taut_population *p, const char *name, size_t i_week) {
  sample loads = {0}, reps = {0}, peaks = {0};
  size_t i;
  json_t *person, *entry = json_object();
  json_array_foreach(p->persons, i, person) {
    const json_t *exercise =
        json_object_get(json_object_get(person_week(person, i_week), "exercises"), name);
    if (exercise == NULL) continue;
    sample_add(&loads, number(exercise, "load_lb"));
    sample_add(&reps, number(exercise, "reps"));
    sample_add(&peaks, number(exercise, "iap_peak_cmh2o"));
  }
  json_object_set_new(entry, "week", json_integer((json_int_t)i_week + 1));
  json_object_set_new(entry, "load_lb", sample_json(&loads));
  json_object_set_new(entry, "reps", sample_json(&reps));
  json_object_set_new(entry, "iap_peak_cmh2o", sample_json(&peaks));
  return entry;
}

static json_t *exercises_json(const taut_population *p) {
  json_t *list = json_array(), *names = exercise_names(p);
  size_t n;
  const char **keys = sorted_keys(names, &n);
  for (size_t i = 0; i < n; i++) {
    json_t *entry = json_object(), *weeks = json_array();
    for (size_t k = 0; k < (size_t)p->weeks; k++)
      json_array_append_new(weeks, exercise_week(p, keys[i], k));
    json_object_set_new(entry, "name", json_string(keys[i]));
    json_object_set_new(entry, "weeks", weeks);
    json_array_append_new(list, entry);
  }
  free(keys);
  json_decref(names);
  return list;
}

// ---------------------------------------------------------------------------------------- survival

typedef struct exit_day {
  double day;
  bool is_event;  ///< else censored: she was still without it when her weeks were over
} exit_day;

/// Events before those who leave on the same day, as Kaplan and Meier count them.
static int compare_exits(const void *left, const void *right) {
  const exit_day *a = left, *b = right;
  if (a->day != b->day) return a->day < b->day ? -1 : 1;
  return (int)b->is_event - (int)a->is_event;
}

/// The product-limit estimate (Kaplan and Meier 1958) as steps [day, share].
static json_t *kaplan_meier(exit_day *exits, size_t n) {
  json_t *steps = json_array();
  double share = 1.0;
  if (n > 1) qsort(exits, n, sizeof *exits, compare_exits);
  json_array_append_new(steps, json_pack("[f,f]", 0.0, 1.0));
  for (size_t i = 0; i < n;) {
    size_t at_risk = n - i, n_events = 0;
    double day = exits[i].day;
    for (; i < n && exits[i].day == day; i++) n_events += exits[i].is_event;
    if (n_events == 0) continue;
    share *= 1.0 - (double)n_events / (double)at_risk;
    json_array_append_new(steps, json_pack("[f,f]", day, share));
  }
  return steps;
}

static json_t *survival_json(const taut_population *p) {
  size_t n = json_array_size(p->persons), i;
  exit_day *symptom = taut_memory_resize(NULL, (n + 1) * sizeof *symptom);
  exit_day *stay = taut_memory_resize(NULL, (n + 1) * sizeof *stay);
  size_t n_known = 0;
  json_t *person, *object = json_object();
  json_array_foreach(p->persons, i, person) {
    const json_t *first = json_object_get(person, "first_symptom_day");
    double end_day = number(person, "end_day");
    const char *end = text(person, "end");
    if (end[0] == '\0') continue;  // her case broke off
    bool has_symptom = json_is_number(first);
    bool has_left = strcmp(end, "dropped_out") == 0 || strcmp(end, "locked") == 0;
    symptom[n_known] = (exit_day){has_symptom ? json_number_value(first) : end_day, has_symptom};
    stay[n_known++] = (exit_day){end_day, has_left};
  }
  json_object_set_new(object, "n", json_integer((json_int_t)n_known));
  json_object_set_new(object, "without_symptom", kaplan_meier(symptom, n_known));
  json_object_set_new(object, "in_protocol", kaplan_meier(stay, n_known));
  free(symptom);
  free(stay);
  return object;
}

// -------------------------------------------------------------------------------- limits and worst

/// Each requirement with a margin: how it is spread, and who came nearest.
static json_t *requirements_json(const taut_population *p) {
  json_t *ids = json_object(), *list = json_array(), *person, *value;
  size_t i, n;
  const char *id;
  json_array_foreach(p->persons, i, person) {
    json_object_foreach(json_object_get(person, "margins"), id, value) {
      json_object_set_new(ids, id, json_true());
    }
  }
  const char **keys = sorted_keys(ids, &n);
  for (size_t k = 0; k < n; k++) {
    sample margins = {0};
    size_t n_failed = 0;
    const json_t *nearest = NULL, *worst = NULL;
    json_array_foreach(p->persons, i, person) {
      const json_t *entry = json_object_get(json_object_get(person, "margins"), keys[k]);
      if (entry == NULL) continue;
      sample_add(&margins, number(entry, "margin"));
      n_failed += strcmp(text(entry, "verdict"), "fail") == 0;
      if (worst != NULL && number(worst, "margin") <= number(entry, "margin")) continue;
      worst = entry;
      nearest = person;
    }
    json_t *entry = sample_json(&margins);
    json_object_set_new(entry, "id", json_string(keys[k]));
    json_object_set_new(entry, "unit", json_string(text(worst, "unit")));
    json_object_set_new(entry, "n_failed", json_integer((json_int_t)n_failed));
    json_object_set_new(entry, "least", json_real(number(worst, "margin")));
    json_object_set(entry, "seed", json_object_get(nearest, "seed"));
    json_array_append_new(list, entry);
  }
  free(keys);
  json_decref(ids);
  return list;
}

/// A broken rule is worse than any symptom, and a case that broke off worse than a broken rule.
static int badness(const json_t *person) {
  taut_verdict verdict;
  if (taut_verdict_parse(text(person, "verdict"), &verdict) != TAUT_OK) return 3;
  return verdict == TAUT_ERROR ? 3 : verdict == TAUT_FAIL ? 2 : verdict == TAUT_PASS ? 0 : 1;
}

static int compare_worst(const void *left, const void *right) {
  const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
  int bad_a = badness(a), bad_b = badness(b);
  if (bad_a != bad_b) return bad_a > bad_b ? -1 : 1;
  double n_a = number(a, "n_symptoms"), n_b = number(b, "n_symptoms");
  if (n_a != n_b) return n_a > n_b ? -1 : 1;
  double seed_a = number(a, "seed"), seed_b = number(b, "seed");
  return (seed_a > seed_b) - (seed_a < seed_b);
}

static json_t *worst_json(const taut_population *p) {
  size_t n = json_array_size(p->persons), n_lived = 0, i;
  json_t **order = taut_memory_resize(NULL, (n + 1) * sizeof *order), *list = json_array(), *person;
  json_array_foreach(p->persons, i, person) {
    if (json_is_object(person)) order[n_lived++] = person;
  }
  if (n_lived > 1) qsort(order, n_lived, sizeof *order, compare_worst);
  for (i = 0; i < n_lived && i < N_WORST; i++) {
    json_t *entry = json_object();
    for (const char *const *key = (const char *const[]){"seed", "verdict", "reason", "symptoms",
                                                        "sessions", "end", "end_day", NULL};
         *key != NULL; key++)
      json_object_set(entry, *key, json_object_get(order[i], *key));
    json_array_append_new(list, entry);
  }
  free(order);
  return list;
}

// ---------------------------------------------------------------------------------------- document

static json_t *tally_json(const taut_population *p, const char *key) {
  json_t *tally = json_object(), *person;
  size_t i;
  json_array_foreach(p->persons, i, person) {
    const char *name = text(person, key);
    if (name[0] == '\0') name = "broken_off";
    json_int_t n = json_integer_value(json_object_get(tally, name));
    json_object_set_new(tally, name, json_integer(n + 1));
  }
  return tally;
}

static json_t *symptoms_json(const taut_population *p) {
  json_t *object = json_object(), *person, *count;
  size_t i;
  const char *name;
  json_array_foreach(p->persons, i, person) {
    json_object_foreach(json_object_get(person, "symptoms"), name, count) {
      json_t *entry = json_object_get(object, name);
      if (entry == NULL) {
        entry = json_pack("{s:f,s:f}", "persons", 0.0, "times", 0.0);
        json_object_set_new(object, name, entry);
      }
      add_to(entry, "persons", 1.0);
      add_to(entry, "times", json_number_value(count));
    }
  }
  return object;
}

json_t *taut_population_json(const taut_population *population, const char *protocol,
                             const char *user, uint64_t seed) {
  json_t *document = json_object();
  json_object_set_new(document, "protocol", taut_record_string(protocol));
  json_object_set_new(document, "user", taut_record_string(user));
  json_object_set_new(document, "seed", json_integer((json_int_t)seed));
  json_object_set_new(document, "n",
                      json_integer((json_int_t)json_array_size(population->persons)));
  json_object_set_new(document, "verdicts", tally_json(population, "verdict"));
  json_object_set_new(document, "ends", tally_json(population, "end"));
  json_object_set_new(document, "symptoms", symptoms_json(population));
  json_object_set_new(document, "weeks", weeks_json(population));
  json_object_set_new(document, "exercises", exercises_json(population));
  json_object_set_new(document, "survival", survival_json(population));
  json_object_set_new(document, "requirements", requirements_json(population));
  json_object_set_new(document, "worst", worst_json(population));
  json_object_set(document, "persons", population->persons);
  return document;
}
