// Random and damaged streams: the parser never reads beyond its bytes, and what it accepts either
// was sent or has a checksum that fits by chance.
#include "bench.h"
#include "hil/bridge/vesc_codec.h"
#include "hil/bridge/vesc_frame.h"

enum { N_SENT = 24, PAYLOAD_MAX = 90 };

typedef struct judge {
  uint8_t sent[N_SENT][PAYLOAD_MAX];
  size_t n_sent[N_SENT];
  int n_true, n_wrong;
} judge;

static void judge_payload(const uint8_t *payload, size_t n, void *user) {
  judge *j = user;
  for (int i = 0; i < N_SENT; i++) {
    if (j->n_sent[i] != n || memcmp(j->sent[i], payload, n) != 0) continue;
    j->n_true++;
    return;
  }
  j->n_wrong++;
}

// A stream of frames with random payloads; returns its length.
static size_t make_stream(judge *j, uint32_t stream, uint8_t *bytes) {
  size_t at = 0;
  uint32_t i_draw = 0;
  for (int i = 0; i < N_SENT; i++) {
    j->n_sent[i] = 1 + draw(stream, i_draw++) % PAYLOAD_MAX;
    for (size_t b = 0; b < j->n_sent[i]; b++) j->sent[i][b] = (uint8_t)draw(stream, i_draw++);
    at += taut_vesc_frame(j->sent[i], j->n_sent[i], bytes + at);
  }
  return at;
}

static void run(judge *j, const uint8_t *bytes, size_t n) {
  taut_vesc_parser parser = {0};
  taut_vesc_parser_take(&parser, bytes, n, judge_payload, j);
  taut_vesc_parser_flush(&parser, judge_payload, j);
  assert_int_equal(parser.n, 0);
  assert_int_equal(parser.frames, j->n_true + j->n_wrong);
}

// Up to three wrong bits in one frame are always found by the checksum; every other frame arrives.
static void test_flipped_bits_cost_one_frame_and_never_make_a_wrong_one(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 2000; round++) {
    judge j = {0};
    uint8_t bytes[N_SENT * (PAYLOAD_MAX + 6)];
    const size_t n = make_stream(&j, round, bytes);
    const uint64_t d = draw(round, 1000000);
    const size_t at = d % (n - 4);
    for (uint32_t flips = 0; flips < 1 + d / n % 3; flips++) {
      const uint64_t bit = draw(round, 1000001 + flips);
      bytes[at + bit / 8 % 3] ^= (uint8_t)(1 << bit % 8);
    }
    run(&j, bytes, n);
    assert_int_equal(j.n_wrong, 0);
    assert_true(j.n_true >= N_SENT - 2);
  }
}

static void test_lost_and_doubled_bytes_cost_at_most_their_neighbours(void **state) {
  (void)state;
  for (uint32_t round = 0; round < 1000; round++) {
    judge j = {0};
    uint8_t bytes[N_SENT * (PAYLOAD_MAX + 6) + 1];
    size_t n = make_stream(&j, 5000 + round, bytes);
    const size_t at = draw(round, 2000000) % (n - 1);
    if (round % 2 == 0) {
      memmove(bytes + at, bytes + at + 1, n - at - 1);
      n--;
    } else {
      memmove(bytes + at + 1, bytes + at, n - at);
      n++;
    }
    run(&j, bytes, n);
    assert_int_equal(j.n_wrong, 0);
    assert_true(j.n_true >= N_SENT - 2);
  }
}

static void count_payload(const uint8_t *payload, size_t n, void *user) {
  int *count = user;
  (*count)++;
  // Whatever gets here goes through the decoders, which must survive it.
  taut_vesc_values values;
  taut_vesc_timeout timeout;
  double current_a;
  taut_vesc_decode_values(payload, n, &values);
  taut_vesc_decode_timeout(payload, n, &timeout);
  taut_vesc_decode_current(payload, n, &current_a);
}

// Streams rich in start and stop bytes. By chance one in 65536 candidates has a fitting checksum:
// some hundred thousand candidates may give a handful, not more.
static void test_noise_is_accepted_by_chance_only(void **state) {
  (void)state;
  static const uint8_t likely[] = {2, 3, 1, 5, 0, 4, 50, 17};
  int accepted = 0;
  uint64_t candidates = 0;
  for (uint32_t round = 0; round < 400; round++) {
    uint8_t bytes[4096];
    for (uint32_t i = 0; i < sizeof bytes; i++) {
      const uint64_t d = draw(round, i);
      bytes[i] = d >> 40 & 1 ? likely[d % sizeof likely] : (uint8_t)d;
    }
    taut_vesc_parser parser = {0};
    taut_vesc_parser_take(&parser, bytes, sizeof bytes, count_payload, &accepted);
    taut_vesc_parser_flush(&parser, count_payload, &accepted);
    candidates += parser.bad_crc;
  }
  print_message("%llu candidates, %d accepted\n", (unsigned long long)candidates, accepted);
  assert_true(candidates > 2000);
  assert_true(accepted <= 3);
}

// The twin of the properties above: with the checksum made to fit, damage is accepted and counted
// as wrong, so the judge can see it.
static void test_a_damage_with_a_fitting_checksum_is_seen_by_the_judge(void **state) {
  (void)state;
  judge j = {0};
  uint8_t bytes[N_SENT * (PAYLOAD_MAX + 6)];
  make_stream(&j, 1, bytes);
  uint8_t other[8] = {9, 9, 9};
  const size_t n = taut_vesc_frame(other, 3, bytes);
  run(&j, bytes, n);
  assert_int_equal(j.n_wrong, 1);
}

// Random payloads straight into the decoders, every length.
static void test_decoders_survive_every_payload(void **state) {
  (void)state;
  static const uint8_t commands[] = {0, 4, 6, 7, 17, 50};
  int accepted = 0;
  for (uint32_t round = 0; round < 20000; round++) {
    uint8_t payload[TAUT_VESC_PAYLOAD_MAX];
    const size_t n = 1 + draw(round, 0) % 100;
    for (uint32_t i = 0; i < n; i++) payload[i] = (uint8_t)draw(round, 1 + i);
    payload[0] = commands[round % sizeof commands];
    taut_vesc_values v;
    if (taut_vesc_decode_values(payload, n, &v)) {
      accepted++;
      assert_true(isfinite(v.iq_a) && isfinite(v.bus_v) && isfinite(v.position_rad));
    }
    int major;
    int minor;
    taut_vesc_decode_version(payload, n, &major, &minor);
    taut_vesc_change_timeout(payload, n, 80, 0.0);
  }
  assert_true(accepted < 20000 / 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_flipped_bits_cost_one_frame_and_never_make_a_wrong_one),
      cmocka_unit_test(test_lost_and_doubled_bytes_cost_at_most_their_neighbours),
      cmocka_unit_test(test_noise_is_accepted_by_chance_only),
      cmocka_unit_test(test_a_damage_with_a_fitting_checksum_is_seen_by_the_judge),
      cmocka_unit_test(test_decoders_survive_every_payload),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
