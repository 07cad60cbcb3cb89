#include "trace/writer.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/describe.h"

enum {
  N_BLOCKS = 4,             ///< one is filled while the others wait or are written
  LEVEL = -5,               ///< of zstd: must keep up with the simulation
  STACK_BYTES = 256 * 1024  ///< the worker's memory is limited
};

/// A column as the row loop needs it: the field's tag as it stands in the message.
typedef struct step {
  uint32_t slot, count;
  uint8_t tag[4];
  uint8_t n_tag;
  uint8_t kind;  ///< taut_column_kind; STEP_ARRAY
  uint32_t number;
} step;

enum { STEP_ARRAY = 3 };

typedef struct stream {
  step *steps;
  uint32_t n_steps;
  uint16_t id;
  uint32_t number_odd;
} stream;

typedef struct block {
  taut_bytes bytes;
  bool is_chunk;  ///< message records, else records of the data section
} block;

struct taut_trace_writer {
  // Of the simulating thread.
  taut_columns columns;
  stream *streams;
  uint32_t n_streams;
  size_t row_bytes;  ///< most that the messages of a row take, without odd values
  size_t chunk_bytes;
  bool is_live;
  const taut_plan *plan;
  uint32_t n_rows, n_events;
  taut_bytes effects;  ///< of the script since the last row: taut_effect
  uint32_t tail;       ///< block being filled
  bool has_begun, is_joined;
  taut_status status;  ///< first failure
  // Of both, under `mutex`.
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  uint32_t n_filled;
  bool is_over, has_failed;
  block blocks[N_BLOCKS];  ///< of the thread that holds them
  // Of the writing thread, until it is joined.
  pthread_t thread;
  taut_mcap_file file;
  uint32_t head;
};

// --------------------------------------------------------------------------------- writing thread

static taut_status write_block(taut_trace_writer *w, const block *b) {
  if (b->bytes.size == 0) return TAUT_OK;
  if (b->is_chunk) return taut_mcap_file_chunk(&w->file, b->bytes.data, b->bytes.size);
  return taut_mcap_file_records(&w->file, b->bytes.data, b->bytes.size);
}

static void *write_blocks(void *user) {
  taut_trace_writer *w = user;
  pthread_mutex_lock(&w->mutex);
  for (;;) {
    while (w->n_filled == 0 && !w->is_over) pthread_cond_wait(&w->changed, &w->mutex);
    if (w->n_filled == 0) break;
    bool has_failed = w->has_failed;
    pthread_mutex_unlock(&w->mutex);
    if (!has_failed) has_failed = write_block(w, &w->blocks[w->head]) != TAUT_OK;
    w->head = (w->head + 1) % N_BLOCKS;
    pthread_mutex_lock(&w->mutex);
    w->has_failed = has_failed;
    w->n_filled--;
    pthread_cond_signal(&w->changed);
  }
  pthread_mutex_unlock(&w->mutex);
  return NULL;
}

/// Gives the block being filled to the writing thread and waits for a free one.
static taut_status hand_over(taut_trace_writer *w) {
  bool has_room = !w->blocks[w->tail].bytes.has_failed;
  pthread_mutex_lock(&w->mutex);
  w->n_filled++;
  if (!has_room) w->has_failed = true;
  pthread_cond_signal(&w->changed);
  w->tail = (w->tail + 1) % N_BLOCKS;
  while (w->n_filled == N_BLOCKS) pthread_cond_wait(&w->changed, &w->mutex);
  bool has_failed = w->has_failed;
  pthread_mutex_unlock(&w->mutex);
  w->blocks[w->tail].bytes.size = 0;
  w->blocks[w->tail].is_chunk = true;
  if (has_failed && w->status == TAUT_OK) w->status = has_room ? TAUT_EIO : TAUT_ENOMEM;
  return w->status;
}

static bool start_thread(taut_trace_writer *w) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  int failed = pthread_create(&w->thread, &attributes, write_blocks, w);
  pthread_attr_destroy(&attributes);
  return failed == 0;
}

