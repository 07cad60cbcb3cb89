#include "trace/reader_tables.h"

#include <errno.h>
#include <stdlib.h>

enum { COUNT_MAX = 1 << 20, VALUES_MAX = 1 << 24 };

static void free_pairs(taut_pair *pairs, size_t n) {
  for (size_t i = 0; i < n; i++) {
    free((void *)pairs[i].key);
    free((void *)pairs[i].value);
  }
  free(pairs);
}

static taut_status read_pairs(taut_cursor *cursor, taut_pair **out, size_t *n_out) {
  taut_cursor map = taut_cursor_block(cursor);
  *out = NULL;
  *n_out = 0;
  size_t capacity = 0;
  while (!map.has_failed && map.left > 0) {
    char *key = taut_cursor_text(&map), *value = taut_cursor_text(&map);
    bool is_read = key != NULL && value != NULL;
    if (is_read && *n_out == capacity) {
      capacity = capacity == 0 ? 16 : capacity * 2;
      taut_pair *pairs = realloc(*out, capacity * sizeof *pairs);
      if (pairs != NULL) *out = pairs;
      is_read = pairs != NULL;
    }
    if (!is_read) {
      free(key);
      free(value);
      map.has_failed = true;
      break;
    }
    (*out)[(*n_out)++] = (taut_pair){key, value};
  }
  if (!map.has_failed && !cursor->has_failed) return TAUT_OK;
  free_pairs(*out, *n_out);
  *out = NULL;
  *n_out = 0;
  return TAUT_EINVAL;
}

static taut_status take_schema(taut_reader_tables *t, taut_cursor body) {
  taut_raw_schema schema = {.id = taut_cursor_u16(&body)};
  for (size_t i = 0; i < t->n_schemas; i++) {
    if (t->schemas[i].id == schema.id) return TAUT_OK;
  }
  schema.name = taut_cursor_text(&body);
  schema.encoding = taut_cursor_text(&body);
  taut_cursor data = taut_cursor_block(&body);
  taut_raw_schema *schemas = NULL;
  if (!body.has_failed) schemas = realloc(t->schemas, (t->n_schemas + 1) * sizeof *schemas);
  if (schemas != NULL) t->schemas = schemas;
  if (schemas != NULL) taut_bytes_put(&schema.data, data.at, data.left);
  if (schemas == NULL || schema.data.has_failed) {
    free(schema.name);
    free(schema.encoding);
    taut_bytes_fini(&schema.data);
    return body.has_failed ? TAUT_EINVAL : TAUT_ENOMEM;
  }
  t->schemas[t->n_schemas++] = schema;
  return TAUT_OK;
}

static bool grow_channels(taut_reader_tables *t) {
  size_t n = (size_t)t->columns.n_channels + 1;
  if (t->index_by_id == NULL) t->index_by_id = calloc(65536, sizeof *t->index_by_id);
  taut_channel *channels = realloc(t->columns.channels, n * sizeof *channels);
  if (channels != NULL) t->columns.channels = channels;
  struct taut_raw_channel *raw = realloc(t->raw, n * sizeof *raw);
  if (raw != NULL) t->raw = raw;
  return channels != NULL && raw != NULL && t->index_by_id != NULL;
}

static taut_status take_channel(taut_reader_tables *t, taut_cursor body) {
  taut_channel channel = {.id = taut_cursor_u16(&body), .schema_id = taut_cursor_u16(&body)};
  if (body.has_failed) return TAUT_EINVAL;
  if (t->index_by_id != NULL && t->index_by_id[channel.id] != 0) return TAUT_OK;
  struct taut_raw_channel raw = {0};
  channel.topic = taut_cursor_text(&body);
  raw.encoding = taut_cursor_text(&body);
  taut_status status = read_pairs(&body, &raw.pairs, &raw.n_pairs);
  if (channel.topic == NULL || raw.encoding == NULL) status = TAUT_EINVAL;
  if (status == TAUT_OK && t->columns.n_channels >= UINT16_MAX) status = TAUT_EINVAL;
  if (status == TAUT_OK && !grow_channels(t)) status = TAUT_ENOMEM;
  if (status != TAUT_OK) {
    free(channel.topic);
    free(raw.encoding);
    free_pairs(raw.pairs, raw.n_pairs);
    return status;
  }
  t->raw[t->columns.n_channels] = raw;
  t->columns.channels[t->columns.n_channels++] = channel;
  t->index_by_id[channel.id] = (uint16_t)t->columns.n_channels;
  return TAUT_OK;
}

static taut_status take_metadata(taut_reader_tables *t, taut_cursor body) {
  taut_trace_metadata item = {.name = taut_cursor_text(&body)};
  if (item.name == NULL) return TAUT_EINVAL;
  taut_status status = read_pairs(&body, &item.pairs, &item.n_pairs);
  taut_trace_metadata *metadata = NULL;
  if (status == TAUT_OK) metadata = realloc(t->metadata, (t->n_metadata + 1) * sizeof *metadata);
  if (metadata == NULL) {
    free_pairs(item.pairs, item.n_pairs);
    free(item.name);
    return status != TAUT_OK ? status : TAUT_ENOMEM;
  }
  t->metadata = metadata;
  t->metadata[t->n_metadata++] = item;
  return TAUT_OK;
}

