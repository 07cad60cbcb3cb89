#include "runner/worker.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hil/links.h"
#include "report/entries.h"
#include "report/finding.h"
#include "report/record.h"
#include "report/text.h"
#include "runner/branch.h"
#include "runner/frame.h"
#include "runner/isolation.h"
#include "runner/pacing.h"
#include "runner/plots.h"
#include "runner/signature.h"
#include "runner/tape.h"
#include "trace/judgement.h"
#include "trace/writer.h"

enum { LOGS_MAX = 1000, INPUTS_MAX = 1000 };

/// What the job at hand needs.
typedef struct worker {
  const taut_runner_config *config;
  const taut_order *order;
  taut_slot *slot;
  json_t *logs;  ///< array of strings
  size_t n_logs_lost;
  json_t *inputs;             ///< array of strings: files that were read or opened, absolute
  bool is_unfiltered;         ///< a filter was due and could not be installed
  int trace_fd;               ///< used only with a trace
  taut_trace_writer *trace;   ///< NULL for none
  char *scenario;             ///< name of the case, for the trace
  taut_run_tape tape;         ///< journal of the links; all zero for none
  taut_links *links;          ///< NULL when no role is in another process
  json_t *link_logs;          ///< array of strings: what links have to say, for the case's log
  taut_recorder *recorder;    ///< NULL without memory for it: a case without plots
  taut_reps *reps;            ///< as the recorder
  taut_pacing pacing;         ///< used only with a speed
  taut_branching branching;   ///< used only in a job of branches
  char *fault;                ///< why a replay is none of its journal; NULL when it is
  taut_signature *signature;  ///< of a lean run, else NULL
  json_t *lean;               ///< its answer; NULL before its end
  json_t *plots, *rep_list;   ///< what they made of the run; NULL before its end
} worker;

static void add_line(json_t *lines, int64_t tick_ns, const char *path, const char *text) {
  char when[32] = "";
  if (tick_ns >= 0) snprintf(when, sizeof when, "%.3f s ", (double)tick_ns * 1e-9);
  bool has_path = path != NULL && path[0] != '\0';
  char *line = taut_text_format("%s%s%s%s", when, has_path ? path : "", has_path ? ": " : "", text);
  json_array_append_new(lines, taut_record_string(line));
  free(line);
}

static void collect_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                        const char *text) {
  worker *w = user;
  if (level < TAUT_LOG_INFO) return;
  if (json_array_size(w->logs) >= LOGS_MAX) {
    w->n_logs_lost++;
    return;
  }
  add_line(w->logs, tick_ns, path, text);
}

/// Links say little: a line per kind of refusal, and one at the end.
static void collect_link_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                             const char *text) {
  const worker *w = user;
  (void)level;
  if (json_array_size(w->link_logs) < LOGS_MAX) add_line(w->link_logs, tick_ns, path, text);
}

static void add_input(worker *w, const char *path) {
  size_t n = json_array_size(w->inputs);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(json_string_value(json_array_get(w->inputs, i)), path) == 0) return;
  }
  // A path that is no UTF-8 cannot be sent; nobody learns of its changes.
  if (n < INPUTS_MAX) json_array_append_new(w->inputs, json_string(path));
}

/// Keeps a file by the path it was asked for, where a link may be put elsewhere, and by its own.
static void collect_input(void *user, const char *path) {
  worker *w = user;
  char folder[PATH_MAX];
  char *real = realpath(path, NULL);
  if (path[0] == '/') {
    add_input(w, path);
  } else if (getcwd(folder, sizeof folder) != NULL) {
    char *whole = taut_text_format("%s/%s", folder, path);
    add_input(w, whole);
    free(whole);
  }
  if (real != NULL) add_input(w, real);
  free(real);
}

