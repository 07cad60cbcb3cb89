#include "trace/columns.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  TYPE_DOUBLE = 1,
  TYPE_BOOL = 8,
  TYPE_ENUM = 14,
  COLUMNS_MAX = 18000  ///< below the numbers that protobuf keeps for itself
};

char *taut_trace_format(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  char *text = n >= 0 ? malloc((size_t)n + 1) : NULL;
  if (text == NULL) return NULL;
  va_start(arguments, format);
  vsnprintf(text, (size_t)n + 1, format, arguments);
  va_end(arguments);
  return text;
}

void taut_trace_unit(const int8_t si[8], const char *preferred, char *text, size_t size) {
  const taut_unit *unit = preferred != NULL ? taut_unit_find(preferred) : NULL;
  if (unit == NULL || unit->scale != 1.0 || unit->offset != 0.0 || memcmp(unit->si, si, 8) != 0) {
    unit = NULL;
    const taut_unit *at;
    for (size_t i = 0; unit == NULL && (at = taut_unit_at(i)) != NULL; i++) {
      if (at->scale == 1.0 && at->offset == 0.0 && memcmp(at->si, si, 8) == 0) unit = at;
    }
  }
  if (unit != NULL) {
    snprintf(text, size, "%s", unit->name);
    return;
  }
  static const char *const bases[8] = {"kg", "m", "s", "A", "K", "mol", "cd", "rad"};
  size_t n = 0;
  text[0] = '\0';
  for (size_t i = 0; i < 8; i++) {
    if (si[i] == 0 || n >= size) continue;
    const char *space = n > 0 ? " " : "";
    n += (size_t)(si[i] == 1 ? snprintf(text + n, size - n, "%s%s", space, bases[i])
                             : snprintf(text + n, size - n, "%s%s%d", space, bases[i], si[i]));
  }
  if (n == 0) snprintf(text, size, "1");
}

void taut_column_value_name(const taut_trace_column *column, uint32_t i, char *text, size_t size) {
  // "port[i].min": the index stands at the port, as the engine writes it.
  const char *end = NULL;
  static const char *const suffixes[] = {".min", ".max", ".raw"};
  size_t length = strlen(column->name);
  for (size_t k = 0; k < 3; k++) {
    if (length > 4 && strcmp(column->name + length - 4, suffixes[k]) == 0) {
      end = column->name + length - 4;
    }
  }
  if (column->count <= 1) {
    snprintf(text, size, "%s", column->name);
  } else if (end != NULL) {
    snprintf(text, size, "%.*s[%u]%s", (int)(end - column->name), column->name, i, end);
  } else {
    snprintf(text, size, "%s[%u]", column->name, i);
  }
}

void taut_channel_fini(taut_channel *channel) {
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    free(channel->columns[i].name);
    free(channel->columns[i].field);
    free(channel->columns[i].unit);
    free(channel->columns[i].labels);
  }
  free(channel->columns);
  free(channel->topic);
  free(channel->schema);
  *channel = (taut_channel){0};
}

void taut_columns_fini(taut_columns *columns) {
  for (uint32_t i = 0; i < columns->n_channels; i++) taut_channel_fini(&columns->channels[i]);
  free(columns->channels);
  *columns = (taut_columns){0};
}

// ----------------------------------------------------------------------------------- from a plan

/// A slot's name in its parts: "path.port[index].suffix".
typedef struct slot_name {
  char text[512];
  char column[512];  ///< without the index
  int64_t instance;
  const char *port;    ///< in `column`, with the suffix
  uint32_t i_element;  ///< 0 for a scalar
} slot_name;

static int64_t owner_of(const taut_plan *plan, const char *name, size_t *length) {
  int64_t owner = -1;
  *length = 0;
  for (size_t i = 0; i < taut_plan_n_instances(plan); i++) {
    const char *path = taut_plan_instance(plan, i).path;
    size_t n = strlen(path);
    if (n > *length && strncmp(name, path, n) == 0 && name[n] == '.') {
      owner = (int64_t)i;
      *length = n;
    }
  }
  return owner;
}

