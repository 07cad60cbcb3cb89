/// What a process holds, as the system sees it.
#ifndef TAUT_TESTS_SUPPORT_PROCESS_H
#define TAUT_TESTS_SUPPORT_PROCESS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/// Entries of a folder below /proc, such as "fd" or "task"; -1 when the process is gone.
static inline int count_entries(pid_t pid, const char *name) {
  char path[64];
  int n = 0;
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  DIR *dir = opendir(path);
  if (dir == NULL) return -1;
  while (readdir(dir) != NULL) n++;
  closedir(dir);
  return n;
}

/// Resident memory [kB]; -1 when the process is gone.
static inline long resident_kb(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  FILE *file = fopen(path, "r");
  char line[256];
  long kb = -1;
  while (file != NULL && fgets(line, sizeof line, file) != NULL)
    if (strncmp(line, "VmRSS:", 6) == 0) kb = strtol(line + 6, NULL, 10);
  if (file != NULL) fclose(file);
  return kb;
}

#endif
