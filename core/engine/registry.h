/// The registry as the rest of the engine sees it.
#ifndef TAUT_ENGINE_REGISTRY_H
#define TAUT_ENGINE_REGISTRY_H

#include "engine/arena.h"
#include "taut/engine.h"

enum { TAUT_MODELS_PER_LIBRARY_MAX = 256 };

/// An open library.
typedef struct registry_library {
  void *handle;            ///< of dlopen
  const char *file;        ///< absolute path, in the arena
  uint64_t device, inode;  ///< tell a second load of the same file
} registry_library;

typedef struct registry_model {
  const taut_model *model;  ///< in the library, in process, or a copy with this version's layout
  const char *file;         ///< "" for one in process
} registry_model;

struct taut_registry {
  taut_arena arena;
  const taut_allocator *allocator;  ///< borrowed
  const taut_log_sink *log;         ///< borrowed, may be NULL
  registry_library *libraries;
  size_t n_libraries, capacity_libraries;
  registry_model *models;
  size_t n_models, capacity_models;
};

#endif
