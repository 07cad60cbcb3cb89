#include "cli/prepare.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/against.h"
#include "hil/keys.h"
#include "hil/links.h"
#include "report/file.h"
#include "report/results.h"

enum {
  RESULTS_MAX = 1 << 30,
  TIMEOUT_S = 60,         ///< wall time of a case [s]
  TIMEOUT_PACED_S = 3600  ///< wall time of a case with --realtime [s]
};

/// The cases that did not pass in the newest run that came to its end; NULL when there is no run.
static json_t *read_last_failed(const char *out_folder) {
  char newest[NAME_MAX + 1] = "";
  DIR *dir = opendir(out_folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    char *path = taut_text_format("%s/%s/results.json", out_folder, entry->d_name);
    // Names begin with the time, and the counter within a second is compared as a number.
    if (access(path, R_OK) == 0 && strverscmp(entry->d_name, newest) > 0) {
      snprintf(newest, sizeof newest, "%s", entry->d_name);
    }
    free(path);
  }
  if (dir != NULL) closedir(dir);
  if (newest[0] == '\0') return NULL;
  char *path = taut_text_format("%s/%s/results.json", out_folder, newest);
  json_t *results = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
  free(path);
  json_t *failed = json_array(), *item;
  size_t i;
  json_array_foreach(json_object_get(results, "cases"), i, item) {
    const char *verdict = json_string_value(json_object_get(item, "verdict"));
    if (verdict != NULL && strcmp(verdict, "pass") != 0) json_array_append(failed, item);
  }
  json_decref(results);
  return failed;
}

/// ./scenarios where there is one, else those that came with the installation.
static const char *default_target(const taut_places *places, char *path, size_t size) {
  struct stat info;
  if (stat("scenarios", &info) == 0 && S_ISDIR(info.st_mode)) return "scenarios";
  snprintf(path, size, "%s/scenarios", places->data);
  if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return path;
  return NULL;
}

/// The same run with other plugins is for a zygote of its own.
static int configure_against(const taut_verb *verb, const taut_arguments *arguments,
                             taut_preparation *p) {
  char error[1024];
  if (!taut_arguments_has(arguments, "against")) return TAUT_EXIT_OK;
  p->against_given = taut_against_targets(arguments);
  char **other =
      taut_cli_with(&p->places, (const char *const *)p->against_given, error, sizeof error);
  if (other == NULL) return taut_usage(verb, "--against: %s", error);
  p->against_with = taut_against_with(p->with, other);
  taut_cli_with_free(other);
  p->against_config = p->config;
  p->against_config.scenario.with = (const char *const *)p->against_with;
  if (taut_links_wanted(p->against_config.scenario.with)) p->against_config.n_slots = 1;
  return TAUT_EXIT_OK;
}

/// Finds and tries the file of keys when an address needs it, before any case runs.
static int configure_keys(const taut_verb *verb, const taut_arguments *arguments,
                          taut_preparation *p) {
  char error[1024], path[PATH_MAX];
  if (p->replay.path != NULL) return TAUT_EXIT_OK;
  const char *given = taut_arguments_value(arguments, "keys");
  taut_credentials pair = {0};
  if (!taut_links_want_keys((const char *const *)p->with) &&
      !taut_links_want_keys((const char *const *)p->against_with)) {
    if (given == NULL) return TAUT_EXIT_OK;
    return taut_usage(verb,
                      "--keys is for links with a key, and there is none: "
                      "--with ROLE=tcp://KEY@ADDRESS:PORT");
  }
  if (given != NULL) {
    p->keys = taut_text_copy(given);
  } else if (taut_keys_default_path(path, sizeof path) == TAUT_OK) {
    p->keys = taut_text_copy(path);
  } else {
    return taut_usage(verb, "--keys FILE is missing; 'taut keys new --out FILE' makes one");
  }
  taut_status status = taut_keys_read(p->keys, &pair, error, sizeof error);
  taut_credentials_fini(&pair);
  if (status != TAUT_OK) {
    return taut_usage(verb, "%s%s", error,
                      status == TAUT_EIO ? "; make your keys: taut keys new" : "");
  }
  p->config.keys = p->keys;
  p->against_config.keys = p->keys;
  return TAUT_EXIT_OK;
}

