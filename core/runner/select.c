#include "runner/select.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

enum { NODES_MAX = 256, DEPTH_MAX = 64 };

typedef enum node_kind { NODE_WORD, NODE_NOT, NODE_AND, NODE_OR } node_kind;

typedef struct node {
  node_kind kind;
  int left, right;
  char *word;
} node;

struct taut_selection {
  node nodes[NODES_MAX];
  int n_nodes;
  int root;
};

typedef struct parser {
  const char *text;
  const char *at;
  char token[256];  ///< present token; "" at the end
  size_t token_at;  ///< where it begins
  bool is_word;     ///< not an operator or bracket
  int depth;
  taut_selection *out;
  char *error;
  size_t error_size;
  bool has_failed;
} parser;

static int fail(parser *p, const char *what) {
  if (!p->has_failed) {
    snprintf(p->error, p->error_size, "%s at column %zu of '%s'", what, p->token_at + 1, p->text);
  }
  p->has_failed = true;
  return -1;
}

static void next_token(parser *p) {
  while (isspace((unsigned char)*p->at)) p->at++;
  p->token_at = (size_t)(p->at - p->text);
  p->is_word = false;
  size_t n = 0;
  char quote = *p->at == '"' || *p->at == '\'' ? *p->at : '\0';
  if (quote != '\0') {
    for (p->at++; *p->at != '\0' && *p->at != quote && n < sizeof p->token - 1;) {
      p->token[n++] = *p->at++;
    }
    if (*p->at != quote) fail(p, "a quoted word is not closed (or too long)");
    if (*p->at == quote) p->at++;
    p->is_word = true;
  } else if (*p->at == '(' || *p->at == ')') {
    p->token[n++] = *p->at++;
  } else {
    while (*p->at != '\0' && !isspace((unsigned char)*p->at) && *p->at != '(' && *p->at != ')') {
      if (n == sizeof p->token - 1) {
        fail(p, "a word is too long");
        break;
      }
      p->token[n++] = *p->at++;
    }
    p->token[n] = '\0';
    p->is_word = n > 0 && strcmp(p->token, "and") != 0 && strcmp(p->token, "or") != 0 &&
                 strcmp(p->token, "not") != 0;
  }
  p->token[n] = '\0';
}

static int add_node(parser *p, node_kind kind, int left, int right, const char *word) {
  if (p->has_failed) return -1;
  if (p->out->n_nodes == NODES_MAX) return fail(p, "too many words");
  node *made = &p->out->nodes[p->out->n_nodes];
  *made = (node){kind, left, right, word != NULL ? taut_text_copy(word) : NULL};
  return p->out->n_nodes++;
}

static bool is_operator(const parser *p, const char *word) {
  return !p->is_word && strcmp(p->token, word) == 0;
}

static int parse_or(parser *p);

static int parse_term(parser *p) {
  if (++p->depth > DEPTH_MAX) return fail(p, "nested too deeply");
  int made;
  if (is_operator(p, "not")) {
    next_token(p);
    int inner = parse_term(p);
    made = add_node(p, NODE_NOT, inner, -1, NULL);
  } else if (is_operator(p, "(")) {
    next_token(p);
    made = parse_or(p);
    if (!is_operator(p, ")")) return fail(p, "a closing bracket is missing");
    next_token(p);
  } else if (p->is_word) {
    made = add_node(p, NODE_WORD, -1, -1, p->token);
    next_token(p);
  } else {
    made = fail(p, "a word is missing");
  }
  p->depth--;
  return made;
}

static int parse_and(parser *p) {
  int left = parse_term(p);
  while (!p->has_failed && is_operator(p, "and")) {
    next_token(p);
    int right = parse_term(p);
    left = add_node(p, NODE_AND, left, right, NULL);
  }
  return left;
}

static int parse_or(parser *p) {
  int left = parse_and(p);
  while (!p->has_failed && is_operator(p, "or")) {
    next_token(p);
    int right = parse_and(p);
    left = add_node(p, NODE_OR, left, right, NULL);
  }
  return left;
}

taut_status taut_selection_parse(const char *text, taut_selection **out, char *error,
                                 size_t error_size) {
  taut_selection *selection = taut_memory_resize(NULL, sizeof *selection);
  selection->n_nodes = 0;
  parser p = {.text = text, .at = text, .out = selection, .error = error, .error_size = error_size};
  next_token(&p);
  selection->root = parse_or(&p);
  if (!p.has_failed && (p.token[0] != '\0' || p.is_word)) {
    fail(&p, p.is_word ? "'and' or 'or' is missing" : "nothing to close");
  }
  if (p.has_failed) {
    taut_selection_destroy(selection);
    return TAUT_EINVAL;
  }
  *out = selection;
  return TAUT_OK;
}

void taut_selection_destroy(taut_selection *selection) {
  if (selection == NULL) return;
  for (int i = 0; i < selection->n_nodes; i++) free(selection->nodes[i].word);
  free(selection);
}

static bool node_holds(const taut_selection *selection, int i, taut_selection_fn holds,
                       void *user) {
  const node *at = &selection->nodes[i];
  switch (at->kind) {
    case NODE_WORD: return holds(user, at->word);
    case NODE_NOT: return !node_holds(selection, at->left, holds, user);
    case NODE_AND:
      return node_holds(selection, at->left, holds, user) &&
             node_holds(selection, at->right, holds, user);
    case NODE_OR:
      return node_holds(selection, at->left, holds, user) ||
             node_holds(selection, at->right, holds, user);
  }
  return false;
}

bool taut_selection_holds(const taut_selection *selection, taut_selection_fn holds, void *user) {
  return node_holds(selection, selection->root, holds, user);
}

bool taut_text_contains(const char *text, const char *word) {
  size_t size = strlen(word);
  for (; *text != '\0' || size == 0; text++) {
    size_t i = 0;
    while (i < size && text[i] != '\0' &&
           tolower((unsigned char)text[i]) == tolower((unsigned char)word[i])) {
      i++;
    }
    if (i == size) return true;
  }
  return false;
}

taut_status taut_shard_parse(const char *text, uint32_t *i, uint32_t *n) {
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || digits > 6 || text[digits] != '/') return TAUT_EINVAL;
  const char *second = text + digits + 1;
  size_t more = strspn(second, "0123456789");
  if (more == 0 || more > 6 || second[more] != '\0') return TAUT_EINVAL;
  unsigned long first = strtoul(text, NULL, 10), count = strtoul(second, NULL, 10);
  if (first < 1 || first > count || count > 100000) return TAUT_EINVAL;
  *i = (uint32_t)first;
  *n = (uint32_t)count;
  return TAUT_OK;
}

uint32_t taut_shard_of(const char *file, const char *case_name, uint32_t n) {
  uint64_t hash = taut_text_hash(TAUT_TEXT_HASH_START, file);
  hash = taut_text_hash(hash, ":");
  hash = taut_text_hash(hash, case_name);
  // The low bits of FNV alone are poor: fold the high half in before the remainder.
  hash ^= hash >> 32;
  return (uint32_t)(hash % n) + 1;
}
