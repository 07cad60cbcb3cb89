#!/usr/bin/env bash
# table.sh TABLE SCENARIOS PLUGINS: every known-bad plugin and every file of safety scenarios has a row in the
# table, and every row names a defect, a file and requirements that there are.
set -uo pipefail
table=$1 scenarios=$2 plugins=$3 found=0
wrong() {
  echo "$1"
  found=1
}
for path in "$plugins"/bad_*/; do
  name=$(basename "$path")
  # Its defects break rules of programmes, not safety requirements: tests/unit/test_program_rules.c.
  [ "$name" = bad_session ] && continue
  grep -q "^$name " "$table" || wrong "$name: no requirement is said to catch it"
done
for path in "$scenarios"/safety/*.lua; do
  name=$(basename "$path" .lua)
  awk -v name="$name" '$2 == name { n++ } END { exit n == 0 }' "$table" ||
    wrong "$path: nothing shows that it can fail"
done
while read -r name file ids; do
  [ -d "$plugins/$name" ] || [ -f "tests/mutants/$name" ] || wrong "$name: there is no such defect"
  [ -f "$scenarios/safety/$file.lua" ] || wrong "$name: there is no $file.lua"
  [ -n "$ids" ] || wrong "$name: no requirement is named"
  for id in $ids; do
    grep -q "id = \"$id\"" "$scenarios/requirements.lua" || wrong "$name: there is no $id"
  done
done < <(grep -v '^#' "$table")
exit $found
