/// Inside of the reading of a protocol.
#ifndef TAUT_SCENARIO_PROTOCOL_PARTS_H
#define TAUT_SCENARIO_PROTOCOL_PARTS_H

#include "scenario/protocol.h"
#include "scenario/reader.h"

/// Adds a parameter of the session, in that place of its array (from 0). Raises an error when there
/// are too many.
void taut_protocol_add(taut_reader *r, taut_protocol *p, const char *name, int slot, double value);

/// Reads the exercise on top of the stack as an entry of the phase (from 1; 0: of none) at that
/// place of its order. Raises an error.
void taut_protocol_read_exercise(taut_reader *r, taut_protocol *p, int phase, int order);
/// Reads the lists of rules of the table on top of the stack. Raises an error.
void taut_protocol_read_rules(taut_reader *r, taut_protocol *p);
/// Checks the `source` of the table on top of the stack: a row of the guides such as "D-002-30", or
/// a list of them, or a sentence. Raises an error when it is missing.
void taut_protocol_read_source(taut_reader *r);

#endif