taut_status taut_tables_take(taut_reader_tables *tables, uint8_t opcode, taut_cursor body) {
  switch (opcode) {
    case TAUT_MCAP_SCHEMA: return take_schema(tables, body);
    case TAUT_MCAP_CHANNEL: return take_channel(tables, body);
    case TAUT_MCAP_METADATA: return take_metadata(tables, body);
    default: return TAUT_OK;
  }
}

void taut_tables_fini(taut_reader_tables *t) {
  for (size_t i = 0; i < t->n_schemas; i++) {
    free(t->schemas[i].name);
    free(t->schemas[i].encoding);
    taut_bytes_fini(&t->schemas[i].data);
  }
  free(t->schemas);
  for (uint32_t i = 0; i < t->columns.n_channels; i++) {
    free(t->raw[i].encoding);
    free_pairs(t->raw[i].pairs, t->raw[i].n_pairs);
  }
  free(t->raw);
  free(t->index_by_id);
  for (size_t i = 0; i < t->n_metadata; i++) {
    free(t->metadata[i].name);
    free_pairs(t->metadata[i].pairs, t->metadata[i].n_pairs);
  }
  free(t->metadata);
  taut_columns_fini(&t->columns);
  *t = (taut_reader_tables){0};
}

const taut_channel *taut_tables_channel(const taut_reader_tables *tables, uint16_t id) {
  uint16_t i = tables->index_by_id != NULL ? tables->index_by_id[id] : 0;
  return i > 0 ? &tables->columns.channels[i - 1] : NULL;
}

bool taut_tables_is_json(const taut_reader_tables *tables, uint16_t id) {
  uint16_t i = tables->index_by_id != NULL ? tables->index_by_id[id] : 0;
  return i > 0 && strcmp(tables->raw[i - 1].encoding, "json") == 0;
}

// ---------------------------------------------------------------------------------------- columns

/// Value of "PREFIX.FIELD" in the channel's metadata, or NULL.
static const char *note_of(const struct taut_raw_channel *raw, const char *prefix,
                           const char *field) {
  size_t n = strlen(prefix);
  for (size_t i = 0; i < raw->n_pairs; i++) {
    const char *key = raw->pairs[i].key;
    if (strncmp(key, prefix, n) == 0 && key[n] == '.' && strcmp(key + n + 1, field) == 0) {
      return raw->pairs[i].value;
    }
  }
  return NULL;
}

static uint32_t number_of(const char *text, uint32_t most) {
  char *end;
  errno = 0;
  unsigned long value = text != NULL ? strtoul(text, &end, 10) : 0;
  bool is_number = text != NULL && errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
  return is_number && value <= most ? (uint32_t)value : 0;
}

/// Fills in what channel metadata says; false without memory.
static bool describe_column(const taut_channel *channel, const struct taut_raw_channel *raw,
                            taut_trace_column *column) {
  const char *unit = note_of(raw, "unit", column->field);
  const char *labels = note_of(raw, "labels", column->field);
  const char *name = note_of(raw, "name", column->field);
  const char *path = channel->topic + (channel->topic[0] == '/');
  column->unit = taut_trace_format("%s", unit != NULL ? unit : "1");
  if (labels != NULL) column->labels = taut_trace_format("%s", labels);
  column->name = name != NULL ? taut_trace_format("%s", name)
                              : taut_trace_format("%s.%s", path, column->field);
  if (column->count == 0)
    column->count = number_of(note_of(raw, "count", column->field), COUNT_MAX);
  return column->unit != NULL && column->name != NULL && (labels == NULL || column->labels != NULL);
}

/// The value of a key without a field, or NULL.
static const char *raw_value(const struct taut_raw_channel *raw, const char *key) {
  for (size_t i = 0; i < raw->n_pairs; i++) {
    if (strcmp(raw->pairs[i].key, key) == 0) return raw->pairs[i].value;
  }
  return NULL;
}

static void drop_column(taut_channel *channel, uint32_t i) {
  free(channel->columns[i].field);
  free(channel->columns[i].name);
  free(channel->columns[i].unit);
  free(channel->columns[i].labels);
  channel->n_columns--;
  memmove(&channel->columns[i], &channel->columns[i + 1],
          (channel->n_columns - i) * sizeof *channel->columns);
}

