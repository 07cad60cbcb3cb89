/// The peer's side of a link: who holds the device, what counts as the next request, and that
/// nothing else changes what the model computes.
#include "support/peer.h"

static uint64_t refused(const fake_peer *peer, taut_refusal refusal) {
  return taut_serve_refused(peer->serve)[refusal];
}

static void expect_log(const fake_peer *peer, const char *part) {
  if (strstr(peer->log, part) == NULL) fail_msg("the log lacks '%s':\n%s", part, peer->log);
}

static void a_session_computes_what_the_model_computes(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  double total = 0;
  for (int i = 0; i < 12; i++) {
    const taut_message *message = step(peer, &harness, i * 1000000, i, 0.5, 0.25);
    total += 2.0 * i + 0.75;
    assert_int_equal(message->sequence, harness.sequence);
    assert_int_equal(message->tick_ns, i * 1000000);
    const Taut__Link__Answer *answer = message->answer;
    assert_int_equal(answer->status, TAUT__LINK__STATUS__OK);
    assert_int_equal(answer->n_outputs, 3);
    assert_true(answer->outputs[0] == total && answer->outputs[1] == i + 1);
    assert_true(answer->outputs[2] == (i + 1 >= 10));
    assert_int_equal(answer->n_events, (i + 1) % 3 == 0);
    if (answer->n_events > 0) assert_true(answer->events[0]->value == i + 1);
    assert_int_equal(answer->n_logs, (i + 1) % 4 == 0);
  }
  expect_answer(terminate(peer, &harness), TAUT__LINK__STATUS__OK, "");
  assert_false(taut_serve_is_held(peer->serve));
  expect_log(peer, "finished after 15 exchanges");
}

static void a_reset_begins_anew_and_output_is_no_step(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  step(peer, &harness, 0, 1, 1, 1);
  taut_message request = request_of(&harness, 5000000);
  Taut__Link__Output body = TAUT__LINK__OUTPUT__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_OUTPUT;
  request.output = &body;
  for (int i = 0; i < 2; i++, request.sequence++, harness.sequence++) {
    const taut_message *message = ask(peer, 1, &request);
    assert_true(message->answer->outputs[0] == 4 && message->answer->outputs[1] == 1);
  }
  harness.sequence--;
  const taut_message *message = reset(peer, &harness);
  assert_true(message->answer->outputs[0] == 0 && message->answer->outputs[1] == 0);
}

static void a_second_harness_gets_a_clear_busy_and_then_its_turn(void **state) {
  fake_peer *peer = *state;
  fake_harness first = {.who = 1, .session = 77}, second = {.who = 2, .session = 78};
  begin_session(peer, &first);
  expect_answer(say_hello(peer, &second), TAUT__LINK__STATUS__BUSY,
                "a test (session 0000004d) holds this device");
  // The one who holds it was not disturbed.
  assert_true(step(peer, &first, 0, 1, 0, 0)->answer->outputs[0] == 2);
  terminate(peer, &first);
  second.sequence = 0;
  begin_session(peer, &second);
  // The first one's session is over, also for a request that continues its count.
  expect_answer(step(peer, &first, 0, 1, 0, 0), TAUT__LINK__STATUS__FAULT,
                "another harness holds this device");
  assert_true(step(peer, &second, 0, 1, 0, 0)->answer->outputs[0] == 2);
}

static void a_holder_that_is_gone_loses_the_device_at_once(void **state) {
  fake_peer *peer = *state;
  fake_harness first = {.who = 1, .session = 77};
  begin_session(peer, &first);
  peer->is_gone = true;
  peer->now_ns = TAUT_SERVE_LOOK_NS - 1;
  taut_serve_look(peer->serve, peer->now_ns);
  assert_true(taut_serve_is_held(peer->serve));
  peer->now_ns = TAUT_SERVE_LOOK_NS;
  taut_serve_look(peer->serve, peer->now_ns);
  assert_false(taut_serve_is_held(peer->serve));
  expect_log(peer, "gone without a goodbye");
}

static void a_holder_that_is_connected_keeps_it_until_another_asks(void **state) {
  fake_peer *peer = *state;
  fake_harness first = {.who = 1, .session = 77}, second = {.who = 2, .session = 78};
  begin_session(peer, &first);
  peer->now_ns = 100 * TAUT_SERVE_HOLD_NS;
  taut_serve_look(peer->serve, peer->now_ns);
  assert_true(taut_serve_is_held(peer->serve));
  assert_true(step(peer, &first, 0, 1, 0, 0)->answer->outputs[0] == 2);
  peer->now_ns += TAUT_SERVE_HOLD_NS - 1;
  expect_answer(say_hello(peer, &second), TAUT__LINK__STATUS__BUSY, "last heard 5.0 s ago");
  peer->now_ns += 1;
  second.sequence = 0;
  begin_session(peer, &second);
  expect_log(peer, "lost the device to another");
}