_Noreturn static void finish(worker *w, json_t *body) {
  if (w->n_logs_lost > 0) {
    char text[64];
    snprintf(text, sizeof text, "%zu further log lines were not kept", w->n_logs_lost);
    json_array_append_new(w->logs, json_string(text));
  }
  json_object_set_new(body, "log", json_incref(w->logs));
  json_object_set_new(body, "inputs", json_incref(w->inputs));
  json_object_set_new(body, "is_filtered", json_boolean(!w->is_unfiltered));
  fflush(stdout);
  const bool is_branch = w->branching.is_child;
  if (is_branch) taut_branching_label(&w->branching, body);
  taut_status status =
      taut_frame_write(TAUT_WORKER_RESULT_FD, w->order->nonce, is_branch ? "item" : "end", body);
  // _exit, not exit: nothing a plugin registered runs after the result.
  _exit(status == TAUT_OK ? 0 : TAUT_WORKER_EXIT_PIPE);
}

_Noreturn static void finish_failed(worker *w, taut_status status) {
  json_t *body = json_object();
  json_object_set_new(body, "status", json_integer(status));
  finish(w, body);
}

// -------------------------------------------------------------------------------------------- list

static json_t *words_json(const char *const *words) {
  json_t *array = json_array();
  for (; words != NULL && *words != NULL; words++) {
    json_array_append_new(array, taut_record_string(*words));
  }
  return array;
}

static json_t *case_json(const taut_case *item) {
  json_t *object = json_object();
  json_object_set_new(object, "name", taut_record_string(item->name));
  json_object_set_new(object, "line", json_integer(item->line));
  json_object_set_new(object, "tags", words_json(item->tags));
  json_object_set_new(object, "covers", words_json(item->covers));
  json_object_set_new(object, "rig", taut_record_string(item->rig));
  json_object_set_new(object, "rows", words_json(item->rows));
  json_object_set_new(object, "roles", taut_record_string(item->roles));
  json_t *twins = json_array();
  for (size_t i = 0; i < item->n_twins; i++) {
    json_t *twin = json_object();
    json_object_set_new(twin, "name", taut_record_string(item->twins[i].name));
    json_object_set_new(twin, "overlay", taut_record_string(item->twins[i].overlay));
    json_array_append_new(twins, twin);
  }
  json_object_set_new(object, "twins", twins);
  json_object_set_new(object, "demand", words_json(item->demand));
  json_object_set_new(object, "distribution", taut_record_string(item->distribution));
  json_object_set_new(object, "hazard", taut_record_string(item->hazard));
  json_object_set_new(object, "not_applicable", words_json(item->not_applicable));
  json_object_set_new(object, "warm", taut_record_string(item->warm));
  return object;
}

static taut_suite *open_suite(worker *w, const taut_log_sink *log) {
  taut_scenario_options options = w->config->scenario;
  options.log = log;
  if (w->links != NULL) {
    options.remote = taut_links_model;
    options.remote_user = w->links;
  }
  options.on_input = collect_input;
  options.input_user = w;
  options.twin = w->order->job.twin[0] ? w->order->job.twin : NULL;
  taut_suite *suite = NULL;
  taut_status status = taut_suite_open(w->order->job.file, &options, &suite);
  if (status != TAUT_OK) finish_failed(w, status);
  return suite;
}

_Noreturn static void list_cases(worker *w, const taut_log_sink *log) {
  taut_suite *suite = open_suite(w, log);
  json_t *body = json_object(), *cases = json_array();
  for (size_t i = 0; i < taut_suite_n_cases(suite); i++) {
    json_array_append_new(cases, case_json(taut_suite_case(suite, i)));
  }
  json_t *requirements = json_array(), *hazards = json_array();
  const taut_requirement *requirement;
  for (size_t i = 0; (requirement = taut_suite_requirement(suite, i)) != NULL; i++)
    json_array_append_new(requirements, taut_requirement_json(requirement));
  const taut_hazard *hazard;
  for (size_t i = 0; (hazard = taut_suite_hazard(suite, i)) != NULL; i++)
    json_array_append_new(hazards, taut_hazard_json(hazard));
  json_object_set_new(body, "status", json_integer(TAUT_OK));
  json_object_set_new(body, "cases", cases);
  json_object_set_new(body, "requirements", requirements);
  json_object_set_new(body, "hazards", hazards);
  finish(w, body);
}

// --------------------------------------------------------------------------------------------- run