/// --realtime and --realtime=X. One case at a time unless more are asked for, since they would
/// disturb each other, and time for a whole training session.
static int configure_pacing(const taut_verb *verb, const taut_arguments *arguments,
                            taut_preparation *p) {
  const char *text = taut_arguments_value(arguments, "realtime");
  p->config.is_live = taut_arguments_has(arguments, "live");
  if (p->config.is_live) {
    if (!taut_links_wanted((const char *const *)p->with)) {
      return taut_usage(verb, "--live is for a role in another process: --with ROLE=ENDPOINT");
    }
    if (taut_arguments_has(arguments, "baseline")) {
      return taut_usage(verb, "--live with --baseline: no live run is like another to the bit");
    }
    if (text != NULL && text[0] != '\0' && strcmp(text, "1") != 0) {
      return taut_usage(verb, "--live runs at the speed of the clock, not at --realtime=%s", text);
    }
    text = "";
  }
  if (text == NULL) {
    if (!taut_arguments_has(arguments, "deadline-misses-max")) return TAUT_EXIT_OK;
    return taut_usage(verb, "--deadline-misses-max needs --realtime: else there are no deadlines");
  }
  char *end = NULL;
  p->config.speed = text[0] != '\0' ? strtod(text, &end) : 1.0;
  bool is_number = text[0] == '\0' || (end != text && *end == '\0');
  if (!is_number || !(p->config.speed >= 0.001 && p->config.speed <= 1000.0)) {
    return taut_usage(
        verb, "--realtime=X: X is simulated time over wall time, 0.001 to 1000, got '%s'", text);
  }
  if (!taut_arguments_has(arguments, "jobs")) p->config.n_slots = 1;
  if (!taut_arguments_has(arguments, "timeout")) p->config.timeout_s = TIMEOUT_PACED_S;
  return TAUT_EXIT_OK;
}

/// --replay: journal and case say everything, so there is little else to say.
static int configure_replay(const taut_verb *verb, const taut_arguments *arguments,
                            taut_preparation *p) {
  static const char *const others[] = {"with",    "keys",     "live",  "seed",
                                       "against", "realtime", "watch", NULL};
  const char *path = taut_arguments_value(arguments, "replay");
  if (path == NULL) return TAUT_EXIT_OK;
  for (size_t i = 0; others[i] != NULL; i++) {
    if (!taut_arguments_has(arguments, others[i])) continue;
    return taut_usage(verb, "--replay with --%s: a replay is the run of its journal and no other",
                      others[i]);
  }
  return taut_replay_open(verb, path, &p->replay);
}

/// --fidelity full|fast.
static int read_fidelity(const taut_verb *verb, const taut_arguments *arguments,
                         taut_fidelity *out) {
  const char *text = taut_arguments_value(arguments, "fidelity");
  bool is_fast = text != NULL && strcmp(text, "fast") == 0;
  *out = is_fast ? TAUT_FIDELITY_FAST : TAUT_FIDELITY_FULL;
  if (text == NULL || is_fast || strcmp(text, "full") == 0) return TAUT_EXIT_OK;
  return taut_usage(verb, "--fidelity is 'full' or 'fast', got '%s'", text);
}

/// The array is the caller's, its texts are borrowed.
static const char **copy_list(const char *const *list) {
  size_t n = 0;
  while (list[n] != NULL) n++;
  const char **copy = taut_memory_resize(NULL, (n + 1) * sizeof *copy);
  memcpy(copy, list, (n + 1) * sizeof *copy);
  return copy;
}

