/// The tape of a run's links: its journal in a file, written while peers answer, or read in their
/// place.
#ifndef TAUT_RUNNER_TAPE_H
#define TAUT_RUNNER_TAPE_H

#include "hil/tape.h"
#include "trace/journal_reader.h"

/// Zero-initialise, then record or play; its address must not change after that.
typedef struct taut_run_tape {
  taut_tape tape;               ///< for the links
  taut_journal_writer *writer;  ///< NULL when it is played
  taut_journal_reader *reader;  ///< NULL when it is recorded
  bool is_live;                 ///< of the run that is, or was, recorded
  int64_t start_ns;             ///< wall time of a recorded run's start
  int fd;
} taut_run_tape;

/// Begins a journal in the open file `fd`. `file` is the scenario's, `with` what fills its roles.
/// ENOMEM. [main]
taut_status taut_run_tape_record(taut_run_tape *tape, int fd, const char *file,
                                 const char *const *with, bool is_live);

/// Reads the journal in the open file `fd`. EINVAL, EIO, ENOMEM with a sentence in `error`. [main]
taut_status taut_run_tape_play(taut_run_tape *tape, int fd, char *error, size_t size);

/// Accepts one that was not begun. [main]
void taut_run_tape_close(taut_run_tape *tape);

#endif
