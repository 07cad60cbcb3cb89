#include "report/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/suggest.h"

void *taut_memory_resize(void *block, size_t size) {
  void *moved = realloc(block, size > 0 ? size : 1);
  if (moved == NULL) {
    static const char text[] = "taut: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
    _exit(3);
  }
  return moved;
}

// ------------------------------------------------------------------------------------------ buffer

static void buffer_reserve(taut_buffer *buffer, size_t extra) {
  size_t needed = buffer->size + extra + 1;
  if (needed <= buffer->capacity) return;
  size_t capacity = buffer->capacity < 128 ? 128 : buffer->capacity;
  while (capacity < needed) capacity *= 2;
  buffer->data = taut_memory_resize(buffer->data, capacity);
  buffer->capacity = capacity;
}

void taut_buffer_append(taut_buffer *buffer, const void *data, size_t size) {
  buffer_reserve(buffer, size);
  if (size > 0) memcpy(buffer->data + buffer->size, data, size);
  buffer->size += size;
  buffer->data[buffer->size] = '\0';
}

void taut_buffer_text(taut_buffer *buffer, const char *text) {
  taut_buffer_append(buffer, text, strlen(text));
}

static void buffer_vprintf(taut_buffer *buffer, const char *format, va_list arguments) {
  assert(format != NULL);
  va_list again;
  va_copy(again, arguments);
  int size = vsnprintf(NULL, 0, format, arguments);
  if (size > 0) {
    buffer_reserve(buffer, (size_t)size);
    vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, again);
    buffer->size += (size_t)size;
  } else {
    taut_buffer_append(buffer, "", 0);
  }
  va_end(again);
}

void taut_buffer_printf(taut_buffer *buffer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  buffer_vprintf(buffer, format, arguments);
  va_end(arguments);
}

void taut_buffer_fini(taut_buffer *buffer) {
  free(buffer->data);
  *buffer = (taut_buffer){0};
}

char *taut_text_format(const char *format, ...) {
  taut_buffer buffer = {0};
  va_list arguments;
  va_start(arguments, format);
  buffer_vprintf(&buffer, format, arguments);
  va_end(arguments);
  return buffer.data;
}

char *taut_text_copy(const char *text) {
  size_t size = strlen(text) + 1;
  return memcpy(taut_memory_resize(NULL, size), text, size);
}

// ---------------------------------------------------------------------------------------- cleaning

/// Length of the valid, printable UTF-8 sequence at `text`, 0 when there is none.
static size_t utf8_length(const unsigned char *text, size_t size) {
  unsigned char first = text[0];
  if (first < 0x80) return first >= 0x20 && first != 0x7f;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || size < length) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80) return 0;
  }
  // C1 control characters, over-long forms, surrogates, beyond U+10FFFF, bidirectional overrides.
  if (first == 0xc2 && text[1] < 0xa0) return 0;
  if (first == 0xe0 && text[1] < 0xa0) return 0;
  if (first == 0xed && text[1] > 0x9f) return 0;
  if (first == 0xf0 && text[1] < 0x90) return 0;
  if (first == 0xf4 && text[1] > 0x8f) return 0;
  if (first == 0xe2 && text[1] == 0x80 && text[2] >= 0xaa && text[2] <= 0xae) return 0;
  if (first == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9) return 0;
  return length;
}

char *taut_text_clean(const char *text, size_t size) {
  const unsigned char *bytes = (const unsigned char *)text;
  char *clean = taut_memory_resize(NULL, size + 1);
  size_t n = 0;
  for (size_t i = 0; i < size;) {
    size_t length = bytes[i] == '\n' || bytes[i] == '\t' ? 1 : utf8_length(bytes + i, size - i);
    if (length == 0) {
      clean[n++] = '?';
      i++;
      continue;
    }
    memcpy(clean + n, text + i, length);
    n += length;
    i += length;
  }
  clean[n] = '\0';
  return clean;
}

// ------------------------------------------------------------------------------------- suggestions

const char *taut_text_nearest(const char *word, const char *const *words, size_t n) {
  size_t length = strlen(word);
  size_t best = length / 3 + 2;
  const char *nearest = NULL;
  for (size_t i = 0; i < n; i++) {
    size_t distance = taut_edit_distance(word, words[i]);
    // A word that begins with the whole of what was typed is as good as one slip away.
    if (length >= 3 && strncmp(word, words[i], length) == 0 && distance > 1) distance = 1;
    if (distance < best) {
      best = distance;
      nearest = words[i];
    }
  }
  return nearest;
}

// ------------------------------------------------------------------------------------------- names

void taut_text_quote(taut_buffer *buffer, const char *text) {
  static const char safe[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
  if (text[0] != '\0' && text[strspn(text, safe)] == '\0') {
    taut_buffer_text(buffer, text);
    return;
  }
  taut_buffer_text(buffer, "'");
  for (; *text != '\0'; text++) {
    if (*text == '\'') {
      taut_buffer_text(buffer, "'\\''");
    } else {
      taut_buffer_append(buffer, text, 1);
    }
  }
  taut_buffer_text(buffer, "'");
}

void taut_text_slug(taut_buffer *buffer, const char *text) {
  taut_text_slug_within(buffer, text, 60);
}

bool taut_text_slug_within(taut_buffer *buffer, const char *text, size_t n_max) {
  size_t n = 0;
  bool is_gap = false;
  for (; *text != '\0' && n < n_max; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < 0x80 && isalnum(c)) {
      if (is_gap && n > 0) {
        taut_buffer_text(buffer, "-");
        n++;
      }
      char lower = (char)tolower(c);
      taut_buffer_append(buffer, &lower, 1);
      n++;
      is_gap = false;
    } else {
      is_gap = true;
    }
  }
  if (n == 0) taut_buffer_text(buffer, "case");
  return *text == '\0';
}

uint64_t taut_text_hash(uint64_t hash, const char *text) {
  for (; *text != '\0'; text++) {
    hash ^= (unsigned char)*text;
    hash *= UINT64_C(1099511628211);
  }
  return hash;
}
