/// Log lines and short texts of the core.
#ifndef TAUT_ENGINE_TEXT_H
#define TAUT_ENGINE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "taut/engine.h"

enum {
  TAUT_LINE_MAX = 1024,  ///< bytes of a log line with its end; longer text is cut
  TAUT_PATH_MAX = 256,   ///< bytes of "instance.port" with its end
};

#if defined(__GNUC__)
#define TAUT_PRINTF(i_format, i_first) __attribute__((format(printf, i_format, i_first)))
#else
#define TAUT_PRINTF(i_format, i_first)
#endif

/// Formats one line and hands it to the log; nothing when `log` is NULL. No allocation. [any]
void taut_say(const taut_log_sink *log, int64_t tick_ns, taut_log_level level, const char *path,
              const char *format, ...) TAUT_PRINTF(5, 6);

/// An error outside a run. [any]
#define taut_say_error(log, path, ...) taut_say((log), -1, TAUT_LOG_ERROR, (path), __VA_ARGS__)

/// Is the text [a-z][a-z0-9_]*, at most 63 bytes? [any]
int taut_is_name(const char *text);

#endif
