#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/twin.h"
#include "report/file.h"
#include "report/folder.h"
#include "report/html.h"
#include "report/junit.h"
#include "report/matrix.h"

static void write_file(taut_command *c, const char *path, const void *data, size_t size) {
  if (taut_file_write_atomic(path, data, size, NULL) == TAUT_OK) return;
  taut_terminal_clear(&c->terminal);
  fprintf(stderr, "taut: %s could not be written: %s\n", path, strerror(errno));
  c->has_failed_to_write = true;
}

static void write_json(taut_command *c, const char *path, json_t *document) {
  char *text = taut_json_text(document);
  write_file(c, path, text, strlen(text));
  free(text);
  json_decref(document);
}

// ------------------------------------------------------------------------------------ run folder

static int check_file(const taut_verb *verb, const taut_arguments *arguments, const char *name) {
  const char *file = taut_arguments_value(arguments, name);
  if (file == NULL) return TAUT_EXIT_OK;
  char *folder = taut_text_copy(file), *slash = strrchr(folder, '/');
  if (slash != NULL) slash[slash == folder] = '\0';
  struct stat info;
  bool is_folder = stat(file, &info) == 0 && S_ISDIR(info.st_mode);
  errno = EISDIR;
  bool is_writable = !is_folder && access(slash != NULL ? folder : ".", W_OK | X_OK) == 0;
  free(folder);
  if (is_writable) return TAUT_EXIT_OK;
  return taut_usage(verb, "--%s %s cannot be written: %s", name, file, strerror(errno));
}

int taut_command_check_files(const taut_verb *verb, const taut_arguments *arguments) {
  static const char *const names[] = {"junit", "json", "html"};
  int status = TAUT_EXIT_OK;
  for (size_t i = 0; i < sizeof names / sizeof names[0] && status == TAUT_EXIT_OK; i++) {
    status = check_file(verb, arguments, names[i]);
  }
  return status;
}

bool taut_command_make_folder(taut_command *c) {
  char stamp[32];
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc) == NULL) return false;
  strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
  if (taut_file_make_folder(c->out_folder) != TAUT_OK) return false;
  for (int i = 1; i < 10000; i++) {
    c->folder = taut_text_format("%s/%s-%d", c->out_folder, stamp, i);
    if (mkdir(c->folder, 0777) == 0) break;
    free(c->folder);
    c->folder = NULL;
    if (errno != EEXIST) return false;
  }
  if (c->folder == NULL) return false;
  c->run_id = strrchr(c->folder, '/') + 1;
  char *cases = taut_text_format("%s/cases", c->folder);
  bool is_made = mkdir(cases, 0777) == 0;
  free(cases);
  return is_made;
}

// --------------------------------------------------------------------------------------- history

/// A run without history is as good as one with it.
static void give_up_history(taut_command *c, const char *error) {
  taut_terminal_clear(&c->terminal);
  fprintf(stderr, "taut: the history of this run is not kept: %s\n", error);
  taut_history_close(c->history);
  c->history = NULL;
}

void taut_command_open_history(taut_command *c) {
  char error[1024];
  static const char role[] = "controller=";
  c->controller_digest[0] = '\0';
  c->history_run = (taut_history_run){
      .id = c->run_id, .controller = "", .controller_digest = c->controller_digest};
  for (size_t i = 0; c->p.with_given[i] != NULL; i++) {
    if (strncmp(c->p.with_given[i], role, strlen(role)) != 0) continue;
    c->history_run.controller = c->p.with_given[i] + strlen(role);
    taut_history_digest(c->p.with[i] + strlen(role), c->controller_digest);
  }
  char *path = taut_text_format("%s/history.sqlite", c->out_folder);
  if (taut_history_create(path, &c->history, error, sizeof error) != TAUT_OK) {
    give_up_history(c, error);
  }
  free(path);
}

// ------------------------------------------------------------------------------------------- case

