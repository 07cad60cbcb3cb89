#!/usr/bin/env bash
# table.sh TAUT: the table of docs/fault-campaign.md from the files of the campaign. With a second argument, a document,
# compares it with what stands there.
set -euo pipefail
taut=$1 document=${2-}
export TAUT_DATA=$PWD
table() {
  echo "| hazard | what is shown | faults | phases | loads | judged by |"
  echo "|---|---|---|---|---|---|"
  "$taut" list --json scenarios/faults | jq -r '
    def point: [scan("[a-z]+=[^],]+")] | map(capture("(?<key>[^=]+)=(?<value>.+)") | {(.key): .value}) | add;
    def values(key): [.[] | .name | point | .[key]] | reduce .[] as $v ([]; if index([$v]) then . else . + [$v] end);
    def phases: values("phase") | if length == 5 then "all" else join(", ") end;
    [.cases[] | . + {title: (.name | sub(" \\[.*"; "") | sub("^[^:]*: "; ""))}] |
    group_by([.file, .line])[] |
    "| \(.[0].hazard) | \(.[0].title) | \(values("fault") | map("`\(.)`") | join(" ")) | \(phases) |"
    + " \(values("load") | join(", ")) | \(.[0].covers | if . == [] then "the case itself" else join(" ") end) |",
    (.[0].hazard as $hazard | .[0].not_applicable // [] | .[] |
      "| \($hazard) | not applicable | \(split(": ")[0]) | \(sub("^[^:]*: "; "")) | | |")'
}
if [ -z "$document" ]; then
  table
  exit
fi
diff <(table) <(grep '^|' "$document" | sed -n '/^| hazard /,$p') || {
  echo "$document differs from scenarios/faults: < is what tests/campaign/table.sh TAUT prints now"
  exit 1
}
