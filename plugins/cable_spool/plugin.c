// Cable plugin: models/cable. Equations: README.md beside this file.
#include "models/plant_pair.h"

#define CABLE_NAME "cable_spool"
#define CABLE_HELP "elastic cable on a spool with pulleys, handle, end stops, break and load cell"
#define CABLE_INIT taut_cable_init
#define CABLE_PERIOD_NS 50000
#define CABLE_PERIOD_NS_MIN 10000
#define CABLE_PERIOD_NS_MAX 200000

#define CABLE_PAIR_ID TAUT_PLANT_CABLE_ID

#include "plugins/cable_spool/wrapper.h"
