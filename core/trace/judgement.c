#include "trace/judgement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const taut_verdict VERDICTS[] = {TAUT_PASS, TAUT_FAIL, TAUT_INCONCLUSIVE, TAUT_ERROR};

void taut_trace_judgement_format(const taut_trace_judgement *judgement,
                                 char text[TAUT_JUDGEMENT_TEXT_MAX]) {
  char margin[40] = "-", first[40] = "-";
  // 17 digits bring every margin back; a time is whole nanoseconds.
  if (judgement->has_margin) snprintf(margin, sizeof margin, "%.17g", judgement->margin);
  if (judgement->first_ns >= 0) {
    snprintf(first, sizeof first, "%lld.%09lld", (long long)(judgement->first_ns / TAUT_SECOND),
             (long long)(judgement->first_ns % TAUT_SECOND));
  }
  bool has_unit = judgement->has_margin && judgement->unit[0] != '\0';
  snprintf(text, TAUT_JUDGEMENT_TEXT_MAX, "%s %s %s %s", taut_verdict_name(judgement->verdict),
           margin, has_unit ? judgement->unit : "-", first);
}

/// Takes the word at `*at`, which ends at a space or at the end.
static bool take_word(const char **at, char *word, size_t size) {
  size_t n = strcspn(*at, " ");
  if (n == 0 || n >= size) return false;
  memcpy(word, *at, n);
  word[n] = '\0';
  *at += n + ((*at)[n] == ' ');
  return true;
}

static bool take_time(const char *text, int64_t *out) {
  char *end;
  *out = -1;
  if (strcmp(text, "-") == 0) return true;
  long long seconds = strtoll(text, &end, 10);
  if (end == text || *end != '.' || strlen(end + 1) != 9 || seconds < 0 || seconds > 9000000000) {
    return false;
  }
  long long rest = strtoll(end + 1, &end, 10);
  *out = (int64_t)seconds * TAUT_SECOND + rest;
  return *end == '\0' && rest >= 0;
}

taut_status taut_trace_judgement_parse(const char *text, taut_trace_judgement *out) {
  char word[48];
  *out = (taut_trace_judgement){.first_ns = -1};
  bool is_known = false;
  if (!take_word(&text, word, sizeof word)) return TAUT_EINVAL;
  for (size_t i = 0; i < sizeof VERDICTS / sizeof VERDICTS[0]; i++) {
    if (strcmp(word, taut_verdict_name(VERDICTS[i])) != 0) continue;
    out->verdict = VERDICTS[i];
    is_known = true;
  }
  if (!is_known || !take_word(&text, word, sizeof word)) return TAUT_EINVAL;
  char *end = word + 1;
  out->has_margin = strcmp(word, "-") != 0;
  if (out->has_margin) out->margin = strtod(word, &end);
  // A unit may have spaces of its own, so the time is what stands behind the last.
  const char *last = strrchr(text, ' ');
  if (*end != '\0' || last == NULL || !take_time(last + 1, &out->first_ns)) return TAUT_EINVAL;
  size_t n = (size_t)(last - text);
  if (n == 0 || n >= sizeof out->unit) return TAUT_EINVAL;
  bool has_unit = n != 1 || text[0] != '-';
  if (has_unit) memcpy(out->unit, text, n);
  return TAUT_OK;
}

// ---------------------------------------------------------------------------------------- compare

static bool is_near(const taut_trace_judgement *base, const taut_trace_judgement *other,
                    double atol) {
  if (base->verdict != other->verdict || base->has_margin != other->has_margin) return false;
  if (!base->has_margin) return true;
  if (strcmp(base->unit, other->unit) != 0) return false;
  if (taut_bits_of(base->margin) == taut_bits_of(other->margin)) return true;
  return fabs(other->margin - base->margin) <= atol && atol > 0.0;
}

static const taut_trace_metadata *requirements_of(const taut_trace_reader *reader) {
  size_t n;
  const taut_trace_metadata *all = taut_trace_reader_metadata(reader, &n);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(all[i].name, TAUT_TRACE_REQUIREMENTS) == 0) return &all[i];
  }
  return NULL;
}

taut_status taut_trace_compare_judgements(const taut_trace_reader *base,
                                          const taut_trace_reader *other,
                                          taut_margin_tolerance_fn tolerance, void *user,
                                          taut_judgement_change **out, size_t *n_out) {
  const taut_trace_metadata *golden = requirements_of(base);
  size_t n = golden != NULL ? golden->n_pairs : 0;
  *n_out = 0;
  *out = calloc(n + 1, sizeof **out);
  if (*out == NULL) return TAUT_ENOMEM;
  for (size_t i = 0; i < n; i++) {
    const char *id = golden->pairs[i].key;
    const char *fresh = taut_trace_reader_value(other, TAUT_TRACE_REQUIREMENTS, id);
    taut_judgement_change change = {.id = id, .is_missing = fresh == NULL};
    change.is_readable =
        fresh != NULL &&
        taut_trace_judgement_parse(golden->pairs[i].value, &change.base) == TAUT_OK &&
        taut_trace_judgement_parse(fresh, &change.other) == TAUT_OK;
    double atol = tolerance != NULL ? tolerance(user, id) : 0.0;
    if (change.is_readable && is_near(&change.base, &change.other, atol)) continue;
    // What a later version wrote differs when its text does.
    if (!change.is_readable && fresh != NULL && strcmp(golden->pairs[i].value, fresh) == 0)
      continue;
    (*out)[(*n_out)++] = change;
  }
  return TAUT_OK;
}
