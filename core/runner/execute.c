#include "runner/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hil/links.h"
#include "report/file.h"
#include "report/pacing.h"
#include "report/plots.h"
#include "report/text.h"
#include "runner/group.h"
#include "runner/workers.h"
#include "trace/source.h"

/// A case while its runs come in.
typedef struct progress {
  taut_record record;  ///< of the first run, later of all
  int n_ended;
  int i_first_other;  ///< run that differed from the first that came in, 0 for none
  char difference[256];
  bool has_record;
  bool is_done;
} progress;

typedef struct executor {
  const taut_collection *collection;
  const taut_execution_options *options;
  const taut_execution_events *events;
  taut_execution *out;
  taut_workers *workers;
  progress *cases;     ///< (n_items)
  size_t n_ordered;    ///< cases handed out in order so far
  taut_group *groups;  ///< (n_groups), for run i of group g at repeats * g + i
  size_t n_groups;
  bool is_over;  ///< a case that is not a pass ended the run
} executor;

/// Tags of jobs: a case and its run, or a group.
static const uint64_t GROUP_TAG = UINT64_C(1) << 63;

static void trace_path(const executor *x, size_t i_item, const char *ending, char *path,
                       size_t size) {
  snprintf(path, size, "%s/%s%s", x->options->trace_folder, x->collection->items[i_item].trace,
           ending);
}

static void temporary_path(const executor *x, size_t i_item, char *path, size_t size) {
  char final[PATH_MAX - 32];
  trace_path(x, i_item, ".mcap", final, sizeof final);
  snprintf(path, size, "%s.tmp-%ld", final, (long)getpid());
}

/// Whether a trace or journal that was not finished holds at least one chunk.
static bool has_rows(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  taut_trace_source source;
  bool has_chunk = false;
  if (fd >= 0 && taut_trace_source_fd(&fd, &source) == TAUT_OK) {
    taut_mcap_reader reader;
    taut_mcap_item item;
    taut_status status = taut_mcap_reader_init(&reader, &source);
    while (!has_chunk && status == TAUT_OK && taut_mcap_read(&reader, &item) == TAUT_OK) {
      has_chunk = item.opcode == TAUT_MCAP_CHUNK;
    }
    taut_mcap_reader_fini(&reader);
  }
  if (fd >= 0) close(fd);
  return has_chunk;
}

static void fail_trace(taut_record *record, const char *why) {
  if (record->verdict == TAUT_ERROR) return;
  record->verdict = TAUT_ERROR;
  free(record->reason);
  record->reason = taut_text_format("the trace could not be written: %s", why);
}

/// A trace takes its name only when it is whole. What a broken run or a full disk left behind is
/// named <case>.partial.mcap when it holds rows, else removed.
static void settle_trace(const executor *x, size_t i_item, const taut_job_end *end,
                         taut_record *record) {
  if (end->job->trace[0] == '\0') return;
  char path[PATH_MAX - 32], partial[PATH_MAX - 32];
  trace_path(x, i_item, ".mcap", path, sizeof path);
  trace_path(x, i_item, ".partial.mcap", partial, sizeof partial);
  bool is_whole = json_is_true(json_object_get(end->answer, "is_traced"));
  if (is_whole && taut_file_commit(end->job->trace, path, NULL) == TAUT_OK) {
    record->trace = taut_text_copy(path);
    unlink(partial);
    return;
  }
  if (end->answer != NULL) fail_trace(record, is_whole ? strerror(errno) : "a write failed");
  if (has_rows(end->job->trace) && rename(end->job->trace, partial) == 0) {
    record->trace = taut_text_copy(partial);
  } else {
    unlink(end->job->trace);
  }
}

/// "leak.mcap", "leak-run2.mcap": each run of a case has a journal of its own, since what comes
/// from outside is another.
static void journal_path(const executor *x, uint64_t tag, const char *ending, char *path,
                         size_t size) {
  uint64_t repeats = (uint64_t)x->options->repeats, run = tag % repeats;
  const char *name = x->collection->items[tag / repeats].trace;
  char number[32] = "";
  if (run > 0) snprintf(number, sizeof number, "-run%llu", (unsigned long long)run + 1);
  snprintf(path, size, "%s/%s%s%s", x->options->journal_folder, name, number, ending);
}

