// Simulates one plugin with the engine alone: simulate PLUGIN.so MODEL SECONDS.
#include <stdio.h>
#include <stdlib.h>

#include "taut/engine.h"

static void on_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                   const char *text) {
  (void)user, (void)level;
  fprintf(stderr, "%lld ns %s: %s\n", (long long)tick_ns, path, text);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const taut_log_sink log = {on_log, NULL};
  const taut_run_options options = {.seed = 1};
  taut_registry *registry = NULL;
  taut_builder *builder = NULL;
  taut_plan *plan = NULL;
  taut_run *run = NULL;
  uint8_t hash[16];
  int64_t until_ns = (int64_t)(atof(argv[3]) * 1e9);
  if (taut_registry_create(NULL, &log, &registry) || taut_registry_load(registry, argv[1]) ||
      taut_builder_create(registry, NULL, &log, &builder) ||
      taut_builder_add(builder, "it", argv[2], 0, 0) || taut_builder_plan(builder, &plan) ||
      taut_run_create(plan, &options, NULL, &log, &run) || taut_run_advance(run, until_ns))
    return 1;
  taut_run_trace_hash(run, hash);
  printf("%lld ns ", (long long)taut_run_now(run));
  for (int i = 0; i < 16; i++) printf("%02x", hash[i]);
  printf(" %.9g\n", taut_run_values(run)[taut_plan_instance(plan, 0).first_output]);
  taut_run_destroy(run);
  taut_plan_destroy(plan);
  taut_builder_destroy(builder);
  taut_registry_destroy(registry);
  return 0;
}
