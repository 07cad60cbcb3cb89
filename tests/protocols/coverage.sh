#!/usr/bin/env bash
# coverage.sh TAUT BUILD: taut protocol coverage counts what it says. The shipped rules pass and their twins fail; a
# row whose twin passes is reported, and so is a row whose scenario fails.
set -uo pipefail
taut=$1 folder=$2/protocols/coverage
rm -rf "$folder"
mkdir -p "$folder/bad"
die() {
  echo "$1"
  exit 1
}
"$taut" protocol coverage --twins --json "$folder/rows.json" >"$folder/log" 2>&1 || {
  grep -v '  pass  ' "$folder/log"
  die "the shipped rows do not hold"
}
jq -e '.rows | length == 95 and ([.[] | select(.verdict == "pass")] | length) >= 94' "$folder/rows.json" >/dev/null ||
  die "fewer than 94 of 95 rows have a check that can fail"
jq -e 'all(.rows[].scenarios[].twins[]; .verdict == "fail")' "$folder/rows.json" >/dev/null || die "a twin does not fail"

cat >"$folder/bad/rules.lua" <<'LUA'
local bench = require "session_bench"
local function rule(row, name, defect, gives)
  return bench.rule {
    name, rows = { row }, defect = defect, programme = { bench.one(3) },
    measure = function(t) t:day(0) return t:count "session_begin" end, gives = gives,
  }
end
return {
  rule("D-000-1", "its twin passes", "no_refer", 1),
  rule("D-000-2", "it fails", "no_refer", 2),
  rule("D-000-3", "it has no twin", nil, 1),
}
LUA
"$taut" protocol coverage "$folder/bad" --twins --json "$folder/bad.json" >"$folder/bad.log" 2>&1
[ $? = 1 ] || die "rows that fail or cannot fail are not told by the exit status"
jq -e '[.rows[] | select(.verdict != "gap") | "\(.id) \(.verdict)"] ==
  ["D-000-1 cannot fail", "D-000-2 fail", "D-000-3 cannot fail"]' "$folder/bad.json" >/dev/null || {
  cat "$folder/bad.log"
  die "rows whose checks cannot fail are not told"
}
grep -q '^gaps: D-000-4 ' "$folder/bad.log" || die "gaps are not named"

# Every twin in every scenario: a defect fails rows of others too, and never one that it has nothing to do with.
"$taut" protocol coverage "$folder/bad" --table --json "$folder/table.json" >"$folder/table.log" 2>&1
jq -e '.twins | map({ name, runs }) == [{ name: "session: no_refer", runs: 3 }]' "$folder/table.json" >/dev/null || {
  cat "$folder/table.log"
  die "a twin is not tried wherever it fits"
}
jq -e '.twins[0].fails == ["D-000-2"]' "$folder/table.json" >/dev/null || die "the rows that a twin fails are not told"
