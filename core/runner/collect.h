/// The cases of a set of files, listed by workers, and the choice among them.
#ifndef TAUT_RUNNER_COLLECT_H
#define TAUT_RUNNER_COLLECT_H

#include "report/record.h"
#include "runner/discover.h"
#include "runner/select.h"
#include "runner/zygote.h"

/// A case that may run. Owns its strings through `listed`.
typedef struct taut_item {
  const char *file;  ///< borrowed from the files
  const char *name;
  int line;
  int line_next;    ///< line of the next scenario of the file, INT_MAX for the last
  uint32_t i_case;  ///< index within the file
  uint64_t i_seed;  ///< added to the seed of the run: another person in the same case
  const char *rig;
  const json_t *tags;    ///< array of strings
  const json_t *covers;  ///< array of strings
  const json_t *rows;    ///< array of strings: rows of the guides
  const json_t *twins;   ///< array of {name, overlay}: its broken twins
  const char *roles;  ///< models of its rig, when it has rows or twins: "session=session_program"
  const char *twin;   ///< run it as this twin, taut_scenario_options.twin; NULL: as it is
  const json_t *demand;      ///< array of strings: requirements that each run demands once
  const char *distribution;  ///< what the demand's instant, person and load are drawn from; or ""
  const char *hazard;        ///< id of the hazard whose campaign it belongs to; "" without
  const json_t *not_applicable;  ///< array of strings: what the campaign leaves out, and why
  const char *warm;   ///< cases of a file that share it are one run until the strike; "" without
  const char *trace;  ///< name of its trace without ending, see runner/trace_name.h
} taut_item;

typedef struct taut_collection {
  taut_item *items;  ///< sorted by file, line, index
  size_t n_items;
  taut_record *errors;  ///< one per file that could not be listed
  size_t n_errors;
  json_t *listed;        ///< owner of the items' strings
  json_t *requirements;  ///< of all registers, each entry once (report/entries.h)
  json_t *hazards;
  json_t *inputs;    ///< object: file to the array of files that were read to list it (owned)
  bool is_filtered;  ///< every worker had its system-call filter
  bool is_interrupted;
} taut_collection;

/// Lists every file in a worker each. Files that do not compile or end their worker become records
/// in `errors`. EIO when the zygote is gone, ENOMEM. `files` is borrowed. [main]
taut_status taut_collect(taut_zygote *zygote, const taut_files *files, taut_collection *out);
void taut_collection_fini(taut_collection *collection);

/// What a case must be to run; NULL or 0 for "any".
typedef struct taut_choice {
  const taut_files *files;
  const taut_selection *keyword;  ///< words within name or file
  const taut_selection *tags;     ///< whole tags
  uint32_t shard, n_shards;
  const json_t *failed;  ///< array of {file, name}: only these
  const char *name;      ///< of the only case
} taut_choice;

/// Drops the items that are not chosen; keeps the order. [main]
void taut_collection_choose(taut_collection *collection, const taut_choice *choice);

/// A record for a file or case that no worker could answer for. [main]
taut_record taut_record_error(const char *file, const char *name, int line, const char *reason);

/// Copies the worker's log lines and printed output into a record without checks. [main]
void taut_record_keep_logs(taut_record *record, json_t *answer, const char *output, size_t n_output,
                           size_t n_lost);

#endif
