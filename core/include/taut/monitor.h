/// Conditions and requirements over signals: text in, a small compiled program out.
///
/// A condition is judged on one row of a plan:
///
///   load.command_n <= 10 N and cable.tension_n <= 15 N
///   controller.safety_state == latched => not controller.armed
///
/// Arithmetic and boolean expressions with units, checked when they are compiled. Temporal
/// operators are reserved words of the same language; they belong to requirements, which a
/// taut_monitor judges on a sequence of rows:
///
///   whenever rise(controller.estop) then within 100 ms (load.command_n <= 10 N)
///
/// A name without a side ("cable.tension_n", "load.command_n") stands for every side of the rig:
/// the condition is judged per side, it holds when all sides hold, and the worst side gives the
/// margin.
#ifndef TAUT_MONITOR_H
#define TAUT_MONITOR_H

#include "taut/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Longest text of a condition, and deepest nesting of parentheses, calls and prefix operators.
#define TAUT_EXPR_LENGTH_MAX 4096
#define TAUT_EXPR_DEPTH_MAX 100

typedef struct taut_expr taut_expr;

typedef enum taut_expr_kind {
  TAUT_EXPR_CONDITION,  ///< true or false
  TAUT_EXPR_NUMBER,     ///< a number with dimensions
  TAUT_EXPR_LABEL       ///< an enum signal: the value is the index of a label
} taut_expr_kind;

/// Where and why a text does not compile.
typedef struct taut_expr_error {
  int line, column;   ///< from 1; columns count characters, not bytes
  int length;         ///< characters under the caret and its tail
  char message[320];  ///< "15 has no unit; did you mean 15 lb or 15 N?"
  char text[960];     ///< "1:19: message", the source line and the caret line, joined by newlines
  char signal[120];   ///< the name, when it is that of a signal that is not there; else ""
  bool is_too_fine;   ///< rows do not tell a time of the text: it is no whole number of them, or
                      ///< less than window_rows_min
} taut_expr_error;

/// Compiles `text` against a plan. The expression keeps a copy of the text and borrows the plan,
/// which must outlive it. `allocator` NULL means the default; it is borrowed until destroy. EINVAL
/// (the text is wrong, see `error`, which may be NULL), ENOMEM. Allocates. [main]
taut_status taut_expr_compile(const char *text, const taut_plan *plan,
                              const taut_allocator *allocator, taut_expr **out,
                              taut_expr_error *error);
void taut_expr_destroy(taut_expr *expr);

/// Source text; valid until destroy. [any]
const char *taut_expr_text(const taut_expr *expr);
taut_expr_kind taut_expr_kind_of(const taut_expr *expr);
/// Number of sides it is judged on: 1, or 2 when it names both. [any]
unsigned taut_expr_n_sides(const taut_expr *expr);
/// SI exponents and display unit ("" when dimensionless) of a number. [any]
const int8_t *taut_expr_si(const taut_expr *expr);
const char *taut_expr_unit(const taut_expr *expr);
/// The label of a TAUT_EXPR_LABEL value, NULL when out of range. [any]
const char *taut_expr_label(const taut_expr *expr, double value);

/// Whether the expression reads that slot of a row. [any]
bool taut_expr_uses(const taut_expr *expr, uint32_t slot);

/// Whether a condition holds on every side for the value table of its plan. ENUMBER when a signal
/// it uses is NaN, EINVAL for an expression that is not a condition. No allocation. [any]
taut_status taut_expr_holds(const taut_expr *expr, const double *values, bool *holds);

/// Value (SI) of a number or label, 0 or 1 for a condition; of the first side when there are two.
/// ENUMBER as above. No allocation. [any]
taut_status taut_expr_value(const taut_expr *expr, const double *values, double *out);

/// How well a condition holds: the atom and side that decide it.
typedef struct taut_judgement {
  bool holds;
  bool has_margin;   ///< false when a bool or enum atom decides
  double margin;     ///< slack in `unit`, negative when violated
  const char *unit;  ///< display unit of the deciding atom, "" when dimensionless; the expression's
  double rank;       ///< orders judgements of one expression: the least is the worst
  uint16_t atom;     ///< for taut_expr_explain
  uint8_t side;      ///< index of the deciding side
  bool is_negated;   ///< the atom stands under an odd number of `not`
} taut_judgement;