/// A journal has its final name when it is whole. What a broken run, or nobody at all, left behind
/// keeps the other one.
static void settle_journal(const executor *x, const taut_job_end *end, taut_record *record) {
  const taut_job *job = end->job;
  if (job->journal[0] == '\0' || job->is_replay) return;
  char path[PATH_MAX];
  journal_path(x, end->tag, ".mcap", path, sizeof path);
  bool is_whole = json_is_true(json_object_get(end->answer, "is_journaled"));
  if (!has_rows(job->journal)) {
    // Nothing came from outside: the peer was not there, or the case ended before its run began.
    unlink(job->journal);
    is_whole = is_whole || end->answer != NULL;
  } else if (is_whole && taut_file_commit(job->journal, path, NULL) == TAUT_OK) {
    record->journal = taut_text_copy(path);
  } else {
    is_whole = false;
    record->journal = taut_text_copy(job->journal);
  }
  if (end->answer != NULL && !is_whole && record->verdict != TAUT_ERROR) {
    record->verdict = TAUT_ERROR;
    free(record->reason);
    record->reason = taut_text_copy("the journal of the links could not be written");
  }
}

/// The record of one run, from a believed answer or from what became of the worker.
static taut_record record_of(const executor *x, size_t i_item, const taut_job_end *end) {
  const taut_item *item = &x->collection->items[i_item];
  taut_record record = taut_record_error(item->file, item->name, item->line, end->text);
  record.rig = taut_text_copy(item->rig);
  if (item->hazard != NULL && item->hazard[0] != '\0') record.hazard = taut_text_copy(item->hazard);
  record.seed = x->options->seed + item->i_seed;
  record.sim_ns = end->tick_ns > 0 ? end->tick_ns : 0;
  record.covers = json_deep_copy(item->covers);
  record.is_fast = x->options->is_fast;
  json_t *answer = end->answer;
  if (answer != NULL) {
    const json_t *status = json_object_get(answer, "status");
    const char *name = json_string_value(json_object_get(answer, "name"));
    const char *fault = NULL;
    if (json_is_integer(status) && json_integer_value(status) != TAUT_OK) {
      fault = json_string_value(json_array_get(json_object_get(answer, "log"), 0));
      if (fault == NULL) fault = taut_status_text((taut_status)json_integer_value(status));
    } else if (name == NULL || strcmp(name, item->name) != 0) {
      fault = "the file has changed since its cases were listed";
    } else if (taut_record_decode(json_object_get(answer, "result"), &record) != TAUT_OK) {
      fault = "the worker's answer cannot be believed: its result is not well formed";
    } else if (!taut_plots_take(answer, &record)) {
      fault = "the worker's answer cannot be believed: its plots are not well formed";
      record.verdict = TAUT_ERROR;
    } else if (!taut_pacing_take(answer, &record)) {
      fault = "the worker's answer cannot be believed: its pacing is not well formed";
      record.verdict = TAUT_ERROR;
    }
    record.is_live = x->options->is_live;
    if (record.is_live) {
      record.has_hashes = false;
      memset(record.trace_hash, 0, sizeof record.trace_hash);
    }
    if (fault != NULL) {
      free(record.reason);
      record.reason = taut_text_clean(fault, strlen(fault));
    }
  }
  taut_record_keep_logs(&record, answer, end->output, end->n_output, end->n_output_lost);
  record.wall_s = end->wall_s;
  record.pid = end->pid;
  return record;
}

static void note_difference(progress *at, const taut_record *other, int i_run) {
  if (at->i_first_other != 0) return;
  char first[33], second[33];
  taut_record_hex(at->record.trace_hash, first);
  taut_record_hex(other->trace_hash, second);
  if (at->record.verdict != other->verdict) {
    snprintf(at->difference, sizeof at->difference, "verdict %s, then %s",
             taut_verdict_name(at->record.verdict), taut_verdict_name(other->verdict));
  } else if (at->record.has_hashes && other->has_hashes && strcmp(first, second) != 0) {
    snprintf(at->difference, sizeof at->difference, "trace hash %s, then %s", first, second);
  } else {
    return;
  }
  at->i_first_other = i_run;
}

/// Two runs with the same inputs that differ are a fault of what was run, never chance.
static void judge_repeats(progress *at, int repeats) {
  at->record.repeats = repeats;
  if (at->i_first_other == 0) return;
  free(at->record.reason);
  at->record.reason = taut_text_format("not deterministic: run %d of %d differs (%s)",
                                       at->i_first_other, repeats, at->difference);
  if (at->record.verdict != TAUT_ERROR) at->record.verdict = TAUT_FAIL;
}

static void hand_out(executor *x, bool is_last) {
  while (x->n_ordered < x->collection->n_items) {
    const progress *at = &x->cases[x->n_ordered];
    if (!at->is_done && !is_last) return;
    if (at->is_done && x->events->on_ordered != NULL) {
      x->events->on_ordered(x->events->user, &at->record);
    }
    x->n_ordered++;
  }
}

