// The closed loop in the engine, with the real plugins, over the hand-written loop of the same
// equations.
//
// Before any timing both run the whole set side by side, and every port of every row must agree bit
// for bit; otherwise the comparison would mean nothing.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/hand_loop.h"
#include "runner/recorder.h"
#include "runner/reps.h"
#include "taut/math.h"
#include "trace/writer.h"

enum { N_PLUGINS = 7 };
static const char *const plugins[N_PLUGINS] = {
    "motor_pmsm", "cable_spool", "user", "resistance", "spotter", "form_check", "session_basic"};

static const uint64_t seed = 1;
static const int64_t start_ns = 100 * INT64_C(1000000);
static const int64_t end_ns = 40 * TAUT_SECOND;
static const int64_t tick_ns = 50000;
static const int64_t turn_ns = 100 * INT64_C(1000000);

typedef struct bench_loop_context {
  taut_registry *registry;
  taut_plan *plan;
  taut_run *run;
  void *snapshot;  // of the run at its start
  hand_loop hand, hand_start;
  hand_row hand_copy;
  int n_sides;
  uint8_t engine_hash[16], hand_hash[16];
  char difference[200];
} bench_loop_context;

// -------------------------------------------------------------------------------------------
// set-up

static taut_status load_plugins(taut_registry *registry) {
  for (int i = 0; i < N_PLUGINS; i++) {
    char file[4096];
    snprintf(file, sizeof file, "%s/plugins/%s.so", TAUT_BUILD_DIR, plugins[i]);
    taut_status status = taut_registry_load(registry, file);
    if (status != TAUT_OK) return status;
  }
  return TAUT_OK;
}

static taut_status fill_builder(taut_builder *builder, int n_sides) {
  static const char *const rig[][2] = {
      {"left.motor", "motor_pmsm"}, {"left.cable", "cable_spool"}, {"user", "user"},
      {"controller", "resistance"}, {"spotter", "spotter"},        {"form_check", "form_check"},
      {"session", "session_basic"}, {"right.motor", "motor_pmsm"}, {"right.cable", "cable_spool"}};
  size_t n_instances = n_sides == 2 ? 9 : 7;
  taut_status status = TAUT_OK;
  for (size_t i = 0; status == TAUT_OK && i < n_instances; i++) {
    status = taut_builder_add(builder, rig[i][0], rig[i][1], 0, 0);
  }
  if (status == TAUT_OK && n_sides == 1) {
    status = taut_builder_param(builder, "user", "uses_right", 0, 0.0);
    if (status == TAUT_OK) status = taut_builder_param(builder, "session", "uses_right", 0, 0.0);
  }
  return status == TAUT_OK ? taut_builder_wire_roles(builder) : status;
}

static taut_status make_plan(bench_loop_context *c, const taut_log_sink *log) {
  taut_builder *builder = NULL;
  taut_status status = taut_registry_create(NULL, log, &c->registry);
  if (status == TAUT_OK) status = load_plugins(c->registry);
  if (status == TAUT_OK) status = taut_builder_create(c->registry, NULL, log, &builder);
  if (status == TAUT_OK) status = fill_builder(builder, c->n_sides);
  if (status == TAUT_OK) status = taut_builder_plan(builder, &c->plan);
  if (builder != NULL) taut_builder_destroy(builder);
  return status;
}

static taut_status make_run(bench_loop_context *c, const taut_log_sink *log) {
  taut_run_options options = {.seed = seed};
  taut_status status = taut_run_create(c->plan, &options, NULL, log, &c->run);
  if (status != TAUT_OK) return status;
  size_t size = (taut_run_snapshot_size(c->run) + 63) / 64 * 64;
  c->snapshot = aligned_alloc(64, size);
  if (c->snapshot == NULL) return TAUT_ENOMEM;
  taut_run_snapshot(c->run, c->snapshot);
  return TAUT_OK;
}

// --------------------------------------------------------------------------------------- the
// scenario

static taut_status apply(bench_loop_context *c, const char *port, taut_effect_kind kind,
                         double value) {
  taut_port at;
  taut_status status = taut_plan_find(c->plan, port, &at);
  return status == TAUT_OK ? taut_run_apply(c->run, kind, at.slot, value) : status;
}

/// A set of 25 lb per cable is asked for.
static taut_status start_engine(bench_loop_context *c) {
  double load_n = 25.0 * TAUT_LBF_N;
  taut_status status = apply(c, "session.left_set_load_n", TAUT_EFFECT_SET, load_n);
  if (status == TAUT_OK && c->n_sides == 2) {
    status = apply(c, "session.right_set_load_n", TAUT_EFFECT_SET, load_n);
  }
  if (status != TAUT_OK) return status;
  return apply(c, "session.request", TAUT_EFFECT_EVENT, TAUT_REQUEST_START_SET);
}

