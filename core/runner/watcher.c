#include "runner/watcher.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "report/text.h"

enum {
  SETTLE_MS = 120,          ///< what stays the same for so long is written
  POLL_MS = 1000,           ///< between looks where the system tells nothing
  PATIENCE_NS = 2000000000  ///< for a file that is gone or a library that is not whole
};

/// What a file looked like.
typedef struct look {
  bool is_there, is_folder;
  uint64_t inode, size, names;
  int64_t changed_ns;
} look;

typedef struct watched {
  char *path;
  look told;     ///< when its change was last told, or when it was first watched
  look pending;  ///< when it was last looked at
  bool is_changed;
} watched;

typedef struct folder {
  uv_fs_event_t handle;
  struct taut_watcher *watcher;
} folder;

struct taut_watcher {
  uv_loop_t loop;
  uv_signal_t interrupt, terminate;
  uv_timer_t settle, poll;
  folder **folders;
  size_t n_folders;
  watched *files;  ///< sorted by path
  size_t n_files;
  int64_t unrest_ns;  ///< when the present change was first seen; 0 for none
  bool is_interrupted, is_settled;
};

int64_t taut_watcher_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t time_of(const struct timespec *time) {
  return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

// ------------------------------------------------------------------------------------------- looks

/// The names of a folder that may be scenarios, or hold some, whatever their order.
static uint64_t names_of(const char *path) {
  uint64_t sum = 0;
  DIR *dir = opendir(path);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t n = strlen(entry->d_name);
    bool is_lua = n > 4 && strcmp(entry->d_name + n - 4, ".lua") == 0;
    if (entry->d_name[0] == '.' || (!is_lua && entry->d_type != DT_DIR)) continue;
    sum += taut_text_hash(TAUT_TEXT_HASH_START, entry->d_name);
  }
  if (dir != NULL) closedir(dir);
  return sum;
}

static look look_at(const char *path, int64_t *touched_ns) {
  struct stat info;
  *touched_ns = 0;
  if (stat(path, &info) != 0) return (look){0};
  *touched_ns = time_of(&info.st_ctim);
  if (S_ISDIR(info.st_mode))
    return (look){.is_there = true, .is_folder = true, .names = names_of(path)};
  return (look){.is_there = true,
                .inode = info.st_ino,
                .size = (uint64_t)info.st_size,
                .changed_ns = time_of(&info.st_mtim)};
}

static bool is_same(const look *a, const look *b) {
  return a->is_there == b->is_there && a->inode == b->inode && a->size == b->size &&
         a->names == b->names && a->changed_ns == b->changed_ns;
}

/// Whether a library is there to its end: linkers put the table of sections last.
static bool is_whole_library(const watched *file) {
  Elf64_Ehdr head;
  int fd = open(file->path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, &head, sizeof head) : 0;
  if (fd >= 0) close(fd);
  if (n != (ssize_t)sizeof head || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0) return false;
  uint64_t end = head.e_shoff + (uint64_t)head.e_shnum * head.e_shentsize;
  return head.e_shoff > 0 && end >= head.e_shoff && end <= file->pending.size;
}

/// A file that nobody would want to be read now: it is gone, or a library of which a part lacks.
static bool is_unfinished(const watched *file) {
  if (!file->pending.is_there) return true;
  size_t n = strlen(file->path);
  bool is_library = n > 3 && strcmp(file->path + n - 3, ".so") == 0;
  return is_library && !is_whole_library(file);
}

/// Looks at every file. True when something changed and nothing is on the move any more.
static bool look_around(taut_watcher *w) {
  bool is_any = false, is_moving = false, is_unready = false;
  int64_t now_ns = taut_watcher_now(), touched_ns;
  for (size_t i = 0; i < w->n_files; i++) {
    watched *file = &w->files[i];
    look now = look_at(file->path, &touched_ns);
    is_moving |= !is_same(&now, &file->pending);
    file->pending = now;
    // Taken away and put back as it was: nothing to tell.
    file->is_changed = !is_same(&now, &file->told);
    if (!file->is_changed) continue;
    is_any = true;
    is_unready |= is_unfinished(file);
  }
  if (!is_any) {
    w->unrest_ns = 0;
    return false;
  }
  if (w->unrest_ns == 0 || is_moving) w->unrest_ns = now_ns;
  bool is_patient = now_ns - w->unrest_ns < PATIENCE_NS;
  return !is_moving && !(is_unready && is_patient);
}

// ------------------------------------------------------------------------------------------ events

static void on_settle(uv_timer_t *timer) {
  taut_watcher *w = timer->data;
  w->is_settled = look_around(w);
  if (w->is_settled) {
    uv_stop(&w->loop);
  } else if (w->unrest_ns != 0) {
    uv_timer_start(&w->settle, on_settle, SETTLE_MS, 0);
  }
}

static void on_change(uv_fs_event_t *handle, const char *name, int events, int status) {
  (void)name;
  (void)events;
  (void)status;
  taut_watcher *w = ((folder *)handle->data)->watcher;
  uv_timer_start(&w->settle, on_settle, SETTLE_MS, 0);
}

static void on_poll(uv_timer_t *timer) {
  taut_watcher *w = timer->data;
  if (!uv_is_active((uv_handle_t *)&w->settle)) on_settle(&w->settle);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  taut_watcher *w = handle->data;
  w->is_interrupted = true;
  uv_stop(&w->loop);
}

