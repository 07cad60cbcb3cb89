#include "runner/frame.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PREFIX = 4 };

static void nonce_text(const uint8_t nonce[TAUT_NONCE_SIZE], char text[2 * TAUT_NONCE_SIZE + 1]) {
  for (size_t i = 0; i < TAUT_NONCE_SIZE; i++) snprintf(text + 2 * i, 3, "%02x", nonce[i]);
}

static taut_status write_all(int fd, const char *data, size_t size) {
  while (size > 0) {
    ssize_t n = write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return TAUT_EIO;
    data += n;
    size -= (size_t)n;
  }
  return TAUT_OK;
}

taut_status taut_frame_write(int fd, const uint8_t nonce[TAUT_NONCE_SIZE], const char *type,
                             json_t *body) {
  char text[2 * TAUT_NONCE_SIZE + 1];
  nonce_text(nonce, text);
  json_object_set_new(body, "nonce", json_string(text));
  json_object_set_new(body, "type", json_string(type));
  char *json = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(17));
  json_decref(body);
  if (json == NULL) return TAUT_ENOMEM;
  size_t size = strlen(json);
  taut_status status = size > TAUT_FRAME_MAX ? TAUT_EFULL : TAUT_OK;
  if (status == TAUT_OK) {
    const unsigned char prefix[PREFIX] = {(unsigned char)size, (unsigned char)(size >> 8),
                                          (unsigned char)(size >> 16), (unsigned char)(size >> 24)};
    status = write_all(fd, (const char *)prefix, PREFIX);
    if (status == TAUT_OK) status = write_all(fd, json, size);
  }
  free(json);
  return status;
}

/// Takes one whole frame; its fault goes to the reader.
static void take_frame(taut_frame_reader *reader, const char *text, size_t size,
                       taut_frame_fn on_item, void *user) {
  json_error_t error;
  json_t *frame = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  char expected[2 * TAUT_NONCE_SIZE + 1];
  nonce_text(reader->nonce, expected);
  const char *nonce = json_string_value(json_object_get(frame, "nonce"));
  const char *type = json_string_value(json_object_get(frame, "type"));
  if (!json_is_object(frame)) {
    reader->fault = "a frame is not a JSON object";
  } else if (nonce == NULL || strcmp(nonce, expected) != 0 || type == NULL) {
    reader->fault = "a frame was not written by the worker";
  } else if (strcmp(type, "end") == 0) {
    reader->end = json_incref(frame);
  } else if (strcmp(type, "item") == 0) {
    if (on_item != NULL) on_item(user, frame);
  } else {
    reader->fault = "a frame of unknown type";
  }
  json_decref(frame);
}

void taut_frame_reader_push(taut_frame_reader *reader, const void *data, size_t size,
                            taut_frame_fn on_item, void *user) {
  if (reader->fault != NULL || size == 0) return;
  taut_buffer_append(&reader->bytes, data, size);
  while (reader->fault == NULL) {
    const unsigned char *bytes = (const unsigned char *)reader->bytes.data + reader->taken;
    size_t left = reader->bytes.size - reader->taken;
    if (left == 0) break;
    if (reader->end != NULL) {
      reader->fault = "something was written after the result";
      break;
    }
    if (left < PREFIX) break;
    size_t length =
        (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
    if (length > TAUT_FRAME_MAX) {
      reader->fault = "a frame is larger than allowed";
      break;
    }
    if (left < PREFIX + length) break;
    take_frame(reader, (const char *)bytes + PREFIX, length, on_item, user);
    reader->taken += PREFIX + length;
  }
  if (reader->taken == reader->bytes.size) {
    reader->bytes.size = 0;
    reader->taken = 0;
  }
}

void taut_frame_reader_finish(taut_frame_reader *reader) {
  if (reader->fault == NULL && reader->taken < reader->bytes.size) {
    reader->fault = "the last frame is cut short";
  }
}

void taut_frame_reader_fini(taut_frame_reader *reader) {
  taut_buffer_fini(&reader->bytes);
  json_decref(reader->end);
  reader->end = NULL;
}