static void start_hand(bench_loop_context *c) {
  for (int i = 0; i < c->n_sides; i++) c->hand.set_load_n[i] = 25.0 * TAUT_LBF_N;
  c->hand.request = TAUT_REQUEST_START_SET;
  c->hand.request_seq += 1.0;
}

static taut_status run_engine(bench_loop_context *c, int64_t until_ns) {
  if (taut_run_now(c->run) <= start_ns) {
    taut_status status = taut_run_advance(c->run, start_ns < until_ns ? start_ns : until_ns);
    if (status == TAUT_OK && until_ns > start_ns) status = start_engine(c);
    if (status != TAUT_OK) return status;
  }
  return taut_run_advance(c->run, until_ns);
}

static bool run_hand(bench_loop_context *c, int64_t until_ns) {
  if (c->hand.now_ns <= start_ns) {
    if (!hand_loop_advance(&c->hand, start_ns < until_ns ? start_ns : until_ns)) return false;
    if (until_ns > start_ns) start_hand(c);
  }
  return hand_loop_advance(&c->hand, until_ns);
}

// ---------------------------------------------------------------------------------------
// verification

/// Ports of instance `path` in the engine's row against `want`.
static bool agrees(bench_loop_context *c, const taut_row *row, const char *path,
                   const double *want) {
  taut_instance_info info =
      taut_plan_instance(c->plan, (size_t)taut_plan_find_instance(c->plan, path));
  const double *got = row->values + info.first_output;
  for (uint32_t i = 0; i < info.model->n_outputs; i++) {
    if (memcmp(&got[i], &want[i], sizeof *got) == 0) continue;
    snprintf(c->difference, sizeof c->difference, "at %.6f s %s.%s is %a in the engine, %a by hand",
             (double)row->tick_ns * 1e-9, path, info.model->outputs[i].name, got[i], want[i]);
    return false;
  }
  return true;
}

static bool peaks_agree(bench_loop_context *c, const taut_row *row, const char *path,
                        const hand_peak *peaks) {
  taut_instance_info info =
      taut_plan_instance(c->plan, (size_t)taut_plan_find_instance(c->plan, path));
  for (uint32_t i = 0; i < info.model->n_outputs; i++) {
    if (!(info.model->outputs[i].flags & TAUT_PEAK)) continue;
    char name[128];
    taut_port port;
    snprintf(name, sizeof name, "%s.%s", path, info.model->outputs[i].name);
    if (taut_plan_find(c->plan, name, &port) != TAUT_OK) return false;
    if (memcmp(&row->values[port.slot_min], &peaks->least, sizeof(double)) != 0 ||
        memcmp(&row->values[port.slot_max], &peaks->greatest, sizeof(double)) != 0) {
      snprintf(c->difference, sizeof c->difference, "at %.6f s the peaks of %s differ",
               (double)row->tick_ns * 1e-9, name);
      return false;
    }
    peaks++;
  }
  return true;
}

static taut_status compare_row(void *user, const taut_row *row) {
  bench_loop_context *c = user;
  // The hand-written loop goes by milliseconds: one more gives the row of this tick.
  if (!run_hand(c, row->tick_ns + 1000000)) return TAUT_EFAULT;
  const hand_row *want = &c->hand_copy;
  bool is_same = want->tick_ns == row->tick_ns && agrees(c, row, "user", want->user) &&
                 agrees(c, row, "controller", want->controller) &&
                 peaks_agree(c, row, "controller", want->controller_peaks) &&
                 agrees(c, row, "spotter", want->spotter) &&
                 agrees(c, row, "form_check", want->form_check) &&
                 agrees(c, row, "session", want->session);
  static const char *const names[2][2] = {{"left.motor", "left.cable"},
                                          {"right.motor", "right.cable"}};
  for (int i = 0; is_same && i < c->n_sides; i++) {
    is_same = agrees(c, row, names[i][0], want->side[i].motor) &&
              agrees(c, row, names[i][1], want->side[i].cable) &&
              peaks_agree(c, row, names[i][0], want->side[i].motor_peaks) &&
              peaks_agree(c, row, names[i][1], want->side[i].cable_peaks);
  }
  return is_same ? TAUT_OK : TAUT_EFAULT;
}

