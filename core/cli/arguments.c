#include "cli/arguments.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

enum { OPTIONS_MAX = 64 };

static const taut_option *find_name(const taut_option *options, const char *name, size_t size) {
  for (; options->name != NULL; options++) {
    if (strlen(options->name) == size && strncmp(options->name, name, size) == 0) return options;
  }
  return NULL;
}

static const taut_option *find_letter(const taut_option *options, char letter) {
  for (; options->name != NULL; options++) {
    if (options->letter == letter) return options;
  }
  return NULL;
}

static taut_status unknown(const taut_option *options, const char *word, size_t size, char *error,
                           size_t error_size) {
  const char *names[OPTIONS_MAX];
  size_t n = 0;
  for (; options->name != NULL && n < OPTIONS_MAX; options++) names[n++] = options->name;
  char *name = taut_text_format("%.*s", (int)size, word);
  const char *nearest = taut_text_nearest(name, names, n);
  snprintf(error, error_size, "unknown option --%s%s%s%s", name,
           nearest != NULL ? "; did you mean --" : "", nearest != NULL ? nearest : "",
           nearest != NULL ? "?" : "");
  free(name);
  return TAUT_EINVAL;
}

static void add_value(taut_arguments *out, const taut_option *option, const char *text) {
  out->values = taut_memory_resize(out->values, (out->n_values + 1) * sizeof *out->values);
  out->values[out->n_values].option = option;
  out->values[out->n_values++].text = text;
}

/// Takes the option at argv[*i] and, where it stands in the next word, its value.
static taut_status take_option(const taut_option *options, int argc, char *const *argv, int *i,
                               taut_arguments *out, char *error, size_t error_size) {
  const char *word = argv[*i];
  bool is_long = word[1] == '-';
  size_t size = is_long ? strcspn(word + 2, "=") : 1;
  const taut_option *option =
      is_long ? find_name(options, word + 2, size) : find_letter(options, word[1]);
  if (option == NULL && is_long) return unknown(options, word + 2, size, error, error_size);
  if (option == NULL) {
    snprintf(error, error_size, "unknown option -%c", word[1]);
    return TAUT_EINVAL;
  }
  const char *rest = is_long ? word + 2 + size : word + 2;
  if (option->argument == NULL) {
    if (rest[0] != '\0') {
      snprintf(error, error_size, "option --%s takes no value", option->name);
      return TAUT_EINVAL;
    }
    add_value(out, option, NULL);
    return TAUT_OK;
  }
  // "[=N]"; "[ROLE=]TARGET" is an argument like any other.
  bool is_optional = strncmp(option->argument, "[=", 2) == 0;
  if (is_optional && rest[0] == '\0') {
    add_value(out, option, NULL);
    return TAUT_OK;
  }
  const char *value = NULL;
  if (rest[0] != '\0') {
    value = is_long ? rest + 1 : rest;
  } else if (*i + 1 < argc) {
    value = argv[++*i];
  }
  if (value == NULL || (value[0] == '\0' && option->letter != 'k')) {
    snprintf(error, error_size, "option --%s needs a value: --%s %s", option->name, option->name,
             option->argument);
    return TAUT_EINVAL;
  }
  add_value(out, option, value);
  return TAUT_OK;
}

taut_status taut_arguments_parse(const taut_option *options, int argc, char *const *argv,
                                 taut_arguments *out, char *error, size_t error_size) {
  *out = (taut_arguments){.options = options};
  out->words = taut_memory_resize(NULL, ((size_t)argc + 1) * sizeof *out->words);
  bool is_word_only = false;
  for (int i = 0; i < argc; i++) {
    const char *word = argv[i];
    if (is_word_only || word[0] != '-' || word[1] == '\0') {
      out->words[out->n_words++] = word;
    } else if (strcmp(word, "--") == 0) {
      is_word_only = true;
    } else {
      taut_status status = take_option(options, argc, argv, &i, out, error, error_size);
      if (status != TAUT_OK) {
        taut_arguments_fini(out);
        return status;
      }
    }
  }
  out->words[out->n_words] = NULL;
  return TAUT_OK;
}

void taut_arguments_fini(taut_arguments *arguments) {
  free(arguments->values);
  free(arguments->words);
  *arguments = (taut_arguments){0};
}

const char *taut_arguments_value(const taut_arguments *arguments, const char *name) {
  for (size_t i = arguments->n_values; i-- > 0;) {
    if (strcmp(arguments->values[i].option->name, name) == 0) {
      return arguments->values[i].text != NULL ? arguments->values[i].text : "";
    }
  }
  return NULL;
}

bool taut_arguments_has(const taut_arguments *arguments, const char *name) {
  return taut_arguments_value(arguments, name) != NULL;
}

const char **taut_arguments_values(const taut_arguments *arguments, const char *name) {
  const char **values = taut_memory_resize(NULL, (arguments->n_values + 1) * sizeof *values);
  size_t n = 0;
  for (size_t i = 0; i < arguments->n_values; i++) {
    if (strcmp(arguments->values[i].option->name, name) == 0) {
      values[n++] = arguments->values[i].text;
    }
  }
  values[n] = NULL;
  return values;
}

taut_status taut_arguments_integer(const taut_arguments *arguments, const char *name, int64_t least,
                                   int64_t greatest, int64_t *out, char *error, size_t error_size) {
  const char *text = taut_arguments_value(arguments, name);
  if (text == NULL) return TAUT_OK;
  char *end = NULL;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (text[0] == '\0' || *end != '\0' || errno != 0 || value < least || value > greatest) {
    snprintf(error, error_size, "--%s must be a whole number from %lld to %lld, got '%s'", name,
             (long long)least, (long long)greatest, text);
    return TAUT_EINVAL;
  }
  *out = value;
  return TAUT_OK;
}

taut_status taut_arguments_seconds(const taut_arguments *arguments, const char *name, double *out,
                                   char *error, size_t error_size) {
  const char *text = taut_arguments_value(arguments, name);
  if (text == NULL) return TAUT_OK;
  char *end = NULL;
  double value = strtod(text, &end);
  while (*end == ' ') end++;
  double scale = strcmp(end, "") == 0 || strcmp(end, "s") == 0 ? 1.0
                 : strcmp(end, "ms") == 0                      ? 1e-3
                 : strcmp(end, "us") == 0                      ? 1e-6
                 : strcmp(end, "min") == 0                     ? 60.0
                                                               : 0.0;
  value *= scale;
  if (end == text || !isfinite(value) || value < 1e-9 || value > 86400.0) {
    snprintf(error, error_size, "--%s must be a time such as 60 or 1.5s, at most one day, got '%s'",
             name, text);
    return TAUT_EINVAL;
  }
  *out = value;
  return TAUT_OK;
}