/// One more run of a case has ended.
static void take_end(executor *x, size_t i_item, const taut_job_end *end) {
  progress *at = &x->cases[i_item];
  taut_record record = record_of(x, i_item, end);
  if (end->answer != NULL && !json_is_true(json_object_get(end->answer, "is_filtered"))) {
    x->out->is_filtered = false;
  }
  if (x->options->misses_max >= 0) taut_pacing_judge(&record, x->options->misses_max);
  settle_trace(x, i_item, end, &record);
  settle_journal(x, end, &record);
  at->n_ended++;
  if (!at->has_record) {
    at->record = record;
    at->has_record = true;
  } else {
    note_difference(at, &record, at->n_ended);
    if (record.trace != NULL && at->record.trace == NULL) {
      at->record.trace = record.trace;
      record.trace = NULL;
    }
    taut_record_fini(&record);
  }
  if (at->n_ended < x->options->repeats) return;
  judge_repeats(at, x->options->repeats);
  if (x->events->on_judge != NULL) x->events->on_judge(x->events->user, i_item, &at->record);
  at->is_done = true;
  if (x->events->on_record != NULL) x->events->on_record(x->events->user, i_item, &at->record);
  // The case file has them now; a run of thousands of cases could not hold them all.
  taut_plots_drop(&at->record);
  taut_record_drop_notes(&at->record);
  hand_out(x, false);
  if (x->options->stop_at_first && at->record.verdict != TAUT_PASS) {
    x->is_over = true;
    taut_workers_stop(x->workers, true);
  }
}

static void on_tick(void *user) {
  const executor *x = user;
  const taut_item *items = x->collection->items;
  uint64_t tag;
  if (x->events->on_tick == NULL || !taut_workers_running(x->workers, &tag)) return;
  const char *name = (tag & GROUP_TAG) != 0 ? items[x->groups[tag & ~GROUP_TAG].items[0]].warm
                                            : items[tag / (uint64_t)x->options->repeats].name;
  x->events->on_tick(x->events->user, name);
}

/// A job for run `run` of a case, from its beginning.
static void submit_case(executor *x, size_t i, int run) {
  const taut_item *item = &x->collection->items[i];
  const uint64_t tag = (uint64_t)i * (uint64_t)x->options->repeats + (uint64_t)run;
  taut_job *job = taut_memory_resize(NULL, sizeof *job);
  memset(job, 0, sizeof *job);
  job->kind = TAUT_JOB_RUN;
  job->i_case = item->i_case;
  job->seed = x->options->seed + item->i_seed;
  snprintf(job->file, sizeof job->file, "%s", item->file);
  if (item->twin != NULL) snprintf(job->twin, sizeof job->twin, "%s", item->twin);
  // One trace per case is enough: repeated runs must not differ.
  if (x->options->trace_folder != NULL && run == 0) {
    temporary_path(x, i, job->trace, sizeof job->trace);
  }
  if (x->options->replay != NULL) {
    job->is_replay = true;
    snprintf(job->journal, sizeof job->journal, "%s", x->options->replay);
  } else if (x->options->journal_folder != NULL) {
    journal_path(x, tag, ".partial.mcap", job->journal, sizeof job->journal);
  }
  taut_workers_submit(x->workers, job, tag);
  free(job);
}

// ------------------------------------------------------------------------------------------ groups

static int run_of_group(const executor *x, size_t i_group) {
  return (int)(i_group % (size_t)x->options->repeats);
}

/// One job for what is left of a group; a single case is as well off alone.
static void submit_group(executor *x, size_t i_group, bool may_branch) {
  taut_group *group = &x->groups[i_group];
  taut_job *job = taut_memory_resize(NULL, sizeof *job);
  memset(job, 0, sizeof *job);
  const taut_item *first = &x->collection->items[group->items[0]];
  job->seed = x->options->seed + first->i_seed;
  if (taut_group_job(group, x->collection, job) && may_branch) {
    taut_workers_submit(x->workers, job, GROUP_TAG | i_group);
    x->out->n_warm++;
  } else {
    for (size_t i = 0; i < group->n; i++) {
      if (group->is_done[i]) continue;
      group->is_done[i] = true;
      submit_case(x, group->items[i], run_of_group(x, i_group));
    }
  }
  free(job);
}

static void on_branch(void *user, const taut_job_end *end) {
  executor *x = user;
  taut_group *group = &x->groups[end->tag & ~GROUP_TAG];
  size_t i = taut_group_find(group, x->collection, end->i_under_way);
  if (i == group->n) return;
  group->is_done[i] = true;
  x->out->n_branched++;
  take_end(x, group->items[i], end);
}