static int configure(const taut_verb *verb, const taut_arguments *arguments, taut_preparation *p) {
  char error[1024];
  int64_t jobs = sysconf(_SC_NPROCESSORS_ONLN);
  if (jobs < 1) jobs = 1;
  if (jobs > 256) jobs = 256;
  double timeout_s = p->wish != NULL ? p->wish->timeout_s : TIMEOUT_S;
  if (taut_arguments_integer(arguments, "jobs", 1, 256, &jobs, error, sizeof error) != TAUT_OK ||
      taut_arguments_seconds(arguments, "timeout", &timeout_s, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  if (timeout_s < 1e-3) return taut_usage(verb, "--timeout must be at least 1 ms");
  int replay_status = configure_replay(verb, arguments, p);
  if (replay_status != TAUT_EXIT_OK) return replay_status;
  if (p->wish != NULL && p->wish->with != NULL) {
    p->with_given = copy_list(p->wish->with);
  } else {
    p->with_given = p->replay.path != NULL ? taut_replay_with(&p->replay)
                                           : taut_arguments_values(arguments, "with");
  }
  p->with = taut_cli_with(&p->places, p->with_given, error, sizeof error);
  if (p->with == NULL) return taut_usage(verb, "%s", error);
  if (taut_links_wanted((const char *const *)p->with) && p->replay.path == NULL) {
    // A device serves one run at a time, and cases are runs.
    if (taut_arguments_has(arguments, "jobs") && jobs > 1) {
      return taut_usage(verb,
                        "--jobs must be 1 with a role in another process: it serves one case "
                        "at a time");
    }
    jobs = 1;
  }
  p->config = (taut_runner_config){.scenario = {.data_dir = p->places.data,
                                                .plugin_dirs = p->places.plugins,
                                                .with = (const char *const *)p->with},
                                   .n_slots = (int)jobs,
                                   .timeout_s = timeout_s};
  if (p->wish != NULL) p->config.scenario.protocol = p->wish->protocol;
  p->config.has_no_plots = p->wish != NULL && p->wish->has_no_plots;
  int status = read_fidelity(verb, arguments, &p->config.scenario.fidelity);
  if (status == TAUT_EXIT_OK) status = configure_pacing(verb, arguments, p);
  if (status == TAUT_EXIT_OK) status = configure_against(verb, arguments, p);
  return status != TAUT_EXIT_OK ? status : configure_keys(verb, arguments, p);
}

static void free_choice(taut_chooser *c) {
  taut_selection_destroy(c->keyword);
  taut_selection_destroy(c->tags);
  json_decref(c->failed);
}

/// Parses -k, -t, --shard, --last-failed into a choice.
static int read_choice(const taut_verb *verb, const taut_arguments *arguments, taut_chooser *c) {
  char error[512];
  const char *keyword = taut_arguments_value(arguments, "keyword");
  const char *tags = taut_arguments_value(arguments, "tag");
  const char *shard = taut_arguments_value(arguments, "shard");
  if (keyword != NULL &&
      taut_selection_parse(keyword, &c->keyword, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "-k: %s", error);
  }
  if (tags != NULL && taut_selection_parse(tags, &c->tags, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "-t: %s", error);
  }
  if (shard != NULL && taut_shard_parse(shard, &c->choice.shard, &c->choice.n_shards) != TAUT_OK) {
    return taut_usage(verb, "--shard must be I/N with 1 <= I <= N, got '%s'", shard);
  }
  if (taut_arguments_has(arguments, "last-failed")) {
    const char *folder = taut_arguments_value(arguments, "out");
    c->failed = read_last_failed(folder != NULL ? folder : "runs");
    if (c->failed == NULL) {
      return taut_usage(verb, "--last-failed: there is no finished run in %s",
                        folder != NULL ? folder : "runs");
    }
  }
  c->choice.keyword = c->keyword;
  c->choice.tags = c->tags;
  c->choice.failed = c->failed;
  return TAUT_EXIT_OK;
}

/// A case asked for by name or line that no file has is a slip of the fingers, not an empty run.
static int check_targets(const taut_verb *verb, const taut_preparation *p) {
  for (size_t i = 0; i < p->files.n_targets; i++) {
    const taut_target *target = &p->files.targets[i];
    if (target->case_name == NULL && target->line == 0) continue;
    bool is_found = false;
    const char **names = taut_memory_resize(NULL, (p->collection.n_items + 1) * sizeof *names);
    size_t n = 0;
    for (size_t k = 0; k < p->collection.n_items; k++) {
      const taut_item *item = &p->collection.items[k];
      if (strcmp(item->file, target->path) == 0) names[n++] = item->name;
      is_found = is_found ||
                 taut_target_match(target, item->file, item->name, item->line, item->line_next);
    }
    for (size_t k = 0; k < p->collection.n_errors; k++) {
      is_found = is_found || strcmp(p->collection.errors[k].file, target->path) == 0;
    }
    const char *nearest =
        target->case_name != NULL && n > 0 ? taut_text_nearest(target->case_name, names, n) : NULL;
    for (size_t k = 0; k < n && nearest == NULL && target->case_name != NULL; k++) {
      if (taut_text_contains(names[k], target->case_name)) nearest = names[k];
    }
    if (!is_found && target->case_name != NULL) {
      taut_usage(verb, "%s has no case '%s'%s%s%s", target->path, target->case_name,
                 nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                 nearest != NULL ? "'?" : "");
    } else if (!is_found) {
      taut_usage(verb, "%s has no case at line %d", target->path, target->line);
    }
    free(names);
    if (!is_found) return TAUT_EXIT_USAGE;
  }
  return TAUT_EXIT_OK;
}

/// The words of the command; "scenarios/..." that is not here is the one that came with Taut. The
/// array and its texts are owned by the caller.
static char **read_words(const taut_places *places, const taut_arguments *arguments) {
  char **words = taut_memory_resize(NULL, (arguments->n_words + 1) * sizeof *words);
  for (size_t i = 0; i < arguments->n_words; i++) {
    const char *word = arguments->words[i];
    int size = (int)strcspn(word, ":");
    char *here = taut_text_format("%.*s", size, word);
    char *shipped = taut_text_format("%s/%.*s", places->data, size, word);
    bool is_scenario = strncmp(word, "scenarios/", 10) == 0 || strcmp(here, "scenarios") == 0;
    bool is_shipped = is_scenario && access(here, F_OK) != 0 && access(shipped, F_OK) == 0;
    words[i] = is_shipped ? taut_text_format("%s/%s", places->data, word) : taut_text_copy(word);
    free(here);
    free(shipped);
  }
  words[arguments->n_words] = NULL;
  return words;
}

/// The part of a path below the data folder when it means nothing here; else NULL.
static const char *shipped_name(const taut_places *places, const char *path) {
  size_t size = strlen(places->data);
  if (strncmp(path, places->data, size) != 0 || path[size] != '/') return NULL;
  const char *rest = path + size + 1;
  return strncmp(rest, "scenarios", 9) == 0 && access(rest, F_OK) != 0 ? rest : NULL;
}

static void shorten(const taut_places *places, char *path) {
  const char *rest = shipped_name(places, path);
  if (rest != NULL) memmove(path, rest, strlen(rest) + 1);
}

/// Scenarios that came with Taut have the same name wherever Taut and its user are.
static void shorten_shipped(const taut_places *places, taut_files *files) {
  // A folder that keeps its long name keeps it for its files too: the two are compared.
  for (size_t i = 0; i < files->n_targets; i++) {
    const char *path = files->targets[i].path;
    if (path[0] == '/' && shipped_name(places, path) == NULL) return;
  }
  for (size_t i = 0; i < files->n_targets; i++) shorten(places, files->targets[i].path);
  for (size_t i = 0; i < files->n_files; i++) shorten(places, files->files[i]);
}

static int find_files(const taut_verb *verb, const taut_arguments *arguments,
                      const taut_preparation *p, taut_files *out) {
  char error[1024], path[PATH_MAX + 16];
  const taut_places *places = &p->places;
  const char *words[1] = {p->wish != NULL          ? p->wish->file
                          : p->replay.path != NULL ? p->replay.file
                                                   : default_target(places, path, sizeof path)};
  bool has_wishes = p->wish != NULL && p->wish->words != NULL;
  bool has_words = p->wish == NULL && arguments->n_words > 0;
  if (!has_words && !has_wishes && words[0] == NULL) {
    return taut_usage(verb, "name a scenario file or folder: there is no folder ./scenarios here");
  }
  taut_arguments wanted = {.words = words, .n_words = 1};
  if (has_words) wanted = *arguments;
  if (has_wishes) {
    wanted.words = copy_list(p->wish->words);
    for (wanted.n_words = 0; wanted.words[wanted.n_words] != NULL;) wanted.n_words++;
  }
  char **given = read_words(places, &wanted);
  taut_status status =
      taut_discover((const char *const *)given, wanted.n_words, out, error, sizeof error);
  if (has_wishes) free(wanted.words);
  taut_cli_with_free(given);
  if (status != TAUT_OK) return taut_usage(verb, "%s", error);
  shorten_shipped(places, out);
  return TAUT_EXIT_OK;
}

static int list_cases(taut_preparation *p) {
  if (taut_collect(&p->zygote, &p->files, &p->collection) != TAUT_OK) {
    fprintf(stderr, "taut: the worker service ended unexpectedly while cases were listed\n");
    return TAUT_EXIT_OWN_FAULT;
  }
  return p->collection.is_interrupted ? TAUT_EXIT_INTERRUPTED : TAUT_EXIT_OK;
}

static int collect(const taut_verb *verb, const taut_arguments *arguments, taut_preparation *p) {
  int status = find_files(verb, arguments, p, &p->files);
  if (status == TAUT_EXIT_OK) status = list_cases(p);
  if (status != TAUT_EXIT_OK) return status;
  p->n_listed = p->collection.n_items;
  return check_targets(verb, p);
}

int taut_prepare_again(const taut_verb *verb, const taut_arguments *arguments,
                       taut_preparation *p) {
  taut_files files = {0};
  int status = find_files(verb, arguments, p, &files);
  if (status != TAUT_EXIT_OK) {
    taut_files_fini(&files);
    return status;
  }
  taut_collection_fini(&p->collection);
  taut_files_fini(&p->files);
  p->files = files;
  status = list_cases(p);
  if (status == TAUT_EXIT_OK) taut_collection_choose(&p->collection, &p->chooser.choice);
  return status;
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/// ", which have the tags a, b, c": what could have been asked for. Nothing when there are none.
static void add_tags(const taut_collection *collection, taut_buffer *out) {
  const char **tags = NULL;
  size_t n = 0;
  for (size_t i = 0; i < collection->n_items; i++) {
    size_t k;
    json_t *tag;
    json_array_foreach(collection->items[i].tags, k, tag) {
      tags = taut_memory_resize(tags, (n + 1) * sizeof *tags);
      tags[n++] = json_string_value(tag);
    }
  }
  if (n > 0) qsort(tags, n, sizeof *tags, compare_texts);
  size_t n_shown = 0;
  for (size_t i = 0; i < n; i++) {
    if (i > 0 && strcmp(tags[i], tags[i - 1]) == 0) continue;
    taut_buffer_printf(out, "%s%s", n_shown == 0 ? "; their tags are " : ", ",
                       n_shown < 20 ? tags[i] : "...");
    if (n_shown++ == 20) break;
  }
  free(tags);
}

/// Why no case may be left: the choices that were made, and what could have been chosen.
static char *explain_choice(const taut_arguments *arguments, const taut_collection *collection,
                            const json_t *failed) {
  static const char *const names[] = {"keyword", "tag", "shard"};
  taut_buffer out = {0};
  if (collection->n_items == 0) return taut_text_copy("there is no case");
  taut_buffer_printf(&out, "none of %zu cases is chosen by", collection->n_items);
  for (size_t i = 0; i < 3; i++) {
    const char *value = taut_arguments_value(arguments, names[i]);
    if (value != NULL) taut_buffer_printf(&out, " --%s '%s'", names[i], value);
  }
  if (taut_arguments_has(arguments, "last-failed")) {
    taut_buffer_text(&out, " --last-failed");
    if (json_array_size(failed) == 0) taut_buffer_text(&out, ": all of the newest run passed");
  }
  if (taut_arguments_has(arguments, "keyword")) {
    taut_buffer_text(&out, "; -k looks at names and files, -t at tags");
  }
  if (taut_arguments_has(arguments, "tag")) add_tags(collection, &out);
  return out.data;
}

int taut_prepare(const taut_verb *verb, const taut_arguments *arguments, taut_preparation *out) {
  return taut_prepare_wish(verb, arguments, NULL, out);
}

int taut_prepare_wish(const taut_verb *verb, const taut_arguments *arguments, const taut_wish *wish,
                      taut_preparation *out) {
  taut_preparation *p = out;
  *p = (taut_preparation){.wish = wish, .zygote = {.socket = -1}, .against_zygote = {.socket = -1}};
  taut_places_find(&p->places);
  if (wish != NULL && wish->data != NULL) {
    snprintf(p->places.data, sizeof p->places.data, "%s", wish->data);
    p->places.has_data = true;
  }
  if (!p->places.has_data) {
    fprintf(stderr, "taut: no models in %s: TAUT_DATA names the folder (see taut doctor)\n",
            p->places.data);
  }
  int status = configure(verb, arguments, p);
  if (status != TAUT_EXIT_OK) return status;
  // Before anything with threads, plugins or an event loop exists in this process.
  bool has_against = p->against_given != NULL;
  if (taut_zygote_start(&p->config, &p->zygote) != TAUT_OK ||
      (has_against && taut_zygote_start(&p->against_config, &p->against_zygote) != TAUT_OK)) {
    perror("taut: the worker service cannot be started");
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_chooser *c = &p->chooser;
  status = read_choice(verb, arguments, c);
  if (status == TAUT_EXIT_OK) status = collect(verb, arguments, p);
  if (status == TAUT_EXIT_OK) {
    c->choice.files = &p->files;
    p->why_empty = explain_choice(arguments, &p->collection, c->failed);
    c->choice.name = p->replay.name;
    taut_collection_choose(&p->collection, &c->choice);
    if (p->replay.path != NULL && p->collection.n_items + p->collection.n_errors == 0)
      return taut_usage(verb,
                        "%s is of the case '%s' of %s, which is not here or was not asked for",
                        p->replay.path, p->replay.name, p->replay.file);
  }
  return status;
}

void taut_preparation_fini(taut_preparation *p) {
  taut_zygote_stop(&p->against_zygote);
  taut_zygote_stop(&p->zygote);
  taut_collection_fini(&p->collection);
  taut_files_fini(&p->files);
  free_choice(&p->chooser);
  taut_cli_with_free(p->with);
  taut_cli_with_free(p->against_given);
  taut_cli_with_free(p->against_with);
  free(p->with_given);
  free(p->keys);
  free(p->why_empty);
  taut_replay_fini(&p->replay);
  taut_places_fini(&p->places);
}

// ------------------------------------------------------------------------------------------
// listing

static json_t *item_json(const taut_item *item) {
  json_t *object = json_object();
  json_object_set_new(object, "name", json_string(item->name));
  json_object_set_new(object, "file", taut_record_string(item->file));
  json_object_set_new(object, "line", json_integer(item->line));
  json_object_set_new(object, "rig", json_string(item->rig));
  json_object_set_new(object, "tags", json_deep_copy(item->tags));
  json_object_set_new(object, "covers", json_deep_copy(item->covers));
  json_object_set_new(object, "rows", json_deep_copy(item->rows));
  json_object_set_new(object, "twins", json_deep_copy(item->twins));
  json_object_set_new(object, "demand", json_deep_copy(item->demand));
  json_object_set_new(object, "distribution", json_string(item->distribution));
  if (item->hazard[0] != '\0') json_object_set_new(object, "hazard", json_string(item->hazard));
  if (json_array_size(item->not_applicable) > 0)
    json_object_set_new(object, "not_applicable", json_deep_copy(item->not_applicable));
  json_object_set_new(object, "trace", taut_record_string(item->trace));
  return object;
}

static void print_cases_json(const taut_collection *collection) {
  json_t *document = json_object(), *cases = json_array(), *errors = json_array();
  for (size_t i = 0; i < collection->n_items; i++) {
    json_array_append_new(cases, item_json(&collection->items[i]));
  }
  for (size_t i = 0; i < collection->n_errors; i++) {
    json_t *error = json_object();
    json_object_set_new(error, "file", taut_record_string(collection->errors[i].file));
    json_object_set_new(error, "line", json_integer(collection->errors[i].line));
    json_object_set_new(error, "text", taut_record_string(collection->errors[i].reason));
    json_array_append_new(errors, error);
  }
  json_object_set_new(document, "cases", cases);
  json_object_set_new(document, "errors", errors);
  taut_print_json(document);
}

void taut_print_cases(const taut_preparation *p, bool as_json) {
  const taut_collection *collection = &p->collection;
  if (as_json) {
    print_cases_json(collection);
    return;
  }
  const char *file = "";
  for (size_t i = 0; i < collection->n_items; i++) {
    const taut_item *item = &collection->items[i];
    if (strcmp(item->file, file) != 0) printf("%s%s\n", i > 0 ? "\n" : "", item->file);
    file = item->file;
    printf("  %4d  %s", item->line, item->name);
    for (size_t k = 0; k < json_array_size(item->tags); k++) {
      printf("%s%s", k == 0 ? "  [" : ", ", json_string_value(json_array_get(item->tags, k)));
    }
    printf("%s\n", json_array_size(item->tags) > 0 ? "]" : "");
  }
  if (collection->n_items == 0 && p->why_empty != NULL && collection->n_errors == 0) {
    fprintf(stderr, "%s\n", p->why_empty);
  } else if (collection->n_items < p->n_listed) {
    fprintf(stderr, "%zu of %zu cases\n", collection->n_items, p->n_listed);
  }
  for (size_t i = 0; i < collection->n_errors; i++) {
    const taut_record *error = &collection->errors[i];
    bool is_named = strstr(error->reason, error->file) != NULL;
    fprintf(stderr, "error: %s%s%s\n", is_named ? "" : error->file, is_named ? "" : ": ",
            error->reason);
  }
}
