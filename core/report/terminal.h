/// What a person sees during and after a run.
#ifndef TAUT_REPORT_TERMINAL_H
#define TAUT_REPORT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "report/explain.h"
#include "report/results.h"

/// The live display. Results go to stdout, the progress line to stderr.
typedef struct taut_terminal {
  bool is_quiet;   ///< only what is not a pass, and the summary
  bool is_live;    ///< stderr is a terminal that can rewrite its last line
  size_t n_total;  ///< cases to run
  size_t n_done;
  size_t n_bad;       ///< of those, not a pass
  bool is_line_open;  ///< the progress line stands on the screen
  const taut_palette *out, *err;
} taut_terminal;

/// Colour needs a terminal and neither NO_COLOR, TERM=dumb nor `no_color`; CI=... switches the live
/// line off. [main]
void taut_terminal_init(taut_terminal *terminal, size_t n_total, bool is_quiet, bool no_color);

/// One finished case: its line on stdout. Call in the order of the report. [main]
void taut_terminal_case(taut_terminal *terminal, const taut_record *record);

/// Rewrites the progress line; `running` names one of the cases under way. [main]
void taut_terminal_progress(taut_terminal *terminal, const char *running);

/// Wipes the progress line before anything else is printed. [main]
void taut_terminal_clear(taut_terminal *terminal);

/// Failure blocks in order, then the summary with the folder of the results (may be NULL). [main]
void taut_terminal_summary(taut_terminal *terminal, const taut_results *results,
                           const char *folder);

/// Whether text on this stream may have colour. [main]
bool taut_terminal_use_color(int fd, bool no_color);

#endif
