#include "hil/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NS (TAUT_SECOND / 200)
#define BEHIND_NS_MAX (10 * TAUT_SECOND)

taut_status taut_live_init(taut_live *live, taut_served *served, const char *path,
                           int64_t period_ns) {
  memset(live, 0, sizeof *live);
  live->inputs = calloc(taut_served_n_inputs(served) + 1, sizeof *live->inputs);
  if (live->inputs == NULL) return TAUT_ENOMEM;
  live->served = served;
  live->period_ns = period_ns;
  snprintf(live->path, sizeof live->path, "%s", path);
  return TAUT_OK;
}

void taut_live_fini(taut_live *live) {
  taut_served_destroy(live->served);
  free(live->inputs);
  live->served = NULL;
  live->inputs = NULL;
}

static void take_deeds(taut_live *live) {
  size_t n;
  const taut_deed *deeds = taut_served_deeds(live->served, &n);
  for (size_t i = 0; i < n && live->n_deeds < TAUT_LIVE_DEEDS_MAX; i++) {
    taut_deed *kept = &live->deeds[live->n_deeds];
    char *text = live->texts[live->n_deeds++];
    *kept = deeds[i];
    if (!kept->is_log) continue;
    snprintf(text, TAUT_LIVE_TEXT_MAX, "%s", deeds[i].text);
    kept->text = text;
  }
}

static void write_row(taut_live *live, int64_t now_ns, taut_black_box *box) {
  live->written_ns = live->next_ns;
  taut_black_box_row(box, now_ns, live->path, live->next_ns, now_ns - live->heard_ns,
                     taut_served_outputs(live->served));
}

void taut_live_start(taut_live *live, int64_t tick_ns, int64_t now_ns, taut_black_box *box) {
  live->is_running = true;
  live->is_stale = false;
  live->start_wall_ns = live->heard_ns = now_ns;
  live->start_ns = live->next_ns = tick_ns;
  live->n_deeds = 0;
  live->broken[0] = '\0';
  take_deeds(live);
  write_row(live, now_ns, box);
}

static void note(const taut_live *live, int64_t now_ns, const char *what, int64_t age_ns,
                 taut_black_box *box) {
  char text[256];
  snprintf(text, sizeof text, "%s: %s %.3f ms", live->path, what, (double)age_ns * 1e-6);
  taut_black_box_note(box, now_ns, text);
}

void taut_live_take(taut_live *live, const double *inputs, int64_t now_ns, taut_black_box *box) {
  memcpy(live->inputs, inputs, taut_served_n_inputs(live->served) * sizeof *inputs);
  if (live->is_stale) note(live, now_ns, "commands again after", now_ns - live->heard_ns, box);
  live->is_stale = false;
  live->heard_ns = now_ns;
}

static int64_t due_wall(const taut_live *live) {
  return live->start_wall_ns + (live->next_ns - live->start_ns);
}

/// Gives up the past: what it would have done then concerns nobody now.
static void leave_out(taut_live *live, int64_t now_ns, taut_black_box *box) {
  int64_t behind_ns = now_ns - due_wall(live) - BEHIND_NS_MAX;
  if (behind_ns <= 0) return;
  note(live, now_ns, "was stopped, leaves out", behind_ns, box);
  live->start_wall_ns += behind_ns;
}

void taut_live_advance(taut_live *live, int64_t now_ns, taut_black_box *box) {
  if (!live->is_running || live->broken[0] != '\0') return;
  if (!live->is_stale && now_ns - live->heard_ns > TAUT_LIVE_STALE_NS) {
    live->is_stale = true;
    note(live, now_ns, "the newest command is old:", now_ns - live->heard_ns, box);
  }
  leave_out(live, now_ns, box);
  while (due_wall(live) + live->period_ns <= now_ns) {
    taut_status status = taut_served_step(live->served, live->next_ns, live->inputs, live->broken,
                                          sizeof live->broken);
    if (status != TAUT_OK) {
      taut_black_box_note(box, now_ns, live->broken);
      return;
    }
    live->next_ns += live->period_ns;
    take_deeds(live);
    if (live->next_ns - live->written_ns >= ROW_NS) write_row(live, now_ns, box);
  }
}
