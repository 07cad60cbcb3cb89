/// `taut certify`: one certification while it is made.
#ifndef TAUT_CLI_CERTIFY_H
#define TAUT_CLI_CERTIFY_H

#include <time.h>

#include "cli/certify_inputs.h"
#include "cli/prepare.h"
#include "report/bundle_check.h"
#include "report/claims.h"
#include "report/terminal.h"
#include "report/trust.h"
#include "runner/execute.h"
#include "runner/ledger.h"

/// A group of runs that are counted alike.
typedef struct taut_campaign {
  const char *name;  ///< "suite": results/suite.json
  taut_item *items;  ///< borrowed strings, owned array
  size_t n_items;
  bool is_brief;     ///< thousands of runs: only what tells them apart is kept
  json_t **runs;     ///< (n_items) as of taut_evidence_run; NULL until finished (owned)
  taut_tally tally;  ///< of the runs so far
  size_t *pending;   ///< (n_items) places of the runs that are executed, not recalled (owned)
} taut_campaign;

enum { TAUT_CAMPAIGNS_MAX = 8 };

typedef struct taut_certify {
  const taut_verb *verb;
  const taut_arguments *arguments;
  const char *out;  ///< the bundle
  char *work;       ///< folder beside it, as long as it is being made (owned)
  bool is_full;     ///< --profile
  uint64_t seed;
  char **suite;  ///< the words of the suite and its folders, NULL-terminated (owned)
  taut_wish wish;
  taut_preparation p;
  taut_terminal terminal;
  taut_secret_key key;
  bool is_key_made;
  char *comment;  ///< to be signed (owned)
  taut_inputs inputs;
  taut_campaign campaigns[TAUT_CAMPAIGNS_MAX];
  size_t n_campaigns;
  taut_campaign *running;  ///< the one under way
  struct timespec campaign_start;
  size_t n_recalled;      ///< runs of it that were finished before
  taut_ledger *ledger;    ///< what is finished, also by a process that was killed
  bool has_lost;          ///< a result could not be kept; told
  uint64_t n_demands;     ///< runs of each demand
  taut_claims *claims;    ///< NULL without demands
  json_t *selftest;       ///< record of the judge on trial; NULL with --alone (owned)
  json_t *traces;         ///< what of traces is kept, and why; NULL for none (owned)
  json_t *mutation;       ///< of the mutation campaign; NULL when it was not run (owned)
  char *why_no_mutation;  ///< (owned)
  const char *since;      ///< folder of an earlier bundle; NULL for none
  taut_bundle_check since_check;
  json_t *approvals;  ///< of --approvals; empty without (owned)
  struct timespec start;
} taut_certify;

/// The folders that a suite brings: its own and, beside it, those of faults, demands and corners.
/// NULL-terminated, the caller's. [main]
char **taut_certify_suite(const taut_places *places, const taut_arguments *arguments);

/// Sorts the cases into campaigns and runs them all. An exit status. [main]
int taut_certify_run(taut_certify *certify);

/// Runs the mutation campaign on the suite, or recalls it result by result; a suite that does not
/// pass has none, which is a gap. An exit status. [main]
int taut_certify_mutation(taut_certify *certify);

/// Puts the judge on trial, or recalls how it went. An exit status. [main]
int taut_certify_selftest(taut_certify *certify);

/// Runs what deserves a trace once more and keeps the traces, or the parts of them that count, in
/// the work folder. `registers` is the document of that name. An exit status. [main]
int taut_certify_traces(taut_certify *certify, const json_t *registers);
void taut_certify_put_traces(const taut_certify *certify, taut_bundle *bundle);

/// Reads --approvals. An exit status. [main]
int taut_certify_read(taut_certify *certify);

/// The documents that are made of results: registers.json, faults.json, claims.json, ... by name.
/// `runs` are those of the campaigns by name, as they stand in the bundle. New reference. [main]
json_t *taut_certify_documents(const taut_certify *certify, const json_t *runs);

/// registers.json alone; `without_effect` may be NULL, or gets the approvals that approve nothing.
/// New references. [main]
json_t *taut_certify_registers(const taut_certify *certify, const json_t *runs,
                               json_t **without_effect);

/// The runs of all campaigns by name, as they will stand in the bundle. New reference. [main]
json_t *taut_certify_results(const taut_certify *certify);

/// Name in the bundle of what --calibration or --coverage attached. The caller's. [main]
char *taut_certify_attachment(const char *option, const char *path);

/// Writes, seals and moves the bundle to its place. An exit status. [main]
int taut_certify_write(taut_certify *certify);

/// What this certification is: a hash of everything that its results hang on. The caller's. [main]
char *taut_certify_identity(const taut_certify *certify);

/// Frees what the campaigns hold. [main]
void taut_certify_runs_fini(taut_certify *certify);

/// Who is certified: what fills the role, by name and SHA-256. New reference. [main]
json_t *taut_certify_controller(const taut_certify *certify);

#endif
