#include <string.h>

#include "engine/run.h"
#include "engine/text.h"

size_t taut_run_snapshot_size(const taut_run *run) {
  return run->plan->layout.size;
}

void taut_run_snapshot(const taut_run *run, void *block) {
  memcpy(block, run->block, run->plan->layout.size);
}

taut_status taut_run_restore(taut_run *run, const void *block) {
  run_head head;
  if (!taut_plan_is_snapshotable(run->plan)) {
    taut_say_error(run->log, "", "a role keeps its state in another process: not snapshotable");
    return TAUT_EREJECT;
  }
  memcpy(&head, block, sizeof head);
  if (run->is_in_tick || memcmp(head.plan_hash, run->plan->hash, sizeof head.plan_hash) != 0) {
    taut_say_error(run->log, "", "the snapshot is not of this plan, or the run is within a tick");
    return TAUT_EINVAL;
  }
  memcpy(run->block, block, run->plan->layout.size);
  run->host_status = TAUT_OK;
  run->culprit = NULL;
  taut_run_bind(run);
  taut_run_rebuild(run);
  return TAUT_OK;
}
