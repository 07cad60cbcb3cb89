#include "runner/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "report/digest.h"
#include "report/text.h"

enum { SUM_SIZE = 16, SYNC_NS = 250 * 1000 * 1000 };

struct taut_ledger {
  int fd;
  json_t *places;  ///< by key: where its line is, since a campaign may be larger than memory
  off_t size;
  int64_t synced_ns;
  bool is_dirty;
};

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/// The first digits of the SHA-256 of a line.
static void sum_of(const char *text, size_t size, char sum[SUM_SIZE + 1]) {
  char hash[TAUT_DIGEST_TEXT];
  taut_digest_bytes(text, size, hash);
  memcpy(sum, hash, SUM_SIZE);
  sum[SUM_SIZE] = '\0';
}

/// One line: checksum, blank, JSON. In one write, so that lines of a killed process are whole or
/// the last one.
static taut_status write_line(taut_ledger *ledger, const json_t *document) {
  char sum[SUM_SIZE + 1];
  char *text = json_dumps(document, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
  if (text == NULL) return TAUT_EIO;
  sum_of(text, strlen(text), sum);
  char *line = taut_text_format("%s %s\n", sum, text);
  size_t size = strlen(line), at = 0;
  while (at < size) {
    ssize_t n = write(ledger->fd, line + at, size - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    at += (size_t)n;
  }
  free(line);
  free(text);
  if (at < size) return TAUT_EIO;
  ledger->size += (off_t)size;
  ledger->is_dirty = true;
  if (now_ns() - ledger->synced_ns < SYNC_NS) return TAUT_OK;
  ledger->synced_ns = now_ns();
  ledger->is_dirty = false;
  return fdatasync(ledger->fd) == 0 ? TAUT_OK : TAUT_EIO;
}

/// The document of the line at `text`, whose end goes to `size`; NULL for one that is not whole.
static json_t *read_line(const char *text, size_t n_left, size_t *size) {
  char sum[SUM_SIZE + 1];
  const char *end = memchr(text, '\n', n_left);
  if (end == NULL || end - text < SUM_SIZE + 2 || text[SUM_SIZE] != ' ') return NULL;
  const char *json = text + SUM_SIZE + 1;
  sum_of(json, (size_t)(end - json), sum);
  if (memcmp(sum, text, SUM_SIZE) != 0) return NULL;
  *size = (size_t)(end - text) + 1;
  return json_loadb(json, (size_t)(end - json), JSON_REJECT_DUPLICATES, NULL);
}

/// Takes the lines up to the first that is not whole; what follows is cut off.
static taut_status read_lines(taut_ledger *ledger, FILE *file, const char *campaign,
                              const char *path, char *error, size_t size) {
  char *text = NULL;
  size_t capacity = 0, n_line = 0;
  ssize_t n;
  taut_status status = TAUT_OK;
  for (bool is_first = true; (n = getline(&text, &capacity, file)) > 0; is_first = false) {
    json_t *line = read_line(text, (size_t)n, &n_line);
    const char *key = json_string_value(json_object_get(line, "key"));
    const char *of = json_string_value(json_object_get(line, "campaign"));
    bool is_whole = is_first ? of != NULL : key != NULL;
    if (is_first && is_whole && strcmp(of, campaign) != 0) {
      snprintf(error, size,
               "%s is of another campaign: suite, plugins, options or Taut have changed since; "
               "remove it to begin anew",
               path);
      status = TAUT_EREJECT;
    } else if (is_whole && !is_first) {
      json_object_set_new(ledger->places, key, json_integer(ledger->size));
    }
    json_decref(line);
    if (!is_whole || status != TAUT_OK) break;
    ledger->size += n;
  }
  free(text);
  if (status == TAUT_OK && ferror(file)) status = TAUT_EIO;
  if (status == TAUT_OK && ftruncate(ledger->fd, ledger->size) != 0) status = TAUT_EIO;
  return status;
}

static taut_status read_all(taut_ledger *ledger, const char *path, const char *campaign,
                            char *error, size_t size) {
  FILE *file = fopen(path, "re");
  taut_status status = TAUT_EIO;
  if (file != NULL) {
    status = read_lines(ledger, file, campaign, path, error, size);
    fclose(file);
  }
  if (status == TAUT_OK && ledger->size == 0) {
    json_t *head = json_object();
    json_object_set_new(head, "campaign", json_string(campaign));
    status = write_line(ledger, head);
    json_decref(head);
  }
  if (status == TAUT_EIO) snprintf(error, size, "%s: %s", path, strerror(errno));
  return status;
}

/// Children of a process that was killed a moment ago may still be going down with its file open.
static bool lock(int fd) {
  enum { TRIES = 40, WAIT_NS = 50 * 1000 * 1000 };
  const struct timespec wait = {0, WAIT_NS};
  for (int i = 0; i < TRIES; i++) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    nanosleep(&wait, NULL);
  }
  return false;
}

taut_status taut_ledger_open(const char *path, const char *campaign, taut_ledger **out, char *error,
                             size_t size) {
  taut_ledger *ledger = taut_memory_resize(NULL, sizeof *ledger);
  *ledger = (taut_ledger){.places = json_object()};
  ledger->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
  taut_status status = TAUT_EIO;
  if (ledger->fd < 0) {
    snprintf(error, size, "%s: %s", path, strerror(errno));
  } else if (!lock(ledger->fd)) {
    snprintf(error, size, "%s is in use: another process is at work on this campaign", path);
    status = TAUT_EREJECT;
  } else {
    status = read_all(ledger, path, campaign, error, size);
  }
  *out = ledger;
  if (status == TAUT_OK) return TAUT_OK;
  *out = NULL;
  taut_ledger_close(ledger);
  return status;
}

void taut_ledger_close(taut_ledger *ledger) {
  if (ledger == NULL) return;
  if (ledger->fd >= 0) {
    if (ledger->is_dirty) fdatasync(ledger->fd);
    close(ledger->fd);
  }
  json_decref(ledger->places);
  free(ledger);
}

json_t *taut_ledger_recall(const taut_ledger *ledger, const char *key) {
  const json_t *place = json_object_get(ledger->places, key);
  if (place == NULL) return NULL;
  off_t at = (off_t)json_integer_value(place);
  size_t capacity = 1 << 14, n = 0, n_line = 0;
  char *text = taut_memory_resize(NULL, capacity);
  json_t *line = NULL;
  for (;;) {
    ssize_t got = pread(ledger->fd, text + n, capacity - n, at + (off_t)n);
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) n += (size_t)got;
    if (got <= 0 || memchr(text + n - (size_t)got, '\n', (size_t)got) != NULL) break;
    if (n == capacity) text = taut_memory_resize(text, capacity *= 2);
  }
  line = read_line(text, n, &n_line);
  free(text);
  json_t *result = json_incref(json_object_get(line, "result"));
  json_decref(line);
  return result;
}

taut_status taut_ledger_add(taut_ledger *ledger, const char *key, const json_t *result) {
  json_t *line = json_object();
  off_t at = ledger->size;
  json_object_set_new(line, "key", json_string(key));
  json_object_set(line, "result", (json_t *)(uintptr_t)result);
  taut_status status = write_line(ledger, line);
  json_decref(line);
  if (status == TAUT_OK) json_object_set_new(ledger->places, key, json_integer(at));
  return status;
}

size_t taut_ledger_count(const taut_ledger *ledger) {
  return json_object_size(ledger->places);
}
