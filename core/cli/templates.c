#include "cli/templates.h"

#include <stddef.h>

static const char plugin_c[] =
    "/// @NAME@: a plugin for the role @ROLE@. It begins by holding every port of the role at its "
    "initial\n"
    "/// value; put your law into `update`.\n"
    "#include <assert.h>\n"
    "\n"
    "#include \"taut/plugin.h\"\n"
    "#include \"taut/roles.h\"\n"
    "\n"
    "/// Everything that changes from step to step. The core owns, copies and compares these "
    "bytes: only\n"
    "/// numbers, no pointers, no gaps.\n"
    "typedef struct @NAME@_state {\n"
    "  double uptime_s;  ///< time since the start [s]\n"
    "} @NAME@_state;\n"
    "static_assert(sizeof(@NAME@_state) == 8, \"state without gaps\");\n"
    "\n"
    "enum { PARAM_GAIN };\n"
    "\n"
    "// id, flags, name, unit and exponents, min, max, init, labels, count, 0, permit, accuracy, "
    "help\n"
    "static const taut_signal params[] = {\n"
    "    {1, TAUT_TUNABLE, \"gain\", TAUT_UNIT_NONE, 0, 10, 1, NULL, 1, 0, 0, 0, \"scales "
    "uptime_s\"},\n"
    "};\n"
    "\n"
    "static const taut_signal inputs[] = {TAUT_@UPPER@_INPUTS};\n"
    "\n"
    "// The ports of the role first, then your own with ids from 1000 up.\n"
    "// clang-format off\n"
    "static const taut_signal outputs[] = {\n"
    "    TAUT_@UPPER@_OUTPUTS\n"
    "    {1000, 0, \"uptime_s\", TAUT_UNIT_S, 0, 1e12, 0, NULL, 1, 0, 0, 0, \"time since the "
    "start\"},\n"
    "};\n"
    "// clang-format on\n"
    "enum { OUT_UPTIME_S = TAUT_@UPPER@_OUT_COUNT };\n"
    "\n"
    "static size_t state_size(const double *param) {\n"
    "  (void)param;\n"
    "  return sizeof(@NAME@_state);\n"
    "}\n"
    "\n"
    "/// The state is zeroed before. Return TAUT_EINVAL to refuse the parameters.\n"
    "static taut_status init(const taut_instance *inst, int64_t tick_ns) {\n"
    "  (void)inst;\n"
    "  (void)tick_ns;\n"
    "  return TAUT_OK;\n"
    "}\n"
    "\n"
    "/// Writes every output from the state; may not change the state.\n"
    "static taut_status output(const taut_instance *inst, int64_t tick_ns) {\n"
    "  (void)tick_ns;\n"
    "  const @NAME@_state *state = inst->state;\n"
    "  for (int i = 0; i < TAUT_@UPPER@_OUT_COUNT; i++) inst->out[i] = outputs[i].init;\n"
    "  inst->out[OUT_UPTIME_S] = inst->param[PARAM_GAIN] * state->uptime_s;\n"
    "  return TAUT_OK;\n"
    "}\n"
    "\n"
    "/// Moves the state one period on. Inputs are inst->in[TAUT_@UPPER@_IN_...][0].\n"
    "static taut_status update(const taut_instance *inst, int64_t tick_ns) {\n"
    "  (void)tick_ns;\n"
    "  @NAME@_state *state = inst->state;\n"
    "  state->uptime_s += inst->period_s;\n"
    "  return TAUT_OK;\n"
    "}\n"
    "\n"
    "#define COUNT(table) (sizeof(table) / sizeof((table)[0]))\n"
    "\n"
    "static const taut_model model = {\n"
    "    .struct_size = sizeof(taut_model),\n"
    "    .signal_size = sizeof(taut_signal),\n"
    "    .abi_minor = TAUT_ABI_MINOR,\n"
    "    .name = \"@NAME@\",\n"
    "    .role = \"@ROLE@\",\n"
    "    .version = \"0.1.0\",\n"
    "    .help = \"holds the ports of the role at their initial values\",\n"
    "    .state_layout = 1,\n"
    "    .n_params = COUNT(params),\n"
    "    .n_inputs = COUNT(inputs),\n"
    "    .n_outputs = COUNT(outputs),\n"
    "    .params = params,\n"
    "    .inputs = inputs,\n"
    "    .outputs = outputs,\n"
    "    .period_ns = @PERIOD@,\n"
    "    .period_ns_min = 50000,\n"
    "    .period_ns_max = 100000000,\n"
    "    .state_size = state_size,\n"
    "    .init = init,\n"
    "    .output = output,\n"
    "    .update = update,\n"
    "};\n"
    "\n"
    "const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {\n"
    "  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;\n"
    "}\n";

