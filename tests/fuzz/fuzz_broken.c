// The known-bad twin: it breaks its promise for one input. A replay that does not notice is none.
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_promise(size != 3 || data[0] != 'b' || data[1] != 'a' || data[2] != 'd', "no 'bad'");
  return 0;
}
