/// Inside of the checker: what conditions and requirements share.
#ifndef TAUT_MONITOR_CHECK_H
#define TAUT_MONITOR_CHECK_H

#include "monitor/expr.h"

typedef struct taut_checker {
  taut_source *source;
  taut_expr *expr;
  int8_t margin_si[8];  ///< dimensions of the first comparison
  bool has_margin;
  unsigned only_sides;  ///< bits of sides that a name has alone: 1 left, 2 right
} taut_checker;

enum { TAUT_CHECK_TEXT_MAX = 96 };

/// The text of a node for messages, cut when long.
void taut_node_text(const taut_checker *c, const taut_node *node, char *text);
taut_status taut_unknown_name(taut_checker *c, const taut_node *node);
taut_status taut_need_number(taut_checker *c, const taut_node *parent, const taut_node *node);
/// A trace column without a unit becomes a bool here.
taut_status taut_need_condition(taut_checker *c, const taut_node *parent, taut_node *node);

/// Whether min(a, b) means the least a of the last b seconds.
bool taut_is_window_call(const taut_node *a, const taut_node *b);
/// Types and units of the temporal operators and of the functions that look back.
taut_status taut_check_temporal(taut_checker *c, taut_node *node);

#endif
