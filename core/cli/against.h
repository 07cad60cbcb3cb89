/// `taut run --against OTHER`: the same cases with another plugin, and what that changes.
#ifndef TAUT_CLI_AGAINST_H
#define TAUT_CLI_AGAINST_H

#include "cli/prepare.h"
#include "report/terminal.h"
#include "runner/execute.h"

/// One requirement of one case on both sides. Texts are borrowed from the records.
typedef struct taut_against_row {
  const char *name;  ///< of the case
  const char *id, *text;
  bool is_case;           ///< the verdict of the case itself
  bool has_old, has_new;  ///< the side judged it
  taut_verdict old_verdict, new_verdict;
  bool has_change;  ///< both have a margin, in the same unit
  double old_margin, new_margin;
  const char *unit;
  size_t i_row;  ///< place in the order of the cases
} taut_against_row;

/// Both sides of a run. "new" is the run as it was asked for, "old" the one with OTHER.
typedef struct taut_against {
  const char *const *given;  ///< as typed, "controller=" put before a bare path; NULL-terminated
  taut_execution old;
  taut_against_row *rows;  ///< worst change first (owned)
  size_t n_rows, n_cases, n_same_trace;
} taut_against;

/// The targets of --against as ROLE=TARGET, a NULL-terminated list that the caller frees with
/// taut_cli_with_free. [main]
char **taut_against_targets(const taut_arguments *arguments);

/// --with of the old side: `with` but for the roles that `other` fills, then `other`; both are
/// resolved. The caller frees it with taut_cli_with_free. [main]
char **taut_against_with(char *const *with, char *const *other);

/// Runs every item of the collection with the old side. EIO when its zygote is gone. [main]
taut_status taut_against_run(taut_preparation *p, const taut_execution_options *options,
                             taut_terminal *terminal, taut_against *out);

/// Compares: fills the rows and gives each record its "against". [main]
void taut_against_judge(taut_against *against, taut_record *records, size_t n_records);

/// What changed, worst first, and a line that sums it up, on stdout. [main]
void taut_against_print(const taut_against *against, const taut_palette *palette);
void taut_against_fini(taut_against *against);

#endif
