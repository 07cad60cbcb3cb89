#!/usr/bin/env bash
# includes.sh ROOT: who may include whom. Prints each wrong include as "file:line: why" and fails.
#
# The layers point one way: cli -> report, runner -> scenario, trace -> monitor -> engine -> math. Plugins see the
# ABI and models; models see the C library and a few headers without code of their own.
set -euo pipefail
cd "$1"

# Some folders may not exist; that is no failure of find.
sources() { { find "$@" -name '*.[ch]' -type f 2>/dev/null || true; } | sort; }

c_library='assert ctype errno fenv float inttypes limits locale math setjmp signal stdalign stdarg
  stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string time xmmintrin pmmintrin'

# Every include of the tree as "file line name".
list_includes() {
  # shellcheck disable=SC2016
  sources core models plugins hil tests examples | grep -v '^tests/tidy/bad/' |
    xargs -r awk '/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
      name = $0; sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*$/, "", name)
      print FILENAME, FNR, name }'
}

list_includes | awk -v c_library="$c_library" '
function wrong(why) { printf "%s:%d: %s: %s\n", file, line, name, why; n_wrong++ }
function is_in(prefix) { return index(file, prefix) == 1 }
# The header may stand only in files that begin with one of the prefixes.
function only_in(header, prefixes,    list, n, i) {
  if (name != header) return
  n = split(prefixes, list, " ")
  for (i = 1; i <= n; i++) if (is_in(list[i])) return
  wrong("only allowed in " prefixes)
}
# Files under `prefix` may include project headers only of the listed folders or names.
function may_use(prefix, allowed,    list, n, i) {
  if (!is_in(prefix) || is_system) return
  n = split(allowed, list, " ")
  for (i = 1; i <= n; i++) if (index(name, list[i]) == 1) return
  wrong(prefix " may include only " allowed)
}
BEGIN { n = split(c_library, words, /[ \n]+/); for (i = 1; i <= n; i++) is_c[words[i] ".h"] = 1 }
{
  file = $1; line = $2; name = $3
  is_system = (name in is_c)
  folder = file; sub(/[^\/]*$/, "", folder)
  # A header beside the file that includes it, by its bare name.
  is_sibling = (index(name, "/") == 0 && (getline beside < (folder name)) >= 0)
  if (is_sibling) close(folder name)

  only_in("lua.h", "core/scenario/ tests/"); only_in("lauxlib.h", "core/scenario/ tests/")
  only_in("lualib.h", "core/scenario/ tests/")
  only_in("uv.h", "core/runner/ hil/ tests/")
  only_in("zmq.h", "hil/socket.c hil/clients/c/taut_link.c tests/")
  only_in("taut_link.pb-c.h", "hil/wire.h hil/clients/c/taut_link_io.h tests/")
  only_in("cmocka.h", "tests/"); only_in("mpfr.h", "tests/")
  only_in("jansson.h", "core/report/ core/runner/ core/cli/ tests/")
  only_in("seccomp.h", "core/runner/ tests/"); only_in("sqlite3.h", "core/report/ tests/")
  only_in("sodium.h", "core/report/ tests/")
  only_in("xxhash.h", "core/engine/ core/trace/ tests/")
  only_in("zstd.h", "core/trace/ tests/"); only_in("zlib.h", "core/trace/ tests/")
  only_in("pthread.h", "core/trace/ tests/")

  if (is_in("models/")) {
    if (!is_system && !is_sibling)
      may_use("models/", "models/ taut/math.h taut/roles.h taut/status.h")
  } else if (is_in("plugins/")) {
    if (!is_sibling)
      may_use("plugins/", "models/ plugins/resistance/ plugins/session_program/ plugins/spotter/ plugins/motor_pmsm/ plugins/cable_spool/ taut/plugin.h taut/roles.h taut/status.h taut/math.h")
  } else if (is_in("core/math/")) {
    if (!is_sibling) may_use("core/math/", "math/ taut/math.h taut/status.h")
  } else if (is_in("core/engine/")) {
    if (name == "dlfcn.h" || name == "xxhash.h" || name == "elf.h" || name == "link.h" || name == "malloc.h" ||
        name == "emmintrin.h" || name == "arm_neon.h") next
    if (name ~ /^(sys\/|unistd|fcntl)/) next
    if (!is_sibling)
      may_use("core/engine/", "engine/ taut/engine.h taut/timeline.h taut/plugin.h taut/roles.h taut/status.h taut/math.h")
  } else if (is_in("core/monitor/")) {
    if (!is_sibling)
      may_use("core/monitor/", "monitor/ engine/ taut/")
  } else if (is_in("core/trace/")) {
    if (name ~ /^(zstd|zlib|pthread|unistd|fcntl)\.h$/ || name ~ /^sys\//) next
    if (!is_sibling) may_use("core/trace/", "trace/ taut/")
  } else if (is_in("core/scenario/")) {
    if (name ~ /^(scenario|monitor|taut)\// || is_sibling || is_system) next
    if (name ~ /^(runner|report|cli)\// || name ~ /^core\//) wrong("a lower layer may not see it")
  } else if (is_in("core/report/")) {
    if (name ~ /^(runner|cli)\//) wrong("core/report may not see it")
  } else if (is_in("core/runner/")) {
    if (name ~ /^cli\//) wrong("core/runner may not see it")
  } else if (is_in("hil/clients/")) {
    if (name ~ /\// && name !~ /^(sys|arpa)\//) wrong("a client library knows nothing of Taut")
  } else if (is_in("hil/bridge/")) {
    # The device side knows neither link nor engine; only emulated drives have a motor.
    if (name ~ /^(linux\/can|net\/if|sys\/)/ || name ~ /^(fcntl|termios|unistd)\.h$/ || is_sibling) next
    if (is_in("hil/bridge/emulator/") && name ~ /^models\//) next
    may_use("hil/bridge/", "hil/bridge/ taut/roles.h taut/status.h taut/math.h")
  } else if (is_in("hil/")) {
    if (name ~ /^(scenario|trace|report|runner|cli)\//) wrong("hil sees the engine only")
  }
  # The inner headers of the engine are for engine and monitor; tests may look inside. Only the search for
  # the nearest word is of use to all of core.
  if (name ~ /^engine\// && !is_in("core/engine/") && !is_in("core/monitor/") && !is_in("tests/") &&
      !(name == "engine/suggest.h" && is_in("core/"))) wrong("inner header of the engine")
  if (is_in("core/include/taut/") && !is_system && name !~ /^taut\//)
    wrong("public headers include the C library and public headers only")
}
END { if (n_wrong) { printf "%d wrong includes\n", n_wrong; exit 1 } }
'