/// Runs both side by side; false with the reason in `c->difference`. Leaves the hashes to expect.
static bool verify(bench_loop_context *c) {
  c->hand.copy = &c->hand_copy;
  taut_run_on_row(c->run, compare_row, c);
  taut_status status = run_engine(c, end_ns);
  taut_run_on_row(c->run, NULL, NULL);
  if (status != TAUT_OK) {
    if (c->difference[0] == '\0') {
      snprintf(c->difference, sizeof c->difference, "engine: %s", taut_status_text(status));
    }
    return false;
  }
  // A loop in which nobody trains would be an idle one.
  const double *user = c->hand_copy.user;
  if (user[TAUT_USER_OUT_REP] < 3.0) {
    snprintf(c->difference, sizeof c->difference, "only %g repetitions were done in %g s",
             user[TAUT_USER_OUT_REP], (double)end_ns * 1e-9);
    return false;
  }
  taut_run_trace_hash(c->run, c->engine_hash);
  memcpy(c->hand_hash, c->hand.row.digest, sizeof c->hand_hash);
  return true;
}

// ---------------------------------------------------------------------------------------------
// bench

static void close_loop(void *context) {
  bench_loop_context *c = context;
  if (c->run != NULL) taut_run_destroy(c->run);
  if (c->plan != NULL) taut_plan_destroy(c->plan);
  if (c->registry != NULL) taut_registry_destroy(c->registry);
  free(c->snapshot);
  free(c);
}

static void keep_line(void *user, int64_t at_ns, taut_log_level level, const char *path,
                      const char *text) {
  bench_loop_context *c = user;
  (void)at_ns;
  if (level >= TAUT_LOG_ERROR && c->difference[0] == '\0') {
    snprintf(c->difference, sizeof c->difference, "%s: %s", path, text);
  }
}

static bool open_loop(void **context, int n_sides, char *why, size_t why_size) {
  bench_loop_context *c = calloc(1, sizeof *c);
  if (c == NULL) return false;
  c->n_sides = n_sides;
  const taut_log_sink log = {keep_line, c};
  taut_status status = make_plan(c, &log);
  if (status == TAUT_OK) status = make_run(c, &log);
  bool is_ready = status == TAUT_OK && hand_loop_init(&c->hand, c->plan, seed);
  c->hand_start = c->hand;
  is_ready = is_ready && verify(c);
  if (is_ready) {
    *context = c;
    return true;
  }
  snprintf(why, why_size, "%s", c->difference[0] ? c->difference : taut_status_text(status));
  close_loop(c);
  return false;
}

static bool open_one(void **context, char *why, size_t why_size) {
  return open_loop(context, 1, why, why_size);
}

static bool open_two(void **context, char *why, size_t why_size) {
  return open_loop(context, 2, why, why_size);
}

/// Nanoseconds per tick of both, which take turns every tenth of a simulated second.
static bool sample_loops(void *context, double *ours, double *limit) {
  bench_loop_context *c = context;
  uint8_t hash[16];
  int64_t engine_ns = 0, hand_ns = 0;
  c->hand = c->hand_start;
  if (taut_run_restore(c->run, c->snapshot) != TAUT_OK) return false;
  for (int64_t until_ns = turn_ns; until_ns <= end_ns; until_ns += turn_ns) {
    int64_t begin_ns = bench_cpu_ns();
    if (run_engine(c, until_ns) != TAUT_OK) return false;
    int64_t middle_ns = bench_cpu_ns();
    if (!run_hand(c, until_ns)) return false;
    engine_ns += middle_ns - begin_ns;
    hand_ns += bench_cpu_ns() - middle_ns;
  }
  *ours = (double)engine_ns / (double)(end_ns / tick_ns);
  *limit = (double)hand_ns / (double)(end_ns / tick_ns);
  taut_run_trace_hash(c->run, hash);
  return memcmp(hash, c->engine_hash, sizeof hash) == 0 &&
         memcmp(c->hand.row.digest, c->hand_hash, sizeof c->hand_hash) == 0;
}

// ---------------------------------------------------------------------------------------------
// trace

/// Time of the whole run without and with a trace [ns/row]: on the wall until the last byte is
/// written, or of the simulating thread alone.
static bool sample_trace(bench_loop_context *c, int64_t (*clock)(void), double *ours,
                         double *limit) {
  const double n_rows = (double)(end_ns / taut_plan_row_period(c->plan));
  uint8_t hash[16];
  if (taut_run_restore(c->run, c->snapshot) != TAUT_OK) return false;
  int64_t begin_ns = clock();
  if (run_engine(c, end_ns) != TAUT_OK) return false;
  *limit = (double)(clock() - begin_ns) / n_rows;

  char path[] = "/tmp/taut-bench-XXXXXX";
  int fd = mkstemp(path);
  if (fd < 0) return false;
  unlink(path);
  const taut_trace_sink sink = {taut_trace_sink_fd, &fd};
  taut_trace_writer *writer = NULL;
  taut_status status = taut_run_restore(c->run, c->snapshot);
  begin_ns = clock();
  if (status == TAUT_OK) status = taut_trace_writer_create(&sink, NULL, &writer);
  if (status == TAUT_OK) status = taut_trace_writer_begin(writer, c->plan, seed, "bench");
  taut_run_on_row(c->run, taut_trace_writer_row, writer);
  if (status == TAUT_OK) status = run_engine(c, end_ns);
  if (status == TAUT_OK) status = taut_trace_writer_finish(writer);
  *ours = (double)(clock() - begin_ns) / n_rows;
  taut_run_on_row(c->run, NULL, NULL);
  taut_trace_writer_destroy(writer);
  close(fd);
  taut_run_trace_hash(c->run, hash);
  return status == TAUT_OK && memcmp(hash, c->engine_hash, sizeof hash) == 0;
}

