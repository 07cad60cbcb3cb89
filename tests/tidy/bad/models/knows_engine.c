#include "taut/engine.h"  // a model sees the C library and taut/math.h, not the engine

#include <math.h>

double bad_counter;  // a global

double bad_wave(double x) { return bad_counter += sin(x); }
