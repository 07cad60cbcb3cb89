/// Messages of links: what goes in comes out, to the last bit of a double, and nothing that comes
/// from outside takes more memory than allowed or crashes the decoder.
#include <math.h>

#include "support/peer.h"
#include "taut/roles.h"

#define ARENA_BYTES ((size_t)1 << 20)

/// A Hello with the whole table of a role: the largest message there usually is.
static size_t encode_hello(taut_wire *wire, const uint8_t **bytes) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  size_t size;
  assert_int_equal(taut_table_of_role(taut_role_find("controller"), wire, &hello.table), TAUT_OK);
  hello.protocol = 1;
  hello.role = (char *)(uintptr_t) "controller";
  hello.table_hash = taut_table_hash(hello.table);
  message.session = UINT64_MAX;
  message.sequence = 1;
  message.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
  message.hello = &hello;
  assert_int_equal(taut_wire_encode(wire, &message, bytes, &size), TAUT_OK);
  return size;
}

static void a_step_comes_out_bit_for_bit(void **state) {
  (void)state;
  taut_wire wire;
  const double values[] = {0.0,    -0.0, 0.1, -1e308, 4.9e-324, (double)NAN, (double)INFINITY,
                           1.0 / 3};
  const size_t n = sizeof values / sizeof values[0];
  taut_message message = TAUT__LINK__MESSAGE__INIT, *out;
  Taut__Link__Step step_body = TAUT__LINK__STEP__INIT;
  const uint8_t *bytes;
  size_t size;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  message.session = UINT64_C(0xfedcba9876543210);
  message.sequence = UINT64_MAX;
  message.tick_ns = INT64_MAX;
  message.instance = 31;
  step_body.n_inputs = n;
  step_body.inputs = (double *)(uintptr_t)values;
  message.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  message.step = &step_body;
  assert_int_equal(taut_wire_encode(&wire, &message, &bytes, &size), TAUT_OK);
  assert_int_equal(taut_wire_decode(&wire, bytes, size, &out), TAUT_OK);
  assert_true(out->session == message.session && out->sequence == UINT64_MAX);
  assert_true(out->tick_ns == INT64_MAX && out->instance == 31);
  assert_int_equal(out->step->n_inputs, n);
  assert_memory_equal(out->step->inputs, values, sizeof values);
  taut_wire_fini(&wire);
}

static void bytes_on_the_wire_are_those_of_the_documentation(void **state) {
  (void)state;
  // The step of docs/links.md, byte by byte.
  static const uint8_t expected[] = {0x09, 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02,
                                     0x01,                    // session
                                     0x10, 0x04,              // sequence 4
                                     0x18, 0x90, 0xa1, 0x0f,  // tick_ns 250000
                                     0x5a, 0x12, 0x0a, 0x10,  // step, 18 bytes; inputs, 16
                                     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x3f,   // 1.5
                                     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xc0};  // -2.0
  taut_wire wire;
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  double inputs[] = {1.5, -2.0};
  const uint8_t *bytes;
  size_t size;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  message.session = UINT64_C(0x0102030405060708);
  message.sequence = 4;
  message.tick_ns = 250000;
  body.n_inputs = 2;
  body.inputs = inputs;
  message.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  message.step = &body;
  assert_int_equal(taut_wire_encode(&wire, &message, &bytes, &size), TAUT_OK);
  assert_int_equal(size, sizeof expected);
  assert_memory_equal(bytes, expected, sizeof expected);
  taut_wire_fini(&wire);
}

