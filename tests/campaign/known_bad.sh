#!/usr/bin/env bash
# known_bad.sh BUILD TABLE CASES [DEFECT]: each row of TABLE holds: with the known-bad plugin in place, the requirements
# of the row fail in its file of scenarios/faults, and taut ends with 1. CASES is an expression for -k; with DEFECT
# only its rows.
set -uo pipefail
export TAUT_DATA=$PWD
build=$1 table=$2 cases=$3 only=${4-}
folder=$build/campaign/${cases//[^a-z]/_}
mkdir -p "$folder"
rows=0 found=0
wrong() {
  echo "$1"
  found=1
}
while read -r name file ids; do
  [ -z "$only" ] || [ "$only" = "$name" ] || continue
  rows=$((rows + 1))
  role=controller
  case $name in bad_spotter_*) role=spotter ;; esac
  out=$folder/$name.$file
  "$build/taut" run "scenarios/faults/$file.lua" --branch -k "$cases" --with "$role=$build/plugins/$name.so" \
    --trace off --out "$out.runs" --json "$out.json" >"$out.log" 2>&1
  rc=$?
  if [ $rc != 1 ]; then
    tail -n 5 "$out.log"
    wrong "$name: exit code $rc in $file.lua, 1 was due"
    continue
  fi
  for id in $ids; do
    line=$(jq -r --arg id "$id" '[.cases[] | select(any(.checks[]; .id == $id and .verdict == "fail"))] as $bad |
      if $bad == [] then empty else "\($id) fails in \($bad | length) of \(.cases | length) cases" end' "$out.json")
    if [ -n "$line" ]; then echo "$name $file: $line"; else wrong "$name: $id has not failed in $file.lua"; fi
  done
done < <(grep -v '^#' "$table")
if [ -z "$only" ]; then
  for path in scenarios/faults/*.lua; do
    file=$(basename "$path" .lua)
    # Its defect is one of recordings: tests/mutants/recording_gap.lua.
    [ "$file" = h26_log ] || grep -q " $file " "$table" || wrong "$path: nothing shows that it can fail"
  done
fi
[ $rows -gt 0 ] || wrong "no row of $table was tried"
exit $found
