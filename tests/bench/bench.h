/// What a benchmark is. A file of benchmarks exports an array of them; main.c runs it.
#ifndef TAUT_BENCH_H
#define TAUT_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One sample lasts at least this long.
#define BENCH_SAMPLE_NS INT64_C(60000000)

typedef struct bench {
  const char *name;
  const char *unit;    ///< of ours and limit: "ns", "ns/tick"
  const char *help;    ///< one sentence: what is compared with what
  double target;       ///< greatest good ratio; least good one when `is_speed_up`
  bool is_speed_up;    ///< the ratio is limit / ours instead of ours / limit
  double fixed_limit;  ///< the limit when `sample_limit` is NULL
  int n_samples_max;   ///< for samples that take seconds; 0 is no bound
  /// Prepares both sides; false, with the reason in `why`, when the benchmark cannot run. May be
  /// NULL.
  bool (*open)(void **context, char *why, size_t why_size);
  /// One sample of our side and of the limit, in `unit`; negative when it failed.
  double (*sample_ours)(void *context);
  double (*sample_limit)(void *context);
  /// Instead of these two, when both sides can take turns within one sample. False when one failed.
  bool (*sample_both)(void *context, double *ours, double *limit);
  void (*close)(void *context);  ///< may be NULL
} bench;

/// Ends with an entry without a name.
extern const bench bench_math[];
extern const bench bench_loop[];
extern const bench bench_monitors[];
extern const bench bench_scenario[];
extern const bench bench_link[];
extern const bench bench_linked_run[];
extern const bench bench_judging[];
extern const bench bench_branching[];

/// Monotonic clock [ns].
int64_t bench_now_ns(void);

/// Processor time of this thread [ns]: what other programs take does not count.
int64_t bench_cpu_ns(void);

/// Runs a program silently. Its exit code, negative when it could not be started or died; and the
/// wall time [ms].
int bench_run(char *const *arguments, double *wall_ms);

/// Median of n > 0 values; sorts them.
double bench_median(double *values, int n);

#endif
