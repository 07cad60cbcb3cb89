#!/usr/bin/env bash
# counts.sh TAUT BUILD NAME USER WEEKS SESSIONS REPETITIONS HOURS: a person lives through the first weeks of a protocol,
# and the notes of the run tell of at least so many sessions, loaded repetitions and hours under load.
set -euo pipefail
taut=$1 folder=$2/protocols/$3_$4_$5
rm -rf "$folder"
mkdir -p "$folder"
"$taut" protocol "$3" --user "$4" --weeks "$5" --out "$folder"
end=$(jq -c '.notes[] | select(.kind == "end")' "$folder"/latest/cases/1-*.json)
echo "$end"
jq -e --argjson sessions "$6" --argjson reps "$7" --argjson hours "$8" \
  '.sessions >= $sessions and .reps >= $reps and .loaded_s >= $hours * 3600 and .ticks > 0' <<<"$end" >/dev/null || {
  echo "expected at least $6 sessions, $7 repetitions and $8 h under load"
  exit 1
}
# What the sets say one by one is what the end says of all.
jq -e '([.notes[] | select(.kind == "exercise" and .load_lb > 0 and .outcome != "refused") | .reps] | add // 0) as $reps
  | .notes[] | select(.kind == "end") | .reps == $reps' "$folder"/latest/cases/1-*.json >/dev/null || {
  echo "the repetitions of the sets are not those of the end"
  exit 1
}
