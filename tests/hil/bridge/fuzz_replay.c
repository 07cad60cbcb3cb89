// Replays a corpus folder through a fuzz target: each file as it is, and cut at each length, so
// that every find of the fuzzer stays a test.
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

enum { SIZE_MAX_FILE = 65536 };

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  DIR *folder = opendir(argv[1]);
  if (!folder) {
    perror(argv[1]);
    return 2;
  }
  int n_files = 0;
  for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
    if (entry->d_name[0] == '.') continue;
    char path[1024];
    static uint8_t bytes[SIZE_MAX_FILE];
    snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    FILE *file = fopen(path, "rb");
    if (!file) {
      perror(path);
      return 1;
    }
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = 0; cut <= n; cut++) LLVMFuzzerTestOneInput(bytes, cut);
    n_files++;
  }
  closedir(folder);
  printf("%d files replayed\n", n_files);
  return n_files > 0 ? 0 : 1;
}
