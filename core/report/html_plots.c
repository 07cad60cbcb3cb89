/// What the figures of a case show: which signals, which window, which limits.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "monitor/expr.h"
#include "report/html_parts.h"
#include "report/plots.h"

enum { TOKENS_MAX = 512, NAME_MAX_BYTES = 200, DEPTH_MAX = 64 };

static const double before_s = 1.0, behind_s = 0.5;

/// A figure being made.
typedef struct figure {
  const json_t *signals;  ///< of the plots, by full name
  const json_t *aliases;  ///< of the plots: another name of a recorded signal
  json_t *shown;          ///< names of the signals to draw
  json_t *limits;         ///< what formulas compare with: signal, value, text
} figure;

// ----------------------------------------------------------------------------------------- signals

static void show(figure *f, const char *name) {
  if (json_object_get(f->signals, name) == NULL || taut_html_has_text(f->shown, name)) return;
  json_array_append_new(f->shown, json_string(name));
}

/// Calls `take` for each recorded signal that a name in a formula may stand for: itself, that of
/// each side, and for load.x the load outputs of the controller.
static void each_signal(figure *f, const char *name, void (*take)(figure *, const char *, void *),
                        void *user) {
  static const char *const sides[] = {"", "left", "right"};
  const char *alias = json_string_value(json_object_get(f->aliases, name));
  if (alias != NULL && json_object_get(f->signals, alias) != NULL) take(f, alias, user);
  char bare[NAME_MAX_BYTES + 32], full[2 * NAME_MAX_BYTES];
  snprintf(bare, sizeof bare, "%s", name);
  const char *port = strrchr(name, '.');
  if (strncmp(name, "load.", 5) == 0) {
    const char *rest = name + 5;
    const char *side = strncmp(rest, "left_", 5) == 0    ? "left_"
                       : strncmp(rest, "right_", 6) == 0 ? "right_"
                                                         : "";
    snprintf(bare, sizeof bare, "controller.%sload_%s", side, rest + strlen(side));
    port = strrchr(bare, '.');
  }
  for (size_t i = 0; i < 3; i++) {
    const char *dot = i > 0 ? "." : "";
    snprintf(full, sizeof full, "%s%s%s", sides[i], dot, bare);
    if (json_object_get(f->signals, full) != NULL) take(f, full, user);
    if (i == 0 || port == NULL) continue;
    const char *last = strrchr(bare, '.');
    snprintf(full, sizeof full, "%.*s.%s_%s", (int)(last - bare), bare, sides[i], last + 1);
    if (json_object_get(f->signals, full) != NULL) take(f, full, user);
  }
}

static void take_shown(figure *f, const char *full, void *user) {
  (void)user;
  show(f, full);
}

// ------------------------------------------------------------------------------------------ limits

/// A constant that a signal is compared with.
typedef struct limit {
  double value;  ///< [SI]
  bool is_both;  ///< of abs(x): also its negative
  char text[64];
} limit;

/// The tokens of a formula.
typedef struct tokens {
  const char *text;
  taut_token list[TOKENS_MAX];
  size_t n;
} tokens;

static bool is_word(const tokens *t, size_t i, const char *word) {
  size_t size = t->list[i].end - t->list[i].begin;
  return strlen(word) == size && memcmp(t->text + t->list[i].begin, word, size) == 0;
}

static bool is_arithmetic(const tokens *t, size_t i) {
  return i < t->n && t->list[i].kind >= TAUT_TOKEN_PLUS && t->list[i].kind <= TAUT_TOKEN_SLASH;
}

/// Whether a number alone stands at `i` in the direction `step`; its SI value.
static bool number_at(const tokens *t, size_t i, int step, double *value, size_t *end) {
  double sign = 1;
  if (step > 0 && i < t->n && t->list[i].kind == TAUT_TOKEN_MINUS) {
    sign = -1;
    i++;
  }
  if (i >= t->n || t->list[i].kind != TAUT_TOKEN_NUMBER) return false;
  if (is_arithmetic(t, step > 0 ? i + 1 : i - 1)) return false;
  const taut_token *token = &t->list[i];
  // A limit is drawn with the factor of its signal alone; a temperature in degC has an offset too.
  if (token->offset != 0) return false;
  *value = sign * token->value * token->scale;
  *end = token->end;
  return true;
}

