// taut-bench: runs the benchmarks and prints ratios.
//
// Ours and limit alternate, so that a change of clock speed or load meets both; the medians are
// printed.
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "bench/bench.h"

enum { N_SAMPLES_DEFAULT = 7, N_SAMPLES_MAX = 101 };

typedef struct options {
  const char *filter;  ///< part of a name, or NULL
  int n_samples;
  bool is_json, is_gate, is_list;
} options;

typedef struct result {
  double ours, limit, ratio;
  bool is_met;
  char why[256];  ///< why it could not run, else ""
} result;

static const bench *const groups[] = {BENCH_GROUPS};

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t bench_now_ns(void) {
  return read_clock(CLOCK_MONOTONIC);
}

int64_t bench_cpu_ns(void) {
  return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int bench_run(char *const *arguments, double *wall_ms) {
  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  pid_t child;
  int status = -1;
  int64_t begin_ns = bench_now_ns();
  bool is_ok = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) == 0 &&
               posix_spawn_file_actions_adddup2(&actions, 1, 2) == 0 &&
               posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ) == 0 &&
               waitpid(child, &status, 0) == child;
  *wall_ms = (double)(bench_now_ns() - begin_ns) * 1e-6;
  posix_spawn_file_actions_destroy(&actions);
  return is_ok && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double bench_median(double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, compare);
  return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

/// One sample of both sides; false with the reason in `why`.
static bool sample(const bench *b, void *context, double *ours, double *limit, char *why,
                   size_t why_size) {
  *ours = *limit = -1.0;
  if (b->sample_both != NULL) {
    if (!b->sample_both(context, ours, limit)) *ours = -1.0;
  } else {
    *ours = b->sample_ours(context);
    *limit = b->sample_limit != NULL ? b->sample_limit(context) : b->fixed_limit;
  }
  if (*ours >= 0.0 && *limit >= 0.0) return true;
  snprintf(why, why_size, "a sample of %s failed", *ours >= 0.0 ? "the limit" : "ours");
  return false;
}

static result run(const bench *b, int n_samples) {
  result r = {.ours = NAN, .limit = NAN, .ratio = NAN};
  double ours[N_SAMPLES_MAX], limit[N_SAMPLES_MAX];
  void *context = NULL;
  if (b->n_samples_max > 0 && n_samples > b->n_samples_max) n_samples = b->n_samples_max;
  if (b->open != NULL && !b->open(&context, r.why, sizeof r.why)) {
    if (r.why[0] == '\0') snprintf(r.why, sizeof r.why, "could not be prepared");
    return r;
  }
  // The first sample warms caches and is dropped.
  bool is_ok = sample(b, context, &ours[0], &limit[0], r.why, sizeof r.why);
  for (int i = 0; is_ok && i < n_samples; i++) {
    is_ok = sample(b, context, &ours[i], &limit[i], r.why, sizeof r.why);
  }
  if (b->close != NULL) b->close(context);
  if (!is_ok) return r;
  r.ours = bench_median(ours, n_samples);
  r.limit = bench_median(limit, n_samples);
  r.ratio = b->is_speed_up ? r.limit / r.ours : r.ours / r.limit;
  r.is_met = b->is_speed_up ? r.ratio >= b->target : r.ratio <= b->target;
  return r;
}

static void print_row(const bench *b, const result *r) {
  if (r->why[0] != '\0') {
    printf("%-18s cannot run: %s\n", b->name, r->why);
    return;
  }
  printf("%-18s %10.2f %10.2f %-8s %7.2f   %s %.2f%s\n", b->name, r->ours, r->limit, b->unit,
         r->ratio, b->is_speed_up ? ">=" : "<=", b->target, r->is_met ? "" : "   MISSED");
}

static void print_json(const bench *b, const result *r, bool is_first) {
  printf("%s\n  {\"name\": \"%s\", \"unit\": \"%s\", ", is_first ? "" : ",", b->name, b->unit);
  if (r->why[0] != '\0') {
    printf("\"error\": \"%s\"}", r->why);
    return;
  }
  printf(
      "\"ours\": %.6g, \"limit\": %.6g, \"ratio\": %.4f, \"target\": %g, \"target_is\": \"%s\", "
      "\"met\": %s}",
      r->ours, r->limit, r->ratio, b->target, b->is_speed_up ? "least" : "greatest",
      r->is_met ? "true" : "false");
}

static int usage(FILE *out, int status) {
  fputs(
      "usage: taut-bench [NAME] [--json] [--gate] [--samples N] [--list]\n"
      "  NAME       run the benchmarks whose name contains it\n"
      "  --json     print a JSON array\n"
      "  --gate     exit 1 when a target is missed\n"
      "  --samples  samples of each side, 7 unless said otherwise\n"
      "  --list     print names and what they compare\n"
      "Exit code 1 when a benchmark cannot run, 4 when the arguments are wrong.\n",
      out);
  return status;
}

/// 0, or the exit code plus one.
static int parse(options *o, int argc, char **argv) {
  *o = (options){.n_samples = N_SAMPLES_DEFAULT};
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--help") == 0) return usage(stdout, 0) + 1;
    if (strcmp(argv[i], "--json") == 0) {
      o->is_json = true;
    } else if (strcmp(argv[i], "--gate") == 0) {
      o->is_gate = true;
    } else if (strcmp(argv[i], "--list") == 0) {
      o->is_list = true;
    } else if (strcmp(argv[i], "--samples") == 0 && i + 1 < argc) {
      o->n_samples = atoi(argv[++i]);
      if (o->n_samples < 1 || o->n_samples > N_SAMPLES_MAX) return usage(stderr, 4) + 1;
    } else if (argv[i][0] == '-' || o->filter != NULL) {
      return usage(stderr, 4) + 1;
    } else {
      o->filter = argv[i];
    }
  }
  return 0;
}

int main(int argc, char **argv) {
  options o;
  int status = parse(&o, argc, argv);
  if (status != 0) return status - 1;
  int n_run = 0, n_broken = 0, n_missed = 0;
  if (o.is_json) printf("[");
  for (size_t i_group = 0; i_group < sizeof groups / sizeof *groups; i_group++) {
    for (const bench *b = groups[i_group]; b->name != NULL; b++) {
      if (o.filter != NULL && strstr(b->name, o.filter) == NULL) continue;
      if (o.is_list) {
        printf("%-18s %s\n", b->name, b->help);
        n_run++;
        continue;
      }
      if (n_run == 0 && !o.is_json) {
        printf("%-18s %10s %10s %-8s %7s   %s\n", "name", "ours", "limit", "unit", "ratio",
               "target");
      }
      result r = run(b, o.n_samples);
      if (o.is_json) {
        print_json(b, &r, n_run == 0);
      } else {
        print_row(b, &r);
      }
      fflush(stdout);
      n_run++;
      n_broken += r.why[0] != '\0';
      n_missed += r.why[0] == '\0' && !r.is_met;
    }
  }
  if (o.is_json) printf("\n]\n");
  if (n_run == 0) {
    fprintf(stderr, "taut-bench: no benchmark is called like '%s'; see --list\n", o.filter);
    return 4;
  }
  return n_broken > 0 || (o.is_gate && n_missed > 0) ? 1 : 0;
}
