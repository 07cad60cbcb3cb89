#include "runner/mutants_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taut/math.h"

enum { KEY_MAX = 1024 };

// ----------------------------------------------------------------------------------------- answers

/// A worker runs foreign code: what it says is looked at before it is believed.
static bool is_lean_valid(const json_t *lean) {
  size_t i;
  json_t *check;
  if (!json_is_string(json_object_get(lean, "verdict")) ||
      !json_is_integer(json_object_get(lean, "sim_ns")) ||
      !json_is_integer(json_object_get(lean, "changed")) ||
      !json_is_number(json_object_get(lean, "change_max")) ||
      !json_is_array(json_object_get(lean, "checks"))) {
    return false;
  }
  json_array_foreach(json_object_get(lean, "checks"), i, check) {
    if (!json_is_string(json_object_get(check, "id")) ||
        !json_is_string(json_object_get(check, "verdict")) ||
        !json_is_integer(json_object_get(check, "tick_ns"))) {
      return false;
    }
  }
  return true;
}

static void make_key(const campaign *c, size_t i_case, const char *mutant, char key[KEY_MAX]) {
  const taut_item *item = &c->collection->items[i_case];
  snprintf(key, KEY_MAX, "%s:%s|%llu|%s", item->file, item->name,
           (unsigned long long)(c->options->seed + item->i_seed), mutant);
}

static void submit(campaign *c, size_t i_case, const taut_mutant_entry *entry, uint64_t tag) {
  const taut_item *item = &c->collection->items[i_case];
  taut_job *job = taut_memory_resize(NULL, sizeof *job);
  memset(job, 0, sizeof *job);
  job->kind = TAUT_JOB_RUN;
  job->i_case = item->i_case;
  job->seed = c->options->seed + item->i_seed;
  job->is_lean = true;
  snprintf(job->file, sizeof job->file, "%s", item->file);
  if (entry != NULL) {
    snprintf(job->mutant, sizeof job->mutant, "%s", entry->text);
    job->is_fail_fast = entry->is_fail_fast && c->list.ports[entry->i_port].is_output;
    job->budget_ns = 2 * c->cases[i_case].sim_ns + 5 * TAUT_SECOND;
  }
  taut_workers_submit(c->workers, job, tag);
  free(job);
}

/// The answer of a job in one shape, whether it was run or recalled: {"lean": ...} or {"died":
/// text}. New reference.
static json_t *answer_of(const taut_job_end *end) {
  json_t *lean = json_object_get(end->answer, "lean");
  if (lean != NULL && is_lean_valid(lean)) return json_pack("{s:O}", "lean", lean);
  const char *why = json_string_value(json_array_get(json_object_get(end->answer, "log"), 0));
  if (why == NULL)
    why = end->text[0] != '\0' ? end->text : "the worker's answer is not well formed";
  bool is_late = end->outcome == TAUT_JOB_TIMED_OUT;
  return json_pack("{s:s, s:b}", is_late ? "late" : "died", why, "is_died", true);
}

// ---------------------------------------------------------------------------------------- baseline

static void fail_baseline(campaign *c, size_t i_case, const char *why) {
  if (c->has_failed) return;
  const taut_item *item = &c->collection->items[i_case];
  c->has_failed = true;
  snprintf(c->error, c->error_size,
           "%s: '%s' does not pass without a mutant, so it can kill none: %s", item->file,
           item->name, why);
}

static void take_baseline(campaign *c, size_t i_case, const json_t *answer) {
  json_t *lean = json_object_get(answer, "lean");
  if (lean == NULL) {
    const char *died = text_of(answer, "died");
    fail_baseline(c, i_case, died[0] != '\0' ? died : text_of(answer, "late"));
    return;
  }
  if (strcmp(text_of(lean, "verdict"), "pass") != 0) {
    fail_baseline(c, i_case, text_of(lean, "reason"));
    return;
  }
  c->cases[i_case].lean = json_incref(lean);
  c->cases[i_case].sim_ns = integer_of(lean, "sim_ns");
}

