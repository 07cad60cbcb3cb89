/// A fuzz target: the function that libFuzzer calls, and that replay.c calls for each file of a
/// corpus.
#ifndef TAUT_TESTS_FUZZ_FUZZ_H
#define TAUT_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/// Takes any bytes; crashes or aborts when a promise is broken. Returns 0. Its outcome depends on
/// the bytes alone.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/// Aborts with a sentence when a promise is broken; fuzzers and replays count that as a find.
static inline void fuzz_promise(bool is_kept, const char *what) {
  if (is_kept) return;
  fprintf(stderr, "a promise is broken: %s\n", what);
  abort();
}

/// What is left of an input.
typedef struct fuzz_input {
  const uint8_t *at;
  size_t left;
} fuzz_input;

/// The next byte, 0 when there is none.
static inline uint8_t fuzz_byte(fuzz_input *in) {
  if (in->left == 0) return 0;
  in->left--;
  return *in->at++;
}

/// The next piece, with its length before it in two bytes; cut where the input ends.
static inline fuzz_input fuzz_piece(fuzz_input *in) {
  size_t size = fuzz_byte(in);
  size |= (size_t)fuzz_byte(in) << 8;
  fuzz_input piece = {in->at, size < in->left ? size : in->left};
  in->at += piece.left;
  in->left -= piece.left;
  return piece;
}

/// Reads each byte, so that one that is not there, or was never written, is seen.
static inline void fuzz_look_at(const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) (void)((const volatile uint8_t *)bytes)[i];
}

/// Is there nothing in a text that could drive a terminal?
static inline bool fuzz_is_printable(const char *text) {
  for (; *text != '\0'; text++)
    if (*text < ' ' || *text > '~') return false;
  return true;
}

#endif