static void the_answer_of_the_documentation_is_read(void **state) {
  (void)state;
  static const uint8_t bytes[] = {0x09, 0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01, 0x10,
                                  0x04, 0x18, 0x90, 0xa1, 0x0f, 0x8a, 0x01, 0x0a, 0x1a, 0x08,
                                  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x44, 0x40};
  taut_wire wire;
  taut_message *out;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  assert_int_equal(taut_wire_decode(&wire, bytes, sizeof bytes, &out), TAUT_OK);
  assert_true(out->session == UINT64_C(0x0102030405060708) && out->sequence == 4);
  assert_true(out->tick_ns == 250000 && out->instance == 0);
  assert_int_equal(out->body_case, TAUT__LINK__MESSAGE__BODY_ANSWER);
  assert_int_equal(out->answer->status, TAUT__LINK__STATUS__OK);
  assert_int_equal(out->answer->n_outputs, 1);
  assert_true(out->answer->outputs[0] == 40.0);
  taut_wire_fini(&wire);
}

static void too_long_and_too_large_messages_are_refused(void **state) {
  (void)state;
  taut_wire wire;
  taut_message *out;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  uint8_t *bytes = calloc(1, TAUT_LINK_MESSAGE_MAX + 1);
  assert_int_equal(taut_wire_decode(&wire, bytes, TAUT_LINK_MESSAGE_MAX + 1, &out), TAUT_EFULL);
  // An answer with as many empty events as fit: two bytes each on the wire, a struct each in
  // memory.
  size_t n = 0, n_body = TAUT_LINK_MESSAGE_MAX - 64;
  bytes[n++] = 0x8a;
  bytes[n++] = 0x01;  // field 17
  for (size_t left = n_body; left > 0; left >>= 7)
    bytes[n++] = (uint8_t)((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  for (size_t i = 0; i < n_body; i += 2) bytes[n + i] = 0x22;
  assert_int_equal(taut_wire_decode(&wire, bytes, n + n_body, &out), TAUT_EINVAL);
  assert_null(out);
  // The same with few of them is a message.
  for (size_t i = 0; i < 64; i++) bytes[3 + i] = i % 2 == 0 ? 0x22 : 0;
  bytes[2] = 64;
  assert_int_equal(taut_wire_decode(&wire, bytes, 3 + 64, &out), TAUT_OK);
  assert_int_equal(out->answer->n_events, 32);
  free(bytes);
  taut_wire_fini(&wire);
}

static void mutated_messages_never_crash_the_decoder(void **state) {
  (void)state;
  taut_wire wire, decoder;
  const uint8_t *bytes;
  taut_message *out;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  assert_int_equal(taut_wire_init(&decoder, ARENA_BYTES), TAUT_OK);
  size_t size = encode_hello(&wire, &bytes), n_ok = 0, n_bad = 0;
  assert_true(size > 1000);
  // Cut at every length. A cut message has lost part of its one table, so none may look whole.
  for (size_t n = 16; n < size; n++)
    assert_int_equal(taut_wire_decode(&decoder, bytes, n, &out), TAUT_EINVAL);
  uint8_t *copy = malloc(size);
  uint64_t seed = 3;
  for (int i = 0; i < 20000; i++) {
    memcpy(copy, bytes, size);
    for (int k = 0; k <= i % 4; k++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      copy[(seed >> 33) % size] ^= (uint8_t)(1u << (seed >> 61));
    }
    if (taut_wire_decode(&decoder, copy, size, &out) != TAUT_OK) {
      n_bad++;
      continue;
    }
    n_ok++;
    if (out->body_case != TAUT__LINK__MESSAGE__BODY_HELLO || out->hello->table == NULL) continue;
    // Whatever it holds, it can be made a model that is then found wrong or right.
    taut_model model = {.name = "x"};
    char text[256];
    taut_table_hash(out->hello->table);
    if (taut_table_to_model(out->hello->table, &decoder, &model) == TAUT_OK)
      taut_model_validate(&model, text, sizeof text);
  }
  assert_true(n_ok > 1000 && n_bad > 100);
  free(copy);
  taut_wire_fini(&wire);
  taut_wire_fini(&decoder);
}

// ----------------------------------------------------------------------------------------- tables

static void a_model_comes_out_of_its_table(void **state) {
  (void)state;
  taut_wire wire;
  Taut__Link__Table *table;
  taut_model model = {.name = "copy"};
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  assert_int_equal(taut_table_of_model(&adder_model, &wire, &table), TAUT_OK);
  assert_int_equal(taut_table_slots(table->inputs, table->n_inputs), 3);
  assert_int_equal(taut_table_to_model(table, &wire, &model), TAUT_OK);
  assert_int_equal(model.n_inputs, 2);
  assert_int_equal(model.inputs[1].count, 2);
  assert_int_equal(model.n_events, 1);
  assert_int_equal(model.events_per_tick, 1);
  assert_string_equal(model.outputs[2].labels[1], "many");
  assert_null(model.outputs[2].labels[2]);
  assert_true(model.params[0].min == -10 && model.params[0].init == 2);
  assert_memory_equal(model.outputs[0].si, adder_outputs[0].si, 8);
  assert_true(model.period_ns == 1000000 && model.period_ns_max == TAUT_SECOND);
  taut_wire_fini(&wire);
}

static uint64_t hash_of(const taut_model *model) {
  taut_wire wire;
  Taut__Link__Table *table;
  assert_int_equal(taut_wire_init(&wire, ARENA_BYTES), TAUT_OK);
  assert_int_equal(taut_table_of_model(model, &wire, &table), TAUT_OK);
  uint64_t hash = taut_table_hash(table);
  taut_wire_fini(&wire);
  return hash;
}

static void the_hash_sees_what_shapes_messages_and_nothing_else(void **state) {
  (void)state;
  const uint64_t base = hash_of(&adder_model);
  taut_signal inputs[2] = {adder_inputs[0], adder_inputs[1]};
  static const char *const other_labels[] = {"few", "lots", NULL};
  taut_signal outputs[3] = {adder_outputs[0], adder_outputs[1], adder_outputs[2]};
  taut_model model = adder_model;
  model.inputs = inputs;
  model.outputs = outputs;
  assert_true(hash_of(&model) == base);
  inputs[0].help = "other words";
  inputs[0].max = 5;
  model.name = "other";
  assert_true(hash_of(&model) == base);
#define EXPECT_CHANGE(change, back)     \
  change;                               \
  assert_true(hash_of(&model) != base); \
  back
  EXPECT_CHANGE(inputs[0].name = "c_n", inputs[0].name = "a_n");
  EXPECT_CHANGE(inputs[0].unit = "kN", inputs[0].unit = "N");
  EXPECT_CHANGE(inputs[1].count = 1, inputs[1].count = 2);
  EXPECT_CHANGE(inputs[0].flags = TAUT_TRUTH, inputs[0].flags = 0);
  EXPECT_CHANGE(inputs[0].si[0] = 2, inputs[0].si[0] = 1);
  EXPECT_CHANGE(outputs[2].labels = other_labels, outputs[2].labels = adder_labels);
  EXPECT_CHANGE(model.period_ns = 500000, model.period_ns = 1000000);
  EXPECT_CHANGE(model.role = "tests", model.role = "test");
  EXPECT_CHANGE(model.n_inputs = 1, model.n_inputs = 2);
  inputs[0] = adder_inputs[1];
  inputs[1] = adder_inputs[0];
  assert_true(hash_of(&model) != base);
}

static void foreign_text_cannot_drive_a_terminal(void **state) {
  (void)state;
  char text[] = "a\033[2J\x80\nb";
  taut_table_clean(text);
  assert_string_equal(text, "a?[2J??b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_step_comes_out_bit_for_bit),
      cmocka_unit_test(bytes_on_the_wire_are_those_of_the_documentation),
      cmocka_unit_test(the_answer_of_the_documentation_is_read),
      cmocka_unit_test(too_long_and_too_large_messages_are_refused),
      cmocka_unit_test(mutated_messages_never_crash_the_decoder),
      cmocka_unit_test(a_model_comes_out_of_its_table),
      cmocka_unit_test(the_hash_sees_what_shapes_messages_and_nothing_else),
      cmocka_unit_test(foreign_text_cannot_drive_a_terminal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
