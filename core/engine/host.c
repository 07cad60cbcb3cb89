#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/run.h"
#include "engine/text.h"

// A plugin's functions return nothing through the host, so misuse is noted here and stops the run
// when the call is over.
static void blame(taut_run *run, const taut_instance *inst, taut_status status, const char *text) {
  if (run->host_status != TAUT_OK) return;
  run->host_status = taut_run_stop(run, status, inst->path, text);
  run->culprit = inst;
}

static bool is_more_than_its_share(taut_run *run, const taut_instance *inst) {
  run_counts *counts = &taut_run_counts(run)[inst->index];
  int64_t now_ns = taut_run_head(run)->now_ns;
  if (counts->tick_ns != now_ns) {
    counts->tick_ns = now_ns;
    counts->n_events = 0;
  }
  return counts->n_events++ >= inst->model->events_per_tick;
}

static void emit(const taut_instance *inst, uint32_t event, double value) {
  char text[TAUT_LINE_MAX];
  taut_run *run = inst->host_data;
  run_head *head = taut_run_head(run);
  if (run->is_in_skip) {
    blame(run, inst, TAUT_EFAULT, "emitted an event in a skip, which has no ticks");
  } else if (run->is_in_output) {
    blame(run, inst, TAUT_EFAULT, "emitted an event in output, which must be pure");
  } else if (event >= inst->model->n_events) {
    snprintf(text, sizeof text, "emitted event %u, its table has %u", event, inst->model->n_events);
    blame(run, inst, TAUT_EFAULT, text);
  } else if (!isfinite(value)) {
    snprintf(text, sizeof text, "event %s carries NaN or infinity",
             inst->model->events[event].name);
    blame(run, inst, TAUT_ENUMBER, text);
  } else if (is_more_than_its_share(run, inst) || head->n_events >= run->plan->event_capacity) {
    snprintf(text, sizeof text, "emitted more than its %u events per tick",
             inst->model->events_per_tick);
    blame(run, inst, TAUT_EFULL, text);
  } else {
    // Within a tick events stand in the order of instances, so that the order of updates is free.
    taut_event *events = taut_run_events(run);
    uint64_t at = head->n_events++;
    for (;
         at > 0 && events[at - 1].tick_ns == head->now_ns && events[at - 1].instance > inst->index;
         at--)
      events[at] = events[at - 1];
    events[at] = (taut_event){head->now_ns, inst->index, event, value};
  }
}

static void write_log(const taut_instance *inst, taut_log_level level, const char *text) {
  taut_run *run = inst->host_data;
  if (run->is_in_output && !run->is_in_skip) {
    blame(run, inst, TAUT_EFAULT, "logged in output, which must be pure");
    return;
  }
  run_counts *counts = &taut_run_counts(run)[inst->index];
  if (counts->n_lines < UINT32_MAX) counts->n_lines++;
  if (counts->n_lines > TAUT_LOG_LINES_MAX + 1) return;
  if (counts->n_lines == TAUT_LOG_LINES_MAX + 1) {
    level = TAUT_LOG_WARN;
    text = "logs too much: further lines are counted, not kept";
  }
  if ((unsigned)level > TAUT_LOG_ERROR) level = TAUT_LOG_ERROR;
  taut_say(run->log, taut_run_head(run)->now_ns, level, inst->path, "%s", text ? text : "");
}

static const void *find_extension(const taut_instance *inst, const char *id) {
  (void)inst;
  (void)id;
  return NULL;
}

const taut_host taut_run_host = {sizeof(taut_host), TAUT_ABI_MINOR, emit, write_log,
                                 find_extension};
