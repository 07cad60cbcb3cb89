/// A trace as text for other programs.
#ifndef TAUT_TRACE_EXPORT_H
#define TAUT_TRACE_EXPORT_H

#include <stdio.h>

#include "trace/reader.h"

/// CSV: header `t[s],name[unit],...`, one line per row, every digit. EIO (a write failed), and the
/// errors of taut_trace_reader_next but ENOTFOUND; what was read before stands in the file.
taut_status taut_trace_export_csv(taut_trace_reader *reader, FILE *out, uint64_t *n_rows);

/// VCD (IEEE 1364): bools as wires, enums as wires that carry the label's index and strings with
/// the label, time in ns, changes only. ENOTFOUND when no column is a bool or enum; else as above.
taut_status taut_trace_export_vcd(taut_trace_reader *reader, FILE *out, uint64_t *n_rows);

#endif
