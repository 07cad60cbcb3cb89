#!/usr/bin/env bash
# population_rules.sh TAUT BUILD PERSONS WEEKS: what holds of everybody, however different: received symptoms are answered,
# nothing counts after a let-go and the load is down before the next lift, the command keeps to the prescription, and
# twenty clean repetitions, never nineteen, earn a step up. Each rule must have come to apply, and each is broken by a
# known-bad session or controller in a smaller population.
set -euo pipefail
taut=$1 folder=$2/protocols/population_rules_$3_$4 here=$(dirname "$0")
persons=$3 weeks=$4 source=$TAUT_DATA
rm -rf "$folder"
mkdir -p "$folder/data"
die() {
  printf '%s\n' "$*" >&2
  exit 1
}
# population NAME PROTOCOL ARGUMENT...: leaves its document in $folder/NAME.json; a broken rule is exit status 1.
population() {
  local name=$1 status=0
  shift
  "$taut" protocol "$@" --fidelity fast --no-color --out "$folder/$name" >"$folder/$name.txt" 2>&1 || status=$?
  [ "$status" -le 1 ] || die "$name ended with $status: $(tail -3 "$folder/$name.txt")"
  cp "$folder/$name/latest/population.json" "$folder/$name.json"
}
# count NAME ID LIST FIELD: a number of the entry ID of `rules` or `requirements`; 0 without one.
count() { jq -r --arg id "$2" ".$3 as \$list | [\$list[] | select((.rule // .id) == \$id)] | first // {} | .$4 // 0" "$folder/$1.json"; }
# holds NAME LIST ID COUNTER BROKEN: it came to apply and was never broken.
holds() {
  local n broken
  n=$(count "$1" "$3" "$2" "$4") broken=$(count "$1" "$3" "$2" "$5")
  printf '%-10s %-18s applied %8s, broken %s\n' "$1" "$3" "$n" "$broken"
  [ "${n%.*}" -gt 0 ] || die "$3 never came to apply in $1"
  [ "${broken%.*}" -eq 0 ] || die "$3 was broken in $1: $(grep -m1 -A4 "$3\|^fail" "$folder/$1.txt")"
}
# broken NAME LIST ID BROKEN: a known-bad one is found out.
broken() {
  local n
  n=$(count "$1" "$3" "$2" "$4")
  printf '%-10s %-18s broken %s, as it must\n' "$1" "$3" "$n"
  [ "${n%.*}" -gt 0 ] || die "$3 was not broken by $1"
}

population all six_week --population "$persons" --weeks "$weeks" --seed 1
population count "$here/nineteen.lua" --population "$persons" --weeks 1 --seed 1
holds all rules symptom_answered exercised broken
holds all rules let_go_ends exercised broken
holds all requirements SR-001 n n_failed
holds all requirements SR-031 triggers n_failed
holds all requirements SR-046 triggers n_failed
holds count rules never_at_19 exercised broken
holds count rules always_at_20 exercised broken
jq -e --argjson n "$persons" '.n == $n and (.verdicts.error // 0) == 0' "$folder/all.json" >/dev/null ||
  die "not everybody could be run: $(jq -c .verdicts "$folder/all.json")"

# The page of the run is that of the population, also when it is written again.
"$taut" report "$folder/all/latest" --html "$folder/again.html" >/dev/null
cmp "$folder/again.html" "$folder/all/latest/population.html" || die "taut report writes another page"
cmp "$folder/again.html" "$folder/all/latest/report.html" || die "report.html is not the page of the population"

# twin PARAMS SESSION: the rig of protocols with a defect.
cp -r "$source/models" "$source/scenarios" "$folder/data/"
twin() {
  sed "s/session = \"session_program\"/session = \"$2\"/; s/  machine = \"home_trainer\",/  machine = \"home_trainer\",\n  params = { $1 },/" \
    "$source/models/rigs/protocol_trainer.lua" >"$folder/data/models/rigs/protocol_trainer.lua"
}
export TAUT_DATA=$folder/data
twin 'session = { defect = "symptom_unanswered" }' bad_session
population deaf six_week --population 4 --weeks 1 --seed 3
broken deaf rules symptom_answered broken
twin 'session = { defect = "let_go_ignored" }' bad_session
population goes_on six_week --population 4 --weeks 1 --seed 3
broken goes_on rules let_go_ends broken
twin 'session = { defect = "progress_at_19" }' bad_session
population at_19 "$here/nineteen.lua" --population 8 --weeks 1 --seed 1
broken at_19 rules never_at_19 broken
twin 'session = { defect = "progress_at_21" }' bad_session
population at_21 "$here/nineteen.lua" --population 8 --weeks 1 --seed 1
broken at_21 rules always_at_20 broken
twin 'controller = { rate_down_n_s = 5 }' session_program
population slow six_week --population 4 --weeks 1 --seed 3 --with controller=bad_symptom_unheard
broken slow requirements SR-031 n_failed
broken slow requirements SR-046 n_failed
export TAUT_DATA=$source
population pounds six_week --population 4 --weeks 1 --seed 3 --with controller=bad_kg_lb_swap
broken pounds requirements SR-001 n_failed
