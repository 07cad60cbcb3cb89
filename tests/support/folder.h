/// A fresh working folder for each test, removed after it: setup and teardown of cmocka.
#ifndef TAUT_TESTS_SUPPORT_FOLDER_H
#define TAUT_TESTS_SUPPORT_FOLDER_H

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static inline void remove_tree(const char *path) {
  struct stat info;
  if (lstat(path, &info) != 0) return;
  if (!S_ISDIR(info.st_mode)) {
    unlink(path);
    return;
  }
  DIR *dir = opendir(path);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    char below[PATH_MAX];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    int n = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
    if (n > 0 && (size_t)n < sizeof below) remove_tree(below);
  }
  if (dir != NULL) closedir(dir);
  rmdir(path);
}

static inline int enter_folder(void **state) {
  char *folder = strdup("/tmp/taut-test-XXXXXX");
  *state = folder;
  return folder != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static inline int leave_folder(void **state) {
  char *folder = *state;
  int failed = chdir("/");
  remove_tree(folder);
  free(folder);
  return failed;
}

#endif
