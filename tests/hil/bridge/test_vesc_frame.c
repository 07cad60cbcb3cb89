// Framing of the VESC: published bytes, and a parser that nothing on the line can mislead.
#include "bench.h"
#include "hil/bridge/vesc_frame.h"

typedef struct catcher {
  int n;
  size_t n_last;
  uint8_t last[TAUT_VESC_PAYLOAD_MAX];
} catcher;

static void catch_payload(const uint8_t *payload, size_t n, void *user) {
  catcher *c = user;
  c->n++;
  c->n_last = n;
  memcpy(c->last, payload, n);
}

static void test_the_checksum_is_xmodem(void **state) {
  (void)state;
  assert_int_equal(taut_vesc_crc((const uint8_t *)"123456789", 9), 0x31c3);
  assert_int_equal(taut_vesc_crc((const uint8_t[]){4}, 1), 0x4084);
}

static const struct {
  uint8_t payload[8];
  size_t n;
  uint8_t frame[16];
  size_t n_frame;
} vectors[] = {
    {{0x00}, 1, {2, 1, 0x00, 0x00, 0x00, 3}, 6},
    {{0x04}, 1, {2, 1, 0x04, 0x40, 0x84, 3}, 6},
    {{0x1e}, 1, {2, 1, 0x1e, 0xf3, 0xff, 3}, 6},
    {{6, 0, 0, 0x27, 0x10}, 5, {2, 5, 6, 0, 0, 0x27, 0x10, 0x40, 0xc5, 3}, 10},
    {{6, 0xff, 0xff, 0xf6, 0x3c}, 5, {2, 5, 6, 0xff, 0xff, 0xf6, 0x3c, 0x07, 0xfd, 3}, 10},
    {{6, 0, 0, 0, 0}, 5, {2, 5, 6, 0, 0, 0, 0, 0xcd, 0x85, 3}, 10},
    {{7, 0, 0, 0x13, 0x88}, 5, {2, 5, 7, 0, 0, 0x13, 0x88, 0x21, 0x74, 3}, 10},
    {{8, 0, 0, 3, 0xe8}, 5, {2, 5, 8, 0, 0, 3, 0xe8, 0x2b, 0x58, 3}, 10},
    {{5, 0, 0, 0x27, 0x10}, 5, {2, 5, 5, 0, 0, 0x27, 0x10, 0xae, 0x17, 3}, 10},
};

static void test_frames_are_the_known_bytes(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(vectors); i++) {
    uint8_t frame[TAUT_VESC_FRAME_MAX];
    assert_int_equal(taut_vesc_frame(vectors[i].payload, vectors[i].n, frame), vectors[i].n_frame);
    assert_memory_equal(frame, vectors[i].frame, vectors[i].n_frame);
    taut_vesc_parser parser = {0};
    catcher c = {0};
    taut_vesc_parser_take(&parser, vectors[i].frame, vectors[i].n_frame, catch_payload, &c);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.n_last, vectors[i].n);
    assert_memory_equal(c.last, vectors[i].payload, vectors[i].n);
  }
}

// A page of the web publishes F729 as the checksum of GET_VALUES.
static void test_the_wrong_published_checksum_is_refused(void **state) {
  (void)state;
  taut_vesc_parser parser = {0};
  catcher c = {0};
  taut_vesc_parser_take(&parser, (const uint8_t[]){2, 1, 4, 0xf7, 0x29, 3}, 6, catch_payload, &c);
  assert_int_equal(c.n, 0);
  assert_int_equal(parser.bad_crc, 1);
}

static size_t fill(uint8_t *payload, size_t n, uint32_t stream) {
  for (size_t i = 0; i < n; i++) payload[i] = (uint8_t)draw(stream, (uint32_t)i);
  return n;
}

static void test_every_length_survives_and_only_1_to_512_exist(void **state) {
  (void)state;
  uint8_t payload[600];
  uint8_t frame[TAUT_VESC_FRAME_MAX];
  fill(payload, sizeof payload, 1);
  assert_int_equal(taut_vesc_frame(payload, 0, frame), 0);
  assert_int_equal(taut_vesc_frame(payload, 513, frame), 0);
  taut_vesc_parser parser = {0};
  catcher c = {0};
  for (size_t n = 1; n <= 512; n++) {
    const size_t n_frame = taut_vesc_frame(payload, n, frame);
    assert_int_equal(n_frame, n + (n <= 255 ? 5 : 6));
    taut_vesc_parser_take(&parser, frame, n_frame, catch_payload, &c);
    assert_int_equal(c.n, n);
    assert_int_equal(c.n_last, n);
    assert_memory_equal(c.last, payload, n);
  }
  assert_int_equal(parser.skipped, 0);
}

