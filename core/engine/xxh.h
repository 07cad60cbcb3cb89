/// XXH3 with 128 bits (Yann Collet, xxHash 0.8), header-only, so that the engine links with the C
/// library alone. It runs with the vectors of the base architecture: wider ones, woken once a row,
/// measured slower (4 ns per tick of the closed loop), because the processor pays for waking them.
#ifndef TAUT_ENGINE_XXH_H
#define TAUT_ENGINE_XXH_H

#define XXH_INLINE_ALL
#include "xxhash.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "rows are hashed as they lie in memory: little-endian"
#endif

#endif