static void join_thread(taut_trace_writer *w) {
  if (w->is_joined) return;
  pthread_mutex_lock(&w->mutex);
  w->is_over = true;
  pthread_cond_signal(&w->changed);
  pthread_mutex_unlock(&w->mutex);
  pthread_join(w->thread, NULL);
  w->is_joined = true;
}

// ----------------------------------------------------------------------------- simulating thread

taut_status taut_trace_writer_create(const taut_trace_sink *sink, const taut_trace_options *options,
                                     taut_trace_writer **out) {
  *out = NULL;
  taut_trace_writer *w = calloc(1, sizeof *w);
  if (w == NULL) return TAUT_ENOMEM;
  w->chunk_bytes = options != NULL && options->chunk_bytes > 0 ? options->chunk_bytes : 256 * 1024;
  w->is_live = options != NULL && options->is_live;
  pthread_mutex_init(&w->mutex, NULL);
  pthread_cond_init(&w->changed, NULL);
  // A disk that is full from the start is no reason to fail here: the first row will say so.
  taut_status status = taut_mcap_file_begin(&w->file, sink, LEVEL);
  if (status == TAUT_EIO) {
    w->has_failed = true;
    status = TAUT_OK;
  }
  if (status == TAUT_OK && !start_thread(w)) status = TAUT_EIO;
  if (status != TAUT_OK) {
    w->is_joined = true;
    taut_trace_writer_destroy(w);
    return status;
  }
  *out = w;
  return TAUT_OK;
}

void taut_trace_writer_destroy(taut_trace_writer *w) {
  if (w == NULL) return;
  join_thread(w);
  for (size_t i = 0; i < N_BLOCKS; i++) taut_bytes_fini(&w->blocks[i].bytes);
  taut_bytes_fini(&w->effects);
  for (uint32_t i = 0; i < w->n_streams; i++) free(w->streams[i].steps);
  free(w->streams);
  taut_columns_fini(&w->columns);
  taut_mcap_file_fini(&w->file);
  pthread_cond_destroy(&w->changed);
  pthread_mutex_destroy(&w->mutex);
  free(w);
}

static uint8_t store_varint(uint8_t *to, uint64_t value) {
  uint8_t n = 0;
  for (; value >= 0x80; value >>= 7) to[n++] = (uint8_t)(value | 0x80);
  to[n++] = (uint8_t)value;
  return n;
}

static taut_status make_stream(taut_trace_writer *w, uint32_t i) {
  const taut_channel *channel = &w->columns.channels[i];
  stream *s = &w->streams[i];
  *s =
      (stream){.id = channel->id, .n_steps = channel->n_columns, .number_odd = channel->number_odd};
  s->steps = calloc(channel->n_columns + 1, sizeof *s->steps);
  if (s->steps == NULL) return TAUT_ENOMEM;
  w->row_bytes += TAUT_MCAP_HEAD_SIZE + TAUT_MCAP_MESSAGE_HEAD_SIZE + 16;
  for (uint32_t k = 0; k < channel->n_columns; k++) {
    const taut_trace_column *column = &channel->columns[k];
    step *at = &s->steps[k];
    *at = (step){.slot = column->first,
                 .count = column->count,
                 .kind = (uint8_t)(column->count > 1 ? (int)STEP_ARRAY : (int)column->kind),
                 .number = column->number};
    static const uint8_t wire_types[] = {1, 0, 0, 2};
    at->n_tag = store_varint(at->tag, (uint64_t)column->number << 3 | wire_types[at->kind]);
    // A tag is stored as four bytes whatever its length; eight per value and a length at most.
    w->row_bytes += 4 + 10 + (size_t)column->count * 8;
  }
  return TAUT_OK;
}

