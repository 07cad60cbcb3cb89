// Checker of the temporal operators: conditions below formulas, times where times belong, and the
// dimensions of the functions that look back.

#include <string.h>

#include "monitor/check.h"

static const int8_t TIME[8] = {0, 0, 1, 0, 0, 0, 0, 0};

bool taut_is_window_call(const taut_node *a, const taut_node *b) {
  return b->op == TAUT_NODE_NUMBER && taut_si_equal(b->si, TIME) && !taut_si_equal(a->si, TIME);
}

static taut_status need_time(taut_checker *c, const taut_node *node) {
  char text[TAUT_CHECK_TEXT_MAX];
  taut_node_text(c, node, text);
  if (node->op == TAUT_NODE_NUMBER && taut_si_equal(node->si, TIME)) return TAUT_OK;
  if (node->op == TAUT_NODE_NUMBER && (node->flags & TAUT_NODE_IS_BARE))
    return taut_source_error(c->source, node->begin, node->end,
                             "the time %s has no unit; did you mean %s s or %s ms?", text, text,
                             text);
  if (node->op == TAUT_NODE_NUMBER)
    return taut_source_error(c->source, node->begin, node->end, "%s is %s, not a time", text,
                             taut_si_word(node->si));
  return taut_source_error(c->source, node->begin, node->end,
                           "'%s' is not a fixed time; write one, such as 500 ms", text);
}

/// Takes over the dimensions and the display unit of an operand.
static void take_number(taut_node *node, const taut_node *x) {
  node->type = x->type;
  node->signal = x->signal;
  node->flags |= x->flags & (TAUT_NODE_IS_INTEGER | TAUT_NODE_IS_POINT | TAUT_NODE_IS_DELTA);
  memcpy(node->si, x->si, sizeof node->si);
  node->unit = x->unit;
  node->range = x->range;
}

static void set_seconds(taut_node *node) {
  node->type = TAUT_TYPE_NUMBER;
  memcpy(node->si, TIME, sizeof node->si);
  taut_shown_unit_set(&node->unit, "s", TIME);
  node->range = 1;
}

static taut_status check_value(taut_checker *c, taut_node *node, taut_node *x) {
  bool may_be_enum = node->op == TAUT_NODE_DELAYED || node->op == TAUT_NODE_AT;
  taut_status status = TAUT_OK;
  if (!may_be_enum || x->type != TAUT_TYPE_ENUM) status = taut_need_number(c, node, x);
  if (status) return status;
  take_number(node, x);
  int time_power = 0;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_AVG:
    case TAUT_NODE_RMS: node->flags &= (uint8_t)~TAUT_NODE_IS_INTEGER; break;
    case TAUT_NODE_RATE: time_power = -1; break;
    case TAUT_NODE_INTEGRAL: time_power = 1; break;
    case TAUT_NODE_DELTA:
      if (node->flags & TAUT_NODE_IS_POINT) node->flags |= TAUT_NODE_IS_DELTA;
      node->flags &= (uint8_t)~TAUT_NODE_IS_POINT;
      break;
    default: break;
  }
  if (time_power == 0) return TAUT_OK;
  node->flags &= (uint8_t) ~(TAUT_NODE_IS_INTEGER | TAUT_NODE_IS_POINT);
  if (node->si[2] < -100 || node->si[2] > 100)
    return taut_source_error(c->source, node->begin, node->end, "the dimensions grow too large");
  node->si[2] = (int8_t)(node->si[2] + time_power);
  taut_shown_unit_set(&node->unit, NULL, node->si);
  return TAUT_OK;
}

static taut_status check_changed(taut_checker *c, taut_node *node, taut_node *x) {
  node->type = TAUT_TYPE_BOOL;
  node->flags |= TAUT_NODE_IS_ATOM;
  return x->type == TAUT_TYPE_NAME ? taut_unknown_name(c, x) : TAUT_OK;
}

/// Only a signal can be something else; what is made of signals is an error then.
static taut_status check_is_number(taut_checker *c, taut_node *node, taut_node *x) {
  node->type = TAUT_TYPE_BOOL;
  node->flags |= TAUT_NODE_IS_ATOM;
  if (x->type == TAUT_TYPE_NAME) return taut_unknown_name(c, x);
  if (x->op == TAUT_NODE_SIGNAL) return TAUT_OK;
  return taut_source_error(c->source, x->begin, x->end, "is_number asks about a signal");
}

taut_status taut_check_temporal(taut_checker *c, taut_node *node) {
  taut_node *nodes = c->expr->nodes;
  taut_node *a = &nodes[node->child[0]];
  taut_node *b = node->n_children > 1 ? &nodes[node->child[1]] : a;
  taut_status status = TAUT_OK;
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_MIN: node->op = TAUT_NODE_WINDOW_MIN; break;
    case TAUT_NODE_MAX: node->op = TAUT_NODE_WINDOW_MAX; break;
    default: break;
  }
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_CHANGED: return check_changed(c, node, a);
    case TAUT_NODE_IS_NUMBER: return check_is_number(c, node, a);
    case TAUT_NODE_DELTA:
    case TAUT_NODE_INTEGRAL: return check_value(c, node, a);
    case TAUT_NODE_RATE:
    case TAUT_NODE_AVG:
    case TAUT_NODE_RMS:
    case TAUT_NODE_DELAYED:
    case TAUT_NODE_WINDOW_MIN:
    case TAUT_NODE_WINDOW_MAX:
      status = check_value(c, node, a);
      return status ? status : need_time(c, b);
    case TAUT_NODE_AT:
      status = taut_need_condition(c, node, a);
      return status ? status : check_value(c, node, b);
    case TAUT_NODE_COUNT:
      status = taut_need_condition(c, node, a);
      if (!status) status = need_time(c, b);
      node->type = TAUT_TYPE_NUMBER;
      node->flags |= TAUT_NODE_IS_INTEGER;
      taut_shown_unit_set(&node->unit, NULL, node->si);
      node->range = 1;
      return status;
    case TAUT_NODE_DURATION:
    case TAUT_NODE_TIME_SINCE: set_seconds(node); return taut_need_condition(c, node, a);
    default: break;
  }
  node->type = TAUT_TYPE_BOOL;
  status = taut_need_condition(c, node, a);
  return status || node->n_children < 2 ? status : taut_need_condition(c, node, b);
}
