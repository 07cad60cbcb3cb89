#!/usr/bin/env bash
# must_fail.sh BUILD NAME: each row of table.txt for NAME holds: with that defect the requirements of the row fail
# in the file of the row. Exit code 1 of taut, and a report that says what was required, what came, and when.
set -uo pipefail
export TAUT_DATA=$PWD
build=$1 name=$2
folder=$build/mutants/$name
mkdir -p "$folder"
fail() {
  tail -n 30 "$folder/log"
  echo "$name: $1"
  exit 1
}
rows=0
while read -r file ids; do
  rows=$((rows + 1))
  arguments=(scenarios/safety/"$file.lua")
  case $name in
    *.lua) arguments=("tests/mutants/$name") ;;
    bad_spotter_*) arguments+=(--with "spotter=$build/plugins/$name.so") ;;
    *) arguments+=(--with "controller=$build/plugins/$name.so") ;;
  esac
  "$build/taut" run "${arguments[@]}" -j 1 --trace off --out "$folder/runs" --json "$folder/$file.json" \
    >"$folder/log" 2>&1
  rc=$?
  [ $rc = 1 ] || fail "exit code $rc in $file.lua, 1 was due"
  for id in $ids; do
    jq -e --arg id "$id" '[.cases[].checks[] | select(.id == $id and .verdict == "fail")] | length > 0' \
      "$folder/$file.json" >"$folder/found" || fail "$id has not failed in $file.lua"
    jq -r --arg id "$id" '[.cases[] | select(any(.checks[]; .id == $id and .verdict == "fail"))] |
      "\($id) fails in \(length) cases, as in: \(.[0].name)"' "$folder/$file.json"
  done
  # The report on a failure names limit, value, time and how to see it again.
  for word in requirement expected 'taut run'; do
    grep -q "$word" "$folder/log" || fail "the report does not hold '$word'"
  done
done < <(awk -v name="$name" '$1 == name { $1 = ""; print }' tests/mutants/table.txt)
[ $rows -gt 0 ] || { echo "$name: no row in tests/mutants/table.txt"; exit 1; }
