/// Inside of the expression language: tokens, nodes and the compiled form.
#ifndef TAUT_MONITOR_EXPR_H
#define TAUT_MONITOR_EXPR_H

#include "taut/monitor.h"

// ------------------------------------------------------------------------------------------ tokens

typedef enum taut_token_kind {
  TAUT_TOKEN_END,
  TAUT_TOKEN_NUMBER,
  TAUT_TOKEN_NAME,      ///< a signal path or a bare word
  TAUT_TOKEN_TEMPORAL,  ///< a reserved word of the temporal language
  TAUT_TOKEN_TRUE,
  TAUT_TOKEN_FALSE,
  TAUT_TOKEN_NOT,
  TAUT_TOKEN_AND,
  TAUT_TOKEN_XOR,
  TAUT_TOKEN_OR,
  TAUT_TOKEN_IMPLIES,
  TAUT_TOKEN_IFF,
  TAUT_TOKEN_LT,
  TAUT_TOKEN_LE,
  TAUT_TOKEN_GT,
  TAUT_TOKEN_GE,
  TAUT_TOKEN_EQ,
  TAUT_TOKEN_NE,
  TAUT_TOKEN_PLUS,
  TAUT_TOKEN_MINUS,
  TAUT_TOKEN_STAR,
  TAUT_TOKEN_SLASH,
  TAUT_TOKEN_OPEN,
  TAUT_TOKEN_CLOSE,
  TAUT_TOKEN_OPEN_INDEX,
  TAUT_TOKEN_CLOSE_INDEX,
  TAUT_TOKEN_COMMA,
  TAUT_TOKEN_ERROR  ///< the error was written
} taut_token_kind;

typedef struct taut_token {
  taut_token_kind kind;
  uint32_t begin, end;   ///< bytes of the text
  double value;          ///< NUMBER: as written, without its unit
  uint32_t unit_begin;   ///< NUMBER: the unit is [unit_begin, end), empty when none
  int8_t si[8];          ///< NUMBER: dimensions of the unit
  double scale, offset;  ///< NUMBER: SI = scale * value + offset
} taut_token;

/// A text being read and the place for its first error.
typedef struct taut_source {
  const char *text;
  uint32_t length;
  uint32_t at;  ///< next byte to lex
  taut_expr_error *error;
} taut_source;

/// The next token; TAUT_TOKEN_ERROR after writing an error.
taut_token taut_lex(taut_source *source);

/// Writes message, position, source line and caret for bytes [begin, end). Returns EINVAL.
taut_status taut_source_error(const taut_source *source, uint32_t begin, uint32_t end,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));

// ------------------------------------------------------------------------------------------- nodes

typedef enum taut_node_op {
  TAUT_NODE_NUMBER,
  TAUT_NODE_BOOL,
  TAUT_NODE_NAME,    ///< a bare word until the check knows whether it is a label
  TAUT_NODE_SIGNAL,  ///< also peak(x) and trough(x): other slots of x
  TAUT_NODE_NEG,
  TAUT_NODE_ADD,
  TAUT_NODE_SUB,
  TAUT_NODE_MUL,
  TAUT_NODE_DIV,
  TAUT_NODE_ABS,
  TAUT_NODE_MIN,
  TAUT_NODE_MAX,
  TAUT_NODE_CLAMP,
  TAUT_NODE_PEAK,
  TAUT_NODE_TROUGH,
  TAUT_NODE_LT,
  TAUT_NODE_LE,
  TAUT_NODE_GT,
  TAUT_NODE_GE,
  TAUT_NODE_EQ,
  TAUT_NODE_NE,
  TAUT_NODE_NEAR,
  TAUT_NODE_NOT,
  TAUT_NODE_AND,
  TAUT_NODE_XOR,
  TAUT_NODE_OR,
  TAUT_NODE_IMPLIES,
  TAUT_NODE_IFF,
  // Of requirements only; a condition never holds one of these.
  TAUT_NODE_ALWAYS,  ///< with a window, as are the next six
  TAUT_NODE_EVENTUALLY,
  TAUT_NODE_HISTORICALLY,
  TAUT_NODE_ONCE,
  TAUT_NODE_UNTIL,
  TAUT_NODE_SINCE,
  TAUT_NODE_UNLESS,
  TAUT_NODE_PREV,
  TAUT_NODE_NEXT,
  TAUT_NODE_RISE,
  TAUT_NODE_FALL,
  TAUT_NODE_RISE0,
  TAUT_NODE_FALL0,
  TAUT_NODE_CHANGED,
  TAUT_NODE_IS_NUMBER,
  TAUT_NODE_NEVER,
  TAUT_NODE_BEFORE,
  TAUT_NODE_WHENEVER,
  TAUT_NODE_DELTA,
  TAUT_NODE_RATE,
  TAUT_NODE_AVG,
  TAUT_NODE_WINDOW_MIN,  ///< min(x, T), told from min(x, y) by the check
  TAUT_NODE_WINDOW_MAX,
  TAUT_NODE_RMS,
  TAUT_NODE_INTEGRAL,
  TAUT_NODE_DURATION,
  TAUT_NODE_COUNT,
  TAUT_NODE_TIME_SINCE,
  TAUT_NODE_DELAYED,
  TAUT_NODE_AT
} taut_node_op;

typedef enum taut_node_type {
  TAUT_TYPE_NUMBER,
  TAUT_TYPE_BOOL,
  TAUT_TYPE_ENUM,
  TAUT_TYPE_NAME
} taut_node_type;

