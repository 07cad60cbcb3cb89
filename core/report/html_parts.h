/// Inside of the page: what its files share. Each function appends markup.
#ifndef TAUT_REPORT_HTML_PARTS_H
#define TAUT_REPORT_HTML_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "report/text.h"

// ------------------------------------------------------------------------------- reading documents

/// The text of a field, "" when it is absent or no text.
const char *taut_html_text_at(const json_t *object, const char *key);
/// The checks of a case.
const json_t *taut_html_checks(const json_t *document);
/// The number of a field, `absent` when there is none.
double taut_html_number_at(const json_t *object, const char *key, double absent);
/// Whether a field is a list that contains this text.
bool taut_html_has_text(const json_t *list, const char *text);
/// A verdict as one of "pass", "fail", "inconclusive", "error", or "none" for anything else.
const char *taut_html_verdict_at(const json_t *object);

// ----------------------------------------------------------------------------------------- markup

/// Text as element content or as a quoted attribute, whatever bytes it has.
void taut_html_escape(taut_buffer *out, const char *text);
/// A formula of several lines without the indentation that all of them share.
void taut_html_formula(taut_buffer *out, const char *text);
/// Whether two formulas differ in blanks at most.
bool taut_html_is_same_formula(const char *a, const char *b);
/// <tag class="...">text</tag>; without the class when it is NULL.
void taut_html_element(taut_buffer *out, const char *tag, const char *class_name, const char *text);
/// A number with four significant digits and its unit, or a dash when it is not finite.
void taut_html_quantity(taut_buffer *out, double value, const char *unit);
/// The word of a verdict or "gap"; the style puts its sign before it, so colour is the third way to
/// tell it.
void taut_html_verdict(taut_buffer *out, const char *tag, const char *verdict);
/// JSON inside of <script type="application/json">: no text in it can end the element.
void taut_html_json(taut_buffer *out, const json_t *document);

/// A table with these heads, and its end; rows stand between.
void taut_html_table_start(const char *const *columns, taut_buffer *out);
void taut_html_table_end(taut_buffer *out);

/// The whole page: title as escaped text, body, and one script with the hash that admits it.
void taut_html_page(const char *title, const char *body, const char *script,
                    const char *script_hash, taut_buffer *out);

// ------------------------------------------------------------------------------------------- parts

/// What the head, the tables and the cases need to know of the whole run.
typedef struct taut_html_run {
  const json_t *results;
  const json_t *cases;         ///< of the results
  const json_t *requirements;  ///< the matrix, NULL when the run has none
} taut_html_run;

/// One case: that of the results, with the plots and repetitions of its own file where there are
/// any.
void taut_html_case(const taut_html_run *run, size_t i_case, const json_t *document, bool is_open,
                    taut_buffer *out);

/// Text, formula and result of every requirement, gaps by name; then the hazards.
void taut_html_requirements(const taut_html_run *run, taut_buffer *out);
void taut_html_hazards(const taut_html_run *run, taut_buffer *out);
/// The row of the requirement of that id, or NULL.
const json_t *taut_html_requirement(const taut_html_run *run, const char *id);
/// The repetitions of a case as a table; nothing without any.
void taut_html_repetitions(const json_t *document, taut_buffer *out);

/// What became of the case in earlier runs (entries of report/history.h, oldest first, the last one
/// is this run); nothing for fewer than two.
void taut_html_history(const json_t *entries, taut_buffer *out);
/// What `--against` found in a case: verdicts and margins of the old side beside the new.
void taut_html_against(const json_t *document, taut_buffer *out);

/// The figures of a case: the data of its charts and what each of them shows. Figure i belongs to
/// the i-th check that did not hold (`checks`, `n_checks`), the last one shows every signal.
/// NULL when the case has no plots.
json_t *taut_html_figures(const json_t *document, const json_t *const *checks, size_t n_checks);

#endif