static taut_profile profile_of(const worker *w) {
  if (w->order->job.kind == TAUT_JOB_BRANCH) return TAUT_PROFILE_BRANCH;
  // What is replayed talks to nobody.
  if (w->order->job.is_replay) return TAUT_PROFILE_CLOSED;
  return taut_links_wanted(w->config->scenario.with) ? TAUT_PROFILE_LINK : TAUT_PROFILE_CLOSED;
}

static taut_status close_doors(void *user) {
  worker *w = user;
  if (taut_isolation_filter_running(profile_of(w), w->branching.fork_key) != TAUT_OK)
    w->is_unfiltered = true;
  return TAUT_OK;
}

/// A journal is played to the plan it was recorded with, to no other.
static taut_status compare_plan(worker *w, const taut_plan *plan) {
  char text[512];
  bool is_same;
  taut_status status =
      taut_journal_reader_compare_plan(w->tape.reader, plan, &is_same, text, sizeof text);
  if (status != TAUT_OK || is_same) return status;
  w->fault =
      taut_text_format("the plan is not the one that the journal was recorded with: %s", text);
  return TAUT_EREJECT;
}

static taut_status begin(void *user, const taut_plan *plan) {
  worker *w = user;
  // What is outside of this process would not be forked with it.
  if (w->order->job.kind == TAUT_JOB_BRANCH && !taut_plan_is_snapshotable(plan))
    return TAUT_EREJECT;
  if (w->tape.reader != NULL && compare_plan(w, plan) != TAUT_OK) return TAUT_EREJECT;
  if (w->order->job.is_lean) return taut_signature_create(plan, &w->signature);
  if (!w->config->has_no_plots &&
      (taut_recorder_create(plan, TAUT_ROWS_BUDGET, &w->recorder) != TAUT_OK ||
       taut_reps_create(plan, &w->reps) != TAUT_OK)) {
    taut_recorder_destroy(w->recorder);
    w->recorder = NULL;
  }
  if (w->tape.writer != NULL) {
    // A failure shows at the end, and then it fails the case.
    (void)taut_journal_writer_plan(w->tape.writer, plan, w->order->job.seed, w->scenario);
  }
  if (w->trace == NULL) return TAUT_OK;
  return taut_trace_writer_begin(w->trace, plan, w->order->job.seed, w->scenario);
}

static taut_status take_row(void *user, const taut_row *row) {
  worker *w = user;
  if (w->signature != NULL) taut_signature_row(w->signature, row);
  if (w->recorder != NULL) {
    taut_recorder_row(w->recorder, row);
    taut_reps_row(w->reps, row);
  }
  taut_status status = w->trace != NULL ? taut_trace_writer_row(w->trace, row) : TAUT_OK;
  if (w->config->speed > 0) taut_pacing_row(&w->pacing, row->tick_ns);
  return status;
}

/// What the wall clock found, or null.
static json_t *pacing_json(const worker *w) {
  if (w->config->speed <= 0) return json_null();
  json_t *object = taut_pacing_json(&w->pacing), *trips = json_array();
  const char *role, *target;
  const taut_histogram *times;
  for (size_t i = 0; taut_links_trips(w->links, i, &role, &target, &times); i++) {
    json_t *trip = json_object();
    json_object_set_new(trip, "role", taut_record_string(role));
    json_object_set_new(trip, "target", taut_record_string(target));
    json_object_set_new(trip, "times", taut_pacing_histogram_json(times));
    json_array_append_new(trips, trip);
  }
  json_object_set_new(object, "round_trips", trips);
  return object;
}

static void take_effect(void *user, const taut_effect *effect) {
  worker *w = user;
  if (w->recorder != NULL) taut_recorder_effect(w->recorder, effect);
  if (w->trace != NULL) taut_trace_writer_effect(w->trace, effect);
}

static void end(void *user, const taut_plan *plan, const taut_case_result *result) {
  worker *w = user;
  if (w->signature != NULL) {
    // What a mutant is compared with also says where mutants can sit.
    bool is_baseline = w->order->job.mutant[0] == '\0';
    w->lean = taut_signature_result(result, is_baseline);
    json_object_set_new(w->lean, "ports", taut_signature_json(w->signature));
    if (is_baseline) json_object_set_new(w->lean, "targets", taut_signature_ports(w->signature));
  }
  if (w->recorder == NULL) return;
  taut_recorder_finish(w->recorder);
  w->plots = taut_plots_json(w->recorder, plan, result);
  w->rep_list = taut_reps_json(w->reps, result->sim_ns);
}

