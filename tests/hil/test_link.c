/// The harness's side of a link against peers that misbehave in every way there is: what is no
/// answer is refused and counted, what cannot go on ends with a sentence, and nothing takes longer
/// than the silence that is allowed.
#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "hil/links.h"
#include "hil/proxy.h"
#include "support/folder.h"
#include "support/peer.h"
#include "support/served.h"

// ---------------------------------------------------------------------------------- a bad peer

/// How the peer of a test behaves; what is not named is as it should be.
typedef enum behaviour {
  GOOD,
  MUTE,          ///< never answers
  OLD_PROTOCOL,  ///< in Welcome
  OTHER_ROLE,
  OTHER_HASH,     ///< of the role's table, which it does not send
  OTHER_TABLE,    ///< sends a table whose hash is not what it says
  NO_CONTROLLER,  ///< sends a whole table that is not the role's
  HANGS,          ///< answers no step after the second
  NOISY,          ///< everything that is no answer comes before each answer
  FEW_OUTPUTS,
  BROKEN,  ///< answers the second step with FAULT
  LEAVES   ///< says goodbye instead of answering the second step
} behaviour;

typedef struct bad_peer {
  behaviour kind;
  taut_socket *socket;
  taut_wire wire, out;
  uint64_t table_hash;
  size_t n_outputs;
  int n_steps;
} bad_peer;

static void put(bad_peer *peer, const taut_identity *to, const taut_message *message) {
  const uint8_t *bytes;
  size_t size;
  if (taut_wire_encode(&peer->out, message, &bytes, &size) == TAUT_OK)
    taut_socket_send(peer->socket, to, bytes, size, TAUT_SECOND);
}

static void welcome_harness(bad_peer *peer, const taut_identity *to, const taut_message *request) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Welcome body = TAUT__LINK__WELCOME__INIT;
  Taut__Link__Table *adder = NULL;
  peer->table_hash = request->hello->table_hash;
  peer->n_outputs =
      taut_table_slots(request->hello->table->outputs, request->hello->table->n_outputs);
  taut_table_of_model(&adder_model, &peer->wire, &adder);
  message.session = request->session;
  message.sequence = request->sequence;
  body.protocol = peer->kind == OLD_PROTOCOL ? 0 : 1;
  body.software = (char *)(uintptr_t) "bad_peer 0.9";
  body.role = peer->kind == OTHER_ROLE ? (char *)(uintptr_t) "motor" : request->hello->role;
  body.table_hash = peer->table_hash;
  if (peer->kind == OTHER_HASH) body.table_hash = 0x1234;
  if (peer->kind == OTHER_TABLE || peer->kind == NO_CONTROLLER) {
    adder->role = request->hello->role;
    body.table = adder;
    if (peer->kind == NO_CONTROLLER) body.table_hash = taut_table_hash(adder);
  }
  message.body_case = TAUT__LINK__MESSAGE__BODY_WELCOME;
  message.welcome = &body;
  put(peer, to, &message);
}

/// One message of each kind that the harness must refuse, with outputs that would show.
static void make_noise(bad_peer *peer, const taut_identity *to, const taut_message *request) {
  static uint8_t large[TAUT_LINK_MESSAGE_MAX + 1];
  double wrong[1024];
  for (size_t i = 0; i < 1024; i++) wrong[i] = -99;
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  Taut__Link__Step step_body = TAUT__LINK__STEP__INIT;
  Taut__Link__Heartbeat heartbeat = TAUT__LINK__HEARTBEAT__INIT;
  body.n_outputs = peer->n_outputs;
  body.outputs = wrong;
  taut_socket_send(peer->socket, to, "\xff\xff\xff\xff", 4, TAUT_SECOND);
  taut_socket_send(peer->socket, to, large, sizeof large, TAUT_SECOND);
  message.session = request->session + 1;
  message.sequence = request->sequence;
  message.tick_ns = request->tick_ns;
  message.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  message.answer = &body;
  put(peer, to, &message);
  message.session = request->session;
  message.sequence = request->sequence - 1;
  put(peer, to, &message);
  message.sequence = request->sequence + 1;
  put(peer, to, &message);
  message.sequence = request->sequence;
  message.tick_ns = request->tick_ns + 1;
  put(peer, to, &message);
  message.tick_ns = request->tick_ns;
  message.instance = request->instance + 1;
  put(peer, to, &message);
  message.instance = request->instance;
  message.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  message.step = &step_body;
  put(peer, to, &message);
  heartbeat.echo = 1;
  message.body_case = TAUT__LINK__MESSAGE__BODY_HEARTBEAT;
  message.heartbeat = &heartbeat;
  put(peer, to, &message);
}

