#!/usr/bin/env bash
# selftest.sh TAUT BUILD: taut selftest behaves as shipped, and says so when the judge cannot fail: with requirements
# that are always met, with a good controller where a bad one belongs, with a scenario that is not there.
set -uo pipefail
taut=$1 build=$2 folder=$2/court/selftest
rm -rf "$folder"
mkdir -p "$folder/plugins"
die() {
  echo "$1"
  exit 1
}
"$taut" selftest --json >"$folder/good.json" 2>"$folder/log" || {
  jq -c '.checks[] | select(.ok | not)' "$folder/good.json"
  die "the judge as shipped does not behave: $(cat "$folder/log")"
}
jq -e '.schema == "taut.selftest/1" and .ok and .n_misbehaved == 0 and (.checks | length) == .n_checks and .n_checks >= 60
  and ([.checks[].area] | unique) == ["answers of workers", "conditions", "damaged traces", "determinism",
    "empty evidence", "known bad", "known good", "receipts"]' "$folder/good.json" >/dev/null ||
  die "the record is not what README.md says"
grep -q "$(dirname "$build")\|/tmp/" "$folder/good.json" && die "the record holds a path of this machine"

# expect NAME JQ: taut selftest with what stands before it ends with 1, and its record says what JQ asks for.
expect() {
  "$taut" selftest --json >"$folder/$1.json" 2>"$folder/log"
  local rc=$?
  [ $rc = 1 ] || die "$1: exit code $rc, 1 was due: $(cat "$folder/log")"
  jq -e ".ok == false and ($2)" "$folder/$1.json" >/dev/null || {
    jq -c '.checks[] | select(.ok | not)' "$folder/$1.json"
    die "$1: the record does not say what is wrong"
  }
}
bad='[.checks[] | select(.ok | not)]'

# Requirements that every run meets: the checks of scripts go on to fail cases, but no formula does. And what is not
# there has not been tried.
mkdir "$folder/blunt"
cp -r "$TAUT_DATA/models" "$TAUT_DATA/scenarios" "$folder/blunt/"
sed -i 's/^return taut.requirements {/local function blunt(list)\
  for _, entry in ipairs(list) do entry.formula = "always load.command_n <= 100000 N" end\
  return taut.requirements(list)\
end\
return blunt {/' "$folder/blunt/scenarios/requirements.lua"
rm "$folder/blunt/scenarios/safety/heat.lua"
TAUT_DATA=$folder/blunt expect blunt "($bad | map(select(.area == \"known bad\")) | length >= 20)
  and ($bad | any(.[]; .area == \"known good\" and (.tried | test(\"heat.lua\"))))"

# A shipped defect that is none.
cp "$build/plugins/resistance.so" "$folder/plugins/bad_one_contact.so"
TAUT_PLUGIN_PATH=$folder/plugins expect harmless "$bad | length == 1 and (.[0].tried | test(\"bad_one_contact\"))"

exit 0
