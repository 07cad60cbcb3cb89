#!/usr/bin/env bash
# engine_only.sh BUILD: with nothing but the C library in reach, the engine configures, builds, and a
# 30-line program simulates a plugin with it; neither knows libuv, Lua or ZeroMQ.
set -euo pipefail
folder=$1/engine_only
here=tests/package

# pkg-config finds nothing here, so a hidden need for a library would stop the configuration.
export PKG_CONFIG_LIBDIR=/nonexistent
[ -f "$folder/build.ninja" ] ||
  cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTAUT_ENGINE_ONLY=ON >/dev/null
cmake --build "$folder" --target taut_engine taut_math | tail -n 1

flags=(-std=c17 -O2 -fPIC -fvisibility=hidden -ffp-contract=off -Icore/include)
gcc "${flags[@]}" "$here/simulate.c" -o "$folder/simulate" "$folder/core/libtaut_engine.a" \
  "$folder/core/libtaut_math.a" -ldl -lm
gcc "${flags[@]}" -shared "$here/outside/oscillator.c" -o "$folder/oscillator.so" \
  "$folder/core/libtaut_math.a" -lm

result=$("$folder/simulate" "$folder/oscillator.so" outside_oscillator 2.2)
echo "simulated: $result"
# x(t) = F/k (1 - cos(w t)) with F = 1 N, k = 100 N/m, w = 10 rad/s: 0.0200 m at 2.2 s. Symplectic Euler at
# 1 ms is off by up to w dt / 2 = 0.5 % of that.
awk '{ x = $4; exact = 0.01 * (1 - cos(22)); exit !(x - exact < 1e-4 && exact - x < 1e-4) }' <<<"$result" ||
  { echo "the oscillator is not where it should be"; exit 1; }

if ldd "$folder/simulate" "$folder/oscillator.so" | grep -E 'libuv|liblua|zmq|jansson|seccomp'; then
  echo "the engine pulls in a library it must not know"
  exit 1
fi
if nm -u "$folder/core/libtaut_engine.a" | grep -E ' U (uv_|lua_|luaL_|zmq_|json_|seccomp_)'; then
  echo "the engine calls a library it must not know"
  exit 1
fi
