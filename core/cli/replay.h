/// --replay: a run with links once more, with the journal of it in place of the peers.
#ifndef TAUT_CLI_REPLAY_H
#define TAUT_CLI_REPLAY_H

#include "cli/cli.h"
#include "report/explain.h"
#include "report/record.h"
#include "trace/journal_reader.h"

/// What a journal says of its run. Texts are borrowed from the reader.
typedef struct taut_replay {
  const char *path;  ///< of the journal; NULL for no replay
  int fd;
  taut_journal_reader *reader;
  taut_journal_survey survey;
  const char *file, *name;  ///< of the scenario, of the case
  uint64_t seed;
} taut_replay;

/// Opens a journal and looks through all of it. One that was not finished gets a warning, one that
/// is damaged is refused. Returns TAUT_EXIT_OK, or the status to end with after it printed why.
/// `path` is borrowed. [main]
int taut_replay_open(const taut_verb *verb, const char *path, taut_replay *out);
/// Accepts one that was not opened.
void taut_replay_fini(taut_replay *replay);

/// What filled the roles: NULL-terminated, the array owned by the caller, the texts borrowed.
const char **taut_replay_with(const taut_replay *replay);

/// Compares a record with the recorded run and sets `record->replay`. Other rows than recorded are
/// an error, whatever the verdict was; requirements that are judged otherwise are named. [main]
void taut_replay_judge(const taut_replay *replay, taut_record *record);

/// Prints how the replay compares with what was recorded. [main]
void taut_replay_print(const taut_replay *replay, const taut_record *records, size_t n,
                       const taut_palette *palette);

#endif
