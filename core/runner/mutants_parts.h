/// Inside of the mutation campaign: cases, mutants on their way, and what its parts share.
#ifndef TAUT_RUNNER_MUTANTS_PARTS_H
#define TAUT_RUNNER_MUTANTS_PARTS_H

#include <string.h>

#include "report/text.h"
#include "runner/mutants.h"
#include "runner/workers.h"

/// A case without a mutant.
typedef struct campaign_case {
  json_t *lean;  ///< its answer (owned)
  int64_t sim_ns;
  size_t i_scenario;  ///< cases of one scenario share it
} campaign_case;

/// A mutant on its way through its cases.
typedef struct campaign_trial {
  size_t *order;  ///< (n) indexes of cases, best killer first (owned)
  size_t n, at;
  bool has_crash, has_timeout, has_golden, is_reached;
} campaign_trial;

typedef struct campaign {
  taut_zygote *zygote;
  const taut_collection *collection;
  const taut_mutation_options *options;
  taut_workers *workers;
  taut_mutant_list list;
  campaign_case *cases;     ///< (n_items)
  campaign_trial *courses;  ///< (n_entries)
  uint32_t *by_port;        ///< (n_ports, n_items) mutants of the port that the case killed
  uint32_t *by_case;        ///< (n_items)
  size_t n_done;
  bool is_baseline;  ///< the cases run without a mutant
  char *error;
  size_t error_size;
  bool has_failed;
} campaign;

/// Memory of `n` zeroed things; ends the process when there is none.
static inline void *zeroed(size_t n, size_t size) {
  return memset(taut_memory_resize(NULL, n * size), 0, n * size);
}

/// Fields of an answer; "", 0 for what is not there.
static inline const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

static inline int64_t integer_of(const json_t *object, const char *key) {
  return json_integer_value(json_object_get(object, key));
}

static inline double number_of(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/// mutant_ports.c: makes the list of ports from what the cases without a mutant told.
void taut_mutants_find_ports(campaign *c);
/// mutant_ports.c: the cases that a mutant runs, the likeliest killer per simulated second first.
void taut_mutants_make_order(campaign *c, size_t i_entry);
/// mutants_document.c: the document of the campaign. New reference.
json_t *taut_mutants_document(const campaign *c);

#endif
