/// The conformance suite inside.
#ifndef TAUT_ENGINE_CHECK_H
#define TAUT_ENGINE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/text.h"
#include "taut/engine.h"

/// One call of taut_check_library.
typedef struct check {
  const char *file;
  taut_check_fn fn;  ///< may be NULL
  void *user;
  bool is_ok;         ///< every item so far
  char imports[256];  ///< functions that allocate, of those the library imports; "" if none
} check;

/// Reports an item; `format` explains a failure or gives a figure. [main]
void taut_check_report(check *all, const char *model, const char *name, bool is_ok,
                       const char *format, ...) TAUT_PRINTF(5, 6);

/// check_file.c: symbols of the library file.
void taut_check_symbols(check *all);
/// check_model.c: everything about one model of the open library.
void taut_check_model(check *all, const taut_model *model);
/// check_skip.c: skipped time, of a model that has the extension for it.
void taut_check_skip(check *all, const taut_model *model);
/// check_survival.c: extreme inputs and parameters, each in a child process. False when legal
/// inputs already kill the process, so that the model must not be run in this one.
bool taut_check_survival(check *all, const taut_model *model);

/// check_image.c: the open library in memory.
typedef struct check_image {
  uintptr_t first, end;  ///< addresses of the library
  size_t size;           ///< bytes that it can write
  unsigned char *bytes;  ///< copy of them, owned; NULL when there are none or memory is out
} check_image;

/// Copies what the library that holds `address` can write: its variables. Free with
/// taut_check_image_fini. Allocates. [main]
check_image taut_check_image(const void *address);
/// Do the variables of the library differ from the copy? [main]
bool taut_check_image_changed(const check_image *image, const void *address);
void taut_check_image_fini(check_image *image);

#endif
