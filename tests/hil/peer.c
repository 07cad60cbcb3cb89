/// What every peer of a controller must do, whatever language it is written in:
///
///   hil_peer [--live] WORD...   with the command that starts the peer; the address comes last
///
/// It is started for each test, spoken to as a harness would and as none should, and stopped.
#include <sys/prctl.h>
#include <zmq.h>

#include "hil/table.h"
#include "hil/wire.h"
#include "support/served.h"

enum { STEPS = 12, WAIT_MS = 10000, OUTPUTS_MAX = 256, PARAMS_MAX = 256 };

static char **command;  ///< of the peer
static char address[256];

/// One end of a link that can say anything.
typedef struct harness {
  void *context, *socket;
  taut_wire out, in;
  taut_wire role, table;       ///< hold the ports asked for and those of the peer
  Taut__Link__Table *ports;    ///< the peer's
  size_t n_inputs, n_outputs;  ///< slots
  int64_t period_ns;           ///< [ns]
  uint64_t session, sequence;  ///< of the last request
  size_t n_strays;             ///< answers to what must have none, with status OK
} harness;

static pid_t peer_pid;

// -------------------------------------------------------------------------------------- the peer

static int start_peer(void **state) {
  if (enter_folder(state) != 0) return -1;
  alarm(120);  // a peer that does not end is no reason to wait for ever
  snprintf(address, sizeof address, "%s", ipc_here("peer"));
  peer_pid = fork();
  if (peer_pid == 0) {
    char *words[WORDS_MAX] = {0};
    int n = 0;
    for (; command[n] != NULL && n < WORDS_MAX - 2; n++) words[n] = command[n];
    words[n] = address;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(open("log", O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execvp(words[0], words);
    _exit(127);
  }
  struct stat info;
  for (int i = 0; i < WAIT_MS / 10 && stat("peer", &info) != 0; i++) {
    if (waitpid(peer_pid, NULL, WNOHANG) == peer_pid) peer_pid = 0;
    if (peer_pid == 0) fail_msg("the peer did not listen: %s", text_of("log"));
    sleep_ms(10);
  }
  assert_int_equal(info.st_mode & 0077, 0);
  return 0;
}

static int stop_peer(void **state) {
  if (peer_pid > 0) end_served(peer_pid, SIGKILL);
  return leave_folder(state);
}

/// By a signal, as people stop it: it ends at once and says nothing bad.
static void expect_good_end(void) {
  pid_t pid = peer_pid;
  peer_pid = 0;
  int status = end_served(pid, SIGTERM);
  char *log = text_of("log");
  bool is_clean = strstr(log, "Traceback") == NULL && strstr(log, "Sanitizer") == NULL &&
                  strstr(log, "runtime error") == NULL;
  if (status != 0 || !is_clean) fail_msg("ended with %d: %s", status, log);
  free(log);
  assert_int_not_equal(access("peer", F_OK), 0);
}

// ----------------------------------------------------------------------------------- the harness

static void open_harness(harness *h, uint64_t session) {
  *h = (harness){.session = session};
  const int64_t wait_ms = WAIT_MS;
  int zero = 0, wait = (int)wait_ms;
  h->context = zmq_ctx_new();
  h->socket = zmq_socket(h->context, ZMQ_DEALER);
  zmq_setsockopt(h->socket, ZMQ_LINGER, &zero, sizeof zero);
  zmq_setsockopt(h->socket, ZMQ_SNDTIMEO, &wait, sizeof wait);
  assert_int_equal(zmq_connect(h->socket, address), 0);
  taut_wire *const wires[] = {&h->out, &h->in, &h->role, &h->table};
  for (int i = 0; i < 4; i++) assert_int_equal(taut_wire_init(wires[i], 8 << 20), TAUT_OK);
}

static void close_harness(harness *h) {
  zmq_close(h->socket);
  zmq_ctx_term(h->context);
  taut_wire *const wires[] = {&h->out, &h->in, &h->role, &h->table};
  for (int i = 0; i < 4; i++) taut_wire_fini(wires[i]);
}

static void send_bytes(harness *h, const void *bytes, size_t size) {
  assert_int_equal(zmq_send(h->socket, bytes, size, 0), (int)size);
}

static void send_message(harness *h, const taut_message *message) {
  const uint8_t *bytes;
  size_t size;
  assert_int_equal(taut_wire_encode(&h->out, message, &bytes, &size), TAUT_OK);
  send_bytes(h, bytes, size);
}

/// The next message of the peer, or NULL.
static taut_message *receive(harness *h, int wait_ms) {
  static uint8_t bytes[TAUT_LINK_MESSAGE_MAX];
  taut_message *message = NULL;
  zmq_setsockopt(h->socket, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
  int n = zmq_recv(h->socket, bytes, sizeof bytes, 0);
  if (n < 0) return NULL;
  assert_int_equal(taut_wire_decode(&h->in, bytes, (size_t)n, &message), TAUT_OK);
  return message;
}

static bool is_ok(const taut_message *m) {
  return m->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME ||
         (m->body_case == TAUT__LINK__MESSAGE__BODY_ANSWER &&
          m->answer->status == TAUT__LINK__STATUS__OK);
}

/// Sends the next request and returns its answer.
static taut_message *exchange(harness *h, taut_message *request) {
  request->session = h->session;
  request->sequence = ++h->sequence;
  send_message(h, request);
  for (;;) {
    taut_message *m = receive(h, WAIT_MS);
    if (m == NULL) fail_msg("no answer to request %d", (int)request->sequence);
    if (m->body_case == TAUT__LINK__MESSAGE__BODY_HEARTBEAT) continue;
    if (m->session == h->session && m->sequence == h->sequence) {
      assert_true(m->tick_ns == request->tick_ns && m->instance == request->instance);
      return m;
    }
    h->n_strays += is_ok(m);
  }
}

/// Waits until the peer has looked at all that was sent: it echoes a heartbeat.
static void settle(harness *h) {
  taut_message m = TAUT__LINK__MESSAGE__INIT, *back;
  Taut__Link__Heartbeat body = TAUT__LINK__HEARTBEAT__INIT;
  m.session = h->session;
  m.body_case = TAUT__LINK__MESSAGE__BODY_HEARTBEAT;
  m.heartbeat = &body;
  body.echo = true;
  send_message(h, &m);
  while ((back = receive(h, WAIT_MS)) != NULL &&
         back->body_case != TAUT__LINK__MESSAGE__BODY_HEARTBEAT) {
    h->n_strays += is_ok(back);
  }
  if (back == NULL) fail_msg("a heartbeat was not echoed");
  assert_true(back->session == h->session && !back->heartbeat->echo);
}

static taut_message *say_hello(harness *h, Taut__Link__Hello *hello) {
  static char role[] = "controller", software[] = "a test";
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  h->role.n_used = 0;
  assert_int_equal(taut_table_of_role(taut_role_find(role), &h->role, &hello->table), TAUT_OK);
  if (hello->role[0] == '\0') hello->role = role;
  if (hello->software[0] == '\0') hello->software = software;
  if (hello->protocol == 0) hello->protocol = TAUT_LINK_PROTOCOL;
  if (hello->ticks_per_exchange == 0) hello->ticks_per_exchange = 1;
  hello->table_hash = taut_table_hash(hello->table);
  request.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
  request.hello = hello;
  h->sequence = 0;
  return exchange(h, &request);
}

/// Makes an instance of the peer with the ports of its Welcome.
static void begin(harness *h, const taut_message *welcome) {
  double params[PARAMS_MAX] = {0};
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Instantiate body = TAUT__LINK__INSTANTIATE__INIT;
  static char path[] = "controller";
  if (welcome->body_case != TAUT__LINK__MESSAGE__BODY_WELCOME)
    fail_msg("no welcome: %s", welcome->answer->text);
  assert_int_equal(welcome->welcome->protocol, TAUT_LINK_PROTOCOL);
  assert_string_equal(welcome->welcome->role, "controller");
  assert_non_null(welcome->welcome->table);
  taut_wire kept = h->in;  // the table stays where it is
  h->in = h->table;
  h->table = kept;
  h->ports = welcome->welcome->table;
  assert_true(welcome->welcome->table_hash == taut_table_hash(h->ports));
  h->n_inputs = taut_table_slots(h->ports->inputs, h->ports->n_inputs);
  h->n_outputs = taut_table_slots(h->ports->outputs, h->ports->n_outputs);
  h->period_ns = h->ports->period_ns;
  assert_true(h->n_outputs > 0 && h->n_outputs <= OUTPUTS_MAX && h->n_inputs > 0);
  assert_true(h->ports->n_params <= PARAMS_MAX);
  for (size_t i = 0; i < h->ports->n_params; i++) params[i] = h->ports->params[i]->init;
  body.path = path;
  body.period_ns = h->period_ns;
  body.params = params;
  body.n_params = h->ports->n_params;
  request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  request.instantiate = &body;
  const taut_message *answer = exchange(h, &request);
  if (!is_ok(answer)) fail_msg("no instance: %s", answer->answer->text);
}

static void say_hello_and_begin(harness *h, uint32_t n_ticks, bool is_live) {
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  hello.ticks_per_exchange = n_ticks;
  hello.mode = is_live ? TAUT__LINK__MODE__LIVE : TAUT__LINK__MODE__LOCKSTEP;
  begin(h, say_hello(h, &hello));
}

static void keep_outputs(const harness *h, const taut_message *m, size_t n_rows, double *out) {
  if (!is_ok(m)) fail_msg("refused: %s", m->answer->text);
  assert_int_equal(m->answer->n_outputs, n_rows * h->n_outputs);
  memcpy(out, m->answer->outputs, n_rows * h->n_outputs * sizeof *out);
}

static const taut_message *reset(harness *h) {
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Reset body = TAUT__LINK__RESET__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  request.reset = &body;
  return exchange(h, &request);
}

static size_t port_slot(Taut__Link__Signal *const *signals, size_t n, const char *name) {
  size_t slot = 0;
  for (size_t i = 0; i < n; slot += signals[i++]->count) {
    if (strcmp(signals[i]->name, name) == 0) return slot;
  }
  fail_msg("no port %s", name);
  return 0;
}

/// Inputs of the i-th period: the initial ones, with a cable that runs out. The caller's.
static double *make_inputs(const harness *h, int i, int n_rows) {
  double *inputs = calloc((size_t)n_rows * h->n_inputs, sizeof *inputs), *at = inputs;
  assert_non_null(inputs);
  for (int row = 0; row < n_rows; row++, at += h->n_inputs) {
    for (size_t k = 0, slot = 0; k < h->ports->n_inputs; slot += h->ports->inputs[k++]->count)
      at[slot] = h->ports->inputs[k]->init;
    size_t slot = port_slot(h->ports->inputs, h->ports->n_inputs, "left_encoder_angle_rad");
    at[slot] = 0.01 * (i + row) * (i + row);
  }
  return inputs;
}

/// A step with `n_rows` periods from the i-th on.
static taut_message step_message(const harness *h, Taut__Link__Step *body, int i, int n_rows) {
  static int64_t ticks_ns[64];
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  for (int row = 0; row < n_rows; row++) ticks_ns[row] = (i + row) * h->period_ns;
  taut__link__step__init(body);
  body->inputs = make_inputs(h, i, n_rows);
  body->n_inputs = (size_t)n_rows * h->n_inputs;
  body->ticks_ns = ticks_ns;
  body->n_ticks_ns = n_rows > 1 ? (size_t)n_rows : 0;
  request.tick_ns = ticks_ns[0];
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = body;
  return request;
}

static void step(harness *h, int i, int n_rows, double *outputs) {
  Taut__Link__Step body;
  taut_message request = step_message(h, &body, i, n_rows);
  keep_outputs(h, exchange(h, &request), (size_t)n_rows, outputs);
  free(body.inputs);
}

static void terminate(harness *h) {
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Terminate body = TAUT__LINK__TERMINATE__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_TERMINATE;
  request.terminate = &body;
  assert_true(is_ok(exchange(h, &request)));
}

/// The outputs of an undisturbed session: of Reset and of STEPS steps. The caller's.
static double *run_alone(harness *h) {
  double *outputs = calloc((STEPS + 1) * OUTPUTS_MAX, sizeof *outputs);
  assert_non_null(outputs);
  say_hello_and_begin(h, 1, false);
  keep_outputs(h, reset(h), 1, outputs);
  for (int i = 0; i < STEPS; i++) step(h, i, 1, outputs + (size_t)(i + 1) * h->n_outputs);
  terminate(h);
  // The steps do something, or a comparison would show nothing.
  assert_memory_not_equal(outputs, outputs + STEPS * h->n_outputs, h->n_outputs * 8);
  return outputs;
}

// ----------------------------------------------------------------------------------------- tests

static void one_session_follows_the_other_and_repeats_it(void **state) {
  (void)state;
  harness h;
  open_harness(&h, 7);
  double *first = run_alone(&h), *second = run_alone(&h);
  assert_memory_equal(first, second, (STEPS + 1) * h.n_outputs * sizeof *first);
  // A reset begins anew, also in the middle.
  h.session = 8;
  say_hello_and_begin(&h, 1, false);
  for (int turn = 0; turn < 2; turn++) {
    keep_outputs(&h, reset(&h), 1, second);
    for (int i = 0; i < STEPS; i++) step(&h, i, 1, second + (size_t)(i + 1) * h.n_outputs);
    assert_memory_equal(first, second, (STEPS + 1) * h.n_outputs * sizeof *first);
  }
  // Output looks and changes nothing.
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Output body = TAUT__LINK__OUTPUT__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_OUTPUT;
  request.output = &body;
  request.tick_ns = STEPS * h.period_ns;
  for (int turn = 0; turn < 2; turn++) {
    keep_outputs(&h, exchange(&h, &request), 1, second);
    assert_memory_equal(first + STEPS * h.n_outputs, second, h.n_outputs * sizeof *first);
  }
  free(first);
  free(second);
  close_harness(&h);
  expect_good_end();
}

/// Sends one thing that no harness sends, around the request that is due next.
static void misbehave(harness *h, harness *stranger, int kind, int i) {
  static uint8_t big[TAUT_LINK_MESSAGE_MAX + 8192];
  Taut__Link__Step body;
  Taut__Link__Answer answer = TAUT__LINK__ANSWER__INIT;
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  taut_message bad = step_message(h, &body, i + 40, 1);
  const uint8_t *bytes;
  size_t size;
  bad.session = h->session;
  bad.sequence = h->sequence + 1;
  harness *by = h;
  switch (kind) {
    case 0: bad.sequence = h->sequence; break;      // replayed
    case 1: bad.sequence = h->sequence + 2; break;  // out of turn
    case 2: bad.sequence = 0; break;
    case 3: bad.session ^= 1; break;
    case 4: by = stranger; break;
    case 5: bad.body_case = TAUT__LINK__MESSAGE__BODY__NOT_SET; break;
    case 6:
      bad.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
      bad.answer = &answer;
      break;
    case 7:
      bad.sequence = 1;
      bad.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
      hello.table = h->ports;
      bad.hello = &hello;
      break;
    default: break;
  }
  assert_int_equal(taut_wire_encode(&h->out, &bad, &bytes, &size), TAUT_OK);
  free(body.inputs);
  if (kind < 8) send_bytes(by, bytes, size);
  if (kind == 8) send_bytes(h, bytes, size / 2);  // cut short
  if (kind == 9) send_bytes(h, "", 0);
  if (kind == 10) {  // the step that is due, and a field that nobody knows with 1 MiB
    static const uint8_t field[] = {0xa2, 0x06, 0x80, 0x80, 0x40};
    memcpy(big, bytes, size);
    memcpy(big + size, field, sizeof field);
    send_bytes(h, big, size + sizeof field + TAUT_LINK_MESSAGE_MAX);
  }
  if (kind == 11) {  // two frames
    zmq_send(h->socket, bytes, size, ZMQ_SNDMORE);
    send_bytes(h, bytes, size);
  }
  for (int k = 0; kind == 12 && k < 50; k++) {
    uint8_t noise[100];
    for (size_t n = 0; n < sizeof noise; n++) noise[n] = (uint8_t)(k * 151 + (int)n * n * 7 + i);
    send_bytes(h, noise, sizeof noise);
  }
}

static void what_is_out_of_turn_changes_nothing(void **state) {
  (void)state;
  harness h, stranger;
  enum { KINDS = 13 };
  open_harness(&h, 1);
  open_harness(&stranger, 1);
  double *alone = run_alone(&h), outputs[OUTPUTS_MAX];
  for (int kind = 0; kind < KINDS; kind++) {
    h.session = 100 + (uint64_t)kind;
    say_hello_and_begin(&h, 1, false);
    keep_outputs(&h, reset(&h), 1, outputs);
    assert_memory_equal(outputs, alone, h.n_outputs * sizeof *outputs);
    for (int i = 0; i < STEPS; i++) {
      misbehave(&h, &stranger, kind, i);
      settle(&h);
      step(&h, i, 1, outputs);
      if (memcmp(outputs, alone + (size_t)(i + 1) * h.n_outputs, h.n_outputs * 8) != 0)
        fail_msg("a bad message of kind %d changed step %d", kind, i);
    }
    if (h.n_strays > 0) fail_msg("a bad message of kind %d got an answer", kind);
    terminate(&h);
  }
  free(alone);
  close_harness(&h);
  close_harness(&stranger);
  expect_good_end();
}

static void requests_that_do_not_fit_are_rejected_and_change_nothing(void **state) {
  (void)state;
  harness h;
  open_harness(&h, 1);
  double *alone = run_alone(&h), outputs[OUTPUTS_MAX];
  h.session = 2;
  say_hello_and_begin(&h, 1, false);
  for (int i = -1; i < STEPS; i++) {
    Taut__Link__Step body;
    taut_message request = step_message(&h, &body, i + 9, i % 5 == 2 ? 2 : 1);
    if (i % 5 == 0) body.n_inputs--;
    if (i % 5 == 1) request.instance = i % 2 == 0 ? 1 : 4000000000;
    if (i % 5 == 3) request.tick_ns = INT64_MAX - 5;
    if (i % 5 == 4) request.tick_ns = -1;
    const taut_message *m = exchange(&h, &request);
    free(body.inputs);
    assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_ANSWER);
    assert_int_equal(m->answer->status, TAUT__LINK__STATUS__REJECT);
    assert_true(m->answer->text[0] != '\0');
    if (i < 0) {  // that was a good step, before the reset
      keep_outputs(&h, reset(&h), 1, outputs);
      continue;
    }
    step(&h, i, 1, outputs);
    assert_memory_equal(outputs, alone + (size_t)(i + 1) * h.n_outputs, h.n_outputs * 8);
  }
  free(alone);
  close_harness(&h);
  expect_good_end();
}

static void a_hello_that_does_not_suit_is_rejected_with_a_reason(void **state) {
  (void)state;
  static char role[] = "motor";
  const Taut__Link__Hello fine = TAUT__LINK__HELLO__INIT;
  Taut__Link__Hello hellos[] = {fine, fine, fine, fine};
  hellos[0].protocol = 2;
  hellos[1].role = role;
  hellos[2].ticks_per_exchange = 65;
  hellos[3].mode = (Taut__Link__Mode)7;
  for (int i = 0; i < 4; i++) {
    harness h;
    open_harness(&h, 1);
    const taut_message *m = say_hello(&h, &hellos[i]);
    assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_ANSWER);
    assert_int_equal(m->answer->status, TAUT__LINK__STATUS__REJECT);
    assert_true(m->answer->text[0] != '\0');
    h.session = 2;
    free(run_alone(&h));
    close_harness(&h);
  }
  expect_good_end();
}

static void one_harness_at_a_time_holds_it(void **state) {
  (void)state;
  harness h, other;
  double outputs[OUTPUTS_MAX];
  open_harness(&h, 1);
  open_harness(&other, 2);
  say_hello_and_begin(&h, 1, false);
  for (int i = 0; i < 2; i++) {
    Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
    const taut_message *m = say_hello(&other, &hello);
    assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_ANSWER);
    assert_int_equal(m->answer->status, TAUT__LINK__STATUS__BUSY);
    keep_outputs(&h, reset(&h), 1, outputs);
  }
  terminate(&h);
  free(run_alone(&other));
  close_harness(&h);
  close_harness(&other);
  expect_good_end();
}

