/// One run of `taut run` or `taut protocol`, and what is left of it: files of cases, history,
/// results and page.
#ifndef TAUT_CLI_COMMAND_H
#define TAUT_CLI_COMMAND_H

#include <time.h>

#include "cli/against.h"
#include "cli/baseline.h"
#include "cli/prepare.h"
#include "report/history.h"
#include "report/terminal.h"
#include "runner/execute.h"

/// One run of the command.
typedef struct taut_command {
  const taut_arguments *arguments;
  taut_preparation p;
  taut_terminal terminal;
  taut_execution execution;
  taut_execution_options execute;
  const char *out_folder;
  char *folder;        ///< runs/<id>
  const char *run_id;  ///< within `folder`
  char *trace_folder;
  char *journal_folder;  ///< runs/<id>/journal, where a role is linked; else NULL
  taut_against against;
  bool keeps_traces;  ///< --trace was given: else traces stay only where they differ
  taut_baseline baseline;
  char *traces_shown;    ///< where messages say that new traces are
  taut_record *records;  ///< load errors and cases in order; shallow copies
  size_t n_records;
  taut_history *history;  ///< NULL once something is wrong with it
  taut_history_run history_run;
  char controller_digest[17];
  bool allow_inconclusive;
  bool has_failed_to_write;
  struct timespec start;
} taut_command;

/// Whether --junit, --json and --html can be written: better refused before a run than lost after
/// it. TAUT_EXIT_OK, or TAUT_EXIT_USAGE with the reason told. [main]
int taut_command_check_files(const taut_verb *verb, const taut_arguments *arguments);
/// Makes runs/<UTC time>-<counter>/cases; the counter makes the name unique within a second. [main]
bool taut_command_make_folder(taut_command *command);

/// Opens the history beside the run's folder. Without one the run goes on; a warning says why.
/// [main]
void taut_command_open_history(taut_command *command);

/// Writes the file of a case and its entry of the history; `user` is the command. A failed write is
/// told and remembered. [main]
void taut_command_save_case(void *user, size_t i_item, const taut_record *record);

/// Prints a finished case, and the line of progress; `user` is the command. [main]
void taut_command_print_case(void *user, const taut_record *record);
void taut_command_print_progress(void *user, const char *running);

/// Writes results, JUnit file and page, prints the summary. Returns the exit status. [main]
int taut_command_finish(taut_command *command);

#endif