static taut_status finish_channel(taut_reader_tables *t, uint32_t i_channel) {
  taut_channel *channel = &t->columns.channels[i_channel];
  const struct taut_raw_channel *raw = &t->raw[i_channel];
  const taut_raw_schema *schema = NULL;
  for (size_t i = 0; i < t->n_schemas; i++) {
    if (t->schemas[i].id == channel->schema_id) schema = &t->schemas[i];
  }
  bool is_row = schema != NULL && strcmp(schema->encoding, "protobuf") == 0 &&
                strcmp(raw->encoding, "protobuf") == 0;
  channel->schema = taut_trace_format("%s", is_row ? schema->name : "");
  if (channel->schema == NULL) return TAUT_ENOMEM;
  if (!is_row) return TAUT_OK;
  const taut_cursor data = {.at = schema->data.data, .left = schema->data.size};
  // A schema that cannot be read leaves a channel whose messages are skipped.
  if (taut_schema_decode(data, channel) != TAUT_OK) {
    while (channel->n_columns > 0) drop_column(channel, channel->n_columns - 1);
  }
  channel->number_odd = number_of(raw_value(raw, "odd_values"), UINT32_C(0x1fffffff));
  for (uint32_t i = 0; i < channel->n_columns;) {
    taut_trace_column *column = &channel->columns[i];
    if (column->number == channel->number_odd || column->field == NULL) {
      drop_column(channel, i);
      continue;
    }
    if (!describe_column(channel, raw, column)) return TAUT_ENOMEM;
    bool is_fit = column->count > 0 && t->columns.n_values <= VALUES_MAX - column->count;
    if (!is_fit) {
      drop_column(channel, i);
      continue;
    }
    column->first = t->columns.n_values;
    t->columns.n_values += column->count;
    i++;
  }
  return TAUT_OK;
}

taut_status taut_tables_finish(taut_reader_tables *tables) {
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; i < tables->columns.n_channels && status == TAUT_OK; i++) {
    status = finish_channel(tables, i);
  }
  return status;
}

// --------------------------------------------------------------------------------------- messages

/// A number as protobuf type `type` has it.
static double number_as(uint32_t type, uint64_t raw) {
  float single;
  uint32_t low = (uint32_t)raw;
  switch (type) {
    case 1: return taut_double_of(raw);
    case 2: memcpy(&single, &low, sizeof single); return (double)single;
    case 3:
    case 16: return (double)(int64_t)raw;
    case 5:
    case 14:
    case 15: return (double)(int32_t)low;
    case 7:
    case 13: return (double)low;
    case 8: return raw != 0 ? 1.0 : 0.0;
    case 17:
    case 18: return (double)((int64_t)(raw >> 1) ^ -(int64_t)(raw & 1));
    default: return (double)raw;
  }
}

static uint32_t wire_type_of(uint32_t type) {
  switch (type) {
    case 1:
    case 6:
    case 16: return 1;
    case 2:
    case 7:
    case 15: return 5;
    default: return 0;
  }
}

static const taut_trace_column *column_of(const taut_channel *channel, uint32_t number,
                                          uint32_t *hint) {
  // Fields come in the order of the columns: look from the last one on.
  for (uint32_t k = 0; k < channel->n_columns; k++) {
    uint32_t i = *hint + k;
    if (i >= channel->n_columns) i -= channel->n_columns;
    if (channel->columns[i].number != number) continue;
    *hint = i;
    return &channel->columns[i];
  }
  return NULL;
}

static taut_status decode_packed(const taut_trace_column *column, taut_cursor bytes,
                                 double *values) {
  uint32_t wire_type = wire_type_of(column->type);
  for (uint32_t i = 0; bytes.left > 0; i++) {
    uint64_t raw = wire_type == 1   ? taut_cursor_u64(&bytes)
                   : wire_type == 5 ? taut_cursor_u32(&bytes)
                                    : taut_cursor_varint(&bytes);
    if (bytes.has_failed) return TAUT_EINVAL;
    if (i < column->count) values[column->first + i] = number_as(column->type, raw);
  }
  return TAUT_OK;
}

static taut_status decode_odd(const taut_channel *channel, taut_cursor bytes, double *values) {
  while (bytes.left > 0) {
    double number = taut_double_of(taut_cursor_u64(&bytes));
    double value = taut_double_of(taut_cursor_u64(&bytes));
    if (bytes.has_failed) return TAUT_EINVAL;
    for (uint32_t i = 0; i < channel->n_columns; i++) {
      if ((double)channel->columns[i].number == number) values[channel->columns[i].first] = value;
    }
  }
  return TAUT_OK;
}

taut_status taut_message_decode(const taut_channel *channel, taut_cursor message, double *values) {
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    const taut_trace_column *column = &channel->columns[i];
    memset(&values[column->first], 0, column->count * sizeof *values);
  }
  taut_field field;
  uint32_t hint = 0;
  taut_status status = TAUT_OK;
  while (status == TAUT_OK && taut_cursor_field(&message, &field)) {
    if (field.number == channel->number_odd && field.wire_type == 2) {
      status = decode_odd(channel, field.bytes, values);
      continue;
    }
    const taut_trace_column *column = column_of(channel, field.number, &hint);
    if (column == NULL) continue;
    if (field.wire_type == 2) {
      status = decode_packed(column, field.bytes, values);
    } else if (field.wire_type == wire_type_of(column->type)) {
      values[column->first] = number_as(column->type, field.value);
    }
  }
  return message.has_failed ? TAUT_EINVAL : status;
}
