/// Parts of a trace around some instants: evidence without its gigabytes.
#ifndef TAUT_TRACE_CLIP_H
#define TAUT_TRACE_CLIP_H

#include "trace/source.h"

/// A stretch of simulated time.
typedef struct taut_trace_window {
  int64_t from_ns, until_ns;
} taut_trace_window;

/// Writes a whole trace with the chunks of `source` that reach into one of the windows, all of its
/// schemas, channels and metadata, and one more metadata record, "taut.clip", that says it is a
/// part. EINVAL (no MCAP, or damaged), EIO, ENOMEM. Allocates. [main]
taut_status taut_trace_clip(const taut_trace_source *source, const taut_trace_window *windows,
                            size_t n_windows, const taut_trace_sink *sink);

#endif
