// A port mutant as text: "PORT OPERATOR [VALUE...] [@SECONDS]" to faults of the plan.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/host.h"

enum { WORDS_MAX = 5, TEXT_MAX = 256 };

/// What the values of a fault kind are.
typedef enum value_kind {
  VALUE_NONE,
  VALUE_MAGNITUDE,
  VALUE_TIME,
  VALUE_SPIKE,
  VALUE_PORT
} value_kind;

static value_kind values_of(taut_fault_kind kind) {
  switch (kind) {
    case TAUT_FAULT_SIGN:
    case TAUT_FAULT_STUCK:
    case TAUT_FAULT_INVERT:
    case TAUT_FAULT_NAN:
    case TAUT_FAULT_FREEZE:
    case TAUT_FAULT_RESET: return VALUE_NONE;
    case TAUT_FAULT_DELAY:
    case TAUT_FAULT_JITTER: return VALUE_TIME;
    case TAUT_FAULT_SPIKE: return VALUE_SPIKE;
    case TAUT_FAULT_SWAP: return VALUE_PORT;
    default: return VALUE_MAGNITUDE;
  }
}

static bool find_kind(const char *label, taut_fault_kind *out) {
  static const char *const LABELS[] = {
#define FAULT_LABEL(name, text) text,
      TAUT_FAULT_MAP(FAULT_LABEL)
#undef FAULT_LABEL
  };
  for (int kind = 0; kind < TAUT_FAULT_COUNT; kind++) {
    if (strcmp(LABELS[kind], label) != 0) continue;
    *out = (taut_fault_kind)kind;
    return true;
  }
  return false;
}

static bool read_number(const char *word, double *out) {
  char *end = NULL;
  *out = word ? strtod(word, &end) : 0;
  return word && end != word && !*end && *out - *out == 0;
}

__attribute__((noreturn)) static void refuse(taut_setup *setup, const char *text) {
  taut_fail(setup->L,
            "the mutant '%s' is none; write PORT OPERATOR [VALUE...] [@SECONDS], such as "
            "controller.left_load_command_n bias 10",
            text);
}

/// Fills the fault from the words behind the operator. False when they do not fit it.
static bool read_values(char *const *values, size_t n, taut_fault *fault) {
  static const size_t N_VALUES[] = {0, 1, 1, 2, 1};
  value_kind kind = values_of(fault->kind);
  double x = 0, y = 0;
  if (n != N_VALUES[kind]) return false;
  switch (kind) {
    case VALUE_NONE: return true;
    case VALUE_PORT: fault->other = values[0]; return true;
    case VALUE_TIME:
      if (!read_number(values[0], &x) || x <= 0 || x > 1000) return false;
      fault->delay_ns = (int64_t)(x * 1e9 + 0.5);
      return true;
    case VALUE_SPIKE:
      if (!read_number(values[0], &x) || !read_number(values[1], &y)) return false;
      fault->magnitude = x;
      fault->magnitude_low = y;
      return true;
    case VALUE_MAGNITUDE: break;
  }
  if (!read_number(values[0], &x)) return false;
  fault->magnitude = x;
  // A converter that ends too early: only the upper limit matters.
  if (fault->kind == TAUT_FAULT_SATURATE) fault->magnitude_low = -1e300;
  return true;
}

static void declare(taut_setup *setup, const taut_fault *fault) {
  setup->journal->error[0] = 0;
  if (taut_builder_fault(setup->builder, fault) != TAUT_OK) taut_setup_raise(setup, "");
  setup->mutant.n_faults++;
}

/// Both ends of a swap: each gets the other's value.
static void declare_swap(taut_setup *setup, const taut_fault *fault) {
  char back[TEXT_MAX];
  const char *dot = strrchr(fault->target, '.');
  declare(setup, fault);
  if (!dot) return;
  snprintf(back, sizeof back, "%.*s.%s", (int)(dot - fault->target), fault->target, fault->other);
  const taut_fault other = {
      .name = "mutant 2", .target = back, .kind = TAUT_FAULT_SWAP, .other = dot + 1};
  declare(setup, &other);
}

void taut_setup_mutant(taut_setup *setup, const char *text) {
  char copy[TEXT_MAX], *words[WORDS_MAX], *rest = copy;
  size_t n = 0;
  if (strlen(text) >= sizeof copy) refuse(setup, text);
  snprintf(copy, sizeof copy, "%s", text);
  for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
    if (n == WORDS_MAX) refuse(setup, text);
    words[n++] = word;
  }
  double at_s = 0;
  if (n > 0 && words[n - 1][0] == '@') {
    if (!read_number(words[--n] + 1, &at_s) || at_s < 0 || at_s > 1e6) refuse(setup, text);
  }
  taut_fault fault = {.name = "mutant", .target = n > 0 ? words[0] : ""};
  if (n < 2 || !find_kind(words[1], &fault.kind) || !read_values(words + 2, n - 2, &fault))
    refuse(setup, text);
  int64_t row_ns = TAUT_SECOND / 1000;
  setup->mutant.at_ns = (int64_t)(at_s * 1e9 / (double)row_ns + 0.5) * row_ns;
  if (fault.kind == TAUT_FAULT_SWAP)
    declare_swap(setup, &fault);
  else
    declare(setup, &fault);
}
