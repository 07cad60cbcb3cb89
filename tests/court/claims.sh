#!/usr/bin/env bash
# claims.sh TAUT BUILD: every shipped demand triggers what it names, a claim counts what it says, and a bad controller,
# a demand that does not trigger and a suite without demands make none.
set -uo pipefail
taut=$1 folder=$2/court/claims
rm -rf "$folder"
mkdir -p "$folder/scenarios"
die() {
  echo "$1"
  exit 1
}

# One run of each: no requirement that a demand names may stay unexercised.
"$taut" claims scenarios/demands -n 1 --json >"$folder/all.json" 2>"$folder/log" || [ $? = 1 ] ||
  die "$(cat "$folder/log")"
jq -e '[.claims[] | select(.trial == "demand")] | length >= 45 and all(.[]; .not_triggered == 0 and .errors == 0)' \
  "$folder/all.json" >/dev/null || {
  jq -c '.claims[] | select(.trial == "demand" and .failures > 0)' "$folder/all.json"
  die "a shipped demand does not trigger"
}

# The numbers, whatever the number of workers: 1 - 0.05^(1/8) is 0.3123.
demand=scenarios/demands/estop.lua
"$taut" claims $demand -n 8 -j 1 --json >"$folder/one.json" || die "the emergency stop has no claim"
"$taut" claims $demand -n 8 -j 2 --json >"$folder/two.json" || die "the emergency stop has no claim with -j 2"
cmp "$folder/one.json" "$folder/two.json" || die "the number of workers changes the claims"
jq -e '.n_per_demand == 8 and ([.claims[] | select(.trial == "demand")] | length == 6)
  and all(.claims[] | select(.trial == "demand"); .n == 8 and .failures == 0
    and (.upper * 10000 | round) == 3123 and .upper_all > .upper)' "$folder/one.json" >/dev/null ||
  die "the bounds are not those of 8 runs without failure"
"$taut" claims $demand -n 8 >"$folder/table" || die "the table is no success"
grep -q 'SR-080 .* 0 of 8 .*3.123e-01' "$folder/table" || die "the table does not show them"

# A controller that looks at one contact fails where the other one opens.
"$taut" claims $demand -n 8 --with controller=bad_one_contact --json >"$folder/bad.json"
[ $? = 1 ] || die "a controller that misses a contact keeps its claim"
jq -e '.claims[] | select(.requirement == "SR-080" and .trial == "demand") | .violated > 0 and .upper > 0.3123' \
  "$folder/bad.json" >/dev/null || die "its failures are not counted"

# A demand that is never placed.
sed 's/for contact in which:gmatch "." do s:fault(contact) end//; s/faults = {.*},$//' $demand \
  >"$folder/scenarios/idle.lua"
"$taut" claims "$folder/scenarios/idle.lua" -n 2 --json >"$folder/idle.json"
[ $? = 1 ] || die "a demand that is never placed makes a claim"
jq -e '.claims[] | select(.requirement == "SR-080" and .trial == "demand") | .not_triggered == 2' \
  "$folder/idle.json" >/dev/null || die "demands that did not trigger are not counted"

"$taut" claims scenarios/safety/leak.lua >/dev/null 2>"$folder/none"
[ $? = 5 ] || die "a suite without demands has something to claim"
grep -q "none of the chosen cases has the field 'demand'" "$folder/none" || die "and does not say why not"
"$taut" claims $demand --confidence 1 2>/dev/null
[ $? = 4 ] || die "a confidence of 1 is accepted"
exit 0
