// Text to expression: lex, parse, check, emit. Everything is sized by the number of tokens.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/expr.h"

static taut_status count_tokens(const char *text, uint32_t length, taut_expr_error *error,
                                uint16_t *n_tokens) {
  taut_source source = {.text = text, .length = length, .error = error};
  unsigned n = 0;
  for (;;) {
    taut_token token = taut_lex(&source);
    if (token.kind == TAUT_TOKEN_ERROR) return TAUT_EINVAL;
    if (token.kind == TAUT_TOKEN_END) break;
    n++;
  }
  *n_tokens = (uint16_t)n;
  return TAUT_OK;
}

/// Net effect of a node on the depth of the stack.
static int stack_effect(const taut_node *node) {
  switch ((taut_node_op)node->op) {
    case TAUT_NODE_NUMBER:
    case TAUT_NODE_BOOL:
    case TAUT_NODE_NAME:
    case TAUT_NODE_SIGNAL: return 1;
    default: return 1 - node->n_children;
  }
}

taut_status taut_emit(taut_source *source, taut_expr *expr) {
  int depth = 0;
  for (uint16_t i = 0; i < expr->n_nodes; i++) {
    const taut_node *node = &expr->nodes[i];
    depth += stack_effect(node);
    if (depth > TAUT_EXPR_STACK_MAX)
      return taut_source_error(source, node->begin, node->end,
                               "the condition is nested too deeply");
    taut_step *step = &expr->steps[i];
    step->op = node->op;
    step->type = node->type;
    step->slot[0] = node->slot[0];
    step->slot[1] = node->slot[1];
    step->value = node->value;
  }
  return TAUT_OK;
}

static taut_status compile_into(taut_expr *expr, uint32_t length, bool is_temporal,
                                uint16_t n_tokens, taut_expr_error *error) {
  taut_source source = {.text = expr->text, .length = length, .error = error};
  taut_status status = taut_parse(&source, is_temporal, expr->nodes, n_tokens, &expr->n_nodes);
  if (!status) status = taut_check(&source, expr);
  if (!status && !is_temporal) status = taut_emit(&source, expr);
  return status;
}

static taut_status find_in_plan(const void *user, const char *name, taut_port out[2],
                                size_t *n_out) {
  return taut_plan_find_sides(user, name, out, n_out);
}

static bool suggest_in_plan(const void *user, const char *name, char *text, size_t size) {
  const char *near = taut_plan_suggest(user, name);
  snprintf(text, size, "%s", near ? near : "");
  return near != NULL;
}

taut_resolver taut_resolver_of_plan(const taut_plan *plan) {
  return (taut_resolver){.find = find_in_plan, .suggest = suggest_in_plan, .user = plan};
}

taut_status taut_expr_compile(const char *text, const taut_plan *plan,
                              const taut_allocator *allocator, taut_expr **out,
                              taut_expr_error *error) {
  return taut_expr_read(text, taut_resolver_of_plan(plan), false, allocator, out, error);
}

taut_status taut_expr_read(const char *text, taut_resolver resolver, bool is_temporal,
                           const taut_allocator *allocator, taut_expr **out,
                           taut_expr_error *error) {
  *out = NULL;
  if (error) memset(error, 0, sizeof *error);
  if (!allocator) allocator = taut_allocator_default();
  size_t length = strlen(text);
  if (length > TAUT_EXPR_LENGTH_MAX) {
    taut_source head = {.text = text, .length = 40, .error = error};
    return taut_source_error(&head, 0, 0, "the condition is longer than %d characters",
                             TAUT_EXPR_LENGTH_MAX);
  }
  uint16_t n_tokens = 0;
  taut_status status = count_tokens(text, (uint32_t)length, error, &n_tokens);
  if (status) return status;
  size_t n_nodes = n_tokens ? n_tokens : 1;
  taut_expr *expr = allocator->allocate(allocator->user, sizeof *expr);
  if (!expr) return TAUT_ENOMEM;
  *expr = (taut_expr){.allocator = *allocator, .resolver = resolver, .is_temporal = is_temporal};
  expr->text = allocator->allocate(allocator->user, length + 1);
  expr->nodes = allocator->allocate(allocator->user, n_nodes * sizeof *expr->nodes);
  expr->steps = allocator->allocate(allocator->user, n_nodes * sizeof *expr->steps);
  if (!expr->text || !expr->nodes || !expr->steps) {
    taut_expr_destroy(expr);
    return TAUT_ENOMEM;
  }
  memcpy(expr->text, text, length + 1);
  status = compile_into(expr, (uint32_t)length, is_temporal, n_tokens, error);
  if (status) {
    taut_expr_destroy(expr);
    return status;
  }
  *out = expr;
  return TAUT_OK;
}

void taut_expr_destroy(taut_expr *expr) {
  if (!expr) return;
  taut_allocator allocator = expr->allocator;
  allocator.release(allocator.user, expr->text);
  allocator.release(allocator.user, expr->nodes);
  allocator.release(allocator.user, expr->steps);
  allocator.release(allocator.user, expr);
}

static const taut_node *root_of(const taut_expr *expr) {
  return &expr->nodes[expr->n_nodes - 1];
}

const char *taut_expr_text(const taut_expr *expr) {
  return expr->text;
}
unsigned taut_expr_n_sides(const taut_expr *expr) {
  return expr->n_sides;
}
const int8_t *taut_expr_si(const taut_expr *expr) {
  return root_of(expr)->si;
}
const char *taut_expr_unit(const taut_expr *expr) {
  return root_of(expr)->type == TAUT_TYPE_NUMBER ? root_of(expr)->unit.name : "";
}

bool taut_expr_uses(const taut_expr *expr, uint32_t slot) {
  for (uint16_t i = 0; i < expr->n_nodes; i++) {
    const taut_node *node = &expr->nodes[i];
    if (node->op == TAUT_NODE_SIGNAL && (node->slot[0] == slot || node->slot[1] == slot))
      return true;
  }
  return false;
}

taut_expr_kind taut_expr_kind_of(const taut_expr *expr) {
  switch ((taut_node_type)root_of(expr)->type) {
    case TAUT_TYPE_BOOL: return TAUT_EXPR_CONDITION;
    case TAUT_TYPE_ENUM: return TAUT_EXPR_LABEL;
    case TAUT_TYPE_NUMBER:
    case TAUT_TYPE_NAME: break;
  }
  return TAUT_EXPR_NUMBER;
}

const char *taut_expr_label(const taut_expr *expr, double value) {
  const taut_signal *signal = root_of(expr)->signal;
  if (!signal || !signal->labels) return NULL;
  for (size_t i = 0; signal->labels[i]; i++)
    if ((double)i == value) return signal->labels[i];
  return NULL;
}
