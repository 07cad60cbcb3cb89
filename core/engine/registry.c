#define _GNU_SOURCE  // realpath with the strict C17 headers

#include "engine/registry.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/elf.h"
#include "engine/fpenv.h"
#include "engine/suggest.h"
#include "engine/text.h"

// Sizes of the structs in ABI 1.0. A library may bring larger ones (a later minor) but not smaller
// ones.
enum { MODEL_SIZE_1_0 = 176, SIGNAL_SIZE_1_0 = 96 };

static_assert(sizeof(taut_model) >= MODEL_SIZE_1_0, "the model of ABI 1.0 only grows");
static_assert(sizeof(taut_signal) >= SIGNAL_SIZE_1_0, "the signal of ABI 1.0 only grows");

taut_status taut_registry_create(const taut_allocator *allocator, const taut_log_sink *log,
                                 taut_registry **out) {
  if (!allocator) allocator = taut_allocator_default();
  *out = NULL;
  taut_registry *registry = allocator->allocate(allocator->user, sizeof *registry);
  if (!registry) return TAUT_ENOMEM;
  *registry = (taut_registry){.allocator = allocator, .log = log};
  taut_arena_init(&registry->arena, allocator);
  *out = registry;
  return TAUT_OK;
}

void taut_registry_destroy(taut_registry *registry) {
  if (!registry) return;
  for (size_t i = registry->n_libraries; i-- > 0;) dlclose(registry->libraries[i].handle);
  taut_arena_fini(&registry->arena);
  registry->allocator->release(registry->allocator->user, registry);
}

static const taut_signal *copy_table(taut_registry *registry, const taut_model *model,
                                     const taut_signal *signals, uint32_t n, bool *is_ok) {
  if (!n) return NULL;
  taut_signal *copy = taut_arena_new(&registry->arena, n, sizeof *copy);
  if (!copy) {
    *is_ok = false;
    return NULL;
  }
  size_t stride = model->signal_size;
  size_t size = stride < sizeof *copy ? stride : sizeof *copy;
  for (uint32_t i = 0; i < n; i++)
    memcpy(&copy[i], (const unsigned char *)signals + i * stride, size);
  return copy;
}

// A library of another minor has tables of another stride. The rest of the engine indexes tables as
// arrays of this version's struct, so such a model is copied into this version's layout.
static const taut_model *adapt(taut_registry *registry, const taut_model *model) {
  if (model->struct_size >= sizeof *model && model->signal_size == sizeof(taut_signal))
    return model;
  taut_model *copy = taut_arena_new(&registry->arena, 1, sizeof *copy);
  if (!copy) return NULL;
  memcpy(copy, model, model->struct_size < sizeof *copy ? model->struct_size : sizeof *copy);
  bool is_ok = true;
  copy->params = copy_table(registry, model, model->params, model->n_params, &is_ok);
  copy->inputs = copy_table(registry, model, model->inputs, model->n_inputs, &is_ok);
  copy->outputs = copy_table(registry, model, model->outputs, model->n_outputs, &is_ok);
  copy->events = copy_table(registry, model, model->events, model->n_events, &is_ok);
  copy->struct_size = sizeof *copy;
  copy->signal_size = sizeof(taut_signal);
  return is_ok ? copy : NULL;
}

static taut_status add_model(taut_registry *registry, const taut_model *model, const char *file) {
  char text[TAUT_LINE_MAX];
  const char *where = file[0] ? file : "model";
  if (!model || model->struct_size < MODEL_SIZE_1_0 || model->signal_size < SIGNAL_SIZE_1_0) {
    taut_say_error(registry->log, where, "struct_size or signal_size is not of ABI %u.x",
                   TAUT_ABI_MAJOR);
    return TAUT_EABI;
  }
  const taut_model *adapted = adapt(registry, model);
  if (!adapted) return TAUT_ENOMEM;
  if (taut_model_validate(adapted, text, sizeof text) != TAUT_OK) {
    taut_say_error(registry->log, where, "%s", text);
    return TAUT_EINVAL;
  }
  if (taut_registry_find(registry, adapted->name)) {
    taut_say_error(registry->log, where, "%s: a model of that name is loaded already",
                   adapted->name);
    return TAUT_EINVAL;
  }
  registry_model *entry =
      taut_arena_push(&registry->arena, (void **)&registry->models, &registry->n_models,
                      &registry->capacity_models, sizeof *entry);
  if (!entry) return TAUT_ENOMEM;
  *entry = (registry_model){adapted, file};
  return TAUT_OK;
}

