/// `taut compare`: where new traces leave golden ones.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/tolerances.h"
#include "report/record.h"

enum { SHOWN_MAX = 10 };

static const taut_option options[] = {
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

/// A trace that is open for reading.
typedef struct side {
  int fd;
  taut_trace_reader *reader;
} side;

typedef struct comparing {
  bool as_json;
  json_t *items;  ///< array for --json
  size_t n_same, n_other;
} comparing;

static void close_side(side *s) {
  taut_trace_reader_close(s->reader);
  if (s->fd >= 0) close(s->fd);
}

/// Exit status of what kept a trace from being opened, or 0.
static int open_side(const taut_verb *verb, const char *path, side *out) {
  *out = (side){.fd = open(path, O_RDONLY | O_CLOEXEC)};
  if (out->fd < 0) return taut_usage(verb, "%s: %s", path, strerror(errno));
  taut_trace_source source;
  if (taut_trace_source_fd(&out->fd, &source) != TAUT_OK) {
    return taut_usage(verb, "%s is not a file", path);
  }
  taut_status status = taut_trace_reader_open(&source, &out->reader);
  if (status == TAUT_OK && taut_trace_reader_is_whole(out->reader)) return TAUT_EXIT_OK;
  fprintf(stderr, "taut compare: %s: %s\n", path,
          status == TAUT_OK ? "the trace is cut" : "not an MCAP file, or damaged");
  return TAUT_EXIT_EVIDENCE;
}

// ------------------------------------------------------------------------------------------ print

/// "latched (3)" for an enum, "23.5 N" for a number.
static void value_text(const taut_trace_column *column, double value, int n_digits, char *text,
                       size_t size) {
  const char *label = column->labels;
  for (uint32_t i = 0; label != NULL && (double)i < value && *label != '\0'; i++) {
    label += strcspn(label, ",");
    label += *label == ',';
  }
  if (label != NULL && *label != '\0' && value >= 0.0) {
    snprintf(text, size, "%.*s", (int)strcspn(label, ","), label);
  } else {
    bool has_unit = strcmp(column->unit, "1") != 0;
    snprintf(text, size, "%.*g%s%s", n_digits, value, has_unit ? " " : "",
             has_unit ? column->unit : "");
  }
}

static json_t *number_json(double value) {
  json_t *number = json_real(value);
  return number != NULL ? number : json_null();
}

static void add_item(comparing *c, const char *path, const taut_comparison *result) {
  json_t *item = json_object(), *list = json_array();
  for (size_t i = 0; i < result->n_differences; i++) {
    const taut_difference *at = &result->differences[i];
    json_t *object = json_object();
    json_object_set_new(object, "signal", taut_record_string(at->name));
    json_object_set_new(object, "unit", taut_record_string(at->column->unit));
    json_object_set_new(object, "first_ns", json_integer(at->first_ns));
    json_object_set_new(object, "golden", number_json(at->base));
    json_object_set_new(object, "new", number_json(at->other));
    json_object_set_new(object, "greatest_difference", number_json(at->most));
    json_object_set_new(object, "rows", json_integer((json_int_t)at->n_rows));
    json_array_append_new(list, object);
  }
  json_object_set_new(item, "trace", taut_record_string(path));
  json_object_set_new(item, "same", json_boolean(result->is_same));
  json_object_set_new(item, "same_hash", json_boolean(result->is_same_hash));
  json_object_set_new(item, "fault", taut_record_string(result->fault));
  json_object_set_new(item, "rows", json_integer((json_int_t)result->n_rows));
  json_object_set_new(item, "differences", list);
  json_array_append_new(c->items, item);
}

static void print_item(const char *path, const taut_comparison *result) {
  if (result->is_same) {
    printf("same     %s (%s)\n", path,
           result->is_same_hash ? "trace hash" : "within the golden trace's tolerances");
    return;
  }
  printf("differs  %s\n", path);
  if (result->fault[0] != '\0') {
    char *clean = taut_text_clean(result->fault, strlen(result->fault));
    printf("         %s\n", clean);
    free(clean);
  }
  for (size_t i = 0; i < result->n_differences && i < SHOWN_MAX; i++) {
    const taut_difference *at = &result->differences[i];
    char golden[128], fresh[128];
    // As many digits as it takes to see the difference.
    for (int n_digits = 6; n_digits <= 17; n_digits++) {
      value_text(at->column, at->base, n_digits, golden, sizeof golden);
      value_text(at->column, at->other, n_digits, fresh, sizeof fresh);
      if (strcmp(golden, fresh) != 0) break;
    }
    char *name = taut_text_clean(at->name, strlen(at->name));
    printf("         from %.6f s: %s is %s, golden %s (%" PRIu64 " rows, at most %.6g apart)\n",
           (double)at->first_ns * 1e-9, name, fresh, golden, at->n_rows, at->most);
    free(name);
  }
  if (result->n_differences > SHOWN_MAX) {
    printf("         and %zu more signals\n", result->n_differences - SHOWN_MAX);
  }
}

// ---------------------------------------------------------------------------------------- compare

static int compare_files(const taut_verb *verb, comparing *c, const char *base, const char *other) {
  side a = {.fd = -1}, b = {.fd = -1};
  char error[640];
  taut_tolerances tolerances = {0};
  int result = open_side(verb, base, &a);
  if (result == TAUT_EXIT_OK) result = open_side(verb, other, &b);
  if (result == TAUT_EXIT_OK && taut_tolerances_read(base, taut_trace_reader_columns(a.reader),
                                                     &tolerances, error, sizeof error) != TAUT_OK) {
    result = taut_usage(verb, "%s", error);
  }
  if (result == TAUT_EXIT_OK) {
    taut_comparison comparison;
    taut_status status =
        taut_trace_compare(a.reader, b.reader, taut_tolerances_of, &tolerances, &comparison);
    if (status != TAUT_OK) {
      fprintf(stderr, "taut compare: %s or %s: %s\n", base, other,
              status == TAUT_EINVAL ? "the trace is damaged" : taut_status_text(status));
      result = status == TAUT_EINVAL ? TAUT_EXIT_EVIDENCE : TAUT_EXIT_OWN_FAULT;
    } else {
      if (c->as_json) add_item(c, other, &comparison);
      if (!c->as_json) print_item(other, &comparison);
      result = comparison.is_same ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
    }
    taut_comparison_fini(&comparison);
  }
  c->n_same += result == TAUT_EXIT_OK;
  c->n_other += result != TAUT_EXIT_OK;
  taut_tolerances_fini(&tolerances);
  close_side(&a);
  close_side(&b);
  return result;
}

static int is_trace(const struct dirent *entry) {
  size_t n = strlen(entry->d_name);
  return n > 5 && strcmp(entry->d_name + n - 5, ".mcap") == 0;
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
    int status;
    if (access(fresh, F_OK) != 0) {
      taut_comparison missing = {.fault = "there is no new trace"};
      if (c->as_json) add_item(c, fresh, &missing);
      if (!c->as_json) print_item(fresh, &missing);
      c->n_other++;
      status = TAUT_EXIT_NOT_PASSED;
    } else {
      status = compare_files(verb, c, golden, fresh);
    }
    if (status > result) result = status;
    free(golden);
    free(fresh);
    free(entries[i]);
  }
  free(entries);
  return result;
}

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int run_compare(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words != 2) return taut_usage(verb, "takes a golden trace and a new one");
  const char *base = arguments->words[0], *other = arguments->words[1];
  if (is_folder(base) != is_folder(other)) {
    return taut_usage(verb, "takes two traces or two folders, not one of each");
  }
  comparing c = {.as_json = taut_arguments_has(arguments, "json"), .items = json_array()};
  bool are_folders = is_folder(base);
  int result =
      are_folders ? compare_folders(verb, &c, base, other) : compare_files(verb, &c, base, other);
  if (c.as_json && (result == TAUT_EXIT_OK || result == TAUT_EXIT_NOT_PASSED)) {
    json_t *document = json_object();
    json_object_set_new(document, "same", json_boolean(result == TAUT_EXIT_OK));
    json_object_set_new(document, "traces", json_incref(c.items));
    taut_print_json(document);
  } else if (are_folders && !c.as_json && c.n_same + c.n_other > 0) {
    printf("\n%zu the same, %zu not\n", c.n_same, c.n_other);
  }
  json_decref(c.items);
  return result;
}

const taut_verb taut_verb_compare = {
    .name = "compare",
    .summary = "find where new traces leave golden ones",
    .usage = "taut compare BASE NEW [options]",
    .examples =
        "  taut compare golden/1-leak.mcap traces/1-leak.mcap   two traces of one scenario\n"
        "  taut compare golden traces                           every trace of a folder\n",
    .notes =
        "Equal trace hashes settle it. Otherwise every value must have the same bits, unless\n"
        "<golden trace>.tolerances.json says otherwise:\n"
        "  {\"signals\": {\"left.cable.*\": {\"atol\": 0.5, \"rtol\": 0.01, \"tlag_s\": 0.002}}}\n"
        "Exit status: 0 the same, 1 they differ, 4 usage, 6 a trace is damaged.\n",
    .options = options,
    .run = run_compare,
};
