/// The record of one finished case: what results.json, junit.xml and the terminal show.
#ifndef TAUT_REPORT_RECORD_H
#define TAUT_REPORT_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/scenario.h"
#include "taut/status.h"

typedef struct taut_record {
  char *file;    ///< as shown, relative to the working folder when below it (owned)
  char *name;    ///< of the case; "(load)" when the file itself could not be read (owned)
  char *rig;     ///< as the scenario names it; may be NULL (owned)
  char *hazard;  ///< id of the hazard whose campaign it belongs to; may be NULL (owned)
  int line;      ///< of the scenario; 0 when unknown
  taut_verdict verdict;
  char *reason;  ///< one line; "" for pass (owned)
  uint64_t seed;
  int64_t sim_ns;      ///< simulated time reached [ns]
  int64_t skipped_ns;  ///< of it, the time that was skipped [ns]
  bool has_hashes;     ///< the case came to its end, so the hashes below mean something
  uint8_t trace_hash[16];
  uint8_t state_hash[16];
  uint8_t plan_hash[16];
  size_t n_checks;
  taut_check_result *checks;  ///< strings borrowed from `answer`
  json_t *covers;             ///< array of requirement ids that the case names; may be NULL (owned)
  const char **signals;       ///< of all checks, strings borrowed from `answer`
  size_t n_logs;
  const char **logs;     ///< strings borrowed from `answer`
  const json_t *notes;   ///< array of what the script noted, borrowed from `answer`; may be NULL
  char *output;          ///< what the case printed, cleaned and bounded; may be NULL (owned)
  size_t n_output_lost;  ///< bytes beyond the bound
  char *trace;           ///< path of the trace file; may be NULL (owned)
  int repeats;           ///< how often the case ran; 1 without --repeat
  bool is_fast;          ///< it ran with --fidelity fast
  bool is_live;          ///< it depended on the wall clock: there is no hash of its rows
  bool is_load_error;    ///< the file did not compile: exit status 4
  json_t *inputs;        ///< array of the files it read, for --watch; may be NULL (owned)
  char *run_trace;       ///< environment: trace that was kept in the run's folder (owned)
  char *journal;         ///< environment: what came from outside, of a run with links (owned)
  json_t *replay;        ///< the run it repeats, by cli/replay.h; NULL when it was executed (owned)
  json_t *pacing;        ///< environment: of --realtime, by report/pacing.h; may be NULL (owned)
  char *baseline;        ///< golden folder, where its check did not pass; may be NULL (owned)
  json_t *against;       ///< what --against found, for results.json; may be NULL (owned)
  double wall_s;         ///< environment, not evidence [s]
  long pid;              ///< environment, not evidence
  json_t *plots, *reps;  ///< checked by report/plots.h; may be NULL (owned)
  json_t *answer;        ///< the worker's answer, owner of the borrowed strings; may be NULL
} taut_record;

void taut_record_fini(taut_record *record);
/// Releases what the script noted once it is written. [main]
void taut_record_drop_notes(taut_record *record);

/// The answer of a worker as JSON: verdict, reason, seed, sim_ns, hashes, checks, notes, logs. Text
/// that is not UTF-8 is cleaned. New reference. [any]
json_t *taut_record_encode(const taut_case_result *result);

/// Fills `record` from such an answer, which it keeps (own reference). Every field is checked,
/// since the answer comes from a process that ran foreign code: EINVAL and `record` untouched when
/// one is missing or out of range. [main]
taut_status taut_record_decode(json_t *answer, taut_record *record);

/// A record from its JSON as below; without plots and repetitions. What taut_record_decode would
/// refuse is EINVAL, and `record`, which must be all zero, then holds nothing. [main]
taut_status taut_record_read(const json_t *item, taut_record *record);

/// Appends a check that the main process made; its texts are copied. [main]
void taut_record_add_check(taut_record *record, const taut_check_result *check);

/// The record as it stands in results.json (see README.md). Wall time
/// and pid sit under "environment". New reference. [main]
json_t *taut_record_json(const taut_record *record);

/// The same with the notes, plots and repetitions, for cases/<n>-<slug>.json. New reference. [main]
json_t *taut_record_case_json(const taut_record *record);

/// A verdict from its name; EINVAL for another word. [any]
taut_status taut_verdict_parse(const char *name, taut_verdict *out);

/// The check that decided the verdict: the first error, else the first fail, else the first
/// inconclusive; NULL when all passed or there is none. [any]
const taut_check_result *taut_record_culprit(const taut_record *record);

/// 16 bytes as 32 hexadecimal digits. [any]
void taut_record_hex(const uint8_t hash[16], char text[33]);

/// A JSON string of any bytes, cleaned; NULL becomes "". New reference. [any]
json_t *taut_record_string(const char *text);
/// A member of an object; 0 and "" when there is none such. The text is the object's. [any]
double taut_record_number(const json_t *object, const char *key);
const char *taut_record_text(const json_t *object, const char *key);

#endif
