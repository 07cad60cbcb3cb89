#!/usr/bin/env bash
# reference.sh BUILD: the reference passes the fault campaign, and every case says when it noticed. Prints, for each
# hazard, the longest detection time from the row in which the fault could be observed.
set -uo pipefail
export TAUT_DATA=$PWD
build=$1
out=$build/campaign/reference
rm -rf "$out"
"$build/taut" run scenarios/faults --branch -q --trace off --out "$out" || exit 1
find "$out" -path '*/cases/*.json' -exec cat {} + >"$out/cases"
jq -rs '
  def detection: [.notes[]? | select(.kind == "detection")][0];
  (.[] | select((detection | .latency_s | type) != "number") | "\(.name): no detection time"),
  (if [.[].hazard] | unique | length == 29 then empty else "not all hazards" end)' "$out/cases" >"$out/wrong"
cat "$out/wrong"
[ ! -s "$out/wrong" ] || exit 1
jq -rs 'group_by(.hazard)[] | [.[] | .notes[] | select(.kind == "detection") | .latency_s - (.seen_s // 0)] as $times |
  "\(.[0].hazard)\t\($times | max * 1000 | round) ms in \($times | length) cases"' "$out/cases" | sort -V
