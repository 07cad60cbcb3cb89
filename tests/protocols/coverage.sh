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
"$taut" protocol coverage --twins --json "$folder/rows.json" >"$folder/log" 2>&1
# A stored result of another build is told, not trusted; making it anew takes minutes.
jq -e '.rows | length == 95 and all(.[]; .verdict == "pass" or (.id == "D-002-25" and .verdict == "stale"))' \
  "$folder/rows.json" >/dev/null || {
  grep -v '  pass  ' "$folder/log"
  die "the shipped rows do not hold"
}
jq -r '.rows[] | select(.verdict == "stale") | "\(.id): \(.scenarios[0].population.text)"' "$folder/rows.json"
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

# A stored result counts for the build it was made with, and only without failures.
mkdir -p "$folder/stored"
stored() {
  "$taut" protocol coverage "$folder/stored" --json "$folder/stored.json" >"$folder/stored.log" 2>&1
  jq -r '.rows[] | select(.id == "D-002-25") | .verdict' "$folder/stored.json"
}
cp "$TAUT_DATA/scenarios/rules/tissue.lua" "$folder/stored"
[ "$(stored)" = stale ] || die "a population that nobody lived counts"
jq '.probes[3] = "00000000000000000000000000000000"' "$TAUT_DATA/scenarios/rules/tissue.json" >"$folder/stored/tissue.json"
[ "$(stored)" = stale ] || die "a stored result of another build counts"
grep -q 'the person of seed 451 lives otherwise' "$folder/stored.log" || grep -q 'the person of seed 1 lives' "$folder/stored.log" ||
  die "who lives otherwise is not told"
if [ "$(jq -r '.rows[] | select(.id == "D-002-25") | .verdict' "$folder/rows.json")" = pass ]; then
  jq '.failed_seeds = [7]' "$TAUT_DATA/scenarios/rules/tissue.json" >"$folder/stored/tissue.json"
  [ "$(stored)" = fail ] || die "a stored failure does not count"
  jq '.passed = 2994' "$TAUT_DATA/scenarios/rules/tissue.json" >"$folder/stored/tissue.json"
  [ "$(stored)" = fail ] || die "too few persons count"
fi

# Every twin in every scenario: a defect fails rows of others too, and never one that it has nothing to do with.
"$taut" protocol coverage "$folder/bad" --table --json "$folder/table.json" >"$folder/table.log" 2>&1
jq -e '.twins | map({ name, runs }) == [{ name: "session: no_refer", runs: 3 }]' "$folder/table.json" >/dev/null || {
  cat "$folder/table.log"
  die "a twin is not tried wherever it fits"
}
jq -e '.twins[0].fails == ["D-000-2"]' "$folder/table.json" >/dev/null || die "the rows that a twin fails are not told"