void taut_command_save_case(void *user, size_t i_item, const taut_record *record) {
  taut_command *c = user;
  c->terminal.n_done++;
  if (record->verdict != TAUT_PASS) c->terminal.n_bad++;
  taut_buffer path = {0};
  taut_buffer_printf(&path, "%s/cases/%zu-", c->folder, i_item + 1);
  taut_text_slug(&path, record->name);
  taut_buffer_text(&path, ".json");
  write_json(c, path.data, taut_record_case_json(record));
  taut_buffer_fini(&path);
  char error[1024];
  if (c->history != NULL &&
      taut_history_add(c->history, &c->history_run, record, error, sizeof error) != TAUT_OK) {
    give_up_history(c, error);
  }
}

void taut_command_print_case(void *user, const taut_record *record) {
  taut_command *c = user;
  taut_terminal_case(&c->terminal, record);
}

void taut_command_print_progress(void *user, const char *running) {
  taut_command *c = user;
  taut_terminal_progress(&c->terminal, running);
}

// ---------------------------------------------------------------------------------------- finish

static int compare_records(const void *left, const void *right) {
  const taut_record *const *a = left, *const *b = right;
  int order = strcmp((*a)->file, (*b)->file);
  if (order != 0) return order;
  if ((*a)->line != (*b)->line) return (*a)->line < (*b)->line ? -1 : 1;
  // Load errors and cases stand in arrays of their own; within each the address keeps the order.
  return *a < *b ? -1 : *a > *b;
}

static void gather_records(taut_command *c) {
  size_t n_errors = c->p.collection.n_errors, n_cases = c->execution.n_records;
  size_t n = n_errors + n_cases;
  const taut_record **order = taut_memory_resize(NULL, (n + 1) * sizeof *order);
  for (size_t i = 0; i < n_errors; i++) order[i] = &c->p.collection.errors[i];
  for (size_t i = 0; i < n_cases; i++) order[n_errors + i] = &c->execution.records[i];
  if (n_errors > 0) qsort(order, n, sizeof *order, compare_records);
  c->records = taut_memory_resize(NULL, (n + 1) * sizeof *c->records);
  for (size_t i = 0; i < n; i++) c->records[i] = *order[i];
  c->n_records = n;
  free(order);
}

/// The page is made of what now lies in the folder, as `taut report` would make it.
static void write_page(taut_command *c) {
  char error[512];
  taut_run_folder folder;
  if (taut_run_folder_open(c->folder, &folder, error, sizeof error) != TAUT_OK) {
    fprintf(stderr, "taut: no report.html: %s\n", error);
    c->has_failed_to_write = true;
    return;
  }
  const char *html_file = taut_arguments_value(c->arguments, "html");
  char *path = taut_text_format("%s/report.html", c->folder);
  taut_buffer page = {0};
  taut_run_folder_page(&folder, &page);
  write_file(c, path, page.data, page.size);
  if (html_file != NULL) write_file(c, html_file, page.data, page.size);
  free(path);
  taut_buffer_fini(&page);
  taut_run_folder_fini(&folder);
}

/// Lets runs/latest point at this run, by renaming a new link over the old one.
static void link_latest(const taut_command *c) {
  char *latest = taut_text_format("%s/latest", c->out_folder);
  char *fresh = taut_text_format("%s/.latest-%ld", c->out_folder, (long)getpid());
  unlink(fresh);
  // A file system without links, or a folder of that name, costs the shortcut only.
  if (symlink(c->run_id, fresh) == 0 && rename(fresh, latest) != 0) unlink(fresh);
  free(fresh);
  free(latest);
}

static void write_results(taut_command *c, const taut_results *results) {
  json_t *document = taut_results_json(results);
  const char *json_file = taut_arguments_value(c->arguments, "json");
  const char *junit_file = taut_arguments_value(c->arguments, "junit");
  char *path = taut_text_format("%s/results.json", c->folder);
  if (json_file != NULL) write_json(c, json_file, json_incref(document));
  write_json(c, path, document);
  free(path);
  taut_buffer junit = {0};
  taut_junit_write(results, &junit);
  path = taut_text_format("%s/junit.xml", c->folder);
  write_file(c, path, junit.data, junit.size);
  if (junit_file != NULL) write_file(c, junit_file, junit.data, junit.size);
  free(path);
  taut_buffer_fini(&junit);
  write_page(c);
  link_latest(c);
}