static void who_does_not_fit_is_told_why(void **state) {
  static const struct {
    uint32_t protocol, ticks, mode;
    const char *role, *part;
  } cases[] = {
      {2, 1, 0, "test",
       "a test speaks version 2 of the link protocol, taut " TAUT_VERSION " here version 1"},
      {1, 1, 0, "motor", "fills the role 'test', not 'motor'"},
      {1, 65, 0, "test", "an exchange has 1 to 64 ticks, not 65"},
      {1, 1, 1, "test", "lockstep only"},
  };
  fake_peer *peer = *state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    fake_harness harness = {.who = 1, .session = 77};
    taut_message request = request_of(&harness, 0);
    Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
    Taut__Link__Table table = TAUT__LINK__TABLE__INIT;
    hello.protocol = cases[i].protocol;
    hello.ticks_per_exchange = cases[i].ticks;
    hello.mode = (Taut__Link__Mode)cases[i].mode;
    hello.role = (char *)(uintptr_t)cases[i].role;
    hello.software = (char *)(uintptr_t) "a test";
    hello.table = &table;
    request.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
    request.hello = &hello;
    expect_answer(ask(peer, 1, &request), TAUT__LINK__STATUS__REJECT, cases[i].part);
    assert_false(taut_serve_is_held(peer->serve));
  }
}

static void wrong_requests_are_rejected_with_a_reason(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  say_hello(peer, &harness);
  expect_answer(step(peer, &harness, 0, 1, 0, 0), TAUT__LINK__STATUS__REJECT,
                "there is no instance 0");
  expect_answer(instantiate(peer, &harness, 11), TAUT__LINK__STATUS__REJECT,
                "parameter gain must be -10 to 10, got 11");
  expect_answer(instantiate(peer, &harness, -9.5), TAUT__LINK__STATUS__OK, "");
  expect_answer(reset(peer, &harness), TAUT__LINK__STATUS__REJECT, "init of left.test returned");
  fake_harness next = {.who = 1, .session = 78};
  begin_session(peer, &next);
  taut_message request = request_of(&next, 0);
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  double inputs[2] = {1, 2};
  body.n_inputs = 2;
  body.inputs = inputs;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &body;
  expect_answer(ask(peer, 1, &request), TAUT__LINK__STATUS__REJECT,
                "a step has 3 inputs for each of at most 1 ticks, got 2 for 1");
}

static void an_instance_moves_only_after_its_reset(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  say_hello(peer, &harness);
  expect_answer(instantiate(peer, &harness, -9.5), TAUT__LINK__STATUS__OK, "");
  expect_answer(step(peer, &harness, 0, 1, 0, 0), TAUT__LINK__STATUS__REJECT,
                "instance 0 has not been reset");
  // A reset that was refused is none.
  reset(peer, &harness);
  expect_answer(step(peer, &harness, 0, 1, 0, 0), TAUT__LINK__STATUS__REJECT,
                "instance 0 has not been reset");
  fake_harness next = {.who = 1, .session = 78};
  begin_session(peer, &next);
  expect_answer(step(peer, &next, 0, 1, 0, 0), TAUT__LINK__STATUS__OK, "");
}

static void times_that_no_run_reaches_are_rejected(void **state) {
  static const int64_t ticks_ns[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 2 + 1};
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  for (size_t i = 0; i < sizeof ticks_ns / sizeof ticks_ns[0]; i++) {
    expect_answer(step(peer, &harness, ticks_ns[i], 1, 0, 0), TAUT__LINK__STATUS__REJECT,
                  "times are 0 to ");
    // The same of a row of a step.
    taut_message request = request_of(&harness, 0);
    Taut__Link__Step body = TAUT__LINK__STEP__INIT;
    double inputs[3] = {1, 0, 0};
    int64_t row_ns = ticks_ns[i];
    body.n_inputs = 3;
    body.inputs = inputs;
    body.n_ticks_ns = 1;
    body.ticks_ns = &row_ns;
    request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
    request.step = &body;
    expect_answer(ask(peer, 1, &request), TAUT__LINK__STATUS__REJECT, "times are 0 to ");
  }
  // Refused, nothing changed.
  assert_true(step(peer, &harness, INT64_MAX / 2, 1, 0, 0)->answer->outputs[0] == 2);
}