static int compare_findings(const void *left, const void *right) {
  const taut_finding *a = left, *b = right;
  return strcmp(a->id, b->id);
}

/// Adds a metadata record to a trace or a journal.
typedef taut_status (*note_fn)(void *writer, const char *name, const taut_pair *pairs,
                               size_t n_pairs);

static taut_status note_in_trace(void *writer, const char *name, const taut_pair *pairs,
                                 size_t n_pairs) {
  return taut_trace_writer_note(writer, name, pairs, n_pairs);
}

static taut_status note_in_journal(void *writer, const char *name, const taut_pair *pairs,
                                   size_t n_pairs) {
  return taut_journal_writer_note(writer, name, pairs, n_pairs);
}

/// The judgement that goes with the rows: a pair for each requirement that has an id.
static taut_status note_requirements(note_fn note, void *writer, const taut_case_result *result) {
  size_t n;
  taut_finding *findings = taut_findings_gather(result->checks, result->n_checks, true, &n);
  if (n > 1) qsort(findings, n, sizeof *findings, compare_findings);
  taut_pair *pairs = taut_memory_resize(NULL, (n + 1) * sizeof *pairs);
  for (size_t i = 0; i < n; i++) {
    taut_trace_judgement judgement = {.verdict = findings[i].verdict,
                                      .has_margin = findings[i].has_margin,
                                      .margin = findings[i].margin,
                                      .first_ns = findings[i].first_ns};
    char text[TAUT_JUDGEMENT_TEXT_MAX];
    snprintf(judgement.unit, sizeof judgement.unit, "%s", findings[i].unit);
    taut_trace_judgement_format(&judgement, text);
    pairs[i] =
        (taut_pair){taut_text_clean(findings[i].id, strlen(findings[i].id)), taut_text_copy(text)};
  }
  taut_status status = note(writer, TAUT_TRACE_REQUIREMENTS, pairs, n);
  for (size_t i = 0; i < n; i++) {
    free((char *)(uintptr_t)pairs[i].key);
    free((char *)(uintptr_t)pairs[i].value);
  }
  free(pairs);
  free(findings);
  return status;
}

/// The last records of a trace or journal say what became of the requirements, how the case ended,
/// and the hash of its rows.
static taut_status note_result(note_fn note, void *writer, const taut_case_result *result) {
  char trace_hash[33], state_hash[33];
  taut_record_hex(result->trace_hash, trace_hash);
  taut_record_hex(result->state_hash, state_hash);
  char *reason = taut_text_clean(result->reason, strlen(result->reason));
  const taut_pair pairs[] = {{"reason", reason},
                             {"state_hash", state_hash},
                             {"trace_hash", trace_hash},
                             {"verdict", taut_verdict_name(result->verdict)}};
  taut_status status = note_requirements(note, writer, result);
  if (status == TAUT_OK) status = note(writer, "taut.result", pairs, 4);
  free(reason);
  return status;
}

static bool finish_trace(worker *w, const taut_case_result *result) {
  taut_status status = note_result(note_in_trace, w->trace, result);
  return taut_trace_writer_finish(w->trace) == TAUT_OK && status == TAUT_OK;
}

static bool finish_journal(worker *w, const taut_case_result *result) {
  taut_status status = note_result(note_in_journal, w->tape.writer, result);
  return taut_journal_writer_finish(w->tape.writer) == TAUT_OK && status == TAUT_OK;
}

/// A case of the warm run is due: here or in a process of its own.
static bool take_branch(void *user, uint32_t i_case) {
  worker *w = user;
  taut_branch_side side = taut_branching_fork(&w->branching, i_case);
  // The warm run itself is nobody's result.
  if (side == TAUT_BRANCH_LAST) finish_failed(w, TAUT_OK);
  return side == TAUT_BRANCH_CHILD;
}