static void on_folder_closed(uv_handle_t *handle) {
  free(handle->data);
}

static void drop_folders(taut_watcher *w) {
  for (size_t i = 0; i < w->n_folders; i++) {
    uv_close((uv_handle_t *)&w->folders[i]->handle, on_folder_closed);
  }
  free(w->folders);
  w->folders = NULL;
  w->n_folders = 0;
  uv_run(&w->loop, UV_RUN_NOWAIT);
}

/// Where the system has no more watches, or a folder is gone, somebody has to look now and then.
static void watch_folder(taut_watcher *w, const char *path) {
  folder *f = taut_memory_resize(NULL, sizeof *f);
  *f = (folder){.watcher = w};
  uv_fs_event_init(&w->loop, &f->handle);
  f->handle.data = f;
  w->folders = taut_memory_resize(w->folders, (w->n_folders + 1) * sizeof(folder *));
  w->folders[w->n_folders++] = f;
  if (uv_fs_event_start(&f->handle, on_change, path, 0) != 0) {
    uv_timer_start(&w->poll, on_poll, POLL_MS, POLL_MS);
  }
}

// --------------------------------------------------------------------------------------------- set

static watched *find_file(const taut_watcher *w, const char *path) {
  for (size_t i = 0; i < w->n_files; i++) {
    if (strcmp(w->files[i].path, path) == 0) return &w->files[i];
  }
  return NULL;
}

static int compare_files(const void *left, const void *right) {
  const watched *a = left, *b = right;
  return strcmp(a->path, b->path);
}

static void free_files(watched *files, size_t n) {
  for (size_t i = 0; i < n; i++) free(files[i].path);
  free(files);
}

/// The folders of all files, and the folders among them.
static void watch_folders(taut_watcher *w) {
  drop_folders(w);
  uv_timer_stop(&w->poll);
  json_t *seen = json_object();
  for (size_t i = 0; i < w->n_files; i++) {
    char *path = taut_text_copy(w->files[i].path), *slash = strrchr(path, '/');
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
      json_object_set_new(seen, path, json_true());
    if (slash != NULL) slash[slash == path] = '\0';
    if (slash != NULL) json_object_set_new(seen, path, json_true());
    free(path);
  }
  const char *path;
  json_t *value;
  json_object_foreach(seen, path, value) {
    watch_folder(w, path);
  }
  json_decref(seen);
}

void taut_watcher_set(taut_watcher *w, const json_t *paths, int64_t since_ns) {
  size_t n = 0;
  watched *files = taut_memory_resize(NULL, (json_object_size(paths) + 1) * sizeof *files);
  const char *path;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)paths, path, value) {
    int64_t touched_ns;
    const watched *known = find_file(w, path);
    watched *file = &files[n++];
    *file = (watched){.path = taut_text_copy(path)};
    file->pending = look_at(path, &touched_ns);
    file->told = known != NULL ? known->told : file->pending;
    bool is_touched = !file->pending.is_folder && touched_ns >= since_ns;
    if (known == NULL && is_touched) file->told.changed_ns = -1;
  }
  if (n > 1) qsort(files, n, sizeof *files, compare_files);
  free_files(w->files, w->n_files);
  w->files = files;
  w->n_files = n;
  watch_folders(w);
}

// -------------------------------------------------------------------------------------------- wait

bool taut_watcher_wait(taut_watcher *w, json_t **out) {
  *out = NULL;
  w->is_settled = false;
  w->unrest_ns = 0;
  // What happened before shows without an event.
  uv_timer_start(&w->settle, on_settle, SETTLE_MS, 0);
  while (!w->is_settled && !w->is_interrupted) uv_run(&w->loop, UV_RUN_DEFAULT);
  uv_timer_stop(&w->settle);
  if (w->is_interrupted) return false;
  *out = json_array();
  for (size_t i = 0; i < w->n_files; i++) {
    watched *file = &w->files[i];
    if (!file->is_changed) continue;
    json_array_append_new(*out, json_string(file->path));
    file->told = file->pending;
    file->is_changed = false;
  }
  return true;
}

taut_status taut_watcher_create(taut_watcher **out) {
  taut_watcher *w = calloc(1, sizeof *w);
  if (w == NULL) return TAUT_ENOMEM;
  if (uv_loop_init(&w->loop) != 0) {
    free(w);
    return TAUT_EIO;
  }
  uv_signal_init(&w->loop, &w->interrupt);
  uv_signal_init(&w->loop, &w->terminate);
  uv_timer_init(&w->loop, &w->settle);
  uv_timer_init(&w->loop, &w->poll);
  w->interrupt.data = w->terminate.data = w->settle.data = w->poll.data = w;
  uv_signal_start(&w->interrupt, on_signal, SIGINT);
  uv_signal_start(&w->terminate, on_signal, SIGTERM);
  *out = w;
  return TAUT_OK;
}

void taut_watcher_destroy(taut_watcher *w) {
  if (w == NULL) return;
  drop_folders(w);
  uv_close((uv_handle_t *)&w->interrupt, NULL);
  uv_close((uv_handle_t *)&w->terminate, NULL);
  uv_close((uv_handle_t *)&w->settle, NULL);
  uv_close((uv_handle_t *)&w->poll, NULL);
  uv_run(&w->loop, UV_RUN_DEFAULT);
  uv_loop_close(&w->loop);
  free_files(w->files, w->n_files);
  free(w);
}
