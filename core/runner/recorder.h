/// The recorder of a run: what its plots need, in memory that does not grow with simulated time.
///
/// Every row of every slot is reduced to least and greatest value per bucket; when the buckets are
/// used up, neighbours are merged and each holds twice as many rows. Besides, the rows themselves
/// are kept as far back as a fixed budget reaches: a requirement may tell a violation long after it
/// happened. Columns that stand still cost nothing there; the others are exact to 1/500 of what
/// they moved within sixteen rows.
///
/// Its axis of time is observed time: rows stand side by side whatever was skipped between them.
#ifndef TAUT_RUNNER_RECORDER_H
#define TAUT_RUNNER_RECORDER_H

#include "runner/row_store.h"
#include "taut/engine.h"
#include "taut/timeline.h"

enum {
  TAUT_BUCKETS_MAX = 1024,     ///< buckets, even: then neighbours are merged
  TAUT_MARKS_MAX = 500,        ///< events and effects that are kept
  TAUT_ROWS_BUDGET = 32 << 20  ///< usual memory for whole rows [bytes]
};

/// An event of a plugin, or something the scenario did to the run.
typedef struct taut_mark {
  int64_t tick_ns;
  bool is_effect;
  taut_effect_kind kind;  ///< of an effect
  uint32_t target;        ///< effect: slot or fault; event: instance
  uint32_t event;         ///< row of the model's event table
  double value;
} taut_mark;

typedef struct taut_recorder taut_recorder;

/// A recorder for runs of `plan`, which is borrowed until destroy. `rows_bytes` bounds the memory
/// for whole rows; sixteen blocks fit in any case. ENOMEM. Allocates. [worker]
taut_status taut_recorder_create(const taut_plan *plan, size_t rows_bytes, taut_recorder **out);
void taut_recorder_destroy(taut_recorder *recorder);

/// Takes a row. Where there is no memory left for whole rows, the oldest are given up. [step]
void taut_recorder_row(taut_recorder *recorder, const taut_row *row);
/// Takes an effect, in order with the rows. A skip is noted besides; 16 bytes of memory each.
/// [step]
void taut_recorder_effect(taut_recorder *recorder, const taut_effect *effect);
/// Takes in the rows that do not fill a block yet; no row may follow. [worker]
void taut_recorder_finish(taut_recorder *recorder);

// ----------------------------------------------------------------------------------------- reading
// After taut_recorder_finish.

uint64_t taut_recorder_n_rows(const taut_recorder *recorder);
/// Time of the first row [ns].
int64_t taut_recorder_start(const taut_recorder *recorder);
size_t taut_recorder_n_buckets(const taut_recorder *recorder);
/// Rows in each bucket; the last one may hold fewer.
uint64_t taut_recorder_bucket_rows(const taut_recorder *recorder);
/// Least and greatest value of slot `slot` in bucket `i`, rounded to single precision; NaN counts
/// for nothing, and a bucket of nothing else has least > greatest.
void taut_recorder_bucket(const taut_recorder *recorder, uint32_t slot, size_t i, float *least,
                          float *greatest);
/// The first row that is still there at full resolution; n_rows when there is none.
uint64_t taut_recorder_first_kept(const taut_recorder *recorder);
/// Whether whole rows keep this slot: not the peaks between rows and values before faults.
bool taut_recorder_keeps(const taut_recorder *recorder, uint32_t slot);
/// Values of a kept slot in `n` rows from row `i_first`, to 1/500 of the way between least and
/// greatest value of its block; NaN where the row is not there any more, and in a block that holds
/// an infinity.
void taut_recorder_rows(const taut_recorder *recorder, uint32_t slot, uint64_t i_first, size_t n,
                        float *out);
size_t taut_recorder_n_marks(const taut_recorder *recorder);
/// In order of time; borrowed until destroy.
const taut_mark *taut_recorder_marks(const taut_recorder *recorder);
/// Events and effects beyond TAUT_MARKS_MAX.
uint64_t taut_recorder_n_marks_lost(const taut_recorder *recorder);
/// How observed time and simulated time go together. Borrowed until destroy.
const taut_timeline *taut_recorder_timeline(const taut_recorder *recorder);
/// Memory held at this moment [bytes].
size_t taut_recorder_memory(const taut_recorder *recorder);

#endif