/// Asks until the peer is free.
static void wait_and_begin(harness *h, uint64_t session) {
  for (int i = 0; i < WAIT_MS / 20; i++) {
    Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
    h->session = session + (uint64_t)i;
    const taut_message *m = say_hello(h, &hello);
    if (m->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME) {
      begin(h, m);
      return;
    }
    assert_int_equal(m->answer->status, TAUT__LINK__STATUS__BUSY);
    sleep_ms(20);
  }
  fail_msg("the peer was never free");
}

static void a_goodbye_and_a_lost_connection_free_it(void **state) {
  (void)state;
  harness h, other;
  open_harness(&h, 1);
  open_harness(&other, 2);
  say_hello_and_begin(&h, 1, false);
  taut_message m = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Goodbye body = TAUT__LINK__GOODBYE__INIT;
  m.session = h.session;
  m.body_case = TAUT__LINK__MESSAGE__BODY_GOODBYE;
  m.goodbye = &body;
  send_message(&h, &m);
  wait_and_begin(&other, 1000);
  close_harness(&other);  // without a goodbye
  wait_and_begin(&h, 2000);
  terminate(&h);
  close_harness(&h);
  expect_good_end();
}

static void several_ticks_are_so_many_steps(void **state) {
  (void)state;
  harness h;
  open_harness(&h, 1);
  double *alone = run_alone(&h), outputs[STEPS * OUTPUTS_MAX];
  for (int n_ticks = 2; n_ticks <= STEPS; n_ticks *= 2) {
    h.session++;
    say_hello_and_begin(&h, (uint32_t)n_ticks, false);
    reset(&h);
    for (int i = 0; i + n_ticks <= STEPS; i += n_ticks) {
      step(&h, i, n_ticks, outputs);
      assert_memory_equal(outputs, alone + (size_t)(i + 1) * h.n_outputs,
                          (size_t)n_ticks * h.n_outputs * sizeof *outputs);
    }
    terminate(&h);
  }
  free(alone);
  close_harness(&h);
  expect_good_end();
}

