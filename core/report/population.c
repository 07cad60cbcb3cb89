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

static void add_to(json_t *object, const char *key, double value) {
  json_object_set_new(object, key, json_real(taut_record_number(object, key) + value));
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
    if (week != NULL) sample_add(&s, taut_record_number(week, key));
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
      planned += taut_record_number(week, "planned");
      came += taut_record_number(week, "came");
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
    sample_add(&loads, taut_record_number(exercise, "load_lb"));
    sample_add(&reps, taut_record_number(exercise, "reps"));
    sample_add(&peaks, taut_record_number(exercise, "iap_peak_cmh2o"));
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
    double end_day = taut_record_number(person, "end_day");
    const char *end = taut_record_text(person, "end");
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
/// Names of what the persons have below `key`, in alphabetical order. The array is the caller's,
/// the texts are those of `names`.
static const char **names_below(const taut_population *p, const char *key, json_t *names,
                                size_t *n) {
  json_t *person, *value;
  size_t i;
  const char *name;
  json_array_foreach(p->persons, i, person) {
    json_object_foreach(json_object_get(person, key), name, value) {
      json_object_set_new(names, name, json_true());
    }
  }
  return sorted_keys(names, n);
}

/// One requirement over all persons; who came nearest to its limit is named.
static json_t *requirement_json(const taut_population *p, const char *id) {
  sample margins = {0};
  size_t i, n = 0, n_failed = 0;
  double triggers = 0.0;
  json_t *person, *entry = json_object();
  const json_t *nearest = NULL, *worst = NULL;
  json_array_foreach(p->persons, i, person) {
    const json_t *judged = json_object_get(json_object_get(person, "requirements"), id);
    if (judged == NULL) continue;
    n++;
    n_failed += strcmp(taut_record_text(judged, "verdict"), "fail") == 0;
    triggers += taut_record_number(judged, "triggers");
    if (!json_is_number(json_object_get(judged, "margin"))) continue;
    double margin = taut_record_number(judged, "margin");
    sample_add(&margins, margin);
    if (worst != NULL && taut_record_number(worst, "margin") <= margin) continue;
    worst = judged;
    nearest = person;
  }
  json_t *spread = sample_json(&margins);
  json_object_set_new(entry, "id", json_string(id));
  json_object_set_new(entry, "n", json_integer((json_int_t)n));
  json_object_set_new(entry, "n_failed", json_integer((json_int_t)n_failed));
  json_object_set_new(entry, "triggers", json_real(triggers));
  json_object_set_new(entry, "unit", json_string(taut_record_text(worst, "unit")));
  json_object_set_new(entry, "mean", json_incref(json_object_get(spread, "mean")));
  json_object_set_new(entry, "quantiles", json_incref(json_object_get(spread, "quantiles")));
  json_object_set_new(entry, "least",
                      worst != NULL ? json_real(taut_record_number(worst, "margin")) : json_null());
  json_object_set_new(
      entry, "seed", nearest != NULL ? json_incref(json_object_get(nearest, "seed")) : json_null());
  json_decref(spread);
  return entry;
}

static json_t *requirements_json(const taut_population *p) {
  json_t *ids = json_object(), *list = json_array();
  size_t n;
  const char **keys = names_below(p, "requirements", ids, &n);
  for (size_t k = 0; k < n; k++) json_array_append_new(list, requirement_json(p, keys[k]));
  free(keys);
  json_decref(ids);
  return list;
}

/// How often each rule came to apply, with how many persons, and how often it was broken.
static json_t *rules_json(const taut_population *p) {
  json_t *names = json_object(), *list = json_array(), *person;
  size_t n, i;
  const char **keys = names_below(p, "rules", names, &n);
  for (size_t k = 0; k < n; k++) {
    json_t *entry = json_pack("{s:s,s:f,s:f,s:f}", "rule", keys[k], "exercised", 0.0, "broken", 0.0,
                              "persons", 0.0);
    json_array_foreach(p->persons, i, person) {
      json_t *rule = json_object_get(json_object_get(person, "rules"), keys[k]);
      if (rule == NULL) continue;
      add_to(entry, "exercised", taut_record_number(rule, "exercised"));
      add_to(entry, "broken", taut_record_number(rule, "broken"));
      add_to(entry, "persons", taut_record_number(rule, "exercised") > 0.0 ? 1.0 : 0.0);
      json_object_set(entry, "text", json_object_get(rule, "text"));
    }
    json_array_append_new(list, entry);
  }
  free(keys);
  json_decref(names);
  return list;
}

/// A broken rule is worse than any symptom, and a case that broke off worse than a broken rule.
static int badness(const json_t *person) {
  taut_verdict verdict;
  if (taut_verdict_parse(taut_record_text(person, "verdict"), &verdict) != TAUT_OK) return 3;
  return verdict == TAUT_ERROR ? 3 : verdict == TAUT_FAIL ? 2 : verdict == TAUT_PASS ? 0 : 1;
}

static int compare_worst(const void *left, const void *right) {
  const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
  int bad_a = badness(a), bad_b = badness(b);
  if (bad_a != bad_b) return bad_a > bad_b ? -1 : 1;
  double n_a = taut_record_number(a, "n_symptoms"), n_b = taut_record_number(b, "n_symptoms");
  if (n_a != n_b) return n_a > n_b ? -1 : 1;
  double seed_a = taut_record_number(a, "seed"), seed_b = taut_record_number(b, "seed");
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
    const char *name = taut_record_text(person, key);
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
  json_object_set_new(document, "rules", rules_json(population));
  json_object_set_new(document, "worst", worst_json(population));
  json_object_set(document, "persons", population->persons);
  return document;
}