// ----------------------------------------------------------------------------------------- judging

/// The first port beside the mutated ones whose values differ from the baseline; NULL for none.
static const char *find_difference(const campaign *c, size_t i_case, const taut_mutant_entry *entry,
                                   const json_t *lean) {
  const json_t *before = json_object_get(c->cases[i_case].lean, "ports");
  const json_t *after = json_object_get(lean, "ports");
  const taut_mutable_port *port = &c->list.ports[entry->i_port];
  const char *name, *other = strstr(entry->text, " swap ");
  json_t *hash;
  size_t n_instance = strlen(port->instance);
  json_object_foreach((json_t *)(uintptr_t)before, name, hash) {
    if (strcmp(name, port->name) == 0) continue;
    bool is_partner = other != NULL && strncmp(name, port->instance, n_instance) == 0 &&
                      name[n_instance] == '.' && strcmp(name + n_instance + 1, other + 6) == 0;
    if (is_partner) continue;
    const char *now = json_string_value(json_object_get(after, name));
    if (now == NULL || strcmp(now, json_string_value(hash)) != 0) return name;
  }
  return NULL;
}

static const json_t *find_violation(const json_t *lean) {
  size_t i;
  json_t *check;
  json_array_foreach(json_object_get(lean, "checks"), i,
                     check) if (strcmp(text_of(check, "verdict"), "fail") == 0) return check;
  return NULL;
}

static void note_crash(taut_mutant_entry *entry, campaign_trial *course, const char *why,
                       bool is_late) {
  course->has_crash |= !is_late;
  course->has_timeout |= is_late;
  if (entry->reason == NULL) entry->reason = taut_text_clean(why, strlen(why));
}

/// Takes in what a case said about a mutant. True when it is settled.
static bool judge(campaign *c, size_t i_entry, size_t i_case, const json_t *answer) {
  taut_mutant_entry *entry = &c->list.entries[i_entry];
  campaign_trial *course = &c->courses[i_entry];
  const json_t *lean = json_object_get(answer, "lean");
  entry->n_cases++;
  if (lean == NULL) {
    bool is_late = json_object_get(answer, "late") != NULL;
    note_crash(entry, course, text_of(answer, is_late ? "late" : "died"), is_late);
    return false;
  }
  uint64_t n_changed = (uint64_t)integer_of(lean, "changed");
  if (n_changed > 0 && !course->is_reached) entry->i_case = i_case;
  course->is_reached |= n_changed > 0;
  entry->n_changed += n_changed;
  if (number_of(lean, "change_max") > entry->change_max)
    entry->change_max = number_of(lean, "change_max");
  const json_t *violation = find_violation(lean);
  if (violation != NULL && entry->violated == NULL) {
    entry->requirement = taut_text_copy(text_of(violation, "id"));
    entry->tick_ns = integer_of(violation, "tick_ns");
    entry->i_case = i_case;
    entry->result = TAUT_MUTANT_KILLED;
    return true;
  }
  size_t i;
  json_t *check;
  json_array_foreach(json_object_get(lean, "checks"), i, check) {
    if (entry->violated != NULL && strcmp(text_of(check, "verdict"), "fail") == 0)
      json_object_set_new(entry->violated, text_of(check, "id"), json_true());
  }
  entry->is_noticed |= json_is_true(json_object_get(lean, "is_noticed"));
  course->has_timeout |= strcmp(text_of(lean, "cut"), "budget") == 0;
  if (strcmp(text_of(lean, "verdict"), "error") == 0)
    note_crash(entry, course, text_of(lean, "reason"), false);
  const char *difference = find_difference(c, i_case, entry, lean);
  if (difference != NULL && !course->has_golden) {
    course->has_golden = true;
    entry->i_case = i_case;
    entry->difference = taut_text_copy(difference);
  }
  return false;
}