taut_status taut_trace_writer_begin(taut_trace_writer *w, const taut_plan *plan, uint64_t seed,
                                    const char *scenario) {
  if (w->has_begun) return TAUT_EINVAL;
  w->has_begun = true;
  w->plan = plan;
  taut_status status = taut_columns_of_plan(plan, &w->columns);
  if (status != TAUT_OK) return status;
  w->streams = calloc(w->columns.n_channels + 1, sizeof *w->streams);
  if (w->streams == NULL) return TAUT_ENOMEM;
  w->n_streams = w->columns.n_channels;
  for (uint32_t i = 0; i < w->n_streams && status == TAUT_OK; i++) status = make_stream(w, i);
  if (status != TAUT_OK) return status;
  // All memory of the rows at once, so that no later one fails for want of it.
  for (size_t i = 0; i < N_BLOCKS; i++) {
    if (!taut_bytes_reserve(&w->blocks[i].bytes, w->chunk_bytes + 2 * w->row_bytes)) {
      return TAUT_ENOMEM;
    }
  }
  taut_describe_plan(plan, &w->columns, seed, scenario, w->is_live, &w->blocks[w->tail].bytes);
  w->blocks[w->tail].is_chunk = false;
  return hand_over(w);
}

static uint8_t *put_message_head(uint8_t *to, uint16_t id, uint32_t sequence, int64_t at_ns) {
  *to = TAUT_MCAP_MESSAGE;
  to = taut_store_u16(to + TAUT_MCAP_HEAD_SIZE, id);
  to = taut_store_u32(to, sequence);
  to = taut_store_u64(to, (uint64_t)at_ns);
  return taut_store_u64(to, (uint64_t)at_ns);
}

static void close_message(uint8_t *head, const uint8_t *end) {
  taut_store_u64(head + 1, (uint64_t)(end - head - TAUT_MCAP_HEAD_SIZE));
}

/// Bools and enums whose value is no such thing, as pairs of field number and value.
static bool put_odd_values(taut_bytes *out, const stream *s, const double *values) {
  taut_bytes pairs = {0};
  for (uint32_t i = 0; i < s->n_steps; i++) {
    const step *at = &s->steps[i];
    if (at->kind != TAUT_COLUMN_BOOL && at->kind != TAUT_COLUMN_ENUM) continue;
    double value = values[at->slot];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    double most = at->kind == TAUT_COLUMN_BOOL ? 1.0 : 2147483647.0;
    bool is_fit = bits == 0 || (value >= 1.0 && value <= most && rint(value) == value);
    if (is_fit) continue;
    double number = at->number;
    taut_bytes_put(&pairs, &number, sizeof number);
    taut_bytes_u64(&pairs, bits);
  }
  if (pairs.size > 0) taut_bytes_field(out, s->number_odd, pairs.data, pairs.size);
  bool is_put = !pairs.has_failed && !out->has_failed;
  taut_bytes_fini(&pairs);
  return is_put;
}

static uint8_t *put_array(uint8_t *to, const step *at, const double *values) {
  to += store_varint(to, (uint64_t)at->count * 8);
  for (uint32_t e = 0; e < at->count; e++) {
    uint64_t bits;
    memcpy(&bits, &values[at->slot + e], sizeof bits);
    to = taut_store_u64(to, bits);
  }
  return to;
}

/// A message of `s` at `to`; as proto3 has it, zeros are left out. Sets `has_odd` when a bool or
/// enum cannot hold its value.
static uint8_t *put_message(uint8_t *to, const stream *s, const double *values, bool *has_odd) {
  const step *end = s->steps + s->n_steps;
  for (const step *at = s->steps; at < end; at++) {
    double value = values[at->slot];
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (bits == 0 && at->kind != STEP_ARRAY) continue;
    memcpy(to, at->tag, sizeof at->tag);
    uint8_t *body = to + at->n_tag;
    if (at->kind == TAUT_COLUMN_NUMBER) {
      to = taut_store_u64(body, bits);
    } else if (at->kind == STEP_ARRAY) {
      to = put_array(body, at, values);
    } else {
      double most = at->kind == TAUT_COLUMN_BOOL ? 1.0 : 2147483647.0;
      if (value >= 1.0 && value <= most && rint(value) == value) {
        to = body + store_varint(body, (uint64_t)value);
      } else {
        *has_odd = true;
      }
    }
  }
  return to;
}

