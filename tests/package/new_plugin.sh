#!/usr/bin/env bash
# new_plugin.sh BUILD: what `taut new plugin` writes builds against an installed Taut and its own test
# passes at once. Runs after package.sh, which leaves the prefix.
set -euo pipefail
folder=$(realpath "$1/package")
prefix=$folder/prefix
rm -rf "$folder/new"
mkdir -p "$folder/new"
cd "$folder/new"
"$prefix/bin/taut" new plugin my_controller | tee new.log
grep -q -- " -DCMAKE_PREFIX_PATH=$prefix " new.log
"$prefix/bin/taut" list scenarios/safety/leak.lua >/dev/null
cmake -S my_controller -B build -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build build | tail -n 1
ctest --test-dir build --output-on-failure --no-tests=error