/// Outputs are all the number of the step.
static void answer_request(bad_peer *peer, const taut_identity *to, const taut_message *request) {
  double outputs[1024];
  bool is_step = request->body_case == TAUT__LINK__MESSAGE__BODY_STEP;
  bool has_outputs = is_step || request->body_case == TAUT__LINK__MESSAGE__BODY_RESET;
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  Taut__Link__Goodbye goodbye = TAUT__LINK__GOODBYE__INIT;
  if (is_step) peer->n_steps++;
  bool is_second = is_step && peer->n_steps == 2;
  if (peer->kind == HANGS && peer->n_steps >= 2) return;
  if (peer->kind == NOISY) make_noise(peer, to, request);
  message.session = request->session;
  message.sequence = request->sequence;
  message.tick_ns = request->tick_ns;
  message.instance = request->instance;
  for (size_t i = 0; i < 1024; i++) outputs[i] = peer->n_steps;
  body.n_outputs = has_outputs ? peer->n_outputs : 0;
  if (peer->kind == FEW_OUTPUTS && is_step) body.n_outputs--;
  body.outputs = outputs;
  message.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  message.answer = &body;
  if (peer->kind == BROKEN && is_second) {
    body.status = TAUT__LINK__STATUS__FAULT;
    body.text = (char *)(uintptr_t) "a bearing\033[2J";
  }
  if (peer->kind == LEAVES && is_second) {
    goodbye.text = (char *)(uintptr_t) "lunch";
    message.body_case = TAUT__LINK__MESSAGE__BODY_GOODBYE;
    message.goodbye = &goodbye;
  }
  put(peer, to, &message);
}

_Noreturn static void be_bad(behaviour kind, const taut_endpoint *endpoint) {
  static bad_peer peer;
  char error[512];
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  peer.kind = kind;
  if (taut_wire_init(&peer.wire, 1 << 20) != TAUT_OK ||
      taut_wire_init(&peer.out, 1 << 20) != TAUT_OK ||
      taut_socket_listen(endpoint, &peer.socket, error, sizeof error) != TAUT_OK)
    _exit(1);
  for (;;) {
    taut_received received;
    taut_message *request;
    if (taut_socket_receive(peer.socket, TAUT_SECOND, &received) != TAUT_OK) continue;
    if (kind == MUTE) continue;
    taut_identity from = received.from;
    if (taut_wire_decode(&peer.wire, received.bytes, received.size, &request) != TAUT_OK) _exit(2);
    if (request->body_case == TAUT__LINK__MESSAGE__BODY_HELLO) {
      welcome_harness(&peer, &from, request);
    } else if (request->body_case != TAUT__LINK__MESSAGE__BODY_HEARTBEAT) {
      answer_request(&peer, &from, request);
    }
  }
}

// ------------------------------------------------------------------------------------ the tests

typedef struct meeting {
  pid_t pid;
  taut_link link;
  bool is_open;
  char log[4096];
  taut_log_sink sink;
} meeting;

static void keep_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                     const char *text) {
  char *log = user;
  size_t n = strlen(log);
  (void)tick_ns;
  (void)level;
  snprintf(log + n, 4096 - n, "%s: %s\n", path, text);
}

static void meet(meeting *m, const char *folder, behaviour kind) {
  char text[128], error[512];
  taut_endpoint endpoint;
  memset(m, 0, sizeof *m);
  m->sink = (taut_log_sink){keep_log, m->log};
  snprintf(text, sizeof text, "ipc://%s/peer", folder);
  assert_int_equal(taut_endpoint_parse(text, &endpoint, error, sizeof error), TAUT_OK);
  // Before this process has a thread of its own.
  m->pid = fork();
  assert_true(m->pid >= 0);
  if (m->pid == 0) be_bad(kind, &endpoint);
  m->is_open = taut_link_open(&m->link, &endpoint, "session", 1, false, &m->sink) == TAUT_OK;
}

static void part(meeting *m) {
  taut_link_close(&m->link);
  kill(m->pid, SIGKILL);
  waitpid(m->pid, NULL, 0);
}

static void expect_trouble(const meeting *m, const char *words) {
  if (strstr(m->link.trouble, words) == NULL) fail_msg("'%s' lacks '%s'", m->link.trouble, words);
}