/// The signal that ends (step -1) or begins (step 1) at `i`: x, or f(x ..) in the unit of x.
static bool signal_at(const tokens *t, size_t i, int step, size_t *i_name, bool *is_abs) {
  static const char *const functions[] = {"abs", "peak", "trough", "avg", "min", "max", "rms"};
  *is_abs = false;
  if (i >= t->n) return false;
  size_t first = i;
  if (step < 0 && t->list[i].kind == TAUT_TOKEN_CLOSE) {
    for (size_t depth = 0;; first--) {
      if (t->list[first].kind == TAUT_TOKEN_CLOSE) depth++;
      if (t->list[first].kind == TAUT_TOKEN_OPEN && --depth == 0) break;
      if (first == 0) return false;
    }
    if (first-- == 0) return false;
  }
  if (is_arithmetic(t, step < 0 ? first - 1 : first + 1)) return false;
  bool is_call = first + 2 < t->n && t->list[first + 1].kind == TAUT_TOKEN_OPEN;
  if (!is_call) {
    *i_name = first;
    return first == i && t->list[first].kind == TAUT_TOKEN_NAME;
  }
  for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++) {
    if (!is_word(t, first, functions[k])) continue;
    *is_abs = k == 0;
    *i_name = first + 2;
    taut_token_kind after = first + 3 < t->n ? t->list[first + 3].kind : TAUT_TOKEN_END;
    return t->list[first + 2].kind == TAUT_TOKEN_NAME &&
           (after == TAUT_TOKEN_CLOSE || after == TAUT_TOKEN_COMMA);
  }
  return false;
}

static void take_limit(figure *f, const char *full, void *user) {
  const limit *l = user;
  double scale = taut_html_number_at(json_object_get(f->signals, full), "scale", 1);
  for (int sign = 1; sign >= (l->is_both ? -1 : 1); sign -= 2) {
    json_t *object = json_object();
    json_object_set_new(object, "signal", json_string(full));
    json_object_set_new(object, "value", json_real(sign * l->value * scale));
    json_object_set_new(object, "text", json_string(l->text));
    json_array_append_new(f->limits, object);
  }
}

static void name_of(const tokens *t, size_t i, char name[NAME_MAX_BYTES]) {
  snprintf(name, NAME_MAX_BYTES, "%.*s", (int)(t->list[i].end - t->list[i].begin),
           t->text + t->list[i].begin);
}

/// The comparison at token `i`, if it is one of a signal with a constant.
static void read_comparison(figure *f, const tokens *t, size_t i) {
  limit l = {0};
  size_t i_name = 0, end = 0;
  char name[NAME_MAX_BYTES];
  if (i == 0) return;
  bool is_right =
      number_at(t, i + 1, 1, &l.value, &end) && signal_at(t, i - 1, -1, &i_name, &l.is_both);
  bool is_left = !is_right && number_at(t, i - 1, -1, &l.value, &end) &&
                 signal_at(t, i + 1, 1, &i_name, &l.is_both);
  if (!is_right && !is_left) return;
  size_t from = is_right ? t->list[i].begin : t->list[i - 1].begin;
  size_t to = is_right ? end : t->list[i].end;
  snprintf(l.text, sizeof l.text, "%.*s", (int)(to - from), t->text + from);
  name_of(t, i_name, name);
  each_signal(f, name, take_limit, &l);
}

/// Where the limits that were found since are those of a condition, not of what it demands.
typedef struct conditions {
  size_t n_whenever;             ///< limits before the last `whenever`
  size_t n_open[DEPTH_MAX + 1];  ///< limits before the parenthesis of each depth
  size_t depth;
} conditions;

/// Drops the limits of a condition when what it demands begins.
static void skip_condition(figure *f, conditions *c, const tokens *t, size_t i) {
  taut_token_kind kind = t->list[i].kind;
  size_t n = json_array_size(f->limits), keep = n;
  if (kind == TAUT_TOKEN_OPEN && c->depth < DEPTH_MAX) c->n_open[++c->depth] = n;
  if (kind == TAUT_TOKEN_CLOSE && c->depth > 0) c->depth--;
  if (is_word(t, i, "whenever")) c->n_whenever = n;
  if (kind == TAUT_TOKEN_IMPLIES) keep = c->n_open[c->depth];
  if (is_word(t, i, "then")) keep = c->n_whenever;
  while (n > keep) json_array_remove(f->limits, --n);
}

/// Signals and limits of a formula. One that does not lex has neither.
static void read_formula(figure *f, const char *text) {
  taut_expr_error error = {0};
  taut_source source = {text, (uint32_t)strlen(text), 0, &error};
  tokens t = {.text = text};
  while (t.n < TOKENS_MAX) {
    t.list[t.n] = taut_lex(&source);
    if (t.list[t.n].kind == TAUT_TOKEN_END || t.list[t.n].kind == TAUT_TOKEN_ERROR) break;
    t.n++;
  }
  conditions c = {.n_whenever = json_array_size(f->limits)};
  c.n_open[0] = c.n_whenever;
  char name[NAME_MAX_BYTES];
  for (size_t i = 0; i < t.n; i++) {
    skip_condition(f, &c, &t, i);
    if (t.list[i].kind == TAUT_TOKEN_NAME) {
      name_of(&t, i, name);
      each_signal(f, name, take_shown, NULL);
    }
    bool is_ordered = t.list[i].kind >= TAUT_TOKEN_LT && t.list[i].kind <= TAUT_TOKEN_GE;
    if (is_ordered) read_comparison(f, &t, i);
  }
}

