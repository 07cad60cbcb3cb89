#!/usr/bin/env bash
# bisect.sh TAUT BUILD: taut bisect names tick, instance and port of the first difference, and the exit status tells
# equal, different, wrong words and damage apart.
set -uo pipefail
taut=$1 folder=$2/court/bisect
rm -rf "$folder"
mkdir -p "$folder"
die() {
  echo "$1"
  exit 1
}
cat >"$folder/short.lua" <<'LUA'
local taut = require "taut"
return taut.scenario {
  name = "short", rig = "two_cable_trainer", user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(20), reps = 3 },
  faults = { late = taut.fault { on = "controller.left_load_cell_n", kind = "bias", magnitude = N(0.25) } },
  script = function(s)
    s:event("session.request", "start_set")
    s:wait "150 ms"
    s:fault "late"
    s:wait "50 ms"
    s:expect("load.command_n <= 10 N")
  end,
}
LUA
sed 's/N(0.25)/N(0.5)/' "$folder/short.lua" >"$folder/other.lua"
record() { "$taut" run "$folder/$1.lua" --trace "$folder/$2" --out "$folder/runs" -q >"$folder/log" 2>&1 || die "$(cat "$folder/log")"; }
record short a
record short b
record other c
a=$(ls "$folder"/a/*.mcap) b=$(ls "$folder"/b/*.mcap) c=$(ls "$folder"/c/*.mcap)

# expect STATUS TEXT WORD...: the exit status of taut bisect, and what it says.
expect() {
  local status=$1 text=$2
  shift 2
  "$taut" bisect "$@" >"$folder/said" 2>&1
  local rc=$?
  [ $rc = "$status" ] || die "exit code $rc, $status was due: $* $(cat "$folder/said")"
  grep -q "$text" "$folder/said" || die "it does not say '$text': $(cat "$folder/said")"
}
expect 0 'bit for bit' "$a" "$b"
expect 0 'same' "$folder/a" "$folder/b"
expect 1 'instance controller, port left_load_cell_n' "$a" "$c"
"$taut" bisect "$a" "$c" --json --context 2 >"$folder/found.json"
jq -e '.same == false and (.traces[0] | .instance == "controller" and .port == "left_load_cell_n" and .unit == "N"
  and .first_ns >= 150000000 and .first_ns <= 152000000 and .first_tick * 50000 == .first_ns and .b - .a == 0.25
  and (.around.times_ns | length) == 5 and (.around.columns[0].a[2] != .around.columns[0].b[2])
  and (.around.columns[0].a[1] == .around.columns[0].b[1]))' "$folder/found.json" >/dev/null || {
  cat "$folder/found.json"
  die "the first difference is not where it was made"
}

head -c 20000 "$a" >"$folder/cut.mcap"
cp "$a" "$folder/flipped.mcap"
size=$(stat -c %s "$a")
printf '\xa5\x5a' | dd of="$folder/flipped.mcap" bs=1 seek=$((size / 2)) conv=notrunc status=none
expect 6 'cut' "$a" "$folder/cut.mcap"
expect 6 'damaged' "$a" "$folder/flipped.mcap"
expect 6 'not an MCAP file' "$folder/short.lua" "$a"
expect 4 'No such file' "$a" "$folder/nothing.mcap"
expect 4 'not one of each' "$a" "$folder/a"
mkdir "$folder/none"
expect 4 'holds a trace' "$folder/none" "$folder/none"
expect 1 'has no trace of this name' "$folder/a" "$folder/none"
exit 0