// 255 bytes may come in either form, fewer only in the short one.
static void test_the_long_form_is_for_255_bytes_and_more(void **state) {
  (void)state;
  for (int n = 254; n <= 255; n++) {
    uint8_t frame[300] = {3, 0, (uint8_t)n};
    fill(frame + 3, (size_t)n, 2);
    const uint16_t crc = taut_vesc_crc(frame + 3, (size_t)n);
    frame[3 + n] = (uint8_t)(crc >> 8);
    frame[4 + n] = (uint8_t)crc;
    frame[5 + n] = 3;
    taut_vesc_parser parser = {0};
    catcher c = {0};
    taut_vesc_parser_take(&parser, frame, (size_t)n + 6, catch_payload, &c);
    taut_vesc_parser_flush(&parser, catch_payload, &c);
    assert_int_equal(c.n > 0 && c.n_last == (size_t)n, n == 255);
    assert_int_equal(parser.bad_length > 0, n == 254);
  }
}

static void test_oversized_and_empty_frames_are_counted_and_skipped(void **state) {
  (void)state;
  taut_vesc_parser parser = {0};
  catcher c = {0};
  taut_vesc_parser_take(&parser, (const uint8_t[]){3, 9, 9}, 3, catch_payload, &c);  // 2313 bytes
  assert_int_equal(parser.bad_length, 1);
  taut_vesc_parser_take(&parser, (const uint8_t[]){2, 0}, 2, catch_payload, &c);
  assert_int_equal(parser.bad_length, 2);
  taut_vesc_parser_flush(&parser, catch_payload, &c);
  taut_vesc_parser_take(&parser, vectors[3].frame, 10, catch_payload, &c);
  assert_int_equal(c.n, 1);
}

// A length byte that promises 240 bytes holds the good frames behind it, until the line is silent.
static void test_a_silent_line_frees_the_frames_behind_a_damaged_length(void **state) {
  (void)state;
  taut_vesc_parser parser = {0};
  catcher c = {0};
  uint8_t bytes[64];
  memcpy(bytes, vectors[3].frame, 10);
  bytes[1] = 0xf0;
  memcpy(bytes + 10, vectors[4].frame, 10);
  taut_vesc_parser_take(&parser, bytes, 20, catch_payload, &c);
  assert_int_equal(c.n, 0);
  taut_vesc_parser_flush(&parser, catch_payload, &c);
  assert_int_equal(c.n, 1);
  assert_memory_equal(c.last, vectors[4].payload, 5);
  assert_int_equal(parser.n, 0);
  assert_true(parser.cut > 0);
}

// However the bytes are cut into reads, the same frames come out.
static void test_cuts_between_reads_change_nothing(void **state) {
  (void)state;
  uint8_t bytes[4096];
  size_t n = 0;
  for (int i = 0; i < 60; i++) {
    memcpy(bytes + n, vectors[i % 9].frame, vectors[i % 9].n_frame);
    n += vectors[i % 9].n_frame;
    if (i % 7 == 3) n += fill(bytes + n, 5, (uint32_t)i);
  }
  catcher whole = {0};
  taut_vesc_parser parser = {0};
  taut_vesc_parser_take(&parser, bytes, n, catch_payload, &whole);
  for (uint32_t round = 0; round < 50; round++) {
    catcher cut = {0};
    parser = (taut_vesc_parser){0};
    for (size_t at = 0; at < n;) {
      size_t take = 1 + draw(100 + round, (uint32_t)at) % 40;
      if (take > n - at) take = n - at;
      taut_vesc_parser_take(&parser, bytes + at, take, catch_payload, &cut);
      at += take;
    }
    assert_int_equal(cut.n, whole.n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_checksum_is_xmodem),
      cmocka_unit_test(test_frames_are_the_known_bytes),
      cmocka_unit_test(test_the_wrong_published_checksum_is_refused),
      cmocka_unit_test(test_every_length_survives_and_only_1_to_512_exist),
      cmocka_unit_test(test_the_long_form_is_for_255_bytes_and_more),
      cmocka_unit_test(test_oversized_and_empty_frames_are_counted_and_skipped),
      cmocka_unit_test(test_a_silent_line_frees_the_frames_behind_a_damaged_length),
      cmocka_unit_test(test_cuts_between_reads_change_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
