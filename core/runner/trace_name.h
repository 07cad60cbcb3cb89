/// Names of trace files. Golden traces are found by name, so the name of a case's trace hangs on
/// the case alone: not on the folder it is run from, the cases chosen with it, or their order.
#ifndef TAUT_RUNNER_TRACE_NAME_H
#define TAUT_RUNNER_TRACE_NAME_H

#include "runner/collect.h"

/// Sets `trace` of every item: "<file>.<case>" in lower-case letters, digits and '-', at most 180
/// bytes. The file is the part of its path below a folder named "scenarios", else its last part.
/// Where that is not the whole name, or two cases of a file would share it, eight digits of a hash
/// of the case's name follow; where two files would share it, of the file's path as shown. Call it
/// with all cases of each file. [main]
void taut_trace_names(taut_collection *collection);

#endif
