/// A run with links is repeated from its journal, without its peers and bit by bit; what has
/// changed since is named.
#include <glob.h>

#include "hil/wire.h"
#include "support/served.h"
#include "trace/compare.h"
#include "trace/journal_reader.h"

// ---------------------------------------------------------------------------------------- journals

/// The only journal of the newest run below `folder`.
static void journal_in(const char *folder, const char *ending, char path[512]) {
  glob_t found;
  snprintf(path, 512, "%s/latest/journal/*%s", folder, ending);
  if (glob(path, 0, NULL, &found) != 0) fail_msg("no %s", path);
  assert_int_equal(found.gl_pathc, 1);
  snprintf(path, 512, "%s", found.gl_pathv[0]);
  globfree(&found);
}

/// A scenario that says how long it takes and what the controller is asked for.
static void write_scenario(const char *script) {
  char *text = taut_text_format(
      "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
      "  user = { 'strong_adult' },\n"
      "  set = { exercise = 'romanian_deadlift', load = lb(20), reps = 5 },\n"
      "  script = function(s) %s end }\n",
      script);
  write_text("t.lua", text);
  free(text);
}

static const char SHORT[] =
    "s:event('session.request', 'start_set') s:wait '400 ms' "
    "s:expect('load.command_n <= 10 N')";

typedef struct served {
  pid_t pid;
  char with[300];
} served;

static served serve(const char *role, const char *suffix) {
  served s;
  char words[64], log[64];
  snprintf(words, sizeof words, "%s", role);
  snprintf(log, sizeof log, "log_%s", role);
  s.pid = start_served(words, ipc_here(role), log);
  snprintf(s.with, sizeof s.with, "--with %s=%s%s", role, ipc_here(role), suffix);
  return s;
}

/// Replays `journal` and expects the rows, verdicts and margins of the run that was recorded.
static void expect_same_replay(const char *journal, const char *verdict, const char *mode) {
  char text[200];
  int status = run_taut("run --replay %s --out replayed", journal);
  outcome o = outcome_in("replayed");
  assert_int_equal(status, strcmp(verdict, "pass") == 0 ? 0 : 1);
  expect_outcome(&o, verdict, "");
  json_t *results = json_of("replayed/latest/results.json");
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  const json_t *replay = json_object_get(item, "replay");
  const json_t *recorded = json_object_get(replay, "recorded");
  assert_true(json_is_true(json_object_get(replay, "same_rows")));
  assert_int_equal(json_array_size(json_object_get(replay, "changes")), 0);
  assert_string_equal(text_at(replay, "journal"), journal);
  assert_string_equal(text_at(recorded, "verdict"), verdict);
  assert_string_equal(text_at(recorded, "trace_hash"), o.trace_hash);
  assert_string_equal(text_at(recorded, "plan_hash"), o.plan_hash);
  assert_null(json_object_get(item, "live"));
  json_decref(results);
  expect_text("out", "replayed, not re-executed)");
  snprintf(text, sizeof text, "the same rows, verdicts and margins as the recorded %s run", mode);
  expect_text("out", text);
  expect_text("replayed/latest/report.html", "replayed, not re-executed");
  expect_text("replayed/latest/junit.xml", "<property name=\"replayed, not re-executed\" value=");
}

// ------------------------------------------------------------------------------------- the same
// run

static void a_replay_is_the_recorded_run_without_its_peers(void **state) {
  (void)state;
  char journal[512];
  write_scenario(SHORT);
  served controller = serve("controller", ""), spotter = serve("spotter", "");
  assert_int_equal(run_taut("run t.lua --seed 5 %s %s", controller.with, spotter.with), 0);
  outcome recorded = outcome_in("runs");
  journal_in("runs", ".mcap", journal);
  // One peer is there and hears nothing, the other is gone.
  end_served(spotter.pid, SIGTERM);
  char *before = text_of("log_controller");
  expect_same_replay(journal, "pass", "lockstep");
  outcome replayed = outcome_in("replayed");
  assert_string_equal(replayed.trace_hash, recorded.trace_hash);
  char *after = text_of("log_controller");
  assert_string_equal(before, after);
  free(before);
  free(after);
  // The command of a case says which journal, and the page too.
  json_t *results = json_of("runs/latest/results.json");
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  const json_t *environment = json_object_get(item, "environment");
  assert_non_null(strstr(text_at(environment, "journal"), "/journal/"));
  assert_null(json_object_get(item, "replay"));
  json_decref(results);
  assert_int_equal(end_served(controller.pid, SIGTERM), 0);
}

