// Errors of a text: position, source line and caret.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/expr.h"

enum { LINE_SHOWN_MAX = 160 };

/// Characters (not bytes) of UTF-8 text in [begin, end).
static int count_characters(const char *text, uint32_t begin, uint32_t end) {
  int n = 0;
  for (uint32_t i = begin; i < end; i++) n += ((unsigned char)text[i] & 0xC0) != 0x80;
  return n;
}

static void append(taut_expr_error *error, size_t *n, const char *piece, size_t length) {
  size_t room = sizeof error->text - 1 - *n;
  if (length > room) length = room;
  memcpy(error->text + *n, piece, length);
  *n += length;
  error->text[*n] = 0;
}

static void render(const taut_source *source, uint32_t begin, uint32_t end) {
  taut_expr_error *error = source->error;
  uint32_t line_begin = begin, line_end = begin;
  while (line_begin > 0 && source->text[line_begin - 1] != '\n') line_begin--;
  while (line_end < source->length && source->text[line_end] != '\n') line_end++;
  // A long line is shown from a little before the error.
  if (begin - line_begin > LINE_SHOWN_MAX - 40) {
    line_begin = begin - (LINE_SHOWN_MAX - 40);
    while (line_begin < begin && ((unsigned char)source->text[line_begin] & 0xC0) == 0x80)
      line_begin++;
  }
  if (line_end - line_begin > LINE_SHOWN_MAX) line_end = line_begin + LINE_SHOWN_MAX;
  if (end > line_end) end = line_end;
  int indent = count_characters(source->text, line_begin, begin);
  int width = count_characters(source->text, begin, end);

  char head[400];
  int n_head =
      snprintf(head, sizeof head, "%d:%d: %s\n  ", error->line, error->column, error->message);
  size_t n = 0;
  append(error, &n, head, (size_t)n_head < sizeof head ? (size_t)n_head : sizeof head - 1);
  size_t n_line = n;
  append(error, &n, source->text + line_begin, line_end - line_begin);
  for (size_t i = n_line; i < n; i++)
    if ((unsigned char)error->text[i] < ' ') error->text[i] = ' ';
  append(error, &n, "\n  ", 3);
  for (int i = 0; i < indent; i++) append(error, &n, " ", 1);
  append(error, &n, "^", 1);
  for (int i = 1; i < width; i++) append(error, &n, "~", 1);
}

taut_status taut_source_error(const taut_source *source, uint32_t begin, uint32_t end,
                              const char *format, ...) {
  taut_expr_error *error = source->error;
  if (!error) return TAUT_EINVAL;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  for (char *c = error->message; *c; c++)
    if ((unsigned char)*c < ' ') *c = ' ';
  uint32_t line_begin = begin;
  while (line_begin > 0 && source->text[line_begin - 1] != '\n') line_begin--;
  error->line = 1;
  for (uint32_t i = 0; i < line_begin; i++) error->line += source->text[i] == '\n';
  error->column = 1 + count_characters(source->text, line_begin, begin);
  error->length = count_characters(source->text, begin, end);
  if (error->length < 1) error->length = 1;
  render(source, begin, end);
  return TAUT_EINVAL;
}
