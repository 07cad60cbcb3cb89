/// Schemas, channels and metadata of a file that is being read, and its messages as values.
#ifndef TAUT_TRACE_READER_TABLES_H
#define TAUT_TRACE_READER_TABLES_H

#include "trace/reader.h"

/// A schema or channel as it stands in the file.
typedef struct taut_raw_schema {
  uint16_t id;
  char *name, *encoding;
  taut_bytes data;
} taut_raw_schema;

typedef struct taut_reader_tables {
  taut_raw_schema *schemas;
  size_t n_schemas;
  taut_columns columns;  ///< channels, while they are gathered without columns
  struct taut_raw_channel {
    char *encoding;
    taut_pair *pairs;
    size_t n_pairs;
  } * raw;                ///< (columns.n_channels)
  uint16_t *index_by_id;  ///< channel index + 1, (65536)
  taut_trace_metadata *metadata;
  size_t n_metadata;
} taut_reader_tables;

/// Takes a schema, channel or metadata record; other records, and ids seen before, are ignored.
/// EINVAL (not well formed), ENOMEM.
taut_status taut_tables_take(taut_reader_tables *tables, uint8_t opcode, taut_cursor body);
/// Makes the columns once all channels are known. ENOMEM.
taut_status taut_tables_finish(taut_reader_tables *tables);
void taut_tables_fini(taut_reader_tables *tables);
/// The channel of that id, or NULL.
const taut_channel *taut_tables_channel(const taut_reader_tables *tables, uint16_t id);
bool taut_tables_is_json(const taut_reader_tables *tables, uint16_t id);

/// Writes the values of a channel's columns into a row. Fields the columns do not have are skipped.
/// EINVAL when the message is not well formed.
taut_status taut_message_decode(const taut_channel *channel, taut_cursor message, double *values);

#endif
