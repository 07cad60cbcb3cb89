/// `taut run`: runs cases, reports verdicts, leaves results.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/watch.h"
#include "hil/links.h"
#include "report/file.h"
#include "runner/watcher.h"

static const taut_option options[] = {
    TAUT_PREPARE_OPTIONS,
    {"exitfirst", 'x', NULL, "stop after the first case that does not pass"},
    {"fidelity", '\0', "full|fast", "fast: motor and cable in means of a step (default: full)"},
    {"seed", '\0', "N", "seed of every random number (default: 1)"},
    {"repeat", '\0', "N", "run each case N times; any difference between them fails it"},
    {"branch", '\0', NULL, "cases that differ only from their strike on share the run up to it"},
    {"trace", '\0', "DIR|off", "write each case as DIR/<case>.mcap (default: off)"},
    {"junit", '\0', "FILE", "also write JUnit XML there"},
    {"json", '\0', "FILE", "also write results.json there"},
    {"html", '\0', "FILE", "also write report.html there"},
    {"baseline", '\0', "DIR", "compare each trace with the golden one in DIR"},
    {"update-baseline", '\0', "REASON", "make or replace golden traces of cases that pass"},
    {"against", '\0', "[ROLE=]TARGET", "run each case with TARGET as well: what did it change?"},
    {"watch", '\0', NULL, "run again what a changed file touches, until Ctrl-C"},
    {"live", '\0', NULL, "--realtime, with peers that run by themselves: taut serve ROLE --live"},
    {"replay", '\0', "JOURNAL", "repeat a run with links from its journal, without any peer"},
    {"realtime", '\0', "[=X]", "the wall clock paces the run, at X times its speed (default: 1)"},
    {"deadline-misses-max", '\0', "N", "with --realtime: more missed deadlines fail a case"},
    {"allow-inconclusive", '\0', NULL, "an inconclusive case does not make the run fail"},
    {"list", '\0', NULL, "only list the chosen cases"},
    {"no-color", '\0', NULL, "no colour (also: NO_COLOR=1)"},
    {"quiet", 'q', NULL, "print only what did not pass, and the summary"},
    {NULL, '\0', NULL, NULL},
};

// -------------------------------------------------------------------------------------- baseline

