/// Runs the `taut` command of the build in a folder of its own, for tests of the whole program.
#ifndef TAUT_TESTS_SUPPORT_COMMAND_H
#define TAUT_TESTS_SUPPORT_COMMAND_H

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/file.h"
#include "report/text.h"
#include "support/folder.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

enum { WORDS_MAX = 32 };

/// Splits at spaces; a word of several is in single quotes. The words are cut out of `line`.
static inline void split_words(char *line, char *words[WORDS_MAX]) {
  size_t n = 0;
  while (*line != '\0') {
    char end = *line == '\'' ? '\'' : ' ';
    if (end == '\'') line++;
    words[n++] = line;
    assert_true(n < WORDS_MAX);
    while (*line != '\0' && *line != end) line++;
    if (*line != '\0') *line++ = '\0';
    while (*line == ' ') line++;
  }
  words[n] = NULL;
}

/// Starts "taut ARGUMENTS" with stdout and stderr in the files `out` and `err`.
static inline pid_t start_taut(const char *format, ...) {
  char line[4096];
  va_list arguments;
  va_start(arguments, format);
  size_t n = (size_t)snprintf(line, sizeof line, "%s/taut ", TAUT_BUILD_DIR);
  vsnprintf(line + n, sizeof line - n, format, arguments);
  va_end(arguments);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid > 0) return pid;
  char *words[WORDS_MAX];
  split_words(line, words);
  const char *data = getenv("TEST_DATA");  // of a test that brings models of its own
  setenv("TAUT_DATA", data != NULL ? data : TAUT_SOURCE_DIR, 1);
  setenv("NO_COLOR", "1", 1);
  // Taut behaves otherwise where CI is set, and the tests must not: one that wants it says so.
  const char *ci = getenv("TEST_CI");
  if (ci != NULL) setenv("CI", ci, 1);
  if (ci == NULL) unsetenv("CI");
  int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execv(words[0], words);
  _exit(127);
}

static inline int end_taut(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) assert_int_equal(errno, EINTR);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Exit status of "taut ARGUMENTS".
#define run_taut(...) end_taut(start_taut(__VA_ARGS__))

/// The text of a file; the caller's.
static inline char *text_of(const char *path) {
  char *text = NULL;
  if (taut_file_read(path, 1 << 28, &text, NULL) != TAUT_OK) fail_msg("%s cannot be read", path);
  return text;
}

static inline void expect_text(const char *path, const char *part) {
  char *text = text_of(path);
  if (strstr(text, part) == NULL) fail_msg("%s lacks '%s':\n%s", path, part, text);
  free(text);
}

static inline json_t *json_of(const char *path) {
  json_error_t error;
  json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (json == NULL) fail_msg("%s: %s", path, error.text);
  return json;
}

/// The case of that name in results, borrowed.
static inline json_t *case_of(const json_t *results, const char *name) {
  const json_t *cases = json_object_get(results, "cases");
  for (size_t i = 0; i < json_array_size(cases); i++) {
    json_t *item = json_array_get(cases, i);
    if (strcmp(json_string_value(json_object_get(item, "name")), name) == 0) return item;
  }
  fail_msg("no case '%s'", name);
  return NULL;
}

static inline const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// Writes a scenario file with one case per kind of trouble of support/crash, in this order.
static inline void write_crash_file(const char *path, const char *kinds) {
  char *text = taut_text_format(
      "local taut = require \"taut\"\n"
      "local list = {}\n"
      "for name in (\"%s\"):gmatch(\"%%S+\") do\n"
      "  list[#list + 1] = taut.scenario {\n"
      "    name = name .. \" \" .. (#list + 1), tags = { name }, rig = \"two_cable_trainer\",\n"
      "    params = { session = { kind = name } },\n"
      "    script = function(s)\n"
      "      s:wait \"500 ms\"\n"
      "      s:expect(\"load.command_n <= 1 N\")\n"
      "    end,\n"
      "  }\n"
      "end\n"
      "return list\n",
      kinds);
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
  free(text);
}

#define CRASH "--with session=" TAUT_BUILD_DIR "/tests/support/crash.so"

#endif
