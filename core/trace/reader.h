/// Reads a trace back: its channels and columns, its metadata, its rows and events. Reads Taut's
/// own files and others in MCAP with protobuf or JSON messages; columns it cannot read as numbers
/// are left out.
#ifndef TAUT_TRACE_READER_H
#define TAUT_TRACE_READER_H

#include "trace/columns.h"
#include "trace/source.h"

/// A metadata record; keys and values in the order of the file.
typedef struct taut_trace_metadata {
  char *name;
  taut_pair *pairs;  ///< texts are owned
  size_t n_pairs;
} taut_trace_metadata;

/// A row or an event.
typedef struct taut_trace_item {
  enum { TAUT_TRACE_ROW = 1, TAUT_TRACE_EVENT = 2 } kind;
  int64_t tick_ns;
  const double *values;  ///< TAUT_TRACE_ROW: (columns.n_values); valid until the next call
  const char *json;      ///< TAUT_TRACE_EVENT: as it stands in the file, not NUL-terminated
  size_t n_json;
} taut_trace_item;

typedef struct taut_trace_reader taut_trace_reader;

/// Reads everything that stands before the first chunk, and the summary where there is one. EINVAL
/// (no MCAP), EIO, ENOMEM. `source` is copied, its `user` borrowed. Allocates. [main]
taut_status taut_trace_reader_open(const taut_trace_source *source, taut_trace_reader **out);
void taut_trace_reader_close(taut_trace_reader *reader);

/// Channels of events have no columns. Borrowed until close.
const taut_columns *taut_trace_reader_columns(const taut_trace_reader *reader);
/// Metadata read so far: all of it when the file is whole. Borrowed until close.
const taut_trace_metadata *taut_trace_reader_metadata(const taut_trace_reader *reader, size_t *n);
/// Value of a key, or NULL.
const char *taut_trace_reader_value(const taut_trace_reader *reader, const char *metadata,
                                    const char *key);
/// Metadata of a channel as it stands in the file. Borrowed until close.
const taut_pair *taut_trace_reader_notes(const taut_trace_reader *reader, uint32_t i_channel,
                                         size_t *n);
/// Whether the file ends in a footer: it was finished and is not cut.
bool taut_trace_reader_is_whole(const taut_trace_reader *reader);

/// Skips chunks that lie outside [from_ns, until_ns]; rows outside are left out. Before the first
/// row.
void taut_trace_reader_window(taut_trace_reader *reader, int64_t from_ns, int64_t until_ns);

/// Leaves the values of a channel undecoded: they stay as they are, zeros at first. Its messages
/// still make rows.
void taut_trace_reader_skip(taut_trace_reader *reader, uint32_t i_channel);

/// The next row or event, in the order of the file. Messages of one time are one row; a channel
/// that is silent at that time keeps its last values, zeros before its first message. ENOTFOUND at
/// the end; EINVAL (a chunk or message that is damaged), EIO, ENOMEM.
taut_status taut_trace_reader_next(taut_trace_reader *reader, taut_trace_item *out);

/// After the last row: whether the data ended where it says, not at a record that is not whole.
bool taut_trace_reader_has_ended(const taut_trace_reader *reader);

/// Figures of a file.
typedef struct taut_trace_figures {
  uint64_t n_messages, n_chunks;
  uint64_t first_ns, last_ns;
  uint64_t packed_bytes, bytes;  ///< of all chunks, packed and unpacked
  uint64_t *n_by_channel;        ///< (columns.n_channels), the caller's
} taut_trace_figures;

/// From the summary when the file has one, else by reading all chunks up to the first damaged one.
/// EIO, ENOMEM. Allocates.
taut_status taut_trace_figures_read(taut_trace_reader *reader, taut_trace_figures *out);

#endif
