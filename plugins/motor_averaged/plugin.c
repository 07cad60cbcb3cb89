// Averaged motor: models/pmsm_averaged. Equations: README.md beside this file.
#include "models/pmsm_averaged.h"

#define MOTOR_NAME "motor_averaged"
#define MOTOR_HELP "the motor of motor_pmsm at 1 kHz: currents and bus in the mean of a step"
#define MOTOR_STATE taut_pmsm_averaged
#define MOTOR_BODY(state) (&((taut_pmsm_averaged *)(state))->motor)
#define MOTOR_INIT taut_pmsm_averaged_init
#define MOTOR_UPDATE taut_pmsm_averaged_update
#define MOTOR_PERIOD_NS 1000000
#define MOTOR_PERIOD_NS_MIN 500000
#define MOTOR_PERIOD_NS_MAX 2000000

#include "plugins/motor_pmsm/wrapper.h"