static void several_ticks_per_exchange_replay_alike(void **state) {
  (void)state;
  char journal[512];
  write_scenario(SHORT);
  served session = serve("session", "?ticks=10");
  run_taut("run t.lua %s", session.with);
  outcome recorded = outcome_in("runs");
  journal_in("runs", ".mcap", journal);
  end_served(session.pid, SIGTERM);
  expect_same_replay(journal, recorded.verdict, "lockstep");
  outcome replayed = outcome_in("replayed");
  assert_string_equal(replayed.trace_hash, recorded.trace_hash);
  assert_string_equal(replayed.reason, recorded.reason);
}

static void a_live_run_replays_to_the_rows_it_had(void **state) {
  (void)state;
  char journal[512], error[512];
  write_scenario(SHORT);
  pid_t pid = start_served("controller --live", ipc_here("c"), "log");
  run_taut("run t.lua --live --with controller=%s", ipc_here("c"));
  outcome recorded = outcome_in("runs");
  journal_in("runs", ".mcap", journal);
  end_served(pid, SIGTERM);
  expect_same_replay(journal, recorded.verdict, "live");
  // What arrived has the wall time it arrived at, and that goes on.
  int fd = open(journal, O_RDONLY);
  taut_trace_source source;
  taut_journal_reader *reader;
  taut_journal_message message;
  assert_int_equal(taut_trace_source_fd(&fd, &source), TAUT_OK);
  assert_int_equal(taut_journal_reader_open(&source, &reader, error, sizeof error), TAUT_OK);
  int64_t last_ns = 0;
  int n = 0;
  for (; taut_journal_reader_next(reader, &message) == TAUT_OK; n++) {
    assert_true(message.wall_ns >= last_ns);
    last_ns = message.wall_ns;
  }
  taut_journal_reader_close(reader);
  close(fd);
  // Handshake, two to begin, and an exchange for each millisecond.
  assert_in_range(n, 2 * 400, 2 * 420);
  assert_true(last_ns > 350 * INT64_C(1000000));
}

/// The only signal of that name in a comparison, borrowed.
static const json_t *signal_in(const json_t *twin, const char *name) {
  const json_t *list = json_object_get(twin, "signals");
  for (size_t i = 0; i < json_array_size(list); i++)
    if (strcmp(text_at(json_array_get(list, i), "name"), name) == 0) return json_array_get(list, i);
  fail_msg("no signal %s", name);
  return NULL;
}

static void a_live_run_stands_beside_its_twin(void **state) {
  (void)state;
  char journal[512];
  write_scenario("s:event('session.request', 'start_set') s:wait '1500 ms' s:expect('true')");
  pid_t pid = start_served("motor --live", ipc_here("m"), "log");
  run_taut("run t.lua --live --trace live --with left.motor=%s", ipc_here("m"));
  end_served(pid, SIGTERM);
  expect_text("out", "taut run t.lua:t --seed 1 --trace twin");
  expect_text("out", "taut compare live/t.t.mcap twin/t.t.mcap");
  assert_int_equal(run_taut("run t.lua --trace twin --out other"), 0);
  int status = run_taut("compare live/t.t.mcap twin/t.t.mcap --json");
  assert_true(status == 0 || status == 1);
  json_t *document = json_of("out");
  const json_t *twin = json_array_get(json_object_get(document, "traces"), 0);
  assert_int_equal(json_integer_value(json_object_get(twin, "rows")), 1501);
  // The one side that was live is not its twin, what it has nothing to do with is.
  const json_t *same = signal_in(twin, "session.cue");
  assert_true(json_is_boolean(json_object_get(same, "same")));
  const json_t *current = signal_in(twin, "left.motor.iq_a");
  assert_string_equal(text_at(current, "unit"), "A");
  assert_true(json_is_real(json_object_get(current, "error_rms")));
  assert_true(json_array_size(json_object_get(twin, "requirements")) > 3);
  json_decref(document);
  // Whichever of the two comes first, the live one is the live one.
  run_taut("compare twin/t.t.mcap live/t.t.mcap");
  expect_text("out", "live     live/t.t.mcap\ntwin     twin/t.t.mcap");
  expect_text("out", "that both judge have the same verdict");
  // A trace beside itself is the same everywhere; told so only when asked, it claims no latency.
  assert_int_equal(run_taut("compare --twin twin/t.t.mcap twin/t.t.mcap"), 0);
  expect_text("out", "are the same in every bit\n");
  // A replay makes the trace of the live run again, byte by byte.
  journal_in("runs", ".mcap", journal);
  run_taut("run --replay %s --trace again", journal);
  char *first = NULL, *second = NULL;
  size_t n_first, n_second;
  assert_int_equal(taut_file_read("live/t.t.mcap", 1 << 28, &first, &n_first), TAUT_OK);
  assert_int_equal(taut_file_read("again/t.t.mcap", 1 << 28, &second, &n_second), TAUT_OK);
  assert_int_equal(n_first, n_second);
  assert_memory_equal(first, second, n_first);
  free(first);
  free(second);
}

