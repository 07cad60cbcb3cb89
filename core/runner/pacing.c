#include "runner/pacing.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "hil/socket.h"

void taut_pacing_init(taut_pacing *pacing, double speed) {
  memset(pacing, 0, sizeof *pacing);
  pacing->speed = speed;
  pacing->missed_tick = -1;
  // Else the kernel may let a wait be 50 us longer, to save power.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

static void wait_until(int64_t wall_ns) {
  const struct timespec until = {wall_ns / 1000000000, wall_ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) continue;
}

void taut_pacing_row(taut_pacing *pacing, int64_t tick_ns) {
  int64_t now_ns = taut_wall_ns();
  if (pacing->start_ns == 0) {
    pacing->start_ns = now_ns;
    pacing->start_tick = tick_ns;
    return;
  }
  int64_t due_ns =
      pacing->start_ns + (int64_t)((double)(tick_ns - pacing->start_tick) / pacing->speed);
  pacing->n_rows++;
  if (now_ns > due_ns) {
    if (pacing->n_misses++ == 0) pacing->missed_tick = tick_ns;
    if (now_ns - due_ns > pacing->late_ns_max) {
      pacing->late_ns_max = now_ns - due_ns;
      pacing->late_tick = tick_ns;
    }
    return;
  }
  wait_until(due_ns);
  taut_histogram_add(&pacing->wakes, taut_wall_ns() - due_ns);
}

json_t *taut_pacing_histogram_json(const taut_histogram *histogram) {
  json_t *object = json_object(), *steps = json_array();
  json_object_set_new(object, "n", json_integer((json_int_t)histogram->n));
  json_object_set_new(object, "p50_ns", json_integer(taut_histogram_quantile(histogram, 0.5)));
  json_object_set_new(object, "p99_ns", json_integer(taut_histogram_quantile(histogram, 0.99)));
  json_object_set_new(object, "max_ns", json_integer(histogram->ns_max));
  for (size_t i = 0; i < TAUT_HISTOGRAM_STEPS; i++) {
    if (histogram->counts[i] == 0) continue;
    json_t *step = json_array();
    json_array_append_new(step, json_integer(taut_histogram_bound(i)));
    json_array_append_new(step, json_integer((json_int_t)histogram->counts[i]));
    json_array_append_new(steps, step);
  }
  json_object_set_new(object, "steps", steps);
  return object;
}

json_t *taut_pacing_json(const taut_pacing *pacing) {
  json_t *object = json_object();
  json_object_set_new(object, "speed", json_real(pacing->speed));
  json_object_set_new(object, "rows", json_integer((json_int_t)pacing->n_rows));
  json_object_set_new(object, "deadline_misses", json_integer((json_int_t)pacing->n_misses));
  json_object_set_new(object, "first_miss_ns",
                      pacing->missed_tick >= 0 ? json_integer(pacing->missed_tick) : json_null());
  json_object_set_new(object, "late_max_ns", json_integer(pacing->late_ns_max));
  json_object_set_new(object, "late_max_at_ns",
                      pacing->n_misses > 0 ? json_integer(pacing->late_tick) : json_null());
  json_object_set_new(object, "wake_ups", taut_pacing_histogram_json(&pacing->wakes));
  return object;
}
