#!/usr/bin/env bash
# client.sh BUILD: a stranger builds a controller of his own with what is installed and pkg-config, as C and
# as C++, and it drives a scenario. Runs after package.sh, which leaves the prefix.
set -euo pipefail
folder=$(realpath "$1/package")
prefix=$folder/prefix
rm -rf "$folder/client"
mkdir -p "$folder/client"
cd "$folder/client"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name taut_link.pc)")
export PKG_CONFIG_PATH
read -ra cflags < <(pkg-config --cflags taut_link)
read -ra libs < <(pkg-config --libs taut_link)
flags=(-O2 -Wall -Wextra -Wpedantic -Werror)
gcc -std=c17 "${flags[@]}" "$prefix/share/taut/clients/c/leak_controller.c" "${cflags[@]}" "${libs[@]}" -lm -o controller
cat >empty.cpp <<'TEXT'
#include <taut_link.h>
static void step(void *, taut_io *io) {
  if (taut_io_get(io, "", "no_such_port") > 0) taut_io_fail(io, "what?");
}
static void output(const void *, taut_io *) {}
int main(int, char **argv) {
  const taut_peer peer = {"controller", "wrong", "1.0", 0, 0, step, output};
  return taut_peer_serve(&peer, argv[1]);
}
TEXT
g++ -std=c++17 "${flags[@]}" empty.cpp "${cflags[@]}" "${libs[@]}" -o wrong

at=$(mktemp -d)  # the path of a socket is short
pid=
# shellcheck disable=SC2317  # called by the trap
finish() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$at"
}
trap finish EXIT
# serve COMMAND
serve() {
  "$1" "ipc://$at/peer" 2>log &
  pid=$!
  for _ in $(seq 400); do
    [ ! -S "$at/peer" ] || return 0
    sleep 0.05
  done
  cat log
  exit 1
}
stop() {
  kill "$pid"
  wait "$pid"
  pid=
}
serve ./controller
"$prefix/bin/taut" run "$prefix/share/taut/scenarios/safety/leak.lua" -k woman -q --timeout 280 \
  --with "controller=ipc://$at/peer"
stop
serve ./wrong
if "$prefix/bin/taut" run "$prefix/share/taut/scenarios/safety/leak.lua" -k woman -q \
  --with "controller=ipc://$at/peer" >out.txt; then
  echo "a controller that asks for a port that there is not passed"
  exit 1
fi
stop
grep -q "the role has no input 'no_such_port'" out.txt || { cat out.txt; exit 1; }
# Addresses that others could reach, and files that are no sockets, are refused with a reason.
touch "$at/file"
for address in "tcp://0.0.0.0:5999" "tcp://10.0.0.1:5999" "ipc://relative" "ipc://$at/file" "udp://127.0.0.1:1"; do
  if ./controller "$address" 2>log; then
    echo "$address was taken"
    exit 1
  fi
  grep -q "$address" log || { cat log; exit 1; }
done
echo "a stranger's controller in C runs"
