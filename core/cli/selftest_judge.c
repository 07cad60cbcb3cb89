/// The judge on trial, first part: verdicts on known-bad and known-good controllers and on cases
/// that show nothing, and whether the same run is the same run.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/selftest_parts.h"
#include "report/file.h"
#include "report/text.h"

/// A defect, and the requirement that must catch it in a shipped scenario.
typedef struct known_bad {
  const char *defect, *with, *file, *part, *id;
} known_bad;

static const known_bad DEFECTS[] = {
    {"takes kilograms for pounds", "controller=bad_kg_lb_swap", "accuracy", "[load=25 lb]",
     "SR-010"},
    {"follows every prescription", "controller=bad_prescription_trusted", "prescription",
     "out of every range", "SR-090"},
    {"arms alone", "controller=bad_arms_alone", "arming", "in two steps", "SR-084"},
    {"is deaf to symptoms", "controller=bad_symptom_unheard", "leak", "a reported leak", "SR-032"},
    {"forgets a symptom", "controller=bad_symptom_not_latched", "leak", "[report=leak]", "SR-006"},
    {"gives load back after a leak", "spotter=bad_spotter_restores_after_leak", "leak",
     "lost on the way", "SR-034"},
    {"never helps", "spotter=bad_spotter_never_helps", "fatigue", "gets stuck", "SR-040"},
    {"counts early", "spotter=bad_spotter_counts_early", "repetitions",
     "counts once [exercise=seated_row]", "SR-092"},
    {"waits before it believes a release", "controller=bad_release_debounce", "release",
     "full load is caught by the machine [load=50 lb]", "SR-024"},
    {"winds an empty handle up", "controller=bad_no_retraction_limit", "release",
     "full load is caught by the machine [load=50 lb]", "SR-020"},
    {"reads one contact of the emergency stop", "controller=bad_one_contact", "estop",
     "estop_b_closed ramps", "SR-080"},
    {"drops the load at every stop", "controller=bad_sto_on_everything", "estop",
     "the emergency stop ramps", "SR-017"},
    {"keeps a stale prescription", "controller=bad_stale_torque", "command_stale",
     "no longer refreshed", "SR-060"},
    {"misses calls without a word", "controller=bad_blind_deadline", "command_stale",
     "misses calls", "SR-065"},
    {"goes on after a restart", "controller=bad_restart_resumes", "restart", "", "SR-066"},
    {"believes a stuck encoder", "controller=bad_blind_encoder", "encoder_stuck", "", "SR-050"},
    {"sees no over-speed", "controller=bad_blind_over_speed", "over_speed", "in too fast",
     "SR-054"},
    {"sees no runaway", "controller=bad_blind_runaway", "runaway", "[load=50 lb]", "SR-012"},
    {"believes every load cell", "controller=bad_blind_load_cell", "load_cell", "too much",
     "SR-056"},
    {"calculates with no number", "controller=bad_blind_number", "no_number", "left_motor",
     "SR-058"},
    {"sees no sagging supply", "controller=bad_blind_supply", "brown_out", "[load=20 lb]",
     "SR-074"},
    {"sees no heat", "controller=bad_blind_heat", "heat", "99 degC", "SR-076"},
};
enum { N_DEFECTS = sizeof DEFECTS / sizeof DEFECTS[0] };

static char *path_of(const taut_trial *trial, const char *name) {
  return taut_text_format("%s/scenarios/safety/%s.lua", trial->places->data, name);
}

/// What a record says of a requirement: by its formula, or by a check of the script with its id.
static taut_verdict verdict_of(const taut_record *record, const char *id) {
  taut_verdict verdict = TAUT_INCONCLUSIVE;
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    if (strcmp(check->id, id) != 0) continue;
    if (check->verdict == TAUT_FAIL) return TAUT_FAIL;
    if (check->is_requirement) verdict = check->verdict;
  }
  return verdict;
}

