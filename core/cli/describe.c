/// `taut describe`: a rig, a plugin, or the roles.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/rig.h"
#include "cli/signals.h"
#include "report/file.h"
#include "report/record.h"
#include "report/terminal.h"

static const taut_option options[] = {
    {"svg", '\0', "FILE", "draw the rig as a picture"},
    {"with", '\0', "ROLE=TARGET", "fill a role of the rig (repeatable)"},
    {"markdown", '\0', NULL, "roles: print docs/roles.md"},
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

// ------------------------------------------------------------------------------------------ plugin

static json_t *model_json(const taut_model *model, const char *file) {
  json_t *object = json_object();
  json_object_set_new(object, "name", json_string(model->name));
  json_object_set_new(object, "role", json_string(model->role));
  json_object_set_new(object, "version", json_string(model->version));
  json_object_set_new(object, "help", json_string(model->help));
  json_object_set_new(object, "file", taut_record_string(file));
  json_object_set_new(object, "period_ns", json_integer(model->period_ns));
  json_object_set_new(object, "period_ns_min", json_integer(model->period_ns_min));
  json_object_set_new(object, "period_ns_max", json_integer(model->period_ns_max));
  json_object_set_new(object, "state_layout", json_integer(model->state_layout));
  json_object_set_new(object, "parameters", taut_signals_json(model->params, model->n_params));
  json_object_set_new(object, "inputs", taut_signals_json(model->inputs, model->n_inputs));
  json_object_set_new(object, "outputs", taut_signals_json(model->outputs, model->n_outputs));
  json_object_set_new(object, "events", taut_signals_json(model->events, model->n_events));
  return object;
}

static void print_model(const taut_model *model, const char *file) {
  taut_buffer out = {0};
  char rate[32], slowest[32], fastest[32];
  taut_rate_text(model->period_ns, rate, sizeof rate);
  taut_rate_text(model->period_ns_max, slowest, sizeof slowest);
  taut_rate_text(model->period_ns_min, fastest, sizeof fastest);
  taut_buffer_printf(&out, "%s %s: %s\nrole %s, %s (%s to %s), %s\n", model->name, model->version,
                     model->help, model->role, rate, slowest, fastest, file);
  taut_signals_text("parameters", model->params, model->n_params, &out);
  taut_signals_text("inputs", model->inputs, model->n_inputs, &out);
  taut_signals_text("outputs", model->outputs, model->n_outputs, &out);
  taut_signals_text("events", model->events, model->n_events, &out);
  fputs(out.data, stdout);
  taut_buffer_fini(&out);
}

static int describe_plugin(const char *path, bool as_json) {
  taut_registry *registry = NULL;
  if (taut_registry_create(NULL, taut_cli_log(), &registry) != TAUT_OK) return TAUT_EXIT_OWN_FAULT;
  taut_status status = taut_registry_load(registry, path);
  json_t *models = json_array();
  const taut_model *model;
  for (size_t i = 0; status == TAUT_OK && (model = taut_registry_at(registry, i)) != NULL; i++) {
    if (as_json) {
      json_array_append_new(models, model_json(model, path));
    } else {
      if (i > 0) printf("\n");
      print_model(model, path);
    }
  }
  if (as_json && status == TAUT_OK) {
    json_t *document = json_object();
    json_object_set(document, "models", models);
    taut_print_json(document);
  }
  json_decref(models);
  taut_registry_destroy(registry);
  return status == TAUT_OK ? TAUT_EXIT_OK : TAUT_EXIT_USAGE;
}

// --------------------------------------------------------------------------------------------- rig

static json_t *instance_json(const taut_rig_view *view, size_t i) {
  taut_instance_info info = taut_plan_instance(view->plan, i);
  json_t *object = json_object(), *inputs = json_array();
  json_object_set_new(object, "path", json_string(info.path));
  json_object_set_new(object, "model", json_string(info.model->name));
  json_object_set_new(object, "role", json_string(info.model->role));
  json_object_set_new(object, "period_ns", json_integer(info.period_ns));
  json_object_set_new(object, "phase_ns", json_integer(info.phase_ns));
  for (uint32_t k = 0; k < info.model->n_inputs; k++) {
    json_t *input = taut_signal_json(&info.model->inputs[k]);
    taut_port source;
    if (taut_plan_source(view->plan, i, k, &source) == TAUT_OK) {
      char *name = taut_text_format("%s.%s", taut_plan_instance(view->plan, source.instance).path,
                                    source.signal->name);
      json_object_set_new(input, "source", json_string(name));
      free(name);
    } else {
      json_object_set_new(input, "source", json_null());
    }
    json_array_append_new(inputs, input);
  }
  json_object_set_new(object, "inputs", inputs);
  json_object_set_new(object, "outputs",
                      taut_signals_json(info.model->outputs, info.model->n_outputs));
  return object;
}

static void print_rig_json(const taut_rig_view *view) {
  json_t *document = json_object(), *instances = json_array();
  for (size_t i = 0; i < taut_plan_n_instances(view->plan); i++) {
    json_array_append_new(instances, instance_json(view, i));
  }
  json_object_set_new(document, "rig", taut_record_string(view->name));
  json_object_set_new(document, "base_period_ns", json_integer(taut_plan_base_period(view->plan)));
  json_object_set_new(document, "row_period_ns", json_integer(taut_plan_row_period(view->plan)));
  json_object_set_new(document, "instances", instances);
  taut_print_json(document);
}

static int show_rig(const taut_rig_view *view, const taut_arguments *arguments) {
  const char *svg = taut_arguments_value(arguments, "svg");
  taut_buffer out = {0};
  int status = TAUT_EXIT_OK;
  if (svg != NULL) {
    taut_rig_svg(view, &out);
    if (taut_file_write_atomic(svg, out.data, out.size, NULL) != TAUT_OK) {
      fprintf(stderr, "taut describe: %s: %s\n", svg, strerror(errno));
      status = TAUT_EXIT_OWN_FAULT;
    }
  } else if (taut_arguments_has(arguments, "json")) {
    print_rig_json(view);
  } else {
    taut_rig_table(view, &out);
    fputs(out.data, stdout);
  }
  taut_buffer_fini(&out);
  return status;
}

static int describe_rig(const taut_verb *verb, const taut_arguments *arguments,
                        const taut_places *places) {
  char error[1024];
  const char **given = taut_arguments_values(arguments, "with");
  char **with = taut_cli_with(places, given, error, sizeof error);
  free(given);
  if (with == NULL) return taut_usage(verb, "%s", error);
  const taut_scenario_options scenario = {.data_dir = places->data,
                                          .plugin_dirs = places->plugins,
                                          .with = (const char *const *)with,
                                          .log = taut_cli_log()};
  taut_registry *registry = NULL;
  taut_plan *plan = NULL;
  int status = TAUT_EXIT_OWN_FAULT;
  if (taut_registry_create(NULL, taut_cli_log(), &registry) == TAUT_OK) {
    status = TAUT_EXIT_USAGE;
    if (taut_rig_plan(arguments->words[0], &scenario, registry, &plan) == TAUT_OK) {
      taut_rig_view view;
      taut_rig_view_init(&view, plan, arguments->words[0]);
      status = show_rig(&view, arguments);
      taut_rig_view_fini(&view);
    }
  }
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
  taut_cli_with_free(with);
  return status;
}

/// Whether the data folder has a rig of that name; else `nearest` may get the name of one (owned).
static bool is_rig(const taut_places *places, const char *name, char **nearest) {
  char *folder = taut_text_format("%s/models/rigs", places->data);
  char **names = NULL;
  size_t n = 0;
  bool is_found = false;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t size = strlen(entry->d_name);
    if (size <= 4 || strcmp(entry->d_name + size - 4, ".lua") != 0) continue;
    names = taut_memory_resize(names, (n + 1) * sizeof *names);
    names[n] = taut_text_format("%.*s", (int)size - 4, entry->d_name);
    is_found = is_found || strcmp(names[n], name) == 0;
    n++;
  }
  if (dir != NULL) closedir(dir);
  const char *best = n > 0 ? taut_text_nearest(name, (const char *const *)names, n) : NULL;
  *nearest = best != NULL ? taut_text_copy(best) : NULL;
  for (size_t i = 0; i < n; i++) free(names[i]);
  free(names);
  free(folder);
  return is_found;
}

