/// `taut run --watch`: which cases a change touches, by what each of them really read.
#ifndef TAUT_CLI_WATCH_H
#define TAUT_CLI_WATCH_H

#include "cli/prepare.h"
#include "report/explain.h"

typedef struct taut_watch taut_watch;

/// Begins before the first run, so that no signal is lost; `since_ns` is when the command began
/// (taut_watcher_now). NULL after it printed why. [main]
taut_watch *taut_watch_open(const taut_preparation *p, int64_t since_ns);
void taut_watch_close(taut_watch *watch);

/// Learns what the cases of a run have read. [main]
void taut_watch_note(taut_watch *watch, const taut_preparation *p, const taut_record *records,
                     size_t n_records);

/// Waits until a file changes that some case reads, says so on stdout, and leaves in `p` exactly
/// the cases that it touches. TAUT_EXIT_OK when they are to run, TAUT_EXIT_INTERRUPTED at a signal,
/// TAUT_EXIT_OWN_FAULT. [main]
int taut_watch_next(taut_watch *watch, const taut_verb *verb, const taut_arguments *arguments,
                    taut_preparation *p, const taut_palette *palette);

#endif