static bool sample_trace_wall(void *context, double *ours, double *limit) {
  return sample_trace(context, bench_now_ns, ours, limit);
}

static bool sample_trace_thread(void *context, double *ours, double *limit) {
  return sample_trace(context, bench_cpu_ns, ours, limit);
}

// ---------------------------------------------------------------------------------------------
// record

/// What every case of `taut run` carries along.
typedef struct records {
  taut_recorder *recorder;
  taut_reps *reps;
} records;

static taut_status record_row(void *user, const taut_row *row) {
  const records *r = user;
  taut_recorder_row(r->recorder, row);
  taut_reps_row(r->reps, row);
  return TAUT_OK;
}

/// The whole run with and without the recorder, which take turns every tenth of a simulated second
/// [ns/row]: the second run goes from a snapshot of its own. Its repetitions prove that somebody
/// trained.
static bool sample_record(void *context, double *ours, double *limit) {
  bench_loop_context *c = context;
  const double n_rows = (double)(end_ns / taut_plan_row_period(c->plan));
  records r = {0};
  size_t n_reps = 0;
  uint8_t hash[16];
  int64_t bare_ns = 0, record_ns = 0;
  size_t size = (taut_run_snapshot_size(c->run) + 63) / 64 * 64;
  void *before = aligned_alloc(64, size);
  bool is_ok = before != NULL && taut_run_restore(c->run, c->snapshot) == TAUT_OK &&
               taut_recorder_create(c->plan, TAUT_ROWS_BUDGET, &r.recorder) == TAUT_OK &&
               taut_reps_create(c->plan, &r.reps) == TAUT_OK;
  for (int64_t until_ns = turn_ns; is_ok && until_ns <= end_ns; until_ns += turn_ns) {
    taut_run_snapshot(c->run, before);
    int64_t begin_ns = bench_cpu_ns();
    is_ok = run_engine(c, until_ns) == TAUT_OK;
    bare_ns += bench_cpu_ns() - begin_ns;
    is_ok = is_ok && taut_run_restore(c->run, before) == TAUT_OK;
    taut_run_on_row(c->run, record_row, &r);
    begin_ns = bench_cpu_ns();
    is_ok = is_ok && run_engine(c, until_ns) == TAUT_OK;
    record_ns += bench_cpu_ns() - begin_ns;
    taut_run_on_row(c->run, NULL, NULL);
  }
  if (is_ok) (void)taut_reps_finish(r.reps, end_ns, &n_reps);
  taut_run_trace_hash(c->run, hash);
  free(before);
  taut_recorder_destroy(r.recorder);
  taut_reps_destroy(r.reps);
  *ours = (double)record_ns / n_rows;
  *limit = (double)bare_ns / n_rows;
  return is_ok && n_reps >= 3 && memcmp(hash, c->engine_hash, sizeof hash) == 0;
}

const bench bench_loop[] = {
    {.name = "closed_loop",
     .unit = "ns/tick",
     .target = 1.3,
     .help = "engine with the real plugins, one cable at 20 kHz, over a hand-written loop",
     .open = open_one,
     .sample_both = sample_loops,
     .close = close_loop},
    {.name = "closed_loop_two",
     .unit = "ns/tick",
     .target = 1.3,
     .help = "the same with two loaded cables",
     .open = open_two,
     .sample_both = sample_loops,
     .close = close_loop},
    {.name = "trace",
     .unit = "ns/row",
     .target = 1.3,
     .help = "two cables with a trace of every port at 1 kHz, until its last byte, over without",
     .open = open_two,
     .sample_both = sample_trace_wall,
     .close = close_loop},
    {.name = "trace_thread",
     .unit = "ns/row",
     .target = 1.3,
     .help = "the same on the simulating thread alone",
     .open = open_two,
     .sample_both = sample_trace_thread,
     .close = close_loop},
    {.name = "record",
     .unit = "ns/row",
     .target = 1.15,
     .help = "one cable with what every case records for its report, over without",
     .open = open_one,
     .sample_both = sample_record,
     .close = close_loop},
    {.name = "record_two",
     .unit = "ns/row",
     .target = 1.15,
     .help = "the same with two loaded cables",
     .open = open_two,
     .sample_both = sample_record,
     .close = close_loop},
    {.name = NULL},
};
