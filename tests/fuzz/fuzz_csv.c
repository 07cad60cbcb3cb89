// Fuzz target: any bytes as a trace in CSV, as `taut monitor` reads one.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/row_source.h"
#include "fuzz.h"

enum { ROWS_MAX = 10000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static int file = -1;
  char path[64], error[TAUT_ROW_ERROR_SIZE] = "", place[256];
  if (file < 0) file = memfd_create("trace.csv", MFD_CLOEXEC);
  bool is_written =
      file >= 0 && ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size;
  fuzz_promise(is_written, "there is memory");
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  taut_row_source *source = taut_csv_source_open(path, error);
  fuzz_promise(source != NULL || error[0] != '\0', "what cannot be read has a reason");
  if (source == NULL) return 0;
  double *values = calloc(source->n_columns + 1, sizeof *values), t_s;
  fuzz_promise(values != NULL, "there is memory");
  for (size_t i = 0; i < source->n_columns; i++) source->is_used[i] = i % 3 != 2;
  int status = 1;
  for (int n = 0; n < ROWS_MAX && status == 1; n++) {
    error[0] = '\0';
    status = source->next(source, &t_s, values, error);
    fuzz_promise(status >= 0 || error[0] != '\0', "what cannot be read has a reason");
    for (size_t i = 0; status == 1 && i < source->n_columns; i++)
      if (source->is_used[i]) fuzz_look_at(&values[i], sizeof values[i]);
    source->place(source, place, sizeof place);
  }
  free(values);
  source->close(source);
  return 0;
}