static void a_stopped_peer_says_goodbye(void **state) {
  (void)state;
  harness h;
  open_harness(&h, 1);
  say_hello_and_begin(&h, 1, false);
  expect_good_end();
  const taut_message *m;
  do {
    m = receive(&h, WAIT_MS);
    assert_non_null(m);
  } while (m->body_case == TAUT__LINK__MESSAGE__BODY_HEARTBEAT);
  assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_GOODBYE);
  assert_true(m->session == h.session);
  close_harness(&h);
}

/// Live, time passes for an instance by itself, and a harness that is silent is asked whether it is
/// there.
static void live_it_runs_by_itself(void **state) {
  (void)state;
  harness h, other;
  double first[OUTPUTS_MAX], second[OUTPUTS_MAX];
  open_harness(&h, 1);
  open_harness(&other, 2);
  say_hello_and_begin(&h, 1, true);
  keep_outputs(&h, reset(&h), 1, first);
  const taut_message *m = receive(&h, WAIT_MS);  // comes unasked, after half a second
  assert_non_null(m);
  assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_HEARTBEAT);
  step(&h, 0, 1, second);
  size_t slot = port_slot(h.ports->outputs, h.ports->n_outputs, "torque_seq");
  double n_steps = second[slot] - first[slot];
  assert_true(n_steps >= 0.4 * 1e9 / (double)h.period_ns);
  // Without a harness it runs on to unload, and is nobody's until then.
  close_harness(&h);
  int64_t start_ns = taut_wall_ns();
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  hello.mode = TAUT__LINK__MODE__LIVE;
  do {
    sleep_ms(20);
    other.session++;
    m = say_hello(&other, &hello);
  } while (m->body_case == TAUT__LINK__MESSAGE__BODY_ANSWER &&
           m->answer->status == TAUT__LINK__STATUS__BUSY &&
           taut_wall_ns() - start_ns < 20 * TAUT_SECOND);
  assert_int_equal(m->body_case, TAUT__LINK__MESSAGE__BODY_WELCOME);
  assert_true(taut_wall_ns() - start_ns >= TAUT_SECOND * 9 / 10);
  close_harness(&other);
  expect_good_end();
}

int main(int argc, char **argv) {
  bool is_live = argc > 1 && strcmp(argv[1], "--live") == 0;
  command = argv + 1 + is_live;
  if (command[0] == NULL) return 2;
#define OF_PEER(test) cmocka_unit_test_setup_teardown(test, start_peer, stop_peer)
  const struct CMUnitTest tests[] = {
      OF_PEER(one_session_follows_the_other_and_repeats_it),
      OF_PEER(what_is_out_of_turn_changes_nothing),
      OF_PEER(requests_that_do_not_fit_are_rejected_and_change_nothing),
      OF_PEER(a_hello_that_does_not_suit_is_rejected_with_a_reason),
      OF_PEER(one_harness_at_a_time_holds_it),
      OF_PEER(a_goodbye_and_a_lost_connection_free_it),
      OF_PEER(several_ticks_are_so_many_steps),
      OF_PEER(a_stopped_peer_says_goodbye),
  };
  const struct CMUnitTest live[] = {OF_PEER(live_it_runs_by_itself)};
  return is_live ? cmocka_run_group_tests(live, NULL, NULL)
                 : cmocka_run_group_tests(tests, NULL, NULL);
}
