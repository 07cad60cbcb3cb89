/// `taut history`: what became of each case, run after run.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "report/history.h"
#include "report/terminal.h"

enum { SHOWN_DEFAULT = 10 };

static const taut_option options[] = {
    {"out", '\0', "DIR", "where the runs are (default: runs)"},
    {"last", 'n', "N", "so many entries of each case (default: 10)"},
    {"json", '\0', NULL, "print JSON, with the margin of each requirement"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {NULL, '\0', NULL, NULL},
};

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static double number_at(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/// A line per entry; a trace that differs from the one before is marked.
static void print_case(const json_t *item, const taut_palette *p) {
  const json_t *entries = json_object_get(item, "entries");
  const char *before = "";
  printf("%s%s%s: %s\n", p->dim, text_at(item, "file"), p->reset, text_at(item, "name"));
  for (size_t i = 0; i < json_array_size(entries); i++) {
    const json_t *entry = json_array_get(entries, i);
    const char *verdict = text_at(entry, "verdict"), *hash = text_at(entry, "trace_hash");
    bool is_pass = strcmp(verdict, "pass") == 0;
    bool is_other = before[0] != '\0' && hash[0] != '\0' && strcmp(hash, before) != 0;
    printf("  %-20s  %s%-12s%s %8.1f s simulated in %6.2f s  %.8s%s\n", text_at(entry, "date"),
           is_pass ? p->green : p->red, verdict, p->reset, number_at(entry, "sim_s"),
           number_at(entry, "wall_s"), hash, is_other ? "  other trace" : "");
    if (hash[0] != '\0') before = hash;
  }
}

static int run_history(const taut_verb *verb, const taut_arguments *arguments) {
  char error[1024];
  int64_t n_last = SHOWN_DEFAULT;
  if (taut_arguments_integer(arguments, "last", 1, TAUT_HISTORY_CASE_MAX, &n_last, error,
                             sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  if (arguments->n_words > 1) return taut_usage(verb, "one CASE at most");
  const char *out = taut_arguments_value(arguments, "out");
  const char *words = arguments->n_words > 0 ? arguments->words[0] : NULL;
  char *path = taut_text_format("%s/history.sqlite", out != NULL ? out : "runs");
  taut_history *history = NULL;
  taut_status status = taut_history_open(path, &history, error, sizeof error);
  free(path);
  if (status != TAUT_OK) {
    fprintf(stderr, "taut history: %s\n", error);
    return status == TAUT_ENOTFOUND ? TAUT_EXIT_NOTHING_RAN : TAUT_EXIT_OWN_FAULT;
  }
  json_t *cases = taut_history_cases(history, words, (size_t)n_last);
  size_t n = json_array_size(cases);
  taut_history_close(history);
  if (taut_arguments_has(arguments, "json")) {
    taut_print_json(cases);
    return n > 0 ? TAUT_EXIT_OK : TAUT_EXIT_NOTHING_RAN;
  }
  const taut_palette *p =
      taut_palette_get(taut_terminal_use_color(1, taut_arguments_has(arguments, "no-color")));
  for (size_t i = 0; i < n; i++) print_case(json_array_get(cases, i), p);
  json_decref(cases);
  if (n == 0)
    fprintf(stderr, "taut history: no case has '%s' in its name or file\n",
            words != NULL ? words : "");
  return n > 0 ? TAUT_EXIT_OK : TAUT_EXIT_NOTHING_RAN;
}

const taut_verb taut_verb_history = {
    .name = "history",
    .summary = "what became of each case, run after run",
    .usage = "taut history [CASE] [options]",
    .examples =
        "  taut history\n"
        "  taut history leak -n 20         cases with 'leak' in their name or file\n"
        "  taut history leak --json | jq '.[].entries[].margins'\n",
    .notes = "CASE is part of a name or file. The data is runs/history.sqlite.\n",
    .options = options,
    .run = run_history,
};
