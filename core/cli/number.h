/// Decimal numbers as traces have them.
#ifndef TAUT_CLI_NUMBER_H
#define TAUT_CLI_NUMBER_H

/// Reads a number at `text` after spaces: decimal digits with '.', an exponent, "inf", "nan", as
/// strtod reads them in the C locale, whatever the locale is, and rounded as it rounds. Where it
/// ends, or NULL when there is none. [any]
const char *taut_number_read(const char *text, double *out);

#endif
