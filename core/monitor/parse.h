/// Inside of the parser: what the grammar of conditions and that of requirements share.
#ifndef TAUT_MONITOR_PARSE_H
#define TAUT_MONITOR_PARSE_H

#include "engine/suggest.h"
#include "monitor/expr.h"

typedef struct taut_parser {
  taut_source *source;
  bool is_temporal;  ///< temporal operators are allowed
  taut_token token;  ///< the one not yet used
  taut_node *nodes;
  uint16_t n_nodes, n_max;
  unsigned depth;
} taut_parser;

/// Higher binds tighter.
enum {
  LEVEL_IFF = 1,
  LEVEL_IMPLIES = 2,
  LEVEL_UNTIL = 3,
  LEVEL_OR = 4,
  LEVEL_XOR = 5,
  LEVEL_AND = 6,
  LEVEL_COMPARE = 7,
  LEVEL_SUM = 8,
  LEVEL_PRODUCT = 9
};

taut_status taut_parser_advance(taut_parser *p);
taut_status taut_parser_fail(taut_parser *p, const char *message);
/// Two operands side by side: names the misspelt word if one of them looks like one.
taut_status taut_parser_fail_operator(taut_parser *p, const char *otherwise);
/// Appends a node; its children are the last ones made.
taut_status taut_parser_push(taut_parser *p, taut_node node, uint16_t *index);
/// Whether the token is this reserved word of the temporal language.
bool taut_parser_is(const taut_parser *p, const char *word);

taut_status taut_parse_level(taut_parser *p, int level, uint16_t *index);
taut_status taut_parse_unary(taut_parser *p, uint16_t *index);

/// Offers the temporal prefixes to a search for a misspelt word.
void taut_suggest_prefix(taut_suggest *suggest);
/// Whether the token begins a temporal prefix: always, whenever, within, prev ...
bool taut_is_prefix(const taut_parser *p);
taut_status taut_parse_prefix(taut_parser *p, uint16_t *index);
/// `P for T`, with the token at `for` and P in `index`.
taut_status taut_parse_debounce(taut_parser *p, uint16_t *index);
/// "[a, b]" if it stands there and is allowed; without it the window is unbounded.
taut_status taut_parse_window(taut_parser *p, bool is_allowed, taut_node *node);
bool taut_is_until(unsigned op);
/// Word of a temporal operator for messages, "" for others.
const char *taut_prefix_word(taut_node_op op);

#endif
