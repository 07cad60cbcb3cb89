#!/usr/bin/env bash
# build.sh FOLDER UPLOT: how the chart library comes into a build. Without npm there is a message that says what to
# do; a folder with the library needs neither npm nor network.
set -euo pipefail
folder=$1 uplot=$2
rm -rf "$folder"
mkdir -p "$folder/uplot"
fail() {
  cat "$folder/log"
  echo "$1"
  exit 1
}
# The package lists npm would need are out of reach: it is a program that fails.
if cmake -S . -B "$folder/without" -DTAUT_TESTS=OFF -DTAUT_NPM="$(command -v false)" >"$folder/log" 2>&1; then
  fail "a build without npm was configured"
fi
tr -s ' \n' ' ' <"$folder/log" | grep -q 'give -DTAUT_UPLOT_DIR=FOLDER' || fail "the message names no way out"

cp "$uplot"/dist/uPlot.iife.min.js "$uplot"/dist/uPlot.min.css "$uplot"/LICENSE "$folder/uplot"
offline=(cmake -S . -B "$folder/with" -G Ninja -DTAUT_TESTS=OFF -DTAUT_NPM="$(command -v false)"
  -DTAUT_UPLOT_DIR="$folder/uplot")
"${offline[@]}" >"$folder/log" 2>&1 || fail "a folder with the library was not enough"
cmake --build "$folder/with" --target core/report/web/web.c >"$folder/log" 2>&1 || fail "nothing was embedded"
# The hash that the policy names is that of the file.
hash=$(node -p 'crypto.createHash("sha256").update(fs.readFileSync(process.argv[1])).digest("base64")' \
  "$folder/uplot/uPlot.iife.min.js")
grep -qF "sha256-$hash" "$folder/with/core/report/web/web.c" || fail "the page would not admit uPlot: sha256-$hash"

# What would end its element early is refused.
printf 'var s = "</ScRiPt>";\n' >"$folder/uplot/uPlot.iife.min.js"
if cmake --build "$folder/with" --target core/report/web/web.c >"$folder/log" 2>&1; then
  fail "a script that ends its element was embedded"
fi
tr -s ' \n' ' ' <"$folder/log" | grep -q "cannot stand in a page" || fail "another error"