static void a_path_is_a_name_that_a_log_can_hold(void **state) {
  static const char *const paths[] = {"", "left,motor", "left.motor\n0.1,left.motor,0,0,99",
                                      "m\033[2J"};
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  say_hello(peer, &harness);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    taut_message request = request_of(&harness, 0);
    Taut__Link__Instantiate body = TAUT__LINK__INSTANTIATE__INIT;
    double gain = 2;
    body.path = (char *)(uintptr_t)paths[i];
    body.n_params = 1;
    body.params = &gain;
    body.period_ns = 1000000;
    request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
    request.instantiate = &body;
    expect_answer(ask(peer, 1, &request), TAUT__LINK__STATUS__REJECT,
                  "a path is such as left.motor");
  }
  expect_answer(instantiate(peer, &harness, 2), TAUT__LINK__STATUS__OK, "");
}

static void repeated_early_and_foreign_requests_change_nothing(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  step(peer, &harness, 0, 1, 0, 0);
  fake_harness copy = harness;
  copy.sequence--;
  assert_null(step(peer, &copy, 0, 100, 0, 0));
  copy.sequence = 0;
  assert_null(step(peer, &copy, 0, 100, 0, 0));
  copy.sequence = 0;
  assert_null(say_hello(peer, &copy));
  assert_int_equal(refused(peer, TAUT_REFUSAL_REPEATED), 3);
  copy.sequence = harness.sequence + 1;
  expect_answer(step(peer, &copy, 0, 100, 0, 0), TAUT__LINK__STATUS__FAULT, "one was lost");
  assert_int_equal(refused(peer, TAUT_REFUSAL_AHEAD), 1);
  copy = (fake_harness){.who = 1, .session = 1234, .sequence = harness.sequence};
  expect_answer(step(peer, &copy, 0, 100, 0, 0), TAUT__LINK__STATUS__FAULT, "another harness");
  copy = (fake_harness){.who = 2, .session = 77, .sequence = harness.sequence};
  expect_answer(step(peer, &copy, 0, 100, 0, 0), TAUT__LINK__STATUS__FAULT, "another harness");
  assert_int_equal(refused(peer, TAUT_REFUSAL_FOREIGN), 2);
  // After all of that, the next right request finds the state of the first step.
  assert_true(step(peer, &harness, 1000000, 0, 1, 0)->answer->outputs[0] == 3);
}

static void what_is_no_message_is_counted(void **state) {
  fake_peer *peer = *state;
  static uint8_t large[TAUT_LINK_MESSAGE_MAX + 1];
  hand_over(peer, 1, "\xff\xff\xff", 3);
  hand_over(peer, 1, large, sizeof large);
  assert_int_equal(refused(peer, TAUT_REFUSAL_MALFORMED), 1);
  assert_int_equal(refused(peer, TAUT_REFUSAL_OVERSIZED), 1);
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  taut_message strange = request_of(&harness, 0);
  Taut__Link__Answer body = TAUT__LINK__ANSWER__INIT;
  strange.body_case = TAUT__LINK__MESSAGE__BODY_ANSWER;
  strange.answer = &body;
  harness.sequence--;
  assert_null(ask(peer, 1, &strange));
  assert_int_equal(refused(peer, TAUT_REFUSAL_UNEXPECTED), 1);
  char text[256];
  taut_refusals_text(taut_serve_refused(peer->serve), text, sizeof text);
  assert_string_equal(text, "1 malformed, 1 too long, 1 not the kind that was waited for");
}

static void stopping_says_goodbye_to_the_holder_alone(void **state) {
  fake_peer *peer = *state;
  const taut_serve_port port = {fake_send, fake_log, peer};
  fake_harness harness = {.who = 9, .session = 77};
  begin_session(peer, &harness);
  taut_serve_destroy(peer->serve, "over");
  const taut_message *message = last_answer(peer);
  assert_int_equal(message->body_case, TAUT__LINK__MESSAGE__BODY_GOODBYE);
  assert_string_equal(message->goodbye->text, "over");
  assert_int_equal(peer->to.bytes[0], 9);
  assert_int_equal(taut_serve_create(&adder_model, &port, &peer->serve), TAUT_OK);
}

// ------------------------------------------------------------------------------------------ fuzz

static uint64_t next_random(uint64_t *seed) {
  *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *seed >> 33;
}

