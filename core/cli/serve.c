/// `taut serve`: a plugin behind a link, as a simulated device or a controller in a process of its
/// own.
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/serving.h"
#include "hil/proxy.h"
#include "hil/serve_loop.h"

static const taut_option options[] = {
    {"listen", '\0', "ENDPOINT", "where: ipc:///tmp/motor or tcp://127.0.0.1:5555"},
    {"keys", '\0', "FILE", "this side's keys: then other machines may connect (see taut keys)"},
    {"allow", '\0', "PUBKEY|FILE", "who may, with --keys (repeatable)"},
    {"plugin", '\0', "PLUGIN", "what fills the role: my_law.so, or a plugin's name"},
    {"rig", '\0', "RIG",
     "without --plugin: what fills it in this rig (default: two_cable_trainer)"},
    {"live", '\0', NULL, "run on the wall clock by itself, for taut run --live"},
    {"log", '\0', "FILE", "with --live: keep what the device did in FILE, as CSV"},
    {"quiet", 'q', NULL, "log warnings and errors only"},
    {NULL, '\0', NULL, NULL},
};

/// The only model of the library for the role.
static const taut_model *model_of_plugin(const taut_verb *verb, const taut_places *places,
                                         taut_registry *registry, const char *role,
                                         const char *plugin, int *exit_status) {
  char path[PATH_MAX];
  *exit_status = TAUT_EXIT_USAGE;
  if (!taut_places_plugin(places, plugin, path, sizeof path)) {
    char *near = taut_places_suggest_plugin(places, plugin);
    taut_usage(verb, "--plugin %s: no such plugin%s%s%s", plugin,
               near != NULL ? "; did you mean " : "", near != NULL ? near : "",
               near != NULL ? "?" : "");
    free(near);
    return NULL;
  }
  if (taut_registry_load(registry, path) != TAUT_OK) return NULL;  // the log said why
  const taut_model *found = NULL, *model;
  for (size_t i = 0; (model = taut_registry_at(registry, i)) != NULL; i++) {
    if (strcmp(model->role, role) == 0) found = model;
  }
  if (found == NULL) taut_usage(verb, "%s has no model of role '%s'", path, role);
  return found;
}

static const taut_model *model_of_rig(const taut_verb *verb, const taut_places *places,
                                      taut_registry *registry, const char *role, const char *rig,
                                      int *exit_status) {
  const taut_scenario_options scenario = {
      .data_dir = places->data, .plugin_dirs = places->plugins, .log = taut_cli_log()};
  taut_plan *plan = NULL;
  *exit_status = TAUT_EXIT_USAGE;
  if (taut_rig_plan(rig, &scenario, registry, &plan) != TAUT_OK) return NULL;  // the log said why
  const taut_model *found = NULL;
  for (size_t i = 0; found == NULL && i < taut_plan_n_instances(plan); i++) {
    const taut_model *model = taut_plan_instance(plan, i).model;
    if (strcmp(model->role, role) == 0) found = model;
  }
  taut_plan_destroy(plan);
  if (found == NULL) taut_usage(verb, "the rig %s has no '%s'; name a --plugin", rig, role);
  return found;
}

