/// Four numbers of single precision at once, for loops over the columns of rows. The same bits with
/// and without vector instructions.
#ifndef TAUT_RUNNER_LANES_H
#define TAUT_RUNNER_LANES_H

#include <stdbool.h>
#include <string.h>

// Min and max give the second operand when the first is NaN.
#if defined(__SSE2__)
#include <emmintrin.h>
typedef __m128 lanes;
static inline lanes lanes_load(const float *from) {
  return _mm_loadu_ps(from);
}
static inline void lanes_store(float *to, lanes x) {
  _mm_storeu_ps(to, x);
}
static inline lanes lanes_of(float x) {
  return _mm_set1_ps(x);
}
static inline lanes lanes_min(lanes a, lanes b) {
  return _mm_min_ps(a, b);
}
static inline lanes lanes_max(lanes a, lanes b) {
  return _mm_max_ps(a, b);
}
/// Whether any lane is another number; NaN is another one always.
static inline bool lanes_differ(lanes a, lanes b) {
  return _mm_movemask_ps(_mm_cmpneq_ps(a, b)) != 0;
}
/// Rounds four doubles to single precision.
static inline void lanes_narrow(const double *from, float *to) {
  __m128 low = _mm_cvtpd_ps(_mm_loadu_pd(from)), high = _mm_cvtpd_ps(_mm_loadu_pd(from + 2));
  _mm_storeu_ps(to, _mm_movelh_ps(low, high));
}
#else
typedef struct lanes {
  float x[4];
} lanes;
static inline lanes lanes_load(const float *from) {
  lanes a;
  memcpy(a.x, from, sizeof a.x);
  return a;
}
static inline void lanes_store(float *to, lanes a) {
  memcpy(to, a.x, sizeof a.x);
}
static inline lanes lanes_of(float x) {
  return (lanes){{x, x, x, x}};
}
static inline lanes lanes_min(lanes a, lanes b) {
  for (int i = 0; i < 4; i++) b.x[i] = a.x[i] < b.x[i] ? a.x[i] : b.x[i];
  return b;
}
static inline lanes lanes_max(lanes a, lanes b) {
  for (int i = 0; i < 4; i++) b.x[i] = a.x[i] > b.x[i] ? a.x[i] : b.x[i];
  return b;
}
static inline bool lanes_differ(lanes a, lanes b) {
  bool differ = false;
  for (int i = 0; i < 4; i++) differ |= a.x[i] != b.x[i];
  return differ;
}
static inline void lanes_narrow(const double *from, float *to) {
  for (int i = 0; i < 4; i++) to[i] = (float)from[i];
}
#endif

#endif