/// Changes, cuts, doubles or swaps bytes of a message.
static size_t mutate(uint8_t *bytes, size_t size, size_t capacity, uint64_t *seed) {
  int n_changes = 1 + (int)(next_random(seed) % 4);
  for (int i = 0; i < n_changes && size > 0; i++) {
    size_t at = (size_t)(next_random(seed) % size);
    switch (next_random(seed) % 5) {
      case 0: bytes[at] ^= (uint8_t)(1u << (next_random(seed) % 8)); break;
      case 1: bytes[at] = (uint8_t)next_random(seed); break;
      case 2: size = at; break;
      case 3:
        if (size * 2 <= capacity) {
          memcpy(bytes + size, bytes, size);
          size *= 2;
        }
        break;
      default: bytes[at] = 0xff; break;
    }
  }
  return size;
}

static void mutated_messages_of_strangers_never_change_what_the_holder_gets(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = UINT64_C(0x9a3b5cc1d2e4f607)};
  begin_session(peer, &harness);
  uint64_t seed = 1;
  double total = 0;
  static uint8_t bytes[4096];
  for (int i = 0; i < 4000; i++) {
    const taut_message *message = step(peer, &harness, i * INT64_C(1000000), i % 7, 0, 1);
    total += 2.0 * (i % 7) + 1;
    assert_true(message->answer->outputs[0] == total);
    // What a stranger makes of the message it may have seen on the wire.
    fake_harness copy = harness;
    taut_message request = request_of(&copy, i * INT64_C(1000000));
    Taut__Link__Step body = TAUT__LINK__STEP__INIT;
    double inputs[3] = {1e5, 1e5, 1e5};
    body.n_inputs = 3;
    body.inputs = inputs;
    request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
    request.step = &body;
    const uint8_t *encoded;
    size_t size;
    assert_int_equal(taut_wire_encode(&peer->wire, &request, &encoded, &size), TAUT_OK);
    memcpy(bytes, encoded, size);
    hand_over(peer, 2, bytes, mutate(bytes, size, sizeof bytes, &seed));
  }
  assert_true(refused(peer, TAUT_REFUSAL_FOREIGN) > 500);
  assert_true(refused(peer, TAUT_REFUSAL_MALFORMED) > 500);
}

static void a_holder_gone_mad_breaks_nothing_but_its_own_run(void **state) {
  fake_peer *peer = *state;
  fake_harness harness = {.who = 1, .session = 77};
  begin_session(peer, &harness);
  uint64_t seed = 2;
  static uint8_t bytes[4096];
  for (int i = 0; i < 8000; i++) {
    taut_message request = request_of(&harness, i);
    Taut__Link__Step body = TAUT__LINK__STEP__INIT;
    double inputs[3] = {1, 2, 3};
    body.n_inputs = 3;
    body.inputs = inputs;
    request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
    request.step = &body;
    const uint8_t *encoded;
    size_t size;
    assert_int_equal(taut_wire_encode(&peer->wire, &request, &encoded, &size), TAUT_OK);
    memcpy(bytes, encoded, size);
    hand_over(peer, 1, bytes, mutate(bytes, size, sizeof bytes, &seed));
  }
  peer->now_ns = 2 * TAUT_SERVE_HOLD_NS;
  fake_harness next = {.who = 3, .session = 5};
  begin_session(peer, &next);
  assert_true(step(peer, &next, 0, 1, 0, 0)->answer->outputs[0] == 2);
}

int main(void) {
#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, fake_peer_open, fake_peer_close)
  const struct CMUnitTest tests[] = {
      WITH_PEER(a_session_computes_what_the_model_computes),
      WITH_PEER(a_reset_begins_anew_and_output_is_no_step),
      WITH_PEER(a_second_harness_gets_a_clear_busy_and_then_its_turn),
      WITH_PEER(a_holder_that_is_gone_loses_the_device_at_once),
      WITH_PEER(a_holder_that_is_connected_keeps_it_until_another_asks),
      WITH_PEER(who_does_not_fit_is_told_why),
      WITH_PEER(wrong_requests_are_rejected_with_a_reason),
      WITH_PEER(an_instance_moves_only_after_its_reset),
      WITH_PEER(times_that_no_run_reaches_are_rejected),
      WITH_PEER(a_path_is_a_name_that_a_log_can_hold),
      WITH_PEER(repeated_early_and_foreign_requests_change_nothing),
      WITH_PEER(what_is_no_message_is_counted),
      WITH_PEER(stopping_says_goodbye_to_the_holder_alone),
      WITH_PEER(mutated_messages_of_strangers_never_change_what_the_holder_gets),
      WITH_PEER(a_holder_gone_mad_breaks_nothing_but_its_own_run),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