static void name_slot(const taut_plan *plan, uint32_t slot, slot_name *out) {
  size_t length;
  taut_plan_slot_name(plan, slot, out->text, sizeof out->text);
  out->instance = owner_of(plan, out->text, &length);
  const char *open = strchr(out->text, '['), *close = strchr(out->text, ']');
  out->i_element = 0;
  if (open != NULL && close != NULL) {
    out->i_element = (uint32_t)strtoul(open + 1, NULL, 10);
    snprintf(out->column, sizeof out->column, "%.*s%s", (int)(open - out->text), out->text,
             close + 1);
  } else {
    snprintf(out->column, sizeof out->column, "%s", out->text);
  }
  out->port = out->column + length + 1;
}

static const taut_signal *find_signal(const taut_model *model, const char *port) {
  size_t n = strcspn(port, ".");
  const taut_signal *tables[2] = {model->outputs, model->inputs};
  const uint32_t sizes[2] = {model->n_outputs, model->n_inputs};
  for (size_t t = 0; t < 2; t++) {
    for (uint32_t i = 0; i < sizes[t]; i++) {
      const char *name = tables[t][i].name;
      if (strlen(name) == n && memcmp(name, port, n) == 0) return &tables[t][i];
    }
  }
  return NULL;
}

static bool has_field(const taut_channel *channel, const char *field) {
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    if (strcmp(channel->columns[i].field, field) == 0) return true;
  }
  return false;
}

static char *join_labels(const char *const *labels) {
  taut_bytes text = {0};
  for (; labels != NULL && *labels != NULL; labels++) {
    if (text.size > 0) taut_bytes_u8(&text, ',');
    taut_bytes_put(&text, *labels, strlen(*labels));
  }
  taut_bytes_u8(&text, 0);
  if (!text.has_failed) return (char *)text.data;
  taut_bytes_fini(&text);
  return NULL;
}

static taut_status add_column(taut_channel *channel, const slot_name *name,
                              const taut_signal *signal, uint32_t slot) {
  if (channel->n_columns >= COLUMNS_MAX) return TAUT_EFULL;
  char field[512], unit[64];
  size_t n = 0;
  for (; name->port[n] != '\0' && n < sizeof field - 8; n++) {
    field[n] = (char)(name->port[n] == '.' ? '_' : name->port[n]);
  }
  field[n] = '\0';
  // A port may really be called "iq_a_min".
  while (has_field(channel, field) && n < sizeof field - 1) {
    field[n++] = '_';
    field[n] = '\0';
  }
  taut_trace_column column = {.kind = TAUT_COLUMN_NUMBER,
                              .type = TYPE_DOUBLE,
                              .number = channel->n_columns + 1,
                              .count = 1,
                              .first = slot};
  snprintf(unit, sizeof unit, "1");
  if (signal != NULL) {
    taut_trace_unit(signal->si, signal->unit, unit, sizeof unit);
    bool is_bool = signal->count == 1 && (signal->flags & TAUT_BOOL) != 0;
    bool is_enum = signal->count == 1 && (signal->flags & TAUT_ENUM) != 0 && signal->labels != NULL;
    if (is_bool) column.kind = TAUT_COLUMN_BOOL, column.type = TYPE_BOOL;
    if (is_enum) column.kind = TAUT_COLUMN_ENUM, column.type = TYPE_ENUM;
    if (is_enum) column.labels = join_labels(signal->labels);
  }
  taut_trace_column *columns =
      realloc(channel->columns, (channel->n_columns + 1) * sizeof *channel->columns);
  if (columns == NULL) {
    free(column.labels);
    return TAUT_ENOMEM;
  }
  channel->columns = columns;
  column.name = taut_trace_format("%s", name->column);
  column.field = taut_trace_format("%s", field);
  column.unit = taut_trace_format("%s", unit);
  channel->columns[channel->n_columns++] = column;
  bool is_whole = column.name && column.field && column.unit &&
                  (column.kind != TAUT_COLUMN_ENUM || column.labels != NULL);
  return is_whole ? TAUT_OK : TAUT_ENOMEM;
}

