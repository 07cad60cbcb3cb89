/// MCAP (https://mcap.dev/spec, version 0): records and the file around them, without any idea of
/// what the messages mean.
#ifndef TAUT_TRACE_MCAP_H
#define TAUT_TRACE_MCAP_H

#include "trace/bytes.h"

#define TAUT_MCAP_MAGIC "\x89MCAP0\r\n"

enum {
  TAUT_MCAP_MAGIC_SIZE = 8,
  TAUT_MCAP_HEAD_SIZE = 9,           ///< opcode and length of a record
  TAUT_MCAP_MESSAGE_HEAD_SIZE = 22,  ///< channel, sequence and times of a message
  TAUT_MCAP_FOOTER_SIZE = 20
};

typedef enum taut_mcap_opcode {
  TAUT_MCAP_HEADER = 1,
  TAUT_MCAP_FOOTER,
  TAUT_MCAP_SCHEMA,
  TAUT_MCAP_CHANNEL,
  TAUT_MCAP_MESSAGE,
  TAUT_MCAP_CHUNK,
  TAUT_MCAP_MESSAGE_INDEX,
  TAUT_MCAP_CHUNK_INDEX,
  TAUT_MCAP_ATTACHMENT,
  TAUT_MCAP_ATTACHMENT_INDEX,
  TAUT_MCAP_STATISTICS,
  TAUT_MCAP_METADATA,
  TAUT_MCAP_METADATA_INDEX,
  TAUT_MCAP_SUMMARY_OFFSET,
  TAUT_MCAP_DATA_END
} taut_mcap_opcode;

/// One name and value of a map.
typedef struct taut_pair {
  const char *key, *value;
} taut_pair;

/// Begins a record at the end of `bytes`; the result goes to taut_mcap_close, which fills in its
/// length. [any]
size_t taut_mcap_open(taut_bytes *bytes, taut_mcap_opcode opcode);
void taut_mcap_close(taut_bytes *bytes, size_t mark);

/// Whole records. Maps are written in the order given. [any]
void taut_mcap_put_header(taut_bytes *bytes, const char *profile, const char *library);
void taut_mcap_put_schema(taut_bytes *bytes, uint16_t id, const char *name, const char *encoding,
                          const void *data, size_t size);
void taut_mcap_put_channel(taut_bytes *bytes, uint16_t id, uint16_t schema, const char *topic,
                           const char *encoding, const taut_pair *pairs, size_t n_pairs);
void taut_mcap_put_metadata(taut_bytes *bytes, const char *name, const taut_pair *pairs,
                            size_t n_pairs);

/// CRC-32 (ISO-HDLC), continued from `crc`; start with 0. [any]
uint32_t taut_mcap_crc(uint32_t crc, const void *data, size_t size);

#endif