static int serve(const taut_verb *verb, const taut_arguments *arguments, const taut_places *places,
                 taut_registry *registry, taut_serve_options *serving) {
  const char *role = arguments->words[0], *plugin = taut_arguments_value(arguments, "plugin");
  const char *rig = taut_arguments_value(arguments, "rig");
  int exit_status;
  serving->model = plugin != NULL
                       ? model_of_plugin(verb, places, registry, role, plugin, &exit_status)
                       : model_of_rig(verb, places, registry, role,
                                      rig != NULL ? rig : "two_cable_trainer", &exit_status);
  if (serving->model == NULL) return exit_status;
  const char *direct = taut_proxy_feedthrough(serving->model);
  if (direct != NULL) {
    return taut_usage(verb,
                      "%s of %s depends on inputs of the same tick; a link answers one period "
                      "later, so it cannot be served",
                      direct, serving->model->name);
  }
  serving->stop_fd = taut_serving_stop_signals((const int[]){SIGINT, SIGTERM, 0});
  if (serving->stop_fd < 0) {
    perror("taut serve: signals cannot be caught");
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_status status = taut_serve_run(serving);
  close(serving->stop_fd);
  if (status == TAUT_EREJECT) return TAUT_EXIT_USAGE;
  return status == TAUT_OK ? TAUT_EXIT_OK : TAUT_EXIT_OWN_FAULT;
}

static int run_serve(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words != 1)
    return taut_usage(verb, "name one role, such as controller or motor");
  const char *role = arguments->words[0], *listen = taut_arguments_value(arguments, "listen");
  if (taut_role_find(role) == NULL) {
    const char *names[32];
    size_t n = 0;
    for (const taut_role *known; n < 32 && (known = taut_role_at(n)) != NULL; n++)
      names[n] = known->name;
    const char *near = taut_text_nearest(role, names, n);
    return taut_usage(verb, "no role is named '%s'%s%s%s", role,
                      near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                      near != NULL ? "?" : "");
  }
  if (listen == NULL) {
    return taut_usage(verb, "--listen is missing, such as --listen ipc:///tmp/%s", role);
  }
  char error[512];
  bool is_quiet = taut_arguments_has(arguments, "quiet");
  taut_serve_options serving = {.is_live = taut_arguments_has(arguments, "live"),
                                .black_box = taut_arguments_value(arguments, "log"),
                                .log = taut_serving_log,
                                .user = &is_quiet};
  if (serving.black_box != NULL && !serving.is_live) {
    return taut_usage(verb, "--log is the post-mortem log of a device that runs with --live");
  }
  bool has_keys = taut_arguments_has(arguments, "keys");
  if (taut_endpoint_parse_listen(listen, has_keys, &serving.endpoint, error, sizeof error) !=
      TAUT_OK) {
    return taut_usage(verb, "--listen %s: %s", listen, error);
  }
  taut_credentials credentials = {0};
  int exit_status = taut_serving_credentials(verb, arguments, &credentials);
  if (exit_status != TAUT_EXIT_OK) {
    taut_credentials_fini(&credentials);
    return exit_status;
  }
  if (has_keys) serving.endpoint.credentials = &credentials;
  exit_status = TAUT_EXIT_OWN_FAULT;
  taut_places places;
  taut_places_find(&places);
  taut_registry *registry = NULL;
  if (taut_registry_create(NULL, taut_cli_log(), &registry) == TAUT_OK) {
    exit_status = serve(verb, arguments, &places, registry, &serving);
  }
  taut_registry_destroy(registry);
  taut_places_fini(&places);
  taut_credentials_fini(&credentials);
  return exit_status;
}

const taut_verb taut_verb_serve = {
    .name = "serve",
    .summary = "put a plugin behind a link, for runs with --with ROLE=ENDPOINT",
    .usage =
        "taut serve ROLE --listen ENDPOINT [--plugin PLUGIN | --rig RIG] "
        "[--keys FILE --allow KEY] [--live [--log FILE]]",
    .examples =
        "  taut serve controller --listen ipc:///tmp/controller\n"
        "  taut serve motor --listen tcp://127.0.0.1:5555 --plugin my_motor.so\n"
        "  taut serve motor --listen tcp://0.0.0.0:5555 --keys ~/.config/taut/keys --allow "
        "clients\n"
        "  taut run --with controller=ipc:///tmp/controller\n"
        "  taut serve motor --listen ipc:///tmp/motor --live --log post-mortem.csv\n"
        "  taut run --live --with motor=ipc:///tmp/motor\n",
    .notes =
        "It serves one run after another until it gets SIGINT or SIGTERM. Without keys it listens\n"
        "on this machine alone. docs/links.md has the protocol, for peers in other languages.\n",
    .options = options,
    .run = run_serve,
};