static int open_baseline(const taut_verb *verb, taut_command *c) {
  char error[1024];
  const char *folder = taut_arguments_value(c->arguments, "baseline");
  const char *reason = taut_arguments_value(c->arguments, "update-baseline");
  if (folder == NULL && reason == NULL) return TAUT_EXIT_OK;
  if (taut_arguments_has(c->arguments, "against")) {
    return taut_usage(verb,
                      "--against and --baseline are two comparisons: run one, then the other");
  }
  if (reason != NULL && taut_arguments_has(c->arguments, "watch")) {
    return taut_usage(verb, "--update-baseline is for a run that somebody looked at, not --watch");
  }
  if (folder == NULL) {
    return taut_usage(verb, "--update-baseline needs --baseline DIR, the folder of golden traces");
  }
  if (taut_baseline_open(folder, reason, &c->baseline, error, sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  return TAUT_EXIT_OK;
}

/// Where the traces go that golden ones are compared with: into the run's folder, unless the user
/// wants them elsewhere. Messages speak of runs/latest, which is the same for every run.
static bool make_trace_folder(taut_command *c) {
  c->baseline.with = c->p.with_given;
  if (c->baseline.folder == NULL || c->keeps_traces) return true;
  free(c->trace_folder);
  free(c->traces_shown);
  c->trace_folder = taut_text_format("%s/traces", c->folder);
  c->traces_shown = taut_text_format("%s/latest/traces", c->out_folder);
  c->baseline.shown = c->traces_shown;
  c->execute.trace_folder = c->trace_folder;
  return mkdir(c->trace_folder, 0777) == 0;
}

/// Where the journals of links go.
static bool make_journal_folder(taut_command *c) {
  if (c->p.replay.path != NULL) return true;
  if (!taut_links_wanted(c->p.config.scenario.with) &&
      !taut_links_wanted(c->p.against_config.scenario.with))
    return true;
  c->journal_folder = taut_text_format("%s/journal", c->folder);
  c->execute.journal_folder = c->journal_folder;
  return mkdir(c->journal_folder, 0777) == 0;
}

static void judge_case(void *user, size_t i_item, taut_record *record) {
  taut_command *c = user;
  if (c->p.replay.path != NULL) taut_replay_judge(&c->p.replay, record);
  if (c->baseline.folder == NULL) return;
  bool is_other =
      taut_baseline_judge(&c->baseline, c->p.collection.items[i_item].trace, record->trace, record);
  if (c->keeps_traces || record->trace == NULL) return;
  // What a case that broke off left behind stays as well.
  if (!is_other && record->verdict != TAUT_ERROR) {
    unlink(record->trace);
    free(record->trace);
  } else {
    record->run_trace = record->trace;
  }
  record->trace = NULL;
}

// ------------------------------------------------------------------------------------------- run

/// A branch is a copy of a process: what is written beside it or paced by the wall clock is not.
static int check_branch(const taut_verb *verb, const taut_arguments *a) {
  static const char *const others[] = {"baseline", "live", "realtime", "replay"};
  if (!taut_arguments_has(a, "branch")) return TAUT_EXIT_OK;
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    if (taut_arguments_has(a, others[i]))
      return taut_usage(verb, "--branch and --%s do not go together: run without --branch",
                        others[i]);
  }
  const char *trace = taut_arguments_value(a, "trace");
  if (trace != NULL && strcmp(trace, "off") != 0)
    return taut_usage(verb,
                      "--branch writes no traces: run the case whose trace is wanted alone, by its "
                      "name and without --branch");
  return TAUT_EXIT_OK;
}

static int read_options(const taut_verb *verb, taut_command *c) {
  char error[512];
  int64_t seed = 1, repeats = 1, misses_max = -1;
  const taut_arguments *a = c->arguments;
  if (taut_arguments_integer(a, "seed", 0, INT64_MAX, &seed, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "repeat", 1, 10000, &repeats, error, sizeof error) != TAUT_OK ||
      taut_arguments_integer(a, "deadline-misses-max", 0, INT64_MAX, &misses_max, error,
                             sizeof error) != TAUT_OK) {
    return taut_usage(verb, "%s", error);
  }
  if (taut_command_check_files(verb, a) != TAUT_EXIT_OK) return TAUT_EXIT_USAGE;
  const char *out = taut_arguments_value(a, "out"), *trace = taut_arguments_value(a, "trace");
  c->out_folder = out != NULL ? out : "runs";
  c->allow_inconclusive = taut_arguments_has(a, "allow-inconclusive");
  if (trace != NULL && strcmp(trace, "off") != 0) {
    if (taut_file_make_folder(trace) != TAUT_OK) {
      return taut_usage(verb, "--trace %s: %s", trace, strerror(errno));
    }
    c->trace_folder = taut_text_copy(trace);
    c->keeps_traces = true;
  }
  if (check_branch(verb, a) != TAUT_EXIT_OK) return TAUT_EXIT_USAGE;
  c->execute = (taut_execution_options){.seed = (uint64_t)seed,
                                        .repeats = (int)repeats,
                                        .misses_max = misses_max,
                                        .is_live = taut_arguments_has(a, "live"),
                                        .stop_at_first = taut_arguments_has(a, "exitfirst"),
                                        .is_branching = taut_arguments_has(a, "branch"),
                                        .trace_folder = c->trace_folder};
  return open_baseline(verb, c);
}

static int own_fault(taut_command *c) {
  taut_terminal_clear(&c->terminal);
  fprintf(stderr, "taut: the worker service ended unexpectedly; finished cases are in %s\n",
          c->folder);
  return TAUT_EXIT_OWN_FAULT;
}

/// The other side of --against. The run as it was asked for is the new one: it alone gives verdicts
/// and exit status.
static bool run_against(taut_command *c) {
  if (c->p.against_given == NULL || c->execution.is_interrupted) return true;
  if (taut_against_run(&c->p, &c->execute, &c->terminal, &c->against) != TAUT_OK) return false;
  c->execution.is_interrupted = c->against.old.is_interrupted;
  taut_against_judge(&c->against, c->execution.records, c->execution.n_records);
  return true;
}

static int execute_cases(taut_command *c) {
  const taut_collection *collection = &c->p.collection;
  bool no_color = taut_arguments_has(c->arguments, "no-color");
  taut_terminal_init(&c->terminal, collection->n_items + collection->n_errors,
                     taut_arguments_has(c->arguments, "quiet"), no_color);
  if (!taut_command_make_folder(c) || !make_trace_folder(c) || !make_journal_folder(c)) {
    fprintf(stderr, "taut: no run folder can be made in %s: %s\n", c->out_folder, strerror(errno));
    return TAUT_EXIT_OWN_FAULT;
  }
  taut_command_open_history(c);
  for (size_t i = 0; i < collection->n_errors; i++) {
    collection->errors[i].seed = c->execute.seed;
    c->terminal.n_done++;
    c->terminal.n_bad++;
    taut_terminal_case(&c->terminal, &collection->errors[i]);
  }
  const taut_execution_events events = {judge_case, taut_command_save_case, taut_command_print_case,
                                        taut_command_print_progress, c};
  bool is_over = c->execute.stop_at_first && collection->n_errors > 0;
  if (is_over) c->p.collection.n_items = 0;
  c->execute.is_fast = c->p.config.scenario.fidelity == TAUT_FIDELITY_FAST;
  if (taut_execute(&c->p.zygote, collection, &c->execute, &events, &c->execution) != TAUT_OK) {
    return own_fault(c);
  }
  if (!run_against(c)) return own_fault(c);
  return taut_command_finish(c);
}

/// What belongs to one run; a watched command makes many.
static void forget_run(taut_command *c) {
  taut_execution_fini(&c->execution);
  taut_against_fini(&c->against);
  free(c->records);
  free(c->folder);
  if (c->journal_folder != NULL) rmdir(c->journal_folder);  // stays where it holds a journal
  free(c->journal_folder);
  c->journal_folder = NULL;
  c->execute.journal_folder = NULL;
  c->records = NULL;
  c->folder = NULL;
  c->n_records = 0;
  taut_baseline_restart(&c->baseline);
  taut_history_close(c->history);
  c->history = NULL;
}

/// Runs, and runs again what a change touches. Only a signal ends it, so the status is 2.
static int watch_cases(const taut_verb *verb, taut_command *c, int64_t since_ns) {
  taut_watch *watch = taut_watch_open(&c->p, since_ns);
  if (watch == NULL) return TAUT_EXIT_OWN_FAULT;
  int status = TAUT_EXIT_OK;
  while (status == TAUT_EXIT_OK) {
    status = execute_cases(c);
    taut_watch_note(watch, &c->p, c->records, c->n_records);
    forget_run(c);
    if (status == TAUT_EXIT_INTERRUPTED || status == TAUT_EXIT_OWN_FAULT) break;
    status = taut_watch_next(watch, verb, c->arguments, &c->p, c->terminal.out);
    clock_gettime(CLOCK_MONOTONIC, &c->start);
  }
  taut_watch_close(watch);
  return status;
}

static int run_run(const taut_verb *verb, const taut_arguments *arguments) {
  taut_command c = {.arguments = arguments};
  int64_t since_ns = taut_watcher_now();
  clock_gettime(CLOCK_MONOTONIC, &c.start);
  int status = read_options(verb, &c);
  if (status == TAUT_EXIT_OK) {
    status = taut_prepare(verb, arguments, &c.p);
    c.execute.replay = c.p.replay.path;
    if (c.p.replay.path != NULL) c.execute.seed = c.p.replay.seed;
    size_t n_items = c.p.collection.n_items, n_errors = c.p.collection.n_errors;
    if (status == TAUT_EXIT_OK && taut_arguments_has(arguments, "list")) {
      taut_print_cases(&c.p, false);
      status = n_errors > 0 ? TAUT_EXIT_USAGE : n_items > 0 ? TAUT_EXIT_OK : TAUT_EXIT_NOTHING_RAN;
    } else if (status == TAUT_EXIT_OK && n_items + n_errors == 0) {
      fprintf(stderr, "taut run: %s: nothing ran\n", c.p.why_empty);
      status = TAUT_EXIT_NOTHING_RAN;
    } else if (status == TAUT_EXIT_OK) {
      bool is_watching = taut_arguments_has(arguments, "watch");
      status = is_watching ? watch_cases(verb, &c, since_ns) : execute_cases(&c);
    }
    taut_preparation_fini(&c.p);
  }
  forget_run(&c);
  free(c.trace_folder);
  free(c.traces_shown);
  taut_baseline_fini(&c.baseline);
  return status;
}

const taut_verb taut_verb_run = {
    .name = "run",
    .summary = "run scenarios and judge them",
    .usage = "taut run [PATH|FILE:CASE|FILE:LINE]... [options]",
    .examples =
        "  taut run                                       every scenario below ./scenarios\n"
        "  taut run scenarios/safety -k 'leak or cone'    some of them\n"
        "  taut run scenarios/safety/leak.lua:43          the case at line 43\n"
        "  taut run --with controller=my_law.so           your controller instead of the "
        "reference\n"
        "  taut run --repeat 3 -j 8                       prove that nothing depends on chance\n"
        "  taut run --last-failed --trace traces          look closer at what did not pass\n"
        "  taut run --baseline golden --update-baseline 'first golden traces'\n"
        "  taut run --baseline golden                     where does it leave the golden traces?\n"
        "  taut run --realtime --deadline-misses-max 0    on the wall clock, and never late\n"
        "  taut run --live --with left.motor=ipc:///tmp/m a device that runs by itself\n"
        "  taut run --replay runs/latest/journal/a.mcap   that run again, without the device\n"
        "  taut run --watch --with controller=my_law.so   again and again while you work\n"
        "  taut run scenarios/faults --branch             a fault campaign from few warm runs\n"
        "  taut run --against yesterday.so                what changed since then, by "
        "requirement\n",
    .notes =
        "scenarios/... that is not here is the one that came with Taut.\n"
        "Results are in runs/<id>/ (report.html to read, results.json, junit.xml, cases/);\n"
        "runs/latest points at the newest.\n"
        "Exit status: 0 all passed, 1 some did not, 2 interrupted, 3 Taut itself failed,\n"
        "4 usage or a scenario file that cannot be loaded, 5 nothing ran.\n",
    .options = options,
    .run = run_run,
};
