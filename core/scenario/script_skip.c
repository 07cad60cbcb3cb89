// s:skip: simulated time that nobody looks at.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/quantity.h"
#include "scenario/script.h"

#define SETTLE_NS (10 * TAUT_SECOND)
#define POLL_NS (TAUT_SECOND / 10)

/// s:skip "20 h" ends at the same row as s:wait "20 h".
int taut_script_skip(lua_State *L) {
  taut_script *script = taut_script_of(L);
  int64_t time_ns = taut_check_time(L, 2, "the time to skip");
  taut_origin origin = {0};
  taut_sandbox_where(L, 1, origin.chunk, &origin.line);
  taut_wait wait = {.kind = TAUT_WAIT_SKIP,
                    .until_ns = taut_script_row_after(script, time_ns),
                    .line = origin.line,
                    .id = "",
                    .text = "the machine comes to rest, so that time can be skipped"};
  return taut_script_wait(L, script, &wait);
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/// Tries once; a refusal is no line in the log, its reason stands in the journal's error.
static taut_status try_skip(taut_script *script, int64_t duration_ns) {
  taut_journal *journal = script->journal;
  int64_t now_ns = taut_run_now(script->run);
  journal->error[0] = 0;
  journal->is_quiet = true;
  taut_status status = taut_run_skip(script->run, duration_ns);
  journal->is_quiet = false;
  if (status == TAUT_OK) status = taut_monitors_skip(script->monitors, now_ns, duration_ns);
  if (status != TAUT_OK) return status;
  taut_journal_say(journal, script->row_ns, TAUT_LOG_INFO, "", "skip %.9g s",
                   (double)duration_ns * 1e-9);
  script->row_ns += duration_ns;
  return TAUT_OK;
}

static void report_unrest(taut_script *script) {
  taut_check_result *check = taut_journal_check(script->journal);
  if (!check) return;
  const char *got = taut_pool_text(script->journal->pool, script->journal->error);
  char *expected =
      taut_pool_format(script->journal->pool, "rest within %.6g s", (double)SETTLE_NS * 1e-9);
  script->n_checks++;
  check->text = check->expression = script->wait.text;
  check->expected = expected ? expected : "";
  check->got = got ? got : "";
  check->verdict = TAUT_FAIL;
  check->tick_ns = script->row_ns;
  check->line = script->wait.line;
}

bool taut_script_serve_skip(taut_script *script) {
  const taut_wait *wait = &script->wait;
  int64_t cycle_ns = taut_plan_cycle(script->setup->plan), settled_ns = script->row_ns + SETTLE_NS;
  // Whole cycles are skipped and at least a row is simulated, so that what the script reads is new.
  for (;;) {
    int64_t room_ns = wait->until_ns - script->row_ns - script->period_ns;
    int64_t duration_ns = cycle_ns && room_ns > 0 ? room_ns / cycle_ns * cycle_ns : 0;
    if (duration_ns == 0) return taut_script_advance(script, wait->until_ns);
    taut_status status = try_skip(script, duration_ns);
    if (status == TAUT_OK) continue;
    if (status != TAUT_EREJECT) {
      script->is_broken = true;
      return false;
    }
    if (script->row_ns >= settled_ns || script->row_ns >= taut_script_limit(script)) {
      report_unrest(script);
      script->is_stopped = true;
      return false;
    }
    int64_t next_ns =
        script->row_ns + (POLL_NS + script->period_ns - 1) / script->period_ns * script->period_ns;
    if (!taut_script_advance(script, least(next_ns, wait->until_ns))) return false;
  }
}