static taut_status add_slot(const taut_plan *plan, uint32_t slot, taut_columns *out) {
  slot_name name;
  name_slot(plan, slot, &name);
  if (name.instance < 0) return TAUT_EINVAL;
  taut_channel *channel = &out->channels[name.instance];
  if (name.i_element > 0 && channel->n_columns > 0) {
    taut_trace_column *last = &channel->columns[channel->n_columns - 1];
    if (strcmp(last->name, name.column) == 0 && last->first + last->count == slot) {
      last->count++;
      return TAUT_OK;
    }
  }
  const taut_model *model = taut_plan_instance(plan, (size_t)name.instance).model;
  return add_column(channel, &name, find_signal(model, name.port), slot);
}

/// "left.motor" becomes "taut.LeftMotor".
static char *schema_name(const taut_columns *columns, const char *path) {
  char text[256] = "taut.";
  size_t n = 5;
  bool is_first = true;
  for (; *path != '\0' && n < sizeof text - 8; path++) {
    if (*path == '.' || *path == '_') {
      is_first = true;
      continue;
    }
    text[n++] = (char)(is_first ? toupper((unsigned char)*path) : *path);
    is_first = false;
  }
  text[n] = '\0';
  for (uint32_t i = 0; i < columns->n_channels && n < sizeof text - 1; i++) {
    const char *other = columns->channels[i].schema;
    if (other == NULL || strcmp(other, text) != 0) continue;
    text[n++] = '_';
    text[n] = '\0';
    i = UINT32_MAX;  // look at all of them again
  }
  return taut_trace_format("%s", text);
}

/// Bools and enums get a field beside them for what a broken wire may bring.
static void add_odd_field(taut_channel *channel) {
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    if (channel->columns[i].kind != TAUT_COLUMN_NUMBER)
      channel->number_odd = channel->n_columns + 1;
  }
}

taut_status taut_columns_of_plan(const taut_plan *plan, taut_columns *out) {
  *out = (taut_columns){0};
  size_t n = taut_plan_n_instances(plan), n_slots = taut_plan_n_slots(plan);
  if (n >= UINT16_MAX - 1) return TAUT_EFULL;
  out->channels = calloc(n + 1, sizeof *out->channels);
  if (out->channels == NULL) return TAUT_ENOMEM;
  out->n_channels = (uint32_t)n;
  out->n_values = (uint32_t)n_slots;
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; i < out->n_channels; i++) {
    const char *path = taut_plan_instance(plan, i).path;
    taut_channel *channel = &out->channels[i];
    channel->id = channel->schema_id = (uint16_t)(i + 1);
    channel->topic = taut_trace_format("/%s", path);
    channel->schema = schema_name(out, path);
    if (channel->topic == NULL || channel->schema == NULL) status = TAUT_ENOMEM;
  }
  for (uint32_t slot = 0; slot < n_slots && status == TAUT_OK; slot++) {
    status = add_slot(plan, slot, out);
  }
  for (uint32_t i = 0; i < out->n_channels; i++) add_odd_field(&out->channels[i]);
  if (status != TAUT_OK) taut_columns_fini(out);
  return status;
}

const taut_trace_column *taut_columns_find(const taut_columns *columns, const char *name) {
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    for (uint32_t k = 0; k < columns->channels[i].n_columns; k++) {
      const taut_trace_column *column = &columns->channels[i].columns[k];
      if (strcmp(column->name, name) == 0) return column;
    }
  }
  return NULL;
}