/// A job of branches is over. What a branch did to it is that case's own; the others are tried
/// again. Where the warm run itself went wrong, each case runs alone and says so for itself.
static void end_group(executor *x, const taut_job_end *end) {
  size_t i_group = (size_t)(end->tag & ~GROUP_TAG);
  // Where no process can be had, none of the cases is to blame.
  bool is_starved = WIFEXITED(end->status) && WEXITSTATUS(end->status) == TAUT_WORKER_EXIT_FORK;
  bool has_culprit = end->outcome != TAUT_JOB_ANSWERED && end->i_under_way >= 0 && !is_starved;
  if (has_culprit) on_branch(x, end);
  if (end->answer != NULL && !json_is_true(json_object_get(end->answer, "is_filtered")))
    x->out->is_filtered = false;
  if (!x->is_over) submit_group(x, i_group, has_culprit);
}

static void on_end(void *user, const taut_job_end *end) {
  executor *x = user;
  if (end->outcome == TAUT_JOB_STOPPED) {
    if (end->job->trace[0] != '\0') unlink(end->job->trace);
    return;
  }
  if ((end->tag & GROUP_TAG) != 0) {
    end_group(x, end);
    return;
  }
  size_t i_item = (size_t)(end->tag / (uint64_t)x->options->repeats);
  const char *warm = x->collection->items[i_item].warm;
  x->out->n_unbranched += warm != NULL && warm[0] != '\0';
  take_end(x, i_item, end);
}

/// Makes a copy of each group for each run, so that what is left of one is its own.
static void make_groups(executor *x) {
  const size_t n_runs = (size_t)x->options->repeats;
  size_t n;
  if (!x->options->is_branching || x->out->is_not_snapshotable) return;
  x->groups = taut_memory_resize(NULL, sizeof *x->groups);
  for (size_t run = 0; run < n_runs; run++) {
    taut_group *groups = taut_groups_make(x->collection, &n);
    x->groups = taut_memory_resize(x->groups, (n * n_runs + 1) * sizeof *x->groups);
    for (size_t i = 0; i < n; i++) x->groups[i * n_runs + run] = groups[i];
    free(groups);
    x->n_groups = n * n_runs;
  }
}

static void submit_all(executor *x) {
  const size_t n = x->collection->n_items, n_runs = (size_t)x->options->repeats;
  bool *is_grouped = taut_memory_resize(NULL, n + 1);
  memset(is_grouped, 0, n + 1);
  for (size_t i = 0; i < x->n_groups; i += n_runs) {
    for (size_t k = 0; k < x->groups[i].n; k++) is_grouped[x->groups[i].items[k]] = true;
  }
  // A group goes where its first case would.
  size_t i_group = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t run = 0; run < n_runs && !is_grouped[i]; run++) submit_case(x, i, (int)run);
    bool is_first = i_group < x->n_groups && x->groups[i_group].items[0] == i;
    for (size_t run = 0; run < n_runs && is_first; run++) submit_group(x, i_group++, true);
  }
  free(is_grouped);
}

taut_status taut_execute(taut_zygote *zygote, const taut_collection *collection,
                         const taut_execution_options *options, const taut_execution_events *events,
                         taut_execution *out) {
  *out = (taut_execution){.is_filtered = true};
  size_t n = collection->n_items;
  executor x = {.collection = collection, .options = options, .events = events, .out = out};
  x.cases = taut_memory_resize(NULL, (n + 1) * sizeof *x.cases);
  memset(x.cases, 0, (n + 1) * sizeof *x.cases);
  const taut_workers_events worker_events = {
      .on_end = on_end, .on_branch = on_branch, .on_tick = on_tick, .user = &x};
  out->is_not_snapshotable =
      options->is_branching && taut_links_needed(zygote->config->scenario.with);
  make_groups(&x);
  taut_status status = taut_workers_create(zygote, &worker_events, &x.workers);
  if (status == TAUT_OK) {
    submit_all(&x);
    status = taut_workers_run(x.workers);
    out->is_interrupted = taut_workers_is_interrupted(x.workers);
    hand_out(&x, true);
  }
  taut_workers_destroy(x.workers);
  taut_groups_free(x.groups, x.n_groups);
  out->records = taut_memory_resize(NULL, (n + 1) * sizeof *out->records);
  for (size_t i = 0; i < n; i++) {
    if (x.cases[i].is_done) {
      out->records[out->n_records++] = x.cases[i].record;
    } else if (x.cases[i].has_record) {
      taut_record_fini(&x.cases[i].record);
    }
  }
  free(x.cases);
  return status;
}

void taut_execution_fini(taut_execution *execution) {
  for (size_t i = 0; i < execution->n_records; i++) taut_record_fini(&execution->records[i]);
  free(execution->records);
  *execution = (taut_execution){0};
}
