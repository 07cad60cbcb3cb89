/// Connect, run, disconnect, a thousand times: no descriptor, thread or memory is left behind, on
/// either side.
#include "hil/proxy.h"
#include "support/keyed.h"
#include "support/process.h"

/// What the two processes hold.
typedef struct holding {
  int n_files[2], n_threads[2];
  long kb[2];
} holding;

static holding hold_of(const pid_t pids[2]) {
  holding h;
  for (int i = 0; i < 2; i++) {
    h.n_files[i] = count_entries(pids[i], "fd");
    h.n_threads[i] = count_entries(pids[i], "task");
    h.kb[i] = resident_kb(pids[i]);
  }
  return h;
}

/// Does one of them hold more than before? The transport closes its end of a connection when it has
/// heard that the other one is gone, so it is given a second.
static bool holds_more(const pid_t pids[2], const holding *before) {
  bool is_more = true;
  for (int k = 0; k < 100 && is_more; k++) {
    holding now = hold_of(pids);
    is_more = false;
    for (int i = 0; i < 2; i++)
      is_more |= now.n_files[i] > before->n_files[i] || now.n_threads[i] > before->n_threads[i];
    if (is_more) sleep_ms(10);
  }
  return is_more;
}

static taut_endpoint endpoint_of(const char *text) {
  char error[512];
  taut_endpoint endpoint;
  if (taut_endpoint_parse(text, &endpoint, error, sizeof error) != TAUT_OK) fail_msg("%s", error);
  return endpoint;
}

// ---------------------------------------------------------------------------- a harness on a bench

static void ignore_event(const taut_instance *inst, uint32_t event, double value) {
  (void)inst;
  (void)event;
  (void)value;
}

static void ignore_log(const taut_instance *inst, taut_log_level level, const char *text) {
  (void)inst;
  (void)level;
  (void)text;
}

/// Makes and resets an instance there, and steps it a few times.
static void run_shortly(taut_proxy *proxy) {
  enum { SLOTS_MAX = 512, STEPS = 5 };
  static double values[SLOTS_MAX], outputs[SLOTS_MAX], params[SLOTS_MAX];
  static const double *in[SLOTS_MAX];
  const taut_model *model = taut_proxy_model(proxy);
  const taut_host host = {sizeof host, TAUT_ABI_MINOR, ignore_event, ignore_log, NULL};
  double state = 0;
  size_t n = 0;
  for (uint32_t i = 0; i < model->n_inputs; n += model->inputs[i++].count) {
    in[i] = &values[n];
    for (uint32_t k = 0; k < model->inputs[i].count; k++) values[n + k] = model->inputs[i].init;
  }
  n = 0;
  for (uint32_t i = 0; i < model->n_params; i++)
    for (uint32_t k = 0; k < model->params[i].count; k++) params[n++] = model->params[i].init;
  const taut_instance inst = {.struct_size = sizeof inst,
                              .path = "controller",
                              .model = model,
                              .host = &host,
                              .in = in,
                              .out = outputs,
                              .param = params,
                              .state = &state,
                              .seed = 1,
                              .period_ns = model->period_ns,
                              .period_s = (double)model->period_ns * 1e-9};
  assert_int_equal(model->init(&inst, 0), TAUT_OK);
  for (int64_t i = 0; i < STEPS; i++) {
    assert_int_equal(model->output(&inst, i * inst.period_ns), TAUT_OK);
    assert_int_equal(model->update(&inst, i * inst.period_ns), TAUT_OK);
  }
}

/// On a busy machine a handshake may take longer than the 2 s that it may: then once more. What
/// could not be opened must not leave anything behind either.
static void open_link(taut_link *link, const taut_endpoint *endpoint) {
  for (int i = 0; i < 5; i++) {
    if (taut_link_open(link, endpoint, "controller", 1, false, NULL) == TAUT_OK) return;
    print_message("%s\n", link->trouble);
    taut_link_close(link);
  }
  fail_msg("no connection");
}

static void connect_run_disconnect(const taut_endpoint *endpoint) {
  static taut_link link;
  char error[512];
  taut_proxy *proxy;
  open_link(&link, endpoint);
  assert_int_equal(taut_proxy_create(&link, "remote", &proxy, error, sizeof error), TAUT_OK);
  run_shortly(proxy);
  taut_proxy_destroy(proxy);
  taut_link_close(&link);
}

/// So many cycles to one peer; what both hold after the first hundred is what they hold at the end.
static void cycle(const char *words, const taut_endpoint *endpoint, const char *address, int n) {
  enum { WARM = 100 };
  pid_t served = start_served(words, address, "log");
  const pid_t pids[2] = {getpid(), served};
  holding before = {0};
  for (int i = 0; i < n; i++) {
    connect_run_disconnect(endpoint);
    if (i == WARM) {
      sleep_ms(200);
      before = hold_of(pids);
    }
  }
  if (holds_more(pids, &before)) fail_msg("descriptors or threads are left behind");
  holding after = hold_of(pids);
  for (int i = 0; i < 2; i++) {
    printf("%s: %d files, %d threads, %ld kB, then %ld kB\n", i == 0 ? "harness" : "peer",
           after.n_files[i], after.n_threads[i], before.kb[i], after.kb[i]);
    // A kilobyte of each cycle would show.
    if (!IS_SANITIZED)
      assert_true(before.kb[i] > 0 && after.kb[i] < before.kb[i] + (n - WARM) * 9 / 10);
  }
  // Under a sanitizer that looks for leaks this status would tell of those of the peer.
  assert_int_equal(end_served(served, SIGTERM), 0);
}

