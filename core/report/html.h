/// report.html: one self-contained page about a run.
#ifndef TAUT_REPORT_HTML_H
#define TAUT_REPORT_HTML_H

#include <jansson.h>
#include <stddef.h>

#include "report/text.h"

/// Gives the document of the i-th case of the results (cases/<n>-<slug>.json) with its plots and
/// repetitions, and under "history" the entries of report/history.h where there are any: a new
/// reference, or NULL when there is none. Called once per case, so that a run of any size is never
/// in memory whole.
typedef json_t *(*taut_html_case_fn)(size_t i_case, void *user);

/// Appends the page. `results` is the document of results.json; nothing in it or in the cases is
/// trusted: a field that is missing or of another type is shown as absent, all text is escaped.
/// What depends on time and place stands between <!--environment--> and <!--/environment-->; the
/// rest is the same for the same documents. `load` may be NULL. [main]
void taut_html_write(const json_t *results, taut_html_case_fn load, void *user, taut_buffer *out);

/// Appends the page of a population from the document of population.json, with the same promises.
/// Its "command" lets one person live again when " --seed N" is put behind it. [main]
void taut_html_population(const json_t *population, taut_buffer *out);

#endif