_Noreturn static void run_case(worker *w, const taut_log_sink *log) {
  taut_suite *suite = open_suite(w, log);
  const taut_job *job = &w->order->job;
  const bool is_warm = job->kind == TAUT_JOB_BRANCH;
  uint32_t i_case = is_warm ? job->branches[0] : job->i_case;
  if (i_case >= taut_suite_n_cases(suite)) finish_failed(w, TAUT_ENOTFOUND);
  const bool has_trace = w->trace != NULL;
  const char *name = taut_suite_case(suite, i_case)->name;
  w->scenario = taut_text_clean(name, strlen(name));
  const taut_case_options options = {.branches = is_warm ? job->branches : NULL,
                                     .n_branches = job->n_branches,
                                     .on_branch = take_branch,
                                     .seed = job->seed,
                                     .is_stress = w->config->is_stress,
                                     .tick_ns = &w->slot->tick_ns,
                                     .on_row = take_row,
                                     .on_plan = begin,
                                     .on_effect = take_effect,
                                     .on_end = end,
                                     .mutant = job->mutant,
                                     .is_fail_fast = job->is_fail_fast,
                                     .budget_ns = job->budget_ns,
                                     .user = w};
  const taut_case_result *result = NULL;
  taut_status status = taut_suite_run(suite, i_case, &options, close_doors, &result);
  // Cases that no process became are for the main process to run one by one.
  if (is_warm && !w->branching.is_child) finish_failed(w, TAUT_OK);
  if (is_warm) name = taut_suite_case(suite, w->branching.i_case)->name;
  json_t *pacing = pacing_json(w);
  // The device is free for the next case before this one is reported.
  taut_links_close(w->links);
  w->links = NULL;
  if (status != TAUT_OK || result == NULL) finish_failed(w, status);
  json_t *body = json_object();
  json_object_set_new(body, "status", json_integer(TAUT_OK));
  json_object_set_new(body, "name", taut_record_string(name));
  if (job->is_lean) {
    // A case that never ran has a verdict and a reason, and nothing else.
    if (w->lean == NULL) w->lean = taut_signature_result(result, true);
    json_object_set_new(body, "lean", w->lean);
    finish(w, body);
  }
  json_t *encoded = taut_record_encode(result);
  json_array_extend(json_object_get(encoded, "logs"), w->link_logs);
  if (w->fault != NULL) json_object_set_new(encoded, "reason", taut_record_string(w->fault));
  json_object_set_new(body, "result", encoded);
  json_object_set_new(body, "plots", w->plots != NULL ? w->plots : json_null());
  json_object_set_new(body, "reps", w->rep_list != NULL ? w->rep_list : json_array());
  json_object_set_new(body, "pacing", pacing);
  if (has_trace) json_object_set_new(body, "is_traced", json_boolean(finish_trace(w, result)));
  if (w->tape.writer != NULL)
    json_object_set_new(body, "is_journaled", json_boolean(finish_journal(w, result)));
  finish(w, body);
}

// ------------------------------------------------------------------------------------------- check

static void send_item(void *user, const taut_check_item *item) {
  const worker *w = user;
  json_t *body = json_object();
  json_object_set_new(body, "model", taut_record_string(item->model));
  json_object_set_new(body, "name", taut_record_string(item->name));
  json_object_set_new(body, "is_ok", json_boolean(item->is_ok));
  json_object_set_new(body, "text", taut_record_string(item->text));
  if (taut_frame_write(TAUT_WORKER_RESULT_FD, w->order->nonce, "item", body) != TAUT_OK) {
    _exit(TAUT_WORKER_EXIT_PIPE);
  }
}

_Noreturn static void check_plugin(worker *w) {
  taut_status status = taut_check_library(w->order->job.file, send_item, w);
  json_t *body = json_object();
  json_object_set_new(body, "status", json_integer(status));
  finish(w, body);
}

/// Starts the thread that writes the trace: later the filter lets no thread start any more.
static bool start_trace(worker *w) {
  // A file that grows beyond its limit is a failed write, not a signal.
  signal(SIGXFSZ, SIG_IGN);
  const taut_trace_sink sink = {taut_trace_sink_fd, &w->trace_fd};
  // A replay has the rows of the run that was recorded, live ones too.
  const taut_trace_options options = {.is_live = w->order->job.is_replay ? w->tape.is_live
                                                                         : w->config->is_live};
  return taut_trace_writer_create(&sink, &options, &w->trace) == TAUT_OK;
}

