#!/usr/bin/env bash
# must_fail.sh BUILD ROLE PLUGIN: the safety scenarios with a known-bad plugin in its role. Exit code 1, at
# least one case with verdict fail, and a report that says what was required, what came, and when.
set -uo pipefail
export TAUT_DATA=$PWD
folder=$1/mutants
mkdir -p "$folder"
"$1/taut" run scenarios/safety -j 1 --with "$2=$1/plugins/$3.so" --out "$folder/$3.runs" \
  --json "$folder/$3.json" >"$folder/$3.log" 2>&1
rc=$?
[ $rc = 1 ] || {
  tail -n 20 "$folder/$3.log"
  echo "$3: exit code $rc, 1 was due"
  exit 1
}
n_failed=$(jq '[.cases[] | select(.verdict == "fail")] | length' "$folder/$3.json")
[ "$n_failed" -gt 0 ] || {
  tail -n 20 "$folder/$3.log"
  echo "$3: no case has failed, though none may pass over its defect"
  exit 1
}
jq -r '.cases[] | select(.verdict == "fail") | "\(.name): \(.reason)"' "$folder/$3.json"
# The report on a failure names limit, value, time and how to see it again.
for word in expected got 'taut run'; do
  grep -q "$word" "$folder/$3.log" || {
    echo "the report does not hold '$word'"
    exit 1
  }
done
