#include "hil/black_box.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 32768 };

struct taut_black_box {
  const taut_model *model;
  char path[PATH_MAX], older[PATH_MAX + 2];
  int fd;  ///< -1 once writing has failed
  int64_t n_bytes, start_ns;
  char line[LINE_MAX_BYTES];
  size_t n_line;
};

__attribute__((format(printf, 2, 3))) static void add(taut_black_box *box, const char *format,
                                                      ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t room = sizeof box->line - box->n_line;
  int n = vsnprintf(box->line + box->n_line, room, format, arguments);
  va_end(arguments);
  if (n > 0) box->n_line += (size_t)n < room ? (size_t)n : room - 1;
}

/// One write per line: nothing waits in this process for a time that may not come.
static void end_line(taut_black_box *box) {
  add(box, "\n");
  box->line[box->n_line - 1] = '\n';
  if (box->fd >= 0 && write(box->fd, box->line, box->n_line) != (ssize_t)box->n_line) {
    close(box->fd);
    box->fd = -1;
  }
  box->n_bytes += (int64_t)box->n_line;
  box->n_line = 0;
}

static void write_head(taut_black_box *box) {
  add(box, "wall_s,instance,tick_s,age_ms");
  for (uint32_t i = 0; i < box->model->n_outputs; i++) {
    const taut_signal *signal = &box->model->outputs[i];
    for (uint32_t k = 0; k < signal->count; k++) {
      if (signal->count == 1) add(box, ",%s", signal->name);
      if (signal->count > 1) add(box, ",%s[%u]", signal->name, k);
    }
  }
  end_line(box);
}

static bool begin_file(taut_black_box *box) {
  // There is none at the first start.
  rename(box->path, box->older);
  box->fd = open(box->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
  box->n_bytes = 0;
  if (box->fd >= 0) write_head(box);
  return box->fd >= 0;
}

static void make_room(taut_black_box *box) {
  if (box->fd < 0 || box->n_bytes < TAUT_BLACK_BOX_BYTES) return;
  close(box->fd);
  begin_file(box);
}

taut_status taut_black_box_open(const char *path, const taut_model *model, int64_t now_ns,
                                taut_black_box **out, char *error, size_t size) {
  taut_black_box *box = *out = calloc(1, sizeof *box);
  if (box == NULL) return TAUT_ENOMEM;
  box->model = model;
  box->start_ns = now_ns;
  snprintf(box->path, sizeof box->path, "%s", path);
  snprintf(box->older, sizeof box->older, "%s.1", box->path);
  if (begin_file(box)) return TAUT_OK;
  snprintf(error, size, "%.400s cannot be written: %s", path, strerror(errno));
  free(box);
  *out = NULL;
  return TAUT_EIO;
}

void taut_black_box_close(taut_black_box *box) {
  if (box == NULL) return;
  if (box->fd >= 0) close(box->fd);
  free(box);
}

static double seconds(const taut_black_box *box, int64_t now_ns) {
  return (double)(now_ns - box->start_ns) * 1e-9;
}

void taut_black_box_row(taut_black_box *box, int64_t now_ns, const char *instance, int64_t tick_ns,
                        int64_t age_ns, const double *outputs) {
  if (box == NULL) return;
  make_room(box);
  add(box, "%.6f,%s,%.6f,%.3f", seconds(box, now_ns), instance, (double)tick_ns * 1e-9,
      (double)age_ns * 1e-6);
  for (uint32_t i = 0; i < box->model->n_outputs; i++) {
    const taut_signal *signal = &box->model->outputs[i];
    for (uint32_t k = 0; k < signal->count; k++, outputs++) {
      bool is_label = signal->labels != NULL && *outputs >= 0 && *outputs <= signal->max;
      if (is_label) add(box, ",%s", signal->labels[(size_t)*outputs]);
      if (!is_label) add(box, ",%.6g", *outputs);
    }
  }
  end_line(box);
}

void taut_black_box_note(taut_black_box *box, int64_t now_ns, const char *text) {
  if (box == NULL) return;
  make_room(box);
  add(box, "# %.6f %s", seconds(box, now_ns), text);
  end_line(box);
}