/// A message of the channel of events: "source" is the instance, or "script".
static taut_status put_event(taut_trace_writer *w, taut_bytes *out, int64_t tick_ns,
                             const char *text, int n) {
  uint8_t head[TAUT_MCAP_HEAD_SIZE + TAUT_MCAP_MESSAGE_HEAD_SIZE] = {0};
  put_message_head(head, (uint16_t)(w->n_streams + 1), w->n_events++, tick_ns);
  close_message(head, head + sizeof head + n);
  taut_bytes_put(out, head, sizeof head);
  taut_bytes_put(out, text, (size_t)n);
  return out->has_failed ? TAUT_ENOMEM : TAUT_OK;
}

/// ",\"label\":\"leak\"" of an enum's value, else "".
static void label_text(const taut_signal *signal, double value, char *text, size_t size) {
  text[0] = '\0';
  for (size_t i = 0; signal->labels != NULL && signal->labels[i] != NULL; i++) {
    if ((double)i == value) snprintf(text, size, ",\"label\":\"%.100s\"", signal->labels[i]);
  }
}

static void value_text(double value, char *text, size_t size) {
  snprintf(text, size, isfinite(value) ? "%.17g" : "null", value);
}

static taut_status put_model_event(taut_trace_writer *w, taut_bytes *out, const taut_event *event) {
  const taut_instance_info info = taut_plan_instance(w->plan, event->instance);
  const taut_signal *signal = &info.model->events[event->event];
  char text[512], label[128], value[40];
  value_text(event->value, value, sizeof value);
  label_text(signal, event->value, label, sizeof label);
  int n = snprintf(text, sizeof text,
                   "{\"tick_ns\":%" PRId64
                   ",\"source\":\"%.100s\",\"event\":\"%.100s\",\"value\":%s%s}",
                   event->tick_ns, info.path, signal->name, value, label);
  return put_event(w, out, event->tick_ns, text, n);
}

static taut_status put_effect(taut_trace_writer *w, taut_bytes *out, const taut_effect *effect) {
  static const char *const names[] = {[TAUT_EFFECT_SET] = "set",
                                      [TAUT_EFFECT_EVENT] = "event",
                                      [TAUT_EFFECT_FAULT] = "fault",
                                      [TAUT_EFFECT_SKIP] = "skip"};
  char text[1024], target[256], label[128] = "", value[40];
  bool is_skip = effect->kind == TAUT_EFFECT_SKIP;
  value_text(is_skip ? effect->value * 1e-9 : effect->value, value, sizeof value);
  if (is_skip) {
    snprintf(target, sizeof target, "time");
  } else if (effect->kind == TAUT_EFFECT_FAULT) {
    snprintf(target, sizeof target, "%s", taut_plan_fault(w->plan, effect->target)->name);
    snprintf(label, sizeof label, ",\"label\":\"%s\"", effect->value != 0.0 ? "on" : "off");
  } else {
    taut_port port;
    taut_plan_slot_name(w->plan, effect->target, target, sizeof target);
    bool is_port = taut_plan_find(w->plan, target, &port) == TAUT_OK;
    if (is_port) label_text(port.signal, effect->value, label, sizeof label);
  }
  // The name of a fault is the scenario's own text.
  for (char *at = target; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\' || *at < ' ' || *at > '~') *at = '?';
  }
  int n = snprintf(text, sizeof text,
                   "{\"tick_ns\":%" PRId64
                   ",\"source\":\"script\",\"event\":\"%s\",\"target\":\"%.250s\",\"value\":%s%s}",
                   effect->tick_ns, names[effect->kind], target, value, label);
  return put_event(w, out, effect->tick_ns, text, n);
}

