// Claims a role whose ports it does not have.
#define MODEL_ROLE "controller"
#include "integrator.h"
