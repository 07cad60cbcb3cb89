/// What a lean run leaves behind in place of a trace: a fingerprint of every output, so that two
/// runs of different plans can be compared port by port, and what the ports are.
///
/// The hash of a trace covers every slot of the value table, and a mutant adds slots; two runs with
/// the same behaviour then differ in it. Fingerprints belong to ports.
#ifndef TAUT_RUNNER_SIGNATURE_H
#define TAUT_RUNNER_SIGNATURE_H

#include <jansson.h>

#include "scenario/scenario.h"
#include "taut/engine.h"

typedef struct taut_signature taut_signature;

/// For runs of `plan`, borrowed until destroy. ENOMEM. Allocates. [worker]
taut_status taut_signature_create(const taut_plan *plan, taut_signature **out);
void taut_signature_destroy(taut_signature *signature);
/// Takes a row. [step]
void taut_signature_row(taut_signature *signature, const taut_row *row);
/// Fingerprints by port, "controller.armed": 16 hexadecimal digits; "events" for the events. New
/// reference. [worker]
json_t *taut_signature_json(const taut_signature *signature);
/// The ports that mutants sit on: outputs of controller, spotter and session and inputs of the
/// controller, each with its table row and the least and greatest value it had. New reference.
/// [worker]
json_t *taut_signature_ports(const taut_signature *signature);
/// The answer of a lean run: verdict, what ended it, what the mutant changed, and the checks with
/// an id that failed or erred; with `has_reads` also which signals each requirement reads. New
/// reference. [worker]
json_t *taut_signature_result(const taut_case_result *result, bool has_reads);

#endif