static void settle(campaign *c, size_t i_entry) {
  taut_mutant_entry *entry = &c->list.entries[i_entry];
  const campaign_trial *course = &c->courses[i_entry];
  bool is_violated = json_object_size(entry->violated) > 0;
  if (entry->result != TAUT_MUTANT_KILLED) {
    entry->result = is_violated           ? TAUT_MUTANT_KILLED
                    : course->has_crash   ? TAUT_MUTANT_CRASH
                    : course->has_timeout ? TAUT_MUTANT_TIME_OUT
                    : course->has_golden  ? TAUT_MUTANT_GOLDEN_ONLY
                    : course->is_reached  ? TAUT_MUTANT_SURVIVED
                                          : TAUT_MUTANT_NOT_REACHED;
  }
  c->n_done++;
}

// ----------------------------------------------------------------------------------------- running

/// Next case of a mutant: recalled ones are judged at once, another one is submitted.
static void go_on(campaign *c, size_t i_entry) {
  campaign_trial *course = &c->courses[i_entry];
  const taut_mutant_entry *entry = &c->list.entries[i_entry];
  while (course->at < course->n) {
    size_t i_case = course->order[course->at];
    char key[KEY_MAX];
    make_key(c, i_case, entry->text, key);
    json_t *known = c->options->recall != NULL ? c->options->recall(c->options->user, key) : NULL;
    if (known == NULL) {
      submit(c, i_case, entry, i_entry);
      return;
    }
    course->at++;
    bool is_settled = judge(c, i_entry, i_case, known);
    json_decref(known);
    if (is_settled) break;
  }
  settle(c, i_entry);
}

static void on_end(void *user, const taut_job_end *end) {
  campaign *c = user;
  if (end->outcome == TAUT_JOB_STOPPED) return;
  size_t i = (size_t)end->tag;
  size_t i_case = c->is_baseline ? i : c->courses[i].order[c->courses[i].at];
  json_t *answer = answer_of(end);
  if (c->options->on_result != NULL) {
    char key[KEY_MAX];
    make_key(c, i_case, end->job->mutant, key);
    c->options->on_result(c->options->user, key, answer);
  }
  if (c->is_baseline) {
    take_baseline(c, i, answer);
  } else {
    c->courses[i].at++;
    if (judge(c, i, i_case, answer))
      settle(c, i);
    else
      go_on(c, i);
  }
  json_decref(answer);
}

static void on_tick(void *user) {
  campaign *c = user;
  uint64_t tag;
  if (c->options->on_progress == NULL || !taut_workers_running(c->workers, &tag)) return;
  const char *running = c->is_baseline ? c->collection->items[tag].name : c->list.entries[tag].text;
  c->options->on_progress(c->options->user, c->n_done, c->list.n_entries, running);
}

static taut_status run_baseline(campaign *c) {
  c->is_baseline = true;
  for (size_t i = 0; i < c->collection->n_items; i++) {
    char key[KEY_MAX];
    make_key(c, i, "", key);
    json_t *known = c->options->recall != NULL ? c->options->recall(c->options->user, key) : NULL;
    if (known == NULL) {
      submit(c, i, NULL, i);
      continue;
    }
    take_baseline(c, i, known);
    json_decref(known);
  }
  taut_status status = taut_workers_run(c->workers);
  c->is_baseline = false;
  return status;
}

/// Takes up what a generation has shown about which cases kill.
static void learn(campaign *c, const size_t *generation, size_t n) {
  for (size_t i = 0; i < n; i++) {
    const taut_mutant_entry *entry = &c->list.entries[generation[i]];
    if (entry->result != TAUT_MUTANT_KILLED) continue;
    c->by_port[entry->i_port * c->collection->n_items + entry->i_case]++;
    c->by_case[entry->i_case]++;
  }
}