// ----------------------------------------------------------------------------------------- figures

/// The window to look at first: what led to the violation and what came of it, within the rows at
/// full resolution where these are known.
static void choose_window(const json_t *plots, double at_s, json_t *object) {
  double from = 0, to = taut_html_number_at(plots, "end_s", 0);
  const json_t *windows = json_object_get(plots, "fine");
  for (size_t i = 0; i < json_array_size(windows); i++) {
    const json_t *window = json_array_get(windows, i);
    double t0 = taut_html_number_at(window, "t0", NAN), dt = taut_html_number_at(window, "dt", NAN);
    double t1 = t0 + dt * (taut_html_number_at(window, "n", NAN) - 1);
    if (!(t0 <= at_s && at_s <= t1)) continue;
    from = t0;
    to = t1;
    break;
  }
  if (from < at_s - before_s) from = at_s - before_s;
  if (to > at_s + behind_s) to = at_s + behind_s;
  if (!(from < to)) return;
  json_object_set_new(object, "from", json_real(from));
  json_object_set_new(object, "to", json_real(to));
}

static json_t *check_figure(const json_t *plots, const json_t *check) {
  json_t *object = json_object();
  figure f = {json_object_get(plots, "signals"), json_object_get(plots, "aliases"), json_array(),
              json_array()};
  const json_t *given = json_object_get(check, "signals"),
               *tick = json_object_get(check, "tick_ns");
  const char *formula = taut_html_text_at(check, "expression");
  for (size_t i = 0; i < json_array_size(given); i++) {
    const char *name = json_string_value(json_array_get(given, i));
    if (name != NULL) each_signal(&f, name, take_shown, NULL);
  }
  read_formula(&f, formula);
  // What was expected may be another text than the formula: a condition with its window.
  const char *expected = taut_html_text_at(check, "expected");
  if (strcmp(expected, formula) != 0 && json_array_size(f.limits) == 0) read_formula(&f, expected);
  // The state of the machine explains most of what its loads do.
  if (json_array_size(f.shown) > 0) show(&f, "controller.safety_state");
  json_object_set_new(object, "signals", f.shown);
  json_object_set_new(object, "limits", f.limits);
  if (json_is_integer(tick)) {
    double at_s = taut_plots_observed(plots, (double)json_integer_value(tick) * 1e-9);
    json_object_set_new(object, "at", json_real(at_s));
    choose_window(plots, at_s, object);
  }
  return object;
}

/// The fields of `from` that the script reads; what is null or absent stays away.
static json_t *pick(const json_t *from, const char *const *keys) {
  json_t *object = json_object();
  for (size_t i = 0; keys[i] != NULL; i++) {
    json_t *value = json_object_get(from, keys[i]);
    if (value != NULL && !json_is_null(value)) json_object_set(object, keys[i], value);
  }
  return object;
}

/// The plots as the page carries them: of events the times, which stand in a table besides, and
/// rows at full resolution only where a figure shows them. The rest is looked at from afar.
static json_t *trim_plots(const json_t *plots, const json_t *figures) {
  static const char *const kept[] = {"row_s", "end_s", "coarse", "fine", NULL};
  static const char *const whole[] = {"unit", "labels", "step", "coarse", "fine", NULL};
  static const char *const far[] = {"unit", "labels", "step", "coarse", NULL};
  json_t *trimmed = pick(plots, kept), *signals = json_object(), *times = json_array(), *value;
  const char *name;
  json_object_foreach(json_object_get(plots, "signals"), name, value) {
    bool is_shown = false;
    for (size_t i = 0; i < json_array_size(figures) && !is_shown; i++) {
      const json_t *shown = json_object_get(json_array_get(figures, i), "signals");
      is_shown = taut_html_has_text(shown, name);
    }
    json_object_set_new(signals, name, pick(value, is_shown ? whole : far));
  }
  const json_t *events = json_object_get(plots, "events");
  for (size_t i = 0; i < json_array_size(events); i++) {
    double at_s = taut_html_number_at(json_array_get(events, i), "t", 0);
    json_array_append_new(times, json_real(taut_plots_observed(plots, at_s)));
  }
  json_object_set_new(trimmed, "signals", signals);
  json_object_set_new(trimmed, "events", times);
  return trimmed;
}

json_t *taut_html_figures(const json_t *document, const json_t *const *checks, size_t n_checks) {
  json_t *plots = json_object_get(document, "plots");
  if (json_object_size(json_object_get(plots, "signals")) == 0) return NULL;
  json_t *object = json_object(), *figures = json_array();
  for (size_t i = 0; i < n_checks; i++) {
    json_array_append_new(figures, check_figure(plots, checks[i]));
  }
  json_object_set_new(object, "plots", trim_plots(plots, figures));
  json_object_set_new(object, "figures", figures);
  return object;
}
