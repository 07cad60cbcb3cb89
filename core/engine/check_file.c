#include <stdio.h>
#include <string.h>

#include "engine/check.h"
#include "engine/elf.h"

// Functions that a plugin may not call, by the promise they break.
static const char *const allocating[] = {
    "malloc",         "calloc",   "realloc", "reallocarray", "aligned_alloc",
    "posix_memalign", "free",     "strdup",  "strndup",      "asprintf",
    "vasprintf",      "memalign", "valloc",  "getline",      "open_memstream",
    "mmap",           "sbrk",     "brk",     "_Znwm",        "_Znam",
    "_ZdlPv",         "_ZdaPv",   NULL};
static const char *const inexact[] = {
    "sin",   "cos",   "tan",   "asin", "acos",  "atan",   "atan2",  "sinh",   "cosh",   "tanh",
    "asinh", "acosh", "atanh", "exp",  "exp2",  "exp10",  "expm1",  "log",    "log2",   "log10",
    "log1p", "pow",   "hypot", "cbrt", "erf",   "erfc",   "lgamma", "tgamma", "sincos", "sinf",
    "cosf",  "tanf",  "expf",  "logf", "powf",  "hypotf", "cbrtf",  "tanhf",  "atan2f", "atanf",
    "j0",    "j1",    "y0",    "y1",   "gamma", NULL};
static const char *const outside[] = {"printf",
                                      "fprintf",
                                      "vprintf",
                                      "vfprintf",
                                      "dprintf",
                                      "puts",
                                      "fputs",
                                      "putchar",
                                      "fputc",
                                      "fwrite",
                                      "fread",
                                      "fopen",
                                      "fdopen",
                                      "open",
                                      "openat",
                                      "read",
                                      "write",
                                      "close",
                                      "socket",
                                      "connect",
                                      "send",
                                      "recv",
                                      "exit",
                                      "_exit",
                                      "_Exit",
                                      "abort",
                                      "quick_exit",
                                      "atexit",
                                      "raise",
                                      "kill",
                                      "signal",
                                      "sigaction",
                                      "setjmp",
                                      "_setjmp",
                                      "sigsetjmp",
                                      "longjmp",
                                      "siglongjmp",
                                      "fork",
                                      "execve",
                                      "system",
                                      "popen",
                                      "getenv",
                                      "setenv",
                                      "putenv",
                                      "setlocale",
                                      "time",
                                      "clock",
                                      "gettimeofday",
                                      "clock_gettime",
                                      "nanosleep",
                                      "usleep",
                                      "sleep",
                                      "rand",
                                      "srand",
                                      "random",
                                      "drand48",
                                      "getrandom",
                                      "pthread_create",
                                      "dlopen",
                                      "dlsym",
                                      "perror",
                                      "__printf_chk",
                                      "__fprintf_chk",
                                      "fesetround",
                                      "fesetenv",
                                      "feenableexcept",
                                      "__errno_location",
                                      NULL};

typedef struct scan {
  char extra[256], allocates[256], inexact[256], outside[256];
  bool has_query;
} scan;

static bool is_in(const char *name, const char *const *list) {
  for (size_t i = 0; list[i]; i++)
    if (!strcmp(list[i], name)) return true;
  return false;
}

static void append(char *text, size_t size, const char *name) {
  size_t used = strlen(text);
  snprintf(text + used, size - used, "%s%s", used ? ", " : "", name);
}

// Names that begin with two underscores, and a few old ones, are the compiler's and the linker's.
static bool is_toolchain(const char *name) {
  static const char *const linker[] = {"_init", "_fini", "_edata", "_end", NULL};
  return !strncmp(name, "__", 2) || is_in(name, linker);
}

static void visit(void *user, const char *name, bool is_defined) {
  scan *found = user;
  if (is_defined && !strcmp(name, "taut_query"))
    found->has_query = true;
  else if (is_defined && !is_toolchain(name))
    append(found->extra, sizeof found->extra, name);
  else if (!is_defined && is_in(name, allocating))
    append(found->allocates, sizeof found->allocates, name);
  else if (!is_defined && is_in(name, inexact))
    append(found->inexact, sizeof found->inexact, name);
  else if (!is_defined && is_in(name, outside))
    append(found->outside, sizeof found->outside, name);
}

void taut_check_symbols(check *all) {
  scan found = {0};
  taut_status status = taut_elf_symbols(all->file, visit, &found);
  if (status != TAUT_OK) {
    taut_check_report(all, "", "one exported symbol", false, "the symbol table cannot be read");
    return;
  }
  if (!found.has_query)
    taut_check_report(all, "", "one exported symbol", false, "taut_query is not exported");
  else
    taut_check_report(all, "", "one exported symbol", !found.extra[0], "%s%s",
                      found.extra[0] ? "also exports " : "", found.extra);
  taut_check_report(all, "", "elementary functions of taut/math.h only", !found.inexact[0], "%s%s",
                    found.inexact[0] ? "imports from libm " : "", found.inexact);
  taut_check_report(all, "", "no way to the outside world", !found.outside[0], "%s%s",
                    found.outside[0] ? "imports " : "", found.outside);
  snprintf(all->imports, sizeof all->imports, "%s", found.allocates);
}
