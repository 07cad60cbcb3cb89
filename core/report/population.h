/// What a protocol did to many persons: one entry per person while they come in, then what they
/// have in common. README.md has the format of population.json.
#ifndef TAUT_REPORT_POPULATION_H
#define TAUT_REPORT_POPULATION_H

#include "report/record.h"

/// Persons of one run; owns its texts.
typedef struct taut_population {
  json_t *persons;  ///< array, in the order of their seeds
  int weeks;        ///< longest life so far
} taut_population;

void taut_population_init(taut_population *population, size_t n_persons);
void taut_population_fini(taut_population *population);

/// Takes person `i` over from her finished case. Notes of an unknown form are passed over: the
/// script that writes them is the user's. [main]
void taut_population_add(taut_population *population, size_t i, const taut_record *record);

/// The document: persons, weeks, exercises, survival, requirements, worst. Nothing in it comes from
/// wall time, host or path. New reference. [main]
json_t *taut_population_json(const taut_population *population, const char *protocol,
                             const char *user, uint64_t seed);

/// The p-quantile of sorted values by linear interpolation (Hyndman and Fan 1996, type 7); NaN of
/// none. [any]
double taut_quantile(const double *sorted, size_t n, double p);

#endif