enum {
  TAUT_NODE_IS_INTEGER = 1 << 0,
  TAUT_NODE_IS_CONSTANT = 1 << 1,
  TAUT_NODE_IS_BARE = 1 << 2,    ///< made of numbers without a unit
  TAUT_NODE_IS_POINT = 1 << 3,   ///< an absolute temperature, with an offset in degC
  TAUT_NODE_IS_DELTA = 1 << 4,   ///< a difference of two absolute temperatures
  TAUT_NODE_IS_ATOM = 1 << 5,    ///< a condition without a condition below it
  TAUT_NODE_IS_CLOSED = 1 << 6,  ///< stands in parentheses
  TAUT_NODE_IS_COLUMN = 1 << 7   ///< a dimensionless trace column: may be a number or 0/1
};

/// Display unit: a piece of the text (a literal's) or a static name.
typedef struct taut_shown_unit {
  char name[24];
  double scale, offset;
} taut_shown_unit;

/// A node of the tree. Nodes stand in post-order: children come before their parent, and the
/// subtree of node i is [first, i]. So the array of nodes is also the program of a stack machine.
typedef struct taut_node {
  uint8_t op;     ///< taut_node_op
  uint8_t type;   ///< taut_node_type
  uint8_t flags;  ///< TAUT_NODE_IS_INTEGER ...
  uint8_t n_children;
  uint16_t first;  ///< start of the subtree
  uint16_t child[3];
  uint32_t begin, end;            ///< bytes of the text, parentheses included
  uint32_t name_begin, name_end;  ///< NAME, SIGNAL: the name alone, without index
  int8_t si[8];
  taut_shown_unit unit;
  double value;      ///< NUMBER, BOOL: SI value
  double range;      ///< atoms: declared range of the greatest signal below, for ranking
  uint32_t slot[2];  ///< SIGNAL: per side
  uint32_t slot_min[2], slot_max[2];  ///< SIGNAL: least and greatest since the last row
  double bound[2];                    ///< temporal: window [s]; bound[1] is infinite without an end
  uint32_t bound_begin[2], bound_end[2];  ///< temporal: bytes of the text of each bound
  const taut_signal *signal;              ///< SIGNAL, borrowed from the plan
} taut_node;

/// One step of the stack machine; compact, because it is what a row reads.
typedef struct taut_step {
  uint32_t op;       ///< taut_node_op
  uint32_t slot[2];  ///< SIGNAL
  uint32_t type;     ///< taut_node_type of the node
  double value;      ///< NUMBER, BOOL
} taut_step;

enum { TAUT_EXPR_STACK_MAX = 128 };

/// Where names come from: a plan, or the columns of a trace.
typedef struct taut_resolver {
  /// Ports of each side that exists, left first, or one. ENOTFOUND.
  taut_status (*find)(const void *user, const char *name, taut_port out[2], size_t *n_out);
  /// Writes the nearest name; false when nothing is near.
  bool (*suggest)(const void *user, const char *name, char *text, size_t size);
  const void *user;
  bool is_columns;  ///< signals without a unit may be bools
} taut_resolver;

/// The names of a plan, which is borrowed.
taut_resolver taut_resolver_of_plan(const taut_plan *plan);

struct taut_expr {
  taut_allocator allocator;
  taut_resolver resolver;
  char *text;
  taut_node *nodes;  ///< (n_nodes)
  taut_step *steps;  ///< (n_nodes)
  uint16_t n_nodes;
  uint8_t n_sides;
  bool is_temporal;  ///< a requirement, not a condition
  bool is_mixed;     ///< atoms differ in dimension: rank by range
  const char *side_name[2];
};

/// Parses the text into `nodes` (room for `n_max`). Temporal operators are refused unless
/// `is_temporal`. EINVAL with an error.
taut_status taut_parse(taut_source *source, bool is_temporal, taut_node *nodes, uint16_t n_max,
                       uint16_t *n_nodes);

/// Reads and checks a text into a new expression, whose `steps` are filled only for a condition.
/// Statuses of taut_expr_compile.
taut_status taut_expr_read(const char *text, taut_resolver resolver, bool is_temporal,
                           const taut_allocator *allocator, taut_expr **out,
                           taut_expr_error *error);

/// Resolves names against the plan, checks types and units, sets sides. EINVAL with an error.
taut_status taut_check(taut_source *source, taut_expr *expr);

/// Fills `steps` from the checked nodes; EINVAL when the stack would be too deep.
taut_status taut_emit(taut_source *source, taut_expr *expr);

/// Value of the numeric subtree [first, last]; true when a NaN was read.
bool taut_eval_range(const taut_expr *expr, const double *values, unsigned side, unsigned first,
                     unsigned last, double *out);

/// Word of an operator for messages: "<=", "and", "near".
const char *taut_node_word(taut_node_op op);

// ------------------------------------------------------------------------------------------- units

bool taut_si_is_none(const int8_t si[8]);
bool taut_si_equal(const int8_t a[8], const int8_t b[8]);
/// "did you mean 15 lb or 15 N?": units of these dimensions, `shown` first if not NULL.
void taut_unit_hint(char *text, size_t size, const char *number, const int8_t si[8],
                    const taut_shown_unit *shown);
/// Display unit of a signal or of dimensions.
void taut_shown_unit_set(taut_shown_unit *shown, const char *name, const int8_t si[8]);
/// "force", "mass", "time"; "N" style names when there is no word.
const char *taut_si_word(const int8_t si[8]);

#endif
