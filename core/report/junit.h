/// junit.xml for CI servers: own writer, because what they read is narrow (README.md).
#ifndef TAUT_REPORT_JUNIT_H
#define TAUT_REPORT_JUNIT_H

#include "report/results.h"
#include "report/text.h"

/// Appends the document: one testsuite per file, one testcase per record with classname, name,
/// file, line and time; failure and error carry a one-line message and the whole text. [main]
void taut_junit_write(const taut_results *results, taut_buffer *out);

/// Appends `text` with the five special characters escaped and what XML 1.0 cannot hold removed.
/// [any]
void taut_junit_escape(taut_buffer *out, const char *text);

#endif
