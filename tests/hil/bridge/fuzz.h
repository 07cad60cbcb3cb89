/// A fuzz target: the one function that libFuzzer calls and that fuzz_replay.c calls for each file.
#ifndef TAUT_TESTS_HIL_BRIDGE_FUZZ_H
#define TAUT_TESTS_HIL_BRIDGE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/// Takes any bytes; crashes or aborts when a promise is broken. Returns 0.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