void taut_trace_writer_effect(void *user, const taut_effect *effect) {
  taut_trace_writer *w = user;
  taut_bytes_put(&w->effects, effect, sizeof *effect);
  if (w->effects.has_failed && w->status == TAUT_OK) w->status = TAUT_ENOMEM;
}

/// What the script did up to a time, from effect `*i_effect` on.
static taut_status put_effects(taut_trace_writer *w, taut_bytes *out, int64_t until_ns,
                               size_t *i_effect) {
  taut_status status = TAUT_OK;
  for (; *i_effect < w->effects.size / sizeof(taut_effect) && status == TAUT_OK; ++*i_effect) {
    taut_effect effect;
    memcpy(&effect, w->effects.data + *i_effect * sizeof effect, sizeof effect);
    if (effect.tick_ns > until_ns) break;
    status = put_effect(w, out, &effect);
  }
  return status;
}

/// Events of a row and what the script did since the last one, by time; what the script does to a
/// tick comes before what happens in it.
static taut_status put_events(taut_trace_writer *w, taut_bytes *out, const taut_event *events,
                              size_t n_events) {
  size_t i_effect = 0;
  taut_status status = TAUT_OK;
  for (size_t i = 0; i < n_events && status == TAUT_OK; i++) {
    status = put_effects(w, out, events[i].tick_ns, &i_effect);
    if (status == TAUT_OK) status = put_model_event(w, out, &events[i]);
  }
  if (status == TAUT_OK) status = put_effects(w, out, INT64_MAX, &i_effect);
  w->effects.size = 0;
  return status;
}

taut_status taut_trace_writer_row(void *user, const taut_row *row) {
  taut_trace_writer *w = user;
  if (w->status != TAUT_OK) return w->status;
  if (row->n_values < w->columns.n_values) return w->status = TAUT_EINVAL;
  taut_bytes *out = &w->blocks[w->tail].bytes;
  if (row->n_events > 0 || w->effects.size > 0) {
    w->status = put_events(w, out, row->events, row->n_events);
  }
  if (w->status != TAUT_OK) return w->status;
  if (!taut_bytes_reserve(out, w->row_bytes)) return w->status = TAUT_ENOMEM;
  for (uint32_t i = 0; i < w->n_streams; i++) {
    const stream *s = &w->streams[i];
    size_t mark = out->size;
    bool has_odd = false;
    uint8_t *to = put_message_head(out->data + mark, s->id, w->n_rows, row->tick_ns);
    to = put_message(to, s, row->values, &has_odd);
    out->size = (size_t)(to - out->data);
    if (has_odd) {
      // What follows may move the block and must leave room for the messages to come.
      bool is_put = put_odd_values(out, s, row->values) && taut_bytes_reserve(out, w->row_bytes);
      if (!is_put) return w->status = TAUT_ENOMEM;
    }
    close_message(out->data + mark, out->data + out->size);
  }
  w->n_rows++;
  return out->size >= w->chunk_bytes ? hand_over(w) : TAUT_OK;
}

taut_status taut_trace_writer_note(taut_trace_writer *w, const char *name, const taut_pair *pairs,
                                   size_t n_pairs) {
  if (w->status == TAUT_OK && w->effects.size > 0) {
    w->status = put_events(w, &w->blocks[w->tail].bytes, NULL, 0);
  }
  if (w->status == TAUT_OK && w->blocks[w->tail].bytes.size > 0) hand_over(w);
  if (w->status != TAUT_OK) return w->status;
  taut_mcap_put_metadata(&w->blocks[w->tail].bytes, name, pairs, n_pairs);
  w->blocks[w->tail].is_chunk = false;
  return hand_over(w);
}

taut_status taut_trace_writer_finish(taut_trace_writer *w) {
  if (w->is_joined) return w->status;
  if (w->status == TAUT_OK && w->blocks[w->tail].bytes.size > 0) hand_over(w);
  join_thread(w);
  if (w->has_failed && w->status == TAUT_OK) w->status = TAUT_EIO;
  if (w->status == TAUT_OK) w->status = taut_mcap_file_end(&w->file);
  return w->status;
}