static void a_peer_that_was_lost_is_lost_again(void **state) {
  (void)state;
  char journal[512];
  write_scenario("s:wait '300 s' s:expect('true')");
  served controller = serve("controller", "");
  pid_t run = start_taut("run t.lua %s", controller.with);
  wait_for_text("log_controller", "holds the device");
  sleep_ms(300);
  end_served(controller.pid, SIGKILL);
  assert_int_equal(end_taut(run), 1);
  outcome recorded = outcome_in("runs");
  expect_outcome(&recorded, "error", "has not answered for 2 s of wall time");
  journal_in("runs", ".mcap", journal);
  assert_int_equal(run_taut("run --replay %s --out replayed", journal), 1);
  outcome replayed = outcome_in("replayed");
  expect_outcome(&replayed, "error", "");
  assert_string_equal(replayed.reason, recorded.reason);
}

// ------------------------------------------------------------------------------- not the same any
// more

static int replay_again(const char *journal, outcome *o) {
  int status = run_taut("run --replay %s --out replayed", journal);
  if (status == 0 || status == 1) *o = outcome_in("replayed");
  return status;
}

static void what_has_changed_since_is_named(void **state) {
  (void)state;
  char journal[512];
  outcome o;
  write_scenario(SHORT);
  served controller = serve("controller", "");
  assert_int_equal(run_taut("run t.lua %s", controller.with), 0);
  end_served(controller.pid, SIGTERM);
  journal_in("runs", ".mcap", journal);
  // The script asks for something else at 100 ms: the controller hears of it, the journal does not.
  write_scenario(
      "s:event('session.request', 'start_set') s:wait '100 ms' "
      "s:event('controller.report', 'leak') s:wait '300 ms' s:expect('true')");
  assert_int_equal(replay_again(journal, &o), 1);
  expect_outcome(&o, "error", "the replay leaves its journal at 0.1");
  assert_non_null(strstr(o.reason, "input report"));
  assert_non_null(strstr(o.reason, "recorded was"));
  // It goes on for longer than the journal.
  write_scenario("s:event('session.request', 'start_set') s:wait '500 ms' s:expect('true')");
  assert_int_equal(replay_again(journal, &o), 1);
  expect_outcome(&o, "error", "the journal ends here, at 0.4");
  // It is judged by something else: the same rows with another verdict.
  write_scenario(
      "s:event('session.request', 'start_set') s:wait '400 ms' "
      "s:expect('load.command_n >= 10 N')");
  assert_int_equal(replay_again(journal, &o), 1);
  expect_outcome(&o, "fail", "");
  expect_text("out", "the same rows");
  // The machine is another one.
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  user = { 'strong_adult' }, params = { motor = { resistance_ohm = 0.5 } },\n"
             "  set = { exercise = 'romanian_deadlift', load = lb(20), reps = 5 },\n"
             "  script = function(s) s:wait '400 ms' s:expect('true') end }\n");
  assert_int_equal(replay_again(journal, &o), 1);
  expect_outcome(&o, "error", "the plan is not the one that the journal was recorded with: ");
  assert_non_null(strstr(o.reason, "motor.resistance_ohm is 0.5 "));
  // Another case, by its name.
  write_text("t.lua",
             "return require 'taut'.scenario { name = 'u', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '1 ms' end }\n");
  assert_int_equal(replay_again(journal, &o), 4);
  expect_text("err", "is of the case 't' of t.lua");
  // And no case at all.
  unlink("t.lua");
  assert_int_equal(replay_again(journal, &o), 4);
}