static taut_status run_generations(campaign *c) {
  size_t n = c->list.n_entries, n_left = n;
  size_t *generation = taut_memory_resize(NULL, (n + 1) * sizeof *generation);
  bool *is_taken = zeroed(n + 1, sizeof *is_taken);
  taut_status status = TAUT_OK;
  while (n_left > 0 && status == TAUT_OK) {
    size_t n_generation = 0, i_port = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
      if (is_taken[i] || c->list.entries[i].i_port == i_port) continue;
      is_taken[i] = true;
      n_left--;
      if (c->list.entries[i].result != TAUT_MUTANT_NOT_RUN) {
        c->n_done++;
        continue;  // nothing to run: the port's next one belongs to this generation
      }
      i_port = c->list.entries[i].i_port;
      generation[n_generation++] = i;
    }
    for (size_t i = 0; i < n_generation; i++) taut_mutants_make_order(c, generation[i]);
    for (size_t i = 0; i < n_generation; i++) go_on(c, generation[i]);
    status = taut_workers_run(c->workers);
    learn(c, generation, n_generation);
    if (taut_workers_is_interrupted(c->workers)) break;
  }
  free(is_taken);
  free(generation);
  return status;
}

/// Keeps `n_sample` mutants, the same ones every time.
static void draw_sample(campaign *c) {
  size_t n_sample = c->options->n_sample;
  taut_mutant_list *list = &c->list;
  if (n_sample == 0 || n_sample >= list->n_entries) return;
  // Each of the next ones is taken with the probability that leaves the right number.
  size_t n_kept = 0, n_all = list->n_entries;
  for (size_t i = 0; i < n_all; i++) {
    double u = taut_random_uniform(20, 0, (int64_t)i, 0);
    if (u * (double)(n_all - i) >= (double)(n_sample - n_kept)) continue;
    list->entries[n_kept++] = list->entries[i];
  }
  list->n_entries = n_kept;
}

// --------------------------------------------------------------------------------------- campaign

static void prepare_mutants(campaign *c) {
  size_t n_items = c->collection->n_items;
  taut_mutant_list_fill(&c->list, c->options);
  draw_sample(c);
  for (size_t i = 0; i < c->list.n_entries; i++) {
    taut_mutant_entry *entry = &c->list.entries[i];
    if (!c->list.ports[entry->i_port].is_output) entry->violated = json_object();
  }
  c->courses = zeroed(c->list.n_entries + 1, sizeof *c->courses);
  c->by_port = zeroed(c->list.n_ports * n_items + 1, sizeof *c->by_port);
}

taut_status taut_mutation_run(taut_zygote *zygote, const taut_collection *collection,
                              const taut_mutation_options *options, json_t **out, char *error,
                              size_t error_size) {
  size_t n_items = collection->n_items;
  campaign c = {.zygote = zygote,
                .collection = collection,
                .options = options,
                .error = error,
                .error_size = error_size};
  const taut_workers_events events = {.on_end = on_end, .on_tick = on_tick, .user = &c};
  *out = NULL;
  c.cases = zeroed(n_items + 1, sizeof *c.cases);
  c.by_case = zeroed(n_items + 1, sizeof *c.by_case);
  taut_status status = taut_workers_create(zygote, &events, &c.workers);
  if (status == TAUT_OK) status = run_baseline(&c);
  if (status == TAUT_OK && c.has_failed) status = TAUT_EINVAL;
  if (status == TAUT_OK && !taut_workers_is_interrupted(c.workers)) {
    taut_mutants_find_ports(&c);
    prepare_mutants(&c);
    status = run_generations(&c);
  }
  if (status == TAUT_OK) *out = taut_mutants_document(&c);
  taut_workers_destroy(c.workers);
  for (size_t i = 0; c.courses != NULL && i < c.list.n_entries; i++) free(c.courses[i].order);
  taut_mutant_list_fini(&c.list);
  for (size_t i = 0; i < n_items; i++) json_decref(c.cases[i].lean);
  free(c.cases);
  free(c.courses);
  free(c.by_port);
  free(c.by_case);
  return status;
}
