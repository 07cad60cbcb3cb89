/// The compiled form of requirements: streams that run row by row, and above them the few nodes
/// whose value is wanted at the first row only. A text is first lowered by itself, for both sides
/// at once (taut_formula), and then linked, side by side and with others, to one program without
/// sides (taut_monitor), in which nothing is computed twice.
///
/// Every stream has a fixed delay: at row r it gives its sample of row r - delay. The future of the
/// run is thereby always the past of the computation, and memory is known when it is compiled.
#ifndef TAUT_MONITOR_PROGRAM_H
#define TAUT_MONITOR_PROGRAM_H

#include <math.h>

#include "monitor/columns.h"
#include "monitor/exact_sum.h"
#include "monitor/expr.h"

/// One sample of a stream: a number (then only `m` counts, NaN when undefined) or a condition.
/// Truth is -1 false, 0 unknown, +1 true; `lo` and `hi` differ only where the run ended before a
/// window did.
typedef struct taut_sample {
  double m;       ///< the margin's robustness: bool, enum and edge atoms at +-infinity; or a number
  int8_t lo, hi;  ///< least and greatest truth
  uint16_t atom;  ///< one more than the operator that decides `m`, 0 for none
  uint32_t reserved;
  double r;  ///< the robustness of the series, if there is one: bool and enum atoms at +-1
} taut_sample;

typedef enum taut_op_code {
  TAUT_OP_BELOW,  ///< a signal below a constant, the commonest comparison, in one step
  TAUT_OP_ABOVE,  ///< a signal above a constant
  TAUT_OP_NUMBER,
  TAUT_OP_SIGNAL,
  TAUT_OP_TRUTH,
  TAUT_OP_FLAG,    ///< a bool signal
  TAUT_OP_FINITE,  ///< a signal is a number: the one reader that a NaN is no error for
  TAUT_OP_NEG,
  TAUT_OP_ABS,
  TAUT_OP_ADD,
  TAUT_OP_SUB,
  TAUT_OP_MUL,
  TAUT_OP_DIV,
  TAUT_OP_MIN,
  TAUT_OP_MAX,
  TAUT_OP_CLAMP,
  TAUT_OP_LESS,  ///< a < b or a <= b (is_equal_true); > and >= swap the operands
  TAUT_OP_EQUAL,
  TAUT_OP_NEAR,
  TAUT_OP_SAME,  ///< two conditions are equal, as an atom
  TAUT_OP_NOT,
  TAUT_OP_AND,
  TAUT_OP_OR,
  TAUT_OP_XOR,
  TAUT_OP_IFF,
  TAUT_OP_EDGE,         ///< the same truth, without a numeric margin
  TAUT_OP_ALIGN,        ///< the same stream, n rows later
  TAUT_OP_LATER,        ///< the sample n rows ahead; `fill` beyond the end
  TAUT_OP_EARLIER,      ///< the sample n rows before; `fill` before the start
  TAUT_OP_WINDOW,       ///< least over n + 1 rows; greatest when is_max
  TAUT_OP_SO_FAR,       ///< least since the start; greatest when is_max
  TAUT_OP_CHAIN,        ///< until (is_future) or since over n + 1 rows
  TAUT_OP_SINCE_START,  ///< since over the whole past
  TAUT_OP_DELAYED,
  TAUT_OP_CHANGED,
  TAUT_OP_LEAST,  ///< least number of n + 1 rows; greatest when is_max
  TAUT_OP_MEAN,   ///< also the root of the mean square, when is_max
  TAUT_OP_INTEGRAL,
  TAUT_OP_DURATION,
  TAUT_OP_COUNT,
  TAUT_OP_TIME_SINCE,
  TAUT_OP_AT
} taut_op_code;

