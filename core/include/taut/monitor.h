/// Conditions over the signals of a plan: text in, a small compiled program out.
///
///   load.command_n <= 10 N and cable.tension_n <= 15 N
///   controller.safety_state == latched => not controller.armed
///
/// Arithmetic and boolean expressions with units, checked when they are compiled. Temporal
/// operators are reserved words of the same language; they are judged as requirements, not as
/// conditions.
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
void taut_quantity_format(char *text, size_t size, double si_value, const char *unit, int n_digits);

/// Name of a unit for dimensions: the most usual known one with scale 1, "" for none. Static. [any]
const char *taut_si_unit_name(const int8_t si[8]);

#ifdef __cplusplus
}
#endif
#endif