static const char plugin_cmake[] =
    "cmake_minimum_required(VERSION 3.25)\n"
    "project(@NAME@ VERSION 0.1.0 LANGUAGES C)\n"
    "if(NOT CMAKE_BUILD_TYPE)\n"
    "  set(CMAKE_BUILD_TYPE Release)\n"
    "endif()\n"
    "\n"
    "# Taut in a place of its own: cmake -DCMAKE_PREFIX_PATH=PREFIX ...\n"
    "find_package(taut 0.1 REQUIRED)\n"
    "\n"
    "# Builds @NAME@.so with the flags that keep results the same on every compiler.\n"
    "taut_add_plugin(@NAME@ @NAME@.c)\n"
    "target_compile_options(@NAME@ PRIVATE -Wall -Wextra)\n"
    "\n"
    "enable_testing()\n"
    "add_test(NAME conformance COMMAND taut::taut check $<TARGET_FILE:@NAME@>)\n"
    "add_test(NAME scenarios COMMAND taut::taut run ${CMAKE_CURRENT_SOURCE_DIR}/scenarios\n"
    "  --with @ROLE@=$<TARGET_FILE:@NAME@> --out ${CMAKE_CURRENT_BINARY_DIR}/runs)\n";

static const char plugin_scenario[] =
    "local taut = require \"taut\"\n"
    "\n"
    "return taut.scenario {\n"
    "  name = \"with @NAME@ as @ROLE@ an idle machine stays without load\",\n"
    "  tags = { \"@NAME@\" },\n"
    "  rig  = \"two_cable_trainer\",\n"
    "\n"
    "  script = function(s)\n"
    "    s:wait \"1 s\"\n"
    "    s:expect(\"load.command_n <= 1 N\")\n"
    "  end,\n"
    "}\n";

static const char plugin_readme[] =
    "# @NAME@\n"
    "\n"
    "A Taut plugin for the role `@ROLE@`.\n"
    "\n"
    "```sh\n"
    "cmake -S . -B build -G Ninja      # Taut elsewhere: -DCMAKE_PREFIX_PATH=PREFIX\n"
    "cmake --build build\n"
    "ctest --test-dir build            # taut check, then scenarios/\n"
    "taut run --with @ROLE@=build/@NAME@.so\n"
    "```\n"
    "\n"
    "| file | what it is |\n"
    "|---|---|\n"
    "| `@NAME@.c` | tables of parameters and ports, and four functions |\n"
    "| `scenarios/` | what it must do, in Lua |\n"
    "| `.luarc.json` | completion of scenarios in editors |\n"
    "\n"
    "## Equations\n"
    "\n"
    "Number each equation, give units, and name the source of each constant.\n";

static const char clang_format[] =
    "BasedOnStyle: Google\n"
    "ColumnLimit: 100\n"
    "IndentWidth: 2\n"
    "DerivePointerAlignment: false\n"
    "PointerAlignment: Right\n";

static const char luarc[] =
    "{\n"
    "  \"runtime.version\": \"Lua 5.4\",\n"
    "  \"workspace.library\": [\"@LIBRARY@\"],\n"
    "  \"workspace.checkThirdParty\": false\n"
    "}\n";

static const char gitignore[] = "/build/\n/runs/\n";

static const char scenario_lua[] =
    "local taut = require \"taut\"\n"
    "\n"
    "return taut.scenario {\n"
    "  name = \"@NAME@: an idle machine stays without load\",\n"
    "  tags = { \"@NAME@\" },\n"
    "  rig  = \"two_cable_trainer\",\n"
    "\n"
    "  -- Who trains, and what: see models/users and models/exercises.\n"
    "  -- user = \"postpartum_week_8\",\n"
    "  -- set  = { exercise = \"goblet_squat\", load = lb(10), reps = 8 },\n"
    "\n"
    "  script = function(s)\n"
    "    s:wait \"1 s\"\n"
    "    s:expect(\"load.command_n <= 1 N\")\n"
    "  end,\n"
    "}\n";

const taut_template taut_templates_plugin[] = {
    {"@NAME@.c", plugin_c},
    {"CMakeLists.txt", plugin_cmake},
    {"scenarios/@NAME@.lua", plugin_scenario},
    {"README.md", plugin_readme},
    {".clang-format", clang_format},
    {".luarc.json", luarc},
    {".gitignore", gitignore},
    {NULL, NULL},
};

const taut_template taut_templates_scenario[] = {
    {"@NAME@.lua", scenario_lua},
    {NULL, NULL},
};
