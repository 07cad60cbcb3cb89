/// `taut doctor`: what this machine offers and what is missing, each with a next step.
#include <dirent.h>
#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/file.h"
#include "report/record.h"
#include "report/terminal.h"
#include "runner/isolation.h"
#include "taut/engine.h"

static const taut_option options[] = {
    {"json", '\0', NULL, "print JSON"},
    {NULL, '\0', NULL, NULL},
};

typedef struct doctor {
  bool as_json;
  const taut_palette *palette;
  json_t *lines;
  size_t n_warnings;
} doctor;

/// One finding. `step` says what to do about a warning; NULL when all is well.
static void report(doctor *d, const char *name, const char *step, const char *format, ...)
    TAUT_PRINTF(4, 5);
static void report(doctor *d, const char *name, const char *step, const char *format, ...) {
  char text[PATH_MAX + 128];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  bool is_ok = step == NULL;
  if (!is_ok) d->n_warnings++;
  json_t *line = json_object();
  json_object_set_new(line, "name", json_string(name));
  json_object_set_new(line, "ok", json_boolean(is_ok));
  json_object_set_new(line, "text", taut_record_string(text));
  json_object_set_new(line, "next_step", is_ok ? json_null() : taut_record_string(step));
  json_array_append_new(d->lines, line);
  if (d->as_json) return;
  const taut_palette *p = d->palette;
  printf("%s%-5s%s %-16s %s\n", is_ok ? p->green : p->yellow, is_ok ? "ok" : "warn", p->reset, name,
         text);
  if (!is_ok) printf("      %-16s -> %s\n", "", step);
}

static size_t count_plugins(const char *folder) {
  size_t n = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t size = strlen(entry->d_name);
    n += size > 3 && strcmp(entry->d_name + size - 3, ".so") == 0;
  }
  if (dir != NULL) closedir(dir);
  return n;
}

static void examine_places(doctor *d) {
  taut_places places;
  taut_places_find(&places);
  report(d, "data", places.has_data ? NULL : "set TAUT_DATA to the folder that holds models/rigs",
         "%s%s", places.data, places.is_source_tree ? " (source tree)" : "");
  size_t n_all = 0;
  for (size_t i = 0; i < places.n_plugins; i++) {
    size_t n = count_plugins(places.plugins[i]);
    n_all += n;
    if (n > 0) report(d, "plugins", NULL, "%zu in %s", n, places.plugins[i]);
  }
  if (n_all == 0) {
    report(d, "plugins", "set TAUT_PLUGIN_PATH to a folder with plugin libraries, or install Taut",
           "none in %s", places.plugins[0]);
  }
  taut_places_fini(&places);
}

/// Whether a filter of system calls loads, tried in a child that it would otherwise bind for good.
static void examine_seccomp(doctor *d) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    taut_slot slot = {-1, -1};
    bool is_loaded = taut_isolation_filter_loading(&slot, TAUT_PROFILE_CLOSED, 0) == TAUT_OK &&
                     taut_isolation_filter_running(TAUT_PROFILE_CLOSED, 0) == TAUT_OK;
    _exit(is_loaded ? 0 : 1);
  }
  int status = 1;
  while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  bool is_loaded = pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  report(
      d, "isolation",
      is_loaded ? NULL : "plugins still run in processes of their own; run foreign ones elsewhere",
      is_loaded ? "seccomp filters load" : "seccomp filters do not load here");
}

static void examine_memory(doctor *d) {
  long pages = sysconf(_SC_AVPHYS_PAGES), cores = sysconf(_SC_NPROCESSORS_ONLN);
  double mebibytes = (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
  bool is_enough = mebibytes > 64.0 * (double)cores;
  report(d, "memory", is_enough ? NULL : "run with fewer workers: taut run -j 1",
         "%.0f MiB free for %ld workers", mebibytes, cores);
  struct rlimit files;
  bool has_files = getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur >= 256;
  report(d, "open files", has_files ? NULL : "raise it: ulimit -n 1024", "limit %llu",
         (unsigned long long)files.rlim_cur);
}

/// Rounding to nearest and gradual underflow: results depend on both.
static void examine_numbers(doctor *d) {
  volatile double least = 2.2250738585072014e-308, half = least / 2.0;
  bool is_rounding = fegetround() == FE_TONEAREST, is_gradual = half > 0.0;
  report(d, "floating point",
         is_rounding && is_gradual ? NULL : "something preloaded changes the FPU: check LD_PRELOAD",
         "%s, %s", is_rounding ? "rounds to nearest" : "does not round to nearest",
         is_gradual ? "keeps subnormals" : "flushes subnormals to zero");
}

static void examine_writing(doctor *d) {
  char *probe = taut_text_format("./.taut-doctor-%ld", (long)getpid());
  bool is_writable = taut_file_write_atomic(probe, "x", 1, NULL) == TAUT_OK;
  char *text = is_writable ? taut_text_copy("runs can be written here")
                           : taut_text_format("this folder refuses files: %s", strerror(errno));
  unlink(probe);
  report(d, "results", is_writable ? NULL : "run elsewhere or give --out DIR", "%s", text);
  free(text);
  free(probe);
}

static int run_doctor(const taut_verb *verb, const taut_arguments *arguments) {
  if (arguments->n_words > 0) return taut_usage(verb, "takes no words");
  doctor d = {.as_json = taut_arguments_has(arguments, "json"),
              .palette = taut_palette_get(taut_terminal_use_color(STDOUT_FILENO, false)),
              .lines = json_array()};
  struct utsname system;
  uname(&system);
  report(&d, "version", NULL, "taut %s, plugin ABI %u.%u, %s", TAUT_VERSION, TAUT_ABI_MAJOR,
         TAUT_ABI_MINOR, sizeof(void *) == 8 ? "64 bit" : "32 bit");
  report(&d, "system", NULL, "%s %s %s", system.sysname, system.release, system.machine);
  examine_places(&d);
  examine_seccomp(&d);
  examine_memory(&d);
  examine_numbers(&d);
  examine_writing(&d);
  if (d.as_json) {
    json_t *document = json_object();
    json_object_set_new(document, "ok", json_boolean(d.n_warnings == 0));
    json_object_set_new(document, "lines", json_incref(d.lines));
    taut_print_json(document);
  } else if (d.n_warnings == 0) {
    printf("all is well; next: taut run\n");
  }
  json_decref(d.lines);
  return d.n_warnings == 0 ? TAUT_EXIT_OK : TAUT_EXIT_NOT_PASSED;
}

const taut_verb taut_verb_doctor = {
    .name = "doctor",
    .summary = "see what this machine offers and what is missing",
    .usage = "taut doctor [--json]",
    .examples = "  taut doctor\n",
    .notes = "Exit status: 0 all is well, 1 something deserves a look.\n",
    .options = options,
    .run = run_doctor,
};
