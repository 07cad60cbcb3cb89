/// The worker's answer is believed only when it is whole, its own and alone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/frame.h"

static const uint8_t nonce[TAUT_NONCE_SIZE] = {1, 2, 3};
static const uint8_t other_nonce[TAUT_NONCE_SIZE] = {9};

/// Bytes of two items and the end, as a worker writes them.
static taut_buffer stream(const uint8_t *with_nonce, bool has_end) {
  int fds[2];
  assert_int_equal(pipe(fds), 0);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(taut_frame_write(fds[1], with_nonce, "item", json_pack("{s:i}", "i", i)),
                     TAUT_OK);
  }
  if (has_end) {
    assert_int_equal(taut_frame_write(fds[1], with_nonce, "end", json_pack("{s:s}", "a", "z")),
                     TAUT_OK);
  }
  close(fds[1]);
  taut_buffer bytes = {0};
  char block[512];
  for (ssize_t n; (n = read(fds[0], block, sizeof block)) > 0;) {
    taut_buffer_append(&bytes, block, (size_t)n);
  }
  close(fds[0]);
  return bytes;
}

static void count(void *user, json_t *item) {
  size_t *n = user;
  assert_int_equal(json_integer_value(json_object_get(item, "i")), (json_int_t)*n);
  ++*n;
}

static taut_frame_reader reader_with(const uint8_t *expected) {
  taut_frame_reader reader = {0};
  memcpy(reader.nonce, expected, TAUT_NONCE_SIZE);
  return reader;
}

static void frames_survive_any_cut_of_the_stream(void **state) {
  (void)state;
  taut_buffer bytes = stream(nonce, true);
  for (size_t cut = 0; cut <= bytes.size; cut++) {
    taut_frame_reader reader = reader_with(nonce);
    size_t n = 0;
    taut_frame_reader_push(&reader, bytes.data, cut, count, &n);
    taut_frame_reader_push(&reader, bytes.data + cut, bytes.size - cut, count, &n);
    taut_frame_reader_finish(&reader);
    assert_null(reader.fault);
    assert_int_equal(n, 2);
    assert_string_equal(json_string_value(json_object_get(reader.end, "a")), "z");
    taut_frame_reader_fini(&reader);
  }
  taut_buffer_fini(&bytes);
}

static void a_stream_cut_short_has_no_end(void **state) {
  (void)state;
  taut_buffer bytes = stream(nonce, true);
  for (size_t size = 0; size < bytes.size; size++) {
    taut_frame_reader reader = reader_with(nonce);
    size_t n = 0;
    taut_frame_reader_push(&reader, bytes.data, size, count, &n);
    taut_frame_reader_finish(&reader);
    assert_null(reader.end);
    taut_frame_reader_fini(&reader);
  }
  taut_buffer_fini(&bytes);
}

static void a_flipped_byte_is_never_a_believed_end_with_other_content(void **state) {
  (void)state;
  taut_buffer bytes = stream(nonce, true);
  for (size_t i = 0; i < bytes.size; i++) {
    taut_frame_reader reader = reader_with(nonce);
    char kept = bytes.data[i];
    bytes.data[i] = (char)(kept ^ 0x20);
    taut_frame_reader_push(&reader, bytes.data, bytes.size, NULL, NULL);
    taut_frame_reader_finish(&reader);
    // Content itself is not signed: what counts is that nothing crashes and no frame is invented.
    if (reader.end != NULL && reader.fault == NULL) assert_true(json_is_object(reader.end));
    bytes.data[i] = kept;
    taut_frame_reader_fini(&reader);
  }
  taut_buffer_fini(&bytes);
}

static void expect_fault(const void *data, size_t size, const char *fault) {
  taut_frame_reader reader = reader_with(nonce);
  taut_frame_reader_push(&reader, data, size, NULL, NULL);
  taut_frame_reader_finish(&reader);
  assert_non_null(reader.fault);
  assert_string_equal(reader.fault, fault);
  taut_frame_reader_fini(&reader);
}

static void foreign_frames_are_faults(void **state) {
  (void)state;
  taut_buffer forged = stream(other_nonce, true), twice = stream(nonce, true);
  taut_buffer second = stream(nonce, true);
  expect_fault(forged.data, forged.size, "a frame was not written by the worker");
  taut_buffer_append(&twice, second.data, second.size);
  expect_fault(twice.data, twice.size, "something was written after the result");
  expect_fault("\xff\xff\xff\xff", 4, "a frame is larger than allowed");
  expect_fault("garbage here!", 13, "a frame is larger than allowed");
  expect_fault("\x02\0\0\0[]", 6, "a frame is not a JSON object");
  expect_fault("\x02\0\0\0{}", 6, "a frame was not written by the worker");
  expect_fault("\x05\0\0\0{\"a\"", 8, "the last frame is cut short");
  expect_fault("\x03\0\0\0{x}", 7, "a frame is not a JSON object");
  expect_fault("\x0f\0\0\0{\"a\":1,\"a\":2}  ", 19, "a frame is not a JSON object");
  taut_buffer_fini(&forged);
  taut_buffer_fini(&twice);
  taut_buffer_fini(&second);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_survive_any_cut_of_the_stream),
      cmocka_unit_test(a_stream_cut_short_has_no_end),
      cmocka_unit_test(a_flipped_byte_is_never_a_believed_end_with_other_content),
      cmocka_unit_test(foreign_frames_are_faults),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
