// Motor plugin: models/pmsm. Equations: README.md beside this file.
#include "models/pmsm.h"

#define MOTOR_NAME "motor_pmsm"
#define MOTOR_HELP "synchronous motor with drive, DC bus, brake chopper, encoder and heat"
#define MOTOR_STATE taut_pmsm_state
#define MOTOR_BODY(state) (state)
#define MOTOR_INIT taut_pmsm_init
#define MOTOR_UPDATE taut_pmsm_update
#define MOTOR_PERIOD_NS 50000
#define MOTOR_PERIOD_NS_MIN 10000
#define MOTOR_PERIOD_NS_MAX 200000

#include "plugins/motor_pmsm/wrapper.h"