taut_status taut_registry_add(taut_registry *registry, const taut_model *model) {
  return add_model(registry, model, "");
}

static taut_query_fn find_query(void *handle) {
  // ISO C has no conversion from an object pointer to a function pointer; POSIX promises the bytes.
  void *symbol = dlsym(handle, "taut_query");
  taut_query_fn query = NULL;
  static_assert(sizeof query == sizeof symbol, "POSIX: dlsym serves functions too");
  memcpy(&query, &symbol, sizeof query);
  return query;
}

static taut_status add_models(taut_registry *registry, void *handle, const char *file) {
  taut_query_fn query = find_query(handle);
  if (!query) {
    taut_say_error(registry->log, file, "exports no taut_query: not a Taut plugin");
    return TAUT_EIO;
  }
  const taut_model *model = query(TAUT_ABI_MAJOR, 0);
  if (!model) {
    taut_say_error(registry->log, file, "does not speak major %u of the plugin ABI",
                   TAUT_ABI_MAJOR);
    return TAUT_EABI;
  }
  size_t n_before = registry->n_models;
  for (uint32_t i = 0; model; model = query(TAUT_ABI_MAJOR, ++i)) {
    taut_status status = TAUT_EINVAL;
    if (i == TAUT_MODELS_PER_LIBRARY_MAX)
      taut_say_error(registry->log, file, "offers more than %d models", (int)i);
    else
      status = add_model(registry, model, file);
    if (status != TAUT_OK) {
      registry->n_models = n_before;
      return status;
    }
  }
  return TAUT_OK;
}

static bool is_loaded(const taut_registry *registry, const struct stat *info) {
  for (size_t i = 0; i < registry->n_libraries; i++)
    if (registry->libraries[i].device == (uint64_t)info->st_dev &&
        registry->libraries[i].inode == (uint64_t)info->st_ino)
      return true;
  return false;
}

// Opens a checked file. The floating-point environment belongs to the host: a library that changes
// it while it is opened is refused, and the change undone.
static taut_status open_library(const taut_registry *registry, const char *path, void **handle) {
  taut_fpenv_reset();
  *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  bool is_fpenv_ok = taut_fpenv_is_default();
  taut_fpenv_reset();
  if (!*handle) {
    const char *reason = dlerror();
    taut_say_error(registry->log, path, "cannot be opened: %s", reason ? reason : "?");
    return TAUT_EIO;
  }
  if (is_fpenv_ok) return TAUT_OK;
  dlclose(*handle);
  taut_say_error(registry->log, path,
                 "changes the floating-point environment when it is opened: was it linked with "
                 "-ffast-math?");
  return TAUT_EFPENV;
}

taut_status taut_registry_load(taut_registry *registry, const char *file) {
  char text[TAUT_LINE_MAX], path[PATH_MAX];
  taut_status status = taut_elf_check(file, text, sizeof text);
  if (status != TAUT_OK) {
    taut_say_error(registry->log, file, "%s", text);
    return status;
  }
  struct stat info;
  if (!realpath(file, path) || stat(path, &info) != 0) {
    taut_say_error(registry->log, file, "cannot be read");
    return TAUT_EIO;
  }
  if (is_loaded(registry, &info)) return TAUT_OK;
  // Everything that can fail for want of memory comes before the library is opened.
  char *name = taut_arena_text(&registry->arena, path);
  registry_library *library =
      name ? taut_arena_push(&registry->arena, (void **)&registry->libraries,
                             &registry->n_libraries, &registry->capacity_libraries, sizeof *library)
           : NULL;
  if (!library) return TAUT_ENOMEM;
  registry->n_libraries--;
  void *handle = NULL;
  status = open_library(registry, path, &handle);
  if (status != TAUT_OK) return status;
  status = add_models(registry, handle, name);
  if (status != TAUT_OK) {
    dlclose(handle);
    return status;
  }
  *library = (registry_library){handle, name, (uint64_t)info.st_dev, (uint64_t)info.st_ino};
  registry->n_libraries++;
  return TAUT_OK;
}

const taut_model *taut_registry_find(const taut_registry *registry, const char *name) {
  for (size_t i = 0; i < registry->n_models; i++)
    if (!strcmp(registry->models[i].model->name, name)) return registry->models[i].model;
  return NULL;
}

const taut_model *taut_registry_at(const taut_registry *registry, size_t i) {
  return i < registry->n_models ? registry->models[i].model : NULL;
}

const char *taut_registry_file(const taut_registry *registry, const taut_model *model) {
  for (size_t i = 0; i < registry->n_models; i++)
    if (registry->models[i].model == model) return registry->models[i].file;
  return "";
}
