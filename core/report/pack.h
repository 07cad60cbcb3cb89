/// Packed series: whole numbers as one short text, as the plots of a case carry them.
///
/// Each number is written as its difference from the one before (the first: from 0) in base 64 VLQ,
/// the code of JavaScript source maps: digits A-Z a-z 0-9 + /, least significant first, each of
/// five bits and a continuation bit of value 32; bit 0 of the whole is the sign. "-" is a gap: no
/// number; it leaves the number before as it is. "*" and a VLQ number n repeat the last entry,
/// number or gap, n more times.
#ifndef TAUT_REPORT_PACK_H
#define TAUT_REPORT_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "report/text.h"
#include "taut/status.h"

/// Stands for a gap among the numbers.
#define TAUT_PACK_GAP INT64_MIN
/// Greatest magnitude of a number.
#define TAUT_PACK_MAX (INT64_C(1) << 40)

/// Appends `n` numbers, each a gap or within TAUT_PACK_MAX. [any]
void taut_pack_append(taut_buffer *out, const int64_t *numbers, size_t n);

/// Reads exactly `n` numbers from a text that may come from anywhere; `numbers` may be NULL to
/// check only. EINVAL (another character, a cut or over-long number, one beyond TAUT_PACK_MAX,
/// another count). Allocates nothing. [any]
taut_status taut_pack_read(const char *text, size_t size, int64_t *numbers, size_t n);

#endif
