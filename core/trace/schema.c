/// Protobuf descriptors by hand: descriptor.proto is small, and a schema made at run time needs no
/// generated code.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/columns.h"

// Field numbers of descriptor.proto.
enum {
  SET_FILE = 1,
  FILE_NAME = 1,
  FILE_PACKAGE = 2,
  FILE_MESSAGE = 4,
  FILE_SYNTAX = 12,
  MESSAGE_NAME = 1,
  MESSAGE_FIELD = 2,
  MESSAGE_ENUM = 4,
  FIELD_NAME = 1,
  FIELD_NUMBER = 3,
  FIELD_LABEL = 4,
  FIELD_TYPE = 5,
  FIELD_TYPE_NAME = 6,
  ENUM_NAME = 1,
  ENUM_VALUE = 2,
  VALUE_NAME = 1,
  VALUE_NUMBER = 2,
  LABEL_OPTIONAL = 1,
  LABEL_REPEATED = 3,
  TYPE_DOUBLE = 1,
  TYPE_ENUM = 14,
  FIELDS_MAX = 20000  ///< a schema with more is refused
};

/// "safety_state" becomes "SafetyState"; an underscore before no letter stays.
static void camel(const char *text, char *out, size_t size) {
  size_t n = 0;
  bool is_first = true;
  for (; *text != '\0' && n + 1 < size; text++) {
    if (*text == '_' && isalpha((unsigned char)text[1])) {
      is_first = true;
      continue;
    }
    out[n++] = (char)(is_first ? toupper((unsigned char)*text) : *text);
    is_first = false;
  }
  out[n] = '\0';
}

/// Values of all enums of a message share one scope: the field's name stands before the label, and
/// a name that is taken gets an underscore.
static void put_value(taut_bytes *out, taut_bytes *taken, const char *field, const char *label,
                      size_t n_label, uint32_t index) {
  char name[300];
  snprintf(name, sizeof name - 40, "%s_%.*s", field, (int)n_label, label);
  size_t n = 0;
  for (; name[n] != '\0'; n++) {
    name[n] = (char)(isalnum((unsigned char)name[n]) ? toupper((unsigned char)name[n]) : '_');
  }
  for (size_t at = 0; at < taken->size && n < sizeof name - 1;) {
    const char *other = (const char *)taken->data + at;
    at += strlen(other) + 1;
    if (strcmp(other, name) != 0) continue;
    name[n++] = '_';
    name[n] = '\0';
    at = 0;
  }
  taut_bytes_put(taken, name, n + 1);
  taut_bytes value = {0};
  taut_bytes_field_text(&value, VALUE_NAME, name);
  taut_bytes_field_varint(&value, VALUE_NUMBER, index);
  taut_bytes_field(out, ENUM_VALUE, value.data, value.size);
  out->has_failed |= value.has_failed;
  taut_bytes_fini(&value);
}

static void put_enum(taut_bytes *message, taut_bytes *taken, const taut_trace_column *column) {
  taut_bytes type = {0};
  char name[256];
  camel(column->field, name, sizeof name);
  taut_bytes_field_text(&type, ENUM_NAME, name);
  const char *label = column->labels;
  for (uint32_t i = 0; *label != '\0' || i == 0; i++) {
    size_t n = strcspn(label, ",");
    put_value(&type, taken, column->field, label, n, i);
    label += n + (label[n] == ',');
  }
  taut_bytes_field(message, MESSAGE_ENUM, type.data, type.size);
  message->has_failed |= type.has_failed;
  taut_bytes_fini(&type);
}

static void put_field(taut_bytes *message, const char *name, uint32_t number, bool is_repeated,
                      uint32_t type, const char *type_name) {
  taut_bytes field = {0};
  taut_bytes_field_text(&field, FIELD_NAME, name);
  taut_bytes_field_varint(&field, FIELD_NUMBER, number);
  taut_bytes_field_varint(&field, FIELD_LABEL, is_repeated ? LABEL_REPEATED : LABEL_OPTIONAL);
  taut_bytes_field_varint(&field, FIELD_TYPE, type);
  if (type_name != NULL) taut_bytes_field_text(&field, FIELD_TYPE_NAME, type_name);
  taut_bytes_field(message, MESSAGE_FIELD, field.data, field.size);
  message->has_failed |= field.has_failed;
  taut_bytes_fini(&field);
}

/// Name of the field for odd values: not one that a port has.
static void odd_name(const taut_channel *channel, char *name, size_t size) {
  size_t n = (size_t)snprintf(name, size, "odd_values");
  for (uint32_t i = 0; i < channel->n_columns && n + 1 < size; i++) {
    if (strcmp(channel->columns[i].field, name) != 0) continue;
    name[n++] = '_';
    name[n] = '\0';
    i = UINT32_MAX;  // look at all of them again
  }
}

