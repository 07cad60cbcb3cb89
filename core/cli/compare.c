/// `taut compare`: where new traces leave golden ones, and how far a live run is from its twin.
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/golden.h"
#include "cli/twin.h"
#include "report/record.h"

enum { SHOWN_MAX = 10 };

static const taut_option options[] = {
    {"twin", '\0', NULL, "skew, latency and error per signal, as between a live run and its twin"},
    {"all", '\0', NULL, "of a twin: print every signal that differs"},
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

typedef struct comparing {
  bool as_json, as_twin, show_all;
  json_t *items;  ///< array for --json
  json_t *fresh;  ///< array for --json: traces without a golden one
  size_t n_same, n_other, n_new;
} comparing;

// ------------------------------------------------------------------------------------------ print

/// The first value that left its place: tick, instance, port.
static void print_first(const taut_comparison *result) {
  const taut_difference *at = &result->differences[0];
  char tick[48] = "";
  if (result->base_period_ns > 0) {
    snprintf(tick, sizeof tick, " (tick %" PRId64 ")", at->first_ns / result->base_period_ns);
  }
  char *port = taut_text_clean(at->port, strlen(at->port));
  char *instance = taut_text_clean(at->instance, strlen(at->instance));
  printf("         first at %.6f s%s: instance %s, port %s\n", (double)at->first_ns * 1e-9, tick,
         instance, port);
  free(port);
  free(instance);
}

static void print_text(const char *text) {
  char *clean = taut_text_clean(text, strlen(text));
  printf("         %s\n", clean);
  free(clean);
}

static void print_differences(const taut_comparison *result) {
  for (size_t i = 0; i < result->n_differences && i < SHOWN_MAX; i++) {
    const taut_difference *at = &result->differences[i];
    char golden[128], fresh[128];
    taut_golden_value(at->column, at->base, at->other, golden, sizeof golden);
    taut_golden_value(at->column, at->other, at->base, fresh, sizeof fresh);
    char *name = taut_text_clean(at->name, strlen(at->name));
    double share = 100.0 * (double)at->n_rows / (double)result->n_rows;
    printf("         from %.6f s: %s is %s, golden %s (%" PRIu64
           " rows, %.3g %% of the time, at most %.6g apart",
           (double)at->first_ns * 1e-9, name, fresh, golden, at->n_rows, share, at->most);
    if (at->excess > 0.0 && at->excess < at->most) {
      printf(", %.6g beyond its tolerance", at->excess);
    }
    if (at->lag_ns != 0) {
      printf(", about %g ms %s", fabs((double)at->lag_ns) * 1e-6,
             at->lag_ns > 0 ? "late" : "early");
    }
    printf(")\n");
    free(name);
  }
  if (result->n_differences > SHOWN_MAX) {
    printf("         and %zu more signals\n", result->n_differences - SHOWN_MAX);
  }
}

static void print_item(const char *path, const taut_comparison *result) {
  if (result->is_same) {
    printf("same     %s (%s)\n", path,
           result->is_same_hash ? "trace hash" : "within the golden trace's tolerances");
    return;
  }
  printf("differs  %s\n", path);
  if (result->context[0] != '\0') print_text(result->context);
  if (result->fault[0] != '\0') print_text(result->fault);
  if (result->n_differences > 0) print_first(result);
  print_differences(result);
  for (size_t i = 0; i < result->n_changes; i++) {
    char text[512];
    taut_golden_change(&result->changes[i], text, sizeof text);
    print_text(text);
  }
}

static void tell(comparing *c, const char *path, const taut_comparison *result) {
  if (c->as_json) {
    json_array_append_new(c->items, taut_golden_json(path, result));
  } else {
    print_item(path, result);
  }
}

// ---------------------------------------------------------------------------------------- compare

/// No live run is like another to the bit: it is compared as one, whichever of the two it is.
static int compare_twins(const taut_verb *verb, comparing *c, const char *base, const char *other,
                         bool is_swapped) {
  int result = taut_twin_files(verb, is_swapped ? other : base, is_swapped ? base : other,
                               c->show_all, c->as_json ? c->items : NULL);
  c->n_same += result == TAUT_EXIT_OK;
  c->n_other += result != TAUT_EXIT_OK;
  return result;
}

static int compare_files(const taut_verb *verb, comparing *c, const char *base, const char *other) {
  char error[640];
  bool is_base_live = taut_twin_is_live(base), is_other_live = taut_twin_is_live(other);
  if (c->as_twin || is_base_live || is_other_live)
    return compare_twins(verb, c, base, other, is_other_live && !is_base_live);
  taut_golden golden;
  int result = TAUT_EXIT_OK;
  taut_status status = taut_golden_compare(base, other, &golden, error, sizeof error);
  if (status == TAUT_OK) {
    tell(c, other, &golden.comparison);
    result = golden.comparison.is_same ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
  } else if (status == TAUT_ENOTFOUND || status == TAUT_EREJECT) {
    result = taut_usage(verb, "%s", error);
  } else {
    fprintf(stderr, "taut compare: %s\n", error);
    result = status == TAUT_EINVAL ? TAUT_EXIT_EVIDENCE : TAUT_EXIT_OWN_FAULT;
  }
  c->n_same += result == TAUT_EXIT_OK;
  c->n_other += result != TAUT_EXIT_OK;
  taut_golden_fini(&golden);
  return result;
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), n_end = strlen(end);
  return n > n_end && strcmp(text + n - n_end, end) == 0;
}

/// What a run that broke off left behind is no trace of a case.
static int is_trace(const struct dirent *entry) {
  return ends_with(entry->d_name, ".mcap") && !ends_with(entry->d_name, ".partial.mcap");
}

