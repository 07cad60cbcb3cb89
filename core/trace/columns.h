/// What a trace holds: channels, one per instance, and their columns, one per port. The writer
/// makes them from a plan, the reader from schemas and channel metadata.
#ifndef TAUT_TRACE_COLUMNS_H
#define TAUT_TRACE_COLUMNS_H

#include "taut/engine.h"
#include "trace/bytes.h"

typedef enum taut_column_kind {
  TAUT_COLUMN_NUMBER,
  TAUT_COLUMN_BOOL,  ///< 0 or 1
  TAUT_COLUMN_ENUM   ///< index into `labels`
} taut_column_kind;

/// One port of an instance, or its least or greatest value, or its value before a fault.
typedef struct taut_trace_column {
  char *name;    ///< "left.motor.iq_a", "left.motor.iq_a.min"
  char *field;   ///< "iq_a_min": of the protobuf message
  char *unit;    ///< SI: "N", "kg m2/s2", "1"
  char *labels;  ///< of an enum: "disarmed,ready,armed"; else NULL
  taut_column_kind kind;
  uint32_t type;    ///< of the protobuf field, as FieldDescriptorProto numbers them
  uint32_t number;  ///< of the protobuf field
  uint32_t count;   ///< values
  uint32_t first;   ///< place of the first value in a row
} taut_trace_column;

typedef struct taut_channel {
  char *topic;   ///< "/left.motor"
  char *schema;  ///< "taut.LeftMotor"; "" when the messages are no rows
  uint16_t id, schema_id;
  taut_trace_column *columns;
  uint32_t n_columns;
  uint32_t number_odd;  ///< field for values that a bool or enum field cannot hold; 0 for none
} taut_channel;

typedef struct taut_columns {
  taut_channel *channels;
  uint32_t n_channels;
  uint32_t n_values;  ///< of a row
} taut_columns;

/// Topic and schema of events; they come as JSON.
#define TAUT_TRACE_EVENTS_TOPIC "/events"

/// The columns of a plan: all slots of its value table, each where it stands in a row. ENOMEM,
/// EFULL (more ports in one instance than a message has room for). Allocates.
taut_status taut_columns_of_plan(const taut_plan *plan, taut_columns *out);
void taut_columns_fini(taut_columns *columns);
void taut_channel_fini(taut_channel *channel);

/// The column of that name, NULL when there is none. [any]
const taut_trace_column *taut_columns_find(const taut_columns *columns, const char *name);

/// "left.motor.curve[2]": name of the i-th value of a column. [any]
void taut_column_value_name(const taut_trace_column *column, uint32_t i, char *text, size_t size);

/// Name of the SI unit with these exponents: the unit's own name where one with scale 1 exists
/// ("N"), else a product ("kg m2"). `preferred` wins when it fits. [any]
void taut_trace_unit(const int8_t si[8], const char *preferred, char *text, size_t size);

/// A formatted text, the caller's; NULL without memory.
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
char *
taut_trace_format(const char *format, ...);

/// The FileDescriptorSet of a channel's message, in protobuf's own encoding. [any]
void taut_schema_encode(const taut_channel *channel, taut_bytes *out);

/// Adds to `channel` the numeric columns of the message named `channel->schema`; unit, labels and
/// name are left NULL, array columns have count 0. Fields of other types are left out. EINVAL when
/// the schema is not one or lacks the message, ENOMEM.
taut_status taut_schema_decode(taut_cursor schema, taut_channel *channel);

#endif