/// Judges a condition. Robustness follows the requirements language: comparisons give their slack,
/// `and` the least, `or` the greatest, `not` the negative; bool and enum atoms count as +-infinity.
/// When the atoms differ in dimension they are ranked by slack over the declared range of their
/// signals; the margin is still the deciding atom's own. ENUMBER, EINVAL as taut_expr_holds. No
/// allocation. [any]
taut_status taut_expr_judge(const taut_expr *expr, const double *values, taut_judgement *out);

/// The deciding atom of a judgement in words.
typedef struct taut_explanation {
  char expected[256];  ///< "load.command_n <= 10 N"
  char got[128];       ///< "23.1 N (left)"
  char by[64];         ///< "13.1 N": how far it is from changing its mind; "" without a margin
} taut_explanation;

/// Explains `judgement`, which must come from the same expression and the same values. [any]
void taut_expr_explain(const taut_expr *expr, const double *values, const taut_judgement *judgement,
                       taut_explanation *out);

/// Writes an SI value in `unit` (a name that taut_unit_find knows; "" or "1" for none): "23.1 N".
/// `n_digits` is the number of significant digits. [any]
void taut_quantity_format(char *text, size_t size, double value_si, const char *unit, int n_digits);

/// Name of a unit for dimensions: the most usual known one with scale 1, "" for none. Static. [any]
const char *taut_si_unit_name(const int8_t si[8]);

// ------------------------------------------------------------------------------------ requirements

/// A compiled requirement. Immutable: what changes from row to row lives in a state of fixed size
/// that holds no pointers, so that copying its bytes is a snapshot.
typedef struct taut_monitor taut_monitor;

/// A column of a trace. Names are those of a plan: "left.cable.tension_n", "spotter.curve[2]" for
/// an element of an array, "left.motor.iq_a.min" and ".max" for what trough and peak read.
typedef struct taut_column {
  const char *name;
  const char *unit;        ///< as taut_unit_find knows it, or SI units with powers ("kg m2");
                           ///< NULL or "" when dimensionless
  const char *labels;      ///< of an enum: "normal,latched"; else NULL
  double least, greatest;  ///< declared range [SI]; both 0 when it is not known
  bool is_bool;            ///< else a column without a unit may be a number or a bool of 0 and 1
} taut_column;

typedef struct taut_monitor_options {
  double row_s;       ///< time between two rows [s]; 0 takes that of the plan
  uint64_t rows_max;  ///< longest run [rows]; needed only where an operator without an end stands
                      ///< below another one, or for a series of such a formula; 0: not known
  uint32_t window_rows_min;         ///< least number of rows that a written time may be; 0: 1
  bool has_series;                  ///< compute the robustness at every row
  const taut_allocator *allocator;  ///< NULL: the default; borrowed until destroy
} taut_monitor_options;

typedef enum taut_verdict {
  TAUT_PASS,
  TAUT_FAIL,
  TAUT_INCONCLUSIVE,  ///< never exercised, or a window was not observed to its end
  TAUT_ERROR          ///< NaN in a signal that is used, or no rows
} taut_verdict;

typedef enum taut_monitor_end {
  TAUT_END_STRICT,  ///< a bounded window that the run does not cover decides nothing
  TAUT_END_WEAK     ///< windows are clipped to the run
} taut_monitor_end;

typedef struct taut_monitor_result {
  taut_verdict verdict;
  bool has_margin;           ///< false when no numeric comparison decides
  double margin;             ///< worst slack in `unit`, negative when violated
  const char *unit;          ///< display unit of the deciding comparison, "" when dimensionless
  bool has_violation;        ///< of a failure: whether a first row can be named
  double violation_s;        ///< time of the first violation since the first row [s]
  uint64_t n_triggers;       ///< how often the triggers fired, both sides together
  unsigned n_trigger_kinds;  ///< 0 when the requirement has no trigger
  unsigned side;             ///< index of the worst side
  const char *side_name;     ///< "left", "right", or "" when it is not judged per side
  const char *reason;        ///< of inconclusive and error: a static sentence, else ""
} taut_monitor_result;