typedef struct taut_op {
  uint8_t code;        ///< taut_op_code
  bool is_max;         ///< WINDOW, SO_FAR, LEAST; MEAN: rms; CHANGED: of a condition
  bool is_future;      ///< WINDOW, CHAIN: the oldest row of the window gets the result
  bool is_to_the_end;  ///< the window has no end: the end of the run decides it
  bool is_equal_true;  ///< LESS, BELOW, ABOVE: holds at equality; EQUAL, SAME: == rather than !=
  int8_t fill;         ///< LATER, EARLIER: truth outside of the run
  uint16_t atom;       ///< of a comparison in a program: one more than its own index
  uint16_t child[3];
  uint16_t n_children;
  uint32_t slot[2];  ///< SIGNAL, FLAG, BELOW, ABOVE: slot of a row, per side; in a program, where
                     ///< an operator has one side, the first is an index into the monitor's slots
  int64_t delay;     ///< of the result [rows]
  int64_t delay_in;  ///< of the children, all alike [rows]
  int64_t n;         ///< [rows]
  double value;      ///< NUMBER, TRUTH, BELOW, ABOVE: the constant; times: row_s
  double scale;      ///< of `m`: 1, or a power of two that makes dimensions comparable
  uint64_t state;    ///< offset of its own memory
  uint64_t mask;     ///< entries of its ring less one
  const taut_shown_unit *unit;  ///< of a comparison's margin, else NULL
} taut_op;

typedef enum taut_top_code {
  TAUT_TOP_STREAM,  ///< a stream at the first row
  TAUT_TOP_NOT,
  TAUT_TOP_AND,
  TAUT_TOP_OR,
  TAUT_TOP_XOR,
  TAUT_TOP_IFF,
  TAUT_TOP_WINDOW,  ///< always, or eventually when is_max
  TAUT_TOP_UNTIL
} taut_top_code;

/// A node judged at the first row only. Children come before parents.
typedef struct taut_top {
  uint8_t code;
  bool is_max;
  bool is_to_the_end;
  uint16_t child[2];  ///< streams for STREAM, WINDOW, UNTIL; nodes of this kind for the others
  int64_t a, b;       ///< window [rows]; b is ignored when is_to_the_end
  int64_t delay;      ///< of its streams [rows]
  uint64_t state;     ///< offset of its taut_top_state
} taut_top;

typedef struct taut_top_state {
  taut_sample value;    ///< so far
  taut_sample least_p;  ///< UNTIL: least p so far
  int64_t violation;    ///< first row that decides against it, -1
  int64_t proof;        ///< first row that decides for it, -1
  int64_t n_seen;       ///< samples of the child
} taut_top_state;

enum { TAUT_TRIGGERS_MAX = 16 };

typedef struct taut_trigger_state {
  uint64_t n;
  int64_t was_true;
} taut_trigger_state;

/// A text, lowered: what it asks of a side, whichever that is.
typedef struct taut_formula {
  taut_allocator allocator;
  taut_expr *expr;
  taut_op *ops;
  taut_top *tops;
  uint32_t n_ops, n_ops_max, n_tops, n_tops_max;
  uint16_t triggers[TAUT_TRIGGERS_MAX];  ///< streams
  unsigned n_triggers;
  uint16_t root;  ///< stream of the series
  bool has_series;
  bool needs_rows_max;
  double row_s;
  uint64_t rows_max;
  uint32_t window_rows_min;
} taut_formula;

/// A formula on one side, in terms of the program.
typedef struct taut_root {
  uint32_t first_top;                    ///< of the formula's; the last of them judges
  uint16_t series;                       ///< stream
  uint16_t triggers[TAUT_TRIGGERS_MAX];  ///< streams
  uint64_t trigger_states;               ///< offset
} taut_root;

/// A requirement that the program judges.
typedef struct taut_judged {
  const taut_formula *formula;
  taut_root sides[2];
  const uint16_t *ops;  ///< (n_ops) those that it uses, some more than once
  uint32_t n_ops;
} taut_judged;

