// Replays a corpus through a fuzz target: each file as it is, and cut short at up to 24 lengths, so
// that every find of the fuzzer stays a test. The bytes lie in a block of just their size: a read
// beyond it is seen under sanitizers.
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

enum { FILE_MAX = 65536, CUTS_MAX = 24 };

static void replay(const uint8_t *bytes, size_t size) {
  uint8_t *copy = malloc(size > 0 ? size : 1);
  if (copy == NULL) exit(2);
  if (size > 0) memcpy(copy, bytes, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

int main(int argc, char **argv) {
  static uint8_t bytes[FILE_MAX + 1];
  if (argc != 2) {
    fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
    return 2;
  }
  DIR *folder = opendir(argv[1]);
  if (folder == NULL) {
    perror(argv[1]);
    return 2;
  }
  int n_files = 0;
  for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
    char path[1024];
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    FILE *file = fopen(path, "rb");
    const size_t n = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file == NULL || n > FILE_MAX) {
      fprintf(stderr, "%s cannot be read, or is longer than %d bytes\n", path, FILE_MAX);
      return 1;
    }
    fclose(file);
    // What is going to break is known by its name.
    printf("%s\n", entry->d_name);
    fflush(stdout);
    const size_t step = n / CUTS_MAX + 1;
    for (size_t cut = 0; cut < n; cut += step) replay(bytes, cut);
    replay(bytes, n);
    n_files++;
  }
  closedir(folder);
  printf("%d files replayed\n", n_files);
  return n_files > 0 ? 0 : 1;
}