/// The file of a parameter set of that name (a person, an exercise, a machine), or NULL; owned.
static char *find_set(const taut_places *places, const char *name) {
  static const char *const kinds[] = {"users", "exercises", "machines"};
  for (size_t i = 0; i < 3; i++) {
    char *path = taut_text_format("%s/models/%s/%s.lua", places->data, kinds[i], name);
    if (access(path, R_OK) == 0) return path;
    free(path);
  }
  return NULL;
}

static int refuse_word(const taut_verb *verb, const taut_places *places, const char *word,
                       const char *near_rig) {
  char *set = find_set(places, word);
  char *plugin = taut_places_suggest_plugin(places, word);
  const char *best = near_rig != NULL ? near_rig : plugin;
  size_t size = strlen(word);
  if (set != NULL) {
    taut_usage(verb, "'%s' is a parameter set; its values and their sources are in %s", word, set);
  } else if (size > 4 && strcmp(word + size - 4, ".lua") == 0) {
    taut_usage(verb, "'%s' is a file; give the name of a rig, such as two_cable_trainer", word);
  } else {
    taut_usage(verb, "no rig or plugin is named '%s'%s%s%s%s", word,
               best != NULL ? "; did you mean " : "", best != NULL ? best : "",
               best != NULL ? "?" : "",
               places->has_data ? "" : " (no data found: see taut doctor)");
  }
  free(set);
  free(plugin);
  return TAUT_EXIT_USAGE;
}

