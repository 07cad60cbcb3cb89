/// Strict reading of nested data tables: every value has a kind, a unit and a range, and what is
/// wrong is said with file, line, value, expectation and a way out.
#ifndef TAUT_SCENARIO_READER_H
#define TAUT_SCENARIO_READER_H

#include "scenario/fields.h"
#include "scenario/place.h"

enum { TAUT_READER_DEPTH = 8 };

/// A kind of field that the reader itself looks at, for tables of taut_field.
#define TAUT_ANY "string|number|boolean|function|table|quantity"

/// A walk through a table of the API. The functions below look at the table on top of the stack,
/// which is the one the steps lead to.
typedef struct taut_reader {
  lua_State *L;
  taut_origin origin;
  taut_step steps[TAUT_READER_DEPTH];
  size_t n_steps;
  char where[160];  ///< "phase 'foundation', glute_bridge", said before every text
} taut_reader;

/// Raises "file:line: where: text", with the line of field `name` of this table (NULL: its own).
__attribute__((noreturn)) void taut_reader_raise(taut_reader *r, const char *name,
                                                 const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/// The line of field `name` of this table, or of the table itself. [any]
int taut_reader_line(const taut_reader *r, const char *name);

/// Pushes a field that is a table, or its index-th element (name NULL), and steps into it. False
/// and nothing pushed when it is nil; raises an error when it is something else.
bool taut_reader_enter(taut_reader *r, const char *name, int index);
/// Pops the table and steps out.
void taut_reader_leave(taut_reader *r);

/// Checks the names of the table's fields. The first `n_elements` places may hold values without a
/// name; everything else without one is an error. `what` names the table.
void taut_reader_fields(taut_reader *r, const char *what, const taut_field *fields, int n_elements);
/// Number of elements of a list; raises an error for names, gaps, and fewer or more than that.
int taut_reader_count(taut_reader *r, const char *name, int least, int most);

/// A field as a whole number, a time [s], a force in whole pounds [lb], a length [m], a speed
/// [m/s], a share [1] or a flag. `otherwise` is for a missing one; NAN makes it required.
double taut_reader_whole(taut_reader *r, const char *name, double lo, double hi, double otherwise);
double taut_reader_time(taut_reader *r, const char *name, double lo_s, double hi_s,
                        double otherwise_s);
double taut_reader_pounds(taut_reader *r, const char *name, double lo_lb, double hi_lb,
                          double otherwise_lb);
double taut_reader_length(taut_reader *r, const char *name, double lo_m, double hi_m,
                          double otherwise_m);
double taut_reader_speed(taut_reader *r, const char *name, double lo_m_s, double hi_m_s,
                         double otherwise_m_s);
double taut_reader_share(taut_reader *r, const char *name, double lo, double hi, double otherwise);
bool taut_reader_flag(taut_reader *r, const char *name);
/// Whether the field is there.
bool taut_reader_has(taut_reader *r, const char *name);
/// A text, borrowed from the table; NULL when it is missing. Raises an error for an empty one.
const char *taut_reader_text(taut_reader *r, const char *name);
/// The same for one that must be there.
const char *taut_reader_need_text(taut_reader *r, const char *name);
/// Index of a field's word in a NULL-terminated list; -1 when it is missing. Raises an error that
/// names the nearest word for another.
int taut_reader_word(taut_reader *r, const char *name, const char *const *words);
/// The same for the index-th element.
int taut_reader_word_at(taut_reader *r, int index, const char *const *words);

#endif