/// Without the defect the case must pass, with it the requirement must be violated. Either alone
/// would show nothing.
static void try_defect(taut_trial *trial, const known_bad *bad, bool has_defect) {
  char *path = path_of(trial, bad->file);
  taut_trial_outcome outcome;
  const taut_trial_run run = {
      .file = path, .part = bad->part, .with = has_defect ? bad->with : NULL, .seed = 1};
  taut_trial_execute(trial, &run, &outcome);
  char tried[256], expected[128], got[640];
  if (has_defect) {
    snprintf(tried, sizeof tried, "%s, which %s, in %s.lua", bad->with, bad->defect, bad->file);
    snprintf(expected, sizeof expected, "%s violated", bad->id);
  } else {
    snprintf(tried, sizeof tried, "the shipped machine, in %s.lua '%s'", bad->file, bad->part);
    snprintf(expected, sizeof expected, "a pass, %s not violated", bad->id);
  }
  bool is_ok = false;
  if (outcome.execution.n_records != 1) {
    snprintf(got, sizeof got, "%s", outcome.why[0] != '\0' ? outcome.why : "not one case");
  } else {
    const taut_record *record = &outcome.execution.records[0];
    bool is_violated = verdict_of(record, bad->id) == TAUT_FAIL;
    is_ok = has_defect ? record->verdict == TAUT_FAIL && is_violated
                       : record->verdict == TAUT_PASS && !is_violated;
    snprintf(got, sizeof got, "%s, %s %s", taut_verdict_name(record->verdict), bad->id,
             is_violated ? "violated" : "not violated");
  }
  taut_trial_add(trial, has_defect ? "known bad" : "known good", tried, expected, got, is_ok);
  taut_trial_outcome_fini(&outcome);
  free(path);
}

// ---------------------------------------------------------------------------------- empty evidence

/// Cases that must not pass, though nothing in the machine is wrong, and one that must.
static const char CASES[] =
    "local taut = require 'taut'\n"
    "local function try(name, script, faults, covers)\n"
    "  return taut.scenario { name = name, rig = 'two_cable_trainer', user = { 'strong_adult' },\n"
    "    set = { exercise = 'seated_row', load = lb(20), reps = 3 }, faults = faults,\n"
    "    covers = covers, script = script }\n"
    "end\n"
    "local cell = 'controller.left_load_cell_n'\n"
    "return {\n"
    "  try('a condition that holds', function(s)\n"
    "    s:wait '200 ms' s:expect('load.command_n <= 10 N') end),\n"
    "  try('a condition that does not hold', function(s)\n"
    "    s:wait '200 ms' s:expect('load.command_n > 10 N') end),\n"
    "  try('a fault that changes nothing', function(s)\n"
    "    s:fault 'f' s:wait '50 ms' s:expect('load.command_n <= 10 N') end,\n"
    "    { f = taut.fault { on = cell, kind = 'bias', magnitude = N(0) } }),\n"
    "  try('a fault that was never switched on', function(s)\n"
    "    s:wait '50 ms' s:expect('load.command_n <= 10 N') end,\n"
    "    { f = taut.fault { on = cell, kind = 'bias', magnitude = N(50) } }),\n"
    "  try('a signal that is no number', function(s)\n"
    "    s:always(cell .. ' <= 10000 N') s:fault 'f' s:wait '50 ms' end,\n"
    "    { f = taut.fault { on = cell, kind = 'nan' } }),\n"
    "  try('a requirement that was not exercised', function(s)\n"
    "    s:wait '50 ms' s:expect('load.command_n <= 10 N') end, nil, { 'SR-030' }),\n"
    "  try('a case without any check', function(s) s:wait '50 ms' end),\n"
    "}\n";