void taut_schema_encode(const taut_channel *channel, taut_bytes *out) {
  taut_bytes message = {0}, file = {0}, taken = {0};
  const char *dot = strchr(channel->schema, '.');
  const char *bare = dot != NULL ? dot + 1 : channel->schema;
  taut_bytes_field_text(&message, MESSAGE_NAME, bare);
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    const taut_trace_column *column = &channel->columns[i];
    char type_name[512], type[256];
    camel(column->field, type, sizeof type);
    snprintf(type_name, sizeof type_name, ".%.200s.%s", channel->schema, type);
    bool is_enum = column->type == TYPE_ENUM;
    put_field(&message, column->field, column->number, column->count > 1, column->type,
              is_enum ? type_name : NULL);
    if (is_enum) put_enum(&message, &taken, column);
  }
  if (channel->number_odd > 0) {
    char name[300];
    odd_name(channel, name, sizeof name);
    put_field(&message, name, channel->number_odd, true, TYPE_DOUBLE, NULL);
  }
  taut_bytes_field_text(&file, FILE_NAME, "taut.proto");
  taut_bytes_field_text(&file, FILE_PACKAGE, "taut");
  taut_bytes_field(&file, FILE_MESSAGE, message.data, message.size);
  taut_bytes_field_text(&file, FILE_SYNTAX, "proto3");
  taut_bytes_field(out, SET_FILE, file.data, file.size);
  out->has_failed |= message.has_failed || file.has_failed || taken.has_failed;
  taut_bytes_fini(&message);
  taut_bytes_fini(&file);
  taut_bytes_fini(&taken);
}

// ----------------------------------------------------------------------------------------- decode

static char *text_of(taut_cursor bytes) {
  if (bytes.left > 0 && memchr(bytes.at, 0, bytes.left) != NULL) return NULL;
  if (bytes.left > 4096) return NULL;
  return taut_trace_format("%.*s", (int)bytes.left, bytes.left > 0 ? (const char *)bytes.at : "");
}

static bool is_text(taut_cursor bytes, const char *text, size_t n) {
  return bytes.left == n && (n == 0 || memcmp(bytes.at, text, n) == 0);
}

static bool is_number_type(uint64_t type) {
  return type >= 1 && type <= 18 && (type < 9 || type > 12);
}

static taut_status add_field(taut_cursor descriptor, taut_channel *channel) {
  taut_trace_column column = {.count = 1};
  taut_cursor name = {0};
  taut_field field;
  uint64_t type = 0, number = 0;
  while (taut_cursor_field(&descriptor, &field)) {
    if (field.number == FIELD_NAME) name = field.bytes;
    if (field.number == FIELD_NUMBER) number = field.value;
    if (field.number == FIELD_LABEL && field.value == LABEL_REPEATED) column.count = 0;
    if (field.number == FIELD_TYPE) type = field.value;
  }
  if (descriptor.has_failed || number == 0 || number >= UINT32_C(1) << 29) return TAUT_EINVAL;
  if (!is_number_type(type)) return TAUT_OK;
  if (channel->n_columns >= FIELDS_MAX) return TAUT_EINVAL;
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    if (channel->columns[i].number == number) return TAUT_EINVAL;
  }
  column.type = (uint32_t)type;
  column.number = (uint32_t)number;
  column.kind = type == 8           ? TAUT_COLUMN_BOOL
                : type == TYPE_ENUM ? TAUT_COLUMN_ENUM
                                    : TAUT_COLUMN_NUMBER;
  column.field = text_of(name);
  taut_trace_column *columns =
      realloc(channel->columns, (channel->n_columns + 1) * sizeof *channel->columns);
  if (columns != NULL) channel->columns = columns;
  if (columns == NULL || column.field == NULL) {
    free(column.field);
    return TAUT_EINVAL;
  }
  channel->columns[channel->n_columns++] = column;
  return TAUT_OK;
}

static taut_status read_message(taut_cursor message, taut_channel *channel) {
  taut_field field;
  taut_status status = TAUT_OK;
  while (status == TAUT_OK && taut_cursor_field(&message, &field)) {
    if (field.number == MESSAGE_FIELD) status = add_field(field.bytes, channel);
  }
  return message.has_failed ? TAUT_EINVAL : status;
}

/// Whether the message of this file is the one the channel names, "package.Name".
static bool is_wanted(taut_cursor message, taut_cursor package, const char *schema) {
  taut_field field;
  size_t n = strlen(schema);
  if (package.left > 0) {
    if (n < package.left + 1 || memcmp(schema, package.at, package.left) != 0 ||
        schema[package.left] != '.') {
      return false;
    }
    schema += package.left + 1;
    n -= package.left + 1;
  }
  while (taut_cursor_field(&message, &field)) {
    if (field.number == MESSAGE_NAME && is_text(field.bytes, schema, n)) return true;
  }
  return false;
}

taut_status taut_schema_decode(taut_cursor schema, taut_channel *channel) {
  taut_field file, part;
  while (taut_cursor_field(&schema, &file)) {
    if (file.number != SET_FILE || file.wire_type != 2) continue;
    taut_cursor package = {0}, at = file.bytes;
    while (taut_cursor_field(&at, &part)) {
      if (part.number == FILE_PACKAGE) package = part.bytes;
    }
    at = file.bytes;
    while (taut_cursor_field(&at, &part)) {
      if (part.number == FILE_MESSAGE && is_wanted(part.bytes, package, channel->schema)) {
        return read_message(part.bytes, channel);
      }
    }
  }
  return TAUT_EINVAL;
}