struct taut_monitor {
  taut_allocator allocator;
  taut_formula formula;         ///< empty when others were joined
  taut_column_signals signals;  ///< empty when compiled against a plan
  taut_op *ops;
  taut_top *tops;
  taut_judged *judged;
  uint16_t *judged_ops;  ///< all lists of taut_judged
  uint32_t n_ops, n_tops, n_judged;
  bool has_series;
  int64_t rows_max;  ///< longest run that some formula's memory allows [rows]
  int64_t delay;     ///< longest of all streams [rows]
  uint32_t *slots;   ///< (n_slots) slots of a row that are read
  uint32_t n_slots;
  uint64_t
      columns_at;      ///< offset in a state of how columns stand still (n_slots taut_column_state)
  uint64_t out_at;     ///< of the block's samples
  uint64_t errors_at;  ///< of the rows of the first NaN (n_ops)
  uint64_t still_at;   ///< of what stands still (n_ops)
  uint64_t memory_at;  ///< of the operators' own memory
  size_t state_size;
};

/// Rows are kept until there is a block of them: operators then run block by block.
enum { TAUT_BLOCK_ROWS = 48 };

/// Head of a state; the block's values (n_slots, TAUT_BLOCK_ROWS) follow, and then what the offsets
/// of the monitor name.
typedef struct taut_monitor_state {
  int64_t row;       ///< next row to be judged
  int64_t n_held;    ///< rows in the block
  int64_t n_rows;    ///< length of the run, INT64_MAX while it runs
  int64_t is_weak;   ///< how it ended
  int64_t n_filled;  ///< rows of the block before
} taut_monitor_state;

/// Fills ops, tops and triggers from the checked text. EINVAL with an error, ENOMEM.
taut_status taut_formula_lower(taut_formula *formula, taut_source *source);
/// Whether two operators of one program compute the same.
bool taut_op_is_same(const taut_op *a, const taut_op *b);

/// Makes one program of formulas, which are borrowed. EFULL when there are too many operators;
/// ENOMEM.
taut_status taut_monitor_link(taut_monitor *monitor, const taut_formula *const *formulas, size_t n);

struct taut_block;
/// Runs all streams for the rows of a block.
void taut_stream_run(struct taut_block *block);
void taut_stream_start(const taut_monitor *monitor, void *memory);
/// Bytes that a stream needs beside its sample; sets its mask.
uint64_t taut_stream_size(taut_op *op);

/// -infinity, 0 or +infinity.
static inline double taut_infinity_of(int truth) {
  const double infinity = (double)INFINITY;
  return truth == 0 ? 0 : (truth > 0 ? infinity : -infinity);
}

/// Truth without a numeric atom: the limits of always and eventually.
static inline taut_sample taut_sample_of_truth(int truth) {
  double limit = taut_infinity_of(truth);
  return (taut_sample){.m = limit, .r = limit, .lo = (int8_t)truth, .hi = (int8_t)truth};
}

static inline taut_sample taut_sample_not(taut_sample a) {
  int8_t lo = a.lo;
  a.m = -a.m;
  a.r = -a.r;
  a.lo = (int8_t)-a.hi;
  a.hi = (int8_t)-lo;
  return a;
}

static inline taut_sample taut_sample_and(taut_sample a, taut_sample b) {
  if (b.m < a.m) {
    a.m = b.m;
    a.atom = b.atom;
  }
  if (b.r < a.r) a.r = b.r;
  if (b.lo < a.lo) a.lo = b.lo;
  if (b.hi < a.hi) a.hi = b.hi;
  return a;
}

static inline taut_sample taut_sample_or(taut_sample a, taut_sample b) {
  if (b.m > a.m) {
    a.m = b.m;
    a.atom = b.atom;
  }
  if (b.r > a.r) a.r = b.r;
  if (b.lo > a.lo) a.lo = b.lo;
  if (b.hi > a.hi) a.hi = b.hi;
  return a;
}

#endif
