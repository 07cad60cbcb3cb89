/// What a builder collects. The plan copies what it needs, so the builder stays usable.
#ifndef TAUT_ENGINE_BUILDER_H
#define TAUT_ENGINE_BUILDER_H

#include "engine/arena.h"
#include "taut/engine.h"

enum {
  TAUT_INSTANCES_MAX = 1024,
  TAUT_FAULTS_MAX = 4096,
  TAUT_STATE_SIZE_MAX = 64 << 20,  ///< bytes of state of one instance
};

#define TAUT_NONE UINT32_MAX  ///< no instance, output, mux or tap

/// Where an input is fed from.
typedef struct builder_wire {
  uint32_t instance;  ///< TAUT_NONE: unwired
  uint32_t output;    ///< row of that instance's model
} builder_wire;

typedef struct builder_instance {
  const char *path;
  const taut_model *model;
  int64_t period_ns, phase_ns;
  double *params;       ///< (slots), in the arena
  builder_wire *wires;  ///< (model->n_inputs), in the arena
} builder_instance;

struct taut_builder {
  taut_arena arena;
  const taut_allocator *allocator;
  const taut_registry *registry;
  const taut_log_sink *log;  ///< may be NULL
  int64_t base_ns, row_ns;
  builder_instance *instances;
  size_t n_instances, capacity_instances;
  taut_fault *faults;  ///< strings in the arena
  size_t n_faults, capacity_faults;
};

/// Index of the instance of that path, or TAUT_NONE. [main]
uint32_t taut_builder_find(const taut_builder *builder, const char *path);

#endif
