// bad_release_debounce: a known-bad controller; a release is seen only after 150 ms without
// tension.
#define RESISTANCE_NAME "bad_release_debounce"
#define RESISTANCE_HELP "known-bad controller: a release is seen only after 150 ms without tension"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_RELEASE_DEBOUNCE

#include "plugins/resistance/wrapper.h"
