/// Runs chosen cases and hands out their records in the order of the report.
#ifndef TAUT_RUNNER_EXECUTE_H
#define TAUT_RUNNER_EXECUTE_H

#include "runner/collect.h"

typedef struct taut_execution_options {
  uint64_t seed;
  int repeats;         ///< at least 1
  int64_t misses_max;  ///< more deadline misses fail a paced case; -1: any number will do
  bool is_fast;        ///< --fidelity fast, for the record
  bool is_live;        ///< a peer runs by itself: no hash of the rows says anything
  bool stop_at_first;  ///< start no further case after one that is not a pass
  /// Cases that differ only from their strike on are branches of one warm run. They leave no
  /// traces, and cases with links run one by one all the same.
  bool is_branching;
  const char *trace_folder;    ///< NULL for none; must exist
  const char *journal_folder;  ///< for the journals of links; NULL for none; must exist
  const char *replay;          ///< journal to play in place of the peers; NULL for none
} taut_execution_options;

typedef struct taut_execution_events {
  /// A case is finished and may still be judged by what only the main process knows. May be NULL.
  void (*on_judge)(void *user, size_t i_item, taut_record *record);
  /// A case is finished: the moment to save it. Called as cases finish, in any order.
  void (*on_record)(void *user, size_t i_item, const taut_record *record);
  /// The same record once every case before it was handed out: the moment to print it.
  void (*on_ordered)(void *user, const taut_record *record);
  /// About four times a second, with the name of a case under way.
  void (*on_tick)(void *user, const char *running);
  void *user;
} taut_execution_events;

typedef struct taut_execution {
  taut_record *records;  ///< finished cases in order of the items (owned)
  size_t n_records;
  bool is_interrupted;
  bool is_filtered;   ///< every worker that answered ran behind both filters
  size_t n_warm;      ///< warm runs that were started
  size_t n_branched;  ///< results that came from their branches
  /// --branch was asked for, but a role is behind a link: a process that is forked shares it.
  bool is_not_snapshotable;
  size_t n_unbranched;  ///< results of cases that have a strike and ran from their beginning
} taut_execution;

/// Runs every item of the collection `repeats` times. With repeats the record is the first run's;
/// when another run differs in verdict or trace hash the case fails, whatever it was. EIO when the
/// zygote is gone. [main]
taut_status taut_execute(taut_zygote *zygote, const taut_collection *collection,
                         const taut_execution_options *options, const taut_execution_events *events,
                         taut_execution *out);
void taut_execution_fini(taut_execution *execution);

#endif
