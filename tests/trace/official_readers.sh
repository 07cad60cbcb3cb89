#!/usr/bin/env bash
# official_readers.sh FOLDER TAUT: every trace of two safety scenarios is read by the official MCAP readers from
# npm. They are installed into FOLDER once; without them this test fails, for then nothing was shown.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1 taut=$2
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$here/read.mjs" "$folder"
cd "$folder"

for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: ./dev setup installs it"; exit 1; }
done
if ! cmp -s package-lock.json node_modules/.lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || {
    echo "the official readers could not be installed from npm, so no trace was tested"
    exit 1
  }
  cp package-lock.json node_modules/.lock
fi

rm -rf traces runs
"$taut" run scenarios/safety/leak.lua scenarios/safety/release.lua --trace traces -q
n=0
for trace in traces/*.mcap; do
  "$taut" trace verify "$trace" >/dev/null
  "$taut" trace export "$trace" --csv last.csv
  node read.mjs "$trace" last.csv
  n=$((n + 1))
done
# The script can say no: this CSV is that of another trace.
first=(traces/*.mcap)
if node read.mjs "${first[0]}" last.csv >/dev/null 2>&1; then
  echo "a trace agrees with the CSV of another"
  exit 1
fi
rm -f last.csv
[ "$n" -ge 4 ] || { echo "only $n traces were written"; exit 1; }