static taut_status send_request(meeting *m, int body, int64_t tick_ns,
                                Taut__Link__Answer **answer) {
  static double inputs[1024];
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Step step_body = TAUT__LINK__STEP__INIT;
  Taut__Link__Reset reset_body = TAUT__LINK__RESET__INIT;
  request.tick_ns = tick_ns;
  request.body_case = (Taut__Link__Message__BodyCase)body;
  if (body == TAUT__LINK__MESSAGE__BODY_STEP) {
    step_body.n_inputs = 3;
    step_body.inputs = inputs;
    request.step = &step_body;
  } else {
    request.reset = &reset_body;
  }
  return taut_link_exchange(&m->link, &request, answer);
}

static taut_status send_step(meeting *m, int64_t tick_ns, Taut__Link__Answer **answer) {
  return send_request(m, TAUT__LINK__MESSAGE__BODY_STEP, tick_ns, answer);
}

static void a_peer_that_does_not_fit_is_an_error_that_names_both_sides(void **state) {
  static const struct {
    behaviour kind;
    const char *words[2];
  } cases[] = {
      {OLD_PROTOCOL,
       {"bad_peer 0.9 at ipc:///tmp/",
        "speaks version 0 of the link protocol, taut " TAUT_VERSION " speaks version 1"}},
      {OTHER_ROLE, {"bad_peer 0.9 at", "fills the role 'motor', the run wants 'session' there"}},
      {OTHER_HASH, {"bad_peer 0.9 at", "says 0000000000001234, the role's table is "}},
      {OTHER_TABLE, {"signal tables differ: bad_peer 0.9 at", "the table it sent is "}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    meeting m;
    meet(&m, *state, cases[i].kind);
    assert_false(m.is_open);
    expect_trouble(&m, cases[i].words[0]);
    expect_trouble(&m, cases[i].words[1]);
    part(&m);
  }
}

static void a_table_without_the_roles_ports_makes_no_model(void **state) {
  meeting m;
  taut_proxy *proxy;
  char error[1024] = "";
  meet(&m, *state, NO_CONTROLLER);
  assert_true(m.is_open);
  assert_int_equal(taut_proxy_create(&m.link, "remote", &proxy, error, sizeof error), TAUT_EINVAL);
  if (strstr(error, "bad_peer 0.9 at ipc:///tmp/") == NULL ||
      strstr(error, "of role session is missing") == NULL)
    fail_msg("%s", error);
  part(&m);
}

static void noise_is_counted_and_changes_nothing(void **state) {
  meeting m;
  Taut__Link__Answer *answer;
  meet(&m, *state, NOISY);
  assert_true(m.is_open);
  for (int i = 1; i <= 5; i++) {
    assert_int_equal(send_step(&m, i * 1000000, &answer), TAUT_OK);
    assert_true(answer->n_outputs > 1);
    for (size_t k = 0; k < answer->n_outputs; k++) assert_true(answer->outputs[k] == i);
  }
  static const uint64_t expected[TAUT_REFUSAL_COUNT] = {
      [TAUT_REFUSAL_MALFORMED] = 5,  [TAUT_REFUSAL_OVERSIZED] = 5, [TAUT_REFUSAL_FOREIGN] = 5,
      [TAUT_REFUSAL_REPEATED] = 5,   [TAUT_REFUSAL_AHEAD] = 5,     [TAUT_REFUSAL_UNTIMELY] = 10,
      [TAUT_REFUSAL_UNEXPECTED] = 5,
  };
  assert_memory_equal(m.link.n_refused, expected, sizeof expected);
  // A line for the first of each kind, and one at the end with all of them.
  for (int i = 0; i < TAUT_REFUSAL_COUNT; i++)
    assert_non_null(strstr(m.log, taut_refusal_text((taut_refusal)i)));
  part(&m);
  assert_non_null(strstr(m.log, "peer: refused 6 malformed, 6 too long"));
}

static void a_peer_that_falls_silent_is_dead_after_two_seconds(void **state) {
  meeting m;
  Taut__Link__Answer *answer;
  meet(&m, *state, HANGS);
  assert_true(m.is_open);
  assert_int_equal(send_step(&m, 1234567000, &answer), TAUT_OK);
  int64_t start_ns = taut_wall_ns();
  assert_int_equal(send_step(&m, 1235000000, &answer), TAUT_EIO);
  double wall_s = (double)(taut_wall_ns() - start_ns) * 1e-9;
  assert_true(wall_s >= 1.9 && wall_s < 4);
  expect_trouble(&m, "has not answered for 2 s of wall time; its last exchange was for 1.234567 s");
  // Nobody waits for it again.
  start_ns = taut_wall_ns();
  assert_int_equal(send_step(&m, 1236000000, &answer), TAUT_EIO);
  part(&m);
  assert_true(taut_wall_ns() - start_ns < TAUT_SECOND);
}

static void who_accepts_but_never_answers_is_not_waited_for_longer(void **state) {
  meeting m;
  int64_t start_ns = taut_wall_ns();
  meet(&m, *state, MUTE);
  assert_false(m.is_open);
  assert_true(taut_wall_ns() - start_ns < 6 * TAUT_SECOND);
  expect_trouble(&m, "accepts connections but does not answer: is it a peer of Taut?");
  part(&m);
}

static void the_last_words_of_a_peer_are_passed_on(void **state) {
  static const struct {
    behaviour kind;
    taut_status status;
    const char *words;
  } cases[] = {{BROKEN, TAUT_EFAULT, "is broken: a bearing?[2J"},
               {LEAVES, TAUT_EIO, "said goodbye: lunch"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    meeting m;
    Taut__Link__Answer *answer;
    meet(&m, *state, cases[i].kind);
    assert_true(m.is_open);
    assert_int_equal(send_step(&m, 0, &answer), TAUT_OK);
    assert_int_equal(send_step(&m, 1, &answer), cases[i].status);
    expect_trouble(&m, cases[i].words);
    part(&m);
  }
}

// --------------------------------------------------------------------------------- the model

/// A plan of one session, whose peer is `m`; all inputs at their initial values.
typedef struct tiny_run {
  taut_proxy *proxy;
  taut_registry *registry;
  taut_builder *builder;
  taut_plan *plan;
  taut_run *run;
} tiny_run;

static taut_status start(tiny_run *t, meeting *m, taut_fault_kind kind) {
  char error[1024] = "";
  memset(t, 0, sizeof *t);
  if (taut_proxy_create(&m->link, "remote", &t->proxy, error, sizeof error) != TAUT_OK)
    fail_msg("%s", error);
  taut_proxy_log(t->proxy, &m->sink);
  assert_int_equal(taut_registry_create(NULL, &m->sink, &t->registry), TAUT_OK);
  assert_int_equal(taut_registry_add(t->registry, taut_proxy_model(t->proxy)), TAUT_OK);
  assert_int_equal(taut_builder_create(t->registry, NULL, &m->sink, &t->builder), TAUT_OK);
  assert_int_equal(taut_builder_base_period(t->builder, 10000000), TAUT_OK);
  assert_int_equal(taut_builder_row_period(t->builder, 10000000), TAUT_OK);
  assert_int_equal(taut_builder_add(t->builder, "session", "remote", 0, 0), TAUT_OK);
  const taut_fault fault = {.name = "f", .target = "session", .kind = kind, .magnitude = 3};
  assert_int_equal(taut_builder_fault(t->builder, &fault), TAUT_OK);
  if (taut_builder_plan(t->builder, &t->plan) != TAUT_OK) fail_msg("%s", m->log);
  return taut_run_create(t->plan, NULL, NULL, &m->sink, &t->run);
}

static void stop(tiny_run *t) {
  taut_run_destroy(t->run);
  taut_plan_destroy(t->plan);
  taut_builder_destroy(t->builder);
  taut_registry_destroy(t->registry);
  taut_proxy_destroy(t->proxy);
}

static void a_run_with_a_peer_is_not_snapshotable(void **state) {
  meeting m;
  tiny_run t;
  static const uint8_t zeros[16];
  uint8_t hash[16] = {1};
  meet(&m, *state, GOOD);
  assert_int_equal(start(&t, &m, TAUT_FAULT_SKIP), TAUT_OK);
  assert_false(taut_plan_is_snapshotable(t.plan));
  assert_int_equal(taut_run_advance(t.run, 50000000), TAUT_OK);
  taut_run_state_hash(t.run, hash);
  assert_memory_equal(hash, zeros, 16);
  taut_run_trace_hash(t.run, hash);
  assert_memory_not_equal(hash, zeros, 16);
  size_t size = taut_run_snapshot_size(t.run);
  void *block = aligned_alloc(64, (size / 64 + 1) * 64);
  taut_run_snapshot(t.run, block);
  assert_int_equal(taut_run_restore(t.run, block), TAUT_EREJECT);
  free(block);
  stop(&t);
  part(&m);
}

static void answers_with_too_few_outputs_end_the_run(void **state) {
  meeting m;
  tiny_run t;
  meet(&m, *state, FEW_OUTPUTS);
  assert_int_equal(start(&t, &m, TAUT_FAULT_SKIP), TAUT_OK);
  assert_int_equal(taut_run_advance(t.run, 50000000), TAUT_EFAULT);
  assert_non_null(strstr(m.log, "outputs instead of"));
  // The link says it too, to whoever asks it next.
  assert_true(m.link.is_broken);
  expect_trouble(&m, "outputs instead of");
  stop(&t);
  part(&m);
}

static void what_was_refused_stands_in_the_case(void **state) {
  char text[128], error[512];
  taut_endpoint endpoint;
  snprintf(text, sizeof text, "ipc://%s/peer", (const char *)*state);
  assert_int_equal(taut_endpoint_parse(text, &endpoint, error, sizeof error), TAUT_OK);
  pid_t pid = fork();
  if (pid == 0) be_bad(NOISY, &endpoint);
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '15 ms' s:expect('true') end }\n");
  run_taut("run t.lua --with session=%s", text);
  outcome o = outcome_in("runs");
  if (strstr(o.logs, "session: refused a message of ipc:///tmp/taut-test-") == NULL ||
      strstr(o.logs, "/peer: refused 5 malformed, 5 too long, 5 of another session") == NULL)
    fail_msg("%s: %s\n%s", o.verdict, o.reason, o.logs);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

/// The example of docs/links.md, whose four lines and hash this test takes from there.
static void the_hash_of_a_table_is_the_one_of_the_page(void **state) {
  (void)state;
  static char role[] = "controller", angle[] = "left_encoder_angle_rad", rad[] = "rad";
  static char drive[] = "left_drive_state", one[] = "1";
  char *labels[] = {(char[]){"off"}, (char[]){"ready"}, (char[]){"run"}, (char[]){"brake"},
                    (char[]){"fault"}};
  int32_t of_angle[8] = {0, 0, 0, 0, 0, 0, 0, 1}, of_drive[8] = {0};
  Taut__Link__Signal a = TAUT__LINK__SIGNAL__INIT, b = TAUT__LINK__SIGNAL__INIT,
                     *inputs[] = {&a, &b};
  Taut__Link__Table table = TAUT__LINK__TABLE__INIT;
  a.name = angle, a.unit = rad, a.count = 1, a.flags = 256, a.n_si = 8, a.si = of_angle;
  b.name = drive, b.unit = one, b.count = 1, b.flags = 258, b.n_si = 8, b.si = of_drive;
  b.n_labels = 5, b.labels = labels;
  table.role = role, table.inputs = inputs, table.n_inputs = 2;
  table.period_ns = 250000, table.period_ns_min = 1000, table.period_ns_max = 10 * TAUT_SECOND;
  char text[64];
  snprintf(text, sizeof text, "These four lines make %016" PRIx64 ".", taut_table_hash(&table));
  expect_text(TAUT_SOURCE_DIR "/docs/links.md", text);
  // With any other label it would be another.
  labels[4] = (char[]){"faulty"};
  uint64_t other = taut_table_hash(&table);
  snprintf(text, sizeof text, "%016" PRIx64, other);
  char *page = text_of(TAUT_SOURCE_DIR "/docs/links.md");
  assert_null(strstr(page, text));
  free(page);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_peer_that_does_not_fit_is_an_error_that_names_both_sides),
      IN_FOLDER(a_table_without_the_roles_ports_makes_no_model),
      IN_FOLDER(noise_is_counted_and_changes_nothing),
      IN_FOLDER(a_peer_that_falls_silent_is_dead_after_two_seconds),
      IN_FOLDER(who_accepts_but_never_answers_is_not_waited_for_longer),
      IN_FOLDER(the_last_words_of_a_peer_are_passed_on),
      IN_FOLDER(a_run_with_a_peer_is_not_snapshotable),
      IN_FOLDER(answers_with_too_few_outputs_end_the_run),
      IN_FOLDER(what_was_refused_stands_in_the_case),
      IN_FOLDER(the_hash_of_a_table_is_the_one_of_the_page),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
