#!/usr/bin/env bash
# package.sh BUILD: installs into a prefix of its own, moves it, and builds the outside project against it
# with find_package and with pkg-config; `taut check` of the installed command judges both results.
set -euo pipefail
folder=$1/package
here=tests/package/outside
rm -rf "$folder"
mkdir -p "$folder"
cmake --install "$1" --prefix "$folder/first" >"$folder/install.log" || {
  cat "$folder/install.log"
  exit 1
}
mv "$folder/first" "$folder/prefix"
prefix=$PWD/$folder/prefix
case "$folder" in /*) prefix=$folder/prefix ;; esac
taut=$prefix/bin/taut

echo "-- find_package"
cmake -S "$here" -B "$folder/outside" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$folder/outside" | tail -n 1
"$taut" check "$folder/outside/outside_oscillator.so"

echo "-- pkg-config"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name taut.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --variable=plugindir taut | xargs realpath)" = "$(realpath "$prefix/lib/taut/plugins")" ]
[ -d "$(pkg-config --variable=datadir taut)/models" ]
read -ra cflags < <(pkg-config --cflags taut)
read -ra libs < <(pkg-config --libs taut)
gcc -std=c17 -O2 -shared "${cflags[@]}" "$here/oscillator.c" -o "$folder/by_pkg_config.so" "${libs[@]}"
"$taut" check "$folder/by_pkg_config.so"

echo "-- models and scenarios, whole"
list() { (cd "$1" && find models scenarios -name '*.lua' -o -name '*.json' | LC_ALL=C sort); }
diff <(list .) <(list "$(pkg-config --variable=datadir taut)")

# The installed command finds its plugins and data beside itself, from any folder.
echo "-- the installed command, elsewhere"
cd /
"$taut" describe two_cable_trainer >"$folder/rig.txt"
grep -q 'left.motor' "$folder/rig.txt"
"$taut" selftest >"$folder/selftest.txt" || {
  cat "$folder/selftest.txt"
  exit 1
}
