/// Tables of signals: parameters, ports and events of a model or a role, as text, JSON and
/// Markdown.
#ifndef TAUT_CLI_SIGNALS_H
#define TAUT_CLI_SIGNALS_H

#include <jansson.h>

#include "report/text.h"
#include "taut/engine.h"

/// A value of a signal as people read it: its label, yes/no, or a number in the display unit. [any]
void taut_signal_value_text(const taut_signal *signal, double value, char *text, size_t size);
/// "0 to 60 N m", or the labels. [any]
void taut_signal_range_text(const taut_signal *signal, char *text, size_t size);
/// Flags in words: "truth, peak". [any]
void taut_signal_flags_text(const taut_signal *signal, char *text, size_t size);

/// A table with a heading; nothing when it is empty. Appends. [main]
void taut_signals_text(const char *heading, const taut_signal *signals, size_t n, taut_buffer *out);
/// An array of objects; values in SI. New reference. [main]
json_t *taut_signals_json(const taut_signal *signals, size_t n);
json_t *taut_signal_json(const taut_signal *signal);

/// docs/roles.md from the role tables. Appends. [main]
void taut_roles_markdown(taut_buffer *out);

#endif
