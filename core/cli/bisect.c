/// `taut bisect`: two runs that should be one, and the first thing in which they are not.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/golden.h"
#include "report/record.h"
#include "trace/bisect.h"

static const taut_option options[] = {
    {"context", '\0', "ROWS", "rows to show before and after the difference (default: 3)"},
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

enum { CONTEXT_MAX = 1000 };

// ------------------------------------------------------------------------------------------- words

/// What is printed of a text that stands in a file.
static void print_clean(const char *text) {
  char *clean = taut_text_clean(text, strlen(text));
  fputs(clean, stdout);
  free(clean);
}

static long long tick_of(const taut_bisection *b, int64_t at_ns) {
  int64_t period_ns = b->comparison.base_period_ns;
  return period_ns > 0 ? (long long)(at_ns / period_ns) : -1;
}

static void print_when(const taut_bisection *b) {
  printf("  first at %.9g s", (double)b->first_ns * 1e-9);
  if (tick_of(b, b->first_ns) >= 0) printf(" (tick %lld)", tick_of(b, b->first_ns));
}

static void print_event(const char *who, const char *json) {
  printf("    %s  ", who);
  print_clean(json != NULL ? json : "no event");
  putchar('\n');
}

/// The first difference in rows, events, times or lengths.
static void print_first(const taut_bisection *b) {
  const taut_comparison *c = &b->comparison;
  print_when(b);
  if (b->culprit != NULL) {
    char a_text[128], b_text[128];
    const taut_difference *at = b->culprit;
    taut_golden_value(at->column, at->base, at->other, a_text, sizeof a_text);
    taut_golden_value(at->column, at->other, at->base, b_text, sizeof b_text);
    printf(": instance ");
    print_clean(at->instance);
    printf(", port ");
    print_clean(at->port);
    printf("\n    A  %s\n    B  %s\n", a_text, b_text);
    if (b->n_beside > 0) printf("  and %zu more values in the same row\n", b->n_beside);
  } else if (c->event_ns == b->first_ns) {
    printf(": an event%s%s\n", b->instance[0] != '\0' ? " of " : "", b->instance);
    print_event("A", c->base_event);
    print_event("B", c->other_event);
  } else if (c->grid_ns == b->first_ns) {
    printf(": rows at other times\n");
  } else {
    printf(": %s ends before, %s goes on\n", c->is_base_shorter ? "A" : "B",
           c->is_base_shorter ? "B" : "A");
  }
  if (b->culprit != NULL && c->event_ns == b->first_ns) {
    printf("  and an event\n");
    print_event("A", c->base_event);
    print_event("B", c->other_event);
  }
}

/// As many digits as tell A from B, else six.
static void value_text(const taut_bisect_column *at, double value, double other, char *text,
                       size_t size) {
  if (isnan(value)) {
    snprintf(text, size, "-");
    return;
  }
  bool is_same = taut_bits_of(value) == taut_bits_of(other);
  taut_golden_value(at->column, value, is_same ? -value - 1.0 : other, text, size);
  text[strcspn(text, " ")] = '\0';
}

static bool differs(const taut_bisection *b, const taut_bisect_column *at) {
  for (size_t i = 0; i < b->n_rows; i++) {
    if (taut_bits_of(at->a[i]) != taut_bits_of(at->b[i])) return true;
  }
  return false;
}

static bool is_constant(const taut_bisection *b, const taut_bisect_column *at) {
  for (size_t i = 1; i < b->n_rows; i++) {
    if (taut_bits_of(at->a[i]) != taut_bits_of(at->a[0])) return false;
  }
  return !differs(b, at);
}

/// One column of the context: a line, or two where A and B differ.
static void print_column(const taut_bisection *b, const taut_bisect_column *at) {
  bool has_other = differs(b, at);
  for (int side = 0; side <= (has_other ? 1 : 0); side++) {
    const double *values = side == 0 ? at->a : at->b, *others = side == 0 ? at->b : at->a;
    char name[256];
    snprintf(name, sizeof name, "%s%s", at->is_feeding ? "< " : "", at->column->name);
    printf("  %-40.40s %s", side == 0 ? name : "", has_other ? (side == 0 ? "A" : "B") : " ");
    for (size_t i = 0; i < b->n_rows; i++) {
      char text[128];
      value_text(at, values[i], others[i], text, sizeof text);
      printf(" %14s", text);
    }
    printf("  %s\n", side == 0 && strcmp(at->column->unit, "1") != 0 ? at->column->unit : "");
  }
}

static void print_context(const taut_bisection *b) {
  if (b->n_columns == 0 || b->n_rows == 0) return;
  printf("\n  %-40s  ", "around it (<: what it reads)");
  for (size_t i = 0; i < b->n_rows; i++) {
    char time[32];
    snprintf(time, sizeof time, "%s%.6f", b->ticks_ns[i] == b->first_ns ? "*" : "",
             (double)b->ticks_ns[i] * 1e-9);
    printf(" %14s", time);
  }
  printf("  s\n");
  size_t n_constant = 0;
  for (size_t i = 0; i < b->n_columns; i++) {
    bool is_dull = b->columns[i].is_feeding && is_constant(b, &b->columns[i]);
    n_constant += is_dull;
    if (!is_dull) print_column(b, &b->columns[i]);
  }
  if (n_constant > 0) printf("  < %zu inputs that stand still and are the same\n", n_constant);
}

static void print_bisection(const char *name, const taut_bisection *b) {
  const taut_comparison *c = &b->comparison;
  printf("%s  ", b->is_same ? "same   " : "differs");
  print_clean(name);
  if (b->is_same) {
    printf(" (%" PRIu64 " rows of %" PRIu64 " values, bit for bit)\n", c->n_rows, c->n_values);
    return;
  }
  putchar('\n');
  if (c->context[0] != '\0') {
    printf("  before anything ran: ");
    print_clean(c->context);
    putchar('\n');
  }
  for (size_t i = 0; i < b->n_tables && i < TAUT_BISECT_TABLES_MAX; i++) {
    printf("  ");
    print_clean(b->tables[i]);
    putchar('\n');
  }
  if (b->n_tables > TAUT_BISECT_TABLES_MAX)
    printf("  and %zu more signals\n", b->n_tables - TAUT_BISECT_TABLES_MAX);
  if (b->first_ns >= 0) {
    print_first(b);
    print_context(b);
  } else {
    printf("  all rows and events that both have are the same\n");
  }
  if (b->hashes[0] != '\0' && b->first_ns < 0) {
    printf("  ");
    print_clean(b->hashes);
    putchar('\n');
  }
  for (size_t i = 0; i < c->n_changes && b->first_ns < 0; i++) {
    char text[512];
    taut_golden_change(&c->changes[i], text, sizeof text);
    printf("  ");
    print_clean(text);
    putchar('\n');
  }
}

// -------------------------------------------------------------------------------------------- JSON

static json_t *number_json(double value) {
  json_t *number = json_real(value);
  return number != NULL ? number : json_null();
}

static json_t *text_json(const char *text) {
  return text != NULL ? taut_record_string(text) : json_null();
}

static json_t *numbers_json(const double *values, size_t n) {
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(list, number_json(values[i]));
  return list;
}

static json_t *context_json(const taut_bisection *b) {
  json_t *object = json_object(), *ticks = json_array(), *columns = json_array();
  for (size_t i = 0; i < b->n_rows; i++) json_array_append_new(ticks, json_integer(b->ticks_ns[i]));
  for (size_t i = 0; i < b->n_columns; i++) {
    const taut_bisect_column *at = &b->columns[i];
    json_t *column = json_object();
    json_object_set_new(column, "name", taut_record_string(at->column->name));
    json_object_set_new(column, "unit", taut_record_string(at->column->unit));
    json_object_set_new(column, "feeds", json_boolean(at->is_feeding));
    json_object_set_new(column, "differs", json_boolean(at->is_other));
    json_object_set_new(column, "a", numbers_json(at->a, b->n_rows));
    json_object_set_new(column, "b", numbers_json(at->b, b->n_rows));
    json_array_append_new(columns, column);
  }
  json_object_set_new(object, "times_ns", ticks);
  json_object_set_new(object, "columns", columns);
  return object;
}

static json_t *bisection_json(const char *name, const taut_bisection *b) {
  const taut_comparison *c = &b->comparison;
  json_t *object = json_object(), *tables = json_array();
  for (size_t i = 0; i < b->n_tables && i < TAUT_BISECT_TABLES_MAX; i++)
    json_array_append_new(tables, taut_record_string(b->tables[i]));
  json_object_set_new(object, "trace", taut_record_string(name));
  json_object_set_new(object, "same", json_boolean(b->is_same));
  json_object_set_new(object, "rows", json_integer((json_int_t)c->n_rows));
  json_object_set_new(object, "context", taut_record_string(c->context));
  json_object_set_new(object, "tables", tables);
  json_object_set_new(object, "n_tables", json_integer((json_int_t)b->n_tables));
  json_object_set_new(object, "results", taut_record_string(b->hashes));
  if (b->first_ns < 0) return object;
  json_object_set_new(object, "first_ns", json_integer(b->first_ns));
  json_object_set_new(object, "first_tick", json_integer(tick_of(b, b->first_ns)));
  json_object_set_new(object, "instance", taut_record_string(b->instance));
  if (b->culprit != NULL) {
    json_object_set_new(object, "port", taut_record_string(b->culprit->port));
    json_object_set_new(object, "unit", taut_record_string(b->culprit->column->unit));
    json_object_set_new(object, "a", number_json(b->culprit->base));
    json_object_set_new(object, "b", number_json(b->culprit->other));
    json_object_set_new(object, "beside", json_integer((json_int_t)b->n_beside));
  }
  if (c->event_ns == b->first_ns) {
    json_object_set_new(object, "event_a", text_json(c->base_event));
    json_object_set_new(object, "event_b", text_json(c->other_event));
  }
  if (c->end_ns == b->first_ns)
    json_object_set_new(object, "shorter", json_string(c->is_base_shorter ? "a" : "b"));
  if (c->grid_ns == b->first_ns) json_object_set_new(object, "other_times", json_true());
  json_object_set_new(object, "around", context_json(b));
  return object;
}

// ------------------------------------------------------------------------------------------- files

/// A trace that is open for reading.
typedef struct trace_file {
  int fd;
  taut_trace_source source;
} trace_file;

/// Opens a finished trace; an exit status after it told why not.
static int open_file(const taut_verb *verb, const char *path, trace_file *out) {
  out->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (out->fd < 0) return taut_usage(verb, "%s: %s", path, strerror(errno));
  if (taut_trace_source_fd(&out->fd, &out->source) != TAUT_OK)
    return taut_usage(verb, "%s is not a file", path);
  taut_trace_reader *reader = NULL;
  taut_status status = taut_trace_reader_open(&out->source, &reader);
  const char *trouble = NULL;
  int result = TAUT_EXIT_EVIDENCE;
  if (status != TAUT_OK) {
    trouble = "not an MCAP file, or damaged (taut trace verify says where)";
  } else if (!taut_trace_reader_is_whole(reader)) {
    trouble = "the trace is cut (taut trace recover saves what is left)";
  } else if (taut_trace_reader_value(reader, "taut.journal", "file") != NULL) {
    trouble =
        "a journal holds what crossed links, not the run; play it: taut run --replay JOURNAL"
        " --trace DIR";
    result = TAUT_EXIT_USAGE;
  }
  taut_trace_reader_close(reader);
  if (trouble == NULL) return TAUT_EXIT_OK;
  fprintf(stderr, "taut bisect: %s: %s\n", path, trouble);
  return result;
}

static int bisect_files(const taut_verb *verb, const char *a, const char *b, uint32_t n_context,
                        json_t *items) {
  trace_file files[2] = {{.fd = -1}, {.fd = -1}};
  taut_bisection bisection = {0};
  int result = open_file(verb, a, &files[0]);
  if (result == TAUT_EXIT_OK) result = open_file(verb, b, &files[1]);
  if (result == TAUT_EXIT_OK) {
    taut_status status =
        taut_trace_bisect(&files[0].source, &files[1].source, n_context, &bisection);
    if (status == TAUT_OK) {
      result = bisection.is_same ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
      if (items != NULL) {
        json_array_append_new(items, bisection_json(b, &bisection));
      } else {
        print_bisection(b, &bisection);
      }
    } else {
      result = status == TAUT_EINVAL ? TAUT_EXIT_EVIDENCE : TAUT_EXIT_OWN_FAULT;
      fprintf(stderr, "taut bisect: %s or %s: %s\n", a, b,
              status == TAUT_EINVAL ? "the trace is damaged (taut trace verify says where)"
                                    : taut_status_text(status));
    }
    taut_bisection_fini(&bisection);
  }
  for (int i = 0; i < 2; i++) {
    if (files[i].fd >= 0) close(files[i].fd);
  }
  return result;
}

static bool is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int is_trace(const struct dirent *entry) {
  size_t n = strlen(entry->d_name);
  bool is_partial = n > 13 && strcmp(entry->d_name + n - 13, ".partial.mcap") == 0;
  return n > 5 && strcmp(entry->d_name + n - 5, ".mcap") == 0 && !is_partial;
}

/// A folder of traces, or the one of a run.
static char *folder_of(const char *path) {
  char *traces = taut_text_format("%s/traces", path);
  if (is_folder(traces)) return traces;
  free(traces);
  return taut_text_copy(path);
}

static void tell_lonely(const char *path, const char *other, json_t *items) {
  if (items != NULL) {
    json_array_append_new(items, json_pack("{s:o,s:b,s:s}", "trace", taut_record_string(path),
                                           "same", 0, "missing", other));
  } else {
    printf("differs  %s (%s has no trace of this name)\n", path, other);
  }
}

/// Traces of the same name. The worst exit status of all.
static int bisect_folders(const taut_verb *verb, const char *a, const char *b, uint32_t n_context,
                          json_t *items) {
  char *folders[2] = {folder_of(a), folder_of(b)};
  int result = TAUT_EXIT_OK, n_all = 0;
  for (int side = 0; side < 2; side++) {
    struct dirent **entries = NULL;
    int n = scandir(folders[side], &entries, is_trace, alphasort);
    for (int i = 0; i < n; i++) {
      char *here = taut_text_format("%s/%s", folders[side], entries[i]->d_name);
      char *there = taut_text_format("%s/%s", folders[1 - side], entries[i]->d_name);
      int one = TAUT_EXIT_OK;
      if (access(there, F_OK) != 0) {
        tell_lonely(here, side == 0 ? "B" : "A", items);
        one = TAUT_EXIT_NOT_PASSED;
      } else if (side == 0) {
        one = bisect_files(verb, here, there, n_context, items);
      }
      if (one > result) result = one;
      n_all++;
      free(here);
      free(there);
      free(entries[i]);
    }
    free(entries);
  }
  if (n_all == 0) result = taut_usage(verb, "neither %s nor %s holds a trace (.mcap)", a, b);
  free(folders[0]);
  free(folders[1]);
  return result;
}

static int run_bisect(const taut_verb *verb, const taut_arguments *arguments) {
  char error[256];
  int64_t n_context = 3;
  if (arguments->n_words != 2) return taut_usage(verb, "takes two traces or two folders of them");
  if (taut_arguments_integer(arguments, "context", 0, CONTEXT_MAX, &n_context, error,
                             sizeof error) != TAUT_OK)
    return taut_usage(verb, "%s", error);
  const char *a = arguments->words[0], *b = arguments->words[1];
  for (size_t i = 0; i < 2; i++) {
    if (access(arguments->words[i], F_OK) == 0) continue;
    return taut_usage(verb, "%s: %s", arguments->words[i], strerror(errno));
  }
  if (is_folder(a) != is_folder(b))
    return taut_usage(verb, "takes two traces or two folders, not one of each");
  json_t *items = taut_arguments_has(arguments, "json") ? json_array() : NULL;
  int result = is_folder(a) ? bisect_folders(verb, a, b, (uint32_t)n_context, items)
                            : bisect_files(verb, a, b, (uint32_t)n_context, items);
  if (items != NULL && result <= TAUT_EXIT_NOT_PASSED) {
    json_t *document = json_object();
    json_object_set_new(document, "same", json_boolean(result == TAUT_EXIT_OK));
    json_object_set_new(document, "traces", json_incref(items));
    taut_print_json(document);
  }
  json_decref(items);
  return result;
}

const taut_verb taut_verb_bisect = {
    .name = "bisect",
    .summary = "name the first tick, instance and port in which two runs differ",
    .usage = "taut bisect A B [options]",
    .examples =
        "  taut bisect a/leak.mcap b/leak.mcap    two runs that should be one\n"
        "  taut bisect runs/here runs/there       every trace of two folders, by name\n"
        "  taut bisect a.mcap b.mcap --context 20 --json\n",
    .notes =
        "Every value and event must have the same bits. Of the values that differ first the one "
        "is\n"
        "named that none of the others explains by the wiring. Signals that only one of them has "
        "are\n"
        "named before anything else. Exit status: 0 the same, 1 they differ, 4 usage, 6 a trace "
        "is\n"
        "damaged. For a new version beside a golden trace, with tolerances: taut compare.\n",
    .options = options,
    .run = run_bisect,
};
