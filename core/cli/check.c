/// `taut check`: the conformance suite on a plugin, in a process of its own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/record.h"
#include "report/terminal.h"
#include "runner/workers.h"

static const taut_option options[] = {
    {"json", '\0', NULL, "print JSON"},
    {"timeout", '\0', "SECONDS", "wall time the suite may take (default: 120)"},
    {NULL, '\0', NULL, NULL},
};

typedef struct checking {
  bool as_json;
  const taut_palette *palette;
  char model[128];  ///< the last one printed
  size_t n_items, n_bad;
  json_t *items;  ///< array for --json
  char *trouble;  ///< why the suite did not come to its end; NULL when it did (owned)
} checking;

static void on_item(void *user, uint64_t tag, const json_t *frame) {
  (void)tag;
  checking *c = user;
  const char *model = json_string_value(json_object_get(frame, "model"));
  const char *name = json_string_value(json_object_get(frame, "name"));
  const char *text = json_string_value(json_object_get(frame, "text"));
  bool is_ok = json_is_true(json_object_get(frame, "is_ok"));
  if (model == NULL || name == NULL || text == NULL) return;
  c->n_items++;
  if (!is_ok) c->n_bad++;
  json_t *item = json_object();
  json_object_set_new(item, "model", json_string(model));
  json_object_set_new(item, "name", json_string(name));
  json_object_set_new(item, "ok", json_boolean(is_ok));
  json_object_set_new(item, "text", json_string(text));
  json_array_append_new(c->items, item);
  if (c->as_json) return;
  if (strcmp(model, c->model) != 0) {
    printf("%s%s%s\n", c->palette->bold, model[0] != '\0' ? model : "library", c->palette->reset);
    snprintf(c->model, sizeof c->model, "%s", model);
  }
  printf("  %s%-6s%s ", is_ok ? c->palette->green : c->palette->red, is_ok ? "ok" : "FAILED",
         c->palette->reset);
  if (text[0] == '\0') {
    printf("%s\n", name);
  } else {
    printf("%-44s %s%s%s\n", name, is_ok ? c->palette->dim : "", text,
           is_ok ? c->palette->reset : "");
  }
  fflush(stdout);
}

static void on_end(void *user, const taut_job_end *end) {
  checking *c = user;
  if (end->outcome != TAUT_JOB_ANSWERED) {
    c->trouble = taut_text_copy(end->text);
    if (end->n_output > 0) {
      char *output = taut_text_clean(end->output, end->n_output);
      fprintf(stderr, "%s", output);
      free(output);
    }
    return;
  }
  const json_t *status = json_object_get(end->answer, "status");
  if (!json_is_integer(status)) {
    c->trouble = taut_text_copy("the answer of the suite is not well formed");
  } else if (json_integer_value(status) != TAUT_OK && c->n_bad == 0) {
    c->trouble = taut_text_copy(taut_status_text((taut_status)json_integer_value(status)));
  }
}

static taut_status check_file(taut_zygote *zygote, const char *path, checking *c) {
  const taut_workers_events events = {.on_end = on_end, .on_item = on_item, .user = c};
  taut_workers *workers = NULL;
  taut_status status = taut_workers_create(zygote, &events, &workers);
  if (status != TAUT_OK) return status;
  taut_job *job = taut_memory_resize(NULL, sizeof *job);
  memset(job, 0, sizeof *job);
  job->kind = TAUT_JOB_CHECK;
  snprintf(job->file, sizeof job->file, "%s", path);
  taut_workers_submit(workers, job, 0);
  free(job);
  status = taut_workers_run(workers);
  if (taut_workers_is_interrupted(workers)) status = TAUT_EREJECT;
  taut_workers_destroy(workers);
  return status;
}

static int print_result(checking *c, const char *path) {
  bool is_ok = c->n_bad == 0 && c->trouble == NULL;
  if (c->as_json) {
    json_t *document = json_object();
    json_object_set_new(document, "file", taut_record_string(path));
    json_object_set_new(document, "ok", json_boolean(is_ok));
    json_object_set_new(document, "trouble",
                        c->trouble != NULL ? taut_record_string(c->trouble) : json_null());
    json_object_set_new(document, "items", json_incref(c->items));
    taut_print_json(document);
  } else if (is_ok) {
    printf("%s%s: all %zu checks hold%s\n", c->palette->green, path, c->n_items, c->palette->reset);
  } else {
    printf("%s%s: %zu of %zu checks failed%s\n", c->palette->red, path, c->n_bad, c->n_items,
           c->palette->reset);
  }
  if (c->trouble != NULL && !c->as_json) {
    printf("%sthe suite did not come to its end: %s%s\n", c->palette->red, c->trouble,
           c->palette->reset);
  }
  return is_ok ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
}

static int run_check(const taut_verb *verb, const taut_arguments *arguments) {
  char error[256], path[PATH_MAX];
  double timeout_s = 120.0;
  if (arguments->n_words != 1) return taut_usage(verb, "name one plugin library");
  if (taut_arguments_seconds(arguments, "timeout", &timeout_s, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  taut_places places;
  taut_places_find(&places);
  const char *word = arguments->words[0];
  if (!taut_places_plugin(&places, word, path, sizeof path)) {
    char *near = taut_places_suggest_plugin(&places, word);
    taut_usage(verb, "no such plugin: %s%s%s%s", word, near != NULL ? "; did you mean " : "",
               near != NULL ? near : " (taut doctor names the plugin folders)",
               near != NULL ? "?" : "");
    free(near);
    taut_places_fini(&places);
    return TAUT_EXIT_USAGE;
  }
  const taut_runner_config config = {.n_slots = 1, .timeout_s = timeout_s};
  checking c = {.as_json = taut_arguments_has(arguments, "json"),
                .palette = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, false)),
                .model = "\n",
                .items = json_array()};
  taut_zygote zygote;
  int status = TAUT_EXIT_OWN_FAULT;
  if (taut_zygote_start(&config, &zygote) == TAUT_OK) {
    taut_status checked = check_file(&zygote, path, &c);
    if (checked == TAUT_OK) status = print_result(&c, word);
    if (checked == TAUT_EREJECT) status = TAUT_EXIT_INTERRUPTED;
    taut_zygote_stop(&zygote);
  }
  if (status == TAUT_EXIT_OWN_FAULT) fprintf(stderr, "taut: the worker service failed\n");
  free(c.trouble);
  json_decref(c.items);
  taut_places_fini(&places);
  return status;
}

const taut_verb taut_verb_check = {
    .name = "check",
    .summary = "check that a plugin keeps the rules of the ABI",
    .usage = "taut check PLUGIN.so [options]",
    .examples =
        "  taut check build/my_law.so\n"
        "  taut check resistance\n"
        "  taut check my_law.so --json | jq '.items[] | select(.ok | not)'\n",
    .notes =
        "A name without a slash is searched in the plugin folders (taut doctor lists them).\n"
        "Exit status: 0 every check holds, 1 some do not or the plugin ended its process.\n",
    .options = options,
    .run = run_check,
};
