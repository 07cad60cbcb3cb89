#include "engine/text.h"

#include <stdarg.h>
#include <stdio.h>

void taut_say(const taut_log_sink *log, int64_t tick_ns, taut_log_level level, const char *path,
              const char *format, ...) {
  if (!log || !log->write) return;
  char text[TAUT_LINE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  log->write(log->user, tick_ns, level, path, text);
}

int taut_is_name(const char *text) {
  if (!text || text[0] < 'a' || text[0] > 'z') return 0;
  size_t n = 1;
  while ((text[n] >= 'a' && text[n] <= 'z') || (text[n] >= '0' && text[n] <= '9') || text[n] == '_')
    n++;
  return text[n] == '\0' && n <= 63;
}
