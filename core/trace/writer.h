/// Writes the rows of a run as MCAP: one protobuf message per instance and row, events as JSON,
/// parameters and versions as metadata. Same rows, same bytes (for one version of libzstd).
///
/// The simulating thread only lays out rows; a thread of the writer compresses, checks and writes,
/// at most a few chunks behind. It is started by taut_trace_writer_create, before a worker closes
/// its doors, and ends with taut_trace_writer_finish.
#ifndef TAUT_TRACE_WRITER_H
#define TAUT_TRACE_WRITER_H

#include "taut/engine.h"
#include "trace/file.h"

typedef struct taut_trace_writer taut_trace_writer;

typedef struct taut_trace_options {
  size_t chunk_bytes;  ///< a chunk is cut at the first row that reaches this; 0 means 256 KiB
  bool is_live;        ///< the wall clock paces a peer: the trace says so
} taut_trace_options;

/// Starts the thread. `options` may be NULL. ENOMEM, EIO (no thread). Allocates. [main]
taut_status taut_trace_writer_create(const taut_trace_sink *sink, const taut_trace_options *options,
                                     taut_trace_writer **out);
/// Writes header, schemas, channels and what the plan says. Once, before the first row. ENOMEM,
/// EFULL (an instance with more ports than a message has fields), EINVAL (called twice). Allocates.
taut_status taut_trace_writer_begin(taut_trace_writer *writer, const taut_plan *plan, uint64_t seed,
                                    const char *scenario);
/// Writes one row; shaped as taut_row_fn, `user` is the writer. EIO once a write has failed.
taut_status taut_trace_writer_row(void *user, const taut_row *row);
/// Takes down what the script does to the run, as an event before the next row; shaped as
/// taut_effect_fn, `user` is the writer. A failure shows with the next row. Allocates.
void taut_trace_writer_effect(void *user, const taut_effect *effect);
/// Adds a metadata record behind the last row. EIO, ENOMEM.
taut_status taut_trace_writer_note(taut_trace_writer *writer, const char *name,
                                   const taut_pair *pairs, size_t n_pairs);
/// Writes what is left and the summary, and ends the thread. EIO when anything could not be
/// written: what stands before it is readable.
taut_status taut_trace_writer_finish(taut_trace_writer *writer);
/// Accepts NULL; ends the thread without a summary when finish was not called.
void taut_trace_writer_destroy(taut_trace_writer *writer);

#endif
