#include "taut/roles.h"

#include <string.h>

#include "taut/engine.h"

// Rows of the port lists of taut/roles.h as static tables. A compound literal at file scope has
// static storage, so each row can point to a signal of its own.
#define ROLE_ROW(p, base, id, E, name, unit, lo, hi, ini, lab, fl, per, acc, src, hlp)          \
  {&(const taut_signal){(base) + (id), (fl), p name, unit, (lo), (hi), (ini), lab, 1, 0, (per), \
                        (acc), hlp},                                                            \
   src},
#define ROWS_SINGLE(LIST) LIST(ROLE_ROW, "", 0)
#define ROWS_BOTH(LIST)                                                  \
  LIST##_SIDE(ROLE_ROW, "left_", 0) LIST##_SIDE(ROLE_ROW, "right_", 100) \
      LIST##_COMMON(ROLE_ROW, "", 200)

static const taut_role_port motor_in[] = {ROWS_SINGLE(TAUT_MOTOR_IN)};
static const taut_role_port motor_out[] = {ROWS_SINGLE(TAUT_MOTOR_OUT)};
static const taut_role_port cable_in[] = {ROWS_SINGLE(TAUT_CABLE_IN)};
static const taut_role_port cable_out[] = {ROWS_SINGLE(TAUT_CABLE_OUT)};
static const taut_role_port form_check_in[] = {ROWS_SINGLE(TAUT_FORM_CHECK_IN)};
static const taut_role_port form_check_out[] = {ROWS_SINGLE(TAUT_FORM_CHECK_OUT)};
static const taut_role_port user_in[] = {ROWS_BOTH(TAUT_USER_IN)};
static const taut_role_port user_out[] = {ROWS_BOTH(TAUT_USER_OUT)};
static const taut_role_port controller_in[] = {ROWS_BOTH(TAUT_CONTROLLER_IN)};
static const taut_role_port controller_out[] = {ROWS_BOTH(TAUT_CONTROLLER_OUT)};
static const taut_role_port spotter_in[] = {ROWS_BOTH(TAUT_SPOTTER_IN)};
static const taut_role_port spotter_out[] = {ROWS_BOTH(TAUT_SPOTTER_OUT)};
static const taut_role_port session_in[] = {ROWS_BOTH(TAUT_SESSION_IN) TAUT_SESSION_IN_PROGRAM_SIDE(
    ROLE_ROW, "left_", 0) TAUT_SESSION_IN_PROGRAM_SIDE(ROLE_ROW, "right_", 100)
                                                TAUT_SESSION_IN_PROGRAM(ROLE_ROW, "", 200)};
static const taut_role_port session_out[] = {ROWS_BOTH(TAUT_SESSION_OUT)
                                                 TAUT_SESSION_OUT_PROGRAM(ROLE_ROW, "", 200)};

#define N(table) (sizeof(table) / sizeof(table)[0])
#define PORTS(role) N(role##_in), N(role##_out), role##_in, role##_out

static const taut_role roles[] = {
    // name         per side  may not know  feedthrough  period [ns]
    {"motor", true, false, false, 50000, PORTS(motor)},
    {"cable", true, false, true, 50000, PORTS(cable)},
    {"user", false, false, false, 1000000, PORTS(user)},
    {"controller", false, true, false, 250000, PORTS(controller)},
    {"spotter", false, true, false, 1000000, PORTS(spotter)},
    {"form_check", false, false, true, 1000000, PORTS(form_check)},
    {"session", false, true, false, 10000000, PORTS(session)},
};

const taut_role *taut_role_at(size_t i) {
  return i < N(roles) ? &roles[i] : NULL;
}

const taut_role *taut_role_find(const char *name) {
  for (size_t i = 0; name && i < N(roles); i++)
    if (!strcmp(roles[i].name, name)) return &roles[i];
  return NULL;
}