static void a_thousand_cycles_leave_nothing_behind(void **state) {
  (void)state;
  taut_endpoint endpoint = endpoint_of(ipc_here("c"));
  cycle("controller -q", &endpoint, endpoint.text, 1100);
}

static void cycles_with_keys_leave_nothing_behind(void **state) {
  (void)state;
  char words[256], text[160], address[64], error[512];
  taut_credentials own = {0};
  make_keys("harness");
  make_keys("peer");
  assert_int_equal(taut_keys_read("harness", &own, error, sizeof error), TAUT_OK);
  int port = free_port();
  snprintf(words, sizeof words, "controller -q --keys peer --allow %s", public_key("harness"));
  snprintf(address, sizeof address, "tcp://127.0.0.1:%d", port);
  snprintf(text, sizeof text, "tcp://%s@127.0.0.1:%d", public_key("peer"), port);
  taut_endpoint endpoint = endpoint_of(text);
  endpoint.credentials = &own;
  cycle(words, &endpoint, address, 300);
  taut_credentials_fini(&own);
}

/// The twin: what one session holds while it is open is seen, on both sides.
static void a_session_that_stays_open_is_seen(void **state) {
  (void)state;
  static taut_link link;
  taut_endpoint endpoint = endpoint_of(ipc_here("c"));
  pid_t served = start_served("controller -q", ipc_here("c"), "log");
  const pid_t pids[2] = {getpid(), served};
  connect_run_disconnect(&endpoint);
  sleep_ms(200);
  holding before = hold_of(pids);
  assert_false(holds_more(pids, &before));
  open_link(&link, &endpoint);
  assert_true(holds_more(pids, &before));
  holding now = hold_of(pids);
  for (int i = 0; i < 2; i++) assert_true(now.n_files[i] > before.n_files[i]);
  assert_true(now.n_threads[0] > before.n_threads[0]);
  taut_link_close(&link);
  assert_false(holds_more(pids, &before));
  assert_int_equal(end_served(served, SIGTERM), 0);
}

// --------------------------------------------------------------------------------- the command

/// How often a word stands in a file; 0 when there is none.
static int count_words(const char *path, const char *word) {
  int n = 0;
  if (access(path, R_OK) != 0) return 0;
  char *text = text_of(path);
  for (const char *at = text; (at = strstr(at, word)) != NULL; at++) n++;
  free(text);
  return n;
}

/// Is this process back at what it held, or below, within a while? Between two cases it holds less
/// than within one.
static bool comes_back(pid_t pid, int n_files, int n_threads) {
  for (int i = 0; i < 10000; i++) {
    int files = count_entries(pid, "fd"), threads = count_entries(pid, "task");
    if (files > 0 && files <= n_files && threads > 0 && threads <= n_threads) return true;
    sleep_ms(1);
  }
  return false;
}

/// One command with many cases, each of them a session: the process that outlives them all, and
/// the peer.
static void a_command_with_many_cases_leaves_nothing_behind(void **state) {
  enum { CASES = 300, EARLY = 20, LATE = 120 };
  (void)state;
  write_text("t.lua",
             "local taut, list = require 'taut', {}\n"
             "for i = 1, 300 do list[i] = taut.scenario { name = 'c' .. i, rig = "
             "'two_cable_trainer',\n"
             "  script = function(s) s:wait '5 ms' s:expect('true') end } end\n"
             "return list\n");
  pid_t served = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_taut("run t.lua -q --with controller=%s", ipc_here("c"));
  const pid_t pids[2] = {run, served};
  while (count_words("log", "finished after") < EARLY) sleep_ms(5);
  // The most of several looks: what one case needs, and no more.
  holding most = hold_of(pids);
  for (int k = 0; k < 40; k++) {
    holding now = hold_of(pids);
    for (int p = 0; p < 2; p++) {
      if (now.n_files[p] > most.n_files[p]) most.n_files[p] = now.n_files[p];
      if (now.n_threads[p] > most.n_threads[p]) most.n_threads[p] = now.n_threads[p];
    }
    sleep_ms(2);
  }
  while (count_words("log", "finished after") < LATE) sleep_ms(5);
  // A hundred cases later, one descriptor of each would be a hundred.
  for (int p = 0; p < 2; p++) assert_true(comes_back(pids[p], most.n_files[p], most.n_threads[p]));
  assert_int_equal(end_taut(run), 0);
  assert_int_equal(count_words("log", "finished after"), CASES);
  assert_int_equal(end_served(served, SIGTERM), 0);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_thousand_cycles_leave_nothing_behind),
      IN_FOLDER(cycles_with_keys_leave_nothing_behind),
      IN_FOLDER(a_session_that_stays_open_is_seen),
      IN_FOLDER(a_command_with_many_cases_leaves_nothing_behind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
