#include "engine/plan.h"  // inside of the engine