// -------------------------------------------------------------------------------------------- verb

static int describe_roles(const taut_verb *verb, const taut_arguments *arguments) {
  if (taut_arguments_has(arguments, "json")) return taut_usage(verb, "roles are Markdown only");
  taut_buffer out = {0};
  taut_roles_markdown(&out);
  fputs(out.data, stdout);
  taut_buffer_fini(&out);
  return TAUT_EXIT_OK;
}

static int run_describe(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words != 1) return taut_usage(verb, "name one rig, one plugin, or 'roles'");
  const char *word = arguments->words[0];
  if (strcmp(word, "roles") == 0) return describe_roles(verb, arguments);
  taut_places places;
  taut_places_find(&places);
  size_t size = strlen(word);
  bool is_lua = size > 4 && strcmp(word + size - 4, ".lua") == 0;
  char path[PATH_MAX], *rig = NULL;
  bool is_picture = taut_arguments_has(arguments, "svg") || taut_arguments_has(arguments, "with");
  int status;
  if (taut_arguments_has(arguments, "markdown")) {
    status = taut_usage(verb, "--markdown is for 'roles' alone");
  } else if (is_rig(&places, word, &rig)) {
    status = describe_rig(verb, arguments, &places);
  } else if (is_lua || !taut_places_plugin(&places, word, path, sizeof path)) {
    status = refuse_word(verb, &places, word, rig);
  } else if (is_picture) {
    status = taut_usage(verb, "--svg and --with are for a rig; '%s' is a plugin", word);
  } else {
    status = describe_plugin(path, taut_arguments_has(arguments, "json"));
  }
  free(rig);
  taut_places_fini(&places);
  return status;
}

const taut_verb taut_verb_describe = {
    .name = "describe",
    .summary = "show what a rig or a plugin consists of",
    .usage = "taut describe RIG|PLUGIN|roles [options]",
    .examples =
        "  taut describe two_cable_trainer               instances, rates, who feeds whom\n"
        "  taut describe two_cable_trainer --svg r.svg   the same as a picture\n"
        "  taut describe motor_pmsm                      signals and parameters of a plugin\n"
        "  taut describe build/my_law.so --json\n"
        "  taut describe roles --markdown                every role and its ports\n",
    .options = options,
    .run = run_describe,
};