/// Opens a file for a job before the doors close; -1 for none. False when it cannot be opened.
static bool open_file(const char *path, bool is_read, int *fd) {
  *fd = -1;
  if (path[0] == '\0') return true;
  *fd = is_read ? open(path, O_RDONLY | O_CLOEXEC)
                : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  return *fd >= 0;
}

/// Begins the journal of the links, or opens the one to play.
static bool open_tape(worker *w) {
  const taut_job *job = &w->order->job;
  const taut_runner_config *config = w->config;
  char error[512];
  signal(SIGXFSZ, SIG_IGN);
  if (!job->is_replay) {
    return taut_run_tape_record(&w->tape, TAUT_WORKER_JOURNAL_FD, job->file, config->scenario.with,
                                config->is_live) == TAUT_OK;
  }
  taut_status status = taut_run_tape_play(&w->tape, TAUT_WORKER_JOURNAL_FD, error, sizeof error);
  if (status != TAUT_OK) collect_log(w, -1, TAUT_LOG_ERROR, job->journal, error);
  if (status != TAUT_OK) finish_failed(w, status);
  return true;
}

/// Opens the links: sockets and the threads behind them must be there before the first filter.
static bool open_links(worker *w, const taut_log_sink *log) {
  const taut_job *job = &w->order->job;
  const char *const *with = w->config->scenario.with;
  if (job->kind != TAUT_JOB_RUN || !taut_links_needed(with)) return true;
  // Each thread would reserve an arena of 64 MiB, and addresses are limited.
  mallopt(M_ARENA_MAX, 1);
  bool has_tape = job->journal[0] != '\0';
  if (has_tape && !open_tape(w)) return false;
  bool is_live = job->is_replay ? w->tape.is_live : w->config->is_live;
  return taut_links_open(with, w->config->keys, is_live, has_tape ? &w->tape.tape : NULL, log,
                         &w->links) == TAUT_OK;
}

_Noreturn void taut_worker_run(const taut_zygote *zygote, const taut_order *order, pid_t zygote_pid,
                               int result_fd, int output_fd) {
  const taut_job *job = &order->job;
  const bool is_branching = job->kind == TAUT_JOB_BRANCH;
  taut_worker_fds fds = {.result = result_fd,
                         .output = is_branching ? taut_branching_output() : output_fd,
                         .is_output_kept = is_branching};
  if (!open_file(job->trace, false, &fds.trace) ||
      !open_file(job->journal, job->is_replay, &fds.journal) ||
      !taut_isolation_enter(zygote->config, zygote_pid, &fds)) {
    _exit(TAUT_WORKER_EXIT_SETUP);
  }
  taut_isolation_keep_slot(zygote->slots, zygote->slots_size, order->slot);
  worker w = {.config = zygote->config,
              .order = order,
              .slot = taut_zygote_slot(zygote, order->slot),
              .logs = json_array(),
              .inputs = json_array(),
              .link_logs = json_array(),
              .trace_fd = TAUT_WORKER_TRACE_FD};
  const taut_log_sink log = {collect_log, &w}, link_log = {collect_link_log, &w};
  if (w.config->speed > 0) taut_pacing_init(&w.pacing, w.config->speed);
  if (!open_links(&w, &link_log)) _exit(TAUT_WORKER_EXIT_SETUP);
  if (fds.trace >= 0 && !start_trace(&w)) _exit(TAUT_WORKER_EXIT_SETUP);
  if (is_branching) taut_branching_init(&w.branching, order, w.slot);
  // The conformance suite forks to see a plugin crash, and has no scenario to be wary of.
  if (job->kind != TAUT_JOB_CHECK) {
    w.is_unfiltered =
        taut_isolation_filter_loading(w.slot, profile_of(&w), w.branching.fork_key) != TAUT_OK;
  }
  switch (job->kind) {
    case TAUT_JOB_LIST: list_cases(&w, &log);
    case TAUT_JOB_RUN:
    case TAUT_JOB_BRANCH: run_case(&w, &log);
    case TAUT_JOB_CHECK: check_plugin(&w);
  }
  _exit(TAUT_WORKER_EXIT_SETUP);
}