/// Copies a journal; the first answer to a step at or behind `from_ns` gets its output `name` set.
static void tamper(const char *from, const char *to, int64_t from_ns, const char *name,
                   double value) {
  int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  taut_trace_source source;
  taut_mcap_reader reader;
  taut_mcap_file file;
  taut_mcap_item item;
  taut_mcap_chunk chunk;
  taut_bytes records = {0}, changed = {0};
  taut_wire wire, welcome_wire;
  const Taut__Link__Table *table = NULL;
  bool is_done = false;
  const taut_trace_sink sink = {taut_trace_sink_fd, &out};
  assert_int_equal(taut_wire_init(&wire, 8 << 20), TAUT_OK);
  assert_int_equal(taut_wire_init(&welcome_wire, 8 << 20), TAUT_OK);
  assert_int_equal(taut_trace_source_fd(&in, &source), TAUT_OK);
  assert_int_equal(taut_mcap_reader_init(&reader, &source), TAUT_OK);
  assert_int_equal(taut_mcap_file_begin(&file, &sink, 1), TAUT_OK);
  while (taut_mcap_read(&reader, &item) == TAUT_OK && item.opcode != TAUT_MCAP_DATA_END) {
    if (item.opcode == TAUT_MCAP_SCHEMA || item.opcode == TAUT_MCAP_CHANNEL ||
        item.opcode == TAUT_MCAP_METADATA)
      taut_mcap_file_records(&file, reader.record.data, reader.record.size);
    if (item.opcode != TAUT_MCAP_CHUNK) continue;
    assert_int_equal(taut_mcap_unpack(&reader, item.body, &chunk, &records), TAUT_OK);
    taut_cursor cursor = {.at = records.data, .left = records.size};
    taut_mcap_record record;
    changed.size = 0;
    while (taut_mcap_next(&cursor, &record)) {
      size_t mark = taut_mcap_open(&changed, TAUT_MCAP_MESSAGE);
      taut_message *message;
      const uint8_t *bytes = record.body.at + 22;
      size_t size = record.body.left - 22;
      bool is_answer = record.body.at[0] == 2;
      assert_int_equal(taut_wire_decode(&wire, bytes, size, &message), TAUT_OK);
      if (is_answer && message->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME) {
        taut_wire_decode(&welcome_wire, bytes, size, &message);
        table = message->welcome->table;
      } else if (is_answer && !is_done && table != NULL && message->tick_ns >= from_ns) {
        for (size_t i = 0; i < table->n_outputs; i++)
          if (strcmp(table->outputs[i]->name, name) == 0) {
            if (message->answer->n_outputs <= i) continue;
            message->answer->outputs[i] = value;
            is_done = true;
          }
        taut_wire_encode(&wire, message, &bytes, &size);
      }
      taut_bytes_put(&changed, record.body.at, 22);
      taut_bytes_put(&changed, bytes, size);
      taut_mcap_close(&changed, mark);
    }
    taut_mcap_file_chunk(&file, changed.data, changed.size);
  }
  assert_true(is_done);
  assert_int_equal(taut_mcap_file_end(&file), TAUT_OK);
  taut_mcap_file_fini(&file);
  taut_mcap_reader_fini(&reader);
  taut_bytes_fini(&records);
  taut_bytes_fini(&changed);
  taut_wire_fini(&wire);
  taut_wire_fini(&welcome_wire);
  close(in);
  close(out);
}

static void one_changed_value_is_not_the_recorded_run(void **state) {
  (void)state;
  char journal[512];
  outcome o;
  write_scenario(SHORT);
  served controller = serve("controller", "");
  assert_int_equal(run_taut("run t.lua %s", controller.with), 0);
  outcome recorded = outcome_in("runs");
  end_served(controller.pid, SIGTERM);
  journal_in("runs", ".mcap", journal);
  // Nothing but the copying: the same rows.
  tamper(journal, "copy.mcap", 0, "left_load_command_n", 0.0);
  assert_int_equal(replay_again("copy.mcap", &o), 0);
  assert_string_equal(o.trace_hash, recorded.trace_hash);
  // The last row alone: nobody is asked anything after it.
  tamper(journal, "late.mcap", 399750000, "left_load_command_n", 0.5);
  assert_int_equal(replay_again("late.mcap", &o), 1);
  expect_outcome(&o, "error", "the replay is not the run that was recorded: its trace hash is ");
  assert_string_not_equal(o.trace_hash, recorded.trace_hash);
  expect_text("out", "not the rows of the recorded run, which was 'pass'");
  // In the middle, and with a torque: the motor turns, and the controller is asked about that.
  tamper(journal, "early.mcap", 200000000, "left_torque_command_nm", 1.0);
  assert_int_equal(replay_again("early.mcap", &o), 1);
  expect_outcome(&o, "error", "the replay leaves its journal at 0.20");
}