static double seconds_since(const struct timespec *start) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

/// What can be done with a run with links: its journals, and the twin of a live one.
static void print_live(const taut_command *c) {
  const taut_record *live = NULL;
  bool has_journal = false;
  for (size_t i = 0; i < c->n_records; i++) {
    const taut_record *record = &c->records[i];
    has_journal = has_journal || record->journal != NULL;
    if (live == NULL && record->is_live && record->trace != NULL) live = record;
  }
  if (has_journal) printf("journals in %s/, for taut run --replay JOURNAL\n", c->journal_folder);
  if (live != NULL) taut_twin_hint(live, c->p.with_given);
}

static json_t *branches_json(const taut_command *c) {
  const taut_execution *e = &c->execution;
  if (!taut_arguments_has(c->arguments, "branch")) return NULL;
  json_t *object = json_object();
  json_object_set_new(object, "warm_runs", json_integer((json_int_t)e->n_warm));
  json_object_set_new(object, "branched", json_integer((json_int_t)e->n_branched));
  json_object_set_new(object, "from_beginning", json_integer((json_int_t)e->n_unbranched));
  json_object_set_new(object, "snapshotable", json_boolean(!e->is_not_snapshotable));
  return object;
}

static void print_branches(const taut_command *c) {
  const taut_execution *e = &c->execution;
  if (e->is_not_snapshotable) {
    printf(
        "not snapshotable, since a role is behind a link: no branches, %zu cases from their "
        "beginning\n",
        e->n_unbranched);
  } else {
    printf("branches: %zu cases from %zu warm runs, %zu from their beginning\n", e->n_branched,
           e->n_warm, e->n_unbranched);
  }
}

int taut_command_finish(taut_command *c) {
  gather_records(c);
  int status = taut_results_exit_code(c->records, c->n_records, c->allow_inconclusive);
  if (c->execution.is_interrupted) status = TAUT_EXIT_INTERRUPTED;
  json_t *requirements =
      taut_matrix_requirements(c->p.collection.requirements, c->records, c->n_records);
  json_t *hazards = taut_matrix_hazards(c->p.collection.hazards, requirements);
  const taut_results results = {.records = c->records,
                                .n_records = c->n_records,
                                .requirements = requirements,
                                .hazards = hazards,
                                .seed = c->execute.seed,
                                .with = c->p.with_given,
                                .against = (const char *const *)c->p.against_given,
                                .is_interrupted = c->execution.is_interrupted,
                                .allow_inconclusive = c->allow_inconclusive,
                                .exit_code = status,
                                .run_id = c->run_id,
                                .wall_s = seconds_since(&c->start),
                                .n_workers = c->p.config.n_slots,
                                .branches = branches_json(c)};
  write_results(c, &results);
  char *latest = taut_text_format("%s/", c->folder);
  taut_terminal_summary(&c->terminal, &results, latest);
  free(latest);
  json_decref(hazards);
  json_decref(requirements);
  json_decref(results.branches);
  print_live(c);
  if (c->p.replay.path != NULL)
    taut_replay_print(&c->p.replay, c->records, c->n_records, c->terminal.out);
  if (c->baseline.folder != NULL) taut_baseline_print(&c->baseline);
  if (c->p.against_given != NULL) taut_against_print(&c->against, c->terminal.out);
  // Stays where it holds a trace.
  if (c->trace_folder != NULL && !c->keeps_traces) rmdir(c->trace_folder);
  if (taut_arguments_has(c->arguments, "branch")) print_branches(c);
  if (c->execution.n_records > 0 && !c->execution.is_filtered) {
    fprintf(stderr, "isolation: seccomp not available\n");
  }
  if (c->execution.is_interrupted) fprintf(stderr, "interrupted\n");
  return c->has_failed_to_write ? TAUT_EXIT_OWN_FAULT : status;
}