/// Why the new folder lacks a trace: perhaps the case broke off.
static void tell_missing(comparing *c, const char *fresh) {
  taut_comparison missing = {.fault = "there is no new trace", .fault_ns = -1};
  char *partial = taut_text_format("%.*s.partial.mcap", (int)strlen(fresh) - 5, fresh);
  if (access(partial, F_OK) == 0) {
    snprintf(missing.fault, sizeof missing.fault,
             "there is no new trace; the case broke off and left %s", partial);
  }
  free(partial);
  tell(c, fresh, &missing);
}

/// Names the traces of the new folder that the golden one lacks.
static void tell_new(comparing *c, const char *base, const char *other) {
  struct dirent **entries = NULL;
  int n = scandir(other, &entries, is_trace, alphasort);
  for (int i = 0; i < n; i++) {
    char *golden = taut_text_format("%s/%s", base, entries[i]->d_name);
    if (access(golden, F_OK) != 0) {
      c->n_new++;
      char *fresh = taut_text_format("%s/%s", other, entries[i]->d_name);
      if (c->as_json) json_array_append_new(c->fresh, taut_record_string(fresh));
      if (!c->as_json) printf("new      %s (there is no golden trace)\n", fresh);
      free(fresh);
    }
    free(golden);
    free(entries[i]);
  }
  free(entries);
}

/// Every trace of the golden folder against the one of the same name; one that lacks is a
/// difference.
static int compare_folders(const taut_verb *verb, comparing *c, const char *base,
                           const char *other) {
  struct dirent **entries = NULL;
  int n = scandir(base, &entries, is_trace, alphasort), result = TAUT_EXIT_OK;
  if (n <= 0) {
    free(entries);
    return taut_usage(verb, "%s holds no trace (.mcap)", base);
  }
  for (int i = 0; i < n; i++) {
    char *golden = taut_text_format("%s/%s", base, entries[i]->d_name);
    char *fresh = taut_text_format("%s/%s", other, entries[i]->d_name);
    int status = TAUT_EXIT_NOT_PASSED;
    if (access(fresh, F_OK) != 0) {
      tell_missing(c, fresh);
      c->n_other++;
    } else {
      status = compare_files(verb, c, golden, fresh);
    }
    if (status > result) result = status;
    free(golden);
    free(fresh);
    free(entries[i]);
  }
  free(entries);
  tell_new(c, base, other);
  return result;
}

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int run_compare(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words != 2)
    return taut_usage(verb, "takes a golden trace and a new one, or a live one and its twin");
  const char *base = arguments->words[0], *other = arguments->words[1];
  for (size_t i = 0; i < 2; i++) {
    if (access(arguments->words[i], F_OK) == 0) continue;
    return taut_usage(verb, "%s: %s", arguments->words[i], strerror(errno));
  }
  if (is_folder(base) != is_folder(other)) {
    return taut_usage(verb, "takes two traces or two folders, not one of each");
  }
  comparing c = {.as_json = taut_arguments_has(arguments, "json"),
                 .as_twin = taut_arguments_has(arguments, "twin"),
                 .show_all = taut_arguments_has(arguments, "all"),
                 .items = json_array(),
                 .fresh = json_array()};
  bool are_folders = is_folder(base);
  int result =
      are_folders ? compare_folders(verb, &c, base, other) : compare_files(verb, &c, base, other);
  if (c.as_json && (result == TAUT_EXIT_OK || result == TAUT_EXIT_NOT_PASSED)) {
    json_t *document = json_object();
    json_object_set_new(document, "same", json_boolean(result == TAUT_EXIT_OK));
    json_object_set_new(document, "traces", json_incref(c.items));
    if (are_folders) json_object_set_new(document, "new", json_incref(c.fresh));
    taut_print_json(document);
  } else if (are_folders && !c.as_json && c.n_same + c.n_other > 0) {
    printf("\n%zu the same, %zu not", c.n_same, c.n_other);
    if (c.n_new > 0) printf(", %zu new", c.n_new);
    printf("\n");
  }
  json_decref(c.items);
  json_decref(c.fresh);
  return result;
}

const taut_verb taut_verb_compare = {
    .name = "compare",
    .summary = "find where new traces leave golden ones, or how far a live run is from its twin",
    .usage = "taut compare BASE NEW [options]",
    .examples =
        "  taut compare golden traces                every trace of a folder, by name\n"
        "  taut compare golden/a.mcap traces/a.mcap  two traces of one scenario\n"
        "  taut compare live/a.mcap twin/a.mcap      a live run and its twin in simulation\n",
    .notes =
        "Equal trace hashes settle the rows. Otherwise every value must have the same bits, as "
        "must\n"
        "the margin of every requirement, unless <golden trace>.tolerances.json says otherwise:\n"
        "  {\"signals\": {\"left.cable.*\": {\"atol\": 0.5, \"rtol\": 0.01, \"tlag_s\": 0.002}},\n"
        "   \"margins\": {\"SR-030\": {\"atol\": 0.1}}}\n"
        "Traces without a golden one are named and are no difference.\n"
        "A trace of a live run says so, and no live run is like another to the bit. Beside its "
        "twin\n"
        "(the same case without its peers, with --trace) it is told how late each signal comes, "
        "how\n"
        "far it is from its twin then, and which verdicts and margins carry over. Latencies up to\n"
        "100 rows are found.\n"
        "Exit status: 0 the same, of a live run: the same verdicts; 1 they differ, 4 usage, 6 a "
        "trace\n"
        "is damaged.\n",
    .options = options,
    .run = run_compare,
};