static void try_empty_evidence(taut_trial *trial) {
  static const struct {
    const char *area, *name, *reason;
    taut_verdict verdict;
  } due[] = {
      {"conditions", "a condition that holds", "", TAUT_PASS},
      {"conditions", "a condition that does not hold", "load.command_n > 10 N", TAUT_FAIL},
      {"receipts", "a fault that changes nothing", "changed nothing", TAUT_ERROR},
      {"receipts", "a fault that was never switched on", "never switched on", TAUT_ERROR},
      {"empty evidence", "a signal that is no number", "", TAUT_ERROR},
      {"empty evidence", "a requirement that was not exercised", "never exercised",
       TAUT_INCONCLUSIVE},
      {"empty evidence", "a case without any check", "nothing was checked", TAUT_INCONCLUSIVE},
  };
  char *path = taut_text_format("%s/cases.lua", trial->folder);
  taut_trial_outcome outcome = {0};
  if (taut_file_write_atomic(path, CASES, strlen(CASES), NULL) == TAUT_OK) {
    taut_trial_execute(trial, &(taut_trial_run){.file = path, .part = "", .seed = 1}, &outcome);
  } else {
    snprintf(outcome.why, sizeof outcome.why, "the scenario could not be written");
  }
  for (size_t i = 0; i < sizeof due / sizeof due[0]; i++) {
    const taut_record *record = NULL;
    for (size_t k = 0; k < outcome.execution.n_records; k++) {
      if (strcmp(outcome.execution.records[k].name, due[i].name) == 0)
        record = &outcome.execution.records[k];
    }
    bool is_ok = record != NULL && record->verdict == due[i].verdict &&
                 strstr(record->reason, due[i].reason) != NULL;
    char expected[128], got[640];
    snprintf(expected, sizeof expected, "%s%s%s", taut_verdict_name(due[i].verdict),
             due[i].reason[0] != '\0' ? ", because of: " : "", due[i].reason);
    snprintf(got, sizeof got, "%s%s%s",
             record != NULL ? taut_verdict_name(record->verdict) : "it did not run: ",
             record != NULL && record->reason[0] != '\0' ? ", because of: " : "",
             record != NULL ? record->reason : outcome.why);
    taut_trial_add(trial, due[i].area, due[i].name, expected, got, is_ok);
  }
  taut_trial_outcome_fini(&outcome);
  free(path);
}

// ------------------------------------------------------------------------------------ determinism

/// The trace hash of the first case of a file by a worker service of its own; "" without.
static void hash_of(taut_trial *trial, const char *path, const char *part, uint64_t seed,
                    char hash[33]) {
  taut_trial_outcome outcome;
  hash[0] = '\0';
  taut_trial_execute(trial, &(taut_trial_run){.file = path, .part = part, .seed = seed}, &outcome);
  if (outcome.execution.n_records == 1 && outcome.execution.records[0].has_hashes)
    taut_record_hex(outcome.execution.records[0].trace_hash, hash);
  taut_trial_outcome_fini(&outcome);
}

static void try_determinism(taut_trial *trial) {
  char *path = path_of(trial, "leak");
  char first[33], second[33], other[33];
  hash_of(trial, path, "a reported leak", 1, first);
  hash_of(trial, path, "a reported leak", 1, second);
  hash_of(trial, path, "a reported leak", 2, other);
  bool is_same = first[0] != '\0' && strcmp(first, second) == 0;
  bool is_other = first[0] != '\0' && other[0] != '\0' && strcmp(first, other) != 0;
  taut_trial_add(trial, "determinism", "the same run twice", "the same trace hash",
                 is_same ? "the same trace hash" : "two trace hashes", is_same);
  taut_trial_add(trial, "determinism", "the run with another seed", "another trace hash",
                 is_other ? "another trace hash" : "the same trace hash", is_other);
  free(path);
}

void taut_trial_judge(taut_trial *trial) {
  for (size_t i = 0; i < N_DEFECTS; i++) {
    // One case may show several defects.
    bool is_known = false;
    for (size_t k = 0; k < i; k++)
      is_known |= strcmp(DEFECTS[k].file, DEFECTS[i].file) == 0 &&
                  strcmp(DEFECTS[k].part, DEFECTS[i].part) == 0;
    if (!is_known) try_defect(trial, &DEFECTS[i], false);
  }
  for (size_t i = 0; i < N_DEFECTS; i++) try_defect(trial, &DEFECTS[i], true);
  try_empty_evidence(trial);
  try_determinism(trial);
}
