// bad_kg_lb_swap: a known-bad controller; the pounds of the prescription are taken for kilograms.
#define RESISTANCE_NAME "bad_kg_lb_swap"
#define RESISTANCE_HELP \
  "known-bad controller: the pounds of the prescription are taken for kilograms"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_KG_LB_SWAP

#include "plugins/resistance/wrapper.h"
