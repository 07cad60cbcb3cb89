#!/usr/bin/env bash
# layouts.sh FOLDER TAUT: every signal that a shipped layout shows is in a trace of the default rig.
set -euo pipefail
folder=$1 taut=$2 layouts=$PWD/data/layouts
mkdir -p "$folder"
cd "$folder"
rm -rf traces runs
cat >still.lua <<'LUA'
local taut = require "taut"
return taut.scenario {
  name = "still", rig = "two_cable_trainer",
  script = function(s) s:wait "10 ms" s:expect("load.command_n <= 1 N") end,
}
LUA
"$taut" run still.lua --trace traces -q
"$taut" trace info traces/still.still.mcap --json >info.json
jq -r '.channels[].columns[].name' info.json | sort >have

# A path is /topic.field, or "/topic.with.dots".field.
jq -r '.configById[] | .paths[]?.value' "$layouts/taut.foxglove.json" | sed 's/"//g; s/^\///' | sort -u >want
jq -e '[.layout | .. | strings | select(contains("!"))] as $shown | (.configById | keys - $shown) == []' \
  "$layouts/taut.foxglove.json" >/dev/null || { echo "a Foxglove panel is not in the layout"; exit 1; }
sed -n 's/.*<curve name="\/\([^"]*\)\/\([^"]*\)".*/\1.\2/p' "$layouts/taut.plotjuggler.xml" | sort -u >>want
[ "$(wc -l <want)" -ge 40 ] || { echo "hardly a signal was found in the layouts"; exit 1; }
missing=$(sort -u want | comm -23 - have)
[ -z "$missing" ] || { printf 'no such signal:\n%s\n' "$missing"; exit 1; }