static void a_damaged_journal_is_refused_with_what_is_left(void **state) {
  (void)state;
  char journal[512];
  outcome o;
  write_scenario(SHORT);
  served controller = serve("controller", "");
  assert_int_equal(run_taut("run t.lua %s", controller.with), 0);
  end_served(controller.pid, SIGTERM);
  journal_in("runs", ".mcap", journal);
  char *bytes = NULL;
  size_t size;
  assert_int_equal(taut_file_read(journal, 1 << 28, &bytes, &size), TAUT_OK);
  bytes[size / 2] ^= 1;
  assert_int_equal(taut_file_write_atomic("bad.mcap", bytes, size, NULL), TAUT_OK);
  free(bytes);
  assert_int_equal(replay_again("bad.mcap", &o), 6);
  expect_text("err", "bad.mcap is damaged (at byte ");
  expect_text("err", "taut trace recover");
  // What can be saved replays up to there.
  assert_int_equal(run_taut("trace recover bad.mcap saved.mcap"), 0);
  assert_int_equal(replay_again("saved.mcap", &o), 1);
  expect_outcome(&o, "error", "the journal lacks ");
  assert_int_equal(replay_again("nothing.mcap", &o), 4);
  assert_int_equal(replay_again("t.lua", &o), 6);
  expect_text("err", "it is no journal");
  assert_int_equal(run_taut("run --replay %s --with controller=resistance", journal), 4);
  expect_text("err", "a replay is the run of its journal and no other");
}

// ------------------------------------------------------------------------------------ killed
// harness

static taut_trace_reader *open_trace(const char *path, int *fd) {
  taut_trace_source source;
  taut_trace_reader *reader;
  *fd = open(path, O_RDONLY);
  assert_int_equal(taut_trace_source_fd(fd, &source), TAUT_OK);
  assert_int_equal(taut_trace_reader_open(&source, &reader), TAUT_OK);
  return reader;
}

static void what_a_killed_harness_has_written_replays(void **state) {
  (void)state;
  char journal[512], pattern[] = "killed/2*/journal/*.partial.mcap";
  glob_t found = {0};
  struct stat info = {0};
  outcome o;
  write_scenario("s:event('session.request', 'start_set') s:wait '120 s' s:expect('true')");
  served controller = serve("controller", "");
  pid_t run = start_taut("run t.lua --out killed %s", controller.with);
  for (int i = 0; i < 2000 && info.st_size < 300000; i++) {
    sleep_ms(10);
    if (glob(pattern, 0, NULL, &found) == 0) stat(found.gl_pathv[0], &info);
    if (found.gl_pathc > 0) snprintf(journal, sizeof journal, "%s", found.gl_pathv[0]);
    globfree(&found);
  }
  assert_true(info.st_size >= 300000);
  kill(run, SIGKILL);
  assert_int_equal(end_taut(run), -SIGKILL);
  end_served(controller.pid, SIGTERM);
  assert_int_equal(run_taut("run --replay %s --out replayed --trace replayed", journal), 1);
  o = outcome_in("replayed");
  expect_text("err", "was not finished");
  expect_outcome(&o, "error", "the journal ends here, at ");
  // Up to there it is the run that it would have been, row by row.
  assert_int_equal(run_taut("run t.lua --out whole --trace whole"), 0);
  int fds[2];
  taut_trace_reader *part = open_trace("replayed/t.t.mcap", &fds[0]);
  taut_trace_reader *whole = open_trace("whole/t.t.mcap", &fds[1]);
  taut_comparison comparison;
  const taut_compare_options options = {0};
  assert_int_equal(taut_trace_compare(part, whole, &options, &comparison), TAUT_OK);
  assert_int_equal(comparison.n_differences, 0);
  assert_true(comparison.n_rows > 200);
  taut_comparison_fini(&comparison);
  taut_trace_reader_close(part);
  taut_trace_reader_close(whole);
  close(fds[0]);
  close(fds[1]);
}

static void without_a_peer_there_is_no_journal(void **state) {
  (void)state;
  write_scenario(SHORT);
  assert_int_equal(run_taut("run t.lua --with controller=%s", ipc_here("nobody")), 1);
  assert_int_not_equal(access("runs/latest/journal", F_OK), 0);
  assert_int_equal(run_taut("run t.lua"), 0);
  assert_int_not_equal(access("runs/latest/journal", F_OK), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_replay_is_the_recorded_run_without_its_peers),
      IN_FOLDER(several_ticks_per_exchange_replay_alike),
      IN_FOLDER(a_live_run_replays_to_the_rows_it_had),
      IN_FOLDER(a_live_run_stands_beside_its_twin),
      IN_FOLDER(a_peer_that_was_lost_is_lost_again),
      IN_FOLDER(what_has_changed_since_is_named),
      IN_FOLDER(one_changed_value_is_not_the_recorded_run),
      IN_FOLDER(a_damaged_journal_is_refused_with_what_is_left),
      IN_FOLDER(what_a_killed_harness_has_written_replays),
      IN_FOLDER(without_a_peer_there_is_no_journal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
