// The plan of a rig on its own, for `taut describe`.

#include <lauxlib.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/host.h"

typedef struct rig_request {
  taut_setup *setup;
  const char *rig;
} rig_request;

static int make_rig(lua_State *L) {
  rig_request *request = lua_touserdata(L, 1);
  luaL_checkstack(L, 40, "rig");
  lua_pushstring(L, request->rig);
  taut_setup_rig(request->setup);
  taut_setup_machine(request->setup);
  taut_setup_plan(request->setup);
  return 0;
}

taut_status taut_rig_plan(const char *rig, const taut_scenario_options *options,
                          taut_registry *registry, taut_plan **out) {
  const taut_allocator *allocator = taut_allocator_default();
  taut_pool pool;
  taut_journal journal = {.pool = &pool};
  taut_sandbox box = {
      .allocator = allocator,
      .memory_cap = options->memory_bytes ? options->memory_bytes : TAUT_MEMORY_DEFAULT,
      .data_dir = options->data_dir ? options->data_dir : ".",
      .install = taut_api_install,
      .log = options->log};
  taut_setup setup = {.options = options,
                      .pool = &pool,
                      .journal = &journal,
                      .registry = registry,
                      .is_plan_only = true};
  *out = NULL;
  taut_pool_init(&pool, allocator);
  setup.log = taut_journal_log(&journal);
  taut_status status = taut_sandbox_open(&box);
  if (!status) {
    setup.L = box.L;
    // The plan keeps the builder's log for its own messages, so the caller's goes there.
    status = taut_builder_create(registry, allocator, &setup.log, &setup.builder);
  }
  if (!status) {
    rig_request request = {.setup = &setup, .rig = rig};
    taut_sandbox_grant(&box,
                       options->instructions ? options->instructions : TAUT_INSTRUCTIONS_DEFAULT);
    lua_pushcfunction(box.L, make_rig);
    lua_pushlightuserdata(box.L, &request);
    status = taut_sandbox_call(&box, box.L, 1, 0);
  }
  if (status && options->log) {
    const char *text = box.message[0] ? box.message : taut_status_text(status);
    options->log->write(options->log->user, -1, TAUT_LOG_ERROR, rig, text);
  }
  if (!status) *out = setup.plan;
  taut_builder_destroy(setup.builder);
  taut_sandbox_close(&box);
  taut_pool_clear(&pool);
  return status;
}