/// Takes the robustness at row `i_row`, in SI units of the comparison that decides, bool atoms as
/// +1 and -1; of the worst side. Called in the order of rows, some rows late.
typedef void (*taut_series_fn)(void *user, uint64_t i_row, double robustness);

/// Compiles a requirement against a plan, which must outlive it. `options` NULL means the defaults.
/// EINVAL (the text is wrong, see `error`, which may be NULL), ENOMEM. Allocates. [main]
taut_status taut_monitor_compile(const char *text, const taut_plan *plan,
                                 const taut_monitor_options *options, taut_monitor **out,
                                 taut_expr_error *error);
/// The same against the columns of a trace; slot i of a row is column i. options->row_s must be
/// given. EINVAL also when a column that the text names has an unknown unit. The columns are
/// copied.
taut_status taut_monitor_compile_columns(const char *text, const taut_column *columns,
                                         size_t n_columns, const taut_monitor_options *options,
                                         taut_monitor **out, taut_expr_error *error);
/// Joins monitors of one plan, or of the same columns, to one that judges all their requirements
/// and computes once what several of them write alike. It gives the results that each would give
/// alone, to the last bit, in the order of the monitors, which it borrows: they must outlive it.
/// EINVAL when there is none, one has a series, or their rows differ in time; EFULL when they have
/// more than 65,534 operators together; ENOMEM. Allocates. [main]
taut_status taut_monitor_join(taut_monitor *const *monitors, size_t n,
                              const taut_allocator *allocator, taut_monitor **out);
void taut_monitor_destroy(taut_monitor *monitor);

/// Number of requirements it judges: 1 unless it was joined. [any]
size_t taut_monitor_n_results(const taut_monitor *monitor);
/// Source text of the first requirement; valid until destroy. [any]
const char *taut_monitor_text(const taut_monitor *monitor);
/// Sides of the first requirement. [any]
unsigned taut_monitor_n_sides(const taut_monitor *monitor);
/// Whether rows_max sizes its memory: compile with the true length of the run then. [any]
bool taut_monitor_needs_length(const taut_monitor *monitor);
/// Whether a requirement reads that slot of a row. [any]
bool taut_monitor_uses(const taut_monitor *monitor, uint32_t slot);

/// Bytes of a state; a multiple of 8. [any]
size_t taut_monitor_state_size(const taut_monitor *monitor);
/// Makes `state`, caller-owned and aligned to 8 bytes, that of a run without rows. [any]
void taut_monitor_start(const taut_monitor *monitor, void *state);
/// Judges one row, SI values in slot order. The cost does not depend on the windows. EFULL when
/// the run is longer than rows_max where that was needed; the row is then not judged. No
/// allocation. [any]
taut_status taut_monitor_feed(const taut_monitor *monitor, void *state, const double *values,
                              taut_series_fn series, void *user);
/// Ends the run and judges it; `out` has room for taut_monitor_n_results. The state takes no more
/// rows. No allocation. [any]
void taut_monitor_finish(const taut_monitor *monitor, void *state, taut_monitor_end end,
                         taut_series_fn series, void *user, taut_monitor_result *out);

/// What is already certain about the robustness behind the margin, in SI units: it will lie in
/// [lo, hi]. `is_decided` when no further row can change the verdict (triggers aside). Rows that
/// were fed but kept to be judged together are judged first; asking after each row costs speed, not
/// the result. `out` has room for taut_monitor_n_results. [any]
typedef struct taut_monitor_bounds {
  double lo, hi;
  bool is_decided;
  bool holds;  ///< the verdict when decided
} taut_monitor_bounds;
void taut_monitor_bounds_get(const taut_monitor *monitor, void *state, taut_monitor_bounds *out);

/// Copies a state to caller-owned memory of the same size, and back. [any]
void taut_monitor_snapshot(const taut_monitor *monitor, const void *state, void *snapshot);
void taut_monitor_restore(const taut_monitor *monitor, void *state, const void *snapshot);

/// "pass", "fail", "inconclusive", "error". Static. [any]
const char *taut_verdict_name(taut_verdict verdict);

#ifdef __cplusplus
}
#endif
#endif
