/// Why a case is not a pass, in words: the block on the terminal and the text in junit.xml.
#ifndef TAUT_REPORT_EXPLAIN_H
#define TAUT_REPORT_EXPLAIN_H

#include "report/record.h"
#include "report/text.h"

/// Colours of the terminal; every field "" without colour.
typedef struct taut_palette {
  const char *bold, *dim, *red, *green, *yellow, *cyan, *reset;
} taut_palette;

/// The palette for a terminal, or the empty one. [any]
const taut_palette *taut_palette_get(bool use_color);

/// The colour of a verdict. [any]
const char *taut_palette_verdict(const taut_palette *palette, taut_verdict verdict);

/// Appends requirement, expected, got, when, by how much, where and the command that reproduces it,
/// for each check that did not hold (five at most), then the last log lines and output. `palette`
/// may be NULL; `program` is how to call taut from where the reader is. [main]
void taut_explain(const taut_record *record, const char *const *with, const char *program,
                  const taut_palette *palette, taut_buffer *out);

/// Appends the one command that runs exactly this case again. [any]
void taut_explain_command(const taut_record *record, const char *const *with, const char *program,
                          taut_buffer *out);

#endif
